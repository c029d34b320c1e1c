# SPDX-License-Identifier: Apache-2.0
"""Scripts are whole: shell passes `bash -n`, Python compiles."""
import os
import re
import subprocess

import source


def find(root):
    for path in source.files(root):
        with open(os.path.join(root, path), "rb") as file:
            head = file.readline(80).decode("latin-1")
        if path.endswith(".py") or re.match(r"#!.*\bpython", head):
            try:
                compile(source.read(root, path), path, "exec")
            except SyntaxError as fault:
                yield path, fault.lineno, fault.msg
        elif path.endswith(".sh") or re.match(r"#!.*\b(ba|da)?sh\b", head):
            done = subprocess.run(
                ["bash", "-n", os.path.join(root, path)],
                capture_output=True, text=True, check=False)
            if done.returncode:
                line = re.search(r"line (\d+): (.*)", done.stderr)
                yield (path, int(line[1]) if line else 0,
                       line[2] if line else done.stderr.strip())
