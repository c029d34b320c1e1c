/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The invented clinic group: the same bytes for the same seed and moment, no
 * number or address that could be somebody's, and cases of every kind in each
 * of the next days, whatever day it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/phone.h"
#include "base/text.h"

#include "base/zone.h"
#include "campaigns/bundle.h"
#include "campaigns/campaign.h"
#include "feeds/import.h"
#include "feeds/layout.h"
#include "store/store.h"
#include "store/view.h"

#include "app/sample.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
/* Monday, 7 December 2026, 6:00 in New York: what `outreach demo` uses. */
#define MONDAY INT64_C(1796641200000)
#define DAY_MS (24 * HOUR_MS)

enum { CELLS_MAX = 40, ROWS_MAX = 2000 };

/* A CSV file in memory; cells point into `text`. */
struct file {
    struct buf text;
    char *cells[ROWS_MAX][CELLS_MAX];
    size_t rows, columns;
};

struct desk {
    char folder[64];
    struct file file;
};

static int desk_open(void **state)
{
    struct desk *desk = calloc(1, sizeof(*desk));
    snprintf(desk->folder, sizeof(desk->folder), "/tmp/test-sample-XXXXXX");
    assert_non_null(mkdtemp(desk->folder));
    *state = desk;
    return 0;
}

static int desk_close(void **state)
{
    struct desk *desk = *state;
    file_remove_tree(desk->folder);
    buf_free(&desk->file.text);
    free(desk);
    return 0;
}

static void write_sample(struct desk *desk, instant now, uint64_t seed)
{
    struct error err;
    if (!sample_write(desk->folder, now, seed, &err))
        fail_msg("%s", err.text);
}

/* Cuts the text into cells in place; answers where the next begins. */
static char *cut_cell(char *from, char **cell, char *end_of)
{
    char *to = from;
    *cell = from;
    if (*from != '"') {
        from += strcspn(from, ",\n");
    } else {
        for (from++; *from != '"' || from[1] == '"'; from++) {
            from += *from == '"';
            *to++ = *from;
        }
        from++;
        *end_of = *from;
        *to = '\0';
        return from + 1;
    }
    *end_of = *from;
    *from = '\0';
    return from + 1;
}

/* Every row has as many cells as the header. */
static struct file *read_sample(struct desk *desk, const char *name)
{
    char path[128];
    struct error err;
    struct file *file = &desk->file;
    buf_free(&file->text);
    file->rows = 0;
    file_join(path, sizeof(path), desk->folder, name);
    assert_true(file_read(path, 1 << 20, &file->text, &err));
    assert_true(text_is_utf8(file->text.data, file->text.len));
    for (char *at = file->text.data; *at; file->rows++) {
        size_t count = 0;
        assert_true(file->rows < ROWS_MAX);
        for (char end = ','; end == ',';) {
            assert_true(count < CELLS_MAX);
            at = cut_cell(at, &file->cells[file->rows][count++], &end);
        }
        if (file->rows == 0)
            file->columns = count;
        assert_int_equal(count, file->columns);
    }
    return file;
}

static const char *at(const struct file *file, size_t row, const char *column)
{
    for (size_t i = 0; i < file->columns; i++)
        if (text_equal(file->cells[0][i], column))
            return file->cells[row][i];
    fail_msg("no column %s", column);
    return NULL;
}

/* Rows whose column has this value. */
static size_t count_of(const struct file *file, const char *column,
                       const char *value)
{
    size_t count = 0;
    for (size_t i = 1; i < file->rows; i++)
        count += text_equal(at(file, i, column), value);
    return count;
}

static const char *const files[] = {
    "clinics.csv",      "patients.csv",      "contact_points.csv",
    "consents.csv",     "suppressions.csv",  "restrictions.csv",
    "appointments.csv", "prescriptions.csv", "fills.csv",
    "discharges.csv",   "conditions.csv",    "procedures.csv",
    "screenings.csv",   "orders.csv",
};

