-- SPDX-License-Identifier: Apache-2.0
-- The patient store: the truth about its tables. Version 1.
--
-- Conventions. Instants are INTEGER milliseconds UTC and end in _at. Civil
-- dates are TEXT 'YYYY-MM-DD' and end in _on. What a person calls a time of
-- day is kept as civil TEXT beside its zone, and the instant derived from it.
-- Phones and foreign ids are TEXT. A column that holds an address compares
-- without case (NOCASE): Ann@Example.org is ann@example.org. `gone_at` = no longer in the source
-- (soft: history stays). external_id is the source's key; id is ours. `owner`:
-- who gave that key out, of the first message that told of the row (store/
-- owner.h); NULL: only files did, which name nobody.
-- `said`: which columns a feed said when, by their places in the table
-- (store/said.h): who adds a column adds it behind all others, or makes every
-- `said` of the table NULL.
-- `extract`: what a file last said of the row, by the same places, and whose
-- file (store/extract.h); when, stands in extract_time.
-- Nothing here asks what time it is.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Places: clinics, hospitals, pharmacies ------------------------------------

CREATE TABLE clinic (
    id INTEGER PRIMARY KEY,
    external_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    public_name TEXT NOT NULL,            -- what messages may say (L-31 alias)
    kind TEXT NOT NULL DEFAULT 'clinic',  -- clinic, hospital, pharmacy
    phone TEXT, street TEXT, city TEXT, state TEXT, zip TEXT,
    zone TEXT NOT NULL,                   -- IANA
    zone_given INTEGER NOT NULL DEFAULT 0 -- by a source; else it follows from
        CHECK (zone_given IN (0, 1)),     -- the state or the organisation
    open_from INTEGER, open_to INTEGER,   -- minutes after midnight, weekdays
    sensitive INTEGER NOT NULL DEFAULT 0 CHECK (sensitive IN (0, 1)),
    owner TEXT, source TEXT, source_at INTEGER, source_message TEXT, said TEXT,
    extract BLOB, gone_at INTEGER
) STRICT;
CREATE INDEX clinic_name ON clinic(name);

-- People ---------------------------------------------------------------------

CREATE TABLE patient (
    id INTEGER PRIMARY KEY,
    mrn TEXT NOT NULL UNIQUE,
    given_name TEXT, family_name TEXT,
    birth_on TEXT,
    born_by TEXT,                          -- where birth_on is not known to the
                                           -- day: the last one that it can be
    sex TEXT,                              -- female, male, other, unknown
    language TEXT NOT NULL DEFAULT 'en',   -- BCP 47
    street TEXT, city TEXT, state TEXT, zip TEXT,
    zone TEXT,                             -- of the postal address, IANA
    clinic_id INTEGER REFERENCES clinic(id),
    guardian_id INTEGER REFERENCES patient(id),
    preferred_channel TEXT,                -- sms, email, voice
    contact_from INTEGER, contact_to INTEGER, -- "call me after 17:00", minutes
    active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    deceased_at INTEGER,
    merged_into INTEGER REFERENCES patient(id),
    sensitive INTEGER NOT NULL DEFAULT 0 CHECK (sensitive IN (0, 1)),
    inpatient INTEGER NOT NULL DEFAULT 0 CHECK (inpatient IN (0, 1)),
    attributes TEXT NOT NULL DEFAULT '{}', -- JSON object: attr.<name>
    source TEXT, source_at INTEGER, source_message TEXT, said TEXT,
    extract BLOB, gone_at INTEGER
) STRICT;
CREATE INDEX patient_guardian ON patient(guardian_id)
    WHERE guardian_id IS NOT NULL;
CREATE INDEX patient_survivor ON patient(merged_into)
    WHERE merged_into IS NOT NULL;

