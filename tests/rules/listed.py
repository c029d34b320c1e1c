# SPDX-License-Identifier: Apache-2.0
"""Every source and every test is listed in the meson.build of its folder: one
that is not would silently never be built or never run."""
import os
import re

import source


def find(root):
    for path in source.files(root, ".c"):
        folder, name = os.path.split(path)
        build = os.path.join(folder, "meson.build")
        if not os.path.exists(os.path.join(root, build)):
            yield path, 0, f"there is no {build}"
            continue
        lines = re.sub(r"(?m)^\s*#.*", "", source.read(root, build))
        if not lines.strip():
            continue  # a room that is only being furnished
        listed = re.findall(r"'([^'\n]+)'", lines)
        short = re.sub(r"^(test|fuzz)_|\.c$", "", name)
        if name not in listed and short not in listed:
            yield path, 0, f"is not listed in {build}"
