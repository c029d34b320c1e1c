/* SPDX-License-Identifier: Apache-2.0 */
/* Every name of the catalogue, asked of real rows: which anchors hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "store/store.h"
#include "tests/store/fixture.h"
#include "tests/store/sample.h"

#define T(text_)                            \
    {                                       \
        .type = VALUE_TEXT, .text = (text_) \
    }
#define N(number_)                                \
    {                                             \
        .type = VALUE_NUMBER, .number = (number_) \
    }
#define B(bool_)                               \
    {                                          \
        .type = VALUE_BOOL, .integer = (bool_) \
    }
#define D(date_)                            \
    {                                       \
        .type = VALUE_DATE, .text = (date_) \
    }
#define AT(ms_)                                 \
    {                                           \
        .type = VALUE_INSTANT, .integer = (ms_) \
    }
#define LONG(ms_)                                \
    {                                            \
        .type = VALUE_DURATION, .integer = (ms_) \
    }
#define NOW(n_, unit_)                                                        \
    {                                                                         \
        .type = VALUE_INSTANT, .relative = true, .distance = {(n_), (unit_) } \
    }
#define TODAY(n_, unit_)                                                   \
    {                                                                      \
        .type = VALUE_DATE, .relative = true, .distance = {(n_), (unit_) } \
    }
#define APPT ANCHOR_APPOINTMENT
#define RESULT ANCHOR_RESULT
#define DAY_MS (24 * HOUR_MS)

/* One comparison for each field that an anchor has. Of the sample, people 4
 * (died), visits 4 (hers) and 5 (gone from the source), fill 1 (replaced by a
 * later one) and tests 1 and 2 (no result came) are never seen. */
