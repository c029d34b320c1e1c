/* SPDX-License-Identifier: Apache-2.0 */
/* As much XML as TwiML is: elements, attributes, the five entities and
 * characters by number, comments, CDATA. No document types, no namespaces.
 * Pure. */
#include "sandbox/script.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"

enum { DEPTH_MAX = 16, NAME_MAX_BYTES = 40, ATTRIBUTES_MAX = 32 };
enum { TEXT_MAX_BYTES = 16384, PATIENCE_DEFAULT_S = 5 };

struct attribute {
    char name[NAME_MAX_BYTES];
    char *value;
};
struct tag {
    char name[NAME_MAX_BYTES];
    bool closes, empty;
    struct attribute attributes[ATTRIBUTES_MAX];
    size_t count;
};

struct reader {
    const char *at, *end;
    struct arena *arena;
    struct script *out;
    char open[DEPTH_MAX][NAME_MAX_BYTES];
    int depth;
    bool closed;              /* </Response> was there */
    struct script_verb *verb; /* the one that is open; NULL: none */
    struct buf heard;         /* its text so far */
};

static bool skip_past(struct reader *reader, const char *mark)
{
    size_t len = strlen(mark);
    for (; (size_t)(reader->end - reader->at) >= len; reader->at++) {
        if (memcmp(reader->at, mark, len) == 0) {
            reader->at += len;
            return true;
        }
    }
    return false;
}

static bool starts(const struct reader *reader, const char *mark)
{
    size_t len = strlen(mark);
    return (size_t)(reader->end - reader->at) >= len &&
           memcmp(reader->at, mark, len) == 0;
}

static void skip_blanks(struct reader *reader)
{
    while (reader->at < reader->end && isspace((unsigned char)*reader->at))
        reader->at++;
}

/* "&amp;" or "&#243;" at reader->at. */
static bool read_entity(struct reader *reader, struct buf *out)
{
    static const struct {
        const char *name;
        char is;
    } known[] = {{"&amp;", '&'},
                 {"&lt;", '<'},
                 {"&gt;", '>'},
                 {"&quot;", '"'},
                 {"&apos;", '\''}};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (!starts(reader, known[i].name))
            continue;
        reader->at += strlen(known[i].name);
        buf_char(out, known[i].is);
        return true;
    }
    if (!starts(reader, "&#"))
        return false;
    bool hex = reader->at + 2 < reader->end && reader->at[2] == 'x';
    char digits[9] = "";
    reader->at += hex ? 3 : 2;
    size_t len = 0;
    while (reader->at < reader->end && *reader->at != ';' && len < 8)
        digits[len++] = *reader->at++;
    char *rest;
    unsigned long code = strtoul(digits, &rest, hex ? 16 : 10);
    if (!isxdigit((unsigned char)digits[0]) || *rest || code > 0x10ffff ||
        code == 0 || reader->at == reader->end || *reader->at != ';')
        return false;
    reader->at++;
    text_put(out, (int32_t)code);
    return true;
}

static bool read_name(struct reader *reader, char out[NAME_MAX_BYTES])
{
    size_t len = 0;
    while (
        reader->at < reader->end &&
        (isalnum((unsigned char)*reader->at) || strchr("-_:.", *reader->at)) &&
        len < NAME_MAX_BYTES - 1)
        out[len++] = *reader->at++;
    out[len] = '\0';
    return len > 0;
}

static bool read_attribute(struct reader *reader, struct tag *tag)
{
    struct attribute *attribute = &tag->attributes[tag->count];
    struct buf value;
    if (tag->count == ATTRIBUTES_MAX || !read_name(reader, attribute->name))
        return false;
    skip_blanks(reader);
    if (reader->at == reader->end || *reader->at++ != '=')
        return false;
    skip_blanks(reader);
    char quote = reader->at < reader->end ? *reader->at++ : '\0';
    if (quote != '"' && quote != '\'')
        return false;
    buf_init(&value, TEXT_MAX_BYTES);
    bool ok = true;
    while (ok && reader->at < reader->end && *reader->at != quote) {
        if (*reader->at == '&')
            ok = read_entity(reader, &value);
        else
            buf_char(&value, *reader->at++);
    }
    ok = ok && reader->at < reader->end && !value.overflow;
    if (ok) {
        reader->at++;
        attribute->value = arena_text(reader->arena, value.data);
        tag->count++;
    }
    buf_free(&value);
    return ok;
}

/* At '<'. */
static bool read_tag(struct reader *reader, struct tag *tag)
{
    *tag = (struct tag){0};
    reader->at++;
    if (starts(reader, "/")) {
        tag->closes = true;
        reader->at++;
    }
    if (!read_name(reader, tag->name))
        return false;
    for (;;) {
        skip_blanks(reader);
        if (starts(reader, "/>")) {
            tag->empty = true;
            reader->at += 2;
            return !tag->closes;
        }
        if (starts(reader, ">")) {
            reader->at++;
            return true;
        }
        if (tag->closes || !read_attribute(reader, tag))
            return false;
    }
}

