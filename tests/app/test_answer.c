/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one sentence that `explain` begins with: from what the scheduler said of
 * one visit to the words that a nurse reads. A row a kind of answer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/zone.h"

#include "app/explain_own.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
/* Tuesday, 1 December 2026, 10:00 in New York. */
#define TEN INT64_C(1796137200000)

#define AGE(is)                                                      \
    {                                                                \
        .source = "patient.age >= 45", .field = "patient.age",       \
        .value = {.type = VALUE_NUMBER, .number = (is)}, .holds = 0, \
    }

struct row {
    const char *case_, *wanted;
    bool dead;
    struct explained_anchor anchor;
    struct explained_condition conditions[3];
    size_t condition_count;
    struct explained_event events[2];
    size_t event_count;
    struct explained_step step;
};

static const struct row rows[] = {
    {.case_ = "the visit left the source",
     .wanted = "no: it was replaced, or left the source",
     .anchor = {.gone = true, .in_audience = true}},
    {.case_ = "the patient has died",
     .wanted = "no: the patient has died",
     .dead = true,
     .anchor = {.gone = true, .in_audience = true}},
    {.case_ = "several medicines speak in one message",
     .wanted = "yes: soon is told in another message at "
               "2026-12-01T10:00:00-05:00",
     .anchor = {.in_audience = true, .is_in = true},
     .step = {.name = "soon", .outreach_id = 7},
     .events = {{.at = TEN,
                 .outreach_id = 7,
                 .step = "soon",
                 .what = WILL_END,
                 .state = STATE_MERGED}},
     .event_count = 1},
    {.case_ = "a line of the audience, with the value it saw",
     .wanted = "no: not in the audience: patient.age >= 45 does not hold "
               "(patient.age is 44)",
     .conditions = {AGE(44)},
     .condition_count = 1},
    {.case_ = "a value that nobody knows",
     .wanted = "no: not in the audience: status = 'booked' does not hold "
               "(status is not known)",
     .conditions = {{.source = "status = 'booked'", .field = "status"}},
     .condition_count = 1},
    {.case_ = "a line of two parts shows what both saw",
     .wanted = "no: not in the audience: patient.age >= 45 or latest does not "
               "hold (patient.age is 44, latest is no)",
     .conditions = {{.source = "patient.age >= 45 or latest"},
                    {.source = "patient.age >= 45",
                     .depth = 1,
                     .field = "patient.age",
                     .value = {.type = VALUE_NUMBER, .number = 44}},
                    {.source = "latest",
                     .depth = 1,
                     .field = "latest",
                     .value = {.type = VALUE_BOOL}}},
     .condition_count = 3},
    {.case_ = "a history has no value of its own",
     .wanted = "no: not in the audience: overdue for 'fit' does not hold",
     .conditions = {{.source = "overdue for 'fit'"}},
     .condition_count = 1},
    {.case_ = "stop_when holds",
     .wanted = "no more: stop_when: refilled holds",
     .anchor = {.in_audience = true, .stopped = true},
     .conditions = {{.place = EXPLAINED_STOP,
                     .source = "refilled",
                     .holds = true}},
     .condition_count = 1},
    {.case_ = "held out",
     .wanted = "no: held out, to measure what the campaign does",
     .anchor = {.in_audience = true, .is_in = true, .holdout = true}},
    {.case_ = "the turn of a patient's cycle is not open",
     .wanted = "no: its turn is not open: due does not hold",
     .anchor = {.in_audience = true},
     .conditions = {{.place = EXPLAINED_CYCLE, .source = "due"}},
     .condition_count = 1},
    {.case_ = "in the audience, and still not in",
     .wanted = "no: waits for the intake",
     .anchor = {.in_audience = true, .why_not = "waits for the intake"}},
    {.case_ = "it goes",
     .wanted = "yes: soon goes by sms at 2026-12-01T10:00:00-05:00",
     .anchor = {.in_audience = true, .is_in = true},
     .step = {.name = "soon", .outreach_id = 7},
     .events = {{.at = TEN,
                 .outreach_id = 7,
                 .step = "soon",
                 .what = WILL_GO,
                 .channel = CHANNEL_SMS}},
     .event_count = 1},
    {.case_ = "it waits first, and then goes by another channel",
     .wanted = "yes: soon goes by email at 2026-12-01T11:00:00-05:00",
     .anchor = {.in_audience = true, .is_in = true},
     .step = {.name = "soon", .outreach_id = 7},
     .events = {{.at = TEN, .outreach_id = 7, .what = WILL_WAIT},
                {.at = TEN + HOUR_MS,
                 .outreach_id = 7,
                 .step = "soon",
                 .what = WILL_GO,
                 .channel = CHANNEL_EMAIL}},
     .event_count = 2},
    {.case_ = "what becomes of another visit is no answer for this one",
     .wanted = "nothing more comes: soon is delivered",
     .anchor = {.in_audience = true, .is_in = true},
     .step = {.name = "soon",
              .outreach_id = 7,
              .state = STATE_DELIVERED,
              .reason = ""},
     .events = {{.at = TEN, .outreach_id = 8, .what = WILL_GO}},
     .event_count = 1},
    {.case_ = "held until a person does something",
     .wanted = "held: soon: paused",
     .anchor = {.in_audience = true, .is_in = true},
     .step = {.name = "soon", .outreach_id = 7},
     .events = {{.at = TEN,
                 .outreach_id = 7,
                 .step = "soon",
                 .what = WILL_BE_HELD,
                 .reason = "paused"}},
     .event_count = 1},
    {.case_ = "it ends unsent",
     .wanted = "no: soon: opt-out: opt-out, recorded for the person",
     .anchor = {.in_audience = true, .is_in = true},
     .step = {.name = "soon", .outreach_id = 7},
     .events = {{.at = TEN,
                 .outreach_id = 7,
                 .step = "soon",
                 .what = WILL_END,
                 .state = STATE_SUPPRESSED,
                 .reason = "opt-out: opt-out, recorded for the person"}},
     .event_count = 1},
    {.case_ = "a person is told",
     .wanted = "a task opens (call) at 2026-12-01T10:00:00-05:00",
     .anchor = {.in_audience = true, .is_in = true},
     .step = {.name = "call", .outreach_id = 7},
     .events =
         {{.at = TEN, .outreach_id = 7, .step = "call", .what = WILL_OPEN}},
     .event_count = 1},
    {.case_ = "sent, and nobody knows whether it came",
     .wanted = "soon is unknown by sms; at 2026-12-01T10:00:00-05:00: its "
               "provider is asked",
     .anchor = {.in_audience = true, .is_in = true},
     .step = {.name = "soon", .outreach_id = 7},
     .events = {{.at = TEN,
                 .outreach_id = 7,
                 .step = "soon",
                 .what = WILL_LOOK,
                 .state = STATE_UNKNOWN,
                 .channel = CHANNEL_SMS,
                 .reason = "its provider is asked"}},
     .event_count = 1},
    {.case_ = "no channel can: what all of them came to",
     .wanted = "no: soon: sms: cap-day: two today; email: address: none",
     .anchor = {.in_audience = true, .is_in = true},
     .step = {.name = "soon", .outreach_id = 7},
     .events = {{.at = TEN,
                 .outreach_id = 7,
                 .step = "soon",
                 .what = WILL_CHANGE,
                 .reason = "cap-day: two today"},
                {.at = TEN,
                 .outreach_id = 7,
                 .step = "soon",
                 .what = WILL_END,
                 .state = STATE_SUPPRESSED,
                 .reason = "sms: cap-day: two today; email: address: none"}},
     .event_count = 2},
    {.case_ = "sent before",
     .wanted = "nothing more comes: soon is suppressed (opt-out)",
     .anchor = {.in_audience = true, .is_in = true},
     .step = {.name = "soon",
              .outreach_id = 7,
              .state = STATE_SUPPRESSED,
              .reason = "opt-out"}},
};

