/* SPDX-License-Identifier: Apache-2.0 */
/* Change notes. What a condition sees of an anchor may change by a change of
 * any row that its SQL reads: each such cell of the sample is changed in turn,
 * and each row left out and put in again; whenever a field, a history word or
 * a list of some anchor then reads differently, a note must lead to that
 * anchor. SQLite itself says which columns are read, so a new row of the
 * catalogue is tried without a new row here, and fails when no trigger stands
 * behind it or nothing in the sample makes it change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/memory.h"
#include "store/connection.h"
#include "store/dirty.h"
#include "store/measure.h"
#include "store/statement.h"
#include "store/store.h"
#include "tests/store/fixture.h"
#include "tests/store/sample.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
enum { COLUMNS_MAX = 128, IDS = 8, KINDS = ANCHOR_PATIENT + 1 };

/* What is asked
 * ----------------------------------------------------------------
 */

static struct measure_satisfier satisfiers[] = {{"fit", 12},
                                                {"colonoscopy", 120}};
static const char *results[] = {"normal"};
static struct measure_exclusion exclusions[] = {
    {EXCLUDE_PROCEDURE, "total-colectomy"}};
static const char *required[] = {"E11"};
static const struct measure colorectal = {.name = "colorectal",
                                          .first_due_months = 18 * 12,
                                          .due_before_months = 76 * 12,
                                          .satisfiers = satisfiers,
                                          .satisfier_count = 2,
                                          .only_results = results,
                                          .only_result_count = 1,
                                          .requires = required,
                                          .require_count = 1,
                                          .exclusions = exclusions,
                                          .exclusion_count = 1};

/* What a history word is about; those that are not here need no subject. */
static const struct {
    const char *name, *subject;
} subjects[] = {
    {"declined", "colorectal"},      {"screened", "colorectal"},
    {"ordered", "colorectal"},       {"has open order", "colorectal"},
    {"no open order", "colorectal"}, {"abnormal", "colorectal"},
    {"no abnormal", "colorectal"},   {"overdue for", "colorectal"},
    {"has condition", "E11"},        {"has procedure", "total-colectomy"},
    {"due for", "colorectal"},       {"abnormal by", "colorectal"},
};

/* Everything that a condition can ask of one kind of anchor. */
struct asked {
    struct view_column columns[COLUMNS_MAX];
    struct predicate predicates[COLUMNS_MAX];
    char names[COLUMNS_MAX][64];
    bool moved[COLUMNS_MAX]; /* some change changed it */
    size_t count;
    struct view *view;
    char *before[IDS], *after[IDS]; /* '\n' behind each column */
};

struct world {
    struct store *store;
    struct asked asked[KINDS];
    struct {
        char table[32], column[32];
    } cells[256];
    size_t cell_count;
};

static const char *subject_of(const struct history *history)
{
    for (size_t i = 0; i < COUNT(subjects); i++)
        if (strcmp(subjects[i].name, history->name) == 0)
            return subjects[i].subject;
    if (history->has_subject)
        fail_msg("no subject above for '%s'", history->name);
    return NULL;
}

static void ask_predicate(struct asked *asked, const struct predicate *p,
                          const char *name, const char *more)
{
    asked->predicates[asked->count] = *p;
    asked->columns[asked->count].predicate = &asked->predicates[asked->count];
    snprintf(asked->names[asked->count], sizeof(asked->names[0]), "%s%s", name,
             more);
    asked->count++;
}

