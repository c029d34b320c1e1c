/* SPDX-License-Identifier: Apache-2.0 */
/* What a key of a feed stands for here. One index look-up each. */
#include "store/reference.h"

#include "base/error.h"
#include "base/text.h"

#include "store/forgotten.h"
#include "store/statement.h"

static struct statement *query_of(struct store *store, enum reference_kind kind)
{
    switch (kind) {
    case REFERENCE_CLINIC:
        return statement(store, "SELECT id, 0, 0, zone, id FROM clinic WHERE "
                                "external_id = ?");
    case REFERENCE_PATIENT:
        return statement(
            store, "SELECT p.id, 0, 0, coalesce(c.zone, p.zone), c.id FROM "
                   "patient k JOIN patient p ON p.id = "
                   "coalesce(k.merged_into, k.id) LEFT JOIN clinic c ON "
                   "c.id = p.clinic_id WHERE k.mrn = ?");
    case REFERENCE_PRESCRIPTION:
        return statement(store,
                         "SELECT r.id, r.patient_id, r.pickup_id, "
                         "coalesce(k.zone, c.zone, p.zone), coalesce(k.id, "
                         "c.id) FROM prescription r "
                         "JOIN patient p ON p.id = r.patient_id LEFT JOIN "
                         "clinic k ON k.id = r.pickup_id LEFT JOIN clinic c ON "
                         "c.id = p.clinic_id WHERE r.external_id = ?");
    }
    PANIC("a reference of kind %d", (int)kind);
}

/* Of somebody who was forgotten; then `out->patient_id` is their record. */
static bool look_forgotten(struct store *store, enum reference_kind kind,
                           const char *key, struct reference *out,
                           struct error *err)
{
    struct forgotten forgotten;
    if (kind == REFERENCE_CLINIC)
        return true;
    if (!forgotten_find(store,
                        kind == REFERENCE_PATIENT ? FORGOTTEN_PATIENT
                                                  : FORGOTTEN_PRESCRIPTION,
                        key, &forgotten, err))
        return false;
    out->forgotten = forgotten.found;
    out->patient_id = forgotten.patient_id;
    return true;
}

bool reference_find(struct store *store, enum reference_kind kind,
                    const char *key, struct reference *out, struct error *err)
{
    struct statement *query = query_of(store, kind);
    bind_text_static(query, 1, key);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *out = (struct reference){.found = step == 1};
    if (step == 1) {
        out->id = column_integer(query, 0);
        out->patient_id = column_integer(query, 1);
        out->pickup_id = column_integer(query, 2);
        text_copy(out->zone, sizeof(out->zone),
                  column_is_null(query, 3) ? "" : column_text(query, 3));
        out->zone_clinic_id = column_integer(query, 4);
        statement_reset(query);
    }
    return out->found || look_forgotten(store, kind, key, out, err);
}

bool reference_person_find(struct store *store, const char *mrn,
                           struct reference_person *out, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT coalesce(p.state, ''), coalesce(p.zone, ''), "
                         "coalesce(p.contact_from, -1), coalesce(p.contact_to, "
                         "-1) FROM patient k JOIN patient p ON p.id = "
                         "coalesce(k.merged_into, k.id) WHERE k.mrn = ?");
    bind_text_static(query, 1, mrn);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *out = (struct reference_person){.contact_from = -1, .contact_to = -1};
    if (step == 1) {
        out->contact_from = column_integer(query, 2);
        out->contact_to = column_integer(query, 3);
        text_copy(out->state, sizeof(out->state), column_text(query, 0));
        text_copy(out->zone, sizeof(out->zone), column_text(query, 1));
        statement_reset(query);
    }
    return true;
}
