/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_INBOUND_ROWS_H
#define TESTS_INBOUND_ROWS_H

#include <stddef.h>

#include "inbound/words.h"

/* What a text is by itself, by which rule, and why where that is no matter of
 * course. */
struct row {
    enum words_class class;
    const char *text, *why;
};
/* Fails after all rows were read, and names each that is read otherwise. */
void rows_expect(const struct row *rows, size_t count);
#define EXPECT(rows) rows_expect(rows, sizeof(rows) / sizeof((rows)[0]))
/* The same, and each refuses our messages beside what it is (L-11). */
void rows_expect_both(const struct row *rows, size_t count);
#define EXPECT_BOTH(rows) \
    rows_expect_both(rows, sizeof(rows) / sizeof((rows)[0]))

#endif
