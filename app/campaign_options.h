/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_CAMPAIGN_OPTIONS_H
#define APP_CAMPAIGN_OPTIONS_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"
#include "campaigns/bundle.h"

struct config;
struct policy;

/* How every command reads campaign files: with the same measures, on the same
 * day. Borrows from the configuration. */
struct bundle_options campaign_options(const struct config *config,
                                       instant now);
/* Lets `options` know what the policy says of texts and of how many a week
 * (NULL: nothing). Borrows from it. */
void campaign_options_policy(struct bundle_options *options,
                             const struct policy *policy);
/* Lets `options` know the lists of the store, and one more that is about to be
 * made (NULL: none), so that a misspelt one is told: an exclusion that
 * excludes nobody. */
bool campaign_options_lists(struct bundle_options *options,
                            const struct config *config, const char *one_more,
                            struct error *err);

#endif
