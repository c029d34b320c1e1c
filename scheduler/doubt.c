/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a restored store would send, and the store before it may have sent. In
 * this order:
 *
 *   its very text stands in the provider's list   it was sent: settled
 *   it was to leave before the release, and
 *     something else was sent to that number, or  it may have been sent: as
 *     the channel has no complete list            after any unknown outcome,
 *                                                 the step decides
 *     nothing was sent there                      the provider is asked once
 *                                                 more (a list holds no
 *                                                 message that still waits
 *                                                 in its queue), then it goes
 *
 * The first holds of rows that are to leave after the release, too: records
 * that were imported again have their moments later than they had them there.
 * Each message that was found settles one row. Rows that ended meanwhile (a
 * STOP that the release brought) are not looked at: what was sent for them
 * stays a stray, and is told as one.
 */
#include "scheduler/doubt.h"

#include <stdio.h>

#include "base/text.h"
#include "scheduler/park.h"
#include "scheduler/reconcile.h"
#include "store/attempt.h"
#include "store/audit.h"
#include "store/holder.h"
#include "store/stray.h"

/* The provider's clock and ours differ by so much. */
#define CLOCKS_MS MINUTE_MS
/* Whoever gets in so long after the release is in another turn. */
#define TURN_MS (30 * 24 * HOUR_MS)

/* The release ---------------------------------------------------------------
 */

static bool known_attempt(struct clerk *clerk, const struct settlement *from,
                          int64_t *id, struct error *err)
{
    const struct driver_sent *sent = &from->sent;
    return attempt_by_provider_id(clerk->store,
                                  park_provider_name(clerk, from->provider),
                                  sent->provider_id, id, err) &&
           (*id != 0 || stray_unknown(clerk->store, sent->channel, sent->to,
                                      sent->text ? sent->text : "", id, err));
}

/* Whatever becomes of its row, that it was sent stands in the chain. */
static bool audit_found(struct clerk *clerk, const struct stray *stray,
                        struct error *err)
{
    char subject[48] = "an address", detail[160];
    int64_t patient_id;
    if (!holder_one(clerk->store, stray->address, &patient_id, err))
        return false;
    if (patient_id)
        snprintf(subject, sizeof(subject), "patient %lld",
                 (long long)patient_id);
    snprintf(detail, sizeof(detail), "sent by %s over %.60s at=%lld outcome=%s",
             channel_name(stray->channel), stray->driver, (long long)stray->at,
             outcome_name(stray->outcome));
    return audit_add(clerk->store, clerk->now, "engine", "found", subject,
                     detail, err);
}

bool doubt_sent(struct clerk *clerk, const struct settlement *from,
                struct error *err)
{
    const struct driver_sent *sent = &from->sent;
    struct settlement receipt = *from;
    /* It stands in the list: that it was taken is certain. */
    if (receipt.event.outcome == OUTCOME_NONE)
        receipt.event.outcome = OUTCOME_ACCEPTED;
    receipt.event.ended = true;
    if (!known_attempt(clerk, from, &receipt.attempt_id, err))
        return false;
    if (receipt.attempt_id)
        return settle_event(clerk, &receipt, err);
    const struct driver_event *event = &receipt.event;
    struct stray stray = {
        .driver = clerk->providers[from->provider].name,
        .provider_id = sent->provider_id,
        .channel = sent->channel,
        .address = sent->to,
        .body = sent->text,
        .at = sent->at,
        .outcome = event->outcome,
        .rank = event->rank,
        .status = event->status ? event->status : "",
        .code = event->code,
        .counts = outcome_properties(event->outcome)->counts_against_patient,
    };
    bool fresh;
    if (!stray_add(clerk->store, &stray, &fresh, err))
        return false;
    clerk->totals.found += fresh;
    return !fresh || audit_found(clerk, &stray, err);
}

/* A row --------------------------------------------------------------------
 */

/* Its own moment; where the patient's hours are closed then, and the step goes
 * before that, when they last were open. */
static instant own_moment(const struct claim *claim)
{
    const struct window_input *window = &claim->facts->gate.window;
    instant at = claim->row->outreach.planned_at;
    if (claim->step->if_closed != CLOSED_EARLIER || window_open(window, at))
        return at;
    instant moved = window_earlier(window, claim->facts->patient_zone, at, 0);
    return moved < at ? moved : at;
}

/* Before this the other store cannot have sent the row's message: what was
 * found is another one that says the same, such as yesterday's turn of an
 * `every`, or what answered an earlier question. Nobody knows when the other
 * store let somebody in whom the backup does not have. */
static instant earliest(const struct claim *claim)
{
    const struct stray_doubt *doubt = &claim->clerk->doubt;
    instant entered_at = claim->row->entered_at;
    if (claim->row->answers_at != INSTANT_NEVER)
        return claim->row->answers_at;
    if (claim->step->when.base == BASE_ENTRY && entered_at != INSTANT_NEVER &&
        entered_at >= doubt->since && entered_at < doubt->until + TURN_MS)
        return 0;
    return own_moment(claim);
}

/* What this store handed over since, and what a provider said it never had,
 * is in doubt no more. */
static bool is_doubtful(const struct claim *claim, bool *doubtful,
                        struct error *err)
{
    const struct clerk *clerk = claim->clerk;
    const struct outreach *row = &claim->row->outreach;
    instant until = clerk->doubt.until;
    struct attempt newest;
    bool found;
    *doubtful = own_moment(claim) < until;
    if (!*doubtful)
        return true;
    if (!attempt_newest(clerk->store, row->id, &found, &newest, err))
        return false;
    if (found)
        *doubtful =
            newest.submitted_at < until &&
            !(newest.outcome == OUTCOME_NOT_SENT &&
              newest.ended_at != INSTANT_NEVER && newest.ended_at >= until);
    return true;
}

