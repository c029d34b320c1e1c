/* SPDX-License-Identifier: Apache-2.0 */
/* What a later message takes back: discharges, deaths, fills, visits (F-4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/feeds/ward.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* One thing after another, and what is left of them. */
struct story {
    const char *about;
    const char *messages[5]; /* HL7, or FHIR where it begins with { */
    const char *sql, *want;
};

static void tell_stories(const struct story *stories, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct ward ward;
        ward_open(&ward);
        for (size_t m = 0; m < 5 && stories[i].messages[m]; m++)
            ward_say(&ward, stories[i].messages[m]);
        ward_expect(&ward, stories[i].about, stories[i].sql, stories[i].want);
        if (ward.told.len)
            fail_msg("%s: told %s", stories[i].about, ward.told.data);
        ward_close(&ward);
    }
}

#define PV1(class, disposition, gone)                                \
    "PV1||" class "|||||||||||||||||V7|||||||||||||||||" disposition \
                  "|||||||||" gone "\r"
/* A visit of this number and class, and where they went. */
#define STAY(number, class, disposition, gone)                               \
    "PV1||" class "|||||||||||||||||" number "|||||||||||||||||" disposition \
                  "|||||||||" gone "\r"
#define PATIENT                                                             \
    "{\"resourceType\":\"Patient\",\"id\":\"7\",\"meta\":{\"lastUpdated\":" \
    "\"2026-09-01T10:00:00Z\"}}"
#define ENCOUNTER(at, class, status, end, disposition)                        \
    "{\"resourceType\":\"Encounter\",\"id\":\"E\",\"meta\":{\"lastUpdated\":" \
    "\"" at "\"},\"status\":\"" status                                        \
    "\",\"class\":{\"code\":\"" class "\"},\"subject\":{\"reference\":"       \
                                      "\"Patient/7\"},\"period\":{\"start\":" \
                                      "\"2026-11-18T10:00:00Z\"" end          \
                                      "}" disposition "}"
#define END ",\"end\":\"2026-11-20T10:00:00Z\""
#define LEFT(code)                                                  \
    ",\"hospitalization\":{\"dischargeDisposition\":{\"coding\":[{" \
    "\"system\":\"http://terminology.hl7.org/CodeSystem/discharge-" \
    "disposition\",\"code\":\"" code "\"}]}}"

#define DISCHARGES                                                    \
    "SELECT external_id || ' ' || iif(gone_at, 'gone', status) FROM " \
    "discharge ORDER BY external_id"
#define DEATHS                                                    \
    "SELECT coalesce(datetime(deceased_at / 1000, 'unixepoch'), " \
    "'alive') FROM patient"

