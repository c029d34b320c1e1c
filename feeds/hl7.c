/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking a message apart. The message is cut once into segments and fields;
 * repetitions, components and escapes are looked at when somebody asks, for of
 * a hundred fields that come three are wanted.
 */
#include "feeds/hl7.h"

#include <ctype.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "feeds/hl7_charset.h"

const char hl7_deleted[] = "\"\"";

enum {
    SEGMENTS_MAX = 20000,
    FIELDS_MAX = 512,
    HEAD_MAX = 4096,
    CHARSET_MAX = 100
};

enum line_end { END_CR, END_LF, END_CR_LF };

struct part {
    const char *text;
    size_t len;
};

struct hl7 {
    struct arena *arena;
    char field, component, repeat, escape, sub;
    enum line_end end; /* of its segments, as MSH has it */
    struct hl7_segment *segments;
    size_t count, room;
    size_t
        torn; /* the first whose text went on in a line of its own; 0: none */
    /* The repetitions of the field that was asked for last: who reads one
     * reads the next, and none is looked for from the start again. */
    const char *looked;
    struct part repeats[HL7_REPEATS_MAX];
    size_t repeat_count;
};

/* Delimiters -----------------------------------------------------------------
 */

static bool is_delimiter(char c)
{
    return c && !isalnum((unsigned char)c) && !isspace((unsigned char)c) &&
           c != '"' && (unsigned char)c < 0x80;
}

static bool read_delimiters(struct hl7 *message, const char *head,
                            struct error *err)
{
    message->field = head[3];
    if (!is_delimiter(message->field))
        return error_set(err, ERROR_INPUT,
                         "MSH-1: no field separator behind MSH");
    const char *given = head + 4;
    size_t len = strcspn(given, (char[]){message->field, '\r', '\n', '\0'});
    char *const places[] = {&message->component, &message->repeat,
                            &message->escape, &message->sub};
    static const char usual[] = "^~\\&";
    if (len == 0 || len > 5)
        return error_set(err, ERROR_INPUT,
                         "MSH-2: one to five encoding characters, as ^~\\&; "
                         "here are %zu",
                         len);
    for (size_t i = 0; i < 4; i++) {
        *places[i] = i < len ? given[i] : usual[i];
        if (i < len && (!is_delimiter(given[i]) || given[i] == message->field ||
                        memchr(given, given[i], i)))
            return error_set(err, ERROR_INPUT,
                             "MSH-2: '%c' cannot be an encoding character here",
                             isprint((unsigned char)given[i]) ? given[i] : '?');
    }
    return true;
}

/* Segments --------------------------------------------------------------------
 */

static bool is_name(const char *line)
{
    for (int i = 0; i < 3; i++)
        if (!isupper((unsigned char)line[i]) &&
            !(i > 0 && isdigit((unsigned char)line[i])))
            return false;
    return true;
}

static struct hl7_segment *segment_new(struct hl7 *message)
{
    if (message->count == message->room) {
        size_t room = message->room ? message->room * 2 : 16;
        struct hl7_segment *more =
            arena_alloc(message->arena, room * sizeof(*more));
        if (message->count > 0)
            memcpy(more, message->segments, message->count * sizeof(*more));
        message->segments = more;
        message->room = room;
    }
    return &message->segments[message->count++];
}

/* MSH-1 is the separator itself, so that MSH-2 is where others have their
 * first field. */
static bool cut_fields(struct hl7 *message, struct hl7_segment *segment,
                       char *rest, struct error *err)
{
    bool head = text_equal(segment->name, "MSH");
    size_t count = head ? 2 : 1;
    for (const char *c = rest; *c; c++)
        count += *c == message->field;
    if (count > FIELDS_MAX)
        return error_set(err, ERROR_INPUT,
                         "segment %zu (%s): more than %d fields", segment->line,
                         segment->name, FIELDS_MAX);
    const char **fields =
        arena_alloc(message->arena, (count + 1) * sizeof(*fields));
    size_t at = 1;
    if (head)
        fields[at++] = arena_text_n(message->arena, &message->field, 1);
    for (char *from = rest; from; at++) {
        char *end = strchr(from, message->field);
        if (end)
            *end = '\0';
        fields[at] = from;
        from = end ? end + 1 : NULL;
    }
    segment->fields = fields;
    segment->count = at - 1;
    return true;
}

