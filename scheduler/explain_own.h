/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_EXPLAIN_OWN_H
#define SCHEDULER_EXPLAIN_OWN_H

#include "base/memory.h"
#include "scheduler/claim_row.h"
#include "scheduler/explain.h"
#include "scheduler/plan.h"
#include "scheduler/plan_step.h"

/* What the files of the explanation share; nobody else needs it. */

/* So many people behind the patient's addresses are looked at. */
#define EXPLAIN_PEOPLE_MAX 64
#define EXPLAIN_CROWDED                                                       \
    "more people than are looked at here share an address with the patient: " \
    "when they are written to first, this comes later"
/* So far ahead it looks for what comes true by time alone; nearer, where that
 * would be more than so many looks. */
#define EXPLAIN_DAYS 366
#define EXPLAIN_LOOKS 30000
#define EXPLAIN_NEARER                                                     \
    "so many people and campaigns meet here that what comes true by time " \
    "alone was looked for only until %s"
#define EXPLAIN_INTAKE                                                      \
    "from %s on the intake of %s, which takes so many at a time, may take " \
    "them in"
/* An anchor that the daily sweeps to come look at. */
struct explain_watch {
    struct roster_campaign *item;
    int64_t anchor_id;
    bool left; /* by the last of them: it is for the next one */
};
/* An entry that was there before anybody asked. */
struct explain_known {
    int64_t campaign_id, anchor_id, occurrence;
};
struct explaining {
    const struct explain_request *request;
    struct clerk *clerk;
    struct clerk_provider *providers;
    struct job *job; /* permits for every provider */
    struct arena *arena;
    struct explained *out;
    size_t event_room;
    /* The patient, then others behind the same numbers: what they get counts
     * for the number, and a guardian's minors speak in one letter. */
    int64_t people[EXPLAIN_PEOPLE_MAX];
    size_t people_count;
    struct explain_known *known;
    size_t known_count;
    bool noted;    /* changes wait for evaluation */
    int64_t *held; /* rows that wait for a person */
    size_t held_count;
    struct explain_watch *watched;
    size_t watched_count;
    instant sweep_at, last_sweep_at; /* the next sweep, and none after */
};

/* explain_people.c: the patient, and who shares the caps with them. */
bool explain_people(struct explaining *it, struct error *err);
/* Visits, fills ... of one of them that the campaign may be about, the newest
 * first, behind those that are there. */
struct explain_anchors {
    int64_t *ids; /* free() */
    size_t count;
};
bool explain_anchors_add(struct explaining *it, struct roster_campaign *item,
                         int64_t patient, struct explain_anchors *out,
                         struct error *err);
/* All rows of these people that are still to come, in the order in which
 * evaluation makes them. */
bool explain_plan(struct explaining *it, struct error *err);
/* The sweep whose time has come, for these people. */
bool explain_sweep(struct explaining *it, struct error *err);
/* Whether nobody looks at it before the next sweep. */
bool explain_is_left(const struct explaining *it,
                     const struct roster_campaign *item, int64_t anchor_id);

/* explain_condition.c: what each condition of the campaign saw at one anchor;
 * fills conditions, gone, in_audience, stopped, and the anchor's own time. */
bool explain_conditions(struct explaining *it, struct roster_campaign *item,
                        instant entered_at, struct explained_anchor *out,
                        struct error *err);

/* explain_event.c: room for one; and what of this patient is with a provider,
 * and what follows. */
struct explained_event *explain_event_add(struct explaining *it);
bool explain_waiting(struct explaining *it, struct error *err);

/* explain_ahead.c. */
/* What the gate says, now, of a message about this anchor where none comes and
 * none left: of the newest that ended unsent, or as if the first were due.
 * `*out` NULL: one comes or left, or the campaign has none. */
bool explain_gate(struct explaining *it, struct roster_campaign *item,
                  int64_t anchor_id, int64_t occurrence,
                  const struct explained_look **out, struct error *err);
/* Lets what is due of this patient happen, until then. */
bool explain_ahead(struct explaining *it, instant until, struct error *err);

#endif
