/* SPDX-License-Identifier: Apache-2.0 */
/* Visits of which a message says more, or other, than one booking of one
 * patient: nobody is lost without a word, and what is over is over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"
#include "base/zone.h"

#include "feeds/bulk.h"
#include "feeds/hl7.h"
#include "feeds/hl7_facts.h"

#include "tests/feeds/ward.h"

#define BOB "PID|2||M2^^^MAIN^MR||Roe^Bob||19700101|M\r"
#define SAYS(status) \
    "SCH||F9||||||^Check-up|30|min|^^^20261201090000||||||||||||||" status "\r"
#define PV1(class) "PV1|1|" class "|||||||||||||||||V7\r"
#define PV2(start) "PV2||||||||" start "\r"
#define VISITS                                                              \
    "SELECT coalesce(group_concat(a.external_id || ' ' || p.mrn || ' ' || " \
    "substr(a.start_local, 6, 11) || ' ' || a.status, '; '), '-') FROM "    \
    "appointment a JOIN patient p ON p.id = a.patient_id"
#define SECOND                                                       \
    "a second patient of this visit is left out: send a visit with " \
    "an id of its own for each"
#define UNKNOWN "a status that the codes do not have"

/* Takes a message; the faults of it for which its sender is told AE. */
static const char *take(struct ward *ward, const char *text)
{
    static char told[400];
    struct error err = {0};
    const struct hl7_options options = {.zone = zone_find("America/New_York"),
                                        .terms = ward->terms};
    struct hl7 *message = hl7_parse(text, strlen(text), &err);
    if (!message)
        fail_msg("%s", err.text);
    struct facts *facts = facts_new("hl7:EPIC");
    hl7_facts(message, &options, facts);
    const struct fact_fault *fault = facts_refused(facts);
    snprintf(told, sizeof(told), "%s", fault ? fault->reason : "");
    ward_take(ward, facts);
    facts_free(facts);
    hl7_free(message);
    return told;
}

