/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FUZZ_FEED_H
#define TESTS_FUZZ_FEED_H

#include "feeds/fact.h"
#include "feeds/intake.h"
#include "feeds/terms.h"

/* What the targets of live feeds share: the shipped code tables, and what all
 * facts keep to. */
const struct terms *feed_terms(void);
struct intake_options feed_options(void);
void feed_expect(const struct facts *facts);

#endif
