/* SPDX-License-Identifier: Apache-2.0 */
/* Clinics that are more than a name. */
#include "scheduler/place.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"

void places_free(struct places *places)
{
    free(places->items);
    *places = (struct places){0};
}

bool places_refresh(struct places *places, struct store *store,
                    const struct policy *policy, struct error *err)
{
    struct clinic_row *rows;
    size_t count;
    if (!clinic_list(store, &rows, &count, err))
        return false;
    places->count = 0;
    places->items =
        memory_grow(places->items, count + 1, sizeof(*places->items));
    for (size_t i = 0; i < count; i++) {
        struct place place = {.id = rows[i].id,
                              .own = policy_clinic(policy, rows[i].external_id),
                              .sensitive = rows[i].sensitive};
        if (!place.own && !place.sensitive)
            continue;
        text_copy(place.name, sizeof(place.name), rows[i].name);
        places->items[places->count++] = place;
    }
    free(rows);
    return true;
}

static int compare(const void *key, const void *item)
{
    int64_t id = *(const int64_t *)key;
    int64_t other = ((const struct place *)item)->id;
    return (id > other) - (id < other);
}

const struct place *place_find(const struct places *places, int64_t id)
{
    return places->count ? bsearch(&id, places->items, places->count,
                                   sizeof(*places->items), compare)
                         : NULL;
}
