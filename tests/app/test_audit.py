#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The audit chain as people see it: what is in it, that nothing personal is,
and that nobody can change it unseen (L-34)."""
import os
import re
import shlex
import shutil
import sqlite3
import time

from house import Case, main, until
from peer import Twilio

ENV = {"TOKEN": "secret-of-the-test"}
OPEN_UP = "drop trigger audit_no_update; drop trigger audit_no_delete;"


class Chain(Case):
    def setUp(self):
        self.home = self.house()
        self.home.open(2)

    def change(self, sql):
        store = sqlite3.connect(self.home.path("outreach.db"))
        store.executescript(sql)
        store.commit()
        store.close()

    def actions(self, house=None):
        return [action for action, in (house or self.home).ask(
            "select action from audit order by id")]


class Verify(Chain):
    def test_whole(self):
        rows = len(self.actions())
        head = self.home.run("audit", "head", code=0).out.strip()
        self.assertRegex(head, rf"^{rows}:[0-9a-f]{{64}}$")
        said = self.home.run("audit", "verify", head, code=0)
        self.assertIn(f"whole: {rows} rows", said.out)
        self.assertIn(head, said.out)
        self.home.run("patient", "show", "P0", code=0)
        with self.subTest("an old head stays in it"):
            said = self.home.run("--json", "audit", "verify", head, code=0)
            self.assertEqual(said.json(), {
                "whole": True, "rows": rows + 1, "unverified": 0,
                "head": self.home.run("--json", "audit", "head",
                                      code=0).json()["head"]})

    def test_what_was_done_to_it_shows(self):
        last = len(self.actions())
        rows = (
            ("changed", "update audit set detail = 'x' where id = 2",
             "row 2 of the audit chain was changed"),
            ("removed", "delete from audit where id = 2", "lacks row 2"),
            ("moved", "update audit set id = -2 where id = 2; update audit set "
             "id = 2 where id = 3; update audit set id = 3 where id = -2",
             "row 2 of the audit chain was changed, put in or moved"),
            ("cut off", f"delete from audit where id = {last}",
             f"ends with row {last - 1}: the rows behind it, up to {last}, "
             "were cut off"))
        for name, sql, told in rows:
            with self.subTest(name):
                home = self.home = self.house()
                home.open(2)
                head = home.run("audit", "head", code=0).out.strip()
                self.change(OPEN_UP + sql)
                said = home.run("audit", "verify", head, code=1)
                self.assertIn(told, said.err)
                said = home.run("--json", "audit", "verify", head, code=1)
                self.assertIn(told, said.json()["what"])
                self.assertIs(said.json()["whole"], False)

    def test_another_store_with_the_same_key_is_no_substitute(self):
        other = self.house()
        shutil.copy(self.home.path("outreach.db.audit-key"),
                    other.path("outreach.db.audit-key"))
        other.open(2)
        other.run("audit", "verify", code=0)
        rows = other.ask("select * from audit order by id")
        self.change(OPEN_UP + "delete from audit")
        store = sqlite3.connect(self.home.path("outreach.db"))
        store.executemany("insert into audit values (?, ?, ?, ?, ?, ?, ?)",
                          rows)
        store.commit()
        store.close()
        self.assertIn("row 1", self.home.run("audit", "verify", code=1).err)

    def test_words_it_does_not_take(self):
        for words in ((), ("verfy",), ("head", "x"), ("verify", "a", "b"),
                      ("show", "--from", "today"), ("show", "x")):
            with self.subTest(" ".join(words)):
                self.home.run("audit", *words, code=2)
        for head in ("17", "x:y", "1:abc"):
            with self.subTest(head):
                self.home.run("audit", "verify", head, code=2)


class Key(Chain):
    def test_of_the_configuration(self):
        home = self.house()
        home.write("key", "a key that nobody can guess\n")
        os.chmod(home.path("key"), 0o600)
        home.write_config(audit_key_file="key")
        home.open(2)
        self.assertFalse(os.path.exists(home.path("outreach.db.audit-key")))
        home.run("run", "--once", code=0)
        home.run("audit", "verify", code=0)
        with self.subTest("a backup does not have it"):
            home.run("backup", "b.db", code=0)
            self.assertFalse(os.path.exists(home.path("b.db.audit-key")))
            home.run("restore", "b.db", "--yes", code=0)
            home.run("audit", "verify", code=0)
        rows = (("another one", "another one that nobody guesses", "key that "
                 "the store was made with"),
                ("one that is short", "abc", "too short"))
        for name, key, told in rows:
            with self.subTest(name):
                home.write("key", key)
                for words in (("patient", "opt-out", "P0"), ("plan",)):
                    said = home.run(*words, code=3)
                    self.assertIn(told, said.err)
                self.assertEqual(home.ask("select * from suppression"), [])
        with self.subTest("one that is not there"):
            os.remove(home.path("key"))
            said = home.run("status", code=3)
            self.assertIn("cannot read key", said.err)

    def test_moved_from_beside_the_store(self):
        home = self.home
        os.rename(home.path("outreach.db.audit-key"), home.path("moved"))
        home.write_config(audit_key_file="moved")
        home.run("run", "--once", code=0)
        home.run("audit", "verify", code=0)

    def test_that_everybody_can_read(self):
        os.chmod(self.home.path("outreach.db.audit-key"), 0o644)
        said = self.home.run("patient", "show", "P0", code=3)
        self.assertIn("chmod 600", said.err)

    def test_never_in_the_configuration_itself(self):
        self.home.write_config(audit_key="literally a key, in clear")
        self.home.run("status", code=3)

    def test_that_is_gone(self):
        os.remove(self.home.path("outreach.db.audit-key"))
        for words in (("run", "--once"), ("patient", "show", "P0"),
                      ("audit", "verify"), ("pause", "--all")):
            with self.subTest(" ".join(words)):
                said = self.home.run(*words, code=3)
                self.assertIn("outreach.db.audit-key is missing", said.err)
        self.assertFalse(os.path.exists(self.home.path("outbox.jsonl")) and
                         self.home.read("outbox.jsonl"))


class What(Chain):
    def test_everything_that_must_be_in_it(self):
        home = self.home
        before = len(self.actions())
        home.write("data/consents.csv",
                   "patient,verdict,purpose,channel,at\n"
                   "P0,granted,marketing,sms,2026-01-05T10:00:00Z\n")
        home.write("data/suppressions.csv", "address\n+12122009999\n")
        rows = (
            ("run --once", "send"), ("run --once", None),
            ("patient show P0", "look"), ("task", "look"), ("plan", "look"),
            ("import data/consents.csv", "consent"),
            ("import data/suppressions.csv", "suppression"),
            ("patient opt-out P0", "opt-out"),
            ("patient opt-in P0 --evidence form", "opt-in"),
            ("pause --campaign notice", "pause"),
            ("resume --campaign notice", "resume"),
            ("pause --all", "pause"), ("resume --all", "resume"),
            ("backup b.db", "backup"),
            ("test-send notice/booked --as P0 --to +12125550123",
             "test-send"),
            # who has it is told, with the record numbers
            ("blast --dry-run --purpose appointment --channel sms --message "
             "'{{clinic.public_name}}: call us. Reply STOP to opt out.' "
             "--where \"has condition 'E11'\"", "look"))
        self.assertIn("launch", self.actions())
        self.assertIn("import", self.actions())
        for words, action in rows:
            with self.subTest(words):
                home.run(*shlex.split(words), code=0)
                new = self.actions()[before:]
                before += len(new)
                if action:
                    self.assertIn(action, new)
                else:
                    self.assertEqual(new, [])
        home.run("audit", "verify", code=0)

    def test_a_restriction_from_its_beginning_to_its_end(self):
        # L-30: what a feed says of it, a row each
        home = self.home
        head = "id,patient,kind,value,since,until\n"
        one = "R1,P0,{},,2026-01-05T10:00:00Z,{}\n"
        two = "R2,P0,no-channel,sms,2026-01-05T10:00:00Z,\n"
        ended = "2026-01-06T10:00:00Z"
        rows = (
            ("it begins", (), one.format("no-contact", "") + two,
             ["no-contact grounds=restriction 1",
              "no-channel grounds=restriction 2"]),
            ("it comes again", (), one.format("no-contact", "") + two, []),
            ("it becomes another", (), "R2,P0,no-channel,email,"
             "2026-01-05T10:00:00Z,\n",
             ["no-channel changed grounds=restriction 2"]),
            ("it ends", (), one.format("no-contact", ended),
             ["no-contact until=1767693600000 grounds=restriction 1"]),
            ("it left the whole", ("--full", "--accept"), one.format(
                "no-contact", ended),
             [r"no-channel until=\d+ grounds=restriction 2"]))
        for name, flags, text, wanted in rows:
            with self.subTest(name):
                before = home.one("select max(id) from audit")
                home.write("data/restrictions.csv", head + text)
                home.run("import", *flags, "data/restrictions.csv", code=0)
                said = home.ask(
                    "select subject, detail from audit where action ="
                    f" 'restriction' and id > {before} order by id")
                self.assertEqual(len(said), len(wanted), said)
                for (subject, detail), pattern in zip(said, wanted):
                    self.assertEqual(subject, "patient 1")
                    self.assertRegex(detail, f"^{pattern}$")

    def test_each_row_that_an_opt_out_or_a_forget_ends(self):
        home = self.house()
        home.open(2, steps=[{"step": "later", "when": "1 day before start",
                             "send": "sms", "message": "m"},
                            {"step": "passed", "when": "1 minute after booked",
                             "until": "2 minutes after booked",
                             "send": "sms", "message": "m"}],
                  audience=["status = 'booked'"])
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(
            time.time() + 8 * 86400))
        home.run("--now", now, "run", "--once", code=0)
        self.assertEqual(home.states(), {"planned": 2, "expired": 2})

        def chain():
            return {subject: (actor, detail) for subject, actor, detail in
                    home.ask("select subject, actor, detail from audit where "
                             "action = 'verdict' order by id")}
        rows = dict(home.ask("select p.mrn || ' ' || o.step, 'outreach ' || "
                             "o.id from outreach o join patient p on p.id = "
                             "o.patient_id"))
        with self.subTest("that was born expired"):
            self.assertEqual(chain(), {
                rows[f"P{i} passed"]: ("engine",
                                       "expired: its moment had passed")
                for i in range(2)})
        home.run("patient", "opt-out", "P0", code=0)
        home.run("patient", "forget", "P1", "--yes", code=0)
        for mrn, told in (("P0", "suppressed: opt-out"),
                          ("P1", "cancelled: forgotten")):
            with self.subTest(told):
                actor, detail = chain()[rows[f"{mrn} later"]]
                self.assertEqual(detail, told)
                self.assertNotEqual(actor, "engine")
        with self.subTest("an opt-in is none"):
            home.run("patient", "opt-in", "P0", "--evidence", "x", code=0)
            self.assertRegex(home.one("select detail from audit where action "
                                      "= 'opt-in'"),
                             r"^channel=all purpose=all grounds=consent \d+$")
        home.run("audit", "verify", code=0)

    def test_a_chain_that_is_gone(self):
        home = self.house()
        home.visits(1)
        store = sqlite3.connect(home.path(home.store))
        store.executescript("drop table audit")
        store.close()
        said = home.run("audit", "verify", code=1)
        self.assertIn("has no audit chain any more", said.err)
        said = home.run("--json", "audit", "verify", code=1).json()
        self.assertIs(said["whole"], False)
        for words in (("audit", "head"), ("run", "--once"),
                      ("patient", "show", "P0")):
            with self.subTest(" ".join(words)):
                said = home.run(*words, code=3)
                self.assertIn("has no audit chain any more", said.err)

    def test_held_and_refused_rows_say_why_once(self):
        home = self.house()
        home.write_config(hours="09:00-09:01")
        home.open(1)
        home.run("patient", "opt-out", "P0", "--channel", "email", code=0)
        for _ in range(3):
            home.run("run", "--once", code=0)
        held = home.ask("select detail from audit where action = 'verdict'")
        self.assertEqual(len(held), len(set(held)))
        self.assertTrue([d for d, in held if d.startswith("held: ")] or
                        home.states() == {"accepted": 1}, held)

    def test_a_change_of_the_configuration_once(self):
        home = self.home
        for _ in range(2):
            home.run("run", "--once", code=0)
        self.assertEqual(self.actions().count("configuration"), 1)
        self.assertRegex(
            home.one("select detail from audit where action ="
                     " 'configuration'"),
            r"^configuration=[0-9a-f]{64} days=[0-9a-f]{64} policy=[0-9a-f]{64} program=\S+ "
            r"tzdata=\S+$")
        home.write_config(batch=7)
        home.run("run", "--once", code=0)
        self.assertEqual(self.actions().count("configuration"), 2)
        with self.subTest("also when a service reads it again"):
            service = home.serve()
            until(lambda: "event=start" in service.log(), "the start")
            home.write_config(batch=8)
            service.signal(1)
            until(lambda: "event=reload result=ok" in service.log(),
                  "the reload")
            until(lambda: self.actions().count("configuration") == 3,
                  "the row")
            service.stop()
        with self.subTest("and of the law"):
            policy = home.open_policy()
            policy["caps"][0]["most"] = 19
            home.write("policy.json", policy)
            home.run("run", "--once", code=0)
            self.assertEqual(self.actions().count("configuration"), 4)
        with self.subTest("and of the days in a calendar that it names"):
            days = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\n"
                    "DTSTART;VALUE=DATE:20261228\r\nEND:VEVENT\r\n"
                    "END:VCALENDAR\r\n")
            home.write("closed.ics", days)
            home.write_config(blackout=["closed.ics"],
                              clinics={"C": {"blackout": "c.ics"}})
            home.write("c.ics", days)
            home.run("run", "--once", code=0)
            for i, name in enumerate(("closed.ics", "c.ics"), 6):
                home.write(name, days.replace("1228", "1229"))
                for _ in range(2):
                    home.run("run", "--once", code=0)
                self.assertEqual(self.actions().count("configuration"), i)

    def test_nothing_personal(self):
        twilio = Twilio()
        self.addCleanup(twilio.close)
        home = self.house({"tw": twilio.provider()}, poll="1 minute")
        home.open(3)
        home.run("run", "--once", code=0, env=ENV)
        twilio.receive("+12122000000", "Stop it, my name is Grace Hopper")
        twilio.receive("+12122000001", "STOP")
        twilio.receive("+12122000002", "Wrong number, this is Grace Hopper")
        twilio.receive("+13125550177", "STOP")
        home.run("run", "--once", code=0, env=ENV)
        home.run("patient", "opt-out", "P0", "--reason", "Grace Hopper asked "
                 "at +13125550188", "--evidence", "Hopper", code=0)
        home.run("patient", "opt-in", "P0", "--evidence", "Grace Hopper's "
                 "form", code=0)
        task = str(home.one("select min(id) from task"))
        home.run("task", "say", task, "--note", "Grace Hopper", code=0)
        home.run("task", "done", task, "--note", "Grace Hopper", code=0)
        text = " ".join(str(value) for row in home.ask(
            "select actor, action, subject, detail from audit")
            for value in row)
        text = re.sub(r"[0-9a-f]{32,}", "", text)  # hashes say anything
        for word in ("Hopper", "+1", "212", "312", "Ann", "Harbor", "Stop"):
            with self.subTest(word):
                self.assertNotIn(word, text)
        home.run("audit", "verify", code=0)

    def test_shown_for_a_person(self):
        home = self.home
        home.run("run", "--once", code=0)
        home.run("patient", "show", "P1", code=0)
        rows = home.run("--json", "audit", "show", "--patient", "P1",
                        code=0).lines()
        self.assertEqual([row["action"] for row in rows], ["send", "look"])
        mine = home.run("--json", "audit", "show", "--action", "look",
                        code=0).lines()
        self.assertEqual(len(mine), 1)
        self.assertRegex(mine[0]["at"], r"^\d{4}-\d\d-\d\dT")
        shown = home.run("audit", "show", "--subject", rows[0]["subject"],
                         code=0).out
        self.assertTrue(re.search(r"send +outreach \d+ +attempt", shown))
        self.assertIn("no such row", home.run(
            "audit", "show", "--actor", "nobody", code=0).out)
        home.run("audit", "show", "--patient", "P9", code=1)


if __name__ == "__main__":
    main()
