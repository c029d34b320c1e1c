/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row of a feed becomes a row of the store. Fields are taken in the order of
 * the layout, so that the patient, the clinic and the zone are known when a
 * time is read: the zone of a row is what it says itself, else its clinic's,
 * else its patient's, else the organisation's. A message is written by the
 * clock of its sender: that comes before its patient's. The first fault ends a
 * row, except for contact points: a patient with a mistyped number is still a
 * patient. What each table needs beyond its fields is in record_table.c.
 */
#include "feeds/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"

#include "store/forgotten.h"
#include "store/row_set.h"

#include "feeds/record_own.h"

enum { SCRATCH = 2 << 20, MASK_MAX = 120 };

/* Slots ---------------------------------------------------------------------
 */

size_t record_slot(struct record *record, const char *column)
{
    for (size_t i = 0; i < record->slot_count; i++)
        if (text_equal(record->columns[i], column))
            return i;
    if (record->slot_count == RECORD_SLOTS)
        PANIC("too many columns for %s", record->table->table);
    record->columns[record->slot_count] = column;
    return record->slot_count++;
}

void record_put_text(struct record *record, const char *column,
                     const char *text)
{
    struct value *value = &record->values[record_slot(record, column)];
    value->type = text ? VALUE_TEXT : VALUE_MISSING;
    value->text = text ? scratch_text(&record->scratch, text) : NULL;
}

void record_put_integer(struct record *record, const char *column,
                        int64_t integer)
{
    struct value *value = &record->values[record_slot(record, column)];
    value->type = VALUE_NUMBER;
    value->integer = integer;
}

const struct value *record_value(const struct record *record,
                                 const char *column)
{
    for (size_t i = 0; i < record->slot_count; i++)
        if (text_equal(record->columns[i], column))
            return &record->values[i];
    return NULL;
}

static size_t input_of(const struct record *record, const char *name)
{
    size_t i = 0;
    while (i < record->count &&
           (record->inputs[i].attribute ||
            !text_equal(record->inputs[i].column->name, name)))
        i++;
    return i;
}

bool record_has_input(const struct record *record, const char *name)
{
    return input_of(record, name) < record->count;
}

/* NULL: empty, or as good as that. */
static const char *text_at(const struct record *record, size_t i)
{
    const char *text = record->texts[i];
    return text && *text &&
                   (record->inputs[i].attribute ||
                    !convert_is_nothing(record->inputs[i].column, text))
               ? text
               : NULL;
}

const char *record_input_text(const struct record *record, const char *name)
{
    size_t i = input_of(record, name);
    return i < record->count ? text_at(record, i) : NULL;
}

int64_t record_nothings(const struct record *record, size_t input)
{
    return record->nothings[input];
}

/* Life ------------------------------------------------------------------------
 */

static size_t slot_of_input(struct record *record,
                            const struct record_input *input)
{
    const struct layout_column *column = input->column;
    if (!column->target || input->attribute)
        return RECORD_NO_SLOT;
    /* Moments fill several columns: record_table.c names them. */
    if (column->type == LAYOUT_MOMENT)
        return RECORD_NO_SLOT;
    return record_slot(record, column->target);
}

struct record *record_new(const struct layout_table *table,
                          const struct record_context *context,
                          const struct record_input *inputs, size_t count,
                          struct error *err)
{
    bool any_forgotten;
    if (!forgotten_any(context->store, &any_forgotten, err))
        return NULL;
    struct record *record = memory_new(sizeof(*record));
    record->any_forgotten = any_forgotten;
    record->table = table;
    record->context = *context;
    record->inputs = inputs;
    record->count = count;
    record->slots = memory_grow(NULL, count + 1, sizeof(record->slots[0]));
    record->nothings = memory_new((count + 1) * sizeof(record->nothings[0]));
    scratch_init(&record->scratch, SCRATCH);
    record->convert = (struct convert){.country = context->country,
                                       .zone = context->zone,
                                       .scratch = &record->scratch};
    for (size_t i = 0; i < count; i++)
        record->slots[i] = slot_of_input(record, &inputs[i]);
    record_prepare(record);
    return record;
}

void record_free(struct record *record)
{
    if (!record)
        return;
    scratch_free(&record->scratch);
    free(record->slots);
    free(record->nothings);
    free(record);
}

void record_again(struct record *record, instant now, bool any_forgotten)
{
    record->context.now = now;
    record->any_forgotten = any_forgotten;
}

void record_sender(struct record *record, struct record_sender sender)
{
    record->sender = sender;
}

const char *const *record_columns(const struct record *record, size_t *count)
{
    *count = record->slot_count;
    return record->columns;
}

