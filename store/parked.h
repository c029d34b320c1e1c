/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_PARKED_H
#define STORE_PARKED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/outcome.h"

struct store;

/* Receipts that came before anybody knew whose they are (S-17): a callback can
 * beat the answer that tells the provider's id. They wait here, word for word,
 * in the order in which they came. */
#define PARKED_STATUS_MAX 64
#define PARKED_CODE_MAX 64
#define PARKED_DETAIL_MAX 256

/* What each of them says. */
struct parked {
    instant at; /* when the provider says it was */
    enum outcome outcome;
    bool ended;
    int rank;
    int32_t segments;
    char status[PARKED_STATUS_MAX], code[PARKED_CODE_MAX]; /* "": none */
    char detail[PARKED_DETAIL_MAX];
};
/* `fresh` false: the same word of the same message waits already. */
bool parked_add(struct store *store, const char *driver,
                const char *provider_id, const struct parked *parked,
                instant now, bool *fresh, struct error *err);
/* The oldest of that message, which does not wait any more then. */
bool parked_take(struct store *store, const char *driver,
                 const char *provider_id, bool *found, struct parked *out,
                 struct error *err);
/* What those say that came at `until` or before, each word of each provider
 * once, with how many. */
typedef void parked_fn(void *arg, const char *driver, const char *status,
                       const char *code, int64_t count);
bool parked_words(struct store *store, instant until, parked_fn *fn, void *arg,
                  struct error *err);
/* They go. */
bool parked_drop(struct store *store, instant until, int64_t *count,
                 struct error *err);
/* How many wait, and when the oldest came (INSTANT_NEVER: none). */
bool parked_look(struct store *store, int64_t *count, instant *oldest,
                 struct error *err);

#endif
