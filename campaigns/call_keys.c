/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a call, as its campaign means them. */
#include "campaigns/call_keys.h"

#include <string.h>

#include "base/text.h"

static void answers_add(const struct question *question,
                        const char *out[CALL_KEY_COUNT])
{
    for (size_t i = 0; i < question->answer_count; i++) {
        const char *answer = question->answers[i].answer;
        int key = strlen(answer) == 1 ? call_key(answer[0]) : -1;
        if (key >= 0 && !out[key])
            out[key] = "answer";
    }
}

void call_keys(const struct campaign *campaign, const struct message *message,
               const struct message_text *text, const char *out[CALL_KEY_COUNT])
{
    for (size_t i = 0; i < CALL_KEY_COUNT; i++)
        out[i] = NULL;
    out[call_key(CALL_STOP_KEY)] = "opt-out"; /* whoever did not write it */
    for (size_t i = 0; i < text->voice_key_count; i++)
        out[call_key(text->voice_keys[i].key)] = text->voice_keys[i].intent;
    for (size_t i = 0; i < campaign->question_count; i++)
        if (text_equal(campaign->questions[i].name, message->name))
            answers_add(&campaign->questions[i], out);
}
