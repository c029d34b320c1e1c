/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One field at a time: text in, value out, or a reason that a person at the
 * clinic understands. Dates are ISO here; another way of writing them was
 * declared in the mapping and translated before (never guessed). Ids that a
 * spreadsheet has turned into numbers are refused, since the digits are gone.
 */
#include "feeds/convert.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/phone.h"
#include "base/places.h"
#include "base/text.h"
#include "base/zone.h"
#include "store/death.h"
#include "store/words.h"

enum { MEASURED_MOST = 1000000000 };

static bool refuse(char *reason, const char *why)
{
    text_copy(reason, CONVERT_REASON_MAX, why);
    return false;
}

static bool as_text(const struct convert *with, const char *text,
                    struct value *out)
{
    out->type = VALUE_TEXT;
    out->text = scratch_text(with->scratch, text);
    return true;
}

static bool as_integer(struct value *out, int64_t value)
{
    out->type = VALUE_NUMBER;
    out->integer = value;
    return true;
}

/* 1.23E+05 is what is left of an id that went through a spreadsheet. */
static bool was_a_number(const char *text)
{
    size_t digits = strspn(text, "0123456789.");
    return digits > 0 && (text[digits] == 'E' || text[digits] == 'e') &&
           text[digits + 1] == '+' && isdigit((unsigned char)text[digits + 2]);
}

/* The last line of a report: "Total", "GRAND TOTAL: 27", "Count 100". */
static bool is_total(const char *text)
{
    static const char *const words[] = {
        "total",   "totals",  "grand total", "subtotal",     "sub-total",
        "count",   "sum",     "row count",   "record count", "rows",
        "records", "trailer", "end of file", "end of report"};
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz- "
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (text[len] && text[len] != ':' && (len == 0 || text[len - 1] != ' '))
        return false;
    while (len > 0 && text[len - 1] == ' ')
        len--;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strlen(words[i]) == len && strncasecmp(words[i], text, len) == 0)
            return true;
    return false;
}

static bool convert_key(const struct convert *with, const char *text,
                        struct value *out, char *reason)
{
    if (was_a_number(text))
        return refuse(reason, "a spreadsheet has rewritten this id as a "
                              "number: export it as text");
    if (is_total(text))
        return refuse(reason, "a totals line, no row: export without it");
    if (strlen(text) > 200)
        return refuse(reason, "an id of more than 200 characters");
    return as_text(with, text, out);
}

static bool convert_phone(const struct convert *with, const char *text,
                          struct value *out, char *reason)
{
    char number[PHONE_MAX];
    struct error err = {0};
    if (!phone_normalise(text, with->country, number, NULL, &err))
        return refuse(reason, err.text);
    return as_text(with, number, out);
}

static bool convert_email(const struct convert *with, const char *text,
                          struct value *out, char *reason)
{
    char address[256];
    struct error err = {0};
    if (!email_normalise(text, address, sizeof(address), &err))
        return refuse(reason, err.text);
    return as_text(with, address, out);
}

static bool convert_state(const struct convert *with, const char *text,
                          struct value *out, char *reason)
{
    if (!place_has_states(with->country))
        return as_text(with, text, out);
    const char *code = place_state(with->country, text);
    return code ? as_text(with, code, out)
                : refuse(reason, "no such state: its code or its name in full; "
                                 "of an address abroad leave it empty and "
                                 "give the zone");
}

/* Spreadsheets drop the zero of 02138; no ZIP code has four digits. */
static bool convert_zip(const struct convert *with, const char *text,
                        struct value *out)
{
    size_t digits = strspn(text, "0123456789");
    if (!text_equal(with->country, "US") || text[digits] || digits < 3 ||
        digits > 4)
        return as_text(with, text, out);
    char padded[8];
    snprintf(padded, sizeof(padded), "%05d", (int)strtol(text, NULL, 10));
    return as_text(with, padded, out);
}

/* What follows the language in a tag: "-MX", "-Hans-CN". */
static bool is_subtags(const char *text)
{
    while (*text == '-') {
        size_t len = 0;
        while (isalnum((unsigned char)text[1 + len]))
            len++;
        if (len < 2 || len > 8)
            return false;
        text += 1 + len;
    }
    return *text == '\0';
}

/* BCP 47 in the shape that campaigns use: es, es-MX, zh-Hans. The language is
 * the shortest code, since messages are written in "es" and not in "spa". */
static bool convert_language(const struct convert *with, const char *text,
                             struct value *out, char *reason)
{
    char code[8], language[4], tag[WORD_MAX];
    size_t len = 0;
    while (isalpha((unsigned char)text[len]))
        len++;
    snprintf(code, sizeof(code), "%.*s", len < sizeof(code) ? (int)len : 0,
             text);
    int size = 0;
    if (is_subtags(text + len) && text_language(code, language))
        size = snprintf(tag, sizeof(tag), "%s%s", language, text + len);
    if (size > 0 && size < (int)sizeof(tag))
        return as_text(with, tag, out);
    return refuse(reason, "not a language such as en, es or es-MX: "
                          "\"translate\" it in a mapping file");
}

