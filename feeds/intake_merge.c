/* SPDX-License-Identifier: Apache-2.0 */
/* Two records that are one person's, and that they are two after all. */
#include <string.h>

#include "base/text.h"

#include "store/consent.h"
#include "store/person.h"

#include "feeds/intake_own.h"

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

/* They are one already. The other way round they cannot be: who would be left
 * is gone, and what is planned and refused hangs on the other record. */
static bool merge_again(struct taking *it, const struct fact *fact,
                        const struct alias_person *gone,
                        const struct alias_person *stays, struct error *err)
{
    const struct fact_field *to = &fact->fields[1];
    const struct link_word word = {gone->by, stays->by, it->facts->source,
                                   it->facts->at};
    struct person_outcome outcome;
    bool reversed = gone->by == gone->id && stays->by != stays->id;
    if (word.gone != word.stays &&
        !person_one(it->intake->store, &word, it->intake->options.now, &outcome,
                    err))
        return false;
    if (reversed)
        intake_tell(it, fact, "merged_into",
                    it->facts->people[to->person].ids[0].value,
                    "is merged into the other one already, which stays the "
                    "one that is left: to turn it round, part them first",
                    true);
    else
        it->counts->same++;
    return intake_person_ids(it, fact->fields[0].person, stays->id, err);
}

/* Whoever is left is there. */
bool intake_merge(struct taking *it, const struct fact *fact, struct error *err)
{
    struct known *gone, *stays;
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
    if (gone->person.id && gone->person.id == stays->person.id)
        return merge_again(it, fact, &gone->person, &stays->person, err);
    if (!gone->person.id && !make_gone(it, fact, &gone, err))
        return false;
    const struct link_word word = {gone->person.by, stays->person.by,
                                   it->facts->source, it->facts->at};
    struct person_outcome outcome;
    if (!person_one(it->intake->store, &word, it->intake->options.now, &outcome,
                    err))
        return false;
    it->counts->merged += outcome.one;
    it->counts->older += !outcome.one;
    it->counts->parted += outcome.parted;
    if (!outcome.one && outcome.unclear)
        intake_tell(it, fact, "merged_into", it->facts->people[to].ids[0].value,
                    "would make one of records that a newer word parted, by a "
                    "third one: they stay two",
                    false);
    if (outcome.merged > 0 &&
        (!consent_refused(it->intake->store, outcome.left,
                          it->intake->options.now, err) ||
         !person_ask_guardian(it->intake->store, word.gone, outcome.left,
                              it->intake->options.now, err)))
        return false;
    it->intake->any_merged = true;
    ask_anew(it);
    return true;
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
    for (size_t i = 0; i < one->id_count; i++)
        if (!fact_person_has(other, &one->ids[i]))
            ids[count++] =
                (struct person_id){one->ids[i].authority, one->ids[i].value};
    bool parted;
    if (!person_part_ids(it->intake->store, record->by, ids, count,
                         it->facts->at, it->intake->options.now, &parted, err))
        return false;
    it->counts->parted += parted;
    it->counts->same += !parted;
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

/* An older word that they are one may be on its way, and make them known. */
static bool keep_part(struct taking *it, const struct fact *fact,
                      struct error *err)
{
    if (intake_may_be_early(it, fact))
        return intake_keep_early(it, fact, err);
    it->counts->same++;
    return true;
}

static bool part_two(struct taking *it, const struct fact *fact,
                     const struct known *a, const struct known *b,
                     struct error *err)
{
    const struct alias_person *one = &a->person, *other = &b->person;
    int first = fact->fields[0].person, second = fact->fields[1].person;
    if (a->forgotten || b->forgotten) {
        it->counts->forgotten++;
        return true;
    }
    if (!one->id || !other->id)
        return keep_part(it, fact, err);
    if (one->by == other->by) {
        bool named = is_named(&it->facts->people[first], one);
        return (named ? part_ids(it, second, first, err)
                      : part_ids(it, first, second, err)) &&
               keep_part(it, fact, err);
    }
    const struct link_word word = {one->by, other->by, it->facts->source,
                                   it->facts->at};
    struct person_outcome outcome;
    if (!person_two(it->intake->store, &word, it->intake->options.now, &outcome,
                    err))
        return false;
    it->counts->parted += outcome.parted;
    it->counts->older += outcome.one;
    it->counts->same += outcome.parted == 0 && !outcome.one;
    ask_anew(it);
    return true;
}

bool intake_part(struct taking *it, const struct fact *fact, struct error *err)
{
    struct known *a, *b;
    if (fact->field_count < 2)
        return true; /* one of them has no number */
    return intake_person(it, fact->fields[0].person, &a, err) &&
           intake_person(it, fact->fields[1].person, &b, err) &&
           part_two(it, fact, a, b, err);
}

/* Silence has no date of its own: it counts where the source gave one. */
bool intake_alone(struct taking *it, int index, struct error *err)
{
    struct known *known;
    struct person_outcome outcome;
    if (!it->dated)
        return true;
    if (!intake_person(it, index, &known, err))
        return false;
    if (!known->person.id)
        return true;
    if (!person_none(it->intake->store, known->person.by, it->facts->source,
                     it->facts->at, it->intake->options.now, &outcome, err))
        return false;
    it->counts->parted += outcome.parted;
    ask_anew(it);
    return true;
}
