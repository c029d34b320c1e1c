#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A provider described in JSON that calls the service: signed statuses, also
before it has answered the request that they are of, and replies."""
import hashlib
import hmac
import http.client
import json
import time

from house import Case, free_port, main, phone, until
from peer import Sink, answer

KEY = "hook-key-of-the-test"
SECTION = {
    "secrets": {"hook_key": {"env": "HOOK_KEY"}},
    "receipt": {"id": "id", "status": "state", "code": "why", "statuses": {
        "queued": "none", "sent": "accepted", "delivered": "delivered",
        "dead": "bad-address"}},
    "reply": {"from": "from", "to": "to", "text": "text", "id": "id"},
    "hook": {"timestamp": {"header": "X-Time"},
             "signature": {"header": "X-Signature", "secret": "hook_key",
                           "prefix": "sha256="}}}


class Receipts(Case):
    def open(self, count, says=None):
        self.port = free_port()
        sink = Sink(says)
        self.addCleanup(sink.close)
        section = sink.provider(**SECTION)
        del section["receives_replies"]
        house = self.house(
            {"acme": section}, http={
                "listen": f"127.0.0.1:{self.port}",
                "public_url": "https://reminders.example.org"})
        house.open(count)
        return sink, house

    def call(self, what, said, key=KEY, at=None, name="acme"):
        body = json.dumps(said).encode()
        moment = str(int(at or time.time()))
        signature = hmac.new(key.encode(), moment.encode() + b"." + body,
                             hashlib.sha256).hexdigest()
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        line.request("POST", f"/hooks/{name}/{what}", body, {
            "X-Time": moment, "X-Signature": "sha256=" + signature})
        status = line.getresponse().status
        line.close()
        return status

    def test_a_receipt_that_is_faster_than_the_answer(self):
        heard = []

        def says(_, number):
            for state in ("queued", "delivered"):
                heard.append(self.call("status", {"id": f"m{number}",
                                                  "state": state}))
            return answer(200, {"id": f"m{number}"})

        _, house = self.open(3, says)
        service = house.serve(env={"HOOK_KEY": KEY})
        until(lambda: house.states() == {"delivered": 3}, "all are delivered")
        self.assertEqual(heard, [204] * 6)
        self.assertEqual(house.one("select count(*) from parked"), 0)
        self.assertEqual(house.one("select count(*) from attempt_event"), 9)
        self.assertEqual(service.stop()[0], 0)

    def test_receipts_and_replies(self):
        _, house = self.open(3)
        service = house.serve(env={"HOOK_KEY": KEY})
        until(lambda: house.states() == {"accepted": 3}, "all are sent")
        last = {"id": "m1", "state": "delivered"}
        stop = {"id": "r1", "from": "12122000001", "to": "12125550190",
                "text": "STOP"}
        for sentence, status, ask in (
                ("another key", 403,
                 lambda: self.call("status", last, key="guessed")),
                ("of an hour ago", 403,
                 lambda: self.call("status", last, at=time.time() - 3600)),
                ("a word that nobody named", 400, lambda: self.call(
                    "status", {"id": "m1", "state": "odd"})),
                ("a reply from nobody", 400, lambda: self.call(
                    "reply", {"id": "r1", "to": "1", "text": "STOP"})),
                ("another word", 404, lambda: self.call("dance", last))):
            with self.subTest(sentence):
                self.assertEqual(ask(), status)
        self.assertEqual(house.states(), {"accepted": 3})
        with self.subTest("delivered, however often it is said"):
            for _ in range(3):
                self.assertEqual(self.call("status", last), 204)
            self.assertEqual(house.states(), {"accepted": 2, "delivered": 1})
            self.assertEqual(house.one(
                "select count(*) from attempt_event where status ="
                " 'delivered'"), 1)
        with self.subTest("a dead number"):
            self.assertEqual(self.call("status", {
                "id": "m2", "state": "dead", "why": 12}), 204)
            self.assertEqual(house.one(
                "select count(*) from contact_point where bad_at is not"
                " null"), 1)
        with self.subTest("STOP, once"):
            for _ in range(2):
                self.assertEqual(self.call("reply", stop), 204)
            self.assertEqual(house.ask(
                "select distinct address from suppression where address is"
                " not null"), [("+12122000001",)])
            self.assertEqual(house.one("select count(*) from reply"), 1)
        self.assertEqual(service.stop()[0], 0)

    def test_whatever_form_a_number_has(self):
        """S-1, L-11: a STOP silences the patient, or the provider hears that
        nobody was silenced."""
        senders = ("+1 212 200 0000", "1-212-200-0001", "tel:+12122000002",
                   "(212) 200-0003", "2122000004", "whatsapp:+12122000005",
                   12122000006)
        _, house = self.open(len(senders))
        service = house.serve(env={"HOOK_KEY": KEY})
        until(lambda: house.states() == {"accepted": len(senders)}, "all sent")
        for number, sender in enumerate(senders):
            with self.subTest(sender):
                self.assertEqual(self.call("reply", {
                    "id": f"r{number}", "from": sender, "text": "STOP",
                    "to": "+12125550190"}), 204)
                self.assertEqual(house.one(
                    "select count(*) from suppression where address = ?",
                    phone(number)) > 0, True)
        before = house.one("select count(*) from reply")
        for sender in ("LAKESIDE", "72975", "+12122", "maria@example.org",
                       "+121220000001234567"):
            with self.subTest(sender):
                self.assertEqual(self.call("reply", {
                    "id": sender, "from": sender, "text": "STOP",
                    "to": "+12125550190"}), 400)
        with self.subTest("our own may be a short code"):
            self.assertEqual(self.call("reply", {
                "id": "ours", "from": phone(0), "text": "STOP",
                "to": 72975}), 204)
        self.assertEqual(house.one("select count(*) from reply"), before + 1)
        self.assertIn("result=wrong provider=acme what=reply", service.log())
        self.assertNotIn("maria", service.log())
        self.assertEqual(service.stop()[0], 0)

    def test_two_providers_that_count_alike(self):
        """Neither's STOP is lost, and neither speaks for the other."""
        _, house = self.open(2)
        house.config["providers"]["other"] = {
            **house.config["providers"]["acme"], "fallback_of": "acme"}
        house.write_config()
        service = house.serve(env={"HOOK_KEY": KEY})
        until(lambda: house.states() == {"accepted": 2}, "both are sent")
        stop = {"id": 7, "to": "12125550190", "text": "STOP"}
        for name, sender in (("acme", "12122000000"),
                             ("other", "12122000001")):
            self.assertEqual(self.call(
                "reply", {**stop, "from": sender}, name=name), 204)
        self.assertEqual(house.ask(
            "select distinct address from suppression where address is not"
            " null order by 1"), [("+12122000000",), ("+12122000001",)])
        self.assertEqual(self.call(
            "status", {"id": "m1", "state": "dead"}, name="other"), 204)
        self.assertEqual(house.states(), {"accepted": 2})
        self.assertEqual(house.one(
            "select count(*) from contact_point where bad_at is not null"), 0)
        self.assertEqual(service.stop()[0], 0)


if __name__ == "__main__":
    main()
