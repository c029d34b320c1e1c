/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing text with a limit: the home of everything whose size is decided
 * outside. A write that does not fit sets `overflow` and adds nothing, so a
 * caller writes on and asks once at the end. Never cuts a piece in half, and
 * `data` can be printed at any moment. One owner; not thread-safe.
 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

/* What `data` points at before the first byte: readable, never written (a
 * write needs room, and cap is 0). */
static char empty_text[1];

void buf_init(struct buf *buf, size_t max)
{
    *buf = (struct buf){.data = empty_text, .max = max};
}

void buf_free(struct buf *buf)
{
    if (buf->cap > 0)
        free(buf->data);
    size_t max = buf->max;
    buf_init(buf, max);
}

void buf_reset(struct buf *buf)
{
    buf->len = 0;
    buf->overflow = false;
    if (buf->cap > 0)
        buf->data[0] = '\0';
}

/* Makes room for `more` bytes and the NUL; false (and overflow) when that
 * would pass the limit or an earlier write already did. */
static bool make_room(struct buf *buf, size_t more)
{
    if (buf->overflow || more > buf->max || buf->len > buf->max - more) {
        buf->overflow = true;
        return false;
    }
    size_t need = buf->len + more;
    if (need == SIZE_MAX)
        PANIC("out of memory: %zu bytes", need);
    need++;
    if (need <= buf->cap)
        return true;
    size_t cap = buf->cap < 32 ? 64 : buf->cap;
    while (cap < need)
        cap = cap > SIZE_MAX / 2 ? need : cap * 2;
    if (buf->max < SIZE_MAX && cap > buf->max + 1)
        cap = buf->max + 1;
    buf->data = memory_grow(buf->cap > 0 ? buf->data : NULL, cap, 1);
    buf->cap = cap;
    return true;
}

void buf_add(struct buf *buf, const void *bytes, size_t len)
{
    if (len == 0 || !make_room(buf, len))
        return;
    memcpy(buf->data + buf->len, bytes, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void buf_text(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void buf_char(struct buf *buf, char c)
{
    if (buf->len + 1 < buf->cap && !buf->overflow && buf->len < buf->max) {
        buf->data[buf->len++] = c;
        buf->data[buf->len] = '\0';
        return;
    }
    buf_add(buf, &c, 1);
}

void buf_format(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_list again;
    va_start(args, format);
    va_copy(again, args);
    char small[256];
    int len = vsnprintf(small, sizeof(small), format, args);
    va_end(args);
    if (len < 0)
        PANIC("cannot format \"%s\"", format);
    if ((size_t)len < sizeof(small)) {
        buf_add(buf, small, (size_t)len);
    } else if (make_room(buf, (size_t)len)) {
        vsnprintf(buf->data + buf->len, (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    }
    va_end(again);
}

char *buf_take(struct buf *buf)
{
    char *text = buf->cap > 0 ? buf->data : memory_text_n("", 0);
    size_t max = buf->max;
    buf_init(buf, max);
    return text;
}
