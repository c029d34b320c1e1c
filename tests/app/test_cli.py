#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The contract of the command line: exit codes, errors, flags, --json."""
import json
import os
import re
import time

from house import Case, main, stamp

COMMANDS = ("check", "import", "plan", "launch", "test-send", "run", "blast",
            "status", "pause", "resume", "patient", "task", "demo")
NOW = "2026-12-08T12:00:00-05:00"


class Help(Case):
    def test_every_command_has_help(self):
        house = self.house()
        for name in COMMANDS:
            with self.subTest(name):
                answer = house.run(name, "--help", code=0)
                self.assertIn(f"usage: outreach {name}", answer.out)
                self.assertEqual(answer.err, "")
                self.assertEqual(house.run("help", name, code=0).out,
                                 answer.out)

    def test_help_and_version(self):
        house = self.house()
        out = house.run("--help", code=0).out
        for name in COMMANDS:
            self.assertIn(f"\n  {name} ", out)
        self.assertRegex(house.run("--version", code=0).out,
                         r"^outreach \d+\.\d+")

    def test_nothing_said_is_a_usage_error(self):
        answer = self.house().run(code=2)
        self.assertIn("usage: outreach", answer.err)
        self.assertEqual(answer.out, "")


class Usage(Case):
    # words, and what the error names
    WRONG = (
        (("stauts",), "did you mean 'status'"),
        (("lunch",), "did you mean 'launch'"),
        (("frobnicate",), "no command 'frobnicate'"),
        (("--frobnicate",), "no flag --frobnicate"),
        (("status", "--wach"), "did you mean '--watch'"),
        (("plan", "--campain", "x"), "did you mean '--campaign'"),
        (("plan", "--campaign"), "value is missing behind --campaign"),
        (("plan", "--for", "soon"), "--for takes a duration"),
        (("plan", "--for", "-3d"), "--for takes a duration"),
        (("plan", "--most", "many"), "--most takes a number"),
        (("plan", "--most", "0"), "--most takes a number"),
        (("plan", "--from", "yesterday"), "--from takes ISO 8601"),
        (("plan", "--from", "2020-01-01T00:00:00Z"), "lies in the past"),
        (("plan", "extra"), "unexpected 'extra'"),
        (("--config",), "value is missing behind --config"),
        (("status", "--store"), "value is missing behind --store"),
        (("--now", "noon", "status"), "--now takes ISO 8601"),
        (("--now", "2026-02-29T10:00:00Z", "status"), "--now takes ISO 8601"),
        (("--now", "2026-12-08T12:00:00", "status"), "--now takes ISO 8601"),
        (("run", "--until", "later"), "--until takes ISO 8601"),
        (("run", "now"), "unexpected 'now'"),
        (("--now", NOW, "run"), "needs --once or --until"),
        (("launch",), "name one campaign"),
        (("launch", "a", "b"), "name one campaign"),
        (("import",), "which files"),
        (("import", "--format", "xml", "x"), "is csv, fhir or hl7, not xml"),
        (("import", "--max-bad", "lots", "x"), "percentage"),
        (("import", "--max-bad", "120", "x"), "percentage"),
        (("pause",), "--campaign NAME, or --all"),
        (("resume", "--all", "--campaign", "x"), "--campaign NAME, or --all"),
        (("test-send", "notice/booked"), "--as MRN and --to ADDRESS"),
        (("patient", "show"), "one record number"),
        (("patient", "burn", "P1"), "show, opt-out, opt-in or forget"),
        (("task", "burn", "1"), "task"),
        (("task", "show", "one"), "number"),
        (("blast",), "--where or --list"),
        (("blast", "--where", "true"), "--purpose is missing"),
        (("blast", "--where", "true", "--purpose", "notice"),
         "--message or --message-file"),
        (("blast", "burn"), "unexpected 'burn'"),
        (("blast", "cancel"), "name one blast"),
        (("demo", "fast"), "unexpected 'fast'"),
        (("--json", "demo"), "no --json"),
        (("--json=1", "status"), "there is no flag --json=1"),
        (("status", "--quiet=yes"), "there is no flag '--quiet=yes'"),
    )

    def test_usage_errors_exit_2(self):
        house = self.house()
        for words, told in self.WRONG:
            with self.subTest(" ".join(words)):
                answer = house.run(*words, code=2)
                self.assertIn(told, answer.err)
                self.assertIn("outreach", answer.err)
                self.assertEqual(answer.out, "")
        self.assertFalse(os.path.exists(house.path("outreach.db")),
                         "a usage error makes no store")


