/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CSV reader. Two passes over each row, both in the read buffer: the first
 * finds where the fields and the row end and changes nothing, so that it can
 * begin again when the row was not all there yet; the second terminates the
 * fields and takes doubled quotes out, in place. No allocation a row. It never
 * guesses a delimiter from data, never repairs, and never holds more than one
 * row and one block of the file.
 */
#include "feeds/csv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

enum { BLOCK = 256 << 10 };

/* What ends the run of plain bytes that the scanner is in. */
#define STOP_PLAIN 1u
#define STOP_QUOTED 2u

struct span {
    size_t at, len; /* from the row's first byte, without the quotes */
    bool quoted;
    bool doubled; /* holds "" */
};

struct csv {
    char *name;
    int fd; /* -1: memory */
    const char *source;
    size_t source_len;
    char *buffer; /* one byte more than `room`: the sentinel */
    size_t room, begin, end;
    bool at_end; /* nothing more to read */
    bool started, broken;
    char delimiter;
    unsigned char stops[256];
    int64_t line;
    int64_t taken, size;
    struct span *spans;
    char **fields;
    size_t count, span_room;
};

enum scan { SCAN_ROW, SCAN_MORE, SCAN_FAULT };

static struct csv *csv_new(const char *name, char delimiter)
{
    struct csv *csv = memory_new(sizeof(*csv));
    csv->name = memory_text(name);
    csv->fd = -1;
    csv->delimiter = delimiter;
    csv->line = 1;
    csv->room = BLOCK;
    csv->buffer = memory_new(csv->room + 1);
    return csv;
}

void csv_close(struct csv *csv)
{
    if (!csv)
        return;
    if (csv->fd >= 0)
        close(csv->fd);
    free(csv->name);
    free(csv->buffer);
    free(csv->spans);
    free(csv->fields);
    free(csv);
}

/* Reading -------------------------------------------------------------------
 */

static bool read_block(struct csv *csv, struct error *err)
{
    if (csv->begin > 0) {
        memmove(csv->buffer, csv->buffer + csv->begin, csv->end - csv->begin);
        csv->end -= csv->begin;
        csv->begin = 0;
    }
    if (csv->end == csv->room) {
        csv->room *= 2;
        csv->buffer = memory_grow(csv->buffer, csv->room + 1, 1);
    }
    size_t want = csv->room - csv->end;
    size_t got = 0;
    if (csv->fd < 0) {
        got = csv->source_len < want ? csv->source_len : want;
        memcpy(csv->buffer + csv->end, csv->source, got);
        csv->source += got;
        csv->source_len -= got;
    } else {
        ssize_t done;
        do
            done = read(csv->fd, csv->buffer + csv->end, want);
        while (done < 0 && errno == EINTR);
        if (done < 0)
            return error_set(err, ERROR_CANNOT, "cannot read %s: %s", csv->name,
                             strerror(errno));
        got = (size_t)done;
    }
    csv->at_end = got == 0;
    csv->end += got;
    csv->buffer[csv->end] = '\0';
    return true;
}

static void set_stops(struct csv *csv)
{
    csv->stops[0] = STOP_PLAIN | STOP_QUOTED;
    csv->stops['\n'] = STOP_PLAIN | STOP_QUOTED;
    csv->stops['\r'] = STOP_PLAIN | STOP_QUOTED;
    csv->stops['"'] = STOP_QUOTED;
    csv->stops[(unsigned char)csv->delimiter] |= STOP_PLAIN;
}

/* Only the header row speaks, outside of its quotes. */
static bool sniff_delimiter(struct csv *csv, struct error *err)
{
    static const char known[] = {',', ';', '\t'};
    bool quoted = false;
    char found = 0;
    for (size_t at = csv->begin; at < csv->end; at++) {
        char c = csv->buffer[at];
        if (c == '"')
            quoted = !quoted;
        if (quoted)
            continue;
        if (c == '\n' || c == '\r')
            break;
        if (!memchr(known, c, sizeof(known)) || c == found)
            continue;
        if (found)
            return error_set(err, ERROR_INPUT,
                             "%s:1: the header row has both '%s' and '%s': say "
                             "which separates columns with \"delimiter\" in a "
                             "mapping file (--map)",
                             csv->name,
                             found == '\t' ? "tab" : (char[]){found, 0},
                             c == '\t' ? "tab" : (char[]){c, 0});
        found = c;
    }
    csv->delimiter = found ? found : ',';
    return true;
}

