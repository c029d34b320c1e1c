/* SPDX-License-Identifier: Apache-2.0 */
/* What the carrier posts back: forms, signed as Twilio signs them (S-20), one
 * at a time and in order. Only to this machine: an address elsewhere is said,
 * and never connected to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"
#include "channels/twilio_sign.h"
#include "io/http.h"

#include "sandbox/carrier_own.h"

struct post {
    struct post *next;
    struct carrier *carrier;
    char *url, *form;
    post_fn *fn;
    void *arg;
};

static void post_free(struct post *post)
{
    free(post->url);
    free(post->form);
    free(post);
}

static void post_next(struct carrier *carrier);

/* The first has its answer. */
static void post_end(struct post *post, int status, const char *body,
                     size_t len)
{
    struct carrier *carrier = post->carrier;
    bool well = status >= 200 && status < 300;
    carrier->posts = post->next;
    if (!carrier->posts)
        carrier->posts_end = &carrier->posts;
    carrier->posting = false;
    carrier->totals.posts++;
    carrier->totals.unheeded += !well;
    if (post->fn && !carrier->closing)
        post->fn(post->arg, status, body, len);
    post_free(post);
    post_next(carrier);
}

static void on_answer(void *arg, const struct http_answer *answer)
{
    struct post *post = arg;
    struct carrier *carrier = post->carrier;
    int status = answer->end == HTTP_ANSWERED ? answer->status : 0;
    if (!carrier->closing && (status < 200 || status >= 300))
        carrier_say(carrier, CHANNEL_SMS, CARRIER_NOTE, "",
                    "posted to %s: %s %d", post->url,
                    answer->error ? answer->error : "answered", status);
    post_end(post, status, answer->body ? answer->body : "", answer->body_len);
}

/* Where it is, on this machine: 0 elsewhere, 1 by TCP, 2 by the socket. */
enum place { PLACE_ELSEWHERE, PLACE_LOOPBACK, PLACE_SOCKET };

static enum place place_of(const struct carrier *carrier, const char *url)
{
    static const char *const hosts[] = {"http://127.0.0.1", "http://localhost",
                                        "http://[::1]"};
    const char *public_url = carrier->config.public_url;
    if (public_url && text_starts(url, public_url) &&
        url[strlen(public_url)] == '/')
        return PLACE_SOCKET;
    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        const char *rest = url + strlen(hosts[i]);
        if (text_starts(url, hosts[i]) && (*rest == ':' || *rest == '/') &&
            !memchr(url, '@', strlen(hosts[i]) + strcspn(rest, "/?#")))
            return PLACE_LOOPBACK;
    }
    return PLACE_ELSEWHERE;
}

static bool post_send(struct post *post)
{
    struct carrier *carrier = post->carrier;
    struct form form;
    struct error err = {0};
    char signature[TWILIO_SIGNATURE], header[80];
    enum place place = place_of(carrier, post->url);
    if (place == PLACE_ELSEWHERE) {
        carrier_say(carrier, CHANNEL_SMS, CARRIER_NOTE, "",
                    "%s is not on this machine: nothing is posted there",
                    post->url);
        return false;
    }
    if (!form_read(post->form, strlen(post->form), &form))
        return false;
    bool ok = twilio_sign(carrier->token, post->url, &form, signature);
    form_free(&form);
    snprintf(header, sizeof(header), "X-Twilio-Signature: %s", signature);
    const char *const headers[] = {
        "Content-Type: application/x-www-form-urlencoded", header, NULL};
    const struct http_request request = {
        .method = "POST",
        .url = post->url,
        .headers = headers,
        .body = post->form,
        .body_len = strlen(post->form),
        .unix_socket =
            place == PLACE_SOCKET ? carrier->config.public_socket : NULL,
    };
    return ok && http_send(carrier->http, &request, on_answer, post, &err);
}

static void post_next(struct carrier *carrier)
{
    struct post *post = carrier->posts;
    if (carrier->closing || carrier->posting || !post)
        return;
    carrier->posting = true;
    if (!post_send(post))
        post_end(post, 0, "", 0);
}

void post_add(struct carrier *carrier, const char *url, const struct buf *form,
              post_fn *fn, void *arg)
{
    struct post *post = memory_new(sizeof(*post));
    *post = (struct post){.carrier = carrier,
                          .url = memory_text(url),
                          .form = memory_text_n(form->data, form->len),
                          .fn = fn,
                          .arg = arg};
    *carrier->posts_end = post;
    carrier->posts_end = &post->next;
    post_next(carrier);
}

void post_free_all(struct carrier *carrier)
{
    struct post *post;
    while ((post = carrier->posts)) {
        carrier->posts = post->next;
        post_free(post);
    }
}
