/* SPDX-License-Identifier: Apache-2.0 */
/* The facts about a due row, and attempts with their events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/attempt.h"
#include "store/claim.h"
#include "store/outreach.h"
#include "store/store.h"

#include "tests/store/fixture.h"

static const char world[] =
    "INSERT INTO clinic(id, external_id, name, public_name, zone) VALUES"
    " (1, 'c1', 'Clinic', 'Clinic', 'America/New_York');"
    "INSERT INTO patient(id, mrn, clinic_id, birth_on, zone, state,"
    " preferred_channel, guardian_id) VALUES"
    " (1, 'M1', 1, '1980-05-01', 'America/New_York', 'NY', 'email', NULL),"
    " (2, 'M2', 1, '2020-05-01', NULL, NULL, NULL, 1);"
    "INSERT INTO contact_point(patient_id, kind, value, rank, zones, bad_at)"
    " VALUES (1, 'phone', '+12125550001', 5, 'America/New_York', NULL),"
    " (1, 'phone', '+12125550009', 1, NULL, 77),"
    " (1, 'email', 'a@example.org', 1, NULL, NULL);"
    "INSERT INTO appointment(id, external_id, patient_id, clinic_id,"
    " start_local, zone, start_at, status, source) VALUES (7, 'a7', 1, 1,"
    " '2026-11-25T09:00:00', 'America/Denver', 5000, 'booked', 'ehr');"
    "INSERT INTO campaign(id, name) VALUES (1, 'one');"
    "INSERT INTO campaign_version(id, campaign_id, sha256, content,"
    " launched_at, launched_by) VALUES (1, 1, 'x', '{}', 0, 'me');"
    "INSERT INTO entry(campaign_id, anchor_kind, anchor_id, occurrence,"
    " patient_id, version_id, entered_at) VALUES (1, 1, 7, 0, 1, 1, 50);"
    "INSERT INTO outreach(id, campaign_id, step, patient_id, anchor_kind,"
    " anchor_id, occurrence, version_id, due_at, planned_at) VALUES"
    " (5, 1, 'a', 1, 1, 7, 0, 1, 100, 100),"
    " (6, 1, 'b', 1, 1, 7, 0, 1, 90, 90),"
    " (8, 1, 'c', 1, 1, 7, 0, 1, 900, 900);";

static struct store *open_world(void)
{
    struct store *store = fixture_store();
    fixture_sql(store, world);
    return store;
}

static void due_rows_come_with_their_person_and_place(void **state)
{
    (void)state;
    struct store *store = open_world();
    struct error err = {0};
    struct claim_row *rows = memory_new(4 * sizeof(*rows));
    size_t count = 0;
    assert_true(claim_page(store, CHANNEL_SMS, 1, ANCHOR_APPOINTMENT, 100, 4,
                           rows, &count, &err));
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].outreach.id, 6); /* earliest first */
    assert_string_equal(rows[0].outreach.step, "b");
    assert_true(rows[0].has_entry && !rows[0].holdout);
    assert_int_equal(rows[0].entered_at, 50);
    assert_string_equal(rows[0].anchor_zone, "America/Denver");
    assert_string_equal(rows[0].anchor_source, "ehr");
    assert_string_equal(rows[0].state, "NY");
    assert_int_equal(rows[0].preferred, CHANNEL_EMAIL);
    assert_true(rows[0].active && !rows[0].deceased && rows[0].anchor_found);
    bool found = false;
    assert_true(claim_row_read(store, ANCHOR_APPOINTMENT, 8, &found, &rows[3],
                               &err)); /* whenever it is due */
    assert_true(found && rows[3].has_entry);
    assert_string_equal(rows[3].outreach.step, "c");
    assert_string_equal(rows[3].anchor_zone, "America/Denver");
    assert_true(
        claim_row_read(store, ANCHOR_APPOINTMENT, 99, &found, &rows[3], &err));
    assert_false(found);
    static const enum anchor_kind others[] = {ANCHOR_FILL, ANCHOR_DISCHARGE,
                                              ANCHOR_PATIENT};
    for (size_t i = 0; i < 3; i++)
        assert_true(claim_page(store, CHANNEL_SMS, 1, others[i], 10, 4, rows,
                               &count, &err));
    assert_int_equal(count, 0); /* nothing is due at 10 */
    free(rows);
    fixture_close(store);
}

