/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_POLICY_READ_H
#define SCHEDULER_POLICY_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/json.h"
#include "scheduler/policy.h"

/* What the two files that read a policy share; nobody else needs it. Each
 * function answers false after filling `reader->err`. */
struct policy_reader {
    const char *path;
    struct json *doc;
    struct policy *policy; /* under construction */
    struct error *err;
};

bool policy_fault(const struct policy_reader *reader,
                  const struct json_node *at, const char *text);
/* "unknown day "sonday"; did you mean "sunday"?" at the member's key. */
bool policy_fault_key(const struct policy_reader *reader,
                      const struct json_node *member, const char *what,
                      const char *const *names, size_t count);
bool policy_one_of(const char *name, const char *const *names, size_t count);
/* A rule has the members that all have, and these of its own. */
bool policy_members(const struct policy_reader *reader,
                    const struct json_node *node, const char *const *own,
                    size_t own_count);

/* `out` stays as it is for null and for what is not there. */
bool policy_read_date(const struct policy_reader *reader,
                      const struct json_node *node, struct civil_date *out);
bool policy_read_number(const struct policy_reader *reader,
                        const struct json_node *object, const char *name,
                        int least, int most, int *out);
/* A law of a state that is none would hold nowhere. */
bool policy_knows_state(const struct policy *policy, const char *name);
bool policy_read_state(const struct policy_reader *reader,
                       const struct json_node *node, int *state);
/* Id, source, dates and who reviewed it. */
bool policy_read_self(const struct policy_reader *reader,
                      const struct json_node *node, struct policy_rule *rule);
/* The same, and whom it binds. */
bool policy_read_rule(const struct policy_reader *reader,
                      const struct json_node *node, struct policy_rule *rule);

#endif
