/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is meant: by any id that an authority gave, then by the record number.
 * Whoever was forgotten is known by the same ids, and by nothing else. Two
 * records that are one person's, and that they are two after all.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "store/consent.h"
#include "store/death.h"
#include "store/forgotten.h"
#include "store/person.h"

#include "feeds/intake_own.h"
#include "feeds/pending.h"
#include "feeds/record.h"

static bool is_mrn(const struct intake *intake, const struct fact_id *id)
{
    const char *authority = intake->options.mrn_authority;
    return id->record ||
           (authority ? text_equal_nocase(id->authority, authority)
                      : text_equal_nocase(id->type, "MR") || id->bare);
}

/* The id that is the record number here; NULL: none is for sure. */
static const struct fact_id *mrn_of(const struct intake *intake,
                                    const struct fact_person *person)
{
    for (size_t i = 0; i < person->id_count; i++)
        if (is_mrn(intake, &person->ids[i]))
            return &person->ids[i];
    return NULL;
}

static bool look_forgotten(struct taking *it, const struct fact_person *person,
                           struct known *known, struct error *err)
{
    struct store *store = it->intake->store;
    struct forgotten found = {0};
    const struct fact_id *mrn = mrn_of(it->intake, person);
    for (size_t i = 0; i < person->id_count && !found.found; i++)
        if (!forgotten_find_id(store, person->ids[i].authority,
                               person->ids[i].value, &found, err))
            return false;
    if (!found.found && mrn &&
        !forgotten_find(store, FORGOTTEN_PATIENT, mrn->value, &found, err))
        return false;
    known->forgotten = found.found ? found.patient_id : 0;
    return true;
}

/* Of one who is known by a gone number and by that of the record that is left,
 * it is said by the latter. */
static bool find_alias(struct taking *it, const struct fact_person *person,
                       struct alias_person *out, struct error *err)
{
    for (size_t i = 0; i < person->id_count; i++) {
        struct alias_person found;
        const struct fact_id *id = &person->ids[i];
        if (!alias_find(it->intake->store, id->authority, id->value, &found,
                        err))
            return false;
        if (!found.id || (out->id && out->id != found.id))
            continue;
        if (!out->id || found.by == found.id)
            *out = found;
        if (out->by == out->id)
            return true;
    }
    return true;
}

bool intake_person(struct taking *it, int index, struct known **out,
                   struct error *err)
{
    const struct fact_person *person = &it->facts->people[index];
    struct known *known = *out = &it->known[index];
    struct store *store = it->intake->store;
    if (known->looked && (known->person.id || known->forgotten))
        return true;
    known->looked = true;
    if (!find_alias(it, person, &known->person, err))
        return false;
    const struct fact_id *mrn = mrn_of(it->intake, person);
    /* somebody who got another number (A47) has two of one authority */
    for (size_t i = 0; i < person->id_count && !known->person.id; i++)
        if (is_mrn(it->intake, &person->ids[i]) &&
            text_equal(person->ids[i].authority, mrn->authority) &&
            !alias_by_mrn(store, person->ids[i].value, mrn->authority,
                          it->intake->options.also_authority, &known->person,
                          err))
            return false;
    return known->person.id || !it->intake->any_forgotten ||
           look_forgotten(it, person, known, err);
}

bool intake_person_name(struct taking *it, int index, char out[ALIAS_MRN_MAX],
                        struct error *err)
{
    const struct fact_person *person = &it->facts->people[index];
    const struct fact_id *id = mrn_of(it->intake, person);
    struct alias_person other;
    if (!id)
        id = &person->ids[0];
    snprintf(out, ALIAS_MRN_MAX, "%s", id->value);
    if (!alias_by_mrn(it->intake->store, out, NULL, NULL, &other, err))
        return false;
    if (other.id)
        snprintf(out, ALIAS_MRN_MAX, "%s@%s", id->value, id->authority);
    return true;
}