static bool cut_segment(struct hl7 *message, char *line, size_t number,
                        struct error *err)
{
    if (strlen(line) < 3 || !is_name(line) ||
        (line[3] && line[3] != message->field))
        return error_set(err, ERROR_INPUT,
                         "segment %zu: a name of three capitals and then '%c' "
                         "was expected",
                         number, message->field);
    if (number > 1 && strncmp(line, "MSH", 3) == 0)
        return error_set(err, ERROR_INPUT,
                         "segment %zu: a second MSH; the end of the message "
                         "before it is missing",
                         number);
    struct hl7_segment *segment = segment_new(message);
    memcpy(segment->name, line, 3);
    segment->line = number;
    return cut_fields(message, segment, line[3] ? line + 4 : line + 3, err);
}

/* "pv1|": a segment whose name went wrong is refused, not taken for text. */
static bool is_like_a_name(const struct hl7 *message, const char *line)
{
    size_t len = 0;
    while (len < 5 && isalnum((unsigned char)line[len]))
        len++;
    bool whole = line[len] == message->field || strchr("\r\n", line[len]);
    return len >= 2 && len <= 4 && whole;
}

static enum line_end end_at(const char *at)
{
    return *at == '\n' ? END_LF : *at && at[1] == '\n' ? END_CR_LF : END_CR;
}

/* Whether the line end there stands inside a text, where nobody escaped it: no
 * segment follows. That is sure of one that ends no segment of this message,
 * and else a guess; CR is what ends them all. Nothing goes on behind MSH. */
static bool goes_on(struct hl7 *message, const char *end)
{
    const char *line = end + strspn(end, "\r\n \t");
    enum line_end kind = end_at(end);
    if (!*line || message->count == 0 || kind == END_CR)
        return false;
    if (kind != message->end && message->end != END_LF)
        return !is_name(line) || line[3] != message->field;
    if (is_like_a_name(message, line))
        return false;
    message->torn = message->torn ? message->torn : message->count + 1;
    return true;
}

/* To the end of the segment; its text is made one line. */
static char *end_of(struct hl7 *message, char *line)
{
    char *end = line + strcspn(line, "\r\n");
    if (message->count == 0)
        message->end = end_at(end);
    while (end > line && goes_on(message, end)) {
        memset(end, ' ', strspn(end, "\r\n"));
        end += strcspn(end, "\r\n");
    }
    return end;
}

static bool cut(struct hl7 *message, char *text, struct error *err)
{
    size_t number = 0;
    for (char *line = text, *next; line; line = next) {
        next = end_of(message, line);
        bool last = !*next;
        *next = '\0';
        next = last ? NULL : next + 1;
        if (text_blank(line))
            continue; /* the LF of a CR LF, and empty lines at the end */
        if (++number > SEGMENTS_MAX)
            return error_set(err, ERROR_INPUT, "more than %d segments",
                             SEGMENTS_MAX);
        if (!cut_segment(message, line, number, err))
            return false;
    }
    return true;
}

/* The whole -------------------------------------------------------------------
 */

/* MSH-18 of the bytes as they came: all character sets that are understood
 * write it alike. */
static void charset_of(const char *head, char separator, char out[CHARSET_MAX])
{
    const char *end = head + strcspn(head, "\r\n");
    const char *at = head;
    out[0] = '\0';
    for (int field = 1; field < 18; field++) {
        at = memchr(at, separator, (size_t)(end - at));
        if (!at)
            return;
        at++;
    }
    size_t len = 0;
    while (at + len < end && len < CHARSET_MAX - 1 && at[len] != separator)
        len++;
    memcpy(out, at, len);
    out[len] = '\0';
}

