#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A hospital's messages over MLLP, while the service sends: what is moved,
cancelled or merged takes effect at once, and an answer means that it is in
the store (F-2, F-3, F-4)."""
import gzip
import json
import signal
import socket
import time

from house import PATIENCE, Case, free_port, main, until

DAY = 86400


def when(seconds):
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(seconds)) + "+0000"


def person(mrn, number="5550100"):
    return (f"PID|1||{mrn}^^^MAIN^MR||Doe^Ann||19800229|F|||1 Elm St^^New York"
            f"^NY^10001^USA^H||^PRN^CP^^^212^{number}\r")


def visit(start=None, status="Booked"):
    placed = f"^^^{when(start)}" if start else ""
    return f"SCH||V1||||||^Check-up|30|min|{placed}||||||||||||||{status}\r"


class Hospital:
    """The other end of MLLP."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.settimeout(PATIENCE)
        self.count = 0

    def message(self, kind, rest, at=None, control=None):
        self.count += 1
        at = at if at is not None else time.time() + self.count
        return (f"MSH|^~\\&|EPIC|MAIN|OUT|X|{when(at)}||{kind}|"
                f"{control or self.count}|P|2.5\rEVN||{when(at)}\r{rest}")

    def raw(self, text):
        self.socket.sendall(b"\x0b" + text.encode() + b"\x1c\r")
        back = b""
        while not back.endswith(b"\x1c\r"):
            more = self.socket.recv(65536)
            if not more:
                return None
            back += more
        return back[1:-2].decode()

    def send(self, kind, rest, **more):
        """MSA-1 of the answer."""
        return self.raw(self.message(kind, rest, **more)).split("MSA|")[1][:2]

    def close(self):
        self.socket.close()


