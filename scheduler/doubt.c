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
 * that were imported again have their moments later than they had them there;
 * and of rows that the gate holds or ends now: at whatever hour it is looked
 * for, it was sent. Who answers it answers that row, so it is looked for before
 * a reply is read. Each message that was found settles one row. Rows that ended
 * before are not looked at: what was sent for them stays a stray, and is told
 * as one.
 */
#include "scheduler/doubt.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
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

bool doubt_read(struct clerk *clerk, struct error *err)
{
    struct stray_doubt *asked = &clerk->asked;
    if (!clerk->config->ask)
        return stray_doubt_read(clerk->store, &clerk->doubt, err);
    if (!asked->until) {
        asked->since = clerk->config->ask_since;
        asked->until = clerk->born;
        if (!stray_attempts_choose(clerk->store, asked, err))
            return false;
    }
    clerk->doubt = *asked;
    return stray_attempts_begun(clerk->store, &clerk->doubt, err);
}

int64_t doubt_number(struct clerk *clerk)
{
    int64_t from = clerk->doubt.attempts_from;
    clerk->doubt.attempts_from = 0; /* read again if this is rolled back */
    return from;
}

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
static bool record(struct claim *claim, const struct attempt_new *attempt,
                   int64_t *id, struct error *err)
{
    struct clerk *clerk = claim->clerk;
    struct outreach *row = &claim->row->outreach;
    struct ledger_change change = ledger_from(row);
    change.to = STATE_SUBMITTING;
    change.version_id = claim->item->launched.version_id;
    change.owner = clerk->owner;
    change.lease_until = change.due_at = clerk->now + clerk->config->lease_ms;
    change.attempts++;
    change.tries++;
    change.looks = 0;
    return attempt_insert(clerk->store, attempt, id, err) &&
           clerk_change(clerk, row, &change, err) &&
           companions_record(claim, *id, err);
}

