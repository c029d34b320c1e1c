/* SPDX-License-Identifier: Apache-2.0 */
/* HL7 v2: taking messages apart (F-1), and what each event says (6.2). */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/file.h"
#include "base/text.h"
#include "base/zone.h"

#include "feeds/hl7.h"
#include "feeds/hl7_ack.h"
#include "feeds/hl7_facts.h"
#include "feeds/terms.h"

#include "tests/feeds/said.h"

static const char *source_root(void)
{
    const char *root = getenv("OUTREACH_SOURCE");
    return root ? root : ".";
}

static void fault(void *arg, const char *text)
{
    (void)arg;
    fail_msg("%s", text);
}

static struct terms *standard(void)
{
    char path[512];
    struct error err = {0};
    file_join(path, sizeof(path), source_root(), "feeds/terms/standard.json");
    struct terms *codes = terms_load(path, NULL, fault, NULL, &err);
    if (!codes)
        fail_msg("%s", err.text);
    return codes;
}

/* Parts -----------------------------------------------------------------------
 */

#define HEAD "MSH|^~\\&|ADT|MAIN|OUT|X|20261123101500||ADT^A08|1|P|2.5"

struct part {
    const char *about, *message;
    const char *segment;
    struct hl7_place place;
    const char *text; /* NULL: nothing is there */
};

static void take_apart(const struct part *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct error err = {0};
        struct hl7 *message =
            hl7_parse(rows[i].message, strlen(rows[i].message), &err);
        if (!message)
            fail_msg("%s: %s", rows[i].about, err.text);
        const char *text = hl7_text(
            message, hl7_first(message, rows[i].segment), rows[i].place);
        if (!text_equal(text, rows[i].text))
            fail_msg("%s: '%s' instead of '%s'", rows[i].about,
                     text ? text : "(nothing)",
                     rows[i].text ? rows[i].text : "(nothing)");
        hl7_free(message);
    }
}

