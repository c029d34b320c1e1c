/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IO_WORK_H
#define IO_WORK_H

struct loop;

/* Work that may wait for a disk: `fn` runs on a thread of its own and touches
 * nothing but what `arg` holds; then `done` is called on the loop's thread,
 * also while the loop is freed. Exactly once, in any order. */
typedef void work_fn(void *arg);
void work_run(struct loop *loop, work_fn *fn, work_fn *done, void *arg);

#endif
