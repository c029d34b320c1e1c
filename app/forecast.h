/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_FORECAST_H
#define APP_FORECAST_H

#include <stdbool.h>
#include <stdint.h>

#include "app/leftover.h"
#include "app/setup.h"
#include "base/clock.h"
#include "base/error.h"

struct store;

/* What the engine will do, by letting it: the store is copied, the same
 * engine runs over the days ahead on a virtual clock with drivers that only
 * note, and the copy then holds the answer. Moves the process's clock. */
struct rehearsal;
struct forecast {
    struct store *store;      /* the copy, after the run: read it */
    struct leftover leftover; /* where it lies, until forecast_close */
    instant from, until;
    int64_t feeds; /* that are supposed to keep coming, as old as they may be */
    struct rehearsal *rehearsal; /* what the real drivers would refuse */
    bool released;               /* else nothing of it leaves, and why */
    struct error not_released;
};

struct forecast_request {
    instant from, until;
    /* Refused unless it was launched; NULL: whichever. */
    const char *campaign;
    /* Writes into the copy before the engine runs: launches a version. Or
     * NULL, like those below. */
    setup_act_fn *change;
    void *change_arg;
    /* The noting drivers are open: the simulator gives them a will. */
    void (*opened)(void *arg);
    void *opened_arg;
    int64_t poll_ms; /* how often they are asked for replies; 0: never */
    struct engine_totals *totals; /* of the run */
};
bool forecast_run(struct forecast *forecast, struct setup *setup,
                  const struct forecast_request *request, struct error *err);
void forecast_close(struct forecast *forecast);

/* Prints what will go, and what will not and why: a table each, or with
 * `json` one object a message and a last one with the counts. `most` rows of
 * messages (0: all). */
struct campaign;
struct load;
struct forecast_view {
    /* Its audience is counted line by line, too; NULL: nobody's. */
    const struct campaign *audience_of;
    const char *campaign; /* NULL: all */
    instant since;        /* nothing before */
    const char *currency;
    const struct zone *zone; /* where a patient's is not known */
    bool json;
    int most;
    struct load *load; /* counts what leaves, and is printed too; or NULL */
};
/* Whether a message of the copy leaves; not when its provider refuses it. */
struct status_attempt;
bool forecast_leaves(const struct status_attempt *row);
bool forecast_print(struct forecast *forecast, const struct forecast_view *view,
                    struct error *err);
/* Says so where the store does not send. */
void forecast_tell_unreleased(const struct forecast *forecast);
/* Only what will not go, and why: a table, or the member "not_sent". */
struct json_writer;
bool forecast_print_held(struct forecast *forecast,
                         const struct forecast_view *view,
                         struct json_writer *json, struct error *err);

#endif
