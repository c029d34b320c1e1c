/* SPDX-License-Identifier: Apache-2.0 */
/* Measures on the calendar: nobody is due before one begins or after it ends,
 * and of several versions that one counts which had begun by the day on which
 * it is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/zone.h"
#include "store/measure.h"
#include "tests/store/fixture.h"
#include "tests/store/sample.h"

/* Nobody of the sample had this test, so that all whom it concerns are due:
 * 1, 5 and 6 are women. */
static struct measure_satisfier retina[] = {{"retina", 12}};
static struct measure_satisfier scope[] = {{"colonoscopy", 120}};
#define EYES .name = "eyes", .satisfiers = retina, .satisfier_count = 1

static const struct measure one_month = {EYES, .effective_from = "2026-11-01",
                                         .effective_to = "2026-11-30"};
static const struct measure first = {EYES, .sex = "female",
                                     .effective_from = "2026-11-01"};
static const struct measure second = {EYES, .effective_from = "2026-11-24",
                                      .former = &first};
static const struct measure third = {
    EYES, .sex = "male", .effective_from = "2027-01-01",
    .effective_to = "2027-12-31", .former = &second};
static const struct measure over = {.name = "bowel",
                                    .satisfiers = scope,
                                    .satisfier_count = 1,
                                    .effective_from = "2020-01-01",
                                    .effective_to = "2020-12-31"};
#define ALL "1 2 3 5 6"

static const struct row {
    const char *sentence;
    const struct measure *measure;
    const char *history;
    struct civil_date today;
    const char *ids;
} rows[] = {
    {"the day before it begins", &one_month, "overdue for", {2026, 10, 31}, ""},
    {"its first day", &one_month, "overdue for", {2026, 11, 1}, ALL},
    {"its last day", &one_month, "overdue for", {2026, 11, 30}, ALL},
    {"the day after its last", &one_month, "overdue for", {2026, 12, 1}, ""},
    {"before all versions", &third, "overdue for", {2026, 10, 31}, ""},
    {"the first version", &third, "overdue for", {2026, 11, 1}, "1 5 6"},
    {"its last day", &third, "overdue for", {2026, 11, 23}, "1 5 6"},
    {"the second version's first day",
     &third,
     "overdue for",
     {2026, 11, 24},
     ALL},
    {"its last day, as the third begins",
     &third,
     "overdue for",
     {2026, 12, 31},
     ALL},
    {"the third version", &third, "overdue for", {2027, 1, 1}, "2"},
    {"after all versions", &third, "overdue for", {2028, 1, 1}, ""},
    /* What a measure names stays what it is called: an open order keeps the
     * reminder away although the measure has ended. */
    {"what satisfied it before it ended",
     &over,
     "has open order",
     {2026, 11, 23},
     "5"},
    {"and of whom it is not known",
     &over,
     "no open order",
     {2026, 11, 23},
     "1 2 3 6"},
};

static const struct history *history_of(const char *name)
{
    const struct history *history;
    for (size_t i = 0; (history = history_at(ANCHOR_PATIENT, i)); i++)
        if (strcmp(history->name, name) == 0)
            return history;
    fail_msg("there is no '%s'", name);
    return NULL;
}

static void a_measure_counts_on_its_days(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    sample_fill(store);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        struct view_time time = sample_time();
        struct predicate p = {.kind = PREDICATE_HISTORY,
                              .history = history_of(row->history),
                              .subject = row->measure->name,
                              .measure = row->measure};
        time.today = row->today;
        time.now = zone_instant(time.zone, (struct civil){.date = row->today});
        const char *got = sample_ids(store, ANCHOR_PATIENT, &p, &time);
        if (strcmp(got, row->ids) != 0)
            fail_msg("%s: expected [%s], got [%s]", row->sentence, row->ids,
                     got);
    }
    fixture_close(store);
}

static void the_version_of_a_day(void **state)
{
    (void)state;
    assert_ptr_equal(measure_on(&third, "2000-01-01"), &first);
    assert_ptr_equal(measure_on(&third, "2026-11-23"), &first);
    assert_ptr_equal(measure_on(&third, "2026-11-24"), &second);
    assert_ptr_equal(measure_on(&third, "2099-01-01"), &third);
    assert_ptr_equal(measure_on(&over, "2000-01-01"), &over);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_measure_counts_on_its_days),
        cmocka_unit_test(the_version_of_a_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
