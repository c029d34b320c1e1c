/* SPDX-License-Identifier: Apache-2.0 */
/* A binary heap of moments. */
#include "sandbox/agenda.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/memory.h"

struct item {
    instant at;
    uint64_t turn; /* of one moment: as they were added */
    agenda_fn *fn;
    void *arg;
};

struct agenda {
    struct item *items;
    size_t count, room;
    uint64_t turns;
};

struct agenda *agenda_new(void)
{
    return memory_new(sizeof(struct agenda));
}

void agenda_free(struct agenda *agenda)
{
    if (agenda)
        free(agenda->items);
    free(agenda);
}

static bool is_before(const struct item *a, const struct item *b)
{
    return a->at != b->at ? a->at < b->at : a->turn < b->turn;
}

void agenda_add(struct agenda *agenda, instant at, agenda_fn *fn, void *arg)
{
    const struct item item = {at, agenda->turns++, fn, arg};
    if (agenda->count == agenda->room) {
        agenda->room = agenda->room ? 2 * agenda->room : 64;
        agenda->items = memory_grow(agenda->items, agenda->room, sizeof(item));
    }
    size_t place = agenda->count++;
    while (place > 0 && is_before(&item, &agenda->items[(place - 1) / 2])) {
        agenda->items[place] = agenda->items[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    agenda->items[place] = item;
}

static struct item take_first(struct agenda *agenda)
{
    struct item *items = agenda->items;
    struct item first = items[0], last = items[--agenda->count];
    size_t place = 0;
    for (;;) {
        size_t child = 2 * place + 1;
        if (child + 1 < agenda->count &&
            is_before(&items[child + 1], &items[child]))
            child++;
        if (child >= agenda->count || is_before(&last, &items[child]))
            break;
        items[place] = items[child];
        place = child;
    }
    items[place] = last;
    return first;
}

instant agenda_run(struct agenda *agenda, instant now)
{
    while (agenda->count > 0 && agenda->items[0].at <= now) {
        struct item item = take_first(agenda);
        item.fn(item.arg);
    }
    return agenda->count > 0 ? agenda->items[0].at : INSTANT_NEVER;
}
