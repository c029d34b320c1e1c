/* SPDX-License-Identifier: Apache-2.0 */
/* Forgetting: what goes, what the law keeps (L-35), and that it lasts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/audit.h"
#include "store/forgotten.h"
#include "store/ledger.h"
#include "store/reference.h"
#include "store/statement.h"
#include "store/store.h"
#include "tests/store/fixture.h"
#include "tests/store/sample.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define NUMBER "+13125550101"

static struct store *sample(void)
{
    struct store *store = fixture_store();
    sample_fill(store);
    fixture_sql(
        store,
        "INSERT INTO campaign(id, name) VALUES (1, 'c');"
        "INSERT INTO campaign_version(id, campaign_id, sha256, content, "
        "launched_at, launched_by) VALUES (1, 1, 's', '{}', 1, 'kim');"
        "INSERT INTO outreach(id, campaign_id, step, patient_id, anchor_kind, "
        "anchor_id, occurrence, version_id, state, due_at, planned_at, channel)"
        " VALUES (1, 1, 'old', 1, 4, 1, 0, 1, 2, 99, 5, 0),"
        " (2, 1, 'new', 1, 4, 1, 0, 1, 0, 9, 9, 1),"
        " (3, 1, 'other', 2, 4, 2, 0, 1, 0, 9, 9, 1);"
        "INSERT INTO entry(campaign_id, anchor_kind, anchor_id, occurrence,"
        " patient_id, version_id, entered_at) VALUES (1, 4, 1, 0, 1, 1, 1);"
        "INSERT INTO attempt(id, outreach_id, patient_id, channel, driver, "
        "address, submitted_at, outcome, body, request, provider_id, code, "
        "language) VALUES (1, 1, 1, 0, 'd', '" NUMBER "', 5, 6, 'Hello Ana', "
        "CAST('to quokka' AS BLOB), 'SM1', '30003', 'es');"
        "INSERT INTO attempt_event(attempt_id, at, status, code, detail) "
        "VALUES (1, 5, 'sent', '1', 'to Ana');"
        "INSERT INTO outlet(name, events) VALUES ('ehr', ' response reply ');"
        "INSERT INTO reply(id, channel, address, received_at, body, patient_id,"
        " intent, provider, provider_id) VALUES (1, 0, '" NUMBER "', 7, "
        "'I feel sick', NULL, 'other', 'main', 'SM2'), (2, 0, 'elsewhere', 7,"
        " 'From work: sick', 1, 'other', 'main', 'SM3');"
        "INSERT INTO response(patient_id, anchor_kind, anchor_id, occurrence, "
        "intent, subject, at, reply_id) VALUES (1, 4, 1, 0, 'decline', "
        "'colorectal', 7, 1);"
        "INSERT INTO task(id, kind, name, patient_id, owner, taken_by, state, "
        "reason, opened_at, note, escalate_to) VALUES (1, 'reply', 'reply 1', "
        "1, 'nurse', 'kim', 'taken', 'sick', 7, 'Ana is sick', 'head nurse');"
        "INSERT INTO stray(driver, provider_id, channel, address, at, body, "
        "outcome, rank, status, counts) VALUES ('d', 'SM4', 0, '" NUMBER "', 6,"
        " 'Hello Ana', 1, 1, 'sent', 1);"
        "INSERT INTO waiting(id, source, at, came_at, kind, row_key, early, "
        "fields, content) VALUES (1, 's', 1, 1, 'orders', 'k', 0, 'say', '{}');"
        "INSERT INTO waiting_for(value, authority, waiting_id) VALUES "
        "('quokka 1', '', 1);" /* the record number, painted */
        "INSERT INTO consent(patient_id, verdict, at, evidence, external_id) "
        "VALUES (1, 'granted', 1, 'form 7', 'M1|sms');"
        "INSERT INTO alias_over(authority, value, patient_id, at) VALUES ('a', "
        "'quokka', 1, 1);"
        "INSERT INTO alone(patient_id, source, at) VALUES (1, 's', 1);"
        "INSERT INTO link(gone_id, stays_id, apart, source, at) VALUES (1, 2, "
        "1, 'quokka', 1), (2, 1, 0, 'quokka', 2);"
        "INSERT INTO contact_word(patient_id, source, at) VALUES (1, 's', 1);"
        "INSERT INTO restriction(patient_id, kind, value, since_at, "
        "external_id) VALUES (1, 'no-channel', 'voice', 1, 'M1|x');");
    return store;
}

