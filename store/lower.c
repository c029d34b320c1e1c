/* SPDX-License-Identifier: Apache-2.0 */
/* From typed predicates to SQL text with bound parameters. Nothing that a
 * person wrote becomes SQL: their words are parameters, the SQL is the
 * catalogue's. It prepares nothing and reads no row. */
#include "store/lower.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

#include "store/catalogue.h"
#include "store/lower_mark.h"
#include "store/lower_param.h"
#include "store/view.h"

#define SQL_MAX (1u << 20)

void lowered_init(struct lowered *out)
{
    *out = (struct lowered){.texts = arena_new()};
    buf_init(&out->sql, SQL_MAX);
}

void lowered_free(struct lowered *out)
{
    buf_free(&out->sql);
    free(out->params);
    arena_free(out->texts);
}

void lower_put(struct lowered *out, const char *sql)
{
    buf_text(&out->sql, sql);
}

/* The same moment is one parameter, however often it is named. */
static size_t param_find(const struct lowered *out,
                         const struct lower_param *param)
{
    bool shared = param->kind == PARAM_NOW || param->kind == PARAM_TODAY ||
                  param->kind == PARAM_ENTERED;
    for (size_t i = 0; shared && i < out->count; i++) {
        const struct lower_param *other = &out->params[i];
        if (other->kind == param->kind &&
            other->distance.count == param->distance.count &&
            other->distance.unit == param->distance.unit)
            return i + 1;
    }
    return 0;
}

void lower_put_param(struct lowered *out, struct lower_param param)
{
    size_t known = param_find(out, &param);
    if (known) {
        buf_format(&out->sql, "?%zu", known);
        return;
    }
    if (out->count == out->room) {
        out->room = out->room ? 2 * out->room : 16;
        out->params = memory_grow(out->params, out->room, sizeof(param));
    }
    out->params[out->count++] = param;
    buf_format(&out->sql, "?%zu", out->count);
}

void lower_put_text(struct lowered *out, const char *text)
{
    lower_put_param(out,
                    (struct lower_param){.kind = PARAM_TEXT, .text = text});
}

/* The join ------------------------------------------------------------------
 */

struct anchor_sql {
    const char *alias, *table, *rest;
    const char *gone, *replaced; /* conditions */
};
/* CROSS JOIN keeps SQLite's planner from walking the patients first; a LEFT
 * JOIN that no column needs costs nothing, SQLite leaves it out. */
static const struct anchor_sql anchors[] = {
    [ANCHOR_APPOINTMENT] = {"a", "appointment",
                            " CROSS JOIN patient p ON p.id = a.patient_id"
                            " LEFT JOIN clinic c ON c.id = a.clinic_id",
                            "a.gone_at IS NOT NULL", "0"},
    [ANCHOR_FILL] = {"f", "fill",
                     " CROSS JOIN prescription rx ON rx.id = f.prescription_id"
                     " CROSS JOIN patient p ON p.id = f.patient_id"
                     " LEFT JOIN clinic pk"
                     " ON pk.id = coalesce(f.pickup_id, rx.pickup_id)"
                     " LEFT JOIN clinic c ON c.id = p.clinic_id",
                     "f.gone_at IS NOT NULL OR rx.gone_at IS NOT NULL",
                     "NOT f.latest"},
    [ANCHOR_DISCHARGE] = {"d", "discharge",
                          " CROSS JOIN patient p ON p.id = d.patient_id"
                          " LEFT JOIN clinic c ON c.id = d.clinic_id",
                          "d.gone_at IS NOT NULL OR d.status IN ('cancelled', "
                          "'entered-in-error')",
                          "0"},
    [ANCHOR_PATIENT] = {"p", "patient",
                        " LEFT JOIN clinic c ON c.id = p.clinic_id", "0", "0"},
    /* Named as in the catalogue's histories, so that the conditions of a
     * measure read the same there. */
    [ANCHOR_RESULT] = {"s", "screening",
                       " CROSS JOIN patient p ON p.id = s.patient_id"
                       " LEFT JOIN clinic c ON c.id = p.clinic_id",
                       "s.gone_at IS NOT NULL OR s.resulted_at IS NULL", "0"},
};

const char *lower_alias(enum anchor_kind anchor)
{
    return anchors[anchor].alias;
}

void lower_from(struct lowered *out, enum anchor_kind anchor, const char *index)
{
    const struct anchor_sql *sql = &anchors[anchor];
    buf_format(&out->sql, "%s %s", sql->table, sql->alias);
    if (index)
        buf_format(&out->sql, " INDEXED BY %s", index);
    lower_put(out, sql->rest);
}

