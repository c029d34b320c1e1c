/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Advice about a campaign as a whole: reply words that carriers take for an
 * opt-out, answers of two questions that collide, ladders that the weekly cap
 * will cut short, texts that nobody sends. Only an answer that nobody can give
 * is an error, the rest are warnings that stop nothing.
 */
#include "campaigns/reader.h"

#include <string.h>

#include "base/fold.h"
#include "base/text.h"
#include "base/zone.h"

#include "campaigns/emergency.h"
#include "campaigns/timing.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* What lint compares with when it is not told: messages and calls a week
 * (L-4.6). The gate keeps the cap of policy/; this only foretells it. */
#define WEEKLY_CAP 3
#define WEEK_MS (7 * 24 * HOUR_MS)

/* S-7, S-8, S-9, S-10: words that end or begin a subscription, or call for
 * help, before anything of ours sees them. */
static const char *const carrier_words[] = {
    "STOP",    "STOPALL", "STOP ALL", "QUIT",   "END",         "REVOKE",
    "OPT OUT", "OPTOUT",  "OPT-OUT",  "CANCEL", "UNSUBSCRIBE", "REMOVE",
    "ARRET",   "TD",      "START",    "UNSTOP", "YES",         "SUBSCRIBE",
    "OPTIN",   "HELP",    "INFO",     "ALTO",   "PARAR",       "PARE",
    "BAJA",    "BASTA",   "CANCELAR", "NO MAS", "SAIR",
};

static void lint_answer(struct reader *reader, const struct json_node *member)
{
    struct json_place place = json_key_place(reader->at.doc, member);
    for (size_t i = 0; i < COUNT(carrier_words); i++) {
        if (text_equal_nocase(json_key(member), carrier_words[i]))
            faults_add(reader->faults, FAULT_WARNING, reader->at.file,
                       place.line, place.column,
                       "carriers take \"%s\" for themselves (S-7): use a "
                       "letter or a digit",
                       json_key(member));
    }
}

/* Two that are written alike are one to whoever reads what a patient sent. */
static bool is_written_alike(const struct json_node *one, const char *folded)
{
    struct buf other;
    buf_init(&other, FOLD_MAX);
    fold_text(&other, json_key(one));
    bool alike = text_equal(other.data, folded);
    buf_free(&other);
    return alike;
}

static void lint_written(struct reader *reader, const struct json_node *answers)
{
    for (const struct json_node *node = json_first(answers); node != NULL;
         node = json_next(node)) {
        struct json_place place = json_key_place(reader->at.doc, node);
        struct buf folded;
        buf_init(&folded, FOLD_MAX);
        fold_text(&folded, json_key(node));
        const struct json_node *twin = json_first(answers);
        while (twin != node && !is_written_alike(twin, folded.data))
            twin = json_next(twin);
        if (folded.len == 0)
            faults_add(reader->faults, FAULT_ERROR, reader->at.file, place.line,
                       place.column,
                       "nobody can answer \"%s\": use letters or digits",
                       json_key(node));
        else if (twin != node)
            faults_add(reader->faults, FAULT_ERROR, reader->at.file, place.line,
                       place.column,
                       "\"%s\" and \"%s\" are the same answer: capitals, "
                       "accents and marks make no difference",
                       json_key(twin), json_key(node));
        buf_free(&folded);
    }
}

static void lint_answers(struct reader *reader)
{
    const struct json_node *replies =
        reader_get(reader->at.node, "replies", IS_OBJECT);
    for (const struct json_node *node = json_first(replies); node != NULL;
         node = json_next(node))
        lint_answer(reader, node);
    lint_written(reader, replies);
    const struct json_node *questions =
        reader_get(reader->at.node, "questions", IS_OBJECT);
    for (const struct json_node *node = json_first(questions); node != NULL;
         node = json_next(node)) {
        const struct json_node *answers =
            reader_get(node, "answers", IS_OBJECT);
        lint_written(reader, answers);
        for (const struct json_node *item = json_first(answers); item != NULL;
             item = json_next(item)) {
            lint_answer(reader, item);
            if (json_get(replies, json_key(item)) == NULL)
                continue;
            struct json_place place = json_key_place(reader->at.doc, item);
            faults_add(reader->faults, FAULT_WARNING, reader->at.file,
                       place.line, place.column,
                       "\"%s\" answers this question and is one of "
                       "\"replies\": the question goes first",
                       json_key(item));
        }
    }
}

/* Where a step lies on the time axis of its base, for comparing steps that
 * count from the same thing. Noon of a day far from any change of clocks. */
static instant step_offset(const struct step *step)
{
    instant noon = INT64_C(1781524800000);
    struct timing timing = {
        .anchor_zone = zone_utc(),
        .patient_zone = zone_utc(),
        .entered_at = noon,
    };
    return step_time_instant(&step->when, noon, &timing);
}

/* Texts and calls, which the caps count together; email is not counted. */
static int step_contacts(const struct step *step)
{
    int count = 0;
    for (size_t i = 0; i < step->ladder_count; i++)
        count += step->ladder[i].channel != CHANNEL_EMAIL;
    return count < step->attempts ? count : step->attempts;
}

