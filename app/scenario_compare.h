/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_SCENARIO_COMPARE_H
#define APP_SCENARIO_COMPARE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "campaigns/scenario.h"

struct store;

/* What a case wants against what a store holds after it was played: a line
 * for each difference. All messages are compared, tasks where the case names
 * any, and of what did not leave only what the case names. */
bool scenario_compare(struct store *store, const struct scenarios *file,
                      const struct scenario *scenario, struct buf *differences,
                      struct error *err);

#endif
