/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "store/audit.h"

struct store;

/* Copies of the store that lie elsewhere: made beside whoever works on it,
 * looked through before anybody relies on them. A copy knows since when it
 * knows nothing more, and does not send until it has been released
 * (store/seal.h). */

/* What is in a store, and whether it is sound. */
struct backup_about {
    instant at; /* knows nothing of what came later */
    int64_t patients, outreach, attempts;
    char head[AUDIT_HEAD_MAX];
    struct audit_verdict audit;
    char fault[512]; /* what is wrong with the audit chain; "" nothing */
};
/* Looks through all of it: pages, references, the chain (with `head`, or
 * NULL, in it). False where the store cannot be used; a chain that is not
 * whole is told in `fault`, for the patients must not be lost with it. */
bool backup_look(struct store *store, const char *head,
                 struct backup_about *out, struct error *err);

struct backup_request {
    const char *path; /* of the copy; no such file is there */
    instant now;
    bool restores; /* the copy will be the store: its chain says so */
    bool new_key;  /* and goes on under a new key, since the old one is lost */
    const char *actor;
};
/* Copies, marks the copy with its moment and looks through it; it is one plain
 * file, without a log beside it. Nothing is left of it when it fails. */
bool backup_copy(struct store *from, const struct backup_request *request,
                 struct backup_about *out, struct error *err);

/* The moment from which on this store knows nothing of what the other one
 * did: of a backup, when it was begun; of a copy made by hand, the newest that
 * a provider or a patient said. INSTANT_NEVER: it knows of nothing at all. */
bool backup_moment(struct store *store, instant *out, struct error *err);

/* Folds the log into the file, so that it can be moved: ERROR_BUSY while
 * anybody else has it open. */
bool backup_fold(struct store *store, struct error *err);

#endif
