/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Advice about texts: what the law and carriers want in each (who speaks, how
 * to stop), how long an SMS becomes, and what may not be said on which channel
 * (L-31). Fields of tier 3 are errors, because no channel here may carry them;
 * the rest are warnings. Only texts that a step sends first are judged: a
 * second question of the same conversation need not introduce itself again.
 */
#include "campaigns/reader.h"

#include <string.h>

#include "base/text.h"
#include "channels/sms.h"

#include "campaigns/telling.h"
#include "campaigns/template.h"
#include "campaigns/wording.h"

#define SAMPLE_MAX 8000
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Highest tier that a part of a message may carry (L-31). */
#define TIER_SMS 2
#define TIER_SUBJECT 1
#define TIER_EMAIL 2
#define TIER_SAY 1
#define TIER_VOICEMAIL 0
#define TIER_NONE 0
#define TIER_NEVER 3

static void text_warn(struct reader *reader, const struct message_text *text,
                      const char *message, const char *part, const char *what)
{
    faults_add(reader->faults, FAULT_WARNING, text->file, text->line,
               text->column, "'%s' in '%s', %s: %s", message, text->language,
               part, what);
}

static bool says_who(const char *text)
{
    return strstr(text, "public_name") != NULL ||
           strstr(text, "organisation") != NULL;
}

/* A placeholder for a phone number, or one written out. */
static bool says_number(const char *text)
{
    size_t digits = 0;
    for (const char *at = text; *at != '\0'; at++)
        digits += *at >= '0' && *at <= '9';
    return digits >= 7 || strstr(text, ".phone") != NULL;
}

/* What its words tell, whatever fields are put in. */
static void lint_words(struct reader *reader, const struct message_text *text,
                       const char *message, const char *part,
                       const char *template, int most)
{
    struct buf sample;
    struct wording said;
    const char *word;
    if (!template || !reader->options || !reader->options->telling)
        return;
    buf_init(&sample, SAMPLE_MAX);
    reader_sample(reader, text, template, &sample);
    wording_read(&said, sample.data);
    int tier = telling_tier(reader->options->telling, &said, NULL, 0, &word);
    if (tier > most)
        faults_add(reader->faults, FAULT_WARNING, text->file, text->line,
                   text->column,
                   "'%s' in '%s', %s: \"%s\" tells more than may be said "
                   "there (tier %d, at most %d: L-31)",
                   message, text->language, part, word, tier, most);
    wording_free(&said);
    buf_free(&sample);
}

/* Of a sensitive place it is empty (L-31), and what needs it does not leave. */
static void lint_street(struct reader *reader, const struct message_text *text,
                        const char *message, const char *part,
                        const char *template)
{
    static const char *const bare[] = {"{{clinic.street}}",
                                       "{{pickup.street}}"};
    static const char *const asked[] = {"{{#clinic.street}}",
                                        "{{#pickup.street}}"};
    for (size_t i = 0; i < COUNT(bare); i++)
        if (strstr(template, bare[i]) && !strstr(template, asked[i]))
            faults_add(reader->faults, FAULT_WARNING, text->file, text->line,
                       text->column,
                       "'%s' in '%s', %s: of a sensitive place %s is empty, "
                       "and the message does not leave; put it between %s "
                       "and its end (L-31)",
                       message, text->language, part, bare[i], asked[i]);
}

/* Of a purpose that may go without consent (L-3). */
static bool is_care(const struct campaign *campaign)
{
    static const char *const others[] = {"billing", "marketing", "notice",
                                         "survey", "emergency"};
    for (size_t i = 0; i < COUNT(others); i++)
        if (text_equal(campaign->purpose, others[i]))
            return false;
    return true;
}

/* What is care to the law says nothing of money (L-4.4). */
static void lint_bills(struct reader *reader, const struct message_text *text,
                       const char *message, const char *part,
                       const char *template)
{
    const char *word = wording_bills(template);
    if (word && is_care(reader->campaign))
        faults_add(reader->faults, FAULT_WARNING, text->file, text->line,
                   text->column,
                   "'%s' in '%s', %s: \"%s\": what is sent without consent "
                   "may ask for no money (L-4); its purpose is billing",
                   message, text->language, part, word);
}

static void lint_tier(struct reader *reader, const struct message_text *text,
                      const char *message, const char *part,
                      const char *template, int most)
{
    const struct field *field = NULL;
    if (template == NULL || !reader->anchor_known)
        return;
    lint_words(reader, text, message, part, template, most);
    lint_street(reader, text, message, part, template);
    lint_bills(reader, text, message, part, template);
    int tier = template_tier(template, reader->campaign->anchor, &field);
    if (tier <= most || field == NULL)
        return;
    faults_add(reader->faults, tier >= TIER_NEVER ? FAULT_ERROR : FAULT_WARNING,
               text->file, text->line, text->column,
               "'%s' in '%s', %s: {{%s}} tells more than may be said there "
               "(tier %d, at most %d: L-31)",
               message, text->language, part, field->name, tier, most);
}

