# SPDX-License-Identifier: Apache-2.0
"""Patient stores for measurements, filled by SQL inside SQLite.

Everybody lives in a zone where it is about noon now, so that the clock on the
wall decides nothing. Of `patients` people, the first `due` have a visit in
three days and a reminder that is due; each of them agreed to texts and got one
message five days ago, so that consent, caps and history have rows to read. All
others have a visit long past. `sent` adds rows of older campaigns that are
over and done with.
"""
import json
import os
import re
import sqlite3
import subprocess
import time

HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS

CAMPAIGN = {
    "campaign": "bench",
    "about": "One reminder of a booked visit",
    "owner": "front desk",
    "purpose": "appointment",
    "anchor": "appointment",
    "audience": ["status = 'booked'"],
    "stop_when": "status != 'booked'",
    "steps": [{"step": "reminder", "when": "3 days before start at 00:05",
               "until": "1 day before start", "send": "sms",
               "message": "reminder"}],
    "messages": {"reminder": {"en": {
        "sms": "{{clinic.public_name}}: you have an appointment on "
               "{{start | day}} at {{start | time}}. Call {{clinic.phone}} to "
               "change it. Reply STOP to opt out.",
        "email": {"subject": "Your appointment on {{start | day}}",
                  "text": "Dear {{patient.first_name}},\n\nyou have an "
                          "appointment at {{clinic.public_name}} on "
                          "{{start | day}} at {{start | time}}. Please call "
                          "{{clinic.phone}} when you cannot come, so that "
                          "somebody else can have the time.\n\nYou get this "
                          "mail because you are a patient of ours.\n"}}}},
}


def noon_zone(now=None):
    """A zone in which it is about noon. POSIX signs: west is plus."""
    hour = time.gmtime(now).tm_hour
    west = hour - 12
    return "Etc/GMT%+d" % west if west else "Etc/GMT"


def run(program, *words, env=None):
    done = subprocess.run([program, *map(str, words)], text=True, env=env,
                          stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise SystemExit("%s failed:\n%s" % (" ".join(map(str, words)),
                                             done.stdout[-2000:]))
    return done.stdout


def config_write(folder, zone, providers, **more):
    path = os.path.join(folder, "outreach.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"organisation": "Lakeside", "zone": zone,
                   "store": "outreach.db", "campaigns": ".",
                   "hours": "08:00-21:00", "providers": providers, **more},
                  file, indent=1)
    return path


PEOPLE = """
INSERT INTO clinic(id, external_id, name, public_name, phone, zone)
 VALUES (1, 'c1', 'Lakeside Clinic', 'Lakeside', '+14155550199', :zone);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
 WHERE i < :patients)
INSERT INTO patient(id, mrn, given_name, family_name, birth_on, sex, language,
 city, state, zip, zone, clinic_id, source, source_at)
 SELECT i, printf('M%08d', i), 'Given' || i % 1000, 'Family' || i % 7777,
 date('1940-01-01', '+' || i % 25000 || ' days'),
 CASE i % 2 WHEN 0 THEN 'female' ELSE 'male' END, 'en', NULL, NULL,
 NULL, :zone, 1, 'bench', :now FROM n;
INSERT INTO contact_point(patient_id, kind, value, line, zones)
 SELECT id, 'phone', '+1' || (3030000000 + id), 'mobile', :zone FROM patient;
INSERT INTO contact_point(patient_id, kind, value)
 SELECT id, 'email', 'p' || id || '@example.org' FROM patient;
INSERT INTO consent(patient_id, verdict, purpose, at)
 SELECT id, 'granted', 'appointment', :now - 400 * 86400000 FROM patient;
INSERT INTO appointment(external_id, patient_id, clinic_id, start_local, zone,
 start_at, minutes, status, visit_type, booked_at, source, source_at)
 SELECT 'A' || id, id, 1, '', :zone, CASE WHEN id <= :due
 THEN :start + id % 32 * 900000
 ELSE :start - (40 + id % 300) * 86400000 END, 20,
 CASE WHEN id <= :due THEN 'booked' ELSE 'fulfilled' END, 'visit',
 :now - 400 * 86400000, 'bench', :now FROM patient;
UPDATE appointment SET start_local =
 strftime('%Y-%m-%dT%H:%M:%S', (start_at + :offset) / 1000, 'unixepoch');
"""

