/* SPDX-License-Identifier: Apache-2.0 */
/* Cells of a row as its file last had them: enough to tell a change. */
#include "store/extract.h"

#include <string.h>

#include <sqlite3.h>

#include "store/said.h"

struct cells {
    const uint8_t *bytes;
    size_t len;
};

enum { TIME = sizeof(int64_t) };
_Static_assert(TIME == 8, "EXTRACT_CELLS begins behind the time");

void extract_add(uint8_t out[EXTRACT_MAX], size_t *len, int cid, uint64_t sum)
{
    const uint32_t folded = (uint32_t)(sum ^ sum >> 32);
    if (*len == EXTRACT_MAX)
        return;
    out[*len] = (uint8_t)cid;
    memcpy(out + *len + 1, &folded, sizeof(folded));
    *len += EXTRACT_CELL;
}

static struct cells cells_of(sqlite3_value *value)
{
    const struct cells cells = {sqlite3_value_blob(value),
                                (size_t)sqlite3_value_bytes(value)};
    return cells;
}

static struct cells cells_behind_time(sqlite3_value *value)
{
    struct cells cells = cells_of(value);
    if (cells.len < TIME)
        return (struct cells){0};
    cells.bytes += TIME;
    cells.len -= TIME;
    return cells;
}

/* NULL: there is none of this column. Most files have the same columns, so it
 * mostly stands where it is looked for first. */
static const uint8_t *cell_find(struct cells cells, size_t at, uint8_t cid)
{
    if (at < cells.len && cells.bytes[at] == cid)
        return cells.bytes + at;
    for (at = 0; at < cells.len; at += EXTRACT_CELL)
        if (cells.bytes[at] == cid)
            return cells.bytes + at;
    return NULL;
}

static void sql_same(sqlite3_context *context, int count,
                     sqlite3_value **values)
{
    const struct cells before = cells_behind_time(values[0]);
    const struct cells now = cells_of(values[1]);
    uint64_t same = 0;
    (void)count;
    for (size_t at = 0; at < now.len; at += EXTRACT_CELL) {
        const uint8_t *cell = cell_find(before, at, now.bytes[at]);
        if (cell && memcmp(cell, now.bytes + at, EXTRACT_CELL) == 0)
            same |= SAID_BIT(now.bytes[at]);
    }
    sqlite3_result_int64(context, (int64_t)same);
}

/* A column that this file does not have stays as another one had it. */
static void sql_put(sqlite3_context *context, int count, sqlite3_value **values)
{
    const struct cells whole = cells_of(values[0]);
    const struct cells before = cells_behind_time(values[0]);
    const struct cells now = cells_of(values[1]);
    const int64_t written = sqlite3_value_int64(values[2]);
    int64_t known = written;
    uint8_t out[TIME + 2 * EXTRACT_MAX];
    size_t cells = now.len < EXTRACT_MAX ? now.len : EXTRACT_MAX;
    size_t len = TIME + cells;
    (void)count;
    if (whole.len >= TIME)
        memcpy(&known, whole.bytes, TIME);
    if (known > written) {
        sqlite3_result_value(context, values[0]);
        return;
    }
    memcpy(out, &written, TIME);
    if (cells > 0)
        memcpy(out + TIME, now.bytes, cells);
    for (size_t at = 0; at < before.len; at += EXTRACT_CELL) {
        if (cell_find(now, at, before.bytes[at]) || len == sizeof(out))
            continue;
        memcpy(out + len, before.bytes + at, EXTRACT_CELL);
        len += EXTRACT_CELL;
    }
    sqlite3_result_blob(context, out, (int)len, SQLITE_TRANSIENT);
}

int extract_register(struct sqlite3 *db)
{
    enum { FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY };
    int code = sqlite3_create_function_v2(db, "extract_same", 2, FLAGS, NULL,
                                          sql_same, NULL, NULL, NULL);
    if (code != SQLITE_OK)
        return code;
    return sqlite3_create_function_v2(db, "extract_put", 3, FLAGS, NULL,
                                      sql_put, NULL, NULL, NULL);
}
