/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages and the texts of questions, in all languages: inline in the
 * campaign file or from one file a language. Checks that every message exists
 * in every language and that each text can be rendered; how well it reads is
 * lint_text.c's.
 */
#include "campaigns/reader.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "campaigns/template.h"

#define MESSAGES_MAX 100
#define SMS_MAX 1600 /* bytes; providers refuse more (S-3) */
#define SUBJECT_MAX 200
#define BODY_MAX 20000
#define SAY_MAX 4000
#define KEYS_MAX 12
#define URL_MAX 500
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What is being gathered: the campaign's messages by name, and the languages
 * in the order in which they count. */
struct gathering {
    struct reader *reader;
    struct message messages[MESSAGES_MAX];
    size_t count;
    const char *languages[LANGUAGES_MAX];
    size_t language_count;
    bool languages_given;
};

/* One text being read: where it goes, and the message around it. */
struct text_target {
    struct message_text *text;
    struct message *message;
};

static bool has_control(const char *text, const char *allowed)
{
    for (; *text != '\0'; text++) {
        if (((unsigned char)*text < 0x20 && strchr(allowed, *text) == NULL) ||
            *text == 0x7f)
            return true;
    }
    return false;
}

/* "https://host/..." in the characters that addresses are made of. */
static bool is_address(const char *text)
{
    static const char scheme[] = "https://";
    if (!text_starts(text, scheme) ||
        !isalnum((unsigned char)text[strlen(scheme)]))
        return false;
    for (; *text != '\0'; text++)
        if (*text <= ' ' || *text > '~' || *text == '{' || *text == '}')
            return false;
    return true;
}

/* A text with placeholders. */
static const char *read_template(struct reader *reader,
                                 const struct json_node *node, size_t max,
                                 const char *allowed)
{
    const char *text = reader_text(reader, node, max);
    if (text == NULL)
        return NULL;
    if (has_control(text, allowed))
        reader_fault(reader, node, "a control character stands in this text");
    struct expression_place place = reader_place(reader, node);
    if (reader->anchor_known)
        template_check(text, reader->campaign->anchor, &place, reader->faults);
    return text;
}

static void read_sms(struct reader *reader, const struct json_node *node,
                     void *into)
{
    struct text_target *target = into;
    target->text->sms = read_template(reader, node, SMS_MAX, "\n");
}

static void read_subject(struct reader *reader, const struct json_node *node,
                         void *into)
{
    struct text_target *target = into;
    target->text->email_subject = read_template(reader, node, SUBJECT_MAX, "");
}

static void read_email_text(struct reader *reader, const struct json_node *node,
                            void *into)
{
    struct text_target *target = into;
    target->text->email_text = read_template(reader, node, BODY_MAX, "\n\t");
}

static void read_email_html(struct reader *reader, const struct json_node *node,
                            void *into)
{
    struct text_target *target = into;
    target->text->email_html = read_template(reader, node, BODY_MAX, "\n\t");
}

static void read_calendar(struct reader *reader, const struct json_node *node,
                          void *into)
{
    struct text_target *target = into;
    if (!json_is_true(node))
        return;
    target->message->calendar = true;
    if (reader->anchor_known && reader->campaign->anchor != ANCHOR_APPOINTMENT)
        reader_fault(reader, node,
                     "an invitation wants the anchor 'appointment'");
}

static void read_email(struct reader *reader, const struct json_node *node,
                       void *into)
{
    static const struct member members[] = {
        {"subject", IS_TEXT, true, read_subject},
        {"text", IS_TEXT, true, read_email_text},
        {"html", IS_TEXT, false, read_email_html},
        {"calendar", IS_BOOL, false, read_calendar},
    };
    reader_members(reader, node, "an email", members, COUNT(members), into);
}

static void read_say(struct reader *reader, const struct json_node *node,
                     void *into)
{
    struct text_target *target = into;
    target->text->voice_say = read_template(reader, node, SAY_MAX, "\n");
}

static void read_from(struct reader *reader, const struct json_node *node,
                      void *into)
{
    struct text_target *target = into;
    target->text->voice_from = read_template(reader, node, SUBJECT_MAX, "");
}

static void read_phone(struct reader *reader, const struct json_node *node,
                       void *into)
{
    struct text_target *target = into;
    target->text->voice_phone = read_template(reader, node, SUBJECT_MAX, "");
}

