/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions and step times as coordinators write them: what they become, and
 * what each kind of mistake is told, to the column.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/words.h"

#include "campaigns/bundle.h"
#include "campaigns/expression.h"
#include "campaigns/timing.h"

static const struct expression_place place = {
    .file = "x.json", .line = 3, .column = 10};

static const struct measure colorectal = {.name = "colorectal"};

static const struct measure *find_measure(void *arg, const char *name,
                                          const char **nearest)
{
    (void)arg;
    if (strcmp(name, "colorectal") == 0)
        return &colorectal;
    if (strcmp(name, "colorektal") == 0)
        *nearest = "colorectal";
    return NULL;
}

/* A predicate in prefix form, so that a table can name its shape. */
static void put(struct buf *out, const struct predicate *predicate)
{
    static const char *const operators[] = {"=", "!=", "<", "<=", ">", ">="};
    switch (predicate->kind) {
    case PREDICATE_AND:
    case PREDICATE_OR:
        buf_text(out, predicate->kind == PREDICATE_AND ? "(and " : "(or ");
        put(out, predicate->left);
        buf_char(out, ' ');
        put(out, predicate->right);
        buf_char(out, ')');
        return;
    case PREDICATE_NOT:
        buf_text(out, "(not ");
        put(out, predicate->left);
        buf_char(out, ')');
        return;
    case PREDICATE_COMPARE:
        buf_format(out, "%s %s", predicate->field->name,
                   operators[predicate->op]);
        break;
    case PREDICATE_IN:
        buf_format(out, "%s in", predicate->field->name);
        break;
    case PREDICATE_BETWEEN:
        buf_format(out, "%s between", predicate->field->name);
        break;
    case PREDICATE_TRUE:
        buf_text(out, predicate->field->name);
        break;
    case PREDICATE_IN_LIST:
        buf_format(out, "list:%s", predicate->subject);
        break;
    case PREDICATE_HISTORY:
        buf_format(out, "%s", predicate->history->name);
        if (predicate->subject != NULL)
            buf_format(out, ":%s", predicate->subject);
        if (predicate->has_within)
            buf_format(out, " within %d/%d%s", predicate->within.count,
                       (int)predicate->within.unit,
                       predicate->of_entry ? " of entry" : "");
        if (predicate->measure != NULL)
            buf_text(out, " [measure]");
        break;
    case PREDICATE_CONSTANT:
        buf_text(out, predicate->constant ? "true" : "false");
        break;
    }
    for (size_t i = 0; i < predicate->operand_count; i++) {
        const struct operand *operand = &predicate->operands[i];
        if (operand->relative)
            buf_format(out, " %s%+d/%d", operand->text, operand->distance.count,
                       (int)operand->distance.unit);
        else if (operand->type == VALUE_NUMBER)
            buf_format(out, " %g", operand->number);
        else if (operand->type == VALUE_BOOL)
            buf_text(out, operand->integer ? " yes" : " no");
        else if (operand->text != NULL)
            buf_format(out, " %s%s", operand->type == VALUE_DATE ? "@" : "",
                       operand->text);
        else
            buf_format(out, " %lldms", (long long)operand->integer);
    }
}

struct row {
    enum anchor_kind anchor;
    const char *text;
    const char *want; /* a shape, or the first fault */
};

static void read_row(const struct row *row, bool good)
{
    struct arena *arena = arena_new();
    struct faults faults;
    struct buf out;
    faults_init(&faults);
    buf_init(&out, 100000);
    const struct predicate *predicate = expression_parse(
        row->text, row->anchor, &place, find_measure, NULL, arena, &faults);
    if (predicate != NULL)
        put(&out, predicate);
    else
        faults_print(&faults, &out);
    if ((predicate != NULL) != good || (faults.errors == 0) != good)
        fail_msg("\"%s\" came to: %s", row->text, out.data);
    if (good ? strcmp(out.data, row->want) != 0
             : strncmp(out.data, row->want, strlen(row->want)) != 0)
        fail_msg("\"%s\" came to:\n%s\nwanted:\n%s", row->text, out.data,
                 row->want);
    if (good)
        assert_string_equal(predicate->source, row->text);
    buf_free(&out);
    faults_free(&faults);
    arena_free(arena);
}

#define VISIT ANCHOR_APPOINTMENT
#define FILLS ANCHOR_FILL
#define LEFT ANCHOR_DISCHARGE
#define PERSON ANCHOR_PATIENT

