/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_HL7_CHARSET_H
#define FEEDS_HL7_CHARSET_H

#include <stddef.h>

#include "base/error.h"

struct arena;

/* A message as UTF-8, by what its MSH-18 says ("": nothing; HL7 table 0211):
 * the set that it begins in and, behind `repeat`, those that it changes to by
 * escapes. Who says nothing, or ASCII, and sends more, writes UTF-8 or
 * Windows-1252. NULL: a set is not understood, or the bytes are none of it. */
char *hl7_charset_utf8(struct arena *arena, const char *bytes, size_t len,
                       const char *charset, char repeat, struct error *err);

#endif
