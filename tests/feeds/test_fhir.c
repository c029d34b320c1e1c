/* SPDX-License-Identifier: Apache-2.0 */
/* FHIR R4: what each resource says (domain.md 6.1). */
#include <dirent.h>
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

#include "feeds/fhir.h"
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

#define SUBJECT "\"subject\":{\"reference\":\"Patient/7\"}"

#define PAST ",\"period\":{\"end\":\"2020-01-02\"}"
#define CONTACT(role, more, name, number)                                    \
    "{\"relationship\":[{\"coding\":[{\"code\":\"" role "\"}]}]" more        \
    ",\"name\":{\"given\":[\"" name "\"]},\"telecom\":[{\"system\":\"sms\"," \
    "\"value\":\"" number "\"}]}"
#define KID(id, contacts)                                               \
    "{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"identifier\":[{" \
    "\"system\":\"urn:mrn\",\"value\":\"K" id "\"}],\"birthDate\":"     \
    "\"2020-01-01\",\"contact\":[" contacts "]}"

struct resource_row {
    const char *about, *resource, *said;
    enum fhir_verdict verdict;
};

static const struct resource_row rows[] = {
    {"a patient, with the best number first, and none that is old",
     "{\"resourceType\":\"Patient\",\"id\":\"7\",\"identifier\":[{\"system\":"
     "\"urn:mrn\",\"value\":\"M1\",\"type\":{\"coding\":[{\"code\":\"MR\"}]}},{"
     "\"system\":\"http://hl7.org/fhir/sid/us-ssn\",\"value\":\"999-1\"}],"
     "\"name\":[{\"use\":\"maiden\",\"family\":\"Ray\"},{\"use\":\"official\","
     "\"family\":\"Doe\",\"given\":[\"Ann\",\"B\"]}],\"gender\":\"female\","
     "\"birthDate\":\"1980-02-29\",\"telecom\":[{\"system\":\"phone\",\"use\":"
     "\"work\",\"value\":\"3035550100\"},{\"system\":\"phone\",\"use\":\"old\","
     "\"value\":\"3035550101\"},{\"system\":\"phone\",\"use\":\"mobile\","
     "\"value\":\"3035550102\"},{\"system\":\"email\",\"value\":\"a@x.org\","
     "\"rank\":1},{\"system\":\"fax\",\"value\":\"3035550103\"},{\"system\":"
     "\"phone\",\"value\":\"3035550104\",\"period\":{\"end\":\"2020-01-01\"}}],"
     "\"communication\":[{\"language\":{\"coding\":[{\"code\":\"en\"}]}},{"
     "\"preferred\":true,\"language\":{\"coding\":[{\"code\":\"es\"}]}}],"
     "\"address\":[{\"line\":[\"1 Elm St\"],\"city\":\"Denver\",\"state\":"
     "\"CO\",\"postalCode\":\"80202\"}],\"active\":true}",
     "patients: mrn=M1@urn:mrn+7@fhir/Patient, first_name=Ann, last_name=Doe, "
     "birth_date=1980-02-29, sex=female, street=1 Elm St, city=Denver, "
     "state=CO, zip=80202, language=es, email=a@x.org, mobile=3035550102, "
     "work_phone=3035550100, active=yes",
     FHIR_UNDERSTOOD},
    {"a birth date without a day is kept as far as it is known",
     "{\"resourceType\":\"Patient\",\"id\":\"7\",\"birthDate\":\"1980-02\"}",
     "patients: mrn=7@fhir/Patient, birth_date=1980-02, phone=",
     FHIR_UNDERSTOOD},
    {"dead, without a day",
     "{\"resourceType\":\"Patient\",\"id\":\"7\",\"deceasedBoolean\":true}",
     "patients: mrn=7@fhir/Patient, phone=, deceased=yes", FHIR_UNDERSTOOD},
    {"replaced by another record (F-4)",
     "{\"resourceType\":\"Patient\",\"id\":\"7\",\"active\":false,\"link\":[{"
     "\"type\":\"replaced-by\",\"other\":{\"reference\":\"Patient/8\"}}]}",
     "patients: mrn=7@fhir/Patient, phone=, active=no; patients MERGE: "
     "mrn=7@fhir/Patient, merged_into=8@fhir/Patient",
     FHIR_UNDERSTOOD},
    {"a mother",
     "{\"resourceType\":\"RelatedPerson\",\"id\":\"R\",\"patient\":{"
     "\"reference\":\"Patient/7\"},\"relationship\":[{\"coding\":[{\"code\":"
     "\"MTH\"}]}],\"name\":[{\"family\":\"Doe\"}],\"telecom\":[{\"system\":"
     "\"sms\",\"value\":\"3035550100\"}]}",
     "patients: mrn=R@fhir/RelatedPerson, last_name=Doe, mobile=3035550100, "
     "active=yes; patients: mrn=7@fhir/Patient, guardian=R@fhir/RelatedPerson",
     FHIR_UNDERSTOOD},
    {"a guardian who is it no more is reached no more, and stays: without one "
     "the child would be written to",
     "{\"resourceType\":\"RelatedPerson\",\"id\":\"R\",\"active\":false,"
     "\"patient\":{\"reference\":\"Patient/7\"},\"relationship\":[{"
     "\"coding\":[{\"code\":\"GUARD\"}]}]}",
     "patients: mrn=R@fhir/RelatedPerson, phone=, active=no", FHIR_UNDERSTOOD},
    {"a mother who is a contact alone",
     KID("1", CONTACT("MTH", "", "Ann", "3035550100")),
     "patients: mrn=K1@urn:mrn+1@fhir/Patient, birth_date=2020-01-01, phone=; "
     "patients: mrn=K1-contact@urn:mrn, first_name=Ann, mobile=3035550100, "
     "active=yes; patients: mrn=K1@urn:mrn+1@fhir/Patient, "
     "guardian=K1-contact@urn:mrn",
     FHIR_UNDERSTOOD},
    {"the first who speaks for a child and can be reached",
     KID("1", CONTACT("N", "", "Neighbour", "3035550101") "," CONTACT(
                  "MTH", PAST, "Ann",
                  "3035550102") "," CONTACT("FTH", "", "Bob", "3035550103")),
     "patients: mrn=K1@urn:mrn+1@fhir/Patient, birth_date=2020-01-01, phone=; "
     "patients: mrn=K1-contact@urn:mrn, first_name=Bob, mobile=3035550103, "
     "active=yes; patients: mrn=K1@urn:mrn+1@fhir/Patient, "
     "guardian=K1-contact@urn:mrn",
     FHIR_UNDERSTOOD},
    {"one who is it no more is reached no more",
     KID("1", CONTACT("MTH", PAST, "Ann", "3035550100")),
     "patients: mrn=K1@urn:mrn+1@fhir/Patient, birth_date=2020-01-01, phone=; "
     "patients: mrn=K1-contact@urn:mrn, phone=",
     FHIR_UNDERSTOOD},
    {"nobody is written to for a grown-up",
     "{\"resourceType\":\"Patient\",\"id\":\"7\",\"birthDate\":"
     "\"1980-01-01\",\"contact\":[" CONTACT("MTH", "", "Ann",
                                            "3035550100") "]}",
     "patients: mrn=7@fhir/Patient, birth_date=1980-01-01, phone=",
     FHIR_UNDERSTOOD},
    {"the practice of their own doctor, and not the doctor",
     "{\"resourceType\":\"Patient\",\"id\":\"7\",\"generalPractitioner\":"
     "[{\"reference\":\"Practitioner/1\"},{\"reference\":\"Organization/2\"}]"
     "}",
     "patients: mrn=7@fhir/Patient, phone=, clinic=2", FHIR_UNDERSTOOD},
    {"is theirs where nobody else is",
     "{\"resourceType\":\"Patient\",\"id\":\"7\",\"generalPractitioner\":"
     "[{\"reference\":\"Organization/2\"}],\"managingOrganization\":{"
     "\"reference\":\"Organization/3\"}}",
     "patients: mrn=7@fhir/Patient, phone=, clinic=3", FHIR_UNDERSTOOD},
    {"a record that is not in use",
     "{\"resourceType\":\"Patient\",\"id\":\"7\",\"active\":false}",
     "patients: mrn=7@fhir/Patient, phone=, active=no", FHIR_UNDERSTOOD},
    {"not dead after all",
     "{\"resourceType\":\"Patient\",\"id\":\"7\",\"deceasedBoolean\":false}",
     "patients: mrn=7@fhir/Patient, phone=, deceased=no", FHIR_UNDERSTOOD},
    {"dead, in a month",
     "{\"resourceType\":\"Patient\",\"id\":\"7\",\"deceasedDateTime\":"
     "\"2026-10\"}",
     "patients: mrn=7@fhir/Patient, phone=, deceased=yes; ! "
     "Patient.deceasedDateTime: has no day, and none is guessed",
     FHIR_UNDERSTOOD},
    {"an address abroad has no state of ours",
     "{\"resourceType\":\"Patient\",\"id\":\"7\",\"address\":[{\"use\":"
     "\"old\",\"city\":\"Bonn\"},{\"city\":\"Lyon\",\"state\":\"ARA\","
     "\"postalCode\":\"69001\",\"country\":\"FR\"}]}",
     "patients: mrn=7@fhir/Patient, street=, city=Lyon, state=, zip=, phone=",
     FHIR_UNDERSTOOD},
    {"an outpatient who died",
     "{\"resourceType\":\"Encounter\",\"id\":\"E\",\"status\":\"finished\","
     "\"class\":{\"code\":\"AMB\"}," SUBJECT ",\"period\":{\"end\":\"2026-11-"
     "23T10:00:00Z\"},\"hospitalization\":{\"dischargeDisposition\":{"
     "\"coding\":[{\"code\":\"exp\"}]}}}",
     "patients: mrn=7@fhir/Patient; discharges: id=E, patient=7@fhir/Patient, "
     "discharged=2026-11-23T10:00:00Z, "
     "disposition=expired, status=discharged",
     FHIR_UNDERSTOOD},
    {"a plan of a medicine is no prescription",
     "{\"resourceType\":\"MedicationRequest\",\"id\":\"M\",\"status\":"
     "\"active\",\"intent\":\"plan\"," SUBJECT "}",
     "", FHIR_NOT_OURS},
    {"a prescription that is stopped, taken when needed",
     "{\"resourceType\":\"MedicationRequest\",\"id\":\"M\",\"status\":"
     "\"stopped\",\"intent\":\"order\"," SUBJECT ",\"dosageInstruction\":[{"
     "\"asNeededBoolean\":true}]}",
     "prescriptions: id=M, patient=7@fhir/Patient, status=stopped, "
     "as_needed=yes",
     FHIR_UNDERSTOOD},
    {"a prescription that never was",
     "{\"resourceType\":\"MedicationRequest\",\"id\":\"M\",\"status\":"
     "\"entered-in-error\",\"intent\":\"order\"," SUBJECT "}",
     "prescriptions END: id=M, patient=7@fhir/Patient", FHIR_UNDERSTOOD},
    {"a medicine that must not be taken is no prescription",
     "{'resourceType':'MedicationRequest','id':'M','status':'active',"
     "'intent':'order','doNotPerform':true,'subject':{'reference':'Patient/7'}"
     "}",
     "prescriptions END: id=M, patient=7@fhir/Patient", FHIR_UNDERSTOOD},
    {"a test that must not be done is no order",
     "{'resourceType':'ServiceRequest','id':'S','status':'active','intent':"
     "'order','doNotPerform':true,'subject':{'reference':'Patient/7'},'code':"
     "{'coding':[{'system':'http://loinc.org','code':'57905-2'}]}}",
     "orders END: id=S, patient=7@fhir/Patient", FHIR_UNDERSTOOD},
    {"whom a whole resource names no number of has none by it",
     "{'resourceType':'Patient','id':'7','gender':'female'}",
     "patients: mrn=7@fhir/Patient, sex=female, phone=", FHIR_UNDERSTOOD},
    {"a part of one says nothing of what it leaves out",
     "{'resourceType':'Patient','id':'7','gender':'female','birthDate':"
     "'2020-01-01','telecom':[],'meta':{'tag':[{'code':'x'},{'code':"
     "'SUBSETTED'}]}}",
     "patients: mrn=7@fhir/Patient, birth_date=2020-01-01, sex=female",
     FHIR_UNDERSTOOD},
    {"a child whose parent is named no more, if one was",
     "{'resourceType':'Patient','id':'7','birthDate':'2020-01-01','telecom':[{"
     "'system':'sms','value':'3035550100'}]}",
     "patients: mrn=7@fhir/Patient, birth_date=2020-01-01, mobile=3035550100; "
     "patients: mrn=7-contact@fhir/Patient, phone=",
     FHIR_UNDERSTOOD},
    {"what is prepared is not handed over",
     "{\"resourceType\":\"MedicationDispense\",\"id\":\"F\",\"status\":"
     "\"preparation\"}",
     "fills END: id=F", FHIR_UNDERSTOOD},
    {"nobody knows",
     "{\"resourceType\":\"MedicationDispense\",\"id\":\"F\",\"status\":"
     "\"unknown\"}",
     "", FHIR_NOT_OURS},
    {"a vaccination that was not done",
     "{\"resourceType\":\"Immunization\",\"id\":\"I\",\"status\":\"not-done\","
     "\"vaccineCode\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/cvx\","
     "\"code\":\"140\"}]},\"patient\":{\"reference\":\"Patient/7\"}}",
     "screenings END: id=I, patient=7@fhir/Patient", FHIR_UNDERSTOOD},
    {"a report of a test",
     "{\"resourceType\":\"DiagnosticReport\",\"id\":\"D\",\"status\":\"final\","
     "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":"
     "\"24606-6\"}]}," SUBJECT ",\"effectiveDateTime\":\"2026-11-20\","
     "\"conclusionCode\":[{\"coding\":[{\"system\":\"http://snomed.info/sct\","
     "\"code\":\"17621005\"}]}]}",
     "screenings: id=D, patient=7@fhir/Patient, kind=mammography, "
     "done=2026-11-20, "
     "result=normal",
     FHIR_UNDERSTOOD},
    {"an order that was taken back",
     "{\"resourceType\":\"ServiceRequest\",\"id\":\"S\",\"status\":\"revoked\","
     "\"intent\":\"order\"," SUBJECT ",\"code\":{\"coding\":[{\"system\":"
     "\"http://loinc.org\",\"code\":\"57905-2\"}]}}",
     "orders: id=S, patient=7@fhir/Patient, kind=fit, status=revoked",
     FHIR_UNDERSTOOD},
    {"what another system sent counts in no cap",
     "{\"resourceType\":\"Communication\",\"id\":\"C\",\"status\":"
     "\"completed\"," SUBJECT ",\"sent\":\"2026-11-20T10:00:00Z\"}",
     "", FHIR_NOT_OURS},
    {"a neighbour",
     "{\"resourceType\":\"RelatedPerson\",\"id\":\"R\",\"patient\":{"
     "\"reference\":\"Patient/7\"},\"relationship\":[{\"coding\":[{\"code\":"
     "\"NBOR\"}]}]}",
     "", FHIR_NOT_OURS},
    {"a visit",
     "{\"resourceType\":\"Appointment\",\"id\":\"A\",\"status\":\"booked\","
     "\"start\":\"2026-12-01T09:00:00-07:00\",\"end\":\"2026-12-01T09:30:00-07:"
     "00\",\"created\":\"2026-11-01\",\"serviceType\":[{\"text\":\"Check-up\"}]"
     ",\"participant\":[{\"actor\":{\"reference\":\"Practitioner/D\","
     "\"display\":\"Dr Ito\"}},{\"actor\":{\"reference\":\"Patient/7\"}},{"
     "\"actor\":{\"reference\":\"Location/L\"}}]}",
     "appointments: id=A, patient=7@fhir/Patient, clinic=L, "
     "start=2026-12-01T09:00:00-07:00, minutes=30, status=booked, "
     "visit_type=Check-up, practitioner=Dr Ito, booked=2026-11-01",
     FHIR_UNDERSTOOD},
    {"who declined does not come, whatever the visit is",
     "{\"resourceType\":\"Appointment\",\"id\":\"A\",\"status\":\"booked\","
     "\"participant\":[{\"actor\":{\"reference\":\"Patient/"
     "7\"},\"status\":\"declined\"}]}",
     "appointments: id=A, patient=7@fhir/Patient, status=cancelled",
     FHIR_UNDERSTOOD},
    {"of two who accepted and declined, the one who comes",
     "{\"resourceType\":\"Appointment\",\"id\":\"A\",\"status\":\"booked\","
     "\"participant\":[{\"actor\":{\"reference\":\"Patient/"
     "7\"},\"status\":\"declined\"},{\"actor\":{\"reference\":\"Patient/"
     "8\"},\"status\":\"accepted\"}]}",
     "appointments: id=A, patient=8@fhir/Patient, status=booked",
     FHIR_UNDERSTOOD},
    {"a second patient is told",
     "{\"resourceType\":\"Appointment\",\"id\":\"A\",\"status\":\"booked\","
     "\"participant\":[{\"actor\":{\"reference\":\"Patient/"
     "7\"}},{\"actor\":{\"reference\":\"Patient/8\"}}]}",
     "appointments: id=A, patient=7@fhir/Patient, status=booked; ! "
     "Appointment.participant[1].actor: a second patient of this visit is left "
     "out: send a visit with an id of its own for each",
     FHIR_UNDERSTOOD},
    {"one patient twice is one",
     "{\"resourceType\":\"Appointment\",\"id\":\"A\",\"status\":\"booked\","
     "\"participant\":[{\"actor\":{\"reference\":\"Patient/"
     "7\"}},{\"actor\":{\"reference\":\"Patient/7\"}}]}",
     "appointments: id=A, patient=7@fhir/Patient, status=booked",
     FHIR_UNDERSTOOD},
    {"a visit of nobody: a meeting",
     "{\"resourceType\":\"Appointment\",\"id\":\"A\",\"status\":\"booked\","
     "\"participant\":[{\"actor\":{\"reference\":\"Practitioner/D\"}}]}",
     "", FHIR_NOT_OURS},
    {"references by urn, by address, by search, by identifier",
     "{\"resourceType\":\"Appointment\",\"id\":\"A\",\"status\":\"cancelled\","
     "\"participant\":[{\"actor\":{\"reference\":\"Patient?identifier=urn:mrn|"
     "M1\"}}]}",
     "appointments: id=A, patient=M1@urn:mrn, status=cancelled",
     FHIR_UNDERSTOOD},
    {"home from hospital",
     "{\"resourceType\":\"Encounter\",\"id\":\"E\",\"status\":\"finished\","
     "\"class\":{\"code\":\"IMP\"}," SUBJECT ",\"period\":{\"start\":\"2026-11-"
     "20T10:00:00Z\",\"end\":\"2026-11-23T10:00:00Z\"},\"hospitalization\":{"
     "\"dischargeDisposition\":{\"coding\":[{\"code\":\"home\"}]}},"
     "\"serviceProvider\":{\"reference\":\"Organization/H\"}}",
     "discharges: id=E, patient=7@fhir/Patient, clinic=H, "
     "admitted=2026-11-20T10:00:00Z, discharged=2026-11-23T10:00:00Z, "
     "class=inpatient, disposition=home, status=discharged; patients: "
     "mrn=7@fhir/Patient, inpatient=no",
     FHIR_UNDERSTOOD},
    {"in hospital",
     "{\"resourceType\":\"Encounter\",\"id\":\"E\",\"status\":\"in-progress\","
     "\"class\":{\"code\":\"ACUTE\"}," SUBJECT "}",
     "discharges END: id=E, patient=7@fhir/Patient; patients: "
     "mrn=7@fhir/Patient, "
     "inpatient=yes",
     FHIR_UNDERSTOOD},
    {"a walk-in is no stay, or none any more",
     "{\"resourceType\":\"Encounter\",\"id\":\"E\",\"status\":\"finished\","
     "\"class\":{\"code\":\"AMB\"}," SUBJECT "}",
     "patients: mrn=7@fhir/Patient", FHIR_UNDERSTOOD},
    {"a value of another JSON type is told, with its place",
     "{\"resourceType\":\"Patient\",\"id\":\"7\",\"birthDate\":19790402,"
     "\"active\":\"false\",\"telecom\":[{\"system\":\"email\",\"value\":5},{"
     "\"system\":\"email\",\"value\":\"a@x.org\",\"rank\":\"1\"}]}",
     "patients: mrn=7@fhir/Patient, email=a@x.org; ! Patient.telecom[0].value: "
     "is a "
     "number: a text was expected; ! Patient.telecom[1].rank: is a text: a "
     "number was expected; ! Patient.birthDate: is a number: a text was "
     "expected; ! Patient.active: is a text: true or false was expected",
     FHIR_UNDERSTOOD},
    {"one that is no list is told once, however much is read of it",
     "{\"resourceType\":\"Patient\",\"id\":\"7\",\"name\":{\"family\":\"Doe\","
     "\"given\":[\"Ann\"]},\"extension\":5}",
     "patients: mrn=7@fhir/Patient, phone=; ! Patient.name: is an object: an "
     "array was expected",
     FHIR_UNDERSTOOD},
    {"R5 is refused",
     "{\"resourceType\":\"Encounter\",\"id\":\"E\",\"status\":\"completed\","
     "\"class\":[{\"coding\":[{\"code\":\"IMP\"}]}]," SUBJECT "}",
     "!! Encounter.class: is FHIR R5: only R4 (4.0.1) is understood",
     FHIR_WRONG},
    {"a prescription of a contained medicine",
     "{\"resourceType\":\"MedicationRequest\",\"id\":\"M\",\"status\":\"active"
     "\",\"intent\":\"order\"," SUBJECT ",\"authoredOn\":\"2026-11-01T10:00:00Z"
     "\",\"contained\":[{\"resourceType\":\"Medication\",\"id\":\"m\",\"code\":"
     "{\"coding\":[{\"code\":\"314076\",\"display\":\"Lisinopril\"}]}}],"
     "\"medicationReference\":{\"reference\":\"#m\"},\"dispenseRequest\":{"
     "\"numberOfRepeatsAllowed\":3}}",
     "prescriptions: id=M, patient=7@fhir/Patient, drug_code=314076, "
     "drug_name=Lisinopril, status=active, refills_left?=3, "
     "written=2026-11-01",
     FHIR_UNDERSTOOD},
    {"a fill of twelve weeks",
     "{\"resourceType\":\"MedicationDispense\",\"id\":\"F\",\"status\":"
     "\"completed\"," SUBJECT ",\"authorizingPrescription\":[{\"reference\":"
     "\"MedicationRequest/M\"}],\"daysSupply\":{\"value\":12,\"code\":\"wk\"},"
     "\"whenHandedOver\":\"2026-11-20\"}",
     "fills: id=F, prescription=M, filled=2026-11-20, days_supply=84",
     FHIR_UNDERSTOOD},
    {"a fill of nobody knows how many days",
     "{\"resourceType\":\"MedicationDispense\",\"id\":\"F\",\"status\":"
     "\"completed\",\"authorizingPrescription\":[{\"reference\":"
     "\"MedicationRequest/M\"}],\"daysSupply\":{\"value\":30,\"unit\":\"tab\"},"
     "\"whenHandedOver\":\"2026-11-20\"}",
     "!! MedicationDispense.daysSupply: days, weeks or months (d, wk, mo) were "
     "expected: how long does it last?",
     FHIR_WRONG},
    {"a result that a measure asks for",
     "{\"resourceType\":\"Observation\",\"id\":\"O\",\"status\":\"final\","
     "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"4548-4"
     "\"}]}," SUBJECT ",\"effectiveDateTime\":\"2026-11-20T10:00:00Z\","
     "\"issued\":\"2026-11-21T10:00:00Z\",\"valueQuantity\":{\"value\":8.1,"
     "\"unit\":\"%\"},\"interpretation\":[{\"coding\":[{\"system\":\"http://"
     "terminology.hl7.org/CodeSystem/v3-ObservationInterpretation\",\"code\":"
     "\"H\"}]}]}",
     "screenings: id=O, patient=7@fhir/Patient, kind=hba1c, done=2026-11-20, "
     "resulted=2026-11-21T10:00:00Z, value=8.1, unit=%, result=abnormal",
     FHIR_UNDERSTOOD},
    {"blood pressure is two numbers",
     "{\"resourceType\":\"Observation\",\"id\":\"O\",\"status\":\"final\","
     "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"85354-9"
     "\"}]}," SUBJECT ",\"effectiveDateTime\":\"2026-11-20\",\"component\":[{"
     "\"code\":{\"coding\":[{\"code\":\"8462-4\"}]},\"valueQuantity\":{"
     "\"value\":82,\"unit\":\"mmHg\"}},{\"code\":{\"coding\":[{\"code\":"
     "\"8480-6\"}]},\"valueQuantity\":{\"value\":128,\"unit\":\"mmHg\"}}]}",
     "screenings: id=O, patient=7@fhir/Patient, kind=blood-pressure, "
     "done=2026-11-20, second_value=82, value=128, unit=mmHg",
     FHIR_UNDERSTOOD},
    {"a body height is nothing that a measure asks for",
     "{\"resourceType\":\"Observation\",\"id\":\"O\",\"status\":\"final\","
     "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"8302-2"
     "\"}]}," SUBJECT "}",
     "", FHIR_NOT_OURS},
    {"preliminary is no result yet",
     "{\"resourceType\":\"Observation\",\"id\":\"O\",\"status\":\"preliminary\""
     ",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"4548-4"
     "\"}]}," SUBJECT "}",
     "", FHIR_NOT_OURS},
    {"a vaccine",
     "{\"resourceType\":\"Immunization\",\"id\":\"I\",\"status\":\"completed\","
     "\"vaccineCode\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/cvx\","
     "\"code\":\"140\"}]},\"patient\":{\"reference\":\"urn:uuid:ab-1\"},"
     "\"occurrenceDateTime\":\"2026-10-01\"}",
     "screenings: id=I, patient=ab-1@urn:uuid, kind=flu-vaccine, "
     "done=2026-10-01",
     FHIR_UNDERSTOOD},
    {"a condition in two systems is found by either",
     "{\"resourceType\":\"Condition\",\"id\":\"C\"," SUBJECT ",\"code\":{"
     "\"coding\":[{\"code\":\"44054006\"},{\"code\":\"E11.9\"}]},"
     "\"onsetDateTime\":\"2020-05-01\"}",
     "conditions: id=C, patient=7@fhir/Patient, code=44054006, "
     "since=2020-05-01; "
     "conditions: id=C#2, patient=7@fhir/Patient, code=E11.9, since=2020-05-01",
     FHIR_UNDERSTOOD},
    {"a condition that was refuted",
     "{\"resourceType\":\"Condition\",\"id\":\"C\"," SUBJECT
     ",\"verificationStatus\":{\"coding\":[{\"code\":\"refuted\"}]},\"code\":{"
     "\"coding\":[{\"code\":\"44054006\"}]}}",
     "conditions END: id=C, patient=7@fhir/Patient, code=44054006",
     FHIR_UNDERSTOOD},
    {"a colonoscopy is a procedure, and a screening that was done",
     "{\"resourceType\":\"Procedure\",\"id\":\"P\",\"status\":"
     "\"completed\"," SUBJECT
     ",\"code\":{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":"
     "\"73761001\"}]},\"performedPeriod\":{\"start\":\"2026-01-01T10:00:00Z\","
     "\"end\":\"2026-01-01T11:00:00Z\"}}",
     "procedures: id=P, patient=7@fhir/Patient, code=73761001, "
     "done=2026-01-01; "
     "screenings: id=P, patient=7@fhir/Patient, kind=colonoscopy, "
     "done=2026-01-01",
     FHIR_UNDERSTOOD},
    {"an order of a test",
     "{\"resourceType\":\"ServiceRequest\",\"id\":\"S\",\"status\":\"active\","
     "\"intent\":\"order\"," SUBJECT ",\"code\":{\"coding\":[{\"system\":"
     "\"http://loinc.org\",\"code\":\"57905-2\"}]},\"authoredOn\":\"2026-11-01"
     "\"}",
     "orders: id=S, patient=7@fhir/Patient, kind=fit, status=active, "
     "ordered=2026-11-01",
     FHIR_UNDERSTOOD},
    {"a type that nobody here asks for",
     "{\"resourceType\":\"Claim\",\"id\":\"C\"}", "", FHIR_NOT_OURS},
    {"no resource at all", "{\"a\":1}",
     "!! resourceType: this is no FHIR resource", FHIR_WRONG},
    {"an observation of a group",
     "{\"resourceType\":\"Condition\",\"id\":\"C\",\"subject\":{\"reference\":"
     "\"Group/1\"},\"code\":{\"coding\":[{\"code\":\"1\"}]}}",
     "", FHIR_NOT_OURS},
};

