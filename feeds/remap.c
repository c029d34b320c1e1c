/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of several tables of one name the first whose conditions hold has the say
 * over a column. What a formula cannot compute is a fault and the field is
 * left out: what the usual reading would have put there the mapping denies.
 */
#include "feeds/remap.h"

#include <ctype.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include "feeds/binding.h"
#include "feeds/mapping.h"

enum { SCRATCH = 256 << 10, WHERE_MAX = 400 };

void remap_open(struct remap *remap, const struct mapping *mapping,
                struct facts *facts, remap_look_fn *look, void *arg)
{
    *remap = (struct remap){
        .mapping = mapping, .facts = facts, .look = look, .arg = arg};
    if (mapping)
        scratch_init(&remap->scratch, SCRATCH);
}

void remap_close(struct remap *remap)
{
    if (!remap->mapping)
        return;
    scratch_free(&remap->scratch);
    facts_order(remap->facts);
}

/* Formulas --------------------------------------------------------------------
 */

/* A place as people are told of it: "ZPD-3.1", "Patient.name[0].family". */
static const char *place_name(const struct remap *remap, const char *place)
{
    return remap->type && !isupper((unsigned char)*place)
               ? facts_format(remap->facts, "%s.%s", remap->type, place)
               : place;
}

/* The places of a formula, for people: those that had something. */
static const char *look(void *arg, const struct formula *place)
{
    struct remap *remap = arg;
    bool erased = false;
    const char *text = remap->look(remap->arg, place, &erased);
    remap->erased = remap->erased || erased;
    if (!text && !erased)
        return NULL;
    if (remap->places++ == 0) {
        remap->where = place_name(remap, place->text);
        remap->said = text;
    } else if (strlen(remap->where) < WHERE_MAX &&
               !strstr(remap->where, place->text)) {
        remap->where = facts_format(remap->facts, "%s, %s", remap->where,
                                    place_name(remap, place->text));
        remap->said = NULL;
    }
    return text;
}

static bool nothing(void *arg, const char *text)
{
    const struct remap *remap = arg;
    if (binding_is_nothing(text))
        return true;
    for (size_t i = 0; i < remap->mapping->empty_count; i++)
        if (text_equal(remap->mapping->empty[i], text))
            return true;
    return false;
}

static bool compute(struct remap *remap, const struct formula *formula,
                    const char **out, char reason[FORMULA_REASON_MAX])
{
    const struct formula_row row = {.scratch = &remap->scratch,
                                    .nothing = nothing,
                                    .look = look,
                                    .arg = remap};
    scratch_reset(&remap->scratch);
    remap->erased = false;
    remap->where = remap->said = NULL;
    remap->places = 0;
    return formula_text(formula, &row, out, reason);
}

/* The first place that a formula looks at. */
static const char *place_of(const struct formula *formula)
{
    const char *place = NULL;
    if (formula->kind == FORMULA_COLUMN)
        return formula->text;
    for (size_t i = 0; i < formula->count && !place; i++)
        place = place_of(formula->parts[i]);
    return place;
}

/* Where it stood, or where it was looked for; NULL: nowhere. */
static const char *where_of(const struct remap *remap,
                            const struct formula *formula)
{
    const char *place = remap->where || !formula ? NULL : place_of(formula);
    if (place)
        place = place_name(remap, place);
    return arena_text(remap->facts->arena, remap->where ? remap->where
                                           : place      ? place
                                                        : "the mapping");
}

static const char *rule_of(const struct remap *remap, struct json_place place)
{
    return facts_format(remap->facts, "%s:%d", file_base(remap->mapping->path),
                        place.line);
}

/* Conditions ------------------------------------------------------------------
 */

static bool holds(struct remap *remap, const struct mapping_where *where)
{
    char reason[FORMULA_REASON_MAX];
    const char *text;
    if (!compute(remap, where->of, &text, reason)) {
        facts_fault(remap->facts, where_of(remap, where->of), NULL,
                    facts_format(remap->facts, "%s (%s)", reason,
                                 rule_of(remap, where->of->place)));
        return false;
    }
    for (size_t i = 0; i < where->count; i++)
        if (text_equal(where->words[i], text ? text : ""))
            return !where->not_in;
    return where->not_in;
}

