/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows that wait for their people. Nothing in it is ever told: neither in a
 * log nor in an error, for it is what a message said of somebody.
 */
#include "store/waiting.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "store/owner.h"
#include "store/statement.h"

static void list_put(struct waiting_list *list, const struct waiting_item *item)
{
    if (list->count == list->room) {
        list->room = 2 * list->room + 16;
        list->items =
            memory_grow(list->items, list->room, sizeof(list->items[0]));
    }
    list->items[list->count++] = *item;
}

/* A row of a query: id, at, kind. */
static void list_add(struct waiting_list *list, struct statement *query)
{
    struct waiting_item item = {.id = column_integer(query, 0),
                                .at = column_integer(query, 1)};
    text_copy(item.kind, sizeof(item.kind), column_text(query, 2));
    list_put(list, &item);
}

static bool list_read(struct statement *query, struct waiting_list *list,
                      struct error *err)
{
    int step;
    while ((step = statement_step(query, err)) == 1)
        list_add(list, query);
    return step == 0;
}

/* Keeping ---------------------------------------------------------------------
 */

/* Whether every word of `some` is one of `all`. */
static bool covers(const char *all, const char *some)
{
    while (*some) {
        size_t len = strcspn(some, " ");
        const char *at = all;
        while (*at) {
            size_t n = strcspn(at, " ");
            if (n == len && memcmp(at, some, n) == 0)
                break;
            at += n + (at[n] == ' ');
        }
        if (!*at)
            return false;
        some += len + (some[len] == ' ');
    }
    return true;
}

/* Whether the row that waits names one of these people. */
static bool names(struct store *store, int64_t id, const struct waiting_key *of,
                  bool *named, struct error *err)
{
    *named = false;
    for (size_t i = 0; i < of->id_count && !*named; i++) {
        struct statement *query = statement(
            store, "SELECT 1 FROM waiting_for WHERE value = ?1 AND authority = "
                   "?2 AND waiting_id = ?3");
        bind_text_static(query, 1, of->ids[i].value);
        bind_text_static(query, 2, of->ids[i].authority);
        bind_integer(query, 3, id);
        int step = statement_step(query, err);
        *named = step == 1;
        statement_reset(query);
        if (step < 0)
            return false;
    }
    return true;
}

/* What `query` finds: id, at, kind, and whether its owner is the key's; another
 * owner's is meant when it names the same people. */
static bool collect(struct store *store, struct statement *query,
                    const struct waiting_key *key, struct waiting_list *out,
                    struct error *err)
{
    struct waiting_list others = {0};
    bind_text_static(query, 1, key->kind);
    bind_text_static(query, 2, key->key);
    bind_text_static(query, 3, key->owner);
    int step;
    while ((step = statement_step(query, err)) == 1)
        list_add(column_integer(query, 3) ? out : &others, query);
    bool done = step == 0;
    for (size_t i = 0; done && i < others.count; i++) {
        bool named;
        done = names(store, others.items[i].id, key, &named, err);
        if (done && named)
            list_put(out, &others.items[i]);
    }
    waiting_list_free(&others);
    return done;
}

/* What waits of this row. */
static bool find(struct store *store, const struct waiting_key *key,
                 struct waiting_list *out, struct error *err)
{
    return collect(
        store,
        statement(
            store,
            "SELECT id, at, kind, owner = ?3 FROM "
            "waiting WHERE kind = ?1 AND row_key = ?2 AND NOT (" OWNER_APART(
                "owner", "?3") ")"),
        key, out, err);
}

/* Of the same row: what says no more than the new one, and is older, goes. A
 * cancellation says less than the visit before it, and both wait. */
static bool makes_way(struct store *store, const struct waiting_row *row,
                      const struct waiting_item *item, bool *older, bool *goes,
                      struct error *err)
{
    struct statement *query =
        statement(store, "SELECT fields FROM waiting WHERE id = ?1");
    bind_integer(query, 1, item->id);
    int step = statement_step(query, err);
    *goes = false;
    if (step == 1) {
        const char *fields = column_text(query, 0);
        if (item->at > row->at)
            *older |= covers(fields, row->fields);
        else
            *goes = covers(row->fields, fields);
    }
    statement_reset(query);
    return step >= 0;
}

static bool make_way(struct store *store, const struct waiting_row *row,
                     bool *older, struct error *err)
{
    struct waiting_list same = {0}, gone = {0};
    bool done = find(store, &row->key, &same, err);
    *older = false;
    for (size_t i = 0; done && i < same.count; i++) {
        bool goes;
        done = makes_way(store, row, &same.items[i], older, &goes, err);
        if (done && goes)
            list_put(&gone, &same.items[i]);
    }
    for (size_t i = 0; done && i < gone.count && !*older; i++)
        done = waiting_remove(store, gone.items[i].id, err);
    waiting_list_free(&same);
    waiting_list_free(&gone);
    return done;
}