static void a_person_is_read_within_bounds(void **state)
{
    (void)state;
    struct store *store = open_world();
    struct error err = {0};
    fixture_sql(
        store,
        "INSERT INTO suppression(patient_id, address, channel, reason,"
        " since_at, lifted_at) VALUES (1, NULL, NULL, 'opt-out', 1, NULL),"
        " (NULL, '+12125550001', 'sms', 'wrong-number', 1, NULL),"
        " (1, NULL, 'sms', 'staff', 1, 2);"
        "INSERT INTO consent(patient_id, verdict, kind, purpose, at) VALUES"
        " (1, 'granted', 'written', NULL, 10),"
        " (1, 'revoked', 'express', 'screening', 20),"
        " (1, 'granted', 'express', 'screening', 20);"
        "INSERT INTO restriction(patient_id, kind, value, since_at,"
        " until_at) VALUES (1, 'no-channel', 'voice', 1, NULL),"
        " (1, 'no-contact', NULL, 1, 2);"
        /* the mother and the child are reached on one number */
        "INSERT INTO attempt(outreach_id, patient_id, channel, driver,"
        " address, submitted_at, counts, via_guardian) VALUES"
        " (5, 1, 0, 'p', '+12125550001', 500, 1, 0),"
        " (5, 1, 0, 'p', '+12125550001', 400, 0, 0),"
        " (5, 1, 1, 'p', 'a@example.org', 300, 1, 0),"
        " (5, 2, 0, 'p', '+12125550001', 450, 1, 1);");
    struct claim_person *person = memory_new(sizeof(*person));
    assert_true(claim_contacts(store, 1, NULL, person, &err));
    assert_int_equal(person->contact_count, 3);
    assert_true(person->contacts[2].bad); /* the bad one last */
    assert_true(
        claim_person_read(store, 1, 1, "+12125550001", 600, 0, person, &err));
    assert_int_equal(person->suppression_count, 2); /* one was lifted */
    assert_int_equal(person->consent_count, 3);
    assert_true(person->consents[0].granted && person->consents[0].written);
    assert_string_equal(person->consents[2].purpose, "screening");
    /* of one time the refusal is the last word, whichever came first */
    assert_true(person->consents[1].granted && !person->consents[2].granted);
    assert_int_equal(person->restriction_count, 1); /* one is over */
    /* L-4.6: voice and text combined; emails use up nothing */
    assert_int_equal(person->patient_attempt_count, 1);
    assert_int_equal(person->patient_attempts[0], 500);
    /* L-6: two patients behind a phone must not each get three */
    assert_int_equal(person->number_attempt_count, 2);
    assert_int_equal(person->number_attempts[0], 450);
    assert_int_equal(person->number_attempts[1], 500);
    assert_true(claim_person_read(store, 1, 1, "", 600, 350, person, &err));
    assert_int_equal(person->patient_attempt_count, 1);
    free(person);
    fixture_close(store);
}

/* Many of one kind do not push out the other. */
static void of_each_kind_the_best_are_kept(void **state)
{
    (void)state;
    struct store *store = open_world();
    struct error err = {0};
    fixture_sql(store,
                "INSERT INTO patient(id, mrn) VALUES (30, 'many');"
                "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1"
                " FROM n WHERE i < 99) INSERT INTO contact_point(patient_id,"
                " kind, value, rank) SELECT 30, 'phone', '+1212555' || (1000 +"
                " i), 100 - i FROM n;"
                "INSERT INTO contact_point(patient_id, kind, value, rank,"
                " bad_at) VALUES (30, 'email', 'a@example.org', 500, NULL),"
                " (30, 'email', 'b@example.org', 1, 7)");
    struct claim_person *person = memory_new(sizeof(*person));
    assert_true(claim_contacts(store, 30, NULL, person, &err));
    assert_int_equal(person->contact_count, CLAIM_CONTACTS + 2);
    for (size_t i = 0; i < CLAIM_CONTACTS; i++) {
        assert_true(person->contacts[i].phone);
        assert_int_equal(person->contacts[i].rank, i + 1);
    }
    assert_string_equal(person->contacts[CLAIM_CONTACTS].value,
                        "a@example.org");
    assert_true(person->contacts[CLAIM_CONTACTS + 1].bad);
    free(person);
    fixture_close(store);
}

