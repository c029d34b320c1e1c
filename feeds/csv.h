/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_CSV_H
#define FEEDS_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* A streaming reader of comma-separated text: RFC 4180 quotes, quoted line
 * ends, CR, LF or CRLF, a UTF-8 byte-order mark or none. It sees bytes, not
 * meaning. Bounded: a field of at most 64 KiB, a row of at most 1 MiB and
 * 1,024 columns, whatever the file's size. One owner. */
struct csv;

#define CSV_FIELD_MAX (64u << 10)
#define CSV_ROW_MAX (1u << 20)
#define CSV_COLUMNS_MAX 1024

/* A row; its texts are NUL-terminated and live until the next call. */
struct csv_row {
    char **fields;
    size_t count;
    int64_t line;  /* on which it begins, from 1 */
    bool bad_utf8; /* somewhere in it are bytes that are not UTF-8 */
    bool open;     /* the file ends behind it, without a line end */
};

/* `delimiter` is ',', ';', '\t' or 0: then the header row decides, and a
 * header that would allow two is refused. `name` is for errors. NULL on
 * failure. */
struct csv *csv_open(const char *path, char delimiter, struct error *err);
/* The same over bytes that stay where they are until csv_close. */
struct csv *csv_memory(const char *name, const void *data, size_t len,
                       char delimiter, struct error *err);
void csv_close(struct csv *csv); /* NULL is fine */

/* Next row: 1 = a row, 0 = the end, -1 = the file is broken here (an embedded
 * NUL, an open quote, text behind a quote, over a limit): `err` has file, line
 * and remedy, and nothing more can be read. Empty lines are passed over. */
int csv_next(struct csv *csv, struct csv_row *row, struct error *err);
/* Spreadsheets write the rows below the last one, too: ",,,,". */
bool csv_is_blank(const struct csv_row *row);

/* For progress: bytes taken so far, and in all (0: not known). */
int64_t csv_position(const struct csv *csv);
int64_t csv_size(const struct csv *csv);

#endif
