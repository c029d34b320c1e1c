# SPDX-License-Identifier: Apache-2.0
"""What the tests of the real binary share: a clinic in a folder of its own,
the program and its answers, a service under way, and cases told as TAP.

Every case and every subTest counts as one. Nothing here leaves loopback."""
import atexit
import functools
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = os.environ.get("OUTREACH_SOURCE") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("OUTREACH_BUILD") or os.path.join(SOURCE, "build")
BINARY = os.path.join(BUILD, "app", "outreach")
PATIENCE = 60  # seconds until something that must happen counts as missing

STATES = ("planned", "submitting", "accepted", "delivered", "failed",
          "suppressed", "expired", "cancelled", "merged", "unknown")

CLINICS = ("id,name,public_name,phone,zone\n"
           "C,Harbor Clinic,Harbor Clinic,212-555-0190,America/New_York\n")
NOTICE = ("{{clinic.public_name}}: your appointment is booked for "
          "{{start | day}}. Call {{clinic.phone}}. Reply STOP to opt out.")


@functools.cache
def public_binary():
    """A copy that everybody may run; it leaves with the tests."""
    folder = tempfile.mkdtemp(prefix="outreach-public-")
    atexit.register(shutil.rmtree, folder, True)
    os.chmod(folder, 0o755)
    shutil.copy(BINARY, folder)
    return os.path.join(folder, os.path.basename(BINARY))


class Answer:
    """What one run of the program said."""

    def __init__(self, done):
        self.code, self.out, self.err = \
            done.returncode, done.stdout, done.stderr

    def json(self):
        return json.loads(self.out)

    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def __str__(self):
        return f"exit {self.code}\n{self.out[-3000:]}{self.err[-3000:]}"


class House:
    """A clinic: configuration, store, campaigns, and rules that let a
    message go at any hour, so that the tests run at any hour."""

    def __init__(self, providers=None, **config):
        self.folder = tempfile.mkdtemp(prefix="outreach-test-")
        self.services = []
        self.store = "outreach.db"
        self.config = {
            "organisation": "Harbor Health",
            "zone": "America/New_York",
            "hours": "00:00-23:59",
            "policy": "policy.json",
            "providers": providers or {"outbox": {
                "driver": "outbox", "path": "outbox.jsonl"}},
            **config}
        os.mkdir(self.path("campaigns"))
        self.write("policy.json", self.open_policy())
        self.write_config()

    @staticmethod
    def open_policy():
        with open(os.path.join(SOURCE, "policy", "us.json"),
                  encoding="utf-8") as file:
            text = "".join(line for line in file
                           if not line.strip().startswith("//"))
        policy = json.loads(text)
        for cap in policy["caps"]:
            cap["most"] = 20 if cap["per"] == "day" else 50
        policy["hours"] = [dict(policy["hours"][0], windows={
            "every_day": "00:00-23:59"})]
        return policy

    def close(self):
        for service in self.services:
            service.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content if isinstance(content, bytes) else
                       content.encode() if isinstance(content, str) else
                       json.dumps(content, indent=1).encode())
        return self.path(name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def write_config(self, **changes):
        self.config.update(changes)
        return self.write("outreach.json", self.config)

    def environment(self, **more):
        env = {key: value for key, value in os.environ.items()
               if not key.startswith(("OUTREACH_", "SUDO_"))}
        return {**env, **more}

    def run(self, *words, code=None, stdin=subprocess.DEVNULL, env=None,
            before=None):
        # another user may not look into the folder that this was built in
        program = public_binary() if before else BINARY
        done = subprocess.run([program, *map(str, words)], cwd=self.folder,
                              stdin=stdin, capture_output=True, text=True,
                              env=self.environment(**(env or {})),
                              errors="replace", timeout=2 * PATIENCE,
                              preexec_fn=before)
        answer = Answer(done)
        if done.returncode < 0 or (code is not None and
                                   done.returncode != code):
            raise AssertionError(f"outreach {' '.join(map(str, words))}: "
                                 f"wanted exit {code}, got {answer}")
        return answer

    def campaign(self, name="notice", **changes):
        """A booked visit is told at once."""
        campaign = {
            "campaign": name, "owner": "front desk",
            "purpose": "appointment", "anchor": "appointment",
            "audience": ["status = 'booked'"],
            "steps": [{"step": "booked", "when": "1 minute after booked",
                       "until": "1 day after booked", "send": "sms",
                       "message": "m"}],
            "messages": {"m": {"en": {"sms": NOTICE, "email": {
                "subject": "Your appointment",
                "text": "Booked for {{start | date}}. "
                        "Call {{clinic.phone}}.\n"}}}}}
        campaign.update(changes)
        return self.write(f"campaigns/{name}.json", campaign)

    def start(self, *words):
        return subprocess.Popen([BINARY, *words], cwd=self.folder,
                                stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL,
                                env=self.environment())

    def visits(self, count, now=None, email=False):
        """`count` patients, each with a visit booked five minutes ago."""
        self.visits_file(count, now, email)
        self.run("import", "data", code=0)

    def visits_file(self, count, now=None, email=False):
        now = now or time.time()
        booked = stamp(now - 300)
        start = time.strftime("%Y-%m-%dT09:00:00", time.gmtime(now + 10 * 86400))
        people = ["mrn,first_name,language,clinic,state,zone,mobile,email"]
        visits = ["id,patient,clinic,start,status,booked"]
        for i in range(count):
            people.append(f"P{i},Ann,en,C,NY,America/New_York,"
                          f"{phone(i)},{f'p{i}@example.org' if email else ''}")
            visits.append(f"A{i},P{i},C,{start},booked,{booked}")
        os.makedirs(self.path("data"), exist_ok=True)
        self.write("data/clinics.csv", CLINICS)
        self.write("data/patients.csv", "\n".join(people) + "\n")
        self.write("data/appointments.csv", "\n".join(visits) + "\n")

    def open(self, count, email=False, **changes):
        """Patients are in and the campaign is launched: all is due."""
        self.visits(count, email=email)
        self.campaign(**changes)
        self.run("launch", "notice", "--yes", "--quiet", code=0)

    def reminders(self, visit):
        """Of a visit: ["cancelled 0", "planned 1"], by occurrence."""
        return [("planned", "cancelled")[state == 7] + f" {occurrence}"
                for state, occurrence in self.ask(
                    "select o.state, o.occurrence from outreach o join "
                    "appointment a on a.id = o.anchor_id where a.external_id "
                    "= ? and o.anchor_kind = 1 order by o.occurrence", visit)]

    def ask(self, sql, *values):
        store = sqlite3.connect(f"file:{self.path(self.store)}?mode=ro",
                                uri=True, timeout=10)
        try:
            return store.execute(sql, values).fetchall()
        finally:
            store.close()

    def one(self, sql, *values):
        return self.ask(sql, *values)[0][0]

    def states(self):
        """{'accepted': 3, ...} of all outreach rows."""
        return {STATES[state]: count for state, count in self.ask(
            "select state, count(*) from outreach group by state")}

    def copies(self):
        """Copies of the store that are at work, or were left behind."""
        return [name for name in os.listdir(self.folder)
                if name.startswith(".outreach-copy-")]

    def references(self, outcomes=None):
        return [f"o{row}-{attempt}" for row, attempt in self.ask(
            "select outreach_id, id from attempt")]

    def serve(self, *words, **options):
        service = Service(self, words, **options)
        self.services.append(service)
        return service


class Service:
    """`outreach run`, under way; what it logs goes to a file."""

    def __init__(self, house, words=(), env=None, name="service.log",
                 before=None, verbose=("-v",)):
        self.house, self.log_path = house, house.path(name)
        self.file = open(self.log_path, "ab")
        self.process = subprocess.Popen(
            [BINARY, *verbose, "run", *words], cwd=house.folder,
            stdin=subprocess.DEVNULL, stdout=self.file, stderr=self.file,
            env=house.environment(**(env or {})), preexec_fn=before)

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=PATIENCE):
        code = self.process.wait(seconds)
        self.file.close()
        return code

    def stop(self):
        """Ends it as systemd does; the exit code and how long it took."""
        began = time.monotonic()
        self.signal(signal.SIGTERM)
        code = self.wait()
        return code, time.monotonic() - began

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.file.close()


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(seconds))


