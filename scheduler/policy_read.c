/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a policy file: classes, hours, caps, the sources of other rules,
 * area codes and holidays. Everything is checked on load; the first fault
 * names file, line and column. Decides nothing.
 */
#include "scheduler/policy_read.h"
#include "scheduler/policy_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "campaigns/campaign.h"
#include "campaigns/purpose.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
enum { MINUTES_MAX = 60, MOST_MAX = 1000, TIER_MAX = 3 };
#define POLICY_MAX_BYTES (1u << 20)

/* Hours
 * ------------------------------------------------------------------------- */

static bool read_windows(const struct policy_reader *reader,
                         const struct json_node *node,
                         struct day_window days[DAY_CLASSES])
{
    const struct json_node *at = node;
    const char *why = day_windows_read(json_get(node, "windows"), days, &at);
    return !why || policy_fault(reader, at, why);
}

static bool read_hours(const struct policy_reader *reader,
                       const struct json_node *list)
{
    static const char *const own[] = {"state", "windows"};
    struct policy *policy = reader->policy;
    if (json_type(list) != JSON_ARRAY || json_count(list) == 0)
        return policy_fault(reader, list ? list : json_root(reader->doc),
                            "\"hours\" is a list of rules");
    policy->hours =
        arena_alloc(policy->arena, json_count(list) * sizeof(*policy->hours));
    for (const struct json_node *node = json_first(list); node;
         node = json_next(node)) {
        struct hours_rule *one = &policy->hours[policy->hours_count++];
        if (!policy_members(reader, node, own, COUNT(own)) ||
            !policy_read_rule(reader, node, &one->rule) ||
            !policy_read_state(reader, node, &one->state) ||
            !read_windows(reader, node, one->days))
            return false;
    }
    return true;
}

/* Caps
 * -------------------------------------------------------------------------- */

static bool read_span(const struct policy_reader *reader,
                      const struct json_node *node, enum cap_span *out)
{
    static const char *const names[] = {
        [CAP_DAY] = "day",
        [CAP_24_HOURS] = "24 hours",
        [CAP_7_DAYS] = "7 days",
    };
    const struct json_node *per = json_get(node, "per");
    for (size_t i = 0; i < COUNT(names); i++) {
        if (!text_equal(json_text(per), names[i]))
            continue;
        *out = (enum cap_span)i;
        return true;
    }
    return policy_fault(reader, per ? per : node,
                        "\"per\" is \"day\", \"24 hours\" or \"7 days\"");
}

static bool is_law(const struct policy_rule *rule)
{
    for (int i = 0; i < CLASS_COUNT; i++)
        if (rule->force[i] == FORCE_MANDATORY)
            return true;
    return false;
}

static bool read_cap(const struct policy_reader *reader,
                     const struct json_node *node, struct cap_rule *cap)
{
    static const char *const own[] = {"state", "per", "most", "urgent_passes"};
    const struct json_node *passes = json_get(node, "urgent_passes");
    if (!policy_members(reader, node, own, COUNT(own)) ||
        !policy_read_rule(reader, node, &cap->rule) ||
        !policy_read_state(reader, node, &cap->state) ||
        !read_span(reader, node, &cap->per) ||
        !policy_read_number(reader, node, "most", 1, MOST_MAX, &cap->most))
        return false;
    cap->urgent_passes = json_is_true(passes);
    if (passes && json_type(passes) != JSON_BOOL)
        return policy_fault(reader, passes, "expected true or false");
    return !cap->urgent_passes || !is_law(&cap->rule) ||
           policy_fault(reader, passes, "nobody passes what is mandatory");
}

static bool read_caps(const struct policy_reader *reader,
                      const struct json_node *list)
{
    struct policy *policy = reader->policy;
    if (json_type(list) != JSON_ARRAY || json_count(list) == 0)
        return policy_fault(reader, list ? list : json_root(reader->doc),
                            "\"caps\" is a list of rules");
    policy->caps =
        arena_alloc(policy->arena, json_count(list) * sizeof(*policy->caps));
    for (const struct json_node *node = json_first(list); node;
         node = json_next(node))
        if (!read_cap(reader, node, &policy->caps[policy->cap_count++]))
            return false;
    return true;
}

/* Classes
 * ----------------------------------------------------------------------- */

static const struct {
    const char *name;
    enum message_class class;
} class_keys[] = {
    {"care", CLASS_CARE_EXEMPT},
    {"information", CLASS_INFORMATION},
    {"marketing", CLASS_MARKETING},
    {"emergency", CLASS_EMERGENCY},
};

