#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`outreach test`: the campaign tests of the library, and what is told when
something comes differently than wanted."""
import json
import os

from house import SOURCE, Case, main

LIBRARY = os.path.join(SOURCE, "campaigns", "library")


def visit(number, **changes):
    return {"id": number, "patient": "ana", "clinic": "C",
            "start": "2026-12-10 09:30", "status": "booked", **changes}


class Library(Case):
    def test_each_campaign_has_its_test(self):
        files = os.listdir(LIBRARY)
        tests = {name for name in files if name.endswith(".test.json")}
        campaigns = {name for name in files if name.endswith(".json")} - tests
        self.assertGreater(len(campaigns), 10)
        self.assertEqual({name.replace(".json", ".test.json")
                          for name in campaigns}, tests)

    def test_what_is_shipped_does_what_its_tests_say(self):
        house = self.house()
        answer = house.run("--config", house.write("empty.json", "{}"),
                           "--json", "test", LIBRARY)
        for case in answer.lines():
            with self.subTest(f"{case['campaign']}: {case['case']}"):
                self.assertEqual(case["differences"], [])
                self.assertTrue(case["passed"])
        self.assertEqual((answer.code, answer.err), (0, ""))


class Told(Case):
    """A campaign of one text three days before, and one test of it."""

    def write(self, house, **changes):
        case = {"case": "one text", "from": "2026-12-01 08:00",
                "until": "2026-12-12 08:00",
                "given": {"appointments": [visit("1")]},
                "sends": [{"patient": "ana", "step": "soon",
                           "at": "2026-12-07 10:00", "channel": "sms",
                           "text": "Elm"}]}
        case.update(changes.pop("case", {}))
        house.write("campaigns/notice.test.json", {
            "test": "notice", "zone": "America/New_York",
            "given": {
                "clinics": [{"id": "C", "name": "Elm", "phone":
                             "212-555-0190", "zone": "America/New_York"}],
                "patients": [{"mrn": "ana", "clinic": "C", "zone":
                              "America/New_York", "mobile": "212-555-0101"},
                             {"mrn": "ben", "clinic": "C"}]},
            "cases": [case], **changes})

    def place(self, **changes):
        house = self.house()
        house.campaign(
            steps=[{"step": "soon", "when": "3 days before start at 10:00",
                    "until": "1 day before start", "send": "sms",
                    "message": "m"}],
            if_not_reached={"task": {"to": "front desk",
                                     "within": "same day"}},
            messages={"m": {"en": {"sms": "{{clinic.public_name}}: visit "
                                   "{{start | day}}. Call 212-555-0190. Reply STOP to opt "
                                   "out."}}})
        self.write(house, **changes)
        return house

    def differences(self, **case):
        answer = self.place(case=case).run("--json", "test")
        found = answer.lines()[0]
        self.assertEqual(answer.code, 0 if found["passed"] else 1)
        return found["differences"]

    def test_what_comes_is_compared(self):
        send = {"patient": "ana", "step": "soon", "at": "2026-12-07 10:00"}
        ben = visit("2", patient="ben")
        task = {"patient": "ben", "to": "front desk", "kind": "not-reached",
                "due": "2026-12-07 17:00"}
        both = {"appointments": [visit("1"), ben]}
        gone = {"at": "2026-12-07 09:00", "given": {
            "appointments": [visit("1", status="cancelled")]}}
        rows = (
            ("as wanted", {}, []),
            ("least said", {"sends": [send]}, []),
            ("another time", {"sends": [{**send, "at": "2026-12-07 11:00"}]},
             ['ana soon: at: wanted "2026-12-07 11:00", came '
              '"2026-12-07 10:00"']),
            ("another channel", {"sends": [{**send, "channel": "voice"}]},
             ['ana soon: channel: wanted "voice", came "sms"']),
            ("another language", {"sends": [{**send, "language": "es"}]},
             ['ana soon: language: wanted "es", came "en"']),
            ("another text", {"sends": [{**send, "text": "Oak"}]},
             ['ana soon: text: wanted "Oak", came "Elm: visit Thu, Dec 10. '
              'Call 212-555-0190. Reply STOP to opt out."']),
            ("nothing wanted", {"sends": []},
             ["not wanted: ana soon at 2026-12-07 10:00 by sms: \"Elm: visit"]),
            ("one too many wanted", {"sends": [send, send]},
             ["missing: ana soon at 2026-12-07 10:00: it left at 2026-12-07 "
              "10:00 by sms"]),
            ("a step that is not hers", {"sends": [send, {
                **send, "patient": "ben"}]},
             ["missing: ben soon at 2026-12-07 10:00: no such message"]),
            ("a cancelled visit", {"sends": [], "then": [gone], "held": [
                {"patient": "ana", "step": "soon", "state": "cancelled"}]},
             []),
            ("a cancelled visit that was wanted", {"then": [gone]},
             ["missing: ana soon at 2026-12-07 10:00: it is cancelled: "]),
            ("held, and why", {"given": both, "held": [
                {"patient": "ben", "step": "soon", "state": "suppressed",
                 "reason": "no usable address"}]}, []),
            ("held otherwise", {"given": both, "held": [
                {"patient": "ben", "step": "soon", "state": "expired"}]},
             ["ben soon: wanted expired, but it is suppressed: "]),
            ("held, but it left", {"held": [
                {"patient": "ana", "step": "soon"}]},
             ["ana soon: wanted held, but it left at 2026-12-07 10:00 by"]),
            ("the task", {"given": both, "tasks": [task]}, []),
            ("another day", {"given": both, "tasks": [
                {**task, "due": "2026-12-08 17:00"}]},
             ["no such task opened: ben for front desk, due 2026-12-08",
              "a task that was not wanted: ben for front desk (not-reached"]),
            ("no task wanted", {"given": both, "tasks": []},
             ["a task that was not wanted: ben for front desk"]),
        )
        for name, case, wanted in rows:
            with self.subTest(name):
                told = self.differences(**case)
                self.assertEqual(len(told), len(wanted), told)
                for line, part in zip(told, wanted):
                    self.assertIn(part, line)

    def test_rows_that_the_import_refuses_are_told_at_their_place(self):
        house = self.place(case={"given": {"appointments": [
            visit("1", start="2026-02-30 10:00")]}})
        answer = house.run("test", code=1)
        line = 1 + house.read("campaigns/notice.test.json").splitlines().index(
            next(text for text in house.read(
                "campaigns/notice.test.json").splitlines()
                if "2026-02-30" in text))
        self.assertIn(f"campaigns/notice.test.json:{line}:", answer.err)
        self.assertIn("start", answer.err)
        with self.subTest("and the case has its line"):
            self.assertEqual(
                answer.out, "campaigns/notice.test.json\n  FAIL  one text\n"
                "          its rows have faults: it was not played\n"
                "1 file: 0 passed, 1 failed\n")
        with self.subTest("for programs too"):
            self.assertEqual(
                [(one["passed"], one["differences"])
                 for one in house.run("--json", "test", code=1).lines()],
                [(False, ["its rows have faults: it was not played"])])

    def test_a_case_without_rows_is_a_fault_at_its_place(self):
        house = self.place(given={}, case={"given": {}})
        line = 1 + next(i for i, text in enumerate(house.read(
            "campaigns/notice.test.json").splitlines()) if '"case"' in text)
        self.assertIn(f"campaigns/notice.test.json:{line - 1}:1: error: ",
                      house.run("test", code=1).err)
        with self.subTest("rows may come later"):
            place = {"clinics": [{"id": "C", "name": "Elm", "phone":
                                  "212-555-0190", "zone": "America/New_York"}],
                     "patients": [{"mrn": "ana", "clinic": "C", "zone":
                                   "America/New_York",
                                   "mobile": "212-555-0101"}],
                     "appointments": [visit("1")]}
            self.place(given={}, case={"given": {}, "then": [
                {"at": "2026-12-02 09:00", "given": place}]}).run(
                    "test", code=0)

    def test_a_step_that_is_none_is_named(self):
        for name in ("sends", "held"):
            row = {"patient": "ana", "step": "soom",
                   **({"at": "2026-12-07 10:00"} if name == "sends" else {})}
            with self.subTest(name):
                house = self.place(case={name: [row]})
                err = house.run("test", code=1).err
                self.assertRegex(
                    err, r"campaigns/notice.test.json:\d+:\d+: error: the "
                    r"campaign has no step 'soom'; did you mean 'soon'\?")

    def test_what_is_wrong_around_it(self):
        rows = (
            ("no such campaign", {"test": "notcie"},
             "did you mean 'notice'?", 1),
            ("no such zone", {"zone": "Gotham"}, "no time zone 'Gotham'", 1),
            ("an unknown table", {"given": {"patient": []}}, "", 1),
        )
        for name, changes, told, code in rows:
            with self.subTest(name):
                self.assertIn(told, self.place(**changes).run(
                    "test", code=code).err)
        with self.subTest("a campaign with faults"):
            house = self.place()
            house.campaign(audience=["stauts = 'booked'"])
            self.assertIn("did you mean 'status'?",
                          house.run("test", code=1).err)
        with self.subTest("no tests at all"):
            house = self.house()
            house.campaign()
            self.assertIn("no campaign test", house.run("test", code=3).err)

    def test_nothing_of_the_clinic_is_touched(self):
        house = self.place()
        before = sorted(os.listdir(house.folder))
        house.run("test", code=0)
        self.assertEqual(sorted(os.listdir(house.folder)), before)

    def test_for_people(self):
        house = self.place()
        self.assertEqual(house.run("test", code=0).out,
                         "campaigns/notice.test.json\n  ok    one text\n"
                         "1 file: 1 passed, 0 failed\n")
        self.assertEqual(house.run("--quiet", "test", code=0).out, "")


if __name__ == "__main__":
    main()
