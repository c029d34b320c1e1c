/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_BEHAVIOUR_H
#define SANDBOX_BEHAVIOUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/outcome.h"

/* How carriers and patients behave in a simulation and in the sandbox, read
 * from a file (simulation/behaviour.json): shares and times, and no more. */

struct driver;
struct arena;

#define BEHAVIOUR_OUTCOMES_MAX 16
#define BEHAVIOUR_REPLIES_MAX 32

struct behaviour_reply {
    const char *when; /* a part of the text; NULL: any */
    const char *says; /* of a call: the key that is pressed */
    double share;
};
struct behaviour_replies {
    struct behaviour_reply items[BEHAVIOUR_REPLIES_MAX];
    size_t count;
};

/* What goes wrong between us and the carrier: only the sandbox, whose carrier
 * speaks HTTP and SMTP, plays it. */
enum behaviour_trouble {
    TROUBLE_TOO_MANY, /* 429: not taken, come again */
    TROUBLE_ERROR,    /* 500: not taken, though nobody can know */
    TROUBLE_CLOSED,   /* taken, and no answer */
    TROUBLE_CUT,      /* not taken, and no answer */
    TROUBLE_SLOW,     /* taken; the answer comes after the first receipts */
    TROUBLE_NONE
};
/* How receipts come. */
enum behaviour_receipts { RECEIPTS_TWICE, RECEIPTS_DISORDERED, RECEIPTS_PLAIN };

struct behaviour_channel {
    struct {
        enum outcome outcome;
        double share;
    } outcomes[BEHAVIOUR_OUTCOMES_MAX];
    size_t outcome_count;
    int64_t after_ms; /* the middle of it */
    struct behaviour_replies replies;
    int64_t replies_after_ms; /* the middle of it */
    struct behaviour_replies keys;
    double troubles[TROUBLE_NONE];
    double receipts[RECEIPTS_PLAIN];
};

struct behaviour {
    struct arena *arena;
    struct behaviour_channel channels[CHANNEL_COUNT];
};

/* Faults name file, line and column. NULL on a fault. */
struct behaviour *behaviour_load(const char *path, struct error *err);
void behaviour_free(struct behaviour *behaviour); /* NULL is fine */

/* What becomes of one message. It hangs on `seed`, the address and `turn`
 * alone, not on what else is under way. */
struct behaviour_message {
    enum channel channel;
    const char *to, *text;
    int64_t turn; /* when it was handed over, or the how-manieth it is */
};
struct behaviour_end {
    enum outcome outcome;
    int64_t after_ms;
    const char *says; /* the reply, of the behaviour; NULL: silence */
    int64_t says_after_ms;
};
void behaviour_draw(const struct behaviour *behaviour, uint64_t seed,
                    const struct behaviour_message *message,
                    struct behaviour_end *out);
/* What goes wrong with the try of that turn, and how its receipts come. */
enum behaviour_trouble behaviour_trouble(
    const struct behaviour *behaviour, uint64_t seed,
    const struct behaviour_message *message);
enum behaviour_receipts behaviour_receipts(
    const struct behaviour *behaviour, uint64_t seed,
    const struct behaviour_message *message);
/* The key that whoever hears `message->text` presses; NULL: none. */
const char *behaviour_key(const struct behaviour *behaviour, uint64_t seed,
                          const struct behaviour_message *message);

/* Lets a fake driver behave so: the turn is the moment of the hand-over. The
 * struct is borrowed until the driver closes. */
struct behaving {
    const struct behaviour *behaviour;
    struct driver *driver;
    uint64_t seed;
};
void behave(struct behaving *behaving);

#endif
