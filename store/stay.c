/* SPDX-License-Identifier: Apache-2.0 */
#include "store/stay.h"

#include "base/buf.h"
#include "base/text.h"

#include "store/statement.h"
#include "store/store.h"

#define NEWER                                                              \
    " ON CONFLICT DO UPDATE SET at = excluded.at, owner = excluded.owner " \
    "WHERE excluded.at > stay.at"

static struct statement *query_of(struct store *store, const char *literal,
                                  int64_t patient_id, const char *number,
                                  instant at)
{
    struct statement *query = statement(store, literal);
    bind_integer(query, 1, patient_id);
    bind_text_static(query, 2, number ? number : "");
    bind_integer(query, 3, at);
    return query;
}

static bool is_found(struct statement *query, bool *found, struct error *err)
{
    int step = statement_step(query, err);
    *found = step == 1;
    statement_reset(query);
    return step >= 0;
}

bool stay_came_in(struct store *store, int64_t patient_id, const char *number,
                  instant since, bool *in, struct error *err)
{
    return is_found(query_of(store,
                             "SELECT 1 FROM stay WHERE patient_id = ?1 AND "
                             "number = ?2 AND inside AND at >= ?3",
                             patient_id, number, since),
                    in, err);
}

/* Of one moment what is told later was later: it is put behind what is known.
 */
static bool put_behind(struct store *store, struct stay_word *word,
                       struct error *err)
{
    struct statement *query = query_of(
        store,
        "SELECT max(at) FROM stay WHERE patient_id = ?1 AND (number = ?2 OR "
        "number = '' OR ?2 = '') AND inside != ?5 AND at BETWEEN ?3 AND ?4",
        word->patient_id, word->number, word->at);
    bind_integer(query, 4, word->at + (word->span > 0 ? word->span - 1 : 0));
    bind_integer(query, 5, word->inside);
    int step = statement_step(query, err);
    if (step == 1 && !column_is_null(query, 0))
        word->at = column_integer(query, 0) + 1;
    statement_reset(query);
    return step >= 0;
}

static bool read(struct store *store, int64_t patient_id, bool *inside,
                 struct error *err)
{
    struct statement *query =
        statement(store, "SELECT 1 FROM patient WHERE id = ?1 AND inpatient");
    bind_integer(query, 1, patient_id);
    return is_found(query, inside, err);
}

static bool put(struct store *store, const struct stay_word *word,
                struct error *err)
{
    struct statement *query =
        query_of(store,
                 "INSERT INTO stay(patient_id, number, at, via, source, inside,"
                 " owner, alone) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)" NEWER,
                 word->patient_id, word->number, word->at);
    bind_integer(query, 4, word->via);
    bind_text_static(query, 5, word->source ? word->source : "");
    bind_integer(query, 6, word->inside);
    bind_text_static(query, 7, word->owner);
    bind_integer(query, 8, word->alone);
    return statement_run(query, err);
}

/* The stay of this number by which somebody is in who is another person. */
#define ANOTHERS                                                             \
    "FROM stay s WHERE s.number = ?2 AND s.owner = ?4 AND s.inside AND "     \
    "(SELECT coalesce(p.merged_into, p.id) FROM patient p WHERE p.id = "     \
    "s.patient_id) != (SELECT coalesce(p.merged_into, p.id) FROM patient p " \
    "WHERE p.id = ?1) "

/* Whoever came in by this stay as was said before is in by it no more. */
static bool take_over(struct store *store, const struct stay_word *word,
                      bool *moved, struct error *err)
{
    struct statement *query = query_of(
        store,
        "INSERT INTO stay(patient_id, via, number, source, inside, at, owner, "
        "alone) SELECT s.patient_id, s.via, s.number, s.source, 0, max(?3, s.at"
        " + 1), s.owner, 1 " ANOTHERS "AND s.at < ?3 + ?5 AND NOT EXISTS ("
        "SELECT 1 FROM stay o WHERE o.patient_id = s.patient_id AND NOT "
        "o.inside AND o.at > s.at AND (o.number = s.number OR (o.number = '' "
        "AND o.source = s.source)))" NEWER,
        word->patient_id, word->number, word->at);
    bind_text_static(query, 4, word->owner);
    bind_integer(query, 5, word->span > 0 ? word->span : 1);
    if (!statement_run(query, err))
        return false;
    *moved = store_changes(store) > 0;
    return true;
}

/* And who came in by it by an older word than somebody else is not. */
static bool give_way(struct store *store, const struct stay_word *word,
                     struct error *err)
{
    struct statement *query =
        query_of(store,
                 "INSERT INTO stay(patient_id, via, number, source, inside, at,"
                 " owner, alone) SELECT ?1, ?6, ?2, ?7, 0, max(s.at) + 1, ?4, 1"
                 " " ANOTHERS "AND s.at >= ?3 + ?5 HAVING max(s.at)" NEWER,
                 word->patient_id, word->number, word->at);
    bind_text_static(query, 4, word->owner);
    bind_integer(query, 5, word->span > 0 ? word->span : 1);
    bind_integer(query, 6, word->via);
    bind_text_static(query, 7, word->source ? word->source : "");
    return statement_run(query, err);
}

/* Whose a stay is: the newest word counts, in whatever order they come. */
static bool settle(struct store *store, const struct stay_word *said,
                   bool *moved, struct error *err)
{
    struct stay_word word = *said;
    *moved = false;
    if (!word.theirs || !word.owner || !word.number || !*word.number)
        return true;
    if (!take_over(store, &word, moved, err))
        return false;
    word.inside = word.inside || (word.silent && *moved);
    if (word.silent && *moved && !put(store, &word, err))
        return false;
    return !word.inside || give_way(store, &word, err);
}

