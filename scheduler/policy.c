/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a policy says about one day, one number, one purpose. Rules meet by
 * intersection and never widen each other (L-10). Reads no file.
 */
#include "scheduler/policy.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

enum { MINUTES_A_DAY = 1440, SUNDAY = 7, SATURDAY = 6 };

const char *policy_force_name(enum policy_force force)
{
    static const char *const names[] = {
        [FORCE_NONE] = "none",
        [FORCE_POLICY] = "policy",
        [FORCE_MANDATORY] = "mandatory",
    };
    return names[force];
}

const char *text_part_name(enum text_part part)
{
    static const char *const names[PART_COUNT] = {
        [PART_SMS] = "sms",
        [PART_SUBJECT] = "subject",
        [PART_EMAIL] = "email",
        [PART_CALL] = "call",
        [PART_VOICEMAIL] = "voicemail",
    };
    return names[part];
}

/* Dates in the order of time, without the arithmetic of calendars: the gate
 * compares many for each message. */
static int date_order(struct civil_date date)
{
    return date.year * 512 + date.month * 32 + date.day;
}

static int compare_dates(const void *a, const void *b)
{
    return date_order(*(const struct civil_date *)a) -
           date_order(*(const struct civil_date *)b);
}

static bool has_date(const struct civil_date *dates, size_t count,
                     struct civil_date day)
{
    return count > 0 &&
           bsearch(&day, dates, count, sizeof(day), compare_dates) != NULL;
}

bool policy_holds(const struct policy_rule *rule, struct civil_date day)
{
    int order = date_order(day);
    return order >= date_order(rule->from) && order <= date_order(rule->to);
}

enum policy_force policy_binds(const struct policy_rule *rule,
                               enum message_class class, struct civil_date day)
{
    return policy_holds(rule, day) ? rule->force[class] : FORCE_NONE;
}

int64_t policy_span_ms(const struct policy_span *span, struct civil_date day)
{
    return policy_holds(&span->rule, day) ? span->ms : 0;
}

static void hours_print(struct buf *out, const struct hours_rule *hours)
{
    buf_format(out, "%d %d %d", hours->state, date_order(hours->rule.from),
               date_order(hours->rule.to));
    for (int class = 0; class < CLASS_COUNT; class ++)
        buf_format(out, " %d", (int)hours->rule.force[class]);
    for (int day = 0; day < DAY_CLASSES; day++)
        buf_format(out, " %d-%d", hours->days[day].from, hours->days[day].to);
    buf_char(out, '\n');
}

static void dates_print(struct buf *out, const struct civil_date *dates,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_format(out, "%d ", date_order(dates[i]));
    buf_char(out, '\n');
}

void policy_hours_digest(const struct policy *policy, char out[SHA256_HEX])
{
    struct buf text;
    buf_init(&text, SIZE_MAX);
    for (size_t i = 0; i < policy->hours_count; i++)
        hours_print(&text, &policy->hours[i]);
    for (size_t i = 0; i < policy->own_count; i++) {
        const struct own_hours *own = &policy->own[i];
        buf_format(&text, "%s: ", own->clinic ? own->clinic : "");
        hours_print(&text, &own->hours);
        dates_print(&text, own->dates, own->date_count);
    }
    dates_print(&text, policy->days.holidays, policy->days.holiday_count);
    hash_sha256_hex(text.data, text.len, out);
    buf_free(&text);
}

int64_t policy_cap_ms(const struct cap_rule *cap)
{
    return (cap->per == CAP_7_DAYS ? 7 : 1) * 24 * HOUR_MS;
}

int64_t policy_caps_ms(const struct policy *policy)
{
    int64_t longest = 0;
    for (size_t i = 0; i < policy->cap_count; i++) {
        int64_t one = policy_cap_ms(&policy->caps[i]);
        if (one > longest)
            longest = one;
    }
    return longest;
}

void policy_free(struct policy *policy)
{
    if (policy)
        arena_free(policy->arena);
}

/* Places and purposes ------------------------------------------------------ */

static bool is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool has_hours(const struct policy *policy, enum message_class class,
                      struct civil_date day)
{
    for (size_t i = 0; i < policy->hours_count; i++)
        if (!policy->hours[i].state &&
            policy_binds(&policy->hours[i].rule, class, day) != FORCE_NONE)
            return true;
    return false;
}

bool policy_in_force(const struct policy *policy, const char *path,
                     struct civil_date day, struct error *err)
{
    char on[CIVIL_TEXT_MAX];
    for (enum message_class class = 0; class < CLASS_COUNT; class ++)
        if (class != CLASS_EMERGENCY && !has_hours(policy, class, day))
            return error_set(
                err, ERROR_INPUT,
                "%s: no rule under \"hours\" binds messages of class %s "
                "everywhere on %s (L-7): add it, or correct its "
                "effective_from and effective_to",
                path, message_class_name(class), civil_date_text(day, on));
    return true;
}

int policy_state(const char *name)
{
    return name && is_letter(name[0]) && is_letter(name[1]) && !name[2]
               ? name[0] * 256 + name[1]
               : 0;
}

int policy_number_state(const struct policy *policy, const char *e164)
{
    if (!policy->area_states || !e164 || !text_starts(e164, "+1"))
        return 0;
    int code = 0;
    for (int i = 2; i < 5; i++) {
        if (e164[i] < '0' || e164[i] > '9')
            return 0;
        code = code * 10 + (e164[i] - '0');
    }
    return policy->area_states[code];
}

enum message_class policy_class_named(const struct policy *policy,
                                      const char *purpose)
{
    for (size_t i = 0; i < policy->purpose_count; i++)
        if (text_equal(policy->purposes[i].name, purpose))
            return policy->purposes[i].class;
    return CLASS_INFORMATION;
}

