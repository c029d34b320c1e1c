/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_FAKE_LOG_H
#define CHANNELS_FAKE_LOG_H

#include <stddef.h>

#include "channels/driver.h"
#include "channels/fake.h"

struct fake_rule;

/* The last `cap` messages the fake driver was given, and how many in all. */
struct fake_logged {
    struct fake_message message;
    char *texts; /* all of the message's texts in one block */
    const struct fake_rule *rule;
};

struct fake_log {
    struct fake_logged *entries; /* a ring */
    size_t cap;
    size_t submitted;
};

void fake_log_init(struct fake_log *log, size_t cap);
void fake_log_free(struct fake_log *log);
void fake_log_add(struct fake_log *log, const struct outgoing *from,
                  const char *provider_id, const struct fake_rule *rule);
/* NULL: not kept any more, or never was. */
const struct fake_logged *fake_log_at(const struct fake_log *log, size_t i);
const struct fake_logged *fake_log_find(const struct fake_log *log,
                                        const char *reference);

#endif
