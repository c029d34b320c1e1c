/* SPDX-License-Identifier: Apache-2.0 */
/* Mapping files for messages: where a hospital has what others have elsewhere,
 * and what is wrong with such a mapping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"

#include "feeds/fhir.h"
#include "feeds/fhir_path.h"
#include "feeds/hl7_facts.h"
#include "feeds/hl7_path.h"
#include "feeds/mapping.h"
#include "feeds/terms.h"

#include "tests/feeds/said.h"

static void no_fault(void *arg, const char *text)
{
    (void)arg;
    fail_msg("%s", text);
}

static struct terms *standard(void)
{
    const char *root = getenv("OUTREACH_SOURCE");
    char path[512];
    struct error err = {0};
    file_join(path, sizeof(path), root ? root : ".",
              "feeds/terms/standard.json");
    struct terms *codes = terms_load(path, NULL, no_fault, NULL, &err);
    if (!codes)
        fail_msg("%s", err.text);
    return codes;
}

/* From a file, as all mappings are read; the name that faults begin with is
 * of no fixed length. */
static struct mapping *load(const char *text, enum mapping_format format,
                            mapping_fault_fn *fault, void *arg,
                            struct error *err)
{
    char path[] = "/tmp/outreach-remap-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
    struct mapping *mapping = mapping_load(path, format, fault, arg, err);
    unlink(path);
    return mapping;
}

/* `tables` are those of a mapping. */
static struct mapping *load_tables(const char *tables,
                                   enum mapping_format format)
{
    struct error err = {0};
    struct buf text;
    buf_init(&text, 1 << 16);
    buf_format(&text,
               "{\"mapping\": \"m\", \"format\": \"%s\", \"tables\": [%s]}",
               mapping_format_name(format), tables);
    struct mapping *mapping = load(text.data, format, no_fault, NULL, &err);
    if (!mapping)
        fail_msg("%s: %s", tables, err.text);
    buf_free(&text);
    return mapping;
}

static void expect_said(const char *about, const struct facts *facts,
                        const char *expected)
{
    struct buf out;
    buf_init(&out, 1 << 16);
    said(&out, facts);
    if (!text_equal(out.data, expected))
        fail_msg("%s:\n  %s\ninstead of\n  %s", about, out.data, expected);
    buf_free(&out);
}

/* Places ----------------------------------------------------------------------
 */

static void a_place_in_a_message_is_read_and_found(void **state)
{
    (void)state;
    static const char message[] =
        "MSH|^~\\&|A|B|C|D|20261123||ADT^A08|1|P|2.5\r"
        "PID|1|P2|P3^^^MAIN^MR||Doe^Ann||||||||111^PRN^PH~222^X&Y^CP~333^PRN^CP"
        "|\"\"\r"
        "ZPD|MOB|444^a&b\rZPD|FAX|555\rZZZ|\r";
    static const struct {
        const char *about, *place, *found; /* NULL: nothing */
    } rows[] = {
        {"a field", "PID-2", "P2"},
        {"a component", "PID-3.4", "MAIN"},
        {"a subcomponent", "ZPD-2.2.2", "b"},
        {"the first of several without a word", "PID-13.1", "111"},
        {"the second", "PID-13[2].1", "222"},
        {"one that another component tells", "PID-13[3=CP].1", "222"},
        {"in any case, for codes", "PID-13[3=cp].1", "222"},
        {"one that two components tell", "PID-13[3=CP][2=PRN].1", "333"},
        {"the second of those that are told", "PID-13[3=CP][2].1", "333"},
        {"a subcomponent tells", "PID-13[2.2=Y].1", "222"},
        {"none is so", "PID-13[3=XX].1", NULL},
        {"no such repetition", "PID-13[9].1", NULL},
        {"the second segment of a name", "ZPD[2]-2", "555"},
        {"a segment that a field tells", "ZPD[1=FAX]-2", "555"},
        {"no such segment", "ZQQ-2", NULL},
        {"no such field", "ZPD-9", NULL},
        {"a field that is empty", "ZZZ-1", NULL},
        {"what is deleted is so whichever is asked for", "PID-14[3=CP].1",
         hl7_deleted},
        {"MSH counts its separator", "MSH-9.2", "A08"},
    };
    struct error err = {0};
    struct arena *arena = arena_new();
    struct hl7 *parsed = hl7_parse(message, strlen(message), &err);
    const struct hl7_scope whole = {0, hl7_count(parsed)};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *wrong;
        const struct hl7_path *path =
            hl7_path_read(arena, rows[i].place, &wrong);
        if (!path)
            fail_msg("%s: %s", rows[i].place, wrong);
        const char *found = hl7_path_text(path, parsed, &whole, 1, NULL, NULL);
        if (!text_equal(found, rows[i].found))
            fail_msg("%s: %s is %s", rows[i].about, rows[i].place,
                     found ? found : "nothing");
    }
    hl7_free(parsed);
    arena_free(arena);
}

