#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A hospital that has in other fields what others have where it usually is:
its mapping is all that is needed, in files, in folders, and live."""
import os

from house import CLINICS, Case, main, until

HL7 = {
    "mapping": "north", "format": "hl7",
    "tables": [
        {"table": "patients", "columns": {
            "mrn": "PID-4.1",
            "mobile": "ZPD-3.1",
            "phone": "PID-13[3=HOME].1",
            "work_phone": None,
            "language": {"from": "ZPI-2",
                         "translate": {"S": "es", "E": "en"},
                         "else": "PID-15"}}},
        {"table": "appointments",
         "where": [{"column": "MSH-9.1", "in": ["SIU"]}],
         "columns": {
             "id": "SCH-26.1", "clinic": "PV1-3.4", "visit_type": "AIG-3.2",
             "status": {"from": "SCH-6.1",
                        "translate": {"": "booked", "OFF": "cancelled"}}}}]}
FHIR = {
    "mapping": "south", "format": "fhir",
    "tables": [
        {"table": "patients", "columns": {
            "mrn": "identifier[system=urn:south].value",
            "language": "Patient.extension[http://south/language].valueCode",
            "mobile": "telecom[system=other].value"}},
        {"table": "appointments", "columns": {
            "id": "identifier[system=urn:visits].value"}}]}


def message(kind, rest, control="1", mrn="M7", number="212-555-0101",
            at="20261123101500"):
    return (f"MSH|^~\\&|N|N|O|X|{at}||{kind}|{control}|P|2.5\r"
            f"PID|1|77|ACC-{control}^^^ACCT|{mrn}^^^NORTH|Doe^Ann||||||||"
            f"2125550102^^HOME~2125550103^^WRK\r{rest}"
            f"ZPD|1||{number}\rZPI|1|S\r")


def visit(control, kind="S14", status=""):
    return message(f"SIU^{kind}", f"SCH|{control}|{control}||||{status}|||30|"
                   "min|^^^20261201090000|||||||||||||||V77\r"
                   "PV1|1|O|^^^C\rAIG|1||CK^Check-up\r", control,
                   at=f"202611231015{int(control):02}")


def patient(**more):
    return {"resourceType": "Patient", "id": "p1",
            "identifier": [{"system": "urn:other", "value": "X9"},
                           {"system": "urn:south", "value": "M8"}],
            "extension": [{"url": "http://south/language",
                           "valueCode": "es"}],
            "telecom": [{"system": "other", "value": "212-555-0108"}], **more}


def appointment(status="booked"):
    return {"resourceType": "Appointment", "id": "a1", "status": status,
            "identifier": [{"system": "urn:visits", "value": "S1"}],
            "start": "2026-12-01T09:00:00-05:00",
            "participant": [{"actor": {"reference": "Patient/p1"}}]}


class Mapped(Case):
    def open(self, **more):
        house = self.house(**more)
        house.run("import", house.write("clinics.csv", CLINICS), code=0)
        house.write("north.json", HL7)
        house.write("south.json", FHIR)
        return house

    @staticmethod
    def people(house):
        return house.ask(
            "select p.mrn, p.language, group_concat(c.value, ' ') from patient "
            "p left join (select * from contact_point where gone_at is null "
            "order by value) c on c.patient_id = p.id group by p.id")

    @staticmethod
    def visits(house):
        return house.ask(
            "select a.external_id, p.mrn, c.external_id, a.status, "
            "a.visit_type from appointment a join patient p on p.id = "
            "a.patient_id left join clinic c on c.id = a.clinic_id")


class Files(Mapped):
    def test_messages(self):
        house = self.open()
        house.write("a.hl7", message("ADT^A28", "") + visit("2"))
        house.run("import", "--map", "north.json", "--format", "hl7", "a.hl7",
                  code=0)
        self.assertEqual(self.people(house),
                         [("M7", "es", "+12125550101 +12125550102")])
        self.assertEqual(self.visits(house),
                         [("V77", "M7", "C", "booked", "Check-up")])
        with self.subTest("the mapping says what the files are"):
            house.write("b.hl7", visit("3", status="OFF"))
            house.run("import", "--map", "north.json", "b.hl7", code=0)
            self.assertEqual([row[3] for row in self.visits(house)],
                             ["cancelled"])
            self.assertEqual(len(self.people(house)), 1)
        with self.subTest("what cannot be read is told with its place"):
            house.write("c.hl7", message("ADT^A08", "", "4", number="911",
                                         at="20261124"))
            said = house.run("--json", "import", "--map", "north.json",
                             "c.hl7", code=4).json()["bad"]
            self.assertEqual([(one["column"], one["skipped"]) for one in said],
                             [("ZPD-3.1", "field")])
            self.assertNotIn("911", said[0]["value"])
        with self.subTest("without a mapping it is somebody else"):
            house.write("d.hl7", message("ADT^A28", "", "5"))
            house.run("import", "--format", "hl7", "d.hl7", code=0)
            self.assertEqual(len(self.people(house)), 2)

    def test_resources(self):
        house = self.open()
        house.write("a.json", {"resourceType": "Bundle", "type": "collection",
                               "entry": [{"resource": appointment()},
                                         {"resource": patient()}]})
        house.run("import", "--map", "south.json", "a.json", code=0)
        self.assertEqual(self.people(house), [("M8", "es", "+12125550108")])
        self.assertEqual(self.visits(house)[0][:2], ("S1", "M8"))
        house.write("b.json", appointment("cancelled"))
        house.run("import", "--map", "south.json", "b.json", code=0)
        self.assertEqual([row[3] for row in self.visits(house)], ["cancelled"])

    def test_a_mapped_record_number_is_that_of_other_feeds(self):
        house = self.open()
        house.write("patients.csv", "mrn,last_name\nM7,Doe\n")
        house.run("import", "patients.csv", code=0)
        house.write("a.hl7", message("ADT^A28", "") +
                    message("ADT^A31", "", "2"))
        house.run("import", "--map", "north.json", "a.hl7", code=0)
        self.assertEqual([row[0] for row in self.people(house)], ["M7"])

    def test_what_is_wrong(self):
        house = self.open()
        house.write("a.hl7", visit("1"))
        house.write("wrong.json", '{ "mapping": "w", "format": "hl7",\n'
                    '  "tables": [{ "table": "patients",\n'
                    '    "columns": { "mobile": "ZPD.3", "phne": "PID-13" } }'
                    ' ] }\n')
        for words, code, said in (
                (("--map", "wrong.json", "a.hl7"), 1,
                 ("wrong.json:3:28: error: mobile: 'ZPD.3' is no place",
                  "wrong.json:3:37: error: there is no column of patients "
                  "named 'phne'; did you mean 'phone'?",
                  "wrong.json has 2 faults")),
                (("--map", "north.json", "--format", "fhir", "a.hl7"), 1,
                 ("north.json is a mapping for hl7, not for fhir",)),
                (("--map", "north.json", "--format", "csv", "clinics.csv"), 1,
                 ("north.json is a mapping for hl7, not for csv",)),
                (("--map", "north.json", "--full", "a.hl7"), 2,
                 ("are for CSV files",)),
                (("--map", "no.json", "--format", "hl7", "a.hl7"), 3,
                 ("no.json",))):
            with self.subTest(" ".join(words)):
                answer = house.run("import", *words, code=code)
                for text in said:
                    self.assertIn(text, answer.err)
        self.assertEqual(self.people(house), [])


class Explained(Mapped):
    def lines(self, house, *words):
        return house.run("--json", "import", "--explain", *words,
                         code=0).json()

    def test_a_message(self):
        house = self.open()
        house.write("a.hl7", visit("1") + "ZXX|1|more\r")
        said = self.lines(house, "--map", "north.json", "a.hl7")
        fields = {line["name"]: (line["text"], line["from"], line["said"],
                                 line["mapping"])
                  for line in said if line["what"] == "field"}
        lines = house.read("north.json").splitlines()

        def rule(column):
            return "north.json:" + str(1 + next(
                i for i, line in enumerate(lines) if f'"{column}":' in line))

        for name, expected in (
                ("mrn", ("M7 of NORTH", "PID-4.1", None, rule("mrn"))),
                ("mobile", ("212-555-0101", "ZPD-3.1", None, rule("mobile"))),
                ("language", ("es", "ZPI-2", "S", rule("language"))),
                ("last_name", ("Doe", "PID-5.1", None, None)),
                ("status", ("booked", "SCH-6.1", None, rule("status"))),
                ("id", ("V77", "SCH-26.1", None, rule("id")))):
            with self.subTest(name):
                self.assertEqual(fields[name], expected)
        ignored = {(line["from"], line["text"]) for line in said
                   if line["what"] == "ignored"}
        for one in (("PID-13", "the mapping says what 'phone' is"),
                    ("SCH-2", "the mapping says what 'id' is"),
                    ("PID-2", "gives no field"), ("PID-3", "gives no field"),
                    ("ZXX", "gives no field")):
            with self.subTest(one):
                self.assertIn(one, ignored)
        with self.subTest("a place that is read is not among the ignored"):
            self.assertNotIn(("ZPD-3", "gives no field"), ignored)
        with self.subTest("for people"):
            out = house.run("import", "--explain", "--map", "north.json",
                            "a.hl7", code=0).out
            self.assertRegex(out, r"mobile +212-555-0101 +ZPD-3.1 +north.json:"
                                  r"\d+")

    def test_a_condition_and_an_empty_place(self):
        house = self.open()
        house.write("a.hl7", message("ADT^A05", "PV1|1|I|||||||||||||||||V1\r"
                                     "PV2||||||||20261201\r", number=""))
        ignored = [(line["from"], line["said"], line["text"]) for line in
                   self.lines(house, "--map", "north.json", "a.hl7")
                   if line["what"] == "ignored"]
        self.assertTrue(any(place == "ZPD-3.1" and "nothing stands there" in
                            text for place, _, text in ignored), ignored)
        self.assertTrue(any(place == "MSH-9.1" and value == "ADT" and
                            "another condition" in text
                            for place, value, text in ignored), ignored)

    def test_a_resource(self):
        house = self.open()
        house.write("p.json", patient(photo=[{"url": "x"}], gender="female"))
        said = self.lines(house, "--map", "south.json", "p.json")
        fields = {line["name"]: (line["text"], line["from"],
                                 (line["mapping"] or "").split(":")[0])
                  for line in said if line["what"] == "field"}
        self.assertEqual(fields, {
            "mrn": ("M8 of urn:south, X9 of urn:other, p1 of fhir/Patient",
                    "Patient.identifier[system=urn:south].value",
                    "south.json"),
            "language": ("es", "Patient.extension[http://south/language]"
                               ".valueCode", "south.json"),
            "mobile": ("212-555-0108", "Patient.telecom[system=other].value",
                       "south.json"),
            "phone": ("(none)", "Patient.telecom", ""),
            "sex": ("female", "Patient.gender", "")})
        self.assertIn(("Patient.photo", "gives no field"),
                      [(line["from"], line["text"]) for line in said
                       if line["what"] == "ignored"])

    def test_a_row(self):
        house = self.open()
        house.write("csv.json", {"mapping": "m", "tables": [{
            "table": "patients", "from": "people.csv", "columns": {
                "mrn": "No", "first_name": {"concat": ["A", "B"]}}}]})
        house.write("people.csv", "No,A,B\n7,An,n\n")
        self.assertIn(("first_name", "Ann", "A, B", "csv.json:9"),
                      [(line["name"], line["text"], line["from"],
                        line["mapping"]) for line in self.lines(
                            house, "--map", "csv.json", "people.csv")])


class Untranslated(Case):
    """A word of theirs that the mapping does not have is named, wherever it
    stands and whatever becomes of the rest."""
    CONSENT = {"resourceType": "Consent", "id": "c", "status": "active",
               "patient": {"reference": "Patient/1"},
               "dateTime": "2026-01-01",
               "extension": [{"url": "urn:c", "valueCode": "Q"}],
               "scope": {"coding": [{"code": "patient-privacy"}]}}
    # what is so, which columns come from where, the file, the line that says it
    ROWS = (
        ("a row of a table", "C.csv", {
            "table": "consents", "from": "C.csv", "columns": {
                "id": "ID", "patient": "M", "verdict": "V", "at": "AT"}},
         "CH", "ID,M,V,AT,CH\n1,A1,granted,2026-01-01,Q\n",
         "C.csv:2: channel: 'Q'"),
        ("a refusal that is refused", "c.json", {
            "table": "consents", "columns": {}},
         "extension[urn:c].valueCode",
         {**CONSENT, "provision": {"type": "deny"}},
         "c.json:1: Consent.extension[urn:c].valueCode: 'Q'"),
        ("a consent that says nothing else", "c.json", {
            "table": "consents", "columns": {}},
         "extension[urn:c].valueCode",
         {**CONSENT, "provision": {"type": "permit"}},
         "c.json:1: Consent.extension[urn:c].valueCode: 'Q'"),
    )

    def test_it_is_named(self):
        for sentence, name, table, place, text, told in self.ROWS:
            house = self.house()
            house.write("patients.csv", "mrn\nA1\n")
            house.run("import", "patients.csv", code=0)
            columns = {**table["columns"], "channel": {
                "from": place, "translate": {"S": "sms"}}}
            house.write("m.json", {
                "mapping": "m",
                **({"format": "fhir"} if name == "c.json" else {}),
                "tables": [{**table, "columns": columns}]})
            house.write(name, text)
            ended = house.run("import", "--map", "m.json", name)
            with self.subTest(sentence):
                self.assertIn(told + " has no translation", str(ended))
                self.assertNotEqual(ended.code, 0)


class Watched(Mapped):
    def test_a_folder_takes_its_mapping(self):
        house = self.open(feeds={"watch": [
            {"folder": "north", "map": "north.json"},
            {"folder": "south", "map": "south.json", "format": "fhir"}]})
        for folder in ("north", "south"):
            os.mkdir(house.path(folder))
        house.serve()
        house.write("north/.a", message("ADT^A28", ""))
        os.rename(house.path("north/.a"), house.path("north/a.txt"))
        house.write("south/.b", patient())
        os.rename(house.path("south/.b"), house.path("south/b.txt"))
        until(lambda: len(self.people(house)) == 2, "both are taken")
        self.assertEqual(sorted(row[0] for row in self.people(house)),
                         ["M7", "M8"])


if __name__ == "__main__":
    main()
