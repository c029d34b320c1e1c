/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values of conditions, each against the type of its field: what fits is
 * kept in the form that the store binds, what does not is told with what
 * would. `now` and `today` stay relative: they are resolved when asked.
 */
#include "campaigns/expression_parse.h"

#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/words.h"

#define TOKEN_SHOWN 60

static int shown(const struct token *token)
{
    return (int)(token->len < TOKEN_SHOWN ? token->len : TOKEN_SHOWN);
}

const char *value_type_words(enum value_type type)
{
    switch (type) {
    case VALUE_MISSING:
        return "missing";
    case VALUE_BOOL:
        return "yes or no";
    case VALUE_NUMBER:
        return "a number";
    case VALUE_TEXT:
        return "a text";
    case VALUE_DATE:
        return "a date";
    case VALUE_INSTANT:
        return "a time";
    case VALUE_DURATION:
        return "a length of time";
    }
    return "";
}

static const char *type_example(enum value_type type)
{
    switch (type) {
    case VALUE_MISSING:
    case VALUE_TEXT:
        return "'words in quotes'";
    case VALUE_BOOL:
        return "yes or no";
    case VALUE_NUMBER:
        return "18";
    case VALUE_DATE:
        return "'2026-01-31' or today - 30 days";
    case VALUE_INSTANT:
        return "'2026-01-31' or now + 2 days";
    case VALUE_DURATION:
        return "24 hours";
    }
    return "";
}

static const char *token_type_words(const struct token *token)
{
    if (token->kind == TOKEN_TEXT)
        return "a text";
    if (token->kind == TOKEN_NUMBER)
        return "a number";
    if (token_is(token, "now") || token_is(token, "today"))
        return "a moment";
    bool boolean = token_is(token, "yes") || token_is(token, "no") ||
                   token_is(token, "true") || token_is(token, "false");
    return boolean ? "yes or no" : "not";
}

/* Not one value's fault: the sentence goes on behind it. */
static void wrong_type(struct parser *parser, const struct field *field,
                       const struct token *token)
{
    if (token->kind == TOKEN_WORD && field->type == VALUE_TEXT)
        parser_fault(parser, token, "%s is a text: write it in quotes, '%.*s'",
                     field->name, shown(token), token->at);
    else
        parser_fault(parser, token, "%s is %s; %.*s is %s: write %s",
                     field->name, value_type_words(field->type), shown(token),
                     token->at, token_type_words(token),
                     type_example(field->type));
}

bool moment_like(const char *text)
{
    static const char shape[] = "0000-00-00";
    text += strspn(text, " \t\r\n");
    for (size_t i = 0; shape[i] != '\0'; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == '0' ? !digit : text[i] != shape[i])
            return false;
    }
    return true;
}

const char *moment_fault(const char *text, char *out, size_t size)
{
    char day[11];
    struct civil_date date;
    struct civil civil;
    bool offset;
    int seconds;
    text += strspn(text, " \t\r\n");
    text_copy(day, sizeof(day), text);
    if (!civil_parse_date(day, &date))
        snprintf(out, size, "there is no day '%s' in the calendar", day);
    else if (civil_parse(text, &civil, &offset, &seconds) && !offset)
        snprintf(out, size,
                 "this moment does not say in which zone: write its offset "
                 "from UTC, %.10sT%.5s:00-05:00, or Z",
                 day, text + 11);
    else
        snprintf(out, size,
                 "a moment is written with its time and its offset from UTC: "
                 "%sT09:00:00-05:00",
                 day);
    return out;
}

/* "'2026-01-31'" or an instant with offset. */
static void operand_time(struct parser *parser, const struct field *field,
                         const struct token *token, struct operand *out)
{
    struct civil_date date;
    if (civil_parse_date(token->text, &date)) {
        out->type = VALUE_DATE;
        out->text = token->text;
        return;
    }
    instant at;
    if (field->type == VALUE_INSTANT && civil_parse_instant(token->text, &at)) {
        out->type = VALUE_INSTANT;
        out->integer = at;
        return;
    }
    char fault[200];
    bool day = strlen(token->text) == 10;
    if (moment_like(token->text) && (day || field->type == VALUE_INSTANT))
        parser_fault(parser, token, "%s",
                     moment_fault(token->text, fault, sizeof(fault)));
    else
        wrong_type(parser, field, token);
}

