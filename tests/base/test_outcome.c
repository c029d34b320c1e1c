/* SPDX-License-Identifier: Apache-2.0 */
/* What follows from each outcome (domain.md 2.6, 3.4, 3.5 and L-6). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/outcome.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static void test_what_follows_from_each(void **state)
{
    (void)state;
    static const struct {
        const char *says;
        enum outcome outcome;
        enum outcome_next next;
    } rows[] = {
        {"accepted is not delivered: evidence may follow", OUTCOME_ACCEPTED,
         NEXT_WAIT},
        {"under way", OUTCOME_NONE, NEXT_WAIT},
        {"the handset has it", OUTCOME_DELIVERED, NEXT_DONE},
        {"read", OUTCOME_READ, NEXT_DONE},
        {"a person answered", OUTCOME_HUMAN, NEXT_DONE},
        {"one voicemail, then another channel", OUTCOME_MACHINE, NEXT_OTHER},
        {"busy: 15 minutes later", OUTCOME_BUSY, NEXT_RETRY},
        {"a machine, and nothing left: likewise", OUTCOME_HUNG_UP, NEXT_LATER},
        {"no answer: another part of the day", OUTCOME_NO_ANSWER, NEXT_LATER},
        {"rejected: the next day", OUTCOME_REJECTED, NEXT_LATER},
        {"a dead number has other channels", OUTCOME_BAD_ADDRESS, NEXT_OTHER},
        {"a landline can be called", OUTCOME_WRONG_CHANNEL, NEXT_OTHER},
        {"30003: after four hours", OUTCOME_UNREACHABLE, NEXT_LATER},
        {"21610: this person never again", OUTCOME_OPTED_OUT, NEXT_NEVER},
        {"the same body never again", OUTCOME_BAD_CONTENT, NEXT_OTHER},
        {"filtered: another channel", OUTCOME_BLOCKED, NEXT_OTHER},
        {"429 was never processed", OUTCOME_THROTTLED, NEXT_RETRY},
        {"503 was never taken", OUTCOME_PROVIDER_DOWN, NEXT_RETRY},
        {"trunk trouble: five minutes", OUTCOME_CONGESTION, NEXT_RETRY},
        {"never left us", OUTCOME_NOT_SENT, NEXT_RETRY},
        {"S-19: find out first", OUTCOME_UNKNOWN, NEXT_RECONCILE},
        {"after the provider's midnight", OUTCOME_DAILY_CAP, NEXT_LATER},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        if (outcome_properties(rows[i].outcome)->next != rows[i].next)
            fail_msg("%s", rows[i].says);
    }
}

static void test_only_what_reached_the_patient_counts(void **state)
{
    (void)state;
    static const enum outcome free_of_charge[] = {
        OUTCOME_NONE,          OUTCOME_CONGESTION,    OUTCOME_THROTTLED,
        OUTCOME_PROVIDER_DOWN, OUTCOME_NOT_SENT,      OUTCOME_QUEUE_FULL,
        OUTCOME_DAILY_CAP,     OUTCOME_MISCONFIGURED, OUTCOME_BAD_ADDRESS,
        OUTCOME_WRONG_CHANNEL, OUTCOME_OPTED_OUT,     OUTCOME_BAD_CONTENT,
        OUTCOME_CANCELLED,
    };
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        bool counts = true;
        for (size_t k = 0; k < ROWS(free_of_charge); k++)
            counts = counts && (int)free_of_charge[k] != i;
        if (outcome_properties((enum outcome)i)->counts_against_patient !=
            counts)
            fail_msg("%s", outcome_name((enum outcome)i));
    }
}

static void test_single_consequences(void **state)
{
    (void)state;
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        enum outcome outcome = (enum outcome)i;
        const struct outcome_properties *it = outcome_properties(outcome);
        assert_int_equal(it->suppresses, outcome == OUTCOME_OPTED_OUT);
        assert_int_equal(it->address_bad, outcome == OUTCOME_BAD_ADDRESS);
        assert_int_equal(it->halts_channel, outcome == OUTCOME_MISCONFIGURED);
        assert_int_equal(it->trouble, outcome == OUTCOME_THROTTLED ||
                                          outcome == OUTCOME_PROVIDER_DOWN ||
                                          outcome == OUTCOME_CONGESTION ||
                                          outcome == OUTCOME_QUEUE_FULL ||
                                          outcome == OUTCOME_NOT_SENT ||
                                          outcome == OUTCOME_UNKNOWN);
        /* nothing that may have been sent is repeated blindly */
        if (it->next == NEXT_RETRY && outcome != OUTCOME_BUSY)
            assert_false(it->counts_against_patient);
    }
}

