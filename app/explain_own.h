/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_EXPLAIN_OWN_H
#define APP_EXPLAIN_OWN_H

#include "base/civil.h"
#include "base/error.h"
#include "scheduler/explain.h"
#include "store/patient.h"

struct store;

/* What is to be told, and to whom; shared by the files of `explain`. */
struct buf;

struct explain_view {
    const struct explained *explained;
    const struct patient_details *patient;
    struct store *store;     /* read-only: for what happened before */
    const struct zone *zone; /* the patient's clock */
    const char *asked;       /* the number that was typed */
    const char *campaign;    /* NULL: all */
    instant at, now;
    const char *not_released; /* why this store does not send; NULL: it does */
    bool verbose;             /* every rule of every look */
};

/* "44", "'booked'", "not known" ... */
const char *explain_value(const struct value *value, const struct zone *zone,
                          char out[300]);
/* "appointment of 2026-12-03T09:30:00-05:00"; a patient is "the patient". */
const char *explain_anchor_name(const struct explain_view *view,
                                const struct explained_campaign *campaign,
                                const struct explained_anchor *anchor,
                                char out[120]);
/* The answer in one sentence: why not, or what comes next; added to `out`. */
#define EXPLAIN_ANSWER_MAX (64u << 10)
void explain_answer(const struct explain_view *view,
                    const struct explained_anchor *anchor, struct buf *out);
/* "go", "wait", "not-here", "never" */
const char *explain_verdict(enum gate_verdict verdict);
/* Whether an event belongs to what was asked for. */
bool explain_concerns(const struct explain_view *view,
                      const struct explained_event *event);

bool explain_text(const struct explain_view *view, struct error *err);
bool explain_json(const struct explain_view *view, struct error *err);

/* What happened before; in JSON as the member "before". */
struct json_writer;
bool explain_text_past(const struct explain_view *view, struct error *err);
bool explain_json_past(const struct explain_view *view,
                       struct json_writer *json, struct error *err);

#endif
