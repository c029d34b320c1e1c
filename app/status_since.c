/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach status --since`: what an outage did to patients, and who must be
 * told. Reads only; the shift that comes in begins with it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"
#include "store/outage.h"
#include "store/task.h"

#include "app/status_since.h"
#include "app/table.h"

/* A minute or two in line is the ordinary course of things. */
#define TOLERANCE_MS (15 * MINUTE_MS)
enum { DOCUMENT_MAX = 64 << 20 };

static const struct kind {
    const char *name, *title;
} kinds[OUTAGE_KINDS] = {
    [OUTAGE_LATE] = {"late", "Late by more than 15 minutes"},
    [OUTAGE_WAITING] = {"waiting", "Due, and still waiting"},
    [OUTAGE_DROPPED] = {"dropped", "Dropped: no longer useful"},
    [OUTAGE_UNKNOWN] = {"unknown", "Unknown: it may have been sent"},
    [OUTAGE_FAILED] = {"failed", "Failed"},
};

/* Somebody whom no message of that turn reached. */
struct unreached {
    char line[400]; /* "4711 appointment, 2026-..." : the key, and told so */
    char mrn[64], campaign[80], step[100], anchor[80], owner[TASK_ROLE_MAX];
    int64_t outreach_id, task_id;
    enum outage_call call;
};

static const struct {
    const char *word; /* in JSON; NULL: call them */
    const char *text;
} calls[] = {
    [CALL_THEM] = {NULL, "no task: call them"},
    [CALL_STOP] = {"stop", "no task: they said STOP"},
    [CALL_BARRED] = {"restricted", "no task: they must not be called"},
    [CALL_NOWHERE] = {"no-number", "no task: no number to call"},
};

struct telling {
    struct store *store;
    const struct zone *zone;
    instant since, now;
    struct json_writer *json; /* NULL: for people */
    enum outage_kind kind;
    struct table *table;
    struct unreached *people;
    size_t people_count;
};

static const char *local_text(const struct telling *telling,
                              const char *zone_name, instant at,
                              char out[CIVIL_TEXT_MAX])
{
    const struct zone *zone = zone_name ? zone_find(zone_name) : NULL;
    return time_text(zone ? zone : telling->zone, at, out);
}

static const char *anchor_text(const struct telling *telling,
                               const struct outage_row *row, char out[80])
{
    char when[CIVIL_TEXT_MAX];
    if (row->anchor_at == INSTANT_NEVER)
        return anchor_name(row->anchor_kind);
    snprintf(out, 80, "%s %s", anchor_name(row->anchor_kind),
             local_text(telling, row->zone, row->anchor_at, when));
    return out;
}

static void person_note(struct telling *telling, const struct outage_row *row)
{
    struct unreached person = {.outreach_id = row->outreach_id,
                               .task_id = row->task_id};
    char anchor[80];
    text_copy(person.anchor, sizeof(person.anchor),
              anchor_text(telling, row, anchor));
    snprintf(person.line, sizeof(person.line), "%s\n%s\n%s", row->mrn,
             row->campaign, person.anchor);
    for (size_t i = 0; i < telling->people_count; i++)
        if (text_equal(telling->people[i].line, person.line))
            return;
    text_copy(person.mrn, sizeof(person.mrn), row->mrn);
    text_copy(person.campaign, sizeof(person.campaign), row->campaign);
    text_copy(person.step, sizeof(person.step), row->step);
    text_copy(person.owner, sizeof(person.owner), row->task_owner);
    telling->people =
        memory_grow(telling->people, telling->people_count + 1, sizeof(person));
    telling->people[telling->people_count++] = person;
}

static void write_time(const struct telling *telling, const char *name,
                       const char *zone, instant at)
{
    char when[CIVIL_TEXT_MAX];
    json_write_text(telling->json, name,
                    at == INSTANT_NEVER ? NULL
                                        : local_text(telling, zone, at, when));
}

static void write_row(const struct telling *telling,
                      const struct outage_row *row)
{
    struct json_writer *json = telling->json;
    json_write_object(json, NULL);
    json_write_text(json, "patient", row->mrn);
    json_write_text(json, "campaign", row->campaign);
    json_write_text(json, "step", row->step);
    json_write_text(json, "anchor", anchor_name(row->anchor_kind));
    write_time(telling, "anchor_at", row->zone, row->anchor_at);
    write_time(telling, "planned_at", row->zone, row->planned_at);
    write_time(telling, "until", row->zone, row->until_at);
    write_time(telling, "sent_at", row->zone, row->sent_at);
    if (row->late_ms)
        json_write_integer(json, "late_seconds", row->late_ms / SECOND_MS);
    json_write_text(json, "state", state_name(row->state));
    json_write_text(json, "reason", row->reason);
    json_write_bool(json, "reached", row->reached);
    json_write_end(json, '}');
}

static const char *late_text(int64_t ms, char out[32])
{
    int64_t minutes = ms / MINUTE_MS;
    if (ms == 0)
        return "";
    if (minutes < 120)
        snprintf(out, 32, "%lld min", (long long)minutes);
    else
        snprintf(out, 32, "%lld h %lld min", (long long)(minutes / 60),
                 (long long)(minutes % 60));
    return out;
}

static void tell_row(void *arg, const struct outage_row *row)
{
    struct telling *telling = arg;
    char planned[CIVIL_TEXT_MAX], sent[CIVIL_TEXT_MAX], anchor[80], late[32];
    char step[STEP_TEXT_MAX];
    bool lost = telling->kind != OUTAGE_LATE && telling->kind != OUTAGE_WAITING;
    if (lost && !row->reached && !row->over)
        person_note(telling, row);
    if (telling->json) {
        write_row(telling, row);
        return;
    }
    const char *cells[] = {
        row->mrn,
        row->campaign,
        step_text(row->step, step),
        anchor_text(telling, row, anchor),
        local_text(telling, row->zone, row->planned_at, planned),
        local_text(telling, row->zone, row->sent_at, sent),
        late_text(row->late_ms, late),
        row->reason ? row->reason : ""};
    table_row(telling->table, cells);
}

static bool tell_kind(struct telling *telling, enum outage_kind kind,
                      struct error *err)
{
    static const char *const headers[] = {"patient", "campaign", "step",
                                          "about",   "planned",  "sent",
                                          "late",    "why",      NULL};
    telling->kind = kind;
    if (telling->json)
        json_write_array(telling->json, kinds[kind].name);
    else
        telling->table = table_new(headers);
    bool ok = outage_rows(telling->store, kind, telling->since, telling->now,
                          TOLERANCE_MS, tell_row, telling, err);
    if (telling->json) {
        json_write_end(telling->json, ']');
        return ok;
    }
    if (ok) {
        print("\n%s%s: %zu%s\n", terminal_tone(stdout, TONE_BOLD),
              kinds[kind].title, table_rows(telling->table),
              terminal_tone(stdout, TONE_PLAIN));
        if (table_rows(telling->table))
            table_print(telling->table, stdout);
    }
    table_free(telling->table);
    return ok;
}

/* Who must be told ----------------------------------------------------------
 */

static bool people_ask(struct telling *telling, struct error *err)
{
    for (size_t i = 0; i < telling->people_count; i++) {
        struct unreached *one = &telling->people[i];
        if (!outage_call(telling->store, one->outreach_id, telling->now,
                         &one->call, err))
            return false;
    }
    return true;
}

static void tell_people(const struct telling *telling)
{
    static const char *const headers[] = {"patient", "campaign", "step",
                                          "about",   "task",     NULL};
    struct table *table = table_new(headers);
    for (size_t i = 0; i < telling->people_count; i++) {
        const struct unreached *one = &telling->people[i];
        char task[120];
        snprintf(task, sizeof(task), "task %lld: %s", (long long)one->task_id,
                 one->owner);
        const char *cells[] = {one->mrn, one->campaign, one->step, one->anchor,
                               one->task_id ? task : calls[one->call].text};
        table_row(table, cells);
    }
    print("\n%sNot reached: %zu%s\n", terminal_tone(stdout, TONE_BOLD),
          telling->people_count, terminal_tone(stdout, TONE_PLAIN));
    if (telling->people_count)
        table_print(table, stdout);
    table_free(table);
}

static void write_people(const struct telling *telling)
{
    struct json_writer *json = telling->json;
    json_write_array(json, "not_reached");
    for (size_t i = 0; i < telling->people_count; i++) {
        const struct unreached *one = &telling->people[i];
        json_write_object(json, NULL);
        json_write_text(json, "patient", one->mrn);
        json_write_text(json, "campaign", one->campaign);
        json_write_text(json, "step", one->step);
        json_write_text(json, "about", one->anchor);
        if (one->task_id)
            json_write_integer(json, "task", one->task_id);
        else
            json_write_text(json, "task", NULL);
        json_write_bool(json, "said_stop", one->call == CALL_STOP);
        json_write_text(json, "no_call", calls[one->call].word);
        json_write_end(json, '}');
    }
    json_write_end(json, ']');
}

static void tell_task(const struct telling *telling, struct table *table,
                      const struct task *task)
{
    char id[24], opened[CIVIL_TEXT_MAX], due[CIVIL_TEXT_MAX];
    if (telling->json) {
        json_write_object(telling->json, NULL);
        json_write_integer(telling->json, "id", task->id);
        json_write_text(telling->json, "patient", task->mrn);
        json_write_text(telling->json, "campaign", task->campaign);
        json_write_text(telling->json, "name", task->name);
        json_write_text(telling->json, "owner", task->owner);
        json_write_text(telling->json, "reason", task->reason);
        write_time(telling, "opened_at", NULL, task->opened_at);
        write_time(telling, "due_at", NULL, task->due_at);
        json_write_end(telling->json, '}');
        return;
    }
    snprintf(id, sizeof(id), "%lld", (long long)task->id);
    const char *cells[] = {id,
                           task->mrn,
                           task->campaign,
                           task->name,
                           task->owner,
                           local_text(telling, NULL, task->opened_at, opened),
                           local_text(telling, NULL, task->due_at, due),
                           task->reason};
    table_row(table, cells);
}

/* Open ones that opened since then. */
static bool tell_tasks(struct telling *telling, struct error *err)
{
    static const char *const headers[] = {">task", "patient", "campaign",
                                          "what",  "owner",   "opened",
                                          "due",   "why",     NULL};
    struct task_filter filter = {.due_before = INSTANT_NEVER};
    struct task *tasks;
    size_t count;
    if (!task_list(telling->store, &filter, &tasks, &count, err))
        return false;
    struct table *table = table_new(headers);
    if (telling->json)
        json_write_array(telling->json, "tasks");
    for (size_t i = 0; i < count; i++)
        if (tasks[i].opened_at >= telling->since)
            tell_task(telling, table, &tasks[i]);
    if (telling->json) {
        json_write_end(telling->json, ']');
    } else {
        print("\n%sOpen tasks since then: %zu%s\n",
              terminal_tone(stdout, TONE_BOLD), table_rows(table),
              terminal_tone(stdout, TONE_PLAIN));
        if (table_rows(table))
            table_print(table, stdout);
    }
    table_free(table);
    free(tasks);
    return true;
}

static bool tell_all(struct telling *telling, struct error *err)
{
    char since[CIVIL_TEXT_MAX], now[CIVIL_TEXT_MAX];
    if (telling->json) {
        write_time(telling, "since", NULL, telling->since);
        write_time(telling, "now", NULL, telling->now);
    } else {
        print("From %s to %s\n",
              local_text(telling, NULL, telling->since, since),
              local_text(telling, NULL, telling->now, now));
    }
    for (int kind = 0; kind < OUTAGE_KINDS; kind++)
        if (!tell_kind(telling, (enum outage_kind)kind, err))
            return false;
    if (!people_ask(telling, err))
        return false;
    if (telling->json)
        write_people(telling);
    else
        tell_people(telling);
    return tell_tasks(telling, err);
}

bool status_since(struct store *store, const struct zone *zone, instant since,
                  instant now, bool json, struct error *err)
{
    struct buf out;
    struct json_writer writer;
    struct telling telling = {
        .store = store, .zone = zone, .since = since, .now = now};
    buf_init(&out, DOCUMENT_MAX);
    if (json) {
        json_write_init(&writer, &out);
        json_write_object(&writer, NULL);
        telling.json = &writer;
    }
    bool ok = tell_all(&telling, err);
    if (json)
        json_write_end(&writer, '}');
    if (ok && json)
        puts(out.data);
    free(telling.people);
    buf_free(&out);
    return ok;
}
