/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The launched campaigns, compiled. Bundles and views are made when they are
 * first needed, so that a thousand finished blasts cost a row each and not a
 * campaign each. A bundle that cannot be read never stops the others: it is
 * said once and its rows wait.
 */
#include "scheduler/roster.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "campaigns/bundle.h"
#include "campaigns/timing.h"
#include "scheduler/window.h"

/* A step without `until` is still planned this long after its moment. */
#define LATE_MS (24 * HOUR_MS)
/* Anchors are looked for this far ahead where their own time does not lead to
 * the step's moment: it counts from the entry, or from another field. */
#define FAR_AHEAD_MS (2 * 366 * 24 * HOUR_MS)
/* if_closed "earlier" goes before a closure as long as any looked over. */
#define EARLIER_MS (WINDOW_DAYS * 24 * HOUR_MS)

static void item_unload(struct roster_campaign *item)
{
    view_free(item->view);
    view_scan_free(item->everybody);
    for (size_t i = 0; i < item->time_count; i++)
        view_scan_free(item->times[i].scan);
    free(item->columns);
    free(item->only_if_at);
    free(item->step_feeds);
    campaign_free(item->campaign);
    *item = (struct roster_campaign){.launched = item->launched};
}

static void item_free(struct roster_campaign *item)
{
    item_unload(item);
    free(item);
}

void roster_free(struct roster *roster)
{
    for (size_t i = 0; i < roster->count; i++)
        item_free(roster->items[i]);
    free(roster->items);
    for (size_t i = 0; i < ROSTER_VERSIONS; i++)
        campaign_free(roster->versions[i].campaign);
    *roster = (struct roster){0};
}

bool roster_lives(const struct roster_campaign *item)
{
    return item->launched.state == CAMPAIGN_RUNNING ||
           item->launched.state == CAMPAIGN_PAUSED;
}

struct roster_campaign *roster_find(const struct roster *roster, int64_t id)
{
    size_t low = 0, high = roster->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (roster->items[middle]->launched.id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < roster->count && roster->items[low]->launched.id == id
               ? roster->items[low]
               : NULL;
}

static int row_compare(const void *left, const void *right)
{
    const struct campaign_row *a = left, *b = right;
    return (a->id > b->id) - (a->id < b->id);
}

bool roster_refresh(struct roster *roster, struct store *store,
                    struct error *err)
{
    struct campaign_row *rows = NULL;
    size_t count = 0;
    if (!campaign_list(store, &rows, &count, err))
        return false;
    if (count > 0)
        qsort(rows, count, sizeof(*rows), row_compare);
    struct roster fresh = *roster;
    fresh.count = 0;
    fresh.items = memory_grow(NULL, count + 1, sizeof(*fresh.items));
    for (size_t i = 0; i < count; i++) {
        struct roster_campaign *item = roster_find(roster, rows[i].id);
        if (rows[i].version_id == 0)
            continue;
        if (!item)
            item = memory_new(sizeof(*item));
        else if (item->launched.version_id != rows[i].version_id)
            item_unload(item);
        if (item->launched.state != rows[i].state)
            item->ended = false;
        item->launched = rows[i];
        fresh.items[fresh.count++] = item;
    }
    for (size_t i = 0; i < roster->count; i++) {
        if (!roster_find(&fresh, roster->items[i]->launched.id))
            item_free(roster->items[i]);
    }
    free(roster->items);
    free(rows);
    *roster = fresh;
    return true;
}

void roster_replan(struct roster *roster)
{
    for (size_t i = 0; i < roster->count; i++) {
        roster->items[i]->replanned = false;
        roster->items[i]->replan_after = 0;
    }
}

/* Compiling -----------------------------------------------------------------
 */

static int column_add(struct roster_campaign *item,
                      const struct predicate *predicate)
{
    if (!predicate)
        return -1;
    item->columns[item->column_count] =
        (struct view_column){.predicate = predicate};
    return (int)item->column_count++;
}

static int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Notes that a step counts from this field, and how far away. */
static void time_add(struct roster_campaign *item, const struct field *field,
                     int64_t before, int64_t after)
{
    for (size_t i = 0; i < item->time_count; i++) {
        struct roster_time *time = &item->times[i];
        if (time->field == field) {
            time->before = greater(time->before, before);
            time->after = greater(time->after, after);
            return;
        }
    }
    if (item->time_count == ROSTER_TIMES_MAX)
        PANIC("more time fields than any anchor has");
    item->times[item->time_count++] =
        (struct roster_time){.field = field,
                             .before = before,
                             .after = after,
                             .after_at = INSTANT_NEVER};
}

/* How far ahead of its field the step's moment can lie. */
static int64_t when_before(const struct step *step)
{
    /* "at HH:MM" and the patient's zone can move it by a day. */
    int64_t before = greater(0, -step_time_reach(&step->when)) + 24 * HOUR_MS;
    bool earlier = !step->task && step->if_closed == CLOSED_EARLIER;
    return before + (earlier ? EARLIER_MS : 0);
}

/* A step whose moment has passed is still useful before an `until` that counts
 * from another field: that one leads to it, however far ahead it lies. */
static int64_t until_before(const struct step *step)
{
    bool same =
        step->when.base == BASE_FIELD && step->when.field == step->until.field;
    return same ? 0 : FAR_AHEAD_MS;
}

static void step_times(struct roster_campaign *item, const struct step *step)
{
    const struct {
        const struct step_time *time;
        int64_t before;
    } moments[] = {{&step->when, when_before(step)},
                   {&step->until, until_before(step)},
                   {&step->not_before, 0}};
    for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
        const struct step_time *time = moments[i].time;
        if (!time->given || time->base != BASE_FIELD)
            continue;
        int64_t after = greater(0, step_time_reach(time)) + LATE_MS;
        time_add(item, time->field, moments[i].before, after);
    }
}