struct hl7 *hl7_parse_head(const char *bytes, size_t len)
{
    struct error ignored = {0};
    size_t end = 0;
    if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        bytes += 3;
        len -= 3;
    }
    while (end < len && end < HEAD_MAX && bytes[end] && bytes[end] != '\r' &&
           bytes[end] != '\n')
        end++;
    if (end < 8 || memcmp(bytes, "MSH", 3) != 0)
        return NULL;
    struct arena *arena = arena_new();
    struct hl7 *message = arena_alloc(arena, sizeof(*message));
    message->arena = arena;
    char *text = arena_text_n(arena, bytes, end);
    for (char *c = text; *c; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?'; /* in whichever character set that is */
    if (read_delimiters(message, text, &ignored) &&
        cut(message, text, &ignored))
        return message;
    hl7_free(message);
    return NULL;
}

struct hl7 *hl7_parse(const char *bytes, size_t len, struct error *err)
{
    if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        bytes += 3;
        len -= 3;
    }
    if (len > HL7_MESSAGE_MAX) {
        error_set(err, ERROR_INPUT, "more than %u bytes are not taken",
                  HL7_MESSAGE_MAX);
        return NULL;
    }
    if (len < 8 || memcmp(bytes, "MSH", 3) != 0 || memchr(bytes, '\0', len)) {
        error_set(err, ERROR_INPUT,
                  len < 8 || memcmp(bytes, "MSH", 3) != 0
                      ? "a message begins with the segment MSH"
                      : "a NUL byte: this is no HL7 v2 message");
        return NULL;
    }
    struct arena *arena = arena_new();
    struct hl7 *message = arena_alloc(arena, sizeof(*message));
    message->arena = arena;
    char charset[CHARSET_MAX];
    char *raw = arena_text_n(arena, bytes, len);
    char *text = NULL;
    if (read_delimiters(message, raw, err)) {
        charset_of(raw, message->field, charset);
        text = hl7_charset_utf8(arena, raw, len, charset, message->repeat, err);
    }
    if (!text || !cut(message, text, err)) {
        hl7_free(message);
        return NULL;
    }
    return message;
}

void hl7_free(struct hl7 *message)
{
    if (message)
        arena_free(message->arena);
}

const struct hl7_segment *hl7_torn(const struct hl7 *message)
{
    return message->torn ? hl7_at(message, message->torn - 1) : NULL;
}

/* Looking ---------------------------------------------------------------------
 */

size_t hl7_count(const struct hl7 *message)
{
    return message->count;
}

const struct hl7_segment *hl7_at(const struct hl7 *message, size_t i)
{
    return i < message->count ? &message->segments[i] : NULL;
}

const struct hl7_segment *hl7_first(const struct hl7 *message, const char *name)
{
    for (size_t i = 0; i < message->count; i++)
        if (text_equal(message->segments[i].name, name))
            return &message->segments[i];
    return NULL;
}

size_t hl7_repeats(const struct hl7 *message, const struct hl7_segment *segment,
                   size_t field)
{
    if (!segment || field == 0 || field > segment->count ||
        text_blank(segment->fields[field]))
        return 0;
    size_t count = 1;
    for (const char *c = segment->fields[field]; *c; c++)
        count += *c == message->repeat;
    return count;
}

/* The n-th part of a text; false: there are not so many. */
static bool nth(const char **text, size_t *len, char delimiter, size_t n)
{
    const char *end = *text + *len;
    for (size_t i = 1; i < n; i++) {
        const char *at = memchr(*text, delimiter, (size_t)(end - *text));
        if (!at)
            return false;
        *text = at + 1;
    }
    const char *at = memchr(*text, delimiter, (size_t)(end - *text));
    *len = (size_t)((at ? at : end) - *text);
    return true;
}

