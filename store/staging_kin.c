/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patients that patients name: their guardian, and the record into which
 * theirs was merged. Both may stand behind them in the file, so what is named
 * is looked at when all rows are known, and written behind all rows. A row
 * that names nobody, itself or a circle is taken out: without its guardian a
 * minor would be written to in person, and who is merged in a circle would
 * have no record that is left. temp.kin holds whom the rows name, by keys.
 */
#include "store/staging.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"

#include "store/person.h"
#include "store/staging_own.h"
#include "store/statement.h"
#include "store/store.h"

bool staging_is_kin(const struct staging *staging, const char *column)
{
    return staging_is_patient(staging) && (text_equal(column, "guardian_id") ||
                                           text_equal(column, "merged_into"));
}

/* NULL, and so not the same, where nobody has the key. An empty cell ends a
 * guardianship, but no merge: what was two records' is one's by now. */
void staging_kin_put_same(struct buf *out, const char *column)
{
    buf_format(out,
               "iif(:%s IS NULL, %s, t.%s = (SELECT "
               "coalesce(k.merged_into, k.id) FROM patient k WHERE k.mrn = "
               ":%s))",
               column,
               text_equal(column, "merged_into") ? "1"
                                                 : "t.guardian_id IS NULL",
               column, column);
}

/* Taking out ----------------------------------------------------------------
 */

/* What a query of these found. */
struct kin_row {
    int64_t n, line;
    bool made, self;
    char *column, *key;
};
struct kin_rows {
    struct kin_row *items;
    size_t count, room;
};

static void rows_add(struct kin_rows *rows, struct statement *query)
{
    int64_t n = column_integer(query, 0);
    /* A row is told of once. */
    if (rows->count && rows->items[rows->count - 1].n == n)
        return;
    if (rows->count == rows->room) {
        rows->room = 2 * rows->room + 16;
        rows->items =
            memory_grow(rows->items, rows->room, sizeof(rows->items[0]));
    }
    rows->items[rows->count++] =
        (struct kin_row){.n = n,
                         .line = column_integer(query, 1),
                         .made = column_integer(query, 2) != 0,
                         .column = memory_text(column_text(query, 3)),
                         .key = memory_text(column_text(query, 4)),
                         .self = column_integer(query, 5) != 0};
}

static void rows_free(struct kin_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        free(rows->items[i].column);
        free(rows->items[i].key);
    }
    free(rows->items);
}

/* `*rows` counts what was there of this line. */
static bool take_out(struct staging *staging, int64_t line, int64_t *rows,
                     struct error *err)
{
    static const char *const steps[] = {
        "DELETE FROM temp.stage WHERE stage_line = ?",
        "DELETE FROM temp.contact WHERE line = ?",
        "DELETE FROM temp.contact_owner WHERE line = ?"};
    static const char *const indexes[] = {
        "CREATE INDEX IF NOT EXISTS temp.stage_at ON stage(stage_line)",
        "CREATE INDEX IF NOT EXISTS temp.contact_at ON contact(line)",
        "CREATE INDEX IF NOT EXISTS temp.owner_at ON contact_owner(line)"};
    *rows = 0;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (!staging_sql(staging, indexes[i], err))
            return false;
        struct statement *step = statement_build(staging->store, steps[i], err);
        if (!step)
            return false;
        bind_integer(step, 1, line);
        bool done = statement_run(step, err);
        statement_free(step);
        if (!done)
            return false;
        *rows += store_changes(staging->store);
    }
    return true;
}

static bool give_way(struct staging *staging, staging_kin_fn *told, void *arg,
                     struct error *err)
{
    for (size_t i = 0; i < staging->followed_count; i++) {
        const struct staging_followed *row = &staging->followed[i];
        struct staging_kin kin = {.fault = STAGING_KIN_YIELDS,
                                  .line = row->line};
        if (!row_set_add(&staging->seen, row->id))
            continue;
        int64_t rows;
        if (!take_out(staging, row->line, &rows, err))
            return false;
        if (rows > 0)
            told(arg, &kin);
    }
    return true;
}

/* Whom the rows name ----------------------------------------------------------
 */