class No(Case):
    # asked of a store of one patient: the answer is no
    WRONG = (
        (("patient", "show", "nobody"), "no patient has the record number"),
        (("pause", "--campaign", "nothing"), "no campaign 'nothing'"),
        (("resume", "--campaign", "nothing"), "no campaign 'nothing'"),
        (("launch", "nothing"), "nothing"),
        (("task", "show", "99"), "99"),
        (("task", "done", "99", "--note", "x"), "99"),
        (("blast", "cancel", "blast-x"), "no blast 'blast-x'"),
        (("blast", "resume", "blast-x"), "no blast 'blast-x'"),
        (("plan", "--campaign", "nothing"), "no campaign 'nothing'"),
        (("test-send", "nothing/step", "--as", "P0", "--to",
          "+12125550100"), "nothing"),
        (("test-send", "notice/nothing", "--as", "P0", "--to",
          "+12125550100"), "nothing"),
        (("test-send", "notice/booked", "--as", "nobody", "--to",
          "+12125550100"), "nobody"),
    )

    def test_no_is_1_with_the_name(self):
        house = self.house()
        house.open(1)
        for words, told in self.WRONG:
            with self.subTest(" ".join(words)):
                answer = house.run(*words, code=1)
                self.assertIn(told, answer.err)
                self.assertEqual(len(answer.err.strip().splitlines()), 1,
                                 answer.err)

    def test_faults_in_a_campaign_are_1(self):
        house = self.house()
        house.campaign(audience=["statsu = 'booked'"])
        answer = house.run("check", code=1)
        self.assertRegex(answer.out, r"notice\.json:\d+:\d+: error: .*statsu")
        self.assertIn("did you mean 'status'", answer.out)
        found = house.run("--json", "check", code=1).json()
        self.assertEqual(found["errors"], 1)
        self.assertEqual(found["faults"][0]["level"], "error")


class Cannot(Case):
    def test_missing_files_are_3(self):
        house = self.house()
        house.campaign()
        rows = (
            (("--config", "none.json", "status"), "none.json"),
            (("status",), "outreach.db"),
            (("plan",), "outreach.db"),
            (("run", "--once"), "outreach.db"),
            (("launch", "notice", "--yes"), "outreach.db"),
            (("pause", "--all"), "outreach.db"),
            (("patient", "show", "P0"), "outreach.db"),
            (("task", "list"), "outreach.db"),
            (("blast", "list"), "outreach.db"),
            (("check", "none.json"), "none.json"),
        )
        for words, told in rows:
            with self.subTest(" ".join(words)):
                answer = house.run(*words, code=3)
                self.assertIn(told, answer.err)
        self.assertFalse(os.path.exists(house.path("outreach.db")),
                         "only import makes a store")


class Flags(Case):
    def test_global_flags_before_and_behind(self):
        house = self.house()
        house.visits(1)
        os.rename(house.path("outreach.json"), house.path("other.json"))
        other = ("--config", "other.json", "--store", "outreach.db", "--json")
        for name, words in (("before", (*other, "status")),
                            ("behind", ("status", *other)),
                            ("between", (*other[:2], "status", *other[2:]))):
            with self.subTest(name):
                self.assertEqual(house.run(*words, code=0).json()["patients"],
                                 1)

    def test_the_environment_names_the_configuration(self):
        house = self.house()
        house.visits(1)
        os.rename(house.path("outreach.json"), house.path("other.json"))
        answer = house.run("--json", "status", code=0,
                           env={"OUTREACH_CONFIG": "other.json"})
        self.assertEqual(answer.json()["patients"], 1)

    def test_quiet_says_nothing_when_all_is_well(self):
        house = self.house()
        house.open(1, answers={"emergency": "m", "help": "m"})
        for words in (("check",), ("import", "data"), ("run", "--once"),
                      ("pause", "--all"), ("resume", "--all"),
                      ("launch", "notice", "--yes"),
                      ("patient", "opt-out", "P0")):
            with self.subTest(" ".join(words)):
                answer = house.run("--quiet", *words, code=0)
                self.assertEqual(answer.out + answer.err, "")

    def test_quiet_still_tells_errors(self):
        answer = self.house().run("--quiet", "status", code=3)
        self.assertIn("outreach.db", answer.err)

    def test_two_dashes_end_the_flags(self):
        house = self.house()
        house.visits(1)
        answer = house.run("patient", "show", "--", "--json", code=1)
        self.assertIn("'--json'", answer.err)


