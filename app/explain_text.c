/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `explain` for people: first the answer, then the conditions, the steps, what
 * comes next with the rules that were asked, and what happened before.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

#include "app/explain_own.h"
#include "app/table.h"

static const char *local_text(const struct explain_view *view, instant at,
                              char out[CIVIL_TEXT_MAX])
{
    return time_text(view->zone, at, out);
}

static void heading(const char *text)
{
    print("\n%s%s%s\n", terminal_tone(stdout, TONE_BOLD), text,
          terminal_tone(stdout, TONE_PLAIN));
}

/* Conditions --------------------------------------------------------------- */

static void add_condition(const struct explain_view *view, struct table *table,
                          const struct explained_condition *one,
                          const char *place)
{
    char source[400], saw[400] = "", value[300];
    snprintf(source, sizeof(source), "%*s%s", 2 * one->depth, "", one->source);
    if (one->field)
        snprintf(saw, sizeof(saw), "%s is %s", one->field,
                 explain_value(&one->value, view->zone, value));
    else if (one->seen)
        snprintf(saw, sizeof(saw), "%s", one->seen);
    bool unknown = one->field && one->value.type == VALUE_MISSING;
    const char *cells[] = {one->depth ? "" : place,
                           one->holds ? "yes"
                           : unknown  ? "no, not known"
                                      : "no",
                           source, saw};
    table_row(table, cells);
}

static void print_conditions(const struct explain_view *view,
                             const struct explained_anchor *anchor)
{
    static const char *const headers[] = {"", "holds", "condition", "it saw",
                                          NULL};
    static const char *const places[] = {[EXPLAINED_AUDIENCE] = "audience",
                                         [EXPLAINED_STOP] = "stop_when",
                                         [EXPLAINED_CYCLE] = "its turn",
                                         [EXPLAINED_ONLY_IF] = "only_if of "};
    struct table *table = table_new(headers);
    for (size_t i = 0; i < anchor->condition_count; i++) {
        const struct explained_condition *one = &anchor->conditions[i];
        char place[120];
        bool step = one->place == EXPLAINED_ONLY_IF;
        if (step && one->step >= anchor->step_count)
            continue; /* it has no steps: it is not in */
        snprintf(place, sizeof(place), "%s%s", places[one->place],
                 step ? anchor->steps[one->step].name : "");
        add_condition(view, table, one, place);
    }
    if (table_rows(table))
        table_print(table, stdout);
    table_free(table);
}

/* Steps -------------------------------------------------------------------- */

static void put_ladder(struct buf *out, const struct explained_step *step)
{
    if (step->task_for)
        buf_format(out, "task for %s", step->task_for);
    for (size_t i = 0; i < step->rung_count; i++) {
        const struct explained_rung *before = i ? &step->ladder[i - 1] : NULL;
        buf_format(out, "%s%s", before ? ", else " : "",
                   channel_name(step->ladder[i].channel));
        if (before && before->wait)
            buf_format(out, " after %s", before->wait);
    }
}

/* Why its time is what it is. */
static void put_why_then(const struct explain_view *view,
                         const struct explained_step *step, struct buf *out)
{
    char when[CIVIL_TEXT_MAX];
    buf_text(out, step->when_source ? step->when_source : "");
    if (step->gap)
        buf_text(out, "; the clocks jump over that hour");
    if (step->missing || step->due == step->when)
        return;
    if (step->due < step->when)
        buf_format(out, "; closed at %s, so earlier (if_closed)",
                   local_text(view, step->when, when));
    else
        buf_format(out, "; not before %s (not_before)",
                   local_text(view, step->not_before, when));
}

static const char *state_text(const struct explained_step *step)
{
    if (step->outreach_id)
        return state_name(step->state);
    return step->missing ? "no time" : step->passed ? "too late" : "";
}

static void print_steps(const struct explain_view *view,
                        const struct explained_anchor *anchor)
{
    static const char *const headers[] = {"step",  "when (patient's clock)",
                                          "until", "by",
                                          "state", "why then",
                                          "why",   NULL};
    struct table *table = table_new(headers);
    for (size_t i = 0; i < anchor->step_count; i++) {
        const struct explained_step *step = &anchor->steps[i];
        struct buf by, why;
        char when[CIVIL_TEXT_MAX], until[CIVIL_TEXT_MAX];
        buf_init(&by, 400);
        buf_init(&why, 800);
        put_ladder(&by, step);
        put_why_then(view, step, &why);
        const char *cells[] = {
            step->name,
            step->missing ? "-" : local_text(view, step->due, when),
            step->missing ? "-" : local_text(view, step->until, until),
            by.data,
            state_text(step),
            why.data,
            step->reason ? step->reason : ""};
        table_row(table, cells);
        buf_free(&by);
        buf_free(&why);
    }
    if (table_rows(table))
        table_print(table, stdout);
    table_free(table);
}

