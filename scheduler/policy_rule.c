/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is read alike of every rule in a policy file: id, source, dates, whom
 * it binds; numbers, states and faults with their place.
 */
#include "base/memory.h"
#include "base/places.h"
#include "base/text.h"

#include "scheduler/policy_read.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

bool policy_fault(const struct policy_reader *reader,
                  const struct json_node *at, const char *text)
{
    struct json_place place = json_place(reader->doc, at);
    return error_set(reader->err, ERROR_INPUT, "%s:%d:%d: error: %s",
                     reader->path, place.line, place.column, text);
}

bool policy_fault_key(const struct policy_reader *reader,
                      const struct json_node *member, const char *what,
                      const char *const *names, size_t count)
{
    struct json_place place = json_key_place(reader->doc, member);
    const char *key = json_key(member);
    const char *near = text_nearest(key, names, count);
    return error_set(
        reader->err, ERROR_INPUT, "%s:%d:%d: error: unknown %s \"%s\"%s%s%s",
        reader->path, place.line, place.column, what, key,
        near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

bool policy_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(name, names[i]))
            return true;
    return false;
}

/* What every rule has; "own" are the members of this kind of rule. */
static const char *const rule_members[] = {
    "id",           "source",      "about", "effective_from",
    "effective_to", "reviewed_by", "binds",
};

#define OWN_MAX 16

bool policy_members(const struct policy_reader *reader,
                    const struct json_node *node, const char *const *own,
                    size_t own_count)
{
    const char *names[COUNT(rule_members) + OWN_MAX];
    size_t count = 0;
    if (own_count > OWN_MAX)
        PANIC("a rule of the policy has more members than there is room for");
    for (size_t i = 0; i < COUNT(rule_members); i++)
        names[count++] = rule_members[i];
    for (size_t i = 0; i < own_count; i++)
        names[count++] = own[i];
    if (json_type(node) != JSON_OBJECT)
        return policy_fault(reader, node, "expected an object");
    for (const struct json_node *one = json_first(node); one;
         one = json_next(one))
        if (!policy_one_of(json_key(one), names, count))
            return policy_fault_key(reader, one, "member", names, count);
    return true;
}

/* What every rule says of itself
 * ----------------------------------------------------------------- */

bool policy_read_date(const struct policy_reader *reader,
                      const struct json_node *node, struct civil_date *out)
{
    if (json_type(node) == JSON_NULL)
        return true;
    const char *text = json_text(node);
    return (text && civil_parse_date(text, out)) ||
           policy_fault(reader, node, "expected a date such as \"2025-09-01\"");
}

static bool read_dates(const struct policy_reader *reader,
                       const struct json_node *node, struct policy_rule *rule)
{
    const struct json_node *to = json_get(node, "effective_to");
    rule->from = (struct civil_date){1, 1, 1};
    rule->to = (struct civil_date){9999, 12, 31};
    return policy_read_date(reader, json_get(node, "effective_from"),
                            &rule->from) &&
           policy_read_date(reader, to, &rule->to) &&
           (civil_compare(rule->from, rule->to) <= 0 ||
            policy_fault(reader, to, "the rule ends before it begins"));
}

/* Which classes a key of "binds" means. */
static const struct {
    const char *name;
    unsigned classes;
} binds_keys[] = {
    {"all", (1u << CLASS_COUNT) - 1},
    {"care", 1u << CLASS_CARE_EXEMPT | 1u << CLASS_CARE_CONSENTED},
    {"care-exempt", 1u << CLASS_CARE_EXEMPT},
    {"care-consented", 1u << CLASS_CARE_CONSENTED},
    {"information", 1u << CLASS_INFORMATION},
    {"marketing", 1u << CLASS_MARKETING},
    {"emergency", 1u << CLASS_EMERGENCY},
};

static bool read_force(const struct policy_reader *reader,
                       const struct json_node *node, enum policy_force *out)
{
    *out = text_equal(json_text(node), "mandatory") ? FORCE_MANDATORY
           : text_equal(json_text(node), "policy")  ? FORCE_POLICY
                                                    : FORCE_NONE;
    return *out != FORCE_NONE ||
           policy_fault(reader, node, "expected \"mandatory\" or \"policy\"");
}

static bool read_binds(const struct policy_reader *reader,
                       const struct json_node *node, struct policy_rule *rule)
{
    const struct json_node *binds = json_get(node, "binds");
    const char *names[COUNT(binds_keys)];
    for (size_t i = 0; i < COUNT(binds_keys); i++)
        names[i] = binds_keys[i].name;
    if (json_type(binds) != JSON_OBJECT || json_count(binds) == 0)
        return policy_fault(
            reader, binds ? binds : node,
            "\"binds\" says which classes of messages, such as "
            "{ \"care\": \"policy\", \"marketing\": \"mandatory\" }");
    for (const struct json_node *one = json_first(binds); one;
         one = json_next(one)) {
        enum policy_force force;
        if (!policy_one_of(json_key(one), names, COUNT(binds_keys)))
            return policy_fault_key(reader, one, "class", names,
                                    COUNT(binds_keys));
        if (!read_force(reader, one, &force))
            return false;
        for (size_t i = 0; i < COUNT(binds_keys); i++)
            for (int class = 0; class < CLASS_COUNT; class ++)
                if (text_equal(json_key(one), binds_keys[i].name) &&
                    binds_keys[i].classes & (1u << class))
                    rule->force[class] = force;
    }
    return true;
}

bool policy_read_self(const struct policy_reader *reader,
                      const struct json_node *node, struct policy_rule *rule)
{
    struct arena *arena = reader->policy->arena;
    const struct json_node *reviewed = json_get(node, "reviewed_by");
    if (text_blank(json_get_text(node, "id")) ||
        text_blank(json_get_text(node, "source")))
        return policy_fault(reader, node, "a rule needs its id and its source");
    if (!json_text(reviewed))
        return policy_fault(
            reader, reviewed ? reviewed : node,
            "\"reviewed_by\" names who signed the rule, or is \"\"");
    rule->id = arena_text(arena, json_get_text(node, "id"));
    rule->source = arena_text(arena, json_get_text(node, "source"));
    return read_dates(reader, node, rule);
}

bool policy_read_rule(const struct policy_reader *reader,
                      const struct json_node *node, struct policy_rule *rule)
{
    return policy_read_self(reader, node, rule) &&
           read_binds(reader, node, rule);
}

bool policy_read_number(const struct policy_reader *reader,
                        const struct json_node *object, const char *name,
                        int least, int most, int *out)
{
    const struct json_node *node = json_get(object, name);
    int64_t value;
    if (!json_integer(node, &value) || value < least || value > most)
        return error_set(reader->err, ERROR_INPUT,
                         "%s:%d:%d: error: \"%s\" is a whole number from %d to "
                         "%d",
                         reader->path,
                         json_place(reader->doc, node ? node : object).line,
                         json_place(reader->doc, node ? node : object).column,
                         name, least, most);
    *out = (int)value;
    return true;
}

bool policy_knows_state(const struct policy *policy, const char *name)
{
    return !place_has_states(policy->country) ||
           text_equal(place_state(policy->country, name), name);
}

bool policy_read_state(const struct policy_reader *reader,
                       const struct json_node *node, int *state)
{
    const struct json_node *name = json_get(node, "state");
    *state = policy_state(json_text(name));
    if (name && !*state)
        return policy_fault(reader, name, "a state is two capital letters");
    return !name || policy_knows_state(reader->policy, json_text(name)) ||
           policy_fault(reader, name, "the country has no such state");
}