static void lint_caps(struct reader *reader)
{
    const struct campaign *campaign = reader->campaign;
    int cap = reader->options != NULL && reader->options->weekly_cap > 0
                  ? reader->options->weekly_cap
                  : WEEKLY_CAP;
    for (size_t i = 0; i < campaign->step_count; i++) {
        const struct step *first = &campaign->steps[i];
        int contacts = 0;
        for (size_t j = 0; j < campaign->step_count; j++) {
            const struct step *step = &campaign->steps[j];
            if (step->when.base != first->when.base ||
                step->when.field != first->when.field || !step->when.given ||
                !first->when.given)
                continue;
            instant apart = step_offset(step) - step_offset(first);
            if (apart >= 0 && apart < WEEK_MS)
                contacts += step_contacts(step);
        }
        if (first->ladder_count == 0 || contacts <= cap)
            continue;
        faults_add(reader->faults, FAULT_WARNING, reader->at.file, first->line,
                   first->column,
                   "from '%s' on, 7 days want up to %d texts and calls; a "
                   "patient gets at most %d a week (L-4), so the last rungs "
                   "may never go",
                   first->name != NULL ? first->name : "", contacts, cap);
        return;
    }
}

static bool is_sent(const struct campaign *campaign, const char *name)
{
    for (size_t i = 0; i < campaign->step_count; i++) {
        const struct step *step = &campaign->steps[i];
        if (text_equal(step->message, name))
            return true;
        for (size_t j = 0; j < step->ask_count; j++) {
            if (text_equal(step->ask[j], name))
                return true;
        }
    }
    for (size_t i = 0; i < campaign->answer_count; i++) {
        if (text_equal(campaign->answers[i].message, name))
            return true;
    }
    return false;
}

static void lint_unused(struct reader *reader)
{
    const struct campaign *campaign = reader->campaign;
    for (size_t i = 0; i < campaign->message_count; i++) {
        const struct message *message = &campaign->messages[i];
        if (message->text_count > 0 && !is_sent(campaign, message->name))
            faults_add(reader->faults, FAULT_WARNING, message->texts[0].file,
                       message->texts[0].line, message->texts[0].column,
                       "'%s' is sent by no step", message->name);
    }
}

/* A reminder that a queue held back for days is worse than none. */
static void lint_until(struct reader *reader)
{
    const struct campaign *campaign = reader->campaign;
    for (size_t i = 0; i < campaign->step_count; i++) {
        const struct step *step = &campaign->steps[i];
        if (step->ladder_count > 0 && !step->until.given &&
            step->name != NULL && step->turn <= 1)
            faults_add(reader->faults, FAULT_WARNING, reader->at.file,
                       step->line, step->column,
                       "'%s' has no \"until\": after which time is it no "
                       "longer useful?",
                       step->name);
    }
}

/* It is due only while somebody is there. */
static bool keeps_hours(const struct task_spec *task)
{
    return task->same_day ||
           (task->has_within && task->within.unit == UNIT_OPEN_HOURS);
}

static bool is_red(const struct urgency *urgency)
{
    return text_equal(urgency->name, "red");
}

/* Red flags come at night too (DESIGN 4: cover round the clock). */
static void lint_cover(struct reader *reader)
{
    const struct campaign *campaign = reader->campaign;
    for (size_t i = 0; i < campaign->urgency_count; i++) {
        const struct urgency *urgency = &campaign->urgencies[i];
        const struct json_node *node =
            json_get(json_get(reader->at.node, "urgency"), urgency->name);
        if (!is_red(urgency) || urgency->task == NULL)
            continue;
        if (urgency->task->then == NULL)
            reader_warn(reader, node,
                        "red flags come at night too: name in \"then\" who "
                        "takes over");
        if (keeps_hours(urgency->task))
            reader_warn(reader, node,
                        "a red flag waits for no opening hours: say minutes");
    }
}

/* Danger in a text opens a task within 15 minutes all the same, and is answered
 * with words that tell whom to call: whoever wrote the file should know. */
static void lint_danger(struct reader *reader)
{
    const struct urgency *most = campaign_most_urgent(reader->campaign);
    if (most == NULL || (is_red(most) && keeps_hours(most->task)))
        return; /* lint_cover() has said so */
    const struct json_node *node =
        json_get(json_get(reader->at.node, "urgency"), most->name);
    if (!task_is_at_once(most->task))
        reader_warn(
            reader, node,
            "no urgency here is due within 15 minutes: '%.80s' has that "
            "time when somebody writes of danger",
            most->task->to);
    else if (most->reply != NULL &&
             !campaign_tells_emergency(reader->campaign, most->reply))
        reader_warn(reader, node,
                    "'%.80s' names no emergency number: who writes of danger "
                    "gets the answer for \"emergency\" instead",
                    most->reply);
}

static void lint_holdout(struct reader *reader)
{
    const struct json_node *node = json_get(reader->at.node, "holdout");
    if (reader->campaign->intake.order == INTAKE_LONGEST_OVERDUE &&
        reader->campaign->occurrence == NULL)
        reader_warn(reader, json_get(reader->at.node, "intake"),
                    "\"longest overdue first\" wants an \"occurrence\" that "
                    "says what is overdue");
    if (node != NULL && reader->campaign->holdout.looks > 1)
        reader_warn(reader, node,
                    "every further look widens the interval (M-5): %d are "
                    "planned",
                    reader->campaign->holdout.looks);
}

void lint_campaign(struct reader *reader)
{
    lint_answers(reader);
    lint_caps(reader);
    lint_unused(reader);
    lint_until(reader);
    lint_holdout(reader);
    lint_cover(reader);
    lint_danger(reader);
}
