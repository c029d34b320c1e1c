/* SPDX-License-Identifier: Apache-2.0 */
/* What follows from a patient's message: STOP at once, everything else to a
 * person, nothing twice and nothing dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "inbound/reply.h"
#include "tests/store/fixture.h"

/* Ann (1) alone behind +1415, Ann and Bob (2) behind +1777; Ann was sent
 * something by SMS and has one more message planned. */
static struct store *people(void)
{
    struct store *store = fixture_store();
    fixture_sql(
        store,
        "INSERT INTO patient(id, mrn) VALUES (1, 'A'), (2, 'B');"
        "INSERT INTO contact_point(patient_id, kind, value) VALUES"
        " (1, 'phone', '+1415'), (1, 'phone', '+1777'),"
        " (2, 'phone', '+1777');"
        "INSERT INTO campaign(id, name) VALUES (1, 'c');"
        "INSERT INTO campaign_version(id, campaign_id, sha256, content, "
        "launched_at, launched_by) VALUES (1, 1, 's', '{}', 1, 'kim');"
        "INSERT INTO outreach(id, campaign_id, step, patient_id, anchor_kind, "
        "anchor_id, occurrence, version_id, state, due_at, planned_at, channel)"
        " VALUES (1, 1, 'first', 1, 4, 1, 0, 1, 2, NULL, 5, 0),"
        " (2, 1, 'next', 1, 4, 1, 0, 1, 0, 500, 500, 0);"
        "INSERT INTO attempt(id, outreach_id, patient_id, channel, driver, "
        "address, submitted_at) VALUES (1, 1, 1, 0, 'p', '+1415', 50);");
    return store;
}

static void take(struct store *store, const char *from, const char *text,
                 const char *id)
{
    struct error err = {0};
    struct driver_reply reply = {
        .channel = CHANNEL_SMS,
        .from = from,
        .to = "+1800",
        .text = text,
        .provider_id = id,
        .received_at = 90,
    };
    fixture_begin(store);
    if (!reply_take(store, &reply, "front desk", 100, &err))
        fail_msg("%s", err.text);
    fixture_commit(store);
}

static void expect(struct store *store, const char *sql, const char *text)
{
    char *got = fixture_text(store, sql);
    assert_string_equal(got ? got : "", text);
    free(got);
}

static void stop_ends_what_is_queued_in_the_same_transaction(void **state)
{
    (void)state;
    struct store *store = people();
    take(store, "+1415", "Stop!", "SM1");
    expect(store, "SELECT state || ' ' || reason FROM outreach WHERE id = 2",
           "5 opt-out");
    expect(store,
           "SELECT count(*) FROM suppression WHERE lifted_at IS NULL "
           "AND address = '+1415'",
           "2"); /* sms and voice (L-16) */
    expect(store, "SELECT count(*) FROM task", "0");
    expect(store,
           "SELECT intent || ' ' || patient_id || ' ' || outreach_id "
           "FROM reply",
           "opt-out 1 1");
    fixture_close(store);
}

static void the_same_reply_reported_twice_acts_once(void **state)
{
    (void)state;
    struct store *store = people();
    take(store, "+1415", "Can somebody call me?", "SM2");
    take(store, "+1415", "Can somebody call me?", "SM2");
    expect(store, "SELECT count(*) FROM reply", "1");
    expect(store, "SELECT count(*) FROM task", "1");
    fixture_close(store);
}

static void what_is_not_understood_goes_to_a_person(void **state)
{
    (void)state;
    struct store *store = people();
    take(store, "+1415", "C", "SM3");
    expect(store,
           "SELECT owner || ' ' || reason || ' ' || patient_id || ' ' "
           "|| outreach_id FROM task",
           "front desk unclear 1 1");
    expect(store, "SELECT state FROM outreach WHERE id = 2", "0");
    take(store, "+1415", "I have chest pain", "SM4");
    expect(store,
           "SELECT due_at - opened_at FROM task WHERE reason = "
           "'emergency'",
           "900000"); /* within 15 minutes */
    fixture_close(store);
}

static void a_shared_number_is_silenced_and_nobody_is_guessed(void **state)
{
    (void)state;
    struct store *store = people();
    take(store, "+1777", "STOP", "SM5");
    expect(store,
           "SELECT count(*) FROM suppression WHERE address = '+1777' "
           "AND patient_id IS NULL",
           "2");
    expect(store, "SELECT count(*) FROM consent", "0");
    expect(store, "SELECT patient_id IS NULL FROM reply", "1");
    fixture_close(store);
}

/* Cleo is reached through Ann: what comes back is about the message to her,
 * whoever else that one spoke for. */
static void a_guardians_answer_belongs_to_the_childs_message(void **state)
{
    (void)state;
    struct store *store = people();
    fixture_sql(
        store,
        "INSERT INTO patient(id, mrn, guardian_id) VALUES (3, 'C', 1);"
        "INSERT INTO outreach(id, campaign_id, step, patient_id, anchor_kind,"
        " anchor_id, occurrence, version_id, state, planned_at, channel)"
        " VALUES (9, 1, 'first', 3, 4, 3, 0, 1, 2, 60, 0);"
        "INSERT INTO attempt(id, outreach_id, patient_id, channel, driver,"
        " address, submitted_at) VALUES (9, 9, 3, 0, 'p', '+1415', 60)");
    take(store, "+1415", "C", "SM10");
    expect(store, "SELECT patient_id || ' ' || outreach_id FROM reply", "1 9");
    expect(store, "SELECT anchor_id || ' ' || outreach_id FROM task", "3 9");
    fixture_close(store);
}

static void start_lets_in_again(void **state)
{
    (void)state;
    struct store *store = people();
    take(store, "+1415", "STOP", "SM6");
    take(store, "+1415", "START", "SM7");
    expect(store,
           "SELECT count(*) FROM suppression WHERE lifted_at IS NULL "
           "AND address = '+1415' AND channel = 'sms'",
           "0");
    fixture_close(store);
}

static void a_wrong_number_is_never_used_again_and_somebody_is_told(
    void **state)
{
    (void)state;
    struct store *store = people();
    take(store, "+1415", "wrong number", "SM8");
    expect(store, "SELECT reason FROM suppression WHERE address = '+1415'",
           "wrong-number");
    expect(store, "SELECT reason FROM task", "wrong-number");
    fixture_close(store);
}

static void a_stranger_is_kept_too(void **state)
{
    (void)state;
    struct store *store = people();
    take(store, "+1999", "hello?", "SM9");
    expect(store, "SELECT count(*) FROM reply WHERE patient_id IS NULL", "1");
    expect(store, "SELECT count(*) FROM task", "1");
    fixture_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stop_ends_what_is_queued_in_the_same_transaction),
        cmocka_unit_test(the_same_reply_reported_twice_acts_once),
        cmocka_unit_test(what_is_not_understood_goes_to_a_person),
        cmocka_unit_test(a_shared_number_is_silenced_and_nobody_is_guessed),
        cmocka_unit_test(a_guardians_answer_belongs_to_the_childs_message),
        cmocka_unit_test(start_lets_in_again),
        cmocka_unit_test(
            a_wrong_number_is_never_used_again_and_somebody_is_told),
        cmocka_unit_test(a_stranger_is_kept_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