/* Told whole to whoever carries the call, and the same for everybody. */
static void read_recording(struct reader *reader, const struct json_node *node,
                           void *into)
{
    struct text_target *target = into;
    const char *url = reader_text(reader, node, URL_MAX);
    if (url == NULL)
        return;
    if (strstr(url, "{{") != NULL)
        reader_fault(reader, node,
                     "a recording says the same to everybody: its address has "
                     "no placeholder");
    else if (!is_address(url))
        reader_fault(reader, node,
                     "a recording is an address that begins with https://");
    else
        target->text->voice_recording = url;
}

static void read_voicemail(struct reader *reader, const struct json_node *node,
                           void *into)
{
    struct text_target *target = into;
    target->text->voice_voicemail = read_template(reader, node, SAY_MAX, "\n");
}

static bool read_key(struct reader *reader, const struct json_node *node,
                     struct voice_key *out)
{
    size_t count;
    const char *const *intents = intent_names(&count);
    const char *key = json_key(node);
    const char *intent = json_text(node);
    if (strlen(key) != 1 || strchr("0123456789*#", key[0]) == NULL) {
        reader_key_fault(reader, node, "a key is one of 0 to 9, * and #");
        return false;
    }
    if (intent == NULL || !intent_known(intent)) {
        reader_fault(reader, node, "'%.60s' is no meaning that is known%s",
                     intent != NULL ? intent : "",
                     reader_suggestion(reader, intent != NULL ? intent : "",
                                       intents, count));
        return false;
    }
    out->key = key[0];
    out->intent = arena_text(reader->arena, intent);
    return true;
}

static void read_keys(struct reader *reader, const struct json_node *node,
                      void *into)
{
    struct text_target *target = into;
    if (json_count(node) > KEYS_MAX) {
        reader_fault(reader, node, "a telephone has %d keys", KEYS_MAX);
        return;
    }
    struct voice_key *keys =
        arena_alloc(reader->arena, KEYS_MAX * sizeof(keys[0]));
    size_t count = 0;
    for (const struct json_node *item = json_first(node); item != NULL;
         item = json_next(item))
        count += read_key(reader, item, &keys[count]);
    target->text->voice_keys = keys;
    target->text->voice_key_count = count;
}

static void read_voice(struct reader *reader, const struct json_node *node,
                       void *into)
{
    static const struct member members[] = {
        {"say", IS_TEXT, true, read_say},
        {"recording", IS_TEXT, false, read_recording},
        {"keys", IS_OBJECT, false, read_keys},
        {"voicemail", IS_TEXT, false, read_voicemail},
        {"from", IS_TEXT, false, read_from},
        {"phone", IS_TEXT, false, read_phone},
    };
    struct text_target *target = into;
    target->text->voice_from = "{{clinic.public_name}}";
    target->text->voice_phone = "{{clinic.phone}}";
    target->text->voice_name = "{{addressee.first_name}}";
    reader_members(reader, node, "a call", members, COUNT(members), into);
}

static struct message *find_message(struct gathering *gathering,
                                    const char *name)
{
    for (size_t i = 0; i < gathering->count; i++) {
        if (strcmp(gathering->messages[i].name, name) == 0)
            return &gathering->messages[i];
    }
    if (gathering->count >= MESSAGES_MAX)
        return NULL;
    struct message *message = &gathering->messages[gathering->count++];
    message->name = arena_text(gathering->reader->arena, name);
    message->texts = arena_alloc(gathering->reader->arena,
                                 LANGUAGES_MAX * sizeof(message->texts[0]));
    return message;
}

static bool add_language(struct gathering *gathering,
                         const struct json_node *node, const char *tag)
{
    struct reader *reader = gathering->reader;
    for (size_t i = 0; i < gathering->language_count; i++) {
        if (strcmp(gathering->languages[i], tag) == 0)
            return true;
    }
    if (gathering->languages_given) {
        reader_fault(reader, node, "'%s' is not among \"languages\"%s", tag,
                     reader_suggestion(reader, tag, gathering->languages,
                                       gathering->language_count));
        return false;
    }
    if (gathering->language_count >= LANGUAGES_MAX) {
        reader_fault(reader, node, "more than %d languages", LANGUAGES_MAX);
        return false;
    }
    gathering->languages[gathering->language_count++] =
        arena_text(reader->arena, tag);
    return true;
}

/* One text of a message in one language: an object of channels, or for a
 * question one string, which is its SMS: "Reply 1" is nothing to say on the
 * phone, where a call wants a key to stop it too (L-4, L-19). */
