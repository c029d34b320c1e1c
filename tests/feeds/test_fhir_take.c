/* SPDX-License-Identifier: Apache-2.0 */
/* What is posted as FHIR, from its text to rows and to the answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"

#include "feeds/fhir_answer.h"
#include "feeds/fhir_take.h"
#include "feeds/terms.h"

#include "store/store.h"

#include "tests/feeds/fixture.h"

#define UUID_A "urn:uuid:11111111-1111-4111-8111-111111111111"
#define UUID_B "urn:uuid:22222222-2222-4222-8222-222222222222"

/* Single quotes stand for double ones. */
#define BUNDLE(type, entries) \
    "{'resourceType':'Bundle','type':'" type "','entry':[" entries "]}"
#define ENTRY(url, resource, method, to)                           \
    "{" url "'resource':" resource ",'request':{'method':'" method \
    "','url':'" to "'}}"
#define FULL(url) "'fullUrl':'" url "',"
#define GONE(to) "{'request':{'method':'DELETE','url':'" to "'}}"
#define PATIENT(more) "{'resourceType':'Patient'," more "}"
#define MRN(value) "'identifier':[{'system':'urn:mrn','value':'" value "'}]"
#define VISIT(id, who, more)                                                 \
    "{'resourceType':'Appointment'," id "'status':'booked','start':"         \
    "'2026-12-01T09:00:00-05:00','participant':[{'actor':{'reference':'" who \
    "'}}]" more "}"
#define HEADER(id)                                                          \
    "{'resource':{'resourceType':'MessageHeader','id':'" id "','eventUri':" \
    "'urn:x','source':{'endpoint':'https://ehr/'}}}"
#define RESOURCE(resource) "{'resource':" resource "}"

struct desk {
    struct fixture fixture;
    struct terms *terms;
    struct fhir_take *take;
    struct fhir_taken taken;
    struct buf answer;
};

static void fault(void *arg, const char *text)
{
    (void)arg;
    fail_msg("%s", text);
}

static void desk_open(struct desk *desk)
{
    const char *root = getenv("OUTREACH_SOURCE");
    char path[512];
    struct error err = {0};
    memset(desk, 0, sizeof(*desk));
    fixture_open(&desk->fixture);
    file_join(path, sizeof(path), root ? root : ".",
              "feeds/terms/standard.json");
    desk->terms = terms_load(path, NULL, fault, NULL, &err);
    assert_non_null(desk->terms);
    const struct fhir_take_options options = {
        .intake = {.country = "US",
                   .zone = zone_find("America/New_York"),
                   .now = desk->fixture.options.now},
        .terms = desk->terms,
        .actor = "fhir"};
    desk->take = fhir_take_new(desk->fixture.store, &options);
    buf_init(&desk->answer, FHIR_ANSWER_MAX);
}

static void desk_close(struct desk *desk)
{
    buf_free(&desk->answer);
    fhir_take_free(desk->take);
    terms_free(desk->terms);
    fixture_close(&desk->fixture);
}

/* What was answered in short: of a response the statuses, of a message its
 * code, of an outcome the first place and what is the matter there. */
static void put_outcome(struct buf *out, const struct json_node *outcome)
{
    const struct json_node *issue = json_first(json_get(outcome, "issue"));
    const char *where = json_text(json_first(json_get(issue, "expression")));
    buf_format(out, " %s%s%s", json_get_text(issue, "code"), where ? " " : "",
               where ? where : "");
}

static const char *short_of(const struct desk *desk)
{
    static char text[400];
    struct error err = {0};
    struct buf out;
    struct json *doc =
        json_parse(desk->answer.data, desk->answer.len, 0, &err, NULL);
    if (!doc)
        fail_msg("the answer is no JSON: %s: %s", err.text, desk->answer.data);
    const struct json_node *root = json_root(doc);
    buf_init(&out, 4096);
    buf_format(&out, "%d %s", desk->taken.status, desk->taken.verdict);
    if (text_equal(json_get_text(root, "resourceType"), "OperationOutcome"))
        put_outcome(&out, root);
    else
        buf_format(&out, " %s:", json_get_text(root, "type"));
    for (const struct json_node *one = json_first(json_get(root, "entry")); one;
         one = json_next(one)) {
        const struct json_node *response = json_get(one, "response");
        const struct json_node *resource = json_get(one, "resource");
        const struct json_node *reply = json_get(resource, "response");
        if (response)
            buf_format(&out, " %.3s", json_get_text(response, "status"));
        if (reply)
            buf_format(&out, " %s %s", json_get_text(reply, "identifier"),
                       json_get_text(reply, "code"));
    }
    snprintf(text, sizeof(text), "%s", out.data);
    buf_free(&out);
    json_free(doc);
    return text;
}

