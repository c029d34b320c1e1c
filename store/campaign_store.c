/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of campaigns and of what was launched. It does not read the
 * content: that is campaigns/' business. */
#include "store/campaign_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "store/audit.h"
#include "store/outreach.h"
#include "store/statement.h"
#include "store/store.h"

static const char *const state_names[] = {
    [CAMPAIGN_RUNNING] = "running",
    [CAMPAIGN_PAUSED] = "paused",
    [CAMPAIGN_CANCELLED] = "cancelled",
    [CAMPAIGN_WAITING] = "waiting",
};

const char *campaign_state_name(enum campaign_state state)
{
    return state_names[state];
}

static enum campaign_state state_of(const char *name)
{
    for (int i = CAMPAIGN_RUNNING; i <= CAMPAIGN_WAITING; i++) {
        if (strcmp(name, state_names[i]) == 0)
            return (enum campaign_state)i;
    }
    PANIC("a campaign is %s", name);
}

bool campaign_ensure(struct store *store, const char *name, const char *kind,
                     int priority, int64_t *id, struct error *err)
{
    if (strlen(name) >= CAMPAIGN_NAME_MAX)
        return error_set(err, ERROR_INPUT,
                         "the campaign name %.20s... is too long: at most %d "
                         "bytes",
                         name, CAMPAIGN_NAME_MAX - 1);
    struct statement *insert =
        statement(store, "INSERT INTO campaign(name, kind, priority) "
                         "VALUES (?1, ?2, ?3) ON CONFLICT(name) DO UPDATE SET "
                         "priority = ?3 WHERE priority != ?3 AND kind = ?2");
    bind_text(insert, 1, name);
    bind_text(insert, 2, kind);
    bind_integer(insert, 3, priority);
    if (!statement_run(insert, err))
        return false;
    struct statement *query =
        statement(store, "SELECT id, kind FROM campaign WHERE name = ?");
    bind_text(query, 1, name);
    if (statement_step(query, err) != 1)
        return false;
    int64_t found = column_integer(query, 0);
    bool same = text_equal(column_text(query, 1), kind);
    statement_reset(query);
    if (!same)
        return error_set(err, ERROR_INPUT,
                         "%s is already the name of a %s: take another name",
                         name,
                         strcmp(kind, "blast") == 0 ? "campaign" : "blast");
    *id = found;
    return true;
}

#define ROW_SELECT                                                        \
    "SELECT c.id, c.name, c.kind = 'blast', c.state, c.priority, v.id, "  \
    "v.sha256, v.launched_at, v.launched_by, v.approved_by, "             \
    "(SELECT min(launched_at) FROM campaign_version WHERE campaign_id = " \
    "c.id) FROM campaign c "                                              \
    "LEFT JOIN campaign_version v ON v.id = c.version_id "

static void row_read(struct statement *query, struct campaign_row *out)
{
    *out = (struct campaign_row){
        .id = column_integer(query, 0),
        .blast = column_integer(query, 2) != 0,
        .state = state_of(column_text(query, 3)),
        .priority = (int)column_integer(query, 4),
        .version_id = column_integer(query, 5),
        .launched_at = column_instant(query, 7),
        .first_launched_at = column_instant(query, 10),
    };
    text_copy(out->name, sizeof(out->name), column_text(query, 1));
    if (column_is_null(query, 6))
        return;
    text_copy(out->sha256, sizeof(out->sha256), column_text(query, 6));
    text_copy(out->launched_by, sizeof(out->launched_by),
              column_text(query, 8));
    if (!column_is_null(query, 9))
        text_copy(out->approved_by, sizeof(out->approved_by),
                  column_text(query, 9));
}

bool campaign_find(struct store *store, const char *name, bool *found,
                   struct campaign_row *out, struct error *err)
{
    struct statement *query = statement(store, ROW_SELECT "WHERE c.name = ?");
    bind_text(query, 1, name);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    if (step == 1) {
        row_read(query, out);
        statement_reset(query);
    }
    *found = step == 1;
    return true;
}

bool campaign_list(struct store *store, struct campaign_row **rows,
                   size_t *count, struct error *err)
{
    struct campaign_row *list = NULL;
    size_t used = 0, room = 0;
    int step;
    struct statement *query = statement(store, ROW_SELECT "ORDER BY c.name");
    while ((step = statement_step(query, err)) == 1) {
        if (used == room) {
            room = room ? 2 * room : 16;
            list = memory_grow(list, room, sizeof(*list));
        }
        row_read(query, &list[used++]);
    }
    if (step < 0) {
        free(list);
        return false;
    }
    *rows = list;
    *count = used;
    return true;
}

