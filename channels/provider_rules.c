/* SPDX-License-Identifier: Apache-2.0 */
/* What a provider's answers and receipts mean, by its description. Pure: it
 * reads rules once and applies them. Where the rules say nothing, the answer
 * counts for what HTTP alone proves, and what looks well without the promised
 * proof is unknown, never a success. Nothing of an answer's text is handed on
 * but the id and the code the description asks for. */
#include "channels/provider_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "io/http.h"

#include "channels/codes.h"
#include "channels/options.h"

#define STATUSES_MAX 8

/* "message.id", "messages.0.status" */
struct json_test {
    const char *path;
    const char *equals;
};

struct answer_rule {
    struct answer_rule *next;
    int statuses[STATUSES_MAX]; /* 0-terminated unless full; none: any */
    bool has_json;
    struct json_test json;
    const char *contains;
    enum outcome outcome;
};

struct status_word {
    struct status_word *next;
    const char *word;
    enum outcome outcome;
};

struct provider_rules {
    struct answer_rule success;
    struct answer_rule *errors;
    const char *id_path;
    bool receipts;
    const char *receipt_reference, *receipt_id;
    const char *receipt_status, *receipt_code;
    struct status_word *words;
};

static const char *const success_members[] = {"status", "json", NULL};
static const char *const error_members[] = {"status", "json", "text", "outcome",
                                            NULL};
static const char *const test_members[] = {"path", "equals", NULL};
static const char *const id_members[] = {"path", NULL};
static const char *const receipt_members[] = {"reference", "id",       "status",
                                              "code",      "statuses", NULL};

/* --- reading ------------------------------------------------------------- */

struct reader {
    const struct driver_config *config;
    struct arena *arena;
    struct error *err;
};

static bool object_check(const struct reader *reader,
                         const struct json_node *node,
                         const char *const *members)
{
    return option_object(reader->config, node, members, reader->err);
}

static bool text_member(const struct reader *reader,
                        const struct json_node *object, const char *member,
                        bool required, const char **out)
{
    return option_member(reader->config, object, member, required,
                         reader->arena, out, reader->err);
}

static bool statuses_read(const struct reader *reader,
                          const struct json_node *node, int *statuses)
{
    const struct json_node *item =
        json_type(node) == JSON_ARRAY ? json_first(node) : node;
    size_t count = 0;
    int64_t status;

    for (; item; item = json_next(item)) {
        if (count == STATUSES_MAX || !json_integer(item, &status) ||
            status < 100 || status > 599)
            return option_fault(reader->config, item, reader->err,
                                "'status' must be an HTTP status or a list "
                                "of at most %d",
                                STATUSES_MAX);
        statuses[count++] = (int)status;
        if (item == node)
            return true;
    }
    return true;
}

static bool test_read(const struct reader *reader, const struct json_node *node,
                      struct answer_rule *rule)
{
    char number[PROVIDER_NUMBER_MAX];
    const char *equals;

    if (!node)
        return true;
    if (!object_check(reader, node, test_members) ||
        !text_member(reader, node, "path", true, &rule->json.path))
        return false;
    equals = provider_scalar(json_get(node, "equals"), number);
    if (json_get(node, "equals") && !equals)
        return option_fault(reader->config, json_get(node, "equals"),
                            reader->err,
                            "'equals' must be a text, a number, true or false");
    rule->json.equals = equals ? arena_text(reader->arena, equals) : NULL;
    rule->has_json = true;
    return true;
}

static bool error_read(const struct reader *reader,
                       const struct json_node *node, struct answer_rule *rule)
{
    const char *outcome = NULL;

    if (!object_check(reader, node, error_members) ||
        !text_member(reader, node, "outcome", true, &outcome) ||
        !text_member(reader, node, "text", false, &rule->contains) ||
        !test_read(reader, json_get(node, "json"), rule) ||
        !statuses_read(reader, json_get(node, "status"), rule->statuses))
        return false;
    if (!outcome_parse(outcome, &rule->outcome) ||
        rule->outcome == OUTCOME_NONE)
        return option_fault(reader->config, json_get(node, "outcome"),
                            reader->err, "there is no outcome '%s'", outcome);
    if (!rule->has_json && !rule->contains && rule->statuses[0] == 0)
        return option_fault(reader->config, node, reader->err,
                            "say when: 'status', 'json' or 'text'");
    return true;
}

static bool errors_read(const struct reader *reader,
                        struct provider_rules *rules)
{
    const struct json_node *list = json_get(reader->config->node, "errors");
    struct answer_rule **end = &rules->errors;
    const struct json_node *node;

