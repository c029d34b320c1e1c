/* SPDX-License-Identifier: Apache-2.0 */
/* A law and a healthy patient. */
#include "tests/scheduler/gate_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/file.h"
#include "scheduler/policy_own.h"

static struct policy *law;

const char *fixture_source(const char *name)
{
    static char path[512];
    const char *root = getenv("OUTREACH_SOURCE");
    snprintf(path, sizeof(path), "%s/%s", root ? root : ".", name);
    return path;
}

int fixture_load(void **state)
{
    (void)state;
    struct error err = {0};
    law = policy_load(fixture_source("policy/us.json"), &err);
    if (!law) {
        fprintf(stderr, "%s\n", err.text);
        return -1;
    }
    policy_set_organisation_hours(law, (struct day_window){9 * 60, 20 * 60});
    return 0;
}

int fixture_unload(void **state)
{
    (void)state;
    policy_free(law);
    return 0;
}

const struct policy *fixture_law(void)
{
    return law;
}

struct policy *fixture_policy(const char *text, struct error *err)
{
    char dir[] = "/tmp/outreach-policy-XXXXXX";
    char path[64];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/policy.json", dir);
    assert_true(file_write(path, text, strlen(text), 0600, err));
    struct policy *policy = policy_load(path, err);
    file_remove_tree(dir);
    return policy;
}

instant moment(const char *text)
{
    instant when;
    assert_true(civil_parse_instant(text, &when));
    return when;
}

struct gate_facts healthy(void)
{
    struct gate_facts facts = {
        .now = moment("2026-11-23T12:00:00-05:00"),
        .channel = CHANNEL_SMS,
        .contact = {.address = "+12125550123", .line = LINE_MOBILE},
        .purpose = "appointment",
        .priority = 1,
        .answers_at = INSTANT_NEVER,
        .alive = true,
        .active = true,
        .anchor_there = true,
        .same_occurrence = true,
        .audience = true,
        .only_if = true,
        .until = INSTANT_NEVER,
        .window =
            {
                .policy = law,
                .zones = {zone_find("America/New_York")},
                .zone_count = 1,
                .state = "NY",
                .patient = {0, 1440},
                .guardian = {0, 1440},
                .campaign = {0, 1440},
            },
    };
    return facts;
}

static void check_rules(const char *why, const struct gate_decision *decision,
                        int rule)
{
    char text[512];
    gate_reason_text(decision, text, sizeof(text));
    if (rule >= 0 && decision->reasons[rule].verdict == GATE_GO)
        fail_msg("%s: no reason %s in: %s", why,
                 gate_rule_name((enum gate_rule)rule), text);
    if (rule < 0 && text[0])
        fail_msg("%s: unexpected reasons: %s", why, text);
    /* Everything that was asked has an answer with a source. */
    for (int i = 0; i < RULE_CONTENT; i++) {
        const struct gate_reason *reason = &decision->reasons[i];
        if (!reason->says || !reason->id || !reason->source)
            fail_msg("%s: rule %s says nothing", why,
                     gate_rule_name((enum gate_rule)i));
    }
}

void expect_gate(const char *why, const struct gate_facts *facts,
                 enum gate_verdict verdict, int rule)
{
    struct gate_decision decision;
    gate_decide(facts, &decision);
    char text[512];
    gate_reason_text(&decision, text, sizeof(text));
    if (decision.verdict != verdict)
        fail_msg("%s: verdict %d, not %d (%s)", why, (int)decision.verdict,
                 (int)verdict, text);
    check_rules(why, &decision, rule);
}

const struct gate_reason *reason_of(const struct gate_facts *facts,
                                    enum gate_rule rule)
{
    static struct gate_decision decision;
    gate_decide(facts, &decision);
    return &decision.reasons[rule];
}

const char *sentence_of(const struct gate_facts *facts, enum gate_rule rule)
{
    static char text[256];
    gate_reason_say(reason_of(facts, rule), text, sizeof(text));
    return text;
}
