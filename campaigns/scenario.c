/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Campaign tests as a coordinator writes them. Reads and checks their shape;
 * whether the rows are good is the import's to say, and what comes of them
 * the engine's.
 */
#include "campaigns/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include "store/ledger.h"

#include "campaigns/campaign.h"
#include "campaigns/reader.h"

#define SCENARIO_BYTES_MAX (1u << 20)
#define LIST_MAX 1000
#define WORDS_MAX 2000
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What is being read; reader_members() knows only a `void *into`. */
struct kind;
struct into {
    struct scenarios *file;
    void *item;
    const struct kind *kind;
};

/* Times --------------------------------------------------------------------
 */

static bool read_wall(struct reader *reader, const struct json_node *node,
                      struct civil *out)
{
    bool has_offset;
    int offset;
    const char *text = json_text(node);
    if (strlen(text) < CIVIL_TEXT_MAX &&
        civil_parse(text, out, &has_offset, &offset) && !has_offset)
        return true;
    reader_fault(reader, node,
                 "a moment is written \"2026-12-07 10:00\", on the wall's "
                 "clock and without an offset");
    return false;
}

/* "2026-12-07 10:00", as it is compared. */
static void wall_text(struct civil wall, char out[20])
{
    char text[CIVIL_TEXT_MAX];
    civil_text(wall, text);
    text[10] = ' ';
    text[16] = '\0';
    text_copy(out, 20, text);
}

static void read_moment(struct reader *reader, const struct json_node *node,
                        const struct zone *zone, instant *out)
{
    struct civil wall;
    if (read_wall(reader, node, &wall) && zone)
        *out = zone_instant(zone, wall);
}

/* Rows ----------------------------------------------------------------------
 */

static void check_row(struct reader *reader, const struct json_node *row)
{
    if (json_type(row) != JSON_OBJECT) {
        reader_fault(reader, row, "a row is an object: { \"id\": \"A1\" }");
        return;
    }
    for (const struct json_node *cell = json_first(row); cell;
         cell = json_next(cell)) {
        enum json_type type = json_type(cell);
        const char *text = json_text(cell);
        if (type == JSON_ARRAY || type == JSON_OBJECT || type == JSON_NULL)
            reader_fault(reader, cell, "a text, a number, true or false");
        else if (text && strpbrk(text, "\r\n"))
            reader_fault(reader, cell, "one line only");
    }
}

static void read_rows(struct reader *reader, const struct json_node *node,
                      struct scenario_rows *out)
{
    out->tables = node;
    for (const struct json_node *table = json_first(node); table;
         table = json_next(table)) {
        if (json_type(table) != JSON_ARRAY) {
            reader_fault(reader, table,
                         "\"%.60s\" holds a list of rows: [ { ... } ]",
                         json_key(table));
            continue;
        }
        for (const struct json_node *row = json_first(table); row;
             row = json_next(row))
            check_row(reader, row);
    }
}

/* Lists -----------------------------------------------------------------------
 */

/* A member that is a text and nothing more: where it goes. */
struct word {
    const char *key;
    size_t at;
};
/* What the objects of one list are. */
struct kind {
    const char *what;
    const struct member *members;
    size_t member_count;
    const struct word *words;
    size_t word_count;
    size_t size, line_at;
};

static void read_word(struct reader *reader, const struct json_node *node,
                      void *into)
{
    struct into *reading = into;
    for (size_t i = 0; i < reading->kind->word_count; i++) {
        const struct word *word = &reading->kind->words[i];
        if (text_equal(word->key, json_key(node)))
            *(const char **)((char *)reading->item + word->at) =
                reader_text(reader, node, WORDS_MAX);
    }
}

static int line_of(const struct reader *reader, const struct json_node *node)
{
    return json_place(reader->at.doc, node).line;
}

/* Every object of a list into an array of them: the good ones are counted. */
static void *read_list(struct reader *reader, const struct json_node *list,
                       const struct kind *kind, struct scenarios *file,
                       size_t *count)
{
    if (json_count(list) > LIST_MAX) {
        reader_fault(reader, list, "at most %d", LIST_MAX);
        return NULL;
    }
    char *items =
        arena_alloc(reader->arena, (json_count(list) + 1) * kind->size);
    for (const struct json_node *node = json_first(list); node;
         node = json_next(node)) {
        struct into into = {file, items + *count * kind->size, kind};
        *(int *)((char *)into.item + kind->line_at) = line_of(reader, node);
        *count += reader_members(reader, node, kind->what, kind->members,
                                 kind->member_count, &into);
    }
    return items;
}