static void a_place_in_a_resource_is_read_and_found(void **state)
{
    (void)state;
    static const char resource[] =
        "{\"resourceType\":\"Patient\",\"id\":\"7\",\"active\":true,"
        "\"name\":[{\"use\":\"old\",\"family\":\"Ray\"},{\"use\":\"official\","
        "\"family\":\"Doe\",\"given\":[\"Ann\",\"B\"]}],"
        "\"identifier\":[{\"system\":\"urn:a=b\",\"value\":\"A\",\"type\":{"
        "\"coding\":[{\"code\":\"X\"},{\"code\":\"MR\"}]}},{\"system\":"
        "\"urn:c\",\"value\":\"C\"}],\"empty\":null,"
        "\"extension\":[{\"url\":\"http://x/1\",\"extension\":[{\"url\":"
        "\"code\",\"valueCode\":\"es\"}]},{\"url\":\"http://x/2?a=b\","
        "\"valueString\":\"two\"}]}";
    static const struct {
        const char *about, *place, *found; /* NULL: nothing */
    } rows[] = {
        {"a member", "id", "7"},
        {"with the type before it", "Patient.id", "7"},
        {"of another type", "Person.id", NULL},
        {"the first that leads somewhere", "name.given", "Ann"},
        {"by number, from 0", "name[1].family", "Doe"},
        {"by what a member says", "name[use=official].family", "Doe"},
        {"by what a member far inside says",
         "identifier[type.coding.code=MR].value", "A"},
        {"a value that has '=' in it", "identifier[system=urn:a=b].value", "A"},
        {"an extension by its url",
         "extension[http://x/1].extension[code].valueCode", "es"},
        {"a url with '=' in it", "extension[http://x/2?a=b].valueString",
         "two"},
        {"the url as a member",
         "extension[url=http://x/1].extension[code]"
         ".valueCode",
         "es"},
        {"both, a condition and a number", "name[use=old][0].family", "Ray"},
        {"none is so", "name[use=temp].family", NULL},
        {"no such number", "name[2].family", NULL},
        {"null is nothing", "empty", NULL},
        {"nothing inside of a text", "id.value", NULL},
    };
    struct error err = {0};
    struct arena *arena = arena_new();
    struct json *doc = json_parse(resource, strlen(resource), 0, &err, NULL);
    assert_non_null(doc);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *wrong;
        const struct fhir_path *path =
            fhir_path_read(arena, rows[i].place, &wrong);
        if (!path)
            fail_msg("%s: %s", rows[i].place, wrong);
        const char *found =
            json_text(fhir_path_find(path, json_root(doc), NULL));
        if (!text_equal(found, rows[i].found))
            fail_msg("%s: %s is %s", rows[i].about, rows[i].place,
                     found ? found : "nothing");
    }
    json_free(doc);
    arena_free(arena);
}

