/* SPDX-License-Identifier: Apache-2.0 */
/* Which feeds a campaign's conditions depend on, by the tables of their SQL.
 * It asks no store. */
#include "store/feed_set.h"

#include <string.h>

#include "base/text.h"

#include "store/lower.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Everybody's: whoever may be asked, and where; and lists, for these take
 * people out. */
static const struct {
    const char *feed, *table;
    bool everybodys;
} feeds[] = {
    {"patients", "patient", true},
    {"contact_points", "contact_point", true},
    {"consents", "consent", true},
    {"suppressions", "suppression", true},
    {"restrictions", "restriction", true},
    {"clinics", "clinic", true},
    {"lists", "list_member", true},
    {"appointments", "appointment", false},
    {"prescriptions", "prescription", false},
    {"fills", "fill", false},
    {"discharges", "discharge", false},
    {"conditions", "condition", false},
    {"procedures", "procedure", false},
    {"screenings", "screening", false},
    {"orders", "orders", false},
};

feed_set feed_set_named(const char *feed)
{
    for (size_t i = 0; i < COUNT(feeds); i++)
        if (text_equal(feeds[i].feed, feed))
            return 1u << i;
    return 0;
}

/* "FROM fill n", "JOIN fill n". The words of people are parameters, so these
 * are all our own. */
static bool reads(const char *sql, const char *table)
{
    size_t len = strlen(table);
    for (const char *at = sql; (at = strstr(at, table)); at += len)
        if (at - sql >= 5 && at[len] == ' ' &&
            (memcmp(at - 5, "FROM ", 5) == 0 ||
             memcmp(at - 5, "JOIN ", 5) == 0))
            return true;
    return false;
}

static feed_set in_sql(const struct lowered *lowered)
{
    feed_set set = 0;
    for (size_t i = 0; i < COUNT(feeds); i++)
        if (reads(lowered->sql.data, feeds[i].table))
            set |= 1u << i;
    return set;
}

feed_set feed_set_anchor(enum anchor_kind anchor)
{
    struct lowered lowered;
    lowered_init(&lowered);
    buf_text(&lowered.sql, "FROM ");
    lower_from(&lowered, anchor, NULL);
    feed_set set = in_sql(&lowered);
    lowered_free(&lowered);
    for (size_t i = 0; i < COUNT(feeds); i++)
        if (feeds[i].everybodys)
            set |= 1u << i;
    return set;
}

feed_set feed_set_condition(enum anchor_kind anchor,
                            const struct predicate *condition)
{
    if (!condition)
        return 0;
    struct lowered lowered;
    lowered_init(&lowered);
    lower_predicate(&lowered, anchor, condition);
    feed_set set = in_sql(&lowered);
    lowered_free(&lowered);
    return set;
}
