/* SPDX-License-Identifier: Apache-2.0 */
/* Records that read rows, kept: a feed sends few shapes of row. */
#include <stdlib.h>

#include "base/memory.h"

#include "feeds/intake_own.h"

enum { SHAPES_MAX = 256 };

static void shape_free(struct shape *shape)
{
    record_free(shape->record);
    free(shape->inputs);
}

void intake_shapes_free(struct intake *intake)
{
    for (size_t i = 0; i < intake->shape_count; i++)
        shape_free(&intake->shapes[i]);
    free(intake->shapes);
}

static bool is_of(const struct shape *shape, const struct fact *fact)
{
    if (shape->table != fact->table || shape->count != fact->field_count)
        return false;
    for (size_t i = 0; i < shape->count; i++)
        if (shape->inputs[i].column != fact->fields[i].column ||
            shape->inputs[i].rank != fact->fields[i].rank)
            return false;
    return true;
}

struct shape *intake_shape(struct intake *intake, const struct fact *fact,
                           struct error *err)
{
    for (size_t i = 0; i < intake->shape_count; i++)
        if (is_of(&intake->shapes[i], fact))
            return &intake->shapes[i];
    if (intake->shape_count == SHAPES_MAX)
        shape_free(&intake->shapes[--intake->shape_count]);
    intake->shapes = memory_grow(intake->shapes, intake->shape_count + 1,
                                 sizeof(intake->shapes[0]));
    struct shape *shape = &intake->shapes[intake->shape_count];
    const struct record_context context = {.store = intake->store,
                                           .country = intake->options.country,
                                           .zone = intake->options.zone,
                                           .now = intake->options.now};
    *shape = (struct shape){.table = fact->table, .count = fact->field_count};
    shape->inputs =
        memory_grow(NULL, fact->field_count + 1, sizeof(shape->inputs[0]));
    for (size_t i = 0; i < fact->field_count; i++)
        shape->inputs[i] = (struct record_input){
            .column = fact->fields[i].column, .rank = fact->fields[i].rank};
    shape->record =
        record_new(fact->table, &context, shape->inputs, shape->count, err);
    if (!shape->record) {
        free(shape->inputs);
        return NULL;
    }
    intake->shape_count++;
    return shape;
}
