/* SPDX-License-Identifier: Apache-2.0 */
/* Words and names in a text that people will read. */
#include "campaigns/wording.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FOLD_MAX (64u << 10)

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

bool wording_stops(const char *text)
{
    static const char *const words[] = {
        "STOP",
        "ALTO",
        "BAJA",
        "PARAR",
        "SAIR",
        "ARRET",
        "ARR\u00caT",
        "STOPP",
        "FERMA",
        "DUNG",
        "TIGIL",
        "SISPANN",
        "\u0421\u0422\u041e\u041f",
    };
    static const char *const marks[] = {
        "\u505c\u6b62",
        "\u9000\u8ba2",
        "\u9000\u8a02",
        "\uc911\uc9c0",
        "\u062a\u0648\u0642\u0641",
    };
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

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text >= 0x80)
            return false;
    }
    return true;
}

/* Letters of other alphabets count as letters too. */
static bool goes_on(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static bool finds(const char *text, const char *name)
{
    size_t len = strlen(name);
    const char first[3] = {(char)tolower((unsigned char)name[0]),
                           (char)toupper((unsigned char)name[0]), '\0'};
    for (const char *at = strpbrk(text, first); at != NULL;
         at = strpbrk(at + 1, first)) {
        if (strncasecmp(at, name, len) == 0 &&
            (at == text || !goes_on(at[-1]) || !goes_on(name[0])) &&
            !goes_on(at[len]))
            return true;
    }
    return false;
}

bool wording_names(const char *text, const char *name)
{
    if (text_blank(name))
        return false;
    if (is_ascii(name))
        return finds(text, name);
    /* An SMS may have lost its accents (S-6): compared without. */
    struct buf plain_text, plain_name;
    buf_init(&plain_text, FOLD_MAX);
    buf_init(&plain_name, FOLD_MAX);
    text_fold_plain(&plain_text, text);
    text_fold_plain(&plain_name, name);
    bool found = finds(plain_text.data, plain_name.data);
    buf_free(&plain_text);
    buf_free(&plain_name);
    return found;
}
