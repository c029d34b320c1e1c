/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_TEMPLATE_H
#define CAMPAIGNS_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/zone.h"
#include "store/view.h"

struct arena;
struct expression_place;
struct faults;

/* Mustache with the catalogue's names: {{name}}, {{name | format}},
 * {{name | else other}} ('literal' or a name), {{#bool}}...{{/bool}},
 * {{^bool}}...{{/bool}}, {{! comment}}. Formats: day, date, time, weekday.
 * Beside the catalogue: {{combined}} (how many rows speak in this message),
 * the bool `several` (more than one), and {{#each}}...{{/each}}, which is
 * written once for each row, {{number}} being which. Fields named *.phone are
 * told as people dial them. Compiled into an arena; read-only afterwards. */
struct template;

/* The columns that templates need, gathered while compiling: unique. */
struct template_columns {
    struct arena *arena;
    struct view_column *items;
    size_t count, cap;
};

/* NULL after adding faults (each with its place inside the text). */
struct template *template_compile(const char *text, enum anchor_kind anchor,
                                  const struct expression_place *place,
                                  struct template_columns *columns,
                                  struct faults *faults);

/* Adds the faults of one text; for checking only. */
void template_check(const char *text, enum anchor_kind anchor,
                    const struct expression_place *place,
                    struct faults *faults);

/* The highest content tier of the fields it names (L-31), and that field;
 * 0 when the text does not compile. */
int template_tier(const char *text, enum anchor_kind anchor,
                  const struct field **field);

/* Whether it names, outside {{#each}}, a field that `differs` says is seldom
 * the same in two rows; that field, or NULL. */
const struct field *template_outside(const char *text, enum anchor_kind anchor,
                                     bool (*differs)(const struct field *));

/* One of the rows that speak in a message. */
struct template_row {
    const struct value *values; /* one for each column */
    const struct zone *zone;    /* its times are told in it */
};
enum template_escape { ESCAPE_PLAIN, ESCAPE_HTML };
struct template_values {
    const struct template_row *rows;
    size_t row_count; /* 1 or more */
    const char *language;
    enum template_escape escape;
};
/* Appends to `out`. A placeholder that comes to nothing is a refusal: false,
 * and `err` names it. So is, with several rows, one outside {{#each}} that
 * does not come to the same for all of them: a text is true of everybody it
 * speaks for, or it does not leave. Values lose control characters and line
 * breaks. */
bool template_render(const struct template *template,
                     const struct template_values *values, struct buf *out,
                     struct error *err);

/* A text as it would look with typical values, for lints and previews. */
void template_sample(const char *text, enum anchor_kind anchor,
                     const char *language, struct buf *out);

#endif