class Live(Case):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.clinic = self.house(hl7={"listen": f"127.0.0.1:{self.port}",
                                      "mrn_authority": "MAIN"},
                                 http={"listen": "unix:http.sock"})
        self.clinic.visits(1)
        self.clinic.campaign(steps=[
            {"step": "before", "when": "3 days before start at 10:00",
             "until": "1 hour before start", "send": "sms", "message": "m"}])
        self.clinic.run("launch", "notice", "--yes", "--quiet", code=0)

    def serve(self, **options):
        service = self.clinic.serve(**options)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                hospital = Hospital(self.port)
                self.addCleanup(hospital.close)
                return service, hospital
            except OSError:
                time.sleep(0.05)
        self.fail(service.log())

    def metrics(self):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(self.clinic.path("http.sock"))
            line.settimeout(PATIENCE)
            line.sendall(b"GET /metrics HTTP/1.0\r\nHost: here\r\n\r\n")
            return line.makefile().read()

    def row(self):
        return self.clinic.reminders("V1")

    def test_a_visit_is_booked_moved_and_cancelled(self):
        service, hospital = self.serve()
        start = time.time() + 6 * DAY
        with self.subTest("booked: planned as soon as the service plans"):
            self.assertEqual(hospital.send("SIU^S12", visit(start) +
                                           person("M1")), "AA")
            until = time.monotonic() + PATIENCE
            while not self.row() and time.monotonic() < until:
                time.sleep(0.02)
            self.assertEqual(self.row(), ["planned 0"])
        with self.subTest("moved: planned anew"):
            self.assertEqual(hospital.send("SIU^S13", visit(start + 1 * DAY) +
                                           person("M1")), "AA")
            self.assertEqual(self.row(), ["cancelled 0", "planned 1"])
        with self.subTest("older news that comes late changes nothing"):
            self.assertEqual(hospital.send(
                "SIU^S14", visit(start) + person("M1"),
                at=time.time() - DAY), "AA")
            self.assertEqual(self.row(), ["cancelled 0", "planned 1"])
        with self.subTest("cancelled: nothing is queued when it is answered"):
            self.assertEqual(hospital.send("SIU^S15", visit() + person("M1")),
                             "AA")
            self.assertEqual(self.row(), ["cancelled 0", "cancelled 1"])
        with self.subTest("and the service ends in order"):
            self.assertEqual(service.stop()[0], 0)
        with self.subTest("nothing about anybody is in the log"):
            log = service.log()
            self.assertIn("event=hl7 verdict=accepted", log)
            for word in ("Doe", "Ann", "M1", "5550100", "Elm"):
                self.assertNotIn(word, log)

    def test_a_repetition_has_no_second_effect(self):
        service, hospital = self.serve()
        start = time.time() + 6 * DAY
        message = hospital.message("SIU^S12", visit(start) + person("M1"))
        first = hospital.raw(message)
        hospital.send("SIU^S15", visit() + person("M1"))
        again = hospital.raw(message)
        self.assertIn("MSA|AA|1", first)
        self.assertIn("MSA|AA|1", again)
        self.assertEqual(self.clinic.one(
            "select status from appointment where external_id = 'V1'"),
            "cancelled")
        service.stop()

    def test_what_was_answered_outlives_a_kill(self):
        service, hospital = self.serve()
        taken = 0
        for i in range(200):
            if hospital.send("ADT^A28", person(f"K{i}")) != "AA":
                break
            taken += 1
            if i == 120:
                service.kill()
                break
        self.assertGreater(taken, 100)
        self.assertEqual(self.clinic.one(
            "select count(*) from patient where mrn like 'K%'"), taken)
        service, hospital = self.serve()
        with self.subTest("and what was sent again is there once"):
            for i in range(taken + 5):
                self.assertEqual(hospital.send(
                    "ADT^A28", person(f"K{i}"), control=f"again{i}"), "AA")
            self.assertEqual(self.clinic.one(
                "select count(*) from patient where mrn like 'K%'"), taken + 5)
        service.stop()

    def test_what_is_wrong_is_said_with_its_place(self):
        service, hospital = self.serve()
        answer = hospital.raw(hospital.message("SIU^S12", visit(
            time.time() + 6 * DAY)))
        with self.subTest("nobody's visit"):
            self.assertIn("MSA|AE|", answer)
            self.assertIn("ERR||PID^1^3|", answer)
        with self.subTest("no message"):
            self.assertIn("MSA|AR|", hospital.raw("hello"))
        with self.subTest("one that cannot be taken apart has its number"):
            answer = hospital.raw(hospital.message(
                "ADT^A28", person("T1") + "oops\r", control="C77"))
            self.assertIn("MSA|AR|C77|segment 4", answer)
            self.assertIn("\rERR||", answer)
        with self.subTest("training"):
            self.assertIn("MSA|AR|", hospital.raw(hospital.message(
                "ADT^A28", person("T1")).replace("|P|2.5", "|T|2.5")))
        with self.subTest("and the next one is taken"):
            self.assertEqual(hospital.send("ADT^A28", person("M9")), "AA")
        with self.subTest("a field that was left out, with its place"):
            answer = hospital.raw(hospital.message(
                "ADT^A28", person("M9").replace("19800229", "19801301")))
            self.assertIn("MSA|AA|", answer)
            self.assertIn("\rERR||PID^1^7|102^Data type error^HL70357|W|",
                          answer)
            until(lambda: "verdict=accepted what=ADT^A28 from=EPIC^MAIN "
                  "where=PID-7" in service.log(), service.log)
            self.assertIn("flawed=1", service.log())
        with self.subTest("counted"):
            for figure in ("taken_total 2", "wrong_total 4", "flawed_total 1"):
                self.assertIn(f"\noutreach_hl7_{figure}\n", self.metrics())
        self.assertEqual(self.clinic.one(
            "select count(*) from patient where mrn in ('T1', 'M9')"), 1)
        service.stop()

    def test_the_log_has_each_error_unasked(self):
        service, hospital = self.serve(verbose=())
        booked = visit(time.time() + 6 * DAY) + person("M1")
        lines = [
            ("verdict=partly what=SIU^S12 from=EPIC^MAIN where=SCH-2 ",
             "SIU^S12", "SCH||\r" + person("M1")),
            ("verdict=wrong what=SIU^ from=EPIC^MAIN where=MSH-9.2 ",
             "SIU^Doe", booked),
            ("verdict=refused what=\"\" from=EPIC^MAIN why=\"segment 4: ",
             "ADT^A28", person("M1") + "Ann Doe\r"),
            ("verdict=refused what=\"\" from=EPIC^MAIN "
             "why=\"more than 4194304 bytes are not taken\" ",
             "ADT^A28", person("M1") + "ZZZ|" + "Doe " * 1250000)]
        self.assertEqual(hospital.send("SIU^S12", booked), "AA")
        for line, kind, rest in lines:
            with self.subTest(line):
                self.assertIn(hospital.send(kind, rest), ("AE", "AR"))
                until(lambda: f"level=warning event=hl7 {line}" in
                      service.log(), service.log)
        with self.subTest("what is too long is answered by its number"):
            self.assertIn("MSA|AR|C99|more than 4194304", hospital.raw(
                hospital.message("ADT^A28", "x" * 5000000, control="C99")))
        with self.subTest("and the next one is taken"):
            self.assertEqual(hospital.send("ADT^A28", person("M2")), "AA")
        with self.subTest("one that does not stop fills no disk"):
            for _ in range(100):
                hospital.send("ADT", person("M1"))
            until(lambda: "event=hl7 more=" in service.log(), service.log)
            self.assertEqual(service.log().count("event=hl7 "), 61)
            self.assertIn("outreach_hl7_wrong_total 105\n", self.metrics())
        service.stop()
        for word in ("Doe", "Ann", "M1", "5550100", "verdict=accepted"):
            self.assertNotIn(word, service.log())

    def test_a_visit_moved_to_no_time(self):
        """Nobody is reminded of a time of which we know that it is doubtful."""
        service, hospital = self.serve()
        start = time.time() + 6 * DAY
        self.assertEqual(hospital.send("SIU^S12", visit(start) + person("M1")),
                         "AA")
        until(lambda: self.row() == ["planned 0"], self.row)
        moved = visit(start).replace(when(start), when(start)[:8])
        with self.subTest("what is wrong is said"):
            answer = hospital.raw(hospital.message("SIU^S13",
                                                   moved + person("M1")))
            self.assertIn("MSA|AE|", answer)
            self.assertIn("ERR||SCH^1^11^1^4|", answer)
        with self.subTest("nothing is queued when it is answered"):
            self.assertEqual(self.row(), ["cancelled 0"])
        with self.subTest("somebody is asked"):
            tasks = self.clinic.run("--json", "task", "list", code=0).json()
            self.assertEqual([(one["kind"], one["name"], one["owner"])
                              for one in tasks],
                             [("moved", "V1", "front desk")])
        with self.subTest("with a time it goes on, and the task is done"):
            self.assertEqual(hospital.send("SIU^S13", visit(start + DAY) +
                                           person("M1")), "AA")
            self.assertEqual(self.row(), ["cancelled 0", "planned 1"])
            self.assertEqual(self.clinic.run("--json", "task", "list",
                                             code=0).json(), [])
        self.assertEqual(service.stop()[0], 0)
        self.assertIn("verdict=partly what=SIU^S13 from=EPIC^MAIN "
                      "where=SCH-11.4", service.log())

    def test_a_discharge_that_is_taken_back_or_corrected(self):
        """Whatever the campaign says of it."""
        self.clinic.campaign("home", purpose="post-discharge",
                             anchor="discharge", audience=["disposition = "
                                                           "'home'"],
                             if_not_reached={"task": {
                                 "to": "front desk", "kind": "call",
                                 "within": "same day"}},
                             steps=[{"step": "after", "send": "sms",
                                     "when": "2 days after discharged at 10:00",
                                     "until": "9 days after discharged",
                                     "message": "how"}],
                             messages={"how": {"en": {"sms":
                                 "{{clinic.public_name}}: how are you? Call "
                                 "{{clinic.phone}}. Reply STOP to opt out."}}})
        self.clinic.run("launch", "home", "--yes", "--quiet", code=0)
        service, hospital = self.serve()

        def stay(event, mrn, disposition):
            self.assertEqual(hospital.send(f"ADT^{event}", person(mrn) + (
                f"PV1||I|W^1^1^C||||||||||||||||S{mrn}|||||||||||||||||"
                f"{disposition}|||||||||{when(time.time() - 3600)}\r")), "AA")

        def queued(mrn):
            return self.clinic.ask(
                "select o.state, o.reason from outreach o join patient p on "
                "p.id = o.patient_id where o.anchor_kind = 3 and p.mrn = ?",
                mrn)

        for mrn, event, disposition, reason in (
                ("M1", "A13", "", "gone"),
                ("M2", "A08", "03", "no longer in the audience"),
                ("M3", "A08", "20", "the patient died")):
            stay("A03", mrn, "01")
            until(lambda: queued(mrn) == [(0, None)], "the plan")
            with self.subTest(f"{event} {disposition}"):
                stay(event, mrn, disposition)
                until(lambda: queued(mrn) == [(7, reason)],
                      lambda: queued(mrn))
        service.stop()

    def test_merged_records_share_what_is_queued(self):
        service, hospital = self.serve()
        start = time.time() + 6 * DAY
        hospital.send("SIU^S12", visit(start) + person("M1"))
        hospital.send("ADT^A28", person("M2", "5550177"))
        self.assertEqual(hospital.send(
            "ADT^A40", person("M2", "5550177") + "MRG|M1^^^MAIN^MR\r"), "AA")
        self.assertEqual(self.clinic.ask(
            "select p.mrn, count(*) from outreach o join patient p on p.id = "
            "o.patient_id join appointment a on a.id = o.anchor_id where "
            "a.external_id = 'V1' and o.state = 0 group by 1"), [("M2", 1)])
        service.stop()

    def test_parted_records_have_their_own_again(self):
        service, hospital = self.serve()
        start = time.time() + 6 * DAY
        whose = ("select p.mrn, o.occurrence from outreach o join patient p on "
                 "p.id = o.patient_id join appointment a on a.id = o.anchor_id "
                 "where a.external_id = 'V1' and o.state = 0")
        hospital.send("SIU^S12", visit(start) + person("M1"))
        hospital.send("ADT^A28", person("M2", "5550177"))
        until(lambda: self.row() == ["planned 0"], "the plan")
        hospital.send("ADT^A40", person("M2", "5550177") +
                      "MRG|M1^^^MAIN^MR\r")
        self.assertEqual(self.clinic.ask(whose), [("M2", 0)])
        with self.subTest("A37: it is M1's again when that is answered"):
            self.assertEqual(hospital.send(
                "ADT^A37", person("M1") + person("M2", "5550177")), "AA")
            self.assertEqual(self.clinic.ask(whose), [("M1", 0)])
        with self.subTest("and both were looked at"):
            until(lambda: not self.clinic.one("select count(*) from dirty"),
                  "the look")
            self.assertEqual(self.clinic.ask(whose), [("M1", 0)])
            self.assertEqual(self.clinic.one(
                "select detail from audit where action = 'unmerge'"),
                "from=patient 3 unclear=0")
        service.stop()

    def test_a_child_is_written_to_through_its_guardian(self):
        kid = ("PID|1||K1^^^MAIN^MR||Doe^Kim||20200105|F{}\r")
        _, hospital = self.serve()
        self.assertEqual(hospital.send("ADT^A28", kid.format("") + (
            "NK1|1|Doe^Eve|MTH||^PRN^CP^^^212^5550111\r")), "AA")
        start = time.time() + 5 * DAY
        self.assertEqual(hospital.send(
            "SIU^S12", visit(start) + kid.format("")), "AA")
        guardian = ("select g.mrn, c.value from patient p join patient g on "
                    "g.id = p.guardian_id left join contact_point c on "
                    "c.patient_id = g.id where p.mrn = 'K1'")
        self.assertEqual(self.clinic.ask(guardian),
                         [("K1-NK1", "+12125550111")])
        with self.subTest("by a visit that does not name her, still"):
            self.assertIn("guardian K1-NK1", self.clinic.run(
                "explain", "K1", code=0).out)
        with self.subTest("the newborn of a patient"):
            hospital.send("ADT^A28", person("M1"))
            newborn = kid.format("|||||||||||||M1^^^MAIN^MR").replace(
                "K1", "K2")
            self.assertEqual(hospital.send("ADT^A01", newborn +
                                           "PV1||I\r"), "AA")
            self.assertEqual(self.clinic.ask(guardian.replace("K1", "K2"))[0]
                             [0], "M1")

    def test_a_child_whose_guardian_is_it_no_more(self):
        """Nobody is written to until another one is named, the child neither:
        who never had one is, at the number of their own record."""
        _, hospital = self.serve()
        eve = "NK1|1|Doe^Eve|MTH||^PRN^CP^^^212^5550111"
        nobody = "whoever is reached in their place is gone"
        for mrn, kin, reached in (
                ("K1", ("",), "+12125550122"),
                ("K2", (f"{eve}||||20200101\r",), "+12125550122"),
                ("K3", (f"{eve}\r",), "+12125550111"),
                ("K4", (f"{eve}\r", f"{eve}||||20200101\r"), nobody),
                ("K5", (f"{eve}\r", f"{eve}||||20200101\r", f"{eve}\r"),
                 "+12125550111")):
            kid = person(mrn, "5550122").replace("19800229", "20200105")
            booked = visit(time.time() + 5 * DAY).replace("V1", f"V{mrn}")
            self.assertEqual(hospital.send(
                "SIU^S12", booked + kid + "AIL|1||^^^C\r"), "AA")
            for nk1 in kin:
                self.assertEqual(hospital.send("ADT^A08", kid + nk1), "AA")
            with self.subTest(mrn):
                said = self.clinic.run("explain", mrn, code=0).out
                self.assertIn(reached, said)


