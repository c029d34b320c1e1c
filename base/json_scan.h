/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Inside base/json only: the strict look at a text before cJSON sees it. */

#define JSON_NO_KEY UINT32_MAX

/* Where one value starts, and its key when it is a member. Byte offsets. */
struct json_mark {
    uint32_t value;
    uint32_t key; /* at the first quote; JSON_NO_KEY outside objects */
};

struct json_scan {
    struct json_mark *marks; /* in the order of the text; free() them */
    size_t count;
    size_t fault; /* byte offset, when the scan failed */
};

/* Checks `text` (NUL-terminated behind `len` bytes) and overwrites comments
 * in it with blanks where `flags` allow them, keeping every offset. `scan` is
 * filled also on failure. */
bool json_scan_text(char *text, size_t len, unsigned flags,
                    struct json_scan *scan, struct error *err);

/* Length of the well-formed UTF-8 sequence at `at`, 0 when it is none. A NUL
 * must stand somewhere behind: it ends every look-ahead. */
size_t json_sequence_length(const unsigned char *at);

#endif
