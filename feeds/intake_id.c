/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which row an id means. It is known here by its id alone, as its source knows
 * it; where another sender was first, and it is about somebody else, by its id
 * with who gave it out: "1001@EAST".
 */
#include "base/civil.h"
#include "base/memory.h"
#include "base/text.h"

#include "store/owner.h"
#include "store/visit.h"

#include "feeds/convert.h"
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

/* Of a visit: of which day it is. */
static const char *day_of(struct taking *it, const struct fact *fact)
{
    const char *start = fact_text(fact, "start");
    return text_blank(start) ? NULL
                             : arena_format(it->facts->arena, "%.10s", start);
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
    *text = name[0] ? arena_text(it->facts->arena, name) : id->longer;
    return true;
}

/* A visit that is told without its patient. */
static bool find_sent(struct taking *it, const struct owner_id *id,
                      const char **text, bool *found, struct error *err)
{
    char name[OWNER_NAME_MAX];
    if (!owner_find_sent(it->intake->store, id, name, err))
        return false;
    *found = name[0] != '\0';
    if (*found)
        *text = arena_text(it->facts->arena, name);
    return true;
}

static void tell_torn(struct taking *it, const struct fact *fact,
                      const struct fact_field *id,
                      const struct fact_field *placer)
{
    intake_tell(it, fact, "placer", placer->text,
                id == placer || text_equal(id->text, placer->text)
                    ? arena_format(it->facts->arena,
                                   "%s: several visits are called so, and no "
                                   "other id says which",
                                   placer->text)
                    : arena_format(it->facts->arena,
                                   "%s '%s' is one visit and %s '%s' another "
                                   "one: which is meant?",
                                   id->where, id->text, placer->where,
                                   placer->text),
                true);
}

/* A visit has two ids: of whoever asked for it, and of whoever keeps it. Either
 * of them means it, and one of the latter means no visit that has another. */
static bool find_placed(struct taking *it, const struct fact *fact,
                        const char **texts, int64_t person, bool *torn,
                        struct error *err)
{
    const struct fact_field *id = fact_field_of(fact, "id");
    const struct fact_field *placer = fact_field_of(fact, "placer");
    if (!id || !placer || text_blank(id->text) || text_blank(placer->text))
        return true;
    const char **key = &texts[id - fact->fields];
    const char **whole = &texts[placer - fact->fields];
    bool alone = text_equal(id->text, placer->text);
    struct visit_placed placed;
    if (!text_blank(placer->authority))
        *whole = arena_format(it->facts->arena, "%s@%s", placer->text,
                              placer->authority);
    const struct visit_placer called = {
        placer->text,      *whole,           person > 0 ? person : 0, *key,
        placer->authority, it->facts->sender};
    if (!visit_by_placer(it->intake->store, &called, &placed, err))
        return false;
    *torn = alone ? placed.count > 1 && !placed.among
                  : placed.count == 1 && placed.known && !placed.among;
    if (*torn)
        tell_torn(it, fact, id, placer);
    else if (placed.count == 1 &&
             (alone || (!placed.known && placed.bare && placed.filed)))
        *key = arena_text(it->facts->arena, placed.key);
    else if (placed.count == 1 && !placed.known && placed.bare)
        return visit_rename(it->intake->store, placed.key, *key, id->authority,
                            err);
    return true;
}

/* Whether the row says that it is at the very hour of this one. */
static bool is_then(struct taking *it, const struct fact *fact,
                    const struct visit_filed *filed)
{
    struct convert_moment said;
    char local[CIVIL_TEXT_MAX];
    const char *start = fact_text(fact, "start");
    if (text_blank(start) || !convert_moment(start, it->sender.zone, &said) ||
        said.day)
        return false;
    return said.has_offset
               ? said.at == filed->start
               : text_equal(civil_text(said.local, local), filed->start_local);
}

/* A visit of a file is meant by who has its id, too, where its patient has
 * another number there, or where it is at that hour, and was booked on the
 * wrong patient. By its id alone another one's is not: two houses may both have
 * a visit 1001; nor is it off by that and the hour. */
static bool find_filed(struct taking *it, const struct fact *fact,
                       const char **texts, const struct owner_id *id,
                       struct owner_found *found, struct error *err)
{
    struct visit_filed filed;
    bool off = intake_is_off(fact), own = false;
    const struct fact_field *patient = fact_field_of(fact, "patient");
    if (fact->verb != FACT_SAY || !text_equal(id->table, "appointment") ||
        !patient || id->patient_id <= 0 || (!off && owner_is_stay(id->owner)))
        return true;
    if (!visit_filed(it->intake->store, id->id, id->patient_id, &filed, err) ||
        (!off && !visit_known(it->intake->store, id->longer, &own, err)))
        return false;
    if (!filed.found || own)
        return true;
    found->longer = !filed.one_person && (off || !is_then(it, fact, &filed));
    found->anothers = !filed.one_person && !found->longer &&
                      it->facts->at + it->facts->at_span >= filed.said_at;
    if (filed.one_person)
        texts[patient - fact->fields] = arena_text(it->facts->arena, filed.mrn);
    else if (off && !it->waited)
        intake_tell(it, fact, "id", id->id,
                    "a file has a visit of this id for somebody else (another "
                    "name, or born on another day): that one stays on",
                    false);
    it->filed = found->longer && !off;
    return true;
}

bool intake_ids(struct taking *it, const struct fact *fact, const char **texts,
                bool *torn, struct error *err)
{
    int64_t person = -1;
    *torn = it->anothers = it->filed = false;
    for (size_t i = 0; i < fact->field_count; i++) {
        const struct fact_field *field = &fact->fields[i];
        if (text_blank(field->authority) || text_blank(field->text) ||
            text_equal(field->column->name, "placer"))
            continue;
        if (person < 0 && !about(it, fact, &person, err))
            return false;
        const struct owner_id id = {.table = table_of(fact, field),
                                    .id = field->text,
                                    .owner = field->authority,
                                    .sender = it->facts->sender,
                                    .longer = arena_format(it->facts->arena,
                                                           "%s@%s", field->text,
                                                           field->authority),
                                    .patient_id = person,
                                    .day = day_of(it, fact)};
        if (field->loose && owner_has(id.table)) {
            if (!find_only(it, &id, &texts[i], err))
                return false;
            continue;
        }
        bool sent = false;
        if (person == 0 && text_equal(id.table, "appointment") &&
            !find_sent(it, &id, &texts[i], &sent, err))
            return false;
        if (sent)
            continue;
        struct owner_found found = {.longer = true};
        if (owner_has(id.table) &&
            !owner_find(it->intake->store, &id, &found, err))
            return false;
        if (found.longer && text_equal(field->column->name, "id") &&
            !find_filed(it, fact, texts, &id, &found, err))
            return false;
        if (found.longer)
            texts[i] = id.longer;
        if (text_equal(field->column->name, "id"))
            it->anothers = found.anothers;
    }
    return !text_equal(fact->table->name, "appointments") ||
           find_placed(it, fact, texts, person, torn, err);
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