static void a_message_is_taken_apart(void **state)
{
    (void)state;
    static const struct part rows[] = {
        {"MSH counts its separator as the first field",
         HEAD "\r",
         "MSH",
         {.field = 1},
         "|"},
        {"MSH-2 is no field with components",
         HEAD "\r",
         "MSH",
         {.field = 2},
         "^~\\&"},
        {"a component", HEAD "\r", "MSH", {.field = 9, .component = 2}, "A08"},
        {"the first component where none is asked for",
         HEAD "\r",
         "MSH",
         {.field = 9},
         "ADT"},
        {"own delimiters",
         "MSH$%~\\&$A$B$C$D$2026$$ADT%A08$9$P$2.3\rPID$$$7%%%X\r",
         "PID",
         {.field = 3, .component = 4},
         "X"},
        {"a repetition",
         HEAD "\rPID|||1^^^A~2^^^B\r",
         "PID",
         {.field = 3, .repeat = 2, .component = 4},
         "B"},
        {"a repetition that is not there",
         HEAD "\rPID|||1\r",
         "PID",
         {.field = 3, .repeat = 2},
         NULL},
        {"a subcomponent",
         HEAD "\rPID|||||van der Berg&van der&Berg^Jo\r",
         "PID",
         {.field = 5, .sub = 3},
         "Berg"},
        {"empty changes nothing",
         HEAD "\rPID|||||^Jo\r",
         "PID",
         {.field = 5},
         NULL},
        {"two quotes delete",
         HEAD "\rPID|||||D^Jo||\"\"\r",
         "PID",
         {.field = 7},
         "\"\""},
        {"a deleted field has no components left",
         HEAD "\rPID|||||D^Jo||\"\"\r",
         "PID",
         {.field = 7, .component = 3},
         "\"\""},
        {"escaped delimiters",
         HEAD "\rPID|||||A\\F\\B\\S\\C\\T\\D\\R\\E\\E\\F\r",
         "PID",
         {.field = 5},
         "A|B^C&D~E\\F"},
        {"bytes in hex",
         HEAD "\rPID|||||Garc\\XED\\a\r",
         "PID",
         {.field = 5},
         "Garc\xc3\xad"
         "a"},
        {"a line break in hex is a blank",
         HEAD "\rPID|||||A\\X0D0A\\B\r",
         "PID",
         {.field = 5},
         "A  B"},
        {"formatting goes",
         HEAD "\rPID|||||A\\.br\\B\\H\\C\\N\\\r",
         "PID",
         {.field = 5},
         "A BC"},
        {"a lone backslash is one",
         HEAD "\rPID|||||A\\B\r",
         "PID",
         {.field = 5},
         "A\\B"},
        {"LF and CR LF end segments as well",
         HEAD "\r\nPID|||1\nPV1||I\n",
         "PV1",
         {.field = 2},
         "I"},
        {"the last CR may be missing",
         HEAD "\rPID|||1",
         "PID",
         {.field = 3},
         "1"},
        {"a byte-order mark in front",
         "\xef\xbb\xbf" HEAD "\rPID|||1",
         "PID",
         {.field = 3},
         "1"},
        {"Z segments are in nobody's way",
         HEAD "\rZXX|a|b\rPID|||1",
         "PID",
         {.field = 3},
         "1"},
        {"UTF-8 that nobody declared",
         HEAD "\rPID|||||Zo\xc3\xab\r",
         "PID",
         {.field = 5},
         "Zo\xc3\xab"},
        {"Latin-1 that nobody declared",
         HEAD "\rPID|||||Zo\xeb\r",
         "PID",
         {.field = 5},
         "Zo\xc3\xab"},
        {"Latin-1 that was declared",
         HEAD "||||||8859/1\rPID|||||Zo\xeb\r",
         "PID",
         {.field = 5},
         "Zo\xc3\xab"},
        {"Cyrillic",
         HEAD "||||||8859/5\rPID|||||\xb8\xd2\xd0\xdd\r",
         "PID",
         {.field = 5},
         "\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd"},
        {"Japanese by escapes, with delimiters inside",
         HEAD "||||||ISO IR87\rPID|||||\x1b$B;3ED\x1b(B\r",
         "PID",
         {.field = 5},
         "\xe5\xb1\xb1\xe7\x94\xb0"},
        {"the same, which begins in ASCII and is changed to",
         HEAD "||||||~ISO IR87\rPID|||||\x1b$B;3ED\x1b(B\r",
         "PID",
         {.field = 5},
         "\xe5\xb1\xb1\xe7\x94\xb0"},
        {"or in JIS X 0201, and to more than one",
         HEAD "||||||ISO IR14~ISO IR87~ISO IR159\rPID|||||\x1b$B;3ED\x1b(J\r",
         "PID",
         {.field = 5},
         "\xe5\xb1\xb1\xe7\x94\xb0"},
    };
    take_apart(rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_line_end_in_a_text_is_a_blank(void **state)
{
    (void)state;
    static const struct part rows[] = {
        {"LF in a text, where segments end by CR",
         HEAD "\rNTE|1||one\ntwo|x\rPID|||1\r",
         "NTE",
         {.field = 3},
         "one two"},
        {"what follows it is there",
         HEAD "\rNTE|1||one\n\ntwo|x\rPID|||1\r",
         "NTE",
         {.field = 4},
         "x"},
        {"so are the segments",
         HEAD "\rNTE|1||one\npid|x\rPID|||1\r",
         "PID",
         {.field = 3},
         "1"},
        {"of which one may end so",
         HEAD "\rNTE|1||one\nPID|||1\r",
         "PID",
         {.field = 3},
         "1"},
        {"CR LF in a text",
         HEAD "\rNTE|1||one\r\nand two\rPID|||1\r",
         "NTE",
         {.field = 3},
         "one  and two"},
        {"LF in a text, where segments end by LF",
         HEAD "\nNTE|1||one\nand two\nPID|||1\n",
         "NTE",
         {.field = 3},
         "one and two"},
        {"CR LF ends segments",
         HEAD "\r\nNTE|1||one\r\nPID|||1\r\n\r\n",
         "PID",
         {.field = 3},
         "1"},
    };
    take_apart(rows, sizeof(rows) / sizeof(rows[0]));
}

static void what_is_no_message_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *about, *message, *why;
    } rows[] = {
        {"nothing", "", "begins with the segment MSH"},
        {"another segment first", "PID|||1\r", "begins with the segment MSH"},
        {"letters as separators", "MSHa^~\\&aA\r", "MSH-1"},
        {"a separator twice", "MSH|^^\\&|A\r", "MSH-2: '^'"},
        {"a name of four letters", HEAD "\rPIDX||1\r", "segment 2"},
        {"a name in small letters", HEAD "\rpid||1\r", "segment 2"},
        {"a name in small letters, by LF", HEAD "\nPID|||1\npv1||1\n",
         "segment 3"},
        {"a text behind MSH", HEAD "\rwhat is this?\r", "segment 2"},
        {"a line behind CR", HEAD "\rNTE|1||one\rand two\r", "segment 3"},
        {"or by LF", HEAD "\nwhat is this?\n", "segment 2"},
        {"two messages as one", HEAD "\r" HEAD "\r", "a second MSH"},
        {"one that is changed to, and nobody knows",
         HEAD "||||||~EBCDIC\rPID|||||\x1b$B;3ED\x1b(B\r",
         "MSH-18: the character set 'EBCDIC'"},
        {"changes that nobody declares",
         HEAD "||||||8859/1\rPID|||||\x1b$B;3ED\x1b(B\r",
         "MSH-18: the characters change by escapes"},
        {"a set that nobody knows", HEAD "||||||EBCDIC\rPID|||1\r",
         "MSH-18: the character set 'EBCDIC'"},
        {"bytes that are not what is declared",
         HEAD "||||||UNICODE UTF-8\rPID|||||Zo\xeb\r", "MSH-18"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = {0};
        struct hl7 *message =
            hl7_parse(rows[i].message, strlen(rows[i].message), &err);
        if (message)
            fail_msg("%s: was taken", rows[i].about);
        if (!strstr(err.text, rows[i].why) || err.kind != ERROR_INPUT)
            fail_msg("%s: '%s'", rows[i].about, err.text);
    }
}

/* Events ----------------------------------------------------------------------
 */

#define MSG(type, rest) \
    "MSH|^~\\&|EPIC|MAIN|OUT|X|20261123101500-0500||" type "|77|P|2.5\r" rest
#define PID                                                                    \
    "PID|1||M1^^^MAIN^MR~999^^^SSA^SS||Doe^Ann||19800229|F|||1 Elm "           \
    "St^^Denver^CO^80202^USA^H||^PRN^CP^^^303^5550100~^NET^Internet^a@x.org||" \
    "spa\r"
#define ANN                                                             \
    "patients: mrn=M1@MAIN, last_name=Doe, first_name=Ann, "            \
    "birth_date=1980-02-29, sex=female, street=1 Elm St, city=Denver, " \
    "state=CO, zip=80202, language=spa, mobile=3035550100, email=a@x.org"
#define ANN_OF(place)                                                   \
    "patients: mrn=M1@MAIN, last_name=Doe, first_name=Ann, "            \
    "birth_date=1980-02-29, sex=female, street=1 Elm St, city=Denver, " \
    "state=CO, zip=80202, " place ", language=spa, mobile=3035550100, " \
    "email=a@x.org"

#define KID(more) "PID|1||K1^^^MAIN^MR||Doe^Kim||20200105|" more "\r"
#define KIM                                                  \
    "patients: mrn=K1@MAIN, last_name=Doe, first_name=Kim, " \
    "birth_date=2020-01-05"

#define AS_NEEDED                                               \
    "; prescriptions: id=O2, patient=M1@MAIN, drug_code=0093, " \
    "drug_name=Lisinopril, status=active, as_needed=yes"

#define NO_CLASS                                                   \
    "; ! PV1-2: a class that the codes do not have: nobody knows " \
    "whether this is a stay in hospital"

static const struct {
    const char *about, *message, *said;
} says[] = {
    {"A08: who somebody is", MSG("ADT^A08", PID), ANN},
    {"a child's mother, who is no patient, by the first with a number",
     MSG("ADT^A28",
         KID("M") "NK1|1|Doe^Bob|FTH\rNK1|2|Doe^Eve|MTH^Mother||"
                  "^PRN^CP^^^303^5550111~^NET^^e@x.org|3035550112\r"),
     KIM ", sex=male; patients: mrn=K1-NK1@MAIN, last_name=Doe, "
         "first_name=Eve, mobile=3035550111, email=e@x.org, "
         "work_phone=3035550112, active=yes; patients: mrn=K1@MAIN, "
         "guardian=K1-NK1@MAIN"},
    {"one whose relationship is a word",
     MSG("ADT^A28", KID("") "NK1|1|Doe^Eve|Mother||3035550111\r"),
     KIM "; patients: mrn=K1-NK1@MAIN, last_name=Doe, first_name=Eve, "
         "phone=3035550111, active=yes; patients: mrn=K1@MAIN, "
         "guardian=K1-NK1@MAIN"},
    {"or a word beside a code of theirs",
     MSG("ADT^A28", KID("") "NK1|1|Doe^Eve|7^LEGAL GUARDIAN^L||3035550111\r"),
     KIM "; patients: mrn=K1-NK1@MAIN, last_name=Doe, first_name=Eve, "
         "phone=3035550111, active=yes; patients: mrn=K1@MAIN, "
         "guardian=K1-NK1@MAIN"},
    {"one with a number of her own record",
     MSG("ADT^A28", KID("") "NK1|1|Doe^Eve|MTH||3035550111||||||||||||||||||||"
                            "||||||||M7^^^MAIN^MR\r"),
     KIM "; patients: mrn=M7@MAIN, last_name=Doe, first_name=Eve, "
         "phone=3035550111; patients: mrn=K1@MAIN, guardian=M7@MAIN"},
    {"the newborn of a patient",
     MSG("ADT^A01", KID("F|||||||||||||M1^^^MAIN^MR") "PV1||I\r"),
     KIM ", sex=female, inpatient=yes; patients: mrn=K1@MAIN, "
         "guardian=M1@MAIN"},
    {"who is of age speaks for themselves, whoever is to be called",
     MSG("ADT^A28", PID "NK1|1|Doe^Eve|MTH||3035550111\r"), ANN},
    {"nor is a grandmother in words",
     MSG("ADT^A28", KID("") "NK1|1|Doe^Eve|^Grandmother||3035550111\r"), KIM},
    {"a grandparent, or a neighbour, is no guardian",
     MSG("ADT^A28", KID("") "NK1|1|Doe^Eve|GRP||3035550111\rNK1|2|Roe|FND||"
                            "3035550112\r"),
     KIM},
    {"A01: somebody is in hospital now (F-4)",
     MSG("ADT^A01", PID "PV1||I|4E^1^1^N1||||||||||||||||V7\r"),
     ANN_OF("clinic?=N1") ", inpatient=yes; appointments: id=V7, "
                          "patient=M1@MAIN, status=arrived"},
    {"A04 of an outpatient: nobody is in hospital",
     MSG("ADT^A04", PID "PV1||O\r"), ANN},
    {"A11: they were never admitted", MSG("ADT^A11", PID "PV1||I\r"),
     ANN ", inpatient=no"},
    {"A03: home from hospital",
     MSG("ADT^A03", PID "PV1||I|4E^1^1^N1||||||||||||||||V7|||||||||||||||||01|"
                        "|||||||20261120|20261123093000-0500\r"),
     ANN_OF(
         "clinic?=N1") ", inpatient=no; discharges: id=V7, patient=M1@MAIN, "
                       "clinic=N1, "
                       "admitted=2026-11-20, "
                       "discharged=2026-11-23T09:30:00-05:00, "
                       "class=inpatient, disposition=home, status=discharged"},
    {"A01 in a house's own word",
     MSG("ADT^A01", PID "PV1||Inpatient|||||||||||||||||V7\r"),
     ANN ", inpatient=yes; appointments: id=V7, patient=M1@MAIN, "
         "status=arrived"},
    {"A03 in short",
     MSG("ADT^A03", PID "PV1||IP|||||||||||||||||V7|||||||||||||||||01|"
                        "||||||||20261123\r"),
     ANN ", inpatient=no; discharges: id=V7, patient=M1@MAIN, "
         "discharged=2026-11-23, class=inpatient, disposition=home, "
         "status=discharged"},
    {"A03 of who was observed",
     MSG("ADT^A03", PID "PV1||OBS|||||||||||||||||V7|||||||||||||||||01|"
                        "||||||||20261123\r"),
     ANN "; discharges: id=V7, patient=M1@MAIN, discharged=2026-11-23, "
         "class=observation, disposition=home, status=discharged"},
    {"A03 of an outpatient in words", MSG("ADT^A03", PID "PV1||amb\r"), ANN},
    {"A01 of a class that nobody knows is told",
     MSG("ADT^A01", PID "PV1||QX\r"), ANN NO_CLASS},
    {"so is an A03", MSG("ADT^A03", PID "PV1||QX\r"), ANN NO_CLASS},
    {"an A08 says nothing that hangs on it", MSG("ADT^A08", PID "PV1||QX\r"),
     ANN},
    {"a line that is no segment is text, and told, where LF ends those",
     "MSH|^~\\&|EPIC|MAIN|OUT|X|20261123101500-0500||ADT^A28|7|P|2.5\nPID|||M1"
     "^^^MAIN^MR\nNTE|1||one\nand two\n",
     "patients: mrn=M1@MAIN; ! NTE: goes on in a line that is no segment: "
     "taken for text"},
    {"LF where segments end by CR is told by nobody",
     MSG("ADT^A08", PID "NTE|1||one\nand two\r"), ANN},
    {"A03 without a time: when it was told",
     MSG("ADT^A03", "EVN||20261123090000\r" PID
                    "PV1||I|||||||||||||||||V7|||||||||||||||||20\r"),
     ANN ", inpatient=no; discharges: id=V7, "
         "patient=M1@MAIN, discharged=2026-11-23T09:00:00, class=inpatient, "
         "disposition=expired, status=discharged"},
    {"A03 with a disposition that nobody knows: nobody is taken to be home",
     MSG("ADT^A03", PID "PV1||I|||||||||||||||||V7|||||||||||||||||ZZ|||||||||"
                        "20261123\r"),
     ANN ", inpatient=no; discharges: id=V7, patient=M1@MAIN, "
         "discharged=2026-11-23, class=inpatient, disposition=, "
         "status=discharged; ! PV1-36: a disposition that the codes do not "
         "have: nobody knows "
         "whether they are at home"},
    {"A03 of a walk-in: no stay, nothing to follow, and no word of another one",
     MSG("ADT^A03", PID "PV1||O|||||||||||||||||V7\r"), ANN},
    {"A03 that does not say of what: whoever goes home is not in hospital",
     MSG("ADT^A03", PID "PV1|||||||||||||||||||V7\r"),
     ANN ", inpatient=no; discharges: id=V7, patient=M1@MAIN, "
         "discharged=2026-11-23T10:15:00-05:00, class=inpatient, "
         "status=discharged"},
    {"A08 behind it: where they went after all",
     MSG("ADT^A08", PID "PV1||I|||||||||||||||||V7|||||||||||||||||03\r"),
     ANN "; discharges: id=V7, disposition=snf, patient=M1@MAIN"},
    {"A08 that says that they died",
     MSG("ADT^A08", PID "PV1||I|||||||||||||||||V7|||||||||||||||||20\r"),
     ANN "; discharges: id=V7, patient=M1@MAIN, "
         "discharged?=2026-11-23T10:15:00-05:00, class=inpatient, "
         "disposition=expired, status=discharged"},
    {"A08 of a stay that goes on",
     MSG("ADT^A08", PID "PV1||I||||||||||||||||"
                        "|V7\r"),
     ANN},
    {"A03 without a visit number could not be taken back",
     MSG("ADT^A03", PID "PV1||I\r"),
     ANN ", inpatient=no; ! PV1-19: no visit number: nobody could take it "
         "back (A13)"},
    {"A13: they did not go home after all (F-4)",
     MSG("ADT^A13", PID "PV1||I|||||||||||||||||V7\r"),
     ANN ", inpatient=yes; discharges: id=V7, patient=M1@MAIN, "
         "discharged?=2026-11-23T10:15:00-05:00, class=inpatient, "
         "status=cancelled"},
    {"A13: but dead all the same",
     MSG("ADT^A13", "PID|||M1||||||||||||||||||||||||||20261101|Y\rPV1||O\r"),
     "patients: mrn=M1@MAIN, deceased=2026-11-01"},
    {"A23: there was no such stay, nor will there be (F-4)",
     MSG("ADT^A23", PID "PV1||I|||||||||||||||||V7\r"),
     ANN ", inpatient=no; appointments END: id=V7, patient=M1@MAIN; "
         "discharges END: id=V7, patient=M1@MAIN"},
    {"A23 of nothing that has a number", MSG("ADT^A23", PID "PV1||O\r"), ANN},
    {"where somebody is a patient (PD1-3)",
     MSG("ADT^A28", PID "PD1|||Elm Clinic^^77^^^^^^^C7\r"),
     ANN_OF("clinic=C7")},
    {"by the number of older versions",
     MSG("ADT^A28", PID "PD1|||Elm Clinic^^77\r"), ANN_OF("clinic=77")},
    {"A40: one record is another one's (F-4)",
     MSG("ADT^A40", PID "MRG|M0^^^MAIN^MR\r"),
     ANN "; patients MERGE: mrn=M0@MAIN, merged_into=M1@MAIN"},
    {"A47: one person under another number",
     MSG("ADT^A47", PID "MRG|M0^^^MAIN^MR\r"),
     "patients: mrn=M1@MAIN+M0@MAIN, last_name=Doe, first_name=Ann, "
     "birth_date=1980-02-29, sex=female, street=1 Elm St, city=Denver, "
     "state=CO, zip=80202, language=spa, mobile=3035550100, email=a@x.org"},
    {"A29: never to have been here", MSG("ADT^A29", "PID|||M1^^^MAIN^MR\r"),
     "patients END: mrn=M1@MAIN"},
    {"two quotes take away, empty leaves as it is",
     MSG("ADT^A31", "PID|||M1^^^MAIN^MR||Doe^\"\"||||||||\"\"||\r"),
     "patients: mrn=M1@MAIN, last_name=Doe, first_name=, phone="},
    {"a number at work is taken away",
     MSG("ADT^A31", "PID|||M1^^^MAIN^MR|||||||||||\"\"\r"),
     "patients: mrn=M1@MAIN, work_phone="},
    {"an address within its repetition",
     MSG("ADT^A31", "PID|||M1^^^MAIN^MR||||||||||^PRN^CP^^^303^5550100~"
                    "^NET^Internet^\"\"\r"),
     "patients: mrn=M1@MAIN, mobile=3035550100, email="},
    {"a number in parts within its repetition",
     MSG("ADT^A31", "PID|||M1^^^MAIN^MR||||||||||^PRN^PH^^^\"\"^\"\"\r"),
     "patients: mrn=M1@MAIN, phone="},
    {"A02: within the hospital", MSG("ADT^A02", PID "PV1||I\r"),
     ANN ", inpatient=yes"},
    {"A04 of the emergency department is no stay in hospital yet",
     MSG("ADT^A04", PID "PV1||E\r"), ANN},
    {"A05: a visit to be prepared",
     MSG("ADT^A05", PID "PV1||P|||||||||||||||||V7\rPV2||||||||20261201080000"
                        "\r"),
     ANN "; appointments: id=V7, start=2026-12-01T08:00:00, patient=M1@MAIN, "
         "status=booked, visit_type=admission"},
    {"A38: which is not to be",
     MSG("ADT^A38", PID "PV1||P|||||||||||||||||V7\r"),
     ANN "; appointments: id=V7, patient=M1@MAIN, status=cancelled, "
         "visit_type=admission"},
    {"A06: from the outpatients into the hospital",
     MSG("ADT^A06", PID "PV1||O\r"), ANN ", inpatient=yes"},
    {"A07: and back", MSG("ADT^A07", PID "PV1||O\r"), ANN ", inpatient=no"},
    {"A03 of an outpatient who died",
     MSG("ADT^A03", PID "PV1||O|||||||||||||||||V7|||||||||||||||||40|||||||||"
                        "20261123\r"),
     ANN "; discharges: id=V7, patient=M1@MAIN, discharged=2026-11-23, "
         "disposition=expired, status=discharged"},
    {"A13 of an outpatient", MSG("ADT^A13", PID "PV1||R|||||||||||||||||V7\r"),
     ANN "; discharges: id=V7, patient=M1@MAIN, "
         "discharged?=2026-11-23T10:15:00-05:00, status=cancelled"},
    {"S16: broken off", MSG("SIU^S16", "SCH||F9\r" PID),
     ANN "; appointments: id=F9, patient=M1@MAIN, status=cancelled"},
    {"S14 that says that they came",
     MSG("SIU^S14", "SCH||F9|||||||||||||||||||||||Complete\r" PID),
     ANN "; appointments: id=F9, patient=M1@MAIN, status=fulfilled"},
    {"ORM: an order of a medicine",
     MSG("ORM^O01", PID "ORC|NW|O1|O2\rRXO|0093^Lisinopril^NDC\r"),
     ANN "; prescriptions: id=O2, patient=M1@MAIN, drug_code=0093, "
         "drug_name=Lisinopril, status=active"},
    {"as needed, by the priority of an order of older versions",
     MSG("RDE^O01", PID "ORC|NW|O1|O2||||1^Q6H^D30^^^PRN\r"
                        "RXE||0093^Lisinopril^NDC\r"),
     ANN AS_NEEDED},
    {"by the pattern of what is given out there",
     MSG("RDE^O01", PID "ORC|NW|O1|O2\rRXE|1^Q6H PRN|0093^Lisinopril^NDC\r"),
     ANN AS_NEEDED},
    {"of which one of several says so",
     MSG("RDE^O01", PID "ORC|NW|O1|O2||||1^Q8H~1^PRNQ6H\r"
                        "RXE||0093^Lisinopril^NDC\r"),
     ANN AS_NEEDED},
    {"by a pattern of TQ1",
     MSG("RDE^O11", PID "ORC|NW|O1|O2\rRXE||0093^Lisinopril^NDC\r"
                        "TQ1|1||Q6H~PRN\r"),
     ANN AS_NEEDED},
    {"by its words",
     MSG("RDE^O11", PID "ORC|NW|O1|O2\rRXE||0093^Lisinopril^NDC\r"
                        "TQ1|1||Q6H prn\r"),
     ANN AS_NEEDED},
    {"by its priority",
     MSG("RDE^O11", PID "ORC|NW|O1|O2\rRXE||0093^Lisinopril^NDC\r"
                        "TQ1|1||Q6H||||||PRN\r"),
     ANN AS_NEEDED},
    {"RDE O25: a refill that is authorised",
     MSG("RDE^O25", PID "ORC|AF|O1|O2\rRXE||0093^Lisinopril^NDC|||||||||||||"
                        "RX7|4\r"),
     ANN "; prescriptions: id=RX7, patient=M1@MAIN, drug_code=0093, "
         "drug_name=Lisinopril, status=active, refills_left=4"},
    {"ORU that takes a result back",
     MSG("ORU^R01", PID "OBR|1||F1|4548-4^^LN|||20261120\rOBX|1|NM|4548-4^^LN||"
                        "8.1|%||H|||W\r"),
     ANN "; screenings END: id=F1/4548-4, patient=M1@MAIN, kind=hba1c, "
         "done=2026-11-20, resulted=2026-11-23T10:15:00-05:00"},
    {"death", MSG("ADT^A08", "PID|||M1||||||||||||||||||||||||||20261101|Y\r"),
     "patients: mrn=M1@MAIN, deceased=2026-11-01"},
    {"death without a day",
     MSG("ADT^A08", "PID|||M1|||||||||||||||||||||||||||Y\r"),
     "patients: mrn=M1@MAIN, deceased=yes"},
    {"no death after all",
     MSG("ADT^A08", "PID|||M1|||||||||||||||||||||||||||N\r"),
     "patients: mrn=M1@MAIN, deceased=no"},
    {"nothing where a word may stand, or the word for nothing, is no word",
     MSG("ADT^A08", "PID|||M1||||||||||||||||||||||||||\"\"|\"\"\r"),
     "patients: mrn=M1@MAIN"},
    {"death by another word for yes",
     MSG("ADT^A08", "PID|||M1|||||||||||||||||||||||||||YES\r"),
     "patients: mrn=M1@MAIN, deceased=yes"},
    {"death on a day that there is not: some day, and it is told",
     MSG("ADT^A08", "PID|||M1||||||||||||||||||||||||||20261340|\r"),
     "patients: mrn=M1@MAIN, deceased=yes; ! PID-29: is no day or time as "
     "YYYYMMDD[HHMM[SS]][+ZZZZ] that there is"},
    {"death by a word that is none",
     MSG("ADT^A08", "PID|||M1|||||||||||||||||||||||||||maybe\r"),
     "patients: mrn=M1@MAIN; ! PID-30: is neither Y nor N"},
    {"whose role as a guardian has ended is reached no more",
     MSG("ADT^A08", KID("") "NK1|1|Doe^Eve|MTH||3035550111||||20250101\r"),
     KIM "; patients: mrn=K1-NK1@MAIN, active=no; patients: "
         "mrn=K1@MAIN, guardian=K1-NK1@MAIN"},
    {"a guardian whose name is taken away",
     MSG("ADT^A08", KID("") "NK1|1|\"\"\r"),
     KIM "; patients: mrn=K1-NK1@MAIN, active=no; patients: "
         "mrn=K1@MAIN, guardian=K1-NK1@MAIN"},
    {"another one is there",
     MSG("ADT^A08", KID("") "NK1|1|Doe^Eve|MTH||3035550111||||20250101\rNK1|2|"
                            "Doe^Bob|FTH||3035550112||||20991231\r"),
     KIM "; patients: mrn=K1-NK1@MAIN, last_name=Doe, first_name=Bob, "
         "phone=3035550112, active=yes; patients: mrn=K1@MAIN, "
         "guardian=K1-NK1@MAIN"},
    {"a fax, a pager, an answering service and an emergency contact are not "
     "the patient's phone",
     MSG("ADT^A08", "PID|||M1||||||||||^PRN^FX^^^303^5550101~^PRN^BP^^^303^"
                    "5550102~^ASN^PH^^^303^5550103~^EMR^PH^^^303^5550104~^PRN^"
                    "PH^^1^303^5550105^12|^WPN^PH^^^^^^^^^+13035550106\r"),
     "patients: mrn=M1@MAIN, phone=+13035550105 x12, work_phone=+13035550106"},
    {"a birth date without a day is kept as far as it is known",
     MSG("ADT^A08", "PID|||M1||||198002\r"),
     "patients: mrn=M1@MAIN, birth_date=1980-02"},
    {"or without a month", MSG("ADT^A08", "PID|||M1||||1980\r"),
     "patients: mrn=M1@MAIN, birth_date=1980"},
    {"one with a month that is none", MSG("ADT^A08", "PID|||M1||||19800\r"),
     "patients: mrn=M1@MAIN; ! PID-7: is no day or time as "
     "YYYYMMDD[HHMM[SS]][+ZZZZ] that there is"},
    {"who may be a child by what is known has the parent as guardian",
     MSG("ADT^A28", "PID|1||K1^^^MAIN^MR||Doe^Kim||2008|\r"
                    "NK1|1|Doe^Eve|MTH||3035550111\r"),
     "patients: mrn=K1@MAIN, last_name=Doe, first_name=Kim, birth_date=2008; "
     "patients: mrn=K1-NK1@MAIN, last_name=Doe, first_name=Eve, "
     "phone=3035550111, active=yes; patients: mrn=K1@MAIN, "
     "guardian=K1-NK1@MAIN"},
    {"who is none, whatever the day was, has none",
     MSG("ADT^A28", "PID|1||K1^^^MAIN^MR||Doe^Kim||2007|\r"
                    "NK1|1|Doe^Eve|MTH||3035550111\r"),
     "patients: mrn=K1@MAIN, last_name=Doe, first_name=Kim, birth_date=2007"},
    {"S12: a visit",
     MSG("SIU^S12", "SCH|P5|F9||||||CHK^Check-up|30|min|^^^20261201090000-0700"
                    "||||||||||||||Booked\r" PID "RGS|1\rAIP|1||D1^Ito^Ken^^^"
                    "Dr\rAIL|1||R1^^^C2\r"),
     ANN_OF("clinic?=C2") "; appointments: id=F9, placer=P5, patient=M1@MAIN, "
                          "clinic=C2, "
                          "start=2026-12-01T09:00:00-07:00, minutes=30, "
                          "status=booked, "
                          "visit_type=Check-up, practitioner=Dr Ken Ito, "
                          "booked?=2026-11-23T10:15:00-05:00"},
    {"S12: the start stands with the service where SCH has none",
     MSG("SIU^S12",
         "SCH|P5\r" PID "RGS|1\rAIS|1||EKG|20261201090000||||20|min\r"),
     ANN "; appointments: id=P5, placer=P5, patient=M1@MAIN, "
         "start=2026-12-01T09:00:00, "
         "status=booked, visit_type=EKG, booked?=2026-11-23T10:15:00-05:00"},
    {"S15: cancelled, whatever SCH-25 still says",
     MSG("SIU^S15",
         "SCH||F9|||||||||^^^20261201090000||||||||||||||Booked\r" PID),
     ANN "; appointments: id=F9, patient=M1@MAIN, start=2026-12-01T09:00:00, "
         "status=cancelled"},
    {"S26: missed", MSG("SIU^S26", "SCH||F9\r" PID),
     ANN "; appointments: id=F9, patient=M1@MAIN, status=noshow"},
    {"S17: never meant", MSG("SIU^S17", "SCH||F9\r" PID),
     ANN "; appointments: id=F9, patient=M1@MAIN, status=entered-in-error"},
    {"S13 without a time cannot be right", MSG("SIU^S13", "SCH||F9\r" PID),
     ANN "; appointments: id=F9, patient=M1@MAIN, start=, status=booked"},
    {"RDE: a prescription",
     MSG("RDE^O11",
         PID "ORC|NW|O1|O2||||||20261101\rRXE||0093^Lisinopril 10 mg^"
             "NDC|30||TAB|||||||3|||RX7|2\r"),
     ANN "; prescriptions: id=RX7, patient=M1@MAIN, drug_code=0093, "
         "drug_name=Lisinopril 10 mg, status=active, refills_left=2, "
         "written=2026-11-01"},
    {"RDE that discontinues",
     MSG("RDE^O11", PID "ORC|DC|O1|O2\rRXE||0093^Lisinopril^NDC\r"),
     ANN "; prescriptions: id=O2, patient=M1@MAIN, drug_code=0093, "
         "drug_name=Lisinopril, status=stopped"},
    {"RDS: handed over, for so many days",
     MSG("RDS^O13", PID "ORC|RE|O1|O2\rTQ1|1||||| 30^D\rRXD|1|0093^Lisinopril^"
                        "NDC|20261120|30|TAB||RX7|1\r"),
     ANN "; prescriptions: id=RX7, patient=M1@MAIN, drug_code=0093, "
         "drug_name=Lisinopril, status?=active, refills_left=1; fills: "
         "id=RX7-1, prescription=RX7, filled=2026-11-20, days_supply=30"},
    {"RDS: how long it lasts by what is taken a day",
     MSG("RDS^O13", PID "ORC|RE|O1|O2\rRXD|2|0093^L^NDC|20261120|90|TAB||RX7|1|"
                        "|||2\r"),
     ANN "; prescriptions: id=RX7, patient=M1@MAIN, drug_code=0093, "
         "drug_name=L, status?=active, refills_left=1; fills: id=RX7-2, "
         "prescription=RX7, filled=2026-11-20, days_supply=45"},
    {"ORU: a result that a measure asks for",
     MSG("ORU^R01", PID "OBR|1|P1|F1|4548-4^HbA1c^LN|||20261120|||||||||||||||"
                        "20261121080000\rOBX|1|NM|4548-4^HbA1c^LN||8.1|%|4-6|H"
                        "|||F\r"),
     ANN "; screenings: id=F1/4548-4, patient=M1@MAIN, kind=hba1c, "
         "done=2026-11-20, resulted=2026-11-21T08:00:00, result=abnormal, "
         "value=8.1, unit=%"},
    {"ORU: preliminary is no result yet",
     MSG("ORU^R01", PID "OBR|1||F1|4548-4^^LN|||20261120\rOBX|1|NM|4548-4^^LN||"
                        "8.1|%||H|||P\r"),
     ANN},
};

static struct facts *read_message(const struct terms *codes, const char *text,
                                  size_t len, enum hl7_verdict *verdict,
                                  struct error *err)
{
    const struct hl7_options options = {.zone = zone_find("America/New_York"),
                                        .terms = codes};
    struct hl7 *message = hl7_parse(text, len, err);
    if (!message)
        return NULL;
    struct facts *facts = facts_new("hl7");
    *verdict = hl7_facts(message, &options, facts);
    hl7_free(message);
    return facts;
}

static void each_event_says_what_it_means(void **state)
{
    (void)state;
    struct terms *codes = standard();
    for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
        struct error err = {0};
        enum hl7_verdict verdict;
        struct facts *facts = read_message(
            codes, says[i].message, strlen(says[i].message), &verdict, &err);
        if (!facts)
            fail_msg("%s: %s", says[i].about, err.text);
        struct buf out;
        buf_init(&out, 1 << 16);
        said(&out, facts);
        if (!text_equal(out.data, says[i].said))
            fail_msg("%s:\n  %s\ninstead of\n  %s", says[i].about, out.data,
                     says[i].said);
        buf_free(&out);
        facts_free(facts);
    }
    terms_free(codes);
}

