/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cuts conditions into tokens and reads durations. Knows no field and no
 * grammar beyond "a number and its unit"; bounded in bytes and tokens, so
 * that nothing above it can be made to run long or deep.
 */
#include "campaigns/expression_lex.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define TEXT_LITERAL_MAX 200

struct lexer {
    const char *at;
    int column;
    struct arena *arena;
    char *message;
    size_t size;
};

/* The most of each unit is about two hundred years, so that no date leaves
 * the calendar. */
static const struct unit_name {
    const char *first, *second;
    enum duration_unit unit;
    int most;
} unit_names[] = {
    {"minute", NULL, UNIT_MINUTES, 1000000},
    {"minutes", NULL, UNIT_MINUTES, 1000000},
    {"hour", NULL, UNIT_HOURS, 1000000},
    {"hours", NULL, UNIT_HOURS, 1000000},
    {"day", NULL, UNIT_DAYS, 73000},
    {"days", NULL, UNIT_DAYS, 73000},
    {"business", "day", UNIT_BUSINESS_DAYS, 10000},
    {"business", "days", UNIT_BUSINESS_DAYS, 10000},
    {"open", "hour", UNIT_OPEN_HOURS, 10000},
    {"open", "hours", UNIT_OPEN_HOURS, 10000},
    {"week", NULL, UNIT_WEEKS, 10000},
    {"weeks", NULL, UNIT_WEEKS, 10000},
    {"month", NULL, UNIT_MONTHS, 2400},
    {"months", NULL, UNIT_MONTHS, 2400},
    {"year", NULL, UNIT_YEARS, 200},
    {"years", NULL, UNIT_YEARS, 200},
};
#define UNIT_NAMES (sizeof(unit_names) / sizeof(unit_names[0]))

bool token_is(const struct token *token, const char *word)
{
    return (token->kind == TOKEN_WORD || token->kind == TOKEN_MARK ||
            token->kind == TOKEN_OPERATOR) &&
           strlen(word) == token->len &&
           strncmp(token->at, word, token->len) == 0;
}

/* Moves over `bytes`, counting code points. */
static void lexer_move(struct lexer *lexer, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        lexer->column += ((unsigned char)lexer->at[i] & 0xC0) != 0x80;
    lexer->at += bytes;
}

static size_t word_length(const char *at)
{
    bool attribute = strncmp(at, "attr.", 5) == 0;
    size_t len = 0;
    while (isalnum((unsigned char)at[len]) || at[len] == '_' ||
           at[len] == '.' || (attribute && at[len] == '-'))
        len++;
    return len;
}

static bool lexer_text(struct lexer *lexer, struct token *token)
{
    char value[TEXT_LITERAL_MAX + 1];
    size_t len = 0;
    const char *at = lexer->at + 1;
    while (*at != '\0') {
        if (*at == '\'') {
            if (at[1] != '\'')
                break;
            at++; /* '' is one quote */
        }
        if (len >= TEXT_LITERAL_MAX) {
            snprintf(lexer->message, lexer->size,
                     "this text is longer than %d bytes", TEXT_LITERAL_MAX);
            return false;
        }
        value[len++] = *at++;
    }
    if (*at != '\'') {
        snprintf(lexer->message, lexer->size,
                 "this text has no closing quote: write '...'");
        return false;
    }
    token->kind = TOKEN_TEXT;
    token->len = (size_t)(at + 1 - lexer->at);
    token->text = arena_text_n(lexer->arena, value, len);
    return true;
}

static bool lexer_number(struct lexer *lexer, struct token *token)
{
    size_t len = strspn(lexer->at, "0123456789.");
    char digits[32];
    char *end = NULL;
    if (lexer->at[len] == ':') {
        token->kind = TOKEN_CLOCK;
        token->len = strspn(lexer->at, "0123456789:.");
        token->text = arena_text_n(lexer->arena, lexer->at, token->len);
        return true;
    }
    if (len < sizeof(digits)) {
        memcpy(digits, lexer->at, len);
        digits[len] = '\0';
        token->number = strtod(digits, &end);
    }
    if (end == NULL || *end != '\0') {
        snprintf(lexer->message, lexer->size, "'%.*s' is not a number",
                 (int)(len < 40 ? len : 40), lexer->at);
        return false;
    }
    token->kind = TOKEN_NUMBER;
    token->len = len;
    return true;
}

