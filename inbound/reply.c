/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A patient's message on its way in: from whom, about what, what it means
 * (inbound/meaning.h), and what follows (inbound/effect.h).
 */
#include "inbound/reply.h"

#include "base/memory.h"
#include "base/text.h"
#include "scheduler/clerk.h"
#include "scheduler/gate.h"
#include "store/asked.h"
#include "store/choice.h"
#include "store/consent.h"
#include "store/holder.h"
#include "store/patient.h"
#include "store/reply.h"

#include "inbound/call_part.h"
#include "inbound/effect.h"
#include "inbound/meaning.h"
#include "inbound/signature.h"

/* What is answered later than this is read by a person. */
#define ANSWERS_MS (14 * 24 * HOUR_MS)
#define QUESTIONS_MAX 32
/* Whom we wrote to or called at a number within this time, it may be who
 * writes from it, whoever the source says has it since. */
#define LATELY_MS (90 * 24 * HOUR_MS)

/* Who it can be from, and what it can be about. */
struct sender {
    struct holders holders;
    int64_t patient_id; /* 0: nobody we know, or several share it */
    bool in_context;
    struct reply_context context; /* the newest message to them */
    struct reply_question sent[QUESTIONS_MAX];
    struct meaning_question questions[QUESTIONS_MAX];
    size_t count;
    bool struck;  /* the number was said to be another's than they have */
    bool refused; /* who is on the line has refused calls meanwhile */
};

static bool find_choices(struct clerk *clerk, const struct reply_question *sent,
                         struct meaning_question *out, struct error *err)
{
    struct choice choices[CHOICES_MAX];
    size_t count;
    if (!out->step || !text_equal(out->step->answers, ANSWER_SEVERAL))
        return true;
    if (!choice_list(clerk->store, sent->context.outreach_id, choices, &count,
                     err))
        return false;
    out->choices = (int)count;
    return true;
}

/* Of several "which one?" the last is the one that is answered, and once. */
static void only_last_choice(struct sender *sender)
{
    bool seen = false;
    for (size_t i = 0; i < sender->count; i++) {
        struct meaning_question *question = &sender->questions[i];
        if (question->choices == 0)
            continue;
        if (seen || question->answered_at != INSTANT_NEVER)
            question->campaign = NULL;
        seen = true;
    }
}

static bool find_questions(struct clerk *clerk, const char *provider,
                           const struct driver_reply *reply,
                           struct sender *sender, struct error *err)
{
    const struct reply_about about = {provider, reply->about};
    struct reply_turn turn;
    if (!reply_turn(clerk->store, reply->from, clerk->now - ANSWERS_MS, &turn,
                    err) ||
        !reply_questions(clerk->store, reply->from, &about,
                         clerk->now - ANSWERS_MS, clerk->now, sender->sent,
                         QUESTIONS_MAX, &sender->count, err))
        return false;
    for (size_t i = 0; i < sender->count; i++) {
        const struct reply_question *sent = &sender->sent[i];
        /* as it was asked, not as it would be asked today */
        const struct campaign *campaign =
            roster_version(&clerk->roster, clerk->store,
                           sent->context.campaign_id, sent->version_id);
        sender->questions[i] = (struct meaning_question){
            .campaign = campaign,
            .step = campaign ? campaign_step(campaign, sent->step) : NULL,
            .patient_id = sent->context.patient_id,
            .anchor_id = sent->context.anchor_id,
            .occurrence = sent->context.occurrence,
            .sent_at = sent->sent_at,
            .answered_at = sent->answered_at,
            .awaited_until = sent->sent_at + clerk->config->policy->question.ms,
            .off = sent->off,
            .last = i == 0 && sent->context.outreach_id == turn.told_id &&
                    sent->sent_at >= turn.told_at &&
                    sent->sent_at > turn.said_at,
            .unheard = sent->sent_at > turn.heard_at,
        };
        if (sent->struck) /* it is no answer of theirs, whatever it says */
            sender->questions[i].campaign = NULL;
        sender->struck |= i == 0 && sent->struck;
        if (!find_choices(clerk, sent, &sender->questions[i], err))
            return false;
    }
    only_last_choice(sender);
    return true;
}