DUE = """
INSERT INTO entry(campaign_id, anchor_kind, anchor_id, occurrence, patient_id,
 version_id, entered_at)
 SELECT c.id, 1, a.id, a.occurrence, a.patient_id, c.version_id, :now
 FROM campaign c JOIN appointment a ON a.patient_id <= :due
 WHERE c.name = 'bench';
INSERT INTO outreach(campaign_id, step, patient_id, anchor_kind, anchor_id,
 occurrence, version_id, due_at, planned_at, until_at, channel)
 SELECT c.id, 'reminder', a.patient_id, 1, a.id, a.occurrence, c.version_id,
 :now - :due + a.patient_id, :now - HOUR, a.start_at - DAY, :channel
 FROM campaign c JOIN appointment a ON a.patient_id <= :due
 WHERE c.name = 'bench';
"""

HISTORY = """
INSERT INTO campaign(name, state) VALUES ('earlier', 'cancelled');
INSERT INTO campaign_version(campaign_id, sha256, content, launched_at,
 launched_by) SELECT id, 'x', '{}', :now - 9 * DAY, 'bench' FROM campaign
 WHERE name = 'earlier';
INSERT INTO outreach(campaign_id, step, patient_id, anchor_kind, anchor_id,
 occurrence, version_id, state, planned_at, channel, attempts)
 SELECT c.id, 's' || h.i, p.id, 4, p.id, 0, v.id, 3,
 :now - 5 * DAY, 0, 1
 FROM campaign c JOIN campaign_version v ON v.campaign_id = c.id
 JOIN (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
  WHERE i < :turns) SELECT i FROM n) h
 JOIN patient p ON p.id <= :past WHERE c.name = 'earlier';
INSERT INTO attempt(outreach_id, patient_id, channel, driver, address,
 submitted_at, ended_at, outcome, rank, provider_id, body)
 SELECT o.id, o.patient_id, 0, 'sink', '+1' || (3030000000 + o.patient_id),
 :now - 5 * DAY, :now - 5 * DAY, :delivered, 50, 'SM' || o.id, 'A text'
 FROM outreach o JOIN campaign c ON c.id = o.campaign_id
 WHERE c.name = 'earlier';
"""


# Visits whose reminder comes due within the horizon, not yet planned: the
# window that evaluation uncovers next begins before them.
def coming(due):
    start = int(time.time() * 1000) + 4 * DAY_MS
    return """
    INSERT INTO appointment(external_id, patient_id, clinic_id, start_local,
     zone, start_at, minutes, status, source, source_at)
     SELECT 'N' || p.id, p.id, 1, strftime('%%Y-%%m-%%dT%%H:%%M:%%S',
     (%(start)d + p.id %% 60000) / 1000, 'unixepoch'), p.zone,
     %(start)d + p.id %% 60000, 20, 'booked', 'bench', 0
     FROM patient p ORDER BY id LIMIT %(due)d;
    DELETE FROM dirty;
    UPDATE watermark SET planned_to_at = %(start)d - 1;
    """ % {"start": start, "due": due}


def statements(text, values):
    text = text.replace("HOUR", str(HOUR_MS)).replace("DAY", str(DAY_MS))
    for one in text.split(";\n"):
        if one.strip():
            used = {k: v for k, v in values.items() if ":" + k in one}
            yield one, used


def connect(store, readonly=False):
    path = "file:%s?mode=%s" % (store, "ro" if readonly else "rw")
    return sqlite3.connect(path, isolation_level=None, uri=True)


def launch(folder, build, campaign):
    """By the program itself, as a coordinator would."""
    path = os.path.join(folder, campaign["campaign"] + ".json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(campaign, file, indent=1)
    run(os.path.join(build, "app/outreach"), "--config",
        os.path.join(folder, "outreach.json"), "--quiet", "launch", path,
        "--yes")


def make(folder, build, zone, providers, patients, due, channel=0, turns=1,
         past=None, campaign=None):
    """A store in `folder` with its configuration; returns the latter."""
    os.makedirs(folder, exist_ok=True)
    config = config_write(folder, zone, providers)
    store = os.path.join(folder, "outreach.db")
    run(os.path.join(build, "bench/new_store"), store)
    body = dict(campaign or CAMPAIGN)
    if channel == 1:
        body["steps"] = [dict(body["steps"][0], send="email")]
    launch(folder, build, body)
    # A first life, in which the store learns of zones and hours.
    run(os.path.join(build, "app/outreach"), "--config", config, "--quiet",
        "run", "--once")
    now = int(time.time() * 1000)
    offset = -int(zone[7:] or 0) * HOUR_MS
    midnight = (now + offset) // DAY_MS * DAY_MS - offset
    values = {"zone": zone, "patients": patients, "now": now, "due": due,
              "start": midnight + 3 * DAY_MS + 9 * HOUR_MS, "offset": offset,
              "channel": channel, "turns": turns, "delivered": 2,
              "past": due if past is None else past}
    db = connect(store)
    for word in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000",
                 "foreign_keys=OFF"):
        db.execute("PRAGMA " + word)
    db.execute("BEGIN")
    for text in (PEOPLE, DUE, HISTORY):
        for one, used in statements(text, values):
            db.execute(one, used)
    # As after a night's evaluation: nothing is left to be looked at.
    db.execute("DELETE FROM dirty")
    db.execute("UPDATE campaign SET swept_on = '9999-01-01'")
    db.execute("COMMIT")
    db.close()
    return config


