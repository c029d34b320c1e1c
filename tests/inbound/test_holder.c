/* SPDX-License-Identifier: Apache-2.0 */
/* Who writes from a number of a record that was merged, from one that the
 * source has replaced, and from one that somebody else has since. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "store/consent.h"
#include "store/statement.h"
#include "store/store.h"
#include "tests/inbound/house.h"

/* Who is bound as a person, and what is silent; what they decided; and what
 * somebody is to do for whom. */
static const char came_sql[] =
    "SELECT 'bound:' || coalesce((SELECT group_concat(patient_id, '') FROM"
    " (SELECT DISTINCT ' ' || patient_id AS patient_id FROM suppression WHERE"
    " lifted_at IS NULL AND patient_id IS NOT NULL AND address IS NULL ORDER"
    " BY 1)), ' nobody') || (SELECT iif(count(*), ', the number', '') FROM"
    " suppression WHERE lifted_at IS NULL AND patient_id IS NULL AND address ="
    " '" ADA "') || coalesce((SELECT group_concat('; ' || intent || ' of ' ||"
    " patient_id, '') FROM (SELECT * FROM response ORDER BY id)), '') ||"
    " coalesce((SELECT group_concat('; task of ' || coalesce(patient_id,"
    " 'nobody') || ': ' || reason, '') FROM (SELECT * FROM task WHERE name"
    " GLOB 'reply *' ORDER BY patient_id)), '')";

static void expect_came(struct world *world, const char *sentence,
                        const char *came)
{
    struct error err = {0};
    struct statement *query = statement(world->store, came_sql);
    assert_true(statement_step(query, &err) == 1);
    if (strcmp(column_text(query, 0), came) != 0)
        fail_msg("%s\n  wanted: %s\n  got:    %s", sentence, came,
                 column_text(query, 0));
    statement_reset(query);
}

struct row {
    const char *sentence, *sql, *says, *came;
};

/* Ada (1), Bob (2) and Cy (3); Ada was told of her visit. */
static void expect_rows(const struct row *rows, size_t count,
                        const char *before)
{
    for (size_t i = 0; i < count; i++) {
        struct world world;
        open_house(&world);
        world_patient(&world);
        world_sql(&world, "%s", before);
        visit(&world, 1, 1, "2026-11-27T15:00");
        launch(&world, "appointment replies");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T12:00");
        assert_int_equal(world_sent(&world), 1);
        world_sql(&world, "%s", rows[i].sql);
        say(&world, ADA, rows[i].says);
        world_run(&world, "2026-11-24T12:10");
        expect_came(&world, rows[i].sentence, rows[i].came);
        world_close(&world);
    }
}
#define EXPECT(rows, before) \
    expect_rows(rows, sizeof(rows) / sizeof((rows)[0]), before)

#define MERGE(from, into) \
    "UPDATE patient SET merged_into = " #into " WHERE id = " #from ";"
#define GONE(patient)                                               \
    "UPDATE contact_point SET gone_at = 1 WHERE kind = 'phone' AND" \
    " patient_id = " #patient ";"
#define GETS(patient, value)                                          \
    "INSERT INTO contact_point(patient_id, kind, value, line, zones)" \
    " VALUES (" #patient ", 'phone', '" value "', 'mobile',"          \
    " 'America/New_York');"
#define REFUSED(patient)                                                     \
    "INSERT INTO suppression(patient_id, reason, since_at) SELECT " #patient \
    ", 'opt-out', max(submitted_at) FROM attempt;"

#define SHARED "opt-out, from a number that several share: who meant it?"

/* F-4, L-11, L-13: a record that was merged is that one from then on. */
static void a_merged_record_s_number_is_the_survivor_s(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"a STOP binds who is left", MERGE(1, 2), "STOP",
         "bound: 2, the number"},
        {"also of a chain of merges", MERGE(1, 2) MERGE(2, 3), "STOP",
         "bound: 3, the number"},
        {"and of one that was made from its end", MERGE(2, 3) MERGE(1, 3),
         "STOP", "bound: 3, the number"},
        {"two records with the same number are one person",
         GETS(2, ADA) MERGE(2, 1), "STOP", "bound: 1, the number"},
        {"whose emergency has a name", GETS(2, ADA) MERGE(2, 1),
         "I have chest pain", "bound: nobody; task of 1: emergency"},
        {"and who answers", MERGE(1, 2), "C", "bound: nobody; confirm of 2"},
        {"a number that the survivor's record drops says who it was",
         GETS(2, ADA) MERGE(2, 1) GONE(1) GETS(1, "+12125550077"), "STOP",
         "bound: 1, the number"},
        {"where somebody else has it, the dead record says nothing",
         GETS(2, ADA) MERGE(2, 3), "STOP", "bound: 1, the number"},
        {"who died does not share it any more",
         GETS(2, ADA) "UPDATE patient SET deceased_at = 1 WHERE id = 2", "STOP",
         "bound: 1, the number"},
        {"two living people still do, and nobody knows who said so",
         GETS(2, ADA), "STOP",
         "bound: 1 2, the number; task of 1: " SHARED "; task of 2: " SHARED},
    };
    EXPECT(rows, "");
}

