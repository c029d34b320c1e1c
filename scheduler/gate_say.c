/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rules say, as sentences: for outreach.reason, logs and `explain`. The
 * gate itself only fills in values, because it is asked for every message and
 * hardly any of its sentences is ever read.
 */
#include <stdio.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/error.h"
#include "base/text.h"
#include "scheduler/gate_own.h"

/* So many zones of a place are named. */
#define ZONES_NAMED 4

/* Where a rule that is no law is written. */
static const char *own_source(enum gate_rule rule)
{
    static const char *const sources[RULE_COUNT] = {
        [RULE_PATIENT] = "the patient's record",
        [RULE_ANCHOR] = "the source's data",
        [RULE_AUDIENCE] = "the campaign",
        [RULE_HOLDOUT] = "the campaign",
        [RULE_EXCLUDED] = "outreach exclude",
        [RULE_ADDRESS] = "the contact points",
        [RULE_QUESTION] = "the policy's \"question\"",
        [RULE_BESIDE] = "the campaign",
        [RULE_LATE] = "the campaign",
        [RULE_EARLY] = "the campaign",
        [RULE_PAUSED] = "outreach pause",
        [RULE_FEED] = "the configuration",
        [RULE_CONTENT] = "the campaign's message",
    };
    return sources[rule] ? sources[rule] : "the program";
}

struct gate_reason *gate_say_by(struct gate *gate, enum gate_rule rule,
                                enum gate_verdict verdict, const char *says,
                                const struct policy_rule *by)
{
    struct gate_reason *reason = &gate->out->reasons[rule];
    reason->verdict = verdict;
    reason->says = says;
    reason->window = &gate->facts->window;
    if (by && by->id) {
        reason->id = by->id;
        reason->source = by->source;
        reason->force = policy_binds(by, gate->out->class, gate->today);
    } else {
        reason->id = gate_rule_name(rule);
        reason->source = own_source(rule);
        reason->force = FORCE_NONE;
    }
    return reason;
}

struct gate_reason *gate_say(struct gate *gate, enum gate_rule rule,
                             enum gate_verdict verdict, const char *says)
{
    return gate_say_by(gate, rule, verdict, says, &gate->policy->rules[rule]);
}

void gate_until(struct gate_reason *reason, instant not_before)
{
    reason->not_before = reason->at = not_before;
}

static void put_instant(struct buf *out, const struct gate_reason *reason)
{
    char text[CIVIL_TEXT_MAX];
    const struct window_input *window = reason->window;
    const struct zone *zone =
        window && window->zone_count ? window->zones[0] : zone_utc();
    buf_text(out, civil_instant_text(reason->at, zone_offset(zone, reason->at),
                                     text));
}

/* L-8: one of them names the hours, and all of them hold. */
static void put_zones(struct buf *out, const struct window_input *window)
{
    if (!window || window->zone_count < 2)
        return;
    buf_text(out, "; it must be open in all of ");
    for (size_t i = 0; i < window->zone_count && i < ZONES_NAMED; i++)
        buf_format(out, "%s%s", i ? ", " : "", zone_name(window->zones[i]));
    if (window->zone_count > ZONES_NAMED)
        buf_format(out, " and %zu more", window->zone_count - ZONES_NAMED);
    if (window->anywhere)
        buf_text(out, ", for the address says neither state nor postal code");
}

static void put_clock(struct buf *out, int64_t minutes)
{
    buf_format(out, "%02d:%02d", (int)(minutes / 60), (int)(minutes % 60));
}

static void put_mark(struct buf *out, char mark,
                     const struct gate_reason *reason)
{
    switch (mark) {
    case 't':
        buf_text(out, reason->text ? reason->text : "");
        return;
    case 'n':
        buf_format(out, "%lld", (long long)reason->number);
        return;
    case 'm':
        buf_format(out, "%lld", (long long)reason->most);
        return;
    case 'h':
        put_clock(out, reason->number);
        return;
    case 'u':
        put_clock(out, reason->most);
        return;
    case 'a':
        put_instant(out, reason);
        return;
    case 'z':
        put_zones(out, reason->window);
        return;
    }
    PANIC("no such mark: %%%c", mark);
}

static void put_reason(struct buf *out, const struct gate_reason *reason)
{
    for (const char *at = reason->says ? reason->says : ""; *at; at++) {
        if (*at == '%')
            put_mark(out, *++at, reason);
        else
            buf_char(out, *at);
    }
}

/* Gives what fits, whole sentences of it. */
static void give(struct buf *from, char *out, size_t size)
{
    text_copy_list(out, size, from->data);
    buf_free(from);
}

enum { TEXT_MAX = 8192 };

void gate_reason_say(const struct gate_reason *reason, char *out, size_t size)
{
    struct buf text;
    buf_init(&text, TEXT_MAX);
    put_reason(&text, reason);
    give(&text, out, size);
}

void gate_reason_text(const struct gate_decision *decision, char *out,
                      size_t size)
{
    struct buf text;
    buf_init(&text, TEXT_MAX);
    for (int i = 0; i < RULE_COUNT; i++) {
        const struct gate_reason *reason = &decision->reasons[i];
        if (reason->verdict == GATE_GO)
            continue;
        buf_format(&text, "%s%s: ", text.len ? "; " : "",
                   gate_rule_name((enum gate_rule)i));
        put_reason(&text, reason);
    }
    give(&text, out, size);
}
