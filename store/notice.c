/* SPDX-License-Identifier: Apache-2.0 */
/* What the outside has yet to be told. Decides nothing: when it is tried again
 * and given up says the caller. */
#include "store/notice.h"

#include "base/buf.h"
#include "base/text.h"

#include "store/statement.h"

const char *const notice_events[NOTICE_EVENTS] = {"response", "reply",
                                                  "opt-out", "opt-in"};

/* " response opt-out ", as the triggers look for them. */
static void events_write(unsigned events, struct buf *out)
{
    buf_char(out, ' ');
    for (size_t i = 0; i < NOTICE_EVENTS; i++)
        if (events & 1u << i)
            buf_format(out, "%s ", notice_events[i]);
}

static bool outlet_add(struct store *store, const char *name, unsigned events,
                       struct error *err)
{
    struct buf words;
    buf_init(&words, 128);
    events_write(events, &words);
    struct statement *add = statement(
        store, "INSERT INTO outlet(name, events) VALUES (?1, ?2)"
               " ON CONFLICT(name) DO UPDATE SET events = excluded.events");
    bind_text(add, 1, name);
    bind_text(add, 2, words.data);
    buf_free(&words);
    return statement_run(add, err);
}

bool outlet_sync(struct store *store, const char *const *names,
                 const unsigned *events, size_t count, instant now,
                 struct error *err)
{
    struct statement *silence =
        statement(store, "UPDATE outlet SET events = '' WHERE events != ''");
    if (!statement_run(silence, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!outlet_add(store, names[i], events[i], err))
            return false;
    struct statement *end = statement(
        store, "UPDATE notice SET state = 3, ended_at = ? WHERE state = 0 AND"
               " outlet_id IN (SELECT id FROM outlet WHERE events = '')");
    bind_integer(end, 1, now);
    return statement_run(end, err);
}

/* What each event speaks of, as one row: who, on which anchor, by which
 * campaign, and what. */
#define DETAILS(columns, from)                                                \
    "SELECT p.id, p.mrn, k.kind, k.anchor, k.occurrence, CASE k.kind WHEN 1"  \
    " THEN (SELECT external_id FROM appointment WHERE id = k.anchor) WHEN 2"  \
    " THEN (SELECT external_id FROM fill WHERE id = k.anchor) WHEN 3 THEN"    \
    " (SELECT external_id FROM discharge WHERE id = k.anchor) WHEN 5 THEN"    \
    " (SELECT external_id FROM screening WHERE id = k.anchor) END, c.name,"   \
    " k.intent, k.subject, k.until_at, k.channel, k.purpose, k.reply_id FROM" \
    " (SELECT " columns " FROM " from ") k LEFT JOIN patient p ON p.id ="     \
    " k.patient_id LEFT JOIN campaign c ON c.id = k.campaign_id"

static struct statement *details_of(struct store *store, const char *event)
{
    if (text_equal(event, "response"))
        return statement(
            store, DETAILS("patient_id, anchor_kind AS kind, anchor_id AS"
                           " anchor, occurrence, campaign_id, intent, subject,"
                           " until_at, NULL AS channel, NULL AS purpose,"
                           " reply_id",
                           "response WHERE id = ?"));
    if (text_equal(event, "reply"))
        return statement(
            store,
            DETAILS("coalesce(r.patient_id, o.patient_id) AS patient_id,"
                    " o.anchor_kind AS kind, o.anchor_id AS anchor,"
                    " o.occurrence, o.campaign_id, r.intent, NULL AS subject,"
                    " NULL AS until_at, CASE r.channel WHEN 0 THEN 'sms' WHEN"
                    " 1 THEN 'email' ELSE 'voice' END AS channel, NULL AS"
                    " purpose, r.id AS reply_id",
                    "reply r LEFT JOIN outreach o ON o.id = r.outreach_id"
                    " WHERE r.id = ?"));
    return statement(store, DETAILS("patient_id, NULL AS kind, NULL AS anchor,"
                                    " NULL AS occurrence, NULL AS campaign_id,"
                                    " NULL AS intent, NULL AS subject, NULL AS"
                                    " until_at, channel, purpose, NULL AS"
                                    " reply_id",
                                    "suppression WHERE id = ?"));
}

static void details_take(struct statement *query, struct notice *out)
{
    out->patient_id = column_integer(query, 0);
    out->anchor_kind = (enum anchor_kind)column_integer(query, 2);
    out->anchor_id = column_integer(query, 3);
    out->occurrence = column_integer(query, 4);
    out->until = column_instant(query, 9);
    out->reply_id = column_integer(query, 12);
    text_copy(out->patient, sizeof(out->patient), column_text(query, 1));
    text_copy(out->anchor, sizeof(out->anchor), column_text(query, 5));
    text_copy(out->campaign, sizeof(out->campaign), column_text(query, 6));
    text_copy(out->intent, sizeof(out->intent), column_text(query, 7));
    text_copy(out->subject, sizeof(out->subject), column_text(query, 8));
    text_copy(out->channel, sizeof(out->channel), column_text(query, 10));
    text_copy(out->purpose, sizeof(out->purpose), column_text(query, 11));
}

static bool details_read(struct store *store, int64_t row_id,
                         struct notice *out, struct error *err)
{
    struct statement *query = details_of(store, out->event);
    bind_integer(query, 1, row_id);
    int step = statement_step(query, err);
    if (step == 1)
        details_take(query, out);
    statement_reset(query);
    return step >= 0;
}

bool notice_next(struct store *store, const char *outlet, bool *found,
                 struct notice *out, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT id, event, at, row_id FROM notice WHERE state = 0 AND"
               " outlet_id = (SELECT id FROM outlet WHERE name = ?) ORDER BY"
               " id LIMIT 1");
    bind_text(query, 1, outlet);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *found = step == 1;
    if (!*found)
        return true;
    *out = (struct notice){.id = column_integer(query, 0),
                           .at = column_integer(query, 2),
                           .until = INSTANT_NEVER};
    text_copy(out->event, sizeof(out->event), column_text(query, 1));
    int64_t row_id = column_integer(query, 3);
    statement_reset(query);
    return details_read(store, row_id, out, err);
}