class Json(Case):
    def test_one_document_or_one_object_a_line(self):
        house = self.house()
        house.campaign(answers={"emergency": "m", "help": "m"})
        house.visits(2)
        with self.subTest("import"):
            tables = house.run("--json", "import", "data", code=0).json()
            self.assertEqual({t["table"] for t in tables["tables"]},
                             {"clinics", "patients", "appointments"})
            self.assertEqual(tables["bad"], [])
        with self.subTest("check"):
            found = house.run("check", "--json", code=0).json()
            self.assertEqual((found["errors"], found["warnings"]), (0, 0))
        with self.subTest("launch"):
            answer = house.run("--json", "launch", "notice", "--yes", code=0)
            self.assertTrue(all(isinstance(line, dict)
                                for line in answer.lines()), answer)
        with self.subTest("plan"):
            lines = house.run("--json", "plan", "--all", code=0).lines()
            self.assertEqual(lines[-1]["messages"], 2)
            self.assertEqual({line["patient"] for line in lines[:-1]},
                             {"P0", "P1"})
        with self.subTest("blast --dry-run"):
            lines = house.run(
                "--json", "blast", "--where", "true", "--purpose",
                "appointment", "--message", "Harbor Clinic: we are closed "
                "today. Call 212-555-0190. Reply STOP to opt out.",
                "--dry-run",
                code=0).lines()
            self.assertEqual(lines[-1]["messages"], 2)
        with self.subTest("run --once"):
            self.assertEqual(house.run("--json", "run", "--once", code=0)
                             .json()["sent"], 2)
        with self.subTest("status"):
            found = house.run("--json", "status", code=0).json()
            self.assertEqual(found["campaigns"][0]["accepted"], 2)
            self.assertEqual(found["providers"][0]["submitted"], 2)
            self.assertFalse(found["paused"])
        with self.subTest("patient show"):
            found = house.run("--json", "patient", "show", "P0", code=0).json()
            self.assertEqual(found["outreach"][0]["state"], "accepted")
        with self.subTest("task list"):
            answer = house.run("--json", "task", "list", code=0)
            self.assertTrue(answer.out == "" or
                            isinstance(json.loads(answer.out), list) or
                            answer.lines(), answer)
        with self.subTest("blast list"):
            answer = house.run("--json", "blast", "list", code=0)
            self.assertTrue(all(json.loads(line) is not None
                                for line in answer.out.splitlines()), answer)


class Now(Case):
    HTTP = {"web": {"driver": "http", "channels": ["sms"], "request": {
        "url": "http://127.0.0.1:9/", "body": {"to": "{{to}}"}}}}

    def test_a_live_driver_refuses_now(self):
        house = self.house(self.HTTP)
        for words in (("status",), ("plan",), ("run", "--once"),
                      ("import", "data"), ("blast", "list"),
                      ("patient", "show", "P0")):
            with self.subTest(" ".join(words)):
                answer = house.run("--now", NOW, *words, code=2)
                self.assertIn("--now is refused", answer.err)
                self.assertIn("outreach.json", answer.err)

    def test_a_store_of_real_attempts_refuses_now(self):
        house = self.house()
        house.open(1)
        house.run("--now", stamp(time.time() + 86400), "plan", code=0)
        outbox = house.config["providers"]
        house.write_config(providers=self.HTTP)
        house.run("run", "--once", code=0)
        house.write_config(providers=outbox)
        for words in (("plan",), ("run", "--once"), ("import", "data")):
            with self.subTest(" ".join(words)):
                answer = house.run("--now", NOW, *words, code=2)
                self.assertIn("served real people", answer.err)
        house.run("status", code=0)

    def test_the_log_of_a_pretended_run_bears_its_time(self):
        house = self.house({"s": {"driver": "fake", "channels": ["sms"],
                                  "default": {"events": [
                                      {"after_ms": 50, "ended": True,
                                       "outcome": "provider-down"}]}}})
        house.open(1)
        begin = time.time() + 86400
        house.campaign(steps=[{
            "step": "later", "when": "2 days after booked",
            "until": "4 days after booked", "send": "sms", "message": "m"}])
        house.run("--now", stamp(begin), "launch", "notice", "--yes",
                  "--quiet", code=0)
        log = house.run("--now", stamp(begin), "run", "--until",
                        stamp(begin + 3 * 86400), code=0).err
        times = re.findall("time=(\\S+) .*event=provider-halted", log)
        self.assertGreater(len(times), 1, log)
        self.assertGreater(times[0], stamp(begin + 3600))
        self.assertGreater(times[-1], times[0])


if __name__ == "__main__":
    main()
