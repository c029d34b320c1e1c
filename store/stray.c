/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages from a provider's list that this store did not send, and the span
 * of time about which it is in doubt. Decides nothing.
 */
#include "store/stray.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"

#include "store/holder.h"
#include "store/statement.h"
#include "store/store.h"

#define DOUBT "doubt"
#define DOUBT_SIZE 120

/* No store sends as many between two backups. */
#define ATTEMPTS_STEP INT64_C(1000000000)

static bool attempt_last(struct store *store, int64_t *id, struct error *err)
{
    struct statement *query = statement(store, "SELECT max(id) FROM attempt");
    if (statement_step(query, err) != 1)
        return false;
    *id = column_integer(query, 0);
    statement_reset(query);
    return true;
}

bool stray_doubt_read(struct store *store, struct stray_doubt *out,
                      struct error *err)
{
    char text[DOUBT_SIZE], *at = text;
    if (!store_meta_get(store, DOUBT, text, sizeof(text), err))
        return false;
    out->since = strtoll(at, &at, 10);
    out->until = strtoll(at, &at, 10);
    out->channels = (unsigned)strtoul(at, &at, 10);
    out->attempts_from = strtoll(at, &at, 10);
    return stray_attempts_begun(store, out, err);
}

bool stray_attempts_begun(struct store *store, struct stray_doubt *doubt,
                          struct error *err)
{
    int64_t last;
    if (doubt->attempts_from == 0)
        return true;
    if (!attempt_last(store, &last, err))
        return false;
    if (last >= doubt->attempts_from)
        doubt->attempts_from = 0;
    return true;
}

bool stray_attempts_choose(struct store *store, struct stray_doubt *doubt,
                           struct error *err)
{
    int64_t last;
    if (!attempt_last(store, &last, err))
        return false;
    doubt->attempts_from = (last / ATTEMPTS_STEP + 1) * ATTEMPTS_STEP;
    return true;
}

bool stray_doubt_write(struct store *store, struct stray_doubt *doubt,
                       struct error *err)
{
    char text[DOUBT_SIZE];
    if (!stray_attempts_choose(store, doubt, err))
        return false;
    snprintf(text, sizeof(text), "%lld %lld %u %lld", (long long)doubt->since,
             (long long)doubt->until, doubt->channels,
             (long long)doubt->attempts_from);
    return store_meta_set(store, DOUBT, text, err);
}

bool stray_add(struct store *store, const struct stray *stray, bool *fresh,
               struct error *err)
{
    struct statement *add = statement(
        store, "INSERT INTO stray(driver, provider_id, channel, address, at, "
               "body, outcome, rank, status, code, counts) VALUES (?, ?, ?, ?, "
               "?, ?, ?, ?, ?, ?, ?) ON CONFLICT(provider_id) DO NOTHING");
    bind_text(add, 1, stray->driver);
    bind_text(add, 2, stray->provider_id);
    bind_integer(add, 3, stray->channel);
    bind_text(add, 4, stray->address);
    bind_integer(add, 5, stray->at);
    bind_text(add, 6, stray->body);
    bind_integer(add, 7, stray->outcome);
    bind_integer(add, 8, stray->rank);
    bind_text(add, 9, stray->status);
    bind_text(add, 10, stray->code);
    bind_integer(add, 11, stray->counts);
    if (!statement_run(add, err))
        return false;
    *fresh = store_changes(store) > 0;
    return true;
}

static void row_read(struct statement *query, struct stray *out)
{
    *out = (struct stray){
        .id = column_integer(query, 0),
        .driver = memory_text(column_text(query, 1)),
        .provider_id = memory_text(column_text(query, 2)),
        .at = column_integer(query, 3),
        .outcome = (enum outcome)column_integer(query, 5),
        .rank = (int)column_integer(query, 6),
        .status = memory_text(column_text(query, 7)),
        .code = memory_text(column_text(query, 8)),
        .counts = column_integer(query, 9) != 0,
    };
}