static void a_discharge(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"A13 takes it back, though the visit is an outpatient's by now",
         {MSG("ADT^A03", "20261120100000",
              ANN PV1("I", "01", "20261120093000")),
          MSG("ADT^A13", "20261120110000", ANN PV1("O", "", ""))},
         DISCHARGES,
         "V7 cancelled"},
        {"of somebody in the emergency department",
         {MSG("ADT^A03", "20261120100000",
              ANN PV1("E", "01", "20261120093000")),
          MSG("ADT^A13", "20261120110000", ANN PV1("E", "", ""))},
         DISCHARGES,
         "V7 cancelled"},
        {"A13 of an outpatient puts nobody into a hospital",
         {MSG("ADT^A28", "20261120100000", ANN),
          MSG("ADT^A13", "20261120110000", ANN PV1("R", "", ""))},
         "SELECT inpatient FROM patient",
         "0"},
        {"A13 that does not say what the visit was leaves them in peace",
         {MSG("ADT^A28", "20261120100000", ANN),
          MSG("ADT^A13", "20261120110000", ANN PV1("", "", ""))},
         "SELECT inpatient FROM patient",
         "1"},
        {"A03 of a visit to the emergency department is none, either",
         {MSG("ADT^A01", "20261120100000", ANN PV1("I", "", "")),
          MSG("ADT^A03", "20261120110000",
              ANN STAY("E1", "E", "01", "20261120093000"))},
         "SELECT inpatient FROM patient",
         "1"},
        {"A03 of the stay is the end of it",
         {MSG("ADT^A01", "20261120100000", ANN PV1("I", "", "")),
          MSG("ADT^A03", "20261120110000",
              ANN PV1("I", "01", "20261120093000"))},
         "SELECT inpatient FROM patient",
         "0"},
        {"A08 says where they went after all",
         {MSG("ADT^A03", "20261120100000",
              ANN PV1("I", "01", "20261120093000")),
          MSG("ADT^A08", "20261120110000", ANN PV1("I", "03", ""))},
         "SELECT disposition || ' ' || discharged_local || ' ' || status FROM "
         "discharge",
         "snf 2026-11-20T09:30:00 discharged"},
        {"or where nobody knows",
         {MSG("ADT^A03", "20261120100000",
              ANN PV1("I", "01", "20261120093000")),
          MSG("ADT^A08", "20261120110000", ANN PV1("I", "ZZ", ""))},
         "SELECT coalesce(disposition, '-') FROM discharge",
         "-"},
        {"and nothing where it is silent of it",
         {MSG("ADT^A03", "20261120100000",
              ANN PV1("I", "01", "20261120093000")),
          MSG("ADT^A08", "20261120110000", ANN PV1("I", "", ""))},
         "SELECT disposition FROM discharge",
         "home"},
        {"an older A08 says nothing new",
         {MSG("ADT^A03", "20261120100000",
              ANN PV1("I", "01", "20261120093000")),
          MSG("ADT^A08", "20261120090000", ANN PV1("I", "03", ""))},
         "SELECT disposition FROM discharge",
         "home"},
        {"by it nobody went home who had not",
         {MSG("ADT^A08", "20261120110000", ANN PV1("I", "01", ""))},
         DISCHARGES,
         ""},
        {"nor did who came back",
         {MSG("ADT^A03", "20261120100000",
              ANN PV1("I", "01", "20261120093000")),
          MSG("ADT^A13", "20261120110000", ANN PV1("I", "", "")),
          MSG("ADT^A08", "20261120120000", ANN PV1("I", "01", ""))},
         DISCHARGES,
         "V7 cancelled"},
        {"A11 of a walk-in is no word about a stay",
         {MSG("ADT^A01", "20261120100000", ANN PV1("I", "", "")),
          MSG("ADT^A11", "20261120110000", ANN STAY("W1", "O", "", ""))},
         "SELECT inpatient FROM patient",
         "1"},
        {"an Encounter that goes on is no discharge any more",
         {PATIENT,
          ENCOUNTER("2026-11-20T11:00:00Z", "IMP", "finished", END,
                    LEFT("home")),
          ENCOUNTER("2026-11-20T12:00:00Z", "IMP", "in-progress", "", "")},
         "SELECT iif(d.gone_at, 'gone', d.status) || p.inpatient FROM "
         "discharge d JOIN patient p ON p.id = d.patient_id",
         "gone1"},
        {"and is one again when it is finished again",
         {PATIENT,
          ENCOUNTER("2026-11-20T11:00:00Z", "IMP", "finished", END,
                    LEFT("home")),
          ENCOUNTER("2026-11-20T12:00:00Z", "IMP", "onleave", "", ""),
          ENCOUNTER("2026-11-20T13:00:00Z", "IMP", "finished", END,
                    LEFT("home"))},
         DISCHARGES,
         "E discharged"},
        {"an Encounter that was cancelled before it began is no fault",
         {PATIENT,
          ENCOUNTER("2026-11-20T11:00:00Z", "IMP", "cancelled", "", "")},
         DISCHARGES,
         ""},
        {"one that was entered in error was none, of whatever class it is now",
         {PATIENT,
          ENCOUNTER("2026-11-20T11:00:00Z", "IMP", "finished", END,
                    LEFT("home")),
          ENCOUNTER("2026-11-20T12:00:00Z", "AMB", "entered-in-error", END,
                    "")},
         DISCHARGES,
         "E gone"},
    };
    tell_stories(stories, COUNT(stories));
}

#define STAYS(id, at, class, status, more)                                    \
    "{\"resourceType\":\"Encounter\",\"id\":\"" id                            \
    "\",\"meta\":{\"lastUpdated\":\"" at "\"},\"status\":\"" status           \
    "\",\"class\":{\"code\":\"" class "\"},\"subject\":{\"reference\":"       \
                                      "\"Patient/"                            \
                                      "7\"},\"period\":{\"start\":\"2026-11-" \
                                      "18T10:00:00Z\"" more "}}"
#define IN "SELECT inpatient FROM patient"

