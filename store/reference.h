/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_REFERENCE_H
#define STORE_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct store;

/* Rows that a feed names by the key of their source. */
enum reference_kind {
    REFERENCE_CLINIC,
    REFERENCE_PATIENT,
    REFERENCE_PRESCRIPTION,
};

#define REFERENCE_ZONE_MAX 64

struct reference {
    bool found;
    bool forgotten;     /* not found, and never to be (store/forgotten.h) */
    int64_t id;         /* of the patient that this one was merged into */
    int64_t patient_id; /* of a prescription */
    int64_t pickup_id;  /* of a prescription; 0: none */
    /* The place's, else that of the patient's clinic, else the patient's;
     * "": none is known. */
    char zone[REFERENCE_ZONE_MAX];
    int64_t zone_clinic_id; /* of the clinic that has this zone; 0: none */
};

bool reference_find(struct store *store, enum reference_kind kind,
                    const char *key, struct reference *out, struct error *err);

/* Where a patient lives and when they are to be reached, as the store has it;
 * "" or -1 = not known. */
struct reference_person {
    char state[64];
    char zone[REFERENCE_ZONE_MAX];
    int64_t contact_from, contact_to; /* minutes after midnight */
};
bool reference_person_find(struct store *store, const char *mrn,
                           struct reference_person *out, struct error *err);

#endif
