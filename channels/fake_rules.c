/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the fake driver's script and picks the rule for a message. Pure but
 * for the counters and the seeded chance inside the set; it never sends. */
#include "channels/fake_rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "channels/options.h"

static const char *const answer_members[] = {"match", "share", "events",
                                             "reply", "query", NULL};
static const char *const match_members[] = {"channel", "to", "text", "nth",
                                            NULL};
static const char *const event_members[] = {
    "after_ms", "outcome",     "ended",  "receipt",        "rank",     "status",
    "code",     "provider_id", "detail", "retry_after_ms", "segments", NULL};
static const char *const reply_members[] = {"after_ms", "text", NULL};
static const char *const query_members[] = {"answer", "outcome", NULL};

/* Reading inside an object: the helpers look at config->node. */
static struct driver_config fake_inside(const struct driver_config *config,
                                        const struct json_node *node)
{
    struct driver_config inside = *config;

    inside.node = node;
    return inside;
}

static bool fake_object(const struct driver_config *config,
                        const struct json_node *node, const char *what,
                        const char *const *members, struct error *err)
{
    if (json_type(node) != JSON_OBJECT)
        return option_fault(config, node, err, "%s must be an object", what);
    return options_known(config, node, members, NULL, err);
}

static bool fake_outcome(const struct driver_config *config,
                         enum outcome fallback, enum outcome *out,
                         struct error *err)
{
    const struct json_node *node = json_get(config->node, "outcome");

    if (!node) {
        *out = fallback;
        return true;
    }
    if (!outcome_parse(json_text(node) ? json_text(node) : "", out))
        return option_fault(config, node, err,
                            "'outcome' must be an outcome such as "
                            "\"accepted\", \"unknown\" or \"throttled\"");
    return true;
}

static bool fake_read_short(const struct driver_config *config,
                            const char *member, char *out, size_t size,
                            struct error *err)
{
    const char *text;

    if (!option_text(config, member, "", &text, err))
        return false;
    if (strlen(text) >= size)
        return option_fault(config, json_get(config->node, member), err,
                            "'%s' is too long: %zu bytes at most", member,
                            size - 1);
    text_copy(out, size, text);
    return true;
}

static bool fake_read_event(const struct driver_config *config,
                            const struct json_node *node,
                            struct fake_event *event, struct error *err)
{
    struct driver_config in = fake_inside(config, node);
    int64_t rank = 0;
    int64_t segments = 0;

    if (!fake_object(config, node, "an event", event_members, err) ||
        !option_integer(&in, "after_ms", 0, 0, 30 * 24 * HOUR_MS,
                        &event->after_ms, err) ||
        !fake_outcome(&in, OUTCOME_ACCEPTED, &event->outcome, err) ||
        !option_flag(&in, "ended", false, &event->ended, err) ||
        !option_flag(&in, "receipt", false, &event->receipt, err) ||
        !option_integer(&in, "rank", 0, 0, 100, &rank, err) ||
        !option_integer(&in, "segments", 0, 0, 255, &segments, err) ||
        !option_integer(&in, "retry_after_ms", -1, 0, 24 * HOUR_MS,
                        &event->retry_after_ms, err))
        return false;
    event->rank = (int)rank;
    event->segments = (int32_t)segments;
    return fake_read_short(&in, "status", event->status, sizeof(event->status),
                           err) &&
           fake_read_short(&in, "code", event->code, sizeof(event->code),
                           err) &&
           fake_read_short(&in, "provider_id", event->provider_id,
                           sizeof(event->provider_id), err) &&
           fake_read_short(&in, "detail", event->detail, sizeof(event->detail),
                           err);
}

static bool fake_read_events(const struct driver_config *config,
                             const struct json_node *list,
                             struct fake_answer *answer, struct error *err)
{
    const struct json_node *node;

    if (json_type(list) != JSON_ARRAY || json_count(list) > FAKE_EVENTS_MAX)
        return option_fault(config, list, err,
                            "'events' must be a list of at most %d events",
                            FAKE_EVENTS_MAX);
    answer->count = 0;
    for (node = json_first(list); node; node = json_next(node))
        if (!fake_read_event(config, node, &answer->events[answer->count++],
                             err))
            return false;
    return true;
}

