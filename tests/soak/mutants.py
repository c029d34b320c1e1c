#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Takes each guard of mutants.json away in turn, and wants it to be missed.

usage: mutants.py --check
       mutants.py [--lives N] [--alone] [--learn] [--from N] [WORD...]

--check only sees that each guard stands in the sources, once. Else a copy of
the tree is built with one guard gone. Who missed it the last time ("by") is
asked first; then lives of clinics are lived in it (--lives: how many, 20),
then the tests of the rooms run, then those of the real program (with --alone
nothing but lives: what do they see by themselves?). --learn writes down who
missed it. A guard that none of them misses is told, and the exit is 1. A test
that did not end in time, and had not failed by then, has missed nothing. WORD:
those guards only whose sentence holds it; --from: those from the N-th on."""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
FOLDER = os.path.join(ROOT, ".cache", "mutants")
LIVES = "lives: "
SUITES = (("scheduler", "inbound"),
          ("store", "campaigns", "base", "channels", "io"), ("app",))


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def mutants(words):
    every = json.loads(read(os.path.join(HERE, "mutants.json")))
    return [one for one in every
            if all(word in one["guard"] for word in words)]


def check(every):
    print(f"1..{len(every)}")
    missing = 0
    for number, one in enumerate(every, 1):
        count = read(os.path.join(ROOT, one["file"])).count(one["from"])
        missing += count != 1
        print(f"{'ok' if count == 1 else 'not ok'} {number} - "
              f"{one['guard']}: in {one['file']}"
              + ("" if count == 1 else f" {count} times"))
    return missing == 0


class Copy:
    """A copy of the tree with a build of its own."""

    def __init__(self):
        self.tree = os.path.join(FOLDER, "tree")
        # inside, where the program looks for what is shipped with it
        self.build = os.path.join(self.tree, "build")
        shutil.rmtree(self.tree, ignore_errors=True)
        # as new files, so that nothing built of a mutant stays
        shutil.copytree(ROOT, self.tree, symlinks=True,
                        copy_function=shutil.copy,
                        ignore=shutil.ignore_patterns("build*", ".git",
                                                      ".cache"))
        beside = os.path.join(os.path.dirname(ROOT), "shared")
        link = os.path.join(FOLDER, "shared")
        if os.path.isdir(beside) and not os.path.lexists(link):
            os.symlink(beside, link)
        self.run("meson", "setup", self.build, self.tree, "-Doptimization=1",
                 check=True)
        self.run("ninja", "-C", self.build, check=True)
        self.needs = self.introspect()
        self.last = []   # who missed a guard the last time
        self.names = []  # the tests of each of SUITES, as far as asked for

    def run(self, *words, check=False):
        done = subprocess.run(words, stdin=subprocess.DEVNULL, text=True,
                              capture_output=True, cwd=self.tree,
                              env={**os.environ, "OUTREACH_SOURCE": self.tree})
        if check and done.returncode != 0:
            raise SystemExit(done.stdout[-3000:] + done.stderr[-3000:])
        return done

    def introspect(self):
        """What is built for each test."""
        tests, targets = (json.loads(self.run(
            "meson", "introspect", what, self.build, check=True).stdout)
            for what in ("--tests", "--targets"))
        files = {one["id"]: one["filename"] for one in targets}
        return {one["name"]: sum((files[id] for id in one["depends"]), [])
                for one in tests}

    def build_of(self, *targets):
        done = self.run("ninja", "-C", self.build, *targets)
        if done.returncode != 0:
            raise SystemExit(f"it does not build\n{done.stdout[-3000:]}")

    def lives(self, count):
        """The promise that broke, or None."""
        self.build_of("tests/soak/soak")
        done = self.run(os.path.join(self.build, "tests", "soak", "soak"),
                        "--seeds", str(count), "--days", "60", "--hasty")
        found = re.search(r"^not ok \d+ - (.*)$", done.stdout, re.M)
        return found[1][:100] if found else \
            None if done.returncode == 0 else "the program died"

    def failing(self, names, *options):
        """Those of these tests that fail, and those that did not end: but what
        had failed by then counts, without a guard much is only slow."""
        failed, endless = [], []
        log = os.path.join(self.build, "meson-logs", "testlog.json")
        if os.path.exists(log):
            os.remove(log)
        self.build_of(*sorted({os.path.relpath(file, self.build)
                               for name in names
                               for file in self.needs[name]}))
        self.run("meson", "test", "-C", self.build, "--no-rebuild", *options,
                 *names)
        for one in map(json.loads, read(log).splitlines()):
            name = one["name"].split(" / ")[-1]
            if one["result"] in ("FAIL", "ERROR") or (
                    one["result"] == "TIMEOUT" and
                    "not ok " in one["stdout"]):
                failed.append(name)
            elif one["result"] == "TIMEOUT":
                endless.append(name)
        return failed, endless

    def well(self, names):
        """Those of these tests that pass with all guards there; the others are
        told: what they need is not on this machine."""
        ill = {name for some in self.failing(names) for name in some
               } if names else set()
        for name in sorted(ill):
            print(f"# left out, it fails with all guards there: {name}")
        return sorted(set(names) - ill)

    def names_of(self, suites):
        words = [word for suite in suites for word in ("--suite", suite)]
        done = self.run("meson", "test", "-C", self.build, "--list",
                        "--no-rebuild", *words, check=True)
        return [line.split(" / ")[-1] for line in done.stdout.splitlines()]

    def missed_by_tests(self, names):
        """The first that fails; one that does not end says nothing."""
        while names:
            failed, endless = self.failing(names, "--maxfail", "1")
            if failed or not endless:
                return failed[0] if failed else None
            names = [name for name in names if name not in endless]
        return None

    def without(self, one, ask):
        """What `ask` finds in a tree without this guard."""
        path = os.path.join(self.tree, one["file"])
        whole = read(path)
        write(path, whole.replace(one["from"], one["to"]))
        try:
            return ask()
        finally:
            write(path, whole)

    def missed_by(self, one, lives, suites):
        """Who misses this guard: whoever did the last time, a life, a test."""
        def soon():
            broken = None
            last = self.missed_by_tests([one["by"]] if one.get("by") in
                                        self.last else [])
            if not last:
                broken = self.lives(lives)
            return LIVES + broken if broken else last

        found = self.without(one, soon)
        for number, some in enumerate(suites):
            if found:
                break
            if number == len(self.names):
                self.names.append(self.well(self.names_of(some)))
            found = self.without(
                one, lambda: self.missed_by_tests(self.names[number]))
        return found


def learn(guard, by):
    path = os.path.join(HERE, "mutants.json")
    every = json.loads(read(path))
    for one in every:
        if one["guard"] == guard and not by.startswith(LIVES):
            one["by"] = by
    write(path, json.dumps(every, indent=1, ensure_ascii=False) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--lives", type=int, default=20)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--learn", action="store_true")
    parser.add_argument("--from", type=int, default=1, dest="first")
    parser.add_argument("words", nargs="*")
    given = parser.parse_args()
    every = mutants(given.words)
    if given.check:
        sys.exit(0 if check(every) else 1)
    copy = Copy()
    ill = copy.lives(given.lives)
    if ill:
        raise SystemExit(f"with all guards there a promise breaks: {ill}")
    suites = () if given.alone else SUITES
    if not given.alone:
        copy.last = copy.well(sorted({one["by"] for one in every
                                      if "by" in one}))
    survived = alone = 0
    print(f"1..{len(every)}")
    for number, one in enumerate(every[given.first - 1:], given.first):
        by = copy.missed_by(one, given.lives, suites)
        survived += by is None
        if by and given.learn:
            learn(one["guard"], by)
        alone += bool(by) and by.startswith(LIVES)
        print(f"{'ok' if by else 'not ok'} {number} - {one['guard']}: "
              + (f"missed by {by}" if by else
                 "nobody misses it"), flush=True)
    looked = len(every) - given.first + 1
    print(f"# {looked - survived} of {looked} guards are missed when "
          f"they are gone, {alone} of them by lives alone")
    sys.exit(1 if survived else 0)


if __name__ == "__main__":
    main()
