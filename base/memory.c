/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Allocation that does not fail: a program that cannot get a few bytes cannot
 * record what it did either, and the ledger is built to survive a sudden end,
 * so it stops. What has a size from outside does not belong here but in a
 * bounded struct buf. An arena owns what dies together and frees it at once.
 * Not thread-safe per arena; the heap functions are.
 */
#include "base/memory.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define CHUNK_BYTES ((size_t)16 * 1024)
#define ALIGNMENT _Alignof(max_align_t)

struct chunk {
    struct chunk *next;
    size_t used;
    size_t size;
    _Alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct chunk *chunks; /* the first is the one being filled */
};

void *memory_new(size_t size)
{
    void *block = calloc(1, size == 0 ? 1 : size);
    if (block == NULL)
        PANIC("out of memory: %zu bytes", size);
    return block;
}

void *memory_grow(void *block, size_t count, size_t item_size)
{
    if (item_size != 0 && count > SIZE_MAX / item_size)
        PANIC("out of memory: %zu items of %zu bytes", count, item_size);
    size_t size = count * item_size;
    void *grown = realloc(block, size == 0 ? 1 : size);
    if (grown == NULL)
        PANIC("out of memory: %zu bytes", size);
    return grown;
}

char *memory_text(const char *text)
{
    return text == NULL ? NULL : memory_text_n(text, strlen(text));
}

char *memory_text_n(const char *text, size_t len)
{
    char *copy = memory_grow(NULL, len + 1, 1);
    if (len > 0)
        memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

struct arena *arena_new(void)
{
    return memory_new(sizeof(struct arena));
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    struct chunk *chunk = arena->chunks;
    while (chunk != NULL) {
        struct chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    free(arena);
}

static struct chunk *chunk_new(size_t size)
{
    if (size > SIZE_MAX - sizeof(struct chunk))
        PANIC("out of memory: %zu bytes", size);
    struct chunk *chunk = memory_grow(NULL, 1, sizeof(struct chunk) + size);
    *chunk = (struct chunk){.size = size};
    return chunk;
}

/* As it comes: what is in it is for the caller to write. */
static void *take(struct arena *arena, size_t size)
{
    if (size == 0)
        size = 1;
    if (size > SIZE_MAX - ALIGNMENT)
        PANIC("out of memory: %zu bytes", size);
    size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct chunk *chunk = arena->chunks;
    if (chunk != NULL && chunk->size - chunk->used >= rounded) {
        void *block = chunk->bytes + chunk->used;
        chunk->used += rounded;
        return block;
    }
    if (rounded > CHUNK_BYTES / 4) {
        /* A large block gets a chunk of its own behind the first, so that
         * the room left in that one is not given up. */
        struct chunk *own = chunk_new(rounded);
        own->used = rounded;
        if (chunk == NULL) {
            arena->chunks = own;
        } else {
            own->next = chunk->next;
            chunk->next = own;
        }
        return own->bytes;
    }
    struct chunk *fresh = chunk_new(CHUNK_BYTES);
    fresh->next = chunk;
    fresh->used = rounded;
    arena->chunks = fresh;
    return fresh->bytes;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return memset(take(arena, size), 0, size);
}

char *arena_text(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_text_n(arena, text, strlen(text));
}

char *arena_text_n(struct arena *arena, const char *text, size_t len)
{
    char *copy = take(arena, len + 1);
    if (len > 0)
        memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    char few[128]; /* are enough for most, which are written once then */
    va_list args;
    va_list again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(few, sizeof(few), format, args);
    va_end(args);
    if (len < 0)
        PANIC("cannot format \"%s\"", format);
    size_t size = (size_t)len + 1;
    char *text = take(arena, size);
    if (size <= sizeof(few))
        memcpy(text, few, size);
    else
        vsnprintf(text, size, format, again);
    va_end(again);
    return text;
}