void lower_gone(struct lowered *out, enum anchor_kind anchor)
{
    buf_format(&out->sql,
               "(%s OR %s OR p.gone_at IS NOT NULL OR p.merged_into IS NOT "
               "NULL OR p.deceased_at IS NOT NULL OR NOT p.active)",
               anchors[anchor].gone, anchors[anchor].replaced);
}

void lower_why_gone(struct lowered *out, enum anchor_kind anchor)
{
    buf_format(&out->sql,
               "CASE WHEN p.deceased_at IS NOT NULL THEN %d"
               " WHEN p.merged_into IS NOT NULL THEN %d"
               " WHEN p.gone_at IS NOT NULL THEN %d"
               " WHEN NOT p.active THEN %d"
               " WHEN %s THEN %d WHEN %s THEN %d ELSE %d END",
               VIEW_DIED, VIEW_MERGED, VIEW_PATIENT_LEFT, VIEW_INACTIVE,
               anchors[anchor].gone, VIEW_LEFT, anchors[anchor].replaced,
               VIEW_REPLACED, VIEW_HERE);
}

/* Fields and leaves
 * ------------------------------------------------------------ */

static void put_attribute(struct lowered *out, const char *name)
{
    /* What is no JSON is nobody's attribute, not everybody's failure. */
    lower_put(out, "CAST(CASE WHEN json_valid(p.attributes) THEN "
                   "json_extract(p.attributes, ");
    lower_put_text(out, arena_format(out->texts, "$.\"%s\"", name));
    lower_put(out, ") END AS TEXT)");
}

void lower_field(struct lowered *out, enum anchor_kind anchor,
                 const struct field *field, const char *attribute)
{
    if (field_is_attribute(field)) {
        put_attribute(out, attribute);
        return;
    }
    struct lowering in = {.out = out, .anchor = anchor};
    const char *sql = catalogue_field(field)->sql;
    lower_expand(&in, sql, strlen(sql));
}

/* The field of a leaf, as a number when it is compared with one. */
static void put_left(struct lowered *out, enum anchor_kind anchor,
                     const struct predicate *p)
{
    bool number = field_is_attribute(p->field) && p->operand_count > 0 &&
                  p->operands[0].type == VALUE_NUMBER;
    if (!number) {
        lower_field(out, anchor, p->field, p->attribute);
        return;
    }
    lower_put(out, "CASE WHEN ");
    put_attribute(out, p->attribute);
    lower_put(out, " GLOB '[0-9.-]*' AND ");
    put_attribute(out, p->attribute);
    lower_put(out, " NOT GLOB '*[^0-9.eE+-]*' THEN CAST(");
    put_attribute(out, p->attribute);
    lower_put(out, " AS REAL) END");
}

static struct lower_param relative_param(const struct field *field,
                                         const struct operand *o)
{
    struct lower_param param = {.distance = o->distance};
    bool now = o->type == VALUE_INSTANT;
    if (field->type == VALUE_INSTANT)
        param.kind = now ? PARAM_NOW : PARAM_TODAY_START;
    else
        param.kind = now ? PARAM_NOW_DATE : PARAM_TODAY;
    return param;
}

/* `days` moves a date that stands for a moment to a later day's beginning. */
static void put_operand(struct lowered *out, const struct predicate *p,
                        size_t i, int days)
{
    const struct operand *o = &p->operands[i];
    struct lower_param param = {.kind = PARAM_INTEGER, .integer = o->integer};
    if (o->relative) {
        param = relative_param(p->field, o);
    } else if (o->type == VALUE_DATE && p->field->type == VALUE_INSTANT) {
        param.kind = PARAM_DATE_START;
        param.text = o->text;
    } else if (o->type == VALUE_INSTANT && p->field->type == VALUE_DATE) {
        param.kind = PARAM_INSTANT_DATE;
    } else if (o->type == VALUE_TEXT || o->type == VALUE_DATE) {
        param.kind = PARAM_TEXT;
        param.text = o->text;
    } else if (o->type == VALUE_NUMBER) {
        param.kind = PARAM_REAL;
        param.real = o->number;
    }
    param.days = days;
    lower_put_param(out, param);
}

/* A moment against a whole day: "discharged = today - 2 days". */
static bool against_day(const struct predicate *p, size_t i)
{
    return p->field->type == VALUE_INSTANT && p->operands[i].type == VALUE_DATE;
}

/* "age >= 45" as a comparison of birthdays, which needs no arithmetic in each
 * row: whoever is at least n years old was born on or before the day n years
 * ago (on 28 February for n years before 29 February, because somebody born
 * on the 29th turns older on 1 March only). */
