/* SPDX-License-Identifier: Apache-2.0 */
#include "store/owner.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "store/statement.h"

/* ?1 id, ?2 its longer name, ?3 who gave it out, ?4 the patient, ?5 how owners
 * of its other sorts begin, ?6 the day of the visit; and whether the owner's
 * row is somebody else's. */
#define OF_HOUSE "substr(t.owner, 1, length(?5)) = ?5"
#define ANOTHERS(table, person, id)                                       \
    "EXISTS (SELECT 1 FROM " table " t WHERE t.external_id = " id " AND " \
    "t.owner = ?3 AND ?4 > 0 AND " person " > 0 AND " person " != ?4)"
#define FIND(table, person, sorts)                                         \
    "SELECT EXISTS (SELECT 1 FROM " table " WHERE external_id = ?2) OR "   \
    "EXISTS (SELECT 1 FROM " table " t WHERE t.external_id = ?1 AND "      \
    "(t.owner != ?3 OR (t.owner IS NULL AND ?4 != 0 AND " person " > 0)) " \
    "AND (" person " IS NOT ?4 OR " sorts " OR " OF_HOUSE                  \
    ")), " ANOTHERS(table, person, "?1") " OR " ANOTHERS(                  \
        table, person, "?2") " WHERE ?6 IS ?6"
/* A stay beside a visit of the diary: they are one where a house has one number
 * for both, and both say the same day. */
#define STAYS                                                                \
    "(" OWNER_APART("t.owner", "?3") " AND substr(t.start_local, 1, 10) IS " \
                                     "NOT ?6)"
/* ?1 id, ?2 who is asked first, ?3 how all owners of its sort end. */
#define ONLY(table)                                                         \
    "SELECT external_id, owner IS ?2 FROM " table " WHERE gone_at IS NULL " \
    "AND (external_id = ?1 OR (external_id >= ?1 || '@' AND external_id < " \
    "?1 || 'A')) AND (?3 IS NULL OR owner IS NULL OR substr(owner, "        \
    "-length(?3)) = ?3) ORDER BY 2 DESC LIMIT 2"
/* What the diary has, too, is the diary's. */
#define PUT(table)                                                       \
    "UPDATE " table                                                      \
    " SET owner = ?2 WHERE id = ?1 AND (owner IS NULL OR (" OWNER_APART( \
        "owner", "?2") " AND substr(owner, -6) = '/visit'))"
#define ROW(table, person, sorts)                                  \
    {                                                              \
        table, FIND(table, person, sorts), ONLY(table), PUT(table) \
    }
#define OWNED(table) ROW(table, "t.patient_id", "0")

static const struct {
    const char *table, *find, *only, *put;
} tables[] = {
    ROW("clinic", "-1", "0"), /* is about nobody */
    ROW("appointment", "t.patient_id", STAYS),
    OWNED("prescription"),
    OWNED("fill"),
    OWNED("discharge"),
    OWNED("condition"),
    OWNED("procedure"),
    OWNED("screening"),
    OWNED("orders"),
};
#define TABLES (sizeof(tables) / sizeof(tables[0]))

static size_t place_of(const char *table)
{
    size_t i = 0;
    while (i < TABLES && !text_equal(tables[i].table, table))
        i++;
    return i;
}

bool owner_has(const char *table)
{
    return place_of(table) < TABLES;
}

bool owner_is_stay(const char *owner)
{
    return text_ends(owner, "/visit");
}

/* Where several sorts are rows of one table, "EAST/visit" ends with the sort;
 * NULL: there are none. */
static const char *sort_of(const struct owner_id *id)
{
    return text_equal(id->table, "screening") ? strrchr(id->owner, '/') : NULL;
}

bool owner_find(struct store *store, const struct owner_id *id,
                struct owner_found *found, struct error *err)
{
    char house[OWNER_NAME_MAX];
    const char *sort = sort_of(id);
    if (sort)
        snprintf(house, sizeof(house), "%.*s", (int)(sort + 1 - id->owner),
                 id->owner);
    struct statement *find = statement(store, tables[place_of(id->table)].find);
    bind_text_static(find, 1, id->id);
    bind_text_static(find, 2, id->longer);
    bind_text_static(find, 3, id->owner);
    bind_integer(find, 4, id->patient_id);
    bind_text(find, 5, sort ? house : NULL);
    bind_text(find, 6, id->day);
    if (statement_step(find, err) != 1)
        return false;
    found->longer = column_integer(find, 0) != 0;
    found->anothers = column_integer(find, 1) != 0;
    statement_reset(find);
    return true;
}

bool owner_find_only(struct store *store, const struct owner_id *id,
                     char name[OWNER_NAME_MAX], bool *several,
                     struct error *err)
{
    struct statement *only = statement(store, tables[place_of(id->table)].only);
    bind_text_static(only, 1, id->id);
    bind_text_static(only, 2, id->owner);
    bind_text_static(only, 3, sort_of(id));
    bool own = false;
    name[0] = '\0';
    *several = false;
    int step = statement_step(only, err);
    if (step == 1) {
        text_copy(name, OWNER_NAME_MAX, column_text(only, 0));
        own = column_integer(only, 1) != 0;
        step = statement_step(only, err);
        *several = step == 1 && !own;
    }
    statement_reset(only);
    return step >= 0;
}

bool owner_find_sent(struct store *store, const struct owner_id *id,
                     char name[OWNER_NAME_MAX], struct error *err)
{
    struct statement *sent = statement(
        store,
        "SELECT external_id, owner = ?2 FROM appointment WHERE (external_id = "
        "?1 OR (external_id >= ?1 || '@' AND external_id < ?1 || 'A')) AND "
        "(owner = ?2 OR " OWNER_ALIKE("owner", "sender", "?2",
                                      "?3") ") ORDER "
                                            "BY 2 DESC LIMIT 2");
    bind_text_static(sent, 1, id->id);
    bind_text_static(sent, 2, id->owner);
    bind_text_static(sent, 3, id->sender);
    name[0] = '\0';
    int step = statement_step(sent, err);
    if (step == 1) {
        bool own = column_integer(sent, 1) != 0;
        text_copy(name, OWNER_NAME_MAX, column_text(sent, 0));
        step = statement_step(sent, err);
        if (step == 1 && !own)
            name[0] = '\0';
    }
    statement_reset(sent);
    return step >= 0;
}

bool owner_put(struct store *store, const char *table, int64_t row_id,
               const char *owner, struct error *err)
{
    struct statement *put = statement(store, tables[place_of(table)].put);
    bind_integer(put, 1, row_id);
    bind_text_static(put, 2, owner);
    return statement_run(put, err);
}
