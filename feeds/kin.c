/* SPDX-License-Identifier: Apache-2.0 */
#include "feeds/kin.h"

#include "store/patient.h"

#include "feeds/fact.h"

bool kin_is_minor(const char *birth_on, struct civil_date today)
{
    struct civil_date birth;
    return birth_on && civil_parse_latest(birth_on, &birth) &&
           civil_age(birth, today) < PATIENT_ADULT_YEARS;
}

struct fact *kin_row(struct facts *facts, int child, const char *name,
                     const char *where, int *person)
{
    const struct fact_person *of = &facts->people[child];
    if (of->id_count == 0)
        return NULL;
    struct fact_id id = of->ids[0];
    id.value = facts_format(facts, "%s-%s", id.value, name);
    *person = facts_person(facts, where);
    facts_person_put(facts, *person, &id);
    struct fact *fact = facts_row(facts, "patients", FACT_SAY);
    fact->kin = (struct kin){.name = name, .ward = child};
    fact_put_person(fact, "mrn", *person, where);
    return fact;
}

void kin_end(struct facts *facts, int child, const char *name,
             const char *where, bool whoever)
{
    int person;
    struct fact *fact = kin_row(facts, child, name, where, &person);
    if (!fact)
        return;
    fact->kin.over = true;
    fact->kin.whoever = whoever;
    fact_put(fact, "active", "no", where);
    if (!whoever)
        return;
    const struct kin kin = fact->kin;
    fact = facts_row(facts, "patients", FACT_SAY);
    fact->kin = kin;
    fact_put_person(fact, "mrn", child, facts->people[child].where);
    fact_put_person(fact, "guardian", person, where);
}