static const struct field_row {
    enum anchor_kind anchor;
    const char *name;
    enum predicate_operator op;
    struct operand operand;
    const char *ids;
} field_rows[] = {
    /* the patient asked to cancel the second one */
    {APPT, "status", OP_EQ, T("booked"), "1"},
    {APPT, "status", OP_EQ, T("cancelled"), "2 3"},
    {APPT, "status", OP_NE, T("booked"), "2 3"},
    {APPT, "start", OP_GT, NOW(0, UNIT_DAYS), "1 2"},
    {APPT, "start", OP_LT, NOW(14, UNIT_HOURS), "2 3"},
    {APPT, "start", OP_EQ, TODAY(0, UNIT_DAYS), "2"},
    {APPT, "start", OP_NE, TODAY(0, UNIT_DAYS), "1 3"},
    {APPT, "start", OP_LE, TODAY(0, UNIT_DAYS), "2 3"},
    {APPT, "start", OP_GT, TODAY(0, UNIT_DAYS), "1"},
    {APPT, "start", OP_GE, D("2026-11-26"), "1"},
    {APPT, "start", OP_LT, D("2026-11-26"), "2 3"},
    {APPT, "end", OP_GT, NOW(0, UNIT_DAYS), "1"},
    {APPT, "booked", OP_LT, TODAY(-14, UNIT_DAYS), "1"},
    {APPT, "lead_time", OP_GT, LONG(7 * DAY_MS), "1"},
    {APPT, "lead_time", OP_LE, LONG(6 * HOUR_MS), "3"},
    {APPT, "minutes", OP_GE, N(15), "1 3"},
    {APPT, "visit_type", OP_NE, T("walk-in"), "1 3"},
    {APPT, "telehealth", OP_EQ, B(1), "2 3"},
    {APPT, "practitioner", OP_EQ, T("Dr. Yu"), "1"},
    {APPT, "preparation", OP_EQ, B(1), "1"},
    {APPT, "risk", OP_EQ, T("high"), "1"},
    {APPT, "high_risk", OP_EQ, B(0), "2 3"},
    {APPT, "sensitive", OP_EQ, B(1), "2"},
    {APPT, "zone", OP_EQ, T("America/Denver"), "3"},
    {APPT, "zone", OP_EQ, T("America/New_York"), "2"},
    {ANCHOR_FILL, "filled", OP_GE, D("2026-11-20"), "3"},
    {ANCHOR_FILL, "runs_out", OP_LE, TODAY(7, UNIT_DAYS), "2 3"},
    {ANCHOR_FILL, "runs_out", OP_EQ, D("2026-11-24"), "2"},
    {ANCHOR_FILL, "days_supply", OP_GE, N(21), "2 4"},
    {ANCHOR_FILL, "first_fill", OP_EQ, B(1), "3"},
    {ANCHOR_FILL, "latest", OP_EQ, B(1), "2 3 4"},
    {ANCHOR_FILL, "refills_left", OP_GT, N(0), "2"},
    {ANCHOR_FILL, "controlled", OP_EQ, B(0), "2 4"},
    {ANCHOR_FILL, "as_needed", OP_EQ, B(1), "3"},
    {ANCHOR_FILL, "prescription.status", OP_EQ, T("active"), "2 4"},
    {ANCHOR_FILL, "prescription.drug_code", OP_EQ, T("1"), "3"},
    {ANCHOR_FILL, "prescription.drug_name", OP_EQ, T("metformin"), "2 4"},
    {ANCHOR_FILL, "prescription.written", OP_LT, TODAY(-6, UNIT_MONTHS), "2"},
    {ANCHOR_FILL, "prescription.ended", OP_LE, TODAY(0, UNIT_DAYS), "3"},
    {ANCHOR_FILL, "prescription.ended", OP_LT, NOW(-22, UNIT_DAYS), ""},
    {ANCHOR_FILL, "prescription.ended", OP_EQ, AT(SAMPLE_NOW - 22 * DAY_MS),
     "3"},
    {ANCHOR_FILL, "pickup.id", OP_EQ, T("P"), "2"},
    {ANCHOR_FILL, "pickup.public_name", OP_EQ, T("Corner Pharmacy"), "2"},
    {ANCHOR_FILL, "pickup.name", OP_EQ, T("HIV unit"), "3 4"},
    {ANCHOR_FILL, "pickup.phone", OP_EQ, T("+13125550199"), "2"},
    {ANCHOR_FILL, "pickup.street", OP_EQ, T("3 Elm"), "2"},
    {ANCHOR_FILL, "pickup.city", OP_EQ, T("New York"), "3 4"},
    {ANCHOR_FILL, "pickup.state", OP_EQ, T("IN"), "2"},
    {ANCHOR_FILL, "pickup.zip", OP_EQ, T("10001"), "3 4"},
    {ANCHOR_FILL, "pickup.zone", OP_EQ, T("America/Denver"), "2"},
    {ANCHOR_FILL, "pickup.kind", OP_EQ, T("pharmacy"), "2"},
    {ANCHOR_FILL, "pickup.opens", OP_EQ, T("09:00"), "2"},
    {ANCHOR_FILL, "pickup.closes", OP_EQ, T("21:30"), "2"},
    {ANCHOR_FILL, "high_risk", OP_EQ, B(1), "2 4"},
    {ANCHOR_FILL, "sensitive", OP_EQ, B(1), "3 4"},
    {ANCHOR_FILL, "zone", OP_EQ, T("America/New_York"), "3 4"},
    {ANCHOR_FILL, "clinic.id", OP_EQ, T("L"), "2 4"},
    {ANCHOR_DISCHARGE, "status", OP_EQ, T("discharged"), "1 2 3 5"},
    {ANCHOR_DISCHARGE, "discharged", OP_GE, TODAY(-2, UNIT_DAYS), "2 3"},
    {ANCHOR_DISCHARGE, "discharged", OP_EQ, D("2026-11-22"), "2"},
    {ANCHOR_DISCHARGE, "admitted", OP_GT, NOW(-1, UNIT_WEEKS), "3"},
    {ANCHOR_DISCHARGE, "class", OP_EQ, T("observation"), "2"},
    {ANCHOR_DISCHARGE, "disposition", OP_NE, T("home"), "2 3 5"},
    {ANCHOR_DISCHARGE, "risk", OP_EQ, T("high"), "2"},
    {ANCHOR_DISCHARGE, "high_risk", OP_EQ, B(1), "1 2 3"},
    {ANCHOR_DISCHARGE, "sensitive", OP_EQ, B(1), "2 5"},
    {ANCHOR_DISCHARGE, "zone", OP_EQ, T("America/New_York"), "2"},
    {ANCHOR_PATIENT, "high_risk", OP_EQ, B(1), "1"},
    {ANCHOR_PATIENT, "sensitive", OP_EQ, B(1), "2 5"},
    {ANCHOR_PATIENT, "inpatient", OP_EQ, B(1), "5"},
    {ANCHOR_PATIENT, "zone", OP_EQ, T("America/Chicago"), "1 5 6"},
    {ANCHOR_PATIENT, "patient.mrn", OP_EQ, T("M2"), "2"},
    {ANCHOR_PATIENT, "patient.first_name", OP_EQ, T("Ana"), "1"},
    {ANCHOR_PATIENT, "patient.last_name", OP_EQ, T("Ruiz"), "1 5"},
    {ANCHOR_PATIENT, "patient.age", OP_GE, N(45), "1 5 6"},
    {ANCHOR_PATIENT, "patient.age", OP_EQ, N(49), "5"},
    {ANCHOR_PATIENT, "patient.age", OP_LT, N(19), "2"},
    {ANCHOR_PATIENT, "patient.birth_date", OP_LE, TODAY(-18, UNIT_YEARS),
     "1 2 5 6"},
    {ANCHOR_PATIENT, "patient.birth_date", OP_LT, NOW(-45, UNIT_YEARS), "1 5"},
    {ANCHOR_PATIENT, "patient.sex", OP_NE, T("female"), "2 3"},
    {ANCHOR_PATIENT, "patient.language", OP_EQ, T("es"), "1 5"},
    {ANCHOR_PATIENT, "patient.street", OP_EQ, T("9 Oak"), "1"},
    {ANCHOR_PATIENT, "patient.city", OP_EQ, T("New York"), "2"},
    {ANCHOR_PATIENT, "patient.state", OP_EQ, T("IL"), "1"},
    {ANCHOR_PATIENT, "patient.zip", OP_EQ, T("60601"), "1"},
    {ANCHOR_PATIENT, "patient.zone", OP_EQ, T("America/New_York"), "2"},
    {ANCHOR_PATIENT, "patient.preferred_channel", OP_EQ, T("email"), "2"},
    {ANCHOR_PATIENT, "patient.active", OP_EQ, B(1), "1 2 3 5 6"},
    {ANCHOR_PATIENT, "patient.deceased", OP_EQ, B(1), ""},
    {ANCHOR_PATIENT, "patient.sensitive", OP_EQ, B(1), "5"},
    {ANCHOR_PATIENT, "patient.has_guardian", OP_EQ, B(1), "3"},
    {ANCHOR_PATIENT, "addressee.first_name", OP_EQ, T("Ana"), "1 3"},
    {ANCHOR_PATIENT, "patient.has_phone", OP_EQ, B(1), "1 6"},
    {ANCHOR_PATIENT, "patient.has_email", OP_EQ, B(1), "1 2"},
    {ANCHOR_PATIENT, "clinic.id", OP_EQ, T("H"), "2"},
    {ANCHOR_PATIENT, "clinic.public_name", OP_EQ, T("Harbor"), "2"},
    {ANCHOR_PATIENT, "clinic.name", OP_EQ, T("Lakeside"), "1 5 6"},
    {ANCHOR_PATIENT, "clinic.phone", OP_EQ, T("+12125550100"), "2"},
    /* L-31: of a sensitive clinic nothing */
    {ANCHOR_PATIENT, "clinic.street", OP_EQ, T("2 Bay"), ""},
    {ANCHOR_PATIENT, "clinic.city", OP_EQ, T("Chicago"), "1 5 6"},
    {ANCHOR_PATIENT, "clinic.state", OP_EQ, T("NY"), "2"},
    {ANCHOR_PATIENT, "clinic.zip", OP_EQ, T("10001"), "2"},
    {ANCHOR_PATIENT, "clinic.zone", OP_EQ, T("America/New_York"), "2"},
    {ANCHOR_PATIENT, "clinic.kind", OP_EQ, T("hospital"), "2"},
    {ANCHOR_PATIENT, "clinic.sensitive", OP_EQ, B(1), "2"},
    {ANCHOR_PATIENT, "clinic.opens", OP_EQ, T("08:00"), "1 5 6"},
    {ANCHOR_PATIENT, "clinic.closes", OP_EQ, T("18:00"), "1 5 6"},
    {RESULT, "kind", OP_EQ, T("fit"), "3 4 5"},
    {RESULT, "resulted", OP_GT, NOW(-60, UNIT_DAYS), "4"},
    {RESULT, "resulted", OP_LE, D("2026-06-03"), "3 5"},
    {RESULT, "done", OP_LT, D("2026-10-01"), "3 5"},
    {RESULT, "age_when_done", OP_GE, N(49), "3"},
    {RESULT, "age_when_done", OP_LT, N(44), "5"},
    {RESULT, "result", OP_EQ, T("abnormal"), "3 5"},
    {RESULT, "value", OP_GE, N(7.5), "4"},
    {RESULT, "value", OP_NE, N(7.5), "3 5"},
    {RESULT, "second_value", OP_GT, N(89.5), "4"},
    {RESULT, "unit", OP_EQ, T("%"), "4"},
    {RESULT, "unit", OP_NE, T("mmol/mol"), "3 4 5"},
    {RESULT, "resolved", OP_EQ, B(0), "3 4"},
    {RESULT, "inpatient", OP_EQ, B(1), "3"},
    {RESULT, "sensitive", OP_EQ, B(1), "3"},
    {RESULT, "zone", OP_EQ, T("America/Chicago"), "3 4 5"},
    {ANCHOR_PATIENT, "attr.plan", OP_EQ, T("gold"), "1"},
    {ANCHOR_PATIENT, "attr.plan", OP_NE, T("gold"), "2 3 5 6"},
    {ANCHOR_PATIENT, "attr.score", OP_GE, N(7), "1 2"},
    {ANCHOR_PATIENT, "attr.score", OP_GT, N(7), "2"},
    {ANCHOR_PATIENT, "attr.<name>", OP_EQ, T("x"), NULL},
};
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct field *field_of(enum anchor_kind anchor, const char *name)
{
    const struct field *field = field_find(anchor, name);
    if (!field)
        fail_msg("%s has no %s", anchor_name(anchor), name);
    return field;
}

