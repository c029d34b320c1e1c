/* SPDX-License-Identifier: Apache-2.0 */
/* Instants that follow their civil time when a zone's rules change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/zone.h"
#include "store/store.h"
#include "store/wall.h"

#include "tests/store/fixture.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static instant at(const char *text)
{
    instant when = 0;
    if (!civil_parse_instant(text, &when))
        fail_msg("\"%s\" is no instant", text);
    return when;
}

static const char people[] =
    "INSERT INTO clinic(id, external_id, name, public_name, zone) VALUES"
    " (1, 'c1', 'East', 'East', 'America/New_York'),"
    " (2, 'c2', 'West', 'West', 'America/Los_Angeles');"
    "INSERT INTO patient(id, mrn, clinic_id, zone) VALUES"
    " (1, 'M1', 1, 'America/Denver'), (2, 'M2', NULL, 'America/Denver'),"
    " (3, 'M3', NULL, NULL);"
    "INSERT INTO prescription(id, external_id, patient_id, status) VALUES"
    " (1, 'r1', 1, 'active'), (2, 'r2', 2, 'active'), (3, 'r3', 3, 'active')";

static struct store *open_world(void)
{
    struct store *store = fixture_store();
    fixture_sql(store, people);
    return store;
}

static void sql(struct store *store, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void sql(struct store *store, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    fixture_sql(store, text);
}

/* To the end, from far back; what was counted, and how many pages it took. */
static struct wall_walk derive(struct store *store, enum wall_time time,
                               instant from, int *pages)
{
    struct wall_walk walk = {.after_at = from};
    struct error err = {0};
    bool more = true;
    *pages = 0;
    fixture_begin(store);
    for (; more; ++*pages) {
        if (!wall_derive(store, time, zone_find("America/Chicago"), &walk,
                         &more, &err))
            fail_msg("%s", err.text);
    }
    fixture_commit(store);
    return walk;
}

static void a_visit_follows_its_wall(void **state)
{
    (void)state;
    static const struct {
        const char *says, *local, *zone, *stored, *derived;
    } rows[] = {
        {"right already", "2026-12-01T09:30:00", "America/New_York",
         "2026-12-01T14:30:00Z", "2026-12-01T14:30:00Z"},
        {"derived under rules that were an hour off", "2026-12-01T09:30:00",
         "America/New_York", "2026-12-01T13:30:00Z", "2026-12-01T14:30:00Z"},
        {"and the other way", "2026-12-01T09:30:00", "America/New_York",
         "2026-12-01T15:30:00Z", "2026-12-01T14:30:00Z"},
        {"the first of two turns stays", "2026-11-01T01:30:00",
         "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T05:30:00Z"},
        {"the second, which the source meant, stays", "2026-11-01T01:30:00",
         "America/New_York", "2026-11-01T06:30:00Z", "2026-11-01T06:30:00Z"},
        {"an hour that the clocks skip is past the gap", "2027-03-14T02:30:00",
         "America/New_York", "2027-03-14T07:30:00Z", "2027-03-14T07:30:00Z"},
        {"which it is put to", "2027-03-14T02:30:00", "America/New_York",
         "2027-03-14T06:30:00Z", "2027-03-14T07:30:00Z"},
        {"a zone that tzdata does not have says nothing", "2026-12-01T09:30:00",
         "Mars/Olympus", "2026-12-01T13:30:00Z", "2026-12-01T13:30:00Z"},
        {"nor does text that is no time", "soon", "America/New_York",
         "2026-12-01T13:30:00Z", "2026-12-01T13:30:00Z"},
        {"what lies before the walk begins is history", "2026-08-31T09:30:00",
         "America/New_York", "2026-08-31T14:30:00Z", "2026-08-31T14:30:00Z"},
    };
    struct store *store = open_world();
    for (size_t i = 0; i < ROWS(rows); i++)
        sql(store,
            "INSERT INTO appointment(id, external_id, patient_id, clinic_id,"
            " start_local, zone, start_at, status) VALUES (%zu, 'a%zu', 1, 1,"
            " '%s', '%s', %lld, 'booked')",
            i + 1, i, rows[i].local, rows[i].zone,
            (long long)at(rows[i].stored));
    fixture_sql(store, "DELETE FROM dirty");
    int pages;
    struct wall_walk walk =
        derive(store, WALL_START, at("2026-09-01T00:00:00Z"), &pages);
    for (size_t i = 0; i < ROWS(rows); i++) {
        char query[96];
        snprintf(query, sizeof(query),
                 "SELECT start_at FROM appointment WHERE id = %zu", i + 1);
        if (fixture_number(store, query) != at(rows[i].derived))
            fail_msg("%s: %lld", rows[i].says,
                     (long long)fixture_number(store, query));
    }
    assert_int_equal(walk.moved, 3);
    assert_int_equal(walk.unknown, 1);
    /* whoever moved is looked at again, and is no other visit */
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM dirty"
                                           " WHERE kind = 1"),
                     3);
    assert_int_equal(
        fixture_number(store, "SELECT sum(occurrence) FROM appointment"), 0);
    walk = derive(store, WALL_START, 0, &pages);
    assert_int_equal(walk.moved, 1); /* history, when it is asked for */
    fixture_close(store);
}

