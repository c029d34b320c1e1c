/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions: recursive descent over the catalogue of store/predicate.h into
 * a typed predicate. It never evaluates anything: the store lowers the same
 * leaves to SQL and explain shows them. Every fault is told with line, column
 * and the nearest known name; a wrong name does not stop the reading, a broken
 * sentence does. Operands are read in expression_operand.c, histories in
 * expression_history.c. Bounded in length, words and depth.
 */
#include "campaigns/expression.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "campaigns/bundle.h"
#include "campaigns/expression_parse.h"

#define DEPTH_MAX 32
#define IN_MAX 100
#define SUGGESTIONS_MAX 400

static struct predicate *parse_or(struct parser *parser);

void parser_fault(struct parser *parser, const struct token *token,
                  const char *format, ...)
{
    char text[600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    parser->fault_count++;
    faults_add(parser->faults, FAULT_ERROR, parser->place->file,
               parser->place->line, parser->place->column + token->column, "%s",
               text);
}

struct predicate *parser_new(struct parser *parser, enum predicate_kind kind,
                             const struct token *first)
{
    struct predicate *predicate =
        arena_alloc(parser->arena, sizeof(*predicate));
    predicate->kind = kind;
    predicate->line = parser->place->line;
    predicate->column = parser->place->column + first->column;
    return predicate;
}

/* Gives a finished predicate its own words, from `first` to what was read
 * last. */
struct predicate *parser_finish(struct parser *parser,
                                struct predicate *predicate,
                                const struct token *first)
{
    if (predicate == NULL || parser->at == 0)
        return predicate;
    const struct token *last = &parser->tokens.items[parser->at - 1];
    predicate->source = arena_text_n(
        parser->arena, first->at, (size_t)(last->at + last->len - first->at));
    return predicate;
}

const struct token *parser_token(const struct parser *parser)
{
    return &parser->tokens.items[parser->at];
}

bool parser_take(struct parser *parser, const char *word)
{
    if (!token_is(parser_token(parser), word))
        return false;
    parser->at++;
    return true;
}

/* Whether `word` stands `ahead` tokens from here; the end ends it. */
static bool parser_sees(const struct parser *parser, size_t ahead,
                        const char *word)
{
    return parser->at + ahead < parser->tokens.count &&
           token_is(&parser->tokens.items[parser->at + ahead], word);
}

const char *expression_nearest(enum anchor_kind anchor, const char *name)
{
    const char *names[SUGGESTIONS_MAX];
    size_t count = 0;
    const struct field *field;
    const struct history *history;
    for (size_t i = 0;
         count < SUGGESTIONS_MAX && (field = field_at(anchor, i)) != NULL; i++)
        names[count++] = field->name;
    for (size_t i = 0;
         count < SUGGESTIONS_MAX && (history = history_at(anchor, i)) != NULL;
         i++)
        names[count++] = history->name;
    return text_nearest(name, names, count);
}

/* A name that belongs to other anchors deserves a better word than
 * "unknown". */
static const char *other_anchor(enum anchor_kind anchor, const char *name)
{
    for (int kind = ANCHOR_FIRST; kind <= ANCHOR_LAST; kind++) {
        if (kind != (int)anchor &&
            field_find((enum anchor_kind)kind, name) != NULL)
            return anchor_name((enum anchor_kind)kind);
    }
    return NULL;
}

void expression_unknown_field(enum anchor_kind anchor, const char *name,
                              char *out, size_t size)
{
    const char *nearest = expression_nearest(anchor, name);
    const char *other = other_anchor(anchor, name);
    if (other != NULL)
        snprintf(out, size,
                 "'%.80s' belongs to the anchor '%s'; the one here is '%s'",
                 name, other, anchor_name(anchor));
    else if (nearest != NULL)
        snprintf(out, size, "unknown name '%.80s'; did you mean '%s'?", name,
                 nearest);
    else
        snprintf(out, size,
                 "unknown name '%.80s'; docs/fields.md lists those of '%s'",
                 name, anchor_name(anchor));
}

/* What a value here must fit. An attribute is a text, and a number where it is
 * compared with one. */
static const struct field *expected_field(const struct parser *parser,
                                          const struct predicate *predicate)
{
    static const struct field number = {
        .name = "a number of the patient's attributes", .type = VALUE_NUMBER};
    const struct token *token = parser_token(parser);
    bool numeric = token->kind == TOKEN_NUMBER || token_is(token, "-");
    if (predicate->attribute != NULL && numeric)
        return &number;
    return predicate->field;
}

static bool has_no_order(const struct field *field)
{
    return field != NULL &&
           (field->type == VALUE_TEXT || field->type == VALUE_BOOL);
}

/* "(a, b, c)" behind `in`. */
static bool parse_in(struct parser *parser, struct predicate *predicate)
{
    struct operand operands[IN_MAX];
    size_t count = 0;
    if (!parser_take(parser, "(")) {
        parser_fault(parser, parser_token(parser),
                     "after 'in' comes a list in parentheses: in ('a', 'b')");
        return false;
    }
    const struct field *field = expected_field(parser, predicate);
    do {
        if (count >= IN_MAX) {
            parser_fault(parser, parser_token(parser),
                         "more than %d values: use a list (in list 'x')",
                         IN_MAX);
            return false;
        }
        if (!parse_operand(parser, field, &operands[count]))
            return false;
        count++;
    } while (parser_take(parser, ","));
    if (!parser_take(parser, ")")) {
        parser_fault(parser, parser_token(parser),
                     "')' is missing after the values of 'in'");
        return false;
    }
    predicate->kind = PREDICATE_IN;
    predicate->operands =
        arena_alloc(parser->arena, count * sizeof(operands[0]));
    memcpy(predicate->operands, operands, count * sizeof(operands[0]));
    predicate->operand_count = count;
    return true;
}

static bool parse_between(struct parser *parser, struct predicate *predicate,
                          const struct token *word)
{
    predicate->kind = PREDICATE_BETWEEN;
    predicate->operands =
        arena_alloc(parser->arena, 2 * sizeof(predicate->operands[0]));
    predicate->operand_count = 2;
    size_t faults = parser->fault_count;
    const struct field *field = expected_field(parser, predicate);
    if (has_no_order(field))
        parser_fault(parser, word, "%s has no order: use = or in", field->name);
    if (!parse_operand(parser, field, &predicate->operands[0]))
        return false;
    if (!parser_take(parser, "and")) {
        parser_fault(parser, parser_token(parser),
                     "'between' wants two values: between 45 and 75");
        return false;
    }
    if (!parse_operand(parser, field, &predicate->operands[1]))
        return false;
    if (parser->fault_count == faults && field != NULL &&
        !operands_in_order(&predicate->operands[0], &predicate->operands[1]))
        parser_fault(parser, word,
                     "nothing lies between these two: the smaller one comes "
                     "first");
    return true;
}

static bool parse_comparison(struct parser *parser, struct predicate *predicate,
                             const struct token *sign)
{
    static const struct {
        const char *sign;
        enum predicate_operator op;
    } signs[] = {{"=", OP_EQ},  {"!=", OP_NE}, {"<", OP_LT},
                 {"<=", OP_LE}, {">", OP_GT},  {">=", OP_GE}};
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        if (token_is(sign, signs[i].sign))
            predicate->op = signs[i].op;
    }
    const struct field *field = expected_field(parser, predicate);
    if (predicate->op != OP_EQ && predicate->op != OP_NE && has_no_order(field))
        parser_fault(parser, sign,
                     "%s is %s: it has no order, use = or !=", field->name,
                     value_type_words(field->type));
    predicate->kind = PREDICATE_COMPARE;
    predicate->operands =
        arena_alloc(parser->arena, sizeof(predicate->operands[0]));
    predicate->operand_count = 1;
    return parse_operand(parser, field, &predicate->operands[0]);
}

