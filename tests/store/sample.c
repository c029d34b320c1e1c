/* SPDX-License-Identifier: Apache-2.0 */
/* Sample rows for the catalogue's tests, and asking for them. */
#include "tests/store/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/zone.h"
#include "store/store.h"
#include "tests/store/fixture.h"

#define MS(date) "(unixepoch('" date "') * 1000)"

static const char PEOPLE[] =
    "INSERT INTO clinic(id, external_id, name, public_name, kind, phone, "
    " street, city, state, zip, zone, open_from, open_to, sensitive) VALUES"
    " (1, 'L', 'Lakeside', 'Lakeside Clinic', 'clinic', '+13125550100', "
    "  '1 Lake St', 'Chicago', 'IL', '60601', 'America/Chicago', 480, 1080, 0),"
    " (2, 'H', 'HIV unit', 'Harbor', 'hospital', '+12125550100', '2 Bay', "
    "  'New York', 'NY', '10001', 'America/New_York', NULL, NULL, 1),"
    " (3, 'P', 'Pharmacy', 'Corner Pharmacy', 'pharmacy', '+13125550199', "
    "  '3 Elm', 'Evanston', 'IN', '60201', 'America/Denver', 540, 1290, 0);"
    "INSERT INTO patient(id, mrn, given_name, family_name, birth_on, sex, "
    " language, street, city, state, zip, zone, clinic_id, guardian_id, "
    " preferred_channel, deceased_at, sensitive, inpatient, attributes) VALUES"
    " (1, 'M1', 'Ana', 'Ruiz', '1970-05-01', 'female', 'es', '9 Oak', "
    "  'Chicago', 'IL', '60601', 'America/Chicago', 1, NULL, 'sms', NULL, 0, "
    "  0, '{\"high_risk\":\"yes\",\"plan\":\"gold\",\"score\":7}'),"
    " (2, 'M2', 'Ben', 'Lee', '2008-02-29', 'male', 'en', NULL, 'New York', "
    "  'NY', '10001', 'America/New_York', 2, 1, 'email', NULL, 0, 0, "
    "  '{\"score\":\"12\"}'),"
    " (3, 'M3', NULL, NULL, NULL, NULL, 'en', NULL, NULL, NULL, NULL, NULL, "
    "  NULL, 1, NULL, NULL, 0, 0, '{\"score\":\"high\"}'),"
    " (4, 'M4', 'Dee', 'Poe', '1960-11-23', 'female', 'en', NULL, NULL, NULL, "
    "  NULL, NULL, 1, NULL, NULL, 1, 0, 0, '{}'),"
    " (5, 'M5', 'Eve', 'Ruiz', '1976-11-24', 'female', 'es', NULL, NULL, "
    "  NULL, NULL, NULL, 1, 1, NULL, NULL, 1, 1, '{}'),"
    " (6, 'M6', 'Flo', 'Day', '1981-11-23', 'female', 'en', NULL, NULL, "
    "  NULL, NULL, NULL, 1, NULL, NULL, NULL, 0, 0, '{}');"
    "INSERT INTO contact_point(patient_id, kind, value, bad_at, gone_at) VALUES"
    " (1, 'phone', '+13125550101', NULL, NULL),"
    " (1, 'email', 'a@example.org', NULL, NULL),"
    " (2, 'phone', '+12125550102', 5, NULL),"
    " (2, 'email', 'b@example.org', NULL, NULL),"
    " (3, 'phone', '+12125550103', NULL, 5),"
    " (6, 'phone', '+13125550106', NULL, NULL);"
    "INSERT INTO list(id, name) VALUES (1, 'exclusions'), (2, 'other');"
    "INSERT INTO list_member(list_id, patient_id, added_at) VALUES"
    " (1, 2, 1), (2, 1, 1);";

