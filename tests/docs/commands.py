#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every command that our pages show, as a reader would type it.

  commands.py PROGRAM PAGE...    one TAP case a page, and one that this
                                 program itself finds what is wrong

What a page's writer must know:
* A block fenced as ```console holds commands behind "$ " and, below each,
  what it prints. "..." stands for anything: as a line of its own for any
  number of lines, within a line for any text. Where nothing is shown, anything
  may be printed. A line that ends with a backslash goes on in the next.
* A fenced block right below a line that ends with "`NAME`:" is a file: it is
  written before the next commands run.
* The commands of a page run in order, in one shell, in a new empty folder.
  One may fail only if "$ echo $?" follows and shows the code.
* <!-- not run: why --> right above a console block leaves it out; the test
  lists it. Commands must not be shown in another way, fenced or indented.
"""
import os
import re
import select
import subprocess
import sys
import tempfile
import time

NAME = re.compile(r"`([\w./-]+)`:$")
NOT_RUN = re.compile(r"<!-- not run: (.+?) -->")
SHOWN = re.compile(r"^\s*(\$ |outreach (?!\{)|sudo |\./dev )")
TIME_LIMIT = 60
MARK = "--- the command ended with "


class Block:
    def __init__(self, language, above, line):
        self.language, self.above, self.line = language, above, line
        self.lines = []


def blocks(text):
    """The fenced blocks of a page, with the last line above each."""
    block, above, fence = None, "", ""
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r"\s*(```+)(\w*)", line)
        if block and line.strip() == fence:
            yield block
            block, above = None, ""
        elif block:
            block.lines.append(line)
        elif match:
            fence = match[1]
            block = Block(match[2], above, number)
        elif line.strip():
            above = line.strip()


