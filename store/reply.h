/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_REPLY_H
#define STORE_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/outcome.h"

struct store;

/* What patients wrote, kept once however often it is reported. */
struct reply {
    enum channel channel;
    const char *address;     /* who wrote */
    const char *provider;    /* who brought it: its name here */
    const char *provider_id; /* its id there; NULL: none */
    instant received_at;
    const char *body;
    int64_t patient_id;  /* 0: not known, or several */
    int64_t outreach_id; /* what it answers; 0: not known */
    const char *intent;
};
/* In the caller's transaction. `fresh` false: it was known (that id of that
 * provider) and nothing changed. */
bool reply_add(struct store *store, const struct reply *reply, int64_t *id,
               bool *fresh, struct error *err);

/* The newest message handed over to this address, or the newest call (who was
 * called may text what they have to say), about whoever has it (nobody:
 * whoever had it) or about a dependant of theirs. `found` false: none. */
struct reply_context {
    int64_t outreach_id, campaign_id, patient_id, anchor_id, occurrence;
    int anchor_kind;
    int64_t addressee_id; /* who was written to: a guardian, or the patient */
};
bool reply_context(struct store *store, const char *address, bool *found,
                   struct reply_context *out, struct error *err);

/* Messages that went to this address while it was theirs who have it now (or,
 * where nobody does, had it), and may still be answered, the newest first: none
 * older than `since`, and of visits only those to come, or that were to come.
 * With `about` that one alone, whoever has the number. At most `most` are
 * written to `out`. */
struct reply_question {
    struct reply_context context;
    int64_t version_id; /* of the campaign, as it was sent */
    char step[96];
    instant sent_at;
    bool off;    /* the visit was cancelled or moved since */
    bool struck; /* the number was said to be another's than the addressee's */
    instant answered_at; /* INSTANT_NEVER: not yet */
};
struct reply_about {
    const char *provider, *provider_id; /* provider_id NULL: nothing in
                                           particular */
};
bool reply_questions(struct store *store, const char *address,
                     const struct reply_about *about, instant since,
                     instant now, struct reply_question *out, size_t most,
                     size_t *count, struct error *err);

/* What intent a reply has that only acknowledges. */
#define REPLY_THANKS "acknowledged"
/* Where the talk with an address stands: the newest message that was handed
 * over there, in flight and unknown ones too, as of reply_questions() (0: none
 * since `since`), and when that, or what a lost store sent there, went out;
 * when something was last written from there, and the same but for thanks. A
 * moment that never was is 0. */
struct reply_turn {
    int64_t told_id;
    instant told_at, heard_at, said_at;
};
bool reply_turn(struct store *store, const char *address, instant since,
                struct reply_turn *out, struct error *err);

/* Whether what it answers went to somebody who was forgotten since. */
bool reply_of_forgotten(struct store *store, const struct reply_about *about,
                        bool *forgotten, struct error *err);
/* Whether a START of that address (S-9) was written after `since`. */
bool reply_let_in_since(struct store *store, const char *address, instant since,
                        bool *let_in, struct error *err);
/* Whether what that answer says of a visit, or asks about several, is still so:
 * none is off or moved, and the patient has not said otherwise since. */
bool reply_stands(struct store *store, int64_t outreach_id, instant now,
                  bool *stands, struct error *err);
/* Whether what that message is about is to come; of no visit: always. */
bool reply_to_come(struct store *store, int64_t outreach_id, instant now,
                   bool *to_come, struct error *err);

/* Whom a message spoke for beside its own row: those merged into it, at most
 * `most`. */
bool reply_merged(struct store *store, int64_t outreach_id,
                  struct reply_context *out, size_t most, size_t *count,
                  struct error *err);

/* What was written: all by one patient, also under a record that was merged
 * into theirs, the newest first (`task_id` 0), or
 * the one that a task is about (`patient_id` 0). `body` NULL: its time was
 * over, or who wrote it was forgotten. Texts live until the callback returns.
 * The caller audits who looked (L-34). */
struct reply_filter {
    int64_t patient_id, task_id;
};
#define REPLIES_SHOWN 50
typedef void reply_fn(void *arg, const struct reply *row);
bool reply_list(struct store *store, const struct reply_filter *filter,
                reply_fn *fn, void *arg, struct error *err);

/* How many were ever taken. */
bool reply_count(struct store *store, int64_t *count, struct error *err);

#endif