static void expect_ids(struct store *store, enum anchor_kind anchor,
                       const struct predicate *p, const char *what,
                       const char *ids)
{
    struct view_time time = sample_time();
    const char *got = sample_ids(store, anchor, p, &time);
    if (strcmp(got, ids) != 0)
        fail_msg("%s of %s: expected [%s], got [%s]", what, anchor_name(anchor),
                 ids, got);
}

static void each_field_selects_the_right_rows(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    sample_fill(store);
    for (size_t i = 0; i < COUNT(field_rows); i++) {
        const struct field_row *row = &field_rows[i];
        if (!row->ids)
            continue;
        struct operand operand = row->operand;
        struct predicate p = {.kind = PREDICATE_COMPARE,
                              .field = field_of(row->anchor, row->name),
                              .op = row->op,
                              .operands = &operand,
                              .operand_count = 1};
        if (field_is_attribute(p.field))
            p.attribute = row->name + strlen("attr.");
        expect_ids(store, row->anchor, &p, row->name, row->ids);
    }
    fixture_close(store);
}

/* A field that anchors share is asked of one of them. */
static bool field_covered(const struct field *field)
{
    for (size_t i = 0; i < COUNT(field_rows); i++) {
        if (field->anchors & (1u << field_rows[i].anchor) &&
            strcmp(field_rows[i].name, field->name) == 0)
            return true;
    }
    return false;
}

