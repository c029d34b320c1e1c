/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people see on a terminal: aligned columns by character cells, colour
 * and progress only where a person looks. Never decides anything.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

#include "app/table.h"

enum { PRINT_MAX = 16 << 20 };

struct table {
    size_t columns;
    bool *right;
    int *width;
    char **cells; /* the headers first */
    size_t count;
};

bool terminal_is(FILE *out)
{
    return isatty(fileno(out)) && !getenv("NO_COLOR");
}

int terminal_width(const char *text)
{
    int width = 0;
    const char *end = text + strlen(text);
    while (text < end) {
        int32_t c = text_next(&text, end);
        if (c < 0)
            break;
        int cells = wcwidth((wchar_t)c);
        width += cells < 0 ? 0 : cells;
    }
    return width;
}

static const char *const tones[] = {
    [TONE_PLAIN] = "\033[0m",   [TONE_BOLD] = "\033[1m",
    [TONE_DIM] = "\033[2m",     [TONE_RED] = "\033[31m",
    [TONE_YELLOW] = "\033[33m", [TONE_GREEN] = "\033[32m",
};

const char *terminal_tone(FILE *out, enum tone tone)
{
    return terminal_is(out) ? tones[tone] : "";
}

/* How long the colour is that begins here; 0: none does. */
static size_t tone_length(const char *at)
{
    for (size_t i = 0; i < sizeof(tones) / sizeof(tones[0]); i++)
        if (text_starts(at, tones[i]))
            return strlen(tones[i]);
    return 0;
}

void print_list_to(FILE *out, const char *format, va_list args)
{
    char *text = NULL;
    bool colour = terminal_is(out);
    struct buf shown;
    if (vasprintf(&text, format, args) < 0)
        return;
    buf_init(&shown, PRINT_MAX);
    for (const char *at = text; *at;) {
        size_t tone = colour ? tone_length(at) : 0;
        size_t rest = tone ? tone : 1 + strcspn(at + 1, "\033");
        if (tone)
            buf_add(&shown, at, tone);
        else
            text_show(&shown, at, rest, true);
        at += rest;
    }
    fputs(shown.data, out);
    buf_free(&shown);
    free(text);
}

void print(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_list_to(stdout, format, args);
    va_end(args);
}

void print_to(FILE *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_list_to(out, format, args);
    va_end(args);
}

char *print_quoted(const char *text, const char *indent)
{
    struct buf shown;
    buf_init(&shown, PRINT_MAX);
    for (const char *at = text; *at;) {
        size_t len = strcspn(at, "\n");
        text_show(&shown, at, len, false);
        at += len;
        if (*at == '\n' && *++at)
            buf_format(&shown, "\n%s", indent);
    }
    return buf_take(&shown);
}

static void add_cells(struct table *table, const char *const *cells)
{
    table->cells = memory_grow(table->cells, table->count + table->columns,
                               sizeof(*table->cells));
    for (size_t i = 0; i < table->columns; i++) {
        const char *text = cells[i] ? cells[i] : "";
        struct buf shown;
        buf_init(&shown, PRINT_MAX);
        text_show(&shown, text, strlen(text), false);
        char *cell = buf_take(&shown);
        int width = terminal_width(cell);
        if (width > table->width[i])
            table->width[i] = width;
        table->cells[table->count++] = cell;
    }
}

struct table *table_new(const char *const *headers)
{
    struct table *table = memory_new(sizeof(*table));
    while (headers[table->columns])
        table->columns++;
    table->right = memory_new(table->columns * sizeof(*table->right));
    table->width = memory_new(table->columns * sizeof(*table->width));
    const char **names = memory_new(table->columns * sizeof(*names));
    for (size_t i = 0; i < table->columns; i++) {
        table->right[i] = headers[i][0] == '>';
        names[i] = headers[i] + (table->right[i] ? 1 : 0);
    }
    add_cells(table, names);
    free(names);
    return table;
}

void table_row(struct table *table, const char *const *cells)
{
    add_cells(table, cells);
}

size_t table_rows(const struct table *table)
{
    return table->count / table->columns - 1;
}

static void print_cell(const struct table *table, size_t column,
                       const char *cell, FILE *out)
{
    int pad = table->width[column] - terminal_width(cell);
    bool last = column + 1 == table->columns;
    if (table->right[column])
        fprintf(out, "%*s%s", pad, "", cell);
    else
        fprintf(out, "%s%*s", cell, last ? 0 : pad, "");
    fputs(last ? "\n" : "  ", out);
}

void table_print(const struct table *table, FILE *out)
{
    for (size_t i = 0; i < table->count; i++) {
        size_t column = i % table->columns;
        if (i == 0)
            fputs(terminal_tone(out, TONE_BOLD), out);
        print_cell(table, column, table->cells[i], out);
        if (i + 1 == table->columns)
            fputs(terminal_tone(out, TONE_PLAIN), out);
    }
}

void table_free(struct table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < table->count; i++)
        free(table->cells[i]);
    free(table->cells);
    free(table->right);
    free(table->width);
    free(table);
}

enum { BAR_CELLS = 30, REDRAW_MS = 100 };

static void draw(const struct progress *progress)
{
    int64_t total = progress->total > 0 ? progress->total : 1;
    int filled = (int)(progress->done * BAR_CELLS / total);
    if (filled > BAR_CELLS)
        filled = BAR_CELLS;
    char bar[BAR_CELLS + 1];
    memset(bar, '#', (size_t)filled);
    memset(bar + filled, '.', (size_t)(BAR_CELLS - filled));
    bar[BAR_CELLS] = '\0';
    fprintf(stderr, "\r%s [%s] %3d %%", progress->label, bar,
            (int)(progress->done * 100 / total));
    fflush(stderr);
}

void progress_start(struct progress *progress, const char *label, int64_t total,
                    bool quiet)
{
    *progress = (struct progress){
        .label = label,
        .total = total,
        .visible = !quiet && terminal_is(stderr),
    };
}

void progress_step(struct progress *progress, int64_t done)
{
    progress->done = done;
    int64_t now = clock_monotonic_ms();
    if (!progress->visible || now - progress->drawn_at < REDRAW_MS)
        return;
    progress->drawn_at = now;
    draw(progress);
}

void progress_text(struct progress *progress, const char *text)
{
    if (!progress->visible)
        return;
    fprintf(stderr, "\r\033[K%s: %s ...", progress->label, text);
    fflush(stderr);
}

void progress_end(struct progress *progress)
{
    if (!progress->visible)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
}

const char *step_text(const char *step, char out[STEP_TEXT_MAX])
{
    snprintf(out, STEP_TEXT_MAX, "%.*s", (int)strcspn(step, "#"), step);
    return out;
}

const char *time_text(const struct zone *zone, instant at,
                      char out[CIVIL_TEXT_MAX])
{
    if (at == INSTANT_NEVER)
        return "-";
    return civil_instant_text(at, zone_offset(zone, at), out);
}

const char *number_text(int64_t value, char out[32])
{
    char digits[24];
    int len = snprintf(digits, sizeof(digits), "%lld", (long long)value);
    int first = digits[0] == '-' ? 1 : 0;
    int at = 0;
    for (int i = 0; i < len; i++) {
        if (i > first && (len - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

const char *money_text(int64_t millionths, const char *currency, char out[48])
{
    /* cents, or a hundredth of one where that is all there is */
    int places = millionths != 0 && llabs(millionths) < 10000 ? 4 : 2;
    snprintf(out, 48, "%.*f %.8s", places, (double)millionths / 1e6, currency);
    return out;
}
