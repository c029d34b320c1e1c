#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bad campaign, configuration and import files: the place, the remedy, the
right exit code, and nothing half-done."""
import copy
import gzip
import json
import os
import random

from house import Case, House, main

WEB = {"driver": "http", "channels": ["sms"],
       "request": {"url": "http://127.0.0.1:9/", "body": {"to": "{{to}}"}}}


class Config(Case):
    # what is wrong with the configuration, and what the error says
    MEMBERS = (
        ("unknown member", {"orgnisation": "x"}, "did you mean "
         "\"organisation\""),
        ("unknown zone", {"zone": "America/Gotham"}, "no such time zone"),
        ("zone of the wrong type", {"zone": 5}, "time zone"),
        ("hours that end before they begin", {"hours": "20:00-09:00"},
         "expected hours"),
        ("hours that do not exist", {"hours": "09:00-25:00"},
         "expected hours"),
        ("no time of day", {"sweep_at": "25:00"}, "time of day"),
        ("a duration of nothing", {"poll": "0 minutes"}, "expected minutes"),
        ("a duration of words", {"poll": "often"}, "expected minutes"),
        ("a batch of nothing", {"batch": 0}, "from 1"),
        ("approve_over as a word", {"approve_over": "many"}, "number"),
        ("no policy there", {"policy": "none.json"}, "none.json"),
        ("hours by day that forget one", {"hours": {"weekday": "9:00"}},
         "expected hours"),
        ("hours that forget a day", {"hours": {"weekday": "09:00-20:00"}},
         "name weekday, saturday"),
        ("a day nobody knows", {"hours": {"every_day": "09:00-20:00",
                                          "sonday": "none"}},
         "name weekday, saturday"),
        ("a holiday of no month", {"holidays": ["2026-13-01"]},
         "there is no day \"2026-13-01\""),
        ("a holiday of a common year", {"holidays": ["2026-02-29"]},
         "there is no day"),
        ("a blackout written as in the US", {"blackout": "12/25/2026"},
         "write year-month-day"),
        ("a calendar that is not there", {"blackout": "none.ics"},
         "none.ics"),
        ("a blackout that is a number", {"blackout": [5]}, "expected a day"),
        ("clinics as a list", {"clinics": []}, "by the clinics' ids"),
        ("an unknown member of a clinic", {"clinics": {"C": {"huors": "x"}}},
         "did you mean \"hours\""),
        ("a clinic's hours that are none", {"clinics": {"C": {
            "hours": "never"}}}, "expected hours"),
        ("a sender slower than nothing", {"providers": {"a": {
            "driver": "outbox", "sender_per_second": -1}}},
         "sender_per_second"),
        ("providers as a list", {"providers": []}, "named providers"),
        ("no providers", {"providers": {}}, "named providers"),
        ("a provider without driver", {"providers": {"a": {}}}, "driver"),
        ("a driver nobody knows", {"providers": {"a": {"driver": "smpt"}}},
         "smtp"),
        ("a channel it does not speak", {"providers": {"a": {
            "driver": "smtp", "channels": ["sms"]}}}, "channel"),
        ("a channel nobody knows", {"providers": {"a": {
            "driver": "outbox", "channels": ["fax"]}}}, "channel"),
        ("an unknown member of a provider", {"providers": {"a": {
            "driver": "outbox", "pth": "x"}}}, "path"),
        ("an unknown member of http", {"providers": {"a": {
            **WEB, "sucess": {}}}}, "success"),
        ("a placeholder nobody knows", {"providers": {"a": {
            **WEB, "request": {"url": "http://127.0.0.1:9/",
                               "body": "{{txt}}"}}}}, "{{text}}"),
        ("an address that is none", {"providers": {"a": {
            **WEB, "request": {"url": "example.org"}}}}, "http"),
        ("a rate below nothing", {"providers": {"a": {
            "driver": "outbox", "per_second": -1}}}, "per_second"),
        ("a stand-in for nobody", {"providers": {"a": {
            "driver": "outbox", "fallback_of": "b"}}}, "other provider"),
        ("a secret that is not there", {"providers": {"a": {
            "driver": "twilio", "account_sid": "AC" + "0" * 32,
            "from": "+12125550100", "auth_token_env": "NOWHERE"}}},
         "NOWHERE"),
        ("a secret in the file itself", {"providers": {"a": {
            "driver": "twilio", "account_sid": "AC" + "0" * 32,
            "from": "+12125550100", "auth_token": "hunter2"}}},
         "auth_token"),
        ("a feed without an age", {"feeds": {"patients": {"max_age":
                                                          "long"}}},
         "expected minutes"),
        ("a feed that is a word", {"feeds": "patients"}, "feeds"),
        ("an unknown member of a feed", {"feeds": {"patients": {
            "maxage": "1 day"}}}, "max_age"),
        ("a log nobody knows", {"log": "xml"}, "log"),
        ("a country nobody knows", {"country": "Atlantis"}, "country"),
    )

    def test_a_policy_that_cannot_be_used_is_told_by_check_and_run(self):
        whole = House.open_policy()
        hours = whole["hours"][0]
        holiday = whole["holidays"][0]
        rows = [
            ("empty", "", "policy.json:1:1"),
            ("cut off", "{", "policy.json:"),
            ("no hours at all", {**whole, "hours": []}, "\"hours\""),
            ("L-7 ended", {**whole, "hours": [
                {**hours, "effective_to": "2020-12-31"}]}, "(L-7)"),
            ("L-7 of one state", {**whole, "hours": [
                {**hours, "state": "NY"}]}, "(L-7)"),
            ("L-9 of a state that is none", {**whole, "hours": [
                hours, {**hours, "id": "L-9 AL", "state": "ZZ"}]},
             "the country has no such state"),
            ("area codes of none", {**whole, "area_codes": {"ZZ": "205"}},
             "the country has no such state"),
            ("the law of another country", {
                **whole, "country": "UK", "area_codes": {}},
             "holds the rules of UK, but \"country\" in outreach.json is US"),
            ("a holiday twice", {**whole, "holidays": [
                *whole["holidays"], holiday]}, "stands twice"),
        ]
        house = self.house()
        house.campaign()
        house.run("check", code=0)
        for why, content, words in rows:
            house.write("policy.json", content)
            answer = house.run("check")
            self.assertIn(answer.code, (1, 3), why)
            self.assertIn(words, answer.err, (why, "check"))
            for command in (["run", "--once"], ["status"]):
                answer = house.run(*command, code=3)
                self.assertIn(words, answer.err, (why, command))

    def test_all_wrong_providers_are_told_at_once(self):
        house = self.house()
        house.open(1)
        house.write("outreach.json", {**house.config, "providers": {
            "one": {"driver": "http", "channels": ["sms"]},
            "two": {"driver": "smtp", "url": "http://x"}}})
        answer = house.run("run", "--once", code=3)
        self.assertIn("provider 'one'", answer.err)
        self.assertIn("provider 'two'", answer.err)

    def test_members(self):
        house = self.house()
        house.open(1)
        good = copy.deepcopy(house.config)
        for name, change, told in self.MEMBERS:
            with self.subTest(name):
                house.write("outreach.json", {**good, **change})
                answer = house.run("run", "--once", code=3)
                self.assertIn(told, answer.err)
                self.assertIn(".json", answer.err)
                self.assertNotIn("hunter2", answer.err)
                self.assertEqual(house.states(), {})

    BYTES = (
        ("empty", b""),
        ("only a blank", b" \n"),
        ("truncated", b'{"organisation": "x", "zone"'),
        ("a list", b"[]"),
        ("binary", bytes(range(256)) * 20),
        ("two documents", b"{}{}"),
        ("a comma too many", b'{"zone": "UTC",}'),
        ("a key twice", b'{"zone": "UTC", "zone": "UTC"}'),
        ("not UTF-8", b'{"organisation": "Caf\xe9"}'),
        ("a text without end", b'{"zone": "UTC}'),
        ("deep", b'{"x":' * 5000),
        ("a NUL", b'{"zone": "U\0TC"}'),
        ("2 MiB", b'{"organisation": "' + b"x" * (2 << 20) + b'"}'),
    )

    def test_bytes(self):
        house = self.house()
        house.campaign()
        for name, content in self.BYTES:
            with self.subTest(name):
                house.write("outreach.json", content)
                answer = house.run("check", code=3)
                self.assertIn("outreach.json", answer.err)
                self.assertLess(len(answer.err), 2000)

    def test_all_faults_at_once(self):
        house = self.house()
        house.write("outreach.json", {"zone": "Nowhere", "hours": "x",
                                      "batch": 0})
        answer = house.run("check", code=3)
        self.assertEqual(answer.err.count(": error: "), 3, answer.err)


class Campaign(Case):
    # what is wrong, and what is told
    CHANGES = (
        ("no steps", {"steps": []}, "step"),
        ("steps missing", {"steps": None}, "steps"),
        ("unknown member", {"ownr": "x"}, "owner"),
        ("unknown field", {"audience": ["patient.aeg > 3"]}, "patient.age"),
        ("29 February of no leap year",
         {"audience": ["start > '2026-02-29'"]}, "2026-02-29"),
        ("31 April", {"audience": ["start > '2026-04-31'"]}, "2026-04-31"),
        ("the month after December",
         {"audience": ["start > '2026-13-01'"]}, "2026-13-01"),
        ("compared with the wrong type",
         {"audience": ["patient.age = 'old'"]}, "patient.age"),
        ("no such purpose", {"purpose": "fun"}, "purpose"),
        ("no such anchor", {"anchor": "visit"}, "appointment"),
        ("a name with blanks", {"campaign": "my campaign"}, "name"),
        ("an empty condition", {"audience": [""]}, ""),
        ("a condition of 100,000 letters",
         {"audience": ["status = '" + "x" * 100000 + "'"]}, ""),
        ("parentheses without end", {"audience": ["(" * 3000]}, ""),
        ("a message that is not there", {"messages": {}}, "'m'"),
    )

    def test_faults(self):
        house = self.house()
        house.open(1)
        for name, change, told in self.CHANGES:
            with self.subTest(name):
                house.campaign("notice", **change)
                answer = house.run("check", code=1)
                self.assertRegex(answer.out, r"notice\.json:\d+:\d+: error: ")
                self.assertIn(told, answer.out)
                self.assertLess(len(answer.out), 20000)
        with self.subTest("launching is refused, the former runs on"):
            answer = house.run("launch", "campaigns/notice.json", "--yes",
                               code=1)
            self.assertIn("nothing was launched", answer.err)
            house.run("run", "--once", code=0)
            self.assertEqual(house.states(), {"accepted": 1})

    def test_bytes(self):
        house = self.house()
        for name, content in Config.BYTES:
            if name == "deep":
                content = b'{"messages":' * 5000
            with self.subTest(name):
                house.write("campaigns/notice.json", content)
                answer = house.run("check", "campaigns/notice.json")
                self.assertIn(answer.code, (1, 3), answer)
                self.assertIn("notice.json", answer.out + answer.err)

    def test_damaged_at_any_place_never_crashes(self):
        house = self.house()
        whole = open(house.campaign(), "rb").read()
        chance = random.Random(4711)
        for turn in range(60):
            bad = bytearray(whole)
            for _ in range(1 + turn % 3):
                at = chance.randrange(len(bad))
                if turn % 2:
                    bad[at] = chance.randrange(256)
                else:
                    del bad[at:at + chance.randrange(1, 40)]
            house.write("campaigns/notice.json", bytes(bad))
            answer = house.run("check")
            self.assertIn(answer.code, (0, 1, 3), answer)


class Import(Case):
    ROWS = (
        # name, patients.csv behind the header; exit code; what is told
        # values are masked: a report of faults is passed around
        ("an impossible birth date",
         "P9,1990-02-30,en,+12125550100", 1, "birth_date: '1•••02-30'"),
        ("29 February of no leap year",
         "P9,1991-02-29,en,+12125550100", 1, "birth_date: '1•••02-29'"),
        ("a number that is none", "P9,1990-02-03,en,555", 1, "mobile: "),
        ("no record number", ",1990-02-03,en,+12125550100", 1, "mrn"),
        ("an open quote", 'P9,"1990-02-03,en,+12125550100', 1, ""),
        ("too many columns", "P9,1990-02-03,en,+12125550100,x,y", 1, ""),
    )

    def test_rows(self):
        house = self.house()
        for name, row, code, told in self.ROWS:
            with self.subTest(name):
                house.write("patients.csv",
                            f"mrn,birth_date,language,mobile\n{row}\n")
                answer = house.run("import", "patients.csv", code=code)
                self.assertIn("patients.csv:2", answer.err)
                self.assertIn(told, answer.err)

    BYTES = (
        ("empty", b""),
        ("binary", bytes(range(256)) * 40),
        ("not UTF-8", b"mrn,first_name\nP1,Caf\xe9\n"),
        ("UTF-16", "mrn,first_name\nP1,Ann\n".encode("utf-16")),
        ("a line of 4 MiB", b"mrn,first_name\nP1," + b"x" * (4 << 20) + b"\n"),
        ("no column we need", b"first_name\nAnn\n"),
        ("a column twice", b"mrn,mrn\nP1,P1\n"),
        ("NUL bytes", b"mrn,first_name\nP1,A\0nn\n"),
    )

    def test_bytes(self):
        for name, content in self.BYTES:
            with self.subTest(name):
                house = self.house()
                house.write("patients.csv", content)
                answer = house.run("import", "patients.csv")
                self.assertIn(answer.code, (1, 3, 4), answer)
                self.assertIn("patients.csv", answer.err)
                self.assertLess(len(answer.err), 5000)
                if os.path.exists(house.path("outreach.db")):
                    self.assertLessEqual(
                        house.one("select count(*) from patient"), 0)

    def test_an_unknown_column_is_told(self):
        house = self.house()
        house.write("patients.csv", "mrn,frist_name\nP1,Ann\n")
        answer = house.run("import", "patients.csv", code=0)
        self.assertIn("patients.csv:1", answer.err)
        self.assertIn("did you mean 'first_name'", answer.err)

    def test_a_file_is_taken_whole_or_not(self):
        house = self.house()
        rows = "".join(f"P{i},{'1990-01-01' if i % 3 else '1990-02-30'}\n"
                       for i in range(90))
        house.write("patients.csv", "mrn,birth_date\n" + rows)
        with self.subTest("a third is wrong: nothing"):
            house.run("import", "patients.csv", code=1)
            self.assertEqual(house.one("select count(*) from patient"), 0)
        with self.subTest("allowed: the rest, and exit 4"):
            house.run("import", "--max-bad", "40", "patients.csv", code=4)
            self.assertEqual(house.one("select count(*) from patient"), 60)
        with self.subTest("an empty full extract ends nobody"):
            house.write("patients.csv", "mrn,birth_date\n")
            answer = house.run("import", "--full", "patients.csv", code=1)
            self.assertIn("--accept", answer.err)
            self.assertEqual(house.one("select count(*) from patient "
                                       "where gone_at is null"), 60)


class Packed(Case):
    """A compressed file that is not what its checksum says."""
    def broken(self, count):
        text = "".join(
            f"MSH|^~\\&|A|B|O|X|20261101||ADT^A28|{i}|P|2.5\r"
            f"PID|1||H{i}^^^M^MR||Doe^{os.urandom(40).hex()}\r"
            for i in range(count)).encode()
        packed = bytearray(gzip.compress(text))
        packed[-6] ^= 255
        return bytes(packed)

    # how many messages; what is in of them; how it ends
    FILES = ((3, False, 1), (3000, True, 4))

    def test_what_was_taken_of_it_is_told(self):
        for count, some, code in self.FILES:
            house = self.house()
            house.write("m.hl7.gz", self.broken(count))
            ended = house.run("--json", "import", "--format", "hl7",
                              "m.hl7.gz", code=code)
            table = ended.json()["tables"][0]
            people = house.one("SELECT count(*) FROM patient")
            with self.subTest(count=count):
                self.assertIn("its checksum is wrong", table["reason"])
                self.assertIn("what comes before that was taken" if some else
                              "nothing of it was taken", table["reason"])
                self.assertEqual((people > 0, table["taken"]), (some, some))
                self.assertEqual(table["new"], people)


if __name__ == "__main__":
    main()