static bool was_sent(struct claim *claim, const struct stray *stray,
                     struct error *err)
{
    struct clerk *clerk = claim->clerk;
    struct outgoing message = claim_message(claim);
    int provider = clerk_provider_named(clerk, stray->driver);
    struct attempt_new attempt = claim_attempt(claim, &message, provider);
    struct settlement receipt = {
        .kind = SETTLE_SENT,
        .provider = provider,
        .event = {.outcome = stray->outcome,
                  .ended = true,
                  .rank = stray->rank,
                  .at = stray->at,
                  .status = stray->status,
                  .code = stray->code,
                  .provider_id = stray->provider_id,
                  .retry_after_ms = -1},
    };
    attempt.driver = stray->driver;
    attempt.submitted_at = stray->at;
    return record(claim, &attempt, &receipt.attempt_id, err) &&
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

static bool become_unknown(struct claim *claim, int provider, bool ask,
                           struct error *err)
{
    struct clerk *clerk = claim->clerk;
    struct outreach *row = &claim->row->outreach;
    struct outgoing message = claim_message(claim);
    struct attempt_new attempt = claim_attempt(claim, &message, provider);
    struct attempt_change learn = {
        .outcome = OUTCOME_UNKNOWN, .ended_at = clerk->now, .counts = true};
    int64_t id;
    attempt.submitted_at = ask ? clerk->doubt.since : supposed_at(claim);
    if (!record(claim, &attempt, &id, err) ||
        !attempt_update(clerk->store, id, &learn, err))
        return false;
    struct ledger_change change = ledger_from(row);
    change.to = STATE_UNKNOWN;
    change.due_at = clerk->now;
    change.reason = "it may have left before this store was restored";
    return clerk_change(clerk, row, &change, err) &&
           (ask || reconcile_give_up(clerk, row, err));
}

/* "Late" would say that nothing was sent. What does not go for another reason
 * need not be known. */
static bool goes_now(const struct claim *claim)
{
    const struct gate_decision *decision = &claim->decision;
    return decision->verdict == GATE_GO ||
           (decision->verdict == GATE_NEVER &&
            claim_never_state(decision) == STATE_EXPIRED);
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

static int first_of(const struct clerk *clerk, unsigned channel)
{
    for (size_t i = 0; i < clerk->provider_count; i++)
        if (clerk->config->providers[i].channels & channel)
            return (int)i;
    return -1;
}

/* Nothing says that it was sent; that it was not is not certain either. */
static bool may_have_left(struct claim *claim, const struct permit *permit,
                          int64_t count, bool *decided, struct error *err)
{
    const struct clerk *clerk = claim->clerk;
    unsigned channel = 1u << claim->facts->gate.channel;
    int provider = permit ? permit->provider : first_of(clerk, channel);
    bool nothing = clerk->doubt.channels & channel && count == 0;
    bool ask = nothing && provider >= 0 && clerk->providers[provider].can_query;
    *decided = provider >= 0 && (ask || (!nothing && !may_repeat(claim)));
    return !*decided || become_unknown(claim, provider, ask, err);
}

/* Whether something was found at the row's address at all: few have that. */
static bool is_there(struct claim *claim, bool *there, struct error *err)
{
    const char *address = claim->facts->contact->value;
    struct stray none;
    int64_t count;
    if (!stray_look(claim->clerk->store, claim->facts->gate.channel, address,
                    "", INSTANT_NEVER, &none, &count, err))
        return false;
    *there = count > 0;
    return true;
}

/* Whatever the gate says of it now, the other store may have let it go. */
static bool write_letter(struct claim *claim, const struct facts_view *view,
                         bool *written, struct error *err)
{
    bool refused = false;
    struct error why = {0};
    *written = claim->decision.verdict == GATE_GO;
    if (*written)
        return true;
    if (!companions_letter(claim, view, &refused, &why) && !refused)
        return error_join(err, &why);
    *written = !refused;
    return true;
}

bool doubt_row(struct claim *claim, const struct facts_view *view,
               const struct permit *permit, bool *decided, struct error *err)
{
    struct stray match;
    int64_t count;
    bool goes = goes_now(claim), there = true, written, doubtful, done = true;
    *decided = false;
    if (!claim->clerk->doubt.until || !claim->facts->contact)
        return true;
    if (!goes && (!is_there(claim, &there, err) || !there))
        return !there;
    if (!write_letter(claim, view, &written, err) || !written)
        return !written;
    if (!is_doubtful(claim, &doubtful, err) ||
        !find(claim, doubtful, &match, &count, err))
        return false;
    *decided = match.id != 0;
    if (match.id)
        done = was_sent(claim, &match, err);
    else if (doubtful && goes)
        done = may_have_left(claim, permit, count, decided, err);
    stray_free(&match);
    return done;
}

/* A reply ------------------------------------------------------------------
 */

/* More rows than a household has open at once. */
#define ROWS_MAX 64

static bool look_at(struct claim *claim, const struct stray_row *of,
                    struct error *err)
{
    struct clerk *clerk = claim->clerk;
    struct facts_view view;
    bool found, decided;
    claim->item = clerk_campaign(clerk, of->campaign_id);
    if (!claim->item)
        return true;
    if (!claim_row_read(clerk->store, of->kind, of->outreach_id, &found,
                        claim->row, err))
        return false;
    claim->step =
        found ? campaign_step(claim->item->campaign, claim->row->outreach.step)
              : NULL;
    /* (one that was looked at before may have spoken for it) */
    if (!claim->step || claim->row->outreach.state != STATE_PLANNED)
        return true;
    return facts_look(clerk, claim->item, claim->row->outreach.anchor_id,
                      claim->row->entered_at, &view, err) &&
           claim_look(claim, &view, NULL, err) &&
           doubt_row(claim, &view, NULL, &decided, err);
}

bool doubt_reply(struct clerk *clerk, const char *address, struct error *err)
{
    struct stray_row rows[ROWS_MAX];
    size_t count = 0;
    if (!clerk->doubt.until)
        return true;
    if (!stray_rows(clerk->store, address, rows, ROWS_MAX, &count, err))
        return false;
    if (count == 0)
        return true;
    struct facts *facts = memory_new(sizeof(*facts));
    struct claim_row *row = memory_new(sizeof(*row));
    struct claim claim = {.clerk = clerk, .facts = facts, .row = row};
    bool done = true;
    letter_init(&claim.letter);
    for (size_t i = 0; done && i < count; i++)
        done = look_at(&claim, &rows[i], err);
    letter_free(&claim.letter);
    companions_free(&claim.companions);
    free(row);
    free(facts);
    return done;
}
