/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_PREDICATE_H
#define STORE_PREDICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/civil.h"
#include "store/measure.h"
#include "store/value.h"

/* Pinned: stored as numbers. */
enum anchor_kind {
    ANCHOR_APPOINTMENT = 1,
    ANCHOR_FILL = 2,
    ANCHOR_DISCHARGE = 3,
    ANCHOR_PATIENT = 4,
    ANCHOR_RESULT = 5, /* a screening whose outcome came in */
};
#define ANCHOR_FIRST ANCHOR_APPOINTMENT
#define ANCHOR_LAST ANCHOR_RESULT
const char *anchor_name(enum anchor_kind kind); /* "appointment" ... */
bool anchor_parse(const char *name, enum anchor_kind *out);

/* The catalogue: every name that a campaign file may use in a condition, a
 * step's time or a placeholder. One table, documented field by field
 * (docs/fields.md is printed from it). */
struct field {
    const char *name; /* "status", "patient.age", "clinic.public_name" */
    unsigned anchors; /* bit (1 << anchor_kind) for each that has it */
    enum value_type type;
    int tier; /* content tier when rendered, 0..3 (L-31) */
    bool can_be_missing;
    bool is_time;      /* a step may count from it ("start", "runs_out") */
    const char *words; /* all that it can be (store/words.h); NULL: free */
    const char *about;
};
/* `attr.<name>` is found too (a text of the patient's attributes); its
 * struct is shared and the name comes separately in predicates and columns.
 * NULL when this anchor has no such field. */
const struct field *field_find(enum anchor_kind anchor, const char *name);
/* The i-th field that this anchor has, or NULL: for suggestions and docs. */
const struct field *field_at(enum anchor_kind anchor, size_t i);
bool field_is_attribute(const struct field *field);

/* History and state that are no columns: "confirmed", "screened 'x' within
 * 12 months", "has condition 'E11'", "overdue for 'x'". A row says how it is
 * written: words before the subject, whether it has one, words after it. */
struct history {
    const char *name; /* "screened", "has condition", "no open order" */
    unsigned anchors;
    bool has_subject;   /* 'x' follows */
    const char *suffix; /* "result open" in "no abnormal 'x' result open" */
    bool has_within;    /* "within 12 months" (and "of entry") may follow */
    bool ahead;         /* and looks forward: never "of entry" */
    /* The subject must name a measure file. Where it need not, it may: then
     * predicate.measure is set too and any satisfying test counts. */
    bool needs_measure;
    const char *about;
};
const struct history *history_at(enum anchor_kind anchor, size_t i);

enum duration_unit {
    UNIT_MINUTES,
    UNIT_HOURS,
    UNIT_DAYS,
    UNIT_BUSINESS_DAYS,
    UNIT_OPEN_HOURS, /* of the clinic; tasks only */
    UNIT_WEEKS,
    UNIT_MONTHS,
    UNIT_YEARS,
};
struct duration {
    int32_t count;
    enum duration_unit unit;
};

enum predicate_kind {
    PREDICATE_AND,      /* left, right */
    PREDICATE_OR,       /* left, right */
    PREDICATE_NOT,      /* left */
    PREDICATE_COMPARE,  /* field op operand[0]; = and != take missing as a
                           value, the others are false against missing */
    PREDICATE_IN,       /* field in operands */
    PREDICATE_BETWEEN,  /* operands[0] <= field <= operands[1] */
    PREDICATE_TRUE,     /* a bool field by itself */
    PREDICATE_IN_LIST,  /* the patient is in the list named `subject` */
    PREDICATE_HISTORY,  /* history, subject, within, measure */
    PREDICATE_CONSTANT, /* `constant` */
};
enum predicate_operator { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE };

struct operand {
    enum value_type type;
    int64_t integer; /* bool, duration in ms, instant */
    double number;
    const char *text; /* text, date */
    /* "now", "today", with a signed distance: resolved when asked */
    bool relative;
    struct duration distance;
};

struct predicate {
    enum predicate_kind kind;
    int line, column;   /* in the campaign file */
    const char *source; /* its own words, for explain */
    struct predicate *left, *right;
    const struct field *field;
    const char *attribute; /* of attr.<name> */
    enum predicate_operator op;
    struct operand *operands;
    size_t operand_count;
    const struct history *history;
    const char *subject;
    bool has_within;
    struct duration within;
    bool of_entry; /* "within 120 days of entry": counted from the entry on */
    const struct measure *measure;
    bool constant;
};

/* Moves an instant-like date by a duration's calendar meaning; minutes and
 * hours count as whole days only, business days as Monday to Friday (holidays
 * are known in campaigns/, not here). */
struct civil_date duration_add_date(struct civil_date date, struct duration d,
                                    int sign);

#endif
