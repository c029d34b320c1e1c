/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CAMPAIGN_STORE_H
#define STORE_CAMPAIGN_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct store;

/* Campaigns and their launched versions. Only launched content is ever
 * evaluated; each launch, pause and cancellation leaves an audit row. All
 * changes go into the caller's transaction. */
enum campaign_state {
    CAMPAIGN_RUNNING,
    CAMPAIGN_PAUSED,
    CAMPAIGN_CANCELLED,
    CAMPAIGN_WAITING, /* a blast that a second person must approve */
};
const char *campaign_state_name(enum campaign_state state);

#define CAMPAIGN_NAME_MAX 128
#define CAMPAIGN_PERSON_MAX 64

struct campaign_row {
    int64_t id;
    char name[CAMPAIGN_NAME_MAX];
    bool blast;
    enum campaign_state state;
    int priority;       /* 0 urgent .. 4 bulk (S-14) */
    int64_t version_id; /* 0: never launched */
    char sha256[65];
    instant launched_at;       /* INSTANT_NEVER: never */
    instant first_launched_at; /* its first version */
    char launched_by[CAMPAIGN_PERSON_MAX];
    char approved_by[CAMPAIGN_PERSON_MAX]; /* "": nobody had to */
};

/* The campaign of this name; made (running, without a version) when there is
 * none. `kind` is "campaign" or "blast" and cannot change. */
bool campaign_ensure(struct store *store, const char *name, const char *kind,
                     int priority, int64_t *id, struct error *err);
bool campaign_find(struct store *store, const char *name, bool *found,
                   struct campaign_row *out, struct error *err);
/* All of them by name; free() the array. */
bool campaign_list(struct store *store, struct campaign_row **rows,
                   size_t *count, struct error *err);

/* Makes this content the running version; what was cancelled or waiting runs
 * again, what is paused stays paused. The content that already runs gives
 * its version back and changes nothing. */
bool campaign_launch(struct store *store, int64_t id, const char *content,
                     const char *sha256, const char *who,
                     const char *approved_by, instant now, int64_t *version_id,
                     struct error *err);
/* The whole bundle of a version; free() it. ERROR_INPUT: no such version. */
bool campaign_content(struct store *store, int64_t version_id, char **content,
                      struct error *err);

bool campaign_set_state(struct store *store, int64_t id,
                        enum campaign_state state, const char *who, instant now,
                        struct error *err);
/* The big switch: nothing of any campaign leaves while it is on. */
bool campaign_pause_all(struct store *store, bool paused, const char *who,
                        instant now, struct error *err);
bool campaign_all_paused(struct store *store, bool *paused, struct error *err);

#endif
