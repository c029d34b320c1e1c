/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cutting a file into its messages. Of JSON only strings and brackets are
 * looked at here: whether what is between them is right the reader of one
 * resource says. Of a Bundle each entry comes by itself, and its frame, without
 * them, at the end.
 */
#include "feeds/stream.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <zlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/memory.h"

enum { CHUNK = 64 << 10 };
#define ITEM_MAX ((size_t)8 << 20)

struct stream {
    gzFile file;
    enum stream_kind kind;
    const char *path;
    int64_t size, line, begun;
    char chunk[CHUNK];
    int have, at;
    bool broken;
    struct buf item;
    /* FHIR: where in the document we are. */
    int depth;
    bool in_text, escaped;
    bool in_entries;    /* at depth 2, between the brackets of "entry" */
    struct buf outside; /* the frame of a Bundle, while its entries come */
    bool whole;         /* a value at depth 0 has just ended */
    char last[8];       /* the last letters of the key being read */
    bool key_is_entry, after_colon;
};

struct stream *stream_open(const char *path, enum stream_kind kind,
                           struct error *err)
{
    struct stat stat_of;
    gzFile file = gzopen(path, "rb");
    if (!file || stat(path, &stat_of) != 0) {
        if (file)
            gzclose(file);
        error_set(err, ERROR_INPUT, "%s: cannot open", path);
        return NULL;
    }
    struct stream *stream = memory_new(sizeof(*stream));
    stream->file = file;
    stream->kind = kind;
    stream->path = file_base(path);
    stream->size = (int64_t)stat_of.st_size;
    stream->line = 1;
    buf_init(&stream->item, ITEM_MAX);
    buf_init(&stream->outside, ITEM_MAX);
    gzbuffer(file, CHUNK);
    return stream;
}

void stream_close(struct stream *stream)
{
    if (!stream)
        return;
    gzclose(stream->file);
    buf_free(&stream->item);
    buf_free(&stream->outside);
    free(stream);
}

int64_t stream_position(const struct stream *stream)
{
    return (int64_t)gzoffset(stream->file);
}

int64_t stream_size(const struct stream *stream)
{
    return stream->size;
}

/* The next byte; -1: the end, or broken. */
static int next(struct stream *stream)
{
    if (stream->at == stream->have) {
        stream->have = gzread(stream->file, stream->chunk, CHUNK);
        stream->at = 0;
        if (stream->have < 0)
            stream->broken = true;
        if (stream->have <= 0) {
            stream->have = 0;
            return -1;
        }
    }
    int c = (unsigned char)stream->chunk[stream->at++];
    stream->line += c == '\n';
    return c;
}

static int broken(struct stream *stream, const char *why, struct error *err)
{
    error_set(err, ERROR_INPUT, "%s:%lld: %s", stream->path,
              (long long)stream->line, why);
    return -1;
}

static int too_long(struct stream *stream, struct error *err)
{
    error_set(err, ERROR_INPUT, "%s:%lld: is longer than %zu MB", stream->path,
              (long long)stream->begun, ITEM_MAX >> 20);
    return -1;
}

/* HL7 -------------------------------------------------------------------------
 */

/* A segment, without its end; -1: there is none. */
static int segment(struct stream *stream, struct buf *out)
{
    int c = next(stream);
    while (c == '\r' || c == '\n' || c == 0x0b || c == 0x1c)
        c = next(stream);
    if (c < 0)
        return -1;
    buf_reset(out);
    for (; c >= 0 && c != '\r' && c != '\n' && c != 0x1c; c = next(stream))
        buf_char(out, (char)c);
    return 1;
}

