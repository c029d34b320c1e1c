/* SPDX-License-Identifier: Apache-2.0 */
#include "store/extract_time.h"

#include <string.h>

#include "store/statement.h"

/* A place has the times of so many ids, one behind the other. */
enum { ROWS = 256, SET_BYTES = ROWS / 8 };
_Static_assert(ROW_SET_BYTES % SET_BYTES == 0, "a place is whole in a set");
struct place {
    instant times[ROWS];
};

bool extract_time_newer(struct store *store, const char *table, instant at,
                        bool *newer, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT 1 FROM extract_time WHERE kind = ?1 AND newest > ?2");
    bind_text_static(query, 1, table);
    bind_integer(query, 2, at);
    int step = statement_step(query, err);
    *newer = step == 1;
    statement_reset(query);
    return step >= 0;
}

static bool place_read(struct store *store, const char *table, int64_t place,
                       struct place *out, struct error *err)
{
    int len = 0;
    struct statement *query = statement(
        store, "SELECT times FROM extract_time WHERE kind = ?1 AND place = ?2");
    bind_text_static(query, 1, table);
    bind_integer(query, 2, place);
    int step = statement_step(query, err);
    const void *times = step == 1 ? column_blob(query, 0, &len) : NULL;
    *out = (struct place){0};
    if (times && (size_t)len == sizeof(*out))
        memcpy(out, times, sizeof(*out));
    statement_reset(query);
    return step >= 0;
}

bool extract_time_read(struct store *store, const char *table, int64_t id,
                       instant *at, struct error *err)
{
    struct place place;
    if (!place_read(store, table, id / ROWS, &place, err))
        return false;
    *at = place.times[id % ROWS];
    return true;
}

static bool place_put(struct store *store, const char *table, int64_t place,
                      const struct place *times, struct error *err)
{
    instant newest = 0;
    for (size_t i = 0; i < ROWS; i++)
        if (times->times[i] > newest)
            newest = times->times[i];
    struct statement *put =
        statement(store, "INSERT INTO extract_time(kind, place, newest, times) "
                         "VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET "
                         "newest = excluded.newest, times = excluded.times");
    bind_text_static(put, 1, table);
    bind_integer(put, 2, place);
    bind_integer(put, 3, newest);
    bind_blob(put, 4, times, sizeof(*times));
    return statement_run(put, err);
}

bool extract_time_put(struct store *store, const char *table,
                      const struct row_set *rows, instant at, struct error *err)
{
    static const uint8_t none[SET_BYTES];
    struct place place;
    for (size_t from = 0; from < rows->bytes; from += SET_BYTES) {
        const int64_t n = (int64_t)(from / SET_BYTES);
        if (memcmp(rows->bits + from, none, SET_BYTES) == 0)
            continue;
        if (!place_read(store, table, n, &place, err))
            return false;
        for (int64_t i = 0; i < ROWS; i++)
            if (row_set_has(rows, n * ROWS + i) && place.times[i] < at)
                place.times[i] = at;
        if (!place_put(store, table, n, &place, err))
            return false;
    }
    return true;
}

bool extract_full_read(struct store *store, const char *source,
                       const char *table, instant *at, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT at FROM extract_full WHERE source = ?1 AND kind = ?2");
    bind_text_static(query, 1, source);
    bind_text_static(query, 2, table);
    int step = statement_step(query, err);
    *at = step == 1 ? column_integer(query, 0) : 0;
    statement_reset(query);
    return step >= 0;
}

bool extract_full_put(struct store *store, const char *source,
                      const char *table, instant at, struct error *err)
{
    struct statement *put = statement(
        store, "INSERT INTO extract_full(source, kind, at) VALUES (?1, ?2, ?3) "
               "ON CONFLICT DO UPDATE SET at = max(at, excluded.at)");
    bind_text_static(put, 1, source);
    bind_text_static(put, 2, table);
    bind_integer(put, 3, at);
    return statement_run(put, err);
}
