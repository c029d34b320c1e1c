/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages of nothing else: taken apart from the left, the longest phrase
 * first. What any of it means stands elsewhere.
 */
#include "inbound/parts.h"

#include <string.h>

#include "base/fold.h"
#include "inbound/find.h"
#include "inbound/lexicon.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
enum { PHONE_DIGITS = 7 };

static const struct part_list stop_verbs[] = {
    {PART_KEPT, lexicon_kept},   {PART_SURE, lexicon_sure},
    {PART_WHOLE, lexicon_whole}, {PART_EITHER, lexicon_either},
    {PART_BARE, lexicon_bare},   {PART_DOUBLE, lexicon_double},
    {PART_WEAK, lexicon_weak},   {PART_REFUSED, lexicon_refused},
};
static const struct part_list stop_rest[] = {
    {PART_OBJECT, lexicon_object},   {PART_CALL, lexicon_call},
    {PART_SMALL, lexicon_small},     {PART_WISH, lexicon_wish},
    {PART_REQUEST, lexicon_request}, {PART_PLEA, lexicon_plea},
    {PART_MANNER, lexicon_manner},
};

void parts_know(struct parts_known *known, const struct words *words,
                const struct part_list *lists, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (const char *const *one = lists[i].list; *one; one++) {
            if (!begins_may(&words->begins, *one) ||
                known->count == PARTS_KNOWN_MAX)
                continue;
            known->all[known->count].phrase = *one;
            known->all[known->count++].part = lists[i].part;
        }
    }
}

void parts_know_verbs(struct parts_known *known, const struct words *words)
{
    parts_know(known, words, stop_verbs, COUNT(stop_verbs));
}

void parts_know_rest(struct parts_known *known, const struct words *words)
{
    parts_know(known, words, stop_rest, COUNT(stop_rest));
}

size_t parts_phone(const char *at)
{
    size_t len = strspn(at, "0123456789 "), digits = 0;
    for (size_t i = 0; i < len; i++)
        digits += at[i] != ' ';
    return digits >= PHONE_DIGITS ? len : 0;
}

/* "3", "c"; but "i" is nobody's answer. */
static size_t match_key(const char *at)
{
    bool key = (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z');
    return key && *at != 'i' && fold_gap(at[1]);
}

bool parts_make(const struct parts_known *known, const char *text,
                int parts[PARTS])
{
    const char *at = text;
    while (*at) {
        size_t longest = parts_phone(at);
        enum part part = PART_SMALL;
        for (size_t i = 0; i < known->count; i++) {
            size_t len = find_match(text, at, known->all[i].phrase);
            if (len > longest) {
                longest = len;
                part = known->all[i].part;
            }
        }
        if (longest == 0 && known->keys) {
            longest = match_key(at);
            part = PART_KEY;
        }
        if (longest == 0)
            return false;
        parts[part]++;
        at += longest;
        at += strspn(at, " ,\n?");
    }
    return true;
}

int parts_count(const int parts[PARTS])
{
    int count = 0;
    for (int i = 0; i < PARTS; i++)
        count += parts[i];
    return count;
}
