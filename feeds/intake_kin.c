/* SPDX-License-Identifier: Apache-2.0 */
/* Who speaks for a child, and is it no more: a word about a child who has such
 * a one, and about older news of them. */
#include "store/patient.h"

#include "feeds/intake_own.h"

/* Whether whoever is it no more is here. */
static bool is_here(struct taking *it, const struct fact *fact, int64_t child,
                    bool *here, struct error *err)
{
    struct known *known;
    if (fact->kin.whoever)
        return patient_has_guardian(it->intake->store, child, here, err);
    if (!intake_person(it, fact_field_of(fact, "mrn")->person, &known, err))
        return false;
    *here = known->person.id != 0;
    return true;
}

bool intake_kin(struct taking *it, struct fact *fact, bool *counts,
                struct error *err)
{
    const struct kin *kin = &fact->kin;
    struct known *known;
    struct store *store = it->intake->store;
    const char *source = kin->whoever ? NULL : it->facts->source;
    bool over = false;
    *counts = true;
    if (!kin->name)
        return true;
    if (!intake_person(it, kin->ward, &known, err))
        return false;
    int64_t child = known->person.id;
    if (kin->over)
        return is_here(it, fact, child, counts, err) &&
               (*counts || !child ||
                patient_kin_end(store, child, kin->name, source, it->facts->at,
                                err));
    if (!patient_kin_over(store, child, kin->name, source, it->facts->at, &over,
                          err))
        return false;
    if (over)
        kin_over(fact);
    return true;
}
