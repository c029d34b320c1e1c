/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of what is wrong with a campaign file and all it names. Everything
 * that reads such files adds here and goes on, so that a coordinator sees all
 * faults at once. Texts live in the list's own arena. Bounded: a file that is
 * wrong in a thousand places is told about the first few hundred.
 */
#include "campaigns/bundle.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define FAULTS_MAX 500
#define FAULT_TEXT_MAX 1000

void faults_init(struct faults *faults)
{
    *faults = (struct faults){.arena = arena_new()};
}

void faults_free(struct faults *faults)
{
    free(faults->items);
    arena_free(faults->arena);
    *faults = (struct faults){0};
}

void faults_add(struct faults *faults, enum fault_level level, const char *file,
                int line, int column, const char *format, ...)
{
    char text[FAULT_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (level == FAULT_ERROR)
        faults->errors++;
    if (faults->count >= FAULTS_MAX)
        return;
    faults->items =
        memory_grow(faults->items, faults->count + 1, sizeof(faults->items[0]));
    faults->items[faults->count++] = (struct fault){
        .level = level,
        .file = arena_text(faults->arena, file != NULL ? file : ""),
        .line = line,
        .column = column,
        .text = arena_text(faults->arena, text),
    };
}

static bool fault_before(const struct fault *a, const struct fault *b)
{
    if (a->line != b->line)
        return a->line < b->line;
    return a->column < b->column;
}

/* Insertion, so that equals stay as they came; files keep the order in which
 * they were first spoken of. */
void faults_sort(struct faults *faults)
{
    struct fault *sorted =
        memory_grow(NULL, faults->count + 1, sizeof(sorted[0]));
    size_t used = 0;
    for (size_t i = 0; i < faults->count; i++) {
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = strcmp(faults->items[j].file, faults->items[i].file) == 0;
        if (seen)
            continue;
        size_t begin = used;
        for (size_t j = i; j < faults->count; j++) {
            if (strcmp(faults->items[j].file, faults->items[i].file) != 0)
                continue;
            size_t at = used++;
            for (;
                 at > begin && fault_before(&faults->items[j], &sorted[at - 1]);
                 at--)
                sorted[at] = sorted[at - 1];
            sorted[at] = faults->items[j];
        }
    }
    free(faults->items);
    faults->items = sorted;
}

static bool fault_same(const struct fault *a, const struct fault *b)
{
    return a->level == b->level && a->line == b->line &&
           a->column == b->column && strcmp(a->file, b->file) == 0 &&
           strcmp(a->text, b->text) == 0;
}

void faults_once(struct faults *faults)
{
    size_t kept = 0;
    for (size_t i = 0; i < faults->count; i++) {
        bool twice = false;
        for (size_t j = 0; j < kept && !twice; j++)
            twice = fault_same(&faults->items[j], &faults->items[i]);
        if (!twice)
            faults->items[kept++] = faults->items[i];
        else
            faults->errors -= faults->items[i].level == FAULT_ERROR;
    }
    faults->count = kept;
}

void faults_print(const struct faults *faults, struct buf *out)
{
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->items[i];
        const char *level = fault->level == FAULT_ERROR ? "error" : "warning";
        if (fault->line > 0)
            buf_format(out, "%s:%d:%d: %s: %s\n", fault->file, fault->line,
                       fault->column, level, fault->text);
        else
            buf_format(out, "%s: %s: %s\n", fault->file, level, fault->text);
    }
}
