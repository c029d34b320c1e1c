/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue: every name that a campaign may use, what it means, how
 * private it is and how it reads in SQL. It is the only place that knows
 * both the words of a coordinator and the columns of the store. To add a
 * name, add a row; docs/fields.md and the checker follow by themselves. No
 * row asks what time it is: times come as parameters. */
#include "store/catalogue.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "store/catalogue_own.h"
#include "store/patient.h"
#include "store/words.h"

/* Columns of a row: name, anchors, type, tier, may be missing, SQL, about.
 * Tiers are those of L-31: 0 call-back, 1 logistics, 2 clinical-light, 3
 * clinical (never in a text message). */
#define FIELD(name_, anchors_, type_, tier_, missing_, sql_, about_) \
    {                                                                \
        .field = {.name = (name_),                                   \
                  .anchors = (anchors_),                             \
                  .type = (type_),                                   \
                  .tier = (tier_),                                   \
                  .can_be_missing = (missing_),                      \
                  .about = (about_)},                                \
        .sql = (sql_)                                                \
    }
/* A text that is one of a closed list. */
#define WORD(name_, anchors_, tier_, missing_, sql_, words_, about_) \
    {                                                                \
        .field = {.name = (name_),                                   \
                  .anchors = (anchors_),                             \
                  .type = VALUE_TEXT,                                \
                  .tier = (tier_),                                   \
                  .can_be_missing = (missing_),                      \
                  .words = (words_),                                 \
                  .about = (about_)},                                \
        .sql = (sql_)                                                \
    }
/* A time that steps may count from, with the index of its column. */
#define TIME(name_, anchors_, tier_, missing_, sql_, index_, about_) \
    {                                                                \
        .field = {.name = (name_),                                   \
                  .anchors = (anchors_),                             \
                  .type = VALUE_INSTANT,                             \
                  .tier = (tier_),                                   \
                  .can_be_missing = (missing_),                      \
                  .is_time = true,                                   \
                  .about = (about_)},                                \
        .sql = (sql_), .index = (index_)                             \
    }
#define CLOCK(column) "printf('%02d:%02d', " column " / 60, " column " % 60)"
/* Whole years from `born` to `day`. */
#define YEARS(born, day)                         \
    "(CAST(substr(" day ", 1, 4) AS INTEGER) - " \
    "CAST(substr(" born ", 1, 4) AS INTEGER) - " \
    "(substr(" day ", 6) < substr(" born ", 6)))"
#define GUARDED                                       \
    "(p.guardian_id IS NOT NULL AND coalesce(" YEARS( \
        "coalesce(p.birth_on, p.born_by)",            \
        "$today") " < " PATIENT_ADULT_YEARS_SQL ", 1))"
/* Where a sensitive service is tells what it is, as its name does (L-31). */
#define STREET(table) "iif(" table ".sensitive, NULL, " table ".street)"
/* NULL / 60 prints as 00:00: a missing hour must stay missing. */
#define HOURS(column) \
    "CASE WHEN " column " IS NOT NULL THEN " CLOCK(column) " END"
/* true, 1, "yes", "true" or "high" in the patient's attributes */
#define MARKED(name)                                         \
    "CASE CASE WHEN json_valid(p.attributes) THEN "          \
    "json_extract(p.attributes, '$." name                    \
    "') END WHEN 1 THEN 1 WHEN '1' THEN 1 WHEN 'yes' THEN 1" \
    " WHEN 'true' THEN 1 WHEN 'high' THEN 1 ELSE 0 END"
#define POINT(kind)                                                      \
    "EXISTS (SELECT 1 FROM contact_point cp WHERE cp.patient_id = p.id " \
    "AND cp.kind = '" kind "' AND cp.gone_at IS NULL AND cp.bad_at IS NULL)"

/* What a booked visit comes to, by the schedule and by the patient's newest
 * word about it at this time: no feed overwrites that, unless it books the
 * visit anew after that word. To say again that it is booked says nothing. */
#define EFFECTIVE_STATUS                                                \
    "CASE WHEN a.status = 'booked' THEN coalesce(CASE " NEWEST_DECISION \
    " WHEN 'cancel' THEN 'cancelled' WHEN 'reschedule' THEN 'pending'"  \
    " END, 'booked') ELSE a.status END"

