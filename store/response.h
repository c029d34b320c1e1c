/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_RESPONSE_H
#define STORE_RESPONSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "store/predicate.h"

struct store;

/* What a patient decided, about an anchor as it then was. Feeds never touch
 * it: what a visit comes to is read from both. */
struct response {
    int64_t patient_id, campaign_id; /* campaign 0: none asked */
    enum anchor_kind anchor_kind;
    int64_t anchor_id, occurrence;
    const char *intent;  /* of the closed list (campaigns/reader.h) */
    const char *subject; /* decline: a measure; answer: "feeling: red" */
    instant at;          /* when they said so */
    instant until_at; /* decline: how long it holds; INSTANT_NEVER: for good */
    int64_t reply_id; /* 0: not in writing */
    const char *actor;
};
/* In the caller's transaction, with its audit row; the anchor and the patient
 * are noted as changed. */
bool response_add(struct store *store, const struct response *response,
                  instant now, struct error *err);

#endif