static void each_verdict_has_its_reason(void **state)
{
    (void)state;
    static const struct {
        const char *about, *message;
        enum hl7_verdict verdict;
    } rows[] = {
        {"a kind that nobody here asks for", MSG("MDM^T02", PID "TXA|1\r"),
         HL7_NOT_OURS},
        {"an event of ADT that means nothing for us", MSG("ADT^A60", PID),
         HL7_NOT_OURS},
        {"no record number", MSG("ADT^A08", "PID|||||Doe^Ann\r"), HL7_WRONG},
        {"only a social security number",
         MSG("ADT^A08", "PID|||999^^^SSA^SS\r"), HL7_WRONG},
        {"training (MSH-11)", "MSH|^~\\&|E|M|O|X|2026||ADT^A08|77|T|2.5\r" PID,
         HL7_REFUSED},
        {"a version that is none",
         "MSH|^~\\&|E|M|O|X|2026||ADT^A08|77|P|1.0\r" PID, HL7_REFUSED},
        {"no control id", "MSH|^~\\&|E|M|O|X|2026||ADT^A08||P|2.5\r" PID,
         HL7_WRONG},
        {"an old one whose event stands in EVN alone",
         "MSH|^~\\&|E|M|O|X|2026||ADT|77|P|2.1\rEVN|A08|2026\r" PID,
         HL7_UNDERSTOOD},
    };
    struct terms *codes = standard();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = {0};
        enum hl7_verdict verdict;
        struct facts *facts = read_message(
            codes, rows[i].message, strlen(rows[i].message), &verdict, &err);
        if (!facts)
            fail_msg("%s: %s", rows[i].about, err.text);
        if (verdict != rows[i].verdict)
            fail_msg("%s: %d", rows[i].about, (int)verdict);
        facts_free(facts);
    }
    terms_free(codes);
}