/* What the file said so before is no news. */
static void put_merged(const struct staging *staging, struct buf *sql)
{
    size_t i = staging_place(staging, "merged_into");
    buf_format(sql,
               "iif(extract_same(p.extract, s.stage_cells) & %lld, NULL, "
               "s.merged_into)",
               (long long)staging->about_columns[i].bit);
}

static bool kin_open(struct staging *staging, struct error *err)
{
    bool guardian = staging_has(staging, "guardian_id");
    bool merged = staging_has(staging, "merged_into");
    if (!guardian && !merged)
        return true;
    struct buf sql;
    buf_init(&sql, 4096);
    /* By the key of the record that the row is about: the survivor's. */
    buf_text(&sql,
             "INSERT INTO temp.kin SELECT * FROM (SELECT s.stage_n, "
             "s.stage_line, s.stage_id IS NULL, coalesce(p.mrn, s.mrn), ");
    buf_text(&sql,
             guardian ? "s.guardian_id AS guardian, " : "NULL AS guardian, ");
    if (merged)
        put_merged(staging, &sql);
    buf_text(&sql, merged ? " AS merged" : "NULL AS merged");
    buf_text(&sql, " FROM temp.stage s LEFT JOIN patient p ON p.id = "
                   "s.stage_id) WHERE guardian IS NOT NULL OR merged IS NOT "
                   "NULL");
    bool done =
        staging_sql(staging,
                    "CREATE TEMP TABLE kin(n INTEGER PRIMARY KEY, line "
                    "INTEGER, made INTEGER, mrn TEXT, guardian TEXT, merged "
                    "TEXT)",
                    err) &&
        staging_sql(staging, sql.data, err);
    buf_free(&sql);
    staging->has_kin = done && store_changes(staging->store) > 0;
    return done &&
           (!staging->has_kin ||
            (staging_sql(staging, "CREATE INDEX temp.kin_mrn ON kin(mrn)",
                         err) &&
             staging_sql(staging, "CREATE INDEX temp.stage_mrn ON stage(mrn)",
                         err)));
}

#define NAMES                                                              \
    "names(n, line, made, mrn, name, key) AS (SELECT n, line, made, mrn, " \
    "'guardian_id', guardian FROM temp.kin WHERE guardian IS NOT NULL "    \
    "UNION ALL SELECT n, line, made, mrn, 'merged_into', merged FROM "     \
    "temp.kin WHERE merged IS NOT NULL)"

static const char unknown_sql[] =
    "WITH " NAMES " SELECT n, line, made, name, key, 0 FROM names WHERE NOT "
    "EXISTS (SELECT 1 FROM patient WHERE mrn = key) AND NOT EXISTS (SELECT 1 "
    "FROM temp.stage WHERE mrn = key) ORDER BY n";

/* From one record to the next: the one that it was merged into, else its
 * guardian, as the file has it, else as the store. Who comes back to where they
 * began stands in a circle. A record that is merged itself needs no guardian.
 */
#define CIRCLES(guardian_of_node)                                             \
    "WITH RECURSIVE " NAMES ", walk(n, mrn, name, key, node) AS (SELECT n, "  \
    "mrn, name, key, key FROM names WHERE name = 'merged_into' OR n NOT IN "  \
    "(SELECT n FROM temp.kin WHERE merged IS NOT NULL) UNION SELECT w.n, "    \
    "w.mrn, w.name, w.key, coalesce(k.merged, m.mrn, " guardian_of_node ") "  \
    "FROM walk w LEFT JOIN temp.kin k ON k.mrn = w.node LEFT JOIN temp.stage" \
    " s ON s.mrn = w.node LEFT JOIN patient p ON p.mrn = w.node LEFT JOIN "   \
    "patient m ON m.id = p.merged_into LEFT JOIN patient g ON g.id = "        \
    "p.guardian_id WHERE w.node IS NOT NULL AND w.node != w.mrn) SELECT "     \
    "k.n, k.line, k.made, w.name, w.key, w.key = w.mrn FROM walk w JOIN "     \
    "temp.kin k ON k.n = w.n WHERE w.node = w.mrn ORDER BY k.n"

/* A file without the column leaves the guardians that are there. */
static const char circles_sql[] =
    CIRCLES("iif(s.stage_n IS NULL, g.mrn, s.guardian_id)");
