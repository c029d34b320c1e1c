/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The documented layout as data: which files there are, which columns, of
 * what type, and where they go. To add a column, add a row here and to
 * docs/import.md (a test compares the two); nothing else has to know.
 */
#include "feeds/layout.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/words.h"

#define COLUMNS(array) \
    .columns = (array), .count = sizeof(array) / sizeof(*array)
/* As campaigns name them. */
#define PURPOSES                                                           \
    "appointment prescription|refill screening post-discharge lab-result " \
    "pre-operative pre-registration home-care wellness emergency notice "  \
    "survey billing marketing"
#define DAYS_MOST 400

static const struct layout_column clinics[] = {
    {"id", LAYOUT_KEY, "external_id", "external_id", .required = true},
    {"name", LAYOUT_TEXT, "name", .required = true},
    {"public_name", LAYOUT_TEXT, NULL},
    {"kind", LAYOUT_WORD, "kind", .fallback = "clinic", .words = WORDS_PLACE},
    {"phone", LAYOUT_TEXT, "phone"},
    {"street", LAYOUT_TEXT, "street", "address"},
    {"city", LAYOUT_TEXT, "city"},
    {"state", LAYOUT_STATE, "state"},
    {"zip", LAYOUT_ZIP, "zip"},
    {"zone", LAYOUT_ZONE, NULL},
    {"opens", LAYOUT_CLOCK, "open_from", "open_from"},
    {"closes", LAYOUT_CLOCK, "open_to", "open_to"},
    {"sensitive", LAYOUT_BOOL, "sensitive", .fallback = "no"},
};

static const struct layout_column patients[] = {
    {"mrn", LAYOUT_KEY, "mrn", .required = true},
    {"first_name", LAYOUT_TEXT, "given_name", "given_name", .personal = true},
    {"last_name", LAYOUT_TEXT, "family_name", "family_name", .personal = true},
    {"birth_date", LAYOUT_BIRTH, "birth_on", "birth_on", .personal = true},
    {"sex", LAYOUT_WORD, "sex", .words = WORDS_SEX},
    {"language", LAYOUT_LANGUAGE, "language", .fallback = "en"},
    {"street", LAYOUT_TEXT, "street", "address", .personal = true},
    {"city", LAYOUT_TEXT, "city"},
    {"state", LAYOUT_STATE, "state"},
    {"zip", LAYOUT_ZIP, "zip"},
    {"zone", LAYOUT_ZONE, NULL},
    {"clinic", LAYOUT_CLINIC, "clinic_id"},
    {"guardian", LAYOUT_PERSON, "guardian_id"},
    {"preferred_channel", LAYOUT_WORD, "preferred_channel",
     .words = WORDS_CHANNEL},
    {"contact_from", LAYOUT_CLOCK, "contact_from"},
    {"contact_to", LAYOUT_CLOCK, "contact_to"},
    {"active", LAYOUT_BOOL, "active", .fallback = "yes"},
    {"deceased", LAYOUT_DIED, "deceased_at", "deceased_at"},
    {"merged_into", LAYOUT_PERSON, "merged_into"},
    {"sensitive", LAYOUT_BOOL, "sensitive", .fallback = "no"},
    {"inpatient", LAYOUT_BOOL, "inpatient", .fallback = "no"},
    {"mobile", LAYOUT_PHONE, NULL, .personal = true},
    {"phone", LAYOUT_PHONE, NULL, .personal = true},
    {"work_phone", LAYOUT_PHONE, NULL, .personal = true},
    {"email", LAYOUT_EMAIL, NULL, .personal = true},
};

