# SPDX-License-Identifier: Apache-2.0
"""No notes to self, code switched off or half a merge; a licence line."""
import re

import source

NOTE = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
MERGE = re.compile(r"^(<{7}|>{7}) ")
DEAD = re.compile(r"^[ \t]*#[ \t]*if[ \t]+0\b")
TEXT = (".c", ".h", ".py", ".sh", ".build", ".md", ".sql", ".scd", ".txt")


def find(root):
    for path in source.files(root, *TEXT, "dev", "run"):
        if path.startswith("tests/rules/"):
            continue
        lines = source.read(root, path).splitlines()
        for number, line in enumerate(lines, 1):
            if note := NOTE.search(line):
                yield path, number, f"{note[1]}: do it or open an issue"
            if MERGE.match(line):
                yield path, number, "a merge that was not finished"
            if path.endswith((".c", ".h")) and DEAD.match(line):
                yield path, number, "dead code"
        if path.endswith((".c", ".h")) and (
                not lines or "SPDX-License-Identifier" not in lines[0]):
            yield path, 1, "the first line names the licence (SPDX)"
