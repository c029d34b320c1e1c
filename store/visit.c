/* SPDX-License-Identifier: Apache-2.0 */
#include "store/visit.h"

#include <stdio.h>

#include "base/text.h"

#include "store/owner.h"
#include "store/predicate.h"
#include "store/statement.h"
#include "store/task.h"

#define KIND "moved"
/* Patients may be on their way to the old time. */
#define DUE_MS (4 * HOUR_MS)

bool visit_known(struct store *store, const char *key, bool *known,
                 struct error *err)
{
    struct statement *find =
        statement(store, "SELECT 1 FROM appointment WHERE external_id = ?1");
    bind_text(find, 1, key);
    int step = statement_step(find, err);
    *known = step == 1;
    statement_reset(find);
    return step >= 0;
}

bool visit_left(struct store *store, int64_t id, bool *left, struct error *err)
{
    struct statement *find = statement(
        store, "SELECT 1 FROM appointment WHERE id = ?1 AND gone_at IS NOT "
               "NULL AND status NOT IN ('cancelled', 'noshow', "
               "'entered-in-error')");
    bind_integer(find, 1, id);
    int step = statement_step(find, err);
    *left = step == 1;
    statement_reset(find);
    return step >= 0;
}

bool visit_by_placer(struct store *store, const struct visit_placer *placer,
                     struct visit_placed *out, struct error *err)
{
    struct statement *find = statement(
        store,
        "SELECT count(*), min(external_id), coalesce(min(external_id IN (?1, "
        "?2)), 0), coalesce(max(extract IS NOT NULL), 0), EXISTS (SELECT 1 "
        "FROM appointment WHERE external_id = ?4), "
        "coalesce(max(external_id = ?4), 0) FROM appointment WHERE (placer = "
        "?1 OR (placer >= ?1 || '@' AND placer < ?1 || 'A')) AND (placer IN "
        "(?1, ?2) OR patient_id = ?3 OR (?3 = 0 AND " OWNER_ALIKE(
            "substr(placer, length(?1) + 2)", "sender", "?5", "?6") "))");
    bind_text(find, 1, placer->id);
    bind_text(find, 2, placer->whole);
    bind_integer(find, 3, placer->patient_id);
    bind_text(find, 4, placer->key);
    bind_text(find, 5, placer->owner);
    bind_text(find, 6, placer->sender);
    if (statement_step(find, err) != 1)
        return false;
    out->count = column_integer(find, 0);
    const char *key = column_text(find, 1);
    text_copy(out->key, sizeof(out->key), key ? key : "");
    out->bare = column_integer(find, 2) != 0;
    out->filed = column_integer(find, 3) != 0;
    out->known = column_integer(find, 4) != 0;
    out->among = column_integer(find, 5) != 0;
    statement_reset(find);
    return true;
}

bool visit_filed(struct store *store, const char *key, int64_t patient_id,
                 struct visit_filed *out, struct error *err)
{
    struct statement *find = statement(
        store,
        "SELECT p.mrn, coalesce(p.birth_on = q.birth_on AND lower("
        "p.family_name) = lower(q.family_name) AND lower(p.given_name) = "
        "lower(q.given_name), 0), a.start_at, a.start_local, coalesce("
        "a.source_at, 0) FROM appointment a JOIN patient p ON p.id = "
        "a.patient_id JOIN patient q ON q.id = ?2 WHERE a.external_id = ?1 AND "
        "a.owner IS NULL AND p.id != q.id");
    bind_text(find, 1, key);
    bind_integer(find, 2, patient_id);
    int step = statement_step(find, err);
    *out = (struct visit_filed){.found = step == 1};
    if (step == 1) {
        text_copy(out->mrn, sizeof(out->mrn), column_text(find, 0));
        out->one_person = column_integer(find, 1) != 0;
        out->start = column_integer(find, 2);
        text_copy(out->start_local, sizeof(out->start_local),
                  column_text(find, 3));
        out->said_at = column_integer(find, 4);
    }
    statement_reset(find);
    return step >= 0;
}

