/* SPDX-License-Identifier: Apache-2.0 */
/* What a message says, gathered. Lists grow in the arena: a message is small,
 * and goes as a whole. */
#include "feeds/fact.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

struct facts *facts_new(const char *source)
{
    struct arena *arena = arena_new();
    struct facts *facts = arena_alloc(arena, sizeof(*facts));
    facts->arena = arena;
    facts->source = arena_text(arena, source);
    facts->at = INSTANT_NEVER;
    facts->subject = facts->alone = -1;
    return facts;
}

void facts_free(struct facts *facts)
{
    if (facts)
        arena_free(facts->arena);
}

/* One more item of `size` bytes at the end of a list. */
static void *list_add(struct facts *facts, void *list, size_t *count,
                      size_t *room, size_t size)
{
    char **items = list;
    if (*count == *room) {
        size_t more = *room ? *room * 2 : 1;
        char *grown = arena_alloc(facts->arena, more * size);
        if (*count > 0)
            memcpy(grown, *items, *count * size);
        *items = grown;
        *room = more;
    }
    return *items + (*count)++ * size;
}

/* People ----------------------------------------------------------------------
 */

int facts_person(struct facts *facts, const char *where)
{
    struct fact_person *person =
        list_add(facts, &facts->people, &facts->person_count,
                 &facts->room_people, sizeof(*person));
    person->where = arena_text(facts->arena, where);
    return (int)facts->person_count - 1;
}

void facts_person_id(struct facts *facts, int person, const char *authority,
                     const char *value, const char *type)
{
    bool bare = !authority || !*authority;
    if (bare || text_equal_nocase(authority, facts->issuer))
        authority = facts->issuer ? facts->issuer : "";
    const struct fact_id id = {
        .authority = authority, .value = value, .type = type, .bare = bare};
    facts_person_put(facts, person, &id);
}

bool fact_person_has(const struct fact_person *person, const struct fact_id *id)
{
    for (size_t i = 0; i < person->id_count; i++)
        if (text_equal(person->ids[i].authority, id->authority) &&
            text_equal(person->ids[i].value, id->value))
            return true;
    return false;
}

bool fact_person_is(const struct fact_person *one,
                    const struct fact_person *other)
{
    for (size_t i = 0; i < one->id_count; i++)
        if (fact_person_has(other, &one->ids[i]))
            return true;
    return false;
}

void facts_person_put(struct facts *facts, int person, const struct fact_id *id)
{
    struct fact_person *to = &facts->people[person];
    if (text_blank(id->value) || to->id_count == FACT_IDS_MAX ||
        fact_person_has(to, id))
        return;
    struct fact_id *own = &to->ids[to->id_count++];
    *own = *id;
    own->authority = arena_text(facts->arena, id->authority);
    own->value = arena_text(facts->arena, id->value);
    own->type = id->type ? arena_text(facts->arena, id->type) : NULL;
}

/* Rows ------------------------------------------------------------------------
 */

struct fact *facts_row(struct facts *facts, const char *table,
                       enum fact_verb verb)
{
    struct fact *fact = list_add(facts, &facts->items, &facts->count,
                                 &facts->room_items, sizeof(*fact));
    fact->table = layout_find(table);
    if (!fact->table)
        PANIC("no table %s in the layout", table);
    fact->facts = facts;
    fact->verb = verb;
    return fact;
}

void facts_unrow(struct facts *facts)
{
    memset(&facts->items[--facts->count], 0, sizeof(facts->items[0]));
}

void fact_drop(struct fact *fact, size_t field)
{
    memmove(&fact->fields[field], &fact->fields[field + 1],
            (fact->field_count - field - 1) * sizeof(fact->fields[0]));
    fact->field_count--;
}

static const struct layout_column *column_of(const struct fact *fact,
                                             const char *name)
{
    const struct layout_column *column = layout_column(fact->table, name);
    if (!column)
        PANIC("no column %s in %s", name, fact->table->name);
    return column;
}