/* Answers ---------------------------------------------------------------------
 */

static void each_message_is_answered_as_it_asks(void **state)
{
    (void)state;
#define ASKS(modes) \
    "MSH|^~\\&|EPIC|MAIN^1.2^ISO|OUT|X|2026||ADT^A08|7|P|2.3||" modes "\r"
#define BACK(code)                                                             \
    "MSH|^~\\&|OUT|X|EPIC|MAIN^1.2^ISO|20261123150000+0000||ACK^A08^ACK|C1|P|" \
    "2.3||||||UNICODE UTF-8\rMSA|" code "|7"
    static const struct {
        const char *about, *message;
        enum hl7_ack verdict;
        const char *back; /* NULL: no answer */
    } rows[] = {
        {"taken", ASKS(""), HL7_ACCEPT, BACK("AA") "\r"},
        {"wrong", ASKS(""), HL7_ERROR, BACK("AE") "|it is \\F\\ wrong\r"},
        {"not for us", ASKS(""), HL7_REJECT, BACK("AR") "|it is \\F\\ wrong\r"},
        {"enhanced: that it was taken", ASKS("|AL|NE"), HL7_ACCEPT,
         BACK("CA") "\r"},
        {"enhanced: only when it was not, and it was", ASKS("|ER|NE"),
         HL7_ACCEPT, NULL},
        {"enhanced: only when it was not, and it was not", ASKS("|ER|NE"),
         HL7_ERROR, BACK("CE") "|it is \\F\\ wrong\r"},
        {"enhanced: the application's own", ASKS("|NE|AL"), HL7_ACCEPT,
         BACK("AA") "\r"},
        {"enhanced: nothing at all", ASKS("|NE|NE"), HL7_ERROR, NULL},
        {"enhanced: a word that is none, and nobody waits in vain", ASKS("|XX"),
         HL7_ACCEPT, BACK("CA") "\r"},
        {"enhanced: no word any more", ASKS("|\"\""), HL7_ACCEPT,
         BACK("CA") "\r"},
        {"enhanced: in small letters", ASKS("|ne|er"), HL7_ACCEPT, NULL},
        {"enhanced: the application's own, by a word that is none",
         ASKS("|NE|YES"), HL7_ACCEPT, BACK("AA") "\r"},
    };
    instant now;
    assert_true(civil_parse_instant("2026-11-23T15:00:00Z", &now));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = {0};
        struct buf out;
        struct hl7 *message =
            hl7_parse(rows[i].message, strlen(rows[i].message), &err);
        const struct hl7_ack_request request = {
            .verdict = rows[i].verdict,
            .reason = rows[i].verdict == HL7_ACCEPT ? NULL : "it is | wrong",
            .control_id = "C1",
            .now = now};
        buf_init(&out, 4096);
        bool wanted = hl7_ack(message, &request, &out);
        if (wanted != (rows[i].back != NULL) ||
            (wanted && !text_equal(out.data, rows[i].back)))
            fail_msg("%s: '%s'", rows[i].about, out.data);
        buf_free(&out);
        hl7_free(message);
    }
}

