/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is meant: by any id that an authority gave, then by the record number.
 * Whoever was forgotten is known by the same ids, and by nothing else.
 */
#include <stdio.h>

#include "base/memory.h"
#include "base/text.h"

#include "store/death.h"
#include "store/forgotten.h"
#include "store/person.h"

#include "feeds/intake_own.h"
#include "feeds/record.h"

static bool is_mrn(const struct intake *intake, const struct fact_id *id)
{
    const char *authority = intake->options.mrn_authority;
    return id->record ||
           (authority ? text_equal_nocase(id->authority, authority)
                      : text_equal_nocase(id->type, "MR") || id->bare);
}

/* The id that is the record number here, of several the sender's own; NULL:
 * none is for sure. */
static const struct fact_id *mrn_of(const struct taking *it,
                                    const struct fact_person *person)
{
    const struct fact_id *first = NULL;
    for (size_t i = 0; i < person->id_count; i++) {
        const struct fact_id *id = &person->ids[i];
        if (!is_mrn(it->intake, id))
            continue;
        if (text_equal_nocase(id->authority, it->facts->sender))
            return id;
        first = first ? first : id;
    }
    return first;
}

static bool look_forgotten(struct taking *it, const struct fact_person *person,
                           struct known *known, struct error *err)
{
    struct store *store = it->intake->store;
    struct forgotten found = {0};
    const struct fact_id *mrn = mrn_of(it, person);
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

/* The resource that a server calls so; NULL: no server speaks. */
static const struct fact_id *resource_of(const struct fact_person *person)
{
    for (size_t i = 0; i < person->id_count; i++)
        if (text_ends(person->ids[i].authority, "/Patient"))
            return &person->ids[i];
    return NULL;
}

/* By which they come, and a record of theirs is called: nobody else's. */
static bool is_own(const struct taking *it, const struct fact_person *person,
                   const struct fact_id *id)
{
    const struct fact_id *mrn = mrn_of(it, person);
    return id == (mrn ? mrn : &person->ids[0]) ||
           text_ends(id->authority, "/Patient");
}

/* Who tells the ids beside that one: a house, of FHIR each resource. */
static const char *teller_of(const struct taking *it,
                             const struct fact_person *person)
{
    const struct fact_id *resource = resource_of(person);
    return resource            ? arena_format(it->facts->arena, "%s/%s",
                                              resource->authority, resource->value)
           : it->facts->sender ? it->facts->sender
                               : it->facts->source;
}

/* The message itself names who had the id so far (a merge, a new number). */
static bool is_named_beside(const struct taking *it, int index,
                            const struct fact_id *id)
{
    for (size_t i = 0; i < it->facts->person_count; i++)
        if (i != (size_t)index && fact_person_has(&it->facts->people[i], id))
            return true;
    return false;
}

/* Their own, which nobody else told beside another one. Of the identifiers of
 * a resource that has an id the first may be anybody's. */
static bool is_sure(const struct taking *it, const struct fact_person *person,
                    const struct fact_id *id, const struct alias_person *found)
{
    if (!is_own(it, person, id))
        return false;
    if (found->beside[0])
        return text_equal(found->beside, teller_of(it, person));
    return mrn_of(it, person) || !resource_of(person) ||
           text_ends(id->authority, "/Patient");
}

/* Somebody who is born on another day, and called by another name, is not
 * whoever has one of their ids: that one is wrong, or theirs no more. */
static bool is_strangers(struct taking *it, int index, const struct fact_id *id,
                         const struct alias_person *found, bool *stranger,
                         struct error *err)
{
    const char *name = NULL, *birth = NULL;
    int differences;
    *stranger = false;
    if (is_sure(it, &it->facts->people[index], id, found) ||
        is_named_beside(it, index, id))
        return true;
    for (size_t i = 0; i < it->facts->count && !(name && birth); i++) {
        const struct fact *fact = &it->facts->items[i];
        const struct fact_field *mrn = fact_field_of(fact, "mrn");
        if (fact->verb != FACT_SAY || !mrn || mrn->person != index)
            continue;
        name = fact_text(fact, "last_name");
        birth = fact_text(fact, "birth_date");
    }
    if (text_blank(name) || text_blank(birth))
        return true;
    if (!person_differs(it->intake->store, found->by, birth, name, &differences,
                        err))
        return false;
    *stranger = differences == 2;
    return true;
}

/* Of one who is known by a gone number and by that of the record that is left,
 * it is said by the latter. */
static bool find_alias(struct taking *it, int index, struct known *known,
                       struct error *err)
{
    struct alias_person *out = &known->person;
    const struct fact_person *person = &it->facts->people[index];
    for (size_t i = 0; i < person->id_count; i++) {
        struct alias_person found;
        bool stranger;
        const struct fact_id *id = &person->ids[i];
        if (!alias_find(it->intake->store, id->authority, id->value, &found,
                        err))
            return false;
        if (!found.id || (out->id && out->id != found.id))
            continue;
        if (!is_strangers(it, index, id, &found, &stranger, err))
            return false;
        known->strangers |= stranger;
        if (stranger)
            continue;
        if (!out->id || found.by == found.id)
            *out = found;
        if (out->by == out->id)
            return true;
    }
    return true;
}

/* Somebody who got another number (A47) has two of one authority. */
static bool find_number(struct taking *it, int index, struct known *known,
                        struct error *err)
{
    const struct fact_person *person = &it->facts->people[index];
    const struct fact_id *mrn = mrn_of(it, person);
    for (size_t i = 0; i < person->id_count && !known->person.id; i++) {
        struct alias_person found;
        bool stranger;
        const struct fact_id *id = &person->ids[i];
        if (!is_mrn(it->intake, id) ||
            !text_equal(id->authority, mrn->authority))
            continue;
        if (!alias_by_mrn(it->intake->store, id->value, mrn->authority,
                          it->intake->options.also_authority, &found, err))
            return false;
        if (!found.id)
            continue;
        if (!is_strangers(it, index, id, &found, &stranger, err))
            return false;
        known->strangers |= stranger;
        if (!stranger)
            known->person = found;
    }
    return true;
}

bool intake_person(struct taking *it, int index, struct known **out,
                   struct error *err)
{
    const struct fact_person *person = &it->facts->people[index];
    struct known *known = *out = &it->known[index];
    if (known->looked && (known->person.id || known->forgotten))
        return true;
    known->looked = true;
    if (!find_alias(it, index, known, err) ||
        (!known->person.id && !find_number(it, index, known, err)))
        return false;
    return known->person.id || !it->intake->any_forgotten ||
           look_forgotten(it, person, known, err);
}

bool intake_person_name(struct taking *it, int index, char out[ALIAS_MRN_MAX],
                        struct error *err)
{
    const struct fact_person *person = &it->facts->people[index];
    const struct fact_id *id = mrn_of(it, person);
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
                         const struct known *known, int64_t patient_id,
                         int64_t *owner, struct error *err)
{
    struct alias_person other = {0};
    const struct alias_person *found = &known->person;
    bool theirs = (!found->id && !known->strangers) ||
                  !is_mrn(it->intake, id) ||
                  text_equal(id->value, found->mrn) ||
                  text_equal(id->value, found->by_mrn);
    if (!theirs &&
        (!alias_find(it->intake->store, id->authority, id->value, &other,
                     err) ||
         (!other.id &&
          !alias_by_mrn(it->intake->store, id->value, id->authority,
                        it->intake->options.also_authority, &other, err))))
        return false;
    *owner = other.id == patient_id ? 0 : other.id;
    return true;
}

/* Their own id leads to somebody whom they are not: it is that one's no more.
 * However old their word is, that of the other one is no better. */
static bool take_own(struct taking *it, int index, const struct fact_id *id,
                     struct error *err)
{
    struct alias_person found;
    bool stranger, parted;
    const instant now = it->intake->options.now;
    const struct person_id taken = {id->authority, id->value};
    if (!it->known[index].strangers ||
        !is_own(it, &it->facts->people[index], id))
        return true;
    return alias_find(it->intake->store, id->authority, id->value, &found,
                      err) &&
           (!found.beside[0] ||
            (is_strangers(it, index, id, &found, &stranger, err) &&
             (!stranger || person_part_ids(it->intake->store, found.by, &taken,
                                           1, now, now, &parted, err))));
}

/* Theirs from now on, unless it is another record's: that is told. */
static bool put_id(struct taking *it, int index, const struct fact_id *id,
                   int64_t patient_id, struct error *err)
{
    struct store *store = it->intake->store;
    const struct fact_person *person = &it->facts->people[index];
    const struct known *known = &it->known[index];
    /* a number that comes with the old one is the old record's, too */
    const struct alias_word word = {
        .authority = id->authority,
        .value = id->value,
        .patient_id =
            known->person.id == patient_id ? known->person.by : patient_id,
        .source = it->facts->source,
        .beside = is_own(it, person, id) ? NULL : teller_of(it, person),
        .at = it->facts->at};
    int64_t anothers = 0;
    return take_own(it, index, id, err) &&
           number_owner(it, id, known, patient_id, &anothers, err) &&
           (!*id->authority || anothers ||
            alias_put(store, &word, &anothers, err)) &&
           (!anothers ||
            id_is_anothers(it, person, id, patient_id, anothers, err));
}

bool intake_person_ids(struct taking *it, int index, int64_t patient_id,
                       struct error *err)
{
    const struct fact_person *person = &it->facts->people[index];
    for (size_t i = 0; i < person->id_count; i++) {
        const struct fact_id *id = &person->ids[i];
        if (!put_id(it, index, id, patient_id, err) ||
            (it->intake->any_waiting &&
             !waiting_named(it->intake->store, id->value, &it->intake->heard,
                            err)))
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

static bool death(struct taking *it, const struct fact *fact,
                  const struct record *record, int64_t patient_id, int64_t via,
                  bool *changed, struct error *err)
{
    const struct value *said = record_value(record, "deceased_at");
    const struct death_word word = {.patient_id = patient_id,
                                    .via = via,
                                    .source = it->facts->source,
                                    .at = it->facts->at,
                                    .died_at = said ? said->integer : 0};
    bool says = said && said->type != VALUE_MISSING;
    *changed = false;
    if (!says && fact->no_death)
        return death_unsay(it->intake->store, &word, fact->no_death_said,
                           it->intake->options.now, changed, err);
    return !says || death_say(it->intake->store, &word, it->intake->options.now,
                              changed, err);
}

bool intake_words(struct taking *it, const struct fact *fact,
                  const struct record *record, int64_t patient_id, int64_t via,
                  bool *changed, struct error *err)
{
    bool lives, stays;
    if (!death(it, fact, record, patient_id, via, &lives, err) ||
        !intake_stay(it, fact, record, patient_id, via, &stays, err))
        return false;
    *changed = lives || stays;
    return true;
}

bool intake_person_pass(struct taking *it, const struct fact *fact,
                        const struct alias_person *gone,
                        const struct record *record, struct error *err)
{
    struct store *store = it->intake->store;
    bool changed;
    int differences;
    if (!person_differs(store, gone->id, text_of(record, "birth_on"),
                        text_of(record, "family_name"), &differences, err))
        return false;
    return differences > 0 ? person_ask_stranger(store, gone->by, gone->id,
                                                 it->intake->options.now, err)
                           : intake_words(it, fact, record, gone->id, gone->by,
                                          &changed, err);
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
