/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row, looked up by its key and compared, then written. The SQL of a table
 * and a set of columns is built once and kept: a feed sends few shapes of row.
 */
#include "store/upsert.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"

#include "store/feed_table.h"
#include "store/statement.h"
#include "store/store.h"

enum { SQL_MAX = 16 << 10, SHAPES_MAX = 256, COLUMNS_MAX = 64 };

/* A table and the columns that come. */
struct shape {
    const struct feed_table *about;
    bool own; /* as of struct upsert_row */
    char **columns;
    size_t count;
    size_t keys[FEED_KEYS];
    size_t key_count;
    /* Columns that every row has: a bit each; and whether one does not come. */
    uint64_t needed;
    bool lacking;
    struct statement *look, *insert, *update, *end;
};

struct upsert {
    struct store *store;
    struct shape *shapes;
    size_t count;
};

struct upsert *upsert_new(struct store *store)
{
    struct upsert *upsert = memory_new(sizeof(*upsert));
    upsert->store = store;
    return upsert;
}

static void shape_free(struct shape *shape)
{
    for (size_t i = 0; i < shape->count; i++)
        free(shape->columns[i]);
    free(shape->columns);
    statement_free(shape->look);
    statement_free(shape->insert);
    statement_free(shape->update);
    statement_free(shape->end);
}

void upsert_free(struct upsert *upsert)
{
    if (!upsert)
        return;
    for (size_t i = 0; i < upsert->count; i++)
        shape_free(&upsert->shapes[i]);
    free(upsert->shapes);
    free(upsert);
}

/* Shapes ----------------------------------------------------------------------
 */

static bool is_key(const struct shape *shape, size_t column)
{
    for (size_t k = 0; k < shape->key_count; k++)
        if (shape->keys[k] == column)
            return true;
    return false;
}

static struct statement *build(struct upsert *upsert, struct buf *sql,
                               struct error *err)
{
    if (sql->overflow)
        PANIC("a query of a feed's row is too long");
    struct statement *built = statement_build(upsert->store, sql->data, err);
    buf_reset(sql);
    return built;
}

/* A key that may be missing (a screening without an id) is compared as such;
 * a patient's record is the survivor's. */
static void put_match(const struct shape *shape, struct buf *sql)
{
    if (text_equal(shape->about->table, "patient") && !shape->own) {
        buf_format(sql,
                   "t.id = (SELECT coalesce(k.merged_into, k.id) FROM patient "
                   "k WHERE k.mrn = ?%zu)",
                   shape->keys[0] + 1);
        return;
    }
    for (size_t k = 0; k < shape->key_count; k++)
        buf_format(sql, "%st.%s = ?%zu", k ? " AND " : "",
                   shape->about->keys[k], shape->keys[k] + 1);
}

/* id, whether a newer word is there, whether all is the same, and, of a
 * patient, whether the record that answers is another one's. */
static bool build_look(struct upsert *upsert, struct shape *shape,
                       struct buf *sql, struct error *err)
{
    const struct feed_table *about = shape->about;
    buf_text(sql, "SELECT t.id, ");
    if (about->sourced)
        buf_format(sql, "coalesce(t.source_at, 0) > ?%zu", shape->count + 1);
    else
        buf_text(sql, "0");
    buf_text(sql, ", 1");
    if (feed_table_marks_gone(about))
        buf_text(sql, " AND t.gone_at IS NULL");
    for (size_t i = 0; i < shape->count; i++)
        if (!is_key(shape, i))
            buf_format(sql, " AND t.%s IS ?%zu", shape->columns[i], i + 1);
    buf_format(sql, ", %s FROM %s t WHERE ",
               text_equal(about->table, "patient") ? "t.mrn IS NOT ?1" : "0",
               about->table);
    put_match(shape, sql);
    /* every parameter has its number, also one that is not compared */
    for (size_t i = 0; i < shape->count; i++)
        buf_format(sql, " AND ?%zu IS ?%zu", i + 1, i + 1);
    shape->look = build(upsert, sql, err);
    return shape->look != NULL;
}

