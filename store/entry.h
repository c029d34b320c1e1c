/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_ENTRY_H
#define STORE_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/error.h"
#include "store/measure.h"
#include "store/predicate.h"

struct store;

/* When an anchor first satisfied a campaign's audience. */
struct entry {
    int64_t id, campaign_id, anchor_id, occurrence, patient_id, version_id;
    enum anchor_kind anchor_kind;
    instant entered_at;
    /* Nobody had looked since then, so that it may have been there all that
     * time; `entered_at`: somebody had, a moment before. Only for
     * entry_insert(). */
    instant unseen_since;
    instant closed_at; /* INSTANT_NEVER: open */
    bool holdout;
    bool cycle_over; /* closed for ENTRY_CYCLE_OVER: the next is a new one */
};
#define ENTRY_CYCLE_OVER "the cycle is over"

/* The newest entry of this anchor in this campaign, open or closed. */
bool entry_newest(struct store *store, int64_t campaign_id,
                  enum anchor_kind kind, int64_t anchor_id, bool *found,
                  struct entry *out, struct error *err);
/* `made` false: this occurrence had one already. */
bool entry_insert(struct store *store, struct entry *entry, bool *made,
                  struct error *err);
/* Closes with a reason; INSTANT_NEVER opens it again. */
bool entry_close(struct store *store, struct entry *entry, instant at,
                 const char *reason, struct error *err);
bool entry_set_version(struct store *store, struct entry *entry,
                       int64_t version_id, struct error *err);
/* Open entries of a campaign that follow another version than this one (0:
 * all), in the order of (anchor_id, occurrence) behind the given. */
bool entry_outdated(struct store *store, int64_t campaign_id,
                    enum anchor_kind kind, int64_t version_id,
                    int64_t after_anchor, struct entry *out, size_t limit,
                    size_t *count, struct error *err);

/* Anchors with an open entry of this campaign, in order, behind the first and
 * up to the last. */
bool entry_open(struct store *store, int64_t campaign_id, enum anchor_kind kind,
                int64_t after_anchor, int64_t last_anchor, int64_t *out,
                size_t limit, size_t *count, struct error *err);

/* How far a campaign is planned on one time field; `found` false: never. */
bool watermark_read(struct store *store, int64_t campaign_id, const char *field,
                    bool *found, instant *out, struct error *err);
bool watermark_write(struct store *store, int64_t campaign_id,
                     const char *field, instant planned_to, struct error *err);

/* The daily sweep's place: `swept_on` "" when never. */
bool sweep_read(struct store *store, int64_t campaign_id, char swept_on[16],
                int64_t *cursor, struct error *err);
bool sweep_write(struct store *store, int64_t campaign_id, const char *swept_on,
                 int64_t cursor, struct error *err);

/* What entering and planning needs to know about a place and a person. */
struct anchor_place {
    bool found;
    char zone[64];         /* the anchor's own; "" none */
    char address_zone[64]; /* of the postal address; "" none */
    char patient_zone[64]; /* that, else of their own telephone; "" none */
    bool telehealth;
    int open_from, open_to;       /* minutes; -1 unknown */
    int64_t clinic_id;            /* 0: none */
    int preferred;                /* enum channel, or -1 */
    char state[8];                /* of the postal address; "" none */
    char post[16];                /* of one that says neither; "" none */
    int contact_from, contact_to; /* minutes; -1 none */
    int64_t guardian_id;          /* 0: none */
    char born_by[12]; /* the last day that it can be; "" not known */
};
bool anchor_place_read(struct store *store, enum anchor_kind kind,
                       int64_t anchor_id, struct anchor_place *out,
                       struct error *err);

/* Whether the patient said anything since: a response about this occurrence,
 * or any reply from an address of theirs, or from one where we spoke of them
 * (a minor's guardian answers). */
bool patient_answered(struct store *store, int64_t patient_id,
                      enum anchor_kind kind, int64_t anchor_id,
                      int64_t occurrence, instant since, bool *answered,
                      struct error *err);

/* Since when somebody is overdue for a measure: "longest overdue first". An
 * order, no verdict: where an interval hangs on a condition, the longest
 * counts. `found` false: no date is known. */
bool overdue_since(struct store *store, const struct measure *measure,
                   int64_t patient_id, bool *found, struct civil_date *out,
                   struct error *err);

#endif