static const char *post(struct desk *desk, const char *text)
{
    struct error err = {0};
    char *body = memory_text(text);
    for (char *at = body; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    buf_reset(&desk->answer);
    assert_true(store_begin(desk->fixture.store, &err));
    if (!fhir_take(desk->take, body, strlen(body), desk->fixture.options.now,
                   &desk->answer, &desk->taken, &err))
        fail_msg("%s", err.text);
    assert_true(store_commit(desk->fixture.store, &err));
    free(body);
    return short_of(desk);
}

struct row {
    const char *about, *body, *said, *sql, *rows;
};

static void run(const struct row *rows, size_t count)
{
    struct desk desk;
    desk_open(&desk);
    for (size_t i = 0; i < count; i++) {
        const char *said = post(&desk, rows[i].body);
        if (!text_equal(said, rows[i].said))
            fail_msg("%s: '%s', not '%s': %s", rows[i].about, said,
                     rows[i].said, desk.answer.data);
        if (!rows[i].sql)
            continue;
        const char *got = fixture_ask(&desk.fixture, rows[i].sql);
        if (!text_equal(got, rows[i].rows))
            fail_msg("%s: '%s', not '%s'", rows[i].about, got, rows[i].rows);
    }
    desk_close(&desk);
}
#define RUN(rows) run(rows, sizeof(rows) / sizeof((rows)[0]))

#define VISITS                                                               \
    "SELECT group_concat(a.external_id || ' ' || p.mrn || ' ' || a.status "  \
    "|| iif(a.gone_at IS NULL, '', ' gone'), '; ') FROM appointment a JOIN " \
    "patient p ON p.id = a.patient_id ORDER BY a.id"
#define PEOPLE "SELECT group_concat(mrn, ' ') FROM patient"

static void a_transaction_is_whole_or_not_there(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"the visit stands before its patient, and names them by a name of "
         "this Bundle alone",
         BUNDLE("transaction",
                ENTRY("", VISIT("'id':'V1',", UUID_A, ""), "PUT",
                      "Appointment/V1") "," ENTRY(FULL(UUID_A),
                                                  PATIENT(MRN("M1")), "POST",
                                                  "Patient")),
         "200 accepted transaction-response: 201 201", VISITS, "V1 M1 booked"},
        {"the same again makes nothing new",
         BUNDLE("transaction",
                ENTRY("", VISIT("'id':'V1',", UUID_A, ""), "PUT",
                      "Appointment/V1") "," ENTRY(FULL(UUID_A),
                                                  PATIENT(MRN("M1")), "POST",
                                                  "Patient")),
         "200 accepted transaction-response: 200 200", VISITS, "V1 M1 booked"},
        {"the same temporary name is somebody else the next time",
         BUNDLE("transaction",
                ENTRY("", VISIT("'id':'V2',", UUID_A, ""), "POST",
                      "Appointment") "," ENTRY(FULL(UUID_A), PATIENT(MRN("M2")),
                                               "POST", "Patient")),
         "200 accepted transaction-response: 201 201", VISITS,
         "V1 M1 booked; V2 M2 booked"},
        {"one whom nobody knows: all of it stays out",
         BUNDLE("transaction",
                ENTRY(FULL(UUID_A), PATIENT(MRN("M3")), "POST",
                      "Patient") "," ENTRY("",
                                           VISIT("'id':'V3',", "Patient/nobody",
                                                 ""),
                                           "PUT", "Appointment/V3")),
         "422 wrong not-found Bundle.entry[1].resource", PEOPLE, "M1 M2"},
        {"a visit to no time: the place is told",
         BUNDLE("transaction",
                ENTRY(FULL(UUID_A), PATIENT(MRN("M3")), "POST",
                      "Patient") "," ENTRY("",
                                           "{'resourceType':'Observation','id':"
                                           "'O1','status':"
                                           "'final','code':{'coding':[{'system'"
                                           ":'http://loinc."
                                           "org','code':'4548-4'}]},'subject':{"
                                           "'reference':'" UUID_A "'}}",
                                           "PUT", "Observation/O1")),
         "422 wrong value Bundle.entry[1].resource.effective", PEOPLE, "M1 M2"},
        {"a search names a patient of the store",
         BUNDLE(
             "transaction",
             ENTRY("",
                   VISIT("'id':'V4',", "Patient?identifier=urn:mrn%7CM1", ""),
                   "PUT", "Appointment/V4")),
         "200 accepted transaction-response: 201", VISITS,
         "V1 M1 booked; V2 M2 booked; V4 M1 booked"},
        {"what is deleted was never meant; nobody else knows V9",
         BUNDLE("transaction",
                GONE("Appointment/V4") "," GONE("Appointment/V9")),
         "200 accepted transaction-response: 200 200", VISITS,
         "V1 M1 booked; V2 M2 booked; V4 M1 booked gone"},
        {"and an older word does not bring it back",
         BUNDLE("transaction",
                ENTRY("",
                      VISIT("'id':'V4',", "Patient?identifier=urn:mrn|M1",
                            ",'meta':{'lastUpdated':"
                            "'2026-01-01T00:00:00Z'}"),
                      "PUT", "Appointment/V4")),
         "200 accepted transaction-response: 200", VISITS,
         "V1 M1 booked; V2 M2 booked; V4 M1 booked gone"},
        {"an url of another type",
         BUNDLE("transaction",
                ENTRY("", PATIENT("'id':'p'"), "PUT", "Appointment/p")),
         "400 wrong invalid Bundle.entry[0].request", NULL, NULL},
        {"of another id",
         BUNDLE("transaction",
                ENTRY("", PATIENT("'id':'p'"), "PUT", "Patient/q")),
         "400 wrong invalid Bundle.entry[0].request", NULL, NULL},
        {"nothing is read here",
         BUNDLE("transaction",
                ENTRY("", PATIENT("'id':'p'"), "GET", "Patient/p")),
         "422 wrong not-supported Bundle.entry[0].request", NULL, NULL},
        {"one temporary name for two",
         BUNDLE("transaction",
                ENTRY(FULL(UUID_A), PATIENT(MRN("M5")), "POST",
                      "Patient") "," ENTRY(FULL(UUID_A), PATIENT(MRN("M6")),
                                           "POST", "Patient")),
         "400 wrong duplicate Bundle.entry[1].resource", PEOPLE, "M1 M2"},
        {"nothing is asked for",
         BUNDLE("transaction", RESOURCE(PATIENT("'id':'p'"))),
         "400 wrong required Bundle.entry[0].request", PEOPLE, "M1 M2"},
        {"none at all", "{'resourceType':'Bundle','type':'transaction'}",
         "200 accepted transaction-response:", NULL, NULL},
    };
    RUN(rows);
}