/* The version that runs, and its sum; 0 and "" without one. */
static bool version_now(struct store *store, int64_t id, int64_t *version_id,
                        char sha256[65], enum campaign_state *state,
                        struct error *err)
{
    struct statement *query = statement(store, ROW_SELECT "WHERE c.id = ?");
    bind_integer(query, 1, id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    if (step == 0)
        return error_set(err, ERROR_INPUT, "there is no campaign %lld",
                         (long long)id);
    struct campaign_row row;
    row_read(query, &row);
    statement_reset(query);
    *version_id = row.version_id;
    *state = row.state;
    memcpy(sha256, row.sha256, sizeof(row.sha256));
    return true;
}

static bool version_insert(struct store *store, int64_t id, const char *content,
                           const char *sha256, const char *who,
                           const char *approved_by, instant now,
                           int64_t *version_id, struct error *err)
{
    struct statement *insert =
        statement(store, "INSERT INTO campaign_version(campaign_id, sha256, "
                         "content, launched_at, launched_by, approved_by) "
                         "VALUES (?, ?, ?, ?, ?, ?)");
    bind_integer(insert, 1, id);
    bind_text(insert, 2, sha256);
    bind_text(insert, 3, content);
    bind_integer(insert, 4, now);
    bind_text(insert, 5, who);
    bind_text(insert, 6, approved_by);
    if (!statement_run(insert, err))
        return false;
    *version_id = store_last_id(store);
    return true;
}

bool campaign_launch(struct store *store, int64_t id, const char *content,
                     const char *sha256, const char *who,
                     const char *approved_by, instant now, int64_t *version_id,
                     struct error *err)
{
    char running[65], subject[48], detail[256];
    enum campaign_state state = CAMPAIGN_RUNNING;
    int64_t version = 0;
    if (!version_now(store, id, &version, running, &state, err))
        return false;
    bool same = version != 0 && strcmp(running, sha256) == 0;
    bool stays = state == CAMPAIGN_RUNNING || state == CAMPAIGN_PAUSED;
    if (same && stays) {
        *version_id = version;
        return true;
    }
    if (!same && !version_insert(store, id, content, sha256, who, approved_by,
                                 now, &version, err))
        return false;
    struct statement *update =
        statement(store, "UPDATE campaign SET version_id = ?2, state = ?3 "
                         "WHERE id = ?1");
    bind_integer(update, 1, id);
    bind_integer(update, 2, version);
    bind_text(update, 3,
              state_names[state == CAMPAIGN_PAUSED ? CAMPAIGN_PAUSED
                                                   : CAMPAIGN_RUNNING]);
    snprintf(subject, sizeof(subject), "campaign %lld", (long long)id);
    snprintf(detail, sizeof(detail), "version=%lld sha256=%s%s%s",
             (long long)version, sha256, approved_by ? " approved_by=" : "",
             approved_by ? approved_by : "");
    if (!statement_run(update, err) ||
        !audit_add(store, now, who, "launch", subject, detail, err))
        return false;
    *version_id = version;
    return true;
}

bool campaign_content(struct store *store, int64_t version_id, char **content,
                      struct error *err)
{
    struct statement *query =
        statement(store, "SELECT content FROM campaign_version WHERE id = ?");
    bind_integer(query, 1, version_id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    if (step == 0)
        return error_set(err, ERROR_INPUT, "there is no launched version %lld",
                         (long long)version_id);
    *content = memory_text(column_text(query, 0));
    statement_reset(query);
    return true;
}

bool campaign_set_state(struct store *store, int64_t id,
                        enum campaign_state state, const char *who, instant now,
                        struct error *err)
{
    static const char *const actions[] = {
        [CAMPAIGN_RUNNING] = "resume",
        [CAMPAIGN_PAUSED] = "pause",
        [CAMPAIGN_CANCELLED] = "cancel",
        [CAMPAIGN_WAITING] = "wait-for-approval",
    };
    char subject[48];
    struct statement *update = statement(
        store, "UPDATE campaign SET state = ?2 WHERE id = ?1 AND state != ?2");
    bind_integer(update, 1, id);
    bind_text(update, 2, state_names[state]);
    if (!statement_run(update, err))
        return false;
    if (store_changes(store) == 0)
        return true;
    snprintf(subject, sizeof(subject), "campaign %lld", (long long)id);
    if (state == CAMPAIGN_RUNNING && !outreach_resume(store, id, now, err))
        return false;
    return audit_add(store, now, who, actions[state], subject, NULL, err);
}

bool campaign_pause_all(struct store *store, bool paused, const char *who,
                        instant now, struct error *err)
{
    bool already;
    if (!campaign_all_paused(store, &already, err))
        return false;
    if (already == paused)
        return true;
    if (!paused && !outreach_resume(store, 0, now, err))
        return false;
    return store_meta_set(store, "paused", paused ? "1" : "0", err) &&
           audit_add(store, now, who, paused ? "pause" : "resume",
                     "all campaigns", NULL, err);
}

bool campaign_all_paused(struct store *store, bool *paused, struct error *err)
{
    char text[8];
    if (!store_meta_get(store, "paused", text, sizeof(text), err))
        return false;
    *paused = strcmp(text, "1") == 0;
    return true;
}