static void what_is_no_place_is_told(void **state)
{
    (void)state;
    static const struct {
        enum mapping_format format;
        const char *place, *why;
    } rows[] = {
        {MAPPING_HL7, "mobile", "three capitals"},
        {MAPPING_HL7, "PID", "the number of a field"},
        {MAPPING_HL7, "PID-0", "the number of a field"},
        {MAPPING_HL7, "PID-x", "the number of a field"},
        {MAPPING_HL7, "PID.3", "the number of a field"},
        {MAPPING_HL7, "PID-3.", "behind '.'"},
        {MAPPING_HL7, "PID-3.1.2.3", "something stands behind"},
        {MAPPING_HL7, "PID-3[", "']' is missing"},
        {MAPPING_HL7, "PID-3[0]", "a number from 1"},
        {MAPPING_HL7, "PID-3[CP]", "PART=VALUE"},
        {MAPPING_HL7, "PID-3[3=]", "PART=VALUE"},
        {MAPPING_HL7, "PID-3[1][1][1][1][1]", "too many"},
        {MAPPING_HL7, "PID-99999", "the number of a field"},
        {MAPPING_FHIR, "Patient", "and a member"},
        {MAPPING_FHIR, "name[", "']' is missing"},
        {MAPPING_FHIR, "name[]", "a number from 0"},
        {MAPPING_FHIR, "name[use]", "MEMBER=VALUE"},
        {MAPPING_FHIR, "name[use=]", "MEMBER=VALUE"},
        {MAPPING_FHIR, "name..given", "'.' between"},
        {MAPPING_FHIR, "name given", "behind a member"},
        {MAPPING_FHIR, "name.where(use='x')", "behind a member"},
        {MAPPING_FHIR, "a.b.c.d.e.f.g.h.i.j.k.l.m", "too many"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *wrong = NULL;
        bool read = rows[i].format == MAPPING_HL7
                        ? hl7_path_read(arena, rows[i].place, &wrong) != NULL
                        : fhir_path_read(arena, rows[i].place, &wrong) != NULL;
        if (read || !strstr(wrong, rows[i].why))
            fail_msg("%s: %s", rows[i].place, read ? "is one" : wrong);
    }
    arena_free(arena);
}

/* HL7 -------------------------------------------------------------------------
 */

#define MSG(kind, rest) \
    "MSH|^~\\&|A|B|C|D|20261123101500-0500||" kind "|7|P|2.5\r" rest
#define PATIENTS(columns) "{\"table\":\"patients\",\"columns\":{" columns "}}"
#define VISITS(columns) "{\"table\":\"appointments\",\"columns\":{" columns "}}"
#define TABLE(name, columns) \
    "{\"table\":\"" name "\",\"columns\":{" columns "}}"
#define PID "PID|||M1^^^MAIN^MR||Doe^Ann\r"
#define ANN "patients: mrn=M1@MAIN, first_name=Ann, last_name=Doe"
#define AS_USUAL "patients: mrn=M1@MAIN, last_name=Doe, first_name=Ann"

static const struct {
    const char *about, *tables, *message, *said;
} messages[] = {
    {"a number in a Z segment", PATIENTS("\"mobile\":\"ZPD-3.1\""),
     MSG("ADT^A28", PID "ZPD|||3035550100\r"), ANN ", mobile=3035550100"},
    {"what is mapped is not read as usual, also when nothing stands there",
     PATIENTS("\"phone\":\"ZPD-3.1\""),
     MSG("ADT^A28", "PID|||M1^^^MAIN^MR||Doe^Ann||||||||3035550111\r"), ANN},
    {"unless the mapping says that, too",
     PATIENTS("\"phone\":{\"first_of\":[\"ZPD-3.1\",\"PID-13.1\"]}"),
     MSG("ADT^A28", "PID|||M1^^^MAIN^MR||Doe^Ann||||||||3035550111\r"),
     ANN ", phone=3035550111"},
    {"a use code of their own; the other kinds stay as they are",
     PATIENTS("\"mobile\":\"PID-13[3=HANDY].1\",\"phone\":null"),
     MSG("ADT^A28", "PID|||M1^^^MAIN^MR||Doe^Ann||||||||3035550111^PRN^PH~"
                    "3035550122^^HANDY|3035550133\r"),
     ANN ", mobile=3035550122, work_phone=3035550133"},
    {"null: it is taken from nowhere", PATIENTS("\"last_name\":null"),
     MSG("ADT^A28", PID), "patients: mrn=M1@MAIN, first_name=Ann"},
    {"what the sender deletes is deleted",
     PATIENTS("\"mobile\":{\"first_of\":[\"ZPD-3.1\",\"ZPD-4\"]}"),
     MSG("ADT^A28", PID "ZPD|||\"\"\r"), ANN ", mobile="},
    {"the record number, with whose it is (PID-4.4)",
     PATIENTS("\"mrn\":\"PID-4.1\""),
     MSG("ADT^A28", "PID|||9^^^ACCT|M7^^^NORTH|Doe\r"),
     "patients: mrn=M7@NORTH, last_name=Doe"},
    {"where only PID-2 has it, of nobody in particular",
     PATIENTS("\"mrn\":\"PID-2\""), MSG("ADT^A28", "PID||M7|9||Doe\r"),
     "patients: mrn=M7@B, last_name=Doe"},
    {"no record number: nothing of it goes in", PATIENTS("\"mrn\":\"PID-4.1\""),
     MSG("ADT^A28", "PID|||9||Doe\r"),
     "!! PID-4.1: no record number: whose is it?"},
    {"A40: both numbers where they are",
     PATIENTS("\"mrn\":\"PID-2.1\",\"old_mrn\":\"MRG-4.1\""),
     MSG("ADT^A40", "PID||M1|9\rMRG|8|||M0\r"),
     "patients: mrn=M1@B; patients MERGE: mrn=M0@B, merged_into=M1@B"},
    {"A40: a gone number that is taken from nowhere is none",
     PATIENTS("\"old_mrn\":null"),
     MSG("ADT^A40", "PID|||M1^^^MAIN^MR\rMRG|M0^^^MAIN^MR\r"),
     "patients: mrn=M1@MAIN; ! MRG-1: no record number: who is merged?"},
    {"A39: each PID has a number of its own", PATIENTS("\"mrn\":\"PID-2.1\""),
     MSG("ADT^A39", "PID||M1|9\rMRG|8\rPID||M2|9\rMRG|7\r"),
     "patients: mrn=M1@B; patients MERGE: mrn=8@B, merged_into=M1@B; patients "
     "MERGE: mrn=7@B, merged_into=M2@B"},
    {"a birthday as messages write it", PATIENTS("\"birth_date\":\"ZPD-1\""),
     MSG("ADT^A28", PID "ZPD|19800229\r"), ANN ", birth_date=1980-02-29"},
    {"a birthday as the mapping declares it",
     "{\"table\":\"patients\",\"dates\":\"DD.MM.YYYY\",\"columns\":{"
     "\"birth_date\":\"ZPD-1\"}}",
     MSG("ADT^A28", PID "ZPD|29.02.1980\r"), ANN ", birth_date=1980-02-29"},
    {"one that is none is a fault, and what stands elsewhere is not taken",
     PATIENTS("\"birth_date\":\"ZPD-1\""),
     MSG("ADT^A28", "PID|||M1^^^MAIN^MR||Doe^Ann||19800229\rZPD|soon\r"),
     ANN "; ! ZPD-1: cannot be read as MAP:1 says"},
    {"death by a day, or by a word", PATIENTS("\"deceased\":\"ZPD-1\""),
     MSG("ADT^A28", PID "ZPD|20261101\r"), ANN ", deceased=2026-11-01"},
    {"death by a word", PATIENTS("\"deceased\":\"ZPD-1\""),
     MSG("ADT^A28", PID "ZPD|Y\r"), ANN ", deceased=Y"},
    {"words become ours",
     PATIENTS("\"language\":{\"from\":\"ZPI-2\",\"translate\":{\"S\":\"es\"},"
              "\"else\":{\"constant\":\"en\"}}"),
     MSG("ADT^A28", PID "ZPI||S\r"), ANN ", language=es"},
    {"a word without a translation is a fault",
     PATIENTS("\"language\":{\"from\":\"ZPI-2\",\"translate\":{\"S\":\"es\"}}"),
     MSG("ADT^A28", PID "ZPI||Q\r"),
     ANN "; ! ZPI-2: 'Q' has no translation: add it to \"translate\", or an "
         "\"else\" (MAP:1)"},
    {"a column that the usual reading does not know",
     PATIENTS("\"preferred_channel\":{\"constant\":\"sms\"}"),
     MSG("ADT^A28", PID), ANN ", preferred_channel=sms"},
    {"a condition that holds",
     "{\"table\":\"patients\",\"where\":[{\"column\":\"MSH-9.2\",\"in\":["
     "\"A28\"]}],\"columns\":{\"city\":\"ZPD-1\"}}",
     MSG("ADT^A28", PID "ZPD|Denver\r"), ANN ", city=Denver"},
    {"and one that does not",
     "{\"table\":\"patients\",\"where\":[{\"column\":\"MSH-9.2\",\"not_in\":["
     "\"A28\"]}],\"columns\":{\"city\":\"ZPD-1\"}}",
     MSG("ADT^A28", PID "ZPD|Denver\r"), AS_USUAL},
    {"of two tables the first that holds has the say",
     "{\"table\":\"patients\",\"where\":[{\"column\":\"ZPD-2\",\"in\":[\"\"]}]"
     ",\"columns\":{\"city\":{\"constant\":\"Nowhere\"}}}," PATIENTS(
         "\"city\":\"ZPD-1\",\"zip\":\"ZPD-2\""),
     MSG("ADT^A28", PID "ZPD|Denver\r"), ANN ", city=Nowhere"},
    {"what stands for nothing", PATIENTS("\"city\":\"ZPD-1\""),
     MSG("ADT^A28", PID "ZPD|N/A\r"), ANN},
    {"a visit: its number, kind, clinic and status elsewhere",
     VISITS("\"id\":\"SCH-26.1\",\"visit_type\":\"AIG-3.2\",\"clinic\":"
            "\"PV1-3.4\",\"status\":{\"from\":\"SCH-6.1\",\"translate\":{"
            "\"OFF\":\"cancelled\",\"ON\":\"booked\"}}"),
     MSG("SIU^S14",
         "SCH|1|2||||OFF|||||^^^20261201090000|||||||||||||||77\r" PID
         "PV1|||^^^N1\rAIG|||X^Check-up\r"),
     AS_USUAL ", clinic?=N1; appointments: id=77, patient=M1@MAIN, clinic=N1, "
              "start=2026-12-01T09:00:00, status=cancelled, "
              "visit_type=Check-up"},
    {"what has happened is not a matter of the mapping (F-4)",
     VISITS("\"status\":{\"constant\":\"booked\"}"),
     MSG("SIU^S15", "SCH||2\r" PID),
     AS_USUAL "; appointments: id=2, patient=M1@MAIN, status=cancelled"},
    {"a status that nobody translates: the visit is booked, as usual",
     VISITS("\"status\":{\"from\":\"SCH-6.1\",\"translate\":{}}"),
     MSG("SIU^S14", "SCH||2||||XX\r" PID),
     AS_USUAL "; appointments: id=2, patient=M1@MAIN, status?=booked; ! "
              "SCH-6.1: 'XX' has no translation: add it to \"translate\", or "
              "an \"else\" (MAP:1)"},
    {"S13 with its start elsewhere", VISITS("\"start\":\"ZAP-1\""),
     MSG("SIU^S13", "SCH||2\r" PID "ZAP|202612010930-0500\r"),
     AS_USUAL "; appointments: id=2, patient=M1@MAIN, "
              "start=2026-12-01T09:30:00-05:00, status=booked"},
    {"a visit without its number", VISITS("\"id\":\"SCH-26\""),
     MSG("SIU^S12", "SCH|1|2\r" PID),
     AS_USUAL "; ! SCH-26: no id: nobody could move or cancel this visit"},
    {"A05: a planned admission has no number of a schedule",
     VISITS("\"id\":\"SCH-26\""),
     MSG("ADT^A05", PID "PV1|||||||||||||||||||V7\rPV2||||||||20261201\r"),
     AS_USUAL},
    {"A03: a stay with its number and end elsewhere",
     TABLE("discharges", "\"id\":\"PV1-50\",\"discharged\":\"ZPV-1\",\"risk\":"
                         "{\"constant\":\"high\"}"),
     MSG("ADT^A03", PID "PV1||I||||||||||||||||||||||||||||||||||||||||||||||||"
                        "V9\rZPV|202611230930\r"),
     "patients: mrn=M1@MAIN, last_name=Doe, first_name=Ann, inpatient=no; "
     "discharges: id=V9, patient=M1@MAIN, discharged=2026-11-23T09:30:00, "
     "class=inpatient, risk=high, status=discharged"},
    {"of several orders each has its own segments",
     TABLE("prescriptions", "\"pickup\":\"ZRX-1\""),
     MSG("RDE^O11", PID "ORC|NW|1\rRXE||A^Aspirin\rZRX|P1\rORC|NW|2\rRXE||"
                        "B^Benadryl\rORC|NW|3\rRXE||C\rZRX|P3\r"),
     AS_USUAL "; prescriptions: id=1, patient=M1@MAIN, drug_code=A, "
              "drug_name=Aspirin, status=active, pickup=P1; prescriptions: "
              "id=2, patient=M1@MAIN, drug_code=B, drug_name=Benadryl, "
              "status=active; prescriptions: id=3, patient=M1@MAIN, "
              "drug_code=C, status=active, pickup=P3"},
    {"a fill is of the prescription under its mapped number",
     TABLE("prescriptions", "\"id\":\"ORC-4\"") "," TABLE(
         "fills", "\"days_supply\":\"ZRX-2\",\"filled\":\"ZRX-1\""),
     MSG("RDS^O13", PID "ORC|NW|1||R9\rRXD|1|A|||||7\rZRX|20261120|30\r"),
     AS_USUAL "; prescriptions: id=R9, patient=M1@MAIN, drug_code=A, "
              "status=active; fills: id=R9-1, prescription=R9, "
              "filled=2026-11-20, days_supply=30"},
    {"of several results each has its own segments",
     TABLE("screenings", "\"next_due\":\"ZOB-1\",\"unit\":\"OBR-13\""),
     MSG("ORU^R01",
         PID "OBR|1||F1|4548-4^^LN|||20261120||||||mmol\rOBX|1|NM|4548-4^^LN||"
             "8|%||N|||F\rZOB|20270101\rOBX|2|NM|4548-4^^LN||9|%||N|||F\r"),
     AS_USUAL "; screenings: id=F1/4548-4, patient=M1@MAIN, kind=hba1c, "
              "done=2026-11-20, result=normal, value=8, unit=mmol, "
              "resulted=2026-11-23T10:15:00-05:00, next_due=2027-01-01; "
              "screenings: id=F1/4548-4, patient=M1@MAIN, kind=hba1c, "
              "done=2026-11-20, result=normal, value=9, unit=mmol, "
              "resulted=2026-11-23T10:15:00-05:00"},
    {"what a child's parent is, the mapping of the child does not say",
     PATIENTS("\"mobile\":\"ZPD-1\""),
     MSG("ADT^A28", "PID|||K1^^^MAIN^MR||Doe^Kim||20200105\rNK1|1|Doe^Eve|MTH||"
                    "^PRN^CP^^^303^5550111\rZPD|3035550100\r"),
     "patients: mrn=K1@MAIN, first_name=Kim, last_name=Doe, "
     "birth_date=2020-01-05, mobile=3035550100; patients: mrn=K1-NK1@MAIN, "
     "last_name=Doe, first_name=Eve, mobile=3035550111, "
     "active=yes; patients: mrn=K1@MAIN, guardian=K1-NK1@MAIN"},
};

/* The file of a mapping has a name of its own each time. */
static void rename_map(struct mapping *mapping)
{
    mapping->path = "MAP";
}

static void messages_are_read_by_a_mapping(void **state)
{
    (void)state;
    struct terms *codes = standard();
    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        struct error err = {0};
        struct mapping *mapping = load_tables(messages[i].tables, MAPPING_HL7);
        rename_map(mapping);
        const struct hl7_options options = {.zone =
                                                zone_find("America/New_York"),
                                            .terms = codes,
                                            .mapping = mapping};
        struct hl7 *message =
            hl7_parse(messages[i].message, strlen(messages[i].message), &err);
        if (!message)
            fail_msg("%s: %s", messages[i].about, err.text);
        struct facts *facts = facts_new("hl7");
        hl7_facts(message, &options, facts);
        expect_said(messages[i].about, facts, messages[i].said);
        facts_free(facts);
        hl7_free(message);
        mapping_free(mapping);
    }
    terms_free(codes);
}

