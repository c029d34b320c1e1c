/* SPDX-License-Identifier: Apache-2.0 */
/* Receipts that wait for their message. Decides nothing: how long and how many
 * says the caller. */
#include "store/parked.h"

#include "base/text.h"

#include "store/statement.h"

static const char *text_or_null(const char *text)
{
    return text[0] ? text : NULL;
}

bool parked_add(struct store *store, const char *driver,
                const char *provider_id, const struct parked *parked,
                instant now, bool *fresh, struct error *err)
{
    struct statement *add = statement(
        store, "INSERT INTO parked(driver, provider_id, parked_at, at,"
               " outcome, ended, rank, segments, status, code, detail)"
               " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
               " ON CONFLICT(provider_id, driver, status) DO NOTHING");
    bind_text(add, 1, driver);
    bind_text(add, 2, provider_id);
    bind_integer(add, 3, now);
    bind_integer(add, 4, parked->at);
    bind_integer(add, 5, parked->outcome);
    bind_integer(add, 6, parked->ended);
    bind_integer(add, 7, parked->rank);
    bind_integer(add, 8, parked->segments);
    bind_text(add, 9, parked->status);
    bind_text(add, 10, text_or_null(parked->code));
    bind_text(add, 11, text_or_null(parked->detail));
    if (!statement_run(add, err))
        return false;
    *fresh = store_changes(store) > 0;
    return true;
}

bool parked_take(struct store *store, const char *driver,
                 const char *provider_id, bool *found, struct parked *out,
                 struct error *err)
{
    struct statement *query =
        statement(store, "SELECT id, at, outcome, ended, rank, segments,"
                         " status, code, detail FROM parked WHERE"
                         " provider_id = ? AND driver = ? ORDER BY id LIMIT 1");
    bind_text(query, 1, provider_id);
    bind_text(query, 2, driver);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *found = step == 1;
    if (!*found)
        return true;
    int64_t id = column_integer(query, 0);
    *out = (struct parked){.at = column_integer(query, 1),
                           .outcome = (enum outcome)column_integer(query, 2),
                           .ended = column_integer(query, 3) != 0,
                           .rank = (int)column_integer(query, 4),
                           .segments = (int32_t)column_integer(query, 5)};
    text_copy(out->status, sizeof(out->status), column_text(query, 6));
    text_copy(out->code, sizeof(out->code), column_text(query, 7));
    text_copy(out->detail, sizeof(out->detail), column_text(query, 8));
    statement_reset(query);
    struct statement *gone =
        statement(store, "DELETE FROM parked WHERE id = ?");
    bind_integer(gone, 1, id);
    return statement_run(gone, err);
}

bool parked_words(struct store *store, instant until, parked_fn *fn, void *arg,
                  struct error *err)
{
    struct statement *query = statement(
        store, "SELECT driver, status, code, count(*) FROM parked"
               " WHERE parked_at <= ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3");
    int step;
    bind_integer(query, 1, until);
    while ((step = statement_step(query, err)) == 1)
        fn(arg, column_text(query, 0), column_text(query, 1),
           column_text(query, 2), column_integer(query, 3));
    return step == 0;
}

bool parked_drop(struct store *store, instant until, int64_t *count,
                 struct error *err)
{
    struct statement *gone =
        statement(store, "DELETE FROM parked WHERE parked_at <= ?");
    bind_integer(gone, 1, until);
    if (!statement_run(gone, err))
        return false;
    *count = store_changes(store);
    return true;
}

bool parked_look(struct store *store, int64_t *count, instant *oldest,
                 struct error *err)
{
    struct statement *query =
        statement(store, "SELECT count(*), min(parked_at) FROM parked");
    if (statement_step(query, err) != 1)
        return false;
    *count = column_integer(query, 0);
    *oldest = column_instant(query, 1);
    statement_reset(query);
    return true;
}