static bool fake_read_match(const struct driver_config *config,
                            const struct json_node *node,
                            struct fake_rule *rule, struct error *err)
{
    struct driver_config in = fake_inside(config, node);
    const char *channel;
    const char *to;
    const char *text;

    if (!node)
        return true;
    if (!fake_object(config, node, "'match'", match_members, err) ||
        !option_text(&in, "channel", NULL, &channel, err) ||
        !option_text(&in, "to", NULL, &to, err) ||
        !option_text(&in, "text", NULL, &text, err) ||
        !option_integer(&in, "nth", 0, 1, INT64_C(1) << 40, &rule->nth, err))
        return false;
    if (channel && !channel_parse(channel, &rule->channel))
        return option_fault(config, json_get(node, "channel"), err,
                            "'channel' must be sms, email or voice");
    rule->any_channel = channel == NULL;
    rule->to = memory_text(to);
    rule->text = memory_text(text);
    return true;
}

static bool fake_read_share(const struct driver_config *config,
                            const struct json_node *node, double *share,
                            struct error *err)
{
    if (node && (!json_number(node, share) || *share < 0 || *share > 1))
        return option_fault(config, node, err,
                            "'share' must be a number from 0 to 1");
    return true;
}

static bool fake_read_reply(const struct driver_config *config,
                            const struct json_node *node,
                            struct fake_rule *rule, struct error *err)
{
    struct driver_config in = fake_inside(config, node);
    const char *text;

    if (!node)
        return true;
    if (!fake_object(config, node, "'reply'", reply_members, err) ||
        !option_required(&in, "text", &text, err) ||
        !option_integer(&in, "after_ms", 0, 0, 30 * 24 * HOUR_MS,
                        &rule->reply_after_ms, err))
        return false;
    rule->reply = memory_text(text);
    return true;
}

static bool fake_read_query(const struct driver_config *config,
                            const struct json_node *node,
                            struct fake_rule *rule, struct error *err)
{
    static const char *const names[] = {
        [DRIVER_FOUND] = "found",
        [DRIVER_ABSENT] = "absent",
        [DRIVER_CANNOT_SAY] = "cannot-say",
    };
    struct driver_config in = fake_inside(config, node);
    const char *answer;

    if (!node)
        return true;
    if (!fake_object(config, node, "'query'", query_members, err) ||
        !option_required(&in, "answer", &answer, err) ||
        !fake_outcome(&in, OUTCOME_ACCEPTED, &rule->query_outcome, err))
        return false;
    for (int i = DRIVER_FOUND; i <= DRIVER_CANNOT_SAY; i++) {
        if (!text_equal(names[i], answer))
            continue;
        rule->query = (enum driver_answer)i;
        rule->query_said = true;
        return true;
    }
    return option_fault(config, json_get(node, "answer"), err,
                        "'answer' must be found, absent or cannot-say");
}

static bool fake_read_rule(const struct driver_config *config,
                           const struct json_node *node, int64_t latency_ms,
                           struct fake_rule *rule, struct error *err)
{
    const struct json_node *events = json_get(node, "events");

    rule->any_channel = true;
    rule->share = 1;
    rule->answer.count = 1;
    rule->answer.events[0] = (struct fake_event){
        .after_ms = latency_ms,
        .outcome = OUTCOME_ACCEPTED,
        .ended = true,
        .retry_after_ms = -1,
    };
    if (!node)
        return true;
    if (!fake_object(config, node, "an answer", answer_members, err) ||
        (events && !fake_read_events(config, events, &rule->answer, err)))
        return false;
    return fake_read_match(config, json_get(node, "match"), rule, err) &&
           fake_read_share(config, json_get(node, "share"), &rule->share,
                           err) &&
           fake_read_reply(config, json_get(node, "reply"), rule, err) &&
           fake_read_query(config, json_get(node, "query"), rule, err);
}

static bool evidence_read(const struct driver_config *config,
                          const struct json_node *node, enum evidence *out,
                          struct error *err)
{
    for (int i = EVIDENCE_NONE; i <= EVIDENCE_HUMAN; i++) {
        if (text_equal(evidence_name((enum evidence)i), json_text(node))) {
            *out = (enum evidence)i;
            return true;
        }
    }
    return option_fault(config, node, err,
                        "'evidence' must be none, accepted, delivered, read "
                        "or human");
}

