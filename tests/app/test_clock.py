#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A clock that is wrong for a while and then right again: nothing of it may
outlive it, and a STOP is heard whatever it says."""
import os
import time

from house import BUILD, Case, main, phone, stamp
from peer import Twilio

SHIM = os.path.join(BUILD, "tests", "soak", "fault.so")
HOUR = 3600


def at(seconds):
    """The program lives so much later than we do."""
    return {"TOKEN": "secret", "LD_PRELOAD": SHIM, "FAULT": "none:0",
            "FAULT_AHEAD": str(int(seconds)),
            "ASAN_OPTIONS": "verify_asan_link_order=0"}


class Polling(Case):
    """S-9: who polls hears all that was said."""

    def stop_heard(self, fast):
        """`fast(minute)`: by how much the clock is fast. All of it happened
        hours ago, so that no moment lies ahead of the carrier's."""
        base = -4 * HOUR
        twilio = Twilio()
        self.addCleanup(twilio.close)
        house = self.house({"tw": twilio.provider()}, poll="1 minute")
        house.visits(1, now=time.time() + base)
        house.campaign()

        def run(minute, *words):
            twilio.ahead = base + 60 * minute
            return house.run(*words, env=at(base + 60 * minute +
                                            fast(minute)))
        run(0, "launch", "notice", "--yes", "--quiet")
        for minute in (0, 1, 2, 5):
            run(minute, "run", "--once")
        self.assertEqual(twilio.references(), [phone(0)])
        twilio.ahead = base + 60 * 7
        twilio.receive(phone(0), "STOP")
        for minute in (8, 15, 25, 61, 62, 120):
            run(minute, "run", "--once")
        self.assertEqual(house.ask("SELECT body FROM reply"), [("STOP",)])
        start = time.strftime("%Y-%m-%dT09:00:00",
                              time.gmtime(time.time() + 9 * 24 * HOUR))
        house.write("data/appointments.csv",
                    house.read("data/appointments.csv") +
                    f"N0,P0,C,{start},booked,"
                    f"{stamp(time.time() + base + 60 * 121)}\n")
        run(123, "import", "data")
        run(125, "run", "--once")
        self.assertEqual(twilio.references(), [phone(0)])

    def test_a_stop_is_heard_whatever_the_clock_says(self):
        if not os.path.exists(SHIM):
            self.skipTest("the clock cannot be put on")
        for why, fast in (
                ("right", lambda minute: 0),
                ("a quarter of an hour fast", lambda minute: 900),
                ("a quarter of an hour slow", lambda minute: -900 if minute > 2 else 0),
                ("three hours fast, for an hour",
                 lambda minute: 3 * HOUR if 2 < minute < 60 else 0),
                ("days fast, for an hour",
                 lambda minute: 72 * HOUR if 2 < minute < 60 else 0)):
            with self.subTest(why):
                self.stop_heard(fast)


class Ahead(Case):
    """One look with a clock that is weeks ahead, and then the right time."""

    DAY = 24 * HOUR

    def setUp(self):
        super().setUp()
        if not os.path.exists(SHIM):
            self.skipTest("the clock cannot be put on")
        self.clinic = self.house()
        self.clinic.visits(2)
        self.clinic.campaign(steps=[
            {"step": "before", "when": "3 days before start at 10:00",
             "until": "30 hours before start", "send": "sms",
             "message": "m"}])
        self.clinic.run("launch", "notice", "--yes", "--quiet", code=0)
        self.at(0)

    def at(self, seconds, *words):
        return self.clinic.run(*(words or ("run", "--once")), code=0,
                               env=at(seconds))

    def test_what_it_ended_goes_in_its_time(self):
        self.at(20 * self.DAY)
        self.assertEqual(self.clinic.states(), {"expired": 2})
        since = stamp(time.time() - HOUR)
        told = self.at(30, "status", "--since", since).out
        self.assertIn("P0", told)
        self.assertIn("P1", told)
        self.assertIn("the clock went back", self.at(40, "status").out)
        said = self.at(60).err
        self.assertIn("event=clock-was-ahead", said)
        self.assertIn("again=2 lost=0", said)
        self.assertEqual(self.clinic.states(), {"planned": 2})
        self.assertNotIn("P0", self.at(90, "status", "--since", since).out)
        self.assertNotIn("went back", self.at(100, "status").out)
        self.at(120, "audit", "verify")
        self.assertNotIn("clock-was-ahead", self.at(150).err)
        self.at(8 * self.DAY)
        self.assertEqual(self.clinic.states(), {"accepted": 2})
        self.at(8 * self.DAY + 60)
        self.assertEqual(
            self.clinic.one("SELECT count(*) FROM attempt"), 2)

    def test_what_it_sent_does_not_go_again(self):
        self.at(8 * self.DAY)
        self.assertEqual(self.clinic.states(), {"accepted": 2})
        for seconds in (60, 120, 8 * self.DAY):
            self.at(seconds)
        self.assertEqual(
            self.clinic.one("SELECT count(*) FROM attempt"), 2)


if __name__ == "__main__":
    main()
