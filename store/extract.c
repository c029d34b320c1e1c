/* SPDX-License-Identifier: Apache-2.0 */
/* Cells of a row as its file last had them: enough to tell a change. */
#include "store/extract.h"

#include <stdbool.h>
#include <string.h>

#include <sqlite3.h>

#include "base/hash.h"

#include "store/said.h"

struct cells {
    const uint8_t *bytes;
    size_t len;
};

/* Set in the place of a cell that the newest file did not have. */
enum { OLDER = 0x80 };
/* The place of no column: the cell says whose file it was. */
enum { SOURCE = 0x7f };

void extract_add(uint8_t out[EXTRACT_MAX], size_t *len, int cid, uint64_t sum)
{
    const uint32_t folded = (uint32_t)(sum ^ sum >> 32);
    if (*len == EXTRACT_MAX)
        return;
    out[*len] = (uint8_t)cid;
    memcpy(out + *len + 1, &folded, sizeof(folded));
    *len += EXTRACT_CELL;
}

void extract_add_source(uint8_t out[EXTRACT_MAX], size_t *len,
                        const char *source)
{
    extract_add(out, len, SOURCE, hash_fnv(HASH_FNV, source, strlen(source)));
}

static struct cells cells_of(sqlite3_value *value)
{
    const struct cells cells = {sqlite3_value_blob(value),
                                (size_t)sqlite3_value_bytes(value)};
    return cells;
}

/* NULL: there is none of this column. Most files have the same columns, so it
 * mostly stands where it is looked for first. */
static const uint8_t *cell_find(struct cells cells, size_t at, uint8_t cid)
{
    cid &= (uint8_t)~OLDER;
    if (at < cells.len && (cells.bytes[at] & ~OLDER) == cid)
        return cells.bytes + at;
    for (at = 0; at < cells.len; at += EXTRACT_CELL)
        if ((cells.bytes[at] & ~OLDER) == cid)
            return cells.bytes + at;
    return NULL;
}

static bool cell_same(const uint8_t *one, const uint8_t *other)
{
    return memcmp(one + 1, other + 1, EXTRACT_CELL - 1) == 0;
}

static bool cell_silent(const uint8_t *cell)
{
    uint32_t sum;
    memcpy(&sum, cell + 1, sizeof(sum));
    return sum == EXTRACT_SILENT;
}

void extract_yield(uint8_t cells[EXTRACT_MAX], size_t *len, const void *newer,
                   size_t newer_len)
{
    const struct cells known = {newer, newer_len};
    for (size_t at = 0; at < newer_len; at += EXTRACT_CELL) {
        const uint8_t *cell = known.bytes + at;
        const struct cells now = {cells, *len};
        if (*cell & OLDER || cell_silent(cell))
            continue;
        size_t to = *len;
        const uint8_t *mine = cell_find(now, at, *cell);
        if (mine)
            to = (size_t)(mine - cells);
        else if (to + EXTRACT_CELL > EXTRACT_MAX)
            continue;
        memcpy(cells + to, cell, EXTRACT_CELL);
        *len += mine ? 0 : EXTRACT_CELL;
    }
}

static void sql_same(sqlite3_context *context, int count,
                     sqlite3_value **values)
{
    const struct cells before = cells_of(values[0]);
    const struct cells now = cells_of(values[1]);
    uint64_t same = 0;
    (void)count;
    for (size_t at = 0; at < now.len; at += EXTRACT_CELL) {
        if (now.bytes[at] == SOURCE)
            continue;
        const uint8_t *cell = cell_find(before, at, now.bytes[at]);
        if (cell && cell_same(cell, now.bytes + at))
            same |= SAID_BIT(now.bytes[at]);
    }
    sqlite3_result_int64(context, (int64_t)same);
}

/* A column that this file does not have stays as another one had it. */
static void sql_put(sqlite3_context *context, int count, sqlite3_value **values)
{
    const struct cells before = cells_of(values[0]);
    const struct cells now = cells_of(values[1]);
    uint8_t out[2 * EXTRACT_MAX];
    size_t len = now.len < EXTRACT_MAX ? now.len : EXTRACT_MAX;
    (void)count;
    if (len > 0)
        memcpy(out, now.bytes, len);
    for (size_t at = 0; at < before.len && len < sizeof(out);
         at += EXTRACT_CELL) {
        if (cell_find(now, at, before.bytes[at]))
            continue;
        memcpy(out + len, before.bytes + at, EXTRACT_CELL);
        out[len] |= OLDER;
        len += EXTRACT_CELL;
    }
    sqlite3_result_blob(context, out, (int)len, SQLITE_TRANSIENT);
}

static void sql_is_of(sqlite3_context *context, int count,
                      sqlite3_value **values)
{
    const struct cells cells = cells_of(values[0]);
    const char *source = (const char *)sqlite3_value_text(values[1]);
    uint8_t own[EXTRACT_MAX];
    size_t len = 0;
    (void)count;
    extract_add_source(own, &len, source ? source : "");
    const uint8_t *cell = cell_find(cells, 0, SOURCE);
    sqlite3_result_int(context, cell && cell_same(cell, own));
}

int extract_register(struct sqlite3 *db)
{
    enum { FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY };
    int code = sqlite3_create_function_v2(db, "extract_same", 2, FLAGS, NULL,
                                          sql_same, NULL, NULL, NULL);
    if (code != SQLITE_OK)
        return code;
    code = sqlite3_create_function_v2(db, "extract_is_of", 2, FLAGS, NULL,
                                      sql_is_of, NULL, NULL, NULL);
    if (code != SQLITE_OK)
        return code;
    return sqlite3_create_function_v2(db, "extract_put", 2, FLAGS, NULL,
                                      sql_put, NULL, NULL, NULL);
}
