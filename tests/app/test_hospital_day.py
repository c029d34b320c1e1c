#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A day of a hospital's messages over MLLP while the service sends the
library's campaigns (F-1 to F-4, 5.2): each person has a story of messages and
the rows of outreach that must have come of it; what is sent is compared with
the truth of that minute, and each answer with what it must be.

The day is Tuesday, 8 December 2026 in New York, from five in the morning to
noon of the next day; its clock stands still until the test moves it
(tests/soak/fault.c). `--table` prints what became of everybody."""
import calendar
import json
import mmap
import os
import random
import re
import shutil
import socket
import struct
import sys
import time

from house import BUILD, PATIENCE, SOURCE, STATES, Case, free_port, main, phone, until

SHIM = os.path.join(BUILD, "tests", "soak", "fault.so")
LIBRARY = os.path.join(SOURCE, "campaigns", "library")
CAMPAIGNS = ("appointment", "no-show", "post-discharge", "refill",
             "result-ready", "replies")
CHANNELS = {0: "sms", 1: "email", 2: "voice", 15: "task"}
CLINICS = (
    "id,name,public_name,kind,phone,zone\n"
    "HARB,Harbor Clinic,Harbor Clinic,clinic,212-555-0190,America/New_York\n"
    "HOSP,Harbor Hospital,Harbor Hospital,hospital,212-555-0191,"
    "America/New_York\n"
    "BAY,Bay Clinic,Bay Clinic,clinic,415-555-0190,America/Los_Angeles\n")
COMES = "PV2||||||||20261211073000\r"


def moment(text):
    """'08 10:05' of December 2026 in New York; a day is the eighth where
    none is said."""
    day, hour = text.split() if " " in text else ("08", text)
    hours, minutes = map(int, hour.split(":"))
    return calendar.timegm((2026, 12, int(day), hours + 5, minutes, 0))


def wall(seconds):
    """The reverse of it."""
    return time.strftime("%d %H:%M", time.gmtime(seconds - 5 * 3600))


def local(text):
    """'11 09:30' as HL7 writes a time without an offset."""
    day, hour = text.split()
    return f"202612{day}{hour.replace(':', '')}00"


class Sender:
    """A system of the hospital and its connection. Messages are written with
    the usual delimiters and leave with its own."""

    def __init__(self, name, delimiters="|^~\\&", charset="", version="2.5",
                 enhanced=False, offset=True):
        self.name, self.delimiters, self.charset = name, delimiters, charset
        self.version, self.enhanced = version, enhanced
        self.offset, self.count, self.socket = offset, 0, None

    def connect(self, port):
        self.socket = until(lambda: self.try_to(port), f"{self.name} connects")
        self.socket.settimeout(PATIENCE)

    @staticmethod
    def try_to(port):
        try:
            return socket.create_connection(("127.0.0.1", port), PATIENCE)
        except OSError:
            return None

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket = None

    def stamp(self, seconds):
        return time.strftime("%Y%m%d%H%M%S", time.gmtime(seconds)) + "+0000" \
            if self.offset else time.strftime(
                "%Y%m%d%H%M%S", time.gmtime(seconds - 5 * 3600))

    def write(self, kind, body, event, control=None):
        """The bytes of a message, and how it is called (MSH-10)."""
        self.count += control is None
        control = control or f"{self.name}{self.count}"
        modes = "AL|NE" if self.enhanced else "|"
        event = self.stamp(event)
        text = (f"MSH|^~\\&|{self.name}|MAIN|OUT|X|{event}||{kind}|{control}"
                f"|P|{self.version}|||{modes}||{self.charset}\r"
                f"EVN||{event}\r{body}")
        text = text.translate(str.maketrans("|^~\\&", self.delimiters))
        return text.encode({"8859/1": "latin-1"}.get(
            self.charset, "utf-8")), control

    def put(self, content):
        self.socket.sendall(content)

    def answer(self):
        back = b""
        while not back.endswith(b"\x1c\r"):
            more = self.socket.recv(65536)
            if not more:
                return ""
            back += more
        return back[1:-2].decode()

    def ask(self, content):
        self.put(b"\x0b" + content + b"\x1c\r")
        return self.answer()


SENDERS = {
    "adt": {"name": "EPIC"},
    "siu": {"name": "CADENCE", "delimiters": "#@*!%", "offset": False},
    "rx": {"name": "PHARM", "charset": "8859/1", "version": "2.3"},
    "lab": {"name": "LAB", "charset": "UNICODE UTF-8", "version": "2.5.1",
            "enhanced": True}}


class Truth:
    """What is so, by the hospital's newest word, whatever came when."""

    def __init__(self):
        self.said = {}

    def say(self, key, event, value):
        before, known = self.said.get(key, (0, None))
        if event < before:
            return
        if isinstance(value, dict):
            value = {**(known or {}), **value}
        self.said[key] = (event, value)

    def get(self, key):
        return self.said.get(key, (0, None))[1]

    def all(self, what, mrn):
        return [value for key, (_, value) in self.said.items()
                if key[:2] == (what, mrn) and value]


