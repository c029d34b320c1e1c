/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a mapping of messages may say: which rows a format makes at all, and
 * which of their columns are no field that could stand elsewhere. Who a row is
 * about, and what an event says has happened, is never a matter of a mapping.
 */
#include "feeds/mapping_own.h"

#include <string.h>

#include "base/text.h"

static const struct layout_column old_mrn = {.name = "old_mrn",
                                             .type = LAYOUT_KEY};

/* The tables whose rows messages of a format make. */
static const char *const tables[][12] = {
    [MAPPING_CSV] = {NULL},
    [MAPPING_HL7] = {"patients", "appointments", "prescriptions", "fills",
                     "discharges", "screenings", NULL},
    [MAPPING_FHIR] = {"clinics", "patients", "consents", "appointments",
                      "prescriptions", "fills", "discharges", "conditions",
                      "procedures", "screenings", "orders", NULL},
};

static const struct {
    enum mapping_format format;
    const char *table, *column, *why;
} fixed[] = {
    {MAPPING_HL7, "discharges", "status",
     "what has happened (MSH-9) says whether they went or came back"},
    {MAPPING_FHIR, "discharges", "status",
     "the status of the Encounter says whether they went"},
    {MAPPING_FHIR, "consents", "id", "what is said anew is a row of its own"},
    {MAPPING_FHIR, "consents", "verdict",
     "the status and the provision of the Consent say whether it is granted"},
    {MAPPING_FHIR, "consents", "purpose",
     "the codes say for what it is: their table 'consent'"},
    {MAPPING_FHIR, "conditions", "id", "each coding is a row of its own"},
    {MAPPING_FHIR, "conditions", "code", "each coding is a row of its own"},
    {MAPPING_FHIR, "procedures", "id", "each coding is a row of its own"},
    {MAPPING_FHIR, "procedures", "code", "each coding is a row of its own"},
};

bool mapping_message_table(struct mapping_reader *reader,
                           struct json_place place)
{
    enum mapping_format format = reader->mapping->format;
    const char *name = reader->table->table->name;
    for (size_t i = 0; tables[format][i]; i++)
        if (text_equal(tables[format][i], name))
            return true;
    return mapping_fault(reader, place,
                         "nothing of a mapping for %s can be said of '%s'",
                         mapping_format_name(format), name);
}

const struct layout_column *mapping_message_find(
    const struct mapping_reader *reader, const char *name)
{
    bool merges = reader->mapping->format == MAPPING_HL7 &&
                  text_equal(reader->table->table->name, "patients");
    return merges && text_equal(name, old_mrn.name) ? &old_mrn : NULL;
}

static const char *refusal(const struct mapping_reader *reader,
                           const struct layout_column *column, bool formula)
{
    enum mapping_format format = reader->mapping->format;
    for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
        if (fixed[i].format == format &&
            text_equal(fixed[i].table, reader->table->table->name) &&
            text_equal(fixed[i].column, column->name))
            return fixed[i].why;
    if (column->type == LAYOUT_ATTRIBUTE)
        return "attributes come from CSV files";
    if (column->type == LAYOUT_PATIENT || column->type == LAYOUT_PERSON)
        return format == MAPPING_HL7
                   ? "whom it names is always read as usual; where a record "
                     "number stands, 'mrn' of patients says"
                   : "whom it names is always read as usual";
    if (!formula && column->required)
        return "every row needs it: null is no place";
    return NULL;
}

bool mapping_message_column(struct mapping_reader *reader,
                            const struct layout_column *column, bool formula,
                            struct json_place place)
{
    const char *why = refusal(reader, column, formula);
    return !why ||
           mapping_fault(
               reader, place, "'%s' cannot be mapped: %s",
               column->type == LAYOUT_ATTRIBUTE ? "attr." : column->name, why);
}
