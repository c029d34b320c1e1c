#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`patient forget`, and what time alone removes: no name and no text stays,
and no import brings anybody back (L-35)."""
import os
import re
import signal
import time

from house import Case, main, until
from peer import Twilio

ENV = {"TOKEN": "secret-of-the-test"}


class Forget(Case):
    def filled(self, **config):
        house = self.house(**config)
        house.open(3)
        return house

    def everything(self, house):
        """The store's bytes, log included."""
        house.ask("pragma wal_checkpoint")
        found = b""
        for ending in ("", "-wal"):
            try:
                with open(house.path("outreach.db" + ending), "rb") as file:
                    found += file.read()
            except FileNotFoundError:
                pass
        return found

    def test_it_asks(self):
        house = self.filled()
        house.run("patient", "forget", "P0", code=2)
        self.assertEqual(house.one(
            "select count(*) from patient where given_name = 'Ann'"), 3)

    def test_who_was_forgotten(self):
        house = self.filled()
        house.run("run", "--once", code=0)
        house.run("patient", "opt-out", "P0", code=0)
        house.run("patient", "forget", "P0", "--yes", code=0)
        with self.subTest("is known by nothing but that"):
            for words in (("show",), ("opt-out",), ("forget", "--yes")):
                said = house.run("patient", *words[:1], "P0", *words[1:],
                                 code=1)
                self.assertIn("was forgotten on", said.err)
                self.assertIn("patient 1 in the audit chain", said.err)
        with self.subTest("what was sent stays, without the text"):
            self.assertEqual(house.ask(
                "select address, body, outcome > 0 from attempt where "
                "patient_id = 1"), [("forgotten", None, 1)])
        with self.subTest("and what their number refused"):
            self.assertGreater(house.one(
                "select count(*) from suppression where address = "
                "'+12122000000' and lifted_at is null"), 0)
        with self.subTest("the service goes on"):
            house.run("run", "--once", code=0)
            house.run("audit", "verify", code=0)
            house.run("plan", code=0)
        with self.subTest("others are as they were"):
            house.run("patient", "show", "P1", code=0)

    def test_the_file_itself_holds_nothing(self):
        house = self.filled()
        house.write("data/patients.csv",
                    house.read("data/patients.csv").replace(
                        "P0,Ann", "Q-4711-Z,Wilhelmina").replace(
                            "P1,Ann", "P1,Bob"))
        house.write("data/appointments.csv",
                    house.read("data/appointments.csv").replace(
                        "P0", "Q-4711-Z"))
        house.write("data/conditions.csv",
                    "patient,code,since\nQ-4711-Z,E11.65,2020-01-01\n")
        house.run("import", "data", code=0)
        house.run("run", "--once", code=0)
        words = (b"Wilhelmina", b"Q-4711-Z", b"E11.65")
        self.assertTrue(all(word in self.everything(house) for word in words))
        house.run("patient", "forget", "Q-4711-Z", "--yes", code=0)
        house.run("run", "--once", code=0)
        for word in words:
            with self.subTest(word.decode()):
                self.assertNotIn(word, self.everything(house))

    def test_the_grounds_of_a_refusal_name_nobody(self):
        house = self.filled()
        house.run("patient", "opt-out", "P0", "--reason",
                  "Quirinius Zwackelmann rang", code=0)
        self.assertTrue(b"Zwackelmann" in self.everything(house))
        house.run("patient", "forget", "P0", "--yes", code=0)
        self.assertFalse(b"Zwackelmann" in self.everything(house))
        self.assertGreater(house.one(
            "select count(*) from suppression where address = "
            "'+12122000000' and evidence like '[removed: text %'"), 0)
        house.run("audit", "verify", code=0)

    def test_a_refusal_that_was_lifted_keeps_no_number(self):
        house = self.filled()
        house.run("patient", "opt-out", "P0", code=0)
        house.run("patient", "opt-in", "P0", "--evidence", "form 9", code=0)
        self.assertIn(b"+12122000000", self.everything(house))
        house.run("patient", "forget", "P0", "--yes", code=0)
        self.assertNotIn(b"+12122000000", self.everything(house))
        self.assertGreater(house.one(
            "select count(*) from suppression where patient_id = 1 and "
            "lifted_at is not null"), 0)

    def test_it_says_what_it_cannot_remove(self):
        house = self.filled()
        house.run("run", "--once", code=0)
        said = house.run("patient", "forget", "P0", "--yes", code=0)
        self.assertIn("what provider 'outbox' wrote into its file", said.out)
        self.assertNotIn("shared", said.out)

    def test_what_was_launched_may_name_them(self):
        house = self.filled()
        house.write("data/patients.csv", house.read(
            "data/patients.csv").replace("first_name,", "first_name,last_name,"
                                         ).replace("Ann,", "Ann,O'Zwack,"))
        house.run("import", "data", code=0)
        way = "Call 212-555-0190. Reply STOP to opt out."
        texts = (f"Harbor Clinic: we moved. {way}",
                 f"Harbor Clinic: dear Ann O'Zwack, we moved. {way}")
        rows = (("a record number", "patient.mrn = 'P0'", texts[0], True),
                ("a name", "patient.last_name = 'O''Zwack'", texts[0], True),
                ("a name in a text", "patient.mrn = 'P1'", texts[1], True),
                ("somebody else", "patient.mrn = 'P1'", texts[0], False))
        named = []
        for name, where, text, told in rows:
            with self.subTest(name):
                house.run("blast", "--purpose", "appointment", "--where",
                          where, "--message", text, "--yes", code=0)
                blast = house.one("select name from campaign order by id desc")
                if told:
                    named.append(blast)
        said = house.run("patient", "forget", "P0", "--yes", code=0)
        self.assertIn("What was launched stays as it was, and may name them: "
                      + "; ".join(named) + "\n", said.out)

    def test_a_number_that_two_have(self):
        twilio = Twilio()
        self.addCleanup(twilio.close)
        house = self.house({"tw": twilio.provider()}, poll="1 minute")
        house.visits_file(2)
        house.write("data/patients.csv", house.read(
            "data/patients.csv").replace("+12122000001", "+12122000000"))
        house.run("import", "data", code=0)
        house.campaign()
        house.run("launch", "notice", "--yes", "--quiet", code=0)
        twilio.receive("+12122000000", "My name is Grace Hopper")
        for message in twilio.messages:
            message["date_sent"] = "Thu, 01 Jan 2026 10:00:00 +0000"
        house.run("release", "--since", "2026-01-01T00:00:00Z", "--yes",
                  code=0, env=ENV)
        said = house.run("patient", "forget", "P0", "--yes", code=0)
        self.assertIn("Texts from a number that they shared stay", said.out)
        self.assertIn("Hopper", house.one("select body from reply"))
        said = house.run("patient", "forget", "P1", "--yes", code=0)
        self.assertNotIn("shared", said.out)
        self.assertEqual(house.ask("select body, address from reply"),
                         [(None, "forgotten")])

    def test_a_copy_whose_process_was_killed(self):
        house = self.house()
        house.visits(20000)
        house.campaign()
        house.run("launch", "notice", "--yes", "--quiet", code=0)
        names = (("simulate", ("--days", "60")), ("backup", ("b.db",)))
        for name, words in names:
            with self.subTest(name):
                killed = house.start(name, *words)
                until(lambda: any(os.path.exists(house.path(
                    copy, "store.db")) for copy in house.copies()),
                    "the copy")
                killed.send_signal(signal.SIGSTOP)
                with self.subTest(f"{name}: while it lives, it stays"):
                    house.run("status", "--json", code=0)
                    self.assertEqual(len(house.copies()), 1)
                killed.kill()
                killed.wait()
                self.assertEqual(len(house.copies()), 1)
                house.run("patient", "forget",
                          f"P{names.index((name, words))}", "--yes", code=0)
                self.assertEqual(house.copies(), [])

    RX = ("id,patient,drug_name,status,refills_left\n"
          "R1,P0,metformin,active,3\nR2,P1,metformin,active,3\n")
    FILLS = ("id,prescription,filled,days_supply\n"
             "F1,R1,2026-01-01,30\nF2,R2,2026-01-01,30\n")

    def test_no_import_brings_them_back(self):
        house = self.filled()
        house.write("data/prescriptions.csv", self.RX)
        house.write("data/fills.csv", self.FILLS)
        house.write("data/conditions.csv",
                    "patient,code,since\nP0,E11,2020-01-01\n"
                    "P1,E11,2020-01-01\n")
        house.write("data/contact_points.csv",
                    "patient,kind,value\nP0,email,p0@example.org\n")
        house.run("import", "data", code=0)
        house.run("patient", "forget", "P0", "--yes", code=0)
        tables = ("patient", "contact_point", "appointment", "prescription",
                  "fill", "condition")

        def counts():
            return [house.one(f"select count(*) from {table}")
                    for table in tables]
        before = counts()
        rows = (("the same extract", (), ""),
                ("a full one", ("--full", "--accept"), ""),
                ("with something new of theirs", (),
                 "R9,P0,insulin,active,1\n"))
        for name, words, more in rows:
            with self.subTest(name):
                house.write("data/prescriptions.csv", self.RX + more)
                house.write("data/fills.csv", self.FILLS +
                            ("F9,R9,2026-02-01,30\n" if more else ""))
                said = house.run("--json", "import", *words, "data", code=0)
                tables_told = {row["table"]: row for row in
                               said.json()["tables"]}
                self.assertEqual(counts(), before)
                self.assertEqual(tables_told["patients"]["forgotten"], 1)
                self.assertEqual(tables_told["patients"]["bad"], 0)
                self.assertEqual(tables_told["fills"]["forgotten"],
                                 2 if more else 1)
        said = house.run("import", "data", code=0)
        self.assertIn("patients: left out 1 of people who were forgotten",
                      said.out)
        with self.subTest("and nothing goes to them"):
            house.run("run", "--once", code=0)
            self.assertEqual(house.ask(
                "select distinct p.mrn from attempt a join patient p on p.id "
                "= a.patient_id order by 1"), [("P1",), ("P2",)])

    def test_they_come_back_when_they_ask(self):
        house = self.filled()
        house.run("patient", "opt-out", "P0", "--channel", "email", code=0)
        house.run("patient", "forget", "P0", "--yes", code=0)
        house.run("patient", "opt-in", "P0", code=2)
        said = house.run("patient", "opt-in", "P0", "--evidence", "form 9",
                         code=0)
        self.assertIn("no longer forgotten", said.out)
        house.run("import", "data", code=0)
        house.run("run", "--once", code=0)
        self.assertEqual(house.ask(
            "select p.id, count(*) from attempt a join patient p on p.id = "
            "a.patient_id where mrn = 'P0'"), [(4, 1)])
        self.assertEqual(house.ask(
            "select action from audit where subject = 'patient 1' and action "
            "in ('forget', 'remember') order by id"),
            [("forget",), ("remember",)])
        house.run("audit", "verify", code=0)

    def test_not_while_a_message_is_in_doubt(self):
        twilio = Twilio()
        self.addCleanup(twilio.close)
        house = self.house({"tw": twilio.provider()}, poll="1 minute")
        house.open(1)
        twilio.drop = twilio.down = True
        house.run("run", "--once", code=0, env=ENV)
        self.assertEqual(house.states(), {"unknown": 1})
        said = house.run("patient", "forget", "P0", "--yes", code=1)
        self.assertIn("still being asked", said.err)
        self.assertEqual(house.one("select count(*) from patient where "
                                   "given_name = 'Ann'"), 1)