static bool find_sender(struct clerk *clerk, const char *provider,
                        const struct driver_reply *reply, struct sender *out,
                        struct error *err)
{
    struct holders *holders = &out->holders;
    if (!holder_read(clerk->store, reply->from, clerk->now - LATELY_MS, holders,
                     err) ||
        !reply_context(clerk->store, reply->from, &out->in_context,
                       &out->context, err) ||
        !find_questions(clerk, provider, reply, out, err))
        return false;
    out->patient_id = holders->count == 1 ? holders->ids[0] : 0;
    out->in_context &= holders->count > 0;
    if (reply->about && out->count > 0) {
        holders->moved = false; /* whom it was about is known */
        out->in_context = true;
        out->context = out->sent[0].context;
    }
    return true;
}

/* The newest message there was to who has the number no more: whether they
 * answer it, or who has it now answers an older one, nobody knows. What binds
 * nobody to anything is read as it is; the rest by a person, and what may be
 * urgent as fast as that. */
static void not_guessed(struct meaning *meaning)
{
    bool said = meaning->kind == MEANING_WORDS && meaning->words != WORDS_START;
    meaning->thanks = false;
    if (said || meaning->kind == MEANING_UNCLEAR)
        return;
    meaning->kind = MEANING_UNCLEAR;
    meaning->triage = meaning->urgency != NULL;
    meaning->number = 0;
}

/* A key of a call whose patient, or whoever has the number, refuses calls by
 * now: they hear "this has changed", and so it counts for nothing. What may be
 * urgent does, and so does what ends calls by itself, or says them again. */
static bool find_refused(struct clerk *clerk, const struct driver_reply *reply,
                         const struct meaning *meaning, struct sender *sender,
                         struct error *err)
{
    bool key = reply->channel == CHANNEL_VOICE && reply->about &&
               sender->count > 0 && meaning->kind == MEANING_ANSWER;
    return !key || meaning->urgency || text_equal(meaning->intent, "not-me") ||
           text_equal(meaning->intent, "repeat") ||
           consent_is_silenced(clerk->store, sender->sent[0].context.patient_id,
                               reply->from, channel_name(reply->channel),
                               &sender->refused, err);
}

static const char *intent_of(const struct meaning *meaning)
{
    if (meaning->thanks && !meaning->refuses)
        return REPLY_THANKS;
    return meaning->kind == MEANING_ANSWER && !meaning->refuses
               ? meaning->intent
               : words_name(meaning->words);
}

static enum engine_reply class_of(const struct meaning *meaning)
{
    if (meaning->kind == MEANING_ANSWER && !meaning->refuses)
        return text_equal(meaning->intent, "not-me") ? REPLY_WRONG_NUMBER
                                                     : REPLY_ANSWER;
    if (meaning->thanks && !meaning->refuses)
        return REPLY_ACKNOWLEDGED;
    if (meaning->kind == MEANING_SEVERAL && !meaning->refuses)
        return REPLY_UNCLEAR;
    switch (meaning->words) {
    case WORDS_STOP:
        return REPLY_OPT_OUT;
    case WORDS_START:
        return REPLY_OPT_IN;
    case WORDS_HELP:
        return REPLY_HELP;
    case WORDS_WRONG:
        return REPLY_WRONG_NUMBER;
    case WORDS_EMERGENCY:
        return REPLY_EMERGENCY;
    case WORDS_OTHER:
        break;
    }
    return REPLY_UNCLEAR;
}

/* A number that answers "which one?": from here on as if they had answered
 * that message alone. What is not to come any more nobody can choose. */