/* Whether texts of a number that others have stay. */
static bool forget(struct store *store, int64_t id)
{
    struct forgotten_stays stays;
    struct error err = {0};
    fixture_begin(store);
    if (!forgotten_make(store, id, "kim", 50, &stays, &err))
        fail_msg("%s", err.text);
    fixture_commit(store);
    assert_true(store_check(store, &err));
    return stays.shared;
}

/* Every text column of the store, one a call, by name. */
typedef void column_fn(void *arg, struct store *store, const char *table,
                       const char *column);
static void each_text(struct store *store, column_fn *fn, void *arg)
{
    for (int i = 0;; i++) {
        char sql[400];
        snprintf(sql, sizeof(sql),
                 "SELECT m.name || '.' || p.name FROM sqlite_master m JOIN "
                 "pragma_table_info(m.name) p WHERE m.type = 'table' AND "
                 "p.type IN ('TEXT', 'BLOB') AND m.name NOT IN ('meta', "
                 "'audit') ORDER BY 1 LIMIT 1 OFFSET %d",
                 i);
        char *name = fixture_text(store, sql);
        if (!name)
            return;
        char *dot = strchr(name, '.');
        *dot = '\0';
        fn(arg, store, name, dot + 1);
        free(name);
    }
}

/* Everything about patient 1, but for keys that other columns refer to. */
static void paint(void *arg, struct store *store, const char *table,
                  const char *column)
{
    static const char *const rows[][2] = {
        {"patient", "id = 1"},     {"attempt_event", "attempt_id = 1"},
        {"reply", "id IN (1, 2)"}, {"stray", "1"},
        {"waiting", "1"},
    };
    char sql[400], where[64] = "patient_id = 1";
    (void)arg;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (strcmp(table, rows[i][0]) == 0)
            snprintf(where, sizeof(where), "%s", rows[i][1]);
    snprintf(sql, sizeof(sql),
             "SELECT count(*) FROM pragma_table_info('%s') WHERE name = "
             "'patient_id'",
             table);
    bool about =
        strcmp(where, "patient_id = 1") != 0 || fixture_number(store, sql) == 1;
    if (!about || strcmp(table, "consent") == 0 ||
        strcmp(table, "forgotten") == 0 || strcmp(column, "address") == 0 ||
        strcmp(column, "value") == 0 || strcmp(column, "request") == 0)
        return;
    /* What a CHECK forbids cannot tell a person either. */
    const char *type = strcmp(column, "extract") == 0 ? "BLOB" : "TEXT";
    snprintf(sql, sizeof(sql),
             "UPDATE OR IGNORE %s SET %s = CAST('quokka ' || rowid AS %s) "
             "WHERE %s",
             table, column, type, where);
    if (strcmp(table, "list_member") == 0 || strcmp(table, "alone") == 0 ||
        strcmp(table, "contact_word") == 0)
        snprintf(sql, sizeof(sql),
                 "UPDATE %s SET %s = CAST('quokka' AS %s) WHERE %s", table,
                 column, type, where);
    fixture_sql(store, sql);
}

static void find_paint(void *arg, struct store *store, const char *table,
                       const char *column)
{
    char sql[400], *found = arg;
    snprintf(sql, sizeof(sql),
             "SELECT count(*) FROM %s WHERE CAST(%s AS TEXT) LIKE '%%quokka%%'"
             " OR CAST(%s AS TEXT) LIKE '%%3125550101%%'",
             table, column, column);
    if (fixture_number(store, sql) == 0)
        return;
    size_t len = strlen(found);
    snprintf(found + len, 4000 - len, "%s.%s ", table, column);
}

