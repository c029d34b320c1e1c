#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Folders that the service watches: what is complete is taken, in its order,
and lies in done/ or failed/ with a report beside it."""
import json
import os
import shutil
import signal
import time

from house import Case, main, until

ONE = [{"folder": "incoming"}]


class Watch(Case):
    def open(self, watch=None):
        house = self.house()
        os.mkdir(house.path("incoming"))
        house.visits_file(3)
        house.write_config(providers={"o": {"driver": "outbox"}},
                           feeds={"watch": ONE if watch is None else watch})
        return house

    @staticmethod
    def put(house, name, text=None, to="incoming"):
        """As a good sender does: whole, or not at all."""
        text = house.read(f"data/{name}") if text is None else text
        house.write(f"{to}/.{name}", text)
        os.rename(house.path(to, f".{name}"), house.path(to, name))

    @staticmethod
    def files(house, where, to="incoming"):
        """Without their times, which all have."""
        path = house.path(to, where)
        names = sorted(os.listdir(path)) if os.path.isdir(path) else []
        return sorted(name.split("Z-", 1)[1] for name in names)

    def report(self, house, where, name):
        path = house.path("incoming", where)
        for found in os.listdir(path):
            if found.endswith(name):
                with open(os.path.join(path, found),
                          encoding="utf-8") as file:
                    return json.load(file)
        raise AssertionError(f"no report of {name}")

    def test_what_is_complete_is_taken(self):
        house = self.open()
        service = house.serve()
        for name in ("appointments.csv", "patients.csv", "clinics.csv"):
            self.put(house, name)
        until(lambda: len(self.files(house, "done")) == 6, "all are taken")
        with self.subTest("patients before their visits"):
            self.assertEqual(house.one("select count(*) from appointment"), 3)
        with self.subTest("with reports"):
            self.assertEqual(self.files(house, "done")[:2], [
                "appointments.csv", "appointments.csv.report.json"])
            said = self.report(house, "done", "-patients.csv.report.json")
            self.assertEqual((said["tables"][0]["new"], said["bad"]), (3, []))
        with self.subTest("nothing is left"):
            self.assertEqual(sorted(os.listdir(house.path("incoming"))),
                             [".work", "done"])
        with self.subTest("and it stands in the log"):
            until(lambda: 'event=feed-file file=patients.csv result=done'
                  in service.log(), "told")
        with self.subTest("the same name again is another file"):
            self.put(house, "patients.csv")
            until(lambda: len(self.files(house, "done")) == 8, "it too")

    def test_what_grows_is_left_alone(self):
        house = self.open()
        house.run("import", "data/clinics.csv", code=0)
        house.serve()
        rows = house.read("data/patients.csv").splitlines(True)
        with open(house.path("incoming", "patients.csv"), "w",
                  encoding="utf-8") as file:
            for row in rows:
                for part in (row[:5], row[5:]):
                    file.write(part)
                    file.flush()
                    time.sleep(0.8)
        until(lambda: self.files(house, "done"), "it is taken")
        self.assertEqual(house.one("select count(*) from patient"), 3)
        with self.subTest("nor what has a name for the time being"):
            house.write("incoming/patients.csv.part", "mrn\n")
            house.write("incoming/.hidden.csv", "mrn\n")
            os.mkdir(house.path("incoming", "folder.csv"))
            os.symlink("/etc/passwd", house.path("incoming", "link.csv"))
            self.put(house, "clinics.csv")
            until(lambda: len(self.files(house, "done")) == 4, "the other")
            self.assertEqual(sorted(os.listdir(house.path("incoming"))), [
                ".hidden.csv", ".work", "done", "folder.csv", "link.csv",
                "patients.csv.part"])

    def test_what_is_wrong(self):
        house = self.open()
        house.visits(9)
        service = house.serve()
        people = house.read("data/patients.csv").splitlines(True)
        rows = (
            ("no table", "strange.csv", "a,b\n1,2\n", "failed",
             "has the name of no table"),
            ("nothing of it can be taken", "appointments.csv",
             "a,b\n1,2\n", "failed", "columns are missing: id, patient, start"),
            ("an empty file", "patients.csv", "", "failed", "patients.csv is empty"),
            ("of many rows one", "patients.csv", "".join(people) +
             people[1].replace("P0", "").replace("+1212", "+1213"), "done", "'column': 'mrn'"),
            ("no JSON", "bundle.json", "{]", "failed", "'line': 1"),
            ("no messages", "adt.hl7", "EVN|A01\r", "failed",
             "begins with the segment MSH"))
        for sentence, name, text, where, why in rows:
            with self.subTest(sentence):
                shutil.rmtree(house.path("incoming", where),
                              ignore_errors=True)
                self.put(house, name, text)
                until(lambda: len(self.files(house, where)) == 2, "it is read")
                self.assertIn(why, str(self.report(house, where,
                                                   "report.json")))
                until(lambda: f"file={name} result=" + (
                    "partly" if where == "done" else "failed")
                    in service.log(), "it is told")

    def test_a_long_name_stops_nobody_behind_it(self):
        house = self.open()
        house.run("import", "data/clinics.csv", code=0)
        house.serve()
        for name in ("people-" + "x" * 227 + ".csv",
                     "visits-" + "\u00e9" * 116 + ".csv"):
            with self.subTest(name[:9]):
                self.put(house, name, "mrn\nP1\n")
                until(lambda: len(self.files(house, "failed")) == 2,
                      "it is refused")
                kept = self.files(house, "failed")
                self.assertTrue(name.endswith(kept[0]))
                self.assertEqual(kept[0] + ".report.json", kept[1])
                shutil.rmtree(house.path("incoming", "failed"))
        self.put(house, "patients.csv")
        until(lambda: len(self.files(house, "done")) == 2, "it is taken")

    def test_each_folder_has_its_form(self):
        house = self.open([
            {"folder": "incoming", "full": True},
            {"folder": "messages", "format": "hl7"}])
        os.mkdir(house.path("messages"))
        house.run("import", "data", code=0)
        house.serve()
        rows = house.read("data/appointments.csv").splitlines(True)
        self.put(house, "appointments.csv", "".join(rows[:-1]))
        self.put(house, "one.txt", to="messages", text=(
            "MSH|^~\\&|A|B|C|D|20261123101500||ADT^A28|1|P|2.5\r"
            "PID|1||M1^^^B^MR||Doe^Ann||19800229|F\r"))
        until(lambda: self.files(house, "done", "messages"), "the message")
        self.assertEqual(house.one("select count(*) from patient where "
                                   "given_name = 'Ann' and mrn = 'M1'"), 1)
        with self.subTest("what is not in a whole extract is gone"):
            until(lambda: self.files(house, "failed") +
                  self.files(house, "done"), "the extract")
            said = self.report(house, "failed", "report.json")
            self.assertIn("--accept", said["tables"][0]["reason"])

    def test_a_life_that_ends_in_the_middle(self):
        house = self.open()
        os.mkdir(house.path("incoming", ".work"))
        for name in ("clinics.csv", "patients.csv"):
            self.put(house, name, to="incoming/.work",
                     text=house.read(f"data/{name}"))
        house.serve()
        until(lambda: len(self.files(house, "done")) == 4, "the next takes it")
        self.assertEqual(house.one("select count(*) from patient"), 3)

    def test_a_folder_that_is_gone(self):
        house = self.open()
        shutil.rmtree(house.path("incoming"))
        service = house.serve()
        until(lambda: "event=feed-folder " in service.log(), "it is told")
        self.assertEqual(service.log().count("event=feed-folder "), 1)
        service.stop()

    def test_a_reload(self):
        house = self.open([])
        house.run("import", "data/clinics.csv", code=0)
        service = house.serve()
        self.put(house, "clinics.csv")
        time.sleep(5)
        self.assertEqual(os.listdir(house.path("incoming")), ["clinics.csv"])
        house.write_config(providers={"o": {"driver": "outbox"}},
                           feeds={"watch": ONE})
        service.signal(signal.SIGHUP)
        until(lambda: self.files(house, "done"), "it is taken now")
        with self.subTest("once ends by itself, and takes nothing"):
            service.stop()
            self.put(house, "patients.csv")
            house.run("run", "--once", code=0)
            self.assertEqual(house.one("select count(*) from patient"), 0)

    def test_the_configuration(self):
        house = self.open()
        for wrong, said in (
                ([{}], "the path of the folder to watch"),
                ([{"folder": "a", "ful": True}], 'did you mean "full"?'),
                ([{"folder": "a", "format": "xml"}], '"csv", "fhir" or "hl7"'),
                ([{"folder": "a", "format": "hl7", "full": True}],
                 "for CSV files"),
                ({"folder": "a"}, "is a list"),
                (["a"], "expected an object")):
            with self.subTest(wrong):
                house.write_config(feeds={"watch": wrong})
                self.assertIn(said, house.run("status", code=3).err)


if __name__ == "__main__":
    main()
