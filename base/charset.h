/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CHARSET_H
#define BASE_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Appends `bytes`, which are written in this character set (its name at IANA),
 * as UTF-8. False: nobody knows the set, or these are no characters of it, or
 * `out` overflows; `out` is as it was then. Any thread. */
bool charset_to_utf8(const char *name, const char *bytes, size_t len,
                     struct buf *out);

#endif
