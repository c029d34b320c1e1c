/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_CARRIER_H
#define SANDBOX_CARRIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/outcome.h"

#include "sandbox/behaviour.h"

struct loop;

/* A make-believe carrier on loopback, and the make-believe people behind every
 * number and address: it speaks Twilio's API of messages and calls, and SMTP,
 * signs what it posts back, and never connects to another machine. What comes
 * of a message hangs on the seed, the address and how many went there before,
 * not on when or beside what. Loop thread only. */
struct carrier;

enum carrier_way {
    CARRIER_TO,   /* somebody is told something */
    CARRIER_FROM, /* somebody says it */
    CARRIER_NOTE, /* what else happened */
};
struct carrier_line {
    instant at;
    enum channel channel;
    enum carrier_way way;
    const char *who; /* a number or an email address, whole; "": nobody */
    const char *text;
};

#define CARRIER_ANYWHERE "127.0.0.1:0"
struct carrier_config {
    struct loop *loop;
    const char *listen; /* HTTP; mail gets a port of its own */
    uint64_t seed;
    const struct behaviour *behaviour;
    /* Addresses that begin with `public_url` are reached through this Unix
     * socket; NULL: none are. */
    const char *public_url, *public_socket;
    void (*say)(void *arg, const struct carrier_line *line);
    void *say_arg;
};
/* Borrows the behaviour. Refuses to listen beyond loopback. NULL with the
 * reason. */
struct carrier *carrier_new(const struct carrier_config *config,
                            struct error *err);
void carrier_free(struct carrier *carrier); /* NULL is fine */

/* For whoever is to use it: live as long as it does. */
struct carrier_access {
    const char *base_url, *account, *token;
    const char *mail_url; /* "smtp://127.0.0.1:40025" */
    const char *number;   /* to send from */
};
const struct carrier_access *carrier_access(const struct carrier *carrier);

/* By itself it keeps to the clock with a timer of the loop. Under a pretended
 * time somebody calls this at each moment: it does what is due and says when
 * something is due again (INSTANT_NEVER: not before somebody calls). */
instant carrier_step(struct carrier *carrier);
/* Something that it posted is not answered yet. */
bool carrier_is_posting(const struct carrier *carrier);
/* Requests that it will answer at a moment of its own. */
size_t carrier_holds(const struct carrier *carrier);

struct carrier_totals {
    int64_t taken[CHANNEL_COUNT]; /* messages, mails and calls */
    int64_t troubles[TROUBLE_NONE];
    int64_t replies, keys;
    int64_t stops;      /* people who wrote STOP or pressed 9 */
    int64_t twice;      /* the same words within a day, to who had got them */
    int64_t after_stop; /* texts to somebody who had written STOP */
    int64_t posts, unheeded; /* posted back; not answered well */
};
void carrier_totals(const struct carrier *carrier, struct carrier_totals *out);

#endif
