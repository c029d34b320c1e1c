/* SPDX-License-Identifier: Apache-2.0 */
/* What was refused binds, however much else was said: no list of a patient's
 * words is so long that a refusal falls out of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "store/ledger.h"

#include "tests/scheduler/world.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* n rows, with i from 1. */
#define TIMES(n)                                                             \
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE" \
    " i < " #n ") "
#define WORDS(n, who, verdict, kind)                                 \
    TIMES(n)                                                         \
    "INSERT INTO consent(patient_id, verdict, kind, purpose, at)"    \
    " SELECT " who ", '" verdict "', '" kind "', NULL, 100 + i FROM" \
    " n;"
#define NARROW(n)                                                \
    TIMES(n)                                                     \
    "INSERT INTO suppression(patient_id, purpose, channel,"      \
    " reason, since_at) SELECT 1, 'other-' || (i / 3), substr("  \
    "'sms  voiceemail', 1 + 5 * (i % 3), 5), 'opt-out', 1 FROM " \
    "n;"
#define NEW_CHILD                                                           \
    "INSERT INTO patient(id, mrn, given_name, birth_on) VALUES (9, 'M9',"   \
    " 'Eva', '1980-01-01'); UPDATE contact_point SET patient_id = 9;"       \
    "UPDATE patient SET birth_on = '2020-01-01', guardian_id = 9 WHERE id " \
    "= 1;"

/* Sent, or refused by this rule. */
static void expect_end(struct world *world, const char *why, const char *rule)
{
    if (world_sent(world) != (rule ? 0 : 1))
        fail_msg("%s: %zu were sent", why, world_sent(world));
    if (rule && !world_number(world,
                              "SELECT count(*) FROM outreach WHERE reason LIKE"
                              " '%%%s%%' AND state = %d",
                              rule, (int)STATE_SUPPRESSED))
        fail_msg("%s: not refused by '%s'", why, rule);
}

static void nothing_said_hides_a_refusal(void **state)
{
    static const struct {
        const char *why, *told, *rule; /* NULL: it is sent */
    } rows[] = {
        {"L-11, L-18 a number given a thousand times lifts no refusal",
         "INSERT INTO consent(patient_id, verdict, at) VALUES (1, 'revoked',"
         " 1);" WORDS(1000, "1", "granted", "provided"),
         "consent"},
        {"L-18 an agreement that was said later does, however much follows",
         "INSERT INTO consent(patient_id, verdict, at) VALUES (1, 'revoked',"
         " 1), (1, 'granted', 2);" WORDS(1000, "1", "granted", "provided"),
         NULL},
        {"L-11 a refusal after a thousand agreements is the last word",
         WORDS(1000, "1", "granted",
               "express") "INSERT INTO consent(patient_id, verdict, at) VALUES "
                          "(1, 'revoked',"
                          " 5000);",
         "consent"},
        {"L-11 what a guardian refused is no less of a refusal",
         NEW_CHILD "INSERT INTO consent(patient_id, verdict, at) VALUES (9,"
                   " 'revoked', 1);" WORDS(1000, "9", "granted", "provided"),
         "consent"},
        {"L-11 nor is it hidden by what the child's record says",
         NEW_CHILD WORDS(1000, "1", "granted",
                         "written") "INSERT INTO consent(patient_id, verdict, "
                                    "at) VALUES (9, 'revoked',"
                                    " 1);",
         "consent"},
        {"L-11 more different words than can be weighed: a person must look",
         "INSERT INTO consent(patient_id, verdict, at) VALUES (1, 'revoked',"
         " 1);" TIMES(
             64) "INSERT INTO consent(patient_id, verdict, kind, purpose, at) "
                 "SELECT"
                 " 1, 'granted', 'provided', 'other-' || i, 1 + i FROM n;",
         "too many different"},
        {"L-16 narrow refusals leave the rest", NARROW(39), NULL},
        {"L-16 an opt-out behind narrow ones holds",
         NARROW(39) "INSERT INTO suppression(patient_id, purpose, reason,"
                    " since_at) VALUES (1, 'appointment', 'opt-out', 2);",
         "opt-out: opt-out"},
        {"L-16 also behind more than can be weighed",
         NARROW(300) "INSERT INTO suppression(patient_id, purpose, reason,"
                     " since_at) VALUES (1, 'appointment', 'opt-out', 2);",
         "too many different"},
        {"L-22 a wrong number behind narrow ones is not used",
         NARROW(39) "INSERT INTO suppression(address, reason, since_at)"
                    " VALUES ('+12125550001', 'wrong-number', 2);",
         "wrong-number"},
        {"L-16 the same refusal a thousand times is one",
         TIMES(1000) "INSERT INTO suppression(patient_id, channel, reason,"
                     " since_at) SELECT 1, 'email', 'opt-out', i FROM n;",
         NULL},
        {"L-30 no contact is no contact, behind whatever stands before it",
         TIMES(1000) "INSERT INTO restriction(patient_id, kind, value, "
                     "since_at) SELECT"
                     " 1, 'no-channel', 'email', i FROM n; INSERT INTO "
                     "restriction("
                     "patient_id, kind, since_at) VALUES (1, 'no-contact', 1);",
         "restriction: no-contact"},
        {"L-30 either of the two addresses that were asked for",
         "INSERT INTO restriction(patient_id, kind, value, since_at) SELECT"
         " 1, 'only-address', value, 1 FROM contact_point;",
         NULL},
        {"L-30 either of the two channels",
         "INSERT INTO restriction(patient_id, kind, value, since_at) VALUES"
         " (1, 'only-channel', 'email', 1), (1, 'only-channel', 'sms', 1);",
         NULL},
        {"L-30 also behind more than can be weighed",
         TIMES(40) "INSERT INTO restriction(patient_id, kind, value, since_at) "
                   "SELECT"
                   " 1, 'no-channel', 'way-' || i, i FROM n; INSERT INTO "
                   "restriction("
                   "patient_id, kind, since_at) VALUES (1, 'no-contact', 1);",
         "too many different"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        world_open(&world, "2026-11-23T08:00");
        world_launch(&world, reminder("sms", ""));
        world_visit(&world, world_patient(&world), "2026-11-25T09:30");
        world_sql(&world, "%s", rows[i].told);
        world_engine(&world, NULL);
        world_run(&world, "2026-11-26T08:00");
        expect_end(&world, rows[i].why, rows[i].rule);
        world_close(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_said_hides_a_refusal),
    };
    return cmocka_run_group_tests_name("scheduler/refusals", tests, NULL, NULL);
}