static void each_word_on_a_visit_counts(void **state)
{
    (void)state;
#define BOOK MSG("SIU^S12", "20261120090000", SAYS("Booked") ANN)
#define THEN(status) MSG("SIU^S14", "20261121090000", SAYS(status) ANN)
#define OFF MSG("SIU^S15", "20261121090000", SAYS("") ANN)
#define LATER(event, status) \
    MSG("SIU^" event, "20261122090000", SAYS(status) ANN)
#define ON "F9 M1 12-01T09:00 booked"
#define GONE "F9 M1 12-01T09:00 cancelled"
#define AWAITED \
    MSG("ADT^A05", "20261120090000", ANN PV1("P") PV2("20261201080000"))
    static const struct {
        const char *about;
        const char *said[3];
        const char *told, *visits;
    } rows[] = {
        {"a status in words alone", {BOOK, THEN("^Cancelled")}, "", GONE},
        {"a local code with its words",
         {BOOK, THEN("X^Cancelled^L")},
         "",
         GONE},
        {"a code as people say it", {BOOK, THEN("Cancel")}, "", GONE},
        {"in short", {BOOK, THEN("CAN")}, "", GONE},
        {"in any case", {BOOK, THEN("cANCELLED")}, "", GONE},
        {"words that nobody knows leave what is booked",
         {BOOK, THEN("Whatever")},
         UNKNOWN,
         ON},
        {"and do not bring back what was cancelled",
         {BOOK, OFF, MSG("SIU^S14", "20261122090000", SAYS("^Whatever") ANN)},
         UNKNOWN,
         GONE},
        {"nor does a second booking in such words",
         {BOOK, OFF, MSG("SIU^S12", "20261122090000", SAYS("Whatever") ANN)},
         UNKNOWN,
         GONE},
        {"no word of it brings back what was cancelled",
         {BOOK, OFF, LATER("S14", "")},
         "",
         GONE},
        {"in whatever event", {BOOK, OFF, LATER("S20", "")}, "", GONE},
        {"nor what was deleted",
         {BOOK, MSG("SIU^S17", "20261121090000", SAYS("") ANN),
          LATER("S14", "")},
         "",
         "F9 M1 12-01T09:00 entered-in-error"},
        {"nor is who came expected again",
         {BOOK, THEN("Complete"), LATER("S14", "")},
         "",
         "F9 M1 12-01T09:00 fulfilled"},
        {"that it is booked does", {BOOK, OFF, LATER("S14", "Booked")}, "", ON},
        {"or a new time", {BOOK, OFF, LATER("S13", "")}, "", ON},
        {"or a new booking", {BOOK, OFF, LATER("S12", "")}, "", ON},
        {"a time to the minute is no older than what was in that minute",
         {BOOK, MSG("SIU^S15", "20261122093045", SAYS("") ANN),
          MSG("SIU^S12", "202611220930", SAYS("") ANN)},
         "",
         ON},
        {"nor is a day than what was on that day",
         {MSG("SIU^S12", "20261120090000", SAYS("") ANN),
          MSG("SIU^S15", "20261120", SAYS("") ANN)},
         "",
         GONE},
        {"and what comes behind it on that day is newer",
         {MSG("SIU^S12", "20261120", SAYS("") ANN),
          MSG("SIU^S15", "20261120090000", SAYS("") ANN),
          MSG("SIU^S13", "20261120100000", SAYS("") ANN)},
         "",
         ON},
        {"but the minute before is older",
         {BOOK, MSG("SIU^S15", "20261122093045", SAYS("") ANN),
          MSG("SIU^S12", "202611220929", SAYS("") ANN)},
         "",
         GONE},
        {"one that nobody knew is booked", {LATER("S14", "")}, "", ON},
        {"a new booking in such words is one, and is told",
         {MSG("SIU^S12", "20261120090000", SAYS("Whatever") ANN)},
         UNKNOWN,
         ON},
        {"rescheduled: the event moves it, and the word says no more",
         {BOOK, MSG("SIU^S13", "20261121090000", SAYS("Rescheduled") ANN)},
         "",
         ON},
        {"rescheduled alone says of no visit whether it is on",
         {BOOK, THEN("Rescheduled")},
         UNKNOWN,
         ON},
        {"a second patient",
         {MSG("SIU^S12", "20261120090000", SAYS("Booked") ANN BOB)},
         SECOND,
         ON},
        {"one patient twice",
         {MSG("SIU^S12", "20261120090000", SAYS("Booked") ANN ANN)},
         "",
         ON},
        {"a second patient of a visit that is off loses nothing",
         {BOOK, MSG("SIU^S15", "20261121090000", SAYS("") ANN BOB)},
         "",
         GONE},
        {"who was expected came in",
         {AWAITED, MSG("ADT^A01", "20261121090000", ANN PV1("I"))},
         "",
         "V7 M1 12-01T08:00 arrived"},
        {"who came in and was never expected is no visit",
         {MSG("ADT^A01", "20261121090000", ANN PV1("I"))},
         "",
         "-"},
        {"who is expected comes later",
         {AWAITED,
          MSG("ADT^A08", "20261121090000", ANN PV1("P") PV2("20261203080000"))},
         "",
         "V7 M1 12-03T08:00 booked"},
        {"an update of who is in moves nothing",
         {AWAITED,
          MSG("ADT^A08", "20261121090000", ANN PV1("I") PV2("20261203080000"))},
         "",
         "V7 M1 12-01T08:00 booked"},
        {"an update does not bring back what was undone",
         {AWAITED, MSG("ADT^A38", "20261121090000", ANN PV1("P")),
          MSG("ADT^A08", "20261122090000", ANN PV1("P") PV2("20261203080000"))},
         "",
         "V7 M1 12-03T08:00 cancelled"},
        {"undone as an admission that never was",
         {AWAITED, MSG("ADT^A11", "20261121090000", ANN PV1("P"))},
         "",
         "V7 M1 12-01T08:00 cancelled"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        const char *told = "";
        ward_open(&ward);
        for (size_t n = 0; n < 3 && rows[i].said[n]; n++)
            told = take(&ward, rows[i].said[n]);
        if (!text_equal(told, rows[i].told))
            fail_msg("%s: told '%s'", rows[i].about, told);
        ward_expect(&ward, rows[i].about, VISITS, rows[i].visits);
        if (ward.told.len)
            fail_msg("%s: %s", rows[i].about, ward.told.data);
        ward_close(&ward);
    }
}

static void the_end_of_time_is_no_start_and_called_so(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward,
             MSG("SIU^S12", "20261120090000", SCH("99991231235959+0000") ANN));
    assert_string_equal(ward.told.data,
                        "row SCH-11.4: says that there is none, and the row "
                        "cannot do without");
    ward_expect(&ward, "no visit", VISITS, "-");
    ward_close(&ward);
}