    if (list && json_type(list) != JSON_ARRAY)
        return option_fault(reader->config, list, reader->err,
                            "'errors' must be a list");
    for (node = json_first(list); node; node = json_next(node)) {
        *end = arena_alloc(reader->arena, sizeof(**end));
        if (!error_read(reader, node, *end))
            return false;
        end = &(*end)->next;
    }
    return true;
}

static bool words_read(const struct reader *reader,
                       const struct json_node *node,
                       struct provider_rules *rules)
{
    const struct json_node *member;

    for (member = json_first(node); member; member = json_next(member)) {
        struct status_word *word = arena_alloc(reader->arena, sizeof(*word));

        if (!json_text(member) ||
            !outcome_parse(json_text(member), &word->outcome))
            return option_fault(reader->config, member, reader->err,
                                "'%s' must be the name of an outcome",
                                json_key(member));
        word->word = arena_text(reader->arena, json_key(member));
        word->next = rules->words;
        rules->words = word;
    }
    return true;
}

static bool receipt_read(const struct reader *reader,
                         struct provider_rules *rules)
{
    const struct json_node *node = json_get(reader->config->node, "receipt");

    if (!node)
        return true;
    if (!object_check(reader, node, receipt_members) ||
        !text_member(reader, node, "reference", false,
                     &rules->receipt_reference) ||
        !text_member(reader, node, "id", false, &rules->receipt_id) ||
        !text_member(reader, node, "status", true, &rules->receipt_status) ||
        !text_member(reader, node, "code", false, &rules->receipt_code) ||
        !words_read(reader, json_get(node, "statuses"), rules))
        return false;
    if (!rules->receipt_reference && !rules->receipt_id)
        return option_fault(reader->config, node, reader->err,
                            "say where the receipt names the message: "
                            "'reference' or 'id'");
    if (!rules->words)
        return option_fault(reader->config, node, reader->err,
                            "'statuses' is missing: {\"delivered\": "
                            "\"delivered\", ...}");
    rules->receipts = true;
    return true;
}

struct provider_rules *provider_rules_read(const struct driver_config *config,
                                           struct arena *arena,
                                           struct error *err)
{
    struct provider_rules *rules = arena_alloc(arena, sizeof(*rules));
    const struct json_node *success = json_get(config->node, "success");
    const struct json_node *id = json_get(config->node, "id");
    struct reader reader = {config, arena, err};

    if (success &&
        (!object_check(&reader, success, success_members) ||
         !statuses_read(&reader, json_get(success, "status"),
                        rules->success.statuses) ||
         !test_read(&reader, json_get(success, "json"), &rules->success)))
        return NULL;
    if (id && (!object_check(&reader, id, id_members) ||
               !text_member(&reader, id, "path", true, &rules->id_path)))
        return NULL;
    if (!errors_read(&reader, rules) || !receipt_read(&reader, rules))
        return NULL;
    return rules;
}

/* --- applying ------------------------------------------------------------ */

static bool test_holds(const struct json_test *test,
                       const struct json_node *root, char *found, size_t size)
{
    char number[PROVIDER_NUMBER_MAX];
    const char *text = provider_scalar_at(root, test->path, number);

    if (!text || (test->equals && !text_equal(text, test->equals)))
        return false;
    text_copy(found, size, text);
    return true;
}

static bool status_matches(const struct answer_rule *rule, int status)
{
    if (rule->statuses[0] == 0)
        return true;
    for (size_t i = 0; i < STATUSES_MAX && rule->statuses[i]; i++)
        if (rule->statuses[i] == status)
            return true;
    return false;
}

static bool rule_matches(const struct answer_rule *rule,
                         const struct http_answer *answer,
                         const struct json_node *root,
                         struct provider_result *result)
{
    if (!status_matches(rule, answer->status))
        return false;
    if (rule->contains &&
        !(answer->body && strstr(answer->body, rule->contains)))
        return false;
    return !rule->has_json ||
           test_holds(&rule->json, root, result->code, sizeof(result->code));
}

static void result_start(struct provider_result *result, instant now)
{
    memset(result, 0, sizeof(*result));
    result->event.at = now;
    result->event.ended = true;
    result->event.retry_after_ms = -1;
}

static void result_set(struct provider_result *result, enum outcome outcome,
                       const char *detail)
{
    result->event.outcome = outcome;
    text_copy(result->detail, sizeof(result->detail), detail ? detail : "");
    result->event.status = result->status;
    result->event.code = result->code[0] ? result->code : NULL;
    result->event.provider_id = result->id[0] ? result->id : NULL;
    result->event.detail = result->detail[0] ? result->detail : NULL;
}

