/* SPDX-License-Identifier: Apache-2.0 */
/* Times of columns: few, since most messages of a source say the same ones. */
#include "store/said.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <sqlite3.h>

#include "store/extract.h"

struct level {
    instant at;
    uint64_t columns;
};

/* Reads the next one; false: there is none. */
static bool level_next(const char **text, instant *at, struct level *out)
{
    char *end;
    if (!**text)
        return false;
    const char *from = *text;
    if (*from == ' ') {
        *at = strtoll(from + 1, &end, 10);
        from = *end ? end + 1 : end;
    }
    *out = (struct level){*at, strtoull(from, &end, 16)};
    *text = end;
    return true;
}

uint64_t said_since(const char *said, instant source_at, instant at)
{
    struct level level;
    uint64_t newer = 0;
    if (!said)
        return source_at > at ? UINT64_MAX : 0;
    while (level_next(&said, &source_at, &level) && level.at > at)
        newer |= level.columns;
    return newer;
}

static void put(char out[SAID_MAX], size_t *used, struct level level)
{
    size_t room = SAID_MAX - *used;
    int len = *used ? snprintf(out + *used, room, " %" PRId64 ":%" PRIx64,
                               level.at, level.columns)
                    : snprintf(out, room, "%" PRIx64, level.columns);
    if (len > 0 && (size_t)len < room)
        *used += (size_t)len;
    else
        out[*used] = '\0';
}

void said_add(char out[SAID_MAX], const char *said, instant source_at,
              uint64_t columns, instant at)
{
    const char *text = said ? said : "ffffffffffffffff";
    struct level level;
    size_t used = 0;
    uint64_t newer = 0;
    bool placed = false;
    while (level_next(&text, &source_at, &level)) {
        if (placed) {
            level.columns &= ~columns;
        } else if (level.at <= at) {
            placed = true;
            columns &= ~newer;
            level.columns &= ~columns;
            if (level.at == at)
                level.columns |= columns;
            else if (columns || used == 0)
                put(out, &used, (struct level){at, columns});
        }
        newer |= level.columns;
        if (level.columns || used == 0)
            put(out, &used, level);
    }
    if (!placed && (columns & ~newer))
        put(out, &used, (struct level){at, columns & ~newer});
}

static void sql_add(sqlite3_context *context, int count, sqlite3_value **values)
{
    char out[SAID_MAX];
    (void)count;
    said_add(out, (const char *)sqlite3_value_text(values[0]),
             sqlite3_value_int64(values[1]),
             (uint64_t)sqlite3_value_int64(values[2]),
             sqlite3_value_int64(values[3]));
    sqlite3_result_text(context, out, -1, SQLITE_TRANSIENT);
}

static void sql_since(sqlite3_context *context, int count,
                      sqlite3_value **values)
{
    (void)count;
    sqlite3_result_int64(
        context,
        (int64_t)said_since((const char *)sqlite3_value_text(values[0]),
                            sqlite3_value_int64(values[1]),
                            sqlite3_value_int64(values[2])));
}

int said_register(struct sqlite3 *db)
{
    enum { FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY };
    int code = sqlite3_create_function_v2(db, "said_since", 3, FLAGS, NULL,
                                          sql_since, NULL, NULL, NULL);
    if (code != SQLITE_OK)
        return code;
    code = sqlite3_create_function_v2(db, "said_add", 4, FLAGS, NULL, sql_add,
                                      NULL, NULL, NULL);
    return code == SQLITE_OK ? extract_register(db) : code;
}
