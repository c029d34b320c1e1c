/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_TWIML_H
#define SANDBOX_TWIML_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* What a call is told to do (V-6), read loosely: verbs and attributes that a
 * phone does not notice are passed over. */
enum twiml_kind {
    TWIML_SAY,      /* `text` is heard */
    TWIML_PLAY,     /* `text`: the address of a recording */
    TWIML_PAUSE,    /* `seconds` */
    TWIML_GATHER,   /* `text` is heard, then a key is waited for */
    TWIML_REDIRECT, /* goes on at `address` */
    TWIML_DIAL,     /* put through to `text`; then `address` */
    TWIML_HANGUP,
};
struct twiml_verb {
    enum twiml_kind kind;
    const char *text;
    const char *address; /* NULL: the one that the document came from */
    int seconds;         /* of a gather: how long a key is waited for */
    bool empty_too;      /* gather: `address` is told of silence, too */
};

#define TWIML_VERBS 64
struct twiml {
    struct twiml_verb verbs[TWIML_VERBS];
    size_t count;
};
/* Texts go to the arena. False: it is no <Response>, not well-formed, or has
 * more than TWIML_VERBS verbs. */
bool twiml_read(const char *text, size_t len, struct arena *arena,
                struct twiml *out);

#endif
