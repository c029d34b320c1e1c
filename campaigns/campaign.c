/* SPDX-License-Identifier: Apache-2.0 */
/* Looking things up in a checked campaign. */
#include "campaigns/campaign.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

static bool is_named(const struct step *step, const char *name)
{
    size_t len = strlen(step->name);
    return strncmp(name, step->name, len) == 0 &&
           (name[len] == '\0' || (step->answers && name[len] == '#'));
}

const struct step *campaign_step(const struct campaign *campaign,
                                 const char *name)
{
    for (size_t i = 0; i < campaign->step_count; i++) {
        if (is_named(&campaign->steps[i], name))
            return &campaign->steps[i];
    }
    for (size_t i = 0; i < campaign->answer_count; i++) {
        if (is_named(&campaign->answers[i], name))
            return &campaign->answers[i];
    }
    return NULL;
}

const struct step *campaign_answer(const struct campaign *campaign,
                                   const char *what)
{
    for (size_t i = 0; i < campaign->answer_count; i++) {
        if (text_equal(campaign->answers[i].answers, what))
            return &campaign->answers[i];
    }
    return NULL;
}

/* As a word of its own, however it is written: "Reply C", but not "Clinic". */
static bool names(const char *text, const char *answer)
{
    size_t len = strlen(answer);
    for (const char *at = text; (at = strcasestr(at, answer)) != NULL; at++)
        if ((at == text || !isalnum((unsigned char)at[-1])) &&
            !isalnum((unsigned char)at[len]))
            return true;
    return false;
}

static bool asks(const struct campaign *campaign, const char *text)
{
    static const char *const marks[] = {"?", "\xef\xbc\x9f", "\xd8\x9f"};
    for (size_t i = 0; text && i < sizeof(marks) / sizeof(marks[0]); i++)
        if (strstr(text, marks[i]))
            return true;
    for (size_t i = 0; text && i < campaign->reply_count; i++)
        if (names(text, campaign->replies[i].answer))
            return true;
    return false;
}

bool campaign_asks(const struct campaign *campaign, const struct step *step)
{
    if (step->ask_count > 0)
        return true;
    const struct message *message =
        !step->answers && campaign->reply_count > 0 && step->message
            ? campaign_message(campaign, step->message)
            : NULL;
    for (size_t i = 0; message && i < message->text_count; i++) {
        const struct message_text *text = &message->texts[i];
        if (text->voice_key_count > 0 || asks(campaign, text->sms) ||
            asks(campaign, text->email_text))
            return true;
    }
    return false;
}

const struct question *campaign_question(const struct campaign *campaign,
                                         const char *name)
{
    for (size_t i = 0; i < campaign->question_count; i++) {
        if (text_equal(campaign->questions[i].name, name))
            return &campaign->questions[i];
    }
    return NULL;
}

const struct urgency *campaign_urgency(const struct campaign *campaign,
                                       const char *name)
{
    for (size_t i = 0; i < campaign->urgency_count; i++) {
        if (text_equal(campaign->urgencies[i].name, name))
            return &campaign->urgencies[i];
    }
    return NULL;
}

const struct message *campaign_message(const struct campaign *campaign,
                                       const char *name)
{
    for (size_t i = 0; i < campaign->message_count; i++) {
        if (text_equal(campaign->messages[i].name, name))
            return &campaign->messages[i];
    }
    return NULL;
}
