/* SPDX-License-Identifier: Apache-2.0 */
/* Views: how conditions combine, what a row carries, ranges and counting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/buf.h"
#include "store/connection.h"
#include "store/store.h"
#include "tests/store/fixture.h"
#include "tests/store/sample.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct operand number_45 = {.type = VALUE_NUMBER, .number = 45};
static struct operand ages[] = {{.type = VALUE_NUMBER, .number = 45},
                                {.type = VALUE_NUMBER, .number = 50}};
static struct operand states[] = {{.type = VALUE_TEXT, .text = "IL"},
                                  {.type = VALUE_TEXT, .text = "NY"}};

static struct predicate leaf(const char *name, enum predicate_kind kind,
                             enum predicate_operator op,
                             struct operand *operands, size_t count)
{
    return (struct predicate){.kind = kind,
                              .field = field_find(ANCHOR_PATIENT, name),
                              .op = op,
                              .operands = operands,
                              .operand_count = count};
}

static struct predicate join(enum predicate_kind kind, struct predicate *left,
                             struct predicate *right)
{
    return (struct predicate){.kind = kind, .left = left, .right = right};
}

static void conditions_combine_as_people_mean_them(void **state)
{
    (void)state;
    struct predicate adult =
        leaf("patient.age", PREDICATE_COMPARE, OP_GE, &number_45, 1);
    struct predicate young = join(PREDICATE_NOT, &adult, NULL);
    struct predicate sick = leaf("inpatient", PREDICATE_TRUE, OP_EQ, NULL, 0);
    struct predicate well = join(PREDICATE_NOT, &sick, NULL);
    struct predicate between =
        leaf("patient.age", PREDICATE_BETWEEN, OP_EQ, ages, 2);
    struct predicate here =
        leaf("patient.state", PREDICATE_IN, OP_EQ, states, 2);
    struct predicate elsewhere = join(PREDICATE_NOT, &here, NULL);
    struct predicate listed = {.kind = PREDICATE_IN_LIST,
                               .subject = "exclusions"};
    struct predicate unlisted = join(PREDICATE_NOT, &listed, NULL);
    struct predicate nobody = {.kind = PREDICATE_IN_LIST, .subject = "none"};
    struct predicate both = join(PREDICATE_AND, &adult, &well);
    struct predicate either = join(PREDICATE_OR, &between, &listed);
    struct predicate yes = {.kind = PREDICATE_CONSTANT, .constant = true};
    struct predicate no = {.kind = PREDICATE_CONSTANT};
    const struct {
        const char *sentence;
        const struct predicate *p;
        const char *ids;
    } rows[] = {
        {"ordering against a missing value is false", &adult, "1 5 6"},
        {"and its negation therefore true", &young, "2 3"},
        {"a field by itself", &sick, "5"},
        {"not a field", &well, "1 2 3 6"},
        {"between includes both ends", &between, "5 6"},
        {"in, and a missing value is in nothing", &here, "1 2"},
        {"not in", &elsewhere, "3 5 6"},
        {"in list", &listed, "2"},
        {"not in list", &unlisted, "1 3 5 6"},
        {"a list that is not there is empty", &nobody, ""},
        {"and", &both, "1 6"},
        {"or", &either, "2 5 6"},
        {"always", &yes, "1 2 3 5 6"},
        {"never", &no, ""},
    };
    struct view_time time = sample_time();
    struct store *store = fixture_store();
    sample_fill(store);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *ids = sample_ids(store, ANCHOR_PATIENT, rows[i].p, &time);
        if (strcmp(ids, rows[i].ids) != 0)
            fail_msg("%s: expected [%s], got [%s]", rows[i].sentence,
                     rows[i].ids, ids);
    }
    fixture_close(store);
}

static void words_of_people_never_become_sql(void **state)
{
    (void)state;
    struct operand evil = {.type = VALUE_TEXT,
                           .text = "x' OR 1=1; DROP TABLE patient; --"};
    struct predicate p =
        leaf("patient.mrn", PREDICATE_COMPARE, OP_EQ, &evil, 1);
    struct predicate list = {.kind = PREDICATE_IN_LIST, .subject = evil.text};
    struct predicate attribute =
        leaf("attr.x", PREDICATE_COMPARE, OP_EQ, &evil, 1);
    attribute.attribute = "x";
    struct view_time time = sample_time();
    struct store *store = fixture_store();
    sample_fill(store);
    assert_string_equal(sample_ids(store, ANCHOR_PATIENT, &p, &time), "");
    assert_string_equal(sample_ids(store, ANCHOR_PATIENT, &list, &time), "");
    assert_string_equal(sample_ids(store, ANCHOR_PATIENT, &attribute, &time),
                        "");
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM patient"), 6);
    fixture_close(store);
}

static void attributes_that_are_no_json_hurt_nobody_else(void **state)
{
    (void)state;
    struct operand gold = {.type = VALUE_TEXT, .text = "gold"};
    struct predicate p = leaf("attr.plan", PREDICATE_COMPARE, OP_EQ, &gold, 1);
    p.attribute = "plan";
    struct predicate risk = leaf("high_risk", PREDICATE_TRUE, OP_EQ, NULL, 0);
    struct view_time time = sample_time();
    struct store *store = fixture_store();
    sample_fill(store);
    fixture_sql(store, "UPDATE patient SET attributes = 'oops' WHERE id = 3");
    assert_string_equal(sample_ids(store, ANCHOR_PATIENT, &p, &time), "1");
    assert_string_equal(sample_ids(store, ANCHOR_PATIENT, &risk, &time), "1");
    fixture_close(store);
}

static struct view *prepare(struct store *store, enum anchor_kind anchor,
                            const char *const *names, size_t count)
{
    struct error err = {0};
    struct view_column columns[16];
    for (size_t i = 0; i < count; i++)
        columns[i] = (struct view_column){.field = field_find(anchor, names[i]),
                                          .attribute = "plan"};
    struct view *view = view_prepare(store, anchor, columns, count, &err);
    if (!view)
        fail_msg("%s", err.text);
    return view;
}

static void a_row_carries_typed_values(void **state)
{
    (void)state;
    static const char *const names[] = {
        "patient.first_name", "start",  "minutes",
        "telehealth",         "end",    "lead_time",
        "patient.birth_date", "booked", "attr.plan"};
    struct error err = {0};
    bool found;
    struct view_row row;
    struct view_time time = sample_time();
    struct store *store = fixture_store();
    sample_fill(store);
    struct view *view = prepare(store, ANCHOR_APPOINTMENT, names, COUNT(names));
    assert_true(view_read(view, 1, &time, &found, &row, &err));
    assert_true(found);
    assert_int_equal(row.anchor_id, 1);
    assert_int_equal(row.patient_id, 1);
    assert_int_equal(row.occurrence, 0);
    assert_false(row.gone);
    assert_string_equal(row.columns[0].text, "Ana");
    assert_int_equal(row.columns[1].type, VALUE_INSTANT);
    assert_int_equal(row.columns[1].integer, INT64_C(1795705200000));
    assert_true(row.columns[2].number == 30);
    assert_int_equal(row.columns[3].integer, 0);
    assert_int_equal(row.columns[4].integer, INT64_C(1795707000000));
    assert_int_equal(row.columns[5].integer, 25 * 24 * HOUR_MS);
    assert_string_equal(row.columns[6].text, "1970-05-01");
    assert_string_equal(row.columns[8].text, "gold");
    assert_true(view_read(view, 3, &time, &found, &row, &err));
    assert_int_equal(row.columns[0].type, VALUE_MISSING);
    assert_null(row.columns[0].text);
    assert_int_equal(row.columns[8].type, VALUE_MISSING);
    assert_true(view_read(view, 99, &time, &found, &row, &err));
    assert_false(found);
    view_free(view);
    fixture_close(store);
}

static void who_is_gone_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *change;
        enum anchor_kind anchor;
        enum view_gone gone;
    } rows[] = {
        {"UPDATE appointment SET gone_at = 5", ANCHOR_APPOINTMENT, VIEW_LEFT},
        {"UPDATE patient SET gone_at = 5", ANCHOR_APPOINTMENT,
         VIEW_PATIENT_LEFT},
        {"UPDATE patient SET merged_into = 2", ANCHOR_PATIENT, VIEW_MERGED},
        {"UPDATE patient SET deceased_at = 5", ANCHOR_DISCHARGE, VIEW_DIED},
        {"UPDATE patient SET active = 0", ANCHOR_FILL, VIEW_INACTIVE},
        {"UPDATE fill SET latest = 0", ANCHOR_FILL, VIEW_REPLACED},
        {"UPDATE prescription SET gone_at = 5", ANCHOR_FILL, VIEW_LEFT},
        {"UPDATE discharge SET gone_at = 5", ANCHOR_DISCHARGE, VIEW_LEFT},
        /* of several, what the gate says first of the patient */
        {"UPDATE patient SET merged_into = 2, gone_at = 5, active = 0,"
         " deceased_at = 5",
         ANCHOR_PATIENT, VIEW_DIED},
        {"UPDATE patient SET merged_into = 2, gone_at = 5, active = 0",
         ANCHOR_PATIENT, VIEW_MERGED},
        {"UPDATE patient SET gone_at = 5, active = 0", ANCHOR_PATIENT,
         VIEW_PATIENT_LEFT},
    };
    struct error err = {0};
    struct view_time time = sample_time();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct store *store = fixture_store();
        bool found;
        struct view_row row;
        sample_fill(store);
        struct view *view = prepare(store, rows[i].anchor, NULL, 0);
        assert_true(view_read(view, 2, &time, &found, &row, &err));
        assert_int_equal(row.gone, VIEW_HERE);
        fixture_sql(store, rows[i].change);
        assert_true(view_read(view, 2, &time, &found, &row, &err));
        assert_true(found);
        assert_int_equal(row.gone, rows[i].gone);
        view_free(view);
        fixture_close(store);
    }
}

