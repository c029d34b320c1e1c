/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From meaning to rows: responses, opt-outs, tasks. One table says what each
 * intent of the closed list sets off.
 */
#include "inbound/effect.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "campaigns/emergency.h"
#include "campaigns/timing.h"
#include "scheduler/clerk.h"
#include "store/choice.h"
#include "store/consent.h"
#include "store/holder.h"
#include "store/response.h"
#include "store/task.h"

#include "inbound/answer.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define EMERGENCY_MS ((int64_t)EMERGENCY_MINUTES * MINUTE_MS)
#define ORDINARY_MS (4 * HOUR_MS)
#define IN_WORDS "answered in words"
/* Rows that one letter spoke for (scheduler/letter.h bounds them). */
#define MERGED_MAX 64

/* Whether somebody has to do something for it. */
static const struct {
    const char *intent;
    bool task;
} intents[] = {
    {"confirm", false},       {"fine", false},          {"decline", false},
    {"answer", false},        {"reschedule", true},     {"cancel", true},
    {"request-refill", true}, {"request-order", true},  {"call-me", true},
    {"transfer", true},       {"done-elsewhere", true},
};

static bool wants_person(const char *intent)
{
    for (size_t i = 0; i < COUNT(intents); i++)
        if (text_equal(intents[i].intent, intent))
            return intents[i].task;
    return true; /* what has no row here, somebody reads */
}

/* Tasks -----------------------------------------------------------------------
 */

static void task_name(const struct effect *effect, char out[TASK_NAME_MAX])
{
    snprintf(out, TASK_NAME_MAX, "reply %lld", (long long)effect->reply_id);
}

static bool task_of(const struct effect *effect, int64_t patient_id,
                    const char *why, int64_t within_ms, struct error *err)
{
    struct clerk *clerk = effect->clerk;
    const struct reply_context *about =
        patient_id == effect->sender_id ? effect->context : NULL;
    char name[TASK_NAME_MAX];
    task_name(effect, name);
    struct task_new task = {
        .kind = "reply",
        .name = name,
        .patient_id = patient_id,
        .owner = effect->campaign && effect->campaign->owner
                     ? effect->campaign->owner
                     : effect->owner,
        .reason = why,
        .due_at = clerk->now + within_ms,
    };
    if (about) {
        task.campaign_id = about->campaign_id;
        task.outreach_id = about->outreach_id;
        task.anchor_kind = about->anchor_kind;
        task.anchor_id = about->anchor_id;
        task.occurrence = about->occurrence;
    }
    return worklist_open(clerk, &task, err);
}

static bool task_for(const struct effect *effect, const char *why,
                     int64_t within_ms, struct error *err)
{
    return task_of(effect, effect->sender_id, why, within_ms, err);
}

static bool person_task(const struct effect *effect, const char *why,
                        struct error *err)
{
    return task_for(effect, why, ORDINARY_MS, err);
}

bool effect_person(const struct effect *effect, const char *why,
                   struct error *err)
{
    return person_task(effect, why, err) &&
           answer_plan(effect, words_name(WORDS_OTHER), NULL, err);
}

bool effect_unread(const struct effect *effect, struct error *err)
{
    return person_task(effect, "it could not be acted on", err);
}

bool effect_key(const struct effect *effect, struct error *err)
{
    const char *intent = effect->reply->intent;
    bool unclear = text_equal(intent, words_name(WORDS_OTHER));
    return person_task(effect, unclear ? effect->reply->text : intent, err) &&
           answer_plan(effect, intent, NULL, err);
}

/* As the campaign wants it for an answer this urgent. */
static bool spec_task(const struct effect *effect, const struct task_spec *spec,
                      const char *why, struct error *err)
{
    struct clerk *clerk = effect->clerk;
    struct roster_campaign *item =
        clerk_campaign(clerk, effect->context->campaign_id);
    struct outreach row;
    bool found;
    char name[TASK_NAME_MAX];
    task_name(effect, name);
    return outreach_read(clerk->store, effect->context->outreach_id, &found,
                         &row, err) &&
           (found && item
                ? clerk_task(clerk, item, &row, "reply", name, spec, why, err)
                : task_for(effect, why, EMERGENCY_MS, err));
}

/* The campaign's most urgent answer; NULL: it knows none, or has been
 * withdrawn. */