/* The message itself says that whoever has this id is merged, or was. */
static bool is_merged_here(const struct taking *it, const struct fact_id *id)
{
    for (size_t i = 0; i < it->facts->count; i++) {
        const struct fact *fact = &it->facts->items[i];
        if (fact->verb != FACT_MERGE)
            continue;
        for (size_t f = 0; f < fact->field_count; f++)
            if (fact_person_has(&it->facts->people[fact->fields[f].person], id))
                return true;
    }
    return false;
}

/* An id of theirs leads to another record, and goes on doing it: what that one
 * refused holds for who comes by it. */
static bool id_is_anothers(struct taking *it, const struct fact_person *person,
                           const struct fact_id *id, int64_t patient_id,
                           int64_t other, struct error *err)
{
    if (is_merged_here(it, id))
        return true;
    const struct intake_bad bad = {
        .where = person->where,
        .column = "mrn",
        .value = id->value,
        .reason = "is another record's number here, and stays it: if the two "
                  "are one person, a merge says so"};
    it->bad(it->arg, &bad);
    return person_ask_one(it->intake->store, patient_id, other,
                          it->intake->options.now, err);
}

/* Whose record number it is, where no message has come by it yet: it is in a
 * file alone; 0: nobody's but theirs. */
static bool number_owner(struct taking *it, const struct fact_id *id,
                         const struct alias_person *found, int64_t *owner,
                         struct error *err)
{
    struct alias_person other = {0};
    bool theirs = !found->id || !is_mrn(it->intake, id) ||
                  text_equal(id->value, found->mrn) ||
                  text_equal(id->value, found->by_mrn);
    if (!theirs &&
        (!alias_find(it->intake->store, id->authority, id->value, &other,
                     err) ||
         (!other.id &&
          !alias_by_mrn(it->intake->store, id->value, id->authority,
                        it->intake->options.also_authority, &other, err))))
        return false;
    *owner = other.id == found->id ? 0 : other.id;
    return true;
}

bool intake_person_ids(struct taking *it, int index, int64_t patient_id,
                       struct error *err)
{
    struct store *store = it->intake->store;
    const struct fact_person *person = &it->facts->people[index];
    const struct alias_person *found = &it->known[index].person;
    /* a number that comes with the old one is the old record's, too */
    int64_t to = found->id == patient_id ? found->by : patient_id;
    for (size_t i = 0; i < person->id_count; i++) {
        const struct fact_id *id = &person->ids[i];
        int64_t anothers = 0;
        if (!number_owner(it, id, found, &anothers, err) ||
            (*id->authority && !anothers &&
             !alias_put(store, id->authority, id->value, to, it->facts->source,
                        it->facts->at, &anothers, err)) ||
            (anothers &&
             !id_is_anothers(it, person, id, patient_id, anothers, err)))
            return false;
        if (it->intake->any_waiting &&
            !waiting_named(store, id->value, &it->intake->heard, err))
            return false;
    }
    return true;
}

bool intake_person_none(struct taking *it, const struct fact *fact, bool *none,
                        struct error *err)
{
    struct known *known;
    *none = false;
    if (!fact->of_known)
        return true;
    if (!intake_person(it, fact_field_of(fact, "mrn")->person, &known, err))
        return false;
    *none = !known->person.id;
    return true;
}

const struct alias_person *intake_person_gone(struct taking *it,
                                              const struct fact *fact)
{
    if (fact->verb == FACT_MERGE || !text_equal(fact->table->name, "patients"))
        return NULL;
    const struct fact_field *mrn = fact_field_of(fact, "mrn");
    const struct alias_person *found =
        mrn && mrn->person >= 0 ? &it->known[mrn->person].person : NULL;
    return found && found->by != found->id ? found : NULL;
}

static const char *text_of(const struct record *record, const char *column)
{
    const struct value *value = record_value(record, column);
    return value && value->type != VALUE_MISSING ? value->text : NULL;
}