static void conditions_become_predicates(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {VISIT, "status = 'booked'", "status = booked"},
        {VISIT, "visit_type != 'walk-in'", "visit_type != walk-in"},
        {VISIT, "not confirmed", "(not confirmed)"},
        {VISIT, "confirmed or status != 'booked'",
         "(or confirmed status != booked)"},
        {VISIT, "telehealth", "telehealth"},
        {VISIT, "telehealth = no", "telehealth = no"},
        {VISIT, "lead_time > 14 days", "lead_time > 1209600000ms"},
        {VISIT, "start between now and now + 3 days",
         "start between now+0/0 now+3/2"},
        {VISIT, "start >= '2026-12-01'", "start >= @2026-12-01"},
        {VISIT, "start < '2026-12-01T09:00:00-05:00'",
         "start < 1796133600000ms"},
        {FILLS, "prescription.status = 'active' and refills_left > 0",
         "(and prescription.status = active refills_left > 0)"},
        {FILLS, "days_supply >= 21 and controlled = no and as_needed = no",
         "(and (and days_supply >= 21 controlled = no) as_needed = no)"},
        {FILLS, "patient.age >= 18 and not inpatient",
         "(and patient.age >= 18 (not inpatient))"},
        {LEFT, "class in ('inpatient', 'observation')",
         "class in inpatient observation"},
        {LEFT, "class not in ('inpatient')", "(not class in inpatient)"},
        {LEFT, "readmitted or discharge cancelled",
         "(or readmitted discharge cancelled)"},
        {PERSON, "patient.age between 45 and 75", "patient.age between 45 75"},
        {PERSON, "patient.age not between 45 and 75 or patient.sex = 'male'",
         "(or (not patient.age between 45 75) patient.sex = male)"},
        {PERSON, "overdue for 'colorectal'",
         "overdue for:colorectal [measure]"},
        {PERSON, "no abnormal 'colorectal' result open",
         "no abnormal:colorectal [measure]"},
        {PERSON, "no open order 'fit' and not declined 'fit' within 12 months",
         "(and no open order:fit (not declined:fit within 12/6))"},
        {PERSON, "screened 'fit' within 120 days of entry",
         "screened:fit within 120/2 of entry"},
        {PERSON, "has condition 'E11'", "has condition:E11"},
        {PERSON, "no has condition 'E11'", "(not has condition:E11)"},
        {PERSON, "not in list 'recall-exclusions'",
         "(not list:recall-exclusions)"},
        {PERSON, "in list 'x'", "list:x"},
        {PERSON, "attr.risk-band = 'high'", "attr.<name> = high"},
        {PERSON, "attr.score > -1.5", "attr.<name> > -1.5"},
        {PERSON, "patient.birth_date > today - 18 years",
         "patient.birth_date > today-18/7"},
        {PERSON, "patient.birth_date = '2024-02-29'",
         "patient.birth_date = @2024-02-29"},
        {PERSON, "patient.last_name = 'O''Brien'",
         "patient.last_name = O'Brien"},
        {PERSON, "attr.status = 'boked'", "attr.<name> = boked"},
        {VISIT, "visit_type in ('boked')", "visit_type in boked"},
        {PERSON, "patient.sex != 'unknown'", "patient.sex != unknown"},
        {VISIT, "start between today and today",
         "start between today+0/0 today+0/0"},
        {VISIT, "start between now and today",
         "start between now+0/0 today+0/0"},
        {VISIT, "start between now and '2020-01-01'",
         "start between now+0/0 @2020-01-01"},
        {PERSON, "patient.age between 45 and 45", "patient.age between 45 45"},
        {PERSON, "true", "true"},
        {PERSON, "not (true and (false or true))",
         "(not (and true (or false true)))"},
        {PERSON, "true or true and false", "(or true (and true false))"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        read_row(&rows[i], true);
}

static void mistakes_are_told_with_place_and_remedy(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {VISIT, "statas = 'booked'",
         "x.json:3:10: error: unknown name 'statas'; did you mean 'status'?"},
        {VISIT, "status = 'booked' and patien.age > 3",
         "x.json:3:32: error: unknown name 'patien.age'; did you mean "
         "'patient.age'?"},
        {VISIT, "refills_left > 0",
         "x.json:3:10: error: 'refills_left' belongs to the anchor 'fill'; "
         "the one here is 'appointment'"},
        {PERSON, "patient.age = 'x'",
         "x.json:3:24: error: patient.age is a number; 'x' is a text: write "
         "18"},
        {VISIT, "status = booked",
         "x.json:3:19: error: status is a text: write it in quotes, 'booked'"},
        {VISIT, "status = 3",
         "x.json:3:19: error: status is a text; 3 is a "
         "number: write 'words in quotes'"},
        {VISIT, "status < 'b'",
         "x.json:3:17: error: status is a text: it has no order"},
        {VISIT, "telehealth = 'yes'",
         "x.json:3:23: error: telehealth is yes or no; 'yes' is a text"},
        {VISIT, "lead_time > 14",
         "x.json:3:22: error: lead_time is a length of time; say the unit: 14 "
         "hours"},
        {VISIT, "lead_time > 2 months",
         "x.json:3:22: error: a length of time here counts in minutes, hours, "
         "days or weeks"},
        {VISIT, "start > '2026-02-29'",
         "x.json:3:18: error: there is no day '2026-02-29' in the calendar"},
        {VISIT, "start > 'tomorrow'", "x.json:3:18: error: start is a time"},
        {VISIT, "start > '2026-12-01T09:00'",
         "x.json:3:18: error: this moment does not say in which zone: write "
         "its offset from UTC, 2026-12-01T09:00:00-05:00, or Z"},
        {VISIT, "start > 10:00",
         "x.json:3:18: error: a value is missing here: write '2026-01-31' or "
         "now + 2 days"},
        {VISIT, "start",
         "x.json:3:10: error: start is a time and stands alone "
         "here: compare it"},
        {VISIT, "status == 'x'",
         "x.json:3:17: error: '==' is written '=' here"},
        {VISIT, "status = \"x\"",
         "x.json:3:19: error: texts stand in single quotes"},
        {VISIT, "status = 'x",
         "x.json:3:19: error: this text has no closing quote"},
        {VISIT, "status =", "x.json:3:18: error: a value is missing here"},
        {VISIT, "(visit_type = 'x'",
         "x.json:3:27: error: ')' is missing for the "
         "'(' of column 10"},
        {VISIT, "visit_type = 'x')",
         "x.json:3:26: error: ')' is not understood "
         "here"},
        {VISIT, "visit_type = 'x' telehealth",
         "x.json:3:27: error: 'telehealth' is not understood here; conditions "
         "are joined by 'and' or 'or'"},
        {VISIT, "visit_type = 'x' and",
         "x.json:3:30: error: the condition breaks "
         "off here"},
        {VISIT, "", "x.json:3:10: error: the condition is empty"},
        {VISIT, "and", "x.json:3:10: error: 'and' cannot begin a condition"},
        {VISIT, "confirmed within 3 days",
         "x.json:3:20: error: 'confirmed' knows no 'within'"},
        {PERSON, "overdue for colorectal",
         "x.json:3:22: error: 'overdue for' wants a name in quotes"},
        {PERSON, "overdue for 'colorektal'",
         "x.json:3:22: error: no measure 'colorektal'; did you mean "
         "'colorectal'?"},
        {PERSON, "overdue for 'nothing'",
         "x.json:3:22: error: no measure 'nothing': it wants a file "
         "measures/nothing.json"},
        {PERSON, "screened 'fit' within 12",
         "x.json:3:32: error: 'within' wants a length of time"},
        {PERSON, "no abnormal 'fit'",
         "x.json:3:27: error: 'no abnormal' goes on like this: no abnormal "
         "'fit' result open"},
        {PERSON, "due for 'colorectal' within 30 days of entry",
         "x.json:3:49: error: 'due for' looks ahead from today"},
        {PERSON, "patient.sex in 'male'",
         "x.json:3:25: error: after 'in' comes a list in parentheses"},
        {PERSON, "patient.age between 45",
         "x.json:3:32: error: 'between' wants two values"},
        {PERSON, "patient.age between 75 and 45",
         "x.json:3:22: error: nothing lies between these two: the smaller one "
         "comes first"},
        {PERSON, "patient.birth_date between '2000-01-02' and '2000-01-01'",
         "x.json:3:29: error: nothing lies between"},
        {PERSON,
         "not (patient.birth_date between today - 17 years and today "
         "- 18 years)",
         "x.json:3:34: error: nothing lies between"},
        {VISIT, "start between now + 3 days and now + 2 hours",
         "x.json:3:16: error: nothing lies between"},
        {VISIT, "start between now + 2 days and today",
         "x.json:3:16: error: nothing lies between"},
        {VISIT, "lead_time not between 2 weeks and 13 days",
         "x.json:3:20: error: nothing lies between"},
        {PERSON, "attr.score between 3 and -3",
         "x.json:3:21: error: nothing lies between"},
        /* Closed lists: what no row can hold is a slip. */
        {VISIT, "status = 'boked'",
         "x.json:3:19: error: status is never 'boked'; did you mean 'booked'?"},
        {VISIT, "status != 'canceled'",
         "x.json:3:20: error: status is never 'canceled': it is kept as "
         "'cancelled'"},
        {VISIT, "status = 'Booked'",
         "x.json:3:19: error: status is never 'Booked': it is kept as "
         "'booked'"},
        {VISIT, "risk = 'medium'",
         "x.json:3:17: error: risk is never 'medium': low, high"},
        {LEFT, "disposition in ('home', 'althome')",
         "x.json:3:34: error: disposition is never 'althome'; did you mean "
         "'alt-home'?"},
        {LEFT, "class not in ('inpatient', 'observe')",
         "x.json:3:37: error: class is never 'observe': inpatient, "
         "observation, emergency"},
        {LEFT, "status = 'booked'",
         "x.json:3:19: error: status is never 'booked': discharged, "
         "cancelled"},
        {FILLS, "prescription.status = 'aktive'",
         "x.json:3:32: error: prescription.status is never 'aktive'; did you "
         "mean 'active'?"},
        {FILLS, "pickup.kind = 'drugstore'",
         "x.json:3:24: error: pickup.kind is never 'drugstore': clinic, "
         "hospital, pharmacy"},
        {PERSON, "patient.preferred_channel = 'fax'",
         "x.json:3:38: error: patient.preferred_channel is never 'fax': sms, "
         "voice, email"},
        {PERSON, "patient.sex = 'F'",
         "x.json:3:24: error: patient.sex is never 'F': it is kept as "
         "'female'"},
        {PERSON, "attr.score > 'high'",
         "x.json:3:21: error: attr.<name> is a text: it has no order"},
        {PERSON, "patient.birth_date > today - 3 hours",
         "x.json:3:39: error: today is a date"},
        {PERSON, "patient.age > 1.2.3",
         "x.json:3:24: error: '1.2.3' is not a number"},
        {PERSON, "patient.age % 2",
         "x.json:3:22: error: '%' means nothing "
         "here"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        read_row(&rows[i], false);
}

/* "no abnormal 'colorektal' result open" would keep nobody back. */
static void a_test_that_is_nearly_a_measure_is_asked_about(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct faults faults;
    struct buf out;
    faults_init(&faults);
    buf_init(&out, 10000);
    assert_non_null(expression_parse(
        "no abnormal 'colorektal' result open and no open order 'fit'", PERSON,
        &place, find_measure, NULL, arena, &faults));
    faults_print(&faults, &out);
    assert_string_equal(out.data,
                        "x.json:3:22: warning: no measure 'colorektal', so "
                        "this is a test of that name; did you mean the measure "
                        "'colorectal'?\n");
    buf_free(&out);
    faults_free(&faults);
    arena_free(arena);
}

static const struct measure *find_any(void *arg, const char *name,
                                      const char **nearest)
{
    (void)arg;
    (void)name;
    (void)nearest;
    return &colorectal;
}

/* The first word of a closed list stands for all of it. */
static const char *example(const struct field *field, struct arena *arena)
{
    char word[WORD_MAX];
    if (field->words != NULL && words_at(field->words, 0, word))
        return arena_format(arena, "in ('%s')", word);
    switch (field->type) {
    case VALUE_BOOL:
        return "= yes";
    case VALUE_NUMBER:
        return "between 1 and 2";
    case VALUE_TEXT:
        return "in ('a', 'b')";
    case VALUE_DATE:
        return "> today - 1 year";
    case VALUE_INSTANT:
        return "< now + 3 hours";
    case VALUE_DURATION:
        return ">= 2 days";
    case VALUE_MISSING:
        break;
    }
    return "";
}

static const struct predicate *parse_any(const char *text,
                                         enum anchor_kind anchor,
                                         struct arena *arena)
{
    struct faults faults;
    struct buf out;
    faults_init(&faults);
    buf_init(&out, 10000);
    const struct predicate *predicate =
        expression_parse(text, anchor, &place, find_any, NULL, arena, &faults);
    faults_print(&faults, &out);
    if (predicate == NULL)
        fail_msg("\"%s\": %s", text, out.data);
    buf_free(&out);
    faults_free(&faults);
    return predicate;
}

/* Whatever the catalogue offers can be written, and is then what was meant. */
static void every_name_of_the_catalogue_can_be_written(void **state)
{
    (void)state;
    size_t seen = 0;
    for (int kind = ANCHOR_APPOINTMENT; kind <= ANCHOR_LAST; kind++) {
        enum anchor_kind anchor = (enum anchor_kind)kind;
        struct arena *arena = arena_new();
        const struct field *field;
        const struct history *history;
        for (size_t i = 0; (field = field_at(anchor, i)) != NULL; i++) {
            if (strchr(field->name, '<') != NULL)
                continue;
            const char *text = arena_format(arena, "%s %s", field->name,
                                            example(field, arena));
            assert_ptr_equal(parse_any(text, anchor, arena)->field, field);
            seen++;
        }
        for (size_t i = 0; (history = history_at(anchor, i)) != NULL; i++) {
            bool of_entry = history->has_within && !history->ahead;
            const char *text =
                arena_format(arena, "%s%s%s%s%s%s", history->name,
                             history->has_subject ? " 'x'" : "",
                             history->suffix != NULL ? " " : "",
                             history->suffix != NULL ? history->suffix : "",
                             history->has_within ? " within 3 months" : "",
                             of_entry ? " of entry" : "");
            const struct predicate *predicate = parse_any(text, anchor, arena);
            assert_ptr_equal(predicate->history, history);
            assert_int_equal(predicate->of_entry, of_entry);
            text = arena_format(arena, "not (%s) and patient.age > 1", text);
            assert_ptr_equal(
                parse_any(text, anchor, arena)->left->left->history, history);
            seen++;
        }
        arena_free(arena);
    }
    assert_true(seen > 100);
}

static void several_faults_are_told_at_once(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct faults faults;
    faults_init(&faults);
    assert_null(expression_parse(
        "statas = 'x' and (patient.age > 'y' or nonsens) and start > 5",
        ANCHOR_APPOINTMENT, &place, find_measure, NULL, arena, &faults));
    assert_int_equal(faults.errors, 4);
    faults_free(&faults);
    arena_free(arena);
}

static void columns_count_characters_not_bytes(void **state)
{
    (void)state;
    static const struct row row = {PERSON,
                                   "patient.last_name = 'Müller' and agee > 3",
                                   "x.json:3:43: error: unknown name 'agee'"};
    read_row(&row, false);
}

static void depth_and_length_are_bounded(void **state)
{
    (void)state;
    static char text[100000];
    struct arena *arena = arena_new();
    for (int i = 0; i < 4; i++) {
        struct faults faults;
        faults_init(&faults);
        memset(text, 0, sizeof(text));
        if (i == 0)
            memset(text, '(', 1500);
        else if (i == 1)
            memset(text, '(', sizeof(text) - 1);
        for (size_t n = 0; i == 2 && n < 400; n++)
            memcpy(text + n * 4, "not ", 4);
        for (size_t n = 0; i == 3 && n < 300; n++)
            memcpy(text + n * 6, "1 and ", 6);
        assert_null(expression_parse(text, ANCHOR_PATIENT, &place, find_measure,
                                     NULL, arena, &faults));
        assert_true(faults.errors > 0);
        faults_free(&faults);
    }
    arena_free(arena);
}

static void durations_are_read_whole(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        struct duration want;
        const char *shown;
    } good[] = {
        {"3 days", {3, UNIT_DAYS}, "3 days"},
        {"1 day", {1, UNIT_DAYS}, "1 day"},
        {"24 hours", {24, UNIT_HOURS}, "24 hours"},
        {"2 business days", {2, UNIT_BUSINESS_DAYS}, "2 business days"},
        {"4 open hours", {4, UNIT_OPEN_HOURS}, "4 open hours"},
        {"1 week", {1, UNIT_WEEKS}, "1 week"},
        {" 10 minutes ", {10, UNIT_MINUTES}, "10 minutes"},
        {"12 months", {12, UNIT_MONTHS}, "12 months"},
        {"1 year", {1, UNIT_YEARS}, "1 year"},
    };
    static const char *const bad[] = {
        "",         "3",        "days",      "3 dayz",       "-3 days",
        "1.5 days", "3 days x", "3days now", "999999 years", "three days",
    };
    struct duration duration;
    char text[40];
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        if (!duration_parse(good[i].text, &duration) ||
            duration.count != good[i].want.count ||
            duration.unit != good[i].want.unit ||
            strcmp(duration_text(duration, text), good[i].shown) != 0)
            fail_msg("\"%s\"", good[i].text);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (duration_parse(bad[i], &duration))
            fail_msg("\"%s\" was taken", bad[i]);
    }
}