/* A statement left open would hold an old picture, and the next transaction
 * would fail as busy. */
static void a_read_holds_no_picture_of_the_store(void **state)
{
    (void)state;
    static const char *const names[] = {"patient.first_name"};
    struct error err = {0};
    bool found;
    struct view_row row;
    struct view_time time = sample_time();
    struct store *store = fixture_store();
    sample_fill(store);
    struct store *other = store_open(store_path(store), 0, &err);
    struct view *view = prepare(store, ANCHOR_PATIENT, names, 1);
    assert_true(view_read(view, 1, &time, &found, &row, &err));
    fixture_sql(other, "UPDATE patient SET given_name = 'Anna' WHERE id = 1");
    assert_string_equal(row.columns[0].text, "Ana");
    fixture_begin(store);
    assert_true(view_read(view, 1, &time, &found, &row, &err));
    assert_string_equal(row.columns[0].text, "Anna");
    fixture_commit(store);
    view_free(view);
    store_close(other);
    fixture_close(store);
}

static void another_time_gives_another_answer(void **state)
{
    (void)state;
    struct predicate p =
        leaf("patient.age", PREDICATE_COMPARE, OP_GE, &number_45, 1);
    struct view_time time = sample_time();
    struct store *store = fixture_store();
    sample_fill(store);
    assert_string_equal(sample_ids(store, ANCHOR_PATIENT, &p, &time), "1 5 6");
    time.today.day = 22;
    assert_string_equal(sample_ids(store, ANCHOR_PATIENT, &p, &time), "1 5");
    fixture_close(store);
}

