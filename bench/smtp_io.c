/* SPDX-License-Identifier: Apache-2.0 */
/* The product beside smtp_bare: `smtp_io URL CONCURRENCY COUNT` sends the same
 * messages through io/mail. */
#include <stdio.h>
#include <stdlib.h>

#include "bench/measure.h"
#include "io/http.h"
#include "io/loop.h"

struct run {
    struct loop *loop;
    struct http *http;
    const char *url;
    long wanted, started, done, ok;
};

static void next(struct run *run);

static void on_done(void *arg, const struct http_answer *answer)
{
    struct run *run = arg;

    run->done++;
    run->ok += answer->end == HTTP_ANSWERED && answer->status == 250;
    next(run);
    if (run->done == run->wanted)
        loop_stop(run->loop);
}

static void next(struct run *run)
{
    char text[MEASURE_MAIL_MAX];
    struct mail_request request = {.url = run->url,
                                   .tls = MAIL_TLS_NONE,
                                   .from = MEASURE_MAIL_FROM,
                                   .to = MEASURE_MAIL_TO,
                                   .message = text};

    if (run->started == run->wanted)
        return;
    request.message_len = (size_t)measure_mail(text, run->started++);
    if (!http_mail(run->http, &request, on_done, run, NULL))
        exit(1);
}

int main(int argc, char **argv)
{
    struct run run = {0};
    struct measure measure;
    int concurrency;

    if (argc != 4) {
        fprintf(stderr, "usage: smtp_io URL CONCURRENCY COUNT\n");
        return 2;
    }
    run.url = argv[1];
    concurrency = (int)strtol(argv[2], NULL, 10);
    run.wanted = strtol(argv[3], NULL, 10);
    measure_files();
    run.loop = loop_new();
    run.http = http_new(run.loop, NULL, NULL);
    measure_begin(&measure);
    for (int i = 0; i < concurrency; i++)
        next(&run);
    loop_run(run.loop);
    measure_end(&measure, "smtp_io", run.done, run.ok, concurrency);
    http_free(run.http);
    loop_free(run.loop);
    return run.ok == run.wanted ? 0 : 1;
}
