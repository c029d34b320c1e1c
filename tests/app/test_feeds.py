#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Data that is too old: what hangs on it waits for the next import."""
import datetime
import json
import os
import shutil
import sqlite3
import time

from house import CLINICS, SOURCE, Case, main, until

IMPORTED = "2026-12-07T08:00:00-05:00"
STEP = {"step": "booked", "when": "2 days before start at 10:00",
        "until": "1 hour before start", "send": "sms", "message": "m"}


def extract(house, now, *files):
    """Imports files that were written just now."""
    at = datetime.datetime.fromisoformat(now).timestamp()
    for name in files:
        os.utime(house.path(name), (at, at))
    house.run("--now", now, "import", *files, code=0)


class TooOld(Case):
    def sent(self, house):
        try:
            return len(house.read("outbox.jsonl").splitlines())
        except FileNotFoundError:
            return 0

    def test_nothing_leaves_until_the_next_import(self):
        house = self.house(feeds={"appointments": {"max_age": "26 hours"}})
        house.write("clinics.csv", "id,name,phone,zone\nC,Harbor Clinic,"
                                   "212-555-0190,America/New_York\n")
        house.write("patients.csv",
                    "mrn,first_name,last_name,birth_date,clinic,mobile\n"
                    "P0,Ada,Low,1960-01-01,C,212-555-0101\n")
        house.write("appointments.csv", "id,patient,clinic,start,status\n"
                                        "A,P0,C,2026-12-11 15:00,booked\n")
        files = ("clinics.csv", "patients.csv", "appointments.csv")
        extract(house, IMPORTED, *files)
        house.campaign(steps=[STEP])
        house.run("--now", IMPORTED, "launch", "notice", "--yes", "--quiet",
                  code=0)
        house.run("--now", IMPORTED, "run", "--until",
                  "2026-12-09T16:00:00-05:00", code=0)
        with self.subTest("held, and said"):
            self.assertEqual(self.sent(house), 0)
            self.assertIn("max_age", house.one(
                "select reason from outreach where state = 0"))
            status = house.run("--now", "2026-12-09T16:00:00-05:00", "status",
                               code=0).out
            self.assertIn("too old", status)
        with self.subTest("after the next import it goes"):
            now = "2026-12-09T16:01:00-05:00"
            extract(house, now, *files)
            house.run("--now", now, "run", "--until",
                      "2026-12-09T16:05:00-05:00", code=0)
            self.assertEqual(self.sent(house), 1)
            self.assertIn("Harbor", json.loads(
                house.read("outbox.jsonl"))["text"])


    def test_an_opt_out_by_email_holds_whatever_its_case(self):
        now = "2026-12-07T08:00:00-05:00"
        for refused, expected in (("ann.lee@example.org", 0),
                                  ("ANN.LEE@EXAMPLE.ORG", 0),
                                  ("other@example.org", 1)):
            house = self.house()
            house.write("clinics.csv", "id,name,phone,zone\nC,Harbor Clinic,"
                                       "212-555-0190,America/New_York\n")
            house.write("patients.csv", "mrn,clinic,email\n"
                                        "P0,C,Ann.Lee@Example.org\n")
            house.write("appointments.csv", "id,patient,clinic,start,status\n"
                                            "A,P0,C,2026-12-11 15:00,booked\n")
            house.write("suppressions.csv", "address,channel\n%s,email\n"
                        % refused)
            house.run("--now", now, "import", "clinics.csv", "patients.csv",
                      "appointments.csv", "suppressions.csv", code=0)
            house.campaign(steps=[{**STEP, "send": "email"}])
            house.run("--now", now, "launch", "notice", "--yes", "--quiet",
                      code=0)
            house.run("--now", now, "run", "--until",
                      "2026-12-09T16:00:00-05:00", code=0)
            with self.subTest(refused):
                self.assertEqual(self.sent(house), expected)
                if expected:
                    self.assertEqual(json.loads(house.read(
                        "outbox.jsonl"))["to"], "Ann.Lee@example.org")

    def held(self, **step):
        """A visit in four days whose message the old data holds."""
        house = self.house(feeds={"appointments": {"max_age": "2 days"}},
                           hours="09:00-20:00")
        house.write("clinics.csv", "id,name,phone,zone\nC,Harbor Clinic,"
                                   "212-555-0190,America/New_York\n")
        house.write("patients.csv", "mrn,clinic,mobile\nP0,C,212-555-0101\n")
        house.write("appointments.csv", "id,patient,clinic,start,status\n"
                                        "A,P0,C,2026-12-14 09:00,booked\n")
        extract(house, IMPORTED, "clinics.csv", "patients.csv",
                "appointments.csv")
        house.campaign(steps=[{name: value for name, value in
                               {**STEP, **step}.items() if value}])
        house.run("--now", IMPORTED, "launch", "notice", "--yes", "--quiet",
                  code=0)
        return house

    def test_plan_names_the_data_that_is_too_old(self):
        house = self.held(until="1 day before start")
        before, after = "2026-12-12T09:30:00-05:00", "2026-12-12T12:30:00-05:00"
        for when, now in (("before it is due", before), ("while held", after)):
            with self.subTest(when):
                house.run("--now", IMPORTED, "run", "--until", now, code=0)
                self.assertIn("max_age", house.run("--now", now, "plan",
                                                   code=0).out)
                told = house.run("--now", now, "--json", "plan",
                                 code=0).lines()[-1]["not_sent"]
                self.assertEqual([row["count"] for row in told], [1])
                self.assertIn("max_age", told[0]["reason"])

    def test_plan_names_it_where_a_message_is_useful_for_ever(self):
        house = self.held(until=None)
        now = "2026-12-12T12:30:00-05:00"
        house.run("--now", IMPORTED, "run", "--until", now, code=0)
        told = house.run("--now", now, "--json", "plan", "--for", "1 hour",
                         code=0).lines()[-1]["not_sent"]
        self.assertIn("max_age", told[0]["reason"])

    def test_a_look_ahead_supposes_that_imports_go_on(self):
        house = self.held()
        now = "2026-12-09T18:00:00-05:00"
        extract(house, now, "appointments.csv")
        plan = house.run("--now", now, "plan", "--for", "5d", code=0).out
        self.assertIn("1 message (1 sms", plan)
        self.assertIn("As long as imports go on coming in time", plan)
        said = house.run("--now", now, "--json", "plan", "--for", "5d",
                         code=0).lines()
        self.assertTrue(said[-1]["supposes_imports"])
        when = said[0]["at"]
        explained = house.run("--now", now, "explain", "P0", code=0).out
        self.assertIn(when[:16], explained)
        for day in (10, 11, 12, 13):
            morning = f"2026-12-{day}T06:00:00-05:00"
            house.run("--now", morning, "run", "--until", morning, code=0)
            extract(house, morning, "appointments.csv")
            house.run("--now", morning, "run", "--until",
                      f"2026-12-{day + 1}T05:59:00-05:00", code=0)
        with self.subTest("and so it then was"):
            self.assertEqual(self.sent(house), 1)

    def asking(self, feed, campaign, step):
        """A clinic whose `feed` never came, and a campaign of one message."""
        house = self.house(feeds={feed: {"max_age": "1 day"}},
                           hours="09:00-20:00")
        shutil.copytree(os.path.join(SOURCE, "measures"),
                        house.path("measures"))
        house.write("clinics.csv", CLINICS)
        house.write("patients.csv", "mrn,birth_date,clinic,mobile\n"
                                    "P0,1966-01-01,C,212-555-0101\n")
        house.write("appointments.csv", "id,patient,clinic,start,status\n"
                                        "A,P0,C,2026-12-11 15:00,booked\n")
        extract(house, IMPORTED, "clinics.csv", "patients.csv",
                "appointments.csv")
        text = ("{{clinic.public_name}}: please call {{clinic.phone}}. "
                "Reply STOP to opt out.")
        house.campaign(**{"holdout": "never",
                          "messages": {"m": {"en": {"sms": text}}},
                          **campaign},
                       steps=[{name: value for name, value in
                               {**STEP, **step}.items() if value}])
        house.run("--now", IMPORTED, "launch", "notice", "--yes", "--quiet",
                  code=0)
        return house

    def test_what_the_conditions_read_holds_and_nothing_else(self):
        now = "2026-12-09T12:00:00-05:00"
        diagnosis = "not has condition 'Z51'"
        overdue = {"anchor": "patient", "purpose": "screening",
                   "occurrence": "overdue for 'colorectal'",
                   "audience": ["overdue for 'colorectal'"]}
        adults = {"anchor": "patient", "audience": ["patient.age >= 18"]}
        later = {"when": "2 days after entry at 10:00", "until": None}
        for sentence, campaign, step, feed, held in (
                ("a visit's audience asks for diagnoses",
                 {"audience": [diagnosis]}, {}, "conditions", True),
                ("its step does", {}, {"only_if": diagnosis}, "conditions",
                 True),
                ("nobody does", {}, {}, "conditions", False),
                ("a measure asks for tests", overdue, later, "screenings",
                 True),
                ("and who is left out", overdue, later, "procedures", True),
                ("but for no order", overdue, later, "orders", False),
                ("adults are asked for no test", adults, later, "screenings",
                 False)):
            house = self.asking(feed, campaign, step)
            house.run("--now", IMPORTED, "run", "--until", now, code=0)
            with self.subTest(f"{sentence}: run"):
                self.assertEqual(self.sent(house), not held)
            said = house.run("--now", now, "--json", "explain", "P0",
                             code=0).json()["next"]
            with self.subTest(f"{sentence}: explain"):
                self.assertEqual(
                    [(one["what"], [rule["rule"] for rule in
                                    one["gate"]["rules"]
                                    if rule["says"] == "wait"])
                     for one in said], [("held", ["feed"])] * held)
            told = house.run("--now", now, "--json", "plan", "--for", "1 day",
                             code=0).lines()[-1]["not_sent"]
            with self.subTest(f"{sentence}: plan"):
                self.assertEqual([("max_age" in one["reason"], one["count"])
                                  for one in told], [(True, 1)] * held)

    def test_what_is_not_configured_any_more_holds_nothing(self):
        house = self.held()
        now = "2026-12-12T12:30:00-05:00"
        house.run("--now", IMPORTED, "run", "--until", now, code=0)
        self.assertEqual(self.sent(house), 0)
        house.write_config(feeds={})
        house.run("--now", now, "run", "--until", "2026-12-12T14:00:00-05:00",
                  code=0)
        self.assertEqual(self.sent(house), 1)

    def test_one_that_goes_quiet_is_told(self):
        house = self.house()
        house.write_config(feeds={"appointments": {"max_age": "26 hours"}})
        house.visits(1)
        service = house.serve()
        until(lambda: "event=start" in service.log(), "the start")
        store = sqlite3.connect(house.path(house.store), timeout=20)
        store.execute("update feed set last_at = 1000")
        store.commit()
        store.close()
        until(lambda: "event=feed-quiet feed=appointments last=1970-01-01"
              in service.log(), "it is told")
        house.run("import", "data", code=0)
        until(lambda: "event=feed-back feed=appointments" in service.log(),
              "it is back")
        self.assertEqual(service.log().count("event=feed-quiet"), 1)

    def test_messages_are_news_of_their_tables(self):
        house = self.house()
        house.write_config(feeds={name: {"max_age": "26 hours"} for name in
                                  ("patients", "appointments", "fills")})
        house.visits(1)
        store = sqlite3.connect(house.path(house.store))
        store.execute("update feed set last_at = 0")
        store.commit()
        store.close()

        def old():
            return {feed["feed"] for feed in house.run(
                "--json", "status", code=0).json()["feeds"] if feed["too_old"]}

        house.run("status", code=0)
        self.assertEqual(old(), {"patients", "appointments", "fills"})
        house.write("adt.hl7", "MSH|^~\\&|A|B|C|D|20261123101500||ADT^A28|1|P|"
                    "2.5\rPID|1||M1^^^B^MR||Doe^Ann||19800229|F\r")
        house.run("import", "--format", "hl7", "adt.hl7", code=0)
        self.assertEqual(old(), {"appointments", "fills"})
        with self.subTest("one that is refused is none"):
            house.write("siu.hl7", "MSH|^~\\&|A|B|C|D|20261123101500||SIU^S12|2|"
                        "P|2.5\rSCH||V1|||||||||^^^soon\rPID|1||M1^^^B^MR\r")
            house.run("import", "--format", "hl7", "siu.hl7", code=4)
            self.assertEqual(old(), {"appointments", "fills"})

    def test_an_old_file_is_old_data(self):
        house = self.house()
        house.write_config(feeds={"appointments": {"max_age": "26 hours"}})
        house.visits(1)
        store = sqlite3.connect(house.path(house.store))
        store.execute("update feed set last_at = 1000")
        store.commit()
        store.close()
        extracts = os.path.join("data", "appointments.csv")
        for hours, old in ((120, True), (25, False)):
            with self.subTest(f"written {hours} hours ago"):
                at = time.time() - 3600 * hours
                os.utime(house.path(extracts), (at, at))
                house.run("import", extracts, code=0)
                feeds = house.run("--json", "status", code=0).json()["feeds"]
                self.assertEqual([feed["too_old"] for feed in feeds if
                                  feed["feed"] == "appointments"], [old])


