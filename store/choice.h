/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CHOICE_H
#define STORE_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct store;

/* What a row that asks "which one?" offers: number i + 1 stands for the message
 * of another row, and for an intent. In the caller's transaction. */
#define CHOICES_MAX 8
#define CHOICE_INTENT_MAX 32
struct choice {
    int64_t about_id; /* an outreach */
    int64_t reply_id; /* what was written, and fits all of them */
    char intent[CHOICE_INTENT_MAX];
};
bool choice_add(struct store *store, int64_t outreach_id, int number,
                const struct choice *choice, struct error *err);
/* In the order of their numbers; none where the row asks nothing. */
bool choice_list(struct store *store, int64_t outreach_id,
                 struct choice out[CHOICES_MAX], size_t *count,
                 struct error *err);

#endif
