# SPDX-License-Identifier: Apache-2.0
"""Functions of at most 80 lines, sources of 600, headers of 200. Tests hold
tables of vectors: 160 and 1000 there."""
import re

import source

FUNCTION, SOURCE, HEADER = 80, 600, 200
TEST_FUNCTION, TEST = 160, 1000
DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.M)
NAME = re.compile(r"(\w+)\s*\(")


def functions(text):
    """(name, first line, last line) of each function; None for the name when
    the braces do not balance. Counts from the signature's first line."""
    code = DIRECTIVE.sub(lambda m: re.sub(r"[^\n]", " ", m.group()),
                         source.code_only(text))
    depth, begin, name = 0, 0, None
    for match in re.finditer(r"[{};]", code):
        at = match.start()
        if match.group() == "{":
            head = code[begin:at]
            # A body follows ')'; a struct, an enum or an initializer does not.
            if depth == 0 and head.rstrip().endswith(")"):
                first = begin + len(head) - len(head.lstrip())
                found = NAME.search(re.sub(r"__attribute__\s*\(\(.*?\)\)",
                                           "", head, flags=re.S))
                name = found[1] if found else "?"
            depth += 1
        elif match.group() == "}":
            depth -= 1
            if depth < 0:
                break
            if depth == 0 and name:
                yield (name, source.line_of(code, first),
                       source.line_of(code, at))
                name = None
        if depth == 0:
            begin = match.end()
    if depth:
        yield None, 0, 0


def find(root):
    for path in source.files(root, ".c", ".h"):
        text = source.read(root, path)
        product = source.is_product(path)
        lines, limit = text.count("\n"), SOURCE if product else TEST
        if path.endswith(".h"):
            limit = HEADER
        if lines > limit:
            yield path, 0, f"{lines} lines, {limit} allowed"
        limit = FUNCTION if product else TEST_FUNCTION
        for name, first, last in functions(text):
            if name is None:
                yield path, 0, "the braces do not balance: cannot measure"
            elif last - first + 1 > limit:
                yield path, first, (f"{name} has {last - first + 1} lines, "
                                    f"{limit} allowed")
