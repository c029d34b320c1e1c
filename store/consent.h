/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CONSENT_H
#define STORE_CONSENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct store;

/* What people allow and forbid. Consent is append-only and per person; a
 * suppression stands against a person, an address, or both, until it is
 * lifted. All of these go into the caller's transaction, with their audit
 * row, so that the message that asked for it and its effect are one. */

/* One word of a patient about consent, as the law wants it kept (L-34). */
struct consent {
    int64_t patient_id;
    bool granted;        /* else revoked */
    const char *kind;    /* express, written, provided */
    const char *purpose; /* NULL: all */
    const char *channel; /* NULL: all */
    bool narrow;         /* refused: this channel alone (L-16) */
    instant at;
    const char *evidence; /* "reply 17", "form 4711" */
    const char *actor;
    const char *source;
};
bool consent_add(struct store *store, const struct consent *consent,
                 struct error *err);

/* Who, by which channels and for what. */
struct opt {
    int64_t patient_id;  /* 0: only the address is known */
    const char *address; /* E.164 or email; NULL: all of the patient's */
    /* "sms" and "voice" mean both of them when opting out (L-16: a refusal
     * of texts is one of calls), unless `only`; "email" is itself; NULL is
     * every channel. */
    const char *channel;
    bool only;  /* the patient asked for this channel alone */
    bool every; /* opting out: said there, of every channel. One that is let in
                   again is let in alone */
    /* Opting in: `address` is shared, and no more is lifted of this person than
     * what was refused from there. */
    bool there;
    const char *purpose; /* NULL: all (L-14, L-16: silence means all) */
    const char *reason;  /* "opt-out", "wrong-number"; NULL: "opt-out" */
    instant said_at;     /* when the patient said so, if before now; 0: now */
    const char *evidence;
    const char *actor;
};

/* Ends all of it, now (L-11, L-12: any reasonable way; L-13: in this very
 * transaction): consent revoked and suppressions written for the person and
 * their addresses, every planned message of theirs by these channels (and of
 * campaigns with this purpose) suppressed with reason "opt-out" and their
 * anchors noted as changed, so that the engine opens the tasks that are due for
 * the not reached. What is planned for their minor children goes with it. An
 * address that several people share silences the address for all of them and
 * revokes nobody's consent; the messages of those who have no other one end.
 * `*cancelled` (may be NULL) counts the messages. */
bool consent_opt_out(struct store *store, const struct opt *opt, instant now,
                     int64_t *cancelled, struct error *err);

/* Whatever this person refused ends what is planned for them, as when they
 * refused it: another record of theirs came to this one (F-4). */
bool consent_refused(struct store *store, int64_t patient_id, instant now,
                     struct error *err);

/* Only after an affirmative act of the patient (L-18): lifts opt-outs of
 * exactly this channel (NULL: all) of the person and the address or, without
 * one, all their addresses, and records consent. What the refusal ended and is
 * not too late is planned again, and asks the gate. What was refused after they
 * said so (news may come in any order) and what stands for another reason
 * (wrong number) stays: consent_is_silenced() tells. `there` changes nothing
 * where the person refused elsewhere, too, or nothing at all. A purpose alone
 * cannot be let in again while everything is refused: ERROR_INPUT. */
bool consent_opt_in(struct store *store, const struct opt *opt, instant now,
                    struct error *err);

/* Whether something stands against every message to that person (0: not known)
 * at this address by this channel, for whatever reason. */
bool consent_is_silenced(struct store *store, int64_t patient_id,
                         const char *address, const char *channel,
                         bool *silenced, struct error *err);

/* A number or mailbox that is not the patient's (L-22): they are not reached
 * there by any channel until somebody lifts it; where patient_id is 0, nobody
 * is. */
bool consent_wrong_address(struct store *store, int64_t patient_id,
                           const char *address, const char *evidence,
                           const char *actor, instant now, struct error *err);
/* Of a row of `suppression`: it binds one person at one address, neither the
 * person elsewhere nor others there. */
#define CONSENT_NOT_THEIRS                                    \
    "(reason = 'wrong-number' AND patient_id IS NOT NULL AND" \
    " address IS NOT NULL)"

/* Rows that a feed brings are written in sets; each is audited all the same:
 * note where the tables end before, and audit what stands behind. In one
 * transaction. The words of `reason` columns are a source's codes. */
#define CONSENT_TABLES 3
struct consent_mark {
    int64_t last[CONSENT_TABLES];
};
bool consent_mark(struct store *store, struct consent_mark *out,
                  struct error *err);
bool consent_audit_since(struct store *store, const struct consent_mark *mark,
                         const char *actor, instant now, struct error *err);

#endif