static void every_field_is_asked_above_and_described(void **state)
{
    (void)state;
    for (int anchor = ANCHOR_APPOINTMENT; anchor <= ANCHOR_LAST; anchor++) {
        const struct field *field;
        size_t i = 0;
        while ((field = field_at((enum anchor_kind)anchor, i++))) {
            if (!field_covered(field))
                fail_msg("no row for %s", field->name);
            assert_in_range(field->tier, 0, 3);
            assert_true(strlen(field->about) > 3);
            assert_true(!field->is_time || field->type == VALUE_INSTANT);
        }
        assert_true(i > 30);
    }
}

/* Each shared field can be read of every anchor that has it: the joins are
 * there. */
static void every_field_is_readable_of_every_anchor(void **state)
{
    (void)state;
    struct error err = {0};
    struct view_time time = sample_time();
    struct store *store = fixture_store();
    sample_fill(store);
    for (int kind = ANCHOR_APPOINTMENT; kind <= ANCHOR_LAST; kind++) {
        enum anchor_kind anchor = (enum anchor_kind)kind;
        const struct field *field;
        for (size_t i = 0; (field = field_at(anchor, i)); i++) {
            struct view_column column = {.field = field, .attribute = "plan"};
            struct view *view = view_prepare(store, anchor, &column, 1, &err);
            if (!view)
                fail_msg("%s: %s", field->name, err.text);
            bool found;
            struct view_row row;
            assert_true(view_read(view, 3, &time, &found, &row, &err));
            assert_true(found);
            if (!field->can_be_missing && row.columns[0].type == VALUE_MISSING)
                fail_msg("%s is missing of %s", field->name,
                         anchor_name(anchor));
            if (row.columns[0].type != VALUE_MISSING)
                assert_int_equal(row.columns[0].type, field->type);
            view_free(view);
        }
    }
    fixture_close(store);
}