static void a_supply_ends_at_midnight_of_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *says, *pickup;
        int patient;
        const char *derived;
    } rows[] = {
        {"of the place of pickup", "2", 1, "2026-12-10T08:00:00Z"},
        {"else of the patient's clinic", "NULL", 1, "2026-12-10T05:00:00Z"},
        {"else of the patient", "NULL", 2, "2026-12-10T07:00:00Z"},
        {"else of the organisation", "NULL", 3, "2026-12-10T06:00:00Z"},
    };
    struct store *store = open_world();
    for (size_t i = 0; i < ROWS(rows); i++)
        sql(store,
            "INSERT INTO fill(id, external_id, prescription_id, patient_id,"
            " pickup_id, filled_on, days_supply, runs_out_on, runs_out_at,"
            " filled_at) VALUES (%zu, 'f%zu', %d, %d, %s, '2026-11-10', 30,"
            " '2026-12-10', %lld, 0)",
            i + 1, i, rows[i].patient, rows[i].patient, rows[i].pickup,
            (long long)at("2026-12-10T09:00:00Z"));
    int pages;
    struct wall_walk walk = derive(store, WALL_RUNS_OUT, 0, &pages);
    assert_int_equal(walk.moved, ROWS(rows));
    for (size_t i = 0; i < ROWS(rows); i++) {
        char query[96];
        snprintf(query, sizeof(query),
                 "SELECT runs_out_at FROM fill WHERE id = %zu", i + 1);
        if (fixture_number(store, query) != at(rows[i].derived))
            fail_msg("%s", rows[i].says);
    }
    assert_int_equal(fixture_number(store, "SELECT sum(occurrence) FROM fill"),
                     0);
    fixture_close(store);
}

static void a_discharge_follows_too(void **state)
{
    (void)state;
    struct store *store = open_world();
    sql(store,
        "INSERT INTO discharge(id, external_id, patient_id, clinic_id,"
        " discharged_local, zone, discharged_at) VALUES (1, 'd1', 1, 1,"
        " '2026-11-23T16:00:00', 'America/New_York', %lld)",
        (long long)at("2026-11-23T20:00:00Z"));
    int pages;
    struct wall_walk walk = derive(store, WALL_DISCHARGED, 0, &pages);
    assert_int_equal(walk.moved, 1);
    assert_true(fixture_number(store, "SELECT discharged_at FROM discharge") ==
                at("2026-11-23T21:00:00Z"));
    assert_int_equal(
        fixture_number(store, "SELECT sum(occurrence) FROM discharge"), 0);
    fixture_close(store);
}

/* Clinics book at full hours: thousands of visits begin in one instant. */
static void a_walk_loses_nobody_between_its_pages(void **state)
{
    (void)state;
    struct store *store = open_world();
    sql(store,
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n"
        " WHERE i < 1499) INSERT INTO appointment(external_id, patient_id,"
        " start_local, zone, start_at, status) SELECT 'a' || i, 1,"
        " '2026-12-0' || (1 + i / 500) || 'T09:30:00', 'America/New_York',"
        " %lld + (i / 500) * 86400000, 'booked' FROM n",
        (long long)at("2026-12-01T13:30:00Z"));
    int pages;
    struct wall_walk walk = derive(store, WALL_START, 0, &pages);
    assert_int_equal(walk.moved, 1500);
    assert_true(pages > 3);
    assert_int_equal(
        fixture_number(store, "SELECT count(*) FROM appointment WHERE"
                              " (start_at - 1796135400000) % 86400000 = 0"),
        1500);
    fixture_close(store);
}