/* A Consent of Patient/7, single quotes for double ones. */
#define CS "http://terminology.hl7.org/CodeSystem/"
#define CODE(system, code) \
    "{'coding':[{'system':'" system "','code':'" code "'}]}"
#define SMS CODE("http://hl7.org/fhir/contact-point-system", "sms")
#define PHONE CODE("http://hl7.org/fhir/contact-point-system", "phone")
#define CONSENT_OF(status, at, category, more)                                 \
    "{'resourceType':'Consent','id':'C','status':'" status "','dateTime':'" at \
    "','category':[" category "],'patient':{'reference':'Patient/7'}" more "}"
#define AT "2026-11-20T10:00:00Z"
#define CONSENT(status, category, more) CONSENT_OF(status, AT, category, more)
#define PROVISION(inside) ",'provision':{" inside "}"
#define DENY "'type':'deny'"
#define PERMIT "'type':'permit'"
#define PRIVACY ",'scope':" CODE(CS "consentscope", "patient-privacy")
#define ROW(verdict, more, at)                                           \
    "consents: patient=7@fhir/Patient, verdict=" verdict more ", at=" at \
    ", evidence=Consent/C"
#define REVOKED(more) ROW("revoked", more, AT)
#define GRANTED(more) ROW("granted", more, AT)
#define UNREAD(where)                                                    \
    "!! Consent." where ": refuses something, and the codes do not say " \
    "whether that is messages: name it in their table 'consent'"

