/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forecasts for plan and launch: a copy of the store, the real engine, a
 * virtual clock. Never touches the original beyond reading it; the copy lies
 * beside it, private, and is removed.
 */
#include "app/forecast.h"

#include "base/log.h"
#include "store/campaign_store.h"
#include "store/feed.h"
#include "store/store.h"

#include "app/rehearsal.h"

static bool is_launched(struct store *store, const char *name,
                        struct error *err)
{
    struct campaign_row row;
    bool found;
    if (!campaign_find(store, name, &found, &row, err))
        return false;
    return found || error_set(err, ERROR_INPUT,
                              "no campaign '%s' was launched here; see "
                              "'outreach status', or 'outreach launch %s' for "
                              "what it would do",
                              name, name);
}

static bool copy_store(struct forecast *forecast, const struct setup *setup,
                       const char *campaign, struct error *err)
{
    const char *path = setup->config->store_path;
    struct store *store =
        store_open(path, STORE_READ_ONLY | STORE_THROW_AWAY, err);
    bool ok =
        store && (!campaign || is_launched(store, campaign, err)) &&
        leftover_begin(&forecast->leftover, path, err) &&
        store_copy_to(store, forecast->leftover.copy, STORE_THROW_AWAY, err);
    store_close(store);
    return ok;
}

/* No import comes in a forecast; those that came in time until now are
 * supposed to go on so, or nothing would ever leave. */
static bool suppose_feeds(struct store *store, void *arg, struct error *err)
{
    struct forecast *forecast = arg;
    return feed_suppose(store, forecast->from, &forecast->feeds, err);
}

/* What a make-believe carrier does is no event of this place. */
static void unheard(void *arg, enum log_level level, const char *text)
{
    (void)arg;
    (void)level;
    (void)text;
}

static bool run_engine(struct setup *setup,
                       const struct forecast_request *request,
                       struct error *err)
{
    log_capture(unheard, NULL);
    struct engine *engine = engine_new(&setup->engine, request->from, err);
    if (engine && request->opened)
        request->opened(request->opened_arg);
    bool ok = engine &&
              engine_run_virtual(engine, request->from, request->until, err);
    if (engine)
        engine_end_virtual(engine, request->until);
    if (ok && request->totals)
        engine_totals(engine, request->totals);
    engine_free(engine);
    log_capture(NULL, NULL);
    return ok;
}

bool forecast_run(struct forecast *forecast, struct setup *setup,
                  const struct forecast_request *request, struct error *err)
{
    *forecast =
        (struct forecast){.from = request->from, .until = request->until};
    const char *copy = forecast->leftover.copy;
    forecast->rehearsal = rehearsal_new(setup);
    forecast->released = setup_released(setup, &forecast->not_released);
    bool ok = copy_store(forecast, setup, request->campaign, err) &&
              (!request->change ||
               setup_write(copy, request->change, request->change_arg, err));
    if (ok) {
        setup_forecast(setup, copy);
        setup->engine.poll_ms = request->poll_ms;
        clock_pretend(request->from);
        /* who is held out, how old a feed is */
        ok = setup_store(setup, err) &&
             setup_write(copy, suppose_feeds, forecast, err) &&
             run_engine(setup, request, err);
    }
    if (ok)
        forecast->store = store_open(copy, STORE_READ_ONLY, err);
    if (!forecast->store) {
        forecast_close(forecast);
        return false;
    }
    return true;
}

void forecast_close(struct forecast *forecast)
{
    store_close(forecast->store);
    rehearsal_free(forecast->rehearsal);
    leftover_end(&forecast->leftover);
    *forecast = (struct forecast){0};
}