/* A task's own moment needs its field too, but leads no anchor here. */
static void task_time(struct roster_campaign *item,
                      const struct task_spec *spec)
{
    if (spec && spec->due.given && spec->due.base == BASE_FIELD)
        time_add(item, spec->due.field, 0, LATE_MS);
}

static bool counts_from_entry(const struct campaign *campaign)
{
    bool counts = campaign->on_entry != NULL;
    for (size_t i = 0; i < campaign->step_count; i++) {
        const struct step *step = &campaign->steps[i];
        counts |= step->when.base == BASE_ENTRY ||
                  step->until.base == BASE_ENTRY ||
                  step->not_before.base == BASE_ENTRY;
    }
    return counts;
}

static void campaign_times(struct roster_campaign *item)
{
    const struct campaign *campaign = item->campaign;
    for (size_t i = 0; i < campaign->step_count; i++) {
        step_times(item, &campaign->steps[i]);
        task_time(item, campaign->steps[i].task);
    }
    task_time(item, campaign->on_entry);
    task_time(item, campaign->if_not_reached);
    task_time(item, campaign->if_silent);
    if (campaign->anchor == ANCHOR_PATIENT ||
        (item->time_count > 0 && !counts_from_entry(campaign)))
        return;
    /* Entry is when the anchor first satisfied the audience, not when its own
     * time came near: the anchor's first time leads to it from far ahead. */
    const struct field *field;
    for (size_t i = 0; (field = field_at(campaign->anchor, i)); i++) {
        if (field->is_time && !field->can_be_missing) {
            time_add(item, field, FAR_AHEAD_MS, LATE_MS);
            return;
        }
    }
}

/* Columns for invitations, where a message of visits asks for them. */
static void calendar_columns(struct roster_campaign *item)
{
    static const char *const names[ROSTER_CALENDAR_COLUMNS] = {
        [ROSTER_CALENDAR_START] = "start",
        [ROSTER_CALENDAR_END] = "end",
        [ROSTER_CALENDAR_NAME] = "clinic.public_name",
        [ROSTER_CALENDAR_STREET] = "clinic.street",
        [ROSTER_CALENDAR_SENSITIVE] = "clinic.sensitive"};
    const struct campaign *campaign = item->campaign;
    bool wanted = false;
    item->calendar_at = -1;
    for (size_t i = 0; i < campaign->message_count; i++)
        wanted |= campaign->messages[i].calendar;
    if (!wanted || campaign->anchor != ANCHOR_APPOINTMENT)
        return;
    item->calendar_at = (int)item->column_count;
    for (size_t i = 0; i < ROSTER_CALENDAR_COLUMNS; i++) {
        const struct field *field = field_find(campaign->anchor, names[i]);
        if (!field)
            PANIC("the catalogue lost %s", names[i]);
        item->columns[item->column_count++] =
            (struct view_column){.field = field};
    }
}

/* What decides whether its messages go: the anchor, who is in, what ends it,
 * and what the step asks. Times and texts come from the anchor's fields, which
 * are of its own tables. */
static void feeds_find(struct roster_campaign *item)
{
    const struct campaign *campaign = item->campaign;
    enum anchor_kind anchor = campaign->anchor;
    feed_set all = feed_set_anchor(anchor) |
                   feed_set_condition(anchor, campaign->audience_all) |
                   feed_set_condition(anchor, campaign->stop_when) |
                   feed_set_condition(anchor, campaign->occurrence);
    item->step_feeds =
        memory_new((campaign->step_count + 1) * sizeof(feed_set));
    for (size_t i = 0; i < campaign->step_count; i++)
        item->step_feeds[i] =
            all | feed_set_condition(anchor, campaign->steps[i].only_if);
}