static bool csv_start(struct csv *csv, struct error *err)
{
    /* The header row must be there whole, so that sniffing sees it. */
    while (!csv->at_end && csv->end < BLOCK / 2)
        if (!read_block(csv, err))
            return false;
    const unsigned char *first = (const unsigned char *)csv->buffer;
    if (csv->end >= 2 && ((first[0] == 0xff && first[1] == 0xfe) ||
                          (first[0] == 0xfe && first[1] == 0xff)))
        return error_set(err, ERROR_INPUT, "%s: is UTF-16: save it as UTF-8",
                         csv->name);
    if (csv->end >= 3 && memcmp(first, "\xef\xbb\xbf", 3) == 0)
        csv->begin = 3;
    if (!csv->delimiter && !sniff_delimiter(csv, err))
        return false;
    set_stops(csv);
    csv->started = true;
    return true;
}

/* Scanning ------------------------------------------------------------------
 */

/* Where the scanner is in the row; nothing in the buffer changes. */
struct cursor {
    char *at;
    int64_t line;
    unsigned char high; /* all bytes or-ed: above 0x7f = not only ASCII */
};

static enum scan scan_fault(struct csv *csv, int64_t line, const char *what,
                            struct error *err)
{
    error_set(err, ERROR_INPUT, "%s:%lld: %s", csv->name, (long long)line,
              what);
    return SCAN_FAULT;
}

static char *run_to(const struct csv *csv, struct cursor *cursor, unsigned stop)
{
    char *at = cursor->at;
    unsigned char high = cursor->high;
    while (!(csv->stops[(unsigned char)*at] & stop))
        high |= (unsigned char)*at++;
    cursor->high = high;
    cursor->at = at;
    return at;
}

/* A line end at the cursor: passes over it. False: its LF may still come. */
static bool pass_line_end(const struct csv *csv, struct cursor *cursor)
{
    char *last = csv->buffer + csv->end;
    if (*cursor->at == '\r') {
        if (cursor->at + 1 == last && !csv->at_end)
            return false;
        if (cursor->at + 1 < last && cursor->at[1] == '\n')
            cursor->at++;
    }
    cursor->at++;
    cursor->line++;
    return true;
}

static enum scan scan_nul(struct csv *csv, const struct cursor *cursor,
                          struct error *err)
{
    if (cursor->at < csv->buffer + csv->end)
        return scan_fault(csv, cursor->line,
                          "a NUL byte: this is no text file (save a "
                          "spreadsheet as CSV), or it is damaged",
                          err);
    return csv->at_end ? SCAN_ROW : SCAN_MORE;
}

/* Behind the opening quote, to behind the closing one. */
static enum scan scan_quoted(struct csv *csv, struct cursor *cursor,
                             struct span *span, struct error *err)
{
    int64_t opened = cursor->line;
    char *first = ++cursor->at;
    span->quoted = true;
    for (;;) {
        char *at = run_to(csv, cursor, STOP_QUOTED);
        if (*at == '"') {
            if (at + 1 == csv->buffer + csv->end && !csv->at_end)
                return SCAN_MORE;
            cursor->at++;
            if (at[1] != '"') {
                span->len = (size_t)(at - first);
                return SCAN_ROW;
            }
            span->doubled = true;
            cursor->at++;
        } else if (*at == '\0') {
            enum scan scan = scan_nul(csv, cursor, err);
            if (scan == SCAN_ROW)
                return scan_fault(csv, opened,
                                  "a quote opens here and never closes: is the "
                                  "file cut off?",
                                  err);
            /* A runaway quote must not read the whole file. */
            if (scan == SCAN_MORE && (size_t)(at - first) > CSV_FIELD_MAX)
                return scan_fault(csv, opened,
                                  "the field that a quote opens here is longer "
                                  "than 64 KiB: is the quote never closed?",
                                  err);
            return scan;
        } else if (!pass_line_end(csv, cursor)) {
            return SCAN_MORE;
        }
    }
}

static struct span *span_add(struct csv *csv)
{
    if (csv->count == csv->span_room) {
        csv->span_room = csv->span_room ? 2 * csv->span_room : 32;
        csv->spans =
            memory_grow(csv->spans, csv->span_room, sizeof(csv->spans[0]));
        csv->fields =
            memory_grow(csv->fields, csv->span_room, sizeof(csv->fields[0]));
    }
    struct span *span = &csv->spans[csv->count++];
    *span = (struct span){0};
    return span;
}

/* One field, up to what ends it. */
static enum scan scan_field(struct csv *csv, struct cursor *cursor,
                            struct error *err)
{
    char *row = csv->buffer + csv->begin;
    if (csv->count == CSV_COLUMNS_MAX)
        return scan_fault(csv, cursor->line, "more than 1,024 columns", err);
    struct span *span = span_add(csv);
    if (*cursor->at == '"') {
        span->at = (size_t)(cursor->at + 1 - row);
        enum scan scan = scan_quoted(csv, cursor, span, err);
        if (scan != SCAN_ROW)
            return scan;
        if (!(csv->stops[(unsigned char)*cursor->at] & STOP_PLAIN))
            return scan_fault(csv, cursor->line,
                              "text behind a closing quote: quotes inside a "
                              "field are written twice",
                              err);
    } else {
        span->at = (size_t)(cursor->at - row);
        span->len = (size_t)(run_to(csv, cursor, STOP_PLAIN) - row) - span->at;
    }
    if (span->len > CSV_FIELD_MAX)
        return scan_fault(csv, cursor->line, "a field longer than 64 KiB", err);
    return SCAN_ROW;
}

