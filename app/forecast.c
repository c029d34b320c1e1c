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
#include "store/store.h"

#include "app/leftover.h"

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

bool forecast_run(struct forecast *forecast, struct setup *setup, instant from,
                  instant until, setup_act_fn *change, void *arg,
                  struct error *err)
{
    *forecast = (struct forecast){.from = from, .until = until};
    char copy[300];
    bool ok = copy_store(forecast, setup, copy, err) &&
              (!change || setup_write(copy, change, arg, err));
    if (ok) {
        setup_forecast(setup, copy);
        clock_pretend(from);
        ok = setup_store(setup, err); /* who is held out, how old a feed is */
    }
    if (ok) {
        struct engine *engine = engine_new(&setup->engine, from, err);
        ok = engine && engine_run_virtual(engine, from, until, NULL, NULL, err);
        if (engine)
            engine_end_virtual(engine, until);
        engine_free(engine);
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
    if (forecast->folder[0])
        file_remove_tree(forecast->folder);
    leftover_forget();
    *forecast = (struct forecast){0};
}