static void what_people_call_its_time_makes_a_turn(void **state)
{
    (void)state;
    static const struct {
        const char *says, *change;
        int rises;
    } rows[] = {
        {"another hour",
         "appointment SET start_local = '2026-12-01T10:30:00',"
         " start_at = start_at + 3600000",
         1},
        {"another zone, so another hour",
         "appointment SET zone = 'America/Chicago',"
         " start_at = start_at + 3600000",
         1},
        {"other rules of the zone: the same visit",
         "appointment SET start_at = start_at + 3600000", 0},
        {"another name of the zone: the same visit",
         "appointment SET zone = 'US/Eastern'", 0},
        {"other rules for a discharge",
         "discharge SET discharged_at = discharged_at + 3600000", 0},
        {"a discharge, corrected by an hour",
         "discharge SET discharged_at = discharged_at + 3600000,"
         " discharged_local = '2026-11-23T17:00:00'",
         0},
        {"and by a day",
         "discharge SET discharged_at = discharged_at + 86400000,"
         " discharged_local = '2026-11-24T16:00:00'",
         1},
        {"other rules for a supply",
         "fill SET runs_out_at = runs_out_at + 3600000,"
         " filled_at = filled_at + 3600000",
         0},
        {"a supply that lasts longer",
         "fill SET runs_out_on = '2026-12-11',"
         " runs_out_at = runs_out_at + 86400000",
         1},
        {"a supply that was handed out on another day",
         "fill SET filled_on = '2026-11-11',"
         " filled_at = filled_at + 86400000",
         1},
        {"other rules, or another zone, for a result",
         "screening SET resulted_at = resulted_at + 3600000", 0},
        {"a result that came at another hour",
         "screening SET resulted_local = '2026-11-23T17:00:00',"
         " resulted_at = resulted_at + 3600000",
         0},
        {"and on another day",
         "screening SET resulted_local = '2026-11-24T16:00:00',"
         " resulted_at = resulted_at + 86400000",
         1},
        {"the hour said with an offset",
         "screening SET resulted_local = NULL,"
         " resulted_at = resulted_at + 3600000",
         0},
        {"so another day",
         "screening SET resulted_local = NULL,"
         " resulted_at = resulted_at + 86400000",
         1},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct store *store = open_world();
        fixture_sql(store,
                    "INSERT INTO appointment(id, external_id, patient_id,"
                    " start_local, zone, start_at, status) VALUES (1, 'a', 1,"
                    " '2026-12-01T09:30:00', 'America/New_York', 1000,"
                    " 'booked');"
                    "INSERT INTO discharge(id, external_id, patient_id,"
                    " discharged_local, zone, discharged_at) VALUES (1, 'd',"
                    " 1, '2026-11-23T16:00:00', 'America/New_York', 1000);"
                    "INSERT INTO fill(id, external_id, prescription_id,"
                    " patient_id, filled_on, days_supply, runs_out_on,"
                    " runs_out_at, filled_at) VALUES (1, 'f', 1, 1,"
                    " '2026-11-10', 30, '2026-12-10', 1000, 1000);"
                    "INSERT INTO screening(id, patient_id, kind, done_on,"
                    " resulted_local, resulted_at) VALUES (1, 1, 'fit',"
                    " '2026-11-23', '2026-11-23T16:00:00', 1000)");
        sql(store, "UPDATE %s", rows[i].change);
        int64_t sum = fixture_number(
            store, "SELECT (SELECT occurrence FROM appointment) + (SELECT"
                   " occurrence FROM discharge) + (SELECT occurrence FROM"
                   " fill) + (SELECT occurrence FROM screening)");
        if (sum != rows[i].rises)
            fail_msg("%s: %lld", rows[i].says, (long long)sum);
        fixture_close(store);
    }
}

/* The zone of clinic 1 becomes another one, and all that hangs on it is asked
 * to follow. How many did. */
static int64_t correct(struct store *store, const char *zone, instant now)
{
    struct error err = {0};
    int64_t moved = 0;
    sql(store, "UPDATE clinic SET zone = '%s' WHERE id = 1", zone);
    fixture_begin(store);
    if (!wall_follow(store, zone_find("America/Denver"), now, &moved, &err))
        fail_msg("%s", err.text);
    fixture_commit(store);
    return moved;
}