/* The birthdays behind an age: 28 and 29 February and 1 March. */
static void ages_turn_on_the_birthday(void **state)
{
    (void)state;
    static const struct {
        const char *birth;
        struct civil_date today;
        int age;
    } rows[] = {
        {"1981-11-23", {2026, 11, 22}, 44}, {"1981-11-23", {2026, 11, 23}, 45},
        {"2008-02-29", {2026, 2, 28}, 17},  {"2008-02-29", {2026, 3, 1}, 18},
        {"2008-02-29", {2028, 2, 28}, 19},  {"2008-02-29", {2028, 2, 29}, 20},
        {"2007-03-01", {2028, 2, 29}, 20},  {"2007-02-28", {2028, 2, 29}, 21},
        {"2026-11-24", {2026, 11, 23}, -1},
    };
    static const enum predicate_operator ops[] = {OP_EQ, OP_NE, OP_LT,
                                                  OP_LE, OP_GT, OP_GE};
    struct store *store = fixture_store();
    fixture_sql(store, "INSERT INTO patient(id, mrn) VALUES (1, 'a')");
    for (size_t i = 0; i < COUNT(rows); i++) {
        char sql[96];
        snprintf(sql, sizeof(sql), "UPDATE patient SET birth_on = '%s'",
                 rows[i].birth);
        fixture_sql(store, sql);
        struct view_time time = sample_time();
        time.today = rows[i].today;
        for (int limit = rows[i].age - 1; limit <= rows[i].age + 1; limit++) {
            struct operand years = {.type = VALUE_NUMBER, .number = limit};
            struct operand both[] = {years, years};
            const bool holds[] = {
                rows[i].age == limit, rows[i].age != limit,
                rows[i].age<limit, rows[i].age <= limit, rows[i].age> limit,
                rows[i].age >= limit};
            for (size_t k = 0; k < COUNT(ops); k++) {
                struct predicate p =
                    leaf("patient.age", PREDICATE_COMPARE, ops[k], &years, 1);
                assert_string_equal(
                    sample_ids(store, ANCHOR_PATIENT, &p, &time),
                    holds[k] ? "1" : "");
            }
            struct predicate between =
                leaf("patient.age", PREDICATE_BETWEEN, OP_EQ, both, 2);
            assert_string_equal(
                sample_ids(store, ANCHOR_PATIENT, &between, &time),
                holds[0] ? "1" : "");
        }
    }
    fixture_close(store);
}

