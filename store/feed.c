/* SPDX-License-Identifier: Apache-2.0 */
/* The feeds' rows. */
#include "store/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "store/outreach.h"
#include "store/statement.h"
#include "store/store.h"
#include "store/task.h"

static bool name_fits(const char *name, struct error *err)
{
    return (!text_blank(name) && strlen(name) < FEED_NAME_MAX) ||
           error_set(err, ERROR_INPUT, "a feed needs a name of 1 to %d bytes",
                     FEED_NAME_MAX - 1);
}

/* What the task of a silence is called: each has its own. */
#define SILENCE                                                          \
    "f.name || ', last heard of ' || strftime('%Y-%m-%d %H:%M:%S UTC', " \
    "f.last_at / 1000, 'unixepoch')"

/* `stale`: it was quiet for too long, until this. `told`: all of this is noted
 * already, as when a file says a thousand things of one hour. */
static bool look(struct store *store, const char *name, instant at, instant now,
                 int64_t rows, bool *stale, bool *told, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT coalesce(last_at + max_age < ?4 AND last_at < "
                         "?2, 0), last_at >= ?2 AND rows = ?3 FROM feed WHERE "
                         "name = ?1");
    bind_text(query, 1, name);
    bind_integer(query, 2, at);
    bind_integer(query, 3, rows);
    bind_integer(query, 4, now);
    int step = statement_step(query, err);
    *stale = step == 1 && column_integer(query, 0) != 0;
    *told = step == 1 && column_integer(query, 1) != 0;
    statement_reset(query);
    return step >= 0;
}

/* Its task is done. */
static bool speaks_again(struct store *store, const char *name, instant now,
                         struct error *err)
{
    struct statement *query =
        statement(store, "SELECT " SILENCE " FROM feed f WHERE name = ?");
    char task[FEED_TASK_MAX];
    bind_text(query, 1, name);
    if (statement_step(query, err) != 1)
        return false;
    text_copy(task, sizeof(task), column_text(query, 0));
    statement_reset(query);
    return task_settle(store, FEED_TASK, task, "it speaks again", now, err);
}

bool feed_note(struct store *store, const char *name, instant at, instant now,
               int64_t rows, struct error *err)
{
    bool stale, told;
    if (!name_fits(name, err) ||
        !look(store, name, at, now, rows, &stale, &told, err))
        return false;
    if (told)
        return true;
    struct statement *insert =
        statement(store, "INSERT INTO feed(name, last_at, rows) VALUES (?, ?, "
                         "?) ON CONFLICT(name) DO UPDATE SET last_at = "
                         "max(last_at, excluded.last_at), rows = "
                         "excluded.rows");
    bind_text(insert, 1, name);
    bind_integer(insert, 2, at);
    bind_integer(insert, 3, rows);
    return (!stale || speaks_again(store, name, now, err)) &&
           statement_run(insert, err) &&
           (!stale || outreach_fed(store, now, err));
}

bool feed_silent(struct store *store, instant now, bool *found,
                 struct feed_silence *out, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT f.name, " SILENCE " FROM feed f WHERE last_at > 0"
               " AND last_at + max_age < ?1 AND NOT EXISTS (SELECT 1 FROM task"
               " t WHERE t.kind = '" FEED_TASK "' AND t.name = " SILENCE
               ") ORDER BY f.name LIMIT 1");
    bind_integer(query, 1, now);
    int step = statement_step(query, err);
    *found = step == 1;
    if (step == 1) {
        text_copy(out->name, sizeof(out->name), column_text(query, 0));
        text_copy(out->task, sizeof(out->task), column_text(query, 1));
    }
    statement_reset(query);
    return step >= 0;
}

bool feed_next_silent(struct store *store, instant now, instant *out,
                      struct error *err)
{
    struct statement *query = statement(
        store, "SELECT min(last_at + max_age + 1) FROM feed WHERE last_at > 0"
               " AND last_at + max_age >= ?1");
    bind_integer(query, 1, now);
    if (statement_step(query, err) != 1)
        return false;
    *out = column_instant(query, 0);
    statement_reset(query);
    return true;
}

bool feed_set_max_age(struct store *store, const char *name, int64_t max_age,
                      struct error *err)
{
    struct statement *insert =
        statement(store, "INSERT INTO feed(name, last_at, max_age) VALUES (?1,"
                         " 0, ?2) ON CONFLICT(name) DO UPDATE SET max_age = "
                         "?2");
    bind_text(insert, 1, name);
    bind_instant(insert, 2, max_age);
    return name_fits(name, err) && statement_run(insert, err);
}

bool feed_clear_max_ages(struct store *store, struct error *err)
{
    return statement_run(statement(store, "UPDATE feed SET max_age = NULL "
                                          "WHERE max_age IS NOT NULL"),
                         err);
}

bool feed_suppose(struct store *store, instant now, int64_t *count,
                  struct error *err)
{
    struct statement *update =
        statement(store, "UPDATE feed SET max_age = NULL WHERE max_age IS NOT"
                         " NULL AND last_at + max_age >= ?");
    bind_integer(update, 1, now);
    if (!statement_run(update, err))
        return false;
    *count = store_changes(store);
    return true;
}

bool feed_list(struct store *store, struct feed_row **rows, size_t *count,
               struct error *err)
{
    struct feed_row *list = NULL;
    size_t used = 0, room = 0;
    int step;
    struct statement *query = statement(
        store, "SELECT name, last_at, rows, max_age FROM feed ORDER BY name");
    while ((step = statement_step(query, err)) == 1) {
        if (used == room) {
            room = room ? 2 * room : 8;
            list = memory_grow(list, room, sizeof(*list));
        }
        list[used] = (struct feed_row){.last_at = column_integer(query, 1),
                                       .rows = column_integer(query, 2),
                                       .max_age = column_instant(query, 3)};
        text_copy(list[used].name, sizeof(list[used].name),
                  column_text(query, 0));
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

bool feed_is_stale(const struct feed_row *feed, instant now)
{
    return feed->max_age != INSTANT_NEVER &&
           now - feed->last_at > feed->max_age;
}