static const struct layout_column contact_points[] = {
    {"patient", LAYOUT_PATIENT, "patient_id", .required = true},
    {"kind", LAYOUT_WORD, "kind", .words = "phone|mobile|tel|sms email|e-mail",
     .required = true},
    {"value", LAYOUT_POINT, "value", .required = true, .personal = true},
    {"rank", LAYOUT_INTEGER, "rank", .fallback = "100", .most = 100000},
    {"use", LAYOUT_WORD, "use", .words = "mobile|cell home work"},
    {"line", LAYOUT_WORD, "line", .words = "mobile landline voip fax denied"},
    {"verified", LAYOUT_INSTANT, "verified_at", "verified_at"},
    {"reassigned", LAYOUT_WORD, "reassigned",
     .words = "yes|y|true no|n|false no-data|nodata|no_data"},
    {"reassigned_asked", LAYOUT_INSTANT, "reassigned_at", "reassigned_at"},
};

static const struct layout_column consents[] = {
    {"id", LAYOUT_KEY, NULL, "external_id"},
    {"patient", LAYOUT_PATIENT, "patient_id", .required = true},
    {"verdict", LAYOUT_WORD, "verdict",
     .words = "granted|yes|given|permit revoked|no|withdrawn|deny",
     .required = true},
    {"kind", LAYOUT_WORD, "kind", .fallback = "express",
     .words = "express written provided"},
    {"purpose", LAYOUT_WORD, "purpose", .words = PURPOSES},
    {"channel", LAYOUT_WORD, "channel", .words = WORDS_CHANNEL},
    {"alone", LAYOUT_BOOL, "narrow", .fallback = "no"},
    {"at", LAYOUT_INSTANT, "at", .required = true},
    {"evidence", LAYOUT_TEXT, "evidence"},
    {"actor", LAYOUT_TEXT, "actor"},
};

static const struct layout_column suppressions[] = {
    {"patient", LAYOUT_PATIENT, "patient_id"},
    {"address", LAYOUT_POINT, "address", .personal = true},
    {"channel", LAYOUT_WORD, "channel", .words = WORDS_CHANNEL},
    {"purpose", LAYOUT_WORD, "purpose", .words = PURPOSES},
    {"reason", LAYOUT_WORD, "reason", .fallback = "opt-out",
     .words = "opt-out|stop|optout wrong-number bad-number staff deceased "
              "complaint"},
    {"since", LAYOUT_INSTANT, "since_at", "since_at"},
    {"evidence", LAYOUT_TEXT, "evidence"},
};

static const struct layout_column restrictions[] = {
    {"id", LAYOUT_KEY, NULL, "external_id"},
    {"patient", LAYOUT_PATIENT, "patient_id", .required = true},
    {"kind", LAYOUT_WORD, "kind",
     .words = "no-contact no-channel only-channel only-address",
     .required = true},
    {"value", LAYOUT_TEXT, "value", .personal = true},
    {"since", LAYOUT_INSTANT, "since_at", "since_at", .required = true},
    {"until", LAYOUT_INSTANT, "until_at", "until_at"},
};

static const struct layout_column appointments[] = {
    {"id", LAYOUT_KEY, "external_id", "external_id", .required = true},
    {"patient", LAYOUT_PATIENT, "patient_id", .required = true},
    {"clinic", LAYOUT_CLINIC, "clinic_id"},
    {"zone", LAYOUT_ZONE, NULL},
    {"start", LAYOUT_MOMENT, "start", "start_local", .required = true},
    {"minutes", LAYOUT_INTEGER, "minutes", .least = 0, .most = 60 * 24 * 31},
    {"status", LAYOUT_WORD, "status", .words = WORDS_VISIT, .required = true},
    {"visit_type", LAYOUT_TEXT, "visit_type"},
    {"telehealth", LAYOUT_BOOL, "telehealth", .fallback = "no"},
    {"practitioner", LAYOUT_TEXT, "practitioner"},
    {"booked", LAYOUT_INSTANT, "booked_at", "booked_at"},
    {"preparation", LAYOUT_BOOL, "preparation", .fallback = "no"},
    {"risk", LAYOUT_WORD, "risk", .words = WORDS_RISK},
    {"placer", LAYOUT_KEY, "placer"},
};