/* Ranges
 * ------------------------------------------------------------------------ */

struct pages {
    char text[256];
    instant last_at;
    int64_t last_id;
    size_t stop_after;
};

static bool page_row(void *arg, const struct view_row *row, instant at)
{
    struct pages *pages = arg;
    size_t len = strlen(pages->text);
    snprintf(pages->text + len, sizeof(pages->text) - len, "%lld@%lld ",
             (long long)row->anchor_id, (long long)at);
    pages->last_at = at;
    pages->last_id = row->anchor_id;
    return pages->stop_after == 0 || --pages->stop_after > 0;
}

static struct view_scan *starts(struct store *store)
{
    struct error err = {0};
    struct view_scan *scan = view_scan_prepare(
        store, ANCHOR_APPOINTMENT, NULL,
        field_find(ANCHOR_APPOINTMENT, "start"), NULL, 0, &err);
    if (!scan)
        fail_msg("%s", err.text);
    return scan;
}

static void many_starts(struct store *store)
{
    fixture_sql(store, "INSERT INTO patient(id, mrn) VALUES (1, 'a');"
                       "INSERT INTO appointment(id, external_id, patient_id, "
                       "start_local, zone, start_at, status) VALUES"
                       " (1, 'a', 1, '', '', 30, 'booked'),"
                       " (2, 'b', 1, '', '', 10, 'booked'),"
                       " (3, 'c', 1, '', '', 20, 'booked'),"
                       " (4, 'd', 1, '', '', 20, 'booked'),"
                       " (5, 'e', 1, '', '', 20, 'booked'),"
                       " (6, 'f', 1, '', '', 40, 'booked');");
}

static void a_range_excludes_its_start_and_includes_its_end(void **state)
{
    (void)state;
    static const struct {
        struct view_range range;
        const char *rows;
        bool more;
    } rows[] = {
        {{.from = 10, .to = 30}, "3@20 4@20 5@20 1@30 ", false},
        {{.from = INT64_MIN, .to = INT64_MAX},
         "2@10 3@20 4@20 5@20 1@30 6@40 ",
         false},
        {{.from = INT64_MAX, .to = INT64_MAX}, "", false},
        {{.from = 0, .to = 30, .limit = 2}, "2@10 3@20 ", true},
        {{.from = 0, .to = 30, .after_at = 20, .after_id = 3},
         "4@20 5@20 1@30 ",
         false},
        {{.from = 0, .to = 30, .after_at = 20, .after_id = 5}, "1@30 ", false},
        {{.from = 25, .to = 30, .after_at = 20, .after_id = 4}, "1@30 ", false},
        {{.from = 30, .to = 20}, "", false},
    };
    struct error err = {0};
    struct view_time time = sample_time();
    struct store *store = fixture_store();
    many_starts(store);
    struct view_scan *scan = starts(store);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pages pages = {{0}, 0, 0, 0};
        bool more = !rows[i].more;
        assert_true(view_scan_run(scan, &rows[i].range, &time, page_row, &pages,
                                  &more, &err));
        assert_string_equal(pages.text, rows[i].rows);
        assert_int_equal(more, rows[i].more);
    }
    view_scan_free(scan);
    fixture_close(store);
}

static void pages_of_one_reach_every_row_once(void **state)
{
    (void)state;
    struct error err = {0};
    struct view_time time = sample_time();
    struct store *store = fixture_store();
    many_starts(store);
    struct view_scan *scan = starts(store);
    struct pages pages = {{0}, 0, 0, 0};
    struct view_range range = {.from = 0, .to = 100, .limit = 1};
    bool more = true;
    for (int i = 0; more; i++) {
        assert_true(i < 8);
        range.after_at = pages.last_at;
        range.after_id = pages.last_id;
        assert_true(
            view_scan_run(scan, &range, &time, page_row, &pages, &more, &err));
    }
    assert_string_equal(pages.text, "2@10 3@20 4@20 5@20 1@30 6@40 ");
    view_scan_free(scan);
    fixture_close(store);
}

