/* SPDX-License-Identifier: Apache-2.0 */
/*
 * People's words made comparable (S-11): what a phone or a carrier adds or
 * loses makes no difference afterwards. Knows no words, only letters.
 */
#include "base/fold.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

bool fold_gap(char c)
{
    return c == '\0' || c == ' ' || c == ',' || c == '\n' || c == '?';
}

/* U+FFFD is what is left of an apostrophe of another encoding. */
static bool is_apostrophe(int32_t c)
{
    return c == '\'' || c == 0x2018 || c == 0x2019 || c == 0x201B || c == '`' ||
           c == 0x2B9 || c == 0x2BB || c == 0x2BC || c == 0x2032 || c == 0xFFFD;
}

/* Marks that Arabic leaves away as often as not. */
static bool is_silent(int32_t c)
{
    return c == 0x640 || (c >= 0x64B && c <= 0x652) || c == 0x670;
}

/* Letters that people write one for the other, and digits of other scripts. */
static int32_t plain(int32_t c)
{
    if (c >= 0x660 && c <= 0x669)
        return c - 0x660 + '0';
    if (c >= 0x6F0 && c <= 0x6F9)
        return c - 0x6F0 + '0';
    if (c == 0x622 || c == 0x623 || c == 0x625)
        return 0x627; /* alef with its hamza or madda */
    if (c == 0x629)
        return 0x647; /* teh marbuta */
    if (c == 0x649)
        return 0x64A;              /* alef maksura */
    return c == 0x451 ? 0x435 : c; /* io */
}

/* Letters and digits of any script; emoji and punctuation are not. */
static bool is_word_character(int32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    bool latin = c < 0xC0 && c != 0xAA && c != 0xB5 && c != 0xBA;
    bool arabic = c == 0x60C || c == 0x61B || c == 0x61F || c == 0x6D4 ||
                  (c >= 0x66A && c <= 0x66D);
    bool symbols = (c >= 0x2000 && c <= 0x2BFF) || (c >= 0x3000 && c <= 0x303F);
    bool emoji = (c >= 0x1F000 && c <= 0x1FAFF) || c == 0xFE0F;
    return !latin && !arabic && !symbols && !emoji && c != 0xD7 && c != 0xF7;
}

/* The word that stands beside a mark. */
struct word {
    size_t letters;
    bool digits, vowels;
    bool wide; /* of a script that puts no blanks between its words */
};

static void word_note(struct word *word, int32_t c)
{
    word->letters++;
    word->digits |= c >= '0' && c <= '9';
    word->vowels |= c >= 0x80 || strchr("aeiouy", (int)c);
    word->wide |= c >= 0x2E80;
}

static struct word word_at(const char *at, const char *end)
{
    struct word word = {.letters = 0};
    int32_t c;
    while ((c = text_next(&at, end)) >= 0 && is_word_character(c))
        word_note(&word, c);
    return word;
}

static bool ends_line(int32_t c)
{
    return c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029;
}

/* Whether a mark right between two words ties them ("3.5", "st.op", "e.g.",
 * "Dr.Smith", "you?re"), and ends nothing as in "I moved.STOP". */
static bool is_tie(int32_t c, const struct word *before,
                   const struct word *after)
{
    if (after->letters == 0 || ends_line(c))
        return false;
    if (before->wide || after->wide)
        return false;
    size_t least = c == '?' ? 3 : before->letters > 2 ? 1 : 2;
    return before->letters < 2 || before->digits || !before->vowels ||
           after->digits || after->letters < least;
}

/* What a mark between two words ends: '?' a question, '\n' a sentence, ',' a
 * clause, ' ' a word. */
static char gap_of(int32_t c)
{
    if (c == '?' || c == 0x61F)
        return '?';
    if (c == '.' || c == '!' || c == ';' || ends_line(c) || c == 0x3002 ||
        c == 0x6D4 || c == 0x61B)
        return '\n';
    return c == ',' || c == 0x60C || c == 0x3001 ? ',' : ' ';
}

static char graver(char a, char b)
{
    static const char order[] = " ,\n?";
    return strchr(order, a) > strchr(order, b) ? a : b;
}

static bool word_follows(const char *at, const char *end)
{
    int32_t c = text_next(&at, end);
    return c >= 0 && is_word_character(c);
}

/* "can?t", "don t": the apostrophe that some phone or carrier lost. */
static bool is_lost_t(const struct buf *out, int32_t c, const char *next,
                      const char *end)
{
    return c == 't' && out->len > 0 && out->data[out->len - 1] == 'n' &&
           !word_follows(next, end);
}