static void on_note(void *arg, const char *text)
{
    buf_text(arg, text);
}

static void a_folder_in_a_folder_is_not_read_and_told(void **state)
{
    (void)state;
    struct ward ward;
    struct error err = {0};
    char path[512];
    ward_open(&ward);
    const char *paths[] = {ward.fixture.folder};
    const struct bulk_options options = {.paths = paths,
                                         .path_count = 1,
                                         .kind = STREAM_HL7,
                                         .terms = ward.terms,
                                         .country = "US",
                                         .zone = zone_find("America/New_York"),
                                         .now = ward.fixture.options.now,
                                         .actor = "kim"};
    struct import_watch watch = import_unwatched;
    watch.arg = &ward.told;
    watch.note = on_note;
    file_join(path, sizeof(path), ward.fixture.folder, "older");
    assert_int_equal(mkdir(path, 0700), 0);
    file_join(path, sizeof(path), ward.fixture.folder, ".hidden");
    assert_int_equal(mkdir(path, 0700), 0);
    fixture_file(&ward.fixture, "older/a.hl7", BOOK);
    assert_false(bulk_run(ward.fixture.store, &options, &watch,
                          &ward.fixture.report, &err));
    assert_non_null(
        strstr(ward.told.data, "/older is a folder in a folder, and not read"));
    assert_null(strstr(ward.told.data, ".hidden"));
    import_report_free(&ward.fixture.report);
    fixture_file(&ward.fixture, "b.hl7", BOOK);
    if (!bulk_run(ward.fixture.store, &options, &watch, &ward.fixture.report,
                  &err))
        fail_msg("%s", err.text);
    ward_expect(&ward, "what lies in the folder itself is", VISITS, ON);
    ward_close(&ward);
}

/* Whoever asked for it calls it P9, whoever keeps it F9. */
#define IDS(event, day, ids, more)           \
    MSG("SIU^" event, "202611" day "090000", \
        "SCH|" ids "||||||^Check-up|30|min|^^^20261201090000\r" more)
#define BOOKED_BY(ids) IDS("S12", "20", ids, ANN)
#define OFF_BY(ids) IDS("S15", "22", ids, "")
/* It says no time: it waits for a visit of one of these. */
#define OFF_EARLY(ids, who) \
    MSG("SIU^S15", "20261121100000", "SCH|" ids "\r" who)

