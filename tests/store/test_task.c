/* SPDX-License-Identifier: Apache-2.0 */
/* The worklist. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/store.h"
#include "store/task.h"
#include "tests/store/fixture.h"

static struct store *desk(void)
{
    struct store *store = fixture_store();
    fixture_sql(store, "INSERT INTO patient(id, mrn) VALUES (1, 'M1');"
                       "INSERT INTO campaign(id, name) VALUES (1, 'post');");
    return store;
}

static int64_t open_task(struct store *store, const struct task_new *task,
                         bool expect_made)
{
    struct error err = {0};
    int64_t id = 0;
    bool made = !expect_made;
    bool own = !store_in_transaction(store);
    if (own)
        fixture_begin(store);
    if (!task_open(store, task, 1000, &id, &made, &err))
        fail_msg("%s", err.text);
    if (own)
        fixture_commit(store);
    assert_int_equal(made, expect_made);
    return id;
}

static struct task read_task(struct store *store, int64_t id)
{
    struct error err = {0};
    struct task task = {0};
    assert_true(task_read(store, id, &task, &err));
    return task;
}

static const struct task_new not_reached = {.kind = "not-reached",
                                            .name = "day-1",
                                            .campaign_id = 1,
                                            .patient_id = 1,
                                            .anchor_kind = ANCHOR_DISCHARGE,
                                            .anchor_id = 7,
                                            .owner = "transition nurse",
                                            .reason = "opt-out",
                                            .due_at = 5000,
                                            .escalate_to = "charge nurse"};
static const struct task_new strange_reply = {.kind = "reply",
                                              .name = "unknown number",
                                              .owner = "front desk",
                                              .due_at = INSTANT_NEVER};

static void a_task_opens_once_also_with_nothing_to_hang_on(void **state)
{
    (void)state;
    struct store *store = desk();
    int64_t one = open_task(store, &not_reached, true);
    assert_int_equal(open_task(store, &not_reached, false), one);
    struct task_new later = not_reached;
    later.occurrence = 1;
    assert_int_not_equal(open_task(store, &later, true), one);
    int64_t reply = open_task(store, &strange_reply, true);
    assert_int_equal(open_task(store, &strange_reply, false), reply);
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM task"), 3);
    assert_int_equal(
        fixture_number(store,
                       "SELECT count(*) FROM audit WHERE action = 'task-open'"),
        3);
    fixture_close(store);
}

static void a_task_says_what_it_is_about(void **state)
{
    (void)state;
    struct error err = {0};
    struct task task;
    struct store *store = desk();
    task = read_task(store, open_task(store, &not_reached, true));
    assert_string_equal(task.campaign, "post");
    assert_string_equal(task.mrn, "M1");
    assert_string_equal(task.owner, "transition nurse");
    assert_string_equal(task.reason, "opt-out");
    assert_int_equal(task.state, TASK_OPEN);
    assert_int_equal(task.anchor_id, 7);
    assert_int_equal(task.opened_at, 1000);
    assert_int_equal(task.due_at, 5000);
    assert_true(task.closed_at == INSTANT_NEVER);
    task = read_task(store, open_task(store, &strange_reply, true));
    assert_int_equal(task.patient_id, 0);
    assert_string_equal(task.mrn, "");
    assert_true(task.due_at == INSTANT_NEVER);
    assert_false(task_read(store, 99, &task, &err));
    assert_non_null(strstr(err.text, "outreach task list"));
    fixture_close(store);
}

static void people_take_say_and_finish(void **state)
{
    (void)state;
    struct error err = {0};
    char *note = NULL;
    struct store *store = desk();
    int64_t id = open_task(store, &not_reached, true);
    fixture_begin(store);
    assert_true(task_take(store, id, "kim", 2000, &err));
    assert_string_equal(read_task(store, id).taken_by, "kim");
    assert_true(task_take(store, id, "lee", 2100, &err));
    assert_true(task_say(store, id, "lee", "no answer", 2200, &err));
    assert_true(task_done(store, id, "lee", "reached", 3000, &err));
    fixture_commit(store);
    struct task task = read_task(store, id);
    assert_int_equal(task.state, TASK_DONE);
    assert_string_equal(task.closed_by, "lee");
    assert_int_equal(task.closed_at, 3000);
    assert_true(task_note(store, id, &note, &err));
    assert_string_equal(note, "1970-01-01T00:00:02.200Z lee: no answer\n"
                              "1970-01-01T00:00:03.000Z lee: reached\n");
    free(note);
    fixture_close(store);
}

static void what_is_closed_stays_closed(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *store = desk();
    int64_t id = open_task(store, &not_reached, true);
    fixture_begin(store);
    assert_true(task_done(store, id, "kim", NULL, 2000, &err));
    assert_false(task_done(store, id, "lee", NULL, 2000, &err));
    assert_non_null(strstr(err.text, "already done (by kim)"));
    assert_false(task_take(store, id, "lee", 2000, &err));
    assert_false(task_escalate(store, id, "boss", "lee", 2000, &err));
    fixture_commit(store);
    assert_int_equal(open_task(store, &not_reached, false), id);
    fixture_close(store);
}

static void late_tasks_escalate_once(void **state)
{
    (void)state;
    struct error err = {0};
    int64_t count = 9;
    struct task_counts counts;
    instant next;
    struct store *store = desk();
    int64_t id = open_task(store, &not_reached, true);
    open_task(store, &strange_reply, true);
    assert_true(task_next_late(store, &next, &err));
    assert_int_equal(next, 5000);
    fixture_begin(store);
    assert_true(task_take(store, id, "kim", 2000, &err));
    assert_true(task_escalate_late(store, 4999, &count, &err));
    assert_int_equal(count, 0);
    assert_true(task_escalate_late(store, 5000, &count, &err));
    assert_int_equal(count, 1);
    assert_true(task_escalate_late(store, 6000, &count, &err));
    assert_int_equal(count, 0);
    fixture_commit(store);
    struct task task = read_task(store, id);
    assert_string_equal(task.owner, "charge nurse");
    assert_int_equal(task.state, TASK_OPEN);
    assert_string_equal(task.taken_by, "");
    assert_true(task_next_late(store, &next, &err));
    assert_true(next == INSTANT_NEVER);
    assert_true(task_count(store, 6000, &counts, &err));
    assert_int_equal(counts.open, 2);
    assert_int_equal(counts.late, 1);
    fixture_close(store);
}

/* Danger is due within 15 minutes of its opening, at 1000. */
static void urgent_tasks_are_found_once(void **state)
{
    (void)state;
    struct error err = {0};
    struct task_counts counts;
    struct store *store = desk();
    static const int64_t due[] = {TASK_URGENT_MS, 1000 + TASK_URGENT_MS,
                                  1001 + TASK_URGENT_MS, HOUR_MS + 5000,
                                  HOUR_MS + 5001};
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    for (size_t i = 0; i < sizeof(due) / sizeof(due[0]); i++) {
        struct task_new task = strange_reply;
        task.name = names[i];
        task.due_at = due[i];
        open_task(store, &task, true);
    }
    assert_true(task_count(store, 5001, &counts, &err));
    assert_int_equal(counts.open, 5);
    assert_int_equal(counts.late, 0);
    assert_int_equal(counts.soon, 4);
    assert_int_equal(counts.urgent, 2);
    instant next, until = 0, now = 2 * HOUR_MS;
    int64_t ids[2] = {0};
    size_t count;
    assert_true(task_urgent_next(store, 0, &next, &err));
    assert_int_equal(next, TASK_URGENT_MS);
    assert_true(task_urgent_late(store, &until, now, ids, 1, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(until, TASK_URGENT_MS); /* there may be more */
    assert_true(task_urgent_late(store, &until, now, ids, 2, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(ids[0], 2);
    assert_int_equal(until, now);
    assert_true(task_urgent_next(store, until, &next, &err));
    assert_true(next == INSTANT_NEVER);
    fixture_begin(store);
    assert_true(task_done(store, 1, "kim", NULL, 2000, &err));
    fixture_commit(store);
    assert_true(task_count(store, 5001, &counts, &err));
    assert_int_equal(counts.urgent, 1);
    fixture_close(store);
}

static void escalating_needs_somebody(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *store = desk();
    int64_t id = open_task(store, &strange_reply, true);
    open_task(store, &not_reached, true);
    fixture_begin(store);
    assert_false(task_escalate(store, id, NULL, "kim", 1, &err));
    assert_non_null(strstr(err.text, "to whom"));
    assert_false(task_escalate(store, id, "charge nrse", "kim", 1, &err));
    assert_non_null(strstr(err.text, "did you mean 'charge nurse'?"));
    assert_true(task_escalate(store, id, "charge nurse", "kim", 1, &err));
    fixture_commit(store);
    assert_string_equal(read_task(store, id).owner, "charge nurse");
    fixture_close(store);
}

static void a_cause_that_is_gone_voids_what_is_open(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *store = desk();
    struct task_new two = not_reached;
    struct task_new said = not_reached;
    two.name = "day-3";
    said.kind = "reply";
    int64_t done = open_task(store, &not_reached, true);
    int64_t open = open_task(store, &two, true);
    int64_t reply = open_task(store, &said, true);
    fixture_begin(store);
    assert_true(task_done(store, done, "kim", NULL, 2000, &err));
    assert_true(task_void_anchor(store, 1, ANCHOR_DISCHARGE, 7, 1, "readmitted",
                                 3000, &err));
    fixture_commit(store);
    assert_int_equal(read_task(store, open).state, TASK_OPEN);
    fixture_begin(store);
    assert_true(task_void_anchor(store, 1, ANCHOR_DISCHARGE, 7, 0, "readmitted",
                                 3000, &err));
    fixture_commit(store);
    assert_int_equal(read_task(store, open).state, TASK_VOID);
    assert_int_equal(read_task(store, done).state, TASK_DONE);
    assert_int_equal(read_task(store, reply).state, TASK_OPEN);
    fixture_begin(store);
    assert_true(
        task_revive_anchor(store, 1, ANCHOR_DISCHARGE, 7, 0, 4000, &err));
    fixture_commit(store);
    assert_int_equal(read_task(store, open).state, TASK_OPEN);
    assert_int_equal(read_task(store, done).state, TASK_DONE);
    fixture_close(store);
}

/* A patient who counted as not reached was reached after all. */
static void who_was_reached_may_be_missed_again(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *store = desk();
    int64_t first = open_task(store, &not_reached, true);
    fixture_sql(
        store,
        "INSERT INTO campaign_version(id, campaign_id, sha256, content,"
        " launched_at, launched_by) VALUES (1, 1, 'x', '{}', 0, 'me');"
        "INSERT INTO outreach(id, campaign_id, version_id, step, patient_id,"
        " anchor_kind, anchor_id, occurrence, state, planned_at, channel)"
        " VALUES (9, 1, 1, 'day-1', 1, 3, 7, 0, 5, 0, 0);"
        "UPDATE task SET outreach_id = 9");
    fixture_begin(store);
    assert_true(task_void_reached(store, ANCHOR_DISCHARGE, 7, 8, "it arrived",
                                  2000, &err));
    assert_int_equal(read_task(store, first).state, TASK_OPEN);
    assert_true(task_void_reached(store, ANCHOR_DISCHARGE, 7, 9, "it arrived",
                                  2000, &err));
    assert_true(
        task_revive_anchor(store, 1, ANCHOR_DISCHARGE, 7, 0, 3000, &err));
    fixture_commit(store);
    assert_int_equal(read_task(store, first).state, TASK_VOID);
    int64_t second = open_task(store, &not_reached, true);
    assert_int_not_equal(first, second);
    assert_int_equal(read_task(store, second).state, TASK_OPEN);
    fixture_close(store);
}

static void the_list_begins_with_the_most_urgent(void **state)
{
    (void)state;
    static const struct {
        struct task_filter filter;
        const char *names;
    } rows[] = {
        {{.due_before = INSTANT_NEVER}, "b a none "},
        {{.due_before = INSTANT_NEVER, .closed = true}, "b a none done "},
        {{.due_before = 2000}, "b "},
        {{.due_before = INSTANT_NEVER, .owner = "desk"}, "a none "},
        {{.due_before = INSTANT_NEVER, .patient_id = 1}, "b "},
        {{.due_before = INSTANT_NEVER, .limit = 1}, "b "},
    };
    struct error err = {0};
    struct store *store = desk();
    struct task_new task = {.kind = "step", .owner = "desk"};
    task.name = "a";
    task.due_at = 2000;
    open_task(store, &task, true);
    task.name = "none";
    task.due_at = INSTANT_NEVER;
    open_task(store, &task, true);
    task.name = "done";
    task.due_at = 1;
    int64_t done = open_task(store, &task, true);
    task = (struct task_new){.kind = "step",
                             .name = "b",
                             .owner = "nurse",
                             .patient_id = 1,
                             .due_at = 1500};
    open_task(store, &task, true);
    fixture_begin(store);
    assert_true(task_done(store, done, "kim", NULL, 2000, &err));
    fixture_commit(store);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct task *tasks = NULL;
        size_t count;
        char names[64] = "";
        assert_true(task_list(store, &rows[i].filter, &tasks, &count, &err));
        for (size_t k = 0; k < count; k++) {
            strcat(names, tasks[k].name);
            strcat(names, " ");
        }
        assert_string_equal(names, rows[i].names);
        free(tasks);
    }
    fixture_close(store);
}

static void a_note_has_a_limit(void **state)
{
    (void)state;
    struct error err = {0};
    char text[3000];
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    struct store *store = desk();
    int64_t id = open_task(store, &strange_reply, true);
    fixture_begin(store);
    assert_false(task_say(store, id, "kim", text, 1, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    store_rollback(store);
    fixture_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_task_opens_once_also_with_nothing_to_hang_on),
        cmocka_unit_test(a_task_says_what_it_is_about),
        cmocka_unit_test(people_take_say_and_finish),
        cmocka_unit_test(what_is_closed_stays_closed),
        cmocka_unit_test(late_tasks_escalate_once),
        cmocka_unit_test(urgent_tasks_are_found_once),
        cmocka_unit_test(escalating_needs_somebody),
        cmocka_unit_test(a_cause_that_is_gone_voids_what_is_open),
        cmocka_unit_test(who_was_reached_may_be_missed_again),
        cmocka_unit_test(the_list_begins_with_the_most_urgent),
        cmocka_unit_test(a_note_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
