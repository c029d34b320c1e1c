/* SPDX-License-Identifier: Apache-2.0 */
/*
 * That a guardian is it no more is a word about a child who has one. And a
 * parent who stands in a child's own record is one as of that record: which one
 * is its source's newest, the child's numbers tell, which stand in it, too.
 */
#include "store/patient.h"
#include "store/upsert.h"

#include "feeds/intake_own.h"

bool intake_kin_counts(struct taking *it, const struct fact *fact, bool *counts,
                       struct error *err)
{
    struct store *store = it->intake->store;
    struct known *known;
    bool newer = false;
    *counts = true;
    if (!fact->of_ward && !fact->of_whole)
        return true;
    if (!intake_person(it, it->facts->subject, &known, err))
        return false;
    if (fact->of_ward)
        return patient_has_guardian(store, known->person.id, counts, err);
    if (!upsert_contacts_since(store, known->person.by, it->facts->source,
                               it->facts->at, &newer, err))
        return false;
    *counts = !newer;
    return true;
}