/* History ---------------------------------------------------------------------
 */

static struct measure_satisfier satisfiers[] = {{"fit", 12},
                                                {"colonoscopy", 120}};
static const char *results[] = {"normal"};
static struct measure_exclusion exclusions[] = {
    {EXCLUDE_PROCEDURE, "total-colectomy"}};
static const struct measure colorectal = {.name = "colorectal",
                                          .first_due_months = 45 * 12,
                                          .due_before_months = 76 * 12,
                                          .satisfiers = satisfiers,
                                          .satisfier_count = 2,
                                          .only_results = results,
                                          .only_result_count = 1};
static const struct measure colorectal_excluding = {.name = "colorectal",
                                                    .satisfiers = satisfiers,
                                                    .satisfier_count = 2,
                                                    .only_results = results,
                                                    .only_result_count = 1,
                                                    .exclusions = exclusions,
                                                    .exclusion_count = 1};
static const char *diabetes[] = {"E10", "E11"};
static struct measure_satisfier never[] = {{"retina", 12}};
static const struct measure retina = {.name = "retina",
                                      .satisfiers = never,
                                      .satisfier_count = 1,
                                      .requires = diabetes,
                                      .require_count = 2};
static struct operand seven_and_a_half = N(7.5);
static struct predicate seven_or_more = {.kind = PREDICATE_COMPARE,
                                         .op = OP_GE,
                                         .operands = &seven_and_a_half,
                                         .operand_count = 1};
static const struct measure valued = {.name = "valued",
                                      .satisfiers = satisfiers,
                                      .satisfier_count = 2,
                                      .abnormal_if = &seven_or_more};
static const struct measure ended = {.name = "ended",
                                     .effective_to = "2026-11-22",
                                     .satisfiers = never,
                                     .satisfier_count = 1};
static const struct measure to_come = {.name = "to-come",
                                       .effective_from = "2026-11-24",
                                       .satisfiers = never,
                                       .satisfier_count = 1};
static const struct measure women = {.name = "women",
                                     .sex = "female",
                                     .satisfiers = never,
                                     .satisfier_count = 1};

