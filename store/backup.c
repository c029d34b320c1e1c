/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copying a store so that the copy can be relied on. The copy is one snapshot
 * (VACUUM INTO); it is looked through as it lies on the disk, and must hold
 * the audit rows that were there when it was begun.
 */
#include "store/backup.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"

#include "store/audit_key.h"
#include "store/connection.h"
#include "store/seal.h"
#include "store/statement.h"
#include "store/store.h"

static bool marked_at(struct store *store, instant *out, struct error *err)
{
    char text[24];
    if (!store_meta_get(store, SEAL_BACKUP_MARK, text, sizeof(text), err))
        return false;
    *out = text[0] ? (instant)strtoll(text, NULL, 10) : INSTANT_NEVER;
    return true;
}

/* Other commands may have written since; only a service writes these. */
static bool newest_at(struct store *store, instant *out, struct error *err)
{
    struct statement *query = statement(
        store,
        "SELECT coalesce(max(at), (SELECT at FROM audit ORDER BY id LIMIT 1)) "
        "FROM (SELECT (SELECT submitted_at FROM attempt ORDER BY id DESC LIMIT "
        "1) AS at UNION ALL SELECT (SELECT at FROM attempt_event ORDER BY id "
        "DESC LIMIT 1) UNION ALL SELECT (SELECT received_at FROM reply ORDER "
        "BY id DESC LIMIT 1))");
    if (statement_step(query, err) != 1)
        return false;
    *out = column_instant(query, 0);
    statement_reset(query);
    return true;
}

bool backup_moment(struct store *store, instant *out, struct error *err)
{
    return marked_at(store, out, err) &&
           (*out != INSTANT_NEVER || newest_at(store, out, err));
}

static bool counts_read(struct store *store, struct backup_about *out,
                        struct error *err)
{
    return connection_number(store, "SELECT count(*) FROM patient",
                             &out->patients, err) &&
           connection_number(store, "SELECT count(*) FROM outreach",
                             &out->outreach, err) &&
           connection_number(store, "SELECT count(*) FROM attempt",
                             &out->attempts, err) &&
           audit_head(store, out->head, err);
}

bool backup_look(struct store *store, const char *head,
                 struct backup_about *out, struct error *err)
{
    struct error why = {0};
    *out = (struct backup_about){0};
    if (!store_check(store, err) || !backup_moment(store, &out->at, err) ||
        !counts_read(store, out, err))
        return false;
    if (!audit_verify(store, head, &out->audit, &why))
        text_copy(out->fault, sizeof(out->fault), why.text);
    return true;
}

bool backup_fold(struct store *store, struct error *err)
{
    return connection_exec(store, "PRAGMA journal_mode=DELETE", "move", err);
}

/* A copy of a copy knows no more than that one did. One that was made by hand
 * gets its mark when it is restored: other commands may write before it is
 * released. */
static bool mark(struct store *copy, const struct backup_request *request,
                 struct error *err)
{
    char text[24], detail[48];
    instant at;
    if (!marked_at(copy, &at, err) ||
        (at == INSTANT_NEVER && request->restores &&
         !newest_at(copy, &at, err)))
        return false;
    if (at == INSTANT_NEVER)
        at = request->now;
    snprintf(text, sizeof(text), "%lld", (long long)at);
    snprintf(detail, sizeof(detail), "backup_at=%lld", (long long)at);
    return store_meta_set(copy, SEAL_BACKUP_MARK, text, err) &&
           (!request->new_key ||
            audit_key_renew(copy, request->actor, request->now, err)) &&
           (!request->restores || audit_add(copy, request->now, request->actor,
                                            "restore", NULL, detail, err));
}

static bool finish(struct store *copy, const char *head,
                   const struct backup_request *request,
                   struct backup_about *out, struct error *err)
{
    if (!store_begin(copy, err))
        return false;
    if (!mark(copy, request, err)) {
        store_rollback(copy);
        return false;
    }
    return store_commit(copy, err) && backup_fold(copy, err) &&
           backup_look(copy, head, out, err);
}

bool backup_copy(struct store *from, const struct backup_request *request,
                 struct backup_about *out, struct error *err)
{
    char head[AUDIT_HEAD_MAX];
    if (!audit_head(from, head, err) ||
        !store_copy_to(from, request->path, 0, err))
        return false;
    struct store *copy = store_open(request->path, 0, err);
    bool done = copy && finish(copy, head, request, out, err);
    store_close(copy);
    if (!done)
        unlink(request->path);
    return done;
}
