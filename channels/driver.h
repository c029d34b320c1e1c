/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_DRIVER_H
#define CHANNELS_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/outcome.h"

#include "channels/hook.h"

/* A driver speaks to one provider of one or more channels.
 *
 *  1. It MUST NOT block: no sleeping, no file system waits beyond an append,
 *     no name look-ups of its own.
 *  2. submit() MUST lead to at least one event, later, on the loop thread,
 *     never from inside submit() itself, also when it could answer at once.
 *  3. Events of an attempt follow until one says `ended`; that MUST come
 *     exactly once, and nothing after it. A call outlives its HTTP answer:
 *     its permit is held until `ended`.
 *  4. The `outgoing` is borrowed until the first event of that attempt; what
 *     is needed longer MUST be copied.
 *  5. When the request may have reached the provider and no clear answer
 *     came, the outcome MUST be OUTCOME_UNKNOWN, never a guess; when it
 *     certainly did not, OUTCOME_NOT_SENT. It MUST NOT send again by itself.
 *  6. Every code of the provider maps to one outcome, as data where it can.
 *  7. close() MUST account for every attempt under way (an `ended` event
 *     with OUTCOME_UNKNOWN, or OUTCOME_NOT_SENT when it never left).
 *  8. It declares what it can prove (`evidence`) and which configuration
 *     members are secret (`secrets`); these are never logged.
 *  9. It MAY offer query() (what became of an attempt, by value alone),
 *     withdraw() (it was refused meanwhile: takes it back if it still can, and
 *     ends it as OUTCOME_CANCELLED; may come twice), hook() (the provider
 *     calls us), poll() (receipts and replies that nobody told), kept() (all
 *     that poll() told is stored), tick() (time of its own), key_life_ms()
 *     (repetitions are dropped so long).
 * 10. It knows nothing of stores, campaigns or rules.
 */
struct driver; /* one opened provider; each driver's own struct */
struct http;

/* One message, rendered and allowed, on its way out. */
struct outgoing {
    int64_t attempt_id;
    const char *reference; /* ours, unique for ever: "o7-4711" */
    enum channel channel;
    const char *to;        /* E.164 or an email address */
    const char *extension; /* digits to dial after the answer, or NULL */
    const char *language;
    const char *subject;     /* email */
    const char *text;        /* sms, email; voice: what is said to a person */
    const char *html;        /* email, or NULL */
    const char *voicemail;   /* voice: what a machine hears, or NULL */
    const char *script;      /* voice: the whole script as JSON, or NULL */
    const char *transfer_to; /* voice: where somebody answers now, or NULL */
    const char *calendar;    /* email: an .ics invitation, or NULL */
    const char *unsubscribe_url; /* email, or NULL */
    bool invites_reply;          /* the text asks for an answer or a key */
    instant submitted_at;
    instant valid_until; /* never delivered after; INSTANT_NEVER: open */
};

struct driver_event {
    enum outcome outcome; /* of this moment */
    bool ended;           /* rule 3 */
    int rank;             /* monotone within an attempt (S-17) */
    instant at;
    const char *status;      /* the provider's own word */
    const char *code;        /* the provider's own code, or NULL */
    const char *provider_id; /* or NULL */
    const char *detail;      /* for people, without personal data */
    int64_t retry_after_ms;  /* -1: not said */
    int32_t segments;        /* 0: not said */
    bool marked;             /* it returns a mark that only host->key makes */
};

/* What a patient sent or pressed; it may come again: `provider_id` tells. */
struct driver_reply {
    enum channel channel;
    const char *from, *to;
    const char *text;   /* a key that was pressed: that digit */
    const char *intent; /* a key's own: "call-me", "unclear"; NULL: as read */
    const char *provider_id, *about; /* its own; of what it answers, or NULL */
    bool answered; /* the provider itself confirms a STOP (L-15) */
    bool refused;  /* it took it as a STOP, whatever it says (L-11) */
    bool unread;   /* what follows from it failed: a person reads it */
    instant received_at;
};

/* Of a provider's own list, for a store that lost it; an event says more. */
struct driver_sent {
    enum channel channel;
    const char *to, *text, *provider_id;
    instant at;
};