class Person:
    """Somebody of the day; what is said of them is said later."""

    def __init__(self, day, mrn, shift, family="Doe", given="Ann",
                 birth="19800229", more=""):
        self.day, self.mrn, self.shift = day, mrn, shift
        self.family, self.given, self.birth = family, given, birth
        self.more, self.guardian = more, None
        self.number = day.number(self)
        day.people[mrn] = self

    def other(self, letter="b", **about):
        """A second record in the same story."""
        return Person(self.day, self.mrn[:-1] + letter, self.shift, **about)

    def clock(self, text):
        """The minute of this story: those who share it come one after the
        other."""
        return wall(moment(text) + 60 * self.shift)

    def pid(self):
        line = f"^PRN^CP^^^{self.number[2:5]}^{self.number[5:]}"
        return (f"PID|1||{self.mrn}^^^MAIN^MR||{self.family}^{self.given}||"
                f"{self.birth}|F|||1 Elm St^^New York^NY^10001^USA^H||"
                f"{line if not self.guardian else ''}{self.more}\r")

    def say(self, at, sender, kind, body, said=None, event=None, ack="AA",
            **more):
        """At this minute; the event itself may have been before."""
        at = moment(self.clock(at))
        event = moment(self.clock(event)) if event else at
        self.day.messages.append({
            "at": at, "event": event, "sender": sender, "kind": kind,
            "mrn": self.mrn, "body": body, "said": said or [], "ack": ack, **more})

    # What is said: visits

    def visit(self, at, trigger, start=None, number="", clinic="HARB",
              status="Booked", **more):
        becomes = {"S15": "cancelled", "S16": "cancelled", "S17": "gone",
                   "S26": "noshow"}.get(trigger, status.lower())
        key = ("visit", self.mrn, number)
        placed = f"^^^{local(start)}" if start else ""
        body = (f"SCH||{self.mrn}V{number}||||||^Check-up|30|min|{placed}"
                f"||||||||||||||{status}\r{self.pid()}"
                f"AIL|1||^^^{clinic}\r")
        self.day.visits.setdefault(key, {})
        self.say(at, more.pop("sender", "siu"), f"SIU^{trigger}", body,
                 said=[(key, {"status": becomes, **(
                     {"start": start} if start else {})})], **more)

    # ... and stays

    def stay(self, at, trigger, said=None, where="", kind="I", number="",
             after="", **more):
        stay = f"{self.mrn}H{number}"
        body = (f"{self.pid()}PV1|1|{kind}|W^1^1^HOSP" + "|" * 16 + stay +
                "|" * 17 + where + f"\r{after}")
        self.say(at, "adt", f"ADT^{trigger}", body, said=said, **more)

    def admitted(self, at, **more):
        self.stay(at, "A01", [(("in", self.mrn), True),
                              (("home", self.mrn), None)], **more)

    def discharged(self, at, where="01", said=(), **more):
        self.stay(at, "A03", [(("in", self.mrn), None), *said,
                              (("home", self.mrn), where == "01")],
                  where, **more)

    def person(self, at, trigger="A08", said=None, more="", **about):
        self.say(at, "adt", f"ADT^{trigger}", self.pid() + more, said,
                 **about)

    # ... and medicines, and results

    def known(self):
        return self.pid() + "PD1|||Harbor Clinic^^^^^^^^^HARB\r"

    def order(self, at, control="NW", refills=3, more="", **about):
        self.say(at, "rx", "RDE^O11",
                 f"{self.known()}ORC|{control}|{self.mrn}R\r"
                 f"RXE||4711^A drug^X|1||TAB|||||30||{refills}|||{self.mrn}R"
                 f"\r{more}",
                 [(("order", self.mrn), control == "NW")], **about)

    def filled(self, at, day, days=30, number=1, **about):
        self.say(at, "rx", "RDS^O13",
                 f"{self.known()}ORC|RE|{self.mrn}R\rRXD|{number}|4711^A drug^X"
                 f"|{day}|{days}|||{self.mrn}R|2||||1\r",
                 [(("filled", self.mrn), day)], **about)

    def result(self, at, status="F", flag="N", **about):
        self.say(at, "lab", "ORU^R01",
                 f"{self.known()}OBR|1||{self.mrn}L|57905-2^FIT^LN|||20261207\r"
                 f"OBX|1|ST|57905-2^FIT^LN||x|||{flag}|||{status}|||20261207"
                 "\r", [(("result", self.mrn), flag if status in "FC" else
                         None)], ack="CA", **about)


