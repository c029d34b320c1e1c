#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `outreach explain` says of the days to come is what `plan` foresees and
what `run` does: before long closures, of a week's places, and of what is
overdue and still of use."""
import os
import sqlite3

from house import CLINICS, Case, main

NOW = "2026-12-01T09:30:00-05:00"  # a Tuesday
NOTICE = ("{{clinic.public_name}}: your visit is on {{start | day}}. Call "
          "{{clinic.phone}}. Reply STOP to opt out.")
PATIENT = ("mrn,first_name,last_name,birth_date,clinic,state,mobile\n"
           "P1,Ann,Reyes,1960-05-05,C,NY,+12125550101\n")


class Days(Case):
    now = NOW

    def clinic(self, visits, campaigns, config=None, people=PATIENT):
        house = self.house()
        del house.config["policy"], house.config["hours"]
        house.write_config(**(config or {}))
        os.makedirs(house.path("data"))
        for name, text in (("clinics", CLINICS), ("patients", people),
                           ("appointments",
                            "id,patient,clinic,start,status,booked,visit_type"
                            "\n" + "\n".join(visits) + "\n")):
            house.write(f"data/{name}.csv", text)
        self.at(house, "import", "data")
        for name, members in campaigns.items():
            more = {key: members[key] for key in
                    ("priority", "audience", "anchor", "occurrence",
                     "stop_when", "intake") if key in members}
            step = {key: members[key] for key in ("when", "until", "if_closed")
                    if key in members}
            house.campaign(name=name, messages={"m": {"en": {
                               "sms": members.get("text", NOTICE)}}},
                           steps=[{"step": "one", "send": "sms",
                                   "message": "m", **step}], **more)
            self.at(house, "--quiet", "launch", name, "--yes")
        return house

    def at(self, house, *words):
        return house.run("--now", self.now, *words, code=0)

    def expect(self, house, wanted, until, more=""):
        """Of explain, plan and run: [(campaign, local time)]."""
        explained = self.at(house, "--json", "explain", "P1").json()["next"]
        with self.subTest(f"{more}explain"):
            self.assertEqual([(one["campaign"], one["at"][:16])
                              for one in explained if one["what"] == "goes"],
                             wanted)
        planned = self.at(house, "--json", "plan", "--all", "--for",
                          "30d").lines()
        with self.subTest(f"{more}plan"):
            self.assertEqual([(one["campaign"], one["at"][:16])
                              for one in planned if "text" in one], wanted)
        self.at(house, "run", "--until", until)
        with sqlite3.connect(house.path("outreach.db")) as store:
            went = store.execute(
                "select c.name, strftime('%Y-%m-%dT%H:%M', a.submitted_at /"
                " 1000 - 18000, 'unixepoch') from attempt a join outreach o on"
                " o.id = a.outreach_id join campaign c on c.id = o.campaign_id"
                " order by a.submitted_at").fetchall()
        with self.subTest(f"{more}run"):
            self.assertEqual(went, wanted)

    def expect_of_both(self, house, wanted):
        self.assertEqual(
            [(who, one["at"][:16]) for who, _ in wanted for one in
             self.at(house, "--json", "explain", who).json()["next"]
             if one["what"] == "goes"], wanted)
        self.assertEqual(
            [(one["patient"], one["at"][:16]) for one in self.at(
                house, "--json", "plan", "--all", "--for", "5d").lines()
             if "text" in one], wanted)
        self.at(house, "run", "--until", "2026-12-07T00:00:00-05:00")
        with sqlite3.connect(house.path("outreach.db")) as store:
            self.assertEqual(store.execute(
                "select p.mrn, strftime('%Y-%m-%dT%H:%M', a.submitted_at /"
                " 1000 - 18000, 'unixepoch') from attempt a join outreach o on"
                " o.id = a.outreach_id join patient p on p.id = o.patient_id"
                " order by a.submitted_at").fetchall(), wanted)


class Ahead(Days):
    # S-16
    def test_before_a_closure_of_ten_days(self):
        house = self.clinic(
            ("A1,P1,C,2026-12-28T09:00:00,booked,,",),
            {"reminder": {"when": "1 day before start at 17:00",
                          "until": "2 hours before start",
                          "if_closed": "earlier"}},
            {"blackout": [f"2026-12-{day}" for day in range(18, 28)]})
        self.expect(house, [("reminder", "2026-12-17T17:00")],
                    "2026-12-29T00:00:00-05:00")

    # S-14, L-6: three a week
    def test_the_weeks_places_are_the_more_urgents(self):
        house = self.clinic(
            ("L1,P1,C,2026-12-04T15:00:00,booked,,class",
             *(f"H{day},P1,C,2026-12-0{day}T15:00:00,booked,,surgery"
               for day in (7, 8, 9))),
            {"class": {"when": "2 days before start at 10:00",
                       "until": "1 hour before start", "priority": 3,
                       "audience": ["visit_type = 'class'"]},
             "surgery": {"when": "1 day before start at 10:00",
                         "until": "20 hours before start", "priority": 1,
                         "audience": ["visit_type = 'surgery'"]}})
        self.expect(house, [("surgery", f"2026-12-0{day}T10:00")
                            for day in (6, 7, 8)],
                    "2026-12-10T00:00:00-05:00")

    def test_overdue_and_still_of_use(self):
        house = self.clinic(
            ("A1,P1,C,2026-12-18T15:00:00,booked,2026-11-20T10:00:00,",),
            {"papers": {"when": "5 minutes after booked",
                        "until": "1 day before start"}})
        self.expect(house, [("papers", NOW[:16])],
                    "2026-12-19T00:00:00-05:00")

    # S-14: of three urgent ones the first is too late before the doors open; it
    # is asked first, and keeps no place in the week of the routine one
    def test_what_is_overdue_is_asked_by_urgency(self):
        self.now = "2026-12-02T05:00:00-05:00"
        house = self.clinic(
            ("A1,P1,C,2026-12-02T12:00:00,booked,,class",
             "A2,P1,C,2026-12-05T12:00:00,booked,,",
             "A3,P1,C,2026-12-08T12:00:00,booked,,"),
            {"routine": {"when": "2 days before start at 10:00",
                         "until": "1 hour before start", "priority": 3,
                         "audience": ["visit_type = 'class'"]},
             "urgent": {"when": "1 day before start at 10:00",
                        "until": "5 hours before start", "priority": 1}})
        self.expect(house, [("routine", "2026-12-02T09:00"),
                            ("urgent", "2026-12-04T10:00"),
                            ("urgent", "2026-12-07T10:00")],
                    "2026-12-09T00:00:00-05:00")

    # L-6: a day has one place for their number; whose use ends first is asked
    # first, in whatever order they were written down
    def test_two_behind_one_number_due_at_the_same_instant(self):
        for order in (("P1", "P2"), ("P2", "P1")):
            with self.subTest(order):
                self.now = NOW
                house = self.clinic(
                    [f"A{who},{who},C,2026-12-06T15:00:00,booked,,"
                     for who in order],
                    {"reminder": {"when": "4 days before start at 11:00",
                                  "until": "1 hour before start"}},
                    {"hours": "11:00-20:00"}, PATIENT + PATIENT.splitlines()[1]
                    .replace("P1,Ann", "P2,Bea") + "\n")
                self.at(house, "run", "--once")
                self.now = "2026-12-01T23:00:00-05:00"
                house.write("data/appointments.csv", house.read(
                    "data/appointments.csv").replace(
                        "P2,C,2026-12-06T15", "P2,C,2026-12-02T16"))
                self.at(house, "import", "data")
                self.expect_of_both(house, [("P2", "2026-12-02T11:00"),
                                            ("P1", "2026-12-03T11:00")])


GREETING = ("{{clinic.public_name}}: please call {{clinic.phone}}. Reply STOP "
            "to opt out.")
MISSED = "A1,P1,C,2026-11-30T09:00:00,noshow,,"
ON_ENTRY = {"when": "on entry at 10:00", "until": "10 days after entry"}


class ByTimeAlone(Days):
    """An audience that becomes true, or false, with no change of the data: the
    daily sweep lets them in, and out."""

    def everybody(self, step, **members):
        """A campaign over patients."""
        return {"anchor": "patient", "occurrence": "patient.age >= 18",
                "text": GREETING, **step, **members}

    def table(self):
        """[(sentence, visits, campaigns, what goes and when)]"""
        a_day_before = {"when": "1 day before start at 10:00",
                        "until": "1 hour before start"}
        return [
            ("a missed visit, until which another one stands in the way",
             [MISSED, "A2,P1,C,2026-12-03T09:00:00,booked,,"],
             {"missed": {"audience": ["status = 'noshow'",
                                      "not has upcoming visit"],
                         "when": "1 week after start at 10:00",
                         "until": "2 weeks after start"}},
             [("missed", "2026-12-07T10:00")]),
            ("it would have been earlier",
             [MISSED, "A2,P1,C,2026-12-03T09:00:00,booked,,"],
             {"missed": {"audience": ["status = 'noshow'",
                                      "not has upcoming visit"],
                         "when": "1 day after start at 10:00",
                         "until": "2 weeks after start"}},
             [("missed", "2026-12-04T09:00")]),
            ("a birthday", [],
             {"birthday": self.everybody(
                 ON_ENTRY, occurrence="patient.age >= 66",
                 audience=["patient.age >= 66"])},
             [("birthday", "2026-12-12T10:00")]),
            ("a visit comes near",
             ["A1,P1,C,2026-12-10T15:00:00,booked,,"],
             {"near": {"audience": ["start < now + 60 hours"],
                       "when": "2 days before start at 10:00",
                       "until": "1 hour before start"}},
             [("near", "2026-12-09T09:00")]),
            ("it came near since the last look, and the next one is at night",
             ["A1,P1,C,2026-12-02T12:00:00,booked,,"],
             {"soon": {"audience": ["start < now + 18 hours"],
                       "when": "1 day before start at 10:00",
                       "until": "1 hour before start"}},
             [("soon", "2026-12-02T09:00")]),
            ("a visit comes too near for it",
             ["A1,P1,C,2026-12-10T15:00:00,booked,,"],
             {"far": {"audience": ["start > now + 3 days"],
                      "when": "1 day before start at 10:00",
                      "until": "1 hour before start"}},
             []),
            ("it stops by itself",
             ["A1,P1,C,2026-12-10T15:00:00,booked,,"],
             {"early": {"stop_when": "start < now + 2 days", **a_day_before}},
             []),
            ("an age that ends before its step",
             [],
             {"young": self.everybody(
                 {"when": "14 days after entry at 10:00",
                  "until": "20 days after entry"},
                 audience=["patient.age < 66"])},
             []),
            ("a turn that ends and opens again",
             ["A1,P1,C,2026-12-05T15:00:00,booked,,",
              "A2,P1,C,2026-12-15T15:00:00,booked,,"],
             {"turns": self.everybody(
                 ON_ENTRY, audience=["patient.age >= 18"],
                 occurrence="has upcoming visit within 3 days")},
             [("turns", "2026-12-03T10:00"), ("turns", "2026-12-13T10:00")]),
            ("a test that no longer lasts",
             ["A1,P1,C,2026-12-28T15:00:00,booked,,"],
             {"recall": self.everybody(
                 ON_ENTRY, audience=["not screened 'fit' within 12 months"],
                 occurrence="not screened 'fit' within 12 months")},
             [("recall", "2026-12-16T10:00")]),
            ("what is before and behind another one",
             [MISSED, "A2,P1,C,2026-12-03T09:00:00,booked,,"],
             {"missed": {"audience": ["status = 'noshow'",
                                      "not has upcoming visit"],
                         "when": "1 week after start at 10:00",
                         "until": "2 weeks after start"},
              "reminder": a_day_before},
             [("reminder", "2026-12-02T10:00"),
              ("missed", "2026-12-07T10:00")]),
        ]

    def test_foreseen_as_planned_and_sent(self):
        for before in (False, True):
            for sentence, visits, campaigns, wanted in self.table():
                with self.subTest(f"{sentence}; swept: {before}"):
                    self.now = NOW
                    house = self.clinic(visits, campaigns,
                                        people=PATIENT.replace(
                                            "1960-05-05", "1960-12-12"))
                    with sqlite3.connect(house.path("outreach.db")) as store:
                        store.execute(
                            "insert into screening(patient_id, kind, done_on,"
                            " result) values ((select id from patient), 'fit',"
                            " '2025-12-15', 'normal')")
                    if before:  # the service is under way, and they pass it
                        self.at(house, "run", "--once")
                        self.now = "2026-12-01T18:30:00-05:00"
                    self.expect(house, wanted, "2026-12-31T00:00:00-05:00",
                                f"{sentence}: ")

    # L-6: both on one day, and a day has one place for their number
    def test_two_behind_one_number(self):
        people = PATIENT.replace("1960-05-05", "1960-12-03")
        house = self.clinic([], {"birthday": self.everybody(
            ON_ENTRY, occurrence="patient.age >= 66",
            audience=["patient.age >= 66"])}, people=people +
            people.splitlines()[1].replace("P1,Ann", "P2,Bea") + "\n")
        self.expect_of_both(house, [("P1", "2026-12-03T10:00"),
                                    ("P2", "2026-12-04T10:00")])

    def test_until_a_later_time(self):
        house = self.clinic([], {"birthday": self.everybody(
            ON_ENTRY, occurrence="patient.age >= 66",
            audience=["patient.age >= 66"])},
            people=PATIENT.replace("1960-05-05", "1960-12-12"))
        told = self.at(house, "--json", "explain", "P1", "--at",
                       "2026-12-20T12:00:00-05:00").json()
        self.assertEqual([one["at"][:16] for one in told["until_then"]],
                         ["2026-12-12T10:00"])
        self.assertEqual(told["next"], [])

    def test_what_comes_again_and_again_is_told_for_a_while(self):
        days = [f"2026-{month:02}-{day:02}" for month in range(3, 12)
                for day in (3, 9, 15, 21, 27)]
        self.now = "2026-03-01T09:30:00-05:00"
        house = self.clinic(
            [f"A{i},P1,C,{day}T15:00:00,booked,," for i, day in
             enumerate(days)],
            {"turns": self.everybody(
                ON_ENTRY, audience=["patient.age >= 18"],
                occurrence="has upcoming visit within 3 days")})
        told = self.at(house, "--json", "explain", "P1").json()
        self.assertTrue(told["more"])
        self.assertEqual(sum(one["what"] == "goes" for one in told["next"]),
                         40)
        self.assertIn("and so on: --at T", self.at(house, "explain",
                                                   "P1").out)
        later = self.at(house, "--json", "explain", "P1", "--at",
                        "2026-11-01T09:30:00-05:00").json()
        self.assertFalse(later["more"])
        self.assertEqual(len(later["until_then"]) + len(later["next"]),
                         len(days))

    # the intake chooses, and nobody knows whom
    def test_an_intake_is_not_foreseen(self):
        house = self.clinic([], {"some": self.everybody(
            ON_ENTRY, occurrence="patient.age >= 66",
            audience=["patient.age >= 66"], intake="1 a day")},
            people=PATIENT.replace("1960-05-05", "1960-12-12"))
        told = self.at(house, "--json", "explain", "P1").json()
        self.assertEqual(told["next"], [])
        self.assertIn("from 2026-12-12 on the intake of some", told["unsure"])


class Beside(Days):
    """What closed hours move to one moment does not leave in one moment."""

    MAIL = {"email": {"subject": "Your visit",
                      "text": "On {{start | day}}. Call {{clinic.phone}}.\n"}}
    WEEK = {"weekday": "08:00-20:00", "saturday": "none", "sunday": "none",
            "holiday": "none"}

    def days(self, visit, steps, wanted, hours=None):
        """Of explain, plan and run: when the emails of `steps` leave."""
        house = self.clinic(
            (f"A1,P1,C,{visit},booked,,",), {},
            {"hours": hours or self.WEEK},
            PATIENT.replace("mobile", "email").replace("+12125550101",
                                                       "ann@example.org"))
        house.campaign(messages={"m": {"en": self.MAIL}}, steps=[
            {"step": f"s{i}", "send": "email", "message": "m",
             "when": when, "until": until, "if_closed": closed}
            for i, (when, until, closed) in enumerate(steps)])
        self.at(house, "--quiet", "launch", "notice", "--yes")
        self.expect(house, [("notice", f"2026-12-{at}") for at in wanted],
                    "2026-12-12T00:00:00-05:00")
        return house

    # the turns of Saturday and Sunday have no day of their own before them
    def test_turns_of_a_closed_weekend(self):
        self.days("2026-12-08T16:00:00", (
            ("every 1 day before start at 10:00, 6 times",
             "2 hours before start", "earlier"),),
            ("02T10:00", "03T10:00", "04T10:00", "07T10:00"))

    def test_turns_that_wait_for_monday(self):
        self.days("2026-12-08T16:00:00", (
            ("every 1 day before start at 10:00, 6 times",
             "2 hours before start", "later"),),
            ("02T10:00", "03T10:00", "04T10:00", "07T10:00"))

    def test_steps_of_a_closed_weekend(self):
        self.days("2026-12-09T16:00:00", (
            ("4 days before start at 10:00", "1 day before start", "earlier"),
            ("3 days before start at 10:00", "1 day before start", "earlier")),
            ("04T10:00", "04T11:00"))

    def test_steps_that_wait_for_monday(self):
        self.days("2026-12-09T16:00:00", (
            ("4 days before start at 10:00", "1 day before start", "later"),
            ("3 days before start at 10:00", "1 day before start", "later")),
            ("07T08:00", "07T09:00"))

    def test_the_second_with_the_hours_that_open_next(self):
        self.days("2026-12-09T16:00:00", (
            ("4 days before start at 10:00", "1 day before start", "earlier"),
            ("3 days before start at 10:00", "1 day before start", "earlier")),
            ("04T10:00", "07T08:00"), {**self.WEEK, "weekday": "08:00-11:00"})

    def test_the_second_is_too_late_then(self):
        house = self.days("2026-12-09T16:00:00", (
            ("4 days before start at 10:00", "60 hours before start",
             "earlier"),
            ("3 days before start at 10:00", "60 hours before start",
             "earlier")),
            ("04T10:00",), {**self.WEEK, "weekday": "08:00-11:00"})
        self.assertEqual(house.ask(
            "select state, reason from outreach where step = 's1'"),
            [(6, "beside: another message of this has just left by this "
                 "channel: until 2026-12-04T11:00:00-05:00; late: could only "
                 "go after its until")])

    def test_what_was_planned_so_close_stays(self):
        self.days("2026-12-09T16:00:00", (
            ("6 days before start at 10:00", "1 day before start", "later"),
            ("6 days before start at 10:15", "1 day before start", "later"),
            ("6 days before start at 10:15", "1 day before start", "later")),
            ("03T10:00", "03T10:15", "03T10:15"))


if __name__ == "__main__":
    main()