static void ask_histories(struct asked *asked, enum anchor_kind kind)
{
    const struct history *history;
    for (size_t i = 0; (history = history_at(kind, i)); i++) {
        /* Of entries, which the engine itself makes: asked again when a
         * message goes, and by the daily sweep. */
        if (strcmp(history->name, "recalled") == 0)
            continue;
        const char *subject = subject_of(history);
        bool measured = subject && strcmp(subject, "colorectal") == 0;
        struct predicate p = {.kind = PREDICATE_HISTORY,
                              .history = history,
                              .subject = subject,
                              .measure = measured ? &colorectal : NULL};
        ask_predicate(asked, &p, history->name, "");
        if (!history->has_within)
            continue;
        p.has_within = true;
        p.within = (struct duration){12, UNIT_MONTHS};
        ask_predicate(asked, &p, history->name, " within 12 months");
    }
    struct predicate list = {.kind = PREDICATE_IN_LIST,
                             .subject = "exclusions"};
    ask_predicate(asked, &list, "in list", "");
}

static void ask_everything(struct asked *asked, enum anchor_kind kind)
{
    const struct field *field;
    for (size_t i = 0; (field = field_at(kind, i)); i++) {
        asked->columns[asked->count] =
            (struct view_column){.field = field, .attribute = "plan"};
        snprintf(asked->names[asked->count++], sizeof(asked->names[0]), "%s",
                 field->name);
    }
    ask_histories(asked, kind);
    /* The last: whether it is there and may be spoken to at all. */
    snprintf(asked->names[asked->count], sizeof(asked->names[0]), "gone");
    assert_in_range(asked->count, 50, COLUMNS_MAX - 1);
}

/* What SQLite reads
 * ------------------------------------------------------------
 */

static int note_read(void *arg, int action, const char *table,
                     const char *column, const char *database,
                     const char *trigger)
{
    struct world *world = arg;
    (void)database;
    (void)trigger;
    if (action != SQLITE_READ || !*column || strcmp(column, "id") == 0)
        return SQLITE_OK;
    for (size_t i = 0; i < world->cell_count; i++)
        if (strcmp(world->cells[i].table, table) == 0 &&
            strcmp(world->cells[i].column, column) == 0)
            return SQLITE_OK;
    assert_true(world->cell_count < COUNT(world->cells));
    snprintf(world->cells[world->cell_count].table, 32, "%s", table);
    snprintf(world->cells[world->cell_count++].column, 32, "%s", column);
    return SQLITE_OK;
}

static void world_open(struct world *world)
{
    struct error err = {0};
    world->store = fixture_store();
    sample_fill(world->store);
    fixture_sql(world->store,
                "INSERT INTO patient(id, mrn) VALUES (7, 'M7');"
                "INSERT INTO response(patient_id, anchor_kind, anchor_id, "
                "occurrence, intent, at) VALUES (1, 2, 2, 0, 'call-me', 10), "
                "(1, 3, 1, 0, 'call-me', 10)");
    sqlite3_set_authorizer(world->store->db, note_read, world);
    for (int kind = ANCHOR_APPOINTMENT; kind < KINDS; kind++) {
        struct asked *asked = &world->asked[kind];
        ask_everything(asked, (enum anchor_kind)kind);
        asked->view = view_prepare(world->store, (enum anchor_kind)kind,
                                   asked->columns, asked->count, &err);
        if (!asked->view)
            fail_msg("%s", err.text);
    }
    sqlite3_set_authorizer(world->store->db, NULL, NULL);
}

static void world_close(struct world *world)
{
    for (int kind = ANCHOR_APPOINTMENT; kind < KINDS; kind++)
        view_free(world->asked[kind].view);
    fixture_close(world->store);
}

/* Before and after
 * -------------------------------------------------------------
 */

static void put_value(struct buf *out, const struct value *value)
{
    if (value->type == VALUE_TEXT || value->type == VALUE_DATE)
        buf_text(out, value->text);
    else if (value->type != VALUE_MISSING)
        buf_format(out, "%lld/%g", (long long)value->integer, value->number);
    buf_text(out, "\n");
}

