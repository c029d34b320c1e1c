/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The versions of a measure on the calendar: a recommendation that changes is
 * written down before its day comes, and the former one counts until then.
 * Reads no clock: the day is given.
 */
#include "campaigns/measure_file.h"

#include <string.h>

#include "store/measure.h"

#include "campaigns/reader.h"

#define VERSIONS_MAX 20
#define SOON_DAYS 90 /* a clinician needs time to sign what follows */

struct versions {
    struct reader reader;
    const struct json_node *nodes[VERSIONS_MAX];
    struct measure *items[VERSIONS_MAX];
    size_t count;
};

static const struct json_node *from_node(const struct versions *versions,
                                         size_t i)
{
    return json_get(versions->nodes[i], "effective_from");
}

/* Each begins after the one before has begun, and has ended where it says
 * when. */
static void check_follows(struct versions *versions, size_t i)
{
    const struct measure *former = versions->items[i - 1];
    const struct measure *next = versions->items[i];
    if (strcmp(next->effective_from, former->effective_from) <= 0)
        reader_fault(&versions->reader, from_node(versions, i),
                     "versions stand in the order of their dates: the one "
                     "before begins on %s",
                     former->effective_from);
    else if (former->effective_to != NULL &&
             strcmp(next->effective_from, former->effective_to) <= 0)
        reader_fault(&versions->reader, from_node(versions, i),
                     "the version before is in force until %s: this one "
                     "begins later",
                     former->effective_to);
}

static void read_versions(struct versions *versions, const struct source *whole,
                          const char *name)
{
    struct reader *reader = &versions->reader;
    struct source one = *whole;
    size_t count = json_count(whole->node);
    bool list = json_type(whole->node) == JSON_ARRAY;
    if (list && (count == 0 || count > VERSIONS_MAX)) {
        reader_fault(reader, whole->node, "a measure has 1 to %d versions",
                     VERSIONS_MAX);
        return;
    }
    const struct json_node *node = list ? json_first(whole->node) : whole->node;
    for (; node != NULL; node = list ? json_next(node) : NULL) {
        one.node = node;
        versions->nodes[versions->count] = node;
        versions->items[versions->count++] =
            measure_version_read(&one, name, reader->arena, reader->faults);
    }
}

static void advise_end(struct versions *versions, size_t i,
                       struct civil_date today)
{
    const struct measure *now = versions->items[i];
    const struct json_node *node = json_get(versions->nodes[i], "effective_to");
    const char *next =
        i + 1 < versions->count ? versions->items[i + 1]->effective_from : NULL;
    char after[CIVIL_TEXT_MAX];
    struct civil_date end;
    if (!civil_parse_date(now->effective_to, &end) ||
        civil_days(end) - civil_days(today) > SOON_DAYS)
        return;
    civil_date_text(civil_add_days(end, 1), after);
    if (next == NULL && civil_compare(end, today) < 0)
        reader_warn(&versions->reader, node,
                    "'%s' has ended: nobody is due any more; is there a newer "
                    "version?",
                    now->name);
    else if (next == NULL)
        reader_warn(&versions->reader, node,
                    "'%s' ends soon: nobody is due from %s on; what follows "
                    "it?",
                    now->name, after);
    else if (strcmp(next, after) != 0)
        reader_warn(&versions->reader, node,
                    "from %s nobody is due by '%s', until its next version "
                    "begins on %s",
                    after, now->name, next);
}

/* What a coordinator should know on this day. */
static void advise(struct versions *versions, struct civil_date today)
{
    char day[CIVIL_TEXT_MAX];
    size_t i = versions->count - 1;
    civil_date_text(today, day);
    while (i > 0 && strcmp(day, versions->items[i]->effective_from) < 0)
        i--;
    const struct measure *now = versions->items[i];
    if (strcmp(day, now->effective_from) < 0)
        reader_warn(&versions->reader, from_node(versions, i),
                    "'%s' is not in force before %s: until then nobody is due",
                    now->name, now->effective_from);
    else if (now->effective_to != NULL)
        advise_end(versions, i, today);
}

const struct measure *measure_read(const struct source *source,
                                   const char *name, struct civil_date today,
                                   struct arena *arena, struct faults *faults)
{
    size_t before = faults->errors;
    struct versions versions = {
        .reader = {.arena = arena, .faults = faults, .at = *source}};
    read_versions(&versions, source, name);
    for (size_t i = 1; faults->errors == before && i < versions.count; i++) {
        check_follows(&versions, i);
        versions.items[i]->former = versions.items[i - 1];
    }
    if (faults->errors != before)
        return NULL;
    if (today.year > 0)
        advise(&versions, today);
    return versions.items[versions.count - 1];
}
