/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox: what would be sent is in the file before anybody is told. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

#include "tests/channels/host.h"

struct world {
    struct host *host;
    char directory[64];
    char path[128];
    char config[256];
};

static int world_setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    snprintf(world->directory, sizeof(world->directory), "/tmp/outboxXXXXXX");
    if (!world || !mkdtemp(world->directory))
        return -1;
    file_join(world->path, sizeof(world->path), world->directory, "o.jsonl");
    snprintf(world->config, sizeof(world->config),
             "{\"driver\": \"outbox\", \"path\": \"%s\"}", world->path);
    world->host = host_new();
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    struct world *world = *state;

    host_free(world->host);
    file_remove_tree(world->directory);
    free(world);
    return 0;
}

static void tick(struct world *world)
{
    world->host->table->tick(world->host->driver, HOST_NOW + 5);
}

/* The n-th line (from 0) of the file as a document; NULL when not there. */
static struct json *line_at(const struct world *world, size_t n)
{
    struct json *doc = NULL;
    struct buf text;
    char *line;

    assert_true(file_read(world->path, 1 << 24, &text, NULL));
    line = strtok(text.data, "\n");
    while (line && n-- > 0)
        line = strtok(NULL, "\n");
    if (line)
        doc = json_parse(line, strlen(line), 0, NULL, NULL);
    buf_free(&text);
    return doc;
}

static void a_message_is_a_line(void **state)
{
    struct world *world = *state;
    struct outgoing mail = host_sms(1, "ana@example.org", "Hi \"Ana\"\nbye");
    const struct json_node *root;
    struct json *doc;

    host_must_open(world->host, world->config);
    mail.channel = CHANNEL_EMAIL;
    mail.subject = "Your visit";
    mail.html = "<p>Hi</p>";
    mail.calendar = "BEGIN:VCALENDAR";
    mail.valid_until = HOST_NOW + HOUR_MS;
    host_submit(world->host, &mail);
    assert_int_equal(world->host->event_count, 0);
    tick(world);
    doc = line_at(world, 0);
    root = json_root(doc);
    assert_string_equal(json_get_text(root, "reference"), "o7-1");
    assert_string_equal(json_get_text(root, "channel"), "email");
    assert_string_equal(json_get_text(root, "to"), "ana@example.org");
    assert_string_equal(json_get_text(root, "subject"), "Your visit");
    assert_string_equal(json_get_text(root, "text"), "Hi \"Ana\"\nbye");
    assert_string_equal(json_get_text(root, "html"), "<p>Hi</p>");
    assert_true(json_is_true(json_get(root, "calendar")));
    assert_null(json_get(root, "voicemail"));
    assert_string_equal(json_get_text(root, "submitted_at"),
                        "2026-11-23T12:00:00.000Z");
    assert_string_equal(json_get_text(root, "valid_until"),
                        "2026-11-23T13:00:00.000Z");
    json_free(doc);
}

static void the_script_of_a_call_is_kept_as_json(void **state)
{
    struct world *world = *state;
    struct outgoing call = host_sms(2, "+14155552671", "Hello");
    struct json *doc;

    host_must_open(world->host, world->config);
    call.channel = CHANNEL_VOICE;
    call.voicemail = "Please call us";
    call.script = "{\"say\": \"Hello\", \"keys\": {\"1\": \"confirm\"}}";
    host_submit(world->host, &call);
    tick(world);
    doc = line_at(world, 0);
    assert_string_equal(
        json_get_text(json_get(json_get(json_root(doc), "script"), "keys"),
                      "1"),
        "confirm");
    assert_string_equal(json_get_text(json_root(doc), "voicemail"),
                        "Please call us");
    json_free(doc);
}

static void many_messages_are_told_after_one_write(void **state)
{
    struct world *world = *state;
    struct json *doc;

    host_must_open(world->host, world->config);
    for (int64_t id = 1; id <= 500; id++) {
        struct outgoing sms = host_sms(id, "+14155552671", "Hello");

        host_submit(world->host, &sms);
    }
    assert_int_equal(world->host->event_count, 0);
    tick(world);
    assert_int_equal(world->host->ended_count, 500);
    for (int64_t id = 1; id <= 500; id++)
        assert_int_equal(host_last(world->host, id)->outcome, OUTCOME_ACCEPTED);
    assert_int_equal(host_last(world->host, 1)->at, HOST_NOW + 5);
    doc = line_at(world, 499);
    assert_string_equal(json_get_text(json_root(doc), "reference"), "o7-500");
    json_free(doc);
    assert_null(line_at(world, 500));
    assert_int_equal(
        world->host->table->tick(world->host->driver, HOST_NOW + 6),
        INSTANT_NEVER);
}

static void more_than_a_burst_holds_is_written_in_between(void **state)
{
    struct world *world = *state;
    static char text[60000];
    struct json *doc;

    memset(text, 'x', sizeof(text) - 1);
    host_must_open(world->host, world->config);
    for (int64_t id = 1; id <= 60; id++) {
        struct outgoing sms = host_sms(id, "+14155552671", text);

        host_submit(world->host, &sms);
    }
    assert_int_equal(world->host->event_count, 0);
    tick(world);
    assert_int_equal(world->host->ended_count, 60);
    doc = line_at(world, 59);
    assert_string_equal(json_get_text(json_root(doc), "reference"), "o7-60");
    json_free(doc);
}

