/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A campaign's message in one language and channel. Chooses the language,
 * renders the compiled templates with the anchor's values, cleans per
 * channel. Refuses rather than sending a text with a hole in it. An SMS of
 * four placeholders takes about 3 us, most of it ICU's two dates.
 */
#include "campaigns/render.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "channels/call_flow.h"
#include "channels/sms.h"

#include "campaigns/call_plan.h"
#include "campaigns/expression.h"

enum { TEXT_MAX = 64 << 10 };

struct template_entry {
    const char *text;
    const struct template *template; /* NULL: it did not compile */
    struct rendered_tier tier;
};

/* The texts of one language, as a list. */
enum { TEXTS_EACH = 9 };
static size_t texts_of(const struct message_text *text,
                       const char *out[TEXTS_EACH])
{
    const char *all[TEXTS_EACH] = {
        text->sms,        text->email_subject, text->email_text,
        text->email_html, text->voice_from,    text->voice_phone,
        text->voice_name, text->voice_say,     text->voice_voicemail};
    size_t count = 0;
    for (size_t i = 0; i < TEXTS_EACH; i++)
        if (all[i])
            out[count++] = all[i];
    return count;
}

static int compare_entries(const void *a, const void *b)
{
    const char *left = ((const struct template_entry *)a)->text;
    const char *right = ((const struct template_entry *)b)->text;
    return left < right ? -1 : left > right;
}

static void compile_message(const struct campaign *campaign,
                            const struct message *message,
                            struct template_columns *columns,
                            struct render_fields *out)
{
    for (size_t i = 0; i < message->text_count; i++) {
        const struct message_text *text = &message->texts[i];
        struct expression_place place = {text->file, text->line, text->column};
        const char *all[TEXTS_EACH];
        size_t count = texts_of(text, all);
        for (size_t n = 0; n < count; n++) {
            const struct field *field;
            int tier = template_tier(all[n], campaign->anchor, &field);
            out->templates[out->template_count++] = (struct template_entry){
                .text = all[n],
                .template = template_compile(all[n], campaign->anchor, &place,
                                             columns, NULL),
                .tier = {tier, field ? field->name : NULL},
            };
        }
    }
}

void render_fields_of(const struct campaign *campaign,
                      struct render_fields *out)
{
    *out = (struct render_fields){0};
    struct template_columns columns = {.arena = campaign->arena};
    size_t texts = 0;
    for (size_t i = 0; i < campaign->message_count; i++)
        texts += campaign->messages[i].text_count * TEXTS_EACH;
    out->templates =
        arena_alloc(campaign->arena, (texts + 1) * sizeof(*out->templates));
    for (size_t i = 0; i < campaign->message_count; i++)
        compile_message(campaign, &campaign->messages[i], &columns, out);
    qsort(out->templates, out->template_count, sizeof(*out->templates),
          compare_entries);
    out->columns = columns.items;
    out->count = columns.count;
}

void rendered_init(struct rendered *rendered)
{
    *rendered = (struct rendered){0};
    buf_init(&rendered->subject, TEXT_MAX);
    buf_init(&rendered->text, TEXT_MAX);
    buf_init(&rendered->html, TEXT_MAX);
    buf_init(&rendered->voicemail, TEXT_MAX);
    buf_init(&rendered->script, TEXT_MAX);
    buf_init(&rendered->further, TEXT_MAX);
}

void rendered_free(struct rendered *rendered)
{
    buf_free(&rendered->subject);
    buf_free(&rendered->text);
    buf_free(&rendered->html);
    buf_free(&rendered->voicemail);
    buf_free(&rendered->script);
    buf_free(&rendered->further);
}

static void reset(struct rendered *rendered)
{
    buf_reset(&rendered->subject);
    buf_reset(&rendered->text);
    buf_reset(&rendered->html);
    buf_reset(&rendered->voicemail);
    buf_reset(&rendered->script);
    buf_reset(&rendered->further);
    rendered->further_words = 0;
    rendered->language = NULL;
    rendered->subject_tier = rendered->text_tier = rendered->voicemail_tier =
        (struct rendered_tier){0};
    rendered->invites_reply = rendered->stop_key = false;
}