static void lint_segments(struct reader *reader,
                          const struct message_text *text, const char *message)
{
    struct buf sample;
    buf_init(&sample, SAMPLE_MAX);
    reader_sample(reader, text, text->sms, &sample);
    struct sms_size size = sms_measure(sample.data);
    if (size.parts > 1 && size.encoding == SMS_GSM7)
        faults_add(reader->faults, FAULT_WARNING, text->file, text->line,
                   text->column,
                   "'%s' in '%s', sms: about %zu characters, %zu segments; "
                   "one holds 160",
                   message, text->language, size.units, size.parts);
    else if (size.parts > 1) {
        struct buf letter;
        buf_init(&letter, 16);
        text_put(&letter, size.first_foreign);
        faults_add(
            reader->faults, FAULT_WARNING, text->file, text->line, text->column,
            "'%s' in '%s', sms: about %zu characters, %zu segments; "
            "'%s' is outside GSM-7, so one holds 70 (S-4)",
            message, text->language, size.units, size.parts, letter.data);
        buf_free(&letter);
    }
    buf_free(&sample);
}

static bool stops(const char *text)
{
    struct wording said;
    wording_read(&said, text);
    bool told = wording_stops(text, &said);
    wording_free(&said);
    return told;
}

static void lint_sms(struct reader *reader, const struct message_text *text,
                     const char *message, bool first)
{
    if (text->sms == NULL)
        return;
    if (first && !stops(text->sms))
        text_warn(reader, text, message, "sms",
                  "no opt-out line; say \"Reply STOP to opt out.\" (L-4)");
    if (first && !says_who(text->sms))
        text_warn(reader, text, message, "sms",
                  "does not say who writes; begin with "
                  "{{clinic.public_name}} (L-4)");
    if (first && is_care(reader->campaign) && !says_number(text->sms))
        text_warn(reader, text, message, "sms",
                  "names no number to call; say {{clinic.phone}} (L-4)");
    lint_segments(reader, text, message);
    lint_tier(reader, text, message, "sms", text->sms, TIER_SMS);
}

static void lint_email(struct reader *reader, const struct message_text *text,
                       const char *message)
{
    lint_tier(reader, text, message, "email subject", text->email_subject,
              TIER_SUBJECT);
    lint_tier(reader, text, message, "email", text->email_text, TIER_EMAIL);
    lint_tier(reader, text, message, "email html", text->email_html,
              TIER_EMAIL);
}

static void lint_voice(struct reader *reader, const struct message_text *text,
                       const char *message, bool first)
{
    if (text->voice_say == NULL)
        return;
    lint_tier(reader, text, message, "who calls", text->voice_from, TIER_NONE);
    lint_tier(reader, text, message, "their number", text->voice_phone,
              TIER_NONE);
    if (first)
        lint_tier(reader, text, message, "voice", text->voice_say, TIER_SAY);
    lint_tier(reader, text, message, "voicemail", text->voice_voicemail,
              TIER_VOICEMAIL);
    if (text->voice_voicemail != NULL && !says_number(text->voice_voicemail))
        text_warn(reader, text, message, "voicemail",
                  "names no number to call back; say {{clinic.phone}} (L-4)");
}

/* What two rows seldom have in common: their times; in a family the names. */
static bool differs_by_row(const struct field *field)
{
    return field->type == VALUE_INSTANT;
}

static bool differs_by_child(const struct field *field)
{
    return differs_by_row(field) ||
           text_equal(field->name, "patient.first_name");
}

/* Told once for all, it keeps those apart whom "combine" would bring together:
 * a message leaves only for rows of which all of it is true. */
static void lint_combine(struct reader *reader, const struct message_text *text,
                         const char *message)
{
    const struct {
        const char *part, *text;
    } parts[] = {
        {"sms", text->sms},          {"email subject", text->email_subject},
        {"email", text->email_text}, {"email html", text->email_html},
        {"voice", text->voice_say},  {"voicemail", text->voice_voicemail},
    };
    const struct campaign *campaign = reader->campaign;
    for (size_t i = 0; campaign->combine && i < COUNT(parts); i++) {
        const struct field *field =
            parts[i].text == NULL
                ? NULL
                : template_outside(parts[i].text, campaign->anchor,
                                   campaign->combine == COMBINE_FAMILY
                                       ? differs_by_child
                                       : differs_by_row);
        if (field != NULL)
            faults_add(reader->faults, FAULT_WARNING, text->file, text->line,
                       text->column,
                       "'%s' in '%s', %s: {{%s}} stands outside "
                       "{{#each}}...{{/each}}, so that only those who have the "
                       "same are combined",
                       message, text->language, parts[i].part, field->name);
    }
}

static bool is_first(const struct campaign *campaign, const char *name)
{
    for (size_t i = 0; i < campaign->step_count; i++) {
        const struct step *step = &campaign->steps[i];
        if (text_equal(step->message, name) ||
            (step->ask_count > 0 && text_equal(step->ask[0], name)))
            return true;
    }
    return false;
}

void lint_texts(struct reader *reader)
{
    const struct campaign *campaign = reader->campaign;
    for (size_t i = 0; i < campaign->message_count; i++) {
        const struct message *message = &campaign->messages[i];
        bool first = is_first(campaign, message->name);
        for (size_t j = 0; reader->anchor_known && j < message->text_count;
             j++) {
            const struct message_text *text = &message->texts[j];
            lint_sms(reader, text, message->name, first);
            lint_email(reader, text, message->name);
            lint_combine(reader, text, message->name);
            lint_voice(reader, text, message->name, first);
            lint_call(reader, message, text);
        }
    }
    if (reader->anchor_known)
        lint_calls(reader);
}