static const struct layout_column prescriptions[] = {
    {"id", LAYOUT_KEY, "external_id", "external_id", .required = true},
    {"patient", LAYOUT_PATIENT, "patient_id", .required = true},
    {"drug_code", LAYOUT_TEXT, "drug_code"},
    {"drug_name", LAYOUT_TEXT, "drug_name"},
    {"status", LAYOUT_WORD, "status", .words = WORDS_PRESCRIPTION,
     .required = true},
    {"controlled", LAYOUT_BOOL, "controlled", .fallback = "no"},
    {"as_needed", LAYOUT_BOOL, "as_needed", .fallback = "no"},
    {"refills_left", LAYOUT_INTEGER, "refills_left", .most = 1000},
    {"pickup", LAYOUT_CLINIC, "pickup_id"},
    {"written", LAYOUT_DATE, "written_on", "written_on"},
    {"ended", LAYOUT_DATE, "ended_on", "ended_on"},
};

static const struct layout_column fills[] = {
    {"id", LAYOUT_KEY, "external_id", "external_id", .required = true},
    {"prescription", LAYOUT_PRESCRIPTION, "prescription_id", .required = true},
    {"pickup", LAYOUT_CLINIC, NULL},
    {"filled", LAYOUT_MOMENT, "filled", "filled_on", .required = true},
    {"days_supply", LAYOUT_INTEGER, "days_supply", .least = 1,
     .most = DAYS_MOST, .required = true},
};

static const struct layout_column discharges[] = {
    {"id", LAYOUT_KEY, "external_id", "external_id", .required = true},
    {"patient", LAYOUT_PATIENT, "patient_id", .required = true},
    {"clinic", LAYOUT_CLINIC, "clinic_id"},
    {"zone", LAYOUT_ZONE, NULL},
    {"admitted", LAYOUT_INSTANT, "admitted_at", "admitted_at"},
    {"discharged", LAYOUT_MOMENT, "discharged", "discharged_local",
     .required = true},
    {"class", LAYOUT_WORD, "class", .words = WORDS_CLASS},
    {"disposition", LAYOUT_WORD, "disposition", .words = WORDS_DISPOSITION},
    {"risk", LAYOUT_WORD, "risk", .words = WORDS_RISK},
    {"status", LAYOUT_WORD, "status", .fallback = "discharged",
     .words = WORDS_DISCHARGE},
};

static const struct layout_column conditions[] = {
    {"id", LAYOUT_KEY, NULL, "external_id"},
    {"patient", LAYOUT_PATIENT, "patient_id", .required = true},
    {"code", LAYOUT_TEXT, "code", .required = true},
    {"since", LAYOUT_DATE, "since_on", "since_on"},
    {"until", LAYOUT_DATE, "until_on", "until_on"},
};

static const struct layout_column procedures[] = {
    {"id", LAYOUT_KEY, NULL, "external_id"},
    {"patient", LAYOUT_PATIENT, "patient_id", .required = true},
    {"code", LAYOUT_TEXT, "code", .required = true},
    {"done", LAYOUT_DATE, "done_on", "done_on"},
};

static const struct layout_column screenings[] = {
    {"id", LAYOUT_KEY, NULL, "external_id"},
    {"patient", LAYOUT_PATIENT, "patient_id", .required = true},
    {"kind", LAYOUT_TEXT, "kind", .required = true},
    {"done", LAYOUT_DATE, "done_on", "done_on", .required = true},
    {"result", LAYOUT_WORD, "result", .words = WORDS_RESULT},
    {"value", LAYOUT_NUMBER, "value"},
    {"second_value", LAYOUT_NUMBER, "second_value"},
    {"unit", LAYOUT_TEXT, "unit"},
    {"resulted", LAYOUT_INSTANT, "resulted_at", "resulted_at"},
    {"resolved", LAYOUT_BOOL, "resolved", .fallback = "no"},
    {"next_due", LAYOUT_DATE, "next_due_on", "next_due_on"},
};

