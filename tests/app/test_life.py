#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The life of the service: killed, stopped, reloaded, watched by others."""
import os
import re
import signal
import sqlite3
import time

from house import Case, main, until
from peer import Sink, answer

DONE = {"accepted", "unknown"}


def slow(request, n):
    time.sleep(0.05)
    return answer(200, {"id": f"m{n}"})


class Life(Case):
    def open(self, count, says=slow, concurrency=4, **more):
        sink = Sink(says)
        self.addCleanup(sink.close)
        house = self.house({"web": sink.provider(concurrency=concurrency,
                                                 **more)})
        house.open(count)
        return sink, house

    def check_once(self, house, sink):
        self.assert_all_one(sink.numbers(), "somebody got it twice")
        self.assertLessEqual(set(sink.references()), set(house.references()),
                             "left without being written down first")


class Kill(Life):
    def test_killed_while_sending_nobody_gets_it_twice(self):
        count = 160
        sink, house = self.open(count)
        for turn in range(8):
            service = house.serve(name=f"life-{turn}.log")
            before = len(sink.requests)
            until(lambda: len(sink.requests) > before + turn or
                  service.process.poll() is not None, "it sends")
            time.sleep(0.013 * turn)
            service.kill()
            with self.subTest(f"killed, turn {turn + 1}"):
                self.check_once(house, sink)
        house.run("run", "--once", code=0)
        with self.subTest("in the end every row is final or unknown"):
            states = house.states()
            self.assertLessEqual(set(states), DONE)
            self.assertEqual(sum(states.values()), count)
            self.check_once(house, sink)
        with self.subTest("only what was in the air is unknown"):
            # four in the air, and four answers not yet written down
            self.assertLessEqual(states.get("unknown", 0), 8 * 8)
            self.assertEqual(house.run("--json", "status", code=0).json()
                             ["unknown"], states.get("unknown", 0))
        with self.subTest("the store is whole"):
            store = sqlite3.connect(house.path("outreach.db"))
            self.assertEqual(store.execute("pragma integrity_check")
                             .fetchone()[0], "ok")
            self.assertEqual(store.execute("pragma foreign_key_check")
                             .fetchall(), [])
            store.close()

    def test_killed_before_the_answer_is_unknown(self):
        def never(request, n):
            time.sleep(30)
        sink, house = self.open(3, never, timeout_s=60)
        service = house.serve()
        until(lambda: len(sink.requests) == 3, "all three are in the air")
        service.kill()
        self.assertEqual(house.states(), {"submitting": 3})
        house.run("run", "--once", code=0)
        self.assertEqual(house.states(), {"unknown": 3})
        self.assertEqual(len(sink.requests), 3)

    def test_killed_while_importing_all_or_nothing(self):
        house = self.house()
        house.visits(1)
        house.visits_file(20000)
        for wait in (0.02, 0.1, 0.25):
            with self.subTest(f"after {wait} s"):
                done = house.start("import", "data")
                time.sleep(wait)
                done.kill()
                done.wait()
                known = house.one("select count(*) from patient")
                self.assertIn(known, (1, 20000))
        house.run("import", "data", code=0)
        self.assertEqual(house.one("select count(*) from patient"), 20000)


class Stop(Life):
    def test_sigterm_finishes_what_is_in_the_air(self):
        def second(request, n):
            time.sleep(1)
            return answer(200, {"id": f"m{n}"})
        sink, house = self.open(20, second)
        service = house.serve()
        until(lambda: len(sink.requests) >= 4, "it sends")
        code, took = service.stop()
        self.assertEqual(code, 0)
        self.assertLess(took, 10)
        states = house.states()
        self.assertEqual(states["accepted"], len(sink.requests))
        self.assertEqual(set(states), {"accepted", "planned"})
        self.check_once(house, sink)

    def test_sigterm_records_what_does_not_end_in_time(self):
        def never(request, n):
            time.sleep(30)
        sink, house = self.open(8, never, timeout_s=60)
        service = house.serve()
        until(lambda: len(sink.requests) == 4, "four are in the air")
        code, took = service.stop()
        self.assertEqual(code, 0)
        self.assertLess(took, 10)
        self.assertEqual(house.states(), {"unknown": 4, "planned": 4})

    def test_sigint_ends_it_too(self):
        sink, house = self.open(2)
        service = house.serve()
        until(lambda: house.states() == {"accepted": 2}, "both left")
        service.signal(signal.SIGINT)
        self.assertEqual(service.wait(10), 0)


