/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CONSENT_OWN_H
#define STORE_CONSENT_OWN_H

#include "base/outcome.h"

#include "store/consent.h"

/* Inside of a word about consent: for store/consent*.c only. */

/* Which rows to write: names of channels; one NULL stands for all. */
struct consent_channels {
    const char *names[CHANNEL_COUNT];
    size_t count;
    bool covers[CHANNEL_COUNT];
};
bool consent_channels_of(const struct opt *opt, struct consent_channels *out,
                         struct error *err);

/* Who is told to have said it. */
const char *consent_actor(const struct opt *opt);

/* What it makes of the messages of a person, or of an address (0), and of the
 * minors who are asked for there: it `ends` what is planned, or who lets us in
 * gets what a refusal ended planned again. */
bool consent_turn(struct store *store, int64_t patient_id, bool ends,
                  const struct consent_channels *channels,
                  const struct opt *opt, instant now, int64_t *count,
                  struct error *err);

#endif
