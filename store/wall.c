/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instants that follow their civil time, when a zone's rules change or the
 * zone turns out to be another one. Walks along the index of the time, so that
 * history costs nothing, and writes only what differs; the triggers note each
 * written anchor for evaluation. An instant whose wall already shows the civil
 * time stays, also when it is the second of two: the source said which.
 */
#include "store/wall.h"

#include <stddef.h>

#include "base/civil.h"
#include "base/text.h"
#include "base/zone.h"

#include "store/statement.h"
#include "store/store.h"

#define PAGE 256
#define ZONE_TEXT 64

/* Behind (?1, ?2) in the order of (at, id): first the rest of the same
 * instant, then what is later; either half is a seek in the index. `own`: the
 * zone that the row has itself; `zone`: the one that it is to have. */
#define NEXT(table, at, local, own, zone, offset)                              \
    "SELECT id, " at " AS moment, " local ", " own ", " zone ", " offset       \
    " FROM " table " f WHERE " at " = ?1 AND id > ?2 UNION ALL SELECT id, " at \
    ", " local ", " own ", " zone ", " offset " FROM " table " f WHERE " at    \
    " > ?1 ORDER BY moment, id LIMIT ?3"
#define MOVE(table, at) "UPDATE " table " SET " at " = ?2 WHERE id = ?1"
#define PLACE(table, local)                          \
    "UPDATE " table " SET zone = ?2, " local " = ?3" \
    ", occurrence = occurrence + ?4 WHERE id = ?1"
#define CLINIC_ZONE \
    "coalesce((SELECT zone FROM clinic WHERE id = f.zone_clinic_id), f.zone)"

/* `place`: of rows that have a zone of their own. */
static const struct {
    const char *next, *move, *place;
} queries[] = {
    [WALL_START] = {NEXT("appointment", "start_at", "start_local", "zone",
                         CLINIC_ZONE, "has_offset"),
                    MOVE("appointment", "start_at"),
                    PLACE("appointment", "start_local")},
    [WALL_RUNS_OUT] = {NEXT("fill", "runs_out_at", "runs_out_on", "NULL",
                            WALL_FILL_ZONE("f.pickup_id", "f.patient_id"), "0"),
                       MOVE("fill", "runs_out_at"), NULL},
    [WALL_FILLED] = {NEXT("fill", "filled_at", "filled_local", "NULL",
                          WALL_FILL_ZONE("f.pickup_id", "f.patient_id"), "0"),
                     MOVE("fill", "filled_at"), NULL},
    [WALL_DISCHARGED] = {NEXT("discharge", "discharged_at", "discharged_local",
                              "zone", CLINIC_ZONE, "has_offset"),
                         MOVE("discharge", "discharged_at"),
                         PLACE("discharge", "discharged_local")},
    [WALL_RESULTED] = {NEXT("screening", "resulted_at", "resulted_local",
                            "NULL", WALL_FILL_ZONE("NULL", "f.patient_id"),
                            "0"),
                       MOVE("screening", "resulted_at"), NULL},
};

struct row {
    instant at;
    const char *local; /* NULL: it hangs on no wall */
    const char *own;   /* its zone; NULL: it has none itself */
    const char *name;  /* of the zone that it is to have; NULL: it has none */
    bool has_offset;
};

/* What must be written of a row. */
struct move {
    int64_t id;
    instant was, at;
    bool placed; /* in another zone than before */
    bool told;   /* another moment, or another hour of the wall */
    char zone[ZONE_TEXT], local[CIVIL_TEXT_MAX];
};