bool stay_say(struct store *store, const struct stay_word *said, bool *changed,
              bool *moved, struct error *err)
{
    struct stay_word word = *said;
    bool before, after;
    *changed = *moved = false;
    if (!put_behind(store, &word, err) ||
        !read(store, word.patient_id, &before, err) ||
        (!word.silent && !put(store, &word, err)) ||
        !settle(store, &word, moved, err) ||
        !read(store, word.patient_id, &after, err))
        return false;
    *changed = before != after;
    return true;
}

bool stay_delete(struct store *store, const struct stay_deletion *what,
                 struct error *err)
{
    struct statement *put = statement(
        store,
        "INSERT INTO stay(patient_id, via, number, source, inside, at, owner) "
        "SELECT s.patient_id, s.via, s.number, ?3, 0, iif(s.at = ?4, ?4 + 1, "
        "?4), s.owner FROM stay s WHERE s.number = ?1 AND s.inside AND (s.owner"
        " IS ?2 OR (?5 AND (SELECT count(DISTINCT coalesce(o.owner, '')) FROM "
        "stay o WHERE o.number = ?1 AND o.inside) = 1))" NEWER);
    bind_text_static(put, 1, what->number);
    bind_text_static(put, 2, what->owner);
    bind_text_static(put, 3, what->source ? what->source : "");
    bind_integer(put, 4, what->at);
    bind_integer(put, 5, what->loose);
    return statement_run(put, err);
}

bool stay_move(struct store *store, const struct stay_move *move, bool *moved,
               struct error *err)
{
    *moved = false;
    if (move->from_id == move->to_id &&
        text_equal(move->from_number, move->number))
        return true;
    struct statement *copy = query_of(
        store,
        "INSERT INTO stay(patient_id, via, number, source, inside, alone, at, "
        "owner) SELECT ?4, ?5, ?6, source, inside, alone, at, ?7 FROM stay "
        "WHERE patient_id = ?1 AND number = ?2 AND at <= ?3" NEWER,
        move->from_id, move->from_number, move->at);
    bind_integer(copy, 4, move->to_id);
    bind_integer(copy, 5, move->via);
    bind_text_static(copy, 6, move->number);
    bind_text_static(copy, 7, move->owner);
    if (!statement_run(copy, err))
        return false;
    *moved = store_changes(store) > 0;
    struct statement *leave = query_of(
        store,
        "INSERT INTO stay(patient_id, via, number, source, inside, at, owner) "
        "SELECT patient_id, via, number, ?4, 0, iif(at = ?3, ?3 + 1, ?3), owner"
        " FROM stay WHERE patient_id = ?1 AND number = ?2 AND inside AND at <= "
        "?3" NEWER,
        move->from_id, move->from_number, move->at);
    bind_text_static(leave, 4, move->source ? move->source : "");
    return statement_run(leave, err);
}

bool stay_expire(struct store *store, instant before, size_t limit,
                 int64_t *count, struct error *err)
{
    struct statement *expire = statement(
        store,
        "DELETE FROM stay WHERE rowid IN (SELECT s.rowid FROM stay s WHERE "
        "s.alone AND s.at < ?1 AND NOT EXISTS (SELECT 1 FROM stay i WHERE "
        "i.patient_id = s.patient_id AND i.number = s.number AND i.inside) "
        "ORDER BY s.at LIMIT ?2)");
    bind_integer(expire, 1, before);
    bind_integer(expire, 2, (int64_t)limit);
    if (!statement_run(expire, err))
        return false;
    *count = store_changes(store);
    return true;
}

bool stay_left(struct store *store, int64_t patient_id, instant now,
               instant *at, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT max(discharged_at) FROM discharge INDEXED BY"
               " discharge_patient WHERE patient_id = ? AND discharged_at <= ?"
               " AND status = 'discharged' AND gone_at IS NULL");
    bind_integer(query, 1, patient_id);
    bind_integer(query, 2, now);
    if (statement_step(query, err) != 1)
        return false;
    *at = column_instant(query, 0);
    statement_reset(query);
    return true;
}

/* Stagings --------------------------------------------------------------------
 */

/* A million rows that say "no" of who is at home are no million words; nor is
 * one that ends nothing of what others say. */
void stay_put_same(struct buf *out, const char *column)
{
    buf_format(out,
               "(:%s IS NULL OR :%s = t.inpatient OR (NOT :%s AND NOT "
               "EXISTS (SELECT 1 FROM stay y WHERE y.patient_id = t.id AND "
               "y.inside AND (y.number = '' OR y.source = :word_source))))",
               column, column, column);
}

bool stay_stage(struct store *store, const char *source, instant at,
                struct error *err)
{
    struct statement *put = statement_build(
        store,
        "INSERT INTO stay(patient_id, via, number, source, inside, at) SELECT "
        "p.id, p.id, '', ?1, s.inpatient, ?2 + EXISTS (SELECT 1 FROM stay y "
        "WHERE y.patient_id = p.id AND y.inside != s.inpatient AND y.at = ?2) "
        "FROM temp.stage s JOIN patient p ON p.id = coalesce(s.stage_id, "
        "(SELECT id FROM patient WHERE mrn = s.mrn)) WHERE s.inpatient != "
        "p.inpatient AND (s.inpatient OR s.stage_id IS NOT NULL)" NEWER,
        err);
    if (!put)
        return false;
    bind_text_static(put, 1, source ? source : "");
    bind_integer(put, 2, at);
    bool done = statement_run(put, err);
    statement_free(put);
    return done;
}
