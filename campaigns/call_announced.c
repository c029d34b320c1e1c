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

/* "Touch" and the like are said of other things as well. */
static const char *const verbs[] = {
    "press",   "push",     "dial",   "hit",       "oprima",   "oprime",
    "oprimir", "marque",   "marcar", "presione",  "presiona", "presionar",
    "pulse",   "pulsa",    "pulsar", "apriete",   "teclee",   "appuyez",
    "tapez",   "composez", "aperte", "pressione", "tecle",    "digite",
    "disque",  "drücken",  "wählen",
};
static const char *const fillers[] = {
    "the",    "key",   "number", "on",     "el",    "la",     "tecla", "número",
    "numero", "botón", "sur",    "touche", "le",    "o",      "a",     "sie",
    "die",    "taste", "button", "digit",  "signo", "bouton", "botão",
};
static const char *const conjunctions[] = {"or", "and", "o",  "y",    "u",
                                           "e",  "ou",  "et", "oder", "und"};
/* What stands behind a key that is spelled out in a list: "two to change it" */
static const char *const purposes[] = {"to",  "for", "if",   "para",
                                       "por", "si",  "pour", "se",
                                       "um",  "für", "wenn", "zum"};

/* Spelled out, as in CALL_KEYS: English, Spanish, French, Portuguese, German;
 * NULL: no more. */
#define SPELLINGS 7
static const char *const spelled[CALL_KEY_COUNT][SPELLINGS] = {
    {"zero", "cero", "zéro", "null"},
    {"one", "uno", "eins"},
    {"two", "dos", "deux", "dois", "zwei"},
    {"three", "tres", "trois", "três", "drei"},
    {"four", "cuatro", "quatre", "quatro", "vier"},
    {"five", "cinco", "cinq", "fünf"},
    {"six", "seis", "sechs"},
    {"seven", "siete", "sept", "sete", "sieben"},
    {"eight", "ocho", "huit", "oito", "acht"},
    {"nine", "nueve", "neuf", "nove", "neun"},
    {"star", "asterisk", "asterisco", "estrella", "étoile", "estrela", "stern"},
    {"pound", "hash", "numeral", "almohadilla", "dièse", "cerquilha", "raute"},
};

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

/* strchr() finds the end, too. */
static bool is_end(char c)
{
    return strchr(" ,.;:!?)\n", c) != NULL;
}

/* How long the key is that stands alone there, not "12", "9:00", "1,000" or
 * "9 1 1"; 0: none. `*key` is its place in CALL_KEYS. */
static size_t key_stands(const char *at, int *key)
{
    *key = call_key(at[0]);
    if (*key >= 0)
        return is_end(at[1]) &&
               (at[1] == '\0' || !isdigit((unsigned char)at[2]));
    for (int at_key = 0; at_key < CALL_KEY_COUNT; at_key++) {
        for (int i = 0; i < SPELLINGS && spelled[at_key][i]; i++) {
            size_t len = strlen(spelled[at_key][i]);
            if (strncasecmp(at, spelled[at_key][i], len) != 0 ||
                !is_end(at[len]))
                continue;
            *key = at_key;
            return len;
        }
    }
    return 0;
}

/* "two to change it", not "two to three days". */
static bool has_purpose(const char *behind)
{
    size_t space = strspn(behind, " \n\t");
    size_t word =
        space ? word_of(behind + space, purposes, COUNT(purposes)) : 0;
    int key;
    return word && !key_stands(behind + space + word, &key);
}

/* How much "press the 1" takes up; 0: nothing is pressed. */
static size_t verb_at(const char *text, const char *at, int *key)
{
    bool begins = at == text || !isalpha((unsigned char)at[-1]);
    size_t len = begins ? word_of(at, verbs, COUNT(verbs)) : 0;
    for (int i = 0; len && i < FILLERS_MAX && !key_stands(at + len, key); i++)
        len += word_of(at + len, fillers, COUNT(fillers));
    size_t stands = len ? key_stands(at + len, key) : 0;
    return stands ? len + stands : 0;
}

/* How much ", or 2" takes up, the next of a list; 0: there is none. Spelled
 * out it needs its "or", or says what it is for: "One moment" is no key. */