static void hash_all(struct desk *desk, instant now, uint64_t seed,
                     char out[COUNT(files)][SHA256_HEX])
{
    char path[128];
    struct error err;
    write_sample(desk, now, seed);
    for (size_t i = 0; i < COUNT(files); i++) {
        struct buf text;
        file_join(path, sizeof(path), desk->folder, files[i]);
        assert_true(file_read(path, 1 << 20, &text, &err));
        hash_sha256_hex(text.data, text.len, out[i]);
        buf_free(&text);
    }
}

static void the_same_seed_writes_the_same_bytes(void **state)
{
    struct desk *desk = *state;
    char first[COUNT(files)][SHA256_HEX], again[COUNT(files)][SHA256_HEX];
    hash_all(desk, MONDAY, 1, first);
    hash_all(desk, MONDAY, 1, again);
    assert_memory_equal(first, again, sizeof(first));
    hash_all(desk, MONDAY, 2, again);
    assert_string_not_equal(first[1], again[1]); /* other people */
    assert_string_equal(first[0], again[0]);     /* in the same places */
}

static void the_columns_are_those_of_the_import(void **state)
{
    struct desk *desk = *state;
    write_sample(desk, MONDAY, 1);
    for (size_t i = 0; i < COUNT(files); i++) {
        char name[32];
        text_copy(name, sizeof(name), files[i]);
        *strchr(name, '.') = '\0';
        const struct layout_table *table = layout_find(name);
        assert_non_null(table);
        struct file *file = read_sample(desk, files[i]);
        assert_true(file->rows > 1);
        for (size_t c = 0; c < file->columns; c++)
            if (!layout_column(table, file->cells[0][c]) &&
                !text_starts(file->cells[0][c], LAYOUT_ATTRIBUTE_PREFIX))
                fail_msg("%s: %s", files[i], file->cells[0][c]);
        for (size_t c = 0; c < table->count; c++)
            if (table->columns[c].required)
                assert_non_null(at(file, 0, table->columns[c].name));
    }
}

static void nobody_can_be_reached(void **state)
{
    struct desk *desk = *state;
    char number[PHONE_MAX];
    write_sample(desk, MONDAY, 1);
    struct file *file = read_sample(desk, "patients.csv");
    assert_int_equal(file->rows, 1 + SAMPLE_PATIENTS);
    for (size_t i = 1; i < file->rows; i++) {
        const char *mobile = at(file, i, "mobile");
        const char *email = at(file, i, "email");
        if (mobile[0]) {
            assert_non_null(strstr(mobile, "-555-01"));
            assert_true(phone_normalise(mobile, "US", number, NULL, NULL));
        }
        assert_true(!email[0] || strstr(email, "@example.org"));
    }
    file = read_sample(desk, "contact_points.csv");
    for (size_t i = 1; i < file->rows; i++)
        assert_non_null(strstr(at(file, i, "value"), "-555-01"));
    file = read_sample(desk, "clinics.csv");
    for (size_t i = 1; i < file->rows; i++)
        assert_non_null(strstr(at(file, i, "phone"), "-555-01"));
}

/* Two adults, or a guardian and children: nobody else has another's number. */
static void only_families_share_a_number(void **state)
{
    struct desk *desk = *state;
    size_t shared = 0;
    write_sample(desk, MONDAY, 20261207);
    struct file *file = read_sample(desk, "patients.csv");
    for (size_t i = 1; i < file->rows; i++)
        for (size_t j = i + 1; j < file->rows; j++) {
            const char *mobile = at(file, i, "mobile");
            if (!mobile[0] || !text_equal(mobile, at(file, j, "mobile")))
                continue;
            shared++;
            bool child = at(file, j, "guardian")[0];
            bool couple = i >= 161 && j == i + 1;
            assert_true(child || couple);
        }
    assert_true(shared > 10);
}

