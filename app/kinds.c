/* SPDX-License-Identifier: Apache-2.0 */
/* Counting by names. */
#include "app/kinds.h"

#include "base/text.h"

void kinds_add(struct kinds *kinds, const char *name)
{
    size_t i = 0;
    while (i < KINDS_MAX - 1 && kinds->items[i].count > 0 &&
           !text_equal(kinds->items[i].name, name))
        i++;
    if (kinds->items[i].count++ == 0)
        text_copy(kinds->items[i].name, sizeof(kinds->items[i].name), name);
}

void kinds_json(const struct kinds *kinds, struct json_writer *json,
                const char *key)
{
    json_write_object(json, key);
    for (size_t i = 0; i < KINDS_MAX && kinds->items[i].count > 0; i++)
        json_write_integer(json, kinds->items[i].name, kinds->items[i].count);
    json_write_end(json, '}');
}
