/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

/* A growing text with a limit. `data` is always NUL-terminated (also when
 * nothing was added yet); a write past `max` sets `overflow`, keeps what was
 * there and adds nothing more, so callers check once, at the end. */
struct buf {
    char *data;
    size_t len;
    size_t cap;
    size_t max;
    bool overflow;
};

void buf_init(struct buf *buf, size_t max);
void buf_free(struct buf *buf);
void buf_reset(struct buf *buf); /* empties it, keeps the memory */
void buf_add(struct buf *buf, const void *bytes, size_t len);
void buf_text(struct buf *buf, const char *text);
void buf_char(struct buf *buf, char c);
void buf_format(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Gives the text away (free() it) and leaves the buf empty. */
char *buf_take(struct buf *buf);

#endif
