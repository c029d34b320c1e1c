#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Blasts beside each other, beside a running service, and stopped."""
import json
import signal
import time

from house import Case, main, until
from peer import Sink, Twilio, answer

CLOSED = ("Harbor Clinic: we are closed today. Call 212-555-0190. "
          "Reply STOP to opt out.")
BLAST = ("blast", "--purpose", "appointment", "--message", CLOSED, "--yes")
NOW = "2026-12-07T12:00:00-05:00"


class Names(Case):
    def test_two_in_the_same_second_are_two(self):
        house = self.house()
        house.visits(6)
        first = house.run("--now", NOW, *BLAST, "--where", "patient.mrn = 'P0'",
                          code=0).out
        second = house.run("--now", NOW, *BLAST, "--where", "patient.mrn != 'P0'",
                           code=0).out
        with self.subTest("each tells its own"):
            self.assertIn(": 1 sent", first)
            self.assertIn(": 5 sent", second)
        with self.subTest("everybody got the one meant for them"):
            sent = [json.loads(line)["to"] for line in
                    house.read("outbox.jsonl").splitlines()]
            self.assertEqual(len(sent), 6)
            self.assert_all_one(sent, "twice")
            self.assertEqual(house.one("select count(*) from campaign"), 2)


class Refused(Case):
    def test_what_cannot_be_sent_is_not_recorded(self):
        sink = Sink()
        self.addCleanup(sink.close)
        locked = sink.provider()
        locked["secrets"] = {"key": {"env": "KEY"}}
        locked["request"]["headers"] = {"X-Key": "{{secret.key}}"}
        house = self.house({"web": locked})
        house.visits(2)
        for turn in ("once", "again"):
            refused = house.run(*BLAST, "--where", "true", code=3)
            with self.subTest(turn):
                self.assertIn("KEY", refused.err)
                self.assertIn("nothing was recorded", refused.err)
                self.assertEqual(house.one("select count(*) from campaign"), 0)
        with self.subTest("and nothing of it leaves later"):
            house.run("run", "--once", env={"KEY": "x"}, code=0)
            self.assertEqual(sink.requests, [])


class Replies(Case):
    def test_somebody_reads_what_comes_back(self):
        for owner, flags in (("front desk", ()),
                             ("nurse line", ("--owner", "nurse line"))):
            with self.subTest(owner):
                twilio = Twilio()
                self.addCleanup(twilio.close)
                house = self.house({"tw": twilio.provider()})
                house.visits(2)
                house.run(*BLAST, "--where", "true", *flags,
                          env={"TOKEN": "tok"}, code=0)
                twilio.receive("+12122000000", "I have chest pain")
                twilio.receive("+12122000001", "please call me")
                service = house.serve(env={"TOKEN": "tok"})
                until(lambda: house.one("select count(*) from task") == 2,
                      "two tasks")
                service.stop()
                self.assertEqual(
                    house.ask("select reason, owner from task order by reason"),
                    [("emergency", owner), ("unclear", owner)])


class Waits(Case):
    def test_why_the_rest_waits_is_told(self):
        dead = Sink()
        dead.close()
        for count in (3, 30):  # tried once each, and more than it takes to halt
            with self.subTest(count):
                house = self.house({"web": dead.provider(concurrency=2)})
                house.visits(count)
                told = house.run(*BLAST, "--where", "true", code=4)
                said = told.out
                self.assertIn(f"0 sent, 0 failed, 0 unknown, 0 not sent, "
                              f"{count} waiting", said)
                self.assertIn("The provider did not take what waits", said)
                self.assertIn("Not sent, or not yet", said)
                self.assertIn("not-sent", said.split(f"{count} waiting")[1])
                self.assertEqual("provider web is halted: not-sent"
                                 in told.err, count == 30, told.err)

    def test_beside_a_service_that_cannot_send_it_ends_as_well(self):
        dead = Sink()
        dead.close()
        house = self.house({"web": dead.provider(concurrency=2)})
        house.visits(30)
        service = house.serve()
        until(lambda: "event=start" in service.log(), "it runs")
        said = house.run(*BLAST, "--where", "true", code=4).out
        self.assertIn("30 waiting", said)
        self.assertIn("The provider did not take what waits", said)
        self.assertEqual(house.one("select state from campaign"), "running")

    def test_a_run_counts_what_left_and_does_not_wait_for_the_dead(self):
        dead = Sink()
        dead.close()
        for count in (3, 30):
            house = self.house({"web": dead.provider(concurrency=2)})
            house.open(count)
            began = time.monotonic()
            told = house.run("--json", "run", "--once")
            with self.subTest(f"{count}: says so"):
                self.assertEqual(told.code, 0 if count == 3 else 3)
                self.assertEqual(json.loads(told.out)["sent"], 0)
                self.assertEqual("halted" in told.err, count == 30)
            with self.subTest(f"{count}: and ends"):
                self.assertLess(time.monotonic() - began, 20)
                self.assertEqual(house.states(), {"planned": count})

    def test_an_email_without_a_subject_names_the_flag(self):
        house = self.house()
        house.visits(1, email=True)
        said = house.run(*BLAST, "--where", "true", "--channel", "email",
                         code=2)
        self.assertIn("--subject", said.err)


