/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_NOTICE_H
#define STORE_NOTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "store/predicate.h"

struct store;

/* What the outside is told of what patients decide. An outlet is one receiver;
 * a notice is one thing that it has yet to hear. Triggers of the schema write
 * them in the transaction of the row that they speak of (a response, a reply, a
 * suppression), so nobody who writes such a row can forget it. */

/* The words of "events". */
#define NOTICE_EVENTS 4
extern const char *const notice_events[NOTICE_EVENTS];

/* From now on these outlets, of these events (bits), are told; what waits for
 * any other is void. `names` outlive the call only. */
bool outlet_sync(struct store *store, const char *const *names,
                 const unsigned *events, size_t count, instant now,
                 struct error *err);

/* One notice, read when it is told: ids only, and no word of a patient's. */
#define NOTICE_KEY_MAX 256
struct notice {
    int64_t id;
    char event[16];
    instant at;
    int64_t patient_id;
    char patient[NOTICE_KEY_MAX]; /* the record number; "": nobody known */
    enum anchor_kind anchor_kind; /* 0: none */
    int64_t anchor_id, occurrence;
    char anchor[NOTICE_KEY_MAX]; /* its key in the source; "": none */
    char campaign[128];          /* "": none */
    char intent[64];             /* of a response or a reply */
    char subject[128];           /* of a response; "": none */
    instant until;               /* INSTANT_NEVER: open, or not said */
    char channel[16];            /* of a reply, opt-out or opt-in; "": all */
    char purpose[64];            /* of an opt-out or opt-in; "": all */
    int64_t reply_id;            /* 0: none */
};
/* The next one of an outlet, in the order in which they came. */
bool notice_next(struct store *store, const char *outlet, bool *found,
                 struct notice *out, struct error *err);
/* When that outlet is to be told something; INSTANT_NEVER: nothing waits. */
bool notice_due(struct store *store, const char *outlet, instant *out,
                struct error *err);

enum notice_state {
    NOTICE_WAITING = 0,
    NOTICE_TOLD = 1,
    NOTICE_GIVEN_UP = 2,
    NOTICE_VOID = 3, /* its patient was forgotten, or its outlet is gone */
};
bool notice_end(struct store *store, int64_t id, enum notice_state state,
                instant now, struct error *err);

/* How an outlet fares. */
struct outlet {
    int tries;             /* in a row that failed */
    instant failing_since; /* INSTANT_NEVER: it does not */
};
bool outlet_read(struct store *store, const char *name, struct outlet *out,
                 struct error *err);
/* `due_at`: not before; 0: at once. */
bool outlet_write(struct store *store, const char *name,
                  const struct outlet *outlet, instant due_at,
                  struct error *err);

#endif