static void who_is_there_stays_as_they_are(void **state)
{
    (void)state;
#define IF_NONE(more)                                                   \
    BUNDLE("transaction",                                               \
           "{'resource':" PATIENT(                                      \
               MRN("M1") more) ",'request':{'method':"                  \
                               "'POST','url':'Patient','ifNoneExist':'" \
                               "identifier=urn:mrn|M1'}}")
    static const struct row rows[] = {
        {"not there yet (ifNoneExist)", IF_NONE(",'gender':'female'"),
         "200 accepted transaction-response: 201",
         "SELECT mrn || ' ' || sex FROM patient", "M1 female"},
        {"there",
         IF_NONE(",'gender':'male','name':[{'family':'Roe'}],"
                 "'telecom':[{'system':'phone','value':"
                 "'212-555-0100'}]"),
         "200 accepted transaction-response: 200",
         "SELECT mrn || ' ' || sex || ' ' || coalesce(family_name, '-') || "
         "(SELECT count(*) FROM contact_point) FROM patient",
         "M1 female -0"},
        {"a search that is none by an identifier is refused",
         BUNDLE("transaction",
                "{'resource':" PATIENT("'id':'p'") ",'request':{'method':"
                                                   "'POST','url':'Patient','"
                                                   "ifNoneExist':'name=Doe'}}"),
         "422 wrong not-supported Bundle.entry[0].request", NULL, NULL},
        {"whoever is deleted is written to no more",
         BUNDLE("transaction", GONE("Patient?identifier=urn:mrn|M1")),
         "200 accepted transaction-response: 200",
         "SELECT mrn || ' ' || active FROM patient", "M1 0"},
        {"nobody is made by being deleted",
         BUNDLE("transaction", GONE("Patient/nobody")),
         "200 accepted transaction-response: 200", PEOPLE, "M1"},
    };
    RUN(rows);
}

static void what_is_there_stays_as_it_is(void **state)
{
    (void)state;
#define NONE_SUCH(id, who, more)                                           \
    BUNDLE("transaction",                                                  \
           "{'resource':" VISIT(                                           \
               "'identifier':[{'system':'urn:v','value':'" id "'}],",      \
               "Patient/" who, more) ",'request':{'method':'POST','url':'" \
                                     "Appointment','ifNoneExist':"         \
                                     "'identifier=urn:v|" id "'}}")
    static const struct row rows[] = {
        {"two patients",
         BUNDLE("transaction",
                ENTRY("", PATIENT("'id':'p1'," MRN("M1")), "PUT",
                      "Patient/p1") "," ENTRY("",
                                              PATIENT("'id':'p2'," MRN("M2")),
                                              "PUT", "Patient/p2")),
         "200 accepted transaction-response: 201 201", PEOPLE, "M1 M2"},
        {"a visit that is not there", NONE_SUCH("V1", "p1", ""),
         "200 accepted transaction-response: 201", VISITS, "V1 M1 booked"},
        {"one that is, and of somebody else", NONE_SUCH("V1", "p2", ""),
         "200 accepted transaction-response: 200", VISITS, "V1 M1 booked"},
        {"one that is, at no time that there is",
         BUNDLE("transaction",
                "{'resource':{'resourceType':'Appointment','identifier':[{"
                "'system':'urn:v','value':'V1'}],'status':'booked','start':"
                "'2026-12-09','participant':[{'actor':{'reference':'Patient/"
                "p1'}}]},'request':{'method':'POST','url':'Appointment',"
                "'ifNoneExist':'identifier=urn:v|V1'}}"),
         "422 wrong value Bundle.entry[0].resource.start", VISITS,
         "V1 M1 booked"},
    };
    RUN(rows);
}

