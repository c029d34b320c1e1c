/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_DEATH_H
#define STORE_DEATH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct buf;
struct store;

/* Whether somebody died, as each source says it. A source takes back what it
 * said itself, by a word that is newer; nobody takes back another one's, since
 * "not dead" is what most records say by default. What follows of all words is
 * patient.deceased_at (schema.sql). A child whose guardian died is asked about,
 * once (a task). In the caller's transaction. */

/* The word that they live, where an instant would say when they died. */
#define DEATH_DENIED INT64_C(-1)

struct death_word {
    int64_t patient_id;
    int64_t via; /* the record by whose ids it came */
    const char *source;
    instant at;      /* when it was so */
    instant died_at; /* 0: some day; DEATH_DENIED */
};
/* `*changed`: whether they are dead, or since when, is another now. Where they
 * are dead by another word that is not newer, a denial opens a task; it is
 * void when they live by all words, or nobody denies the death any more. */
bool death_say(struct store *store, const struct death_word *word, instant now,
               bool *changed, struct error *err);

/* Who told of the death tells of it no more: by a word it is taken back
 * (`deleted`); by silence a person is asked, once. `died_at` is of no weight.
 */
bool death_unsay(struct store *store, const struct death_word *word,
                 bool deleted, instant now, bool *changed, struct error *err);

/* For a staging (store/staging.h): whether `column` of a patient's row says
 * nothing new, as SQL; and the words of the rows that wait. */
void death_put_same(struct buf *out, const char *column);
bool death_stage(struct store *store, const char *source, instant at,
                 instant now, struct error *err);

#endif