static const struct urgency *urgent_of(const struct effect *effect)
{
    return effect->campaign && effect->context
               ? campaign_most_urgent(effect->campaign)
               : NULL;
}

/* Responses -------------------------------------------------------------------
 */

static bool respond_about(const struct effect *effect,
                          const struct reply_context *about,
                          struct response *response, struct error *err)
{
    response->patient_id = about->patient_id;
    response->campaign_id = about->campaign_id;
    response->anchor_kind = (enum anchor_kind)about->anchor_kind;
    response->anchor_id = about->anchor_id;
    response->occurrence = about->occurrence;
    return response_add(effect->clerk->store, response, effect->clerk->now,
                        err);
}

#define ANSWER_SIZE 200

/* "feeling: red" */
static void answer_text(const struct meaning *meaning, char out[ANSWER_SIZE])
{
    snprintf(out, ANSWER_SIZE, "%s: %s", meaning->asked->name,
             meaning->urgency->name);
}

/* About the message's own row and all that it spoke for. */
static bool respond(const struct effect *effect, const struct meaning *meaning,
                    struct error *err)
{
    struct clerk *clerk = effect->clerk;
    struct reply_context merged[MERGED_MAX];
    char subject[ANSWER_SIZE];
    size_t count;
    struct response response = {.intent = meaning->intent,
                                .at = effect->said_at,
                                .until_at = INSTANT_NEVER,
                                .reply_id = effect->reply_id,
                                .actor = "patient"};
    if (meaning->urgency) {
        answer_text(meaning, subject);
        response.subject = subject;
    } else if (text_equal(meaning->intent, "decline")) {
        struct timing timing = {.anchor_zone = clerk->config->zone,
                                .patient_zone = clerk->config->zone};
        response.subject = meaning_subject(effect->campaign);
        if (meaning->rule && meaning->rule->has_for)
            response.until_at =
                duration_after(clerk->now, meaning->rule->for_long,
                               clerk->config->zone, &timing);
    }
    if (!respond_about(effect, effect->context, &response, err) ||
        !reply_merged(clerk->store, effect->context->outreach_id, merged,
                      MERGED_MAX, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!respond_about(effect, &merged[i], &response, err))
            return false;
    return true;
}

static bool said_since(const struct effect *effect,
                       const struct meaning *meaning, struct error *err)
{
    const struct reply_context *about = effect->context;
    char name[TASK_NAME_MAX];
    task_name(effect, name);
    const struct task_new said = {.name = name,
                                  .reason = meaning->intent,
                                  .anchor_kind = about->anchor_kind,
                                  .anchor_id = about->anchor_id,
                                  .occurrence = about->occurrence};
    return task_said_since(effect->clerk->store, &said, effect->clerk->now,
                           err);
}

/* The next question of that step, unless the answer is urgent enough for a
 * text of its own. */
static bool go_on(const struct effect *effect, const struct meaning *meaning,
                  const struct step *step, struct error *err)
{
    char what[2 * OUTREACH_STEP_MAX];
    int64_t planned = 0;
    if (meaning->urgency && meaning->urgency->reply) {
        snprintf(what, sizeof(what), "urgency %s", meaning->urgency->name);
        return answer_plan(effect, what, NULL, err);
    }
    if (meaning->asked) {
        snprintf(what, sizeof(what), "%.*s/%s", (int)strcspn(step->name, "/"),
                 step->name, meaning->asked->name);
        if (!answer_plan(effect, what, &planned, err))
            return false;
    }
    return planned || answer_plan(effect, meaning->intent, NULL, err);
}

bool effect_answer(const struct effect *effect, const struct meaning *meaning,
                   const struct step *step, struct error *err)
{
    if (text_equal(meaning->intent, "not-me"))
        return effect_words(effect, WORDS_WRONG, err);
    if (text_equal(meaning->intent, "repeat")) /* a call has said it again */
        return effect->reply->channel == CHANNEL_VOICE ||
               effect_person(effect, meaning->intent, err);
    if (!respond(effect, meaning, err) || !said_since(effect, meaning, err) ||
        !go_on(effect, meaning, step, err))
        return false;
    if (meaning->urgency) {
        char why[ANSWER_SIZE];
        answer_text(meaning, why);
        return !meaning->urgency->task ||
               spec_task(effect, meaning->urgency->task, why, err);
    }
    return !wants_person(meaning->intent) ||
           person_task(effect, meaning->intent, err);
}

/* Several ---------------------------------------------------------------------
 */

/* One campaign's messages to one patient, or to the one person whose number it
 * is and about the children whose guardian they are (store/reply.c tells of
 * nobody else's): adults behind one number never see each other's. */
static bool may_be_asked(const struct effect *effect,
                         const struct meaning *meaning,
                         const struct reply_question *sent)
{
    const struct reply_context *first = &sent[meaning->fits[0]].context;
    bool own = true;
    for (size_t i = 0; i < meaning->fit_count; i++) {
        const struct reply_context *one = &sent[meaning->fits[i]].context;
        if (one->campaign_id != first->campaign_id)
            return false;
        own &= one->patient_id == first->patient_id;
    }
    return meaning->intent && !meaning->more && (own || effect->sender_id != 0);
}

static bool choices_add(const struct effect *effect,
                        const struct meaning *meaning,
                        const struct reply_question *sent, int64_t row_id,
                        struct error *err)
{
    struct choice choice = {.reply_id = effect->reply_id};
    text_copy(choice.intent, sizeof(choice.intent), meaning->intent);
    /* the first that was told of is number 1 */
    for (size_t i = meaning->fit_count; i > 0; i--) {
        choice.about_id = sent[meaning->fits[i - 1]].context.outreach_id;
        if (!choice_add(effect->clerk->store, row_id,
                        (int)(meaning->fit_count - i) + 1, &choice, err))
            return false;
    }
    return true;
}

/* A "3" that may say "worse" is not left lying for hours because it may say
 * "no thanks" as well. Nothing is written down as decided. */
static bool may_be_urgent(const struct effect *effect,
                          const struct meaning *meaning, struct error *err)
{
    char why[ANSWER_SIZE + 40], answer[ANSWER_SIZE], what[ANSWER_SIZE];
    answer_text(meaning, answer);
    snprintf(why, sizeof(why), "it may be %s", answer);
    snprintf(what, sizeof(what), "urgency %s", meaning->urgency->name);
    return spec_task(effect, meaning->urgency->task, why, err) &&
           (!meaning->urgency->reply || answer_plan(effect, what, NULL, err));
}

bool effect_several(const struct effect *effect, const struct meaning *meaning,
                    const struct reply_question *sent, struct error *err)
{
    int64_t row_id = 0;
    struct effect asking = *effect; /* about the first */
    asking.context = &sent[meaning->fits[meaning->fit_count - 1]].context;
    if (meaning->urgency && meaning->urgency->task)
        return may_be_urgent(effect, meaning, err);
    if (!person_task(effect, "it may answer several messages", err))
        return false;
    if (may_be_asked(effect, meaning, sent) &&
        !answer_plan(&asking, ANSWER_SEVERAL, &row_id, err))
        return false;
    return row_id ? choices_add(effect, meaning, sent, row_id, err)
                  : answer_plan(effect, words_name(WORDS_OTHER), NULL, err);
}

bool effect_settled(const struct effect *effect, int64_t reply_id,
                    struct error *err)
{
    char name[TASK_NAME_MAX];
    snprintf(name, sizeof(name), "reply %lld", (long long)reply_id);
    return task_settle(effect->clerk->store, "reply", name,
                       "the patient said which", effect->clerk->now, err);
}

/* Words -----------------------------------------------------------------------
 */

#define EVIDENCE_MAX 40

static void evidence_of(const struct effect *effect, char out[EVIDENCE_MAX])
{
    snprintf(out, EVIDENCE_MAX, "reply %lld", (long long)effect->reply_id);
}

static struct opt opt_of(const struct effect *effect, int64_t patient_id,
                         const char *evidence)
{
    return (struct opt){.patient_id = patient_id,
                        .address = effect->reply->from,
                        .channel = channel_name(effect->reply->channel),
                        .said_at = effect->said_at,
                        .evidence = evidence,
                        .actor = "patient"};
}

/* Who is told that they "get no more automated messages", or that we "will not
 * contact you again", gets no email either; an email's no is of emails. */
static bool opt_out(const struct effect *effect, int64_t patient_id,
                    struct error *err)
{
    char evidence[EVIDENCE_MAX];
    evidence_of(effect, evidence);
    struct opt opt = opt_of(effect, patient_id, evidence);
    opt.every = effect->reply->channel != CHANNEL_EMAIL;
    return clerk_opt_out(effect->clerk, &opt, err);
}

/* Texts, and the emails that a STOP from here ended; calls stay refused. */
static bool opt_in(const struct effect *effect, int64_t patient_id, bool there,
                   struct error *err)
{
    char evidence[EVIDENCE_MAX];
    evidence_of(effect, evidence);
    struct opt opt = opt_of(effect, patient_id, evidence), mail = opt;
    opt.there = there;
    mail.there = true;
    mail.channel = channel_name(CHANNEL_EMAIL);
    return consent_opt_in(effect->clerk->store, &opt, effect->clerk->now,
                          err) &&
           consent_opt_in(effect->clerk->store, &mail, effect->clerk->now, err);
}

/* Whether they refused as a person, wherever they are written to. */
static bool is_bound(const struct effect *effect, int64_t patient_id,
                     bool *bound, struct error *err)
{
    return consent_is_silenced(effect->clerk->store, patient_id, NULL,
                               channel_name(effect->reply->channel), bound,
                               err);
}

/* Where a nurse is told as fast as of danger, nobody hears of office hours. */
bool effect_in_words(const struct effect *effect, struct error *err)
{
    const struct urgency *urgent = urgent_of(effect);
    if (!urgent)
        return effect_person(effect, words_name(WORDS_OTHER), err);
    bool at_once = task_is_at_once(urgent->task);
    return spec_task(effect, urgent->task, IN_WORDS, err) &&
           answer_plan(effect,
                       words_name(at_once ? WORDS_EMERGENCY : WORDS_OTHER),
                       NULL, err);
}

bool effect_thanks(const struct effect *effect, const struct meaning *meaning,
                   struct error *err)
{
    const struct urgency *urgent = meaning->triage ? urgent_of(effect) : NULL;
    return urgent ? spec_task(effect, urgent->task, IN_WORDS, err)
                  : person_task(effect, REPLY_THANKS, err);
}

bool effect_silenced(const struct effect *effect, bool *silenced,
                     struct error *err)
{
    return consent_is_silenced(
        effect->clerk->store, effect->sender_id, effect->reply->from,
        channel_name(effect->reply->channel), silenced, err);
}

/* To whom the campaign's most urgent answer goes, and its reply: but "a nurse
 * will call you this week" is no answer to danger, so only one that tells whom
 * to call. */
static bool emergency(const struct effect *effect, struct error *err)
{
    const struct urgency *urgent = urgent_of(effect);
    const char *name = words_name(WORDS_EMERGENCY);
    char what[2 * OUTREACH_STEP_MAX];
    if (!urgent)
        return task_for(effect, name, EMERGENCY_MS, err) &&
               answer_plan(effect, name, NULL, err);
    struct task_spec spec = task_at_once(urgent->task);
    snprintf(what, sizeof(what), "urgency %s", urgent->name);
    return spec_task(effect, &spec, name, err) &&
           answer_plan(effect,
                       campaign_tells_emergency(effect->campaign, urgent->reply)
                           ? what
                           : name,
                       NULL, err);
}

/* They are bound, and a person hears of it, because they may not have said so;
 * nobody asks who was bound before. */
static bool each_shut_out(const struct effect *effect, const int64_t *ids,
                          size_t count, const char *why, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        bool bound;
        if (!is_bound(effect, ids[i], &bound, err) ||
            !opt_out(effect, ids[i], err) ||
            (!bound && !task_of(effect, ids[i], why, ORDINARY_MS, err)))
            return false;
    }
    return true;
}

