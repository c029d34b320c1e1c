/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, told from other numbers of a text: those that stand behind "press", and
 * those that go on from there as a list. "Dial 9 1 1" announces none, nor does
 * "if you take 2 or 3 pills". */
#include "campaigns/call_announced.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define TEXT_MAX 16000
#define FILLERS_MAX 3 /* "press the number key 4" */

static const char *const verbs[] = {
    "press",    "push",      "oprima",  "oprime",  "marque",
    "presione", "pulse",     "apriete", "appuyez", "tapez",
    "aperte",   "pressione", "tecle",   "digite",  "drücken",
};
static const char *const fillers[] = {
    "the",   "key", "number", "on", "el", "la", "tecla", "número", "numero",
    "botón", "sur", "touche", "le", "o",  "a",  "sie",   "die",    "taste",
};
static const char *const conjunctions[] = {"or", "and", "o",  "y",    "u",
                                           "e",  "ou",  "et", "oder", "und"};

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

/* How long the word is that stands there and is one of these, with the space
 * behind it; 0: none. */
static size_t word_of(const char *at, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(words[i]);
        if (strncasecmp(at, words[i], len) == 0 && is_space(at[len]))
            return len + strspn(at + len, " \n\t");
    }
    return 0;
}

/* A key that stands alone, not "12", "9:00", "1,000" or "9 1 1". */
static bool key_stands(const char *at)
{
    if (call_key(at[0]) < 0 || !strchr(" ,.;:!?)\n", at[1]))
        return false; /* strchr() finds the end, too */
    return at[1] == '\0' || !isdigit((unsigned char)at[2]);
}

/* "Press the " before a key; 0: none. */
static size_t verb_at(const char *text, const char *at)
{
    bool begins = at == text || !isalpha((unsigned char)at[-1]);
    size_t len = begins ? word_of(at, verbs, COUNT(verbs)) : 0;
    for (int i = 0; len && i < FILLERS_MAX && !key_stands(at + len); i++)
        len += word_of(at + len, fillers, COUNT(fillers));
    return len && key_stands(at + len) ? len : 0;
}

/* ", or " before the next key of a list; 0: none. */
static size_t link_at(const char *at)
{
    size_t len = *at && strchr(",;.", *at) ? 1 : 0;
    size_t space = strspn(at + len, " \n\t");
    bool parts = len || memchr(at, '\n', space);
    size_t word =
        space ? word_of(at + len + space, conjunctions, COUNT(conjunctions))
              : 0;
    len += space + word;
    return space && (parts || word) && key_stands(at + len) ? len : 0;
}

/* What a placeholder says is anything but a key; a section is what is in it. */
static void without_placeholders(const char *say, struct buf *out)
{
    while (*say) {
        const char *end = strncmp(say, "{{", 2) == 0 ? strstr(say, "}}") : NULL;
        if (!end) {
            buf_char(out, *say++);
            continue;
        }
        if (!strchr("#^/", say[2]))
            buf_char(out, 'x');
        say = end + 2;
    }
}

void call_announced(const char *say, bool keys[CALL_KEY_COUNT])
{
    struct buf text;
    buf_init(&text, TEXT_MAX);
    without_placeholders(say, &text);
    const char *last = NULL; /* behind the last key; NULL: in no list */
    for (const char *at = text.data; *at;) {
        bool number = at > text.data && isdigit((unsigned char)at[-1]);
        size_t len = verb_at(text.data, at);
        if (!len && last && (at == last || !number))
            len = link_at(at);
        if (len) {
            keys[call_key(at[len])] = true;
            at += len + 1;
            last = at;
            continue;
        }
        if (strchr(".!?", *at) && (is_space(at[1]) || at[1] == '\0'))
            last = NULL;
        at++;
    }
    buf_free(&text);
}