static struct fact_field *field_new(struct fact *fact,
                                    const struct layout_column *column)
{
    if (fact->field_count == FACT_FIELDS_MAX)
        PANIC("too many fields for a row of %s", fact->table->name);
    struct fact_field *field = &fact->fields[fact->field_count++];
    field->column = column;
    field->person = -1;
    return field;
}

/* Places are named by words that all systems of a house share; what else is
 * named by an id is named by its sender's. */
static bool is_sent(const struct layout_column *column)
{
    return column->type == LAYOUT_PRESCRIPTION ||
           text_equal(column->name, "id") || text_equal(column->name, "placer");
}

static void put(struct fact *fact, const struct layout_column *column,
                const char *text, const char *where, const char *source)
{
    struct arena *arena = fact->facts->arena;
    struct fact_field *field = field_new(fact, column);
    field->text = arena_text(arena, text);
    field->where = where; /* a literal, or of the arena */
    field->source =
        source == text || !source ? field->text : arena_text(arena, source);
    field->authority = is_sent(column) ? fact->facts->sender : NULL;
}

/* Mapping ---------------------------------------------------------------------
 */

static uint64_t bit_of(const struct fact *fact,
                       const struct layout_column *column)
{
    size_t i = (size_t)(column - fact->table->columns);
    if (i >= 64)
        PANIC("more columns in %s than a mapping has room for",
              fact->table->name);
    return UINT64_C(1) << i;
}

bool fact_is_mapped(const struct fact *fact, const char *column)
{
    return (fact->mapped & bit_of(fact, column_of(fact, column))) != 0;
}

void fact_map(struct fact *fact, const struct layout_column *column,
              const char *text, const char *where, const char *source,
              const char *rule)
{
    fact->mapped |= bit_of(fact, column);
    if (!text)
        return;
    put(fact, column, text, where, source);
    fact->passed = false;
    fact->fields[fact->field_count - 1].rule = rule;
}

static void order(struct fact *fact)
{
    for (size_t i = 1; i < fact->field_count; i++) {
        struct fact_field field = fact->fields[i];
        size_t at = i;
        for (; at > 0 && fact->fields[at - 1].column > field.column; at--)
            fact->fields[at] = fact->fields[at - 1];
        fact->fields[at] = field;
    }
}

void facts_order(struct facts *facts)
{
    for (size_t i = 0; i < facts->count; i++)
        if (facts->items[i].mapped)
            order(&facts->items[i]);
}

/* The usual reading -----------------------------------------------------------
 */

void fact_put_from(struct fact *fact, const char *column, const char *text,
                   const char *where, const char *source)
{
    if (!text)
        return;
    const struct layout_column *of = column_of(fact, column);
    fact->passed = (fact->mapped & bit_of(fact, of)) != 0;
    if (fact->passed)
        facts_ignore(
            fact->facts, where, source ? source : text,
            facts_format(fact->facts, "the mapping says what '%s' is", column));
    else
        put(fact, of, text, where, source);
}

void fact_put(struct fact *fact, const char *column, const char *text,
              const char *where)
{
    fact_put_from(fact, column, text, where, text);
}

void fact_put_wrong(struct fact *fact, const char *column, const char *text,
                    const char *where, const char *wrong)
{
    if (fact_field_of(fact, column))
        return;
    put(fact, column_of(fact, column), text ? text : "", where, NULL);
    fact->fields[fact->field_count - 1].wrong = wrong;
}

void fact_of(struct fact *fact, const char *column, const char *authority)
{
    for (size_t i = 0; i < fact->field_count; i++)
        if (text_equal(fact->fields[i].column->name, column) &&
            !fact->fields[i].rule && !text_blank(authority))
            fact->fields[i].authority =
                arena_text(fact->facts->arena, authority);
}

void fact_sort(struct fact *fact, const char *column, const char *sort)
{
    for (size_t i = 0; i < fact->field_count; i++) {
        struct fact_field *field = &fact->fields[i];
        if (text_equal(field->column->name, column) &&
            !text_blank(field->authority) && !text_blank(sort))
            field->authority = arena_format(fact->facts->arena, "%s/%s",
                                            field->authority, sort);
    }
}

void fact_only_new(struct fact *fact)
{
    if (!fact->passed)
        fact->fields[fact->field_count - 1].only_new = true;
}

