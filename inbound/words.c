/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stop, start and help words of many languages, and the phrases that mean
 * the same. A table of words and a table of phrases; no cleverness beyond
 * them: what is not clearly one of these goes to a person.
 */
#include "inbound/words.h"

#include <string.h>

#include "base/text.h"

enum { MESSAGE_MAX = 4096 };

/* Whole messages, as words_fold() leaves them. S-8: the FCC's seven, and what
 * carriers take; S-10: other languages. */
static const char *const stop_words[] = {
    /* English, and the carriers' own */
    "stop",
    "quit",
    "end",
    "revoke",
    "opt out",
    "optout",
    "cancel",
    "unsubscribe",
    "stopall",
    "stop all",
    "remove",
    "td",
    /* Spanish */
    "alto",
    "parar",
    "pare",
    "detener",
    "baja",
    "basta",
    "no mas",
    "cancelar",
    /* French */
    "arret",
    "arreter",
    "desabonner",
    /* Portuguese */
    "sair",
    /* German */
    "stopp",
    "abmelden",
    /* Italian */
    "ferma",
    /* Vietnamese */
    "dung",
    "ngung",
    "huy",
    /* Tagalog */
    "tigil",
    "hinto",
    /* Haitian Creole */
    "sispann",
    "kanpe",
    /* Chinese */
    "停止",
    "退订",
    "退訂",
    "取消",
    /* Korean */
    "중지",
    "거부",
    "수신거부",
    /* Russian */
    "стоп",
    "отписаться",
    /* Arabic */
    "توقف",
    "الغاء",
    /* Japanese */
    "解除",
};
/* S-9: only what is never an answer to something else. */
static const char *const start_words[] = {"start", "unstop", "subscribe",
                                          "optin", "opt in"};
static const char *const help_words[] = {"help", "info"};

/* Phrases anywhere in the message, on word boundaries (L-12). */
static const char *const stop_phrases[] = {
    "stop texting",      "stop messaging",   "stop calling",
    "stop contacting",   "stop sending",     "stop these messages",
    "stop the messages", "stop the texts",   "stop these texts",
    "remove me",         "take me off",      "dont text me",
    "do not text me",    "dont contact me",  "do not contact me",
    "dont call me",      "do not call me",   "dont message me",
    "no more texts",     "no more messages", "no more calls",
    "unsubscribe me",    "opt me out",       "quit it",
    "quit texting",      "leave me alone",   "no mas mensajes",
    "no me escriban",    "no me manden",     "no me llamen",
    "dejen de",
};
static const char *const wrong_phrases[] = {
    "wrong number",      "wrong person", "you have the wrong",
    "numero equivocado", "who is this",  "not my number",
};
static const char *const emergency_phrases[] = {
    "chest pain",      "cant breathe",      "cannot breathe",
    "can not breathe", "trouble breathing", "short of breath",
    "want to die",     "kill myself",       "suicide",
    "suicidal",        "overdose",          "unconscious",
    "heavy bleeding",  "bleeding a lot",    "having a stroke",
    "heart attack",    "dolor de pecho",    "no puedo respirar",
    "quiero morir",
};
/* A refusal of the refusal: "don't stop these, I like them". */
static const char *const not_stop[] = {"dont stop", "do not stop", "never stop",
                                       "no pare"};

const char *words_name(enum words_class class)
{
    switch (class) {
    case WORDS_STOP:
        return "opt-out";
    case WORDS_START:
        return "opt-in";
    case WORDS_HELP:
        return "help";
    case WORDS_WRONG:
        return "wrong-number";
    case WORDS_EMERGENCY:
        return "emergency";
    case WORDS_OTHER:
        break;
    }
    return "unclear";
}

static bool is_apostrophe(int32_t c)
{
    return c == '\'' || c == 0x2019 || c == 0x2018 || c == '`' || c == 0xB4;
}

/* Letters and digits of any script; emoji and punctuation are not. */
static bool is_word_character(int32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    bool symbols = (c >= 0x2000 && c <= 0x2BFF) || (c >= 0x3000 && c <= 0x303F);
    bool emoji = c >= 0x1F000 && c <= 0x1FAFF;
    bool odd = c == 0xFE0F || c == 0xBF || c == 0xA1 || c == 0xAB || c == 0xBB;
    return !symbols && !emoji && !odd;
}

void words_fold(struct buf *out, const char *text)
{
    struct buf folded;
    buf_init(&folded, MESSAGE_MAX);
    text_fold_plain(&folded, text);
    const char *at = folded.data;
    const char *end = folded.data + folded.len;
    bool gap = false;
    while (at < end) {
        int32_t c = text_next(&at, end);
        if (c < 0)
            break;
        if (is_apostrophe(c))
            continue;
        if (!is_word_character(c)) {
            gap = out->len > 0;
            continue;
        }
        if (gap)
            buf_char(out, ' ');
        gap = false;
        text_put(out, c);
    }
    buf_free(&folded);
}

static bool is_one_of(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return false;
}

bool words_have(const char *text, const char *phrase)
{
    size_t len = strlen(phrase);
    for (const char *at = strstr(text, phrase); at;
         at = strstr(at + 1, phrase)) {
        bool begins = at == text || at[-1] == ' ';
        bool ends = at[len] == '\0' || at[len] == ' ';
        if (begins && ends)
            return true;
    }
    return false;
}

static bool has_one_of(const char *text, const char *const *phrases,
                       size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (words_have(text, phrases[i]))
            return true;
    return false;
}

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static enum words_class classify(const char *text)
{
    if (is_one_of(text, stop_words, COUNT(stop_words)))
        return WORDS_STOP;
    if (is_one_of(text, start_words, COUNT(start_words)))
        return WORDS_START;
    if (is_one_of(text, help_words, COUNT(help_words)))
        return WORDS_HELP;
    /* danger first: "stop texting, I have chest pain" must reach a person;
     * the task that opens lets them record the opt-out as well */
    if (has_one_of(text, emergency_phrases, COUNT(emergency_phrases)))
        return WORDS_EMERGENCY;
    if (has_one_of(text, stop_phrases, COUNT(stop_phrases)) &&
        !has_one_of(text, not_stop, COUNT(not_stop)))
        return WORDS_STOP;
    if (has_one_of(text, wrong_phrases, COUNT(wrong_phrases)))
        return WORDS_WRONG;
    return WORDS_OTHER;
}

enum words_class words_classify(const char *text)
{
    struct buf folded;
    buf_init(&folded, MESSAGE_MAX);
    words_fold(&folded, text ? text : "");
    enum words_class class = classify(folded.data);
    buf_free(&folded);
    return class;
}