/* Is this channel written in this language? */
static bool speaks(const struct message_text *text, enum channel channel)
{
    switch (channel) {
    case CHANNEL_SMS:
        return text->sms != NULL;
    case CHANNEL_EMAIL:
        return text->email_text != NULL;
    case CHANNEL_VOICE:
        return text->voice_say != NULL;
    case CHANNEL_COUNT:
        break;
    }
    return false;
}

static const struct message_text *in_language(const struct message *message,
                                              enum channel channel,
                                              const char *language, size_t len)
{
    for (size_t i = 0; i < message->text_count; i++) {
        const struct message_text *text = &message->texts[i];
        if (strlen(text->language) == len &&
            strncasecmp(text->language, language, len) == 0 &&
            speaks(text, channel))
            return text;
    }
    return NULL;
}

/* Exact, then with one subtag less each time ("zh-Hans-CN", "zh-Hans", "zh"),
 * then the campaign's default. */
static const struct message_text *choose(const struct render_input *input)
{
    const char *wanted = input->language ? input->language : "";
    const struct message_text *text = NULL;
    for (size_t len = strlen(wanted); len > 0 && !text;) {
        text = in_language(input->message, input->channel, wanted, len);
        while (--len > 0 && wanted[len] != '-' && wanted[len] != '_') {
        }
    }
    const char *other = input->campaign->default_language;
    if (!text && other)
        text =
            in_language(input->message, input->channel, other, strlen(other));
    return text;
}

/* In which language dates are told: the patient's own region within the
 * text's language, else the country's ("es-US" has 9:05 p. m. where "es" has
 * 21:05). */
static const char *date_language(const struct render_input *input,
                                 const struct message_text *chosen,
                                 char tag[TEXT_TAG_MAX])
{
    size_t len = strlen(chosen->language);
    bool own = input->language &&
               strncasecmp(input->language, chosen->language, len) == 0;
    return text_tag(own ? input->language : chosen->language, input->country,
                    tag);
}

static const struct template_entry *find(const struct render_fields *fields,
                                         const char *text)
{
    struct template_entry key = {.text = text};
    return bsearch(&key, fields->templates, fields->template_count, sizeof(key),
                   compare_entries);
}

/* One text; NULL is nothing to do. */
static bool render_one(const struct render_input *input,
                       const struct message_text *chosen, const char *text,
                       enum template_escape escape, struct buf *out,
                       struct rendered_tier *tier, struct error *err)
{
    if (!text)
        return true;
    const struct template_entry *entry = find(input->fields, text);
    if (!entry || !entry->template)
        return error_set(err, ERROR_INPUT,
                         "its text does not compile; check the campaign");
    char tag[TEXT_TAG_MAX];
    struct template_values values = {
        .rows = input->rows,
        .row_count = input->row_count,
        .language = date_language(input, chosen, tag),
        .escape = escape,
    };
    if (entry->tier.tier >= tier->tier)
        *tier = entry->tier;
    return template_render(entry->template, &values, out, err);
}

/* Languages that people are used to read without accents in a text. */
static bool reads_plain(const char *language)
{
    return strncasecmp(language, "es", 2) == 0 &&
           (language[2] == '\0' || language[2] == '-');
}

/* Nothing to simplify: GSM-7 as it stands. The usual case in English. */
static bool is_simple(const struct buf *text)
{
    for (size_t i = 0; i < text->len; i++) {
        char c = text->data[i];
        if (c != '\n' && (c < ' ' || c > '~' || c == '`'))
            return false;
    }
    return true;
}