static bool is_full(struct store *store, const char *source, bool *full,
                    struct error *err)
{
    struct statement *query = statement(
        store, "SELECT coalesce(sum(rows), 0) >= ?2 OR coalesce(sum(rows) "
               "FILTER (WHERE source = ?1), 0) >= ?3 FROM waiting_count");
    bind_text_static(query, 1, source);
    bind_integer(query, 2, WAITING_MOST);
    bind_integer(query, 3, WAITING_MOST_OF_ONE);
    if (statement_step(query, err) != 1)
        return false;
    *full = column_integer(query, 0) != 0;
    statement_reset(query);
    return true;
}

static bool name(struct store *store, int64_t id, const struct waiting_row *row,
                 struct error *err)
{
    const struct waiting_key *key = &row->key;
    for (size_t i = 0; i < key->id_count; i++) {
        struct statement *add =
            statement(store, "INSERT OR IGNORE INTO waiting_for(value, "
                             "authority, waiting_id) VALUES (?1, ?2, ?3)");
        bind_text_static(add, 1, key->ids[i].value);
        bind_text_static(add, 2, key->ids[i].authority);
        bind_integer(add, 3, id);
        if (!statement_run(add, err))
            return false;
    }
    struct waiting_list ahead = {0};
    bool done = !row->behind || find(store, row->behind, &ahead, err);
    for (size_t i = 0; done && i < ahead.count; i++) {
        struct statement *behind = statement(
            store, "INSERT OR IGNORE INTO waiting_for(value, authority, "
                   "waiting_id) SELECT value, authority, ?1 FROM waiting_for "
                   "WHERE waiting_id = ?2");
        bind_integer(behind, 1, id);
        bind_integer(behind, 2, ahead.items[i].id);
        done = statement_run(behind, err);
    }
    waiting_list_free(&ahead);
    return done;
}

bool waiting_add(struct store *store, const struct waiting_row *row,
                 enum waiting_verdict *verdict, struct error *err)
{
    bool older, full = false;
    if (!make_way(store, row, &older, err))
        return false;
    if (!older && !is_full(store, row->source, &full, err))
        return false;
    *verdict = older ? WAITING_OLDER : full ? WAITING_FULL : WAITING_KEPT;
    if (*verdict != WAITING_KEPT)
        return true;
    struct statement *add = statement(
        store, "INSERT INTO waiting(source, message, at, came_at, kind, "
               "row_key, owner, early, fields, content, placer, "
               "placer_owner, sender, quiet) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
               "?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)");
    bind_text_static(add, 1, row->source);
    bind_text_static(add, 2, row->message);
    bind_integer(add, 3, row->at);
    bind_integer(add, 4, row->came_at);
    bind_text_static(add, 5, row->key.kind);
    bind_text_static(add, 6, row->key.key);
    bind_text_static(add, 7, row->key.owner);
    bind_integer(add, 8, row->early);
    bind_text_static(add, 9, row->fields);
    bind_text_static(add, 10, row->content);
    bind_text_static(add, 11, row->placer);
    bind_text_static(add, 12, row->placer_owner);
    bind_text_static(add, 13, row->key.sender);
    bind_integer(add, 14, row->quiet);
    return statement_run(add, err) &&
           name(store, store_last_id(store), row, err);
}

bool waiting_end(struct store *store, const struct waiting_key *key, instant at,
                 int64_t *count, struct error *err)
{
    struct waiting_list list = {0};
    bool done = find(store, key, &list, err);
    *count = 0;
    for (size_t i = 0; done && i < list.count; i++) {
        if (list.items[i].at > at)
            continue;
        done = waiting_remove(store, list.items[i].id, err);
        ++*count;
    }
    waiting_list_free(&list);
    return done;
}

/* Finding ---------------------------------------------------------------------
 */

bool waiting_any(struct store *store, bool *any, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT 1 FROM waiting_count LIMIT 1");
    int step = statement_step(query, err);
    *any = step == 1;
    statement_reset(query);
    return step >= 0;
}

bool waiting_named(struct store *store, const char *value,
                   struct waiting_list *list, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT DISTINCT w.id, w.at, w.kind FROM waiting_for "
                         "f JOIN waiting w ON w.id = f.waiting_id WHERE "
                         "f.value = ?1");
    bind_text_static(query, 1, value);
    return list_read(query, list, err);
}