static const char *attribute_of(const struct tag *tag, const char *name)
{
    for (size_t i = 0; i < tag->count; i++)
        if (text_equal(tag->attributes[i].name, name))
            return tag->attributes[i].value;
    return NULL;
}

static int seconds_of(const struct tag *tag, const char *name, int usual)
{
    const char *text = attribute_of(tag, name);
    long value = text ? strtol(text, NULL, 10) : usual;
    return value < 0 || value > 600 ? usual : (int)value;
}

/* False: there is no room. */
static bool verb_open(struct reader *reader, const struct tag *tag)
{
    static const struct {
        const char *name;
        enum script_kind kind;
    } known[] = {{"Say", SCRIPT_SAY},           {"Play", SCRIPT_PLAY},
                 {"Pause", SCRIPT_PAUSE},       {"Gather", SCRIPT_GATHER},
                 {"Redirect", SCRIPT_REDIRECT}, {"Dial", SCRIPT_DIAL},
                 {"Hangup", SCRIPT_HANGUP}};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (!text_equal(known[i].name, tag->name))
            continue;
        if (reader->out->count == SCRIPT_VERBS)
            return false;
        enum script_kind kind = known[i].kind;
        const char *address = attribute_of(tag, "action");
        reader->verb = &reader->out->verbs[reader->out->count++];
        *reader->verb = (struct script_verb){
            .kind = kind,
            .text = "",
            .address = text_blank(address) ? NULL : address,
            .seconds = kind == SCRIPT_PAUSE
                           ? seconds_of(tag, "length", 1)
                           : seconds_of(tag, "timeout", PATIENCE_DEFAULT_S),
            .empty_too =
                text_equal(attribute_of(tag, "actionOnEmptyResult"), "true"),
        };
        buf_reset(&reader->heard);
        return true;
    }
    return true;
}

static void verb_close(struct reader *reader)
{
    struct script_verb *verb = reader->verb;
    char *text = arena_text(reader->arena, reader->heard.data);
    reader->verb = NULL;
    text_trim(text);
    verb->text = text;
    if (verb->kind == SCRIPT_REDIRECT && text[0])
        verb->address = text;
}

static bool tag_open(struct reader *reader, const struct tag *tag)
{
    if (reader->closed || reader->depth == DEPTH_MAX ||
        (reader->depth == 0 && !text_equal(tag->name, "Response")))
        return false;
    if (reader->depth == 1 && !verb_open(reader, tag))
        return false;
    /* what stands inside a gather is heard one behind the other */
    if (reader->depth > 1 && reader->verb && reader->heard.len > 0)
        buf_char(&reader->heard, ' ');
    if (reader->depth > 1 && reader->verb && text_equal(tag->name, "Play"))
        buf_text(&reader->heard, SCRIPT_RECORDING " ");
    text_copy(reader->open[reader->depth++], NAME_MAX_BYTES, tag->name);
    return true;
}

static bool tag_close(struct reader *reader, const char *name)
{
    if (reader->depth == 0 ||
        !text_equal(reader->open[reader->depth - 1], name))
        return false;
    reader->depth--;
    if (reader->depth == 1 && reader->verb)
        verb_close(reader);
    reader->closed = reader->depth == 0;
    return true;
}

static bool read_markup(struct reader *reader)
{
    struct tag tag;
    if (starts(reader, "<!--"))
        return skip_past(reader, "-->");
    if (starts(reader, "<?"))
        return skip_past(reader, "?>");
    if (starts(reader, "<![CDATA[")) {
        const char *from = reader->at += strlen("<![CDATA[");
        if (!skip_past(reader, "]]>"))
            return false;
        buf_add(&reader->heard, from, (size_t)(reader->at - 3 - from));
        return true;
    }
    if (!read_tag(reader, &tag))
        return false;
    return tag.closes  ? tag_close(reader, tag.name)
           : tag.empty ? tag_open(reader, &tag) && tag_close(reader, tag.name)
                       : tag_open(reader, &tag);
}

bool script_read(const char *text, size_t len, struct arena *arena,
                 struct script *out)
{
    struct reader reader = {
        .at = text, .end = text + len, .arena = arena, .out = out};
    bool ok = !memchr(text, '\0', len) && text_is_utf8(text, len);
    out->count = 0;
    buf_init(&reader.heard, TEXT_MAX_BYTES);
    while (ok && reader.at < reader.end) {
        if (*reader.at == '<')
            ok = read_markup(&reader);
        else if (*reader.at == '&')
            ok = read_entity(&reader, &reader.heard);
        else
            buf_char(&reader.heard, *reader.at++);
    }
    ok = ok && reader.closed && !reader.heard.overflow;
    buf_free(&reader.heard);
    return ok;
}
