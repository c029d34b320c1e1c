/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/civil.h"

bool text_is_utf8(const char *text, size_t len);
/* Decodes one code point and moves *at past it. Malformed UTF-8 gives -1 and
 * moves by one byte; the end gives -1 and does not move. */
int32_t text_next(const char **at, const char *end);
/* Appends it as UTF-8; what is no code point becomes U+FFFD. */
void text_put(struct buf *out, int32_t code_point);

/* Appends what somebody else wrote, as a terminal may show it: what would
 * govern it (control characters, and those that turn the direction of a text)
 * becomes U+FFFD, white space that is none of a line a blank. `lines`: those
 * stay. */
void text_show(struct buf *out, const char *text, size_t len, bool lines);

bool text_equal(const char *a, const char *b);        /* both NULL: equal */
bool text_equal_nocase(const char *a, const char *b); /* ASCII */
bool text_starts(const char *text, const char *prefix);
bool text_blank(const char *text);    /* NULL, "" or only white space */
void text_trim(char *text);           /* white space at both ends, in place */
size_t text_length(const char *text); /* code points of UTF-8 */
/* Copies with truncation at a code point; always terminated. */
void text_copy(char *out, size_t size, const char *text);
/* The same of a list "one; two; three", which is cut behind the last part that
 * fits whole; "..." says so. */
void text_copy_list(char *out, size_t size, const char *text);

/* Edit distance (insert, delete, replace, swap of neighbours) of two names of
 * at most 64 letters; of longer ones, when they differ, the longer length. */
int text_distance(const char *a, const char *b);
/* The nearest of `names`, whatever its case, when a third of the letters of
 * `name` (at least one) differ or fewer, else NULL. Returns one of `names`. */
const char *text_nearest(const char *name, const char *const *names,
                         size_t count);

/* Whether `text` ends in `end`, white space around both left aside. */
bool text_ends(const char *text, const char *end);

/* NFKC and case-folded (ICU), for comparing people's words; what shows
 * nothing (zero-width characters) is dropped. More than 1 MiB overflows. Any
 * thread. */
void text_fold(struct buf *out, const char *text);
/* The same with diacritics of Latin letters removed ("Arrêt" -> "arret"). */
void text_fold_plain(struct buf *out, const char *text);

/* Localised date and time by ICU at a fixed offset, so that ICU's own stale
 * zone rules never speak (libraries.md 4). U+202F and U+00A0 come out as a
 * plain blank, so that a reminder stays GSM-7. `language` is BCP 47 ("es",
 * "zh-Hans"); an unknown one is answered in English. Always the Gregorian
 * calendar; whether hours count to 12 or 24 is the region's habit ("es" 21:05,
 * "es-US" 9:05 p. m.). Any thread; the first use of a language on a thread
 * costs a millisecond, the next ones a microsecond. */
enum text_date_style {
    TEXT_DATE_DAY,     /* "Tue, Dec 1"          | day */
    TEXT_DATE_DATE,    /* "December 1, 2026"    | date */
    TEXT_DATE_TIME,    /* "9:00 AM"             | time */
    TEXT_DATE_WEEKDAY, /* "Tuesday"           | weekday */
};
void text_date(struct buf *out, struct civil local, const char *language,
               enum text_date_style style);
/* The same language as it is written in a country ("US"), where its tag names
 * no region itself; `country` NULL: as it is. */
#define TEXT_TAG_MAX 64
const char *text_tag(const char *language, const char *country,
                     char out[TEXT_TAG_MAX]);
/* A language by its shortest code (ISO 639): "spa" and "SPA" are "es", "ger"
 * and "deu" are "de", "hmn" has no shorter one. False: it names no language
 * ("xx", "und"). Of three letters without a shorter code nobody knows all that
 * are. */
bool text_language(const char *code, char out[4]);
/* The plural category of a count: "one", "few", "many", "other" ... */
const char *text_plural(int64_t count, const char *language);

/* Masking for logs: "+1415•••2671", "a•••@example.org", "M•••". Of a number
 * at least three digits stay hidden; control characters never come out. */
void text_mask(struct buf *out, const char *value);

#endif
