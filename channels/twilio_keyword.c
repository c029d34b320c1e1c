/* SPDX-License-Identifier: Apache-2.0 */
/* What Twilio answers by itself: whole messages of one of its words, in any
 * case (S-8, S-9); and by them it silences or lets in the number. All others
 * are ours to answer. */
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"

#include "channels/twilio_own.h"

static const char *const keywords[] = {
    "STOP",   "STOPALL", "UNSUBSCRIBE", "CANCEL", "END",  "QUIT", "REVOKE",
    "OPTOUT", "START",   "YES",         "UNSTOP", "HELP", "INFO",
};

bool twilio_answers(const struct driver *driver, const char *text)
{
    if (!driver->settings.answers_keywords)
        return false;
    bool answers = false;
    char *word = memory_text(text);
    text_trim(word);
    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
        answers |= text_equal_nocase(word, keywords[i]);
    free(word);
    return answers;
}
