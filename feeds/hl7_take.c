/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a message does stands in a savepoint of its own, so that one that the
 * store cannot take harms no other in the same commit. A row that is wrong is
 * left out and answered AE, and the others are in: the same message put right
 * has no second effect on these. What was answered is kept: who repeats a
 * message hears it again.
 */
#include "feeds/hl7_take.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
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

/* A row that is left out is an error; a field is a warning: the row is in, and
 * a sender who hears AE sends the same again. */
static void on_bad(void *arg, const struct intake_bad *bad)
{
    const char *where = bad->where ? bad->where : bad->column;
    if (bad->waited)
        return;
    if (bad->row)
        facts_lost(arg, where, bad->value, bad->reason);
    else
        facts_fault(arg, where, bad->value, bad->reason);
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
    taken->error = verdict != HL7_ACCEPT;
    taken->answers = hl7_ack(message, &request, out);
}

/* What it says goes in, or none of it: then `refused` says why. */
static bool write(struct hl7_take *take, struct facts *facts, instant now,
                  struct hl7_taken *taken, struct error *refused,
                  struct error *err)
{
    struct consent_mark mark;
    struct store *store = take->store;
    intake_at(take->intake, now);
    if (!store_suppose(store, err) || !consent_mark(store, &mark, err))
        return false;
    struct error why = {0};
    for (size_t i = 0; i < facts->fault_count; i++)
        taken->counts.bad += facts->faults[i].row;
    bool done =
        intake_take(take->intake, facts, &taken->counts, on_bad, facts, &why) &&
        intake_hold(take->intake, &why) &&
        consent_audit_since(store, &mark, take->options.actor, now, &why) &&
        (taken->counts.news == 0 || feed_note(store, FEED, now, now, 1, &why));
    if (done)
        return store_suppose_true(store, err);
    /* a row that the schema refuses is the message's fault */
    if (why.kind != ERROR_INPUT && why.kind != ERROR_CANNOT) {
        *err = why;
        return false;
    }
    *refused = why;
    return store_unsuppose(store, err) && intake_hold(take->intake, err);
}

static enum hl7_ack ack_of(enum hl7_verdict verdict)
{
    return verdict == HL7_REFUSED ? HL7_REJECT
           : verdict == HL7_WRONG ? HL7_ERROR
                                  : HL7_ACCEPT;
}

static bool understand(struct hl7_take *take, struct hl7 *message,
                       const char *sum, struct facts *facts, instant now,
                       struct buf *out, struct hl7_taken *taken,
                       struct error *err)
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
    /* a control id may come again with another message */
    const char *name = facts->message_id ? arena_format(facts->arena, "%s %s",
                                                        facts->message_id, sum)
                                         : NULL;
    if (name && !feed_message_find(take->store, taken->source, name, &known,
                                   &before, err))
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
    const struct fact_fault *fault = facts_refused(facts);
    enum hl7_ack ack = ack_of(verdict);
    taken->verdict = names[verdict];
    if (verdict == HL7_UNDERSTOOD && (refused.kind || fault)) {
        ack = HL7_ERROR;
        taken->verdict = refused.kind ? "wrong" : "partly";
    }
    for (size_t i = 0; verdict != HL7_NOT_OURS && i < facts->fault_count; i++)
        taken->flawed += !facts->faults[i].row && !facts->faults[i].fatal;
    if (fault || taken->flawed)
        text_copy(taken->where, sizeof(taken->where),
                  fault ? fault->where : facts->faults[0].where);
    taken->noted = name != NULL;
    answer(take, message, verdict == HL7_NOT_OURS ? NULL : facts, ack,
           refused.kind ? refused.text
           : fault      ? fault->reason
                        : NULL,
           now, out, taken);
    if (take->answers % FORGET_EVERY == 0 &&
        !feed_message_forget(take->store, now - FEED_MESSAGE_REPEATS_MS, err))
        return false;
    return !taken->noted || feed_message_note(take->store, taken->source, name,
                                              now, (int)ack, err);
}

/* What cannot be taken apart is answered by its head, where there is one: who
 * sent it looks for MSA-2. */
static void refuse(struct hl7_take *take, const char *bytes, size_t len,
                   const struct error *why, instant now, struct buf *out,
                   struct hl7_taken *taken)
{
    struct hl7 *head = hl7_parse_head(bytes, len);
    text_copy(taken->why, sizeof(taken->why), why->text);
    /* what they wrote stands between quotes */
    taken->why[strcspn(taken->why, "'")] = '\0';
    struct facts *facts = facts_new("hl7");
    facts_fatal(facts, "", "", why->text);
    if (head)
        hl7_from(head, taken->source, sizeof(taken->source));
    answer(take, head, facts, HL7_REJECT, why->text, now, out, taken);
    facts_free(facts);
    hl7_free(head);
}

bool hl7_take(struct hl7_take *take, const char *bytes, size_t len, instant now,
              struct buf *out, struct hl7_taken *taken, struct error *err)
{
    struct error why = {0};
    *taken = (struct hl7_taken){.verdict = "refused"};
    struct hl7 *message = hl7_parse(bytes, len, &why);
    if (!message) {
        refuse(take, bytes, len, &why, now, out, taken);
        return true;
    }
    hl7_from(message, taken->source, sizeof(taken->source));
    struct facts *facts = facts_new("hl7");
    char sum[SHA256_HEX];
    hash_sha256_hex(bytes, len, sum);
    bool done = understand(take, message, sum, facts, now, out, taken, err);
    facts_free(facts);
    hl7_free(message);
    return done;
}
