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

#include "store/alias.h"
#include "store/cover.h"
#include "store/feed.h"
#include "store/forgotten.h"
#include "store/person.h"
#include "store/reference.h"
#include "store/upsert.h"
#include "store/wall.h"

#include "feeds/record.h"

enum { SHAPES_MAX = 256 };

/* A record that reads rows of one table with these columns. */
struct shape {
    const struct layout_table *table;
    struct record_input *inputs;
    size_t count;
    struct record *record;
};

struct intake {
    struct store *store;
    struct intake_options options;
    struct upsert *upsert;
    bool any_forgotten; /* when the message came */
    struct shape *shapes;
    size_t shape_count;
};

/* Somebody of the message, once they were looked for. */
struct known {
    bool looked;
    struct alias_person person; /* id 0: nobody yet */
};

struct taking {
    struct intake *intake;
    const struct facts *facts;
    struct known *known;
    struct intake_counts *counts;
    intake_bad_fn *bad;
    void *arg;
};

struct intake *intake_new(struct store *store,
                          const struct intake_options *options)
{
    struct intake *intake = memory_new(sizeof(*intake));
    intake->store = store;
    intake->options = *options;
    intake->upsert = upsert_new(store);
    return intake;
}

static void shape_free(struct shape *shape)
{
    record_free(shape->record);
    free(shape->inputs);
}

void intake_free(struct intake *intake)
{
    if (!intake)
        return;
    for (size_t i = 0; i < intake->shape_count; i++)
        shape_free(&intake->shapes[i]);
    free(intake->shapes);
    upsert_free(intake->upsert);
    free(intake);
}

void intake_at(struct intake *intake, instant now)
{
    intake->options.now = now;
}

/* Shapes ----------------------------------------------------------------------
 */

static bool is_of(const struct shape *shape, const struct fact *fact)
{
    if (shape->table != fact->table || shape->count != fact->field_count)
        return false;
    for (size_t i = 0; i < shape->count; i++)
        if (shape->inputs[i].column != fact->fields[i].column)
            return false;
    return true;
}

static struct shape *shape_of(struct intake *intake, const struct fact *fact,
                              struct error *err)
{
    for (size_t i = 0; i < intake->shape_count; i++)
        if (is_of(&intake->shapes[i], fact))
            return &intake->shapes[i];
    if (intake->shape_count == SHAPES_MAX)
        shape_free(&intake->shapes[--intake->shape_count]);
    intake->shapes = memory_grow(intake->shapes, intake->shape_count + 1,
                                 sizeof(intake->shapes[0]));
    struct shape *shape = &intake->shapes[intake->shape_count];
    const struct record_context context = {.store = intake->store,
                                           .country = intake->options.country,
                                           .zone = intake->options.zone,
                                           .now = intake->options.now};
    *shape = (struct shape){.table = fact->table, .count = fact->field_count};
    shape->inputs =
        memory_grow(NULL, fact->field_count + 1, sizeof(shape->inputs[0]));
    for (size_t i = 0; i < fact->field_count; i++)
        shape->inputs[i] =
            (struct record_input){.column = fact->fields[i].column};
    shape->record =
        record_new(fact->table, &context, shape->inputs, shape->count, err);
    if (!shape->record) {
        free(shape->inputs);
        return NULL;
    }
    intake->shape_count++;
    return shape;
}

/* People ----------------------------------------------------------------------
 */

/* The id that is the record number here; NULL: none is for sure. */
static const struct fact_id *mrn_of(const struct intake *intake,
                                    const struct fact_person *person)
{
    const char *authority = intake->options.mrn_authority;
    for (size_t i = 0; i < person->id_count; i++) {
        const struct fact_id *id = &person->ids[i];
        if (id->record)
            return id;
        if (authority ? text_equal_nocase(id->authority, authority)
                      : text_equal_nocase(id->type, "MR") || !*id->authority)
            return id;
    }
    return NULL;
}

static bool person_look(struct taking *it, int index, struct known **out,
                        struct error *err)
{
    const struct fact_person *person = &it->facts->people[index];
    struct known *known = *out = &it->known[index];
    struct store *store = it->intake->store;
    if (known->looked && known->person.id)
        return true;
    known->looked = true;
    for (size_t i = 0; i < person->id_count && !known->person.id; i++)
        if (!alias_find(store, person->ids[i].authority, person->ids[i].value,
                        &known->person, err))
            return false;
    const struct fact_id *mrn = mrn_of(it->intake, person);
    return known->person.id || !mrn ||
           alias_by_mrn(store, mrn->value, mrn->authority, &known->person, err);
}

/* What a new record is called: its record number, else the first id; where
 * another one has that name, with the authority behind it. */
static bool person_name(struct taking *it, int index, char out[ALIAS_MRN_MAX],
                        struct error *err)
{
    const struct fact_person *person = &it->facts->people[index];
    const struct fact_id *id = mrn_of(it->intake, person);
    struct alias_person other;
    if (!id)
        id = &person->ids[0];
    snprintf(out, ALIAS_MRN_MAX, "%s", id->value);
    if (!alias_by_mrn(it->intake->store, out, NULL, &other, err))
        return false;
    if (other.id)
        snprintf(out, ALIAS_MRN_MAX, "%s@%s", id->value, id->authority);
    return true;
}

