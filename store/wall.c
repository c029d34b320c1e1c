/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instants that follow their civil time when a zone's rules change. Walks
 * along the index of the anchors' time, so that history costs nothing, and
 * writes only what differs; the triggers note each written anchor for
 * evaluation. An instant whose wall already shows the civil time stays, also
 * when it is the second of two: the source said which.
 */
#include "store/wall.h"

#include "base/civil.h"
#include "base/zone.h"

#include "store/statement.h"
#include "store/store.h"

#define PAGE 256

/* Behind (?1, ?2) in the order of (at, id): first the rest of the same
 * instant, then what is later; either half is a seek in the index. */
#define NEXT(table, at, local, zone)                                       \
    "SELECT id, " local ", " zone ", " at " AS moment FROM " table " f"    \
    " WHERE " at " = ?1 AND id > ?2 UNION ALL SELECT id, " local ", " zone \
    ", " at " FROM " table " f WHERE " at " > ?1 ORDER BY moment, id LIMIT ?3"

static const struct {
    const char *next, *move;
} queries[] = {
    [ANCHOR_APPOINTMENT] = {NEXT("appointment", "start_at", "start_local",
                                 "zone"),
                            "UPDATE appointment SET start_at = ? WHERE id = ?"},
    [ANCHOR_FILL] = {NEXT("fill", "runs_out_at", "runs_out_on",
                          WALL_FILL_ZONE("f.pickup_id", "f.patient_id")),
                     "UPDATE fill SET runs_out_at = ? WHERE id = ?"},
    [ANCHOR_DISCHARGE] = {NEXT("discharge", "discharged_at", "discharged_local",
                               "zone"),
                          "UPDATE discharge SET discharged_at = ?"
                          " WHERE id = ?"},
};

struct move {
    int64_t id;
    instant at;
};

/* Whether `at` must become another instant, for its wall shows another time
 * than `local`. */
static bool is_elsewhere(const char *local, const struct zone *zone, instant at,
                         instant *out)
{
    struct civil civil = {.hour = 0};
    bool has_offset;
    int offset;
    if (!civil_parse(local, &civil, &has_offset, &offset) &&
        !civil_parse_date(local, &civil.date))
        return false;
    if (civil_seconds(zone_local(zone, at)) == civil_seconds(civil))
        return false;
    *out = zone_instant(zone, civil);
    return *out != at;
}

/* Reads a page and what of it must move; `*count` is of those. */
static bool page_read(struct store *store, enum anchor_kind kind,
                      const struct zone *otherwise, struct wall_walk *walk,
                      struct move moves[PAGE], size_t *count, size_t *rows,
                      struct error *err)
{
    struct statement *query = statement(store, queries[kind].next);
    bind_integer(query, 1, walk->after_at);
    bind_integer(query, 2, walk->after_id);
    bind_integer(query, 3, PAGE);
    int step;
    *count = *rows = 0;
    while ((step = statement_step(query, err)) == 1) {
        const char *name = column_text(query, 2);
        const struct zone *zone = name ? zone_find(name) : otherwise;
        (*rows)++;
        walk->after_id = column_integer(query, 0);
        walk->after_at = column_integer(query, 3);
        walk->unknown += zone == NULL;
        if (zone && is_elsewhere(column_text(query, 1), zone, walk->after_at,
                                 &moves[*count].at))
            moves[(*count)++].id = walk->after_id;
    }
    return step == 0;
}

bool wall_derive(struct store *store, enum anchor_kind kind,
                 const struct zone *otherwise, struct wall_walk *walk,
                 bool *more, struct error *err)
{
    struct move moves[PAGE];
    size_t count, rows;
    if (!page_read(store, kind, otherwise, walk, moves, &count, &rows, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct statement *move = statement(store, queries[kind].move);
        bind_integer(move, 1, moves[i].at);
        bind_integer(move, 2, moves[i].id);
        if (!statement_run(move, err))
            return false;
    }
    walk->moved += (int64_t)count;
    *more = rows == PAGE;
    return true;
}
