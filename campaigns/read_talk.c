/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What patients may answer and what follows: replies with their intents,
 * questions with the urgency of each answer, and what an urgency sets off.
 * Reading only; answering is done elsewhere.
 */
#include "campaigns/reader.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define ENTRIES_MAX 50
#define ANSWER_MAX 20
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The closed list of what an answer can mean. */
static const char *const intents[] = {
    "confirm", "reschedule", "cancel",         "request-refill", "fine",
    "call-me", "decline",    "done-elsewhere", "not-me",         "repeat",
    "opt-out", "transfer",   "request-order",
};

const char *const *intent_names(size_t *count)
{
    *count = COUNT(intents);
    return intents;
}

bool intent_known(const char *intent)
{
    for (size_t i = 0; i < COUNT(intents); i++) {
        if (text_equal(intent, intents[i]))
            return true;
    }
    return false;
}

static const char *read_intent(struct reader *reader,
                               const struct json_node *node)
{
    const char *text = reader_text(reader, node, NAME_MAX_BYTES);
    if (text == NULL || intent_known(text))
        return text;
    reader_fault(reader, node, "'%s' is no meaning that is known%s", text,
                 reader_suggestion(reader, text, intents, COUNT(intents)));
    return NULL;
}

static void read_do(struct reader *reader, const struct json_node *node,
                    void *into)
{
    ((struct reply_rule *)into)->intent = read_intent(reader, node);
}

static void read_for(struct reader *reader, const struct json_node *node,
                     void *into)
{
    struct reply_rule *rule = into;
    rule->has_for = reader_duration(reader, node, &rule->for_long);
}

static bool entries_fit(struct reader *reader, const struct json_node *node,
                        const char *what)
{
    size_t count = json_count(node);
    if (count > 0 && count <= ENTRIES_MAX)
        return true;
    reader_fault(reader, node,
                 count == 0 ? "%s is empty: leave it out"
                            : "%s has more than 50 members",
                 what);
    return false;
}

/* A word that a patient can type: short, without blanks at its ends. */
static bool answer_fits(struct reader *reader, const struct json_node *member)
{
    const char *key = json_key(member);
    size_t len = strlen(key);
    if (len > 0 && len <= ANSWER_MAX && key[0] != ' ' && key[len - 1] != ' ')
        return true;
    reader_key_fault(reader, member,
                     "an answer is a short word or digit: \"C\", \"1\"");
    return false;
}

/* "C" and "c" are the same answer to a patient. */
static void check_same_answer(struct reader *reader,
                              const struct json_node *member,
                              const struct json_node *object)
{
    for (const struct json_node *other = json_first(object); other != member;
         other = json_next(other)) {
        if (text_equal_nocase(json_key(other), json_key(member)))
            reader_key_fault(reader, member,
                             "\"%s\" and \"%s\" are the same answer",
                             json_key(other), json_key(member));
    }
}

void read_replies(struct reader *reader, const struct json_node *node,
                  void *into)
{
    static const struct member members[] = {
        {"do", IS_TEXT, true, read_do},
        {"for", IS_TEXT, false, read_for},
    };
    struct campaign *campaign = into;
    if (!entries_fit(reader, node, "\"replies\""))
        return;
    campaign->replies = arena_alloc(
        reader->arena, json_count(node) * sizeof(campaign->replies[0]));
    for (const struct json_node *item = json_first(node); item != NULL;
         item = json_next(item)) {
        struct reply_rule rule = {
            .answer = arena_text(reader->arena, json_key(item))};
        if (!answer_fits(reader, item))
            continue;
        check_same_answer(reader, item, node);
        if (json_type(item) == JSON_TEXT)
            rule.intent = read_intent(reader, item);
        else
            reader_members(reader, item, "a reply", members, COUNT(members),
                           &rule);
        if (rule.intent != NULL)
            campaign->replies[campaign->reply_count++] = rule;
    }
}

