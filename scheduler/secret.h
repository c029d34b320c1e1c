/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_SECRET_H
#define SCHEDULER_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/civil.h"
#include "campaigns/wording.h"
#include "scheduler/policy.h"

/* What is written of a patient that no message may say (L-31), and whether a
 * text says it. Pure. Where a number may be in the text for another reason
 * (a telephone, a date, an amount) nothing is held against it. */
struct secrets {
    struct wording *medicines; /* names as they were prescribed */
    size_t medicine_count;
    struct wording record;   /* the record number */
    struct civil_date birth; /* year 0: not known */
};
void secrets_free(struct secrets *secrets);

enum secret {
    SECRET_NONE,
    SECRET_MEDICINE,
    SECRET_RECORD,
    SECRET_BIRTH,
    SECRET_RESULT,
};
enum secret secrets_told(const struct secrets *secrets,
                         const struct policy *policy,
                         const struct wording *text);

#endif