/* Messages --------------------------------------------------------------------
 */

static void read_text_at(struct reader *reader, const struct json_node *node,
                         char out[20])
{
    struct civil wall;
    if (read_wall(reader, node, &wall))
        wall_text(wall, out);
}
static void send_at(struct reader *reader, const struct json_node *node,
                    void *into)
{
    struct scenario_send *send = ((struct into *)into)->item;
    read_text_at(reader, node, send->at);
}
static void send_channel(struct reader *reader, const struct json_node *node,
                         void *into)
{
    struct scenario_send *send = ((struct into *)into)->item;
    send->has_channel = channel_parse(json_text(node), &send->channel);
    if (!send->has_channel)
        reader_fault(reader, node, "a channel: sms, email or voice");
}

static const struct member send_members[] = {
    {"patient", IS_TEXT, true, read_word},
    {"step", IS_TEXT, true, read_word},
    {"at", IS_TEXT, true, send_at},
    {"channel", IS_TEXT, false, send_channel},
    {"language", IS_TEXT, false, read_word},
    {"text", IS_TEXT, false, read_word},
};
static const struct word send_words[] = {
    {"patient", offsetof(struct scenario_send, patient)},
    {"step", offsetof(struct scenario_send, step)},
    {"language", offsetof(struct scenario_send, language)},
    {"text", offsetof(struct scenario_send, text)},
};
static const struct kind send_kind = {"a message",
                                      send_members,
                                      COUNT(send_members),
                                      send_words,
                                      COUNT(send_words),
                                      sizeof(struct scenario_send),
                                      offsetof(struct scenario_send, line)};

static void held_state(struct reader *reader, const struct json_node *node,
                       void *into)
{
    static const enum outreach_state known[] = {
        STATE_PLANNED, STATE_FAILED,    STATE_SUPPRESSED,
        STATE_EXPIRED, STATE_CANCELLED, STATE_UNKNOWN};
    struct scenario_held *held = ((struct into *)into)->item;
    for (size_t i = 0; i < COUNT(known); i++)
        if (text_equal(json_text(node), state_name(known[i])))
            held->state = state_name(known[i]);
    if (!held->state)
        reader_fault(reader, node,
                     "what did not leave is planned, failed, suppressed, "
                     "expired, cancelled or unknown");
}

static const struct member held_members[] = {
    {"patient", IS_TEXT, true, read_word},
    {"step", IS_TEXT, true, read_word},
    {"state", IS_TEXT, false, held_state},
    {"reason", IS_TEXT, false, read_word},
};
static const struct word held_words[] = {
    {"patient", offsetof(struct scenario_held, patient)},
    {"step", offsetof(struct scenario_held, step)},
    {"reason", offsetof(struct scenario_held, reason)},
};
static const struct kind held_kind = {"a message that is held",
                                      held_members,
                                      COUNT(held_members),
                                      held_words,
                                      COUNT(held_words),
                                      sizeof(struct scenario_held),
                                      offsetof(struct scenario_held, line)};

/* Tasks -----------------------------------------------------------------------
 */

static void task_due(struct reader *reader, const struct json_node *node,
                     void *into)
{
    struct scenario_task *task = ((struct into *)into)->item;
    read_text_at(reader, node, task->due);
}

static const struct member task_members[] = {
    {"patient", IS_TEXT, true, read_word}, {"to", IS_TEXT, true, read_word},
    {"kind", IS_TEXT, false, read_word},   {"name", IS_TEXT, false, read_word},
    {"reason", IS_TEXT, false, read_word}, {"due", IS_TEXT, false, task_due},
};
static const struct word task_words[] = {
    {"patient", offsetof(struct scenario_task, patient)},
    {"to", offsetof(struct scenario_task, to)},
    {"kind", offsetof(struct scenario_task, kind)},
    {"name", offsetof(struct scenario_task, name)},
    {"reason", offsetof(struct scenario_task, reason)},
};
static const struct kind task_kind = {"a task",
                                      task_members,
                                      COUNT(task_members),
                                      task_words,
                                      COUNT(task_words),
                                      sizeof(struct scenario_task),
                                      offsetof(struct scenario_task, line)};

/* Events ----------------------------------------------------------------------
 */

static void event_at(struct reader *reader, const struct json_node *node,
                     void *into)
{
    struct into *reading = into;
    struct scenario_event *event = reading->item;
    read_moment(reader, node, reading->file->zone, &event->at);
}
static void event_given(struct reader *reader, const struct json_node *node,
                        void *into)
{
    struct scenario_event *event = ((struct into *)into)->item;
    read_rows(reader, node, &event->given);
}

