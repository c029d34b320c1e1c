#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The gate through the whole program: hours and days of the configuration,
the rules of a country, people who are taken out, and what imports tell."""
import os

from house import CLINICS, Case, main

NOON = "2026-11-24T12:00:00-05:00"   # a Tuesday
EVENING = "2026-11-24T20:00:00-05:00"

CALENDAR = """BEGIN:VCALENDAR\r
VERSION:2.0\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20261124\r
SUMMARY:closed\r
END:VEVENT\r
END:VCALENDAR\r
"""


class Ordinary(Case):
    """A clinic under the shipped law; a visit was booked just before noon."""

    def clinic(self, count=1, **config):
        house = self.house()
        del house.config["policy"], house.config["hours"]
        house.write_config(**config)
        people = ["mrn,first_name,language,clinic,state,zone,mobile,email"]
        visits = ["id,patient,clinic,start,status,booked"]
        for i in range(count):
            people.append(f"P{i},Ann,en,C,NY,America/New_York,"
                          f"+1212555{i:04d},")
            visits.append(f"A{i},P{i},C,2026-12-04T09:00:00,booked,"
                          "2026-11-24T11:58:00-05:00")
        os.makedirs(house.path("data"), exist_ok=True)
        house.write("data/clinics.csv", CLINICS)
        house.write("data/patients.csv", "\n".join(people) + "\n")
        house.write("data/appointments.csv", "\n".join(visits) + "\n")
        house.run("--now", NOON, "import", "data", code=0)
        house.campaign()
        return house

    def send(self, house, until=EVENING):
        house.run("--now", NOON, "--quiet", "launch", "notice", "--yes",
                  code=0)
        house.run("--now", NOON, "run", "--until", until, code=0)
        return house.one("select count(*) from attempt")

    def reason(self, house):
        return house.one("select reason from outreach") or ""


class Days(Ordinary):
    # what the configuration says, whether it goes that Tuesday, and why not
    ROWS = (
        ("nothing", {}, 1, ""),
        ("hours that are over", {"hours": "09:00-11:00"}, 0, "quiet-hours"),
        ("hours by day", {"hours": {"every_day": "09:00-11:00",
                                    "weekday": "09:00-20:00"}}, 1, ""),
        ("a closed day", {"blackout": "2026-11-24"}, 0,
         "quiet hours until 2026-11-25T09:00:00-05:00"),
        ("a closed day of a calendar", {"blackout": ["closed.ics"]}, 0,
         "quiet hours until 2026-11-25T09:00:00-05:00"),
        ("a holiday of one's own, with its hours",
         {"holidays": "closed.ics",
          "hours": {"every_day": "09:00-20:00", "holiday": "none"}}, 0,
         "quiet hours until 2026-11-25T09:00:00-05:00"),
        ("the clinic's hours", {"clinics": {"C": {"hours": "08:00-10:00"}}},
         0, "quiet-hours"),
        ("the clinic's closed day",
         {"clinics": {"C": {"blackout": "closed.ics"}}}, 0, "quiet-hours"),
        ("another clinic's", {"clinics": {"D": {"hours": "none"}}}, 1, ""),
        ("wider than the law is not wider", {"hours": "00:00-24:00"}, 1, ""),
    )

    def test_days(self):
        for name, config, sent, reason in self.ROWS:
            with self.subTest(name):
                house = self.clinic()
                house.write("closed.ics", CALENDAR)
                house.write_config(**config)
                self.assertEqual(self.send(house), sent)
                self.assertIn(reason, self.reason(house))

    def test_a_fault_in_a_calendar_names_its_place(self):
        house = self.clinic()
        house.write_config(blackout="closed.ics")
        house.write("closed.ics", CALENDAR.replace(
            "DTSTART;VALUE=DATE:20261124", "DTSTART:20261124T090000"))
        answer = house.run("status", code=3)
        self.assertIn("closed.ics:4:9: error: ", answer.err)


    def test_a_refusal_is_recorded_while_a_calendar_is_gone(self):
        house = self.clinic(2)
        house.write_config(blackout="gone.ics")
        house.run("status", code=3)
        answer = house.run("patient", "opt-out", "P0", code=0)
        self.assertIn("gone.ics", answer.err)
        self.assertGreater(house.one(
            "select count(*) from suppression where patient_id = 1 and reason "
            "= 'opt-out' and lifted_at is null"), 0)
        with self.subTest("and while the policy is gone"):
            house.write_config(policy="gone.json")
            house.run("status", code=3)
            house.run("patient", "opt-out", "P1", code=0)
        with self.subTest("a permission waits for what it is checked by"):
            house.run("patient", "opt-in", "P1", "--evidence", "form 9",
                      code=3)
        with self.subTest("not into the wrong store"):
            house.write_config(blackout="gone.ics", store=7)
            house.run("patient", "opt-out", "P1", code=3)


class Countries(Ordinary):
    def test_each_country_has_its_rules(self):
        for country, code in (("US", 0), ("GB", 0), ("CA", 0), ("AU", 0),
                              ("FR", 3)):
            with self.subTest(country):
                house = self.clinic()
                house.write_config(country=country)
                answer = house.run("status", code=code)
                if code:
                    self.assertIn("no rules of law were found for the country "
                                  "FR; name a policy file", answer.err)

    def test_holidays_that_end_are_told(self):
        house = self.clinic()
        answer = house.run("--now", "2030-11-20T12:00:00-05:00", "status",
                           code=0)
        self.assertIn("policy-old", answer.err)
        answer = house.run("--now", NOON, "status", code=0)
        self.assertNotIn("policy-old", answer.err)


class Excluded(Ordinary):
    def exclude(self, house, *words, code=0):
        return house.run("--now", NOON, "exclude", *words, code=code)

    def test_the_excluded_get_nothing(self):
        house = self.clinic(3)
        house.write("out.txt", "P1\n\n# a remark\nP2\n")
        words = ("--campaign", "notice", "--list", "out.txt")
        with self.subTest("before the launch, with a reason"):
            answer = self.exclude(house, *words, "--reason", "moved away")
            self.assertEqual(answer.out,
                             "notice: 2 patients taken out, 0 were out "
                             "already\n")
        with self.subTest("twice is once"):
            answer = self.exclude(house, *words, "--reason", "again")
            self.assertIn("0 patients taken out, 2 were out already",
                          answer.out)
        with self.subTest("one is let in again"):
            house.write("in.txt", "P2\n")
            self.exclude(house, "--campaign", "notice", "--list", "in.txt",
                         "--lift")
        self.assertEqual(self.send(house), 2)
        self.assertEqual(house.ask(
            "select p.mrn, o.reason from outreach o join patient p on p.id = "
            "o.patient_id where o.state = 5"),
            [("P1", "excluded: taken out of this campaign by hand")])
        with self.subTest("the patient's page says why"):
            answer = house.run("--now", NOON, "patient", "show", "P1", code=0)
            self.assertIn("excluded from notice: moved away", answer.out)
        with self.subTest("the audit trail has it, without the words"):
            rows = house.ask("select action, detail from audit where action "
                             "like 'list-%'")
            self.assertEqual([row[0] for row in rows],
                             ["list-add", "list-add", "list-remove"])
            self.assertNotIn("moved", str(rows))

    def test_what_is_wrong_changes_nothing(self):
        house = self.clinic(2)
        house.write("out.txt", "P1\nP9\n")
        words = ("--campaign", "notice", "--list", "out.txt")
        with self.subTest("no reason"):
            answer = self.exclude(house, *words, code=2)
            self.assertIn("--reason is missing", answer.err)
        with self.subTest("no such campaign"):
            answer = self.exclude(house, "--campaign", "notise", "--list",
                                  "out.txt", "--reason", "x", code=1)
            self.assertIn("notice", answer.err)
        with self.subTest("a number nobody has: partly"):
            answer = self.exclude(house, *words, "--reason", "x", code=4)
            self.assertIn("line 2: no patient has this number", answer.err)
        with self.subTest("nobody has any"):
            house.write("out.txt", "P9\n")
            self.exclude(house, *words, "--reason", "x", code=1)
        self.assertEqual(house.one("select count(*) from list_member"), 1)


class Told(Ordinary):
    def test_a_reassigned_number_opens_a_task(self):
        house = self.clinic()
        house.write("data/contact_points.csv",
                    "patient,kind,value,line,reassigned,reassigned_asked\n"
                    "P0,phone,+12125550000,mobile,yes,2026-11-01T00:00:00Z\n")
        house.run("--now", NOON, "import", "data/contact_points.csv", code=0)
        self.assertEqual(self.send(house), 0)
        self.assertIn("reassigned: somebody else may have it",
                      self.reason(house))
        answer = house.run("--now", NOON, "task", code=0)
        self.assertIn("new-number", house.one("select kind from task"))
        self.assertIn("front desk", answer.out)
        answer = house.run("--now", NOON, "patient", "show", "P0", code=0)
        self.assertIn("may be somebody else's by now", answer.out)

    # L-16: a refusal of calls is one of texts, unless it is of calls alone
    def test_how_far_a_refusal_reaches(self):
        for alone, sent in (("no", 0), ("yes", 1), ("", 0)):
            with self.subTest(f"alone: {alone}"):
                house = self.clinic()
                house.write("data/consents.csv",
                            "patient,verdict,channel,alone,at\n"
                            f"P0,revoked,voice,{alone},2026-11-01T00:00:00Z\n")
                house.run("--now", NOON, "import", "data/consents.csv",
                          code=0)
                self.assertEqual(self.send(house), sent)


class Refusals(Ordinary):
    # L-11, L-12, L-16: why and for which channel, and by which one it goes
    ROWS = (
        ("opt-out", "voice", "sms", 0),
        ("complaint", "voice", "sms", 0),
        ("complaint", "sms", "voice", 0),
        ("complaint", "", "email", 0),
        ("complaint", "sms", "email", 1),
        ("complaint", "email", "sms", 1),
        ("staff", "voice", "sms", 1),  # the house's word, for that channel
        ("staff", "sms", "sms", 0),
        ("staff", "", "sms", 0),
    )

    def test_refusals(self):
        for reason, channel, send, goes in self.ROWS:
            with self.subTest(f"{reason} of {channel or 'all'}, {send}"):
                house = self.clinic()
                house.write("data/patients.csv", house.read(
                    "data/patients.csv").strip() + "p0@example.org\n")
                house.write("data/suppressions.csv", "patient,channel,reason,"
                            f"since\nP0,{channel},{reason},"
                            "2026-11-01T09:00:00-05:00\n")
                house.run("--now", NOON, "import", "data", code=0)
                house.campaign(steps=[{
                    "step": "booked", "when": "1 minute after booked",
                    "until": "1 day after booked", "send": send,
                    "message": "m"}], messages={"m": {"en": {
                        "sms": "{{clinic.public_name}}: you are booked. Call "
                        "{{clinic.phone}}. Reply STOP to opt out.",
                        "voice": {
                            "say": "You are booked. Press 9 to stop these "
                                   "calls.", "keys": {"9": "opt-out"}},
                        "email": {"subject": "Your visit",
                                  "text": "Call {{clinic.phone}}.\n"}}}})
                self.assertEqual(self.send(house), goes)
                if not goes:
                    self.assertIn(f"opt-out: {reason}", self.reason(house))


class Recovery(Ordinary):
    """5.2: no screening and no marketing for 30 days after a discharge."""
    OUT, BACK = "2026-11-10T12:00:00", "2026-10-20T12:00:00"
    # the campaign's purpose, who was discharged when and how, how many go
    ROWS = (
        ("screening", f"P0,{OUT},discharged", 0),
        ("marketing", f"P0,{OUT},discharged", 0),
        ("appointment", f"P0,{OUT},discharged", 1),
        ("screening", f"P0,{OUT},cancelled", 1),
        ("screening", f"P0,{BACK},discharged", 1),
        ("screening", f"P1,{OUT},discharged", 1),
    )

    def recovering(self, purpose, discharge):
        house = self.clinic()
        house.write("data/patients.csv", house.read("data/patients.csv") +
                    "P1,Ben,en,C,NY,America/New_York,,\n")
        house.write("data/discharges.csv", "id,patient,discharged,status,"
                    f"clinic\nD1,{discharge},C\n")
        house.write("data/consents.csv", "patient,verdict,kind,at\n"
                    "P0,granted,written,2026-01-05T09:00:00\n")
        house.run("--now", NOON, "import", "data", code=0)
        house.campaign(purpose=purpose, steps=[{
            "step": "booked", "when": "1 minute after booked",
            "until": "40 days after booked", "send": "sms",
            "message": "m"}])
        return house

    def test_who_has_just_left_a_hospital(self):
        for purpose, discharge, goes in self.ROWS:
            with self.subTest(f"{purpose} {discharge}"):
                house = self.recovering(purpose, discharge)
                self.assertEqual(self.send(house), goes)
                if goes:
                    continue
                self.assertEqual(
                    self.reason(house), "recovery: the patient has just left "
                    "a hospital: until 2026-12-10T12:00:00-05:00")

    def test_it_goes_when_they_are_over(self):
        house = self.recovering(*self.ROWS[0][:2])
        house.run("--now", NOON, "--quiet", "launch", "notice", "--yes",
                  code=0)
        told = house.run("--now", NOON, "--json", "explain", "P0",
                         code=0).json()["next"]
        rule, = [rule for one in told for rule in one["gate"]["rules"]
                 if one["what"] == "waits" and rule["rule"] == "recovery"]
        self.assertEqual((rule["id"], rule["force"]), ("5.2", "policy"))
        planned, = [row["at"] for row in house.run(
            "--now", NOON, "--json", "plan", "--all", "--for", "20d",
            code=0).lines() if "text" in row]
        self.assertEqual(planned, "2026-12-10T12:00:00-05:00")
        house.run("--now", NOON, "run", "--until", "2026-12-11T12:00:00-05:00",
                  code=0)
        self.assertEqual(house.ask(
            "select strftime('%d %H:%M', submitted_at / 1000, 'unixepoch') "
            "from attempt"), [("10 17:00",)])


if __name__ == "__main__":
    main()