void lower_age(struct lowered *out, bool at_least, int months)
{
    lower_put(out, at_least ? "p.birth_on <= " : "p.birth_on > ");
    lower_put_param(out,
                    (struct lower_param){.kind = PARAM_TODAY,
                                         .distance = {-months, UNIT_MONTHS}});
}

/* Whether a leaf compares the age with whole numbers of years. */
static bool of_age(enum anchor_kind anchor, const struct predicate *p)
{
    if (p->field != field_find(anchor, "patient.age"))
        return false;
    for (size_t i = 0; i < p->operand_count; i++) {
        double years = p->operands[i].number;
        if (p->operands[i].type != VALUE_NUMBER || years < 0 || years > 200 ||
            years != (int)years)
            return false;
    }
    return true;
}

/* What a leaf is when its field is missing: 0 unless we hope. */
struct leaf {
    struct lowered *out;
    enum anchor_kind anchor;
    const struct predicate *p;
    const char *missing; /* ", 0)" or ", 1)" */
    bool hopeful, negated;
};

static void leaf_equal_day(const struct leaf *l)
{
    lower_put(l->out, l->p->op == OP_NE ? "(NOT coalesce(" : "coalesce(");
    put_left(l->out, l->anchor, l->p);
    lower_put(l->out, " >= ");
    put_operand(l->out, l->p, 0, 0);
    lower_put(l->out, " AND ");
    put_left(l->out, l->anchor, l->p);
    lower_put(l->out, " < ");
    put_operand(l->out, l->p, 0, 1);
    bool not = l->p->op == OP_NE;
    lower_put(l->out, l->hopeful && !l->negated && !not ? ", 1)" : ", 0)");
    lower_put(l->out, not ? ")" : "");
}

/* = and != take a missing value as a value. */
static void leaf_equal(const struct leaf *l)
{
    if (against_day(l->p, 0)) {
        leaf_equal_day(l);
        return;
    }
    bool not = l->p->op == OP_NE;
    lower_put(l->out, "(");
    put_left(l->out, l->anchor, l->p);
    lower_put(l->out, not ? " IS NOT " : " IS ");
    put_operand(l->out, l->p, 0, 0);
    if (l->hopeful && l->negated == not ) {
        lower_put(l->out, not ? " AND " : " OR ");
        put_left(l->out, l->anchor, l->p);
        lower_put(l->out, not ? " IS NOT NULL" : " IS NULL");
    }
    lower_put(l->out, ")");
}

static void leaf_order(const struct leaf *l)
{
    const char *sign = NULL;
    int days = 0;
    bool day = against_day(l->p, 0);
    switch (l->p->op) {
    case OP_LT:
        sign = " < ";
        break;
    case OP_LE:
        sign = day ? " < " : " <= ";
        days = day;
        break;
    case OP_GT:
        sign = day ? " >= " : " > ";
        days = day;
        break;
    case OP_GE:
        sign = " >= ";
        break;
    case OP_EQ:
    case OP_NE:
        leaf_equal(l);
        return;
    }
    lower_put(l->out, "coalesce(");
    if (of_age(l->anchor, l->p)) {
        enum predicate_operator op = l->p->op;
        int more = op == OP_GT || op == OP_LE;
        lower_age(l->out, op == OP_GE || op == OP_GT,
                  12 * ((int)l->p->operands[0].number + more));
    } else {
        put_left(l->out, l->anchor, l->p);
        lower_put(l->out, sign);
        put_operand(l->out, l->p, 0, days);
    }
    lower_put(l->out, l->missing);
}

/* Not by IN: for more than two words SQLite fills a table of its own at every
 * run. What is missing stays so. */
static void leaf_in(const struct leaf *l)
{
    lower_put(l->out, "coalesce(CASE ");
    put_left(l->out, l->anchor, l->p);
    for (size_t i = 0; i < l->p->operand_count; i++) {
        lower_put(l->out, " WHEN ");
        put_operand(l->out, l->p, i, 0);
        lower_put(l->out, " THEN 1");
    }
    lower_put(l->out, " ELSE (");
    put_left(l->out, l->anchor, l->p);
    lower_put(l->out, ") IS NULL AND NULL END");
    lower_put(l->out, l->missing);
}

static void leaf_between(const struct leaf *l)
{
    bool day = against_day(l->p, 1);
    lower_put(l->out, "coalesce(");
    if (of_age(l->anchor, l->p)) {
        lower_age(l->out, true, 12 * (int)l->p->operands[0].number);
        lower_put(l->out, " AND ");
        lower_age(l->out, false, 12 * ((int)l->p->operands[1].number + 1));
        lower_put(l->out, l->missing);
        return;
    }
    put_left(l->out, l->anchor, l->p);
    lower_put(l->out, " >= ");
    put_operand(l->out, l->p, 0, 0);
    lower_put(l->out, " AND ");
    put_left(l->out, l->anchor, l->p);
    lower_put(l->out, day ? " < " : " <= ");
    put_operand(l->out, l->p, 1, day);
    lower_put(l->out, l->missing);
}

