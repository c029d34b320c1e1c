/* SPDX-License-Identifier: Apache-2.0 */
/* Anchors as campaigns see them: one prepared SELECT for looking at a single
 * one, for walking many in order, for counting. The same lowered columns
 * serve all three, so that what was planned, what is decided at claim time
 * and what explain prints can never differ. It writes nothing. */
#include "store/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"

#include "store/catalogue.h"
#include "store/lower.h"
#include "store/statement.h"

/* All texts of one row; names and addresses are short. */
#define ROW_TEXT_MAX (1u << 20)

/* The columns that every row begins with. */
enum { COLUMN_ID, COLUMN_PATIENT, COLUMN_OCCURRENCE, COLUMN_GONE, COLUMN_AT };
#define COLUMN_FIRST (COLUMN_AT + 1)

/* A prepared SELECT and what is known of its columns. */
struct query {
    struct statement *statement;
    struct lowered lowered;
    size_t count;
    enum value_type *types;
    struct value *values;
    bool timed; /* `time` is bound */
    struct view_time time;
};

static void query_free(struct query *query)
{
    statement_free(query->statement);
    lowered_free(&query->lowered);
    free(query->types);
    free(query->values);
}

static bool query_prepare(struct query *query, struct store *store,
                          struct error *err)
{
    if (query->lowered.sql.overflow)
        return error_set(err, ERROR_INPUT,
                         "the conditions are too long: split the campaign");
    query->statement = statement_build(store, query->lowered.sql.data, err);
    if (!query->statement)
        return error_in(err, "conditions");
    lowered_bind(&query->lowered, query->statement);
    return true;
}

static bool time_equal(const struct view_time *a, const struct view_time *b)
{
    return a->now == b->now && a->entered_at == b->entered_at &&
           a->zone == b->zone && civil_compare(a->today, b->today) == 0;
}

static void query_set_time(struct query *query, const struct view_time *time)
{
    if (query->timed && time_equal(&query->time, time))
        return;
    lowered_bind_time(&query->lowered, query->statement, time);
    query->time = *time;
    query->timed = true;
}

/* "SELECT id, patient, occurrence, gone, time, columns ... FROM ..." */
static void query_select(struct query *query, enum anchor_kind anchor,
                         const struct catalogue_field *time,
                         const struct view_column *columns, size_t count)
{
    struct lowered *out = &query->lowered;
    const char *alias = lower_alias(anchor);
    lowered_init(out);
    buf_format(&out->sql, "SELECT %s.id, p.id, ", alias);
    if (anchor == ANCHOR_PATIENT)
        buf_text(&out->sql, "0, ");
    else
        buf_format(&out->sql, "%s.occurrence, ", alias);
    lower_gone(out, anchor);
    buf_format(&out->sql, ", %s", time ? time->sql : "0");
    query->count = count;
    query->types = memory_new((count + 1) * sizeof(enum value_type));
    query->values = memory_new((count + 1) * sizeof(struct value));
    for (size_t i = 0; i < count; i++) {
        buf_text(&out->sql, ", ");
        if (columns[i].predicate)
            lower_predicate(out, anchor, columns[i].predicate);
        else
            lower_field(out, anchor, columns[i].field, columns[i].attribute);
        query->types[i] =
            columns[i].predicate ? VALUE_BOOL : columns[i].field->type;
    }
    buf_text(&out->sql, " FROM ");
    lower_from(out, anchor, time ? time->index : NULL);
}

static struct value value_read(struct statement *statement, int at,
                               enum value_type type)
{
    struct value value = {.type = type};
    switch (type) {
    case VALUE_MISSING:
        break;
    case VALUE_BOOL:
    case VALUE_INSTANT:
    case VALUE_DURATION:
        value.integer = column_integer(statement, at);
        break;
    case VALUE_NUMBER:
        value.integer = column_integer(statement, at);
        value.number = column_real(statement, at);
        break;
    case VALUE_TEXT:
    case VALUE_DATE:
        value.text = column_text(statement, at);
        if (!value.text)
            value.type = VALUE_MISSING;
        return value;
    }
    if (column_is_null(statement, at))
        value.type = VALUE_MISSING;
    return value;
}

