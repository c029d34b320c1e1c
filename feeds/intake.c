/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts in the order of the layout: places and people before what is said of
 * them. How the fields of a row are read is the record's business, how it is
 * compared and written the store's; here it is decided who is meant, and what
 * follows from a verb.
 */
#include "feeds/intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "store/cover.h"
#include "store/forgotten.h"
#include "store/upsert.h"
#include "store/visit.h"
#include "store/wall.h"

#include "feeds/intake_own.h"
#include "feeds/record.h"

struct intake *intake_new(struct store *store,
                          const struct intake_options *options)
{
    struct intake *intake = memory_new(sizeof(*intake));
    intake->store = store;
    intake->options = *options;
    intake->data_at = options->now;
    intake->upsert = upsert_new(store);
    return intake;
}

void intake_free(struct intake *intake)
{
    if (!intake)
        return;
    intake_shapes_free(intake);
    waiting_list_free(&intake->heard);
    intake_doubts_free(intake);
    upsert_free(intake->upsert);
    free(intake);
}

void intake_at(struct intake *intake, instant now)
{
    intake->options.now = intake->data_at = now;
}

void intake_data_at(struct intake *intake, instant at)
{
    intake->data_at = at;
}

/* Rows ------------------------------------------------------------------------
 */

void intake_tell(struct taking *it, const struct fact *fact, const char *column,
                 const char *value, const char *reason, bool row)
{
    struct intake_bad bad = {
        .column = column, .value = value, .reason = reason, .row = row};
    for (size_t i = 0; i < fact->field_count; i++)
        if (text_equal(fact->fields[i].column->name, column))
            bad.where = fact->fields[i].where;
    if (!bad.where)
        bad.where = fact->wanted;
    it->counts->bad += row;
    it->bad(it->arg, &bad);
}

/* Whom a row waits for, or whose it is no more. */
struct absence {
    bool waits; /* it names somebody, or a prescription, whom nobody knows */
    bool forgotten; /* or who was forgotten */
    bool torn;      /* or a visit by ids of two, or another one's prescription:
                       that was told */
};

/* A guardian who was forgotten goes on being it, without a face. */
static const char *face_of(struct taking *it, const struct fact_field *field,
                           const struct known *known,
                           char face[FORGOTTEN_KEY_MAX],
                           struct absence *absence)
{
    if (known->person.id)
        return known->person.mrn;
    snprintf(face, FORGOTTEN_KEY_MAX, FORGOTTEN_KEY,
             (long long)known->forgotten);
    if (!known->forgotten)
        absence->waits = true;
    else if (field->column->type == LAYOUT_PERSON &&
             text_equal(field->column->name, "guardian"))
        return arena_text(it->facts->arena, face);
    else
        absence->forgotten = true;
    return NULL;
}

static bool texts_of(struct taking *it, const struct fact *fact,
                     const char **texts, char name[ALIAS_MRN_MAX],
                     struct absence *absence, struct error *err)
{
    bool own = text_equal(fact->table->name, "patients");
    char face[FORGOTTEN_KEY_MAX];
    *absence = (struct absence){0};
    for (size_t i = 0; i < fact->field_count; i++) {
        const struct fact_field *field = &fact->fields[i];
        texts[i] = field->text;
        if (field->person < 0)
            continue;
        struct known *known;
        if (!intake_person(it, field->person, &known, err))
            return false;
        bool new = own &&text_equal(field->column->name, "mrn") &&
                   !known->person.id && !known->forgotten;
        if (new && !intake_person_name(it, field->person, name, err))
            return false;
        const struct alias_person *gone =
            own && text_equal(field->column->name, "mrn")
                ? intake_person_gone(it, fact)
                : NULL;
        texts[i] = new    ? name
                   : gone ? gone->by_mrn
                          : face_of(it, field, known, face, absence);
    }
    bool hangs = false;
    if (!absence->waits &&
        (!intake_ids(it, fact, texts, &absence->torn, err) ||
         !intake_hangs(it, fact, texts, &hangs, &absence->torn, err)))
        return false;
    absence->waits |= hangs;
    return true;
}

/* The field that a fault is about, when the row can do without it. A visit
 * that is off is off, whenever it was to be. */
static bool may_drop(const struct fact *fact, const char *column, size_t *at)
{
    for (*at = 0; *at < fact->field_count; ++*at)
        if (text_equal(fact->fields[*at].column->name, column))
            return !fact->fields[*at].column->required ||
                   (text_equal(column, "start") && intake_is_off(fact));
    return false;
}