# What became of a row, beside "accepted sms 08 10:00" and "planned ...".
PASSED = "expired: its moment had passed"
NOT_ASKED = "cancelled: no longer asked for"
STOPPED = "cancelled: stop_when holds"
MOVED = "cancelled: moved"
NOT_MEANT = "cancelled: no longer in the audience"
GONE = "cancelled: gone"
REFILLED = "cancelled: refilled"
NIGHT = "; quiet-hours: quiet hours until 2026-12-08T08:00:00-05:00"
NOT_SO = "cancelled: audience: the step's only_if does not hold"


def rows(campaign, occurrence, **steps):
    return [f"{campaign}/{step.replace('_', '-')} {occurrence} {became}"
            for step, became in steps.items()]


def visit(occurrence=0, **steps):
    """The steps of a visit on Friday that is left alone, but for these."""
    return rows("appointment", occurrence, **{
        "week_before": PASSED, "three_days": "accepted sms 08 10:00",
        "staff_call": NOT_ASKED, "day_before": "planned voice 10 17:00",
        **steps})


def ended(why, **steps):
    """One that ended before anything was sent."""
    return visit(**{"three_days": why, "staff_call": why, "day_before": why,
                    **steps})


TODAY = visit(three_days=PASSED, staff_call=PASSED, day_before="expired: late: "
              "could only go after its until" + NIGHT)


def asked(occurrence=0, day_1="accepted sms 09 10:00"):
    """The check-ins of somebody who is at home since today."""
    silent = wall(moment(" ".join(day_1.split()[-2:])) + 24 * 3600)
    return rows("post-discharge", occurrence, day_1=day_1,
                day_7="planned sms 15 10:00", day_14="planned sms 22 10:00",
                day_30="planned sms 07 10:00") + [
                    f"post-discharge/if silent {occurrence} planned task "
                    f"{silent}"]


def not_asked(why, occurrence=0):
    return rows("post-discharge", occurrence, day_1=why, day_7=why,
                day_14=why, day_30=why)


