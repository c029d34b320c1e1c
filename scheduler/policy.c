/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a policy file: hours, caps, holidays and the purposes that may go
 * without consent, each with its source and dates. Everything is checked on
 * load; a fault names file, line and column. Never widens what it was given.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include "scheduler/policy.h"

enum { MINUTES_A_DAY = 1440, POLICY_MAX_BYTES = 1 << 20 };

struct reader {
    const char *path;
    struct json *doc;
    struct arena *arena;
    struct error *err;
};

static bool fault(const struct reader *reader, const struct json_node *at,
                  const char *text)
{
    struct json_place place = json_place(reader->doc, at);
    return error_set(reader->err, ERROR_INPUT, "%s:%d:%d: error: %s",
                     reader->path, place.line, place.column, text);
}

/* "08:00-21:00", or "none" for a closed day. */
static bool read_window(const struct reader *reader,
                        const struct json_node *node, struct day_window *out)
{
    const char *text = json_text(node);
    if (text_equal(text, "none")) {
        *out = (struct day_window){0, 0};
        return true;
    }
    char from[8] = "", to[8] = "";
    const char *dash = text ? strchr(text, '-') : NULL;
    if (dash && dash - text < (ptrdiff_t)sizeof(from)) {
        memcpy(from, text, (size_t)(dash - text));
        text_copy(to, sizeof(to), dash + 1);
    }
    int from_seconds, to_seconds;
    if (!civil_parse_time(from, &from_seconds) ||
        !civil_parse_time(to, &to_seconds) || from_seconds >= to_seconds)
        return fault(reader, node,
                     "expected hours such as \"08:00-21:00\", or \"none\"");
    *out = (struct day_window){from_seconds / 60, to_seconds / 60};
    return true;
}

static bool read_date(const struct reader *reader, const struct json_node *node,
                      struct civil_date open, struct civil_date *out)
{
    *out = open;
    if (json_type(node) == JSON_NULL)
        return true;
    const char *text = json_text(node);
    if (!text || !civil_parse_date(text, out))
        return fault(reader, node, "expected a date such as \"2025-09-01\"");
    return true;
}

static bool read_days(const struct reader *reader, const struct json_node *node,
                      struct hours_rule *rule)
{
    static const char *const names[DAY_CLASSES] = {
        [DAY_WEEKDAY] = "weekday",
        [DAY_SATURDAY] = "saturday",
        [DAY_SUNDAY] = "sunday",
        [DAY_HOLIDAY] = "holiday",
    };
    const struct json_node *all = json_get(node, "every_day");
    for (int i = 0; i < DAY_CLASSES; i++) {
        const struct json_node *day = json_get(node, names[i]);
        if (!day)
            day = all;
        if (!day)
            return fault(reader, node,
                         "name weekday, saturday, sunday and holiday, or "
                         "every_day");
        if (!read_window(reader, day, &rule->days[i]))
            return false;
    }
    return true;
}

static bool read_hours_rule(const struct reader *reader,
                            const struct json_node *node,
                            struct hours_rule *rule)
{
    const char *id = json_get_text(node, "id");
    const char *source = json_get_text(node, "source");
    const char *binds = json_get_text(node, "binds");
    if (text_blank(id) || text_blank(source))
        return fault(reader, node, "a rule needs its id and its source");
    if (!text_equal(binds, "all") && !text_equal(binds, "marketing"))
        return fault(reader, node, "\"binds\" says \"all\" or \"marketing\"");
    rule->id = arena_text(reader->arena, id);
    rule->source = arena_text(reader->arena, source);
    rule->state = arena_text(reader->arena, json_get_text(node, "state"));
    rule->for_marketing_only = text_equal(binds, "marketing");
    return read_date(reader, json_get(node, "effective_from"),
                     (struct civil_date){1, 1, 1}, &rule->from) &&
           read_date(reader, json_get(node, "effective_to"),
                     (struct civil_date){9999, 12, 31}, &rule->to) &&
           read_days(reader, json_get(node, "windows"), rule);
}

static bool read_hours(const struct reader *reader,
                       const struct json_node *list, struct policy *policy)
{
    size_t count = json_count(list);
    if (json_type(list) != JSON_ARRAY || count == 0)
        return fault(reader, list, "\"hours\" is a list of rules");
    policy->hours = arena_alloc(reader->arena, count * sizeof(*policy->hours));
    for (const struct json_node *node = json_first(list); node;
         node = json_next(node))
        if (!read_hours_rule(reader, node,
                             &policy->hours[policy->hours_count++]))
            return false;
    return true;
}

static bool read_caps(const struct reader *reader, const struct json_node *node,
                      struct cap_rule *caps)
{
    int64_t day, week;
    if (!json_integer(json_get(node, "per_day"), &day) ||
        !json_integer(json_get(node, "per_week"), &week) || day < 1 ||
        week < day || week > 1000 || text_blank(json_get_text(node, "id")))
        return fault(reader, node,
                     "\"caps\" needs id, source, per_day and per_week, "
                     "per_day from 1 and per_week not below it");
    caps->id = arena_text(reader->arena, json_get_text(node, "id"));
    caps->per_day = (int)day;
    caps->per_week = (int)week;
    return true;
}

static int compare_dates(const void *a, const void *b)
{
    return civil_compare(*(const struct civil_date *)a,
                         *(const struct civil_date *)b);
}

