/* SPDX-License-Identifier: Apache-2.0 */
/* Two records that are one person's, and that they are two after all. */
#include <string.h>

#include "base/text.h"

#include "store/consent.h"
#include "store/person.h"

#include "feeds/intake_own.h"
#include "feeds/pending.h"

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
    bool reversed = gone->by == gone->id && stays->by != stays->id;
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
    if (gone->person.id && gone->person.id == stays->person.id)
        return merge_again(it, fact, &gone->person, &stays->person, err);
    if (!gone->person.id && !make_gone(it, fact, &gone, err))
        return false;
    const struct apart_two two = {.gone = gone->person.id,
                                  .gone_by = gone->person.by,
                                  .stays = stays->person.id,
                                  .stays_by = stays->person.by};
    if (!person_merge(it->intake->store, &two, it->facts->source, it->facts->at,
                      &verdict, err))
        return false;
    /* (into one that is gone itself: with it they go, should it be parted) */
    if (two.stays_by != two.stays && verdict == PERSON_DONE &&
        !person_came(it->intake->store, two.stays_by, "patient", two.gone, err))
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

/* Merges that wait ------------------------------------------------------------
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
    for (size_t i = 0; i < one->id_count; i++)
        if (!fact_person_has(other, &one->ids[i]))
            ids[count++] =
                (struct person_id){one->ids[i].authority, one->ids[i].value};
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
    if (!apart_say(it->intake->store, one->by, other->by, it->facts->at, err))
        return false;
    if (one->id == other->id)
        return part_ways(it, one, other, err);
    it->counts->same++; /* nobody took them for one */
    return true;
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
                             part_two(it, fact, a, b, err));
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

bool intake_alone(struct taking *it, int index, struct error *err)
{
    struct known *known;
    return !it->dated || (intake_person(it, index, &known, err) &&
                          (!known->person.id ||
                           apart_alone(it->intake->store, known->person.by,
                                       it->facts->source, it->facts->at, err)));
}