static const struct layout_column orders[] = {
    {"id", LAYOUT_KEY, NULL, "external_id"},
    {"patient", LAYOUT_PATIENT, "patient_id", .required = true},
    {"kind", LAYOUT_TEXT, "kind", .required = true},
    {"status", LAYOUT_WORD, "status",
     .words = "active|open completed|done revoked|cancelled|canceled",
     .required = true},
    {"ordered", LAYOUT_DATE, "ordered_on", "ordered_on"},
};

static const struct layout_column lists[] = {
    {"list", LAYOUT_LIST, "list_id", "name", .required = true},
    {"patient", LAYOUT_PATIENT, "patient_id", .required = true},
    {"reason", LAYOUT_TEXT, "reason"},
    {"added", LAYOUT_INSTANT, "added_at", "added_at"},
};

const struct layout_table layout_tables[] = {
    {"clinics", "clinic", "clinics", COLUMNS(clinics)},
    {"patients", "patient", "patients", COLUMNS(patients)},
    {"contact_points", "contact_point", "contact points",
     COLUMNS(contact_points)},
    {"consents", "consent", "consents", COLUMNS(consents),
     .derived = {"verdict", "purpose", "channel", "at"}},
    {"suppressions", "suppression", "opt-outs", COLUMNS(suppressions)},
    {"restrictions", "restriction", "restrictions", COLUMNS(restrictions),
     .derived = {"kind", "value"}},
    {"appointments", "appointment", "booked visits", COLUMNS(appointments)},
    {"prescriptions", "prescription", "prescriptions", COLUMNS(prescriptions)},
    {"fills", "fill", "fills", COLUMNS(fills)},
    {"discharges", "discharge", "discharges", COLUMNS(discharges)},
    {"conditions", "condition", "conditions", COLUMNS(conditions),
     .derived = {"code", "since"}},
    {"procedures", "procedure", "procedures", COLUMNS(procedures),
     .derived = {"code", "done"}},
    {"screenings", "screening", "screenings", COLUMNS(screenings),
     .derived = {"kind", "done"}},
    {"orders", "orders", "orders", COLUMNS(orders),
     .derived = {"kind", "ordered"}},
    {"lists", "list_member", "list entries", COLUMNS(lists)},
};
const size_t layout_count = sizeof(layout_tables) / sizeof(layout_tables[0]);

const struct layout_table *layout_find(const char *name)
{
    size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz_"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    while (len > 0 && name[len - 1] == '_')
        len--;
    for (size_t i = 0; i < layout_count; i++)
        if (strlen(layout_tables[i].name) == len &&
            strncasecmp(layout_tables[i].name, name, len) == 0)
            return &layout_tables[i];
    return NULL;
}

static bool reads_as(const char *name, const char *ours)
{
    for (; *name && *ours; name++, ours++) {
        int c = *name == ' ' || *name == '-' ? '_' : *name;
        if (tolower((unsigned char)c) != *ours)
            return false;
    }
    return *name == *ours;
}

bool layout_is_named(const struct layout_column *column, const char *name)
{
    return reads_as(name, column->name) ||
           (column->also && reads_as(name, column->also));
}

const struct layout_column *layout_column(const struct layout_table *table,
                                          const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (layout_is_named(&table->columns[i], name))
            return &table->columns[i];
    return NULL;
}

const char *layout_nearest(const char *name)
{
    const char *names[32];
    for (size_t i = 0; i < layout_count; i++) {
        names[i] = layout_tables[i].name;
        if (strncasecmp(name, names[i], strlen(names[i])) == 0)
            return names[i];
    }
    return text_nearest(name, names, layout_count);
}

void layout_names(char *out, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < layout_count && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "",
                                 layout_tables[i].name);
}

const char *layout_nearest_column(const struct layout_table *table,
                                  const char *name)
{
    const char *names[64];
    for (size_t i = 0; i < table->count; i++)
        names[i] = table->columns[i].name;
    return text_nearest(name, names, table->count);
}
