/* SPDX-License-Identifier: Apache-2.0 */
/* The names of rules and classes: what people read and files say. */
#include "scheduler/rule.h"

#include "base/text.h"

const char *gate_rule_name(enum gate_rule rule)
{
    static const char *const names[RULE_COUNT] = {
        [RULE_PATIENT] = "patient",
        [RULE_ANCHOR] = "anchor",
        [RULE_AUDIENCE] = "audience",
        [RULE_HOLDOUT] = "holdout",
        [RULE_EXCLUDED] = "excluded",
        [RULE_OPT_OUT] = "opt-out",
        [RULE_RESTRICTION] = "restriction",
        [RULE_WRONG_NUMBER] = "wrong-number",
        [RULE_ADDRESS] = "address",
        [RULE_LINE] = "line",
        [RULE_CONSENT] = "consent",
        [RULE_REASSIGNED] = "reassigned",
        [RULE_CAP_DAY] = "cap-day",
        [RULE_CAP_WEEK] = "cap-week",
        [RULE_CAP_STATE] = "cap-state",
        [RULE_PRIORITY] = "priority",
        [RULE_QUESTION] = "question",
        [RULE_BESIDE] = "beside",
        [RULE_RECOVERY] = "recovery",
        [RULE_LATE] = "late",
        [RULE_EARLY] = "early",
        [RULE_HOURS] = "quiet-hours",
        [RULE_BACKLOG] = "backlog",
        [RULE_PAUSED] = "paused",
        [RULE_FEED] = "feed",
        [RULE_CONTENT] = "content",
        [RULE_TIER] = "tier",
        [RULE_ALIAS] = "alias",
        [RULE_PRIVATE] = "private",
        [RULE_SENDER] = "sender",
        [RULE_LENGTH] = "length",
        [RULE_OPT_OUT_LINE] = "opt-out-line",
    };
    return names[rule];
}

bool gate_rule_find(const char *name, enum gate_rule *out)
{
    for (int i = 0; i < RULE_COUNT; i++) {
        if (text_equal(name, gate_rule_name((enum gate_rule)i))) {
            *out = (enum gate_rule)i;
            return true;
        }
    }
    return false;
}

const char *message_class_name(enum message_class class)
{
    static const char *const names[CLASS_COUNT] = {
        [CLASS_CARE_EXEMPT] = "care-exempt",
        [CLASS_CARE_CONSENTED] = "care-consented",
        [CLASS_INFORMATION] = "information",
        [CLASS_MARKETING] = "marketing",
        [CLASS_EMERGENCY] = "emergency",
    };
    return names[class];
}