static const char
    ANCHORS
        [] =
            "INSERT INTO appointment(id, external_id, patient_id, clinic_id, "
            " start_local, zone, start_at, minutes, status, visit_type, "
            "telehealth, "
            " practitioner, booked_at, preparation, risk, gone_at) VALUES"
            " (1, 'a1', 1, 1, '2026-11-26T09:00:00', 'America/Chicago', " MS("2"
                                                                             "0"
                                                                             "2"
                                                                             "6"
                                                                             "-"
                                                                             "1"
                                                                             "1"
                                                                             "-"
                                                                             "2"
                                                                             "6"
                                                                             "T"
                                                                             "1"
                                                                             "5"
                                                                             ":"
                                                                             "0"
                                                                             "0"
                                                                             ":"
                                                                             "0"
                                                                             "0") ", 30, 'booked', 'follow-up', 0, 'Dr. Yu', " MS("2026-11-01T15:00:00") ", 1, 'high', NULL),"
                                                                                                                                                         " (2, 'a2', 2, 2, '2026-11-23T23:30:00', 'America/New_York', " MS("2026-11-24T04:30:00") ", NULL, 'booked', 'walk-in', 1, NULL, NULL, 0, "
                                                                                                                                                                                                                                                  "  NULL, NULL),"
                                                                                                                                                                                                                                                  " (3, 'a3', 3, NULL, '2026-11-22T09:00:00', 'America/Denver', " MS(
                                                                                                                                                                                                                                                      "2026-11-22T16:00:00") ", 15, 'cancelled', NULL, 1, NULL, " MS("2026-11-22T10:00:00") ", 0, 'low', NULL),"
                                                                                                                                                                                                                                                                                                                                            " (4, 'a4', 4, 1, '2026-11-26T09:00:00', 'America/Chicago', 5, NULL, "
                                                                                                                                                                                                                                                                                                                                            "  'booked', NULL, 0, NULL, NULL, 0, NULL, NULL),"
                                                                                                                                                                                                                                                                                                                                            " (5, 'a5', 1, 1, '2026-11-27T09:00:00', 'America/Chicago', 6, NULL, "
                                                                                                                                                                                                                                                                                                                                            "  'booked', NULL, 0, NULL, NULL, 0, NULL, 5);"
                                                                                                                                                                                                                                                                                                                                            "INSERT INTO prescription(id, external_id, patient_id, drug_code, "
                                                                                                                                                                                                                                                                                                                                            " drug_name, status, controlled, as_needed, refills_left, pickup_id, "
                                                                                                                                                                                                                                                                                                                                            " written_on, ended_on) VALUES"
                                                                                                                                                                                                                                                                                                                                            " (1, 'x1', 1, '860975', 'metformin', 'active', 0, 0, 3, 3, '2026-01-01', "
                                                                                                                                                                                                                                                                                                                                            "  NULL),"
                                                                                                                                                                                                                                                                                                                                            " (2, 'x2', 2, '1', 'oxycodone', 'stopped', 1, 1, 0, NULL, NULL, "
                                                                                                                                                                                                                                                                                                                                            "  '2026-11-01'),"
                                                                                                                                                                                                                                                                                                                                            " (3, 'x3', 1, '860975', 'metformin', 'active', 0, 0, NULL, 3, NULL, NULL);"
                                                                                                                                                                                                                                                                                                                                            "INSERT INTO fill(id, external_id, prescription_id, patient_id, pickup_id, "
                                                                                                                                                                                                                                                                                                                                            " filled_on, days_supply, runs_out_on, runs_out_at, filled_at, first_fill, "
                                                                                                                                                                                                                                                                                                                                            " latest) VALUES"
                                                                                                                                                                                                                                                                                                                                            " (1, 'f1', 1, 1, NULL, '2026-09-01', 30, '2026-10-01', " MS(
                                                                                                                                                                                                                                                                                                                                                "2026-10-01T06:00:00") ", " MS("2026-09-01T06:00:00") ", 1, 0),"
                                                                                                                                                                                                                                                                                                                                                                                                      " (2, 'f2', 1, 1, NULL, '2026-10-25', 30, '2026-11-24', " MS("2026-11-24T07:00:00") ", " MS(
                                                                                                                                                                                                                                                                                                                                                                                                          "2026-10-25T06:00:00") ", 0, 1),"
                                                                                                                                                                                                                                                                                                                                                                                                                                 " (3, 'f3', 2, 2, 2, '2026-11-20', 7, '2026-11-27', " MS("2026-11-27T05:00:00") ", " MS("2026-11-20T05:00:00") ", 1, 1),"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                " (4, 'f4', 3, 1, 2, '2026-11-10', 90, '2027-02-08', " MS("2027-02-08T05:00:00") ", " MS("2026-11-10T05:00:00") ", 0, 1);"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                "INSERT INTO discharge(id, external_id, patient_id, clinic_id, "
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                " admitted_at, discharged_local, zone, discharged_at, class, disposition, "
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                " risk, status) VALUES"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                " (1, 'd1', 1, 1, " MS("2026-11-10T12:00:00") ", '2026-11-12T09:00:00', "
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                              "  'America/Chicago', " MS("2026-11-12T15:00:00") ", 'inpatient', 'home', "
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                "  NULL, 'discharged'),"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                " (2, 'd2', 2, 2, NULL, '2026-11-22T20:00:00', 'America/New_York', " MS("2026-11-23T01:00:00") ", 'observation', NULL, 'high', 'discharged'),"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                               " (3, 'd3', 1, 1, " MS("2026-11-20T12:00:00") ", '2026-11-21T09:00:00', "
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                             "  'America/Chicago', " MS("2026-11-21T15:00:00") ", 'inpatient', 'snf', "
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                               "  NULL, 'discharged'),"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                               " (4, 'd4', 6, NULL, NULL, '2026-11-21T09:00:00', 'America/Chicago', " MS("2026-11-21T15:00:00") ", NULL, NULL, NULL, 'cancelled'),"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                " (5, 'd5', 5, NULL, NULL, '2026-10-01T09:00:00', 'America/Chicago', " MS("2026-10-01T14:00:00") ", NULL, NULL, NULL, 'discharged');";

