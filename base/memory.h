/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* Small allocations succeed or the program stops: these never return NULL.
 * Anything whose size comes from outside goes into a bounded `struct buf`. */
void *memory_new(size_t size); /* zeroed; free() it */
void *memory_grow(void *block, size_t count, size_t item_size);
char *memory_text(const char *text);               /* copy; NULL stays NULL */
char *memory_text_n(const char *text, size_t len); /* copy, NUL-terminated */

/* A heap that is freed as a whole: what one campaign or one document owns. */
struct arena;
struct arena *arena_new(void);
void arena_free(struct arena *arena);                /* NULL is fine */
void *arena_alloc(struct arena *arena, size_t size); /* zeroed, aligned */
char *arena_text(struct arena *arena, const char *text);
char *arena_text_n(struct arena *arena, const char *text, size_t len);
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