static void names_of_a_bundle_are_its_own(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"a prescription and its supply by temporary names, behind who "
         "names "
         "them",
         BUNDLE(
             "transaction",
             ENTRY(
                 "",
                 "{'resourceType':'MedicationDispense','id':'D1','status'"
                 ":"
                 "'completed','daysSupply':{'value':30,'unit':'d'},"
                 "'whenHandedOver':'2026-11-01','authorizingPrescription'"
                 ":[{'reference':'" UUID_B "'}]}",
                 "PUT",
                 "MedicationDispense/D1") "," ENTRY(FULL(UUID_B),
                                                    "{'resourceType':'"
                                                    "MedicationRequest','"
                                                    "id':'R1','status':"
                                                    "'active','intent':'"
                                                    "order','"
                                                    "medicationCodeableCo"
                                                    "ncept':"
                                                    "{'text':'Metformin'}"
                                                    ",'subject':{'"
                                                    "reference':'" UUID_A "'}}",
                                                    "PUT",
                                                    "MedicationRequest/"
                                                    "R1") "," ENTRY(FULL(UUID_A),
                                                                    PATIENT(MRN(
                                                                        "M1")),
                                                                    "POS"
                                                                    "T",
                                                                    "Pati"
                                                                    "en"
                                                                    "t")),
         "200 accepted transaction-response: 201 201 201",
         "SELECT f.external_id || ' ' || r.external_id || ' ' || p.mrn "
         "FROM "
         "fill f JOIN prescription r ON r.id = f.prescription_id JOIN "
         "patient "
         "p ON p.id = r.patient_id",
         "D1 R1 M1"},
        {"a visit without an id is known by its identifier, its place by a "
         "search in the Bundle",
         BUNDLE(
             "transaction",
             ENTRY("",
                   "{'resourceType':'Appointment','identifier':[{'system':"
                   "'urn:v','value':'V7'}],'status':'booked','start':"
                   "'2026-12-01T09:00:00-05:00','participant':[{'actor':"
                   "{'reference':'Patient?identifier=urn:mrn|M1'}},{'actor':"
                   "{'reference':'Location?identifier=urn:sites|7'}}]}",
                   "POST",
                   "Appointment") "," ENTRY("",
                                            "{'resourceType':'Location','id':"
                                            "'L1','name':'Harbor',"
                                            "'identifier':[{'system':'urn:"
                                            "sites','value':'7'}]}",
                                            "PUT", "Location/L1")),
         "200 accepted transaction-response: 201 201",
         "SELECT a.external_id || ' ' || c.external_id FROM appointment a "
         "JOIN "
         "clinic c ON c.id = a.clinic_id",
         "V7 L1"},
        {"and goes by it",
         BUNDLE("transaction", GONE("Appointment?identifier=urn:v|V7")),
         "200 accepted transaction-response: 200", VISITS, "V7 M1 booked gone"},
        {"a mother of this Bundle",
         BUNDLE(
             "transaction",
             ENTRY(FULL(UUID_B),
                   "{'resourceType':'RelatedPerson','identifier':[{'system':"
                   "'urn:kin','value':'K1'}],'relationship':[{'coding':["
                   "{'code':'MTH'}]}],'patient':{'reference':'" UUID_A "'}}",
                   "POST",
                   "RelatedPerson") "," ENTRY(FULL(UUID_A),
                                              PATIENT(MRN("C1") ",'birthDate':'"
                                                                "2020-01-05'"),
                                              "POST", "Patient")),
         "200 accepted transaction-response: 201 201",
         "SELECT p.mrn || ' ' || g.mrn FROM patient p JOIN patient g ON "
         "g.id ="
         " p.guardian_id",
         "C1 K1"},
        {"no temporary name is kept", BUNDLE("collection", ""),
         "200 accepted batch-response:",
         "SELECT count(*) FROM patient_alias WHERE value LIKE '%1111%' OR "
         "value LIKE 'entry%'",
         "0"},
        {"one record is now a part of another one of the Bundle, in either "
         "order",
         BUNDLE("transaction",
                ENTRY(FULL(UUID_A),
                      PATIENT(MRN("M1") ",'link':[{'type':'replaced-by',"
                                        "'other':{'reference':'" UUID_B "'}}]"),
                      "POST", "Patient") "," ENTRY(FULL(UUID_B),
                                                   PATIENT(MRN("M8")), "POST",
                                                   "Patient")),
         "200 accepted transaction-response: 200 201",
         "SELECT q.mrn FROM patient p JOIN patient q ON q.id = "
         "p.merged_into "
         "WHERE p.mrn = 'M1'",
         "M8"},
        {"who has neither id nor identifier, nor a name of their own",
         BUNDLE("transaction",
                ENTRY("", PATIENT("'gender':'male'"), "POST", "Patient")),
         "422 wrong value Bundle.entry[0].resource.id", NULL, NULL},
        {"nor is a number that names no record enough",
         BUNDLE("transaction",
                ENTRY("",
                      PATIENT("'identifier':[{'system':'http://hl7.org/"
                              "fhir/sid/us-ssn','value':'1'}]"),
                      "POST", "Patient")),
         "422 wrong value Bundle.entry[0].resource", NULL, NULL},
    };
    RUN(rows);
}

