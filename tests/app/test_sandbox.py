#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`outreach sandbox`: a make-believe carrier, tried by the service in the same
process, and as a peer of others."""
import base64
import collections
import datetime
import http.client
import http.server
import json
import os
import re
import shutil
import signal
import smtplib
import subprocess
import tempfile
import threading
import urllib.parse

from house import BINARY, SOURCE, Case, main, until
from test_hooks import free_port, sign

WORLD = {
    "sms": {"outcomes": {"unreachable": 0.1}, "after": "20 seconds",
            "replies": [{"when": "Reply C", "says": "C", "share": 0.4},
                        {"when": "R to reschedule", "says": "R", "share": 0.5},
                        {"says": "STOP", "share": 0.3},
                        {"says": "wrong number", "share": 0.5}],
            "replies_after": "30 minutes",
            "troubles": {"too-many": 0.1, "error": 0.1, "closed": 0.1,
                         "cut": 0.1, "slow": 0.1},
            "receipts": {"twice": 0.3, "disordered": 0.3}},
    "email": {"outcomes": {"bad-address": 0.05}, "after": "1 minute",
              "troubles": {"error": 0.1, "cut": 0.05}},
    "voice": {"outcomes": {"busy": 1}}}


class Trial(Case):
    """With --campaign: everything in one process, days in seconds."""

    def play(self, house, *words, world=WORLD, campaign="appointment"):
        answer = house.run("--json", "sandbox", "--campaign", campaign,
                           "--behaviour", house.write("world.json", world),
                           *words, code=0)
        *lines, total = answer.lines()
        return lines, total

    def test_a_seeded_week_of_the_invented_clinics(self):
        house = self.house()
        lines, total = self.play(house, "--seed", "11")
        carrier = total["carrier"]
        said = collections.Counter(line["text"] for line in lines
                                   if line["way"] == "from")
        with self.subTest("patients confirm, refuse, and say STOP"):
            for word in ("C", "R", "STOP", "wrong number"):
                self.assertGreater(said[word], 0, word)
            self.assertEqual(sum(said.values()),
                             sum(total["replies"].values()))
            self.assertEqual(carrier["replies"], sum(said.values()))
        with self.subTest("STOP: an opt-out each, and nothing more to them"):
            self.assertEqual(total["opt_outs"], said["STOP"])
            self.assertEqual(carrier["after_stop"], 0)
            stopped = {}
            for line in lines:
                at = datetime.datetime.fromisoformat(line["at"])
                if line["way"] == "to" and line["who"] in stopped:
                    # one confirmation, and soon (L-14)
                    self.assertLess((at - stopped.pop(line["who"])).seconds,
                                    300, line)
                if line["way"] == "from" and line["text"] == "STOP":
                    stopped[line["who"]] = at
            self.assertGreater(said["STOP"], 1)
        with self.subTest("all troubles came, and nobody was told twice"):
            for trouble in ("too_many", "error", "closed", "cut", "slow"):
                self.assertGreater(carrier[trouble], 0, trouble)
            self.assertEqual(carrier["twice"], 0)
        with self.subTest("receipts: twice, out of order, one last state"):
            texts = [line for line in lines if line["channel"] == "sms"]
            lost = sum("not delivered" in line["text"] for line in texts)
            sent = sum(line["way"] == "to" for line in texts)
            self.assertGreater(lost, 0)
            self.assertEqual(total["outcomes"]["unreachable"], lost)
            self.assertEqual(total["outcomes"]["delivered"], sent - lost)
            self.assertEqual(total["delivered"], sent - lost)
            self.assertEqual(carrier["sms"], sent)
            self.assertEqual(carrier["unheeded"], 0)
            self.assertGreater(carrier["posts"], 2 * sent)
        with self.subTest("mail comes by SMTP, and is readable"):
            mails = [line["text"] for line in lines
                     if line["channel"] == "email" and line["way"] == "to"]
            self.assertEqual(carrier["email"], len(mails))
            self.assertTrue(any(re.match(
                "Your appointment on .*: Hello .*, you have an appointment",
                mail) for mail in mails), mails[:3])
            self.assertTrue(any("Ángel" in mail or "í" in mail
                                for mail in mails))
        with self.subTest("whoever is concerned stays masked"):
            self.assertTrue(all(line["who"] is None or "•••" in line["who"]
                                for line in lines))
        with self.subTest("people have work"):
            self.assertGreater(total["tasks"]["reply"], 0)
        with self.subTest("nothing is left behind, nothing was made"):
            self.assertEqual(house.copies(), [])
            self.assertFalse(os.path.exists(house.path(house.store)))

    def test_the_same_seed_gives_the_same_conversations(self):
        house = self.house()
        one, again = (self.play(house, "--seed", "4") for _ in range(2))
        self.assertEqual(one, again)
        self.assertNotEqual(one[0], self.play(house, "--seed", "5")[0])

    def test_the_same_seed_holds_the_same_people_out(self):
        house = self.house()
        with open(os.path.join(
                SOURCE, "campaigns/library/colorectal-recall.json"),
                encoding="utf-8") as file:
            recall = file.read().replace('"share": "10%"', '"share": "50%"')
        house.write("campaigns/colorectal-recall.json", recall)
        who = [{line["who"] for line in self.play(
            house, "--seed", seed, campaign="colorectal-recall")[0]}
            for seed in ("4", "4", "5")]
        self.assertGreater(len(who[0]), 3)
        self.assertEqual(who[0], who[1])
        self.assertNotEqual(who[0], who[2])

    def test_machines_are_counted_as_such(self):
        house = self.house()
        world = {**WORLD, "voice": {"outcomes": {"machine": 1}}}
        lines, total = self.play(house, world=world)
        machines = [line for line in lines
                    if line["text"] == "a machine answers"]
        self.assertGreater(len(machines), 10)
        outcomes = total["outcomes"]
        self.assertEqual(outcomes["machine"] + outcomes["machine-hung-up"],
                         len(machines))
        self.assertNotIn("no-answer", total["outcomes"])

    def test_people_read_it(self):
        house = self.house()
        said = house.run("sandbox", "--campaign", "appointment", "--days", "2",
                         code=0).out
        for line in (
                r"2026-12-07T09:00:00-05:00  sms   -> \+1212•••0100  Lakeside"
                r" Clinic: you have an appointment Wed, Dec 9 at 2:30 PM\.",
                r"  email -> p•••@example\.org  Your appointment on ",
                r"Sent \d+, delivered \d+",
                r"Replies: \d+ ", r"Opt-outs: \d+", r"Tasks for people: \d+"):
            self.assertRegex(said, line)

    def test_a_copy_of_the_configured_store(self):
        house = self.house()
        house.visits(6)
        house.campaign()
        house.campaign("other")
        for name in ("notice", "other"):
            house.run("launch", name, "--yes", "--quiet", code=0)
        house.run("patient", "opt-out", "P3", "--reason", "asked", code=0)
        before = house.ask("select id, value from contact_point")
        lines, total = self.play(house, "--days", "1", campaign="notice",
                                 world={})
        with self.subTest("one campaign runs, for all but who refused"):
            told = [line for line in lines if line["way"] == "to"]
            self.assertEqual(len(told), 5, lines)
            self.assertEqual(total["outcomes"], {"delivered": 5})
            self.assertIn("Harbor Clinic: your appointment is booked",
                          told[0]["text"])
        with self.subTest("every number is a made-up one of its area"):
            self.assertEqual(
                {line["who"] for line in told},
                {f"+1212•••010{i}" for i in range(6)} - {"+1212•••0103"})
        with self.subTest("the store is as it was"):
            self.assertEqual(
                before, house.ask("select id, value from contact_point"))
            self.assertEqual(house.one("select count(*) from attempt"), 0)
            self.assertEqual(house.copies(), [])
        with self.subTest("who looked is noted"):
            self.assertEqual(house.one(
                "select count(*) from audit where action = 'look' and "
                "subject = 'sandbox'"), 1)
        with self.subTest("a campaign that was not launched is tried too"):
            house.campaign("newer")
            lines, total = self.play(house, "--days", "1", campaign="newer",
                                     world={})
            self.assertEqual(total["outcomes"], {"delivered": 5})
            self.assertEqual(house.one(
                "select count(*) from campaign where name = 'newer'"), 0)

    def test_the_same_words_on_another_day_are_no_repetition(self):
        house = self.house()
        house.visits(4)
        booked = {"step": "booked", "when": "1 minute after booked",
                  "until": "1 day after booked", "send": "sms", "message": "m"}
        for what, later, twice in (
                ("two days later", {"when": "2 days after booked",
                                    "until": "3 days after booked"}, 0),
                ("an hour later", {"when": "2 hours after booked"}, 4)):
            with self.subTest(what):
                house.campaign(steps=[booked,
                                      {**booked, **later, "step": "later"}])
                carrier = self.play(house, "--days", "4", campaign="notice",
                                    world={})[1]["carrier"]
                self.assertEqual((carrier["sms"], carrier["twice"]),
                                 (8, twice))

    def test_what_only_answers_is_tried_with_another(self):
        house = self.house()
        house.visits(1)
        shutil.copy(os.path.join(SOURCE, "campaigns/library/replies.json"),
                    house.path("campaigns"))
        house.campaign()
        with self.subTest("not alone"):
            said = house.run("sandbox", "--campaign", "replies", code=1)
            self.assertIn("replies only answers what patients write", said.err)
            self.assertIn("launch it and then try a campaign that sends",
                          said.err)
        house.run("launch", "replies", "--yes", "--quiet", code=0)
        lines, total = self.play(
            house, "--days", "1", campaign="notice", world={"sms": {
                "replies": [{"says": "may I bring a dog?", "share": 1}]}})
        with self.subTest("it answers"):
            self.assertTrue(any("a person will read this" in line["text"]
                                for line in lines if line["way"] == "to"),
                            lines)
        self.assertGreater(total["tasks"]["reply"], 0)

    def test_what_is_wrong_is_told(self):
        house = self.house()
        for words, code, said in (
                (["--campaign", "apointment"], 1, "appointment"),
                (["--days", "3"], 2, "--days belongs to a trial"),
                (["--campaign", "appointment", "--days", "0"], 2,
                 "--days takes a whole number from 1"),
                (["--campaign", "appointment", "--listen", "127.0.0.1:8089"],
                 2, "in a trial nobody can"),
                (["--seed", "x"], 2, "--seed takes a whole number"),
                (["--listen", "0.0.0.0:0"], 1, "on loopback only"),
                (["--listen", "127.evil.example:80"], 1, "on loopback only"),
                (["--listen", "127.0.0.1:99999"], 1, "a port up to 65535"),
                (["--behaviour", "none.json"], 3, "none.json"),
                (["more"], 2, "unexpected 'more'")):
            with self.subTest(" ".join(words)):
                self.assertIn(said, house.run("sandbox", *words,
                                              code=code).err)
        with self.subTest("--now without a trial"):
            self.assertIn("belongs to a trial", house.run(
                "--now", "2026-12-07T06:00:00-05:00", "sandbox", code=2).err)
        with self.subTest("--now where real people were reached"):
            live = self.house({"tw": {
                "driver": "twilio", "channels": ["sms"], "from": "+12125550190",
                "account_sid": "AC" + "0" * 32, "auth_token_env": "TOKEN"}})
            live.visits(1)
            live.campaign()
            self.assertIn("--now is refused", live.run(
                "--now", "2026-12-07T06:00:00-05:00", "sandbox", "--campaign",
                "notice", code=2).err)
        with self.subTest("a campaign with faults"):
            house.campaign("broken", purpose="gossip")
            said = house.run("sandbox", "--campaign", "broken", code=1).err
            self.assertRegex(said, r"broken\.json:\d+:\d+: error: ")
            self.assertIn("nothing was launched", said)


class Carrier:
    """`outreach sandbox` alone, in real time."""

    def __init__(self, case, world, *words):
        self.folder = tempfile.mkdtemp(prefix="outreach-test-")
        path = os.path.join(self.folder, "world.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(world, file)
        self.process = subprocess.Popen(
            [BINARY, "--json", "sandbox", "--behaviour", path, *words],
            stdout=subprocess.PIPE, text=True)
        case.addCleanup(self.close)
        self.access = json.loads(self.process.stdout.readline())
        self.account, self.token = (self.access["account_sid"],
                                    self.access["auth_token"])
        self.host = self.access["base_url"].removeprefix("http://")
        self.lines = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append(json.loads(line))

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(20)
        self.reader.join(20)
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return code

    def ask(self, method, path, form=None, token=None, account=None):
        line = http.client.HTTPConnection(self.host, timeout=20)
        login = base64.b64encode(
            f"{self.account}:{token or self.token}".encode()).decode()
        body = form and urllib.parse.urlencode(form)
        line.request(method, f"/2010-04-01/Accounts/"
                     f"{account or self.account}/{path}", body, {
                         "Authorization": f"Basic {login}",
                         "Content-Type": "application/x-www-form-urlencoded"})
        said = line.getresponse()
        text = json.loads(said.read())
        line.close()
        return said.status, text

    def provider(self, **more):
        return {"driver": "twilio", "channels": ["sms"],
                "account_sid": self.account, "auth_token_env": "TOKEN",
                "from": self.access["from"], "timeout_s": 5,
                "base_url": self.access["base_url"], **more}


class Listener(http.server.ThreadingHTTPServer):
    """What the carrier posts to: statuses, and calls that ask for TwiML."""
    daemon_threads = True

    def __init__(self, case, scripts):
        self.scripts, self.heard, self.forged = scripts, [], []
        super().__init__(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()
        case.addCleanup(self.server_close)
        case.addCleanup(self.shutdown)


class Answering(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
        url = self.server.url + self.path
        if self.headers["X-Twilio-Signature"] != sign(url, form,
                                                      self.server.token):
            self.server.forged.append(self.path)
        self.server.heard.append((self.path, form))
        text = self.server.scripts.get(self.path, "").encode()
        self.send_response(200 if text else 204)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class Peer(Case):
    QUICK = {"sms": {"after": "1 second", "replies_after": "1 second",
                     "replies": [{"says": "STOP", "share": 1}],
                     "receipts": {"twice": 1}}}

    def test_a_service_that_is_called_and_one_that_polls(self):
        for called in (True, False):
            with self.subTest("called" if called else "polls"):
                carrier = Carrier(self, self.QUICK, "--seed", "3")
                port = free_port()
                house = self.house(
                    {"tw": carrier.provider(poll=not called)},
                    **({"http": {"listen": f"127.0.0.1:{port}",
                                 "public_url": f"http://127.0.0.1:{port}"}}
                       if called else {}))
                house.open(3)
                service = house.serve(env={"TOKEN": carrier.token})
                if called:
                    until(lambda: house.states() == {"delivered": 3} and
                          house.one("select count(*) from reply") == 3,
                          "receipts and replies are told")
                else:
                    until(lambda: house.states() == {"accepted": 3},
                          "all are sent")
                    until(lambda: sum(line["way"] == "from" for line in
                                      carrier.lines) == 3, "all wrote STOP")
                    service.stop()
                    service = house.serve(env={"TOKEN": carrier.token})
                    until(lambda: house.states() == {"delivered": 3} and
                          house.one("select count(*) from reply") == 3,
                          "receipts and replies are found")
                self.assertEqual(service.stop()[0], 0)
                self.assertEqual(house.ask(
                    "select distinct intent from reply"), [("opt-out",)])
                self.assertEqual(carrier.close(), 0)

    def test_the_api(self):
        carrier = Carrier(self, {"sms": {"outcomes": {"unreachable": 1},
                                         "after": "1 second"}})
        message = {"To": "+12125550142", "From": "+12125550190", "Body": "Hi"}
        for what, request, status, code in (
                ("a wrong token", dict(token="x"), 401, 20003),
                ("another account", dict(account="AC" + "0" * 32), 404, 20404),
                ("no number", dict(form={**message, "To": "2125550142"}), 400,
                 21211),
                ("no text", dict(form={**message, "Body": " "}), 400, 21602),
                ("no sender", dict(form={**message, "From": ""}), 400, 21603),
                ("too long", dict(form={**message, "Body": "x" * 1601}), 400,
                 21617)):
            with self.subTest(what):
                said, body = carrier.ask("POST", "Messages.json",
                                         **{"form": message, **request})
                self.assertEqual((said, body["code"], body["status"]),
                                 (status, code, status))
        with self.subTest("none was taken"):
            self.assertEqual(carrier.ask("GET", "Messages.json")[1]["messages"],
                             [])
        sids = [carrier.ask("POST", "Messages.json", form={
            **message, "Body": str(i)})[1]["sid"] for i in range(5)]
        with self.subTest("a list has pages"):
            found, where = [], "Messages.json?PageSize=2&To=%2B12125550142"
            while where:
                _, page = carrier.ask("GET", where)
                found += [row["sid"] for row in page["messages"]]
                self.assertLessEqual(len(page["messages"]), 2)
                where = (page["next_page_uri"] or "").partition(
                    carrier.account + "/")[2]
            self.assertEqual(found, sids[::-1])
            self.assertEqual(carrier.ask(
                "GET", "Messages.json?To=%2B12125550143")[1]["messages"], [])
        with self.subTest("one is fetched, and has its end"):
            row = until(lambda: [row for row in [carrier.ask(
                "GET", f"Messages/{sids[0]}.json")[1]]
                if row["status"] == "undelivered"], "its end")[0]
            self.assertEqual((row["error_code"], row["body"], row["direction"]),
                             (30003, "0", "outbound-api"))
            self.assertEqual(carrier.ask("GET", "Messages/SM1.json")[0], 404)

    def test_stop_and_start(self):
        carrier = Carrier(self, {"sms": {
            "after": "1 second", "replies_after": "1 second", "replies": [
                {"when": "again", "says": "START", "share": 1},
                {"says": "STOP", "share": 1}]}})

        def say(number, text):
            return carrier.ask("POST", "Messages.json", form={
                "To": number, "From": "+12125550190", "Body": text})

        def heard(word, count):
            until(lambda: sum(line["way"] == "from" and line["text"] == word
                              for line in carrier.lines) == count, word)
        one, other = "+12125550142", "+12125550143"
        for number in (one, other):
            self.assertEqual(say(number, "Hello")[0], 201)
        heard("STOP", 2)
        with self.subTest("one confirmation passes, then nothing"):
            self.assertEqual(say(one, "You are off our list.")[0], 201)
            status, body = say(one, "More")
            self.assertEqual((status, body["code"]), (400, 21610))
        with self.subTest("START opens it again"):
            self.assertEqual(say(other, "Say START to be on it again.")[0],
                             201)
            heard("START", 1)
            self.assertEqual(say(other, "More")[0], 201)

    def test_it_posts_only_to_this_machine(self):
        carrier = Carrier(self, {"sms": {"after": "1 second"}})
        for i, url in enumerate(("https://reminders.example.org/hooks/status",
                                 "http://127.0.0.1@192.0.2.1/x",
                                 "http://127.0.0.1.example.org/x")):
            carrier.ask("POST", "Messages.json", form={
                "To": f"+1212555014{i}", "From": "+12125550190", "Body": "Hi",
                "StatusCallback": url})
        lines = until(lambda: len([
            line for line in carrier.lines
            if "is not on this machine" in line["text"]]) >= 6 and
            carrier.lines, "both receipts of each are withheld")
        self.assertFalse([line for line in lines if "posted" in line["text"]
                          and "nothing is" not in line["text"]])

    def test_mail(self):
        carrier = Carrier(self, {"email": {"outcomes": {"bad-address": 0.5}}})
        port = int(carrier.access["smtp_url"].rsplit(":", 1)[1])
        refused = 0
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as line:
            for i in range(12):
                try:
                    line.sendmail("a@example.org", [f"p{i}@example.org"],
                                  "Subject: Hello\r\n\r\nText\r\n..dot\r\n")
                except smtplib.SMTPRecipientsRefused as error:
                    refused += 1
                    self.assertEqual(
                        [550], [code for code, _ in error.recipients.values()])
        lines = until(lambda: len(carrier.lines) == 12 and carrier.lines,
                      "a line each")
        taken = [line for line in lines if line["way"] == "to"]
        self.assertEqual(len(taken), 12 - refused)
        self.assertTrue(0 < refused < 12)
        self.assertEqual(taken[0]["text"].strip(), "Hello: Text ..dot")

    def call(self, carrier, listener, number, **more):
        return carrier.ask("POST", "Calls.json", form=[
            ("To", number), ("From", "+12125550190"),
            ("Url", listener.url + "/call?reference=o1-1"),
            ("Timeout", "25"), ("MachineDetection", "DetectMessageEnd"),
            ("AsyncAmd", "true"),
            ("AsyncAmdStatusCallback", listener.url + "/machine"),
            ("StatusCallback", listener.url + "/status"),
            *[("StatusCallbackEvent", event) for event in (
                "initiated", "ringing", "answered", "completed")],
            *more.items()])[1]["sid"]

    def test_calls(self):
        listener = Listener(self, {
            "/call?reference=o1-1":
                "<Response><Say>Hello.</Say><Gather action=\"/key?a=1&amp;b=2\""
                " timeout=\"1\"><Say>Press 1.</Say></Gather>"
                "<Redirect>/again</Redirect></Response>",
            "/key?a=1&b=2": "<Response><Say>Thank you.</Say><Hangup/>"
                            "</Response>",
            "/again": "<Response><Say>Bye.</Say></Response>"})
        person, machine, busy = (Carrier(self, {"voice": {
            "outcomes": {outcome: 1}, "keys": [
                {"when": "Press 1", "says": "1", "share": 1}]}}, "--seed", "9")
            for outcome in ("human", "machine", "busy"))
        listener.token = person.token
        sids = [self.call(carrier, listener, number) for carrier, number in (
            (person, "+12125550101"), (machine, "+12125550102"),
            (busy, "+12125550103"))]

        def heard(sid, where):
            return [form for path, form in list(listener.heard)
                    if path == where and form["CallSid"] == sid]
        until(lambda: all(any(form["CallStatus"] in ("completed", "busy")
                              for form in heard(sid, "/status"))
                          for sid in sids), "all calls end")
        with self.subTest("a person hears, presses a key and is thanked"):
            self.assertEqual([form["CallStatus"] for form in
                              heard(sids[0], "/status")],
                             ["initiated", "ringing", "in-progress",
                              "completed"])
            self.assertEqual([form["Digits"] for form in
                              heard(sids[0], "/key?a=1&b=2")], ["1"])
            self.assertEqual([form["AnsweredBy"] for form in
                              heard(sids[0], "/machine")], ["human"])
            self.assertEqual(
                [(line["way"], line["text"]) for line in person.lines],
                [("to", "(it rings)"), ("note", "answered"), ("to", "Hello."),
                 ("to", "Press 1."), ("from", "1"), ("to", "Thank you.")])
        with self.subTest("a machine hears all to the end, presses nothing"):
            self.assertEqual(heard(sids[1], "/key?a=1&b=2"), [])
            self.assertEqual(len(heard(sids[1], "/again")), 1)
            self.assertEqual(machine.lines[-1]["text"], "(to a machine) Bye.")
        with self.subTest("busy"):
            self.assertEqual(busy.lines[-1]["text"], "busy")
            row = busy.ask("GET", f"Calls/{sids[2]}.json")[1]
            self.assertEqual((row["status"], row["answered_by"]),
                             ("busy", None))
        with self.subTest("all that it posts is signed"):
            self.assertEqual(listener.forged, [])
            self.assertGreater(len(listener.heard), 12)
        with self.subTest("calls are listed"):
            rows = person.ask("GET", "Calls.json?To=%2B12125550101")[1]
            self.assertEqual([row["sid"] for row in rows["calls"]], sids[:1])
            self.assertEqual(rows["calls"][0]["answered_by"], "human")
        with self.subTest("a call that is over cannot be changed"):
            self.assertEqual(person.ask(
                "POST", f"Calls/{sids[0]}.json", form={"Url": listener.url})[1]
                ["code"], 21220)


if __name__ == "__main__":
    main()
