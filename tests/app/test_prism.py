#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Twilio's own description of its API, played by prism: every request of ours
must be one that it allows. Where prism is (npm install --prefix .cache/prism
@stoplight/prism-cli), and the description beside the project."""
import json
import os
import re
import shutil
import socket
import subprocess
import unittest

from house import SOURCE, Case, main, until

DESCRIPTION = os.path.join(SOURCE, "..", "shared", "data", "openapi",
                           "twilio_api_v2010.json")
PRISM = shutil.which("prism") or os.path.join(
    SOURCE, ".cache", "prism", "node_modules", ".bin", "prism")
FORM = "application/x-www-form-urlencoded"
TEXT = "{{clinic.public_name}}: booked. Call {{clinic.phone}}. Reply STOP."
CALL = {"say": "You have a visit. Press 1 to confirm, 9 to stop.",
        "keys": {"1": "confirm", "9": "opt-out"},
        "voicemail": "{{clinic.public_name}}, call {{clinic.phone}}."}


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
        with socket.create_server(("127.0.0.1", 0)) as one:
            port = one.getsockname()[1]
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

    def test_every_request_is_allowed(self):
        house = self.house({})
        port = self.play(house)
        house.write_config(providers={"tw": {
            "driver": "twilio", "channels": ["sms", "voice"], "poll": True,
            "account_sid": "AC" + "0" * 32, "auth_token_env": "TOKEN",
            "from": "+12125550190", "timeout_s": 10,
            "base_url": f"http://127.0.0.1:{port}"}},
            http={"listen": "unix:http.sock",
                  "public_url": "https://reminders.example.org"})
        house.visits(2)
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
                                " not in (0)") == 4, "all have an answer",
              seconds=40)
        service.stop()
        said = self.said(house)
        for what in ("post /2010-04-01/Accounts/AC0{32}/Messages.json",
                     "post /2010-04-01/Accounts/AC0{32}/Calls.json",
                     "get /2010-04-01/Accounts/AC0{32}/Messages.json"):
            with self.subTest(what):
                self.assertRegex(said, what)
        with self.subTest("none was refused"):
            self.assertNotIn("did not pass", said)
            self.assertNotIn("terminated with error", said)
        with self.subTest("none was given up"):
            self.assertEqual(house.one(
                "select count(*) from outreach where state = 4"), 0)


if __name__ == "__main__":
    main()
