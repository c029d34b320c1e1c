/* SPDX-License-Identifier: Apache-2.0 */
/* The gate in the engine: facts from the store, campaigns that compete, texts
 * that are read before they leave. 2026-11-24 is the Tuesday before
 * Thanksgiving. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/zone.h"
#include "scheduler/gate.h"
#include "scheduler/policy_own.h"
#include "store/consent.h"
#include "store/store.h"

#include "tests/scheduler/world.h"

/* A campaign over visits whose one step goes a day before at `at`. */
struct campaign_text {
    const char *name, *purpose, *at, *send, *sms, *more, *step, *until;
};
#define GOOD                                                                  \
    "{{clinic.public_name}}: see you {{start | day}}. Call {{clinic.phone}}." \
    " Reply STOP to opt out."

static const char *campaign(const struct campaign_text *text)
{
    static char json[4096];
    snprintf(
        json, sizeof(json),
        "{\"campaign\": \"%s\", \"owner\": \"desk\", \"purpose\": \"%s\","
        " \"anchor\": \"appointment\", \"audience\": [\"status ="
        " 'booked'\"], %s \"steps\": [{\"step\": \"%s\", \"when\":"
        " \"1 day before start at %s\", \"until\": \"%s before"
        " start\", %s \"send\": \"%s\", \"message\": \"m\"}], \"messages\":"
        " {\"m\": {\"en\": {\"sms\": \"%s\", \"email\": {\"subject\":"
        " \"Visit\", \"text\": \"See you.\"}}}}}",
        text->name, text->purpose, text->more ? text->more : "", text->name,
        text->at ? text->at : "10:00", text->until ? text->until : "1 hour",
        text->step ? text->step : "", text->send ? text->send : "sms",
        text->sms ? text->sms : GOOD);
    return json;
}

static void launch(struct world *world, const char *name, const char *purpose,
                   const char *at)
{
    struct campaign_text text = {.name = name, .purpose = purpose, .at = at};
    world_launch(world, campaign(&text));
}

/* Competing campaigns -------------------------------------------------------
 */

/* S-14: the refill notice is due at 9, the reminder at 17; there is one text a
 * day, and it is the reminder's. */
static void the_more_urgent_wins_though_it_is_due_later(void **state)
{
    (void)state;
    struct world world;
    world_house(&world);
    launch(&world, "refill", "prescription", "09:00");
    launch(&world, "reminder", "appointment", "17:00");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T16:59");
    assert_int_equal(world_sent(&world), 0);
    expect_state(&world, "refill", "planned");
    expect_reason(&world, "refill",
                  "priority: a more urgent message needs the "
                  "place until 2026-11-24T17:01:00-05:00");
    world_run(&world, "2026-11-26T20:00");
    assert_int_equal(world_sent(&world), 1);
    expect_state(&world, "reminder", "delivered");
    expect_state(&world, "refill", "expired");
    world_close(&world);
}

/* All that decides is in the store: a restart changes nothing. */
static void and_it_wins_through_restarts(void **state)
{
    (void)state;
    struct world world;
    world_house(&world);
    launch(&world, "refill", "prescription", "09:00");
    launch(&world, "reminder", "appointment", "17:00");
    for (int hour = 8; hour < 17; hour++) {
        char until[32];
        snprintf(until, sizeof(until), "2026-11-24T%02d:30", hour);
        world_engine(&world, NULL);
        world_run(&world, until);
        world_crash(&world);
    }
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T20:00");
    expect_state(&world, "reminder", "delivered");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM attempt"), 1);
    world_close(&world);
}

/* Equals: the one that was planned for an earlier time, whatever the order in
 * which campaigns were launched or claimed. */
static void of_equals_the_earlier_plan_goes(void **state)
{
    (void)state;
    for (int seed = 0; seed < 8; seed++) {
        struct world world;
        world_house(&world);
        launch(&world, seed % 2 ? "first" : "second", "appointment",
               seed % 2 ? "10:00" : "10:01");
        launch(&world, seed % 2 ? "second" : "first", "appointment",
               seed % 2 ? "10:01" : "10:00");
        /* both are due at once when the service begins */
        world.now = at("2026-11-24T10:30");
        world.config.seed = (uint64_t)seed;
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T20:00");
        assert_int_equal(world_sent(&world), 1);
        expect_state(&world, "first", "delivered");
        world_close(&world);
    }
}

/* The more urgent one came to nothing: the other goes a minute later. */
static void a_place_that_is_not_needed_is_free_again(void **state)
{
    (void)state;
    struct world world;
    world_house(&world);
    launch(&world, "refill", "prescription", "09:00");
    struct campaign_text reminder = {.name = "reminder",
                                     .purpose = "appointment",
                                     .at = "12:00",
                                     .more = "\"stop_when\": \"telehealth\","};
    world_launch(&world, campaign(&reminder));
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T11:59");
    assert_int_equal(world_sent(&world), 0);
    world_sql(&world, "UPDATE appointment SET telehealth = 1");
    world_run(&world, "2026-11-24T12:02");
    expect_state(&world, "reminder", "cancelled");
    expect_state(&world, "refill", "delivered");
    world_close(&world);
}

