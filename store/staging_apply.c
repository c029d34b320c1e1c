/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of a staging: what waits goes into the store, set by set, in the
 * caller's transaction. Gone rows first, so that what follows from them
 * (supplies) is computed from what remains; then new, then changed rows. A row
 * that is not among these is not touched.
 */
#include "store/staging.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"

#include "store/audit.h"
#include "store/death.h"
#include "store/extract_time.h"
#include "store/feed_table.h"
#include "store/staging_own.h"
#include "store/statement.h"
#include "store/stay.h"
#include "store/store.h"
#include "store/visit.h"

enum { SQL_MAX = 64 << 10 };
/* The restrictions that the staging changes. */
#define CHANGED                                                            \
    "SELECT id, patient_id, kind, until_at FROM restriction"               \
    " WHERE id IN (SELECT stage_id FROM temp.stage WHERE stage_id IS NOT " \
    "NULL)"

/* How a staged column reads as the table's own: `given`, or the row that it
 * names (a list, which the prelude has made). */
void staging_put_column(const struct staging *staging, struct buf *out,
                        const char *column, const char *given)
{
    if (text_equal(staging->about->table, "list_member") &&
        text_equal(column, "list_id"))
        buf_format(out, "(SELECT id FROM list WHERE name = %s)", given);
    else
        buf_text(out, given);
}

/* Many new rows ---------------------------------------------------------------
 */

/* An index is in no file's order: kept row by row it costs more than all the
 * rest of a first load, while everybody else waits to write. When most rows
 * of a table are new its indexes are left out, and built from all rows at the
 * end. What they are is the schema's word. */
enum { INDEXES_MAX = 8 };
struct indexes {
    char *names[INDEXES_MAX], *sql[INDEXES_MAX];
    size_t count;
};

static void indexes_free(struct indexes *indexes)
{
    for (size_t i = 0; i < indexes->count; i++) {
        free(indexes->names[i]);
        free(indexes->sql[i]);
    }
    indexes->count = 0;
}

static bool indexes_read(struct staging *staging, const char *table,
                         struct indexes *out, struct error *err)
{
    int step;
    struct statement *query =
        statement(staging->store, "SELECT name, sql FROM sqlite_schema WHERE "
                                  "type = 'index' AND tbl_name = ? AND sql IS "
                                  "NOT NULL");
    bind_text(query, 1, table);
    while ((step = statement_step(query, err)) == 1) {
        if (out->count == INDEXES_MAX)
            PANIC("more than %d indexes on %s", INDEXES_MAX, table);
        out->names[out->count] = memory_text(column_text(query, 0));
        out->sql[out->count++] = memory_text(column_text(query, 1));
    }
    return step == 0;
}

static bool indexes_drop(struct staging *staging, const struct indexes *indexes,
                         struct error *err)
{
    for (size_t i = 0; i < indexes->count; i++) {
        char sql[128];
        snprintf(sql, sizeof(sql), "DROP INDEX %s", indexes->names[i]);
        if (!staging_sql(staging, sql, err))
            return false;
    }
    return true;
}

static bool last_id(struct staging *staging, const char *table, int64_t *id,
                    struct error *err)
{
    char sql[128];
    snprintf(sql, sizeof(sql), "SELECT coalesce(max(id), 0) FROM %s", table);
    struct statement *query = statement_build(staging->store, sql, err);
    bool done = query && statement_step(query, err) == 1;
    if (done)
        *id = column_integer(query, 0);
    statement_free(query);
    return done;
}

bool staging_insert(struct staging *staging, const char *table, int64_t made,
                    struct statement *insert, struct error *err)
{
    struct indexes indexes = {0};
    int64_t last = 0;
    bool done = insert && last_id(staging, table, &last, err);
    bool most = made > 0 && made >= last;
    done = done && (!most || indexes_read(staging, table, &indexes, err)) &&
           indexes_drop(staging, &indexes, err) && statement_run(insert, err);
    for (size_t i = 0; done && i < indexes.count; i++)
        done = staging_sql(staging, indexes.sql[i], err);
    indexes_free(&indexes);
    statement_free(insert);
    return done;
}

/* Writing ---------------------------------------------------------------------
 */

static bool is_inserted(const struct staging *staging, size_t column)
{
    return !staging_is_kin(staging, staging->columns[column]) &&
           !feed_table_aside(staging->about, staging->columns[column]);
}