/* Written as we write days, so its fault is another. */
static bool is_dated(const char *text)
{
    static const char shape[] = "0000-00-00";
    for (size_t i = 0; shape[i]; i++)
        if (shape[i] == '0' ? !isdigit((unsigned char)text[i])
                            : text[i] != shape[i])
            return false;
    return true;
}

/* "9:00": its hour lacks a zero. */
static bool lacks_zero(const char *clock)
{
    return isdigit((unsigned char)clock[0]) && clock[1] == ':';
}

const char *convert_moment_fault(const char *text)
{
    if (text && is_dated(text) && strchr(" T", text[10]) && text[10] &&
        lacks_zero(text + 11))
        return "the hour has two digits, as 09:00: or declare how times are "
               "written with \"dates\" in a mapping file";
    if (text && is_dated(text))
        return "there is no such day or time";
    return "not a time such as 2026-11-23 09:00 or 2026-11-23T14:00:00Z: "
           "declare how times are written with \"dates\" in a mapping file";
}

bool convert_day(const char *text, struct civil_date *out)
{
    struct civil local = {0};
    bool offset;
    int seconds;
    if (!civil_parse_date(text, &local.date) &&
        !civil_parse(text, &local, &offset, &seconds))
        return false;
    *out = local.date;
    return true;
}

static bool convert_date(const struct convert *with, const char *text,
                         struct value *out, char *reason)
{
    char day[CIVIL_TEXT_MAX];
    struct civil_date date;
    if (!convert_day(text, &date))
        return refuse(reason,
                      is_dated(text)
                          ? "there is no such day or time"
                          : "not a date such as 2026-11-23: declare how "
                            "dates are written with \"dates\" in a mapping "
                            "file");
    if (!as_text(with, civil_date_text(date, day), out))
        return false;
    out->type = VALUE_DATE;
    return true;
}

bool convert_moment(const char *text, const struct zone *zone,
                    struct convert_moment *out)
{
    struct convert_moment moment = {0};
    int offset = 0;
    moment.day = civil_parse_date(text, &moment.local.date);
    if (!moment.day &&
        !civil_parse(text, &moment.local, &moment.has_offset, &offset))
        return false;
    if (moment.has_offset) {
        moment.at = (civil_seconds(moment.local) - offset) * SECOND_MS;
        moment.local = zone_local(zone, moment.at);
    } else {
        moment.at = zone_instant(zone, moment.local);
    }
    *out = moment;
    return true;
}

static bool convert_instant(const struct convert *with, const char *text,
                            struct value *out, char *reason)
{
    struct convert_moment moment;
    if (!convert_moment(text, with->zone, &moment))
        return refuse(reason, convert_moment_fault(text));
    out->type = VALUE_INSTANT;
    out->integer = moment.at;
    return true;
}

static bool convert_bool(const char *text, struct value *out, char *reason)
{
    char word[WORD_MAX];
    if (!words_find("1|yes|y|true|t|on 0|no|n|false|f|off", text, word))
        return refuse(reason, "neither yes nor no");
    out->type = VALUE_BOOL;
    out->integer = word[0] == '1';
    return true;
}

static bool convert_died(const struct convert *with, const char *text,
                         struct value *out, char *reason)
{
    struct value known;
    char ignored[CONVERT_REASON_MAX];
    if (convert_bool(text, &known, ignored)) {
        /* When is not known; that it was in the past is. */
        return as_integer(out, known.integer ? 0 : DEATH_DENIED);
    }
    return convert_instant(with, text, out, reason);
}

static bool convert_clock(const char *text, struct value *out, char *reason)
{
    int seconds;
    if (!civil_parse_time(text, &seconds))
        return refuse(reason, lacks_zero(text)
                                  ? "the hour has two digits, as 09:00"
                                  : "not a time of day such as 08:30");
    return as_integer(out, seconds / 60);
}

static bool convert_zone(const struct convert *with, const char *text,
                         struct value *out, char *reason)
{
    if (!zone_find(text))
        return refuse(reason, "not a time zone such as America/New_York");
    return as_text(with, text, out);
}

bool convert_whole(const char *text, int64_t *out)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    /* 30.0 is how some exports write 30. */
    if (*end == '.' && end[1 + strspn(end + 1, "0")] == '\0')
        end += strlen(end);
    if (end == text || *end || errno || isspace((unsigned char)*text))
        return false;
    *out = value;
    return true;
}

