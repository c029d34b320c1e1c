#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Backups, and stores that came from one: nothing is sent from a copy before
it was released, nobody is told twice, and no STOP is lost."""
import datetime
import email.utils
import json
import os
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from zoneinfo import ZoneInfo

from house import BINARY, BUILD, SOURCE, Case, main, phone, stamp, until
from peer import Mail, Sink, Twilio

ENV = {"TOKEN": "secret-of-the-test"}
TASK = {"if_not_reached": {"task": {"to": "front desk",
                                    "within": "same day"}}}
CHECK_IN = {
    "steps": [{"step": "booked", "when": "1 minute after booked",
               "until": "1 day after booked", "send": "sms",
               "ask": ["feeling"]}],
    "questions": {"feeling": {
        "answers": {"1": "ok", "3": "red"},
        "en": {"sms": "{{clinic.public_name}}: reply 1 well, 3 worse. Call "
                      "{{clinic.phone}}. Reply STOP to opt out."}}},
    "urgency": {"red": {"task": {"to": "nurse on call",
                                 "within": "15 minutes"}}},
    "messages": {}, **TASK}
SHIM = os.path.join(BUILD, "tests", "soak", "fault.so")
HOUR_AGO = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3600))


class Copies(Case):
    def peer(self, kind, *words):
        peer = kind(*words)
        self.addCleanup(peer.close)
        return peer

    def open_twilio(self, count=4, **changes):
        twilio = self.peer(Twilio)
        house = self.house({"tw": twilio.provider()}, poll="1 minute")
        house.open(count, **changes)
        return twilio, house

    def change(self, house, sql):
        store = sqlite3.connect(house.path(house.store))
        store.executescript(sql)
        store.commit()
        store.close()

    def lost(self, house, **options):
        """A backup, and then a day of which it knows nothing."""
        house.run("backup", "b.db", code=0, **options)
        house.run("run", "--once", code=0, **options)
        house.run("restore", "b.db", "--yes", code=0, **options)

    def refused(self, house, *words, **options):
        said = house.run(*words, code=3, **options)
        self.assertIn("outreach release", said.err)
        return said


class Backup(Case):
    def test_beside_a_service_that_sends(self):
        sink = Sink()
        self.addCleanup(sink.close)
        house = self.house({"web": sink.provider(per_second=100)})
        house.open(300)
        service = house.serve()
        until(lambda: len(sink.requests) > 20, "messages leave")
        about = house.run("--json", "backup", "b.db", code=0).json()
        sent = len(sink.requests)
        until(lambda: house.states() == {"accepted": 300}, "all are sent")
        self.assertEqual(service.stop()[0], 0)
        with self.subTest("it is one moment of the store"):
            self.assertEqual(about["patients"], 300)
            self.assertGreater(about["attempts"], 20)
            self.assertLess(sent, 300)
            self.assertLessEqual(about["attempts"], 300)
        with self.subTest("and whole"):
            house.store = "b.db"
            self.assertEqual(house.one("pragma integrity_check"), "ok")
            self.assertEqual(house.one("select count(*) from attempt"),
                             about["attempts"])
            self.assertIsNone(about["audit_fault"])
            house.run("--store", "b.db", "audit", "verify", about["head"],
                      code=0)
        with self.subTest("one file, and only its owner may read it"):
            self.assertEqual(stat.S_IMODE(os.stat(
                house.path("b.db")).st_mode), 0o600)
            self.assertEqual(stat.S_IMODE(os.stat(
                house.path("b.db.audit-key")).st_mode), 0o600)
            self.assertEqual(house.copies(), [])

    def test_never_over_a_file(self):
        house = self.house()
        house.visits(1)
        for name in ("b.db", "c.db.audit-key"):
            with self.subTest(name):
                house.write(name, "precious")
                said = house.run("backup", name.removesuffix(".audit-key"),
                                 code=1)
                self.assertIn("there already", said.err)
                self.assertEqual(house.read(name), "precious")
                self.assertFalse(os.path.exists(house.path("c.db")))

    def test_not_through_a_link_that_leads_nowhere(self):
        house = self.house()
        house.visits(1)
        os.symlink("elsewhere/b.db", house.path("ln.db"))
        for turn in ("first", "again"):
            with self.subTest(turn):
                said = house.run("backup", "ln.db", code=1)
                self.assertIn("ln.db is there already", said.err)
                self.assertFalse(os.path.exists(house.path(
                    "ln.db.audit-key")))
                self.assertEqual(house.copies(), [])

    def test_where_it_cannot(self):
        house = self.house()
        house.visits(1)
        for words, code in ((("backup", "no/such/b.db"), 3),
                            (("--store", "no.db", "backup", "b.db"), 3),
                            (("backup",), 2), (("backup", "a", "b"), 2)):
            with self.subTest(" ".join(words)):
                house.run(*words, code=code)
        self.assertFalse(os.path.exists(house.path("b.db")))

    def test_an_interrupted_one_leaves_nothing(self):
        house = self.house()
        house.visits_file(30000)
        house.run("import", "data", code=0)
        done = house.start("backup", "b.db")
        until(lambda: house.copies() or done.poll() is not None, "the copy")
        done.send_signal(signal.SIGINT)
        self.assertEqual(done.wait(20), -signal.SIGINT)
        self.assertEqual(house.copies(), [])
        self.assertFalse(os.path.exists(house.path("b.db")))

    def test_a_chain_that_is_not_whole_is_told_and_the_data_kept(self):
        house = self.house()
        house.visits(2)
        store = sqlite3.connect(house.path("outreach.db"))
        store.executescript("drop trigger audit_no_update; update audit set "
                            "actor = 'eve' where id = 1")
        store.close()
        said = house.run("backup", "b.db", code=4)
        self.assertIn("row 1 of the audit chain", said.err)
        said = house.run("restore", "b.db", "--yes", code=4)
        self.assertIn("row 1 of the audit chain", said.err)
        self.assertEqual(house.one("select count(*) from patient"), 2)


class Restore(Copies):
    def test_what_was_there_is_moved_aside(self):
        house = self.house()
        house.visits(2)
        house.run("backup", "b.db", code=0)
        house.visits(3)
        said = house.run("restore", "b.db", "--yes", code=0)
        aside = re.search(r"is now (\S+)", said.out)[1]
        self.assertEqual(house.one("select count(*) from patient"), 2)
        house.store = aside
        self.assertEqual(house.one("select count(*) from patient"), 3)

    def test_it_asks(self):
        house = self.house()
        house.visits(1)
        house.run("backup", "b.db", code=0)
        house.visits(2)
        house.run("restore", "b.db", code=2)
        self.assertEqual(house.one("select count(*) from patient"), 2)
        self.assertFalse([name for name in os.listdir(house.folder)
                          if "restored" in name or "replaced" in name])

    def test_not_over_a_store_in_use(self):
        house = self.house()
        house.visits(1)
        house.run("backup", "b.db", code=0)
        with self.subTest("by the service"):
            service = house.serve()
            until(lambda: "event=start" in service.log(), "the start")
            said = house.run("restore", "b.db", "--yes", code=3)
            self.assertIn("another dispatcher", said.err)
            service.stop()
        with self.subTest("by another program"):
            other = sqlite3.connect(house.path("outreach.db"))
            other.execute("begin")
            other.execute("select count(*) from patient").fetchall()
            said = house.run("restore", "b.db", "--yes", code=3)
            self.assertIn("another process", said.err)
            other.close()
        house.run("restore", "b.db", "--yes", code=0)

    def test_not_from_what_is_no_backup(self):
        house = self.house()
        house.visits(1)
        house.run("backup", "b.db", code=0)
        with open(house.path("b.db"), "rb") as file:
            whole = file.read()
        broken = bytearray(whole)
        for at in range(8192, len(broken)):
            broken[at] = (at * 7 + 3) % 251
        before = house.ask("select * from patient")
        rows = (("garbage", b"mrn,name\n" * 999), ("cut", whole[:20000]),
                ("damaged", bytes(broken)), ("empty", b""))
        for name, content in rows:
            with self.subTest(name):
                house.write(name, content)
                house.run("restore", name, "--yes", code=3)
        with self.subTest("not there"):
            house.run("restore", "no.db", "--yes", code=3)
        with self.subTest("itself"):
            house.run("restore", "outreach.db", "--yes", code=2)
        self.assertEqual(house.ask("select * from patient"), before)
        house.run("run", "--once", code=0)

    def test_over_a_damaged_store_and_over_none(self):
        house = self.house()
        house.visits(1)
        house.run("backup", "b.db", code=0)
        house.write("outreach.db", b"\x00" * 9999)
        house.run("restore", "b.db", "--yes", code=0)
        self.assertEqual(house.one("select count(*) from patient"), 1)
        for name in os.listdir(house.folder):
            if name.startswith("outreach.db"):
                os.remove(house.path(name))
        house.run("restore", "b.db", "--yes", code=0)
        house.run("audit", "verify", code=0)
        house.run("release", "--yes", code=0)
        house.run("run", "--once", code=0)

    def test_a_backup_of_a_backup_knows_no_more_than_it(self):
        house = self.house()
        house.visits(1)
        at = house.run("--json", "backup", "b.db", code=0).json()["at"]
        house.run("restore", "b.db", "--yes", code=0)
        time.sleep(1.1)
        self.assertEqual(house.run("--json", "backup", "c.db",
                                   code=0).json()["at"], at)

    def test_a_lost_key(self):
        house = self.house()
        house.visits(1)
        house.run("backup", "b.db", code=0)
        rows = len(house.ask("select 1 from audit"))
        for name in ("outreach.db.audit-key", "b.db.audit-key"):
            os.remove(house.path(name))
        with self.subTest("nothing goes on without it"):
            said = house.run("patient", "opt-out", "P0", code=3)
            self.assertIn("outreach.db.audit-key is missing", said.err)
            self.assertEqual(house.ask("select * from suppression"), [])
        with self.subTest("nor does a backup come back by itself"):
            said = house.run("restore", "b.db", "--yes", code=3)
            self.assertIn("--new-key", said.err)
        with self.subTest("but under a new key"):
            house.run("restore", "b.db", "--new-key", "--yes", code=0)
            said = house.run("audit", "verify", code=0)
            self.assertIn(f"Rows 1 to {rows} were written under a key that "
                          "is lost", said.out)
            house.run("patient", "opt-out", "P0", code=0)
            house.run("audit", "verify", code=0)


    def test_one_that_fails_changes_nothing(self):
        house = self.house()
        house.visits(1)
        house.run("backup", "b.db", code=0)
        now = "2031-05-05T10:00:00Z"
        house.run("--now", now, "restore", "b.db", "--yes", code=0)
        house.run("release", "--yes", code=0)

        def key():
            with open(house.path("outreach.db.audit-key"), "rb") as file:
                return file.read()
        before, names = key(), sorted(os.listdir(house.folder))
        house.run("--now", now, "restore", "b.db", "--new-key", "--yes",
                  code=1)
        self.assertEqual(key(), before)
        self.assertEqual(sorted(name for name in os.listdir(house.folder)
                                if not name.endswith(("-wal", "-shm"))),
                         [name for name in names
                          if not name.endswith(("-wal", "-shm"))])
        house.run("audit", "verify", code=0)
        house.run("run", "--once", code=0)


# Half a change is in the file, and the journal that undoes it beside it.
INTERRUPTED = """
import os, sqlite3, sys
store = sqlite3.connect(sys.argv[1], isolation_level=None)
store.execute("pragma journal_mode=delete")
store.execute("pragma cache_size=2")
store.execute("begin")
store.execute("update patient set mrn = 'half'")
store.execute("create table half as select randomblob(9999) from "
              "sqlite_schema")