static bool read_need(const struct policy_reader *reader,
                      const struct json_node *node, enum consent_need *out)
{
    const struct json_node *need = json_get(node, "consent");
    const char *text = json_text(need);
    *out = text_equal(text, "written")   ? NEED_WRITTEN
           : text_equal(text, "express") ? NEED_EXPRESS
                                         : NEED_NONE;
    return *out != NEED_NONE || text_equal(text, "none") ||
           policy_fault(reader, need ? need : node,
                        "\"consent\" is \"none\", \"express\" or \"written\"");
}

static bool purpose_known(const struct policy *policy, const char *name)
{
    for (size_t i = 0; i < policy->purpose_count; i++)
        if (text_equal(policy->purposes[i].name, name))
            return true;
    return false;
}

#define PURPOSES_MAX 64
#define RECOVERY_MAX 365

static bool read_purposes(const struct policy_reader *reader,
                          const struct json_node *node,
                          enum message_class class)
{
    struct policy *policy = reader->policy;
    const struct json_node *list = json_get(node, "purposes");
    if (json_type(list) != JSON_ARRAY)
        return policy_fault(reader, list ? list : node,
                            "\"purposes\" is a list of purposes");
    for (const struct json_node *one = json_first(list); one;
         one = json_next(one)) {
        const struct purpose *purpose = purpose_find(json_text(one));
        if (!purpose)
            return policy_fault(reader, one,
                                "this is no purpose of a campaign");
        if (purpose_known(policy, purpose->name))
            return policy_fault(reader, one,
                                "this purpose has a class already");
        policy->purposes[policy->purpose_count++] =
            (struct policy_purpose){purpose->name, class};
    }
    return true;
}

static bool read_class(const struct policy_reader *reader,
                       const struct json_node *node, enum message_class class)
{
    static const char *const own[] = {"purposes", "consent"};
    struct policy *policy = reader->policy;
    if (!policy_members(reader, node, own, COUNT(own)) ||
        !policy_read_self(reader, node, &policy->class_rule[class]) ||
        !read_need(reader, node, &policy->need[class]) ||
        !read_purposes(reader, node, class))
        return false;
    policy->class_rule[class].force[class] = FORCE_MANDATORY;
    if (class != CLASS_CARE_EXEMPT)
        return true;
    policy->class_rule[CLASS_CARE_CONSENTED] = policy->class_rule[class];
    policy->class_rule[CLASS_CARE_CONSENTED].force[CLASS_CARE_CONSENTED] =
        FORCE_MANDATORY;
    policy->need[CLASS_CARE_CONSENTED] = policy->need[class];
    return true;
}

/* Every purpose has a class, so that none is judged by accident. */
static bool check_purposes(const struct policy_reader *reader,
                           const struct json_node *classes)
{
    const struct purpose *purpose;
    for (size_t i = 0; (purpose = purpose_at(i)); i++)
        if (!purpose_known(reader->policy, purpose->name))
            return policy_fault(reader, classes,
                                arena_format(reader->policy->arena,
                                             "no class has the purpose \"%s\"",
                                             purpose->name));
    return true;
}

static bool read_classes(const struct policy_reader *reader,
                         const struct json_node *classes)
{
    const char *names[COUNT(class_keys)];
    struct policy *policy = reader->policy;
    policy->purposes =
        arena_alloc(policy->arena, PURPOSES_MAX * sizeof(*policy->purposes));
    for (size_t i = 0; i < COUNT(class_keys); i++) {
        names[i] = class_keys[i].name;
        const struct json_node *node = json_get(classes, names[i]);
        if (!node)
            return policy_fault(
                reader, classes ? classes : json_root(reader->doc),
                "\"classes\" has care, information, marketing and "
                "emergency");
        if (!read_class(reader, node, class_keys[i].class))
            return false;
    }
    for (const struct json_node *one = json_first(classes); one;
         one = json_next(one))
        if (!policy_one_of(json_key(one), names, COUNT(names)))
            return policy_fault_key(reader, one, "class", names, COUNT(names));
    return check_purposes(reader, classes);
}

/* Other rules
 * -------------------------------------------------------------------- */