static void query_row(struct query *query, struct view_row *row)
{
    struct statement *from = query->statement;
    for (size_t i = 0; i < query->count; i++)
        query->values[i] =
            value_read(from, COLUMN_FIRST + (int)i, query->types[i]);
    *row =
        (struct view_row){.anchor_id = column_integer(from, COLUMN_ID),
                          .patient_id = column_integer(from, COLUMN_PATIENT),
                          .occurrence = column_integer(from, COLUMN_OCCURRENCE),
                          .gone = column_integer(from, COLUMN_GONE) != 0,
                          .columns = query->values};
}

/* One anchor ------------------------------------------------------------------
 */

struct view {
    struct query query;
    int id_at; /* parameter */
    struct buf texts;
};

struct view *view_prepare(struct store *store, enum anchor_kind anchor,
                          const struct view_column *columns, size_t count,
                          struct error *err)
{
    struct view *view = memory_new(sizeof(*view));
    buf_init(&view->texts, ROW_TEXT_MAX);
    query_select(&view->query, anchor, NULL, columns, count);
    view->id_at = (int)view->query.lowered.count + 1;
    buf_format(&view->query.lowered.sql, " WHERE %s.id = ?%d",
               lower_alias(anchor), view->id_at);
    if (!query_prepare(&view->query, store, err)) {
        view_free(view);
        return NULL;
    }
    return view;
}

void view_free(struct view *view)
{
    if (!view)
        return;
    query_free(&view->query);
    buf_free(&view->texts);
    free(view);
}

/* Texts move into our own memory, so that the statement can be reset at once:
 * one left open would hold an old picture of the store and make the next
 * transaction fail as busy. Offsets first: the memory may move while it
 * grows. */
static bool texts_keep(struct view *view, struct error *err)
{
    struct query *query = &view->query;
    buf_reset(&view->texts);
    for (size_t i = 0; i < query->count; i++) {
        struct value *value = &query->values[i];
        if (!value->text)
            continue;
        const char *text = value->text;
        value->integer = (int64_t)view->texts.len;
        buf_add(&view->texts, text, strlen(text) + 1);
    }
    if (view->texts.overflow)
        return error_set(err, ERROR_INPUT,
                         "the texts of one patient are larger than %u bytes: "
                         "shorten their attributes",
                         ROW_TEXT_MAX);
    for (size_t i = 0; i < query->count; i++) {
        if (query->values[i].text) {
            query->values[i].text = view->texts.data + query->values[i].integer;
            query->values[i].integer = 0;
        }
    }
    return true;
}

bool view_read(struct view *view, int64_t anchor_id,
               const struct view_time *time, bool *found, struct view_row *row,
               struct error *err)
{
    struct query *query = &view->query;
    query_set_time(query, time);
    bind_integer(query->statement, view->id_at, anchor_id);
    int step = statement_step(query->statement, err);
    if (step < 0)
        return false;
    if (step == 1) {
        query_row(query, row);
        bool kept = texts_keep(view, err);
        statement_reset(query->statement);
        if (!kept)
            return false;
    }
    *found = step == 1;
    return true;
}

/* Many ------------------------------------------------------------------------
 */

struct view_scan {
    struct query query;
    bool by_time;
    int first_at; /* the first of the range's parameters */
};

static void scan_where(struct view_scan *scan, enum anchor_kind anchor,
                       const struct predicate *filter, const char *time)
{
    struct lowered *out = &scan->query.lowered;
    const char *alias = lower_alias(anchor);
    buf_text(&out->sql, " WHERE NOT ");
    lower_gone(out, anchor);
    if (filter) {
        buf_text(&out->sql, " AND ");
        lower_predicate(out, anchor, filter);
    }
    int at = (int)out->count + 1;
    scan->first_at = at;
    if (scan->by_time)
        buf_format(&out->sql,
                   " AND %s >= ?%d AND %s <= ?%d AND (%s > ?%d OR %s.id > ?%d)"
                   " ORDER BY %s, %s.id",
                   time, at, time, at + 1, time, at + 2, alias, at + 3, time,
                   alias);
    else
        buf_format(&out->sql, " AND %s.id > ?%d ORDER BY %s.id", alias, at,
                   alias);
}