static size_t link_at(const char *at, int *key)
{
    size_t len = *at && strchr(",;.", *at) ? 1 : 0;
    size_t space = strspn(at + len, " \n\t");
    bool parts = len || memchr(at, '\n', space);
    size_t word =
        space ? word_of(at + len + space, conjunctions, COUNT(conjunctions))
              : 0;
    len += space + word;
    size_t stands = space && (parts || word) ? key_stands(at + len, key) : 0;
    bool is_key = stands && (word || call_key(at[len]) >= 0 ||
                             has_purpose(at + len + stands));
    return is_key ? len + stands : 0;
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

/* What a key is for stands behind it ("press 1 to confirm, 2 to change it"),
 * or in front of it all along a sentence that begins so ("to confirm, press
 * 1"). Where it says both nobody can tell, and nothing is kept. */
static void key_said(const char *begin, const char *key_at, const char *behind,
                     bool leads, struct buf *said)
{
    const char *from = leads ? begin : behind;
    const char *to = leads ? key_at : behind + strcspn(behind, ",;.!?");
    if (said->len == 0 && to > from)
        buf_add(said, from, (size_t)(to - from));
}

/* `said` NULL: only which keys. */
static void walk(const char *text, bool keys[CALL_KEY_COUNT], struct buf *said)
{
    const char *last = NULL; /* behind the last key; NULL: in no list */
    const char *begin = text, *sentence = text;
    bool leads = false; /* the sentence begins with what its keys are for */
    for (const char *at = text; *at;) {
        bool number = at > text && isdigit((unsigned char)at[-1]);
        int key;
        size_t len = verb_at(text, at, &key);
        if (!len && last && (at == last || !number))
            len = link_at(at, &key);
        if (len) {
            keys[key] = true;
            if (!last)
                leads = word_of(sentence + strspn(sentence, " \n\t"), purposes,
                                COUNT(purposes)) > 0;
            if (said)
                key_said(begin, at, at + len, leads, &said[key]);
            at += len;
            last = begin = at;
            continue;
        }
        if (strchr(".!?", *at) && (is_space(at[1]) || at[1] == '\0')) {
            last = NULL;
            begin = sentence = at + 1;
        }
        at++;
    }
}

void call_announced(const char *say, bool keys[CALL_KEY_COUNT])
{
    struct buf text;
    buf_init(&text, TEXT_MAX);
    without_placeholders(say, &text);
    walk(text.data, keys, NULL);
    buf_free(&text);
}

/* What is said of a visit; of anything else too many words are. */
#define MEANINGS 3
#define MEANT_WORDS 12
static const struct {
    const char *intent, *words[MEANT_WORDS];
} meanings[MEANINGS] = {
    {"confirm",
     {"confirm", "confirmar", "confirmarla", "confirmarlo", "confirmer",
      "bestätigen"}},
    {"reschedule",
     {"change", "reschedule", "cambiar", "cambiarla", "reprogramar", "changer",
      "reporter", "mudar", "remarcar", "verschieben", "ändern"}},
    {"cancel",
     {"cancel", "cancelar", "cancelarla", "anular", "annuler", "absagen",
      "stornieren"}},
};

static bool has_word(const char *text, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = text; *at; at++)
        if ((at == text || is_end(at[-1])) && strncasecmp(at, word, len) == 0 &&
            is_end(at[len]))
            return true;
    return false;
}

static bool means(const char *said, size_t meaning)
{
    for (size_t i = 0; i < MEANT_WORDS && meanings[meaning].words[i]; i++)
        if (has_word(said, meanings[meaning].words[i]))
            return true;
    return false;
}

static const char *meant(const char *said)
{
    const char *intent = NULL;
    for (size_t i = 0; i < MEANINGS; i++) {
        if (!means(said, i))
            continue;
        if (intent)
            return NULL;
        intent = meanings[i].intent;
    }
    return intent;
}

void call_meant(const char *say, const char *intents[CALL_KEY_COUNT])
{
    bool keys[CALL_KEY_COUNT] = {false};
    struct buf text, said[CALL_KEY_COUNT];
    buf_init(&text, TEXT_MAX);
    for (size_t i = 0; i < CALL_KEY_COUNT; i++)
        buf_init(&said[i], TEXT_MAX);
    without_placeholders(say, &text);
    walk(text.data, keys, said);
    for (size_t i = 0; i < CALL_KEY_COUNT; i++) {
        intents[i] = meant(said[i].data);
        buf_free(&said[i]);
    }
    buf_free(&text);
}
