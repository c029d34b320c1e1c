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

#include <zlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include "feeds/gzip_end.h"

enum { CHUNK = 64 << 10 };
#define ITEM_MAX ((size_t)8 << 20)

struct stream {
    gzFile file;
    enum stream_kind kind;
    const char *path;
    int64_t size, line, begun;
    char chunk[CHUNK];
    size_t have, at;
    size_t counted;     /* as far as `line` is right */
    size_t kept;        /* as far as bytes went where they belong */
    const char *broken; /* why it cannot be read on */
    bool cut;           /* it is compressed, and its end is missing */
    bool empty;         /* so far */
    bool ended;         /* and what is wrong with it as a whole was told */
    struct buf item;
    char why[96];
    /* HL7 */
    bool after_cr;
    int stop;             /* the byte behind the segment that was read last */
    const char *line_end; /* how the one before it ended */
    int64_t segment_line;
    int64_t messages, batches; /* of the batch, and of the file, so far */
    bool in_batch, in_file;    /* BHS, FHS came, and no end of it */
    char counted_as[24];       /* their BTS-1, FTS-1 */
    /* FHIR: where in the document we are. */
    int depth;
    char last;     /* of the bytes that are not plain, outside of texts */
    bool fresh;    /* a line begins */
    bool one_line; /* so far, the resource at hand */
    bool by_line;  /* one was whole on a line of its own: NDJSON */
    bool lost;     /* until a line begins with a resource */
    bool in_text, escaped;
    bool in_entries;    /* at depth 2, between the brackets of "entry" */
    struct buf outside; /* the frame of a Bundle, while its entries come */
    bool key_is_entry;
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
    stream->path = path;
    stream->size = (int64_t)stat_of.st_size;
    stream->line = 1;
    stream->empty = true;
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

/* The line that we are in. Counted when somebody asks, not byte by byte. */
static int64_t line_here(struct stream *stream)
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
    line_here(stream);
    int have = gzread(stream->file, stream->chunk, CHUNK), state;
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

/* The next byte; -1: the end, or broken. */
static int next(struct stream *stream)
{
    if (!refill(stream))
        return -1;
    return (unsigned char)stream->chunk[stream->at++];
}

static int broken(struct stream *stream, const char *why, struct error *err)
{
    error_set(err, ERROR_INPUT, "%s:%lld: %s", file_base(stream->path),
              (long long)line_here(stream), why);
    return -1;
}

static int wrong(struct stream *stream, struct stream_item *item, int64_t line,
                 const char *why)
{
    text_copy(stream->why, sizeof(stream->why), why);
    *item =
        (struct stream_item){.text = "", .line = line, .wrong = stream->why};
    return 1;
}

static int too_long(struct stream *stream, struct stream_item *item)
{
    char why[64];
    snprintf(why, sizeof(why), "is longer than %zu MB", ITEM_MAX >> 20);
    return wrong(stream, item, stream->begun, why);
}

/* 0: the file is whole as such, or what is wrong was told. */
static int end(struct stream *stream, struct stream_item *item)
{
    bool told = stream->ended;
    stream->ended = true;
    if (!told && stream->cut)
        return wrong(stream, item, line_here(stream),
                     "the compressed file is cut off here");
    if (!told && stream->empty)
        return wrong(stream, item, 1, "the file is empty: was it cut off?");
    if (told || gzdirect(stream->file) || !gzip_end_has_more(stream->path))
        return 0;
    return wrong(stream, item, line_here(stream),
                 "something else stands behind the compressed file: left out");
}

/* HL7 -------------------------------------------------------------------------
 */

/* The next byte, and the lines before it. */
static int byte_of(struct stream *stream)
{
    int c = next(stream);
    stream->line += c == '\r' || (c == '\n' && !stream->after_cr);
    stream->after_cr = c == '\r';
    return c;
}

/* A segment, without its end; -1: there is none. */
static int segment(struct stream *stream, struct buf *out)
{
    int c = byte_of(stream);
    stream->line_end = stream->stop == '\n' ? "\n" : c == '\n' ? "\r\n" : "\r";
    while (c == '\r' || c == '\n' || c == 0x0b || c == 0x1c)
        c = byte_of(stream);
    if (c < 0)
        return -1;
    buf_reset(out);
    stream->segment_line = stream->line;
    for (; c >= 0 && c != '\r' && c != '\n' && c != 0x1c; c = byte_of(stream))
        buf_char(out, (char)c);
    stream->stop = c;
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

/* Of a batch, or of a file of batches, that is not all there. */
static int short_of(struct stream_item *item, struct stream *stream,
                    int64_t line, const char *where)
{
    *item = (struct stream_item){
        .text = "",
        .line = line,
        .wrong = stream->why,
        .where = where,
        .value = stream->counted_as[0] ? stream->counted_as : NULL};
    return 0;
}

/* The frame that is open, and ends without its own end; NULL: none is. */
static const char *left_open(struct stream *stream, bool file)
{
    const char *where = stream->in_batch          ? "BTS"
                        : file && stream->in_file ? "FTS"
                                                  : NULL;
    stream->counted_as[0] = '\0';
    text_copy(stream->why, sizeof(stream->why),
              "is missing: was the file cut off?");
    return where;
}

/* Whether there are as many of them as the end of a frame says, where it says
 * so: one that was cut and closed again is told by nothing else. */
static bool is_count(struct stream *stream, const struct buf *line,
                     const char *things, int64_t here)
{
    char *end;
    if (line->len < 5)
        return true;
    text_copy(stream->counted_as, sizeof(stream->counted_as), line->data + 4);
    stream->counted_as[strcspn(stream->counted_as,
                               (char[]){line->data[3], '\0'})] = '\0';
    long long said = strtoll(stream->counted_as, &end, 10);
    if (end == stream->counted_as || said == here)
        return true;
    snprintf(stream->why, sizeof(stream->why),
             "so many %s it is said to hold; here are %lld", things,
             (long long)here);
    return false;
}

/* Takes a line of a frame. NULL, or where it stands what does not add up. */
static const char *frame(struct stream *stream, const struct buf *line)
{
    bool file = begins(line, "FHS"), batch = begins(line, "BHS");
    const char *where = NULL;
    if (begins(line, "BTS")) {
        if (!is_count(stream, line, "messages", stream->messages))
            where = "BTS-1";
    } else {
        where = left_open(stream, file);
        if (!where && begins(line, "FTS") && stream->batches > 0 &&
            !is_count(stream, line, "batches", stream->batches))
            where = "FTS-1";
        stream->in_file = file || (batch && stream->in_file);
        stream->batches = batch ? stream->batches + 1 : 0;
    }
    stream->in_batch = batch;
    stream->messages = 0;
    return where;
}

/* Passes over what stands around messages. -1: the end; 0: `item` tells what is
 * wrong with it. */
static int pass_frames(struct stream *stream, struct stream_item *item)
{
    struct buf *line = &stream->outside;
    while (line->len == 0 || is_frame(line)) {
        const char *where = line->len ? frame(stream, line) : NULL;
        int64_t at = stream->segment_line;
        int step = segment(stream, line);
        if (step < 0)
            buf_reset(line);
        if (where)
            return short_of(item, stream, at, where);
        if (step < 0)
            return -1;
    }
    return 1;
}

static int hl7_end(struct stream *stream, struct stream_item *item)
{
    bool told = stream->ended;
    int step = end(stream, item);
    const char *where = told || step ? NULL : left_open(stream, true);
    if (where)
        short_of(item, stream, line_here(stream), where);
    return step || where;
}

/* `outside` holds the MSH of the message that follows. */
static int next_hl7(struct stream *stream, struct stream_item *item,
                    struct error *err)
{
    struct buf *line = &stream->outside, *whole = &stream->item;
    bool overflow = false;
    int step = pass_frames(stream, item);
    if (step == 0)
        return 1;
    buf_reset(whole);
    stream->begun = stream->segment_line;
    /* (What comes before the first MSH is a message that lost it.) */
    for (bool first = true; step > 0; first = false) {
        if (!first && (begins(line, "MSH") || is_frame(line)))
            break;
        buf_add(whole, line->data, line->len);
        overflow |= line->overflow;
        step = segment(stream, line);
        buf_text(whole, stream->line_end);
    }
    if (step < 0)
        buf_reset(line);
    if (stream->broken)
        return broken(stream, stream->broken, err);
    if (whole->len == 0)
        return hl7_end(stream, item);
    stream->messages++;
    if (overflow || whole->overflow)
        return too_long(stream, item);
    *item = (struct stream_item){
        .text = whole->data, .len = whole->len, .line = stream->begun};
    return 1;
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
        stream->begun = line_here(stream);
    } else if (stream->depth == 0) {
        stream->begun = line_here(stream);
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
    return wrong(stream, item, line, why);
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
    *line = line_here(stream);
    for (size_t i = at; i < stream->outside.len; i++)
        *line -= data[i] == '\n';
    return at == stream->outside.len;
}

static int fhir_end(struct stream *stream, struct stream_item *item,
                    struct error *err)
{
    int64_t line;
    if (stream->broken)
        return broken(stream, stream->broken, err);
    if (stream->lost)
        return end(stream, item);
    if (stream->depth > 0)
        return give_up(stream, item, stream->begun,
                       "ends in the middle of a resource");
    if (!is_between(stream, &line))
        return give_up(stream, item, line,
                       "is no JSON: a resource was expected");
    return end(stream, item);
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
                                             : line_here(stream) - 1,
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
                return too_long(stream, item);
            *item = (struct stream_item){.text = whole->data,
                                         .len = whole->len,
                                         .line = stream->begun,
                                         .entry = entry};
            return 1;
        }
        if (stream->depth < 0) {
            stream->lost = true;
            return give_up(stream, item, line_here(stream),
                           "a bracket closes that none opened");
        }
    }
    return fhir_end(stream, item, err);
}

int stream_next(struct stream *stream, struct stream_item *item,
                struct error *err)
{
    return stream->kind == STREAM_HL7 ? next_hl7(stream, item, err)
                                      : next_fhir(stream, item, err);
}