#define UNSAID                                                            \
    "!! Consent.category: refuses something, and none of its codes says " \
    "what: whether that is messages nobody can tell"

static const struct resource_row consents[] = {
    {"no texts any more", CONSENT("active", SMS, PROVISION(DENY) PRIVACY),
     REVOKED(", channel=sms"), FHIR_UNDERSTOOD},
    {"texts are welcome", CONSENT("active", SMS, PROVISION(PERMIT)),
     GRANTED(", channel=sms"), FHIR_UNDERSTOOD},
    {"by two channels, for one purpose",
     CONSENT("active", SMS "," PHONE,
             PROVISION(PERMIT ",'purpose':[{'system':'" CS
                              "v3-ActReason','code':'HMARKT'}]")),
     GRANTED(", purpose=marketing, channel=sms") "; " GRANTED(
         ", purpose=marketing, channel=voice"),
     FHIR_UNDERSTOOD},
    {"reminders at all",
     CONSENT("active", CODE(CS "communication-category", "reminder"),
             PROVISION(DENY)),
     REVOKED(""), FHIR_UNDERSTOOD},
    {"the code stands in the provision",
     CONSENT("active", CODE("http://loinc.org", "59284-0"),
             PRIVACY PROVISION(DENY ",'code':[" SMS "]")),
     REVOKED(", channel=sms"), FHIR_UNDERSTOOD},
    {"no marketing, whatever the channel",
     CONSENT("active", CODE("http://loinc.org", "59284-0"),
             PROVISION(DENY ",'purpose':[{'system':'" CS
                            "v3-ActReason','code':'HMARKT'}]")),
     REVOKED(", purpose=marketing"), FHIR_UNDERSTOOD},
    {"the channel is an extension's code",
     CONSENT("active", CODE("http://loinc.org", "59284-0"),
             PROVISION(DENY) ",'extension':[{'url':'http://hl7.org/fhir/"
                             "contact-point-system','valueCode':'email'}]"),
     REVOKED(", channel=email"), FHIR_UNDERSTOOD},
    {"a policy that opts out is a refusal without a provision",
     CONSENT("active", SMS, ",'policyRule':" CODE(CS "v3-ActCode", "OPTOUT")),
     REVOKED(", channel=sms"), FHIR_UNDERSTOOD},
    {"a decision of R5 is a refusal",
     CONSENT("active", SMS, ",'decision':'deny','provision':[]"),
     REVOKED(", channel=sms") "; ! Consent.provision: is an array: an object "
                              "was expected",
     FHIR_UNDERSTOOD},
    {"also by a code that nobody knows",
     CONSENT("active", CODE("urn:our", "X"), ",'decision':'deny'"),
     UNREAD("category[0]"), FHIR_WRONG},
    {"one that opts in is a permission",
     CONSENT("active", SMS, ",'policyRule':" CODE(CS "v3-ActCode", "OPTIN")),
     GRANTED(", channel=sms"), FHIR_UNDERSTOOD},
    {"a refusal of a day is one of its last second",
     CONSENT_OF("active", "2026-11-20", SMS, PROVISION(DENY)),
     ROW("revoked", ", channel=sms", "2026-11-20T23:59:59"), FHIR_UNDERSTOOD},
    {"a refusal with a code that nobody knows beside is of every purpose",
     CONSENT("active", SMS "," CODE("urn:our", "X"),
             PROVISION(DENY ",'purpose':[{'system':'" CS
                            "v3-ActReason','code':'HMARKT'}]")),
     REVOKED(", channel=sms"), FHIR_UNDERSTOOD},
    {"a permission with one is none",
     CONSENT("active", SMS "," CODE("urn:our", "X"), PROVISION(PERMIT)), "",
     FHIR_NOT_OURS},
    {"one for research texts is none",
     CONSENT("active", SMS,
             PROVISION(PERMIT) ",'scope':" CODE(CS "consentscope", "research")),
     "", FHIR_NOT_OURS},
    {"one with an end is none",
     CONSENT("active", SMS, PROVISION(PERMIT ",'period':{'end':'2030-01-01'}")),
     "", FHIR_NOT_OURS},
    {"nor one that begins later",
     CONSENT("active", SMS,
             PROVISION(PERMIT ",'period':{'start':'2030-01-01'}")),
     "", FHIR_NOT_OURS},
    {"one whose time is over is taken back, as of its own time",
     CONSENT("active", SMS, PROVISION(PERMIT ",'period':{'end':'2026-11-01'}")),
     REVOKED(", channel=sms"), FHIR_UNDERSTOOD},
    {"so is one that is no longer in force",
     CONSENT("inactive", SMS, PROVISION(PERMIT)), REVOKED(", channel=sms"),
     FHIR_UNDERSTOOD},
    {"that was rejected", CONSENT("rejected", SMS, PROVISION(PERMIT)),
     REVOKED(", channel=sms"), FHIR_UNDERSTOOD},
    {"or was a mistake", CONSENT("entered-in-error", SMS, PROVISION(PERMIT)),
     REVOKED(", channel=sms"), FHIR_UNDERSTOOD},
    {"one of marketing takes back no reminders, whatever else it says",
     CONSENT("inactive", CODE("urn:our", "MKT"),
             PROVISION(PERMIT ",'purpose':[{'system':'" CS
                              "v3-ActReason','code':'HMARKT'}]")),
     REVOKED(", purpose=marketing"), FHIR_UNDERSTOOD},
    {"nor does one for research texts",
     CONSENT("inactive", SMS,
             PROVISION(PERMIT) ",'scope':" CODE(CS "consentscope", "research")),
     "", FHIR_NOT_OURS},
    {"a refusal that is over permits nothing",
     CONSENT("inactive", SMS, PROVISION(DENY)), "", FHIR_NOT_OURS},
    {"a draft says nothing yet", CONSENT("draft", SMS, PROVISION(DENY)), "",
     FHIR_NOT_OURS},
    {"a status that nobody knows is a fault",
     CONSENT("Active", SMS, PROVISION(DENY)),
     "!! Consent.status: is no status of a Consent", FHIR_WRONG},
    {"a refusal by a code that nobody knows is a fault",
     CONSENT("active", CODE("urn:our", "sms"), PRIVACY PROVISION(DENY)),
     UNREAD("category[0]"), FHIR_WRONG},
    {"so is one that has words alone",
     CONSENT("active", "{'text':'No texts, please'}", PRIVACY PROVISION(DENY)),
     UNREAD("category[0]"), FHIR_WRONG},
    {"and one that does not say of what",
     CONSENT("active", CODE("http://loinc.org", "59284-0"),
             PRIVACY PROVISION(DENY)),
     UNSAID, FHIR_WRONG},
    {"nor does one of HL7's own, which opts out of nothing that has a name",
     CONSENT("active", CODE("http://loinc.org", "59284-0"),
             ",'policyRule':" CODE(CS "v3-ActCode", "OPTOUT")
                 PRIVACY PROVISION("'actor':[{'role':" CODE(
                     CS "v3-ParticipationType", "CST") "}]")),
     UNSAID, FHIR_WRONG},
    {"a permission by such a code is none",
     CONSENT("active", CODE("urn:our", "sms"), PROVISION(PERMIT)), "",
     FHIR_NOT_OURS},
    {"who may not see the records may still write",
     CONSENT("active", CODE("http://loinc.org", "59284-0"),
             PRIVACY PROVISION(
                 DENY ",'action':[" CODE(CS "consentaction", "access") "]")),
     "", FHIR_NOT_OURS},
    {"no research",
     CONSENT("active", CODE("urn:our", "X"),
             PROVISION(DENY) ",'scope':" CODE(CS "consentscope", "research")),
     "", FHIR_NOT_OURS},
    {"texts, but no marketing",
     CONSENT("active", SMS,
             PROVISION(PERMIT ",'provision':[{" DENY
                              ",'purpose':[{'system':'" CS
                              "v3-ActReason','code':'HMARKT'}]}]")),
     GRANTED(", channel=sms") "; " REVOKED(", purpose=marketing, channel=sms"),
     FHIR_UNDERSTOOD},
    {"an exception that nobody understands is a fault",
     CONSENT("active", SMS, PROVISION(PERMIT ",'provision':[{" DENY "}]")),
     GRANTED(", channel=sms") "; !! Consent.provision.provision[0].type: "
                              "denies a part of it, and the codes do not say "
                              "which: name it in their table 'consent'",
     FHIR_WRONG},
    {"an exception about records is none here",
     CONSENT("active", SMS,
             PROVISION(PERMIT ",'provision':[{" DENY ",'action':[" CODE(
                 CS "consentaction", "disclose") "]}]")),
     GRANTED(", channel=sms"), FHIR_UNDERSTOOD},
    {"an exception of a refusal is not heard",
     CONSENT("active", SMS,
             PROVISION(DENY ",'provision':[{" PERMIT
                            ",'purpose':[{'system':'" CS
                            "v3-ActReason','code':'HMARKT'}]}]")),
     REVOKED(", channel=sms"), FHIR_UNDERSTOOD},
    {"of texts, neither permitted nor denied", CONSENT("active", SMS, ""),
     "!! Consent.provision.type: is it permitted or denied?", FHIR_WRONG},
    {"a refusal without a time is a fault",
     CONSENT_OF("active", "2026-11", SMS, PROVISION(DENY)),
     "consents: patient=7@fhir/Patient, verdict=revoked, channel=sms, "
     "evidence=Consent/C; ! Consent.dateTime: has no day, and none is guessed; "
     "!! Consent.dateTime: since when?",
     FHIR_WRONG},
    {"a consent to treatment is none to be written to",
     "{'resourceType':'Consent','id':'C','status':'active','category':[{'"
     "coding':[{'code':'treatment'}]}],'patient':{'reference':'Patient/7'}}",
     "", FHIR_NOT_OURS},
};