static bool read_holidays(const struct reader *reader,
                          const struct json_node *list, struct policy *policy)
{
    size_t count = json_count(list), n = 0;
    struct civil_date *dates =
        arena_alloc(reader->arena, (count + 1) * sizeof(*dates));
    for (const struct json_node *node = json_first(list); node;
         node = json_next(node)) {
        const char *on = json_get_text(node, "on");
        if (!on || !civil_parse_date(on, &dates[n++]))
            return fault(reader, node,
                         "a holiday needs \"on\", a date such as "
                         "\"2026-11-26\"");
    }
    qsort(dates, n, sizeof(*dates), compare_dates);
    policy->days.holidays = dates;
    policy->days.holiday_count = n;
    return true;
}

static bool read_consent_free(const struct reader *reader,
                              const struct json_node *node,
                              struct policy *policy)
{
    const struct json_node *list = json_get(node, "purposes");
    if (json_type(list) != JSON_ARRAY)
        return fault(reader, node,
                     "\"without_consent\" needs its source and a list of "
                     "purposes");
    policy->consent_free = arena_alloc(
        reader->arena, (json_count(list) + 1) * sizeof(*policy->consent_free));
    for (const struct json_node *one = json_first(list); one;
         one = json_next(one)) {
        if (!json_text(one))
            return fault(reader, one, "expected a purpose");
        policy->consent_free[policy->consent_free_count++] =
            arena_text(reader->arena, json_text(one));
    }
    return true;
}

static bool read_policy(const struct reader *reader, struct policy *policy)
{
    const struct json_node *top = json_root(reader->doc);
    int64_t minutes;
    if (text_blank(json_get_text(top, "policy")))
        return fault(reader, top, "\"policy\" (its name) is missing");
    policy->country = arena_text(reader->arena, json_get_text(top, "country"));
    if (!json_integer(json_get(top, "reply_minutes"), &minutes) ||
        minutes < 0 || minutes > 60)
        return fault(reader, top,
                     "\"reply_minutes\" is a whole number from 0 to 60");
    policy->grace_reply_ms = (int)(minutes * MINUTE_MS);
    return read_hours(reader, json_get(top, "hours"), policy) &&
           read_caps(reader, json_get(top, "caps"), &policy->caps) &&
           read_holidays(reader, json_get(top, "holidays"), policy) &&
           read_consent_free(reader, json_get(top, "without_consent"), policy);
}

struct policy *policy_load(const char *path, struct error *err)
{
    struct buf text;
    struct json_place place;
    struct reader reader = {.path = path, .err = err};
    struct policy *policy = NULL;
    if (!file_read(path, POLICY_MAX_BYTES, &text, err))
        goto out;
    struct error why = {0};
    reader.doc = json_parse(text.data, text.len, JSON_COMMENTS, &why, &place);
    if (!reader.doc) {
        error_set(err, ERROR_INPUT, "%s:%d:%d: error: %s", path, place.line,
                  place.column, why.text);
        goto out;
    }
    reader.arena = arena_new();
    policy = arena_alloc(reader.arena, sizeof(*policy));
    policy->arena = reader.arena;
    if (!read_policy(&reader, policy)) {
        policy_free(policy);
        policy = NULL;
    }
out:
    json_free(reader.doc);
    buf_free(&text);
    return policy;
}

void policy_free(struct policy *policy)
{
    if (policy)
        arena_free(policy->arena);
}

/* One more rule for everybody and every day: an intersection can only
 * narrow (L-10). */
void policy_set_organisation_hours(struct policy *policy,
                                   struct day_window window)
{
    struct hours_rule *hours =
        arena_alloc(policy->arena, (policy->hours_count + 1) * sizeof(*hours));
    memcpy(hours, policy->hours, policy->hours_count * sizeof(*hours));
    hours[policy->hours_count] = (struct hours_rule){
        .id = "organisation",
        .source = "the organisation's configuration",
        .from = {1, 1, 1},
        .to = {9999, 12, 31},
        .days = {window, window, window, window},
    };
    policy->hours = hours;
    policy->hours_count++;
}

bool policy_consent_free(const struct policy *policy, const char *purpose)
{
    for (size_t i = 0; i < policy->consent_free_count; i++)
        if (text_equal(policy->consent_free[i], purpose))
            return true;
    return false;
}

static enum day_class day_class_of(const struct policy *policy,
                                   struct civil_date day)
{
    if (bsearch(&day, policy->days.holidays, policy->days.holiday_count,
                sizeof(day), compare_dates))
        return DAY_HOLIDAY;
    int weekday = civil_weekday(day);
    return weekday == 7   ? DAY_SUNDAY
           : weekday == 6 ? DAY_SATURDAY
                          : DAY_WEEKDAY;
}

struct day_window policy_day(const struct policy *policy, const char *state,
                             bool marketing, struct civil_date day)
{
    enum day_class class = day_class_of(policy, day);
    struct day_window open = {0, MINUTES_A_DAY};
    for (size_t i = 0; i < policy->hours_count; i++) {
        const struct hours_rule *rule = &policy->hours[i];
        if ((rule->for_marketing_only && !marketing) ||
            (rule->state && !text_equal(rule->state, state)) ||
            civil_compare(day, rule->from) < 0 ||
            civil_compare(day, rule->to) > 0)
            continue;
        const struct day_window *one = &rule->days[class];
        if (one->from > open.from)
            open.from = one->from;
        if (one->to < open.to)
            open.to = one->to;
    }
    if (open.to < open.from)
        open.to = open.from;
    return open;
}
