/* SPDX-License-Identifier: Apache-2.0 */
#include "feeds/kin.h"

#include "base/text.h"

#include "store/patient.h"

#include "feeds/fact.h"

bool kin_is_minor(const char *birth_on, struct civil_date today)
{
    struct civil_date birth;
    return birth_on && civil_parse_latest(birth_on, &birth) &&
           civil_age(birth, today) < PATIENT_ADULT_YEARS;
}

struct fact *kin_row(struct facts *facts, const struct kin *kin,
                     const char *where, int *person)
{
    const struct fact_person *of = &facts->people[kin->ward];
    if (of->id_count == 0)
        return NULL;
    struct fact_id id = of->ids[0];
    id.value = facts_format(facts, "%s-%s", id.value, kin->name);
    *person = facts_person(facts, where);
    facts_person_put(facts, *person, &id);
    struct fact *fact = facts_row(facts, "patients", FACT_SAY);
    fact->kin = *kin;
    fact_put_person(fact, "mrn", *person, where);
    return fact;
}

void kin_end(struct facts *facts, const struct kin *kin, const char *where)
{
    int person;
    struct kin over = *kin;
    over.over = true;
    struct fact *fact = kin_row(facts, &over, where, &person);
    if (!fact)
        return;
    fact_put(fact, kin->whoever ? "active" : "phone", kin->whoever ? "no" : "",
             where);
    fact->ended = !kin->whoever;
    if (!kin->whoever)
        return;
    fact = facts_row(facts, "patients", FACT_SAY);
    fact->kin = over;
    fact_put_person(fact, "mrn", kin->ward, facts->people[kin->ward].where);
    fact_put_person(fact, "guardian", person, where);
}

static bool is_number(const struct fact_field *field)
{
    enum layout_type type = field->column->type;
    return type == LAYOUT_PHONE || type == LAYOUT_EMAIL;
}

void kin_over(struct fact *fact)
{
    for (size_t i = 0; i < fact->field_count; i++) {
        struct fact_field *field = &fact->fields[i];
        if (fact->kin.whoever && text_equal(field->column->name, "active"))
            field->text = "no";
        else if (!fact->kin.whoever && is_number(field))
            field->text = "";
    }
    fact->ended = !fact->kin.whoever;
}
