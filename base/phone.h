/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_PHONE_H
#define BASE_PHONE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define PHONE_MAX 17     /* '+', 15 digits, NUL (S-1) */
#define PHONE_EXT_MAX 12 /* extension digits, for voice only */
#define PHONE_ZONES_MAX 16

/* Normalises a number as people and exports write it ("(415) 555-2671 x12",
 * "tel:+1-415-555-2671", "+44 20 7946 0958", full-width digits) to E.164.
 * `country` ("US", "GB" ...) reads national formats; a number without '+' is
 * refused when it is empty. NANP numbers are checked by S-1; a number that
 * lost digits to a spreadsheet ("5.55E+09") is refused. The reason goes to
 * `err`, with the value masked. 555 exchanges are possible and kept. Letters
 * are keys in toll-free numbers only ("1-800-FLOWERS"). `extension` may be
 * NULL; outputs are written on success only. Any thread. */
bool phone_normalise(const char *text, const char *country, char out[PHONE_MAX],
                     char extension[PHONE_EXT_MAX], struct error *err);

/* Candidate time zones of a number by longest prefix (L-8): fills `zones`
 * with IANA names that live for ever, returns how many; 0 = not known. */
size_t phone_zones(const char *e164, const char *zones[PHONE_ZONES_MAX]);

/* Country code as text ("1", "44") or "" when unknown. */
const char *phone_country_code(const char *e164);

/* Never dialled: emergency and N11 numbers, poison control, the crisis line
 * (L-2). */
bool phone_is_emergency(const char *e164_or_short);

/* A plain, strict check of an email address (one @, a dotted domain, no
 * blanks, quotes or control characters, ASCII only, at most 254 bytes). Drops
 * white space at both ends and lower-cases the domain. `out` may be `text`. */
bool email_normalise(const char *text, char *out, size_t size,
                     struct error *err);

#endif
