/* SPDX-License-Identifier: Apache-2.0 */
/* What no message may say of a patient, looked for word by word. */
#include "scheduler/secret.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A shorter word or number is anything: a route, an hour, a house. */
enum { WORD_MIN = 3, WORD_MAX = 64, RECORD_MIN = 6, RESULT_WORDS = 4 };

void secrets_free(struct secrets *secrets)
{
    for (size_t i = 0; i < secrets->medicine_count; i++)
        wording_free(&secrets->medicines[i]);
    free(secrets->medicines);
    wording_free(&secrets->record);
    *secrets = (struct secrets){0};
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits(const struct wording *text, size_t from, size_t to)
{
    size_t count = 0;
    for (size_t i = from; i < to; i++)
        count += is_digit(text->letters[i]);
    return count;
}

/* Whether "tablet" is one of the blank-separated words. */
static bool is_among(const char *words, const struct wording *text, size_t from,
                     size_t to)
{
    for (size_t len; words && *words; words += len) {
        words += strspn(words, " ");
        len = strcspn(words, " ");
        if (len == to - from && memcmp(words, text->letters + from, len) == 0)
            return true;
    }
    return false;
}

static bool holds(const struct wording *text, const char *letters, size_t len)
{
    return text->len && memmem(text->letters, text->len, letters, len);
}

/* Medicines ---------------------------------------------------------------- */

/* Every word of "24 HR metformin 500 MG extended release" that tells. */
static bool tells_medicine(const struct wording *name,
                           const struct policy *policy,
                           const struct wording *text)
{
    unsigned char borders[WORD_MAX + 1] = {BORDER_WORD};
    for (size_t from = 0, to; from < name->len; from = to) {
        to = wording_word(name, from);
        size_t len = to - from;
        if (len < WORD_MIN || len > WORD_MAX || digits(name, from, to))
            continue;
        const struct wording word = {name->letters + from, borders, len};
        borders[len] = BORDER_WORD;
        bool told = wording_names(text, &word);
        borders[len] = BORDER_NONE;
        if (told && !word_list_find(&policy->plain_words, name, from, to))
            return true;
    }
    return false;
}

/* The record number -------------------------------------------------------- */

static size_t word_before(const struct wording *text, size_t at)
{
    while (at > 0 && text->borders[--at] == BORDER_NONE) {
    }
    return at;
}

/* "Record number 4711", "MRN: 4711": one of the two words before says so. */
static bool is_called_record(const struct wording *text, size_t at)
{
    static const char *const names = "mrn record chart expediente historia";
    size_t first = word_before(text, at), second = word_before(text, first);
    return is_among(names, text, first, at) ||
           is_among(names, text, second, first);
}

/* A word of digits alone beside it: part of a telephone number or a date. */
static bool is_of_longer_number(const struct wording *text, size_t from,
                                size_t to)
{
    size_t before = word_before(text, from), after = wording_word(text, to);
    return (from > 0 && digits(text, before, from) == from - before) ||
           (to < text->len && digits(text, to, after) == after - to);
}

static bool tells_record(const struct wording *record,
                         const struct wording *text)
{
    size_t len = record->len;
    bool plain = len >= RECORD_MIN && digits(record, 0, len) > 0;
    for (size_t from = 0; len && from + len <= text->len;
         from = wording_word(text, from)) {
        size_t to = from + len;
        if (memcmp(text->letters + from, record->letters, len) != 0 ||
            text->borders[to] == BORDER_NONE)
            continue;
        bool numeric = digits(record, 0, len) == len;
        bool whole =
            wording_word(text, from) == to || wording_word(record, 0) < len;
        if (is_called_record(text, from) ||
            (plain &&
             (!numeric || (whole && !is_of_longer_number(text, from, to)))))
            return true;
    }
    return false;
}

/* The date of birth -------------------------------------------------------- */

enum date_part { DATE_NONE, DATE_FILLER, DATE_NUMBER, DATE_MONTH };
struct date_word {
    enum date_part part;
    int number;
    size_t digits;
    bool tight; /* to the word before */
};

/* The months of one year as the languages of messages call them. */
static bool is_month(const struct wording *text, size_t from, size_t to,
                     int month)
{
    static const char *const names[] = {
        "january jan enero ene janvier janeiro januar",
        "february feb febrero fevrier fevereiro februar",
        "march mar marzo mars marco marz maerz",
        "april apr abril abr avril",
        "may mayo mai maio",
        "june jun junio juin junho juni",
        "july jul julio juillet julho juli",
        "august aug agosto ago aout",
        "september sept sep septiembre septembre setembro",
        "october oct octubre octobre outubro oktober",
        "november nov noviembre novembre novembro",
        "december dec diciembre dic decembre dezembro dezember",
    };
    return is_among(names[month - 1], text, from, to);
}

static struct date_word date_word(const struct wording *text, size_t from,
                                  size_t to, int month)
{
    struct date_word word = {.tight = text->borders[from] == BORDER_TIGHT};
    size_t len = to - from, count = digits(text, from, to);
    if (is_digit(text->letters[from]) &&
        (count == len || is_among("st nd rd th", text, from + count, to))) {
        word.part = DATE_NUMBER;
        word.digits = count;
        for (size_t i = from; i < from + count && count <= 8; i++)
            word.number = 10 * word.number + (text->letters[i] - '0');
    } else if (is_month(text, from, to, month)) {
        word.part = DATE_MONTH;
        word.number = month;
    } else if (count == 0 && len <= 3) {
        word.part = DATE_FILLER; /* 14 de marzo, March the 14th, and the like */
    }
    return word;
}

static bool is_part(const struct date_word *word, int number)
{
    return word->part != DATE_NONE && word->number == number;
}

static bool is_birth(const struct date_word *words, struct civil_date birth)
{
    static const int orders[][3] = {{0, 1, 2}, {2, 0, 1}, {2, 1, 0}};
    for (size_t i = 0; i < COUNT(orders); i++) {
        const struct date_word *year = &words[orders[i][0]];
        /* "58" is a year only within 3/14/58: else an hour, an amount. */
        bool whole = year->digits == 4 && year->number == birth.year;
        bool half = year->digits == 2 && year->number == birth.year % 100 &&
                    words[1].tight && words[2].tight;
        if (year->part == DATE_NUMBER && (whole || half) &&
            is_part(&words[orders[i][1]], birth.month) &&
            is_part(&words[orders[i][2]], birth.day))
            return true;
    }
    return false;
}

static bool is_compact(const struct date_word *word, struct civil_date birth)
{
    int y = birth.year, m = birth.month, d = birth.day;
    return word->part == DATE_NUMBER && word->digits == 8 &&
           (word->number == y * 10000 + m * 100 + d ||
            word->number == m * 1000000 + d * 10000 + y ||
            word->number == d * 1000000 + m * 10000 + y);
}

static bool tells_birth(struct civil_date birth, const struct wording *text)
{
    struct date_word last[3] = {0};
    const char year[2] = {(char)('0' + birth.year / 10 % 10),
                          (char)('0' + birth.year % 10)};
    if (!birth.year || !holds(text, year, 2))
        return false;
    for (size_t from = 0, to; from < text->len; from = to) {
        to = wording_word(text, from);
        struct date_word word = date_word(text, from, to, birth.month);
        if (word.part == DATE_FILLER)
            continue;
        last[0] = last[1];
        last[1] = last[2];
        last[2] = word;
        if (is_compact(&word, birth) || is_birth(last, birth))
            return true;
    }
    return false;
}

/* Results ------------------------------------------------------------------ */

/* "Your HIV test was positive", "an abnormal result". */
static bool tells_result(const struct policy *policy,
                         const struct wording *text)
{
    size_t word = 0, test = 0, result = 0; /* the last ones, counted from 1 */
    for (size_t from = 0, to; from < text->len; from = to) {
        to = wording_word(text, from);
        word++;
        if (word_list_find(&policy->test_words, text, from, to))
            test = word;
        else if (word_list_find(&policy->result_words, text, from, to))
            result = word;
        else
            continue;
        if (test && result &&
            (test > result ? test - result == 1
                           : result - test <= RESULT_WORDS))
            return true;
    }
    return false;
}

enum secret secrets_told(const struct secrets *secrets,
                         const struct policy *policy,
                         const struct wording *text)
{
    for (size_t i = 0; i < secrets->medicine_count; i++)
        if (tells_medicine(&secrets->medicines[i], policy, text))
            return SECRET_MEDICINE;
    if (tells_record(&secrets->record, text))
        return SECRET_RECORD;
    if (tells_birth(secrets->birth, text))
        return SECRET_BIRTH;
    return tells_result(policy, text) ? SECRET_RESULT : SECRET_NONE;
}
