/* SPDX-License-Identifier: Apache-2.0 */
/* The Twilio driver against a real peer on loopback: every class of outcome,
 * every way a provider can fail, questions, polling and calls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/log.h"

#include "tests/channels/host.h"
#include "tests/channels/peer.h"

#define SID "AC00000000000000000000000000000001"
#define CREATED(status)                                                       \
    "{\"sid\": \"SM1\", \"status\": \"" status "\", \"num_segments\": \"2\"," \
    " \"error_code\": null}"

struct world {
    struct host *host;
    struct peer *peer;
    char logged[4096];
};

static void keep_log(void *arg, enum log_level level, const char *text)
{
    struct world *world = arg;

    (void)level;
    strncat(world->logged, text,
            sizeof(world->logged) - strlen(world->logged) - 1);
}

static int world_setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    world->host = host_new();
    host_network(world->host);
    world->peer = peer_new();
    setenv("TWILIO_TOKEN", "t0ps3cret", 1);
    log_capture(keep_log, world);
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    struct world *world = *state;

    host_free(world->host);
    peer_free(world->peer);
    log_capture(NULL, NULL);
    assert_null(strstr(world->logged, "t0ps3cret"));
    assert_null(strstr(world->logged, "4155552671"));
    free(world);
    return 0;
}

static void open_at(struct world *world, const char *url, const char *more)
{
    char json[1024];

    snprintf(json, sizeof(json),
             "{\"driver\": \"twilio\", \"account_sid\": \"" SID "\",\n"
             " \"auth_token_env\": \"TWILIO_TOKEN\", \"base_url\": \"%s\",\n"
             " \"from\": \"+18005550100\"%s}",
             url, more);
    host_must_open(world->host, json);
}

static struct outgoing now_sms(int64_t id, const char *text)
{
    struct outgoing sms = host_sms(id, "+14155552671", text);

    sms.submitted_at = clock_now();
    return sms;
}

/* One message to the end; what came of it. */
static const struct host_event *send_one(struct world *world)
{
    struct outgoing sms = now_sms(1, "Hello");

    host_submit(world->host, &sms);
    assert_int_equal(world->host->event_count, 0);
    host_wait(world->host, &world->host->ended_count, 1);
    return host_last(world->host, 1);
}

static void an_accepted_message_is_asked_for_rightly(void **state)
{
    struct world *world = *state;
    const struct host_event *event;
    const char *asked;

    peer_says(world->peer, 201, CREATED("queued"));
    open_at(world, peer_url(world->peer), "");
    event = send_one(world);
    assert_int_equal(event->outcome, OUTCOME_ACCEPTED);
    assert_int_equal(event->rank, 1);
    assert_int_equal(event->segments, 2);
    assert_string_equal(event->provider_id, "SM1");
    assert_string_equal(event->status, "queued");
    asked = peer_request(world->peer, 0);
    assert_non_null(strstr(asked, "POST /2010-04-01/Accounts/" SID
                                  "/Messages.json HTTP/1.1\r\n"));
    /* base64 of the account and t0ps3cret */
    assert_non_null(
        strstr(asked, "Authorization: Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM"
                      "DAwMDAwMDAwMTp0MHBzM2NyZXQ=\r\n"));
    assert_non_null(
        strstr(asked, "Content-Type: application/x-www-form-urlencoded\r\n"));
    assert_non_null(strstr(asked, "\r\n\r\nTo=%2B14155552671&"));
}

struct outcome_row {
    const char *why;
    int status;
    const char *headers;
    const char *body;
    enum outcome outcome;
    const char *code;
    int64_t retry_after_ms;
};

static const struct outcome_row answers[] = {
    {"accepted", 201, NULL, CREATED("accepted"), OUTCOME_ACCEPTED, "", -1},
    {"failed at once with a code (30005)", 201, NULL,
     "{\"sid\": \"SM1\", \"status\": \"failed\", \"error_code\": 30005}",
     OUTCOME_BAD_ADDRESS, "30005", -1},
    {"a status that is new to us", 201, NULL,
     "{\"sid\": \"SM1\", \"status\": \"pondering\"}", OUTCOME_ACCEPTED, "", -1},
    {"S-15: too many, with a time", 429, "Retry-After: 7\r\n",
     "{\"code\": 20429, \"message\": \"slow\", \"status\": 429}",
     OUTCOME_THROTTLED, "20429", 7000},
    {"S-15: too many, without words", 429, NULL, "", OUTCOME_THROTTLED, "", -1},
    {"opted out there", 400, NULL, "{\"code\": 21610}", OUTCOME_OPTED_OUT,
     "21610", -1},
    {"not a number", 400, NULL, "{\"code\": 21211}", OUTCOME_BAD_ADDRESS,
     "21211", -1},
    {"the queue is full", 400, NULL, "{\"code\": 21611}", OUTCOME_QUEUE_FULL,
     "21611", -1},
    {"an unknown code is a refusal", 400, NULL, "{\"code\": 29999}",
     OUTCOME_BAD_CONTENT, "29999", -1},
    {"wrong token", 401, NULL, "{\"code\": 20003}", OUTCOME_MISCONFIGURED,
     "20003", -1},
    {"forbidden, garbage for words", 403, NULL, "<html>", OUTCOME_MISCONFIGURED,
     "", -1},
    {"S-19: 500 may have taken it", 500, NULL, "{\"code\": 20500}",
     OUTCOME_UNKNOWN, "20500", -1},
    {"S-19: 503 too", 503, NULL, "", OUTCOME_UNKNOWN, "", -1},
    {"accepted in garbage may have taken it", 201, NULL, "<html>ok</html>",
     OUTCOME_UNKNOWN, "", -1},
    {"accepted without an id too", 200, NULL, "{}", OUTCOME_UNKNOWN, "", -1},
    {"cut JSON too", 201, NULL, "{\"sid\": \"SM1\", \"sta", OUTCOME_UNKNOWN, "",
     -1},
    {"redirected: not followed", 302, "Location: http://127.0.0.1:9/\r\n", "",
     OUTCOME_MISCONFIGURED, "", -1},
};

