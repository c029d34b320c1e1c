#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rows of people whom nobody knows yet wait, are told, and come in; of who was
forgotten nothing waits, whatever id they come by."""
import json
import os

from house import Case, main


def visit(key, patient="7"):
    return json.dumps({
        "resourceType": "Appointment", "id": key, "status": "booked",
        "start": "2099-12-01T09:00:00Z", "participant": [
            {"actor": {"reference": f"Patient/{patient}"}}]})


def patient(key, **more):
    return json.dumps({"resourceType": "Patient", "id": key,
                       "name": [{"family": "Doe", "given": ["Ann"]}], **more})


class Waiting(Case):
    def take(self, house, *resources, code):
        house.write("x.ndjson", "\n".join(resources) + "\n")
        return house.run("--json", "import", "--format", "fhir", "x.ndjson",
                         code=code).json()

    def test_ends_that_found_no_visit_are_told(self):
        house = self.house()
        head = "MSH|^~\\&|EPIC|MAIN|OUT|X|20261101||{0}|{0}|P|2.5\r"
        person = "PID|||M1^^^MAIN^MR||Doe^Ann\r"
        stay = "PV1|1|I" + "|" * 17 + "V9\r"
        for what, message, waits in (
                ("a cancellation", "SIU^S15\rSCH||F9\r" + person, 1),
                ("one that names nobody", "SIU^S15\rSCH||F8\r", 1),
                ("a move to no time",
                 "SIU^S13\rSCH||F7||||||||||nn\r" + person, 1),
                ("a stay that is deleted had no discharge, mostly",
                 "ADT^A23\r" + person + stay, 0)):
            with self.subTest(what):
                event, body = message.split("\r", 1)
                house.write("x.hl7", head.format(event) + body)
                table = house.run("--json", "import", "--format", "hl7",
                                  "x.hl7", code=None).json()["tables"][0]
                self.assertEqual(table["waiting"], waits)
        with self.subTest("of FHIR, too"):
            gone = json.loads(visit("Z"))
            gone.update(status="cancelled")
            del gone["participant"]
            table = self.take(house, json.dumps(gone), code=4)["tables"][0]
            self.assertEqual((table["waiting"], table["bad"]), (1, 0))
        with self.subTest("status tells how many"):
            status = house.run("--json", "status", code=0).json()
            self.assertEqual(status["rows_waiting"], 4)

    def test_visits_come_before_their_patient(self):
        house = self.house()
        with self.subTest("they wait: not all of the file is in use"):
            said = self.take(house, visit("A"), visit("B"), code=4)
            table = said["tables"][0]
            self.assertEqual((table["taken"], table["waiting"], table["bad"],
                              table["new"], said["bad"]),
                             (True, 2, 0, 0, []))
        with self.subTest("in words"):
            house.write("y.ndjson", visit("C") + "\n")
            out = house.run("import", "--format", "fhir", "y.ndjson",
                            code=4).out
            self.assertIn("1 row waits for patients, prescriptions or visits that "
                          "nobody here knows yet", out)
        with self.subTest("status tells how many, and since when"):
            self.assertIn("3 rows of messages wait for patients, "
                          "prescriptions or visits that nobody here knows yet, "
                          "the oldest since",
                          house.run("status", code=0).out)
            status = house.run("--json", "status", code=0).json()
            self.assertEqual(status["rows_waiting"], 3)
            self.assertIsNotNone(status["rows_waiting_since"])
        with self.subTest("nothing of them goes anywhere"):
            self.assertEqual(house.one("select count(*) from appointment"), 0)
        with self.subTest("their patient comes"):
            table = self.take(house, patient("7"), code=0)["tables"][0]
            self.assertEqual((table["new"], table["had_waited"],
                              table["waiting"]), (1, 3, 0))
            self.assertEqual(house.one("select count(*) from appointment"), 3)
            status = house.run("--json", "status", code=0).json()
            self.assertEqual((status["rows_waiting"],
                              status["rows_waiting_since"]), (0, None))

    def test_what_has_not_ended_is_no_gap(self):
        house = self.house()
        stay = {"resourceType": "Encounter", "id": "E", "status": "in-progress",
                "class": {"code": "IMP"}, "subject": {"reference": "Patient/7"},
                "period": {"start": "2026-01-01T09:00:00Z"}}
        with self.subTest("a stay that goes on: all of the file is in use"):
            table = self.take(house, patient("7"), json.dumps(stay),
                              code=0)["tables"][0]
            self.assertEqual((table["read"], table["new"], table["unchanged"],
                              table["waiting"]), (2, 1, 1, 0))
            status = house.run("--json", "status", code=0).json()
            self.assertEqual((status["rows_waiting"],
                              status["rows_waiting_since"]), (0, None))

    def test_patients_may_come_by_a_table(self):
        house = self.house()
        person = {"identifier": {"type": {"coding": [{"code": "MR"}]},
                                 "value": "C9"}}
        self.take(house, json.dumps({
            "resourceType": "Appointment", "id": "A", "status": "booked",
            "start": "2099-12-01T09:00:00Z",
            "participant": [{"actor": person}]}), code=4)
        house.write("patients.csv", "mrn,first_name\nC9,Ann\n")
        self.assertIn("1 row that had waited is in now",
                      house.run("import", "patients.csv", code=0).out)
        self.assertEqual(house.one(
            "select p.mrn from appointment a join patient p on p.id = "
            "a.patient_id"), "C9")

    def test_whose_a_number_is_the_configuration_says(self):
        def admit(at, facility):
            return (f"MSH|^~\\&|ADT|{facility}|O|X|{at}||ADT^A28|{at}|P|2.5\r"
                    f"EVN||{at}\rPID|||4711||Doe^Ann\r")
        for authority, count in ((None, 2), ("MAIN", 1)):
            with self.subTest(f"mrn_authority {authority}"):
                house = self.house()
                hl7 = {"listen": "unix:hl7.sock"}
                if authority:
                    hl7["mrn_authority"] = authority
                house.write_config(hl7=hl7)
                house.write("x.hl7", admit("20260101", "EAST") +
                            admit("20260102", "WEST"))
                house.run("import", "--format", "hl7", "x.hl7", code=0)
                self.assertEqual(house.one("select count(*) from patient"),
                                 count)

    def test_two_watched_folders_are_two_senders(self):
        house = self.house()
        for name in ("a", "b"):
            os.mkdir(house.path(name))
            house.write(f"{name}/x.ndjson", patient("7") + "\n" +
                        visit("V") + "\n")
        house.write_config(feeds={"watch": [{"folder": "a"},
                                            {"folder": "b"}]})
        for name in ("a", "b"):
            house.run("import", "--format", "fhir", f"{name}/x.ndjson", code=0)
        self.assertEqual(house.one("select count(distinct patient_id) from "
                                   "appointment"), 2)

    def test_what_one_server_told_another_one_does_not_take_back(self):
        house = self.house()
        for name in ("a", "b"):
            os.mkdir(house.path(name))
        house.write_config(http={"listen": "unix:x.sock", "fhir": {
            "mrn_authority": "urn:mrn"}}, feeds={"watch": [
                {"folder": "a"}, {"folder": "b"}]})
        ids = {"identifier": [{"system": "urn:mrn", "value": "M1"}]}
        telecom = {"telecom": [{"system": "sms", "value": "212-555-0131"}]}
        for name, more in (("a", {"deceasedBoolean": True, **telecom}),
                           ("b", {"deceasedBoolean": False})):
            house.write(f"{name}/x.ndjson", patient(
                "7" + name, **ids, **more) + "\n")
            house.run("import", "--format", "fhir", f"{name}/x.ndjson", code=0)
        with self.subTest("they are dead, and keep the number"):
            self.assertEqual(house.ask(
                "select mrn, deceased_at is not null, (select count(*) from "
                "contact_point where gone_at is null) from patient"),
                [("M1", 1, 1)])
        house.write("a/y.ndjson", patient("7a", deceasedBoolean=False, **ids,
                                          ) + "\n")
        house.run("import", "--format", "fhir", "a/y.ndjson", code=0)
        with self.subTest("who told it takes it back"):
            self.assertEqual(house.ask(
                "select deceased_at is not null, (select count(*) from "
                "contact_point where gone_at is null) from patient"), [(0, 0)])

    def test_facilities_of_one_file_are_sources_of_their_own(self):
        house = self.house()
        house.write_config(hl7={"listen": "unix:hl7.sock",
                                "mrn_authority": "MAIN"})
        house.write("x.hl7", "".join(
            f"MSH|^~\\&|ADT|{facility}|X|X|{day}||ADT^A08|{day}|P|2.5\r"
            f"EVN||{day}\rPID|||M1^^^MAIN^MR||Doe^Ann"
            f"{'|' * 8}{phone}{'|' * 17}{dead}\r"
            for facility, day, phone, dead in (
                ("EAST", "20260101", "2125550131", "Y"),
                ("WEST", "20260102", "2125550132", "N"))))
        house.run("import", "--format", "hl7", "x.hl7", code=0)
        self.assertEqual(house.ask(
            "select deceased_at is not null, (select count(*) from "
            "contact_point where gone_at is null) from patient"), [(1, 2)])

    def test_of_who_is_forgotten_nothing_waits(self):
        house = self.house()
        ids = {"identifier": [{"system": "urn:epi", "value": "E77XYZ"}]}
        self.take(house, patient("F5XYZ", **ids), code=0)
        mrn = house.one("select mrn from patient")
        house.run("patient", "forget", mrn, "--yes", code=0)
        for name, resource in (
                ("their record", patient("F5XYZ")),
                ("their other id", patient("N1", **ids)),
                ("a visit", visit("A", "F5XYZ"))):
            with self.subTest(name):
                table = self.take(house, resource, code=0)["tables"][0]
                self.assertEqual((table["forgotten"], table["waiting"],
                                  table["new"]), (1, 0, 0))
        with self.subTest("the store holds none of their ids"):
            for name in os.listdir(house.path()):
                if name.startswith("outreach.db"):
                    with open(house.path(name), "rb") as store:
                        bytes_ = store.read()
                    for word in (b"E77XYZ", b"F5XYZ"):
                        self.assertNotIn(word, bytes_, name)


if __name__ == "__main__":
    main()
