/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_LOWER_H
#define STORE_LOWER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "store/predicate.h"

struct arena;
struct statement;
struct view_time;
struct lower_param;

/* SQL under construction: its text and its parameters. Every predicate comes
 * out as an expression that is 0 or 1 and never NULL, so that NOT is the NOT
 * of people: "not (age > 65)" holds for somebody without a date of birth. */
struct lowered {
    struct buf sql;
    struct lower_param *params;
    size_t count, room;
    struct arena *texts; /* built for parameters; others are borrowed */
};
void lowered_init(struct lowered *out);
void lowered_free(struct lowered *out);

/* "appointment a CROSS JOIN patient p ...": the fixed join of this anchor.
 * With `index`, the anchor is reached by it and by nothing else. */
void lower_from(struct lowered *out, enum anchor_kind anchor,
                const char *index);
/* "a", "f", "d", "p" */
const char *lower_alias(enum anchor_kind anchor);
/* 1 when nothing may go out for this anchor any more (view.h). */
void lower_gone(struct lowered *out, enum anchor_kind anchor);
/* The same as enum view_gone. */
void lower_why_gone(struct lowered *out, enum anchor_kind anchor);
void lower_field(struct lowered *out, enum anchor_kind anchor,
                 const struct field *field, const char *attribute);
void lower_predicate(struct lowered *out, enum anchor_kind anchor,
                     const struct predicate *predicate);
/* The same as it would come out if every missing value were the best one:
 * what fails here too fails for another reason. */
void lower_optimistic(struct lowered *out, enum anchor_kind anchor,
                      const struct predicate *predicate);

/* Of a history, what it saw: a text, or NULL where there is nothing. */
void lower_seen(struct lowered *out, enum anchor_kind anchor,
                const struct predicate *history);

/* Gives the parameters their values: what never changes once, what follows
 * the time whenever that moves. Texts are copied by the former. */
void lowered_bind(const struct lowered *out, struct statement *statement);
void lowered_bind_time(const struct lowered *out, struct statement *statement,
                       const struct view_time *time);

#endif
