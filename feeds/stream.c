/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cutting a file into its messages. Of JSON only strings, brackets and line
 * ends are looked at here: whether what is between them is right the reader of
 * one resource says. Of a Bundle each entry comes by itself, and its frame,
 * without them, at the end. What is broken ends, at the latest, where a line
 * begins with the next resource.
 */
#include "feeds/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include "feeds/gzip_end.h"
#include "feeds/stream_own.h"

#define ITEM_MAX ((size_t)8 << 20)

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
    stream->path = path;
    stream->size = (int64_t)stat_of.st_size;
    stream->line = 1;
    stream->empty = true;
    buf_init(&stream->item, ITEM_MAX);
    buf_init(&stream->outside, ITEM_MAX);
    gzbuffer(file, STREAM_CHUNK);
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

int64_t stream_line(struct stream *stream)
{
    const char *from = stream->chunk + stream->counted;
    const char *to = stream->chunk + stream->at;
    if (stream->kind == STREAM_HL7)
        return stream->line; /* byte by byte: see byte_of() */
    while ((from = memchr(from, '\n', (size_t)(to - from))) != NULL) {
        stream->line++;
        from++;
    }
    stream->counted = stream->at;
    return stream->line;
}

/* FHIR: what was read before `to` goes where we are: to an entry of a Bundle,
 * or to what is around them; what stands between two of them goes nowhere. */
static void keep(struct stream *stream, size_t to)
{
    const char *bytes = stream->chunk + stream->kept;
    size_t len = to - stream->kept;
    if (!stream->in_entries)
        buf_add(&stream->outside, bytes, len);
    else if (stream->depth > 2)
        buf_add(&stream->item, bytes, len);
    stream->kept = to;
}

/* Makes sure that there is a byte at `at`. False: the end, or broken. */
static bool refill(struct stream *stream)
{
    if (stream->at < stream->have)
        return true;
    if (stream->kind == STREAM_FHIR)
        keep(stream, stream->have);
    stream_line(stream);
    int have = gzread(stream->file, stream->chunk, STREAM_CHUNK), state;
    const char *why = gzerror(stream->file, &state);
    stream->cut = stream->cut || state == Z_BUF_ERROR;
    if (have < 0)
        stream->broken =
            state != Z_DATA_ERROR  ? "cannot be read on: is it cut off?"
            : strstr(why, "check") ? "the compressed file is damaged here or "
                                     "before: its checksum is wrong"
                                   : "the compressed file is damaged here";
    stream->have = have > 0 ? (size_t)have : 0;
    stream->empty = stream->empty && stream->have == 0;
    stream->at = stream->counted = stream->kept = 0;
    return stream->have > 0;
}

int stream_byte(struct stream *stream)
{
    if (!refill(stream))
        return -1;
    return (unsigned char)stream->chunk[stream->at++];
}

int stream_broken(struct stream *stream, const char *why, struct error *err)
{
    error_set(err, ERROR_INPUT, "%s:%lld: %s", file_base(stream->path),
              (long long)stream_line(stream), why);
    return -1;
}

int stream_wrong(struct stream *stream, struct stream_item *item, int64_t line,
                 const char *why)
{
    text_copy(stream->why, sizeof(stream->why), why);
    *item =
        (struct stream_item){.text = "", .line = line, .wrong = stream->why};
    return 1;
}

int stream_too_long(struct stream *stream, struct stream_item *item)
{
    char why[64];
    snprintf(why, sizeof(why), "is longer than %zu MB", ITEM_MAX >> 20);
    return stream_wrong(stream, item, stream->begun, why);
}

int stream_end(struct stream *stream, struct stream_item *item)
{
    bool told = stream->ended;
    stream->ended = true;
    if (!told && stream->cut)
        return stream_wrong(stream, item, stream_line(stream),
                            "the compressed file is cut off here");
    if (!told && stream->empty)
        return stream_wrong(stream, item, 1,
                            "the file is empty: was it cut off?");
    if (told || gzdirect(stream->file) || !gzip_end_has_more(stream->path))
        return 0;
    return stream_wrong(
        stream, item, stream_line(stream),
        "something else stands behind the compressed file: left out");
}

/* FHIR ------------------------------------------------------------------------
 */

/* To the next byte that changes where we are: a bracket or what parts members,
 * an escape, or the end of a line. Texts are passed over, and below the first
 * level the marks between members too. False: there is none in the chunk. */
static bool skip_plain(struct stream *stream)
{
    static const bool marks[256] = {
        ['"'] = true, [','] = true, [':'] = true, ['{'] = true,
        ['}'] = true, ['['] = true, [']'] = true, ['\n'] = true,
    };
    static const bool ends[256] = {['"'] = true, ['\\'] = true, ['\n'] = true};
    const char *at = stream->chunk + stream->at;
    const char *to = stream->chunk + stream->have;
    bool in_text = stream->in_text, deep = stream->depth > 1;
    for (; at < to; at++) {
        const bool *stops = in_text ? ends : marks;
        while (at < to && !stops[(unsigned char)*at])
            at++;
        if (at == to)
            break;
        if (*at == '"')
            in_text = !in_text;
        else if (in_text || !deep || (*at != ',' && *at != ':'))
            break;
        stream->last = *at;
    }
    stream->in_text = in_text;
    stream->at = (size_t)(at - stream->chunk);
    return at < to;
}

/* At a colon: the frame ends with the key before it. */
static bool is_entry_key(struct stream *stream)
{
    static const char key[] = "\"entry\"";
    keep(stream, stream->at - 1);
    const char *text = stream->outside.data;
    size_t len = stream->outside.len, size = sizeof(key) - 1;
    while (len > 0 && strchr(" \t\r\n", text[len - 1]))
        len--;
    return len >= size && memcmp(text + len - size, key, size) == 0;
}

