/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_OUTAGE_H
#define STORE_OUTAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/outcome.h"
#include "store/ledger.h"

struct store;

/* What an outage did: messages (not tasks) that went late, wait still, came
 * to nothing, or may have. For people, after the fact: these scan. */
enum outage_kind {
    OUTAGE_LATE,    /* it went, or was first looked at, too late */
    OUTAGE_WAITING, /* due too long ago, and not looked at yet */
    OUTAGE_DROPPED, /* no longer useful before it could go */
    OUTAGE_UNKNOWN, /* it may have reached its provider; nobody knows */
    OUTAGE_FAILED,
    OUTAGE_KINDS
};
struct outage_row {
    int64_t outreach_id;
    const char *campaign, *step, *mrn;
    const char *zone; /* the patient's; NULL: not known */
    enum anchor_kind anchor_kind;
    instant anchor_at; /* INSTANT_NEVER: patients have none */
    instant planned_at;
    instant until_at; /* INSTANT_NEVER: none */
    instant sent_at;  /* INSTANT_NEVER: it was not */
    int64_t late_ms;  /* OUTAGE_LATE and OUTAGE_WAITING */
    enum outreach_state state;
    int channel;
    const char *reason; /* NULL: none */
    /* Whether another message of the same turn reached them, and the open
     * task about it. */
    bool reached;
    int64_t task_id;        /* 0: none */
    const char *task_owner; /* NULL: none */
    /* Nobody must call: the visit was cancelled or moved, the patient left the
     * campaign, is not here any more, or is to be contacted by nobody. */
    bool over;
};
/* Texts live until the callback returns. `tolerance_ms`: what is not yet
 * late. */
typedef void outage_fn(void *arg, const struct outage_row *row);
bool outage_rows(struct store *store, enum outage_kind kind, instant since,
                 instant now, int64_t tolerance_ms, outage_fn *fn, void *arg,
                 struct error *err);

/* Whether a person may call whom a row's message did not reach. */
enum outage_call {
    CALL_THEM,
    CALL_STOP,    /* they said STOP, to calls as well */
    CALL_BARRED,  /* a restriction, or somebody here, bars calls (L-30) */
    CALL_NOWHERE, /* no number that works and is theirs (L-22) */
};
bool outage_call(struct store *store, int64_t outreach_id, instant now,
                 enum outage_call *out, struct error *err);

#endif
