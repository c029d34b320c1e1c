/* SPDX-License-Identifier: Apache-2.0 */
#include "store/feed_message.h"

#include "store/statement.h"

bool feed_message_find(struct store *store, const char *source,
                       const char *message, bool *found, int *answer,
                       struct error *err)
{
    struct statement *query =
        statement(store, "SELECT answer FROM feed_message WHERE source = ? AND "
                         "message = ?");
    bind_text_static(query, 1, source);
    bind_text_static(query, 2, message);
    int step = statement_step(query, err);
    *found = step == 1;
    *answer = step == 1 ? (int)column_integer(query, 0) : 0;
    statement_reset(query);
    return step >= 0;
}

bool feed_message_note(struct store *store, const char *source,
                       const char *message, instant at, int answer,
                       struct error *err)
{
    struct statement *note =
        statement(store, "INSERT INTO feed_message(source, message, at, answer)"
                         " VALUES (?, ?, ?, ?)");
    bind_text_static(note, 1, source);
    bind_text_static(note, 2, message);
    bind_integer(note, 3, at);
    bind_integer(note, 4, answer);
    return statement_run(note, err);
}

bool feed_message_forget(struct store *store, instant before, struct error *err)
{
    struct statement *forget =
        statement(store, "DELETE FROM feed_message WHERE id IN (SELECT id FROM "
                         "feed_message WHERE at < ? ORDER BY at LIMIT 5000)");
    bind_integer(forget, 1, before);
    return statement_run(forget, err);
}