static void the_end_of_another_stay(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"an emergency visit ends while they are on the ward",
         {MSG("ADT^A01", "20261120100000", ANN STAY("S1", "I", "", "")),
          MSG("ADT^A03", "20261120110000",
              ANN STAY("E1", "E", "01", "20261120103000"))},
         IN,
         "1"},
        {"so does an older stay, of which they tell late",
         {MSG("ADT^A01", "20261120100000", ANN STAY("S1", "I", "", "")),
          MSG("ADT^A03", "20261120110000",
              ANN STAY("S0", "I", "01", "20261110103000"))},
         IN,
         "1"},
        {"their own ends it",
         {MSG("ADT^A01", "20261120100000", ANN STAY("S1", "I", "", "")),
          MSG("ADT^A03", "20261120110000",
              ANN STAY("S1", "I", "01", "20261120103000"))},
         IN,
         "0"},
        {"an end without a number ends whichever it is",
         {MSG("ADT^A01", "20261120100000", ANN STAY("S1", "I", "", "")),
          MSG("ADT^A07", "20261120110000", ANN STAY("", "O", "", ""))},
         IN,
         "0"},
        {"so does any end where nobody said which stay it was",
         {MSG("ADT^A01", "20261120100000", ANN STAY("", "I", "", "")),
          MSG("ADT^A03", "20261120110000",
              ANN STAY("S1", "I", "01", "20261120103000"))},
         IN,
         "0"},
        {"after one has ended another one may",
         {MSG("ADT^A01", "20261120100000", ANN STAY("S1", "I", "", "")),
          MSG("ADT^A03", "20261120110000",
              ANN STAY("S1", "I", "01", "20261120103000")),
          MSG("ADT^A13", "20261121110000", ANN STAY("S9", "I", "", "")),
          MSG("ADT^A03", "20261122110000",
              ANN STAY("S9", "I", "01", "20261122103000"))},
         IN,
         "0"},
        {"Encounters in the order of their days",
         {PATIENT, STAYS("E0", "2026-11-20T11:00:00Z", "IMP", "finished", END),
          STAYS("E1", "2026-11-21T11:00:00Z", "IMP", "in-progress", "")},
         IN,
         "1"},
        {"and in another one",
         {PATIENT,
          STAYS("E1", "2026-11-21T11:00:00Z", "IMP", "in-progress", ""),
          STAYS("E0", "2026-11-22T11:00:00Z", "IMP", "finished", END)},
         IN,
         "1"},
        {"also before their patient comes",
         {STAYS("E1", "2026-11-21T11:00:00Z", "IMP", "in-progress", ""),
          STAYS("E0", "2026-11-22T11:00:00Z", "IMP", "finished", END), PATIENT},
         IN,
         "1"},
        {"one in the emergency department says nothing of it",
         {PATIENT,
          STAYS("E1", "2026-11-21T11:00:00Z", "IMP", "in-progress", ""),
          STAYS("E2", "2026-11-22T11:00:00Z", "EMER", "finished", END)},
         IN,
         "1"},
    };
    tell_stories(stories, COUNT(stories));
}