static bool choose(struct clerk *clerk, struct sender *sender,
                   struct meaning *meaning, struct choice *chosen,
                   struct error *err)
{
    struct choice choices[CHOICES_MAX];
    struct reply_question *sent = &sender->sent[meaning->question];
    struct meaning_question *question = &sender->questions[meaning->question];
    struct outreach row;
    size_t count;
    bool found, to_come;
    if (!choice_list(clerk->store, sent->context.outreach_id, choices, &count,
                     err))
        return false;
    *chosen = choices[meaning->number - 1];
    if (!outreach_read(clerk->store, chosen->about_id, &found, &row, err) ||
        !reply_to_come(clerk->store, chosen->about_id, clerk->now, &to_come,
                       err))
        return false;
    if (!found) {
        meaning->kind = MEANING_UNCLEAR;
        return true;
    }
    sent->context =
        (struct reply_context){.outreach_id = row.id,
                               .campaign_id = row.campaign_id,
                               .patient_id = row.patient_id,
                               .anchor_kind = (int)row.anchor_kind,
                               .anchor_id = row.anchor_id,
                               .occurrence = row.occurrence,
                               .addressee_id = sent->context.addressee_id};
    question->campaign = roster_version(&clerk->roster, clerk->store,
                                        row.campaign_id, row.version_id);
    question->step =
        question->campaign ? campaign_step(question->campaign, row.step) : NULL;
    meaning->intent = chosen->intent;
    if (!to_come || !question->step)
        meaning->kind = MEANING_UNCLEAR;
    return true;
}

static bool follow(struct effect *effect, const struct sender *sender,
                   const struct meaning *meaning, int64_t settled,
                   struct error *err)
{
    if (effect->reply->unread)
        return effect_unread(effect, err);
    if (effect->reply->intent && meaning->kind != MEANING_ANSWER)
        return effect_key(effect, err);
    /* the STOP first: after it nothing else is answered (L-14) */
    if (meaning->refuses && meaning->kind != MEANING_WORDS &&
        !effect_words(effect, WORDS_STOP, err))
        return false;
    switch (meaning->kind) {
    case MEANING_WORDS:
        return meaning->refuses ? effect_refused(effect, meaning->words, err)
                                : effect_words(effect, meaning->words, err);
    case MEANING_ANSWER:
        return effect_answer(effect, meaning,
                             sender->questions[meaning->question].step, err) &&
               (!settled || effect_settled(effect, settled, err));
    case MEANING_SEVERAL:
        return effect_several(effect, meaning, sender->sent, err);
    case MEANING_UNCLEAR:
        if (meaning->thanks)
            return !meaning->waits || effect_thanks(effect, meaning, err);
        if (meaning->triage)
            return effect_in_words(effect, err);
        break;
    }
    return effect_person(
        effect,
        sender->holders.moved ? "the number was another patient's when they "
                                "were last written to"
        : sender->struck      ? "the number was said to be wrong"
        : sender->refused     ? "pressed in a call, after they had refused"
        : meaning->off        ? "it may be about a visit that is off or moved"
        : meaning->number > 0 ? "they chose what is not to come any more"
        : meaning->refuses    ? "said more beside a STOP"
                              : words_name(meaning->words),
        err);
}

/* The carrier took it as a STOP, whatever it says. Danger is heard all the
 * same. */
static void refuse(struct meaning *meaning)
{
    bool danger =
        meaning->kind == MEANING_WORDS && meaning->words == WORDS_EMERGENCY;
    if (danger)
        meaning->refuses = true;
    else if (!meaning->refuses)
        *meaning = (struct meaning){.kind = MEANING_WORDS, .words = WORDS_STOP};
}

/* "C - Ann": without the name that it is signed with, where one person alone
 * has the number and that is their name. */
static bool read_unsigned(struct clerk *clerk, const struct sender *sender,
                          const char *text, enum channel channel,
                          struct meaning *meaning, struct error *err)
{
    struct arena *arena = arena_new();
    const char *given, *family;
    bool ok = patient_names(clerk->store, sender->patient_id, arena, &given,
                            &family, err);
    size_t len = ok ? signature_begins(text, given, family) : 0;
    if (len > 0)
        meaning_read(arena_text_n(arena, text, len), channel, sender->questions,
                     sender->count, meaning);
    arena_free(arena);
    return ok;
}