bool visit_rename(struct store *store, const char *key, const char *to,
                  const char *owner, struct error *err)
{
    struct statement *name =
        statement(store, "UPDATE appointment SET external_id = ?2, owner = ?3 "
                         "WHERE external_id = ?1");
    bind_text(name, 1, key);
    bind_text(name, 2, to);
    bind_text(name, 3, owner);
    if (!statement_run(name, err))
        return false;
    struct statement *asked =
        statement(store, "UPDATE OR IGNORE task SET name = ?2 WHERE kind = ?3 "
                         "AND name = ?1");
    bind_text(asked, 1, key);
    bind_text(asked, 2, to);
    bind_text_static(asked, 3, KIND);
    return statement_run(asked, err);
}

static void put_reason(const struct visit_doubt *doubt, char out[TASK_TEXT_MAX])
{
    snprintf(out, TASK_TEXT_MAX,
             doubt->status
                 ? "nobody can read whether this visit is on (%s): no reminder "
                   "goes out until it is known"
                 : "this visit was moved, and its new time cannot be read (%s):"
                   " no reminder goes out until it is known",
             doubt->said);
}

bool visit_asked(struct store *store, const struct visit_doubt *doubt,
                 instant since, bool *asked, struct error *err)
{
    char reason[TASK_TEXT_MAX];
    put_reason(doubt, reason);
    struct statement *find =
        statement(store, "SELECT 1 FROM task WHERE kind = ?1 AND name = ?2 AND "
                         "reason = ?3 AND occurrence > ?4");
    bind_text_static(find, 1, KIND);
    bind_text_static(find, 2, doubt->key);
    bind_text_static(find, 3, reason);
    bind_integer(find, 4, since);
    int step = statement_step(find, err);
    *asked = step == 1;
    statement_reset(find);
    return step >= 0;
}

static bool ask(struct store *store, const struct visit_doubt *doubt,
                int64_t id, int64_t patient_id, instant now, struct error *err)
{
    bool made;
    int64_t task_id;
    char reason[TASK_TEXT_MAX];
    put_reason(doubt, reason);
    /* (a later one asks again) */
    const struct task_new task = {.kind = KIND,
                                  .name = doubt->key,
                                  .patient_id = patient_id,
                                  .anchor_kind = ANCHOR_APPOINTMENT,
                                  .anchor_id = id,
                                  .occurrence = doubt->at,
                                  .owner = "front desk",
                                  .reason = reason,
                                  .due_at = now + DUE_MS};
    return task_open(store, &task, now, &task_id, &made, err);
}

bool visit_hold(struct store *store, const struct visit_doubt *doubt,
                instant now, struct error *err)
{
    struct statement *find = statement(
        store, "SELECT id, patient_id FROM appointment WHERE external_id = ?1 "
               "AND coalesce(source_at, 0) <= ?2");
    bind_text(find, 1, doubt->key);
    bind_integer(find, 2, doubt->at);
    int step = statement_step(find, err);
    int64_t id = step == 1 ? column_integer(find, 0) : 0;
    int64_t patient_id = step == 1 ? column_integer(find, 1) : 0;
    statement_reset(find);
    if (step != 1)
        return step == 0;
    /* (said: nothing older than this word counts any more) */
    struct statement *hold = statement(
        store, "UPDATE appointment SET gone_at = coalesce(gone_at, ?2), "
               "source_at = ?3, said = NULL WHERE id = ?1");
    bind_integer(hold, 1, id);
    bind_integer(hold, 2, now);
    bind_integer(hold, 3, doubt->at);
    return statement_run(hold, err) &&
           ask(store, doubt, id, patient_id, now, err);
}

bool visit_sure(struct store *store, const char *key, bool off, instant now,
                struct error *err)
{
    return task_settle(
        store, KIND, key,
        off ? "the visit is off" : "the time of the visit is known", now, err);
}
