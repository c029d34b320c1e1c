/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the days of a calendar. One pass over its lines, unfolded one at a
 * time; an event is computed when it ends. Nothing is guessed: what cannot be
 * understood is told with its place.
 */
#include "base/ical.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/ical_rule.h"
#include "base/memory.h"
#include "base/text.h"

enum { LINE_MAX_BYTES = 64 << 10, DEPTH_MAX = 8, SPAN_DAYS_MAX = 366 };
#define LIST_MAX 512

struct days {
    struct civil_date *items;
    size_t count, room;
};

/* What one VEVENT says of time. */
struct event {
    bool has_start, has_end, has_rule, cancelled;
    struct civil_date start;
    int64_t length; /* days */
    struct civil_date end;
    struct ical_rule rule;
    struct civil_date more[LIST_MAX], except[LIST_MAX];
    size_t more_count, except_count;
};

struct reader {
    const char *text;
    size_t len, at;         /* at: the next line */
    size_t line_at;         /* the line under reading */
    struct buf line;        /* unfolded */
    char *value;            /* behind the colon */
    const char *parameters; /* ";VALUE=DATE", or "" */
    int depth;              /* components open */
    int event_depth;        /* of the VEVENT under reading; 0: none */
    bool ended;
    struct event *event;
    struct days days;
    struct error *err;
    size_t fault_at;
};

/* `offset` bytes into the unfolded line. */
static bool fault(struct reader *reader, size_t offset, const char *what)
{
    size_t at = reader->line_at;
    for (size_t left = offset; at < reader->len && left > 0; at++, left--)
        while (at + 1 < reader->len &&
               (reader->text[at] == '\n' || reader->text[at] == '\r'))
            at += reader->text[at] == '\n' ? 2 : 1;
    reader->fault_at = at;
    return error_set(reader->err, ERROR_INPUT, "%s", what);
}

static bool fault_value(struct reader *reader, const char *what)
{
    return fault(reader, (size_t)(reader->value - reader->line.data), what);
}

/* Lines
 * ------------------------------------------------------------------------- */

/* The next line without its end and its folds; false at the end. */
static bool line_next(struct reader *reader)
{
    if (reader->at >= reader->len)
        return false;
    buf_reset(&reader->line);
    reader->line_at = reader->at;
    for (;;) {
        const char *from = reader->text + reader->at;
        const char *end = memchr(from, '\n', reader->len - reader->at);
        size_t len = end ? (size_t)(end - from) : reader->len - reader->at;
        reader->at += len + (end != NULL);
        if (len > 0 && from[len - 1] == '\r')
            len--;
        buf_add(&reader->line, from, len);
        char next = reader->at < reader->len ? reader->text[reader->at] : 0;
        if (!end || (next != ' ' && next != '\t'))
            return true;
        reader->at++;
    }
}

/* "NAME;PARAMETERS:VALUE" is cut at its marks. A colon inside quotes belongs
 * to a parameter. */
static bool line_split(struct reader *reader)
{
    char *line = reader->line.data;
    size_t name = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz0123456789-");
    bool quoted = false;
    char *at = line + name;
    if (reader->line.overflow || strlen(line) != reader->line.len)
        return fault(reader, 0, "the line is too long, or holds a NUL byte");
    if (name == 0 || (*at != ';' && *at != ':'))
        return fault(reader, name,
                     "expected a property such as "
                     "DTSTART;VALUE=DATE:20261225");
    for (; *at && (quoted || *at != ':'); at++)
        quoted ^= *at == '"';
    if (!*at)
        return fault(reader, 0, "the line has no value behind a colon");
    *at = '\0';
    reader->value = at + 1;
    reader->parameters = line[name] == ';' ? line + name + 1 : "";
    line[name] = '\0';
    return true;
}

static bool is(const struct reader *reader, const char *name)
{
    return text_equal_nocase(reader->line.data, name);
}

/* Dates
 * ------------------------------------------------------------------------- */

static bool date_read(struct reader *reader, const char *text, size_t len,
                      struct civil_date *out)
{
    if (len == 8 && ical_date(text, out))
        return true;
    bool digits = len == 8 && strspn(text, "0123456789") >= len;
    return fault(reader, (size_t)(text - reader->line.data),
                 digits ? "there is no such day in the calendar"
                        : "expected a whole day such as 20261225; times of "
                          "day are not understood");
}

