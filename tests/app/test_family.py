#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whose visits one text tells: a guardian's children's, and nobody else's; and
who of several behind one number is written to first."""
import datetime
import json

from house import CLINICS, Case, main

IMPORTED = "2026-12-07T08:00:00-05:00"
DAY_BEFORE = "2026-12-10T16:00:00-05:00"
LIST = ("{{clinic.public_name}}: {{#each}}{{patient.first_name}} "
        "{{start | day}} {{start | time}}. {{/each}}"
        "Call {{clinic.phone}}. Reply STOP to opt out.")
PLAIN = "{{clinic.public_name}}: call {{clinic.phone}}. Reply STOP to opt out."
# Ada and her children; Ben and Cid, two adults behind one number; a child of
# theirs each.
PATIENTS = """mrn,first_name,birth_date,clinic,guardian,mobile
P0,Ada,1985-01-01,C,,212-555-0101
P1,Ana,2018-01-01,C,P0,
P2,Leo,2016-01-01,C,P0,
P3,Ben,1960-01-01,C,,212-555-0102
P4,Cid,1962-01-01,C,,212-555-0102
P5,Dan,2019-01-01,C,P3,
P6,Eve,2019-01-01,C,P4,
"""
VISITS = """id,patient,clinic,start,status
A1,P1,C,2026-12-11 15:00,booked
A2,P2,C,2026-12-11 15:30,booked
A3,P0,C,2026-12-11 15:30,booked
A4,P3,C,2026-12-11 15:00,booked
A5,P4,C,2026-12-11 15:00,booked
A6,P5,C,2026-12-11 15:00,booked
A7,P6,C,2026-12-11 15:00,booked
"""


TOGETHER = {"combine": "per family within 1 day",
            "messages": {"m": {"en": {"sms": LIST}}}}


def clinic(house, patients, visits, **campaign):
    for name, text in (("patients", patients), ("appointments", visits),
                       ("clinics", CLINICS)):
        house.write(f"{name}.csv", text)
    house.run("--now", IMPORTED, "import", "clinics.csv", "patients.csv",
              "appointments.csv", code=0)
    house.campaign(
        steps=[{"step": "day-before", "send": "sms", "message": "m",
                "when": "1 day before start at 10:00",
                "until": "1 hour before start"}], **campaign)
    house.run("--now", IMPORTED, "launch", "notice", "--yes", "--quiet",
              code=0)
    return house


class Family(Case):
    def test_one_text_for_the_children_of_one_guardian(self):
        house = clinic(self.house(), PATIENTS, VISITS, **TOGETHER)
        with self.subTest("the file is right"):
            house.run("check", "campaigns", code=0)
        told = house.run("--now", IMPORTED, "--json", "plan", "--for", "7d",
                         code=0).out
        house.run("--now", IMPORTED, "run", "--until", DAY_BEFORE, code=0)
        sent = [json.loads(line) for line
                in house.read("outbox.jsonl").splitlines()]
        names = sorted(" ".join(name for name in
                                ("Ada", "Ana", "Leo", "Ben", "Cid", "Dan",
                                 "Eve") if name in message["text"])
                       for message in sent)
        with self.subTest("who speaks with whom"):
            self.assertEqual(names, ["Ada", "Ana Leo", "Ben", "Cid", "Dan",
                                     "Eve"])
        text = next(message["text"] for message in sent
                    if "Ana" in message["text"])
        with self.subTest("each with the own time"):
            self.assertEqual(
                text, "Harbor Clinic: Ana Fri, Dec 11 3:00 PM. Leo Fri, Dec 11"
                      " 3:30 PM. Call 212-555-0190. Reply STOP to opt out.")
        with self.subTest("as it was planned"):
            self.assertIn(text, told)
        with self.subTest("the other row says where it went"):
            self.assertEqual(house.states(), {"accepted": 6, "merged": 1})
            self.assertIn("merged", house.run("patient", "show", "P2",
                                              code=0).out)

    def test_explain_tells_what_plan_tells(self):
        house = clinic(self.house(), PATIENTS, VISITS, **TOGETHER)
        self.assertEqual(*both(house, [f"P{i}" for i in range(7)], IMPORTED))


class Language(Case):
    """A family is written to in the child's language; where the child's record
    says none, in the one of the guardian who reads it."""

    def test_who_reads_it_is_asked_where_nobody_said(self):
        house = self.house()
        text = "{{clinic.public_name}}: %s. Call {{clinic.phone}}. Reply " \
               "STOP to opt out."
        clinic(house,
               "mrn,first_name,birth_date,clinic,zone,language,guardian,mobile\n"
               "M1,Eva,1980-01-01,C,America/New_York,es,,212-555-0101\n"
               "K1,Ana,2015-01-01,C,America/New_York,,M1,\n"
               "M2,Bea,1980-01-01,C,America/New_York,,,212-555-0102\n"
               "K2,Leo,2015-01-01,C,America/New_York,es,M2,\n"
               "M3,Cat,1980-01-01,C,America/New_York,es,,212-555-0103\n"
               "A3,Tom,1990-01-01,C,America/New_York,,M3,212-555-0104\n",
               "id,patient,clinic,start,status\n" +
               "".join(f"V{i},{who},C,2026-12-11 15:00,booked\n"
                       for i, who in enumerate(("K1", "K2", "A3"))),
               messages={"m": {"en": {"sms": text % "a visit"},
                               "es": {"sms": text % "una cita"}}})
        house.run("--now", IMPORTED, "run", "--until",
                  "2026-12-11T12:00:00-05:00", code=0)
        sent = {json.loads(line)["to"]: json.loads(line)["language"] for line
                in house.read("outbox.jsonl").splitlines()}
        for about, number, language in (
                ("of an unsaid child, the mother's", "+12125550101", "es"),
                ("of a child, the child's", "+12125550102", "es"),
                ("of an adult, their own", "+12125550104", "en")):
            with self.subTest(about):
                self.assertEqual(sent.get(number), language)


def both(house, people, now):
    """What plan and what explain say of these people's messages."""
    planned = [(row["patient"], row["at"], row["text"]) for row in
               house.run("--now", now, "--json", "plan", "--for", "7d",
                         code=0).lines() if "patient" in row]
    told = [(one, event["at"], event["message"]["text"]) for one in people
            for event in house.run("--now", now, "--json", "explain", one,
                                   code=0).json()["next"]
            if event["what"] == "goes"]
    return sorted(told), sorted(planned)


