#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the rules of this folder over the tree.

  run.py               all rules, one line each; exit 1 when one is broken
  run.py RULE...       only these
  run.py --tap RULE    as a test: the rule holds, and its bad example under
                       bad/RULE (places in expected.txt) is caught exactly
  run.py --tap --example RULE    only the example
"""
import importlib
import os
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.dont_write_bytecode = True
sys.path.insert(0, HERE)

RULES = ("layers", "libraries", "banned_calls", "sql", "sizes", "leftovers",
         "listed", "links", "json_files", "scripts", "machine_paths",
         "unit_file", "headers_alone", "format", "clean_build")


def places(rule, root):
    found = importlib.import_module(rule).find(root)
    return [(f"{path}:{line}" if line else path, text)
            for path, line, text in found]


def example_faults(rule):
    """What differs between the places found in the bad example and those
    that its list expects: a rule that cannot fail proves nothing."""
    with tempfile.TemporaryDirectory() as folder:
        tree = os.path.join(folder, "tree")
        shutil.copytree(os.path.join(HERE, "bad", rule), tree)
        with open(os.path.join(tree, "expected.txt"), encoding="utf-8") as f:
            expected = set(f.read().split())
        os.remove(os.path.join(tree, "expected.txt"))
        if not os.path.exists(os.path.join(tree, ".clang-format")):
            shutil.copy(os.path.join(ROOT, ".clang-format"), tree)
        found = dict(places(rule, tree))
    faults = [(place, "was not caught") for place in expected - set(found)]
    faults += [(place, "caught, but it is fine: " + found[place])
               for place in set(found) - expected]
    return faults if expected else [("expected.txt", "expects nothing")]


def tap(rule, example_only):
    checks = [(f"{rule} can fail", example_faults(rule))]
    if not example_only:
        checks.insert(0, (f"{rule} holds", places(rule, ROOT)))
    print(f"1..{len(checks)}")
    for number, (name, faults) in enumerate(checks, 1):
        print(f"{'not ok' if faults else 'ok'} {number} - {name}")
        for place, text in faults:
            print(f"# {place}: {text}")
    return any(faults for _, faults in checks)


def report(rules):
    broken = False
    for rule in rules:
        faults = places(rule, ROOT)
        broken = broken or bool(faults)
        about = " ".join(importlib.import_module(rule).__doc__.split())
        about = about.split(": ")[0].split(". ")[0].rstrip(".")
        print(f"{'BROKEN' if faults else 'ok    '} {rule:14} {about}",
              flush=True)
        for place, text in faults:
            print(f"       {place}: {text}")
    return broken


def main(words):
    names = [word for word in words if not word.startswith("--")]
    unknown = set(names) - set(RULES)
    if unknown:
        sys.exit(f"no such rule: {', '.join(unknown)}; there are: "
                 + ", ".join(RULES))
    if "--tap" in words:
        broken = [tap(name, "--example" in words) for name in names]
        return any(broken)
    return report(names or RULES)


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
