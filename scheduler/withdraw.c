/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls that are on their way when their patient, or whoever has the number,
 * refuses calls (L-13), or when what they are about is so no more: a visit that
 * is cancelled or moved, somebody who is forgotten. The loop thread names those
 * that it has with each look, the journal side says which are not meant by now,
 * and their driver takes them back as far as it can. A text that was handed
 * over cannot be taken back.
 */
#include "base/memory.h"
#include "scheduler/clerk.h"
#include "scheduler/engine_state.h"
#include "scheduler/facts.h"
#include "store/reply.h"

static bool can_withdraw(const struct engine *engine,
                         const struct flight *flight)
{
    return flight && flight->submitted &&
           flight->dispatch.message.channel == CHANNEL_VOICE &&
           engine->providers[flight->provider].config->driver->withdraw;
}

void withdraw_name(const struct engine *engine, struct job *job)
{
    for (size_t i = 0; job->kind == JOB_LOOK && i < engine->flights.room; i++) {
        const struct flight *flight = engine->flights.slots[i];
        if (!can_withdraw(engine, flight))
            continue;
        job->calls =
            memory_grow(job->calls, job->call_count + 1, sizeof(*job->calls));
        job->calls[job->call_count++] = flight->attempt_id;
    }
}

/* One of the rows that the call speaks for. `heard`: the patient is on the
 * line, and their own answers may end what asked for them: then only a visit
 * that is off, or moved, and somebody who is gone. */
static bool row_stands(struct clerk *clerk, const struct outreach *row,
                       bool heard, bool *stands, struct error *err)
{
    struct roster_campaign *item = clerk_campaign(clerk, row->campaign_id);
    const struct step *step =
        item ? campaign_step(item->campaign, row->step) : NULL;
    struct claim_row about;
    struct facts_view view;
    bool found;
    *stands = true; /* whatever became of the campaign: it was meant */
    if (!step)
        return true;
    if (!claim_row_read(clerk->store, row->anchor_kind, row->id, &found, &about,
                        err) ||
        (found && !facts_look(clerk, item, row->anchor_id, about.entered_at,
                              &view, err)))
        return false;
    *stands = found && !about.deceased && !about.gone &&
              (heard ? facts_same(item, row, &view)
                     : facts_hold(item, step, row, &view));
    return !*stands || !heard ||
           reply_to_come(clerk->store, row->id, clerk->now, stands, err);
}

bool withdraw_stands(struct clerk *clerk, const struct outreach *row,
                     bool heard, bool *stands, struct error *err)
{
    struct outreach_list merged = {0};
    bool done =
        row_stands(clerk, row, heard, stands, err) &&
        (!*stands || outreach_merged(clerk->store, row->id, &merged, err));
    for (size_t i = 0; done && *stands && i < merged.count; i++)
        done = row_stands(clerk, &merged.items[i], heard, stands, err);
    outreach_list_free(&merged);
    return done;
}

static bool is_off(struct clerk *clerk, int64_t attempt_id, bool *off,
                   struct error *err)
{
    struct attempt attempt;
    struct outreach row;
    bool found, silenced = false, stands = true;
    if (!attempt_read(clerk->store, attempt_id, &found, &attempt, &row, err))
        return false;
    if (found &&
        !consent_is_silenced(clerk->store, attempt.patient_id, attempt.address,
                             channel_name(CHANNEL_VOICE), &silenced, err))
        return false;
    if (found && !silenced &&
        !withdraw_stands(clerk, &row, attempt.outcome == OUTCOME_HUMAN, &stands,
                         err))
        return false;
    *off = silenced || !stands;
    return true;
}

bool withdraw_find(struct clerk *clerk, struct job *job, struct error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < job->call_count; i++) {
        bool off;
        if (!is_off(clerk, job->calls[i], &off, err))
            return false;
        if (off)
            job->calls[count++] = job->calls[i];
    }
    job->call_count = count;
    return true;
}

void withdraw_tell(struct engine *engine, const struct job *job)
{
    for (size_t i = 0; i < job->call_count; i++) {
        const struct flight *flight =
            flights_find(&engine->flights, job->calls[i]);
        if (!can_withdraw(engine, flight)) /* it has ended meanwhile */
            continue;
        struct provider *provider = &engine->providers[flight->provider];
        provider->config->driver->withdraw(provider->driver,
                                           flight->attempt_id);
        provider->burst = true;
    }
}