class Stories:
    """Each tells what comes of one person (`a`) and of who else is in it."""

    # Visits on Friday: their text is due today at ten.

    def left_alone(a):
        """booked for Friday: a text three days before"""
        a.visit("06:05", "S12", "11 09:30")
        return visit()

    def off_before(a):
        """cancelled before the text: none"""
        a.visit("06:10", "S12", "11 09:30")
        a.visit("08:10", "S15")
        return ended(STOPPED)

    def deleted(a):
        """deleted, for it was booked in error"""
        a.visit("06:15", "S12", "11 09:30")
        a.visit("08:40", "S17", status="Deleted")
        return ended(STOPPED)

    def discontinued(a):
        """the rest of a series is discontinued"""
        a.visit("06:20", "S12", "11 09:30")
        a.visit("09:10", "S16", status="Dc")
        return ended(STOPPED)

    def off_after(a):
        """cancelled after the text: no call on Thursday"""
        a.visit("06:25", "S12", "11 09:30")
        a.visit("11:10", "S15")
        return visit(staff_call=STOPPED, day_before=STOPPED)

    def moved_before(a):
        """moved to the 18th before the text: told that it is then, no more
        today"""
        a.visit("06:30", "S12", "11 09:30")
        a.visit("08:15", "S13", "18 14:00")
        return ended(MOVED) + visit(1, week_before="planned email 11 10:00",
                                    booked="accepted sms " + a.clock("08:15"),
                                    three_days="planned sms 15 10:00",
                                    staff_call="planned task 16 09:00",
                                    day_before="planned voice 17 17:00")

    def moved_after(a):
        """told of Friday 9:30, then moved to 14:00: told anew, and as one a
        day is all that the law allows (L-4.6), tomorrow"""
        a.visit("06:35", "S12", "11 09:30")
        a.visit("11:15", "S13", "11 14:00")
        return visit(staff_call=MOVED, day_before=MOVED) + visit(
            1, three_days="accepted sms 09 10:00")

    def undone(a):
        """cancelled, and that was a mistake: it is booked again in time"""
        a.visit("06:40", "S12", "11 09:30")
        a.visit("08:20", "S15")
        a.visit("09:10", "S14", "11 09:30")
        return visit(staff_call=STOPPED,
                     day_before="planned voice 10 17:00: true again")

    def undone_late(a):
        """booked again only after the moment of the text: it goes at once"""
        a.visit("06:45", "S12", "11 09:30")
        a.visit("08:25", "S15")
        a.visit("13:10", "S14", "11 09:30")
        return visit(staff_call=STOPPED, three_days="accepted sms " +
                     a.clock("13:10"),
                     day_before="planned voice 10 17:00: true again")

    def older_news(a):
        """moved, and then the booking arrives that was before"""
        a.visit("07:40", "S13", "18 14:00")
        a.visit("07:45", "S12", "11 09:30", event="07:30")
        return visit(week_before="planned email 11 10:00",
                     three_days="planned sms 15 10:00",
                     staff_call="planned task 16 09:00",
                     day_before="planned voice 17 17:00")

    def off_then_older(a):
        """cancelled, and then a change arrives that was before"""
        a.visit("06:50", "S12", "11 09:30")
        a.visit("08:30", "S15")
        a.visit("08:35", "S14", "11 10:30", event="08:05")
        return ended(STOPPED)

    def off_before_booked(a):
        """the cancellation arrives before the booking: there is no visit"""
        a.visit("07:10", "S15", "11 09:30", event="07:10")
        a.visit("07:15", "S12", "11 09:30", event="07:05")
        return []

    def repeated(a):
        """the booking is sent again after the cancellation, as it was"""
        a.visit("06:55", "S12", "11 09:30", keep=a.mrn)
        a.visit("08:45", "S15")
        a.day.messages.append({"at": moment(a.clock("08:50")),
                               "again": a.mrn, "ack": "AA"})
        return ended(STOPPED)

    def other_coast(a):
        """at the clinic in California: its hour is told, at New York's ten"""
        a.visit("07:05", "S12", "11 09:30", clinic="BAY")
        return visit()

    def dies(a):
        """dies in the morning"""
        a.visit("07:15", "S12", "11 09:30")
        a.more = "|" * 17 + "Y"
        a.person("09:15", said=[(("out", a.mrn), True)])
        return ended("cancelled: the patient died")

    def admitted(a):
        """is admitted before the text: who lies in hospital gets none"""
        a.visit("07:20", "S12", "11 09:30")
        a.admitted("08:10")
        return ended(NOT_MEANT)

    def not_admitted(a):
        """the admission was a mistake, and is taken back in time (A11)"""
        a.visit("07:25", "S12", "11 09:30")
        a.admitted("08:15")
        a.stay("09:15", "A11", [(("in", a.mrn), None)])
        return visit(staff_call=NOT_MEANT,
                     day_before="planned voice 10 17:00: true again")

    def merged(a):
        """their record is merged into another one: that one is told (A40)"""
        a.visit("07:30", "S12", "11 09:30")
        b = a.other()
        b.person("07:35", "A28")
        b.person("09:05", "A40", [(("merged", a.mrn), b.mrn)],
                 f"MRG|{a.mrn}^^^MAIN^MR\r")
        return visit()

    def merged_after_stop(a):
        """one of two records said STOP: what they are together gets none"""
        a.person("05:20", "A28")
        b = a.other()
        b.visit("07:40", "S12", "11 09:30")
        a.day.messages.append({"at": moment(a.clock("08:05")), "words": (
            "patient", "opt-out", a.mrn, "--reason", "at the desk")})
        b.person("09:20", "A40", [(("merged", a.mrn), b.mrn),
                                  (("out", b.mrn), True)],
                 f"MRG|{a.mrn}^^^MAIN^MR\r")
        return visit(three_days="suppressed: opt-out",
                     day_before="suppressed: opt-out")

    def new_number(a):
        """has a new number since this morning (A31)"""
        a.visit("07:45", "S12", "11 09:30")
        a.number = a.day.number(a)
        a.person("08:55", "A31")
        return visit()

    def child(a):
        """a child: the mother is told"""
        a.birth = "20180105"
        a.guardian = a.number
        a.more = ""
        mother = (f"NK1|1|Doe^Eve|MTH||^PRN^CP^^^{a.number[2:5]}^"
                  f"{a.number[5:]}\r")
        a.person("07:25", "A28", more=mother)
        a.visit("07:50", "S12", "11 09:30")
        return visit()

    def own_escapes(a):
        """a name with a delimiter in it, by a sender with its own"""
        a.family = "O!T!Hara"  # %, in the delimiters of this sender
        a.visit("07:50", "S12", "11 09:30")
        return visit()

    def in_a_batch(a):
        """comes in a batch file, with another one who is cancelled in it"""
        a.visit("07:55", "S12", "11 09:30", batch=True)
        b = a.other()
        b.visit("07:55", "S12", "11 10:00", batch=True)
        b.visit("07:56", "S15", batch=True)
        return visit()

    def tomorrow(a):
        """tomorrow's visit: a call this evening"""
        a.visit("06:05", "S12", "09 11:30")
        return visit(three_days=PASSED, day_before="accepted voice 08 17:00")

    def tomorrow_off(a):
        """tomorrow's visit, cancelled half an hour before the call"""
        a.visit("06:10", "S12", "09 11:30")
        a.visit("16:20", "S15")
        return visit(three_days=PASSED, day_before=STOPPED)

    def tomorrow_later(a):
        """tomorrow's visit is moved to the evening before the call"""
        a.visit("06:15", "S12", "09 11:30")
        a.visit("16:25", "S13", "09 18:30")
        return visit(three_days=PASSED, day_before=MOVED) + visit(
            1, three_days=PASSED, day_before="accepted voice 08 17:00")

    def not_come(a):
        """did not come this morning: a new time is offered tomorrow"""
        a.visit("06:20", "S12", "08 09:00")
        a.visit("10:40", "S26", status="Noshow")
        return TODAY + rows("no-show", 0, next_day="accepted sms 09 10:00",
                            call="planned voice 14 17:00",
                            person="planned task 18 09:00",
                            recall="planned sms 05 10:00")

    def came_after_all(a):
        """was late, and that was corrected: nothing is offered"""
        a.visit("06:25", "S12", "08 09:00")
        a.visit("10:45", "S26", status="Noshow")
        a.visit("11:40", "S14", "08 09:00", status="Complete")
        return TODAY + rows("no-show", 0, next_day=STOPPED, call=STOPPED,
                            person=STOPPED, recall=STOPPED)

    def planned_stay(a):
        """a planned admission of Friday (A05) is a visit"""
        a.stay("06:30", "A05", [(("visit", a.mrn, ""), {
            "status": "booked", "start": "11 07:30"})], after=COMES)
        return visit()

    def unplanned_stay(a):
        """a planned admission that is cancelled before the text (A38)"""
        a.stay("06:35", "A05", [(("visit", a.mrn, ""), {
            "status": "booked", "start": "11 07:30"})], after=COMES)
        a.stay("08:35", "A38", [(("visit", a.mrn, ""), {
            "status": "cancelled"})])
        return ended(STOPPED)

    def goes_home(a):
        """goes home: asked tomorrow at ten, a nurse calls within two days"""
        a.admitted("05:30")
        a.stay("09:30", "A02", number="")
        a.discharged("13:10")
        return asked() + ["task tcm-call open " + a.clock("10 13:10")]

    def stays_after_all(a):
        """the discharge is taken back (A13)"""
        a.admitted("05:35")
        a.discharged("13:15")
        a.stay("15:15", "A13", [(("in", a.mrn), True),
                                (("home", a.mrn), None)])
        return not_asked(GONE) + ["task tcm-call void " +
                                     a.clock("10 13:15")]

    def home_later(a):
        """taken back, and home in the evening: asked 18 hours after that"""
        a.admitted("05:40")
        a.discharged("13:20")
        a.stay("15:20", "A13", [(("in", a.mrn), True),
                                (("home", a.mrn), None)])
        a.discharged("17:20")
        return not_asked(GONE) + asked(1, "accepted sms 09 11:30") + [
            "task tcm-call void " + a.clock("10 13:20"),
            "task tcm-call open " + a.clock("10 17:20")]

    def comes_back(a):
        """home, and back in hospital at night (A01)"""
        a.admitted("05:45")
        a.discharged("13:25")
        a.admitted("22:10", number="2")
        return not_asked(STOPPED) + ["task tcm-call void " +
                                     a.clock("10 13:25")]

    def to_nursing(a):
        """goes on to a nursing home: nobody is asked"""
        a.admitted("05:50")
        a.discharged("13:30", where="03")
        return []

    def died_there(a):
        """dies in hospital: Monday's visit is nobody's"""
        a.admitted("05:10")
        a.visit("05:15", "S12", "14 09:30")
        a.discharged("13:35", where="20", said=[(("out", a.mrn), True)])
        return []

    def no_stay(a):
        """leaves the ambulance: that was no stay"""
        a.stay("07:35", "A04", kind="O")
        a.stay("13:40", "A03", kind="O")
        return []

    def visit_deleted(a):
        """the whole stay was a mistake (A23)"""
        a.admitted("05:55")
        a.discharged("13:45")
        a.stay("16:10", "A23", [(("home", a.mrn), None)])
        return not_asked(GONE) + ["task tcm-call void " +
                                  a.clock("10 13:45")]

    def nameless_stay(a):
        """a discharge without a visit number could never be taken back"""
        a.say("13:45", "adt", "ADT^A03", f"{a.pid()}PV1|1|I|W^1^1^HOSP\r",
              ack="AE")
        return []

    # Medicines and results.

    def runs_out(a):
        """a week until it runs out: a text at ten"""
        a.given = "José"
        a.order("06:05")
        a.filled("06:10", "20261115")
        return rows("refill", 0, new_medicine=PASSED, soon="accepted sms 08 10:00",
                    soon_90_days=NOT_SO + NIGHT, renew=NOT_SO + NIGHT,
                    last_days="planned sms 13 10:00",
                    late="planned voice 18 11:00",
                    pharmacist="planned task 29 09:00")

    def refilled(a):
        """fetched the next one before the text"""
        a.order("06:15")
        a.filled("06:20", "20261115")
        a.filled("08:40", "20261208", number=2)
        return rows("refill", 0, new_medicine=PASSED, soon=REFILLED,
                    soon_90_days=NOT_SO + NIGHT, renew=NOT_SO + NIGHT,
                    last_days=REFILLED, late=REFILLED,
                    pharmacist=REFILLED) + rows(
            "refill", 0, new_medicine="planned sms 11 11:00",
            soon="planned sms 07 10:00", soon_90_days="planned sms 04 10:00",
            renew="planned sms 04 10:00", last_days="planned sms 12 10:00",
            late="planned voice 17 11:00", pharmacist="planned task 28 09:00")

    def stopped(a):
        """the prescription is stopped before the text"""
        a.order("06:25")
        a.filled("06:30", "20261115")
        a.order("09:10", control="DC")
        return rows("refill", 0, new_medicine=PASSED, soon=NOT_MEANT,
                    soon_90_days=NOT_SO + NIGHT, renew=NOT_SO + NIGHT,
                    last_days=NOT_MEANT, late=NOT_MEANT,
                    pharmacist=NOT_MEANT)

    def normal_result(a):
        """preliminary, then normal: told on the next working day"""
        a.result("06:05", status="P")
        a.result("06:40", status="F")
        return rows("result-ready", 0, ready="accepted sms 09 10:00",
                    abnormal_result=NOT_ASKED, tell_result=NOT_ASKED)

    def bad_result(a):
        """abnormal: a nurse's, and no text"""
        a.result("06:45", flag="A")
        return rows("result-ready", 0, ready=NOT_SO, tell_result=NOT_ASKED,
                    abnormal_result="delivered: the task was opened") + [
            "task abnormal-result open " + a.clock("09 06:45")]

    def corrected(a):
        """normal, and corrected to abnormal before anybody was told"""
        a.result("06:50")
        a.result("16:10", status="C", flag="A")
        return rows("result-ready", 0, ready=MOVED, tell_result=MOVED,
                    abnormal_result=NOT_ASKED) + rows(
            "result-ready", 1, ready=NOT_SO, tell_result=NOT_ASKED,
            abnormal_result="delivered: the task was opened") + [
                "task abnormal-result open " + a.clock("09 16:10")]

    def withdrawn(a):
        """normal, and withdrawn in the evening"""
        a.result("06:55")
        a.result("18:10", status="W")
        return rows("result-ready", 0, ready=GONE, tell_result=GONE,
                    abnormal_result=NOT_ASKED)


