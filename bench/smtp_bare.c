/* SPDX-License-Identifier: Apache-2.0 */
/* The anchor for email: `smtp_bare URL CONCURRENCY COUNT`. libcurl's own SMTP
 * upload over its multi_socket interface on libuv: COUNT messages, handles and
 * connections reused, nothing classified. libcurl waits for the reply to each
 * message inside the loop (see io/mail.c), so against a server that thinks
 * about a message this anchor stands still. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <uv.h>

#include "bench/measure.h"

struct sender {
    CURL *easy;
    char text[MEASURE_MAIL_MAX];
    size_t len, at;
};

struct watch {
    uv_poll_t poll;
    curl_socket_t fd;
};

static uv_timer_t timer;
static CURLM *multi;
static long wanted, started, done, ok;

static size_t on_read(char *out, size_t one, size_t max, void *arg)
{
    struct sender *sender = arg;
    size_t len = sender->len - sender->at;

    if (len > one * max)
        len = one * max;
    memcpy(out, sender->text + sender->at, len);
    sender->at += len;
    return len;
}

static void next(struct sender *sender)
{
    if (started == wanted)
        return;
    sender->len = (size_t)measure_mail(sender->text, started++);
    sender->at = 0;
    curl_multi_add_handle(multi, sender->easy);
}

static void act(curl_socket_t fd, int what)
{
    CURLMsg *message;
    int left;

    curl_multi_socket_action(multi, fd, what, &left);
    while ((message = curl_multi_info_read(multi, &left))) {
        CURL *easy = message->easy_handle;
        CURLcode result = message->data.result;
        char *sender = NULL;

        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &sender);
        curl_multi_remove_handle(multi, easy);
        done++;
        ok += result == CURLE_OK;
        next((struct sender *)(void *)sender);
    }
    if (done == wanted)
        uv_stop(uv_default_loop());
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct watch *watch = (struct watch *)poll;

    act(watch->fd, (status < 0 ? CURL_CSELECT_ERR : 0) |
                       (events & UV_READABLE ? CURL_CSELECT_IN : 0) |
                       (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0));
}

static void on_closed(uv_handle_t *handle)
{
    free(handle);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg,
                     void *known)
{
    struct watch *watch = known;

    (void)easy;
    (void)arg;
    if (what == CURL_POLL_REMOVE) {
        if (watch) {
            uv_poll_stop(&watch->poll);
            uv_close((uv_handle_t *)&watch->poll, on_closed);
            curl_multi_assign(multi, fd, NULL);
        }
        return 0;
    }
    if (!watch) {
        watch = calloc(1, sizeof *watch);
        watch->fd = fd;
        uv_poll_init_socket(uv_default_loop(), &watch->poll, fd);
        curl_multi_assign(multi, fd, watch);
    }
    uv_poll_start(&watch->poll,
                  (what & CURL_POLL_IN ? UV_READABLE : 0) |
                      (what & CURL_POLL_OUT ? UV_WRITABLE : 0),
                  on_poll);
    return 0;
}

static void on_due(uv_timer_t *due)
{
    (void)due;
    act(CURL_SOCKET_TIMEOUT, 0);
}

static int on_timer(CURLM *curl, long ms, void *arg)
{
    (void)curl;
    (void)arg;
    if (ms < 0)
        uv_timer_stop(&timer);
    else
        uv_timer_start(&timer, on_due, (uint64_t)ms, 0);
    return 0;
}

static struct sender *sender_new(const char *url, struct curl_slist *to)
{
    struct sender *sender = calloc(1, sizeof *sender);

    sender->easy = curl_easy_init();
    curl_easy_setopt(sender->easy, CURLOPT_URL, url);
    curl_easy_setopt(sender->easy, CURLOPT_PRIVATE, sender);
    curl_easy_setopt(sender->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(sender->easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(sender->easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(sender->easy, CURLOPT_READDATA, sender);
    curl_easy_setopt(sender->easy, CURLOPT_MAIL_FROM, MEASURE_MAIL_FROM);
    curl_easy_setopt(sender->easy, CURLOPT_MAIL_RCPT, to);
    return sender;
}

int main(int argc, char **argv)
{
    struct curl_slist *to = curl_slist_append(NULL, MEASURE_MAIL_TO);
    struct measure measure;
    int concurrency;

    if (argc != 4) {
        fprintf(stderr, "usage: smtp_bare URL CONCURRENCY COUNT\n");
        return 2;
    }
    concurrency = (int)strtol(argv[2], NULL, 10);
    wanted = strtol(argv[3], NULL, 10);
    measure_files();
    curl_global_init(CURL_GLOBAL_DEFAULT);
    uv_timer_init(uv_default_loop(), &timer);
    multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)concurrency);
    measure_begin(&measure);
    for (int i = 0; i < concurrency; i++)
        next(sender_new(argv[1], to));
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    measure_end(&measure, "smtp_bare", done, ok, concurrency);
    return ok == wanted ? 0 : 1;
}