/* L-2, L-22: whoever has it or had it, merged or gone. */
static void a_number_is_known_by_all_records(void **state)
{
    (void)state;
    struct store *store = open_world();
    struct error err = {0};
    fixture_sql(
        store,
        "INSERT INTO patient(id, mrn, merged_into, gone_at) VALUES"
        " (30, 'a', 1, NULL), (31, 'b', NULL, 5), (32, 'c', NULL, NULL);"
        "INSERT INTO contact_point(patient_id, kind, value, line, reassigned,"
        " reassigned_at, gone_at) VALUES"
        " (30, 'phone', '+12125550001', 'landline', 'yes', 10, NULL),"
        " (31, 'phone', '+12125550001', 'denied', 'yes', 20, NULL),"
        " (32, 'phone', '+12125550001', 'fax', 'no', 30, 40),"
        " (32, 'phone', '+12125550002', 'voip', 'yes', NULL, NULL)");
    struct claim_person *person = memory_new(sizeof(*person));
    assert_true(claim_contacts(store, 1, NULL, person, &err));
    assert_int_equal(person->contact_count, 3); /* each once */
    for (size_t i = 0; i < 3; i++) {
        const struct claim_contact *one = &person->contacts[i];
        const struct claim_elsewhere *other = &one->elsewhere;
        bool shared = strcmp(one->value, "+12125550001") == 0;
        assert_string_equal(one->line, ""); /* their own */
        assert_int_equal(other->denied, shared);
        assert_int_equal(other->landline, shared);
        assert_int_equal(other->fax, shared);
        assert_int_equal(other->reassigned, shared);
        assert_int_equal(other->reassigned_at, shared ? 20 : 0);
    }
    /* what its own record says is not another's; without a date is last */
    fixture_sql(store, "INSERT INTO contact_point(patient_id, kind, value,"
                       " reassigned) VALUES (31, 'phone', '+12125550002',"
                       " 'yes')");
    assert_true(claim_contacts(store, 32, NULL, person, &err));
    assert_int_equal(person->contact_count, 1);
    assert_string_equal(person->contacts[0].line, "voip");
    assert_string_equal(person->contacts[0].elsewhere.line, "");
    assert_true(person->contacts[0].elsewhere.reassigned_at == INSTANT_NEVER);
    free(person);
    fixture_close(store);
}

/* What was refused for a mailbox, and what went there, whatever its case. */
static void an_address_has_no_case(void **state)
{
    (void)state;
    struct store *store = open_world();
    struct error err = {0};
    fixture_sql(store,
                "INSERT INTO suppression(address, reason, since_at) VALUES"
                " ('A@Example.org', 'opt-out', 1);"
                "INSERT INTO attempt(outreach_id, patient_id, channel, driver,"
                " address, submitted_at, counts, via_guardian) VALUES"
                " (5, 2, 1, 'p', 'A@example.ORG', 450, 1, 1)");
    struct claim_person *person = memory_new(sizeof(*person));
    assert_true(
        claim_person_read(store, 1, 1, "a@example.org", 600, 0, person, &err));
    assert_int_equal(person->suppression_count, 1);
    assert_true(person->suppressions[0].by_address);
    assert_int_equal(person->number_attempt_count, 1);
    free(person);
    fixture_close(store);
}

/* L-4.6, L-6: who was called then does not depend on who belongs to whom
 * now. */
static void a_number_keeps_what_it_got(void **state)
{
    (void)state;
    struct store *store = open_world();
    struct error err = {0};
    fixture_sql(
        store,
        "INSERT INTO attempt(outreach_id, patient_id, channel, driver,"
        " address, submitted_at, counts, via_guardian) VALUES"
        " (5, 1, 0, 'p', '+12125550001', 500, 1, 0),"
        " (5, 2, 0, 'p', '+12125550001', 450, 1, 1);"
        "INSERT INTO patient(id, mrn) VALUES (20, 'twin'), (21, 'other');"
        "INSERT INTO contact_point(patient_id, kind, value) VALUES"
        " (20, 'phone', '+12125550001');"
        "UPDATE patient SET guardian_id = 21 WHERE id = 2;" /* another's */
        "UPDATE patient SET merged_into = 21 WHERE id = 1;" /* moves its */
        "UPDATE contact_point SET gone_at = 1 WHERE patient_id = 1;");
    struct claim_person *person = memory_new(sizeof(*person));
    assert_true(
        claim_person_read(store, 20, 20, "+12125550001", 600, 0, person, &err));
    assert_int_equal(person->number_attempt_count, 2);
    assert_int_equal(person->number_attempts[0], 450);
    assert_int_equal(person->number_attempts[1], 500);
    /* the survivor who has the number too: each of them once */
    fixture_sql(store, "INSERT INTO contact_point(patient_id, kind, value)"
                       " VALUES (21, 'phone', '+12125550001')");
    assert_true(
        claim_person_read(store, 21, 21, "+12125550001", 600, 0, person, &err));
    assert_int_equal(person->number_attempt_count, 2);
    free(person);
    fixture_close(store);
}