class Reload(Life):
    def test_a_bad_file_keeps_the_former_and_says_so(self):
        sink, house = self.open(40, per_second=8, burst=1)
        good = dict(house.config)
        house.run("--store", "other.db", "import", "data", code=0)
        with open(house.path("other.db"), "rb") as file:
            other = file.read()
        service = house.serve()
        until(lambda: len(sink.requests) >= 2, "it sends")
        bad = (
            ("truncated", '{"organisation": "x", '),
            ("unknown member", {**good, "provders": {}}),
            ("unknown driver", {**good, "providers": {
                "web": {"driver": "pigeon"}}}),
            ("no secret", {**good, "providers": {"web": {
                **good["providers"]["web"],
                "secrets": {"key": {"env": "NOWHERE"}}}}}),
            ("another store", {**good, "store": "other.db"}),
            ("no store", {**good, "store": "none.db"}),
            ("no file", None),
        )
        for turn, (name, content) in enumerate(bad):
            with self.subTest(name):
                if content:
                    house.write("outreach.json", content)
                else:
                    os.remove(house.path("outreach.json"))
                before = len(sink.requests)
                service.signal(signal.SIGHUP)
                until(lambda: service.log().count("result=refused") > turn,
                      "a refusal in the log")
                until(lambda: len(sink.requests) > before,
                      "it goes on with the former one")
        self.check_once(house, sink)
        with self.subTest("a good one is taken: a new rate, a new provider"):
            fast = Sink()
            self.addCleanup(fast.close)
            house.write_config(providers={"fast": fast.provider()})
            service.signal(signal.SIGHUP)
            until(lambda: "result=ok" in service.log(), "it reloads")
            until(lambda: house.states() == {"accepted": 40}, "all leave")
            self.assertGreater(len(fast.requests), 0)
            self.assert_all_one(sink.numbers() + fast.numbers(),
                                "somebody got it twice")
        with self.subTest("the other store was not touched"):
            with open(house.path("other.db"), "rb") as file:
                self.assertEqual(file.read(), other)
        with self.subTest("the refusals name the place and the reason"):
            log = service.log()
            for told in ("outreach.json:", "provders", "pigeon", "NOWHERE",
                         "the store cannot change while running"):
                self.assertIn(told, log)
        self.assertEqual(service.stop()[0], 0)


    def test_what_is_in_the_air_is_waited_for(self):
        def slow(request, n):
            time.sleep(14)
            return answer(200, {"id": f"m{n}"})
        sink, house = self.open(8, slow, timeout_s=30)
        service = house.serve()
        until(lambda: len(sink.requests) == 4, "four are in the air")
        house.write_config(batch=9)
        service.signal(signal.SIGHUP)
        until(lambda: "result=ok" in service.log(), "it reloads")
        states = house.states()
        self.assertEqual(states["accepted"], 4)
        self.assertNotIn("unknown", states)
        self.check_once(house, sink)


class Others(Life):
    """What another process writes is noticed within about a second."""

    def open_slow(self):
        sink, house = self.open(60, per_second=10, burst=1)
        service = house.serve()
        until(lambda: len(sink.requests) >= 2, "it sends")
        return sink, house, service

    def test_pause_all_stops_what_is_queued_at_once(self):
        for words in (("--all",), ("--campaign", "notice")):
            with self.subTest(" ".join(words)):
                sink, house, service = self.open_slow()
                house.run("pause", *words, code=0)
                time.sleep(0.5)  # what was claimed already may leave
                left = len(sink.requests)
                time.sleep(1.5)
                self.assertEqual(len(sink.requests), left)
                self.assertGreater(house.states()["planned"], 0)
                house.run("resume", *words, code=0)
                until(lambda: len(sink.requests) > left, "it goes on", 5)
                self.check_once(house, sink)
                service.kill()

    def test_opt_out_during_a_run(self):
        sink, house, service = self.open_slow()
        last = [number for number in range(60)
                if house.one("select o.state from outreach o join patient p "
                             "on p.id = o.patient_id where mrn = ?",
                             f"P{number}") == 0][-1]
        house.run("patient", "opt-out", f"P{last}", code=0)
        out = [at for at, in house.ask(
            "select max(since_at) from suppression")][0]
        until(lambda: set(house.states()) <= {"accepted", "suppressed",
                                              "cancelled"}, "the rest left")
        self.assertEqual(house.one(
            "select count(*) from attempt a join patient p on "
            "p.id = a.patient_id where mrn = ? and submitted_at > ?",
            f"P{last}", out), 0)
        self.check_once(house, sink)
        service.stop()

    def test_a_launch_is_noticed(self):
        sink, house = self.open(1)
        service = house.serve()
        until(lambda: len(sink.requests) == 1, "the first")
        house.campaign("second")
        house.run("launch", "second", "--yes", "--quiet", code=0)
        until(lambda: len(sink.requests) == 2, "the second is noticed", 5)
        service.stop()

    def test_an_import_is_noticed(self):
        sink, house = self.open(1)
        service = house.serve()
        until(lambda: len(sink.requests) == 1, "the first")
        house.visits(3)
        until(lambda: len(sink.requests) == 3, "the new visits", 5)
        self.check_once(house, sink)
        service.stop()

    def test_a_second_dispatcher_is_refused(self):
        sink, house = self.open(1)
        service = house.serve()
        until(lambda: len(sink.requests) == 1, "the first runs")
        for words in (("run",), ("run", "--once")):
            with self.subTest(" ".join(words)):
                answer = house.run(*words, code=3)
                self.assertIn("another dispatcher", answer.err)
                self.assertIn("outreach.db", answer.err)
        service.kill()
        with self.subTest("a killed one leaves no lock behind"):
            house.run("run", "--once", code=0)

    def test_the_log_names_nobody(self):
        sink, house = self.open(5)
        service = house.serve()
        until(lambda: house.states() == {"accepted": 5}, "all left")
        house.run("patient", "opt-out", "P1", code=0)
        service.stop()
        log = service.log()
        self.assertIsNone(re.search(r"\+?1?212200\d{4}|Ann\b", log), log)

    def test_ready_is_told_to_systemd(self):
        import socket
        sink, house = self.open(1)
        path = house.path("notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inbox:
            inbox.bind(path)
            inbox.settimeout(10)
            service = house.serve(env={"NOTIFY_SOCKET": path})
            self.assertIn(b"READY=1", inbox.recv(4096))
            service.signal(signal.SIGTERM)
            self.assertIn(b"STOPPING=1", inbox.recv(4096))
            self.assertEqual(service.wait(10), 0)

    def test_store_and_lock_are_private(self):
        sink, house = self.open(1)
        house.run("run", "--once", code=0)
        for name in os.listdir(house.folder):
            if name.startswith("outreach.db"):
                with self.subTest(name):
                    mode = os.stat(house.path(name)).st_mode & 0o777
                    self.assertEqual(mode, 0o600)


if __name__ == "__main__":
    main()