static bool build_insert(struct upsert *upsert, struct shape *shape,
                         struct buf *sql, struct error *err)
{
    buf_format(sql, "INSERT INTO %s(", shape->about->table);
    for (size_t i = 0; i < shape->count; i++)
        buf_format(sql, "%s%s", i ? ", " : "", shape->columns[i]);
    if (shape->about->sourced)
        buf_text(sql, ", source, source_at, source_message");
    buf_text(sql, ") VALUES (");
    for (size_t i = 0; i < shape->count; i++)
        buf_format(sql, "%s?%zu", i ? ", " : "", i + 1);
    if (shape->about->sourced)
        buf_format(sql, ", ?%zu, ?%zu, ?%zu", shape->count + 1,
                   shape->count + 2, shape->count + 3);
    buf_text(sql, ")");
    shape->insert = build(upsert, sql, err);
    return shape->insert != NULL;
}

static bool build_update(struct upsert *upsert, struct shape *shape,
                         struct buf *sql, struct error *err)
{
    size_t n = shape->count;
    buf_format(sql, "UPDATE %s SET ", shape->about->table);
    for (size_t i = 0; i < n; i++)
        if (!is_key(shape, i))
            buf_format(sql, "%s = ?%zu, ", shape->columns[i], i + 1);
    if (feed_table_marks_gone(shape->about))
        buf_text(sql, "gone_at = NULL, ");
    buf_format(sql,
               "source = ?%zu, source_at = ?%zu, source_message = ?%zu WHERE "
               "id = ?%zu",
               n + 1, n + 2, n + 3, n + 4);
    shape->update = build(upsert, sql, err);
    return shape->update != NULL;
}

static bool build_end(struct upsert *upsert, struct shape *shape,
                      struct buf *sql, struct error *err)
{
    const struct feed_table *about = shape->about;
    if (feed_table_marks_gone(about))
        buf_format(sql,
                   "UPDATE %s SET gone_at = ?2, source_at = ?2 WHERE id = ?1",
                   about->table);
    else
        buf_format(sql, "DELETE FROM %s WHERE id = ?1 AND ?2 = ?2",
                   about->table);
    shape->end = build(upsert, sql, err);
    return shape->end != NULL;
}

/* What the schema wants of a row, and gives it no default for. */
static bool read_needs(struct upsert *upsert, struct shape *shape,
                       struct error *err)
{
    struct statement *query = statement(
        upsert->store, "SELECT name FROM pragma_table_info(?) WHERE \"notnull\""
                       " AND dflt_value IS NULL AND pk = 0");
    bind_text(query, 1, shape->about->table);
    int step;
    while ((step = statement_step(query, err)) == 1) {
        size_t i = 0;
        while (i < shape->count &&
               !text_equal(shape->columns[i], column_text(query, 0)))
            i++;
        if (i < shape->count)
            shape->needed |= (uint64_t)1 << i;
        else
            shape->lacking = true;
    }
    return step == 0;
}

static bool is_of(const struct shape *shape, const struct upsert_row *row)
{
    if (!text_equal(shape->about->table, row->table) ||
        shape->own != row->own || shape->count != row->count)
        return false;
    for (size_t i = 0; i < row->count; i++)
        if (!text_equal(shape->columns[i], row->columns[i]))
            return false;
    return true;
}

static bool shape_make(struct upsert *upsert, struct shape *shape,
                       const struct upsert_row *row, struct error *err)
{
    shape->about = feed_table_find(row->table);
    if (!shape->about)
        PANIC("no feed writes %s", row->table);
    if (row->count > COLUMNS_MAX)
        PANIC("too many columns for %s", row->table);
    shape->own = row->own;
    shape->count = row->count;
    shape->columns =
        memory_grow(NULL, row->count + 1, sizeof(shape->columns[0]));
    for (size_t i = 0; i < row->count; i++)
        shape->columns[i] = memory_text(row->columns[i]);
    for (size_t k = 0; k < FEED_KEYS && shape->about->keys[k]; k++) {
        size_t i = 0;
        while (i < row->count &&
               !text_equal(row->columns[i], shape->about->keys[k]))
            i++;
        if (i == row->count)
            PANIC("a row of %s without its %s", row->table,
                  shape->about->keys[k]);
        shape->keys[shape->key_count++] = i;
    }
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    bool done =
        read_needs(upsert, shape, err) &&
        build_look(upsert, shape, &sql, err) &&
        build_insert(upsert, shape, &sql, err) &&
        (!shape->about->sourced || build_update(upsert, shape, &sql, err)) &&
        build_end(upsert, shape, &sql, err);
    buf_free(&sql);
    return done;
}

