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
    lower_why_gone(out, anchor);
    buf_format(&out->sql, ", %s", time ? time->sql : "0");
    query->count = count;
    query->types = memory_new((count + 1) * sizeof(enum value_type));
    query->values = memory_new((count + 1) * sizeof(struct value));
    for (size_t i = 0; i < count; i++) {
        buf_text(&out->sql, ", ");
        if (columns[i].predicate)
            lower_predicate(out, anchor, columns[i].predicate);
        else if (columns[i].seen)
            lower_seen(out, anchor, columns[i].seen);
        else
            lower_field(out, anchor, columns[i].field, columns[i].attribute);
        query->types[i] = columns[i].predicate ? VALUE_BOOL
                          : columns[i].seen    ? VALUE_TEXT
                                               : columns[i].field->type;
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

const char *view_gone_text(enum view_gone gone)
{
    switch (gone) {
    case VIEW_DIED:
        return "the patient died";
    case VIEW_MERGED:
        return "the patient was merged into another";
    case VIEW_PATIENT_LEFT:
        return "the patient is no longer in the source";
    case VIEW_INACTIVE:
        return "the patient is inactive";
    case VIEW_REPLACED:
        return "refilled";
    case VIEW_HERE:
    case VIEW_LEFT:
        break;
    }
    return "gone";
}

static void query_row(struct query *query, struct view_row *row)
{
    struct statement *from = query->statement;
    for (size_t i = 0; i < query->count; i++)
        query->values[i] =
            value_read(from, COLUMN_FIRST + (int)i, query->types[i]);
    *row = (struct view_row){
        .anchor_id = column_integer(from, COLUMN_ID),
        .patient_id = column_integer(from, COLUMN_PATIENT),
        .occurrence = column_integer(from, COLUMN_OCCURRENCE),
        .gone = (enum view_gone)column_integer(from, COLUMN_GONE),
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

/* A range by time is continued in two parts: those at the very instant where
 * it ended (a midnight may hold a hundred thousand), by id, then the later
 * ones. One condition for both would read all the former again each time. */
struct view_scan {
    struct query query; /* by id, or by time */
    struct query ties;  /* by time: at one instant, behind an id */
    bool by_time;
};

/* The parameters of the range come last: their first number. */
static int range_at(const struct query *query)
{
    return (int)query->lowered.count + 1;
}

static void where_begin(struct query *query, enum anchor_kind anchor,
                        const struct predicate *filter)
{
    struct lowered *out = &query->lowered;
    buf_text(&out->sql, " WHERE NOT ");
    lower_gone(out, anchor);
    if (filter) {
        buf_text(&out->sql, " AND ");
        lower_predicate(out, anchor, filter);
    }
}

static bool ties_prepare(struct view_scan *scan, struct store *store,
                         enum anchor_kind anchor,
                         const struct predicate *filter,
                         const struct catalogue_field *time,
                         const struct view_column *columns, size_t count,
                         struct error *err)
{
    struct query *query = &scan->ties;
    const char *alias = lower_alias(anchor);
    query_select(query, anchor, time, columns, count);
    where_begin(query, anchor, filter);
    int at = range_at(query);
    buf_format(&query->lowered.sql,
               " AND %s = ?%d AND %s.id > ?%d ORDER BY %s.id", time->sql, at,
               alias, at + 1, alias);
    return query_prepare(query, store, err);
}

static bool range_prepare(struct view_scan *scan, struct store *store,
                          enum anchor_kind anchor,
                          const struct predicate *filter,
                          const struct catalogue_field *time,
                          const struct view_column *columns, size_t count,
                          struct error *err)
{
    struct query *query = &scan->query;
    const char *alias = lower_alias(anchor);
    query_select(query, anchor, time, columns, count);
    where_begin(query, anchor, filter);
    int at = range_at(query);
    if (time)
        buf_format(&query->lowered.sql,
                   " AND %s > ?%d AND %s <= ?%d ORDER BY %s, %s.id", time->sql,
                   at, time->sql, at + 1, time->sql, alias);
    else
        buf_format(&query->lowered.sql, " AND %s.id > ?%d ORDER BY %s.id",
                   alias, at, alias);
    return query_prepare(query, store, err);
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
    if (!range_prepare(scan, store, anchor, filter, time, columns, count,
                       err) ||
        (time && !ties_prepare(scan, store, anchor, filter, time, columns,
                               count, err))) {
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
    if (scan->by_time)
        query_free(&scan->ties);
    free(scan);
}

/* A run over both parts. */
struct scan_run {
    const struct view_range *range;
    view_row_fn *row;
    void *arg;
    size_t rows;
    bool ended; /* by the limit or the callback */
};

static bool scan_part(struct query *query, struct scan_run *run,
                      struct error *err)
{
    struct view_row seen;
    int step;
    while ((step = statement_step(query->statement, err)) == 1) {
        query_row(query, &seen);
        run->rows++;
        instant at = column_integer(query->statement, COLUMN_AT);
        if (!run->row(run->arg, &seen, at) || run->rows == run->range->limit) {
            run->ended = true;
            break;
        }
    }
    statement_reset(query->statement);
    return step >= 0;
}

bool view_scan_run(struct view_scan *scan, const struct view_range *range,
                   const struct view_time *time, view_row_fn *row, void *arg,
                   bool *more, struct error *err)
{
    struct scan_run run = {.range = range, .row = row, .arg = arg};
    struct statement *rest = scan->query.statement;
    bool go_on =
        scan->by_time && range->after_id > 0 && range->after_at > range->from;
    if (go_on) {
        struct statement *ties = scan->ties.statement;
        query_set_time(&scan->ties, time);
        bind_integer(ties, range_at(&scan->ties), range->after_at);
        bind_integer(ties, range_at(&scan->ties) + 1, range->after_id);
        if (!scan_part(&scan->ties, &run, err))
            return false;
    }
    if (!run.ended) {
        int at = range_at(&scan->query);
        query_set_time(&scan->query, time);
        if (scan->by_time) {
            bind_integer(rest, at, go_on ? range->after_at : range->from);
            bind_integer(rest, at + 1, range->to);
        } else {
            bind_integer(rest, at, range->after_id);
        }
        if (!scan_part(&scan->query, &run, err))
            return false;
    }
    *more = run.ended;
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
