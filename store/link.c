/* SPDX-License-Identifier: Apache-2.0 */
#include "store/link.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"

#include "store/statement.h"

/* Saying ----------------------------------------------------------------------
 */

static bool say(struct store *store, const struct link_word *word, bool apart,
                struct error *err)
{
    struct statement *put = statement(
        store, "INSERT INTO link(gone_id, stays_id, apart, source, at) VALUES "
               "(?1, ?2, ?3, coalesce(?4, ''), ?5) ON CONFLICT DO NOTHING");
    bind_integer(put, 1, word->gone);
    bind_integer(put, 2, word->stays);
    bind_integer(put, 3, apart);
    bind_text_static(put, 4, word->source);
    bind_integer(put, 5, word->at);
    return statement_run(put, err);
}

bool link_one(struct store *store, const struct link_word *word,
              struct error *err)
{
    return say(store, word, false, err);
}

bool link_two(struct store *store, const struct link_word *word,
              struct error *err)
{
    return say(store, word, true, err);
}

bool link_none(struct store *store, int64_t patient_id, const char *source,
               instant at, struct error *err)
{
    struct statement *say = statement(
        store, "INSERT INTO alone(patient_id, source, at) VALUES (?1, "
               "coalesce(?2, ''), ?3) ON CONFLICT DO UPDATE SET at = "
               "excluded.at WHERE excluded.at > at");
    bind_integer(say, 1, patient_id);
    bind_text_static(say, 2, source);
    bind_integer(say, 3, at);
    return statement_run(say, err);
}

/* What follows ----------------------------------------------------------------
 */

/* A word, by the places of its records. */
struct word {
    size_t gone, stays;
    bool apart;
    bool holds;
    instant at;
};
struct words {
    struct word *items;
    size_t count, room;
    const struct link_records *of;
    size_t *far[2]; /* of each record: how many words from each of the two */
};

#define REACHED                                                             \
    "WITH RECURSIVE reached(id) AS (VALUES (?1) UNION SELECT l.stays_id "   \
    "FROM reached r JOIN link l ON l.gone_id = r.id AND NOT l.apart UNION " \
    "SELECT l.gone_id FROM reached r JOIN link l ON l.stays_id = r.id AND " \
    "NOT l.apart) "

static bool records_read(struct store *store, int64_t id,
                         struct link_records *out, struct error *err)
{
    size_t room = 0;
    int step;
    struct statement *query =
        statement(store, REACHED "SELECT p.id, coalesce(p.merged_into, p.id), "
                                 "p.birth_on, p.family_name FROM reached r "
                                 "JOIN patient p ON p.id = r.id "
                                 "ORDER BY p.id");
    bind_integer(query, 1, id);
    while ((step = statement_step(query, err)) == 1) {
        if (out->count == room) {
            room = 2 * room + 8;
            out->items = memory_grow(out->items, room, sizeof(out->items[0]));
        }
        out->items[out->count] =
            (struct link_record){.id = column_integer(query, 0),
                                 .left = column_integer(query, 1),
                                 .born = memory_text(column_text(query, 2)),
                                 .called = memory_text(column_text(query, 3)),
                                 .person = out->count};
        out->count++;
    }
    return step == 0;
}

static int compare(const void *left, const void *right)
{
    const struct link_record *a = left, *b = right;
    return (a->id > b->id) - (a->id < b->id);
}

struct link_record *link_find(const struct link_records *records, int64_t id)
{
    const struct link_record key = {.id = id};
    return bsearch(&key, records->items, records->count, sizeof(key), compare);
}

static bool words_read(struct store *store, int64_t id, struct words *out,
                       struct error *err)
{
    int step;
    struct statement *query = statement(
        store, REACHED "SELECT l.gone_id, l.stays_id, l.apart, l.at FROM "
                       "reached r JOIN link l ON l.gone_id = r.id WHERE "
                       "l.apart OR NOT EXISTS (SELECT 1 FROM alone a WHERE "
                       "a.patient_id = l.gone_id AND a.source = l.source AND "
                       "a.at > l.at) ORDER BY l.at, l.id");
    bind_integer(query, 1, id);
    while ((step = statement_step(query, err)) == 1) {
        const struct link_record *gone =
            link_find(out->of, column_integer(query, 0));
        const struct link_record *stays =
            link_find(out->of, column_integer(query, 1));
        if (!gone || !stays)
            continue; /* parted from one who is nobody of these */
        if (out->count == out->room) {
            out->room = 2 * out->room + 8;
            out->items =
                memory_grow(out->items, out->room, sizeof(out->items[0]));
        }
        out->items[out->count++] =
            (struct word){.gone = (size_t)(gone - out->of->items),
                          .stays = (size_t)(stays - out->of->items),
                          .apart = column_integer(query, 2) != 0,
                          .at = column_integer(query, 3)};
    }
    return step == 0;
}

