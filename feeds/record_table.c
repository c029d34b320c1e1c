/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a table needs beyond its fields: zones from addresses, moments in three
 * columns, keys for rows that have none of their own, the set of a patient's
 * contact points, attributes. One small function a table.
 */
#include "feeds/record_own.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/json.h"
#include "base/phone.h"
#include "base/places.h"
#include "base/text.h"
#include "base/zone.h"
#include "store/clinic.h"
#include "store/words.h"

enum { ZONES_TEXT = 512, ATTRIBUTES_MAX = 256 << 10, KEY_TEXT = 600 };

static const struct layout_column *column_of(const struct record *record,
                                             const char *name)
{
    return layout_column(record->table, name);
}

static void fail(struct record *record, const char *column, const char *value,
                 const char *reason)
{
    record_fail(record, column_of(record, column), value, reason);
}

/* Zones ----------------------------------------------------------------------
 */

/* Of the row's own zone, or its state and, where that has several, its postal
 * code; 0: not known. */
static size_t address_zones(const struct record *record,
                            const char *zones[PLACE_ZONES_MAX])
{
    if (record->zone_given) {
        zones[0] = record->zone_given;
        return 1;
    }
    const struct value *given = record_value(record, "state");
    const char *state = given && given->type == VALUE_TEXT ? given->text : NULL;
    if (record->address_kept) {
        state = record->known.state;
        zones[0] = record->known.zone;
        if (*zones[0])
            return 1;
    }
    size_t count =
        state ? place_zones(record->context.country, state, zones) : 0;
    const struct value *zip = record_value(record, "zip");
    if (count < 2 || record->address_kept || !zip || zip->type != VALUE_TEXT)
        return count;
    const char *zone =
        place_postcode_zone(record->context.country, state, zip->text);
    if (!zone)
        return count;
    zones[0] = zone;
    return 1;
}

static void zones_add(char *list, const char *zone)
{
    size_t len = strlen(zone), used = strlen(list);
    for (const char *at = list; (at = strstr(at, zone)) != NULL; at += len)
        if ((at == list || at[-1] == ' ') &&
            (at[len] == ' ' || at[len] == '\0'))
            return;
    if (used + len + 2 <= ZONES_TEXT)
        snprintf(list + used, ZONES_TEXT - used, "%s%s", used ? " " : "", zone);
}

/* Where the phone may ring: all that its number and the address allow
 * (L-8). NULL: nobody knows. */
static const char *point_zones(struct record *record, const char *kind,
                               const char *value, bool with_address)
{
    char list[ZONES_TEXT] = "";
    const char *zones[PHONE_ZONES_MAX];
    size_t count = text_equal(kind, "phone") ? phone_zones(value, zones) : 0;
    for (size_t i = 0; i < count; i++)
        zones_add(list, zones[i]);
    count = with_address ? address_zones(record, zones) : 0;
    for (size_t i = 0; i < count; i++)
        zones_add(list, zones[i]);
    return list[0] ? scratch_text(&record->scratch, list) : NULL;
}

/* Tables ---------------------------------------------------------------------
 */

/* The zone of a clinic that names none. Where only its state is known, and that
 * has several, the organisation's is taken if it is one of them, and a feed
 * that cannot name a zone is told so: visits are told by this clock. */
static const char *zone_of_state(struct record *record)
{
    const char *zones[PLACE_ZONES_MAX];
    size_t count = address_zones(record, zones);
    const char *ours = zone_name(record->context.zone);
    char reason[CONVERT_REASON_MAX];
    if (count < 2)
        return count ? zones[0] : ours;
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(zones[i], ours))
            continue;
        snprintf(reason, sizeof(reason),
                 "its state has several time zones, and no postal code tells "
                 "which: taken as the organisation's, %s",
                 ours);
        if (!record->context.may_name_zones)
            record_note(record, column_of(record, "state"), NULL, reason);
        return ours;
    }
    fail(record, "zone", NULL,
         "its state has several time zones: say which one is the clinic's, or "
         "its postal code");
    return NULL;
}

/* Some feeds name neither a zone nor a name for the outside (FHIR has no word
 * for either). What another one gave stands: or visits would come and go by an
 * hour with every import, and texts would name what they must not (L-31). */
