/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which records are one by now, made so by all that was said (store/link.h):
 * first those part who are not one any more, then those are merged who are.
 */
#include "store/person.h"

#include <stdlib.h>

#include "base/memory.h"

#include "store/person_own.h"
#include "store/statement.h"
#include "store/store.h"

/* The one that nothing says is gone stays, of several the one that was named
 * last. */
static bool is_better(const struct link_record *one,
                      const struct link_record *other)
{
    if (one->gone != other->gone)
        return !one->gone;
    if (one->stays != other->stays)
        return one->stays > other->stays;
    return one->id < other->id;
}

static bool merge_into(struct store *store, int64_t gone, int64_t stays,
                       struct error *err)
{
    struct statement *merge =
        statement(store, "UPDATE patient SET merged_into = ?2 WHERE id = ?1");
    bind_integer(merge, 1, gone);
    bind_integer(merge, 2, stays);
    return statement_run(merge, err);
}

/* Those of one person who are merged into somebody else's record leave it. */
static bool split(struct store *store, const struct link_records *records,
                  size_t person, int64_t from, instant now, struct error *err)
{
    struct link_record *best = NULL;
    for (size_t i = 0; i < records->count; i++) {
        struct link_record *record = &records->items[i];
        if (record->person == person && record->left == from &&
            (!best || is_better(record, best)))
            best = record;
    }
    for (size_t i = 0; i < records->count; i++) {
        struct link_record *record = &records->items[i];
        if (record->person != person || record->left != from)
            continue;
        record->left = best->id;
        if (record != best && !merge_into(store, record->id, best->id, err))
            return false;
    }
    return person_part(store, best->id, from, now, err);
}

/* Who is unclear is asked about when something came of it. */
static bool ask_apart(struct store *store, const struct link_records *records,
                      instant now, struct error *err)
{
    for (size_t i = 0; i < records->count; i++)
        if (records->items[i].unclear &&
            !person_ask_apart(store, records->items[i].id, now, err))
            return false;
    return true;
}

static bool split_all(struct store *store, const struct link_records *records,
                      instant now, struct person_outcome *out,
                      struct error *err)
{
    for (size_t i = 0; i < records->count; i++) {
        const struct link_record *record = &records->items[i];
        if (record->left == record->id)
            continue;
        const struct link_record *left = link_find(records, record->left);
        if (!left || left->person == record->person)
            continue;
        if (!split(store, records, record->person, left->id, now, err))
            return false;
        out->parted++;
    }
    return out->parted == 0 || ask_apart(store, records, now, err);
}

static bool merge_all(struct store *store, const struct link_records *records,
                      struct person_outcome *out, struct error *err)
{
    const struct link_record **best =
        memory_new((records->count + 1) * sizeof(const struct link_record *));
    bool done = true;
    for (size_t i = 0; i < records->count; i++) {
        const struct link_record *record = &records->items[i];
        const struct link_record **stays = &best[record->person];
        if (record->left == record->id &&
            (!*stays || is_better(record, *stays)))
            *stays = record;
    }
    for (size_t i = 0; done && i < records->count; i++) {
        const int64_t gone = records->items[i].left;
        const struct link_record *stays = best[records->items[i].person];
        if (!stays || gone == stays->id)
            continue;
        done = merge_into(store, gone, stays->id, err);
        out->merged++;
        for (size_t j = i; j < records->count; j++)
            if (records->items[j].left == gone)
                records->items[j].left = stays->id;
    }
    free(best);
    return done;
}

static bool settle(struct store *store, const struct link_records *records,
                   instant now, struct person_outcome *out, struct error *err)
{
    return split_all(store, records, now, out, err) &&
           merge_all(store, records, out, err);
}

static bool regroup(struct store *store, int64_t one, int64_t other,
                    instant now, struct person_outcome *out, struct error *err)
{
    struct link_records records;
    *out = (struct person_outcome){.left = one};
    if (!link_read(store, one, &records, err))
        return false;
    bool done = settle(store, &records, now, out, err);
    const struct link_record *first = link_find(&records, one);
    const struct link_record *second = link_find(&records, other);
    if (done && first) {
        out->left = first->left;
        out->one = second && first->person == second->person;
        out->unclear = first->unclear || (second && second->unclear);
    }
    link_records_free(&records);
    return done;
}

bool person_one(struct store *store, const struct link_word *word, instant now,
                struct person_outcome *out, struct error *err)
{
    return link_one(store, word, err) &&
           regroup(store, word->gone, word->stays, now, out, err);
}

bool person_two(struct store *store, const struct link_word *word, instant now,
                struct person_outcome *out, struct error *err)
{
    return link_two(store, word, err) &&
           regroup(store, word->gone, word->stays, now, out, err);
}

bool person_none(struct store *store, int64_t patient_id, const char *source,
                 instant at, instant now, struct person_outcome *out,
                 struct error *err)
{
    return link_none(store, patient_id, source, at, err) &&
           regroup(store, patient_id, patient_id, now, out, err);
}

/* A record that is to be settled, with everybody who is tied to it. */
struct seed {
    int64_t id;
    bool settled;
};

static int compare(const void *left, const void *right)
{
    const struct seed *a = left, *b = right;
    return (a->id > b->id) - (a->id < b->id);
}

static bool settle_seed(struct store *store, struct seed *seeds, size_t count,
                        const struct seed *seed, instant now, struct error *err)
{
    struct link_records records;
    struct person_outcome out = {0};
    if (!link_read(store, seed->id, &records, err))
        return false;
    for (size_t i = 0; i < records.count; i++) {
        const struct seed key = {.id = records.items[i].id};
        struct seed *found = bsearch(&key, seeds, count, sizeof(key), compare);
        if (found)
            found->settled = true;
    }
    bool done = settle(store, &records, now, &out, err);
    link_records_free(&records);
    return done;
}

bool person_one_all(struct store *store, const struct link_word *words,
                    size_t count, instant now, struct error *err)
{
    struct seed *seeds = memory_new((count + 1) * sizeof(struct seed));
    bool done = true;
    for (size_t i = 0; done && i < count; i++) {
        seeds[i].id = words[i].gone;
        done = link_none(store, words[i].gone, words[i].source, words[i].at,
                         err) &&
               link_one(store, &words[i], err);
    }
    qsort(seeds, count, sizeof(seeds[0]), compare);
    for (size_t i = 0; done && i < count; i++)
        done = seeds[i].settled ||
               settle_seed(store, seeds, count, &seeds[i], now, err);
    free(seeds);
    return done;
}
