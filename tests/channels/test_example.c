/* SPDX-License-Identifier: Apache-2.0 */
/* The examples of docs/drivers.md are true: the description is sent to a real
 * peer, and the driver in C is the file that is compiled here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"

#include "tests/channels/host.h"
#include "tests/channels/peer.h"

extern const struct channel_driver driver_postcard;

struct world {
    struct host *host;
    struct peer *peer;
    struct buf page;
};

static void source_read(const char *name, struct buf *out)
{
    const char *root = getenv("OUTREACH_SOURCE");
    struct error err = {0};
    char path[512];

    snprintf(path, sizeof(path), "%s/%s", root ? root : ".", name);
    if (!file_read(path, 1 << 20, out, &err))
        fail_msg("%s", err.text);
}

static int world_setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    world->host = host_new();
    host_network(world->host);
    world->peer = peer_new();
    source_read("docs/drivers.md", &world->page);
    setenv("ACME_API_KEY", "s3cret", 1);
    setenv("ACME_HOOK_KEY", "s1gned", 1);
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    struct world *world = *state;

    host_free(world->host);
    peer_free(world->peer);
    buf_free(&world->page);
    free(world);
    return 0;
}

/* The fenced block behind "<!-- example: NAME -->". */
static char *example(const struct world *world, const char *name)
{
    char mark[64];
    const char *begin;
    const char *end;

    snprintf(mark, sizeof(mark), "<!-- example: %s -->", name);
    begin = strstr(world->page.data, mark);
    assert_non_null(begin);
    begin = strstr(begin, "\n```");
    assert_non_null(begin);
    begin = strchr(begin + 1, '\n') + 1;
    end = strstr(begin, "\n```");
    assert_non_null(end);
    return strndup(begin, (size_t)(end + 1 - begin));
}

static char *replaced(const char *text, const char *what, const char *with)
{
    const char *at = strstr(text, what);
    struct buf out;

    assert_non_null(at);
    buf_init(&out, 1 << 16);
    buf_add(&out, text, (size_t)(at - text));
    buf_text(&out, with);
    buf_text(&out, at + strlen(what));
    return buf_take(&out);
}

static void open_description(struct world *world)
{
    char *text = example(world, "description");
    char *json =
        replaced(text, "https://api.acme.example", peer_url(world->peer));

    host_must_open(world->host, json);
    free(json);
    free(text);
}

static void the_description_sends(void **state)
{
    struct world *world = *state;
    struct outgoing sms = host_sms(1, "+14155552671", "Hi \"Ana\"");
    const char *asked;

    peer_says(world->peer, 202,
              "{\"status\": \"queued\", \"message\": {\"id\": \"m-1\"}}");
    open_description(world);
    sms.valid_until = sms.submitted_at + HOUR_MS;
    host_submit(world->host, &sms);
    host_wait(world->host, &world->host->ended_count, 1);
    assert_int_equal(host_last(world->host, 1)->outcome, OUTCOME_ACCEPTED);
    assert_string_equal(host_last(world->host, 1)->provider_id, "m-1");
    asked = peer_request(world->peer, 0);
    assert_non_null(strstr(asked, "POST /v1/messages HTTP/1.1\r\n"));
    assert_non_null(strstr(asked, "Authorization: Bearer s3cret\r\n"));
    assert_non_null(strstr(asked, "Idempotency-Key: o7-1\r\n"));
    assert_string_equal(strstr(asked, "\r\n\r\n") + 4,
                        "{\"from\":\"+18005550100\",\"to\":\"+14155552671\","
                        "\"content\":{\"type\":\"text\",\"text\":\"Hi "
                        "\\\"Ana\\\"\"},\"client_ref\":\"o7-1\","
                        "\"ttl\":3600}");
    assert_true(world->host->table->key_life_ms(world->host->driver) > 0);
}

static void the_description_reads_refusals(void **state)
{
    struct world *world = *state;
    struct outgoing sms = host_sms(1, "+14155552671", "Hello");

    peer_says(world->peer, 400,
              "{\"error\": {\"code\": \"recipient_opted_out\"}}");
    open_description(world);
    host_submit(world->host, &sms);
    host_wait(world->host, &world->host->ended_count, 1);
    assert_int_equal(host_last(world->host, 1)->outcome, OUTCOME_OPTED_OUT);
}

static void the_driver_on_the_page_is_the_one_that_runs(void **state)
{
    struct world *world = *state;
    char *shown = example(world, "driver");
    struct buf file;

    source_read("tests/channels/example_driver.c", &file);
    assert_string_equal(shown, file.data);
    buf_free(&file);
    free(shown);
}

static void the_driver_in_c_keeps_the_contract(void **state)
{
    static const struct {
        int status;
        enum peer_way way;
        enum outcome outcome;
    } rows[] = {
        {202, PEER_ANSWER, OUTCOME_ACCEPTED},
        {429, PEER_ANSWER, OUTCOME_THROTTLED},
        {401, PEER_ANSWER, OUTCOME_MISCONFIGURED},
        {410, PEER_ANSWER, OUTCOME_OPTED_OUT},
        {500, PEER_ANSWER, OUTCOME_UNKNOWN},
        {0, PEER_CLOSE, OUTCOME_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct outgoing sms = host_sms(1, "+14155552671", "Hello");
        struct world *world;
        char json[256];

        world_setup((void **)&world);
        peer_will(world->peer, rows[i].way, rows[i].status, NULL, "");
        snprintf(json, sizeof(json),
                 "{\"driver\": \"postcard\", \"url\": \"%s\", \"token_env\": "
                 "\"ACME_API_KEY\"}",
                 peer_url(world->peer));
        world->host->table = &driver_postcard;
        host_must_open(world->host, json);
        host_submit(world->host, &sms);
        host_wait(world->host, &world->host->ended_count, 1);
        assert_int_equal(host_last(world->host, 1)->outcome, rows[i].outcome);
        sms.attempt_id = 2;
        host_submit(world->host, &sms);
        host_close(world->host);
        assert_int_equal(world->host->ended_count, 2);
        world_teardown((void **)&world);
    }
}

int main(void)
{
#define WORLD(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        WORLD(the_description_sends),
        WORLD(the_description_reads_refusals),
        WORLD(the_driver_on_the_page_is_the_one_that_runs),
        cmocka_unit_test(the_driver_in_c_keeps_the_contract),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