static void test_names_are_stable_and_unique(void **state)
{
    (void)state;
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        enum outcome back = OUTCOME_COUNT;
        const char *name = outcome_name((enum outcome)i);
        assert_true(outcome_parse(name, &back));
        assert_int_equal((int)back, i);
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz-"),
                         strlen(name));
    }
    enum outcome out = OUTCOME_READ;
    assert_false(outcome_parse("Delivered", &out));
    assert_false(outcome_parse("", &out));
    assert_false(outcome_parse(NULL, &out));
    assert_int_equal((int)out, OUTCOME_READ);
    assert_string_equal(outcome_name(OUTCOME_NO_ANSWER), "no-answer");
    assert_string_equal(outcome_name(OUTCOME_PROVIDER_DOWN), "provider-down");
    assert_string_equal(outcome_name(OUTCOME_QUEUE_FULL), "queue-full");
}

static void test_numbers_from_a_damaged_store_never_send_twice(void **state)
{
    (void)state;
    assert_int_equal(outcome_properties((enum outcome)99)->next,
                     NEXT_RECONCILE);
    assert_string_equal(outcome_name((enum outcome) - 1), "unknown");
}

static void test_evidence_is_ordered(void **state)
{
    (void)state;
    assert_int_equal(outcome_evidence(OUTCOME_ACCEPTED), EVIDENCE_ACCEPTED);
    assert_int_equal(outcome_evidence(OUTCOME_DELIVERED), EVIDENCE_DELIVERED);
    assert_int_equal(outcome_evidence(OUTCOME_MACHINE), EVIDENCE_DELIVERED);
    assert_int_equal(outcome_evidence(OUTCOME_READ), EVIDENCE_READ);
    assert_int_equal(outcome_evidence(OUTCOME_HUMAN), EVIDENCE_HUMAN);
    assert_int_equal(outcome_evidence(OUTCOME_UNKNOWN), EVIDENCE_NONE);
    assert_int_equal(outcome_evidence(OUTCOME_BUSY), EVIDENCE_NONE);
    assert_true(EVIDENCE_ACCEPTED < EVIDENCE_DELIVERED);
    assert_true(EVIDENCE_DELIVERED < EVIDENCE_READ);
    assert_string_equal(evidence_name(EVIDENCE_READ), "read");
    assert_string_equal(evidence_name((enum evidence)99), "none");
}

static void test_channels_by_name(void **state)
{
    (void)state;
    enum channel channel = CHANNEL_COUNT;
    assert_true(channel_parse("sms", &channel));
    assert_int_equal(channel, CHANNEL_SMS);
    assert_true(channel_parse("voice", &channel));
    assert_int_equal(channel, CHANNEL_VOICE);
    assert_true(channel_parse("email", &channel));
    assert_string_equal(channel_name(channel), "email");
    assert_false(channel_parse("fax", &channel));
    assert_false(channel_parse("SMS", &channel));
    assert_false(channel_parse(NULL, &channel));
    assert_int_equal(channel, CHANNEL_EMAIL);
    assert_string_equal(channel_name(CHANNEL_COUNT), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_follows_from_each),
        cmocka_unit_test(test_only_what_reached_the_patient_counts),
        cmocka_unit_test(test_single_consequences),
        cmocka_unit_test(test_names_are_stable_and_unique),
        cmocka_unit_test(test_numbers_from_a_damaged_store_never_send_twice),
        cmocka_unit_test(test_evidence_is_ordered),
        cmocka_unit_test(test_channels_by_name),
    };
    return cmocka_run_group_tests_name("outcome", tests, NULL, NULL);
}
