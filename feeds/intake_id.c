/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which row an id means. It is known here by its id alone, as its source knows
 * it; where another sender was first, and it is about somebody else, by its id
 * with who gave it out: "1001@EAST".
 */
#include "base/memory.h"
#include "base/text.h"

#include "store/owner.h"

#include "feeds/intake_own.h"

/* Whom the row is about, as far as they are known; 0: nobody. */
static bool about(struct taking *it, const struct fact *fact, int64_t *id,
                  struct error *err)
{
    struct known *known;
    int person = it->facts->subject;
    for (size_t i = 0; i < fact->field_count; i++)
        if (fact->fields[i].column->type == LAYOUT_PATIENT)
            person = fact->fields[i].person;
    *id = 0;
    if (person < 0)
        return true;
    if (!intake_person(it, person, &known, err))
        return false;
    *id = known->person.id;
    return true;
}

static const char *table_of(const struct fact *fact,
                            const struct fact_field *field)
{
    return field->column->type == LAYOUT_PRESCRIPTION ? "prescription"
           : field->column->type == LAYOUT_CLINIC     ? "clinic"
                                                      : fact->table->table;
}

/* The row as its source may know it, who does not say whose it is. */
static bool find_only(struct taking *it, const struct owner_id *id,
                      const char **text, struct error *err)
{
    char name[OWNER_NAME_MAX];
    bool several;
    if (!owner_find_only(it->intake->store, id, name, &several, err))
        return false;
    if (several)
        return error_set(err, ERROR_INPUT,
                         "several senders have this id: say whose, by a whole "
                         "address");
    if (name[0])
        *text = arena_text(it->facts->arena, name);
    return true;
}

bool intake_ids(struct taking *it, const struct fact *fact, const char **texts,
                struct error *err)
{
    int64_t person = -1;
    for (size_t i = 0; i < fact->field_count; i++) {
        const struct fact_field *field = &fact->fields[i];
        if (text_blank(field->authority) || text_blank(field->text))
            continue;
        if (person < 0 && !about(it, fact, &person, err))
            return false;
        const struct owner_id id = {.table = table_of(fact, field),
                                    .id = field->text,
                                    .owner = field->authority,
                                    .longer = arena_format(it->facts->arena,
                                                           "%s@%s", field->text,
                                                           field->authority),
                                    .patient_id = person};
        if (field->loose && owner_has(id.table)) {
            if (!find_only(it, &id, &texts[i], err))
                return false;
            continue;
        }
        bool longer = true;
        if (owner_has(id.table) &&
            !owner_find(it->intake->store, &id, &longer, err))
            return false;
        if (longer)
            texts[i] = id.longer;
    }
    return true;
}

const char *intake_owner(const struct fact *fact)
{
    const struct fact_field *id = fact_field_of(fact, "id");
    return !id || text_blank(id->authority) || text_blank(id->text) ||
                   !owner_has(fact->table->table)
               ? NULL
               : id->authority;
}

bool intake_owns(struct taking *it, const struct fact *fact, int64_t row_id,
                 struct error *err)
{
    const char *owner = intake_owner(fact);
    return !owner ||
           owner_put(it->intake->store, fact->table->table, row_id, owner, err);
}
