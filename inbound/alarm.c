/* SPDX-License-Identifier: Apache-2.0 */
#include "inbound/alarm.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "inbound/lexicon.h"
#include "inbound/slip.h"

enum {
    NEAR = 40,      /* bytes between two words that belong together */
    MANY_PILLS = 8, /* at once */
    HIGH_F = 1030,  /* a fever, in tenths of either degrees */
    HIGH_C = 395,
    LOW_SUGAR = 54, /* mg/dL: what one faints of, and a coma; below the first */
    HIGH_SUGAR = 400, /* number it is mmol/L, and says nothing by itself */
    LEAST_SUGAR = 20,
    LOW_OXYGEN = 89, /* per cent; below the first number it is none */
    LEAST_OXYGEN = 40,
    LOW_PULSE = 36, /* a minute */
    LEAST_PULSE = 10,
    HIGH_PULSE = 150,
    HIGH_SYSTOLIC = 200, /* mmHg */
    HIGH_DIASTOLIC = 120,
    SOON = 4, /* weeks with child: who counts them knows of it, and */
    LATE = 42 /* no child comes later */
};

static bool is_near(const struct words *words, const char *at,
                    const char *const *list)
{
    const char *text = words->text.data, *last = text + strlen(text);
    const char *from = at - text > NEAR ? at - NEAR : text;
    const char *end = last - at > NEAR ? at + NEAR : last;
    for (const char *const *one = list; *one; one++)
        if (find_within(&words->begins, text, from, end, *one))
            return true;
    return false;
}

/* "I fell asleep", "a blood test" */
static bool goes_on(const char *text, const char *at, const char *phrase,
                    const char *const *goes)
{
    const char *behind = at + find_match(text, at, phrase);
    return goes && *behind == ' ' && find_match_any(text, behind + 1, goes);
}

/* In either order: "my chest has been hurting", "pain in the chest"; and with
 * a third: "my kid swallowed my pills". */
static bool has_pair(const struct words *words, const struct lexicon_pair *pair)
{
    const char *text = words->text.data;
    for (const char *const *one = pair->one; *one; one++) {
        const char *at = find(&words->begins, text, *one);
        for (; at; at = find_from(&words->begins, text, at + 1, *one))
            if (!goes_on(text, at, *one, pair->goes) &&
                (!pair->two || is_near(words, at, pair->two)) &&
                (!pair->three || is_near(words, at, pair->three)))
                return true;
    }
    return false;
}

static bool has_any_pair(const struct words *words,
                         const struct lexicon_pair *pair)
{
    for (; pair->one; pair++)
        if (has_pair(words, pair))
            return true;
    return false;
}

/* The number before this word; 0: none. */
static long count_before(const char *text, const char *at)
{
    const char *from = at;
    if (from == text || from[-1] != ' ')
        return 0;
    for (from--; from > text && isdigit((unsigned char)from[-1]);)
        from--;
    return from == text || from[-1] == ' ' ? strtol(from, NULL, 10) : 0;
}

/* "took 30 pills", but not "I have 30 pills left". */
static bool took_many(const struct words *words)
{
    const char *text = words->text.data;
    for (const char *const *one = lexicon_pills; *one; one++) {
        const char *at = find(&words->begins, text, *one);
        for (; at; at = find_from(&words->begins, text, at + 1, *one))
            if (count_before(text, at) >= MANY_PILLS &&
                (is_near(words, at, lexicon_taken) ||
                 is_near(words, at, lexicon_eaten)))
                return true;
    }
    return false;
}

/* A number in tenths, "39 8" as "39.8" is folded; `end` behind it. -1: none. */
static long tenths(const char *text, const char *at, const char **end)
{
    char *rest;
    if (!isdigit((unsigned char)*at) ||
        (at > text && isalnum((unsigned char)at[-1])))
        return -1;
    long number = 10 * strtol(at, &rest, 10);
    if (*rest == ' ' && isdigit((unsigned char)rest[1]) &&
        !isalnum((unsigned char)rest[2])) {
        number += rest[1] - '0';
        rest += 2;
    }
    *end = rest;
    return isalnum((unsigned char)*rest) ? -1 : number;
}

static bool goes_with(const char *text, const char *end,
                      const char *const *list)
{
    return *end == ' ' && find_match_any(text, end + 1, list);
}

/* "103f", "39c" */
static long degrees_of(const char *text, const char *at, const char **end)
{
    long number = tenths(text, at, end);
    size_t len = strspn(at, "0123456789");
    if (number >= 0 || len == 0 || !strchr("fc", at[len]) || at[len] == '\0' ||
        isalnum((unsigned char)at[len + 1]))
        return number;
    *end = at + len + 1;
    return 10 * strtol(at, NULL, 10);
}

/* As high as no cold makes it, and no "40 minutes". NULL: it is not. */
static const char *high_end(const char *text, const char *at)
{
    const char *end = at;
    long degrees = degrees_of(text, at, &end);
    bool high = (degrees >= HIGH_F && degrees < HIGH_F + 80) ||
                (degrees >= HIGH_C && degrees < HIGH_C + 45);
    return high && !goes_with(text, end, lexicon_fever_not) ? end : NULL;
}

/* So low or so high that it cannot wait, and no "30 grams". */
static const char *sugar_end(const char *text, const char *at)
{
    const char *end = at;
    long sugar = tenths(text, at, &end);
    bool bad = (sugar >= 10 * LEAST_SUGAR && sugar < 10 * LOW_SUGAR) ||
               (sugar >= 10 * HIGH_SUGAR && sugar < 10000);
    return bad && !goes_with(text, end, lexicon_fever_not) &&
                   !goes_with(text, end, lexicon_sugar_not)
               ? end
               : NULL;
}

