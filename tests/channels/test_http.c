/* SPDX-License-Identifier: Apache-2.0 */
/* The generic HTTP driver: descriptions in, requests out, answers read, on a
 * real peer; and every fault of a description with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/memory.h"

#include "channels/provider_rules.h"
#include "tests/channels/host.h"
#include "tests/channels/peer.h"

struct world {
    struct host *host;
    struct peer *peer;
};

static int world_setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    world->host = host_new();
    host_network(world->host);
    world->peer = peer_new();
    setenv("ACME_KEY", "k3y\"&%", 1);
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    struct world *world = *state;

    host_free(world->host);
    peer_free(world->peer);
    free(world);
    return 0;
}

/* Opens a section; $URL in it is the peer's address. */
static void open_with(struct world *world, const char *section)
{
    const char *url = peer_url(world->peer);
    const char *at;
    struct buf json;

    buf_init(&json, 1 << 16);
    buf_text(&json, "{\"driver\": \"http\", \"channels\": [\"sms\"], ");
    while ((at = strstr(section, "$URL"))) {
        buf_add(&json, section, (size_t)(at - section));
        buf_text(&json, url);
        section = at + 4;
    }
    buf_text(&json, section);
    buf_char(&json, '}');
    host_must_open(world->host, json.data);
    buf_free(&json);
}

static const struct host_event *send_text(struct world *world, const char *text)
{
    struct outgoing sms = host_sms(1, "+14155552671", text);

    sms.valid_until = sms.submitted_at + 90 * SECOND_MS;
    host_submit(world->host, &sms);
    assert_int_equal(world->host->event_count, 0);
    host_wait(world->host, &world->host->ended_count, 1);
    return host_last(world->host, 1);
}

static const char *body_of(const char *request)
{
    const char *body = strstr(request, "\r\n\r\n");

    return body ? body + 4 : "";
}

#define NASTY "He said \"hi\" & 50% \\ {{to}}\nbye </x>"

static void json_is_escaped_as_json(void **state)
{
    struct world *world = *state;

    peer_says(world->peer, 200, "{}");
    open_with(world,
              "\"from\": \"Clinic\", \"secrets\": {\"key\": {\"env\": "
              "\"ACME_KEY\"}},"
              "\"request\": {\"url\": \"$URL/send?k={{secret.key}}\","
              " \"headers\": {\"X-Key\": \"{{ secret.key }}\"},"
              " \"body\": {\"to\": \"{{to_digits}}\", \"m\": [{\"t\": "
              "\"<{{text}}>\"}], \"ttl\": \"{{valid_seconds}}\", \"flag\": "
              "true, \"from\": \"{{from}}\", \"none\": \"{{subject}}\"}}");
    assert_int_equal(send_text(world, NASTY)->outcome, OUTCOME_ACCEPTED);
    assert_string_equal(
        body_of(peer_request(world->peer, 0)),
        "{\"to\":\"14155552671\",\"m\":[{\"t\":\"<He said \\\"hi\\\" & 50% "
        "\\\\ {{to}}\\nbye </x>>\"}],\"ttl\":90,\"flag\":true,"
        "\"from\":\"Clinic\",\"none\":\"\"}");
    assert_non_null(strstr(peer_request(world->peer, 0),
                           "POST /send?k=k3y%22%26%25 HTTP/1.1\r\n"));
    assert_non_null(strstr(peer_request(world->peer, 0), "X-Key: k3y\"&%\r\n"));
    assert_non_null(strstr(peer_request(world->peer, 0),
                           "Content-Type: application/json\r\n"));
}

static void forms_are_escaped_as_forms(void **state)
{
    struct world *world = *state;

    peer_says(world->peer, 200, "");
    open_with(world, "\"request\": {\"url\": \"$URL/\", \"format\": \"form\","
                     " \"basic\": {\"user\": \"me\", \"password\": \"pw\"},"
                     " \"body\": {\"to\": \"{{to}}\", \"a b\": \"x&{{text}}\","
                     " \"ref\": \"{{reference}}\"}}");
    send_text(world, "1&2=3");
    assert_string_equal(body_of(peer_request(world->peer, 0)),
                        "to=%2B14155552671&a%20b=x%261%262%3D3&ref=o7-1");
    assert_non_null(strstr(peer_request(world->peer, 0),
                           "Authorization: Basic bWU6cHc=\r\n"));
}

