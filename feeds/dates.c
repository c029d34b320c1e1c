/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads dates by a declared format, strictly: whole text, real day. It never
 * guesses which of two numbers is the month.
 */
#include "feeds/dates.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"

enum part {
    PART_YEAR,
    PART_MONTH,
    PART_DAY,
    PART_HOUR,
    PART_MINUTE,
    PART_SECOND,
    PART_NOON, /* am or pm */
    PART_MONTH_NAME,
    PARTS,
    PART_NONE = PARTS
};

static const struct {
    const char *text;
    enum part part;
    int least, most; /* digits */
} tokens[] = {
    {"YYYY", PART_YEAR, 4, 4}, {"MMM", PART_MONTH_NAME, 0, 0},
    {"MM", PART_MONTH, 2, 2},  {"M", PART_MONTH, 1, 2},
    {"DD", PART_DAY, 2, 2},    {"D", PART_DAY, 1, 2},
    {"hh", PART_HOUR, 2, 2},   {"h", PART_HOUR, 1, 2},
    {"mm", PART_MINUTE, 2, 2}, {"ss", PART_SECOND, 2, 2},
    {"a", PART_NOON, 0, 0},
};
enum { TOKENS = sizeof(tokens) / sizeof(tokens[0]) };

static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

static size_t token_at(const char *format)
{
    size_t i = 0;
    while (i < TOKENS &&
           strncmp(format, tokens[i].text, strlen(tokens[i].text)) != 0)
        i++;
    return i;
}

static bool read_digits(const char **text, int least, int most, int *out)
{
    int value = 0, digits = 0;
    while (digits < most && isdigit((unsigned char)**text)) {
        value = value * 10 + (*(*text)++ - '0');
        digits++;
    }
    *out = value;
    return digits >= least;
}

static bool read_name(const char **text, int *out)
{
    for (int i = 0; i < 12; i++) {
        if (strncasecmp(*text, months + 3 * i, 3) == 0) {
            *out = i + 1;
            *text += 3;
            return true;
        }
    }
    return false;
}

static bool read_noon(const char **text, int *out)
{
    bool pm = strncasecmp(*text, "pm", 2) == 0;
    if (!pm && strncasecmp(*text, "am", 2) != 0)
        return false;
    *out = pm;
    *text += 2;
    return true;
}

static bool read_part(size_t token, const char **text, int *parts, bool *have)
{
    enum part part = tokens[token].part;
    bool done;
    if (part == PART_MONTH_NAME) {
        done = read_name(text, &parts[PART_MONTH]);
        part = PART_MONTH;
    } else if (part == PART_NOON) {
        done = read_noon(text, &parts[PART_NOON]);
    } else {
        done = read_digits(text, tokens[token].least, tokens[token].most,
                           &parts[part]);
    }
    have[part] = true;
    return done;
}

static bool write_iso(int *parts, const bool *have, char *out)
{
    struct civil_date date = {(int16_t)parts[PART_YEAR],
                              (int8_t)parts[PART_MONTH],
                              (int8_t)parts[PART_DAY]};
    if (!civil_valid(date))
        return false;
    if (have[PART_NOON]) {
        if (parts[PART_HOUR] < 1 || parts[PART_HOUR] > 12)
            return false;
        parts[PART_HOUR] = parts[PART_HOUR] % 12 + 12 * parts[PART_NOON];
    }
    if (parts[PART_HOUR] > 23 || parts[PART_MINUTE] > 59 ||
        parts[PART_SECOND] > 59)
        return false;
    char text[CIVIL_TEXT_MAX];
    struct civil civil = {date, (int8_t)parts[PART_HOUR],
                          (int8_t)parts[PART_MINUTE],
                          (int8_t)parts[PART_SECOND]};
    if (have[PART_HOUR])
        civil_text(civil, text);
    else
        civil_date_text(date, text);
    snprintf(out, DATES_ISO_MAX, "%.20s", text);
    return true;
}

bool dates_read(const char *format, const char *text, char out[DATES_ISO_MAX])
{
    int parts[PARTS] = {0};
    bool have[PARTS] = {false};
    while (*format) {
        size_t token = token_at(format);
        if (token < TOKENS) {
            if (!read_part(token, &text, parts, have))
                return false;
            format += strlen(tokens[token].text);
        } else if (*format++ != *text++) {
            return false;
        }
    }
    return *text == '\0' && write_iso(parts, have, out);
}

const char *dates_check(const char *format)
{
    bool have[PARTS] = {false};
    while (*format) {
        size_t token = token_at(format);
        if (token == TOKENS) {
            if (*format == 'Y')
                return "the year is written YYYY";
            if (isalpha((unsigned char)*format) && *format != 'T')
                return "letters are YYYY MM DD MMM M D hh h mm ss a";
            format++;
            continue;
        }
        enum part part = tokens[token].part == PART_MONTH_NAME
                             ? PART_MONTH
                             : tokens[token].part;
        if (have[part])
            return "one part is there twice";
        have[part] = true;
        format += strlen(tokens[token].text);
    }
    if (!have[PART_YEAR] || !have[PART_MONTH] || !have[PART_DAY])
        return "a year, a month and a day are needed";
    if (have[PART_MINUTE] && !have[PART_HOUR])
        return "minutes need hours";
    return NULL;
}