static void gather_text(struct gathering *gathering, const char *name,
                        const char *tag, const struct json_node *node,
                        bool question)
{
    static const struct member members[] = {
        {"sms", IS_TEXT, false, read_sms},
        {"email", IS_OBJECT, false, read_email},
        {"voice", IS_OBJECT, false, read_voice},
    };
    struct reader *reader = gathering->reader;
    struct message *message = find_message(gathering, name);
    if (!add_language(gathering, node, tag))
        return;
    if (message == NULL) {
        reader_fault(reader, node, "more than %d messages", MESSAGES_MAX);
        return;
    }
    struct json_place place = json_place(reader->at.doc, node);
    struct message_text text = {
        .language = arena_text(reader->arena, tag),
        .line = place.line,
        .column = place.column,
        .file = arena_text(reader->arena, reader->at.file),
    };
    if (question && json_type(node) == JSON_TEXT) {
        text.sms = read_template(reader, node, SMS_MAX, "\n");
    } else {
        struct text_target target = {.text = &text, .message = message};
        reader_members(reader, node,
                       question ? "a question's text" : "a message", members,
                       COUNT(members), &target);
        if (json_type(node) == JSON_OBJECT && json_count(node) == 0)
            reader_fault(reader, node,
                         "a message wants \"sms\", \"email\" or \"voice\"");
    }
    /* The campaign's own file is read last and wins over a language file. */
    struct message_text *place_of = &message->texts[message->text_count];
    for (size_t i = 0; i < message->text_count; i++) {
        if (strcmp(message->texts[i].language, tag) == 0)
            place_of = &message->texts[i];
    }
    message->text_count += place_of == &message->texts[message->text_count];
    *place_of = text;
}

/* {"due": {"en": {...}, "es": {...}}} */
static void gather_inline(struct gathering *gathering,
                          const struct json_node *messages)
{
    struct reader *reader = gathering->reader;
    for (const struct json_node *node = json_first(messages); node != NULL;
         node = json_next(node)) {
        if (!reader_key_is_name(reader, node, "a message"))
            continue;
        if (json_type(node) != JSON_OBJECT || json_count(node) == 0) {
            reader_fault(reader, node,
                         "a message has its languages: { \"en\": { \"sms\": "
                         "\"...\" } }");
            continue;
        }
        for (const struct json_node *text = json_first(node); text != NULL;
             text = json_next(text)) {
            if (language_valid(json_key(text)))
                gather_text(gathering, json_key(node), json_key(text), text,
                            false);
            else
                reader_key_fault(reader, text,
                                 "\"%.40s\" is no language: \"en\", \"es\", "
                                 "\"zh-Hans\"",
                                 json_key(text));
        }
    }
}

static void gather_questions(struct gathering *gathering,
                             const struct json_node *questions)
{
    for (const struct json_node *node = json_first(questions); node != NULL;
         node = json_next(node)) {
        for (const struct json_node *text = json_first(node); text != NULL;
             text = json_next(text)) {
            if (json_key(text) != NULL && language_valid(json_key(text)) &&
                name_valid(json_key(node)))
                gather_text(gathering, json_key(node), json_key(text), text,
                            true);
        }
    }
}

/* The members of "messages" or "questions" in a language file. */
static void gather_members(struct gathering *gathering,
                           const struct json_node *object, const char *tag,
                           bool questions)
{
    for (const struct json_node *node = json_first(object); node != NULL;
         node = json_next(node)) {
        if (reader_key_is_name(gathering->reader, node,
                               questions ? "a question" : "a message"))
            gather_text(gathering, json_key(node), tag, node, questions);
    }
}

