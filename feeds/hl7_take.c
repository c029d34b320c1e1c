/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message is whole or not there: what it does stands in a savepoint of its
 * own, so that one that the store cannot take harms no other in the same
 * commit. What was answered is kept: who repeats a message hears it again.
 */
#include "feeds/hl7_take.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "store/consent.h"
#include "store/feed.h"
#include "store/feed_message.h"
#include "store/store.h"

#include "feeds/hl7.h"
#include "feeds/hl7_ack.h"
#include "feeds/hl7_facts.h"

#define FEED "hl7"
#define FORGET_EVERY 1000

struct hl7_take {
    struct store *store;
    struct hl7_take_options options;
    struct intake *intake;
    long long answers; /* so far, for their control ids */
};

struct hl7_take *hl7_take_new(struct store *store,
                              const struct hl7_take_options *options)
{
    struct hl7_take *take = memory_new(sizeof(*take));
    take->store = store;
    take->options = *options;
    take->intake = intake_new(store, &options->intake);
    return take;
}

void hl7_take_free(struct hl7_take *take)
{
    if (!take)
        return;
    intake_free(take->intake);
    free(take);
}

/* Fields are left out and told nobody: the row is in, and a sender who hears
 * AE sends the same again. They are counted. */
static void on_bad(void *arg, const struct intake_bad *bad)
{
    (void)arg;
    (void)bad;
}

static void source_of(struct hl7 *message, char *out, size_t size)
{
    const struct hl7_segment *head = hl7_at(message, 0);
    const char *application = hl7_field(message, head, 3);
    const char *facility = hl7_field(message, head, 4);
    snprintf(out, size, "%s^%s", application ? application : "",
             facility ? facility : "");
}

static void answer(struct hl7_take *take, struct hl7 *message,
                   const struct facts *facts, enum hl7_ack verdict,
                   const char *reason, instant now, struct buf *out,
                   struct hl7_taken *taken)
{
    char id[48];
    snprintf(id, sizeof(id), "%lld-%lld", (long long)now, ++take->answers);
    const struct hl7_ack_request request = {.verdict = verdict,
                                            .reason = reason,
                                            .facts = facts,
                                            .control_id = id,
                                            .now = now};
    taken->answers = hl7_ack(message, &request, out);
}

/* What it says goes in, or none of it: then `refused` says why. */
static bool write(struct hl7_take *take, const struct facts *facts, instant now,
                  struct hl7_taken *taken, struct error *refused,
                  struct error *err)
{
    struct consent_mark mark;
    struct store *store = take->store;
    intake_at(take->intake, now);
    if (!store_suppose(store, err) || !consent_mark(store, &mark, err))
        return false;
    struct error why = {0};
    bool done =
        intake_take(take->intake, facts, &taken->counts, on_bad, NULL, &why) &&
        consent_audit_since(store, &mark, take->options.actor, now, &why) &&
        feed_note(store, FEED, now, 1, &why);
    if (done)
        return store_suppose_true(store, err);
    /* a row that the schema refuses is the message's fault */
    if (why.kind != ERROR_INPUT && why.kind != ERROR_CANNOT) {
        *err = why;
        return false;
    }
    *refused = why;
    return store_unsuppose(store, err);
}

static enum hl7_ack ack_of(enum hl7_verdict verdict)
{
    return verdict == HL7_REFUSED ? HL7_REJECT
           : verdict == HL7_WRONG ? HL7_ERROR
                                  : HL7_ACCEPT;
}

static const char *fatal_of(const struct facts *facts)
{
    for (size_t i = 0; i < facts->fault_count; i++)
        if (facts->faults[i].fatal)
            return facts->faults[i].reason;
    return NULL;
}

static bool understand(struct hl7_take *take, struct hl7 *message,
                       struct facts *facts, instant now, struct buf *out,
                       struct hl7_taken *taken, struct error *err)
{
    static const char *const names[] = {[HL7_UNDERSTOOD] = "accepted",
                                        [HL7_NOT_OURS] = "ignored",
                                        [HL7_WRONG] = "wrong",
                                        [HL7_REFUSED] = "refused"};
    const struct hl7_options options = {.zone = take->options.intake.zone,
                                        .terms = take->options.terms,
                                        .mrn_authority =
                                            take->options.intake.mrn_authority,
                                        .training = take->options.training,
                                        .mapping = take->options.mapping};
    struct error refused = {0};
    bool known = false;
    int before;
    enum hl7_verdict verdict = hl7_facts(message, &options, facts);
    text_copy(taken->what, sizeof(taken->what), facts->what);
    if (facts->message_id &&
        !feed_message_find(take->store, taken->source, facts->message_id,
                           &known, &before, err))
        return false;
    if (known) {
        taken->verdict = "repeated";
        answer(take, message, NULL, (enum hl7_ack)before,
               before == HL7_ACCEPT ? NULL : "as before", now, out, taken);
        return true;
    }
    if (verdict == HL7_UNDERSTOOD &&
        !write(take, facts, now, taken, &refused, err))
        return false;
    enum hl7_ack ack = refused.kind ? HL7_ERROR : ack_of(verdict);
    taken->verdict = refused.kind ? "wrong" : names[verdict];
    taken->noted = facts->message_id != NULL;
    answer(take, message, facts, ack,
           refused.kind ? refused.text : fatal_of(facts), now, out, taken);
    if (take->answers % FORGET_EVERY == 0 &&
        !feed_message_forget(take->store, now - FEED_MESSAGE_REPEATS_MS, err))
        return false;
    return !taken->noted ||
           feed_message_note(take->store, taken->source, facts->message_id, now,
                             (int)ack, err);
}

bool hl7_take(struct hl7_take *take, const char *bytes, size_t len, instant now,
              struct buf *out, struct hl7_taken *taken, struct error *err)
{
    struct error why = {0};
    *taken = (struct hl7_taken){.verdict = "refused"};
    struct hl7 *message = hl7_parse(bytes, len, &why);
    if (!message) {
        answer(take, NULL, NULL, HL7_REJECT, why.text, now, out, taken);
        return true;
    }
    char source[sizeof(taken->source) + 8];
    source_of(message, taken->source, sizeof(taken->source));
    snprintf(source, sizeof(source), "hl7:%s", taken->source);
    struct facts *facts = facts_new(source);
    bool done = understand(take, message, facts, now, out, taken, err);
    facts_free(facts);
    hl7_free(message);
    return done;
}
