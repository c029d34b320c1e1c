/* SPDX-License-Identifier: Apache-2.0 */
/* One line an event, whatever the values are; as key=value and as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"

static char last[40000];
static enum log_level last_level;
static int lines;

static void keep_line(void *arg, enum log_level level, const char *text)
{
    assert_ptr_equal(arg, last);
    snprintf(last, sizeof(last), "%s", text);
    last_level = level;
    lines++;
}

static int set_up(void **state)
{
    (void)state;
    lines = 0;
    last[0] = '\0';
    log_capture(keep_line, last);
    clock_pretend(INT64_C(1795446000007)); /* 2026-11-23T15:00:00.007Z */
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    log_capture(NULL, NULL);
    log_setup(LOG_NOTICE, false);
    clock_real();
    return 0;
}

static void test_a_line_is_pairs(void **state)
{
    (void)state;
    log_setup(LOG_INFO, false);
    log_event(LOG_INFO, "attempt", "outreach=%d outcome=%s", 7, "busy");
    assert_string_equal(last, "time=2026-11-23T15:00:00.007Z level=info "
                              "event=attempt outreach=7 outcome=busy");
    assert_int_equal(last_level, LOG_INFO);
    log_event(LOG_ERROR, "stopped", "%s", "");
    assert_string_equal(
        last, "time=2026-11-23T15:00:00.007Z level=error event=stopped");
}

static void test_levels_below_the_least_are_silent(void **state)
{
    (void)state;
    log_setup(LOG_WARNING, false);
    log_event(LOG_NOTICE, "n", "a=1");
    log_event(LOG_INFO, "i", "a=1");
    log_event(LOG_DEBUG, "d", "a=1");
    assert_int_equal(lines, 0);
    log_event(LOG_WARNING, "w", "a=1");
    log_event(LOG_ERROR, "e", "a=1");
    assert_int_equal(lines, 2);
    log_setup(LOG_DEBUG, false);
    log_event(LOG_DEBUG, "d", "a=1");
    assert_int_equal(lines, 3);
}

static void test_values_are_quoted_when_they_need_it(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        const char *token;
    } rows[] = {
        {"plain", "plain"},
        {"+1415-x_y.z/", "+1415-x_y.z/"},
        {"", "\"\""},
        {NULL, "\"\""},
        {"two words", "\"two words\""},
        {"a=b", "\"a=b\""},
        {"a\"b", "\"a\\\"b\""},
        {"a\\b", "\"a\\\\b\""},
        {"a\nb\r\t", "\"a\\nb\\r\\t\""},
        {"a\x1B[31m", "\"a\\x1b[31m\""},
        {"\x7F", "\"\\x7f\""},
        {"caf\xC3\xA9", "caf\xC3\xA9"},
        {"a\nlevel=error event=forged", "\"a\\nlevel=error event=forged\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(log_quote(rows[i].value), rows[i].token);
}

static void test_eight_quoted_values_live_at_once(void **state)
{
    (void)state;
    const char *kept[8];
    char value[8];
    for (int i = 0; i < 8; i++) {
        snprintf(value, sizeof(value), "v %d", i);
        kept[i] = log_quote(value);
    }
    for (int i = 0; i < 8; i++) {
        snprintf(value, sizeof(value), "\"v %d\"", i);
        assert_string_equal(kept[i], value);
    }
}

static void test_long_values_are_cut_between_characters(void **state)
{
    (void)state;
    char value[2000];
    for (size_t shift = 0; shift < 4; shift++) {
        memset(value, 'a', shift);
        for (size_t i = shift; i + 4 < sizeof(value); i += 4)
            memcpy(value + i, "\xF0\x9F\x98\x80", 4);
        value[1992] = '\0';
        const char *token = log_quote(value);
        size_t len = strlen(token);
        assert_true(len > 490 && len < 512);
        assert_string_equal(token + len - 4, "...\"");
        assert_int_equal((len - 5 - shift) % 4, 0);
    }
    memset(value, 'a', sizeof(value) - 1);
    value[sizeof(value) - 1] = '\0';
    assert_true(strlen(log_quote(value)) < 512);
    memset(value, '\xA9', sizeof(value) - 1); /* no UTF-8 at all */
    assert_true(strlen(log_quote(value)) < 512);
}

static void test_a_forgotten_quote_stays_on_its_line(void **state)
{
    (void)state;
    log_setup(LOG_INFO, false);
    log_event(LOG_INFO, "x", "reason=%s", "a\nlevel=error\r\x1B");
    assert_null(strpbrk(last, "\n\r\x1B"));
    assert_non_null(strstr(last, "reason=a level=error"));
}

static const struct json_node *member(struct json **doc, const char *key)
{
    json_free(*doc);
    struct error err = {.kind = ERROR_NONE};
    *doc = json_parse(last, strlen(last), 0, &err, NULL);
    if (*doc == NULL)
        fail_msg("%s: %s", last, err.text);
    return json_get(json_root(*doc), key);
}

static void test_as_json_each_pair_is_a_member(void **state)
{
    (void)state;
    struct json *doc = NULL;
    log_setup(LOG_INFO, true);
    const char *hard = "two \"words\"\n\t\x01\\ =caf\xC3\xA9";
    log_event(LOG_INFO, "attempt", "outreach=%d reason=%s empty= last=%s", 7,
              log_quote(hard), log_quote(""));
    assert_string_equal(json_text(member(&doc, "time")),
                        "2026-11-23T15:00:00.007Z");
    assert_string_equal(json_text(member(&doc, "level")), "info");
    assert_string_equal(json_text(member(&doc, "event")), "attempt");
    assert_string_equal(json_text(member(&doc, "outreach")), "7");
    assert_string_equal(json_text(member(&doc, "reason")), hard);
    assert_string_equal(json_text(member(&doc, "empty")), "");
    assert_string_equal(json_text(member(&doc, "last")), "");
    assert_null(strchr(last, '\n'));
    json_free(doc);
}

static void test_as_json_slips_still_give_json(void **state)
{
    (void)state;
    static const struct {
        const char *pairs;
        const char *key;
        const char *value;
    } rows[] = {
        {"reason=two words here next=1", "reason", "two words here"},
        {"reason=two words here next=1", "next", "1"},
        {"just a sentence", "text", "just a sentence"},
        {"a=\"never closed", "a", "never closed"},
        {"a=\"x\\", "a", "x\\"},
        {"a=\"x\"y b=1", "a", "xy"},
        {"  a=1  b=2  ", "b", "2"},
        {"a=b=c", "a", "b=c"},
        {"a=\xFF", "a", "\xEF\xBF\xBD"},
        {"a=\"\\xZZ\"", "a", "xZZ"},
        {"=1 b=2", "b", "2"},
    };
    log_setup(LOG_INFO, true);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct json *doc = NULL;
        log_event(LOG_INFO, "x", "%s", rows[i].pairs);
        const char *value = json_text(member(&doc, rows[i].key));
        if (value == NULL || strcmp(value, rows[i].value) != 0)
            fail_msg("%s: %s", rows[i].pairs, last);
        json_free(doc);
    }
}