bool intake_death(struct taking *it, int64_t patient_id, int64_t via,
                  const struct record *record, bool *changed, struct error *err)
{
    const struct value *said = record_value(record, "deceased_at");
    const struct death_word word = {.patient_id = patient_id,
                                    .via = via,
                                    .source = it->facts->source,
                                    .at = it->facts->at,
                                    .died_at = said ? said->integer : 0};
    *changed = false;
    return !said || said->type == VALUE_MISSING ||
           death_say(it->intake->store, &word, it->intake->options.now, changed,
                     err);
}

bool intake_person_pass(struct taking *it, const struct alias_person *gone,
                        const struct record *record, struct error *err)
{
    struct store *store = it->intake->store;
    bool contradicts;
    if (!person_contradicts(store, gone->id, text_of(record, "birth_on"),
                            text_of(record, "family_name"), &contradicts, err))
        return false;
    if (contradicts)
        return person_ask_stranger(store, gone->by, gone->id,
                                   it->intake->options.now, err);
    bool changed;
    if (!intake_death(it, gone->id, gone->by, record, &changed, err))
        return false;
    for (int i = 0; i < PERSON_STATES; i++) {
        const struct value *value = record_value(record, person_columns[i]);
        if (value &&
            !person_passes(store, gone->by, gone->id, (enum person_state)i,
                           value, it->facts->at, err))
            return false;
    }
    return true;
}

bool intake_person_spoke(struct taking *it, int64_t patient_id,
                         const struct record *record, struct error *err)
{
    for (int i = 0; it->intake->any_merged && i < PERSON_STATES; i++)
        if (record_value(record, person_columns[i]) &&
            !person_spoke(it->intake->store, patient_id, (enum person_state)i,
                          err))
            return false;
    return true;
}

bool intake_person_came(struct taking *it, const struct fact *fact,
                        int64_t row_id, struct error *err)
{
    if (!it->intake->any_merged)
        return true;
    for (size_t i = 0; i < fact->field_count; i++) {
        const struct fact_field *field = &fact->fields[i];
        if (field->person < 0 || field->column->type != LAYOUT_PATIENT)
            continue;
        const struct alias_person *found = &it->known[field->person].person;
        return found->by == found->id ||
               person_came(it->intake->store, found->by, fact->table->table,
                           row_id, err);
    }
    return true;
}

/* Who is who has changed. */
static void ask_anew(struct taking *it)
{
    memset(it->known, 0, it->facts->person_count * sizeof(it->known[0]));
}

/* One person ------------------------------------------------------------------
 */

/* A number that had no record has one from now on: whoever comes by it, in a
 * message or a file, is the one that is left, and parting finds what is whose.
 */
static bool make_gone(struct taking *it, const struct fact *merge,
                      struct known **gone, struct error *err)
{
    size_t made = it->counts->made;
    const struct fact row = {.facts = merge->facts,
                             .table = merge->table,
                             .verb = FACT_SAY,
                             .fields = {merge->fields[0]},
                             .field_count = 1};
    bool done = intake_row(it, &row, err) &&
                intake_person(it, merge->fields[0].person, gone, err);
    it->counts->made = made; /* nobody new */
    return done;
}

/* Whoever is left is there. */
bool intake_merge(struct taking *it, const struct fact *fact, struct error *err)
{
    struct known *gone, *stays;
    enum person_verdict verdict;
    int from = fact->fields[0].person, to = fact->fields[1].person;
    if (!intake_person(it, from, &gone, err) ||
        !intake_person(it, to, &stays, err))
        return false;
    if (stays->forgotten || gone->forgotten) {
        it->counts->forgotten++;
        return true;
    }
    if (!stays->person.id)
        return intake_keep(it, fact, err);
    if (gone->person.id && gone->person.id == stays->person.id) {
        it->counts->same++;
        return intake_person_ids(it, from, stays->person.id, err);
    }
    if (!gone->person.id && !make_gone(it, fact, &gone, err))
        return false;
    int64_t by = stays->person.by;
    if (!person_merge(it->intake->store, gone->person.id, stays->person.id,
                      it->facts->source, it->facts->at, &verdict, err))
        return false;
    /* (into one that is gone itself: with it they go, should it be parted) */
    if (by != stays->person.id && verdict == PERSON_DONE &&
        !person_came(it->intake->store, by, "patient", gone->person.id, err))
        return false;
    it->counts->merged += verdict == PERSON_DONE;
    it->counts->older += verdict == PERSON_OLDER;
    if (verdict == PERSON_DONE &&
        !consent_refused(it->intake->store, stays->person.id,
                         it->intake->options.now, err))
        return false;
    it->intake->any_merged = true;
    ask_anew(it);
    return true;
}

