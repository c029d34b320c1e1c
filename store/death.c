/* SPDX-License-Identifier: Apache-2.0 */
#include "store/death.h"

#include "base/buf.h"

#include "store/patient.h"
#include "store/statement.h"
#include "store/store.h"
#include "store/task.h"

#define OTHERS_DENY                                                      \
    "one source says that this patient died, and another one that they " \
    "did not: nothing is sent. If they live, whoever told of the death " \
    "is to take it back"
#define NOT_SAID_ANY_MORE                                                \
    "whoever told that this patient died does not say so any more, nor " \
    "that they live: nothing is sent. If they live, it is to be told "   \
    "that they did not die"

/* Of one moment a death is believed, not that there was none. */
#define NEWER                                                          \
    " ON CONFLICT DO UPDATE SET at = excluded.at, died_at = "          \
    "excluded.died_at WHERE excluded.at > death.at OR (excluded.at = " \
    "death.at AND excluded.died_at IS NOT NULL)"

static bool ask(struct store *store, int64_t patient_id, const char *reason,
                instant now, struct error *err)
{
    const struct task_question question = {.kind = "contradiction",
                                           .name = "dead?",
                                           .patient_id = patient_id,
                                           .reason = reason};
    return task_ask(store, &question, now, err);
}

/* Nobody is asked any more about who lives by all words, or whose death is
 * denied by none. (A newer word of the same two is not enough: each says its
 * own in every message.) Whoever contradicts later is asked about again.
 * `patient_id` 0: of all. */
static bool settle(struct store *store, int64_t patient_id, instant now,
                   struct error *err)
{
    int64_t id;
    do {
        struct statement *query = statement(
            store,
            "SELECT t.id FROM task t WHERE t.kind = 'contradiction' AND t.name "
            "= 'dead?' AND t.state IN ('open', 'taken') AND ?1 IN (0, "
            "t.patient_id) AND (EXISTS (SELECT 1 FROM patient p WHERE p.id = "
            "t.patient_id AND p.deceased_at IS NULL) OR (t.reason = ?2 AND NOT "
            "EXISTS (SELECT 1 FROM death d WHERE d.patient_id = t.patient_id "
            "AND d.died_at IS NULL))) LIMIT 1");
        bind_integer(query, 1, patient_id);
        bind_text_static(query, 2, OTHERS_DENY);
        int step = statement_step(query, err);
        id = step == 1 ? column_integer(query, 0) : 0;
        statement_reset(query);
        if (step < 0 ||
            (id && !task_void(store, id, "the sources agree by now", now, err)))
            return false;
    } while (id);
    return true;
}

/* Whoever was reached through them is reached by nobody now. */
static bool ask_ward(struct store *store, int64_t ward_id, int64_t guardian_id,
                     instant now, struct error *err)
{
    const struct task_question question = {
        .kind = "guardian",
        .name = "who speaks for the child?",
        .patient_id = ward_id,
        .of = guardian_id,
        .reason = "the guardian of this patient died: nobody is written to or "
                  "called for them. Ask the family who speaks for the child, "
                  "and enter it where the record is kept"};
    return task_ask(store, &question, now, err);
}

/* A child who is theirs, and lives. */
#define WARD                                                            \
    "w.deceased_at IS NULL AND w.gone_at IS NULL AND w.merged_into IS " \
    "NULL AND " PATIENT_IS_MINOR("w", "?1")

static bool ask_wards(struct store *store, struct statement *wards, instant now,
                      struct error *err)
{
    int step;
    bind_integer(wards, 1, now);
    while ((step = statement_step(wards, err)) == 1)
        if (!ask_ward(store, column_integer(wards, 0), column_integer(wards, 1),
                      now, err)) {
            statement_reset(wards);
            return false;
        }
    return step == 0;
}

static bool read(struct store *store, int64_t patient_id, instant *died_at,
                 struct error *err)
{
    struct statement *query =
        statement(store, "SELECT deceased_at FROM patient WHERE id = ?1");
    bind_integer(query, 1, patient_id);
    int step = statement_step(query, err);
    *died_at = step == 1 ? column_instant(query, 0) : INSTANT_NEVER;
    statement_reset(query);
    return step >= 0;
}

static bool is_told_since(struct store *store, const struct death_word *word,
                          bool *told, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT 1 FROM death WHERE patient_id = ?1 AND "
                         "died_at IS NOT NULL AND at > ?2");
    bind_integer(query, 1, word->patient_id);
    bind_integer(query, 2, word->at);
    int step = statement_step(query, err);
    *told = step == 1;
    statement_reset(query);
    return step >= 0;
}

