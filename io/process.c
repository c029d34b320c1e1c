/* SPDX-License-Identifier: Apache-2.0 */
#include "io/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include "base/memory.h"

#include "io/loop_uv.h"

struct process {
    uv_process_t uv; /* first: loop_uv.h */
    process_fn *fn;  /* NULL: nobody asks */
    void *arg;
};

static void on_exit_of(uv_process_t *uv, int64_t status, int signal)
{
    struct process *process = (struct process *)uv;
    process_fn *fn = process->fn;
    void *arg = process->arg;
    loop_close_handle((uv_handle_t *)uv);
    if (fn)
        fn(arg, signal ? -1 : (int)status);
}

static int make_file(const char *path, struct error *err)
{
    int fd =
        open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        error_set(err, ERROR_CANNOT, "%s cannot be written: %s", path,
                  strerror(errno));
    return fd;
}

struct process *process_start(struct loop *loop, const char *const *words,
                              const char *out_path, const char *error_path,
                              process_fn *fn, void *arg, struct error *err)
{
    int out = make_file(out_path, err);
    int error = out < 0 ? -1 : make_file(error_path, err);
    struct process *process = NULL;
    uv_stdio_container_t streams[3] = {
        {.flags = UV_IGNORE},
        {.flags = UV_INHERIT_FD, .data.fd = out},
        {.flags = UV_INHERIT_FD, .data.fd = error},
    };
    const uv_process_options_t options = {
        .exit_cb = on_exit_of,
        .file = words[0],
        /* libuv copies them, though it does not say const */
        .args = (char **)(uintptr_t)words,
        .stdio_count = 3,
        .stdio = streams,
    };
    if (error >= 0) {
        process = memory_new(sizeof(*process));
        process->fn = fn;
        process->arg = arg;
        int failed = uv_spawn(loop_uv(loop), &process->uv, &options);
        loop_adopt(loop, (uv_handle_t *)&process->uv);
        if (failed) {
            error_set(err, ERROR_CANNOT, "%s cannot be started: %s", words[0],
                      uv_strerror(failed));
            loop_close_handle((uv_handle_t *)&process->uv);
            process = NULL;
        }
    }
    if (out >= 0)
        close(out);
    if (error >= 0)
        close(error);
    return process;
}

void process_leave(struct process *process)
{
    if (!process)
        return;
    process->fn = NULL;
    uv_process_kill(&process->uv, SIGTERM);
    loop_close_handle((uv_handle_t *)&process->uv);
}
