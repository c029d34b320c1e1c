/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is left of a message when all that it gave is taken away. The places of
 * fields, faults and remarks say what it gave: of each segment the fields, of a
 * resource its members.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

#include "feeds/inspect_own.h"
#include "feeds/mapping.h"

#define UNUSED "gives no field"

enum { FIELDS_MAX = 512 };

/* The next of "RXD-4, RXD-12" behind this one; NULL: there is none. A comma
 * inside of [] belongs to a value. */
static const char *part_behind(const char *where)
{
    int depth = 0;
    for (const char *c = where; *c; c++) {
        depth += (*c == '[') - (*c == ']');
        if (depth <= 0 && c[0] == ',' && c[1] == ' ')
            return c + 2;
    }
    return NULL;
}

/* Whether a place is this member or one inside of it. `name` is a segment
 * ("PID"), or the type of a resource and one of its members. */
static const char *behind(const char *part, const char *name)
{
    size_t len = strlen(name);
    return strncmp(part, name, len) == 0 && !isalnum((unsigned char)part[len])
               ? part + len
               : NULL;
}

typedef bool names_fn(const char *part, const void *what);

/* Whether any place of the facts names it. */
static bool is_named(const struct facts *facts, names_fn *names,
                     const void *what)
{
    for (size_t i = 0; i < facts->count; i++)
        for (size_t f = 0; f < facts->items[i].field_count; f++)
            for (const char *part = facts->items[i].fields[f].where; part;
                 part = part_behind(part))
                if (names(part, what))
                    return true;
    for (size_t i = 0; i < facts->fault_count; i++)
        for (const char *part = facts->faults[i].where; part;
             part = part_behind(part))
            if (names(part, what))
                return true;
    for (size_t i = 0; i < facts->ignored_count; i++)
        for (const char *part = facts->ignored[i].where; part;
             part = part_behind(part))
            if (names(part, what))
                return true;
    return false;
}

/* Rows ------------------------------------------------------------------------
 */

static bool reads(const struct formula *formula, size_t field)
{
    if (!formula)
        return false;
    bool found = formula->kind == FORMULA_COLUMN && formula->source == 0 &&
                 formula->field == field;
    for (size_t i = 0; i < formula->count && !found; i++)
        found = reads(formula->parts[i], field);
    return found;
}

bool inspect_left_cell(const struct mapping_table *mapped, size_t field)
{
    bool read = reads(mapped->repeat, field);
    for (size_t i = 0; i < mapped->column_count; i++)
        read = read || reads(mapped->columns[i].formula, field);
    for (size_t i = 0; i < mapped->where_count; i++)
        read = read || reads(mapped->wheres[i].of, field);
    for (size_t i = 0; i < mapped->join_count; i++)
        read = read || reads(mapped->joins[i].by, field);
    return !read;
}

/* HL7 -------------------------------------------------------------------------
 */

struct field {
    const char *segment;
    size_t number; /* 0: any of the segment */
};

static bool names_field(const char *part, const void *what)
{
    const struct field *field = what;
    const char *at = behind(part, field->segment);
    if (!at)
        return false;
    while (*at == '[')
        at += strcspn(at, "]") + (strchr(at, ']') != NULL);
    if (*at != '-') /* the segment as a whole */
        return true;
    return !field->number || strtoul(at + 1, NULL, 10) == field->number;
}

static bool is_said_before(const struct hl7 *message, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (text_equal(hl7_at(message, i)->name, hl7_at(message, at)->name))
            return true;
    return false;
}

void inspect_left_hl7(struct hl7 *message, struct facts *facts)
{
    /* MSH and EVN say what message it is and when; field 1 of most segments
     * counts them. */
    for (size_t i = 0; i < hl7_count(message); i++) {
        const struct hl7_segment *segment = hl7_at(message, i);
        struct field any = {segment->name, 0};
        if (text_equal(segment->name, "MSH") ||
            text_equal(segment->name, "EVN") || is_said_before(message, i))
            continue;
        if (!is_named(facts, names_field, &any)) {
            facts_ignore(facts, segment->name, NULL, UNUSED);
            continue;
        }
        for (size_t f = 2; f <= segment->count && f < FIELDS_MAX; f++) {
            struct field one = {segment->name, f};
            const char *text = hl7_field(message, segment, f);
            if (text_blank(segment->fields[f]) ||
                is_named(facts, names_field, &one))
                continue;
            facts_ignore(facts, facts_format(facts, "%s-%zu", segment->name, f),
                         text ? text : segment->fields[f], UNUSED);
        }
    }
}

/* FHIR ------------------------------------------------------------------------
 */

static bool names_member(const char *part, const void *what)
{
    return behind(part, what) != NULL;
}

void inspect_left_fhir(const struct json_node *resource, struct facts *facts)
{
    static const char *const frame[] = {"resourceType", "id", "meta", "text",
                                        "implicitRules"};
    const char *type = json_get_text(resource, "resourceType");
    for (const struct json_node *member = json_first(resource); member;
         member = json_next(member)) {
        const char *where =
            facts_format(facts, "%s.%s", type ? type : "", json_key(member));
        bool framed = false;
        for (size_t i = 0; i < sizeof(frame) / sizeof(frame[0]); i++)
            framed = framed || text_equal(json_key(member), frame[i]);
        if (!framed && !is_named(facts, names_member, where))
            facts_ignore(facts, where, json_text(member), UNUSED);
    }
}
