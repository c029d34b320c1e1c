/* SPDX-License-Identifier: Apache-2.0 */
/* Cutting a file of HL7 v2 into its messages, and what frames them: batches,
 * and files of batches. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "feeds/stream_own.h"

/* The next byte, and the lines before it. */
static int byte_of(struct stream *stream)
{
    int c = stream_byte(stream);
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
    int step = stream_end(stream, item);
    const char *where = told || step ? NULL : left_open(stream, true);
    if (where)
        short_of(item, stream, stream_line(stream), where);
    return step || where;
}

/* `outside` holds the MSH of the message that follows. */
int stream_next_hl7(struct stream *stream, struct stream_item *item,
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
        return stream_broken(stream, stream->broken, err);
    if (whole->len == 0)
        return hl7_end(stream, item);
    stream->messages++;
    if (overflow || whole->overflow)
        return stream_too_long(stream, item);
    *item = (struct stream_item){
        .text = whole->data, .len = whole->len, .line = stream->begun};
    return 1;
}
