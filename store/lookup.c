/* SPDX-License-Identifier: Apache-2.0 */
/* Keyed rows of a file, kept beside the store for as long as an import lasts.
 * Joins of a mapping come in runs (all rows of one visit), so the row found
 * last is kept. */
#include "store/lookup.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"

#include "store/statement.h"
#include "store/store.h"

enum { SLICE = 20000, SQL_MAX = 64 << 10 };

struct lookup {
    struct store *store;
    int number; /* of its table */
    size_t columns;
    struct statement *add, *find;
    int64_t waiting;
    char *key; /* found last */
    bool found;
    char **texts;
};

static bool run_built(struct lookup *lookup, const char *sql, struct error *err)
{
    struct statement *built = statement_build(lookup->store, sql, err);
    bool done = built && statement_run(built, err);
    statement_free(built);
    return done;
}

static bool begin(struct lookup *lookup, struct error *err)
{
    if (store_in_transaction(lookup->store))
        return true;
    lookup->waiting = 0;
    return statement_run(statement(lookup->store, "BEGIN"), err);
}

/* Tables are numbered: several joins stand beside each other. */
static bool make_table(struct lookup *lookup, struct error *err)
{
    struct buf sql, add;
    buf_init(&sql, SQL_MAX);
    buf_init(&add, SQL_MAX);
    char drop[64];
    snprintf(drop, sizeof(drop), "DROP TABLE IF EXISTS temp.lookup_%d",
             lookup->number);
    buf_format(&sql, "CREATE TEMP TABLE lookup_%d(key TEXT PRIMARY KEY",
               lookup->number);
    buf_format(&add, "INSERT OR IGNORE INTO temp.lookup_%d VALUES (?",
               lookup->number);
    for (size_t i = 0; i < lookup->columns; i++) {
        buf_format(&sql, ", c%zu TEXT", i);
        buf_text(&add, ", ?");
    }
    buf_text(&sql, ") WITHOUT ROWID");
    buf_text(&add, ")");
    bool done = begin(lookup, err) && run_built(lookup, drop, err) &&
                run_built(lookup, sql.data, err) &&
                store_commit(lookup->store, err);
    if (done) {
        lookup->add = statement_build(lookup->store, add.data, err);
        buf_reset(&sql);
        buf_format(&sql, "SELECT * FROM temp.lookup_%d WHERE key = ?",
                   lookup->number);
        lookup->find =
            lookup->add ? statement_build(lookup->store, sql.data, err) : NULL;
    }
    buf_free(&sql);
    buf_free(&add);
    return lookup->find != NULL;
}

struct lookup *lookup_open(struct store *store, size_t columns,
                           struct error *err)
{
    static _Thread_local int last_number;
    struct lookup *lookup = memory_new(sizeof(*lookup));
    lookup->store = store;
    lookup->number = ++last_number;
    lookup->columns = columns;
    lookup->texts = memory_new((columns + 1) * sizeof(lookup->texts[0]));
    if (!make_table(lookup, err)) {
        lookup_close(lookup);
        return NULL;
    }
    return lookup;
}

void lookup_close(struct lookup *lookup)
{
    if (!lookup)
        return;
    struct error ignored;
    char drop[64];
    statement_free(lookup->add);
    statement_free(lookup->find);
    snprintf(drop, sizeof(drop), "DROP TABLE IF EXISTS temp.lookup_%d",
             lookup->number);
    store_rollback(lookup->store);
    if (begin(lookup, &ignored) && run_built(lookup, drop, &ignored))
        store_commit(lookup->store, &ignored);
    store_rollback(lookup->store);
    for (size_t i = 0; i < lookup->columns; i++)
        free(lookup->texts[i]);
    free(lookup->texts);
    free(lookup->key);
    free(lookup);
}

bool lookup_add(struct lookup *lookup, const char *key,
                const char *const *texts, struct error *err)
{
    if (!begin(lookup, err))
        return false;
    bind_text_static(lookup->add, 1, key);
    for (size_t i = 0; i < lookup->columns; i++)
        bind_text_static(lookup->add, (int)i + 2, texts[i]);
    if (!statement_run(lookup->add, err))
        return false;
    return ++lookup->waiting < SLICE || store_commit(lookup->store, err);
}

bool lookup_ready(struct lookup *lookup, struct error *err)
{
    return !store_in_transaction(lookup->store) ||
           store_commit(lookup->store, err);
}

bool lookup_find(struct lookup *lookup, const char *key,
                 const char *const **texts, struct error *err)
{
    if (!lookup->key || !text_equal(lookup->key, key)) {
        bind_text_static(lookup->find, 1, key);
        int step = statement_step(lookup->find, err);
        if (step < 0)
            return false;
        free(lookup->key);
        lookup->key = memory_text(key);
        lookup->found = step == 1;
        for (size_t i = 0; i < lookup->columns; i++) {
            free(lookup->texts[i]);
            lookup->texts[i] =
                step == 1 ? memory_text(column_text(lookup->find, (int)i + 1))
                          : NULL;
        }
        statement_reset(lookup->find);
    }
    *texts = lookup->found ? (const char *const *)lookup->texts : NULL;
    return true;
}
