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
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import urllib.parse

from house import NOTICE, SOURCE, Case, main, phone, until
from peer import Twilio

PUBLIC = "https://reminders.example.org"
TOKEN = "secret-of-the-test"
ACCOUNT = "AC" + "0" * 32


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def sign(url, form, token=TOKEN):
    text = url + "".join(name + value for name, value in sorted(form.items()))
    return base64.b64encode(
        hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


class Hooks(Case):
    ENV = {"TOKEN": TOKEN}

    def open(self, count=2, **changes):
        self.port = free_port()
        twilio = Twilio()
        self.addCleanup(twilio.close)
        house = self.house(
            {"tw": twilio.provider(poll=False)},
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
        _, house, service = self.open(7, steps=[booked, again],
                                      replies={"C": "confirm"})
        words = ("STOP", "START", "HELP", "wrong number", "I have chest pain",
                 "C", "May I bring a dog?")
        for i, text in enumerate(words):
            reply = {"From": phone(i), "To": "+12125550190", "Body": text,
                     "MessageSid": f"SM{i}"}
            for _ in range(2):  # however often it comes, it counts once
                self.assertEqual(self.call("/hooks/tw/reply", reply)[0], 200)
        figures = self.figures()
        for name, wanted in (
                *((f'replies_total{{intent="{intent}"}}', 1) for intent in (
                    "opt-out", "opt-in", "help", "wrong-number", "emergency",
                    "answer", "unclear")),
                ("opt_outs_total", 1),
                ("suppressed_total", house.states()["suppressed"]),
                ("tasks_total", house.one("select count(*) from task"))):
            with self.subTest(name):
                self.assertGreater(wanted, 0)
                self.assertEqual(figures[name], wanted)
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

    def test_a_reload_goes_on_listening(self):
        twilio, house, service = self.open()
        service.signal(1)
        until(lambda: "result=ok" in service.log(), "the reload")
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