/* A STOP is theirs, too, who share the number, or had it when they were last
 * written to there: whoever said it was told that they are opted out, and a new
 * number of theirs takes nothing of that back. What is more than a household is
 * nobody's word. */
static bool others_shut_out(const struct effect *effect, struct error *err)
{
    const struct holders *all = effect->holders;
    bool shared = all->count > 1 && all->count <= HOLDERS_MAX;
    if (all->other_count > HOLDERS_MAX ||
        (all->former && all->count > HOLDERS_MAX))
        return person_task(effect, "opt-out, from a number that many had", err);
    return each_shut_out(effect, all->ids, shared ? all->count : 0,
                         all->former
                             ? "opt-out, from a number that several had"
                             : "opt-out, from a number that several share: "
                               "who meant it?",
                         err) &&
           each_shut_out(effect, all->others, all->other_count,
                         "opt-out, from a number that was theirs", err);
}

/* One confirmation, of the first STOP, and nothing after it (L-14). News may
 * come in any order: a START that was written later has taken it back. */
static bool shut_out(const struct effect *effect, bool answered,
                     struct error *err)
{
    bool silenced, let_in;
    if (!reply_let_in_since(effect->clerk->store, effect->reply->from,
                            effect->said_at, &let_in, err))
        return false;
    if (let_in)
        return true;
    return effect_silenced(effect, &silenced, err) &&
           opt_out(effect, effect->sender_id, err) &&
           others_shut_out(effect, err) &&
           (answered || silenced ||
            answer_plan(effect, words_name(WORDS_STOP), NULL, err));
}