/* Every table that knows a person knows this one, or the look is at nothing. */
static void fill_rest(struct store *store)
{
    fixture_sql(
        store,
        "INSERT INTO stay(patient_id, via, number, source, inside, at) VALUES "
        "(1, 1, 'V1', 'hl7', 0, 5);"
        "INSERT INTO death(patient_id, via, source, at, died_at) VALUES (1, 1,"
        " 'hl7', 5, 5);"
        "INSERT INTO patient_alias(authority, value, patient_id) VALUES ('b', "
        "'quokka', 1);"
        "INSERT INTO attempt_also(patient_id, attempt_id) VALUES (1, 1);"
        "INSERT INTO contact_also(contact_id, source, at) VALUES (1, 'quokka',"
        " 1);"
        "INSERT INTO kin_over(patient_id, name, source, at) VALUES (1, 'x', "
        "'s', 1);"
        "INSERT INTO merged_row(gone_id, kind, row_id) VALUES (1, 'x', 1);"
        "INSERT INTO merged_last(gone_id, kind, row_id) VALUES (1, 'x', 1);"
        /* Refusals that are over: theirs, their number's, and of both. */
        "INSERT INTO suppression(patient_id, address, reason, since_at, "
        "lifted_at) VALUES (1, '" NUMBER "', 'opt-out', 2, 3), (NULL, '" NUMBER
        "', 'opt-out', 2, 3), (1, NULL, 'opt-out', 2, 3);");
    for (int i = 0;; i++) {
        char sql[400];
        snprintf(sql, sizeof(sql),
                 "SELECT m.name FROM sqlite_master m JOIN pragma_table_info("
                 "m.name) p WHERE m.type = 'table' AND p.name = 'patient_id' "
                 "AND m.name != 'forgotten' ORDER BY 1 LIMIT 1 OFFSET %d",
                 i);
        char *name = fixture_text(store, sql);
        if (!name)
            return;
        snprintf(sql, sizeof(sql),
                 "SELECT count(*) FROM %s WHERE patient_id = 1", name);
        if (fixture_number(store, sql) == 0)
            fail_msg("%s says nothing of patient 1", name);
        free(name);
    }
}

static void nothing_that_tells_who_it_was_stays(void **state)
{
    (void)state;
    char found[4000] = "";
    struct store *store = sample();
    fill_rest(store);
    each_text(store, paint, NULL);
    each_text(store, find_paint, found);
    if (!strstr(found, "patient.given_name") ||
        !strstr(found, "appointment.practitioner") ||
        !strstr(found, "stay.number") || !strstr(found, "task.note") ||
        !strstr(found, "stray.body"))
        fail_msg("the paint does not hold: %s", found);
    forget(store, 1);
    found[0] = '\0';
    each_text(store, find_paint, found);
    /* Names of campaigns, steps, roles and providers, and their own codes. A
     * new column that turns up here tells who somebody was, or is one of
     * these: then it belongs into this list. */
    assert_string_equal(
        found, "attempt.code attempt.driver attempt.language "
               "attempt.provider_id attempt_event.code attempt_event.status "
               "entry.close_reason outreach.step patient.source reply.intent "
               "reply.provider reply.provider_id suppression.actor "
               "suppression.channel suppression.purpose suppression.reason "
               "task.closed_by "
               "task.escalate_to task.kind "
               "task.name task.owner task.taken_by ");
    fixture_close(store);
}

