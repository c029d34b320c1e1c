/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_FICTIVE_H
#define STORE_FICTIVE_H

#include <stdbool.h>

#include "base/error.h"

struct store;

/* In a copy for a trial: every phone number and email address becomes a made-up
 * one, the same wherever it stands, so that who shares one still does and who
 * opted out still has. A number keeps its country and area, and with them its
 * time zones. In the caller's transaction. */
bool fictive_addresses(struct store *store, struct error *err);

#endif
