#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The fault loop: for n = 1, 2, 3 ... the n-th write, sync, lock or request of
the real program goes wrong; then it is started again without faults. Nothing
may be lost, nothing accepted twice by the provider, nothing left half-done.

usage: faults.py [--points N] [--only POINT] [CASE...]

--points 10 tries ten points of each case, spread over all (the default: every
one); --only kill:17 this one. A case is one line of TAP, and a comment says
how many points were tried. A point whose fault never came was not tried: that
is a failure too."""
import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                os.pardir, "app"))
from house import BINARY, BUILD, PATIENCE, STATES, House  # noqa: E402
from peer import RESET, Sink, Twilio, answer  # noqa: E402

SHIM = os.path.join(BUILD, "tests", "soak", "fault.so")
WRITES = ("kill", "lost", "torn", "io", "full")
DEADLY = ("kill", "lost", "torn")
COUNTS = {"sync": 1, "busy": 2}  # the others are of writes
TURNS = 3  # until a point is met
DUE = 6  # messages
LATER = 700  # seconds: an unknown message is looked for every ten minutes
TASK = {"if_not_reached": {"task": {"to": "front desk",
                                    "within": "same day"}}}


class Broken(Exception):
    pass


def must(true, what):
    if not true:
        raise Broken(what)


class Place:
    """A house whose files can be set back to how they were. Their inodes stay,
    or the store would be taken for a copy."""

    def __init__(self, house):
        self.house, self.kept = house, house.folder + ".kept"
        self.fired = False
        shutil.copytree(house.folder, self.kept)

    def files(self):
        return {os.path.relpath(os.path.join(folder, name), self.house.folder)
                for folder, _, names in os.walk(self.house.folder)
                for name in names}

    def back(self):
        kept = {os.path.relpath(os.path.join(folder, name), self.kept)
                for folder, _, names in os.walk(self.kept) for name in names}
        for name in self.files() - kept:
            os.remove(self.house.path(name))
        for name in kept:
            shutil.copyfile(os.path.join(self.kept, name),
                            self.house.path(name))

    def close(self):
        shutil.rmtree(self.kept)
        self.house.close()

    def run(self, *words, fault="none:0", ahead=0, codes=(0,), started=None):
        """Runs the program, with a fault or at a later time. However it ends,
        it says why, unless it was killed."""
        env = self.house.environment(
            LD_PRELOAD=SHIM, FAULT=fault, FAULT_AHEAD=str(ahead),
            FAULT_COUNT=self.house.path("count"), TOKEN="0" * 32,
            ASAN_OPTIONS="verify_asan_link_order=0")
        process = subprocess.Popen(
            [BINARY, *words], cwd=self.house.folder, env=env, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, errors="replace")
        if started:
            started(process)
        process.out, process.err = process.communicate(timeout=PATIENCE)
        code = process.returncode
        told = f"'{' '.join(words)}' exit {code}: {process.err[-600:]}"
        must(code in codes, told)
        must(code in (0, -9) or process.err.strip(), told)
        return process

    def run_faulty(self, fault, *words, started=None):
        done = self.run(*words, fault=fault, codes=(0, 1, 3, 4, -9),
                        started=started)
        kind, _, number = fault.partition(":")
        killed = done.returncode == -9
        self.fired = killed if kind in DEADLY else not killed and \
            self.counted()[COUNTS.get(kind, 0)] >= int(number)
        return done

    def counted(self):
        """How many writes, syncs and locks there were."""
        with open(self.house.path("count"), encoding="ascii") as file:
            return tuple(map(int, file.read().split()))

    def points(self, *words):
        """All points of a command: it is counted without a fault, twice, for
        no two runs write quite alike."""
        runs = []
        for _ in range(2):
            self.back()
            self.run(*words)
            runs.append(self.counted())
        writes, syncs, locks = map(min, *runs)
        return [f"{kind}:{n}" for kind in WRITES
                for n in range(1, writes + 1)] + \
            [f"sync:{n}" for n in range(1, syncs + 1)] + \
            [f"busy:{n}" for n in range(1, locks + 1)]

    def whole(self):
        """What must be true of a store whatever happened to it; the program
        is the first that opens it."""
        self.run("audit", "verify")
        store = sqlite3.connect(self.house.path("outreach.db"))
        try:
            must(store.execute("pragma integrity_check").fetchone()[0] == "ok",
                 "the store is not whole")
            must(not store.execute("pragma foreign_key_check").fetchall(),
                 "a row refers to none")
        finally:
            store.close()


# Providers, of which one request goes wrong ----------------------------------

class Wrong:
    """What goes wrong with the `at`-th message, and what was taken."""

    KINDS = ("hang", "close", "cut", "reset", "500", "429", "garbage",
             "nonsense")

    def fresh(self):
        self.kind, self.at, self.kills = None, 0, False
        self.count, self.process = 0, None
        self.go_on = threading.Event()

    def meet(self, take):
        """`take` notes the message, and has the usual answer."""
        with self.lock:
            self.count += 1
            now = self.count == self.at
        if not now:
            return take()
        if self.kills:
            threading.Timer(0.01, self.process.kill).start()
        if self.kind == "reset":
            return RESET
        if self.kind == "429":
            return answer(429, {}, "Retry-After: 1")
        said = take()
        if self.kind == "hang":
            self.go_on.wait(PATIENCE)
        return {
            "hang": None, "close": None, "500": answer(500, {}),
            "cut": said.replace(b"\r\n", b"\r\nConnection: close\r\n",
                                1)[:-10],
            "garbage": b"\x00\xff HTTP?\r\nConnection: close\r\n\r\n",
            "nonsense": answer(200, b"<html>Maintenance</html>"),
        }[self.kind]


class Web(Wrong, Sink):
    """Nobody can ask it what it has."""

    queries = False

    def __init__(self):
        self.fresh()
        Sink.__init__(self, self.serve)

    def fresh(self):
        Wrong.fresh(self)
        self.taken = []

    def serve(self, request, _):
        def take():
            form = request.json()
            with self.lock:
                self.taken.append((form["to"], form["ref"]))
                return answer(200, {"id": f"m{len(self.taken)}"})
        return self.meet(take)

    def provider(self):
        return Sink.provider(self, timeout_s=1, concurrency=2,
                             success={"json": {"path": "id"}})


class Lists(Wrong, Twilio):
    """It tells what it has."""

    queries = True

    def __init__(self):
        self.fresh()
        Twilio.__init__(self)

    def fresh(self):
        Wrong.fresh(self)
        self.messages, self.ahead = [], 0

    @property
    def taken(self):
        return [(to, None) for to in self.references()]

    def serve(self, request, number):
        if request.method == "GET":
            return Twilio.serve(self, request, number)
        return self.meet(lambda: Twilio.serve(self, request, number))

    def provider(self):
        return Twilio.provider(self, timeout_s=1, concurrency=2)


# Cases -----------------------------------------------------------------------

class Sending:
    """Six messages are due; whatever happens, each leaves at most once, and
    each is accounted for."""

    WORDS = ("run", "--once")

    def __init__(self, peer):
        self.peer = peer()
        house = House({"web": self.peer.provider()})
        house.open(DUE, **TASK)
        self.place = Place(house)

    def points(self):
        return self.place.points(*self.WORDS)

    def close(self):
        self.place.close()
        self.peer.close()

    def begin(self, point):
        """The faulty run."""
        self.place.run_faulty(point, *self.WORDS)

    def attempt(self, point):
        self.peer.fresh()
        self.place.back()
        self.begin(point)
        self.peer.go_on.set()
        self.peer.settle()
        known = self.peer.taken
        for turn in range(8):
            self.peer.ahead = turn * LATER
            self.place.run(*self.WORDS, ahead=turn * LATER)
            self.check_known(known)
            if not self.waits():
                break
        else:
            raise Broken(f"it does not end: {self.place.house.states()}")
        self.check_end()
        self.place.whole()

    def waits(self):
        return self.place.house.one(
            "select count(*) from outreach where state in (?, ?) or "
            "(state = ? and due_at is not null)", STATES.index("planned"),
            STATES.index("submitting"), STATES.index("unknown"))

    def check_known(self, known):
        """Nothing reached the provider that was not written down before."""
        house = self.place.house
        numbers = {to for to, in house.ask("select address from attempt")}
        references = set(house.references())
        for to, reference in known:
            must(to in numbers and
                 (reference is None or reference in references),
                 f"{to} left without being written down")

    def check_end(self):
        house, taken = self.place.house, self.peer.taken
        numbers = [to for to, _ in taken]
        must(len(numbers) == len(set(numbers)), f"taken twice: {taken}")
        must(sum(house.states().values()) == DUE, "a row is missing")
        ended = {to: STATES[state] for to, state in house.ask(
            "select c.value, o.state from outreach o join contact_point c "
            "on c.patient_id = o.patient_id")}
        for to, state in ended.items():
            if state in ("accepted", "delivered"):
                must(to in numbers, f"{to} is {state}, and was not taken")
            else:
                must(state == "unknown" and not self.peer.queries,
                     f"{to} ended {state}, taken: {to in numbers}")
        silent = house.one(
            "select count(*) from outreach o where state = ? and not exists "
            "(select 1 from task t where t.patient_id = o.patient_id)",
            STATES.index("unknown"))
        must(silent == 0, f"{silent} are unknown and nobody was told")


class Requests(Sending):
    """One request goes wrong, with a kill after it or without."""

    def points(self):
        return [f"{kind}{kills}:{n}" for kind in Wrong.KINDS
                for kills in ("", "+kill") for n in range(1, DUE + 1)]

    def begin(self, point):
        kind, _, number = point.partition(":")
        self.peer.kind, _, kills = kind.partition("+")
        self.peer.at, self.peer.kills = int(number), bool(kills)

        def started(process):
            self.peer.process = process
        self.place.run_faulty("none:0", *self.WORDS, started=started)
        self.place.fired = self.peer.count >= self.peer.at


class Blast(Sending):
    """Recorded and sent, or not at all; again, it is another one."""

    WORDS = ("blast", "--list", "who.txt", "--purpose", "appointment",
             "--message", "Harbor Clinic: we are closed on Friday. Call "
             "212-555-0190. Reply STOP to opt out.", "--yes", "--quiet")

    def __init__(self, peer):
        self.peer = peer()
        house = House({"web": self.peer.provider()})
        house.visits(DUE)
        house.write("who.txt", "".join(f"P{i}\n" for i in range(DUE)))
        self.place = Place(house)

    def attempt(self, point):
        self.peer.fresh()
        self.place.back()
        self.begin(point)
        self.peer.settle()
        known, house = self.peer.taken, self.place.house
        for _ in range(2):
            self.place.run("run", "--once")
            self.check_known(known)
        must(house.one("select count(*) from campaign") <= 1, "two of them")
        self.check_blast(house)
        self.place.whole()
        self.peer.fresh()
        self.place.run(*self.WORDS)
        must(len(self.peer.taken) == DUE, "again, it does not reach all")
        self.check_blast(house)
        self.place.whole()

    def check_blast(self, house):
        states, numbers = house.states(), [to for to, _ in self.peer.taken]
        must(len(numbers) == len(set(numbers)), "taken twice")
        must(sum(states.values()) % DUE == 0, f"half of it: {states}")
        must(set(states) <= {"accepted", "unknown"}, f"no end: {states}")
        must(states.get("accepted", 0) <= len(numbers) or
             house.one("select count(*) from campaign") > 1,
             f"accepted, and not taken: {states}")
        must(bool(numbers) <= bool(states), "sent, and not recorded")


class Command:
    """One that changes the store: wholly, or not at all."""

    def __init__(self, prepare, words, question, again=(0,)):
        house = House()
        prepare(house)
        self.place = Place(house)
        self.words, self.question, self.again = words, question, again
        self.before = self.state()

    def points(self):
        found = self.place.points(*self.words)
        self.after, self.files = self.state(), self.place.files()
        must(self.after[0] != self.before[0], "the question sees no change")
        return found

    def close(self):
        self.place.close()

    def state(self):
        """What was asked for, and how many rows each table has; None before
        there is a store."""
        house = self.place.house
        try:
            tables = house.ask("select name from sqlite_schema where "
                               "type = 'table' and name not like 'sqlite_%' "
                               "order by name")
            if not tables:
                return None, []
            return house.ask(self.question), house.ask(" union all ".join(
                f"select '{name}', count(*) from {name}"
                for name, in tables))
        except sqlite3.OperationalError:
            return None, []

    def is_fine(self, now):
        return now in (self.before, self.after)

    def attempt(self, point):
        self.place.back()
        done = self.place.run_faulty(point, *self.words)
        is_there = self.before[0] is not None
        self.place.run("status", codes=(0,) if is_there else (0, 3))
        now = self.state()
        must(self.is_fine(now),
             f"half-done: {self.before} {now} {self.after}")
        must(done.returncode or now == self.after,
             "it said that it was done, and it is not")
        if now[0] is not None:
            self.place.whole()
        self.place.run(*self.words,
                       codes=self.again if now == self.after else (0,))
        must(self.state()[0] == self.after[0],
             f"again, it comes to {self.state()}, not {self.after}")
        self.place.whole()
        left = {name for name in self.place.files() - self.files
                if not name.endswith(("-wal", "-shm"))}
        must(not left, f"files are left: {left}")


class First(Command):
    """It makes the store, too: that may be there and still empty."""

    def is_fine(self, now):
        return now[0] in (None, [], self.after[0])


class Backup:
    """A whole copy, or none; the store is what it was."""

    WORDS = ("backup", "copy.db")
    MADE = {"copy.db", "copy.db.audit-key"}

    def __init__(self):
        house = House()
        house.open(DUE)
        self.place = Place(house)

    def points(self):
        return self.place.points(*self.WORDS)

    def close(self):
        self.place.close()

    def attempt(self, point):
        place = self.place
        place.back()
        before = place.files()
        done = place.run_faulty(point, *self.WORDS)
        self.check(done.returncode == 0)
        place.run("status")
        place.whole()
        left = {name for name in place.files() - before - self.MADE
                if not name.endswith(("-wal", "-shm"))} - {"count"}
        must(not left, f"files are left: {left}")
        for name in self.MADE & place.files():
            os.remove(place.house.path(name))
        place.run(*self.WORDS)
        self.check(True)

    def check(self, must_be):
        path = self.place.house.path("copy.db")
        there = os.path.exists(path)
        must(there or not must_be, "it said that it was done, and is not")
        if not there:
            return
        store = sqlite3.connect(path)
        try:
            must(store.execute("pragma integrity_check").fetchone()[0] == "ok"
                 and store.execute("select count(*) from patient").fetchone()
                 == (DUE,), "the copy is not whole")
        finally:
            store.close()


class Restore:
    """The store of the backup, or the one that was there; it can be done
    again, and what it was is never lost."""

    WORDS = ("restore", "copy.db", "--yes")
    OLD = 2  # patients in the backup

    def __init__(self):
        house = House()
        house.visits(self.OLD)
        house.run("backup", "copy.db", code=0)
        house.visits(DUE)
        house.campaign()
        self.place = Place(house)

    def points(self):
        return self.place.points(*self.WORDS)

    def close(self):
        self.place.close()

    def patients(self):
        try:
            return self.place.house.one("select count(*) from patient")
        except sqlite3.OperationalError:
            return None

    def attempt(self, point):
        place = self.place
        place.back()
        done = place.run_faulty(point, *self.WORDS)
        aside = any(".replaced-" in name for name in place.files())
        place.run("status", codes=(0, 3) if aside else (0,))
        there = self.patients()
        must(there == self.OLD or (done.returncode and
                                   (there == DUE or aside)),
             f"neither this nor that: {there}, exit {done.returncode}")
        if there != self.OLD:
            place.run(*self.WORDS)
        must(self.patients() == self.OLD, "again, it is not that store")
        place.run("release", "--yes")
        place.run("launch", "notice", "--yes", "--quiet")
        place.run("run", "--once")
        place.whole()
        left = [name for name in place.files() if name.startswith(".")]
        must(not left, f"files are left: {left}")


class Release:
    """The store was restored, and all that it would send was sent: whatever
    happens to its release, nothing leaves again."""

    WORDS = ("release", "--yes")
    TOKEN = {"TOKEN": "0" * 32}

    def __init__(self):
        self.peer = Lists()
        house = House({"tw": self.peer.provider()}, poll="1 minute")
        house.open(DUE)
        house.run("backup", "copy.db", code=0)
        house.run("run", "--once", code=0, env=self.TOKEN)
        self.sent = list(self.peer.messages)
        house.run("restore", "copy.db", "--yes", code=0)
        self.place = Place(house)

    def points(self):
        return self.place.points(*self.WORDS)

    def close(self):
        self.place.close()
        self.peer.close()

    def attempt(self, point):
        place = self.place
        self.peer.fresh()
        self.peer.messages = list(self.sent)
        place.back()
        place.run_faulty(point, *self.WORDS)
        place.run("status")
        place.run(*self.WORDS)
        for _ in range(2):
            place.run("run", "--once")
        must(place.house.states() == {"delivered": DUE},
             f"they are {place.house.states()}")
        must(len(self.peer.taken) == DUE, f"taken: {self.peer.taken}")
        place.whole()


def with_restored(house):
    """Whoever changes it first is the first that writes to it."""
    with_news(house)
    house.run("backup", "copy.db", code=0)
    house.run("restore", "copy.db", "--yes", code=0)


def with_task(house):
    """A step that is a task, and its moment came."""
    house.open(1, steps=[{"step": "booked", "when": "1 minute after booked",
                          "task": {"to": "front desk",
                                   "within": "same day"}}])
    house.run("run", "--once", code=0)
    if house.one("select count(*) from task") != 1:
        raise Broken("there is no task to be done")


def with_news(house):
    """Visits that moved, were cancelled, are gone or new."""
    house.open(30)
    house.run("run", "--once", code=0)
    header, *rows = house.read("data/appointments.csv").splitlines()
    rows = [row.replace("T09", "T10") if number % 3 == 0 else
            row.replace("booked", "cancelled") if number % 3 == 1 else row
            for number, row in enumerate(rows) if number != 5]
    rows.append(rows[0].replace("A0,", "A99,"))
    house.write("data/appointments.csv", "\n".join([header, *rows, ""]))


def with_campaign(house):
    house.visits(DUE)
    house.campaign()


def with_all(house):
    house.open(DUE)


APPOINTMENTS = ("select external_id, start_local, status, occurrence "
                "from appointment order by 1")
CASES = {
    "sending over http": lambda: Sending(Web),
    "sending over twilio": lambda: Sending(Lists),
    "requests over http": lambda: Requests(Web),
    "requests over twilio": lambda: Requests(Lists),
    "blast": lambda: Blast(Web),
    "first import": lambda: First(
        lambda house: house.visits_file(1), ("import", "data/clinics.csv"),
        "select external_id from clinic"),
    "import": lambda: Command(
        with_news, ("import", "data/appointments.csv"), APPOINTMENTS),
    "import after a restore": lambda: Command(
        with_restored, ("import", "data/appointments.csv"), APPOINTMENTS),
    "backup": Backup,
    "restore": Restore,
    "release": Release,
    "launch": lambda: Command(
        with_campaign, ("launch", "notice", "--yes", "--quiet"),
        "select name, state from campaign"),
    "opt-out": lambda: Command(
        with_all, ("patient", "opt-out", "P0"),
        "select count(*) > 0 from suppression"),
    "forget": lambda: Command(
        with_all, ("patient", "forget", "P0", "--yes"),
        "select mrn from patient order by 1", again=(0, 1, 3)),
    "pause": lambda: Command(
        with_all, ("pause", "--campaign", "notice"),
        "select name, state from campaign"),
    "pause all": lambda: Command(
        with_all, ("pause", "--all"),
        "select value from meta where key = 'paused'"),
    "task done": lambda: Command(
        with_task, ("task", "done", "1", "--note", "was told by phone"),
        "select state, note is null from task", again=(0, 1, 3)),
}


def spread(points, most):
    """At most so many, of all kinds."""
    if not most or most >= len(points):
        return points
    return [points[i * len(points) // most] for i in range(most)]


def meet(case, point):
    """Tries a point until the fault was there; a run may write less often
    than the one that was counted."""
    for _ in range(TURNS):
        case.attempt(point)
        if case.place.fired:
            return
    raise Broken(f"{TURNS} times the fault never came")


def try_case(name, options):
    """How many points held; prints those that did not."""
    case = CASES[name]()
    broken = []
    try:
        there_are = case.points()
        points = [options.only] if options.only else \
            spread(there_are, options.points)
        for point in points:
            try:
                meet(case, point)
            except (Broken, AssertionError, sqlite3.Error,
                    subprocess.TimeoutExpired) as fault:
                broken.append(f"{point}: {fault}")
                if len(broken) == options.most_told:
                    break
    finally:
        case.close()
    return broken, len(points), len(there_are)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--points", type=int, default=0)
    parser.add_argument("--only")
    parser.add_argument("--most-told", type=int, default=10)
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    names = options.cases or list(CASES)
    failed = 0
    for number, name in enumerate(names, 1):
        broken, tried, there_are = try_case(name, options)
        failed += bool(broken)
        print(f"{'not ok' if broken else 'ok'} {number} - {name}")
        for text in broken:
            print("\n".join(f"# {line}" for line in text.splitlines()))
        print(f"# {name}: {tried} of {there_are} points", flush=True)
    print(f"1..{len(names)}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