static const struct member event_members[] = {
    {"at", IS_TEXT, true, event_at},
    {"given", IS_OBJECT, false, event_given},
    {"patient", IS_TEXT, false, read_word},
    {"writes", IS_TEXT, false, read_word},
};
static const struct word event_words[] = {
    {"patient", offsetof(struct scenario_event, patient)},
    {"writes", offsetof(struct scenario_event, writes)},
};
static const struct kind event_kind = {"an event",
                                       event_members,
                                       COUNT(event_members),
                                       event_words,
                                       COUNT(event_words),
                                       sizeof(struct scenario_event),
                                       offsetof(struct scenario_event, line)};

/* One case --------------------------------------------------------------------
 */

static struct scenario *case_of(void *into)
{
    return ((struct into *)into)->item;
}
static void case_from(struct reader *reader, const struct json_node *node,
                      void *into)
{
    struct into *reading = into;
    read_moment(reader, node, reading->file->zone, &case_of(into)->from);
}
static void case_until(struct reader *reader, const struct json_node *node,
                       void *into)
{
    struct into *reading = into;
    read_moment(reader, node, reading->file->zone, &case_of(into)->until);
}
static void case_given(struct reader *reader, const struct json_node *node,
                       void *into)
{
    read_rows(reader, node, &case_of(into)->given);
}
static void case_then(struct reader *reader, const struct json_node *node,
                      void *into)
{
    struct scenario *scenario = case_of(into);
    scenario->events =
        read_list(reader, node, &event_kind, ((struct into *)into)->file,
                  &scenario->event_count);
}
static void case_sends(struct reader *reader, const struct json_node *node,
                       void *into)
{
    struct scenario *scenario = case_of(into);
    scenario->sends =
        read_list(reader, node, &send_kind, NULL, &scenario->send_count);
}
static void case_held(struct reader *reader, const struct json_node *node,
                      void *into)
{
    struct scenario *scenario = case_of(into);
    scenario->held =
        read_list(reader, node, &held_kind, NULL, &scenario->held_count);
}
static void case_tasks(struct reader *reader, const struct json_node *node,
                       void *into)
{
    struct scenario *scenario = case_of(into);
    scenario->tasks_said = true;
    scenario->tasks =
        read_list(reader, node, &task_kind, NULL, &scenario->task_count);
}

static const struct member case_members[] = {
    {"case", IS_TEXT, true, read_word},
    {"about", IS_TEXT, false, NULL},
    {"from", IS_TEXT, true, case_from},
    {"until", IS_TEXT, true, case_until},
    {"given", IS_OBJECT, false, case_given},
    {"then", IS_LIST, false, case_then},
    {"sends", IS_LIST, true, case_sends},
    {"held", IS_LIST, false, case_held},
    {"tasks", IS_LIST, false, case_tasks},
};
static const struct word case_words[] = {
    {"case", offsetof(struct scenario, name)},
};
static const struct kind case_kind = {"a case",
                                      case_members,
                                      COUNT(case_members),
                                      case_words,
                                      COUNT(case_words),
                                      sizeof(struct scenario),
                                      offsetof(struct scenario, line)};

static void check_times(struct reader *reader, const struct scenarios *file,
                        const struct scenario *scenario)
{
    instant last = scenario->from;
    if (scenario->until <= scenario->from)
        faults_add(reader->faults, FAULT_ERROR, file->path, scenario->line, 1,
                   "\"until\" lies behind \"from\"");
    for (size_t i = 0; i < scenario->event_count; i++) {
        const struct scenario_event *event = &scenario->events[i];
        if (event->at < last || event->at > scenario->until)
            faults_add(reader->faults, FAULT_ERROR, file->path, event->line, 1,
                       "what happens then lies between \"from\" and "
                       "\"until\", in the order of time");
        if (!event->patient != !event->writes ||
            !event->given.tables == !event->writes)
            faults_add(reader->faults, FAULT_ERROR, file->path, event->line, 1,
                       "then there are rows (\"given\"), or a \"patient\" "
                       "who \"writes\" something");
        last = event->at;
    }
}

static bool has_rows(const struct scenario_rows *rows)
{
    for (const struct json_node *table = json_first(rows->tables); table;
         table = json_next(table))
        if (json_first(table))
            return true;
    return false;
}

static void check_rows(const struct scenarios *file,
                       const struct scenario *scenario, struct faults *faults)
{
    bool any = has_rows(&file->given) || has_rows(&scenario->given);
    for (size_t i = 0; i < scenario->event_count; i++)
        any |= has_rows(&scenario->events[i].given);
    if (!any)
        faults_add(faults, FAULT_ERROR, file->path, scenario->line, 1,
                   "nobody is there: \"given\" holds the rows of an import");
}