/* The attempt that the other store made, as far as it can be known. */
static bool record(struct claim *claim, const struct permit *permit,
                   const char *driver, instant at, int64_t *id,
                   struct error *err)
{
    struct clerk *clerk = claim->clerk;
    struct outreach *row = &claim->row->outreach;
    struct outgoing message = claim_message(claim);
    const struct clerk_provider *provider = &clerk->providers[permit->provider];
    struct attempt_new attempt = {
        .id = clerk_attempt_number(clerk),
        .outreach_id = row->id,
        .patient_id = row->patient_id,
        .channel = message.channel,
        .driver = driver,
        .address = message.to,
        .submitted_at = at,
        .segments = claim->letter.parts,
        .cost = claim->letter.parts * provider->cost_millionths,
        .language = message.language,
        .body = message.text,
        .watch = provider->watch,
    };
    struct ledger_change change = ledger_from(row);
    change.to = STATE_SUBMITTING;
    change.version_id = claim->item->launched.version_id;
    change.owner = clerk->owner;
    change.lease_until = change.due_at = clerk->now + clerk->config->lease_ms;
    change.attempts++;
    change.tries++;
    change.looks = 0;
    return attempt_insert(clerk->store, &attempt, id, err) &&
           clerk_change(clerk, row, &change, err) &&
           companions_record(claim, *id, err);
}

static bool was_sent(struct claim *claim, const struct permit *permit,
                     const struct stray *stray, struct error *err)
{
    struct clerk *clerk = claim->clerk;
    struct settlement receipt = {
        .kind = SETTLE_SENT,
        .provider = permit->provider,
        .event = {.outcome = stray->outcome,
                  .ended = true,
                  .rank = stray->rank,
                  .at = stray->at,
                  .status = stray->status,
                  .code = stray->code,
                  .provider_id = stray->provider_id,
                  .retry_after_ms = -1},
    };
    return record(claim, permit, stray->driver, stray->at, &receipt.attempt_id,
                  err) &&
           settle_event(clerk, &receipt, err) &&
           stray_take(clerk->store, stray->id, err);
}

/* Its time was then, for the caps; and for the question that looks for it. */
static instant supposed_at(const struct claim *claim)
{
    instant planned = claim->row->outreach.planned_at;
    instant since = claim->clerk->doubt.since;
    return planned > since ? planned : since;
}

static bool become_unknown(struct claim *claim, const struct permit *permit,
                           bool ask, struct error *err)
{
    struct clerk *clerk = claim->clerk;
    struct outreach *row = &claim->row->outreach;
    struct attempt_change learn = {
        .outcome = OUTCOME_UNKNOWN, .ended_at = clerk->now, .counts = true};
    instant at = ask ? clerk->doubt.since : supposed_at(claim);
    int64_t id;
    if (!record(claim, permit, clerk->providers[permit->provider].name, at, &id,
                err) ||
        !attempt_update(clerk->store, id, &learn, err))
        return false;
    struct ledger_change change = ledger_from(row);
    change.to = STATE_UNKNOWN;
    change.due_at = clerk->now;
    change.reason = "it may have left before this store was restored";
    return clerk_change(clerk, row, &change, err) &&
           (ask || reconcile_give_up(clerk, row, err));
}

/* The campaign would rather say it twice than not at all. */
static bool may_repeat(const struct claim *claim)
{
    return claim->step->when_unknown == UNKNOWN_RESEND;
}

/* What was found for the address, and of it what has the letter's text. */
static bool look(const struct claim *claim, instant from, struct stray *match,
                 int64_t *count, struct error *err)
{
    struct outgoing message = claim_message(claim);
    return stray_look(claim->clerk->store, message.channel, message.to,
                      message.text ? message.text : "", from, match, count,
                      err);
}

/* The other store may have sent to this address what the row says alone, or
 * what a companion of it does: beside what was found there, each speaks for
 * itself, unless the very letter of all was found. */
static bool find(struct claim *claim, bool doubtful, struct stray *match,
                 int64_t *count, struct error *err)
{
    instant from = doubtful ? 0 : earliest(claim) - CLOCKS_MS;
    return look(claim, from, match, count, err) &&
           (match->id || *count == 0 || !companions_speak(claim) ||
            (companions_part(claim, err) &&
             look(claim, from, match, count, err)));
}

/* Nothing says that it was sent; that it was not is not certain either. */
static bool may_have_left(struct claim *claim, const struct permit *permit,
                          int64_t count, bool *decided, struct error *err)
{
    const struct clerk *clerk = claim->clerk;
    bool listed = clerk->doubt.channels & (1u << claim->facts->gate.channel);
    bool nothing = listed && count == 0;
    bool ask = nothing && clerk->providers[permit->provider].can_query;
    *decided = ask || (!nothing && !may_repeat(claim));
    return !*decided || become_unknown(claim, permit, ask, err);
}

bool doubt_row(struct claim *claim, const struct permit *permit, bool *decided,
               struct error *err)
{
    struct stray match;
    int64_t count;
    bool doubtful;
    *decided = false;
    if (!claim->clerk->doubt.until)
        return true;
    if (!is_doubtful(claim, &doubtful, err) ||
        !find(claim, doubtful, &match, &count, err))
        return false;
    *decided = match.id != 0;
    bool done = true;
    if (match.id)
        done = was_sent(claim, permit, &match, err);
    else if (doubtful)
        done = may_have_left(claim, permit, count, decided, err);
    stray_free(&match);
    return done;
}
