/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The closed list of outcomes and what follows from each (domain.md 2.6, 3.4,
 * 3.5). Drivers only name an outcome; every decision after that is read from
 * this table, so that two drivers can never disagree about what "busy" means.
 * Decides nothing about time: delays and budgets belong to the scheduler.
 */
#include "base/outcome.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* These numbers are in every store ever written. */
static_assert(OUTCOME_NONE == 0, "stored");
static_assert(OUTCOME_ACCEPTED == 1, "stored");
static_assert(OUTCOME_DELIVERED == 2, "stored");
static_assert(OUTCOME_READ == 3, "stored");
static_assert(OUTCOME_HUMAN == 4, "stored");
static_assert(OUTCOME_MACHINE == 5, "stored");
static_assert(OUTCOME_BUSY == 6, "stored");
static_assert(OUTCOME_NO_ANSWER == 7, "stored");
static_assert(OUTCOME_REJECTED == 8, "stored");
static_assert(OUTCOME_FAX == 9, "stored");
static_assert(OUTCOME_BAD_ADDRESS == 10, "stored");
static_assert(OUTCOME_WRONG_CHANNEL == 11, "stored");
static_assert(OUTCOME_UNREACHABLE == 12, "stored");
static_assert(OUTCOME_OPTED_OUT == 13, "stored");
static_assert(OUTCOME_BLOCKED == 14, "stored");
static_assert(OUTCOME_BAD_CONTENT == 15, "stored");
static_assert(OUTCOME_THROTTLED == 16, "stored");
static_assert(OUTCOME_PROVIDER_DOWN == 17, "stored");
static_assert(OUTCOME_CONGESTION == 18, "stored");
static_assert(OUTCOME_MISCONFIGURED == 19, "stored");
static_assert(OUTCOME_NOT_SENT == 20, "stored");
static_assert(OUTCOME_UNKNOWN == 21, "stored");
static_assert(OUTCOME_EXPIRED == 22, "stored");
static_assert(OUTCOME_CANCELLED == 23, "stored");
static_assert(OUTCOME_QUEUE_FULL == 24, "stored");
static_assert(OUTCOME_DAILY_CAP == 25, "stored");
static_assert(OUTCOME_HUNG_UP == 26, "stored");
static_assert(OUTCOME_COUNT == 27, "a new outcome needs its line here");
static_assert(EVIDENCE_NONE == 0 && EVIDENCE_ACCEPTED == 1 &&
                  EVIDENCE_DELIVERED == 2 && EVIDENCE_READ == 3 &&
                  EVIDENCE_HUMAN == 4,
              "stored, and compared by size");

/*
 * L-6 counts attempts, not only connects: whatever may have rung or shown on
 * the patient's side counts, and so does what we do not know. What a provider
 * or trunk refused before it could reach the patient does not: they were not
 * disturbed, and trunk trouble must not use up somebody's weekly budget.
 *
 * `address_bad` is said only where the number or mailbox itself is dead. A
 * landline (WRONG_CHANNEL) or a fax is a fine address for another channel;
 * NEXT_OTHER is enough for them.
 */
static const struct outcome_properties table[OUTCOME_COUNT] = {
    [OUTCOME_NONE] = {.name = "none", .next = NEXT_WAIT},
    [OUTCOME_ACCEPTED] = {.name = "accepted",
                          .next = NEXT_WAIT,
                          .counts_against_patient = true},
    [OUTCOME_DELIVERED] = {.name = "delivered",
                           .next = NEXT_DONE,
                           .counts_against_patient = true},
    [OUTCOME_READ] = {.name = "read",
                      .next = NEXT_DONE,
                      .counts_against_patient = true},
    [OUTCOME_HUMAN] = {.name = "human",
                       .next = NEXT_DONE,
                       .counts_against_patient = true},
    /* 3.5: one voicemail an event, then another channel */
    [OUTCOME_MACHINE] = {.name = "machine",
                         .next = NEXT_OTHER,
                         .counts_against_patient = true},
    [OUTCOME_BUSY] = {.name = "busy",
                      .next = NEXT_RETRY,
                      .counts_against_patient = true},
    [OUTCOME_NO_ANSWER] = {.name = "no-answer",
                           .next = NEXT_LATER,
                           .counts_against_patient = true},
    /* 3.5: once more the next day, then another channel */
    [OUTCOME_REJECTED] = {.name = "rejected",
                          .next = NEXT_LATER,
                          .counts_against_patient = true},
    [OUTCOME_FAX] = {.name = "fax",
                     .next = NEXT_OTHER,
                     .counts_against_patient = true},
    [OUTCOME_BAD_ADDRESS] = {.name = "bad-address",
                             .next = NEXT_OTHER,
                             .address_bad = true},
    [OUTCOME_WRONG_CHANNEL] = {.name = "wrong-channel", .next = NEXT_OTHER},
    /* 2.6, 30003: again after 4 hours, at most twice */
    [OUTCOME_UNREACHABLE] = {.name = "unreachable",
                             .next = NEXT_LATER,
                             .counts_against_patient = true},
    [OUTCOME_OPTED_OUT] = {.name = "opted-out",
                           .next = NEXT_NEVER,
                           .suppresses = true},
    [OUTCOME_BLOCKED] = {.name = "blocked",
                         .next = NEXT_OTHER,
                         .counts_against_patient = true},
    [OUTCOME_BAD_CONTENT] = {.name = "bad-content", .next = NEXT_OTHER},
    [OUTCOME_THROTTLED] = {.name = "throttled",
                           .next = NEXT_RETRY,
                           .trouble = true},
    [OUTCOME_PROVIDER_DOWN] = {.name = "provider-down",
                               .next = NEXT_RETRY,
                               .trouble = true},
    [OUTCOME_CONGESTION] = {.name = "congestion",
                            .next = NEXT_RETRY,
                            .trouble = true},
    /* refused before it was taken: safe to repeat once somebody mended it */
    [OUTCOME_MISCONFIGURED] = {.name = "misconfigured",
                               .next = NEXT_RETRY,
                               .halts_channel = true},
    /* nobody there: a stand-in takes over */
    [OUTCOME_NOT_SENT] = {.name = "not-sent",
                          .next = NEXT_RETRY,
                          .trouble = true},
    [OUTCOME_UNKNOWN] = {.name = "unknown",
                         .next = NEXT_RECONCILE,
                         .counts_against_patient = true,
                         .trouble = true},
    [OUTCOME_EXPIRED] = {.name = "expired",
                         .next = NEXT_OTHER,
                         .counts_against_patient = true},
    [OUTCOME_CANCELLED] = {.name = "cancelled", .next = NEXT_OTHER},
    [OUTCOME_QUEUE_FULL] = {.name = "queue-full",
                            .next = NEXT_RETRY,
                            .trouble = true},
    [OUTCOME_DAILY_CAP] = {.name = "daily-cap", .next = NEXT_LATER},
    /* 3.5: as if nobody had answered */
    [OUTCOME_HUNG_UP] = {.name = "machine-hung-up",
                         .next = NEXT_LATER,
                         .counts_against_patient = true},
};