/* "now", "today", each with "+ 2 days" or "- 12 months". */
static bool operand_relative(struct parser *parser, const struct field *field,
                             struct operand *out)
{
    const struct token *word = parser_token(parser);
    out->relative = true;
    out->text = word->text;
    out->type = token_is(word, "now") ? VALUE_INSTANT : VALUE_DATE;
    if (field != NULL && field->type != VALUE_DATE &&
        field->type != VALUE_INSTANT)
        wrong_type(parser, field, word);
    parser->at++;
    const struct token *sign = parser_token(parser);
    if (!token_is(sign, "+") && !token_is(sign, "-"))
        return true;
    parser->at++;
    const struct token *number = parser_token(parser);
    if (!lex_duration(parser->tokens.items, &parser->at, &out->distance)) {
        parser_fault(parser, number,
                     "after '%s %.1s' comes a length of time: 30 days",
                     word->text, sign->at);
        return false;
    }
    if (out->distance.unit == UNIT_BUSINESS_DAYS ||
        out->distance.unit == UNIT_OPEN_HOURS)
        parser_fault(parser, number,
                     "conditions count in minutes, hours, days, weeks, months "
                     "or years");
    if (out->type == VALUE_DATE && (out->distance.unit == UNIT_MINUTES ||
                                    out->distance.unit == UNIT_HOURS))
        parser_fault(parser, number,
                     "today is a date: count in days, weeks, months or years");
    if (token_is(sign, "-"))
        out->distance.count = -out->distance.count;
    return true;
}

static void operand_duration(struct parser *parser, const struct field *field,
                             const struct token *token,
                             struct duration duration, struct operand *out)
{
    int64_t unit = 0;
    switch (duration.unit) {
    case UNIT_MINUTES:
        unit = MINUTE_MS;
        break;
    case UNIT_HOURS:
        unit = HOUR_MS;
        break;
    case UNIT_DAYS:
        unit = 24 * HOUR_MS;
        break;
    case UNIT_WEEKS:
        unit = 7 * 24 * HOUR_MS;
        break;
    case UNIT_BUSINESS_DAYS:
    case UNIT_OPEN_HOURS:
    case UNIT_MONTHS:
    case UNIT_YEARS:
        break;
    }
    if (field != NULL && field->type != VALUE_DURATION)
        parser_fault(parser, token,
                     "%s is %s; a length of time is not: "
                     "write %s",
                     field->name, value_type_words(field->type),
                     type_example(field->type));
    else if (unit == 0)
        parser_fault(parser, token,
                     "a length of time here counts in minutes, hours, days or "
                     "weeks");
    out->type = VALUE_DURATION;
    out->integer = duration.count * unit;
}

static bool operand_number(struct parser *parser, const struct field *field,
                           struct operand *out)
{
    const struct token *first = parser_token(parser);
    struct duration duration;
    if (lex_duration(parser->tokens.items, &parser->at, &duration)) {
        operand_duration(parser, field, first, duration, out);
        return true;
    }
    bool negative = parser_take(parser, "-");
    const struct token *number = parser_token(parser);
    if (number->kind != TOKEN_NUMBER) {
        parser_fault(parser, number, "after '-' comes a number");
        return false;
    }
    parser->at++;
    if (field != NULL && field->type == VALUE_DURATION)
        parser_fault(parser, number,
                     "%s is a length of time; say the unit: %.*s hours",
                     field->name, shown(number), number->at);
    else if (field != NULL && field->type != VALUE_NUMBER)
        wrong_type(parser, field, number);
    out->type = VALUE_NUMBER;
    out->number = negative ? -number->number : number->number;
    if (out->number > -9e15 && out->number < 9e15)
        out->integer = (int64_t)out->number;
    return true;
}

/* A word that no row can ever hold is a slip: "boked" would match nobody, or
 * everybody behind a "not". */