static void an_error_says_where(void **state)
{
    (void)state;
    struct facts *facts = facts_new("hl7");
    const struct hl7_ack_request request = {
        .verdict = HL7_ERROR, .facts = facts, .control_id = "C1"};
    struct buf out;
    buf_init(&out, 4096);
    facts_fault(facts, "PID-7", "x", "left out, and no reason to refuse");
    facts_fatal(facts, "PID-3", NULL, "no record number");
    facts_fault(facts, "PID-7", "x", "left out, and no reason to refuse");
    facts_lost(facts, "PID-11.5", "x", "no such place");
    assert_true(hl7_ack(NULL, &request, &out));
    if (!strstr(out.data, "MSA|AE|\rERR||PID^1^3|101^Required field missing^"
                          "HL70357|E||||PID-3: no record number\rERR||PID^1^11^"
                          "1^5|102^Data type error^HL70357|E||||PID-11.5: no "
                          "such place\rERR||PID^1^7|102^Data type error^"
                          "HL70357|W||||PID-7: left out, and no reason to "
                          "refuse\r"))
        fail_msg("%s", out.data);
    buf_free(&out);
    facts_free(facts);
}

static void an_answer_has_an_end(void **state)
{
    (void)state;
    struct facts *facts = facts_new("hl7");
    const struct hl7_ack_request request = {
        .verdict = HL7_ERROR, .facts = facts, .control_id = "C1"};
    struct buf out;
    size_t count = 0;
    buf_init(&out, 1 << 20);
    for (int i = 0; i < 20000; i++)
        facts_fatal(facts, "RXD-12", NULL, "nothing says how long it lasts");
    assert_true(hl7_ack(NULL, &request, &out));
    for (const char *at = out.data; (at = strstr(at, "ERR||")); at++)
        count++;
    assert_int_equal(count, 100);
    assert_true(text_ends(out.data, "lasts\r"));
    buf_free(&out);
    facts_free(facts);
}