static void the_law_s_records_stay(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *sql;
        int64_t number;
    } rows[] = {
        {"that something was sent, and when",
         "SELECT count(*) FROM attempt WHERE submitted_at = 5 AND outcome = 6",
         1},
        {"the ledger's rows", "SELECT count(*) FROM outreach", 3},
        {"what was planned ends", "SELECT state FROM outreach WHERE id = 2",
         STATE_CANCELLED},
        {"the ladder of what was taken ends",
         "SELECT count(*) FROM outreach WHERE id = 1 AND state = 2 AND due_at "
         "IS NULL",
         1},
        {"others are left alone", "SELECT state FROM outreach WHERE id = 3",
         STATE_PLANNED},
        {"consent, with a hash of its evidence",
         "SELECT count(*) FROM consent WHERE evidence GLOB '[[]removed: text "
         "*]' AND external_id IS NULL",
         1},
        {"the task is nobody's any more",
         "SELECT count(*) FROM task WHERE state = 'void' AND closed_at = 50",
         1},
        {"nobody outside hears of their answers any more",
         "SELECT count(*) FROM notice WHERE state = 3 AND ended_at = 50", 2},
        {"that they once refused, without the number",
         "SELECT count(*) FROM suppression WHERE patient_id = 1 AND address IS "
         "NULL AND since_at = 2 AND lifted_at = 3",
         2},
        {"that replies came", "SELECT count(*) FROM reply", 2},
        {"it is in the chain",
         "SELECT count(*) FROM audit WHERE action = 'forget' AND subject = "
         "'patient 1'",
         1},
        {"the record has no face",
         "SELECT count(*) FROM patient WHERE id = 1 AND active = 0 AND mrn = "
         "'forgotten-1' AND gone_at = 50",
         1},
    };
    struct store *store = sample();
    fixture_sql(store,
                "UPDATE attempt SET outcome = 6;"
                "INSERT INTO suppression(patient_id, address, reason, "
                "since_at, lifted_at) VALUES (1, '" NUMBER "', 'opt-out', 2, "
                "3), (NULL, '" NUMBER "', 'opt-out', 2, 3);");
    forget(store, 1);
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t number = fixture_number(store, rows[i].sql);
        if (number != rows[i].number)
            fail_msg("%s: %lld", rows[i].sentence, (long long)number);
    }
    fixture_close(store);
}

/* A number that said no must not ring again under another record (L-35). */
static void refusals_stay_with_the_number(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *sql;
        int64_t numbers, mails;
    } rows[] = {
        {"nothing was refused", "SELECT 1", 0, 0},
        {"the number's own",
         "INSERT INTO suppression(address, channel, reason, since_at) VALUES "
         "('" NUMBER "', 'sms', 'opt-out', 2)",
         1, 0},
        {"the person's, for everything",
         "INSERT INTO suppression(patient_id, reason, since_at) VALUES (1, "
         "'opt-out', 2)",
         1, 1},
        {"the person's, for calls",
         "INSERT INTO suppression(patient_id, channel, reason, since_at) "
         "VALUES (1, 'voice', 'opt-out', 2)",
         1, 0},
        {"the person's, for mails",
         "INSERT INTO suppression(patient_id, channel, reason, since_at) "
         "VALUES (1, 'email', 'opt-out', 2)",
         0, 1},
        {"both: not twice",
         "INSERT INTO suppression(patient_id, address, channel, reason, "
         "since_at) VALUES (1, NULL, 'sms', 'opt-out', 2), (NULL, '" NUMBER
         "', 'sms', 'opt-out', 2)",
         1, 0},
        {"lifted ones do not come back",
         "INSERT INTO suppression(patient_id, reason, since_at, lifted_at) "
         "VALUES (1, 'opt-out', 2, 3)",
         0, 0},
        {"a restriction to no contact at all",
         "INSERT INTO restriction(patient_id, kind, since_at) VALUES (1, "
         "'no-contact', 2)",
         1, 1},
        {"a number that somebody else has is theirs to refuse",
         "INSERT INTO suppression(patient_id, reason, since_at) VALUES (1, "
         "'opt-out', 2); INSERT INTO contact_point(patient_id, kind, value) "
         "VALUES (2, 'phone', '" NUMBER "')",
         0, 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct store *store = sample();
        fixture_sql(store, rows[i].sql);
        forget(store, 1);
        int64_t numbers = fixture_number(
            store, "SELECT count(*) FROM suppression WHERE address = '" NUMBER
                   "' AND lifted_at IS NULL");
        int64_t mails = fixture_number(
            store, "SELECT count(*) FROM suppression WHERE address = "
                   "'a@example.org' AND lifted_at IS NULL");
        if (numbers != rows[i].numbers || mails != rows[i].mails)
            fail_msg("%s: %lld, %lld", rows[i].sentence, (long long)numbers,
                     (long long)mails);
        fixture_close(store);
    }
}