/* All that can be asked of one anchor, a line each; NULL: there is none. */
static char *look(const struct asked *asked, int64_t id)
{
    struct error err = {0};
    struct view_row row;
    bool found;
    struct view_time time = sample_time();
    time.entered_at = SAMPLE_NOW - 30 * 24 * HOUR_MS;
    if (!view_read(asked->view, id, &time, &found, &row, &err))
        fail_msg("%s", err.text);
    if (!found)
        return NULL;
    struct buf out;
    buf_init(&out, 1u << 16);
    for (size_t i = 0; i < asked->count; i++)
        put_value(&out, &row.columns[i]);
    buf_format(&out, "%d\n", row.gone);
    return buf_take(&out);
}

static void look_at_all(struct world *world, bool after)
{
    for (int kind = ANCHOR_APPOINTMENT; kind < KINDS; kind++) {
        struct asked *asked = &world->asked[kind];
        for (int64_t id = 1; id < IDS; id++) {
            char **text = after ? &asked->after[id] : &asked->before[id];
            free(*text);
            *text = look(asked, id);
        }
    }
}

static void forget_looks(struct world *world)
{
    for (int kind = ANCHOR_APPOINTMENT; kind < KINDS; kind++) {
        for (int64_t id = 1; id < IDS; id++) {
            free(world->asked[kind].before[id]);
            free(world->asked[kind].after[id]);
            world->asked[kind].before[id] = NULL;
            world->asked[kind].after[id] = NULL;
        }
    }
}

/* A note of the anchor, or of its patient as it is or was. */
static bool is_noted(struct world *world, enum anchor_kind kind, int64_t id)
{
    static const char *const tables[] = {
        [ANCHOR_APPOINTMENT] = "appointment",
        [ANCHOR_FILL] = "fill",
        [ANCHOR_DISCHARGE] = "discharge",
    };
    char sql[300];
    snprintf(sql, sizeof(sql),
             "SELECT count(*) FROM dirty WHERE kind = %d AND id = %lld",
             (int)kind, (long long)id);
    if (fixture_number(world->store, sql) > 0)
        return true;
    if (kind == ANCHOR_PATIENT)
        return false;
    snprintf(sql, sizeof(sql),
             "SELECT count(*) FROM dirty WHERE kind = 4 AND id IN (SELECT "
             "patient_id FROM %s WHERE id = %lld)",
             tables[kind], (long long)id);
    return fixture_number(world->store, sql) > 0;
}

/* Clinics lead on in slices. */
static void spread(struct store *store)
{
    struct error err = {0};
    bool more = true;
    while (more)
        if (!dirty_spread(store, 0, 2, &more, &err))
            fail_msg("%s", err.text);
}

static bool is_gone(const char *look)
{
    return !look || strcmp(look + strlen(look) - 2, "0\n") != 0;
}

static void compare(struct world *world, enum anchor_kind kind, int64_t id,
                    const char *what)
{
    struct asked *asked = &world->asked[kind];
    const char *before = asked->before[id], *after = asked->after[id];
    if (is_gone(before) && is_gone(after))
        return; /* nothing goes out for it, whatever it says */
    for (size_t i = 0; i <= asked->count; i++) {
        size_t a = before ? strcspn(before, "\n") : 0;
        size_t b = after ? strcspn(after, "\n") : 0;
        bool same = before && after && a == b && memcmp(before, after, a) == 0;
        if (!same && !is_noted(world, kind, id))
            fail_msg("%s: '%s' of %s %lld changes, and no note says so", what,
                     asked->names[i], anchor_name(kind), (long long)id);
        asked->moved[i] |= !same && before && after;
        before += before ? a + 1 : 0;
        after += after ? b + 1 : 0;
    }
}

static void compare_all(struct world *world, const char *what)
{
    look_at_all(world, true);
    spread(world->store);
    for (int kind = ANCHOR_APPOINTMENT; kind < KINDS; kind++)
        for (int64_t id = 1; id < IDS; id++)
            compare(world, (enum anchor_kind)kind, id, what);
}

/* Changes ---------------------------------------------------------------------
 */

/* False when a rule of the schema forbids it, or the import's: a fill is of
 * the patient of its prescription. */