static void either_id_means_the_visit(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *said[4], *visits, *told;
    } rows[] = {
        {"booked by both, off by the placer's",
         {BOOKED_BY("P9|F9"), OFF_BY("P9|")},
         "F9 cancelled",
         ""},
        {"or by the filler's",
         {BOOKED_BY("P9|F9"), OFF_BY("|F9")},
         "F9 cancelled",
         ""},
        {"booked by the placer's, off by both",
         {BOOKED_BY("P9|"), OFF_BY("P9|F9")},
         "F9 cancelled",
         ""},
        {"and by the filler's, which was told meanwhile",
         {BOOKED_BY("P9|"), IDS("S14", "21", "P9|F9", ANN), OFF_BY("|F9")},
         "F9 cancelled",
         ""},
        {"a placer and a filler with names of their own",
         {BOOKED_BY("P9^EHR|F9^SCHED"), OFF_BY("P9^EHR|")},
         "F9 cancelled",
         ""},
        {"also by the filler's, told meanwhile",
         {BOOKED_BY("P9^EHR|"), IDS("S14", "21", "P9^EHR|F9^SCHED", ANN),
          OFF_BY("|F9^SCHED")},
         "F9 cancelled",
         ""},
        {"the placer of another one is another placer",
         {BOOKED_BY("P9^EHR|F9"), OFF_BY("P9^LAB|")},
         "F9 booked",
         ""},
        {"off before it is booked",
         {IDS("S15", "22", "P9|", ANN), BOOKED_BY("P9|F9")},
         "F9 cancelled",
         ""},
        {"off by the one, known by the other, and then by both",
         {BOOKED_BY("P9|"), OFF_EARLY("|F9", ANN),
          IDS("S14", "21", "P9|F9", ANN)},
         "F9 cancelled",
         ""},
        {"the same of a move",
         {BOOKED_BY("P9|"), OFF_EARLY("|F9", ANN),
          IDS("S13", "21", "P9|F9", ANN)},
         "F9 cancelled",
         ""},
        {"the other way round",
         {BOOKED_BY("|F9"), OFF_EARLY("P9|", ANN),
          IDS("S14", "21", "P9|F9", ANN)},
         "F9 cancelled",
         ""},
        {"a move that is newer keeps it",
         {BOOKED_BY("P9|"), OFF_EARLY("|F9", ANN),
          IDS("S13", "22", "P9|F9", ANN)},
         "F9 booked",
         ""},
        {"off by both before it is booked by the placer's",
         {OFF_EARLY("P9|F9", ANN), BOOKED_BY("P9|")},
         "F9 cancelled",
         ""},
        {"whoever it is of",
         {OFF_EARLY("P9|F9", ""), BOOKED_BY("P9|")},
         "F9 cancelled",
         ""},
        {"before it is booked by the filler's",
         {OFF_EARLY("P9|F9", ANN), BOOKED_BY("|F9")},
         "F9 cancelled",
         ""},
        {"another one that was asked for at once is on",
         {OFF_EARLY("P9|F9", ANN), BOOKED_BY("P9|F8")},
         "F8 booked",
         ""},
        {"each of several that were asked for at once is off",
         {OFF_EARLY("P9|F8", ANN), OFF_EARLY("P9|F9", ANN), BOOKED_BY("P9|F9"),
          BOOKED_BY("P9|F8")},
         "F8 cancelled; F9 cancelled",
         ""},
        {"moved by the placer's",
         {BOOKED_BY("P9|F9"), IDS("S26", "22", "P9|", ANN)},
         "F9 noshow",
         ""},
        {"each means another visit: neither is touched",
         {BOOKED_BY("P9|F9"), BOOKED_BY("P8|F8"), OFF_BY("P9|F8")},
         "F8 booked; F9 booked",
         "row SCH-1: SCH-2 'F8' is one visit and SCH-1 'P9' another one: "
         "which is meant?"},
        {"several that were asked for at once have the filler's alone",
         {BOOKED_BY("P9|F8"), BOOKED_BY("P9|F9"), OFF_BY("P9|F9")},
         "F8 booked; F9 cancelled",
         ""},
        {"and the placer's means none of them",
         {BOOKED_BY("P9|F8"), BOOKED_BY("P9|F9"), OFF_BY("P9|")},
         "F8 booked; F9 booked",
         "row SCH-1: P9: several visits are called so, and no other id says "
         "which"},
        {"a filler's that is not known is another visit's",
         {BOOKED_BY("P9|F9"), IDS("S15", "22", "P9|F8", ANN)},
         "F8 cancelled; F9 booked",
         ""},
        {"a number of the one is no number of the other",
         {BOOKED_BY("7|8"), BOOKED_BY("8|9"), OFF_BY("8|")},
         "8 booked; 9 cancelled",
         ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        for (size_t m = 0; m < 4 && rows[i].said[m]; m++)
            ward_hl7(&ward, rows[i].said[m]);
        ward_expect(&ward, rows[i].sentence,
                    "SELECT group_concat(external_id || ' ' || status, '; ') "
                    "FROM (SELECT * FROM appointment ORDER BY external_id)",
                    rows[i].visits);
        if (!text_equal(ward.told.len ? ward.told.data : "", rows[i].told))
            fail_msg("%s: told '%s'", rows[i].sentence, ward.told.data);
        ward_close(&ward);
    }
}

