/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IO_PROCESS_H
#define IO_PROCESS_H

#include "base/error.h"

struct loop;

/* Another program that runs beside the loop. Its input is empty; what it says
 * goes to files, which are made anew, readable by their owner alone. */
struct process;

/* How it ended: its exit code, or -1 where it was killed. Loop thread; the
 * process is freed then. */
typedef void process_fn(void *arg, int code);

/* `words`: the program's path and its arguments, up to a NULL; copied. NULL:
 * it could not be started, and `fn` is not called. */
struct process *process_start(struct loop *loop, const char *const *words,
                              const char *out_path, const char *error_path,
                              process_fn *fn, void *arg, struct error *err);
/* Asks it to end (SIGTERM) and forgets it: `fn` is not called. */
void process_leave(struct process *process); /* NULL is fine */

#endif
