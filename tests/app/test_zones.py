#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The service while the system's tzdata is updated: what is planned follows,
what was sent is not sent again, and the hour that people are told stays. And
a clinic whose zone was wrong: all that was read in it follows. And a telephone
that is of another clock than the address: it rings when both are awake."""
import datetime
import json
import os
import signal
import time

from house import CLINICS, SOURCE, Case, main, phone, until

SYSTEM = "/usr/share/zoneinfo"
NEW_YORK = "America/New_York"
SUMMER = "America/Puerto_Rico"  # four hours behind Greenwich, always
NOTICE = "{{clinic.public_name}}: you are booked for {{start | day}} at " \
    "{{start | time}}. Call {{clinic.phone}}. Reply STOP to opt out."
HOUR = 3600 * 1000


class Tzdata:
    """A folder of tzdata, updated as a package does it: file by file."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(os.path.join(folder, "America"))
        self.becomes(NEW_YORK)
        self.release("2025b")

    def put(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path + ".new", "wb") as file:
            file.write(content)
        os.replace(path + ".new", path)

    def becomes(self, rules):
        with open(os.path.join(SYSTEM, rules), "rb") as file:
            self.put(NEW_YORK, file.read())

    def release(self, version):
        self.put("tzdata.zi", f"# version {version}\n".encode())


class Updates(Case):
    def setUp(self):
        self.home = self.house()
        self.tzdata = Tzdata(self.home.path("zoneinfo"))
        self.env = {"TZDIR": self.home.path("zoneinfo")}
        # a winter's day in New York, some months ahead
        self.year = time.gmtime().tm_year + 1
        self.start = f"{self.year}-01-20T09:30:00"

    def run_in(self, *words):
        return self.home.run(*words, env=self.env, code=0)

    def extract(self, people):
        """Visits on one day; the first half was booked just now."""
        patients = ["mrn,first_name,language,clinic,state,zone,mobile"]
        visits = ["id,patient,clinic,start,status,booked"]
        booked = time.strftime("%Y-%m-%dT%H:%M:%SZ",
                               time.gmtime(time.time() - 300))
        for i in range(people):
            patients.append(f"P{i},Ann,en,C,NY,{NEW_YORK},{phone(i)}")
            visits.append(f"A{i},P{i},C,{self.start},booked,"
                          f"{booked if i < people // 2 else ''}")
        os.makedirs(self.home.path("data"), exist_ok=True)
        self.home.write("data/clinics.csv", CLINICS)
        self.home.write("data/patients.csv", "\n".join(patients) + "\n")
        self.home.write("data/appointments.csv", "\n".join(visits) + "\n")
        self.run_in("import", "data")

    def launch(self):
        self.home.campaign(messages={"m": {"en": {"sms": NOTICE}}})
        self.run_in("launch", "notice", "--yes", "--quiet")

    def starts(self):
        return {at for at, in self.home.ask("select start_at from appointment")}

    def sent(self):
        if not os.path.exists(self.home.path("outbox.jsonl")):
            return []
        return [json.loads(line)
                for line in self.home.read("outbox.jsonl").splitlines()]

    def test_an_update_under_the_running_service(self):
        self.extract(6)
        self.launch()
        before = self.starts()
        service = self.home.serve(env=self.env)
        until(lambda: len(self.sent()) == 3, "those booked just now are told")
        self.tzdata.becomes(SUMMER)
        self.tzdata.release("2026f")
        service.signal(signal.SIGHUP)
        until(lambda: self.starts() == {at - HOUR for at in before},
              "all visits follow")
        until(lambda: "event=tzdata" in service.log(), "it is told")
        # and goes on: nobody twice, the others at the hour of the wall
        booked = time.strftime("%Y-%m-%dT%H:%M:%SZ",
                               time.gmtime(time.time() - 300))
        text = self.home.read("data/appointments.csv").replace(
            "booked,\n", f"booked,{booked}\n")
        self.home.write("data/appointments.csv", text)
        self.run_in("import", "data")
        until(lambda: len(self.sent()) == 6, "the others are told")
        self.assertEqual(service.stop()[0], 0)
        self.assert_all_one([message["to"] for message in self.sent()],
                            "told twice")
        for message in self.sent():
            self.assertRegex(message["text"], r"at 9:30\sAM")
        self.assertEqual(self.home.one(
            "select max(occurrence) from appointment"), 0)
        lines = [line for line in service.log().splitlines()
                 if "event=tzdata" in line]
        self.assertEqual(len(lines), 1, lines)
        self.assertRegex(lines[0], r"from=2025b\.\w+ to=2026f\.\w+ moved=6")

    def test_a_zone_that_is_taken_away_is_told_once(self):
        self.extract(2)
        self.launch()
        service = self.home.serve(env=self.env)
        until(lambda: len(self.sent()) == 1, "the one booked just now is told")
        os.remove(os.path.join(self.tzdata.folder, NEW_YORK))
        for times in (1, 2):
            service.signal(signal.SIGHUP)
            until(lambda: service.log().count("event=reload result=ok")
                  >= times,
                  "it is read again")
        until(lambda: "event=zone-gone" in service.log(), "it is told")
        self.assertEqual(service.stop()[0], 0)
        self.assertRegex(service.log(),
                         r"event=zone-gone path=\S*America/New_York")
        self.assertEqual(service.log().count("event=zone-gone"), 1)

    def test_an_update_while_the_service_is_down(self):
        self.extract(2)
        self.launch()
        self.run_in("run", "--once")
        before = self.starts()
        self.tzdata.becomes(SUMMER)
        self.tzdata.release("2026f")
        self.run_in("run", "--once")
        self.assertEqual(self.starts(), {at - HOUR for at in before})
        self.assertEqual(len(self.sent()), 1)
        self.assertEqual(self.home.one(
            "select count(*) from audit where action = 'tzdata'"), 2)

    def test_an_import_by_newer_rules_moves_no_visit(self):
        self.extract(2)
        self.launch()
        self.run_in("run", "--once")
        before = self.starts()
        self.tzdata.becomes(SUMMER)
        self.run_in("import", "data")
        self.assertEqual(self.starts(), {at - HOUR for at in before})
        self.assertEqual(self.home.one(
            "select max(occurrence) from appointment"), 0)
        self.run_in("run", "--once")
        self.assertEqual(len(self.sent()), 1, "told again")


