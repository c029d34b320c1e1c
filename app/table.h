/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_TABLE_H
#define APP_TABLE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/civil.h"
#include "base/zone.h"

/* What people see: aligned columns, colour and progress only on a terminal
 * (and never with NO_COLOR), widths by character cells, not bytes. */

struct table;
/* Headers as they are printed, NULL-terminated; a leading '>' aligns the
 * column right. */
struct table *table_new(const char *const *headers);
void table_row(struct table *table, const char *const *cells); /* copies */
size_t table_rows(const struct table *table); /* without the headers */
void table_print(const struct table *table, FILE *out);
void table_free(struct table *table);

/* Every line for people goes out by these: printf, but what came from others (a
 * reply, a name of a feed) governs no terminal (text_show()), wherever it
 * stands in it. Tables do the same, and have no line within a cell. */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));
void print_to(FILE *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void print_list_to(FILE *out, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
/* The same of what a patient wrote: its lines are set in, so that none looks
 * like ours. free() it. */
char *print_quoted(const char *text, const char *indent);

bool terminal_is(FILE *out);
/* Cells that a UTF-8 text takes on a terminal. */
int terminal_width(const char *text);
/* "\033[1m" ... or "" where colour is not wanted. */
enum tone {
    TONE_PLAIN,
    TONE_BOLD,
    TONE_DIM,
    TONE_RED,
    TONE_YELLOW,
    TONE_GREEN
};
const char *terminal_tone(FILE *out, enum tone tone);

/* A progress bar on stderr, only on a terminal; redrawn at most ten times a
 * second. */
struct progress {
    const char *label;
    int64_t total, done;
    int64_t drawn_at;
    bool visible;
};
void progress_start(struct progress *progress, const char *label, int64_t total,
                    bool quiet);
void progress_step(struct progress *progress, int64_t done);
/* "label: text ..." in its place, for what has no measure. */
void progress_text(struct progress *progress, const char *text);
void progress_end(struct progress *progress);

/* ISO 8601 in this zone; "-" for INSTANT_NEVER. */
/* A row's step, as people know it: of an answer without the hour that tells its
 * rows apart ("answer help#497123"). Returns `out`. */
#define STEP_TEXT_MAX 96
const char *step_text(const char *step, char out[STEP_TEXT_MAX]);
const char *time_text(const struct zone *zone, instant at,
                      char out[CIVIL_TEXT_MAX]);
/* "1,234"; "$12.34"-like amounts keep their currency: "12.34 USD". */
const char *number_text(int64_t value, char out[32]);
const char *money_text(int64_t millionths, const char *currency, char out[48]);

#endif
