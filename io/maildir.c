/* SPDX-License-Identifier: Apache-2.0 */
/* A Maildir as its deliverers leave it: whole files in new/, moved to cur/ by
 * whoever has read them. */
#include "io/maildir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

#include "io/http_own.h"
#include "io/work.h"

struct look {
    char *path;
    size_t most;
    struct maildir_batch *done, *batch;
    maildir_fn *fn;
    void *arg;
};

void maildir_batch_free(struct maildir_batch *batch)
{
    if (!batch)
        return;
    for (size_t i = 0; i < batch->count; i++) {
        free(batch->mails[i].name);
        free(batch->mails[i].text);
    }
    free(batch);
}

/* One that somebody else moved meanwhile is done, too. */
static bool mail_move(const char *path, const struct maildir_mail *mail,
                      struct error *err)
{
    char from[PATH_MAX], to[PATH_MAX];

    snprintf(from, sizeof(from), "%s/new/%s", path, mail->name);
    snprintf(to, sizeof(to), "%s/cur/%s:2,%s", path, mail->name,
             mail->seen ? "S" : "");
    return rename(from, to) == 0 || errno == ENOENT ||
           error_set(err, ERROR_CANNOT, "cannot move a mail to %s/cur: %s",
                     path, strerror(errno));
}

/* False: it went away. What is no plain file is read as empty. */
static bool mail_read(const struct look *look, const char *name,
                      struct maildir_mail *out)
{
    char path[PATH_MAX];
    struct stat about;
    ssize_t got;
    int fd;

    snprintf(path, sizeof(path), "%s/new/%s", look->path, name);
    fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    out->text = memory_new(look->most + 1);
    while (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) &&
           out->len < look->most &&
           (got = read(fd, out->text + out->len, look->most - out->len)) > 0)
        out->len += (size_t)got;
    close(fd);
    out->name = memory_text(name);
    return true;
}

static void mails_read(const struct look *look, struct maildir_batch *batch)
{
    char path[PATH_MAX], **names = NULL;
    size_t count = 0;

    snprintf(path, sizeof(path), "%s/new", look->path);
    batch->ok = file_list(path, NULL, &names, &count, &batch->error);
    for (size_t i = 0; i < count && batch->count < MAILDIR_BATCH; i++)
        if (names[i][0] != '.' &&
            mail_read(look, names[i], &batch->mails[batch->count]))
            batch->count++;
    file_list_free(names, count);
}

static void look_run(void *arg)
{
    struct look *look = arg;
    struct maildir_batch *batch = look->batch;

    batch->ok = true;
    for (size_t i = 0; look->done && i < look->done->count && batch->ok; i++)
        batch->ok = mail_move(look->path, &look->done->mails[i], &batch->error);
    if (batch->ok) {
        if (look->most > 0)
            mails_read(look, batch);
        return;
    }
    look->done->ok = false; /* to be moved by the next look */
    look->done->error = batch->error;
    look->batch = look->done;
    look->done = NULL;
    maildir_batch_free(batch);
}

static void look_end(void *arg)
{
    struct look *look = arg;

    look->fn(look->arg, look->batch);
    maildir_batch_free(look->done);
    free(look->path);
    free(look);
}

void maildir_look(struct http *http, const char *path, size_t most,
                  struct maildir_batch *done, maildir_fn *fn, void *arg)
{
    struct look *look = memory_new(sizeof(*look));

    *look = (struct look){.path = memory_text(path),
                          .most = most,
                          .done = done,
                          .batch = memory_new(sizeof(struct maildir_batch)),
                          .fn = fn,
                          .arg = arg};
    work_run(http->loop, look_run, look_end, look);
}