const struct value *record_values(const struct record *record)
{
    return record->values;
}

void record_person(struct record *record, const struct layout_column *column,
                   int64_t patient_id)
{
    record_put_integer(record, column->target, patient_id);
}

const struct record_fault *record_faults(const struct record *record,
                                         size_t *count)
{
    *count = record->fault_count;
    return record->faults;
}

bool record_contacts(const struct record *record, const char **mrn,
                     const struct staging_contact **contacts, size_t *count)
{
    if (!record->has_points)
        return false;
    *mrn = record_value(record, "mrn")->text;
    *contacts = record->points;
    *count = record->point_count;
    return true;
}

/* Rows ----------------------------------------------------------------------
 */

void record_note(struct record *record, const struct layout_column *column,
                 const char *value, const char *reason)
{
    if (record->bad || record->fault_count == RECORD_FAULTS_MAX)
        return;
    struct record_fault *fault = &record->faults[record->fault_count++];
    struct buf shown;
    buf_init(&shown, 1u << 20);
    if (value && column->personal)
        text_mask(&shown, value);
    else if (value)
        buf_text(&shown, value);
    char cut[MASK_MAX];
    text_copy(cut, sizeof(cut), shown.data);
    buf_free(&shown);
    fault->column = column->name;
    fault->value = scratch_text(&record->scratch, cut);
    text_copy(fault->reason, sizeof(fault->reason), reason);
}

void record_fail(struct record *record, const struct layout_column *column,
                 const char *value, const char *reason)
{
    if (record->bad)
        return;
    record->fault_count = 0;
    record_note(record, column, value, reason);
    record->bad = true;
}

/* A column that names another row. */
static bool read_reference(struct record *record,
                           const struct layout_column *column,
                           enum reference_kind kind, const char *text,
                           struct reference *found, size_t slot,
                           struct error *err)
{
    static const char *const missing[] = {
        [REFERENCE_CLINIC] = "there is no clinic with this id: it must come "
                             "first, in clinics.csv",
        [REFERENCE_PATIENT] = "there is no patient with this MRN: they must "
                              "come first, in patients.csv, and this row "
                              "again behind them",
        [REFERENCE_PRESCRIPTION] = "there is no prescription with this id: it "
                                   "must come first, in prescriptions.csv",
    };
    if (!reference_find(record->context.store, kind, text, found, err))
        return false;
    if (found->forgotten) {
        record->forgotten = found->patient_id;
        return true;
    }
    if (!found->found) {
        record_fail(record, column, text, missing[kind]);
        return true;
    }
    if (kind == REFERENCE_PATIENT && record->context.mistaken &&
        row_set_has(record->context.mistaken, found->id)) {
        record_fail(record, column, text,
                    "names somebody else: the patient of this number was "
                    "refused, since another mapping has one");
        return true;
    }
    record->values[slot] =
        (struct value){.type = VALUE_NUMBER, .integer = found->id};
    const struct zone *zone = found->zone[0] ? zone_find(found->zone) : NULL;
    if (!zone)
        return true;
    bool place = kind == REFERENCE_CLINIC ||
                 (kind == REFERENCE_PRESCRIPTION && found->pickup_id);
    if (record->sender.zone && !place) {
        record->home = zone;
        record->home_clinic = found->zone_clinic_id;
        return true;
    }
    record->zone = zone;
    record->zone_clinic = found->zone_clinic_id;
    record->placed = true;
    return true;
}

/* A guardian who was forgotten goes on being it, without a face: their ward is
 * reached by nobody. A record that was merged into theirs is theirs. */
static bool read_person(struct record *record,
                        const struct layout_column *column, struct value *value,
                        struct error *err)
{
    struct forgotten forgotten;
    char key[FORGOTTEN_KEY_MAX];
    if (!forgotten_find(record->context.store, FORGOTTEN_PATIENT, value->text,
                        &forgotten, err))
        return false;
    if (!forgotten.found)
        return true;
    if (text_equal(column->name, "merged_into"))
        record->forgotten = forgotten.patient_id;
    snprintf(key, sizeof(key), FORGOTTEN_KEY, (long long)forgotten.patient_id);
    value->text = scratch_text(&record->scratch, key);
    return true;
}

