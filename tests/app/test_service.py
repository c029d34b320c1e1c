#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The service against a provider that behaves and one that does not: what
left is known, left once, or is told as unknown."""
import time

from house import Case, main, until
from peer import Sink, Twilio, answer

COUNT = 12


class Peers(Case):
    def peer(self, kind=Sink, *words):
        peer = kind(*words)
        self.addCleanup(peer.close)
        return peer

    def check_once(self, house, sink):
        """Nobody twice, and nothing arrived that the ledger does not know."""
        seen = sink.references()
        self.assert_all_one(seen, "sent twice")
        self.assertLessEqual(set(seen), set(house.references()))

    def open(self, says=None, count=COUNT, **more):
        sink = self.peer(Sink, says)
        house = self.house({"web": sink.provider(**more)})
        return sink, house


class Answers(Peers):
    def test_a_provider_that_takes_all(self):
        sink, house = self.open()
        house.open(COUNT)
        totals = house.run("--json", "run", "--once", code=0).json()
        self.assertEqual(totals["sent"], COUNT)
        self.assertEqual(house.states(), {"accepted": COUNT})
        self.check_once(house, sink)
        self.assertEqual(len(sink.references()), COUNT)
        text = sink.requests[0].json()["text"]
        self.assertIn("Harbor Clinic: your appointment is booked", text)
        # and again: nothing is due any more
        house.run("run", "--once", code=0)
        self.assertEqual(len(sink.references()), COUNT)

    def test_429_with_retry_after_then_ok(self):
        begun = []

        def says(request, n):
            begun.append(time.monotonic())
            return answer(429, {}, "Retry-After: 1") if n <= 3 else \
                answer(200, {"id": f"m{n}"})
        sink, house = self.open(says)
        house.open(COUNT)
        service = house.serve()
        until(lambda: house.states() == {"accepted": COUNT},
              "all are accepted")
        # one that was throttled is another attempt with its own reference
        self.check_once(house, sink)
        self.assertEqual(len(sink.references()), COUNT + 3)
        self.assert_all_one(
            [n for n, in house.ask(
                "select outreach_id from attempt where ended_at is not null "
                "and provider_id is not null")], "accepted twice")
        self.assertGreaterEqual(begun[-1] - begun[0], 0.9, "Retry-After kept")
        self.assertEqual(service.stop()[0], 0)

    def test_refused_numbers_fail_and_are_not_asked_again(self):
        sink, house = self.open(
            lambda request, n: answer(400, {"error": "invalid_number"}),
            errors=[{"json": {"path": "error", "equals": "invalid_number"},
                     "outcome": "bad-address"}])
        house.open(3)
        house.run("run", "--once", code=0)
        # the only number is bad: there is nothing left to try
        self.assertLessEqual(set(house.states()), {"failed", "suppressed"})
        self.assertEqual(house.one("select count(*) from contact_point "
                                   "where bad_at is not null"), 3)
        self.assertEqual(len(sink.references()), 3)

    def test_wrong_login_halts_the_provider_and_loses_nothing(self):
        sink, house = self.open(lambda request, n: answer(401, {}))
        house.open(COUNT)
        service = house.serve()
        until(lambda: len(sink.references()) >= 1, "a first try")
        # the rows wait for a person who corrects the log-in
        until(lambda: house.states() == {"planned": COUNT}, "all wait")
        self.assertIn("event=provider-halted provider=web", service.log())
        self.check_once(house, sink)
        self.assertEqual(service.stop()[0], 0)


class Doubt(Peers):
    """What may have arrived is unknown, stays so, and opens a task."""

    TASK = {"if_not_reached": {"task": {"to": "front desk",
                                        "within": "same day"}}}

    def doubtful(self, says, count=4, **more):
        sink, house = self.open(says, **more)
        house.open(count, **self.TASK)
        house.run("run", "--once", code=0)
        return sink, house

    def check_unknown(self, sink, house, count=4):
        self.assertEqual(house.states(), {"unknown": count})
        self.check_once(house, sink)
        self.assertEqual(len(sink.references()), count)
        self.assertEqual(house.run("--json", "status", code=0).json()
                         ["unknown"], count)
        self.assertEqual(house.one(
            "select count(*) from task where owner = 'front desk'"), count)
        # again and again: never sent a second time
        house.run("run", "--once", code=0)
        self.assertEqual(house.states(), {"unknown": count})
        self.assertEqual(len(sink.references()), count)

    def test_500(self):
        self.check_unknown(*self.doubtful(
            lambda request, n: answer(500, {})))

    def test_accepted_then_closed(self):
        self.check_unknown(*self.doubtful(lambda request, n: None))

    def test_closed_in_the_middle_of_the_answer(self):
        self.check_unknown(*self.doubtful(
            lambda request, n: answer(200, {"id": "m" * 50},
                                      "Connection: close")[:-20]))

    def test_closed_in_the_middle_of_the_headers(self):
        self.check_unknown(*self.doubtful(
            lambda request, n: b"HTTP/1.1 200 OK\r\nConnection: close\r\nCon"))

    def test_hangs(self):
        def says(request, n):
            time.sleep(5)
        began = time.monotonic()
        self.check_unknown(*self.doubtful(says, timeout_s=1))
        self.assertLess(time.monotonic() - began, 5)

    def test_garbage(self):
        self.check_unknown(*self.doubtful(
            lambda request, n: b"\x00\xff\x17 not HTTP\r\n"
                               b"Connection: close\r\n\r\n"))

    def test_ok_without_the_promised_json(self):
        self.check_unknown(*self.doubtful(
            lambda request, n: answer(200, b"<html>Maintenance</html>"),
            success={"json": {"path": "id"}}))

    def test_without_a_task_it_is_given_up(self):
        sink, house = self.open(lambda request, n: None)
        house.open(2)
        house.run("run", "--once", code=0)
        self.assertEqual(house.states(), {"unknown": 2})
        self.assertEqual(house.one("select count(*) from task"), 0)

    def test_a_keyed_provider_gets_the_same_request_again(self):
        sink, house = self.open(
            lambda request, n: None if n <= 2 else answer(200, {"id": "m"}),
            idempotency_header="Idempotency-Key")
        house.open(2)
        service = house.serve()
        until(lambda: house.states() == {"accepted": 2}, "both are accepted")
        seen = [(r.headers["idempotency-key"], r.text) for r in sink.requests]
        self.assertEqual(len(set(seen)), 2, "byte for byte the same")
        service.stop()

    def test_a_provider_that_cannot_be_reached_got_nothing(self):
        rows = (("name", "http://no-such-host.invalid/send"),
                ("port", "http://127.0.0.1:9/send"))
        for name, url in rows:
            with self.subTest(name):
                sink, house = self.open()
                web = sink.provider()
                web["request"]["url"] = url
                house.write_config(providers={"web": web})
                house.open(3)
                service = house.serve()
                until(lambda: house.one(
                    "select count(*) from attempt where ended_at is not null"),
                    "a first try")
                until(lambda: house.states() == {"planned": 3},
                      "all wait for a better hour")
                self.assertEqual(service.stop()[0], 0)
                self.assertNotIn("submitting", house.states())


class Polling(Peers):
    """Twilio without an address of ours: receipts and replies are asked."""

    def open_twilio(self, count=2, **changes):
        twilio = self.peer(Twilio)
        house = self.house({"tw": twilio.provider()}, poll="1 minute")
        house.open(count, replies={"C": "confirm"}, **changes)
        return twilio, house

    ENV = {"TOKEN": "secret-of-the-test"}

    def test_receipts_come_by_polling(self):
        twilio, house = self.open_twilio()
        house.run("run", "--once", code=0, env=self.ENV)
        self.assertEqual(sum(house.states().values()), 2)
        house.run("run", "--once", code=0, env=self.ENV)
        self.assertEqual(house.states(), {"delivered": 2})
        self.assert_all_one(twilio.references(), "sent twice")
        self.assertNotIn("secret-of-the-test",
                         house.run("-v", "--json", "status", code=0,
                                   env=self.ENV).out)

    LADDER = {"steps": [
        {"step": "booked", "when": "1 minute after booked",
         "until": "1 day after booked", "send": "sms", "message": "m"},
        {"step": "soon", "when": "3 days before start at 10:00",
         "until": "1 day before start", "send": "sms", "message": "m"}],
        "on_entry": None}

    def test_stop_found_by_polling_suppresses_at_once(self):
        steps = self.LADDER["steps"]
        twilio, house = self.open_twilio(steps=steps)
        house.run("run", "--once", code=0, env=self.ENV)
        twilio.receive("+12122000000", "Stop")
        twilio.receive("+12122000001", "Can I bring my dog?")
        house.run("run", "--once", code=0, env=self.ENV)
        with self.subTest("the number is suppressed"):
            self.assertEqual(house.ask(
                "select distinct address from suppression "
                "where address is not null"), [("+12122000000",)])
        with self.subTest("another text opens a task"):
            self.assertEqual(house.one(
                "select count(*) from task where kind = 'reply'"), 1)
        with self.subTest("a reply is taken once"):
            house.run("run", "--once", code=0, env=self.ENV)
            self.assertEqual(house.one("select count(*) from reply"), 2)
        with self.subTest("nothing of the person is queued any more"):
            self.assertEqual(house.one(
                "select count(*) from outreach o join patient p "
                "on p.id = o.patient_id where mrn = 'P0' and o.state = 0"), 0)
        with self.subTest("a later campaign does not write to them either"):
            house.campaign("second")
            house.run("launch", "second", "--yes", "--quiet", code=0)
            house.run("run", "--once", code=0, env=self.ENV)
            self.assertEqual(
                [to for to in twilio.references()].count("+12122000000"), 1)
            self.assertEqual(
                [to for to in twilio.references()].count("+12122000001"), 2)

    def test_a_stop_from_before_the_start_comes_first(self):
        twilio, house = self.open_twilio()
        twilio.receive("+12122000000", "STOP")
        house.run("run", "--once", code=0, env=self.ENV)
        self.assertEqual(twilio.references(), ["+12122000001"])

    def test_lost_answer_is_looked_up_not_sent_again(self):
        twilio, house = self.open_twilio()
        twilio.drop = True
        service = house.serve(env=self.ENV)
        until(lambda: house.states().get("unknown") == 2 or
              house.states().get("delivered") == 2, "both are unknown")
        twilio.drop = False
        until(lambda: house.states() == {"delivered": 2}, "the look-up")
        self.assertEqual(len(twilio.references()), 2)
        self.assertEqual(service.stop()[0], 0)

    def test_opted_out_at_the_provider(self):
        twilio, house = self.open_twilio()
        twilio.refuse = (400, 21610)
        house.run("run", "--once", code=0, env=self.ENV)
        self.assertEqual(house.one(
            "select count(distinct address) from suppression"), 2)
        self.assertNotIn("accepted", house.states())


if __name__ == "__main__":
    main()