def indented(text):
    """(line, command) of each command that stands indented, not fenced."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        fenced ^= line.lstrip().startswith("```")
        if not fenced and re.match(r"    (\$ |outreach |sudo |\./dev )", line):
            yield number, line.strip()


def commands(block):
    """(line, command, lines that it should print) of a console block."""
    found = []
    for number, line in enumerate(block.lines, block.line + 1):
        if found and found[-1][1].endswith("\\") and not found[-1][2]:
            found[-1][1] += "\n" + line
        elif line.startswith("$ "):
            found.append([number, line[2:], []])
        elif found:
            found[-1][2].append(line.rstrip())
    return found


def pattern(line):
    return ".*".join(re.escape(part) for part in line.split("..."))


def agrees(shown, printed):
    """Do the printed lines look like the shown ones?"""
    if not shown:
        return True
    if shown[0] == "...":
        return len(shown) == 1 or any(
            agrees(shown[1:], printed[i:]) for i in range(len(printed)))
    if not printed or not re.fullmatch(pattern(shown[0]), printed[0]):
        return False
    return agrees(shown[1:], printed[1:]) if shown[1:] else not printed[1:]


class Shell:
    """One shell for a page: `cd`, variables and `$?` live on."""

    def __init__(self, program, folder):
        environment = {
            "PATH": os.path.dirname(program) + ":" + os.environ["PATH"],
            "HOME": folder, "LANG": "C.UTF-8", "TZ": "UTC",
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", ""),
        }
        self.process = subprocess.Popen(
            ["bash", "--norc"], cwd=folder, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        self.rest = b""

    def run(self, command):
        """(exit code, printed lines); None for the code after too long."""
        # The code is handed on, so that `echo $?` sees it.
        script = (f"{{ {command}\n}} </dev/null; __code=$?; "
                  f"printf '%s%s\\n' '{MARK}' $__code; (exit $__code)\n")
        self.process.stdin.write(script.encode())
        self.process.stdin.flush()
        end = re.compile(re.escape(MARK).encode() + rb"(\d+)\n")
        give_up = time.monotonic() + TIME_LIMIT
        while not (match := end.search(self.rest)):
            ready = select.select([self.process.stdout], [], [],
                                  max(0, give_up - time.monotonic()))[0]
            more = os.read(self.process.stdout.fileno(), 65536) if ready \
                else b""
            if not more:
                text = self.rest.decode(errors="replace")
                return None, [s.rstrip() for s in text.splitlines()]
            self.rest += more
        text = self.rest[:match.start()].decode(errors="replace")
        self.rest = self.rest[match.end():]
        lines = [s.rstrip() for s in text.splitlines()]
        while lines and not lines[-1]:
            lines.pop()
        return int(match[1]), lines

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def run_block(shell, block, state):
    """Yields (line, what is wrong) of one console block."""
    for line, command, shown in commands(block):
        while shown and not shown[-1]:
            shown.pop()
        if state["failed"] and command != "echo $?":
            yield state["failed"]
            state["failed"] = None
        code, printed = shell.run(command)
        state["run"] += 1
        if code is None:
            yield line, [f"{command}: no end after {TIME_LIMIT} s", *printed]
            return
        if not agrees(shown, printed):
            yield line, [f"{command}: prints something else:", *printed]
        state["failed"] = None
        if code:
            state["failed"] = line, [f"{command}: exit code {code}", *printed]


def write_file(folder, name, block):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(block.lines) + "\n")
    os.chmod(path, 0o600)


def run_page(program, text):
    """(faults, number of commands run, blocks left out) of a page."""
    faults = [(line, [f"{command}: not fenced as console: nobody runs it"])
              for line, command in indented(text)]
    left_out = []
    state = {"run": 0, "failed": None}
    with tempfile.TemporaryDirectory() as folder:
        shell = Shell(program, folder)
        for block in blocks(text):
            why = NOT_RUN.search(block.above)
            name = NAME.search(block.above)
            if block.language == "console" and why:
                left_out.append((block.line, why[1]))
            elif block.language == "console":
                faults += run_block(shell, block, state)
            elif name:
                write_file(folder, name[1], block)
            elif any(SHOWN.match(line) for line in block.lines):
                faults.append((block.line, ["shows commands, but is not fenced "
                                            "as console: nobody runs it"]))
        shell.close()
    faults += [state["failed"]] if state["failed"] else []
    return faults, state["run"], left_out


def self_test():
    """Faults of this program: pages that are right and that are wrong."""
    console = "```console\n%s\n```\n"
    rows = (
        ("what is shown is printed", console % "$ echo a\na", 0),
        ("something else is printed", console % "$ echo a\nb", 1),
        ("more is printed", console % "$ echo a; echo b\na", 1),
        ("dots for lines", console % "$ seq 9\n1\n...\n9", 0),
        ("dots, but not the end", console % "$ seq 9\n1\n...\n8", 1),
        ("dots within a line", console % "$ echo it is 9 now\nit is ... now",
         0),
        ("a failure", console % "$ false", 1),
        ("a failure that is shown", console % "$ (exit 3)\n$ echo $?\n3", 0),
        ("another code than shown", console % "$ (exit 3)\n$ echo $?\n4", 1),
        ("a file", "Write `a/b`:\n\n```\nhello\n```\n"
         + console % "$ cat a/b\nhello", 0),
        ("not run", "<!-- not run: root -->\n" + console % "$ false", 0),
        ("commands nobody runs", "```\n$ true\n```\n", 1),
        ("indented commands", "Try:\n\n    outreach status\n", 1),
        ("a long command", console % "$ echo a \\\n  b\na b", 0),
    )
    for sentence, text, expected in rows:
        faults = run_page("/bin/true", text)[0]
        if len(faults) != expected:
            yield f"{sentence}: {len(faults)} faults found, not {expected}"


def main(program, pages):
    bad = False
    print(f"1..{len(pages) + 1}")
    wrong = list(self_test())
    bad |= bool(wrong)
    print(f"{'not ok' if wrong else 'ok'} 1 - wrong pages are found")
    for text in wrong:
        print("# " + text)
    for number, page in enumerate(pages, 2):
        with open(page, encoding="utf-8") as file:
            faults, count, left_out = run_page(program, file.read())
        name = os.path.basename(page)
        bad |= bool(faults)
        print(f"{'not ok' if faults else 'ok'} {number} - {name}: "
              f"{count} commands do what it shows")
        for line, texts in faults:
            print(f"# {name}:{line}:")
            for text in texts:
                print("#     " + text)
        for line, why in left_out:
            print(f"# {name}:{line}: not run: {why}")
    return bad


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2:]))
