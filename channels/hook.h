/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_HOOK_H
#define CHANNELS_HOOK_H

#include <stddef.h>

/* A provider calls us, at .../hooks/<its name>/<what>. Borrowed during the
 * call. */
struct driver_hook {
    const char *what;  /* "status", "reply", "call" ... */
    const char *url;   /* as the provider knows it, with its query */
    const char *query; /* of it, undecoded; "" */
    const char *body;
    size_t body_len;
    /* NULL: not sent, or sent twice. */
    const char *(*header)(const void *arg, const char *name);
    const void *header_arg;
};
enum hook_verdict {
    HOOK_TAKEN,
    HOOK_IDLE,    /* signed, and of nothing that is told here */
    HOOK_FORGED,  /* not signed, or not by this provider */
    HOOK_WRONG,   /* signed, and not what it should be */
    HOOK_UNKNOWN, /* nothing of this driver's is there */
};
struct hook_answer {
    const char *type; /* NULL: no body */
    const char *body; /* the driver's, until its next hook */
};

#endif
