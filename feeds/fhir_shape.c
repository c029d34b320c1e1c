/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether what is read of a resource is of the JSON type that R4 gives it.
 * Readers pass over what is none, and a birth date that is a number would be
 * as if nobody had sent one. Members that nobody here reads are not looked at.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "feeds/fhir_own.h"

enum { MEMBER_MAX = 48, WHERE_MAX = 200 };

/* Members with '.' between; "[]": it is a list, of which each is looked at. */
struct shape {
    enum json_type type;
    const char *paths; /* with a blank between */
};

/* clang-format off */
static const struct shape any[] = {
    {JSON_TEXT, "id meta.lastUpdated subject.reference patient.reference "
     "identifier[].system identifier[].value telecom[].system "
     "telecom[].value telecom[].use code.coding[].code"},
    {JSON_NUMBER, "telecom[].rank"},
    {JSON_OBJECT, "meta"},
};
static const struct shape person[] = {
    {JSON_TEXT, "birthDate gender deceasedDateTime name[].family name[].use "
     "name[].given[] address[].use address[].line[] address[].city "
     "address[].state address[].postalCode address[].country link[].type "
     "link[].other.reference managingOrganization.reference "
     "generalPractitioner[].reference contact[].telecom[].value "
     "contact[].name.family communication[].language.coding[].code"},
    {JSON_BOOL, "active deceasedBoolean communication[].preferred"},
};
static const struct shape location[] = {
    {JSON_TEXT, "name address.line[] address.city address.state "
     "address.postalCode"},
};
static const struct shape organization[] = {
    {JSON_TEXT, "name address[].line[] address[].city address[].state "
     "address[].postalCode"},
};
static const struct shape appointment[] = {
    {JSON_TEXT, "status start end created participant[].actor.reference "
     "serviceType[].text appointmentType.text"},
    {JSON_NUMBER, "minutesDuration"},
};
static const struct shape encounter[] = {
    {JSON_TEXT, "status period.start period.end "
     "serviceProvider.reference location[].location.reference "
     "hospitalization.dischargeDisposition.coding[].code"},
};
static const struct shape request[] = {
    {JSON_TEXT, "status intent authoredOn "
     "medicationCodeableConcept.coding[].code medicationReference.reference "
     "dispenseRequest.performer.reference"},
    {JSON_NUMBER, "dispenseRequest.numberOfRepeatsAllowed"},
    {JSON_BOOL, "doNotPerform dosageInstruction[].asNeededBoolean"},
};
static const struct shape dispense[] = {
    {JSON_TEXT, "status whenHandedOver whenPrepared daysSupply.unit "
     "daysSupply.code authorizingPrescription[].reference"},
    {JSON_NUMBER, "daysSupply.value"},
};
static const struct shape condition[] = {
    {JSON_TEXT, "onsetDateTime onsetPeriod.start abatementDateTime "
     "abatementPeriod.end recordedDate clinicalStatus.coding[].code "
     "verificationStatus.coding[].code"},
};
static const struct shape done[] = {
    {JSON_TEXT, "status performedDateTime performedPeriod.start "
     "performedPeriod.end occurrenceDateTime vaccineCode.coding[].code"},
};
static const struct shape observation[] = {
    {JSON_TEXT, "status issued effectiveDateTime effectiveInstant "
     "effectivePeriod.start effectivePeriod.end valueQuantity.unit "
     "valueQuantity.code valueQuantity.comparator "
     "valueCodeableConcept.coding[].code interpretation[].coding[].code"},
    {JSON_NUMBER, "valueQuantity.value component[].valueQuantity.value"},
};
static const struct shape order[] = {
    {JSON_TEXT, "status intent authoredOn"},
    {JSON_BOOL, "doNotPerform"},
};
static const struct shape consent[] = {
    {JSON_TEXT, "status dateTime category[].coding[].code "
     "policyRule.coding[].code scope.coding[].code provision.type "
     "provision.period.start provision.period.end "
     "provision.action[].coding[].code provision.code[].coding[].code "
     "provision.purpose[].code provision.provision[].type"},
};
/* clang-format on */

