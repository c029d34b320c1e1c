/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_SCENARIO_H
#define CAMPAIGNS_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/outcome.h"
#include "base/zone.h"

/* What a campaign test says (NAME.test.json beside the campaign): who is
 * there, when the clock runs, and what must come of it. Plain data, read-only
 * after scenarios_load(). */

struct campaign;
struct faults;

/* Rows as an import would bring them: { "patients": [ {"mrn": ...} ] }. */
struct scenario_rows {
    const struct json_node *tables; /* NULL: none */
};

/* Something that happens while the clock runs: rows come, or somebody
 * writes. */
struct scenario_event {
    int line;
    instant at;
    struct scenario_rows given;
    const char *patient, *writes; /* NULL: nobody */
};

/* A message that must leave; NULL and "": not compared. */
struct scenario_send {
    const char *patient, *step;
    char at[20]; /* on the patient's clock: "2026-12-07 10:00" */
    bool has_channel;
    enum channel channel;
    const char *language;
    const char *text; /* a part of it */
    int line;
};
/* A message that must not leave, and why. */
struct scenario_held {
    const char *patient, *step;
    const char *state;  /* "suppressed", "planned" ...; NULL: any */
    const char *reason; /* a part of it, or NULL */
    int line;
};
/* A task that must have opened. */
struct scenario_task {
    const char *patient, *to;
    const char *kind, *name, *reason; /* a part of the reason; or NULL */
    char due[20];                     /* on the clock of the test's zone */
    int line;
};

struct scenario {
    const char *name;
    int line;
    instant from, until;
    struct scenario_rows given;
    struct scenario_event *events; /* in the order of time */
    size_t event_count;
    struct scenario_send *sends; /* all that may leave */
    size_t send_count;
    struct scenario_held *held; /* some of what does not */
    size_t held_count;
    struct scenario_task *tasks; /* all that may open, where said */
    size_t task_count;
    bool tasks_said;
};

struct scenarios {
    struct arena *arena;
    struct json *doc;
    const char *path;
    const char *campaign; /* the name of the one under test */
    const char *zone_name;
    const struct zone *zone; /* of "from", "until", "at" of events */
    struct scenario_rows given;
    struct scenario *items;
    size_t count;
};

/* NULL when there were errors; all faults are added, with their places. */
struct scenarios *scenarios_load(const char *path, struct faults *faults);
void scenarios_free(struct scenarios *scenarios); /* NULL is fine */
/* Adds what cannot be played with this campaign: cases without any rows, and
 * steps that it does not have. */
void scenarios_check(const struct scenarios *scenarios,
                     const struct campaign *campaign, struct faults *faults);

#endif