class Corrections(Case):
    """The clinic is in Chicago; the first file said New York."""
    NOW, LATER = "2026-11-23T12:00:00-05:00", "2026-11-23T15:00:00-05:00"
    VISIT = "2026-12-01T09:30:00"
    VISITS = (("A0", "C", VISIT, ""), ("A1", "C", VISIT + "-05:00", ""),
              ("A2", "C", VISIT, NEW_YORK), ("A3", "", VISIT, ""))

    def setUp(self):
        self.home = self.house()
        os.makedirs(self.home.path("data"))
        self.clinic(NEW_YORK)
        self.home.write("data/patients.csv", "\n".join(
            ["mrn,first_name,language,clinic,mobile,email"] +
            [f"P{i},Ann,en,C,{phone(i)},p{i}@example.org" for i in range(4)]))
        self.home.write("data/appointments.csv", "\n".join(
            ["id,patient,clinic,start,zone,status"] +
            [f"{name},P{name[1]},{clinic},{start},{zone},booked"
             for name, clinic, start, zone in self.VISITS]))

    def clinic(self, zone):
        self.home.write("data/clinics.csv",
                        CLINICS.replace(NEW_YORK, zone))

    def at(self, now, *words):
        return self.home.run("--now", now, *words, code=0)

    def plan(self):
        return {row["patient"]: row["at"]
                for row in self.at(self.LATER, "--json", "plan", "--for",
                                   "10d").lines() if "patient" in row}

    def begin(self, *steps):
        self.home.campaign(
            steps=[{"step": "hours", "when": "3 hours before start",
                    "until": "1 hour before start", "send": "sms",
                    "message": "m"}, *steps],
            messages={"m": {"en": {"sms": NOTICE.replace(
                "{{clinic.public_name}}", "Harbor Health").replace(
                    "{{clinic.phone}}", "212-555-0190")}}})
        self.at(self.NOW, "import", "data")
        self.at(self.NOW, "launch", "notice", "--yes", "--quiet")
        self.at(self.NOW, "run", "--once", "--until", self.LATER)

    def correct(self):
        self.clinic("America/Chicago")
        return self.at(self.LATER, "--json", "import",
                       "data/clinics.csv").json()["tables"][0]

    def visits(self):
        return {name: rest for name, *rest in self.home.ask(
            "select external_id, zone, strftime('%H:%M', start_at / 1000, "
            "'unixepoch'), occurrence from appointment")}

    def test_what_is_planned_follows_at_once(self):
        self.begin()
        self.assertEqual(set(self.plan().values()),
                         {"2026-12-01T06:30:00-05:00"})
        self.assertEqual(self.correct()["followed"], 3)
        self.assertEqual(self.visits(), {
            "A0": ["America/Chicago", "15:30", 1],
            "A1": ["America/Chicago", "14:30", 1],
            "A2": [NEW_YORK, "14:30", 0],
            "A3": ["America/Chicago", "15:30", 1]})
        # (on the patients' clock: their telephones are New York's)
        ahead = {"P0": "2026-12-01T07:30:00-05:00",
                 "P1": "2026-12-01T06:30:00-05:00",
                 "P2": "2026-12-01T06:30:00-05:00",
                 "P3": "2026-12-01T07:30:00-05:00"}
        self.assertEqual(self.plan(), ahead)
        said = self.at(self.LATER, "--json", "explain", "P0").json()
        self.assertEqual([anchor["at"] for campaign in said["campaigns"]
                          for anchor in campaign["anchors"]],
                         ["2026-12-01T10:30:00-05:00"])
        self.at(self.LATER, "run", "--once")
        self.assertEqual(self.home.ask(
            "select state, reason, count(*) from outreach group by 1, 2"),
            [(0, None, 4), (7, "moved", 3)])
        self.assertEqual(self.plan(), ahead)

    def test_whoever_was_told_is_told_again(self):
        self.begin({"step": "first", "when": "8 days before start at 11:00",
                    "until": "1 day before start", "send": "sms",
                    "message": "m"})
        self.correct()
        self.at(self.LATER, "run", "--once", "--until",
                "2026-12-01T12:00:00-06:00")
        sent = [(message["to"], message["text"].split(" at ")[1][:4])
                for message in map(json.loads, self.home.read(
                    "outbox.jsonl").splitlines())]
        for i, told in enumerate((
                ["9:30", "9:30", "9:30"],
                ["9:30", "8:30", "8:30"],  # its moment was right, its hour not
                ["9:30", "9:30"],          # it has a zone of its own
                ["9:30", "9:30", "9:30"])):
            with self.subTest(visit=f"A{i}"):
                self.assertEqual([hour for to, hour in sent
                                  if to == phone(i)], told)

    def test_all_files_again_say_nothing_new(self):
        self.begin()
        self.correct()
        before = self.visits()
        tables = self.at(self.LATER, "--json", "import", "data").json()
        for table in tables["tables"]:
            with self.subTest(table=table["table"]):
                self.assertEqual([table["changed"], table["new"],
                                  table["followed"]], [0, 0, 0])
        self.assertEqual(self.visits(), before)

    def test_the_running_service_follows(self):
        self.home.open(2)
        service = self.home.serve()
        until(lambda: self.home.states() == {"accepted": 2}, "both are told")
        self.clinic("America/Chicago")
        self.home.run("import", "data/clinics.csv", code=0)
        until(lambda: self.home.states() == {"accepted": 4},
              "both are told of the other time")
        self.assertEqual(service.stop()[0], 0)
        self.assertEqual({row[0] for row in self.home.ask(
            "select occurrence from appointment")}, {1})

    def test_a_place_in_a_message_is_a_clinic_too(self):
        self.home.write("data/clinics.csv",
                        "id,name,state\nC,Harbor Clinic,NY\n")
        self.begin()
        self.home.write("place.json", {
            "resourceType": "Location", "id": "C", "name": "Harbor Clinic",
            "address": {"state": "IL"}})
        table = self.at(self.LATER, "--json", "import", "--format", "fhir",
                        "place.json").json()["tables"][0]
        self.assertEqual((table["changed"], table["followed"]), (1, 3))
        self.assertEqual({name: zone for name, (zone, _, _)
                          in self.visits().items()}, {
            "A0": "America/Chicago", "A1": "America/Chicago",
            "A2": NEW_YORK, "A3": "America/Chicago"})
        self.assertEqual(self.home.one(
            "select detail from audit where subject = 'fhir'"),
            "files=1 read=1 followed=3")

    def test_patients_without_a_zone_live_by_their_clinic(self):
        self.home.campaign(
            name="hello", purpose="wellness", anchor="patient",
            audience=["patient.first_name = 'Ann'"],
            steps=[{"step": "hello", "when": "1 day after entry at 10:00",
                    "until": "5 days after entry", "send": "email",
                    "message": "m"}],
            messages={"m": {"en": {"email": {
                "subject": "Hello", "text": "Call 212-555-0190.\n"}}}})
        self.home.write("data/patients.csv", "mrn,first_name,clinic,email\n"
                        "P0,Ann,C,p0@example.org\n")
        os.remove(self.home.path("data/appointments.csv"))
        self.at(self.NOW, "import", "data")
        self.at(self.NOW, "launch", "hello", "--yes", "--quiet")
        self.at(self.NOW, "run", "--once")
        self.correct()
        self.at(self.LATER, "run", "--once")
        self.assertEqual(self.home.ask(
            "select state, strftime('%d %H:%M', due_at / 1000, 'unixepoch'), "
            "count(*) from outreach group by 1, 2"), [(0, "24 16:00", 1)])


