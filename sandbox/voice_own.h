/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_VOICE_OWN_H
#define SANDBOX_VOICE_OWN_H

#include "sandbox/carrier_own.h"
#include "sandbox/script.h"

/* What voice.c and voice_talk.c share; nobody else includes this. */

struct voice {
    struct arena *arena;
    char *url;         /* asked for what to do; NULL: it was given */
    char *twiml;       /* given */
    unsigned told;     /* bits of what is told of */
    char *detection;   /* MachineDetection, or NULL */
    char *detected_at; /* AsyncAmdStatusCallback, or NULL */
    int64_t ring_ms, limit_ms;
    bool machine, over;
    int fetching; /* scripts asked for; the last one counts */
    const char *answered_by;
    instant answered_at, ended_at; /* 0: not yet */
    struct script script;
    size_t verb;
    char *address;   /* where the script came from */
    instant step_at; /* when the next step is due; INSTANT_NEVER: none is */
    int steps;
    int64_t keys;    /* times that a key was waited for */
    const char *key; /* found, and pressed with the next step; or NULL */
    bool waits;      /* that step is the end of a gather */
};

/* voice.c: what every post about a call says; initialises the buf. And its end,
 * with the status that it is told with. */
void voice_form(const struct item *item, struct buf *form);
void voice_end(struct item *item, const char *status);

/* voice_talk.c: goes on with this TwiML; or asks there (NULL: where the last
 * came from) for it. `name` with `value` goes along, or NULL. */
void talk_begin(struct item *item, const char *text, size_t len);
void talk_ask(struct item *item, const char *address, const char *name,
              const char *value);

#endif