bool death_say(struct store *store, const struct death_word *word, instant now,
               bool *changed, struct error *err)
{
    instant before, after;
    bool told = false;
    struct statement *put =
        statement(store, "INSERT INTO death(patient_id, via, source, at, "
                         "died_at) VALUES (?1, ?2, ?3, ?4, ?5)" NEWER);
    bind_integer(put, 1, word->patient_id);
    bind_integer(put, 2, word->via);
    bind_text_static(put, 3, word->source ? word->source : "");
    bind_integer(put, 4, word->at);
    if (word->died_at == DEATH_DENIED)
        bind_null(put, 5);
    else
        bind_integer(put, 5, word->died_at);
    if (!read(store, word->patient_id, &before, err) ||
        !statement_run(put, err))
        return false;
    /* (a denial makes nobody dead: one look is enough for the living) */
    after = before;
    if ((word->died_at != DEATH_DENIED || before != INSTANT_NEVER) &&
        !read(store, word->patient_id, &after, err))
        return false;
    *changed = before != after;
    if (before == INSTANT_NEVER && after != INSTANT_NEVER) {
        struct statement *wards =
            statement(store, "SELECT w.id, w.guardian_id FROM patient w WHERE "
                             "w.guardian_id = ?2 AND " WARD);
        bind_integer(wards, 2, word->patient_id);
        if (!ask_wards(store, wards, now, err))
            return false;
    }
    if (word->died_at != DEATH_DENIED || after == INSTANT_NEVER)
        return (before == INSTANT_NEVER && after == INSTANT_NEVER) ||
               settle(store, word->patient_id, now, err);
    return is_told_since(store, word, &told, err) &&
           (told || ask(store, word->patient_id, OTHERS_DENY, now, err));
}

/* `*told`: by an older word of this source they are dead. `*asked`: and since
 * then a person was asked. */
static bool find(struct store *store, const struct death_word *word, bool *told,
                 bool *asked, struct error *err)
{
    struct statement *query = statement(
        store,
        "SELECT EXISTS (SELECT 1 FROM task t WHERE t.patient_id = ?1 AND t.kind"
        " = 'contradiction' AND t.name = 'dead?' AND t.opened_at >= d.at) FROM "
        "death d WHERE d.patient_id = ?1 AND d.source = ?2 AND d.died_at IS "
        "NOT "
        "NULL AND d.at < ?3 ORDER BY d.at DESC LIMIT 1");
    bind_integer(query, 1, word->patient_id);
    bind_text_static(query, 2, word->source ? word->source : "");
    bind_integer(query, 3, word->at);
    int step = statement_step(query, err);
    *told = step == 1;
    *asked = *told && column_integer(query, 0) != 0;
    statement_reset(query);
    return step >= 0;
}

bool death_unsay(struct store *store, const struct death_word *word,
                 bool deleted, instant now, bool *changed, struct error *err)
{
    struct death_word denied = *word;
    bool told, asked;
    *changed = false;
    if (!find(store, word, &told, &asked, err))
        return false;
    denied.died_at = DEATH_DENIED;
    if (told && deleted)
        return death_say(store, &denied, now, changed, err);
    return !told || asked ||
           ask(store, word->patient_id, NOT_SAID_ANY_MORE, now, err);
}

/* Stagings --------------------------------------------------------------------
 */

/* A million rows that say "no" of the living are no million words. */
void death_put_same(struct buf *out, const char *column)
{
    buf_format(out,
               "(:%s IS NULL OR (:%s = -1 AND t.deceased_at IS NULL) OR "
               "EXISTS (SELECT 1 FROM death d WHERE d.patient_id = t.id AND "
               "d.via = t.id AND d.source = :word_source AND d.died_at IS "
               "nullif(:%s, -1)))",
               column, column, column);
}

#define STAGED_JOIN                                                    \
    "FROM temp.stage s JOIN patient p ON p.id = coalesce(s.stage_id, " \
    "(SELECT id FROM patient WHERE mrn = s.mrn))"
#define STAGED                                          \
    STAGED_JOIN " WHERE s.deceased_at IS NOT NULL AND " \
                "(s.deceased_at != -1 OR p.deceased_at IS NOT NULL)"

static bool stage_wards(struct store *store, instant now, struct error *err)
{
    struct statement *wards = statement_build(
        store,
        "SELECT w.id, w.guardian_id " STAGED_JOIN " JOIN patient w ON "
        "w.guardian_id = p.id WHERE s.deceased_at IS NOT NULL AND "
        "s.deceased_at != -1 AND p.deceased_at IS NOT NULL AND " WARD
        " ORDER BY w.id",
        err);
    bool done = wards && ask_wards(store, wards, now, err);
    statement_free(wards);
    return done;
}

bool death_stage(struct store *store, const char *source, instant at,
                 instant now, struct error *err)
{
    struct statement *put = statement_build(
        store,
        "INSERT INTO death(patient_id, via, source, at, died_at) SELECT p.id, "
        "p.id, ?1, ?2, nullif(s.deceased_at, -1) " STAGED NEWER,
        err);
    if (!put)
        return false;
    bind_text_static(put, 1, source ? source : "");
    bind_integer(put, 2, at);
    bool done = statement_run(put, err);
    statement_free(put);
    struct statement *denied =
        done ? statement_build(store,
                               "SELECT p.id " STAGED
                               " AND s.deceased_at = -1 ORDER BY p.id",
                               err)
             : NULL;
    int step = denied ? 1 : -1;
    while (step == 1 && (step = statement_step(denied, err)) == 1) {
        const struct death_word word = {.patient_id = column_integer(denied, 0),
                                        .at = at};
        bool told;
        if (!is_told_since(store, &word, &told, err) ||
            (!told && !ask(store, word.patient_id, OTHERS_DENY, now, err)))
            step = -1;
    }
    statement_free(denied);
    return step == 0 && settle(store, 0, now, err) &&
           stage_wards(store, now, err);
}