/* FHIR ------------------------------------------------------------------------
 */

#define RESOURCE(type, more) \
    "{\"resourceType\":\"" type "\",\"id\":\"7\"" more "}"
#define LANGUAGE                                                        \
    ",\"extension\":[{\"url\":\"http://x/race\",\"valueCode\":\"r\"},{" \
    "\"url\":\"http://x/language\",\"valueCode\":\"es\"}]"
#define VISIT                                                                \
    ",\"identifier\":[{\"system\":\"urn:a\",\"value\":\"A\"},{\"system\":"   \
    "\"urn:b\",\"value\":\"B\"}],\"status\":\"booked\",\"start\":\"2026-12-" \
    "01T09:00:00Z\",\"participant\":[{\"actor\":{\"reference\":\"Patient/"   \
    "1\"}}]"

static const struct {
    const char *about, *tables, *resource, *said;
} resources[] = {
    {"an extension by its url",
     PATIENTS("\"language\":\"extension[http://x/language].valueCode\""),
     RESOURCE("Patient", LANGUAGE),
     "patients: mrn=7@fhir/Patient, language=es, phone="},
    {"with the type before it, and the url as a member",
     PATIENTS("\"language\":\"Patient.extension[url=http://x/language]"
              ".valueCode\""),
     RESOURCE("Patient", LANGUAGE),
     "patients: mrn=7@fhir/Patient, language=es, phone="},
    {"the record number among identifiers, first of all that name them",
     PATIENTS("\"mrn\":\"identifier[system=urn:b].value\""),
     RESOURCE("Patient", ",\"identifier\":[{\"system\":\"urn:a\",\"value\":"
                         "\"A\"},{\"system\":\"urn:b\",\"value\":\"B\"}]"),
     "patients: mrn=B@urn:b+A@urn:a+7@fhir/Patient, phone="},
    {"another telecom, and the usual ones of other kinds",
     PATIENTS("\"mobile\":\"telecom[system=other].value\""),
     RESOURCE("Patient",
              ",\"telecom\":[{\"system\":\"sms\",\"value\":\"1\"},{\"system\":"
              "\"other\",\"value\":\"2\"},{\"system\":\"email\",\"value\":"
              "\"a@x\"}]"),
     "patients: mrn=7@fhir/Patient, mobile=2, email=a@x"},
    {"null: a channel from nowhere is as the codes say",
     TABLE("consents", "\"channel\":null"),
     RESOURCE("Consent",
              ",\"status\":\"active\",\"dateTime\":\"2026-11-20T10:00:00Z\","
              "\"patient\":{\"reference\":\"Patient/1\"},\"provision\":{"
              "\"type\":\"deny\",\"code\":[{\"coding\":[{\"system\":"
              "\"http://hl7.org/fhir/contact-point-system\",\"code\":"
              "\"sms\"}]}]}"),
     "consents: patient=1@fhir/Patient, verdict=revoked, channel=sms, "
     "at=2026-11-20T10:00:00Z, evidence=Consent/7"},
    {"null: from nowhere", PATIENTS("\"sex\":null"),
     RESOURCE("Patient", ",\"gender\":\"female\""),
     "patients: mrn=7@fhir/Patient, phone="},
    {"yes and no, and a number",
     PATIENTS("\"sensitive\":\"extension[vip].valueBoolean\",\"zip\":"
              "\"extension[zip].valueInteger\""),
     RESOURCE("Patient",
              ",\"extension\":[{\"url\":\"vip\",\"valueBoolean\":true},{"
              "\"url\":\"zip\",\"valueInteger\":80202}]"),
     "patients: mrn=7@fhir/Patient, zip=80202, sensitive=yes, phone="},
    {"the day of a time",
     PATIENTS("\"birth_date\":\"extension[b]"
              ".valueDateTime\""),
     RESOURCE("Patient", ",\"extension\":[{\"url\":\"b\",\"valueDateTime\":"
                         "\"1980-02-29T05:00:00Z\"}]"),
     "patients: mrn=7@fhir/Patient, birth_date=1980-02-29, phone="},
    {"a visit by an identifier of its own",
     VISITS("\"id\":\"identifier[system=urn:b].value\""),
     RESOURCE("Appointment", VISIT),
     "appointments: id=B, patient=1@fhir/Patient, start=2026-12-01T09:00:00Z, "
     "status=booked"},
    {"whom a reference names",
     VISITS("\"clinic\":\"extension[site].valueReference\""),
     RESOURCE("Appointment",
              VISIT ",\"extension\":[{\"url\":\"site\",\"valueReference\":{"
                    "\"reference\":\"Location/L1\"}}]"),
     "appointments: id=7, patient=1@fhir/Patient, clinic=L1, "
     "start=2026-12-01T09:00:00Z, status=booked"},
    {"the code of what is coded", VISITS("\"visit_type\":\"reasonCode\""),
     RESOURCE("Appointment", VISIT ",\"reasonCode\":[{\"coding\":[{\"code\":"
                                   "\"K1\"}]}]"),
     "appointments: id=7, patient=1@fhir/Patient, start=2026-12-01T09:00:00Z, "
     "status=booked, visit_type=K1"},
    {"a fill with its days elsewhere",
     TABLE("fills", "\"days_supply\":\"extension[days].valueInteger\""),
     RESOURCE("MedicationDispense",
              ",\"status\":\"completed\",\"authorizingPrescription\":[{"
              "\"reference\":\"MedicationRequest/M\"}],\"whenHandedOver\":"
              "\"2026-11-20\",\"extension\":[{\"url\":\"days\","
              "\"valueInteger\":30}]"),
     "fills: id=7, prescription=M, filled=2026-11-20, days_supply=30"},
    {"what was a mistake ends under its mapped number, and says no more",
     TABLE("orders", "\"id\":\"identifier.value\",\"kind\":{\"constant\":"
                     "\"x\"}"),
     RESOURCE(
         "ServiceRequest",
         ",\"status\":\"entered-in-error\",\"identifier\":[{\"value\":"
         "\"O9\"}],\"code\":{\"coding\":[{\"system\":\"http://loinc.org\","
         "\"code\":\"4548-4\"}]},\"subject\":{\"reference\":\"Patient/1\"}"),
     "orders END: id=O9, patient=1@fhir/Patient"},
    {"a clinic that is named elsewhere", TABLE("clinics", "\"name\":\"alias\""),
     RESOURCE("Location", ",\"alias\":[\"Elm\"]"), "clinics: id=7, name=Elm"},
    {"a condition that holds for this type of resource alone",
     "{\"table\":\"screenings\",\"where\":[{\"column\":\"resourceType\","
     "\"in\":[\"DiagnosticReport\"]}],\"columns\":{\"done\":{\"constant\":"
     "\"2026-01-01\"}}}",
     RESOURCE("Observation",
              ",\"status\":\"final\",\"effectiveDateTime\":\"2026-11-20\","
              "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":"
              "\"4548-4\"}]},\"subject\":{\"reference\":\"Patient/1\"}"),
     "screenings: id=7, patient=1@fhir/Patient, kind=hba1c, done=2026-11-20"},
    {"a day that is none is a fault of the place",
     PATIENTS("\"zip\":{\"date\":\"extension[b].valueString\",\"format\":"
              "\"MM/DD/YYYY\"}"),
     RESOURCE("Patient", ",\"extension\":[{\"url\":\"b\",\"valueString\":"
                         "\"soon\"}]"),
     "patients: mrn=7@fhir/Patient, phone=; ! "
     "Patient.extension[b].valueString: 'soon' is not a date written as "
     "MM/DD/YYYY (MAP:1)"},
};