class Day:
    """The messages of all stories in their order, and what they say."""

    def __init__(self, copies, seed):
        self.random = random.Random(seed)
        self.messages, self.visits, self.numbers = [], {}, {}
        self.people = {}
        self.wanted, self.about = {}, {}
        for n, story in enumerate(
                one for name, one in vars(Stories).items()
                if not name.startswith("_")):
            for copy in range(copies):
                name = f"S{n:02d}-{copy}"
                shift = copy * 3 + self.random.randrange(3)
                person = Person(self, name + "a", shift)
                self.wanted[name] = sorted(story(person))
                self.about[name] = " ".join(story.__doc__.split())
        self.messages.sort(key=lambda one: one["at"])

    def number(self, person):
        number = phone(len(self.numbers))
        self.numbers[number] = person
        return number


class HospitalDay(Case):
    COPIES, SEED, tables = 3, 8, False

    def setUp(self):
        super().setUp()
        if not os.path.exists(SHIM):
            self.skipTest("the clock cannot be stood still")
        self.port = free_port()
        self.clinic = self.house(hl7={"listen": f"127.0.0.1:{self.port}",
                                      "mrn_authority": "MAIN"},
                                 hours="08:00-20:00")
        del self.clinic.config["policy"]  # the law, as it is shipped
        self.clinic.write_config()
        self.clinic.write("clock", struct.pack("q", 0))
        with open(self.clinic.path("clock"), "r+b") as file:
            self.hand = mmap.mmap(file.fileno(), 8)
        self.addCleanup(self.hand.close)
        self.env = {"LD_PRELOAD": SHIM, "FAULT": "none:0",
                    "FAULT_CLOCK": self.clinic.path("clock"),
                    "ASAN_OPTIONS": "verify_asan_link_order=0"}
        self.senders = {key: Sender(**what) for key, what in SENDERS.items()}
        self.truth, self.now, self.read, self.beats = Truth(), 0, 0, 0
        self.heart = Sender("HEART")
        self.answers, self.wrong = [], []
        self.kept, self.last, self.batch = {}, {}, []
        self.sent = 0

    def run_in(self, *words):
        return self.clinic.run(*words, env=self.env, code=0)

    def open(self):
        self.clock(moment("05:00"))
        for name in CAMPAIGNS:
            shutil.copy(os.path.join(LIBRARY, f"{name}.json"),
                        self.clinic.path("campaigns"))
        shutil.copytree(os.path.join(LIBRARY, "refill"),
                        self.clinic.path("campaigns", "refill"))
        self.clinic.write("clinics.csv", CLINICS)
        self.run_in("import", "clinics.csv")
        for name in CAMPAIGNS:
            self.run_in("launch", name, "--yes", "--quiet")
        self.service = self.clinic.serve(env=self.env)
        self.connect()

    def connect(self):
        for sender in (*self.senders.values(), self.heart):
            sender.close()
            sender.connect(self.port)

    # The clock, and the minute in which it stands

    def clock(self, seconds):
        self.now = seconds
        self.hand[:] = struct.pack("q", seconds * 1000)

    def beat(self):
        """Something that nobody reads: the service looks at its clock."""
        content, _ = self.heart.write("ADT^A60", "", self.now)
        self.heart.ask(content)
        self.beats += 1

    def settled(self):
        return self.clinic.one(
            "select (select count(*) from dirty) + (select count(*) from "
            "outreach where state = 1 or (state = 0 and due_at <= ?))",
            self.now * 1000) == 0

    def minute(self, seconds):
        """All of this minute happens; then what was sent in it is judged."""
        self.clock(seconds)
        self.beat()
        until(lambda: self.settled() or self.beat(), f"{wall(seconds)}")
        self.judge()

    # What is sent

    def judge(self):
        path = self.clinic.path("outbox.jsonl")
        if not os.path.exists(path):
            return
        with open(path, encoding="utf-8") as file:
            file.seek(self.read)
            for line in file:
                self.sent += 1
                message = json.loads(line)
                why = self.fault(message)
                if why:
                    self.wrong.append((wall(self.now), message["to"], why,
                                       message["text"]))
            self.read = file.tell()

    def family(self, mrn):
        """This record and those that were merged into it."""
        return [mrn] + [key[1] for key, (_, value) in self.truth.said.items()
                        if key[0] == "merged" and value == mrn]

    def fault(self, message):
        """Why this may not be said to this number now; None: it may."""
        text = message["text"]
        person = self.day.numbers.get(message["to"])
        if not person:
            return "nobody's number"
        get = self.truth.get
        mrn = get(("merged", person.mrn)) or person.mrn
        if message["to"] != self.day.people[mrn].number:
            return "not their number any more"
        if get(("out", mrn)):
            return "nobody to write to"
        if get(("in", mrn)):
            return "lies in hospital"
        visits = [visit for one in self.family(mrn)
                  for visit in self.truth.all("visit", one)]
        if "order" in text and "due" in text:
            return None if get(("order", mrn)) and get(
                ("filled", mrn)) == "20261115" else "does not run out"
        if "checking in" in text:
            return None if get(("home", mrn)) else "is not at home"
        if "news from" in text:
            return None if get(("result", mrn)) == "N" else "no normal result"
        if "missed you" in text:
            return None if any(visit["status"] == "noshow"
                               for visit in visits) else "missed nothing"
        for visit in visits:
            if visit["status"] == "booked" and self.tells(
                    text, visit["start"]):
                return None
        return "no such visit"

    @staticmethod
    def tells(text, start):
        day, hour = start.split()
        hours, minutes = map(int, hour.split(":"))
        return re.search(
            rf"\b(Dec|December) {int(day)}\b.* at {(hours - 1) % 12 + 1}:"
            rf"{minutes:02d}\s{'AP'[hours >= 12]}M", text)

    # What is said

    def told(self, one, control, answer):
        """An answer is for this message, and of the kind that it must be."""
        found = re.search(r"MSA\|(\w\w)\|([^|\r]*)", answer)
        said = found.groups() if found else ("none", "")
        self.answers.append(said[0])
        if said != (one["ack"], control):
            self.wrong.append((wall(self.now), control, said, answer))

    def send(self, one):
        if "words" in one:
            self.run_in(*one["words"])
            return
        if one.get("batch"):
            self.batch.append(one)
            return
        if "again" in one:
            sender, content, control = self.kept[one["again"]]
        else:
            sender = self.senders[one["sender"]]
            content, control = sender.write(one["kind"], one["body"],
                                            one["event"])
            self.kept[one.get("keep")] = (sender, content, control)
        self.last[sender.name] = (sender, content, control, one["ack"])
        self.told(one, control, sender.ask(content))
        for key, value in one.get("said", ()):
            self.truth.say(key, one["event"], value)

    def rows(self):
        """{story: what became of everybody in it}, a line a row. Visits that
        were made for the same week are told of by no notice: a row that says
        so is left out."""
        found = {name: [] for name in self.day.wanted}
        for name, step, mrn, occurrence, state, reason, at, channel in \
                self.clinic.ask(ROWS):
            if step == "booked" and (reason or "").startswith(NOT_SO[11:]):
                continue
            told = f"{name}/{step} {occurrence} {STATES[state]}"
            if state in (0, 2):
                told += f" {CHANNELS[channel]} {wall(at // 1000)}"
            found[mrn[:5]].append(told + (f": {reason}" if reason else ""))
        for name, kind, mrn, state, due in self.clinic.ask(TASKS):
            found[mrn[:5]].append(f"task {name or kind} {state}" + (
                f" {wall(due // 1000)}" if due else ""))
        return {name: sorted(rows) for name, rows in found.items()}

    # What else happens to a hospital's lines

    def half(self):
        """A line breaks in the middle of a message: that was none, and the
        whole of it comes by a new line."""
        sender = self.senders["adt"]
        person = self.day.people["S00-0a"]
        content, control = sender.write("ADT^A08", person.pid(), self.now)
        sender.put(b"\x0b" + content[:len(content) // 2])
        sender.close()
        sender.connect(self.port)
        self.told({"ack": "AA"}, control, sender.ask(content))

    def refused(self):
        """What is no message, what is of a training system, and what nobody
        here reads."""
        sender = self.senders["adt"]
        person = self.day.people["S00-0a"]
        self.told({"ack": "AR"}, "", sender.ask(b"hello"))
        content, control = sender.write("ADT^A29", person.pid(), self.now)
        self.told({"ack": "AR"}, control,
                  sender.ask(content.replace(b"|P|2.5", b"|T|2.5")))
        content, control = sender.write("MDM^T02", person.pid(), self.now)
        self.told({"ack": "AA"}, control, sender.ask(content))

    def killed(self):
        """The service is killed and starts again; everybody connects anew and
        sends the last message once more, for who knows whether it was
        heard."""
        self.service.kill()
        self.service = self.clinic.serve(env=self.env, name="again.log")
        self.connect()
        before = self.rows()
        for sender, content, control, ack in list(self.last.values()):
            self.told({"ack": ack}, control, sender.ask(content))
        self.assertEqual(self.rows(), before, "a second effect")

    def take_batch(self):
        """A file of messages between FHS and FTS."""
        sender = Sender("BATCH")
        texts = [sender.write(one["kind"], one["body"], one["event"])[0]
                 for one in self.batch]
        self.clinic.write("batch.hl7", b"FHS|^~\\&|BATCH\rBHS|^~\\&|BATCH\r" +
                          b"".join(texts) +
                          f"BTS|{len(texts)}\rFTS|1\r".encode())
        self.run_in("import", "--format", "hl7", "batch.hl7")
        for one in self.batch:
            for key, value in one["said"]:
                self.truth.say(key, one["event"], value)

    def play(self):
        """The messages, and every quarter of an hour besides."""
        steps = [(one["at"], 1, n, lambda one=one: self.send(one))
                 for n, one in enumerate(self.day.messages)]
        steps += [(at, 0, 0, None) for at in range(
            moment("05:00"), moment("09 12:00") + 1, 900)]
        steps += [(moment(at), 2, 0, what) for at, what in (
            ("08:20", self.take_batch), ("09:36", self.half),
            ("11:02", self.refused), ("12:20", self.connect),
            ("14:20", self.killed))]
        for at, _, _, what in sorted(steps, key=lambda step: step[:3]):
            self.clock(at)
            if what:
                what()
            self.minute(at)

    def test_a_day(self):
        self.day = Day(self.COPIES, self.SEED)
        self.open()
        self.play()
        self.assertEqual(self.service.stop()[0], 0)
        found = self.rows()
        if self.tables:
            self.table(found)
        for name, wanted in self.day.wanted.items():
            with self.subTest(f"{name} {self.day.about[name]}"):
                self.assertEqual(found[name], wanted)
        with self.subTest("no message was wrong in its minute, no answer"):
            self.assertEqual(self.wrong, [])
        with self.subTest("what was accepted is what was sent, once"):
            self.assertEqual(self.sent, sum(
                " accepted " in row for wanted in self.day.wanted.values()
                for row in wanted))
        with self.subTest("all that was to be answered was"):
            self.assertGreater(len(self.answers), 300)
            self.assertEqual(set(self.answers), {"AA", "AE", "AR", "CA"})
        with self.subTest("names came through delimiters and characters"):
            self.assertEqual(self.names("own_escapes", "family_name"),
                             {"O%Hara"})
            self.assertEqual(self.names("runs_out", "given_name"),
                             {"Jos\u00e9"})

    def names(self, story, column):
        at = [name for name in vars(Stories) if name[0] != "_"].index(story)
        return {name for name, in self.clinic.ask(
            f"select {column} from patient where mrn glob ?", f"S{at:02d}-*")}

    def table(self, found):
        print(f"# {len(self.answers)} answers, {self.sent} messages sent, "
              f"{sum(map(len, found.values()))} rows")
        for name, rows_of in found.items():
            print(f"# {name} {self.day.about[name]}")
            for row in rows_of:
                print(f"#     {row}")


ROWS = """
select c.name, o.step, p.mrn, o.occurrence, o.state, o.reason,
    coalesce((select max(submitted_at) from attempt a
              where a.outreach_id = o.id), o.due_at), o.channel
from outreach o join campaign c on c.id = o.campaign_id
join patient p on p.id = o.patient_id"""
TASKS = """
select t.name, t.kind, p.mrn, t.state, t.due_at
from task t join patient p on p.id = t.patient_id"""

if __name__ == "__main__":
    if "--table" in sys.argv:
        sys.argv.remove("--table")
        HospitalDay.tables = True
    main()
