/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_SENDER_H
#define CHANNELS_SENDER_H

#include <stdbool.h>

#include "base/outcome.h"

#define SENDER_MAX 256

/* Who wrote or called, as the store has its addresses (S-1): a STOP of
 * "whatsapp:+1 212 200 0000" is that number's. Digits alone are international,
 * as most providers write them, or the whole national number of a `country`
 * (NULL: not known) where that has ten of them. False: it is no address, such
 * as a short code's or a name. */
bool sender_read(enum channel channel, const char *text, const char *country,
                 char out[SENDER_MAX]);

/* Whom they wrote to: one of ours, which may be a short code or a name and is
 * then kept as it is. False: nobody, or no text that fits. */
bool sender_read_ours(enum channel channel, const char *text,
                      const char *country, char out[SENDER_MAX]);

#endif
