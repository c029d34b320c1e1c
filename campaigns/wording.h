/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_WORDING_H
#define CAMPAIGNS_WORDING_H

#include <stdbool.h>
#include <stddef.h>

/* What a message's text says, for the checker and for the gate. Pure. */

/* It demands money (L-4.4), in English or Spanish: the word that does, else
 * NULL. */
const char *wording_bills(const char *text);

/* A telephone number of seven digits or more stands in it, however written. */
bool wording_has_number(const char *text);
/* A telephone number of ten digits stands in it, with or without the 1 before
 * them, that begins with one of these blank-separated codes. */
bool wording_calls(const char *text, const char *codes);

/* A text as people hear it: its letters and digits without case and marks and
 * nothing between them, so that "Lake-side  Oncology", "LakesideOncology" and
 * "Lakeside Oncolog\u00eda" are compared alike. */
enum wording_border {
    BORDER_NONE,  /* inside a word */
    BORDER_WORD,  /* a word begins */
    BORDER_TIGHT, /* a word begins after one of "-./": 03/14/1958 */
};
struct wording {
    char *letters;          /* NUL-terminated */
    unsigned char *borders; /* before each byte; len + 1 */
    size_t len;
};
/* wording_free() what was read. */
void wording_read(struct wording *out, const char *text);
/* The same of HTML: what is seen, then what its tags hold (addresses). */
void wording_read_html(struct wording *out, const char *html);
void wording_free(struct wording *wording);
/* Where the word that begins at `at` ends; at the end of all, `at`. */
size_t wording_word(const struct wording *wording, size_t at);
/* It says this name, as words of their own or in the plural; a name of several
 * words also within a longer one. An empty name is never said. */
bool wording_names(const struct wording *text, const struct wording *name);

/* It says how to end a subscription, in a language of S-8 and S-10 (L-4.7): a
 * word that does so is to be sent, and for nothing else (S-7). `said` is what
 * was read of the text. */
bool wording_stops(const char *text, const struct wording *said);

#endif