/* Real ones -------------------------------------------------------------------
 */

static void read_folder(const struct terms *codes, const char *folder,
                        int counts[5])
{
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        char path[1024];
        struct buf text;
        struct error err = {0};
        enum hl7_verdict verdict;
        if (!text_ends(entry->d_name, ".hl7"))
            continue;
        file_join(path, sizeof(path), folder, entry->d_name);
        assert_true(file_read(path, 8 << 20, &text, &err));
        struct facts *facts =
            read_message(codes, text.data, text.len, &verdict, &err);
        counts[facts ? (int)verdict : 4]++;
        if (!facts && !strstr(entry->d_name, "invalid"))
            fail_msg("%s: %s", entry->d_name, err.text);
        for (size_t i = 0; facts && i < facts->fault_count; i++)
            if (facts->faults[i].fatal)
                print_message("# %s: %s: %s\n", entry->d_name,
                              facts->faults[i].where, facts->faults[i].reason);
        facts_free(facts);
        buf_free(&text);
    }
    if (dir)
        closedir(dir);
}

static void real_messages_are_read(void **state)
{
    (void)state;
    static const char *const folders[] = {
        "../shared/data/hl7v2/microsoft-fhir-converter",
        "../shared/data/hl7v2/rethinkhealth"};
    int counts[5] = {0};
    char path[1024];
    struct terms *codes = standard();
    for (size_t i = 0; i < 2; i++) {
        file_join(path, sizeof(path), source_root(), folders[i]);
        read_folder(codes, path, counts);
    }
    terms_free(codes);
    int all = counts[0] + counts[1] + counts[2] + counts[3] + counts[4];
    if (all == 0)
        skip();
    print_message("# of %d: %d understood, %d not ours, %d wrong, %d refused, "
                  "%d no message\n",
                  all, counts[HL7_UNDERSTOOD], counts[HL7_NOT_OURS],
                  counts[HL7_WRONG], counts[HL7_REFUSED], counts[4]);
    assert_int_equal(counts[4], 2); /* without MSH; a name of four letters */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_taken_apart),
        cmocka_unit_test(a_line_end_in_a_text_is_a_blank),
        cmocka_unit_test(what_is_no_message_is_refused),
        cmocka_unit_test(each_event_says_what_it_means),
        cmocka_unit_test(each_verdict_has_its_reason),
        cmocka_unit_test(each_message_is_answered_as_it_asks),
        cmocka_unit_test(an_error_says_where),
        cmocka_unit_test(an_answer_has_an_end),
        cmocka_unit_test(real_messages_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