/* L-11, L-13: what we sent there says whose it is. */
static void a_replaced_number_is_theirs_who_were_written_to(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"a STOP binds them and the number", "", "STOP",
         "bound: 1, the number"},
        {"not for ever",
         "UPDATE attempt SET submitted_at = submitted_at - 91 * 86400000",
         "STOP", "bound: nobody, the number"},
        {"nor where nothing went out", "UPDATE attempt SET counts = 0", "STOP",
         "bound: nobody, the number"},
        {"they answer", "", "C", "bound: nobody; confirm of 1"},
        {"and are read", "", "what floor is it?",
         "bound: nobody; task of 1: unclear"},
        {"a wrong number is the number's alone", "", "wrong number",
         "bound: nobody, the number; task of 1: wrong-number"},
        {"also with a STOP", "", "Wrong number. STOP",
         "bound: nobody, the number; task of 1: wrong-number"},
        {"a START there takes back no refusal made elsewhere", REFUSED(1),
         "START", "bound: 1; task of 1: opt-in, but the number stays silenced"},
        {"a guardian's is the guardian's",
         "UPDATE patient SET birth_on = '2020-01-01', guardian_id = 2 WHERE id"
         " = 1; DELETE FROM contact_point WHERE patient_id = 1;" GETS(
             2, ADA) "UPDATE contact_point SET gone_at = 1 WHERE value = '" ADA
                     "';UPDATE attempt SET via_guardian = 1",
         "STOP", "bound: 2, the number"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char sql[1024];
        struct row row = rows[i];
        snprintf(sql, sizeof(sql), "%s%s", GONE(1) GETS(1, "+12125550077"),
                 row.sql);
        row.sql = sql;
        expect_rows(&row, 1, "");
    }
}

#define THEIRS "opt-out, from a number that was theirs"
#define ANOTHERS \
    "the number was another patient's when they were last written to"
/* Nothing is guessed, and nobody hears of the other's visit. */
static void a_moved_number_may_be_either_s(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"a STOP binds both, and a person hears of it", "", "STOP",
         "bound: 1 2, the number; task of 1: " THEIRS},
        {"a word that may be an answer is none", "", "C",
         "bound: nobody; task of 2: " ANOTHERS},
        {"nor one to an older question of theirs",
         "UPDATE outreach SET patient_id = 2; INSERT INTO attempt SELECT id +"
         " 100, outreach_id, 2, channel, driver, address, submitted_at - 1000,"
         " due_at, ended_at, 0, rank, counts, provider_id || 'x', code,"
         " segments, cost, language, body, request, watch, via_guardian, asks"
         " FROM attempt",
         "C", "bound: nobody; task of 2: " ANOTHERS},
        {"a START lets in nobody", REFUSED(1) REFUSED(2), "START",
         "bound: 1 2; task of 2: " ANOTHERS},
        {"an emergency is one", "", "I have chest pain",
         "bound: nobody; task of 2: emergency"},
        {"a wrong number is nobody's until somebody has looked", "",
         "wrong number", "bound: nobody, the number; task of 2: wrong-number"},
        {"an old message says nothing",
         "UPDATE attempt SET submitted_at = submitted_at - 91 * 86400000",
         "STOP", "bound: 2, the number"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char sql[1024];
        struct row row = rows[i];
        snprintf(sql, sizeof(sql), "%s%s",
                 GONE(1) GETS(1, "+12125550077") GONE(2) GETS(2, ADA), row.sql);
        row.sql = sql;
        expect_rows(&row, 1, "");
    }
}