static void leaf_list(const struct leaf *l)
{
    lower_put(l->out,
              "EXISTS (SELECT 1 FROM list_member m JOIN list l ON "
              "l.id = m.list_id WHERE m.patient_id = p.id AND l.name = ");
    lower_put_text(l->out, l->p->subject);
    lower_put(l->out, ")");
}

/* Each version of the measure apart, the latest first: SQLite evaluates the
 * one that had begun by today. */
static void leaf_history(const struct leaf *l, const char *sql)
{
    struct predicate one = *l->p;
    struct lowering in = {l->out, l->anchor, &one, {0, UNIT_DAYS}};
    if (one.history->ahead && one.has_within)
        in.ahead = one.within;
    bool several = one.measure && one.measure->former;
    lower_put(l->out, several ? "(CASE" : "(");
    for (; one.measure && one.measure->former;
         one.measure = one.measure->former) {
        lower_put(l->out, " WHEN ");
        lower_put_param(l->out, (struct lower_param){.kind = PARAM_TODAY});
        lower_put(l->out, " >= ");
        lower_put_text(l->out, one.measure->effective_from);
        lower_put(l->out, " THEN ");
        lower_expand(&in, sql, strlen(sql));
    }
    lower_put(l->out, several ? " ELSE " : "");
    lower_expand(&in, sql, strlen(sql));
    lower_put(l->out, several ? " END)" : ")");
}

/* Trees
 * ------------------------------------------------------------------------ */

static void lower_tree(struct lowered *out, enum anchor_kind anchor,
                       const struct predicate *p, bool hopeful, bool negated)
{
    struct leaf leaf = {.out = out,
                        .anchor = anchor,
                        .p = p,
                        .missing = hopeful && !negated ? ", 1)" : ", 0)",
                        .hopeful = hopeful,
                        .negated = negated};
    switch (p->kind) {
    case PREDICATE_AND:
    case PREDICATE_OR:
        lower_put(out, "(");
        lower_tree(out, anchor, p->left, hopeful, negated);
        lower_put(out, p->kind == PREDICATE_AND ? " AND " : " OR ");
        lower_tree(out, anchor, p->right, hopeful, negated);
        lower_put(out, ")");
        return;
    case PREDICATE_NOT:
        lower_put(out, "(NOT ");
        lower_tree(out, anchor, p->left, hopeful, !negated);
        lower_put(out, ")");
        return;
    case PREDICATE_COMPARE:
        leaf_order(&leaf);
        return;
    case PREDICATE_IN:
        leaf_in(&leaf);
        return;
    case PREDICATE_BETWEEN:
        leaf_between(&leaf);
        return;
    case PREDICATE_TRUE:
        lower_put(out, "coalesce(");
        put_left(out, anchor, p);
        lower_put(out, leaf.missing);
        return;
    case PREDICATE_IN_LIST:
        leaf_list(&leaf);
        return;
    case PREDICATE_HISTORY:
        leaf_history(&leaf, catalogue_history(p->history)->sql);
        return;
    case PREDICATE_CONSTANT:
        lower_put(out, p->constant ? "1" : "0");
        return;
    }
}

void lower_predicate(struct lowered *out, enum anchor_kind anchor,
                     const struct predicate *predicate)
{
    lower_tree(out, anchor, predicate, false, false);
}

void lower_seen(struct lowered *out, enum anchor_kind anchor,
                const struct predicate *history)
{
    struct leaf leaf = {.out = out, .anchor = anchor, .p = history};
    leaf_history(&leaf, catalogue_history(history->history)->seen);
}

void lower_optimistic(struct lowered *out, enum anchor_kind anchor,
                      const struct predicate *predicate)
{
    lower_tree(out, anchor, predicate, true, false);
}

/* Binding
 * ---------------------------------------------------------------------- */

void lowered_bind(const struct lowered *out, struct statement *statement)
{
    for (size_t i = 0; i < out->count; i++) {
        if (lower_param_is_fixed(&out->params[i]))
            lower_param_bind(&out->params[i], statement, (int)i + 1, NULL);
    }
}

void lowered_bind_time(const struct lowered *out, struct statement *statement,
                       const struct view_time *time)
{
    for (size_t i = 0; i < out->count; i++) {
        if (!lower_param_is_fixed(&out->params[i]))
            lower_param_bind(&out->params[i], statement, (int)i + 1, time);
    }
}