static bool finish_clinic(struct record *record, struct error *err)
{
    bool says_zone = record_has_input(record, "zone");
    bool says_public = record_has_input(record, "public_name");
    struct clinic_given known = {0};
    if ((!says_zone || !says_public) &&
        !clinic_given_read(record->context.store,
                           record_value(record, "external_id")->text, &known,
                           err))
        return false;
    const char *public = says_public ? record_input_text(record, "public_name")
                         : known.public_name[0] ? known.public_name
                                                : NULL;
    record_put_text(record, "public_name",
                    public ? public : record_value(record, "name")->text);
    const char *given =
        !says_zone && known.zone[0] ? known.zone : record->zone_given;
    record_put_text(record, "zone", given ? given : zone_of_state(record));
    record_put_integer(record, "zone_given", given != NULL);
    return true;
}

static void finish_attributes(struct record *record)
{
    struct buf out;
    struct json_writer writer;
    buf_init(&out, ATTRIBUTES_MAX);
    json_write_init(&writer, &out);
    json_write_object(&writer, NULL);
    for (size_t i = 0; i < record->count; i++) {
        const char *text = record->texts[i];
        if (record->inputs[i].attribute && text && *text)
            json_write_text(&writer, record->inputs[i].attribute, text);
    }
    json_write_end(&writer, '}');
    record_put_text(record, "attributes", out.data);
    buf_free(&out);
}

bool record_born_by(struct record *record, const char *text)
{
    char day[CIVIL_TEXT_MAX];
    struct civil_date date;
    if (civil_parse_date(text, &date) || !civil_parse_latest(text, &date))
        return false;
    record_put_text(record, "born_by", civil_date_text(date, day));
    return true;
}

/* A year of two digits, or a slip of the hand. */
static bool born_later(const struct record *record)
{
    const char *birth = record_input_text(record, "birth_date");
    struct civil_date today =
        zone_local(record->context.zone, record->context.now).date;
    char text[CIVIL_TEXT_MAX];
    return birth && strncmp(birth, civil_date_text(today, text),
                            strnlen(birth, strlen("2026-11-23"))) > 0;
}

/* When a patient is to be reached: a file may have one end of it, the store
 * the other. A window over midnight is none: nobody is contacted at night. */
static void finish_hours(struct record *record)
{
    const struct value *from = record_value(record, "contact_from");
    const struct value *to = record_value(record, "contact_to");
    int64_t first = record->known.contact_from, last = record->known.contact_to;
    if (from)
        first = from->type == VALUE_MISSING ? -1 : from->integer;
    if (to)
        last = to->type == VALUE_MISSING ? -1 : to->integer;
    const char *name = from ? "contact_from" : "contact_to";
    if (first < 0 || last < 0 || first < last)
        return;
    fail(record, name, record_input_text(record, name),
         "contact_from is not before contact_to: nobody could ever be reached, "
         "and hours over midnight are not for contact");
}

static bool finish_patient(struct record *record, struct error *err)
{
    if (born_later(record)) {
        fail(record, "birth_date", record_input_text(record, "birth_date"),
             "lies in the future");
        return true;
    }
    const char *zones[PLACE_ZONES_MAX];
    bool one_end = !record_value(record, "contact_from") !=
                   !record_value(record, "contact_to");
    if (((record->address_kept && record->point_count) || one_end) &&
        !reference_person_find(record->context.store,
                               record_value(record, "mrn")->text,
                               &record->known, err))
        return false;
    finish_hours(record);
    size_t count = address_zones(record, zones);
    if (record_value(record, "zone"))
        record_put_text(record, "zone", count == 1 ? zones[0] : NULL);
    if (record_value(record, "attributes"))
        finish_attributes(record);
    /* The zones of a number need the address, which is known only now. */
    for (size_t i = 0; i < record->point_count; i++)
        record->points[i].zones = point_zones(record, record->points[i].kind,
                                              record->points[i].value, true);
    return true;
}