static const char FACTS[] =
    "INSERT INTO condition(patient_id, code, since_on, until_on, "
    "gone_at) "
    "VALUES (1, 'E11.9', '2020-01-01', NULL, NULL),"
    " (2, 'E11.9', '2020-01-01', '2026-11-23', NULL),"
    " (5, 'E1', NULL, NULL, NULL),"
    " (6, 'E11.9', '2026-11-01', NULL, NULL),"
    " (3, 'E11', NULL, NULL, 5);"
    "INSERT INTO procedure(patient_id, code, done_on) VALUES"
    " (1, 'total-colectomy', '2010-01-01'), (6, 'knee', NULL);"
    "INSERT INTO screening(patient_id, kind, done_on, result, "
    "resolved, "
    " next_due_on) VALUES"
    " (1, 'colonoscopy', '2016-11-24', 'normal', 0, NULL),"
    " (2, 'fit', '2025-11-23', NULL, 0, NULL),"
    " (5, 'fit', '2026-06-01', 'abnormal', 0, NULL),"
    " (6, 'fit', '2026-10-01', 'normal', 0, '2026-11-23'),"
    " (6, 'fit', '2020-01-01', 'abnormal', 1, NULL);"
    "INSERT INTO orders(patient_id, kind, status, ordered_on) VALUES"
    " (1, 'colorectal', 'active', '2026-01-01'),"
    " (2, 'fit', 'completed', '2026-11-01'),"
    " (5, 'colonoscopy', 'active', '2026-11-20'),"
    " (6, 'fit', 'revoked', '2026-11-20');"
    "INSERT INTO response(patient_id, anchor_kind, anchor_id, "
    "occurrence, "
    " intent, subject, at, until_at) VALUES"
    " (1, 1, 1, 0, 'reschedule', NULL, 10, NULL),"
    " (1, 1, 1, 0, 'confirm', NULL, 20, NULL),"
    " (2, 1, 2, 0, 'confirm', NULL, 10, NULL),"
    " (2, 1, 2, 0, 'cancel', NULL, 20, NULL),"
    " (3, 1, 3, 0, 'reschedule', NULL, 10, NULL),"
    " (6, 4, 6, 20000, 'call-me', NULL, " MS(
        "2026-11-22") ", NULL),"
                      " (1, 4, 1, 20000, 'decline', "
                      "'colorectal', " MS("2026-01-10") ", " MS(
                          "2026-07-10") "),"
                                        " (2, 4, 2, 20000, "
                                        "'decline', "
                                        "'colorectal', " MS(
                                            "2024-01-10") ", NULL);";