#define SHAPES(of) (of), sizeof(of) / sizeof((of)[0])
static const struct {
    const char *type;
    const struct shape *shapes;
    size_t count;
} resources[] = {
    {"Patient", SHAPES(person)},
    {"RelatedPerson", SHAPES(person)},
    {"Location", SHAPES(location)},
    {"Organization", SHAPES(organization)},
    {"Appointment", SHAPES(appointment)},
    {"Encounter", SHAPES(encounter)},
    {"MedicationRequest", SHAPES(request)},
    {"MedicationDispense", SHAPES(dispense)},
    {"Condition", SHAPES(condition)},
    {"Procedure", SHAPES(done)},
    {"Immunization", SHAPES(done)},
    {"Observation", SHAPES(observation)},
    {"DiagnosticReport", SHAPES(observation)},
    {"ServiceRequest", SHAPES(order)},
    {"Consent", SHAPES(consent)},
};

/* How one came to a member. Nearly all are as they should be, and it is
 * written out only where one is not. */
struct way {
    const struct way *from; /* NULL: from the resource itself */
    const char *name;
    size_t len;
    const size_t *place; /* in its list; NULL: in none */
};

static void way_write(const struct fhir_reading *it, const struct way *way,
                      char out[WHERE_MAX])
{
    if (!way) {
        snprintf(out, WHERE_MAX, "%s", it->type);
        return;
    }
    way_write(it, way->from, out);
    size_t used = strlen(out);
    snprintf(out + used, WHERE_MAX - used, ".%.*s", (int)way->len, way->name);
    used = strlen(out);
    if (way->place)
        snprintf(out + used, WHERE_MAX - used, "[%zu]", *way->place);
}

/* Several paths may lead over the same member: it is told once. */
static void tell(struct fhir_reading *it, const struct json_node *node,
                 enum json_type wanted, const struct way *way)
{
    char where[WHERE_MAX];
    double number;
    const char *value = json_text(node);
    way_write(it, way, where);
    for (size_t i = 0; i < it->facts->fault_count; i++)
        if (text_equal(it->facts->faults[i].where, where))
            return;
    if (json_number(node, &number))
        value = facts_format(it->facts, "%.15g", number);
    else if (json_type(node) == JSON_BOOL)
        value = json_is_true(node) ? "true" : "false";
    facts_fault_personal(it->facts, where, value,
                         facts_format(it->facts, "is %s: %s was expected",
                                      json_type_name(json_type(node)),
                                      json_type_name(wanted)));
}

static void look(struct fhir_reading *it, const struct json_node *node,
                 const char *path, size_t len, enum json_type type,
                 const struct way *from);

/* Of `type`, or a path goes on into it. */
static void look_into(struct fhir_reading *it, const struct json_node *node,
                      const char *rest, size_t len, enum json_type type,
                      const struct way *way)
{
    enum json_type wanted = len > 0 ? JSON_OBJECT : type;
    if (json_type(node) == JSON_NULL)
        return;
    if (json_type(node) != wanted)
        tell(it, node, wanted, way);
    else if (len > 0)
        look(it, node, rest, len, type, way);
}

static void look(struct fhir_reading *it, const struct json_node *node,
                 const char *path, size_t len, enum json_type type,
                 const struct way *from)
{
    char member[MEMBER_MAX];
    size_t size = 0, i = 0;
    while (size < len && path[size] != '.' && path[size] != '[')
        size++;
    bool list = size < len && path[size] == '[';
    size_t next = size + (list ? 2 : 0);
    next += next < len; /* the dot */
    memcpy(member, path, size);
    member[size] = '\0';
    const struct json_node *child = json_get(node, member);
    struct way way = {.from = from, .name = path, .len = size};
    if (!list) {
        look_into(it, child, path + next, len - next, type, &way);
        return;
    }
    if (json_type(child) != JSON_ARRAY) {
        if (json_type(child) != JSON_NULL)
            tell(it, child, JSON_ARRAY, &way);
        return;
    }
    way.place = &i;
    for (const struct json_node *one = json_first(child); one;
         one = json_next(one), i++)
        look_into(it, one, path + next, len - next, type, &way);
}

static void look_all(struct fhir_reading *it, const struct shape *shapes,
                     size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *path = shapes[i].paths;
        while (*path) {
            size_t len = strcspn(path, " ");
            look(it, it->resource, path, len, shapes[i].type, NULL);
            path += len + (path[len] == ' ');
        }
    }
}

void fhir_shape(struct fhir_reading *it)
{
    look_all(it, SHAPES(any));
    for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]); i++)
        if (text_equal(resources[i].type, it->type))
            look_all(it, resources[i].shapes, resources[i].count);
}
