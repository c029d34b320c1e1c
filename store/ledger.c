/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law of an outreach's states, as a table, and the only UPDATE that ever
 * changes one. Everything that happens to a message goes through here, so an
 * illegal step stops the program with the row's id instead of becoming a
 * duplicate that nobody notices.
 */
#include "store/ledger.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "store/audit.h"
#include "store/statement.h"
#include "store/store.h"

/* These numbers are in every store ever written, and in schema.sql. */
static_assert(STATE_PLANNED == 0 && STATE_SUBMITTING == 1 &&
                  STATE_ACCEPTED == 2 && STATE_DELIVERED == 3 &&
                  STATE_FAILED == 4 && STATE_SUPPRESSED == 5 &&
                  STATE_EXPIRED == 6 && STATE_CANCELLED == 7 &&
                  STATE_MERGED == 8 && STATE_UNKNOWN == 9 && STATE_COUNT == 10,
              "stored");

static const char *const names[STATE_COUNT] = {
    [STATE_PLANNED] = "planned",   [STATE_SUBMITTING] = "submitting",
    [STATE_ACCEPTED] = "accepted", [STATE_DELIVERED] = "delivered",
    [STATE_FAILED] = "failed",     [STATE_SUPPRESSED] = "suppressed",
    [STATE_EXPIRED] = "expired",   [STATE_CANCELLED] = "cancelled",
    [STATE_MERGED] = "merged",     [STATE_UNKNOWN] = "unknown",
};

#define TO(state) (1u << (state))
#define ENDED                                                        \
    (TO(STATE_DELIVERED) | TO(STATE_FAILED) | TO(STATE_SUPPRESSED) | \
     TO(STATE_EXPIRED))

static const unsigned law[STATE_COUNT] = {
    [STATE_PLANNED] = ENDED | TO(STATE_PLANNED) | TO(STATE_SUBMITTING) |
                      TO(STATE_ACCEPTED) | TO(STATE_CANCELLED) |
                      TO(STATE_MERGED),
    [STATE_SUBMITTING] =
        ENDED | TO(STATE_ACCEPTED) | TO(STATE_PLANNED) | TO(STATE_UNKNOWN),
    [STATE_ACCEPTED] =
        ENDED | TO(STATE_ACCEPTED) | TO(STATE_PLANNED) | TO(STATE_UNKNOWN),
    [STATE_UNKNOWN] = ENDED | TO(STATE_ACCEPTED) | TO(STATE_SUBMITTING) |
                      TO(STATE_PLANNED) | TO(STATE_UNKNOWN),
    [STATE_FAILED] = TO(STATE_DELIVERED),
    [STATE_SUPPRESSED] = TO(STATE_PLANNED) | TO(STATE_DELIVERED),
    [STATE_EXPIRED] = TO(STATE_PLANNED) | TO(STATE_DELIVERED),
    [STATE_CANCELLED] = TO(STATE_PLANNED),
    [STATE_MERGED] = TO(STATE_PLANNED),
};

const char *state_name(enum outreach_state state)
{
    if (state < 0 || state >= STATE_COUNT)
        PANIC("state %d is none of ours", (int)state);
    return names[state];
}

bool state_parse(const char *name, enum outreach_state *out)
{
    for (int i = 0; name && i < STATE_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            *out = (enum outreach_state)i;
            return true;
        }
    }
    return false;
}

bool state_is_final(enum outreach_state state)
{
    return !law[state] || TO(state) & ENDED || state == STATE_CANCELLED ||
           state == STATE_MERGED;
}

bool ledger_allows(enum outreach_state from, enum outreach_state to)
{
    return from >= 0 && from < STATE_COUNT && to >= 0 && to < STATE_COUNT &&
           (law[from] & TO(to));
}

struct ledger_change ledger_from(const struct outreach *row)
{
    return (struct ledger_change){
        .to = row->state,
        .due_at = row->due_at,
        .until_at = row->until_at,
        .version_id = row->version_id,
        .channel = row->channel,
        .tried = row->tried,
        .tries = row->tries,
        .attempts = row->attempts,
        .looks = row->looks,
        .lease_until = INSTANT_NEVER,
        .merged_into = row->merged_into,
    };
}

