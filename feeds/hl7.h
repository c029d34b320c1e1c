/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_HL7_H
#define FEEDS_HL7_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* One HL7 v2 message (2.1 to 2.8) in its parts (F-1): its own delimiters, its
 * own character set, escapes, repetitions. Segments that nobody asks for (Z
 * segments) are there and in nobody's way. Pure; texts are UTF-8 and live as
 * long as the message. */
struct hl7;

#define HL7_MESSAGE_MAX (4u << 20)
/* Of a field so many repetitions are read. */
#define HL7_REPEATS_MAX 100

struct hl7_segment {
    char name[4];
    size_t line; /* of the message, 1-based */
    size_t count;
    const char *const *fields; /* [1] is the first; as they were sent */
};

/* `bytes` from "MSH" to the end of the last segment; segments end with CR, and
 * LF or CR LF are understood. A line end inside a text, behind which no segment
 * stands, is a blank. NULL: `err` says what is wrong and in which segment. */
struct hl7 *hl7_parse(const char *bytes, size_t len, struct error *err);
/* Of a message that cannot be taken apart the MSH alone, for the answer; NULL:
 * there is none. */
struct hl7 *hl7_parse_head(const char *bytes, size_t len);
void hl7_free(struct hl7 *message);

/* The first segment of which that is a guess, since segments end so, too; NULL:
 * none. (LF and CR LF where they end by CR are none.) */
const struct hl7_segment *hl7_torn(const struct hl7 *message);

size_t hl7_count(const struct hl7 *message);
const struct hl7_segment *hl7_at(const struct hl7 *message, size_t i);
/* The first of this name; NULL: none. */
const struct hl7_segment *hl7_first(const struct hl7 *message,
                                    const char *name);

/* How often a field was sent, also beyond what is read; 0: it is empty. */
size_t hl7_repeats(const struct hl7 *message, const struct hl7_segment *segment,
                   size_t field);

/* Where a value stands. Numbers from 1; 0 in `component` or `sub` is the
 * first, which is the whole where there is only one. */
struct hl7_place {
    size_t field, repeat, component, sub;
};
/* The text there, without escapes and white space around it. NULL: nothing is
 * there, which changes nothing; hl7_deleted: the sender says that there is no
 * such value any more (`""`). `segment` may be NULL. */
const char *hl7_text(struct hl7 *message, const struct hl7_segment *segment,
                     struct hl7_place place);
extern const char hl7_deleted[];
/* A field, or a component of its first repetition. */
const char *hl7_field(struct hl7 *message, const struct hl7_segment *segment,
                      size_t field);
const char *hl7_part(struct hl7 *message, const struct hl7_segment *segment,
                     size_t field, size_t component);

#endif