static void the_callback_may_stop(void **state)
{
    (void)state;
    struct error err = {0};
    struct view_time time = sample_time();
    struct store *store = fixture_store();
    many_starts(store);
    struct view_scan *scan = starts(store);
    struct pages pages = {.stop_after = 2};
    struct view_range range = {.from = 0, .to = 100};
    bool more = false;
    assert_true(
        view_scan_run(scan, &range, &time, page_row, &pages, &more, &err));
    assert_true(more);
    assert_string_equal(pages.text, "2@10 3@20 ");
    view_scan_free(scan);
    fixture_close(store);
}

/* The plan of the statement that was prepared last. */
static char *last_plan(struct store *store)
{
    struct buf sql, plan;
    buf_init(&sql, 1u << 20);
    buf_init(&plan, 1u << 16);
    buf_format(&sql, "EXPLAIN QUERY PLAN %s",
               sqlite3_sql(sqlite3_next_stmt(store->db, NULL)));
    sqlite3_stmt *explain = NULL;
    assert_int_equal(
        sqlite3_prepare_v2(store->db, sql.data, -1, &explain, NULL), SQLITE_OK);
    while (sqlite3_step(explain) == SQLITE_ROW)
        buf_format(&plan, "%s\n",
                   (const char *)sqlite3_column_text(explain, 3));
    sqlite3_finalize(explain);
    buf_free(&sql);
    return buf_take(&plan);
}

static void every_time_is_served_by_its_index(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *store = fixture_store();
    size_t times = 0;
    for (int kind = ANCHOR_APPOINTMENT; kind <= ANCHOR_LAST; kind++) {
        enum anchor_kind anchor = (enum anchor_kind)kind;
        const struct field *field;
        for (size_t i = 0; (field = field_at(anchor, i)); i++) {
            if (!field->is_time)
                continue;
            times++;
            struct view_column status = {.field =
                                             field_find(anchor, "patient.age")};
            struct view_scan *scan =
                view_scan_prepare(store, anchor, NULL, field, &status, 1, &err);
            if (!scan)
                fail_msg("%s: %s", field->name, err.text);
            char *plan = last_plan(store);
            if (strstr(plan, "SCAN") || strstr(plan, "B-TREE") ||
                !strstr(plan, "USING INDEX"))
                fail_msg("%s: %s", field->name, plan);
            free(plan);
            view_scan_free(scan);
        }
    }
    assert_int_equal(times, 7);
    fixture_close(store);
}

static void every_history_is_served_by_an_index(void **state)
{
    (void)state;
    static struct measure_satisfier by[] = {{"fit", 12}};
    static const char *code[] = {"E11"};
    static struct measure_exclusion not [] = {{EXCLUDE_CONDITION, "C18"}};
    static const struct measure measure = {.name = "m",
                                           .first_due_months = 45 * 12,
                                           .due_before_months = 76 * 12,
                                           .sex = "female",
                                           .satisfiers = by,
                                           .satisfier_count = 1,
                                           .requires = code,
                                           .require_count = 1,
                                           .exclusions = not,
                                           .exclusion_count = 1};
    struct error err = {0};
    struct store *store = fixture_store();
    for (int kind = ANCHOR_APPOINTMENT; kind <= ANCHOR_LAST; kind++) {
        enum anchor_kind anchor = (enum anchor_kind)kind;
        const struct history *history;
        for (size_t i = 0; (history = history_at(anchor, i)); i++) {
            struct predicate p = {.kind = PREDICATE_HISTORY,
                                  .history = history,
                                  .subject = "m",
                                  .measure = &measure,
                                  .has_within = history->has_within,
                                  .within = {1, UNIT_YEARS}};
            struct view_column columns[] = {{.predicate = &p}, {.seen = &p}};
            for (size_t c = 0; c < 2; c++) {
                struct view *view =
                    view_prepare(store, anchor, &columns[c], 1, &err);
                if (!view)
                    fail_msg("%s: %s", history->name, err.text);
                char *plan = last_plan(store);
                if (strstr(plan, "SCAN"))
                    fail_msg("%s: %s", history->name, plan);
                free(plan);
                view_free(view);
            }
        }
    }
    fixture_close(store);
}

static void only_a_time_can_be_a_range(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *store = fixture_store();
    assert_null(view_scan_prepare(store, ANCHOR_APPOINTMENT, NULL,
                                  field_find(ANCHOR_APPOINTMENT, "minutes"),
                                  NULL, 0, &err));
    assert_non_null(strstr(err.text, "minutes"));
    fixture_close(store);
}