static bool change(struct world *world, const char *sql)
{
    struct error err = {0};
    return connection_exec(world->store, sql, "change", &err) &&
           fixture_number(world->store,
                          "SELECT count(*) FROM fill f JOIN prescription r ON "
                          "r.id = f.prescription_id WHERE r.patient_id != "
                          "f.patient_id") == 0;
}

#define QUIET_NOTES "DELETE FROM dirty;"
#define QUIET QUIET_NOTES "DELETE FROM dirty_clinic;"

/* One row's cell becomes empty, what another row says, something else. */
static void change_cell(struct world *world, const char *table,
                        const char *column, int64_t row)
{
    /* @: the column; others: the same table, every row of it */
    static const char *const values[] = {
        "NULL",
        "(SELECT min(o.@) FROM others o WHERE o.@ > t.@)",
        "(SELECT max(o.@) FROM others o WHERE o.@ < t.@)",
        "(SELECT max(o.@) FROM others o)",
        "iif(typeof(t.@) = 'integer', 1 - t.@, t.@ || 'x')",
        "'2026-11-01'",
    };
    for (size_t i = 0; i < COUNT(values); i++) {
        struct buf sql;
        buf_init(&sql, 1024);
        buf_format(&sql,
                   "WITH others AS (SELECT * FROM \"%s\") UPDATE \"%s\" AS t "
                   "SET %s = ",
                   table, table, column);
        for (const char *at = values[i]; *at; at++)
            *at == '@' ? buf_text(&sql, column) : buf_add(&sql, at, 1);
        buf_format(&sql, " WHERE t.rowid = %lld", (long long)row);
        fixture_begin(world->store);
        fixture_sql(world->store, QUIET);
        if (change(world, sql.data))
            compare_all(world, sql.data);
        store_rollback(world->store);
        buf_free(&sql);
    }
}

static void leave_out_and_put_in(struct world *world, const char *table,
                                 int64_t row)
{
    char sql[256];
    fixture_begin(world->store);
    snprintf(sql, sizeof(sql),
             QUIET "CREATE TEMP TABLE kept AS SELECT * FROM \"%s\" WHERE "
                   "rowid = %lld",
             table, (long long)row);
    fixture_sql(world->store, sql);
    snprintf(sql, sizeof(sql), "DELETE FROM \"%s\" WHERE rowid = %lld", table,
             (long long)row);
    if (change(world, sql)) {
        /* whom anything was planned for cannot be left out */
        if (strcmp(table, "patient") != 0)
            compare_all(world, sql);
        look_at_all(world, false);
        fixture_sql(world->store, QUIET);
        snprintf(sql, sizeof(sql), "INSERT INTO \"%s\" SELECT * FROM kept",
                 table);
        assert_true(change(world, sql));
        compare_all(world, sql);
    }
    store_rollback(world->store);
    look_at_all(world, false);
}

static void all_that_a_condition_sees_leaves_a_note(void **state)
{
    (void)state;
    struct world *world = memory_new(sizeof(*world));
    world_open(world);
    look_at_all(world, false);
    assert_true(world->cell_count > 80);
    for (size_t i = 0; i < world->cell_count; i++) {
        const char *table = world->cells[i].table;
        char sql[128];
        snprintf(sql, sizeof(sql), "SELECT max(rowid) FROM \"%s\"", table);
        int64_t rows = fixture_number(world->store, sql);
        bool first = true; /* of this table */
        for (size_t before = 0; before < i; before++)
            first &= strcmp(table, world->cells[before].table) != 0;
        for (int64_t row = 1; row <= rows; row++) {
            change_cell(world, table, world->cells[i].column, row);
            if (first)
                leave_out_and_put_in(world, table, row);
        }
    }
    for (int kind = ANCHOR_APPOINTMENT; kind < KINDS; kind++) {
        const struct asked *asked = &world->asked[kind];
        for (size_t c = 0; c <= asked->count; c++)
            if (!asked->moved[c])
                fail_msg("nothing in the sample changes '%s' of %s",
                         asked->names[c], anchor_name((enum anchor_kind)kind));
    }
    forget_looks(world);
    world_close(world);
    free(world);
}

