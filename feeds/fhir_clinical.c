/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a measure asks for: tests that were done or ordered, vaccinations,
 * procedures, conditions. Which codes are which test the code tables say; what
 * they do not have is nothing for us.
 */
#include <string.h>

#include "base/text.h"

#include "feeds/fhir_own.h"

static bool is_one_of(const char *text, const char *const *words)
{
    for (; text && *words; words++)
        if (text_equal(text, *words))
            return true;
    return false;
}

/* A resource that says of itself that it was a mistake. */
static bool is_error(struct fhir_reading *it, const char *status)
{
    static const char *const words[] = {"entered-in-error", "cancelled",
                                        "revoked", NULL};
    (void)it;
    return is_one_of(status, words);
}

static bool not_yet(struct fhir_reading *it, const char *status)
{
    facts_ignore(it->facts, fhir_where(it, "status"), status,
                 "is not done, or not final");
    return false;
}

/* Conditions and procedures: a row for each code, so that a measure finds them
 * by whichever it names. */
static void put_codes(struct fhir_reading *it, const char *table, int person,
                      const char *codes, enum fact_verb verb,
                      void (*more)(struct fhir_reading *it, struct fact *fact))
{
    size_t i = 0;
    for (const struct json_node *coding =
             json_first(json_get(json_get(it->resource, "code"), "coding"));
         coding; coding = json_next(coding)) {
        const char *code = json_get_text(coding, "code");
        const char *known = codes ? fhir_coding(it, codes, coding) : NULL;
        if (text_blank(code))
            continue;
        if (i == FHIR_ROWS_MAX) {
            facts_fault(it->facts, fhir_where(it, "code.coding"), NULL,
                        FHIR_ROWS_TOLD);
            return;
        }
        struct fact *fact = fhir_row_bare(it, table, verb);
        fact_put_from(fact, "id",
                      i ? facts_format(it->facts, "%s#%zu", it->id, i + 1)
                        : it->id,
                      fhir_where(it, "id"), it->id);
        fact_put_person(fact, "patient", person, fhir_where(it, "subject"));
        fact_put_from(fact, "code", known ? known : code,
                      fhir_where(it, "code.coding[%zu]", i), code);
        if (verb == FACT_SAY)
            more(it, fact);
        i++;
    }
}

static void condition_days(struct fhir_reading *it, struct fact *fact)
{
    static const char *const over[] = {"inactive", "resolved", "remission",
                                       NULL};
    const struct json_node *since = fhir_choice(it->resource, "onset", false);
    const char *status = fhir_code(json_get(it->resource, "clinicalStatus"));
    if (!since)
        since = json_get(it->resource, "recordedDate");
    fhir_put_time(it, fact, "since", since, fhir_where(it, "onset[x]"), true);
    const struct json_node *until =
        fhir_choice(it->resource, "abatement", true);
    /* It is over, nobody says since when: at the latest when it was told. */
    if (!until && is_one_of(status, over))
        until = json_get(json_get(it->resource, "meta"), "lastUpdated");
    fhir_put_time(it, fact, "until", until, fhir_where(it, "abatement[x]"),
                  true);
}

bool fhir_condition(struct fhir_reading *it)
{
    static const char *const never[] = {"refuted", "entered-in-error", NULL};
    const char *verified =
        fhir_code(json_get(it->resource, "verificationStatus"));
    int person = fhir_subject(it);
    if (person < 0)
        return false;
    put_codes(it, "conditions", person, NULL,
              is_one_of(verified, never) ? FACT_END : FACT_SAY, condition_days);
    return it->facts->count > 0;
}

/* Tests -----------------------------------------------------------------------
 */

static struct fact *test(struct fhir_reading *it, int person, const char *kind,
                         const struct json_node *concept,
                         const struct json_node *done, const char *where)
{
    struct fact *fact = fhir_row(it, "screenings", FACT_SAY, person);
    fact_put_from(fact, "kind", kind, fhir_where(it, "code"),
                  fhir_code(concept));
    if (!fhir_put_time(it, fact, "done", done, where, true))
        facts_fatal(it->facts, where, NULL, "when was it done?");
    return fact;
}

static void procedure_day(struct fhir_reading *it, struct fact *fact)
{
    fhir_put_time(it, fact, "done",
                  fhir_choice(it->resource, "performed", true),
                  fhir_where(it, "performed[x]"), true);
}

bool fhir_procedure(struct fhir_reading *it)
{
    const char *status = fhir_text(it, "status");
    const struct json_node *code = json_get(it->resource, "code");
    const char *kind = fhir_coded(it, "screening", code);
    bool gone = is_error(it, status) || text_equal(status, "not-done");
    if (!gone && !text_equal(status, "completed"))
        return not_yet(it, status);
    int person = fhir_subject(it);
    if (person < 0)
        return false;
    put_codes(it, "procedures", person, "procedure", gone ? FACT_END : FACT_SAY,
              procedure_day);
    if (kind && gone)
        fhir_row(it, "screenings", FACT_END, person);
    else if (kind)
        test(it, person, kind, code,
             fhir_choice(it->resource, "performed", true),
             fhir_where(it, "performed[x]"));
    return it->facts->count > 0;
}

