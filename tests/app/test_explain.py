#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`outreach explain`: why somebody gets a message or none, by the code that
decides; and `outreach status --since`: what an outage did."""
import datetime
import os
import re
import shutil
import sqlite3

from house import CLINICS, SOURCE, Case, main

NOON = "2026-11-24T12:00:00-05:00"  # a Tuesday
NOTICE = ("{{clinic.public_name}}: your visit is on {{start | day}}. Call "
          "{{clinic.phone}}. Reply STOP to opt out.")
PEOPLE = "mrn,first_name,last_name,birth_date,clinic,state,mobile,guardian"
VISITS = "id,patient,clinic,start,status"


class Clinic(Case):
    """A clinic under the shipped law. Ann has a visit on Friday, 4 December,
    and is reminded three days before at 10:00."""

    def clinic(self, people=("P1,Ann,Reyes,1960-05-05,C,NY,+12125550101,",),
               visits=("A1,P1,C,2026-12-04T09:00:00,booked",), launch=True,
               more=(), config=None, **campaign):
        house = self.house()
        del house.config["policy"], house.config["hours"]
        house.write_config(**(config or {}))
        os.makedirs(house.path("data"))
        for name, rows in (("clinics", CLINICS),
                           ("patients", "\n".join((PEOPLE, *people))),
                           ("appointments", "\n".join((VISITS, *visits))),
                           *more):
            house.write(f"data/{name}.csv", rows.rstrip() + "\n")
        self.at(house, "import", "data")
        house.campaign(**{
            "name": "reminder",
            "steps": [{"step": "three-days",
                       "when": "3 days before start at 10:00",
                       "until": "1 day before start", "send": "sms",
                       "message": "m"}],
            "stop_when": "status != 'booked'",
            "messages": {"m": {"en": {"sms": NOTICE}}}, **campaign})
        if launch:
            self.launch(house)
        return house

    @staticmethod
    def change(house, sql):
        store = sqlite3.connect(house.path(house.store))
        with store:
            store.execute(sql)
        store.close()

    @staticmethod
    def at(house, *words, now=NOON, code=0):
        return house.run("--now", now, *words, code=code)

    def launch(self, house, name="reminder", now=NOON):
        self.at(house, "--quiet", "launch", name, "--yes", now=now)

    def explain(self, house, *words, now=NOON):
        return self.at(house, "--json", "explain", *words, now=now).json()

    @staticmethod
    def anchor(said, campaign="reminder"):
        """The newest visit in this campaign."""
        return next(one for one in said["campaigns"]
                    if one["campaign"] == campaign)["anchors"][0]

    @staticmethod
    def rule(said, name, event=0):
        return next(rule for rule in said["next"][event]["gate"]["rules"]
                    if rule["rule"] == name)

    def import_table(self, house, name, *lines, now=NOON):
        house.write(f"data/{name}.csv", "\n".join(lines) + "\n")
        self.at(house, "import", f"data/{name}.csv", now=now)


class Answers(Clinic):
    def test_what_will_be_sent(self):
        house = self.clinic()
        said = self.explain(house, "P1")
        with self.subTest("the answer in a sentence"):
            self.assertEqual(self.anchor(said)["answer"],
                             "yes: three-days goes by sms at "
                             "2026-12-01T10:00:00-05:00")
        with self.subTest("each condition with the value it saw"):
            self.assertEqual(
                [(one["of"], one["condition"], one["holds"], one["value"])
                 for one in self.anchor(said)["conditions"]],
                [("audience", "status = 'booked'", True, "'booked'"),
                 ("stop_when", "status != 'booked'", False, "'booked'")])
        with self.subTest("the step with its time and why"):
            step = self.anchor(said)["steps"][0]
            self.assertEqual(
                (step["says"], step["due"], step["until"], step["channels"]),
                ("3 days before start at 10:00", "2026-12-01T10:00:00-05:00",
                 "2026-12-03T09:00:00-05:00", ["sms"]))
        with self.subTest("the words, to whom, how long"):
            self.assertEqual(said["next"][0]["message"], {
                "to": "+12125550101", "language": "en", "subject": None,
                "text": "Harbor Clinic: your visit is on Fri, Dec 4. Call "
                        "212-555-0190. Reply STOP to opt out.",
                "segments": 1})
        with self.subTest("every rule of the gate"):
            rules = said["next"][0]["gate"]["rules"]
            self.assertEqual(len(rules), 32)
            self.assertEqual({rule["says"] for rule in rules}, {"go"})
            self.assertEqual(len([rule for rule in rules if rule["source"]]),
                             32)
        with self.subTest("nothing happened before"):
            self.assertEqual({name: rows for name, rows in
                              said["before"].items() if rows}, {})
        with self.subTest("the same for a nurse"):
            out = self.at(house, "explain", "P1").out
            self.assertIn("yes: three-days goes by sms at "
                          "2026-12-01T10:00:00-05:00", out)
            self.assertIn("Harbor Clinic: your visit is on Fri, Dec 4.", out)
            self.assertIn("47 CFR 64.1200", out)

    def test_nothing_changes_but_that_somebody_looked(self):
        house = self.clinic()
        self.at(house, "run", "--once", now="2026-11-29T12:00:00-05:00")
        # a service has it in hand: nobody else may take it for an orphan
        store = sqlite3.connect(house.path(house.store))
        with store:
            store.execute("update outreach set state = 1, owner = 7, "
                          "lease_until = due_at")
        store.close()
        self.assertEqual(house.states(), {"submitting": 1})
        tables = [name for name, in house.ask(
            "select name from sqlite_master where type = 'table' and name not "
            "in ('audit', 'sqlite_sequence')")]
        before = {name: house.ask(f"select * from {name}") for name in tables}
        audit = house.one("select count(*) from audit")
        self.explain(house, "P1", now="2026-11-29T12:00:00-05:00")
        self.assertEqual({name: house.ask(f"select * from {name}")
                          for name in tables}, before)
        self.assertEqual(house.ask(
            "select action, subject from audit where id > ?", audit),
            [("look", "patient 1")])
        self.at(house, "audit", "verify")

    def test_who_or_what_is_unknown(self):
        house = self.clinic()
        for words, code, text in (
                (("P2",), 1, "no patient has the record number 'P2'; did you "
                             "mean 'P1'?"),
                (("P1", "--campaign", "remainder"), 1,
                 "no campaign 'remainder' was launched here; did you mean "
                 "'reminder'?"),
                (("P1", "--at", "tomorrow"), 2, "--at takes ISO 8601"),
                (("P1", "--at", "2026-11-23T12:00:00-05:00"), 2,
                 "--at lies in the past"),
                ((), 2, "say one patient"),
                (("P1", "P1"), 2, "say one patient"),
                (("P1", "--campain", "reminder"), 2,
                 "did you mean '--campaign'?")):
            with self.subTest(" ".join(words)):
                answer = self.at(house, "explain", *words, code=code)
                self.assertIn(text, answer.err)
                self.assertEqual(answer.out, "")

    def test_at_a_later_time(self):
        house = self.clinic()
        said = self.explain(house, "P1", "--at", "2026-12-02T12:00:00-05:00")
        self.assertEqual([one["what"] for one in said["until_then"]],
                         ["goes"])
        self.assertNotIn("goes", [one["what"] for one in said["next"]])
        self.assertEqual(self.anchor(said)["answer"],
                         "nothing more comes: three-days is accepted")
        out = self.at(house, "explain", "P1", "--at",
                      "2026-12-02T12:00:00-05:00").out
        until_then = out.index("Until then")
        self.assertLess(until_then, out.index("goes by sms"))
        self.assertLess(out.index("goes by sms"),
                        out.index("What comes next"))
        with self.subTest("nothing comes before now"):
            self.assertEqual(self.explain(house, "P1")["until_then"], [])
            self.assertNotIn("Until then",
                             self.at(house, "explain", "P1").out)

    def test_what_explain_says_is_what_run_does(self):
        house = self.clinic()
        said = self.explain(house, "P1")["next"][0]
        self.at(house, "run", "--until", "2026-12-03T12:00:00-05:00")
        self.assertEqual(
            house.ask("select strftime('%Y-%m-%dT%H:%M:%S', (submitted_at - "
                      "5 * 3600000) / 1000, 'unixepoch') || '-05:00', "
                      "address, body from attempt"),
            [(said["at"], said["message"]["to"], said["message"]["text"])])


    def all_rules(self, gate, **says):
        """All 28 rules with a verdict, a value and a source; these object."""
        self.assertEqual(len(gate["rules"]), 32)
        for rule in gate["rules"]:
            self.assertTrue(rule["says"] and rule["saw"] and rule["source"],
                            rule)
        self.assertEqual({rule["rule"]: rule["says"] for rule in gate["rules"]
                          if rule["says"] != "go"}, says)

    def test_every_rule_of_somebody_who_is_gone(self):
        """The visit is still there: what is gone is whom it was for."""
        house = self.clinic()
        for change, rule, anchor_rule, answer in (
                ("deceased_at = 5", "the patient has died",
                 "the patient died", "no: the patient has died"),
                ("gone_at = 5, active = 0", "the patient has died",
                 "the patient died", "no: the patient has died"),
                ("deceased_at = NULL", "no longer in the source",
                 "the patient is no longer in the source",
                 "no: the patient is no longer in the source"),
                ("gone_at = NULL", "the patient is inactive",
                 "the patient is inactive", "no: the patient is inactive")):
            with self.subTest(change):
                self.change(house, f"update patient set {change}")
                anchor = self.anchor(self.explain(house, "P1"))
                self.assertEqual(anchor["answer"], answer)
                self.all_rules(anchor["gate"], patient="never",
                               anchor="never")
                saw = {one["rule"]: one["saw"]
                       for one in anchor["gate"]["rules"]}
                self.assertEqual((saw["patient"], saw["anchor"]),
                                 (rule, anchor_rule))
                out = self.at(house, "-v", "explain", "P1").out
                self.assertIn("opt-out-line", out)
                self.assertNotIn("no longer exists", out)

    def test_every_rule_of_a_visit_that_is_gone(self):
        house = self.clinic()
        self.change(house, "update appointment set gone_at = 5")
        anchor = self.anchor(self.explain(house, "P1"))
        self.assertEqual(anchor["answer"],
                         "no: it was replaced, or left the source")
        self.all_rules(anchor["gate"], anchor="never")
        self.assertIn("it no longer exists",
                      self.at(house, "explain", "P1").out)

    def test_every_rule_of_somebody_who_opted_out(self):
        house = self.clinic()
        # it is planned, and ends with the opt-out
        self.at(house, "run", "--once", now="2026-11-29T12:00:00-05:00")
        self.at(house, "patient", "opt-out", "P1",
                now="2026-11-29T13:00:00-05:00")
        anchor = self.anchor(
            self.explain(house, "P1", now="2026-11-29T14:00:00-05:00"))
        self.all_rules(anchor["gate"], **{"opt-out": "never",
                                          "consent": "never"})

    def test_the_text_is_read_also_where_an_earlier_rule_objects(self):
        house = self.clinic(messages={"m": {"en": {
            "sms": "{{clinic.public_name}}: your visit is on {{start | day}}. "
                   "Call {{clinic.phone}}."}}})
        self.import_table(house, "restrictions", "patient,kind,value,since",
                          "P1,no-channel,sms,2026-01-01")
        said = self.explain(house, "P1")["next"][0]
        self.all_rules(said["gate"], **{"restriction": "not-here",
                                        "opt-out-line": "not-here"})


    def test_what_a_history_saw(self):
        rows = (
            ("screened 'fit' within 12 months", "fit of 2025-01-10, normal"),
            ("has upcoming visit within 7 days", "visit on 2026-12-04, booked"),
            ("ordered 'mammogram'", "nothing"),
            ("has open order 'fit'", "fit ordered 2026-10-01, active"),
            ("has condition 'E11'", "E11.9 since 2020-02-02"),
            ("has procedure '44388'", "nothing"),
            ("declined 'colorectal'", "on 2026-11-20"),
            ("overdue for 'colorectal'", "fit of 2025-01-10, normal"),
            ("due for 'colorectal' within 30 days",
             "fit of 2025-01-10, normal"),
            ("no abnormal 'fit' result open", "fit of 2025-01-10, normal"),
            ("has discharge", "discharge on 2026-11-01"),
            ("confirmed", "confirm on 2026-11-21"),
            ("responded", "confirm on 2026-11-21"),
        )
        house = self.clinic(
            audience=["status = 'booked'",
                      *(f"{line} or not {line}" for line, saw in rows)],
            launch=False)
        shutil.copytree(os.path.join(SOURCE, "measures"),
                        house.path("measures"))
        self.launch(house)
        store = sqlite3.connect(house.path(house.store))
        with store:
            store.executescript("""