class Keep(Case):
    """Texts whose time is over."""

    def at(self, days):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ",
                             time.gmtime(time.time() + days * 86400))

    def later(self, house, days, *words):
        return house.run("--now", self.at(days), *words, code=0)

    def texts(self, house):
        return [body for body, in house.ask("select body from attempt "
                                            "order by id")]

    def test_after_90_days_unless_said(self):
        house = self.house()
        house.open(3)
        house.run("run", "--once", code=0)
        before = self.texts(house)
        self.assertEqual(len(before), 3)
        with self.subTest("not before"):
            self.later(house, 89, "run", "--once")
            self.assertEqual(self.texts(house), before)
        with self.subTest("then which template it was, and a keyed hash"):
            self.later(house, 91, "run", "--once")
            for text in self.texts(house):
                self.assertRegex(text, r"^\[removed: notice/booked version 1, "
                                       r"en, text [0-9a-f]{64}\]$")
            self.assertEqual(len(set(self.texts(house))), 1,
                             "the same words, the same hash")
        with self.subTest("the rest of what was sent stays"):
            self.assertEqual(house.one(
                "select count(*) from attempt where address like '+1212%' "
                "and submitted_at > 0 and outcome > 0"), 3)
        with self.subTest("it is in the chain, once"):
            self.later(house, 91, "run", "--once")
            self.assertEqual(house.ask(
                "select detail from audit where action = 'remove-texts'"),
                [("messages=3 replies=0 strays=0 waiting=0",)])
            house.run("audit", "verify", code=0)
        with self.subTest("and nothing is sent again"):
            self.assertEqual(house.states(), {"accepted": 3})

    def test_as_long_as_was_said(self):
        house = self.house(keep_texts="2 days")
        house.open(1)
        house.run("run", "--once", code=0)
        self.later(house, 1, "run", "--once")
        self.assertNotIn("removed", self.texts(house)[0])
        self.later(house, 3, "run", "--once")
        self.assertIn("removed", self.texts(house)[0])

    def test_many_go_in_slices(self):
        house = self.house(keep_texts="1 day")
        house.open(600)
        house.run("run", "--once", code=0)
        self.later(house, 2, "run", "--once")
        self.assertEqual(house.one("select count(*) from attempt where body "
                                   "not like '[removed%'"), 0)
        self.assertEqual(house.one("select count(*) from audit where action "
                                   "= 'remove-texts'"), 3)

    def test_replies_too(self):
        twilio = Twilio()
        self.addCleanup(twilio.close)
        house = self.house({"tw": twilio.provider()}, poll="1 minute",
                           keep_texts="1 day")
        house.open(1)
        twilio.receive("+12122000000", "My name is Grace Hopper")
        for message in twilio.messages:
            message["date_sent"] = "Thu, 01 Jan 2026 10:00:00 +0000"
        house.run("release", "--since", "2026-01-01T00:00:00Z", "--yes",
                  code=0, env=ENV)
        self.assertIn("Hopper", house.one("select body from reply"))
        house.run("run", "--once", code=0, env=ENV)
        self.assertRegex(house.one("select body from reply"),
                         r"^\[removed: text [0-9a-f]{64}\]$")
        self.assertEqual(house.one("select intent from reply"), "unclear")

    def test_the_head_is_logged_every_day(self):
        house = self.house()
        house.open(1)
        service = house.serve()
        head = until(lambda: re.search(r"event=audit-head head=(\S+)",
                                       service.log()), "the head")[1]
        service.stop()
        house.run("audit", "verify", head, code=0)

    def test_words_it_does_not_take(self):
        house = self.house()
        for words in ("1 hour", "0 days", "for ever", 90):
            with self.subTest(words):
                house.write_config(keep_texts=words)
                house.run("status", code=3)


if __name__ == "__main__":
    main()
