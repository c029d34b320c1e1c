/* SPDX-License-Identifier: Apache-2.0 */
/* The documented layout: the documentation, the checks and the code agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/places.h"
#include "base/text.h"

#include "feeds/convert.h"
#include "feeds/layout.h"

static void test_documentation(void **state)
{
    (void)state;
    const char *root = getenv("OUTREACH_SOURCE");
    char path[512], heading[64], line[128];
    struct buf text;
    struct error err = {0};
    file_join(path, sizeof(path), root ? root : ".", "docs/import.md");
    if (!file_read(path, 1 << 20, &text, &err))
        fail_msg("%s", err.text);
    for (size_t t = 0; t < layout_count; t++) {
        const struct layout_table *table = &layout_tables[t];
        snprintf(heading, sizeof(heading), "\n### %s.csv\n", table->name);
        const char *begin = strstr(text.data, heading);
        if (!begin)
            fail_msg("%s is not documented", table->name);
        const char *end = strstr(begin + 5, "\n##");
        size_t rows = 0;
        for (size_t i = 0; i < table->count; i++) {
            snprintf(line, sizeof(line), "\n| `%s`%s | ",
                     table->columns[i].name,
                     table->columns[i].required ? " *" : "");
            const char *at = strstr(begin, line);
            if (!at || at > end)
                fail_msg("%s of %s is not documented", table->columns[i].name,
                         table->name);
        }
        for (const char *at = begin; (at = strstr(at, "\n| `")) && at < end;
             at++)
            rows++;
        if (rows != table->count)
            fail_msg("%s: %zu columns documented, %zu known", table->name, rows,
                     table->count);
    }
    buf_free(&text);
}

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *name, *table; /* NULL: none */
    } cases[] = {
        {"patients", "patients"},
        {"patients.csv", "patients"},
        {"Appointments-2026-12-01.csv", "appointments"},
        {"appointments_20261201.csv", "appointments"},
        {"contact_points.csv", "contact_points"},
        {"patient.csv", NULL},
        {"", NULL},
        {".csv", NULL},
        {"patientsandmore.csv", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct layout_table *found = layout_find(cases[i].name);
        if (!text_equal(found ? found->name : NULL, cases[i].table))
            fail_msg("%s: got %s", cases[i].name, found ? found->name : "none");
    }
    assert_string_equal(layout_nearest("patient"), "patients");
}

static void test_states(void **state)
{
    (void)state;
    const char *zones[PLACE_ZONES_MAX];
    assert_string_equal(place_state("massachusetts"), "MA");
    assert_string_equal(place_state("tx"), "TX");
    assert_null(place_state("Bavaria"));
    assert_int_equal(place_zones("MA", zones), 1);
    assert_string_equal(zones[0], "America/New_York");
    assert_int_equal(place_zones("TX", zones), 2);
    assert_int_equal(place_zones("XX", zones), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documentation),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_states),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