/* Merges that wait
 * -------------------------------------------------------------
 */

/* `other` -1: whoever it is, where this source said it. */
static bool is_taken_back(const struct taking *it, int one, int other,
                          const struct waiting_kept *kept)
{
    struct facts *facts = kept->at <= it->facts->at ? pending_read(kept) : NULL;
    bool back = false;
    if (facts && facts->items[0].verb == FACT_MERGE) {
        const struct fact *merge = &facts->items[0];
        const struct fact_person *people = it->facts->people;
        const struct fact_person *gone =
            &facts->people[merge->fields[0].person];
        const struct fact_person *stays =
            &facts->people[merge->fields[1].person];
        back = other < 0 ? fact_person_is(gone, &people[one]) &&
                               text_equal(kept->source, it->facts->source)
                         : (fact_person_is(gone, &people[one]) &&
                            fact_person_is(stays, &people[other])) ||
                               (fact_person_is(gone, &people[other]) &&
                                fact_person_is(stays, &people[one]));
    }
    facts_free(facts);
    return back;
}

/* That they are one waits for somebody whom nobody knows yet: it was a mistake,
 * too. */
static bool unkeep_merges(struct taking *it, int one, int other,
                          struct error *err)
{
    struct store *store = it->intake->store;
    struct waiting_list list = {0};
    bool done = true;
    const struct fact_person *person = &it->facts->people[one];
    for (size_t i = 0; done && it->intake->any_waiting && i < person->id_count;
         i++)
        done = waiting_named(store, person->ids[i].value, &list, err);
    for (size_t i = 0; done && i < list.count; i++) {
        struct waiting_kept kept;
        bool found;
        done = waiting_read(store, list.items[i].id, &found, &kept, err);
        if (!done || !found)
            continue;
        if (is_taken_back(it, one, other, &kept))
            done = waiting_remove(store, list.items[i].id, err);
        waiting_kept_free(&kept);
    }
    waiting_list_free(&list);
    return done;
}

/* Two people ------------------------------------------------------------------
 */

/* Ids that were put to a record without one of their own: whoever comes by
 * them next is somebody new. */
static bool part_ids(struct taking *it, int gone, int stays, struct error *err)
{
    const struct fact_person *one = &it->facts->people[gone];
    const struct fact_person *other = &it->facts->people[stays];
    const struct alias_person *record = &it->known[gone].person;
    struct person_id ids[FACT_IDS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < one->id_count; i++) {
        size_t k = 0;
        while (k < other->id_count &&
               !(text_equal(one->ids[i].authority, other->ids[k].authority) &&
                 text_equal(one->ids[i].value, other->ids[k].value)))
            k++;
        if (k == other->id_count)
            ids[count++] =
                (struct person_id){one->ids[i].authority, one->ids[i].value};
    }
    const struct person_change change = {.source = it->facts->source,
                                         .at = it->facts->at,
                                         .now = it->intake->options.now};
    enum person_verdict verdict;
    if (!person_part_ids(it->intake->store, record->by, ids, count, &change,
                         &verdict, err))
        return false;
    it->counts->parted += verdict == PERSON_DONE;
    it->counts->same += verdict == PERSON_SAME;
    return true;
}