static void step_times_are_read(void **state)
{
    (void)state;
    static const struct {
        enum anchor_kind anchor;
        const char *text, *field;
        struct duration distance;
        int sign, at, turns;
    } rows[] = {
        {VISIT,
         "3 days before start at 10:00",
         "start",
         {3, UNIT_DAYS},
         -1,
         36000},
        {VISIT, "1 day before start", "start", {1, UNIT_DAYS}, -1, -1},
        {VISIT, "2 hours before start", "start", {2, UNIT_HOURS}, -1, -1},
        {VISIT, "on start at 07:30", "start", {0, UNIT_DAYS}, 0, 27000},
        {VISIT, "15 minutes after booked", "booked", {15, UNIT_MINUTES}, 1, -1},
        {FILLS,
         "14 days after runs_out at 09:00",
         "runs_out",
         {14, UNIT_DAYS},
         1,
         32400},
        {LEFT,
         "2 business days after discharged",
         "discharged",
         {2, UNIT_BUSINESS_DAYS},
         1,
         -1},
        {PERSON, "on entry at 10:00", NULL, {0, UNIT_DAYS}, 0, 36000},
        {PERSON, "6 weeks after entry", NULL, {6, UNIT_WEEKS}, 1, -1},
        {PERSON,
         "every 2 weeks after entry at 10:00, 6 times",
         NULL,
         {2, UNIT_WEEKS},
         1,
         36000,
         6},
        {VISIT,
         "every 1 day before start,  20 times",
         "start",
         {1, UNIT_DAYS},
         -1,
         -1,
         20},
        {VISIT,
         " every  1  day\tbefore start  at 08:00,2 times ",
         "start",
         {1, UNIT_DAYS},
         -1,
         28800,
         2},
        {VISIT, " on  start   at 07:30 ", "start", {0, UNIT_DAYS}, 0, 27000, 0},
    };
    struct arena *arena = arena_new();
    struct faults faults;
    faults_init(&faults);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct step_time time = {0};
        if (!step_time_parse(rows[i].text, rows[i].anchor, &place, arena,
                             &faults, &time))
            fail_msg("\"%s\"", rows[i].text);
        assert_true(time.given);
        assert_int_equal(time.base,
                         rows[i].field != NULL ? BASE_FIELD : BASE_ENTRY);
        if (rows[i].field != NULL)
            assert_string_equal(time.field->name, rows[i].field);
        assert_int_equal(time.distance.count, rows[i].distance.count);
        assert_int_equal(time.distance.unit, rows[i].distance.unit);
        assert_int_equal(time.sign, rows[i].sign);
        assert_int_equal(time.at_seconds, rows[i].at);
        assert_int_equal(time.turns, rows[i].turns);
        assert_string_equal(time.source, rows[i].text);
    }
    struct step_time moment = {0};
    assert_true(step_time_parse("2026-12-01T17:00:00-05:00", PERSON, &place,
                                arena, &faults, &moment));
    assert_int_equal(moment.base, BASE_INSTANT);
    assert_true(moment.moment == INT64_C(1796162400000));
    assert_int_equal(faults.count, 0);
    faults_free(&faults);
    arena_free(arena);
}

