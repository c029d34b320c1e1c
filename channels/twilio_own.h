/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_TWILIO_OWN_H
#define CHANNELS_TWILIO_OWN_H

#include "base/buf.h"

#include "io/http.h"

#include "channels/call_flow.h"
#include "channels/codes.h"
#include "channels/driver.h"
#include "channels/twilio.h"
#include "channels/wire.h"

struct form;

/* What the files of the Twilio driver share; nobody else includes this. */

/* A call that was placed, until it has ended: its HTTP answer is only the
 * beginning, so the driver asks for its status. */
struct twilio_call {
    struct twilio_call *next;
    int64_t attempt_id;
    char sid[64]; /* "": not placed yet */
    int rank;
    bool asking;
    instant check_at;
    instant give_up_at;
    /* What we say when it is answered; else all of these are empty. */
    char *reference, *to;
    struct call_script script;
    char *voicemail, *transfer_to; /* or NULL */
    bool reached;                  /* 1 was pressed */
    bool pressed;                  /* some key was: no machine does that */
    bool doubted;                  /* whether it was placed nobody knows */
    bool answered, withdrawn;      /* somebody hears us; it was taken back */
    enum outcome heard; /* a machine, with voicemail or without; a fax */
    /* A key that asked for a person, whom nobody connected yet; '\0': none. */
    char person_key;
    char person_place[CALL_PLACE_MAX];
    const char *person_about; /* the part, of the script; NULL: the first */
};

/* A question about one attempt, or nothing. */
struct twilio_question {
    driver_query_fn *fn;
    void *arg;
    char *to;
    char *text;
    instant submitted_at;
    int64_t ahead_ms; /* our clock, of the provider's */
    bool perhaps;     /* a message was seen that may be ours */
};

/* What a request on the wire is about. */
struct twilio_exchange {
    struct driver *driver;
    int64_t attempt_id;
    enum channel channel;
    char *page; /* of a list: its address */
    int pages;
    char *reference; /* of a call that hears its voicemail */
    char sid[64];
    struct twilio_question question;
};

struct twilio_poll {
    bool running;
    int64_t again_at;      /* monotonic; 0: it was not asked yet */
    instant replies_from;  /* earlier replies were handed over */
    instant receipts_from; /* no receipt before this is waited for */
    instant provider_now;  /* by the provider's clock, else by ours */
    bool dated;            /* it said what it is */
    instant newest;        /* row that was seen; INSTANT_NEVER: none */
    instant oldest_open;   /* of messages sent and without a last status */
};

#define TWILIO_SEEN 8192

struct driver {
    struct driver_host host;
    char *name;
    struct arena *arena;
    struct twilio_settings settings;
    struct codes *codes;
    char *password; /* with which we ask */
    /* With which Twilio signs (S-20): the account's, and while that is changed
     * the one before; NULL: it does not call us, or none. */
    char *tokens[2];
    struct wire *wire;
    bool closing;
    bool clock_told; /* ours and the provider's differ, which is logged */
    struct twilio_call *calls;
    struct twilio_poll poll;
    int64_t page_size; /* shrinks when an answer was too large */
    uint64_t *seen;    /* fingerprints of receipts handed over lately */
    struct buf said;   /* what the last hook is answered */
};

struct twilio_exchange *twilio_exchange_new(struct driver *driver,
                                            enum channel channel,
                                            int64_t attempt_id);
void twilio_exchange_free(struct twilio_exchange *exchange);
/* Sends; `done` gets the exchange and frees it. A body makes it a POST. */
void twilio_start(struct twilio_exchange *exchange, http_done_fn *done,
                  const char *url, const char *body);

/* twilio_call.c: following calls that were placed. */
void twilio_call_follow(struct driver *driver, const struct outgoing *message);
/* What Twilio said to it. Where it said nothing (the answer was cut off), the
 * call may come all the same: it is not over as long as it can, and what is
 * told of it tells its name. */
void twilio_call_placed(struct driver *driver, int64_t attempt_id,
                        struct twilio_result *result);
void twilio_call_named(struct driver *driver, const char *reference,
                       const char *sid);
/* Cancels it at Twilio, before it is answered; whoever answers it all the same
 * is told who called, and no more. Who hears it already is told, with the next
 * key, that it has changed. */
void twilio_call_withdraw(struct driver *driver, int64_t attempt_id);
/* With what it begins, now that somebody answers. */
enum call_state twilio_call_answer(struct twilio_call *call);
/* A status of one of these calls that reached us otherwise; false: of none. It
 * is judged by what its call proved. */
bool twilio_call_told(struct driver *driver, struct twilio_result *result);
/* NULL: of a former life, or over. */
struct twilio_call *twilio_call_find(struct driver *driver,
                                     const char *reference);
/* What was heard or pressed while it runs: durable at once, whoever restarts.
 * `outcome` is what it proves, or OUTCOME_NONE; `status` is Twilio's word. */
void twilio_call_prove(struct driver *driver, const char *reference,
                       const char *sid, enum outcome outcome,
                       const char *status, const char *detail);
instant twilio_call_tick(struct driver *driver, instant now);
void twilio_call_close(struct driver *driver);

/* twilio_voice.c: what is said in calls, and what is pressed. */
enum hook_verdict twilio_voice_hook(struct driver *driver,
                                    const struct driver_hook *hook,
                                    const struct form *form,
                                    const struct form *query,
                                    struct hook_answer *answer);
/* The call is over, and somebody who wanted a person got none. */
void twilio_voice_over(struct driver *driver, const struct twilio_call *call);

/* twilio_list.c: questions and polling. */
/* Receipts are found again on every poll while others are open, and callbacks
 * come twice; one that was handed over is not worth a transaction each time.
 * Whether it was, lately; from now on it was. Forgetting is harmless. */
bool twilio_seen(struct driver *driver, const char *sid, const char *status);
void twilio_query(struct driver *driver, const struct driver_query *query,
                  driver_query_fn *fn, void *arg);
void twilio_poll(struct driver *driver, const char *cursor);

/* twilio_hook.c: being called. */
enum hook_verdict twilio_hook(struct driver *driver,
                              const struct driver_hook *hook,
                              struct hook_answer *answer);

/* Whether a number stands for none: who calls does not show it. */
bool twilio_hidden(const char *number);

/* Whether Twilio itself answers a message of this text (L-15). */
bool twilio_answers(const struct driver *driver, const char *text);

#endif