static struct shape *shape_of(struct upsert *upsert,
                              const struct upsert_row *row, struct error *err)
{
    for (size_t i = 0; i < upsert->count; i++)
        if (is_of(&upsert->shapes[i], row))
            return &upsert->shapes[i];
    if (upsert->count == SHAPES_MAX)
        shape_free(&upsert->shapes[--upsert->count]);
    upsert->shapes = memory_grow(upsert->shapes, upsert->count + 1,
                                 sizeof(upsert->shapes[0]));
    struct shape *shape = &upsert->shapes[upsert->count];
    *shape = (struct shape){0};
    if (!shape_make(upsert, shape, row, err)) {
        shape_free(shape);
        return NULL;
    }
    upsert->count++;
    return shape;
}

/* Rows ------------------------------------------------------------------------
 */

static void bind_all(struct statement *statement, const struct upsert_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        feed_bind(statement, (int)i + 1, &row->values[i]);
}

static void bind_source(struct statement *statement,
                        const struct upsert_row *row)
{
    int n = (int)row->count;
    bind_text_static(statement, n + 1, row->source);
    bind_integer(statement, n + 2, row->at);
    bind_text_static(statement, n + 3, row->message);
}

struct found {
    int64_t id;
    bool newer, same, survivor;
};

static bool look(struct shape *shape, const struct upsert_row *row,
                 struct found *found, struct error *err)
{
    *found = (struct found){0};
    bind_all(shape->look, row);
    if (shape->about->sourced)
        bind_integer(shape->look, (int)row->count + 1, row->at);
    int step = statement_step(shape->look, err);
    if (step == 1)
        *found =
            (struct found){.id = column_integer(shape->look, 0),
                           .newer = column_integer(shape->look, 1) != 0,
                           .same = column_integer(shape->look, 2) != 0,
                           .survivor = column_integer(shape->look, 3) != 0};
    statement_reset(shape->look);
    return step >= 0;
}

static bool lacks(const struct shape *shape, const struct upsert_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (shape->needed >> i & 1 && row->values[i].type == VALUE_MISSING)
            return true;
    return shape->lacking;
}

bool upsert_find(struct upsert *upsert, const struct upsert_row *row,
                 int64_t *id, struct error *err)
{
    struct found found;
    struct shape *shape = shape_of(upsert, row, err);
    if (!shape || !look(shape, row, &found, err))
        return false;
    *id = found.id;
    return true;
}

bool upsert_put(struct upsert *upsert, const struct upsert_row *row,
                enum upsert_verdict *verdict, int64_t *id, struct error *err)
{
    struct found found;
    struct shape *shape = shape_of(upsert, row, err);
    if (!shape || !look(shape, row, &found, err))
        return false;
    *id = found.id;
    *verdict = UPSERT_SAME;
    if (found.survivor)
        *verdict = UPSERT_YIELDS;
    else if (!found.id)
        *verdict = lacks(shape, row) ? UPSERT_LACKS : UPSERT_NEW;
    else if (found.newer)
        *verdict = UPSERT_OLDER;
    else if (!found.same && !shape->about->first_wins)
        *verdict = shape->about->fixed ? UPSERT_FIXED : UPSERT_CHANGED;
    if (*verdict == UPSERT_NEW) {
        bind_all(shape->insert, row);
        if (shape->about->sourced)
            bind_source(shape->insert, row);
        if (!statement_run(shape->insert, err))
            return false;
        *id = store_last_id(upsert->store);
    } else if (*verdict == UPSERT_CHANGED) {
        bind_all(shape->update, row);
        bind_source(shape->update, row);
        bind_integer(shape->update, (int)row->count + 4, found.id);
        return statement_run(shape->update, err);
    }
    return true;
}

