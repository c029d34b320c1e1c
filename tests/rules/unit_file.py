# SPDX-License-Identifier: Apache-2.0
"""The systemd unit is one that systemd accepts, and stays hardened."""
import os
import re
import shutil
import subprocess

import source

KEPT = ("NoNewPrivileges=yes", "ProtectSystem=strict", "UMask=0077",
        "MemoryDenyWriteExecute=yes", "SystemCallFilter=@system-service",
        "StateDirectoryMode=0700", "LimitCORE=0")


def find(root):
    for path in source.files(root, ".service"):
        lines = source.read(root, path).splitlines()
        for setting in KEPT:
            if setting not in lines:
                yield path, 0, f"{setting} is gone"
        if not shutil.which("systemd-analyze"):
            continue
        done = subprocess.run(
            ["systemd-analyze", "verify", os.path.join(root, path)],
            capture_output=True, text=True, check=False)
        for line in (done.stdout + done.stderr).splitlines():
            # Neither the binary nor its manual is installed where the tests
            # run, and other units of the machine are not ours to judge.
            if os.path.basename(path) in line and not re.search(
                    r"is not executable|Command 'man ", line):
                yield path, 0, line.strip()
