/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a CSV file: the reader ends, stays within its limits and counts
 * its lines; a file that it read can be written again and reads the same. And
 * any field as a date of any format.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/error.h"

#include "feeds/csv.h"
#include "feeds/dates.h"

#include "tests/fuzz/fuzz.h"

static void check_date(const char *format, const char *text)
{
    char iso[DATES_ISO_MAX];
    struct civil civil;
    bool has_offset;
    int offset;
    bool sound = dates_check(format) == NULL;
    if (dates_read(format, text, iso) && sound)
        expect(civil_parse_date(iso, &civil.date) ||
                   civil_parse(iso, &civil, &has_offset, &offset),
               "a date that was read is one");
}

/* Writes what it reads with every field quoted. */
static int read_all(const void *data, size_t size, char delimiter,
                    struct buf *written, size_t *rows)
{
    struct error err = {0};
    struct csv *csv = csv_memory("fuzz", data, size, delimiter, &err);
    struct csv_row row;
    int step = -1;
    int64_t line = 0;
    while (csv && (step = csv_next(csv, &row, &err)) == 1) {
        expect(row.line > line, "lines rise");
        expect(row.count > 0 && row.count <= CSV_COLUMNS_MAX, "columns");
        line = row.line;
        for (size_t i = 0; i < row.count; i++) {
            size_t len = strlen(row.fields[i]);
            expect(len <= CSV_FIELD_MAX, "a field is not too long");
            buf_text(written, i ? ",\"" : "\"");
            for (size_t c = 0; c < len; c++) {
                buf_char(written, row.fields[i][c]);
                if (row.fields[i][c] == '"')
                    buf_char(written, '"');
            }
            buf_char(written, '"');
        }
        buf_char(written, '\n');
        if (row.count > 1)
            check_date(row.fields[0], row.fields[1]);
        check_date("M/D/YYYY h:mm a", row.fields[0]);
        ++*rows;
    }
    expect(step == 0 || err.kind == ERROR_INPUT, "a fault is the file's");
    expect(!csv || csv_next(csv, &row, NULL) != 1, "the end is the end");
    csv_close(csv);
    return step;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char delimiters[] = {0, ',', ';', '\t'};
    char delimiter = size ? delimiters[data[0] & 3] : 0;
    struct buf once, twice;
    size_t rows = 0, again = 0;
    buf_init(&once, 8u << 20);
    buf_init(&twice, 8u << 20);
    if (read_all(data, size, delimiter, &once, &rows) == 0 && !once.overflow) {
        expect(read_all(once.data, once.len, ',', &twice, &again) == 0,
               "what was written can be read");
        expect(rows == again && once.len == twice.len &&
                   memcmp(once.data, twice.data, once.len) == 0,
               "and says the same");
    }
    buf_free(&once);
    buf_free(&twice);
    return 0;
}