static bool read_field(struct record *record, size_t at, const char *text,
                       struct error *err)
{
    const struct layout_column *column = record->inputs[at].column;
    size_t slot = record->slots[at];
    char reason[CONVERT_REASON_MAX];
    switch (column->type) {
    case LAYOUT_PATIENT:
        return read_reference(record, column, REFERENCE_PATIENT, text,
                              &record->patient, slot, err);
    case LAYOUT_CLINIC:
        return read_reference(record, column, REFERENCE_CLINIC, text,
                              &record->clinic, slot, err);
    case LAYOUT_PRESCRIPTION:
        return read_reference(record, column, REFERENCE_PRESCRIPTION, text,
                              &record->prescription, slot, err);
    case LAYOUT_MOMENT:
    case LAYOUT_POINT:
    case LAYOUT_ATTRIBUTE:
        return true; /* record_finish() */
    case LAYOUT_PHONE:
    case LAYOUT_EMAIL:
        if (slot == RECORD_NO_SLOT) {
            record_point(record, &record->inputs[at], text);
            return true;
        }
        break;
    case LAYOUT_ZONE:
        if (zone_find(text))
            record->zone = zone_find(text);
        record->zone_clinic = 0;
        record->placed = true;
        record->zone_given = text;
        break;
    case LAYOUT_BIRTH:
        if (record_born_by(record, text))
            return true;
        break;
    case LAYOUT_NUMBER:
        /* A value nobody can read is told; the test was done all the same. */
        if (!convert_field(&record->convert, column, text,
                           &record->values[slot], reason))
            record_note(record, column, text, reason);
        return true;
    case LAYOUT_TEXT:
    case LAYOUT_KEY:
    case LAYOUT_STATE:
    case LAYOUT_ZIP:
    case LAYOUT_LANGUAGE:
    case LAYOUT_DATE:
    case LAYOUT_INSTANT:
    case LAYOUT_DIED:
    case LAYOUT_CLOCK:
    case LAYOUT_BOOL:
    case LAYOUT_WORD:
    case LAYOUT_INTEGER:
    case LAYOUT_PERSON:
    case LAYOUT_LIST:
        break;
    }
    record->convert.zone = record->zone;
    struct value value = {0};
    if (!convert_field(&record->convert, column, text, &value, reason))
        record_fail(record, column, text, reason);
    else if (slot != RECORD_NO_SLOT)
        record->values[slot] = value;
    if (column->type == LAYOUT_PERSON && record->any_forgotten && value.text)
        return read_person(record, column, &record->values[slot], err);
    return true;
}

/* A patient's own row: other rows name one, and are found out by that. */
static bool look_forgotten(struct record *record, struct error *err)
{
    struct forgotten forgotten;
    const char *mrn = record_input_text(record, "mrn");
    if (!mrn || !text_equal(record->table->table, "patient"))
        return true;
    if (!forgotten_find(record->context.store, FORGOTTEN_PATIENT, mrn,
                        &forgotten, err))
        return false;
    record->forgotten = forgotten.found ? forgotten.patient_id : 0;
    return true;
}

struct record_forgotten record_forgotten(const struct record *record)
{
    bool prescription = text_equal(record->table->table, "prescription");
    return (struct record_forgotten){
        .patient_id = record->forgotten,
        .prescription = prescription ? record_input_text(record, "id") : NULL,
    };
}

enum record_verdict record_read(struct record *record, const char *const *texts,
                                struct error *err)
{
    scratch_reset(&record->scratch);
    memset(record->values, 0, sizeof(record->values));
    record->fault_count = record->point_count = 0;
    record->bad = false;
    record->forgotten = 0;
    record->texts = texts;
    record->patient.found = record->clinic.found = false;
    record->prescription.found = false;
    record->zone_given = NULL;
    record->zone =
        record->sender.zone ? record->sender.zone : record->context.zone;
    record->zone_clinic = record->sender.clinic_id;
    record->placed = false;
    record->home = NULL;
    record->extension[0] = '\0';
    record->known =
        (struct reference_person){.contact_from = -1, .contact_to = -1};
    if (record->any_forgotten && !look_forgotten(record, err))
        return RECORD_FAILED;
    /* To the end also of a bad row: its key may still come. */
    for (size_t i = 0; i < record->count && !record->forgotten; i++) {
        const struct layout_column *column = record->inputs[i].column;
        const char *text = text_at(record, i);
        bool none = !text && texts[i] && *texts[i];
        record->nothings[i] += none;
        if (!text)
            text = column->fallback;
        if (!text) {
            if (column->required)
                record_fail(record, column, none ? texts[i] : NULL,
                            none ? "says that there is none, and the row "
                                   "cannot do without"
                                 : "is empty");
            continue;
        }
        if (!read_field(record, i, text, err))
            return RECORD_FAILED;
    }
    if (record->forgotten) {
        record->fault_count = 0;
        return RECORD_FORGOTTEN;
    }
    if (!record->bad && !record_finish(record, err))
        return RECORD_FAILED;
    record_finish_key(record);
    return record->bad ? RECORD_BAD : RECORD_GOOD;
}