struct ledger_change ledger_apart(const struct outreach *row, instant at,
                                  const char *reason)
{
    struct ledger_change change = ledger_from(row);
    change.to = STATE_PLANNED;
    change.due_at = at;
    change.merged_into = 0;
    change.reason = reason;
    return change;
}

static void id_bind(struct statement *update, int at, int64_t id)
{
    if (id)
        bind_integer(update, at, id);
    else
        bind_null(update, at);
}

/* The same UPDATE with and without the columns that seldom change: naming a
 * foreign key in it has SQLite look its parent up again. */
#define UPDATE_HEAD                                                      \
    "UPDATE outreach SET state = ?3, reason = ?4, due_at = ?5,"          \
    " channel = ?6, tried = ?7, tries = ?8, attempts = ?9, looks = ?10," \
    " owner = ?11, lease_until = ?12"
#define UPDATE_TAIL " WHERE id = ?1 AND state = ?2"

static struct statement *update_query(struct store *store,
                                      const struct outreach *row,
                                      const struct ledger_change *change)
{
    if (row->until_at == change->until_at &&
        row->version_id == change->version_id &&
        row->merged_into == change->merged_into && !change->rungs)
        return statement(store, UPDATE_HEAD UPDATE_TAIL);
    struct statement *update = statement(
        store, UPDATE_HEAD ", until_at = ?13, version_id = ?14,"
                           " merged_into = ?15,"
                           " rungs = coalesce(?16, rungs)" UPDATE_TAIL);
    bind_instant(update, 13, change->until_at);
    bind_integer(update, 14, change->version_id);
    id_bind(update, 15, change->merged_into);
    bind_text(update, 16, change->rungs);
    return update;
}

bool ledger_change(struct store *store, struct outreach *row,
                   const struct ledger_change *change, struct error *err)
{
    if (!ledger_allows(row->state, change->to) ||
        ((row->state == STATE_CANCELLED || row->state == STATE_EXPIRED) &&
         change->to == STATE_PLANNED && row->attempts > 0))
        PANIC("outreach %lld may not go from %s to %s", (long long)row->id,
              state_name(row->state), state_name(change->to));
    struct statement *update = update_query(store, row, change);
    bind_integer(update, 1, row->id);
    bind_integer(update, 2, row->state);
    bind_integer(update, 3, change->to);
    bind_text_static(update, 4, change->reason);
    bind_instant(update, 5, change->due_at);
    bind_integer(update, 6, change->channel);
    bind_integer(update, 7, change->tried);
    bind_integer(update, 8, change->tries);
    bind_integer(update, 9, change->attempts);
    bind_integer(update, 10, change->looks);
    id_bind(update, 11, change->owner);
    bind_instant(update, 12, change->lease_until);
    if (!statement_run(update, err))
        return false;
    if (store_changes(store) != 1)
        return error_set(err, ERROR_INPUT,
                         "outreach %lld is no longer %s: look at it again",
                         (long long)row->id, state_name(row->state));
    row->state = change->to;
    row->due_at = change->due_at;
    row->until_at = change->until_at;
    row->version_id = change->version_id;
    row->channel = change->channel;
    row->tried = change->tried;
    row->tries = change->tries;
    row->attempts = change->attempts;
    row->looks = change->looks;
    row->owner = change->owner;
    row->lease_until = change->lease_until;
    row->merged_into = change->merged_into;
    return true;
}

bool ledger_verdict(struct store *store, const struct outreach *row,
                    const char *verdict, const char *reason, const char *actor,
                    instant now, struct error *err)
{
    char subject[48], detail[OUTREACH_REASON_MAX + 32];
    snprintf(subject, sizeof(subject), "outreach %lld", (long long)row->id);
    snprintf(detail, sizeof(detail), "%s: %s", verdict, reason ? reason : "");
    return audit_add(store, now, actor, "verdict", subject, detail, err);
}