static void a_death(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"A03 with 20",
         {MSG("ADT^A03", "20261120100000",
              ANN PV1("I", "20", "20261120093000"))},
         DEATHS,
         "2026-11-20 14:30:00"},
        {"A08 with 20 behind a discharge",
         {MSG("ADT^A03", "20261120100000",
              ANN PV1("I", "01", "20261120093000")),
          MSG("ADT^A08", "20261120110000", ANN PV1("I", "20", ""))},
         DEATHS,
         "2026-11-20 14:30:00"},
        {"A08 with 20 of whoever was not known to have gone",
         {MSG("ADT^A28", "20261120100000", ANN),
          MSG("ADT^A08", "20261120110000", ANN PV1("O", "20", ""))},
         DEATHS,
         "2026-11-20 16:00:00"},
        {"and A08 that takes it back",
         {MSG("ADT^A03", "20261120100000",
              ANN PV1("O", "20", "20261120093000")),
          MSG("ADT^A08", "20261120110000", ANN PV1("O", "01", ""))},
         DEATHS,
         "alive"},
        {"with 40 of somebody who was no inpatient",
         {MSG("ADT^A03", "20261120100000",
              ANN PV1("O", "40", "20261120093000"))},
         DEATHS,
         "2026-11-20 14:30:00"},
        {"without a visit number",
         {MSG("ADT^A03", "20261120093000",
              ANN "PV1||I||||||||||||||||||||||||||||||||||41\r")},
         DEATHS,
         "2026-11-20 14:30:00"},
        {"A13 takes it back",
         {MSG("ADT^A03", "20261120100000",
              ANN PV1("I", "42", "20261120093000")),
          MSG("ADT^A13", "20261120110000", ANN PV1("I", "", ""))},
         DEATHS,
         "alive"},
        {"but not a death that was told of the person",
         {MSG("ADT^A08", "20261119100000",
              "PID|||M1^^^MAIN^MR||||||||||||||||||||||||||20261101100000|Y\r"),
          MSG("ADT^A03", "20261120100000",
              ANN PV1("I", "20", "20261120093000")),
          MSG("ADT^A13", "20261120110000", ANN PV1("I", "", ""))},
         DEATHS,
         "2026-11-01 15:00:00"},
        {"a record that does not know it yet does not take it back",
         {MSG("ADT^A03", "20261120100000",
              ANN PV1("I", "20", "20261120093000")),
          MSG("ADT^A31", "20261121100000",
              "PID|||M1^^^MAIN^MR|||||||||||||||||||||||||||N\r")},
         DEATHS,
         "2026-11-20 14:30:00"},
        {"an Encounter that ended so",
         {PATIENT, ENCOUNTER("2026-11-20T11:00:00Z", "IMP", "finished", END,
                             LEFT("exp"))},
         DEATHS,
         "2026-11-20 10:00:00"},
        {"also one of an outpatient",
         {PATIENT, ENCOUNTER("2026-11-20T11:00:00Z", "AMB", "finished", END,
                             LEFT("exp"))},
         DEATHS,
         "2026-11-20 10:00:00"},
        {"which was a mistake",
         {PATIENT,
          ENCOUNTER("2026-11-20T11:00:00Z", "IMP", "finished", END,
                    LEFT("exp")),
          ENCOUNTER("2026-11-20T12:00:00Z", "IMP", "finished", END,
                    LEFT("home"))},
         DEATHS,
         "alive"},
        {"who is alive by the record's default is not by the Encounter",
         {PATIENT,
          ENCOUNTER("2026-11-20T11:00:00Z", "IMP", "finished", END,
                    LEFT("exp")),
          "{\"resourceType\":\"Patient\",\"id\":\"7\",\"deceasedBoolean\":"
          "false}"},
         DEATHS,
         "2026-11-20 10:00:00"},
    };
    tell_stories(stories, COUNT(stories));
}

#define PRESCRIPTION                                                         \
    "{\"resourceType\":\"MedicationRequest\",\"id\":\"M\",\"status\":"       \
    "\"active\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/7" \
    "\"}}"
#define DISPENSE(id, at, status, day)                                         \
    "{\"resourceType\":\"MedicationDispense\",\"id\":\"" id "\",\"meta\":{"   \
    "\"lastUpdated\":\"" at "\"},\"status\":\"" status                        \
    "\",\"authorizingPrescription\":[{\"reference\":\"MedicationRequest/M\"}" \
    "],\"daysSupply\":{\"value\":30,\"code\":\"d\"},\"whenHandedOver\":"      \
    "\"" day "\"}"
#define RDS(at, control, state, count, day, amount)                        \
    MSG("RDS^O13", at,                                                     \
        ANN "ORC|" control "|O1|O2||" state "\rTQ1|1|||||30^D\rRXD|" count \
            "|0093^L^NDC|" day "|" amount "|TAB||RX7\r")
#define FILLS                                                              \
    "SELECT external_id || ' ' || latest || ' ' || runs_out_on FROM fill " \
    "WHERE gone_at IS NULL ORDER BY filled_on"

#define ORDER(type, at, orc) \
    MSG(type, at, ANN "ORC|" orc "\rRXE||0093^Lisinopril^NDC\r")
#define ORDERED "SELECT status FROM prescription"