static bool apply_new(struct staging *staging, struct buf *sql,
                      struct error *err)
{
    const struct feed_table *about = staging->about;
    char given[80];
    buf_format(sql, "INSERT INTO %s(id", about->table);
    for (size_t i = 0; i < staging->total; i++)
        if (is_inserted(staging, i))
            buf_format(sql, ", %s", staging->columns[i]);
    if (about->sourced)
        buf_text(sql, ", source, source_at, said, extract");
    buf_text(sql, ") SELECT NULL");
    for (size_t i = 0; i < staging->total; i++) {
        if (!is_inserted(staging, i))
            continue;
        snprintf(given, sizeof(given), "s.%s", staging->columns[i]);
        buf_text(sql, ", ");
        staging_put_column(staging, sql, staging->columns[i], given);
    }
    if (about->sourced)
        buf_text(sql, ", ?1, ?2, said_add('0', ?2, ?3, ?2), s.stage_cells");
    buf_text(sql, " FROM temp.stage s WHERE s.stage_id IS NULL ORDER BY "
                  "s.stage_n");
    /* somebody may have put it there since we looked */
    if (about->first_wins)
        buf_text(sql, " ON CONFLICT DO NOTHING");
    struct statement *insert = staging_build(staging, sql, err);
    if (insert && about->sourced) {
        bind_text(insert, 1, staging->source);
        bind_integer(insert, 2, staging->at);
        bind_integer(insert, 3, (int64_t)staging->said);
    }
    return staging_insert(staging, about->table, staging->made, insert, err);
}

static bool apply_changed(struct staging *staging, struct buf *sql,
                          struct error *err)
{
    const struct feed_table *about = staging->about;
    if (about->first_wins || about->fixed)
        return true;
    buf_format(sql,
               "UPDATE %s AS t SET source = iif(t.source_at > ?2, t.source, "
               "?1), source_at = max(coalesce(t.source_at, ?2), ?2), said = "
               "said_add(t.said, coalesce(t.source_at, 0), ?3 & ~(",
               about->table);
    staging_put_heard(staging, sql, UINT64_MAX, "s.");
    buf_text(sql, "), ?2), extract = extract_put(t.extract, s.stage_cells)");
    /* The key stays as it was: that of a survivor is not the merged one's. */
    for (size_t i = 0; i < staging->total; i++)
        if (feed_table_written(about, staging->columns[i]) &&
            !staging_is_kin(staging, staging->columns[i])) {
            buf_format(sql, ", %s = iif(", staging->columns[i]);
            staging_put_stands(staging, sql, i, "?2", "s.");
            buf_format(sql, ", t.%s, s.%s)", staging->columns[i],
                       staging->columns[i]);
        }
    if (feed_table_marks_gone(about)) {
        buf_text(sql, ", gone_at = iif(t.source_at > ?2 OR ");
        staging_put_known(sql, staging->needed, "s.");
        buf_text(sql, ", t.gone_at, NULL)");
    }
    buf_text(sql, " FROM temp.stage s WHERE s.stage_id IS NOT NULL AND "
                  "t.id = s.stage_id");
    struct statement *update = staging_build(staging, sql, err);
    if (!update)
        return false;
    bind_text(update, 1, staging->source);
    bind_integer(update, 2, staging->at);
    bind_integer(update, 3, (int64_t)staging->said);
    bool done = statement_run(update, err);
    statement_free(update);
    return done;
}

static bool apply_noted(struct staging *staging, struct buf *sql,
                        struct error *err)
{
    if (!staging_keeps_cells(staging))
        return true;
    buf_format(sql,
               "UPDATE %s AS t SET extract = extract_put(t.extract, n.cells)"
               " FROM temp.noted n WHERE t.id = n.id",
               staging->about->table);
    struct statement *update = staging_build(staging, sql, err);
    bool done = update && statement_run(update, err);
    statement_free(update);
    return done;
}

/* Ends the rows of temp.gone: no older word brings them back. */
static bool end_gone(struct staging *staging, struct buf *sql,
                     struct error *err)
{
    const struct feed_table *about = staging->about;
    if (about->go)
        /* it comes back with the row that it had */
        buf_format(sql,
                   "UPDATE %s SET %s, extract = NULL, said = NULL, source_at = "
                   "max(coalesce(source_at, ?2), ?2)",
                   about->table, about->go);
    else
        buf_format(sql, "DELETE FROM %s", about->table);
    buf_text(sql, " WHERE id IN (SELECT id FROM temp.gone) AND ?1 = ?1 AND ?2 "
                  "= ?2");
    struct statement *end = staging_build(staging, sql, err);
    if (!end)
        return false;
    bind_integer(end, 1, staging->now);
    bind_integer(end, 2,
                 staging->full_at > staging->at ? staging->full_at
                                                : staging->at);
    bool done = statement_run(end, err);
    statement_free(end);
    return done;
}

static bool apply_gone(struct staging *staging, struct buf *sql,
                       struct error *err)
{
    return !staging->missing_known ||
           (end_gone(staging, sql, err) &&
            extract_full_put(staging->store, staging->source,
                             staging->about->table, staging->at, err));
}