class Files(Case):
    def test_a_file_of_each_kind(self):
        house = self.house()
        house.write("a.hl7", "FHS|^~\\&|x\rBHS|^~\\&|x\r" + "".join(
            "MSH|^~\\&|E|M|O|X|20261101||ADT^A28|%d|P|2.5\r%s" %
            (i, person(f"B{i}")) for i in range(3)) + "BTS|3\rFTS|1\r")
        house.write("b.ndjson", '{"resourceType":"Patient","id":"f1"}\n'
                                '{"resourceType":"Claim","id":"c"}\n')
        with self.subTest("HL7 v2, in a batch"):
            said = house.run("--json", "import", "--format", "hl7", "a.hl7",
                             code=0).json()
            self.assertEqual(said["tables"][0]["new"], 3)
        with self.subTest("FHIR, a resource a line"):
            said = house.run("--json", "import", "--format", "fhir",
                             "b.ndjson", code=0).json()
            self.assertEqual((said["tables"][0]["new"],
                              said["tables"][0]["others"]), (1, 1))
        with self.subTest("cut off: what was whole is in, and it is said"):
            house.write("c.ndjson", '{"resourceType":"Patient","id":"f2"}\n'
                                    '{"resourceType":"Pat')
            said = house.run("import", "--format", "fhir", "c.ndjson", code=4)
            self.assertIn("c.ndjson:2: ends in the middle", said.err)
        with self.subTest("one line is cut: the others are in"):
            house.write("d.ndjson", '{"resourceType":"Patient","id":"f3"}\n'
                                    '{"resourceType":"Patient","id":"f4\n'
                                    '{"resourceType":"Patient","id":"f5"}\n')
            said = house.run("--json", "import", "--format", "fhir",
                             "d.ndjson", code=4).json()
            self.assertEqual([(bad["line"], bad["skipped"])
                              for bad in said["bad"]], [(2, "row")])
            self.assertEqual((said["tables"][0]["new"],
                              said["tables"][0]["taken"]), (2, True))
        with self.subTest("a value of another type: told, and the rest is in"):
            house.write("e.json", '{"resourceType":"Patient","id":"f6",'
                                  '"birthDate":19790402,"active":"false"}')
            said = house.run("--json", "import", "--format", "fhir", "e.json",
                             code=4).json()
            self.assertEqual(
                [(bad["column"], bad["reason"]) for bad in said["bad"]],
                [("Patient.birthDate", "is a number: a text was expected"),
                 ("Patient.active",
                  "is a text: true or false was expected")])
        with self.subTest("a number that cannot be read is not all in"):
            house.write("f.json", '{"resourceType":"Patient","id":"f7",'
                                  '"telecom":[{"system":"phone",'
                                  '"value":"12"}]}')
            house.run("import", "--format", "fhir", "f.json", code=4)
        with self.subTest("a batch that does not add up"):
            house.write("g.hl7", "BHS|^~\\&|x\r\nMSH|^~\\&|E|M|O|X|20261101||"
                                 "ADT^A28|g|P|2.5\r\n" + person("B9") +
                                 "\nBTS|2\r\nMSH|^~\\&|E|M|O|X|20261101||"
                                 "ADT^A28|h|P|2.5\r\nPID|1\r\n")
            said = house.run("--json", "import", "--format", "hl7", "g.hl7",
                             code=4).json()
            self.assertEqual(
                [(bad["line"], bad["column"], bad["value"], bad["skipped"])
                 for bad in said["bad"]],
                [(4, "BTS-1", "2", "field"), (5, "PID-3", None, "row")])
        with self.subTest("a compressed file without its end, and an empty one"):
            line = '{"resourceType":"Patient","id":"z%d"}\n'
            whole = gzip.compress("".join(line % i for i in range(40)).encode())
            house.write("h.ndjson.gz", whole[:-8])
            house.write("i.json", "")
            said = house.run("--json", "import", "--format", "fhir",
                             "h.ndjson.gz", "i.json", code=4).json()
            self.assertEqual([(table["new"], table["taken"])
                              for table in said["tables"]],
                             [(40, True), (0, False)])
            self.assertEqual([bad["reason"] for bad in said["bad"]],
                             ["the compressed file is cut off here",
                              "the file is empty: was it cut off?"])
        with self.subTest("options of CSV are refused"):
            self.assertEqual(house.run("import", "--format", "hl7", "--full",
                                       "a.hl7").code, 2)

    def test_a_guardian_of_fhir(self):
        house = self.house()
        house.write("kin.ndjson", "\n".join(json.dumps(one) for one in (
            {"resourceType": "RelatedPerson", "id": "R",
             "patient": {"reference": "Patient/7"},
             "relationship": [{"coding": [{"code": "MTH"}]}],
             "telecom": [{"system": "sms", "value": "2125550100"}]},
            {"resourceType": "Patient", "id": "7",
             "birthDate": "2020-01-05"})))
        house.run("import", "--format", "fhir", "kin.ndjson", code=0)
        self.assertEqual(house.ask(
            "select p.guardian_id = g.id, c.value from patient p join patient "
            "g on g.id <> p.id join contact_point c on c.patient_id = g.id "
            "where p.birth_on is not null"), [(1, "+12125550100")])


