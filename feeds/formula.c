/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Computing a mapping's formula for one row. Everything is text, as in the
 * file; numbers are whole, dates are ISO. A value that is not there makes the
 * result missing, except where a function says what else to take. Overflow is
 * an error like any other text that is no number.
 */
#include "feeds/formula.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/error.h"
#include "base/text.h"

#include "feeds/convert.h"
#include "feeds/dates.h"
#include "feeds/hl7_time.h"

enum { TEXT_MAX = 64 << 10 };

static bool fail(char *reason, const char *what, const char *value)
{
    snprintf(reason, FORMULA_REASON_MAX, "'%.40s' %s", value, what);
    return false;
}

static bool column_text(const struct formula *formula,
                        const struct formula_row *row, const char **out)
{
    const char *text = NULL;
    if (row->look)
        text = row->look(row->arg, formula);
    else if (formula->source == 0)
        text = row->fields[formula->field];
    else if (row->joined[formula->source - 1])
        text = row->joined[formula->source - 1][formula->field];
    *out = text && !row->nothing(row->arg, text) ? text : NULL;
    return true;
}

static bool number_of(const char *text, int64_t *out, char *reason)
{
    return convert_whole(text, out) ||
           fail(reason, "is not a whole number", text);
}

static bool day_of(const char *text, int64_t *out, char *reason)
{
    struct civil_date day;
    if (!convert_day(text, &day))
        return fail(reason, "is not a date", text);
    *out = civil_days(day);
    return true;
}

static const char *number_text(const struct formula_row *row, int64_t number)
{
    char text[24];
    snprintf(text, sizeof(text), "%lld", (long long)number);
    return scratch_text(row->scratch, text);
}

static bool translate(const struct formula *formula,
                      const struct formula_row *row, const char **out,
                      char *reason)
{
    const char *from;
    if (!formula_text(formula->parts[0], row, &from, reason))
        return false;
    for (size_t i = 0; i < formula->word_count; i += 2) {
        if (text_equal_nocase(formula->words[i], from ? from : "")) {
            const char *to = formula->words[i + 1];
            *out = *to ? to : NULL;
            return true;
        }
    }
    if (formula->count > 1)
        return formula_text(formula->parts[1], row, out, reason);
    if (from)
        return fail(reason,
                    "has no translation: add it to \"translate\", or an "
                    "\"else\"",
                    from);
    *out = NULL;
    return true;
}

static bool concat(const struct formula *formula, const struct formula_row *row,
                   const char **out, char *reason)
{
    const char *texts[16];
    size_t len = 0;
    for (size_t i = 0; i < formula->count; i++) {
        if (!formula_text(formula->parts[i], row, &texts[i], reason))
            return false;
        texts[i] = texts[i] ? texts[i] : "";
        len += strlen(texts[i]);
    }
    char *whole = len > TEXT_MAX ? NULL : scratch_take(row->scratch, len + 1);
    if (!whole)
        return fail(reason, "and so on: too long a text", texts[0]);
    char *at = whole;
    for (size_t i = 0; i < formula->count; i++) {
        size_t size = strlen(texts[i]);
        memcpy(at, texts[i], size);
        at += size;
    }
    *at = '\0';
    *out = *whole ? whole : NULL;
    return true;
}

static bool first_of(const struct formula *formula,
                     const struct formula_row *row, const char **out,
                     char *reason)
{
    *out = NULL;
    for (size_t i = 0; i < formula->count && !*out; i++)
        if (!formula_text(formula->parts[i], row, out, reason))
            return false;
    return true;
}

static bool pair_of(const struct formula *formula,
                    const struct formula_row *row, const char **a,
                    const char **b, char *reason)
{
    return formula_text(formula->parts[0], row, a, reason) &&
           formula_text(formula->parts[1], row, b, reason);
}