/* When the file said them: what is new, what changed, what is the same. */
static bool apply_times(struct staging *staging, struct buf *sql,
                        int64_t before, struct error *err)
{
    const char *table = staging->about->table;
    int step = 1;
    buf_format(sql,
               "SELECT id FROM %s WHERE id > ?1 UNION ALL SELECT stage_id FROM "
               "temp.stage WHERE stage_id IS NOT NULL",
               table);
    struct statement *said = staging_build(staging, sql, err);
    if (!said)
        return false;
    bind_integer(said, 1, before);
    while ((step = statement_step(said, err)) == 1)
        row_set_add(&staging->again, column_integer(said, 0));
    statement_free(said);
    return step == 0 && extract_time_put(staging->store, table, &staging->again,
                                         staging->at, err);
}

/* New rows of which a newer full extract was silent are over already. */
static bool apply_over(struct staging *staging, struct buf *sql, int64_t before,
                       struct error *err)
{
    const struct feed_table *about = staging->about;
    if (!about->scope || staging->full_at <= staging->at)
        return true;
    buf_format(sql,
               "INSERT INTO temp.gone SELECT t.id FROM %s t WHERE t.id > ?2 "
               "AND (%s) AND ?1 = ?1",
               about->table, about->scope);
    struct statement *over = staging_build(staging, sql, err);
    if (!over)
        return false;
    bind_integer(over, 1, staging->now);
    bind_integer(over, 2, before);
    bool done = statement_run(over, err);
    statement_free(over);
    return done && end_gone(staging, sql, err);
}

/* Visits that a file brought back are asked about no more. */
static bool apply_sure(struct staging *staging, struct error *err)
{
    if (!text_equal(staging->about->table, "appointment"))
        return true;
    struct statement *back = statement_build(
        staging->store,
        "SELECT t.external_id FROM temp.stage s JOIN appointment t ON t.id = "
        "s.stage_id WHERE t.gone_at IS NULL",
        err);
    int step = back ? 1 : -1;
    while (step == 1 && (step = statement_step(back, err)) == 1)
        if (!visit_sure(staging->store, column_text(back, 0), false,
                        staging->now, err))
            step = -1;
    statement_free(back);
    return step == 0;
}

bool staging_apply(struct staging *staging, struct error *err)
{
    if (!store_in_transaction(staging->store))
        PANIC("a staging is written outside of a transaction");
    bool fill = text_equal(staging->about->table, "fill");
    int64_t before = 0;
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    bool done =
        last_id(staging, staging->about->table, &before, err) &&
        (!staging->about->prelude ||
         staging_sql(staging, staging->about->prelude, err)) &&
        apply_gone(staging, &sql, err) &&
        (!fill || staging_cover(staging, err)) &&
        apply_new(staging, &sql, err) && apply_changed(staging, &sql, err) &&
        apply_noted(staging, &sql, err) &&
        (!staging->about->sourced ||
         (apply_times(staging, &sql, before, err) &&
          apply_over(staging, &sql, before, err))) &&
        apply_sure(staging, err) && staging_visit_apply(staging, err) &&
        staging_kin_apply(staging, err) &&
        (!staging_is_patient(staging) || !staging_has(staging, "deceased_at") ||
         death_stage(staging->store, staging->source, staging->at, staging->now,
                     err)) &&
        (!staging_is_patient(staging) || !staging_has(staging, "inpatient") ||
         stay_stage(staging->store, staging->source, staging->at, err)) &&
        (!fill || staging_cover_apply(staging, err)) &&
        (!staging->contact_add || staging_contact_apply(staging, err));
    buf_free(&sql);
    return done;
}

/* Auditing --------------------------------------------------------------------
 */

static bool restriction_audit(struct staging *staging, const char *actor,
                              struct statement *row, struct error *err)
{
    char subject[48], detail[160];
    instant until = column_instant(row, 3);
    snprintf(subject, sizeof(subject), "patient %lld",
             (long long)column_integer(row, 1));
    if (until == INSTANT_NEVER)
        snprintf(detail, sizeof(detail), "%s changed grounds=restriction %lld",
                 column_text(row, 2), (long long)column_integer(row, 0));
    else
        snprintf(detail, sizeof(detail),
                 "%s until=%lld grounds=restriction %lld", column_text(row, 2),
                 (long long)until, (long long)column_integer(row, 0));
    return audit_add(staging->store, staging->now, actor, "restriction",
                     subject, detail, err);
}

bool staging_audit(struct staging *staging, const char *actor,
                   struct error *err)
{
    if (!text_equal(staging->about->table, "restriction"))
        return true;
    struct statement *changed =
        statement_build(staging->store,
                        staging->missing_known ? CHANGED
                            " OR id IN (SELECT id FROM temp.gone) ORDER BY id"
                                               : CHANGED " ORDER BY id",
                        err);
    int step = changed ? 1 : -1;
    while (step == 1 && (step = statement_step(changed, err)) == 1)
        if (!restriction_audit(staging, actor, changed, err))
            step = -1;
    statement_free(changed);
    return step == 0;
}