static void every_answer_has_its_outcome(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        const struct outcome_row *row = &answers[i];
        struct world *world;
        const struct host_event *event;

        world_setup((void **)&world);
        peer_will(world->peer, PEER_ANSWER, row->status, row->headers,
                  row->body);
        open_at(world, peer_url(world->peer), "");
        event = send_one(world);
        if (event->outcome != row->outcome ||
            strcmp(event->code, row->code) != 0 ||
            event->retry_after_ms != row->retry_after_ms)
            fail_msg("%s: %s code '%s' retry %lld", row->why,
                     outcome_name(event->outcome), event->code,
                     (long long)event->retry_after_ms);
        assert_int_equal(peer_count(world->peer), 1); /* never twice */
        world_teardown((void **)&world);
    }
}

static void every_broken_wire_has_its_outcome(void **state)
{
    static const struct {
        const char *why;
        enum peer_way way;
        enum outcome outcome;
    } rows[] = {
        {"reads, then closes", PEER_CLOSE, OUTCOME_UNKNOWN},
        {"closes before reading", PEER_CLOSE_FIRST, OUTCOME_UNKNOWN},
        {"closes in the middle of its answer", PEER_HALF, OUTCOME_UNKNOWN},
        {"never answers", PEER_SILENT, OUTCOME_UNKNOWN},
        {"answers more than anybody wants", PEER_HUGE, OUTCOME_UNKNOWN},
        {"is no HTTP server", PEER_GARBAGE, OUTCOME_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world *world;
        const struct host_event *event;

        world_setup((void **)&world);
        peer_will(world->peer, rows[i].way, 201, NULL, CREATED("queued"));
        open_at(world, peer_url(world->peer), ", \"timeout_s\": 1");
        event = send_one(world);
        if (event->outcome != rows[i].outcome)
            fail_msg("%s: %s (%s)", rows[i].why, outcome_name(event->outcome),
                     event->detail);
        assert_true(peer_count(world->peer) <= 1);
        world_teardown((void **)&world);
    }
}

static void what_never_left_is_not_sent(void **state)
{
    static const struct {
        const char *why;
        const char *url;
    } rows[] = {
        {"nobody listens", "http://127.0.0.1:1"},
        {"no such name", "http://no-such-host.invalid"},
        {"an address that cannot be asked", "http://[::x]"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world *world;

        world_setup((void **)&world);
        open_at(world, rows[i].url, "");
        if (send_one(world)->outcome != OUTCOME_NOT_SENT)
            fail_msg("%s: %s", rows[i].why,
                     outcome_name(host_last(world->host, 1)->outcome));
        world_teardown((void **)&world);
    }
}

static void a_message_whose_time_is_over_is_not_handed_over(void **state)
{
    struct world *world = *state;
    struct outgoing sms = now_sms(1, "Hello");

    open_at(world, peer_url(world->peer), "");
    sms.valid_until = sms.submitted_at + 500;
    host_submit(world->host, &sms);
    assert_int_equal(world->host->event_count, 0);
    host_wait(world->host, &world->host->ended_count, 1);
    assert_int_equal(host_last(world->host, 1)->outcome, OUTCOME_EXPIRED);
    assert_int_equal(peer_count(world->peer), 0);
}

static void closing_accounts_for_what_is_under_way(void **state)
{
    struct world *world = *state;
    struct outgoing first = now_sms(1, "Hello");
    struct outgoing second = now_sms(2, "Hello");

    peer_will(world->peer, PEER_SILENT, 0, NULL, NULL);
    open_at(world, peer_url(world->peer), "");
    host_submit(world->host, &first);
    host_submit(world->host, &second);
    host_close(world->host);
    assert_int_equal(world->host->ended_count, 2);
    assert_int_equal(host_last(world->host, 1)->outcome, OUTCOME_UNKNOWN);
    assert_int_equal(host_last(world->host, 2)->outcome, OUTCOME_UNKNOWN);
}

static void evidence_is_what_can_be_received(void **state)
{
    static const struct {
        const char *more;
        enum evidence sms, voice;
    } rows[] = {
        {"", EVIDENCE_ACCEPTED, EVIDENCE_DELIVERED},
        {", \"poll\": true", EVIDENCE_DELIVERED, EVIDENCE_DELIVERED},
        {", \"callback_url\": \"https://c.example/\", "
         "\"machine_detection\": \"enable\"",
         EVIDENCE_ACCEPTED, EVIDENCE_HUMAN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world *world;
        const struct channel_driver *table;

        world_setup((void **)&world);
        open_at(world, peer_url(world->peer), rows[i].more);
        table = world->host->table;
        assert_true(table->live);
        assert_null(table->key_life_ms);
        assert_int_equal(table->evidence(world->host->driver, CHANNEL_SMS),
                         rows[i].sms);
        assert_int_equal(table->evidence(world->host->driver, CHANNEL_VOICE),
                         rows[i].voice);
        world_teardown((void **)&world);
    }
}

static void without_a_network_it_does_not_open(void **state)
{
    (void)state;
    host_must_refuse("{\"driver\": \"twilio\"}",
                     "cannot run under a pretended time");
}

/* "Mon, 23 Nov 2026 12:00:00 +0000" */
static const char *mail_date(instant at, char out[40])
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu",
                                       "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr",
                                         "May", "Jun", "Jul", "Aug",
                                         "Sep", "Oct", "Nov", "Dec"};
    struct civil civil = civil_from_seconds(at / SECOND_MS);

    snprintf(out, 40, "%s, %02d %s %04d %02d:%02d:%02d +0000",
             days[civil_weekday(civil.date) - 1], civil.date.day,
             months[civil.date.month - 1], civil.date.year, civil.hour,
             civil.minute, civil.second);
    return out;
}

struct listed {
    const char *sid, *direction, *from, *to, *body, *status, *error_code;
    int64_t age_ms;
};

static char *list_page(const struct listed *rows, size_t count,
                       const char *next)
{
    char *text = calloc(1, 16384);
    size_t len = 0;
    char date[40];

    len += (size_t)snprintf(text, 16384, "{\"messages\": [");
    for (size_t i = 0; i < count; i++) {
        mail_date(clock_now() - rows[i].age_ms, date);
        len += (size_t)snprintf(
            text + len, 16384 - len,
            "%s{\"sid\": \"%s\", \"direction\": \"%s\", \"from\": \"%s\", "
            "\"to\": \"%s\", \"body\": \"%s\", \"status\": \"%s\", "
            "\"error_code\": %s, \"date_created\": \"%s\", "
            "\"date_sent\": \"%s\", \"date_updated\": \"%s\"}",
            i ? "," : "", rows[i].sid, rows[i].direction, rows[i].from,
            rows[i].to, rows[i].body, rows[i].status, rows[i].error_code, date,
            date, date);
    }
    snprintf(text + len, 16384 - len, "], \"next_page_uri\": %s%s%s}",
             next ? "\"" : "", next ? next : "null", next ? "\"" : "");
    return text;
}

static void says_list(struct world *world, const struct listed *rows,
                      size_t count, const char *next)
{
    char *page = list_page(rows, count, next);

    peer_says(world->peer, 200, page);
    free(page);
}

#define OURS "+18005550100"
#define THEIRS "+14155552671"

static const struct listed polled_rows[] = {
    {"SM1", "outbound-api", OURS, THEIRS, "Hello", "delivered", "null", 60000},
    {"SM2", "outbound-api", OURS, THEIRS, "Hello", "undelivered", "30003",
     70000},
    {"SM3", "outbound-api", OURS, THEIRS, "Hello", "sent", "null",
     45 * MINUTE_MS},
    {"SM4", "inbound", THEIRS, OURS, "STOP", "received", "null", 30000},
    {"SM7", "inbound", THEIRS, OURS, "START", "received", "null", 40000},
};
static const struct listed polled_more[] = {
    {"SM5", "inbound", THEIRS, OURS, "C", "received", "null", 90000},
    {"SM6", "outbound-reply", OURS, THEIRS, "ok", "delivered", "null", 90000},
    /* to a number of the account that another provider asks for */
    {"SM9", "inbound", THEIRS, "+18005550199", "N", "received", "null", 90000},
};

static void a_poll_brings_receipts_and_replies(void **state)
{
    struct world *world = *state;
    struct host *host = world->host;
    char expect[CIVIL_TEXT_MAX];

    says_list(world, polled_rows, 5,
              "/2010-04-01/Accounts/" SID "/Messages.json?Page=1&PageToken=x");
    says_list(world, polled_more, 3, NULL);
    open_at(world, peer_url(world->peer), ", \"poll\": true");
    host->table->poll(host->driver, NULL);
    assert_int_equal(host->polls, 0);
    host_wait(host, &host->polls, 1);
    assert_int_equal(host->polls_ok, 1);
    assert_non_null(strstr(peer_request(world->peer, 0),
                           "/Messages.json?PageSize=200&DateSent%3E="));
    assert_non_null(strstr(peer_request(world->peer, 1),
                           "/Messages.json?Page=1&PageToken=x HTTP"));
    assert_int_equal(host->receipt_count, 3);
    /* of a page the oldest first */
    assert_string_equal(host->receipts[1].provider_id, "SM1");
    assert_int_equal(host->receipts[1].outcome, OUTCOME_DELIVERED);
    assert_int_equal(host->receipts[1].rank, 4);
    assert_int_equal(host->receipts[0].outcome, OUTCOME_UNREACHABLE);
    assert_string_equal(host->receipts[0].code, "30003");
    assert_int_equal(host->reply_count, 3);
    assert_string_equal(host->replies[0].text, "START");
    assert_true(host->replies[0].answered); /* by Twilio (L-15) */
    assert_string_equal(host->replies[1].text, "STOP");
    assert_true(host->replies[1].answered);
    assert_false(host->replies[2].answered); /* "C": ours to answer */
    assert_string_equal(host->replies[1].from, THEIRS);
    assert_string_equal(host->replies[1].to, OURS);
    assert_string_equal(host->replies[1].provider_id, "SM4");
    /* SM3 has no last status yet: receipts are wanted from then on */
    civil_utc_text(clock_now() - 45 * MINUTE_MS, expect);
    assert_memory_equal(strchr(host->cursor, ' ') + 1, expect, 15);
}

static void a_second_poll_begins_at_the_cursor(void **state)
{
    struct world *world = *state;
    struct host *host = world->host;
    const char *asked;
    char from[CIVIL_TEXT_MAX];

    says_list(world, polled_rows, 4, NULL);
    open_at(world, peer_url(world->peer), ", \"poll\": true");
    host->table->poll(host->driver, NULL);
    host_wait(host, &host->polls, 1);
    host->table->poll(host->driver, host->cursor);
    host_wait(host, &host->polls, 2);
    asked = strstr(peer_request(world->peer, 1), "DateSent%3E=");
    assert_non_null(asked);
    civil_utc_text(clock_now() - 45 * MINUTE_MS, from);
    assert_memory_equal(asked + strlen("DateSent%3E="), from, 13);
    assert_int_equal(host->receipt_count, 2); /* handed over once */
    assert_int_equal(host->reply_count, 2);   /* the overlap finds it again */
    assert_string_equal(host->replies[0].provider_id,
                        host->replies[1].provider_id);
}

/* Whose clock is ahead or behind asks from where the provider's dates lead. The
 * times are behind our clock's; a Date of 0: not said. */
static void a_cursor_is_of_the_providers_time(void **state)
{
    static const struct {
        const char *why;
        int64_t cursor, date, row; /* row 0: none */
        size_t asked;              /* how often */
        int64_t next;              /* where the next poll begins */
        const char *logged;
    } rows[] = {
        {"all is right: ten minutes are read again", 20 * MINUTE_MS, 1, 60000,
         1, 10 * MINUTE_MS, ""},
        {"it gives no date, and our clock is fast: not behind its newest row",
         HOUR_MS, 0, 15 * MINUTE_MS, 1, 25 * MINUTE_MS, ""},
        {"it was quiet for an hour: what is newest is not read for ever",
         2 * HOUR_MS, 1, HOUR_MS, 1, HOUR_MS - SECOND_MS, ""},
        {"our clock is fast: by the provider's, and it is told", 30 * HOUR_MS,
         20 * HOUR_MS, 20 * HOUR_MS + 60000, 1, 20 * HOUR_MS + 10 * MINUTE_MS,
         "ahead_s=720"},
        {"our clock is slow: by the provider's, and it is told", -HOUR_MS,
         -2 * HOUR_MS, -2 * HOUR_MS + 60000, 1, -2 * HOUR_MS + 10 * MINUTE_MS,
         "ahead_s=-7"},
        {"there is nothing new: from where this one began", 2 * HOUR_MS, 1, 0,
         1, 2 * HOUR_MS, ""},
        {"a cursor in the future was of a wrong clock: a day is read again",
         -3 * HOUR_MS, 1, 0, 2, 24 * HOUR_MS, ""},
        {"likewise where the provider gives no date", -3 * HOUR_MS, 0, 0, 2,
         24 * HOUR_MS, ""},
        {"one that lies ahead of the provider's time alone", HOUR_MS,
         3 * HOUR_MS, 0, 2, 27 * HOUR_MS, "ahead_s=108"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world *world;
        struct listed row = {"SM4",  "inbound",  THEIRS, OURS,
                             "STOP", "received", "null", rows[i].row};
        char cursor[2 * CIVIL_TEXT_MAX], from[CIVIL_TEXT_MAX];
        char date[40], header[64];
        instant next;

        world_setup((void **)&world);
        snprintf(header, sizeof(header), "Date: %s\r\n",
                 mail_date(clock_now() - rows[i].date, date));
        char *page = list_page(&row, rows[i].row ? 1 : 0, NULL);
        peer_will(world->peer, PEER_ANSWER, 200, rows[i].date ? header : NULL,
                  page);
        free(page);
        open_at(world, peer_url(world->peer), ", \"poll\": true");
        civil_utc_text(clock_now() - rows[i].cursor, from);
        snprintf(cursor, sizeof(cursor), "%s %s", from, from);
        world->host->table->poll(world->host->driver, cursor);
        host_wait(world->host, &world->host->polls, 1);
        *strchr(world->host->cursor, ' ') = '\0';
        assert_true(civil_parse_instant(world->host->cursor, &next));
        if (world->host->polls_ok != 1 ||
            peer_count(world->peer) != rows[i].asked ||
            world->host->reply_count != (rows[i].row ? 1 : 0) ||
            llabs(clock_now() - rows[i].next - next) > 5 * SECOND_MS ||
            !strstr(world->logged, rows[i].logged) ||
            (!rows[i].logged[0] && strstr(world->logged, "ahead_s")))
            fail_msg("%s: %zu asked, next %lld behind, log %s", rows[i].why,
                     peer_count(world->peer), (long long)(clock_now() - next),
                     world->logged);
        world_teardown((void **)&world);
    }
}

static void without_leave_nothing_is_polled(void **state)
{
    struct world *world = *state;
    struct host *host = world->host;

    open_at(world, peer_url(world->peer), "");
    host->table->poll(host->driver, NULL);
    assert_int_equal(host->polls, 0);
    host_wait(host, &host->polls, 1);
    assert_int_equal(host->polls_ok, 1);
    assert_string_equal(host->cursor, "");
    assert_int_equal(peer_count(world->peer), 0);
}

/* Whatever its cursor says, and also where it is not polled otherwise. */
static void a_restored_store_is_told_all_that_was_sent(void **state)
{
    struct world *world = *state;
    struct host *host = world->host;
    const char *asked;
    char from[CIVIL_TEXT_MAX], cursor[2 * CIVIL_TEXT_MAX];
    instant since = clock_now() - 3 * 24 * HOUR_MS;

    says_list(world, polled_rows, 4, NULL);
    host_restored(host, since);
    open_at(world, peer_url(world->peer), "");
    civil_utc_text(clock_now(), from);
    snprintf(cursor, sizeof(cursor), "%s %s", from, from);
    host->table->poll(host->driver, cursor);
    host_wait(host, &host->polls, 1);
    assert_int_equal(host->polls_ok, 1);
    asked = strstr(peer_request(world->peer, 0), "DateSent%3E=");
    assert_non_null(asked);
    civil_utc_text(since - 10 * MINUTE_MS, from);
    assert_memory_equal(asked + strlen("DateSent%3E="), from, 13);
    assert_int_equal(host->sent_count, 3);
    assert_int_equal(host->receipt_count, 0);
    assert_int_equal(host->reply_count, 1);
    assert_string_equal(host->sent[2].provider_id, "SM1");
    assert_string_equal(host->sent[2].detail, THEIRS);
    assert_string_equal(host->sent[2].reference, "Hello");
    assert_int_equal(host->sent[2].outcome, OUTCOME_DELIVERED);
    assert_string_equal(host->sent[1].code, "30003");
    assert_false(host->sent[0].ended); /* on its way, but it was taken */
}

static void a_poll_that_fails_keeps_the_cursor(void **state)
{
    static const struct {
        enum peer_way way;
        int status;
        const char *body;
    } rows[] = {
        {PEER_ANSWER, 500, ""},
        {PEER_ANSWER, 200, "<html>"},
        {PEER_ANSWER, 200, "{\"messages\": 7}"},
        {PEER_CLOSE, 0, ""},
        {PEER_HUGE, 0, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world *world;

        world_setup((void **)&world);
        peer_will(world->peer, rows[i].way, rows[i].status, NULL, rows[i].body);
        open_at(world, peer_url(world->peer), ", \"poll\": true");
        world->host->table->poll(world->host->driver, NULL);
        host_wait(world->host, &world->host->polls, 1);
        assert_int_equal(world->host->polls_ok, 0);
        assert_string_equal(world->host->cursor, "");
        assert_non_null(strstr(world->logged, "poll"));
        world_teardown((void **)&world);
    }
}

static void the_token_goes_nowhere_else(void **state)
{
    struct world *world = *state;

    says_list(world, polled_rows, 1, "//evil.example/steal");
    open_at(world, peer_url(world->peer), ", \"poll\": true");
    world->host->table->poll(world->host->driver, NULL);
    host_wait(world->host, &world->host->polls, 1);
    assert_int_equal(peer_count(world->peer), 1);
    assert_int_equal(world->host->polls_ok, 0);
}

/* A list that never ends ends, for a poll and for a question. */
static void a_list_that_leads_to_itself_is_left(void **state)
{
    struct world *world = *state;
    struct outgoing sms = now_sms(1, "Other words");

    says_list(world, polled_rows, 1, "/again");
    open_at(world, peer_url(world->peer), ", \"poll\": true");
    world->host->table->poll(world->host->driver, NULL);
    host_wait(world->host, &world->host->polls, 1);
    assert_int_equal(world->host->polls_ok, 0);
    assert_int_equal(peer_count(world->peer), 2);
    sms.submitted_at -= HOUR_MS;
    host_query(world->host, &sms);
    host_wait(world->host, &world->host->queries, 1);
    assert_int_equal(world->host->answer, DRIVER_CANNOT_SAY);
    assert_int_equal(peer_count(world->peer), 4);
}

static void a_question_is_answered_by_value(void **state)
{
    static const struct listed others[] = {
        {"SM7", "outbound-api", OURS, THEIRS, "Another", "sent", "null", 100},
        {"SM8", "inbound", THEIRS, OURS, "Hello", "received", "null", 100},
        {"SM9", "outbound-api", OURS, THEIRS, "Hello", "delivered", "null",
         HOUR_MS},
    };
    static const struct listed ours[] = {
        {"SM1", "outbound-api", OURS, THEIRS, "Hello", "undelivered", "30006",
         100},
    };
    struct world *world = *state;
    struct host *host = world->host;
    struct outgoing sms = now_sms(1, "Hello");

    says_list(world, others, 3, "/2010-04-01/next");
    says_list(world, ours, 1, NULL);
    open_at(world, peer_url(world->peer), "");
    host_query(host, &sms);
    host_wait(host, &host->queries, 1);
    assert_int_equal(host->answer, DRIVER_FOUND);
    assert_string_equal(host->found.provider_id, "SM1");
    assert_int_equal(host->found.outcome, OUTCOME_WRONG_CHANNEL);
    assert_true(host->found.ended);
    assert_non_null(strstr(peer_request(world->peer, 0),
                           "/Messages.json?PageSize=100&To=%2B14155552671 "));
}

#define LISTED(more)                                         \
    "{\"messages\": [{\"sid\": \"SM1\", \"direction\":"      \
    " \"outbound-api\", \"to\": \"" THEIRS "\", \"status\":" \
    " \"delivered\", " more "}]}"

/* S-19: what cannot be compared proves nothing. */
static void absent_is_said_only_when_it_is_certain(void **state)
{
    static const struct {
        const char *why;
        int64_t age_ms;
        int status;
        const char *body;
        enum driver_answer answer;
    } rows[] = {
        {"an empty list, long after", HOUR_MS, 200, "{\"messages\": []}",
         DRIVER_ABSENT},
        {"an empty list, too soon", 0, 200, "{\"messages\": []}",
         DRIVER_CANNOT_SAY},
        {"one whose body was redacted", HOUR_MS, 200, LISTED("\"body\": \"\""),
         DRIVER_CANNOT_SAY},
        {"one without a body", HOUR_MS, 200, LISTED("\"body\": null"),
         DRIVER_CANNOT_SAY},
        {"one that says something else", HOUR_MS, 200,
         LISTED("\"body\": \"H3llo\""), DRIVER_CANNOT_SAY},
        {"one of another year that says something else", HOUR_MS, 200,
         LISTED("\"body\": \"\", \"date_created\":"
                " \"Thu, 01 Jan 2015 10:00:00 +0000\""),
         DRIVER_ABSENT},
        {"no list", HOUR_MS, 200, "{}", DRIVER_CANNOT_SAY},
        {"an error", HOUR_MS, 500, "", DRIVER_CANNOT_SAY},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world *world;
        struct outgoing sms = now_sms(1, "Hello");

        world_setup((void **)&world);
        peer_says(world->peer, rows[i].status, rows[i].body);
        open_at(world, peer_url(world->peer), "");
        sms.submitted_at -= rows[i].age_ms;
        host_query(world->host, &sms);
        host_wait(world->host, &world->host->queries, 1);
        if (world->host->answer != rows[i].answer)
            fail_msg("%s: %d", rows[i].why, (int)world->host->answer);
        world_teardown((void **)&world);
    }
}

/* Promise 1: with a clock that is fast, ours seems to have been created before
 * it was sent. */
static void a_fast_clock_makes_nothing_absent(void **state)
{
    static const struct {
        const char *why, *body;
        int64_t fast_ms, said_ms; /* as the provider says; 0: it does not */
        enum driver_answer answer;
    } rows[] = {
        {"our words, a little before", "Hello", MINUTE_MS, 0, DRIVER_FOUND},
        {"our words, five minutes before", "Hello", 5 * MINUTE_MS, 0,
         DRIVER_CANNOT_SAY},
        {"our words, by the time of another zone", "Hello", 6 * HOUR_MS, 0,
         DRIVER_CANNOT_SAY},
        {"our words, a day before", "Hello", 24 * HOUR_MS, 0, DRIVER_ABSENT},
        {"our clock is days fast, and the provider's says so", "Hello",
         72 * HOUR_MS, 72 * HOUR_MS, DRIVER_FOUND},
        {"a day before, by the provider's clock", "Hello", 96 * HOUR_MS,
         72 * HOUR_MS, DRIVER_ABSENT},
        {"other words, five minutes before", "Hi", 5 * MINUTE_MS, 0,
         DRIVER_ABSENT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world *world;
        struct outgoing sms = now_sms(1, "Hello");
        struct listed listed = {
            "SM1", "outbound-api", OURS,   THEIRS,
            "",    "delivered",    "null", HOUR_MS + rows[i].fast_ms};
        char date[40], header[64];

        world_setup((void **)&world);
        listed.body = rows[i].body;
        snprintf(header, sizeof(header), "Date: %s\r\n",
                 mail_date(clock_now() - rows[i].said_ms, date));
        char *page = list_page(&listed, 1, NULL);
        peer_will(world->peer, PEER_ANSWER, 200,
                  rows[i].said_ms ? header : NULL, page);
        free(page);
        open_at(world, peer_url(world->peer), "");
        sms.submitted_at -= HOUR_MS;
        host_query(world->host, &sms);
        host_wait(world->host, &world->host->queries, 1);
        if (world->host->answer != rows[i].answer)
            fail_msg("%s: %d", rows[i].why, (int)world->host->answer);
        world_teardown((void **)&world);
    }
}

static void a_call_is_followed_to_its_end(void **state)
{
    struct world *world = *state;
    struct host *host = world->host;
    struct outgoing call = now_sms(1, "Hello");
    instant now = call.submitted_at;

    peer_says(world->peer, 201, "{\"sid\": \"CA1\", \"status\": \"queued\"}");
    peer_says(world->peer, 200,
              "{\"sid\": \"CA1\", \"status\": \"in-progress\"}");
    peer_says(world->peer, 200,
              "{\"sid\": \"CA1\", \"status\": \"completed\", "
              "\"answered_by\": \"machine_end_beep\"}");
    open_at(world, peer_url(world->peer),
            ", \"voice_url\": \"https://c.example/v\"");
    call.channel = CHANNEL_VOICE;
    host_submit(host, &call);
    assert_int_equal(host->table->tick(host->driver, now),
                     now + 20 * SECOND_MS);
    /* a clock that goes back puts nothing off */
    assert_int_equal(host->table->tick(host->driver, now - HOUR_MS),
                     now - HOUR_MS + 20 * SECOND_MS);
    host_wait(host, &host->event_count, 1);
    assert_int_equal(host_last(host, 1)->outcome, OUTCOME_ACCEPTED);
    assert_false(host_last(host, 1)->ended);
    host->table->tick(host->driver, now + 20 * SECOND_MS);
    host_wait(host, &host->event_count, 2);
    assert_int_equal(host_last(host, 1)->rank, 3);
    host->table->tick(host->driver, now + 30 * SECOND_MS);
    host_wait(host, &host->ended_count, 1);
    assert_int_equal(host_last(host, 1)->outcome, OUTCOME_MACHINE);
    assert_non_null(strstr(peer_request(world->peer, 1),
                           "GET /2010-04-01/Accounts/" SID "/Calls/CA1.json"));
    assert_int_equal(host->table->tick(host->driver, now + HOUR_MS),
                     INSTANT_NEVER);
}

static void call_results_have_their_outcomes(void **state)
{
    static const struct {
        const char *body;
        enum outcome outcome;
    } rows[] = {
        {"{\"sid\": \"CA1\", \"status\": \"busy\"}", OUTCOME_BUSY},
        {"{\"sid\": \"CA1\", \"status\": \"no-answer\"}", OUTCOME_NO_ANSWER},
        {"{\"sid\": \"CA1\", \"status\": \"failed\"}", OUTCOME_CONGESTION},
        {"{\"sid\": \"CA1\", \"status\": \"canceled\"}", OUTCOME_CANCELLED},
        {"{\"sid\": \"CA1\", \"status\": \"completed\"}", OUTCOME_DELIVERED},
        {"{\"sid\": \"CA1\", \"status\": \"completed\", \"answered_by\": "
         "\"human\"}",
         OUTCOME_HUMAN},
        {"{\"sid\": \"CA1\", \"status\": \"completed\", \"answered_by\": "
         "\"machine_end_silence\"}",
         OUTCOME_DELIVERED}, /* V-4: hold music */
        {"{\"sid\": \"CA1\", \"status\": \"completed\", \"answered_by\": "
         "\"fax\"}",
         OUTCOME_FAX},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world *world;
        struct outgoing call = now_sms(1, "Hello");

        world_setup((void **)&world);
        peer_says(world->peer, 201, rows[i].body);
        open_at(world, peer_url(world->peer), "");
        call.channel = CHANNEL_VOICE;
        host_submit(world->host, &call);
        host_wait(world->host, &world->host->ended_count, 1);
        if (host_last(world->host, 1)->outcome != rows[i].outcome)
            fail_msg("%s: %s", rows[i].body,
                     outcome_name(host_last(world->host, 1)->outcome));
        world_teardown((void **)&world);
    }
}

static void closing_ends_a_call_that_runs(void **state)
{
    struct world *world = *state;
    struct host *host = world->host;
    struct outgoing call = now_sms(1, "Hello");

    peer_says(world->peer, 201, "{\"sid\": \"CA1\", \"status\": \"queued\"}");
    open_at(world, peer_url(world->peer), "");
    call.channel = CHANNEL_VOICE;
    host_submit(host, &call);
    host_wait(host, &host->event_count, 1);
    host_close(host);
    assert_int_equal(host->ended_count, 1);
    assert_int_equal(host_last(host, 1)->outcome, OUTCOME_UNKNOWN);
}

static void a_question_about_a_call_asks_for_calls(void **state)
{
    struct world *world = *state;
    struct outgoing call = now_sms(1, "Hello");
    char page[512];
    char date[40];

    snprintf(page, sizeof(page),
             "{\"calls\": [{\"sid\": \"CA1\", \"direction\": "
             "\"outbound-api\", \"to\": \"" THEIRS "\", \"status\": "
             "\"busy\", \"date_created\": \"%s\"}]}",
             mail_date(call.submitted_at, date));
    peer_says(world->peer, 200, page);
    open_at(world, peer_url(world->peer), "");
    call.channel = CHANNEL_VOICE;
    host_query(world->host, &call);
    host_wait(world->host, &world->host->queries, 1);
    assert_int_equal(world->host->answer, DRIVER_FOUND);
    assert_int_equal(world->host->found.outcome, OUTCOME_BUSY);
    assert_non_null(strstr(peer_request(world->peer, 0), "/Calls.json?"));
}

static void a_call_nothing_is_heard_of_ends_unknown(void **state)
{
    struct world *world = *state;
    struct host *host = world->host;
    struct outgoing call = now_sms(1, "Hello");

    peer_says(world->peer, 201, "{\"sid\": \"CA1\", \"status\": \"queued\"}");
    peer_says(world->peer, 500, "");
    open_at(world, peer_url(world->peer), "");
    call.channel = CHANNEL_VOICE;
    host_submit(host, &call);
    host_wait(host, &host->event_count, 1);
    host->table->tick(host->driver, call.submitted_at + HOUR_MS);
    assert_int_equal(host->ended_count, 1);
    assert_int_equal(host_last(host, 1)->outcome, OUTCOME_UNKNOWN);
    assert_string_equal(host_last(host, 1)->provider_id, "CA1");
}

int main(void)
{
#define WORLD(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        WORLD(an_accepted_message_is_asked_for_rightly),
        cmocka_unit_test(every_answer_has_its_outcome),
        cmocka_unit_test(every_broken_wire_has_its_outcome),
        cmocka_unit_test(what_never_left_is_not_sent),
        WORLD(a_message_whose_time_is_over_is_not_handed_over),
        WORLD(closing_accounts_for_what_is_under_way),
        cmocka_unit_test(evidence_is_what_can_be_received),
        cmocka_unit_test(without_a_network_it_does_not_open),
        WORLD(a_poll_brings_receipts_and_replies),
        WORLD(a_second_poll_begins_at_the_cursor),
        cmocka_unit_test(a_cursor_is_of_the_providers_time),
        WORLD(without_leave_nothing_is_polled),
        WORLD(a_restored_store_is_told_all_that_was_sent),
        cmocka_unit_test(a_poll_that_fails_keeps_the_cursor),
        WORLD(the_token_goes_nowhere_else),
        WORLD(a_list_that_leads_to_itself_is_left),
        WORLD(a_question_is_answered_by_value),
        cmocka_unit_test(absent_is_said_only_when_it_is_certain),
        cmocka_unit_test(a_fast_clock_makes_nothing_absent),
        WORLD(a_call_is_followed_to_its_end),
        cmocka_unit_test(call_results_have_their_outcomes),
        WORLD(a_call_nothing_is_heard_of_ends_unknown),
        WORLD(closing_ends_a_call_that_runs),
        WORLD(a_question_about_a_call_asks_for_calls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