/* Its file would not know it by another. */
static void a_visit_of_a_file_keeps_its_id(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, MSG("ADT^A28", "20261101", ANN));
    fixture_file(&ward.fixture, "appointments.csv",
                 "id,patient,start,status\nP9,M1,2026-12-01 09:00,booked\n");
    fixture_changed(&ward.fixture, "appointments.csv",
                    ward.fixture.options.now - 14 * 24 * HOUR_MS);
    assert_true(fixture_import(&ward.fixture));
    ward_hl7(&ward, BOOKED_BY("P9|"));
    ward_hl7(&ward, OFF_BY("P9|F9"));
    assert_true(fixture_import(&ward.fixture));
    ward_expect(&ward, "one visit, and it is off",
                "SELECT group_concat(external_id || ' ' || status) FROM "
                "appointment",
                "P9 cancelled");
    ward_close(&ward);
}

/* F9, in its own words. */
#define SIU(event, hour, start, status)                                   \
    MSG("SIU^" event, "20261120" hour "0000",                             \
        "SCH||F9||||||^Check-up|30|min|^^^" start "||||||||||||||" status \
        "\r" ANN)
#define NINE "20261201090000"
#define PLAN(event, hour, start) \
    MSG("ADT^" event, "20261120" hour "0000", ANN PV1("P") PV2(start))
#define STANDS                                                      \
    "SELECT coalesce(group_concat(external_id || ' ' || status || " \
    "iif(gone_at IS NULL, '', ' gone'), '; '), '-') FROM appointment"

static void that_it_is_on_is_assumed_where_nobody_said_it_is_off(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *said[4], *visits;
    } rows[] = {
        {"off first, and a newer change that does not say that it is on",
         {SIU("S15", "10", "", ""), SIU("S14", "11", NINE, "")},
         "F9 cancelled"},
        {"nor an older one",
         {SIU("S15", "10", "", ""), SIU("S14", "09", NINE, "")},
         "F9 cancelled"},
        {"off since before that change, and told later",
         {SIU("S14", "11", NINE, ""), SIU("S15", "10", "", "")},
         "F9 cancelled"},
        {"deleted first",
         {SIU("S17", "10", "", ""), SIU("S18", "11", NINE, "")},
         "F9 entered-in-error"},
        {"missed first",
         {SIU("S26", "10", "", ""), SIU("S14", "11", NINE, "")},
         "F9 noshow"},
        {"a change that says that it is on",
         {SIU("S15", "10", "", ""), SIU("S14", "11", NINE, "Booked")},
         "F9 booked"},
        {"unless it is older",
         {SIU("S15", "10", "", ""), SIU("S14", "09", NINE, "Booked")},
         "F9 cancelled"},
        {"a new booking",
         {SIU("S15", "10", "", ""), SIU("S12", "11", NINE, "")},
         "F9 booked"},
        {"a new time",
         {SIU("S15", "10", "", ""), SIU("S13", "11", NINE, "")},
         "F9 booked"},
        {"a new time behind a change",
         {SIU("S15", "10", "", ""), SIU("S14", "11", NINE, ""),
          SIU("S13", "12", NINE, "")},
         "F9 booked"},
        {"a change alone is of a visit that is on",
         {SIU("S14", "11", NINE, "")},
         "F9 booked"},
        {"an admission that is not planned any more",
         {PLAN("A38", "10", ""), PLAN("A08", "11", NINE)},
         "V7 cancelled"},
        {"whoever says so",
         {PLAN("A27", "10", ""), PLAN("A08", "11", NINE)},
         "V7 cancelled"},
        {"one that is deleted",
         {PLAN("A23", "10", ""), PLAN("A08", "11", NINE)},
         "V7 booked gone"},
        {"also behind what was said of it since",
         {PLAN("A05", "09", NINE), PLAN("A08", "11", NINE),
          PLAN("A23", "10", "")},
         "V7 booked gone"},
        {"planned anew",
         {PLAN("A38", "10", ""), PLAN("A05", "11", NINE)},
         "V7 booked"},
        {"deleted, and planned anew",
         {PLAN("A23", "10", ""), PLAN("A05", "11", NINE)},
         "V7 booked"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        for (size_t m = 0; m < 4 && rows[i].said[m]; m++)
            ward_hl7(&ward, rows[i].said[m]);
        ward_expect(&ward, rows[i].sentence, STANDS, rows[i].visits);
        if (ward.told.len)
            fail_msg("%s: %s", rows[i].sentence, ward.told.data);
        ward_expect(&ward, "no visit's end waits on",
                    "SELECT count(*) FROM waiting WHERE kind = 'appointments'",
                    "0");
        ward_close(&ward);
    }
}