/* Campaigns ---------------------------------------------------------------- */

static void print_entry(const struct explain_view *view,
                        const struct explained_anchor *anchor)
{
    char when[CIVIL_TEXT_MAX];
    if (!anchor->was_in)
        return;
    print("entered %s%s", local_text(view, anchor->entered_at, when),
          anchor->holdout ? ", held out" : "");
    if (anchor->closed_at != INSTANT_NEVER)
        print(", left %s", local_text(view, anchor->closed_at, when));
    putchar('\n');
}

static const char *verdict_text(enum gate_verdict verdict)
{
    return verdict == GATE_OTHER ? "not this way" : explain_verdict(verdict);
}

static void print_rules(const struct explained_look *look, bool all)
{
    static const char *const headers[] = {"rule",  "says",   "it saw", "by",
                                          "binds", "source", NULL};
    static const char *const binds[] = {[FORCE_NONE] = "",
                                        [FORCE_POLICY] = "by choice",
                                        [FORCE_MANDATORY] = "law"};
    struct table *table = table_new(headers);
    size_t silent = 0;
    for (size_t i = 0; i < look->rule_count; i++) {
        const struct explained_rule *rule = &look->rules[i];
        const char *name = gate_rule_name(rule->rule);
        if (!all && rule->verdict == GATE_GO) {
            silent++;
            continue;
        }
        const char *cells[] = {name,
                               verdict_text(rule->verdict),
                               rule->says,
                               text_equal(name, rule->id) ? "" : rule->id,
                               binds[rule->force],
                               rule->source};
        table_row(table, cells);
    }
    if (table_rows(table))
        table_print(table, stdout);
    if (silent)
        print("%zu rules let it go (-v shows them)\n", silent);
    table_free(table);
}

static void print_anchor(const struct explain_view *view,
                         const struct explained_campaign *campaign,
                         const struct explained_anchor *anchor)
{
    char name[120];
    struct buf answer;
    buf_init(&answer, EXPLAIN_ANSWER_MAX);
    explain_answer(view, anchor, &answer);
    print("\n%s: %s\n", explain_anchor_name(view, campaign, anchor, name),
          answer.data);
    buf_free(&answer);
    print_entry(view, anchor);
    print_conditions(view, anchor);
    print_steps(view, anchor);
    if (!anchor->look)
        return;
    print("No message comes; what the rules say of one by %s:\n",
          channel_name(anchor->look->channel));
    print_rules(anchor->look, view->verbose);
}

static void print_campaign(const struct explain_view *view,
                           const struct explained_campaign *campaign)
{
    char title[300], when[CIVIL_TEXT_MAX];
    snprintf(title, sizeof(title), "%s (%s, version %.7s of %s by %s)",
             campaign->name, campaign->state, campaign->sha256,
             local_text(view, campaign->launched_at, when),
             campaign->launched_by);
    heading(title);
    if (campaign->broken)
        print("%s\n", campaign->broken);
    else if (!campaign->anchor_count)
        print("no %s of theirs that it could be about\n", campaign->kind);
    for (size_t i = 0; i < campaign->anchor_count; i++)
        print_anchor(view, campaign, &campaign->anchors[i]);
    if (campaign->more)
        print("... and %zu older\n", campaign->more);
}

/* What comes --------------------------------------------------------------- */

static void print_letter(const struct explained_look *look, const char *how)
{
    print("    %sto %s, %s", how, look->to, look->language);
    if (look->channel == CHANNEL_SMS)
        print(", %d segment%s", look->segments, look->segments == 1 ? "" : "s");
    print(":\n");
    if (look->subject)
        print("    Subject: %s\n", look->subject);
    for (const char *line = look->text ? look->text : ""; *line;) {
        size_t len = strcspn(line, "\n");
        print("    %.*s\n", (int)len, line);
        line += len + (line[len] != '\0');
    }
}

static void print_objections(const struct explained_look *look, const char *how)
{
    const char *between = "not: ";
    print("    %s", how);
    for (size_t i = 0; i < look->rule_count; i++) {
        const struct explained_rule *rule = &look->rules[i];
        if (rule->verdict == GATE_GO)
            continue;
        print("%s%s: %s", between, gate_rule_name(rule->rule), rule->says);
        between = "; ";
    }
    putchar('\n');
}

