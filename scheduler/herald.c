/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop thread's side of telling the outside: which outlets are free, and
 * what they are to hear. One hears the next thing only when what came of the
 * last one is in the store: so the order holds, and a kill means that it is
 * told again, never that it is not told.
 */
#include "scheduler/engine_state.h"

static bool is_free(const struct engine *engine, size_t outlet)
{
    return !(engine->telling & 1u << outlet);
}

instant herald_next(const struct engine *engine)
{
    instant next = INSTANT_NEVER;
    for (size_t i = 0; i < engine->config.outlet_count; i++)
        if (is_free(engine, i))
            next = instant_sooner(next, engine->next.outlets[i]);
    return next;
}

void herald_post(struct engine *engine)
{
    if (engine->tells > 0 || herald_next(engine) > engine->now)
        return;
    struct job *job = job_new(JOB_TELL, engine->now);
    for (size_t i = 0; i < engine->config.outlet_count; i++)
        if (is_free(engine, i) && engine->next.outlets[i] <= engine->now)
            job->outlets |= 1u << i;
    engine->tells++;
    journal_post(engine->journal, job);
}

void herald_result(struct engine *engine, const struct job *job)
{
    for (size_t i = 0; i < engine->config.outlet_count; i++) {
        if (!(job->outlets & 1u << i) || engine->stopping)
            continue;
        engine->telling |= 1u << i;
        engine->config.tell(engine->config.tell_arg, i, &job->notices[i]);
    }
}

void engine_told(struct engine *engine, size_t outlet, int64_t notice_id,
                 enum engine_heard heard, const char *why)
{
    struct settlement *one = engine_settlement(engine);
    one->kind = SETTLE_TOLD;
    one->provider = -1;
    one->outlet = outlet;
    one->notice_id = notice_id;
    one->heard = heard;
    one->event.detail = why ? why : "it did not say";
    settlement_own(one);
}

void herald_settled(struct engine *engine, const struct job *job)
{
    for (size_t i = 0; i < job->settlement_count; i++)
        if (job->settlements[i].kind == SETTLE_TOLD)
            engine->telling &= ~(1u << job->settlements[i].outlet);
}