bool stray_look(struct store *store, enum channel channel, const char *address,
                const char *text, instant from, struct stray *match,
                int64_t *count, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT id, driver, provider_id, at, body, outcome, rank, "
               "status, code, counts FROM stray WHERE address = ?1 AND channel "
               "= ?2 ORDER BY at, id");
    bind_text(query, 1, address);
    bind_integer(query, 2, channel);
    *match = (struct stray){0};
    *count = 0;
    int step;
    while ((step = statement_step(query, err)) == 1) {
        ++*count;
        const char *body = column_text(query, 4);
        if (match->id == 0 && column_integer(query, 3) >= from &&
            text_ends(body ? body : "", text))
            row_read(query, match);
    }
    match->channel = channel;
    match->address = address;
    if (step < 0)
        stray_free(match);
    return step == 0;
}

void stray_free(struct stray *stray)
{
    free((char *)stray->driver);
    free((char *)stray->provider_id);
    free((char *)stray->status);
    free((char *)stray->code);
    *stray = (struct stray){0};
}

bool stray_rows(struct store *store, const char *address, struct stray_row *out,
                size_t limit, size_t *count, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT DISTINCT o.id, o.campaign_id, o.anchor_kind FROM "
               "contact_point c JOIN patient p ON p.id = c.patient_id OR "
               "p.guardian_id = c.patient_id JOIN outreach o ON o.patient_id = "
               "p.id WHERE c.value = ?1 AND c.gone_at IS NULL AND o.state = 0 "
               "AND o.channel IN (SELECT channel FROM stray WHERE address = "
               "?1) ORDER BY o.planned_at, o.id LIMIT ?2");
    bind_text(query, 1, address);
    bind_integer(query, 2, (int64_t)limit);
    int step;
    for (*count = 0; (step = statement_step(query, err)) == 1; ++*count)
        out[*count] = (struct stray_row){
            .outreach_id = column_integer(query, 0),
            .campaign_id = column_integer(query, 1),
            .kind = (enum anchor_kind)column_integer(query, 2)};
    return step == 0;
}

bool stray_take(struct store *store, int64_t id, struct error *err)
{
    struct statement *gone = statement(store, "DELETE FROM stray WHERE id = ?");
    bind_integer(gone, 1, id);
    return statement_run(gone, err);
}

bool stray_is(struct store *store, const char *provider_id, bool *is,
              struct error *err)
{
    struct statement *query =
        statement(store, "SELECT 1 FROM stray WHERE provider_id = ?");
    bind_text(query, 1, provider_id);
    int step = statement_step(query, err);
    *is = step == 1;
    statement_reset(query);
    return step >= 0;
}

bool stray_of_patient(struct store *store, int64_t patient_id, stray_fn *fn,
                      void *arg, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT driver, channel, address, body, at, outcome FROM stray "
               "WHERE address IN (SELECT value FROM contact_point WHERE "
               "patient_id IN " HOLDER_RECORDS ") ORDER BY at, id");
    bind_integer(query, 1, patient_id);
    int step;
    while ((step = statement_step(query, err)) == 1)
        fn(arg, &(struct stray){
                    .driver = column_text(query, 0),
                    .channel = (enum channel)column_integer(query, 1),
                    .address = column_text(query, 2),
                    .body = column_text(query, 3),
                    .at = column_integer(query, 4),
                    .outcome = (enum outcome)column_integer(query, 5),
                });
    return step == 0;
}

bool stray_senders(struct store *store, stray_sender_fn *fn, void *arg,
                   struct error *err)
{
    struct statement *query =
        statement(store, "SELECT DISTINCT channel, driver FROM attempt");
    int step;
    while ((step = statement_step(query, err)) == 1)
        fn(arg, (enum channel)column_integer(query, 0), column_text(query, 1));
    return step == 0;
}

bool stray_unknown(struct store *store, enum channel channel,
                   const char *address, const char *text, int64_t *attempt_id,
                   struct error *err)
{
    struct statement *query = statement(
        store, "SELECT a.id FROM outreach o JOIN attempt a ON a.outreach_id = "
               "o.id WHERE o.state = 9 AND o.due_at IS NOT NULL AND a.channel "
               "= ?1 AND a.address = ?2 AND a.body = ?3 AND a.provider_id IS "
               "NULL ORDER BY a.id DESC LIMIT 1");
    bind_integer(query, 1, channel);
    bind_text(query, 2, address);
    bind_text(query, 3, text);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *attempt_id = step == 1 ? column_integer(query, 0) : 0;
    statement_reset(query);
    return true;
}