/* NULL with a fault told: an unknown name reads on as a field of any type. */
static const struct field *find_field(struct parser *parser,
                                      const struct token *token)
{
    const struct field *field = field_find(parser->anchor, token->text);
    if (field == NULL) {
        char text[400];
        expression_unknown_field(parser->anchor, token->text, text,
                                 sizeof(text));
        parser_fault(parser, token, "%s", text);
    }
    return field;
}

static struct predicate *parse_alone(struct parser *parser,
                                     struct predicate *predicate,
                                     const struct token *name)
{
    const struct field *field = predicate->field;
    predicate->kind = PREDICATE_TRUE;
    if (field != NULL && field->type != VALUE_BOOL)
        parser_fault(parser, name,
                     "%s is %s and stands alone here: compare it (%s = ...)",
                     name->text, value_type_words(field->type), name->text);
    return predicate;
}

static struct predicate *parse_field(struct parser *parser)
{
    const struct token *name = parser_token(parser);
    struct predicate *predicate = parser_new(parser, PREDICATE_TRUE, name);
    predicate->field = find_field(parser, name);
    if (predicate->field != NULL && field_is_attribute(predicate->field))
        predicate->attribute = name->text + strlen("attr.");
    parser->at++;

    const struct token *next = parser_token(parser);
    bool negated = token_is(next, "not") && (parser_sees(parser, 1, "in") ||
                                             parser_sees(parser, 1, "between"));
    parser->at += negated;
    bool good = true;
    if (parser_take(parser, "in"))
        good = parse_in(parser, predicate);
    else if (parser_take(parser, "between"))
        good = parse_between(parser, predicate, next);
    else if (next->kind == TOKEN_OPERATOR) {
        parser->at++;
        good = parse_comparison(parser, predicate, next);
    } else
        return parser_finish(parser, parse_alone(parser, predicate, name),
                             name);
    if (!good)
        return NULL;
    parser_finish(parser, predicate, name);
    if (!negated)
        return predicate;
    struct predicate *not = parser_new(parser, PREDICATE_NOT, name);
    not ->left = predicate;
    return parser_finish(parser, not, name);
}

