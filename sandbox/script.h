/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SCRIPT_H
#define SANDBOX_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* What a call is told to do (V-6), read loosely: verbs and attributes that a
 * phone does not notice are passed over. */
enum script_kind {
    SCRIPT_SAY,      /* `text` is heard */
    SCRIPT_PLAY,     /* `text`: the address of a recording */
    SCRIPT_PAUSE,    /* `seconds` */
    SCRIPT_GATHER,   /* `text` is heard, then a key is waited for; behind
                        SCRIPT_RECORDING stands an address */
    SCRIPT_REDIRECT, /* goes on at `address` */
    SCRIPT_DIAL,     /* put through to `text`; then `address` */
    SCRIPT_HANGUP,
};
struct script_verb {
    enum script_kind kind;
    const char *text;
    const char *address; /* NULL: the one that the document came from */
    int seconds;         /* of a gather: how long a key is waited for */
    bool empty_too;      /* gather: `address` is told of silence, too */
};

#define SCRIPT_RECORDING "(a recording)"
#define SCRIPT_VERBS 64
struct script {
    struct script_verb verbs[SCRIPT_VERBS];
    size_t count;
};
/* Texts go to the arena. False: it is no <Response>, not well-formed, or has
 * more than SCRIPT_VERBS verbs. */
bool script_read(const char *text, size_t len, struct arena *arena,
                 struct script *out);

#endif
