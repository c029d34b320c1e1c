/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_ROSTER_H
#define SCHEDULER_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "campaigns/campaign.h"
#include "campaigns/render.h"
#include "store/campaign_store.h"
#include "store/feed_set.h"
#include "store/view.h"

struct store;

/* The launched campaigns, compiled: each with one prepared view that answers
 * everything about one of its anchors in a single SELECT. Belongs to the
 * journal's connection and thread. */

#define ROSTER_TIMES_MAX 8
/* A time field that steps count from. */
struct roster_time {
    const struct field *field;
    size_t at;      /* its column */
    int64_t before; /* how far ahead of it it leads to a step, ms, >= 0 */
    int64_t after;  /* and how far behind */
    bool known;     /* planned_to was read */
    instant planned_to;
    instant after_at; /* where the scan goes on within a step */
    int64_t after_id;
    struct view_scan *scan;
};

/* What an invitation needs, beside each other. */
enum {
    ROSTER_CALENDAR_START,
    ROSTER_CALENDAR_END,
    ROSTER_CALENDAR_NAME,
    ROSTER_CALENDAR_STREET,
    ROSTER_CALENDAR_SENSITIVE,
    ROSTER_CALENDAR_COLUMNS
};

struct roster_campaign {
    struct campaign_row launched;
    struct campaign *campaign; /* NULL until first needed */
    bool broken;               /* its bundle cannot be read: said once */
    struct view *view;
    struct view_column *columns;
    size_t column_count;
    /* columns, -1: none */
    int audience_at, stop_at, occurrence_at, silent_at;
    int *only_if_at;      /* of each step */
    feed_set *step_feeds; /* what each step depends on */
    struct roster_time times[ROSTER_TIMES_MAX];
    size_t time_count;
    int calendar_at;  /* first of ROSTER_CALENDAR_COLUMNS, -1: none */
    size_t render_at; /* first column of render.columns */
    struct render_fields render;
    struct view_scan *everybody; /* the sweep of patient anchors */
    bool replanned;              /* open entries follow this version */
    int64_t replan_after;
    bool ended; /* cancelled, and nothing of it is planned any more */
    bool swept_known;
    struct civil_date swept_on; /* the last day whose sweep is done */
};

#define ROSTER_VERSIONS 40
struct roster {
    struct roster_campaign **items; /* by id */
    size_t count;
    /* Former versions that patients still answer. */
    struct roster_version {
        int64_t id;
        uint64_t asked;            /* the least lately asked for gives way */
        struct campaign *campaign; /* NULL: cannot be read */
    } versions[ROSTER_VERSIONS];
    uint64_t asked;
};

void roster_free(struct roster *roster);
/* Reads what is launched and drops what changed. */
bool roster_refresh(struct roster *roster, struct store *store,
                    struct error *err);
/* Every open entry is looked at again. */
void roster_replan(struct roster *roster);
/* Whether its rows are looked at: those of a paused one are held, and end
 * when they are late. */
bool roster_lives(const struct roster_campaign *item);
struct roster_campaign *roster_find(const struct roster *roster, int64_t id);
/* Makes sure that campaign and view are there; false (said once in the log,
 * `err` filled) when its bundle cannot be used. */
bool roster_ready(struct roster_campaign *item, struct store *store,
                  struct error *err);

/* A campaign's version as it was sent; NULL: it cannot be read. Lives until
 * the roster is refreshed, or ROSTER_VERSIONS others were asked for. */
const struct campaign *roster_version(struct roster *roster,
                                      struct store *store, int64_t campaign_id,
                                      int64_t version_id);

/* Whether evaluation plans it: what is cancelled or waits for approval is
 * not. A blast is planned by its one sweep alone, never by a change. */
bool roster_is_planned(const struct roster_campaign *item);

/* What a row of the view says. */
bool roster_bool(const struct roster_campaign *item, const struct view_row *row,
                 int column, bool when_absent);
instant roster_field(const struct roster_campaign *item,
                     const struct view_row *row, const struct field *field);
/* The feeds that a message of this step depends on. */
feed_set roster_feeds(const struct roster_campaign *item,
                      const struct step *step);
/* How far behind any of its fields a step or its `until` can lie. */
int64_t roster_reach_after(const struct roster_campaign *item);

#endif
