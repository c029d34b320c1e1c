#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Stores that cannot be used: a clear error, exit 3, nothing half-done."""
import os
import resource
import shutil
import sqlite3
import subprocess
import unittest

from house import BINARY, Answer, Case, House, main

READS = (("status",), ("plan",), ("task", "list"), ("blast", "list"))
WRITES = (("run", "--once"), ("pause", "--all"), ("import", "data"),
          ("patient", "opt-out", "P0"), ("launch", "notice", "--yes"))
ORDINARY = 65534  # the user nobody


class Stores(Case):
    def setUp(self):
        self.home = self.house()
        self.home.open(3)

    def refused(self, told, words=READS + WRITES, **options):
        for row in words:
            with self.subTest(" ".join(row)):
                answer = self.home.run(*row, code=3, **options)
                self.assertIn(told, answer.err)
                self.assertIn("outreach.db", answer.err)
                self.assertEqual(answer.out.strip(), "")

    def replace(self, content):
        for ending in ("", "-wal", "-shm"):
            if os.path.exists(self.home.path("outreach.db" + ending)):
                os.remove(self.home.path("outreach.db" + ending))
        self.home.write("outreach.db", content)

    def bytes(self):
        with open(self.home.path("outreach.db"), "rb") as file:
            return file.read()

    def change(self, sql):
        store = sqlite3.connect(self.home.path("outreach.db"))
        store.executescript(sql)
        store.commit()
        store.close()


