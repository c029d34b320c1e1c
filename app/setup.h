/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_SETUP_H
#define APP_SETUP_H

#include <stdbool.h>

#include "app/command.h"
#include "app/config.h"
#include "base/error.h"
#include "scheduler/engine.h"

/* What most subcommands begin with: configuration, policy, store path, and
 * from these the engine's configuration. */
struct setup {
    struct config *config;
    struct policy *policy;
    struct engine_provider *providers; /* in the config's arena */
    struct engine_config engine;
};

/* Loads configuration and policy. Refuses --now where a provider reaches
 * real people. setup_close() also after a failure. */
bool setup_open(struct setup *setup, const struct options *options,
                struct error *err);
/* The configuration alone, for a refusal: it must be recorded also while a
 * calendar or the policy file is gone. */
bool setup_open_to_refuse(struct setup *setup, const struct options *options,
                          struct error *err);
void setup_close(struct setup *setup);

/* The policy file of the configuration, where it has one; refused when no
 * hours are in force today. */
struct policy *setup_policy(const struct config *config, struct error *err);

/* Whether --now may be: never with a driver that reaches real people, nor on
 * a store that one of them ever served. */
bool setup_may_pretend(const struct config *config,
                       const struct options *options, struct error *err);

/* For commands that open a store without a setup: its audit key, where the
 * configuration says where that lies. */
bool setup_audit_key(const struct config *config, struct error *err);

/* One change to a store: opens it, lets `act` write in one transaction and
 * commits; nothing is changed when it fails. */
struct store;
typedef bool setup_act_fn(struct store *store, void *arg, struct error *err);
bool setup_write(const char *store_path, setup_act_fn *act, void *arg,
                 struct error *err);

/* What the engine needs from the store itself: the holdout key; and what the
 * store must know from the configuration: how old each feed may be, whether
 * it reaches real people from now on, and that it changed (L-34). */
bool setup_store(struct setup *setup, struct error *err);
/* The same for a service that is at work: ERROR_BUSY at once while another
 * process writes. What else may refuse is asked by `open` while the store is
 * ours, so that nothing is opened for a store that is busy, and nothing is
 * noted there of what could not be opened. */
typedef bool setup_open_fn(void *arg, struct error *err);
bool setup_store_again(struct setup *setup, setup_open_fn *open, void *arg,
                       struct error *err);

/* Who is held out, as the store decides it: into setup->engine. */
bool setup_holdout(struct setup *setup, struct store *store, struct error *err);

/* How old each feed may be, as the configuration says; one that it does not
 * name may have any age. In the caller's transaction. */
bool setup_feeds(const struct config *config, struct store *store,
                 struct error *err);

/* Somebody is about to see what the store knows about people: audited first
 * (L-34). `what` is the command. */
bool setup_look(const struct setup *setup, const char *what, struct error *err);

/* The same, with every provider replaced by one that only notes: for
 * forecasts (plan, launch) on a copy of the store. Virtual clock, inline. */
void setup_forecast(struct setup *setup, const char *store_path);

/* After a forecast, which moved the clock and the providers: begins again with
 * what the configuration says. */
bool setup_open_again(struct setup *setup, const struct options *options,
                      struct error *err);

/* Refuses a store that is a copy of another one, and says how it may send. One
 * that is not there is refused by whoever opens it. */
bool setup_released(const struct setup *setup, struct error *err);
/* One dispatcher a store: takes the lock beside it; -1 with the remedy when
 * another process holds it, or when the store is a copy. file_unlock() it. */
int setup_lock(const struct setup *setup, struct error *err);
/* The same lock, also for a copy: for restore and release. */
int setup_lock_copy(const struct setup *setup, struct error *err);

#endif
