/* SPDX-License-Identifier: Apache-2.0 */
/* Files of one table, in another order than they were written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"

#include "tests/feeds/ward.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { STEPS = 6 };

#define HEAD "id,patient,start,status,practitioner\n"
#define V(id, day, status, who) \
    id ",M1,2026-12-" day " 09:00," status "," who "\n"
/* Of Nov 22: a file by the hour at which it was written; and of all there is.
 */
#define FILE_AT(hour, rows) hour HEAD rows
#define FULL_AT(hour, rows) "full " hour HEAD rows
#define OFF(at) MSG("SIU^S15", "20261122" at, "SCH||V1\r")
#define MOVED(at, day)            \
    MSG("SIU^S13", "20261122" at, \
        "SCH||V1||||||^Check-up|30|min|^^^202612" day "1100\r" ANN)

static void say_any(struct ward *ward, const char *table, const char *step)
{
    char name[40], hour[40];
    instant at;
    if (strncmp(step, "MSH", 3) == 0) {
        ward_hl7(ward, step);
        return;
    }
    ward->fixture.options.full = strncmp(step, "full ", 5) == 0;
    step += ward->fixture.options.full ? 5 : 0;
    /* (as the messages, by the clock of New York; Ann is in Denver) */
    snprintf(hour, sizeof(hour), "2026-11-22T%.5s:00-05:00", step);
    assert_true(civil_parse_instant(hour, &at));
    snprintf(name, sizeof(name), "%s.csv", table);
    fixture_file(&ward->fixture, name, step + 5);
    fixture_changed(&ward->fixture, name, at);
    assert_true(fixture_import(&ward->fixture));
}

/* And nothing is wrong with it. */
static void say(struct ward *ward, const char *table, const char *step)
{
    say_any(ward, table, step);
    assert_string_equal(ward->fixture.told.data, "");
}

static void begin(struct ward *ward)
{
    ward_open(ward);
    ward->fixture.options.accept = true;
    ward_hl7(ward, MSG("ADT^A28", "20261001", ANN));
}

#define VISITS                                                                \
    "SELECT coalesce(group_concat(external_id || ' ' || substr(start_local,"  \
    " 9, 2) || ' ' || status || ' ' || coalesce(practitioner, '-'), ', '), "  \
    "'none') FROM (SELECT * FROM appointment WHERE gone_at IS NULL ORDER BY " \
    "external_id)"

struct story {
    const char *about, *steps[STEPS], *want;
};

static void tell(const struct story *story, const char *table, const char *sql)
{
    struct ward ward;
    begin(&ward);
    for (size_t i = 0; i < STEPS && story->steps[i]; i++)
        say(&ward, table, story->steps[i]);
    ward_expect(&ward, story->about, sql, story->want);
    ward_close(&ward);
}

static void the_newest_file_speaks_in_whatever_order_they_come(void **state)
{
    (void)state;
    static const struct {
        const char *about, *files[3], *want;
    } rows[] = {
        {"what the newest one says again is its word",
         {FILE_AT("08:00", V("V1", "01", "cancelled", "X")),
          FILE_AT("09:00", V("V1", "01", "booked", "X")),
          FILE_AT("10:00", V("V1", "01", "cancelled", "X"))},
         "V1 01 cancelled X"},
        {"and cell by cell",
         {FILE_AT("08:00", V("V1", "01", "cancelled", "X")),
          FILE_AT("09:00", V("V1", "02", "booked", "Y")),
          FILE_AT("10:00", V("V1", "01", "cancelled", "Z"))},
         "V1 01 cancelled Z"},
        {"of what it does not have the one before it speaks",
         {FILE_AT("08:00", V("V1", "01", "booked", "X")),
          FILE_AT("09:00", V("V1", "01", "cancelled", "X")),
          FILE_AT("10:00", V("V2", "02", "booked", "X"))},
         "V1 01 cancelled X, V2 02 booked X"},
        {"a full one ends what others have, and later ones begin",
         {FILE_AT("08:00", V("V1", "01", "booked", "X")),
          FULL_AT("09:00", V("V2", "02", "booked", "X")),
          FILE_AT("10:00", V("V3", "03", "booked", "X"))},
         "V2 02 booked X, V3 03 booked X"},
        {"the newest of two full ones has all",
         {FULL_AT("08:00",
                  V("V1", "01", "booked", "X") V("V2", "02", "booked", "X")),
          FILE_AT("09:00",
                  V("V1", "01", "booked", "Y") V("V2", "04", "booked", "X")),
          FULL_AT("10:00", V("V1", "01", "cancelled", "X")
                               V("V3", "03", "booked", "X"))},
         "V1 01 cancelled X, V3 03 booked X"},
        {"three full ones",
         {FULL_AT("08:00", V("V1", "01", "booked", "X")),
          FULL_AT("09:00", V("V2", "02", "booked", "X")),
          FULL_AT("10:00",
                  V("V1", "01", "booked", "X") V("V3", "03", "booked", "X"))},
         "V1 01 booked X, V3 03 booked X"},
    };
    static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                     {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t o = 0; o < 6; o++) {
            const int *order = orders[o];
            char about[200];
            snprintf(about, sizeof(about), "%s, %d %d %d", rows[i].about,
                     order[0], order[1], order[2]);
            struct story story = {.about = about, .want = rows[i].want};
            for (size_t n = 0; n < 3; n++)
                story.steps[n] = rows[i].files[order[n]];
            tell(&story, "appointments", VISITS);
        }
}

