#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `plan` says is what `run` does, message by message; and the engine on
a real clock with its threads does what it does inline on a virtual one."""
import collections
import datetime
import os
import re
import shutil
import time

from house import CLINICS, Case, main, stamp

FROM = "2026-12-07T06:00:00-05:00"
UNTIL = "2026-12-11T06:00:00-05:00"
CAMPAIGNS = ("appointment", "blood-pressure-recall", "breast-recall",
             "cervical-recall", "colorectal-recall", "eye-recall",
             "hba1c-recall", "influenza", "no-show", "post-discharge",
             "refill", "result-ready")
CHANNELS = ("sms", "email", "voice")


def milliseconds(text):
    return round(datetime.datetime.fromisoformat(text).timestamp() * 1000)


def shared(house, sql="select p.mrn, c.name, o.step, a.submitted_at, "
                      "a.channel, a.language, a.body from attempt a "
                      "join outreach o on o.id = a.outreach_id "
                      "join campaign c on c.id = o.campaign_id "
                      "join patient p on p.id = o.patient_id"):
    return collections.Counter(
        (mrn, name, step, at, CHANNELS[channel], language, body)
        for mrn, name, step, at, channel, language, body in house.ask(sql))


class Sample(Case):
    """The clinic group of `outreach demo`, four days ahead."""

    @classmethod
    def setUpClass(cls):
        from house import House
        cls.home = House()
        cls.addClassCleanup(cls.home.close)
        out = cls.home.run("demo", "--keep", code=0).out
        cls.kept = re.search(r"Kept in (\S+)", out)[1]
        cls.addClassCleanup(shutil.rmtree, cls.kept)
        shutil.copytree(os.path.join(cls.kept, "data"), cls.home.path("data"))
        shutil.copy(os.path.join(cls.kept, "outreach.json"),
                    cls.home.path("outreach.json"))
        cls.now("import", "data")
        for name in CAMPAIGNS:
            cls.now("--quiet", "launch", name, "--yes")
        for ending in ("", ".seal", ".audit-key"):
            shutil.copy(cls.home.path("outreach.db" + ending),
                        cls.home.path("before.db" + ending))
        cls.before = cls.home.ask("select count(*) from outreach")
        cls.plan = cls.now("--json", "plan", "--all", "--for",
                           "4d").lines()

    @classmethod
    def now(cls, *words):
        return cls.home.run("--now", FROM, *words, code=0)

    def test_1_planning_changes_nothing(self):
        self.assertEqual(self.home.ask("select count(*) from outreach"),
                         self.before)
        self.assertEqual(self.home.ask("select count(*) from attempt"),
                         [(0,)])
        self.assertEqual([name for name in os.listdir(self.home.folder)
                          if "outreach-copy" in name], [])

    def test_2_planning_again_says_the_same(self):
        again = self.now("--json", "plan", "--all", "--for", "4d").lines()
        self.assertEqual(again, self.plan)

    def test_3_run_does_what_plan_said(self):
        planned = collections.Counter(
            (row["patient"], row["campaign"], row["step"],
             milliseconds(row["at"]), row["channel"], row["language"],
             row["text"]) for row in self.plan[:-1])
        totals = self.now("--json", "run", "--until", UNTIL).json()
        done = shared(self.home)
        with self.subTest("the same number of messages"):
            self.assertEqual(self.plan[-1]["messages"], totals["sent"])
            self.assertGreater(totals["sent"], 100)
        with self.subTest("all kinds by all channels"):
            self.assertEqual({row[4] for row in done}, set(CHANNELS))
            self.assertLessEqual({"appointment", "refill", "post-discharge",
                                  "colorectal-recall"},
                                 {row[1] for row in done})
        with self.subTest("message by message"):
            self.assertEqual(sorted(planned - done)[:3], [])
            self.assertEqual(sorted(done - planned)[:3], [])
        with self.subTest("the outbox holds them, each once"):
            with open(self.home.path("outbox.jsonl"),
                      encoding="utf-8") as file:
                lines = file.readlines()
            self.assertEqual(len(lines), sum(done.values()))
            self.assert_all_one(self.home.references(), "twice")

    def test_4_in_one_go_or_day_by_day(self):
        """A service that is stopped and started sends the same."""
        once = shared(self.home)
        days = self.house(dict(self.home.config["providers"]))
        shutil.copy(self.home.path("outreach.json"),
                    days.path("outreach.json"))
        for ending in ("", ".seal", ".audit-key"):
            shutil.copy(self.home.path("before.db" + ending),
                        days.path("outreach.db" + ending))
        days.run("release", "--moved", "--yes", code=0)
        first = datetime.datetime.fromisoformat(FROM)
        for day in range(4):
            begin = first + datetime.timedelta(days=day)
            end = begin + datetime.timedelta(days=1)
            days.run("--now", begin.isoformat(), "run", "--until",
                     end.isoformat(), code=0)
        # Which of two campaigns wins the day's one text may differ: who was
        # fair to whom is not kept over a restart. What may not differ:
        with self.subTest("what left is settled before each stop"):
            self.assertEqual(days.ask(
                "select count(*) from outreach where state in (1, 9)"),
                [(0,)])
        with self.subTest("nobody gets a step twice"):
            self.assert_all_one(days.ask(
                "select outreach_id, channel from attempt"), "twice")
        with self.subTest("one text or call a day"):
            rows = days.ask(
                "select patient_id, date((submitted_at - 5 * 3600000) / 1000, "
                "'unixepoch') from attempt where channel != 1 and counts")
            self.assertGreater(len(rows), 50)
            self.assert_all_one(
                [row for row in rows if row[0] in self.eastern(days)],
                "two in a day")
        with self.subTest("as many are reached"):
            whole = {row[0] for row in once}
            self.assertGreater(len(whole & {row[0] for row in shared(days)}),
                               0.95 * len(whole))

    @staticmethod
    def eastern(house):
        return {key for key, in house.ask(
            "select id from patient where zone = 'America/New_York'")}


class Clocks(Case):
    """When somebody is reached is told by the clock that the hours were
    counted by: of the address, else of the number, else of the visit (L-8)."""

    NOW = "2026-12-07T08:00:00-05:00"
    TEN = {"steps": [{"step": "booked", "when": "1 day before start at 10:00",
                      "until": "1 hour before start", "send": "sms",
                      "message": "m"}]}

    def test_the_clock_of_a_number(self):
        rows = (("415-555-0101", "", "", "2026-12-10T10:00:00-08:00"),
                ("415-555-0101", "America/Denver", "C",
                 "2026-12-10T10:00:00-07:00"),
                ("", "", "C", "2026-12-10T10:00:00-05:00"))
        for number, zone, clinic, at in rows:
            house = self.house()
            house.write("clinics.csv", CLINICS)
            house.write("patients.csv", "mrn,first_name,clinic,zone,mobile,"
                        f"email\nP1,Ann,{clinic},{zone},{number},"
                        "a@example.org\n")
            house.write("appointments.csv", "id,patient,clinic,start,status\n"
                        "A1,P1,C,2026-12-11 15:00,booked\n")
            self.at(house, "import", "clinics.csv", "patients.csv",
                    "appointments.csv")
            steps = [dict(self.TEN["steps"][0], send="sms, else email")]
            house.campaign(steps=steps)
            told = self.at(house, "--json", "launch", "notice", "--yes")
            name = f"number {number or 'none'}, zone {zone or 'none'}"
            with self.subTest(f"{name}: launch"):
                self.assertEqual(told.lines()[0]["at"], at)
            with self.subTest(f"{name}: plan"):
                told = self.at(house, "--json", "plan").lines()
                self.assertEqual(told[0]["at"], at)
            with self.subTest(f"{name}: explain"):
                told = self.at(house, "--json", "explain", "P1").json()
                self.assertEqual(told["next"][-1]["at"], at)

    def test_a_campaign_test_tells_it_by_the_number_too(self):
        house = self.house()
        house.campaign(**self.TEN)
        house.write("campaigns/notice.test.json", {
            "test": "notice", "zone": "America/New_York",
            "given": {
                "clinics": [{"id": "C", "name": "Elm", "phone": "212-555-0190",
                             "zone": "America/New_York"}],
                "patients": [{"mrn": "ann", "mobile": "415-555-0101"}],
                "appointments": [{"id": "1", "patient": "ann", "clinic": "C",
                                  "status": "booked",
                                  "start": "2026-12-11 15:00"}]},
            "cases": [{"case": "at ten by her clock",
                       "from": "2026-12-07 08:00", "until": "2026-12-11 15:00",
                       "sends": [{"patient": "ann", "step": "booked",
                                  "at": "2026-12-10 10:00"}]}]})
        answer = house.run("test")
        self.assertEqual(answer.code, 0, str(answer))

    def at(self, house, *words):
        return house.run("--now", self.NOW, *words, code=0)


class Audience(Case):
    """Which line of an audience lets whom through."""

    def test_a_refusal_of_another_day_is_the_same_reason(self):
        house = self.house({"slow": {"driver": "outbox", "path": "o.jsonl",
                                     "per_second": 50,
                                     "sender_per_second": 0.1}})
        house.visits(4)
        house.write("consents.csv", "patient,verdict,at\n" + "".join(
            f"P{i},revoked,2026-01-0{i + 1} 10:00\n" for i in range(3)))
        house.run("import", "consents.csv", code=0)
        house.campaign()
        house.run("launch", "notice", "--yes", "--quiet", code=0)
        told = house.run("--json", "plan", "--for", "1d", code=0).lines()[-1]
        self.assertEqual([row["count"] for row in told["not_sent"]], [3])
        self.assertEqual(told["by_provider"][0]["per_second"], 0.1)

    def test_each_line_is_counted(self):
        house = self.house()
        house.visits(3)
        people = house.read("data/patients.csv").splitlines()
        house.write("data/patients.csv", "\n".join(
            [people[0] + ",birth_date", people[1] + ",1960-01-01",
             people[2] + ",2020-01-01", people[3] + ","]) + "\n")
        house.run("import", "data/patients.csv", code=0)
        lines = ["status = 'booked'", "patient.age >= 18"]
        house.campaign(audience=lines)
        wanted = [{"line": lines[0], "holds": 3, "missing": 0},
                  {"line": lines[1], "holds": 1, "missing": 1}]
        said = house.run("--json", "launch", "notice", "--yes",
                         code=0).lines()
        with self.subTest("by launch, before it goes live"):
            self.assertIn(wanted, [line.get("audience") for line in said])
        with self.subTest("by plan"):
            said = house.run("--json", "plan", "--campaign", "notice",
                             code=0).lines()
            self.assertEqual(said[-1]["audience"], wanted)
        with self.subTest("in words"):
            said = house.run("plan", "--campaign", "notice", code=0).out
            self.assertRegex(said, r"1 +1 +patient\.age >= 18")


class Table(Case):
    def test_a_long_text_is_cut_between_letters(self):
        for lead in range(4):
            house = self.house()
            house.visits(1)
            house.campaign(messages={"m": {"en": {
                "sms": "x" * lead + "\u00eb" * 100 + " "
                       "{{clinic.public_name}} {{clinic.phone}} Reply STOP "
                       "to opt out."}}})
            house.run("launch", "notice", "--yes", "--quiet", code=0)
            said = house.run("plan", "--all", "--for", "1d", code=0).out
            with self.subTest(f"{lead} letters before"):
                self.assertIn("\u00eb...", said)
                self.assertNotIn("\ufffd", said)


    def test_a_mail_has_no_segments(self):
        house = self.house()
        house.visits(2, email=True)
        house.campaign(steps=[
            {"step": "text", "when": "1 minute after booked", "send": "sms",
             "until": "1 day after booked", "message": "m"},
            {"step": "mail", "when": "2 minutes after booked", "send": "email",
             "until": "1 day after booked", "message": "m"}])
        said = house.run("--json", "launch", "notice", "--yes", code=0)
        self.assertIn('"segments"', said.out)
        *rows, last = house.run("--json", "plan", "--all", "--for", "1d",
                                code=0).lines()
        self.assertEqual(sorted((row["channel"], row.get("segments"))
                                for row in rows),
                         [("email", None)] * 2 + [("sms", 1)] * 2)
        self.assertEqual(last["segments"], 2)
        self.assertEqual([(one["email"], one["segments"])
                          for one in last["by_campaign"]], [(2, 2)])


class Refusals(Case):
    """What the provider will refuse is said before anything goes live."""

    def twilio(self, **more):
        return {"carrier": {
            "driver": "twilio", "channels": ["sms"],
            "account_sid": "AC00000000000000000000000000000000",
            "auth_token_env": "TWILIO_TOKEN", "from": "+12125550199",
            "base_url": "http://127.0.0.1:1", **more}}

    def launch(self, token="secret", replies=None, **provider):
        house = self.house(self.twilio(**provider))
        house.visits(3)
        house.campaign(
            replies={"C": "confirm"},
            messages={"m": {"en": {"sms": "{{clinic.public_name}}: visit {{start | day}}. "
                                   "Reply C to confirm. Call 212-555-0190. Reply STOP to opt "
                                   "out."}}})
        return house, house.run("launch", "notice", "--yes", code=0,
                                env={"TWILIO_TOKEN": token} if token else {})

    def test_a_reply_that_nobody_reads(self):
        house, said = self.launch(poll=False)
        self.assertRegex(said.out, r"failed +3 +bad-content.*nothing would "
                                   "receive it")
        self.assertEqual(house.one("select count(*) from attempt"), 0)

    def test_a_reply_that_is_polled_for(self):
        said = self.launch(poll=True)[1]
        self.assertNotIn("receive it", said.out)
        self.assertIn("3 messages", said.out)

    def test_a_secret_that_is_the_services_alone(self):
        said = self.launch(token=None)[1]
        self.assertIn("what 'carrier' would refuse is not in this forecast",
                      said.err)
        self.assertIn("3 messages", said.out)


class Engines(Case):
    def fill(self, house, now):
        """Visits of many kinds of patients, all told at once."""
        booked, start = stamp(now - 300), time.strftime(
            "%Y-%m-%dT09:00:00", time.gmtime(now + 10 * 86400))
        people = ["mrn,first_name,language,clinic,state,zone,mobile,email,"
                  "active,preferred_channel"]
        visits = ["id,patient,clinic,start,status,booked"]
        stops = ["patient,channel,reason,since"]
        for i in range(60):
            mobile = "" if i % 7 == 3 else f"+1212200{i:04d}"
            email = "" if i % 5 == 1 else f"p{i}@example.org"
            people.append(
                f"P{i},Ann,{'es' if i % 3 else 'en'},C,NY,America/New_York,"
                f"{mobile},{email},{'no' if i % 11 == 5 else 'yes'},"
                f"{'email' if i % 4 == 2 else ''}")
            visits.append(f"A{i},P{i},C,{start},"
                          f"{'cancelled' if i % 13 == 7 else 'booked'},"
                          f"{booked}")
            if i % 10 == 4:
                stops.append(f"P{i},,opt-out,{stamp(now - 86400)}")
        for name, rows in (("patients", people), ("appointments", visits),
                           ("suppressions", stops)):
            os.makedirs(house.path("data"), exist_ok=True)
            house.write(f"data/{name}.csv", "\n".join(rows) + "\n")
        house.write("data/clinics.csv",
                    "id,name,public_name,phone,zone\n"
                    "C,Harbor,Harbor,212-555-0190,America/New_York\n")
        text = "Harbor: visit {{start | day}}. Reply STOP to opt out."
        spanish = "Harbor: cita {{start | day}}. Responda STOP para salir."
        mail = {"subject": "Visit", "text": "{{start | date}} "
                "Call {{clinic.phone}}\n"}
        house.campaign(
            steps=[{"step": "booked", "when": "1 minute after booked",
                    "until": "1 day after booked", "send": "sms, else email",
                    "preferred_first": True, "message": "m"}],
            messages={"m": {"en": {"sms": text, "email": mail},
                            "es": {"sms": spanish, "email": mail}}},
            if_not_reached={"task": {"to": "front desk",
                                     "within": "same day"}})

    def outcome(self, house):
        rows = house.ask(
            "select p.mrn, o.step, o.state, o.reason, a.channel, a.address, "
            "a.language, a.body from outreach o "
            "join patient p on p.id = o.patient_id "
            "left join attempt a on a.outreach_id = o.id")
        tasks = house.ask("select p.mrn, t.kind, t.owner, t.reason from task "
                          "t join patient p on p.id = t.patient_id")
        return sorted(map(str, rows)), sorted(map(str, tasks))

    def test_threads_and_real_clock_against_inline_and_virtual(self):
        now = time.time()
        results = []
        for words in (("run", "--once"),
                      ("--now", stamp(now + 1), "run", "--once")):
            house = self.house()
            self.fill(house, now)
            house.run("import", "data", code=0)
            house.run("launch", "notice", "--yes", "--quiet", code=0)
            house.run(*words, code=0)
            results.append(self.outcome(house))
        self.assertEqual(results[0][0], results[1][0], "messages")
        self.assertEqual(results[0][1], results[1][1], "tasks")
        self.assertGreater(len(results[0][0]), 40)
        self.assertGreater(len(results[0][1]), 3)


if __name__ == "__main__":
    main()