class Others(Case):
    def test_what_else_leaves_is_told_first(self):
        house = self.house()
        house.open(3)
        words = (*BLAST, "--where", "patient.mrn = 'P0'")
        with self.subTest("without one, all that is due leaves"):
            told = house.run(*words, code=0).err
            self.assertIn("No service runs", told)
            self.assertIn("3 messages of other campaigns", told)
            self.assertEqual(len(house.read("outbox.jsonl").splitlines()), 4)
        with self.subTest("and nothing is told when nothing is"):
            self.assertNotIn("No service runs", house.run(
                *words, code=0).err)

    def test_beside_a_service_nothing_changes_for_others(self):
        sink = Sink()
        self.addCleanup(sink.close)
        house = self.house({"web": sink.provider(per_second=1, burst=1)})
        house.open(40)
        service = house.serve()
        until(lambda: sink.requests, "it sends")
        told = house.run(*BLAST, "--where", "patient.mrn = 'P0'", "--dry-run",
                         code=0).err
        self.assertNotIn("No service runs", told)
        self.assertLess(len(sink.requests), 40)


class Stopped(Case):
    def slow(self, count):
        def says(request, n):
            time.sleep(0.05)
            return answer(200, {"id": f"m{n}"})
        sink = Sink(says)
        self.addCleanup(sink.close)
        house = self.house({"web": sink.provider(concurrency=4)})
        house.visits(count)
        return sink, house

    def name(self, house):
        return house.one("select max(name) from campaign")

    def check_stays(self, sink, house):
        count = len(sink.requests)
        self.assertGreater(house.states().get("planned", 0), 0)
        house.run("run", "--once", code=0)
        self.assertEqual(len(sink.requests), count)

    def check_resumes(self, sink, house, count):
        house.run("blast", "resume", self.name(house), code=0)
        self.assertEqual(len(sink.requests), count)
        self.assert_all_one(sink.numbers(), "twice")

    def test_what_was_stopped_waits_for_somebody(self):
        sink, house = self.slow(80)
        done = house.start(*BLAST, "--where", "true")
        until(lambda: len(sink.requests) >= 10, "it sends")
        done.send_signal(signal.SIGINT)
        self.assertEqual(done.wait(15), 4)
        with self.subTest("the next run of cron does not go on with it"):
            self.check_stays(sink, house)
        with self.subTest("approving is not resuming"):
            house.run("blast", "approve", self.name(house), code=1)
        with self.subTest("until it is resumed"):
            self.check_resumes(sink, house, 80)

    def test_stopped_beside_a_running_service(self):
        sink, house = self.slow(120)
        service = house.serve()
        until(lambda: "event=start" in service.log(), "it runs")
        done = house.start(*BLAST, "--where", "true")
        until(lambda: len(sink.requests) >= 10, "it sends")
        done.send_signal(signal.SIGINT)
        self.assertEqual(done.wait(15), 4)
        until(lambda: "submitting" not in house.states(), "the rest ends")
        with self.subTest("the service stops too"):
            time.sleep(1.5)
            self.assertEqual(service.stop()[0], 0)
            self.assertLess(len(sink.requests), 120)
            self.check_stays(sink, house)
        with self.subTest("and it can be resumed"):
            self.check_resumes(sink, house, 120)

    def test_paused_beside_a_running_service(self):
        sink, house = self.slow(120)
        service = house.serve()
        until(lambda: "event=start" in service.log(), "it runs")
        done = house.start(*BLAST, "--where", "true")
        until(lambda: len(sink.requests) >= 10, "it sends")
        self.assertIn("running", house.run("blast", "list", code=0).out)
        house.run("pause", "--all", code=0)
        with self.subTest("who follows is told that not all went"):
            self.assertEqual(done.wait(60), 4)
        self.assertIn("planned", house.states())
        house.run("resume", "--all", code=0)
        until(lambda: house.states() == {"accepted": 120}, "the rest goes", 60)
        with self.subTest("what has ended is not listed as running"):
            out = house.run("blast", "list", code=0).out
            self.assertIn("done", out)
            self.assertNotIn("running", out)
        self.assertEqual(service.stop()[0], 0)


if __name__ == "__main__":
    main()