/* Counting
 * ---------------------------------------------------------------------- */

static void counting_tells_who_is_lost_to_missing_data(void **state)
{
    (void)state;
    struct predicate adult =
        leaf("patient.age", PREDICATE_COMPARE, OP_GE, &number_45, 1);
    struct predicate young = join(PREDICATE_NOT, &adult, NULL);
    struct predicate here =
        leaf("patient.state", PREDICATE_IN, OP_EQ, states, 2);
    struct predicate illinois =
        leaf("patient.state", PREDICATE_COMPARE, OP_EQ, states, 1);
    struct predicate other =
        leaf("patient.state", PREDICATE_COMPARE, OP_NE, states, 1);
    struct predicate not_other = join(PREDICATE_NOT, &other, NULL);
    struct predicate both = join(PREDICATE_AND, &adult, &illinois);
    const struct {
        const char *sentence;
        const struct predicate *p;
        int64_t holds, missing;
    } rows[] = {
        {"3 has no date of birth", &adult, 3, 1},
        {"not: missing made it true, nobody is lost", &young, 2, 0},
        {"3, 5 and 6 have no state", &here, 2, 3},
        {"the same by =; 2 is elsewhere", &illinois, 1, 3},
        {"!= takes missing as a value", &other, 4, 0},
        {"not != loses them again", &not_other, 1, 3},
        {"3 lacks both, 5 and 6 lack the state; 2 is too young", &both, 1, 3},
    };
    struct error err = {0};
    struct view_time time = sample_time();
    struct store *store = fixture_store();
    sample_fill(store);
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t holds, missing;
        assert_true(view_count(store, ANCHOR_PATIENT, rows[i].p, &time, &holds,
                               &missing, &err));
        if (holds != rows[i].holds || missing != rows[i].missing)
            fail_msg("%s: %lld hold, %lld miss", rows[i].sentence,
                     (long long)holds, (long long)missing);
    }
    fixture_close(store);
}

static void durations_move_on_the_calendar(void **state)
{
    (void)state;
    static const struct {
        struct civil_date from;
        struct duration d;
        int sign;
        struct civil_date to;
    } rows[] = {
        {{2024, 2, 29}, {1, UNIT_YEARS}, 1, {2025, 2, 28}},
        {{2026, 3, 31}, {1, UNIT_MONTHS}, -1, {2026, 2, 28}},
        {{2026, 12, 30}, {3, UNIT_DAYS}, 1, {2027, 1, 2}},
        {{2026, 11, 23}, {2, UNIT_WEEKS}, -1, {2026, 11, 9}},
        {{2026, 11, 20}, {2, UNIT_BUSINESS_DAYS}, 1, {2026, 11, 24}},
        {{2026, 11, 21}, {2, UNIT_BUSINESS_DAYS}, 1, {2026, 11, 24}},
        {{2026, 11, 23}, {1, UNIT_BUSINESS_DAYS}, -1, {2026, 11, 20}},
        {{2026, 11, 23}, {47, UNIT_HOURS}, 1, {2026, 11, 24}},
        {{2026, 11, 23}, {1439, UNIT_MINUTES}, 1, {2026, 11, 23}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct civil_date to =
            duration_add_date(rows[i].from, rows[i].d, rows[i].sign);
        assert_int_equal(civil_compare(to, rows[i].to), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_combine_as_people_mean_them),
        cmocka_unit_test(words_of_people_never_become_sql),
        cmocka_unit_test(attributes_that_are_no_json_hurt_nobody_else),
        cmocka_unit_test(a_row_carries_typed_values),
        cmocka_unit_test(who_is_gone_is_said),
        cmocka_unit_test(a_read_holds_no_picture_of_the_store),
        cmocka_unit_test(another_time_gives_another_answer),
        cmocka_unit_test(ages_turn_on_the_birthday),
        cmocka_unit_test(a_range_excludes_its_start_and_includes_its_end),
        cmocka_unit_test(pages_of_one_reach_every_row_once),
        cmocka_unit_test(the_callback_may_stop),
        cmocka_unit_test(every_time_is_served_by_its_index),
        cmocka_unit_test(every_history_is_served_by_an_index),
        cmocka_unit_test(only_a_time_can_be_a_range),
        cmocka_unit_test(counting_tells_who_is_lost_to_missing_data),
        cmocka_unit_test(durations_move_on_the_calendar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
