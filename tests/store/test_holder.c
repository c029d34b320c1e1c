/* SPDX-License-Identifier: Apache-2.0 */
/* Whose an address is: by records that are there, by merged ones, and by what
 * was sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/holder.h"
#include "store/reply.h"
#include "store/store.h"
#include "store/stray.h"
#include "tests/store/fixture.h"

#define X "+12125550100"
#define SINCE 1000

/* Six people, of whom 5 is a child of 4; each with a row to hang an attempt
 * on. */
static const char people[] =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <"
    " 6) INSERT INTO patient(id, mrn) SELECT i, 'M' || i FROM n;"
    "UPDATE patient SET guardian_id = 4 WHERE id = 5;"
    "INSERT INTO campaign(id, name) VALUES (1, 'c');"
    "INSERT INTO campaign_version(id, campaign_id, sha256, content,"
    " launched_at, launched_by) VALUES (1, 1, 's', '{}', 1, 'kim');"
    "INSERT INTO outreach(id, campaign_id, step, patient_id, anchor_kind,"
    " anchor_id, occurrence, version_id, state, planned_at) SELECT id, 1, 's',"
    " id, 4, id, 0, 1, 3, 5 FROM patient;";

#define HAS(patient)                                            \
    "INSERT INTO contact_point(patient_id, kind, value) VALUES" \
    " (" #patient ", 'phone', '" X "');"
#define HAD(patient)                                                     \
    "INSERT INTO contact_point(patient_id, kind, value, gone_at) VALUES" \
    " (" #patient ", 'phone', '" X "', 5);"
#define SENT(patient, at)                                              \
    "INSERT INTO attempt(outreach_id, patient_id, channel, driver,"    \
    " address, submitted_at, outcome) VALUES (" #patient ", " #patient \
    ", 0, 'd', '" X "', " #at ", 2);"
#define MERGE(from, into) \
    "UPDATE patient SET merged_into = " #into " WHERE id = " #from ";"

/* Who answers, "had" where they had it, and who else had
 * it, "last" where those were written to last. */
static void told(const struct holders *holders, char out[200])
{
    int len = snprintf(out, 200, "%s", holders->former ? "had:" : "has:");
    for (size_t i = 0; i < holders->count; i++)
        len += snprintf(out + len, 200 - (size_t)len, " %lld",
                        (long long)holders->ids[i]);
    for (size_t i = 0; i < holders->other_count; i++)
        len += snprintf(out + len, 200 - (size_t)len, "%s %lld",
                        i ? "" : "; before:", (long long)holders->others[i]);
    snprintf(out + len, 200 - (size_t)len, "%s", holders->moved ? " last" : "");
}

static void who_it_is(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *sql, *told;
        int64_t one;
    } rows[] = {
        {"nobody", "", "has:", 0},
        {"whoever has it", HAS(1), "has: 1", 1},
        {"two who share it", HAS(1) HAS(2), "has: 1 2", 0},
        {"a merged record's is the survivor's", HAS(1) MERGE(1, 2), "has: 2",
         2},
        {"of a chain the last, in whatever order it was made",
         HAS(1) MERGE(1, 2) MERGE(2, 3), "has: 3", 3},
        {"and that", HAS(1) MERGE(2, 3) MERGE(1, 3), "has: 3", 3},
        {"two records of one person are one",
         HAS(1) HAS(2) HAS(3) MERGE(1, 3) MERGE(2, 3), "has: 3", 3},
        {"a living record goes before a dead one", HAS(1) MERGE(1, 2) HAS(3),
         "has: 3", 3},
        {"but whom we wrote to lately is not forgotten",
         HAS(1) MERGE(1, 2) HAS(3) SENT(2, 1001), "has: 3; before: 2 last", 3},
        {"a record that left the source is the last word where it is alone",
         HAS(1) "UPDATE patient SET gone_at = 1 WHERE id = 1", "has: 1", 1},
        {"who had it", HAD(1) SENT(1, 1001), "had: 1", 0},
        {"not who was written to long ago", HAD(1) SENT(1, 1000), "has:", 0},
        {"nor who was written to elsewhere",
         HAD(1) SENT(1, 1001) "UPDATE attempt SET address = '+1'", "has:", 0},
        {"who had it under a record that was merged since",
         HAD(1) SENT(1, 1001) MERGE(1, 2), "had: 2", 0},
        {"a guardian whose child was written about", HAD(4) SENT(5, 1001),
         "had: 4", 0},
        {"it moved, and nothing was sent since", HAD(1) SENT(1, 1001) HAS(2),
         "has: 2; before: 1 last", 2},
        {"it moved, and something was",
         HAD(1) SENT(1, 1001) HAS(2) SENT(2, 1002), "has: 2; before: 1", 2},
        {"two who had it before two",
         HAS(1) HAS(2) HAD(3) HAD(4) SENT(3, 1001) SENT(4, 1001),
         "has: 1 2; before: 3 4 last", 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = {0};
        struct holders holders;
        char got[200];
        int64_t one;
        struct store *store = fixture_store();
        fixture_sql(store, people);
        if (rows[i].sql[0])
            fixture_sql(store, rows[i].sql);
        assert_true(holder_read(store, X, SINCE, &holders, &err));
        assert_true(holder_one(store, X, &one, &err));
        told(&holders, got);
        if (strcmp(got, rows[i].told) != 0 || one != rows[i].one)
            fail_msg("%s: %s (%lld)", rows[i].sentence, got, (long long)one);
        fixture_close(store);
    }
}

static void count_reply(void *arg, const struct reply *row)
{
    (void)row;
    ++*(int *)arg;
}

static void count_stray(void *arg, const struct stray *row)
{
    (void)row;
    ++*(int *)arg;
}

/* What they wrote, and what may have been sent to them (after a restore). */
static void what_is_shown_is_of_all_their_records(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *store = fixture_store();
    fixture_sql(store, people);
    fixture_sql(store,
                HAS(1) "INSERT INTO reply(channel, provider, address,"
                       " received_at, body, patient_id, intent) VALUES (0, 'd',"
                       " '" X "', 7, 'hello', 1, 'unclear');"
                       "INSERT INTO stray(driver, provider_id, channel,"
                       " address, at, outcome, rank, status, counts) VALUES"
                       " ('d', 'SM1', 0, '" X
                       "', 7, 2, 3, 'delivered', 1);" MERGE(1, 2) MERGE(2, 3));
    for (int64_t id = 3; id <= 4; id++) {
        struct reply_filter filter = {.patient_id = id};
        int replies = 0, strays = 0;
        assert_true(reply_list(store, &filter, count_reply, &replies, &err));
        assert_true(stray_of_patient(store, id, count_stray, &strays, &err));
        assert_int_equal(replies, id == 3);
        assert_int_equal(strays, id == 3);
    }
    fixture_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_it_is),
        cmocka_unit_test(what_is_shown_is_of_all_their_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