static bool part_records(struct taking *it, int64_t gone, bool same_source,
                         struct error *err)
{
    enum person_verdict verdict;
    const struct person_change change = {.source = it->facts->source,
                                         .same_source = same_source,
                                         .at = it->facts->at,
                                         .now = it->intake->options.now};
    if (!person_part(it->intake->store, gone, &change, &verdict, err))
        return false;
    it->counts->parted += verdict == PERSON_DONE;
    it->counts->older += verdict == PERSON_OLDER;
    it->counts->same += verdict == PERSON_SAME && !same_source;
    return true;
}

/* Whose record number it is keeps the record. */
static bool is_named(const struct fact_person *person,
                     const struct alias_person *record)
{
    for (size_t i = 0; i < person->id_count; i++)
        if (text_equal(person->ids[i].value, record->mrn))
            return true;
    return false;
}

static bool is_on(const struct person_way *way, int64_t id)
{
    for (size_t i = 0; i < way->count; i++)
        if (way->ids[i] == id)
            return true;
    return false;
}

/* Whoever stands on the one way and not on the other. */
static bool part_way(struct taking *it, const struct person_way *way,
                     const struct person_way *other, int64_t left, bool unclear,
                     struct error *err)
{
    for (size_t i = 0; i < way->count; i++) {
        int64_t id = way->ids[i];
        if (id == left || is_on(other, id))
            continue;
        if (!part_records(it, id, false, err) ||
            (unclear && !person_ask_apart(it->intake->store, id,
                                          it->intake->options.now, err)))
            return false;
    }
    return true;
}

static size_t alone_on(const struct person_way *way,
                       const struct person_way *other, int64_t left)
{
    size_t count = 0;
    for (size_t i = 0; i < way->count; i++)
        count += way->ids[i] != left && !is_on(other, way->ids[i]);
    return count;
}

/* Both came to the record that is left, by one merge or by several. Where more
 * than one of them may be the mistake all of them are undone: nobody is written
 * to about what may be somebody else's. */
static bool part_ways(struct taking *it, const struct alias_person *one,
                      const struct alias_person *other, struct error *err)
{
    struct person_way first, second;
    struct store *store = it->intake->store;
    if (!person_way(store, one->by, &first, err) ||
        !person_way(store, other->by, &second, err))
        return false;
    bool unclear = alone_on(&first, &second, one->id) +
                       alone_on(&second, &first, one->id) >
                   1;
    return part_way(it, &first, &second, one->id, unclear, err) &&
           part_way(it, &second, &first, one->id, unclear, err) &&
           (!unclear ||
            person_ask_apart(store, one->id, it->intake->options.now, err));
}

static bool part_two(struct taking *it, int first, int second,
                     const struct known *a, const struct known *b,
                     struct error *err)
{
    const struct alias_person *one = &a->person, *other = &b->person;
    if (!one->id || !other->id || one->id != other->id) {
        it->counts->same++; /* nobody took them for one */
        return true;
    }
    if (one->by == other->by) {
        bool named = is_named(&it->facts->people[first], one);
        return named ? part_ids(it, second, first, err)
                     : part_ids(it, first, second, err);
    }
    return part_ways(it, one, other, err);
}

static bool part_done(struct taking *it, bool done)
{
    ask_anew(it);
    return done;
}

bool intake_part(struct taking *it, const struct fact *fact, struct error *err)
{
    struct known *a, *b;
    if (fact->field_count < 2)
        return true; /* one of them has no number */
    int first = fact->fields[0].person, second = fact->fields[1].person;
    return part_done(it, unkeep_merges(it, first, second, err) &&
                             intake_person(it, first, &a, err) &&
                             intake_person(it, second, &b, err) &&
                             part_two(it, first, second, a, b, err));
}

/* Silence has no date of its own: it counts where the source gave one. */
bool intake_part_alone(struct taking *it, int index, struct error *err)
{
    struct known *known;
    if (!it->dated)
        return true;
    if (!unkeep_merges(it, index, -1, err))
        return false;
    if (!it->intake->any_merged)
        return true;
    return part_done(it, intake_person(it, index, &known, err) &&
                             (known->person.by == known->person.id ||
                              part_records(it, known->person.by, true, err)));
}
