/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words that text and JSON of `explain` share: what a condition saw, and
 * the one sentence that answers why. Judges nothing: it reads what the
 * scheduler said.
 */
#include <stdio.h>

#include "base/buf.h"
#include "base/text.h"

#include "app/explain_own.h"
#include "app/table.h"

const char *explain_verdict(enum gate_verdict verdict)
{
    static const char *const names[] = {[GATE_GO] = "go",
                                        [GATE_WAIT] = "wait",
                                        [GATE_OTHER] = "not-here",
                                        [GATE_NEVER] = "never"};
    return names[verdict];
}

bool explain_concerns(const struct explain_view *view,
                      const struct explained_event *event)
{
    return !view->campaign || text_equal(view->campaign, event->campaign);
}

const char *explain_value(const struct value *value, const struct zone *zone,
                          char out[300])
{
    char when[CIVIL_TEXT_MAX];
    switch (value->type) {
    case VALUE_MISSING:
        return "not known";
    case VALUE_BOOL:
        return value->integer ? "yes" : "no";
    case VALUE_NUMBER:
        snprintf(out, 300, "%.10g", value->number);
        return out;
    case VALUE_TEXT:
        snprintf(out, 300, "'%.290s'", value->text);
        return out;
    case VALUE_DATE:
        snprintf(out, 300, "%s", value->text);
        return out;
    case VALUE_INSTANT:
        snprintf(out, 300, "%s", time_text(zone, value->integer, when));
        return out;
    case VALUE_DURATION:
        snprintf(out, 300, "%.1f hours", (double)value->integer / HOUR_MS);
        return out;
    }
    return "";
}

const char *explain_anchor_name(const struct explain_view *view,
                                const struct explained_campaign *campaign,
                                const struct explained_anchor *anchor,
                                char out[120])
{
    char when[CIVIL_TEXT_MAX];
    const struct zone *zone = anchor->zone ? anchor->zone : view->zone;
    if (!anchor->time_name)
        return "the patient";
    snprintf(out, 120, "%s, %s %s", campaign->kind, anchor->time_name,
             time_text(zone, anchor->time, when));
    return out;
}

/* "patient.age between 45 and 75 does not hold (patient.age is 44)"; of a
 * joint line each part that it asks for. */
static void put_why_out(const struct explain_view *view,
                        const struct explained_anchor *anchor, size_t line,
                        struct buf *out)
{
    const struct explained_condition *all = anchor->conditions;
    const char *between = " (";
    char value[300];
    size_t end = line + 1;
    buf_format(out, "%s does not hold", all[line].source);
    while (end < anchor->condition_count && all[end].depth > 0)
        end++;
    for (size_t i = end > line + 1 ? line + 1 : line; i < end; i++) {
        if (all[i].field)
            buf_format(out, "%s%s is %s", between, all[i].field,
                       explain_value(&all[i].value, view->zone, value));
        else if (all[i].seen)
            buf_format(out, "%sit saw %s", between, all[i].seen);
        else
            continue;
        between = ", ";
    }
    buf_text(out, between[0] == ',' ? ")" : "");
}

static bool put_condition(const struct explain_view *view,
                          const struct explained_anchor *anchor,
                          enum explained_place place, bool holds,
                          const char *intro, struct buf *out)
{
    for (size_t i = 0; i < anchor->condition_count; i++) {
        const struct explained_condition *one = &anchor->conditions[i];
        if (one->place != place || one->depth > 0 || one->holds != holds)
            continue;
        buf_text(out, intro);
        if (holds)
            buf_format(out, "%s holds", one->source);
        else
            put_why_out(view, anchor, i, out);
        return true;
    }
    return false;
}

static bool is_of(const struct explained_event *event,
                  const struct explained_anchor *anchor)
{
    for (size_t i = 0; i < anchor->step_count; i++)
        if (anchor->steps[i].outreach_id == event->outreach_id)
            return true;
    return false;
}

/* Nothing more comes: what became of its steps. */
static void put_sent(const struct explained_anchor *anchor, struct buf *out)
{
    const char *between = "nothing more comes: ";
    for (size_t i = 0; i < anchor->step_count; i++) {
        const struct explained_step *step = &anchor->steps[i];
        if (!step->outreach_id)
            continue;
        buf_format(out, "%s%s is %s", between, step->name,
                   state_name(step->state));
        if (step->reason[0])
            buf_format(out, " (%s)", step->reason);
        between = ", ";
    }
    if (*between == 'n')
        buf_text(out, "nothing more comes");
}

/* The first thing that comes of it. */
static void put_next(const struct explain_view *view,
                     const struct explained_anchor *anchor, struct buf *out)
{
    const struct explained *all = view->explained;
    const struct explained_event *first = NULL, *end = NULL;
    char when[CIVIL_TEXT_MAX];
    for (size_t i = 0; i < all->event_count; i++) {
        const struct explained_event *event = &all->events[i];
        if (event->at < view->at || !is_of(event, anchor))
            continue;
        if (!first)
            first = event;
        if (event->what == WILL_END && event->outreach_id == first->outreach_id)
            end = event;
        time_text(view->zone, event->at, when);
        if (event->what == WILL_GO) {
            buf_format(out, "yes: %s goes by %s at %s", event->step,
                       channel_name(event->channel), when);
            return;
        }
        if (event->what == WILL_END && event->state == STATE_MERGED) {
            buf_format(out, "yes: %s is told in another message at %s",
                       event->step, when);
            return;
        }
    }
    /* What all the channels came to says more than what the first did. */
    if (end && first->what == WILL_CHANGE)
        first = end;
    if (!first)
        put_sent(anchor, out);
    else if (first->what == WILL_LOOK)
        buf_format(out, "%s is %s by %s; at %s: %s", first->step,
                   state_name(first->state), channel_name(first->channel),
                   time_text(view->zone, first->at, when), first->reason);
    else if (first->what == WILL_BE_FOUND)
        buf_format(out, "no: %s was found already sent by %s (%s)", first->step,
                   channel_name(first->channel), state_name(first->state));
    else if (first->what == WILL_OPEN)
        buf_format(out, "a task opens (%s) at %s", first->step,
                   time_text(view->zone, first->at, when));
    else
        buf_format(out, "%s: %s: %s",
                   first->what == WILL_BE_HELD || first->what == WILL_WAIT
                       ? "held"
                       : "no",
                   first->step, first->reason);
}

static const char *why_gone(const struct patient_details *patient)
{
    return patient->deceased_at != INSTANT_NEVER ? "the patient has died"
           : patient->gone    ? "the patient is no longer in the source"
           : !patient->active ? "the patient is inactive"
                              : "it was replaced, or left the source";
}

void explain_answer(const struct explain_view *view,
                    const struct explained_anchor *anchor, struct buf *out)
{
    if (anchor->gone)
        buf_format(out, "no: %s", why_gone(view->patient));
    else if (put_condition(view, anchor, EXPLAINED_AUDIENCE, false,
                           "no: not in the audience: ", out) ||
             put_condition(view, anchor, EXPLAINED_STOP, true,
                           "no more: stop_when: ", out))
        ;
    else if (anchor->is_in && anchor->holdout)
        buf_text(out, "no: held out, to measure what the campaign does");
    else if (anchor->is_in)
        put_next(view, anchor, out);
    else if (!put_condition(view, anchor, EXPLAINED_CYCLE, false,
                            "no: its turn is not open: ", out))
        buf_format(out, "no: %s", anchor->why_not ? anchor->why_not : "");
}