/* A plain number, as "82" or "82 percent". */
static long whole_of(const char *text, const char *at, const char **end)
{
    char *rest;
    if (!isdigit((unsigned char)*at) ||
        (at > text && isalnum((unsigned char)at[-1])))
        return -1;
    long number = strtol(at, &rest, 10);
    *end = rest;
    return isalnum((unsigned char)*rest) ? -1 : number;
}

/* Too little in the blood, and no "80 minutes". */
static const char *oxygen_end(const char *text, const char *at)
{
    const char *end = at;
    long oxygen = whole_of(text, at, &end);
    return oxygen >= LEAST_OXYGEN && oxygen < LOW_OXYGEN &&
                   !goes_with(text, end, lexicon_oxygen_not)
               ? end
               : NULL;
}

static const char *pulse_end(const char *text, const char *at)
{
    const char *end = at;
    long pulse = whole_of(text, at, &end);
    bool bad = (pulse >= LEAST_PULSE && pulse < LOW_PULSE) ||
               (pulse >= HIGH_PULSE && pulse < 300);
    return bad && !goes_with(text, end, lexicon_fever_not) ? end : NULL;
}

/* "220/130", folded; "150 over 125" by its second number alone. */
static const char *pressure_end(const char *text, const char *at)
{
    const char *end = at, *last = at;
    long above = whole_of(text, at, &end), below = 0;
    if (above < HIGH_DIASTOLIC || above > 320)
        return NULL;
    const char *next = end + (*end == ' ');
    size_t over = find_longest(text, next, lexicon_over);
    next += over + (over > 0 && next[over] == ' ');
    below = whole_of(text, next, &last);
    bool bad = (above >= HIGH_SYSTOLIC && below >= 40) ||
               (below >= HIGH_DIASTOLIC && below < above);
    return bad ? last : NULL;
}

/* Past "of" and "is", or "degrees". */
static const char *past(const char *const *list, const char *text,
                        const char *at)
{
    for (size_t len = 1; len > 0; at += len) {
        at += *at == ' ';
        len = find_longest(text, at, list);
    }
    return at;
}

typedef const char *measure_end(const char *text, const char *at);

/* "Fever of 104", "104 degree fever"; but "104, no fever" may be anything. */
static bool has_measure(const struct words *words, const char *const *list,
                        measure_end *end_of)
{
    const char *text = words->text.data;
    for (const char *const *one = list; *one; one++) {
        const char *at = find(&words->begins, text, *one);
        for (; at; at = find_from(&words->begins, text, at + 1, *one))
            if (end_of(text, past(lexicon_fever_of, text, at + strlen(*one))))
                return true;
    }
    for (const char *at = text; *at; at += strcspn(at, " "), at += *at == ' ') {
        const char *end = end_of(text, at);
        if (end && find_match_any(text, past(lexicon_degree, text, end), list))
            return true;
    }
    return false;
}

/* Whether one of these stands just before. */
static bool stands_before(const char *text, const char *at,
                          const char *const *list)
{
    for (; *list; list++) {
        size_t len = strlen(*list) + 1; /* and a blank */
        if ((size_t)(at - text) < len)
            continue;
        const char *from = at - len;
        if ((from == text || from[-1] == ' ') &&
            find_match(text, from, *list) > 0)
            return true;
    }
    return false;
}

/* So many weeks with child; but not "for 6 weeks", nor "6 weeks ago". */
static bool counts_weeks(const char *text, const char *at, const char *phrase)
{
    long weeks = count_before(text, at);
    if (weeks < SOON || weeks > LATE ||
        goes_with(text, at + strlen(phrase), lexicon_weeks_not))
        return false;
    const char *number = at - 1;
    while (number > text && number[-1] != ' ')
        number--;
    return !stands_before(text, number, lexicon_weeks_before);
}

/* "34 weeks and bleeding" */
static bool bleeds_with_child(const struct words *words)
{
    const char *text = words->text.data;
    for (const char *const *one = lexicon_weeks; *one; one++) {
        const char *at = find(&words->begins, text, *one);
        for (; at; at = find_from(&words->begins, text, at + 1, *one))
            if (counts_weeks(text, at, *one) &&
                is_near(words, at, lexicon_bleeds))
                return true;
    }
    return false;
}

/* No "no" before it is heard: "no, chest pain again" is folded like "no chest
 * pain", and a nurse who looks once too often does no harm. */
bool alarm_tells(const struct words *words)
{
    for (const char *const *one = lexicon_alarm_alone; *one; one++)
        if (words_say(words, *one))
            return true;
    if (find_any(&words->begins, words->text.data, lexicon_alarm))
        return true;
    return has_any_pair(words, lexicon_pairs) ||
           has_any_pair(words, lexicon_harms) || took_many(words) ||
           bleeds_with_child(words) ||
           has_measure(words, lexicon_fever, high_end) ||
           has_measure(words, lexicon_sugar, sugar_end) ||
           has_measure(words, lexicon_oxygen, oxygen_end) ||
           has_measure(words, lexicon_pulse, pulse_end) ||
           has_measure(words, lexicon_pressure, pressure_end);
}

bool alarm_slips(const struct words *words)
{
    struct words mended = {.right = false};
    buf_init(&mended.text, FOLD_MAX);
    bool tells = false;
    if (slip_mend(&mended.text, words->text.data)) {
        begins_note(&mended.begins, mended.text.data);
        tells = alarm_tells(&mended);
    }
    buf_free(&mended.text);
    return tells;
}