enum { NOWHERE = INT32_MAX };

static void measure(const struct words *words, size_t from, size_t *far)
{
    for (size_t i = 0; i < words->of->count; i++)
        far[i] = NOWHERE;
    far[from] = 0;
    for (bool any = true; any;) {
        any = false;
        for (size_t i = 0; i < words->count; i++) {
            const struct word *word = &words->items[i];
            if (!word->holds)
                continue;
            size_t *a = &far[word->gone], *b = &far[word->stays];
            any |= *a > *b + 1 || *b > *a + 1;
            if (*a > *b + 1)
                *a = *b + 1;
            else if (*b > *a + 1)
                *b = *a + 1;
        }
    }
}

/* Every word on a shortest way from the one to the other is over, until there
 * is no way: which of several was the mistake nobody knows. */
static void part(const struct words *words, const struct word *parting)
{
    struct link_record *records = words->of->items;
    size_t *one = words->far[0], *other = words->far[1];
    for (bool clear = true;; clear = false) {
        measure(words, parting->gone, one);
        measure(words, parting->stays, other);
        size_t way = one[parting->stays];
        if (way >= NOWHERE)
            return;
        clear &= way == 1; /* of these two themselves */
        for (size_t i = 0; i < words->count; i++) {
            struct word *word = &words->items[i];
            size_t a = word->gone, b = word->stays;
            if (!word->holds ||
                (one[a] + other[b] + 1 != way && one[b] + other[a] + 1 != way))
                continue;
            word->holds = false;
            records[a].unclear |= !clear;
            records[b].unclear |= !clear;
        }
    }
}

/* One may be known to the year alone. */
static bool is_other_day(const char *one, const char *other)
{
    return !text_starts(one, other) && !text_starts(other, one);
}

int link_differ(const char *born, const char *called, const char *others_born,
                const char *others_called)
{
    return (born && others_born && is_other_day(born, others_born)) +
           (called && others_called &&
            !text_equal_nocase(called, others_called));
}

/* What was said before of a record that goes to a stranger now is over. */
static void replace(const struct words *words, const struct word *newer)
{
    struct link_record *records = words->of->items;
    const struct link_record *stays = &records[newer->stays];
    for (struct word *word = words->items; word != newer; word++) {
        struct link_record *other = &records[word->stays];
        if (!word->holds || word->gone != newer->gone ||
            link_differ(stays->born, stays->called, other->born,
                        other->called) < 2)
            continue;
        word->holds = false;
        records[word->gone].unclear = other->unclear = true;
    }
}

static size_t person_of(struct link_record *records, size_t i)
{
    while (records[i].person != i)
        i = records[i].person = records[records[i].person].person;
    return i;
}

static void follow(const struct words *words)
{
    struct link_record *records = words->of->items;
    for (size_t i = 0; i < words->count; i++) {
        struct word *word = &words->items[i];
        word->holds = !word->apart;
        if (word->apart) {
            part(words, word);
            continue;
        }
        records[word->gone].unclear = records[word->stays].unclear = false;
        replace(words, word);
    }
    for (size_t i = 0; i < words->count; i++) {
        const struct word *word = &words->items[i];
        if (!word->holds)
            continue;
        size_t one = person_of(records, word->gone);
        records[one].person = person_of(records, word->stays);
        records[word->gone].gone = true;
        records[word->stays].stays = word->at; /* they are in order */
    }
    for (size_t i = 0; i < words->of->count; i++)
        records[i].person = person_of(records, i);
}

bool link_read(struct store *store, int64_t id, struct link_records *out,
               struct error *err)
{
    *out = (struct link_records){0};
    struct words words = {.of = out};
    bool done =
        records_read(store, id, out, err) && words_read(store, id, &words, err);
    for (size_t i = 0; i < 2; i++)
        words.far[i] = memory_new((out->count + 1) * sizeof(size_t));
    if (done)
        follow(&words);
    free(words.far[0]);
    free(words.far[1]);
    free(words.items);
    if (!done)
        link_records_free(out);
    return done;
}

void link_records_free(struct link_records *records)
{
    for (size_t i = 0; i < records->count; i++) {
        free(records->items[i].born);
        free(records->items[i].called);
    }
    free(records->items);
    *records = (struct link_records){0};
}
