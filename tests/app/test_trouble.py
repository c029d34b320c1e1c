#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A service under strain: limits are kept, a stand-in takes over, a full
disk and a locked store are waited out, and what it says can be read."""
import ctypes
import json
import os
import re
import shutil
import signal
import sqlite3
import threading
import time

from house import BINARY, SOURCE, Case, main, until
from peer import Sink, answer


class Gauge:
    """How many are being answered at once, at most."""

    def __init__(self, seconds):
        self.seconds, self.now, self.most = seconds, 0, 0
        self.lock = threading.Lock()

    def __call__(self, request, n):
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(self.seconds)
        with self.lock:
            self.now -= 1
        return answer(200, {"id": f"m{n}"})


class Trouble(Case):
    def peer(self, says=None):
        sink = Sink(says)
        self.addCleanup(sink.close)
        return sink


class Limits(Trouble):
    def test_never_more_at_once_than_the_concurrency(self):
        gauge = Gauge(0.03)
        sink = self.peer(gauge)
        house = self.house({"web": sink.provider(concurrency=3)})
        house.open(60)
        house.run("run", "--once", code=0)
        self.assertEqual(house.states(), {"accepted": 60})
        self.assertLessEqual(gauge.most, 3)
        self.assertGreater(gauge.most, 1)

    def test_never_faster_than_the_rate(self):
        sink = self.peer()
        house = self.house({"web": sink.provider(per_second=10, burst=5)})
        house.open(25)
        house.run("run", "--once", code=0)
        self.assertEqual(house.states(), {"accepted": 25})
        times = sorted(request.at for request in sink.requests)
        for first in range(25):
            within = [at for at in times[first:] if at < times[first] + 1]
            self.assertLessEqual(len(within), 10 + 5 + 1)
        self.assertGreater(times[-1] - times[0], 1.5)

    def test_a_stand_in_takes_over_for_a_dead_provider(self):
        spare = self.peer()
        dead = self.peer()
        dead.close()
        house = self.house({
            "web": dead.provider(concurrency=2),
            "spare": spare.provider(fallback_of="web")})
        house.open(30)
        service = house.serve()
        until(lambda: len(spare.requests) > 20, "the stand-in is used")
        self.assertIn("provider=web", service.log())
        self.assertEqual(service.stop()[0], 0)
        self.assert_all_one(spare.numbers(), "twice")
        self.assertNotIn("unknown", house.states())


class UnknownClinic(Trouble):
    """Hours for a clinic whose id nobody has: a slip of the pen."""

    WARNING = "there is no clinic 'C-1', so this is nobody's; there is 'C'"

    def test_it_is_told_and_the_service_runs(self):
        house = self.house()
        house.campaign()
        house.write_config(clinics={"C-1": {"hours": "10:00-11:00"},
                                    "C": {"hours": "00:00-24:00"}})
        with self.subTest("without a store nobody can say"):
            self.assertNotIn("no clinic", house.run("check", code=0).out)
        house.visits(1)
        with self.subTest("check, with its place"):
            out = house.run("check", code=0).out
            self.assertRegex(out, r"outreach\.json:\d+:\d+: warning: ")
            self.assertIn(self.WARNING, out)
            self.assertNotIn("'C',", out)
        with self.subTest("launch"):
            self.assertIn(self.WARNING, house.run(
                "launch", "notice", "--yes", code=0).err)
        with self.subTest("run"):
            service = house.serve()
            until(lambda: house.states() == {"accepted": 1}, "it runs")
            self.assertIn("event=unknown-clinic", service.log())
            self.assertIn(self.WARNING, service.log())
            service.stop()
        with self.subTest("until it is imported"):
            house.write("data/clinics.csv", house.read(
                "data/clinics.csv").rstrip() +
                "\nC-1,Other,Other,212-555-0191,America/New_York\n")
            house.run("import", "data", code=0)
            self.assertNotIn("no clinic", house.run("check", code=0).out)


class Unanswered(Trouble):
    """Danger that is answered with silence is known before it comes."""
    DANGER = "is told no emergency number"
    HELP = "hears nothing, unless the provider answers it (S-9)"
    ALL = {"en": {"sms": "In danger call 911 (988 in a crisis)."}}
    MENU = {"en": {"sms": "{{clinic.public_name}}: call {{clinic.phone}}."}}

    def told(self, house):
        """What launch, check, status and the log say, which is the same."""
        launched = house.run("launch", "notice", "--yes", code=0).err
        checked = house.run("check", code=0).out
        status = house.run("status", code=0).out
        rows = house.run("--json", "status", code=0).json()["no_answer"]
        began = len(house.services)
        service = house.serve(name=f"service-{began}.log")
        until(lambda: "event=start" in service.log(), "the start")
        service.stop()
        log = service.log()
        for said in (checked, status, str(rows), log):
            self.assertEqual(self.DANGER in said, self.DANGER in launched)
            self.assertEqual(self.HELP in said, self.HELP in launched)
        self.assertEqual({row["campaign"] for row in rows},
                         {"notice"} if rows else set())
        return self.DANGER in launched, self.HELP in launched

    def test_who_answers_danger_with_nothing_is_told(self):
        email = [{"step": "booked", "when": "1 minute after booked",
                  "until": "1 day after booked", "send": "email",
                  "message": "m"}]
        red = {"red": {"reply": "e", "task": {
            "to": "nurse", "within": "15 minutes", "then": "doctor"}}}
        for sentence, told, changes in (
                ("nothing is answered", (True, True), {}),
                ("it sends no texts", (False, False), {"steps": email}),
                ("its own answers", (False, False), {"answers": {
                    "emergency": "e", "help": "h"}}),
                ("its own answer to danger alone", (False, True), {
                    "answers": {"emergency": "e"}}),
                ("its most urgent answer tells the number", (False, True), {
                    "urgency": red, "if_not_reached": {"task": {
                        "to": "nurse", "within": "4 hours"}}}),
                ("no answer to danger", (True, False), {
                    "answers": {"help": "h"}})):
            with self.subTest(sentence):
                house = self.house()
                house.visits(1)
                house.campaign(**changes)
                campaign = house.read("campaigns/notice.json")
                campaign = json.loads(campaign)
                campaign["messages"].update(e=self.ALL, h=self.MENU)
                house.write("campaigns/notice.json", campaign)
                self.assertEqual(self.told(house), told)
        with self.subTest("one that answers for all, once it is launched"):
            house = self.house()
            house.visits(1)
            house.campaign()
            self.assertEqual(self.told(house), (True, True))
            shutil.copy(os.path.join(SOURCE, "campaigns", "library",
                                     "replies.json"),
                        house.path("campaigns", "replies.json"))
            self.assertIn(self.DANGER, house.run("check", code=0).out)
            house.run("launch", "replies", "--yes", code=0)
            self.assertNotIn(self.DANGER, house.run("check", code=0).out)
            self.assertEqual(self.told(house), (False, False))
        with self.subTest("and while it runs"):
            house.run("pause", "--campaign", "replies", code=0)
            self.assertIn(self.DANGER, house.run("status", code=0).out)


class LostProvider(Trouble):
    WARNING = "no provider of the configuration carries sms"

    def test_a_channel_that_lost_its_provider_waits_and_is_told(self):
        sink = self.peer()
        house = self.house({"post": {"driver": "outbox",
                                     "channels": ["email"]}})
        house.visits(3)
        house.campaign()
        self.assertIn(self.WARNING,
                      house.run("launch", "notice", "--yes", code=0).err)
        service = house.serve()
        until(lambda: "no provider for this channel" in str(house.ask(
            "select distinct reason from outreach")), "they are held")
        self.assertEqual(house.states(), {"planned": 3})
        self.assertIn("event=no-provider", service.log())
        self.assertIn(self.WARNING, house.run("status", code=0).out)
        found = house.run("--json", "status", code=0).json()["no_provider"]
        self.assertEqual([each["campaign"] for each in found], ["notice"])
        service.signal(signal.SIGHUP)
        until(lambda: service.log().count("event=no-provider") == 2,
              "the reload tells it again")
        house.write_config(providers={"web": sink.provider()})
        service.signal(signal.SIGHUP)
        until(lambda: house.states() == {"accepted": 3}, "they go")
        self.assertEqual(service.log().count("event=no-provider"), 2)
        self.assertNotIn(self.WARNING, house.run("status", code=0).out)
        self.assertEqual(service.stop()[0], 0)


class Waiting(Trouble):
    def small_disk(self, folder):
        """A file system of 16 MiB on `folder`, seen by this process and its
        children alone."""
        libc = ctypes.CDLL(None, use_errno=True)
        if os.geteuid() or libc.unshare(0x20000) or \
                libc.mount(b"none", b"/", None, 0x44000, None) or \
                libc.mount(b"none", folder.encode(), b"tmpfs", 0,
                           b"size=16m"):
            self.skipTest("mounting is not permitted here")
        self.addCleanup(libc.umount2, folder.encode(), 2)

    def test_a_full_disk_is_waited_out(self):
        sink = self.peer()
        house = self.house({"web": sink.provider(per_second=10, burst=1)})
        os.mkdir(house.path("disk"))
        self.small_disk(house.path("disk"))
        house.store = "disk/outreach.db"
        house.write_config(store=house.store)
        house.open(40)
        service = house.serve()
        until(lambda: len(sink.requests) > 3, "it sends")
        try:
            with open(house.path("disk", "ballast"), "wb", 0) as ballast:
                while True:
                    ballast.write(bytes(4096))
        except OSError:
            pass
        with self.subTest("it says what is missing"):
            until(lambda: re.search("(?i)full|space", service.log()),
                  "a word of it", 10)
        with self.subTest("it lives on, and sends nothing it cannot note"):
            sent = len(sink.requests)
            time.sleep(1.5)
            self.assertEqual(len(sink.requests), sent)
            self.assertIsNone(service.process.poll(), service.log())
        os.remove(house.path("disk", "ballast"))
        with self.subTest("with room again it goes on by itself"):
            until(lambda: house.states() == {"accepted": 40}, "all leave")
            self.assert_all_one(sink.numbers(), "twice")
        self.assertEqual(service.stop()[0], 0)

    def test_a_locked_store_is_waited_out(self):
        def slow(request, n):
            time.sleep(0.05)
            return answer(200, {"id": f"m{n}"})
        sink = self.peer(slow)
        house = self.house({"web": sink.provider(concurrency=2)})
        house.open(40)
        service = house.serve()
        until(lambda: len(sink.requests) > 3, "it sends")
        other = sqlite3.connect(house.path("outreach.db"), timeout=20,
                                isolation_level=None)
        other.execute("begin immediate")
        time.sleep(0.5)
        held = len(sink.requests)
        time.sleep(6)
        with self.subTest("nothing leaves meanwhile"):
            self.assertEqual(len(sink.requests), held)
            self.assertIsNone(service.process.poll(), service.log())
        other.execute("rollback")
        other.close()
        with self.subTest("then it goes on, nobody twice, nothing unknown"):
            until(lambda: house.states() == {"accepted": 40}, "all leave")
            self.assert_all_one(sink.numbers(), "twice")
        self.assertEqual(service.stop()[0], 0)

    def test_keyed_and_killed_the_same_request_is_repeated(self):
        first = []

        def says(request, n):
            if n <= 3:
                first.append(request.text)
                time.sleep(20)
            return answer(200, {"id": request.headers["idempotency-key"]})
        sink = self.peer(says)
        house = self.house({"web": sink.provider(
            idempotency_header="Idempotency-Key", timeout_s=30)})
        house.open(3)
        service = house.serve()
        until(lambda: len(sink.requests) == 3, "all are in the air")
        service.kill()
        service = house.serve(name="second.log")
        until(lambda: house.states() == {"accepted": 3}, "all are accepted")
        service.stop()
        self.assertEqual(len(sink.requests), 6)
        self.assertEqual(len({r.text for r in sink.requests}), 3)
        self.assertEqual(
            {(r.headers["idempotency-key"], r.text) for r in sink.requests},
            {(r.headers["idempotency-key"], r.text)
             for r in sink.requests[:3]})


class Saying(Trouble):
    def test_log_as_json(self):
        sink = self.peer(lambda request, n: answer(401, {}))
        house = self.house({"web": sink.provider()}, log="json")
        house.open(2)
        service = house.serve()
        until(lambda: "provider-halted" in service.log(), "the warning")
        service.stop()
        lines = [json.loads(line) for line in service.log().splitlines()
                 if line.strip()]
        self.assertIn("start", [line["event"] for line in lines])
        self.assertLessEqual({"time", "level", "event"}, set(lines[0]))

    def test_an_output_that_takes_nothing(self):
        house = self.house()
        house.open(1)
        for words in (("--json", "status"), ("status",), ("check",),
                      ("--json", "plan", "--all"), ("--help",),
                      ("patient", "show", "P0"), ("task", "list")):
            with self.subTest(" ".join(words)):
                import subprocess
                with open("/dev/full", "w", encoding="ascii") as full:
                    done = subprocess.run(
                        [BINARY, *words], cwd=house.folder, stdout=full,
                        stderr=subprocess.PIPE, env=house.environment(),
                        timeout=60)
                self.assertEqual(done.returncode, 3)
                self.assertIn(b"output", done.stderr)

    def test_a_reader_that_leaves(self):
        house = self.house()
        house.visits(400)
        house.campaign()
        house.run("launch", "notice", "--yes", "--quiet", code=0)
        import subprocess
        done = subprocess.run(
            ["sh", "-c", f"'{BINARY}' --json plan --all | head -n 1"],
            cwd=house.folder, capture_output=True, env=house.environment(),
            timeout=60)
        self.assertEqual(len(done.stdout.splitlines()), 1)
        self.assertEqual(done.stderr, b"")
        self.assertEqual([name for name in os.listdir(house.folder)
                          if "outreach-copy" in name], [])

    def test_without_standard_output(self):
        house = self.house()
        house.open(3)
        house.run("--quiet", "run", "--once", code=0,
                  before=lambda: (os.close(0), os.close(1), os.close(2)))
        self.assertEqual(house.states(), {"accepted": 3})
        store = sqlite3.connect(house.path("outreach.db"))
        self.assertEqual(store.execute("pragma integrity_check").fetchone(),
                         ("ok",))
        store.close()


if __name__ == "__main__":
    main()
