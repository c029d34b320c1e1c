/* SPDX-License-Identifier: Apache-2.0 */
#include "feeds/kin.h"

#define MAJORITY_YEARS 18

bool kin_is_minor(const char *birth_on, struct civil_date today)
{
    struct civil_date birth;
    return birth_on && civil_parse_latest(birth_on, &birth) &&
           civil_age(birth, today) < MAJORITY_YEARS;
}

int kin_behind(struct facts *facts, int child, const char *name,
               const char *where)
{
    const struct fact_person *of = &facts->people[child];
    if (of->id_count == 0)
        return -1;
    struct fact_id id = of->ids[0];
    id.value = facts_format(facts, "%s-%s", id.value, name);
    int person = facts_person(facts, where);
    facts_person_put(facts, person, &id);
    return person;
}