class Reload(Live):
    """A new configuration takes effect without a restart."""

    @staticmethod
    def again(service):
        """Reads its configuration; another writer may put that off a little."""
        def done():
            return sum(service.log().count(f"event=reload result={result}")
                       for result in ("ok", "refused"))

        before = done()
        service.signal(signal.SIGHUP)
        until(lambda: done() > before, "the reload")

    def reload(self, service, port, **hl7):
        self.clinic.write_config(hl7={"listen": f"127.0.0.1:{port}", **hl7})
        self.again(service)

    def test_what_is_taken(self):
        """Messages of a training system, once they are wanted."""
        service, hospital = self.serve()

        def train(mrn):
            return hospital.raw(hospital.message("ADT^A28", person(mrn))
                                .replace("|P|2.5", "|T|2.5"))

        self.assertIn("MSA|AR", train("M1"))
        self.reload(service, self.port, mrn_authority="MAIN", training=True)
        with self.subTest("by who is connected already"):
            self.assertIn("MSA|AA", train("M1"))
        self.assertEqual(self.clinic.one(
            "select count(*) from patient where mrn = 'M1'"), 1)

    def test_fields_that_stand_elsewhere(self):
        """A mapping, once there is one; another one after a reload; one that is
        wrong changes nothing."""
        def mobile(place):
            self.clinic.write("north.json", {
                "mapping": "north", "format": "hl7", "tables": [
                    {"table": "patients", "columns": {"mobile": place}}]})

        def numbers(mrn):
            return [row[0] for row in self.clinic.ask(
                "select c.value from contact_point c join patient p on p.id = "
                f"c.patient_id where p.mrn = '{mrn}'")]

        service, hospital = self.serve()
        extra = "ZPD|1|212-555-0177|212-555-0188\r"
        self.assertEqual(hospital.send("ADT^A28", person("M1") + extra), "AA")
        self.assertEqual(numbers("M1"), ["+12125550100"])
        mobile("ZPD-2")
        how = {"mrn_authority": "MAIN", "mapping": "north.json"}
        self.reload(service, self.port, **how)
        self.assertEqual(hospital.send("ADT^A28", person("M2") + extra), "AA")
        self.assertEqual(numbers("M2"), ["+12125550177"])
        mobile("ZPD-3")
        self.reload(service, self.port, **how)
        self.assertEqual(hospital.send("ADT^A28", person("M3") + extra), "AA")
        self.assertEqual(numbers("M3"), ["+12125550188"])
        for place, why in (
                ("ZPD", "north.json:8:15: error: mobile: 'ZPD' is no place"),
                (7, "north.json:8:15: error: mobile: here stands")):
            mobile(place)
            self.reload(service, self.port, **how)
            with self.subTest(place):
                self.assertIn("result=refused", service.log())
                self.assertIn(why, service.log())
        self.assertEqual(hospital.send("ADT^A28", person("M4") + extra), "AA")
        self.assertEqual(numbers("M4"), ["+12125550188"])
        service.stop()

    def test_a_record_number_that_stands_elsewhere(self):
        """It is one whose number nobody says, though ids of MAIN are the
        record numbers: the mapping says that it is."""
        self.clinic.write("north.json", {
            "mapping": "north", "format": "hl7", "tables": [
                {"table": "patients", "columns": {"mrn": "PID-2",
                                                  "old_mrn": "MRG-4"}}]})
        self.clinic.write_config(hl7={
            "listen": f"127.0.0.1:{self.port}", "mrn_authority": "MAIN",
            "mapping": "north.json"})
        service, hospital = self.serve()

        def records():
            return [mrn for mrn, in self.clinic.ask(
                "select mrn from patient where merged_into is null and mrn "
                "like 'N%' order by mrn")]

        for mrn, account in (("N1", "A1"), ("N1", "A2"), ("N2", "A1")):
            hospital.send("ADT^A28", person(account).replace(
                "PID|1|", f"PID|1|{mrn}"))
        self.assertEqual(records(), ["N1", "N2"])
        with self.subTest("an answer says where it was looked for"):
            answer = hospital.raw(hospital.message("ADT^A28", person("A3")))
            self.assertIn("MSA|AE", answer)
            self.assertIn("ERR||PID^1^2|101", answer)
        with self.subTest("and so is the one that is given up"):
            self.assertEqual(hospital.send("ADT^A40", "PID|1|N1|A9\r"
                                           "MRG|A8|||N2\r"), "AA")
            self.assertEqual(records(), ["N1"])
        service.stop()

    def test_another_address(self):
        service, hospital = self.serve()
        self.assertEqual(hospital.send("ADT^A28", person("M1")), "AA")
        probe = socket.create_server(("127.0.0.1", 0))
        taken = probe.getsockname()[1]
        with self.subTest("one that is taken: the former one stays"):
            self.reload(service, taken, mrn_authority="MAIN")
            self.assertIn("result=refused", service.log())
            self.assertEqual(hospital.send("ADT^A28", person("M2")), "AA")
        probe.close()
        with self.subTest("one that is free"):
            self.reload(service, taken, mrn_authority="MAIN")
            moved = Hospital(taken)
            self.addCleanup(moved.close)
            self.assertEqual(moved.send("ADT^A28", person("M3")), "AA")
            with self.assertRaises(OSError):
                Hospital(self.port)
        with self.subTest("and none"):
            del self.clinic.config["hl7"]
            self.clinic.write_config()
            service.signal(signal.SIGHUP)
            until(lambda: not self.takes(taken), "it is closed")
        service.stop()

    @staticmethod
    def takes(port):
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", port)) == 0

    def test_codes_of_their_own(self):
        """A clinic's table says what the shipped one does not know."""
        result = person("M1") + ("OBR|1||L{0}|A1CX^A1c^L|||20261101\r"
                                 "OBX|1|NM|A1CX^A1c^L||7.2|%|||||F|||20261101"
                                 "\r")
        rows = "select kind, value from screening"
        service, hospital = self.serve()
        self.assertEqual(hospital.send("ORU^R01", result.format(1)), "AA")
        self.assertEqual(self.clinic.ask(rows), [])
        self.clinic.write("codes.json", {"screening": {"L": {
            "A1CX": "hba1c"}}})
        self.clinic.write_config(codes="codes.json")
        self.again(service)
        again = Hospital(self.port)
        self.addCleanup(again.close)
        again.count = 9
        self.assertEqual(again.send("ORU^R01", result.format(2)), "AA")
        self.assertEqual([row[0] for row in self.clinic.ask(rows)], ["hba1c"])
        with self.subTest("one that is wrong changes nothing"):
            for codes, why in (({"screening": 7}, "an object of systems"),
                               ({"screenin": {}}, "screening")):
                self.clinic.write("codes.json", codes)
                self.again(service)
                self.assertIn("result=refused", service.log())
                self.assertIn("codes.json:", service.log())
                self.assertIn(why, service.log())
            self.assertEqual(again.send("ORU^R01", result.format(3)), "AA")


if __name__ == "__main__":
    main()
