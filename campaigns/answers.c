/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes back to a patient who wrote: "answers", by intent; the message of
 * an urgency; and the questions of a step behind its first one. Each is a step
 * without a time, by text message, since that is how they wrote.
 */
#include "campaigns/reader.h"

#include "base/memory.h"
#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ATTEMPTS 2

/* What a text of ours may answer: intents, and words that mean the same
 * everywhere (inbound/words.h). Whoever has the wrong number hears nothing. */
static const char *const answered[] = {
    "confirm", "reschedule", "cancel",  "request-refill",
    "fine",    "call-me",    "decline", "done-elsewhere",
    "opt-out", "transfer",   "opt-in",  "request-order",
    "help",    "emergency",  "unclear", ANSWER_SEVERAL,
};

static bool is_answered(const char *what)
{
    for (size_t i = 0; i < COUNT(answered); i++)
        if (text_equal(answered[i], what))
            return true;
    return false;
}

static void add(struct reader *reader, const struct json_node *node,
                const char *name, const char *what, const char *message,
                const char *question)
{
    struct campaign *campaign = reader->campaign;
    struct json_place place = json_place(reader->at.doc, node);
    struct step *step = &campaign->answers[campaign->answer_count++];
    const char **ask = NULL;
    if (question) {
        ask = arena_alloc(reader->arena, sizeof(*ask));
        *ask = question;
    }
    *step = (struct step){.name = name,
                          .answers = what,
                          .line = place.line,
                          .column = place.column,
                          .attempts = ATTEMPTS,
                          .ladder = {{.channel = CHANNEL_SMS}},
                          .ladder_count = 1,
                          .when_unknown = UNKNOWN_GIVE_UP,
                          .message = message,
                          .ask = ask,
                          .ask_count = question != NULL};
}

static void add_said(struct reader *reader, const struct json_node *node)
{
    for (const struct json_node *item = json_first(node); item != NULL;
         item = json_next(item)) {
        const char *what = arena_text(reader->arena, json_key(item));
        const char *message = json_type(item) == JSON_TEXT
                                  ? reader_name(reader, item, "a message")
                                  : NULL;
        if (!is_answered(what))
            reader_key_fault(
                reader, item, "'%.80s' is nothing that is answered%s", what,
                reader_suggestion(reader, what, answered, COUNT(answered)));
        else if (json_type(item) != JSON_TEXT)
            reader_fault(reader, item, "the name of a message, not %s",
                         json_type_name(json_type(item)));
        else if (message)
            add(reader, item, arena_format(reader->arena, "answer %s", what),
                what, message, NULL);
    }
}

static void add_urgencies(struct reader *reader)
{
    const struct campaign *campaign = reader->campaign;
    const struct json_node *all =
        reader_get(reader->at.node, "urgency", IS_OBJECT);
    for (size_t i = 0; i < campaign->urgency_count; i++) {
        const struct urgency *one = &campaign->urgencies[i];
        const char *name = arena_format(reader->arena, "urgency %s", one->name);
        if (one->reply)
            add(reader, json_get(all, one->name), name, name, one->reply, NULL);
    }
}

/* Behind each question of a step the next; one that several steps share is
 * one answer step of each of them. */
static void add_questions(struct reader *reader, const struct step *step)
{
    for (size_t i = 1; i < step->ask_count; i++)
        add(reader, json_get(reader->at.node, "questions"),
            arena_format(reader->arena, "%s/%s", step->name, step->ask[i]),
            arena_format(reader->arena, "%s/%s", step->name, step->ask[i - 1]),
            NULL, step->ask[i]);
}

void join_answers(struct reader *reader)
{
    struct campaign *campaign = reader->campaign;
    const struct json_node *said =
        reader_get(reader->at.node, "answers", IS_OBJECT);
    size_t most = json_count(said) + campaign->urgency_count;
    for (size_t i = 0; i < campaign->step_count; i++)
        most += campaign->steps[i].ask_count;
    if (most == 0)
        return;
    campaign->answers =
        arena_alloc(reader->arena, most * sizeof(campaign->answers[0]));
    add_said(reader, said);
    add_urgencies(reader);
    for (size_t i = 0; i < campaign->step_count; i++)
        add_questions(reader, &campaign->steps[i]);
}
