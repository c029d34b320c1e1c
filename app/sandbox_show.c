/* SPDX-License-Identifier: Apache-2.0 */
/* Conversations as they happen, and their sum. */
#include "app/sandbox_show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/status.h"
#include "store/store.h"
#include "store/task.h"

#include "app/kinds.h"
#include "app/table.h"

enum { PRINT_MAX = 1 << 20 };

/* One line -------------------------------------------------------------------
 */

struct sandbox_kept {
    char *who, *text; /* as printed, without its end */
};

static void add_text(const struct sandbox_show *show,
                     const struct carrier_line *line, struct buf *out)
{
    static const char *const ways[] = {
        [CARRIER_TO] = "->", [CARRIER_FROM] = "<-", [CARRIER_NOTE] = "--"};
    char when[CIVIL_TEXT_MAX];
    buf_format(out, "%s  %-5s %s %s%s", time_text(show->zone, line->at, when),
               channel_name(line->channel), ways[line->way],
               line->way == CARRIER_FROM   ? terminal_tone(stdout, TONE_BOLD)
               : line->way == CARRIER_NOTE ? terminal_tone(stdout, TONE_DIM)
                                           : "",
               "");
    if (line->who[0]) {
        text_mask(out, line->who);
        buf_text(out, "  ");
    }
    buf_text(out, line->text);
    if (line->way != CARRIER_TO)
        buf_text(out, terminal_tone(stdout, TONE_PLAIN));
}

static void add_json(const struct sandbox_show *show,
                     const struct carrier_line *line, struct buf *out)
{
    static const char *const ways[] = {
        [CARRIER_TO] = "to", [CARRIER_FROM] = "from", [CARRIER_NOTE] = "note"};
    char when[CIVIL_TEXT_MAX];
    struct buf who;
    struct json_writer json;
    buf_init(&who, 400);
    text_mask(&who, line->who);
    json_write_init(&json, out);
    json_write_object(&json, NULL);
    json_write_text(&json, "at", time_text(show->zone, line->at, when));
    json_write_text(&json, "channel", channel_name(line->channel));
    json_write_text(&json, "way", ways[line->way]);
    json_write_text(&json, "who", line->who[0] ? who.data : NULL);
    json_write_text(&json, "text", line->text);
    json_write_end(&json, '}');
    buf_free(&who);
}

void sandbox_show_line(void *arg, const struct carrier_line *line)
{
    struct sandbox_show *show = arg;
    struct buf out;
    buf_init(&out, PRINT_MAX);
    if (show->json)
        add_json(show, line, &out);
    else
        add_text(show, line, &out);
    if (show->count == show->room) {
        show->room = show->room ? 2 * show->room : 32;
        show->kept = memory_grow(show->kept, show->room, sizeof(*show->kept));
    }
    show->kept[show->count++] = (struct sandbox_kept){
        .who = memory_text(line->who), .text = buf_take(&out)};
    if (!show->sorts)
        sandbox_show_moment(show);
}

/* Stable, and few: what one person sees stays in its order. */
static void sort(struct sandbox_show *show)
{
    for (size_t i = 1; i < show->count; i++) {
        struct sandbox_kept one = show->kept[i];
        size_t place = i;
        for (; place > 0 && strcmp(show->kept[place - 1].who, one.who) > 0;
             place--)
            show->kept[place] = show->kept[place - 1];
        show->kept[place] = one;
    }
}

void sandbox_show_moment(struct sandbox_show *show)
{
    if (show->count == 0)
        return;
    sort(show);
    for (size_t i = 0; i < show->count; i++) {
        print("%s\n", show->kept[i].text);
        free(show->kept[i].text);
        free(show->kept[i].who);
    }
    show->count = 0;
    fflush(stdout);
}

void sandbox_show_free(struct sandbox_show *show)
{
    sandbox_show_moment(show);
    free(show->kept);
    show->kept = NULL;
}

/* The sum
 * ----------------------------------------------------------------------
 */

struct sum {
    const struct sandbox_result *result;
    struct kinds outcomes, replies, tasks;
    int64_t delivered, opt_outs;
};

static bool add_attempt(void *arg, const struct status_attempt *row)
{
    struct sum *sum = arg;
    kinds_add(&sum->outcomes, outcome_name(row->outcome));
    sum->delivered += outcome_evidence(row->outcome) >= EVIDENCE_DELIVERED;
    return true;
}

static bool add_reply(void *arg, const struct status_reply *row)
{
    struct sum *sum = arg;
    kinds_add(&sum->replies, row->intent);
    sum->opt_outs += text_starts(row->intent, "opt-out");
    return true;
}