static const struct history_row {
    const char *sentence;
    enum anchor_kind anchor;
    const char *name, *subject;
    const struct measure *measure;
    struct duration within; /* count 0: none */
    bool of_entry;
    const char *ids;
} history_rows[] = {
    {"the newest word counts", APPT, "confirmed", .ids = "1"},
    {"the newest word counts", APPT, "reschedule requested", .ids = "3"},
    {"the newest word counts", APPT, "cancel requested", .ids = "2"},
    {"any answer about the visit", APPT, "responded", .ids = "1 2 3"},
    {"long before the visit is not since it began", APPT,
     "responded since start", .ids = ""},
    {"nothing was answered about fills", ANCHOR_FILL, "responded", .ids = ""},
    {"nobody answered about discharges", ANCHOR_DISCHARGE, "responded",
     .ids = ""},
    {"whoever answered as a patient", ANCHOR_PATIENT, "responded",
     .ids = "1 2 6"},
    {"in a campaign that is no blast, and not held out", ANCHOR_PATIENT,
     "recalled", .ids = "1"},
    {"not longer ago", ANCHOR_PATIENT, "recalled", .within = {4, UNIT_DAYS},
     .ids = ""},
    {"to the minute", ANCHOR_PATIENT, "recalled", .within = {5, UNIT_DAYS},
     .ids = "1"},
    {"a refusal that ran out does not hold", ANCHOR_PATIENT, "declined",
     "colorectal", .ids = "2"},
    {"a refusal in the last year, even one that ran out", ANCHOR_PATIENT,
     "declined", "colorectal", .within = {12, UNIT_MONTHS}, .ids = "1"},
    {"a refusal of something else", ANCHOR_PATIENT, "declined", "breast",
     .ids = ""},
    {"a test of this kind ever", ANCHOR_PATIENT, "screened", "fit",
     .ids = "2 5 6"},
    {"within: the day itself is inside", ANCHOR_PATIENT, "screened", "fit",
     .within = {12, UNIT_MONTHS}, .ids = "2 5 6"},
    {"within: the day before it is outside", ANCHOR_PATIENT, "screened", "fit",
     .within = {365 - 1, UNIT_DAYS}, .ids = "5 6"},
    {"a measure is satisfied while a test lasts (10 years less a day; a year "
     "to the day is over; abnormal does not count), and no longer than the "
     "next due date that the newest test recorded: whoever is overdue is not "
     "screened",
     ANCHOR_PATIENT, "screened", "colorectal", &colorectal, .ids = "1"},
    {"a measure within: the time counts, not how long it lasts", ANCHOR_PATIENT,
     "screened", "colorectal", &colorectal, .within = {2, UNIT_YEARS},
     .ids = "2 6"},
    {"of entry, without an entry, holds for nobody", ANCHOR_PATIENT, "screened",
     "fit", .within = {120, UNIT_DAYS}, .of_entry = true, .ids = ""},
    {"an active order of the measure's name", ANCHOR_PATIENT, "ordered",
     "colorectal", .ids = "1"},
    {"or of what satisfies it", ANCHOR_PATIENT, "ordered", "colorectal",
     &colorectal, .ids = "1 5"},
    {"within: completed ones too, revoked ones never", ANCHOR_PATIENT,
     "ordered", "colorectal", &colorectal, .within = {1, UNIT_MONTHS},
     .ids = "2 5"},
    {"an order is open", ANCHOR_PATIENT, "has open order", "colorectal",
     &colorectal, .ids = "1 5"},
    {"none is open", ANCHOR_PATIENT, "no open order", "colorectal", &colorectal,
     .ids = "2 3 6"},
    {"unresolved abnormal results", ANCHOR_PATIENT, "abnormal", "colorectal",
     &colorectal, .ids = "5"},
    {"a resolved one is no longer open", ANCHOR_PATIENT, "no abnormal",
     "colorectal", &colorectal, .ids = "1 2 3 6"},
    {"overdue: 45 to 75; a recorded next date, even today's, beats the "
     "interval; a test still lasting; unknown age is not due",
     ANCHOR_PATIENT, "overdue for", "colorectal", &colorectal, .ids = "5 6"},
    {"overdue without ages, but not after a colectomy", ANCHOR_PATIENT,
     "overdue for", "colorectal", &colorectal_excluding, .ids = "2 3 5 6"},
    {"due is overdue", ANCHOR_PATIENT, "due for", "colorectal", &colorectal,
     .ids = "5 6"},
    {"and what lasts until tomorrow is due within a month", ANCHOR_PATIENT,
     "due for", "colorectal", &colorectal, .within = {1, UNIT_MONTHS},
     .ids = "1 5 6"},
    {"abnormal by the laboratory's word", RESULT, "abnormal by", "colorectal",
     &colorectal, .ids = "3 5"},
    {"a number decides where there is one and the measure says so", RESULT,
     "abnormal by", "valued", &valued, .ids = "3 4 5"},
    {"an abnormal result waits by its number", ANCHOR_PATIENT, "abnormal",
     "valued", &valued, .ids = "5 6"},
    {"a result belongs to its measure", RESULT, "abnormal by", "retina",
     &retina, .ids = ""},
    {"nobody answered about results", RESULT, "responded", .ids = ""},
    {"outside of its time a measure concerns nobody", ANCHOR_PATIENT,
     "overdue for", "ended", &ended, .ids = ""},
    {"nor before it", ANCHOR_PATIENT, "overdue for", "to-come", &to_come,
     .ids = ""},
    {"overdue only with a current condition", ANCHOR_PATIENT, "overdue for",
     "retina", &retina, .ids = "1 6"},
    {"overdue only for women; unknown sex is not due", ANCHOR_PATIENT,
     "overdue for", "women", &women, .ids = "1 5 6"},
    {"a code by its beginning; ended and gone ones do not count",
     ANCHOR_PATIENT, "has condition", "E11", .ids = "1 6"},
    {"a code without its dot, in small letters", ANCHOR_PATIENT,
     "has condition", "e119", .ids = "1 6"},
    {"wherever the dot stands", ANCHOR_PATIENT, "has condition", "E1.19",
     .ids = "1 6"},
    {"a procedure in capitals", ANCHOR_PATIENT, "has procedure", "KNEE",
     .ids = "6"},
    {"a condition that began lately", ANCHOR_PATIENT, "has condition", "E",
     .within = {1, UNIT_MONTHS}, .ids = "6"},
    {"a procedure ever", ANCHOR_PATIENT, "has procedure", "knee", .ids = "6"},
    {"a procedure without a date is in no time span", ANCHOR_PATIENT,
     "has procedure", "knee", .within = {50, UNIT_YEARS}, .ids = ""},
    {"left a hospital", ANCHOR_PATIENT, "has discharge", .ids = "1 2 5"},
    {"left a hospital lately", ANCHOR_PATIENT, "has discharge",
     .within = {30, UNIT_DAYS}, .ids = "1 2"},
    {"will come again", ANCHOR_PATIENT, "has upcoming visit", .ids = "1 2"},
    {"will come today", ANCHOR_PATIENT, "has upcoming visit",
     .within = {1, UNIT_DAYS}, .ids = "2"},
    {"the same medicine was filled later on another prescription", ANCHOR_FILL,
     "refilled", .ids = "2"},
    {"in hospital again later, or now", ANCHOR_DISCHARGE, "readmitted",
     .ids = "1 5"},
    {"taken back: it is gone, and that ends it", ANCHOR_DISCHARGE,
     "discharge cancelled", .ids = ""},
};