/* Two campaigns; the one that would yield is of use until 19:00. */
static void expect_place(const char *why, const struct campaign_text *rival,
                         const char *change, const char *at_time,
                         const char *state)
{
    struct world world;
    world_house(&world);
    struct campaign_text mine = {.name = "mine",
                                 .purpose = "prescription",
                                 .at = "15:00",
                                 .until = "20 hours"};
    world_launch(&world, campaign(&mine));
    world_launch(&world, campaign(rival));
    world_engine(&world, NULL);
    if (change && at_time) {
        world_run(&world, at_time);
        expect_state(&world, "mine", "planned");
    }
    if (change)
        world_sql(&world, "%s", change);
    world_run(&world, "2026-11-24T18:58");
    if (world_number(&world, "SELECT count(*) FROM outreach WHERE step = 'mine'"
                             " AND state IN (0, 3)") != 1)
        fail_msg("%s: it was given up before its until", why);
    world_run(&world, "2026-11-24T20:00");
    expect_state(&world, "mine", state);
    world_close(&world);
}

/* A place is kept only for who could go; and nobody is given up sooner than
 * it could leave (S-14). */
static void who_can_never_go_keeps_no_place(void **state)
{
    (void)state;
    static const char revoked[] =
        "INSERT INTO consent(patient_id, verdict, purpose, at) VALUES (1,"
        " 'revoked', 'appointment', 5)";
    static const char paused[] =
        "UPDATE campaign SET state = 'paused' WHERE name = 'rival'";
    struct campaign_text rival = {
        .name = "rival", .purpose = "appointment", .at = "19:30"};
    expect_place("the rival stands", &rival, NULL, NULL, "expired");
    expect_place("its consent was revoked", &rival, revoked, NULL, "delivered");
    expect_place("it is paused while this one waits", &rival, paused,
                 "2026-11-24T16:30", "delivered");
    expect_place("its patient refuses while this one waits", &rival, revoked,
                 "2026-11-24T16:30", "delivered");
    rival.step = "\"only_if\": \"telehealth\",";
    expect_place("its only_if does not hold", &rival, NULL, NULL, "delivered");
    rival.step = "\"only_if\": \"not telehealth\",";
    expect_place("its only_if holds", &rival, NULL, NULL, "expired");
    rival.step = NULL;
    rival.send = "email";
    expect_place("it goes by email", &rival, NULL, NULL, "delivered");
}

/* Of two equal ones that land in the last hour of Sunday's, the first in order
 * can never go: the other does, before the window closes, whoever is asked
 * first. */
static void an_equal_that_never_goes_moves_nobody_out_of_the_window(
    void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 8; seed++) {
        struct world world;
        world_open(&world, "2026-11-27T07:00");
        int64_t patient = world_patient(&world);
        world_visit(&world, patient, "2026-11-30T09:30");
        world_sql(&world,
                  "UPDATE patient SET contact_from = 600, contact_to = 840");
        struct campaign_text text = {
            .name = "first",
            .purpose = "appointment",
            .at = "15:00",
            .step = "\"if_closed\": \"earlier\", \"only_if\":"
                    " \"telehealth\","};
        world_launch(&world, campaign(&text));
        text.name = "second";
        text.step = "\"if_closed\": \"earlier\",";
        world_launch(&world, campaign(&text));
        world.config.seed = seed;
        world_engine(&world, NULL);
        world_run(&world, "2026-11-30T09:30");
        expect_state(&world, "first", "cancelled");
        expect_state(&world, "second", "delivered");
        world_close(&world);
    }
}

/* A household has one number: the child's urgent message and the mother's
 * routine one compete for it (L-6). */
static void a_household_competes_for_its_number(void **state)
{
    (void)state;
    struct world world;
    int64_t mother = world_house(&world);
    int64_t child = world_patient(&world);
    world_visit(&world, child, "2026-11-25T15:00");
    world_sql(&world,
              "UPDATE patient SET birth_on = '2020-01-01', guardian_id = %lld"
              " WHERE id = %lld;"
              "UPDATE appointment SET visit_type = 'child' WHERE patient_id ="
              " %lld",
              (long long)mother, (long long)child, (long long)child);
    struct campaign_text urgent = {
        .name = "urgent",
        .purpose = "lab-result",
        .at = "17:00",
        .more = "\"if_not_reached\": {\"task\": {\"to\": \"nurse\", \"within\":"
                " \"4 open hours\"}}, \"holdout\": \"never\", \"stop_when\":"
                " \"visit_type != 'child'\","};
    struct campaign_text routine = {
        .name = "routine",
        .purpose = "prescription",
        .at = "09:00",
        .more = "\"stop_when\": \"visit_type = 'child'\","};
    world_launch(&world, campaign(&urgent));
    world_launch(&world, campaign(&routine));
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T20:00");
    assert_int_equal(world_sent(&world), 1);
    assert_int_equal(
        world_number(&world,
                     "SELECT count(*) FROM outreach WHERE step = 'urgent' AND"
                     " patient_id = %lld AND state = 3",
                     (long long)child),
        1);
    world_close(&world);
}

