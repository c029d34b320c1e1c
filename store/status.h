/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STATUS_H
#define STORE_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/outcome.h"
#include "store/ledger.h"
#include "store/predicate.h"
#include "store/task.h"
#include "store/waiting.h"

struct store;

/* What people ask the store: read-only questions for status, plan, launch
 * and demo. Texts in a row live until the callback returns; a callback ends
 * the walk by returning false. */

/* One campaign or blast. */
struct status_campaign {
    int64_t id;
    const char *name, *kind, *state;
    const char *launched_by; /* NULL: never launched */
    instant launched_at;
    const char *sha256;
    bool swept; /* everybody was looked at once since its launch */
    int64_t entries, held_out;
    int64_t states[STATE_COUNT]; /* outreach rows in each state */
    instant next_due;            /* of the planned ones; INSTANT_NEVER: none */
};
typedef bool status_campaign_fn(void *arg, const struct status_campaign *row);
bool status_campaigns(struct store *store, status_campaign_fn *fn, void *arg,
                      struct error *err);

/* One attempt with its patient, in order of time. */
struct status_attempt {
    int64_t attempt_id, outreach_id;
    const char *campaign, *step, *mrn, *given_name, *zone, *anchor_zone;
    enum channel channel;
    const char *provider, *address, *language, *body;
    instant submitted_at;
    enum outcome outcome;
    enum outreach_state state;
    int segments; /* parts of an SMS; 0: it is none */
    int64_t cost;
};
typedef bool status_attempt_fn(void *arg, const struct status_attempt *row);
/* Those handed over at or after `since`; of one campaign, or all (NULL). */
bool status_attempts(struct store *store, const char *campaign, instant since,
                     status_attempt_fn *fn, void *arg, struct error *err);

/* Why outreach did not go (or waits): rows without a successful attempt,
 * one at a time. `reason` as the gate said it. */
struct status_held {
    const char *campaign, *step, *mrn, *zone, *reason;
    enum outreach_state state;
    instant planned_at, due_at;
};
typedef bool status_held_fn(void *arg, const struct status_held *row);
bool status_held(struct store *store, const char *campaign, instant since,
                 status_held_fn *fn, void *arg, struct error *err);

/* What patients wrote since then, in order of time; with `campaign` what
 * answers a message of it. */
struct status_reply {
    enum channel channel;
    instant received_at;
    const char *intent;
};
typedef bool status_reply_fn(void *arg, const struct status_reply *row);
bool status_replies(struct store *store, const char *campaign, instant since,
                    status_reply_fn *fn, void *arg, struct error *err);

/* Whole-store figures. */
struct status_counts {
    int64_t patients, contact_points, appointments, fills, discharges,
        screenings, dirty, suppressions;
    struct task_counts tasks;
    struct waiting_counts waiting; /* rows of people whom nobody knows yet */
    int64_t states[STATE_COUNT];
    bool paused;
};
bool status_counts(struct store *store, instant now, struct status_counts *out,
                   struct error *err);

/* The anchor of this kind that speaks best for a patient: the nearest to
 * come, else the newest; for test-send. */
bool status_anchor(struct store *store, enum anchor_kind kind,
                   int64_t patient_id, instant now, bool *found, int64_t *id,
                   struct error *err);

/* Feeds, oldest first. */
struct status_feed {
    const char *name;
    instant last_at;
    int64_t rows, max_age_ms; /* 0: no limit */
};
typedef bool status_feed_fn(void *arg, const struct status_feed *row);
bool status_feeds(struct store *store, status_feed_fn *fn, void *arg,
                  struct error *err);

/* Providers as the ledger knows them: what is in flight, what came of it. */
struct status_provider {
    const char *name;
    enum channel channel;
    int64_t submitted, in_flight, accepted, delivered, failed, unknown;
    instant last_at;
};
typedef bool status_provider_fn(void *arg, const struct status_provider *row);
bool status_providers(struct store *store, instant since,
                      status_provider_fn *fn, void *arg, struct error *err);

#endif
