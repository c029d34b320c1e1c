/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A call as it would be heard, with sample values: whether it can be held in
 * its language, whether key 9 stops the calls and nothing else does, whether
 * each key has one meaning and is announced, as what it is, and each that is
 * announced has one (campaigns/call_announced.h), whether an urgent answer is
 * answered, whether every question is reached, and whether the minute is kept
 * (L-4). That 9 works in all states lies in the flow itself (call_flow.h).
 */
#include "campaigns/reader.h"

#include <string.h>

#include "base/text.h"
#include "channels/call_flow.h"

#include "campaigns/call_announced.h"
#include "campaigns/call_plan.h"
#include "campaigns/template.h"

#define SAMPLE_MAX 16000
#define SPARE_S 2 /* for names that are longer than the samples */

static void call_fault(struct reader *reader, enum fault_level level,
                       const struct message_text *text, const char *message,
                       const char *what)
{
    faults_add(reader->faults, level, text->file, text->line, text->column,
               "'%s' in '%s', voice: %s", message, text->language, what);
}

static const char *key_written(const struct message_text *text, char key)
{
    for (size_t i = 0; i < text->voice_key_count; i++)
        if (text->voice_keys[i].key == key)
            return text->voice_keys[i].intent;
    return NULL;
}

static void check_stop_key(struct reader *reader,
                           const struct message_text *text,
                           const struct message *message)
{
    for (size_t i = 0; i < CALL_KEY_COUNT; i++) {
        const char *intent = key_written(text, CALL_KEYS[i]);
        if (intent &&
            (CALL_KEYS[i] == CALL_STOP_KEY) != text_equal(intent, "opt-out")) {
            call_fault(reader, FAULT_ERROR, text, message->name,
                       "key 9 is \"opt-out\" in every call, and no other key "
                       "is (L-4)");
            return;
        }
    }
}

/* Pressed for an answer, it would do something else. */
static void check_one_meaning(struct reader *reader,
                              const struct message_text *text,
                              const struct message *message,
                              const struct question *question)
{
    for (size_t i = 0; i < question->answer_count; i++) {
        const char *answer = question->answers[i].answer;
        bool key = strlen(answer) == 1 && call_key(answer[0]) >= 0;
        const char *intent = !key ? NULL
                             : answer[0] == CALL_STOP_KEY
                                 ? "opt-out"
                                 : key_written(text, answer[0]);
        if (intent)
            faults_add(reader->faults, FAULT_ERROR, text->file, text->line,
                       text->column,
                       "'%s' in '%s', voice: key %s is \"%s\" and an answer, "
                       "too; give one of them another key",
                       message->name, text->language, answer, intent);
    }
}

/* A digit that stands alone: "Press 1 to confirm". */
static bool says_digit(const char *text, char digit)
{
    for (const char *at = strchr(text, digit); at; at = strchr(at + 1, digit)) {
        bool begins = at == text || at[-1] == ' ' || at[-1] == '\n';
        if (begins && strchr(" ,.;!?)\n", at[1])) /* also at the end */
            return true;
    }
    return false;
}

/* (9 is announced before the message, in our own words.) */
static void check_announced(struct reader *reader,
                            const struct message_text *text,
                            const struct message *message, const char *say,
                            const struct call_plan_part *part)
{
    bool announced[CALL_KEY_COUNT] = {false};
    call_announced(text->voice_say, announced);
    for (size_t i = 0; i < CALL_KEY_COUNT; i++) {
        char key = CALL_KEYS[i];
        if (!part->keys[i] || key == CALL_STOP_KEY || key == '*' ||
            key == '#' || announced[i] || says_digit(say, key))
            continue;
        faults_add(reader->faults, FAULT_WARNING, text->file, text->line,
                   text->column,
                   "'%s' in '%s', voice: key %c (%s) is never announced; say "
                   "what it does",
                   message->name, text->language, key, part->keys[i]);
    }
}

/* Who is told to press it hears the same again, and then a goodbye. */
static void check_handled(struct reader *reader,
                          const struct message_text *text,
                          const struct message *message,
                          const struct call_plan_part *part)
{
    bool announced[CALL_KEY_COUNT] = {false};
    call_announced(text->voice_say, announced);
    for (size_t i = 0; i < CALL_KEY_COUNT; i++)
        if (announced[i] && !part->keys[i])
            faults_add(reader->faults, FAULT_ERROR, text->file, text->line,
                       text->column,
                       "'%s' in '%s', voice: key %c is announced and does "
                       "nothing; write it in \"keys\"%s",
                       message->name, text->language, CALL_KEYS[i],
                       part->asks ? " or as an answer" : "");
}

/* "Press 2 to confirm" where 2 changes the visit: nobody would notice. Only
 * where another key of the menu is what was said. */
