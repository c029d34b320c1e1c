#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Campaign files and what they name, over the commands that read them: the
same measure for all, lists of the store, two files with one name."""
import json
import os
import unittest

from house import Case, main

MEASURE = {"measure": "colorectal", "source": "the clinic",
           "effective_from": "2020-01-01", "first_due": "age 70",
           "satisfied_by": {"fit": "1 year"}}
TEXT = ("{{clinic.public_name}}: you are due. Tel {{clinic.phone}}. "
        "Reply STOP to opt out.")


def recall(measure="colorectal", **changes):
    return {"campaign": "recall", "owner": "front desk",
            "purpose": "screening", "anchor": "patient",
            "occurrence": f"overdue for '{measure}'",
            "audience": [f"overdue for '{measure}'"],
            "steps": [{"step": "invite", "when": "on entry at 10:00",
                       "until": "3 days after entry", "send": "sms",
                       "message": "due"}],
            "messages": {"due": {"en": {"sms": TEXT}}}, **changes}


def people(*ages, year=2026):
    return {
        "clinics": [{"id": "C", "name": "Elm Clinic", "phone": "212-555-0190",
                     "zone": "America/New_York"}],
        "patients": [{"mrn": f"aged-{age}", "clinic": "C",
                      "birth_date": f"{year - age}-01-01",
                      "zone": "America/New_York",
                      "mobile": f"212-555-01{age}"} for age in ages]}


def invited(patient, day):
    return {"patient": patient, "step": "invite", "at": f"{day} 10:00"}


class Measures(Case):
    def clinic(self, **config):
        house = self.house(**config)
        os.mkdir(house.path("measures"))
        house.write("campaigns/recall.json", recall())
        return house

    def content(self, house):
        return json.loads(house.one(
            "select v.content from campaign c join campaign_version v "
            "on v.id = c.version_id"))["measures"]["colorectal"]

    def test_the_clinics_own_is_the_same_to_every_command(self):
        house = self.clinic()
        house.write("measures/colorectal.json", MEASURE)
        house.write("campaigns/recall.test.json", {
            "test": "recall", "zone": "America/New_York",
            "given": people(50, 72),
            "cases": [{"case": "from 70 on", "from": "2026-12-01 08:00",
                       "until": "2026-12-02 08:00",
                       "sends": [invited("aged-72", "2026-12-01")]}]})
        self.assertIn("0 errors", house.run("check", code=0).out)
        house.run("test", code=0)
        house.visits(1)
        house.run("launch", "recall", "--yes", code=0)
        self.assertEqual(self.content(house)["first_due"], "age 70")
        self.assertNotIn("edited", house.run("status", code=0).out)
        house.run("plan", "--campaign", "recall", code=0)

        house.write("measures/colorectal.json",
                    {**MEASURE, "first_due": "age 71"})
        self.assertIn("edited since its launch",
                      house.run("status", code=0).out)
        house.write("measures/colorectal.json", {**MEASURE, "sex": "both"})
        self.assertIn("measures/colorectal.json:",
                      house.run("check", code=1).out)

    def test_a_folder_of_the_clinic_does_not_hide_what_is_shipped(self):
        house = self.clinic(measures="clinical")
        os.mkdir(house.path("clinical"))
        house.write("clinical/mine.json", {**MEASURE, "measure": "mine"})
        house.write("campaigns/mine.json", recall("mine", campaign="mine"))
        house.run("check", code=0)
        house.visits(1)
        house.run("launch", "recall", "--yes", code=0)
        self.assertEqual(self.content(house)["first_due"], "age 45")

    def test_a_folder_that_is_not_there_is_told(self):
        house = self.clinic(measures="clinicel")
        answer = house.run("check", code=1)
        self.assertIn("clinicel: error: there is no such folder", answer.out)

    def test_a_version_counts_from_its_day_on(self):
        house = self.clinic()
        house.write("measures/colorectal.json", [
            {**MEASURE, "effective_from": "2026-12-02"},
            {**MEASURE, "effective_from": "2026-12-04", "first_due": "age 45",
             "effective_to": "2026-12-05"}])
        given = people(50, 72)
        later = people(55, 75)
        house.write("campaigns/recall.test.json", {
            "test": "recall", "zone": "America/New_York", "given": given,
            "cases": [{
                "case": "before, the first, the second, after",
                "from": "2026-12-01 08:00", "until": "2026-12-09 08:00",
                "then": [{"at": "2026-12-06 09:00", "given": later}],
                "sends": [invited("aged-72", "2026-12-02"),
                          invited("aged-50", "2026-12-04")]}]})
        answer = house.run("test")
        self.assertEqual(answer.code, 0, str(answer))

    def test_what_two_campaigns_share_is_told_once(self):
        house = self.clinic()
        house.write("campaigns/second.json", recall(campaign="second"))
        house.write("measures/colorectal.json",
                    {**MEASURE, "effective_to": "2020-12-31"})
        answer = house.run("check", code=0)
        self.assertEqual(answer.out.count("has ended"), 1, answer.out)
        self.assertIn("2 files: 0 errors, 1 warning", answer.out)
        house.write("measures/colorectal.json",
                    {**MEASURE, "effective_to": "2019-12-31"})
        answer = house.run("check", code=1)
        self.assertIn("2 files: 1 error, 0 warnings", answer.out)


class Lists(Case):
    def test_a_list_that_the_store_does_not_know(self):
        house = self.house()
        house.campaign(audience=["status = 'booked'",
                                 "not in list 'no-texts'"])
        told = "the store has no list 'no-texts'"
        self.assertNotIn(told, house.run("check", code=0).out,
                         "without a store nobody knows")
        house.visits(1)
        self.assertIn("warning: " + told, house.run("check", code=0).out)
        answer = house.run("launch", "notice", "--yes", code=1)
        self.assertIn("error: " + told, answer.err)
        self.assertEqual(house.one("select count(*) from campaign"), 0)
        house.run("plan", "--campaign", "notice", code=1)

        house.write("data/lists.csv", "list,patient\nno-text,P0\n")
        house.run("import", "data", code=0)
        answer = house.run("launch", "notice", "--yes", code=1)
        self.assertIn("did you mean 'no-text'?", answer.err)
        house.write("data/lists.csv", "list,patient\nno-texts,P0\n")
        house.run("import", "data", code=0)
        self.assertNotIn("the store has", house.run("check", code=0).out)
        house.run("launch", "notice", "--yes", code=0)


    def test_a_blast_knows_lists_and_measures_too(self):
        house = self.house()
        os.mkdir(house.path("measures"))
        house.visits(2)
        blast = ("blast", "--purpose", "notice", "--message", TEXT,
                 "--dry-run")
        answer = house.run(*blast, "--where", "not in list 'no-texts'",
                           code=1)
        self.assertIn("--where:1:5: error: the store has no list 'no-texts'",
                      answer.err)
        house.write("some.txt", "P0\n")
        house.run(*blast, "--list", "some.txt", code=0)

        house.write("measures/mine.json", {**MEASURE, "measure": "mine"})
        house.run(*blast, "--where", "not overdue for 'mine'", code=0)
        house.run(*blast, "--where", "not overdue for 'colorectal'", code=0)
        house.write("measures/mine.json", {**MEASURE, "measure": "mine",
                                           "effective_to": "2020-12-31"})
        answer = house.run(*blast, "--where", "not overdue for 'mine'", code=0)
        self.assertIn("'mine' has ended", answer.err)


class Names(Case):
    def test_two_files_with_one_name(self):
        house = self.house()
        house.visits(1)
        house.campaign()
        text = house.read("campaigns/notice.json")
        house.write("campaigns/copy.json", text)
        answer = house.run("check", code=1)
        for one, other in ("copy", "notice"), ("notice", "copy"):
            self.assertRegex(answer.out, rf"campaigns/{one}\.json:2:14: error: "
                             rf"campaigns/{other}\.json is called 'notice' too")
        self.assertIn("2 errors", answer.out)
        for words in (("launch", "notice", "--yes"),
                      ("test-send", "notice/booked", "--as", "P0", "--to",
                       "+12125550100")):
            with self.subTest(words[0]):
                answer = house.run(*words, code=1)
                self.assertIn("campaigns/copy.json", answer.err)
                self.assertIn("campaigns/notice.json", answer.err)
        self.assertEqual(house.one("select count(*) from campaign"), 0)
        house.run("launch", "campaigns/copy.json", "--yes", code=0)

    def test_the_same_name_in_another_folder_is_nobodys_business(self):
        house = self.house()
        house.campaign()
        os.mkdir(house.path("old"))
        house.write("old/notice.json", house.read("campaigns/notice.json"))
        house.run("check", "campaigns", "old", code=0)
        house.run("check", "campaigns", "campaigns/notice.json", code=0)


if __name__ == "__main__":
    main()
