/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

/* What kind of failure this is; the command's exit code follows from it. */
enum error_kind {
    ERROR_NONE = 0,
    ERROR_INPUT,   /* what was given is wrong: exit 1 */
    ERROR_USAGE,   /* the command line is wrong: exit 2 */
    ERROR_CANNOT,  /* store, configuration, permission, network: exit 3 */
    ERROR_BUSY,    /* somebody else holds the store just now: exit 3 */
    ERROR_FULL,    /* no room on disk; dispatch pauses: exit 3 */
    ERROR_CORRUPT, /* the store is damaged; everything stops: exit 3 */
};

/* One failure: says what, where and what to do. A plain value on the
 * caller's stack; nothing to free. */
struct error {
    enum error_kind kind;
    char text[2048]; /* room for all faults of a file, a line each */
};

/* Fills `err` (which may be NULL) and returns false, so that a function can
 * end in `return error_set(...)`. A text that is too long is cut. */
bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " before the text of `err` and returns false. */
bool error_in(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Puts `more` on a line of its own behind what `err` says already. Returns
 * false. */
bool error_join(struct error *err, const struct error *more);

/* The exit code of DESIGN's contract for this kind: 0, 1, 2 or 3. */
int error_exit_code(enum error_kind kind);

/* We are wrong, not the world: prints file, line and text, then aborts. */
#define PANIC(...) error_panic(__FILE__, __LINE__, __VA_ARGS__)
_Noreturn void error_panic(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