static void of_a_batch_each_is_by_itself(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"one of three is wrong",
         BUNDLE(
             "batch",
             ENTRY(
                 "", PATIENT("'id':'p1'," MRN("M1")), "PUT",
                 "Patient/p1") "," ENTRY("",
                                         VISIT("'id':'V1',", "Patient/nobody",
                                               ""),
                                         "PUT",
                                         "Appointment/V1") "," ENTRY("",
                                                                     VISIT(
                                                                         "'id':"
                                                                         "'V2'"
                                                                         ",",
                                                                         "Patie"
                                                                         "nt/"
                                                                         "p1",
                                                                         ""),
                                                                     "PUT",
                                                                     "Appointme"
                                                                     "nt/V2")),
         "200 partly batch-response: 201 422 201", VISITS, "V2 M1 booked"},
        {"nothing is read here",
         BUNDLE("batch", ENTRY("", PATIENT("'id':'p1'"), "PATCH",
                               "Patient/p1") "," GONE("")),
         "200 wrong batch-response: 405 400", NULL, NULL},
        {"a collection", BUNDLE("collection", RESOURCE(PATIENT(MRN("M2")))),
         "200 accepted batch-response: 201", PEOPLE, "M1 M2"},
        {"what a search found, in whatever order",
         BUNDLE("searchset",
                RESOURCE(VISIT("'id':'V3',", "Patient/p3", "")) "," RESOURCE(
                    PATIENT("'id':'p3'")) "," RESOURCE("{'resourceType':'Claim'"
                                                       ",'id':'c'}") ",{}"),
         "200 partly batch-response: 201 201 200 400", VISITS,
         "V2 M1 booked; V3 p3 booked"},
        {"a resource of no type is nothing",
         BUNDLE("searchset", "{'fullUrl':'http://e/Patient/p9','resource':{'id'"
                             ":'p9'}}"),
         "200 wrong batch-response: 400", NULL, NULL},
        {"a document is none", BUNDLE("document", ""),
         "422 refused not-supported Bundle.type", NULL, NULL},
        {"nor what says nothing of its kind", "{'resourceType':'Bundle'}",
         "422 refused not-supported Bundle.type", NULL, NULL},
        {"its entries are a list",
         "{'resourceType':'Bundle','type':'batch','entry':{}}",
         "400 refused structure Bundle.entry", NULL, NULL},
    };
    RUN(rows);
}

static void a_message_is_answered_again(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"taken",
         BUNDLE("message", HEADER("m1") "," RESOURCE(PATIENT("'id':'p1'," MRN(
                               "M1"))) "," RESOURCE(VISIT("'id':'V1',",
                                                          "Patient/p1", ""))),
         "200 accepted message: m1 ok", VISITS, "V1 M1 booked"},
        {"cancelled",
         BUNDLE(
             "message",
             HEADER("m2") "," RESOURCE(
                 "{'resourceType':'Appointment','id':'V1','status':'cancelled',"
                 "'participant':[{'actor':{'reference':'Patient/p1'}}]}")),
         "200 accepted message: m2 ok", VISITS, "V1 M1 cancelled"},
        {"the first one again has no second effect (F-3)",
         BUNDLE("message", HEADER("m1") "," RESOURCE(PATIENT("'id':'p1'," MRN(
                               "M1"))) "," RESOURCE(VISIT("'id':'V1',",
                                                          "Patient/p1", ""))),
         "200 repeated message: m1 ok", VISITS, "V1 M1 cancelled"},
        {"one whom nobody knows waits",
         BUNDLE("message", HEADER("m3") "," RESOURCE(
                               VISIT("'id':'V3',", "Patient/p3", ""))),
         "200 accepted message: m3 ok", VISITS, "V1 M1 cancelled"},
        {"until they are known",
         BUNDLE("message", HEADER("m4") "," RESOURCE(PATIENT("'id':'p3'"))),
         "200 accepted message: m4 ok", VISITS,
         "V1 M1 cancelled; V3 p3 booked"},
        {"and was taken once",
         BUNDLE("message", HEADER("m3") "," RESOURCE(
                               VISIT("'id':'V3',", "Patient/p3", ""))),
         "200 repeated message: m3 ok", VISITS,
         "V1 M1 cancelled; V3 p3 booked"},
        {"without its header", BUNDLE("message", RESOURCE(PATIENT("'id':'p'"))),
         "400 refused structure Bundle.entry[0].resource", NULL, NULL},
        {"without an id",
         BUNDLE("message",
                "{'resource':{'resourceType':'MessageHeader','eventUri':"
                "'urn:x','source':{'endpoint':'https://ehr/'}}}"),
         "400 refused required MessageHeader.id", NULL, NULL},
        {"from nowhere",
         BUNDLE("message", "{'resource':{'resourceType':'MessageHeader','id':"
                           "'m9','eventUri':'urn:x'}}"),
         "400 refused required MessageHeader.source.endpoint", NULL, NULL},
    };
    RUN(rows);
}

