/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_GZIP_END_H
#define FEEDS_GZIP_END_H

#include <stdbool.h>

/* Whether something else stands behind the end of a compressed file: zlib reads
 * such a file without a word. (Several compressed ones, one behind the other,
 * are one; zeros fill up a block, and are nothing.) Reads all of it once more;
 * false also where that cannot be done. */
bool gzip_end_has_more(const char *path);

#endif
