/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles in files: as if they were posted, but resource by resource. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"

#include "tests/feeds/ward.h"

#define UUID(n) "urn:uuid:00000000-0000-4000-8000-00000000000" n

/* Single quotes stand for double ones. */
#define BUNDLE(entries) BUNDLE_OF("transaction", entries)
#define BUNDLE_OF(type, entries) \
    "{'resourceType':'Bundle','type':'" type "','entry':[" entries "]}"
#define ENTRY(url, resource, request) \
    "{'fullUrl':'" url "','resource':" resource ",'request':{" request "}}"
#define PUT(url) "'method':'PUT','url':'" url "'"
#define POST(type) "'method':'POST','url':'" type "'"
#define GONE(url) "{'request':{'method':'DELETE','url':'" url "'}}"
#define ID(system, value) \
    "'identifier':[{'system':'" system "','value':'" value "'}]"
#define PATIENT(mrn, family)                                           \
    "{'resourceType':'Patient'," ID("urn:m", mrn) ",'name':[{'family'" \
                                                  ":'" family "'}]}"
#define VISIT(id, who, status, day)                                   \
    "{'resourceType':'Appointment'," id ",'status':'" status          \
    "','start':'2026-12-" day "T15:00:00Z','participant':[{'actor':{" \
    "'reference':'" who "'}}]}"

/* What an engine sends of one visit: all that is new are the urn:uuids. */
#define ENGINE(patient, visit, status, day)                                 \
    BUNDLE(ENTRY(                                                           \
        visit, VISIT(ID("urn:a", "F1"), patient, status, day),              \
        PUT("Appointment?identifier=urn:a|F1")) "," ENTRY(patient,          \
                                                          PATIENT("U100",   \
                                                                  "Doe"),   \
                                                          PUT("Patient?"    \
                                                              "identifier=" \
                                                              "urn:m|U100")))
#define POSTED(patient, visit, mrn, family, number)                            \
    BUNDLE(ENTRY(visit, VISIT(ID("urn:a", number), patient, "booked", "05"),   \
                 POST("Appointment")) "," ENTRY(patient, PATIENT(mrn, family), \
                                                POST("Patient")))

#define VISITS                                                                \
    "SELECT coalesce(group_concat(a.external_id || ' ' || p.mrn || ' ' || "   \
    "substr(a.start_local, 6, 5) || ' ' || iif(a.gone_at IS NULL, a.status, " \
    "'gone'), '; '), '') FROM appointment a JOIN patient p ON p.id = "        \
    "a.patient_id ORDER BY a.id"

static void import(struct ward *ward, const char *name, const char *text)
{
    char *json = memory_text(text);
    for (char *at = json; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    ward_bulk(ward, STREAM_FHIR, name, json);
    free(json);
}

struct row {
    const char *about, *text, *sql, *have;
    int read, others, bad;
};

static void run(const struct row *rows, size_t count)
{
    struct ward ward;
    ward_open(&ward);
    for (size_t i = 0; i < count; i++) {
        import(&ward, "some.json", rows[i].text);
        const struct import_table *file = &ward.fixture.report.tables[0];
        ward_expect(&ward, rows[i].about, rows[i].sql, rows[i].have);
        if (file->read != rows[i].read || file->others != rows[i].others ||
            file->bad != rows[i].bad)
            fail_msg("%s: read %d, others %d, bad %d", rows[i].about,
                     (int)file->read, (int)file->others, (int)file->bad);
    }
    ward_close(&ward);
}
#define RUN(rows) run(rows, sizeof(rows) / sizeof((rows)[0]))

static void a_temporary_name_ends_with_its_bundle(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"a visit by its identifier, and its patient, who stands behind it",
         ENGINE(UUID("1"), UUID("2"), "booked", "05"), VISITS,
         "F1 U100 12-05 booked", 2, 0, 0},
        {"it is moved: the same one under other temporary names",
         ENGINE(UUID("3"), UUID("4"), "booked", "08"), VISITS,
         "F1 U100 12-08 booked", 2, 0, 0},
        {"and cancelled", ENGINE(UUID("5"), UUID("6"), "cancelled", "08"),
         VISITS, "F1 U100 12-08 cancelled", 2, 0, 0},
        {"one temporary name is somebody else in another Bundle, also of one "
         "file; the identifier may stand in the resource alone",
         POSTED(UUID("7"), UUID("8"), "U200", "Roe",
                "F2") "\n" POSTED(UUID("7"), UUID("8"), "U300", "Poe", "F3"),
         VISITS,
         "F1 U100 12-08 cancelled; F2 U200 12-05 booked; F3 U300 12-05 booked",
         4, 0, 0},
        {"an entry that asks for something else than its resource is none",
         BUNDLE(ENTRY("http://s/Appointment/v",
                      VISIT("'id':'v'",
                            "Patient?"
                            "identifier=urn:m|U200",
                            "booked", "09"),
                      PUT("Patient/v"))),
         "SELECT count(*) FROM appointment", "3", 1, 0, 1},
    };
    RUN(rows);
}