static const char RESULTS[] =
    "UPDATE screening SET resulted_at = unixepoch(done_on, '+3 days') * 1000"
    " WHERE id >= 3;"
    "INSERT INTO campaign(id, name, kind) VALUES (101, 'recall', 'campaign'),"
    " (102, 'news', 'blast');"
    "INSERT INTO campaign_version(id, campaign_id, sha256, content,"
    " launched_at, launched_by) VALUES (101, 101, '', '', 1, '');"
    "INSERT INTO entry(campaign_id, anchor_kind, anchor_id, occurrence,"
    " patient_id, version_id, entered_at, arm) VALUES (101, 4, 1, 1, 1, 101,"
    " unixepoch('2026-11-18 15:00') * 1000, 'treated'), (101, 4, 2, 1, 2, 101,"
    " unixepoch('2026-11-18') * 1000, 'holdout'), (102, 4, 3, 1, 3, 101,"
    " unixepoch('2026-11-18') * 1000, 'treated');"
    "UPDATE screening SET value = 7.5, second_value = 90, unit = '%'"
    " WHERE id = 4;";

void sample_fill(struct store *store)
{
    fixture_sql(store, PEOPLE);
    fixture_sql(store, ANCHORS);
    fixture_sql(store, FACTS);
    fixture_sql(store, RESULTS);
}

struct view_time sample_time(void)
{
    return (struct view_time){.now = SAMPLE_NOW,
                              .today = {2026, 11, 23},
                              .entered_at = INSTANT_NEVER,
                              .zone = zone_find("America/New_York")};
}

struct ids {
    char text[256];
    size_t len;
    int64_t id[32];
    size_t count;
};

static bool add_id(void *arg, const struct view_row *row, instant at)
{
    struct ids *ids = arg;
    assert_false(row->gone);
    assert_int_equal(at, 0);
    ids->len += (size_t)snprintf(
        ids->text + ids->len, sizeof(ids->text) - ids->len, "%s%lld",
        ids->len ? " " : "", (long long)row->anchor_id);
    ids->id[ids->count++] = row->anchor_id;
    return true;
}

static bool seen(const struct ids *ids, int64_t id)
{
    for (size_t i = 0; i < ids->count; i++) {
        if (ids->id[i] == id)
            return true;
    }
    return false;
}

/* Looked at one by one, everybody gives the same answer. */
static void read_each(struct store *store, enum anchor_kind anchor,
                      const struct predicate *filter,
                      const struct view_time *time, const struct ids *ids)
{
    struct error err = {0};
    struct view_column column = {.predicate = filter};
    struct view *view = view_prepare(store, anchor, &column, 1, &err);
    if (!view)
        fail_msg("%s", err.text);
    for (int64_t id = 1; id < 8; id++) {
        bool found;
        struct view_row row;
        assert_true(view_read(view, id, time, &found, &row, &err));
        if (!found || row.gone)
            continue;
        assert_int_equal(row.columns[0].type, VALUE_BOOL);
        assert_int_equal(row.columns[0].integer, seen(ids, id));
    }
    view_free(view);
}

const char *sample_ids(struct store *store, enum anchor_kind anchor,
                       const struct predicate *filter,
                       const struct view_time *time)
{
    static struct ids ids;
    struct error err = {0};
    struct view_range all = {0};
    bool more = true;
    ids = (struct ids){0};
    struct view_scan *scan =
        view_scan_prepare(store, anchor, filter, NULL, NULL, 0, &err);
    if (!scan)
        fail_msg("%s", err.text);
    assert_true(view_scan_run(scan, &all, time, add_id, &ids, &more, &err));
    assert_false(more);
    view_scan_free(scan);
    read_each(store, anchor, filter, time, &ids);
    return ids.text;
}