class Broken(Stores):
    def test_a_folder(self):
        self.replace(b"")
        os.remove(self.home.path("outreach.db"))
        os.mkdir(self.home.path("outreach.db"))
        self.refused("folder")

    def test_not_a_database(self):
        garbage = b"mrn,first_name\nP0,Ann\n" * 400
        self.replace(garbage)
        self.refused("not a")
        self.assertEqual(self.bytes(), garbage, "the file is as it was")

    def test_a_database_of_something_else(self):
        self.replace(b"")
        self.change("create table song (id integer primary key, name text)")
        before = self.bytes()
        self.refused("")
        self.assertEqual(self.bytes(), before)

    def test_a_newer_version(self):
        self.change("pragma user_version = 99")
        self.refused("newer")
        self.assertEqual(self.home.one("pragma user_version"), 99)

    def test_truncated(self):
        self.change("pragma wal_checkpoint(truncate)")
        whole = self.bytes()
        self.replace(whole[:len(whole) // 2 + 100])
        for row in (("status",), ("run", "--once"), ("plan",)):
            with self.subTest(" ".join(row)):
                answer = self.home.run(*row, code=3)
                self.assertIn("outreach.db", answer.err)

    def test_corrupt_pages(self):
        self.change("pragma wal_checkpoint(truncate)")
        whole = bytearray(self.bytes())
        for at in range(4096, len(whole)):
            whole[at] = (at * 7 + 3) % 251
        self.replace(bytes(whole))
        for row in (("status",), ("run", "--once"), ("plan",),
                    ("import", "data")):
            with self.subTest(" ".join(row)):
                answer = self.home.run(*row, code=3)
                self.assertIn("outreach.db", answer.err)
                self.assertRegex(answer.err, "damaged|corrupt|malformed")


class Mounted(Stores):
    """On a file system that is read-only."""

    REMOUNT = ("mount --bind . . && mount -o remount,ro,bind . && cd \"$PWD\""
               " && exec \"$@\"")

    def run_there(self, *words):
        done = subprocess.run(
            ["unshare", "-rm", "sh", "-c", self.REMOUNT, "sh", *words],
            cwd=self.home.folder, capture_output=True, text=True, check=False,
            env=self.home.environment())
        return Answer(done)

    def test_what_is_wrong_is_the_mount(self):
        if not shutil.which("unshare") or self.run_there("true").code:
            self.skipTest("needs a mount of its own")
        for row in (*READS, ("audit", "verify"), *WRITES[1:4]):
            with self.subTest(" ".join(row)):
                answer = self.run_there(BINARY, *row)
                self.assertEqual(answer.code, 3, str(answer))
                self.assertIn("outreach.db: Read-only file system: mount it "
                              "writable", answer.err)
        with self.subTest("run --once"):
            answer = self.run_there(BINARY, "run", "--once")
            self.assertIn("the file system is read-only", answer.err)
            self.assertNotIn("another dispatcher", answer.err)


@unittest.skipIf(os.geteuid() and not shutil.which("setpriv"), "needs setpriv")
class Permission(Stores):
    """As a user who may not write."""

    def setUp(self):
        super().setUp()
        self.user = ORDINARY if os.geteuid() == 0 else None

    def ordinary(self):
        if self.user:
            os.setgroups([])
            os.setgid(self.user)
            os.setuid(self.user)

    def give(self, mode_file, mode_folder):
        for name in os.listdir(self.home.folder):
            path = self.home.path(name)
            if self.user:
                os.chown(path, self.user, self.user)
            if name.startswith("outreach.db"):
                os.chmod(path, mode_file)
        if self.user:
            os.chown(self.home.folder, self.user, self.user)
        os.chmod(self.home.folder, mode_folder)
        self.addCleanup(os.chmod, self.home.folder, 0o700)

    def test_no_permission_at_all(self):
        self.give(0o000, 0o700)
        self.refused("Permission denied", READS + WRITES[:2], before=self.ordinary)

    def test_a_file_that_is_read_only(self):
        self.give(0o400, 0o700)
        self.refused("", WRITES[1:4], before=self.ordinary)
        self.assertEqual(self.home.one("select count(*) from suppression"), 0)

    def test_a_folder_that_is_read_only(self):
        self.give(0o600, 0o500)
        for row in (("run", "--once"), ("plan",)):
            with self.subTest(" ".join(row)):
                answer = self.home.run(*row, code=3, before=self.ordinary)
                self.assertRegex(answer.err, "permission|writable|write")


class Full(Stores):
    """A file that cannot grow, as on a full disk."""

    def small(self, room):
        def before():
            import signal
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        return before

    def test_import_leaves_the_store_as_it_was(self):
        self.home.visits_file(20000)
        answer = self.home.run("import", "data", code=3,
                               before=self.small(1 << 20))
        self.assertRegex(answer.err, "(?i)full|space|disk|write")
        self.assertEqual(self.home.one("select count(*) from patient"), 3)
        self.assertEqual(self.home.one("pragma integrity_check"), "ok")
        self.home.run("import", "data", code=0)
        self.assertEqual(self.home.one("select count(*) from patient"), 20000)

    def test_nothing_leaves_that_cannot_be_written_down(self):
        self.home.run("status", code=0)
        answer = self.home.run("run", "--once", code=3,
                               before=self.small(4096))
        self.assertRegex(answer.err, "(?i)full|space|disk|write")
        self.assertFalse(os.path.exists(self.home.path("outbox.jsonl")) and
                         os.path.getsize(self.home.path("outbox.jsonl")))
        self.home.run("run", "--once", code=0)
        self.assertEqual(self.home.states(), {"accepted": 3})

    def test_a_full_disk(self):
        """A real one: a file system of a few hundred kilobytes."""
        if os.geteuid() or not shutil.which("unshare"):
            self.skipTest("only root may mount")
        script = (
            "set -e; mkdir small; mount -t tmpfs -o size=900k none small\n"
            "cp outreach.db* small/; sed 's,\"outreach.json\",,' "
            "outreach.json > /dev/null\n"
            "set +e; \"$0\" --store small/outreach.db import data; "
            "echo exit $?\n"
            "rm -f small/fill; \"$0\" --store small/outreach.db "
            "patient show P0 >/dev/null; echo exit $?\n")
        self.change("pragma wal_checkpoint(truncate)")
        self.home.visits_file(20000)
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", script, BINARY],
            cwd=self.home.folder, capture_output=True, text=True,
            env=self.home.environment())
        if "mount:" in done.stderr or "unshare:" in done.stderr:
            self.skipTest("mounting is not permitted here")
        self.assertIn("exit 3", done.stdout, str(Answer(done)))
        self.assertRegex(done.stderr, "(?i)full|space")
        self.assertIn("exit 0", done.stdout, str(Answer(done)))


if __name__ == "__main__":
    main()