static bool item_compile(struct roster_campaign *item, struct store *store,
                         struct error *err)
{
    struct campaign *campaign = item->campaign;
    campaign_times(item);
    feeds_find(item);
    render_fields_of(campaign, &item->render);
    size_t most = 3 + campaign->step_count + item->time_count +
                  item->render.count + ROSTER_CALENDAR_COLUMNS;
    item->columns = memory_new((most + 1) * sizeof(*item->columns));
    item->only_if_at = memory_new((campaign->step_count + 1) * sizeof(int));
    item->audience_at = column_add(item, campaign->audience_all);
    item->stop_at = column_add(item, campaign->stop_when);
    item->occurrence_at = column_add(item, campaign->occurrence);
    item->silent_at = column_add(item, campaign->if_silent_only_if);
    for (size_t i = 0; i < campaign->step_count; i++)
        item->only_if_at[i] = column_add(item, campaign->steps[i].only_if);
    for (size_t i = 0; i < item->time_count; i++) {
        item->times[i].at = item->column_count;
        item->columns[item->column_count++] =
            (struct view_column){.field = item->times[i].field};
    }
    calendar_columns(item);
    item->render_at = item->column_count;
    for (size_t i = 0; i < item->render.count; i++)
        item->columns[item->column_count++] = item->render.columns[i];
    item->view = view_prepare(store, campaign->anchor, item->columns,
                              item->column_count, err);
    return item->view != NULL;
}

static struct campaign *version_read(struct store *store, int64_t id,
                                     struct error *err)
{
    char *text = NULL;
    struct campaign *campaign = NULL;
    struct faults faults;
    faults_init(&faults);
    if (campaign_content(store, id, &text, err)) {
        campaign = campaign_from_bundle(text, strlen(text), &faults);
        if (!campaign)
            error_set(err, ERROR_CORRUPT,
                      "campaign version %lld cannot be read: %s: launch it "
                      "again",
                      (long long)id,
                      faults.count ? faults.items[0].text : "no reason given");
    }
    faults_free(&faults);
    free(text);
    return campaign;
}

static bool item_load(struct roster_campaign *item, struct store *store,
                      struct error *err)
{
    item->campaign = version_read(store, item->launched.version_id, err);
    return item->campaign && item_compile(item, store, err);
}

bool roster_ready(struct roster_campaign *item, struct store *store,
                  struct error *err)
{
    if (item->view)
        return true;
    if (item->broken)
        return error_set(err, ERROR_CANNOT, "campaign %lld is unusable",
                         (long long)item->launched.id);
    if (item_load(item, store, err))
        return true;
    item_unload(item);
    item->broken = true;
    log_event(LOG_ERROR, "campaign-unusable", "campaign=%lld reason=%s",
              (long long)item->launched.id, log_quote(err->text));
    return false;
}

static struct roster_version *version_place(struct roster *roster, int64_t id)
{
    struct roster_version *oldest = &roster->versions[0];
    for (size_t i = 0; i < ROSTER_VERSIONS; i++) {
        struct roster_version *one = &roster->versions[i];
        if (one->id == id)
            return one;
        if (one->asked < oldest->asked)
            oldest = one;
    }
    return oldest;
}

const struct campaign *roster_version(struct roster *roster,
                                      struct store *store, int64_t campaign_id,
                                      int64_t version_id)
{
    struct error err = {0};
    struct roster_campaign *item = roster_find(roster, campaign_id);
    if (item && item->launched.version_id == version_id)
        return roster_ready(item, store, &err) ? item->campaign : NULL;
    struct roster_version *one = version_place(roster, version_id);
    if (one->id != version_id) {
        campaign_free(one->campaign);
        one->id = version_id;
        one->campaign = version_read(store, version_id, &err);
    }
    one->asked = ++roster->asked;
    return one->campaign;
}

bool roster_is_planned(const struct roster_campaign *item)
{
    return item->launched.state != CAMPAIGN_CANCELLED &&
           item->launched.state != CAMPAIGN_WAITING;
}

/* Reading -------------------------------------------------------------------
 */

bool roster_bool(const struct roster_campaign *item, const struct view_row *row,
                 int column, bool when_absent)
{
    (void)item;
    return column < 0 ? when_absent : row->columns[column].integer != 0;
}

instant roster_field(const struct roster_campaign *item,
                     const struct view_row *row, const struct field *field)
{
    for (size_t i = 0; field && i < item->time_count; i++) {
        if (item->times[i].field == field) {
            const struct value *value = &row->columns[item->times[i].at];
            return value->type == VALUE_MISSING ? INSTANT_NEVER
                                                : value->integer;
        }
    }
    return INSTANT_NEVER;
}

feed_set roster_feeds(const struct roster_campaign *item,
                      const struct step *step)
{
    return item->step_feeds[step - item->campaign->steps];
}

int64_t roster_reach_after(const struct roster_campaign *item)
{
    int64_t most = LATE_MS;
    for (size_t i = 0; i < item->time_count; i++)
        most = greater(most, item->times[i].after);
    return most;
}