/* A list, or several by the names that the file gives them. */
static bool read_telling(const struct policy_reader *reader,
                         const struct json_node *rule, const char *name,
                         struct telling_list *out)
{
    const struct json_node *node = json_get(rule, name);
    const struct json_node *one = node;
    bool several = json_type(node) == JSON_OBJECT;
    if (several)
        one = json_first(node);
    struct buf all;
    buf_init(&all, 2 * POLICY_MAX_BYTES);
    bool ok = one != NULL;
    for (; one && ok; one = several ? json_next(one) : NULL) {
        const char *words = json_text(one);
        ok = words && strspn(words, "abcdefghijklmnopqrstuvwxyz0123456789- ") ==
                          strlen(words);
        if (ok)
            buf_format(&all, "%s ", words);
    }
    if (ok)
        telling_read(out, all.data, reader->policy->arena);
    buf_free(&all);
    return ok ||
           policy_fault(reader, node ? node : rule,
                        "\"tier\" needs \"light_words\" and "
                        "\"clinical_words\": words of small letters without "
                        "accents and digits, between blanks, or an object of "
                        "such lists; \"birth-control\" is two words, "
                        "\"-ectomy\" an ending");
}

static bool read_tiers(const struct policy_reader *reader,
                       const struct json_node *node)
{
    struct policy *policy = reader->policy;
    for (int i = 0; i < PART_COUNT; i++)
        if (!policy_read_number(reader, node, text_part_name((enum text_part)i),
                                0, TIER_MAX, &policy->tiers[i]))
            return false;
    return policy_read_number(reader, node, "unverified", 0, TIER_MAX,
                              &policy->tier_unverified) &&
           policy_read_number(reader, node, "sensitive", 0, TIER_MAX,
                              &policy->tier_sensitive) &&
           read_telling(reader, node, "light_words", &policy->telling.light) &&
           read_telling(reader, node, "clinical_words",
                        &policy->telling.clinical);
}

static bool read_words(const struct policy_reader *reader,
                       const struct json_node *rule, const char *name,
                       struct word_list *out)
{
    const struct json_node *node = json_get(rule, name);
    const char *words = json_text(node);
    if (!words || strspn(words, "abcdefghijklmnopqrstuvwxyz ") != strlen(words))
        return policy_fault(reader, node ? node : rule,
                            "\"private\" needs \"plain_words\", "
                            "\"test_words\" and \"result_words\": words of "
                            "small letters without accents, between blanks");
    word_list_read(out, words, reader->policy->arena);
    return true;
}

static bool read_private(const struct policy_reader *reader,
                         const struct json_node *rule)
{
    struct policy *policy = reader->policy;
    return read_words(reader, rule, "plain_words", &policy->plain_words) &&
           read_words(reader, rule, "test_words", &policy->test_words) &&
           read_words(reader, rule, "result_words", &policy->result_words);
}

/* Where the law wants a number in a voicemail that costs nothing. */
static bool read_toll_free(const struct policy_reader *reader,
                           const struct json_node *rule)
{
    const struct json_node *node = json_get(rule, "toll_free");
    const char *codes = json_text(node);
    if (!node)
        return true;
    if (text_blank(codes) || strspn(codes, "0123456789 ") != strlen(codes))
        return policy_fault(reader, node,
                            "\"toll_free\" is area codes between blanks, as "
                            "\"800 888\"");
    reader->policy->toll_free = arena_text(reader->policy->arena, codes);
    return true;
}

/* Which purposes wait after a discharge, and how long. */
static bool read_recovery(const struct policy_reader *reader,
                          const struct json_node *rule)
{
    struct policy *policy = reader->policy;
    const struct json_node *list = json_get(rule, "purposes");
    int days;
    if (!policy_read_number(reader, rule, "days", 1, RECOVERY_MAX, &days))
        return false;
    if (json_type(list) != JSON_ARRAY || json_count(list) == 0)
        return policy_fault(reader, list ? list : rule,
                            "\"purposes\" is a list of purposes");
    for (const struct json_node *one = json_first(list); one;
         one = json_next(one)) {
        if (!purpose_known(policy, json_text(one)))
            return policy_fault(reader, one,
                                "this is no purpose of a campaign");
        for (size_t i = 0; i < policy->purpose_count; i++)
            if (text_equal(policy->purposes[i].name, json_text(one)))
                policy->purposes[i].recovery_days = days;
    }
    return true;
}

