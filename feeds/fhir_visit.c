/* SPDX-License-Identifier: Apache-2.0 */
/* Appointment and Encounter: what will be, and who went home. */
#include <math.h>
#include <string.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

#include "feeds/fhir_own.h"

/* The participant whose actor is of this type; NULL: none. */
static const struct json_node *participant(struct fhir_reading *it,
                                           const char *kind, size_t *place)
{
    size_t i = 0;
    for (const struct json_node *one =
             json_first(json_get(it->resource, "participant"));
         one; one = json_next(one), i++) {
        const struct json_node *actor = json_get(one, "actor");
        if (text_equal(fhir_kind(it, actor), kind)) {
            *place = i;
            return actor;
        }
    }
    return NULL;
}

static bool declined(const struct json_node *participant)
{
    return text_equal(json_get_text(participant, "status"), "declined");
}

/* The participant who is the patient, rather one who comes; NULL: none.
 * urn:uuid names no type: whoever is neither place nor staff is the patient. */
static const struct json_node *patient_of(struct fhir_reading *it,
                                          size_t *place)
{
    static const char *const kinds[] = {"Patient", ""};
    const struct json_node *found = NULL;
    for (size_t k = 0; k < 2 && !found; k++) {
        size_t i = 0;
        for (const struct json_node *one =
                 json_first(json_get(it->resource, "participant"));
             one; one = json_next(one), i++) {
            const struct json_node *actor = json_get(one, "actor");
            if (!actor || !text_equal(fhir_kind(it, actor), kinds[k]) ||
                (found && !(declined(found) && !declined(one))))
                continue;
            found = one;
            *place = i;
        }
    }
    return found;
}

/* A visit here is one patient's: who else comes to it is told. */
static void tell_others(struct fhir_reading *it, int person)
{
    const struct fact_person *first = &it->facts->people[person];
    size_t i = 0;
    for (const struct json_node *one =
             json_first(json_get(it->resource, "participant"));
         one; one = json_next(one), i++) {
        const struct json_node *actor = json_get(one, "actor");
        const char *key = fhir_key(it, actor);
        if (!key || declined(one) ||
            !text_equal(fhir_kind(it, actor), "Patient") ||
            text_equal(first->where,
                       fhir_where(it, "participant[%zu].actor", i)))
            continue;
        bool same = false;
        for (size_t k = 0; k < first->id_count && !same; k++)
            same = text_equal(first->ids[k].value, key);
        if (same)
            continue;
        facts_lost(it->facts, fhir_where(it, "participant[%zu].actor", i), NULL,
                   FACT_SECOND_PATIENT);
        return;
    }
}

static void put_minutes(struct fhir_reading *it, struct fact *fact)
{
    int64_t minutes;
    instant start, end;
    if (json_integer(json_get(it->resource, "minutesDuration"), &minutes)) {
        fact_put(fact, "minutes",
                 facts_format(it->facts, "%lld", (long long)minutes),
                 fhir_where(it, "minutesDuration"));
        return;
    }
    const char *from = fhir_text(it, "start"), *to = fhir_text(it, "end");
    if (from && to && civil_parse_instant(from, &start) &&
        civil_parse_instant(to, &end) && end > start)
        fact_put_from(fact, "minutes",
                      facts_format(it->facts, "%lld",
                                   (long long)((end - start) / MINUTE_MS)),
                      fhir_where(it, "end"), to);
}

/* As it stands, also where nobody can read it: the row is refused for it then,
 * and nobody goes by the time that was known before. */
static void put_start(struct fhir_reading *it, struct fact *fact)
{
    static const char wrong[] = "a moment with its offset was expected, as "
                                "2026-12-01T09:00:00-05:00";
    const struct json_node *start = json_get(it->resource, "start");
    const char *text = json_text(start), *where = fhir_where(it, "start");
    struct civil local;
    bool has_offset;
    int offset;
    fact->wanted = remap_where(&it->remap, "appointments", "start", where);
    if (!start || fact_is_mapped(fact, "start") ||
        (text && civil_parse(text, &local, &has_offset, &offset)))
        fact_put(fact, "start", text, where);
    else
        fact_put_wrong(fact, "start", text, where, wrong);
}

bool fhir_appointment(struct fhir_reading *it)
{
    size_t i = 0;
    const char *status = fhir_text(it, "status");
    const struct json_node *patient = patient_of(it, &i);
    const struct json_node *who = json_get(patient, "actor");
    size_t at = i;
    int person =
        who ? fhir_person(it, who, fhir_where(it, "participant[%zu].actor", i))
            : -1;
    if (person < 0 && !fact_is_off(status)) {
        if (who)
            facts_fatal(it->facts, fhir_where(it, "participant[%zu].actor", i),
                        NULL, "names nobody");
        else
            facts_ignore(it->facts, fhir_where(it, "participant"), NULL,
                         "no patient takes part");
        return false;
    }
    struct fact *fact = fhir_row(it, "appointments", FACT_SAY, person);
    const struct json_node *place = participant(it, "Location", &i);
    fhir_put_key(it, fact, "clinic", place,
                 fhir_where(it, "participant[%zu].actor", i));
    put_start(it, fact);
    put_minutes(it, fact);
    if (declined(patient) && !fact_is_off(status))
        fact_put_from(fact, "status", "cancelled",
                      fhir_where(it, "participant[%zu].status", at),
                      "declined");
    else
        fact_put(fact, "status", status, fhir_where(it, "status"));
    if (person >= 0 && !fact_is_off(fact_text(fact, "status")))
        tell_others(it, person);
    const char *kind =
        fhir_words(json_first(json_get(it->resource, "serviceType")));
    const char *member = "serviceType[0]";
    if (!kind) {
        kind = fhir_words(json_get(it->resource, "appointmentType"));
        member = "appointmentType";
    }
    fact_put(fact, "visit_type", kind, fhir_where(it, "%s", member));
    const struct json_node *doctor = participant(it, "Practitioner", &i);
    fact_put(fact, "practitioner", json_get_text(doctor, "display"),
             fhir_where(it, "participant[%zu].actor.display", i));
    fhir_put_time(it, fact, "booked", json_get(it->resource, "created"),
                  fhir_where(it, "created"), false);
    return true;
}