void record_point(struct record *record, const struct record_input *input,
                  const char *text)
{
    const struct layout_column *column = input->column;
    static const struct {
        const char *column, *kind, *use;
        int rank;
    } kinds[] = {{"mobile", "phone", "mobile", 10},
                 {"phone", "phone", "home", 20},
                 {"work_phone", "phone", "work", 30},
                 {"email", "email", NULL, 10}};
    size_t k = 0;
    while (!text_equal(kinds[k].column, column->name))
        k++;
    struct error err = {0};
    char value[256], extension[PHONE_EXT_MAX] = "";
    bool fine = text_equal(kinds[k].kind, "phone")
                    ? phone_normalise(text, record->context.country, value,
                                      extension, &err)
                    : email_normalise(text, value, sizeof(value), &err);
    if (!fine) {
        record_note(record, column, text, err.text);
        return;
    }
    for (size_t i = 0; i < record->point_count; i++)
        if (text_equal(record->points[i].value, value))
            return;
    if (record->point_count == RECORD_POINTS) {
        record_note(record, column, text, "more numbers than are kept");
        return;
    }
    record->points[record->point_count++] = (struct staging_contact){
        .kind = kinds[k].kind,
        .value = scratch_text(&record->scratch, value),
        .extension =
            *extension ? scratch_text(&record->scratch, extension) : NULL,
        .use = kinds[k].use,
        .rank = input->rank ? input->rank : kinds[k].rank,
    };
}

static void finish_point(struct record *record, const char *name,
                         const char *kind)
{
    const char *text = record_input_text(record, name);
    char value[256], extension[PHONE_EXT_MAX] = "";
    struct error err = {0};
    bool email =
        text && (kind ? text_equal(kind, "email") : strchr(text, '@') != NULL);
    bool fine =
        text && (email ? email_normalise(text, value, sizeof(value), &err)
                       : phone_normalise(text, record->context.country, value,
                                         extension, &err));
    if (!text)
        return;
    if (!fine) {
        fail(record, name, text, err.text);
        return;
    }
    record_put_text(record, column_of(record, name)->target, value);
    if (!kind)
        return;
    if (!record_value(record, "extension")->text && *extension)
        record_put_text(record, "extension", extension);
    record_put_text(record, "zones", point_zones(record, kind, value, false));
}

static void finish_suppression(struct record *record)
{
    finish_point(record, "address", NULL);
    if (record->bad)
        return;
    if (!record->patient.found && !record_input_text(record, "address"))
        fail(record, "patient", NULL,
             "an opt-out needs a patient, an address, or both");
    if (record_value(record, "reason")->type == VALUE_MISSING)
        record_put_text(record, "reason", "opt-out");
    if (record_value(record, "since_at")->type == VALUE_MISSING)
        record_put_integer(record, "since_at", record->context.now);
}

/* L-30 overrides every campaign: a restriction whose value nobody understands
 * would either hold nothing or hold too much. */
static void finish_restriction(struct record *record)
{
    const char *kind = record_value(record, "kind")->text;
    const char *text = record_input_text(record, "value");
    char word[WORD_MAX];
    if (record->bad || text_equal(kind, "no-contact"))
        return;
    if (!text)
        fail(record, "value", NULL,
             "this kind of restriction wants a value: a channel, or an "
             "address");
    else if (text_equal(kind, "only-address"))
        finish_point(record, "value", NULL);
    else if (words_find(WORDS_CHANNEL, text, word))
        record_put_text(record, "value", word);
    else
        fail(record, "value", text, "is no channel: sms, voice or email");
}

/* The newest word speaks: a permission from the future would outlast every
 * refusal. A refusal is heard, whenever it is; the last second of a day that is
 * today anywhere is none of the future. */
static void finish_consent(struct record *record)
{
    const struct value *at = record_value(record, "at");
    if (record->bad || !at || at->type != VALUE_INSTANT ||
        !record_is_to_come(record, at->integer))
        return;
    if (!text_equal(record_value(record, "verdict")->text, "revoked")) {
        fail(record, "at", record_input_text(record, "at"),
             "lies in the future: a consent is what somebody has said");
    } else if (record_is_to_come(record, at->integer - 24 * HOUR_MS)) {
        record_note(record, layout_column(record->table, "at"),
                    record_input_text(record, "at"),
                    "lies in the future: taken as of the hour of its coming");
        record_put_integer(record, "at", record->context.now);
    }
}

bool record_other_channel(struct record *record)
{
    if (!text_equal(record->table->name, "suppressions"))
        return false;
    const char *reason = record_value(record, "reason")->text;
    if (!text_equal(reason, "opt-out") && !text_equal(reason, "complaint"))
        return false;
    const char *channel = record_value(record, "channel")->text;
    bool sms = text_equal(channel, "sms");
    if (!sms && !text_equal(channel, "voice"))
        return false;
    record_put_text(record, "channel", sms ? "voice" : "sms");
    return true;
}

static bool is(const struct record *record, const char *table)
{
    return text_equal(record->table->name, table);
}

