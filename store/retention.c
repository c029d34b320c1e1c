/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Removing texts whose time is over. Rows are made in the order of time, so a
 * cursor behind the last one that lost its text finds the next ones without
 * an index of their own. Decides nothing: what `before` is says the caller.
 */
#include "store/retention.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/memory.h"

#include "store/attempt.h"
#include "store/audit.h"
#include "store/statement.h"
#include "store/stay.h"
#include "store/store.h"
#include "store/waiting.h"

#define TEXT_MAX 1024

/* A row that comes next. */
struct row {
    int64_t id;
    char *template; /* "notice/booked version 3, en"; NULL: a reply */
    char *body;     /* NULL: it has none any more */
};

static void row_free(struct row *row)
{
    free(row->template);
    free(row->body);
    *row = (struct row){0};
}

static bool cursor_of(struct store *store, const char *name, int64_t *id,
                      struct error *err)
{
    char text[24];
    if (!cursor_read(store, name, text, sizeof(text), err))
        return false;
    *id = strtoll(text, NULL, 10);
    return true;
}

static bool cursor_set(struct store *store, const char *name, int64_t id,
                       struct error *err)
{
    char text[24];
    snprintf(text, sizeof(text), "%lld", (long long)id);
    return cursor_write(store, name, text, err);
}

/* What stands in the place of a text. */
static bool remains(struct store *store, const struct row *row,
                    char out[TEXT_MAX], struct error *err)
{
    char hash[SHA256_HEX];
    if (!audit_text_mark(store, row->body, hash, err))
        return false;
    snprintf(out, TEXT_MAX, "[removed: %.600s%stext %s]",
             row->template ? row->template : "", row->template ? ", " : "",
             hash);
    return true;
}

/* Messages -----------------------------------------------------------------
 */

/* `*found` false: none is behind `after` whose time is over. */
static bool attempt_next(struct store *store, int64_t after, instant now,
                         instant before, bool *found, struct row *out,
                         struct error *err)
{
    struct statement *query = statement(
        store, "SELECT a.id, c.name || '/' || o.step || ' version ' || "
               "o.version_id || coalesce(', ' || a.language, ''), a.body, "
               "(SELECT b.submitted_at FROM attempt b WHERE b.id >= a.id AND "
               "b.submitted_at <= ?2 ORDER BY b.id LIMIT 1), o.state = 1 OR "
               "(o.state = 9 AND o.due_at IS "
               "NOT NULL) FROM attempt a JOIN outreach o ON o.id = "
               "a.outreach_id JOIN campaign c ON c.id = o.campaign_id WHERE "
               "a.id > ?1 ORDER BY a.id LIMIT 1");
    bind_integer(query, 1, after);
    bind_integer(query, 2, now);
    int step = statement_step(query, err);
    *found = step == 1 && column_instant(query, 3) < before &&
             !column_integer(query, 4);
    if (*found)
        *out = (struct row){.id = column_integer(query, 0),
                            .template = memory_text(column_text(query, 1)),
                            .body = memory_text(column_text(query, 2))};
    statement_reset(query);
    return step >= 0;
}

static bool attempt_redact(struct store *store, const struct row *row,
                           struct error *err)
{
    char text[TEXT_MAX];
    if (!remains(store, row, text, err))
        return false;
    struct statement *update = statement(
        store, "UPDATE attempt SET body = ?2, request = NULL WHERE id = ?1");
    bind_integer(update, 1, row->id);
    bind_text(update, 2, text);
    if (!statement_run(update, err))
        return false;
    struct statement *events =
        statement(store, "UPDATE attempt_event SET detail = NULL WHERE "
                         "attempt_id = ? AND detail IS NOT NULL");
    bind_integer(events, 1, row->id);
    return statement_run(events, err);
}

/* Replies ------------------------------------------------------------------
 */

static bool reply_next(struct store *store, int64_t after, instant now,
                       instant before, bool *found, struct row *out,
                       struct error *err)
{
    struct statement *query = statement(
        store, "SELECT id, body, (SELECT b.received_at FROM reply b WHERE "
               "b.id >= reply.id AND b.received_at <= ?2 ORDER BY b.id LIMIT 1)"
               " FROM reply WHERE id > ?1 ORDER BY id LIMIT 1");
    bind_integer(query, 1, after);
    bind_integer(query, 2, now);
    int step = statement_step(query, err);
    *found = step == 1 && column_instant(query, 2) < before;
    if (*found)
        *out = (struct row){.id = column_integer(query, 0),
                            .body = memory_text(column_text(query, 1))};
    statement_reset(query);
    return step >= 0;
}

static bool reply_redact(struct store *store, const struct row *row,
                         struct error *err)
{
    char text[TEXT_MAX];
    if (!remains(store, row, text, err))
        return false;
    struct statement *update =
        statement(store, "UPDATE reply SET body = ?2 WHERE id = ?1");
    bind_integer(update, 1, row->id);
    bind_text(update, 2, text);
    return statement_run(update, err);
}

/* A slice ------------------------------------------------------------------
 */

struct kind {
    const char *cursor;
    bool (*next)(struct store *store, int64_t after, instant now,
                 instant before, bool *found, struct row *out,
                 struct error *err);
    bool (*redact)(struct store *store, const struct row *row,
                   struct error *err);
};

static bool kind_slice(struct store *store, const struct kind *kind,
                       instant now, instant before, size_t limit,
                       int64_t *count, bool *more, struct error *err)
{
    int64_t start, after;
    bool found = true, done = true;
    if (!cursor_of(store, kind->cursor, &start, err))
        return false;
    after = start;
    *count = 0;
    for (size_t i = 0; done && found && i < limit; i++) {
        struct row row = {0};
        done = kind->next(store, after, now, before, &found, &row, err);
        if (done && found && row.body) {
            done = kind->redact(store, &row, err);
            ++*count;
        }
        after = found ? row.id : after;
        row_free(&row);
    }
    *more |= found;
    return done &&
           (after == start || cursor_set(store, kind->cursor, after, err));
}

bool retention_slice(struct store *store, instant now, instant before,
                     size_t limit, struct retention *out, struct error *err)
{
    static const struct kind attempts = {"retention attempt", attempt_next,
                                         attempt_redact};
    static const struct kind replies = {"retention reply", reply_next,
                                        reply_redact};
    struct statement *strays =
        statement(store, "DELETE FROM stray WHERE at < ?");
    int64_t ends;
    *out = (struct retention){0};
    bind_integer(strays, 1, before);
    if (!statement_run(strays, err))
        return false;
    out->strays = store_changes(store);
    if (!waiting_expire(store, now - WAITING_KEPT_MS, limit, &out->waiting,
                        err) ||
        !stay_expire(store, now - STAY_ALONE_KEPT_MS, limit, &ends, err))
        return false;
    out->more = out->waiting == (int64_t)limit || ends == (int64_t)limit;
    return kind_slice(store, &attempts, now, before, limit, &out->attempts,
                      &out->more, err) &&
           kind_slice(store, &replies, now, before, limit, &out->replies,
                      &out->more, err);
}