bool fhir_immunization(struct fhir_reading *it)
{
    const char *status = fhir_text(it, "status");
    const struct json_node *code = json_get(it->resource, "vaccineCode");
    const char *kind = fhir_coded(it, "screening", code);
    if (!kind) {
        facts_ignore(it->facts, fhir_where(it, "vaccineCode"), fhir_code(code),
                     "no measure asks for this vaccine");
        return false;
    }
    int person = fhir_subject(it);
    if (person < 0)
        return false;
    if (!text_equal(status, "completed"))
        fhir_row(it, "screenings", FACT_END, person);
    else
        test(it, person, kind, code,
             fhir_choice(it->resource, "occurrence", true),
             fhir_where(it, "occurrence[x]"));
    return true;
}

static void put_quantity(struct fhir_reading *it, struct fact *fact,
                         const char *column, const struct json_node *quantity,
                         const char *where)
{
    double value;
    const char *sign = json_get_text(quantity, "comparator");
    const char *unit = json_get_text(quantity, "unit");
    if (!json_number(json_get(quantity, "value"), &value))
        return;
    fact_put(fact, column,
             facts_format(it->facts, "%s%.10g", sign ? sign : "", value),
             where);
    if (!unit)
        unit = json_get_text(quantity, "code");
    if (text_equal(column, "value"))
        fact_put(fact, "unit", unit, where);
}

/* Blood pressure is one observation of two numbers. */
static void put_components(struct fhir_reading *it, struct fact *fact)
{
    size_t i = 0;
    for (const struct json_node *one =
             json_first(json_get(it->resource, "component"));
         one; one = json_next(one), i++) {
        const char *code = fhir_code(json_get(one, "code"));
        const char *column = text_equal(code, "8480-6")   ? "value"
                             : text_equal(code, "8462-4") ? "second_value"
                                                          : NULL;
        if (column)
            put_quantity(it, fact, column, json_get(one, "valueQuantity"),
                         fhir_where(it, "component[%zu].valueQuantity", i));
    }
}

static void put_outcome(struct fhir_reading *it, struct fact *fact,
                        const char *member)
{
    const struct json_node *list = json_get(it->resource, member);
    for (const struct json_node *one = json_first(list); one;
         one = json_next(one)) {
        const char *result = fhir_coded(it, "result", one);
        if (!result)
            continue;
        fact_put_from(fact, "result", result, fhir_where(it, "%s", member),
                      fhir_code(one));
        return;
    }
}

static bool tested(struct fhir_reading *it, const char *outcome)
{
    static const char *const final[] = {"final", "amended", "corrected",
                                        "appended", NULL};
    const char *status = fhir_text(it, "status");
    const struct json_node *code = json_get(it->resource, "code");
    const char *kind = fhir_coded(it, "screening", code);
    if (!kind) {
        facts_ignore(it->facts, fhir_where(it, "code"), fhir_code(code),
                     "no measure asks for this test");
        return false;
    }
    int person = fhir_subject(it);
    if (person < 0)
        return false;
    if (is_error(it, status)) {
        fhir_row(it, "screenings", FACT_END, person);
        return true;
    }
    if (!is_one_of(status, final))
        return not_yet(it, status);
    struct fact *fact = test(it, person, kind, code,
                             fhir_choice(it->resource, "effective", true),
                             fhir_where(it, "effective[x]"));
    fhir_put_time(it, fact, "resulted", json_get(it->resource, "issued"),
                  fhir_where(it, "issued"), false);
    put_quantity(it, fact, "value", json_get(it->resource, "valueQuantity"),
                 fhir_where(it, "valueQuantity"));
    put_components(it, fact);
    put_outcome(it, fact, outcome);
    return true;
}

bool fhir_observation(struct fhir_reading *it)
{
    return tested(it, "interpretation");
}

bool fhir_report(struct fhir_reading *it)
{
    return tested(it, "conclusionCode");
}

bool fhir_order(struct fhir_reading *it)
{
    static const struct {
        const char *theirs, *ours;
    } states[] = {{"active", "active"},
                  {"on-hold", "active"},
                  {"completed", "completed"},
                  {"revoked", "revoked"}};
    const char *status = fhir_text(it, "status");
    const struct json_node *code = json_get(it->resource, "code");
    const char *kind = fhir_coded(it, "screening", code);
    const char *intent = fhir_text(it, "intent");
    if (!kind || (intent && !strstr(intent, "order"))) {
        facts_ignore(it->facts, fhir_where(it, kind ? "intent" : "code"),
                     kind ? intent : fhir_code(code),
                     kind ? "a plan, no order"
                          : "no measure asks for this test");
        return false;
    }
    int person = fhir_subject(it);
    if (person < 0)
        return false;
    if (text_equal(status, "entered-in-error") || fhir_is_forbidden(it)) {
        fhir_row(it, "orders", FACT_END, person);
        return true;
    }
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        if (!text_equal(status, states[i].theirs))
            continue;
        struct fact *fact = fhir_row(it, "orders", FACT_SAY, person);
        fact_put_from(fact, "kind", kind, fhir_where(it, "code"),
                      fhir_code(code));
        fact_put_from(fact, "status", states[i].ours, fhir_where(it, "status"),
                      status);
        fhir_put_time(it, fact, "ordered", json_get(it->resource, "authoredOn"),
                      fhir_where(it, "authoredOn"), true);
        return true;
    }
    return not_yet(it, status);
}

/* Messages of other systems. Caps count by number and by what came of it
 * (L-6), and a Communication names neither. */
bool fhir_communication(struct fhir_reading *it)
{
    facts_ignore(it->facts, fhir_where(it, "sent"), fhir_text(it, "sent"),
                 "does not say to which number it went, nor whether it got "
                 "there: it counts in no cap");
    return false;
}