static void a_visit_follows_its_clinic(void **state)
{
    (void)state;
    static const struct {
        const char *says, *local, *zone, *clinic;
        int has_offset;
        const char *stored;
        /* afterwards */
        const char *shown, *derived, *in;
        int rises;
    } rows[] = {
        {"read on the clinic's wall: another moment, and another turn",
         "2026-12-01T09:30:00", "America/New_York", "1", 0,
         "2026-12-01T14:30:00Z", "2026-12-01T09:30:00", "2026-12-01T15:30:00Z",
         "America/Chicago", 1},
        {"said with an offset: the same moment; who was told 9:30 comes late",
         "2026-12-01T09:30:00", "America/New_York", "1", 1,
         "2026-12-01T14:30:00Z", "2026-12-01T08:30:00", "2026-12-01T14:30:00Z",
         "America/Chicago", 1},
        {"in a zone of its own", "2026-12-01T09:30:00", "America/New_York",
         "NULL", 0, "2026-12-01T14:30:00Z", "2026-12-01T09:30:00",
         "2026-12-01T14:30:00Z", "America/New_York", 0},
        {"read on another clinic's wall", "2026-12-01T09:30:00",
         "America/Los_Angeles", "2", 0, "2026-12-01T17:30:00Z",
         "2026-12-01T09:30:00", "2026-12-01T17:30:00Z", "America/Los_Angeles",
         0},
        {"over by then: corrected, and no other visit", "2026-11-20T09:30:00",
         "America/New_York", "1", 0, "2026-11-20T14:30:00Z",
         "2026-11-20T09:30:00", "2026-11-20T15:30:00Z", "America/Chicago", 0},
        {"over, with an offset", "2026-11-20T09:30:00", "America/New_York", "1",
         1, "2026-11-20T14:30:00Z", "2026-11-20T08:30:00",
         "2026-11-20T14:30:00Z", "America/Chicago", 0},
        {"an hour that comes twice there is the first of the two",
         "2027-11-07T01:30:00", "America/New_York", "1", 0,
         "2027-11-07T05:30:00Z", "2027-11-07T01:30:00", "2027-11-07T06:30:00Z",
         "America/Chicago", 1},
        {"history", "2026-08-01T09:30:00", "America/New_York", "1", 0,
         "2026-08-01T13:30:00Z", "2026-08-01T09:30:00", "2026-08-01T13:30:00Z",
         "America/New_York", 0},
    };
    struct store *store = open_world();
    for (size_t i = 0; i < ROWS(rows); i++)
        sql(store,
            "INSERT INTO appointment(id, external_id, patient_id, clinic_id,"
            " start_local, zone, start_at, zone_clinic_id, has_offset, status)"
            " VALUES (%zu, 'a%zu', 1, 1, '%s', '%s', %lld, %s, %d, 'booked')",
            i + 1, i, rows[i].local, rows[i].zone,
            (long long)at(rows[i].stored), rows[i].clinic, rows[i].has_offset);
    instant now = at("2026-11-23T17:00:00Z");
    assert_int_equal(correct(store, "America/Chicago", now), 5);
    for (size_t i = 0; i < ROWS(rows); i++) {
        char query[400];
        snprintf(query, sizeof(query),
                 "SELECT count(*) FROM appointment WHERE id = %zu AND"
                 " start_local = '%s' AND start_at = %lld AND zone = '%s' AND"
                 " occurrence = %d",
                 i + 1, rows[i].shown, (long long)at(rows[i].derived),
                 rows[i].in, rows[i].rises);
        if (fixture_number(store, query) != 1)
            fail_msg("%s", rows[i].says);
    }
    /* Once: what follows is asked for nothing. */
    assert_int_equal(correct(store, "America/Chicago", now), 0);
    fixture_close(store);
}

static void another_name_of_a_zone_moves_no_visit(void **state)
{
    (void)state;
    struct store *store = open_world();
    sql(store,
        "INSERT INTO appointment(id, external_id, patient_id, start_local,"
        " zone, start_at, zone_clinic_id, status) VALUES (1, 'a', 1,"
        " '2026-12-01T09:30:00', 'America/New_York', %lld, 1, 'booked')",
        (long long)at("2026-12-01T14:30:00Z"));
    assert_int_equal(
        correct(store, "America/Detroit", at("2026-11-23T17:00:00Z")), 1);
    assert_int_equal(
        fixture_number(store, "SELECT count(*) FROM appointment WHERE zone ="
                              " 'America/Detroit' AND occurrence = 0 AND"
                              " start_at = 1796135400000"),
        1);
    fixture_close(store);
}

/* A discharge, a supply and a result have happened: they are corrected, and
 * are no other ones. */