struct view_scan *view_scan_prepare(struct store *store,
                                    enum anchor_kind anchor,
                                    const struct predicate *filter,
                                    const struct field *field,
                                    const struct view_column *columns,
                                    size_t count, struct error *err)
{
    if (field && !field->is_time) {
        error_set(err, ERROR_INPUT, "%s is not a time to count from",
                  field->name);
        return NULL;
    }
    const struct catalogue_field *time = field ? catalogue_field(field) : NULL;
    struct view_scan *scan = memory_new(sizeof(*scan));
    scan->by_time = time != NULL;
    query_select(&scan->query, anchor, time, columns, count);
    scan_where(scan, anchor, filter, time ? time->sql : NULL);
    if (!query_prepare(&scan->query, store, err)) {
        view_scan_free(scan);
        return NULL;
    }
    return scan;
}

void view_scan_free(struct view_scan *scan)
{
    if (!scan)
        return;
    query_free(&scan->query);
    free(scan);
}

/* The index is entered at the later of `from` and the place to continue. */
static void scan_bind(struct view_scan *scan, const struct view_range *range)
{
    struct statement *to = scan->query.statement;
    int at = scan->first_at;
    if (!scan->by_time) {
        bind_integer(to, at, range->after_id);
        return;
    }
    bool go_on = range->after_id > 0 && range->after_at > range->from;
    instant first = range->from < INT64_MAX ? range->from + 1 : INT64_MAX;
    bind_integer(to, at, go_on ? range->after_at : first);
    bind_integer(to, at + 1, range->to);
    bind_integer(to, at + 2, go_on ? range->after_at : range->from);
    bind_integer(to, at + 3, go_on ? range->after_id : INT64_MAX);
}

bool view_scan_run(struct view_scan *scan, const struct view_range *range,
                   const struct view_time *time, view_row_fn *row, void *arg,
                   bool *more, struct error *err)
{
    struct query *query = &scan->query;
    struct view_row seen;
    size_t rows = 0;
    int step;
    query_set_time(query, time);
    scan_bind(scan, range);
    while ((step = statement_step(query->statement, err)) == 1) {
        query_row(query, &seen);
        rows++;
        if (!row(arg, &seen, column_integer(query->statement, COLUMN_AT)) ||
            rows == range->limit)
            break;
    }
    statement_reset(query->statement);
    if (step < 0)
        return false;
    *more = step == 1;
    return true;
}

/* Counting --------------------------------------------------------------------
 */

/* Each anchor is 1 when it holds, 2 when it would if nothing were missing.
 * Counted here: in SQL the conditions would be worked out once for each sum. */
static bool count_rows(struct query *query, int64_t *holds, int64_t *missing,
                       struct error *err)
{
    int64_t sums[3] = {0};
    int step;
    while ((step = statement_step(query->statement, err)) == 1)
        sums[column_integer(query->statement, 0)]++;
    if (step < 0)
        return false;
    *holds = sums[1];
    *missing = sums[2];
    return true;
}

bool view_count(struct store *store, enum anchor_kind anchor,
                const struct predicate *filter, const struct view_time *time,
                int64_t *holds, int64_t *missing, struct error *err)
{
    struct query query = {0};
    struct lowered *out = &query.lowered;
    lowered_init(out);
    buf_text(&out->sql, "SELECT CASE WHEN ");
    lower_predicate(out, anchor, filter);
    buf_text(&out->sql, " THEN 1 WHEN ");
    lower_optimistic(out, anchor, filter);
    buf_text(&out->sql, " THEN 2 ELSE 0 END FROM ");
    lower_from(out, anchor, NULL);
    buf_text(&out->sql, " WHERE NOT ");
    lower_gone(out, anchor);
    bool done = query_prepare(&query, store, err);
    if (done) {
        query_set_time(&query, time);
        done = count_rows(&query, holds, missing, err);
    }
    query_free(&query);
    return done;
}