/* Once whoever has it now was written to, they are who answers. */
static void who_has_the_number_answers_their_own_message(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    visit(&world, 1, 1, "2026-11-27T15:00");
    launch(&world, "appointment replies");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T12:00");
    world_sql(&world, GONE(1) GETS(1, "+12125550077") GONE(2) GETS(2, ADA));
    visit(&world, 2, 2, "2026-11-28T15:00");
    world_run(&world, "2026-11-25T12:00");
    assert_string_equal(world_message(&world, world_sent(&world) - 1)->to, ADA);
    say(&world, ADA, "C");
    world_run(&world, "2026-11-25T12:10");
    expect_came(&world, "their visit alone", "bound: nobody; confirm of 2");
    say(&world, ADA, "STOP");
    world_run(&world, "2026-11-25T12:20");
    expect_came(&world, "it errs towards silence",
                "bound: 1 2, the number; confirm of 2; task of 1: " THEIRS);
    world_close(&world);
}

/* Texts and calls so far; an email is no such thing (L-16). */
static int64_t phoned(struct world *world)
{
    return world_number(world, "SELECT count(*) FROM attempt WHERE channel IN"
                               " (0, 2)");
}

/* L-11, L-13: whoever of a household said it was told that they are opted out,
 * so that a new number in the feed takes it from none of them. */
static void a_household_s_stop_binds_each(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    world_sql(&world, GONE(2) GETS(2, ADA));
    visit(&world, 1, 1, "2026-11-27T15:00");
    launch(&world, "appointment replies");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T12:00");
    say(&world, ADA, "STOP");
    world_run(&world, "2026-11-24T12:10");
    say(&world, ADA, "please stop");
    world_run(&world, "2026-11-24T12:20");
    expect_came(&world, "and a person asks each, once",
                "bound: 1 2, the number; task of 1: " SHARED
                "; task of 2: " SHARED);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM suppression"
                                          " WHERE patient_id IS NOT NULL AND"
                                          " channel IN ('sms', 'voice')"),
                     8); /* each word is kept */
    int64_t before = phoned(&world);
    world_sql(&world, "UPDATE contact_point SET gone_at = 1 WHERE value = '" ADA
                      "';" GETS(1, "+12125550077") GETS(2, "+12125550078"));
    visit(&world, 2, 1, "2026-11-28T15:00");
    visit(&world, 3, 2, "2026-11-28T15:00");
    world_run(&world, "2026-11-28T16:00");
    assert_int_equal(phoned(&world), before);
    world_close(&world);
}

#define ELSEWHERE \
    "opt-in, from a number that several share: they refused elsewhere, too"
/* A text lets in texts (L-18). */
#define TEXTED                                                                \
    "SELECT sum(id) FROM patient p WHERE id <= 2 AND NOT EXISTS (SELECT 1 "   \
    "FROM"                                                                    \
    " suppression s WHERE s.patient_id = p.id AND s.lifted_at IS NULL AND"    \
    " (s.channel IS NULL OR s.channel = 'sms')) AND 'granted' = (SELECT"      \
    " verdict FROM consent c WHERE c.patient_id = p.id AND c.channel = 'sms'" \
    " ORDER BY c.id DESC LIMIT 1)"
static void a_household_s_start_lifts_what_it_refused_there(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *before, *came;
        int64_t texted; /* who may be, 1 for Ada and 2 for Bob */
        int64_t more;
    } rows[] = {
        {"of each of them", "",
         "bound: 1 2, the number; task of 1: " SHARED "; task of 2: " SHARED, 3,
         2},
        {"but not what one of them refused elsewhere", REFUSED(2),
         "bound: 1 2, the number; task of 1: " SHARED "; task of 2: " ELSEWHERE,
         1, 1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        open_house(&world);
        world_sql(&world, GONE(2) GETS(2, ADA));
        visit(&world, 1, 1, "2026-11-27T15:00");
        launch(&world, "appointment");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T12:00");
        world_sql(&world, "%s", rows[i].before);
        say(&world, ADA, "STOP");
        world_run(&world, "2026-11-24T12:10");
        say(&world, ADA, "START");
        world_run(&world, "2026-11-24T12:20");
        expect_came(&world, rows[i].sentence, rows[i].came); /* of calls */
        assert_int_equal(world_number(&world, TEXTED), rows[i].texted);
        int64_t before = phoned(&world);
        visit(&world, 2, 1, "2026-11-28T15:00");
        visit(&world, 3, 2, "2026-11-30T15:00");
        world_sql(&world, "UPDATE appointment SET status = 'cancelled' WHERE id"
                          " = 1");
        world_run(&world, "2026-11-27T16:30");
        if (phoned(&world) != before + rows[i].more)
            fail_msg("%s: %lld more", rows[i].sentence,
                     (long long)(phoned(&world) - before));
        world_close(&world);
    }
}