static void what_has_happened_follows_its_clinic(void **state)
{
    (void)state;
    static const struct {
        const char *says, *column, *derived;
    } rows[] = {
        {"a discharge that was read on the wall",
         "discharged_at FROM discharge WHERE id = 1", "2026-11-22T22:00:00Z"},
        {"one that was said with an offset",
         "discharged_at FROM discharge WHERE id = 2", "2026-11-22T21:00:00Z"},
        {"the midnight at which a supply ends",
         "runs_out_at FROM fill WHERE id = 1", "2026-12-20T06:00:00Z"},
        {"the day on which it was handed out",
         "filled_at FROM fill WHERE id = 1", "2026-11-20T06:00:00Z"},
        {"said with an offset: no wall", "filled_at FROM fill WHERE id = 2",
         "2026-11-20T15:00:00Z"},
        {"a result", "resulted_at FROM screening WHERE id = 1",
         "2026-11-23T06:00:00Z"},
        {"one that was said with an offset",
         "resulted_at FROM screening WHERE id = 2", "2026-11-23T15:00:00Z"},
        {"one of a patient who has no clinic",
         "resulted_at FROM screening WHERE id = 3", "2026-11-23T07:00:00Z"},
    };
    struct store *store = open_world();
    sql(store,
        "INSERT INTO discharge(id, external_id, patient_id, discharged_local,"
        " zone, discharged_at, zone_clinic_id, has_offset) VALUES"
        " (1, 'd1', 1, '2026-11-22T16:00:00', 'America/New_York', %lld, 1, 0),"
        " (2, 'd2', 1, '2026-11-22T16:00:00', 'America/New_York', %lld, 1, 1)",
        (long long)at("2026-11-22T21:00:00Z"),
        (long long)at("2026-11-22T21:00:00Z"));
    sql(store,
        "INSERT INTO fill(id, external_id, prescription_id, patient_id,"
        " filled_on, days_supply, runs_out_on, runs_out_at, filled_local,"
        " filled_at) VALUES (1, 'f1', 1, 1, '2026-11-20', 30, '2026-12-20',"
        " %lld, '2026-11-20T00:00:00', %lld), (2, 'f2', 1, 1, '2026-11-20',"
        " 30, '2026-12-20', %lld, NULL, %lld)",
        (long long)at("2026-12-20T05:00:00Z"),
        (long long)at("2026-11-20T05:00:00Z"),
        (long long)at("2026-12-20T05:00:00Z"),
        (long long)at("2026-11-20T15:00:00Z"));
    sql(store,
        "INSERT INTO screening(id, patient_id, kind, done_on, resulted_local,"
        " resulted_at) VALUES (1, 1, 'fit', '2026-11-23',"
        " '2026-11-23T00:00:00', %lld), (2, 1, 'fit', '2026-11-23', NULL,"
        " %lld), (3, 2, 'fit', '2026-11-23', '2026-11-23T00:00:00', %lld)",
        (long long)at("2026-11-23T05:00:00Z"),
        (long long)at("2026-11-23T15:00:00Z"),
        (long long)at("2026-11-23T07:00:00Z"));
    fixture_sql(store, "DELETE FROM dirty");
    assert_int_equal(
        correct(store, "America/Chicago", at("2026-11-23T17:00:00Z")), 6);
    for (size_t i = 0; i < ROWS(rows); i++) {
        char query[96];
        snprintf(query, sizeof(query), "SELECT %s", rows[i].column);
        if (fixture_number(store, query) != at(rows[i].derived))
            fail_msg("%s", rows[i].says);
    }
    assert_int_equal(
        fixture_number(store, "SELECT (SELECT sum(occurrence) FROM discharge)"
                              " + (SELECT sum(occurrence) FROM fill) +"
                              " (SELECT sum(occurrence) FROM screening)"),
        0);
    /* each is looked at again: two discharges, two supplies, a result */
    assert_int_equal(
        fixture_number(store, "SELECT count(*) FROM dirty WHERE kind IN (2, 3,"
                              " 5)"),
        5);
    fixture_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_visit_follows_its_wall),
        cmocka_unit_test(a_supply_ends_at_midnight_of_its_place),
        cmocka_unit_test(a_discharge_follows_too),
        cmocka_unit_test(a_walk_loses_nobody_between_its_pages),
        cmocka_unit_test(what_people_call_its_time_makes_a_turn),
        cmocka_unit_test(a_visit_follows_its_clinic),
        cmocka_unit_test(another_name_of_a_zone_moves_no_visit),
        cmocka_unit_test(what_has_happened_follows_its_clinic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