static bool if_equals(const struct formula *formula,
                      const struct formula_row *row, const char **out,
                      char *reason)
{
    const char *a, *b;
    if (!pair_of(formula, row, &a, &b, reason))
        return false;
    bool equal = a && b ? text_equal_nocase(a, b) : a == b;
    return formula_text(formula->parts[equal ? 2 : 3], row, out, reason);
}

static bool date(const struct formula *formula, const struct formula_row *row,
                 const char **out, char *reason)
{
    const char *text;
    char iso[DATES_ISO_MAX];
    if (!formula_text(formula->parts[0], row, &text, reason))
        return false;
    *out = NULL;
    if (!text)
        return true;
    if (!dates_read(formula->text, text, iso)) {
        snprintf(reason, FORMULA_REASON_MAX,
                 "'%.40s' is not a date written as %.40s", text, formula->text);
        return false;
    }
    *out = scratch_text(row->scratch, iso);
    return true;
}

static bool hl7_time(const struct formula *formula,
                     const struct formula_row *row, const char **out,
                     char *reason)
{
    const char *text;
    char iso[CIVIL_TEXT_MAX];
    if (!formula_text(formula->parts[0], row, &text, reason))
        return false;
    *out = text;
    if (!text ||
        (formula->number == FORMULA_MAYBE && strspn(text, "0123456789") < 8))
        return true;
    if (!hl7_time_read(text, iso, formula->number == FORMULA_DAY))
        return fail(reason, HL7_TIME_WANTED, text);
    *out = scratch_text(row->scratch, iso);
    return true;
}

static bool iso_day(const struct formula *formula,
                    const struct formula_row *row, const char **out,
                    char *reason)
{
    if (!formula_text(formula->parts[0], row, out, reason))
        return false;
    char *day = *out && strlen(*out) > 10 && (*out)[10] == 'T'
                    ? scratch_text(row->scratch, *out)
                    : NULL;
    if (day) {
        day[strnlen(day, 10)] = '\0';
        *out = day;
    }
    return true;
}

static bool without_digits(const struct formula *formula,
                           const struct formula_row *row, const char **out,
                           char *reason)
{
    const char *text;
    if (!formula_text(formula->parts[0], row, &text, reason))
        return false;
    *out = NULL;
    char *copy = text ? scratch_text(row->scratch, text) : NULL;
    if (!copy)
        return true;
    char *to = copy;
    for (const char *from = copy; *from; from++)
        if (!isdigit((unsigned char)*from))
            *to++ = *from;
    *to = '\0';
    *out = *copy ? copy : NULL;
    return true;
}

static bool arithmetic(enum formula_kind kind, int64_t a, int64_t b,
                       int64_t *out, char *reason)
{
    bool overflow = false;
    switch (kind) {
    case FORMULA_DIVIDE:
        if (b == 0)
            return fail(reason, "cannot divide", "0");
        overflow = a == INT64_MIN && b == -1;
        if (!overflow)
            *out = a / b - (a % b != 0 && (a < 0) != (b < 0));
        break;
    case FORMULA_MULTIPLY:
        overflow = __builtin_mul_overflow(a, b, out);
        break;
    case FORMULA_SUBTRACT:
        overflow = __builtin_sub_overflow(a, b, out);
        break;
    case FORMULA_DAYS_BETWEEN:
        *out = b - a;
        break;
    case FORMULA_AT_LEAST:
        *out = a > b ? a : b;
        break;
    case FORMULA_AT_MOST:
        *out = a < b ? a : b;
        break;
    case FORMULA_COLUMN:
    case FORMULA_CONSTANT:
    case FORMULA_TURN:
    case FORMULA_TODAY:
    case FORMULA_TRANSLATE:
    case FORMULA_DATE:
    case FORMULA_CONCAT:
    case FORMULA_FIRST_OF:
    case FORMULA_IF_EQUALS:
    case FORMULA_ADD_DAYS:
    case FORMULA_WITHOUT_DIGITS:
    case FORMULA_HL7_TIME:
    case FORMULA_ISO_DAY:
        PANIC("kind %d is no arithmetic", (int)kind);
    }
    return !overflow || fail(reason, "is too large a number", "the result");
}

