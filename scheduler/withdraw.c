/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls that are on their way when their patient, or whoever has the number,
 * refuses calls (L-13): the loop thread names those that it has with each look,
 * the journal side says which are refused by now, and their driver takes them
 * back as far as it can. A text that was handed over cannot be taken back.
 */
#include "base/memory.h"
#include "scheduler/clerk.h"
#include "scheduler/engine_state.h"

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

bool withdraw_find(struct clerk *clerk, struct job *job, struct error *err)
{
    size_t refused = 0;
    for (size_t i = 0; i < job->call_count; i++) {
        struct attempt attempt;
        struct outreach row;
        bool found, silenced = false;
        if (!attempt_read(clerk->store, job->calls[i], &found, &attempt, &row,
                          err) ||
            (found && !consent_is_silenced(
                          clerk->store, attempt.patient_id, attempt.address,
                          channel_name(CHANNEL_VOICE), &silenced, err)))
            return false;
        if (silenced)
            job->calls[refused++] = job->calls[i];
    }
    job->call_count = refused;
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