static bool understand(struct clerk *clerk, struct sender *sender,
                       const struct driver_reply *reply,
                       struct meaning *meaning, struct error *err)
{
    const char *text = call_part(reply, sender->questions, sender->count);
    *meaning = (struct meaning){.kind = MEANING_UNCLEAR, .words = WORDS_OTHER};
    if (reply->unread)
        return true;
    meaning_read(text, reply->channel, sender->questions, sender->count,
                 meaning);
    bool more = meaning->kind == MEANING_UNCLEAR;
    return !more || reply->channel != CHANNEL_SMS || sender->patient_id == 0 ||
           read_unsigned(clerk, sender, text, reply->channel, meaning, err);
}

/* What ended with forgetting is not written down anew: a key of a call that was
 * running has no name and no number, and binds by a refusal alone. */
static bool hide_forgotten(struct clerk *clerk, struct reply *row,
                           const char *about, bool *forgotten,
                           struct error *err)
{
    const struct reply_about call = {row->provider, about};
    *forgotten = false;
    if (about && !reply_of_forgotten(clerk->store, &call, forgotten, err))
        return false;
    if (*forgotten) {
        row->address = "forgotten";
        row->body = NULL;
    }
    return true;
}

static bool is_refusal(const struct meaning *meaning)
{
    return meaning->kind == MEANING_WORDS &&
           (meaning->words == WORDS_STOP || meaning->words == WORDS_WRONG);
}

bool reply_take(struct clerk *clerk, const char *provider,
                const struct driver_reply *reply, const char *owner,
                struct error *err)
{
    struct sender sender = {0};
    struct meaning meaning;
    if (!find_sender(clerk, provider, reply, &sender, err))
        return false;
    if (!understand(clerk, &sender, reply, &meaning, err))
        return false;
    /* a key with a meaning of its own, unless a campaign waits for just that */
    if (reply->intent && meaning.kind != MEANING_ANSWER)
        meaning = (struct meaning){.kind = MEANING_UNCLEAR};
    if (reply->refused && !reply->unread)
        refuse(&meaning);
    if (!find_refused(clerk, reply, &meaning, &sender, err))
        return false;
    if (sender.holders.moved || sender.refused)
        not_guessed(&meaning);
    meaning.thanks &= !sender.struck;
    struct choice chosen = {0};
    if (meaning.number > 0 && !choose(clerk, &sender, &meaning, &chosen, err))
        return false;
    if (meaning.kind == MEANING_ANSWER || meaning.kind == MEANING_SEVERAL ||
        meaning.number > 0 || meaning.triage || meaning.off) {
        sender.in_context = true;
        sender.context = sender.sent[meaning.question].context;
    }
    struct reply row = {
        .channel = reply->channel,
        .address = reply->from,
        .provider = provider,
        .provider_id = reply->provider_id,
        .received_at = reply->received_at,
        .body = reply->text,
        .patient_id = sender.patient_id,
        .outreach_id = sender.in_context ? sender.context.outreach_id : 0,
        .intent = reply->intent && meaning.kind == MEANING_UNCLEAR
                      ? reply->intent
                      : intent_of(&meaning),
    };
    bool fresh, asks = false, forgotten;
    if (!hide_forgotten(clerk, &row, reply->about, &forgotten, err))
        return false;
    struct effect effect = {
        .clerk = clerk,
        .reply = reply,
        .said_at =
            reply->received_at < clerk->now ? reply->received_at : clerk->now,
        .sender_id = sender.patient_id,
        .holders = &sender.holders,
        .context = sender.in_context ? &sender.context : NULL,
        .owner = owner,
        .asks = &asks,
    };
    if (!reply_add(clerk->store, &row, &effect.reply_id, &fresh, err))
        return false;
    if (!fresh)
        return true;
    clerk->totals.replies[class_of(&meaning)]++;
    if (forgotten && !is_refusal(&meaning))
        return true;
    const struct roster_campaign *item =
        sender.in_context ? clerk_campaign(clerk, sender.context.campaign_id)
                          : NULL;
    effect.campaign = item ? item->campaign : NULL;
    if (!follow(&effect, &sender, &meaning, chosen.reply_id, err))
        return false;
    /* what waited for this answer waits for the next one, where one is asked */
    return asks || asked_answered(clerk->store, reply->from, GATE_ASKED,
                                  clerk->now, err);
}