static void says(const struct fhir_options *options,
                 const struct resource_row *row)
{
    struct error err = {0};
    char *text = memory_text(row->resource);
    for (char *at = text; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    struct json *doc = json_parse(text, strlen(text), 0, &err, NULL);
    if (!doc)
        fail_msg("%s: %s", row->about, err.text);
    struct facts *facts = facts_new("fhir");
    struct buf out;
    buf_init(&out, 1 << 16);
    enum fhir_verdict verdict =
        fhir_facts(json_root(doc), NULL, options, facts);
    said(&out, facts);
    if (!text_equal(out.data, row->said))
        fail_msg("%s:\n  %s\ninstead of\n  %s", row->about, out.data,
                 row->said);
    if (verdict != row->verdict)
        fail_msg("%s: %d", row->about, (int)verdict);
    buf_free(&out);
    facts_free(facts);
    json_free(doc);
    free(text);
}

static void each_resource_says_what_it_means(void **state)
{
    (void)state;
    struct terms *codes = standard();
    const struct fhir_options options = {.now = 1796000000000, .terms = codes};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        says(&options, &rows[i]);
    terms_free(codes);
}

static void a_consent_is_heard_or_refused(void **state)
{
    (void)state;
    struct terms *codes = standard();
    const struct fhir_options options = {.now = 1796000000000, .terms = codes};
    for (size_t i = 0; i < sizeof(consents) / sizeof(consents[0]); i++)
        says(&options, &consents[i]);
    terms_free(codes);
}

/* Real ones -------------------------------------------------------------------
 */

struct counted {
    int understood, not_ours, wrong;
};

static void read_resource(const struct fhir_options *options,
                          const struct json_node *node, const char *url,
                          const char *name, struct counted *counted)
{
    if (text_equal(json_get_text(node, "resourceType"), "Bundle")) {
        for (const struct json_node *entry =
                 json_first(json_get(node, "entry"));
             entry; entry = json_next(entry))
            read_resource(options, json_get(entry, "resource"),
                          json_get_text(entry, "fullUrl"), name, counted);
        return;
    }
    struct facts *facts = facts_new("fhir");
    switch (fhir_facts(node, url, options, facts)) {
    case FHIR_UNDERSTOOD:
        counted->understood++;
        break;
    case FHIR_NOT_OURS:
        counted->not_ours++;
        break;
    case FHIR_WRONG:
        counted->wrong++;
        print_message("# %s: %s: %s\n", name, facts->faults[0].where,
                      facts->faults[0].reason);
        break;
    }
    facts_free(facts);
}

/* A document, or one a line. */
static void read_text(const struct fhir_options *options, const char *name,
                      const char *text, struct counted *counted)
{
    bool lines = text_ends(name, ".ndjson");
    for (const char *line = text; *line;) {
        size_t len = lines ? strcspn(line, "\n") : strlen(line);
        struct error err = {0};
        struct json *doc = json_parse(line, len, 0, &err, NULL);
        if (!doc)
            fail_msg("%s: %s", name, err.text);
        read_resource(options, json_root(doc), NULL, name, counted);
        json_free(doc);
        line += len + (line[len] == '\n');
    }
}

static void real_resources_are_read(void **state)
{
    (void)state;
    static const char *const folders[] = {"../shared/data/fhir-spec-examples",
                                          "../shared/data/fhir-bundles",
                                          "../shared/data/fhir-bulk-10"};
    struct terms *codes = standard();
    const struct fhir_options options = {.now = 1796000000000, .terms = codes};
    int all = 0;
    for (size_t i = 0; i < 3; i++) {
        struct counted counted = {0};
        char folder[1024], path[2048];
        file_join(folder, sizeof(folder), source_root(), folders[i]);
        DIR *dir = opendir(folder);
        for (struct dirent *entry; dir && (entry = readdir(dir));) {
            struct buf text;
            struct error err = {0};
            if (!strstr(entry->d_name, "json") ||
                text_equal(entry->d_name, "log.ndjson"))
                continue;
            file_join(path, sizeof(path), folder, entry->d_name);
            assert_true(file_read(path, 64 << 20, &text, &err));
            read_text(&options, entry->d_name, text.data, &counted);
            buf_free(&text);
        }
        if (dir)
            closedir(dir);
        all += counted.understood;
        print_message("# %s: %d understood, %d not ours, %d wrong\n",
                      folders[i], counted.understood, counted.not_ours,
                      counted.wrong);
    }
    terms_free(codes);
    if (all == 0)
        skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_resource_says_what_it_means),
        cmocka_unit_test(a_consent_is_heard_or_refused),
        cmocka_unit_test(real_resources_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
