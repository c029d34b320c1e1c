/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happened before, for `explain`: entries, messages, answers and tasks,
 * as the store keeps them. For people and as JSON.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "store/ledger.h"
#include "store/past.h"
#include "store/reply.h"
#include "store/stray.h"
#include "store/task.h"

#include "app/explain_own.h"
#include "app/reply_text.h"
#include "app/table.h"

/* One walk; `json` NULL: for people. */
struct telling {
    const struct explain_view *view;
    struct table *table;
    struct json_writer *json;
};

static const char *local_text(const struct telling *telling, instant at,
                              char out[CIVIL_TEXT_MAX])
{
    return time_text(telling->view->zone, at, out);
}

static void write_time(const struct telling *telling, const char *name,
                       instant at)
{
    char when[CIVIL_TEXT_MAX];
    json_write_text(telling->json, name,
                    at == INSTANT_NEVER ? NULL : local_text(telling, at, when));
}

static void tell_entry(void *arg, const struct past_entry *row)
{
    struct telling *telling = arg;
    char entered[CIVIL_TEXT_MAX], closed[CIVIL_TEXT_MAX];
    if (telling->json) {
        json_write_object(telling->json, NULL);
        json_write_text(telling->json, "campaign", row->campaign);
        json_write_text(telling->json, "anchor", anchor_name(row->anchor_kind));
        json_write_integer(telling->json, "anchor_id", row->anchor_id);
        json_write_bool(telling->json, "held_out", row->holdout);
        write_time(telling, "entered_at", row->entered_at);
        write_time(telling, "left_at", row->closed_at);
        json_write_text(telling->json, "why_left", row->close_reason);
        json_write_end(telling->json, '}');
        return;
    }
    const char *cells[] = {local_text(telling, row->entered_at, entered),
                           row->campaign, row->holdout ? "held out" : "treated",
                           local_text(telling, row->closed_at, closed),
                           row->close_reason ? row->close_reason : ""};
    table_row(telling->table, cells);
}

/* Taken a day ago, and no word of its arrival since: many carriers never give
 * one (S-18). */
static bool is_unconfirmed(const struct telling *telling,
                           const struct past_attempt *row)
{
    return row->outcome == OUTCOME_ACCEPTED &&
           telling->view->now - row->submitted_at >= 24 * HOUR_MS;
}

static void tell_attempt(void *arg, const struct past_attempt *row)
{
    struct telling *telling = arg;
    char at[CIVIL_TEXT_MAX], step[STEP_TEXT_MAX];
    if (telling->json) {
        json_write_object(telling->json, NULL);
        json_write_text(telling->json, "campaign", row->campaign);
        json_write_text(telling->json, "step", row->step);
        write_time(telling, "at", row->submitted_at);
        json_write_text(telling->json, "channel", channel_name(row->channel));
        json_write_text(telling->json, "provider", row->provider);
        json_write_text(telling->json, "to", row->address);
        json_write_text(telling->json, "outcome", outcome_name(row->outcome));
        json_write_bool(telling->json, "unconfirmed",
                        is_unconfirmed(telling, row));
        json_write_text(telling->json, "code", row->code);
        json_write_bool(telling->json, "of_another", row->of_another);
        json_write_text(telling->json, "text", row->body);
        json_write_end(telling->json, '}');
        return;
    }
    const char *cells[] = {local_text(telling, row->submitted_at, at),
                           row->campaign,
                           step_text(row->step, step),
                           channel_name(row->channel),
                           row->address,
                           row->provider,
                           is_unconfirmed(telling, row) ? "unconfirmed"
                           : row->outcome ? outcome_name(row->outcome)
                                          : "under way",
                           row->body ? row->body : "(no longer kept)"};
    table_row(telling->table, cells);
}

/* What only its provider knew: it was sent before this store was restored. */
static void tell_stray(void *arg, const struct stray *stray)
{
    const struct past_attempt row = {
        .channel = stray->channel,
        .provider = stray->driver,
        .address = stray->address,
        .body = stray->body,
        .submitted_at = stray->at,
        .ended_at = stray->at,
        .outcome = stray->outcome,
        .campaign = "",
        .step = "in no step: found at the provider",
    };
    tell_attempt(arg, &row);
}

static void tell_reply(void *arg, const struct reply *reply)
{
    struct telling *telling = arg;
    struct reply_writing writing = {telling->json, NULL, telling->view->zone};
    char at[CIVIL_TEXT_MAX];
    if (telling->json) {
        reply_write(&writing, reply);
        return;
    }
    char *words = print_quoted(reply_words(reply), "    ");
    print("%s  wrote by %s from %s: %s\n",
          local_text(telling, reply->received_at, at),
          channel_name(reply->channel), reply->address, words);
    free(words);
}

static void tell_row(const struct telling *telling,
                     const struct patient_outreach *row)
{
    char planned[CIVIL_TEXT_MAX], due[CIVIL_TEXT_MAX], step[STEP_TEXT_MAX];
    const char *state = state_name((enum outreach_state)row->state);
    instant next = state_is_final((enum outreach_state)row->state)
                       ? INSTANT_NEVER
                       : row->due_at;
    if (telling->json) {
        json_write_object(telling->json, NULL);
        json_write_text(telling->json, "campaign", row->campaign);
        json_write_text(telling->json, "step", row->step);
        json_write_text(telling->json, "state", state);
        json_write_text(telling->json, "reason", row->reason);
        write_time(telling, "planned_at", row->planned_at);
        write_time(telling, "due_at", next);
        json_write_end(telling->json, '}');
        return;
    }
    const char *cells[] = {local_text(telling, row->planned_at, planned),
                           row->campaign,
                           step_text(row->step, step),
                           state,
                           local_text(telling, next, due),
                           row->reason ? row->reason : ""};
    table_row(telling->table, cells);
}

