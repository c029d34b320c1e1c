/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people write to end a conversation. An answer that was asked for, and a
 * sentence that says by itself what it is about, is none.
 */
#include "inbound/courtesy.h"

#include <string.h>

#include "base/text.h"
#include "inbound/lexicon.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Many to a line, or nobody would read them. */
// clang-format off
static const char *const thanks[] = {
    "thanks", "thank", "thank you", "thank u", "thx", "tnx", "ty", "thanks a lot",
    "many thanks", "gracias", "muchas gracias", "merci", "merci beaucoup",
    "obrigado", "obrigada", "danke", "vielen dank", "cam on", "cam on ban",
    "salamat", "salamat po", "maraming salamat", "mesi", "mesi anpil", "谢谢",
    "謝謝", "감사합니다", "고맙습니다", "고마워요", "спасибо", "شكرا", "grazie",
    "ありがとう", NULL};
static const char *const approves[] = {
    "k", "kk", "oh", "ah", "great", "perfect", "good", "awesome", "cool", "wonderful",
    "excellent", "sounds good", "sounds great", "all good", "that works",
    "works for me", "no problem", "of course", "absolutely", "definitely",
    "got it", "understood", "noted", "alright", "all right", "will do", "claro",
    "claro que si", "perfecto", "muy bien", "bueno", "bien", "de acuerdo",
    "vale", "entendido", "listo", "daccord", "parfait", "tres bien",
    "com certeza", "certo", "esta bem", "gut", "in ordnung", "alles klar",
    "duoc", "dong y", "sige", "dako", "好", "알겠습니다", "хорошо", "ладно",
    "конечно", "حسنا", "تمام", "ان شاء الله", NULL};
/* Of these some are in the list of what confirms, where that is asked. */
static const char *const partings[] = {
    "see you then", "see you there", "see you soon", "see you", "see ya",
    "nos vemos", "nos vemos ahi", "a bientot", "ate la", "bis dann", NULL};
// clang-format on

static const char *const *const lists[] = {thanks, approves, partings};

static const char *const pictures[] = {"👍", "👌", "🙏",    "❤", "✅",
                                       "🆗", "😊", "🙂", "👏", "🤝"};
/* What pictures are drawn with: blanks, an emoji's form, a colour of skin. */
static const char *const drawn[] = {" ",    "\n",   "\r",   "\uFE0F", "🏻",
                                    "🏼", "🏽", "🏾", "🏿"};

static bool is_parting(const char *phrase)
{
    for (const char *const *one = partings; *one; one++)
        if (text_equal(*one, phrase))
            return true;
    return false;
}

/* "Ok, I'll be there" */
static bool says_more(const struct words *words)
{
    for (const struct lexicon_said *said = lexicon_said; said->intent; said++)
        for (const char *const *one = said->all; *one; one++)
            if (!said->bare && said->how == LEXICON_AMONG_TALK &&
                !is_parting(*one) && words_affirm(words, *one))
                return true;
    return false;
}

static bool any_affirms(const struct words *words, const char *const *list)
{
    for (; *list; list++)
        if (words_affirm(words, *list))
            return true;
    return false;
}

static bool acknowledges(const struct words *words)
{
    for (size_t i = 0; i < COUNT(lists); i++)
        if (any_affirms(words, lists[i]))
            return true;
    for (const struct lexicon_said *said = lexicon_said; said->intent; said++)
        if (said->bare && any_affirms(words, said->all))
            return true;
    return false;
}

static size_t match(const char *at, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(at, list[i], strlen(list[i])) == 0)
            return strlen(list[i]);
    return 0;
}

/* Nothing but pictures that approve. */
static bool is_picture(const char *text)
{
    bool found = false;
    while (*text) {
        size_t len = match(text, pictures, COUNT(pictures));
        found |= len > 0;
        if (len == 0)
            len = match(text, drawn, COUNT(drawn));
        if (len == 0)
            return false;
        text += len;
    }
    return found;
}

bool courtesy_is(const struct words *words, const char *text)
{
    if (words->sentences.len == 0)
        return text && is_picture(text);
    return acknowledges(words) && !says_more(words);
}