/* Whatever order its messages come in, a visit is what the newest word of each
 * sort says: its status by those that say one, its time by those that have
 * one. */
static void the_order_of_coming_decides_nothing(void **state)
{
    (void)state;
    enum { EVENTS = 6, ORDERS = 720, STEP = 5, SAYING = 1, TIMED = 2 };
    static const struct {
        const char *event, *status;
        bool off;
    } events[EVENTS] = {
        {"S12", "booked", false},          {"S14", NULL, false},
        {"S13", "booked", false},          {"S15", "cancelled", true},
        {"S17", "entered-in-error", true}, {"S26", "noshow", true},
    };
    struct ward ward;
    char text[600], want[100], sql[200], name[100];
    size_t happened[EVENTS], comes[EVENTS];
    ward_open(&ward);
    for (size_t n = 0; n < ORDERS; n += STEP) {
        /* (each with another one of coming) */
        ward_order(n, EVENTS, happened);
        ward_order(n * 131 % ORDERS, EVENTS, comes);
        bool saying = n & SAYING, timed = n & TIMED;
        const char *status = "booked";
        size_t start = 0;
        for (size_t hour = 0; hour < EVENTS; hour++) {
            size_t e = happened[hour];
            if (events[e].status)
                status = events[e].status;
            else if (saying)
                status = "booked";
            if (timed || !events[e].off)
                start = e;
        }
        snprintf(name, sizeof(name), "order %zu:", n);
        for (size_t i = 0; i < EVENTS; i++) {
            size_t e = comes[i], hour = 0, len = strlen(name);
            char when[40] = "";
            while (happened[hour] != e)
                hour++;
            if (timed || !events[e].off)
                snprintf(when, sizeof(when), "202612011%zu0000", e);
            snprintf(name + len, sizeof(name) - len, " %s of %zu",
                     events[e].event, hour);
            snprintf(text, sizeof(text),
                     "MSH|^~\\&|EPIC|MAIN|OUT|X|2026112010%zu000||SIU^%s|%zu|P|"
                     "2.5\rSCH||F%zu|||||||||^^^%s||||||||||||||%s\r" ANN,
                     hour, events[e].event, i, n, when,
                     saying && !events[e].off ? "Booked" : "");
            ward_hl7(&ward, text);
        }
        snprintf(sql, sizeof(sql),
                 "SELECT status || ' 1' || substr(start_local, 13, 1) FROM "
                 "appointment WHERE gone_at IS NULL AND external_id = 'F%zu'",
                 n);
        snprintf(want, sizeof(want), "%s 1%zu", status, start);
        ward_expect(&ward, name, sql, want);
    }
    ward_expect(&ward, "nothing waits", "SELECT count(*) FROM waiting", "0");
    ward_close(&ward);
}

