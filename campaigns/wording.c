/* SPDX-License-Identifier: Apache-2.0 */
/* Words and names in a text that people will read. */
#include "campaigns/wording.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FOLD_MAX (1u << 20)
#define STEM_MIN 4
#define STOP_WORDS 4

/* Whether `word` stands in the text by itself. */
static bool has_word(const char *text, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = strstr(text, word); at != NULL;
         at = strstr(at + 1, word)) {
        bool begins = at == text || strchr(" \n\"'.,:;(", at[-1]) != NULL;
        bool ends = at[len] == '\0' || strchr(" \n\"'.,:;!?)", at[len]) != NULL;
        if (begins && ends)
            return true;
    }
    return false;
}

/* Letters and digits with the borders between them ---------------------------
 */

static void put(struct wording *out, const char *letter, size_t bytes,
                enum wording_border *before)
{
    memcpy(out->letters + out->len, letter, bytes);
    memset(out->borders + out->len, BORDER_NONE, bytes);
    out->borders[out->len] = (unsigned char)*before;
    out->len += bytes;
    *before = BORDER_NONE;
}

/* Writing without blanks between the words: each sign is one of its own. */
static bool stands_alone(int32_t c)
{
    return (c >= 0x0e00 && c < 0x0f00) || (c >= 0x2e80 && c < 0xa000);
}

/* All signs are but those of ASCII, Latin-1 and general punctuation. */
static bool is_letter(int32_t c)
{
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
    return c >= 0xc0 && (c < 0x2000 || c > 0x206f) &&
           (c < 0x3000 || c > 0x303f);
}

/* Apostrophes and loose marks part no word: "Women's", "Women\u2019s". */
static bool is_mark(int32_t c)
{
    return c == '\'' || c == '`' || c == 0x2018 || c == 0x2019 ||
           (c >= 0x2b0 && c < 0x370);
}

static bool is_tight(int32_t c)
{
    return c == '-' || c == '.' || c == '/' || (c >= 0x2010 && c <= 0x2015);
}

/* Of folded text. "&" is said "and". */
static void squeeze(struct wording *out, const char *folded, size_t len)
{
    enum wording_border before = BORDER_WORD;
    const char *end = folded + len;
    size_t word = 0; /* where the last one began */
    for (const char *at = folded; at < end;) {
        const char *from = at;
        /* Nearly all of nearly every text, and the gate reads every text. */
        if ((unsigned char)*at < 0x80 && is_letter(*at)) {
            if (before != BORDER_NONE)
                word = out->len;
            out->borders[out->len] = (unsigned char)before;
            out->letters[out->len++] = *at++;
            before = BORDER_NONE;
            continue;
        }
        int32_t c = text_next(&at, end);
        bool alone = stands_alone(c);
        if (is_mark(c)) {
            /* but "d'oncologie" is two */
            if (before == BORDER_NONE && out->len - word == 1)
                before = BORDER_WORD;
        } else if (is_letter(c) || c == '&') {
            if (alone || c == '&')
                before = BORDER_WORD;
            if (before != BORDER_NONE)
                word = out->len;
            put(out, c == '&' ? "and" : from,
                c == '&' ? 3 : (size_t)(at - from), &before);
            if (alone || c == '&')
                before = BORDER_WORD;
        } else {
            before = before == BORDER_NONE && is_tight(c) ? BORDER_TIGHT
                                                          : BORDER_WORD;
        }
    }
    out->borders[out->len] = BORDER_WORD;
    out->letters[out->len] = '\0';
}

static bool lower_ascii(char *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] >= 0x80)
            return false;
        out[i] = (char)tolower((unsigned char)text[i]);
    }
    return true;
}

void wording_read(struct wording *out, const char *text)
{
    size_t len = strlen(text);
    char *plain = memory_new(len + 1);
    struct buf fold;
    buf_init(&fold, FOLD_MAX);
    bool ascii = lower_ascii(plain, text, len);
    if (!ascii)
        text_fold_plain(&fold, text);
    size_t folded = ascii ? len : fold.len;
    *out = (struct wording){.letters = memory_new(3 * folded + 1),
                            .borders = memory_new(3 * folded + 1)};
    squeeze(out, ascii ? plain : fold.data, folded);
    buf_free(&fold);
    free(plain);
}

