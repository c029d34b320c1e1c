/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_SMS_H
#define CHANNELS_SMS_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

enum sms_encoding { SMS_GSM7, SMS_UCS2 };

/* How a text travels (S-3..S-6): encoding, units in it (septets, or UTF-16
 * code units), parts, and characters. An empty text has 0 parts. */
struct sms_size {
    enum sms_encoding encoding;
    size_t units;
    size_t parts;
    size_t characters;
    int first_foreign; /* code point that forced UCS-2, or 0 */
};
struct sms_size sms_measure(const char *text);

/* Curly quotes, dashes, odd blanks and the ellipsis to their GSM-7 kin; with
 * `accents` also á -> a and so on (only where the language allows, S-6). */
void sms_simplify(struct buf *out, const char *text, bool accents);

#endif
