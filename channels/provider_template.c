/* SPDX-License-Identifier: Apache-2.0 */
/* Templates of the generic HTTP driver: read once into pieces (our literals,
 * their values), rendered for each message. What a person wrote is escaped at
 * the one place where it enters, by the format of that place. */
#include "channels/provider_template.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"

#include "io/http.h"

#include "channels/driver.h"
#include "channels/options.h"

#define LITERAL_MAX (64u << 10)
#define OPEN_SECONDS 86400 /* {{valid_seconds}} where nothing limits it */

enum variable {
    VAR_TO,
    VAR_TO_DIGITS,
    VAR_TEXT,
    VAR_SUBJECT,
    VAR_HTML,
    VAR_REFERENCE,
    VAR_FROM,
    VAR_LANGUAGE,
    VAR_ORGANISATION,
    VAR_VALID_SECONDS,
    VAR_SECRET,
};
static const char *const variable_names[] = {
    [VAR_TO] = "to",
    [VAR_TO_DIGITS] = "to_digits",
    [VAR_TEXT] = "text",
    [VAR_SUBJECT] = "subject",
    [VAR_HTML] = "html",
    [VAR_REFERENCE] = "reference",
    [VAR_FROM] = "from",
    [VAR_LANGUAGE] = "language",
    [VAR_ORGANISATION] = "organisation",
    [VAR_VALID_SECONDS] = "valid_seconds",
};
#define VARIABLE_COUNT (sizeof(variable_names) / sizeof(variable_names[0]))

struct piece {
    struct piece *next;
    const char *literal; /* NULL: a variable */
    enum variable variable;
    enum provider_format format;
    const char *secret;
};

struct provider_template {
    struct piece *first;
};

/* What is needed while reading. */
struct reader {
    const struct driver_config *config;
    const struct json_node *node; /* for the place of a fault */
    const struct provider_secret *secrets;
    struct arena *arena;
    struct error *err;
    struct piece **end;
    struct buf literal;
};

static void piece_add(struct reader *reader, struct piece piece)
{
    struct piece *kept = arena_alloc(reader->arena, sizeof(*kept));

    *kept = piece;
    kept->next = NULL;
    *reader->end = kept;
    reader->end = &kept->next;
}

static void literal_flush(struct reader *reader)
{
    if (reader->literal.len == 0)
        return;
    piece_add(reader, (struct piece){.literal = arena_text(
                                         reader->arena, reader->literal.data)});
    buf_reset(&reader->literal);
}

/* Writes a value escaped; also our own literals inside a form or JSON. */
static void value_put(struct buf *out, const char *text,
                      enum provider_format format)
{
    struct buf quoted;

    switch (format) {
    case PROVIDER_TEXT:
        buf_text(out, text);
        return;
    case PROVIDER_FORM:
        http_url_escape(out, text);
        return;
    case PROVIDER_HEADER:
        for (; *text; text++)
            buf_char(out,
                     (unsigned char)*text < ' ' || *text == 127 ? ' ' : *text);
        return;
    case PROVIDER_JSON:
        buf_init(&quoted, out->max);
        json_quote(&quoted, text);
        if (quoted.overflow)
            out->overflow = true;
        else
            buf_add(out, quoted.data + 1, quoted.len - 2);
        buf_free(&quoted);
        return;
    }
}

static bool variable_unknown(struct reader *reader, const char *name)
{
    const char *near = text_nearest(name, variable_names, VARIABLE_COUNT);

    return option_fault(reader->config, reader->node, reader->err,
                        "there is no {{%s}}; %s%s%s", name,
                        near ? "did you mean {{" : "see docs/drivers.md",
                        near ? near : "", near ? "}}?" : "");
}

static bool variable_add(struct reader *reader, const char *name,
                         enum provider_format format)
{
    const struct provider_secret *secret = reader->secrets;
    struct piece piece = {.format = format, .variable = VAR_SECRET};

    literal_flush(reader);
    if (text_starts(name, "secret.")) {
        while (secret && !text_equal(secret->name, name + strlen("secret.")))
            secret = secret->next;
        if (!secret)
            return option_fault(reader->config, reader->node, reader->err,
                                "'secrets' has no '%s'",
                                name + strlen("secret."));
        piece.secret = secret->value;
        piece_add(reader, piece);
        return true;
    }
    for (size_t i = 0; i < VARIABLE_COUNT; i++) {
        if (!text_equal(variable_names[i], name))
            continue;
        piece.variable = (enum variable)i;
        piece_add(reader, piece);
        return true;
    }
    return variable_unknown(reader, name);
}

/* A text with {{names}}: `literals` says how what stands between is escaped,
 * `values` how the values are. */
static bool text_read(struct reader *reader, const char *text,
                      enum provider_format literals,
                      enum provider_format values)
{
    const char *open;

    while ((open = strstr(text, "{{"))) {
        const char *close = strstr(open, "}}");
        char *before = memory_text_n(text, (size_t)(open - text));
        char name[64];

        value_put(&reader->literal, before, literals);
        free(before);
        if (!close || close - open - 2 >= (long)sizeof(name))
            return option_fault(reader->config, reader->node, reader->err,
                                "a {{ here is never closed with }}");
        memcpy(name, open + 2, (size_t)(close - open - 2));
        name[close - open - 2] = '\0';
        text_trim(name);
        if (!variable_add(reader, name, values))
            return false;
        text = close + 2;
    }
    value_put(&reader->literal, text, literals);
    return true;
}

