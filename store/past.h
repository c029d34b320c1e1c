/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_PAST_H
#define STORE_PAST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/outcome.h"
#include "store/predicate.h"

struct store;

/* What happened with one patient, for people who ask why: when they came into
 * a campaign, and each hand-over to a provider. The oldest first; of a long
 * past the newest PAST_SHOWN. Texts live until the callback returns. The
 * caller audits who looked (L-34). */
#define PAST_SHOWN 100

struct past_entry {
    const char *campaign;
    enum anchor_kind anchor_kind;
    int64_t anchor_id;
    instant entered_at, closed_at; /* INSTANT_NEVER: open */
    bool holdout;
    const char *close_reason; /* NULL: open */
};
typedef void past_entry_fn(void *arg, const struct past_entry *row);
bool past_entries(struct store *store, int64_t patient_id, const char *campaign,
                  past_entry_fn *fn, void *arg, struct error *err);

struct past_attempt {
    int64_t id, outreach_id;
    const char *campaign, *step;
    enum channel channel;
    const char *provider, *address, *language;
    const char *body, *code; /* NULL: not kept, or none */
    instant submitted_at;
    instant ended_at; /* INSTANT_NEVER: under way */
    enum outcome outcome;
    bool of_another; /* somebody else's message, which spoke of them too */
};
typedef void past_attempt_fn(void *arg, const struct past_attempt *row);
/* `campaign` NULL: of all, here and above. */
bool past_attempts(struct store *store, int64_t patient_id,
                   const char *campaign, past_attempt_fn *fn, void *arg,
                   struct error *err);

#endif
