/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing JSON as a stream of calls: compact, on one line, commas by the
 * writer. Whatever it is given, valid JSON comes out: malformed UTF-8 becomes
 * U+FFFD, a number that JSON cannot say becomes null. Unbalanced calls are
 * our mistake and panic. Knows nothing of cJSON.
 */
#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json_scan.h"

static void put_escape(struct buf *out, unsigned char c)
{
    static const char *const short_forms[0x20] = {
        ['\b'] = "\\b", ['\f'] = "\\f", ['\n'] = "\\n",
        ['\r'] = "\\r", ['\t'] = "\\t",
    };
    if (c == '"')
        buf_text(out, "\\\"");
    else if (c == '\\')
        buf_text(out, "\\\\");
    else if (c < 0x20 && short_forms[c] != NULL)
        buf_text(out, short_forms[c]);
    else
        buf_format(out, "\\u%04x", c);
}

void json_quote(struct buf *out, const char *text)
{
    buf_char(out, '"');
    const unsigned char *at = (const unsigned char *)text;
    const unsigned char *run = at; /* start of what needs no escape */
    while (*at != '\0') {
        size_t len = json_sequence_length(at);
        if (len > 0 && *at >= 0x20 && *at != '"' && *at != '\\' &&
            *at != 0x7F) {
            at += len;
            continue;
        }
        buf_add(out, run, (size_t)(at - run));
        if (len == 0)
            buf_text(out, "\xEF\xBF\xBD");
        else
            put_escape(out, *at);
        run = ++at;
    }
    buf_add(out, run, (size_t)(at - run));
    buf_char(out, '"');
}

void json_write_init(struct json_writer *writer, struct buf *out)
{
    *writer = (struct json_writer){.out = out};
    writer->first[0] = true;
}

/* The comma and the key that stand before every value. */
static void put_before(struct json_writer *writer, const char *key)
{
    if (!writer->first[writer->depth])
        buf_char(writer->out, ',');
    writer->first[writer->depth] = false;
    if (key != NULL) {
        json_quote(writer->out, key);
        buf_char(writer->out, ':');
    }
}

static void open_bracket(struct json_writer *writer, const char *key,
                         char bracket)
{
    put_before(writer, key);
    buf_char(writer->out, bracket);
    if (writer->depth + 1 >= JSON_WRITE_DEPTH)
        PANIC("JSON written deeper than %d", JSON_WRITE_DEPTH);
    writer->first[++writer->depth] = true;
}

void json_write_object(struct json_writer *writer, const char *key)
{
    open_bracket(writer, key, '{');
}

void json_write_array(struct json_writer *writer, const char *key)
{
    open_bracket(writer, key, '[');
}

void json_write_end(struct json_writer *writer, char bracket)
{
    if (writer->depth == 0)
        PANIC("JSON writer closed once too often");
    writer->depth--;
    buf_char(writer->out, bracket);
}

void json_write_text(struct json_writer *writer, const char *key,
                     const char *text)
{
    put_before(writer, key);
    if (text == NULL)
        buf_text(writer->out, "null");
    else
        json_quote(writer->out, text);
}

void json_write_integer(struct json_writer *writer, const char *key,
                        int64_t value)
{
    put_before(writer, key);
    buf_format(writer->out, "%lld", (long long)value);
}

void json_write_number(struct json_writer *writer, const char *key,
                       double value)
{
    put_before(writer, key);
    if (!isfinite(value)) {
        buf_text(writer->out, "null");
        return;
    }
    /* The shortest of three lengths that reads back as the same number. */
    char text[40];
    static const int lengths[] = {15, 16, 17};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        snprintf(text, sizeof(text), "%.*g", lengths[i], value);
        if (strtod(text, NULL) == value)
            break;
    }
    char *comma = strchr(text, ','); /* some locales' decimal point */
    if (comma != NULL)
        *comma = '.';
    buf_text(writer->out, text);
}

void json_write_bool(struct json_writer *writer, const char *key, bool value)
{
    put_before(writer, key);
    buf_text(writer->out, value ? "true" : "false");
}

void json_write_raw(struct json_writer *writer, const char *key,
                    const char *json)
{
    put_before(writer, key);
    buf_text(writer->out, json);
}

/* Recursion stops with the parser's JSON_MAX_DEPTH. */
void json_write_node(struct json_writer *writer, const char *key,
                     const struct json_node *node)
{
    double number;
    switch (json_type(node)) {
    case JSON_NULL:
        json_write_text(writer, key, NULL);
        return;
    case JSON_BOOL:
        json_write_bool(writer, key, json_is_true(node));
        return;
    case JSON_NUMBER:
        json_number(node, &number);
        json_write_number(writer, key, number);
        return;
    case JSON_TEXT:
        json_write_text(writer, key, json_text(node));
        return;
    case JSON_ARRAY:
        json_write_array(writer, key);
        break;
    case JSON_OBJECT:
        json_write_object(writer, key);
        break;
    }
    bool object = json_type(node) == JSON_OBJECT;
    for (const struct json_node *child = json_first(node); child != NULL;
         child = json_next(child))
        json_write_node(writer, object ? json_key(child) : NULL, child);
    json_write_end(writer, object ? '}' : ']');
}
