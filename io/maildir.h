/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IO_MAILDIR_H
#define IO_MAILDIR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct http;

/* What is new in a Maildir folder, read beside the loop a few mails at a time.
 * A mail stays in new/ until it is said to be done: whoever is killed before
 * that reads it again. */

#define MAILDIR_BATCH 64

struct maildir_mail {
    char *name; /* in new/ */
    char *text; /* the beginning of it */
    size_t len;
    bool seen; /* to be set: nobody need look at it any more */
};
struct maildir_batch {
    struct maildir_mail mails[MAILDIR_BATCH];
    size_t count;
    bool ok;
    struct error error; /* not ok: the folder cannot be read or changed */
};
void maildir_batch_free(struct maildir_batch *batch); /* NULL is fine */

/* Moves the mails of `done` (NULL: none; it takes it over) to cur/, then reads
 * at most `most` bytes of each of the next ones (0: none are read). `fn` is
 * called once, later, on the loop's thread, and owns the batch; where they
 * could not be moved it gets `done` back, not ok, to try it again. */
typedef void maildir_fn(void *arg, struct maildir_batch *batch);
void maildir_look(struct http *http, const char *path, size_t most,
                  struct maildir_batch *done, maildir_fn *fn, void *arg);

#endif
