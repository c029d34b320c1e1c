/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Receipts that come before their message is known. How many wait is kept in
 * mind, not asked for: while none does, which is nearly always, a message that
 * is sent costs no look at them.
 */
#include "scheduler/park.h"

#include "base/log.h"
#include "base/text.h"
#include "scheduler/reconcile.h"
#include "store/attempt.h"
#include "store/parked.h"
#include "store/stray.h"

#define PARK_MS (10 * MINUTE_MS) /* S-17 */

/* False only when the store fails. */
static bool counted(struct clerk *clerk, struct error *err)
{
    if (clerk->parked_known)
        return true;
    clerk->parked_known =
        parked_look(clerk->store, &clerk->parked, &clerk->parked_since, err);
    return clerk->parked_known;
}

const char *park_provider_name(const struct clerk *clerk, int provider)
{
    bool known = provider >= 0 && (size_t)provider < clerk->provider_count;
    return known ? clerk->providers[provider].name : "none";
}

static void lost(struct clerk *clerk, int provider, const char *why)
{
    clerk->totals.receipts_lost++;
    log_event(LOG_WARNING, "receipt-of-nothing", "provider=%s reason=%s",
              log_quote(park_provider_name(clerk, provider)), log_quote(why));
}

static const struct engine_provider *configured(const struct clerk *clerk,
                                                const char *name)
{
    for (size_t i = 0; i < clerk->config->provider_count; i++)
        if (text_equal(clerk->config->providers[i].name, name))
            return &clerk->config->providers[i];
    return NULL;
}

bool park_believes(const struct clerk *clerk, const struct settlement *from,
                   const struct attempt *attempt)
{
    const struct engine_provider *sender = configured(clerk, attempt->driver);
    const struct engine_provider *teller =
        configured(clerk, park_provider_name(clerk, from->provider));
    if (from->kind != SETTLE_EVENT)
        return true; /* asked for by ourselves */
    if (from->outreach_id && from->outreach_id != attempt->outreach_id)
        return false;
    /* What was renamed has nobody else to speak for it; a relay's mail may lie
     * in the mailbox of another; and an account's list may have the messages
     * of two that share it. */
    return !sender || sender == teller || from->event.marked ||
           (teller && teller->driver == sender->driver &&
            sender->driver->shares &&
            sender->driver->shares(&teller->config, &sender->config));
}

bool park_receipt(struct clerk *clerk, const struct settlement *from,
                  struct error *err)
{
    const struct driver_event *event = &from->event;
    struct parked parked = {.at = event->at,
                            .outcome = event->outcome,
                            .ended = event->ended,
                            .rank = event->rank,
                            .segments = event->segments};
    bool stray, fresh;
    if (!event->provider_id) {
        lost(clerk, from->provider, "it names no message of ours");
        return true;
    }
    /* Nothing to wait for where a release found that message. */
    if (!stray_is(clerk->store, event->provider_id, &stray, err) ||
        !counted(clerk, err))
        return false;
    if (stray)
        return true;
    if (clerk->parked >= PARK_MOST) {
        lost(clerk, from->provider, "too many wait for their message");
        return true;
    }
    text_copy(parked.status, sizeof(parked.status),
              event->status ? event->status : outcome_name(event->outcome));
    text_copy(parked.code, sizeof(parked.code), event->code);
    text_copy(parked.detail, sizeof(parked.detail), event->detail);
    if (!parked_add(clerk->store, park_provider_name(clerk, from->provider),
                    event->provider_id, &parked, clerk->now, &fresh, err))
        return false;
    clerk->parked += fresh;
    clerk->parked_since = instant_sooner(clerk->parked_since, clerk->now);
    return true;
}

bool park_apply(struct clerk *clerk, const struct settlement *from,
                int64_t attempt_id, struct error *err)
{
    const char *provider_id = from->event.provider_id;
    struct parked parked;
    bool found = true;
    if (!provider_id)
        return true;
    while (counted(clerk, err) && clerk->parked > 0) {
        if (!parked_take(clerk->store,
                         park_provider_name(clerk, from->provider), provider_id,
                         &found, &parked, err))
            return false;
        if (!found)
            return true;
        clerk->parked--;
        const struct settlement receipt = {
            .kind = SETTLE_EVENT,
            .attempt_id = attempt_id,
            .provider = from->provider,
            .event = {.outcome = parked.outcome,
                      .ended = parked.ended,
                      .rank = parked.rank,
                      .at = parked.at,
                      .status = parked.status,
                      .code = parked.code[0] ? parked.code : NULL,
                      .detail = parked.detail[0] ? parked.detail : NULL,
                      .retry_after_ms = -1,
                      .segments = parked.segments}};
        if (!settle_event(clerk, &receipt, err))
            return false;
    }
    return clerk->parked_known;
}

static void tell_dropped(void *arg, const char *provider, const char *status,
                         const char *code, int64_t count)
{
    (void)arg;
    log_event(LOG_WARNING, "receipt-of-nothing",
              "provider=%s status=%s code=%s dropped=%lld reason=%s",
              log_quote(provider), log_quote(status),
              log_quote(code ? code : "-"), (long long)count,
              log_quote("nobody knew their message in ten minutes"));
}

bool park_drop(struct clerk *clerk, struct error *err)
{
    int64_t count;
    instant due;
    if (!park_next(clerk, &due, err))
        return false;
    if (due > clerk->now)
        return true;
    instant until = clerk->now - PARK_MS;
    if (!parked_words(clerk->store, until, tell_dropped, NULL, err) ||
        !parked_drop(clerk->store, until, &count, err))
        return false;
    clerk->parked_known = false;
    clerk->totals.receipts_lost += count;
    return true;
}

bool park_next(struct clerk *clerk, instant *out, struct error *err)
{
    *out = INSTANT_NEVER;
    if (!counted(clerk, err))
        return false;
    if (clerk->parked > 0)
        *out = clerk->parked_since + PARK_MS;
    return true;
}
