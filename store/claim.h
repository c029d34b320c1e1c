/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CLAIM_H
#define STORE_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "store/ledger.h"

struct store;

/* What stands about a due row and its patient, read inside the transaction
 * that decides: set-based first (a page of due rows with person, entry and
 * place), then the person's lists. Plain values; nothing is decided here. */

struct claim_row {
    struct outreach outreach;
    bool has_entry, holdout;
    instant entered_at; /* INSTANT_NEVER without an entry */
    bool anchor_found, telehealth;
    char anchor_zone[64], anchor_source[48];
    char language[24], state[8], clinic_zone[64];
    /* of the postal address; and their clock, where that has none their own
     * telephone's. "" none */
    char address_zone[64], patient_zone[64];
    char born_by[12]; /* the last day that it can be; "" not known */
    int64_t guardian_id;
    int preferred;                /* enum channel, or -1 */
    int contact_from, contact_to; /* minutes; -1 none */
    bool active, deceased, merged, gone;
    bool sensitive; /* the patient's own mark */
    /* the anchor's clinic, and the patient's own; 0: none */
    int64_t clinic_id, home_clinic_id;
    instant answers_at;   /* INSTANT_NEVER: it answers nothing */
    char answers_to[256]; /* where that came from; "": anywhere */
    char post[16];        /* of an address that is nowhere else placed */
    char mrn[64];
};
/* Planned rows of one campaign and channel that are due, earliest first. */
bool claim_page(struct store *store, int channel, int64_t campaign_id,
                enum anchor_kind kind, instant now, size_t limit,
                struct claim_row *out, size_t *count, struct error *err);

/* Of these only whose `until` has passed. */
bool claim_late_page(struct store *store, int channel, int64_t campaign_id,
                     enum anchor_kind kind, instant now, size_t limit,
                     struct claim_row *out, size_t *count, struct error *err);

/* One row, in whatever state. */
bool claim_row_read(struct store *store, enum anchor_kind kind, int64_t id,
                    bool *found, struct claim_row *out, struct error *err);

/* What other records know of a number, whoever has it or had it. */
struct claim_elsewhere {
    bool denied, landline, fax; /* some record says so */
    char line[16];              /* what one of them says; "": none does */
    bool reassigned;            /* some answer was yes; the latest of these: */
    instant reassigned_at;      /* INSTANT_NEVER: nobody says when */
};
struct claim_contact {
    bool phone; /* else email */
    char value[256], extension[16], line[16], zones[512];
    bool bad;
    int64_t rank;
    instant told_at;                    /* 0: nobody knows when */
    instant verified_at, reassigned_at; /* INSTANT_NEVER: never */
    char reassigned[8];                 /* yes, no, no-data; "": not asked */
    struct claim_elsewhere elsewhere;   /* of a phone */
};
struct claim_suppression {
    bool by_address;
    char purpose[48], channel[16], reason[48]; /* "" = all */
};
struct claim_consent {
    bool granted, written, provided, narrow;
    bool of_addressee;             /* said by the guardian */
    char purpose[48], channel[16]; /* "" = all */
    instant at;
};
struct claim_restriction {
    bool of_addressee; /* asked for by the guardian */
    char kind[24], value[256];
};
#define CLAIM_CONTACTS 8 /* phones, and as many email addresses */
#define CLAIM_SUPPRESSIONS 64
#define CLAIM_CONSENTS 64
#define CLAIM_RESTRICTIONS 16
#define CLAIM_ATTEMPTS 64
#define CLAIM_BEHIND 256
struct claim_person {
    struct claim_contact contacts[2 * CLAIM_CONTACTS]; /* best first */
    size_t contact_count;
    struct claim_suppression suppressions[CLAIM_SUPPRESSIONS];
    size_t suppression_count;
    struct claim_consent consents[CLAIM_CONSENTS]; /* oldest first */
    size_t consent_count;
    struct claim_restriction restrictions[CLAIM_RESTRICTIONS];
    size_t restriction_count;
    /* More different refusals, consents or restrictions than there is room
     * for: who reads them must refuse. */
    bool unweighed;
    instant patient_attempts[CLAIM_ATTEMPTS]; /* newest last */
    size_t patient_attempt_count;
    instant number_attempts[CLAIM_ATTEMPTS]; /* newest last */
    size_t number_attempt_count;
    int64_t number_attempt_ids[CLAIM_ATTEMPTS];
    int64_t behind[CLAIM_BEHIND]; /* who else can be reached there */
    size_t behind_count;
};
/* Contact points of `addressee` (the patient, or a minor's guardian): of phones
 * and of email addresses the best. `kind`: "phone" or "email" alone; NULL:
 * both. */
bool claim_contacts(struct store *store, int64_t addressee, const char *kind,
                    struct claim_person *out, struct error *err);
/* Everything else, once the address is chosen ("" when there is none).
 * Suppressions of the patient, of the addressee and of the address; consents
 * and restrictions of patient and addressee (what says the same, once); counted
 * attempts since `since`:
 * those that spoke of the patient (also in somebody else's message), and those
 * to the address, whomever they concerned, dependants included. */
bool claim_person_read(struct store *store, int64_t patient_id,
                       int64_t addressee, const char *address, instant now,
                       instant since, struct claim_person *out,
                       struct error *err);

/* Names of feeds that are older than they may be; at most `limit`. */
bool claim_stale_feeds(struct store *store, instant now, char (*out)[48],
                       size_t limit, size_t *count, struct error *err);

#endif
