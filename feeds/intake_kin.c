/* SPDX-License-Identifier: Apache-2.0 */
/* That a guardian is it no more is a word about a child who has one. */
#include "store/patient.h"

#include "feeds/intake_own.h"

bool intake_kin_counts(struct taking *it, const struct fact *fact, bool *counts,
                       struct error *err)
{
    struct known *known;
    *counts = true;
    return !fact->of_ward ||
           (intake_person(it, it->facts->subject, &known, err) &&
            patient_has_guardian(it->intake->store, known->person.id, counts,
                                 err));
}
