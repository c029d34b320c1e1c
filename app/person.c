/* SPDX-License-Identifier: Apache-2.0 */
/* Finding somebody by the number that a person typed. */
#include "app/person.h"

#include "store/forgotten.h"
#include "store/patient.h"

#include "app/table.h"

enum { MRN_MAX = 64 };

static bool forgotten_told(const struct forgotten *forgotten,
                           const struct zone *zone, const char *mrn,
                           struct error *err)
{
    char when[CIVIL_TEXT_MAX];
    return error_set(err, ERROR_INPUT,
                     "the patient with the record number '%s' was forgotten "
                     "on %s (patient %lld in the audit chain); nobody contacts "
                     "them, and imports leave them out. If they ask for it: "
                     "outreach patient opt-in %s --evidence TEXT",
                     mrn, time_text(zone, forgotten->at, when),
                     (long long)forgotten->patient_id, mrn);
}

bool person_find(struct store *store, const struct zone *zone, const char *mrn,
                 int64_t *id, struct error *err)
{
    bool found;
    struct forgotten forgotten;
    char near[MRN_MAX];
    if (!patient_find_by_mrn(store, mrn, &found, id, err))
        return false;
    if (found)
        return true;
    if (!forgotten_find(store, FORGOTTEN_PATIENT, mrn, &forgotten, err) ||
        !patient_nearest(store, mrn, near, sizeof(near), err))
        return false;
    if (forgotten.found)
        return forgotten_told(&forgotten, zone, mrn, err);
    return error_set(
        err, ERROR_INPUT, "no patient has the record number '%s'%s%s%s", mrn,
        near[0] ? "; did you mean '" : "", near, near[0] ? "'?" : "");
}