static void a_resource_comes_alone(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"new", PATIENT("'id':'p1'," MRN("M1")), "201 accepted informational",
         PEOPLE, "M1"},
        {"the same", PATIENT("'id':'p1'," MRN("M1")),
         "200 accepted informational", PEOPLE, "M1"},
        {"of nobody", VISIT("'id':'V1',", "Patient/nobody", ""),
         "422 wrong not-found Appointment", NULL, NULL},
        {"a field that cannot be read is told, the rest goes in",
         PATIENT("'id':'p1'," MRN("M1") ",'birthDate':'1980-02-31'"),
         "200 accepted value Patient.birthDate", PEOPLE, "M1"},
        {"nothing for us", "{'resourceType':'Claim','id':'c'}",
         "200 accepted informational Claim", NULL, NULL},
        {"R5",
         "{'resourceType':'Encounter','id':'e','status':'completed',"
         "'class':[{}]}",
         "422 wrong value Encounter.class", NULL, NULL},
        {"no resource", "{'a':1}", "400 refused structure", NULL, NULL},
        {"no JSON", "{'a':", "400 refused structure", NULL, NULL},
        {"none at all", "", "400 refused structure", NULL, NULL},
        {"a key that stands twice", "{'a':1,'a':2}", "400 refused structure",
         NULL, NULL},
        {"no UTF-8", "{'resourceType':'\xff'}", "400 refused structure", NULL,
         NULL},
    };
    RUN(rows);
}

static void too_much_is_refused(void **state)
{
    (void)state;
    struct desk desk;
    struct buf body;
    desk_open(&desk);
    buf_init(&body, 8 << 20);
    for (int i = 0; i < 100; i++)
        buf_char(&body, '[');
    assert_string_equal(post(&desk, body.data), "400 refused structure");
    assert_non_null(strstr(desk.answer.data, "line 1, column 65"));
    buf_reset(&body);
    buf_text(&body, "{'resourceType':'Bundle','type':'collection','entry':[");
    for (int i = 0; i < FHIR_ENTRIES_MAX; i++)
        buf_format(&body, "{'resource':{'resourceType':'Claim'}},");
    buf_text(&body, "{}]}");
    assert_string_equal(post(&desk, body.data),
                        "413 refused too-costly Bundle.entry");
    buf_free(&body);
    desk_close(&desk);
}

/* What an answer says of a field is where it stood, not what stood there. */
static void nothing_about_anybody_is_answered(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    post(&desk, PATIENT("'id':'p1','birthDate':'nineteen80','name':[{'family':"
                        "'Doe'}],'telecom':[{'system':'email','value':"
                        "'secret address'}]"));
    assert_int_equal(desk.taken.status, 201);
    assert_non_null(strstr(desk.answer.data, "Patient.birthDate"));
    assert_non_null(strstr(desk.answer.data, "Patient.telecom[0]"));
    assert_null(strstr(desk.answer.data, "nineteen80"));
    assert_null(strstr(desk.answer.data, "secret address"));
    assert_null(strstr(desk.answer.data, "Doe"));
    desk_close(&desk);
}

/* A time that cannot be read is refused, and the one before it is none. */
static void a_visit_moved_to_no_time_is_held(void **state)
{
    (void)state;
#define BOOKED                                                  \
    ENTRY("", PATIENT("'id':'P1'"), "PUT", "Patient/P1")        \
    "," ENTRY("", VISIT("'id':'V1',", "Patient/P1", ""), "PUT", \
              "Appointment/V1")
#define MOVED(status, start)                                              \
    "{'resourceType':'Appointment','id':'V1','status':'" status "'" start \
    ",'participant':[{'actor':{'reference':'Patient/P1'}}]}"
#define HELD                                                               \
    "SELECT a.status || iif(a.gone_at IS NULL, '', ' gone') || ' ' || "    \
    "(SELECT count(*) FROM task WHERE kind = 'moved' AND state = 'open') " \
    "FROM appointment a"
    static const struct {
        const char *about, *body, *said, *is;
    } rows[] = {
        {"a number", MOVED("booked", ",'start':20261201"),
         "422 wrong value Appointment.start", "booked gone 1"},
        {"a day alone", MOVED("booked", ",'start':'2026-12-01'"),
         "422 wrong value Appointment.start", "booked gone 1"},
        {"no time", MOVED("booked", ",'start':'tomorrow'"),
         "422 wrong value Appointment.start", "booked gone 1"},
        {"in a transaction, of which nothing else is in",
         BUNDLE("transaction",
                ENTRY("", PATIENT("'id':'P2'"), "PUT", "Patient/P2") "," ENTRY(
                    "", MOVED("booked", ",'start':'soon'"), "PUT",
                    "Appointment/V1")),
         "422 wrong value Bundle.entry[1].resource.start", "booked gone 1"},
        {"in a batch",
         BUNDLE("batch", ENTRY("", MOVED("booked", ",'start':'soon'"), "PUT",
                               "Appointment/V1")),
         "200 wrong batch-response: 422", "booked gone 1"},
        {"what is off is off, whatever its time",
         MOVED("cancelled", ",'start':'soon'"),
         "200 accepted value "
         "Appointment.start",
         "cancelled 0"},
        {"silent of it", MOVED("arrived", ""), "200 accepted informational",
         "arrived 0"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct desk desk;
        desk_open(&desk);
        post(&desk, BUNDLE("transaction", BOOKED));
        const char *said = post(&desk, rows[i].body);
        if (!text_equal(said, rows[i].said))
            fail_msg("%s: '%s': %s", rows[i].about, said, desk.answer.data);
        const char *is = fixture_ask(&desk.fixture, HELD);
        if (!text_equal(is, rows[i].is))
            fail_msg("%s: '%s'", rows[i].about, is);
        assert_string_equal(fixture_ask(&desk.fixture, PEOPLE), "P1");
        desk_close(&desk);
    }
}

static void a_cancellation_comes_before_its_visit(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"somebody", PATIENT("'id':'P1'"), "201 accepted informational", PEOPLE,
         "P1"},
        {"it is kept",
         MOVED("cancelled", ",'meta':{'lastUpdated':"
                            "'2026-11-20T10:00:00Z'}"),
         "200 accepted informational Appointment", VISITS, "-"},
        {"and stands",
         MOVED("booked", ",'start':'2026-12-01T09:00:00Z',"
                         "'meta':{'lastUpdated':'2026-11-20T09:00:00Z'}"),
         "201 accepted informational", VISITS, "V1 P1 cancelled"},
        {"what was never said to be off is told what it lacks",
         "{'resourceType':'Appointment','id':'V2','status':'booked',"
         "'participant':[{'actor':{'reference':'Patient/P1'}}]}",
         "422 wrong value Appointment.start", VISITS, "V1 P1 cancelled"},
    };
    RUN(rows);
}

