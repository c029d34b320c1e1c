/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_VALUE_H
#define STORE_VALUE_H

#include <stdbool.h>
#include <stdint.h>

/* What a field or a condition came to for one anchor. */
enum value_type {
    VALUE_MISSING,
    VALUE_BOOL, /* integer 0 or 1 */
    VALUE_NUMBER,
    VALUE_TEXT,
    VALUE_DATE,     /* text 'YYYY-MM-DD' */
    VALUE_INSTANT,  /* integer, ms */
    VALUE_DURATION, /* integer, ms */
};

struct value {
    enum value_type type;
    int64_t integer;
    double number;
    const char *text; /* lives as long as its giver says */
};

#endif
