/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_FORMULA_H
#define FEEDS_FORMULA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/json.h"
#include "feeds/scratch.h"

struct fhir_path;
struct hl7_path;

/* What a mapping says about one of our columns: their column, a constant, or
 * a small calculation over these. A fixed set of functions (the table in
 * formula_read.c), no loops, no names: it always ends. */

enum formula_kind {
    FORMULA_COLUMN,
    FORMULA_CONSTANT,
    FORMULA_TURN,  /* which of the rows that one row became */
    FORMULA_TODAY, /* the day of the import */
    FORMULA_TRANSLATE,
    FORMULA_DATE,
    FORMULA_CONCAT,
    FORMULA_FIRST_OF,
    FORMULA_IF_EQUALS,
    FORMULA_DAYS_BETWEEN,
    FORMULA_ADD_DAYS,
    FORMULA_DIVIDE, /* whole numbers, rounded down */
    FORMULA_MULTIPLY,
    FORMULA_SUBTRACT,
    FORMULA_AT_LEAST, /* the greater one */
    FORMULA_AT_MOST,
    FORMULA_WITHOUT_DIGITS,
    FORMULA_HL7_TIME, /* of a message, as ISO 8601 */
    FORMULA_ISO_DAY,  /* the day of what may have a time behind it */
};

struct formula {
    enum formula_kind kind;
    const char *text; /* constant, name of a column, format of a date */
    /* Of the first turn; of a time: FORMULA_DAY and so on. */
    int64_t number;
    struct formula **parts;
    size_t count;
    const char **words; /* translations: from, to, from, to ... */
    size_t word_count;
    struct json_place place; /* in the mapping */
    /* Where a column is found in the file at hand: 0 = the row itself, else
     * the join with this number. Set when the file is opened. */
    size_t source, field;
    /* And in a message or resource. */
    const struct hl7_path *hl7;
    const struct fhir_path *fhir;
};

/* What a time is for. */
enum formula_dating {
    FORMULA_UNDATED,
    FORMULA_DAY,
    FORMULA_TIME,
    FORMULA_MAYBE, /* a time, or a word */
};

/* One row of the file, and what was joined to it. */
struct formula_row {
    char *const *fields;
    const char *const *const *joined; /* [source - 1][field]; NULL: none */
    int64_t turn;
    const char *today; /* ISO */
    struct scratch *scratch;
    bool (*nothing)(void *arg, const char *text); /* stands for no value? */
    /* Of a message: what stands at a place. NULL: `fields` have it. */
    const char *(*look)(void *arg, const struct formula *place);
    void *arg;
};

#define FORMULA_REASON_MAX 160

/* The formula's text for this row in `*out`, NULL when there is no value;
 * lives as long as the row. False with the reason when it cannot be computed:
 * a number or date that is none. */
bool formula_text(const struct formula *formula, const struct formula_row *row,
                  const char **out, char reason[FORMULA_REASON_MAX]);

/* The columns or places that it looks at, with ", " between. */
void formula_places(const struct formula *formula, struct buf *out);

/* A formula's whole number, when it has one. */
bool formula_number(const struct formula *formula,
                    const struct formula_row *row, bool *missing, int64_t *out,
                    char reason[FORMULA_REASON_MAX]);

#endif