static void not_while_something_is_in_flight(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *sql;
        const char *told; /* NULL: it is done */
    } rows[] = {
        {"being handed over", "UPDATE outreach SET state = 1 WHERE id = 2",
         "being handed over"},
        {"its fate is asked for",
         "UPDATE outreach SET state = 9, due_at = 7 WHERE id = 2",
         "still being asked"},
        {"unknown for good",
         "UPDATE outreach SET state = 9, due_at = NULL WHERE id = 2", NULL},
        {"somebody else's", "UPDATE outreach SET state = 1 WHERE id = 3", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct error err = {0};
        struct store *store = sample();
        fixture_sql(store, rows[i].sql);
        fixture_begin(store);
        struct forgotten_stays stays;
        bool done = forgotten_make(store, 1, "kim", 50, &stays, &err);
        store_rollback(store);
        if (done != !rows[i].told ||
            (rows[i].told && !strstr(err.text, rows[i].told)))
            fail_msg("%s: %s", rows[i].sentence, err.text);
        if (!done)
            assert_int_equal(err.kind, ERROR_INPUT);
        fixture_close(store);
    }
}

static void the_same_person_s_older_records_too(void **state)
{
    (void)state;
    struct store *store = sample();
    fixture_sql(store, "UPDATE patient SET merged_into = 2 WHERE id = 6;"
                       "UPDATE patient SET merged_into = 1 WHERE id = 2;");
    forget(store, 1);
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM patient WHERE "
                                           "mrn = 'forgotten-' || id AND "
                                           "given_name IS NULL"),
                     3);
    assert_int_equal(fixture_number(store,
                                    "SELECT count(*) FROM contact_point WHERE "
                                    "patient_id IN (1, 2, 6)"),
                     0);
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM audit WHERE "
                                           "action = 'forget'"),
                     3);
    fixture_close(store);
}

static struct reference look(struct store *store, enum reference_kind kind,
                             const char *key)
{
    struct error err = {0};
    struct reference found;
    assert_true(reference_find(store, kind, key, &found, &err));
    return found;
}

static void their_keys_are_known_until_they_ask(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *store = sample();
    assert_true(look(store, REFERENCE_PATIENT, "M1").found);
    forget(store, 1);
    struct reference by_mrn = look(store, REFERENCE_PATIENT, "M1");
    assert_false(by_mrn.found);
    assert_true(by_mrn.forgotten);
    assert_int_equal(by_mrn.patient_id, 1);
    assert_true(look(store, REFERENCE_PRESCRIPTION, "x1").forgotten);
    assert_true(look(store, REFERENCE_PRESCRIPTION, "x3").forgotten);
    assert_false(look(store, REFERENCE_PRESCRIPTION, "M1").forgotten);
    assert_false(look(store, REFERENCE_PATIENT, "x1").forgotten);
    assert_false(look(store, REFERENCE_PATIENT, "M9").forgotten);
    assert_true(look(store, REFERENCE_PRESCRIPTION, "x2").found);
    /* The mark is no record number, and another store's is another one. */
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM forgotten "
                                           "WHERE mark LIKE '%M1%' OR "
                                           "length(mark) != 64"),
                     0);
    fixture_begin(store);
    assert_true(forgotten_lift(store, 1, "form 8", "kim", 60, &err));
    fixture_commit(store);
    assert_false(look(store, REFERENCE_PATIENT, "M1").forgotten);
    assert_false(look(store, REFERENCE_PRESCRIPTION, "x1").forgotten);
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM consent WHERE "
                                           "patient_id = 1 AND evidence = "
                                           "'form 8'"),
                     1);
    fixture_close(store);
}