/* The file --------------------------------------------------------------------
 */

static void file_campaign(struct reader *reader, const struct json_node *node,
                          void *into)
{
    ((struct into *)into)->file->campaign =
        reader_name(reader, node, "a campaign");
}

static void file_given(struct reader *reader, const struct json_node *node,
                       void *into)
{
    read_rows(reader, node, &((struct into *)into)->file->given);
}

static void file_cases(struct reader *reader, const struct json_node *node,
                       void *into)
{
    struct scenarios *file = ((struct into *)into)->file;
    if (json_count(node) == 0)
        reader_fault(reader, node, "at least one case");
    file->items = read_list(reader, node, &case_kind, file, &file->count);
    for (size_t i = 0; i < file->count; i++)
        check_times(reader, file, &file->items[i]);
}

static void check_step(const struct scenarios *file,
                       const struct campaign *campaign, const char *step,
                       int line, struct faults *faults)
{
    const char *names[LIST_MAX];
    size_t count = 0;
    if (campaign_step(campaign, step))
        return;
    for (; count < campaign->step_count && count < LIST_MAX; count++)
        names[count] = campaign->steps[count].name;
    for (size_t i = 0; i < campaign->answer_count && count < LIST_MAX; i++)
        names[count++] = campaign->answers[i].name;
    const char *nearest = text_nearest(step, names, count);
    faults_add(faults, FAULT_ERROR, file->path, line, 1,
               "the campaign has no step '%.60s'%s%s%s", step,
               nearest ? "; did you mean '" : "", nearest ? nearest : "",
               nearest ? "'?" : "");
}

void scenarios_check(const struct scenarios *scenarios,
                     const struct campaign *campaign, struct faults *faults)
{
    for (size_t i = 0; i < scenarios->count; i++) {
        const struct scenario *item = &scenarios->items[i];
        check_rows(scenarios, item, faults);
        for (size_t s = 0; s < item->send_count; s++)
            check_step(scenarios, campaign, item->sends[s].step,
                       item->sends[s].line, faults);
        for (size_t h = 0; h < item->held_count; h++)
            check_step(scenarios, campaign, item->held[h].step,
                       item->held[h].line, faults);
    }
}

static const struct member file_members[] = {
    {"$schema", IS_TEXT, false, NULL},
    {"test", IS_TEXT, true, file_campaign},
    {"about", IS_TEXT, false, NULL},
    {"zone", IS_TEXT, true, NULL},
    {"given", IS_OBJECT, false, file_given},
    {"cases", IS_LIST, true, file_cases},
};

/* Before all others, whatever their order: moments hang on it. */
static void read_zone(struct reader *reader, struct scenarios *file)
{
    const struct json_node *node = reader_get(reader->at.node, "zone", IS_TEXT);
    if (!node)
        return;
    file->zone_name = reader_text(reader, node, WORDS_MAX);
    file->zone = file->zone_name ? zone_find(file->zone_name) : NULL;
    if (!file->zone)
        reader_fault(reader, node,
                     "there is no time zone '%.60s': write one such as "
                     "America/New_York",
                     json_text(node));
}

struct scenarios *scenarios_load(const char *path, struct faults *faults)
{
    struct buf text;
    struct error err = {0};
    struct json_place place = {0};
    size_t before = faults->errors;
    struct scenarios *file = memory_new(sizeof(*file));
    file->arena = arena_new();
    file->path = arena_text(file->arena, path);
    if (file_read(path, SCENARIO_BYTES_MAX, &text, &err))
        file->doc =
            json_parse(text.data, text.len, JSON_COMMENTS, &err, &place);
    if (!file->doc)
        faults_add(faults, FAULT_ERROR, path, place.line, place.column, "%s",
                   without_path(err.text, path));
    else {
        struct reader reader = {
            .arena = file->arena,
            .faults = faults,
            .at = {file->path, file->doc, json_root(file->doc)},
        };
        struct into into = {.file = file};
        read_zone(&reader, file);
        reader_members(&reader, reader.at.node, "a campaign test", file_members,
                       COUNT(file_members), &into);
    }
    buf_free(&text);
    if (faults->errors == before)
        return file;
    scenarios_free(file);
    return NULL;
}

void scenarios_free(struct scenarios *scenarios)
{
    if (!scenarios)
        return;
    json_free(scenarios->doc);
    arena_free(scenarios->arena);
    free(scenarios);
}