static void a_text_body_is_taken_as_it_stands(void **state)
{
    struct world *world = *state;

    peer_says(world->peer, 200, "");
    open_with(world, "\"request\": {\"method\": \"PUT\", \"url\": "
                     "\"$URL/{{to}}\", \"format\": \"text\", \"headers\": "
                     "{\"X-Title\": \"{{text}}\", \"Content-Type\": "
                     "\"text/x-sms\"}, \"body\": \"{{text}}\"}");
    send_text(world, "two\nlines");
    assert_string_equal(body_of(peer_request(world->peer, 0)), "two\nlines");
    assert_non_null(strstr(peer_request(world->peer, 0),
                           "PUT /%2B14155552671 HTTP/1.1\r\n"));
    assert_non_null(
        strstr(peer_request(world->peer, 0), "X-Title: two lines\r\n"));
    assert_non_null(
        strstr(peer_request(world->peer, 0), "Content-Type: text/x-sms\r\n"));
    assert_null(strstr(peer_request(world->peer, 0), "text/plain"));
}

#define RULES                                                                 \
    "\"request\": {\"url\": \"$URL/\", \"body\": {\"t\": \"{{text}}\"}},"     \
    "\"success\": {\"status\": [200, 201], \"json\": {\"path\": \"status\", " \
    "\"equals\": \"ok\"}}, \"id\": {\"path\": \"messages.0.id\"},"            \
    "\"errors\": [{\"status\": [420, 429], \"outcome\": \"throttled\"},"      \
    "{\"json\": {\"path\": \"error.code\", \"equals\": 21610}, \"outcome\": " \
    "\"opted-out\"}, {\"text\": \"maintenance\", \"outcome\": "               \
    "\"provider-down\"}, {\"status\": 400, \"json\": {\"path\": "             \
    "\"error.kind\"}, \"outcome\": \"bad-address\"}]"

