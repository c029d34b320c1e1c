/* SPDX-License-Identifier: Apache-2.0 */
/* Receipts that come before the answer which tells whose they are, or for a
 * message that nobody knows (S-17); and messages of which no receipt ever
 * comes (S-18). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "channels/driver.h"
#include "scheduler/park.h"
#include "tests/scheduler/world.h"

/* Taken as SM1, which is said so much later. */
#define ANSWER(after_ms)                                                   \
    "{\"driver\": \"fake\", \"evidence\": {\"sms\": \"delivered\"},"       \
    " \"default\": {\"events\": [{\"after_ms\": " after_ms ", \"outcome\"" \
    ": \"accepted\", \"rank\": 3, \"status\": \"sent\", \"ended\": true,"  \
    " \"provider_id\": \"SM1\"}]}}"
#define FIVE_MINUTES "300000"
#define HALF_AN_HOUR "1800000"

static struct driver_host host; /* of the driver opened last */
static struct channel_driver noted;

static struct driver *open_and_note(const struct driver_config *config,
                                    const struct driver_host *given,
                                    struct error *err)
{
    host = *given;
    return driver_fake.open(config, given, err);
}

/* A reminder is handed over at ten; emails may have a provider of their own. */
static void handed_over(struct world *world, const char *fake, bool apart)
{
    noted = driver_fake;
    noted.open = open_and_note;
    world_open(world, "2026-11-23T08:00");
    world_launch(world, reminder("sms, else email after 4 hours", ""));
    world_visit(world, world_patient(world), "2026-11-26T09:30");
    world->driver = &noted;
    world->apart = apart;
    world_engine(world, fake);
    world_run(world, "2026-11-25T10:00");
    assert_int_equal(world_sent(world), 1);
}

static void usual(struct world *world, const char *fake)
{
    handed_over(world, fake, false);
}

struct receipt {
    const char *id, *status;
    enum outcome outcome;
    int rank;
    const char *reference; /* NULL: by id alone */
    bool marked;
    const char *code;
};

static void tell(struct world *world, const struct receipt *receipt)
{
    const struct driver_event event = {.outcome = receipt->outcome,
                                       .ended = true,
                                       .rank = receipt->rank,
                                       .at = world->now,
                                       .status = receipt->status,
                                       .code = receipt->code,
                                       .marked = receipt->marked,
                                       .retry_after_ms = -1};
    host.receipt(host.arg, receipt->reference, receipt->id, &event);
}

static int64_t lost(struct world *world)
{
    struct engine_totals totals;
    engine_totals(world->engine, &totals);
    return totals.receipts_lost;
}