int policy_recovery_days(const struct policy *policy, const char *purpose)
{
    for (size_t i = 0; i < policy->purpose_count; i++)
        if (text_equal(policy->purposes[i].name, purpose))
            return policy->purposes[i].recovery_days;
    return 0;
}

enum message_class policy_class(const struct policy *policy,
                                const char *purpose, struct civil_date day)
{
    enum message_class class = policy_class_named(policy, purpose);
    bool frees = policy->need[class] == NEED_NONE;
    return frees && !policy_holds(&policy->class_rule[class], day)
               ? CLASS_INFORMATION
               : class;
}

enum consent_need policy_need(const struct policy *policy,
                              enum message_class class, struct civil_date day)
{
    return policy_holds(&policy->class_rule[class], day) ? policy->need[class]
                                                         : NEED_WRITTEN;
}

/* Hours as people write them ----------------------------------------------- */

static bool window_parse(const char *text, struct day_window *out)
{
    if (text_equal(text, "none")) {
        *out = (struct day_window){0, 0};
        return true;
    }
    char from[8] = "", to[8] = "";
    const char *dash = text ? strchr(text, '-') : NULL;
    int from_seconds, to_seconds;
    if (!dash || dash - text >= (ptrdiff_t)sizeof(from) ||
        strlen(dash + 1) >= sizeof(to))
        return false;
    memcpy(from, text, (size_t)(dash - text));
    memcpy(to, dash + 1, strlen(dash + 1));
    if (!civil_parse_time(from, &from_seconds) ||
        !civil_parse_time(to, &to_seconds) || from_seconds >= to_seconds ||
        from_seconds % 60 || to_seconds % 60)
        return false;
    *out = (struct day_window){from_seconds / 60, to_seconds / 60};
    return true;
}

const char *day_windows_read(const struct json_node *node,
                             struct day_window days[DAY_CLASSES],
                             const struct json_node **at)
{
    static const char expected[] =
        "expected hours such as \"09:00-20:00\", or \"none\"";
    static const char named[] =
        "name weekday, saturday, sunday and holiday, or every_day";
    static const char *const names[DAY_CLASSES] = {
        [DAY_WEEKDAY] = "weekday",
        [DAY_SATURDAY] = "saturday",
        [DAY_SUNDAY] = "sunday",
        [DAY_HOLIDAY] = "holiday",
    };
    bool plain = json_type(node) == JSON_TEXT;
    const struct json_node *all = plain ? node : json_get(node, "every_day");
    size_t known = !plain && all;
    if (node)
        *at = node;
    if (!plain && json_type(node) != JSON_OBJECT)
        return expected;
    for (int i = 0; i < DAY_CLASSES; i++) {
        const struct json_node *day = json_get(node, names[i]);
        known += day != NULL;
        if (!day && !all)
            return named;
        *at = day ? day : all;
        if (!window_parse(json_text(*at), &days[i]))
            return expected;
    }
    *at = node;
    return plain || json_count(node) == known ? NULL : named;
}

/* One day ------------------------------------------------------------------ */

void day_narrow(struct day_open *open, struct day_window window,
                const struct policy_rule *rule)
{
    bool closed = open->window.from >= open->window.to;
    if (!closed && window.from >= window.to) {
        *open = (struct day_open){{0, 0}, rule, rule};
        return;
    }
    if (window.from > open->window.from) {
        open->window.from = window.from;
        open->opens = rule;
    }
    if (window.to < open->window.to) {
        open->window.to = window.to;
        open->closes = rule;
    }
    if (!closed && open->window.from >= open->window.to)
        *open = (struct day_open){{0, 0}, open->opens, open->closes};
}

/* Which columns of a rule hold on that day: a holiday is still the day of
 * the week that it falls on, so that it never opens what that day closes. */
struct day_kinds {
    enum day_class week;
    bool holiday;
};

static void days_narrow(struct day_open *open, const struct hours_rule *rule,
                        struct day_kinds kinds)
{
    day_narrow(open, rule->days[kinds.week], &rule->rule);
    if (kinds.holiday)
        day_narrow(open, rule->days[DAY_HOLIDAY], &rule->rule);
}

static void own_narrow(struct day_open *open, const struct own_hours *own,
                       enum message_class class, struct civil_date day,
                       struct day_kinds kinds)
{
    if (own->hours.rule.force[class] == FORCE_NONE)
        return;
    days_narrow(open, &own->hours, kinds);
    if (has_date(own->dates, own->date_count, day))
        day_narrow(open, (struct day_window){0, 0}, &own->blackout);
}

struct day_open policy_day(const struct policy *policy,
                           const struct policy_place *place,
                           struct civil_date day, int weekday)
{
    struct day_open open = {.window = {0, MINUTES_A_DAY}};
    struct day_kinds kinds = {
        .week = weekday == SUNDAY     ? DAY_SUNDAY
                : weekday == SATURDAY ? DAY_SATURDAY
                                      : DAY_WEEKDAY,
        .holiday =
            has_date(policy->days.holidays, policy->days.holiday_count, day),
    };
    for (size_t i = 0; i < policy->hours_count; i++) {
        const struct hours_rule *one = &policy->hours[i];
        bool here = one->state == 0 || one->state == place->states[0] ||
                    one->state == place->states[1] ||
                    one->state == place->states[2];
        if (here && policy_binds(&one->rule, place->class, day))
            days_narrow(&open, one, kinds);
    }
    for (size_t i = 0; i < policy->own_count; i++)
        if (!policy->own[i].clinic || &policy->own[i] == place->clinic)
            own_narrow(&open, &policy->own[i], place->class, day, kinds);
    return open;
}