/* Its patients are called otherwise there. */
static void a_visit_of_a_file_is_off_by_another_number(void **state)
{
    (void)state;
#define PATIENTS(more) "mrn,last_name,first_name,birth_date\nC1,Doe," more "\n"
    static const struct {
        const char *sentence, *patients, *visits;
        bool told;
    } rows[] = {
        {"of the same person", PATIENTS("Ann,1980-02-29"), "F9 cancelled C1",
         false},
        {"in capitals", PATIENTS("ANN,1980-02-29"), "F9 cancelled C1", false},
        {"of who was born on another day", PATIENTS("Ann,1981-02-28"),
         "F9 booked C1", true},
        {"of a twin", PATIENTS("Bea,1980-02-29"), "F9 booked C1", true},
        {"of whom nobody knows when they were born", PATIENTS("Ann,"),
         "F9 booked C1", true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        fixture_file(&ward.fixture, "patients.csv", rows[i].patients);
        fixture_file(&ward.fixture, "appointments.csv",
                     "id,patient,start,status\nF9,C1,2026-12-01 "
                     "09:00,booked\n");
        fixture_changed(&ward.fixture, "appointments.csv",
                        ward.fixture.options.now - 14 * 24 * HOUR_MS);
        assert_true(fixture_import(&ward.fixture));
        ward_hl7(&ward, SIU("S15", "10", "", ""));
        ward_expect(&ward, rows[i].sentence,
                    "SELECT a.external_id || ' ' || a.status || ' ' || p.mrn "
                    "FROM appointment a JOIN patient p ON p.id = a.patient_id",
                    rows[i].visits);
        if ((ward.told.len > 0) != rows[i].told)
            fail_msg("%s: told '%s'", rows[i].sentence, ward.told.data);
        ward_close(&ward);
    }
}

/* A50, A45, and whoever is numbered anew with A06 and A07. */
static void a_stay_goes_along_with_its_number(void **state)
{
    (void)state;
#define STAY(event, hour, pid, mrg, class, number) \
    MSG("ADT^" event, "20261120" hour "0000",      \
        pid mrg "PV1|1|" class "|||||||||||||||||" number "\r")
#define WAS(mrn, number) "MRG|" mrn "^^^MAIN^MR||||" number "\r"
#define ADMITTED STAY("A01", "08", ANN, "", "I", "V1")
#define AGAIN STAY("A50", "10", ANN, WAS("M1", "V1"), "I", "V2")
#define WRONG STAY("A45", "10", BOB, WAS("M1", "V1"), "I", "V1")
#define HOME(pid, number) STAY("A03", "12", pid, "", "I", number)
    static const struct {
        const char *about;
        const char *said[4];
        const char *in;
    } rows[] = {
        {"a stay that has another number goes on", {ADMITTED, AGAIN}, "M1"},
        {"and is over by it", {ADMITTED, AGAIN, HOME(ANN, "V2")}, "-"},
        {"one that is over stays over",
         {ADMITTED, STAY("A03", "09", ANN, "", "I", "V1"), AGAIN},
         "-"},
        {"one of which nobody knows begins by no number", {AGAIN}, "-"},
        {"an older word of the old number begins none",
         {ADMITTED, AGAIN, HOME(ANN, "V2"), ADMITTED},
         "-"},
        {"the stay of somebody else", {ADMITTED, WRONG}, "M2"},
        {"is over by that one", {ADMITTED, WRONG, HOME(BOB, "V1")}, "-"},
        {"an inpatient who is one no more, by another number",
         {ADMITTED, STAY("A07", "10", ANN, WAS("M1", "V1"), "O", "V2")},
         "-"},
        {"and one who is by another number now",
         {ADMITTED, STAY("A06", "10", ANN, WAS("M1", "V1"), "I", "V2"),
          HOME(ANN, "V2")},
         "-"},
        {"by the same number nothing is moved",
         {ADMITTED, STAY("A06", "10", ANN, WAS("M1", "V1"), "I", "V1")},
         "M1"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        for (size_t n = 0; n < 4 && rows[i].said[n]; n++)
            ward_hl7(&ward, rows[i].said[n]);
        ward_expect(&ward, rows[i].about,
                    "SELECT coalesce(group_concat(mrn), '-') FROM patient "
                    "WHERE inpatient",
                    rows[i].in);
        if (ward.told.len)
            fail_msg("%s: %s", rows[i].about, ward.told.data);
        ward_close(&ward);
    }
    struct ward ward;
    ward_open(&ward);
    assert_string_equal(
        take(&ward, STAY("A50", "10", ANN, WAS("M1", "V1"), "I", "")),
        "which stay has another number now?");
    ward_close(&ward);
}

/* A visit that a file alone knows was booked on the wrong patient. */
static void a_file_s_visit_may_be_somebody_else_s(void **state)
{
    (void)state;
#define ROE "2||Roe^Bea||19800229"
#define OF(event, at, hour, pid)                                        \
    FROM("EAST", "SIU^" event, at,                                      \
         "SCH||F9||||||^Check-up|30|min|^^^20261201" hour "0000\rPID||" \
         "|" pid "\r")
#define OTHERS "F9 1 12-01T09:00 booked; F9@EAST 2 12-01T10:00 booked"
#define THEIRS "this was another patient's so far: it is theirs now"
#define ANOTHER                                                               \
    "a file has a visit of this id for somebody else, at another time: this " \
    "is taken for another visit"
    static const struct {
        const char *sentence;
        const char *said[2];
        const char *visits, *told;
    } rows[] = {
        {"a change of the same id and hour means it",
         {OF("S14", "20261120", "09", ROE)},
         "F9 2 12-01T09:00 booked",
         "field PID-3: " THEIRS},
        {"so does a booking",
         {OF("S12", "20261120", "09", ROE)},
         "F9 2 12-01T09:00 booked",
         "field PID-3: " THEIRS},
        {"so does FHIR, in an hour of any zone",
         {"{\"resourceType\":\"Appointment\",\"id\":\"F9\",\"meta\":{"
          "\"lastUpdated\":\"2026-11-20T00:00:00Z\"},\"status\":\"booked\","
          "\"start\":\"2026-12-01T08:00:00-06:00\",\"participant\":[{"
          "\"actor\":{\"identifier\":{\"value\":\"2\"}},\"status\":"
          "\"accepted\"}]}"},
         "F9 2 12-01T09:00 booked",
         "field Appointment.participant[0].actor: " THEIRS},
        {"then it is off by theirs",
         {OF("S14", "20261120", "09", ROE), OF("S15", "20261121", "09", ROE)},
         "F9 2 12-01T09:00 cancelled",
         "field PID-3: " THEIRS},
        {"a word older than the file's changes nothing of whose it is",
         {OF("S14", "20261101", "09", ROE)},
         "F9 1 12-01T09:00 booked",
         ""},
        {"at another hour it is another one, and somebody looks",
         {OF("S12", "20261120", "10", ROE)},
         OTHERS,
         "field SCH-2: " ANOTHER},
        {"which stays another one, told once",
         {OF("S12", "20261120", "10", ROE), OF("S13", "20261121", "09", ROE)},
         "F9 1 12-01T09:00 booked; F9@EAST 2 12-01T09:00 booked",
         "field SCH-2: " ANOTHER},
        {"who is the same person by another number has it, at whatever hour",
         {OF("S13", "20261120", "10", "9||Doe^Ann||19800229")},
         "F9 1 12-01T10:00 booked",
         ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        fixture_file(&ward.fixture, "patients.csv",
                     "mrn,last_name,first_name,birth_date\n"
                     "1,Doe,Ann,1980-02-29\n2,Roe,Bea,1980-02-29\n");
        fixture_file(&ward.fixture, "appointments.csv",
                     "id,patient,start,status\n"
                     "F9,1,2026-12-01 09:00,booked\n");
        fixture_changed(&ward.fixture, "appointments.csv",
                        ward.fixture.options.now - 14 * 24 * HOUR_MS);
        assert_true(fixture_import(&ward.fixture));
        for (size_t m = 0; m < 2 && rows[i].said[m]; m++)
            ward_say(&ward, rows[i].said[m]);
        ward_expect(&ward, rows[i].sentence, VISITS, rows[i].visits);
        if (!text_equal(ward.told.len ? ward.told.data : "", rows[i].told))
            fail_msg("%s: told '%s'", rows[i].sentence, ward.told.data);
        ward_close(&ward);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(either_id_means_the_visit),
        cmocka_unit_test(a_visit_of_a_file_keeps_its_id),
        cmocka_unit_test(a_visit_of_a_file_is_off_by_another_number),
        cmocka_unit_test(a_file_s_visit_may_be_somebody_else_s),
        cmocka_unit_test(the_order_of_coming_decides_nothing),
        cmocka_unit_test(each_word_on_a_visit_counts),
        cmocka_unit_test(a_stay_goes_along_with_its_number),
        cmocka_unit_test(that_it_is_on_is_assumed_where_nobody_said_it_is_off),
        cmocka_unit_test(the_end_of_time_is_no_start_and_called_so),
        cmocka_unit_test(a_folder_in_a_folder_is_not_read_and_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
