/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Visits of which a row came that cannot be used. It may still say that the
 * visit is off, or no longer where it was: a reminder would be wrong. Only
 * visits that are known change; what is newer stands, as for other rows, and
 * what the last file said just so is no news.
 */
#include "store/staging.h"

#include <stdio.h>

#include "base/text.h"

#include "store/staging_own.h"
#include "store/statement.h"
#include "store/store.h"
#include "store/visit.h"

static bool is_visits(const struct staging *staging)
{
    return text_equal(staging->about->table, "appointment");
}

bool staging_visit_open(struct staging *staging, struct error *err)
{
    return !is_visits(staging) ||
           staging_sql(staging,
                       "CREATE TEMP TABLE visit(id INTEGER PRIMARY KEY, key "
                       "TEXT, status TEXT, cells BLOB, said TEXT, unclear "
                       "INTEGER)",
                       err);
}

/* (A row that says that it is off counts, whatever another one of its key
 * says.) */
static bool note(struct staging *staging, const struct staging_visit *visit,
                 int64_t id, struct error *err)
{
    size_t column = staging_place(staging, "status");
    bool unclear = visit->status->type == VALUE_MISSING;
    const char *said = unclear ? visit->status_said : visit->start_said;
    struct statement *add = statement(
        staging->store,
        "INSERT INTO temp.visit(id, key, status, cells, said, unclear) VALUES "
        "(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET status = "
        "excluded.status, cells = excluded.cells WHERE status IS NULL");
    bind_integer(add, 1, id);
    bind_text_static(add, 2, visit->key);
    bind_text_static(add, 3, visit->off ? visit->status->text : NULL);
    staging_cell(staging, column, visit->status);
    bind_blob(add, 4, staging->row_cells, (int64_t)staging->row_cells_len);
    bind_text_static(add, 5, said && *said ? said : "nothing");
    bind_integer(add, 6, unclear);
    if (visit->off)
        row_set_add(&staging->again, id);
    return statement_run(add, err);
}

bool staging_visit(struct staging *staging, const struct staging_visit *visit,
                   struct error *err)
{
    instant said = 0;
    struct statement *find = statement(
        staging->store, "SELECT id, start_local IS ?2 OR start_at = ?3 FROM "
                        "appointment WHERE external_id = ?1");
    bind_text_static(find, 1, visit->key);
    bind_text_static(find, 2, visit->start_local);
    bind_integer(find, 3, visit->start_at);
    int step = statement_step(find, err);
    int64_t id = step == 1 ? column_integer(find, 0) : 0;
    bool there = step == 1 && column_integer(find, 1) != 0;
    statement_reset(find);
    bool clear = visit->status->type != VALUE_MISSING && there;
    if (step != 1 || (clear && !visit->off))
        return step >= 0;
    if (staging->late &&
        !extract_time_read(staging->store, "appointment", id, &said, err))
        return false;
    return said > staging->at ||
           (staging_write_begin(staging, err) &&
            note(staging, visit, id, err) && staging_write_end(staging, err));
}

static bool apply_off(struct staging *staging, struct error *err)
{
    struct statement *off = statement_build(
        staging->store,
        "UPDATE appointment AS t SET status = v.status, source = "
        "iif(t.source_at > ?2, t.source, ?1), source_at = max(coalesce("
        "t.source_at, ?2), ?2), said = said_add(t.said, coalesce(t.source_at, "
        "0), ?3, ?2), extract = extract_put(t.extract, v.cells) FROM "
        "temp.visit v WHERE t.id = v.id AND v.status IS NOT NULL AND NOT "
        "(t.source_at > ?2 AND said_since(t.said, t.source_at, ?2) & ?3) AND "
        "NOT extract_same(t.extract, v.cells) & ?3",
        err);
    if (!off)
        return false;
    bind_text(off, 1, staging->source);
    bind_integer(off, 2, staging->at);
    bind_integer(off, 3, (int64_t)staging->status);
    bool done = statement_run(off, err);
    statement_free(off);
    return done;
}

/* A file that says so every night says it once; what brings the visit back is
 * any row of it that can be read. */
static bool hold(struct staging *staging, int64_t id,
                 const struct visit_doubt *doubt, struct error *err)
{
    bool asked;
    instant since;
    if (!extract_time_read(staging->store, "appointment", id, &since, err) ||
        !visit_asked(staging->store, doubt, since, &asked, err))
        return false;
    if (asked)
        return true;
    struct statement *forget = statement(
        staging->store, "UPDATE appointment SET extract = NULL WHERE id = ?1 "
                        "AND coalesce(source_at, 0) <= ?2");
    bind_integer(forget, 1, id);
    bind_integer(forget, 2, staging->at);
    return statement_run(forget, err) &&
           visit_hold(staging->store, doubt, staging->now, err);
}

bool staging_visit_apply(struct staging *staging, struct error *err)
{
    if (!is_visits(staging))
        return true;
    struct statement *all = statement_build(
        staging->store,
        "SELECT v.id, v.key, v.said, v.unclear, v.status IS NOT NULL, "
        "t.status IS v.status FROM temp.visit v JOIN appointment "
        "t ON t.id = v.id ORDER BY v.id",
        err);
    bool done = all && apply_off(staging, err);
    int step = done ? 1 : -1;
    while (step == 1 && (step = statement_step(all, err)) == 1) {
        char key[VISIT_KEY_MAX];
        text_copy(key, sizeof(key), column_text(all, 1));
        struct visit_doubt doubt = {.key = key,
                                    .at = staging->at,
                                    .status = column_integer(all, 3) != 0};
        text_copy(doubt.said, sizeof(doubt.said), column_text(all, 2));
        if (!column_integer(all, 4))
            done = hold(staging, column_integer(all, 0), &doubt, err);
        else if (column_integer(all, 5))
            done = visit_sure(staging->store, key, true, staging->now, err);
        if (!done)
            step = -1;
    }
    statement_free(all);
    return step == 0;
}
