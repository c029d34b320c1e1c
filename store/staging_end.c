/* SPDX-License-Identifier: Apache-2.0 */
/*
 * After the last row of a file, and before anything is written: what came
 * twice, what has to give way, and what of a full extract did not come.
 */
#include "store/staging.h"

#include "base/buf.h"
#include "base/text.h"

#include "store/staging_own.h"
#include "store/statement.h"
#include "store/store.h"

enum { SQL_MAX = 64 << 10 };

static void put_keys(const struct staging *staging, struct buf *sql)
{
    for (size_t k = 0; k < staging->key_count; k++)
        buf_format(sql, "%s%s", k ? ", " : "", staging->about->keys[k]);
}

/* The first one of a key stays; of a visit one that says that it is off. */
static void put_turns(const struct staging *staging, struct buf *sql)
{
    buf_text(sql, "(SELECT stage_n, stage_line, first_value(stage_line) OVER "
                  "keys AS first_line, row_number() OVER keys AS turn FROM "
                  "temp.stage WINDOW keys AS (PARTITION BY ");
    put_keys(staging, sql);
    buf_format(sql, " ORDER BY %sstage_n)) WHERE turn > 1",
               text_equal(staging->about->table, "appointment")
                   ? "status NOT IN ('cancelled', 'noshow', "
                     "'entered-in-error'), "
                   : "");
}

bool staging_duplicates(struct staging *staging, staging_duplicate_fn *told,
                        void *arg, struct error *err)
{
    if (!staging_settle(staging, err))
        return false;
    if (staging->rising)
        return true;
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    buf_text(&sql, "SELECT stage_line, first_line FROM ");
    put_turns(staging, &sql);
    buf_text(&sql, " ORDER BY stage_line");
    struct statement *query = staging_build(staging, &sql, err);
    buf_text(&sql, "DELETE FROM temp.stage WHERE stage_n IN (SELECT stage_n "
                   "FROM ");
    put_turns(staging, &sql);
    buf_text(&sql, ")");
    bool any = false;
    int step = -1;
    while (query && (step = statement_step(query, err)) == 1) {
        any = true;
        told(arg, column_integer(query, 0), column_integer(query, 1));
    }
    statement_free(query);
    bool done = step == 0;
    if (done && any)
        done =
            staging_write_begin(staging, err) &&
            staging_sql(staging, sql.data, err) &&
            (!staging->contact_add ||
             staging_sql(staging,
                         "DELETE FROM temp.contact WHERE line NOT IN "
                         "(SELECT stage_line FROM temp.stage) AND patient_id "
                         "IS NULL",
                         err)) &&
            staging_settle(staging, err);
    buf_free(&sql);
    return done;
}

bool staging_ends(const struct staging *staging)
{
    return staging->about->scope != NULL;
}

/* A message that speaks of a row, too, makes it no less this source's: what
 * counts is whose file said it. But where others may have named it before a
 * file did (whom a person put on a list, a number of the patient's own row), it
 * is theirs. */
static const char *ours(const struct staging *staging)
{
    return staging_keeps_cells(staging) &&
                   !text_equal(staging->about->table, "contact_point")
               ? "extract_is_of(t.extract, ?2)"
               : "t.source IS ?2";
}

/* It came, or was in a newer file, which this one could not know. */
static bool is_here(struct staging *staging, int64_t id, bool *here,
                    struct error *err)
{
    instant said = 0;
    *here = row_set_has(&staging->seen, id);
    if (*here || !staging->late)
        return true;
    if (!extract_time_read(staging->store, staging->about->table, id, &said,
                           err))
        return false;
    *here = said > staging->at;
    return true;
}

instant staging_full_at(const struct staging *staging)
{
    return staging_ends(staging) ? staging->full_at : 0;
}

bool staging_missing(struct staging *staging, int64_t *active, int64_t *missing,
                     int64_t *gone, struct error *err)
{
    const struct feed_table *about = staging->about;
    *active = *missing = *gone = 0;
    if (!staging_ends(staging))
        return true;
    if (!staging_settle(staging, err) || !staging_write_begin(staging, err))
        return false;
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    /* what was said since the file was written it could not know */
    buf_format(&sql, "SELECT t.id, %s, t.source_at > ?3 FROM %s t WHERE ",
               about->weighs ? about->weighs : "1", about->table);
    if (feed_table_marks_gone(about))
        buf_text(&sql, "t.gone_at IS NULL AND ");
    buf_format(&sql, "%s AND (%s) AND ?1 = ?1", ours(staging), about->scope);
    struct statement *query = staging_build(staging, &sql, err);
    buf_free(&sql);
    struct statement *add =
        statement(staging->store, "INSERT INTO temp.gone(id) VALUES (?)");
    int step = -1;
    if (query) {
        bind_integer(query, 1, staging->now);
        bind_text(query, 2, staging->source);
        bind_integer(query, 3, staging->at);
    }
    while (query && (step = statement_step(query, err)) == 1) {
        int64_t id = column_integer(query, 0);
        int64_t weight = column_integer(query, 1);
        bool since = column_integer(query, 2) != 0, here;
        *active += weight;
        if (!is_here(staging, id, &here, err)) {
            step = -1;
            break;
        }
        if (here || since)
            continue;
        *missing += weight;
        (*gone)++;
        bind_integer(add, 1, id);
        if (!statement_run(add, err)) {
            step = -1;
            break;
        }
    }
    statement_free(query);
    staging->missing_known = step == 0;
    return step == 0 && staging_settle(staging, err);
}
