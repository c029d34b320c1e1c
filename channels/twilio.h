/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_TWILIO_H
#define CHANNELS_TWILIO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"

#include "channels/driver.h"

struct arena;
struct buf;
struct call_words;
struct codes;
struct http_answer;

/* The pure halves of the Twilio driver: building requests and reading
 * answers. The driver itself (twilio.c) only moves them over the wire. */

#define TWILIO_LANGUAGES 8
struct twilio_settings {
    const char *base_url; /* without a '/' at the end */
    const char *account_sid;
    const char *user; /* of Basic: the account, or an API key */
    const char *from; /* of these two at least one for SMS */
    const char *messaging_service_sid;
    const char *callback_url; /* NULL: nothing can call us */
    const char *voice_url;    /* who answers a call's keys in our place */
    const char *hook_url;     /* where it calls us; NULL */
    const char *transfer_to;  /* where somebody always answers, or NULL */
    const char *organisation;
    const char *country; /* of numbers without '+'; NULL */
    const struct call_words *languages[TWILIO_LANGUAGES]; /* of those who
                                       call us; NULL-terminated */
    const char *machine_detection; /* Twilio's word, or NULL */
    int64_t ring_seconds;
    bool answers_keywords; /* STOP, START and HELP are answered there (L-15) */
    int64_t time_limit_seconds;
    int64_t page_size;
    int64_t timeout_ms;  /* for one request */
    int64_t receipts_ms; /* how long a receipt is waited for by polling */
    bool poll;           /* asked for receipts and replies, time and again */
    bool catch_up;    /* it calls us, and is asked for what we did not hear */
    bool called;      /* it calls us: replies */
    bool called_back; /* and statuses, which do not go elsewhere */
    bool serves;      /* and asks us what to say in a call */
};

/* Texts go to the arena. No secrets are read. */
bool twilio_settings_read(const struct driver_config *config,
                          struct arena *arena, struct twilio_settings *settings,
                          struct error *err);

/* What they give up that is dear, for a warning; NULL: nothing. */
const char *twilio_gives_up(const struct driver_config *config);
/* Whether calls can be held by this account at all, and why not. */
bool twilio_calls(const struct twilio_settings *settings, struct error *err);
/* Whether the message can go by this account at all, and why not. */
bool twilio_admits(const struct twilio_settings *settings,
                   const struct outgoing *message, struct error *err);

/* ".../Messages.json" or ".../Calls.json". */
void twilio_url(const struct twilio_settings *settings, enum channel channel,
                struct buf *out);
/* The bodies to POST there (S-12, V-1 to V-5). */
void twilio_message_form(const struct twilio_settings *settings,
                         const struct outgoing *message, struct buf *form);
void twilio_call_form(const struct twilio_settings *settings,
                      const struct outgoing *message, struct buf *form);
/* How long this call may last: longer where somebody may be rung up. */
int64_t twilio_call_limit(const struct twilio_settings *settings,
                          const struct outgoing *message);
/* Whom a call's patient may be put through to; NULL: nobody. */
const char *twilio_staff(const struct twilio_settings *settings,
                         const struct outgoing *message);
/* ".../Calls/CA1.json" */
void twilio_call_url(const struct twilio_settings *settings, const char *sid,
                     struct buf *out);
/* Whole seconds from `now` that a message may wait there: 1..36000; 0 = its
 * time is over. */
int64_t twilio_validity(instant now, instant valid_until);

/* What an answer or a resource says. `event` points into the rest, so never
 * copy one. */
struct twilio_result {
    struct driver_event event;
    char sid[64];
    char status[32];
    char code[24];
    char detail[160];
};

/* The answer to a POST (S-16, S-19). Always fills `result`. */
void twilio_read_created(const struct codes *codes, enum channel channel,
                         const struct http_answer *answer, instant now,
                         struct twilio_result *result);
/* A message or call as the API shows it. False: it does not look like one. */
bool twilio_read_resource(const struct codes *codes, enum channel channel,
                          const struct json_node *node, instant now,
                          struct twilio_result *result);
/* A status, as a resource or a callback tells it; texts borrowed. */
struct twilio_status {
    const char *sid, *status;
    int64_t error_code;      /* 0: none */
    const char *answered_by; /* of a call, or NULL */
    int32_t segments;        /* 0: not said */
};
/* False: it does not look like one. */
bool twilio_read_status(const struct codes *codes, enum channel channel,
                        const struct twilio_status *status, instant now,
                        struct twilio_result *result);
/* A call that we held ourselves proves a person by keys alone, and a machine or
 * a fax by what was heard on the line: that it was answered proves nothing
 * (rank 4). `proved` is OUTCOME_NO_ANSWER where none was, and OUTCOME_NONE of a
 * call that is not known here any more, whose proof was told before. */
void twilio_call_judge(const struct twilio_settings *settings,
                       enum outcome proved, struct twilio_result *result);
/* "Thu, 24 Aug 2023 05:01:45 +0000"; false when it is not that. */
bool twilio_date(const char *text, instant *out);

#endif
