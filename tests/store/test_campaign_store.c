/* SPDX-License-Identifier: Apache-2.0 */
/* Launching, pausing and listing campaigns, each with its audit row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/campaign_store.h"
#include "store/store.h"
#include "tests/store/fixture.h"

static int64_t ensure(struct store *store, const char *name)
{
    struct error err = {0};
    int64_t id = 0;
    if (!campaign_ensure(store, name, "campaign", 2, &id, &err))
        fail_msg("%s", err.text);
    return id;
}

static int64_t launch(struct store *store, int64_t id, const char *content,
                      const char *sha256, instant now)
{
    struct error err = {0};
    int64_t version = 0;
    if (!campaign_launch(store, id, content, sha256, "kim", NULL, now, &version,
                         &err))
        fail_msg("%s", err.text);
    return version;
}

static struct campaign_row find(struct store *store, const char *name)
{
    struct error err = {0};
    struct campaign_row row = {0};
    bool found = false;
    assert_true(campaign_find(store, name, &found, &row, &err));
    assert_true(found);
    return row;
}

static int64_t audits(struct store *store, const char *action)
{
    char sql[128];
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM audit WHERE action = '%s'",
             action);
    return fixture_number(store, sql);
}

static void ensuring_twice_gives_the_same_campaign(void **state)
{
    (void)state;
    struct error err = {0};
    int64_t id;
    bool found = true;
    struct campaign_row row;
    struct store *store = fixture_store();
    fixture_begin(store);
    int64_t first = ensure(store, "refill");
    assert_int_equal(ensure(store, "refill"), first);
    assert_true(campaign_ensure(store, "refill", "campaign", 0, &id, &err));
    assert_false(campaign_ensure(store, "refill", "blast", 0, &id, &err));
    assert_non_null(strstr(err.text, "another name"));
    char name[200];
    memset(name, 'n', sizeof(name));
    name[199] = '\0';
    assert_false(campaign_ensure(store, name, "blast", 0, &id, &err));
    fixture_commit(store);
    row = find(store, "refill");
    assert_int_equal(row.priority, 0);
    assert_int_equal(row.version_id, 0);
    assert_true(row.launched_at == INSTANT_NEVER);
    assert_true(campaign_find(store, "none", &found, &row, &err));
    assert_false(found);
    fixture_close(store);
}

static void a_launch_is_a_version_with_a_person_and_a_time(void **state)
{
    (void)state;
    struct error err = {0};
    char *content = NULL;
    struct store *store = fixture_store();
    fixture_begin(store);
    int64_t id = ensure(store, "refill");
    int64_t first = launch(store, id, "{\"a\":1}", "aa", 10);
    int64_t again = launch(store, id, "{\"a\":1}", "aa", 20);
    int64_t second = launch(store, id, "{\"a\":2}", "bb", 30);
    int64_t back = launch(store, id, "{\"a\":1}", "aa", 40);
    fixture_commit(store);
    assert_int_equal(first, again);
    assert_int_not_equal(first, second);
    assert_int_not_equal(first, back);
    struct campaign_row row = find(store, "refill");
    assert_int_equal(row.version_id, back);
    assert_string_equal(row.sha256, "aa");
    assert_string_equal(row.launched_by, "kim");
    assert_int_equal(row.launched_at, 40);
    assert_int_equal(row.state, CAMPAIGN_RUNNING);
    assert_int_equal(audits(store, "launch"), 3);
    assert_true(campaign_content(store, second, &content, &err));
    assert_string_equal(content, "{\"a\":2}");
    free(content);
    assert_false(campaign_content(store, 99, &content, &err));
    fixture_begin(store);
    assert_false(campaign_launch(store, 99, "", "", "kim", NULL, 1, &id, &err));
    store_rollback(store);
    fixture_close(store);
}

static void a_launch_wakes_what_was_cancelled_but_not_what_is_paused(
    void **state)
{
    (void)state;
    static const struct {
        enum campaign_state before, after;
    } rows[] = {
        {CAMPAIGN_RUNNING, CAMPAIGN_RUNNING},
        {CAMPAIGN_PAUSED, CAMPAIGN_PAUSED},
        {CAMPAIGN_CANCELLED, CAMPAIGN_RUNNING},
        {CAMPAIGN_WAITING, CAMPAIGN_RUNNING},
    };
    struct error err = {0};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct store *store = fixture_store();
        fixture_begin(store);
        int64_t id = ensure(store, "x");
        int64_t version = launch(store, id, "1", "aa", 1);
        assert_true(
            campaign_set_state(store, id, rows[i].before, "kim", 2, &err));
        assert_int_equal(launch(store, id, "1", "aa", 3), version);
        fixture_commit(store);
        assert_int_equal(find(store, "x").state, rows[i].after);
        fixture_close(store);
    }
}

static void states_and_the_big_switch_are_audited_once(void **state)
{
    (void)state;
    struct error err = {0};
    bool paused = true;
    struct store *store = fixture_store();
    assert_true(campaign_all_paused(store, &paused, &err));
    assert_false(paused);
    fixture_begin(store);
    int64_t id = ensure(store, "x");
    for (int i = 0; i < 2; i++) {
        assert_true(
            campaign_set_state(store, id, CAMPAIGN_PAUSED, "kim", 2, &err));
        assert_true(campaign_pause_all(store, true, "kim", 3, &err));
    }
    fixture_commit(store);
    assert_true(campaign_all_paused(store, &paused, &err));
    assert_true(paused);
    assert_int_equal(audits(store, "pause"), 2);
    fixture_begin(store);
    assert_true(campaign_pause_all(store, false, "kim", 4, &err));
    fixture_commit(store);
    assert_true(campaign_all_paused(store, &paused, &err));
    assert_false(paused);
    assert_int_equal(audits(store, "resume"), 1);
    fixture_close(store);
}

static void the_list_is_by_name(void **state)
{
    (void)state;
    struct error err = {0};
    struct campaign_row *rows = NULL;
    size_t count = 9;
    struct store *store = fixture_store();
    assert_true(campaign_list(store, &rows, &count, &err));
    assert_int_equal(count, 0);
    free(rows);
    fixture_begin(store);
    launch(store, ensure(store, "b"), "1", "aa", 1);
    ensure(store, "a");
    fixture_commit(store);
    assert_true(campaign_list(store, &rows, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(rows[0].name, "a");
    assert_string_equal(rows[1].name, "b");
    assert_string_equal(rows[1].sha256, "aa");
    assert_string_equal(campaign_state_name(rows[0].state), "running");
    free(rows);
    fixture_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ensuring_twice_gives_the_same_campaign),
        cmocka_unit_test(a_launch_is_a_version_with_a_person_and_a_time),
        cmocka_unit_test(
            a_launch_wakes_what_was_cancelled_but_not_what_is_paused),
        cmocka_unit_test(states_and_the_big_switch_are_audited_once),
        cmocka_unit_test(the_list_is_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
