/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forecasts for plan and launch: a copy of the store, the real engine, a
 * virtual clock. Never touches the original beyond reading it; the copy lies
 * beside it, private, and is removed.
 */
#include "app/forecast.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/text.h"
#include "store/feed.h"
#include "store/store.h"

#include "app/leftover.h"
#include "app/rehearsal.h"

static bool copy_store(struct forecast *forecast, const struct setup *setup,
                       char copy[300], struct error *err)
{
    const char *path = setup->config->store_path;
    char beside[200];
    text_copy(beside, sizeof(beside), path);
    snprintf(forecast->folder, sizeof(forecast->folder),
             "%s/.outreach-forecast-XXXXXX", dirname(beside));
    if (!mkdtemp(forecast->folder)) {
        forecast->folder[0] = '\0';
        return error_set(err, ERROR_CANNOT,
                         "cannot make a folder beside %s for the forecast's "
                         "copy; is the folder writable?",
                         path);
    }
    snprintf(copy, 300, "%s/store.db", forecast->folder);
    leftover_guard(copy, forecast->folder);
    struct store *store = store_open(path, STORE_READ_ONLY, err);
    bool ok = store && store_copy_to(store, copy, err);
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

static bool run_engine(struct setup *setup,
                       const struct forecast_request *request,
                       struct error *err)
{
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
    return ok;
}

bool forecast_run(struct forecast *forecast, struct setup *setup,
                  const struct forecast_request *request, struct error *err)
{
    *forecast =
        (struct forecast){.from = request->from, .until = request->until};
    char copy[300];
    forecast->rehearsal = rehearsal_new(setup);
    bool ok = copy_store(forecast, setup, copy, err) &&
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
    if (forecast->folder[0])
        file_remove_tree(forecast->folder);
    leftover_forget();
    *forecast = (struct forecast){0};
}
