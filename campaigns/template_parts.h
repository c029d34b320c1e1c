/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_TEMPLATE_PARTS_H
#define CAMPAIGNS_TEMPLATE_PARTS_H

#include <stddef.h>

/* Inside campaigns/: what a template is compiled to, a flat list in which a
 * section is a jump. Written by template_compile.c, walked by template.c. */

enum part_kind {
    PART_TEXT,
    PART_VALUE,
    PART_SECTION,
    PART_INVERTED,
    PART_EACH
};
enum format {
    FORMAT_NONE,
    FORMAT_DAY,
    FORMAT_DATE,
    FORMAT_TIME,
    FORMAT_WEEKDAY,
    FORMAT_PHONE, /* nobody writes it: fields named *.phone have it */
};

/* Values that are no columns. */
enum {
    COLUMN_NONE = -1,
    COLUMN_COMBINED = -2,
    COLUMN_SEVERAL = -3,
    COLUMN_NUMBER = -4,
};

struct part {
    enum part_kind kind;
    const char *text; /* PART_TEXT; else its name, for refusals */
    size_t len;
    int column;
    enum format format;
    int else_column; /* COLUMN_NONE: no other name */
    enum format else_format;
    const char *else_text; /* a literal, or NULL */
    size_t end;            /* sections: the part behind them */
};

struct template
{
    struct part *parts;
    size_t count, cap;
};

#endif
