/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_PROVIDER_HOOK_H
#define CHANNELS_PROVIDER_HOOK_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"

#include "channels/driver.h"
#include "channels/provider_body.h"
#include "channels/sender.h"

struct arena;
struct driver_config;
struct provider_rules;
struct provider_secret;

/* The part of a provider's description that says how it calls us: "hook" (how
 * it signs, and in which format it speaks) and "reply" (where a patient's words
 * stand). What a status means is provider_rules.h. */
struct provider_hook;

/* *out NULL: it has none, and nobody is believed. False: a fault with its
 * place. Lives in the arena, and as long as the secrets. */
bool provider_hook_read(const struct driver_config *config,
                        const struct provider_secret *secrets,
                        struct arena *arena, struct provider_hook **out,
                        struct error *err);
/* Whether it says where a patient's words stand. */
bool provider_hook_replies(const struct provider_hook *hook);
bool provider_hook_is_form(const struct provider_hook *hook);

/* Whether the provider signed it, and lately, where it says when (S-20). The
 * bytes of the body are what counts; compares in constant time. */
bool provider_hook_signed(const struct provider_hook *hook,
                          const struct driver_hook *call, instant now);
/* Whether this was heard before: one status of one message is told once,
 * however often a call is played again. Of the newest thousand; what the store
 * holds is guarded there (S-17). */
bool provider_hook_is_again(struct provider_hook *hook, const char *what,
                            const char *id, const char *status);

/* One call: verified, read, and told to the host. */
enum hook_verdict provider_hook_hear(struct provider_hook *hook,
                                     const struct provider_rules *rules,
                                     enum channel channel,
                                     const struct driver_host *host,
                                     const struct driver_hook *call);

struct provider_reply {
    struct driver_reply reply; /* points into the rest and into the body */
    char from[SENDER_MAX], to[SENDER_MAX], id[128], about[128];
    char number[PROVIDER_NUMBER_MAX]; /* a key that came as one */
};
/* False: it is not of this shape, or of nobody who can be told apart. */
bool provider_read_reply(const struct provider_hook *hook,
                         const struct provider_body *body, enum channel channel,
                         instant now, struct provider_reply *out);

#endif