static void an_order(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"stopped, and dispensed once more: what RE says nothing of stays",
         {ORDER("RDE^O11", "20261101100000", "NW|O1|O2"),
          ORDER("RDE^O11", "20261102100000", "DC|O1|O2"),
          MSG("RDS^O13", "20261103100000",
              ANN "ORC|RE|O1|O2\rRXD|1|0093^L^NDC|20261103|30|TAB||O2\r")},
         ORDERED,
         "stopped"},
        {"a change that does not say of what",
         {ORDER("RDE^O11", "20261101100000", "NW|O1|O2"),
          ORDER("RDE^O11", "20261102100000", "DC|O1|O2"),
          ORDER("RDE^O11", "20261103100000", "XX|O1|O2"),
          ORDER("RDE^O11", "20261104100000", "SC|O1|O2")},
         ORDERED,
         "stopped"},
        {"one that says so",
         {ORDER("RDE^O11", "20261101100000", "NW|O1|O2"),
          ORDER("RDE^O11", "20261102100000", "HD|O1|O2"),
          ORDER("RDE^O11", "20261103100000", "SC|O1|O2||A")},
         ORDERED,
         "active"},
        {"nobody said before that it is one: it is",
         {ORDER("RDE^O11", "20261101100000", "XX|O1|O2")},
         ORDERED,
         "active"},
        {"that cannot be filled is none",
         {ORDER("RDE^O11", "20261101100000", "NW|O1|O2"),
          ORDER("RDE^O11", "20261102100000", "UA|O1|O2")},
         ORDERED,
         "cancelled"},
    };
    tell_stories(stories, COUNT(stories));
}

#define OBR(done, status) \
    "OBR|1|P1|F1|4548-4^HbA1c^LN|||" done "||||||||||||||||||" status "\r"
#define CAME(at) \
    "OBR|1|P1|F1|4548-4^HbA1c^LN|||20261120|||||||||||||||" at "|||F\r"
#define OCCURRENCES "SELECT external_id || ' ' || occurrence FROM screening"
#define OBX(value, status) \
    "OBX|1|NM|4548-4^HbA1c^LN||" value "|%|4-6|H|||" status "\r"
#define RESULT(at, order, result) MSG("ORU^R01", at, ANN order result)
#define FINAL RESULT("20261121100000", OBR("20261120", "F"), OBX("8.1", "F"))
#define RESULTS                                                             \
    "SELECT external_id || ' ' || kind || iif(gone_at, ' gone', ' in') || " \
    "ifnull(' ' || value, '') FROM screening"

static void a_result(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"there is none after all, says the result",
         {FINAL, RESULT("20261122100000", OBR("20261120", "F"), OBX("", "X"))},
         RESULTS,
         "F1/4548-4 hba1c gone 8.1"},
        {"in a small letter",
         {FINAL, RESULT("20261122100000", OBR("20261120", "F"), OBX("", "x"))},
         RESULTS,
         "F1/4548-4 hba1c gone 8.1"},
        {"says the order, whatever the result does",
         {FINAL,
          RESULT("20261122100000", OBR("20261120", "X"), OBX("8.1", "F"))},
         RESULTS,
         "F1/4548-4 hba1c gone 8.1"},
        {"says the order, and the result nothing",
         {FINAL, RESULT("20261122100000", OBR("", "X"), OBX("", ""))},
         RESULTS,
         "F1/4548-4 hba1c gone 8.1"},
        {"says the order alone, by its test",
         {FINAL, RESULT("20261122100000", OBR("20261120", "X"), "")},
         RESULTS,
         "F1/4548-4 hba1c gone 8.1"},
        {"says an order whose note stands before its result",
         {FINAL, RESULT("20261122100000", OBR("20261120", "X") "NTE|1\r",
                        OBX("", "X"))},
         RESULTS,
         "F1/4548-4 hba1c gone 8.1"},
        {"the result, when that comes late, is none",
         {FINAL, RESULT("20261122100000", OBR("20261120", "X"), OBX("", "X")),
          RESULT("20261121110000", OBR("20261120", "F"), OBX("8.2", "F"))},
         RESULTS,
         "F1/4548-4 hba1c gone 8.2"},
        {"and one that came before its result",
         {RESULT("20261122100000", OBR("20261120", "X"), OBX("", "X")), FINAL},
         RESULTS,
         "F1/4548-4 hba1c gone 8.1"},
        {"a newer result is one",
         {FINAL, RESULT("20261122100000", OBR("20261120", "X"), OBX("", "X")),
          RESULT("20261122150000", OBR("20261120", "C"), OBX("7.2", "C"))},
         RESULTS,
         "F1/4548-4 hba1c in 7.2"},
        {"an order of another number takes nothing back",
         {FINAL, MSG("ORU^R01", "20261122100000",
                     ANN "OBR|1||F2|4548-4^HbA1c^LN|||||||||||||||||||||X\r")},
         RESULTS,
         "F1/4548-4 hba1c in 8.1"},
        {"what is repeated is not taken back",
         {FINAL, RESULT("20261122100000", OBR("20261120", "P"), OBX("", "P"))},
         RESULTS,
         "F1/4548-4 hba1c in 8.1"},
        {"told again later that day, it is the same one",
         {RESULT("20261121100000", CAME("20261121080000"), OBX("8.1", "F")),
          RESULT("20261121150000", CAME("20261121143000"), OBX("8.1", "F"))},
         OCCURRENCES,
         "F1/4548-4 0"},
        {"of another day, it came anew",
         {RESULT("20261121100000", CAME("20261121080000"), OBX("8.1", "F")),
          RESULT("20261122150000", CAME("20261122143000"), OBX("8.1", "C"))},
         OCCURRENCES,
         "F1/4548-4 1"},
    };
    tell_stories(stories, COUNT(stories));
}