static void people_of_all_sorts(void **state)
{
    struct desk *desk = *state;
    write_sample(desk, MONDAY, 20261207);
    struct file *file = read_sample(desk, "patients.csv");
    assert_true(count_of(file, "language", "en") > 90);
    assert_true(count_of(file, "language", "es") > 20);
    assert_true(count_of(file, "language", "zh") > 0);
    assert_true(count_of(file, "language", "vi") > 0);
    assert_true(count_of(file, "deceased", "yes") > 0);
    assert_true(count_of(file, "active", "no") > 0);
    assert_true(count_of(file, "inpatient", "yes") > 0);
    assert_true(count_of(file, "preferred_channel", "voice") > 10);
    assert_true(count_of(file, "preferred_channel", "email") > 10);
    assert_int_equal(file->rows - 1 - count_of(file, "guardian", ""), 20);
    static const char *const zones[] = {
        "America/New_York",    "America/Chicago", "America/Denver",
        "America/Los_Angeles", "America/Phoenix", "Pacific/Honolulu"};
    for (size_t i = 0; i < COUNT(zones); i++)
        assert_true(count_of(file, "zone", zones[i]) > 10);
    assert_true(read_sample(desk, "suppressions.csv")->rows > 1);
    assert_true(read_sample(desk, "restrictions.csv")->rows > 1);
}

/* Days from the day of `now` (in New York) to a date or local time. */
static int64_t days_to(const char *text, instant now)
{
    char day[11];
    struct civil_date date;
    text_copy(day, sizeof(day), text);
    assert_true(civil_parse_date(day, &date));
    return civil_days(date) -
           civil_days(civil_from_seconds((now - 5 * HOUR_MS) / 1000).date);
}

/* Whatever the day of the week, each campaign finds its cases. */
static void every_day_has_its_cases(void **state)
{
    struct desk *desk = *state;
    for (int day = 0; day < 7; day++) {
        instant now = MONDAY + day * DAY_MS;
        size_t soon = 0, ran_out = 0, home = 0;
        write_sample(desk, now, 7);
        struct file *file = read_sample(desk, "appointments.csv");
        for (size_t i = 1; i < file->rows; i++) {
            int64_t days = days_to(at(file, i, "start"), now);
            soon += text_equal(at(file, i, "status"), "booked") && days >= 1 &&
                    days <= 7;
        }
        assert_true(soon > 60);
        assert_true(count_of(file, "status", "noshow") > 5);
        assert_true(count_of(file, "status", "cancelled") > 5);
        file = read_sample(desk, "fills.csv");
        for (size_t i = 1; i < file->rows; i++) {
            int64_t left = days_to(at(file, i, "filled"), now) +
                           strtol(at(file, i, "days_supply"), NULL, 10);
            soon += left >= 1 && left <= 11;
            ran_out += left >= -3 && left <= 0;
        }
        assert_true(ran_out > 5);
        file = read_sample(desk, "discharges.csv");
        for (size_t i = 1; i < file->rows; i++) {
            int64_t ago = -days_to(at(file, i, "discharged"), now);
            assert_true(ago >= 0 && ago <= 3);
            home += text_equal(at(file, i, "disposition"), "home");
        }
        assert_true(home > 5);
        assert_int_equal(count_of(file, "disposition", "snf"), 1);
        assert_int_equal(count_of(file, "disposition", "expired"), 1);
    }
}

static void told_bad(void *arg, const struct import_bad *bad)
{
    (void)arg;
    fail_msg("%s:%lld: %s: %s", bad->file, (long long)bad->line, bad->column,
             bad->reason);
}
static void told_note(void *arg, const char *text)
{
    (void)arg;
    fail_msg("%s", text);
}
static void told_begin(void *arg, const char *file, int64_t bytes)
{
    (void)arg;
    (void)file;
    assert_true(bytes > 0);
}
static void told_moved(void *arg, int64_t bytes)
{
    (void)arg;
    assert_true(bytes >= 0);
}
static void told_write(void *arg)
{
    (void)arg;
}
static void told_end(void *arg)
{
    (void)arg;
}

