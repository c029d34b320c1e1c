/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_PURPOSE_H
#define CAMPAIGNS_PURPOSE_H

#include <stddef.h>

/* The purposes a message may have, and how urgent each is (S-14). What it
 * means to consent is policy data. */
struct purpose {
    const char *name; /* "appointment", "prescription", "screening" ... */
    int priority;
};
const struct purpose *purpose_find(const char *name);
const struct purpose *purpose_at(size_t i);

#endif
