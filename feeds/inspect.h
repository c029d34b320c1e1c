/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_INSPECT_H
#define FEEDS_INSPECT_H

#include "feeds/bulk.h"
#include "feeds/import.h"

/* What one record of a file becomes, field by field, and why: for `import
 * --explain`. Writes nothing. */

enum inspect_kind {
    INSPECT_RECORD,  /* a record begins: name says what, text where it is */
    INSPECT_ROW,     /* a row of a table of the layout: name, and as what */
    INSPECT_FIELD,   /* name = text, from where, which says something else */
    INSPECT_STORED,  /* name = text, a column of the store */
    INSPECT_LEFT,    /* what stands there (from, said) cannot be taken: text */
    INSPECT_IGNORED, /* what stands there nobody asks for: text, why */
};
struct inspect_line {
    enum inspect_kind kind;
    const char *name; /* of the column; NULL where there is none */
    const char *text;
    const char *from; /* "PID-5.1", "Patient.name[0].family"; NULL: not known */
    const char *said; /* what stood there; NULL: the same */
    const char *rule; /* "ours.json:12", the line of a mapping that made it;
                         NULL: it was read as usual */
};
/* Texts live until it returns. */
typedef void inspect_fn(void *arg, const struct inspect_line *line);

/* The first message or resource of the first path from this line on. False:
 * it cannot be read, or there is none. */
bool inspect_message(const struct bulk_options *options, int64_t line,
                     inspect_fn *fn, void *arg, struct error *err);
/* The same of a row of a table; the store knows who is named in it. */
bool inspect_row(struct store *store, const struct import_options *options,
                 int64_t line, inspect_fn *fn, void *arg, struct error *err);

#endif