class Elsewhere(Case):
    """L-7, L-8: of Florida both clocks count where the postal code tells
    neither. It is eight in Atlanta, whose number it is, and seven at home."""
    NOW = "2026-11-28T09:00:00-06:00"
    HOME = "Reyes^Ana||19580314|F|||1 Front Beach Rd^^Panama City Beach^FL^32413"

    def setUp(self):
        self.home = self.house(
            zone="America/Chicago", hours="08:00-21:00",
            policy=os.path.join(SOURCE, "policy", "us.json"))
        self.home.write("clinics.csv", "id,name,phone,zone\n"
                        "C,Gulf Clinic,850-555-0190,America/Chicago\n")
        self.home.write("appointments.csv", "id,patient,clinic,start,status\n"
                        "A1,1,C,2026-12-03 10:30,booked\n")

    def patients(self, columns, row):
        self.home.write("patients.csv", f"mrn,first_name,birth_date,clinic,"
                        f"{columns}\n1,Ana,1958-03-14,C,{row}\n")

    def at(self, *words):
        return self.home.run("--now", self.NOW, *words, code=0)

    def message(self, name, *segments):
        self.home.write(name, "\r".join((
            f"MSH|^~\\&|A|F|B|G|20261128090000-0600||ADT^A08|{name}|P|2.5.1",
            "EVN||20261128090000-0600", *segments, "PV1|1|O", "")))
        self.at("import", "--format", "hl7", name)

    def leaves(self, when, if_closed="later"):
        """When the one text is said to leave, and when it does."""
        self.home.campaign(
            steps=[{"step": "soon", "when": when, "if_closed": if_closed,
                    "until": "1 hour before start", "send": "sms",
                    "message": "m"}],
            messages={"m": {"en": {"sms": NOTICE}}})
        self.at("launch", "notice", "--yes", "--quiet")
        said = self.at("--json", "plan", "--for", "5d").lines()
        self.at("run", "--until", "2026-12-04T12:00:00-06:00", "--quiet")
        sent, = self.home.ask("select strftime('%Y-%m-%dT%H:%M', submitted_at "
                              "/ 1000, 'unixepoch') from attempt")
        plan, = {self.utc(row["at"]) for row in said if "patient" in row}
        self.assertEqual(plan, sent[0])
        return plan

    @staticmethod
    def utc(text):
        return datetime.datetime.fromisoformat(text).astimezone(
            datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M")

    def test_a_number_of_another_file(self):
        self.patients("state,zip", "FL,32413")
        self.home.write("contact_points.csv", "patient,kind,value,line\n"
                        "1,phone,404-555-0102,mobile\n")
        self.at("import", "clinics.csv", "patients.csv", "appointments.csv",
                "contact_points.csv")
        self.assertEqual(self.leaves("2 days before start at 07:00"),
                         "2026-12-01T14:00")

    def test_an_address_that_changes_without_its_number(self):
        self.patients("state,zip,mobile", "GA,30303,404-555-0102")
        self.at("import", "clinics.csv", "patients.csv", "appointments.csv")
        self.patients("state,zip", "FL,32413")
        self.at("import", "patients.csv")
        self.assertEqual(self.leaves("2 days before start at 07:00"),
                         "2026-12-01T14:00")

    def test_an_address_that_changes_in_a_message(self):
        self.patients("state,zip,mobile", "GA,30303,404-555-0102")
        self.at("import", "clinics.csv", "patients.csv", "appointments.csv")
        self.message("a08.hl7", f"PID|1||1^^^F^MR||{self.HOME}||")
        self.assertEqual(self.leaves("2 days before start at 07:00"),
                         "2026-12-01T14:00")

    def test_what_is_moved_before_a_closed_hour(self):
        self.patients("state,zip", "FL,32413")
        self.home.write("contact_points.csv", "patient,kind,value,line\n"
                        "1,phone,205-555-0102,mobile\n")
        self.at("import", "clinics.csv", "patients.csv", "appointments.csv",
                "contact_points.csv")
        # the coast closes at eight, an hour before Birmingham
        self.assertEqual(self.leaves("2 days before start at 20:30",
                                     "earlier"), "2026-12-02T00:00")


if __name__ == "__main__":
    main()