static bool convert_integer(const struct layout_column *column,
                            const char *text, struct value *out, char *reason)
{
    int64_t value;
    if (!convert_whole(text, &value))
        return refuse(reason, "not a whole number");
    if (value < column->least || (column->most && value > column->most)) {
        snprintf(reason, CONVERT_REASON_MAX, "not between %lld and %lld",
                 (long long)column->least, (long long)column->most);
        return false;
    }
    return as_integer(out, value);
}

/* Whole numbers stay whole. ">14" and "<0.5" are how laboratories write what
 * lies outside of what they measure: the bound is the value. */
static bool convert_number(const char *text, struct value *out, char *reason)
{
    char *end;
    const char *digits = text + strspn(text, "<>= ");
    double value = strtod(digits, &end);
    if (end == digits || *end || digits[strspn(digits, "0123456789.-")] ||
        fabs(value) > MEASURED_MOST)
        return refuse(reason, "not a number such as 7.2");
    if (value == trunc(value))
        return as_integer(out, (int64_t)value);
    *out = (struct value){.type = VALUE_NUMBER, .number = value};
    return true;
}

static bool convert_words(const struct convert *with,
                          const struct layout_column *column, const char *text,
                          struct value *out, char *reason)
{
    char word[WORD_MAX];
    if (words_find(column->words, text, word))
        return as_text(with, word, out);
    size_t used = (size_t)snprintf(reason, CONVERT_REASON_MAX, "none of");
    for (size_t i = 0;
         used < CONVERT_REASON_MAX && words_at(column->words, i, word); i++)
        used += (size_t)snprintf(reason + used, CONVERT_REASON_MAX - used,
                                 " %s", word);
    return false;
}

static bool is_a_day(enum layout_type type)
{
    return type == LAYOUT_DATE || type == LAYOUT_BIRTH ||
           type == LAYOUT_INSTANT || type == LAYOUT_MOMENT ||
           type == LAYOUT_DIED;
}

/* Whole, or with a time behind it. */
static bool says_day(const char *text, const char *day)
{
    size_t len = strlen(day);
    return strncmp(text, day, len) == 0 &&
           (text[len] == '\0' || text[len] == ' ' || text[len] == 'T');
}

bool convert_is_nothing(const struct layout_column *column, const char *text)
{
    static const char *const days[] = {"1900-01-01", "01/01/1900",
                                       "1/1/1900",   "9999-12-31",
                                       "12/31/9999", "31/12/9999"};
    static const char *const words[] = {"UNKNOWN", "NONE", "NULL", "N/A"};
    char word[WORD_MAX];
    if (!strchr("019UuNn3", text[0]))
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (text_equal_nocase(text, words[i]))
            return !column->words || !words_find(column->words, text, word);
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
        if (is_a_day(column->type) && says_day(text, days[i]))
            return true;
    return false;
}

bool convert_field(const struct convert *with,
                   const struct layout_column *column, const char *text,
                   struct value *out, char reason[CONVERT_REASON_MAX])
{
    switch (column->type) {
    case LAYOUT_TEXT:
        return as_text(with, text, out);
    case LAYOUT_KEY:
    case LAYOUT_PERSON:
    case LAYOUT_LIST:
        return convert_key(with, text, out, reason);
    case LAYOUT_PHONE:
        return convert_phone(with, text, out, reason);
    case LAYOUT_EMAIL:
        return convert_email(with, text, out, reason);
    case LAYOUT_STATE:
        return convert_state(with, text, out, reason);
    case LAYOUT_ZIP:
        return convert_zip(with, text, out);
    case LAYOUT_LANGUAGE:
        return convert_language(with, text, out, reason);
    case LAYOUT_DATE:
    case LAYOUT_BIRTH:
        return convert_date(with, text, out, reason);
    case LAYOUT_INSTANT:
        return convert_instant(with, text, out, reason);
    case LAYOUT_DIED:
        return convert_died(with, text, out, reason);
    case LAYOUT_CLOCK:
        return convert_clock(text, out, reason);
    case LAYOUT_ZONE:
        return convert_zone(with, text, out, reason);
    case LAYOUT_BOOL:
        return convert_bool(text, out, reason);
    case LAYOUT_WORD:
        return convert_words(with, column, text, out, reason);
    case LAYOUT_INTEGER:
        return convert_integer(column, text, out, reason);
    case LAYOUT_NUMBER:
        return convert_number(text, out, reason);
    case LAYOUT_MOMENT:
    case LAYOUT_PATIENT:
    case LAYOUT_CLINIC:
    case LAYOUT_PRESCRIPTION:
    case LAYOUT_POINT:
    case LAYOUT_ATTRIBUTE:
        break;
    }
    PANIC("column %s is not converted here", column->name);
}
