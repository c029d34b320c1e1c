/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"

/* Reads a whole file of at most `max` bytes into `out` (initialised here;
 * free it also on failure). Errors name the path and the remedy. */
bool file_read(const char *path, size_t max, struct buf *out,
               struct error *err);
/* Writes beside, syncs, renames: the old or the new content, never half.
 * Mode in octal, e.g. 0600. */
bool file_write(const char *path, const void *data, size_t len, unsigned mode,
                struct error *err);
bool file_append(const char *path, const void *data, size_t len, unsigned mode,
                 struct error *err);
/* Another name, durably; never over something that is there. */
bool file_move(const char *from, const char *to, struct error *err);
bool file_exists(const char *path);
/* When it was written last; never later than `now`. */
instant file_changed(const char *path, instant now);
bool file_is_directory(const char *path);
bool file_make_directory(const char *path, unsigned mode, struct error *err);
/* Joins with one '/'; `out` has room for `size`. */
void file_join(char *out, size_t size, const char *dir, const char *name);
const char *file_base(const char *path); /* after the last '/' */
/* Names in a directory with this ending (or all when NULL), sorted bytewise;
 * free each and the array. */
bool file_list(const char *dir, const char *ending, char ***names,
               size_t *count, struct error *err);
void file_list_free(char **names, size_t count);
/* Removes a directory and everything in it (temporary folders). */
void file_remove_tree(const char *path);

/* An exclusive lock on `path` (created 0600) for as long as the descriptor
 * is open: -1 when another process holds it or it cannot be taken. */
int file_lock(const char *path, struct error *err);
void file_unlock(int fd);
/* The same for a folder, which may be removed while it is locked; -1 when it
 * is gone, or somebody holds it. */
int file_lock_folder(const char *path, struct error *err);
/* Whether somebody holds that lock, and which process says that it does (0:
 * not known). */
bool file_is_locked(const char *path, long *pid);
/* The path of the running program; false where the system does not say. */
bool file_program(char out[PATH_MAX]);

#endif