/* Imports the folder; nothing in it may be bad. */
static void import_all(struct desk *desk, struct store *store, instant now)
{
    static const struct import_watch watch = {
        .bad = told_bad,
        .note = told_note,
        .begin = told_begin,
        .moved = told_moved,
        .write = told_write,
        .end = told_end,
    };
    struct error err = {0};
    struct import_report report = {0};
    const char *paths[] = {desk->folder};
    struct import_options options = {
        .paths = paths,
        .path_count = 1,
        .max_bad = IMPORT_MAX_BAD,
        .country = "US",
        .zone = zone_find("America/New_York"),
        .now = now,
        .actor = "tester",
    };
    if (!import_run(store, &options, &watch, &report, &err))
        fail_msg("%s", err.text);
    assert_int_equal(report.count, COUNT(files));
    for (size_t i = 0; i < report.count; i++) {
        const struct import_table *table = &report.tables[i];
        if (!table->taken || table->bad || table->flawed)
            fail_msg("%s: %s", table->table, table->reason);
    }
    import_report_free(&report);
}

static int64_t audience_of(struct store *store, const char *name,
                           const struct view_time *time)
{
    char path[4096];
    struct faults faults;
    struct error err = {0};
    int64_t holds = 0, missing = 0;
    const char *root = getenv("OUTREACH_SOURCE");
    snprintf(path, sizeof(path), "%s/campaigns/library/%s.json",
             root ? root : ".", name);
    faults_init(&faults);
    struct campaign *campaign = campaign_load(path, NULL, &faults, NULL);
    faults_free(&faults);
    assert_non_null(campaign);
    if (!view_count(store, campaign->anchor, campaign->audience_all, time,
                    &holds, &missing, &err))
        fail_msg("%s", err.text);
    campaign_free(campaign);
    return holds;
}

/* The sample comes in without a fault, and the shipped campaigns find in it
 * some people to reach and some to leave alone. */
static void shipped_campaigns_find_their_people(void **state)
{
    static const struct {
        const char *campaign;
        int64_t least, most;
    } rows[] = {
        {"appointment", 80, 115},   {"no-show", 5, 25},
        {"refill", 25, 50},         {"colorectal-recall", 8, 40},
        {"breast-recall", 3, 30},   {"post-discharge", 8, 14},
        {"cervical-recall", 5, 30}, {"hba1c-recall", 2, 12},
        {"eye-recall", 2, 12},      {"blood-pressure-recall", 5, 40},
        {"influenza", 5, 40},       {"result-ready", 15, 50},
    };
    struct desk *desk = *state;
    char path[128];
    struct error err = {0};
    write_sample(desk, MONDAY, 20261207);
    file_join(path, sizeof(path), desk->folder, "store.db");
    struct store *store = store_open(path, STORE_CREATE, &err);
    assert_non_null(store);
    import_all(desk, store, MONDAY);
    struct view_time time = {
        .now = MONDAY,
        .today = {2026, 12, 7},
        .entered_at = INSTANT_NEVER,
        .zone = zone_find("America/New_York"),
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t holds = audience_of(store, rows[i].campaign, &time);
        if (holds < rows[i].least || holds > rows[i].most)
            fail_msg("%s: %lld", rows[i].campaign, (long long)holds);
    }
    store_close(store);
}

static void a_folder_that_is_not_there_is_told(void **state)
{
    struct error err = {0};
    (void)state;
    assert_false(sample_write("/nonexistent/folder", MONDAY, 1, &err));
    assert_non_null(strstr(err.text, "/nonexistent/folder"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)
int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_same_seed_writes_the_same_bytes),
        CASE(the_columns_are_those_of_the_import),
        CASE(nobody_can_be_reached),
        CASE(only_families_share_a_number),
        CASE(people_of_all_sorts),
        CASE(every_day_has_its_cases),
        CASE(shipped_campaigns_find_their_people),
        CASE(a_folder_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