void fact_assumed(struct fact *fact)
{
    fact_only_new(fact);
    if (!fact->passed)
        fact->fields[fact->field_count - 1].returns = true;
}

void fact_rank(struct fact *fact, int rank)
{
    if (!fact->passed)
        fact->fields[fact->field_count - 1].rank = rank;
}

void fact_put_person(struct fact *fact, const char *column, int person,
                     const char *where)
{
    if (person < 0)
        return;
    struct fact_field *field = field_new(fact, column_of(fact, column));
    field->person = person;
    field->where = where;
    field->rule = fact->facts->people[person].rule;
}

const struct fact_field *fact_field_of(const struct fact *fact,
                                       const char *column)
{
    for (size_t i = 0; i < fact->field_count; i++)
        if (text_equal(fact->fields[i].column->name, column))
            return &fact->fields[i];
    return NULL;
}

const char *fact_text(const struct fact *fact, const char *column)
{
    const struct fact_field *field = fact_field_of(fact, column);
    return field ? field->text : NULL;
}

bool fact_is_off(const char *status)
{
    static const char *const words[] = {"cancelled", "noshow",
                                        "entered-in-error"};
    for (size_t i = 0; status && i < sizeof(words) / sizeof(words[0]); i++)
        if (text_equal(status, words[i]))
            return true;
    return false;
}

/* What was not understood -----------------------------------------------------
 */

static struct fact_fault *fault_add(struct facts *facts, const char *where,
                                    const char *value, const char *reason)
{
    struct fact_fault *fault =
        list_add(facts, &facts->faults, &facts->fault_count,
                 &facts->room_faults, sizeof(*fault));
    *fault = (struct fact_fault){
        .where = arena_text(facts->arena, where),
        .value = value ? arena_text(facts->arena, value) : NULL,
        .reason = arena_text(facts->arena, reason)};
    return fault;
}

/* Of a field that was looked at again: one of the head, and these come first.
 */
enum { TOLD_MAX = 100 };

static bool is_told(const struct facts *facts, const char *where,
                    const char *value, const char *reason)
{
    for (size_t i = 0; i < facts->fault_count && i < TOLD_MAX; i++) {
        const struct fact_fault *fault = &facts->faults[i];
        if (!fault->row && !fault->fatal && text_equal(fault->where, where) &&
            text_equal(fault->value, value) &&
            text_equal(fault->reason, reason))
            return true;
    }
    return false;
}

void facts_fault(struct facts *facts, const char *where, const char *value,
                 const char *reason)
{
    if (!is_told(facts, where, value, reason))
        fault_add(facts, where, value, reason);
}

void facts_lost(struct facts *facts, const char *where, const char *value,
                const char *reason)
{
    fault_add(facts, where, value, reason)->row = true;
}

void facts_fatal(struct facts *facts, const char *where, const char *value,
                 const char *reason)
{
    fault_add(facts, where, value, reason)->fatal = true;
}

void facts_fault_personal(struct facts *facts, const char *where,
                          const char *value, const char *reason)
{
    if (!is_told(facts, where, value, reason))
        fault_add(facts, where, value, reason)->personal = true;
}

bool facts_is_fatal(const struct facts *facts)
{
    for (size_t i = 0; i < facts->fault_count; i++)
        if (facts->faults[i].fatal)
            return true;
    return false;
}

const struct fact_fault *facts_refused(const struct facts *facts)
{
    for (size_t i = 0; i < facts->fault_count; i++)
        if (facts->faults[i].fatal || facts->faults[i].row)
            return &facts->faults[i];
    return NULL;
}

void facts_ignore(struct facts *facts, const char *where, const char *value,
                  const char *reason)
{
    struct fact_ignored *one =
        list_add(facts, &facts->ignored, &facts->ignored_count,
                 &facts->room_ignored, sizeof(*one));
    one->where = arena_text(facts->arena, where);
    one->value = value ? arena_text(facts->arena, value) : NULL;
    one->reason = arena_text(facts->arena, reason);
}

const char *facts_format(struct facts *facts, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    return arena_text(facts->arena, text);
}
