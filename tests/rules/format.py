# SPDX-License-Identifier: Apache-2.0
"""C is formatted as .clang-format says (`./dev format` does it)."""
import os
import re
import shutil
import subprocess

import source


def find(root):
    if not shutil.which("clang-format"):
        yield ".", 0, "clang-format is not installed: run ./dev setup"
        return
    paths = list(source.files(root, ".c", ".h"))
    if not paths:
        return
    done = subprocess.run(
        ["clang-format", "--dry-run", "-Werror",
         "--style=file", *paths], cwd=root, capture_output=True, text=True,
        check=False)
    seen = set()
    for path, line in re.findall(r"^(.+?):(\d+):\d+: error:", done.stderr,
                                 re.M):
        if path not in seen:
            seen.add(path)
            yield os.path.normpath(path), int(line), "run ./dev format"
    if done.returncode and not seen:
        yield ".", 0, done.stderr.strip()[:200]
