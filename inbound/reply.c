/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What follows from a patient's message. Understands opt-outs and little
 * else on purpose: what a campaign's own answers mean is not guessed here,
 * a person reads it.
 */
#include "inbound/reply.h"

#include <stdio.h>

#include "store/consent.h"
#include "store/reply.h"
#include "store/task.h"

#include "inbound/words.h"

#define EMERGENCY_MS (15 * MINUTE_MS)
#define ORDINARY_MS (4 * HOUR_MS)

/* Who it can be from: one patient, or only an address. */
struct sender {
    int64_t patient_id; /* 0: nobody we know, or several share it */
    bool in_context;
    struct reply_context context;
};

static bool find_sender(struct store *store, const struct driver_reply *reply,
                        struct sender *out, struct error *err)
{
    int64_t ids[2];
    size_t count;
    if (!reply_patients(store, reply->from, ids, 2, &count, err) ||
        !reply_context(store, reply->channel, reply->from, &out->in_context,
                       &out->context, err))
        return false;
    out->patient_id = count == 1 ? ids[0] : 0;
    return true;
}

static bool opt(struct store *store, const struct driver_reply *reply,
                const struct sender *sender, enum words_class class,
                const char *evidence, instant now, struct error *err)
{
    struct opt opt = {
        .patient_id = sender->patient_id,
        .address = reply->from,
        .channel = channel_name(reply->channel),
        .evidence = evidence,
        .actor = "patient",
    };
    if (class == WORDS_STOP)
        return consent_opt_out(store, &opt, now, NULL, err);
    return consent_opt_in(store, &opt, now, err);
}

static bool ask_a_person(struct store *store, const struct sender *sender,
                         enum words_class class, int64_t reply_id,
                         const char *owner, instant now, struct error *err)
{
    char name[32];
    int64_t id;
    bool made;
    snprintf(name, sizeof(name), "reply %lld", (long long)reply_id);
    bool emergency = class == WORDS_EMERGENCY;
    struct task_new task = {
        .kind = "reply",
        .name = name,
        .patient_id = sender->patient_id,
        .owner = owner,
        .reason = words_name(class),
        .due_at = now + (emergency ? EMERGENCY_MS : ORDINARY_MS),
    };
    if (sender->in_context) {
        task.campaign_id = sender->context.campaign_id;
        task.outreach_id = sender->context.outreach_id;
        task.anchor_kind = sender->context.anchor_kind;
        task.anchor_id = sender->context.anchor_id;
        task.occurrence = sender->context.occurrence;
    }
    return task_open(store, &task, now, &id, &made, err);
}

bool reply_take(struct store *store, const struct driver_reply *reply,
                const char *owner, instant now, struct error *err)
{
    struct sender sender = {0};
    enum words_class class = words_classify(reply->text);
    if (!find_sender(store, reply, &sender, err))
        return false;
    struct reply row = {
        .channel = reply->channel,
        .address = reply->from,
        .provider_id = reply->provider_id,
        .received_at = reply->received_at,
        .body = reply->text,
        .patient_id = sender.patient_id,
        .outreach_id = sender.in_context ? sender.context.outreach_id : 0,
        .intent = words_name(class),
    };
    int64_t id;
    bool fresh;
    if (!reply_add(store, &row, &id, &fresh, err))
        return false;
    if (!fresh)
        return true;
    char evidence[40];
    snprintf(evidence, sizeof(evidence), "reply %lld", (long long)id);
    switch (class) {
    case WORDS_STOP:
    case WORDS_START:
        return opt(store, reply, &sender, class, evidence, now, err);
    case WORDS_WRONG:
        return consent_wrong_address(store, reply->from, evidence, "patient",
                                     now, err) &&
               ask_a_person(store, &sender, class, id, owner, now, err);
    case WORDS_HELP:
    case WORDS_EMERGENCY:
    case WORDS_OTHER:
        break;
    }
    return ask_a_person(store, &sender, class, id, owner, now, err);
}
