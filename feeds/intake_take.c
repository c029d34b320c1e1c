/* SPDX-License-Identifier: Apache-2.0 */
/* A message, as one: its rows table by table, and what had waited for them. */
#include <stdlib.h>

#include "base/memory.h"

#include "store/feed.h"
#include "store/forgotten.h"
#include "store/person.h"
#include "store/waiting.h"

#include "feeds/intake_own.h"

/* Whatever becomes of a row that is not refused. */
static size_t taken(const struct intake_counts *counts)
{
    return counts->made + counts->changed + counts->same + counts->older +
           counts->ended + counts->merged + counts->waiting + counts->early +
           counts->forgotten;
}

/* Whoever brings rows of a table is heard of, as after an import of its file,
 * when one of them at least is not refused. */
static bool take_table(struct taking *it, const struct layout_table *table,
                       struct error *err)
{
    const struct intake *intake = it->intake;
    struct intake_counts *counts = it->counts;
    int64_t rows = 0;
    size_t news = 0, vouched = 0;
    bool done = true;
    for (size_t i = 0; done && i < it->facts->count; i++) {
        if (it->facts->items[i].table != table)
            continue;
        size_t before = taken(counts), bad = counts->bad;
        done = intake_row(it, &it->facts->items[i], err);
        bool new = taken(counts) > before && counts->bad == bad;
        news += new;
        vouched += new && !it->facts->items[i].beside;
        rows++;
    }
    counts->news += news;
    return done && (vouched == 0 ||
                    feed_note(intake->store, table->name, intake->data_at,
                              intake->options.now, rows, err));
}

/* Before anything is said of the two: it is said of one of them. (One that has
 * waited comes in its turn.) */
static bool take_parts(struct taking *it, struct error *err)
{
    int alone = it->facts->alone;
    bool done =
        alone < 0 || !it->intake->any_merged || intake_alone(it, alone, err);
    for (size_t i = 0; done && i < it->facts->count; i++)
        if (it->facts->items[i].verb == FACT_PART)
            done = intake_part(it, &it->facts->items[i], err);
    return done;
}

/* What the store is like, so that nothing is asked for in vain. */
static bool look_around(struct intake *intake, struct error *err)
{
    intake->heard.count = 0;
    return forgotten_any(intake->store, &intake->any_forgotten, err) &&
           waiting_any(intake->store, &intake->any_waiting, err) &&
           person_any_merged(intake->store, &intake->any_merged, err);
}

bool intake_take(struct intake *intake, const struct facts *facts,
                 struct intake_counts *counts, intake_bad_fn *bad, void *arg,
                 struct error *err)
{
    struct facts dated = *facts;
    struct taking it = {
        .intake = intake,
        .facts = &dated,
        .known = memory_new((facts->person_count + 1) * sizeof(struct known)),
        .counts = counts,
        .bad = bad,
        .arg = arg,
        .dated = facts->at != INSTANT_NEVER};
    bool done = intake_sender(&it, err);
    if (done)
        dated.at = intake_when(&it, facts, &dated.at_span);
    done = done && look_around(intake, err) && take_parts(&it, err);
    /* What waited for somebody comes before what is said of them now, as soon
       as they are there. */
    for (size_t t = 0; done && t < layout_count; t++)
        done = take_table(&it, &layout_tables[t], err) && intake_wake(&it, err);
    done = done && (facts->alone < 0 || intake_alone(&it, facts->alone, err));
    free(it.known);
    return done;
}

bool intake_wake_known(struct intake *intake, struct intake_counts *counts,
                       intake_bad_fn *bad, void *arg, struct error *err)
{
    struct taking it = {
        .intake = intake, .counts = counts, .bad = bad, .arg = arg};
    return look_around(intake, err) &&
           (!intake->any_waiting ||
            (waiting_known(intake->store, &intake->heard, err) &&
             intake_wake(&it, err)));
}
