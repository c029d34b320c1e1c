/* SPDX-License-Identifier: Apache-2.0 */
/* Work beside the loop, on libuv's threads. */
#include "io/work.h"

#include <stdlib.h>

#include <uv.h>

#include "base/error.h"
#include "base/memory.h"

#include "io/loop_uv.h"

struct work {
    uv_work_t uv;
    work_fn *fn, *done;
    void *arg;
};

static void work_begin(uv_work_t *uv)
{
    struct work *work = uv->data;

    work->fn(work->arg);
}

static void work_end(uv_work_t *uv, int status)
{
    struct work *work = uv->data;

    (void)status; /* nobody cancels it */
    work->done(work->arg);
    free(work);
}

void work_run(struct loop *loop, work_fn *fn, work_fn *done, void *arg)
{
    struct work *work = memory_new(sizeof(*work));

    work->fn = fn;
    work->done = done;
    work->arg = arg;
    work->uv.data = work;
    if (uv_queue_work(loop_uv(loop), &work->uv, work_begin, work_end) != 0)
        PANIC("no thread for work beside the loop");
}
