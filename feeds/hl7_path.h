/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_HL7_PATH_H
#define FEEDS_HL7_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "feeds/hl7.h"

struct arena;

/* Where a mapping finds a value in a message (outreach-mapping(5)): ZPD-3.1,
 * PID-13[2], PID-13[3=CP].1, OBX[3=LANG]-5, AIG[2]-3.2. Pure. */
struct hl7_path;

/* NULL: `*wrong` says why the text is no such place. */
const struct hl7_path *hl7_path_read(struct arena *arena, const char *text,
                                     const char **wrong);

/* Segments of a message, from one to before another. A row's own come first:
 * the order or the result that it is made of, then what stands above all of
 * them. What a farther scope has counts only where the nearer has none. */
struct hl7_scope {
    size_t from, to;
};
/* As hl7_text(): NULL where nothing stands, hl7_deleted where that is said.
 * `*segment` and `*place` (may be NULL): the one that it is from. */
const char *hl7_path_text(const struct hl7_path *path, struct hl7 *message,
                          const struct hl7_scope *scopes, size_t count,
                          const struct hl7_segment **segment,
                          struct hl7_place *place);

#endif
