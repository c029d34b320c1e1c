/* SPDX-License-Identifier: Apache-2.0 */
/* A message's sentences, and whether what one of them says is meant. */
#include "inbound/sentence.h"

#include <string.h>

#include "base/fold.h"
#include "inbound/find.h"
#include "inbound/lexicon.h"

void sentence_first(struct sentence *sentence, const struct words *words)
{
    *sentence = (struct sentence){.next = words->sentences.data};
    buf_init(&sentence->text, FOLD_MAX);
}

bool sentence_next(struct sentence *sentence)
{
    size_t len = strcspn(sentence->next, "\n?");
    if (len == 0)
        return false;
    buf_reset(&sentence->text);
    buf_add(&sentence->text, sentence->next, len);
    sentence->asks = sentence->next[len] == '?';
    sentence->next += len + (sentence->next[len] != '\0');
    return true;
}

void sentence_free(struct sentence *sentence)
{
    buf_free(&sentence->text);
}

/* Whether its clause takes it back: "please do not cancel my appointment". */
static bool is_denied(const struct words *words, const char *text,
                      const char *at)
{
    const char *clause = at;
    while (clause > text && clause[-1] != ',')
        clause--;
    for (const char *const *no = lexicon_not; *no; no++) {
        const char *to = find_from(&words->begins, text, clause, *no);
        for (; to && to < at; to = find_from(&words->begins, text, to + 1, *no))
            if (!find_match_any(text, to, lexicon_absent))
                return true;
    }
    return false;
}

bool sentence_means(const struct sentence *sentence, const struct words *words,
                    const char *at)
{
    const char *text = sentence->text.data;
    return !sentence->asks && !find_any(&words->begins, text, lexicon_doubt) &&
           !is_denied(words, text, at);
}
