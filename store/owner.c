/* SPDX-License-Identifier: Apache-2.0 */
#include "store/owner.h"

#include <stddef.h>

#include "base/text.h"

#include "store/statement.h"

/* ?1 id, ?2 its longer name, ?3 who gave it out, ?4 the patient. */
#define FIND(table, person)                                              \
    "SELECT EXISTS (SELECT 1 FROM " table " WHERE external_id = ?2) OR " \
    "EXISTS (SELECT 1 FROM " table " t WHERE t.external_id = ?1 AND "    \
    "t.owner != ?3 AND " person " IS NOT ?4)"
#define PUT(table) \
    "UPDATE " table " SET owner = ?2 WHERE id = ?1 AND owner IS NULL"
#define OWNED(table)                                   \
    {                                                  \
        table, FIND(table, "t.patient_id"), PUT(table) \
    }

static const struct {
    const char *table, *find, *put;
} tables[] = {
    {"clinic", FIND("clinic", "-1"), PUT("clinic")}, /* is about nobody */
    OWNED("appointment"),
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

bool owner_find(struct store *store, const struct owner_id *id, bool *longer,
                struct error *err)
{
    struct statement *find = statement(store, tables[place_of(id->table)].find);
    bind_text_static(find, 1, id->id);
    bind_text_static(find, 2, id->longer);
    bind_text_static(find, 3, id->owner);
    bind_integer(find, 4, id->patient_id);
    if (statement_step(find, err) != 1)
        return false;
    *longer = column_integer(find, 0) != 0;
    statement_reset(find);
    return true;
}

bool owner_put(struct store *store, const char *table, int64_t row_id,
               const char *owner, struct error *err)
{
    struct statement *put = statement(store, tables[place_of(table)].put);
    bind_integer(put, 1, row_id);
    bind_text_static(put, 2, owner);
    return statement_run(put, err);
}