static void wrong_step_times_are_told(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {VISIT, "3 days before strat at 10:00",
         "x.json:3:24: error: unknown time 'strat'; did you mean 'start'?"},
        {VISIT, "3 days before runs_out",
         "x.json:3:24: error: unknown time 'runs_out'; a step can count from "
         "entry, start, booked"},
        {VISIT, "3 days before patient.age",
         "x.json:3:24: error: a step cannot count from patient.age"},
        {VISIT, "3 hours before start at 10:00",
         "x.json:3:34: error: hours and minutes are counted exactly"},
        {VISIT, "1 day before start at 24:00",
         "x.json:3:32: error: after 'at' comes a time of day"},
        {VISIT, "1 day before start at 9:00",
         "x.json:3:32: error: the hour has two digits: at 09:00"},
        {VISIT, "1 day before start at 10:00:00",
         "x.json:3:32: error: after 'at' comes a time of day"},
        {VISIT, "1 day before start 10:00",
         "x.json:3:29: error: this is not understood here; a time of day is "
         "written 'at 10:00'"},
        {VISIT, "1.0 days before start",
         "x.json:3:10: error: a time is written like"},
        {VISIT, "1 day start",
         "x.json:3:16: error: after the distance comes "
         "'before' or 'after'"},
        {VISIT, "4 open hours before start",
         "x.json:3:10: error: open hours are for a task's 'within'"},
        {VISIT, "tomorrow", "x.json:3:10: error: a time is written like"},
        {VISIT, "1 day before start or so",
         "x.json:3:29: error: this is not understood here"},
        {VISIT, "on", "x.json:3:12: error: a time is missing here"},
        {VISIT, "2026-12-01T17:00:00",
         "x.json:3:10: error: this moment does not say in which zone: write "
         "its offset from UTC, 2026-12-01T17:00:00-05:00, or Z"},
        {VISIT, "2026-12-24 10:00",
         "x.json:3:10: error: this moment does not say in which zone: write "
         "its offset from UTC, 2026-12-24T10:00:00-05:00, or Z"},
        {VISIT, "2026-02-29T10:00:00-05:00",
         "x.json:3:10: error: there is no day '2026-02-29' in the calendar"},
        {VISIT, " 2026-02-29",
         "x.json:3:11: error: there is no day '2026-02-29' in the calendar"},
        {VISIT, "2026-12-24",
         "x.json:3:10: error: a moment is written with its time and its offset "
         "from UTC: 2026-12-24T09:00:00-05:00"},
        {VISIT, "2026-12-24T25:00:00-05:00",
         "x.json:3:10: error: a moment is written with its time"},
        {VISIT, "2026-12-01T17:00:00-05:00            or so",
         "x.json:3:10: error: a moment is written with its time"},
        {VISIT, "every 2 days before start at 10:00",
         "x.json:3:44: error: 'every' ends with how often"},
        {VISIT, "every 2 days before start at 10:00, often",
         "x.json:3:46: error: 'every' ends with how often"},
        {VISIT, "every 2 days before start, 1 times",
         "x.json:3:37: error: 'every' goes 2 to 20 times"},
        {VISIT, "every 2 days before start, 21 times",
         "x.json:3:37: error: 'every' goes 2 to 20 times"},
        {VISIT, "every 0 days before start, 3 times",
         "x.json:3:16: error: turns lie apart"},
        {VISIT, "every on start at 10:00, 3 times",
         "x.json:3:16: error: after 'every' comes how far apart"},
        {VISIT, "every 2 days before strat, 3 times",
         "x.json:3:30: error: unknown time 'strat'; did you mean 'start'?"},
        {VISIT, "every 2 days before start at 25:00, 3 times",
         "x.json:3:39: error: after 'at' comes a time of day"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct faults faults;
        struct buf out;
        struct step_time time = {0};
        faults_init(&faults);
        buf_init(&out, 10000);
        if (step_time_parse(rows[i].text, rows[i].anchor, &place, arena,
                            &faults, &time) ||
            time.given)
            fail_msg("\"%s\" was taken", rows[i].text);
        faults_print(&faults, &out);
        if (strncmp(out.data, rows[i].want, strlen(rows[i].want)) != 0)
            fail_msg("\"%s\" came to:\n%s\nwanted:\n%s", rows[i].text, out.data,
                     rows[i].want);
        buf_free(&out);
        faults_free(&faults);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_become_predicates),
        cmocka_unit_test(mistakes_are_told_with_place_and_remedy),
        cmocka_unit_test(a_test_that_is_nearly_a_measure_is_asked_about),
        cmocka_unit_test(every_name_of_the_catalogue_can_be_written),
        cmocka_unit_test(several_faults_are_told_at_once),
        cmocka_unit_test(columns_count_characters_not_bytes),
        cmocka_unit_test(depth_and_length_are_bounded),
        cmocka_unit_test(durations_are_read_whole),
        cmocka_unit_test(step_times_are_read),
        cmocka_unit_test(wrong_step_times_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
