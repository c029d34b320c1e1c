# SPDX-License-Identifier: Apache-2.0
"""Calls that the program never makes, with what to use instead."""
import re

import source

CLOCK = ("time clock_gettime gettimeofday clock uv_now uv_hrtime localtime "
         "localtime_r gmtime gmtime_r mktime timegm strftime")
SHELL = "system popen wordexp"
UNSAFE = ("strcpy strcat sprintf vsprintf gets strtok alloca strncpy stpcpy "
          "atoi atol atoll atof mktemp tmpnam")


PRINT = "printf fprintf vprintf vfprintf"


def calls(names):
    return re.compile(r"(?<![\w.>])(" + "|".join(names.split()) + r")\s*\(")


RULES = (
    # names, the one file that may, what to do, where it holds
    (calls(CLOCK), "base/clock.c",
     "the time comes from base/clock and base/civil", ""),
    (calls(SHELL), "", "no shell; no text reaches one", ""),
    (calls(UNSAFE), "", "unbounded or lenient: use text_copy, snprintf or a "
     "parser of base/", ""),
    (calls(PRINT), "app/table.c",
     "what others wrote may govern a terminal: use print()", "app/"),
)


def find(root):
    for path in source.files(root, ".c", ".h"):
        # Tests start programs and a benchmark times itself; their copies are
        # watched by the sanitizers.
        if not source.is_product(path):
            continue
        code = source.code_only(source.read(root, path))
        for pattern, home, advice, room in RULES:
            if path == home or not path.startswith(room):
                continue
            for match in pattern.finditer(code):
                yield (path, source.line_of(code, match.start()),
                       f"{match[1]}(): {advice}")
