/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks that the engine ends, since their cause is gone or settled, opens again
 * or writes on. Their notes say so. */
#include "store/task.h"

#include <stdio.h>

#include "base/civil.h"

#include "store/audit.h"
#include "store/statement.h"
#include "store/store.h"

enum { NOTE_LINE = 256 };

static void put_line(char out[NOTE_LINE], const char *what, instant now)
{
    char at[CIVIL_TEXT_MAX];
    snprintf(out, NOTE_LINE, "%s engine: %.200s\n", civil_utc_text(now, at),
             what);
}

static bool anchor_tasks(struct store *store, struct statement *update,
                         int64_t campaign_id, int anchor_kind,
                         int64_t anchor_id, int64_t occurrence,
                         const char *action, const char *reason, instant now,
                         struct error *err)
{
    char subject[64];
    bind_integer(update, 1, campaign_id);
    bind_integer(update, 2, anchor_kind);
    bind_integer(update, 3, anchor_id);
    bind_integer(update, 4, occurrence);
    if (!statement_run(update, err))
        return false;
    snprintf(subject, sizeof(subject), "%s %lld",
             anchor_name((enum anchor_kind)anchor_kind), (long long)anchor_id);
    return store_changes(store) == 0 ||
           audit_add(store, now, "engine", action, subject, reason, err);
}

bool task_settle(struct store *store, const char *kind, const char *name,
                 const char *reason, instant now, struct error *err)
{
    char line[NOTE_LINE];
    struct statement *update = statement(
        store, "UPDATE task SET state = 'done', closed_at = ?3, closed_by ="
               " 'engine', note = coalesce(note, '') || ?4 WHERE kind = ?1 AND"
               " name = ?2 AND state IN ('open', 'taken')");
    put_line(line, reason, now);
    bind_text(update, 1, kind);
    bind_text(update, 2, name);
    bind_integer(update, 3, now);
    bind_text(update, 4, line);
    return statement_run(update, err) &&
           (store_changes(store) == 0 ||
            audit_add(store, now, "engine", "task-done", name, reason, err));
}

bool task_said_since(struct store *store, const struct task_new *said,
                     instant now, struct error *err)
{
    char line[NOTE_LINE], reason[160];
    struct statement *update = statement(
        store, "UPDATE task SET note = coalesce(note, '') || ?5 WHERE kind ="
               " 'reply' AND name != ?1 AND anchor_kind = ?2 AND anchor_id = ?3"
               " AND occurrence = ?4 AND state IN ('open', 'taken')");
    snprintf(reason, sizeof(reason), "the patient has since said %.100s",
             said->reason);
    put_line(line, reason, now);
    bind_text(update, 1, said->name);
    bind_integer(update, 2, said->anchor_kind);
    bind_integer(update, 3, said->anchor_id);
    bind_integer(update, 4, said->occurrence);
    bind_text(update, 5, line);
    return statement_run(update, err);
}

/* What a patient wrote, or what nobody can say of a message, stays a person's
 * to settle. */
#define OF_ANCHOR                                                          \
    "WHERE campaign_id = ?1 AND anchor_kind = ?2 AND anchor_id = ?3 "      \
    "AND occurrence = ?4 AND kind IN ('step', 'on-entry', 'not-reached', " \
    "'silent') "

bool task_void_anchor(struct store *store, int64_t campaign_id, int anchor_kind,
                      int64_t anchor_id, int64_t occurrence, const char *reason,
                      instant now, struct error *err)
{
    char line[NOTE_LINE];
    struct statement *update = statement(
        store, "UPDATE task SET state = 'void', closed_at = ?5, closed_by = "
               "'engine', note = coalesce(note, '') || ?6 " OF_ANCHOR
               "AND state IN ('open', 'taken')");
    put_line(line, reason, now);
    bind_integer(update, 5, now);
    bind_text(update, 6, line);
    return anchor_tasks(store, update, campaign_id, anchor_kind, anchor_id,
                        occurrence, "task-void", reason, now, err);
}

/* (by another name and hand: no cause that is back opens it again) */
bool task_void_reached(struct store *store, int anchor_kind, int64_t anchor_id,
                       int64_t outreach_id, const char *reason, instant now,
                       struct error *err)
{
    char line[NOTE_LINE], subject[48];
    struct statement *update = statement(
        store, "UPDATE task SET state = 'void', closed_at = ?4, closed_by ="
               " 'receipt', name = name || ' (' || id || ')',"
               " note = coalesce(note, '') || ?5 WHERE anchor_kind = ?1 AND"
               " anchor_id = ?2 AND outreach_id = ?3 AND kind = 'not-reached'"
               " AND state IN ('open', 'taken')");
    put_line(line, reason, now);
    snprintf(subject, sizeof(subject), "outreach %lld", (long long)outreach_id);
    bind_integer(update, 1, anchor_kind);
    bind_integer(update, 2, anchor_id);
    bind_integer(update, 3, outreach_id);
    bind_integer(update, 4, now);
    bind_text(update, 5, line);
    return statement_run(update, err) &&
           (store_changes(store) == 0 ||
            audit_add(store, now, "engine", "task-void", subject, reason, err));
}

bool task_revive_anchor(struct store *store, int64_t campaign_id,
                        int anchor_kind, int64_t anchor_id, int64_t occurrence,
                        instant now, struct error *err)
{
    struct statement *update = statement(
        store, "UPDATE task SET state = 'open', closed_at = NULL, closed_by = "
               "NULL, taken_by = NULL " OF_ANCHOR
               "AND state = 'void' AND closed_by = 'engine'");
    return anchor_tasks(store, update, campaign_id, anchor_kind, anchor_id,
                        occurrence, "task-open", "its cause is back", now, err);
}

/* (by another name, so that whoever has cause later opens it anew) */
bool task_void(struct store *store, int64_t id, const char *reason, instant now,
               struct error *err)
{
    char line[NOTE_LINE], subject[48];
    struct statement *update = statement(
        store, "UPDATE task SET state = 'void', closed_at = ?2, closed_by = "
               "'engine', name = name || ' (' || id || ')', note = "
               "coalesce(note, '') || ?3 WHERE id = ?1 AND state IN ('open', "
               "'taken')");
    put_line(line, reason, now);
    snprintf(subject, sizeof(subject), "task %lld", (long long)id);
    bind_integer(update, 1, id);
    bind_integer(update, 2, now);
    bind_text(update, 3, line);
    return statement_run(update, err) &&
           (store_changes(store) == 0 ||
            audit_add(store, now, "engine", "task-void", subject, reason, err));
}