static void tell_task(const struct telling *telling, const struct task *task)
{
    char opened[CIVIL_TEXT_MAX], due[CIVIL_TEXT_MAX];
    if (telling->json) {
        json_write_object(telling->json, NULL);
        json_write_integer(telling->json, "id", task->id);
        json_write_text(telling->json, "state", task_state_name(task->state));
        json_write_text(telling->json, "campaign", task->campaign);
        json_write_text(telling->json, "name", task->name);
        json_write_text(telling->json, "owner", task->owner);
        json_write_text(telling->json, "reason", task->reason);
        write_time(telling, "opened_at", task->opened_at);
        write_time(telling, "due_at", task->due_at);
        json_write_end(telling->json, '}');
        return;
    }
    const char *cells[] = {local_text(telling, task->opened_at, opened),
                           task->campaign,
                           task->name,
                           task->owner,
                           task_state_name(task->state),
                           local_text(telling, task->due_at, due),
                           task->reason};
    table_row(telling->table, cells);
}

static bool is_asked(const struct telling *telling, const char *campaign)
{
    const char *asked = telling->view->campaign;
    return !asked || text_equal(asked, campaign);
}

/* The parts ---------------------------------------------------------------- */

static bool entries(struct telling *telling, struct error *err)
{
    const struct explain_view *view = telling->view;
    return past_entries(view->store, view->patient->id, view->campaign,
                        tell_entry, telling, err);
}

static bool attempts(struct telling *telling, struct error *err)
{
    const struct explain_view *view = telling->view;
    return past_attempts(view->store, view->patient->id, view->campaign,
                         tell_attempt, telling, err) &&
           stray_of_patient(view->store, view->patient->id, tell_stray, telling,
                            err);
}

static bool rows(struct telling *telling, struct error *err)
{
    const struct patient_details *patient = telling->view->patient;
    (void)err;
    for (size_t i = patient->outreach_count; i-- > 0;) {
        const struct patient_outreach *row = &patient->outreach[i];
        bool to_come =
            row->state == STATE_PLANNED && row->planned_at > telling->view->now;
        if (is_asked(telling, row->campaign) && !to_come)
            tell_row(telling, row);
    }
    return true;
}

static bool tasks(struct telling *telling, struct error *err)
{
    const struct explain_view *view = telling->view;
    struct task_filter filter = {.closed = true,
                                 .patient_id = view->patient->id,
                                 .due_before = INSTANT_NEVER};
    struct task *all;
    size_t count;
    if (!task_list(view->store, &filter, &all, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!all[i].campaign[0] || is_asked(telling, all[i].campaign))
            tell_task(telling, &all[i]);
    free(all);
    return true;
}

static bool replies(struct telling *telling, struct error *err)
{
    const struct explain_view *view = telling->view;
    const struct reply_filter filter = {.patient_id = view->patient->id};
    return reply_list(view->store, &filter, tell_reply, telling, err);
}

static const struct part {
    const char *name, *title;
    bool (*tell)(struct telling *telling, struct error *err);
    const char *headers[9]; /* {NULL}: no table */
} parts[] = {
    {"entries",
     "Came into",
     entries,
     {"entered", "campaign", "group", "left", "why", NULL}},
    {"outreach",
     "Steps",
     rows,
     {"planned for", "campaign", "step", "state", "next look", "why", NULL}},
    {"attempts",
     "Sent",
     attempts,
     {"at", "campaign", "step", "by", "to", "provider", "outcome", "text",
      NULL}},
    {"replies", NULL, replies, {NULL}},
    {"tasks",
     "Tasks",
     tasks,
     {"opened", "campaign", "what", "owner", "state", "due", "why", NULL}},
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

bool explain_text_past(const struct explain_view *view, struct error *err)
{
    bool ok = true, any = false;
    print("\n%sBefore%s\n", terminal_tone(stdout, TONE_BOLD),
          terminal_tone(stdout, TONE_PLAIN));
    for (size_t i = 0; ok && i < PARTS; i++) {
        struct telling telling = {.view = view};
        bool table = parts[i].headers[0] != NULL;
        if (table)
            telling.table = table_new(parts[i].headers);
        ok = parts[i].tell(&telling, err);
        if (ok && table && table_rows(telling.table)) {
            any = true;
            print("%s\n", parts[i].title);
            table_print(telling.table, stdout);
        }
        if (table)
            table_free(telling.table);
    }
    if (ok && !any)
        puts("nothing");
    return ok;
}

bool explain_json_past(const struct explain_view *view,
                       struct json_writer *json, struct error *err)
{
    bool ok = true;
    json_write_object(json, "before");
    for (size_t i = 0; ok && i < PARTS; i++) {
        struct telling telling = {.view = view, .json = json};
        json_write_array(json, parts[i].name);
        ok = parts[i].tell(&telling, err);
        json_write_end(json, ']');
    }
    json_write_end(json, '}');
    return ok;
}
