#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""While another process writes (a large import does for many seconds): the
others wait and say for whom, nobody fails, and the service can still stop."""
import fcntl
import os
import pty
import signal
import sqlite3
import struct
import time

from house import BINARY, Case, main, until


class Writer:
    """Holds the store as an import does while it writes its file."""

    def __init__(self, house):
        self.lock = open(house.path("outreach.db-import"), "w",
                         encoding="ascii")
        fcntl.fcntl(self.lock, fcntl.F_OFD_SETLK,
                    struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
        self.lock.write(f"{os.getpid()}\n")
        self.lock.flush()
        self.store = sqlite3.connect(house.path("outreach.db"),
                                     isolation_level=None)
        self.store.execute("begin immediate")

    def end(self):
        self.store.execute("rollback")
        self.store.close()
        self.lock.close()


class Waiting(Case):
    def setUp(self):
        self.home = self.house()
        self.home.open(3)

    def writer(self):
        writer = Writer(self.home)
        self.addCleanup(lambda: writer.lock.closed or writer.end())
        return writer


class Commands(Waiting):
    def on_terminal(self, *words):
        """The program under a terminal; its process and what it says."""
        main_side, side = pty.openpty()
        child = os.fork()
        if child == 0:
            os.chdir(self.home.folder)
            os.dup2(side, 2)
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 0)
            os.dup2(null, 1)
            os.execve(BINARY, [BINARY, *words], self.home.environment())
        os.close(side)
        self.addCleanup(os.close, main_side)
        return child, main_side

    def test_reading_goes_on(self):
        self.writer()
        self.home.run("status", code=0)
        self.home.run("check", code=0) # plan shows patients: it waits, for
                                       # looking is audited (L-34)

    def expect_wait(self, writer, who, *words):
        child, terminal = self.on_terminal(*words)
        said = b""
        while b"is writing to" not in said:
            said += os.read(terminal, 4096)
        self.assertIn(b"waiting: " + who, said)
        writer.end()
        self.assertEqual(os.waitpid(child, 0)[1], 0)

    def test_a_command_says_for_whom_it_waits(self):
        who = b"an import (process %d)" % os.getpid()
        for words in (("patient", "opt-out", "P0"), ("pause", "--all"),
                      ("import", "data/clinics.csv")):
            with self.subTest(words[0]):
                self.expect_wait(self.writer(), who, *words)

    def test_an_import_does_not_wait_for_itself(self):
        writer = self.writer()
        writer.lock.close()
        self.expect_wait(writer, b"another process", "import",
                         "data/clinics.csv")

    def test_without_a_terminal_it_waits_without_a_word(self):
        writer = self.writer()
        child = self.home.start("patient", "opt-out", "P0")
        time.sleep(3)
        self.assertIsNone(child.poll())
        writer.end()
        self.assertEqual(child.wait(20), 0)
        self.assertGreater(self.home.one("select count(*) from suppression"),
                           0)

    def test_once_waits(self):
        writer = self.writer()
        child = self.home.start("run", "--once")
        time.sleep(3)
        self.assertIsNone(child.poll())
        writer.end()
        self.assertEqual(child.wait(20), 0)
        self.assertEqual(self.home.states(), {"accepted": 3})


class Service(Waiting):
    def serve(self):
        service = self.home.serve()
        until(lambda: self.home.states() == {"accepted": 3}, "it sends")
        return service

    def test_it_holds_says_why_once_and_goes_on(self):
        service = self.serve()
        # three more, due in a few seconds: a minute after the booking
        self.home.visits_file(6, now=time.time() + 300 - 55)
        self.home.run("import", "data", code=0)
        until(lambda: self.home.states().get("planned") == 3, "it plans")
        writer = self.writer()
        until(lambda: "journal-refused" in service.log(), "they are due")
        time.sleep(3)
        self.assertEqual(self.home.states(), {"accepted": 3, "planned": 3})
        writer.end()
        until(lambda: self.home.states() == {"accepted": 6}, "it goes on")
        log = service.log()
        self.assertEqual(log.count("journal-refused"), 1, log)
        self.assertIn(f"an import (process {os.getpid()})", log)
        self.assertIn("journal-back", log)

    def test_it_stops_within_ten_seconds(self):
        service = self.serve()
        self.home.visits_file(400)
        self.home.run("import", "data", code=0)
        self.writer()
        code, seconds = service.stop()
        self.assertEqual(code, 0)
        self.assertLess(seconds, 10)

    def test_a_reload_that_is_asked_for_at_its_start_comes_after_it(self):
        writer = self.writer()
        service = self.home.serve()
        until(lambda: "store-waits" in service.log(), "it waits")
        service.signal(signal.SIGHUP)
        writer.end()
        until(lambda: "result=ok" in service.log(), "it reloads")
        self.assertEqual(service.stop()[0], 0)

    def test_a_new_configuration_waits_as_well(self):
        service = self.serve()
        writer = self.writer()
        self.home.write_config(hours="00:00-23:58")
        service.signal(signal.SIGHUP)
        until(lambda: "result=waits" in service.log(), "it waits")
        self.assertIn("an import (process", service.log())
        writer.end()
        until(lambda: "result=ok" in service.log(), "it reloads")
        self.assertEqual(service.log().count("result=waits"), 1)


class Busy(Case):
    """A service that writes without a pause leaves a gap for who waits."""

    def test_refusals_get_in_while_it_plans(self):
        house = self.house()
        house.visits(6000)
        house.campaign()
        house.run("launch", "notice", "--yes", "--quiet", code=0)
        house.serve()
        until(lambda: house.one("select count(*) from entry") > 50, "it plans")
        for i in range(4):
            house.run("patient", "opt-out", f"P{5990 + i}", code=0)
        self.assertEqual(
            house.one("select count(distinct patient_id) from suppression"),
            4)


if __name__ == "__main__":
    main()
