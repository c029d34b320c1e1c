/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_EXPRESSION_PARSE_H
#define CAMPAIGNS_EXPRESSION_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "campaigns/expression.h"
#include "campaigns/expression_lex.h"

/* Inside campaigns/expression*.c: what the parts of the reader share. */
struct parser {
    struct tokens tokens;
    size_t at;
    enum anchor_kind anchor;
    const struct expression_place *place;
    measure_find_fn *measures;
    void *measures_arg;
    struct arena *arena;
    struct faults *faults;
    int depth;
    size_t fault_count; /* of this expression */
};

const struct token *parser_token(const struct parser *parser);
bool parser_take(struct parser *parser, const char *word);
void parser_fault(struct parser *parser, const struct token *token,
                  const char *format, ...)
    __attribute__((format(printf, 3, 4)));
struct predicate *parser_new(struct parser *parser, enum predicate_kind kind,
                             const struct token *first);
struct predicate *parser_finish(struct parser *parser,
                                struct predicate *predicate,
                                const struct token *first);

/* A value that fits `field` (NULL: any, its name was unknown). A value of a
 * wrong type is told and read over: true. False: the sentence is broken. */
bool parse_operand(struct parser *parser, const struct field *field,
                   struct operand *out);
/* Whether something can lie between the two; a day counts to its end. */
bool operands_in_order(const struct operand *low, const struct operand *high);
const char *value_type_words(enum value_type type); /* "a number" */

/* "screened 'x' within 12 months". `found` says whether a history begins
 * here at all; NULL with it: a broken one, told. */
struct predicate *parse_history(struct parser *parser, bool *found);

/* Whether it begins as a day is written, so that its fault is another; what is
 * then wrong with it as a moment, and the remedy. */
bool moment_like(const char *text);
const char *moment_fault(const char *text, char *out, size_t size);

/* Words for an unknown name: the nearest one, or whose it is. Also used by
 * step times. */
void expression_unknown_field(enum anchor_kind anchor, const char *name,
                              char *out, size_t size);
const char *expression_nearest(enum anchor_kind anchor, const char *name);

#endif