static const struct history *history_of(enum anchor_kind anchor,
                                        const char *name)
{
    const struct history *history;
    for (size_t i = 0; (history = history_at(anchor, i)); i++) {
        if (strcmp(history->name, name) == 0)
            return history;
    }
    fail_msg("%s has no %s", anchor_name(anchor), name);
    return NULL;
}

static struct predicate history_predicate(const struct history_row *row)
{
    return (struct predicate){.kind = PREDICATE_HISTORY,
                              .history = history_of(row->anchor, row->name),
                              .subject = row->subject,
                              .measure = row->measure,
                              .has_within = row->within.count > 0,
                              .within = row->within,
                              .of_entry = row->of_entry};
}

static void each_history_selects_the_right_rows(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    sample_fill(store);
    seven_or_more.field = field_of(RESULT, "value");
    for (size_t i = 0; i < COUNT(history_rows); i++) {
        struct predicate p = history_predicate(&history_rows[i]);
        expect_ids(store, history_rows[i].anchor, &p, history_rows[i].sentence,
                   history_rows[i].ids);
    }
    fixture_close(store);
}

static void every_history_is_asked_above_and_described(void **state)
{
    (void)state;
    for (int anchor = ANCHOR_APPOINTMENT; anchor <= ANCHOR_LAST; anchor++) {
        const struct history *history;
        for (size_t i = 0; (history = history_at((enum anchor_kind)anchor, i));
             i++) {
            bool covered = false;
            for (size_t row = 0; row < COUNT(history_rows); row++)
                covered |=
                    history->anchors & (1u << history_rows[row].anchor) &&
                    strcmp(history_rows[row].name, history->name) == 0;
            if (!covered)
                fail_msg("no row for %s", history->name);
            assert_true(strlen(history->about) > 3);
        }
    }
}

/* A confirmation of the old time is not one of the new time. */
static void a_moved_visit_is_no_longer_confirmed(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    sample_fill(store);
    fixture_sql(store, "UPDATE appointment SET start_at = start_at + 86400000,"
                       " start_local = '2026-12-24T09:00:00' WHERE id = 1");
    struct predicate p = {.kind = PREDICATE_HISTORY,
                          .history = history_of(APPT, "confirmed")};
    expect_ids(store, APPT, &p, "confirmed", "");
    fixture_close(store);
}