static void it_waits_for_its_message(void **state)
{
    static const struct {
        const char *says;
        struct receipt receipts[3];
        const char *answer;
        enum outcome outcome; /* of the attempt in the end */
        int64_t events, lost;
    } rows[] = {
        {"a receipt before the answer counts with it",
         {{"SM1", "delivered", OUTCOME_DELIVERED, 4}},
         ANSWER(FIVE_MINUTES),
         OUTCOME_DELIVERED,
         2,
         0},
        {"two in disorder: the furthest stays, both are kept",
         {{"SM1", "delivered", OUTCOME_DELIVERED, 4},
          {"SM1", "sent", OUTCOME_ACCEPTED, 3}},
         ANSWER(FIVE_MINUTES),
         OUTCOME_DELIVERED,
         3,
         0},
        {"the same one again waits once",
         {{"SM1", "delivered", OUTCOME_DELIVERED, 4},
          {"SM1", "delivered", OUTCOME_DELIVERED, 4},
          {"SM1", "delivered", OUTCOME_DELIVERED, 4}},
         ANSWER(FIVE_MINUTES),
         OUTCOME_DELIVERED,
         2,
         0},
        {"another message's is not this one's",
         {{"SM2", "delivered", OUTCOME_DELIVERED, 4}},
         ANSWER(FIVE_MINUTES),
         OUTCOME_ACCEPTED,
         1,
         1},
        {"one without an id is nobody's, at once",
         {{NULL, "delivered", OUTCOME_DELIVERED, 4}},
         ANSWER(FIVE_MINUTES),
         OUTCOME_ACCEPTED,
         1,
         1},
        {"what waited ten minutes is gone before the answer comes",
         {{"SM1", "delivered", OUTCOME_DELIVERED, 4},
          {"SM1", "sent", OUTCOME_ACCEPTED, 3}},
         ANSWER(HALF_AN_HOUR),
         OUTCOME_ACCEPTED,
         1,
         2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        usual(&world, rows[i].answer);
        for (size_t j = 0; j < 3 && rows[i].receipts[j].status; j++)
            tell(&world, &rows[i].receipts[j]);
        world.now++;
        world_run(&world, "2026-11-25T12:00");
        int64_t outcome =
            world_number(&world, "SELECT outcome FROM attempt LIMIT 1");
        int64_t events =
            world_number(&world, "SELECT count(*) FROM attempt_event");
        if (outcome != rows[i].outcome || events != rows[i].events ||
            lost(&world) != rows[i].lost ||
            world_number(&world, "SELECT count(*) FROM parked") != 0)
            fail_msg("%s: outcome %lld, %lld events, %lld lost", rows[i].says,
                     (long long)outcome, (long long)events,
                     (long long)lost(&world));
        world_close(&world);
    }
}

static char logged[2048];

static void keep_lost(void *arg, enum log_level level, const char *text)
{
    const char *lost = strstr(text, "receipt-of-nothing");
    size_t len = strlen(logged);
    (void)arg;
    (void)level;
    if (lost)
        snprintf(logged + len, sizeof(logged) - len, "%s\n", lost);
}

/* S-17: nothing disappears without its words. */
static void what_is_dropped_is_told_by_its_words(void **state)
{
    static const struct receipt receipts[] = {
        {"SM7", "delivered", OUTCOME_DELIVERED, 4},
        {"SM8", "undelivered", OUTCOME_UNREACHABLE, 4, .code = "30003"},
        {"SM9", "undelivered", OUTCOME_UNREACHABLE, 4, .code = "30003"},
        {"SM9", "failed", OUTCOME_BAD_ADDRESS, 4, .code = "30005"},
    };
    struct world world;
    (void)state;
    usual(&world, ANSWER(FIVE_MINUTES));
    for (size_t i = 0; i < sizeof(receipts) / sizeof(receipts[0]); i++)
        tell(&world, &receipts[i]);
    world.now++;
    logged[0] = '\0';
    log_capture(keep_lost, NULL);
    world_run(&world, "2026-11-25T12:00");
    log_capture(NULL, NULL);
#define DROPPED(status, code, count)                                \
    "receipt-of-nothing provider=main status=" status " code=" code \
    " dropped=" count " reason=\"nobody knew their message in ten minutes\"\n"
    assert_string_equal(logged, DROPPED("delivered", "-", "1")
                                    DROPPED("failed", "30005", "1")
                                        DROPPED("undelivered", "30003", "2"));
    assert_int_equal(lost(&world), 4);
    world_close(&world);
}

static bool they_share(const struct driver_config *one,
                       const struct driver_config *other)
{
    return one != other;
}

/* `host` is the provider that was opened last: where the emails have one of
 * their own, that one, which tells here of a text. */
static void nobody_speaks_for_another(void **state)
{
    static const struct {
        const char *says;
        bool by_mail, shares;
        int64_t row_more; /* than that of the message; -1: by id alone */
        bool marked, heard;
    } rows[] = {
        {"its provider, by our reference", false, false, 0, false, true},
        {"its provider, by its own id", false, false, -1, false, true},
        {"the number of an attempt in another row: of another store", false,
         false, 1, false, false},
        {"another provider, by our reference", true, false, 0, false, false},
        {"another provider, which counts alike", true, false, -1, false, false},
        {"another one of the same account", true, true, -1, false, true},
        {"another relay's mailbox, with our mark", true, false, 0, true, true},
        {"a mark of another row", true, false, 1, true, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        char reference[48];
        handed_over(&world, ANSWER("50"), rows[i].by_mail);
        noted.shares = rows[i].shares ? they_share : NULL;
        world_run(&world, "2026-11-25T10:01");
        world_sql(&world, "UPDATE attempt SET watch = 1");
        snprintf(reference, sizeof(reference), "o%lld-%lld",
                 (long long)(world_number(&world,
                                          "SELECT outreach_id FROM attempt") +
                             rows[i].row_more),
                 (long long)world_number(&world, "SELECT id FROM attempt"));
        tell(&world, &(struct receipt){"SM1", "delivered", OUTCOME_DELIVERED, 4,
                                       rows[i].row_more < 0 ? NULL : reference,
                                       rows[i].marked});
        world.now++;
        world_run(&world, "2026-11-25T10:15");
        bool heard = world_number(&world, "SELECT outcome FROM attempt") ==
                     OUTCOME_DELIVERED;
        if (heard != rows[i].heard || lost(&world) != !heard ||
            world_number(&world, "SELECT count(*) FROM parked") != 0)
            fail_msg("%s: %s, %lld lost", rows[i].says,
                     heard ? "heard" : "not heard", (long long)lost(&world));
        world_close(&world);
    }
}

/* The provider was told that it is taken: a kill does not lose it, and its ten
 * minutes go on. */
static void it_outlives_the_service(void **state)
{
    (void)state;
    struct world world;
    usual(&world, ANSWER(HALF_AN_HOUR));
    tell(&world, &(struct receipt){"SM1", "delivered", OUTCOME_DELIVERED, 4});
    world.now++;
    world_run(&world, "2026-11-25T10:01");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM parked"), 1);
    world_crash(&world);
    world_engine(&world, ANSWER(HALF_AN_HOUR));
    world_run(&world, "2026-11-25T10:09");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM parked"), 1);
    world_run(&world, "2026-11-25T10:30");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM parked"), 0);
    assert_int_equal(lost(&world), 1);
    world_close(&world);
}

static void no_more_wait_than_are_allowed(void **state)
{
    (void)state;
    struct world world;
    char id[24];
    usual(&world, ANSWER(FIVE_MINUTES));
    for (int i = 0; i < PARK_MOST + 5; i++) {
        snprintf(id, sizeof(id), "other-%d", i);
        tell(&world, &(struct receipt){id, "sent", OUTCOME_ACCEPTED, 3});
    }
    world.now++;
    world_run(&world, "2026-11-25T10:01");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM parked"),
                     PARK_MOST);
    assert_int_equal(lost(&world), 5);
    world_run(&world, "2026-11-25T10:20");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM parked"), 0);
    assert_int_equal(lost(&world), PARK_MOST + 5);
    world_close(&world);
}

#define NOT_REACHED                                       \
    "\"if_not_reached\": {\"task\": {\"to\": \"nurse\", " \
    "\"within\": \"same day\"}},"
#define TOLD(status, outcome, rank)            \
    {                                          \
        "SM1", status, OUTCOME_##outcome, rank \
    }

static void open_text(struct world *world)
{
    noted = driver_fake;
    noted.open = open_and_note;
    world_open(world, "2026-11-23T08:00");
    world_launch(world, reminder("sms", NOT_REACHED));
    world_visit(world, world_patient(world), "2026-11-26T09:30");
    world->driver = &noted;
    world_engine(world, ANSWER("50"));
    world_run(world, "2026-11-25T10:01");
    assert_int_equal(world_sent(world), 1);
    world_sql(world, "UPDATE attempt SET watch = 1");
}

/* A text and nothing else; of its end the provider tells twice and more. */
static void of_two_ends_the_first_stays(void **state)
{
    static const struct {
        const char *says;
        struct receipt receipts[3];
        enum outcome outcome; /* of the attempt in the end */
        const char *row;
        int64_t bad, refused, tasks; /* marks, refusals, open tasks */
    } rows[] = {
        {"delivered, then undelivered",
         {TOLD("delivered", DELIVERED, 4), TOLD("undelivered", UNREACHABLE, 4)},
         OUTCOME_DELIVERED,
         "delivered",
         0,
         0,
         0},
        {"delivered, then failed and canceled",
         {TOLD("delivered", DELIVERED, 4), TOLD("failed", BLOCKED, 4),
          TOLD("canceled", CANCELLED, 4)},
         OUTCOME_DELIVERED,
         "delivered",
         0,
         0,
         0},
        {"delivered, then read: the rank rises",
         {TOLD("delivered", DELIVERED, 4), TOLD("read", READ, 5),
          TOLD("delivered", DELIVERED, 4)},
         OUTCOME_READ,
         "delivered",
         0,
         0,
         0},
        {"undelivered, then delivered: the one that may",
         {TOLD("undelivered", UNREACHABLE, 4), TOLD("delivered", DELIVERED, 4)},
         OUTCOME_DELIVERED,
         "delivered",
         0,
         0,
         0},
        {"failed, then delivered",
         {TOLD("failed", BLOCKED, 4), TOLD("delivered", DELIVERED, 4)},
         OUTCOME_BLOCKED,
         "failed",
         0,
         0,
         1},
        {"failed, undelivered, delivered: the first is what counts",
         {TOLD("failed", BLOCKED, 4), TOLD("undelivered", UNREACHABLE, 4),
          TOLD("delivered", DELIVERED, 4)},
         OUTCOME_BLOCKED,
         "failed",
         0,
         0,
         1},
        {"canceled, then delivered",
         {TOLD("canceled", CANCELLED, 4), TOLD("delivered", DELIVERED, 4)},
         OUTCOME_CANCELLED,
         "failed",
         0,
         0,
         1},
        {"undelivered for want of the number: nobody is reached",
         {TOLD("undelivered", BAD_ADDRESS, 4)},
         OUTCOME_BAD_ADDRESS,
         "suppressed",
         1,
         0,
         1},
        {"and then delivered: mark and task are gone",
         {TOLD("undelivered", BAD_ADDRESS, 4), TOLD("delivered", DELIVERED, 4)},
         OUTCOME_DELIVERED,
         "delivered",
         0,
         0,
         0},
        {"undelivered to a landline, then delivered",
         {TOLD("undelivered", WRONG_CHANNEL, 4),
          TOLD("delivered", DELIVERED, 4)},
         OUTCOME_DELIVERED,
         "delivered",
         0,
         0,
         0},
        {"undelivered by a filter, then read",
         {TOLD("undelivered", BLOCKED, 4), TOLD("read", READ, 5)},
         OUTCOME_READ,
         "delivered",
         0,
         0,
         0},
        {"delivered, and then that the number is dead: it is marked",
         {TOLD("delivered", DELIVERED, 4), TOLD("undelivered", BAD_ADDRESS, 4)},
         OUTCOME_DELIVERED,
         "delivered",
         1,
         0,
         0},
        {"delivered, and then that they unsubscribed: it is a refusal",
         {TOLD("delivered", DELIVERED, 4), TOLD("failed", OPTED_OUT, 4)},
         OUTCOME_DELIVERED,
         "delivered",
         0,
         1,
         0},
        {"unsubscribed, then delivered: they stay so",
         {TOLD("failed", OPTED_OUT, 4), TOLD("delivered", DELIVERED, 4)},
         OUTCOME_OPTED_OUT,
         "suppressed",
         0,
         1,
         1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        open_text(&world);
        for (size_t j = 0; j < 3 && rows[i].receipts[j].status; j++) {
            static const char *const until[] = {
                "2026-11-25T10:10", "2026-11-25T10:20", "2026-11-25T10:30"};
            tell(&world, &rows[i].receipts[j]);
            world_run(&world, until[j]);
        }
        int64_t outcome = world_number(&world, "SELECT outcome FROM attempt");
        int64_t bad =
            world_number(&world, "SELECT count(*) FROM contact_point WHERE"
                                 " bad_at IS NOT NULL OR line = 'landline'");
        int64_t refused = world_number(
            &world, "SELECT count(*) > 0 FROM suppression WHERE reason ="
                    " 'opt-out'");
        int64_t tasks = world_number(
            &world, "SELECT count(*) FROM task WHERE state = 'open'");
        if (outcome != rows[i].outcome || bad != rows[i].bad ||
            refused != rows[i].refused || tasks != rows[i].tasks)
            fail_msg("%s: %s, %lld bad, %lld refusals, %lld tasks",
                     rows[i].says, outcome_name((enum outcome)outcome),
                     (long long)bad, (long long)refused, (long long)tasks);
        expect_state(&world, "day-before", rows[i].row);
        world_close(&world);
    }
}

/* Many carriers never say more than `sent` (S-18). */
static void taken_and_no_more_word_is_no_failure(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, reminder("sms", ""));
    world_visit(&world, world_patient(&world), "2026-11-25T09:30");
    world_engine(&world,
                 "{\"driver\": \"fake\", \"evidence\": {\"sms\":"
                 " \"delivered\"}, \"default\": {\"events\": [{\"after_ms\":"
                 " 50, \"outcome\": \"accepted\", \"rank\": 3, \"status\":"
                 " \"sent\", \"ended\": true}, {\"after_ms\": 172800000,"
                 " \"outcome\": \"delivered\", \"rank\": 4, \"ended\":"
                 " true}]}}");
    world_run(&world, "2026-11-26T09:00");
    expect_state(&world, "day-before", "accepted");
    assert_int_equal(world_sent(&world), 1);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task"), 0);
    world_run(&world, "2026-11-26T12:00"); /* a day later it comes after all */
    expect_state(&world, "day-before", "delivered");
    assert_int_equal(world_sent(&world), 1);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_waits_for_its_message),
        cmocka_unit_test(what_is_dropped_is_told_by_its_words),
        cmocka_unit_test(nobody_speaks_for_another),
        cmocka_unit_test(it_outlives_the_service),
        cmocka_unit_test(no_more_wait_than_are_allowed),
        cmocka_unit_test(of_two_ends_the_first_stays),
        cmocka_unit_test(taken_and_no_more_word_is_no_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