bool notice_due(struct store *store, const char *outlet, instant *out,
                struct error *err)
{
    struct statement *query = statement(
        store, "SELECT due_at FROM outlet o WHERE name = ? AND EXISTS (SELECT 1"
               " FROM notice n WHERE n.outlet_id = o.id AND n.state = 0)");
    bind_text(query, 1, outlet);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *out = step == 1 ? column_integer(query, 0) : INSTANT_NEVER;
    statement_reset(query);
    return true;
}

bool notice_end(struct store *store, int64_t id, enum notice_state state,
                instant now, struct error *err)
{
    struct statement *update =
        statement(store, "UPDATE notice SET state = ?2, ended_at = ?3 WHERE"
                         " id = ?1 AND state = 0");
    bind_integer(update, 1, id);
    bind_integer(update, 2, state);
    bind_integer(update, 3, now);
    return statement_run(update, err);
}

bool outlet_read(struct store *store, const char *name, struct outlet *out,
                 struct error *err)
{
    struct statement *query = statement(
        store, "SELECT tries, failing_since FROM outlet WHERE name = ?");
    bind_text(query, 1, name);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *out = (struct outlet){.failing_since = INSTANT_NEVER};
    if (step == 1) {
        out->tries = (int)column_integer(query, 0);
        out->failing_since = column_instant(query, 1);
    }
    statement_reset(query);
    return true;
}

bool outlet_write(struct store *store, const char *name,
                  const struct outlet *outlet, instant due_at,
                  struct error *err)
{
    struct statement *update = statement(
        store, "UPDATE outlet SET tries = ?2, failing_since = ?3, due_at = ?4"
               " WHERE name = ?1");
    bind_text(update, 1, name);
    bind_integer(update, 2, outlet->tries);
    bind_instant(update, 3, outlet->failing_since);
    bind_integer(update, 4, due_at);
    return statement_run(update, err);
}