#define KIM(more) "PID|1||K1^^^MAIN^MR||Doe^Kim||20200105|F" more "\r"
#define OF_M7 "|||||||||||||M7^^^MAIN^MR"
#define EVE "NK1|1|Doe^Eve|MTH||3035550111"
#define EVE_BY(number) EVE "||||||||||||||||||||||||||||" number "^^^MAIN^MR\r"
#define EVE_UNTIL(day) EVE "||||" day "\r"
#define KIN(at, more) MSG("ADT^A08", at, KIM("") more)
#define GUARDIANS                                                              \
    "SELECT group_concat(k, ', ') FROM (SELECT p.mrn || iif(p.active, '', "    \
    "' is reached no more') || ifnull(' by ' || g.mrn, '') AS k FROM patient " \
    "p LEFT JOIN patient g ON g.id = p.guardian_id ORDER BY p.mrn)"

/* Who had one is not written to in person when that one is it no more. */
static void a_guardian(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"whose time is over is reached no more, and nobody else is",
         {KIN("20261101", EVE "\r"), KIN("20261103", EVE_UNTIL("20261102"))},
         GUARDIANS,
         "K1 by K1-NK1, K1-NK1 is reached no more"},
        {"whose name is taken away",
         {KIN("20261101", EVE "\r"), KIN("20261103", "NK1|1|\"\"\r")},
         GUARDIANS,
         "K1 by K1-NK1, K1-NK1 is reached no more"},
        {"until another one is named",
         {KIN("20261101", EVE "\r"), KIN("20261103", EVE_UNTIL("20261102")),
          KIN("20261104", "NK1|1|Doe^Bob|FTH||3035550112\r")},
         GUARDIANS,
         "K1 by K1-NK1, K1-NK1"},
        {"who is a patient by a number of her own is one still",
         {KIN("20261101", EVE_BY("M7")),
          KIN("20261103", EVE_UNTIL("20261102"))},
         GUARDIANS,
         "K1 by K1-NK1, K1-NK1 is reached no more, M7"},
        {"so is the mother of PID-21",
         {MSG("ADT^A28", "20261101", "PID|||M7^^^MAIN^MR||Doe^Eve\r"),
          MSG("ADT^A28", "20261101", KIM(OF_M7)),
          KIN("20261103", EVE_UNTIL("20261102"))},
         GUARDIANS,
         "K1 by K1-NK1, K1-NK1 is reached no more, M7"},
        {"until she is named again",
         {MSG("ADT^A28", "20261101", "PID|||M7^^^MAIN^MR||Doe^Eve\r"),
          MSG("ADT^A28", "20261101", KIM(OF_M7)),
          KIN("20261103", EVE_UNTIL("20261102")),
          MSG("ADT^A08", "20261104", KIM(OF_M7))},
         GUARDIANS,
         "K1 by M7, K1-NK1 is reached no more, M7"},
        {"an end of which a later word knows nothing",
         {KIN("20261101", EVE "\r"), KIN("20261105", EVE "\r"),
          KIN("20261103", EVE_UNTIL("20261102"))},
         GUARDIANS,
         "K1 by K1-NK1, K1-NK1"},
        {"a child who never had one has none by an end",
         {KIN("20261103", EVE_UNTIL("20261102"))},
         GUARDIANS,
         "K1"},
        {"nor by a name that is taken away",
         {KIN("20261103", "NK1|1|\"\"\r")},
         GUARDIANS,
         "K1"},
        {"that somebody else is to be called no more is nothing to them",
         {KIN("20261101", EVE "\r"),
          KIN("20261103", "NK1|1|Doe^Sue|SIB||3035550113||||20261102\r")},
         GUARDIANS,
         "K1 by K1-NK1, K1-NK1"},
    };
    tell_stories(stories, COUNT(stories));
}