os.kill(os.getpid(), 9)
"""


class Interrupted(Copies):
    def test_any_command_opens_it(self):
        """After a kill as the first opened it for writing: whoever only reads
        cannot undo what was half done."""
        house = self.house()
        house.open(1)
        house.run("backup", "b.db", code=0)
        house.run("restore", "b.db", "--yes", code=0)
        for words, code in ((("status",), 0), (("plan",), 0),
                            (("explain", "P0"), 0), (("task", "list"), 0),
                            (("patient", "show", "P0"), 0),
                            (("audit", "verify"), 0), (("backup", "c.db"), 0),
                            (("launch", "notice", "--yes"), 0),
                            (("run", "--once"), 3),
                            (("release", "--yes"), 0)):
            with self.subTest(" ".join(words)):
                subprocess.run([sys.executable, "-c", INTERRUPTED,
                                house.path("outreach.db")], check=False)
                self.assertGreater(os.path.getsize(
                    house.path("outreach.db-journal")), 0)
                said = house.run(*words, code=code)
                self.assertNotIn("read-only", said.err)
                self.assertEqual(
                    house.ask("select mrn from patient"), [("P0",)])


class Noticed(Copies):
    """Copies that were made by hand."""

    def setUp(self):
        self.home = self.house()
        self.home.open(2)

    def copy(self, name, folder=""):
        for ending in ("", "-wal", "-shm"):
            if os.path.exists(self.home.path("outreach.db" + ending)):
                shutil.copy2(self.home.path("outreach.db" + ending),
                             self.home.path(folder, name + ending))

    def test_elsewhere(self):
        self.copy("copy.db")
        said = self.refused(self.home, "--store", "copy.db", "run", "--once")
        self.assertIn("it is a copy", said.err)
        self.home.run("run", "--once", code=0)
        self.assertEqual(self.home.states(), {"accepted": 2})

    def test_an_older_one_in_its_place(self):
        self.copy("old.db")
        self.home.run("run", "--once", code=0)
        self.assertEqual(self.home.states(), {"accepted": 2})
        os.replace(self.home.path("old.db"), self.home.path("outreach.db"))
        said = self.refused(self.home, "run", "--once")
        self.assertIn("older copy", said.err)
        with self.subTest("whatever else was written meanwhile"):
            for i in range(9):
                self.home.run("patient", "show", "P0", code=0)
            self.refused(self.home, "run", "--once")

    def test_an_older_one_written_into_the_file(self):
        self.copy("old.db")
        self.home.run("run", "--once", code=0)
        with open(self.home.path("old.db"), "rb") as old, \
                open(self.home.path("outreach.db"), "r+b") as now:
            content = old.read()
            now.write(content)
            now.truncate(len(content))
        self.refused(self.home, "run", "--once")

    def test_while_a_service_was_killed(self):
        """A copy from the middle of a life, after a crash."""
        service = self.home.serve()
        until(lambda: self.home.states() == {"accepted": 2}, "all are sent")
        self.copy("old.db")
        self.home.visits(4)
        until(lambda: self.home.states() == {"accepted": 4}, "the others")
        service.kill()
        for ending in ("-wal", "-shm"):
            if os.path.exists(self.home.path("outreach.db" + ending)):
                os.remove(self.home.path("outreach.db" + ending))
        os.replace(self.home.path("old.db"), self.home.path("outreach.db"))
        for ending in ("-wal", "-shm"):
            if os.path.exists(self.home.path("old.db" + ending)):
                os.replace(self.home.path("old.db" + ending),
                           self.home.path("outreach.db" + ending))
        self.assertEqual(self.home.states(), {"accepted": 2})
        self.refused(self.home, "run", "--once")

    def test_a_whole_folder(self):
        there = self.home.folder + "-copy"
        shutil.copytree(self.home.folder, there)
        self.addCleanup(shutil.rmtree, there)
        done = subprocess.run([BINARY, "run", "--once"], cwd=there,
                              capture_output=True, text=True,
                              env=self.home.environment())
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("moved from another disk", done.stderr)
        self.assertFalse(os.path.exists(os.path.join(there, "outbox.jsonl")))
        with self.subTest("that was moved on purpose"):
            for words, code in ((("release", "--moved", "--yes"), 0),
                                (("run", "--once"), 0)):
                done = subprocess.run([BINARY, *words], cwd=there,
                                      capture_output=True, text=True,
                                      env=self.home.environment())
                self.assertEqual(done.returncode, code, done.stderr)
            with open(os.path.join(there, "outbox.jsonl")) as file:
                self.assertEqual(len(file.readlines()), 2)

    def test_no_false_alarm(self):
        home = self.home
        with self.subTest("the folder gets another name"):
            there = home.folder + "-moved"
            os.rename(home.folder, there)
            home.folder = there
            home.run("run", "--once", code=0)
        with self.subTest("the store is moved away and back"):
            os.rename(home.path("outreach.db"), home.path("x"))
            os.rename(home.path("x"), home.path("outreach.db"))
            home.run("run", "--once", code=0)
        with self.subTest("it was made smaller"):
            self.change(home, "vacuum")
            home.run("run", "--once", code=0)
        with self.subTest("a service was killed"):
            service = home.serve()
            until(lambda: "event=start" in service.log(), "the start")
            service.kill()
            home.run("run", "--once", code=0)
        with self.subTest("many wrote at once"):
            done = [home.start("patient", "show", f"P{i % 2}")
                    for i in range(12)]
            for one in done:
                self.assertEqual(one.wait(60), 0)
            home.run("run", "--once", code=0)
            home.run("audit", "verify", code=0)

    def test_a_seal_that_is_gone(self):
        os.remove(self.home.path("outreach.db.seal"))
        self.refused(self.home, "run", "--once")
        with self.subTest("nor can it be said to have been moved"):
            self.home.run("release", "--moved", "--yes", code=3)

    def test_a_blast_is_not_even_recorded(self):
        os.remove(self.home.path("outreach.db.seal"))
        blast = ("blast", "--purpose", "appointment", "--where", "true",
                 "--message", "{{clinic.public_name}}: closed. Call "
                 "{{clinic.phone}}. Reply STOP to opt out.")
        self.refused(self.home, *blast, "--yes")
        self.assertEqual(self.home.one("select count(*) from campaign"), 1)
        with self.subTest("but may be looked at"):
            self.home.run(*blast, "--dry-run", code=0)

    def test_not_even_one_text_to_staff(self):
        test = ("test-send", "notice/booked", "--as", "P0", "--to",
                "+12125550123")
        self.home.run(*test, code=0)
        sent = self.home.read("outbox.jsonl")
        os.remove(self.home.path("outreach.db.seal"))
        self.refused(self.home, *test)
        self.assertEqual(self.home.read("outbox.jsonl"), sent)

    def test_status_says_so(self):
        os.remove(self.home.path("outreach.db.seal"))
        self.assertIn("outreach release",
                      self.home.run("status", code=0).out)
        self.assertIs(self.home.run("--json", "status", code=0).json()
                      ["released"], False)

    def test_what_looks_ahead_says_so(self):
        rows = (("plan", "--for", "3d"), ("simulate", "--days", "2"))
        for released in (True, False):
            if not released:
                os.remove(self.home.path("outreach.db.seal"))
            for words in rows:
                with self.subTest(words, released=released):
                    said = self.home.run(*words, code=0).out
                    self.assertEqual("NOT RELEASED: " in said, not released)
                    last = self.home.run("--json", *words,
                                         code=0).lines()[-1]
                    self.assertIs(last["released"], released)
        self.home.run("release", "--yes", code=0)
        self.assertNotIn("outreach release",
                         self.home.run("status", code=0).out)
        self.assertIs(self.home.run("--json", "status", code=0).json()
                      ["released"], True)


class Release(Copies):
    def test_what_was_sent_is_found_and_not_sent_again(self):
        twilio, house = self.open_twilio()
        self.lost(house, env=ENV)
        self.assertEqual(len(twilio.references()), 4)
        self.refused(house, "run", "--once", env=ENV)
        said = house.run("--json", "release", "--yes", code=0, env=ENV).json()
        self.assertEqual((said["found"], said["replies"], said["in_doubt"]),
                         (4, 0, []))
        house.run("run", "--once", code=0, env=ENV)
        self.assertEqual(house.states(), {"delivered": 4})
        self.assertEqual(len(twilio.references()), 4)
        with self.subTest("it stands in the ledger as it was"):
            self.assertEqual(
                {row for row in house.ask("select provider_id, address from "
                                          "attempt")},
                {(m["sid"], m["to"]) for m in twilio.messages})
            self.assertEqual(house.ask("select * from stray"), [])
        with self.subTest("and the chain is whole"):
            house.run("audit", "verify", code=0)
        with self.subTest("released is released"):
            house.run("release", "--yes", code=0, env=ENV)

    def explained(self, house, mrn):
        """What the explanation says comes, and in its words."""
        said = house.run("--json", "explain", mrn, code=0, env=ENV).json()
        return ([(one["what"], one["state"], one["reason"])
                 for one in said["next"]],
                house.run("explain", mrn, code=0, env=ENV).out)

    def test_what_was_found_is_explained_as_found(self):
        twilio, house = self.open_twilio(1)
        self.lost(house, env=ENV)
        house.run("release", "--yes", code=0, env=ENV)
        told, text = self.explained(house, "P0")
        self.assertEqual([one[:2] for one in told],
                         [("found-sent", "delivered")])
        self.assertIn("does not go: it was found already sent by sms", text)
        self.assertIn("no: booked was found already sent by sms", text)
        self.assertNotIn("goes by", text)

    def test_what_may_have_left_is_explained_as_unknown(self):
        house = self.house()
        house.open(1)
        self.lost(house)
        house.run("release", "--yes", code=0)
        told, text = self.explained(house, "P0")
        self.assertEqual(told, [("ends", "unknown",
                                 "unknown, and not sent again")])
        self.assertIn("no: booked: unknown, and not sent again", text)
        self.assertNotIn("goes by", text)

    def test_whoever_came_in_since_the_backup(self):
        """Their moments begin anew with the import after it."""
        twilio, house = self.open_twilio(
            0, anchor="patient", purpose="screening", audience=["true"],
            occurrence="attr.due = 'yes'",
            steps=[{"step": "invite", "when": "on entry", "send": "sms",
                    "until": "5 days after entry", "message": "m"}],
            messages={"m": {"en": {"sms": "{{clinic.public_name}}: you are "
                                   "due. Call {{clinic.phone}}. Reply STOP to "
                                   "opt out."}}})
        house.run("run", "--once", code=0, env=ENV)
        house.run("backup", "b.db", code=0)
        house.write("data/patients.csv",
                    "mrn,first_name,language,clinic,state,zone,mobile,attr.due"
                    + "".join(f"\nP{i},Ann,en,C,NY,America/New_York,"
                              f"{phone(i)},yes" for i in range(3)) + "\n")
        house.run("import", "data", code=0)
        house.run("run", "--once", code=0, env=ENV)
        self.assertEqual(len(twilio.references()), 3)
        house.run("restore", "b.db", "--yes", code=0, env=ENV)
        house.run("import", "--full", "data", code=0)
        house.run("release", "--yes", code=0, env=ENV)
        house.run("run", "--once", code=0, env=ENV)
        self.assertEqual(house.states(), {"delivered": 3})
        self.assert_all_one(twilio.references(), "invited twice")
        with self.subTest("each stands there with the provider's id"):
            self.assertEqual(
                {row for row in house.ask("select provider_id, address from "
                                          "attempt")},
                {(m["sid"], m["to"]) for m in twilio.messages})

    def test_what_left_before_its_own_time(self):
        """Its hours were closed then, and it goes before that (if_closed)."""
        if not os.path.exists(SHIM):
            self.skipTest("the clock cannot be put on")
        mail = self.peer(Mail)
        for channel, seen in (("sms", None), ("email", mail.mails)):
            with self.subTest(channel):
                self.before_its_time(mail, channel, seen)

    def before_its_time(self, mail, channel, seen):
        twilio = self.peer(Twilio)
        house = self.house(
            {"tw": twilio.provider(),
             "m": mail.provider(reply_to="a@example.org")},
            poll="1 minute", hours="09:00-20:00")
        zone = ZoneInfo("America/New_York")
        today = datetime.datetime.now(zone).date() + \
            datetime.timedelta(days=2)

        def run(at, *words, days=0):
            then = datetime.datetime.combine(
                today + datetime.timedelta(days=days),
                datetime.time.fromisoformat(at), zone)
            twilio.ahead = int(then.timestamp() - time.time())
            return house.run(*words, code=0, env={
                **ENV, "LD_PRELOAD": SHIM, "FAULT": "none:0",
                "FAULT_AHEAD": str(twilio.ahead),
                "ASAN_OPTIONS": "verify_asan_link_order=0"})
        house.visits_file(2, email=True)
        text = house.read("data/appointments.csv")
        house.write("data/appointments.csv", re.sub(
            r"\d{4}-\d\d-\d\dT09:00:00",
            f"{today + datetime.timedelta(days=1)}T15:00:00", text))
        house.campaign(steps=[{
            "step": "evening", "when": "1 day before start at 21:00",
            "until": "2 hours before start", "if_closed": "earlier",
            "send": channel, "message": "m"}])
        run("08:00", "import", "data")
        run("08:00", "launch", "notice", "--yes", "--quiet")
        run("08:01", "run", "--once")
        run("08:02", "backup", "b.db")
        run("19:59:30", "run", "--once")
        run("20:30", "restore", "b.db", "--yes")
        run("20:31", "import", "--full", "data")
        run("20:32", "release", "--yes")
        run("20:33", "run", "--once")
        run("09:05", "run", "--once", days=1)
        self.assertEqual(
            len(twilio.references()) if seen is None else len(seen), 2)
        self.assertEqual(house.states(), {
            "delivered" if seen is None else "unknown": 2})

    def test_an_answer_that_was_given(self):
        twilio, house = self.open_twilio(1)
        shutil.copy(os.path.join(SOURCE, "campaigns", "library",
                                 "replies.json"), house.path("campaigns"))
        house.run("launch", "replies", "--yes", code=0)
        house.run("run", "--once", code=0, env=ENV)
        house.run("backup", "b.db", code=0)
        twilio.receive("+12122000000", "hello there")
        until(lambda: house.run("run", "--once", code=0, env=ENV) and
              len(twilio.references()) == 2, "the answer")
        house.run("restore", "b.db", "--yes", code=0, env=ENV)
        house.run("release", "--since", HOUR_AGO, "--yes", code=0, env=ENV)
        until(lambda: house.run("run", "--once", code=0, env=ENV) and
              house.states() == {"delivered": 2}, "it is settled")
        self.assertEqual(len(twilio.references()), 2)

    def test_the_same_words_before_its_time(self):
        """They are another's: nobody sends what is not due yet."""
        twilio, house = self.open_twilio(1)
        house.run("run", "--once", code=0, env=ENV)
        house.run("backup", "b.db", code=0)
        house.run("restore", "b.db", "--yes", code=0)
        then = email.utils.formatdate(time.time() - 600)
        twilio.keep(**{**twilio.messages[0], "sid": "SM" + "f" * 32,
                       "date_created": then, "date_sent": then})
        house.run("release", "--since", HOUR_AGO, "--yes", code=0, env=ENV)
        self.assertEqual(house.one("select count(*) from stray"), 1)
        house.visits_file(1, now=time.time() + 243)
        house.write("data/appointments.csv", house.read(
            "data/appointments.csv").replace("A0,", "A9,"))
        house.run("import", "data", code=0)
        until(lambda: house.run("run", "--once", code=0, env=ENV) and
              house.one("select count(*) from attempt") == 2, "it goes")
        self.assertEqual(len(twilio.references()), 3)

    def test_what_was_said_alone_or_together(self):
        """The store before this one may have put together others."""
        both = {"en": {"sms": "{{clinic.public_name}}: you are booked: "
                       "{{#each}}{{start | time}}. {{/each}}Call "
                       "{{clinic.phone}}. Reply STOP to opt out."}}
        rows = (("together", 2, 2, 1), ("the first alone", 1, 2, 2),
                ("alone, and a third with it", 1, 3, 2))
        for name, before, after, wanted in rows:
            with self.subTest(name):
                twilio, house = self.open_twilio(
                    0, messages={"m": both},
                    combine="per patient within 2 days")
                self.same_patient(house, 0)
                house.run("backup", "b.db", code=0)
                self.same_patient(house, before)
                house.run("run", "--once", code=0, env=ENV)
                self.assertEqual(len(twilio.references()), 1)
                house.run("restore", "b.db", "--yes", code=0, env=ENV)
                self.same_patient(house, after)
                house.run("release", "--since", HOUR_AGO, "--yes", code=0,
                          env=ENV)
                for _ in range(3):  # of two looks
                    house.run("run", "--once", code=0, env=ENV)
                    self.change(house, "update outreach set due_at = 1 "
                                "where state in (0, 9)")
                self.assertEqual(len(twilio.references()), wanted,
                                 [m["body"] for m in twilio.messages])
                times = re.findall(r"\d+:00 [AP]M", " ".join(
                    m["body"] for m in twilio.messages))
                self.assertEqual(len(times), after)
                self.assert_all_one(times, "told twice")

    @staticmethod
    def same_patient(house, count):
        house.visits_file(count)
        people = house.read("data/patients.csv").splitlines()
        visits = house.read("data/appointments.csv").splitlines()
        house.write("data/patients.csv", "\n".join(people[:2]) + "\n")
        house.write("data/appointments.csv", "\n".join(
            re.sub(r"^A(\d),P\d(.*?)T09", lambda m:
                   f"A{m[1]},P0{m[2]}T{10 + int(m[1])}", row)
            for row in visits) + "\n")
        house.run("import", "data", code=0)

    def test_a_lost_stop_takes_effect(self):
        twilio, house = self.open_twilio()
        house.run("backup", "b.db", code=0)
        house.run("run", "--once", code=0, env=ENV)
        twilio.receive("+12122000000", "STOP")
        house.run("run", "--once", code=0, env=ENV)
        self.assertEqual(house.one("select count(*) from reply"), 1)
        house.run("restore", "b.db", "--yes", code=0, env=ENV)
        self.assertEqual(house.one("select count(*) from reply"), 0)
        said = house.run("--json", "release", "--yes", code=0, env=ENV).json()
        self.assertEqual(said["replies"], 1)
        self.assertEqual(said["opt_outs"], 1, "as many as there were")
        ran = house.run("run", "--once", code=0, env=ENV)
        self.assertEqual(house.states(), {"delivered": 4})
        self.assertEqual(len(twilio.references()), 4)
        with self.subTest("nothing left, and nothing is wrong"):
            self.assertIn("0 sent", ran.out)
            self.assertNotIn("receipt-of-nothing", ran.err)
        with self.subTest("what was sent before the STOP is theirs"):
            self.assertRegex(house.run("patient", "show", "P0", code=0).out,
                             r"booked +\S+ +delivered +sms")
            chain = house.run("audit", "show", "--patient", "P0", code=0).out
            self.assertRegex(chain, r"found +patient 1 +sent by sms over tw")
            house.run("audit", "verify", code=0)

    def test_a_lost_stop_of_a_number_that_was_replaced_since(self):
        """The newest extract comes first, as the manual says."""
        for new_owner in (False, True):
            with self.subTest(new_owner=new_owner):
                twilio, house = self.open_twilio(2)
                house.run("backup", "b.db", code=0)
                house.run("run", "--once", code=0, env=ENV)
                twilio.receive("+12122000001", "STOP")
                house.run("run", "--once", code=0, env=ENV)
                house.run("restore", "b.db", "--yes", code=0, env=ENV)
                people = house.read("data/patients.csv").replace(
                    "+12122000001", "+12127770001")
                if new_owner:
                    people = people.replace("+12122000000", "+12122000001")
                house.write("data/patients.csv", people)
                house.run("import", "--full", "--accept", "data", code=0)
                house.run("release", "--yes", code=0, env=ENV)
                house.campaign("second")
                house.run("launch", "second", "--yes", code=0)
                sent = len(twilio.references())
                house.run("run", "--once", code=0, env=ENV)
                self.assertNotIn("+12127770001", twilio.references()[sent:])
                self.assertIn("nothing by sms for any purpose", house.run(
                    "patient", "show", "P1", code=0).out)

    def open_held(self, **changes):
        """A message was sent of which the store that is restored knows that
        it is planned: there everything is paused."""
        twilio, house = self.open_twilio(1, **changes)
        house.run("pause", "--all", code=0)
        house.run("run", "--once", code=0, env=ENV)
        house.run("backup", "b.db", code=0)
        house.run("resume", "--all", code=0)
        house.run("run", "--once", code=0, env=ENV)
        self.assertEqual(len(twilio.references()), 1)
        return twilio, house

    def test_an_answer_to_what_is_found(self):
        """It is as urgent as its question, whether it came before the release
        or comes behind it, where all is paused still."""
        for before in (True, False):
            with self.subTest(before=before):
                twilio, house = self.open_held(**CHECK_IN)
                if before:
                    twilio.receive("+12122000000", "3")
                house.run("restore", "b.db", "--yes", code=0, env=ENV)
                house.run("release", "--yes", code=0, env=ENV)
                if not before:
                    twilio.receive("+12122000000", "3")
                    house.run("run", "--once", code=0, env=ENV)
                self.assertEqual(house.ask("select owner from task"),
                                 [("nurse on call",)])
                self.assertEqual(house.states(), {"delivered": 1})
                house.run("audit", "verify", code=0)

    def test_what_is_found_is_not_late(self):
        """Nor is it told as "not reached"."""
        for found in (True, False):
            with self.subTest(found=found):
                twilio, house = self.open_held(**TASK)
                house.run("restore", "b.db", "--yes", code=0, env=ENV)
                self.change(house, "update outreach set until_at = "
                            f"{int(time.time() * 1000) - 1000}")
                if not found:
                    twilio.messages = []
                house.run("release", "--since", HOUR_AGO, "--yes", code=0,
                          env=ENV)
                house.run("resume", "--all", code=0)
                for _ in range(3):
                    house.run("run", "--once", code=0, env=ENV)
                    self.change(house, "update outreach set due_at = 1 "
                                "where state = 9")
                self.assertEqual(house.states(), {
                    "delivered" if found else "expired": 1})
                self.assertEqual(house.one("select count(*) from task"),
                                 0 if found else 1)
                self.assertEqual(len(twilio.references()), 1 if found else 0)

    def test_what_was_not_sent_goes_when_the_provider_is_sure(self):
        twilio, house = self.open_twilio()
        self.lost(house, env=ENV)
        twilio.messages = [m for m in twilio.messages
                           if m["to"] < "+12122000002"]
        house.run("release", "--since", HOUR_AGO, "--yes", code=0, env=ENV)
        house.run("run", "--once", code=0, env=ENV)
        with self.subTest("one look is no proof"):
            self.assertEqual(house.states(), {"delivered": 2, "unknown": 2})
            self.assertEqual(len(twilio.references()), 2)
        self.change(house, "update outreach set due_at = 1 where state = 9")
        house.run("run", "--once", code=0, env=ENV)
        with self.subTest("two are"):
            self.assertEqual(sum(house.states().values()), 4)
            self.assertNotIn("unknown", house.states())
        self.assertEqual(sorted(twilio.references()),
                         [f"+1212200000{i}" for i in range(4)])

    def test_what_left_since_the_release_is_in_doubt_no_more(self):
        twilio, house = self.open_twilio(1)
        self.lost(house, env=ENV)
        twilio.messages = []
        house.run("release", "--since", HOUR_AGO, "--yes", code=0, env=ENV)
        house.run("run", "--once", code=0, env=ENV)
        self.assertEqual(house.states(), {"unknown": 1})
        self.change(house, "update outreach set due_at = 1 where state = 9")
        twilio.refuse = (429, 20429)
        house.run("run", "--once", code=0, env=ENV)
        self.assertEqual(house.states(), {"planned": 1})
        twilio.refuse = None
        service = house.serve(env=ENV)
        until(lambda: house.states().get("accepted") == 1, "it goes again")
        service.stop()
        self.assertEqual(house.one("select count(*) from attempt"), 3)
        self.assertEqual(len(twilio.references()), 1)

    def test_one_that_still_waits_at_the_provider_is_found(self):
        """Its list by date does not have it: nothing was sent yet."""
        twilio, house = self.open_twilio(2)
        self.lost(house, env=ENV)
        hidden, twilio.messages = twilio.messages, []
        house.run("release", "--since", HOUR_AGO, "--yes", code=0, env=ENV)
        twilio.messages = hidden
        house.run("run", "--once", code=0, env=ENV)
        self.assertEqual(house.states(), {"delivered": 2})
        self.assertEqual(len(twilio.references()), 2)

    def test_the_same_words_of_another_message(self):
        """One message cannot be two: the second stays unknown."""
        twilio, house = self.open_twilio(1)
        house.campaign("second")
        house.run("launch", "second", "--yes", "--quiet", code=0, env=ENV)
        self.lost(house, env=ENV)
        twilio.messages.pop()
        house.run("release", "--since", HOUR_AGO, "--yes", code=0, env=ENV)
        house.run("run", "--once", code=0, env=ENV)
        self.assertEqual(house.states(), {"delivered": 1, "unknown": 1})
        self.assertEqual(len(twilio.references()), 1)

    def test_something_else_was_sent_there(self):
        twilio, house = self.open_twilio(2, **TASK)
        house.run("backup", "b.db", code=0)
        house.run("restore", "b.db", "--yes", code=0)
        twilio.keep(**{"from": "+12125550190"}, to="+12122000000",
                    body="Harbor Clinic: another wording",
                    direction="outbound-api", status="delivered")
        house.run("release", "--since", HOUR_AGO, "--yes", code=0, env=ENV)
        house.run("run", "--once", code=0, env=ENV)
        with self.subTest("so nobody can tell, and a person is told"):
            self.assertEqual(house.ask(
                "select mrn, o.state, o.due_at from outreach o join patient "
                "p on p.id = o.patient_id where mrn = 'P0'"),
                [("P0", 9, None)])
            self.assertEqual(house.ask("select owner from task"),
                             [("front desk",)])
        with self.subTest("nothing left for them"):
            self.assertEqual(twilio.references(), ["+12122000000"])
        with self.subTest("and what it was is told"):
            for words in (("explain", "P0"), ("patient", "show", "P0")):
                for form in ((), ("--json",)):
                    self.assertIn("another wording", house.run(
                        *form, *words, code=0).out)
            self.assertIn("found at the provider",
                          house.run("explain", "P0", code=0).out)
        with self.subTest("it counts in the caps"):
            self.assertEqual(house.one("select count(*) from stray where "
                                       "counts = 1"), 1)

    def test_a_provider_that_does_not_tell(self):
        twilio, house = self.open_twilio(2)
        self.lost(house, env=ENV)
        twilio.down = True
        said = house.run("release", "--yes", code=3, env=ENV)
        self.assertIn("provider tw did not tell", said.err)
        self.refused(house, "run", "--once", env=ENV)
        twilio.down = False
        house.run("release", "--yes", code=0, env=ENV)
        house.run("run", "--once", code=0, env=ENV)
        self.assertEqual(len(twilio.references()), 2)

    def test_a_provider_that_is_gone_leaves_doubt(self):
        twilio, house = self.open_twilio(2)
        house.run("run", "--once", code=0, env=ENV)
        house.run("backup", "b.db", code=0)
        house.run("restore", "b.db", "--yes", code=0)
        house.write_config(providers={"other": twilio.provider()})
        said = house.run("--json", "release", "--yes", code=0, env=ENV).json()
        self.assertEqual(said["in_doubt"], ["sms"])

    def test_nobody_can_tell(self):
        mail, sink = self.peer(Mail), self.peer(Sink)
        rows = (
            ("outbox", None, "sms", None),
            ("mail", {"m": mail.provider(reply_to="a@example.org")}, "email",
             mail.mails),
            ("an SMS provider without a list", {"web": sink.provider()},
             "sms", sink.requests))
        for name, providers, channel, seen in rows:
            with self.subTest(name):
                house = self.house(providers)
                steps = [{"step": "booked", "when": "1 minute after booked",
                          "until": "1 day after booked", "send": channel,
                          "message": "m"}]
                house.open(2, email=True, steps=steps, **TASK)
                self.lost(house)
                said = house.run("--json", "release", "--yes", code=0).json()
                self.assertIn(channel, said["in_doubt"])
                house.run("run", "--once", code=0)
                self.assertEqual(house.states(), {"unknown": 2})
                self.assertEqual(house.one("select count(*) from task"), 2)
                if seen is not None:
                    self.assertEqual(len(seen), 2)
                with self.subTest("what is new goes"):
                    house.visits_file(3, email=True)
                    now = stamp(time.time() - 58)
                    text = house.read("data/appointments.csv").splitlines()
                    text[3] = text[3].rsplit(",", 1)[0] + "," + now
                    house.write("data/appointments.csv", "\n".join(text))
                    house.run("import", "data", code=0)
                    until(lambda: house.run("run", "--once", code=0) and
                          house.states() == {"unknown": 2, "accepted": 1},
                          "the new one")

    def test_refusals_that_nobody_can_fetch_are_told(self):
        mail, twilio, sink = (self.peer(Mail), self.peer(Twilio),
                              self.peer(Sink))
        tw = twilio.provider()
        m, web = mail.provider(), sink.provider()
        rows = (
            ("a list of all that it has", {"tw": tw}, {}),
            ("no list of calls, and none of emails",
             {"tw": {**tw, "channels": ["sms", "voice"],
                     "voice_url": "https://voice.example.org"}, "m": m},
             {"tw": ["voice"], "m": ["email"]}),
            ("an SMS provider without one beside one that has it",
             {"tw": tw, "web": {**web, "fallback_of": "tw"}},
             {"web": ["sms"]}),
            ("none configured", None,
             {"outbox": ["sms", "email", "voice"]}))
        for name, providers, lost in rows:
            with self.subTest(name):
                house = self.house(providers)
                house.visits(1)
                began = time.time()
                house.run("backup", "b.db", code=0)
                house.run("restore", "b.db", "--yes", code=0)
                time.sleep(1.1)
                out = house.run("release", "--yes", code=0, env=ENV).out
                said = re.search(r"(?m)^Between (\S+) and (\S+) (.*)$", out)
                self.assertEqual(said is not None, bool(lost), out)
                self.assertEqual("opt-out MRN" in out, bool(lost))
                if lost:
                    since, until_then = map(self.seconds, said.groups()[:2])
                    self.assertLess(abs(since - began), 5)
                    self.assertLess(since, until_then)
                    self.assertLess(abs(until_then - time.time()), 5)
                    for provider, channels in lost.items():
                        self.assertIn(f"{provider} ({', '.join(channels)})",
                                      said[3])
                    self.assertEqual("tw (" in said[3], "tw" in lost)
                house.run("restore", "b.db", "--yes", code=0)
                said = house.run("--json", "release", "--yes", code=0,
                                 env=ENV).json()
                self.assertEqual({one["provider"]: one["channels"]
                                  for one in said["refusals_lost"]}, lost)
                self.assertLess(self.seconds(said["since"]),
                                self.seconds(said["until"]))
                with self.subTest("once it is released nothing is lost"):
                    said = house.run("--json", "release", "--yes", code=0,
                                     env=ENV).json()
                    self.assertEqual(said["refusals_lost"], [])
                    self.assertNotIn("Between", house.run(
                        "release", "--yes", code=0, env=ENV).out)

    @staticmethod
    def seconds(text):
        return datetime.datetime.fromisoformat(text).timestamp()

    def test_no_refusal_is_lost_where_nothing_was_sent(self):
        """The folder was moved, and nobody was at work meanwhile."""
        house = self.house()
        house.visits(1)
        there = house.folder + "-moved"
        shutil.copytree(house.folder, there)
        self.addCleanup(shutil.rmtree, there)
        done = subprocess.run([BINARY, "--json", "release", "--moved", "--yes"],
                              cwd=there, capture_output=True, text=True,
                              env=house.environment(), check=True)
        self.assertEqual(json.loads(done.stdout)["refusals_lost"], [])

    def test_no_reference_is_used_twice(self):
        """A provider with keys would take a new message for an old one."""
        sink = self.peer(Sink)
        house = self.house({"web": sink.provider(
            idempotency_header="Idempotency-Key")})
        house.open(2)
        house.run("run", "--once", code=0)
        for i in range(2):
            house.run("backup", f"b{i}.db", code=0)
            house.visits_file(5 * (i + 1))
            house.run("import", "data", code=0)
            house.run("run", "--once", code=0)
            house.run("restore", f"b{i}.db", "--yes", code=0)
            house.run("release", "--yes", code=0)
            house.visits_file(5 * (i + 1) + 1, now=time.time() + 243)
            house.run("import", "data", code=0)
            until(lambda: house.run("run", "--once", code=0) and
                  not house.states().get("planned"), "all are decided")
            self.assert_all_one(sink.references(), "used twice")
        self.assertGreater(house.one("select max(id) from attempt"), 2e9)
        self.assertLess(house.one("select count(*) from attempt"), 50)

    def test_a_step_that_would_rather_say_it_twice(self):
        house = self.house()
        steps = [{"step": "booked", "when": "1 minute after booked",
                  "until": "1 day after booked", "send": "sms",
                  "message": "m", "when_unknown": "resend"}]
        house.open(2, steps=steps)
        self.lost(house)
        house.run("release", "--yes", code=0)
        house.run("run", "--once", code=0)
        self.assertEqual(house.states(), {"accepted": 2})
        self.assertEqual(len(house.read("outbox.jsonl").splitlines()), 4)

    def test_words_it_does_not_take(self):
        house = self.house()
        house.visits(1)
        for words in (("--since", "yesterday"), ("more",),
                      ("--since", "2999-01-01T00:00:00Z"),
                      ("--moved", "--since", HOUR_AGO)):
            with self.subTest(" ".join(words)):
                house.run("release", *words, "--yes", code=2)

    def test_a_disk_that_was_set_back(self):
        """The seal went back with the store: only a person can know."""
        twilio, house = self.open_twilio()
        there = house.folder + "-snapshot"
        inode = os.stat(house.path("outreach.db")).st_ino
        shutil.copytree(house.folder, there)
        self.addCleanup(shutil.rmtree, there)
        house.run("run", "--once", code=0, env=ENV)
        for name in os.listdir(there):
            if name.startswith("outreach.db"):
                with open(os.path.join(there, name), "rb") as old, \
                        open(house.path(name), "r+b") as now:
                    content = old.read()
                    now.write(content)
                    now.truncate(len(content))
        self.assertEqual(os.stat(house.path("outreach.db")).st_ino, inode)
        house.run("release", "--since", HOUR_AGO, "--yes", code=0, env=ENV)
        house.run("run", "--once", code=0, env=ENV)
        self.assertEqual(house.states(), {"delivered": 4})
        self.assertEqual(len(twilio.references()), 4)


if __name__ == "__main__":
    main()
