/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_ATTEMPT_H
#define STORE_ATTEMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/outcome.h"
#include "store/ledger.h"

struct store;

/* One hand-over of an outreach to a provider, and the raw events that came
 * back. The row is durable before anything leaves. */
#define ATTEMPT_DRIVER_MAX 64
#define ATTEMPT_ADDRESS_MAX 256

struct attempt_new {
    int64_t id; /* 0: the next one */
    int64_t outreach_id, patient_id;
    enum channel channel;
    const char *driver; /* the provider's name in the configuration */
    const char *address;
    instant submitted_at;
    instant due_at; /* when its row was due; 0: not known */
    int segments;   /* parts of an SMS, else 1 */
    int64_t cost;   /* expected, millionths; 0 unknown */
    const char *language;
    const char *body;
    const char *request; /* kept for a keyed repetition, or NULL */
    bool watch;          /* receipts come by provider id alone */
    bool via_guardian;   /* the address is a guardian's */
    bool asks;           /* for a digit: see store/asked.h */
};
bool attempt_insert(struct store *store, const struct attempt_new *attempt,
                    int64_t *id, struct error *err);

struct attempt {
    int64_t id, outreach_id, patient_id;
    enum channel channel;
    char driver[ATTEMPT_DRIVER_MAX];
    char address[ATTEMPT_ADDRESS_MAX];
    instant submitted_at, ended_at; /* INSTANT_NEVER: under way */
    enum outcome outcome;
    int rank;
    bool counts, newest; /* newest: the last attempt of its outreach */
};
/* The attempt and its outreach in one look. */
bool attempt_read(struct store *store, int64_t id, bool *found,
                  struct attempt *out, struct outreach *outreach,
                  struct error *err);
bool attempt_newest(struct store *store, int64_t outreach_id, bool *found,
                    struct attempt *out, struct error *err);
/* Notes that an attempt speaks of this patient too: it counts in their caps
 * as well (L-6), and goes when they are forgotten. */
bool attempt_also(struct store *store, int64_t id, int64_t patient_id,
                  struct error *err);
/* Whether any attempt of this outreach was taken by a provider. */
bool attempt_any_accepted(struct store *store, int64_t outreach_id, bool *any,
                          struct error *err);
/* How many attempts of this outreach on this channel have ended with one of
 * these outcomes (bits), one after the other up to now, and since when; 0 and
 * INSTANT_NEVER: the newest one did not. */
bool attempt_run(struct store *store, int64_t outreach_id, enum channel channel,
                 unsigned outcomes, int *count, instant *since,
                 struct error *err);
/* Of attempts that were inserted with `watch`: the one of that driver, else
 * any, since two providers may count alike. 0: none. */
bool attempt_by_provider_id(struct store *store, const char *driver,
                            const char *provider_id, int64_t *id,
                            struct error *err);
/* When what left of the same entry by the same channel, as another row, lets
 * this row follow: they keep half the distance that they were planned with, but
 * not more than `most`. 0: now. Answers neither count nor wait. */
bool attempt_beside(struct store *store, const struct outreach *row,
                    int64_t most_ms, instant now, instant *opens,
                    struct error *err);
/* Kept texts of an attempt, for looking it up at the provider or repeating
 * it: body and request, to be freed; NULL when not kept. */
bool attempt_texts(struct store *store, int64_t id, char **body, char **request,
                   struct error *err);

struct attempt_change {
    enum outcome outcome;
    int rank;
    instant ended_at; /* INSTANT_NEVER: under way */
    bool counts;
    const char *provider_id, *code; /* NULL: as it was */
    int32_t segments;               /* 0: as it was */
};
bool attempt_update(struct store *store, int64_t id,
                    const struct attempt_change *change, struct error *err);
bool attempt_event_add(struct store *store, int64_t attempt_id, instant at,
                       const char *status, const char *code, const char *detail,
                       struct error *err);

/* Whether the attempt had this event already, word for word. */
bool attempt_event_known(struct store *store, int64_t attempt_id,
                         const char *status, const char *code, bool *known,
                         struct error *err);
/* Whether its first end was that the carrier gave it up (`undelivered`), and
 * not that it never got there (S-16, S-17). Words of a provider that has others
 * count as the former. */
bool attempt_given_up(struct store *store, int64_t attempt_id, bool *is,
                      struct error *err);

/* What was handed over to a provider on a channel since then and what it may
 * have taken, oldest first; of the newest rows of the store alone, so that the
 * look is short however long the history. */
typedef void attempt_handed_fn(void *arg, instant submitted_at, int segments);
bool attempt_handed_over(struct store *store, const char *driver,
                         enum channel channel, instant since,
                         attempt_handed_fn *each, void *arg, struct error *err);

/* The number or mailbox does not exist, as this attempt was told: not tried
 * again for this person. */
bool contact_point_mark_bad(struct store *store, const char *address,
                            int64_t attempt_id, instant at, const char *reason,
                            struct error *err);
/* What line it is, as this attempt was told: "landline" takes calls and no
 * texts (domain.md 2.6), "fax" texts and no calls (3.4); both is "denied". */
bool contact_point_mark_line(struct store *store, const char *address,
                             int64_t attempt_id, const char *line,
                             struct error *err);
/* What it was sent arrived after all: takes back what this attempt set. */
bool contact_point_unmark(struct store *store, const char *address,
                          int64_t attempt_id, struct error *err);

/* Where poll() of a provider goes on. `out` "" when never. */
bool cursor_read(struct store *store, const char *name, char *out, size_t size,
                 struct error *err);
bool cursor_write(struct store *store, const char *name, const char *value,
                  struct error *err);

#endif