static void check_swapped(struct reader *reader,
                          const struct message_text *text,
                          const struct message *message,
                          const struct call_plan_part *part)
{
    const char *said[CALL_KEY_COUNT];
    call_meant(text->voice_say, said);
    for (size_t i = 0; i < CALL_KEY_COUNT; i++) {
        bool other = false;
        for (size_t k = 0; said[i] && k < CALL_KEY_COUNT; k++)
            other |= k != i && text_equal(part->keys[k], said[i]);
        if (!other || !part->keys[i] || text_equal(part->keys[i], said[i]))
            continue;
        faults_add(reader->faults, FAULT_WARNING, text->file, text->line,
                   text->column,
                   "'%s' in '%s', voice: key %c is said to be for \"%s\", and "
                   "is \"%s\"",
                   message->name, text->language, CALL_KEYS[i], said[i],
                   part->keys[i]);
    }
}

static const char *sample(struct reader *reader,
                          const struct message_text *text, const char *template,
                          struct buf *out)
{
    buf_init(out, SAMPLE_MAX);
    reader_sample(reader, text, template, out);
    return out->data;
}

static bool any_field(const struct field *field)
{
    (void)field;
    return true;
}

static void check_recording(struct reader *reader,
                            const struct message_text *text,
                            const struct message *message)
{
    const struct field *field =
        text->voice_recording
            ? template_outside(text->voice_say, reader->campaign->anchor,
                               any_field)
            : NULL;
    if (field)
        faults_add(reader->faults, FAULT_WARNING, text->file, text->line,
                   text->column,
                   "'%s' in '%s', voice: a recording says the same to "
                   "everybody, and its text says {{%s}}",
                   message->name, text->language, field->name);
}

/* L-4.5: a voice message, whether a person hears it or a machine. */
static void check_voicemail(struct reader *reader,
                            const struct message_text *text,
                            const struct message *message)
{
    struct buf heard;
    if (!text->voice_voicemail)
        return;
    int seconds =
        SPARE_S + CALL_LAST_S +
        call_seconds(sample(reader, text, text->voice_voicemail, &heard));
    buf_free(&heard);
    if (seconds > CALL_MOST_S)
        faults_add(reader->faults, FAULT_ERROR, text->file, text->line,
                   text->column,
                   "'%s' in '%s', voicemail: it takes about %d seconds; at "
                   "most %d (L-4)",
                   message->name, text->language, seconds, CALL_MOST_S);
}

void lint_call(struct reader *reader, const struct message *message,
               const struct message_text *text)
{
    const struct question *question =
        campaign_question(reader->campaign, message->name);
    struct call_plan plan;
    struct buf say;
    if (text->voice_say == NULL)
        return;
    if (!call_words_find(text->language)) {
        call_fault(reader, FAULT_ERROR, text, message->name,
                   "calls are held in " CALL_LANGUAGES);
        return;
    }
    call_plan_of(reader->campaign, NULL, message, text, &plan);
    check_stop_key(reader, text, message);
    if (question)
        check_one_meaning(reader, text, message, question);
    check_announced(reader, text, message,
                    sample(reader, text, text->voice_say, &say),
                    &plan.parts[0]);
    check_handled(reader, text, message, &plan.parts[0]);
    check_swapped(reader, text, message, &plan.parts[0]);
    check_voicemail(reader, text, message);
    check_recording(reader, text, message);
    buf_free(&say);
}

/* The calls of a step --------------------------------------------------------
 */

/* Into `way`, how long each part takes: "; step 'day-1': 'feeling' 15,
 * 'worse' 14". */
static int plan_seconds(struct reader *reader, const struct step *step,
                        const struct call_plan *plan, struct buf *way)
{
    const struct message_text *text = plan->parts[0].text;
    struct buf from, phone, name, says[CALL_PARTS];
    struct call_script call = {
        .language = text->language,
        .names = {.from = sample(reader, text, text->voice_from, &from),
                  .phone = sample(reader, text, text->voice_phone, &phone),
                  .name = sample(reader, text, text->voice_name, &name)},
        .part_count = plan->part_count};
    buf_format(way, "; step '%s':", step->name ? step->name : "");
    for (int i = 0; i < plan->part_count; i++) {
        struct call_part *part = &call.parts[i];
        part->say = sample(reader, text, plan->parts[i].say, &says[i]);
        memcpy(part->keys, plan->parts[i].keys, sizeof(part->keys));
        memcpy(part->leads, plan->parts[i].leads, sizeof(part->leads));
        buf_format(way, "%s '%s' %d", i == 0 ? "" : ",",
                   plan->parts[i].message->name,
                   call_seconds(part->say) + CALL_WAIT_S);
    }
    int seconds = call_flow_seconds(&call) + SPARE_S;
    buf_free(&from);
    buf_free(&phone);
    buf_free(&name);
    for (int i = 0; i < plan->part_count; i++)
        buf_free(&says[i]);
    return seconds;
}