static void a_fill(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"entered in error",
         {PATIENT, PRESCRIPTION,
          DISPENSE("F1", "2026-10-01T10:00:00Z", "completed", "2026-10-01"),
          DISPENSE("F2", "2026-10-21T10:00:00Z", "completed", "2026-10-21"),
          DISPENSE("F2", "2026-10-22T10:00:00Z", "entered-in-error",
                   "2026-10-21")},
         FILLS,
         "F1 1 2026-10-31"},
        {"the first of two: the second one does not last longer by it",
         {PATIENT, PRESCRIPTION,
          DISPENSE("F1", "2026-10-01T10:00:00Z", "completed", "2026-10-01"),
          DISPENSE("F2", "2026-10-21T10:00:00Z", "completed", "2026-10-21"),
          DISPENSE("F1", "2026-10-22T10:00:00Z", "cancelled", "2026-10-01")},
         FILLS,
         "F2 1 2026-11-20"},
        {"stopped",
         {PATIENT, PRESCRIPTION,
          DISPENSE("F1", "2026-10-01T10:00:00Z", "completed", "2026-10-01"),
          DISPENSE("F1", "2026-10-02T10:00:00Z", "stopped", "2026-10-01")},
         FILLS,
         ""},
        {"declined",
         {PATIENT, PRESCRIPTION,
          DISPENSE("F1", "2026-10-01T10:00:00Z", "completed", "2026-10-01"),
          DISPENSE("F1", "2026-10-02T10:00:00Z", "declined", "2026-10-01")},
         FILLS,
         ""},
        {"back on the shelf until it is fetched",
         {PATIENT, PRESCRIPTION,
          DISPENSE("F1", "2026-10-01T10:00:00Z", "completed", "2026-10-01"),
          DISPENSE("F1", "2026-10-02T10:00:00Z", "in-progress", "2026-10-01"),
          DISPENSE("F1", "2026-10-03T10:00:00Z", "completed", "2026-10-03")},
         FILLS,
         "F1 1 2026-11-02"},
        {"a prescription that never was has no fills",
         {PATIENT, PRESCRIPTION,
          DISPENSE("F1", "2026-10-01T10:00:00Z", "completed", "2026-10-01"),
          "{\"resourceType\":\"MedicationRequest\",\"id\":\"M\",\"status\":"
          "\"entered-in-error\",\"intent\":\"order\",\"subject\":{"
          "\"reference\":\"Patient/7\"}}"},
         "SELECT gone_at IS NOT NULL FROM prescription",
         "1"},
        {"RDS that cancels a dispensing, not the prescription",
         {RDS("20261001100000", "RE", "", "1", "20261001", "30"),
          RDS("20261021100000", "RE", "", "2", "20261021", "30"),
          RDS("20261022100000", "CA", "", "2", "20261021", "30")},
         "SELECT f.external_id || ' ' || f.latest || ' ' || f.runs_out_on || "
         "' ' || p.status FROM fill f JOIN prescription p ON p.id = "
         "f.prescription_id WHERE f.gone_at IS NULL",
         "RX7-1 1 2026-10-31 active"},
        {"one that was stopped is not active again by what is silent of it",
         {RDS("20261001100000", "RE", "", "1", "20261001", "30"),
          RDS("20261002100000", "DC", "", "1", "20261001", "30"),
          RDS("20261003100000", "RE", "", "2", "20261003", "30")},
         "SELECT status FROM prescription",
         "stopped"},
        {"but by what says so",
         {RDS("20261001100000", "RE", "", "1", "20261001", "30"),
          RDS("20261002100000", "DC", "", "1", "20261001", "30"),
          RDS("20261003100000", "SC", "IP", "2", "20261003", "30")},
         "SELECT status FROM prescription",
         "active"},
        {"RDS by the state of its order",
         {RDS("20261001100000", "RE", "", "1", "20261001", "30"),
          RDS("20261002100000", "XO", "CA", "1", "20261001", "30")},
         FILLS,
         ""},
        {"what came back in whole was not handed over",
         {RDS("20261001100000", "RE", "", "", "20261001", "30"),
          RDS("20261002100000", "RE", "", "", "20261001", "-30")},
         FILLS,
         ""},
        {"an order that is discontinued leaves what was handed over",
         {RDS("20261001100000", "DC", "", "1", "20261001", "30")},
         "SELECT f.external_id || ' ' || p.status FROM fill f JOIN "
         "prescription p ON p.id = f.prescription_id WHERE f.gone_at IS NULL",
         "RX7-1 stopped"},
        {"RDE that cancels the prescription",
         {MSG("RDE^O11", "20261001100000",
              ANN "ORC|NW|O1|O2\rRXE||0093^L^NDC|||||||||||||RX7\r"),
          MSG("RDE^O11", "20261002100000",
              ANN "ORC|CA|O1|O2\rRXE||0093^L^NDC|||||||||||||RX7\r")},
         "SELECT status FROM prescription",
         "cancelled"},
    };
    tell_stories(stories, COUNT(stories));
}

