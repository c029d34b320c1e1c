/* SPDX-License-Identifier: Apache-2.0 */
/* Which feeds a condition depends on: by every name of the catalogue. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "store/feed_set.h"
#include "store/measure.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *const names[] = {
    "appointments", "prescriptions", "fills",          "discharges",
    "conditions",   "procedures",    "screenings",     "orders",
    "clinics",      "patients",      "contact_points", "consents",
    "suppressions", "restrictions",  "lists"};
#define EVERYBODYS                                                       \
    "clinics patients contact_points consents suppressions restrictions" \
    " lists"

static void expect_set(feed_set set, const char *sentence, const char *feeds)
{
    struct buf text;
    buf_init(&text, 1024);
    for (size_t i = 0; i < COUNT(names); i++)
        if (set & feed_set_named(names[i]))
            buf_format(&text, "%s%s", text.len ? " " : "", names[i]);
    if (strcmp(text.data, feeds) != 0)
        fail_msg("%s: '%s', not '%s'", sentence, text.data, feeds);
    buf_free(&text);
}

static void a_feed_is_a_table_of_the_import(void **state)
{
    (void)state;
    feed_set seen = 0;
    for (size_t i = 0; i < COUNT(names); i++) {
        feed_set one = feed_set_named(names[i]);
        assert_true(one && !(one & (one - 1)) && !(one & seen));
        seen |= one;
    }
    assert_int_equal(feed_set_named("ehr"), 0);
    assert_int_equal(feed_set_named("screening"), 0);
    assert_int_equal(feed_set_named(""), 0);
}

static void an_anchor_depends_on_its_tables_and_everybodys(void **state)
{
    (void)state;
    static const char *const feeds[] = {
        [ANCHOR_APPOINTMENT] = "appointments " EVERYBODYS,
        [ANCHOR_FILL] = "prescriptions fills " EVERYBODYS,
        [ANCHOR_DISCHARGE] = "discharges " EVERYBODYS,
        [ANCHOR_PATIENT] = EVERYBODYS,
        [ANCHOR_RESULT] = "screenings " EVERYBODYS,
    };
    for (int kind = ANCHOR_FIRST; kind <= ANCHOR_LAST; kind++)
        expect_set(feed_set_anchor((enum anchor_kind)kind),
                   anchor_name((enum anchor_kind)kind), feeds[kind]);
}

/* Messages and times are made of them, so that these need no look of their
 * own. */
static void no_field_needs_more_than_its_anchor(void **state)
{
    (void)state;
    for (int kind = ANCHOR_FIRST; kind <= ANCHOR_LAST; kind++) {
        enum anchor_kind anchor = (enum anchor_kind)kind;
        const struct field *field;
        for (size_t i = 0; (field = field_at(anchor, i)); i++) {
            struct operand one = {.type = VALUE_TEXT, .text = "x"};
            struct predicate is = {.kind = PREDICATE_COMPARE,
                                   .field = field,
                                   .attribute = "x",
                                   .operands = &one,
                                   .operand_count = 1};
            feed_set reads = feed_set_condition(anchor, &is);
            if (reads & ~feed_set_anchor(anchor))
                fail_msg("%s of %s", field->name, anchor_name(anchor));
        }
    }
}

/* Histories ------------------------------------------------------------------
 */

static struct measure_satisfier fit[] = {{"fit", 12}};
static const char *diabetes[] = {"E11"};
static struct measure_exclusion operation[] = {
    {EXCLUDE_PROCEDURE, "colectomy"}};
static struct measure_exclusion illness[] = {{EXCLUDE_CONDITION, "C18"}};
#define BOWEL .name = "bowel", .satisfiers = fit, .satisfier_count = 1
static const struct measure plain = {BOWEL};
static const struct measure required = {BOWEL, .requires = diabetes,
                                        .require_count = 1};
static const struct measure operated = {BOWEL, .exclusions = operation,
                                        .exclusion_count = 1};
static const struct measure diseased = {
    BOWEL, .exclusions = illness, .exclusion_count = 1,
    .effective_from = "2026-01-01", .former = &operated};

