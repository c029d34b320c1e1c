/* SPDX-License-Identifier: Apache-2.0 */
/* The worklist's rows. Who may do what is the command's business; here only
 * the law of a task's states is kept. */
#include "store/task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/memory.h"
#include "base/text.h"

#include "store/audit.h"
#include "store/statement.h"
#include "store/store.h"

#define NOTE_MAX 2000

static const char *const state_names[] = {
    [TASK_OPEN] = "open",
    [TASK_TAKEN] = "taken",
    [TASK_DONE] = "done",
    [TASK_VOID] = "void",
};

const char *task_state_name(enum task_state state)
{
    return state_names[state];
}

static enum task_state state_of(const char *name)
{
    for (int i = TASK_OPEN; i <= TASK_VOID; i++) {
        if (strcmp(name, state_names[i]) == 0)
            return (enum task_state)i;
    }
    PANIC("a task is %s", name);
}

static bool task_audit(struct store *store, int64_t id, const char *action,
                       const char *who, const char *detail, instant now,
                       struct error *err)
{
    char subject[48];
    snprintf(subject, sizeof(subject), "task %lld", (long long)id);
    return audit_add(store, now, who, action, subject, detail, err);
}

/* Opening
 * ----------------------------------------------------------------------- */

static void bind_id(struct statement *to, int at, int64_t id)
{
    if (id)
        bind_integer(to, at, id);
    else
        bind_null(to, at);
}

/* The seven columns that make a task the same one. The table's UNIQUE does
 * not see two NULLs as equal, IS does. */
static void bind_key(struct statement *to, const struct task_new *task)
{
    bind_text(to, 1, task->kind);
    bind_text(to, 2, task->name);
    bind_id(to, 3, task->campaign_id);
    bind_id(to, 4, task->patient_id);
    bind_id(to, 5, task->anchor_kind);
    bind_id(to, 6, task->anchor_id);
    if (task->anchor_kind || task->occurrence)
        bind_integer(to, 7, task->occurrence);
}

static bool task_same(struct store *store, const struct task_new *task,
                      int64_t *id, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT id FROM task WHERE kind IS ? AND name IS ? AND "
               "campaign_id IS ? AND patient_id IS ? AND anchor_kind IS ? AND "
               "anchor_id IS ? AND occurrence IS ? LIMIT 1");
    bind_key(query, task);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *id = step == 1 ? column_integer(query, 0) : 0;
    statement_reset(query);
    return true;
}

bool task_open(struct store *store, const struct task_new *task, instant now,
               int64_t *id, bool *made, struct error *err)
{
    int64_t known = 0;
    char detail[160];
    if (!task_same(store, task, &known, err))
        return false;
    if (known) {
        *id = known;
        *made = false;
        return true;
    }
    /* Of a result it says which: nobody should have to look for it. */
    struct statement *insert = statement(
        store, "INSERT INTO task(kind, name, campaign_id, patient_id, "
               "anchor_kind, anchor_id, occurrence, outreach_id, owner, "
               "reason, opened_at, due_at, escalate_to) VALUES (?1, ?2, ?3, "
               "?4, ?5, ?6, ?7, ?8, ?9, coalesce((SELECT coalesce(?10 || '; ', "
               "'') || kind || ' of ' || done_on FROM screening WHERE ?5 = 5 "
               "AND id = ?6), ?10), ?11, ?12, ?13)");
    bind_key(insert, task);
    bind_id(insert, 8, task->outreach_id);
    bind_text(insert, 9, task->owner);
    bind_text(insert, 10, task->reason);
    bind_integer(insert, 11, now);
    bind_instant(insert, 12, task->due_at);
    bind_text(insert, 13, task->escalate_to);
    if (!statement_run(insert, err))
        return false;
    known = store_last_id(store);
    snprintf(detail, sizeof(detail), "kind=%s owner=%s", task->kind,
             task->owner);
    if (!task_audit(store, known, "task-open", "engine", detail, now, err))
        return false;
    *id = known;
    *made = true;
    return true;
}

bool task_ask(struct store *store, const struct task_question *question,
              instant now, struct error *err)
{
    int64_t id;
    bool made;
    const struct task_new task = {.kind = question->kind,
                                  .name = question->name,
                                  .patient_id = question->patient_id,
                                  .occurrence = question->of,
                                  .owner = "front desk",
                                  .reason = question->reason,
                                  .due_at = now + 24 * HOUR_MS};
    return task_open(store, &task, now, &id, &made, err);
}