static void answers_follow_the_rules(void **state)
{
    static const struct {
        const char *why;
        int status;
        const char *headers;
        const char *body;
        enum outcome outcome;
        const char *id;
        const char *code;
        int64_t retry_after_ms;
    } rows[] = {
        {"success with its proof and id", 201, NULL,
         "{\"status\": \"ok\", \"messages\": [{\"id\": 77}]}", OUTCOME_ACCEPTED,
         "77", "", -1},
        {"no id is no harm", 200, NULL, "{\"status\": \"ok\"}",
         OUTCOME_ACCEPTED, "", "", -1},
        {"well without the proof is unknown", 200, NULL, "{\"status\": \"hm\"}",
         OUTCOME_UNKNOWN, "", "", -1},
        {"garbage too", 200, NULL, "<html>", OUTCOME_UNKNOWN, "", "", -1},
        {"nothing too", 200, NULL, "", OUTCOME_UNKNOWN, "", "", -1},
        {"a status that is not promised", 202, NULL, "{\"status\": \"ok\"}",
         OUTCOME_UNKNOWN, "", "", -1},
        {"a rule by status", 420, "Retry-After: 3\r\n", "", OUTCOME_THROTTLED,
         "", "", 3000},
        {"a rule by JSON, though HTTP says 200", 200, NULL,
         "{\"status\": \"ok\", \"error\": {\"code\": \"21610\"}}",
         OUTCOME_OPTED_OUT, "", "21610", -1},
        {"a number equals its text", 400, NULL,
         "{\"error\": {\"code\": 21610}}", OUTCOME_OPTED_OUT, "", "21610", -1},
        {"a rule by words", 500, NULL, "down for maintenance",
         OUTCOME_PROVIDER_DOWN, "", "", -1},
        {"a rule by status and presence", 400, NULL,
         "{\"error\": {\"kind\": \"nope\"}}", OUTCOME_BAD_ADDRESS, "", "nope",
         -1},
        {"HTTP's own: refused", 400, NULL, "{}", OUTCOME_BAD_CONTENT, "", "",
         -1},
        {"HTTP's own: log-in", 401, NULL, "", OUTCOME_MISCONFIGURED, "", "",
         -1},
        {"HTTP's own: S-19", 502, NULL, "", OUTCOME_UNKNOWN, "", "", -1},
        {"HTTP's own: a redirect", 301, "Location: /x\r\n", "",
         OUTCOME_MISCONFIGURED, "", "", -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct host_event *event;
        struct world *world;

        world_setup((void **)&world);
        peer_will(world->peer, PEER_ANSWER, rows[i].status, rows[i].headers,
                  rows[i].body);
        open_with(world, RULES);
        event = send_text(world, "Hello");
        if (event->outcome != rows[i].outcome ||
            strcmp(event->provider_id, rows[i].id) != 0 ||
            strcmp(event->code, rows[i].code) != 0 ||
            event->retry_after_ms != rows[i].retry_after_ms)
            fail_msg("%s: %s id '%s' code '%s'", rows[i].why,
                     outcome_name(event->outcome), event->provider_id,
                     event->code);
        assert_int_equal(peer_count(world->peer), 1);
        world_teardown((void **)&world);
    }
}

static void broken_wires_are_unknown_or_not_sent(void **state)
{
    static const struct {
        enum peer_way way;
        const char *url;
        enum outcome outcome;
    } rows[] = {
        {PEER_CLOSE, "$URL/", OUTCOME_UNKNOWN},
        {PEER_HALF, "$URL/", OUTCOME_UNKNOWN},
        {PEER_HUGE, "$URL/", OUTCOME_UNKNOWN},
        {PEER_GARBAGE, "$URL/", OUTCOME_UNKNOWN},
        {PEER_SILENT, "$URL/", OUTCOME_UNKNOWN},
        {PEER_CLOSE, "http://127.0.0.1:1/", OUTCOME_NOT_SENT},
        {PEER_CLOSE, "http://no-such-host.invalid/", OUTCOME_NOT_SENT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char section[256];
        struct world *world;

        world_setup((void **)&world);
        peer_will(world->peer, rows[i].way, 200, NULL, "{}");
        snprintf(
            section, sizeof(section),
            "\"timeout_s\": 1, \"request\": {\"url\": \"%s\", \"body\": {}}",
            rows[i].url);
        open_with(world, section);
        if (send_text(world, "Hello")->outcome != rows[i].outcome)
            fail_msg("%s %d: %s", rows[i].url, (int)rows[i].way,
                     outcome_name(host_last(world->host, 1)->outcome));
        world_teardown((void **)&world);
    }
}

static void an_idempotency_header_makes_it_keyed(void **state)
{
    struct world *world = *state;
    struct outgoing again = host_sms(1, "+14155552671", "Hello");

    peer_says(world->peer, 200, "");
    open_with(world, "\"idempotency_header\": \"Idempotency-Key\","
                     "\"request\": {\"url\": \"$URL/\", \"body\": {\"t\": "
                     "\"{{text}}\"}}");
    assert_true(world->host->table->key_life_ms(world->host->driver) > 0);
    host_submit(world->host, &again);
    host_wait(world->host, &world->host->ended_count, 1);
    world->host->event_count = 0; /* the owner submits the same again */
    host_submit(world->host, &again);
    host_wait(world->host, &world->host->ended_count, 2);
    assert_non_null(
        strstr(peer_request(world->peer, 0), "Idempotency-Key: o7-1\r\n"));
    assert_string_equal(peer_request(world->peer, 0),
                        peer_request(world->peer, 1));
}

/* domain.md 2.8: keys live from a minute to a day; what is sent again must be
 * there before that, so the time of one request is taken off. */
static void a_key_lives_as_long_as_the_description_says(void **state)
{
    static const struct {
        const char *about, *says;
        int64_t life_ms;
    } rows[] = {
        {"nothing said", "", 10 * MINUTE_MS - 30 * SECOND_MS},
        {"a day", "\"idempotency_minutes\": 1440,",
         24 * HOUR_MS - 30 * SECOND_MS},
        {"requests may take longer", "\"timeout_s\": 60,", 9 * MINUTE_MS},
        {"dead before a repetition could be there",
         "\"idempotency_minutes\": 1, \"timeout_s\": 60,", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world *world;
        char with[256];
        world_setup((void **)&world);
        snprintf(with, sizeof(with),
                 "\"idempotency_header\": \"Idempotency-Key\", %s"
                 "\"request\": {\"url\": \"$URL/\"}",
                 rows[i].says);
        open_with(world, with);
        if (world->host->table->key_life_ms(world->host->driver) !=
            rows[i].life_ms)
            fail_msg("%s", rows[i].about);
        world_teardown((void **)&world);
    }
}

static void what_it_cannot_do_is_refused(void **state)
{
    struct world *world = *state;
    struct outgoing sms = host_sms(1, "+14155552671", "Reply C");
    struct outgoing mail = host_sms(2, "a@example.org", "Hello");
    const struct channel_driver *table;
    struct error err = {0};

    open_with(world, "\"request\": {\"url\": \"$URL/\"}, \"receipt\":"
                     " {\"reference\": \"r\", \"status\": \"s\","
                     " \"statuses\": {\"d\": \"delivered\"}},"
                     " \"evidence\": \"delivered\"");
    table = world->host->table;
    mail.channel = CHANNEL_EMAIL;
    assert_true(table->admits(world->host->driver, &sms, &err));
    sms.invites_reply = true;
    assert_false(table->admits(world->host->driver, &sms, &err));
    assert_non_null(strstr(err.text, "receives_replies"));
    assert_false(table->admits(world->host->driver, &mail, &err));
    assert_non_null(strstr(err.text, "this provider sends sms, not email"));
    assert_int_equal(table->key_life_ms(world->host->driver), 0);
    /* no receipt can come, however it would look */
    assert_int_equal(table->evidence(world->host->driver, CHANNEL_SMS),
                     EVIDENCE_ACCEPTED);
    assert_int_equal(table->evidence(world->host->driver, CHANNEL_EMAIL),
                     EVIDENCE_NONE);
}

static void what_is_over_or_too_large_is_not_sent(void **state)
{
    static char large[2 << 20];
    struct world *world = *state;
    struct outgoing over = host_sms(1, "+14155552671", "Hello");
    struct outgoing much = host_sms(2, "+14155552671", large);

    memset(large, 'x', sizeof(large) - 1);
    open_with(world, "\"request\": {\"url\": \"$URL/\", \"body\": {\"t\": "
                     "\"{{text}}\"}}");
    over.valid_until = over.submitted_at;
    host_submit(world->host, &over);
    host_submit(world->host, &much);
    host_wait(world->host, &world->host->ended_count, 2);
    assert_int_equal(host_last(world->host, 1)->outcome, OUTCOME_EXPIRED);
    assert_int_equal(host_last(world->host, 2)->outcome, OUTCOME_BAD_CONTENT);
    assert_int_equal(peer_count(world->peer), 0);
}

#define HEAD "{\"driver\": \"http\", \"channels\": [\"sms\"], "
#define ASK "\"request\": {\"url\": \"https://a.example/\"}"

static void faults_in_a_description_name_the_place(void **state)
{
    static const struct {
        const char *json;
        const char *part;
    } rows[] = {
        {"{\"driver\": \"http\"}", "write \"channels\": [\"sms\"]"},
        {"{\"driver\": \"http\", \"channels\": [\"sms\", \"email\"]}",
         "outreach.json:1:32: provider 'test': a provider of driver http "
         "speaks one channel"},
        {HEAD "\"x\": 1}", "'request' is missing"},
        {HEAD "\"request\": {\"url\": \"ftp://a.example/\"}}",
         "'url' must begin with https:// or http://"},
        {HEAD "\"request\": {\"url\": \"https://{{to}}/\"}}",
         "'url' must name its host itself"},
        {HEAD "\"request\": {\"url\": \"https://a.example/\", \"verb\": 1}}",
         "there is no 'verb' here"},
        {HEAD "\"request\": {\"url\": \"https://a.example/\", \"method\": "
              "\"DELETE\"}}",
         "'method' must be POST, PUT, PATCH or GET"},
        {HEAD "\"request\": {\"url\": \"https://a.example/\",\n"
              " \"body\": {\"t\": \"{{txt}}\"}}}",
         "outreach.json:2:16: provider 'test': there is no {{txt}}; did you "
         "mean {{text}}?"},
        {HEAD "\"request\": {\"url\": \"https://a.example/\", \"body\": "
              "{\"t\": \"{{text}\"}}}",
         "a {{ here is never closed with }}"},
        {HEAD "\"request\": {\"url\": \"https://a.example/{{secret.k}}\"}}",
         "'secrets' has no 'k'"},
        {HEAD "\"secrets\": {\"k\": \"s3cret\"}, " ASK "}", "never as itself"},
        {HEAD "\"request\": {\"url\": \"https://a.example/\", \"format\": "
              "\"xml\"}}",
         "'format' must be json, form or text"},
        {HEAD "\"request\": {\"url\": \"https://a.example/\", \"format\": "
              "\"form\", \"body\": {\"n\": 1}}}",
         "a form's members must be texts"},
        {HEAD "\"request\": {\"url\": \"https://a.example/\", \"headers\": "
              "{\"X: y\": \"1\"}}}",
         "'X: y' is no name of a header"},
        {HEAD ASK ", \"success\": {\"status\": 99}}",
         "'status' must be an HTTP status"},
        {HEAD ASK ", \"success\": {\"json\": {\"equals\": 1}}}",
         "'path' is missing here"},
        {HEAD ASK ", \"errors\": [{\"outcome\": \"busy\"}]}",
         "say when: 'status', 'json' or 'text'"},
        {HEAD ASK ", \"errors\": [{\"status\": 1000, \"outcome\": \"x\"}]}",
         "'status' must be an HTTP status"},
        {HEAD ASK ", \"errors\": [{\"status\": 400, \"outcome\": \"sad\"}]}",
         "there is no outcome 'sad'"},
        {HEAD ASK ", \"errors\": [{\"status\": 400, \"outcom\": \"busy\"}]}",
         "there is no 'outcom' here; did you mean 'outcome'?"},
        {HEAD ASK ", \"receipt\": {\"status\": \"s\"}}",
         "say where the receipt names the message"},
        {HEAD ASK ", \"receipt\": {\"status\": \"s\", \"id\": \"i\"}}",
         "'statuses' is missing"},
        {HEAD ASK ", \"receipt\": {\"status\": \"s\", \"id\": \"i\", "
                  "\"statuses\": {\"d\": \"done\"}}}",
         "'d' must be the name of an outcome"},
        {HEAD ASK "}", "cannot run under a pretended time"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        host_must_refuse(rows[i].json, rows[i].part);
}

static void receipts_are_read_by_their_shape(void **state)
{
    static const char section[] =
        "{\"receipt\": {\"reference\": \"m.ref\", \"id\": \"m.id\", "
        "\"status\": \"state\", \"code\": \"err\", \"statuses\": "
        "{\"done\": \"delivered\", \"dead\": \"unreachable\", \"7\": "
        "\"read\"}}}";
    static const struct {
        const char *json;
        bool ok;
        enum outcome outcome;
        int rank;
        const char *reference, *id, *code;
    } rows[] = {
        {"{\"state\": \"done\", \"m\": {\"ref\": \"o7-1\", \"id\": 5}}", true,
         OUTCOME_DELIVERED, 4, "o7-1", "5", NULL},
        {"{\"state\": \"dead\", \"err\": 12, \"m\": {\"id\": \"x\"}}", true,
         OUTCOME_UNREACHABLE, 4, NULL, "x", "12"},
        {"{\"state\": 7, \"m\": {\"id\": \"x\"}}", true, OUTCOME_READ, 5, NULL,
         "x", NULL},
        {"{\"state\": \"odd\", \"m\": {\"id\": \"x\"}}", false, 0, 0, NULL,
         NULL, NULL},
        {"{\"state\": \"done\"}", false, 0, 0, NULL, NULL, NULL},
        {"[]", false, 0, 0, NULL, NULL, NULL},
    };
    struct json *doc = json_parse(section, strlen(section), 0, NULL, NULL);
    struct driver_config config = {
        .name = "acme", .doc = doc, .node = json_root(doc), .path = "x.json"};
    struct arena *arena = arena_new();
    struct provider_rules *rules = provider_rules_read(&config, arena, NULL);

    (void)state;
    assert_non_null(rules);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct provider_body receipt;
        struct provider_result result;

        assert_true(provider_body_read(rows[i].json, strlen(rows[i].json),
                                       false, &receipt));
        assert_int_equal(
            provider_read_receipt(rules, &receipt, HOST_NOW, &result),
            rows[i].ok);
        if (rows[i].ok) {
            assert_int_equal(result.event.outcome, rows[i].outcome);
            assert_int_equal(result.event.rank, rows[i].rank);
            assert_string_equal(result.event.provider_id, rows[i].id);
            if (rows[i].reference)
                assert_string_equal(result.reference, rows[i].reference);
            if (rows[i].code)
                assert_string_equal(result.event.code, rows[i].code);
        }
        provider_body_free(&receipt);
    }
    arena_free(arena);
    json_free(doc);
}

int main(void)
{
#define WORLD(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        WORLD(json_is_escaped_as_json),
        WORLD(forms_are_escaped_as_forms),
        WORLD(a_text_body_is_taken_as_it_stands),
        cmocka_unit_test(answers_follow_the_rules),
        cmocka_unit_test(broken_wires_are_unknown_or_not_sent),
        WORLD(an_idempotency_header_makes_it_keyed),
        cmocka_unit_test(a_key_lives_as_long_as_the_description_says),
        WORLD(what_it_cannot_do_is_refused),
        WORLD(what_is_over_or_too_large_is_not_sent),
        cmocka_unit_test(faults_in_a_description_name_the_place),
        cmocka_unit_test(receipts_are_read_by_their_shape),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