static bool lexer_sign(struct lexer *lexer, struct token *token)
{
    static const char *const operators[] = {"!=", "<=", ">=", "=", "<", ">"};
    static const char *const wrong[] = {"==", "<>", "&&", "||", "!"};
    static const char *const right[] = {"=", "!=", "and", "or", "not"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        if (strncmp(lexer->at, wrong[i], strlen(wrong[i])) == 0 &&
            strncmp(lexer->at, "!=", 2) != 0) {
            snprintf(lexer->message, lexer->size, "'%s' is written '%s' here",
                     wrong[i], right[i]);
            return false;
        }
    }
    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
        size_t len = strlen(operators[i]);
        if (strncmp(lexer->at, operators[i], len) == 0) {
            token->kind = TOKEN_OPERATOR;
            token->len = len;
            return true;
        }
    }
    if (strchr("(),+-", *lexer->at) != NULL) {
        token->kind = TOKEN_MARK;
        token->len = 1;
        return true;
    }
    if (*lexer->at == '"')
        snprintf(lexer->message, lexer->size,
                 "texts stand in single quotes: 'like this'");
    else if (text_starts(lexer->at, "\u2018") ||
             text_starts(lexer->at, "\u2019") ||
             text_starts(lexer->at, "\u201c") ||
             text_starts(lexer->at, "\u201d"))
        snprintf(lexer->message, lexer->size,
                 "texts stand in straight quotes, as a text editor writes "
                 "them: 'like this'");
    else if ((unsigned char)*lexer->at < 0x80 &&
             isprint((unsigned char)*lexer->at))
        snprintf(lexer->message, lexer->size, "'%c' means nothing here",
                 *lexer->at);
    else
        snprintf(lexer->message, lexer->size,
                 "this character means nothing here");
    return false;
}

static bool lexer_token(struct lexer *lexer, struct token *token)
{
    token->at = lexer->at;
    token->column = lexer->column;
    if (*lexer->at == '\0') {
        token->kind = TOKEN_END;
        return true;
    }
    if (*lexer->at == '\'')
        return lexer_text(lexer, token);
    if (isdigit((unsigned char)*lexer->at))
        return lexer_number(lexer, token);
    if (isalpha((unsigned char)*lexer->at) || *lexer->at == '_') {
        token->kind = TOKEN_WORD;
        token->len = word_length(lexer->at);
        token->text = arena_text_n(lexer->arena, token->at, token->len);
        return true;
    }
    return lexer_sign(lexer, token);
}

bool lex_tokens(const char *text, struct arena *arena, struct tokens *out,
                char *message, size_t size, int *column)
{
    struct lexer lexer = {
        .at = text,
        .arena = arena,
        .message = message,
        .size = size,
    };
    *out = (struct tokens){0};
    *column = 0;
    if (text_length(text) > LEX_TEXT_MAX) {
        snprintf(message, size,
                 "longer than %d characters: split it into lines",
                 LEX_TEXT_MAX);
        return false;
    }
    struct token *items =
        memory_grow(NULL, LEX_TOKENS_MAX + 1, sizeof(items[0]));
    bool done = false;
    do {
        lexer_move(&lexer, strspn(lexer.at, " \t\r\n"));
        items[out->count] = (struct token){0};
        *column = lexer.column;
        if (out->count >= LEX_TOKENS_MAX && *lexer.at != '\0') {
            snprintf(message, size, "more than %d words: split it into lines",
                     LEX_TOKENS_MAX);
            goto out;
        }
        if (!lexer_token(&lexer, &items[out->count]))
            goto out;
        lexer_move(&lexer, items[out->count].len);
    } while (items[out->count++].kind != TOKEN_END);
    out->items = arena_alloc(arena, out->count * sizeof(items[0]));
    memcpy(out->items, items, out->count * sizeof(items[0]));
    done = true;
out:
    free(items);
    return done;
}

bool token_count(const struct token *token, int most, int *out)
{
    if (token->kind != TOKEN_NUMBER || token->number > most ||
        strspn(token->at, "0123456789") < token->len)
        return false;
    *out = (int)token->number;
    return true;
}

bool lex_duration(const struct token *tokens, size_t *at, struct duration *out)
{
    const struct token *number = &tokens[*at];
    int count;
    if (!token_count(number, 1000000, &count))
        return false;
    const struct token *first = number + 1;
    for (size_t i = 0; i < UNIT_NAMES; i++) {
        if (!token_is(first, unit_names[i].first))
            continue;
        if (unit_names[i].second != NULL &&
            !token_is(first + 1, unit_names[i].second))
            continue;
        if (count > unit_names[i].most)
            return false;
        out->count = count;
        out->unit = unit_names[i].unit;
        *at += unit_names[i].second != NULL ? 3 : 2;
        return true;
    }
    return false;
}

bool duration_parse(const char *text, struct duration *out)
{
    char message[100];
    int column;
    size_t at = 0;
    struct tokens tokens;
    struct duration duration;
    if (text == NULL)
        return false;
    struct arena *arena = arena_new();
    bool done =
        lex_tokens(text, arena, &tokens, message, sizeof(message), &column) &&
        lex_duration(tokens.items, &at, &duration) &&
        tokens.items[at].kind == TOKEN_END;
    if (done)
        *out = duration;
    arena_free(arena);
    return done;
}

const char *duration_text(struct duration duration, char out[40])
{
    const char *unit = "";
    switch (duration.unit) {
    case UNIT_MINUTES:
        unit = "minute";
        break;
    case UNIT_HOURS:
        unit = "hour";
        break;
    case UNIT_DAYS:
        unit = "day";
        break;
    case UNIT_BUSINESS_DAYS:
        unit = "business day";
        break;
    case UNIT_OPEN_HOURS:
        unit = "open hour";
        break;
    case UNIT_WEEKS:
        unit = "week";
        break;
    case UNIT_MONTHS:
        unit = "month";
        break;
    case UNIT_YEARS:
        unit = "year";
        break;
    }
    snprintf(out, 40, "%d %s%s", duration.count, unit,
             duration.count == 1 ? "" : "s");
    return out;
}