void wording_free(struct wording *wording)
{
    free(wording->letters);
    free(wording->borders);
    *wording = (struct wording){0};
}

size_t wording_word(const struct wording *wording, size_t at)
{
    size_t end = at + (at < wording->len);
    while (end < wording->len && wording->borders[end] == BORDER_NONE)
        end++;
    return end;
}

/* It ends here, or goes on as its plural does. */
static bool ends(const struct wording *text, size_t at)
{
    static const char *const more[] = {"", "s", "es"};
    for (size_t i = 0; i < COUNT(more); i++) {
        size_t len = strlen(more[i]);
        if (at + len <= text->len &&
            memcmp(text->letters + at, more[i], len) == 0 &&
            text->borders[at + len] != BORDER_NONE)
            return true;
    }
    return false;
}

static bool has_border(const struct wording *wording, size_t from, size_t to)
{
    for (size_t i = from + 1; i < to; i++)
        if (wording->borders[i] != BORDER_NONE)
            return true;
    return false;
}

bool wording_names(const struct wording *text, const struct wording *name)
{
    size_t len = name->len;
    if (text->len == 0)
        return false;
    if (len > STEM_MIN && name->letters[len - 1] == 's')
        len--;
    const char *at = text->letters, *end = text->letters + text->len;
    bool several = len && has_border(name, 0, name->len);
    for (; len && (at = memchr(at, name->letters[0], (size_t)(end - at)));
         at++) {
        size_t from = (size_t)(at - text->letters), to = from + len;
        if (to > text->len)
            return false;
        if (memcmp(at, name->letters, len) != 0)
            continue;
        if (text->borders[from] != BORDER_NONE && ends(text, to))
            return true;
        /* Several words written as one, "lakesideoncologycenter.org", come
         * together by no accident. */
        if (several && !has_border(text, from, to))
            return true;
    }
    return false;
}

/* Lines that say how to stop ----------------------------------------------
 */

static bool is_one_of(const struct wording *text, size_t from,
                      const char *const *words, size_t count)
{
    size_t len = wording_word(text, from) - from;
    for (size_t i = 0; i < count; i++)
        if (strlen(words[i]) == len &&
            memcmp(text->letters + from, words[i], len) == 0)
            return true;
    return false;
}

/* "STOP to confirm" asks for something else (S-7), "STOP to cancel your visit"
 * too. `at`: behind the stop. Nothing more need be said. */
static bool for_another_end(const struct wording *text, size_t at, bool *said)
{
    static const char *const links[] = {"to", "2", "para"};
    static const char *const ends[] = {
        "opt",     "optout", "end",          "quit",      "unsubscribe",
        "cancel",  "stop",   "leave",        "remove",    "be",
        "no",      "not",    "never",        "receive",   "avoid",
        "decline", "salir",  "dejar",        "cancelar",  "darse",
        "detener", "parar",  "terminar",     "finalizar", "anular",
        "cesar",   "evitar", "desuscribirse"};
    static const char *const wide[] = {"cancel", "cancelar", "end",   "stop",
                                       "remove", "parar",    "anular"};
    static const char *const things[] = {
        "visit", "appointment", "appt",    "order",  "refill",
        "cita",  "consulta",    "booking", "pedido", "reminder"};
    size_t to = wording_word(text, at), after = wording_word(text, to);
    *said = is_one_of(text, at, links, COUNT(links));
    if (!*said)
        return false;
    if (!is_one_of(text, to, ends, COUNT(ends)))
        return true;
    /* of the visit, or of "your next visit" */
    bool may_be = is_one_of(text, to, wide, COUNT(wide));
    for (int i = 0; may_be && i < 3; i++) {
        if (is_one_of(text, after, things, COUNT(things)))
            return true;
        after = wording_word(text, after);
    }
    return false;
}

/* "Do not reply", "don't text", "no responda"; but "if not, reply". */
static bool forbids(const struct wording *text, const size_t before[2])
{
    static const char *const nevers[] = {"dont", "never", "nunca", "cannot"};
    static const char *const does[] = {"do", "must", "should", "please"};
    static const char *const nots[] = {"not"}, *const nos[] = {"no"};
    static const char *const ifs[] = {"si", "de"};
    return is_one_of(text, before[1], nevers, COUNT(nevers)) ||
           (is_one_of(text, before[1], nots, 1) &&
            is_one_of(text, before[0], does, COUNT(does))) ||
           (is_one_of(text, before[1], nos, 1) &&
            !is_one_of(text, before[0], ifs, COUNT(ifs)));
}