static void check_word(struct parser *parser, const struct field *field,
                       const struct token *token)
{
    char kept[WORD_MAX];
    char advice[300];
    if (words_find(field->words, token->text, kept) &&
        strcmp(kept, token->text) == 0)
        return;
    parser_fault(
        parser, token, "%s is never '%.60s'%s", field->name, token->text,
        words_advice(field->words, token->text, advice, sizeof(advice)));
}

static void operand_text(struct parser *parser, const struct field *field,
                         const struct token *token, struct operand *out)
{
    enum value_type type = field != NULL ? field->type : VALUE_TEXT;
    if (type == VALUE_DATE || type == VALUE_INSTANT) {
        operand_time(parser, field, token, out);
        return;
    }
    if (type != VALUE_TEXT)
        wrong_type(parser, field, token);
    else if (field != NULL && field->words != NULL)
        check_word(parser, field, token);
    out->type = VALUE_TEXT;
    out->text = token->text;
}

static void operand_word(struct parser *parser, const struct field *field,
                         const struct token *token, struct operand *out)
{
    bool yes = token_is(token, "yes") || token_is(token, "true");
    bool no = token_is(token, "no") || token_is(token, "false");
    out->type = VALUE_BOOL;
    out->integer = yes;
    if (field != NULL && (field->type != VALUE_BOOL || !(yes || no)))
        wrong_type(parser, field, token);
}

/* Where an operand lies on its type's axis. `now` and `today` stand at noon of
 * a day far from any change of clocks: what matters is how two of them lie. */
static double operand_position(const struct operand *operand, bool ends_day)
{
    const instant noon = INT64_C(1781524800000); /* 2026-06-15 UTC */
    const instant day_ms = 24 * HOUR_MS;
    const struct duration distance = operand->distance;
    struct civil_date date = civil_from_days(noon / day_ms);
    bool clock = distance.unit == UNIT_MINUTES || distance.unit == UNIT_HOURS;
    instant unit = distance.unit == UNIT_MINUTES ? MINUTE_MS : HOUR_MS;
    switch (operand->type) {
    case VALUE_NUMBER:
        return operand->number;
    case VALUE_DATE:
        if (operand->relative)
            date = duration_add_date(date, distance, 1);
        else
            civil_parse_date(operand->text, &date);
        return (double)((civil_days(date) + ends_day) * day_ms - ends_day);
    case VALUE_INSTANT:
        if (!operand->relative)
            return (double)operand->integer;
        if (clock)
            return (double)(noon + distance.count * unit);
        return (double)(noon +
                        (civil_days(duration_add_date(date, distance, 1)) -
                         civil_days(date)) *
                            day_ms);
    case VALUE_DURATION:
    case VALUE_BOOL:
    case VALUE_TEXT:
    case VALUE_MISSING:
        break;
    }
    return (double)operand->integer;
}

bool operands_in_order(const struct operand *low, const struct operand *high)
{
    if (low->relative != high->relative)
        return true; /* that depends on the day */
    return operand_position(low, false) <= operand_position(high, true);
}

bool parse_operand(struct parser *parser, const struct field *field,
                   struct operand *out)
{
    const struct token *token = parser_token(parser);
    *out = (struct operand){0};
    if (token_is(token, "now") || token_is(token, "today"))
        return operand_relative(parser, field, out);
    switch (token->kind) {
    case TOKEN_TEXT:
        operand_text(parser, field, token, out);
        parser->at++;
        return true;
    case TOKEN_WORD:
        operand_word(parser, field, token, out);
        parser->at++;
        return true;
    case TOKEN_NUMBER:
        return operand_number(parser, field, out);
    case TOKEN_MARK:
        if (token_is(token, "-"))
            return operand_number(parser, field, out);
        break;
    case TOKEN_CLOCK:
    case TOKEN_END:
    case TOKEN_OPERATOR:
        break;
    }
    parser_fault(parser, token, "a value is missing here: write %s",
                 type_example(field != NULL ? field->type : VALUE_TEXT));
    return false;
}
