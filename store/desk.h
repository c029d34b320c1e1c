/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_DESK_H
#define STORE_DESK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/phone.h"

struct store;

/* The desk of a clinic: its telephone, and when somebody is there. */
struct desk {
    char phone[PHONE_MAX];  /* E.164; "" none that can be dialled */
    char zone[64];          /* "" none */
    int open_from, open_to; /* minutes of its weekdays; -1 not known */
};
/* Of a clinic that there is not: one without a phone. */
bool desk_read(struct store *store, int64_t clinic_id, struct desk *out,
               struct error *err);

#endif