/* Rows without an id of their own are known by what they say. */
static void finish_id(struct record *record)
{
    const char *id = record_input_text(record, "id");
    const char *patient = record_input_text(record, "patient");
    if (id || !patient) {
        record_put_text(record, "external_id", id);
        return;
    }
    char key[KEY_TEXT];
    size_t used = (size_t)snprintf(key, sizeof(key), "%s", patient);
    for (size_t i = 0; i < 4 && record->table->derived[i]; i++) {
        const char *part = record_input_text(record, record->table->derived[i]);
        if (used < sizeof(key))
            used += (size_t)snprintf(key + used, sizeof(key) - used, "|%s",
                                     part ? part : "");
    }
    if (used >= sizeof(key)) {
        fail(record, "patient", NULL, "too long to be told apart: give ids");
        return;
    }
    record_put_text(record, "external_id", key);
}

void record_finish_key(struct record *record)
{
    if (is(record, "contact_points"))
        finish_point(record, "value", record_value(record, "kind")->text);
    else if (record->table->derived[0])
        finish_id(record);
}

/* Columns that are written beside one that comes, given or not. */
static const struct beside {
    const char *table, *input;
    const char *columns[6];
} beside[] = {
    {"clinics", "name", {"public_name", "zone", "zone_given"}},
    {"contact_points", "value", {"extension", "zones"}},
    {"suppressions",
     NULL,
     {"patient_id", "address", "channel", "purpose", "reason", "since_at"}},
    {"appointments",
     "start",
     {"start_local", "zone", "start_at", "zone_clinic_id", "has_offset"}},
    {"discharges",
     "discharged",
     {"discharged_local", "zone", "discharged_at", "zone_clinic_id",
      "has_offset"}},
    {"fills",
     "filled",
     {"patient_id", "pickup_id", "filled_on", "filled_at", "filled_local"}},
    {"lists", NULL, {"added_at"}},
};

void record_prepare(struct record *record)
{
    for (size_t t = 0; t < sizeof(beside) / sizeof(beside[0]); t++) {
        const struct beside *one = &beside[t];
        if (!is(record, one->table) ||
            (one->input && !record_has_input(record, one->input)))
            continue;
        for (size_t i = 0; i < 6 && one->columns[i]; i++)
            record_slot(record, one->columns[i]);
    }
    if (record->table->derived[0])
        record_slot(record, "external_id");
    if (is(record, "screenings") && (record_has_input(record, "result") ||
                                     record_has_input(record, "value") ||
                                     record_has_input(record, "resulted"))) {
        record_slot(record, "resulted_at");
        record_slot(record, "resulted_local");
    }
    if (!is(record, "patients"))
        return;
    if (record_has_input(record, "birth_date"))
        record_slot(record, "born_by");
    if (record_has_input(record, "zone") || record_has_input(record, "state"))
        record_slot(record, "zone");
    else
        record->address_kept = true;
    for (size_t i = 0; i < record->count; i++) {
        enum layout_type type = record->inputs[i].column->type;
        if (record->inputs[i].attribute)
            record_slot(record, "attributes");
        else if (type == LAYOUT_PHONE || type == LAYOUT_EMAIL)
            record->has_points = true;
    }
}

/* A message may speak of a row without what stands beside (beside[]). */
static bool speaks_of_it(const struct record *record)
{
    for (size_t t = 0; t < sizeof(beside) / sizeof(beside[0]); t++)
        if (is(record, beside[t].table))
            return !beside[t].input ||
                   record_has_input(record, beside[t].input);
    return true;
}

bool record_finish(struct record *record, struct error *err)
{
    bool done = true;
    if (!speaks_of_it(record))
        return true;
    if (is(record, "clinics"))
        done = finish_clinic(record, err);
    else if (is(record, "patients"))
        done = finish_patient(record, err);
    else if (is(record, "suppressions"))
        finish_suppression(record);
    else if (is(record, "restrictions"))
        finish_restriction(record);
    else if (is(record, "consents"))
        finish_consent(record);
    else if (is(record, "appointments"))
        done = record_finish_visit(record, "start", "start_local", "start_at",
                                   err);
    else if (is(record, "discharges"))
        done = record_finish_visit(record, "discharged", "discharged_local",
                                   "discharged_at", err);
    else if (is(record, "fills"))
        record_finish_fill(record);
    else if (is(record, "screenings"))
        record_finish_screening(record);
    else if (is(record, "lists") &&
             record_value(record, "added_at")->type == VALUE_MISSING)
        record_put_integer(record, "added_at", record->context.now);
    return done;
}