static bool begins(const struct buf *text, const char *name)
{
    const char *data = text->data;
    if (text->len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
        data += 3;
    return strncmp(data, name, 3) == 0;
}

static bool is_frame(const struct buf *text)
{
    return begins(text, "FHS") || begins(text, "BHS") || begins(text, "BTS") ||
           begins(text, "FTS");
}

/* `outside` holds the MSH of the message that follows. */
static int next_hl7(struct stream *stream, struct stream_item *item,
                    struct error *err)
{
    struct buf *line = &stream->outside, *whole = &stream->item;
    int step = 1;
    buf_reset(whole);
    while (line->len == 0 || is_frame(line)) {
        step = segment(stream, line);
        if (step < 0)
            break;
    }
    stream->begun = stream->line;
    /* (What comes before the first MSH is a message that lost it.) */
    for (bool first = true; step > 0; first = false) {
        if (!first && (begins(line, "MSH") || is_frame(line)))
            break;
        buf_add(whole, line->data, line->len);
        buf_char(whole, '\r');
        step = segment(stream, line);
    }
    if (step < 0)
        buf_reset(line);
    if (stream->broken)
        return broken(stream, "cannot be read on: is it cut off?", err);
    if (whole->overflow || line->overflow)
        return too_long(stream, err);
    *item = (struct stream_item){
        .text = whole->data, .len = whole->len, .line = stream->begun};
    return whole->len > 0;
}

/* FHIR ------------------------------------------------------------------------
 */

/* Keeps the last letters of a key at depth 1, to know "entry" by them. */
static void key_letter(struct stream *stream, char c)
{
    memmove(stream->last, stream->last + 1, sizeof(stream->last) - 1);
    stream->last[sizeof(stream->last) - 1] = c;
}

static bool is_entry_key(const struct stream *stream)
{
    return memcmp(stream->last + 1, "\"entry\"", 7) == 0;
}

static void put(struct stream *stream, int c)
{
    bool inside = stream->in_entries && stream->depth > 2;
    buf_char(inside ? &stream->item : &stream->outside, (char)c);
}

/* Brackets outside of texts. True: an item is whole. */
static bool bracket(struct stream *stream, int c, bool *entry)
{
    if (c == '{' || c == '[') {
        if (stream->depth == 1 && c == '[' && stream->key_is_entry)
            stream->in_entries = true;
        stream->depth++;
        if (stream->depth == 1 || (stream->in_entries && stream->depth == 3))
            stream->begun = stream->line;
        put(stream, c);
        return false;
    }
    if (c != '}' && c != ']') {
        if (!(stream->in_entries && stream->depth == 2))
            put(stream, c); /* (no commas between entries that went) */
        return false;
    }
    put(stream, c);
    stream->depth--;
    *entry = stream->in_entries && stream->depth == 2;
    if (stream->in_entries && stream->depth == 1) {
        stream->in_entries = false;
        stream->key_is_entry = false;
    }
    return *entry || stream->depth == 0;
}

static void text_letter(struct stream *stream, int c)
{
    put(stream, c);
    if (stream->depth == 1)
        key_letter(stream, (char)c);
    if (stream->escaped)
        stream->escaped = false;
    else if (c == '\\')
        stream->escaped = true;
    else if (c == '"')
        stream->in_text = false;
}

static int next_fhir(struct stream *stream, struct stream_item *item,
                     struct error *err)
{
    int c;
    buf_reset(&stream->item);
    if (stream->depth == 0)
        buf_reset(&stream->outside);
    while ((c = next(stream)) >= 0) {
        bool entry = false;
        if (stream->in_text) {
            text_letter(stream, c);
        } else if (c == '"') {
            stream->in_text = true;
            put(stream, c);
            if (stream->depth == 1)
                key_letter(stream, '"');
        } else {
            if (stream->depth == 1 && c == ':')
                stream->key_is_entry = is_entry_key(stream);
            if (stream->depth == 1 && c == ',')
                stream->key_is_entry = false;
            if (bracket(stream, c, &entry)) {
                struct buf *whole = entry ? &stream->item : &stream->outside;
                if (whole->overflow)
                    return too_long(stream, err);
                *item = (struct stream_item){.text = whole->data,
                                             .len = whole->len,
                                             .line = stream->begun,
                                             .entry = entry};
                return 1;
            }
            if (stream->depth < 0)
                return broken(stream, "a bracket closes that none opened", err);
        }
    }
    if (stream->broken)
        return broken(stream, "cannot be read on: is it cut off?", err);
    if (stream->depth > 0)
        return broken(stream, "ends in the middle of a resource", err);
    /* what stands between resources must be nothing */
    if (strspn(stream->outside.data, " \t\r\n\xef\xbb\xbf") !=
        stream->outside.len)
        return broken(stream, "is no JSON: a resource was expected", err);
    return 0;
}

int stream_next(struct stream *stream, struct stream_item *item,
                struct error *err)
{
    return stream->kind == STREAM_HL7 ? next_hl7(stream, item, err)
                                      : next_fhir(stream, item, err);
}
