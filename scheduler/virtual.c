/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine over virtual time: every step at its moment, as fast as the
 * machine can. Beside the loop's timer the only one that calls the engine.
 */
#include "scheduler/engine_state.h"

/* More steps than this at one instant mean that something due is never done:
 * time goes on by a second rather than standing still. */
#define STEPS_AT_ONCE 1000000
/* What is in flight at the end may still answer this long. */
#define LAST_ANSWERS_MS (10 * SECOND_MS)

static instant step_at(struct engine *engine, instant now)
{
    if (engine->config.moves_clock)
        clock_pretend(now);
    return engine_step(engine, now);
}

void engine_end_virtual(struct engine *engine, instant now)
{
    instant last = now + LAST_ANSWERS_MS;
    engine_stop(engine);
    for (int steps = 0; steps < STEPS_AT_ONCE && !engine_idle(engine);
         steps++) {
        instant next = step_at(engine, now);
        if (next > last)
            return;
        if (next > now)
            now = next;
    }
}

bool engine_run_virtual(struct engine *engine, instant from, instant until,
                        struct error *err)
{
    instant now = from;
    for (int standing = 0;;) {
        instant next = step_at(engine, now);
        if (engine->dead)
            return error_set(err, ERROR_CORRUPT, "%s", engine->trouble);
        if (next <= now && ++standing < STEPS_AT_ONCE)
            continue;
        next = next > now ? next : now + SECOND_MS;
        if (next == INSTANT_NEVER || next > until)
            return true;
        standing = 0;
        now = next;
    }
}
