#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Email against Postfix's smtp-sink and against a server with a script."""
import email
import email.policy
import os
import re
import shutil
import socket
import subprocess
import time
import unittest

from house import NOTICE, Case, free_port, main, until
from peer import Mail

SINK = shutil.which("smtp-sink") or shutil.which("smtp-sink",
                                                 path="/usr/sbin:/usr/lib/postfix/sbin")
MAIL = {"subject": "Your appointment at Café Clinic",
        "text": "Hello,\n\nyou are booked for {{start | date}}.\n.\nA line "
                "that begins with a dot stands above. " + "Long. " * 60 +
                "\nCall {{clinic.phone}}.\n",
        "html": "<p>You are booked for <b>{{start | date}}</b>.</p>",
        "calendar": True}
MESSAGES = {"m": {"en": {"sms": NOTICE, "email": MAIL}}}


def steps(send):
    return [{"step": "booked", "when": "1 minute after booked",
             "until": "1 day after booked", "send": send, "message": "m"}]


class Sink(Case):
    @unittest.skipUnless(SINK, "needs smtp-sink of Debian's postfix")
    def test_multipart_mail_reaches_smtp_sink(self):
        house = self.house()
        os.mkdir(house.path("mails"))
        port = free_port()
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        if user:
            os.chown(house.folder, 65534, 65534)
            os.chown(house.path("mails"), 65534, 65534)
        sink = subprocess.Popen(
            [SINK, *user, "-d", "mails/", f"127.0.0.1:{port}", "100"],
            cwd=house.folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE)
        self.addCleanup(sink.wait)
        self.addCleanup(sink.kill)
        self.addCleanup(sink.stderr.close)

        def listens():
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return True
            except OSError:
                return False
        until(listens, "smtp-sink listens", 10)
        house.write_config(providers={"post": {
            "driver": "smtp", "url": f"smtp://127.0.0.1:{port}",
            "tls": "none", "from": "Harbor <office@example.org>",
            "concurrency": 5}})
        house.open(20, email=True, steps=steps("email"), messages=MESSAGES)
        totals = house.run("--json", "run", "--once", code=0).json()
        self.assertEqual(totals["sent"], 20)
        self.assertEqual(house.states(), {"accepted": 20})
        found = []
        for name in os.listdir(house.path("mails")):
            with open(house.path("mails", name), "rb") as file:
                found.append(email.message_from_binary_file(
                    file, policy=email.policy.default))
        with self.subTest("each once"):
            to = [mail["To"] for mail in found]
            self.assertEqual(len(to), 20)
            self.assert_all_one(to, "twice")
            self.assert_all_one([mail["Message-ID"] for mail in found],
                                "two mails of one id")
        with self.subTest("headers"):
            mail = found[0]
            self.assertEqual(mail["Subject"], MAIL["subject"])
            self.assertIn("office@example.org", mail["From"])
            self.assertTrue(mail["Date"])
            self.assertEqual(mail.defects, [])
        with self.subTest("text, HTML and invitation"):
            kinds = [part.get_content_type() for part in mail.walk()
                     if not part.is_multipart()]
            self.assertEqual(kinds[:2], ["text/plain", "text/html"])
            self.assertIn("text/calendar", kinds)
            text = mail.get_body(("plain",)).get_content()
            self.assertIn("\n.\nA line that begins", text)
            self.assertNotIn("{{", text)