/* What a household refused from its number, it lets in from there. Who refused
 * elsewhere stays bound, and may be who said so. */
static bool household_let_in(const struct effect *effect, struct error *err)
{
    const struct holders *all = effect->holders;
    if (all->former || all->count < 2 || all->count > HOLDERS_MAX)
        return true;
    for (size_t i = 0; i < all->count; i++) {
        bool bound;
        if (!opt_in(effect, all->ids[i], true, err) ||
            !is_bound(effect, all->ids[i], &bound, err) ||
            (bound && !task_of(effect, all->ids[i],
                               "opt-in, from a number that several share: "
                               "they refused elsewhere, too",
                               ORDINARY_MS, err)))
            return false;
    }
    return true;
}

/* A START lifts what was refused before it: of a number that is nobody's any
 * more that alone, for who had it may have said no elsewhere. Where something
 * else stands, who wrote it hears nothing and somebody must look. */
static bool let_in(const struct effect *effect, bool answered,
                   struct error *err)
{
    bool silenced;
    int64_t patient_id = effect->holders->former ? 0 : effect->sender_id;
    if (!opt_in(effect, patient_id, false, err) ||
        !household_let_in(effect, err) ||
        !effect_silenced(effect, &silenced, err))
        return false;
    if (silenced)
        return person_task(effect, "opt-in, but the number stays silenced",
                           err);
    return answered || answer_plan(effect, words_name(WORDS_START), NULL, err);
}

