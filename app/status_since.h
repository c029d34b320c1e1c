/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_STATUS_SINCE_H
#define APP_STATUS_SINCE_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"

struct store;
struct zone;

/* After an outage: what went late since then, waits still, was dropped, is
 * unknown or failed, and who must be told. `zone` for whoever has none of
 * their own. The caller audits who looked (L-34). */
bool status_since(struct store *store, const struct zone *zone, instant since,
                  instant now, bool json, struct error *err);

#endif
