# SPDX-License-Identifier: Apache-2.0
"""What every rule needs to read the tree: its files, and C without the parts
that are not code. A rule is a module with `find(root)`, which yields
(path, line, text) for every place that breaks it; line 0 = the whole file."""
import json
import os
import re

SKIPPED = re.compile(r"^(\.git|\.cache|build.*|__pycache__)$")
C_PARTS = re.compile(
    r"""(?P<comment>//(?:\\\n|[^\n])*|/\*.*?\*/)"""
    r"""|(?P<text>"(?:\\.|[^"\\\n])*")|(?P<char>'(?:\\.|[^'\\\n])*')""",
    re.DOTALL | re.VERBOSE)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]', re.M)


def files(root, *endings):
    """Paths below root, sorted, with one of these endings (none = all). The
    bad examples of the rules themselves are not part of the tree."""
    for folder, names, found in os.walk(root):
        here = os.path.relpath(folder, root)
        names[:] = sorted(n for n in names if not SKIPPED.match(n)
                          and os.path.normpath(os.path.join(here, n))
                          != os.path.join("tests", "rules", "bad"))
        for name in sorted(set(found) - {".git"}):
            if (not endings or name.endswith(endings)) \
                    and os.path.isfile(os.path.join(folder, name)):
                yield os.path.normpath(os.path.join(here, name))


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8",
              errors="replace") as file:
        return file.read()


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    return C_PARTS.sub(lambda m: _blank(m.group()) if m["comment"]
                       else m.group(), text)


def code_only(text):
    """Comments and the insides of literals become blanks; lines stay."""
    def part(match):
        if match["comment"]:
            return _blank(match.group())
        quote = match.group()[0]
        return quote + _blank(match.group()[1:-1]) + quote
    return C_PARTS.sub(part, text)


def literals(text):
    """(line, text) of each string, neighbours joined as C joins them."""
    code = without_comments(text)
    start, joined, end = None, "", 0
    for match in C_PARTS.finditer(code):
        if not match["text"]:
            continue
        if start is not None and code[end:match.start()].strip():
            yield start, joined
            start, joined = None, ""
        if start is None:
            start = line_of(code, match.start())
        joined += match.group()[1:-1]
        end = match.end()
    if start is not None:
        yield start, joined


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def includes(text):
    """(line, quote, name) of every #include."""
    code = without_comments(text)
    for match in INCLUDE.finditer(code):
        yield line_of(code, match.start(1)), match[1], match[2]


def room(path):
    """The room a file belongs to: its folder; for a test, the room tested."""
    parts = path.split(os.sep)
    if len(parts) > 2 and parts[0] in ("tests", "bench"):
        return parts[1]
    return parts[0] if len(parts) > 1 else ""


def is_product(path):
    return path.split(os.sep)[0] not in ("tests", "bench")


def strict_json(text):
    """Parses JSON with // and /* */ comments; repeated keys are a fault."""
    def pairs(items):
        keys = [key for key, _ in items]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"the key {key!r} stands there twice")
        return dict(items)

    plain = re.sub(r'("(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?\*/',
                   lambda m: m[1] or _blank(m.group()), text, flags=re.DOTALL)
    return json.loads(plain, object_pairs_hook=pairs)
