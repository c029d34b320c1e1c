/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SCHEDULER_GATE_FIXTURE_H
#define TESTS_SCHEDULER_GATE_FIXTURE_H

#include "scheduler/gate_text.h"

/* What tests of the gate share: the shipped law with the organisation's usual
 * hours, and a healthy patient at noon on a Monday about whom every row of a
 * table changes one thing. */
int fixture_load(void **state); /* policy/us.json and 09:00-20:00 */
int fixture_unload(void **state);
const struct policy *fixture_law(void);
/* A policy of this text, or NULL and `err`. */
struct policy *fixture_policy(const char *text, struct error *err);
const char *fixture_source(const char *name); /* a file of the tree */

instant moment(const char *text); /* ISO 8601 with offset */
struct gate_facts healthy(void);

/* Fails unless the decision has this verdict and this rule objects (-1: none
 * does). */
void expect_gate(const char *why, const struct gate_facts *facts,
                 enum gate_verdict verdict, int rule);
/* What one rule says about these facts. Lives until the next call. */
const struct gate_reason *reason_of(const struct gate_facts *facts,
                                    enum gate_rule rule);
/* The same as a sentence. */
const char *sentence_of(const struct gate_facts *facts, enum gate_rule rule);

#endif
