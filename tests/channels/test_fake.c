/* SPDX-License-Identifier: Apache-2.0 */
/* The fake driver: a script in, events out, the same for the same seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "channels/fake.h"

#include "tests/channels/host.h"

static int host_setup(void **state)
{
    *state = host_new();
    return 0;
}

static int host_teardown(void **state)
{
    host_free(*state);
    return 0;
}

static instant tick(struct host *host, int64_t after_ms)
{
    return host->table->tick(host->driver, HOST_NOW + after_ms);
}

static void send(struct host *host, int64_t id, const char *to,
                 const char *text)
{
    struct outgoing sms = host_sms(id, to, text);

    host_submit(host, &sms);
}

static void without_a_script_all_is_accepted_later(void **state)
{
    struct host *host = *state;

    host_must_open(host, "{\"driver\": \"fake\", \"latency_ms\": 80}");
    send(host, 1, "+14155552671", "Hello");
    assert_int_equal(host->event_count, 0);
    assert_int_equal(tick(host, 0), HOST_NOW + 80);
    assert_int_equal(host->event_count, 0);
    assert_int_equal(fake_under_way(host->driver), 1);
    assert_int_equal(tick(host, 80), INSTANT_NEVER);
    assert_int_equal(host->event_count, 1);
    assert_int_equal(host->events[0].outcome, OUTCOME_ACCEPTED);
    assert_true(host->events[0].ended);
    assert_int_equal(host->events[0].at, HOST_NOW + 80);
    assert_string_equal(host->events[0].provider_id, "F1");
    assert_int_equal(fake_under_way(host->driver), 0);
}

static const char script[] =
    "{\"driver\": \"fake\", \"evidence\": {\"sms\": \"delivered\"},\n"
    " \"answers\": [\n"
    "  {\"match\": {\"to\": \"0001\"}, \"events\": [\n"
    "    {\"after_ms\": 50, \"outcome\": \"accepted\", \"rank\": 1},\n"
    "    {\"after_ms\": 900, \"outcome\": \"delivered\", \"ended\": true,\n"
    "     \"rank\": 4, \"status\": \"delivered\", \"segments\": 2}]},\n"
    "  {\"match\": {\"to\": \"0002\"}, \"events\": []},\n"
    "  {\"match\": {\"to\": \"0003\"}, \"events\": [\n"
    "    {\"outcome\": \"throttled\", \"ended\": true, \"code\": \"20429\",\n"
    "     \"retry_after_ms\": 7000}]},\n"
    "  {\"match\": {\"to\": \"0004\"}, \"query\": {\"answer\": \"absent\"},\n"
    "   \"events\": [{\"outcome\": \"unknown\", \"ended\": true}]},\n"
    "  {\"match\": {\"text\": \"third\", \"nth\": 3}, \"events\": [\n"
    "    {\"outcome\": \"opted-out\", \"ended\": true}]},\n"
    "  {\"match\": {\"to\": \"0005\"}, \"events\": [\n"
    "    {\"after_ms\": 1, \"outcome\": \"accepted\", \"ended\": true},\n"
    "    {\"after_ms\": 9, \"outcome\": \"delivered\", \"ended\": true},\n"
    "    {\"after_ms\": 9, \"outcome\": \"delivered\", \"ended\": true}]},\n"
    "  {\"match\": {\"channel\": \"voice\"}, \"events\": [\n"
    "    {\"after_ms\": 20000, \"outcome\": \"no-answer\",\n"
    "     \"ended\": true}]},\n"
    "  {\"match\": {\"to\": \"0006\"},\n"
    "   \"reply\": {\"after_ms\": 60000, \"text\": \"C\"}}\n"
    " ]}";

static void events_follow_the_script(void **state)
{
    struct host *host = *state;

    host_must_open(host, script);
    assert_int_equal(host->table->evidence(host->driver, CHANNEL_SMS),
                     EVIDENCE_DELIVERED);
    assert_int_equal(host->table->evidence(host->driver, CHANNEL_EMAIL),
                     EVIDENCE_ACCEPTED);
    send(host, 1, "+15550000001", "Hello");
    tick(host, 100);
    assert_int_equal(host_last(host, 1)->outcome, OUTCOME_ACCEPTED);
    assert_false(host_last(host, 1)->ended);
    tick(host, 900);
    assert_int_equal(host_last(host, 1)->outcome, OUTCOME_DELIVERED);
    assert_true(host_last(host, 1)->ended);
    assert_int_equal(host_last(host, 1)->rank, 4);
    assert_int_equal(host_last(host, 1)->segments, 2);
    assert_string_equal(host_last(host, 1)->status, "delivered");
}

static void a_throttled_one_says_when_to_come_back(void **state)
{
    struct host *host = *state;

    host_must_open(host, script);
    send(host, 1, "+15550000003", "Hello");
    tick(host, 0);
    assert_int_equal(host_last(host, 1)->outcome, OUTCOME_THROTTLED);
    assert_int_equal(host_last(host, 1)->retry_after_ms, 7000);
    assert_string_equal(host_last(host, 1)->code, "20429");
    assert_string_equal(host_last(host, 1)->provider_id, "");
}

static void a_silent_one_is_unknown_when_we_close(void **state)
{
    struct host *host = *state;

    host_must_open(host, script);
    send(host, 1, "+15550000002", "Hello");
    assert_int_equal(tick(host, 1000000), INSTANT_NEVER);
    assert_int_equal(host->event_count, 0);
    assert_int_equal(fake_under_way(host->driver), 1);
    host_close(host);
    assert_int_equal(host->event_count, 1);
    assert_int_equal(host_last(host, 1)->outcome, OUTCOME_UNKNOWN);
    assert_true(host_last(host, 1)->ended);
}

static void the_nth_of_a_kind_is_answered_otherwise(void **state)
{
    struct host *host = *state;

    host_must_open(host, script);
    for (int64_t id = 1; id <= 4; id++)
        send(host, id, "+15550009999", "the third is out");
    tick(host, 0);
    assert_int_equal(host_last(host, 2)->outcome, OUTCOME_ACCEPTED);
    assert_int_equal(host_last(host, 3)->outcome, OUTCOME_OPTED_OUT);
    assert_int_equal(host_last(host, 4)->outcome, OUTCOME_ACCEPTED);
}

static void what_comes_after_the_end_is_a_receipt(void **state)
{
    struct host *host = *state;

    host_must_open(host, script);
    send(host, 1, "+15550000005", "Hello");
    tick(host, 10);
    assert_int_equal(host->event_count, 1);
    assert_int_equal(host->receipt_count, 2);
    assert_string_equal(host->receipts[0].reference, "o7-1");
    assert_string_equal(host->receipts[1].provider_id, "F1");
    assert_int_equal(host->receipts[1].outcome, OUTCOME_DELIVERED);
}

static void a_query_knows_what_was_seen(void **state)
{
    struct host *host = *state;
    struct outgoing known = host_sms(1, "+15550000001", "Hello");
    struct outgoing lost = host_sms(2, "+15550000004", "Hello");
    struct outgoing never = host_sms(3, "+15550000001", "Hello");

    host_must_open(host, script);
    host_submit(host, &known);
    host_submit(host, &lost);
    tick(host, 1000);
    host_query(host, &known);
    assert_int_equal(host->queries, 0);
    tick(host, 1000);
    assert_int_equal(host->answer, DRIVER_FOUND);
    assert_int_equal(host->found.outcome, OUTCOME_DELIVERED);
    assert_string_equal(host->found.provider_id, "F1");
    host_query(host, &lost);
    tick(host, 1000);
    assert_int_equal(host->answer, DRIVER_ABSENT);
    host_query(host, &never);
    tick(host, 1000);
    assert_int_equal(host->answer, DRIVER_ABSENT);
    assert_int_equal(host->queries, 3);
}

static void a_poll_finds_replies_once(void **state)
{
    struct host *host = *state;

    host_must_open(host, script);
    send(host, 1, "+15550000006", "Hello");
    fake_reply(host->driver, CHANNEL_SMS, "+15550000001", "+18005550100",
               "STOP", HOST_NOW + 100);
    tick(host, 0);
    host->table->poll(host->driver, NULL);
    tick(host, 500);
    assert_int_equal(host->reply_count, 1);
    assert_string_equal(host->replies[0].text, "STOP");
    assert_string_equal(host->replies[0].from, "+15550000001");
    host->table->poll(host->driver, host->cursor);
    tick(host, 70000);
    assert_int_equal(host->polls_ok, 2);
    assert_int_equal(host->reply_count, 2);
    assert_string_equal(host->replies[1].text, "C");
    assert_int_equal(host->replies[1].received_at, HOST_NOW + 60000);
    host->table->poll(host->driver, host->cursor);
    tick(host, 70000);
    assert_int_equal(host->reply_count, 2);
}

static void the_log_keeps_the_last(void **state)
{
    struct host *host = *state;

    host_must_open(host, "{\"driver\": \"fake\", \"log\": 2}");
    assert_null(fake_last(host->driver));
    send(host, 1, "+15550000001", "one");
    send(host, 2, "+15550000002", "two");
    send(host, 3, "+15550000003", "three");
    assert_int_equal(fake_count(host->driver), 3);
    assert_null(fake_message(host->driver, 0));
    assert_string_equal(fake_message(host->driver, 1)->text, "two");
    assert_string_equal(fake_last(host->driver)->to, "+15550000003");
    assert_string_equal(fake_last(host->driver)->reference, "o7-3");
    assert_null(fake_last(host->driver)->subject);
    assert_ptr_equal(fake_find("test"), host->driver);
    assert_ptr_equal(fake_find(NULL), host->driver);
    assert_null(fake_find("other"));
}

static void another_script_leaves_what_is_under_way(void **state)
{
    struct host *host = *state;

    host_must_open(host, script);
    send(host, 1, "+15550000001", "Hello");
    assert_true(fake_script(host->driver,
                            "{\"default\": {\"events\": [{\"outcome\": "
                            "\"blocked\", \"ended\": true}]}}",
                            NULL));
    send(host, 2, "+15550000001", "Hello");
    tick(host, 900);
    assert_int_equal(host_last(host, 1)->outcome, OUTCOME_DELIVERED);
    assert_int_equal(host_last(host, 2)->outcome, OUTCOME_BLOCKED);
}

static void decide(void *arg, const struct fake_message *message,
                   struct fake_answer *answer)
{
    assert_string_equal(message->text, arg);
    answer->count = 1;
    answer->events[0] = (struct fake_event){
        .after_ms = 10, .outcome = OUTCOME_BUSY, .ended = true};
}

static void a_callback_may_decide(void **state)
{
    struct host *host = *state;

    host_must_open(host, script);
    fake_on_submit(host->driver, decide, (void *)(uintptr_t) "Hello");
    send(host, 1, "+15550000001", "Hello");
    tick(host, 10);
    assert_int_equal(host_last(host, 1)->outcome, OUTCOME_BUSY);
}

/* 300 messages with chance and jitter: the whole sequence as one text. */
static void seeded_run(const char *seed, char *out, size_t size)
{
    struct host *host = host_new();
    char config[512];
    size_t len = 0;

    snprintf(config, sizeof(config),
             "{\"driver\": \"fake\", \"seed\": %s, \"jitter_ms\": 500,\n"
             " \"answers\": [{\"share\": 0.3, \"events\": [{\"outcome\": "
             "\"unreachable\", \"ended\": true}]}]}",
             seed);
    host_must_open(host, config);
    for (int64_t id = 1; id <= 300; id++)
        send(host, id, "+15550000001", "Hello");
    for (instant at = HOST_NOW; at != INSTANT_NEVER;)
        at = host->table->tick(host->driver, at);
    assert_int_equal(host->ended_count, 300);
    out[0] = '\0';
    for (size_t i = 0; i < host->event_count; i++)
        len += (size_t)snprintf(out + len, size - len, "%lld:%d ",
                                (long long)host->events[i].attempt_id,
                                (int)host->events[i].outcome);
    host_free(host);
}

