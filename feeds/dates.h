/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_DATES_H
#define FEEDS_DATES_H

#include <stdbool.h>
#include <stddef.h>

/* Dates and times as a source writes them, by a declared format: YYYY MM DD
 * (M, D: one digit is fine), MMM (Jan), hh mm ss, a (am, pm); everything else
 * stands for itself. Two-digit years are no format: nobody knows the century.
 * Pure. */

#define DATES_ISO_MAX 24

/* "2026-11-23" or, where the format has hours, "2026-11-23T09:00:00". False:
 * the text is not written this way, or there is no such day. */
bool dates_read(const char *format, const char *text, char out[DATES_ISO_MAX]);
/* NULL when this is a format, else what is wrong with it. */
const char *dates_check(const char *format);

#endif
