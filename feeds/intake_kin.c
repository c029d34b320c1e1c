/* SPDX-License-Identifier: Apache-2.0 */
/* Who speaks for a child, and is it no more: a word about a child who has such
 * a one, and about older news of them. */
#include "base/text.h"

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

/* Older news: they were it, and are it no more. */
static void end(struct fact *fact)
{
    for (size_t i = 0; i < fact->field_count; i++)
        if (text_equal(fact->fields[i].column->name, "active"))
            fact->fields[i].text = "no";
}

bool intake_kin(struct taking *it, struct fact *fact, bool *counts,
                struct error *err)
{
    struct known *known;
    struct store *store = it->intake->store;
    bool over = false;
    *counts = true;
    if (!fact->kin.name)
        return true;
    if (!intake_person(it, fact->kin.ward, &known, err))
        return false;
    int64_t child = known->person.id;
    if (!fact->kin.over) {
        if (!patient_kin_over(store, child, fact->kin.name, it->facts->at,
                              &over, err))
            return false;
        if (over)
            end(fact);
        return true;
    }
    return is_here(it, fact, child, counts, err) &&
           (*counts || !child ||
            patient_kin_end(store, child, fact->kin.name, it->facts->at, err));
}