static const struct row {
    const char *sentence;
    enum anchor_kind anchor;
    const char *name;
    const struct measure *measure;
    const char *feeds;
} rows[] = {
    {"what patients answered is our own", ANCHOR_APPOINTMENT, "confirmed", NULL,
     ""},
    {"so is this", ANCHOR_APPOINTMENT, "reschedule requested", NULL, ""},
    {"and this", ANCHOR_APPOINTMENT, "cancel requested", NULL, ""},
    {"and any answer", ANCHOR_FILL, "responded", NULL, ""},
    {"of patients too", ANCHOR_PATIENT, "responded", NULL, ""},
    {"and since then", ANCHOR_APPOINTMENT, "responded since start", NULL, ""},
    {"whom campaigns took in as well", ANCHOR_PATIENT, "recalled", NULL, ""},
    {"and who said no", ANCHOR_RESULT, "declined", NULL, ""},
    {"a test", ANCHOR_APPOINTMENT, "screened", NULL, "screenings"},
    {"what satisfies a measure, whomever it is for", ANCHOR_PATIENT, "screened",
     &required, "screenings"},
    {"an order", ANCHOR_PATIENT, "ordered", NULL, "orders"},
    {"an open one", ANCHOR_FILL, "has open order", &plain, "orders"},
    {"no open one", ANCHOR_DISCHARGE, "no open order", NULL, "orders"},
    {"a result", ANCHOR_PATIENT, "abnormal", NULL, "screenings"},
    {"no such result", ANCHOR_PATIENT, "no abnormal", &plain, "screenings"},
    {"the result itself is the anchor", ANCHOR_RESULT, "abnormal by", &plain,
     ""},
    {"a measure of everybody", ANCHOR_PATIENT, "overdue for", &plain,
     "screenings"},
    {"a measure of those who have something", ANCHOR_PATIENT, "overdue for",
     &required, "conditions screenings"},
    {"a measure that operations end", ANCHOR_APPOINTMENT, "overdue for",
     &operated, "procedures screenings"},
    {"all its versions", ANCHOR_PATIENT, "due for", &diseased,
     "conditions procedures screenings"},
    {"a diagnosis", ANCHOR_APPOINTMENT, "has condition", NULL, "conditions"},
    {"an operation", ANCHOR_APPOINTMENT, "has procedure", NULL, "procedures"},
    {"a stay", ANCHOR_PATIENT, "has discharge", NULL, "discharges"},
    {"a visit to come", ANCHOR_PATIENT, "has upcoming visit", NULL,
     "appointments"},
    {"a later fill", ANCHOR_FILL, "refilled", NULL, "prescriptions fills"},
    {"another stay", ANCHOR_DISCHARGE, "readmitted", NULL, "discharges"},
    {"the stay itself", ANCHOR_DISCHARGE, "discharge cancelled", NULL, ""},
};

static const struct history *history_of(const struct row *row)
{
    const struct history *history;
    for (size_t i = 0; (history = history_at(row->anchor, i)); i++)
        if (strcmp(history->name, row->name) == 0)
            return history;
    fail_msg("%s has no %s", anchor_name(row->anchor), row->name);
    return NULL;
}

static struct predicate asked(const struct row *row)
{
    return (struct predicate){.kind = PREDICATE_HISTORY,
                              .history = history_of(row),
                              .subject = "x",
                              .measure = row->measure};
}

static void a_history_depends_on_what_it_reads(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct predicate p = asked(&rows[i]);
        expect_set(feed_set_condition(rows[i].anchor, &p), rows[i].sentence,
                   rows[i].feeds);
    }
}

static void every_history_is_asked_above(void **state)
{
    (void)state;
    for (int kind = ANCHOR_FIRST; kind <= ANCHOR_LAST; kind++) {
        const struct history *history;
        for (size_t i = 0; (history = history_at((enum anchor_kind)kind, i));
             i++) {
            bool there = false;
            for (size_t at = 0; at < COUNT(rows); at++)
                there |= history_of(&rows[at]) == history;
            if (!there)
                fail_msg("no row for %s", history->name);
        }
    }
}

static void parts_and_their_words_do_not_hide_it(void **state)
{
    (void)state;
    struct predicate diagnosis = {
        .kind = PREDICATE_HISTORY,
        .history = history_of(
            &(struct row){.anchor = ANCHOR_PATIENT, .name = "has condition"}),
        .subject = "x FROM screening s"};
    struct predicate listed = {.kind = PREDICATE_IN_LIST, .subject = "x"};
    struct predicate no = {.kind = PREDICATE_NOT, .left = &diagnosis};
    struct predicate both = {
        .kind = PREDICATE_AND, .left = &listed, .right = &no};
    struct predicate yes = {.kind = PREDICATE_CONSTANT, .constant = true};
    struct predicate either = {
        .kind = PREDICATE_OR, .left = &yes, .right = &both};
    const struct {
        const char *sentence;
        const struct predicate *p;
        const char *feeds;
    } trees[] = {
        {"somebody's words are no tables", &diagnosis, "conditions"},
        {"a list", &listed, "lists"},
        {"not", &no, "conditions"},
        {"and", &both, "conditions lists"},
        {"or", &either, "conditions lists"},
        {"always", &yes, ""},
        {"no condition", NULL, ""},
    };
    for (size_t i = 0; i < COUNT(trees); i++)
        expect_set(feed_set_condition(ANCHOR_PATIENT, trees[i].p),
                   trees[i].sentence, trees[i].feeds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_feed_is_a_table_of_the_import),
        cmocka_unit_test(an_anchor_depends_on_its_tables_and_everybodys),
        cmocka_unit_test(no_field_needs_more_than_its_anchor),
        cmocka_unit_test(a_history_depends_on_what_it_reads),
        cmocka_unit_test(every_history_is_asked_above),
        cmocka_unit_test(parts_and_their_words_do_not_hide_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