/* What it says anew is a row of its own: nothing of it is ever changed. */
static void a_consent_is_kept_as_it_was_said(void **state)
{
    (void)state;
#define CONSENT(category, type, status, more)                          \
    "{'resourceType':'Consent','id':'C','status':'" status             \
    "','category':[{'coding':[" category "]}],'patient':{'reference':" \
    "'Patient/P1'},'provision':{'type':'" type                         \
    "'},'dateTime':'2026-11-20T10:00:00Z'" more "}"
#define SMS                                                             \
    "{'system':'http://hl7.org/fhir/contact-point-system','code':'sms'" \
    "}"
#define CONSENTS                                                             \
    "SELECT group_concat(verdict || ' ' || coalesce(channel, 'all') || ' ' " \
    "|| evidence, '; ') FROM (SELECT * FROM consent ORDER BY id)"
    static const struct row rows[] = {
        {"of nobody", CONSENT(SMS, "deny", "active", ""),
         "422 wrong not-found Consent", CONSENTS, "-"},
        {"somebody", PATIENT("'id':'P1'"), "201 accepted informational", NULL,
         NULL},
        {"a permission", CONSENT(SMS, "permit", "active", ""),
         "201 accepted informational", CONSENTS, "granted sms Consent/C"},
        {"again", CONSENT(SMS, "permit", "active", ""),
         "200 accepted informational", CONSENTS, "granted sms Consent/C"},
        {"again, for when it is not there",
         BUNDLE("transaction",
                "{'resource':" CONSENT(SMS, "permit", "active",
                                       "") ",'request':{'method':'POST','url':'"
                                           "Consent','ifNoneExist':"
                                           "'identifier=urn:c|1'}}"),
         "200 accepted transaction-response: 200", CONSENTS,
         "granted sms Consent/C"},
        {"turned into a refusal, and its time was left as it was",
         CONSENT(SMS, "deny", "active", ""), "201 accepted informational",
         CONSENTS, "granted sms Consent/C; revoked sms Consent/C"},
        {"no longer in force, as it was before",
         CONSENT(SMS, "permit", "inactive", ""), "200 accepted informational",
         CONSENTS, "granted sms Consent/C; revoked sms Consent/C"},
        {"a refusal that nobody understands is told, with its place",
         CONSENT("{'system':'urn:our','code':'sms'}", "deny", "active", ""),
         "422 wrong value Consent.category[0]", CONSENTS,
         "granted sms Consent/C; revoked sms Consent/C"},
        {"a permission that nobody understands is not used",
         CONSENT("{'system':'urn:our','code':'sms'}", "permit", "active", ""),
         "200 accepted informational Consent.category", CONSENTS,
         "granted sms Consent/C; revoked sms Consent/C"},
    };
    RUN(rows);
}

/* Nor is the child without one: it would be written to in person. */
static void a_guardian_who_is_deleted_is_reached_no_more(void **state)
{
    (void)state;
#define MOTHER                                                               \
    "{'resourceType':'RelatedPerson','id':'R1','patient':{'reference':"      \
    "'Patient/K1'},'relationship':[{'coding':[{'code':'MTH'}]}],'telecom':[" \
    "{'system':'sms','value':'212-555-0131'}]}"
#define GUARDIANS                                                          \
    "SELECT p.mrn || ' ' || g.mrn || ' ' || g.active FROM patient p JOIN " \
    "patient g ON g.id = p.guardian_id"
    static const struct row rows[] = {
        {"a child and a mother",
         BUNDLE("transaction",
                ENTRY("", PATIENT("'id':'K1','birthDate':'2020-01-01'"), "PUT",
                      "Patient/K1") "," ENTRY("", MOTHER, "PUT",
                                              "RelatedPerson/R1")),
         "200 accepted transaction-response: 201 201", GUARDIANS, "K1 R1 1"},
        {"nobody here is known so",
         BUNDLE("transaction", GONE("RelatedPerson/R2")),
         "200 accepted transaction-response: 200", GUARDIANS, "K1 R1 1"},
        {"she is deleted", BUNDLE("transaction", GONE("RelatedPerson/R1")),
         "200 accepted transaction-response: 200", GUARDIANS, "K1 R1 0"},
        {"and comes again", MOTHER, "200 accepted informational", GUARDIANS,
         "K1 R1 1"},
    };
    RUN(rows);
}

