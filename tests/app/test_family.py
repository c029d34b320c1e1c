#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whose visits one text tells: a guardian's children's, and nobody else's."""
import json

from house import Case, main

IMPORTED = "2026-12-07T08:00:00-05:00"
DAY_BEFORE = "2026-12-10T16:00:00-05:00"
LIST = ("{{clinic.public_name}}: {{#each}}{{patient.first_name}} "
        "{{start | day}} {{start | time}}. {{/each}}"
        "Call {{clinic.phone}}. Reply STOP to opt out.")
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


class Family(Case):
    def test_one_text_for_the_children_of_one_guardian(self):
        house = self.house()
        for name, text in (("patients", PATIENTS), ("appointments", VISITS),
                           ("clinics", "id,name,phone,zone\nC,Harbor Clinic,"
                            "212-555-0190,America/New_York\n")):
            house.write(f"{name}.csv", text)
        house.run("--now", IMPORTED, "import", "clinics.csv", "patients.csv",
                  "appointments.csv", code=0)
        house.campaign(
            combine="per family within 1 day",
            steps=[{"step": "day-before", "send": "sms", "message": "m",
                    "when": "1 day before start at 10:00",
                    "until": "1 hour before start"}],
            messages={"m": {"en": {"sms": LIST}}})
        with self.subTest("the file is right"):
            house.run("check", "campaigns", code=0)
        house.run("--now", IMPORTED, "launch", "notice", "--yes", "--quiet",
                  code=0)
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


if __name__ == "__main__":
    main()