/* "EN", "Spanish" */
static void language_fault(struct reader *reader, const struct json_node *node)
{
    char small[NAME_MAX_BYTES];
    text_copy(small, sizeof(small), json_text(node));
    for (char *at = small; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    reader_fault(
        reader, node, "'%.40s' is no language: \"en\", \"es\", \"zh-Hans\"%s",
        json_text(node),
        language_valid(small) ? arena_format(reader->faults->arena,
                                             "; did you mean \"%s\"?", small)
                              : "");
}

/* {"language": "es", "source": "en@3f9a", "messages": {"due": {...}}} */
static void gather_file(struct gathering *gathering,
                        const struct source *source)
{
    static const struct member members[] = {
        {"$schema", IS_TEXT, false, NULL},
        {"language", IS_TEXT, true, NULL},
        {"about", IS_TEXT, false, NULL},
        {"source", IS_TEXT, false, NULL},
        {"reviewed_by", IS_TEXT, false, NULL},
        {"messages", IS_OBJECT, false, NULL},
        {"questions", IS_OBJECT, false, NULL},
    };
    struct reader *reader = gathering->reader;
    struct source outer = reader->at;
    reader->at = *source;
    reader_members(reader, source->node, "a language file", members,
                   COUNT(members), NULL);
    const struct json_node *language =
        reader_get(source->node, "language", IS_TEXT);
    if (language != NULL && !language_valid(json_text(language)))
        language_fault(reader, language);
    else if (language != NULL) {
        add_language(gathering, language, json_text(language));
        gather_members(gathering,
                       reader_get(source->node, "messages", IS_OBJECT),
                       json_text(language), false);
        gather_members(gathering,
                       reader_get(source->node, "questions", IS_OBJECT),
                       json_text(language), true);
    }
    reader->at = outer;
}

static void given_languages(struct gathering *gathering)
{
    struct reader *reader = gathering->reader;
    const struct json_node *list =
        reader_get(reader->at.node, "languages", IS_LIST);
    if (list == NULL)
        return;
    for (const struct json_node *item = json_first(list); item != NULL;
         item = json_next(item)) {
        if (json_text(item) == NULL)
            reader_fault(reader, item, "a language is a text, not %s",
                         json_type_name(json_type(item)));
        else if (!language_valid(json_text(item)))
            language_fault(reader, item);
        else
            add_language(gathering, item, json_text(item));
    }
    gathering->languages_given = gathering->language_count > 0;
    if (json_count(list) == 0)
        reader_fault(reader, list, "\"languages\" is empty: leave it out");
}

static const struct message_text *find_text(const struct message *message,
                                            const char *tag)
{
    for (size_t i = 0; i < message->text_count; i++) {
        if (strcmp(message->texts[i].language, tag) == 0)
            return &message->texts[i];
    }
    return NULL;
}

/* A missing translation is told where it belongs: in the language's own file
 * when it has one, else at the message. */
static void text_missing(struct gathering *gathering,
                         const struct message *message, const char *tag)
{
    struct reader *reader = gathering->reader;
    struct source outer = reader->at;
    for (size_t i = 0; i < reader->language_count; i++) {
        const struct source *file = &reader->languages[i];
        if (!text_equal(json_get_text(file->node, "language"), tag))
            continue;
        reader->at = *file;
        const struct json_node *messages = json_get(file->node, "messages");
        reader_fault(reader, messages != NULL ? messages : file->node,
                     "'%s' is not written in '%s'", message->name, tag);
        reader->at = outer;
        return;
    }
    faults_add(reader->faults, FAULT_ERROR,
               message->text_count > 0 ? message->texts[0].file
                                       : reader->at.file,
               message->text_count > 0 ? message->texts[0].line : 1,
               message->text_count > 0 ? message->texts[0].column : 1,
               "'%s' is not written in '%s'", message->name, tag);
}

/* Default language first: the first of "languages", else English, else the
 * first that came. */
static void order_languages(struct gathering *gathering)
{
    for (size_t i = 1; i < gathering->language_count; i++) {
        if (gathering->languages_given ||
            strcmp(gathering->languages[0], "en") == 0)
            return;
        if (strcmp(gathering->languages[i], "en") != 0)
            continue;
        for (size_t j = i; j > 0; j--)
            gathering->languages[j] = gathering->languages[j - 1];
        gathering->languages[0] = "en";
    }
}

static void order_texts(struct gathering *gathering, struct message *message)
{
    struct message_text *texts = arena_alloc(
        gathering->reader->arena, LANGUAGES_MAX * sizeof(message->texts[0]));
    size_t count = 0;
    for (size_t i = 0; i < gathering->language_count; i++) {
        const struct message_text *text =
            find_text(message, gathering->languages[i]);
        if (text != NULL)
            texts[count++] = *text;
        else
            text_missing(gathering, message, gathering->languages[i]);
    }
    message->texts = texts;
    message->text_count = count;
}

void read_messages(struct reader *reader)
{
    struct gathering *gathering = memory_new(sizeof(*gathering));
    struct campaign *campaign = reader->campaign;
    gathering->reader = reader;
    given_languages(gathering);
    for (size_t i = 0; i < reader->language_count; i++)
        gather_file(gathering, &reader->languages[i]);
    gather_inline(gathering,
                  reader_get(reader->at.node, "messages", IS_OBJECT));
    gather_questions(gathering,
                     reader_get(reader->at.node, "questions", IS_OBJECT));
    order_languages(gathering);
    for (size_t i = 0; i < gathering->count; i++)
        order_texts(gathering, &gathering->messages[i]);
    if (gathering->language_count > 0)
        campaign->default_language =
            arena_text(reader->arena, gathering->languages[0]);
    campaign->messages = arena_alloc(
        reader->arena, (gathering->count + 1) * sizeof(campaign->messages[0]));
    memcpy(campaign->messages, gathering->messages,
           gathering->count * sizeof(campaign->messages[0]));
    campaign->message_count = gathering->count;
    free(gathering);
}