static bool aliases_put(struct taking *it, int index, int64_t patient_id,
                        struct error *err)
{
    const struct fact_person *person = &it->facts->people[index];
    for (size_t i = 0; i < person->id_count; i++)
        if (*person->ids[i].authority &&
            !alias_put(it->intake->store, person->ids[i].authority,
                       person->ids[i].value, patient_id, it->facts->source,
                       it->facts->at, err))
            return false;
    return true;
}

/* Rows ------------------------------------------------------------------------
 */

static void tell(struct taking *it, const struct fact *fact, const char *column,
                 const char *value, const char *reason, bool row)
{
    struct intake_bad bad = {
        .column = column, .value = value, .reason = reason, .row = row};
    for (size_t i = 0; i < fact->field_count; i++)
        if (text_equal(fact->fields[i].column->name, column))
            bad.where = fact->fields[i].where;
    it->counts->bad += row;
    it->bad(it->arg, &bad);
}

/* The texts of a row. `*waits`: it names somebody whom nobody knows. */
static bool texts_of(struct taking *it, const struct fact *fact,
                     const char **texts, char name[ALIAS_MRN_MAX], bool *waits,
                     struct error *err)
{
    bool own = text_equal(fact->table->name, "patients");
    *waits = false;
    for (size_t i = 0; i < fact->field_count; i++) {
        const struct fact_field *field = &fact->fields[i];
        texts[i] = field->text;
        if (field->person < 0)
            continue;
        struct known *known;
        if (!person_look(it, field->person, &known, err))
            return false;
        texts[i] = known->person.mrn;
        if (known->person.id)
            continue;
        if (!own || !text_equal(field->column->name, "mrn"))
            *waits = true;
        else if (!person_name(it, field->person, name, err))
            return false;
        else
            texts[i] = name;
    }
    return true;
}

/* Without the field at `at`. */
static void drop_field(struct fact *fact, size_t at)
{
    memmove(&fact->fields[at], &fact->fields[at + 1],
            (fact->field_count - at - 1) * sizeof(fact->fields[0]));
    fact->field_count--;
}

/* The field that a fault is about, when the row can do without it. */
static bool may_drop(const struct fact *fact, const char *column, size_t *at)
{
    for (*at = 0; *at < fact->field_count; ++*at)
        if (text_equal(fact->fields[*at].column->name, column))
            return !fact->fields[*at].column->required;
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
        if (!person_look(it, field->person, &known, err))
            return false;
        record_person(record, field->column, known->person.id);
    }
    return true;
}

static void row_of(const struct taking *it, const struct shape *shape,
                   struct upsert_row *row)
{
    *row = (struct upsert_row){.table = shape->table->table,
                               .values = record_values(shape->record),
                               .source = it->facts->source,
                               .message = it->facts->message_id,
                               .at = it->facts->at};
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
    row_of(it, shape, &row);
    for (size_t i = fact->field_count; i-- > 0;) {
        if (!fact->fields[i].only_new)
            continue;
        if (!id && !upsert_find(it->intake->upsert, &row, &id, err))
            return false;
        if (!id)
            return true;
        drop_field(fact, i);
        *again = true;
    }
    return true;
}

enum reading { READ_GOOD, READ_LEFT, READ_FAILED };

/* Reads the row until what is left of it is good; `*shape` has it then. */
static enum reading read_row(struct taking *it, struct fact *fact,
                             struct shape **shape, struct error *err)
{
    const char *texts[FACT_FIELDS_MAX];
    char name[ALIAS_MRN_MAX];
    for (;;) {
        bool waits, again;
        size_t count, at;
        if (!texts_of(it, fact, texts, name, &waits, err))
            return READ_FAILED;
        if (waits) {
            it->counts->waiting++;
            return READ_LEFT;
        }
        *shape = shape_of(it->intake, fact, err);
        if (!*shape)
            return READ_FAILED;
        record_again((*shape)->record, it->intake->options.now,
                     it->intake->any_forgotten);
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
            bool drop =
                fact->verb == FACT_SAY && may_drop(fact, faults[0].column, &at);
            tell(it, fact, faults[0].column, faults[0].value, faults[0].reason,
                 !drop);
            if (!drop)
                return READ_LEFT;
            drop_field(fact, at);
            continue;
        }
        if (!drop_only_new(it, fact, *shape, &again, err))
            return READ_FAILED;
        if (again)
            continue;
        for (size_t i = 0; i < count; i++)
            tell(it, fact, faults[i].column, faults[i].value, faults[i].reason,
                 false);
        return name_persons(it, fact, (*shape)->record, err) ? READ_GOOD
                                                             : READ_FAILED;
    }
}

static void count_verdict(struct taking *it, const struct fact *fact,
                          enum upsert_verdict verdict)
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
        tell(it, fact, "", NULL,
             "is new, and a field that every row has is missing", true);
        return;
    }
}