static void a_seed_repeats_itself(void **state)
{
    static char first[8192];
    static char again[8192];
    static char other[8192];

    (void)state;
    seeded_run("7", first, sizeof(first));
    seeded_run("7", again, sizeof(again));
    seeded_run("8", other, sizeof(other));
    assert_string_equal(first, again);
    assert_string_not_equal(first, other);
    assert_non_null(strstr(first, ":12 ")); /* unreachable */
    assert_non_null(strstr(first, ":1 "));  /* accepted */
}

static void many_under_way_are_all_accounted_for(void **state)
{
    struct host *host = *state;

    host_must_open(host, "{\"driver\": \"fake\", \"latency_ms\": 1000,\n"
                         " \"jitter_ms\": 1000}");
    for (int64_t id = 1; id <= 2000; id++)
        send(host, id, "+15550000001", "Hello");
    tick(host, 1500);
    assert_true(host->ended_count > 0 && host->ended_count < 2000);
    for (int64_t id = 2001; id <= 2500; id++)
        send(host, id, "+15550000001", "Hello");
    host_close(host);
    assert_int_equal(host->ended_count, 2500);
}

static void faults_in_a_script_name_the_place(void **state)
{
    static const struct {
        const char *json;
        const char *part;
    } rows[] = {
        {"{\"driver\": \"fake\",\n \"answers\": {}}",
         "outreach.json:2:13: provider 'test': 'answers' must be a list"},
        {"{\"driver\": \"fake\", \"answers\": [{\"events\": [{\"outcome\": "
         "\"fine\"}]}]}",
         "'outcome' must be an outcome"},
        {"{\"driver\": \"fake\", \"answers\": [{\"event\": []}]}",
         "there is no 'event' here; did you mean 'events'?"},
        {"{\"driver\": \"fake\", \"answers\": [{\"share\": 2}]}",
         "'share' must be a number from 0 to 1"},
        {"{\"driver\": \"fake\", \"answers\": [{\"match\": {\"channel\": "
         "\"fax\"}}]}",
         "'channel' must be sms, email or voice"},
        {"{\"driver\": \"fake\", \"answers\": [{\"query\": {\"answer\": "
         "\"maybe\"}}]}",
         "'answer' must be found, absent or cannot-say"},
        {"{\"driver\": \"fake\", \"evidence\": \"hope\"}",
         "'evidence' must be none, accepted"},
        {"{\"driver\": \"fake\", \"latency_ms\": -1}",
         "'latency_ms' must be a whole number from 0"},
        {"{\"driver\": \"fake\", \"answers\": [{\"reply\": {}}]}",
         "'text' is missing"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        host_must_refuse(rows[i].json, rows[i].part);
}

int main(void)
{
#define HOST(f) cmocka_unit_test_setup_teardown(f, host_setup, host_teardown)
    const struct CMUnitTest tests[] = {
        HOST(without_a_script_all_is_accepted_later),
        HOST(events_follow_the_script),
        HOST(a_throttled_one_says_when_to_come_back),
        HOST(a_silent_one_is_unknown_when_we_close),
        HOST(the_nth_of_a_kind_is_answered_otherwise),
        HOST(what_comes_after_the_end_is_a_receipt),
        HOST(a_query_knows_what_was_seen),
        HOST(a_poll_finds_replies_once),
        HOST(the_log_keeps_the_last),
        HOST(another_script_leaves_what_is_under_way),
        HOST(a_callback_may_decide),
        cmocka_unit_test(a_seed_repeats_itself),
        HOST(many_under_way_are_all_accounted_for),
        cmocka_unit_test(faults_in_a_script_name_the_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
