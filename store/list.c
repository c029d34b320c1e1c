/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of patients. */
#include "store/list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "store/audit.h"
#include "store/statement.h"
#include "store/store.h"

bool list_ensure(struct store *store, const char *name, const char *about,
                 int64_t *id, struct error *err)
{
    if (text_blank(name) || strlen(name) >= LIST_NAME_MAX)
        return error_set(err, ERROR_INPUT,
                         "a list needs a name of 1 to %d bytes",
                         LIST_NAME_MAX - 1);
    struct statement *insert =
        statement(store, "INSERT INTO list(name, about) VALUES (?, ?) "
                         "ON CONFLICT(name) DO NOTHING");
    bind_text(insert, 1, name);
    bind_text(insert, 2, about);
    if (!statement_run(insert, err))
        return false;
    struct statement *query =
        statement(store, "SELECT id FROM list WHERE name = ?");
    bind_text(query, 1, name);
    if (statement_step(query, err) != 1)
        return false;
    *id = column_integer(query, 0);
    statement_reset(query);
    return true;
}

static bool member_audit(struct store *store, const char *action,
                         int64_t list_id, int64_t patient_id, const char *actor,
                         instant now, struct error *err)
{
    char subject[48], detail[48];
    snprintf(subject, sizeof(subject), "patient %lld", (long long)patient_id);
    snprintf(detail, sizeof(detail), "list=%lld", (long long)list_id);
    return audit_add(store, now, actor, action, subject, detail, err);
}

bool list_add(struct store *store, int64_t list_id, int64_t patient_id,
              const char *reason, const char *actor, instant now, bool *added,
              struct error *err)
{
    struct statement *insert =
        statement(store, "INSERT INTO list_member(list_id, patient_id, reason,"
                         " actor, added_at) VALUES (?, ?, ?, ?, ?) "
                         "ON CONFLICT(list_id, patient_id) DO UPDATE SET "
                         "reason = excluded.reason, actor = excluded.actor, "
                         "added_at = excluded.added_at, source = NULL, "
                         "source_at = NULL WHERE source IS NOT NULL");
    bind_integer(insert, 1, list_id);
    bind_integer(insert, 2, patient_id);
    bind_text(insert, 3, reason);
    bind_text(insert, 4, actor);
    bind_integer(insert, 5, now);
    if (!statement_run(insert, err))
        return false;
    bool new = store_changes(store) > 0;
    if (new &&
        !member_audit(store, "list-add", list_id, patient_id, actor, now, err))
        return false;
    *added = new;
    return true;
}

bool list_remove(struct store *store, int64_t list_id, int64_t patient_id,
                 const char *actor, instant now, bool *removed,
                 struct error *err)
{
    struct statement *delete = statement(
        store, "DELETE FROM list_member WHERE list_id = ? AND patient_id = ?");
    bind_integer(delete, 1, list_id);
    bind_integer(delete, 2, patient_id);
    if (!statement_run(delete, err))
        return false;
    bool was = store_changes(store) > 0;
    if (was && !member_audit(store, "list-remove", list_id, patient_id, actor,
                             now, err))
        return false;
    *removed = was;
    return true;
}

bool list_holds(struct store *store, const char *name, int64_t patient_id,
                bool *holds, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT EXISTS (SELECT 1 FROM list l CROSS JOIN"
                         " list_member m ON m.list_id = l.id"
                         " AND m.patient_id = ?2 WHERE l.name = ?1)");
    bind_text_static(query, 1, name);
    bind_integer(query, 2, patient_id);
    if (statement_step(query, err) != 1)
        return false;
    *holds = column_integer(query, 0) != 0;
    statement_reset(query);
    return true;
}

bool list_all(struct store *store, struct list_row **rows, size_t *count,
              struct error *err)
{
    struct list_row *list = NULL;
    size_t used = 0, room = 0;
    int step;
    struct statement *query =
        statement(store, "SELECT l.id, l.name, (SELECT count(*) FROM "
                         "list_member m WHERE m.list_id = l.id) FROM list l "
                         "ORDER BY l.name");
    while ((step = statement_step(query, err)) == 1) {
        if (used == room) {
            room = room ? 2 * room : 8;
            list = memory_grow(list, room, sizeof(*list));
        }
        list[used] = (struct list_row){.id = column_integer(query, 0),
                                       .members = column_integer(query, 2)};
        text_copy(list[used].name, sizeof(list[used].name),
                  column_text(query, 1));
        used++;
    }
    if (step < 0) {
        free(list);
        return false;
    }
    *rows = list;
    *count = used;
    return true;
}
