/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STRAY_H
#define STORE_STRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/outcome.h"
#include "store/ledger.h"

struct store;

/* Strays: messages that providers sent for the store that was here before this
 * one, and that this one does not know; and what is in doubt because of it. */

/* Set by a release: whatever was to leave before `until` may have left while
 * this store knew nothing, since `since`. Of `channels` (bits) every provider
 * told all that it had sent; of the others nobody can tell. */
struct stray_doubt {
    instant since, until; /* 0: nothing is in doubt */
    unsigned channels;
    /* The other store went on numbering: providers know its references, so
     * attempts begin here, far behind them. 0: they have begun. */
    int64_t attempts_from;
};
bool stray_doubt_read(struct store *store, struct stray_doubt *out,
                      struct error *err);
bool stray_doubt_write(struct store *store, struct stray_doubt *doubt,
                       struct error *err);
/* Chooses `attempts_from`, as stray_doubt_write does; and puts 0 there once one
 * of them is in the store. */
bool stray_attempts_choose(struct store *store, struct stray_doubt *doubt,
                           struct error *err);
bool stray_attempts_begun(struct store *store, struct stray_doubt *doubt,
                          struct error *err);

/* One stray, as the provider's list has it. */
struct stray {
    int64_t id;
    const char *driver, *provider_id;
    enum channel channel;
    const char *address, *body;
    instant at;
    enum outcome outcome;
    int rank;
    const char *status, *code; /* code NULL: none */
    bool counts;
};
struct stray_row {
    int64_t outreach_id, campaign_id;
    enum anchor_kind kind;
};
/* Kept once, however often it is told; `fresh` false: it was known. */
bool stray_add(struct store *store, const struct stray *stray, bool *fresh,
               struct error *err);

/* What was sent to this address: the oldest since `from` with exactly this
 * text (or one that ends in it: trial accounts put a sentence in front), and
 * how many there are in all. `match->id` 0: none has the text. Its texts are
 * the caller's to free with stray_free(). */
bool stray_look(struct store *store, enum channel channel, const char *address,
                const char *text, instant from, struct stray *match,
                int64_t *count, struct error *err);
void stray_free(struct stray *stray);

/* Planned rows whose message may be one that was found at this address: of
 * those who can be reached there, and of their dependants, on the channels of
 * what was found. At most `limit` of them. */
bool stray_rows(struct store *store, const char *address, struct stray_row *out,
                size_t limit, size_t *count, struct error *err);
/* It stands in the ledger now. */
bool stray_take(struct store *store, int64_t id, struct error *err);

/* Whether it is what a provider's receipt speaks of. */
bool stray_is(struct store *store, const char *provider_id, bool *is,
              struct error *err);

/* Those that went to an address of this patient, the oldest first: no row of
 * the ledger goes with them, or none yet. Texts live until `fn` returns. */
typedef void stray_fn(void *arg, const struct stray *stray);
bool stray_of_patient(struct store *store, int64_t patient_id, stray_fn *fn,
                      void *arg, struct error *err);

/* Which providers of the configuration, by name, ever sent what from here. */
typedef void stray_sender_fn(void *arg, enum channel channel,
                             const char *driver);
bool stray_senders(struct store *store, stray_sender_fn *fn, void *arg,
                   struct error *err);

/* The newest unknown attempt with this address and text that has no id of its
 * provider; 0: none. */
bool stray_unknown(struct store *store, enum channel channel,
                   const char *address, const char *text, int64_t *attempt_id,
                   struct error *err);

#endif
