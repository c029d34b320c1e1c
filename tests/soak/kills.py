#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The service is killed at random while it sends, again and again (and while it
starts, beside that), until all is sent. Nobody may be missed and nobody get it
twice; what the provider got without our knowing is unknown, and then found by
asking it.

usage: kills.py [--messages 50000] [--kills 200] [--seed N] [--per-second N]

The provider is a stand-in that lists what it took. Each life of the service
begins a minute later than it is (a preloaded clock), so that the questions
about what is unknown, which are ten minutes apart, fall between the kills,
too."""
import argparse
import os
import random
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                os.pardir, "app"))
from house import BINARY, BUILD, STATES, House  # noqa: E402
from peer import Twilio  # noqa: E402

SHIM = os.path.join(BUILD, "tests", "soak", "fault.so")
A_LIFE = 60   # seconds that pass from one life to the next
LATER = 700   # and between the last ones: until it is asked again
AT_ONCE = 16  # requests
DONE = {"accepted", "delivered"}  # the latter: so said the provider
STANDSTILL = 3  # seconds
ASLEEP = 0.2  # the share of kills that come whatever it is doing


class Carrier(Twilio):
    """Counts the questions, and finds the answers faster."""

    def __init__(self):
        self.questions, self.by_number = 0, {}
        super().__init__()

    def keep(self, **members):
        message = super().keep(**members)
        self.by_number.setdefault(message["to"], []).append(message)
        return message

    def sent_to(self, numbers):
        return self.by_number.get(numbers[0], [])

    def serve(self, request, number):
        if request.method == "GET":
            with self.lock:
                self.questions += 1
        return super().serve(request, number)

    def count(self):
        return len(self.messages)


class Killing:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.carrier = Carrier()
        self.house = House({"web": self.carrier.provider(
            poll=False, concurrency=AT_ONCE, burst=AT_ONCE, timeout_s=20,
            per_second=options.per_second)})
        # three fifths of them leave between the kills
        self.most = 6 * options.messages // (5 * options.kills)
        self.ahead = 0
        self.kills = self.while_sending = 0
        self.arrived = self.not_arrived = 0
        self.faults = []

    def start(self, *words):
        self.carrier.ahead = self.ahead
        env = self.house.environment(
            LD_PRELOAD=SHIM, FAULT_AHEAD=str(self.ahead), TOKEN="0" * 32,
            ASAN_OPTIONS="verify_asan_link_order=0")
        with open(self.house.path("log"), "ab") as log:
            return subprocess.Popen([BINARY, "run", *words], env=env,
                                    cwd=self.house.folder, stdout=log,
                                    stdin=subprocess.DEVNULL, stderr=log)

    def life(self):
        """One life, and its end."""
        before = self.carrier.count()
        process = self.start()
        if self.random.random() < ASLEEP:
            time.sleep(self.random.uniform(0, 0.5))
        else:
            goal = before + self.random.randint(1, self.most)
            self.wait(goal, process)
            time.sleep(self.random.uniform(0, 0.02))
        if process.poll() is not None:
            self.faults.append(f"it ended by itself: {process.returncode}")
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.carrier.settle()
        self.kills += 1
        self.while_sending += self.carrier.count() > before
        self.look()
        self.ahead += A_LIFE

    def wait(self, goal, process):
        """Until so many were taken, or no more comes: what is left is asked
        about later."""
        seen, since = self.carrier.count(), time.monotonic()
        while seen < goal and process.poll() is None and \
                time.monotonic() - since < STANDSTILL:
            time.sleep(0.001)
            if self.carrier.count() > seen:
                seen, since = self.carrier.count(), time.monotonic()

    def look(self):
        """What was in the air when it was killed."""
        taken = set(self.carrier.references())
        for address, in self.house.ask(
                "select a.address from outreach o join attempt a "
                "on a.outreach_id = o.id and a.id = (select max(id) from "
                "attempt where outreach_id = o.id) where o.state = ?",
                STATES.index("submitting")):
            if address in taken:
                self.arrived += 1
            else:
                self.not_arrived += 1
        if len(taken) != self.carrier.count():
            self.faults.append(f"life {self.kills}: somebody got it twice")

    def finish(self):
        """Without kills, until nothing waits any more."""
        for _ in range(10):
            process = self.start("--once")
            if process.wait() != 0:
                self.faults.append(f"the last run: exit {process.returncode}")
            self.ahead += LATER
            states = self.house.states()
            if set(states) <= DONE:
                return states
        return states

    def run(self):
        began = time.monotonic()
        self.house.open(self.options.messages)
        made = time.monotonic()
        while self.while_sending < self.options.kills and \
                self.carrier.count() < self.options.messages and \
                len(self.faults) < 5:
            self.life()
        killed = time.monotonic()
        states = self.finish()
        whole = self.house.run("audit", "verify").code == 0
        return states, whole, (made - began, killed - made,
                               time.monotonic() - killed)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--messages", type=int, default=50000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--per-second", type=int, default=1000)
    parser.add_argument("--seed", type=int,
                        default=random.SystemRandom().randrange(10 ** 6))
    options = parser.parse_args()
    if options.kills < 1 or options.messages < 5 * options.kills:
        parser.error("for each kill it takes five messages")
    print(f"# again: kills.py --messages {options.messages} --kills "
          f"{options.kills} --per-second {options.per_second} "
          f"--seed {options.seed}", flush=True)
    killing = Killing(options)
    try:
        states, whole, seconds = killing.run()
        taken = killing.carrier.references()
    finally:
        killing.house.close()
        killing.carrier.close()
    lost = options.messages - len(set(taken))
    twice = len(taken) - len(set(taken))
    cases = (
        ("nobody got it twice", twice == 0),
        ("nobody is missing", lost == 0),
        ("what was in doubt was settled by asking",
         set(states) <= DONE and
         sum(states.values()) == options.messages),
        ("nothing else happened", not killing.faults),
        (f"it was killed {options.kills} times while it sent",
         killing.while_sending >= options.kills),
        ("the chain is whole", whole),
    )
    for number, (name, well) in enumerate(cases, 1):
        print(f"{'ok' if well else 'not ok'} {number} - {name}")
    print(f"# {killing.kills} kills, {killing.while_sending} while sending; "
          f"of {options.messages} the provider took {len(taken)}: lost {lost},"
          f" twice {twice}\n# in the air when killed: {killing.arrived} had "
          f"arrived, {killing.not_arrived} not; {killing.carrier.questions} "
          f"questions\n# in the end: {states}\n# seconds: made in "
          f"{seconds[0]:.0f}, killed for {seconds[1]:.0f}, ended in "
          f"{seconds[2]:.0f}")
    for fault in killing.faults:
        print(f"# {fault}")
    print(f"1..{len(cases)}")
    sys.exit(0 if all(well for _, well in cases) else 1)


if __name__ == "__main__":
    main()