static void stale_feeds_are_named(void **state)
{
    (void)state;
    struct store *store = open_world();
    struct error err = {0};
    fixture_sql(store, "INSERT INTO feed(name, last_at, max_age) VALUES"
                       " ('ehr', 1000, 100), ('lab', 1000, NULL)");
    char names[4][48];
    size_t count = 9;
    assert_true(claim_stale_feeds(store, 1100, names, 4, &count, &err));
    assert_int_equal(count, 0);
    assert_true(claim_stale_feeds(store, 1101, names, 4, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(names[0], "ehr");
    fixture_close(store);
}

static void an_attempt_learns(void **state)
{
    (void)state;
    struct store *store = open_world();
    struct error err = {0};
    fixture_begin(store);
    struct attempt_new fresh = {.outreach_id = 5,
                                .patient_id = 1,
                                .channel = CHANNEL_SMS,
                                .driver = "main",
                                .address = "+12125550001",
                                .submitted_at = 100,
                                .language = "en",
                                .body = "hello",
                                .request = "{}",
                                .watch = true};
    int64_t first = 0, second = 0;
    assert_true(attempt_insert(store, &fresh, &first, &err));
    assert_true(attempt_insert(store, &fresh, &second, &err));
    struct attempt_change change = {.outcome = OUTCOME_ACCEPTED,
                                    .rank = 10,
                                    .ended_at = 200,
                                    .counts = true,
                                    .provider_id = "SM1",
                                    .segments = 2};
    assert_true(attempt_update(store, first, &change, &err));
    assert_true(attempt_event_add(store, first, 200, "sent", NULL, NULL, &err));
    struct attempt attempt;
    struct outreach outreach;
    bool found = false, any = false;
    assert_true(attempt_read(store, first, &found, &attempt, &outreach, &err));
    assert_true(found && !attempt.newest && attempt.rank == 10);
    assert_int_equal(attempt.outcome, OUTCOME_ACCEPTED);
    assert_int_equal(outreach.id, 5);
    assert_string_equal(outreach.step, "a");
    assert_true(attempt_read(store, second, &found, &attempt, &outreach, &err));
    assert_true(attempt.newest && attempt.ended_at == INSTANT_NEVER);
    assert_true(attempt_newest(store, 5, &found, &attempt, &err));
    assert_int_equal(attempt.id, second);
    assert_true(attempt_any_accepted(store, 5, &any, &err));
    assert_true(any);
    int64_t id = 0;
    assert_true(attempt_by_provider_id(store, "sms", "SM1", &id, &err));
    assert_int_equal(id, first);
    assert_true(attempt_by_provider_id(store, "sms", "SM2", &id, &err));
    assert_int_equal(id, 0);
    char *body = NULL, *request = NULL;
    assert_true(attempt_texts(store, first, &body, &request, &err));
    assert_string_equal(body, "hello");
    assert_string_equal(request, "{}");
    free(body);
    free(request);
    assert_true(
        contact_point_mark_bad(store, "+12125550001", 1, 5, "gone", &err));
    fixture_commit(store);
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM contact_point"
                                           " WHERE bad_at IS NOT NULL"),
                     2);
    fixture_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(due_rows_come_with_their_person_and_place),
        cmocka_unit_test(a_person_is_read_within_bounds),
        cmocka_unit_test(of_each_kind_the_best_are_kept),
        cmocka_unit_test(a_number_is_known_by_all_records),
        cmocka_unit_test(an_address_has_no_case),
        cmocka_unit_test(a_number_keeps_what_it_got),
        cmocka_unit_test(stale_feeds_are_named),
        cmocka_unit_test(an_attempt_learns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
