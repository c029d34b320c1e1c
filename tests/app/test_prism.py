#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Twilio's own description of its API, played by prism: every request of ours
must be one that it allows. Where prism is (npm install --prefix .cache/prism
@stoplight/prism-cli), and the description beside the project."""
import base64
import hashlib
import hmac
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import unittest
import urllib.parse

from house import SOURCE, Case, free_port, main, until
from peer import Sink, answer

DESCRIPTION = os.path.join(SOURCE, "..", "shared", "data", "openapi",
                           "twilio_api_v2010.json")
PRISM = shutil.which("prism") or os.path.join(
    SOURCE, ".cache", "prism", "node_modules", ".bin", "prism")
FORM = "application/x-www-form-urlencoded"
TEXT = "{{clinic.public_name}}: booked. Call {{clinic.phone}}. Reply STOP."
CALL = {"say": "You have a visit. Press 1 to confirm, 9 to stop.",
        "keys": {"1": "confirm", "9": "opt-out"},
        "voicemail": "{{clinic.public_name}}, call 800-555-0190."}


PUBLIC = "https://reminders.example.org"
SID = "CA" + "a" * 32  # of the calls in the description


class Relay(Sink):
    """In front of prism. It loses the answer to the first text and the first
    call, so that we must ask what became of them; and it gives each call one
    id, which prism makes up otherwise."""

    def __init__(self, prism):
        self.prism, self.lost, self.answers = prism, set(), []
        super().__init__(self.pass_on)

    def pass_on(self, request, _):
        line = http.client.HTTPConnection("127.0.0.1", self.prism, timeout=20)
        line.request(request.method, request.target, request.text or None, {
            name: value for name, value in request.headers.items()
            if name in ("authorization", "content-type", "accept")})
        said = line.getresponse()
        status, body = said.status, json.loads(said.read())
        line.close()
        path = request.target.split("?")[0]
        with self.lock:
            self.answers.append(f"{status} {request.line}")
            lose = request.method == "POST" and path not in self.lost
            if lose:
                self.lost.add(path)
        if "/Calls" in path and "sid" in body:
            body.update(sid=SID, status="in-progress")
        if "/Calls" in path and "next_page_uri" in body:
            body["next_page_uri"] = None  # their own example breaks their rules
        return None if lose and "/Calls/" not in path else answer(status, body)

    def asked(self):
        """'post /2010-04-01/Accounts/...', one a line."""
        with self.lock:
            return "\n".join(f"{request.method.lower()} {request.target} "
                             for request in self.requests)

    def forms(self, path):
        with self.lock:
            return [request.form() for request in self.requests
                    if request.method == "POST" and path in request.target]

    def placed(self):
        return self.forms("/Calls.json")

    def changes(self):
        return self.forms("/Calls/")


def described(path):
    """With what OpenAPI means where nothing is said and prism wants written: a
    list in a form is its name again and again."""
    with open(DESCRIPTION, encoding="utf-8") as file:
        doc = json.load(file)
    for operations in doc["paths"].values():
        for operation in operations.values():
            form = (operation.get("requestBody", {}).get("content", {})
                    .get(FORM) if isinstance(operation, dict) else None)
            for name, one in (form or {}).get("schema", {}).get(
                    "properties", {}).items():
                if one.get("type") == "array":
                    form.setdefault("encoding", {})[name] = {
                        "style": "form", "explode": True}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(doc, file)


@unittest.skipUnless(os.path.exists(PRISM), "prism is not here")
@unittest.skipUnless(os.path.exists(DESCRIPTION), "no description")
class Prism(Case):
    ENV = {"TOKEN": "secret"}

    def play(self, house):
        port = free_port()
        described(house.path("twilio.json"))
        log = open(house.path("prism.log"), "w+", encoding="utf-8")
        prism = subprocess.Popen(
            [PRISM, "mock", "-h", "127.0.0.1", "-p", str(port),
             house.path("twilio.json")], stdout=log, stderr=log,
            stdin=subprocess.DEVNULL)
        self.addCleanup(log.close)
        self.addCleanup(prism.wait)
        self.addCleanup(prism.terminate)
        until(lambda: "is listening" in self.said(house), "prism listens",
              seconds=60)
        return port

    @staticmethod
    def said(house):
        with open(house.path("prism.log"), encoding="utf-8") as file:
            return re.sub(r"\x1b\[[0-9;]*m", "", file.read())

    def provider(self, port, **sender):
        return {"driver": "twilio", "channels": ["sms", "voice"], "poll": True,
                "account_sid": "AC" + "0" * 32, "auth_token_env": "TOKEN",
                "timeout_s": 10, "base_url": f"http://127.0.0.1:{port}",
                **sender}

    def hear(self, url, sid, **form):
        """What Twilio tells of a call, signed (S-20)."""
        form = {"AccountSid": "AC" + "0" * 32, "CallSid": sid, **form}
        text = url + "".join(key + value for key, value in sorted(form.items()))
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        line.request("POST", url.removeprefix(PUBLIC),
                     urllib.parse.urlencode(form), {
                         "Content-Type": FORM,
                         "X-Twilio-Signature": base64.b64encode(hmac.new(
                             self.ENV["TOKEN"].encode(), text.encode(),
                             hashlib.sha1).digest())})
        self.assertEqual(line.getresponse().status, 204)
        line.close()

    def listens(self):
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", self.port)) == 0

    def test_every_request_is_allowed(self):
        house = self.house({})
        relay = Relay(self.play(house))
        self.addCleanup(relay.close)
        self.port = free_port()
        house.write_config(
            providers={"tw": self.provider(relay.port, **{
                "from": "+12125550190"})},
            http={"listen": f"127.0.0.1:{self.port}", "public_url": PUBLIC})
        house.visits(3)
        house.campaign(
            steps=[{"step": name, "when": f"{number} minutes after booked",
                    "until": "1 day after booked", "send": channel,
                    "message": name} for number, name, channel in
                   ((1, "text", "sms"), (2, "call", "voice"))],
            messages={"text": {"en": {"sms": TEXT}},
                      "call": {"en": {"voice": CALL}}})
        house.run("launch", "notice", "--yes", "--quiet", code=0)
        service = house.serve(env=self.ENV)
        until(lambda: house.one("select count(*) from attempt where outcome"
                                " <> 0") == 5, "all but the lost call have "
              "an answer", seconds=40)
        with self.subTest("none was given up"):
            self.assertEqual(house.one(
                "select count(*) from outreach where state = 4"), 0)

        def hear(first, *words):
            for number, word in enumerate(words, first):
                self.hear(relay.placed()[number]["AsyncAmdStatusCallback"],
                          SID[:-1] + str(number), AnsweredBy=word)

        # of the first nobody tells its name
        hear(1, "machine_end_beep", "machine_start")
        until(lambda: len(relay.changes()) == 2, "a voicemail, and an end")
        until(lambda: f"/Calls/{SID}.json " in relay.asked(),
              "how one went is asked", seconds=40)
        service.kill()
        service = house.serve(env=self.ENV)
        until(self.listens, "it is back")
        hear(0, *3 * ["machine_end_beep"])
        account = "/2010-04-01/Accounts/AC0{32}"
        for what, line in (
                ("a text", f"post {account}/Messages.json"),
                ("a call", f"post {account}/Calls.json"),
                ("what came lately", rf"get {account}/Messages.json\?"
                                     r"PageSize=\d+&DateSent%3E="),
                ("whether a text is there",
                 rf"get {account}/Messages.json\?PageSize=100&To=%2B1212"),
                ("whether a call is there",
                 rf"get {account}/Calls.json\?PageSize=100&To=%2B1212"),
                ("a voicemail, and the end of a call",
                 rf"(?s:post {account}/Calls/CAa+[12].json .*){{2}}"),
                ("how a call went", rf"get {account}/Calls/{SID}.json ")):
            with self.subTest(what):
                until(lambda line=line: re.search(line, relay.asked()), what,
                      seconds=40)
        with self.subTest("what a running call is told, and one of a former"
                          " life nothing"):
            self.assertEqual(sorted(
                name for form in relay.changes() for name in form),
                ["Status", "Twiml"])
        service.stop()
        with self.subTest("in the name of a service"):
            house.write_config(providers={"tw": self.provider(
                relay.port, channels=["sms"],
                messaging_service_sid="MG" + "0" * 32)})
            house.run("test-send", "notice/text", "--as", "P0", "--to",
                      "+12125550123", "--quiet", code=0, env=self.ENV)
            self.assertIn("MessagingServiceSid", relay.requests[-1].form())
        with self.subTest("none was refused"):
            said = self.said(house)
            self.assertNotIn("did not pass", said)
            self.assertNotIn("terminated with error", said)
            self.assertEqual([line for line in relay.answers
                              if not line.startswith("20")], [])


if __name__ == "__main__":
    main()
