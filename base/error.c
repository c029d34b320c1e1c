/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failures as plain values: a kind, from which the exit code follows, and one
 * sentence for a person. Nothing here allocates, so an error can always be
 * told. Too long a text is cut, never at the middle of a UTF-8 sequence, and
 * never makes the failure itself fail. error_panic() is for our own mistakes
 * and stops the program.
 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* vsnprintf cuts at bytes; a half code point at the end would make the whole
 * line unprintable for a strict reader, so it goes too. */
static void cut_to_code_point(char *text, size_t size)
{
    size_t len = strlen(text);
    if (len + 1 < size)
        return;
    size_t start = len;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0 || (unsigned char)text[start - 1] < 0x80)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (len - (start - 1) < need)
        text[start - 1] = '\0';
}

bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
{
    if (err == NULL)
        return false;
    char text[sizeof(err->text)];
    va_list args;
    va_start(args, format);
    int written = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (written < 0)
        snprintf(text, sizeof(text), "%s",
                 "a failure whose text cannot be shown");
    cut_to_code_point(text, sizeof(text));
    /* By way of a local: the arguments may point into err->text. */
    err->kind = kind;
    memcpy(err->text, text, sizeof(text));
    return false;
}

bool error_in(struct error *err, const char *format, ...)
{
    if (err == NULL)
        return false;
    char text[sizeof(err->text)];
    va_list args;
    va_start(args, format);
    int written = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (written < 0)
        text[0] = '\0';
    size_t used = strlen(text);
    const char *parts[] = {": ", err->text};
    for (size_t i = 0; i < 2; i++) {
        size_t len = strlen(parts[i]);
        size_t room = sizeof(text) - 1 - used;
        if (len > room)
            len = room;
        memcpy(text + used, parts[i], len);
        used += len;
    }
    text[used] = '\0';
    cut_to_code_point(text, sizeof(text));
    memcpy(err->text, text, used + 1);
    return false;
}

bool error_join(struct error *err, const struct error *more)
{
    if (err == NULL)
        return false;
    if (err->kind == ERROR_NONE) {
        *err = *more;
        return false;
    }
    return error_set(err, err->kind, "%s\n%s", err->text, more->text);
}

int error_exit_code(enum error_kind kind)
{
    switch (kind) {
    case ERROR_NONE:
        return 0;
    case ERROR_INPUT:
        return 1;
    case ERROR_USAGE:
        return 2;
    case ERROR_CANNOT:
    case ERROR_BUSY:
    case ERROR_FULL:
    case ERROR_CORRUPT:
        return 3;
    }
    return 3;
}

_Noreturn void error_panic(const char *file, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "outreach: internal error at %s:%d: ", file, line);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    abort();
}