/* One of "rules", with the numbers that some of them have. */
static bool read_named(const struct policy_reader *reader,
                       const struct json_node *node, enum gate_rule rule)
{
    static const char *const tiers[] = {
        "sms",        "subject",   "email",       "call",          "voicemail",
        "unverified", "sensitive", "light_words", "clinical_words"};
    static const char *const length[] = {"characters", "spoken_words"};
    static const char *const days[] = {"days"};
    static const char *const codes[] = {"toll_free"};
    static const char *const recovery[] = {"days", "purposes"};
    static const char *const words[] = {"plain_words", "test_words",
                                        "result_words"};
    static const struct {
        const char *const *names;
        size_t count;
    } own[RULE_COUNT] = {
        [RULE_TIER] = {tiers, COUNT(tiers)},
        [RULE_LENGTH] = {length, COUNT(length)},
        [RULE_REASSIGNED] = {days, COUNT(days)},
        [RULE_RECOVERY] = {recovery, COUNT(recovery)},
        [RULE_OPT_OUT_LINE] = {codes, COUNT(codes)},
        [RULE_PRIVATE] = {words, COUNT(words)},
    };
    struct policy *policy = reader->policy;
    bool tier = rule == RULE_TIER, limits = rule == RULE_LENGTH,
         fresh = rule == RULE_REASSIGNED;
    if (!policy_members(reader, node, own[rule].names, own[rule].count) ||
        !policy_read_rule(reader, node, &policy->rules[rule]))
        return false;
    if (tier)
        return read_tiers(reader, node);
    if (rule == RULE_PRIVATE)
        return read_private(reader, node);
    if (rule == RULE_OPT_OUT_LINE)
        return read_toll_free(reader, node);
    if (rule == RULE_RECOVERY)
        return read_recovery(reader, node);
    if (fresh)
        return policy_read_number(reader, node, "days", 1, MOST_MAX,
                                  &policy->reassigned_days);
    return !limits || (policy_read_number(reader, node, "characters", 1,
                                          MOST_MAX, &policy->characters) &&
                       policy_read_number(reader, node, "spoken_words", 1,
                                          MOST_MAX, &policy->spoken_words));
}

static bool read_rules(const struct policy_reader *reader,
                       const struct json_node *rules)
{
    const char *names[RULE_COUNT];
    for (int i = 0; i < RULE_COUNT; i++)
        names[i] = gate_rule_name((enum gate_rule)i);
    if (json_type(rules) != JSON_OBJECT)
        return policy_fault(reader, rules ? rules : json_root(reader->doc),
                            "\"rules\" is an object of rules by their names");
    for (const struct json_node *one = json_first(rules); one;
         one = json_next(one)) {
        enum gate_rule rule;
        if (!gate_rule_find(json_key(one), &rule))
            return policy_fault_key(reader, one, "rule", names, RULE_COUNT);
        if (!read_named(reader, one, rule))
            return false;
    }
    /* What a text may tell is never unlimited by forgetting it. */
    return reader->policy->rules[RULE_TIER].id ||
           policy_fault(reader, rules, "\"rules\" needs \"tier\"");
}

/* How long an answer to the patient's own message may take, and the one
 * confirmation of their STOP; how long theirs to a question is waited for. */
static bool read_answer(const struct policy_reader *reader, const char *name,
                        int most, struct policy_span *out)
{
    static const char *const own[] = {"minutes"};
    const struct json_node *node = json_get(json_root(reader->doc), name);
    int minutes;
    if (!node)
        return policy_fault(reader, json_root(reader->doc),
                            "\"reply\", \"stop_confirmed\" and \"question\" "
                            "say how long an answer may take");
    if (!policy_members(reader, node, own, COUNT(own)) ||
        !policy_read_self(reader, node, &out->rule) ||
        !policy_read_number(reader, node, "minutes", 0, most, &minutes))
        return false;
    out->ms = minutes * MINUTE_MS;
    return true;
}

/* Places and days
 * ---------------------------------------------------------------- */

static bool read_codes(const struct policy_reader *reader,
                       const struct json_node *node)
{
    struct policy *policy = reader->policy;
    int state = policy_state(json_key(node));
    const char *at = json_text(node);
    if (!state || !at)
        return policy_fault(
            reader, node,
            "area codes stand in a text, behind their state's two "
            "letters");
    if (!policy_knows_state(policy, json_key(node)))
        return policy_fault(reader, node, "the country has no such state");
    while (*at) {
        char *end;
        long code = strtol(at, &end, 10);
        if (end - at != 3 || code < 200 || (*end && *end != ' '))
            return policy_fault(
                reader, node,
                "area codes have three digits, with blanks between");
        if (policy->area_states[code])
            return policy_fault(reader, node,
                                arena_format(policy->arena,
                                             "area code %ld stands twice",
                                             code));
        policy->area_states[code] = (uint16_t)state;
        at = end + (*end == ' ');
    }
    return true;
}

