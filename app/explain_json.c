/* SPDX-License-Identifier: Apache-2.0 */
/* `explain --json`: one document, described in docs/integrators.md. */
#include <stdio.h>

#include "base/buf.h"
#include "base/json.h"

#include "app/explain_own.h"
#include "app/table.h"

enum { DOCUMENT_MAX = 16 << 20 };

struct writing {
    const struct explain_view *view;
    struct json_writer *json;
};

static void write_time(const struct writing *it, const char *name, instant at)
{
    char when[CIVIL_TEXT_MAX];
    json_write_text(it->json, name,
                    at == INSTANT_NEVER || at == 0
                        ? NULL
                        : time_text(it->view->zone, at, when));
}

static void write_condition(const struct writing *it,
                            const struct explained_condition *one,
                            const struct explained_anchor *anchor)
{
    static const char *const places[] = {[EXPLAINED_AUDIENCE] = "audience",
                                         [EXPLAINED_STOP] = "stop_when",
                                         [EXPLAINED_CYCLE] = "turn",
                                         [EXPLAINED_ONLY_IF] = "only_if"};
    struct json_writer *json = it->json;
    char value[300];
    json_write_object(json, NULL);
    json_write_text(json, "of", places[one->place]);
    if (one->place == EXPLAINED_ONLY_IF)
        json_write_text(json, "step",
                        one->step < anchor->step_count
                            ? anchor->steps[one->step].name
                            : NULL);
    json_write_integer(json, "depth", one->depth);
    json_write_text(json, "condition", one->source);
    json_write_bool(json, "holds", one->holds);
    json_write_text(json, "field", one->field);
    if (one->field) {
        json_write_bool(json, "known", one->value.type != VALUE_MISSING);
        json_write_text(json, "value",
                        explain_value(&one->value, it->view->zone, value));
    }
    if (one->seen)
        json_write_text(json, "saw", one->seen);
    json_write_end(json, '}');
}

static void write_step(const struct writing *it,
                       const struct explained_step *step)
{
    struct json_writer *json = it->json;
    json_write_object(json, NULL);
    json_write_text(json, "step", step->name);
    json_write_text(json, "says", step->when_source);
    write_time(it, "when", step->missing ? INSTANT_NEVER : step->when);
    write_time(it, "due", step->missing ? INSTANT_NEVER : step->due);
    write_time(it, "until", step->missing ? INSTANT_NEVER : step->until);
    write_time(it, "not_before", step->not_before);
    json_write_text(json, "if_closed", step->if_closed);
    json_write_bool(json, "clocks_jump", step->gap);
    json_write_bool(json, "too_late", step->passed);
    json_write_text(json, "task_for", step->task_for);
    json_write_array(json, "channels");
    for (size_t i = 0; i < step->rung_count; i++)
        json_write_text(json, NULL, channel_name(step->ladder[i].channel));
    json_write_end(json, ']');
    json_write_text(json, "state",
                    step->outreach_id ? state_name(step->state) : NULL);
    json_write_text(json, "reason",
                    step->reason && step->reason[0] ? step->reason : NULL);
    json_write_end(json, '}');
}

static void write_rule(const struct writing *it,
                       const struct explained_rule *rule)
{
    struct json_writer *json = it->json;
    json_write_object(json, NULL);
    json_write_text(json, "rule", gate_rule_name(rule->rule));
    json_write_text(json, "says", explain_verdict(rule->verdict));
    json_write_text(json, "saw", rule->says);
    json_write_text(json, "id", rule->id);
    json_write_text(json, "source", rule->source);
    json_write_text(json, "force", policy_force_name(rule->force));
    json_write_end(json, '}');
}

static void write_gate(const struct writing *it,
                       const struct explained_look *look)
{
    struct json_writer *json = it->json;
    json_write_object(json, "gate");
    json_write_text(json, "channel", channel_name(look->channel));
    json_write_text(json, "verdict", explain_verdict(look->verdict));
    json_write_text(json, "class",
                    look->reply ? "reply" : message_class_name(look->class));
    write_time(it, "not_before",
               look->verdict == GATE_WAIT ? look->not_before : INSTANT_NEVER);
    write_time(it, "valid_until",
               look->verdict == GATE_GO ? look->valid_until : INSTANT_NEVER);
    json_write_array(json, "rules");
    for (size_t i = 0; i < look->rule_count; i++)
        write_rule(it, &look->rules[i]);
    json_write_end(json, ']');
    json_write_end(json, '}');
}

static void write_anchor(const struct writing *it,
                         const struct explained_anchor *anchor)
{
    struct json_writer *json = it->json;
    struct buf answer;
    buf_init(&answer, EXPLAIN_ANSWER_MAX);
    explain_answer(it->view, anchor, &answer);
    json_write_object(json, NULL);
    json_write_integer(json, "id", anchor->id);
    json_write_text(json, "answer", answer.data);
    buf_free(&answer);
    json_write_text(json, "time", anchor->time_name);
    write_time(it, "at", anchor->time_name ? anchor->time : INSTANT_NEVER);
    json_write_text(json, "zone",
                    anchor->zone ? zone_name(anchor->zone) : NULL);
    json_write_text(json, "patient_zone",
                    anchor->patient_zone ? zone_name(anchor->patient_zone)
                                         : NULL);
    json_write_bool(json, "gone", anchor->gone);
    json_write_bool(json, "in_audience", anchor->in_audience);
    json_write_bool(json, "stopped", anchor->stopped);
    json_write_bool(json, "entered", anchor->was_in);
    write_time(it, "entered_at",
               anchor->was_in ? anchor->entered_at : INSTANT_NEVER);
    json_write_bool(json, "held_out", anchor->holdout);
    json_write_text(json, "why_not", anchor->why_not);
    json_write_array(json, "conditions");
    for (size_t i = 0; i < anchor->condition_count; i++)
        write_condition(it, &anchor->conditions[i], anchor);
    json_write_end(json, ']');
    json_write_array(json, "steps");
    for (size_t i = 0; i < anchor->step_count; i++)
        write_step(it, &anchor->steps[i]);
    json_write_end(json, ']');
    if (anchor->look)
        write_gate(it, anchor->look);
    json_write_end(json, '}');
}

