/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_SAMPLE_OWN_H
#define APP_SAMPLE_OWN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/clock.h"

#include "app/sample.h"

/* Inside the sample: what its people (sample.c) and their records
 * (sample_records.c) share. */

/* Who has what: patients by number. Minors come last; their guardians are
 * the ten patients from GUARDIANS on. */
enum {
    VISITS_TO = 110,
    REFILLS_FROM = 40,
    REFILLS_TO = 140,
    STAYS_FROM = 140,
    COUPLES_FROM = 160, /* two adults behind one number */
    COUPLES_TO = 170,
    GUARDIANS = 100,
    MINORS_FROM = 180,
};

struct place {
    const char *id, *name, *public_name, *kind, *phone, *street, *city, *state,
        *zip, *zone, *opens, *closes, *sensitive;
    const char *area; /* of its patients' numbers */
    int clinic;       /* whose patients those who live here are */
};
enum { PHARMACY = 4, HOSPITAL = 5, PLACES = 6 };
extern const struct place places[PLACES];

enum sheet {
    SHEET_CLINICS,
    SHEET_PATIENTS,
    SHEET_POINTS,
    SHEET_CONSENTS,
    SHEET_SUPPRESSIONS,
    SHEET_RESTRICTIONS,
    SHEET_APPOINTMENTS,
    SHEET_PRESCRIPTIONS,
    SHEET_FILLS,
    SHEET_DISCHARGES,
    SHEET_CONDITIONS,
    SHEET_PROCEDURES,
    SHEET_SCREENINGS,
    SHEET_ORDERS,
    SHEET_COUNT
};

struct person {
    int number;
    char mrn[16];
    const struct place *home, *clinic;
    const char *language;
    bool female, minor;
    int age;
    struct civil_date today; /* where they live */
};

struct sample {
    instant now;
    uint64_t seed;
    struct buf sheets[SHEET_COUNT];
    struct person people[SAMPLE_PATIENTS];
};

/* A whole row: as many cells as the sheet has columns, ended by NULL. */
void sample_row(struct sample *sample, enum sheet sheet, ...);
/* 0 .. n - 1, always the same for a seed, patient and salt. */
int sample_pick(const struct sample *sample, int number, int salt, int n);

/* What happens to people; they are there already. */
void sample_visits(struct sample *sample);
void sample_medicines(struct sample *sample);
void sample_screenings(struct sample *sample);
void sample_stays(struct sample *sample);

#endif
