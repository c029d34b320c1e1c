/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_CARRIER_OWN_H
#define SANDBOX_CARRIER_OWN_H

#include "channels/form.h"

#include "sandbox/agenda.h"
#include "sandbox/carrier.h"

/* What the files of the carrier share; nobody else includes this. */

struct buf;
struct voice;
struct exchange;
struct http;
struct listener;
struct mail_in;

#define CARRIER_SID 35

/* Whoever has a number or an address. */
struct party {
    struct party *next;
    char *address;
    int64_t tries;      /* to hand something over to them */
    int64_t taken;      /* of these */
    instant stopped_at; /* they wrote STOP; INSTANT_NEVER */
    bool confirmed;     /* one text was let through after it (L-14) */
    bool mute;          /* the mail they are getting is not answered */
    struct item *items; /* the newest first */
    int64_t item_count;
};

/* A message, or a call, as the API shows it. */
struct item {
    struct item *next; /* the newest first */
    struct item *next_of_party;
    struct carrier *carrier;
    struct party *party;
    enum channel channel;
    bool inbound;
    char sid[CARRIER_SID];
    char *from, *to, *body;
    char *callback; /* for statuses, or NULL */
    const char *status;
    int error_code; /* 0: none */
    instant created, updated;
    struct behaviour_end end;
    enum behaviour_receipts receipts;
    struct voice *call; /* of a call */
};

/* An answer that waits for its moment. */
struct held {
    struct held *next;
    struct carrier *carrier;
    struct exchange *exchange;
    int status;
    char *body;
};

#define PARTY_SLOTS 4096
struct carrier {
    struct carrier_config config;
    struct carrier_access access;
    char base_url[64], account[CARRIER_SID], token[33], mail_url[64];
    char authorization[160]; /* the header that it wants */
    struct agenda *agenda;
    struct timer *timer; /* NULL under a pretended time */
    struct http *http;
    struct listener *listener;
    struct mail_in *mail;
    struct post *posts, **posts_end; /* the first is on its way */
    bool posting, closing;
    struct held *held;
    size_t held_count;
    struct item *items;
    struct party *parties[PARTY_SLOTS];
    struct carrier_totals totals;
};

/* carrier.c */
struct party *party_find(struct carrier *carrier, const char *address);
/* A new item to them, or (inbound) from them, whose other end is `other`.
 * Copies texts. */
struct item *item_new(struct carrier *carrier, struct party *party,
                      enum channel channel, bool inbound, const char *other,
                      const char *body);
/* Draws what becomes of it. */
void item_draw(struct item *item);
void item_status(struct item *item, const char *status);
struct item *item_find(struct carrier *carrier, enum channel channel,
                       const char *sid, size_t len);
void carrier_later(struct carrier *carrier, int64_t after_ms, agenda_fn *fn,
                   void *arg);
void carrier_say(struct carrier *carrier, enum channel channel,
                 enum carrier_way way, const char *who, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* What to answer to a request that creates something. */
struct verdict {
    int status;
    int code; /* Twilio's, of a refusal */
    const char *message;
    struct item *item; /* NULL: refused */
    enum behaviour_trouble trouble;
};
/* Whether this try to reach them is taken (201), and what goes wrong with it,
 * which is counted and said. */
struct verdict party_try(struct party *party, struct carrier *carrier,
                         enum channel channel);
/* message.c */
struct verdict message_create(struct carrier *carrier, const struct form *form);
/* voice.c */
struct verdict voice_create(struct carrier *carrier, const struct form *form);
/* A change of a call under way. False: it is over. */
bool voice_change(struct item *item, const struct form *form);
void voice_free(struct voice *call);                     /* NULL is fine */
const char *voice_answered_by(const struct voice *call); /* NULL: not known */
int64_t voice_seconds(const struct voice *call);

/* api.c, api_json.c: HTTP in. */
void api_hear(void *arg, struct exchange *exchange);
void api_item_json(const struct item *item, struct buf *out);
void api_list_json(const struct carrier *carrier, enum channel channel,
                   const struct form *query, struct buf *out);

/* post.c: what is posted back, one at a time and in order. */
typedef void post_fn(void *arg, int status, const char *body, size_t len);
/* `fn` (or NULL) hears the answer: status 0 when there was none. `form` is
 * copied. */
void post_add(struct carrier *carrier, const char *url, const struct buf *form,
              post_fn *fn, void *arg);
void post_free_all(struct carrier *carrier);

/* letter.c: mail in. */
struct mail_in_message;
const char *letter_take(void *arg, const struct mail_in_message *message);

#endif