static void what_is_larger_than_all_limits_is_refused(void **state)
{
    struct world *world = *state;
    size_t size = (size_t)17 << 20;
    char *text = malloc(size);
    struct outgoing small = host_sms(1, "+14155552671", "Hello");
    struct outgoing large = host_sms(2, "+14155552671", text);
    struct json *doc;

    memset(text, 'x', size - 1);
    text[size - 1] = '\0';
    host_must_open(world->host, world->config);
    host_submit(world->host, &small);
    host_submit(world->host, &large);
    free(text);
    tick(world);
    assert_int_equal(host_last(world->host, 1)->outcome, OUTCOME_ACCEPTED);
    assert_int_equal(host_last(world->host, 2)->outcome, OUTCOME_BAD_CONTENT);
    doc = line_at(world, 0);
    assert_string_equal(json_get_text(json_root(doc), "reference"), "o7-1");
    json_free(doc);
    assert_null(line_at(world, 1));
}

static void the_file_is_ours_alone(void **state)
{
    struct world *world = *state;
    struct stat stat_;

    host_must_open(world->host, world->config);
    assert_int_equal(stat(world->path, &stat_), 0);
    assert_int_equal(stat_.st_mode & 0777, 0600);
}

static void a_full_disk_is_not_sent(void **state)
{
    struct world *world = *state;
    struct outgoing sms = host_sms(1, "+14155552671", "Hello");

    host_must_open(world->host,
                   "{\"driver\": \"outbox\", \"path\": \"/dev/full\"}");
    host_submit(world->host, &sms);
    tick(world);
    assert_int_equal(host_last(world->host, 1)->outcome, OUTCOME_NOT_SENT);
    assert_non_null(strstr(host_last(world->host, 1)->detail, "No space left"));
}

/* The file may grow to 1 KiB and no further: the write goes in half. */
static void half_a_line_is_taken_back(void **state)
{
    struct world *world = *state;
    struct rlimit before;
    struct rlimit small;
    struct buf text;
    static char body[900];

    memset(body, 'x', sizeof(body) - 1);
    host_must_open(world->host, world->config);
    for (int64_t id = 1; id <= 2; id++) {
        struct outgoing sms =
            host_sms(id, "+14155552671", id == 1 ? "short" : body);

        assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
        small = before;
        small.rlim_cur = 1024;
        host_submit(world->host, &sms);
        signal(SIGXFSZ, SIG_IGN);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        tick(world);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    }
    assert_int_equal(host_last(world->host, 1)->outcome, OUTCOME_ACCEPTED);
    assert_int_equal(host_last(world->host, 2)->outcome, OUTCOME_NOT_SENT);
    assert_true(file_read(world->path, 1 << 20, &text, NULL));
    assert_int_equal(text.data[text.len - 1], '\n');
    assert_null(strstr(text.data, "xxx"));
    buf_free(&text);
}

static void closing_tells_about_what_is_held(void **state)
{
    struct world *world = *state;
    struct outgoing sms = host_sms(1, "+14155552671", "Hello");
    struct json *doc;

    host_must_open(world->host, world->config);
    host_submit(world->host, &sms);
    host_close(world->host);
    assert_int_equal(host_last(world->host, 1)->outcome, OUTCOME_ACCEPTED);
    doc = line_at(world, 0);
    assert_non_null(doc);
    json_free(doc);
}

static void a_wrong_path_is_an_error_at_start(void **state)
{
    (void)state;
    host_must_refuse("{\"driver\": \"outbox\",\n"
                     " \"path\": \"/nonexistent/o.jsonl\"}",
                     "outreach.json:2:10: provider 'test': cannot write the "
                     "outbox /nonexistent/o.jsonl");
    host_must_refuse("{\"driver\": \"outbox\", \"path\": 7}",
                     "'path' must be a text");
}

static void an_unknown_driver_lists_the_known(void **state)
{
    (void)state;
    host_must_refuse("{\"driver\": \"pigeon\"}",
                     "no driver 'pigeon'; there are outbox, fake, ");
}

int main(void)
{
#define WORLD(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        WORLD(a_message_is_a_line),
        WORLD(the_script_of_a_call_is_kept_as_json),
        WORLD(many_messages_are_told_after_one_write),
        WORLD(more_than_a_burst_holds_is_written_in_between),
        WORLD(what_is_larger_than_all_limits_is_refused),
        WORLD(the_file_is_ours_alone),
        WORLD(a_full_disk_is_not_sent),
        WORLD(half_a_line_is_taken_back),
        WORLD(closing_tells_about_what_is_held),
        cmocka_unit_test(a_wrong_path_is_an_error_at_start),
        cmocka_unit_test(an_unknown_driver_lists_the_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
