# SPDX-License-Identifier: Apache-2.0
"""The whole builds without a warning, with gcc and with clang."""
import os
import re
import subprocess

BUILDS = (("gcc", "2"), ("clang", "0"))  # compiler, optimisation


def find(root):
    for compiler, level in BUILDS:
        build = os.path.join(root, "build-" + compiler)
        if not os.path.exists(os.path.join(build, "build.ninja")):
            done = subprocess.run(
                ["meson", "setup", build, root, "-Dwerror=true",
                 "-Dbench=true", "-Doptimization=" + level],
                env={**os.environ, "CC": compiler},
                capture_output=True, text=True, check=False)
            if done.returncode:
                yield ".", 0, f"{compiler}: " + done.stdout.strip()[-300:]
                continue
        done = subprocess.run(["ninja", "-C", build, "-k", "0"],
                              capture_output=True, text=True, check=False)
        faults = re.findall(
            r"^(?:\.\./)*(\S+?):(\d+):\d+: (?:fatal )?error: (.*)",
            done.stdout, re.M)
        for path, line, text in faults:
            yield os.path.normpath(path), int(line), f"{compiler}: {text}"
        if done.returncode and not faults:
            yield ".", 0, f"{compiler}: " + done.stdout.strip()[-600:]
