/* SPDX-License-Identifier: Apache-2.0 */
/* The action table of the rule book (2.6) and the statuses (S-16, S-17),
 * against the data that the driver uses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "channels/codes.h"
#include "channels/driver.h"

static const struct {
    const char *code;
    enum outcome outcome;
    enum outcome_next next;
    const char *why;
} rows[] = {
    {"20003", OUTCOME_MISCONFIGURED, NEXT_RETRY, "auth failed: C"},
    {"20429", OUTCOME_THROTTLED, NEXT_RETRY, "concurrency: T"},
    {"21211", OUTCOME_BAD_ADDRESS, NEXT_OTHER, "invalid To: P"},
    {"21408", OUTCOME_MISCONFIGURED, NEXT_RETRY, "region: C"},
    {"21606", OUTCOME_MISCONFIGURED, NEXT_RETRY, "From not capable: C"},
    {"21608", OUTCOME_MISCONFIGURED, NEXT_RETRY, "trial: C"},
    {"21610", OUTCOME_OPTED_OUT, NEXT_NEVER, "unsubscribed: O, mirrored"},
    {"21611", OUTCOME_QUEUE_FULL, NEXT_RETRY, "queue horizon: T"},
    {"30001", OUTCOME_QUEUE_FULL, NEXT_RETRY, "queue horizon: T"},
    {"21612", OUTCOME_WRONG_CHANNEL, NEXT_OTHER, "unroutable pair: P"},
    {"21614", OUTCOME_WRONG_CHANNEL, NEXT_OTHER, "not mobile: P, voice"},
    {"21617", OUTCOME_BAD_CONTENT, NEXT_OTHER, "too long: X"},
    {"21635", OUTCOME_WRONG_CHANNEL, NEXT_OTHER, "landline: P"},
    {"21730", OUTCOME_PROVIDER_DOWN, NEXT_RETRY, "maintenance: T"},
    {"14107", OUTCOME_BAD_CONTENT, NEXT_OTHER, "loop: X"},
    {"30002", OUTCOME_MISCONFIGURED, NEXT_RETRY, "suspended: C"},
    {"30003", OUTCOME_UNREACHABLE, NEXT_LATER, "handset off: T, hours"},
    {"30004", OUTCOME_BLOCKED, NEXT_OTHER, "blocked: no retry"},
    {"30005", OUTCOME_BAD_ADDRESS, NEXT_OTHER, "unknown handset: P"},
    {"30006", OUTCOME_WRONG_CHANNEL, NEXT_OTHER, "landline: P for SMS"},
    {"30007", OUTCOME_BLOCKED, NEXT_OTHER, "filtered: X"},
    {"30008", OUTCOME_UNREACHABLE, NEXT_LATER, "unknown: T, one retry"},
    {"30022", OUTCOME_THROTTLED, NEXT_RETRY, "10DLC rate: slow down"},
    {"30023", OUTCOME_DAILY_CAP, NEXT_LATER, "T-Mobile cap: midnight"},
    {"30032", OUTCOME_MISCONFIGURED, NEXT_RETRY, "not registered: C"},
    {"30034", OUTCOME_MISCONFIGURED, NEXT_RETRY, "not registered: C"},
    {"63038", OUTCOME_DAILY_CAP, NEXT_LATER, "account cap: next day"},
};

static void error_codes_follow_the_action_table(void **state)
{
    struct codes *codes = codes_twilio();

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct code *row = codes_find(codes, "codes", rows[i].code);

        if (!row)
            fail_msg("%s is not in the table", rows[i].code);
        if (row->outcome != rows[i].outcome)
            fail_msg("%s (%s): %s", rows[i].code, rows[i].why,
                     outcome_name(row->outcome));
        assert_non_null(row->meaning);
    }
    assert_null(codes_find(codes, "codes", "99999"));
    assert_null(codes_find(codes, "no-such-table", "20003"));
    codes_free(codes);
}

static void what_follows_is_a_property_of_the_outcome(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct outcome_properties *properties =
            outcome_properties(rows[i].outcome);
        enum outcome_next next = properties->next;

        if (next != rows[i].next)
            fail_msg("%s (%s): next is %d", rows[i].code, rows[i].why,
                     (int)next);
        assert_int_equal(properties->suppresses,
                         strcmp(rows[i].code, "21610") == 0);
    }
}

static void http_statuses_prove_what_they_can(void **state)
{
    static const struct {
        int status;
        enum outcome outcome;
    } statuses[] = {
        {400, OUTCOME_BAD_CONTENT},   {401, OUTCOME_MISCONFIGURED},
        {403, OUTCOME_MISCONFIGURED}, {404, OUTCOME_MISCONFIGURED},
        {408, OUTCOME_UNKNOWN},       {429, OUTCOME_THROTTLED},
        {500, OUTCOME_UNKNOWN},       {502, OUTCOME_UNKNOWN},
        {503, OUTCOME_UNKNOWN},       {504, OUTCOME_UNKNOWN},
        {302, OUTCOME_MISCONFIGURED},
    };
    struct codes *codes = codes_twilio();

    (void)state;
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
        assert_int_equal(codes_http(codes, statuses[i].status)->outcome,
                         statuses[i].outcome);
    assert_null(codes_http(codes, 201));
    codes_free(codes);
}

static void statuses_rank_as_the_rule_book_says(void **state)
{
    /* S-16: every value of Twilio's; S-17: the ranks */
    static const struct {
        const char *status;
        int rank;
        bool final;
        enum outcome outcome;
    } statuses[] = {
        {"scheduled", 0, false, OUTCOME_ACCEPTED},
        {"accepted", 0, false, OUTCOME_ACCEPTED},
        {"queued", 1, false, OUTCOME_ACCEPTED},
        {"sending", 2, false, OUTCOME_ACCEPTED},
        {"sent", 3, false, OUTCOME_ACCEPTED},
        {"partially_delivered", 3, false, OUTCOME_ACCEPTED},
        {"delivered", 4, true, OUTCOME_DELIVERED},
        {"undelivered", 4, true, OUTCOME_UNREACHABLE},
        {"failed", 4, true, OUTCOME_UNREACHABLE},
        {"canceled", 4, true, OUTCOME_CANCELLED},
        {"read", 5, true, OUTCOME_READ},
    };
    struct codes *codes = codes_twilio();

    (void)state;
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        const struct code *row =
            codes_find(codes, "message-status", statuses[i].status);

        assert_non_null(row);
        assert_int_equal(row->rank, statuses[i].rank);
        assert_int_equal(row->final, statuses[i].final);
        assert_int_equal(row->outcome, statuses[i].outcome);
    }
    codes_free(codes);
}