/* L-18: the desk asked who meant it. */
static void the_desk_lifts_it_of_one(void **state)
{
    (void)state;
    struct world world;
    struct error err = {0};
    open_house(&world);
    world_sql(&world, GONE(2) GETS(2, ADA));
    visit(&world, 1, 1, "2026-11-27T15:00");
    launch(&world, "appointment");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T12:00");
    say(&world, ADA, "STOP");
    world_run(&world, "2026-11-24T12:10");
    assert_true(store_begin(world.store, &err));
    assert_true(consent_opt_in(world.store,
                               &(struct opt){.patient_id = 2,
                                             .evidence = "at the desk",
                                             .actor = "kim"},
                               world.now, &err));
    assert_true(store_commit(world.store, &err));
    expect_came(&world, "the other stays bound",
                "bound: 1; task of 1: " SHARED "; task of 2: " SHARED);
    int64_t before = phoned(&world);
    visit(&world, 2, 1, "2026-11-28T15:00");
    visit(&world, 3, 2, "2026-11-28T15:00");
    world_run(&world, "2026-11-25T16:00");
    assert_int_equal(phoned(&world), before + 1);
    world_close(&world);
}

/* More than a household: their number alone, as the switchboard's. */
static void an_institution_s_stop_binds_nobody(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    visit(&world, 1, 1, "2026-11-27T15:00");
    launch(&world, "appointment replies");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T12:00");
    for (int i = 0; i < 8; i++)
        world_sql(&world,
                  "INSERT INTO contact_point(patient_id, kind, value) VALUES"
                  " (%lld, 'phone', '" ADA "')",
                  (long long)world_patient(&world));
    say(&world, ADA, "STOP");
    world_run(&world, "2026-11-24T12:10");
    expect_came(&world, "nine share it", "bound: nobody, the number");
    world_close(&world);
}

#define SEVERAL "opt-out, from a number that several had"
/* Two adults had it, and both were written to there. */
static void a_family_s_former_number_binds_each(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    world_sql(&world, GONE(2) GETS(2, ADA));
    visit(&world, 1, 1, "2026-11-27T15:00");
    visit(&world, 2, 2, "2026-11-28T15:00");
    launch(&world, "appointment replies");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-25T12:00");
    assert_int_equal(world_number(&world,
                                  "SELECT count(DISTINCT patient_id)"
                                  " FROM attempt WHERE address = '" ADA "'"),
                     2);
    world_sql(&world, "UPDATE contact_point SET gone_at = 1 WHERE value = '" ADA
                      "';" GETS(1, "+12125550077") GETS(2, "+12125550078"));
    say(&world, ADA, "STOP");
    world_run(&world, "2026-11-25T12:10");
    expect_came(&world, "nobody knows who said so",
                "bound: 1 2, the number; task of 1: " SEVERAL
                "; task of 2: " SEVERAL);
    world_close(&world);
}

/* The switchboard of a home is nobody's word. */
static void a_home_s_former_number_binds_nobody(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    visit(&world, 1, 1, "2026-11-27T15:00");
    launch(&world, "appointment replies");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T12:00");
    for (int i = 0; i < 9; i++) {
        long long one = (long long)world_patient(&world);
        world_sql(&world,
                  "INSERT INTO contact_point(patient_id, kind, value, gone_at)"
                  " VALUES (%lld, 'phone', '" ADA "', 1);"
                  "INSERT INTO attempt(outreach_id, patient_id, channel,"
                  " driver, address, submitted_at) SELECT outreach_id, %lld,"
                  " 0, 'main', address, submitted_at FROM attempt LIMIT 1",
                  one, one);
    }
    world_sql(&world, GONE(1));
    say(&world, ADA, "STOP");
    world_run(&world, "2026-11-24T12:10");
    expect_came(&world, "and a person reads it",
                "bound: nobody, the number; task of nobody: opt-out, from a"
                " number that many had");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_merged_record_s_number_is_the_survivor_s),
        cmocka_unit_test(a_replaced_number_is_theirs_who_were_written_to),
        cmocka_unit_test(a_moved_number_may_be_either_s),
        cmocka_unit_test(who_has_the_number_answers_their_own_message),
        cmocka_unit_test(a_household_s_stop_binds_each),
        cmocka_unit_test(a_household_s_start_lifts_what_it_refused_there),
        cmocka_unit_test(the_desk_lifts_it_of_one),
        cmocka_unit_test(an_institution_s_stop_binds_nobody),
        cmocka_unit_test(a_family_s_former_number_binds_each),
        cmocka_unit_test(a_home_s_former_number_binds_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
