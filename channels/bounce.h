/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_BOUNCE_H
#define CHANNELS_BOUNCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/outcome.h"

/* Delivery-status mail (RFC 3464): what a mail server says, later and by mail,
 * of a message that it took. Pure. */

#define BOUNCE_MOST (256u << 10) /* of a mail that are looked at */

struct bounce {
    char reference[64]; /* ours, from the Message-ID that it returns */
    enum outcome outcome;
    bool ended;    /* false: the server goes on trying */
    char word[12]; /* its own: "failed", "delayed" ... */
    char code[24]; /* "550 5.1.1", "4.4.7" */
};
/* `domain` is what stands behind the '@' of our Message-IDs. False: it is
 * another mail, or speaks of a message that is not ours. */
bool bounce_read(const char *text, size_t len, const char *domain,
                 struct bounce *out);

#endif
