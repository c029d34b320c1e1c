/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_REFUSED_H
#define APP_REFUSED_H

#include <stdint.h>

#include "base/log.h"

/* What the service refuses, in the log: each kind at once, and then once a
 * minute with how often it came meanwhile. Whoever has no key must not fill
 * the disk. Times are monotonic. */
struct refused;

struct refused *refused_new(void);
/* A kind is an event and its text, both from what we know: never a word of
 * the request, or there were as many kinds as requests. */
void refused_tell(struct refused *refused, enum log_level level,
                  const char *event, const char *text, int64_t now);
/* Says what waited for its minute. */
void refused_step(struct refused *refused, int64_t now);
/* Says what still waits. NULL is fine. */
void refused_free(struct refused *refused);

#endif