static void of_entry_counts_from_the_entry_on(void **state)
{
    (void)state;
    static const struct {
        const char *entered, *ids;
    } rows[] = {
        {"2026-10-02T12:00:00Z", ""},  {"2026-10-01T12:00:00Z", "6"},
        {"2026-06-03T12:00:00Z", "6"}, /* 120 days later is 1 October */
        {"2026-06-02T12:00:00Z", ""},  /* 30 September */
        {"2026-05-01T12:00:00Z", "5"},
    };
    struct store *store = fixture_store();
    sample_fill(store);
    struct predicate p = {.kind = PREDICATE_HISTORY,
                          .history = history_of(ANCHOR_PATIENT, "screened"),
                          .subject = "fit",
                          .has_within = true,
                          .within = {120, UNIT_DAYS},
                          .of_entry = true};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct view_time time = sample_time();
        assert_true(civil_parse_instant(rows[i].entered, &time.entered_at));
        assert_string_equal(sample_ids(store, ANCHOR_PATIENT, &p, &time),
                            rows[i].ids);
    }
    struct predicate responded = {.kind = PREDICATE_HISTORY,
                                  .history =
                                      history_of(ANCHOR_PATIENT, "responded")};
    struct view_time time = sample_time();
    time.entered_at = SAMPLE_NOW - 3 * DAY_MS;
    assert_string_equal(sample_ids(store, ANCHOR_PATIENT, &responded, &time),
                        "6");
    fixture_close(store);
}

/* What lasts a year from 29 February is due on 28 February, not a day later
 * because months clamp in the other direction as well. */
static void intervals_end_on_the_calendar_day(void **state)
{
    (void)state;
    static const struct {
        const char *done;
        struct civil_date today;
        bool overdue;
    } rows[] = {
        {"2024-02-29", {2025, 2, 27}, false},
        {"2024-02-29", {2025, 2, 28}, true},
        {"2025-02-28", {2026, 2, 27}, false},
        {"2025-02-28", {2026, 2, 28}, true},
        {"2025-03-31", {2026, 3, 30}, false},
        {"2025-03-31", {2026, 3, 31}, true},
    };
    struct store *store = fixture_store();
    sample_fill(store);
    struct predicate p = {.kind = PREDICATE_HISTORY,
                          .history = history_of(ANCHOR_PATIENT, "overdue for"),
                          .subject = "colorectal",
                          .measure = &colorectal_excluding};
    for (size_t i = 0; i < COUNT(rows); i++) {
        char sql[200];
        snprintf(sql, sizeof(sql),
                 "DELETE FROM screening; INSERT INTO screening(patient_id, "
                 "kind, done_on) SELECT id, 'fit', '%s' FROM patient",
                 rows[i].done);
        fixture_sql(store, sql);
        struct view_time time = sample_time();
        time.today = rows[i].today;
        const char *ids = sample_ids(store, ANCHOR_PATIENT, &p, &time);
        assert_string_equal(ids, rows[i].overdue ? "2 3 5 6" : "");
    }
    fixture_close(store);
}

static void names_that_are_not_there(void **state)
{
    (void)state;
    enum anchor_kind kind;
    assert_null(field_find(ANCHOR_APPOINTMENT, "runs_out"));
    assert_null(field_find(ANCHOR_PATIENT, "status"));
    assert_null(field_find(ANCHOR_PATIENT, "attr."));
    assert_null(field_find(ANCHOR_PATIENT, "attr.a\"b"));
    assert_null(field_find(ANCHOR_PATIENT, "attr.a.b"));
    assert_true(field_is_attribute(field_find(ANCHOR_FILL, "attr.smoker")));
    assert_false(anchor_parse("visit", &kind));
    assert_true(anchor_parse("discharge", &kind));
    assert_int_equal(kind, ANCHOR_DISCHARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_field_selects_the_right_rows),
        cmocka_unit_test(every_field_is_asked_above_and_described),
        cmocka_unit_test(every_field_is_readable_of_every_anchor),
        cmocka_unit_test(each_history_selects_the_right_rows),
        cmocka_unit_test(every_history_is_asked_above_and_described),
        cmocka_unit_test(a_moved_visit_is_no_longer_confirmed),
        cmocka_unit_test(of_entry_counts_from_the_entry_on),
        cmocka_unit_test(intervals_end_on_the_calendar_day),
        cmocka_unit_test(names_that_are_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
