/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What only the whole campaign can tell: names that lead nowhere, channels
 * that a ladder wants and no text has, and the members that safety makes
 * mandatory. Errors only; advice is lint.c's and lint_text.c's.
 */
#include "campaigns/reader.h"

#include <string.h>

#include "base/text.h"

#define NAMES_MAX 200
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool has_channel(const struct message_text *text, enum channel channel)
{
    switch (channel) {
    case CHANNEL_SMS:
        return text->sms != NULL;
    case CHANNEL_EMAIL:
        return text->email_text != NULL;
    case CHANNEL_VOICE:
        return text->voice_say != NULL;
    case CHANNEL_COUNT:
        break;
    }
    return false;
}

/* Every language of a message can go over every rung of the step's ladder;
 * one fault a message, language and channel. */
static void check_channels(struct reader *reader, const struct step *step,
                           const struct message *message)
{
    for (size_t i = 0; i < message->text_count; i++) {
        const struct message_text *text = &message->texts[i];
        bool told[CHANNEL_COUNT] = {false};
        for (size_t j = 0; j < step->ladder_count; j++) {
            enum channel channel = step->ladder[j].channel;
            if (told[channel] || has_channel(text, channel))
                continue;
            told[channel] = true;
            faults_add(reader->faults, FAULT_ERROR, text->file, text->line,
                       text->column,
                       "'%s' has no %s text in '%s'; step '%s' sends it there",
                       message->name, channel_name(channel), text->language,
                       step->name != NULL ? step->name : "");
        }
    }
}

/* Names of messages (or of questions) for suggestions. */
static size_t message_names(const struct campaign *campaign, bool questions,
                            const char **names)
{
    size_t count = 0;
    for (size_t i = 0; i < campaign->message_count && count < NAMES_MAX; i++) {
        const char *name = campaign->messages[i].name;
        if ((campaign_question(campaign, name) != NULL) == questions)
            names[count++] = name;
    }
    return count;
}

static void check_message(struct reader *reader, const struct json_node *node,
                          const struct step *step, const char *name,
                          bool question)
{
    const char *names[NAMES_MAX];
    const struct campaign *campaign = reader->campaign;
    const struct message *message = campaign_message(campaign, name);
    if (message != NULL &&
        (campaign_question(campaign, name) != NULL) == question) {
        if (step != NULL)
            check_channels(reader, step, message);
        return;
    }
    if (reader->texts_lost) /* told already: it may well stand there */
        return;
    size_t count = message_names(campaign, question, names);
    reader_fault(reader, node, "there is no %s '%.80s'%s",
                 question ? "question" : "message", name,
                 reader_suggestion(reader, name, names, count));
}

static const struct step *step_of(const struct campaign *campaign,
                                  struct json_place place)
{
    for (size_t i = 0; i < campaign->step_count; i++) {
        if (campaign->steps[i].line == place.line &&
            campaign->steps[i].column == place.column)
            return &campaign->steps[i];
    }
    return NULL;
}

static void check_steps(struct reader *reader)
{
    const struct json_node *steps = json_get(reader->at.node, "steps");
    for (const struct json_node *node = json_first(steps); node != NULL;
         node = json_next(node)) {
        const struct step *step =
            step_of(reader->campaign, json_place(reader->at.doc, node));
        const struct json_node *name = reader_get(node, "message", IS_TEXT);
        const struct json_node *ask = reader_get(node, "ask", IS_LIST);
        if (ask != NULL && reader->campaign->combine == COMBINE_FAMILY)
            reader_fault(reader, ask,
                         "an answer to a question that several children "
                         "share would not tell whose it is: send a message, "
                         "or combine per patient");
        if (name != NULL && name_valid(json_text(name)))
            check_message(reader, name, step, json_text(name), false);
        for (const struct json_node *item = json_first(ask); item != NULL;
             item = json_next(item)) {
            if (json_text(item) != NULL && name_valid(json_text(item)))
                check_message(reader, item, step, json_text(item), true);
        }
    }
}

static void check_answer_texts(struct reader *reader)
{
    const struct json_node *answers =
        reader_get(reader->at.node, "answers", IS_OBJECT);
    for (const struct json_node *item = json_first(answers); item != NULL;
         item = json_next(item)) {
        const struct step *step =
            campaign_answer(reader->campaign, json_key(item));
        if (step != NULL)
            check_message(reader, item, step, step->message, false);
    }
}

static bool urgency_known(const struct campaign *campaign, const char *name)
{
    return text_equal(name, "ok") /* nothing follows */ ||
           campaign_urgency(campaign, name);
}