#define BOOKED MSG("SIU^S12", "20261101100000", SCH("20261201090000") ANN)
#define VISITS \
    "SELECT status || ' ' || start_local || ' ' || zone FROM appointment"
#define APPOINTMENT(at, status, who)                             \
    "{\"resourceType\":\"Appointment\",\"id\":\"F9\",\"meta\":{" \
    "\"lastUpdated\":\"" at "\"},\"status\":\"" status           \
    "\",\"participant\":[{\"actor\":{" who "},\"status\":\"declined\"}]}"

#define MADE                                                                \
    "{\"resourceType\":\"Appointment\",\"id\":\"F9\",\"meta\":{"            \
    "\"lastUpdated\":\"2026-11-01T15:00:00Z\"},\"status\":\"booked\","      \
    "\"start\":\"2026-12-01T09:00:00-05:00\",\"participant\":[{\"actor\":{" \
    "\"reference\":\"Patient/7\"}}]}"

static void a_visit(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"S15 without a PID",
         {BOOKED, MSG("SIU^S15", "20261102100000", "SCH||F9\r")},
         VISITS,
         "cancelled 2026-12-01T09:00:00 America/New_York"},
        {"S17 whose PID names nobody",
         {BOOKED, MSG("SIU^S17", "20261102100000", "SCH||F9\rPID|1\r")},
         VISITS,
         "entered-in-error 2026-12-01T09:00:00 America/New_York"},
        {"S26 without a PID",
         {BOOKED, MSG("SIU^S26", "20261102100000", "SCH||F9\r")},
         VISITS,
         "noshow 2026-12-01T09:00:00 America/New_York"},
        {"S14 without a PID, by its status",
         {BOOKED, MSG("SIU^S14", "20261102100000",
                      "SCH||F9|||||||||^^^20261201090000||||||||||||||"
                      "Cancelled\r")},
         "SELECT status FROM appointment",
         "cancelled"},
        {"S13 without a PID, to a moment that is one everywhere",
         {BOOKED, MSG("SIU^S13", "20261102100000",
                      "SCH||F9|||||||||^^^20261202160000+0000\r")},
         "SELECT datetime(start_at / 1000, 'unixepoch') || ' ' || occurrence "
         "FROM appointment",
         "2026-12-02 16:00:00 1"},
        {"the end of a visit that nobody knows is nothing",
         {MSG("SIU^S15", "20261102100000", "SCH||F9\r")},
         VISITS,
         ""},
        {"a cancelled Appointment in which no patient takes part any more",
         {PATIENT, MADE,
          APPOINTMENT("2026-11-02T15:00:00Z", "cancelled",
                      "\"reference\":\"Practitioner/D\"")},
         VISITS,
         "cancelled 2026-12-01T09:00:00 America/New_York"},
        {"or one who has no more than a name",
         {PATIENT, MADE,
          APPOINTMENT("2026-11-02T15:00:00Z", "entered-in-error",
                      "\"display\":\"Ann Doe\"")},
         VISITS,
         "entered-in-error 2026-12-01T09:00:00 America/New_York"},
        {"a meeting that is cancelled is nothing",
         {APPOINTMENT("2026-11-02T15:00:00Z", "cancelled",
                      "\"reference\":\"Practitioner/D\"")},
         VISITS,
         ""},
        {"a visit that waits for its patient is off when they come",
         {MADE,
          APPOINTMENT("2026-11-02T15:00:00Z", "cancelled",
                      "\"reference\":\"Practitioner/D\""),
          PATIENT},
         VISITS,
         "cancelled 2026-12-01T09:00:00 America/New_York"},
    };
    tell_stories(stories, COUNT(stories));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_discharge),
        cmocka_unit_test(the_end_of_another_stay),
        cmocka_unit_test(a_death),
        cmocka_unit_test(an_order),
        cmocka_unit_test(a_result),
        cmocka_unit_test(a_guardian),
        cmocka_unit_test(a_fill),
        cmocka_unit_test(a_visit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