/* Consent is append-only; only the source's key and words may go. */
static void consent_cannot_be_rewritten(void **state)
{
    (void)state;
    static const char *const changes[] = {
        "verdict = 'revoked'", "evidence = NULL", "evidence = 'x'",
        "external_id = 'y'",   "at = 7",          "channel = 'sms'",
        "purpose = 'care'",    "patient_id = 2",  "actor = 'eve'",
        "source = 'x'",        "narrow = 1",      "external_id = NULL, at = 7"};
    struct store *store = sample();
    for (size_t i = 0; i < COUNT(changes); i++) {
        struct error err = {0};
        char sql[100];
        /* (their key may go: it alone must not be what is refused) */
        snprintf(sql, sizeof(sql), "UPDATE consent SET %s%s",
                 strstr(changes[i], "external_id") ? "" : "external_id = NULL,",
                 changes[i]);
        fixture_begin(store);
        struct statement *update = statement_build(store, sql, &err);
        assert_non_null(update);
        if (statement_run(update, &err))
            fail_msg("%s", changes[i]);
        statement_free(update);
        store_rollback(store);
    }
    fixture_close(store);
}

/* Told of in the message of a brother: its words go, and no more. */
static void the_messages_of_others_stay(void **state)
{
    (void)state;
    struct store *store = sample();
    fixture_sql(store,
                "INSERT INTO patient(id, mrn) VALUES (96, 'M96'), (97, 'M97');"
                "INSERT INTO outreach(id, campaign_id, step, patient_id,"
                " anchor_kind, anchor_id, occurrence, version_id, state,"
                " planned_at) SELECT 95, campaign_id, 'also', 97, 4, 97, 0,"
                " version_id, 3, 1 FROM outreach LIMIT 1;"
                "INSERT INTO attempt(id, outreach_id, patient_id, channel,"
                " driver, address, submitted_at, body, request) VALUES (99, 95,"
                " 97, 0, 'p', '+1999', 5, 'Flo 9:00. Ben 9:30.', x'00');"
                "INSERT INTO attempt_also VALUES (96, 99)");
    forget(store, 96);
    assert_int_equal(
        fixture_number(store, "SELECT count(*) FROM attempt WHERE id = 99 AND"
                              " body IS NULL AND request IS NULL AND address"
                              " = '+1999' AND counts = 1"),
        1);
    fixture_close(store);
}

