/* SPDX-License-Identifier: Apache-2.0 */
/* Foreign character sets, through ICU's converters; strict: a byte that means
 * nothing is no question mark but a reason to refuse the whole. */
#include "base/charset.h"

#include <limits.h>
#include <stdlib.h>

#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include "base/memory.h"

static bool put_utf8(const UChar *wide, int32_t count, struct buf *out)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t len = 0;
    u_strToUTF8(NULL, 0, &len, wide, count, &status);
    char *text = memory_new((size_t)len + 1);
    status = U_ZERO_ERROR;
    u_strToUTF8(text, len + 1, &len, wide, count, &status);
    size_t before = out->len;
    bool done = U_SUCCESS(status);
    if (done)
        buf_add(out, text, (size_t)len);
    free(text);
    return done && !out->overflow && out->len == before + (size_t)len;
}

bool charset_to_utf8(const char *name, const char *bytes, size_t len,
                     struct buf *out)
{
    UErrorCode status = U_ZERO_ERROR;
    if (len > INT_MAX / 4)
        return false;
    UConverter *converter = ucnv_open(name, &status);
    if (U_FAILURE(status))
        return false;
    ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL,
                        &status);
    int32_t room = (int32_t)len * 2 + 16;
    UChar *wide = memory_grow(NULL, (size_t)room, sizeof(*wide));
    int32_t count =
        ucnv_toUChars(converter, wide, room, bytes, (int32_t)len, &status);
    bool done = U_SUCCESS(status) && put_utf8(wide, count, out);
    free(wide);
    ucnv_close(converter);
    return done;
}
