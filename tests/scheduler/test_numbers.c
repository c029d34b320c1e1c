/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of a number binds everybody who is reached at it, whichever
 * record it came with (L-2, L-22, S-2). 2026-11-24 is a Tuesday. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "store/store.h"

#include "tests/scheduler/world.h"

/* A call, a text, or neither, to a patient with a visit tomorrow; `other` is
 * the record of somebody else. In SQL, :p is the patient and :o the other. */
struct shared {
    const char *why, *send, *change, *reason; /* reason NULL: it goes */
};

#define OTHER " WHERE patient_id = :o"
#define OWN " WHERE patient_id = :p AND kind = 'phone'"
#define ASKED "1790000000000" /* September 2026 */
#define BEFORE "1780000000000"
#define AFTER "1794000000000"
#define YES "UPDATE contact_point SET reassigned = 'yes'"
#define CHANGED "reassigned: it changed hands, says another record"

static const struct shared rows[] = {
    {"nothing is known", "sms", "SELECT 1", NULL},
    {"L-2 denied", "sms", "UPDATE contact_point SET line = 'denied'" OTHER,
     "line: no automatic messages to this line, says another record"},
    {"L-2 denied, though the own record knows a mobile", "voice",
     "UPDATE contact_point SET line = 'mobile'" OWN
     "; UPDATE contact_point SET line = 'denied'" OTHER,
     "line: no automatic messages"},
    {"L-2 denied by a record that gave the number up", "voice",
     "UPDATE contact_point SET line = 'denied', gone_at = 1" OTHER,
     "line: no automatic messages"},
    {"L-2 denied by a record that was merged into this one", "voice",
     "UPDATE contact_point SET line = 'denied'" OTHER
     "; UPDATE patient SET merged_into = :p WHERE id = :o",
     "line: no automatic messages"},
    {"a number of a record that was merged into this one, which has none",
     "sms",
     "DELETE FROM contact_point" OWN
     "; UPDATE patient SET merged_into = :p WHERE id = :o",
     NULL},
    {"which has one that is over", "sms",
     "UPDATE contact_point SET gone_at = 1" OWN
     "; UPDATE patient SET merged_into = :p WHERE id = :o",
     "no usable address"},
    {"of a record that is somebody else's", "sms",
     "DELETE FROM contact_point" OWN, "no usable address"},
    {"what was refused of such a number", "sms",
     "DELETE FROM contact_point" OWN
     "; INSERT INTO suppression(patient_id, address, reason, since_at) SELECT "
     ":o, value, 'opt-out', 1 FROM contact_point" OTHER
     " AND kind = 'phone'; UPDATE patient SET merged_into = :p WHERE id = :o",
     "opt-out"},
    {"S-2 a landline", "sms",
     "UPDATE contact_point SET line = 'landline'" OTHER,
     "line: a landline takes no texts, and another record says"},
    {"S-2 a landline takes calls", "voice",
     "UPDATE contact_point SET line = 'landline'" OTHER, NULL},
    {"S-2 a landline, and a mobile to their own record", "sms",
     "UPDATE contact_point SET line = 'mobile'" OWN
     "; UPDATE contact_point SET line = 'landline'" OTHER,
     NULL},
    {"a fax", "voice", "UPDATE contact_point SET line = 'fax'" OTHER,
     "line: a fax takes no calls, and another record says"},
    {"L-22 it changed hands", "sms", YES ", reassigned_at = " ASKED OTHER,
     CHANGED},
    {"L-22 a call too", "voice", YES ", reassigned_at = " ASKED OTHER, CHANGED},
    {"L-22 nobody says when", "sms", YES OTHER, CHANGED},
    {"L-22 not of emails", "email", YES OTHER, NULL},
    {"L-22 of a record that was merged into this one", "sms",
     YES ", reassigned_at = " ASKED OTHER
         "; UPDATE patient SET merged_into = :p WHERE id = :o",
     CHANGED},
    {"L-22 the new holder confirmed it since", "sms",
     YES ", reassigned_at = " ASKED OTHER
         "; UPDATE contact_point SET verified_at = " AFTER OWN,
     NULL},
    {"L-22 confirmed before", "sms",
     YES ", reassigned_at = " ASKED OTHER
         "; UPDATE contact_point SET verified_at = " BEFORE OWN,
     CHANGED},
    {"L-22 the new holder consented since", "sms",
     YES ", reassigned_at = " ASKED OTHER
         "; INSERT INTO consent(patient_id, verdict, kind, at) VALUES"
         " (:p, 'granted', 'provided', " AFTER ")",
     NULL},
    {"L-22 consented before", "sms",
     YES ", reassigned_at = " ASKED OTHER
         "; INSERT INTO consent(patient_id, verdict, at) VALUES"
         " (:p, 'granted', " BEFORE ")",
     CHANGED},
    {"L-22 consented since, to emails", "sms",
     YES ", reassigned_at = " ASKED OTHER
         "; INSERT INTO consent(patient_id, verdict, channel, at) VALUES"
         " (:p, 'granted', 'email', " AFTER ")",
     CHANGED},
    {"L-22 a later no is about the patient's own day", "sms",
     YES ", reassigned_at = " ASKED OTHER "; UPDATE contact_point SET"
         " reassigned = 'no', reassigned_at = " AFTER OWN,
     NULL},
    {"L-22 an earlier no", "sms",
     YES ", reassigned_at = " ASKED OTHER "; UPDATE contact_point SET"
         " reassigned = 'no', reassigned_at = " BEFORE OWN,
     CHANGED},
    {"L-22 the no of another is about the other's day", "sms",
     YES ", reassigned_at = " ASKED OWN "; UPDATE contact_point SET"
         " reassigned = 'no', reassigned_at = " AFTER OTHER,
     "reassigned: somebody else may have it"},
};

