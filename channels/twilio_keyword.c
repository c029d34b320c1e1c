/* SPDX-License-Identifier: Apache-2.0 */
/* What Twilio answers by itself: whole messages of one of its words, in any
 * case (S-8, S-9); and by them it silences or lets in the number. All others
 * are ours to answer. */
#include <string.h>

#include "base/text.h"

#include "channels/twilio_own.h"

static const char *const keywords[] = {
    "STOP",   "STOPALL", "UNSUBSCRIBE", "CANCEL", "END",  "QUIT", "REVOKE",
    "OPTOUT", "START",   "YES",         "UNSTOP", "HELP", "INFO",
};

bool twilio_answers(const struct driver *driver, const char *text)
{
    char word[16];
    if (!driver->settings.answers_keywords)
        return false;
    text += strspn(text, " \t\r\n");
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t\r\n", text[len - 1]))
        len--;
    if (len == 0 || len >= sizeof(word))
        return false;
    memcpy(word, text, len);
    word[len] = '\0';
    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
        if (text_equal_nocase(word, keywords[i]))
            return true;
    return false;
}
