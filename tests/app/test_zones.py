#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The service while the system's tzdata is updated: what is planned follows,
what was sent is not sent again, and the hour that people are told stays."""
import json
import os
import signal
import time

from house import CLINICS, Case, main, phone, until

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


if __name__ == "__main__":
    main()
