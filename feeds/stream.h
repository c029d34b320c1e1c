/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_STREAM_H
#define FEEDS_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* A file of messages or resources, one after the other, also compressed
 * (gzip): memory holds one of them. */
struct stream;

enum stream_kind {
    STREAM_HL7,  /* messages, also in batches (FHS, BHS) or MLLP's frames */
    STREAM_FHIR, /* a resource, a Bundle, or resources a line (NDJSON) */
};

struct stream *stream_open(const char *path, enum stream_kind kind,
                           struct error *err);
void stream_close(struct stream *stream);

struct stream_item {
    const char *text; /* until the next call */
    size_t len;
    int64_t line;      /* of the file, where it begins */
    bool entry;        /* of a Bundle: {"fullUrl", "resource", ...} */
    const char *wrong; /* why it is none; what stands behind it follows */
    const char *where, *value; /* of a batch that does not add up: "BTS-1", and
                                  what that says; "BTS": it has no end */
};
/* 1: an item; 0: the end; -1: the file cannot be read on, `err` says why and
 * where. Lines end in LF; of HL7 also in CR, and in both. */
int stream_next(struct stream *stream, struct stream_item *item,
                struct error *err);
/* How far it has come, in bytes of the file; and how many there are. */
int64_t stream_position(const struct stream *stream);
int64_t stream_size(const struct stream *stream);

#endif
