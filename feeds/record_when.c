/* SPDX-License-Identifier: Apache-2.0 */
/* Moments of a row: on which wall they are read, and the columns that each of
 * them fills. */
#include "base/civil.h"
#include "base/text.h"
#include "base/zone.h"

#include "store/clinic.h"

#include "feeds/fact.h"
#include "feeds/record_own.h"

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

/* What needs no clock to be read is told on the patient's wall, where the row
 * does not say where it is: a day; and a moment, if its sender is no place. */
static bool moment_read(struct record *record, const char *text,
                        struct convert_moment *out)
{
    if (!convert_moment(text, record->zone, out))
        return false;
    bool homely =
        out->day || (out->has_offset && record->sender.clinic_id == 0);
    if (!record->home || record->placed || !homely)
        return true;
    record->zone = record->home;
    record->zone_clinic = record->home_clinic;
    return convert_moment(text, record->zone, out);
}

static bool moment(struct record *record, const char *name,
                   struct convert_moment *out)
{
    const char *text = record_input_text(record, name);
    if (text && moment_read(record, text, out))
        return true;
    fail(record, name, text, convert_moment_fault(text));
    return false;
}

/* What was read on the wall of the place of pickup, or of the patient, and
 * follows it. With an offset nothing was, nor of a message on its sender's. */
static void put_wall(struct record *record, const char *column,
                     const struct convert_moment *moment, bool theirs)
{
    char text[CIVIL_TEXT_MAX];
    bool on =
        !moment->has_offset && (!record->sender.zone || moment->day || theirs);
    record_put_text(record, column,
                    on ? civil_text(moment->local, text) : NULL);
}

bool record_is_to_come(const struct record *record, instant at)
{
    return at > record->context.now + 24 * HOUR_MS;
}

/* A visit was made before now, whatever clock said so. */
static void finish_booked(struct record *record)
{
    const struct value *at = record_value(record, "booked_at");
    if (!at || at->type != VALUE_INSTANT ||
        !record_is_to_come(record, at->integer))
        return;
    record_note(record, column_of(record, "booked"),
                record_input_text(record, "booked"), "lies in the future");
    record_put_text(record, "booked_at", NULL);
}

/* Not midnight: a reminder would name that hour. */
const char *record_start_fault(const char *text, const struct zone *zone)
{
    struct civil_date day;
    struct convert_moment moment_of;
    if (civil_parse_date(text, &day))
        return "has no time of day: write 2026-11-23 09:00";
    return convert_moment(text, zone, &moment_of) ? NULL
                                                  : convert_moment_fault(text);
}

/* A message that names no place speaks of a visit where that is by now: of one
 * that is moved the hour alone is told. */
static bool find_wall(struct record *record, const char *start,
                      struct error *err)
{
    struct convert_moment said;
    struct clinic_zone clinic;
    const char *key = record_input_text(record, "id");
    if (!record->sender.zone || record->placed || !key || !start ||
        !convert_moment(start, record->zone, &said) || said.has_offset)
        return true;
    if (!clinic_zone_of_visit(record->context.store, key, &clinic, err))
        return false;
    const struct zone *zone = clinic.id ? zone_find(clinic.zone) : NULL;
    if (!zone)
        return true;
    record->zone = zone;
    record->zone_clinic = clinic.id;
    record->placed = true;
    return true;
}

bool record_finish_visit(struct record *record, const char *name,
                         const char *local_column, const char *at_column,
                         struct error *err)
{
    struct convert_moment said;
    char text[CIVIL_TEXT_MAX];
    const char *given = record_input_text(record, name);
    bool visit = text_equal(name, "start");
    if (visit && !find_wall(record, given, err))
        return false;
    const char *wrong =
        given && visit ? record_start_fault(given, record->zone) : NULL;
    if (wrong) {
        fail(record, name, given, wrong);
        return true;
    }
    if (!moment(record, name, &said))
        return true;
    record_put_text(record, local_column, civil_text(said.local, text));
    record_put_text(record, "zone", zone_name(record->zone));
    record_put_integer(record, at_column, said.at);
    record_put_integer(record, "has_offset", said.has_offset);
    if (record->zone_clinic)
        record_put_integer(record, "zone_clinic_id", record->zone_clinic);
    finish_booked(record);
    return true;
}

bool record_visit(struct record *record, struct staging_visit *out)
{
    struct convert_moment said;
    char text[CIVIL_TEXT_MAX];
    if (!text_equal(record->table->name, "appointments") || record->forgotten)
        return false;
    const struct value *key = record_value(record, "external_id");
    const char *start = record_input_text(record, "start");
    *out = (struct staging_visit){.key = key->text,
                                  .status = record_value(record, "status"),
                                  .status_said =
                                      record_input_text(record, "status"),
                                  .start_said = start};
    out->off = fact_is_off(out->status->text);
    if (!start || record_start_fault(start, record->zone) ||
        !convert_moment(start, record->zone, &said))
        return key->type == VALUE_TEXT;
    if (said.has_offset)
        out->start_at = said.at;
    else
        out->start_local =
            scratch_text(&record->scratch, civil_text(said.local, text));
    return key->type == VALUE_TEXT;
}

void record_finish_fill(struct record *record)
{
    struct convert_moment said;
    char text[CIVIL_TEXT_MAX];
    int64_t pickup = record->clinic.found ? record->clinic.id
                                          : record->prescription.pickup_id;
    if (!moment(record, "filled", &said))
        return;
    if (record_is_to_come(record, said.at)) {
        fail(record, "filled", record_input_text(record, "filled"),
             "lies in the future: a fill is what was dispensed");
        return;
    }
    record_put_integer(record, "patient_id", record->prescription.patient_id);
    if (pickup)
        record_put_integer(record, "pickup_id", pickup);
    record_put_text(record, "filled_on",
                    civil_date_text(said.local.date, text));
    put_wall(record, "filled_local", &said, pickup != 0);
    record_put_integer(record, "filled_at", said.at);
}

/* Where nobody said when the result came, it came on the day of the test: so
 * an import of years past is no news. */
void record_finish_screening(struct record *record)
{
    struct convert_moment came;
    const struct value *result = record_value(record, "result");
    const struct value *value = record_value(record, "value");
    const struct value *done = record_value(record, "done_on");
    const char *text = record_input_text(record, "resulted");
    if (!text && ((result && result->type != VALUE_MISSING) ||
                  (value && value->type != VALUE_MISSING)))
        text = done ? done->text : NULL;
    if (!text || !moment_read(record, text, &came))
        return;
    record_put_integer(record, "resulted_at", came.at);
    put_wall(record, "resulted_local", &came, false);
}