bool waiting_known(struct store *store, struct waiting_list *list,
                   struct error *err)
{
    return list_read(
        statement(store,
                  "SELECT DISTINCT w.id, w.at, w.kind FROM waiting_for f JOIN "
                  "waiting w ON w.id = f.waiting_id WHERE "
                  "EXISTS (SELECT 1 FROM patient p WHERE p.mrn = f.value) OR "
                  "EXISTS (SELECT 1 FROM patient_alias a WHERE a.authority = "
                  "f.authority AND a.value = f.value)"),
        list, err);
}

bool waiting_of(struct store *store, const struct waiting_key *key,
                struct waiting_list *list, struct error *err)
{
    struct statement *query = statement(
        store,
        "SELECT id, at, kind, (row_key = ?2 AND (owner = ?3 OR " OWNER_ALIKE(
            "owner", "sender", "?3",
            "?4") ")) OR (placer IS ?2 AND (placer_owner = ?3 "
                  "OR " OWNER_ALIKE("placer_owner", "sender", "?3",
                                    "?4") ")) FROM waiting WHERE kind = "
                                          "?1 AND "
                                          "(row_key = ?2 OR placer = "
                                          "?2)");
    bind_text_static(query, 4, key->sender);
    return collect(store, query, key, list, err);
}

void waiting_list_free(struct waiting_list *list)
{
    free(list->items);
    *list = (struct waiting_list){0};
}

bool waiting_read(struct store *store, int64_t id, bool *found,
                  struct waiting_kept *out, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT source, message, kind, content, at, early "
                         "FROM waiting WHERE id = ?1");
    bind_integer(query, 1, id);
    int step = statement_step(query, err);
    *found = step == 1;
    if (*found)
        *out =
            (struct waiting_kept){.source = memory_text(column_text(query, 0)),
                                  .message = memory_text(column_text(query, 1)),
                                  .kind = memory_text(column_text(query, 2)),
                                  .content = memory_text(column_text(query, 3)),
                                  .at = column_integer(query, 4),
                                  .early = column_integer(query, 5) != 0};
    statement_reset(query);
    return step >= 0;
}

void waiting_kept_free(struct waiting_kept *kept)
{
    free(kept->source);
    free(kept->message);
    free(kept->kind);
    free(kept->content);
    *kept = (struct waiting_kept){0};
}

/* Going -----------------------------------------------------------------------
 */

bool waiting_early(struct store *store, int64_t id, bool quiet,
                   struct error *err)
{
    struct statement *early =
        statement(store, "UPDATE waiting SET early = 1, quiet = ?2 WHERE "
                         "id = ?1");
    bind_integer(early, 1, id);
    bind_integer(early, 2, quiet);
    return statement_run(early, err);
}

bool waiting_remove(struct store *store, int64_t id, struct error *err)
{
    struct statement *gone =
        statement(store, "DELETE FROM waiting WHERE id = ?1");
    bind_integer(gone, 1, id);
    return statement_run(gone, err);
}

bool waiting_expire(struct store *store, instant before, size_t limit,
                    int64_t *count, struct error *err)
{
    struct statement *expire = statement(
        store, "DELETE FROM waiting WHERE id IN (SELECT id FROM waiting WHERE "
               "came_at < ?1 ORDER BY came_at LIMIT ?2)");
    bind_integer(expire, 1, before);
    bind_integer(expire, 2, (int64_t)limit);
    if (!statement_run(expire, err))
        return false;
    *count = store_changes(store);
    return true;
}

/* A record number names whoever nobody else gave it to, as in store/alias.c. */
bool waiting_forget(struct store *store, int64_t patient_id, struct error *err)
{
    struct statement *forget = statement(
        store,
        "DELETE FROM waiting WHERE id IN (SELECT f.waiting_id FROM "
        "patient_alias a JOIN waiting_for f ON f.value = a.value AND "
        "f.authority = a.authority WHERE a.patient_id = ?1 UNION SELECT "
        "f.waiting_id FROM patient p JOIN waiting_for f ON f.value = p.mrn "
        "WHERE p.id = ?1 AND NOT EXISTS (SELECT 1 FROM patient_alias a WHERE "
        "a.patient_id = p.id AND a.value = p.mrn AND a.authority != "
        "f.authority))");
    bind_integer(forget, 1, patient_id);
    return statement_run(forget, err);
}

bool waiting_count(struct store *store, instant from,
                   struct waiting_counts *out, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT count(*), min(came_at) FROM waiting WHERE "
                         "came_at >= ?1 AND NOT quiet");
    bind_integer(query, 1, from);
    if (statement_step(query, err) != 1)
        return false;
    out->rows = column_integer(query, 0);
    out->since = column_instant(query, 1);
    statement_reset(query);
    return true;
}