static void open_bracket(struct stream *stream, char c)
{
    if (stream->depth == 1 && c == '[' && stream->key_is_entry) {
        keep(stream, stream->at);
        stream->in_entries = true;
    } else if (stream->in_entries && stream->depth == 2) {
        keep(stream, stream->at - 1);
        stream->begun = stream_line(stream);
    } else if (stream->depth == 0) {
        stream->begun = stream_line(stream);
        stream->one_line = true;
    }
    stream->depth++;
}

/* True: an item is whole. */
static bool close_bracket(struct stream *stream, bool *entry)
{
    *entry = stream->in_entries && stream->depth == 3;
    if (*entry || stream->depth == 1)
        keep(stream, stream->at);
    stream->depth--;
    if (stream->in_entries && stream->depth == 1) {
        keep(stream, stream->at - 1);
        stream->in_entries = false;
        stream->key_is_entry = false;
    }
    stream->by_line |= stream->depth == 0 && stream->one_line;
    return *entry || stream->depth == 0;
}

/* Takes a byte that is not plain. True: an item is whole. */
static bool take(struct stream *stream, bool *entry)
{
    char c = stream->chunk[stream->at++];
    if (c == '\n' && !stream->escaped) {
        stream->fresh = true;
        stream->one_line = false;
        return false;
    }
    if (stream->in_text) {
        stream->escaped = !stream->escaped && c == '\\';
        return false;
    }
    stream->last = c;
    switch (c) {
    case ':':
        if (stream->depth == 1)
            stream->key_is_entry = is_entry_key(stream);
        return false;
    case ',':
        if (stream->depth == 1)
            stream->key_is_entry = false;
        return false;
    case '{':
    case '[':
        open_bracket(stream, c);
        return false;
    default:
        return close_bracket(stream, entry);
    }
}

/* What was read of the item at hand is nothing; the next begins here. */
static int give_up(struct stream *stream, struct stream_item *item,
                   int64_t line, const char *why)
{
    stream->depth = 0;
    stream->in_text = stream->escaped = stream->in_entries = false;
    stream->key_is_entry = false;
    stream->kept = stream->at;
    return stream_wrong(stream, item, line, why);
}

/* A line begins with a bracket where none can stand: no text goes over lines,
 * and of a file with a resource a line no resource does. */
static bool is_cut(struct stream *stream)
{
    bool fresh = stream->fresh;
    stream->fresh = false;
    if (!fresh || stream->chunk[stream->at] != '{')
        return false;
    return stream->in_text ||
           (stream->depth > 0 &&
            (stream->by_line || !strchr(",[:", stream->last)));
}

/* To the next line that begins with a bracket. False: not in this chunk. */
static bool find_line(struct stream *stream)
{
    while (stream->at < stream->have) {
        bool fresh = stream->fresh;
        const char *at = stream->chunk + stream->at;
        stream->fresh = *at == '\n';
        if (fresh && *at == '{') {
            stream->lost = false;
            stream->kept = stream->at;
            buf_reset(&stream->outside);
            return true;
        }
        stream->at++;
    }
    return false;
}

/* What stands between resources must be nothing. `*line`: where it stands. */
static bool is_between(struct stream *stream, int64_t *line)
{
    static const char blank[] = " \t\r\n\xef\xbb\xbf";
    keep(stream, stream->at);
    const char *data = stream->outside.data;
    size_t at = strspn(data, blank);
    *line = stream_line(stream);
    for (size_t i = at; i < stream->outside.len; i++)
        *line -= data[i] == '\n';
    return at == stream->outside.len;
}

static int fhir_end(struct stream *stream, struct stream_item *item,
                    struct error *err)
{
    int64_t line;
    if (stream->broken)
        return stream_broken(stream, stream->broken, err);
    if (stream->lost)
        return stream_end(stream, item);
    if (stream->depth > 0)
        return give_up(stream, item, stream->begun,
                       "ends in the middle of a resource");
    if (!is_between(stream, &line))
        return give_up(stream, item, line,
                       "is no JSON: a resource was expected");
    return stream_end(stream, item);
}

static int next_fhir(struct stream *stream, struct stream_item *item,
                     struct error *err)
{
    bool entry = false;
    int64_t line;
    buf_reset(&stream->item);
    if (stream->depth == 0)
        buf_reset(&stream->outside);
    while (refill(stream)) {
        if (stream->lost && !find_line(stream))
            continue;
        if (is_cut(stream))
            return give_up(stream, item,
                           stream->depth > 0 ? stream->begun
                                             : stream_line(stream) - 1,
                           "the line ends in the middle of a resource");
        if (!stream->escaped && !skip_plain(stream))
            continue;
        if (stream->depth == 0 && stream->chunk[stream->at] == '{' &&
            !stream->in_text && !is_between(stream, &line))
            return give_up(stream, item, line,
                           "is no JSON: a resource was expected");
        if (take(stream, &entry)) {
            struct buf *whole = entry ? &stream->item : &stream->outside;
            if (whole->overflow)
                return stream_too_long(stream, item);
            *item = (struct stream_item){.text = whole->data,
                                         .len = whole->len,
                                         .line = stream->begun,
                                         .entry = entry};
            return 1;
        }
        if (stream->depth < 0) {
            stream->lost = true;
            return give_up(stream, item, stream_line(stream),
                           "a bracket closes that none opened");
        }
    }
    return fhir_end(stream, item, err);
}

int stream_next(struct stream *stream, struct stream_item *item,
                struct error *err)
{
    return stream->kind == STREAM_HL7 ? stream_next_hl7(stream, item, err)
                                      : next_fhir(stream, item, err);
}
