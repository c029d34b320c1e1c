#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`outreach simulate`: the engine ahead, on a copy, with make-believe carriers
and patients."""
from house import Case, main

NOW = "2026-12-07T06:00:00-05:00"
REPLY = ("{{clinic.public_name}}: visit {{start | day}}. Reply C to confirm. "
         "Call {{clinic.phone}}. Reply STOP to opt out.")


class Simulate(Case):
    def place(self, count=60, **provider):
        """Visits of the next days, a text three days and one day before."""
        house = self.house({"outbox": {"driver": "outbox", "path": "o.jsonl",
                                       "cost": 0.01, **provider}})
        people = ["mrn,first_name,clinic,zone,mobile,email"]
        visits = ["id,patient,clinic,start,status"]
        for i in range(count):
            people.append(f"P{i},Ann,C,America/New_York,+1212555{i:04d},"
                          f"p{i}@example.org")
            visits.append(f"A{i},P{i},C,2026-12-{11 + i % 5} 09:30,booked")
        for name, rows in (("patients", people), ("appointments", visits), (
                "clinics", ["id,name,phone,zone",
                            "C,Harbor,212-555-0190,America/New_York"])):
            house.write(f"{name}.csv", "\n".join(rows) + "\n")
        house.campaign(
            steps=[{"step": f"s{days}", "when": f"{days} days before start at "
                    "10:00", "until": "12 hours before start",
                    "send": "sms, else email", "message": "m"}
                   for days in (3, 1)],
            replies={"C": "confirm"},
            if_not_reached={"task": {"to": "front desk",
                                     "within": "same day"}},
            messages={"m": {"en": {"sms": REPLY, "email": {
                "subject": "Visit", "text": "Call {{clinic.phone}}\n"}}}})
        self.now(house, "import", "clinics.csv", "patients.csv",
                 "appointments.csv")
        self.now(house, "--quiet", "launch", "notice", "--yes")
        return house

    @staticmethod
    def now(house, *words, code=0):
        return house.run("--now", NOW, *words, code=code)

    def simulate(self, house, *words):
        return self.now(house, "--json", "simulate", "--days", "9",
                        *words).json()

    def behaviour(self, house, **sms):
        return "--behaviour", house.write("b.json", {"sms": sms})

    def test_a_world_by_its_seed(self):
        house = self.place()
        before = house.read("outreach.db".replace(".db", ".json"))
        rows = house.ask("select count(*) from outreach")
        one, again = (self.simulate(house, "--seed", "5") for _ in range(2))
        with self.subTest("the same seed, the same world"):
            self.assertEqual(one, again)
        with self.subTest("another seed, another world"):
            self.assertNotEqual(one, self.simulate(house, "--seed", "6"))
        with self.subTest("the store is as it was"):
            self.assertEqual(rows, house.ask("select count(*) from outreach"))
            self.assertEqual(before, house.read("outreach.json"))
            self.assertEqual(house.one("select count(*) from attempt"), 0)
        with self.subTest("the numbers add up"):
            days = one["by_day"]
            self.assertEqual(sum(d["messages"] for d in days), one["messages"])
            self.assertEqual(sum(sum(d["by_hour"]) for d in days),
                             one["messages"])
            self.assertEqual(sum(n for channel in one["outcomes"].values()
                                 for n in channel.values()), one["messages"])
            self.assertEqual(sum(d["tasks"] for d in days),
                             sum(one["tasks"].values()))
            self.assertAlmostEqual(one["cost"], one["messages"] * 0.01)

    def test_without_failures_it_is_what_plan_says(self):
        house = self.place()
        *plan, last = self.now(house, "--json", "plan", "--for", "9d",
                               "--all").lines()
        one = self.simulate(house, *self.behaviour(house))
        self.assertEqual(one["messages"], len(plan))
        self.assertEqual([day["by_hour"] for day in one["by_day"]],
                         [day["by_hour"] for day in last["by_day"]])
        self.assertEqual(one["by_provider"], last["by_provider"])
        self.assertEqual(last["by_provider"][0]["busiest_minute"], 24)
        self.assertEqual(last["by_campaign"], [
            {"campaign": "notice", "sms": len(plan), "email": 0, "voice": 0,
             "segments": len(plan), "cost": len(plan) * 0.01}])
        self.assertEqual(one["outcomes"]["sms"], {"delivered": len(plan)})
        self.assertEqual(one["replies"], {})

    def test_what_patients_do_has_its_effect(self):
        house = self.place()
        says = [{"says": "STOP", "share": 1}]
        one = self.simulate(house, *self.behaviour(
            house, replies=says, replies_after="5 minutes"))
        with self.subTest("whoever said STOP gets no second text"):
            self.assertEqual(one["outcomes"]["sms"], {"delivered": 60})
            self.assertEqual(one["replies"], {"opt-out": 60})
        one = self.simulate(house, *self.behaviour(
            house, replies=[{"when": "Reply C", "says": "C", "share": 1},
                            {"when": "Reply X", "says": "X", "share": 1}]))
        with self.subTest("what was asked for is understood"):
            self.assertEqual(one["replies"], {"confirm": 120})
            self.assertEqual(one["tasks"], {})
        one = self.simulate(house, *self.behaviour(
            house, replies=[{"says": "where is it?", "share": 1}]))
        with self.subTest("what is not is a task for a person"):
            self.assertEqual(one["replies"], {"unclear": 120})
            self.assertEqual(one["tasks"]["front desk: reply"], 120)
        one = self.simulate(house, *self.behaviour(
            house, outcomes={"blocked": 1}))
        with self.subTest("a blocked text gives way to an email"):
            self.assertEqual(one["outcomes"]["sms"], {"blocked": 120})
            self.assertEqual(one["outcomes"]["email"], {"delivered": 120})
        one = self.simulate(house, *self.behaviour(
            house, outcomes={"unknown": 1}))
        with self.subTest("what may have arrived is not sent again"):
            self.assertEqual(one["messages"], 120)

    def test_a_slow_provider_makes_a_line(self):
        house = self.place(per_second=0.05)
        one = self.simulate(house, *self.behaviour(house))
        # twelve texts at ten o'clock, one every twenty seconds
        self.assertGreater(one["longest_wait_seconds"], 100)
        self.assertLess(one["longest_wait_seconds"], 600)

    def test_a_slow_sender_makes_one_there(self):
        # taken at once, delivered one in twenty seconds (S-12)
        house = self.place(per_second=20, sender_per_second=0.05)
        one = self.simulate(house, *self.behaviour(house))
        self.assertLess(one["longest_wait_seconds"], 60)
        wait = one["by_provider"][0]["longest_queue_seconds"]
        self.assertGreater(wait, 100)
        self.assertLess(wait, 600)

    def test_limits_that_bite_are_told(self):
        house = self.place()
        policy = house.open_policy()
        for cap in policy["caps"]:
            cap["most"] = 1
        house.write("policy.json", policy)
        one = self.simulate(house, *self.behaviour(house))
        self.assertGreater(one["objections"]["cap-week"], 50)

    def test_one_campaign_alone(self):
        """Messages, answers, objections and waits are all its own."""
        house = self.place(per_second=0.05)
        policy = house.open_policy()
        for cap in policy["caps"]:
            cap["most"] = 1
        house.write("policy.json", policy)
        house.campaign("silent", audience=["status = 'cancelled'"])
        self.now(house, "--quiet", "launch", "silent", "--yes")
        behaviour = self.behaviour(
            house, outcomes={"unreachable": 0.5},
            replies=[{"says": "What?", "share": 0.5}])
        both = self.simulate(house, *behaviour)
        one = self.simulate(house, *behaviour, "--campaign", "notice")
        none = self.simulate(house, *behaviour, "--campaign", "silent")
        for name in ("messages", "replies", "objections",
                     "longest_wait_seconds"):
            with self.subTest(name):
                self.assertTrue(both[name])
                self.assertEqual(one[name], both[name])
                self.assertFalse(none[name])
        with self.subTest("one that there is not"):
            said = self.now(house, "simulate", "--campaign", "notise", code=1)
            self.assertIn("no campaign 'notise' was launched", said.err)

    def test_trouble_of_a_make_believe_carrier_is_not_logged(self):
        house = self.place()
        said = self.now(house, "simulate", "--days", "9", *self.behaviour(
            house, outcomes={"unknown": 1}))
        self.assertNotIn("event=", said.err)

    def test_for_people(self):
        said = self.now(self.place(), "simulate", "--days", "9").out
        for part in ("9 days from 2026-12-07T06:00:00-05:00, seed 1: ",
                     "By day and hour", "Tue 2026-12-08", "By day",
                     "what came of them", "Longest wait"):
            self.assertIn(part, said)

    def test_faults_of_a_behaviour_file(self):
        house = self.place(1)
        rows = (
            ('{"fax": {}}', "b.json:1:9", "a channel is wanted"),
            ('{"sms": {"outcomes": {"lost": 1}}}', "b.json:1:31",
             "no such outcome"),
            ('{"sms": {"outcomes": {"busy": 0.6, "machine": 0.6}}}',
             "b.json:1:47", "above 1"),
            ('{"sms": {"outcomes": {"busy": -1}}}', "b.json:1:31",
             "from 0 to 1"),
            ('{"sms": {"after": "soon"}}', "b.json:1:19", "a time is written"),
            ('{"sms": {"replies": [{"share": 1}]}}', "b.json:1:22", '"says"'),
            ('{"sms": {"delay": 1}}', "b.json:1:19", "a channel has"),
            ('{"sms"', "b.json:1:7", ""),
        )
        for text, place, told in rows:
            with self.subTest(text):
                house.write("b.json", text)
                answer = house.run("--now", NOW, "simulate", "--behaviour",
                                   "b.json")
                self.assertIn(answer.code, (1, 3))
                self.assertIn(place, answer.err)
                self.assertIn(told, answer.err)

    def test_wrong_flags(self):
        house = self.place(1)
        for words in (("--days", "0"), ("--days", "400"), ("--days", "x"),
                      ("--seed", "-1"), ("now",)):
            with self.subTest(" ".join(words)):
                self.assertNotEqual(
                    self.now(house, "simulate", *words, code=2).err, "")


if __name__ == "__main__":
    main()