/* Reading
 * ----------------------------------------------------------------------- */

#define TASK_SELECT                                                            \
    "SELECT t.id, t.state, t.kind, t.name, c.name, t.patient_id, p.mrn, "      \
    "t.anchor_kind, t.anchor_id, t.occurrence, t.outreach_id, t.owner, "       \
    "t.taken_by, t.escalate_to, t.reason, t.opened_at, t.due_at, "             \
    "t.escalated_at, t.closed_at, t.closed_by FROM task t LEFT JOIN campaign " \
    "c ON c.id = t.campaign_id LEFT JOIN patient p ON p.id = t.patient_id "

static void copy_at(struct statement *query, int at, char *out, size_t size)
{
    const char *text = column_text(query, at);
    text_copy(out, size, text ? text : "");
}

static void task_row(struct statement *query, struct task *out)
{
    *out = (struct task){.id = column_integer(query, 0),
                         .state = state_of(column_text(query, 1)),
                         .patient_id = column_integer(query, 5),
                         .anchor_kind = (int)column_integer(query, 7),
                         .anchor_id = column_integer(query, 8),
                         .occurrence = column_integer(query, 9),
                         .outreach_id = column_integer(query, 10),
                         .opened_at = column_instant(query, 15),
                         .due_at = column_instant(query, 16),
                         .escalated_at = column_instant(query, 17),
                         .closed_at = column_instant(query, 18)};
    copy_at(query, 2, out->kind, sizeof(out->kind));
    copy_at(query, 3, out->name, sizeof(out->name));
    copy_at(query, 4, out->campaign, sizeof(out->campaign));
    copy_at(query, 6, out->mrn, sizeof(out->mrn));
    copy_at(query, 11, out->owner, sizeof(out->owner));
    copy_at(query, 12, out->taken_by, sizeof(out->taken_by));
    copy_at(query, 13, out->escalate_to, sizeof(out->escalate_to));
    copy_at(query, 14, out->reason, sizeof(out->reason));
    copy_at(query, 19, out->closed_by, sizeof(out->closed_by));
}