static const char *const evidence_names[] = {
    [EVIDENCE_NONE] = "none",           [EVIDENCE_ACCEPTED] = "accepted",
    [EVIDENCE_DELIVERED] = "delivered", [EVIDENCE_READ] = "read",
    [EVIDENCE_HUMAN] = "human",
};

static const char *const channel_names[CHANNEL_COUNT] = {
    [CHANNEL_SMS] = "sms",
    [CHANNEL_EMAIL] = "email",
    [CHANNEL_VOICE] = "voice",
};

/* The properties of one outcome; static. A number from outside that is none
 * of ours reads as `unknown`, the only answer that never sends twice. */
const struct outcome_properties *outcome_properties(enum outcome outcome)
{
    if ((unsigned)outcome >= OUTCOME_COUNT)
        return &table[OUTCOME_UNKNOWN];
    return &table[outcome];
}

const char *outcome_name(enum outcome outcome)
{
    return outcome_properties(outcome)->name;
}

/* The outcome of this stable name; false when there is none. */
bool outcome_parse(const char *name, enum outcome *out)
{
    for (unsigned i = 0; name != NULL && i < OUTCOME_COUNT; i++) {
        if (strcmp(table[i].name, name) == 0) {
            *out = (enum outcome)i;
            return true;
        }
    }
    return false;
}

const char *evidence_name(enum evidence evidence)
{
    size_t count = sizeof(evidence_names) / sizeof(evidence_names[0]);
    return (unsigned)evidence < count ? evidence_names[evidence] : "none";
}

/* What this outcome proves. A machine has the message on tape: delivered,
 * but no person was heard. */
enum evidence outcome_evidence(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_ACCEPTED:
        return EVIDENCE_ACCEPTED;
    case OUTCOME_DELIVERED:
    case OUTCOME_MACHINE:
        return EVIDENCE_DELIVERED;
    case OUTCOME_READ:
        return EVIDENCE_READ;
    case OUTCOME_HUMAN:
        return EVIDENCE_HUMAN;
    case OUTCOME_NONE:
    case OUTCOME_BUSY:
    case OUTCOME_NO_ANSWER:
    case OUTCOME_REJECTED:
    case OUTCOME_FAX:
    case OUTCOME_BAD_ADDRESS:
    case OUTCOME_WRONG_CHANNEL:
    case OUTCOME_UNREACHABLE:
    case OUTCOME_OPTED_OUT:
    case OUTCOME_BLOCKED:
    case OUTCOME_BAD_CONTENT:
    case OUTCOME_THROTTLED:
    case OUTCOME_PROVIDER_DOWN:
    case OUTCOME_CONGESTION:
    case OUTCOME_MISCONFIGURED:
    case OUTCOME_NOT_SENT:
    case OUTCOME_UNKNOWN:
    case OUTCOME_EXPIRED:
    case OUTCOME_CANCELLED:
    case OUTCOME_QUEUE_FULL:
    case OUTCOME_DAILY_CAP:
    case OUTCOME_HUNG_UP:
    case OUTCOME_COUNT:
        break;
    }
    return EVIDENCE_NONE;
}

const char *channel_name(enum channel channel)
{
    return (unsigned)channel < CHANNEL_COUNT ? channel_names[channel] : "?";
}

bool channel_parse(const char *name, enum channel *out)
{
    for (unsigned i = 0; name != NULL && i < CHANNEL_COUNT; i++) {
        if (strcmp(channel_names[i], name) == 0) {
            *out = (enum channel)i;
            return true;
        }
    }
    return false;
}