static bool put_points(struct taking *it, const struct shape *shape,
                       int64_t patient_id, enum upsert_verdict *verdict,
                       struct error *err)
{
    const char *mrn;
    const struct staging_contact *contacts;
    size_t count;
    bool changed;
    if (!record_contacts(shape->record, &mrn, &contacts, &count))
        return true;
    if (!upsert_contacts(it->intake->upsert, patient_id, contacts, count,
                         it->facts->source, it->facts->at, &changed, err))
        return false;
    if (changed && *verdict == UPSERT_SAME)
        *verdict = UPSERT_CHANGED;
    return true;
}

static bool say(struct taking *it, struct fact *fact, struct error *err)
{
    struct shape *shape;
    struct upsert_row row;
    enum upsert_verdict verdict;
    int64_t id;
    enum reading read = read_row(it, fact, &shape, err);
    if (read != READ_GOOD)
        return read == READ_LEFT;
    row_of(it, shape, &row);
    if (!upsert_put(it->intake->upsert, &row, &verdict, &id, err))
        return false;
    bool written = verdict == UPSERT_NEW || verdict == UPSERT_CHANGED ||
                   verdict == UPSERT_SAME;
    if (written && text_equal(fact->table->name, "patients") &&
        (!put_points(it, shape, id, &verdict, err) ||
         !aliases_put(it, fact->fields[0].person, id, err)))
        return false;
    if (written && verdict != UPSERT_SAME &&
        text_equal(fact->table->name, "fills") &&
        !cover_compute_of(it->intake->store, id, it->intake->options.zone, err))
        return false;
    if (text_equal(fact->table->name, "clinics") &&
        !wall_follow(it->intake->store, it->intake->options.zone,
                     it->intake->options.now, &it->counts->followed, err))
        return false;
    count_verdict(it, fact, verdict);
    return true;
}

static bool end(struct taking *it, struct fact *fact, struct error *err)
{
    struct shape *shape;
    struct upsert_row row;
    enum upsert_verdict verdict;
    enum reading read = read_row(it, fact, &shape, err);
    if (read != READ_GOOD)
        return read == READ_LEFT;
    row_of(it, shape, &row);
    if (!upsert_end(it->intake->upsert, &row, &verdict, err))
        return false;
    if (verdict == UPSERT_CHANGED)
        it->counts->ended++;
    else
        count_verdict(it, fact, verdict);
    return true;
}

/* Both are there; or whoever is left is, and the other one is but a name. */
static bool merge(struct taking *it, const struct fact *fact, struct error *err)
{
    struct known *gone, *stays;
    int from = fact->fields[0].person, to = fact->fields[1].person;
    if (!person_look(it, from, &gone, err) || !person_look(it, to, &stays, err))
        return false;
    if (!stays->person.id) {
        it->counts->waiting++;
        return true;
    }
    bool part = fact->verb == FACT_PART;
    if (!gone->person.id || gone->person.id == stays->person.id) {
        if (part || gone->person.id)
            it->counts->same++;
        else
            it->counts->merged++;
        return part || aliases_put(it, from, stays->person.id, err);
    }
    it->counts->merged += !part;
    return part ||
           person_merge(it->intake->store, gone->person.id, stays->person.id,
                        it->facts->source, it->facts->at, err);
}

static bool take(struct taking *it, const struct fact *said, struct error *err)
{
    struct fact fact = *said; /* fields may be left out */
    switch (fact.verb) {
    case FACT_SAY:
        return say(it, &fact, err);
    case FACT_END:
        return end(it, &fact, err);
    case FACT_MERGE:
    case FACT_PART:
        return merge(it, &fact, err);
    }
    return true;
}

/* Whoever brings rows of a table is heard of: its data is of now, as after an
 * import of its file. */
static bool take_table(struct taking *it, const struct layout_table *table,
                       struct error *err)
{
    const struct intake *intake = it->intake;
    int64_t rows = 0;
    bool done = true;
    for (size_t i = 0; done && i < it->facts->count; i++) {
        if (it->facts->items[i].table != table)
            continue;
        done = take(it, &it->facts->items[i], err);
        rows++;
    }
    return done && (rows == 0 || feed_note(intake->store, table->name,
                                           intake->options.now, rows, err));
}

bool intake_take(struct intake *intake, const struct facts *facts,
                 struct intake_counts *counts, intake_bad_fn *bad, void *arg,
                 struct error *err)
{
    struct facts dated = *facts;
    if (dated.at == INSTANT_NEVER)
        dated.at = intake->options.now;
    struct taking it = {
        .intake = intake,
        .facts = &dated,
        .known = memory_new((facts->person_count + 1) * sizeof(struct known)),
        .counts = counts,
        .bad = bad,
        .arg = arg};
    bool done = forgotten_any(intake->store, &intake->any_forgotten, err);
    for (size_t t = 0; done && t < layout_count; t++)
        done = take_table(&it, &layout_tables[t], err);
    free(it.known);
    return done;
}