static bool read_area_codes(const struct policy_reader *reader,
                            const struct json_node *codes)
{
    struct policy *policy = reader->policy;
    if (!codes)
        return true;
    policy->area_states =
        arena_alloc(policy->arena, AREA_CODES * sizeof(*policy->area_states));
    for (const struct json_node *one = json_first(codes); one;
         one = json_next(one))
        if (!read_codes(reader, one))
            return false;
    return true;
}

static bool read_holidays(const struct policy_reader *reader,
                          const struct json_node *list)
{
    struct policy *policy = reader->policy;
    size_t count = json_count(list), n = 0;
    struct civil_date *dates =
        arena_alloc(policy->arena, (count + 1) * sizeof(*dates));
    for (const struct json_node *node = json_first(list); node;
         node = json_next(node)) {
        const char *on = json_get_text(node, "on");
        if (!on || !civil_parse_date(on, &dates[n]))
            return policy_fault(reader, node,
                                "a holiday needs \"on\", a date such as "
                                "\"2026-11-26\"");
        for (size_t i = 0; i < n; i++)
            if (civil_compare(dates[i], dates[n]) == 0)
                return policy_fault(reader, node, "this holiday stands twice");
        n++;
    }
    policy_add_holidays(policy, dates, n);
    const struct json_node *to =
        json_get(json_root(reader->doc), "holidays_to");
    if (json_type(list) != JSON_ARRAY || !json_text(to))
        return policy_fault(
            reader, json_root(reader->doc),
            "\"holidays\" is a list, and \"holidays_to\" the last "
            "day that it knows");
    return policy_read_date(reader, to, &policy->holidays_to);
}

/* The file
 * ---------------------------------------------------------------------- */

static bool read_policy(const struct policy_reader *reader)
{
    static const char *const members[] = {
        "policy",   "country",    "classes",  "hours",
        "caps",     "rules",      "reply",    "stop_confirmed",
        "question", "area_codes", "holidays", "holidays_to",
    };
    const struct json_node *top = json_root(reader->doc);
    struct policy *policy = reader->policy;
    for (const struct json_node *one = json_first(top); one;
         one = json_next(one))
        if (!policy_one_of(json_key(one), members, COUNT(members)))
            return policy_fault_key(reader, one, "member", members,
                                    COUNT(members));
    if (text_blank(json_get_text(top, "policy")) ||
        text_blank(json_get_text(top, "country")))
        return policy_fault(
            reader, top, "\"policy\" (its name) and \"country\" are missing");
    policy->country = arena_text(policy->arena, json_get_text(top, "country"));
    return read_classes(reader, json_get(top, "classes")) &&
           read_hours(reader, json_get(top, "hours")) &&
           read_caps(reader, json_get(top, "caps")) &&
           read_rules(reader, json_get(top, "rules")) &&
           read_answer(reader, "reply", MINUTES_MAX, &reader->policy->reply) &&
           read_answer(reader, "stop_confirmed", MINUTES_MAX,
                       &reader->policy->confirm) &&
           read_answer(reader, "question", 24 * 60,
                       &reader->policy->question) &&
           read_area_codes(reader, json_get(top, "area_codes")) &&
           read_holidays(reader, json_get(top, "holidays"));
}

struct policy *policy_load(const char *path, struct error *err)
{
    struct buf text;
    struct json_place place;
    struct error why = {0};
    struct policy_reader reader = {.path = path, .err = err};
    bool ok = file_read(path, POLICY_MAX_BYTES, &text, err);
    if (ok) {
        reader.doc =
            json_parse(text.data, text.len, JSON_COMMENTS, &why, &place);
        if (!reader.doc)
            ok = error_set(err, ERROR_INPUT, "%s:%d:%d: error: %s", path,
                           place.line, place.column, why.text);
    }
    if (ok) {
        struct arena *arena = arena_new();
        reader.policy = arena_alloc(arena, sizeof(*reader.policy));
        reader.policy->arena = arena;
        ok = read_policy(&reader);
    }
    if (!ok) {
        policy_free(reader.policy);
        reader.policy = NULL;
    }
    json_free(reader.doc);
    buf_free(&text);
    return reader.policy;
}