static void simplify(const struct message_text *chosen, const struct buf *raw,
                     struct rendered *out)
{
    sms_simplify(&out->text, raw->data, false);
    struct sms_size size = sms_measure(out->text.data);
    if (size.encoding == SMS_UCS2 && reads_plain(chosen->language)) {
        /* S-6: one "sáb" would double the parts of a whole text */
        sms_simplify(&out->script, raw->data, true);
        if (sms_measure(out->script.data).parts < size.parts) {
            buf_reset(&out->text);
            buf_add(&out->text, out->script.data, out->script.len);
        }
        buf_reset(&out->script);
    }
}

static bool render_sms(const struct render_input *input,
                       const struct message_text *chosen, struct rendered *out,
                       struct error *err)
{
    /* the raw text waits in `html`, which SMS does not use */
    struct buf *raw = &out->html;
    if (!render_one(input, chosen, chosen->sms, ESCAPE_PLAIN, raw,
                    &out->text_tier, err))
        return false;
    if (is_simple(raw))
        buf_add(&out->text, raw->data, raw->len);
    else
        simplify(chosen, raw, out);
    buf_reset(raw);
    out->invites_reply =
        input->campaign->reply_count > 0 || input->campaign->question_count > 0;
    return true;
}

/* A call's rendered texts: the names, and what each part says. */
struct call_texts {
    struct buf from, phone, name, says[CALL_PARTS];
};

static void call_texts_init(struct call_texts *texts)
{
    buf_init(&texts->from, TEXT_MAX);
    buf_init(&texts->phone, TEXT_MAX);
    buf_init(&texts->name, TEXT_MAX);
    for (int i = 0; i < CALL_PARTS; i++)
        buf_init(&texts->says[i], TEXT_MAX);
}

static void call_texts_free(struct call_texts *texts)
{
    buf_free(&texts->from);
    buf_free(&texts->phone);
    buf_free(&texts->name);
    for (int i = 0; i < CALL_PARTS; i++)
        buf_free(&texts->says[i]);
}

/* A text of a call beside what is said in it. */
static bool render_part(const struct render_input *input,
                        const struct message_text *chosen, const char *text,
                        struct rendered *out, struct buf *part,
                        struct error *err)
{
    return render_one(input, chosen, text, ESCAPE_PLAIN, part, &out->text_tier,
                      err);
}

static bool render_parts(const struct render_input *input,
                         const struct message_text *chosen,
                         const struct call_plan *plan, struct rendered *out,
                         struct call_texts *texts, struct error *err)
{
    bool ok = true;
    for (int i = 0; ok && i < plan->part_count; i++) {
        ok = render_part(input, chosen, plan->parts[i].say, out,
                         &texts->says[i], err) &&
             (!text_blank(texts->says[i].data) ||
              error_set(err, ERROR_INPUT, "'%s' says nothing",
                        plan->parts[i].message->name));
    }
    return ok;
}

static void script_fill(const struct message_text *chosen,
                        const struct call_plan *plan,
                        const struct call_texts *texts, struct call_script *out)
{
    *out = (struct call_script){.language = chosen->language,
                                .names = {.from = texts->from.data,
                                          .phone = texts->phone.data,
                                          .name = texts->name.data},
                                .part_count = plan->part_count};
    for (int i = 0; i < plan->part_count; i++) {
        const struct call_plan_part *from = &plan->parts[i];
        struct call_part *part = &out->parts[i];
        *part = (struct call_part){.name = from->message->name,
                                   .say = texts->says[i].data,
                                   .recording = from->text->voice_recording,
                                   .asks = from->asks};
        memcpy(part->keys, from->keys, sizeof(part->keys));
        memcpy(part->leads, from->leads, sizeof(part->leads));
    }
}

/* Whom a call speaks for beside the first may hear of it in one of their own;
 * what `check` counts is a call for one. */
static bool fits_minute(const struct render_input *input, int seconds,
                        struct error *err)
{
    return input->row_count == 1 || seconds <= CALL_MOST_S ||
           error_set(err, ERROR_INPUT,
                     "for so many the call takes longer than %d seconds",
                     CALL_MOST_S);
}

