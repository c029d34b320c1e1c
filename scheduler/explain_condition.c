/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conditions of a campaign, taken apart: each line and each part of it is
 * a column of one view, lowered as for the engine, beside the field that it
 * compares. Decides nothing: it shows what the store answers.
 */
#include "base/text.h"
#include "scheduler/explain_own.h"

/* Of one campaign; longer conditions are shown in part. */
#define CONDITIONS_MAX 200

struct asked {
    struct explained_condition items[CONDITIONS_MAX];
    struct view_column columns[2 * CONDITIONS_MAX + 1];
    int field_at[CONDITIONS_MAX]; /* column; -1: none */
    int seen_at[CONDITIONS_MAX];
    int holds_at[CONDITIONS_MAX];
    size_t count, column_count;
    int time_at;
};

static bool is_joint(const struct predicate *p)
{
    return p->kind == PREDICATE_AND || p->kind == PREDICATE_OR ||
           p->kind == PREDICATE_NOT;
}

static void ask(struct asked *asked, enum explained_place place, size_t step,
                int depth, const struct predicate *p, const char *source)
{
    if (asked->count == CONDITIONS_MAX)
        return;
    size_t i = asked->count++;
    asked->items[i] = (struct explained_condition){
        .place = place, .step = step, .depth = depth, .source = source};
    asked->holds_at[i] = (int)asked->column_count;
    asked->columns[asked->column_count++] =
        (struct view_column){.predicate = p};
    asked->field_at[i] = asked->seen_at[i] = -1;
    if (p->kind == PREDICATE_HISTORY) {
        asked->seen_at[i] = (int)asked->column_count;
        asked->columns[asked->column_count++] = (struct view_column){.seen = p};
    }
    if (!p->field)
        return;
    asked->items[i].field = p->field->name;
    asked->field_at[i] = (int)asked->column_count;
    asked->columns[asked->column_count++] =
        (struct view_column){.field = p->field, .attribute = p->attribute};
}

static void ask_parts(struct asked *asked, enum explained_place place,
                      size_t step, int depth, const struct predicate *p)
{
    if (!is_joint(p)) {
        ask(asked, place, step, depth, p, p->source);
        return;
    }
    ask_parts(asked, place, step, depth, p->left);
    if (p->right)
        ask_parts(asked, place, step, depth, p->right);
}

static void ask_all(struct asked *asked, enum explained_place place,
                    size_t step, const struct predicate *p, const char *source)
{
    if (!p)
        return;
    ask(asked, place, step, 0, p, source ? source : p->source);
    if (is_joint(p))
        ask_parts(asked, place, step, 1, p);
}

/* The time that an anchor of this kind is known by. */
static const struct field *main_time(enum anchor_kind kind)
{
    const struct field *field;
    for (size_t i = 0; (field = field_at(kind, i)); i++)
        if (field->is_time && !field->can_be_missing)
            return field;
    return NULL;
}

static void ask_campaign(struct asked *asked, const struct campaign *campaign)
{
    for (size_t i = 0; i < campaign->audience_count; i++)
        ask_all(asked, EXPLAINED_AUDIENCE, 0, campaign->audience[i].predicate,
                campaign->audience[i].source);
    ask_all(asked, EXPLAINED_STOP, 0, campaign->stop_when, NULL);
    ask_all(asked, EXPLAINED_CYCLE, 0, campaign->occurrence, NULL);
    for (size_t i = 0; i < campaign->step_count; i++)
        ask_all(asked, EXPLAINED_ONLY_IF, i, campaign->steps[i].only_if, NULL);
    const struct field *time = main_time(campaign->anchor);
    asked->time_at = time ? (int)asked->column_count : -1;
    if (time)
        asked->columns[asked->column_count++] =
            (struct view_column){.field = time};
}

static void answers_take(struct explaining *it, const struct asked *asked,
                         const struct view_row *row,
                         struct explained_anchor *out)
{
    struct arena *arena = it->arena;
    out->gone = row->gone;
    out->in_audience = true;
    out->condition_count = asked->count;
    out->conditions =
        arena_alloc(arena, (asked->count + 1) * sizeof(*out->conditions));
    for (size_t i = 0; i < asked->count; i++) {
        struct explained_condition *to = &out->conditions[i];
        *to = asked->items[i];
        to->source = arena_text(arena, to->source);
        to->field = arena_text(arena, to->field);
        to->holds = row->columns[asked->holds_at[i]].integer != 0;
        if (asked->field_at[i] >= 0) {
            to->value = row->columns[asked->field_at[i]];
            to->value.text = arena_text(arena, to->value.text);
        }
        if (asked->seen_at[i] >= 0) {
            const struct value *seen = &row->columns[asked->seen_at[i]];
            to->seen = seen->type == VALUE_MISSING
                           ? "nothing"
                           : arena_text(arena, seen->text);
        }
        if (to->depth > 0)
            continue;
        out->in_audience &= to->place != EXPLAINED_AUDIENCE || to->holds;
        out->stopped |= to->place == EXPLAINED_STOP && to->holds;
    }
    if (asked->time_at >= 0) {
        out->time_name = asked->columns[asked->time_at].field->name;
        const struct value *time = &row->columns[asked->time_at];
        out->time = time->type == VALUE_MISSING ? INSTANT_NEVER : time->integer;
    }
}

bool explain_conditions(struct explaining *it, struct roster_campaign *item,
                        instant entered_at, struct explained_anchor *out,
                        struct error *err)
{
    struct asked *asked = arena_alloc(it->arena, sizeof(*asked));
    struct view_row row;
    bool found = false;
    out->time = INSTANT_NEVER;
    ask_campaign(asked, item->campaign);
    struct view *view = view_prepare(it->clerk->store, item->campaign->anchor,
                                     asked->columns, asked->column_count, err);
    struct view_time time = clerk_time(it->clerk, entered_at);
    bool ok = view && view_read(view, out->id, &time, &found, &row, err);
    if (ok && found)
        answers_take(it, asked, &row, out);
    else
        out->gone = true;
    view_free(view);
    return ok;
}