/* Runs `change`, with :p and :o for the two records. */
static void change(struct world *world, int64_t patient, int64_t other,
                   const char *sql)
{
    char out[1024];
    size_t len = 0;
    for (const char *at = sql; *at; at++)
        if (at[0] == ':' && (at[1] == 'p' || at[1] == 'o')) {
            len +=
                (size_t)snprintf(out + len, sizeof(out) - len, "%lld",
                                 (long long)(at[1] == 'p' ? patient : other));
            at++;
        } else {
            out[len++] = *at;
        }
    out[len] = '\0';
    world_sql(world, "%s", out);
}

static const char campaign[] =
    "{\"campaign\": \"reminder\", \"owner\": \"desk\", \"purpose\":"
    " \"appointment\", \"anchor\": \"appointment\", \"audience\": [\"status ="
    " 'booked'\"], \"steps\": [{\"step\": \"reminder\", \"when\": \"1 day"
    " before start at 10:00\", \"until\": \"1 hour before start\", \"send\":"
    " \"%s\", \"message\": \"m\"}], \"messages\": {\"m\": {\"en\": {\"sms\":"
    " \"{{clinic.public_name}}: see you {{start | day}}. Call"
    " {{clinic.phone}}. Reply STOP to opt out.\", \"email\": {\"subject\":"
    " \"Visit\", \"text\": \"See you.\"}, \"voice\": {\"say\":"
    " \"{{clinic.public_name}}, {{clinic.phone}}. See you {{start | day}}."
    " Press 1 to confirm, 9 for no more calls.\", \"keys\": {\"1\":"
    " \"confirm\", \"9\": \"opt-out\"}, \"voicemail\": "
    "\"{{clinic.public_name}},"
    " call {{clinic.phone}}.\"}}}}}";

static void what_is_known_of_a_number_binds_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        char json[2048];
        int64_t patient = world_house(&world), other = world_patient(&world);
        change(&world, patient, other,
               "UPDATE contact_point SET line = NULL WHERE kind = 'phone';"
               "DELETE FROM contact_point WHERE patient_id = :o;"
               "INSERT INTO contact_point(patient_id, kind, value) SELECT :o,"
               " 'phone', value FROM contact_point" OWN);
        snprintf(json, sizeof(json), campaign, rows[i].send);
        world_launch(&world, json);
        change(&world, patient, other, rows[i].change);
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T20:00");
        if (world_sent(&world) != (rows[i].reason ? 0 : 1))
            fail_msg("%s: %zu messages", rows[i].why, world_sent(&world));
        if (rows[i].reason)
            expect_reason(&world, "reminder", rows[i].reason);
        world_close(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_known_of_a_number_binds_all),
    };
    return cmocka_run_group_tests_name("scheduler/numbers", tests, NULL, NULL);
}