/* "Do.not.stop.texting.me": marks instead of blanks. */
static bool is_dotted(const char *at, const char *end)
{
    size_t ties = 0;
    while (end > at && !is_word_character((unsigned char)end[-1]))
        end--;
    while (at < end) {
        int32_t c = text_next(&at, end);
        if (c == ' ' || ends_line(c) || c >= 0x2E80)
            return false;
        ties += gap_of(c) != ' ' && word_follows(at, end);
    }
    return ties > 1;
}

static void fold_marked(struct buf *out, const char *folded, size_t len,
                        bool joined)
{
    const char *at = folded, *end = folded + len;
    struct word word = {.letters = 0};
    char gap = 0;
    bool asks = false; /* an opening question mark */
    joined = joined || is_dotted(folded, end);
    while (at < end) {
        int32_t c = plain(text_next(&at, end));
        if (c < 0)
            break;
        if (is_apostrophe(c) || is_silent(c))
            continue;
        if (c == '#' && !word_follows(at, end)) /* "wrong #" */
            buf_text(out, out->len > 0 ? " number" : "number");
        if (!is_word_character(c)) {
            const struct word after = word_at(at, end);
            bool tie = joined ? after.letters > 0
                              : gap == 0 && is_tie(c, &word, &after);
            char one = tie ? ' ' : gap_of(c);
            gap = gap ? graver(gap, one) : one;
            if (asks && gap == '\n')
                gap = '?';
            asks = (asks && gap != '?') || c == 0xBF;
            continue;
        }
        if (gap && out->len > 0 && !is_lost_t(out, c, at, end))
            buf_char(out, gap);
        if (gap)
            word = (struct word){.letters = 0};
        word_note(&word, c);
        gap = 0;
        text_put(out, c);
    }
    if (out->len > 0 && (gap == '?' || asks))
        buf_char(out, '?');
}

/* What NFKC would take apart first: the acute accent that serves as an
 * apostrophe ("can´t"), and a trademark that would become letters. */
static void unmark(struct buf *out, const char *text)
{
    const char *end = text + strlen(text);
    while (text < end) {
        size_t len = strcspn(text, "\xC2\xE2"); /* how these two begin */
        buf_add(out, text, len);
        text += len;
        const char *from = text;
        int32_t c = text_next(&text, end);
        if (c == 0xB4)
            buf_char(out, '\'');
        else if (c == 0x2122 || c == 0x2120)
            buf_char(out, ' ');
        else
            buf_add(out, from, (size_t)(text - from));
    }
}

static bool is_ascii(const char *text)
{
    while (*text && (unsigned char)*text < 0x80)
        text++;
    return *text == '\0';
}

/* Small letters without accents; most messages need no tables for that. */
static void fold_letters(struct buf *out, const char *text)
{
    if (!is_ascii(text)) {
        struct buf raw;
        buf_init(&raw, FOLD_MAX);
        unmark(&raw, text);
        text_fold_plain(out, raw.data);
        buf_free(&raw);
        return;
    }
    buf_add(out, text, strlen(text));
    for (size_t i = 0; i < out->len; i++)
        if (out->data[i] >= 'A' && out->data[i] <= 'Z')
            out->data[i] = (char)(out->data[i] - 'A' + 'a');
}

static void fold(struct buf *out, const char *text, bool joined)
{
    struct buf folded;
    buf_init(&folded, 2 * FOLD_MAX);
    fold_letters(&folded, text);
    fold_marked(out, folded.data, folded.len, joined);
    buf_free(&folded);
}

void fold_sentences(struct buf *out, const char *text)
{
    fold(out, text, false);
}

void fold_joined(struct buf *out, const char *text)
{
    fold(out, text, true);
}

void fold_flatten(struct buf *out, const char *sentences)
{
    size_t len = strlen(sentences);
    while (len > 0 && fold_gap(sentences[len - 1]))
        len--;
    buf_add(out, sentences, len);
    for (size_t i = 0; i < out->len; i++)
        if (fold_gap(out->data[i]))
            out->data[i] = ' ';
}

void fold_text(struct buf *out, const char *text)
{
    struct buf sentences;
    buf_init(&sentences, FOLD_MAX);
    fold_sentences(&sentences, text);
    fold_flatten(out, sentences.data);
    buf_free(&sentences);
}
