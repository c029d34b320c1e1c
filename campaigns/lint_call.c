/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A call as it would be heard, with sample values: whether it can be held in
 * its language, whether key 9 stops the calls and nothing else does, whether
 * each key is announced, and whether the minute is kept (L-4). That every state
 * is reached and 9 works in all of them lies in the flow itself (call_flow.h).
 */
#include "campaigns/reader.h"

#include <string.h>

#include "base/text.h"
#include "channels/call_flow.h"

#include "campaigns/call_keys.h"
#include "campaigns/template.h"

#define SAMPLE_MAX 16000

static void call_fault(struct reader *reader, enum fault_level level,
                       const struct message_text *text, const char *message,
                       const char *what)
{
    faults_add(reader->faults, level, text->file, text->line, text->column,
               "'%s' in '%s', voice: %s", message, text->language, what);
}

static void check_stop_key(struct reader *reader,
                           const struct message_text *text,
                           const struct message *message,
                           const struct call_script *call)
{
    for (size_t i = 0; i < CALL_KEY_COUNT; i++)
        if ((CALL_KEYS[i] == CALL_STOP_KEY) !=
            text_equal(call->keys[i], "opt-out")) {
            call_fault(reader, FAULT_ERROR, text, message->name,
                       "key 9 is \"opt-out\" in every call, and no other key "
                       "is (L-4)");
            return;
        }
}

/* A digit that stands alone: "Press 1 to confirm". */
static bool says_digit(const char *text, char digit)
{
    for (const char *at = strchr(text, digit); at; at = strchr(at + 1, digit)) {
        bool begins = at == text || at[-1] == ' ' || at[-1] == '\n';
        if (begins && strchr(" ,.\n", at[1])) /* also at the end */
            return true;
    }
    return false;
}

/* (9 is announced before the message, in our own words.) */
static void check_announced(struct reader *reader,
                            const struct message_text *text,
                            const struct message *message,
                            const struct call_script *call)
{
    for (size_t i = 0; i < CALL_KEY_COUNT; i++) {
        char key = CALL_KEYS[i];
        if (!call->keys[i] || key == CALL_STOP_KEY || key == '*' ||
            key == '#' || says_digit(call->say, key))
            continue;
        faults_add(reader->faults, FAULT_WARNING, text->file, text->line,
                   text->column,
                   "'%s' in '%s', voice: key %c (%s) is never announced; say "
                   "what it does",
                   message->name, text->language, key, call->keys[i]);
    }
}

static void check_minute(struct reader *reader, const struct message_text *text,
                         const struct message *message,
                         const struct call_script *call)
{
    int seconds = call_flow_seconds(call);
    if (seconds > CALL_MOST_S)
        faults_add(reader->faults, FAULT_ERROR, text->file, text->line,
                   text->column,
                   "'%s' in '%s', voice: with who calls, whom for and the time "
                   "to press keys the call takes about %d seconds; at most %d "
                   "(L-4)",
                   message->name, text->language, seconds, CALL_MOST_S);
}

static const char *sample(struct reader *reader,
                          const struct message_text *text, const char *template,
                          struct buf *out)
{
    buf_init(out, SAMPLE_MAX);
    template_sample(template, reader->campaign->anchor, text->language, out);
    return out->data;
}

void lint_call(struct reader *reader, const struct message *message,
               const struct message_text *text)
{
    struct buf from, phone, name, say;
    if (text->voice_say == NULL)
        return;
    if (!call_words_find(text->language)) {
        call_fault(reader, FAULT_ERROR, text, message->name,
                   "calls are held in " CALL_LANGUAGES);
        return;
    }
    struct call_script call = {
        .language = text->language,
        .names = {.from = sample(reader, text, text->voice_from, &from),
                  .phone = sample(reader, text, text->voice_phone, &phone),
                  .name = sample(reader, text, text->voice_name, &name)},
        .say = sample(reader, text, text->voice_say, &say)};
    call_keys(reader->campaign, message, text, call.keys);
    check_stop_key(reader, text, message, &call);
    check_announced(reader, text, message, &call);
    check_minute(reader, text, message, &call);
    buf_free(&from);
    buf_free(&phone);
    buf_free(&name);
    buf_free(&say);
}