static void read_id(const struct provider_rules *rules,
                    const struct json_node *root,
                    struct provider_result *result)
{
    char number[PROVIDER_NUMBER_MAX];
    const char *id;

    if (!rules->id_path)
        return;
    id = provider_scalar_at(root, rules->id_path, number);
    if (id && strlen(id) < sizeof(result->id))
        text_copy(result->id, sizeof(result->id), id);
}

static void apply_rules(const struct provider_rules *rules,
                        const struct codes *http,
                        const struct http_answer *answer,
                        const struct json_node *root,
                        struct provider_result *result)
{
    const struct answer_rule *rule = rules->errors;
    const struct code *code;
    bool well = rules->success.statuses[0]
                    ? status_matches(&rules->success, answer->status)
                    : answer->status >= 200 && answer->status < 300;

    while (rule && !rule_matches(rule, answer, root, result))
        rule = rule->next;
    if (rule) {
        result_set(result, rule->outcome, "the provider refused the message");
        return;
    }
    if (well && (!rules->success.has_json ||
                 test_holds(&rules->success.json, root, result->detail,
                            sizeof(result->detail)))) {
        read_id(rules, root, result);
        result_set(result, OUTCOME_ACCEPTED, NULL);
        return;
    }
    code = codes_http(http, answer->status);
    if (code)
        result_set(result, code->outcome, code->meaning);
    else
        result_set(result, OUTCOME_UNKNOWN,
                   "an answer without the promised proof of success");
}

void provider_read_answer(const struct provider_rules *rules,
                          const struct codes *http,
                          const struct http_answer *answer, instant now,
                          struct provider_result *result)
{
    struct json *doc;

    result_start(result, now);
    switch (answer->end) {
    case HTTP_NOT_SENT:
        text_copy(result->status, sizeof(result->status), "not sent");
        result_set(result,
                   answer->misconfigured ? OUTCOME_MISCONFIGURED
                                         : OUTCOME_NOT_SENT,
                   answer->error);
        return;
    case HTTP_UNKNOWN:
        text_copy(result->status, sizeof(result->status), "unknown");
        result_set(result, OUTCOME_UNKNOWN, answer->error);
        return;
    case HTTP_ANSWERED:
        break;
    }
    doc = json_parse(answer->body ? answer->body : "", answer->body_len, 0,
                     NULL, NULL);
    snprintf(result->status, sizeof(result->status), "http %d", answer->status);
    result->event.retry_after_ms = answer->retry_after_ms;
    apply_rules(rules, http, answer, doc ? json_root(doc) : NULL, result);
    json_free(doc);
}

/* False: it is longer than anything that we could have kept. */
static bool field_take(const struct provider_body *body, const char *path,
                       char *out, size_t size)
{
    char number[PROVIDER_NUMBER_MAX];
    const char *text = path ? provider_field(body, path, number) : NULL;

    if (text && strlen(text) >= size)
        return false;
    text_copy(out, size, text);
    return true;
}

bool provider_read_receipt(const struct provider_rules *rules,
                           const struct provider_body *body, instant now,
                           struct provider_result *result)
{
    const struct status_word *word = rules->words;

    result_start(result, now);
    if (!rules->receipts ||
        !field_take(body, rules->receipt_status, result->status,
                    sizeof(result->status)) ||
        !field_take(body, rules->receipt_reference, result->reference,
                    sizeof(result->reference)) ||
        !field_take(body, rules->receipt_id, result->id, sizeof(result->id)) ||
        !field_take(body, rules->receipt_code, result->code,
                    sizeof(result->code)))
        return false;
    while (word && !text_equal(word->word, result->status))
        word = word->next;
    if (!word)
        return false;
    result_set(result, word->outcome, NULL);
    /* S-17, in the words of outcomes */
    result->event.ended =
        word->outcome != OUTCOME_ACCEPTED && word->outcome != OUTCOME_NONE;
    result->event.rank = word->outcome == OUTCOME_READ       ? 5
                         : result->event.ended               ? 4
                         : word->outcome == OUTCOME_ACCEPTED ? 3
                                                             : 1;
    return result->reference[0] || result->id[0];
}

bool provider_has_receipts(const struct provider_rules *rules)
{
    return rules->receipts;
}

enum evidence provider_receipt_evidence(const struct provider_rules *rules)
{
    enum evidence most = EVIDENCE_NONE;

    for (const struct status_word *word = rules->words; word; word = word->next)
        if (outcome_evidence(word->outcome) > most)
            most = outcome_evidence(word->outcome);
    return most;
}

bool provider_receipt_by_id(const struct provider_rules *rules)
{
    return rules->receipts && !rules->receipt_reference;
}