static void a_later_status_supersedes_only_upwards(void **state)
{
    static const struct {
        const char *why;
        int rank;
        enum outcome outcome;
        int new_rank;
        enum outcome new_outcome;
        bool expect;
    } cases[] = {
        {"queued to sent", 1, OUTCOME_ACCEPTED, 3, OUTCOME_ACCEPTED, true},
        {"sent to delivered", 3, OUTCOME_ACCEPTED, 4, OUTCOME_DELIVERED, true},
        {"delivered to read", 4, OUTCOME_DELIVERED, 5, OUTCOME_READ, true},
        {"a late 'sent'", 4, OUTCOME_DELIVERED, 3, OUTCOME_ACCEPTED, false},
        {"a duplicate", 4, OUTCOME_DELIVERED, 4, OUTCOME_DELIVERED, false},
        {"delivered stays", 4, OUTCOME_DELIVERED, 4, OUTCOME_UNREACHABLE,
         false},
        {"undelivered may become delivered", 4, OUTCOME_UNREACHABLE, 4,
         OUTCOME_DELIVERED, true},
        {"cancelled stays", 4, OUTCOME_CANCELLED, 4, OUTCOME_UNREACHABLE,
         false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (driver_supersedes(cases[i].rank, cases[i].outcome,
                              cases[i].new_rank,
                              cases[i].new_outcome) != cases[i].expect)
            fail_msg("%s", cases[i].why);
}

static void a_fault_in_a_table_names_the_place(void **state)
{
    static const struct {
        const char *text;
        const char *part;
    } faults[] = {
        {"{\"codes\": {\n \"1\": {\"outcome\": \"fine\"}}}",
         "x.json:2:7: '1': needs the name of an outcome"},
        {"{\"codes\": {\"1\": {\"outcome\": \"busy\", \"rank\": -1}}}",
         "must be a whole number"},
        {"{\"codes\": {\"1\": 7}}", "a row must be an object"},
        {"{\"codes\": {", "x.json:1:"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        struct error err = {0};

        assert_null(
            codes_read(faults[i].text, strlen(faults[i].text), "x.json", &err));
        if (!strstr(err.text, faults[i].part))
            fail_msg("expected '%s' in: %s", faults[i].part, err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_codes_follow_the_action_table),
        cmocka_unit_test(what_follows_is_a_property_of_the_outcome),
        cmocka_unit_test(http_statuses_prove_what_they_can),
        cmocka_unit_test(statuses_rank_as_the_rule_book_says),
        cmocka_unit_test(a_later_status_supersedes_only_upwards),
        cmocka_unit_test(a_fault_in_a_table_names_the_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