/* The same values again are no change. */
static void what_says_nothing_new_leaves_no_note(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    sample_fill(store);
    fixture_sql(store, QUIET);
    char *sql = fixture_text(
        store, "SELECT group_concat(statement, ';') FROM (SELECT 'UPDATE \"' "
               "|| m.name || '\" SET ' || group_concat(c.name || ' = ' || "
               "c.name) AS statement FROM sqlite_schema m JOIN "
               "pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name "
               "IN (SELECT tbl_name FROM sqlite_schema WHERE type = 'trigger' "
               "AND name LIKE '%dirty%') GROUP BY m.name)");
    assert_true(strlen(sql) > 500);
    fixture_sql(store, sql);
    free(sql);
    assert_int_equal(
        fixture_number(store, "SELECT (SELECT count(*) FROM dirty) + (SELECT "
                              "count(*) FROM dirty_clinic)"),
        0);
    fixture_close(store);
}

/* Clinics in slices
 * ------------------------------------------------------------
 */

static bool spread_once(struct store *store)
{
    struct error err = {0};
    bool more;
    fixture_begin(store);
    if (!dirty_spread(store, 1000, 3, &more, &err))
        fail_msg("%s", err.text);
    fixture_commit(store);
    return more;
}

static void expect_notes(struct store *store, const char *notes)
{
    char *text = fixture_text(
        store, "SELECT group_concat(kind || ':' || id, ' ') FROM dirty");
    assert_string_equal(text ? text : "", notes);
    free(text);
}

static void a_clinic_that_changed_is_spread_in_slices(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    fixture_sql(
        store,
        "INSERT INTO clinic(id, external_id, name, public_name, zone) VALUES "
        "(1, 'a', 'A', 'A', 'UTC'), (2, 'b', 'B', 'B', 'UTC'), "
        "(3, 'c', 'C', 'C', 'UTC');"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
        "i < 8) INSERT INTO patient(id, mrn, clinic_id) SELECT i, i, 1 + i % 2 "
        "FROM n;"
        "INSERT INTO appointment(id, external_id, patient_id, clinic_id, "
        "start_local, zone, start_at, status) VALUES "
        "(1, 'old', 1, 1, '', 'UTC', 999, 'fulfilled'), "
        "(7, 'new', 1, 1, '', 'UTC', 1001, 'booked');" QUIET);
    fixture_sql(store, "UPDATE clinic SET phone = '1' WHERE id = 1");
    expect_notes(store, "");
    bool any;
    struct error err = {0};
    assert_true(dirty_any(store, &any, &err));
    assert_true(any);
    assert_true(spread_once(store)); /* two visits: one is long over */
    expect_notes(store, "1:7");
    while (!fixture_number(store, "SELECT count(*) FROM dirty WHERE kind = 4"))
        assert_true(spread_once(store));
    expect_notes(store, "1:7 4:2"); /* of the patients 1 to 3 */
    /* Another one begins at the beginning; the first waits, then both go on. */
    fixture_sql(store, QUIET_NOTES);
    fixture_sql(store, "UPDATE clinic SET phone = '2' WHERE id = 2");
    for (int slices = 0; spread_once(store); slices++)
        assert_in_range(slices, 0, 20);
    expect_notes(store, "4:1 4:3 4:4 4:5 4:6 4:7 4:8");
    assert_true(dirty_any(store, &any, &err));
    fixture_sql(store, QUIET_NOTES);
    assert_true(dirty_any(store, &any, &err));
    assert_false(any);
    fixture_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_a_condition_sees_leaves_a_note),
        cmocka_unit_test(what_says_nothing_new_leaves_no_note),
        cmocka_unit_test(a_clinic_that_changed_is_spread_in_slices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