class Files:
    """The same people as the import reads them, and as .import does."""

    def __init__(self, folder):
        self.ours = os.path.join(folder, "patients.csv")
        self.people = os.path.join(folder, "anchor-patient.csv")
        self.points = os.path.join(folder, "anchor-contact.csv")


PATIENT_COLUMNS = 26
CONTACT_COLUMNS = 13


def csv_write(folder, patients, zone):
    files = Files(folder)
    with open(files.ours, "w", encoding="utf-8") as ours, \
            open(files.people, "w", encoding="utf-8") as people, \
            open(files.points, "w", encoding="utf-8") as points:
        ours.write("mrn,first_name,last_name,birth_date,sex,language,city,"
                   "state,zip,zone,mobile,email\n")
        for i in range(1, patients + 1):
            born = "%d-%02d-%02d" % (1940 + i % 70, i % 12 + 1, i % 28 + 1)
            name, family, sex = i % 1000, i % 7777, "fm"[i % 2]
            phone = "+1%d%d%04d" % ((303, 719, 720, 970)[i // 500000 % 4],
                                    220 + i // 10000 % 50, i % 10000)
            mail = "p%d@example.org" % i
            ours.write(f"M{i:08d},Given{name},Family{family},{born},{sex},en,"
                       f"Denver,CO,80202,{zone},{phone},{mail}\n")
            sex = "female" if sex == "f" else "male"
            people.write(
                f"{i},M{i:08d},Given{name},Family{family},{born},{sex},en,,"
                f"Denver,CO,80202,{zone},,,,,,1,,,0,0,{{}},csv,0,\n")
            points.write(f"{2 * i},{i},phone,{phone},,10,mobile,mobile,{zone}"
                         ",,,csv,0\n"
                         f"{2 * i + 1},{i},email,{mail},,10,,,,,,csv,0\n")
    return files


def csv_anchor(folder, build, files):
    """The command for .import of the sqlite3 shell into the same two tables
    with the same indexes; no triggers."""
    model = os.path.join(folder, "model.db")
    target = os.path.join(folder, "anchor.db")
    for path in (model, target):
        if os.path.exists(path):
            os.unlink(path)
    run(os.path.join(build, "bench/new_store"), model)
    db = connect(model)
    schema = [text for text, in db.execute(
        "SELECT sql FROM sqlite_master WHERE tbl_name IN ('patient', "
        "'contact_point') AND type IN ('table', 'index') AND sql IS NOT NULL "
        "ORDER BY type DESC")]
    db.close()
    # An empty field is '' to .import, so types are not enforced here.
    script = "PRAGMA journal_mode=WAL;\n" + "".join(
        text.replace(") STRICT", ")") + ";\n" for text in schema)
    script = re.sub(r"CHECK \((?:[^()]|\([^()]*\))*\)", "", script)
    script += ".mode csv\n.import '%s' patient\n.import '%s' contact_point\n" \
        % (files.people, files.points)
    path = os.path.join(folder, "anchor.sql")
    with open(path, "w", encoding="utf-8") as file:
        file.write(script)
    return ["sqlite3", "-bail", target, ".read '%s'" % path]


def imported(folder, patients):
    db = connect(os.path.join(folder, "outreach.db"))
    people, = db.execute("SELECT count(*) FROM patient").fetchone()
    points, = db.execute("SELECT count(*) FROM contact_point").fetchone()
    db.close()
    if (people, points) != (patients, 2 * patients):
        raise SystemExit("%d people with %d addresses came in" % (people,
                                                                  points))