/* The one place where an instant follows a wall. False: all is right. */
static bool row_follows(const struct row *row, const struct zone *zone,
                        struct move *out)
{
    struct civil civil = {.hour = 0};
    bool offset_said;
    int offset;
    if (!civil_parse(row->local, &civil, &offset_said, &offset) &&
        !civil_parse_date(row->local, &civil.date))
        return false;
    out->was = out->at = row->at;
    out->placed = row->own && !text_equal(row->own, row->name);
    struct civil shown = zone_local(zone, row->at);
    out->told = civil_seconds(shown) != civil_seconds(civil);
    if (out->placed && row->has_offset)
        civil = shown;
    else if (out->told)
        out->at = zone_instant(zone, civil);
    if (out->placed) {
        text_copy(out->zone, sizeof(out->zone), row->name);
        civil_text(civil, out->local);
    }
    return out->placed || out->at != out->was;
}

/* Reads a page and what of it must move; `*count` is of those. */
static bool page_read(struct store *store, enum wall_time time,
                      const struct zone *otherwise, struct wall_walk *walk,
                      struct move moves[PAGE], size_t *count, size_t *rows,
                      struct error *err)
{
    struct statement *query = statement(store, queries[time].next);
    bind_integer(query, 1, walk->after_at);
    bind_integer(query, 2, walk->after_id);
    bind_integer(query, 3, PAGE);
    int step;
    *count = *rows = 0;
    while ((step = statement_step(query, err)) == 1) {
        const struct row row = {.at = column_integer(query, 1),
                                .local = column_text(query, 2),
                                .own = column_text(query, 3),
                                .name = column_text(query, 4),
                                .has_offset = column_integer(query, 5) != 0};
        const struct zone *zone = row.name ? zone_find(row.name) : otherwise;
        (*rows)++;
        walk->after_at = row.at;
        walk->after_id = column_integer(query, 0);
        walk->unknown += row.local && !zone;
        if (row.local && zone && row_follows(&row, zone, &moves[*count]))
            moves[(*count)++].id = walk->after_id;
    }
    return step == 0;
}

/* A visit that is to come at another moment, or at another hour of the clinic's
 * wall than was told, is a moved one. One that is over, or a discharge, is
 * corrected, and nobody is asked twice how it was. (The zone first: an instant
 * that changes alone raises no occurrence by trigger.) */
static bool row_write(struct store *store, enum wall_time time, instant now,
                      const struct move *move, struct error *err)
{
    if (move->placed) {
        struct statement *place = statement(store, queries[time].place);
        bind_integer(place, 1, move->id);
        bind_text_static(place, 2, move->zone);
        bind_text_static(place, 3, move->local);
        bind_integer(place, 4, move->told && move->at > now);
        if (!statement_run(place, err))
            return false;
    }
    if (move->at == move->was)
        return true;
    struct statement *query = statement(store, queries[time].move);
    bind_integer(query, 1, move->id);
    bind_integer(query, 2, move->at);
    return statement_run(query, err);
}

bool wall_derive(struct store *store, enum wall_time time,
                 const struct zone *otherwise, struct wall_walk *walk,
                 bool *more, struct error *err)
{
    struct move moves[PAGE];
    size_t count, rows;
    if (!page_read(store, time, otherwise, walk, moves, &count, &rows, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!row_write(store, time, walk->now, &moves[i], err))
            return false;
    walk->moved += (int64_t)count;
    *more = rows == PAGE;
    return true;
}

static bool zones_changed(struct store *store, bool *changed, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT EXISTS (SELECT 1 FROM dirty_zone)");
    if (statement_step(query, err) != 1)
        return false;
    *changed = column_integer(query, 0) != 0;
    statement_reset(query);
    return true;
}

bool wall_follow(struct store *store, const struct zone *otherwise, instant now,
                 int64_t *moved, struct error *err)
{
    bool more;
    if (!zones_changed(store, &more, err))
        return false;
    if (!more)
        return true;
    for (enum wall_time time = 0; time < WALL_TIMES; time++) {
        struct wall_walk walk = {.now = now, .after_at = now - WALL_BACK_MS};
        do {
            if (!wall_derive(store, time, otherwise, &walk, &more, err))
                return false;
        } while (more);
        *moved += walk.moved;
    }
    return statement_run(statement(store, "DELETE FROM dirty_zone"), err);
}