static void test_very_long_events_are_cut_and_stay_valid(void **state)
{
    (void)state;
    struct json *doc = NULL;
    char value[9000];
    memset(value, '"', sizeof(value) - 1);
    value[sizeof(value) - 1] = '\0';
    log_setup(LOG_INFO, true);
    log_event(LOG_INFO, "x", "a=%s", value);
    assert_non_null(member(&doc, "a"));
    json_free(doc);
    log_setup(LOG_INFO, false);
    log_event(LOG_INFO, "x", "a=%s", value);
    assert_true(strlen(last) < 5000);
}

static void test_a_line_reaches_stderr_whole(void **state)
{
    (void)state;
    char path[] = "/tmp/outreach-log-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    log_capture(NULL, NULL);
    log_setup(LOG_INFO, false);
    int kept = dup(STDERR_FILENO);
    dup2(file, STDERR_FILENO);
    log_event(LOG_INFO, "one", "a=1");
    log_event(LOG_INFO, "two", "b=2");
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(file);
    struct buf text;
    struct error err;
    assert_true(file_read(path, 10000, &text, &err));
    unlink(path);
    assert_string_equal(
        text.data, "time=2026-11-23T15:00:00.007Z level=info event=one a=1\n"
                   "time=2026-11-23T15:00:00.007Z level=info event=two b=2\n");
    buf_free(&text);
}

#define WITH_CAPTURE(test) \
    cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_CAPTURE(test_a_line_is_pairs),
        WITH_CAPTURE(test_levels_below_the_least_are_silent),
        WITH_CAPTURE(test_values_are_quoted_when_they_need_it),
        WITH_CAPTURE(test_eight_quoted_values_live_at_once),
        WITH_CAPTURE(test_long_values_are_cut_between_characters),
        WITH_CAPTURE(test_a_forgotten_quote_stays_on_its_line),
        WITH_CAPTURE(test_as_json_each_pair_is_a_member),
        WITH_CAPTURE(test_as_json_slips_still_give_json),
        WITH_CAPTURE(test_very_long_events_are_cut_and_stay_valid),
        WITH_CAPTURE(test_a_line_reaches_stderr_whole),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
