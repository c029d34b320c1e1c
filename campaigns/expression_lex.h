/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_EXPRESSION_LEX_H
#define CAMPAIGNS_EXPRESSION_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "campaigns/expression.h"

/* Inside campaigns/: the words of conditions, durations and step times. */

#define LEX_TEXT_MAX 2000 /* characters of one expression */
#define LEX_TOKENS_MAX 400

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,     /* and, status, patient.age, attr.risk-band */
    TOKEN_TEXT,     /* 'booked' */
    TOKEN_NUMBER,   /* 12, 0.5 */
    TOKEN_CLOCK,    /* 10:00 */
    TOKEN_OPERATOR, /* = != < <= > >= */
    TOKEN_MARK,     /* ( ) , + - */
};
struct token {
    enum token_kind kind;
    const char *at; /* in the expression's text */
    size_t len;
    int column;       /* code points from the text's start */
    const char *text; /* the word, or a text without its quotes */
    double number;
};
struct tokens {
    struct token *items; /* the last one is TOKEN_END */
    size_t count;
};

/* False when the text cannot be cut into tokens; the fault is then in
 * `message` (of `size`) and its column in `column`. */
bool lex_tokens(const char *text, struct arena *arena, struct tokens *out,
                char *message, size_t size, int *column);
bool token_is(const struct token *token, const char *word); /* or mark */

/* A whole number in digits, at most `most`. */
bool token_count(const struct token *token, int most, int *out);

/* A duration from `*at` on; moves past it. False leaves `*at`. */
bool lex_duration(const struct token *tokens, size_t *at, struct duration *out);

#endif