static void resources_are_read_by_a_mapping(void **state)
{
    (void)state;
    struct terms *codes = standard();
    for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]); i++) {
        struct error err = {0};
        struct mapping *mapping =
            load_tables(resources[i].tables, MAPPING_FHIR);
        rename_map(mapping);
        const struct fhir_options options = {.terms = codes,
                                             .mapping = mapping};
        struct json *doc =
            json_parse(resources[i].resource, strlen(resources[i].resource), 0,
                       &err, NULL);
        if (!doc)
            fail_msg("%s: %s", resources[i].about, err.text);
        struct facts *facts = facts_new("fhir");
        fhir_facts(json_root(doc), NULL, &options, facts);
        expect_said(resources[i].about, facts, resources[i].said);
        facts_free(facts);
        json_free(doc);
        mapping_free(mapping);
    }
    terms_free(codes);
}

/* Where a field is from -------------------------------------------------------
 */

static void a_field_knows_its_place_and_its_line(void **state)
{
    (void)state;
    static const char text[] =
        MSG("ADT^A28", "PID|||M1^^^MAIN^MR||Doe^Ann||||||||1\rZPD|303|555\r");
    struct error err = {0};
    struct terms *codes = standard();
    struct mapping *mapping = load_tables(
        "{\"table\":\"patients\",\n\"columns\":{\n\"mobile\":{\"concat\":["
        "\"ZPD-1\",\"ZPD-2\",\"ZPD-3\"]},\n\"phone\":null,\n\"city\":"
        "\"ZPD-9\"}}",
        MAPPING_HL7);
    rename_map(mapping);
    const struct hl7_options options = {.zone = zone_find("America/New_York"),
                                        .terms = codes,
                                        .mapping = mapping};
    struct hl7 *message = hl7_parse(text, strlen(text), &err);
    struct facts *facts = facts_new("hl7");
    hl7_facts(message, &options, facts);
    const struct fact_field *field = fact_field_of(&facts->items[0], "mobile");
    assert_string_equal(field->text, "303555");
    assert_string_equal(field->where, "ZPD-1, ZPD-2");
    assert_string_equal(field->rule, "MAP:3");
    assert_null(fact_field_of(&facts->items[0], "last_name")->rule);
    assert_int_equal(facts->ignored_count, 2);
    assert_string_equal(facts->ignored[0].where, "ZPD-9");
    assert_string_equal(facts->ignored[0].reason,
                        "nothing stands there: 'city' is not said (MAP:5)");
    assert_string_equal(facts->ignored[1].where, "PID-13");
    assert_string_equal(facts->ignored[1].reason,
                        "the mapping says what 'phone' is");
    facts_free(facts);
    hl7_free(message);
    mapping_free(mapping);
    terms_free(codes);
}

