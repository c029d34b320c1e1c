/* SPDX-License-Identifier: Apache-2.0 */
#include "app/quiet.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/civil.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/loop.h"
#include "store/feed.h"
#include "store/store.h"

#define LOOK_MS (10 * SECOND_MS)

struct told {
    char name[FEED_NAME_MAX];
};

struct quiet {
    struct timer *timer;
    char *store_path;
    struct told *told; /* those that are quiet, and of which it was said */
    size_t count;
};

static size_t find(const struct quiet *quiet, const char *name)
{
    size_t i = 0;
    while (i < quiet->count && !text_equal(quiet->told[i].name, name))
        i++;
    return i;
}

static void tell_quiet(struct quiet *quiet, const struct feed_row *feed)
{
    char since[CIVIL_TEXT_MAX] = "never";
    if (feed->last_at > 0)
        civil_utc_text(feed->last_at, since);
    log_event(LOG_WARNING, "feed-quiet", "feed=%s last=%s",
              log_quote(feed->name), since);
    quiet->told =
        memory_grow(quiet->told, quiet->count + 1, sizeof(*quiet->told));
    text_copy(quiet->told[quiet->count++].name, FEED_NAME_MAX, feed->name);
}

static void look_at(struct quiet *quiet, const struct feed_row *feed)
{
    size_t at = find(quiet, feed->name);
    bool stale = feed_is_stale(feed, clock_now());
    if (stale && at == quiet->count)
        tell_quiet(quiet, feed);
    if (stale || at == quiet->count)
        return;
    log_event(LOG_NOTICE, "feed-back", "feed=%s", log_quote(feed->name));
    quiet->told[at] = quiet->told[--quiet->count];
}

/* A store that cannot be read now is the engine's to tell. */
static void look(void *arg)
{
    struct quiet *quiet = arg;
    struct error ignored = {0};
    struct feed_row *feeds = NULL;
    size_t count = 0;
    struct store *store =
        store_open(quiet->store_path, STORE_READ_ONLY, &ignored);
    if (store && feed_list(store, &feeds, &count, &ignored))
        for (size_t i = 0; i < count; i++)
            look_at(quiet, &feeds[i]);
    free(feeds);
    store_close(store);
    timer_start(quiet->timer, LOOK_MS);
}

struct quiet *quiet_new(struct loop *loop, const char *store_path)
{
    struct quiet *quiet = memory_new(sizeof(*quiet));
    quiet->store_path = memory_text(store_path);
    quiet->timer = timer_new(loop, look, quiet);
    timer_start(quiet->timer, 0);
    return quiet;
}

void quiet_free(struct quiet *quiet)
{
    if (!quiet)
        return;
    timer_free(quiet->timer);
    free(quiet->store_path);
    free(quiet->told);
    free(quiet);
}