insert into screening(patient_id, kind, done_on, result) values
 (1, 'fit', '2024-01-10', 'abnormal'), (1, 'fit', '2025-01-10', 'normal');
insert into orders(patient_id, kind, status, ordered_on) values
 (1, 'fit', 'active', '2026-10-01');
insert into condition(patient_id, code, since_on) values
 (1, 'E11.9', '2020-02-02');
insert into response(patient_id, anchor_kind, anchor_id, occurrence, intent,
 subject, at) values (1, 4, 1, 0, 'decline', 'colorectal', 1795180000000),
 (1, 1, 1, 0, 'confirm', null, 1795262400000);
insert into discharge(external_id, patient_id, discharged_local, zone,
 discharged_at, status) values ('d', 1, '2026-11-01T22:00:00',
 'America/New_York', 1793588400000, 'finished');
""")
        store.close()
        said = self.explain(house, "P1")
        saw = {one["condition"]: one.get("saw")
               for one in self.anchor(said)["conditions"] if one["depth"]}
        for line, expected in rows:
            with self.subTest(line):
                self.assertEqual(saw[line], expected)
        with self.subTest("for a nurse"):
            self.assertIn("fit ordered 2026-10-01, active",
                          self.at(house, "explain", "P1").out)

    def test_the_only_address_is_told_to_who_looks(self):
        house = self.clinic()
        self.import_table(house, "restrictions", "patient,kind,value,since",
                          "P1,only-address,+12125550177,2026-01-01")
        said = self.explain(house, "P1")
        self.assertEqual(self.rule(said, "restriction")["saw"],
                         "only-address +12125550177")
        self.at(house, "run", "--until", "2026-12-03T12:00:00-05:00")
        self.assertEqual(house.one("select count(*) from outreach where reason"
                                   " like '%restriction%'"), 1)
        for table, column in (("outreach", "reason"), ("audit", "detail")):
            self.assertEqual(house.one(
                f"select count(*) from {table} where {column} like '%0177%'"),
                0)


class WhyNot(Clinic):
    def test_outside_the_audience_by_one_part(self):
        house = self.clinic(audience=[
            "status = 'booked'",
            "patient.age between 45 and 60 and not inpatient"])
        said = self.explain(house, "P1")
        with self.subTest("the part that excludes her, with its value"):
            parts = [(one["depth"], one["condition"], one["holds"],
                      one["value"]) for one in self.anchor(said)["conditions"]
                     if one["field"] in ("patient.age", "inpatient")]
            self.assertEqual(parts, [
                (1, "patient.age between 45 and 60", False, "66"),
                (1, "inpatient", False, "no")])
        with self.subTest("the answer names the line and what it saw"):
            self.assertEqual(
                self.anchor(said)["answer"],
                "no: not in the audience: patient.age between 45 and 60 and "
                "not inpatient does not hold (patient.age is 66, inpatient is "
                "no)")
        self.assertEqual(said["next"], [])

    def test_a_value_that_nobody_knows(self):
        house = self.clinic(people=("P1,Ann,Reyes,,C,NY,+12125550101,",),
                            audience=["patient.age >= 18"])
        one = self.anchor(self.explain(house, "P1"))["conditions"][0]
        self.assertEqual((one["holds"], one["known"], one["value"]),
                         (False, False, "not known"))
        self.assertIn("no, not known", self.at(house, "explain", "P1").out)

    # L-1, domain.md 1.1: a survey needs consent
    def test_consent_missing(self):
        house = self.clinic(purpose="survey")
        said = self.explain(house, "P1")
        rule = self.rule(said, "consent")
        self.assertEqual((rule["says"], rule["saw"]),
                         ("never", "no consent to survey"))
        self.assertEqual(said["next"][0]["what"], "ends")
        self.assertEqual(said["next"][0]["state"], "suppressed")

    # L-7: the organisation's hours, closed on the step's own time
    def test_quiet_hours_with_their_source(self):
        house = self.clinic(
            config={"hours": "11:00-15:00"})
        said = self.explain(house, "P1")
        rule = self.rule(said, "quiet-hours")
        self.assertEqual(
            (rule["says"], rule["saw"], rule["source"]),
            ("wait", "quiet hours until 2026-12-01T11:00:00-05:00",
             "the configuration"))
        with self.subTest("then it goes"):
            self.assertEqual([(one["what"], one["at"]) for one in
                              said["next"]],
                             [("waits", "2026-12-01T10:00:00-05:00"),
                              ("goes", "2026-12-01T11:00:00-05:00")])

    def test_hours_of_the_law_name_it(self):
        house = self.clinic(
            config={"hours": "00:00-24:00"},
            steps=[{"step": "night", "when": "3 days before start at 05:00",
                    "until": "1 day before start", "send": "sms",
                    "message": "m"}])
        rule = self.rule(self.explain(house, "P1"), "quiet-hours")
        self.assertEqual(rule["saw"],
                         "quiet hours until 2026-12-01T08:00:00-05:00")
        self.assertTrue(rule["id"].startswith("L-7"), rule)
        self.assertIn("47 CFR 64.1200(c)(1)", rule["source"])

    # L-11
    def test_opt_out(self):
        house = self.clinic()
        self.at(house, "patient", "opt-out", "P1")
        said = self.explain(house, "P1")
        rule = self.rule(said, "opt-out")
        self.assertEqual((rule["says"], rule["saw"], rule["force"]),
                         ("never", "opt-out, recorded for the person",
                          "mandatory"))
        self.assertIn("opt-out", self.anchor(said)["answer"])

    # L-4.6: one a day without consent
    def test_cap_reached(self):
        house = self.clinic(
            visits=("A1,P1,C,2026-12-04T09:00:00,booked",
                    "A2,P1,C,2026-12-04T14:00:00,booked"))
        said = self.explain(house, "P1")
        with self.subTest("the first goes, the second waits a day"):
            self.assertEqual([one["what"] for one in said["next"]][:2],
                             ["goes", "waits"])
        with self.subTest("first one rule, then another: each is told"):
            narrow = self.clinic(
                config={"hours": "11:00-19:00"},
                visits=("A1,P1,C,2026-12-04T09:00:00,booked",
                        "A2,P1,C,2026-12-04T14:00:00,booked"))
            self.assertEqual(
                sorted((one["at"][8:13], one["reason"].split(":")[0])
                       for one in self.explain(narrow, "P1")["next"]
                       if one["what"] == "waits"),
                [("01T10", "quiet-hours"), ("01T10", "quiet-hours"),
                 ("01T11", "cap-day")])
        with self.subTest("by which rule"):
            rule = self.rule(said, "cap-day", 1)
            self.assertEqual(rule["says"], "wait")
            self.assertTrue(rule["saw"].startswith(
                "1 a day for the patient until 2026-12-02"), rule)
            self.assertEqual(rule["id"], "L-4.6")

    def test_a_moved_visit(self):
        house = self.clinic()
        self.at(house, "run", "--once")
        self.import_table(house, "appointments", VISITS,
                          "A1,P1,C,2026-12-11T09:00:00,booked")
        said = self.explain(house, "P1")
        self.assertEqual(self.anchor(said)["answer"],
                         "yes: three-days goes by sms at "
                         "2026-12-08T10:00:00-05:00")

    def test_held_out(self):
        house = self.clinic(holdout={
            "share": "50%", "outcome": "status = 'fulfilled'",
            "horizon": "30 days"},
            people=[f"P{i},Ann,Reyes,1960-05-05,C,NY,+1212555{i:04d},"
                    for i in range(12)],
            visits=[f"A{i},P{i},C,2026-12-04T09:00:00,booked"
                    for i in range(12)])
        said = {f"P{i}": self.explain(house, f"P{i}") for i in range(12)}
        self.at(house, "run", "--until", "2026-12-03T12:00:00-05:00")
        arms = dict(house.ask("select p.mrn, e.arm from entry e join patient "
                              "p on p.id = e.patient_id"))
        with self.subTest("as it will be decided"):
            self.assertEqual(
                {mrn: "holdout" if self.anchor(one)["held_out"] else "treated"
                 for mrn, one in said.items()}, arms)
            self.assertEqual(set(arms.values()), {"holdout", "treated"})
        with self.subTest("the answer says so"):
            mrn = next(mrn for mrn, arm in arms.items() if arm == "holdout")
            self.assertEqual(self.anchor(said[mrn])["answer"],
                             "no: held out, to measure what the campaign does")

    def test_excluded_by_hand(self):
        house = self.clinic()
        house.write("out.txt", "P1\n")
        self.at(house, "exclude", "--campaign", "reminder", "--list",
                "out.txt", "--reason", "asked for it")
        rule = self.rule(self.explain(house, "P1"), "excluded")
        self.assertEqual((rule["says"], rule["source"]),
                         ("never", "outreach exclude"))

    def test_a_minor_is_reached_by_the_guardian(self):
        house = self.clinic(people=(
            "P0,Eve,Reyes,1985-01-01,C,NY,+12125550100,",
            "P1,Ann,Reyes,2018-05-05,C,NY,,P0"))
        said = self.explain(house, "P1")
        self.assertEqual(said["next"][0]["message"]["to"], "+12125550100")
        self.assertIn("guardian P0", self.at(house, "explain", "P1").out)

    def test_a_merged_patient(self):
        house = self.clinic(people=(
            "P0,Ann,Reyes,1960-05-05,C,NY,+12125550101,",
            "P1,Anne,Reyes,1960-05-05,C,NY,+12125550101,"))
        self.import_table(house, "patients", "mrn,merged_into", "P1,P0")
        said = self.explain(house, "P1")
        self.assertEqual((said["asked"], said["patient"]), ("P1", "P0"))
        self.assertEqual(said["next"][0]["what"], "goes")
        self.assertIn("P1 was merged into P0",
                      self.at(house, "explain", "P1").out)

    def test_a_paused_campaign(self):
        house = self.clinic()
        self.at(house, "pause", "--campaign", "reminder")
        said = self.explain(house, "P1")
        with self.subTest("what holds it"):
            self.assertEqual([(one["what"], one["reason"]) for one in
                              said["next"]], [("held", "paused")])
            self.assertEqual(self.rule(said, "paused")["says"], "wait")
        with self.subTest("and nothing else would"):
            self.assertEqual([rule["rule"] for rule in
                              said["next"][0]["gate"]["rules"]
                              if rule["says"] != "go"], ["paused"])

    def test_a_stale_feed(self):
        house = self.clinic(config={"feeds": {"appointments": {
            "max_age": "26 hours"}}})
        later = "2026-11-30T12:00:00-05:00"
        self.at(house, "run", "--once", now=later)
        said = self.explain(house, "P1", now=later)
        rule = self.rule(said, "feed")
        self.assertEqual((rule["says"], rule["saw"]),
                         ("wait", "appointments: older than max_age"))
        self.assertEqual(said["next"][0]["what"], "held")
        with self.subTest("fresh again"):
            self.at(house, "import", "data", now=later)
            said = self.explain(house, "P1", now=later)
            self.assertEqual(said["next"][0]["what"], "goes")

    def test_no_such_visit(self):
        house = self.clinic(visits=())
        said = self.explain(house, "P1")
        self.assertEqual(said["campaigns"][0]["anchors"], [])
        self.assertIn("no appointment of theirs",
                      self.at(house, "explain", "P1").out)

    # domain.md 1.3: on 14 March 2027 New York has no 02:30
    def test_an_hour_that_does_not_exist(self):
        house = self.clinic(
            visits=("A1,P1,C,2027-03-17T09:00:00,booked",),
            steps=[{"step": "night", "when": "3 days before start at 02:30",
                    "until": "1 day before start", "send": "sms",
                    "message": "m"}])
        step = self.anchor(self.explain(house, "P1"))["steps"][0]
        self.assertEqual((step["clocks_jump"], step["when"]),
                         (True, "2027-03-14T03:30:00-04:00"))

    def test_closed_so_earlier(self):
        house = self.clinic(
            config={"blackout": "2026-12-01"},
            steps=[{"step": "three-days",
                    "when": "3 days before start at 10:00",
                    "until": "1 day before start", "if_closed": "earlier",
                    "send": "sms", "message": "m"}])
        step = self.anchor(self.explain(house, "P1"))["steps"][0]
        self.assertEqual((step["when"], step["due"][:10]),
                         ("2026-12-01T10:00:00-05:00", "2026-11-30"))
        self.assertIn("so earlier (if_closed)",
                      self.at(house, "explain", "P1").out)

    def test_what_the_next_channel_would_say(self):
        house = self.clinic(
            more=(("contact_points", "patient,kind,value\n"
                                     "P1,email,ann@example.org"),),
            steps=[{"step": "three-days",
                    "when": "3 days before start at 10:00",
                    "until": "1 day before start",
                    "send": "sms, else email after 4 hours",
                    "message": "m"}],
            messages={"m": {"en": {"sms": NOTICE, "email": {
                "subject": "Your visit", "text": "On {{start | day}}. Call "
                "{{clinic.phone}}."}}}})
        said = self.explain(house, "P1")["next"][0]
        self.assertEqual((said["what"], said["channel"]), ("goes", "sms"))
        self.assertEqual([(rung["gate"]["channel"], rung["gate"]["verdict"])
                          for rung in said["else"]],
                         [("email", "go")])
        self.assertEqual(said["else"][0]["message"]["to"], "ann@example.org")
        self.assertIn("without proof of it, by email to ann@example.org",
                      self.at(house, "explain", "P1").out)

    def test_a_copy_does_not_send(self):
        house = self.clinic()
        os.remove(house.path("outreach.db.seal"))
        self.assertEqual(self.explain(house, "P1")["released"], False)
        self.assertIn("NOT RELEASED: ", self.at(house, "explain", "P1").out)

    def test_down_the_ladder(self):
        house = self.clinic(
            people=("P1,Ann,Reyes,1960-05-05,C,NY,,",),
            more=(("contact_points", "patient,kind,value\n"
                                     "P1,email,ann@example.org"),
                  ),
            steps=[{"step": "three-days",
                    "when": "3 days before start at 10:00",
                    "until": "1 day before start",
                    "send": "sms, else email after 4 hours",
                    "message": "m"}],
            messages={"m": {"en": {"sms": NOTICE, "email": {
                "subject": "Your visit", "text": "On {{start | day}}. Call "
                "{{clinic.phone}}."}}}})
        said = self.explain(house, "P1")
        self.assertEqual([(one["what"], one["channel"]) for one in
                          said["next"]], [("other-channel", "email"),
                                          ("goes", "email")])
        self.assertEqual(self.rule(said, "address")["saw"],
                         "no usable address for sms")
        self.assertEqual(said["next"][1]["message"]["subject"], "Your visit")


class Before(Clinic):
    def test_what_was_sent(self):
        house = self.clinic()
        self.at(house, "run", "--until", "2026-12-03T12:00:00-05:00")
        after = "2026-12-03T12:00:00-05:00"
        said = self.explain(house, "P1", now=after)
        with self.subTest("nothing more comes"):
            self.assertEqual(said["next"], [])
            self.assertIn("nothing more comes: three-days is",
                          self.anchor(said)["answer"])
        with self.subTest("when, by what, which words, with what outcome"):
            attempt = said["before"]["attempts"][0]
            self.assertEqual(
                (attempt["at"], attempt["channel"], attempt["to"],
                 attempt["provider"], attempt["step"]),
                ("2026-12-01T10:00:00-05:00", "sms", "+12125550101", "outbox",
                 "three-days"))
            self.assertIn("Fri, Dec 4", attempt["text"])
        with self.subTest("two days on nobody has said that it arrived (S-18)"):
            self.assertEqual((attempt["outcome"], attempt["unconfirmed"]),
                             ("accepted", True))
        with self.subTest("when she came in"):
            self.assertEqual(
                [(one["campaign"], one["held_out"]) for one in
                 said["before"]["entries"]], [("reminder", False)])

    def test_an_unknown_outcome(self):
        house = self.clinic()
        house.write_config(providers={"main": {
            "driver": "fake", "channels": ["sms"]}})
        self.at(house, "run", "--until", "2026-12-01T10:30:00-05:00")
        noon = "2026-12-01T12:00:00-05:00"
        with self.subTest("its provider will be asked"):
            self.change(house, "update outreach set state = 9, due_at = "
                        "strftime('%s', '2026-12-01 17:10') * 1000")
            said = self.explain(house, "P1", now=noon)
            self.assertEqual(
                [(one["what"], one["at"], one["reason"]) for one in
                 said["next"]],
                [("looked-at", "2026-12-01T12:10:00-05:00", "its provider is "
                  "asked; if nobody can tell, it is given up")])
            self.assertIn("three-days is unknown by sms",
                          self.anchor(said)["answer"])
            self.assertIn("three-days is unknown by sms",
                          self.at(house, "explain", "P1", now=noon).out)
        with self.subTest("nobody can tell"):
            self.change(house, "update outreach set due_at = null, reason = "
                        "'it may have reached the provider'")
            said = self.explain(house, "P1", now=noon)
            self.assertEqual(said["before"]["outreach"][0]["state"],
                             "unknown")
            self.assertEqual(self.anchor(said)["answer"],
                             "nothing more comes: three-days is unknown (it "
                             "may have reached the provider)")

    def test_a_ladder_that_waits_for_proof(self):
        house = self.clinic(steps=[{
            "step": "three-days", "when": "3 days before start at 10:00",
            "until": "1 day before start",
            "send": "sms, else email after 4 hours", "message": "m"}],
            messages={"m": {"en": {"sms": NOTICE, "email": {
                "subject": "Visit", "text": "Call {{clinic.phone}}."}}}})
        self.at(house, "run", "--until", "2026-12-01T10:30:00-05:00")
        self.change(house, "update outreach set state = 2, due_at = "
                    "strftime('%s', '2026-12-01 19:00') * 1000")
        said = self.explain(house, "P1", now="2026-12-01T12:00:00-05:00")
        self.assertEqual(
            [(one["what"], one["at"], one["reason"]) for one in said["next"]],
            [("looked-at", "2026-12-01T14:00:00-05:00",
              "without proof by then it goes on by email")])

    def test_tasks(self):
        house = self.clinic(on_entry={"task": {"to": "front desk",
                                               "within": "1 day"}})
        self.at(house, "run", "--once", now="2026-11-30T12:00:00-05:00")
        said = self.explain(house, "P1", now="2026-11-30T12:00:00-05:00")
        self.assertEqual([(task["owner"], task["state"]) for task in
                          said["before"]["tasks"]], [("front desk", "open")])


class Sample(Case):
    """The clinic group of `outreach demo`: what explain foresees for one
    patient is what plan foresees for all."""

    NOW = "2026-12-07T06:00:00-05:00"
    # none with an intake: whom that takes first hangs on everybody
    CAMPAIGNS = ("appointment", "refill", "post-discharge", "no-show",
                 "result-ready")

    def sample(self):
        house = self.house()
        out = house.run("demo", "--keep", code=0).out
        kept = re.search(r"Kept in (\S+)", out)[1]
        self.addCleanup(shutil.rmtree, kept)
        shutil.copytree(os.path.join(kept, "data"), house.path("data"))
        shutil.copy(os.path.join(kept, "outreach.json"),
                    house.path("outreach.json"))
        house.run("--now", self.NOW, "import", "data", code=0)
        for name in self.CAMPAIGNS:
            house.run("--now", self.NOW, "--quiet", "launch", name, "--yes",
                      code=0)
        return house

    @staticmethod
    def agree(foreseen, planned):
        """Which of two equal campaigns looks first is chance (fairness): the
        other then looks again a minute later."""
        def minute(row):
            return datetime.datetime.fromisoformat(row[0]).timestamp() / 60
        return len(foreseen) == len(planned) and all(
            a[1:] == b[1:] and abs(minute(a) - minute(b)) <= 2
            for a, b in zip(foreseen, planned))

    def test_explain_foresees_what_plan_foresees(self):
        house = self.sample()
        planned = {}
        for row in house.run("--now", self.NOW, "--json", "plan", "--all",
                             "--for", "2d", code=0).lines()[:-1]:
            planned.setdefault(row["patient"], []).append(
                (row["at"][:16], row["campaign"], row["step"], row["channel"],
                 row["text"]))
        wrong, seen = [], 0
        for mrn in sorted(planned)[::2]:
            said = house.run("--now", self.NOW, "--json", "explain", mrn,
                             code=0).json()
            foreseen = [(one["at"][:16], one["campaign"], one["step"],
                         one["channel"], one["message"]["text"])
                        for one in said["next"] if one["what"] == "goes"
                        and one["at"] < "2026-12-09T06:00"]
            seen += len(foreseen)
            if not self.agree(sorted(foreseen), sorted(planned[mrn])):
                wrong.append((mrn, foreseen, planned[mrn]))
        self.assertGreater(seen, 30)
        self.assertEqual(wrong[:2], [], f"{len(wrong)} of {seen}")


class Outage(Clinic):
    """The service stood still from Tuesday at 09:00 on."""

    SINCE = "2026-12-01T09:00:00-05:00"

    def outage(self, back, people=1, **campaign):
        house = self.clinic(
            people=[f"P{i},Ann,Reyes,1960-05-05,C,NY,+1212555{i:04d},"
                    for i in range(people)],
            visits=[f"A{i},P{i},C,2026-12-04T09:00:00,booked"
                    for i in range(people)],
            if_not_reached={"task": {"to": "front desk",
                                     "within": "same day"}}, **campaign)
        self.at(house, "run", "--until", self.SINCE)
        self.at(house, "run", "--once", now=back)
        return house

    def since(self, house, now, *words):
        return self.at(house, "--json", "status", "--since",
                       *(words or (self.SINCE,)), now=now).json()

    def test_what_came_and_passed_meanwhile(self):
        house = self.outage("2026-12-01T09:00:00-05:00", people=2)
        self.import_table(house, "appointments",
                          "id,patient,clinic,start,status",
                          "A9,P0,C,2026-12-03T14:00:00,booked",
                          now="2026-12-02T09:00:00-05:00")
        back = "2026-12-06T09:00:00-05:00"
        self.at(house, "run", "--once", now=back)
        said = self.since(house, back)
        self.assertEqual([(row["patient"], row["anchor_at"], row["reason"])
                          for row in said["dropped"]
                          if row["anchor_at"] == "2026-12-03T14:00:00-05:00"],
                         [("P0", "2026-12-03T14:00:00-05:00",
                           "its moment had passed")])

    def test_late(self):
        back = "2026-12-01T14:30:00-05:00"
        house = self.outage(back)
        said = self.since(house, "2026-12-01T14:35:00-05:00")
        row = said["late"][0]
        with self.subTest("by how much"):
            self.assertEqual((row["patient"], row["campaign"], row["step"],
                              row["planned_at"], row["sent_at"],
                              row["late_seconds"]),
                             ("P0", "reminder", "three-days",
                              "2026-12-01T10:00:00-05:00", back,
                              4.5 * 3600))
        with self.subTest("about which visit"):
            self.assertEqual((row["anchor"], row["anchor_at"]),
                             ("appointment", "2026-12-04T09:00:00-05:00"))
        with self.subTest("nothing else"):
            self.assertEqual([said[name] for name in (
                "waiting", "dropped", "unknown", "failed", "not_reached",
                "tasks")], [[]] * 6)
        with self.subTest("before the outage nothing was late"):
            said = self.since(house, "2026-12-01T14:35:00-05:00",
                              "2026-12-01T14:31:00-05:00")
            self.assertEqual(said["late"], [])
        with self.subTest("in words"):
            out = self.at(house, "status", "--since", self.SINCE,
                          now="2026-12-01T14:35:00-05:00").out
            self.assertRegex(out, r"Late by more than 15 minutes: 1\n")
            self.assertIn("4 h 30 min", out)

    def test_in_time_is_not_late(self):
        house = self.clinic()
        self.at(house, "run", "--until", "2026-12-01T12:00:00-05:00")
        said = self.since(house, "2026-12-01T12:30:00-05:00")
        self.assertEqual(said["late"], [])

    def test_what_the_rules_put_off_is_not_late(self):
        house = self.clinic(config={"hours": "13:00-15:00"})
        self.at(house, "run", "--until", "2026-12-01T16:00:00-05:00")
        self.assertEqual(house.one("select count(*) from attempt"), 1)
        said = self.since(house, "2026-12-01T16:30:00-05:00")
        self.assertEqual(said["late"], [])

    def test_put_off_because_it_was_late(self):
        """At half past nine in the evening the hours are closed: it goes the
        next morning, and that is the outage's doing."""
        house = self.outage("2026-12-01T21:30:00-05:00")
        self.at(house, "run", "--until", "2026-12-02T12:00:00-05:00",
                now="2026-12-01T21:31:00-05:00")
        row = self.since(house, "2026-12-02T12:30:00-05:00")["late"][0]
        self.assertEqual((row["sent_at"], row["late_seconds"]),
                         ("2026-12-02T09:00:00-05:00", 11.5 * 3600))

    def test_what_was_first_planned_after_the_outage(self):
        """Behind the horizon when the service stopped, or come in while it
        stood still: its moment lay in the outage all the same."""
        house = self.clinic(
            people=[f"P{i},Ann,Reyes,1960-05-05,C,NY,+1212555{i:04d},"
                    for i in range(2)],
            visits=["A0,P0,C,2026-12-21T09:00:00,booked"])
        self.at(house, "run", "--until", self.SINCE)
        self.assertEqual(house.ask("select * from outreach"), [])
        self.import_table(house, "appointments",
                          "id,patient,clinic,start,status",
                          "A0,P0,C,2026-12-21T09:00:00,booked",
                          "A1,P1,C,2026-12-21T15:00:00,booked",
                          now="2026-12-10T09:00:00-05:00")
        back = "2026-12-18T16:00:00-05:00"
        self.at(house, "run", "--once", now=back)
        self.assertEqual([(row["patient"], row["planned_at"], row["sent_at"],
                           row["late_seconds"])
                          for row in self.since(house, back)["late"]],
                         [(f"P{i}", "2026-12-18T10:00:00-05:00", back,
                           6 * 3600) for i in range(2)])

    def test_a_record_that_is_late_itself(self):
        """It runs, and the booking comes in behind the reminder's moment."""
        house = self.clinic(visits=["A1,P1,C,2026-12-04T09:00:00,cancelled"])
        self.at(house, "run", "--until", "2026-12-01T14:00:00-05:00")
        self.import_table(house, "appointments",
                          "id,patient,clinic,start,status",
                          "A1,P1,C,2026-12-04T09:00:00,booked",
                          now="2026-12-01T14:00:30-05:00")
        self.at(house, "run", "--once", now="2026-12-01T14:01:00-05:00")
        self.assertEqual(house.one("select count(*) from attempt"), 1)
        self.assertEqual(
            self.since(house, "2026-12-01T14:05:00-05:00")["late"], [])

    def test_dropped_and_who_must_be_told(self):
        house = self.outage("2026-12-03T12:00:00-05:00", people=2)
        said = self.since(house, "2026-12-03T12:05:00-05:00")
        with self.subTest("no longer useful"):
            self.assertEqual([(row["patient"], row["state"]) for row in
                              said["dropped"]],
                             [("P0", "expired"), ("P1", "expired")])
        with self.subTest("each with the task that is open"):
            self.assertEqual(
                [(row["patient"], row["step"], row["about"], bool(row["task"]))
                 for row in said["not_reached"]],
                [(f"P{i}", "three-days",
                  "appointment 2026-12-04T09:00:00-05:00", True)
                 for i in range(2)])
            self.assertEqual({task["owner"] for task in said["tasks"]},
                             {"front desk"})
        with self.subTest("somebody who looked is in the audit chain"):
            self.assertIn(("look", "status"), house.ask(
                "select action, subject from audit"))

    def test_due_and_nobody_at_work(self):
        house = self.clinic()
        self.at(house, "run", "--until", self.SINCE)
        said = self.since(house, "2026-12-01T11:00:00-05:00")
        self.assertEqual([(row["patient"], row["late_seconds"]) for row in
                          said["waiting"]], [("P1", 3600)])

    def test_unknown_and_failed(self):
        back = "2026-12-01T14:30:00-05:00"
        house = self.outage(back, people=2)
        store = sqlite3.connect(house.path(house.store))
        with store:
            store.execute("update outreach set state = 9, due_at = null, "
                          "reason = 'it may have reached the provider' where "
                          "patient_id = 1")
            store.execute("update outreach set state = 4, reason = 'blocked' "
                          "where patient_id = 2")
        store.close()
        said = self.since(house, "2026-12-01T14:35:00-05:00")
        self.assertEqual([row["patient"] for row in said["unknown"]], ["P0"])
        self.assertEqual([(row["patient"], row["reason"]) for row in
                          said["failed"]], [("P1", "blocked")])
        with self.subTest("nobody has a task for them"):
            self.assertEqual([(row["patient"], row["task"]) for row in
                              said["not_reached"]], [("P0", None),
                                                     ("P1", None)])
            self.assertIn("no task: call them", self.at(
                house, "status", "--since", self.SINCE,
                now="2026-12-01T14:35:00-05:00").out)

    def test_whom_nobody_must_call(self):
        back = "2026-12-01T14:30:00-05:00"
        visits = [f"A{i},P{i},C,2026-12-04T09:00:00,booked" for i in range(6)]
        rows = (("the visit was cancelled", 0,
                 "A0,P0,C,2026-12-04T09:00:00,cancelled"),
                ("it was moved", 1, "A1,P1,C,2026-12-05T09:00:00,booked"),
                ("the patient died", 2, None),
                ("nobody contacts them", 3, None),
                ("they said STOP", 4, None), ("nothing happened", 5, None))
        house = self.outage(back, people=6)
        store = sqlite3.connect(house.path(house.store))
        with store:
            store.execute("update outreach set state = 9, due_at = null, "
                          "reason = 'it may have reached the provider'")
            store.execute("update patient set deceased_at = 1 where mrn = "
                          "'P2'")
            store.execute("insert into restriction(patient_id, kind, since_at)"
                          " select id, 'no-contact', 1 from patient where mrn "
                          "= 'P3'")
        store.close()
        self.at(house, "patient", "opt-out", "P4", "--channel", "sms",
                now=back)
        for name, number, visit in rows:
            if visit:
                visits[number] = visit
        self.import_table(house, "appointments", VISITS, *visits, now=back)
        for when in ("as soon as it is known", "when the service saw it"):
            said = self.since(house, "2026-12-01T14:35:00-05:00")
            self.assertEqual(len(said["unknown"]), 6)
            listed = {row["patient"]: row["said_stop"]
                      for row in said["not_reached"]}
            for name, number, _ in rows:
                with self.subTest(f"{name}, {when}"):
                    self.assertEqual(
                        listed.get(f"P{number}"),
                        {4: True, 5: False}.get(number))
            self.at(house, "run", "--once", now=back)
        with self.subTest("in words"):
            out = self.at(house, "status", "--since", self.SINCE,
                          now="2026-12-01T14:35:00-05:00").out
            self.assertEqual(out.count("no task: call them"), 1)
            self.assertEqual(out.count("no task: they said STOP"), 1)

    # L-22, L-30; of a minor the guardian is called
    def test_who_must_not_be_called(self):
        wishes = "insert into restriction(patient_id, kind, value, since_at) "
        point = "update contact_point set "
        rows = (
            ("nothing", "select 1", None),
            ("no calls", wishes + "values (1, 'no-channel', 'voice', 1)",
             "restricted"),
            ("no texts", wishes + "values (1, 'no-channel', 'sms', 1)", None),
            ("only email", wishes + "values (1, 'only-channel', 'email', 1)",
             "restricted"),
            ("only email or calls", wishes + "values (1, 'only-channel', "
             "'email', 1), (1, 'only-channel', 'voice', 1)", None),
            ("no calls in former days", "insert into restriction(patient_id, "
             "kind, value, since_at, until_at) values (1, 'no-channel', "
             "'voice', 1, 2)", None),
            ("only an address by email", wishes + "values (1, 'only-address', "
             "'a@example.org', 1)", "no-number"),
            ("only this number", wishes + "values (1, 'only-address', "
             "'+12125550000', 1)", None),
            ("only that mailbox, or this number", wishes + "values (1, "
             "'only-address', 'a@example.org', 1), (1, 'only-address', "
             "'+12125550000', 1)", None),
            ("a wrong number", "insert into suppression(address, reason, "
             "since_at) values ('+12125550000', 'wrong-number', 1)",
             "no-number"),
            ("a number that is not theirs, though it may be somebody's",
             "insert into suppression(patient_id, address, reason, since_at) "
             "values (1, '+12125550000', 'wrong-number', 1)", "no-number"),
            ("theirs, though not another's who has it too", "insert into "
             "patient(mrn) values ('B'); insert into suppression(patient_id, "
             "address, reason, since_at) values (2, '+12125550000', "
             "'wrong-number', 1)", None),
            ("a number that failed", point + "bad_at = 1", "no-number"),
            ("somebody else's by now", point + "reassigned = 'yes', "
             "reassigned_at = 1", "no-number"),
            ("staff took them out", "insert into suppression(patient_id, "
             "reason, since_at) values (1, 'staff', 1)", "restricted"),
            ("the guardian's number, in place of none", "insert into "
             "patient(mrn) values ('G'); insert into contact_point(patient_id,"
             " kind, value) values (2, 'phone', '+12125550009'); update "
             "patient set guardian_id = 2, birth_on = '2018-01-01' where id = "
             "1; " + point + "bad_at = 1 where patient_id = 1", None),
            ("the guardian wants no calls", "insert into patient(mrn) values "
             "('G'); update patient set guardian_id = 2, birth_on = "
             "'2018-01-01' where id = 1; " + wishes +
             "values (2, 'no-channel', 'voice', 1)", "restricted"))
        back = "2026-12-01T14:30:00-05:00"
        house = self.outage(back, people=1)
        store = sqlite3.connect(house.path(house.store))
        with store:
            store.execute("update outreach set state = 9, due_at = null, "
                          "reason = 'it may have reached the provider'")
        store.close()
        shutil.copy(house.path(house.store), house.path("before"))
        for name, sql, no_call in rows:
            shutil.copy(house.path("before"), house.path(house.store))
            store = sqlite3.connect(house.path(house.store))
            store.executescript(sql)
            store.close()
            with self.subTest(name):
                said = self.since(house, "2026-12-01T14:35:00-05:00")
                self.assertEqual([one["no_call"] for one in
                                  said["not_reached"]], [no_call])

    def test_what_is_wrong_with_the_time(self):
        house = self.clinic()
        for words in (("--since", "yesterday"),
                      ("--since", "2026-11-25T12:00:00-05:00"),
                      ("--since", self.SINCE, "--watch")):
            with self.subTest(" ".join(words)):
                self.at(house, "status", *words, code=2)


if __name__ == "__main__":
    main()
