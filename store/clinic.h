/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CLINIC_H
#define STORE_CLINIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/phone.h"

struct store;

/* The clinics there are: few, read as a whole. */
#define CLINIC_NAME_MAX 256
struct clinic_row {
    int64_t id;
    char external_id[64];
    char name[CLINIC_NAME_MAX]; /* internal */
    char public_name[CLINIC_NAME_MAX];
    char street[CLINIC_NAME_MAX];
    bool sensitive; /* messages must not name it, nor say where it is */
};
/* All that are not gone, by id; free() the array. */
bool clinic_list(struct store *store, struct clinic_row **rows, size_t *count,
                 struct error *err);

/* What a source gave the clinic of this key, which nobody need know of it; "":
 * none did: its zone, and another name for the outside than its own. */
#define CLINIC_ZONE_MAX 64
struct clinic_given {
    char zone[CLINIC_ZONE_MAX];
    char public_name[CLINIC_NAME_MAX];
};
bool clinic_given_read(struct store *store, const char *external_id,
                       struct clinic_given *out, struct error *err);

/* The clinic that has this key, or else this very name, and no other has: its
 * zone; id 0: none. */
struct clinic_zone {
    int64_t id;
    char zone[CLINIC_ZONE_MAX];
};
bool clinic_zone_find(struct store *store, const char *name,
                      struct clinic_zone *out, struct error *err);
/* Where the visit of this key is, as it was said last; id 0: nobody knows. */
bool clinic_zone_of_visit(struct store *store, const char *key,
                          struct clinic_zone *out, struct error *err);

/* Where a clinic answers its telephone, and when. */
struct clinic_desk {
    char phone[PHONE_MAX]; /* E.164; "" none that can be dialled */
    char zone[CLINIC_ZONE_MAX];
    int open_from, open_to; /* minutes of its weekdays; -1 not known */
};
/* Of a clinic that there is not: a desk without a phone. */
bool clinic_desk_read(struct store *store, int64_t clinic_id,
                      struct clinic_desk *out, struct error *err);

#endif
