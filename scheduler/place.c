/* SPDX-License-Identifier: Apache-2.0 */
/* Clinics that are more than a name. */
#include "scheduler/place.h"
#include "scheduler/policy_own.h"

#include <stdlib.h>

#include "base/memory.h"

void places_free(struct places *places)
{
    for (size_t i = 0; i < places->count; i++) {
        wording_free(&places->items[i].name);
        wording_free(&places->items[i].street);
    }
    for (size_t i = 0; i < places->called_count; i++)
        wording_free(&places->called[i]);
    free(places->called);
    free(places->items);
    *places = (struct places){0};
}

/* Is the name heard in what a clinic that is not sensitive is called, or the
 * street in where one is? */
static bool is_common(const struct wording *said, bool street,
                      const struct clinic_row *rows, size_t count)
{
    bool common = false;
    for (size_t i = 0; i < count && !common; i++) {
        struct wording called;
        if (rows[i].sensitive)
            continue;
        wording_read(&called, street ? rows[i].street : rows[i].public_name);
        common = wording_names(&called, said);
        wording_free(&called);
    }
    return common;
}

bool places_refresh(struct places *places, struct store *store,
                    const struct policy *policy, const char *organisation,
                    struct error *err)
{
    struct clinic_row *rows;
    size_t count;
    if (!clinic_list(store, &rows, &count, err))
        return false;
    places_free(places);
    places->items = memory_grow(NULL, count + 1, sizeof(*places->items));
    places->called = memory_grow(NULL, count + 1, sizeof(*places->called));
    wording_read(&places->called[places->called_count++], organisation);
    for (size_t i = 0; i < count; i++) {
        struct place place = {.id = rows[i].id,
                              .own = policy_clinic(policy, rows[i].external_id),
                              .sensitive = rows[i].sensitive};
        wording_read(&places->called[places->called_count++],
                     rows[i].public_name);
        if (!place.own && !place.sensitive)
            continue;
        if (place.sensitive) {
            wording_read(&place.name, rows[i].name);
            place.common = is_common(&place.name, false, rows, count);
            wording_read(&place.street, rows[i].street);
            place.street_common = is_common(&place.street, true, rows, count);
        }
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