class Full(Case):
    """What a full extract says of what patients said: nothing."""

    def test_consents_and_opt_outs_stand_and_it_says_so(self):
        house = self.house()
        house.write("patients.csv", "mrn\nP0\nP1\n")
        house.write("consents.csv", "id,patient,verdict,at\n"
                                    "1,P0,granted,2026-01-01\n")
        house.write("suppressions.csv", "patient,channel\nP1,email\n")
        files = ("consents.csv", "suppressions.csv")
        answer = house.run("import", "patients.csv", *files, code=0)
        self.assertNotIn("--full", answer.out)
        house.write("consents.csv", "id,patient,verdict,at\n")
        house.write("suppressions.csv", "patient,channel\n")
        answer = house.run("import", "--full", "--accept", *files, code=0)
        with self.subTest("in the table and below it"):
            for line in answer.out.splitlines()[1:3]:
                self.assertEqual(line.split()[5], "never", answer.out)
            self.assertIn("ends no consent and lifts no opt-out", answer.out)
        with self.subTest("in JSON"):
            tables = house.run("--json", "import", "--full", *files,
                               code=0).json()["tables"]
            self.assertEqual([table["gone"] for table in tables],
                             [None, None])
        with self.subTest("and they do"):
            self.assertEqual(house.ask(
                "select (select count(*) from consent), count(*) from "
                "suppression where lifted_at is null"), [(1, 1)])

    def test_what_a_feed_has_no_word_for_stands(self):
        """A name for the outside (L-31)."""
        house = self.house()
        house.write("clinics.csv", "id,name,public_name,zone\n"
                                   "C,Harbor HIV Clinic,Harbor Clinic,"
                                   "America/New_York\n")
        house.run("import", "clinics.csv", code=0)
        house.write("clinics.csv", "id,name\nC,Harbor HIV Center\n")
        house.write("place.json", {"resourceType": "Location", "id": "C",
                                   "name": "Harbor HIV Centre"})
        for words in (("clinics.csv",), ("--format", "fhir", "place.json")):
            with self.subTest(words):
                house.run("import", *words, code=0)
                self.assertEqual(house.ask(
                    "select public_name, zone from clinic"),
                    [("Harbor Clinic", "America/New_York")])
        with self.subTest("one that was never another follows the name"):
            house.write("clinics.csv", "id,name,zone\nD,Elm,America/New_York\n")
            house.run("import", "clinics.csv", code=0)
            house.write("clinics.csv", "id,name\nD,Elm Clinic\n")
            house.run("import", "clinics.csv", code=0)
            self.assertEqual(house.one("select public_name from clinic where "
                                       "external_id = 'D'"), "Elm Clinic")