static bool two_operands(const struct formula *formula,
                         const struct formula_row *row, const char **out,
                         char *reason)
{
    const char *texts[2];
    int64_t numbers[2], result = 0;
    bool days = formula->kind == FORMULA_DAYS_BETWEEN;
    *out = NULL;
    for (int i = 0; i < 2; i++) {
        if (!formula_text(formula->parts[i], row, &texts[i], reason))
            return false;
        if (!texts[i])
            return true;
        if (!(days ? day_of(texts[i], &numbers[i], reason)
                   : number_of(texts[i], &numbers[i], reason)))
            return false;
    }
    if (!arithmetic(formula->kind, numbers[0], numbers[1], &result, reason))
        return false;
    *out = number_text(row, result);
    return true;
}

static bool add_days(const struct formula *formula,
                     const struct formula_row *row, const char **out,
                     char *reason)
{
    const char *from, *more;
    int64_t day, days;
    *out = NULL;
    if (!pair_of(formula, row, &from, &more, reason))
        return false;
    if (!from || !more)
        return true;
    if (!day_of(from, &day, reason) || !number_of(more, &days, reason))
        return false;
    if (days < -1000000 || days > 1000000)
        return fail(reason, "is too many days", more);
    struct civil_date date = civil_from_days(day + days);
    char text[CIVIL_TEXT_MAX];
    if (!civil_valid(date))
        return fail(reason, "is too many days", more);
    *out = scratch_text(row->scratch, civil_date_text(date, text));
    return true;
}

bool formula_text(const struct formula *formula, const struct formula_row *row,
                  const char **out, char reason[FORMULA_REASON_MAX])
{
    switch (formula->kind) {
    case FORMULA_COLUMN:
        return column_text(formula, row, out);
    case FORMULA_CONSTANT:
        *out = *formula->text ? formula->text : NULL;
        return true;
    case FORMULA_TURN:
        *out = number_text(row, formula->number + row->turn);
        return true;
    case FORMULA_TODAY:
        *out = row->today;
        return true;
    case FORMULA_TRANSLATE:
        return translate(formula, row, out, reason);
    case FORMULA_DATE:
        return date(formula, row, out, reason);
    case FORMULA_CONCAT:
        return concat(formula, row, out, reason);
    case FORMULA_FIRST_OF:
        return first_of(formula, row, out, reason);
    case FORMULA_IF_EQUALS:
        return if_equals(formula, row, out, reason);
    case FORMULA_ADD_DAYS:
        return add_days(formula, row, out, reason);
    case FORMULA_WITHOUT_DIGITS:
        return without_digits(formula, row, out, reason);
    case FORMULA_HL7_TIME:
        return hl7_time(formula, row, out, reason);
    case FORMULA_ISO_DAY:
        return iso_day(formula, row, out, reason);
    case FORMULA_DAYS_BETWEEN:
    case FORMULA_DIVIDE:
    case FORMULA_MULTIPLY:
    case FORMULA_SUBTRACT:
    case FORMULA_AT_LEAST:
    case FORMULA_AT_MOST:
        return two_operands(formula, row, out, reason);
    }
    PANIC("a formula of kind %d", (int)formula->kind);
}

void formula_places(const struct formula *formula, struct buf *out)
{
    if (formula->kind == FORMULA_COLUMN)
        buf_format(out, "%s%s", out->len ? ", " : "", formula->text);
    for (size_t i = 0; i < formula->count; i++)
        formula_places(formula->parts[i], out);
}

bool formula_number(const struct formula *formula,
                    const struct formula_row *row, bool *missing, int64_t *out,
                    char reason[FORMULA_REASON_MAX])
{
    const char *text;
    if (!formula_text(formula, row, &text, reason))
        return false;
    *missing = text == NULL;
    return *missing || number_of(text, out, reason);
}