/* Whoever is named beside the patient (a guardian) is known here by now. */
static bool name_persons(struct taking *it, const struct fact *fact,
                         struct record *record, struct error *err)
{
    for (size_t i = 0; i < fact->field_count; i++) {
        const struct fact_field *field = &fact->fields[i];
        struct known *known;
        if (field->person < 0 || field->column->type != LAYOUT_PERSON)
            continue;
        if (!intake_person(it, field->person, &known, err))
            return false;
        record_person(record, field->column,
                      known->person.id ? known->person.id : known->forgotten);
    }
    return true;
}

static void row_of(struct taking *it, const struct fact *fact,
                   const struct shape *shape, struct upsert_row *row)
{
    const struct fact_field *status = fact_field_of(fact, "status");
    *row = (struct upsert_row){.table = shape->table->table,
                               .values = record_values(shape->record),
                               .source = it->facts->source,
                               .message = it->facts->message_id,
                               .owner = intake_owner(fact),
                               .sender = it->facts->sender,
                               .at = it->facts->at,
                               .span = it->facts->at_span,
                               .own = intake_person_gone(it, fact) != NULL,
                               .dated = it->dated,
                               .assumed = status && status->only_new,
                               .off = intake_is_off(fact)};
    row->columns = record_columns(shape->record, &row->count);
}

/* Fields for a new row alone mean nothing when it is there. */
static bool drop_only_new(struct taking *it, struct fact *fact,
                          const struct shape *shape, bool *again,
                          struct error *err)
{
    struct upsert_row row;
    int64_t id = 0;
    *again = false;
    row_of(it, fact, shape, &row);
    for (size_t i = fact->field_count; i-- > 0;) {
        bool left = false;
        if (!fact->fields[i].only_new)
            continue;
        if (!id && !upsert_find(it->intake->upsert, &row, &id, err))
            return false;
        if (!id)
            return true;
        if (fact->fields[i].returns &&
            !visit_left(it->intake->store, id, &left, err))
            return false;
        if (left)
            continue;
        fact_drop(fact, i);
        *again = true;
    }
    return true;
}

enum reading { READ_GOOD, READ_LEFT, READ_FAILED };

/* It cannot be taken yet. */
static enum reading leave(struct taking *it, const struct fact *fact,
                          struct error *err)
{
    bool done = fact->verb == FACT_END ? !intake_may_be_early(it, fact) ||
                                             intake_keep_early(it, fact, err)
                                       : intake_keep(it, fact, err);
    return done ? READ_LEFT : READ_FAILED;
}

/* What the row is called here; NULL: nothing. */
static const char *id_of(const struct fact *fact, const char *const *texts)
{
    const struct fact_field *id = fact_field_of(fact, "id");
    return id ? texts[id - fact->fields] : NULL;
}

/* Reads the row until what is left of it is good; `*shape` has it then. */
static enum reading read_row(struct taking *it, struct fact *fact,
                             struct shape **shape, struct error *err)
{
    const char *texts[FACT_FIELDS_MAX];
    char name[ALIAS_MRN_MAX];
    for (;;) {
        struct absence absence;
        bool again;
        size_t count, at;
        if (!texts_of(it, fact, texts, name, &absence, err))
            return READ_FAILED;
        if (absence.forgotten) {
            it->counts->forgotten++;
            return READ_LEFT;
        }
        if (absence.waits)
            return leave(it, fact, err);
        if (absence.torn)
            return READ_LEFT;
        *shape = intake_shape(it->intake, fact, err);
        if (!*shape)
            return READ_FAILED;
        record_again((*shape)->record, it->intake->options.now,
                     it->intake->any_forgotten);
        record_sender((*shape)->record, it->sender);
        enum record_verdict verdict = record_read((*shape)->record, texts, err);
        const struct record_fault *faults =
            record_faults((*shape)->record, &count);
        if (verdict == RECORD_FAILED)
            return READ_FAILED;
        if (verdict == RECORD_FORGOTTEN) {
            it->counts->forgotten++;
            return READ_LEFT;
        }
        if (verdict == RECORD_BAD) {
            bool drop = may_drop(fact, faults[0].column, &at), vague;
            if (!intake_vague(it, fact, id_of(fact, texts), faults, &vague,
                              err))
                return READ_FAILED;
            if (vague)
                return READ_LEFT;
            const struct fact_field *field =
                fact_field_of(fact, faults[0].column);
            if (!it->told || !text_equal(faults[0].column, "start"))
                intake_tell(it, fact, faults[0].column, faults[0].value,
                            field && field->wrong ? field->wrong
                                                  : faults[0].reason,
                            !drop);
            if (!drop)
                return intake_doubt(it, fact, id_of(fact, texts), faults, err)
                           ? READ_LEFT
                           : READ_FAILED;
            fact_drop(fact, at);
            continue;
        }
        if (!drop_only_new(it, fact, *shape, &again, err))
            return READ_FAILED;
        if (again)
            continue;
        for (size_t i = 0; i < count; i++)
            intake_tell(it, fact, faults[i].column, faults[i].value,
                        faults[i].reason, false);
        return name_persons(it, fact, (*shape)->record, err) ? READ_GOOD
                                                             : READ_FAILED;
    }
}

