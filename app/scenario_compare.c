/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wanted against come, told so that a coordinator sees what to change. Reads
 * the store that a case left behind.
 */
#include "app/scenario_compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/status.h"
#include "store/task.h"

enum { TEXT_SHOWN = 90 };

/* One row of the ledger, or one message that left. */
struct came {
    const char *mrn, *step, *language, *text, *reason;
    char at[20]; /* on the patient's clock; "": nothing left */
    enum channel channel;
    enum outreach_state state;
    bool taken; /* something that was wanted */
};
struct comparing {
    const struct scenarios *file;
    const struct scenario *scenario;
    struct buf *out;
    struct arena *arena;
    struct came *sends, *held;
    size_t send_count, held_count;
};

/* Reading -------------------------------------------------------------------
 */

static void clock_of(const struct comparing *it, const char *zone_name,
                     instant at, char out[20])
{
    const struct zone *zone = zone_name ? zone_find(zone_name) : NULL;
    char text[CIVIL_TEXT_MAX];
    civil_text(zone_local(zone ? zone : it->file->zone, at), text);
    text[10] = ' ';
    text_copy(out, 17, text);
}

static struct came *add_came(struct came **items, size_t *count)
{
    if ((*count & (*count - 1)) == 0) /* full at each power of two */
        *items = memory_grow(*items, *count ? *count * 2 : 1, sizeof(**items));
    struct came *one = &(*items)[(*count)++];
    *one = (struct came){0};
    return one;
}

static const char *keep(const struct comparing *it, const char *text)
{
    return arena_text(it->arena, text ? text : "");
}

/* An answer's rows are told apart by the hour, which says nothing here. */
static const char *keep_step(const struct comparing *it, const char *step)
{
    return arena_format(it->arena, "%.*s", (int)strcspn(step, "#"), step);
}

static bool add_send(void *arg, const struct status_attempt *row)
{
    struct comparing *it = arg;
    struct came *one = add_came(&it->sends, &it->send_count);
    one->mrn = keep(it, row->mrn);
    one->step = keep_step(it, row->step);
    one->language = keep(it, row->language);
    one->text = keep(it, row->body);
    one->channel = row->channel;
    clock_of(it, row->zone, row->submitted_at, one->at);
    return true;
}

static bool add_held(void *arg, const struct status_held *row)
{
    struct comparing *it = arg;
    struct came *one = add_came(&it->held, &it->held_count);
    one->mrn = keep(it, row->mrn);
    one->step = keep_step(it, row->step);
    one->reason = keep(it, row->reason);
    one->state = row->state;
    return true;
}

/* Messages --------------------------------------------------------------------
 */

static struct came *find_send(const struct comparing *it,
                              const struct scenario_send *want, bool exact)
{
    for (size_t i = 0; i < it->send_count; i++) {
        struct came *one = &it->sends[i];
        if (!one->taken && text_equal(one->mrn, want->patient) &&
            text_equal(one->step, want->step) &&
            (!exact || (text_equal(one->at, want->at) &&
                        (!want->has_channel || want->channel == one->channel))))
            return one;
    }
    return NULL;
}

static const struct came *find_held(const struct comparing *it,
                                    const char *patient, const char *step)
{
    for (size_t i = 0; i < it->held_count; i++)
        if (text_equal(it->held[i].mrn, patient) &&
            text_equal(it->held[i].step, step))
            return &it->held[i];
    return NULL;
}

/* One message of that step left; true: says when. */
static bool tell_left(const struct comparing *it, const char *patient,
                      const char *step)
{
    for (size_t i = 0; i < it->send_count; i++) {
        const struct came *one = &it->sends[i];
        if (!text_equal(one->mrn, patient) || !text_equal(one->step, step))
            continue;
        buf_format(it->out, "it left at %s by %s\n", one->at,
                   channel_name(one->channel));
        return true;
    }
    return false;
}

static void tell_missing(const struct comparing *it,
                         const struct scenario_send *want)
{
    const struct came *held = find_held(it, want->patient, want->step);
    buf_format(it->out, "line %d: missing: %s %s at %s: ", want->line,
               want->patient, want->step, want->at);
    if (held)
        buf_format(it->out, "it is %s: %s\n", state_name(held->state),
                   held->reason);
    else if (!tell_left(it, want->patient, want->step))
        buf_text(it->out, "no such message was planned\n");
}

static void differs(const struct comparing *it,
                    const struct scenario_send *want, const char *what,
                    const char *wanted, const char *came)
{
    buf_format(it->out, "line %d: %s %s: %s: wanted \"%s\", came \"%s\"\n",
               want->line, want->patient, want->step, what, wanted, came);
}

static void compare_send(const struct comparing *it,
                         const struct scenario_send *want)
{
    struct came *one = find_send(it, want, true);
    if (!one)
        one = find_send(it, want, false);
    if (!one) {
        tell_missing(it, want);
        return;
    }
    one->taken = true;
    if (!text_equal(one->at, want->at))
        differs(it, want, "at", want->at, one->at);
    if (want->has_channel && want->channel != one->channel)
        differs(it, want, "channel", channel_name(want->channel),
                channel_name(one->channel));
    if (want->language && !text_equal(want->language, one->language))
        differs(it, want, "language", want->language, one->language);
    if (want->text && !strstr(one->text, want->text))
        differs(it, want, "text", want->text, one->text);
}