static void read_answers(struct reader *reader, const struct json_node *node,
                         struct question *question)
{
    if (!entries_fit(reader, node, "\"answers\""))
        return;
    question->answers = arena_alloc(
        reader->arena, json_count(node) * sizeof(question->answers[0]));
    for (const struct json_node *item = json_first(node); item != NULL;
         item = json_next(item)) {
        if (!answer_fits(reader, item))
            continue;
        check_same_answer(reader, item, node);
        if (json_type(item) != JSON_TEXT) {
            reader_fault(reader, item, "the name of an urgency, not %s",
                         json_type_name(json_type(item)));
            continue;
        }
        const char *urgency = reader_name(reader, item, "an urgency");
        if (urgency != NULL)
            question->answers[question->answer_count++] = (struct answer_rule){
                .answer = arena_text(reader->arena, json_key(item)),
                .urgency = urgency,
            };
    }
}

/* Its own two members, and any number of languages. */
static void read_question(struct reader *reader, const struct json_node *node,
                          struct question *question)
{
    static const char *const names[] = {"answers", "free_text"};
    const struct json_node *answers = json_get(node, "answers");
    if (answers == NULL)
        reader_fault(reader, node, "a question wants a member \"answers\"");
    else if (json_type(answers) != JSON_OBJECT)
        reader_fault(reader, answers, "\"answers\" is an object here, not %s",
                     json_type_name(json_type(answers)));
    else
        read_answers(reader, answers, question);
    for (const struct json_node *item = json_first(node); item != NULL;
         item = json_next(item)) {
        const char *key = json_key(item);
        if (text_equal(key, "free_text")) {
            if (text_equal(json_text(item), "triage"))
                question->free_text = "triage";
            else
                reader_fault(reader, item, "\"free_text\" is \"triage\"");
        } else if (!text_equal(key, "answers") && !language_valid(key))
            reader_key_fault(
                reader, item, "a question has no member \"%.80s\"%s", key,
                reader_suggestion(reader, key, names, COUNT(names)));
    }
}

void read_questions(struct reader *reader, const struct json_node *node,
                    void *into)
{
    struct campaign *campaign = into;
    if (!entries_fit(reader, node, "\"questions\""))
        return;
    campaign->questions = arena_alloc(
        reader->arena, json_count(node) * sizeof(campaign->questions[0]));
    for (const struct json_node *item = json_first(node); item != NULL;
         item = json_next(item)) {
        if (!reader_key_is_name(reader, item, "a question"))
            continue;
        struct question *question =
            &campaign->questions[campaign->question_count++];
        question->name = arena_text(reader->arena, json_key(item));
        if (json_type(item) == JSON_OBJECT)
            read_question(reader, item, question);
        else
            reader_fault(reader, item, "a question is an object here, not %s",
                         json_type_name(json_type(item)));
    }
}

static void read_reply(struct reader *reader, const struct json_node *node,
                       void *into)
{
    ((struct urgency *)into)->reply = reader_name(reader, node, "a message");
}

static void read_urgency_task(struct reader *reader,
                              const struct json_node *node, void *into)
{
    ((struct urgency *)into)->task = reader_task(reader, node);
}

void read_urgency(struct reader *reader, const struct json_node *node,
                  void *into)
{
    static const struct member members[] = {
        {"reply", IS_TEXT, false, read_reply},
        {"task", IS_OBJECT, true, read_urgency_task},
    };
    struct campaign *campaign = into;
    if (!entries_fit(reader, node, "\"urgency\""))
        return;
    campaign->urgencies = arena_alloc(
        reader->arena, json_count(node) * sizeof(campaign->urgencies[0]));
    for (const struct json_node *item = json_first(node); item != NULL;
         item = json_next(item)) {
        if (!reader_key_is_name(reader, item, "an urgency"))
            continue;
        struct urgency *urgency =
            &campaign->urgencies[campaign->urgency_count++];
        urgency->name = arena_text(reader->arena, json_key(item));
        reader_members(reader, item, "an urgency", members, COUNT(members),
                       urgency);
    }
}