/* Who may not be reached ----------------------------------------------------
 */

static void the_excluded_get_nothing(void **state)
{
    (void)state;
    struct world world;
    int64_t patient = world_house(&world);
    launch(&world, "reminder", "appointment", "10:00");
    world_sql(&world,
              "INSERT INTO list(id, name) VALUES (5, 'excluded from reminder');"
              "INSERT INTO list_member(list_id, patient_id, reason, added_at)"
              " VALUES (5, %lld, 'moved away', 1)",
              (long long)patient);
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T20:00");
    assert_int_equal(world_sent(&world), 0);
    expect_state(&world, "reminder", "suppressed");
    expect_reason(&world, "reminder", "excluded: taken out");
    world_close(&world);
}

/* L-22: yes stops the number, a person asks for a new one; a second number is
 * used meanwhile. */
static void a_reassigned_number_is_not_used(void **state)
{
    (void)state;
    struct world world;
    world_house(&world);
    launch(&world, "reminder", "appointment", "10:00");
    world_sql(&world,
              "UPDATE contact_point SET reassigned = 'yes', reassigned_at ="
              " %lld WHERE kind = 'phone'",
              (long long)at("2026-11-01T00:00"));
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T20:00");
    assert_int_equal(world_sent(&world), 0);
    expect_reason(&world, "reminder", "reassigned: somebody else may have it");
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM task WHERE kind ="
                                  " 'new-number' AND name = 'reassigned"
                                  " 2026-11-01' AND owner = 'desk' AND due_at"
                                  " = %lld",
                                  (long long)at("2026-11-24T18:00")),
                     1);
    world_close(&world);
}

/* The source does not say when it was asked: once, all the same. */
static void a_reassigned_number_without_a_date(void **state)
{
    (void)state;
    struct world world;
    world_house(&world);
    launch(&world, "reminder", "appointment", "10:00");
    world_sql(&world, "UPDATE contact_point SET reassigned = 'yes' WHERE kind"
                      " = 'phone'");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T20:00");
    assert_int_equal(world_sent(&world), 0);
    expect_reason(&world, "reminder",
                  "reassigned: somebody else may have it: a new number");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task WHERE"
                                          " name = 'reassigned'"),
                     1);
    world_close(&world);
}

/* ... unless the patient said since that it is theirs. */
static void a_number_that_was_confirmed_since_is_used(void **state)
{
    (void)state;
    struct world world;
    world_house(&world);
    launch(&world, "reminder", "appointment", "10:00");
    world_sql(&world,
              "UPDATE contact_point SET reassigned = 'yes', reassigned_at ="
              " 1000, verified_at = 2000");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T20:00");
    assert_int_equal(world_sent(&world), 1);
    world_close(&world);
}