/* `told`: that it does not is remarked on. */
static bool applies(struct remap *remap, const struct mapping_table *table,
                    const char *name, bool told)
{
    if (!text_equal(table->table->name, name))
        return false;
    for (size_t i = 0; i < table->where_count; i++) {
        const struct mapping_where *where = &table->wheres[i];
        if (holds(remap, where))
            continue;
        if (told)
            facts_ignore(remap->facts, where_of(remap, where->of), remap->said,
                         facts_format(remap->facts,
                                      "the mapping has another condition "
                                      "there: it says nothing of this row "
                                      "(%s)",
                                      rule_of(remap, where->of->place)));
        return false;
    }
    return true;
}

/* Rows ------------------------------------------------------------------------
 */

/* NULL: it has no value, of which a fault or a remark is told. */
static const char *value_of(struct remap *remap,
                            const struct mapping_column *column,
                            const char *rule)
{
    struct facts *facts = remap->facts;
    char reason[FORMULA_REASON_MAX];
    const char *text;
    if (!compute(remap, column->formula, &text, reason)) {
        const char *where = where_of(remap, column->formula);
        if (column->column->personal) /* a reason may quote what stood there */
            facts_fault_personal(
                facts, where, remap->said,
                facts_format(facts, "cannot be read as %s says", rule));
        else
            facts_fault(facts, where, NULL,
                        facts_format(facts, "%s (%s)", reason, rule));
        return NULL;
    }
    if (!text && !remap->erased)
        facts_ignore(facts, where_of(remap, column->formula), NULL,
                     facts_format(facts,
                                  "nothing stands there: '%s' is not "
                                  "said (%s)",
                                  column->name, rule));
    return text ? text : remap->erased ? "" : NULL;
}

static bool is_field(const struct fact *fact,
                     const struct mapping_column *column, const char *except)
{
    const char *name = column->name;
    bool own = column->column >= fact->table->columns &&
               column->column < fact->table->columns + fact->table->count;
    if (!own || text_equal(name, "mrn") || text_equal(name, except))
        return false;
    return (fact->verb == FACT_SAY || text_equal(name, "id")) &&
           !fact_is_mapped(fact, name);
}

static void put_column(struct remap *remap, struct fact *fact,
                       const struct mapping_column *column)
{
    const char *rule = rule_of(remap, column->place);
    if (!column->formula) {
        fact_map(fact, column->column, NULL, NULL, NULL, rule);
        return;
    }
    const char *text = value_of(remap, column, rule);
    fact_map(fact, column->column, text, where_of(remap, column->formula),
             remap->said, rule);
}

void remap_row(struct remap *remap, struct fact *fact, const char *except)
{
    const struct mapping *mapping = remap->mapping;
    for (size_t t = 0; mapping && t < mapping->table_count; t++) {
        const struct mapping_table *table = &mapping->tables[t];
        if (!applies(remap, table, fact->table->name, true))
            continue;
        for (size_t i = 0; i < table->column_count; i++)
            if (is_field(fact, &table->columns[i], except))
                put_column(remap, fact, &table->columns[i]);
    }
}

const char *remap_where(const struct remap *remap, const char *name,
                        const char *column, const char *usual)
{
    const struct mapping *mapping = remap->mapping;
    for (size_t t = 0; mapping && t < mapping->table_count; t++) {
        const struct mapping_table *table = &mapping->tables[t];
        const struct mapping_column *found = mapping_column_of(table, column);
        const char *place =
            found && found->formula && text_equal(table->table->name, name)
                ? place_of(found->formula)
                : NULL;
        if (place)
            return place_name(remap, place);
    }
    return usual;
}

bool remap_text(struct remap *remap, const char *name, const char *column,
                struct remapped *out)
{
    const struct mapping *mapping = remap->mapping;
    for (size_t t = 0; mapping && t < mapping->table_count; t++) {
        const struct mapping_table *table = &mapping->tables[t];
        const struct mapping_column *found = mapping_column_of(table, column);
        if (!found || !applies(remap, table, name, false))
            continue;
        const char *rule = rule_of(remap, found->place);
        const char *text = found->formula ? value_of(remap, found, rule) : NULL;
        *out = (struct remapped){
            .column = found,
            .text = text ? arena_text(remap->facts->arena, text) : NULL,
            .where = where_of(remap, found->formula),
            .rule = rule};
        return true;
    }
    return false;
}