/* One word for all channels, or a word for each: {"sms": "delivered"}. */
static bool fake_read_evidence(const struct driver_config *config,
                               const struct json_node *node,
                               enum evidence out[CHANNEL_COUNT],
                               struct error *err)
{
    const struct json_node *member;
    enum channel channel;

    for (int i = 0; i < CHANNEL_COUNT; i++) {
        out[i] = EVIDENCE_ACCEPTED;
        if (json_text(node) && !evidence_read(config, node, &out[i], err))
            return false;
    }
    if (json_text(node))
        return true;
    for (member = json_first(node); member; member = json_next(member)) {
        if (!channel_parse(json_key(member), &channel))
            return option_fault(config, member, err, "no such channel: '%s'",
                                json_key(member));
        if (!evidence_read(config, member, &out[channel], err))
            return false;
    }
    return true;
}

static bool fake_read_answers(const struct driver_config *config,
                              int64_t latency_ms, struct fake_rules *rules,
                              struct error *err)
{
    const struct json_node *list = json_get(config->node, "answers");
    const struct json_node *node;

    if (list && json_type(list) != JSON_ARRAY)
        return option_fault(config, list, err, "'answers' must be a list");
    rules->rules = memory_new((json_count(list) + 1) * sizeof(*rules->rules));
    for (node = json_first(list); node; node = json_next(node))
        if (!fake_read_rule(config, node, latency_ms,
                            &rules->rules[rules->count++], err))
            return false;
    return fake_read_rule(config, json_get(config->node, "default"), latency_ms,
                          &rules->otherwise, err);
}

struct fake_rules *fake_rules_read(const struct driver_config *config,
                                   struct error *err)
{
    struct fake_rules *rules = memory_new(sizeof(*rules));
    int64_t latency_ms = 0;
    int64_t seed = 0;

    if (option_integer(config, "latency_ms", 0, 0, HOUR_MS, &latency_ms, err) &&
        option_integer(config, "jitter_ms", 0, 0, HOUR_MS, &rules->jitter_ms,
                       err) &&
        option_integer(config, "seed", 1, 0, INT64_MAX, &seed, err) &&
        option_integer(config, "log", 1000, 1, 1000000, &rules->log, err) &&
        fake_read_evidence(config, json_get(config->node, "evidence"),
                           rules->evidence, err) &&
        fake_read_answers(config, latency_ms, rules, err)) {
        rules->random.state = (uint64_t)seed;
        return rules;
    }
    fake_rules_free(rules);
    return NULL;
}

static void fake_rule_free(struct fake_rule *rule)
{
    free(rule->to);
    free(rule->text);
    free(rule->reply);
}

void fake_rules_free(struct fake_rules *rules)
{
    while (rules) {
        struct fake_rules *older = rules->older;

        for (size_t i = 0; i < rules->count; i++)
            fake_rule_free(&rules->rules[i]);
        fake_rule_free(&rules->otherwise);
        free(rules->rules);
        free(rules);
        rules = older;
    }
}

static bool ends_with(const char *text, const char *ending)
{
    size_t len = strlen(text);
    size_t end = strlen(ending);

    return end <= len && memcmp(text + len - end, ending, end) == 0;
}

static bool fake_rule_matches(struct fake_rule *rule,
                              const struct outgoing *message,
                              struct random *random)
{
    if (!rule->any_channel && rule->channel != message->channel)
        return false;
    if (rule->to && !ends_with(message->to ? message->to : "", rule->to))
        return false;
    if (rule->text && !strstr(message->text ? message->text : "", rule->text))
        return false;
    rule->seen++;
    if (rule->nth && rule->seen != rule->nth)
        return false;
    return rule->share >= 1 || random_unit(random) < rule->share;
}

struct fake_rule *fake_rules_pick(struct fake_rules *rules,
                                  const struct outgoing *message)
{
    for (size_t i = 0; i < rules->count; i++)
        if (fake_rule_matches(&rules->rules[i], message, &rules->random))
            return &rules->rules[i];
    return &rules->otherwise;
}
