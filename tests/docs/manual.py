#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The manual pages say what the program knows, no more and no less.

  manual.py PROGRAM ROOT    as TAP: a case for each command (its flags and
                            words in --help and in outreach.1.scd) and one for
                            each group of members in outreach.json.5.scd
"""
import os
import re
import subprocess
import sys

FLAG = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")
# A flag or word that the help or the manual explains: begins its line.
HELP_WORD = re.compile(r"^  ([a-z][a-z-]+)(?: [A-Z]+)?  ", re.M)
TERM = re.compile(r"\*(\$?\w[\w-]*)\*")
MEMBERS = re.compile(r"\*const (\w*members|names)\[\] = \{(.*?)\};", re.S)
READ = re.compile(r"\b(?:text|number|duration)_member\(\s*\w+,\s*\w+,"
                  r"\s*\"(\w+)\"|\bjson_get\([^\"()]+,\s*\"(\w+)\"")


def read(*parts):
    with open(os.path.join(*parts), encoding="utf-8") as file:
        return file.read()


def help_of(program, *words):
    return subprocess.run([program, *words, "--help"], check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def terms(scd):
    """The names that a manual explains: those that begin their lines."""
    return {name for line in scd.splitlines() if line.startswith("*")
            for name in TERM.findall(line)}


def plain(scd):
    """A manual's text without the marks of its writer."""
    return re.sub(r"\\(.)", r"\1", scd)


def sections(scd):
    """Heading -> text, of a manual's # and ## headings."""
    found, name = {}, ""
    for line in scd.splitlines(keepends=True):
        if match := re.match(r"##? (.+)", line):
            name = match[1].strip()
            found[name] = ""
        elif name:
            found[name] += line
    return found


def differences(here, there, what):
    return ([f"{what}: the manual lacks {w}" for w in sorted(here - there)]
            + [f"{what}: {w} is only in the manual"
               for w in sorted(there - here)])


def command_cases(program, manual):
    parts = sections(manual)
    top = help_of(program)
    names = re.findall(r"^  ([a-z][a-z-]*) ", top.split("Commands:")[1]
                       .split("\n\n")[0], re.M)
    yield "global flags", differences(
        set(FLAG.findall(top)), set(FLAG.findall(plain(
            parts.get("SYNOPSIS", "") + parts.get("GLOBAL FLAGS", "")))),
        "outreach --help")
    listed = {name[9:] for name in parts if name.startswith("outreach ")}
    yield "the commands", differences(set(names), listed, "outreach --help")
    for name in names:
        shown = help_of(program, name)
        text = plain(parts.get("outreach " + name, ""))
        faults = differences(set(FLAG.findall(shown)), set(FLAG.findall(text)),
                             name)
        faults += differences(set(HELP_WORD.findall(shown)),
                              terms(text), name)
        yield f"outreach {name}", faults


def own_members(text, array):
    found = [m[2] for m in MEMBERS.finditer(text) if m[1].endswith(array)]
    return set(re.findall(r'"([\w$]+)"', found[-1])) if found else set()


def config_cases(root, manual):
    parts = {name: terms(text)
             for name, text in sections(plain(manual)).items()}
    text = read(root, "app", "config.c")
    top = own_members(text, "names")
    yield "members of outreach.json", differences(
        top, parts.get("MEMBERS", set()), "outreach.json")
    text += read(root, "app", "config_channels.c")
    known = {a or b for a, b in READ.findall(text)}
    told = parts.get("PROVIDERS", set()) | parts.get("FEEDS", set())
    yield "members of a provider and a feed", differences(
        known - top, told, "provider or feed")
    for part, name in (("HTTP", "http"), ("HL7", "hl7"),
                       ("WATCHED FOLDERS", "watch")):
        yield f"members of {part}", differences(
            own_members(read(root, "app", f"config_{name}.c"), "names"),
            parts.get(part, set()) - top, part)
    drivers = {}
    for name in sorted(os.listdir(os.path.join(root, "channels"))):
        if not name.endswith(".c"):
            continue
        text = read(root, "channels", name)
        driver = re.search(r"const struct channel_driver \w+ = \{\s*"
                           r"\.name = \"(\w+)\"", text)
        if driver:
            drivers[driver[1]] = own_members(text, "members")
    told = {name[7:]: words for name, words in parts.items()
            if name.startswith("DRIVER ")}
    yield "the drivers", differences(set(drivers), set(told), "drivers")
    for name, members in drivers.items():
        # every provider's, explained once under PROVIDERS
        yield f"driver {name}", differences(
            members - {"channels"}, told.get(name, set()), name)


def can_fail(program, root, command, config):
    """Manuals from which one thing is gone, or to which one was added."""
    rows = (
        ("a flag", command_cases(program, command.replace("*--full*", ""))),
        ("a word", command_cases(program, command.replace("*approve*", ""))),
        ("a flag that is not there", command_cases(
            program, command.replace("*--accept*", "*--force*"))),
        ("a member", config_cases(root, config.replace("*sweep_at*", ""))),
        ("a driver's member", config_cases(
            root, config.replace("*helo*", "*ehlo*"))),
    )
    yield "wrong manuals are found", [
        f"nobody missed {what}" for what, cases in rows
        if not any(faults for _, faults in cases)]


def main(program, root):
    man = os.path.join(root, "packaging", "man")
    command = read(man, "outreach.1.scd")
    config = read(man, "outreach.json.5.scd")
    cases = list(command_cases(program, command))
    cases += config_cases(root, config)
    cases += can_fail(program, root, command, config)
    print(f"1..{len(cases)}")
    for number, (name, faults) in enumerate(cases, 1):
        print(f"{'not ok' if faults else 'ok'} {number} - {name}")
        for fault in faults:
            print("# " + fault)
    return any(faults for _, faults in cases)


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2]))