class Explained(Case):
    """What one record of a file becomes, and why."""

    def test_a_visit_without_a_time(self):
        house = self.house()
        head = "MSH|^~\\&|E|M|O|X|20261101||SIU^%s|1|P|2.5\r%s\rPID|||M1\r"
        for sentence, event, visit, why, place in (
                ("booked to no time", "S12", "SCH||F9", "nothing says to when",
                 "SCH-11.4"),
                ("to a day alone", "S12", "SCH||F9|||||||||^^^20261201",
                 "has no time of day", "SCH-11.4"),
                ("to no time that there is", "S13",
                 "SCH||F9|||||||||^^^noon", "is no day or time as YYYYMMDD",
                 "SCH-11.4"),
                ("changed, and silent of it", "S14", "SCH||F9",
                 "only a row that is here already", "SCH-11.4")):
            with self.subTest(sentence):
                house.write("a.hl7", head % (event, visit))
                said = [one for one in self.lines(house, "--format", "hl7",
                                                  "a.hl7")
                        if one[0] == "left-out"]
                self.assertEqual([(one[1], one[3]) for one in said],
                                 [("start", place)])
                self.assertIn(why, said[0][2])

    def lines(self, house, *words):
        return [(line["what"], line["name"], line["text"], line["from"])
                for line in house.run("--json", "import", "--explain", *words,
                                      code=0).json()]

    def test_a_row(self):
        house = self.house()
        house.write("clinics.csv", CLINICS)
        house.run("import", "clinics.csv", code=0)
        house.write("patients.csv", "mrn,Birth Date,clinic,mobile,colour\n"
                    "P0,1980-02-30,C,212-555-0101,red\n"
                    "P1,1981-02-03,C,911,blue\n")
        said = self.lines(house, "patients.csv")
        for line in (("record", "patients", "patients.csv:1", None),
                     ("record", "row", "patients.csv:2", None),
                     ("field", "birth_date", "1980-02-30", None),
                     ("left-out", "birth_date",
                      "there is no such day or time", None)):
            with self.subTest(line):
                self.assertIn(line, said)
        with self.subTest("a column that nobody knows"):
            self.assertTrue(any(what == "ignored" and "'colour'" in text
                                for what, _, text, _ in said))
        with self.subTest("nothing of a bad row is stored"):
            self.assertNotIn("stored", [line[0] for line in said])
        with self.subTest("a field that cannot be read, and the rest"):
            said = self.lines(house, "--line", "3", "patients.csv")
            self.assertIn(("stored", "birth_on", "1981-02-03", None), said)
            self.assertTrue(any(what == "left-out" and name == "mobile"
                                for what, name, _, _ in said))
        with self.subTest("for people, as a table"):
            out = house.run("import", "--explain", "patients.csv", code=0).out
            self.assertRegex(out, r"left out +birth_date +there is no such")
        with self.subTest("nothing is written"):
            self.assertEqual(house.one("select count(*) from patient"), 0)

    def test_by_a_mapping(self):
        house = self.house()
        house.run("import", house.write("clinics.csv", CLINICS), code=0)
        house.write("m.json", {"mapping": "m", "about": "theirs", "tables": [{
            "table": "patients", "from": "people.csv",
            "columns": {"mrn": "No", "last_name": "Surname"}}]})
        house.write("people.csv", "No,Surname\n7,Doe\n")
        said = self.lines(house, "--map", "m.json", "people.csv")
        self.assertIn(("field", "last_name", "Doe", "Surname"), said)
        self.assertIn(("stored", "family_name", "Doe", None), said)
        house.write("m.json", {"mapping": "m", "tables": [{
            "table": "patients", "from": "people.csv", "dates": "MM/DD/YYYY",
            "where": [{"column": "Kind", "in": ["P"]}],
            "columns": {"mrn": "No", "last_name": {"concat": ["Surname", "Of"]},
                        "birth_date": "Born"}}]})
        house.write("people.csv", "Kind,No,Surname,Of,Born,Colour,Pet,Car\n"
                    "P,7,Doe,Jr,31/12/1980,red,cat,\n")
        said = self.lines(house, "--map", "m.json", "people.csv")
        with self.subTest("columns that no part of it names, and have a text"):
            self.assertEqual([line for line in said if line[0] == "ignored"], [
                ("ignored", None, "the mapping does not name it", "Colour"),
                ("ignored", None, "the mapping does not name it", "Pet")])
        with self.subTest("what is well in a row with a fault"):
            self.assertIn(("field", "last_name", "DoeJr", "Surname, Of"), said)
            self.assertIn("left-out", [line[0] for line in said])

    def test_messages(self):
        house = self.house()
        house.write("a.hl7", "MSH|^~\\&|A|B|C|D|20261123101500||ADT^A28|1|P|"
                    "2.5\rPID|1||M1^^^B^MR~9^^^SSA^SS||Doe^Ann||19800231|F\r")
        said = self.lines(house, "--format", "hl7", "a.hl7")
        self.assertIn(("record", "ADT^A28", "a.hl7:1", None), said)
        self.assertIn(("field", "last_name", "Doe", "PID-5.1"), said)
        self.assertTrue(any(what == "ignored" and "SS" in text and
                            where == "PID-3"
                            for what, _, text, where in said))
        house.write("b.json", {"resourceType": "Bundle", "type": "collection",
                               "entry": [{"resource": {
                                   "resourceType": "Patient", "id": "7",
                                   "gender": "female",
                                   "birthDate": "1980-02-31"}}]})
        said = self.lines(house, "--format", "fhir", "b.json")
        self.assertEqual(said[0][:2], ("record", "Patient"))
        self.assertIn(("field", "sex", "female", "Patient.gender"), said)
        self.assertIn(("left-out", None, "is no date or time of FHIR",
                       "Patient.birthDate"), said)
        with self.subTest("no store is needed, and none is made"):
            self.assertFalse(os.path.exists(house.path(house.store)))

    def test_what_cannot_be_explained(self):
        house = self.house()
        house.write("clinics.csv", CLINICS)
        house.run("import", "clinics.csv", code=0)
        house.write("bad.json", "{")
        for words, code, why in (
                (("--explain",), 2, "which files"),
                (("--explain", "a.csv", "b.csv"), 2, "takes one file"),
                (("--line", "3", "clinics.csv"), 2, "goes with it"),
                (("--explain", "--line", "x", "clinics.csv"), 2,
                 "the number of a line"),
                (("--explain", "--line", "9", "clinics.csv"), 1,
                 "no row from line 9 on"),
                (("--explain", "--format", "fhir", "bad.json"), 1, "bad.json:1"),
                (("--explain", "--format", "hl7", "no.hl7"), 3, "no.hl7")):
            with self.subTest(words):
                self.assertIn(why, house.run("import", *words, code=code).err)


if __name__ == "__main__":
    main()