static const struct catalogue_field fields[] = {
    /* A visit. */
    WORD("status", APPOINTMENT, 1, false, EFFECTIVE_STATUS, WORDS_VISIT,
         "what the schedule says; of a booked visit `cancelled` or `pending`,"
         " where the patient asked to cancel it or for another time"),
    TIME("start", APPOINTMENT, 1, false, "a.start_at", "appointment_start",
         "when the visit begins"),
    FIELD("end", APPOINTMENT, VALUE_INSTANT, 1, true,
          "a.start_at + a.minutes * 60000", "when the visit ends"),
    TIME("booked", APPOINTMENT, 1, true, "a.booked_at", "appointment_booked",
         "when the visit was booked"),
    FIELD("lead_time", APPOINTMENT, VALUE_DURATION, 1, true,
          "a.start_at - a.booked_at", "from the booking to the visit"),
    FIELD("minutes", APPOINTMENT, VALUE_NUMBER, 1, true, "a.minutes",
          "how long the visit takes"),
    FIELD("visit_type", APPOINTMENT, VALUE_TEXT, 3, true, "a.visit_type",
          "the schedule's word for the kind of visit"),
    FIELD("telehealth", APPOINTMENT, VALUE_BOOL, 1, false, "a.telehealth",
          "by video or telephone; times are then the patient's"),
    FIELD("practitioner", APPOINTMENT, VALUE_TEXT, 2, true, "a.practitioner",
          "whom the patient will see"),
    FIELD("preparation", APPOINTMENT, VALUE_BOOL, 2, false, "a.preparation",
          "the patient must prepare (fasting, papers)"),

    /* A dispensing and its prescription. */
    TIME("filled", FILL, 2, false, "f.filled_at", "fill_filled",
         "when the medicine was dispensed"),
    TIME("runs_out", FILL, 2, false, "f.runs_out_at", "fill_runs_out",
         "when the supply ends, earlier fills carried over"),
    FIELD("days_supply", FILL, VALUE_NUMBER, 2, false, "f.days_supply",
          "for how many days this fill lasts"),
    FIELD("first_fill", FILL, VALUE_BOOL, 2, false, "f.first_fill",
          "the first fill of this prescription"),
    FIELD("latest", FILL, VALUE_BOOL, 2, false, "f.latest",
          "no later fill of this prescription is known"),
    FIELD("refills_left", FILL, VALUE_NUMBER, 2, true, "rx.refills_left",
          "how often the prescription may still be filled"),
    FIELD("controlled", FILL, VALUE_BOOL, 3, false, "rx.controlled",
          "a controlled substance"),
    FIELD("as_needed", FILL, VALUE_BOOL, 3, false, "rx.as_needed",
          "taken only when needed, so that it never runs out by date"),
    WORD("prescription.status", FILL, 2, false, "rx.status", WORDS_PRESCRIPTION,
         "whether it may still be filled"),
    FIELD("prescription.drug_code", FILL, VALUE_TEXT, 3, true, "rx.drug_code",
          "the code of the medicine"),
    FIELD("prescription.drug_name", FILL, VALUE_TEXT, 3, true, "rx.drug_name",
          "the name of the medicine: never in a message"),
    FIELD("prescription.written", FILL, VALUE_DATE, 2, true, "rx.written_on",
          "when it was written"),
    FIELD("prescription.ended", FILL, VALUE_DATE, 2, true, "rx.ended_on",
          "when it ended"),
    FIELD("pickup.id", FILL, VALUE_TEXT, 3, true, "pk.external_id",
          "the source's key of the place where the medicine is fetched"),
    FIELD("pickup.public_name", FILL, VALUE_TEXT, 0, true, "pk.public_name",
          "the place where the medicine is fetched, as messages may say it"),
    FIELD("pickup.name", FILL, VALUE_TEXT, 3, true, "pk.name",
          "its internal name"),
    FIELD("pickup.phone", FILL, VALUE_TEXT, 0, true, "pk.phone", "its phone"),
    FIELD("pickup.street", FILL, VALUE_TEXT, 1, true, STREET("pk"),
          "its street and number; of a sensitive place nothing"),
    FIELD("pickup.city", FILL, VALUE_TEXT, 1, true, "pk.city", "its city"),
    FIELD("pickup.state", FILL, VALUE_TEXT, 1, true, "pk.state", "its state"),
    FIELD("pickup.zip", FILL, VALUE_TEXT, 1, true, "pk.zip", "its postal code"),
    FIELD("pickup.zone", FILL, VALUE_TEXT, 1, true, "pk.zone", "its time zone"),
    WORD("pickup.kind", FILL, 2, true, "pk.kind", WORDS_PLACE,
         "what kind of place it is"),
    FIELD("pickup.opens", FILL, VALUE_TEXT, 0, true, HOURS("pk.open_from"),
          "when it opens on weekdays, as \"08:00\""),
    FIELD("pickup.closes", FILL, VALUE_TEXT, 0, true, HOURS("pk.open_to"),
          "when it closes on weekdays, as \"18:00\""),

    /* A discharge. */
    WORD("status", DISCHARGE, 3, false, "d.status", WORDS_DISCHARGE,
         "cancelled when the hospital took it back"),
    TIME("discharged", DISCHARGE, 2, false, "d.discharged_at", "discharge_at",
         "when the patient left the hospital"),
    TIME("admitted", DISCHARGE, 2, true, "d.admitted_at", "discharge_admitted",
         "when the patient came in"),
    WORD("class", DISCHARGE, 3, true, "d.class", WORDS_CLASS,
         "what kind of stay it was"),
    WORD("disposition", DISCHARGE, 3, true, "d.disposition", WORDS_DISPOSITION,
         "where the patient went"),

    /* A result: a screening whose outcome came in. */
    FIELD("kind", RESULT, VALUE_TEXT, 3, false, "s.kind",
          "which test, as measures name it: fit, hba1c, blood-pressure"),
    TIME("resulted", RESULT, 2, false, "s.resulted_at", "screening_resulted",
         "when the result came; the day of the test where nobody said"),
    FIELD("done", RESULT, VALUE_DATE, 2, false, "s.done_on",
          "the day of the test"),
    FIELD("age_when_done", RESULT, VALUE_NUMBER, 3, true,
          YEARS("p.birth_on", "s.done_on"),
          "the patient's age on that day, in whole years"),
    WORD("result", RESULT, 3, true, "s.result", WORDS_RESULT,
         "what the laboratory called it"),
    FIELD("value", RESULT, VALUE_NUMBER, 3, true, "s.value",
          "its number; of a blood pressure the systolic one"),
    FIELD("second_value", RESULT, VALUE_NUMBER, 3, true, "s.second_value",
          "the second number of a pair: the diastolic pressure"),
    FIELD("unit", RESULT, VALUE_TEXT, 3, true, "s.unit",
          "of the number, as the source writes it: %, mmol/mol"),
    FIELD("resolved", RESULT, VALUE_BOOL, 3, false, "s.resolved",
          "somebody has dealt with it: the patient knows, or need not"),

    /* Of visits and discharges, and by attribute of everybody. */
    WORD("risk", APPOINTMENT, 3, true, "a.risk", WORDS_RISK,
         "the risk of not coming"),
    WORD("risk", DISCHARGE, 3, true, "d.risk", WORDS_RISK,
         "the risk of coming back"),
    FIELD("high_risk", APPOINTMENT, VALUE_BOOL, 3, false,
          "(a.risk IS 'high' OR " MARKED("high_risk") ")",
          "the visit's risk is high, or the patient's attribute high_risk is "
          "set"),
    FIELD("high_risk", DISCHARGE, VALUE_BOOL, 3, false,
          "(d.risk IS 'high' OR " MARKED("high_risk") ")",
          "the discharge's risk is high, or the patient's attribute high_risk "
          "is set"),
    FIELD("high_risk", FILL | PATIENT | RESULT, VALUE_BOOL, 3, false,
          MARKED("high_risk"), "the patient's attribute high_risk is set"),
    FIELD("sensitive", FILL, VALUE_BOOL, 3, false,
          "(p.sensitive OR coalesce(c.sensitive, 0) OR "
          "coalesce(pk.sensitive, 0))",
          "the patient, their clinic or the place of pickup is marked "
          "sensitive"),
    FIELD("sensitive", VISITS | PATIENT | RESULT, VALUE_BOOL, 3, false,
          "(p.sensitive OR coalesce(c.sensitive, 0))",
          "the patient or the clinic is marked sensitive"),
    FIELD("inpatient", ALL, VALUE_BOOL, 3, false, "p.inpatient",
          "the patient is in hospital now"),
    FIELD("zone", APPOINTMENT, VALUE_TEXT, 1, false,
          "CASE WHEN a.telehealth THEN coalesce(p.zone, a.zone) ELSE a.zone "
          "END",
          "the time zone of the visit; the patient's for telehealth"),
    FIELD("zone", FILL, VALUE_TEXT, 1, true,
          "coalesce(pk.zone, c.zone, p.zone)",
          "the time zone of the place of pickup"),
    FIELD("zone", DISCHARGE, VALUE_TEXT, 1, false, "d.zone",
          "the time zone of the hospital"),
    FIELD("zone", PATIENT | RESULT, VALUE_TEXT, 1, true,
          "coalesce(p.zone, c.zone)",
          "the patient's time zone, else their clinic's"),

    /* The patient. */
    FIELD("patient.mrn", ALL, VALUE_TEXT, 3, false, "p.mrn",
          "the medical record number"),
    FIELD("patient.first_name", ALL, VALUE_TEXT, 1, true, "p.given_name",
          "the first name"),
    FIELD("patient.last_name", ALL, VALUE_TEXT, 2, true, "p.family_name",
          "the family name"),
    FIELD("patient.age", ALL, VALUE_NUMBER, 3, true,
          YEARS("p.birth_on", "$today"),
          "whole years; somebody born on 29 February turns older on 1 March "
          "of other years"),
    FIELD("patient.birth_date", ALL, VALUE_DATE, 3, true, "p.birth_on",
          "the date of birth"),
    WORD("patient.sex", ALL, 3, true, "p.sex", WORDS_SEX,
         "as the record has it"),
    FIELD("patient.language", ALL, VALUE_TEXT, 1, false, "p.language",
          "the language tag, as en or es-MX"),
    FIELD("patient.street", ALL, VALUE_TEXT, 2, true, "p.street",
          "street and number"),
    FIELD("patient.city", ALL, VALUE_TEXT, 2, true, "p.city", "city"),
    FIELD("patient.state", ALL, VALUE_TEXT, 2, true, "p.state", "state"),
    FIELD("patient.zip", ALL, VALUE_TEXT, 2, true, "p.zip", "postal code"),
    FIELD("patient.zone", ALL, VALUE_TEXT, 2, true, "p.zone",
          "the time zone of the postal address"),
    WORD("patient.preferred_channel", ALL, 2, true, "p.preferred_channel",
         WORDS_CHANNEL, "how the patient likes to be reached"),
    FIELD("patient.active", ALL, VALUE_BOOL, 3, false, "p.active",
          "still a patient here"),
    FIELD("patient.deceased", ALL, VALUE_BOOL, 3, false,
          "(p.deceased_at IS NOT NULL)", "known to have died"),
    FIELD("patient.sensitive", ALL, VALUE_BOOL, 3, false, "p.sensitive",
          "the patient is marked sensitive"),
    FIELD(
        "patient.has_guardian", ALL, VALUE_BOOL, 3, false, GUARDED,
        "somebody else is reached in the patient's place: a minor's guardian, "
        "or that of somebody whose age nobody knows"),
    FIELD("addressee.first_name", ALL, VALUE_TEXT, 1, true,
          "CASE WHEN " GUARDED " THEN (SELECT g.given_name FROM patient g WHERE"
          " g.id = p.guardian_id) ELSE p.given_name END",
          "the first name of whoever is reached: the patient, or a minor's "
          "guardian"),
    FIELD("patient.has_phone", ALL, VALUE_BOOL, 2, false, POINT("phone"),
          "a phone number is known that is not known to be bad"),
    FIELD("patient.has_email", ALL, VALUE_BOOL, 2, false, POINT("email"),
          "an email address is known that is not known to be bad"),

    /* The clinic: of the visit or discharge; for others the patient's. */
    FIELD("clinic.id", ALL, VALUE_TEXT, 3, true, "c.external_id",
          "the source's key of the clinic"),
    FIELD("clinic.public_name", ALL, VALUE_TEXT, 0, true, "c.public_name",
          "the clinic as messages may say it"),
    FIELD("clinic.name", ALL, VALUE_TEXT, 3, true, "c.name",
          "its internal name"),
    FIELD("clinic.phone", ALL, VALUE_TEXT, 0, true, "c.phone", "its phone"),
    FIELD("clinic.street", ALL, VALUE_TEXT, 1, true, STREET("c"),
          "its street and number; of a sensitive clinic nothing"),
    FIELD("clinic.city", ALL, VALUE_TEXT, 1, true, "c.city", "its city"),
    FIELD("clinic.state", ALL, VALUE_TEXT, 1, true, "c.state", "its state"),
    FIELD("clinic.zip", ALL, VALUE_TEXT, 1, true, "c.zip", "its postal code"),
    FIELD("clinic.zone", ALL, VALUE_TEXT, 1, true, "c.zone", "its time zone"),
    WORD("clinic.kind", ALL, 2, true, "c.kind", WORDS_PLACE,
         "what kind of place it is"),
    FIELD("clinic.sensitive", ALL, VALUE_BOOL, 3, true, "c.sensitive",
          "its name alone would tell too much"),
    FIELD("clinic.opens", ALL, VALUE_TEXT, 0, true, HOURS("c.open_from"),
          "when it opens on weekdays, as \"08:00\""),
    FIELD("clinic.closes", ALL, VALUE_TEXT, 0, true, HOURS("c.open_to"),
          "when it closes on weekdays, as \"18:00\""),

    FIELD("attr.<name>", ALL, VALUE_TEXT, 3, true, NULL,
          "an attribute of the patient that the import brought along"),
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define ATTRIBUTE (COUNT(fields) - 1)
#define ATTRIBUTE_NAME_MAX 64

static const char *const anchor_names[] = {
    [ANCHOR_APPOINTMENT] = "appointment", [ANCHOR_FILL] = "fill",
    [ANCHOR_DISCHARGE] = "discharge",     [ANCHOR_PATIENT] = "patient",
    [ANCHOR_RESULT] = "result",
};

const char *anchor_name(enum anchor_kind kind)
{
    return anchor_names[kind];
}

bool anchor_parse(const char *name, enum anchor_kind *out)
{
    for (int kind = ANCHOR_FIRST; kind <= ANCHOR_LAST; kind++) {
        if (strcmp(name, anchor_names[kind]) == 0) {
            *out = (enum anchor_kind)kind;
            return true;
        }
    }
    return false;
}

/* What can stand in a JSON path between quotes without a second thought. */
static bool attribute_named(const char *name)
{
    if (strncmp(name, "attr.", 5) != 0)
        return false;
    size_t len = strlen(name + 5);
    return len > 0 && len <= ATTRIBUTE_NAME_MAX &&
           strspn(name + 5, "abcdefghijklmnopqrstuvwxyz"
                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            "0123456789_-") == len;
}

const struct field *field_find(enum anchor_kind anchor, const char *name)
{
    if (attribute_named(name))
        return &fields[ATTRIBUTE].field;
    for (size_t i = 0; i < ATTRIBUTE; i++) {
        if (fields[i].field.anchors & (1u << anchor) &&
            strcmp(fields[i].field.name, name) == 0)
            return &fields[i].field;
    }
    return NULL;
}

const struct field *field_at(enum anchor_kind anchor, size_t i)
{
    for (size_t at = 0; at < COUNT(fields); at++) {
        if (fields[at].field.anchors & (1u << anchor) && i-- == 0)
            return &fields[at].field;
    }
    return NULL;
}

bool field_is_attribute(const struct field *field)
{
    return field == &fields[ATTRIBUTE].field;
}

const struct catalogue_field *catalogue_field(const struct field *field)
{
    return (const struct catalogue_field *)(const void *)field;
}
