/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_TALK_H
#define CAMPAIGNS_TALK_H

#include <stdbool.h>
#include <stddef.h>

#include "store/predicate.h"

/* What patients may answer, and what it sets off: parts of a campaign. */
struct task_spec;

struct reply_rule {
    const char *answer; /* "C", "1" */
    const char *intent; /* "confirm": of the closed list */
    bool has_for;
    struct duration for_long; /* decline "for" */
};

struct answer_rule {
    const char *answer, *urgency;
};
struct question {
    const char *name;
    struct answer_rule *answers;
    size_t answer_count;
    const char *free_text; /* "triage" or NULL */
};
struct urgency {
    const char *name;
    const char *reply; /* a message's name, or NULL */
    const struct task_spec *task;
};

#endif
