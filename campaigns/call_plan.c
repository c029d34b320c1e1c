/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a call and their keys, as its campaign means them. Renders
 * nothing, and judges nothing. */
#include "campaigns/call_plan.h"

#include <string.h>

#include "base/text.h"

/* The one in that language; NULL: there is none. */
static const struct message_text *text_in(const struct message *message,
                                          const char *language)
{
    for (size_t i = 0; message && i < message->text_count; i++)
        if (text_equal(message->texts[i].language, language))
            return &message->texts[i];
    return NULL;
}

/* What an answer by that key sets off; NULL: nothing, or it is none. */
static const struct urgency *urgency_of(const struct campaign *campaign,
                                        const struct message *message, int key)
{
    const struct question *question =
        campaign_question(campaign, message->name);
    const char *name = NULL;
    for (size_t i = 0; question && i < question->answer_count; i++) {
        const char *answer = question->answers[i].answer;
        if (strlen(answer) == 1 && call_key(answer[0]) == key)
            name = question->answers[i].urgency;
    }
    return campaign_urgency(campaign, name);
}

/* 9 stops the calls, whoever did not write it; then the text's own keys; then
 * the answers. */
static void keys_of(const struct campaign *campaign,
                    struct call_plan_part *part)
{
    const struct message_text *text = part->text;
    const struct question *question =
        campaign_question(campaign, part->message->name);
    part->keys[call_key(CALL_STOP_KEY)] = "opt-out";
    for (size_t i = 0; i < text->voice_key_count; i++)
        part->keys[call_key(text->voice_keys[i].key)] =
            text->voice_keys[i].intent;
    for (size_t i = 0; question && i < question->answer_count; i++) {
        const char *answer = question->answers[i].answer;
        int key = strlen(answer) == 1 ? call_key(answer[0]) : -1;
        if (key >= 0 && !part->keys[key])
            part->keys[key] = "answer";
    }
    part->asks = question != NULL;
}

/* Its number; 0: there is nothing to say, or no room. */
static int part_add(const struct campaign *campaign,
                    const struct message *message,
                    const struct message_text *text, struct call_plan *out)
{
    const char *say = !text             ? NULL
                      : text->voice_say ? text->voice_say
                                        : text->sms;
    if (!say || out->part_count == CALL_PARTS)
        return 0;
    struct call_plan_part *part = &out->parts[out->part_count];
    *part =
        (struct call_plan_part){.message = message, .text = text, .say = say};
    keys_of(campaign, part);
    return out->part_count++;
}

static void questions_add(const struct campaign *campaign,
                          const struct step *step, const char *language,
                          struct call_plan *out)
{
    for (size_t i = 1; i < step->ask_count; i++) {
        const struct message *message =
            campaign_message(campaign, step->ask[i]);
        const struct message_text *text = text_in(message, language);
        if (!text || !text->voice_say ||
            !part_add(campaign, message, text, out))
            return;
        out->questions++;
    }
}

/* The part that says the reply of that urgency, whoever needed it first. */
static int reply_part(const struct campaign *campaign,
                      const struct urgency *urgency, const char *language,
                      struct call_plan *out)
{
    const struct message *message = campaign_message(campaign, urgency->reply);
    for (int i = out->questions; i < out->part_count; i++)
        if (out->parts[i].message == message)
            return i;
    return message
               ? part_add(campaign, message, text_in(message, language), out)
               : 0;
}

/* As by text: on to the next question, unless the answer is urgent enough for
 * a reply of its own. */
static void leads_add(const struct campaign *campaign, int at,
                      struct call_plan *out)
{
    struct call_plan_part *part = &out->parts[at];
    for (int key = 0; key < CALL_KEY_COUNT; key++) {
        if (!text_equal(part->keys[key], "answer"))
            continue;
        const struct urgency *urgency =
            urgency_of(campaign, part->message, key);
        if (urgency && urgency->reply)
            part->leads[key] =
                reply_part(campaign, urgency, part->text->language, out);
        else if (at + 1 < out->questions)
            part->leads[key] = at + 1;
    }
}

void call_plan_of(const struct campaign *campaign, const struct step *step,
                  const struct message *message,
                  const struct message_text *text, struct call_plan *out)
{
    *out = (struct call_plan){.questions = 1};
    part_add(campaign, message, text, out);
    if (step)
        questions_add(campaign, step, text->language, out);
    for (int i = 0; i < out->questions; i++)
        leads_add(campaign, i, out);
}