static void test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct row row = rows[i];
        struct buf answer;
        row.anchor.conditions = row.conditions;
        row.anchor.condition_count = row.condition_count;
        row.anchor.steps = &row.step;
        row.anchor.step_count = row.step.name != NULL;
        struct explained explained = {.events = row.events,
                                      .event_count = row.event_count};
        struct patient_details patient = {
            .active = true, .deceased_at = row.dead ? 1 : INSTANT_NEVER};
        struct explain_view view = {.explained = &explained,
                                    .patient = &patient,
                                    .zone = zone_find("America/New_York")};
        print_message("# %s\n", row.case_);
        buf_init(&answer, EXPLAIN_ANSWER_MAX);
        explain_answer(&view, &row.anchor, &answer);
        assert_string_equal(answer.data, row.wanted);
        buf_free(&answer);
    }
}

static void test_values(void **state)
{
    (void)state;
    static const struct {
        const char *wanted;
        struct value value;
    } values[] = {
        {"not known", {.type = VALUE_MISSING}},
        {"yes", {.type = VALUE_BOOL, .integer = 1}},
        {"44", {.type = VALUE_NUMBER, .number = 44}},
        {"7.25", {.type = VALUE_NUMBER, .number = 7.25}},
        {"'booked'", {.type = VALUE_TEXT, .text = "booked"}},
        {"2026-12-01", {.type = VALUE_DATE, .text = "2026-12-01"}},
        {"2026-12-01T10:00:00-05:00", {.type = VALUE_INSTANT, .integer = TEN}},
        {"1.5 hours", {.type = VALUE_DURATION, .integer = 90 * MINUTE_MS}},
    };
    for (size_t i = 0; i < COUNT(values); i++) {
        char out[300];
        assert_string_equal(
            explain_value(&values[i].value, zone_find("America/New_York"), out),
            values[i].wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
