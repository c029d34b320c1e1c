/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message made ready for comparing: folded, without what a phone signs it
 * with, letters that were drawn out short again, and whether it tells of
 * danger.
 */
#include <string.h>

#include "base/fold.h"
#include "base/text.h"
#include "inbound/alarm.h"
#include "inbound/find.h"
#include "inbound/keyword.h"
#include "inbound/lexicon.h"
#include "inbound/signature.h"
#include "inbound/words.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
enum { NEXT = 40 }; /* bytes that tell what stands behind a mark */

/* Where the text's own words end: "-- " on a line of its own (RFC 3676). */
static size_t length_unsigned(const char *text)
{
    for (const char *at = strchr(text, '\n'); at; at = strchr(at + 1, '\n')) {
        size_t dashes = strspn(at + 1, "-");
        size_t blanks = strspn(at + 1 + dashes, " \r");
        char end = at[1 + dashes + blanks];
        if (dashes >= 2 && (end == '\n' || end == '\0'))
            return (size_t)(at - text);
    }
    return strlen(text);
}

/* "Sent from my iPhone" is nobody's answer. */
static void unsign(struct words *words)
{
    char *text = words->text.data;
    for (const char *const *one = lexicon_signature; *one; one++) {
        const char *at = find(&words->begins, text, *one);
        if (!at || at == text)
            continue;
        size_t len = (size_t)(at - text);
        text[len - 1] = '\0';
        words->sentences.data[len - 1] = '\0';
        if (words->joined.len >= len)
            words->joined.data[len - 1] = '\0';
    }
}

/* How long a letter is that people draw out; 0: none of these. */
static size_t drawn_letter(const char *at)
{
    unsigned char c = (unsigned char)*at;
    if (c >= 'a' && c <= 'z')
        return 1;
    return c >= 0xC3 && c <= 0xDB ? 2 : 0;
}

/* "Stoooppp!!!" is "stop"; but "ccc" is no "c". */
static void squeeze(struct buf *text)
{
    char *to = text->data;
    if (text->len == 0)
        return;
    for (const char *at = text->data; *at;) {
        size_t letter = drawn_letter(at), run = letter ? letter : 1;
        while (letter && strncmp(at + run, at, letter) == 0)
            run += letter;
        bool alone =
            (at == text->data || fold_gap(at[-1])) && fold_gap(at[run]);
        size_t kept = run >= 3 * letter && letter && !alone ? letter : run;
        memmove(to, at, kept);
        to += kept;
        at += run;
    }
    *to = '\0';
    text->len = (size_t)(to - text->data);
}

/* "STOP - Ann", "STOP (Ann)": a clause of its own behind that, unless the mark
 * stands within words that belong together ("opt - out", "s - t - o - p"), or
 * before a number, or before what may stop something else ("metformin - stop",
 * but not "no - stop texting me"). */
static bool parts_clauses(const char *behind)
{
    char next[NEXT + 1];
    struct buf folded;
    buf_init(&folded, FOLD_MAX);
    text_copy(next, sizeof(next), behind);
    fold_text(&folded, next);
    const char *text = folded.data;
    bool letter = text[0] != '\0' && fold_gap(text[1]) && text[0] != 'i';
    bool other = find_match_any(text, text, lexicon_bare) &&
                 !find_match_any(text, text, lexicon_sure);
    bool parts = text[0] > '9' && !letter && !other &&
                 find_match(text, text, "out") == 0;
    buf_free(&folded);
    return parts;
}

static void mark_clauses(struct buf *out, const char *text, size_t len)
{
    const char *from = text, *end = text + len;
    for (const char *at = text; at < end;) {
        size_t mark = signature_mark(text, at);
        if (mark > 0 && parts_clauses(at + mark)) {
            buf_add(out, from, (size_t)(at - from));
            buf_text(out, ", ");
            from = at + mark;
        }
        at += mark > 0 ? mark : 1;
    }
    buf_add(out, from, from < end ? (size_t)(end - from) : 0);
}

/* The last words of a line that goes on below: "please do not". */
static bool is_unfinished(const char *line, const char *end)
{
    char last[NEXT + 1];
    struct buf folded;
    if (end - line > NEXT)
        line = end - NEXT;
    text_copy(last, (size_t)(end - line) + 1, line);
    buf_init(&folded, FOLD_MAX);
    fold_sentences(&folded, last);
    bool goes_on = false;
    for (const char *const *one = lexicon_unfinished; !goes_on && *one; one++) {
        size_t len = strlen(*one);
        const char *at = folded.data + folded.len - len;
        goes_on = folded.len >= len && text_equal(at, *one) &&
                  (folded.len == len || fold_gap(at[-1]));
    }
    buf_free(&folded);
    return goes_on;
}

/* A line ends a sentence, but for one that was broken for its length. */
static void join_lines(struct buf *text)
{
    char *line = text->data;
    for (char *at = strchr(line, '\n'); text->len > 0 && at;
         at = strchr(line, '\n')) {
        const char *end = at;
        while (end > line && (end[-1] == ' ' || end[-1] == '\r'))
            end--;
        if (end > line && !strchr(".,;:!?", end[-1]) &&
            is_unfinished(line, end))
            memset(text->data + (end - text->data), ' ',
                   (size_t)(at - end) + 1);
        line = at + 1;
    }
}

static void hear_part(struct words *words, const char *text, size_t len)
{
    struct buf part;
    buf_init(&part, FOLD_MAX);
    buf_reset(&words->text);
    buf_reset(&words->sentences);
    buf_reset(&words->joined);
    mark_clauses(&part, text, len);
    join_lines(&part);
    fold_sentences(&words->sentences, part.data);
    fold_joined(&words->joined, part.data);
    if (text_equal(words->joined.data, words->sentences.data))
        buf_reset(&words->joined);
    /* of pictures the folded text has none, and this one is a word */
    if (words->sentences.len == 0 && strstr(part.data, "🛑"))
        buf_add(&words->sentences, "stop", strlen("stop"));
    squeeze(&words->sentences);
    squeeze(&words->joined);
    fold_flatten(&words->text, words->sentences.data);
    buf_free(&part);
}

/* Without its accents the Vietnamese for "that is right" is a stop word
 * (S-10); a person reads it. */
static bool says_right(const char *text)
{
    static const char *const begins[] = {"đú", "Đú", "ĐÚ", "đÚ"};
    for (size_t i = 0; i < COUNT(begins); i++) {
        const char *at = strstr(text, begins[i]);
        for (; at; at = strstr(at + 1, begins[i])) {
            const char *rest = at + strlen(begins[i]);
            if ((rest[0] | 0x20) == 'n' && (rest[1] | 0x20) == 'g')
                return true;
        }
    }
    return false;
}

void words_hear(struct words *words, const char *text)
{
    *words = (struct words){.right = text && says_right(text)};
    buf_init(&words->text, FOLD_MAX);
    buf_init(&words->sentences, FOLD_MAX);
    buf_init(&words->joined, FOLD_MAX);
    if (!text)
        text = "";
    size_t len = strlen(text);
    if (len > FOLD_MAX)
        len = FOLD_MAX;
    hear_part(words, text, len);
    keyword_hear(words, text);
    begins_note(&words->begins, words->text.data);
    /* also where it stands in what looks like a signature */
    words->alarm = alarm_tells(words) || alarm_slips(words);
    size_t own = length_unsigned(text);
    if (own < len)
        hear_part(words, text, own);
    unsign(words);
}

void words_free(struct words *words)
{
    buf_free(&words->text);
    buf_free(&words->sentences);
    buf_free(&words->joined);
}
