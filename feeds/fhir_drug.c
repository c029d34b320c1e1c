/* SPDX-License-Identifier: Apache-2.0 */
/* MedicationRequest and MedicationDispense: what is prescribed, and for how
 * long it was handed over (domain.md 5.2). */
#include <math.h>
#include <string.h>

#include "base/text.h"

#include "feeds/fhir_own.h"

/* The medicine: of the request itself, contained in it, or named by it. */
static void put_drug(struct fhir_reading *it, struct fact *fact)
{
    const struct json_node *concept =
        json_get(it->resource, "medicationCodeableConcept");
    const struct json_node *of = json_get(it->resource, "medicationReference");
    const char *member =
        concept ? "medicationCodeableConcept" : "medicationReference";
    if (!concept)
    concept = json_get(fhir_contained(it, of), "code");
    const char *name =
        concept ? fhir_words(concept) : json_get_text(of, "display");
    fact_put(fact, "drug_code", fhir_code(concept),
             fhir_where(it, "%s", member));
    fact_put(fact, "drug_name", name, fhir_where(it, "%s", member));
}

static bool is_as_needed(struct fhir_reading *it)
{
    const struct json_node *dosage =
        json_first(json_get(it->resource, "dosageInstruction"));
    return json_is_true(json_get(dosage, "asNeededBoolean")) ||
           json_get(dosage, "asNeededCodeableConcept");
}

bool fhir_request(struct fhir_reading *it)
{
    const char *intent = fhir_text(it, "intent");
    const struct json_node *dispense =
        json_get(it->resource, "dispenseRequest");
    int64_t repeats;
    if (intent && !strstr(intent, "order")) {
        facts_ignore(it->facts, fhir_where(it, "intent"), intent,
                     "a plan, no prescription");
        return false;
    }
    int person = fhir_subject(it);
    if (person < 0)
        return false;
    if (text_equal(fhir_text(it, "status"), "entered-in-error") ||
        fhir_is_forbidden(it)) {
        fhir_row(it, "prescriptions", FACT_END, person);
        return true;
    }
    struct fact *fact = fhir_row(it, "prescriptions", FACT_SAY, person);
    put_drug(it, fact);
    fact_put(fact, "status", fhir_text(it, "status"), fhir_where(it, "status"));
    if (is_as_needed(it))
        fact_put(fact, "as_needed", "yes",
                 fhir_where(it, "dosageInstruction[0]"));
    /* as many as were written; how many are left the dispenses show */
    if (json_integer(json_get(dispense, "numberOfRepeatsAllowed"), &repeats)) {
        fact_put(fact, "refills_left",
                 facts_format(it->facts, "%lld", (long long)repeats),
                 fhir_where(it, "dispenseRequest.numberOfRepeatsAllowed"));
        fact_only_new(fact);
    }
    fhir_put_key(it, fact, "pickup", json_get(dispense, "performer"),
                 fhir_where(it, "dispenseRequest.performer"));
    fhir_put_time(it, fact, "written", json_get(it->resource, "authoredOn"),
                  fhir_where(it, "authoredOn"), true);
    return true;
}

/* A Quantity in days, weeks or months (UCUM); 0: it is none. */
static double days_of(const struct json_node *quantity)
{
    static const struct {
        const char *unit;
        double days;
    } units[] = {{"d", 1},   {"day", 1},    {"days", 1},
                 {"wk", 7},  {"week", 7},   {"weeks", 7},
                 {"mo", 30}, {"month", 30}, {"months", 30}};
    double value;
    const char *unit = json_get_text(quantity, "code");
    if (!unit)
        unit = json_get_text(quantity, "unit");
    if (!unit || !json_number(json_get(quantity, "value"), &value))
        return 0;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (text_equal_nocase(unit, units[i].unit))
            return value * units[i].days;
    return 0;
}

bool fhir_dispense(struct fhir_reading *it)
{
    const char *status = fhir_text(it, "status");
    const struct json_node *of =
        json_first(json_get(it->resource, "authorizingPrescription"));
    it->facts->subject = fhir_person(it, json_get(it->resource, "subject"),
                                     fhir_where(it, "subject"));
    if (!status || text_equal(status, "unknown")) {
        facts_ignore(it->facts, fhir_where(it, "status"), status,
                     "nobody knows whether it was handed over");
        return false;
    }
    /* Not yet, not after all, or by mistake: where it was told before as
       handed over, it was not. */
    if (!text_equal(status, "completed")) {
        facts_ignore(it->facts, fhir_where(it, "status"), status,
                     "nothing was handed over");
        fhir_row(it, "fills", FACT_END, -1);
        return true;
    }
    struct fact *fact = fhir_row(it, "fills", FACT_SAY, -1);
    double days = days_of(json_get(it->resource, "daysSupply"));
    bool told = fact_is_mapped(fact, "days_supply");
    fhir_put_key(it, fact, "prescription", of,
                 fhir_where(it, "authorizingPrescription[0]"));
    if (text_blank(fact_text(fact, "prescription"))) {
        facts_fatal(it->facts, fhir_where(it, "authorizingPrescription"), NULL,
                    "names no prescription: what is refilled?");
        facts_unrow(it->facts);
        return false;
    }
    if (!told && (days < 1 || days > 400 || isnan(days))) {
        facts_fatal(it->facts, fhir_where(it, "daysSupply"), NULL,
                    "days, weeks or months (d, wk, mo) were expected: how "
                    "long does it last?");
        facts_unrow(it->facts);
        return false;
    }
    const char *when = json_get(it->resource, "whenHandedOver")
                           ? "whenHandedOver"
                           : "whenPrepared";
    if (!fhir_put_time(it, fact, "filled", json_get(it->resource, when),
                       fhir_where(it, "%s", when), false))
        facts_fatal(it->facts, fhir_where(it, "whenHandedOver"), NULL,
                    "when was it handed over?");
    if (!told)
        fact_put(fact, "days_supply",
                 facts_format(it->facts, "%.0f", floor(days)),
                 fhir_where(it, "daysSupply"));
    return true;
}