/* Each field that a new row has and this one does not. What is `here` and gone
 * comes back with all of them: we wait for the time of a visit. */
static void tell_lacks(struct taking *it, const struct fact *fact, bool here)
{
    char reason[120];
    for (size_t i = 0; i < fact->table->count; i++) {
        const struct layout_column *column = &fact->table->columns[i];
        if (!column->required || fact_field_of(fact, column->name))
            continue;
        snprintf(reason, sizeof(reason), "is %s, and nothing says its '%s'",
                 here ? "moved to nobody knows when, or was taken back"
                      : "not known here yet",
                 column->name);
        intake_tell(it, fact, column->name, NULL, reason, true);
    }
}

static void count_verdict(struct taking *it, const struct fact *fact,
                          enum upsert_verdict verdict, bool here)
{
    switch (verdict) {
    case UPSERT_NEW:
        it->counts->made++;
        return;
    case UPSERT_CHANGED:
        it->counts->changed++;
        return;
    case UPSERT_SAME:
    case UPSERT_YIELDS:
    case UPSERT_FIXED:
        it->counts->same++;
        return;
    case UPSERT_OLDER:
        it->counts->older++;
        return;
    case UPSERT_LACKS:
        tell_lacks(it, fact, here);
        return;
    }
}

static bool put_points(struct taking *it, const struct fact *fact,
                       const struct shape *shape, int64_t patient_id,
                       bool fresh, bool *changed, struct error *err)
{
    const char *mrn;
    struct upsert_points points = {.patient_id = patient_id,
                                   .source = it->facts->source,
                                   .at = it->facts->at,
                                   .span = it->facts->at_span,
                                   .none = !fact->ended,
                                   .fresh = fresh};
    *changed = false;
    return !record_contacts(shape->record, &mrn, &points.contacts,
                            &points.count) ||
           upsert_contacts(it->intake->store, &points, changed, err);
}

/* A fill that came, changed or went moves those behind it. */
static bool supply_follows(struct taking *it, const struct fact *fact,
                           int64_t fill_id, struct error *err)
{
    return !text_equal(fact->table->name, "fills") ||
           cover_compute_of(it->intake->store, fill_id,
                            it->intake->options.zone, err);
}

/* What comes late is true all the same, whatever others say since: that they
 * died, or were in hospital, by which ids they are known, and which numbers
 * this source has. */
static bool put_lasting(struct taking *it, const struct fact *fact,
                        const struct shape *shape, int64_t id,
                        enum upsert_verdict *verdict, struct error *err)
{
    bool changed = false, points = false;
    const struct alias_person *gone = intake_person_gone(it, fact);
    if (*verdict == UPSERT_LACKS || *verdict == UPSERT_YIELDS)
        return true;
    if (!intake_person_ids(it, fact->fields[0].person, gone ? gone->id : id,
                           err) ||
        !intake_words(it, fact, shape->record, id, id, &changed, err) ||
        !put_points(it, fact, shape, id, *verdict == UPSERT_NEW, &points, err))
        return false;
    if ((changed || points) && *verdict != UPSERT_NEW)
        *verdict = UPSERT_CHANGED;
    return true;
}

/* Nothing is said of a row that is there; but whoever named a patient so may
 * do it again. */
static bool leave_known(struct taking *it, const struct fact *fact, int64_t id,
                        struct error *err)
{
    it->counts->same++;
    return !text_equal(fact->table->name, "patients") ||
           intake_person_gone(it, fact) ||
           intake_person_ids(it, fact->fields[0].person, id, err);
}

