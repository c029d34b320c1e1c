/* SPDX-License-Identifier: Apache-2.0 */
/* Messages under way, found by attempt id. */
#include <stdlib.h>

#include "base/memory.h"
#include "scheduler/engine_state.h"

static size_t slot_of(const struct flights *flights, int64_t id)
{
    return (size_t)((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 20) &
           (flights->room - 1);
}

struct flight *flights_find(const struct flights *flights, int64_t attempt_id)
{
    if (flights->room == 0)
        return NULL;
    size_t at = slot_of(flights, attempt_id);
    while (flights->slots[at]) {
        if (flights->slots[at]->attempt_id == attempt_id)
            return flights->slots[at];
        at = (at + 1) & (flights->room - 1);
    }
    return NULL;
}

static void put(struct flights *flights, struct flight *flight)
{
    size_t at = slot_of(flights, flight->attempt_id);
    while (flights->slots[at])
        at = (at + 1) & (flights->room - 1);
    flights->slots[at] = flight;
}

void flights_add(struct flights *flights, struct flight *flight)
{
    if (2 * (flights->count + 1) > flights->room) {
        struct flight **old = flights->slots;
        size_t room = flights->room;
        flights->room = room ? room * 2 : 64;
        flights->slots = memory_new(flights->room * sizeof(*flights->slots));
        for (size_t i = 0; i < room; i++) {
            if (old[i])
                put(flights, old[i]);
        }
        free(old);
    }
    put(flights, flight);
    flights->count++;
}

void flights_remove(struct flights *flights, struct flight *flight)
{
    size_t at = slot_of(flights, flight->attempt_id);
    while (flights->slots[at] != flight)
        at = (at + 1) & (flights->room - 1);
    flights->slots[at] = NULL;
    flights->count--;
    /* Those behind it may have stood aside for it: put them again. */
    for (at = (at + 1) & (flights->room - 1); flights->slots[at];
         at = (at + 1) & (flights->room - 1)) {
        struct flight *moved = flights->slots[at];
        flights->slots[at] = NULL;
        put(flights, moved);
    }
}