static const char circles_kept_sql[] = CIRCLES("g.mrn");

/* Takes out what the query finds, for this reason; `*any` is set when it found
 * something. */
static bool take_out_all(struct staging *staging, const char *sql,
                         enum staging_kin_fault fault, staging_kin_fn *told,
                         void *arg, bool *any, struct error *err)
{
    struct kin_rows rows = {0};
    struct statement *query = statement_build(staging->store, sql, err);
    int step = -1;
    while (query && (step = statement_step(query, err)) == 1)
        rows_add(&rows, query);
    statement_free(query);
    bool done = step == 0;
    for (size_t i = 0; done && i < rows.count; i++) {
        const struct kin_row *row = &rows.items[i];
        const struct staging_kin kin = {.fault = row->self ? STAGING_KIN_SELF
                                                           : fault,
                                        .line = row->line,
                                        .column = row->column,
                                        .key = row->key,
                                        .made = row->made};
        int64_t gone;
        told(arg, &kin);
        done = take_out(staging, row->line, &gone, err);
    }
    *any = *any || rows.count > 0;
    rows_free(&rows);
    return done && staging_sql(staging,
                               "DELETE FROM temp.kin WHERE n NOT IN (SELECT "
                               "stage_n FROM temp.stage)",
                               err);
}

bool staging_kin(struct staging *staging, staging_kin_fn *told, void *arg,
                 struct error *err)
{
    if (!staging_is_patient(staging))
        return true;
    if (!staging_write_begin(staging, err) ||
        !give_way(staging, told, arg, err) || !kin_open(staging, err))
        return false;
    const char *circles =
        staging_has(staging, "guardian_id") ? circles_sql : circles_kept_sql;
    /* Whoever is taken out may be named by another row. */
    for (bool any = staging->has_kin; any;) {
        any = false;
        if (!take_out_all(staging, unknown_sql, STAGING_KIN_UNKNOWN, told, arg,
                          &any, err) ||
            !take_out_all(staging, circles, STAGING_KIN_CIRCLE, told, arg, &any,
                          err))
            return false;
    }
    return staging_settle(staging, err);
}

/* Writing ---------------------------------------------------------------------
 */

static bool words_read(struct staging *staging, struct link_word **out,
                       size_t *count, struct error *err)
{
    size_t room = 0;
    int step = -1;
    struct statement *query =
        statement_build(staging->store,
                        "SELECT g.id, s.id FROM temp.kin k JOIN patient g ON "
                        "g.mrn = k.mrn JOIN "
                        "patient s ON s.mrn = k.merged ORDER BY k.n",
                        err);
    while (query && (step = statement_step(query, err)) == 1) {
        if (*count == room) {
            room = 2 * room + 16;
            *out = memory_grow(*out, room, sizeof((*out)[0]));
        }
        (*out)[(*count)++] = (struct link_word){column_integer(query, 0),
                                                column_integer(query, 1),
                                                staging->source, staging->at};
    }
    statement_free(query);
    return step == 0;
}

static bool apply_merged(struct staging *staging, struct error *err)
{
    struct link_word *words = NULL;
    size_t count = 0;
    bool done = words_read(staging, &words, &count, err) &&
                person_one_all(staging->store, words, count, staging->now, err);
    free(words);
    return done;
}

bool staging_kin_apply(struct staging *staging, struct error *err)
{
    if (staging_is_patient(staging) && staging_has(staging, "guardian_id") &&
        !staging_sql(staging,
                     "UPDATE patient AS t SET guardian_id = NULL FROM "
                     "temp.stage s WHERE s.stage_id = t.id AND s.guardian_id "
                     "IS NULL AND t.guardian_id IS NOT NULL",
                     err))
        return false;
    return !staging->has_kin ||
           (apply_merged(staging, err) &&
            staging_sql(
                staging,
                "UPDATE patient AS t SET guardian_id = "
                "coalesce(r.merged_into, r.id) FROM temp.kin k, patient r "
                "WHERE k.guardian IS NOT NULL AND r.mrn = k.guardian AND "
                "t.mrn = k.mrn AND t.guardian_id IS NOT "
                "coalesce(r.merged_into, r.id)",
                err));
}
