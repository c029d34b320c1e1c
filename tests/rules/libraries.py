# SPDX-License-Identifier: Apache-2.0
"""Each library is named in one room only."""
import source

# header prefix: where it may be named (a room or a file)
HOMES = {
    "uv.h": ("io/",),
    "uv/": ("io/",),
    "curl/": ("io/",),
    "microhttpd.h": ("io/",),
    "sqlite3": ("store/",),
    "cJSON": ("base/json.c",),
    "cjson/": ("base/json.c",),
    "unicode/": ("base/",),
    "openssl/": ("base/",),
    "cmocka": ("tests/",),
}


def find(root):
    for path in source.files(root, ".c", ".h"):
        # Tests look behind the scenes, and a benchmark may name a library
        # as its bare anchor.
        if not source.is_product(path):
            continue
        for line, _, name in source.includes(source.read(root, path)):
            for library, homes in HOMES.items():
                if name.startswith(library) and not path.startswith(homes):
                    yield path, line, f"{name} belongs to {homes[0]} alone"
