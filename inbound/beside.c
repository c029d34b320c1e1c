/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who wants no more messages may have said more than that, and none of it is
 * lost. The words of a STOP (inbound/lexicon.h) are taken out where they stand
 * together and mean one by themselves; what is left is read like any text.
 */
#include "inbound/beside.h"

#include <string.h>

#include "base/fold.h"
#include "inbound/find.h"
#include "inbound/lexicon.h"
#include "inbound/parts.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
enum {
    PHRASES_MAX = 800,
    LONG = 4000, /* a person reads all of what is longer */
};

/* `weak` by itself may be said of something else: "cancel it". */
static const char *const *const spoken[] = {
    lexicon_sure, lexicon_whole, lexicon_bare, lexicon_refused, lexicon_object,
    lexicon_call, lexicon_small, lexicon_wish, lexicon_manner,  lexicon_double,
};

/* What ties the rest to a STOP: "worse, but stop texting". */
static const char *const joints[] = {"and",  "but", "so",   "also", "y",
                                     "pero", "et",  "mais", "und",  "aber"};

/* The phrases of some lists that the text may have. */
struct phrases {
    const char *all[PHRASES_MAX];
    size_t count;
};
struct heard {
    struct phrases spoken, weak, kept, either;
};

static void phrases_add(struct phrases *phrases, const struct words *words,
                        const char *const *list)
{
    for (; *list && phrases->count < PHRASES_MAX; list++)
        if (begins_may(&words->begins, *list))
            phrases->all[phrases->count++] = *list;
}

static void hear(struct heard *heard, const struct words *words)
{
    *heard = (struct heard){.spoken.count = 0};
    for (size_t i = 0; i < COUNT(spoken); i++)
        phrases_add(&heard->spoken, words, spoken[i]);
    phrases_add(&heard->weak, words, lexicon_weak);
    phrases_add(&heard->kept, words, lexicon_kept);
    phrases_add(&heard->either, words, lexicon_either);
}

static size_t longest_of(const struct phrases *phrases, const char *text,
                         const char *at)
{
    size_t longest = 0;
    for (size_t i = 0; i < phrases->count; i++) {
        size_t len = find_match(text, at, phrases->all[i]);
        if (len > longest)
            longest = len;
    }
    return longest;
}

/* How much of what stands there people say with a STOP; 0: nothing. */
static size_t match_spoken(const struct heard *heard, const char *text,
                           const char *at)
{
    size_t longest = longest_of(&heard->spoken, text, at);
    /* "and call me" is a wish of its own */
    return longest > longest_of(&heard->kept, text, at) ? longest : 0;
}

static size_t match_joint(const char *text, const char *at)
{
    for (size_t i = 0; i < COUNT(joints); i++)
        if (find_match(text, at, joints[i]) > 0)
            return strlen(joints[i]);
    return 0;
}

static bool ends_sentence(char c)
{
    return c == '\n' || c == '?' || c == '\0';
}

/* Where the words end that stand together here, within a sentence. One that
 * may be said of something else only begins them. */
static const char *run_end(const struct heard *heard, const char *text,
                           const char *from)
{
    const char *end = from, *at = from;
    size_t len = longest_of(&heard->weak, text, at);
    if (len == 0)
        len = match_spoken(heard, text, at);
    while (len > 0) {
        end = at + len;
        if (ends_sentence(*end))
            break;
        at = end + 1;
        len = match_spoken(heard, text, at);
    }
    return end;
}

static bool is_stop(const char *from, const char *end)
{
    struct words run;
    struct buf text;
    if (end <= from)
        return false;
    buf_init(&text, FOLD_MAX);
    buf_add(&text, from, (size_t)(end - from));
    words_hear(&run, text.data);
    bool stop = words_refuse(&run);
    words_free(&run);
    buf_free(&text);
    return stop;
}

/* "Cancel these": they may be our messages, or visits, so a person reads what
 * was obeyed as a STOP; but not "cancel these texts", nor "stop, cancel these".
 */
static bool is_either(const struct heard *heard, const char *text,
                      const char *from, const char *end)
{
    size_t len = 0;
    const char *at = from;
    while (at < end && (len = longest_of(&heard->either, text, at)) == 0)
        at += 1 + strcspn(at, " ,");
    if (len == 0 || (at > from && is_stop(from, at - 1)))
        return false;
    for (at += len; at < end; at++)
        if (*at == ' ' && find_match_any(text, at + 1, lexicon_object))
            return false;
    return true;
}

/* Where the STOP ends that begins here; NULL: none does. Of "cancel stop
 * texting" the first word is none of it. */
static const char *stop_end(const struct heard *heard, const char *text,
                            const char *at)
{
    const char *end = run_end(heard, text, at);
    if (is_either(heard, text, at, end) || !is_stop(at, end))
        return NULL;
    size_t weak = longest_of(&heard->weak, text, at);
    bool other = weak > 0 && at + weak < end && is_stop(at + weak + 1, end);
    return other ? NULL : end;
}

/* How much of what is no STOP belongs together here: of "I want to stop these"
 * its end is none either. */
static size_t whole_length(const struct heard *heard, const char *text,
                           const char *at)
{
    size_t kept = longest_of(&heard->kept, text, at);
    size_t either = longest_of(&heard->either, text, at);
    size_t longest = kept > either ? kept : either;
    return longest > 0 ? longest : strcspn(at, " ,\n?");
}

/* Without the marks and joints beside what was taken out. */
static void add_part(struct buf *out, const char *text, const char *from,
                     const char *end)
{
    for (size_t len = 1; len > 0 && from < end;) {
        len = strspn(from, " ,\n?");
        len = len > 0 ? len : match_joint(text, from);
        from += len;
    }
    while (end > from) {
        const char *word = end;
        while (word > from && !fold_gap(word[-1]))
            word--;
        if (word < end && !match_joint(text, word))
            break;
        if (word == end && end[-1] == '?')
            break;
        end = word < end ? word : end - 1;
    }
    if (end <= from)
        return;
    if (out->len > 0)
        buf_char(out, '\n');
    buf_add(out, from, (size_t)(end - from));
}

void beside_stop(const struct words *words, struct words *rest)
{
    const char *text = words->sentences.data, *from = text, *at = text;
    size_t len = strlen(text);
    struct heard heard;
    *rest = (struct words){.begins = words->begins, .right = words->right};
    buf_init(&rest->text, FOLD_MAX);
    buf_init(&rest->sentences, FOLD_MAX);
    hear(&heard, words);
    while (*at && len <= LONG) {
        const char *end = stop_end(&heard, text, at);
        if (end) {
            add_part(&rest->sentences, text, from, at);
            from = end;
        } else {
            end = at + whole_length(&heard, text, at);
        }
        at = end + (*end != '\0');
    }
    add_part(&rest->sentences, text, from, text + len);
    fold_flatten(&rest->text, rest->sentences.data);
}

bool beside_is_empty(const struct words *rest)
{
    const char *text = rest->sentences.data;
    struct heard heard;
    hear(&heard, rest);
    for (const char *at = text; *at;) {
        size_t len = match_spoken(&heard, text, at);
        if (longest_of(&heard.either, text, at) > 0)
            return false;
        if (len == 0)
            len = match_joint(text, at);
        if (len == 0)
            len = parts_phone(at);
        if (len == 0)
            return false;
        at += len;
        at += strspn(at, " ,\n?");
    }
    return true;
}
