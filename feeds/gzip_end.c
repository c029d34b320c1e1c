/* SPDX-License-Identifier: Apache-2.0 */
/* What stands behind the end of a compressed file. */
#include "feeds/gzip_end.h"

#include <stdio.h>

#include <zlib.h>

enum { CHUNK = 64 << 10, GZIP = 15 + 16 /* windowBits of zlib */ };

struct reading {
    FILE *file;
    z_stream from;
    unsigned char in[CHUNK];
};

static bool fill(struct reading *it)
{
    if (it->from.avail_in > 0)
        return true;
    it->from.next_in = it->in;
    it->from.avail_in = (uInt)fread(it->in, 1, CHUNK, it->file);
    return it->from.avail_in > 0;
}

/* Behind the end of one compressed part. */
static bool pass_part(struct reading *it)
{
    unsigned char out[CHUNK];
    int state = Z_OK;
    while (state == Z_OK && fill(it)) {
        it->from.next_out = out;
        it->from.avail_out = sizeof(out);
        state = inflate(&it->from, Z_NO_FLUSH);
    }
    return state == Z_STREAM_END;
}

static bool pass_zeros(struct reading *it)
{
    while (fill(it)) {
        if (*it->from.next_in != 0)
            return true;
        it->from.next_in++;
        it->from.avail_in--;
    }
    return false;
}

bool gzip_end_has_more(const char *path)
{
    struct reading it = {.file = fopen(path, "rbe")};
    bool more = false;
    if (!it.file)
        return false;
    if (inflateInit2(&it.from, GZIP) == Z_OK) {
        while (!more && pass_part(&it) && pass_zeros(&it)) {
            more = *it.from.next_in != 0x1f;
            inflateReset(&it.from);
        }
        inflateEnd(&it.from);
    }
    fclose(it.file);
    return more;
}