/* The message, and what would follow by the channels behind it. */
static void print_letters(const struct explained_look *look)
{
    print_letter(look, "");
    for (look = look->next_rung; look; look = look->next_rung) {
        char how[80];
        snprintf(how, sizeof(how), "without proof of it, by %s ",
                 channel_name(look->channel));
        if (look->text)
            print_letter(look, how);
        else
            print_objections(look, how);
    }
}

static void print_what(const struct explain_view *view,
                       const struct explained_event *event)
{
    char at[CIVIL_TEXT_MAX], until[CIVIL_TEXT_MAX];
    print("%s  %s/%s ", local_text(view, event->at, at), event->campaign,
          event->step);
    switch (event->what) {
    case WILL_GO:
        print("goes by %s\n", channel_name(event->channel));
        return;
    case WILL_WAIT:
        print("waits until %s: %s\n", local_text(view, event->until, until),
              event->reason);
        return;
    case WILL_BE_HELD:
        print("is held until somebody acts: %s\n", event->reason);
        return;
    case WILL_CHANGE:
        print("goes on by %s: %s\n", channel_name(event->channel),
              event->reason);
        return;
    case WILL_OPEN:
        puts("opens a task");
        return;
    case WILL_LOOK:
        print("is %s by %s: %s\n", state_name(event->state),
              channel_name(event->channel), event->reason);
        return;
    case WILL_BE_FOUND:
        print("does not go: it was found already sent by %s (%s)\n",
              channel_name(event->channel), state_name(event->state));
        return;
    case WILL_END:
        if (event->state == STATE_MERGED) {
            puts("is told in the same message");
            return;
        }
        print("ends %s: %s\n", state_name(event->state), event->reason);
        return;
    }
}

/* The first message shows all its rules; the others those that object. */
static void print_events(const struct explain_view *view, bool before)
{
    const struct explained *all = view->explained;
    bool any = false, told = false;
    for (size_t i = 0; i < all->event_count; i++) {
        const struct explained_event *event = &all->events[i];
        if (!explain_concerns(view, event) || before != (event->at < view->at))
            continue;
        any = true;
        print_what(view, event);
        if (!event->look)
            continue;
        if (event->look->text && event->what == WILL_GO)
            print_letters(event->look);
        bool objects = event->look->verdict != GATE_GO;
        if (!told || objects || view->verbose)
            print_rules(event->look, !told || view->verbose);
        told = true;
    }
    if (!any)
        puts("nothing");
}

static void print_ahead(const struct explain_view *view)
{
    if (view->at > view->now) {
        heading("Until then, if nothing changes and nothing fails");
        print_events(view, true);
    }
    heading("What comes next, if nothing changes and nothing fails");
    if (view->explained->paused)
        puts("PAUSED: nothing is sent; 'outreach resume --all'");
    if (view->not_released)
        print("NOT RELEASED: %s\n", view->not_released);
    if (view->explained->unsure)
        print("NOT SURE: %s\n", view->explained->unsure);
    print_events(view, false);
    if (view->explained->more)
        puts("... and so on: --at T tells what comes next at a later time");
}

static void print_person(const struct explain_view *view)
{
    const struct patient_details *p = view->patient;
    char when[CIVIL_TEXT_MAX];
    print("%s%s%s  %s %s, born %s, language %s",
          terminal_tone(stdout, TONE_BOLD), p->mrn,
          terminal_tone(stdout, TONE_PLAIN),
          p->given_name ? p->given_name : "-",
          p->family_name ? p->family_name : "-",
          p->birth_on ? p->birth_on : "-", p->language ? p->language : "-");
    if (p->guardian_mrn)
        print(", guardian %s", p->guardian_mrn);
    print("\n%s %s, clock of %s\n",
          view->at > view->now ? "as it will be at" : "as of",
          local_text(view, view->at, when), zone_name(view->zone));
    if (!text_equal(view->asked, p->mrn))
        print("%s was merged into %s: this is about %s\n", view->asked, p->mrn,
              p->mrn);
}

bool explain_text(const struct explain_view *view, struct error *err)
{
    const struct explained *explained = view->explained;
    print_person(view);
    for (size_t i = 0; i < explained->campaign_count; i++)
        print_campaign(view, &explained->campaigns[i]);
    if (!explained->campaign_count)
        puts("\nno campaign was launched here");
    print_ahead(view);
    return explain_text_past(view, err);
}