static bool call_fill(const struct render_input *input,
                      const struct message_text *chosen, struct rendered *out,
                      struct call_texts *texts, struct call_script *script,
                      struct error *err)
{
    struct call_plan plan;
    call_plan_of(input->campaign, input->step, input->message, chosen, &plan);
    if (!render_parts(input, chosen, &plan, out, texts, err))
        return false;
    script_fill(chosen, &plan, texts, script);
    return fits_minute(input, call_flow_seconds(script), err);
}

/* What goes out as the script, beside it all that is heard by who presses 1 at
 * once, and what else may be heard: these are what the gate reads. */
static void write_call(const struct call_script *script, struct rendered *out)
{
    const struct call_part *first = &script->parts[0];
    call_script_write(script, &out->script);
    call_flow_say(script, (struct call_moment){.state = CALL_WHO}, &out->text);
    buf_char(&out->text, ' ');
    buf_text(&out->text, first->say);
    for (int i = 1; i < script->part_count; i++)
        buf_format(&out->further, "%s%s", i > 1 ? " " : "",
                   script->parts[i].say);
    out->further_words = call_flow_further_words(script);
    out->stop_key = text_equal(first->keys[call_key(CALL_STOP_KEY)], "opt-out");
}

static bool render_voice(const struct render_input *input,
                         const struct message_text *chosen,
                         struct rendered *out, struct error *err)
{
    struct call_texts texts;
    struct call_script script;
    call_texts_init(&texts);
    bool ok =
        (call_words_find(chosen->language) ||
         error_set(err, ERROR_INPUT, "calls are not held in '%s'",
                   chosen->language)) &&
        render_part(input, chosen, chosen->voice_from, out, &texts.from, err) &&
        render_part(input, chosen, chosen->voice_phone, out, &texts.phone,
                    err) &&
        render_part(input, chosen, chosen->voice_name, out, &texts.name, err) &&
        call_fill(input, chosen, out, &texts, &script, err) &&
        render_one(input, chosen, chosen->voice_voicemail, ESCAPE_PLAIN,
                   &out->voicemail, &out->voicemail_tier, err) &&
        fits_minute(input, call_seconds(out->voicemail.data), err);
    if (ok)
        write_call(&script, out);
    out->invites_reply = true; /* key 1, at the least */
    call_texts_free(&texts);
    return ok;
}

static bool render_email(const struct render_input *input,
                         const struct message_text *chosen,
                         struct rendered *out, struct error *err)
{
    return render_one(input, chosen, chosen->email_subject, ESCAPE_PLAIN,
                      &out->subject, &out->subject_tier, err) &&
           render_one(input, chosen, chosen->email_text, ESCAPE_PLAIN,
                      &out->text, &out->text_tier, err) &&
           render_one(input, chosen, chosen->email_html, ESCAPE_HTML,
                      &out->html, &out->text_tier, err);
}

bool render(const struct render_input *input, struct rendered *out,
            struct error *err)
{
    reset(out);
    const struct message_text *chosen = choose(input);
    if (!chosen)
        return error_set(err, ERROR_INPUT,
                         "message '%s' is not written for %s in %s",
                         input->message->name, channel_name(input->channel),
                         input->language ? input->language : "any language");
    bool ok = false;
    switch (input->channel) {
    case CHANNEL_SMS:
        ok = render_sms(input, chosen, out, err);
        break;
    case CHANNEL_EMAIL:
        ok = render_email(input, chosen, out, err);
        break;
    case CHANNEL_VOICE:
        ok = render_voice(input, chosen, out, err);
        break;
    case CHANNEL_COUNT:
        PANIC("no such channel");
    }
    if (ok && text_blank(out->text.data))
        ok = error_set(err, ERROR_INPUT, "the text is empty");
    if (ok && (out->text.overflow || out->script.overflow))
        ok = error_set(err, ERROR_INPUT, "the text is too long");
    if (!ok) {
        reset(out); /* half a message is none */
        return error_in(err, "message '%s'", input->message->name);
    }
    out->language = chosen->language;
    return true;
}