class Script(Case):
    def open(self, says=None, count=3, send="email", **more):
        mail = Mail(says)
        self.addCleanup(mail.close)
        house = self.house({"post": mail.provider(),
                            "outbox": {"driver": "outbox",
                                       "path": "outbox.jsonl",
                                       "channels": ["sms", "voice"]}})
        house.open(count, email=True, steps=steps(send), messages=MESSAGES,
                   **more)
        return mail, house

    def check_once(self, mail):
        self.assert_all_one([to for _, to, _ in mail.mails], "twice")

    def test_450_then_ok(self):
        refused = []

        def says(verb, argument):
            if verb == "RCPT" and len(refused) < 2:
                refused.append(argument)
                return "450 4.2.1 come back later"
        mail, house = self.open(says, 2)
        service = house.serve()
        until(lambda: house.one("select count(*) from attempt where "
                                "ended_at is not null") >= 2, "two refusals")
        until(lambda: house.states() == {"planned": 2}, "both wait")
        # a mail server's "later" means minutes: see that they wait for it
        waits = house.ask("select due_at from outreach")
        self.assertTrue(all(at > time.time() * 1000 for at, in waits))
        self.assertEqual(mail.mails, [])
        service.stop()
        import sqlite3
        store = sqlite3.connect(house.path("outreach.db"))
        store.execute("update outreach set due_at = 0")  # time passes
        store.commit()
        store.close()
        house.run("run", "--once", code=0)
        self.assertEqual(house.states(), {"accepted": 2})
        self.assertEqual(len(mail.mails), 2)
        self.check_once(mail)

    def test_550_marks_the_address_and_the_ladder_goes_on(self):
        mail, house = self.open(
            lambda verb, argument: "550 5.1.1 no such user"
            if verb == "RCPT" and "p1@" in argument else None,
            send="email, else sms")
        house.run("run", "--once", code=0)
        with self.subTest("the others got it"):
            self.assertEqual(sorted(to for _, to, _ in mail.mails),
                             ["p0@example.org", "p2@example.org"])
        with self.subTest("the address is bad"):
            self.assertEqual(house.ask(
                "select value from contact_point where bad_at is not null"),
                [("p1@example.org",)])
        with self.subTest("and the text goes out instead"):
            self.assertEqual(house.states(), {"accepted": 3})
            self.assertRegex(house.read("outbox.jsonl"),
                             r'"to":"\+12122000001"')

    DOUBT = (
        ("closed behind DATA", "DONE", "\x00"),
        ("421 behind DATA", "DONE", "421 4.3.2 going down"),
        ("451 behind DATA", "DONE", "451 4.3.0 try again"),
        ("552 behind DATA", "DONE", "552 5.3.4 too large"),
        ("a greeting that refuses", "", "554 5.7.1 go away"),
        ("refused as sender", "MAIL", "550 5.7.1 not you"),
        ("garbage", "EHLO", "\x01\x02\x03"),
    )

    def test_other_answers_never_send_twice(self):
        for name, at, reply in self.DOUBT:
            with self.subTest(name):
                mail, house = self.open(
                    lambda verb, argument, at=at, reply=reply:
                    reply if verb == at else None, 2)
                service = house.serve(name="s.log")
                until(lambda: house.one(
                    "select count(*) from attempt where ended_at is not null "
                    "or outcome != 0") >= 1, "an end")
                self.assertEqual(service.stop()[0], 0)
                self.assertNotIn("accepted", house.states())
                self.assertNotIn("submitting", house.states())
                self.assertEqual(mail.mails, [])

    def test_hangs_behind_the_message(self):
        def says(verb, argument):
            if verb == "DONE":
                time.sleep(8)
                return "250 ok"
        mail, house = self.open(says, 2)
        house.run("run", "--once", code=0)
        self.assertEqual(house.states(), {"unknown": 2})
        house.run("run", "--once", code=0)
        self.assertEqual(house.states(), {"unknown": 2})

    def test_no_password_over_plain_text(self):
        mail, house = self.open()
        post = dict(house.config["providers"]["post"],
                    url="smtp://mail.example.org", user="office",
                    password_env="PASSWORD")
        house.write_config(providers={"post": post})
        said = house.run("run", "--once", code=3, env={"PASSWORD": "hunter2"})
        self.assertIn("outreach.json", said.err)
        self.assertNotIn("hunter2", said.err)

    def test_tls_required_is_kept(self):
        mail, house = self.open()
        post = dict(house.config["providers"]["post"], tls="required")
        house.write_config(providers={"post": post})
        service = house.serve()
        until(lambda: house.one("select count(*) from attempt where "
                                "ended_at is not null") >= 1, "a refusal")
        self.assertEqual(service.stop()[0], 0)
        self.assertEqual(house.states(), {"planned": 3})
        self.assertEqual(mail.mails, [])


if __name__ == "__main__":
    main()