static bool add_tasks(struct sum *sum, struct store *store, struct error *err)
{
    const struct task_filter all = {.closed = true,
                                    .due_before = INSTANT_NEVER};
    struct task *tasks = NULL;
    size_t count = 0;
    if (!task_list(store, &all, &tasks, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (tasks[i].opened_at >= sum->result->from)
            kinds_add(&sum->tasks, tasks[i].kind);
    free(tasks);
    return true;
}

static bool add_all(struct sum *sum, const char *path, struct error *err)
{
    struct store *store = store_open(path, STORE_READ_ONLY, err);
    instant from = sum->result->from;
    bool ok = store &&
              status_attempts(store, NULL, from, add_attempt, sum, err) &&
              status_replies(store, NULL, from, add_reply, sum, err) &&
              add_tasks(sum, store, err);
    store_close(store);
    return ok;
}

static void print_kinds(const char *head, const struct kinds *kinds)
{
    print("%s", head);
    for (size_t i = 0; i < KINDS_MAX && kinds->items[i].count > 0; i++)
        print("%s %lld %s", i ? "," : "", (long long)kinds->items[i].count,
              kinds->items[i].name);
    print("%s\n", kinds->items[0].count ? "" : " none");
}

static void print_text(const struct sum *sum)
{
    const struct carrier_totals *carrier = &sum->result->carrier;
    print("\n%sSent %lld, delivered %lld%s\n", terminal_tone(stdout, TONE_BOLD),
          (long long)sum->result->engine.sent, (long long)sum->delivered,
          terminal_tone(stdout, TONE_PLAIN));
    print_kinds("What came of each try:", &sum->outcomes);
    print_kinds("Replies:", &sum->replies);
    print("Opt-outs: %lld\n", (long long)sum->opt_outs);
    print_kinds("Tasks for people:", &sum->tasks);
    print("The carrier: %lld texts, %lld mails, %lld calls; %lld refused with "
          "429, %lld with 500,\n  %lld taken and cut off, %lld cut off, %lld "
          "answered late\n",
          (long long)carrier->taken[CHANNEL_SMS],
          (long long)carrier->taken[CHANNEL_EMAIL],
          (long long)carrier->taken[CHANNEL_VOICE],
          (long long)carrier->troubles[TROUBLE_TOO_MANY],
          (long long)carrier->troubles[TROUBLE_ERROR],
          (long long)carrier->troubles[TROUBLE_CLOSED],
          (long long)carrier->troubles[TROUBLE_CUT],
          (long long)carrier->troubles[TROUBLE_SLOW]);
    print("  the same words again within a day, to who had got them: %lld; "
          "texts to who had written STOP: %lld\n",
          (long long)carrier->twice, (long long)carrier->after_stop);
}

static void json_carrier(struct json_writer *json,
                         const struct carrier_totals *carrier)
{
    static const char *const troubles[] = {"too_many", "error", "closed", "cut",
                                           "slow"};
    json_write_object(json, "carrier");
    for (int i = 0; i < CHANNEL_COUNT; i++)
        json_write_integer(json, channel_name((enum channel)i),
                           carrier->taken[i]);
    for (int i = 0; i < TROUBLE_NONE; i++)
        json_write_integer(json, troubles[i], carrier->troubles[i]);
    json_write_integer(json, "replies", carrier->replies);
    json_write_integer(json, "keys", carrier->keys);
    json_write_integer(json, "stops", carrier->stops);
    json_write_integer(json, "twice", carrier->twice);
    json_write_integer(json, "after_stop", carrier->after_stop);
    json_write_integer(json, "posts", carrier->posts);
    json_write_integer(json, "unheeded", carrier->unheeded);
    json_write_end(json, '}');
}

static void print_json(const struct sum *sum)
{
    struct buf out;
    struct json_writer json;
    buf_init(&out, PRINT_MAX);
    json_write_init(&json, &out);
    json_write_object(&json, NULL);
    json_write_integer(&json, "sent", sum->result->engine.sent);
    json_write_integer(&json, "delivered", sum->delivered);
    kinds_json(&sum->outcomes, &json, "outcomes");
    kinds_json(&sum->replies, &json, "replies");
    json_write_integer(&json, "opt_outs", sum->opt_outs);
    kinds_json(&sum->tasks, &json, "tasks");
    json_carrier(&json, &sum->result->carrier);
    json_write_end(&json, '}');
    puts(out.data);
    buf_free(&out);
}

bool sandbox_show_result(const struct sandbox_show *show,
                         const struct sandbox_result *result,
                         const char *store_path, struct error *err)
{
    struct sum *sum = memory_new(sizeof(*sum));
    sum->result = result;
    bool ok = add_all(sum, store_path, err);
    if (ok && show->json)
        print_json(sum);
    else if (ok)
        print_text(sum);
    free(sum);
    return ok;
}