static void write_campaign(const struct writing *it,
                           const struct explained_campaign *campaign)
{
    struct json_writer *json = it->json;
    json_write_object(json, NULL);
    json_write_text(json, "campaign", campaign->name);
    json_write_text(json, "state", campaign->state);
    json_write_text(json, "version", campaign->sha256);
    json_write_text(json, "launched_by", campaign->launched_by);
    write_time(it, "launched_at", campaign->launched_at);
    json_write_text(json, "owner", campaign->owner);
    json_write_text(json, "purpose", campaign->purpose);
    json_write_text(json, "anchor", campaign->kind);
    json_write_text(json, "broken", campaign->broken);
    json_write_array(json, "anchors");
    for (size_t i = 0; i < campaign->anchor_count; i++)
        write_anchor(it, &campaign->anchors[i]);
    json_write_end(json, ']');
    json_write_integer(json, "older", (int64_t)campaign->more);
    json_write_end(json, '}');
}

static void write_look(const struct writing *it,
                       const struct explained_look *look)
{
    struct json_writer *json = it->json;
    write_gate(it, look);
    if (!look->text)
        return;
    json_write_object(json, "message");
    json_write_text(json, "to", look->to);
    json_write_text(json, "language", look->language);
    json_write_text(json, "subject", look->subject);
    json_write_text(json, "text", look->text);
    if (look->channel == CHANNEL_SMS)
        json_write_integer(json, "segments", look->segments);
    json_write_end(json, '}');
}

static void write_rungs(const struct writing *it,
                        const struct explained_look *first)
{
    json_write_array(it->json, "else");
    for (const struct explained_look *look = first->next_rung; look;
         look = look->next_rung) {
        json_write_object(it->json, NULL);
        write_look(it, look);
        json_write_end(it->json, '}');
    }
    json_write_end(it->json, ']');
}

static void write_event(const struct writing *it,
                        const struct explained_event *event)
{
    struct json_writer *json = it->json;
    bool task = event->what == WILL_OPEN;
    json_write_object(json, NULL);
    write_time(it, "at", event->at);
    json_write_text(json, "campaign", event->campaign);
    json_write_text(json, "step", event->step);
    json_write_text(json, "what", explained_what_name(event->what));
    json_write_text(json, "channel",
                    task ? NULL : channel_name(event->channel));
    json_write_text(json, "state", state_name(event->state));
    write_time(it, "until",
               event->what == WILL_WAIT ? event->until : INSTANT_NEVER);
    json_write_text(json, "reason", event->reason[0] ? event->reason : NULL);
    if (event->look) {
        write_look(it, event->look);
        write_rungs(it, event->look);
    }
    json_write_end(json, '}');
}

/* Those before the moment that was asked for, or the others. */
static void write_events(const struct writing *it, const char *name,
                         bool before)
{
    const struct explained *explained = it->view->explained;
    json_write_array(it->json, name);
    for (size_t i = 0; i < explained->event_count; i++) {
        const struct explained_event *event = &explained->events[i];
        if (explain_concerns(it->view, event) &&
            before == (event->at < it->view->at))
            write_event(it, event);
    }
    json_write_end(it->json, ']');
}

static void write_document(const struct writing *it)
{
    const struct explain_view *view = it->view;
    const struct explained *explained = view->explained;
    json_write_text(it->json, "patient", view->patient->mrn);
    json_write_text(it->json, "asked", view->asked);
    write_time(it, "at", view->at);
    json_write_text(it->json, "zone", zone_name(view->zone));
    json_write_bool(it->json, "paused", explained->paused);
    json_write_bool(it->json, "released", !view->not_released);
    json_write_text(it->json, "unsure", explained->unsure);
    json_write_bool(it->json, "more", explained->more);
    json_write_array(it->json, "campaigns");
    for (size_t i = 0; i < explained->campaign_count; i++)
        write_campaign(it, &explained->campaigns[i]);
    json_write_end(it->json, ']');
    write_events(it, "until_then", true);
    write_events(it, "next", false);
}

bool explain_json(const struct explain_view *view, struct error *err)
{
    struct buf out;
    struct json_writer json;
    struct writing it = {view, &json};
    buf_init(&out, DOCUMENT_MAX);
    json_write_init(&json, &out);
    json_write_object(&json, NULL);
    write_document(&it);
    bool ok = explain_json_past(view, &json, err);
    json_write_end(&json, '}');
    if (ok)
        puts(out.data);
    buf_free(&out);
    return ok;
}