static void check_answers(struct reader *reader)
{
    const char *names[NAMES_MAX] = {"ok"};
    size_t count = 1;
    const struct campaign *campaign = reader->campaign;
    for (size_t i = 0; i < campaign->urgency_count; i++)
        names[count++] = campaign->urgencies[i].name;
    const struct json_node *questions = json_get(reader->at.node, "questions");
    for (const struct json_node *node = json_first(questions); node != NULL;
         node = json_next(node)) {
        const struct json_node *answers =
            reader_get(node, "answers", IS_OBJECT);
        for (const struct json_node *item = json_first(answers); item != NULL;
             item = json_next(item)) {
            const char *name = json_text(item);
            if (name != NULL && !urgency_known(campaign, name))
                reader_fault(reader, item, "there is no urgency '%.80s'%s",
                             name,
                             reader_suggestion(reader, name, names, count));
        }
    }
}

static void check_urgencies(struct reader *reader)
{
    const struct json_node *urgencies = json_get(reader->at.node, "urgency");
    for (const struct json_node *node = json_first(urgencies); node != NULL;
         node = json_next(node)) {
        const struct json_node *reply = reader_get(node, "reply", IS_TEXT);
        if (reply != NULL && name_valid(json_text(reply)))
            check_message(reader, reply, NULL, json_text(reply), false);
    }
}

static void check_names(struct reader *reader)
{
    const struct json_node *messages =
        reader_get(reader->at.node, "messages", IS_OBJECT);
    for (const struct json_node *node = json_first(messages); node != NULL;
         node = json_next(node)) {
        if (campaign_question(reader->campaign, json_key(node)))
            reader_key_fault(reader, node, "'%s' is a question's name already",
                             json_key(node));
    }
    for (size_t i = 0; i < reader->campaign->question_count; i++) {
        const char *name = reader->campaign->questions[i].name;
        if (campaign_message(reader->campaign, name) == NULL)
            reader_fault(reader,
                         json_get(json_get(reader->at.node, "questions"), name),
                         "the question '%s' is written in no language", name);
    }
}

/* Purposes for which silence or failure must reach a person, and which know no
 * control group (DESIGN 4, M-1). */
static bool is_safety(const char *purpose)
{
    static const char *const purposes[] = {"post-discharge", "lab-result",
                                           "emergency"};
    for (size_t i = 0; i < COUNT(purposes); i++) {
        if (text_equal(purpose, purposes[i]))
            return true;
    }
    return false;
}

/* Why somebody must be told who was not reached; NULL: nobody must. */
static const char *must_tell(const struct campaign *campaign)
{
    if (is_safety(campaign->purpose))
        return text_equal(campaign->purpose, "emergency") &&
                       !campaign_urgency(campaign, "red")
                   ? NULL
                   : campaign->purpose;
    return campaign_urgency(campaign, "red") ? "red flags" : NULL;
}

static void check_safety(struct reader *reader)
{
    struct campaign *campaign = reader->campaign;
    const char *why = must_tell(campaign);
    const struct json_node *holdout =
        reader_get(reader->at.node, "holdout", IS_OBJECT);
    if (why && json_get(reader->at.node, "if_not_reached") == NULL)
        reader_fault(reader, reader->at.node,
                     "\"if_not_reached\" is missing: with %s somebody must be "
                     "told who was not reached",
                     why);
    if (is_safety(campaign->purpose) && holdout != NULL)
        reader_fault(reader, holdout,
                     "no patient is held out of '%s' (M-1): write \"holdout\": "
                     "\"never\"",
                     campaign->purpose);
}

/* What the file says of the step, or NULL. */
static const struct json_node *said_when_unknown(const struct reader *reader,
                                                 const struct step *step)
{
    const struct json_node *steps = json_get(reader->at.node, "steps");
    for (const struct json_node *node = json_first(steps); node != NULL;
         node = json_next(node)) {
        struct json_place place = json_place(reader->at.doc, node);
        if (place.line == step->line && place.column == step->column)
            return json_get(node, "when_unknown");
    }
    return NULL;
}

/* Where somebody is told of the not reached, an unknown end tells them too,
 * unless the step says otherwise; and where they must be told, it cannot. */
static void check_when_unknown(struct reader *reader)
{
    struct campaign *campaign = reader->campaign;
    const char *why = must_tell(campaign);
    if (json_get(reader->at.node, "if_not_reached") == NULL)
        return;
    for (size_t i = 0; i < campaign->step_count; i++) {
        struct step *step = &campaign->steps[i];
        const struct json_node *said = said_when_unknown(reader, step);
        if (!said)
            step->when_unknown = UNKNOWN_TASK;
        else if (why && step->turn <= 1 && step->when_unknown != UNKNOWN_TASK)
            reader_fault(reader, said,
                         "with %s a person looks for whom nobody can say "
                         "whether the message left: write \"task\", or leave "
                         "it out",
                         why);
    }
}

void check_references(struct reader *reader)
{
    check_steps(reader);
    check_answers(reader);
    check_answer_texts(reader);
    check_urgencies(reader);
    check_names(reader);
    check_safety(reader);
    check_when_unknown(reader);
}