/* Fields of the row at `begin`; the cursor ends behind its line end. */
static enum scan scan_row(struct csv *csv, struct cursor *cursor,
                          struct error *err)
{
    csv->count = 0;
    *cursor = (struct cursor){csv->buffer + csv->begin, csv->line, 0};
    for (;;) {
        enum scan scan = scan_field(csv, cursor, err);
        if (scan != SCAN_ROW)
            return scan;
        char stop = *cursor->at;
        if (stop == '\0')
            return scan_nul(csv, cursor, err);
        if (stop == csv->delimiter) {
            cursor->at++;
            continue;
        }
        return pass_line_end(csv, cursor) ? SCAN_ROW : SCAN_MORE;
    }
}

static void field_finish(char *text, const struct span *span)
{
    size_t len = span->len;
    if (span->doubled) {
        char *out = text;
        for (size_t i = 0; i < span->len; i++) {
            *out++ = text[i];
            if (text[i] == '"')
                i++;
        }
        len = (size_t)(out - text);
    }
    text[len] = '\0';
}

static void row_publish(struct csv *csv, const struct cursor *cursor,
                        struct csv_row *row)
{
    char *first = csv->buffer + csv->begin;
    size_t len = (size_t)(cursor->at - first);
    bool bad = cursor->high >= 0x80 && !text_is_utf8(first, len);
    bool open = len > 0 && first[len - 1] != '\n' && first[len - 1] != '\r';
    for (size_t i = 0; i < csv->count; i++) {
        csv->fields[i] = first + csv->spans[i].at;
        field_finish(csv->fields[i], &csv->spans[i]);
    }
    *row = (struct csv_row){csv->fields, csv->count, csv->line, bad, open};
    csv->line = cursor->line;
    csv->begin += len;
    csv->taken += (int64_t)len;
}

static bool row_empty(const struct csv *csv)
{
    return csv->count == 1 && csv->spans[0].len == 0 && !csv->spans[0].quoted;
}

int csv_next(struct csv *csv, struct csv_row *row, struct error *err)
{
    if (csv->broken || (!csv->started && !csv_start(csv, err)))
        goto broken;
    for (;;) {
        if (csv->at_end && csv->begin == csv->end)
            return 0;
        struct cursor cursor;
        enum scan scan = scan_row(csv, &cursor, err);
        if (scan == SCAN_FAULT)
            goto broken;
        if (scan == SCAN_MORE) {
            if (csv->end - csv->begin > CSV_ROW_MAX) {
                scan_fault(csv, csv->line, "a row longer than 1 MiB", err);
                goto broken;
            }
            if (!read_block(csv, err))
                goto broken;
            continue;
        }
        if (row_empty(csv)) {
            csv->line = cursor.line;
            csv->begin = (size_t)(cursor.at - csv->buffer);
            continue;
        }
        row_publish(csv, &cursor, row);
        return 1;
    }
broken:
    if (csv->broken)
        error_set(err, ERROR_INPUT, "%s: is broken", csv->name);
    csv->broken = true;
    return -1;
}

/* Opening -------------------------------------------------------------------
 */

struct csv *csv_open(const char *path, char delimiter, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat about = {0};
    if (fd < 0 || fstat(fd, &about) < 0) {
        error_set(err, ERROR_CANNOT, "cannot read %s: %s", path,
                  strerror(errno));
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    if (S_ISDIR(about.st_mode)) {
        error_set(err, ERROR_CANNOT, "%s is a folder, not a file", path);
        close(fd);
        return NULL;
    }
    struct csv *csv = csv_new(path, delimiter);
    csv->fd = fd;
    csv->size = S_ISREG(about.st_mode) ? (int64_t)about.st_size : 0;
    return csv;
}

struct csv *csv_memory(const char *name, const void *data, size_t len,
                       char delimiter, struct error *err)
{
    if (delimiter && delimiter != ',' && delimiter != ';' &&
        delimiter != '\t') {
        error_set(err, ERROR_INPUT, "%s: no such delimiter", name);
        return NULL;
    }
    struct csv *csv = csv_new(name, delimiter);
    csv->source = data;
    csv->source_len = len;
    csv->size = (int64_t)len;
    return csv;
}

int64_t csv_position(const struct csv *csv)
{
    return csv->taken;
}

int64_t csv_size(const struct csv *csv)
{
    return csv->size;
}

bool csv_is_blank(const struct csv_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (row->fields[i][strspn(row->fields[i], " \t")] != '\0')
            return false;
    return true;
}
