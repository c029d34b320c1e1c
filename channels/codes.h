/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_CODES_H
#define CHANNELS_CODES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/outcome.h"

/* What a provider's words and numbers mean, as data: a JSON file of tables
 * (providers/twilio.json), each row a code of the provider and the outcome
 * that follows (domain.md 2.6, 2.7). Read once; immutable. */
struct codes;

struct code {
    const char *key; /* "21610", "delivered", "5xx" */
    enum outcome outcome;
    int rank;            /* S-17; 0 where it says nothing */
    bool final;          /* no other status follows, but a better one may */
    const char *meaning; /* for people; holds nothing of a message */
};

/* NULL on a fault with "path:line:column". Free with codes_free(). */
struct codes *codes_read(const char *text, size_t len, const char *path,
                         struct error *err);
/* Those that travel inside the binary; a fault in one is a PANIC. */
struct codes *codes_twilio(void);
struct codes *codes_plain_http(void); /* what HTTP alone proves */
void codes_free(struct codes *codes);

/* NULL: there is no such row. */
const struct code *codes_find(const struct codes *codes, const char *table,
                              const char *key);
/* The row of an HTTP status in table "http": "429", else "4xx". */
const struct code *codes_http(const struct codes *codes, int status);

/* The lines of providers/NAME.json, put here by the build. */
extern const char *const codes_twilio_lines[];
extern const char *const codes_http_lines[];

#endif