/* Faults ----------------------------------------------------------------------
 */

static void collect(void *arg, const char *text)
{
    const char *at = strchr(text, ':');
    buf_format(arg, "%s\n", at ? at + 1 : text);
}

static void a_wrong_mapping_is_told(void **state)
{
    (void)state;
#define HL7 "{\"mapping\":\"m\",\"format\":\"hl7\",\n\"tables\":[\n"
#define FHIR "{\"mapping\":\"m\",\"format\":\"fhir\",\n\"tables\":[\n"
    static const struct {
        const char *about, *text;
        enum mapping_format format;
        const char *faults; /* each but the name of the file */
    } rows[] = {
        {"a place that is none", HL7 PATIENTS("\"zip\":\"PID.3\"") "]}",
         MAPPING_HL7,
         "3:38: error: zip: 'PID.3' is no place in a message: behind the "
         "segment stands '-' and the number of a field, as in PID-13\n"},
        {"several at once, deep inside",
         HL7 PATIENTS("\"zip\":{\"concat\":[\"x\",\n\"PID-3[\"]}") "]}",
         MAPPING_HL7,
         "3:49: error: zip: 'x' is no place in a message: a segment's name of "
         "three capitals comes first, as in PID-13[3=CP].1\n"
         "4:1: error: zip: 'PID-3[' is no place in a message: a ']' is "
         "missing\n"},
        {"a path that is none", FHIR PATIENTS("\"zip\":\"name[\"") "]}",
         MAPPING_FHIR,
         "3:38: error: zip: 'name[' is no place in a resource: a ']' is "
         "missing\n"},
        {"a table that messages do not make",
         HL7 TABLE("clinics", "\"name\":\"PV1-3\"") "]}", MAPPING_HL7,
         "3:10: error: nothing of a mapping for hl7 can be said of "
         "'clinics'\n"},
        {"whom a row is about", HL7 VISITS("\"patient\":\"PID-2\"") "]}",
         MAPPING_HL7,
         "3:36: error: 'patient' cannot be mapped: whom it names is always "
         "read as usual; where a record number stands, 'mrn' of patients "
         "says\n"},
        {"what has happened",
         HL7 TABLE("discharges", "\"status\":\"PV1-3\"") "]}", MAPPING_HL7,
         "3:34: error: 'status' cannot be mapped: what has happened (MSH-9) "
         "says whether they went or came back\n"},
        {"an attribute", HL7 PATIENTS("\"attr.plan\":\"IN1-3\"") "]}",
         MAPPING_HL7,
         "3:32: error: 'attr.' cannot be mapped: attributes come from CSV "
         "files\n"},
        {"rows of codings", FHIR TABLE("conditions", "\"id\":\"id\"") "]}",
         MAPPING_FHIR,
         "3:34: error: 'id' cannot be mapped: each coding is a row of its "
         "own\n"},
        {"whether a consent is given",
         FHIR TABLE("consents", "\"verdict\":\"provision.type\"") "]}",
         MAPPING_FHIR,
         "3:32: error: 'verdict' cannot be mapped: the status and the "
         "provision of the Consent say whether it is granted\n"},
        {"nothing where every row needs something",
         HL7 VISITS("\"start\":null") "]}", MAPPING_HL7,
         "3:36: error: 'start' cannot be mapped: every row needs it: null is "
         "no place\n"},
        {"a column that is none", HL7 PATIENTS("\"moblie\":\"ZPD-3\"") "]}",
         MAPPING_HL7,
         "3:32: error: there is no column of patients named 'moblie'; did you "
         "mean 'mobile'?\n"},
        {"members of CSV files",
         "{\"mapping\":\"m\",\"format\":\"hl7\",\"delimiter\":\",\",\n"
         "\"tables\":[{\"table\":\"patients\",\"from\":\"x\",\"columns\":{}}]}",
         MAPPING_HL7,
         "1:31: error: there is no member 'delimiter'\n"
         "2:31: error: there is no member 'from'\n"},
        {"functions of CSV files",
         HL7 PATIENTS("\"zip\":{\"today\":true}") "]}", MAPPING_HL7,
         "3:38: error: zip: 'today' is of CSV files: a message has neither "
         "turns nor a day of its import\n"},
        {"a format that is none",
         "{\"mapping\":\"m\",\"format\":\"hl8\",\"tables\":[{\"table\":"
         "\"patients\",\"from\":\"x\",\"columns\":{\"mrn\":\"y\"}}]}",
         MAPPING_CSV,
         "1:25: error: \"format\" is \"csv\", \"hl7\" or \"fhir\"\n"},
        {"one for something else is no fault of its own",
         HL7 PATIENTS("\"zip\":\"PID-3\"") "]}", MAPPING_FHIR, ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = {0};
        struct buf told;
        buf_init(&told, 1 << 14);
        assert_null(load(rows[i].text, rows[i].format, collect, &told, &err));
        const char *faults = told.data ? told.data : "";
        if (!text_equal(faults, rows[i].faults))
            fail_msg("%s:\n%s\ninstead of\n%s", rows[i].about, faults,
                     rows[i].faults);
        assert_non_null(strstr(err.text, *faults ? " fault"
                                                 : "is a mapping for hl7, not "
                                                   "for fhir"));
        buf_free(&told);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_in_a_message_is_read_and_found),
        cmocka_unit_test(a_place_in_a_resource_is_read_and_found),
        cmocka_unit_test(what_is_no_place_is_told),
        cmocka_unit_test(messages_are_read_by_a_mapping),
        cmocka_unit_test(resources_are_read_by_a_mapping),
        cmocka_unit_test(a_field_knows_its_place_and_its_line),
        cmocka_unit_test(a_wrong_mapping_is_told),
    };
    return cmocka_run_group_tests_name("remap", tests, NULL, NULL);
}