CREATE TABLE contact_point (
    id INTEGER PRIMARY KEY,
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    kind TEXT NOT NULL CHECK (kind IN ('phone', 'email')),
    value TEXT NOT NULL COLLATE NOCASE,    -- E.164, or an address
    extension TEXT,
    rank INTEGER NOT NULL DEFAULT 100,     -- lower is better
    use TEXT,                              -- mobile, home, work
    line TEXT,                             -- mobile, landline, voip, fax, denied
    zones TEXT,                            -- candidate zones, blank-separated
    verified_at INTEGER,
    bad_at INTEGER, bad_reason TEXT,       -- does not exist, wrong channel
    bad_by INTEGER,                        -- the attempt that was told so, or
                                           -- that it is a landline
    -- what the Reassigned Numbers Database said, and when it was asked (L-22)
    reassigned TEXT CHECK (reassigned IN ('yes', 'no', 'no-data')),
    reassigned_at INTEGER,
    source TEXT, source_at INTEGER, source_message TEXT, said TEXT,
    extract BLOB, gone_at INTEGER,
    UNIQUE (patient_id, kind, value)
) STRICT;
CREATE INDEX contact_point_value ON contact_point(value);
-- Who else says that it is theirs, beside its own source, and as of when: what
-- one source ends is the newest other one's from then on.
CREATE TABLE contact_also (
    contact_id INTEGER NOT NULL REFERENCES contact_point(id),
    source TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (contact_id, source)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER contact_point_ended AFTER UPDATE OF gone_at ON contact_point
WHEN OLD.gone_at IS NULL AND NEW.gone_at IS NOT NULL
    AND EXISTS (SELECT 1 FROM contact_also WHERE contact_id = NEW.id)
BEGIN
    UPDATE contact_point SET gone_at = NULL, (source, source_at) = (SELECT
        source, at FROM contact_also WHERE contact_id = NEW.id
        ORDER BY at DESC, source LIMIT 1) WHERE id = NEW.id;
    DELETE FROM contact_also WHERE contact_id = NEW.id AND source =
        (SELECT source FROM contact_point WHERE id = NEW.id);
END;
CREATE TRIGGER contact_point_taken AFTER UPDATE OF source ON contact_point
WHEN OLD.gone_at IS NULL AND NEW.gone_at IS NULL
    AND OLD.source IS NOT NEW.source
BEGIN
    INSERT INTO contact_also(contact_id, source, at)
        SELECT NEW.id, OLD.source, coalesce(OLD.source_at, 0)
        WHERE OLD.source IS NOT NULL
    ON CONFLICT DO NOTHING;
    DELETE FROM contact_also
        WHERE contact_id = NEW.id AND source IS NEW.source;
END;
CREATE TRIGGER contact_point_out BEFORE DELETE ON contact_point
BEGIN DELETE FROM contact_also WHERE contact_id = OLD.id; END;
-- As of when a message of each source said last which ones are theirs: an older
-- one that comes late changes nothing, whatever other sources said since.
CREATE TABLE contact_word (
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    source TEXT NOT NULL,
    at INTEGER NOT NULL,
    over_at INTEGER,                       -- that there is none at all: what
                                           -- others said before is over, too
    PRIMARY KEY (patient_id, source)
) STRICT, WITHOUT ROWID;

-- Ids by which sources know a patient, beside the record number: an authority
-- gives each of them out once. Who told it beside an id of their own, until
-- somebody comes who is called so: then they may be another person.
CREATE TABLE patient_alias (
    authority TEXT NOT NULL,
    value TEXT NOT NULL,
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    source TEXT, source_at INTEGER,
    beside TEXT,
    UNIQUE (authority, value)
) STRICT;
CREATE INDEX patient_alias_patient ON patient_alias(patient_id);
-- Ids that turned out to be somebody else's (A37): an older word may still say
-- that they are this record's.
CREATE TABLE alias_over (
    authority TEXT NOT NULL,
    value TEXT NOT NULL,
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    at INTEGER NOT NULL,
    PRIMARY KEY (authority, value, patient_id)
) STRICT;
CREATE INDEX alias_over_patient ON alias_over(patient_id);
-- Of a child: since when nobody speaks for them who is named beside them ("NK1",
-- "contact"), where nobody had been. An older word may still name one.
CREATE TABLE kin_over (
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    name TEXT NOT NULL,
    source TEXT NOT NULL,                  -- '': by the word of whoever it is
    at INTEGER NOT NULL,
    PRIMARY KEY (patient_id, name, source)
) STRICT;

-- What was said of two records: that they are one person's (the one is gone, the
-- other stays), or two people's after all. Every word is kept: what follows of
-- all of them, in the order of their hours, is patient.merged_into, in whatever
-- order they came (store/link.h).
CREATE TABLE link (
    id INTEGER PRIMARY KEY,                -- of one hour, the later word counts
    gone_id INTEGER NOT NULL REFERENCES patient(id),
    stays_id INTEGER NOT NULL REFERENCES patient(id),
    apart INTEGER NOT NULL CHECK (apart IN (0, 1)), -- 1: they are two
    source TEXT NOT NULL,                  -- who said so; '': not noted
    at INTEGER NOT NULL,
    UNIQUE (gone_id, stays_id, apart, source, at)
) STRICT;
CREATE INDEX link_stays ON link(stays_id);
-- What a merge moved to the record that is left, by the trigger below, so that
-- it can be taken back (store/person.h): whose each row is, a record that is
-- merged now. It was theirs, or came by their ids since. What is behind the
-- newest row of then and came by the other's ids may be either's.
CREATE TABLE merged_last (
    gone_id INTEGER NOT NULL REFERENCES patient(id),
    kind TEXT NOT NULL,                    -- a table
    row_id INTEGER NOT NULL,               -- the newest in all of it; 0: none
    PRIMARY KEY (gone_id, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE merged_row (
    kind TEXT NOT NULL,                    -- a table; ward: whom they guard
    row_id INTEGER NOT NULL,
    gone_id INTEGER NOT NULL REFERENCES patient(id),
    PRIMARY KEY (kind, row_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX merged_row_of ON merged_row(gone_id, kind);
-- That a record is nobody else's by what its own source says (FHIR): the newest
-- word of each. What it said before that it takes back.
CREATE TABLE alone (
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    source TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (patient_id, source)
) STRICT, WITHOUT ROWID;

-- The newest word of each source on whether somebody died; what follows of all
-- of them is patient.deceased_at. `via`: by the ids of which record it came, a
-- merged one's or their own: parting takes it along.
CREATE TABLE death (
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    via INTEGER NOT NULL REFERENCES patient(id),
    source TEXT NOT NULL,
    at INTEGER NOT NULL,                   -- when it was said
    died_at INTEGER,                       -- 0: some day; NULL: they live
    PRIMARY KEY (patient_id, via, source)
) STRICT;

-- When each source said last that somebody came in by a stay in hospital, and
-- that it was over; what follows of all of them is patient.inpatient (store/
-- stay.h). `via`: as of a death.
CREATE TABLE stay (
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    via INTEGER NOT NULL REFERENCES patient(id),
    number TEXT NOT NULL,                  -- of the visit; '': not said
    source TEXT NOT NULL,
    inside INTEGER NOT NULL CHECK (inside IN (0, 1)),
    -- An end of this number alone, of what is no stay as its source tells it.
    alone INTEGER NOT NULL DEFAULT 0 CHECK (alone IN (0, 1)),
    at INTEGER NOT NULL,                   -- when it was so
    owner TEXT,                            -- who gave the number out
    PRIMARY KEY (patient_id, via, number, source, inside, alone)
) STRICT;
CREATE INDEX stay_number ON stay(number);
CREATE INDEX stay_alone ON stay(at) WHERE alone;

-- Append-only; a NULL purpose or channel means all of them. For a purpose and
-- channel the newest refusal stands until a later word that is not "provided"
-- (L-11..L-18, L-34). No texts is no calls either, and the reverse, unless the
-- patient narrowed it (L-16).
CREATE TABLE consent (
    id INTEGER PRIMARY KEY,
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    verdict TEXT NOT NULL CHECK (verdict IN ('granted', 'revoked')),
    kind TEXT NOT NULL DEFAULT 'express'
        CHECK (kind IN ('express', 'written', 'provided')),
    purpose TEXT,
    channel TEXT,
    narrow INTEGER NOT NULL DEFAULT 0 CHECK (narrow IN (0, 1)), -- it alone
    at INTEGER NOT NULL,
    evidence TEXT, actor TEXT, source TEXT,
    external_id TEXT UNIQUE
) STRICT;
CREATE INDEX consent_patient ON consent(patient_id, at);
-- The key of a source may hold a record number, and evidence a name: they go
-- with the person, and what stays of the evidence is a keyed hash.
CREATE TRIGGER consent_no_update BEFORE UPDATE ON consent
WHEN NEW.external_id IS NOT NULL OR NEW.id != OLD.id
    OR NEW.patient_id != OLD.patient_id OR NEW.verdict != OLD.verdict
    OR NEW.kind != OLD.kind OR NEW.purpose IS NOT OLD.purpose
    OR NEW.channel IS NOT OLD.channel OR NEW.at != OLD.at
    OR (NEW.evidence IS NOT OLD.evidence AND
        coalesce(NEW.evidence, '') NOT GLOB '[[]removed: text *')
    OR NEW.actor IS NOT OLD.actor
    OR NEW.source IS NOT OLD.source OR NEW.narrow != OLD.narrow
BEGIN SELECT RAISE(ABORT, 'consent is append-only'); END;
CREATE TRIGGER consent_no_delete BEFORE DELETE ON consent
BEGIN SELECT RAISE(ABORT, 'consent is append-only'); END;

-- Opt-outs, wrong numbers, bad numbers: per person, per address, or both.
CREATE TABLE suppression (
    id INTEGER PRIMARY KEY,
    patient_id INTEGER REFERENCES patient(id),
    address TEXT COLLATE NOCASE,           -- E.164 or email
    channel TEXT,                          -- NULL: sms and voice and email
    purpose TEXT,                          -- NULL: all
    reason TEXT NOT NULL,                  -- opt-out, wrong-number, staff ...
    since_at INTEGER NOT NULL,
    lifted_at INTEGER,
    evidence TEXT, actor TEXT,
    CHECK (patient_id IS NOT NULL OR address IS NOT NULL)
) STRICT;
CREATE INDEX suppression_patient ON suppression(patient_id)
    WHERE lifted_at IS NULL AND patient_id IS NOT NULL;
CREATE INDEX suppression_address ON suppression(address)
    WHERE lifted_at IS NULL AND address IS NOT NULL;
-- One that is said again and again is found at once.
CREATE INDEX suppression_same
    ON suppression(patient_id, address, channel, since_at)
    WHERE lifted_at IS NULL;

-- Who was forgotten: keyed hashes of the keys that their source has for them,
-- so that no import brings them back (store/forgotten.h).
CREATE TABLE forgotten (
    mark TEXT PRIMARY KEY,
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX forgotten_patient ON forgotten(patient_id);

-- Confidential communication (L-30): overrides every campaign.
CREATE TABLE restriction (
    id INTEGER PRIMARY KEY,
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    kind TEXT NOT NULL
        CHECK (kind IN ('no-contact', 'no-channel', 'only-channel',
                        'only-address')),
    value TEXT,
    since_at INTEGER NOT NULL,
    until_at INTEGER,
    external_id TEXT UNIQUE,
    source TEXT, source_at INTEGER, source_message TEXT, said TEXT,
    extract BLOB
) STRICT;
CREATE INDEX restriction_patient ON restriction(patient_id);

-- Anchors ----------------------------------------------------------------------
-- `occurrence` rises only when the anchor's time changes (not by new rules of
-- its zone; by a corrected zone of its clinic while it lies ahead), or when it
-- turns out to be another patient's (by trigger, and store/wall.h).

CREATE TABLE appointment (
    id INTEGER PRIMARY KEY,
    external_id TEXT NOT NULL UNIQUE,
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    clinic_id INTEGER REFERENCES clinic(id),
    start_local TEXT NOT NULL,             -- 'YYYY-MM-DDTHH:MM:SS'
    zone TEXT NOT NULL,
    start_at INTEGER NOT NULL,             -- derived from the two above
    -- The clinic that gave the zone, and whose corrected one it follows; NULL:
    -- none did. Where the source wrote an offset, start_local is derived from
    -- start_at, and stays the same moment (store/wall.h).
    zone_clinic_id INTEGER REFERENCES clinic(id),
    has_offset INTEGER NOT NULL DEFAULT 0 CHECK (has_offset IN (0, 1)),
    minutes INTEGER,
    status TEXT NOT NULL,                  -- FHIR: booked, cancelled, noshow ..
    visit_type TEXT,
    telehealth INTEGER NOT NULL DEFAULT 0 CHECK (telehealth IN (0, 1)),
    practitioner TEXT,
    booked_at INTEGER,
    rebooked_at INTEGER,                   -- when its source booked it anew,
                                           -- after it had not been
    preparation INTEGER NOT NULL DEFAULT 0 CHECK (preparation IN (0, 1)),
    risk TEXT,                             -- no-show risk: low, high
    occurrence INTEGER NOT NULL DEFAULT 0,
    owner TEXT, source TEXT, source_at INTEGER, source_message TEXT, said TEXT,
    extract BLOB, gone_at INTEGER,
    placer TEXT,                           -- what whoever asked for it calls
                                           -- it, "P9@EHR"; several may share it
    sender TEXT                            -- whose message told of it first
) STRICT;
CREATE INDEX appointment_start ON appointment(start_at);
CREATE INDEX appointment_booked ON appointment(booked_at)
    WHERE booked_at IS NOT NULL;
CREATE INDEX appointment_patient ON appointment(patient_id);
CREATE INDEX appointment_placer ON appointment(placer)
    WHERE placer IS NOT NULL;

CREATE TABLE prescription (
    id INTEGER PRIMARY KEY,
    external_id TEXT NOT NULL UNIQUE,
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    drug_code TEXT,
    drug_name TEXT,                        -- never in a message (L-31)
    status TEXT NOT NULL,                  -- active, stopped, completed ...
    controlled INTEGER NOT NULL DEFAULT 0 CHECK (controlled IN (0, 1)),
    as_needed INTEGER NOT NULL DEFAULT 0 CHECK (as_needed IN (0, 1)),
    refills_left INTEGER,
    pickup_id INTEGER REFERENCES clinic(id),
    written_on TEXT, ended_on TEXT,
    owner TEXT, source TEXT, source_at INTEGER, source_message TEXT, said TEXT,
    extract BLOB, gone_at INTEGER
) STRICT;
CREATE INDEX prescription_patient ON prescription(patient_id);

CREATE TABLE fill (
    id INTEGER PRIMARY KEY,
    external_id TEXT NOT NULL UNIQUE,
    prescription_id INTEGER NOT NULL REFERENCES prescription(id),
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    pickup_id INTEGER REFERENCES clinic(id),
    filled_on TEXT NOT NULL,
    days_supply INTEGER NOT NULL,
    -- cover_end = max(previous cover_end, filled_on) + days_supply, per
    -- prescription (domain.md 5.2); kept by the import.
    runs_out_on TEXT NOT NULL DEFAULT '',  -- '': not computed yet
    runs_out_at INTEGER NOT NULL DEFAULT 0, -- its midnight, in the pickup's zone
    filled_local TEXT,                     -- there, too; NULL: came with an
                                           -- offset
    filled_at INTEGER NOT NULL,
    first_fill INTEGER NOT NULL DEFAULT 0 CHECK (first_fill IN (0, 1)),
    latest INTEGER NOT NULL DEFAULT 1 CHECK (latest IN (0, 1)),
    occurrence INTEGER NOT NULL DEFAULT 0,
    owner TEXT, source TEXT, source_at INTEGER, source_message TEXT, said TEXT,
    extract BLOB, gone_at INTEGER
) STRICT;
CREATE INDEX fill_runs_out ON fill(runs_out_at);
CREATE INDEX fill_filled ON fill(filled_at);
CREATE INDEX fill_prescription ON fill(prescription_id, filled_on);
CREATE INDEX fill_patient ON fill(patient_id);

CREATE TABLE discharge (
    id INTEGER PRIMARY KEY,
    external_id TEXT NOT NULL UNIQUE,
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    clinic_id INTEGER REFERENCES clinic(id),
    admitted_at INTEGER,
    discharged_local TEXT NOT NULL,
    zone TEXT NOT NULL,
    discharged_at INTEGER NOT NULL,
    zone_clinic_id INTEGER REFERENCES clinic(id), -- both as of an appointment
    has_offset INTEGER NOT NULL DEFAULT 0 CHECK (has_offset IN (0, 1)),
    class TEXT,                            -- inpatient, observation ...
    disposition TEXT,                      -- home, snf, expired ...
    risk TEXT,                             -- low, high
    status TEXT NOT NULL DEFAULT 'discharged', -- or cancelled (A13)
    occurrence INTEGER NOT NULL DEFAULT 0,
    owner TEXT, source TEXT, source_at INTEGER, source_message TEXT, said TEXT,
    extract BLOB, gone_at INTEGER
) STRICT;
CREATE INDEX discharge_at ON discharge(discharged_at);
CREATE INDEX discharge_admitted ON discharge(admitted_at)
    WHERE admitted_at IS NOT NULL;
CREATE INDEX discharge_patient ON discharge(patient_id);

-- Clinical facts -------------------------------------------------------------

CREATE TABLE condition (
    id INTEGER PRIMARY KEY,
    external_id TEXT UNIQUE,
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    code TEXT NOT NULL,
    since_on TEXT, until_on TEXT,
    owner TEXT, source TEXT, source_at INTEGER, source_message TEXT, said TEXT,
    extract BLOB, gone_at INTEGER
) STRICT;
CREATE INDEX condition_patient ON condition(patient_id, code);

CREATE TABLE procedure (
    id INTEGER PRIMARY KEY,
    external_id TEXT UNIQUE,
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    code TEXT NOT NULL,
    done_on TEXT,
    owner TEXT, source TEXT, source_at INTEGER, source_message TEXT, said TEXT,
    extract BLOB, gone_at INTEGER
) STRICT;
CREATE INDEX procedure_patient ON procedure(patient_id, code);

CREATE TABLE screening (                   -- a test that was done
    id INTEGER PRIMARY KEY,
    external_id TEXT UNIQUE,
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    kind TEXT NOT NULL,                    -- fit, colonoscopy, mammogram ...
    done_on TEXT NOT NULL,
    result TEXT,                           -- normal, abnormal, NULL = unknown
    value REAL, second_value REAL,         -- a pair: blood pressure 128/82
    unit TEXT,                             -- as the source writes it: %
    resulted_local TEXT,                   -- in the zone of the patient's clinic;
                                           -- NULL: came with an offset
    resulted_at INTEGER,                   -- when it came; NULL = not yet
    resolved INTEGER NOT NULL DEFAULT 0 CHECK (resolved IN (0, 1)),
    next_due_on TEXT,                      -- a recorded one wins
    occurrence INTEGER NOT NULL DEFAULT 0,
    owner TEXT, source TEXT, source_at INTEGER, source_message TEXT, said TEXT,
    extract BLOB, gone_at INTEGER
) STRICT;
CREATE INDEX screening_patient ON screening(patient_id, done_on, kind);
CREATE INDEX screening_resulted ON screening(resulted_at)
    WHERE resulted_at IS NOT NULL;

CREATE TABLE orders (                      -- open requests for a test
    id INTEGER PRIMARY KEY,
    external_id TEXT UNIQUE,
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    kind TEXT NOT NULL,                    -- a screening kind or a measure
    status TEXT NOT NULL,                  -- active, completed, revoked
    ordered_on TEXT,
    owner TEXT, source TEXT, source_at INTEGER, source_message TEXT, said TEXT,
    extract BLOB, gone_at INTEGER
) STRICT;
CREATE INDEX orders_patient ON orders(patient_id, kind);

CREATE TABLE list (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    about TEXT
) STRICT;
CREATE TABLE list_member (
    id INTEGER PRIMARY KEY,
    list_id INTEGER NOT NULL REFERENCES list(id),
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    reason TEXT, actor TEXT, added_at INTEGER NOT NULL,
    source TEXT, source_at INTEGER, source_message TEXT, -- NULL: by us
    said TEXT, extract BLOB,
    UNIQUE (list_id, patient_id)
) STRICT;
CREATE INDEX list_member_patient ON list_member(patient_id);

-- Feeds ------------------------------------------------------------------------

CREATE TABLE feed (                        -- one row a source
    name TEXT PRIMARY KEY,
    last_at INTEGER NOT NULL,              -- newest successful import
    rows INTEGER NOT NULL DEFAULT 0,
    max_age INTEGER                        -- ms; NULL: never too old
) STRICT, WITHOUT ROWID;

-- When a file last said something of each row, the same again or not: of 256
-- ids in one place (store/extract_time.h). A row without an `extract` has none.
CREATE TABLE extract_time (
    kind TEXT NOT NULL,                    -- a table
    place INTEGER NOT NULL,                -- id / 256
    newest INTEGER NOT NULL,               -- of these times
    times BLOB NOT NULL,                   -- 8 bytes a row
    PRIMARY KEY (kind, place)
) STRICT;
-- The newest file of each source that held all there is.
CREATE TABLE extract_full (
    source TEXT NOT NULL,
    kind TEXT NOT NULL,                    -- a table
    at INTEGER NOT NULL,                   -- when it was written
    PRIMARY KEY (source, kind)
) STRICT, WITHOUT ROWID;

-- Messages that came in live, so that one that comes again has no second
-- effect: who sent it (MSH-3, MSH-4), how they call it (MSH-10), what they were
-- answered.
CREATE TABLE feed_message (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    message TEXT NOT NULL,                 -- its id; of HL7 v2 with a sum of
                                           -- all that it says
    at INTEGER NOT NULL,
    answer INTEGER NOT NULL,
    UNIQUE (source, message)
) STRICT;
CREATE INDEX feed_message_at ON feed_message(at);

-- What messages said of people whom nobody here knows yet (store/waiting.h),
-- row by row as it was said: it is taken in when somebody with one of these
-- ids is known, and goes after a month.
CREATE TABLE waiting (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL, message TEXT,    -- as the row's own will be
    at INTEGER NOT NULL,                   -- when it was so
    came_at INTEGER NOT NULL,
    kind TEXT NOT NULL,                    -- a table of the layout
    row_key TEXT NOT NULL,                 -- of its source, or a sum of it
    owner TEXT NOT NULL DEFAULT '',        -- who gave that key out; '': nobody
                                           -- knows
    sender TEXT,                           -- whose message it was; NULL: nobody
                                           -- knows
    placer TEXT, placer_owner TEXT,        -- of a visit: what else it is called
    early INTEGER NOT NULL,                -- it ends a row that is not there:
                                           -- nobody's record is missing
    quiet INTEGER NOT NULL DEFAULT 0,      -- of a row that most often never was:
                                           -- nobody is told that it waits
    fields TEXT NOT NULL,                  -- what it says: its verb, columns
    content TEXT NOT NULL                  -- JSON (feeds/pending.h)
) STRICT;
CREATE INDEX waiting_row ON waiting(kind, row_key);
CREATE INDEX waiting_placer ON waiting(placer) WHERE placer IS NOT NULL;
CREATE INDEX waiting_came ON waiting(came_at);
-- Whom such a row names, by all their ids.
CREATE TABLE waiting_for (
    value TEXT NOT NULL,
    authority TEXT NOT NULL,
    waiting_id INTEGER NOT NULL REFERENCES waiting(id),
    PRIMARY KEY (value, authority, waiting_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_for_row ON waiting_for(waiting_id);
-- How many, so that the room has a bound and nobody has to count.
CREATE TABLE waiting_count (
    source TEXT PRIMARY KEY,
    rows INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER waiting_in AFTER INSERT ON waiting
BEGIN INSERT INTO waiting_count(source, rows) VALUES (NEW.source, 1)
    ON CONFLICT(source) DO UPDATE SET rows = rows + 1; END;
CREATE TRIGGER waiting_out BEFORE DELETE ON waiting
BEGIN DELETE FROM waiting_for WHERE waiting_id = OLD.id;
    UPDATE waiting_count SET rows = rows - 1 WHERE source = OLD.source;
    DELETE FROM waiting_count WHERE source = OLD.source AND rows <= 0; END;

-- Anchors (and patients) that changed and want another look.
-- kind: 1 appointment, 2 fill, 3 discharge, 4 patient (and all theirs), 5 result
-- (a screening whose outcome came in).
CREATE TABLE dirty (
    kind INTEGER NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
-- A clinic that changed. It may have a hundred thousand patients: these are
-- noted in `dirty` by slices, and this is how far (a table, as its kind, and
-- the last id there; store/dirty.c).
CREATE TABLE dirty_clinic (
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    after_id INTEGER NOT NULL
) STRICT;
-- One whose zone was corrected. Times that were read in it follow in the same
-- transaction (store/wall.h).
CREATE TABLE dirty_zone (
    id INTEGER PRIMARY KEY
) STRICT;

-- Campaigns --------------------------------------------------------------------

CREATE TABLE campaign (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL DEFAULT 'campaign' CHECK (kind IN ('campaign', 'blast')),
    version_id INTEGER,                    -- the launched one
    state TEXT NOT NULL DEFAULT 'running'
        CHECK (state IN ('running', 'paused', 'cancelled', 'waiting')),
    priority INTEGER NOT NULL DEFAULT 2,   -- 0 urgent .. 4 bulk (S-14)
    swept_on TEXT,                         -- local date of the last full sweep
    sweep_cursor INTEGER NOT NULL DEFAULT 0
) STRICT;
-- How far on the anchors' own time axis a campaign has been planned: one row
-- for each field that its steps count from ("start", "runs_out" ...).
CREATE TABLE watermark (
    campaign_id INTEGER NOT NULL REFERENCES campaign(id),
    field TEXT NOT NULL,
    planned_to_at INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, field)
) STRICT, WITHOUT ROWID;
CREATE TABLE campaign_version (
    id INTEGER PRIMARY KEY,
    campaign_id INTEGER NOT NULL REFERENCES campaign(id),
    sha256 TEXT NOT NULL,
    content TEXT NOT NULL,                 -- the whole bundle, as JSON
    launched_at INTEGER NOT NULL,
    launched_by TEXT NOT NULL,
    approved_by TEXT,
    UNIQUE (campaign_id, sha256, launched_at)
) STRICT;

-- When an anchor first satisfied a campaign's audience. For patient anchors
-- occurrence is the day number (days since 1970) on which the cycle opened.
CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    campaign_id INTEGER NOT NULL REFERENCES campaign(id),
    anchor_kind INTEGER NOT NULL,
    anchor_id INTEGER NOT NULL,
    occurrence INTEGER NOT NULL,
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    version_id INTEGER NOT NULL REFERENCES campaign_version(id),
    entered_at INTEGER NOT NULL,
    unseen_since INTEGER,                  -- nobody had looked since: after an
                                           -- outage
    arm TEXT NOT NULL DEFAULT 'treated' CHECK (arm IN ('treated', 'holdout')),
    closed_at INTEGER, close_reason TEXT,
    UNIQUE (campaign_id, anchor_kind, anchor_id, occurrence)
) STRICT;
CREATE INDEX entry_anchor ON entry(anchor_kind, anchor_id);
CREATE INDEX entry_patient ON entry(patient_id);

-- The ledger -------------------------------------------------------------------
-- state: store/ledger.h pins the numbers and stands above their law.
-- 0 planned 1 submitting 2 accepted 3 delivered 4 failed 5 suppressed
-- 6 expired 7 cancelled 8 merged 9 unknown

CREATE TABLE outreach (
    id INTEGER PRIMARY KEY,
    campaign_id INTEGER NOT NULL REFERENCES campaign(id),
    step TEXT NOT NULL,
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    anchor_kind INTEGER NOT NULL,
    anchor_id INTEGER NOT NULL,
    occurrence INTEGER NOT NULL,
    version_id INTEGER NOT NULL REFERENCES campaign_version(id),
    state INTEGER NOT NULL DEFAULT 0,
    reason TEXT,                           -- why it is in this state
    rungs TEXT,                            -- what the channels that were given
                                           -- up came to: "sms: cap-day: ..."
    due_at INTEGER,                        -- planned: when to look at it;
                                           -- submitting: its lease's end;
                                           -- accepted: when the ladder goes on;
                                           -- unknown: when to look again
    planned_at INTEGER NOT NULL,           -- the step's own time
    until_at INTEGER,                      -- no longer useful after
    answers_at INTEGER,                    -- when the patient wrote what this
                                           -- row answers (class reply),
    answers_to TEXT COLLATE NOCASE,        -- and from where: it goes there
    channel INTEGER NOT NULL DEFAULT 0,    -- of the next attempt; 15: a task
                                           -- for a person (store/ledger.h)
    tried INTEGER NOT NULL DEFAULT 0,      -- bits of channels: given up, and
                                           -- passed over (scheduler/ladder.h)
    tries INTEGER NOT NULL DEFAULT 0,      -- on this channel
    attempts INTEGER NOT NULL DEFAULT 0,   -- in all, of those that count
    looks INTEGER NOT NULL DEFAULT 0,      -- unknown: how often the provider
                                           -- was asked and knew nothing
    owner INTEGER, lease_until INTEGER,    -- while submitting
    merged_into INTEGER REFERENCES outreach(id),
    UNIQUE (campaign_id, step, patient_id, anchor_kind, anchor_id, occurrence)
) STRICT;
-- what is due, a channel and campaign at a time
CREATE INDEX outreach_due ON outreach(channel, campaign_id, due_at, until_at)
    WHERE state = 0;
-- (not IN: each write would build a table of the three numbers, twice)
CREATE INDEX outreach_waiting ON outreach(state, due_at)
    WHERE (state = 1 OR state = 2 OR state = 9) AND due_at IS NOT NULL;
CREATE INDEX outreach_anchor ON outreach(anchor_kind, anchor_id);
CREATE INDEX outreach_patient ON outreach(patient_id);
CREATE INDEX outreach_merged ON outreach(merged_into)
    WHERE merged_into IS NOT NULL;
-- what else a patient is about to get
CREATE INDEX outreach_planned ON outreach(patient_id) WHERE state = 0;

CREATE TABLE attempt (
    id INTEGER PRIMARY KEY,
    outreach_id INTEGER NOT NULL REFERENCES outreach(id),
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    channel INTEGER NOT NULL,
    driver TEXT NOT NULL,                  -- name of the provider in the config
    address TEXT NOT NULL COLLATE NOCASE,
    submitted_at INTEGER NOT NULL,
    due_at INTEGER,                        -- when it was to go: what lies
                                           -- between is how late it was
    ended_at INTEGER,
    outcome INTEGER NOT NULL DEFAULT 0,    -- base/outcome.h
    rank INTEGER NOT NULL DEFAULT 0,       -- of the newest event (S-17)
    counts INTEGER NOT NULL DEFAULT 1,     -- in the frequency caps (L-6)
    provider_id TEXT,
    code TEXT,                             -- the provider's own code
    segments INTEGER, cost INTEGER,        -- cost in millionths of the currency
    language TEXT,
    body TEXT,                             -- rendered; redacted in time (L-35)
    request BLOB,                          -- kept only for keyed repetition
    -- Receipts will come by provider id alone (polled). Only then is that id
    -- indexed: a random key in every row would cost more than all the rest.
    watch INTEGER NOT NULL DEFAULT 0,
    -- To the address of a guardian. Only then is it indexed by its address:
    -- the others are found by whose number it is, was, or was before a merge.
    via_guardian INTEGER NOT NULL DEFAULT 0,
    asks INTEGER NOT NULL DEFAULT 0        -- 1: a text that asks for a digit
) STRICT;
CREATE INDEX attempt_asks ON attempt(address, submitted_at) WHERE asks = 1;
CREATE INDEX attempt_guardian ON attempt(address, submitted_at)
    WHERE via_guardian = 1;
CREATE INDEX attempt_provider ON attempt(provider_id)
    WHERE watch = 1 AND provider_id IS NOT NULL;
CREATE INDEX attempt_outreach ON attempt(outreach_id);
CREATE INDEX attempt_patient ON attempt(patient_id, submitted_at);

-- Whom an attempt speaks of beside its own patient: those whose rows ended
-- merged into its outreach. It counts in their caps too (L-6).
CREATE TABLE attempt_also (
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    attempt_id INTEGER NOT NULL REFERENCES attempt(id),
    PRIMARY KEY (patient_id, attempt_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempt_event (               -- raw, append-only
    id INTEGER PRIMARY KEY,
    attempt_id INTEGER REFERENCES attempt(id),
    at INTEGER NOT NULL,
    status TEXT NOT NULL,
    code TEXT, detail TEXT
) STRICT;
CREATE INDEX attempt_event_attempt ON attempt_event(attempt_id);

-- Receipts for an id that no attempt has (S-17): a few minutes, and a bounded
-- number of them (scheduler/park.h). Of one status of one message, the first.
CREATE TABLE parked (
    id INTEGER PRIMARY KEY,
    driver TEXT NOT NULL,                  -- as in attempt
    provider_id TEXT NOT NULL,
    parked_at INTEGER NOT NULL,
    at INTEGER NOT NULL,
    outcome INTEGER NOT NULL,              -- base/outcome.h
    ended INTEGER NOT NULL, rank INTEGER NOT NULL,
    segments INTEGER NOT NULL,             -- 0: not said
    status TEXT NOT NULL,
    code TEXT, detail TEXT,
    UNIQUE (provider_id, driver, status)
) STRICT;
CREATE INDEX parked_at ON parked(parked_at);

CREATE TABLE reply (
    id INTEGER PRIMARY KEY,
    channel INTEGER NOT NULL,
    address TEXT NOT NULL COLLATE NOCASE,
    provider TEXT NOT NULL,                -- its name in the configuration
    provider_id TEXT,                      -- unique there, and only there
    received_at INTEGER NOT NULL,
    body TEXT,
    patient_id INTEGER REFERENCES patient(id),
    outreach_id INTEGER REFERENCES outreach(id),
    intent TEXT NOT NULL,
    UNIQUE (provider_id, provider)
) STRICT;
CREATE INDEX reply_address ON reply(address, received_at);
CREATE INDEX reply_patient ON reply(patient_id, received_at);
-- When a question was last answered, however much a number writes beside that.
CREATE INDEX reply_answer ON reply(address, received_at) WHERE intent NOT IN
    ('unclear', 'acknowledged', 'help', 'emergency', 'opt-in', 'opt-out',
     'wrong-number');
CREATE INDEX reply_answer_to ON reply(outreach_id, address, received_at)
    WHERE intent NOT IN ('unclear', 'acknowledged', 'help', 'emergency',
                         'opt-in', 'opt-out', 'wrong-number');
-- When something was last said from there, but thanks.
CREATE INDEX reply_said ON reply(address, received_at)
    WHERE intent != 'acknowledged';

-- What "which one?" offers: the row that asks, and the message that each number
-- stands for. reply_id: what was written, and fits all of them.
CREATE TABLE choice (
    outreach_id INTEGER NOT NULL REFERENCES outreach(id),
    number INTEGER NOT NULL,
    about_id INTEGER NOT NULL REFERENCES outreach(id),
    reply_id INTEGER NOT NULL REFERENCES reply(id),
    intent TEXT NOT NULL,
    PRIMARY KEY (outreach_id, number)
) STRICT, WITHOUT ROWID;

-- Strays: what a provider's list said it had sent, and this store did not
-- know, when it was released after a restore. A row goes when the message it belongs to
-- is found in the ledger.
CREATE TABLE stray (
    id INTEGER PRIMARY KEY,
    driver TEXT NOT NULL,
    provider_id TEXT NOT NULL UNIQUE,
    channel INTEGER NOT NULL,
    address TEXT NOT NULL COLLATE NOCASE,
    at INTEGER NOT NULL,
    body TEXT,
    outcome INTEGER NOT NULL,              -- base/outcome.h
    rank INTEGER NOT NULL,
    status TEXT NOT NULL,
    code TEXT,
    counts INTEGER NOT NULL                -- in the frequency caps (L-6)
) STRICT;
CREATE INDEX stray_address ON stray(address, at);

CREATE TABLE response (                    -- what the patient decided
    id INTEGER PRIMARY KEY,
    patient_id INTEGER NOT NULL REFERENCES patient(id),
    anchor_kind INTEGER NOT NULL,
    anchor_id INTEGER NOT NULL,
    occurrence INTEGER NOT NULL,
    campaign_id INTEGER REFERENCES campaign(id),
    intent TEXT NOT NULL,                  -- confirm, reschedule, decline ...
    subject TEXT,                          -- a measure, for decline
    at INTEGER NOT NULL,
    until_at INTEGER,
    reply_id INTEGER REFERENCES reply(id),
    actor TEXT
) STRICT;
CREATE INDEX response_anchor
    ON response(anchor_kind, anchor_id, occurrence, at);
CREATE INDEX response_patient ON response(patient_id, intent);

-- What the outside is told of what patients decide (store/notice.h). An outlet
-- is one receiver of the configuration; a notice is written by the triggers
-- below, in the transaction of the row that it speaks of, for each outlet that
-- wants such events, and holds nothing of a person itself.
CREATE TABLE outlet (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    events TEXT NOT NULL,                  -- ' response opt-out '; '': it is
                                           -- not configured any more
    tries INTEGER NOT NULL DEFAULT 0,      -- in a row that failed
    failing_since INTEGER,
    due_at INTEGER NOT NULL DEFAULT 0      -- nothing is tried before
) STRICT;
CREATE TABLE notice (
    id INTEGER PRIMARY KEY,
    outlet_id INTEGER NOT NULL REFERENCES outlet(id),
    event TEXT NOT NULL,                   -- response, reply, opt-out, opt-in
    row_id INTEGER NOT NULL,               -- of response, reply, suppression
    at INTEGER NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,      -- waiting, told, given up, void
    ended_at INTEGER
) STRICT;
CREATE INDEX notice_waiting ON notice(outlet_id, id) WHERE state = 0;
CREATE TRIGGER response_told AFTER INSERT ON response
BEGIN INSERT INTO notice(outlet_id, event, row_id, at)
    SELECT id, 'response', NEW.id, NEW.at FROM outlet
    WHERE instr(events, ' response ') > 0; END;
CREATE TRIGGER reply_told AFTER INSERT ON reply
BEGIN INSERT INTO notice(outlet_id, event, row_id, at)
    SELECT id, 'reply', NEW.id, NEW.received_at FROM outlet
    WHERE instr(events, ' reply ') > 0; END;
-- (that of a number alone has no id that the outside could know)
CREATE TRIGGER suppression_told AFTER INSERT ON suppression
WHEN NEW.reason = 'opt-out' AND NEW.patient_id IS NOT NULL
BEGIN INSERT INTO notice(outlet_id, event, row_id, at)
    SELECT id, 'opt-out', NEW.id, NEW.since_at FROM outlet
    WHERE instr(events, ' opt-out ') > 0; END;
CREATE TRIGGER suppression_lifted AFTER UPDATE OF lifted_at ON suppression
WHEN NEW.reason = 'opt-out' AND NEW.patient_id IS NOT NULL
    AND OLD.lifted_at IS NULL AND NEW.lifted_at IS NOT NULL
BEGIN INSERT INTO notice(outlet_id, event, row_id, at)
    SELECT id, 'opt-in', NEW.id, NEW.lifted_at FROM outlet
    WHERE instr(events, ' opt-in ') > 0; END;

CREATE TABLE task (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,                    -- step, on-entry, not-reached, silent,
                                           -- unknown, reply, new-number, hook,
                                           -- parted, contradiction, moved, feed,
                                           -- guardian
    name TEXT NOT NULL,                    -- the step, or what it is about
    campaign_id INTEGER REFERENCES campaign(id),
    patient_id INTEGER REFERENCES patient(id),
    anchor_kind INTEGER, anchor_id INTEGER, occurrence INTEGER,
    outreach_id INTEGER REFERENCES outreach(id),
    owner TEXT NOT NULL,                   -- a role
    taken_by TEXT,
    state TEXT NOT NULL DEFAULT 'open'
        CHECK (state IN ('open', 'taken', 'done', 'void')),
    reason TEXT,
    opened_at INTEGER NOT NULL,
    due_at INTEGER,
    escalate_to TEXT, escalated_at INTEGER,
    closed_at INTEGER, closed_by TEXT, note TEXT,
    UNIQUE (kind, name, campaign_id, patient_id, anchor_kind, anchor_id,
            occurrence)
) STRICT;
CREATE INDEX task_open ON task(state, due_at) WHERE state IN ('open', 'taken');
CREATE INDEX task_late ON task(due_at) WHERE state IN ('open', 'taken')
    AND escalate_to IS NOT NULL AND escalated_at IS NULL;
CREATE INDEX task_urgent ON task(due_at) WHERE state IN ('open', 'taken')
    AND due_at - opened_at <= 900000; -- danger: store/task.h
CREATE INDEX task_patient ON task(patient_id);
CREATE INDEX task_anchor ON task(anchor_kind, anchor_id);

-- Provider poll cursors and the like.
CREATE TABLE cursor (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Append-only, chained: mac = HMAC(key, previous mac + this row). No names,
-- numbers or bodies (L-34).
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,                  -- send, verdict, consent, launch ...
    subject TEXT,                          -- "outreach 17", "patient 4"
    detail TEXT,
    mac BLOB NOT NULL
) STRICT;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

-- Change notes -------------------------------------------------------------------

-- An anchor whose time changed is a new occurrence (its time, not the rules of
-- its zone; of a discharge and of a result its day: one source tells it to the
-- second, another one to the minute, and it is the same, unless it was taken
-- back before, or says something else); so is one that turned out to be another
-- patient's, unless the two are one person (a merge, and while it is taken back).
CREATE TRIGGER appointment_moved
AFTER UPDATE OF start_at, patient_id ON appointment
WHEN ((OLD.start_at != NEW.start_at AND
        (OLD.start_local != NEW.start_local OR OLD.zone != NEW.zone))
    OR (OLD.patient_id != NEW.patient_id AND
        (SELECT merged_into FROM patient WHERE id = OLD.patient_id)
            IS NOT NEW.patient_id AND
        (SELECT merged_into FROM patient WHERE id = NEW.patient_id)
            IS NOT OLD.patient_id))
    AND OLD.occurrence = NEW.occurrence
BEGIN UPDATE appointment SET occurrence = OLD.occurrence + 1
    WHERE id = NEW.id; END;
-- What the patient had answered before that is of a visit that was off since.
CREATE TRIGGER appointment_rebooked AFTER UPDATE OF status ON appointment
WHEN NEW.status = 'booked' AND OLD.status != 'booked'
BEGIN UPDATE appointment SET rebooked_at = NEW.source_at
    WHERE id = NEW.id; END;
CREATE TRIGGER fill_moved
AFTER UPDATE OF filled_on, runs_out_on, patient_id ON fill
WHEN OLD.runs_out_on != '' AND (OLD.runs_out_on != NEW.runs_out_on OR OLD.filled_on != NEW.filled_on
    OR (OLD.patient_id != NEW.patient_id AND
        (SELECT merged_into FROM patient WHERE id = OLD.patient_id)
            IS NOT NEW.patient_id AND
        (SELECT merged_into FROM patient WHERE id = NEW.patient_id)
            IS NOT OLD.patient_id))
    AND OLD.occurrence = NEW.occurrence
BEGIN UPDATE fill SET occurrence = OLD.occurrence + 1
    WHERE id = NEW.id; END;
CREATE TRIGGER discharge_moved
AFTER UPDATE OF discharged_at, patient_id ON discharge
WHEN (substr(OLD.discharged_local, 1, 10) != substr(NEW.discharged_local, 1, 10)
    OR (OLD.gone_at IS NOT NULL OR OLD.status != 'discharged') AND
        OLD.discharged_local != NEW.discharged_local
    OR (OLD.patient_id != NEW.patient_id AND
        (SELECT merged_into FROM patient WHERE id = OLD.patient_id)
            IS NOT NEW.patient_id AND
        (SELECT merged_into FROM patient WHERE id = NEW.patient_id)
            IS NOT OLD.patient_id))
    AND OLD.occurrence = NEW.occurrence
BEGIN UPDATE discharge SET occurrence = OLD.occurrence + 1
    WHERE id = NEW.id; END;
CREATE TRIGGER screening_moved
AFTER UPDATE OF resulted_at, patient_id ON screening
WHEN (coalesce(substr(OLD.resulted_local, 1, 10) !=
            substr(NEW.resulted_local, 1, 10),
        abs(OLD.resulted_at - NEW.resulted_at) >= 86400000)
    OR OLD.resulted_at != NEW.resulted_at AND (OLD.result IS NOT NEW.result
        OR OLD.value IS NOT NEW.value)
    OR (OLD.patient_id != NEW.patient_id AND
        (SELECT merged_into FROM patient WHERE id = OLD.patient_id)
            IS NOT NEW.patient_id AND
        (SELECT merged_into FROM patient WHERE id = NEW.patient_id)
            IS NOT OLD.patient_id))
    AND OLD.occurrence = NEW.occurrence
BEGIN UPDATE screening SET occurrence = OLD.occurrence + 1
    WHERE id = NEW.id; END;
CREATE TRIGGER prescription_moved AFTER UPDATE OF patient_id ON prescription
WHEN OLD.patient_id != NEW.patient_id
BEGIN UPDATE fill SET patient_id = NEW.patient_id
    WHERE prescription_id = NEW.id AND patient_id = OLD.patient_id; END;

-- Who died is dead to every campaign, whoever told of it: a source takes back
-- what it said itself and nobody else's word, a discharge when it is taken back
-- or corrected.
CREATE VIEW patient_death AS
    SELECT p.id, coalesce((SELECT min(d.died_at) FROM death d
            WHERE d.patient_id = p.id),
        (SELECT max(discharged_at) FROM discharge WHERE patient_id = p.id
            AND disposition = 'expired' AND status = 'discharged'
            AND gone_at IS NULL)) AS died_at
    FROM patient p;
CREATE TRIGGER death_insert AFTER INSERT ON death
BEGIN UPDATE patient SET deceased_at = (SELECT died_at FROM patient_death
        WHERE id = NEW.patient_id)
    WHERE id = NEW.patient_id AND deceased_at IS NOT (SELECT died_at
        FROM patient_death WHERE id = NEW.patient_id); END;
CREATE TRIGGER death_update AFTER UPDATE ON death
BEGIN UPDATE patient SET deceased_at = (SELECT died_at FROM patient_death
        WHERE id = NEW.patient_id)
    WHERE id = NEW.patient_id AND deceased_at IS NOT (SELECT died_at
        FROM patient_death WHERE id = NEW.patient_id); END;
CREATE TRIGGER death_delete AFTER DELETE ON death
BEGIN UPDATE patient SET deceased_at = (SELECT died_at FROM patient_death
        WHERE id = OLD.patient_id)
    WHERE id = OLD.patient_id AND deceased_at IS NOT (SELECT died_at
        FROM patient_death WHERE id = OLD.patient_id); END;
-- Its newer word that they live is of the person, by whichever ids it told of
-- the death.
CREATE TRIGGER death_denied_insert AFTER INSERT ON death
WHEN NEW.died_at IS NULL
BEGIN UPDATE death SET died_at = NULL, at = NEW.at
    WHERE patient_id = NEW.patient_id AND via != NEW.via
        AND source = NEW.source AND at < NEW.at AND died_at IS NOT NULL; END;
CREATE TRIGGER death_denied_update AFTER UPDATE ON death
WHEN NEW.died_at IS NULL
BEGIN UPDATE death SET died_at = NULL, at = NEW.at
    WHERE patient_id = NEW.patient_id AND via != NEW.via
        AND source = NEW.source AND at < NEW.at AND died_at IS NOT NULL; END;
CREATE TRIGGER discharge_died_insert AFTER INSERT ON discharge
WHEN NEW.disposition = 'expired'
BEGIN UPDATE patient SET deceased_at = (SELECT died_at FROM patient_death
        WHERE id = NEW.patient_id)
    WHERE id = NEW.patient_id AND deceased_at IS NOT (SELECT died_at
        FROM patient_death WHERE id = NEW.patient_id); END;
CREATE TRIGGER discharge_died_update
AFTER UPDATE OF patient_id, discharged_at, disposition, status, gone_at
ON discharge
WHEN OLD.disposition = 'expired' OR NEW.disposition = 'expired'
BEGIN UPDATE patient SET deceased_at = (SELECT died_at FROM patient_death d
        WHERE d.id = patient.id)
    WHERE id IN (OLD.patient_id, NEW.patient_id) AND deceased_at IS NOT
        (SELECT died_at FROM patient_death d WHERE d.id = patient.id); END;

-- Who is in hospital: by any stay that is not over. Its own end ends it; so
-- does one that names no stay, of all that its source told of before; and any
-- end of a stay, where nobody said which it was.
CREATE VIEW stay_open AS
    SELECT s.patient_id FROM stay s WHERE s.inside AND NOT EXISTS (SELECT 1
        FROM stay o WHERE o.patient_id = s.patient_id AND NOT o.inside
            AND o.at > s.at AND (o.number = s.number
                OR (s.number = '' AND NOT o.alone)
                OR (o.number = '' AND o.source = s.source)));
CREATE TRIGGER stay_insert AFTER INSERT ON stay
BEGIN UPDATE patient SET inpatient = NOT inpatient
    WHERE id = NEW.patient_id AND inpatient != EXISTS (SELECT 1
        FROM stay_open WHERE patient_id = NEW.patient_id); END;
CREATE TRIGGER stay_update AFTER UPDATE ON stay
BEGIN UPDATE patient SET inpatient = NOT inpatient
    WHERE id = NEW.patient_id AND inpatient != EXISTS (SELECT 1
        FROM stay_open WHERE patient_id = NEW.patient_id); END;
CREATE TRIGGER stay_delete AFTER DELETE ON stay
BEGIN UPDATE patient SET inpatient = NOT inpatient
    WHERE id = OLD.patient_id AND inpatient != EXISTS (SELECT 1
        FROM stay_open WHERE patient_id = OLD.patient_id); END;

-- Two records of one person (F: A40). What hangs on the one hangs on the
-- other from now on: visits, history, what was sent (it counts in the caps and
-- is not sent again), whom they are the guardian of, and all that was refused.
-- Numbers stay where they are: which of them is good, the surviving record
-- says, and of whoever was never told a number the others' count (store/
-- claim_contact.c). `merged_into` is always the record that is left, also of
-- those that were merged into this one before.
-- (What is noted as a record's that was merged into this one stays so.)
CREATE TRIGGER patient_merged AFTER UPDATE OF merged_into ON patient
WHEN NEW.merged_into IS NOT NULL AND OLD.merged_into IS NULL
    AND NEW.merged_into != NEW.id
BEGIN
    INSERT INTO merged_row(gone_id, kind, row_id)
        SELECT NEW.id, 'appointment', id FROM appointment WHERE patient_id = NEW.id UNION ALL
        SELECT NEW.id, 'prescription', id FROM prescription WHERE patient_id = NEW.id UNION ALL
        SELECT NEW.id, 'fill', id FROM fill WHERE patient_id = NEW.id UNION ALL
        SELECT NEW.id, 'discharge', id FROM discharge WHERE patient_id = NEW.id UNION ALL
        SELECT NEW.id, 'condition', id FROM condition WHERE patient_id = NEW.id UNION ALL
        SELECT NEW.id, 'procedure', id FROM procedure WHERE patient_id = NEW.id UNION ALL
        SELECT NEW.id, 'screening', id FROM screening WHERE patient_id = NEW.id UNION ALL
        SELECT NEW.id, 'orders', id FROM orders WHERE patient_id = NEW.id UNION ALL
        SELECT NEW.id, 'restriction', id FROM restriction WHERE patient_id = NEW.id UNION ALL
        SELECT NEW.id, 'list_member', id FROM list_member WHERE patient_id = NEW.id UNION ALL
        SELECT NEW.id, 'entry', id FROM entry WHERE patient_id = NEW.id UNION ALL
        SELECT NEW.id, 'outreach', id FROM outreach WHERE patient_id = NEW.id UNION ALL
        SELECT NEW.id, 'attempt', id FROM attempt WHERE patient_id = NEW.id UNION ALL
        SELECT NEW.id, 'response', id FROM response WHERE patient_id = NEW.id UNION ALL
        SELECT NEW.id, 'task', id FROM task WHERE patient_id = NEW.id UNION ALL
        SELECT NEW.id, 'ward', id FROM patient WHERE guardian_id = NEW.id
    ON CONFLICT DO NOTHING;
    INSERT INTO consent(patient_id, verdict, kind, purpose, channel, at,
                        evidence, actor, source, narrow)
        SELECT NEW.merged_into, verdict, kind, purpose, channel, at,
               evidence, actor, source, narrow FROM consent
        WHERE patient_id = NEW.id
        ORDER BY id;
    INSERT INTO suppression(patient_id, address, channel, purpose, reason,
                            since_at, evidence, actor)
        SELECT NEW.merged_into, address, channel, purpose, reason, since_at,
               evidence, actor FROM suppression
        WHERE patient_id = NEW.id AND lifted_at IS NULL;
    INSERT OR IGNORE INTO death(patient_id, via, source, at, died_at)
        SELECT NEW.merged_into, via, source, at, died_at FROM death
        WHERE patient_id = NEW.id AND died_at IS NOT NULL;
    INSERT INTO stay(patient_id, via, number, source, inside, alone, at, owner)
        SELECT NEW.merged_into, via, number, source, inside, alone, at, owner
        FROM stay WHERE patient_id = NEW.id
    ON CONFLICT DO NOTHING;
    UPDATE restriction SET patient_id = NEW.merged_into
        WHERE patient_id = NEW.id;
    UPDATE OR IGNORE list_member SET patient_id = NEW.merged_into
        WHERE patient_id = NEW.id;
    UPDATE OR IGNORE entry SET patient_id = NEW.merged_into
        WHERE patient_id = NEW.id;
    UPDATE OR IGNORE entry SET anchor_id = NEW.merged_into
        WHERE anchor_kind = 4 AND anchor_id = NEW.id;
    UPDATE OR IGNORE outreach SET patient_id = NEW.merged_into,
        anchor_id = iif(anchor_kind = 4, NEW.merged_into, anchor_id)
        WHERE patient_id = NEW.id;
    UPDATE attempt SET patient_id = NEW.merged_into WHERE patient_id = NEW.id;
    INSERT OR IGNORE INTO attempt_also(patient_id, attempt_id)
        SELECT NEW.merged_into, attempt_id FROM attempt_also
        WHERE patient_id = NEW.id;
    UPDATE response SET patient_id = NEW.merged_into,
        anchor_id = iif(anchor_kind = 4, NEW.merged_into, anchor_id)
        WHERE patient_id = NEW.id;
    UPDATE OR IGNORE task SET patient_id = NEW.merged_into,
        anchor_id = iif(anchor_kind = 4, NEW.merged_into, anchor_id)
        WHERE patient_id = NEW.id;
    UPDATE appointment SET patient_id = NEW.merged_into
        WHERE patient_id = NEW.id;
    UPDATE prescription SET patient_id = NEW.merged_into
        WHERE patient_id = NEW.id;
    UPDATE fill SET patient_id = NEW.merged_into WHERE patient_id = NEW.id;
    UPDATE discharge SET patient_id = NEW.merged_into
        WHERE patient_id = NEW.id;
    UPDATE condition SET patient_id = NEW.merged_into
        WHERE patient_id = NEW.id;
    UPDATE procedure SET patient_id = NEW.merged_into
        WHERE patient_id = NEW.id;
    UPDATE screening SET patient_id = NEW.merged_into
        WHERE patient_id = NEW.id;
    UPDATE orders SET patient_id = NEW.merged_into WHERE patient_id = NEW.id;
    UPDATE patient SET merged_into = NEW.merged_into
        WHERE merged_into = NEW.id AND id != NEW.merged_into;
    UPDATE patient SET guardian_id = nullif(NEW.merged_into, id)
        WHERE guardian_id = NEW.id;
    INSERT INTO merged_last(gone_id, kind, row_id)
        SELECT NEW.id, 'appointment', coalesce(max(id), 0) FROM appointment UNION ALL
        SELECT NEW.id, 'prescription', coalesce(max(id), 0) FROM prescription UNION ALL
        SELECT NEW.id, 'discharge', coalesce(max(id), 0) FROM discharge UNION ALL
        SELECT NEW.id, 'condition', coalesce(max(id), 0) FROM condition UNION ALL
        SELECT NEW.id, 'procedure', coalesce(max(id), 0) FROM procedure UNION ALL
        SELECT NEW.id, 'screening', coalesce(max(id), 0) FROM screening UNION ALL
        SELECT NEW.id, 'orders', coalesce(max(id), 0) FROM orders UNION ALL
        SELECT NEW.id, 'restriction', coalesce(max(id), 0) FROM restriction UNION ALL
        SELECT NEW.id, 'attempt', coalesce(max(id), 0) FROM attempt UNION ALL
        SELECT NEW.id, 'consent', coalesce(max(id), 0) FROM consent UNION ALL
        SELECT NEW.id, 'suppression', coalesce(max(id), 0) FROM suppression UNION ALL
        SELECT NEW.id, 'response', coalesce(max(id), 0) FROM response
        WHERE true
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, NEW.merged_into)
    ON CONFLICT DO NOTHING;
END;

-- What a condition can see must leave a note when it changes, or the change
-- waits for the daily sweep: tests/store/test_dirty.c changes every column of
-- every row that the catalogue reads. Consents, opt-outs and restrictions are
-- none of these: the gate asks for them when it decides. A row that says
-- nothing new leaves no note. A note that is there already is passed over by
-- ON CONFLICT, not by OR IGNORE: the statement that fires a trigger overrides
-- the latter, and an upsert does so with ABORT.

-- Of an anchor; a patient's other anchors see some of it, too ("has upcoming
-- visit", "refilled", "readmitted").
CREATE TRIGGER appointment_dirty_insert AFTER INSERT ON appointment
BEGIN INSERT INTO dirty(kind, id) VALUES (1, NEW.id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER appointment_dirty_delete AFTER DELETE ON appointment
BEGIN INSERT INTO dirty(kind, id) VALUES (1, OLD.id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER appointment_dirty_update AFTER UPDATE ON appointment
WHEN (
    OLD.patient_id, OLD.clinic_id, OLD.zone, OLD.start_at, OLD.minutes,
    OLD.status, OLD.visit_type, OLD.telehealth, OLD.practitioner,
    OLD.booked_at, OLD.rebooked_at, OLD.preparation, OLD.risk, OLD.occurrence, OLD.gone_at
) IS NOT (
    NEW.patient_id, NEW.clinic_id, NEW.zone, NEW.start_at, NEW.minutes,
    NEW.status, NEW.visit_type, NEW.telehealth, NEW.practitioner,
    NEW.booked_at, NEW.rebooked_at, NEW.preparation, NEW.risk, NEW.occurrence, NEW.gone_at
)
BEGIN INSERT INTO dirty(kind, id) VALUES (1, NEW.id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER appointment_dirty_others AFTER UPDATE ON appointment
WHEN (OLD.patient_id, OLD.start_at, OLD.status, OLD.gone_at) IS NOT
    (NEW.patient_id, NEW.start_at, NEW.status, NEW.gone_at)
BEGIN INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER fill_dirty_insert AFTER INSERT ON fill
BEGIN INSERT INTO dirty(kind, id) VALUES (2, NEW.id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER fill_dirty_delete AFTER DELETE ON fill
BEGIN INSERT INTO dirty(kind, id) VALUES (2, OLD.id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER fill_dirty_update AFTER UPDATE ON fill
WHEN (
    OLD.prescription_id, OLD.patient_id, OLD.pickup_id, OLD.filled_on,
    OLD.days_supply, OLD.runs_out_at, OLD.filled_at, OLD.first_fill,
    OLD.latest, OLD.occurrence, OLD.gone_at
) IS NOT (
    NEW.prescription_id, NEW.patient_id, NEW.pickup_id, NEW.filled_on,
    NEW.days_supply, NEW.runs_out_at, NEW.filled_at, NEW.first_fill,
    NEW.latest, NEW.occurrence, NEW.gone_at
)
BEGIN INSERT INTO dirty(kind, id) VALUES (2, NEW.id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER fill_dirty_others AFTER UPDATE ON fill
WHEN (OLD.patient_id, OLD.prescription_id, OLD.filled_on, OLD.gone_at) IS NOT
    (NEW.patient_id, NEW.prescription_id, NEW.filled_on, NEW.gone_at)
BEGIN INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER discharge_dirty_insert AFTER INSERT ON discharge
BEGIN INSERT INTO dirty(kind, id) VALUES (3, NEW.id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER discharge_dirty_delete AFTER DELETE ON discharge
BEGIN INSERT INTO dirty(kind, id) VALUES (3, OLD.id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER discharge_dirty_update AFTER UPDATE ON discharge
WHEN (
    OLD.patient_id, OLD.clinic_id, OLD.admitted_at, OLD.zone,
    OLD.discharged_at, OLD.class, OLD.disposition, OLD.risk, OLD.status,
    OLD.occurrence, OLD.gone_at
) IS NOT (
    NEW.patient_id, NEW.clinic_id, NEW.admitted_at, NEW.zone,
    NEW.discharged_at, NEW.class, NEW.disposition, NEW.risk, NEW.status,
    NEW.occurrence, NEW.gone_at
)
BEGIN INSERT INTO dirty(kind, id) VALUES (3, NEW.id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER discharge_dirty_others AFTER UPDATE ON discharge
WHEN (
    OLD.patient_id, OLD.admitted_at, OLD.discharged_at, OLD.status,
    OLD.gone_at
) IS NOT (
    NEW.patient_id, NEW.admitted_at, NEW.discharged_at, NEW.status,
    NEW.gone_at
)
BEGIN INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER prescription_dirty_update AFTER UPDATE ON prescription
WHEN (
    OLD.patient_id, OLD.drug_code, OLD.drug_name, OLD.status,
    OLD.controlled, OLD.as_needed, OLD.refills_left, OLD.pickup_id,
    OLD.written_on, OLD.ended_on, OLD.gone_at
) IS NOT (
    NEW.patient_id, NEW.drug_code, NEW.drug_name, NEW.status,
    NEW.controlled, NEW.as_needed, NEW.refills_left, NEW.pickup_id,
    NEW.written_on, NEW.ended_on, NEW.gone_at
)
BEGIN INSERT INTO dirty(kind, id)
    SELECT 2, id FROM fill WHERE prescription_id = NEW.id AND latest = 1
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER prescription_dirty_others AFTER UPDATE ON prescription
WHEN (OLD.patient_id, OLD.drug_code) IS NOT
    (NEW.patient_id, NEW.drug_code)
BEGIN INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;

-- Of a patient, and what is known about one.
CREATE TRIGGER patient_dirty_insert AFTER INSERT ON patient
BEGIN INSERT INTO dirty(kind, id) VALUES (4, NEW.id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER patient_dirty_update AFTER UPDATE ON patient
WHEN (
    OLD.mrn, OLD.given_name, OLD.family_name, OLD.birth_on, OLD.born_by, OLD.sex,
    OLD.language, OLD.street, OLD.city, OLD.state, OLD.zip, OLD.zone,
    OLD.clinic_id, OLD.guardian_id, OLD.preferred_channel, OLD.active,
    OLD.deceased_at, OLD.merged_into, OLD.sensitive, OLD.inpatient,
    OLD.attributes, OLD.gone_at
) IS NOT (
    NEW.mrn, NEW.given_name, NEW.family_name, NEW.birth_on, NEW.born_by, NEW.sex,
    NEW.language, NEW.street, NEW.city, NEW.state, NEW.zip, NEW.zone,
    NEW.clinic_id, NEW.guardian_id, NEW.preferred_channel, NEW.active,
    NEW.deceased_at, NEW.merged_into, NEW.sensitive, NEW.inpatient,
    NEW.attributes, NEW.gone_at
)
BEGIN INSERT INTO dirty(kind, id) VALUES (4, NEW.id)
    ON CONFLICT DO NOTHING; END;
-- Whoever is called in their place is named.
CREATE TRIGGER guardian_dirty_update AFTER UPDATE OF given_name ON patient
WHEN OLD.given_name IS NOT NEW.given_name
BEGIN INSERT INTO dirty(kind, id)
    SELECT 4, id FROM patient WHERE guardian_id = NEW.id
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER condition_dirty_insert AFTER INSERT ON condition
BEGIN INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER condition_dirty_delete AFTER DELETE ON condition
BEGIN INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER condition_dirty_update AFTER UPDATE ON condition
WHEN (OLD.patient_id, OLD.code, OLD.since_on, OLD.until_on, OLD.gone_at) IS NOT
    (NEW.patient_id, NEW.code, NEW.since_on, NEW.until_on, NEW.gone_at)
BEGIN INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER procedure_dirty_insert AFTER INSERT ON procedure
BEGIN INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER procedure_dirty_delete AFTER DELETE ON procedure
BEGIN INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER procedure_dirty_update AFTER UPDATE ON procedure
WHEN (OLD.patient_id, OLD.code, OLD.done_on, OLD.gone_at) IS NOT
    (NEW.patient_id, NEW.code, NEW.done_on, NEW.gone_at)
BEGIN INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER screening_dirty_insert AFTER INSERT ON screening
BEGIN INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER screening_dirty_delete AFTER DELETE ON screening
BEGIN INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER screening_dirty_update AFTER UPDATE ON screening
WHEN (
    OLD.patient_id, OLD.kind, OLD.done_on, OLD.result, OLD.resolved,
    OLD.next_due_on, OLD.value, OLD.second_value, OLD.resulted_at, OLD.gone_at
) IS NOT (
    NEW.patient_id, NEW.kind, NEW.done_on, NEW.result, NEW.resolved,
    NEW.next_due_on, NEW.value, NEW.second_value, NEW.resulted_at, NEW.gone_at
)
BEGIN INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER result_dirty_insert AFTER INSERT ON screening
WHEN NEW.resulted_at IS NOT NULL
BEGIN INSERT INTO dirty(kind, id) VALUES (5, NEW.id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER result_dirty_update AFTER UPDATE ON screening
WHEN (NEW.resulted_at IS NOT NULL OR OLD.resulted_at IS NOT NULL) AND (
    OLD.patient_id, OLD.kind, OLD.done_on, OLD.result, OLD.resolved,
    OLD.value, OLD.second_value, OLD.unit, OLD.resulted_at, OLD.occurrence,
    OLD.gone_at
) IS NOT (
    NEW.patient_id, NEW.kind, NEW.done_on, NEW.result, NEW.resolved,
    NEW.value, NEW.second_value, NEW.unit, NEW.resulted_at, NEW.occurrence,
    NEW.gone_at
)
BEGIN INSERT INTO dirty(kind, id) VALUES (5, NEW.id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER result_dirty_delete AFTER DELETE ON screening
WHEN OLD.resulted_at IS NOT NULL
BEGIN INSERT INTO dirty(kind, id) VALUES (5, OLD.id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER orders_dirty_insert AFTER INSERT ON orders
BEGIN INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER orders_dirty_delete AFTER DELETE ON orders
BEGIN INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER orders_dirty_update AFTER UPDATE ON orders
WHEN (OLD.patient_id, OLD.kind, OLD.status, OLD.ordered_on, OLD.gone_at) IS NOT
    (NEW.patient_id, NEW.kind, NEW.status, NEW.ordered_on, NEW.gone_at)
BEGIN INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER list_member_dirty_insert AFTER INSERT ON list_member
BEGIN INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER list_member_dirty_delete AFTER DELETE ON list_member
BEGIN INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER list_member_dirty_update AFTER UPDATE ON list_member
WHEN (OLD.patient_id, OLD.list_id) IS NOT (NEW.patient_id, NEW.list_id)
BEGIN INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER list_dirty_update AFTER UPDATE ON list
WHEN OLD.name IS NOT NEW.name
BEGIN INSERT INTO dirty(kind, id)
    SELECT 4, patient_id FROM list_member WHERE list_id = NEW.id
    ON CONFLICT DO NOTHING; END;

-- What a patient said: of the anchor, and for the others ("declined").
CREATE TRIGGER response_dirty_insert AFTER INSERT ON response
BEGIN INSERT INTO dirty(kind, id)
    VALUES (NEW.anchor_kind, NEW.anchor_id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER response_dirty_delete AFTER DELETE ON response
BEGIN INSERT INTO dirty(kind, id)
    VALUES (OLD.anchor_kind, OLD.anchor_id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER response_dirty_update AFTER UPDATE ON response
WHEN (
    OLD.patient_id, OLD.anchor_kind, OLD.anchor_id, OLD.occurrence,
    OLD.intent, OLD.subject, OLD.at, OLD.until_at
) IS NOT (
    NEW.patient_id, NEW.anchor_kind, NEW.anchor_id, NEW.occurrence,
    NEW.intent, NEW.subject, NEW.at, NEW.until_at
)
BEGIN INSERT INTO dirty(kind, id)
    VALUES (OLD.anchor_kind, OLD.anchor_id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id)
    VALUES (NEW.anchor_kind, NEW.anchor_id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;

-- Of an address: only whether one is there that can be used.
CREATE TRIGGER contact_point_dirty_insert AFTER INSERT ON contact_point
WHEN NEW.gone_at IS NULL AND NEW.bad_at IS NULL
BEGIN INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER contact_point_dirty_delete AFTER DELETE ON contact_point
WHEN OLD.gone_at IS NULL AND OLD.bad_at IS NULL
BEGIN INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING; END;
CREATE TRIGGER contact_point_dirty_update AFTER UPDATE ON contact_point
WHEN (OLD.patient_id, OLD.kind, OLD.gone_at IS NULL AND OLD.bad_at IS NULL)
    IS NOT
    (NEW.patient_id, NEW.kind, NEW.gone_at IS NULL AND NEW.bad_at IS NULL)
BEGIN INSERT INTO dirty(kind, id) VALUES (4, OLD.patient_id)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty(kind, id) VALUES (4, NEW.patient_id)
    ON CONFLICT DO NOTHING; END;

-- Of a clinic: all who hang on it. One that changes again begins again.
CREATE TRIGGER clinic_dirty_update AFTER UPDATE ON clinic
WHEN (
    OLD.external_id, OLD.name, OLD.public_name, OLD.kind, OLD.phone,
    OLD.street, OLD.city, OLD.state, OLD.zip, OLD.zone, OLD.open_from,
    OLD.open_to, OLD.sensitive
) IS NOT (
    NEW.external_id, NEW.name, NEW.public_name, NEW.kind, NEW.phone,
    NEW.street, NEW.city, NEW.state, NEW.zip, NEW.zone, NEW.open_from,
    NEW.open_to, NEW.sensitive
)
BEGIN INSERT INTO dirty_clinic(id, kind, after_id) VALUES (NEW.id, 1, 0)
    ON CONFLICT(id) DO UPDATE SET kind = 1, after_id = 0; END;
CREATE TRIGGER clinic_dirty_zone AFTER UPDATE OF zone ON clinic
WHEN OLD.zone != NEW.zone
BEGIN INSERT INTO dirty_zone(id) VALUES (NEW.id)
    ON CONFLICT DO NOTHING; END;