static struct predicate *parse_in_list(struct parser *parser)
{
    const struct token *first = parser_token(parser);
    parser->at += 2;
    const struct token *name = parser_token(parser);
    if (name->kind != TOKEN_TEXT) {
        parser_fault(parser, name,
                     "'in list' wants a name in quotes: in list 'x'");
        return NULL;
    }
    parser->at++;
    struct predicate *predicate = parser_new(parser, PREDICATE_IN_LIST, first);
    predicate->subject = name->text;
    return parser_finish(parser, predicate, first);
}

static struct predicate *parse_parenthesis(struct parser *parser)
{
    const struct token *open = parser_token(parser);
    parser->at++;
    struct predicate *inside = parse_or(parser);
    if (inside != NULL && !parser_take(parser, ")")) {
        parser_fault(parser, parser_token(parser),
                     "')' is missing for the '(' of column %d",
                     parser->place->column + open->column);
        return NULL;
    }
    return inside;
}

/* What cannot begin a condition. */
static struct predicate *parse_nothing(struct parser *parser)
{
    const struct token *token = parser_token(parser);
    if (token->kind == TOKEN_END)
        parser_fault(parser, token,
                     parser->at == 0 ? "the condition is empty"
                                     : "the condition breaks off here");
    else
        parser_fault(parser, token,
                     "'%.*s' cannot begin a condition: a name comes first",
                     (int)(token->len < 60 ? token->len : 60), token->at);
    return NULL;
}

static struct predicate *parse_primary(struct parser *parser)
{
    const struct token *first = parser_token(parser);
    bool constant = token_is(first, "true");
    if (token_is(first, "("))
        return parse_parenthesis(parser);
    if (token_is(first, "in") && parser_sees(parser, 1, "list"))
        return parse_in_list(parser);
    if (constant || token_is(first, "false")) {
        struct predicate *predicate =
            parser_new(parser, PREDICATE_CONSTANT, first);
        predicate->constant = constant;
        parser->at++;
        return parser_finish(parser, predicate, first);
    }
    bool found = false;
    struct predicate *history = parse_history(parser, &found);
    if (found)
        return history;
    if (parser_take(parser, "no")) {
        struct predicate *not = parser_new(parser, PREDICATE_NOT, first);
        not ->left = parse_history(parser, &found);
        if (!found && parser_token(parser)->kind == TOKEN_WORD)
            not ->left = parse_field(parser);
        else if (!found)
            not ->left = parse_nothing(parser);
        return not ->left == NULL ? NULL : parser_finish(parser, not, first);
    }
    if (first->kind != TOKEN_WORD || token_is(first, "and") ||
        token_is(first, "or") || token_is(first, "between") ||
        token_is(first, "in"))
        return parse_nothing(parser);
    return parse_field(parser);
}

static struct predicate *parse_not(struct parser *parser)
{
    const struct token *first = parser_token(parser);
    if (++parser->depth > DEPTH_MAX) {
        parser_fault(parser, first,
                     "nested deeper than %d: split it into lines", DEPTH_MAX);
        parser->depth--;
        return NULL;
    }
    struct predicate *result;
    if (parser_take(parser, "not")) {
        struct predicate *not = parser_new(parser, PREDICATE_NOT, first);
        not ->left = parse_not(parser);
        result = not ->left == NULL ? NULL : parser_finish(parser, not, first);
    } else
        result = parse_primary(parser);
    parser->depth--;
    return result;
}

static struct predicate *parse_chain(struct parser *parser, const char *word,
                                     enum predicate_kind kind,
                                     struct predicate *(*part)(struct parser *))
{
    const struct token *first = parser_token(parser);
    struct predicate *left = part(parser);
    while (left != NULL && parser_take(parser, word)) {
        struct predicate *both = parser_new(parser, kind, first);
        both->left = left;
        both->right = part(parser);
        if (both->right == NULL)
            return NULL;
        left = parser_finish(parser, both, first);
    }
    return left;
}

static struct predicate *parse_and(struct parser *parser)
{
    return parse_chain(parser, "and", PREDICATE_AND, parse_not);
}

static struct predicate *parse_or(struct parser *parser)
{
    return parse_chain(parser, "or", PREDICATE_OR, parse_and);
}

const struct predicate *expression_parse(
    const char *text, enum anchor_kind anchor,
    const struct expression_place *place, measure_find_fn *measures,
    void *measures_arg, struct arena *arena, struct faults *faults)
{
    struct parser parser = {
        .anchor = anchor,
        .place = place,
        .measures = measures,
        .measures_arg = measures_arg,
        .arena = arena,
        .faults = faults,
    };
    char message[200];
    struct token bad = {0};
    if (!lex_tokens(text, arena, &parser.tokens, message, sizeof(message),
                    &bad.column)) {
        parser_fault(&parser, &bad, "%s", message);
        return NULL;
    }
    struct predicate *result = parse_or(&parser);
    const struct token *rest = parser_token(&parser);
    if (result != NULL && rest->kind != TOKEN_END)
        parser_fault(&parser, rest,
                     "'%.*s' is not understood here; conditions are joined by "
                     "'and' or 'or'",
                     (int)(rest->len < 60 ? rest->len : 60), rest->at);
    return parser.fault_count == 0 ? result : NULL;
}
