# SPDX-License-Identifier: Apache-2.0
"""JSON that we ship parses (comments allowed, repeated keys not). Test data
is left alone: some of it is broken on purpose."""
import source


def find(root):
    for path in source.files(root, ".json", ".jsonc"):
        if path.startswith("tests/"):
            continue
        try:
            source.strict_json(source.read(root, path))
        except ValueError as fault:
            yield path, getattr(fault, "lineno", 0), str(fault)
