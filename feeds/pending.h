/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_PENDING_H
#define FEEDS_PENDING_H

#include <stdbool.h>

#include "base/buf.h"
#include "feeds/fact.h"
#include "store/waiting.h"

/* One row of a message as a text that is kept (store/waiting.h), and back: its
 * verb, its fields with where they stood, and the people they name. Pure. */

struct pending {
    struct buf content;
    struct buf key;    /* the row's own, else a sum of all it says */
    struct buf fields; /* its words: the verb, and what is said */
    struct waiting_id *ids;
    size_t id_count;
};
/* Texts of the ids are those of `facts`. */
void pending_write(struct pending *pending, const struct facts *facts,
                   const struct fact *fact);
void pending_free(struct pending *pending);
/* The people whom a row names, else whom it is about; free() the list. */
struct waiting_id *pending_ids(const struct facts *facts,
                               const struct fact *fact, size_t *count);

/* Facts of that one row; NULL: the text is none of ours. */
struct facts *pending_read(const struct waiting_kept *kept);

#endif