static void compare_sends(const struct comparing *it)
{
    for (size_t i = 0; i < it->scenario->send_count; i++)
        compare_send(it, &it->scenario->sends[i]);
    for (size_t i = 0; i < it->send_count; i++) {
        const struct came *one = &it->sends[i];
        char text[TEXT_SHOWN];
        text_copy(text, sizeof(text), one->text);
        if (!one->taken)
            buf_format(it->out,
                       "line %d: not wanted: %s %s at %s by %s: \"%s%s\"\n",
                       it->scenario->line, one->mrn, one->step, one->at,
                       channel_name(one->channel), text,
                       strlen(one->text) >= TEXT_SHOWN ? "..." : "");
    }
}

/* Held ------------------------------------------------------------------------
 */

static bool is_held_so(const struct came *one, const struct scenario_held *want)
{
    return text_equal(one->mrn, want->patient) &&
           text_equal(one->step, want->step) &&
           (!want->state || text_equal(want->state, state_name(one->state))) &&
           (!want->reason || strstr(one->reason, want->reason));
}

static void compare_held(const struct comparing *it,
                         const struct scenario_held *want)
{
    for (size_t i = 0; i < it->held_count; i++)
        if (is_held_so(&it->held[i], want))
            return;
    const struct came *held = find_held(it, want->patient, want->step);
    buf_format(it->out, "line %d: %s %s: wanted %s%s%s, but ", want->line,
               want->patient, want->step, want->state ? want->state : "held",
               want->reason ? ": " : "", want->reason ? want->reason : "");
    if (held)
        buf_format(it->out, "it is %s: %s\n", state_name(held->state),
                   held->reason);
    else if (!tell_left(it, want->patient, want->step))
        buf_text(it->out, "no such message was planned\n");
}

/* Tasks -----------------------------------------------------------------------
 */

static bool is_task(const struct comparing *it, const struct task *task,
                    const struct scenario_task *want)
{
    char due[20] = "";
    if (want->due[0] && task->due_at != INSTANT_NEVER)
        clock_of(it, it->file->zone_name, task->due_at, due);
    return text_equal(task->mrn, want->patient) &&
           text_equal(task->owner, want->to) &&
           (!want->kind || text_equal(task->kind, want->kind)) &&
           (!want->name || text_equal(task->name, want->name)) &&
           (!want->reason || strstr(task->reason, want->reason)) &&
           (!want->due[0] || text_equal(due, want->due));
}

static void tell_task(const struct comparing *it, const struct task *task)
{
    char due[20] = "without a date";
    if (task->due_at != INSTANT_NEVER)
        clock_of(it, it->file->zone_name, task->due_at, due);
    buf_format(it->out,
               "line %d: a task that was not wanted: %s for %s (%s, %s), due "
               "%s%s%s\n",
               it->scenario->line, task->mrn, task->owner, task->kind,
               task->name, due, task->reason[0] ? ": " : "", task->reason);
}

static bool compare_tasks(const struct comparing *it, struct store *store,
                          struct error *err)
{
    const struct task_filter all = {.closed = true,
                                    .due_before = INSTANT_NEVER};
    struct task *tasks = NULL;
    size_t count = 0;
    if (!it->scenario->tasks_said)
        return true;
    if (!task_list(store, &all, &tasks, &count, err))
        return false;
    bool *taken = memory_new(count + 1);
    for (size_t w = 0; w < it->scenario->task_count; w++) {
        const struct scenario_task *want = &it->scenario->tasks[w];
        size_t i = 0;
        while (i < count && (taken[i] || !is_task(it, &tasks[i], want)))
            i++;
        if (i < count)
            taken[i] = true;
        else
            buf_format(it->out, "line %d: no such task opened: %s for %s%s%s\n",
                       want->line, want->patient, want->to,
                       want->due[0] ? ", due " : "", want->due);
    }
    for (size_t i = 0; i < count; i++)
        if (!taken[i])
            tell_task(it, &tasks[i]);
    free(taken);
    free(tasks);
    return true;
}

bool scenario_compare(struct store *store, const struct scenarios *file,
                      const struct scenario *scenario, struct buf *differences,
                      struct error *err)
{
    struct comparing it = {
        .file = file,
        .scenario = scenario,
        .out = differences,
        .arena = arena_new(),
    };
    bool ok = status_attempts(store, NULL, 0, add_send, &it, err) &&
              status_held(store, NULL, 0, add_held, &it, err);
    if (ok) {
        compare_sends(&it);
        for (size_t i = 0; i < scenario->held_count; i++)
            compare_held(&it, &scenario->held[i]);
        ok = compare_tasks(&it, store, err);
    }
    free(it.sends);
    free(it.held);
    arena_free(it.arena);
    return ok;
}
