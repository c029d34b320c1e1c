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
#include "store/owner.h"
#include "store/said.h"
#include "store/statement.h"
#include "store/store.h"

enum { SQL_MAX = 16 << 10, SHAPES_MAX = 256, COLUMNS_MAX = 64 };

/* A table and the columns that come. */
struct shape {
    const struct feed_table *about;
    bool own;   /* as of struct upsert_row */
    bool owned; /* its rows have an owner, */
    bool sent;  /* and a sender */
    char **columns;
    size_t count;
    size_t keys[FEED_KEYS];
    size_t key_count;
    struct feed_column *about_columns;
    uint64_t said; /* all of them */
    bool lacking;  /* a column that every row has does not come */
    struct statement *look, *insert, *update, *touch, *end;
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
    free(shape->about_columns);
    statement_free(shape->look);
    statement_free(shape->insert);
    statement_free(shape->update);
    statement_free(shape->touch);
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

static bool is_aside(const struct shape *shape, size_t column)
{
    return feed_table_aside(shape->about, shape->columns[column]);
}

/* Written with the row: no key, and nothing that is told of it aside. */
static bool is_written(const struct shape *shape, size_t column)
{
    return !is_key(shape, column) && !is_aside(shape, column);
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

/* id, whether all is the same, of a patient whether the record that answers is
 * another one's, what was said when, and whether it is gone. */
static bool build_look(struct upsert *upsert, struct shape *shape,
                       struct buf *sql, struct error *err)
{
    const struct feed_table *about = shape->about;
    buf_text(sql, "SELECT t.id, 1");
    if (feed_table_marks_gone(about))
        buf_text(sql, " AND t.gone_at IS NULL");
    for (size_t i = 0; i < shape->count; i++)
        if (is_written(shape, i))
            buf_format(sql, " AND t.%s IS ?%zu", shape->columns[i], i + 1);
    buf_format(sql, ", %s, %s, %s FROM %s t WHERE ",
               text_equal(about->table, "patient") ? "t.mrn IS NOT ?1" : "0",
               about->sourced ? "coalesce(t.source_at, 0), t.said" : "0, NULL",
               feed_table_marks_gone(about) ? "t.gone_at IS NOT NULL" : "0",
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
    const char *between = "";
    buf_format(sql, "INSERT INTO %s(", shape->about->table);
    for (size_t i = 0; i < shape->count; i++) {
        if (is_aside(shape, i))
            continue;
        buf_format(sql, "%s%s", between, shape->columns[i]);
        between = ", ";
    }
    if (shape->about->sourced)
        buf_text(sql, ", source, source_at, source_message, said");
    if (shape->owned)
        buf_text(sql, ", owner");
    if (shape->sent)
        buf_text(sql, ", sender");
    buf_text(sql, ") VALUES (");
    between = "";
    for (size_t i = 0; i < shape->count; i++) {
        if (is_aside(shape, i))
            continue;
        buf_format(sql, "%s?%zu", between, i + 1);
        between = ", ";
    }
    if (shape->about->sourced)
        buf_format(sql, ", ?%zu, ?%zu, ?%zu, ?%zu", shape->count + 1,
                   shape->count + 2, shape->count + 3, shape->count + 4);
    if (shape->owned)
        buf_format(sql, ", ?%zu", shape->count + 5);
    if (shape->sent)
        buf_format(sql, ", ?%zu", shape->count + 6);
    buf_text(sql, ")");
    shape->insert = build(upsert, sql, err);
    return shape->insert != NULL;
}

/* Of news that comes late the row stays its newest source's, and gone when a
 * newer word said so, or this one does not bring it back. */
static bool build_update(struct upsert *upsert, struct shape *shape,
                         struct buf *sql, struct error *err)
{
    size_t n = shape->count;
    buf_format(sql, "UPDATE %s SET ", shape->about->table);
    for (size_t i = 0; i < n; i++)
        if (is_written(shape, i))
            buf_format(sql, "%s = ?%zu, ", shape->columns[i], i + 1);
    if (feed_table_marks_gone(shape->about))
        buf_format(sql,
                   "gone_at = iif(source_at > ?%zu OR ?%zu, gone_at, NULL), ",
                   n + 2, n + 6);
    buf_format(sql,
               "source = iif(source_at > ?%zu, source, ?%zu), source_message ="
               " iif(source_at > ?%zu, source_message, ?%zu), source_at = "
               "max(coalesce(source_at, ?%zu), ?%zu), said = ?%zu WHERE id = "
               "?%zu",
               n + 2, n + 1, n + 2, n + 3, n + 2, n + 2, n + 4, n + 5);
    shape->update = build(upsert, sql, err);
    return shape->update != NULL;
}

/* It was said again, or of something that it was so already: since then. */
static bool build_touch(struct upsert *upsert, struct shape *shape,
                        struct buf *sql, struct error *err)
{
    buf_format(sql,
               "UPDATE %s SET source_at = max(coalesce(source_at, ?1), ?1), "
               "said = ?2 WHERE id = ?3",
               shape->about->table);
    shape->touch = build(upsert, sql, err);
    return shape->touch != NULL;
}

static bool build_end(struct upsert *upsert, struct shape *shape,
                      struct buf *sql, struct error *err)
{
    const struct feed_table *about = shape->about;
    if (feed_table_marks_gone(about))
        buf_format(sql,
                   "UPDATE %s SET gone_at = ?2, source_at = ?2, said = ?3 "
                   "WHERE id = ?1",
                   about->table);
    else
        buf_format(sql, "DELETE FROM %s WHERE id = ?1 AND ?2 = ?2 AND ?3 = ?3",
                   about->table);
    shape->end = build(upsert, sql, err);
    return shape->end != NULL;
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
    shape->owned = owner_has(row->table);
    shape->sent = text_equal(row->table, "appointment");
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
    shape->about_columns =
        memory_new((row->count + 1) * sizeof(shape->about_columns[0]));
    if (!feed_columns(upsert->store, row->table, row->columns, row->count,
                      shape->about_columns, &shape->lacking, err))
        return false;
    for (size_t i = 0; i < row->count; i++)
        shape->said |= is_written(shape, i) ? shape->about_columns[i].bit : 0;
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    bool done =
        build_look(upsert, shape, &sql, err) &&
        build_insert(upsert, shape, &sql, err) &&
        (!shape->about->sourced || (build_update(upsert, shape, &sql, err) &&
                                    build_touch(upsert, shape, &sql, err))) &&
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

struct found {
    int64_t id;
    bool same, survivor, gone;
    instant at; /* of its newest news */
    bool has_said;
    char said[SAID_MAX];
};

static bool look(struct shape *shape, const struct upsert_row *row,
                 struct found *found, struct error *err)
{
    found->id = 0;
    bind_all(shape->look, row);
    int step = statement_step(shape->look, err);
    if (step == 1) {
        const char *said = column_text(shape->look, 4);
        found->id = column_integer(shape->look, 0);
        found->same = column_integer(shape->look, 1) != 0;
        found->survivor = column_integer(shape->look, 2) != 0;
        found->at = column_integer(shape->look, 3);
        found->has_said = said != NULL;
        text_copy(found->said, sizeof(found->said), said ? said : "");
        found->gone = column_integer(shape->look, 5) != 0;
    }
    statement_reset(shape->look);
    return step >= 0;
}

static bool lacks(const struct shape *shape, const struct upsert_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (shape->about_columns[i].needed &&
            row->values[i].type == VALUE_MISSING)
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

static uint64_t says(const struct shape *shape, const struct upsert_row *row)
{
    return shape->said | (row->points ? SAID_POINTS : 0);
}

static void bind_source(struct statement *statement,
                        const struct upsert_row *row, const char *said)
{
    int n = (int)row->count;
    bind_text_static(statement, n + 1, row->source);
    bind_integer(statement, n + 2, row->at);
    bind_text_static(statement, n + 3, row->message);
    bind_text_static(statement, n + 4, said);
}

static bool insert(struct upsert *upsert, struct shape *shape,
                   const struct upsert_row *row, int64_t *id, struct error *err)
{
    char said[SAID_MAX];
    bind_all(shape->insert, row);
    if (shape->about->sourced) {
        said_add(said, "0", row->at, says(shape, row), row->at);
        bind_source(shape->insert, row, said);
    }
    if (shape->owned)
        bind_text_static(shape->insert, (int)row->count + 5, row->owner);
    if (shape->sent)
        bind_text_static(shape->insert, (int)row->count + 6, row->sender);
    bool done = statement_run(shape->insert, err);
    if (done)
        *id = store_last_id(upsert->store);
    return done;
}

/* A row that is there, and of which no newer word is about these columns. What
 * says nothing new is noted where its source dates its words: then what lies
 * between is known to be older. */
static bool put_known(struct shape *shape, const struct upsert_row *row,
                      const struct found *found, enum upsert_verdict *verdict,
                      struct error *err)
{
    const struct feed_table *about = shape->about;
    char said[SAID_MAX];
    *verdict = UPSERT_SAME;
    if (!found->same && !about->first_wins)
        *verdict = about->fixed ? UPSERT_FIXED : UPSERT_CHANGED;
    if (!about->sourced || about->first_wins)
        return true;
    const char *before = found->has_said ? found->said : NULL;
    said_add(said, before, found->at, says(shape, row), row->at);
    if (*verdict == UPSERT_CHANGED) {
        bind_all(shape->update, row);
        bind_source(shape->update, row, said);
        bind_integer(shape->update, (int)row->count + 5, found->id);
        if (feed_table_marks_gone(about))
            bind_integer(shape->update, (int)row->count + 6,
                         found->gone && lacks(shape, row));
        return statement_run(shape->update, err);
    }
    if (!row->dated || (row->at <= found->at && text_equal(said, before)))
        return true;
    bind_integer(shape->touch, 1, row->at);
    bind_text_static(shape->touch, 2, said);
    bind_integer(shape->touch, 3, found->id);
    return statement_run(shape->touch, err);
}

/* News that comes late: what no newer word is about. */
static bool put_late(struct upsert *upsert, struct shape *shape,
                     const struct upsert_row *row, struct found *found,
                     enum upsert_verdict *verdict, bool *points,
                     struct error *err)
{
    const char *columns[COLUMNS_MAX];
    struct value values[COLUMNS_MAX];
    struct upsert_row rest = *row;
    uint64_t newer =
        said_since(found->has_said ? found->said : NULL, found->at, row->at);
    rest.columns = columns;
    rest.values = values;
    rest.count = 0;
    bool told = false;
    if (row->points && !upsert_contacts_told(upsert->store, found->id,
                                             row->source, row->at, &told, err))
        return false;
    *points = rest.points = row->points && !told;
    for (size_t i = 0; i < row->count; i++) {
        if (!is_key(shape, i) &&
            (is_aside(shape, i) || newer & shape->about_columns[i].bit))
            continue;
        columns[rest.count] = row->columns[i];
        values[rest.count++] = row->values[i];
    }
    *verdict = UPSERT_OLDER;
    if (rest.count == shape->key_count && !rest.points)
        return true;
    shape = shape_of(upsert, &rest, err);
    return shape && look(shape, &rest, found, err) &&
           put_known(shape, &rest, found, verdict, err);
}

/* Of a minute, or a day, that is told as a whole it may have been the end: it
 * is no older than what is known of then. */
static struct upsert_row within(const struct upsert_row *row,
                                const struct found *found)
{
    struct upsert_row then = *row;
    if (found->id && found->at > row->at && found->at - row->at < row->span)
        then.at = found->at;
    return then;
}

bool upsert_put(struct upsert *upsert, const struct upsert_row *said,
                enum upsert_verdict *verdict, int64_t *id, bool *points,
                struct error *err)
{
    struct found found;
    struct shape *shape = shape_of(upsert, said, err);
    if (!shape || !look(shape, said, &found, err))
        return false;
    const struct upsert_row then = within(said, &found), *row = &then;
    *id = found.id;
    *points = row->points;
    if (found.id && found.survivor) {
        *verdict = UPSERT_YIELDS;
        return true;
    }
    if (!found.id) {
        *verdict = lacks(shape, row) ? UPSERT_LACKS : UPSERT_NEW;
        return *verdict == UPSERT_LACKS || insert(upsert, shape, row, id, err);
    }
    if (shape->about->sourced && row->at < found.at)
        return put_late(upsert, shape, row, &found, verdict, points, err);
    if (found.gone && !row->off && lacks(shape, row)) {
        *verdict = UPSERT_LACKS;
        return true;
    }
    return put_known(shape, row, &found, verdict, err);
}

bool upsert_end(struct upsert *upsert, const struct upsert_row *told,
                enum upsert_verdict *verdict, struct error *err)
{
    struct found found;
    char said[SAID_MAX];
    struct shape *shape = shape_of(upsert, told, err);
    if (!shape || !look(shape, told, &found, err))
        return false;
    const struct upsert_row then = within(told, &found), *row = &then;
    bool newer = shape->about->sourced && found.id && found.at > row->at;
    *verdict = !found.id ? UPSERT_SAME : newer ? UPSERT_OLDER : UPSERT_CHANGED;
    if (*verdict != UPSERT_CHANGED)
        return true;
    said_add(said, found.has_said ? found.said : NULL, found.at, 0, row->at);
    bind_integer(shape->end, 1, found.id);
    bind_integer(shape->end, 2, row->at);
    bind_text_static(shape->end, 3, said);
    return statement_run(shape->end, err);
}
