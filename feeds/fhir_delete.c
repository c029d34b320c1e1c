/* SPDX-License-Identifier: Apache-2.0 */
/* What is deleted names nobody: its own id is all that there is. */
#include "feeds/fhir_delete.h"

#include "base/text.h"

/* A condition is a row for each of its codes; more of them are not sent. */
#define CODES_MAX 8

static void end(struct facts *facts, const char *table, const char *id)
{
    struct fact *fact = facts_row(facts, table, FACT_END);
    fact_put(fact, "id", id, "id");
}

/* Whoever is deleted is written to no more; what was said stays theirs. */
static void leave(struct facts *facts, const char *authority, const char *id)
{
    int person = facts_person(facts, "id");
    facts_person_id(facts, person, authority, id, NULL);
    struct fact *fact = facts_row(facts, "patients", FACT_SAY);
    fact_put_person(fact, "mrn", person, "id");
    fact_put(fact, "active", "no", "id");
}

enum fhir_verdict fhir_delete(const char *type, const char *authority,
                              const char *id, struct facts *facts)
{
    static const struct {
        const char *type, *table;
        bool coded;
    } ends[] = {{"Appointment", "appointments", false},
                {"Encounter", "discharges", false},
                {"MedicationRequest", "prescriptions", false},
                {"MedicationDispense", "fills", false},
                {"Condition", "conditions", true},
                {"Procedure", "procedures", true},
                {"Procedure", "screenings", false},
                {"Immunization", "screenings", false},
                {"Observation", "screenings", false},
                {"DiagnosticReport", "screenings", false},
                {"ServiceRequest", "orders", false}};
    facts->what = type;
    if (text_equal(type, "Patient"))
        leave(facts, authority, id);
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        if (!text_equal(type, ends[i].type))
            continue;
        end(facts, ends[i].table, id);
        for (int more = 2; ends[i].coded && more <= CODES_MAX; more++)
            end(facts, ends[i].table, facts_format(facts, "%s#%d", id, more));
    }
    return facts->count > 0 ? FHIR_UNDERSTOOD : FHIR_NOT_OURS;
}