bool upsert_end(struct upsert *upsert, const struct upsert_row *row,
                enum upsert_verdict *verdict, struct error *err)
{
    struct found found;
    struct shape *shape = shape_of(upsert, row, err);
    if (!shape || !look(shape, row, &found, err))
        return false;
    *verdict = !found.id     ? UPSERT_SAME
               : found.newer ? UPSERT_OLDER
                             : UPSERT_CHANGED;
    if (*verdict != UPSERT_CHANGED)
        return true;
    bind_integer(shape->end, 1, found.id);
    bind_integer(shape->end, 2, row->at);
    return statement_run(shape->end, err);
}

/* Contact points --------------------------------------------------------------
 */

/* What is known from elsewhere is left alone. */
static bool point_put(struct upsert *upsert, int64_t patient_id,
                      const struct staging_contact *point, const char *source,
                      instant at, struct error *err)
{
    struct statement *put = statement(
        upsert->store,
        "INSERT INTO contact_point(patient_id, kind, value, extension, use, "
        "zones, rank, source, source_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
        "?8, ?9) ON CONFLICT(patient_id, kind, value) DO UPDATE SET "
        "extension = excluded.extension, use = excluded.use, zones = "
        "excluded.zones, rank = excluded.rank, source = excluded.source, "
        "source_at = excluded.source_at, gone_at = NULL WHERE "
        "contact_point.gone_at IS NOT NULL OR (contact_point.source IS ?8 AND "
        "(contact_point.extension IS NOT ?4 OR contact_point.use IS NOT ?5 OR "
        "contact_point.zones IS NOT ?6 OR contact_point.rank != ?7))");
    bind_integer(put, 1, patient_id);
    bind_text_static(put, 2, point->kind);
    bind_text_static(put, 3, point->value);
    bind_text_static(put, 4, point->extension);
    bind_text_static(put, 5, point->use);
    bind_text_static(put, 6, point->zones);
    bind_integer(put, 7, point->rank);
    bind_text_static(put, 8, source);
    bind_integer(put, 9, at);
    return statement_run(put, err);
}

static bool is_among(const struct staging_contact *contacts, size_t count,
                     const char *kind, const char *value)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(contacts[i].kind, kind) &&
            text_equal_nocase(contacts[i].value, value))
            return true;
    return false;
}

/* The first that this source had and has no longer; 0: there is none. */
static bool point_left(struct upsert *upsert, int64_t patient_id,
                       const struct staging_contact *contacts, size_t count,
                       const char *source, int64_t *left, struct error *err)
{
    struct statement *have = statement(
        upsert->store, "SELECT id, kind, value FROM contact_point WHERE "
                       "patient_id = ?1 AND gone_at IS NULL AND source IS ?2");
    bind_integer(have, 1, patient_id);
    bind_text_static(have, 2, source);
    int step;
    *left = 0;
    while ((step = statement_step(have, err)) == 1)
        if (!is_among(contacts, count, column_text(have, 1),
                      column_text(have, 2))) {
            *left = column_integer(have, 0);
            break;
        }
    statement_reset(have);
    return step >= 0;
}

bool upsert_contacts(struct upsert *upsert, int64_t patient_id,
                     const struct staging_contact *contacts, size_t count,
                     const char *source, instant at, bool *changed,
                     struct error *err)
{
    int64_t left;
    *changed = false;
    for (;;) {
        if (!point_left(upsert, patient_id, contacts, count, source, &left,
                        err))
            return false;
        if (!left)
            break;
        struct statement *gone = statement(
            upsert->store, "UPDATE contact_point SET gone_at = ?2 WHERE id = "
                           "?1");
        bind_integer(gone, 1, left);
        bind_integer(gone, 2, at);
        if (!statement_run(gone, err))
            return false;
        *changed = true;
    }
    for (size_t i = 0; i < count; i++) {
        if (!point_put(upsert, patient_id, &contacts[i], source, at, err))
            return false;
        *changed = *changed || store_changes(upsert->store) > 0;
    }
    return true;
}
