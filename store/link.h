/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_LINK_H
#define STORE_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct store;

/* Words that records are one person's, or two people's, and what follows of all
 * of them: one after the other by their hours, whenever each of them came. That
 * A is B, and that A is C, is two words: taking back the one leaves the other.
 * Who are two people by a newer word are not one by others: whatever made them
 * so before, by a third record too, is over. A record that goes into one person
 * and then into another, whose birth date and family name are both others, is
 * the latter's alone: of those two nobody said that they are one. In the
 * caller's transaction. */

struct link_word {
    int64_t gone, stays; /* records, as the ids of the word mean them */
    const char *source;  /* NULL: not noted */
    instant at;
};
/* The first is the second (A40); they are two (A37). */
bool link_one(struct store *store, const struct link_word *word,
              struct error *err);
bool link_two(struct store *store, const struct link_word *word,
              struct error *err);
/* This one is nobody else's: its source, which would say so, does not. It takes
 * back what this source said before, and nobody else's word. */
bool link_none(struct store *store, int64_t patient_id, const char *source,
               instant at, struct error *err);

/* A record, and whose it is by all words. */
struct link_record {
    int64_t id;
    int64_t left;  /* of the records that are one, which is left by now */
    size_t person; /* the same number: the same person */
    bool gone;     /* a word that holds says that it is */
    instant stays; /* the newest that holds by which it stays; 0: none */
    bool unclear;  /* more than one word is over by one parting, or one by a
                      word that names a stranger in its place */
    char *born, *called; /* NULL: not known */
};
struct link_records {
    struct link_record *items; /* in order of their ids */
    size_t count;
};
/* How many of birth date and family name (NULL: not known) are others. */
int link_differ(const char *born, const char *called, const char *others_born,
                const char *others_called);
/* Everybody of whom a word tells that they are one with this record, step by
 * step, whether it holds or not. */
bool link_read(struct store *store, int64_t id, struct link_records *out,
               struct error *err);
/* NULL: nobody of these. */
struct link_record *link_find(const struct link_records *records, int64_t id);
void link_records_free(struct link_records *records);

#endif
