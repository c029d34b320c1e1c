/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_BOUNCE_H
#define CHANNELS_BOUNCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/outcome.h"

/* Delivery-status mail (RFC 3464): what a mail server says, later and by mail,
 * of a message that it took. Pure. */

#define BOUNCE_MOST (256u << 10) /* of a mail that are looked at */

/* What stands before the '@' of our Message-IDs: our reference and a mark of
 * it that only the key makes, "o7-4711-5f3a...". References count up, so
 * without it anybody could tell of messages that they never saw. */
#define BOUNCE_KEY_BYTES 32
#define BOUNCE_MARK 20
#define BOUNCE_MARKED_MAX 64
void bounce_mark(const uint8_t *key, const char *reference,
                 char out[BOUNCE_MARKED_MAX]);

struct bounce {
    /* ours, without its mark, from the Message-ID that it returns */
    char reference[BOUNCE_MARKED_MAX];
    enum outcome outcome;
    bool ended;    /* false: the server goes on trying */
    char word[12]; /* its own: "failed", "delayed" ... */
    char code[24]; /* "550 5.1.1", "4.4.7" */
};
/* `domain` is what stands behind the '@' of our Message-IDs. False: it is
 * another mail, or speaks of a message that is not ours, or returns no mark of
 * ours, as what a stranger made up. `key` NULL: nothing was ever marked. */
bool bounce_read(const char *text, size_t len, const char *domain,
                 const uint8_t *key, struct bounce *out);

#endif