static void another_number_is_used_instead(void **state)
{
    (void)state;
    static const struct {
        const char *why, *change;
    } rows[] = {
        {"L-22 reassigned", "UPDATE contact_point SET reassigned = 'yes' WHERE"
                            " value = '+12125550001'"},
        {"L-22 wrong number",
         "INSERT INTO suppression(address, reason, since_at) VALUES"
         " ('+12125550001', 'wrong-number', 1)"},
        {"S-2 a landline", "UPDATE contact_point SET line = 'landline' WHERE"
                           " value = '+12125550001'"},
        {"L-2 denied", "UPDATE contact_point SET line = 'denied' WHERE value ="
                       " '+12125550001'"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        int64_t patient = world_house(&world);
        launch(&world, "reminder", "appointment", "10:00");
        world_sql(&world,
                  "UPDATE contact_point SET value = '+12125550001' WHERE kind ="
                  " 'phone'; INSERT INTO contact_point(patient_id, kind, value,"
                  " rank, line, zones) VALUES (%lld, 'phone', '+12125550002',"
                  " 200, 'mobile', 'America/New_York'); %s",
                  (long long)patient, rows[i].change);
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T20:00");
        if (world_sent(&world) != 1 ||
            strcmp(world_message(&world, 0)->to, "+12125550002") != 0)
            fail_msg("%s", rows[i].why);
        world_close(&world);
    }
}

/* Monday noon, and a visit late on Wednesday of somebody with this zone, state
 * and zones of the telephone; "": not known. */
static void open_somewhere(struct world *world, const char *zone,
                           const char *us_state, const char *zones)
{
    world_open(world, "2026-11-23T12:00");
    int64_t patient = world_patient(world);
    world_visit(world, patient, "2026-11-25T23:00");
    world_sql(world,
              "UPDATE patient SET zone = nullif('%s', ''), state ="
              " nullif('%s', ''); UPDATE contact_point SET value ="
              " '+18005559603', zones = nullif('%s', '') WHERE kind = 'phone'",
              zone, us_state, zones);
}

/* L-8: where the state of the address and its zone disagree, both count; by
 * the gate and by the planner, which moves a step into hours that are open. */
static void a_zone_that_contradicts_its_state_narrows(void **state)
{
    (void)state;
    static const struct {
        const char *why, *zone, *us_state, *step, *at;
    } rows[] = {
        {"Honolulu, and New York by the state", "Pacific/Honolulu", "NY", "",
         "2026-11-25T14:00"},
        {"... moved earlier by the planner", "Pacific/Honolulu", "NY",
         "\"if_closed\": \"earlier\",", "2026-11-24T19:00"},
        {"the state agrees", "Pacific/Honolulu", "HI", "", "2026-11-24T15:00"},
        {"one of the state's two", "America/Denver", "TX", "",
         "2026-11-24T12:00"},
        {"another name of its clock", "US/Eastern", "NY", "",
         "2026-11-24T10:00"},
        {"no zone: all of the state's", "", "OR", "", "2026-11-24T12:00"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        open_somewhere(&world, rows[i].zone, rows[i].us_state, "");
        struct campaign_text text = {.name = "mine",
                                     .purpose = "appointment",
                                     .at = i < 2 ? "19:00" : "10:00",
                                     .step = rows[i].step};
        world_launch(&world, campaign(&text));
        world_engine(&world, NULL);
        world_run(&world, "2026-11-25T23:00");
        instant left =
            world_number(&world, "SELECT max(submitted_at) FROM attempt");
        char local[CIVIL_TEXT_MAX];
        civil_text(zone_local(zone_find("America/New_York"), left), local);
        if (strncmp(local, rows[i].at, 16) != 0)
            fail_msg("%s: %s", rows[i].why, local);
        world_close(&world);
    }
}

/* L-8, L-9: an address without a state is one all the same. Its postal code
 * says where it is; where it does not, it may be anywhere in the country. The
 * number is of New York; for the gate at 10:00, and for the planner. */
static void an_address_without_a_state_is_somewhere(void **state)
{
    (void)state;
    static const struct {
        const char *why, *change, *step, *at;
    } rows[] = {
        {"no address", "", "", "2026-11-24T10:00"},
        {"Honolulu by its ZIP code", ", city = 'Honolulu', zip = '96813'", "",
         "2026-11-24T14:00"},
        {"with four digits more", ", zip = '96813-1234'", "",
         "2026-11-24T14:00"},
        {"... moved earlier by the planner", ", zip = '96813'",
         "\"if_closed\": \"earlier\",", "2026-11-23T19:00"},
        {"the state of the address is what counts",
         ", state = 'NY', zip = '96813'", "", "2026-11-24T10:00"},
        {"a zone too", ", zone = 'America/New_York', zip = '96813'", "",
         "2026-11-24T10:00"},
        {"L-9 the law of that state: Kentucky from ten", ", zip = '40202'", "",
         "2026-11-24T11:00"},
        {"a street and a city are anywhere",
         ", street = '1 Ala Moana Blvd', city = 'Honolulu'", "",
         "2026-11-24T14:00"},
        {"a code that is none", ", zip = '00000'", "", "2026-11-24T14:00"},
        {"a child's guardian is there too",
         "; INSERT INTO patient(id, mrn, zip) VALUES (77, 'g', '96813');"
         " UPDATE contact_point SET patient_id = 77; UPDATE patient SET"
         " guardian_id = 77, birth_on = '2020-01-01' WHERE id = 1",
         "", "2026-11-24T14:00"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        struct campaign_text text = {
            .name = "mine", .purpose = "appointment", .step = rows[i].step};
        open_somewhere(&world, "", "", "America/New_York");
        world_sql(&world, "UPDATE patient SET mrn = mrn%s", rows[i].change);
        world_launch(&world, campaign(&text));
        world_engine(&world, NULL);
        world_run(&world, "2026-11-25T23:00");
        instant left =
            world_number(&world, "SELECT max(submitted_at) FROM attempt");
        char local[CIVIL_TEXT_MAX];
        civil_text(zone_local(zone_find("America/New_York"), left), local);
        if (strncmp(local, rows[i].at, 16) != 0)
            fail_msg("%s: %s", rows[i].why, local);
        world_close(&world);
    }
}

/* "at 17:00" is on the clock of the address, else of the telephone, else of the
 * clinic, where it is planned as where it is sent. */
static void an_hour_is_on_the_patients_clock(void **state)
{
    (void)state;
    static const struct {
        const char *why, *zone, *zones, *at;
    } rows[] = {
        {"the address", "America/Denver", "America/Los_Angeles",
         "2026-11-24T19:00"},
        {"the telephone", "", "America/Los_Angeles", "2026-11-24T20:00"},
        {"a number of two zones tells none", "",
         "America/Boise America/Los_Angeles", "2026-11-24T17:00"},
        {"neither", "", "", "2026-11-24T17:00"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        open_somewhere(&world, rows[i].zone, "", rows[i].zones);
        struct campaign_text text = {
            .name = "mine", .purpose = "appointment", .at = "17:00"};
        world_launch(&world, campaign(&text));
        world_engine(&world, NULL);
        world_run(&world, "2026-11-23T12:01");
        instant due = world_number(&world, "SELECT max(due_at) FROM outreach");
        char local[CIVIL_TEXT_MAX];
        civil_text(zone_local(zone_find("America/New_York"), due), local);
        if (strncmp(local, rows[i].at, 16) != 0)
            fail_msg("%s: %s", rows[i].why, local);
        world_close(&world);
    }
}

/* L-8: an email wakes nobody, so that it leaves on the clock of the house. */
static void without_a_zone_an_email_keeps_the_hours_of_the_house(void **state)
{
    static const struct {
        const char *why, *send, *at, *step;
        struct civil_date closed;
        const char *left; /* NULL: it does not */
    } rows[] = {
        {"by day", "email", "10:00", "", {2027, 1, 1}, "2026-11-24T10:00"},
        {"not at night, but in the morning",
         "email",
         "22:00",
         "",
         {2027, 1, 1},
         "2026-11-25T09:00"},
        {"or the evening before",
         "email",
         "22:00",
         "\"if_closed\": \"earlier\",",
         {2027, 1, 1},
         "2026-11-24T19:00"},
        {"nor on a day that is closed",
         "email",
         "10:00",
         "",
         {2026, 11, 24},
         "2026-11-25T09:00"},
        {"a text does not go at all", "sms", "10:00", "", {2027, 1, 1}, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        static const struct day_window always[DAY_CLASSES] = {
            {0, 1440}, {0, 1440}, {0, 1440}, {0, 1440}};
        open_somewhere(&world, "", "", "");
        policy_add_own(world.policy, NULL, always, &rows[i].closed, 1);
        struct campaign_text text = {.name = "mine",
                                     .purpose = "appointment",
                                     .at = rows[i].at,
                                     .send = rows[i].send,
                                     .step = rows[i].step};
        world_launch(&world, campaign(&text));
        world_engine(&world, NULL);
        world_run(&world, "2026-11-25T23:00");
        instant left = world_number(
            &world, "SELECT coalesce(max(submitted_at), 0) FROM attempt");
        char local[CIVIL_TEXT_MAX] = "";
        if (left)
            civil_text(zone_local(zone_find("America/New_York"), left), local);
        if (strncmp(local, rows[i].left ? rows[i].left : "", 16) != 0)
            fail_msg("%s: %s", rows[i].why, local);
        world_close(&world);
    }
}

/* What the guardian is, allows and forbids holds for the child's messages. */
static void a_minor_is_reached_as_the_guardian_may_be(void **state)
{
    (void)state;
    static const struct {
        const char *why, *change, *reason; /* NULL: it goes */
    } rows[] = {
        {"nothing against it", "SELECT 1", NULL},
        {"the guardian has died",
         "UPDATE patient SET deceased_at = 5 WHERE id = 1", "address: whoever"},
        {"L-30 the guardian's own wish",
         "INSERT INTO restriction(patient_id, kind, value, since_at) VALUES"
         " (1, 'no-channel', 'sms', 1)",
         "restriction: no-channel"},
        {"L-11 the guardian refused",
         "INSERT INTO consent(patient_id, verdict, at) VALUES (1, 'revoked', "
         "5)",
         "consent: consent to appointment was revoked"},
        {"L-9 the child's own state closes too, wherever the guardian is",
         "UPDATE patient SET state = 'NY' WHERE id = 1;"
         "UPDATE patient SET state = 'KY' WHERE id = 2;"
         "UPDATE patient SET contact_to = 600 WHERE id = 2",
         "quiet-hours"},
        {"L-9 the guardian lives where Sundays are closed, and so on",
         "UPDATE patient SET state = 'KY' WHERE id = 1;"
         "UPDATE patient SET contact_to = 600 WHERE id = 2",
         "quiet-hours"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        world_open(&world, "2026-11-24T07:00");
        world_patient(&world);
        world_visit(&world, world_patient(&world), "2026-11-25T15:00");
        launch(&world, "reminder", "appointment", "09:30");
        world_sql(&world,
                  "UPDATE patient SET birth_on = '2020-01-01', guardian_id = 1"
                  " WHERE id = 2; %s",
                  rows[i].change);
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T20:00");
        if (world_sent(&world) != (rows[i].reason ? 0 : 1))
            fail_msg("%s: %zu messages", rows[i].why, world_sent(&world));
        if (rows[i].reason)
            expect_reason(&world, "reminder", rows[i].reason);
        world_close(&world);
    }
}

/* L-8: the phone rings where the guardian is. */
static void a_guardian_far_away_is_not_woken(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-24T07:00");
    world_patient(&world);
    world_visit(&world, world_patient(&world), "2026-11-25T15:00");
    launch(&world, "reminder", "appointment", "09:30");
    world_sql(&world, "UPDATE patient SET birth_on = '2020-01-01', guardian_id"
                      " = 1 WHERE id = 2; UPDATE patient SET zone ="
                      " 'America/Los_Angeles' WHERE id = 1");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T11:59");
    assert_int_equal(world_sent(&world), 0);
    world_run(&world, "2026-11-24T12:01");
    assert_int_equal(world_sent(&world), 1);
    world_close(&world);
}

/* L-10: what the child's record asks for and what the guardian asks for hold
 * together, also for how long the provider may try (S-12) and for where a
 * closed moment moves to. Nobody stands in for an adult. */
static void a_guardians_hours_hold_as_well(void **state)
{
    (void)state;
    static const struct {
        const char *why, *if_closed, *change, *goes, *valid_until;
    } rows[] = {
        {"no wish", "later", "SELECT 1", "2026-11-24T10:00",
         "2026-11-24T20:00"},
        {"the guardian works until five", "later",
         "UPDATE patient SET contact_from = 1020 WHERE id = 1",
         "2026-11-24T17:00", "2026-11-24T20:00"},
        {"the guardian's end is the provider's (S-12)", "later",
         "UPDATE patient SET contact_to = 660 WHERE id = 1", "2026-11-24T10:00",
         "2026-11-24T11:00"},
        {"both wishes", "later",
         "UPDATE patient SET contact_from = 720 WHERE id = 1;"
         "UPDATE patient SET contact_to = 780 WHERE id = 2",
         "2026-11-24T12:00", "2026-11-24T13:00"},
        {"it is planned by both", "earlier",
         "UPDATE patient SET contact_from = 1020 WHERE id = 1",
         "2026-11-23T19:00", "2026-11-23T20:00"},
        {"and by the guardian's zone: ten is seven", "earlier",
         "UPDATE patient SET zone = 'America/Los_Angeles' WHERE id = 1",
         "2026-11-23T19:00", "2026-11-23T20:00"},
        {"and by the guardian's number", "earlier",
         "UPDATE contact_point SET zones = 'America/Los_Angeles' WHERE"
         " patient_id = 1",
         "2026-11-23T19:00", "2026-11-23T20:00"},
        {"not by a number of the child's own", "earlier",
         "UPDATE contact_point SET zones = 'America/Los_Angeles' WHERE"
         " patient_id = 2",
         "2026-11-24T10:00", "2026-11-24T20:00"},
        {"an adult is reached at any hour of theirs", "later",
         "UPDATE patient SET contact_from = 1020 WHERE id = 1;"
         "UPDATE patient SET birth_on = '1990-01-01' WHERE id = 2",
         "2026-11-24T10:00", "2026-11-24T20:00"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        char send[40];
        world_open(&world, "2026-11-23T08:00");
        world_patient(&world);
        world_visit(&world, world_patient(&world), "2026-11-25T15:00");
        snprintf(send, sizeof(send), "sms\", \"if_closed\": \"%s",
                 rows[i].if_closed);
        world_launch(&world, reminder(send, ""));
        world_sql(&world,
                  "UPDATE patient SET birth_on = '2020-01-01', guardian_id = 1"
                  " WHERE id = 2; %s",
                  rows[i].change);
        world_engine(&world, NULL);
        world_run(&world, "2026-11-25T14:00");
        if (world_sent(&world) != 1)
            fail_msg("%s: %zu messages", rows[i].why, world_sent(&world));
        instant left = world_number(&world, "SELECT submitted_at FROM attempt");
        instant ends = world_message(&world, 0)->valid_until;
        if (left / MINUTE_MS != at(rows[i].goes) / MINUTE_MS ||
            ends != at(rows[i].valid_until) - GATE_HAND_OVER_MS)
            fail_msg("%s: left %lld minutes and ends %lld ms too late",
                     rows[i].why,
                     (long long)(left - at(rows[i].goes)) / MINUTE_MS,
                     (long long)(ends - at(rows[i].valid_until)));
        world_close(&world);
    }
}

static void a_text_is_read_before_it_leaves(void **state)
{
    (void)state;
    static const struct {
        const char *why, *sms, *change, *reason; /* NULL: it goes */
    } rows[] = {
        {"as it should be", GOOD, "SELECT 1", NULL},
        {"L-4.7 no opt-out line", "See you. Call {{clinic.phone}}.", "SELECT 1",
         "opt-out-line"},
        {"1.1 with consent it may be so", "See you. Call {{clinic.phone}}.",
         "INSERT INTO consent(patient_id, verdict, at) VALUES (1, 'granted', "
         "5)",
         NULL},
        {"L-4.5 a long name makes it too long", GOOD " {{patient.first_name}}",
         "UPDATE patient SET given_name = 'Wolfeschlegelsteinhausenbergerdorff-"
         "Wolfeschlegelsteinhausenbergerdorff-Wolfeschlegelstein'",
         "length: 1"},
        {"L-31 whom they will see, to a number nobody confirmed",
         GOOD " {{practitioner}}",
         "UPDATE appointment SET practitioner = 'Dr. Li'",
         "tier: sms: practitioner is of tier 2, to this number at most 1"},
        {"L-31 confirmed", GOOD " {{practitioner}}",
         "UPDATE appointment SET practitioner = 'Dr. Li';"
         "UPDATE contact_point SET verified_at = 5",
         NULL},
        {"L-31 a sensitive patient", GOOD " {{practitioner}}",
         "UPDATE appointment SET practitioner = 'Dr. Li';"
         "UPDATE patient SET sensitive = 1;"
         "UPDATE contact_point SET verified_at = 5",
         "tier: sms"},
        {"L-31 the alias of a sensitive clinic", GOOD,
         "UPDATE clinic SET name = 'Elm Behavioral Health', sensitive = 1",
         NULL},
        {"L-31 its own name", "Elm Behavioral Health: " GOOD,
         "UPDATE clinic SET name = 'Elm Behavioral Health', sensitive = 1",
         "alias: sms"},
        {"L-31 a sensitive clinic without an alias", GOOD,
         "UPDATE clinic SET name = 'Elm Clinic', sensitive = 1", "alias: sms"},
        {"L-31 where a clinic is",
         GOOD "{{#clinic.street}} At {{clinic.street}}.{{/clinic.street}}",
         "UPDATE clinic SET street = '12 Recovery Lane'", NULL},
        {"L-31 where a sensitive clinic is, by hand",
         "At 12 Recovery Lane. " GOOD,
         "UPDATE clinic SET name = 'Elm Behavioral Health', sensitive = 1,"
         " street = '12 Recovery Lane'",
         "alias: sms: says where a sensitive service is"},
        {"L-31 where a sensitive clinic is, by the field",
         GOOD "{{#clinic.street}} At {{clinic.street}}.{{/clinic.street}}",
         "UPDATE clinic SET name = 'Elm Behavioral Health', sensitive = 1,"
         " street = '12 Recovery Lane'",
         NULL},
        {"L-31 where one is that is not theirs", "At 12 Recovery Lane. " GOOD,
         "INSERT INTO clinic(external_id, name, public_name, zone, sensitive,"
         " street) VALUES ('oak', 'Oak HIV', 'Oak Clinic',"
         " 'America/New_York', 1, '12 Recovery Lane')",
         "alias: sms: says where"},
        {"L-31 ... in whose house there is another clinic too",
         "At 12 Recovery Lane. " GOOD,
         "UPDATE clinic SET street = '12 Recovery Lane';"
         "INSERT INTO clinic(external_id, name, public_name, zone, sensitive,"
         " street) VALUES ('oak', 'Oak HIV', 'Oak Clinic',"
         " 'America/New_York', 1, '12 Recovery Lane')",
         NULL},
        {"L-31 a sensitive clinic that is not theirs",
         "Or go to Oak HIV. " GOOD,
         "INSERT INTO clinic(external_id, name, public_name, zone, sensitive)"
         " VALUES ('oak', 'Oak HIV', 'Oak Clinic', 'America/New_York', 1)",
         "alias: sms"},
        {"L-31 ... whose own name is part of the house's", "Elm. " GOOD,
         "INSERT INTO clinic(external_id, name, public_name, zone, sensitive)"
         " VALUES ('oak', 'Elm', 'Oak Clinic', 'America/New_York', 1)",
         NULL},
        {"L-31 a medicine", "Bring your metformin. " GOOD,
         "INSERT INTO prescription(external_id, patient_id, drug_name, status)"
         " VALUES ('x', 1, '24 HR Metformin 500 MG', 'active')",
         "private: sms"},
        {"L-31 an old one that is still taken, behind hundreds of newer",
         "Bring your metformin. " GOOD,
         "INSERT INTO prescription(external_id, patient_id, drug_name, status)"
         " VALUES ('x', 1, '24 HR Metformin 500 MG', 'active');"
         "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n"
         " WHERE i < 300) INSERT INTO prescription(external_id, patient_id,"
         " drug_name, status) SELECT 'n' || i, 1, 'Lisinopril 10 MG', 'stopped'"
         " FROM n",
         "private: sms"},
        {"L-31 the last of many ingredients", "Bring your zidovudine. " GOOD,
         "INSERT INTO prescription(external_id, patient_id, drug_name, status)"
         " VALUES ('x', 1, printf('%.*c / Zidovudine 300 MG', 400, 'm'),"
         " 'active')",
         "private: sms"},
        {"L-31 clinical-light of a sensitive clinic", GOOD " {{practitioner}}",
         "UPDATE appointment SET practitioner = 'Dr. Li';"
         "UPDATE clinic SET name = 'Elm Behavioral Health', sensitive = 1;"
         "UPDATE contact_point SET verified_at = 5",
         "tier: sms"},
        {"L-31 a record number", "For MRN-4711. " GOOD,
         "UPDATE patient SET mrn = 'MRN-4711'", "private: sms"},
        {"L-31 a medicine of theirs that no list has",
         "Bring your Quellaxo. " GOOD,
         "INSERT INTO prescription(external_id, patient_id, drug_name, status)"
         " VALUES ('x', 1, 'Quellaxo 500 MG', 'active')",
         "private: sms"},
        {"a word that is no medicine of theirs", "Bring your Quellaxo. " GOOD,
         "SELECT 1", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        struct campaign_text text = {
            .name = "reminder", .purpose = "appointment", .sms = rows[i].sms};
        world_house(&world);
        world.policy->tier_unverified = 1; /* a strict house */
        world_launch(&world, campaign(&text));
        world_sql(&world, "%s", rows[i].change);
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T20:00");
        if (world_sent(&world) != (rows[i].reason ? 0 : 1))
            fail_msg("%s: %zu messages", rows[i].why, world_sent(&world));
        if (rows[i].reason)
            expect_reason(&world, "reminder", rows[i].reason);
        world_close(&world);
    }
}

/* What a text may not say, an email further down may. */
static void what_a_text_may_not_say_an_email_says(void **state)
{
    (void)state;
    struct world world;
    struct campaign_text text = {.name = "reminder",
                                 .purpose = "appointment",
                                 .send = "sms, else email after 1 hour",
                                 .sms = "See you. Call {{clinic.phone}}."};
    world_house(&world);
    world_launch(&world, campaign(&text));
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T20:00");
    assert_int_equal(world_sent(&world), 1);
    assert_int_equal(world_message(&world, 0)->channel, CHANNEL_EMAIL);
    world_close(&world);
}

/* Answers and tasks ---------------------------------------------------------
 */

/* DESIGN 5: at 23:05 to what the patient wrote at 23:00. */
static void an_answer_goes_at_night(void **state)
{
    (void)state;
    for (int late = 0; late < 2; late++) {
        struct world world;
        world_house(&world);
        launch(&world, "reminder", "appointment", "10:00");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T23:00");
        assert_int_equal(world_sent(&world), 1);
        world_sql(
            &world,
            "UPDATE outreach SET state = 0, reason = NULL, due_at = %lld,"
            " answers_at = %lld, attempts = 0, tries = 0",
            (long long)at("2026-11-24T23:05"),
            (long long)at(late ? "2026-11-24T22:45" : "2026-11-24T23:00"));
        world_sql(&world, "UPDATE attempt SET outcome = 20");
        world_run(&world, "2026-11-24T23:10");
        assert_int_equal(world_sent(&world), late ? 1 : 2);
        world_close(&world);
    }
}

/* A nurse is told at night, whatever the patient's hours, caps and refusals. */
static void tasks_pass_no_gate(void **state)
{
    (void)state;
    struct world world;
    int64_t patient = world_house(&world);
    world_launch(&world,
                 "{\"campaign\": \"check\", \"owner\": \"nurses\", \"purpose\":"
                 " \"appointment\", \"anchor\": \"appointment\", \"audience\":"
                 " [\"status = 'booked'\"], \"steps\": [{\"step\": \"look\","
                 " \"when\": \"1 day before start at 03:00\", \"until\":"
                 " \"1 hour before start\", \"task\": {\"to\": \"nurse\","
                 " \"within\": \"15 minutes\"}}]}");
    world_sql(&world,
              "INSERT INTO suppression(patient_id, reason, since_at) VALUES"
              " (%lld, 'opt-out', 1)",
              (long long)patient);
    world.now = at("2026-11-24T02:00");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T03:01");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task WHERE kind"
                                          " = 'step' AND state = 'open'"),
                     1);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_more_urgent_wins_though_it_is_due_later),
        cmocka_unit_test(and_it_wins_through_restarts),
        cmocka_unit_test(of_equals_the_earlier_plan_goes),
        cmocka_unit_test(a_place_that_is_not_needed_is_free_again),
        cmocka_unit_test(who_can_never_go_keeps_no_place),
        cmocka_unit_test(
            an_equal_that_never_goes_moves_nobody_out_of_the_window),
        cmocka_unit_test(a_household_competes_for_its_number),
        cmocka_unit_test(the_excluded_get_nothing),
        cmocka_unit_test(a_reassigned_number_is_not_used),
        cmocka_unit_test(a_reassigned_number_without_a_date),
        cmocka_unit_test(a_number_that_was_confirmed_since_is_used),
        cmocka_unit_test(another_number_is_used_instead),
        cmocka_unit_test(a_zone_that_contradicts_its_state_narrows),
        cmocka_unit_test(an_address_without_a_state_is_somewhere),
        cmocka_unit_test(an_hour_is_on_the_patients_clock),
        cmocka_unit_test(without_a_zone_an_email_keeps_the_hours_of_the_house),
        cmocka_unit_test(a_minor_is_reached_as_the_guardian_may_be),
        cmocka_unit_test(a_guardian_far_away_is_not_woken),
        cmocka_unit_test(a_guardians_hours_hold_as_well),
        cmocka_unit_test(a_text_is_read_before_it_leaves),
        cmocka_unit_test(what_a_text_may_not_say_an_email_says),
        cmocka_unit_test(an_answer_goes_at_night),
        cmocka_unit_test(tasks_pass_no_gate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