static void files_that_come_late_know_what_they_cannot(void **state)
{
    (void)state;
    static const struct story rows[] = {
        {"of one second the later one speaks",
         {FILE_AT("08:00", V("V1", "01", "booked", "X")),
          FILE_AT("08:00", V("V1", "01", "cancelled", "X"))},
         "V1 01 cancelled X"},
        {"also of two full ones",
         {FULL_AT("08:00", V("V1", "01", "booked", "X")),
          FULL_AT("08:00", V("V2", "02", "booked", "X"))},
         "V2 02 booked X"},
        {"a column that the newer file does not have is the older one's",
         {FILE_AT("08:00", V("V1", "01", "booked", "X")),
          "10:00id,patient,start,status\nV1,M1,2026-12-01 09:00,booked\n",
          FILE_AT("09:00", V("V1", "02", "cancelled", "Y"))},
         "V1 01 booked Y"},
        {"and it stays the older one's",
         {FILE_AT("08:00", V("V1", "01", "booked", "X")),
          "10:00id,patient,start,status\nV1,M1,2026-12-01 09:00,booked\n",
          FILE_AT("09:00", V("V1", "02", "cancelled", "Y")),
          "09:30id,patient,start,status\nV1,M1,2026-12-02 09:00,cancelled\n"},
         "V1 01 booked Y"},
        {"an older full one ends nothing that a newer file began",
         {FULL_AT("08:00", V("V1", "01", "booked", "X")),
          FILE_AT("10:00", V("V2", "02", "booked", "X")),
          FULL_AT("09:00", V("V1", "01", "booked", "X"))},
         "V1 01 booked X, V2 02 booked X"},
        {"a message in between counts, and the older file does not",
         {FILE_AT("08:00", V("V1", "01", "booked", "X")), OFF("0930"),
          FILE_AT("10:00", V("V1", "01", "booked", "Y")),
          FILE_AT("09:00", V("V1", "02", "booked", "Z"))},
         "V1 01 cancelled Y"},
        {"a late message is older than a full one that ended its visit",
         {FULL_AT("08:00", V("V1", "01", "booked", "X")),
          FULL_AT("10:00", V("V2", "02", "booked", "X")), MOVED("0900", "05")},
         "V2 02 booked X"},
        {"a newer one brings it back",
         {FULL_AT("08:00", V("V1", "01", "booked", "X")),
          FULL_AT("10:00", V("V2", "02", "booked", "X")), MOVED("1100", "05")},
         "V1 05 booked X, V2 02 booked X"},
        {"a newer file, too",
         {FULL_AT("08:00", V("V1", "01", "booked", "X")),
          FULL_AT("09:00", V("V2", "02", "booked", "X")),
          FILE_AT("10:00", V("V1", "01", "booked", "X"))},
         "V1 01 booked X, V2 02 booked X"},
        {"what is past no full one lists: it may come late",
         {FULL_AT("10:00", V("V2", "02", "booked", "X")),
          "09:00" HEAD "V1,M1,2026-11-20 09:00,noshow,X\n"},
         "V1 20 noshow X, V2 02 booked X"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        tell(&rows[i], "appointments", VISITS);
}

/* LEN: only how long it takes changes. */
#define LEN(at, id, start)        \
    MSG("SIU^S14", "20261122" at, \
        "SCH||" id "||||||^Check-up|45|min|^^^" start "\r" ANN)
#define BOOKED(at, id)            \
    MSG("SIU^S12", "20261122" at, \
        "SCH||" id "||||||^Check-up|30|min|^^^202612051100\r" ANN)

/* Whoever spoke last of a row: what an earlier full extract named, and a newer
 * one does not, is over. */
static void a_message_keeps_no_row_in_a_full_extract(void **state)
{
    (void)state;
    static const char two[] = FULL_AT(
        "08:00", V("V1", "01", "booked", "X") V("V2", "02", "booked", "X"));
    static const char two_again[] = FULL_AT(
        "10:00", V("V1", "01", "booked", "X") V("V2", "02", "booked", "X"));
    static const char one[] = FULL_AT("11:00", V("V2", "02", "booked", "X"));
    static const struct story rows[] = {
        {"a message changed it, and the file said it again",
         {two, LEN("0900", "V1", "202612010900"), two_again, one},
         "V2 02 booked X"},
        {"a message changed it, and no file said it since",
         {two, LEN("0900", "V1", "202612010900"), one},
         "V2 02 booked X"},
        {"a message was the first to tell of it",
         {BOOKED("0700", "V1"), two, one},
         "V2 02 booked X"},
        {"what was said since the file was written it cannot know",
         {two, LEN("1130", "V1", "202612010900"), one},
         "V1 01 booked X, V2 02 booked X"},
        {"the next one does",
         {two, LEN("1130", "V1", "202612010900"), one,
          FULL_AT("12:00", V("V2", "02", "booked", "X"))},
         "V2 02 booked X"},
        {"what no file ever named is none of its business",
         {two, BOOKED("0900", "V3"), one},
         "V2 02 booked X, V3 05 booked -"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        tell(&rows[i], "appointments", VISITS);
}

static void so_it_is_with_patients_and_discharges(void **state)
{
    (void)state;
#define KIM(event, at, more) \
    MSG(event, "20261122" at, "PID|1||K1^^^MAIN^MR||Doe^Kim\r" more)
    static const struct {
        const char *table, *sql;
        struct story story;
    } rows[] = {
        {"patients",
         "SELECT coalesce(group_concat(mrn), 'none') FROM patient WHERE "
         "gone_at IS NULL AND mrn != 'M1'",
         {"a patient",
          {"full 08:00mrn,last_name\nK1,Roe\nK2,Fox\n",
           KIM("ADT^A08", "0900", ""), "full 10:00mrn,last_name\nK2,Fox\n"},
          "K2"}},
        {"discharges",
         "SELECT coalesce(group_concat(external_id), 'none') FROM discharge "
         "WHERE gone_at IS NULL",
         {"a discharge",
          {"full 08:00id,patient,discharged\nD1,M1,2026-11-20 09:00\n"
           "D2,M1,2026-11-21 09:00\n",
           MSG("ADT^A03", "202611220900",
               ANN "PV1||I|||||||||||||||||D1||||||||||||||||||||||||||"
                   "202611200900\r"),
           "full 10:00id,patient,discharged\nD2,M1,2026-11-21 09:00\n"},
          "D2"}},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        tell(&rows[i].story, rows[i].table, rows[i].sql);
}

static void the_limit_counts_what_messages_spoke_of(void **state)
{
    (void)state;
    struct ward ward;
    begin(&ward);
    ward.fixture.options.accept = false;
    say(&ward, "appointments",
        FULL_AT("08:00",
                V("V1", "01", "booked", "X") V("V2", "02", "booked", "X")));
    say(&ward, "appointments", LEN("0900", "V1", "202612010900"));
    say(&ward, "appointments", FULL_AT("10:00", V("V2", "02", "booked", "X")));
    assert_string_equal(fixture_summary(&ward.fixture),
                        "appointments: refused");
    assert_non_null(strstr(ward.fixture.report.tables[0].reason,
                           "would end 50 % of the booked visits (1 of 2)"));
    ward_close(&ward);
}

/* What ends by being removed, and what by a date of its own. */
static void lists_and_restrictions_come_in_any_order_too(void **state)
{
    (void)state;
#define LIST(name) "list,patient\n" name ",M1\n"
#define BOUND(id, until)               \
    "id,patient,kind,since,until\n" id \
    ",M1,no-contact,2026-11-01 00:00," until "\n"
#define NONE_BOUND "id,patient,kind,since,until\n"
    static const char lists[] =
        "SELECT coalesce(group_concat(l.name), 'none') FROM list_member m JOIN "
        "list l ON l.id = m.list_id ORDER BY l.name";
    static const char bound[] =
        "SELECT coalesce(group_concat(external_id), 'none') FROM restriction "
        "WHERE until_at IS NULL";
    static const struct {
        const char *table, *sql;
        struct story story;
    } rows[] = {
        {"lists",
         lists,
         {"an older full one ends no newer membership",
          {"full 08:00" LIST("a"), "10:00" LIST("b"), "full 09:00" LIST("a")},
          "a,b"}},
        {"lists",
         lists,
         {"nor is it taken behind a newer one",
          {"full 10:00" LIST("a"), "full 09:00" LIST("b")},
          "a"}},
        {"lists",
         lists,
         {"what is over does not begin",
          {"full 10:00" LIST("a"), "09:00" LIST("b")},
          "a"}},
        {"restrictions",
         bound,
         {"one that is over stays so",
          {"full 08:00" BOUND("r1", ""), "full 10:00" NONE_BOUND,
           "09:00" BOUND("r1", "")},
          "none"}},
        {"restrictions",
         bound,
         {"and binds again by a newer word",
          {"full 08:00" BOUND("r1", ""), "full 10:00" NONE_BOUND,
           "11:00" BOUND("r1", "")},
          "r1"}},
        {"restrictions",
         bound,
         {"one that is over does not begin",
          {"full 10:00" BOUND("r1", ""), "09:00" BOUND("r2", "")},
          "r1"}},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        tell(&rows[i].story, rows[i].table, rows[i].sql);
}

/* It is left out, and says nothing. */
static void a_bad_row_of_a_newer_file_is_no_word(void **state)
{
    (void)state;
    struct ward ward;
    begin(&ward);
    ward.fixture.options.max_bad = 100;
    say(&ward, "appointments", FILE_AT("08:00", V("V1", "01", "booked", "X")));
    fixture_file(&ward.fixture, "appointments.csv",
                 HEAD "V1,M9,2026-12-01 09:00,booked,X\n");
    assert_true(fixture_import(&ward.fixture));
    assert_string_equal(fixture_summary(&ward.fixture), "appointments: 1 bad");
    say(&ward, "appointments",
        FILE_AT("09:00", V("V1", "01", "cancelled", "X")));
    ward_expect(&ward, "the older file's word counts", VISITS,
                "V1 01 cancelled X");
    ward_close(&ward);
}

#define DOUBTS                                                                 \
    "SELECT coalesce(group_concat(external_id || iif(gone_at IS NULL, ' ', "   \
    "' held ') || status || coalesce((SELECT ' ' || state || ' ' || count(*) " \
    "FROM task WHERE kind = 'moved' AND name = external_id), ''), ', '), "     \
    "'none') FROM (SELECT * FROM appointment ORDER BY external_id)"

/* A row of which one cell is wrong, and what becomes of its visit: V1, booked
 * for Dec 1 at 09:00. */
static void a_bad_row_that_ends_or_moves_a_visit_is_heeded(void **state)
{
    (void)state;
#define WIDE "id,patient,clinic,start,status,minutes\n"
#define BAD_AT(hour, row) hour WIDE row "\n"
    static const struct story rows[] = {
        {"cancelled, without a time",
         {BAD_AT("10:00", "V1,M1,,,cancelled,30")},
         "V1 cancelled"},
        {"cancelled, in a clinic that nobody knows",
         {BAD_AT("10:00", "V1,M1,CX,2026-12-01 09:00,cancelled,30")},
         "V1 cancelled"},
        {"cancelled, with minutes in words",
         {BAD_AT("10:00", "V1,M1,,2026-12-01 09:00,cancelled,thirty")},
         "V1 cancelled"},
        {"cancelled, of nobody",
         {BAD_AT("10:00", "V1,,,2026-12-01 09:00,no show,30")},
         "V1 noshow"},
        {"cancelled, with a field too many",
         {BAD_AT("10:00", "V1,M1,,2026-12-01 09:00,cancelled,30,x")},
         "V1 cancelled"},
        {"cancelled, without its last field",
         {BAD_AT("10:00", "V1,M1,,2026-12-01 09:00,cancelled")},
         "V1 cancelled"},
        {"where it was, without its last field",
         {BAD_AT("10:00", "V1,M1,,2026-12-01 09:00,booked")},
         "V1 booked"},
        {"broken by a line break before its status",
         {BAD_AT("10:00", "V1,M1,,2026-12-01 09:00\n,booked,30")},
         "V1 held booked open 1"},
        {"a status that nobody knows",
         {BAD_AT("10:00", "V1,M1,,2026-12-01 09:00,BUMPED,30")},
         "V1 held booked open 1"},
        {"moved to a day without an hour",
         {BAD_AT("10:00", "V1,M1,,2026-12-03,booked,30")},
         "V1 held booked open 1"},
        {"moved, in a clinic that nobody knows",
         {BAD_AT("10:00", "V1,M1,CX,2026-12-03 09:00,booked,30")},
         "V1 held booked open 1"},
        {"where it was, in a clinic that nobody knows",
         {BAD_AT("10:00", "V1,M1,CX,2026-12-01 09:00,booked,30")},
         "V1 booked"},
        {"so also with an offset",
         {BAD_AT("10:00", "V1,M1,CX,2026-12-01T11:00:00-05:00,booked,30")},
         "V1 booked"},
        {"a visit that nobody knows begins with no such row",
         {BAD_AT("10:00",
                 "V1,M1,,2026-12-01 09:00,booked,30\nV2,M1,,,cancelled,30")},
         "V1 booked"},
        {"the same every night is asked once",
         {BAD_AT("10:00", "V1,M1,,2026-12-03,booked,30"),
          BAD_AT("11:00", "V1,M1,,2026-12-03,booked,30")},
         "V1 held booked open 1"},
        {"and not again when a message said when it is",
         {BAD_AT("10:00", "V1,M1,,2026-12-03,booked,30"), MOVED("1030", "03"),
          BAD_AT("11:00", "V1,M1,,2026-12-03,booked,30")},
         "V1 booked done 1"},
        {"a row that can be read brings it back",
         {BAD_AT("10:00", "V1,M1,,2026-12-01 09:00,BUMPED,30"),
          FILE_AT("11:00", V("V1", "01", "booked", "X"))},
         "V1 booked done 1"},
        {"also one that was off",
         {BAD_AT("10:00", "V1,M1,,,cancelled,30"),
          FILE_AT("11:00", V("V1", "01", "booked", "X"))},
         "V1 booked"},
        {"a newer message stands",
         {MOVED("1030", "03"), BAD_AT("10:00", "V1,M1,,,cancelled,30")},
         "V1 booked"},
        {"and a newer file",
         {FILE_AT("10:30", V("V1", "01", "booked", "X")),
          BAD_AT("10:00", "V1,M1,,,cancelled,30")},
         "V1 booked"},
        {"what the file said before is no news",
         {BAD_AT("10:00", "V1,M1,,,cancelled,30"), MOVED("1030", "03"),
          BAD_AT("11:00", "V1,M1,,,cancelled,30")},
         "V1 booked"},
        {"the second row of a visit cancels it",
         {FILE_AT("10:00", V("V1", "01", "booked", "X")
                               V("V1", "01", "cancelled", "X"))},
         "V1 cancelled"},
        {"and of a new one",
         {FILE_AT("10:00",
                  V("V1", "01", "booked", "X") V("V2", "01", "booked", "X")
                      V("V2", "01", "cancelled", "X"))},
         "V1 booked, V2 cancelled"},
        {"as the first one does",
         {FILE_AT("10:00",
                  V("V1", "01", "booked", "X") V("V2", "01", "cancelled", "X")
                      V("V2", "01", "booked", "X"))},
         "V1 booked, V2 cancelled"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        for (int full = 0; full < 2; full++) {
            struct ward ward;
            begin(&ward);
            ward.fixture.options.max_bad = 100;
            say(&ward, "appointments",
                FILE_AT("08:00", V("V1", "01", "booked", "X")));
            for (size_t n = 0; n < STEPS && rows[i].steps[n]; n++) {
                char step[400];
                snprintf(step, sizeof(step), "%s%s",
                         full && rows[i].steps[n][0] == '1' ? "full " : "",
                         rows[i].steps[n]);
                buf_reset(&ward.fixture.told);
                say_any(&ward, "appointments", step);
            }
            ward_expect(&ward, rows[i].about, DOUBTS, rows[i].want);
            ward_close(&ward);
        }
}

/* As when it is said to be too short. */
static void an_older_full_extract_is_refused(void **state)
{
    (void)state;
    struct ward ward;
    begin(&ward);
    say(&ward, "appointments",
        FULL_AT("10:00",
                V("V1", "01", "booked", "X") V("V2", "02", "booked", "X")));
    say(&ward, "appointments", FULL_AT("09:00", V("V1", "01", "booked", "X")));
    assert_string_equal(fixture_summary(&ward.fixture),
                        "appointments: refused");
    assert_string_equal(
        ward.fixture.report.tables[0].reason,
        "appointments.csv: was written at 2026-11-22T14:00:00.000Z, and a full "
        "extract of the booked visits that was written at "
        "2026-11-22T15:00:00.000Z is in already: refused, it would end what is "
        "new and bring back what is over");
    say(&ward, "appointments",
        FULL_AT("10:00",
                V("V1", "01", "booked", "X") V("V2", "02", "booked", "X")));
    assert_string_equal(fixture_summary(&ward.fixture), "appointments: 2 same");
    ward_close(&ward);
}

/* A file that says the same of many is no write of many rows. */
static void what_is_said_again_is_dated_and_not_written(void **state)
{
    (void)state;
    struct ward ward;
    begin(&ward);
    say(&ward, "appointments", FILE_AT("08:00", V("V1", "01", "booked", "X")));
    fixture_sql(&ward.fixture,
                "CREATE TRIGGER written BEFORE UPDATE ON appointment BEGIN "
                "SELECT RAISE(ABORT, 'a row was written'); END");
    say(&ward, "appointments", FILE_AT("10:00", V("V1", "01", "booked", "X")));
    say(&ward, "appointments",
        FILE_AT("09:00", V("V1", "01", "cancelled", "X")));
    assert_string_equal(fixture_summary(&ward.fixture), "appointments: 1 same");
    ward_close(&ward);
}

static void a_visit_that_was_moved_comes_back(void **state)
{
    (void)state;
    static const struct story rows[] = {
        {"another time is news of its status",
         {FILE_AT("08:00", V("V1", "01", "booked", "X")), OFF("0900"),
          FILE_AT("10:00", V("V1", "02", "booked", "X"))},
         "V1 02 booked X"},
        {"not in a file that is older than the cancellation",
         {FILE_AT("08:00", V("V1", "01", "booked", "X")), OFF("1100"),
          FILE_AT("10:00", V("V1", "02", "booked", "X"))},
         "V1 02 cancelled X"},
        {"nor the time that is known: the file has heard of the move alone",
         {FILE_AT("08:00", V("V1", "01", "booked", "X")), MOVED("0900", "02"),
          OFF("0930"), FILE_AT("10:00", V("V1", "02", "booked", "X"))},
         "V1 02 cancelled X"},
        {"nor what it says again from then on",
         {FILE_AT("08:00", V("V1", "01", "booked", "X")),
          FILE_AT("09:00", V("V1", "02", "booked", "X")), OFF("0930"),
          FILE_AT("10:00", V("V1", "02", "booked", "Y"))},
         "V1 02 cancelled Y"},
        {"a moved one that the file has as cancelled stays so",
         {FILE_AT("08:00", V("V1", "01", "cancelled", "X")),
          FILE_AT("10:00", V("V1", "02", "cancelled", "X"))},
         "V1 02 cancelled X"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        tell(&rows[i], "appointments", VISITS);
}

#define PERSON                                                               \
    "SELECT coalesce((SELECT g.mrn FROM patient g WHERE g.id = "             \
    "p.guardian_id), 'nobody') || iif(inpatient, ' in', '') || iif("         \
    "deceased_at IS NOT NULL, ' dead', '') || coalesce((SELECT ' ' || "      \
    "group_concat("                                                          \
    "value) FROM contact_point WHERE patient_id = p.id AND gone_at IS NULL " \
    "AND source = 'csv:patients'), '') FROM patient p WHERE mrn = 'K1'"
#define IN(at) \
    MSG("ADT^A01", "20261122" at, "PID|1||K1^^^MAIN^MR||Doe^Kim\rPV1||I\r")

/* What is told aside of a patient's row, and whom it names. */
static void a_cell_that_stands_as_it_stood_is_no_news_of_a_patient(void **state)
{
    (void)state;
    static const struct story rows[] = {
        {"somebody came in",
         {"08:00mrn,sex,inpatient\nK1,female,no\n", IN("0900")},
         "nobody in"},
        {"nobody left the hospital",
         {"08:00mrn,sex,inpatient\nK1,female,no\n", IN("0900"),
          "10:00mrn,sex,inpatient\nK1,male,no\n"},
         "nobody in"},
        {"now they did",
         {"07:00mrn,sex,inpatient\nK1,female,yes\n", IN("0900"),
          "10:00mrn,sex,inpatient\nK1,male,no\n"},
         "nobody"},
        {"an older file did not know",
         {"08:00mrn,inpatient\nK1,no\n", "10:00mrn,inpatient\nK1,yes\n",
          "09:00mrn,inpatient\nK1,no\n"},
         "nobody in"},
        {"nor that somebody died",
         {"08:00mrn,deceased\nK1,no\n", "10:00mrn,deceased\nK1,yes\n",
          "09:00mrn,deceased\nK1,no\n"},
         "nobody dead"},
        {"an empty cell does not say that they live: an older death counts",
         {"08:00mrn,sex,deceased\nK1,male,\n",
          "10:00mrn,sex,deceased\nK1,male,\n",
          "09:00mrn,sex,deceased\nK1,male,yes\n"},
         "nobody dead"},
        {"an empty guardian ends a guardianship",
         {"08:00mrn,guardian\nM1,\nK1,M1\n", "10:00mrn,guardian\nK1,\n"},
         "nobody"},
        {"an older file brings none back",
         {"07:00mrn,guardian\nM1,\nK1,M1\n", "10:00mrn,guardian\nK1,\n",
          "09:00mrn,guardian\nK1,M1\n"},
         "nobody"},
        {"and ends none",
         {"07:00mrn,guardian\nM1,\nK1,\n", "10:00mrn,guardian\nK1,M1\n",
          "09:00mrn,sex,guardian\nK1,male,\n"},
         "M1"},
        {"nor older numbers",
         {"08:00mrn,mobile\nK1,212-555-0101\n",
          "10:00mrn,mobile\nK1,212-555-0102\n",
          "09:00mrn,mobile\nK1,212-555-0103\n"},
         "nobody +12125550102"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        tell(&rows[i], "patients", PERSON);
}

/* The number that is tried first, and how many others there are. */
#define KIMS                                                               \
    "FROM contact_point WHERE patient_id = (SELECT id FROM patient WHERE " \
    "mrn = 'K1') AND gone_at IS NULL"
#define NUMBERS                                                             \
    "SELECT coalesce((SELECT value " KIMS " ORDER BY rank, source_at DESC " \
    "LIMIT 1) || ' +' || (count(*) - 1), 'none') " KIMS
#define CALL(at, number)          \
    MSG("ADT^A08", "20261122" at, \
        "PID|1||K1^^^MAIN^MR||Doe^Kim||||||||" number "\r")
#define MOBILE(number) "212555" number "^PRN^CP"
#define NO_NUMBER "\"\""

static void a_number_of_a_file_is_of_when_that_was_written(void **state)
{
    (void)state;
    static const struct story rows[] = {
        {"a file that comes late, of a patient whom a message told of",
         {CALL("0900", MOBILE("0109")), "08:00mrn,mobile\nK1,2125550101\n"},
         "+12125550109 +1"},
        {"a message that comes late",
         {"10:00mrn,mobile\nK1,2125550101\n", CALL("0900", MOBILE("0109"))},
         "+12125550101 +1"},
        {"a late file with another number than its last one",
         {"07:00mrn,mobile\nK1,2125550101\n", CALL("0900", MOBILE("0109")),
          "08:00mrn,mobile\nK1,2125550105\n"},
         "+12125550109 +1"},
        {"a newer one",
         {"07:00mrn,mobile\nK1,2125550101\n", CALL("0900", MOBILE("0109")),
          "10:00mrn,mobile\nK1,2125550105\n"},
         "+12125550105 +1"},
        {"what stands as it stood beside another new number is no news",
         {"07:00mrn,mobile,work_phone\nK1,2125550101,2125550102\n",
          CALL("0900", MOBILE("0109")),
          "10:00mrn,mobile,work_phone\nK1,2125550101,2125550103\n"},
         "+12125550109 +2"},
        {"that there is none at all is newer than a late file",
         {"07:00mrn,mobile\nK1,\n", CALL("0830", MOBILE("0109")),
          CALL("0900", NO_NUMBER), "08:00mrn,mobile\nK1,2125550101\n"},
         "none"},
        {"and older than a newer one",
         {"07:00mrn,mobile\nK1,\n", CALL("0830", MOBILE("0109")),
          CALL("0900", NO_NUMBER), "10:00mrn,mobile\nK1,2125550101\n"},
         "+12125550101 +0"},
        {"whenever that comes",
         {"07:00mrn,mobile\nK1,\n", CALL("0830", MOBILE("0109")),
          "10:00mrn,mobile\nK1,2125550101\n", CALL("0900", NO_NUMBER)},
         "+12125550101 +0"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        tell(&rows[i], "patients", NUMBERS);
}

static void a_death_in_a_file_is_of_when_that_was_written(void **state)
{
    (void)state;
#define DIED(at, dead)            \
    MSG("ADT^A08", "20261122" at, \
        "PID|1||K1^^^MAIN^MR||Doe^Kim|||||||||||||||||||||||||" dead "\r")
    static const char asked[] =
        "SELECT count(*) FROM task WHERE kind = 'contradiction'";
    static const struct story rows[] = {
        {"a newer message says that they live",
         {"08:00mrn,deceased\nK1,yes\n", DIED("0900", "N")},
         "1"},
        {"an older one did",
         {"10:00mrn,deceased\nK1,yes\n", DIED("0900", "N")},
         "0"},
        {"a late file did not know of the death",
         {DIED("0900", "Y"), "08:00mrn,deceased\nK1,no\n"},
         "0"},
        {"a newer one says that they live",
         {DIED("0900", "Y"), "10:00mrn,deceased\nK1,no\n"},
         "1"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        tell(&rows[i], "patients", asked);
}

static void an_empty_cell_parts_nobody_who_was_merged(void **state)
{
    (void)state;
    static const struct story rows[] = {
        {"an older merge counts",
         {"08:00mrn,merged_into\nM1,\nK1,\n",
          "10:00mrn,merged_into\nM1,\nK1,\n", "09:00mrn,merged_into\nK1,M1\n"},
         "1"},
        {"and it stays",
         {"08:00mrn,merged_into\nM1,\nK1,M1\n",
          "10:00mrn,merged_into\nM1,\nK1,\n"},
         "1"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        tell(&rows[i], "patients",
             "SELECT count(*) FROM patient WHERE merged_into IS NOT NULL");
}

/* Somebody else named the guardian after the file was written, or since it
 * said so first. */
static void what_was_said_of_a_guardian_since_stands(void **state)
{
    (void)state;
    static const struct {
        const char *about, *said_at, *file, *want;
    } rows[] = {
        {"the file had said before that there is none", "09:00",
         "10:00mrn,sex,guardian\nK1,male,\n", "M1"},
        {"it is newer than the file", "11:00",
         "10:00mrn,sex,guardian\nK1,male,M2\n", "M1"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ward ward;
        char sql[300], hour[40];
        instant at;
        begin(&ward);
        say(&ward, "patients",
            "08:00mrn,sex,guardian\nM1,,\nM2,,\nK1,female,\n");
        snprintf(hour, sizeof(hour), "2026-11-22T%s:00-05:00", rows[i].said_at);
        assert_true(civil_parse_instant(hour, &at));
        snprintf(sql, sizeof(sql),
                 "UPDATE patient SET source_at = %lld, said = NULL, "
                 "guardian_id = (SELECT id FROM patient WHERE mrn = 'M1') "
                 "WHERE mrn = 'K1'",
                 (long long)at);
        fixture_sql(&ward.fixture, sql);
        say(&ward, "patients", rows[i].file);
        ward_expect(&ward, rows[i].about, PERSON, rows[i].want);
        ward_close(&ward);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_file_speaks_in_whatever_order_they_come),
        cmocka_unit_test(files_that_come_late_know_what_they_cannot),
        cmocka_unit_test(a_message_keeps_no_row_in_a_full_extract),
        cmocka_unit_test(so_it_is_with_patients_and_discharges),
        cmocka_unit_test(the_limit_counts_what_messages_spoke_of),
        cmocka_unit_test(lists_and_restrictions_come_in_any_order_too),
        cmocka_unit_test(a_bad_row_of_a_newer_file_is_no_word),
        cmocka_unit_test(a_bad_row_that_ends_or_moves_a_visit_is_heeded),
        cmocka_unit_test(an_older_full_extract_is_refused),
        cmocka_unit_test(what_is_said_again_is_dated_and_not_written),
        cmocka_unit_test(a_visit_that_was_moved_comes_back),
        cmocka_unit_test(
            a_cell_that_stands_as_it_stood_is_no_news_of_a_patient),
        cmocka_unit_test(a_number_of_a_file_is_of_when_that_was_written),
        cmocka_unit_test(a_death_in_a_file_is_of_when_that_was_written),
        cmocka_unit_test(an_empty_cell_parts_nobody_who_was_merged),
        cmocka_unit_test(what_was_said_of_a_guardian_since_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