/* Encounter -------------------------------------------------------------------
 */

static void put_stay_place(struct fhir_reading *it, struct fact *fact)
{
    const struct json_node *provider =
        json_get(it->resource, "serviceProvider");
    const struct json_node *location =
        json_get(json_first(json_get(it->resource, "location")), "location");
    if (provider)
        fhir_put_key(it, fact, "clinic", provider,
                     fhir_where(it, "serviceProvider"));
    else
        fhir_put_key(it, fact, "clinic", location,
                     fhir_where(it, "location[0].location"));
}

static void put_stay(struct fhir_reading *it, struct fact *fact)
{
    /* (the resource may be gone before its facts) */
    fact->stay = arena_text(it->facts->arena, it->id);
    fact->stay_owner = it->facts->sender;
}

static struct fact *say_stay(struct fhir_reading *it, int person)
{
    struct fact *fact = facts_row(it->facts, "patients", FACT_SAY);
    put_stay(it, fact);
    fact_put_person(fact, "mrn", person, fhir_where(it, "subject"));
    return fact;
}

/* Of another class, or of none where it is off: it may have been a stay, and is
 * none any more. Nobody is made a patient by it. */
static void say_none(struct fhir_reading *it, int person)
{
    struct fact *fact = say_stay(it, person);
    fact->stay_over = fact->of_known = fact->beside = true;
}

static void say_inpatient(struct fhir_reading *it, int person, bool inside)
{
    struct fact *fact = say_stay(it, person);
    fact_put_from(fact, "inpatient", inside ? "yes" : "no",
                  fhir_where(it, "status"), fhir_text(it, "status"));
    fact->stay_theirs =
        inside || text_equal(fhir_text(it, "status"), "finished");
}

static const struct json_node *left_for(struct fhir_reading *it)
{
    return json_get(json_get(it->resource, "hospitalization"),
                    "dischargeDisposition");
}

static void put_disposition(struct fhir_reading *it, struct fact *fact)
{
    const char *where = fhir_where(it, "hospitalization.dischargeDisposition");
    const struct json_node *left =
        fact_is_mapped(fact, "disposition") ? NULL : left_for(it);
    const char *home = fhir_coded(it, "disposition", left);
    if (home)
        fact_put_from(fact, "disposition", home, where, fhir_code(left));
    else if (left)
        facts_fault(it->facts, where, fhir_code(left),
                    "a disposition that the codes do not have: nobody knows "
                    "whether they are at home");
}

/* `class` NULL: no stay. */
static void discharge(struct fhir_reading *it, int person, const char *class)
{
    const struct json_node *period = json_get(it->resource, "period");
    struct fact *fact = fhir_row(it, "discharges", FACT_SAY, person);
    put_stay(it, fact);
    put_stay_place(it, fact);
    fhir_put_time(it, fact, "admitted", json_get(period, "start"),
                  fhir_where(it, "period.start"), false);
    if (!fhir_put_time(it, fact, "discharged", json_get(period, "end"),
                       fhir_where(it, "period.end"), false))
        facts_fatal(it->facts, fhir_where(it, "period.end"), NULL,
                    "when did they go?");
    fact_put_from(fact, "class", class, fhir_where(it, "class"),
                  json_get_text(json_get(it->resource, "class"), "code"));
    put_disposition(it, fact);
    fact_put_from(fact, "status", "discharged", fhir_where(it, "status"),
                  fhir_text(it, "status"));
}

bool fhir_encounter(struct fhir_reading *it)
{
    const struct json_node *class = json_get(it->resource, "class");
    const char *status = fhir_text(it, "status");
    if (json_type(class) == JSON_ARRAY ||
        json_get(it->resource, "actualPeriod") ||
        json_get(it->resource, "admission")) {
        facts_fatal(it->facts, fhir_where(it, "class"), NULL,
                    "is FHIR R5: only R4 (4.0.1) is understood");
        return false;
    }
    const char *stay = fhir_coding(it, "class", class);
    bool finished = text_equal(status, "finished");
    bool died =
        finished &&
        text_equal(fhir_coded(it, "disposition", left_for(it)), "expired");
    bool never = text_equal(status, "cancelled") ||
                 text_equal(status, "entered-in-error");
    bool none = !stay && !died && !never;
    if (none)
        facts_ignore(it->facts, fhir_where(it, "class"),
                     json_get_text(class, "code"), "no stay in hospital");
    if (none && !class)
        return false;
    int person = fhir_subject(it);
    if (person < 0 || !status || text_equal(status, "unknown"))
        return false;
    if (!text_equal(stay, "inpatient") && (class || never))
        say_none(it, person);
    if (none)
        return true;
    /* Not gone, not yet or not after all: where it was told before that they
       went, that is taken back. */
    if (finished)
        discharge(it, person, stay);
    else
        put_stay(it, fhir_row(it, "discharges", FACT_END, person));
    if (!text_equal(stay, "inpatient"))
        return true;
    if (finished || never)
        say_inpatient(it, person, false);
    else if (text_equal(status, "in-progress") || text_equal(status, "onleave"))
        say_inpatient(it, person, true);
    return true;
}
