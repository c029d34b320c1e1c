# SPDX-License-Identifier: Apache-2.0
"""SQL is written only in store/ (and schema.sql), and never asks the time."""
import re

import source

STATEMENT = re.compile(
    r"\b(SELECT\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s"
    r"|DELETE\s+FROM\s|CREATE\s+(TEMP\s+)?(TABLE|INDEX|TRIGGER|VIEW)\s"
    r"|(ALTER|DROP)\s+(TABLE|INDEX|TRIGGER|VIEW)\s|PRAGMA\s+\w"
    r"|BEGIN\s+IMMEDIATE|ORDER\s+BY\s|LEFT\s+JOIN\s)")
NOW = re.compile(r"'now'|\bCURRENT_(TIME|DATE|TIMESTAMP)\b"
                 r"|\b(unixepoch|julianday|datetime)\s*\(\s*\)", re.I)


def find(root):
    for path in source.files(root, ".c", ".h"):
        if not source.is_product(path):
            continue
        for line, text in source.literals(source.read(root, path)):
            text = text.replace("\\n", " ")
            if not path.startswith("store/") and STATEMENT.search(text + " "):
                yield path, line, "SQL is written only in store/"
            if path.startswith("store/") and NOW.search(text):
                yield path, line, "SQL does not ask the time: bind it"
    for path in source.files(root, ".sql"):
        if path.startswith(("tests/", "bench/")):
            continue
        for number, line in enumerate(source.read(root, path).splitlines(), 1):
            if NOW.search(line.split("--")[0]):
                yield path, number, "SQL does not ask the time: bind it"