/* Where several have the number, it is not that of whom the message was
 * addressed to: of a child's the guardian, and so of all their children. Of
 * `nobody`'s nobody hears anything more. */
static bool wrong_number(const struct effect *effect, bool nobody,
                         struct error *err)
{
    char evidence[EVIDENCE_MAX];
    int64_t patient_id = effect->context && effect->sender_id == 0 && !nobody
                             ? effect->context->addressee_id
                             : 0;
    struct effect about = *effect;
    if (patient_id)
        about.sender_id = patient_id;
    evidence_of(effect, evidence);
    return consent_wrong_address(effect->clerk->store, patient_id,
                                 effect->reply->from, evidence, "patient",
                                 effect->clerk->now, err) &&
           person_task(&about, words_name(WORDS_WRONG), err);
}

bool effect_words(const struct effect *effect, enum words_class words,
                  struct error *err)
{
    /* one party alone confirms (L-15) */
    int64_t planned = effect->reply->answered;
    const char *name = words_name(words);
    switch (words) {
    case WORDS_STOP:
        return shut_out(effect, planned != 0, err);
    case WORDS_START:
        return let_in(effect, planned != 0, err);
    case WORDS_HELP:
        return (planned || answer_plan(effect, name, &planned, err)) &&
               (planned || person_task(effect, name, err));
    case WORDS_WRONG:
        return wrong_number(effect, false, err);
    case WORDS_EMERGENCY:
        return emergency(effect, err);
    case WORDS_OTHER:
        break;
    }
    return effect_person(effect, name, err);
}

bool effect_refused(const struct effect *effect, enum words_class words,
                    struct error *err)
{
    /* the STOP first: after it nothing else is answered (L-14) */
    return words == WORDS_WRONG ? wrong_number(effect, true, err)
                                : effect_words(effect, WORDS_STOP, err) &&
                                      effect_words(effect, words, err);
}
