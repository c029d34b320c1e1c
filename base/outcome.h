/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_OUTCOME_H
#define BASE_OUTCOME_H

#include <stdbool.h>

/* What can come of an attempt: a closed list. Whether to try again is a
 * property of the outcome, never of the driver. Stored numbers are pinned:
 * add at the end, never renumber. */
enum outcome {
    OUTCOME_NONE = 0,      /* still under way */
    OUTCOME_ACCEPTED = 1,  /* the provider took it; nothing more is known */
    OUTCOME_DELIVERED = 2, /* the handset or mailbox server has it */
    OUTCOME_READ = 3,
    OUTCOME_HUMAN = 4,   /* a person answered the call */
    OUTCOME_MACHINE = 5, /* voicemail took it */
    OUTCOME_BUSY = 6,
    OUTCOME_NO_ANSWER = 7,
    OUTCOME_REJECTED = 8, /* the callee's side refused */
    OUTCOME_FAX = 9,
    OUTCOME_BAD_ADDRESS = 10,   /* number or mailbox does not exist */
    OUTCOME_WRONG_CHANNEL = 11, /* a landline for SMS and the like */
    OUTCOME_UNREACHABLE = 12,   /* switched off, no service, mailbox full */
    OUTCOME_OPTED_OUT = 13,     /* the provider says: unsubscribed (21610) */
    OUTCOME_BLOCKED = 14,       /* carrier filter or spam block */
    OUTCOME_BAD_CONTENT =
        15,                 /* too long, refused text: same body never again */
    OUTCOME_THROTTLED = 16, /* 429: never processed, safe to repeat */
    OUTCOME_PROVIDER_DOWN = 17, /* refused before it took it: 503, no route */
    OUTCOME_CONGESTION = 18,    /* trunk trouble: not the patient's doing */
    OUTCOME_MISCONFIGURED = 19, /* credentials, sender, account: halt, alert */
    OUTCOME_NOT_SENT = 20,      /* never left us: safe to repeat */
    OUTCOME_UNKNOWN = 21, /* may have reached the provider: never blindly */
    OUTCOME_EXPIRED = 22, /* validity ran out at the provider */
    OUTCOME_CANCELLED = 23,
    OUTCOME_QUEUE_FULL = 24, /* provider's queue horizon: stop feeding */
    OUTCOME_DAILY_CAP = 25,  /* provider's cap: after its midnight */
    OUTCOME_HUNG_UP = 26,    /* a machine answered: nothing was left on it */
    OUTCOME_COUNT
};

/* What follows for this channel. */
enum outcome_next {
    NEXT_DONE,      /* reached as far as the channel can prove */
    NEXT_WAIT,      /* under way or accepted: evidence may follow */
    NEXT_RETRY,     /* the same again, after back-off */
    NEXT_LATER,     /* the same again, hours later (another day-part) */
    NEXT_OTHER,     /* not on this channel: next rung of the ladder */
    NEXT_NEVER,     /* not this person at all */
    NEXT_RECONCILE, /* find out first */
};

struct outcome_properties {
    const char *name; /* "bad-address": stable, printed, in --json */
    enum outcome_next next;
    bool counts_against_patient; /* in frequency caps (L-6) */
    bool address_bad;            /* mark the contact point */
    bool suppresses;             /* mirror into our opt-out table */
    bool halts_channel;          /* alert, open the provider's circuit */
    bool trouble;                /* shrinks the concurrency window */
};

const struct outcome_properties *outcome_properties(enum outcome outcome);
const char *outcome_name(enum outcome outcome);
bool outcome_parse(const char *name, enum outcome *out);

/* Evidence a driver can give, ordered: a ladder waits only for what its
 * driver declares. */
enum evidence {
    EVIDENCE_NONE = 0,
    EVIDENCE_ACCEPTED = 1,
    EVIDENCE_DELIVERED = 2,
    EVIDENCE_READ = 3,
    EVIDENCE_HUMAN = 4,
};
const char *evidence_name(enum evidence evidence);
enum evidence outcome_evidence(enum outcome outcome);

/* The channels. More may come; stored by name, not by number. */
enum channel {
    CHANNEL_SMS = 0,
    CHANNEL_EMAIL = 1,
    CHANNEL_VOICE = 2,
    CHANNEL_COUNT
};
const char *channel_name(enum channel channel);
bool channel_parse(const char *name, enum channel *out);

#endif