static bool say(struct taking *it, struct fact *fact, struct error *err)
{
    struct shape *shape;
    struct upsert_row row;
    enum upsert_verdict verdict;
    int64_t id;
    bool nobody, old, none;
    if (!intake_person_none(it, fact, &nobody, err) || nobody)
        return nobody;
    if (!intake_stay_heed(it, fact, &old, &none, err))
        return false;
    it->counts->older += old;
    if (old || none)
        return true;
    enum reading read = read_row(it, fact, &shape, err);
    if (read != READ_GOOD)
        return read == READ_LEFT;
    row_of(it, fact, shape, &row);
    if (fact->only_new && !upsert_find(it->intake->upsert, &row, &id, err))
        return false;
    if (fact->only_new && id)
        return leave_known(it, fact, id, err);
    if (!upsert_put(it->intake->upsert, &row, &verdict, &id, err))
        return false;
    if (verdict == UPSERT_LACKS && fact->vague)
        return !fact->waits || !intake_may_be_early(it, fact) ||
               intake_keep_early(it, fact, err);
    if (verdict == UPSERT_LACKS && intake_is_off(fact))
        return intake_keep_early(it, fact, err);
    /* A visit may be called so only now. */
    bool called = id && text_equal(fact->table->name, "appointments");
    if ((verdict == UPSERT_NEW || called) && !intake_hear(it, fact, err))
        return false;
    if (verdict == UPSERT_CHANGED && it->anothers)
        intake_tell(it, fact, "patient", NULL,
                    "this was another patient's so far: it is theirs now",
                    false);
    if (verdict == UPSERT_NEW && it->filed)
        intake_tell(it, fact, "id", fact_text(fact, "id"),
                    "a file has a visit of this id for somebody else, at "
                    "another time: this is taken for another visit",
                    false);
    if (!intake_sure(it, fact, shape, verdict, err))
        return false;
    if (text_equal(fact->table->name, "patients") &&
        !put_lasting(it, fact, shape, id, &verdict, err))
        return false;
    bool written = verdict == UPSERT_NEW || verdict == UPSERT_CHANGED ||
                   verdict == UPSERT_SAME;
    const struct alias_person *gone = intake_person_gone(it, fact);
    if (written && gone &&
        !intake_person_pass(it, fact, gone, shape->record, err))
        return false;
    if (written && verdict != UPSERT_NEW && !intake_owns(it, fact, id, err))
        return false;
    if (written && !intake_person_came(it, fact, id, err))
        return false;
    if (written && verdict != UPSERT_SAME && !supply_follows(it, fact, id, err))
        return false;
    if (text_equal(fact->table->name, "clinics") &&
        !wall_follow(it->intake->store, it->intake->options.zone,
                     it->intake->options.now, &it->counts->followed, err))
        return false;
    count_verdict(it, fact, verdict, id != 0);
    return true;
}

static bool end(struct taking *it, struct fact *fact, struct error *err)
{
    struct shape *shape;
    struct upsert_row row;
    enum upsert_verdict verdict;
    int64_t id;
    bool kept = false, on;
    if ((!it->waited && !intake_unkeep(it, fact, &kept, err)) ||
        !intake_stay_delete(it, fact, err) ||
        !intake_stay_goes_on(it, fact, &on, err))
        return false;
    enum reading read = read_row(it, fact, &shape, err);
    it->counts->ended += kept && read != READ_GOOD;
    if (read != READ_GOOD)
        return read == READ_LEFT;
    row_of(it, fact, shape, &row);
    if (!upsert_find(it->intake->upsert, &row, &id, err))
        return false;
    if (!id && intake_may_be_early(it, fact)) {
        it->counts->ended += kept;
        it->counts->same += on && !kept;
        return on || intake_keep_early(it, fact, err);
    }
    if (!upsert_end(it->intake->upsert, &row, &verdict, err) ||
        !intake_sure(it, fact, shape, verdict, err))
        return false;
    if (verdict == UPSERT_CHANGED && !supply_follows(it, fact, id, err))
        return false;
    if (verdict == UPSERT_CHANGED || kept)
        it->counts->ended++;
    else
        count_verdict(it, fact, verdict, true);
    return true;
}

bool intake_row(struct taking *it, const struct fact *said, struct error *err)
{
    struct fact fact = *said; /* fields may be left out */
    bool counts;
    if (!intake_kin(it, &fact, &counts, err))
        return false;
    if (!counts)
        return true;
    switch (fact.verb) {
    case FACT_SAY:
        return say(it, &fact, err);
    case FACT_END:
        return end(it, &fact, err);
    case FACT_MERGE:
        return intake_merge(it, &fact, err);
    case FACT_PART:
        return !it->waited || intake_part(it, &fact, err);
    case FACT_MOVE:
        return intake_stay_move(it, &fact, err);
    }
    return true;
}
