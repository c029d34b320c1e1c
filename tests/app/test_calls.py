#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whole calls with the real service: placed through a make-believe Twilio that
then asks, signed, what to say, and tells keys, machines and statuses."""
import base64
import datetime
import hashlib
import hmac
import http.client
import re
import socket
import time
import urllib.parse
import zoneinfo

from house import Case, free_port, main, phone, until
from peer import Twilio, answer

PUBLIC = "https://reminders.example.org"
TOKEN = "secret-of-the-test"
ACCOUNT = "AC" + "0" * 32
OURS = "+12125550190"
KEYS = {"1": "confirm", "2": "reschedule", "3": "repeat", "0": "transfer",
        "9": "opt-out"}
SAY = ("You have a visit on {{start | date}}. Press 1 to confirm, 2 to change "
       "it, 3 to hear this again, 0 to speak with us, 9 to stop.")
VOICEMAIL = "This is {{clinic.public_name}}. Please call {{clinic.phone}}."
STOPPED = "We will not contact you again."
STEP = {"step": "booked", "when": "1 minute after booked",
        "until": "1 day after booked", "send": "voice"}
REMINDER = {"steps": [{**STEP, "message": "m"}], "messages": {"m": {"en": {
    "voice": {"say": SAY, "keys": KEYS, "voicemail": VOICEMAIL}}}}}


def voices(en, es, **more):
    return {language: {"voice": {"say": say, **more}}
            for language, say in (("en", en), ("es", es))}


# Two questions; a row of each patient's waits while they are called.
TALK = {
    "purpose": "appointment",
    "if_not_reached": {"task": {"to": "nurse", "within": "4 hours"}},
    "steps": [{**STEP, "ask": ["feeling", "medicines"]},
              {"step": "later", "message": "m", "send": "voice",
               "when": "1 hour after booked", "until": "1 day after booked"}],
    "questions": {
        "feeling": {
            "answers": {"1": "ok", "2": "soon", "3": "red"},
            **voices("Press 1 well, 2 a question, 3 worse, 0 for us.",
                     "Oprima 1 bien, 2 una pregunta, 3 peor, 0 para hablar.",
                     keys={"0": "transfer", "9": "opt-out"},
                     voicemail=VOICEMAIL)},
        "medicines": {
            "answers": {"1": "ok", "2": "soon"},
            **voices("All you need? Press 1 yes, 2 no.",
                     "¿Tiene lo necesario? Oprima 1 sí, 2 no.")}},
    "urgency": {
        "red": {"reply": "worse",
                "task": {"to": "nurse on call", "within": "15 minutes",
                         "then": "charge nurse"}},
        "soon": {"task": {"to": "nurse", "within": "4 hours"}}},
    "messages": {
        "m": voices("See you soon.", "Hasta pronto."),
        "worse": voices("Dial 9 1 1 now. A nurse will call you.",
                        "Marque ya 9 1 1. Le llamará una enfermera.")}}
FEELING, MEDICINES = "Press 1 well", "All you need?"


class Exchange(Twilio):
    """Takes calls, and changes of calls that run."""

    def __init__(self):
        self.calls, self.changes, self.cut = [], [], False
        super().__init__()

    def serve(self, request, number):
        if "/Calls" not in request.target:
            return super().serve(request, number)
        if request.method == "GET":
            return answer(404, {"code": 20404})
        form = request.form()
        with self.lock:
            if request.target.endswith("/Calls.json"):
                self.calls.append(form)
                if self.cut:
                    return None
                return answer(201, {"sid": f"CA{len(self.calls)}",
                                    "status": "queued"})
            self.changes.append((request.target.split("/")[-1], form))
        return answer(200, {"sid": "CA1", "status": "in-progress"})


class Line:
    """One call, as Twilio holds it: asks, follows what it is told."""

    def __init__(self, case, number):
        self.case, self.form = case, case.twilio.calls[number - 1]
        self.sid, self.said, self.next = f"CA{number}", "", None

    def post(self, url, token=TOKEN, **form):
        target = url.removeprefix(PUBLIC)
        form = {"AccountSid": ACCOUNT, "CallSid": self.sid, "From": OURS,
                "To": self.form["To"], "Direction": "outbound-api", **form}
        return self.case.post(target, form, token)

    def follow(self, url, **form):
        status, self.said = self.post(url, **form)
        self.case.assertEqual(status, 200, self.said)
        found = re.search(r' action="([^"]+)"', self.said)
        self.next = found[1].replace("&amp;", "&") if found else None
        # behind a goodbye a key is heard, and silence ends the call
        self.waits = 'actionOnEmptyResult="true"' in self.said
        return self.said

    def answer(self):
        return self.follow(self.form["Url"], CallStatus="in-progress")

    def press(self, key, **form):
        return self.follow(self.next, Digits=key, **form)

    def status(self, status, **form):
        return self.post(self.form["StatusCallback"], CallStatus=status, **form)

    def machine(self, who):
        return self.post(self.form["AsyncAmdStatusCallback"], AnsweredBy=who)


class Calls(Case):
    def open(self, count=1, clinic="", campaign=None, language="en",
             cut=False, **provider):
        """A clinic whose service has placed `count` calls."""
        self.port = free_port()
        self.twilio = Exchange()
        self.twilio.cut = cut
        self.addCleanup(self.twilio.close)
        self.home = self.house(
            {"tw": self.twilio.provider(poll=False, channels=["voice"],
                                        **provider)},
            http={"listen": f"127.0.0.1:{self.port}", "public_url": PUBLIC})
        self.home.visits_file(count)
        if clinic:
            self.home.write("data/clinics.csv", clinic)
        self.translate(language)
        self.home.run("import", "data", code=0)
        self.home.campaign(**(campaign or REMINDER))
        self.home.run("launch", "notice", "--yes", "--quiet", code=0)
        self.service = self.serve()
        until(lambda: len(self.twilio.calls) == count, "the calls are placed")
        until(lambda: self.home.states().get("accepted") == count or
              self.home.one("select count(*) from attempt_event") == count,
              "and known")
        return sorted((Line(self, i + 1) for i in range(count)),
                      key=lambda line: line.form["To"])

    def translate(self, language):
        path = self.home.path("data/patients.csv")
        with open(path, encoding="utf-8") as file:
            people = file.read()
        self.home.write("data/patients.csv",
                        people.replace(",en,", f",{language},"))

    def finish(self):
        """All hang up, so that nothing is waited for when it stops."""
        for i in range(len(self.twilio.calls)):
            self.assertEqual(Line(self, i + 1).status("completed")[0], 204)
        self.assertEqual(self.service.stop()[0], 0)

    def serve(self):
        return self.home.serve(env={"TOKEN": TOKEN})

    def post(self, target, form, token=TOKEN):
        text = PUBLIC + target + "".join(
            name + value for name, value in sorted(form.items()))
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        line.request("POST", target, urllib.parse.urlencode(form), {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": base64.b64encode(hmac.new(
                token.encode(), text.encode(), hashlib.sha1).digest())})
        said = line.getresponse()
        words = said.read().decode()
        line.close()
        return said.status, words

    def replies(self):
        return self.home.ask("select address, body from reply order by id")

    def outcomes(self):
        """In the order of the numbers called; as base/outcome.h has them."""
        names = {0: "under way", 1: "accepted", 4: "human", 5: "machine",
                 6: "busy", 7: "no answer", 9: "fax", 18: "congestion",
                 21: "unknown", 26: "hung up"}
        return [names[one] for one, in self.home.ask(
            "select outcome from attempt order by address")]

    def ended(self):
        return self.home.one(
            "select count(*) from attempt where ended_at is not null")

    def test_a_whole_call(self):
        line, = self.open()
        form = line.form
        self.assertEqual(form["MachineDetection"], "DetectMessageEnd")
        self.assertTrue(form["Url"].startswith(
            PUBLIC + "/hooks/tw/call?reference=o"))
        for status in ("initiated", "ringing", "in-progress"):
            self.assertEqual(line.status(status)[0], 204)
        said = line.answer()
        with self.subTest("who calls and for whom, and nothing private"):
            self.assertIn("Hello. This is an automated call from Harbor "
                          "Clinic, telephone 212-555-0190. If you are Ann, "
                          "press 1.", said)
            self.assertNotIn("visit", said)
        with self.subTest("silence: once more"):
            self.assertIn("If you are Ann", line.press(""))
            self.assertNotIn("Hello", line.said)
        self.assertEqual(self.outcomes(), ["accepted"])
        with self.subTest("the patient is there: known before a word is said"):
            self.assertIn("You have a visit on", line.press("1"))
            self.assertEqual(self.outcomes(), ["human"])
            self.assertEqual(self.ended(), 0)  # the permit is held
        with self.subTest("again"):
            self.assertIn("You have a visit on", line.press("3"))
            self.assertEqual(self.replies(), [])
        with self.subTest("an answer, durable before it is thanked for"):
            place = line.next
            self.assertIn("Thank you.", line.press("1"))
            self.assertEqual(self.replies(), [(phone(0), "1")])
            self.assertFalse(line.waits)
            self.assertEqual(self.home.ask(
                "select intent, actor from response"), [("confirm", "patient")])
        with self.subTest("the same question twice counts once"):
            self.assertIn("Thank you.", line.follow(place, Digits="1"))
            self.assertEqual(len(self.replies()), 1)
        with self.subTest("statuses in any order"):
            for status in ("completed", "in-progress", "completed", "ringing"):
                self.assertEqual(line.status(status)[0], 204)
            self.assertEqual(self.outcomes(), ["human"])
            self.assertEqual(self.ended(), 1)
            self.assertEqual(self.home.states(), {"delivered": 1})
        with self.subTest("its log and its last event say so, too"):
            log = self.service.log()
            self.assertIn("outcome=human status=completed", log)
            self.assertNotIn("outcome=no-answer", log)
            self.assertEqual(self.home.ask(
                "select detail from attempt_event where status = 'completed'"),
                [("a key was pressed",), ("the call is over",)])
        self.finish()
        self.assertNotIn(phone(0), self.service.log())

    def test_nobody_waits_for_an_answer_that_tells_nothing(self):
        """Dead air makes people hang up: nothing is to be committed first.
        Each of these once took a second."""
        line, = self.open()
        form = {"AccountSid": ACCOUNT, "CallSid": "CA77", "From": phone(0),
                "To": OURS, "Direction": "inbound", "CallStatus": "ringing"}
        for sentence, ask in (
                ("what is said first", line.answer),
                ("a key that means nothing", lambda: line.press("8")),
                ("who calls us", lambda: self.post("/hooks/tw/inbound", form))):
            with self.subTest(sentence):
                spent = 0.0
                for i in range(8):
                    time.sleep(0.03)
                    begun = time.monotonic()
                    ask()
                    spent += time.monotonic() - begun
                self.assertLess(spent, 2)
        self.finish()

    def test_nine_stops_in_every_state(self):
        """9 is an opt-out before and after the person is known, once, and
        nothing that was queued goes."""
        lines = self.open(3)
        first, second, third = lines
        first.answer()
        second.answer()
        second.press("1")
        third.answer()
        third.press("1")
        third.press("3")
        for line in lines:
            with self.subTest(line.sid):
                self.assertIn(STOPPED, line.press("9"))
                self.assertEqual(self.home.one(
                    "select count(*) from suppression where address = ?"
                    " and channel in ('voice', 'sms')", line.form["To"]), 2)
        self.assertEqual([text for _, text in self.replies()], ["stop"] * 3)
        self.finish()

    def test_a_refusal_takes_back_a_call_that_is_on_its_way(self):
        """L-13: a STOP by text, and those that the front desk writes down."""
        lines = self.open(5)
        for line in lines:
            line.status("queued")
        self.post("/hooks/tw/reply", {
            "AccountSid": ACCOUNT, "From": phone(0), "To": OURS,
            "Body": "STOP", "MessageSid": "SM1"})
        for i in (1, 2, 3):
            self.home.run("patient", "opt-out", f"P{i}", code=0)
        until(lambda: len(self.twilio.changes) == 4, "they are cancelled")
        self.assertEqual(
            sorted(name for name, _ in self.twilio.changes),
            sorted(line.sid + ".json" for line in lines[:4]))
        self.assertEqual({str(form) for _, form in self.twilio.changes},
                         {"{'Status': 'canceled'}"})
        lines[0].status("canceled")
        with self.subTest("it rang already: who called, and nothing private"):
            for line in lines[1:3]:
                said = line.answer()
                self.assertIn("automated call from Harbor Clinic, telephone "
                              "212-555-0190. Goodbye.", said)
                self.assertNotIn("Ann", said)
                self.assertFalse(line.waits)
            self.assertNotIn("visit", lines[1].press("1"))
        with self.subTest("9 is heard all the same"):
            self.assertIn(STOPPED, lines[2].press("9"))
        with self.subTest("a machine is told nothing"):
            lines[3].answer()
            lines[3].machine("machine_end_beep")
            until(lambda: len(self.twilio.changes) == 5, "we hang up")
            self.assertEqual(self.twilio.changes[4][1],
                             {"Status": "completed"})
        with self.subTest("nobody else's"):
            self.assertIn("If you are Ann", lines[4].answer())
        self.finish()
        with self.subTest("they end as all that was refused"):
            self.assertEqual(
                [state for state, in self.home.ask(
                    "select state from outreach o join attempt a on"
                    " a.outreach_id = o.id order by address")],
                [5, 5, 5, 5, 0])  # nor is who pressed 9 alone a contact

    def test_a_refusal_in_the_middle_of_a_call(self):
        """A STOP by text from who is on the line: they hear that it has
        changed, and what they press then confirms nothing."""
        lines = self.open(2)
        for line in lines:
            line.answer()
            line.press("1")
        self.post("/hooks/tw/reply", {
            "AccountSid": ACCOUNT, "From": phone(0), "To": OURS,
            "Body": "STOP", "MessageSid": "SM1"})
        time.sleep(2)
        self.assertIn("This has changed.", lines[0].press("1"))
        self.assertNotIn("This has changed.", lines[1].press("1"))
        until(lambda: len(self.replies()) == 3, "both keys are known")
        self.assertEqual(self.answers(), [("confirm", None)])
        self.assertEqual(self.tasks(), [(
            "front desk", "reply",
            "pressed in a call, after they had refused")])
        self.finish()

    def move(self, *changes):
        """The source says so of visits: (patient, column, value)."""
        with open(self.home.path("data/appointments.csv"),
                  encoding="utf-8") as file:
            head, *rows = [line.split(",") for line in file.read().split()]
        for patient, column, value in changes:
            row, = (row for row in rows if row[1] == f"P{patient}")
            row[head.index(column)] = value
        self.home.write("data/appointments.csv", "".join(
            ",".join(row) + "\n" for row in [head, *rows]))
        self.home.run("import", "data", code=0)

    def test_a_visit_that_is_off_takes_its_call_back(self):
        """README: no reminder for a cancelled visit; nor for one that was
        moved, or of somebody who is forgotten."""
        lines = self.open(6)
        later = (datetime.datetime.now() + datetime.timedelta(days=9)).strftime(
            "%Y-%m-%dT10:00:00")
        lines[2].answer()
        lines[3].answer()
        lines[3].press("1")
        lines[4].answer()
        self.move((0, "status", "cancelled"), (1, "start", later),
                  (2, "status", "cancelled"), (3, "status", "cancelled"),
                  (4, "status", "cancelled"))
        until(lambda: len(self.twilio.changes) == 2, "two are cancelled")
        self.assertEqual(
            sorted((name, form["Status"]) for name, form
                   in self.twilio.changes),
            sorted((line.sid + ".json", "canceled") for line in lines[:2]))
        time.sleep(1)
        for i, why in ((0, "cancelled while it rang"),
                       (1, "moved while it rang")):
            with self.subTest(why):
                said = lines[i].answer()
                self.assertIn("automated call from Harbor Clinic, telephone "
                              "212-555-0190. Goodbye.", said)
                self.assertNotIn("Ann", said + lines[i].press("1"))
        with self.subTest("while the greeting was heard"):
            self.assertIn("This has changed. Please call us at 212-555-0190.",
                          lines[2].press("1"))
            self.assertNotIn("visit", lines[2].press("1"))
        with self.subTest("a confirmation that does not count is none"):
            self.assertIn("This has changed. Please call us at",
                          lines[3].press("1"))
            self.assertEqual(self.replies(), [(phone(3), "1")])
            self.assertEqual(self.answers(), [])
            self.assertEqual(self.tasks(), [(
                "front desk", "reply",
                "it may be about a visit that is off or moved")])
        with self.subTest("no voicemail either"):
            lines[4].machine("machine_end_beep")
            until(lambda: len(self.twilio.changes) == 3, "we hang up")
            self.assertEqual(self.twilio.changes[2][1],
                             {"Status": "completed"})
        with self.subTest("nobody else's"):
            self.assertIn("If you are Ann", lines[5].answer())
        for line in lines:
            line.status("completed")
        until(lambda: self.ended() >= 6, "all are over")
        with self.subTest("they end as all that is not asked for any more"):
            self.assertEqual(
                [one for one, in self.home.ask(
                    "select state from outreach where occurrence = (select"
                    " min(occurrence) from outreach) order by patient_id"
                    " limit 5")], [7, 7, 7, 3, 7])
        until(lambda: len(self.twilio.calls) == 7, "the moved one is called")
        self.finish()

    def test_who_is_forgotten_is_no_more_in_their_call(self):
        """Neither name nor date is said, nor the number written down again;
        a refusal of it holds all the same."""
        first, second, third, fourth = self.open(4)
        second.answer()
        for line in (third, fourth):
            line.answer()
            line.press("1")
        for i in range(4):
            self.home.run("patient", "forget", f"P{i}", "--yes", code=0)
        until(lambda: self.twilio.changes, "it is cancelled")
        time.sleep(1)
        self.assertNotIn("Ann", first.answer())
        said = second.press("")
        self.assertIn("This has changed.", said)
        self.assertNotIn("Ann", said)
        self.assertIn("This has changed.", third.press("1"))
        self.assertEqual(self.replies(), [("forgotten", None)])
        self.assertIn(STOPPED, fourth.press("9"))
        self.assertEqual(self.replies(), [("forgotten", None)] * 2)
        self.assertGreater(self.home.one(
            "select count(*) from suppression where address = ?",
            fourth.form["To"]), 0)
        self.finish()

    def test_nine_is_a_refusal_and_no_contact(self):
        """A call has reached the patient when 1 was pressed: of who stops the
        calls before that a person hears at once (DESIGN: the mandatory task
        for who was not reached)."""
        rows = (("9", True), ("29", True), ("39", True), ("19", False))
        lines = self.open(len(rows), campaign={**TALK,
                                               "steps": TALK["steps"][:1]})
        for line, (keys, _) in zip(lines, rows):
            line.answer()
            for key in keys:
                line.press(key)
            self.assertIn(STOPPED, line.said)
            line.status("completed")
        until(lambda: self.ended() == len(rows), "all are over")
        for i, (keys, open_task) in enumerate(rows):
            with self.subTest(keys):
                self.assertEqual(self.home.ask(
                    "select o.state, (select count(*) from task t where"
                    " t.patient_id = o.patient_id and kind = 'not-reached')"
                    " from outreach o join patient p on p.id = o.patient_id"
                    " where p.mrn = ? and o.step = 'booked'", f"P{i}"),
                    [(5, 1) if open_task else (3, 0)])
        self.finish()

    def test_a_call_is_answered_by_text(self):
        """Where no text went before: once this ended the service."""
        line, = self.open(campaign={
            **REMINDER, "stop_when": "confirmed or status != 'booked'",
            "replies": {"C": "confirm"}})
        self.assertEqual(self.post("/hooks/tw/reply", {
            "AccountSid": ACCOUNT, "From": phone(0), "To": OURS, "Body": "C",
            "MessageSid": "SM1"})[0], 200)
        self.assertEqual(self.answers(), [("confirm", None)])
        with self.subTest("and nobody is reminded of what they confirmed"):
            until(lambda: self.twilio.changes, "it is taken back")
            self.assertNotIn("Ann", line.answer())
        self.finish()

    def test_a_call_that_may_have_been_placed_is_held(self):
        """The answer to its creation was cut off, and it came all the same:
        it says all that it would, and its end is the attempt's."""
        lines = self.open(4, cut=True)
        self.assertEqual(self.home.states(), {"submitting": 4})
        with self.subTest("a key is an answer"):
            self.assertEqual(lines[0].status("ringing")[0], 204)
            self.assertIn("If you are Ann", lines[0].answer())
            self.assertIn("You have a visit on", lines[0].press("1"))
            self.assertIn("Thank you.", lines[0].press("1"))
            self.assertEqual(self.replies(), [(phone(0), "1")])
        with self.subTest("nobody answered"):
            self.assertEqual(lines[1].status("no-answer")[0], 204)
        with self.subTest("who refuses it meanwhile"):
            self.home.run("patient", "opt-out", "P2", code=0)
            time.sleep(2)
            self.assertNotIn("Ann", lines[2].answer())
            until(lambda: self.twilio.changes, "it is cancelled")
        self.finish()
        self.assertEqual(len(self.twilio.calls), 4)
        self.assertEqual(
            [(state, ended is not None) for state, ended in self.home.ask(
                "select o.state, a.ended_at from outreach o join attempt a on"
                " a.outreach_id = o.id order by address")],
            [(3, True), (0, True), (5, True), (0, True)])

    def tasks(self):
        return self.home.ask("select owner, kind, reason from task"
                             " where state = 'open' order by id")

    def answers(self):
        return self.home.ask("select intent, subject from response order by id")

    def test_an_urgent_answer_is_answered_in_the_call(self):
        """In the patient's language, before anything else; nothing more is
        asked, and the nurse knows."""
        for language, words in (
                ("en", "Dial 9 1 1 now. A nurse will call you."),
                ("es", "Marque ya 9 1 1. Le llamará una enfermera.")):
            with self.subTest(language):
                line, = self.open(campaign=TALK, language=language)
                line.answer()
                line.press("1")
                self.assertIn(f">{words}</Say>", line.press("3"))
                self.assertEqual(self.answers(), [("answer", "feeling: red")])
                self.assertEqual(self.tasks(), [
                    ("nurse on call", "reply", "feeling: red")])
                self.assertIn(words, line.press(""))
                self.assertTrue(line.waits)
                self.assertEqual(len(self.tasks()), 1)
                line.press("")
                self.assertFalse(line.waits)
                self.assertEqual(len(self.tasks()), 1)
                self.finish()

    def test_the_next_question_follows(self):
        lines = self.open(3, campaign=TALK)
        for line in lines:
            line.answer()
            self.assertIn(FEELING, line.press("1"))
        with self.subTest("an answer that is no danger leads on"):
            for line, key in zip(lines, "121"):
                self.assertIn(MEDICINES, line.press(key))
                self.assertNotIn(FEELING, line.said)
        with self.subTest("who hangs up has answered one"):
            lines[0].status("completed")
            self.assertEqual(self.answers(), [
                ("fine", None), ("answer", "feeling: soon"), ("fine", None)])
        with self.subTest("the last answer ends it, under its own name"):
            self.assertIn("Thank you. Goodbye.", lines[1].press("1"))
            self.assertEqual(self.replies()[-1], (phone(1), "medicines: 1"))
            self.assertEqual(self.answers()[-1], ("fine", None))
            self.assertEqual(len(self.answers()), 4)
        with self.subTest("the key of the first question is none here"):
            self.assertIn(MEDICINES, lines[2].press("3"))
            self.assertEqual(len(self.replies()), 4)
        with self.subTest("an answer that somebody must know of"):
            self.assertIn("Thank you. Goodbye.", lines[2].press("2"))
            self.assertEqual(self.answers()[-1], ("answer", "medicines: soon"))
            self.assertEqual(self.tasks()[-1],
                             ("nurse", "reply", "medicines: soon"))
        with self.subTest("of a call of a former life, too"):
            place = lines[1].next.replace("at=thanks.0", "at=menu2.0")
            self.service.kill()
            self.service = self.serve()
            until(self.up, "it serves again")
            self.assertIn("something went wrong", lines[1].follow(
                place + "&about=medicines", Digits="2"))
            self.assertEqual(self.answers()[-1], ("answer", "medicines: soon"))
            self.assertEqual(len(self.answers()), 6)
        self.finish()

    def test_a_question_without_an_answer(self):
        """Said once more, then a person is told; at a reminder, nobody."""
        line, = self.open(campaign=TALK)
        line.answer()
        line.press("1")
        for key in ("", "7"):
            said = line.press(key)
        self.assertIn("Please call us at 212-555-0190. Goodbye.", said)
        self.assertEqual(self.replies(), [(phone(0), "no key was pressed")])
        self.assertEqual(self.tasks(), [("front desk", "reply", "unclear")])
        self.assertEqual(self.answers(), [])
        self.finish()
        line, = self.open()
        line.answer()
        for key in ("1", "", ""):
            line.press(key)
        self.assertEqual((self.replies(), self.tasks()), ([], []))
        self.finish()

    def test_keys_that_are_none(self):
        """Asked again, and nothing is told; 9 must be 9 alone."""
        keys = ("*", "#", "00", "99", "A", "9a", " 9", "", "9" * 5000)
        lines = self.open(len(keys))
        for line, key in zip(lines, keys):
            with self.subTest(key[:4]):
                line.answer()
                line.press("1")
                self.assertIn("You have a visit", line.press(key))
                self.assertIn("at=menu.1", line.next)
                self.assertTrue(line.waits)
        self.assertEqual(self.replies(), [])
        self.finish()

    def test_nine_leaves_its_rows_in_every_state(self):
        """The number is suppressed, what waited for the patient ends, the
        chain of the audit says so."""
        states = (
            ("who calls", []), ("once more", [""]), ("not there", ["2"]),
            ("a wrong number", ["3"]), ("nobody pressed anything", ["", ""]),
            ("the first question", ["1"]), ("once more", ["1", ""]),
            ("nobody answered it", ["1", "", ""]),
            ("the second question", ["1", "1"]),
            ("thanks", ["1", "1", "1"]), ("urgent", ["1", "3"]),
            ("behind it", ["1", "3", "", ""]),
            ("somebody calls back", ["1", "0"]))
        lines = self.open(len(states) + 3, campaign=TALK,
                          clinic=self.clinic("", "", phone="800-555-0100"))
        for line, (state, keys) in zip(lines, states):
            with self.subTest(f"{state}, {keys}"):
                line.answer()
                for key in keys:
                    line.press(key)
                self.stop(line)
        with self.subTest("taken for a machine"):
            line = lines[-3]
            line.answer()
            self.assertEqual(line.machine("machine_end_beep")[0], 204)
            until(lambda: self.twilio.changes, "it is told what to say")
            name, form = self.twilio.changes[0]
            self.assertEqual(name, line.sid + ".json")
            found = re.search(r' action="([^"]+)"', form["Twiml"])
            line.next = found[1].replace("&amp;", "&")
            self.stop(line)
        with self.subTest("who calls us"):
            line = lines[-2]
            for keys in ((), ("5",), ("1",)):
                said = self.inbound(line, "/hooks/tw/inbound")
                for key in keys:
                    said = self.inbound(line, said, Digits=key)
                self.assertIn(STOPPED, self.inbound(line, said, Digits="9"))
            self.stopped(line)
        with self.subTest("of a former life"):
            line = lines[-1]
            self.service.kill()
            self.service = self.serve()
            until(self.up, "it serves again")
            self.assertIn("something went wrong", line.answer())
            self.stop(line)
        self.assertEqual(self.home.run("audit", "verify").code, 0)
        self.finish()

    def inbound(self, line, asked, **form):
        found = re.search(r' action="([^"]+)"', asked)
        target = (found[1].replace("&amp;", "&").removeprefix(PUBLIC)
                  if found else asked)
        status, said = self.post(target, {
            "AccountSid": ACCOUNT, "CallSid": "CA7" + line.sid, "To": OURS,
            "From": line.form["To"], "Direction": "inbound", **form})
        self.assertEqual(status, 200)
        return said

    def stop(self, line):
        self.assertIn(STOPPED, line.press("9"))
        self.assertIsNone(line.next)
        self.stopped(line)

    def stopped(self, line):
        number = line.form["To"]
        self.assertEqual(self.replies()[-1], (number, "stop"))
        self.assertEqual(self.home.one(
            "select count(distinct channel) from suppression where address = ?"
            " and reason = 'opt-out' and channel in ('voice', 'sms')", number),
            2)
        patient = self.home.one(
            "select p.id from patient p join contact_point c"
            " on c.patient_id = p.id where c.value = ?", number)
        self.assertEqual(self.home.ask(
            "select verdict, actor from consent where patient_id = ?"
            " order by id desc limit 1", patient), [("revoked", "patient")])
        self.assertEqual(self.home.one(
            "select count(*) from outreach where patient_id = ?"
            " and step = 'later' and state = 0", patient), 0)
        self.assertGreater(self.home.one(
            "select count(*) from audit where subject = ?"
            " and action like '%opt%'", f"patient {patient}"), 0)

    def test_who_is_not_there(self):
        lines = self.open(3)
        away, wrong, silent = lines
        for line in lines:
            line.answer()
        with self.subTest("not there: our number, another try later"):
            self.assertIn("Our number is 212-555-0190", away.press("2"))
        with self.subTest("a wrong number is never used again"):
            self.assertIn("taken a note of it", wrong.press("3"))
            self.assertEqual(self.home.one(
                "select count(*) from suppression where reason like 'wrong%'"
                " and address = ?", wrong.form["To"]) > 0, True)
        with self.subTest("nobody says anything"):
            silent.press("")
            self.assertTrue(silent.waits)
            silent.press("")
            self.assertFalse(silent.waits)
            self.assertIn("Please call us at 212-555-0190", silent.said)
        for line in lines:
            line.status("completed", AnsweredBy="human")
        self.assertEqual(self.outcomes(), ["no answer"] * 3)
        self.assertEqual(self.ended(), 3)
        self.finish()

    def test_machines(self):
        with self.subTest("the voicemail, after the beep"):
            beep, music = self.open(2, clinic=self.clinic(
                "", "", phone="800-555-0100"))
            for line in (beep, music):
                line.answer()
            self.assertEqual(music.machine("machine_end_silence")[0], 204)
            for _ in range(3):  # told thrice, left once (3.5)
                self.assertEqual(beep.machine("machine_end_beep")[0], 204)
            until(lambda: "machine" in self.outcomes(), "it is known")
            (name, form), = self.twilio.changes
            self.assertEqual(name, beep.sid + ".json")
            self.assertIn("This is Harbor Clinic. Please call 800-555-0100.",
                          form["Twiml"])
            self.assertEqual(self.ended(), 0)
            beep.status("completed", AnsweredBy="machine_end_beep")
            music.status("completed", AnsweredBy="machine_end_silence")
            self.assertEqual(self.outcomes(), ["machine", "no answer"])
            self.assertEqual(self.ended(), 2)
            self.assertIn("outcome=machine status=completed",
                          self.service.log())
            self.finish()
        with self.subTest("L-4.7: without consent, only a toll-free number"):
            beep, = self.open()
            beep.answer()
            self.assertEqual(beep.machine("machine_end_beep")[0], 204)
            until(lambda: self.twilio.changes, "we hang up")
            self.assertEqual(self.twilio.changes,
                             [("CA1.json", {"Status": "completed"})])
            self.assertEqual(self.outcomes(), ["hung up"])  # at once
            beep.status("completed", AnsweredBy="machine_end_beep")
            self.assertEqual(self.outcomes(), ["hung up"])
            self.finish()
        with self.subTest("3.4: what answered is known, and kept"):
            fax, machine, music, person = lines = self.open(4)
            said = ("fax", "machine_start", "machine_end_silence", "human")
            for line, word in zip(lines, said):
                line.answer()
                self.assertEqual(line.machine(word)[0], 204)
            for line in lines:  # of them Twilio itself says no more
                line.status("completed")
            self.assertEqual(self.outcomes(), ["fax", "hung up", "no answer",
                                               "no answer"])
            self.assertEqual(self.home.ask(
                "select status, detail from attempt_event where status in"
                " (?, ?, ?, ?) order by attempt_id", *said), [
                    ("fax", "a fax answered"),
                    ("machine_start", "a machine answered"),
                    ("machine_end_silence",
                     "perhaps a machine: hold music sounds alike"),
                    ("human", None)])
            self.finish()
        with self.subTest("who pressed a key is none, in the next life too"):
            person, machine = self.open(2)
            person.answer()
            person.press("1")
            machine.answer()
            self.service.kill()
            self.service = self.serve()
            until(self.up, "it listens again")
            for line in (person, machine):
                self.assertEqual(line.machine("machine_end_beep")[0], 204)
            person.press("2")
            self.assertEqual(self.answers()[-1], ("reschedule", None))
            self.assertEqual(self.twilio.changes, [])
            for line in (person, machine):
                line.status("completed", AnsweredBy="machine_end_beep")
            self.assertEqual(self.outcomes(), ["human", "hung up"])
            self.finish()
        with self.subTest("and is still known in the next life"):
            machine, = self.open()
            machine.answer()
            self.assertEqual(machine.machine("machine_start")[0], 204)
            self.service.kill()
            self.service = self.serve()
            until(self.up, "it listens again")
            machine.status("completed")
            self.assertEqual(self.outcomes(), ["hung up"])
            self.assertEqual(self.ended(), 1)
            self.finish()

    @staticmethod
    def clinic(opens, closes, phone="212-555-0190"):
        return ("id,name,public_name,phone,zone,opens,closes\n"
                f"C,Harbor Clinic,Harbor Clinic,{phone},"
                f"America/New_York,{opens},{closes}\n")

    def test_somebody_to_speak_with(self):
        with self.subTest("nobody is there: a task to call back"):
            line, = self.open(clinic=self.clinic("", ""))
            line.answer()
            line.press("1")
            self.assertIn("call you back", line.press("0"))
            self.assertEqual(self.replies(), [(phone(0), "0")])
            self.finish()
        with self.subTest("put through, whatever the hour"):
            line, = self.open(transfer_to="+12125550777")
            self.assertGreater(int(line.form["TimeLimit"]), 3600)
            line.answer()
            line.press("1")
            self.assertIn(">+12125550777</Dial>", line.press("0"))
            self.assertEqual(self.replies(), [])
            line.follow(line.next, DialCallStatus="busy")
            self.assertIn("call you back", line.said)
            self.assertEqual(self.replies(), [(phone(0), "0")])
            self.finish()

    def test_the_clinic_is_rung_up_when_it_is_open(self):
        now = datetime.datetime.now(zoneinfo.ZoneInfo("America/New_York"))
        line, = self.open(clinic=self.clinic("00:00", "23:59"))
        line.answer()
        line.press("1")
        line.press("0")
        self.assertEqual("<Dial" in line.said, now.weekday() < 5 and
                         "+12125550190" in line.said)
        self.finish()

    def test_a_restart_in_the_middle_of_a_call(self):
        line, = self.open(clinic=self.clinic("", "", phone="646-555-0133"))
        line.answer()
        line.press("1")
        self.service.kill()
        self.service = self.serve()
        until(self.up, "it serves again")
        with self.subTest("L-19: the clinic's number, not that of our line"):
            heard = line.next
            for ask in (line.answer, lambda: line.press("")):
                self.assertIn("Please call us at 646-555-0133.", ask())
                self.assertNotIn(OURS, re.sub(r"<Gather[^>]*>", "", line.said))
            line.next = heard
        with self.subTest("what was heard before may be answered"):
            place = line.next
            self.assertIn("something went wrong", line.press("1"))
            self.assertEqual(self.replies(), [(phone(0), "1")])
        with self.subTest("9 works"):
            self.assertIn(STOPPED, line.press("9"))
            self.assertEqual(self.replies()[-1], (phone(0), "stop"))
        with self.subTest("and where another key was pressed before"):
            self.assertIn(STOPPED, line.follow(place, Digits="9"))
            self.assertEqual(len(self.replies()), 3)
        with self.subTest("the end finds its call"):
            self.assertEqual(line.status("completed")[0], 204)
            self.assertEqual(self.outcomes(), ["human"])
        self.finish()

    def up(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def test_who_calls_us(self):
        self.open(languages=["en", "es"])
        form = {"AccountSid": ACCOUNT, "CallSid": "CA77", "From": phone(0),
                "To": OURS, "Direction": "inbound"}

        def ask(target, **more):
            status, said = self.post(target, {**form, **more})
            self.assertEqual(status, 200)
            found = re.search(r' action="([^"]+)"', said)
            return said, found and found[1].replace("&amp;", "&").removeprefix(
                PUBLIC)
        said, place = ask("/hooks/tw/inbound")
        self.assertIn("automated line of Harbor Health", said)
        self.assertIn('language="es-US"', said)
        said, _ = ask(place, Digits="1")
        self.assertIn("call you back", said)
        self.assertEqual(self.replies(), [(phone(0), "call me")])
        self.assertEqual(self.home.one("select intent from reply"), "call-me")
        self.assertEqual(self.tasks(), [("front desk", "reply", "call-me")])
        _, place = ask("/hooks/tw/inbound", CallSid="CA78")
        said, _ = ask(place, Digits="9", CallSid="CA78")
        self.assertIn(STOPPED, said)
        self.assertGreater(self.home.one(
            "select count(*) from suppression where address = ?", phone(0)), 0)
        with self.subTest("who is not shown: a person finds out who it is"):
            stopped = self.home.one("select count(*) from suppression")
            hidden = {"From": "+266696687", "CallSid": "CA79"}
            _, place = ask("/hooks/tw/inbound", **hidden)
            said, _ = ask(place, Digits="9", **hidden)
            self.assertIn("call again with your number shown", said)
            self.assertEqual(self.tasks()[-1], (
                "front desk", "reply", "key 9 (no more calls and messages) "
                "from a number that is not shown; call CA79"))
            self.assertEqual(self.home.one(
                "select count(*) from suppression"), stopped)
        self.finish()

    def test_what_is_not_twilios_says_nothing(self):
        line, = self.open()
        url = line.form["Url"]
        key = url.replace("/call?", "/key?") + "&at=menu.0&since=1"
        for sentence, status, ask in (
                ("another token", 403, lambda: line.post(url, token="guess")),
                ("a key of another token", 403, lambda: line.post(
                    key, token="guess", Digits="9")),
                ("a machine of another token", 403, lambda: line.post(
                    line.form["AsyncAmdStatusCallback"], token="guess",
                    AnsweredBy="machine_end_beep")),
                ("another account", 400, lambda: line.post(
                    url, AccountSid="AC1")),
                ("no place", 400, lambda: line.post(
                    key.replace("menu.0", "cellar.0"), Digits="1")),
                ("no call", 400, lambda: line.post(url, CallSid="")),
                ("from nobody", 400, lambda: line.post(url, To=""))):
            with self.subTest(sentence):
                said = ask()
                self.assertEqual(said, (status, ""))
        self.assertEqual(self.replies(), [])
        self.assertEqual(self.twilio.changes, [])
        self.assertEqual(self.outcomes(), ["accepted"])
        self.finish()

    def test_calls_that_nobody_could_answer(self):
        """A fault of the configuration: told at the start, and no row fails
        for it."""
        self.port, self.twilio = free_port(), Exchange()
        self.addCleanup(self.twilio.close)
        self.home = self.house({"tw": self.twilio.provider()})
        provider = self.home.config["providers"]["tw"]
        listen = {"listen": f"127.0.0.1:{self.port}"}
        for sentence, http, members, why in (
                ("nothing listens", None, {}, "nothing answers a call's keys"),
                ("it is not known where", listen, {}, "\"public_url\""),
                ("from no number", {**listen, "public_url": PUBLIC},
                 {"from": None, "messaging_service_sid": "MG1"},
                 "calls need a 'from' number")):
            with self.subTest(sentence):
                self.configure({**provider, "channels": ["sms", "voice"],
                                **members}, http)
                for words in (["check"], ["run", "--once"]):
                    self.assertIn(why, self.home.run(*words, code=3).err)
        with self.subTest("not asked for: it carries no calls, and they wait"):
            self.configure({**provider, "channels": None}, None)
            self.home.visits_file(1)
            self.home.run("import", "data", code=0)
            self.home.campaign(**REMINDER)
            self.assertIn("no provider of the configuration carries voice",
                          self.home.run("launch", "notice", "--yes",
                                        code=0).err)
            self.service = self.serve()
            until(lambda: "event=no-provider" in self.service.log(), "told")
            time.sleep(2)
            self.assertEqual(self.home.states(), {"planned": 1})
            self.assertEqual(self.service.stop()[0], 0)
        with self.subTest("and go once somebody can answer"):
            self.configure({**provider, "channels": None},
                           {**listen, "public_url": PUBLIC})
            self.service = self.serve()
            until(lambda: self.twilio.calls, "the call is placed")
            until(lambda: self.home.states() == {"accepted": 1}, "and known")
            self.finish()

    def configure(self, provider, http):
        """With that provider and "http" alone; None: without that member."""
        self.home.config["providers"]["tw"] = {
            name: value for name, value in provider.items()
            if value is not None}
        self.home.config.pop("http", None)
        if http:
            self.home.config["http"] = http
        self.home.write_config()

    def test_many_calls_at_once(self):
        """Answers stay with their own call while others are asked."""
        lines = self.open(20)
        for line in lines:
            line.answer()
        for line in lines:
            self.assertIn("You have a visit", line.press("1"))
        for line in lines[::2]:
            line.press("1")
        for line in lines[1::2]:
            line.press("2")
        began = time.monotonic()
        for line in lines:
            line.status("completed")
        self.assertLess(time.monotonic() - began, 20)
        self.assertEqual(sorted(text for _, text in self.replies()),
                         ["1"] * 10 + ["2"] * 10)
        self.assertEqual(self.home.states(), {"delivered": 20})
        self.finish()


if __name__ == "__main__":
    main()
