# SPDX-License-Identifier: Apache-2.0
"""Every header compiles alone, with gcc and with clang."""
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import source

COMPILERS = ("gcc", "clang")
FLAGS = ["-std=gnu17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror",
         "-fsyntax-only", "-x", "c", "-"]


def compile_alone(root, job):
    path, compiler = job
    done = subprocess.run(
        [compiler, "-I", root, *FLAGS], input=f'#include "{path}"\n',
        capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    first = next((line for line in done.stderr.splitlines()
                  if "error:" in line), done.stderr.strip()[:200])
    return path, 0, f"{compiler}: {first.split('error:')[-1].strip()}"


def find(root):
    missing = [name for name in COMPILERS if not shutil.which(name)]
    for name in missing:
        yield ".", 0, f"{name} is not installed: run ./dev setup"
    jobs = [(path, compiler) for path in source.files(root, ".h")
            for compiler in COMPILERS if compiler not in missing]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from filter(None, pool.map(
            lambda job: compile_alone(root, job), jobs))
