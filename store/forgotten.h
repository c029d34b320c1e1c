/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_FORGOTTEN_H
#define STORE_FORGOTTEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct store;

/* People who were forgotten, and who stay so. A clinic's system goes on
 * exporting them, so the keys that it knows them by are kept as marks: keyed
 * hashes (of the record number, and of every other id that a source has for
 * them), from which nobody reads a record number (whoever has the whole
 * store can still try numbers one by one). Their rows are left out by every
 * import, until they let themselves be contacted again. */

/* Forgets who it was, in the caller's transaction, with all records that were
 * merged into this one: names, address, birth, attributes, contact points,
 * what is known of their health, texts and addresses of messages and replies,
 * what was said in tasks. Planned messages end. The record stays without a
 * face, so that the ledger, consents, counts and the audit chain hold (L-35);
 * of the words that a consent or refusal is based on stays a keyed hash.
 * Refusals stay by the address that they were about: where nobody else has
 * it, also those that were the person's alone, because a number that said no
 * must not ring again under another record. Whoever they are the guardian of
 * is reached by nobody until the source names another.
 *
 * ERROR_INPUT while a message is being handed over, or the provider is still
 * to be asked what became of one. */
struct forgotten_stays {
    /* Texts that came from, or went to, a number that somebody else has who is
     * still there, since they may be that one's. They go with the last. */
    bool shared;
    /* "one; two": campaigns and blasts of which a version may name them, in a
     * condition or in words. It is what was launched, and the audit chain holds
     * its sum: it stays as it is. "": none. */
    char campaigns[400];
};
bool forgotten_make(struct store *store, int64_t patient_id, const char *actor,
                    instant now, struct forgotten_stays *stays,
                    struct error *err);

/* The record number of the record without a face, by its id. */
#define FORGOTTEN_KEY "forgotten-%lld"
#define FORGOTTEN_KEY_MAX 32

enum forgotten_kind {
    FORGOTTEN_PATIENT,
    FORGOTTEN_PRESCRIPTION,
    FORGOTTEN_ID, /* "authority\nvalue" */
};
struct forgotten {
    bool found;
    int64_t patient_id; /* the record without a face */
    instant at;
};
/* By the source's key: a record number, a prescription's id. */
bool forgotten_find(struct store *store, enum forgotten_kind kind,
                    const char *key, struct forgotten *out, struct error *err);
/* By an id that an authority gave them (store/alias.h). */
bool forgotten_find_id(struct store *store, const char *authority,
                       const char *value, struct forgotten *out,
                       struct error *err);
/* Whether there is anybody at all. */
bool forgotten_any(struct store *store, bool *any, struct error *err);
/* Another key by which the source knows them. */
bool forgotten_note(struct store *store, enum forgotten_kind kind,
                    const char *key, int64_t patient_id, instant now,
                    struct error *err);

/* They asked for it: the next import brings them back, as somebody new; what
 * their addresses refuse stays refused. The consent is kept at the old record,
 * with its evidence. */
bool forgotten_lift(struct store *store, int64_t patient_id,
                    const char *evidence, const char *actor, instant now,
                    struct error *err);

#endif