/* A resource is all that its server has of somebody. */
static void what_a_patient_has_no_more_is_over(void **state)
{
    (void)state;
#define NUMBER(of) "'telecom':[{'system':'sms','value':'" of "'}]"
#define PARTLY "'meta':{'tag':[{'code':'SUBSETTED'}]}"
#define PARENT                                                          \
    "'birthDate':'2020-01-01','contact':[{'relationship':[{'coding':[{" \
    "'code':'MTH'}]}]," NUMBER("212-555-0133") "}]"
#define NUMBERS                                                            \
    "SELECT coalesce(group_concat(value, ' '), '-') FROM (SELECT c.value " \
    "FROM contact_point c JOIN patient p ON p.id = c.patient_id WHERE "    \
    "p.mrn = 'P1' AND c.gone_at IS NULL ORDER BY c.id)"
#define BEHIND                                                         \
    "SELECT p.mrn || ' ' || g.mrn || ' ' || (SELECT count(*) FROM "    \
    "contact_point WHERE patient_id = g.id AND gone_at IS NULL) FROM " \
    "patient p JOIN patient g ON g.id = p.guardian_id WHERE p.mrn = 'K1'"
    static const struct row rows[] = {
        {"a number", PATIENT("'id':'P1'," NUMBER("212-555-0131")),
         "201 accepted informational", NUMBERS, "+12125550131"},
        {"a part of it", PATIENT("'id':'P1'," PARTLY),
         "200 accepted informational", NUMBERS, "+12125550131"},
        {"for who is not there yet",
         BUNDLE("transaction",
                "{'resource':" PATIENT("'id':'P1'") ",'request':{'method':"
                                                    "'POST','url':'Patient',"
                                                    "'ifNoneExist':"
                                                    "'identifier=|P1'}}"),
         "200 accepted transaction-response: 200", NUMBERS, "+12125550131"},
        {"the whole, without it", PATIENT("'id':'P1'"),
         "200 accepted informational", NUMBERS, "-"},
        {"it is theirs again", PATIENT("'id':'P1'," NUMBER("212-555-0131")),
         "200 accepted informational", NUMBERS, "+12125550131"},
        {"the whole, of before that",
         PATIENT("'id':'P1','meta':{'lastUpdated':'2020-11-20T10:00:00Z'}"),
         "200 accepted informational Patient", NUMBERS, "+12125550131"},
        {"a child with a parent", PATIENT("'id':'K1'," PARENT),
         "201 accepted informational", BEHIND, "K1 K1-contact 1"},
        {"a part of it", PATIENT("'id':'K1','birthDate':'2020-01-01'," PARTLY),
         "200 accepted informational", BEHIND, "K1 K1-contact 1"},
        {"without the parent: reached no more, and still the guardian",
         PATIENT("'id':'K1','birthDate':'2020-01-01'"),
         "200 accepted informational", BEHIND, "K1 K1-contact 0"},
        {"who comes back", PATIENT("'id':'K1'," PARENT),
         "200 accepted informational", BEHIND, "K1 K1-contact 1"},
        {"nobody is made for a child who never had one",
         PATIENT("'id':'K2','birthDate':'2020-01-01'"),
         "201 accepted informational", PEOPLE, "K1 K1-contact K2 P1"},
    };
    RUN(rows);
}

static void numbers_of_others_stay(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    post(&desk, PATIENT("'id':'P1'," NUMBER("212-555-0131")));
    fixture_sql(&desk.fixture,
                "INSERT INTO contact_point(patient_id, kind, value, source, "
                "source_at) SELECT id, 'phone', '+12125550132', 'files', 1 "
                "FROM patient");
    assert_string_equal(post(&desk, PATIENT("'id':'P1'")),
                        "200 accepted informational");
    assert_string_equal(fixture_ask(&desk.fixture, NUMBERS), "+12125550132");
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_transaction_is_whole_or_not_there),
        cmocka_unit_test(who_is_there_stays_as_they_are),
        cmocka_unit_test(what_is_there_stays_as_it_is),
        cmocka_unit_test(names_of_a_bundle_are_its_own),
        cmocka_unit_test(of_a_batch_each_is_by_itself),
        cmocka_unit_test(a_message_is_answered_again),
        cmocka_unit_test(a_resource_comes_alone),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(nothing_about_anybody_is_answered),
        cmocka_unit_test(a_visit_moved_to_no_time_is_held),
        cmocka_unit_test(a_cancellation_comes_before_its_visit),
        cmocka_unit_test(a_consent_is_kept_as_it_was_said),
        cmocka_unit_test(a_guardian_who_is_deleted_is_reached_no_more),
        cmocka_unit_test(what_a_patient_has_no_more_is_over),
        cmocka_unit_test(numbers_of_others_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