static bool dates_read(struct reader *reader, struct civil_date *out,
                       size_t *count)
{
    for (const char *at = reader->value;;) {
        size_t len = strcspn(at, ",");
        if (*count == LIST_MAX)
            return fault_value(reader, "too many dates in one event");
        if (!date_read(reader, at, len, &out[*count]))
            return false;
        ++*count;
        if (!at[len])
            return true;
        at += len + 1;
    }
}

/* "P1D", "P2W" */
static bool duration_read(struct reader *reader, int64_t *days)
{
    char *end;
    const char *text = reader->value;
    long count = *text == 'P' ? strtol(text + 1, &end, 10) : 0;
    if (count < 1 || count > SPAN_DAYS_MAX ||
        (strcmp(end, "D") != 0 && strcmp(end, "W") != 0))
        return fault_value(reader,
                           "expected a duration of days or weeks such as P1D");
    *days = count * (*end == 'W' ? 7 : 1);
    return true;
}

/* Events
 * ------------------------------------------------------------------------ */

static void days_add(struct days *days, struct civil_date date)
{
    if (days->count == days->room) {
        days->room = days->room ? 2 * days->room : 64;
        days->items =
            memory_grow(days->items, days->room, sizeof(*days->items));
    }
    days->items[days->count++] = date;
}

/* All days of one instance, unless it is taken out. */
static bool instance_add(struct reader *reader, struct civil_date start)
{
    const struct event *event = reader->event;
    for (size_t i = 0; i < event->except_count; i++)
        if (civil_compare(event->except[i], start) == 0)
            return true;
    for (int64_t day = 0; day < event->length; day++) {
        if (reader->days.count == ICAL_MAX_DAYS)
            return fault(reader, 0, "the calendar has too many days");
        days_add(&reader->days, civil_add_days(start, day));
    }
    return true;
}

static bool event_length(struct reader *reader)
{
    struct event *event = reader->event;
    if (!event->has_start)
        return fault(reader, 0, "this event has no DTSTART");
    if (event->has_end) {
        event->length = civil_days(event->end) - civil_days(event->start);
        if (event->length < 1)
            return fault(reader, 0,
                         "this event ends before it begins; DTEND "
                         "is the day after the last");
    }
    if (event->length == 0)
        event->length = 1;
    return event->length <= SPAN_DAYS_MAX ||
           fault(reader, 0, "this event is longer than a year");
}

static bool event_end(struct reader *reader)
{
    struct event *event = reader->event;
    if (event->cancelled)
        return true;
    if (!event_length(reader) || !instance_add(reader, event->start))
        return false;
    for (size_t i = 0; i < event->more_count; i++)
        if (!instance_add(reader, event->more[i]))
            return false;
    struct ical_walk walk;
    struct civil_date next;
    ical_walk_begin(&walk, &event->rule, event->start);
    while (event->has_rule && ical_walk_next(&walk, &next))
        if (!instance_add(reader, next))
            return false;
    return true;
}

static bool event_property(struct reader *reader)
{
    struct event *event = reader->event;
    if (is(reader, "DTSTART")) {
        event->has_start = true;
        return date_read(reader, reader->value, strlen(reader->value),
                         &event->start);
    }
    if (is(reader, "DTEND")) {
        event->has_end = true;
        return date_read(reader, reader->value, strlen(reader->value),
                         &event->end);
    }
    if (is(reader, "DURATION"))
        return duration_read(reader, &event->length);
    if (is(reader, "RDATE"))
        return dates_read(reader, event->more, &event->more_count);
    if (is(reader, "EXDATE"))
        return dates_read(reader, event->except, &event->except_count);
    if (is(reader, "RRULE")) {
        const char *why = NULL;
        const char *at = ical_rule_read(reader->value, &event->rule, &why);
        event->has_rule = true;
        return !at || fault(reader, (size_t)(at - reader->line.data), why);
    }
    if (is(reader, "RECURRENCE-ID") || is(reader, "EXRULE"))
        return fault(reader, 0,
                     "changed instances are not understood: write "
                     "the event without repetition");
    if (is(reader, "STATUS"))
        event->cancelled = text_equal_nocase(reader->value, "CANCELLED");
    return true;
}