bool task_read(struct store *store, int64_t id, struct task *out,
               struct error *err)
{
    struct statement *query = statement(store, TASK_SELECT "WHERE t.id = ?");
    bind_integer(query, 1, id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    if (step == 0)
        return error_set(err, ERROR_INPUT,
                         "there is no task %lld: `outreach task list` shows "
                         "them",
                         (long long)id);
    task_row(query, out);
    statement_reset(query);
    return true;
}

bool task_note(struct store *store, int64_t id, char **note, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT note FROM task WHERE id = ?");
    bind_integer(query, 1, id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *note = step == 1 ? memory_text(column_text(query, 0)) : NULL;
    statement_reset(query);
    return true;
}

bool task_list(struct store *store, const struct task_filter *filter,
               struct task **tasks, size_t *count, struct error *err)
{
    struct task *list = NULL;
    size_t used = 0, room = 0;
    int step;
    struct statement *query = statement(
        store, TASK_SELECT
        "WHERE (?1 OR t.state IN ('open', 'taken')) AND (?2 IS NULL OR "
        "t.owner = ?2) AND (?3 IS NULL OR t.patient_id = ?3) AND (?4 IS NULL "
        "OR t.due_at < ?4) ORDER BY t.closed_at IS NOT NULL, t.due_at IS NULL, "
        "t.due_at, t.id LIMIT ?5");
    bind_integer(query, 1, filter->closed);
    bind_text(query, 2, filter->owner);
    bind_id(query, 3, filter->patient_id);
    bind_instant(query, 4, filter->due_before);
    bind_integer(query, 5, filter->limit ? (int64_t)filter->limit : -1);
    while ((step = statement_step(query, err)) == 1) {
        if (used == room) {
            room = room ? 2 * room : 16;
            list = memory_grow(list, room, sizeof(*list));
        }
        task_row(query, &list[used++]);
    }
    if (step < 0) {
        free(list);
        return false;
    }
    *tasks = list;
    *count = used;
    return true;
}

/* As the index says it: TASK_URGENT_MS. */
/* (By name: the planner would look through all that are open.) */
#define URGENT                                                          \
    "FROM task INDEXED BY task_urgent WHERE state IN ('open', 'taken')" \
    " AND due_at - opened_at <= 900000"

bool task_count(struct store *store, instant now, struct task_counts *out,
                struct error *err)
{
    struct statement *query = statement(
        store, "SELECT count(*), total(due_at < ?1), total(due_at < ?2), "
               "(SELECT count(*) " URGENT ") FROM task INDEXED BY task_open "
               "WHERE state IN ('open', 'taken')");
    bind_integer(query, 1, now);
    bind_integer(query, 2, now + HOUR_MS);
    if (statement_step(query, err) != 1)
        return false;
    *out = (struct task_counts){.open = column_integer(query, 0),
                                .late = column_integer(query, 1),
                                .soon = column_integer(query, 2),
                                .urgent = column_integer(query, 3)};
    statement_reset(query);
    return true;
}

bool task_urgent_late(struct store *store, instant *until, instant now,
                      int64_t *ids, size_t most, size_t *count,
                      struct error *err)
{
    int step;
    instant last = now;
    struct statement *query = statement(
        store, "SELECT id, due_at " URGENT " AND due_at > ? AND due_at <= ? "
               "ORDER BY due_at, id LIMIT ?");
    bind_integer(query, 1, *until);
    bind_integer(query, 2, now);
    bind_integer(query, 3, (int64_t)most);
    *count = 0;
    while ((step = statement_step(query, err)) == 1) {
        ids[(*count)++] = column_integer(query, 0);
        last = column_integer(query, 1);
    }
    if (step == 0)
        *until = *count == most ? last : now;
    return step == 0;
}

bool task_urgent_next(struct store *store, instant after, instant *out,
                      struct error *err)
{
    struct statement *query =
        statement(store, "SELECT min(due_at) " URGENT " AND due_at > ?");
    bind_integer(query, 1, after);
    if (statement_step(query, err) != 1)
        return false;
    *out = column_instant(query, 0);
    statement_reset(query);
    return true;
}

/* By people
 * ---------------------------------------------------------------------- */

static bool task_live(struct store *store, int64_t id, struct task *task,
                      struct error *err)
{
    if (!task_read(store, id, task, err))
        return false;
    if (task->state == TASK_OPEN || task->state == TASK_TAKEN)
        return true;
    return error_set(err, ERROR_INPUT, "task %lld is already %s (by %s)",
                     (long long)id, state_names[task->state],
                     task->closed_by[0] ? task->closed_by : "the service");
}

bool task_take(struct store *store, int64_t id, const char *who, instant now,
               struct error *err)
{
    struct task task;
    if (!task_live(store, id, &task, err))
        return false;
    struct statement *update = statement(
        store, "UPDATE task SET state = 'taken', taken_by = ?2 WHERE id = ?1");
    bind_integer(update, 1, id);
    bind_text(update, 2, who);
    return statement_run(update, err) &&
           task_audit(store, id, "task-take", who, NULL, now, err);
}

/* "2026-11-23T15:00:00.000Z kim: text" on a line of its own. */
static bool note_append(struct store *store, int64_t id, const char *who,
                        const char *note, instant now, struct error *err)
{
    char at[CIVIL_TEXT_MAX];
    struct buf line;
    if (strlen(note) > NOTE_MAX)
        return error_set(err, ERROR_INPUT,
                         "a note has at most %d bytes: say it shorter",
                         NOTE_MAX);
    buf_init(&line, 2 * NOTE_MAX);
    buf_format(&line, "%s %s: %s\n", civil_utc_text(now, at), who, note);
    struct statement *update = statement(
        store, "UPDATE task SET note = coalesce(note, '') || ?2 WHERE id = ?1");
    bind_integer(update, 1, id);
    bind_text(update, 2, line.data);
    buf_free(&line);
    return statement_run(update, err);
}

bool task_say(struct store *store, int64_t id, const char *who,
              const char *note, instant now, struct error *err)
{
    struct task task;
    return task_read(store, id, &task, err) &&
           note_append(store, id, who, note, now, err) &&
           task_audit(store, id, "task-say", who, NULL, now, err);
}

bool task_done(struct store *store, int64_t id, const char *who,
               const char *note, instant now, struct error *err)
{
    struct task task;
    if (!task_live(store, id, &task, err))
        return false;
    if (note && !note_append(store, id, who, note, now, err))
        return false;
    struct statement *update =
        statement(store, "UPDATE task SET state = 'done', closed_at = ?2, "
                         "closed_by = ?3 WHERE id = ?1");
    bind_integer(update, 1, id);
    bind_integer(update, 2, now);
    bind_text(update, 3, who);
    return statement_run(update, err) &&
           task_audit(store, id, "task-done", who, NULL, now, err);
}

/* Whom a launched campaign or a task names. */
#define ROLES                                                          \
    "SELECT t.value FROM campaign c JOIN campaign_version v ON"        \
    " v.id = c.version_id, json_tree(v.content, '$.campaign') t WHERE" \
    " t.key IN ('owner', 'to', 'then') AND t.type = 'text'"            \
    " UNION SELECT owner FROM task UNION SELECT escalate_to FROM task" \
    " WHERE escalate_to IS NOT NULL ORDER BY 1"
#define ROLES_MAX 256

/* A role that is known: it goes into the audit, which holds no free text, and
 * nobody looks into the list of one that is not. */
static bool role_check(struct store *store, const char *role, struct error *err)
{
    struct statement *query = statement(store, ROLES);
    char *names[ROLES_MAX];
    size_t count = 0;
    bool known = false;
    int step;
    while ((step = statement_step(query, err)) == 1 && count < ROLES_MAX) {
        names[count] = memory_text(column_text(query, 0));
        known |= text_equal(names[count++], role);
    }
    statement_reset(query);
    const char *near = text_nearest(role, (const char *const *)names, count);
    if (step >= 0 && !known)
        error_set(err, ERROR_INPUT,
                  "no launched campaign and no task names such a role%s%s%s; "
                  "write what is to be known with: outreach task say",
                  near ? "; did you mean '" : "", near ? near : "",
                  near ? "'?" : "");
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    return known;
}

bool task_escalate(struct store *store, int64_t id, const char *to,
                   const char *who, instant now, struct error *err)
{
    struct task task;
    char detail[160];
    if (!task_live(store, id, &task, err))
        return false;
    if (!to && task.escalate_to[0] == '\0')
        return error_set(err, ERROR_INPUT,
                         "task %lld names nobody to escalate to: say to whom",
                         (long long)id);
    if (to && !role_check(store, to, err))
        return false;
    const char *next = to ? to : task.escalate_to;
    struct statement *update =
        statement(store, "UPDATE task SET owner = ?2, state = 'open', taken_by "
                         "= NULL, escalated_at = ?3 WHERE id = ?1");
    bind_integer(update, 1, id);
    bind_text(update, 2, next);
    bind_integer(update, 3, now);
    snprintf(detail, sizeof(detail), "from=%s to=%s", task.owner, next);
    return statement_run(update, err) &&
           task_audit(store, id, "task-escalate", who, detail, now, err);
}

/* By the engine
 * ------------------------------------------------------------------- */

#define LATE                                                                \
    " FROM task INDEXED BY task_late WHERE state IN ('open', 'taken') AND " \
    "escalate_to IS NOT NULL AND escalated_at IS NULL AND due_at"

static bool late_first(struct store *store, instant now, int64_t *id,
                       struct error *err)
{
    struct statement *query =
        statement(store, "SELECT id" LATE " <= ? ORDER BY due_at LIMIT 1");
    bind_integer(query, 1, now);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *id = step == 1 ? column_integer(query, 0) : 0;
    statement_reset(query);
    return true;
}

bool task_escalate_late(struct store *store, instant now, int64_t *count,
                        struct error *err)
{
    int64_t id = 0, done = 0;
    while (late_first(store, now, &id, err)) {
        if (id == 0) {
            *count = done;
            return true;
        }
        if (!task_escalate(store, id, NULL, "engine", now, err))
            return false;
        done++;
    }
    return false;
}

bool task_next_late(struct store *store, instant *out, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT min(due_at)" LATE " IS NOT NULL");
    if (statement_step(query, err) != 1)
        return false;
    *out = column_instant(query, 0);
    statement_reset(query);
    return true;
}