def phone(i):
    """A New York number, another one for each i below 100,000."""
    return f"+1212{200 + i // 10000}{i % 10000:04d}"


def free_port():
    """Nobody has it at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def until(question, what, seconds=PATIENCE):
    """Waits until `question()` says something true, and returns it."""
    end = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not happen in {seconds} s")
        time.sleep(0.02)


class Case(unittest.TestCase):
    maxDiff = None
    longMessage = True

    def house(self, *words, **options):
        house = House(*words, **options)
        self.addCleanup(house.close)
        return house

    def assert_all_one(self, values, what):
        seen = set()
        twice = {value for value in values
                 if value in seen or seen.add(value)}
        self.assertEqual(twice, set(), what)


class Tap(unittest.TestResult):
    """One line a case; a case with subTests is told by these."""

    def __init__(self):
        super().__init__()
        self.number, self.parts = 0, {}

    def tell(self, well, name, why=""):
        self.number += 1
        print(f"{'ok' if well else 'not ok'} {self.number} - {name}")
        for line in why.splitlines():
            print(f"# {line}")
        sys.stdout.flush()

    @staticmethod
    def name(test):
        return (test.shortDescription() or test.id().split(".")[-1]) \
            .replace("#", "no.")

    def addSuccess(self, test):
        if test.id() not in self.parts:
            self.tell(True, self.name(test))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        self.parts[test.id()] = True
        what = " ".join(map(str, subtest.params.values())) or \
            str(getattr(subtest, "_message", ""))
        self.tell(err is None, f"{self.name(test)}: {what}".replace("\n", " "),
                  self._exc_info_to_string(err, test) if err else "")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.tell(False, self.name(test), self._exc_info_to_string(err, test))

    def addError(self, test, err):
        super().addError(test, err)
        self.tell(False, self.name(test) if hasattr(test, "id") else str(test),
                  self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.number += 1
        print(f"ok {self.number} - {self.name(test)} # SKIP {reason}")


def main():
    words = sys.argv[1:]
    loader = unittest.defaultTestLoader
    module = sys.modules["__main__"]
    suite = loader.loadTestsFromNames(words, module) if words else \
        loader.loadTestsFromModule(module)
    result = Tap()
    suite.run(result)
    print(f"1..{result.number}")
    sys.exit(0 if result.wasSuccessful() else 1)