class OneNumber(Case):
    """Adults behind one number, each with a visit: one text a day goes to the
    number (the shipped caps), whose visit was known first before the others."""

    def clinic(self, people):
        house = self.house()
        del house.config["policy"]
        house.write_config()
        # whoever comes last in the list of patients has the first visit
        return clinic(
            house, "mrn,first_name,birth_date,clinic,state,mobile\n" +
            "".join(f"h{i},Ada,1960-01-01,C,NY,212-555-0101\n"
                    for i in range(people)),
            "id,patient,clinic,start,status\n" +
            "".join(f"A{i},h{i},C,2026-12-11 15:00,booked\n"
                    for i in reversed(range(people))))

    def test_who_goes_first_is_the_same_whoever_is_asked_about(self):
        for people, asked in ((3, range(3)), (21, (0, 1, 7, 19, 20))):
            house = self.clinic(people)
            names = [f"h{i}" for i in asked]
            with self.subTest(f"{people} people, nothing is planned yet"):
                told, planned = both(house, names, IMPORTED)
                self.assertEqual(told, planned)
                self.assertEqual(min(told, key=lambda one: one[1])[0],
                                 names[-1])
            house.run("--now", IMPORTED, "run", "--until",
                      "2026-12-09T12:00:00-05:00", code=0)
            with self.subTest(f"{people} people, all are planned"):
                self.assertEqual(
                    *both(house, names, "2026-12-09T12:00:00-05:00"))

    def test_whose_ladder_begins_elsewhere_comes_after(self):
        """Of two behind one number one prefers texts; the other has no email,
        and falls to texts at that very moment."""
        house = self.house()
        del house.config["policy"]
        house.write_config()
        house.write("clinics.csv", CLINICS)
        house.write("patients.csv",
                    "mrn,first_name,birth_date,clinic,state,mobile,"
                    "preferred_channel\n"
                    "A,Ada,1960-01-01,C,NY,212-555-0101,\n"
                    "B,Ben,1960-01-01,C,NY,212-555-0101,sms\n")
        house.run("--now", IMPORTED, "import", "clinics.csv", "patients.csv",
                  code=0)
        house.campaign(
            purpose="screening", anchor="patient", audience=["true"],
            steps=[{"step": "entry", "when": "on entry at 10:00",
                    "until": "10 days after entry", "message": "m",
                    "send": "email, else sms", "preferred_first": True}],
            messages={"m": {"en": {"sms": PLAIN, "email": {
                "subject": "A note", "text": PLAIN}}}})
        house.run("--now", IMPORTED, "launch", "notice", "--yes", "--quiet",
                  code=0)
        told, _ = both(house, ["A", "B"], IMPORTED)
        house.run("--now", IMPORTED, "run", "--until",
                  "2026-12-11T08:00:00-05:00", code=0)
        sent = house.ask("select mrn, submitted_at from attempt a join patient "
                         "p on p.id = a.patient_id order by 1")
        self.assertEqual(
            [(who, datetime.datetime.fromisoformat(at).timestamp() * 1000)
             for who, at, _ in told], [(who, at) for who, at in sent])

    def test_it_says_when_it_cannot_tell(self):
        for people, unsure in ((64, None), (65, "more people than are looked "
                                            "at here share an address")):
            with self.subTest(f"{people} people"):
                house = self.clinic(people)
                said = house.run("--now", IMPORTED, "--json", "explain", "h0",
                                 code=0).json()["unsure"]
                self.assertIn(unsure or "None", str(said))
                out = house.run("--now", IMPORTED, "explain", "h0", code=0).out
                self.assertEqual("NOT SURE: " in out, bool(unsure))


if __name__ == "__main__":
    main()
