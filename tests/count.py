#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts single cases in meson's test logs and shows the failed ones.

  count.py LOG.json...   one log a build; ends with `N passed, N failed`
  count.py --self-test   proves (as TAP) that a crash cannot look like success

A case that ran in several builds counts once, and passes only when it passed
in each. A program that crashed, hung, stopped early or said nothing counts
as one failed case more."""
import json
import re
import sys

LINE = re.compile(r"^(ok|not ok) \d+\b\s*-?\s*(.*?)\s*$")
PLAN = re.compile(r"^1\.\.(\d+)")


class Tally:
    def __init__(self):
        self.cases = {}  # (program, case) -> "passed" | "failed" | "skipped"

    def note(self, program, case, state):
        rank = ("skipped", "passed", "failed")
        before = self.cases.get((program, case), "skipped")
        self.cases[program, case] = max(before, state, key=rank.index)

    def count(self, state):
        return list(self.cases.values()).count(state)


def state_of(result, rest):
    if re.search(r"#\s*skip\b", rest, re.I):
        return "skipped"
    return "passed" if result == "ok" else "failed"


def add(tally, test):
    """Adds one program of a log; returns what to show when it failed."""
    program = test["name"].split(" / ")[-1]
    output = test.get("stdout", "")
    planned, seen, failed, skipped = 0, {}, [], 0
    for line in output.splitlines():
        if plan := PLAN.match(line):
            planned += int(plan[1])
        elif match := LINE.match(line):
            state = state_of(match[1], match[2])
            case = re.sub(r"^#\s*skip\s*", "", match[2], flags=re.I)
            seen[case] = seen.get(case, 0) + 1
            if seen[case] > 1:
                case += f" ({seen[case]})"
            tally.note(program, case, state)
            failed += [case] if state == "failed" else []
            skipped += state == "skipped"
    ran = sum(seen.values())
    # cmocka prints a skipped case as "not ok 2 # SKIP", and for that alone
    # meson calls a program failed that ended with 0.
    well = test["result"] in ("OK", "SKIP", "EXPECTEDFAIL") or \
        (skipped and test["result"] == "FAIL" and test.get("returncode") == 0)
    if ran < planned or (not failed and (not well or not ran)):
        end = "timed out" if test["result"] == "TIMEOUT" else \
            f"exit {test.get('returncode')}, {test['result']}"
        case = f"the program ended early: {ran} of {planned} cases, {end}"
        tally.note(program, "(end)", "failed")
        failed.append(case)
    return failed


def show(program, build, test, failed):
    print(f"\n--- {program} ({build})")
    for case in failed:
        print(f"failed: {case}")
    lines = [line for line in test.get("stdout", "").splitlines()
             if not line.startswith("ok ")]
    lines += test.get("stderr", "").splitlines()
    for line in lines[-120:]:
        print("    " + line)


def read(tally, path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            test = json.loads(line)
            failed = add(tally, test)
            if failed:
                program = test["name"].split(" / ")[-1]
                show(program, path.split("/meson-logs")[0], test, failed)


def rooms(tally):
    """One line a room, so that a glance shows where the cases are."""
    table = {}
    for (program, _), state in tally.cases.items():
        row = table.setdefault(program.split("/")[0],
                               {"passed": 0, "failed": 0, "skipped": 0})
        row[state] += 1
    for room, row in sorted(table.items()):
        print(f"{room:12} {row['passed']:5} passed"
              + (f", {row['failed']} failed" if row["failed"] else "")
              + (f", {row['skipped']} skipped" if row["skipped"] else ""))


def self_test():
    plan = "1..2\nok 1 - a\n"
    rows = (
        # sentence, stdout, result, exit; expected passed, failed, skipped
        ("all is well", plan + "ok 2 - b\n", "OK", 0, (2, 0, 0)),
        ("a failed case", plan + "not ok 2 - b\n", "FAIL", 1, (1, 1, 0)),
        ("a skipped case", plan + "not ok 2 # SKIP b\n", "FAIL", 0, (1, 0, 1)),
        ("death after a skipped case", plan + "not ok 2 # SKIP b\n", "FAIL",
         -6, (1, 1, 1)),
        ("death after the first case", plan, "ERROR", -11, (1, 1, 0)),
        ("death after the last case", plan + "ok 2 - b\n", "FAIL", -6,
         (2, 1, 0)),
        ("a leak found at exit", plan + "ok 2 - b\n", "ERROR", 1, (2, 1, 0)),
        ("silence", "", "OK", 0, (0, 1, 0)),
        ("no end in time", plan, "TIMEOUT", None, (1, 1, 0)),
        ("output that looks like a result", "1..1\nok so far\nok 1 - a\n",
         "OK", 0, (1, 0, 0)),
        ("two cases of one name", "1..2\nok 1 - a\nok 2 - a\n", "OK", 0,
         (2, 0, 0)),
    )
    print(f"1..{len(rows)}")
    for number, (name, out, result, code, wanted) in enumerate(rows, 1):
        tally = Tally()
        add(tally, {"name": "x / room/t", "stdout": out, "result": result,
                    "returncode": code})
        got = tuple(map(tally.count, ("passed", "failed", "skipped")))
        print(f"{'ok' if got == wanted else 'not ok'} {number} - {name}")
        if got != wanted:
            print(f"# counted {got}, not {wanted}")
    return 0


def main(words):
    if words == ["--self-test"]:
        return self_test()
    tally = Tally()
    for path in words:
        read(tally, path)
    print()
    rooms(tally)
    passed, failed = tally.count("passed"), tally.count("failed")
    if not passed and not failed:
        print("no test ran", file=sys.stderr)
    print(f"{passed} passed, {failed} failed", flush=True)
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
