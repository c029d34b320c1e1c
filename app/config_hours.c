/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When the organisation and its clinics may contact people. Days come as
 * dates or as iCalendar files, which are read here once: a reload reads them
 * again. Nothing of it can widen what the law allows; the policy sees to
 * that.
 */
#include "app/config_hours.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ical.h"
#include "base/memory.h"
#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DEFAULT_FROM (9 * 60)
#define DEFAULT_TO (20 * 60)
#define MARKED_MAX (64 << 20)

struct reading {
    const char *directory;
    struct arena *arena;
    const struct config_faults *faults;
};

struct dates {
    struct civil_date *items;
    size_t count;
};

static void dates_add(struct reading *reading, struct dates *dates,
                      const struct civil_date *more, size_t count)
{
    struct civil_date *all =
        arena_alloc(reading->arena, (dates->count + count + 1) * sizeof(*all));
    if (dates->count)
        memcpy(all, dates->items, dates->count * sizeof(*all));
    if (count)
        memcpy(all + dates->count, more, count * sizeof(*all));
    dates->items = all;
    dates->count += count;
}

/* Of digits and what stands between those of a date: no file is called so. */
static bool looks_like_day(const char *text)
{
    return text[strspn(text, "0123456789-/. ")] == '\0';
}

/* "2026-12-24", or the path of an iCalendar file. */
static void read_days(struct reading *reading, const struct json_node *node,
                      struct dates *out)
{
    const struct config_faults *faults = reading->faults;
    const char *text = json_text(node);
    struct civil_date date, *days;
    size_t count;
    struct error err = {0};
    if (text_blank(text)) {
        faults->at(faults->arg, node,
                   "expected a day such as \"2026-12-24\", or the path of an "
                   "iCalendar file");
        return;
    }
    if (civil_parse_date(text, &date)) {
        dates_add(reading, out, &date, 1);
        return;
    }
    if (looks_like_day(text)) {
        faults->at(faults->arg, node,
                   arena_format(reading->arena,
                                "there is no day \"%s\": write year-month-day, "
                                "such as \"2026-12-24\"",
                                text));
        return;
    }
    text = config_beside(reading->directory, text, reading->arena);
    if (!ical_load(text, &days, &count, &err)) {
        if (strstr(err.text, ": error: "))
            faults->text(faults->arg, err.text);
        else
            faults->at(faults->arg, node, err.text);
        return;
    }
    dates_add(reading, out, days, count);
    free(days);
}

/* One of these, or a list of them. */
static struct dates dates_member(struct reading *reading,
                                 const struct json_node *object,
                                 const char *name)
{
    struct dates dates = {0};
    const struct json_node *node = json_get(object, name);
    if (json_type(node) != JSON_ARRAY) {
        if (node)
            read_days(reading, node, &dates);
        return dates;
    }
    for (const struct json_node *one = json_first(node); one;
         one = json_next(one))
        read_days(reading, one, &dates);
    return dates;
}

static void hours_member(struct reading *reading,
                         const struct json_node *object, struct config_own *own)
{
    const struct json_node *node = json_get(object, "hours");
    const struct json_node *at = node;
    const char *why = node ? day_windows_read(node, own->days, &at) : NULL;
    if (why)
        reading->faults->at(reading->faults->arg, at, why);
}

static void days_fill(struct config_own *own, int from, int to)
{
    for (int i = 0; i < DAY_CLASSES; i++)
        own->days[i] = (struct day_window){from, to};
}

void config_hours_defaults(struct config_hours *out, struct arena *arena)
{
    *out = (struct config_hours){.own = arena_alloc(arena, sizeof(*out->own)),
                                 .own_count = 1};
    days_fill(out->own, DEFAULT_FROM, DEFAULT_TO);
}

static void read_clinic(struct reading *reading, const struct json_node *node,
                        struct config_own *own)
{
    static const char *const members[] = {"hours", "blackout"};
    const struct config_faults *faults = reading->faults;
    if (json_type(node) != JSON_OBJECT)
        faults->at(faults->arg, node,
                   "expected an object with \"hours\" or \"blackout\"");
    config_members(faults, node, members, COUNT(members));
    own->clinic = arena_text(reading->arena, json_key(node));
    days_fill(own, 0, 24 * 60); /* unless said, as the organisation */
    hours_member(reading, node, own);
    struct dates blackout = dates_member(reading, node, "blackout");
    own->blackout = blackout.items;
    own->blackout_count = blackout.count;
}

static void read_clinics(struct reading *reading, const struct json_node *top,
                         struct config_hours *out)
{
    const struct config_faults *faults = reading->faults;
    const struct json_node *all = json_get(top, "clinics");
    if (!all)
        return;
    if (json_type(all) != JSON_OBJECT) {
        faults->at(
            faults->arg, all,
            "\"clinics\" is an object: by the clinics' ids, their hours");
        return;
    }
    struct config_own *own =
        arena_alloc(reading->arena, (json_count(all) + 1) * sizeof(*own));
    own[0] = out->own[0];
    out->own = own;
    for (const struct json_node *node = json_first(all); node;
         node = json_next(node))
        read_clinic(reading, node, &own[out->own_count++]);
}

void config_hours_read(const struct json_node *top, const char *directory,
                       struct arena *arena, const struct config_faults *faults,
                       struct config_hours *out)
{
    struct reading reading = {directory, arena, faults};
    struct dates holidays = dates_member(&reading, top, "holidays");
    struct dates blackout = dates_member(&reading, top, "blackout");
    hours_member(&reading, top, out->own);
    out->own->blackout = blackout.items;
    out->own->blackout_count = blackout.count;
    out->holidays = holidays.items;
    out->holiday_count = holidays.count;
    read_clinics(&reading, top, out);
}

static void put_days(struct buf *out, const char *whose,
                     const struct civil_date *days, size_t count)
{
    buf_format(out, "%s:%zu", whose, count);
    for (size_t i = 0; i < count; i++)
        buf_format(out, " %d-%d-%d", days[i].year, days[i].month, days[i].day);
    buf_char(out, '\n');
}

void config_hours_mark(const struct config_hours *hours, char out[SHA256_HEX])
{
    struct buf text;
    buf_init(&text, MARKED_MAX);
    put_days(&text, "holidays", hours->holidays, hours->holiday_count);
    for (size_t i = 0; i < hours->own_count; i++) {
        const struct config_own *own = &hours->own[i];
        put_days(&text, own->clinic ? own->clinic : "", own->blackout,
                 own->blackout_count);
    }
    hash_sha256_hex(text.data, text.len, out);
    buf_free(&text);
}
