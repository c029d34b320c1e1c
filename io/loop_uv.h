/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IO_LOOP_UV_H
#define IO_LOOP_UV_H

#include <stdbool.h>

#include <uv.h>

/* Only for io/: what files beside the loop need in order to put their own
 * libuv handles on it. The rule for each of them: the handle is the first
 * member of a block from memory_new(), and the block is freed by
 * loop_close_handle() once libuv has let go of it, never before. */
struct loop;
uv_loop_t *loop_uv(struct loop *loop);
/* Counts a handle that was initialised on this loop. */
void loop_adopt(struct loop *loop, uv_handle_t *handle);
/* Closes it; frees the block later. A second call does nothing. */
void loop_close_handle(uv_handle_t *handle);
/* Whether loop_run() goes on for this timer (it does for a new one). */
struct timer;
void timer_keeps_loop(struct timer *timer, bool keeps);

#endif
