/* SPDX-License-Identifier: Apache-2.0 */
/* What is deleted names nobody: its own id is all that there is. */
#include "feeds/fhir_delete.h"

#include <stdio.h>

#include "base/memory.h"
#include "base/text.h"

#include "store/alias.h"

#include "feeds/fhir_base.h"

/* A condition is a row for each of its codes; more of them are not sent. */
#define CODES_MAX 8

static void end(struct facts *facts, const char *table, const char *id,
                bool loose)
{
    struct fact *fact = facts_row(facts, table, FACT_END);
    fact_put(fact, "id", id, "id");
    if (text_equal(table, "screenings"))
        fact_sort(fact, "id", facts->what);
    fact->fields[0].loose = loose;
    if (text_equal(facts->what, "Encounter")) {
        fact->stay = fact_text(fact, "id");
        fact->stay_owner = facts->sender;
        fact->stay_over = true;
    }
}

/* Whose id of somebody it is; "": nobody here is known so, and nobody may make
 * a record by deleting it. Without a server's address it is its sender's, else
 * the only one that anybody has. */
static bool authority_find(struct store *store,
                           const struct fhir_deletion *what,
                           const struct facts *facts, bool loose,
                           const char **authority, struct error *err)
{
    struct alias_person person;
    char only[ALIAS_MRN_MAX], kind[64];
    *authority = what->by_identifier
                     ? what->system
                     : fhir_authority(facts->arena, facts->sender, what->type);
    if (!store)
        return true;
    if (!alias_find(store, *authority, what->id, &person, err))
        return false;
    if (person.id)
        return true;
    *authority = "";
    if (!loose)
        return true;
    snprintf(kind, sizeof(kind), "/%s", what->type);
    if (!alias_authority(store, kind, what->id, only, err))
        return false;
    *authority = arena_text(facts->arena, only);
    return true;
}

/* Whoever is deleted is written to no more; what was said stays theirs. So does
 * the child of a guardian: without one the child would be written to in person.
 */
static void leave(struct facts *facts, const char *authority, const char *id)
{
    int person = facts_person(facts, "id");
    facts_person_id(facts, person, authority, id, NULL);
    struct fact *fact = facts_row(facts, "patients", FACT_SAY);
    fact_put_person(fact, "mrn", person, "id");
    fact_put(fact, "active", "no", "id");
}

bool fhir_delete(struct store *store, const struct fhir_deletion *what,
                 struct facts *facts, enum fhir_verdict *verdict,
                 struct error *err)
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
    const char *type = what->type, *id = what->id, *authority;
    bool by_url;
    const char *base = fhir_base(facts->arena, what->url, type, NULL, &by_url);
    bool loose = !base && !what->by_identifier;
    facts->what = type;
    facts->source = facts->sender = base ? base : facts->source;
    if (text_equal(type, "Patient") || text_equal(type, "RelatedPerson")) {
        if (!authority_find(store, what, facts, loose, &authority, err))
            return false;
        if (*authority)
            leave(facts, authority, id);
        else
            facts_ignore(facts, "id", NULL, "nobody here is known so");
    }
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        if (!text_equal(type, ends[i].type))
            continue;
        end(facts, ends[i].table, id, !base);
        for (int more = 2; ends[i].coded && more <= CODES_MAX; more++)
            end(facts, ends[i].table, facts_format(facts, "%s#%d", id, more),
                !base);
    }
    *verdict = facts->count > 0 ? FHIR_UNDERSTOOD : FHIR_NOT_OURS;
    return true;
}
