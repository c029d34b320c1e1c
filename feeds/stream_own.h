/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_STREAM_OWN_H
#define FEEDS_STREAM_OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zlib.h>

#include "base/buf.h"
#include "base/error.h"
#include "feeds/stream.h"

/* Inside of a stream: for feeds/stream*.c only. */

enum { STREAM_CHUNK = 64 << 10 };

struct stream {
    gzFile file;
    enum stream_kind kind;
    const char *path;
    int64_t size, line, begun;
    char chunk[STREAM_CHUNK];
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

/* The next byte; -1: the end, or broken. */
int stream_byte(struct stream *stream);
/* The line that we are in. Counted when somebody asks, not byte by byte. */
int64_t stream_line(struct stream *stream);
/* What is given back: it cannot be read on (-1); or an item that is wrong (1),
 * from `line` on, for being too long, or at the end of the file: 0, it is whole
 * as such, or what is wrong was told. */
int stream_broken(struct stream *stream, const char *why, struct error *err);
int stream_wrong(struct stream *stream, struct stream_item *item, int64_t line,
                 const char *why);
int stream_too_long(struct stream *stream, struct stream_item *item);
int stream_end(struct stream *stream, struct stream_item *item);

/* stream_hl7.c */
int stream_next_hl7(struct stream *stream, struct stream_item *item,
                    struct error *err);

#endif