/* What staff wrote beside a word of consent may name whose it was. */
static void the_grounds_name_nobody(void **state)
{
    (void)state;
    struct store *store = sample();
    fixture_sql(
        store,
        "INSERT INTO contact_point(patient_id, kind, value) VALUES (2, 'phone',"
        " '" NUMBER "');"
        "INSERT INTO consent(patient_id, verdict, at, evidence) VALUES"
        " (1, 'revoked', 2, 'quokka rang'), (1, 'revoked', 2, 'quokka rang'),"
        " (1, 'revoked', 3, 'reply 17'), (1, 'revoked', 3, 'reply 17 quokka');"
        "INSERT INTO suppression(patient_id, address, reason, since_at, "
        "evidence) VALUES (1, NULL, 'opt-out', 2, 'quokka rang'),"
        " (NULL, '" NUMBER "', 'opt-out', 2, 'quokka rang'),"
        " (NULL, '" NUMBER "', 'opt-out', 2, 'reply 17'),"
        " (NULL, 'A@example.org', 'opt-out', 2, 'quokka rang'),"
        " (2, NULL, 'opt-out', 2, 'somebody else')");
    int64_t refusals = fixture_number(store, "SELECT count(*) FROM "
                                             "suppression");
    forget(store, 1);
    static const struct {
        const char *sentence, *sql;
        int64_t number;
    } rows[] = {
        {"no name in a consent",
         "SELECT count(*) FROM consent WHERE evidence LIKE '%quokka%'", 0},
        {"nor in a refusal, also of a number that is shared",
         "SELECT count(*) FROM suppression WHERE evidence LIKE '%quokka%'", 0},
        {"the same words, the same hash",
         "SELECT count(DISTINCT evidence) FROM (SELECT evidence FROM consent "
         "WHERE at = 2 UNION ALL SELECT evidence FROM suppression WHERE "
         "evidence GLOB '[[]removed: text *')",
         1},
        {"what the patient wrote is still named by its number",
         "SELECT (SELECT count(*) FROM consent WHERE evidence = 'reply 17') + "
         "(SELECT count(*) FROM suppression WHERE evidence = 'reply 17')",
         2},
        {"others' are left alone",
         "SELECT count(*) FROM suppression WHERE evidence = 'somebody else'",
         1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t number = fixture_number(store, rows[i].sql);
        if (number != rows[i].number)
            fail_msg("%s: %lld", rows[i].sentence, (long long)number);
    }
    assert_true(fixture_number(store, "SELECT count(*) FROM suppression") >=
                refusals);
    fixture_close(store);
}

/* A reply from a number that two have is of neither (inbound/reply.c). */
static void a_shared_number_s_replies(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *sql;
        bool stays;
    } rows[] = {
        {"the other is there: they may be theirs", "SELECT 1", true},
        {"the other's number is gone",
         "UPDATE contact_point SET gone_at = 5 WHERE patient_id = 2", false},
        {"the other is gone", "UPDATE patient SET gone_at = 5 WHERE id = 2",
         false},
        {"the other is the same person",
         "UPDATE patient SET merged_into = 1 WHERE id = 2", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct store *store = sample();
        fixture_sql(store,
                    "INSERT INTO contact_point(patient_id, kind, value) VALUES "
                    "(2, 'phone', '" NUMBER "');"
                    "INSERT INTO task(kind, name, owner, state, opened_at, "
                    "note) VALUES ('reply', 'reply 1', 'nurse', 'done', 7, "
                    "'Ana is sick')");
        fixture_sql(store, rows[i].sql);
        bool told = forget(store, 1);
        bool stays =
            fixture_number(store, "SELECT count(*) FROM reply WHERE id = 1 "
                                  "AND body = 'I feel sick'") == 1;
        int64_t notes = fixture_number(
            store, "SELECT count(*) FROM task WHERE note IS NOT NULL");
        if (stays != rows[i].stays || told != stays || notes != stays)
            fail_msg("%s: %d, %d, %lld", rows[i].sentence, stays, told,
                     (long long)notes);
        if (stays)
            forget(store, 2);
        assert_int_equal(fixture_number(store, "SELECT count(*) FROM reply "
                                               "WHERE body IS NOT NULL"),
                         0);
        fixture_close(store);
    }
}

/* A guardian's number stands in what was sent about the child. */
static void a_guardian_s_number_goes(void **state)
{
    (void)state;
    struct store *store = sample();
    fixture_sql(store,
                "INSERT INTO attempt(id, outreach_id, patient_id, channel, "
                "driver, address, submitted_at, body, via_guardian) VALUES (2, "
                "3, 2, 0, 'd', '" NUMBER "', 5, 'Flo has a visit', 1)");
    forget(store, 1);
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM attempt WHERE "
                                           "id = 2 AND address = 'forgotten' "
                                           "AND body = 'Flo has a visit'"),
                     1);
    fixture_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_grounds_name_nobody),
        cmocka_unit_test(a_shared_number_s_replies),
        cmocka_unit_test(a_guardian_s_number_goes),
        cmocka_unit_test(the_messages_of_others_stay),
        cmocka_unit_test(nothing_that_tells_who_it_was_stays),
        cmocka_unit_test(the_law_s_records_stay),
        cmocka_unit_test(refusals_stay_with_the_number),
        cmocka_unit_test(not_while_something_is_in_flight),
        cmocka_unit_test(the_same_person_s_older_records_too),
        cmocka_unit_test(their_keys_are_known_until_they_ask),
        cmocka_unit_test(consent_cannot_be_rewritten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