static void check_minute(struct reader *reader, const struct step *step,
                         const struct call_plan *plan)
{
    const struct message_text *text = plan->parts[0].text;
    struct buf way;
    buf_init(&way, SAMPLE_MAX);
    int seconds = plan_seconds(reader, step, plan, &way);
    if (seconds > CALL_MOST_S)
        faults_add(reader->faults, FAULT_ERROR, text->file, text->line,
                   text->column,
                   "'%s' in '%s', voice: with who calls, whom for and the time "
                   "to press keys the call takes about %d seconds; at most %d "
                   "(L-4)%s",
                   plan->parts[0].message->name, text->language, seconds,
                   CALL_MOST_S, plan->part_count > 1 ? way.data : "");
    buf_free(&way);
}

/* Each question has an answer that can be pressed, and each but the first
 * comes after one that is not urgent. */
static void check_questions(struct reader *reader, const struct call_plan *plan)
{
    for (int i = 0; i < plan->questions; i++) {
        const struct call_plan_part *part = &plan->parts[i];
        bool answered = false, leads_on = false;
        for (size_t key = 0; key < CALL_KEY_COUNT; key++) {
            answered |= text_equal(part->keys[key], "answer");
            leads_on |= part->leads[key] == i + 1;
        }
        if (part->asks && !answered)
            call_fault(reader, FAULT_ERROR, part->text, part->message->name,
                       "none of its answers is a key of a telephone");
        if (answered && !leads_on && i + 1 < plan->questions)
            call_fault(reader, FAULT_WARNING, part->text, part->message->name,
                       "every answer is urgent, so that nobody is asked what "
                       "comes behind it");
    }
}

/* Whether a key says something of what the message is about. */
static bool can_answer(const struct call_plan_part *part)
{
    for (size_t key = 0; key < CALL_KEY_COUNT; key++)
        if (part->keys[key] && !text_equal(part->keys[key], "opt-out") &&
            !text_equal(part->keys[key], "repeat"))
            return true;
    return false;
}

/* A campaign that takes replies hears none from who is called. */
static void check_answerable(struct reader *reader,
                             const struct call_plan *plan)
{
    const struct call_plan_part *part = &plan->parts[0];
    if (reader->campaign->reply_count > 0 && !part->asks && !can_answer(part))
        call_fault(reader, FAULT_WARNING, part->text, part->message->name,
                   "the campaign has \"replies\", and no key of this call "
                   "answers; write \"keys\"");
}

/* What an urgent answer is answered with is said at once, so it is written for
 * a call. */
static void check_replies(struct reader *reader, const struct call_plan *plan)
{
    for (int i = plan->questions; i < plan->part_count; i++) {
        const struct call_plan_part *part = &plan->parts[i];
        if (!part->text->voice_say)
            call_fault(reader, FAULT_ERROR, part->text, part->message->name,
                       "it is not written, and a call says it to who answers "
                       "urgently");
    }
}

static bool calls(const struct step *step)
{
    for (size_t i = 0; i < step->ladder_count; i++)
        if (step->ladder[i].channel == CHANNEL_VOICE)
            return true;
    return false;
}

static bool same_call(const struct step *a, const struct step *b)
{
    bool same = calls(a) && text_equal(a->message, b->message) &&
                a->ask_count == b->ask_count;
    for (size_t i = 0; same && i < a->ask_count; i++)
        same = text_equal(a->ask[i], b->ask[i]);
    return same;
}

/* Told once, whichever step holds the same call again. */
static bool was_looked_at(const struct campaign *campaign, size_t step)
{
    for (size_t i = 0; i < step; i++)
        if (same_call(&campaign->steps[i], &campaign->steps[step]))
            return true;
    return false;
}

static void lint_step(struct reader *reader, const struct step *step)
{
    const char *name = step->message         ? step->message
                       : step->ask_count > 0 ? step->ask[0]
                                             : NULL;
    const struct message *message =
        name ? campaign_message(reader->campaign, name) : NULL;
    for (size_t i = 0; message && i < message->text_count; i++) {
        struct call_plan plan;
        const struct message_text *text = &message->texts[i];
        if (!text->voice_say || !call_words_find(text->language))
            continue; /* told already */
        call_plan_of(reader->campaign, step, message, text, &plan);
        check_minute(reader, step, &plan);
        check_questions(reader, &plan);
        check_answerable(reader, &plan);
        check_replies(reader, &plan);
    }
}

void lint_calls(struct reader *reader)
{
    const struct campaign *campaign = reader->campaign;
    for (size_t i = 0; i < campaign->step_count; i++)
        if (calls(&campaign->steps[i]) && !was_looked_at(campaign, i))
            lint_step(reader, &campaign->steps[i]);
}
