/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_OUTREACH_H
#define STORE_OUTREACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "store/ledger.h"

struct store;

/* Rows of the ledger: making, reading and counting them. States change only
 * in ledger_change(). */

struct outreach_list {
    struct outreach *items;
    size_t count, room;
};
void outreach_list_free(struct outreach_list *list);

/* The row answers what was written from this address then. In the transaction
 * that made it. */
bool outreach_answers(struct store *store, int64_t id, instant at,
                      const char *address, struct error *err);
bool outreach_read(struct store *store, int64_t id, bool *found,
                   struct outreach *out, struct error *err);
/* Makes a row from `row` (id is set); its state may be PLANNED, or EXPIRED
 * for a step whose moment had passed. `made` false: there is one already. */
bool outreach_insert(struct store *store, struct outreach *row,
                     const char *reason, bool *made, struct error *err);
/* How many of this one's campaign, anchor and occurrence were planned since
 * then, of a step that has this name in front of a "#". */
bool outreach_steps_since(struct store *store, const struct outreach *row,
                          const char *name, instant since, int64_t *count,
                          struct error *err);
/* All rows of one occurrence of an anchor in one campaign, by id. */
bool outreach_of_entry(struct store *store, int64_t campaign_id,
                       enum anchor_kind kind, int64_t anchor_id,
                       int64_t occurrence, struct outreach_list *out,
                       struct error *err);
/* Planned rows that might speak in one message with `leader`: of the same
 * campaign and step, due until `until`, not yet tried, of the same patient
 * and of everybody who has this guardian (0: nobody). The most urgent
 * first, at most `limit`. */
bool outreach_companions(struct store *store, const struct outreach *leader,
                         int64_t guardian_id, instant until, size_t limit,
                         struct outreach_list *out, struct error *err);
/* The rows that ended merged into this one, whosever they are. */
bool outreach_merged(struct store *store, int64_t leader,
                     struct outreach_list *out, struct error *err);
/* Plans them again, due at `at`, where no provider ever took the message
 * that was to speak for them: for those who end a row themselves. */
bool outreach_release(struct store *store, int64_t leader, instant at,
                      struct error *err);
/* Moves a planned row's times: not a change of state. */
bool outreach_retime(struct store *store, struct outreach *row,
                     instant planned_at, instant due_at, instant until_at,
                     int64_t version_id, struct error *err);

/* Whether the row says this reason already. */
bool outreach_reason_is(struct store *store, int64_t id, const char *reason,
                        bool *same, struct error *err);

/* What the row says, and what the channels that it gave up came to; "" when it
 * says none. */
bool outreach_reason(struct store *store, int64_t id,
                     char out[OUTREACH_REASON_MAX], struct error *err);
bool outreach_rungs(struct store *store, int64_t id,
                    char out[OUTREACH_REASON_MAX], struct error *err);

/* All planned rows of one patient, earliest first; of two at once the more
 * urgent campaign's. */
bool outreach_planned_of(struct store *store, int64_t patient_id,
                         struct outreach_list *out, struct error *err);
/* Rows of one patient that left, or may have, and are looked at again. */
bool outreach_waiting_of(struct store *store, int64_t patient_id,
                         struct outreach_list *out, struct error *err);
/* Planned rows of one campaign on one channel, earliest first. */
bool outreach_planned(struct store *store, int channel, int64_t campaign_id,
                      size_t limit, struct outreach_list *out,
                      struct error *err);

/* Planned rows of one step that are due on this channel and have not given up
 * all of `others` (bits of channels); earliest first. */
bool outreach_stuck(struct store *store, int channel, int64_t campaign_id,
                    const char *step, instant now, unsigned others,
                    size_t limit, struct outreach_list *out, struct error *err);

/* Rows in `state` that are due at or before `now`, earliest first. */
bool outreach_waiting(struct store *store, enum outreach_state state,
                      instant now, size_t limit, struct outreach_list *out,
                      struct error *err);
/* Rows being submitted by anybody but `owner`. */
bool outreach_orphans(struct store *store, int64_t owner, size_t limit,
                      struct outreach_list *out, struct error *err);
/* Accepted rows whose call has not ended and that are to be looked at. */
bool outreach_calls(struct store *store, size_t limit,
                    struct outreach_list *out, struct error *err);
/* The reason of a row that a pause holds. */
#define OUTREACH_PAUSED "paused"
/* Makes planned rows due at `now` that a pause holds, of one campaign (0: of
 * all); or whatever a feed that was too old does. In one statement. */
bool outreach_resume(struct store *store, int64_t campaign_id, instant now,
                     struct error *err);
bool outreach_fed(struct store *store, instant now, struct error *err);
/* The reason of a row whose channels no provider is configured for; and all of
 * them due at `now`, for the configuration may be another one. */
#define OUTREACH_UNSERVED "no provider for this channel"
bool outreach_served(struct store *store, instant now, struct error *err);
/* The earliest time at which an accepted or unknown row wants a look, or
 * INSTANT_NEVER. */
bool outreach_next_waiting(struct store *store, instant *out,
                           struct error *err);
/* The next campaign behind `after` with planned rows for this channel, and
 * when its first is due. One index seek, however many rows there are. */
bool outreach_next_due(struct store *store, int channel, int64_t after,
                       bool *found, int64_t *campaign_id, instant *due_at,
                       struct error *err);

#endif
