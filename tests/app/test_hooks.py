#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Providers that call the service: signed statuses and replies, and whatever
else comes to an open port."""
import base64
import hashlib
import hmac
import http.client
import json
import os
import pty
import re
import shutil
import socket
import sqlite3
import ssl
import subprocess
import tempfile
import termios
import time
import unicodedata
import urllib.parse

from house import BINARY, NOTICE, SOURCE, Case, free_port, main, phone, until
from peer import Twilio

PUBLIC = "https://reminders.example.org"
TOKEN = "secret-of-the-test"
ACCOUNT = "AC" + "0" * 32


def sign(url, form, token=TOKEN):
    text = url + "".join(name + value for name, value in sorted(form.items()))
    return base64.b64encode(
        hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


class Hooks(Case):
    ENV = {"TOKEN": TOKEN, "FORMER_TOKEN": "former-" + TOKEN,
           "KEY_SECRET": "secret-of-the-key"}

    def open(self, count=2, provider=(), **changes):
        self.port = free_port()
        twilio = Twilio()
        self.addCleanup(twilio.close)
        section = twilio.provider(**{"poll": False, **dict(provider)})
        house = self.house(
            {"tw": {name: value for name, value in section.items()
                    if value is not None}},
            http={"listen": f"127.0.0.1:{self.port}",
                  "public_url": PUBLIC + "/"})
        house.open(count, **changes)
        service = house.serve(env=self.ENV)
        until(lambda: house.states().get("accepted") == count,
              "all are sent")
        return twilio, house, service

    def ask(self, method, target, body=None, headers=None):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        line.request(method, target, body, headers or {})
        said = line.getresponse()
        text = said.read().decode()
        line.close()
        return said.status, text

    def call(self, target, form, token=TOKEN, **headers):
        form = {"AccountSid": ACCOUNT, **form}
        return self.ask("POST", target, urllib.parse.urlencode(form), {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": sign(PUBLIC + target, form, token),
            **headers})

    @staticmethod
    def status_of(request, status, **more):
        """What Twilio posts of a message that it was sent."""
        target = urllib.parse.urlsplit(request.form()["StatusCallback"])
        return (f"{target.path}?{target.query}",
                {"MessageStatus": status, **more})

    def test_what_was_written_while_nobody_heard_it(self):
        """S-9: webhooks alone lose what comes while the service is down."""
        for poll in (None, False):
            with self.subTest(poll=poll):
                twilio, house, service = self.open(provider={"poll": poll})
                service.stop()
                twilio.receive(phone(0), "please stop texting me")
                house.campaign("second")
                house.run("launch", "second", "--yes", "--quiet", code=0)
                service = house.serve(env=self.ENV)
                until(lambda: house.ask(
                    "select count(*), min(state) > 1 from outreach")
                    == [(4, 1)], "all are decided")
                stopped = poll is None
                self.assertEqual(
                    twilio.references().count(phone(0)), 1 if stopped else 2)
                self.assertEqual(twilio.references().count(phone(1)), 2)
                with self.subTest("a hook that comes after all is the same"):
                    sid = next(m["sid"] for m in twilio.messages
                               if m["direction"] == "inbound")
                    self.call("/hooks/tw/reply", {
                        "From": phone(0), "To": "+12125550190",
                        "Body": "please stop texting me", "MessageSid": sid})
                    self.assertEqual(
                        house.one("select count(*) from reply"), 1)
                said = house.run("check", env=self.ENV)
                self.assertEqual('"poll": false' in said.out, not stopped)
                said = house.run("status", env=self.ENV)
                self.assertEqual('"poll": false' in said.out, not stopped)
                self.assertEqual(len(house.run(
                    "--json", "status", env=self.ENV).json()["given_up"]),
                    0 if stopped else 1)
                self.assertEqual(service.stop()[0], 0)

    def test_what_a_patient_writes_governs_no_terminal(self):
        twilio, house, service = self.open()
        self.call("/hooks/tw/reply", {
            "From": phone(0), "To": "+12125550190", "MessageSid": "SM1",
            "Body": "my leg is hot\x1b[2K\x1b[31m\rall good\n2001: done"
                    "\x1b]52;c;cm0=\x07 \u202eeb\u0085\u009b8m\ttab 👩\u200d⚕"})
        shows = (("task", "list"), ("task", "show", "1"), ("status",),
                 ("patient", "show", "P0"), ("explain", "P0"))
        for words in shows:
            for terminal in (False, True):
                with self.subTest(" ".join(words), terminal=terminal):
                    out = house.run(*words, env=self.ENV).out \
                        if not terminal else self.on_terminal(house, *words)
                    # our own colours are the only ones
                    for tone in ("0", "1", "2", "31", "32", "33"):
                        if terminal:
                            out = out.replace(f"\x1b[{tone}m", "")
                    self.assertEqual(
                        [c for c in out if c != "\n" and (
                            unicodedata.category(c) in ("Cc", "Cf")
                            and c != "\u200d")], [])
                    if "show" in words:
                        self.assertIn("my leg is hot\ufffd[2K\ufffd[31m", out)
                        self.assertIn("tab 👩\u200d⚕", out)
                        self.assertNotIn("\n2001", out)
        with self.subTest("programs are told all of it"):
            said = house.run("--json", "task", "show", "1", env=self.ENV)
            self.assertIn("\x1b[2K", said.json()["reply"]["text"])
        self.assertEqual(service.stop()[0], 0)

    def on_terminal(self, house, *words):
        """What a person sees; the terminal's own \\r\\n is taken back."""
        ours, theirs = pty.openpty()
        termios.tcsetattr(theirs, termios.TCSANOW, [
            value & ~termios.OPOST if i == 1 else value
            for i, value in enumerate(termios.tcgetattr(theirs))])
        done = subprocess.Popen(
            [BINARY, *words], cwd=house.folder, stdin=subprocess.DEVNULL,
            stdout=theirs, env=house.environment(**self.ENV))
        os.close(theirs)
        out = b""
        try:
            while some := os.read(ours, 65536):
                out += some
        except OSError:  # all is read
            pass
        os.close(ours)
        self.assertEqual(done.wait(), 0)
        return out.decode()

    def test_statuses_in_any_order(self):
        twilio, house, service = self.open()
        request = twilio.requests[0]
        self.assertTrue(request.form()["StatusCallback"].startswith(
            PUBLIC + "/hooks/tw/status?reference=o"))
        sid = twilio.messages[0]["sid"]
        for status in ("delivered", "delivered", "sent", "queued"):
            with self.subTest(status):
                target, form = self.status_of(request, status, MessageSid=sid)
                self.assertEqual(self.call(target, form), (204, ""))
                # durable before the answer: no waiting here
                self.assertEqual(house.states()["delivered"], 1)
        with self.subTest("each was kept"):
            self.assertEqual(house.one(
                "select count(*) from attempt_event where status in"
                " ('delivered', 'sent')"), 3)
        target, form = self.status_of(twilio.requests[1], "undelivered",
                                      MessageSid=twilio.messages[1]["sid"],
                                      ErrorCode="30005")
        self.assertEqual(self.call(target, form)[0], 204)
        with self.subTest("a number that is none is remembered"):
            self.assertEqual(house.one(
                "select count(*) from contact_point where bad_at is not null"),
                1)
        self.assertEqual(service.stop()[0], 0)

    def test_replies(self):
        _, house, service = self.open()
        reply = {"From": "+12122000000", "To": "+12125550190",
                 "Body": "STOP", "MessageSid": "SM1"}
        for _ in range(2):
            said = self.call("/hooks/tw/reply", reply)
            self.assertEqual(said, (200, "<Response/>"))
            self.assertEqual(house.ask(
                "select distinct address from suppression"
                " where address is not null"), [("+12122000000",)])
        self.call("/hooks/tw/reply", {**reply, "From": "+12122000001",
                                      "Body": "May I bring \u00e1 dog?",
                                      "MessageSid": "SM2"})
        self.assertEqual(house.one(
            "select count(*) from task where kind = 'reply'"), 1)
        self.assertEqual(house.one("select count(*) from reply"), 2)
        self.assertEqual(service.stop()[0], 0)

    def test_an_api_key_asks_and_the_account_signs(self):
        """S-20: Twilio signs with the account's auth token, whatever we log in
        with; while that is changed, with either of two."""
        key = "SK" + "1" * 32
        twilio, house, service = self.open(3, {
            "api_key_sid": key, "api_key_secret_env": "KEY_SECRET",
            "former_auth_token_env": "FORMER_TOKEN"})
        basic = base64.b64encode(f"{key}:secret-of-the-key".encode()).decode()
        for request in twilio.requests:
            self.assertEqual(request.headers["authorization"],
                             f"Basic {basic}")
        for number, token, status in (
                (0, "secret-of-the-key", 403), (0, key, 403),
                (0, TOKEN, 200), (1, "former-" + TOKEN, 200)):
            with self.subTest(token):
                self.assertEqual(self.call("/hooks/tw/reply", {
                    "From": phone(number), "To": "+12125550190",
                    "Body": "STOP", "MessageSid": f"SM{number}"},
                    token=token)[0], status)
        self.assertEqual(house.ask(
            "select distinct address from suppression where address is not"
            " null order by 1"), [(phone(0),), (phone(1),)])
        for secret in (TOKEN, "secret-of-the-key"):
            self.assertNotIn(secret, service.log())
        self.assertEqual(service.stop()[0], 0)

    def test_a_key_without_its_tokens_is_told(self):
        house = self.house()
        house.open(1)
        twilio = Twilio()
        self.addCleanup(twilio.close)
        key = {"api_key_sid": "SK" + "1" * 32}
        secret = {"api_key_secret_env": "KEY_SECRET"}
        door = {"http": {"listen": f"127.0.0.1:{free_port()}",
                         "public_url": PUBLIC}}
        alone = twilio.provider()
        del alone["auth_token_env"]
        for sentence, section, http, words in (
                ("nothing proves who calls", {**alone, **key, **secret}, door,
                 "Twilio signs its calls to us with the account's auth token"),
                ("where nobody calls the key is enough",
                 {**alone, **key, **secret}, {}, None),
                ("the token is not the key's secret",
                 {**twilio.provider(), **key}, {},
                 "'api_key_secret_file' is missing"),
                ("a secret of no key", {**twilio.provider(), **secret}, {},
                 "'api_key_sid' is missing"),
                ("no token at all", alone, {},
                 "'auth_token_file' is missing")):
            with self.subTest(sentence):
                house.write("outreach.json", json.dumps(
                    {**house.config, "providers": {"tw": section}, **http}))
                said = house.run("run", "--once", code=3 if words else 0,
                                 env=self.ENV)
                self.assertIn(words or "", said.err)

    def test_whatever_form_a_number_has(self):
        """S-1, L-11: a STOP silences the patient, and no other text."""
        _, house, service = self.open(3)
        for i, (sender, status) in enumerate((
                ("whatsapp:" + phone(0), 200), ("rcs:" + phone(1), 200),
                ("+1 (212) 200-0002", 200),
                ("72975", 400), ("LAKESIDE", 400), ("+266696687", 400),
                ("messenger:12122000003", 400), ("anonymous", 400))):
            with self.subTest(sender):
                self.assertEqual(self.call("/hooks/tw/reply", {
                    "From": sender, "To": "+12125550190", "Body": "STOP",
                    "MessageSid": f"SM{i}"})[0], status)
        self.assertEqual(house.ask(
            "select distinct address from suppression where address is not"
            " null order by 1"), [(phone(i),) for i in range(3)])
        self.assertEqual(self.figures()["hooks_wrong_total"], 5)
        self.assertNotIn("72975", service.log())
        self.assertEqual(service.stop()[0], 0)

    def test_signed_json_is_believed_and_tells_nothing(self):
        """S-20: its hash stands in the address. What Twilio tells us of is in
        forms; JSON is of something else."""
        twilio, house, service = self.open()
        before = house.one("select count(*) from attempt_event")
        body = json.dumps([{"type": "com.twilio.messaging.message.delivered"}])
        digest = hashlib.sha256(body.encode()).hexdigest()
        target, _ = self.status_of(twilio.requests[0], "delivered")
        named = f"{target}&bodySHA256={digest}"
        signed = {"Content-Type": "application/json; charset=utf-8",
                  "X-Twilio-Signature": sign(PUBLIC + named, {})}
        for sentence, status, ask in (
                ("signed", 204,
                 lambda: self.ask("POST", named, body, signed)),
                ("another body", 403,
                 lambda: self.ask("POST", named, body + " ", signed)),
                ("no hash", 403, lambda: self.ask("POST", target, body, {
                    **signed, "X-Twilio-Signature": sign(
                        PUBLIC + target, {})})),
                ("another token", 403, lambda: self.ask("POST", named, body, {
                    **signed, "X-Twilio-Signature": sign(
                        PUBLIC + named, {}, "guessed")})),
                ("for nothing here", 404, lambda: self.ask(
                    "POST", named.replace("status", "dance"), body, {
                        **signed, "X-Twilio-Signature": sign(
                            PUBLIC + named.replace("status", "dance"),
                            {})}))):
            with self.subTest(sentence):
                self.assertEqual(ask()[0], status)
        self.assertEqual(house.one("select count(*) from attempt_event"),
                         before)
        figures = self.figures()
        self.assertEqual(figures["hooks_idle_total"], 1)
        self.assertEqual(figures["hooks_forged_total"], 3)
        self.assertEqual(service.stop()[0], 0)

    def test_an_answer_is_answered(self):
        thanks = "{{clinic.public_name}}: see you then. Tel {{clinic.phone}}."
        said = NOTICE.replace("Reply STOP", "Reply C. Reply STOP")
        twilio, house, service = self.open(
            replies={"C": "confirm"}, answers={"confirm": "thanks"},
            messages={"m": {"en": {"sms": said}},
                      "thanks": {"en": {"sms": thanks}}})
        self.call("/hooks/tw/reply", {
            "From": "+12122000000", "To": "+12125550190",
            "Body": "c, thanks!", "MessageSid": "SM1"})
        with self.subTest("written down before the provider hears 200"):
            self.assertEqual(house.ask(
                "select intent, actor from response"), [("confirm", "patient")])
            self.assertEqual(house.one("select count(*) from task"), 0)
        until(lambda: len(twilio.messages) == 3, "the answer is sent")
        with self.subTest("to whoever wrote, and soon"):
            form = twilio.requests[2].form()
            self.assertEqual(form["To"], "+12122000000")
            self.assertIn("see you then", form["Body"])
            self.assertLessEqual(int(form["ValidityPeriod"]), 15 * 60)
        self.assertEqual(service.stop()[0], 0)

    def test_what_is_not_twilios_has_no_effect(self):
        twilio, house, service = self.open()
        target, form = self.status_of(twilio.requests[0], "delivered",
                                      MessageSid=twilio.messages[0]["sid"])
        reply = {"From": "+12122000000", "To": "+12125550190",
                 "Body": "STOP", "MessageSid": "SM1"}
        before = house.one("select count(*) from attempt_event")
        json = {"Content-Type": "application/json"}
        for sentence, status, ask in (
                ("another token", 403, lambda: self.call(
                    target, form, token="guessed")),
                ("another message than was signed", 403, lambda: self.call(
                    target.replace("reference=o", "reference=o9"), form,
                    **{"X-Twilio-Signature": sign(PUBLIC + target, {
                        "AccountSid": ACCOUNT, **form})})),
                ("no signature", 403, lambda: self.ask(
                    "POST", target, "a=b", {
                        "Content-Type": "application/x-www-form-urlencoded"})),
                ("no form", 403, lambda: self.ask(
                    "POST", target, "{}", json)),
                ("an escape that is none", 403, lambda: self.ask(
                    "POST", target, "a=%zz", {
                        "Content-Type": "application/x-www-form-urlencoded"})),
                ("another account", 400, lambda: self.call(
                    target, {**form, "AccountSid": "AC1"})),
                ("no message", 400, lambda: self.call(
                    target, {"MessageStatus": "delivered"})),
                ("a reply from nobody", 400, lambda: self.call(
                    "/hooks/tw/reply", {**reply, "From": ""})),
                ("another word", 404, lambda: self.call(
                    "/hooks/tw/dance", reply)),
                ("another provider", 404, lambda: self.call(
                    "/hooks/none/reply", reply)),
                ("a provider too many", 404, lambda: self.call(
                    "/hooks/tw", reply)),
                ("a path that climbs", 404, lambda: self.call(
                    "/hooks/../tw/reply", reply)),
                ("a question", 405, lambda: self.ask("GET", target)),
                ("somewhere else", 404, lambda: self.ask("GET", "/"))):
            with self.subTest(sentence):
                self.assertEqual(ask()[0], status)
        self.assertEqual(house.one("select count(*) from attempt_event"),
                         before)
        self.assertEqual(house.one("select count(*) from reply"), 0)
        self.assertNotIn("+12122000000", service.log())
        self.assertEqual(service.stop()[0], 0)

    def raw(self, said):
        with socket.create_connection(("127.0.0.1", self.port)) as line:
            line.sendall(said)
            return line.makefile("rb").readline().split()[1:2]

    def test_whatever_is_refused_is_counted_and_logged_once(self):
        _, _, service = self.open()
        begin = b"POST /hooks/tw/reply HTTP/1.1\r\nHost: x\r\n"
        far = b"/+12122000000"
        for reason, status, ask in (
                ("target", b"414", b"GET " + far * 3000 + b" HTTP/1.1\r\n\r\n"),
                ("version", b"505", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n"),
                ("malformed", b"400",
                 begin + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
                ("headers", b"431", begin + b"A: b\r\n" * 2000 + b"\r\n"),
                ("body", b"413", begin + b"Content-Length: 99999\r\n\r\n"),
                ("encoding", b"501",
                 begin + b"Transfer-Encoding: gzip\r\n\r\n"),
                ("path", b"404", b"GET " + far + b" HTTP/1.1\r\nHost: x\r\n\r\n"),
                ("method", b"405",
                 b"PUT /hooks/tw" + far + b" HTTP/1.1\r\nHost: x\r\n\r\n")):
            with self.subTest(reason):
                for _ in range(3):
                    self.assertEqual(self.raw(ask), [status])
                self.assertEqual(self.figures()[
                    f'http_refused_total{{reason="{reason}"}}'], 3)
                line = f"event=http result=refused reason={reason} count=1\n"
                self.assertEqual(service.log().count(line), 1)
        with self.subTest("signed, and wrong"):
            for i in range(9):
                self.assertEqual(self.call("/hooks/tw/status", {
                    "MessageStatus": "delivered", "n": str(i)})[0], 400)
            self.assertEqual(self.figures()["hooks_wrong_total"], 9)
            self.assertEqual(service.log().count("result=wrong"), 1)
            self.assertIn("event=hook result=wrong provider=tw what=status"
                          " count=1\n", service.log())
        self.assertNotIn("2122000000", service.log())
        self.assertEqual(service.stop()[0], 0)
        with self.subTest("at the end: how often it came meanwhile"):
            self.assertIn("reason=target count=2\n", service.log())
            self.assertIn("provider=tw what=status count=8\n", service.log())

    def test_a_flood_of_forgeries_is_counted_and_not_written_down(self):
        _, house, service = self.open()
        before = house.ask("select count(*), max(id) from attempt_event"
                           " union all select count(*), max(id) from audit")
        reply = {"From": "+12122000000", "To": "+12125550190",
                 "Body": "STOP", "MessageSid": "SM1"}
        for _ in range(50):
            self.assertEqual(
                self.call("/hooks/tw/reply", reply, token="guessed")[0], 403)
            self.assertEqual(self.call("/hooks/none/reply", reply)[0], 404)
        with self.subTest("no store write"):
            self.assertEqual(before, house.ask(
                "select count(*), max(id) from attempt_event"
                " union all select count(*), max(id) from audit"))
        with self.subTest("counted"):
            figures = self.ask("GET", "/metrics")[1]
            self.assertIn("\noutreach_hooks_forged_total 50\n", figures)
            self.assertIn("\noutreach_hooks_unknown_total 50\n", figures)
        with self.subTest("a line of the log, not one each"):
            self.assertEqual(service.log().count("result=forged"), 1)
        self.assertEqual(service.stop()[0], 0)

    def test_health_and_figures(self):
        _, _, service = self.open()
        self.assertEqual(self.ask("GET", "/healthz"), (200, "ok\n"))
        with self.subTest("a watchdog that wants no body"):
            self.assertEqual(self.ask("HEAD", "/healthz"), (200, ""))
        for method, target, allowed in (("POST", "/healthz", "GET, HEAD"),
                                        ("GET", "/hooks/tw/reply", "POST")):
            with self.subTest(f"{method} is told what is allowed instead"):
                line = http.client.HTTPConnection("127.0.0.1", self.port,
                                                  timeout=20)
                line.request(method, target)
                said = line.getresponse()
                self.assertEqual((said.status, said.headers["Allow"]),
                                 (405, allowed))
                line.close()
        status, text = self.ask("GET", "/metrics")
        self.assertEqual(status, 200)
        self.assertIn("# TYPE outreach_sent_total counter\n"
                      "outreach_sent_total 2\n", text)
        self.assertIn('outreach_objections_total{rule="paused"} 0\n', text)
        self.assertEqual(service.stop()[0], 0)

    def figures(self):
        """{'outreach_sent_total': 2, 'outreach_replies_total{...}': 1}"""
        rows = (row.rsplit(" ", 1) for row in
                self.ask("GET", "/metrics")[1].splitlines() if row[0] != "#")
        return {name.removeprefix("outreach_"): int(value)
                for name, value in rows}

    def test_what_patients_write_is_counted(self):
        booked = {"step": "booked", "when": "1 minute after booked",
                  "until": "1 day after booked", "send": "sms", "message": "m"}
        again = {**booked, "step": "again", "when": "1 hour after booked"}
        _, house, service = self.open(8, steps=[booked, again],
                                      replies={"C": "confirm"})
        words = ("STOP", "START", "HELP", "wrong number", "I have chest pain",
                 "C", "May I bring a dog?", "thank you")
        for i, text in enumerate(words):
            reply = {"From": phone(i), "To": "+12125550190", "Body": text,
                     "MessageSid": f"SM{i}"}
            for _ in range(2):  # however often it comes, it counts once
                self.assertEqual(self.call("/hooks/tw/reply", reply)[0], 200)
        figures = self.figures()
        for name, wanted in (
                *((f'replies_total{{intent="{intent}"}}', 1) for intent in (
                    "opt-out", "opt-in", "help", "wrong-number", "emergency",
                    "answer", "acknowledged", "unclear")),
                ("opt_outs_total", 1),
                ("suppressed_total", house.states()["suppressed"]),
                ("tasks_total", house.one("select count(*) from task"))):
            with self.subTest(name):
                self.assertGreater(wanted, 0)
                self.assertEqual(figures[name], wanted)
        self.assertEqual(service.stop()[0], 0)

    def test_danger_shows_without_a_look_at_the_list(self):
        _, house, service = self.open(2)
        say = {"To": "+12125550190", "From": phone(0)}
        self.assertEqual(self.call("/hooks/tw/reply", {
            **say, "Body": "May I bring a dog?", "MessageSid": "SM1"})[0], 200)
        self.assertEqual(self.call("/hooks/tw/reply", {
            **say, "Body": "I have chest pain", "MessageSid": "SM2"})[0], 200)
        task, due = house.ask("select id, due_at from task where reason ="
                              " 'emergency'")[0]
        line = (rf"level=warning event=urgent-task task={task} kind=reply"
                r' owner="front desk" due=20[-0-9T:.]+Z\n')
        self.assertRegex(service.log(), line)
        self.assertEqual(service.log().count("urgent-task"), 1)
        until(lambda: self.figures()["tasks_open"] == 2, "they are counted")
        self.assertEqual(self.figures()["tasks_urgent"], 1)
        self.assertEqual(self.figures()["tasks_late"], 0)
        said = house.run("--json", "status", code=0).json()
        self.assertEqual([said[name] for name in (
            "tasks_open", "tasks_late", "tasks_soon", "tasks_urgent")],
            [2, 0, 1, 1])
        self.assertEqual({**said["task_first"], "due": None}, {
            "task": task, "kind": "reply", "owner": "front desk", "due": None})
        shown = house.run("status", code=0).out
        self.assertIn(f"1 task due within the hour or late, first task {task}"
                      " (reply) for front desk, due ", shown)
        self.assertNotIn("2122000000", shown + service.log())
        house.run("task", "done", str(task), code=0)
        until(lambda: self.figures()["tasks_urgent"] == 0, "it is done")
        self.assertNotIn("within the hour", house.run("status").out)
        self.assertEqual(service.stop()[0], 0)

    def test_a_pause_is_no_ill_service(self):
        _, house, service = self.open()
        house.run("pause", "--all", code=0)
        said = until(lambda: self.ask("GET", "/healthz")[1] != "ok\n" and
                     self.ask("GET", "/healthz"), "the pause is seen")
        self.assertEqual(said, (200, "paused: nothing is sent until `outreach"
                                     " resume --all`\n"))
        self.assertEqual(self.figures()["paused"], 1)
        house.run("resume", "--all", code=0)
        until(lambda: self.ask("GET", "/healthz") == (200, "ok\n"),
              "the resume is seen")
        self.assertEqual(self.figures()["paused"], 0)
        self.assertEqual(service.stop()[0], 0)

    @staticmethod
    def reload(service, result="ok"):
        """What the log says of it."""
        before = len(service.log())
        service.signal(1)
        word = f"event=reload result={result}"
        return until(lambda: word in service.log()[before:] and
                     service.log()[before:], "the reload")

    def stop(self, number, url=PUBLIC):
        """STOP of one patient; what the provider that passes it on hears."""
        form = {"AccountSid": ACCOUNT, "From": phone(number), "Body": "STOP",
                "To": "+12125550190", "MessageSid": f"SM{number}"}
        return self.ask("POST", "/hooks/tw/reply", urllib.parse.urlencode(form),
                        {"Content-Type": "application/x-www-form-urlencoded",
                         "X-Twilio-Signature": sign(url + "/hooks/tw/reply",
                                                    form)})

    @staticmethod
    def signed_stop(number):
        """The same as it is sent, in two parts."""
        form = {"AccountSid": ACCOUNT, "From": phone(number), "Body": "STOP",
                "To": "+12125550190", "MessageSid": f"SM{number}"}
        body = urllib.parse.urlencode(form).encode()
        return (f"POST /hooks/tw/reply HTTP/1.1\r\nHost: x\r\n"
                f"X-Twilio-Signature: {sign(PUBLIC + '/hooks/tw/reply', form)}"
                f"\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                f"Content-Length: {len(body)}\r\n\r\n".encode(), body)

    def is_open(self, port):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            return False
        return True

    def place(self, house, url=PUBLIC):
        """Another one, in the configuration."""
        self.port = free_port()
        house.write_config(http={"listen": f"127.0.0.1:{self.port}",
                                 "public_url": url})

    def test_a_reload_opens_moves_and_closes(self):
        twilio, house, service = self.open(4)
        first, heard = self.port, (200, "<Response/>")
        with self.subTest("removed"):
            house.config.pop("http")
            house.write_config(providers={"tw": twilio.provider()})
            self.reload(service)
            self.assertFalse(self.is_open(first))
        with self.subTest("added"):
            self.place(house)
            house.write_config(providers={"tw": twilio.provider(poll=False)})
            self.reload(service)
            self.assertEqual(self.stop(0), heard)
        with self.subTest("moved, with a call that has just begun"):
            former, (head, body) = self.port, self.signed_stop(3)
            line = socket.create_connection(("127.0.0.1", former))
            line.sendall(head + body[:9])
            url = "https://moved.example.org"
            self.place(house, url)
            self.reload(service)
            self.assertEqual(self.stop(1, url), heard)
            self.assertFalse(self.is_open(former))
            line.sendall(body[9:])
            said = line.makefile("rb").read()  # until the connection ends
            self.assertTrue(said.startswith(b"HTTP/1.1 200 "), said)
            line.close()
        with self.subTest("known by another name at the same place"):
            line = http.client.HTTPConnection("127.0.0.1", self.port)
            line.request("GET", "/healthz")
            line.getresponse().read()
            url = "https://calls.example.org"
            house.write_config(http={
                "listen": f"127.0.0.1:{self.port}", "public_url": url})
            self.reload(service)
            self.assertEqual(self.stop(2)[0], 403)
            self.assertEqual(self.stop(2, url), heard)
            line.request("GET", "/healthz")  # it never closed
            self.assertEqual(line.getresponse().status, 200)
            line.close()
        self.assertEqual(house.ask("select distinct address from suppression"
                                   " where address is not null order by 1"),
                         [(phone(i),) for i in range(4)])
        with self.subTest("what was counted before counts on"):
            self.assertEqual(self.figures()["hooks_taken_total"], 4)
        self.assertEqual(service.stop()[0], 0)

    def test_a_reload_that_waits_keeps_its_callers(self):
        _, house, service = self.open(1)
        head, body = self.signed_stop(0)
        import_ = sqlite3.connect(house.path(house.store),
                                  isolation_level=None)
        import_.execute("begin immediate")
        line = socket.create_connection(("127.0.0.1", self.port))
        line.sendall(head + body)
        self.place(house)
        self.reload(service, "waits")
        for _ in range(200):  # not for a moment, however often it tries
            self.assertFalse(self.is_open(self.port))
            service.signal(1)
            time.sleep(0.002)
        import_.execute("commit")
        import_.close()
        until(lambda: self.is_open(self.port), "it moves")
        self.assertTrue(line.makefile("rb").readline().startswith(
            b"HTTP/1.1 200 "))
        line.close()
        self.assertEqual(house.one("select count(*) from reply"), 1)
        self.assertEqual(self.stop(0), (200, "<Response/>"))
        self.assertEqual(service.stop()[0], 0)

    def test_no_stop_is_lost_while_the_store_is_busy(self):
        """All at once from the address of one proxy (L-11): each waits until
        it is durable, and is answered then."""
        stops = 600
        _, house, service = self.open(1)
        import_ = sqlite3.connect(house.path(house.store),
                                  isolation_level=None)
        import_.execute("begin immediate")
        lines = []
        for i in range(stops):
            lines.append(socket.create_connection(("127.0.0.1", self.port)))
            lines[-1].sendall(b"".join(self.signed_stop(i)))
        until(lambda: self.figures()["http_requests_total"] > stops,
              "all are heard")
        import_.execute("commit")
        import_.close()
        for line in lines:
            self.assertEqual(line.makefile("rb").readline().split()[1:2],
                             [b"200"])
            line.close()
        self.assertEqual(house.one("select count(distinct address) from"
                                   " suppression"), stops)
        self.assertEqual(
            self.figures()['http_refused_total{reason="full"}'], 0)
        self.assertEqual(service.stop()[0], 0)

    def test_a_place_that_cannot_be_had_refuses_the_reload(self):
        twilio, house, service = self.open(2)
        former = self.port
        before = house.one("select count(*) from audit")
        with socket.create_server(("127.0.0.1", 0)) as other:
            house.write_config(
                providers={"tw": twilio.provider(poll=True)},
                http={"listen": "127.0.0.1:%d" % other.getsockname()[1]})
            said = self.reload(service, "refused")
        self.assertIn("Address already in use", said)
        with self.subTest("nothing was changed"):
            self.assertEqual(house.one("select count(*) from audit"), before)
            self.assertEqual(self.stop(0), (200, "<Response/>"))
        with self.subTest("a secret that cannot be read leaves no place open"):
            self.place(house)
            house.write_config(providers={"tw": twilio.provider(
                poll=False, auth_token_env="NOWHERE")})
            self.reload(service, "refused")
            self.assertFalse(self.is_open(self.port))
            self.port = former
            self.assertEqual(self.stop(1), (200, "<Response/>"))
        self.assertEqual(service.stop()[0], 0)

    def test_a_socket_of_another_name_is_the_same(self):
        house = self.house(http={"listen": "unix:h.sock"})
        house.visits(1)
        service = house.serve()
        path = house.path("h.sock")
        until(lambda: os.path.exists(path), "it listens")

        def healthy():
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(path)
                line.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
                return line.recv(99).startswith(b"HTTP/1.1 200 ")

        os.symlink(".", house.path("here"))
        for name in ("here/h.sock", "./h.sock", "h.sock"):
            with self.subTest(name):
                house.write_config(http={"listen": f"unix:{name}"})
                self.reload(service)
                self.assertTrue(healthy())
        with self.subTest("and goes with what it was named"):
            house.write_config(http={"listen": "unix:i.sock"})
            self.reload(service)
            self.assertFalse(os.path.exists(path))
            path = house.path("i.sock")
            self.assertTrue(healthy())
        self.assertEqual(service.stop()[0], 0)
        self.assertFalse(os.path.exists(path))

    def test_a_reload_goes_on_listening(self):
        twilio, house, service = self.open()
        self.reload(service)
        target, form = self.status_of(twilio.requests[0], "delivered",
                                      MessageSid=twilio.messages[0]["sid"])
        self.assertEqual(self.call(target, form), (204, ""))
        self.assertEqual(house.states()["delivered"], 1)
        self.assertEqual(service.stop()[0], 0)

    def proxy(self):
        """nginx with the site that we ship; answers with its port."""
        folder = tempfile.mkdtemp(prefix="outreach-test-")
        self.addCleanup(shutil.rmtree, folder, True)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
             "/CN=reminders.example.org", "-keyout", f"{folder}/key.pem",
             "-out", f"{folder}/cert.pem"], check=True, capture_output=True)
        port = free_port()
        with open(os.path.join(SOURCE, "packaging", "nginx.conf"),
                  encoding="utf-8") as file:
            site = file.read()
        for ours, theirs in (
                ("127.0.0.1:8080", f"127.0.0.1:{self.port}"),
                ("    listen [::]:443 ssl;\n", ""),
                ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
                ("/etc/ssl/certs/reminders.example.org.pem",
                 f"{folder}/cert.pem"),
                ("/etc/ssl/private/reminders.example.org.key",
                 f"{folder}/key.pem")):
            self.assertIn(ours, site)
            site = site.replace(ours, theirs)
        temporary = "".join(
            f"{name}_temp_path {folder}/{name};\n" for name in (
                "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        with open(f"{folder}/main.conf", "w", encoding="utf-8") as file:
            file.write(f"daemon off; pid {folder}/pid; error_log stderr;\n"
                       f"events {{}}\nhttp {{\n{temporary}{site}\n}}\n")
        nginx = subprocess.Popen(
            ["nginx", "-p", folder, "-c", f"{folder}/main.conf"],
            stderr=subprocess.DEVNULL)
        self.addCleanup(nginx.wait)
        self.addCleanup(nginx.terminate)
        until(lambda: os.path.exists(f"{folder}/pid"), "the proxy")
        return port

    def test_through_the_proxy_that_we_ship(self):
        if not shutil.which("nginx") or not shutil.which("openssl"):
            self.skipTest("nginx and openssl are not there")
        twilio, house, service = self.open()
        port = self.proxy()
        trust = ssl.create_default_context()
        trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
        target, form = self.status_of(twilio.requests[0], "delivered",
                                      MessageSid=twilio.messages[0]["sid"])
        form = {"AccountSid": ACCOUNT, **form}
        line = http.client.HTTPSConnection("127.0.0.1", port, timeout=20,
                                           context=trust)
        for method, where, status in (("POST", target, 204),
                                      ("GET", "/metrics", 404),
                                      ("POST", target + "1", 403)):
            with self.subTest(f"{method} {where[:8]}"):
                line.request(method, where, urllib.parse.urlencode(form), {
                    "Content-Type": "application/x-www-form-urlencoded",
                    "X-Twilio-Signature": sign(PUBLIC + target, form)})
                said = line.getresponse()
                said.read()
                self.assertEqual(said.status, status)
        line.close()
        self.assertEqual(house.states()["delivered"], 1)
        self.assertEqual(service.stop()[0], 0)

    def test_the_proxy_lets_go_before_we_do(self):
        """Else it may send a call into a connection that we are closing, and
        nobody sends that again."""
        found = []
        for words, path in ((r"\n    keepalive_timeout (\d+)s;",
                             "packaging/nginx.conf"),
                            (r"\n#define LISTENER_IDLE_SECONDS (\d+)",
                             "io/listener.h")):
            with open(os.path.join(SOURCE, path), encoding="utf-8") as file:
                found.append(int(re.search(words, file.read())[1]))
        self.assertLess(found[0] + 10, found[1])

    def test_wrong_places_are_told(self):
        house = self.house()
        house.open(1)
        none = '"listen" is an address and a port (1 to 65535)'
        proxy = "through a proxy that speaks TLS (packaging/nginx.conf)"
        for listen, words in (
                ("8080", none), ("127.0.0.1", none), ("localhost:8080", none),
                ("127.0.0.1:99999", none), ("127.0.0.1:0", none),
                ("unix:", none), (8080, none), ("0.0.0.0:8080", proxy),
                ("[::]:8080", proxy), ("192.0.2.1:8080", proxy)):
            with self.subTest(listen):
                house.write("outreach.json", json.dumps(
                    {**house.config, "http": {"listen": listen}}))
                said = house.run("run", "--once", code=3)
                self.assertRegex(said.err, r"outreach\.json:1:[1-9]\d*: error: ")
                self.assertIn(words, said.err)
        with self.subTest("nothing to listen on: where that belongs"):
            house.write("outreach.json", json.dumps(
                {"http": {"public_url": PUBLIC}, **house.config}))
            self.assertIn(f"outreach.json:1:10: error: {none}",
                          house.run("run", "--once", code=3).err)
        house.write_config(http={"public_url": "ftp://x", "lisen": "x"})
        said = house.run("status", code=3)
        for words in ("expected the address by which providers reach",
                      '"listen" is an address and a port',
                      'did you mean "listen"?'):
            self.assertIn(words, said.err)


if __name__ == "__main__":
    main()