/* Components
 * -------------------------------------------------------------------- */

static bool component_begin(struct reader *reader)
{
    bool calendar = text_equal_nocase(reader->value, "VCALENDAR");
    if (calendar != (reader->depth == 0) || reader->ended)
        return fault_value(reader, "expected one VCALENDAR with everything "
                                   "inside");
    if (reader->depth == DEPTH_MAX)
        return fault_value(reader, "too deep");
    reader->depth++;
    if (reader->event_depth == 0 &&
        text_equal_nocase(reader->value, "VEVENT")) {
        reader->event_depth = reader->depth;
        *reader->event = (struct event){0};
    }
    return true;
}

static bool component_end(struct reader *reader)
{
    bool calendar = text_equal_nocase(reader->value, "VCALENDAR");
    bool event = reader->event_depth && reader->event_depth == reader->depth;
    if (reader->depth == 0 || calendar != (reader->depth == 1) ||
        event != (text_equal_nocase(reader->value, "VEVENT") &&
                  reader->event_depth > 0))
        return fault_value(reader, "this ends something else than was begun");
    if (event && !event_end(reader))
        return false;
    if (event)
        reader->event_depth = 0;
    reader->depth--;
    reader->ended = reader->depth == 0;
    return true;
}

static bool line_take(struct reader *reader)
{
    if (reader->line.len == 0)
        return true;
    if (!line_split(reader))
        return false;
    if (is(reader, "BEGIN"))
        return component_begin(reader);
    if (is(reader, "END"))
        return component_end(reader);
    if (reader->depth == 0)
        return fault(reader, 0, "a calendar begins with BEGIN:VCALENDAR");
    /* An alarm inside an event has times of its own. */
    return reader->event_depth == 0 || reader->event_depth != reader->depth ||
           event_property(reader);
}

/* The whole
 * ------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    return civil_compare(*(const struct civil_date *)a,
                         *(const struct civil_date *)b);
}

static void days_tidy(struct days *days)
{
    size_t kept = 0;
    if (days->count)
        qsort(days->items, days->count, sizeof(*days->items), compare);
    for (size_t i = 0; i < days->count; i++)
        if (i == 0 || compare(&days->items[i], &days->items[kept - 1]) != 0)
            days->items[kept++] = days->items[i];
    days->count = kept;
}

static struct ical_place place_of(const char *text, size_t at)
{
    struct ical_place place = {1, 1};
    for (size_t i = 0; i < at; i++) {
        place.column++;
        if (text[i] == '\n') {
            place.line++;
            place.column = 1;
        }
    }
    return place;
}

bool ical_days(const char *text, size_t len, struct civil_date **dates,
               size_t *count, struct error *err, struct ical_place *place)
{
    struct error ignored = {0};
    struct reader reader = {.text = text,
                            .len = len,
                            .event = memory_new(sizeof(struct event)),
                            .err = err ? err : &ignored};
    bool ok = true;
    buf_init(&reader.line, LINE_MAX_BYTES);
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        reader.at = 3; /* a byte-order mark */
    while (ok && line_next(&reader))
        ok = line_take(&reader);
    if (ok && !reader.ended) {
        reader.line_at = len;
        ok = fault(&reader, 0,
                   "the calendar is cut off: END:VCALENDAR is "
                   "missing");
    }
    buf_free(&reader.line);
    free(reader.event);
    if (!ok) {
        if (place)
            *place = place_of(text, reader.fault_at);
        free(reader.days.items);
        return false;
    }
    days_tidy(&reader.days);
    *dates = reader.days.items;
    *count = reader.days.count;
    return true;
}

bool ical_load(const char *path, struct civil_date **dates, size_t *count,
               struct error *err)
{
    struct buf text;
    struct error why = {0};
    struct ical_place place;
    bool ok = file_read(path, ICAL_MAX_BYTES, &text, err);
    if (ok) {
        ok = ical_days(text.data, text.len, dates, count, &why, &place);
        if (!ok)
            error_set(err, ERROR_INPUT, "%s:%d:%d: error: %s", path, place.line,
                      place.column, why.text);
    }
    buf_free(&text);
    return ok;
}