static bool repeat_find(struct hl7 *message, const char *field, size_t n,
                        struct part *out)
{
    if (message->looked != field) {
        const char *end = field + strlen(field);
        message->looked = field;
        message->repeat_count = 0;
        while (field && message->repeat_count < HL7_REPEATS_MAX) {
            const char *at =
                memchr(field, message->repeat, (size_t)(end - field));
            message->repeats[message->repeat_count++] =
                (struct part){field, (size_t)((at ? at : end) - field)};
            field = at ? at + 1 : NULL;
        }
    }
    if (n > message->repeat_count)
        return false;
    *out = message->repeats[n - 1];
    return true;
}

static int hex_digit(char c)
{
    if (isdigit((unsigned char)c))
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* \X0D\: bytes that the sender could not write otherwise. White space of any
 * kind becomes a blank, other control characters nothing. */
static void put_hex(struct buf *out, const char *hex, size_t len)
{
    for (size_t i = 0; i + 1 < len; i += 2) {
        int high = hex_digit(hex[i]), low = hex_digit(hex[i + 1]);
        if (high < 0 || low < 0)
            return;
        int c = high * 16 + low;
        if (c == '\t' || c == '\n' || c == '\r')
            buf_char(out, ' ');
        else if (c >= 0x20 && c != 0x7f)
            text_put(out, c);
    }
}

static void put_escape(const struct hl7 *message, struct buf *out,
                       const char *code, size_t len)
{
    if (len == 1 && strchr("FSTRE", code[0])) {
        const char meant[] = {message->field, message->component, message->sub,
                              message->repeat, message->escape};
        buf_char(out, meant[strchr("FSTRE", code[0]) - "FSTRE"]);
    } else if (len > 1 && code[0] == 'X') {
        put_hex(out, code + 1, len - 1);
    } else if (len >= 3 && code[0] == '.') {
        buf_char(out, ' '); /* .br, .sp, .in: where a formatted text breaks */
    }
    /* H, N: highlighting; C, M, Z: nobody's but the sender's. */
}

static char *unescape(struct hl7 *message, const char *text, size_t len)
{
    const char *end = text + len;
    if (!memchr(text, message->escape, len))
        return arena_text_n(message->arena, text, len);
    struct buf out;
    buf_init(&out, 2 * len + 8);
    for (const char *c = text; c < end; c++) {
        const char *close =
            *c == message->escape
                ? memchr(c + 1, message->escape, (size_t)(end - c - 1))
                : NULL;
        /* A lone escape character is one that nobody escaped. */
        if (!close || close - c > 512) {
            buf_char(&out, *c);
            continue;
        }
        put_escape(message, &out, c + 1, (size_t)(close - c - 1));
        c = close;
    }
    char *kept = arena_text_n(message->arena, out.data, out.len);
    buf_free(&out);
    return kept;
}

const char *hl7_text(struct hl7 *message, const struct hl7_segment *segment,
                     struct hl7_place place)
{
    if (!segment || place.field == 0 || place.field > segment->count)
        return NULL;
    const char *field = segment->fields[place.field];
    /* MSH-1 and MSH-2 are the delimiters. */
    if (text_equal(segment->name, "MSH") && place.field <= 2)
        return field;
    struct part part;
    if (!repeat_find(message, field, place.repeat ? place.repeat : 1, &part))
        return NULL;
    const char *text = part.text;
    size_t len = part.len;
    /* The whole field is deleted, and so is each part of it. */
    if (len == 2 && memcmp(text, hl7_deleted, 2) == 0)
        return hl7_deleted;
    if (!nth(&text, &len, message->component,
             place.component ? place.component : 1) ||
        !nth(&text, &len, message->sub, place.sub ? place.sub : 1))
        return NULL;
    if (len == 2 && memcmp(text, hl7_deleted, 2) == 0)
        return hl7_deleted;
    char *plain = unescape(message, text, len);
    text_trim(plain);
    return *plain ? plain : NULL;
}

const char *hl7_field(struct hl7 *message, const struct hl7_segment *segment,
                      size_t field)
{
    return hl7_text(message, segment, (struct hl7_place){.field = field});
}

const char *hl7_part(struct hl7 *message, const struct hl7_segment *segment,
                     size_t field, size_t component)
{
    return hl7_text(message, segment,
                    (struct hl7_place){.field = field, .component = component});
}