/* "Reply with stop", "STOP to opt out": a stop in the street says nothing.
 * These words are common ones, whatever their case. */
static bool tells_to_stop(const struct wording *text)
{
    static const char *const stops[] = {"stop", "alto", "baja", "parar"};
    static const char *const verbs[] = {
        "reply",    "text",     "txt",   "answer",   "send",    "respond",
        "responda", "responde", "envie", "envia",    "mande",   "manda",
        "escriba",  "escribe",  "texto", "conteste", "contesta"};
    size_t word = 0, verb = 0;                 /* counted from 1 */
    size_t before[2] = {text->len, text->len}; /* the words right before */
    for (size_t from = 0, to; from < text->len; from = to) {
        bool said;
        to = wording_word(text, from);
        word++;
        if (is_one_of(text, from, verbs, COUNT(verbs)))
            verb = forbids(text, before) ? 0 : word;
        else if (is_one_of(text, from, stops, COUNT(stops)) &&
                 !for_another_end(text, to, &said) &&
                 ((verb && word - verb <= STOP_WORDS) || said) &&
                 !forbids(text, before))
            return true;
        before[0] = before[1];
        before[1] = from;
    }
    return false;
}

const char *wording_bills(const char *text)
{
    static const char *const words[] = {
        "you owe",    "balance due", "your balance", "past due",
        "amount due", "payment",     "payments",     "invoice",
        "your bill",  "collections", "debt",         "factura",
        "saldo",      "adeuda",      "deuda",        "pago pendiente",
        "su pago",    "cobranza",    "overdue bill", "pay now",
        "pay online"};
    const char *found = NULL;
    struct wording said;
    wording_read(&said, text);
    for (size_t i = 0; !found && i < COUNT(words); i++) {
        struct wording word;
        wording_read(&word, words[i]);
        if (wording_names(&said, &word))
            found = words[i];
        wording_free(&word);
    }
    wording_free(&said);
    return found;
}

bool wording_stops(const char *text, const struct wording *said)
{
    static const char *const words[] = {
        "SAIR",  "ARRET",   "ARR\u00caT",
        "STOPP", "FERMA",   "DUNG",
        "TIGIL", "SISPANN", "\u0421\u0422\u041e\u041f",
    };
    static const char *const marks[] = {
        "\u505c\u6b62",
        "\u9000\u8ba2",
        "\u9000\u8a02",
        "\uc911\uc9c0",
        "\u062a\u0648\u0642\u0641",
    };
    if (tells_to_stop(said))
        return true;
    for (size_t i = 0; i < COUNT(words); i++) {
        if (has_word(text, words[i]))
            return true;
    }
    for (size_t i = 0; i < COUNT(marks); i++) {
        if (strstr(text, marks[i]) != NULL)
            return true;
    }
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The digits of one number, and where it ends; what parts them is short. */
static const char *number_read(const char *at, char digits[16], size_t *count)
{
    *count = 0;
    while (is_digit(*at)) {
        if (*count < 15)
            digits[(*count)++] = *at;
        at++;
        size_t between = strspn(at, " -.,()/");
        if (between <= 2 && is_digit(at[between]))
            at += between;
    }
    digits[*count] = '\0';
    return at;
}

bool wording_has_number(const char *text)
{
    char digits[16];
    size_t count = 0;
    while (*text && count < 7)
        if (is_digit(*text))
            text = number_read(text, digits, &count);
        else
            text++;
    return count >= 7;
}

bool wording_calls(const char *text, const char *codes)
{
    char digits[16];
    size_t count;
    for (const char *at = text; *at;) {
        if (!is_digit(*at)) {
            at++;
            continue;
        }
        at = number_read(at, digits, &count);
        const char *own = digits + (count == 11 && digits[0] == '1');
        if (strlen(own) != 10)
            continue;
        for (const char *code = codes; *code;) {
            size_t len = strcspn(code, " ");
            if (len > 0 && strncmp(own, code, len) == 0)
                return true;
            code += len + strspn(code + len, " ");
        }
    }
    return false;
}
