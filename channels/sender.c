/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses as providers write them, to the one form the store keeps. Pure. */
#include "channels/sender.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/phone.h"
#include "base/text.h"

#define ABROAD_MIN 8 /* digits with the country's code; less: a short code */

/* "whatsapp:+12122000000": by which way it came; the number is a patient's. */
static const char *without_way(const char *text)
{
    static const char *const ways[] = {"whatsapp:", "rcs:", "sms:", "mailto:"};

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
        if (strncasecmp(text, ways[i], strlen(ways[i])) == 0)
            return text + strlen(ways[i]);
    return text;
}

/* Ten digits are a whole number in North America, and may be another one
 * behind a '+'; elsewhere a national number begins with a 0 or is shorter. */
static bool number_read(const char *text, const char *country,
                        char out[SENDER_MAX])
{
    char abroad[PHONE_MAX + 1];
    size_t len = strlen(text);
    bool national = phone_normalise(text, country, out, NULL, NULL);

    if ((national && text_starts(out, "+1")) ||
        strspn(text, "0123456789") != len || len < ABROAD_MIN ||
        len >= PHONE_MAX - 1)
        return national;
    snprintf(abroad, sizeof(abroad), "+%s", text);
    return phone_normalise(abroad, country, out, NULL, NULL) || national;
}

/* "Maria <maria@example.org>" */
static bool email_read(const char *text, char out[SENDER_MAX])
{
    const char *open = strrchr(text, '<');

    text_copy(out, SENDER_MAX, open ? open + 1 : text);
    if (open)
        out[strcspn(out, ">")] = '\0';
    return email_normalise(out, out, SENDER_MAX, NULL);
}

bool sender_read(enum channel channel, const char *text, const char *country,
                 char out[SENDER_MAX])
{
    if (text_blank(text) || strlen(text) >= SENDER_MAX)
        return false;
    text = without_way(text);
    return channel == CHANNEL_EMAIL ? email_read(text, out)
                                    : number_read(text, country, out);
}

bool sender_read_ours(enum channel channel, const char *text,
                      const char *country, char out[SENDER_MAX])
{
    if (text_blank(text) || strlen(text) >= SENDER_MAX)
        return false;
    if (!sender_read(channel, text, country, out))
        text_copy(out, SENDER_MAX, text);
    return true;
}