static void what_is_deleted_is_over(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"two visits and one by an identifier",
         BUNDLE_OF(
             "collection",
             "{'resource':" PATIENT(
                 "A1",
                 "Doe") "},"
                        "{'resource':" VISIT(
                            "'id':'v1'", "Patient?identifier=urn:m|A1",
                            "booked",
                            "05") "},"
                                  "{'resource':" VISIT(
                                      "'id':'v2'",
                                      "Patient?identifier=urn:m|A1", "booked",
                                      "06") "},"
                                            "{'resource':" VISIT(
                                                ID("urn:a", "F1"),
                                                "Patient?identifier=urn:m|A1",
                                                "booked", "07") "}"),
         VISITS, "v1 A1 12-05 booked; v2 A1 12-06 booked; F1 A1 12-07 booked",
         4, 0, 0},
        {"as the output \"deleted\" of Bulk Data tells it",
         BUNDLE(GONE("Appointment/v1")) "\n", VISITS,
         "v1 A1 12-05 gone; v2 A1 12-06 booked; F1 A1 12-07 booked", 1, 0, 0},
        {"an entry with the resource that is deleted is no news of it",
         BUNDLE("{'resource':" VISIT("'id':'v2'", "Patient?identifier=urn:m|A1",
                                     "booked",
                                     "06") ",'request':{'method':"
                                           "'DELETE','url':'Appointment/v2'}}"),
         VISITS, "v1 A1 12-05 gone; v2 A1 12-06 gone; F1 A1 12-07 booked", 1, 0,
         0},
        {"by an identifier", BUNDLE(GONE("Appointment?identifier=urn:a|F1")),
         VISITS, "v1 A1 12-05 gone; v2 A1 12-06 gone; F1 A1 12-07 gone", 1, 0,
         0},
        {"the patient", BUNDLE(GONE("Patient?identifier=urn:m|A1")),
         "SELECT active FROM patient", "0", 1, 0, 0},
        {"what is only asked for is nothing for us; by what nobody searches "
         "here is told",
         BUNDLE("{'request':{'method':'GET','url':'Patient/1'}}," GONE(
             "Appointment?date=2026-12-05")),
         "SELECT active FROM patient", "0", 2, 1, 1},
    };
    RUN(rows);
}

#define STATE(version, status, at)                                   \
    "{'fullUrl':'http://s/Appointment/h/_history/" version           \
    "','resource':" VISIT("'id':'h'", "http://s/Patient/p", status,  \
                          "05") ",'request':{"                       \
                                "'method':'PUT','url':'Appointment/" \
                                "h'},'response':{'status':'200',"    \
                                "'lastModified':'" at "'}}"

static void a_history_is_read_by_its_hours(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"what a Bundle says is of when it was put together, where that is all "
         "that is known",
         "{'resourceType':'Bundle','type':'searchset','entry':["
         "{'resource':" PATIENT("A0", "Roe") "},{'resource':" VISIT(
             "'id':'s'", "Patient?identifier=urn:m|A0", "cancelled",
             "05") "}],'timestamp':'2026-11-02T10:00:00Z'}",
         VISITS, "s A0 12-05 cancelled", 2, 0, 0},
        {"so an older one that comes behind it changes nothing",
         "{'resourceType':'Bundle','type':'searchset','timestamp':"
         "'2026-11-01T10:00:00Z','entry':[{'resource':" VISIT(
             "'id':'s'", "Patient?identifier=urn:m|A0", "booked", "04") "}]}",
         VISITS, "s A0 12-05 cancelled", 1, 0, 0},
        {"the newest state stands first, and stays; each is of one visit",
         BUNDLE_OF("history",
                   ENTRY("http://s/Patient/p", PATIENT("A1", "Doe"),
                         PUT("Patient/p")) "," STATE("2", "cancelled",
                                                     "2026-11-02T10:00:"
                                                     "00Z") "," STATE("1",
                                                                      "boo"
                                                                      "ke"
                                                                      "d",
                                                                      "202"
                                                                      "6-"
                                                                      "11-"
                                                                      "01T"
                                                                      "10:"
                                                                      "00:"
                                                                      "00"
                                                                      "Z")),
         VISITS, "s A0 12-05 cancelled; h A1 12-05 cancelled", 3, 0, 0},
    };
    RUN(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_temporary_name_ends_with_its_bundle),
        cmocka_unit_test(what_is_deleted_is_over),
        cmocka_unit_test(a_history_is_read_by_its_hours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