static bool json_read(struct reader *reader, const struct json_node *node)
{
    bool object = json_type(node) == JSON_OBJECT;
    struct json_writer writer;
    const struct json_node *member;

    reader->node = node;
    if (json_text(node)) {
        /* the one number a message has */
        bool number = text_equal(json_text(node), "{{valid_seconds}}");

        if (!number)
            buf_char(&reader->literal, '"');
        if (!text_read(reader, json_text(node), PROVIDER_JSON, PROVIDER_JSON))
            return false;
        if (!number)
            buf_char(&reader->literal, '"');
        return true;
    }
    if (!object && json_type(node) != JSON_ARRAY) {
        json_write_init(&writer, &reader->literal);
        json_write_node(&writer, NULL, node);
        return true;
    }
    buf_char(&reader->literal, object ? '{' : '[');
    for (member = json_first(node); member; member = json_next(member)) {
        if (member != json_first(node))
            buf_char(&reader->literal, ',');
        if (object) {
            json_quote(&reader->literal, json_key(member));
            buf_char(&reader->literal, ':');
        }
        if (!json_read(reader, member))
            return false;
    }
    buf_char(&reader->literal, object ? '}' : ']');
    return true;
}

static bool form_read(struct reader *reader, const struct json_node *node)
{
    const struct json_node *member;

    for (member = json_first(node); member; member = json_next(member)) {
        reader->node = member;
        if (!json_text(member))
            return option_fault(reader->config, member, reader->err,
                                "a form's members must be texts");
        if (member != json_first(node))
            buf_char(&reader->literal, '&');
        http_url_escape(&reader->literal, json_key(member));
        buf_char(&reader->literal, '=');
        if (!text_read(reader, json_text(member), PROVIDER_FORM, PROVIDER_FORM))
            return false;
    }
    return true;
}

static struct provider_template *reader_finish(struct reader *reader,
                                               struct provider_template *result,
                                               bool ok)
{
    literal_flush(reader);
    if (ok && reader->literal.overflow)
        ok = option_fault(reader->config, reader->node, reader->err,
                          "this is too long: 64 KiB at most");
    buf_free(&reader->literal);
    return ok ? result : NULL;
}

static struct reader reader_make(const struct driver_config *config,
                                 const struct json_node *node,
                                 const struct provider_secret *secrets,
                                 struct arena *arena, struct error *err)
{
    struct reader reader = {
        .config = config,
        .node = node,
        .secrets = secrets,
        .arena = arena,
        .err = err,
    };

    buf_init(&reader.literal, LITERAL_MAX);
    return reader;
}

struct provider_template *provider_template_read(
    const struct driver_config *config, const struct json_node *node,
    enum provider_format format, const struct provider_secret *secrets,
    struct arena *arena, struct error *err)
{
    struct provider_template *result = arena_alloc(arena, sizeof(*result));
    struct reader reader = reader_make(config, node, secrets, arena, err);
    bool ok;

    reader.end = &result->first;
    if (json_text(node))
        ok = text_read(&reader, json_text(node), PROVIDER_TEXT, format);
    else
        ok = option_fault(config, node, err, "'%s' must be a text",
                          json_key(node) ? json_key(node) : "this");
    return reader_finish(&reader, result, ok);
}

struct provider_template *provider_template_body(
    const struct driver_config *config, const struct json_node *node,
    enum provider_format format, const struct provider_secret *secrets,
    struct arena *arena, struct error *err)
{
    struct provider_template *result = arena_alloc(arena, sizeof(*result));
    struct reader reader = reader_make(config, node, secrets, arena, err);
    bool ok;

    reader.end = &result->first;
    ok = format == PROVIDER_FORM ? form_read(&reader, node)
                                 : json_read(&reader, node);
    return reader_finish(&reader, result, ok);
}

struct provider_template *provider_template_named(
    struct arena *arena, const char *name,
    const struct provider_template *value)
{
    struct provider_template *result = arena_alloc(arena, sizeof(*result));

    result->first = arena_alloc(arena, sizeof(*result->first));
    result->first->literal = arena_format(arena, "%s: ", name);
    result->first->next = value->first;
    return result;
}

static void valid_seconds_put(struct buf *out, const struct outgoing *message)
{
    int64_t seconds = OPEN_SECONDS;

    if (message->valid_until != INSTANT_NEVER &&
        message->valid_until - message->submitted_at < OPEN_SECONDS * SECOND_MS)
        seconds = (message->valid_until - message->submitted_at) / SECOND_MS;
    buf_format(out, "%" PRId64, seconds > 0 ? seconds : 0);
}

static const char *variable_value(const struct piece *piece,
                                  const struct provider_values *values)
{
    const struct outgoing *message = values->message;

    switch (piece->variable) {
    case VAR_TO:
        return message->to;
    case VAR_TO_DIGITS:
        return message->to && message->to[0] == '+' ? message->to + 1
                                                    : message->to;
    case VAR_TEXT:
        return message->text;
    case VAR_SUBJECT:
        return message->subject;
    case VAR_HTML:
        return message->html;
    case VAR_REFERENCE:
        return message->reference;
    case VAR_FROM:
        return values->from;
    case VAR_LANGUAGE:
        return message->language;
    case VAR_ORGANISATION:
        return values->organisation;
    case VAR_SECRET:
        return piece->secret;
    case VAR_VALID_SECONDS:
        return NULL;
    }
    return NULL;
}

void provider_template_render(const struct provider_template *template,
                              const struct provider_values *values,
                              struct buf *out)
{
    const struct piece *piece = template->first;

    for (; piece; piece = piece->next) {
        const char *value;

        if (piece->literal) {
            buf_text(out, piece->literal);
            continue;
        }
        if (piece->variable == VAR_VALID_SECONDS) {
            valid_seconds_put(out, values->message);
            continue;
        }
        value = variable_value(piece, values);
        value_put(out, value ? value : "", piece->format);
    }
}
