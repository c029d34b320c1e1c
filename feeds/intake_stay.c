/* SPDX-License-Identifier: Apache-2.0 */
/* Who is in hospital by one stay is not out by the end of another one. */
#include "base/text.h"

#include "store/stay.h"

#include "feeds/intake_own.h"

static struct stay stay_of(const struct fact *fact)
{
    return (struct stay){.number = fact->stay, .owner = fact->stay_owner};
}

bool intake_stay_heed(struct taking *it, struct fact *fact, struct error *err)
{
    const struct stay stay = stay_of(fact);
    const struct fact_field *inside = fact_field_of(fact, "inpatient");
    struct known *known;
    bool other;
    if (text_blank(fact->stay) || !inside || !text_equal(inside->text, "no"))
        return true;
    if (!intake_person(it, fact->fields[0].person, &known, err) ||
        !stay_is_other(it->intake->store, known->person.id, &stay, &other, err))
        return false;
    if (other)
        fact_drop(fact, (size_t)(inside - fact->fields));
    return true;
}

bool intake_stay_put(struct taking *it, const struct fact *fact,
                     int64_t patient_id, struct error *err)
{
    const struct stay stay = stay_of(fact);
    return text_blank(fact->stay) ||
           !text_equal(fact_text(fact, "inpatient"), "yes") ||
           stay_put(it->intake->store, patient_id, &stay, err);
}