/* Where events go: given by whoever opened the driver; loop thread. */
struct driver_host {
    void *arg;
    void (*event)(void *arg, int64_t attempt_id,
                  const struct driver_event *event);
    /* Receipts for attempts of former lives: by reference or provider id. */
    void (*receipt)(void *arg, const char *reference, const char *provider_id,
                    const struct driver_event *event);
    void (*reply)(void *arg, const struct driver_reply *reply);
    void (*polled)(void *arg, const char *cursor, bool ok);
    /* NULL, but for a store that was restored. Then poll() begins no later
     * than `sent_since`, whatever its cursor and its settings say, and tells
     * here, not as receipts, of all that the provider sent. */
    void (*sent)(void *arg, const struct driver_sent *sent,
                 const struct driver_event *event);
    instant sent_since;
    const uint8_t *key; /* BOUNCE_KEY_BYTES, this store's alone; or NULL */
    struct http *http;  /* NULL where nothing may leave (virtual clock) */
};

enum driver_answer { DRIVER_FOUND, DRIVER_ABSENT, DRIVER_CANNOT_SAY };
typedef void driver_query_fn(void *arg, int64_t attempt_id,
                             enum driver_answer answer,
                             const struct driver_event *event);
struct driver_query {
    int64_t attempt_id;
    const char *reference, *to, *text;
    enum channel channel;
    instant submitted_at;
};

/* The provider's section of outreach.json, already syntactically read. */
struct driver_config {
    const char *name; /* the provider's name there: "main-sms" */
    const struct json *doc;
    const struct json_node *node;
    const char *path;                   /* of the file, for errors */
    const char *directory;              /* where relative paths begin */
    const char *organisation, *country; /* of numbers without '+'; or NULL */
    const char *hook_url; /* ".../hooks/main-sms", where it may call us; NULL */
};

struct channel_driver {
    const char *name;           /* "twilio" */
    unsigned channels;          /* bit (1 << channel) */
    unsigned lists;             /* poll() tells what was sent of these */
    bool live;                  /* reaches real people: forbidden under --now */
    const char *const *secrets; /* member names, NULL-terminated */
    const char *const *members; /* that it reads, likewise; NULL: it checks */
    /* Whether they are of one account, so that each tells of both. NULL: no. */
    bool (*shares)(const struct driver_config *, const struct driver_config *);
    /* Whether such a section can carry that channel. NULL: each. */
    bool (*carries)(const struct driver_config *config, enum channel channel,
                    struct error *err);
    /* What such a section gives up, for a warning. NULL, or NULL: nothing. */
    const char *(*gives_up)(const struct driver_config *config);
    struct driver *(*open)(const struct driver_config *config,
                           const struct driver_host *host, struct error *err);
    void (*close)(struct driver *driver);
    enum evidence (*evidence)(const struct driver *driver,
                              enum channel channel);
    /* Whether a message can go: not if it invites what nobody hears. */
    bool (*admits)(const struct driver *driver, const struct outgoing *message,
                   struct error *err); /* or NULL: each */
    void (*submit)(struct driver *driver, const struct outgoing *message);
    void (*withdraw)(struct driver *driver, int64_t attempt_id); /* or NULL */
    /* How long after the first the provider drops a repetition: so long
     * submit() again with an equal `outgoing` is safe. NULL, 0: never. */
    int64_t (*key_life_ms)(const struct driver *driver);
    /* Whether receipts may come by the provider's id alone; NULL: never. */
    bool (*by_id)(const struct driver *driver);
    void (*query)(struct driver *driver, const struct driver_query *query,
                  driver_query_fn *fn, void *arg);           /* or NULL */
    void (*poll)(struct driver *driver, const char *cursor); /* or NULL */
    void (*kept)(struct driver *driver); /* before the next poll; or NULL */
    /* Verifies, then reads and tells the host; NULL: nobody calls. */
    enum hook_verdict (*hook)(struct driver *driver,
                              const struct driver_hook *hook,
                              struct hook_answer *answer);
    /* Does what is due; answers when to call again (INSTANT_NEVER: after the
     * next submit, query or poll). Called after each burst of submits, and when
     * it asked to. NULL: never needs that. */
    instant (*tick)(struct driver *driver, instant now);
};

/* S-17: whether a status that arrives takes the place of the one we have.
 * Upwards only; of two last ones the first stays, but delivered wins over
 * undelivered. */
bool driver_supersedes(int rank, enum outcome outcome, int new_rank,
                       enum outcome new_outcome);

/* The built-in drivers, each in the file of its name. */
extern const struct channel_driver driver_outbox, driver_fake, driver_twilio,
    driver_smtp, driver_http;

/* The registry: one row a driver. Unknown: NULL, `err` lists the known. */
const struct channel_driver *driver_find(const char *name, struct error *err);
const struct channel_driver *driver_at(size_t i); /* NULL past the end */

#endif
