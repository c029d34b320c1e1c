/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP out: one request, one completion, and a verdict on what it proves.
 *
 * The verdict rests on one moment: libcurl's PREREQ call, after connecting
 * and the TLS handshake, right before the first byte of the request. What
 * failed before it was never sent. What failed after it may have arrived,
 * unless the kernel took no byte at all. libcurl would start a transfer again
 * on a fresh connection when a kept one turns out to be closed; that second
 * start is refused, because the first may have been read before the close.
 *
 * Never follows a redirect, never uses a cookie, a cache or HTTP/2 (whose
 * stream errors prove nothing either way), never blocks. */
#include "io/http.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/memory.h"

#include "io/http_own.h"
#include "io/loop.h"
#include "io/multi.h"

#define HEADERS_MAX ((size_t)256 * 1024)
#define REQUEST_MAX ((size_t)16 * 1024 * 1024)
#define KEEP_BYTES ((size_t)64 * 1024) /* of a spare's buffers */
#define RETRY_AFTER_MAX (7 * 24 * HOUR_MS)
#define HEADER_VALUE_MAX 64
#define CONNECTION_AGE_S 50L /* below most servers' keep-alive limit */

struct exchange {
    struct transfer transfer; /* first: libcurl's private pointer */
    struct http *http;
    struct exchange *next, **at;
    http_done_fn *done;
    void *arg;
    char *url;
    struct curl_slist *headers;
    struct buf request, answer;
    size_t header_bytes;
    bool header_end; /* of the last answer's; a 100 may come before it */
    int64_t retry_after_ms;
    instant date;
    int starts;
    char error[CURL_ERROR_SIZE];
};

bool http_is_misconfigured(CURLcode result)
{
    return result == CURLE_PEER_FAILED_VERIFICATION ||
           result == CURLE_SSL_CACERT_BADFILE ||
           result == CURLE_SSL_CERTPROBLEM || result == CURLE_SSL_CIPHER ||
           result == CURLE_USE_SSL_FAILED || result == CURLE_LOGIN_DENIED ||
           result == CURLE_UNSUPPORTED_PROTOCOL;
}

bool http_url_check(const char *url, const char *const *schemes,
                    struct error *err)
{
    CURLU *parts = curl_url();
    char *scheme = NULL;
    bool known = false;

    if (parts && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK)
        for (size_t i = 0; schemes[i]; i++)
            known = known || strcmp(scheme, schemes[i]) == 0;
    curl_free(scheme);
    curl_url_cleanup(parts);
    if (known)
        return true;
    return error_set(err, ERROR_INPUT,
                     "not a usable address: write %s://host[:port]/...",
                     schemes[0]);
}

static int64_t retry_after(const char *text)
{
    int64_t ms;

    if (!text[0])
        return -1;
    if (isdigit((unsigned char)text[0]))
        ms = strtoll(text, NULL, 10) > RETRY_AFTER_MAX / SECOND_MS
                 ? RETRY_AFTER_MAX
                 : strtoll(text, NULL, 10) * SECOND_MS;
    else {
        int64_t seconds = curl_getdate(text, NULL);

        if (seconds < 0)
            return -1;
        ms = seconds * SECOND_MS - clock_now();
    }
    return ms < 0 ? 0 : ms > RETRY_AFTER_MAX ? RETRY_AFTER_MAX : ms;
}

static instant date(const char *text)
{
    int64_t seconds = text[0] ? curl_getdate(text, NULL) : -1;

    return seconds > 0 ? seconds * SECOND_MS : 0;
}

/* Whether the line is this header; its value then, "" where it is too long. */
static bool header_is(const char *line, size_t len, const char *name,
                      char value[HEADER_VALUE_MAX])
{
    size_t from = strlen(name);

    if (len < from || strncasecmp(line, name, from) != 0)
        return false;
    while (from < len && (line[from] == ' ' || line[from] == '\t'))
        from++;
    len = len - from < HEADER_VALUE_MAX ? len - from : 0;
    memcpy(value, line + from, len);
    value[len] = '\0';
    return true;
}

static size_t on_header(char *line, size_t one, size_t len, void *arg)
{
    struct exchange *exchange = arg;
    char value[HEADER_VALUE_MAX];

    (void)one;
    exchange->header_bytes += len;
    if (exchange->header_bytes > HEADERS_MAX)
        return 0;
    if (len > 5 && memcmp(line, "HTTP/", 5) == 0)
        exchange->header_end = false;
    else if (line[0] == '\r' || line[0] == '\n')
        exchange->header_end = true;
    if (header_is(line, len, "retry-after:", value))
        exchange->retry_after_ms = retry_after(value);
    else if (header_is(line, len, "date:", value))
        exchange->date = date(value);
    return len;
}

static size_t on_body(char *bytes, size_t one, size_t len, void *arg)
{
    struct exchange *exchange = arg;

    (void)one;
    buf_add(&exchange->answer, bytes, len);
    return exchange->answer.overflow ? 0 : len;
}

static int on_start(void *arg, char *primary_ip, char *local_ip,
                    int primary_port, int local_port)
{
    struct exchange *exchange = arg;

    (void)primary_ip;
    (void)local_ip;
    (void)primary_port;
    (void)local_port;
    return ++exchange->starts == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static void exchange_unlink(struct exchange *exchange)
{
    *exchange->at = exchange->next;
    if (exchange->next)
        exchange->next->at = exchange->at;
    exchange->at = NULL;
    exchange->http->running--;
}

static void exchange_free(struct exchange *exchange)
{
    curl_slist_free_all(exchange->headers);
    buf_free(&exchange->request);
    buf_free(&exchange->answer);
    free(exchange->url);
    free(exchange);
}

static void exchange_spare(struct exchange *exchange)
{
    struct http *http = exchange->http;

    curl_easy_cleanup(exchange->transfer.easy);
    exchange->transfer.easy = NULL;
    if (http->closing || http->spares >= (size_t)http->limits.connections) {
        exchange_free(exchange);
        return;
    }
    if (exchange->request.cap > KEEP_BYTES)
        buf_free(&exchange->request);
    if (exchange->answer.cap > KEEP_BYTES)
        buf_free(&exchange->answer);
    exchange->next = http->spare;
    http->spare = exchange;
    http->spares++;
}

/* Whether the kernel certainly took no byte of the request. Under TLS a
 * record may be partly out when a write fails, so only plain HTTP proves it. */
static bool nothing_left(const struct exchange *exchange)
{
    long sent = -1;

    curl_easy_getinfo(exchange->transfer.easy, CURLINFO_REQUEST_SIZE, &sent);
    return sent == 0 && strncasecmp(exchange->url, "http:", 5) == 0;
}

static enum http_end exchange_verdict(const struct exchange *exchange,
                                      CURLcode result, int status)
{
    if (exchange->starts == 0)
        return HTTP_NOT_SENT;
    /* To libcurl headers that break off are an answer without a body, and so
     * is a lone "100 Continue". */
    if (result == CURLE_OK && status >= 200 && exchange->header_end)
        return HTTP_ANSWERED;
    return nothing_left(exchange) ? HTTP_NOT_SENT : HTTP_UNKNOWN;
}

static const char *exchange_error(const struct exchange *exchange,
                                  enum http_end end, CURLcode result)
{
    if (end == HTTP_ANSWERED)
        return NULL;
    if (result == CURLE_OK)
        return "the answer broke off";
    if (exchange->starts > 1)
        return "the connection closed under the request; not repeated";
    if (exchange->answer.overflow)
        return "the answer is larger than allowed";
    if (exchange->header_bytes > HEADERS_MAX)
        return "the answer's headers are larger than allowed";
    if (result == CURLE_ABORTED_BY_CALLBACK)
        return "stopped before an answer came";
    return exchange->error[0] ? exchange->error : curl_easy_strerror(result);
}

static void exchange_finish(struct exchange *exchange, CURLcode result)
{
    http_done_fn *done = exchange->done;
    struct http_answer answer = {.retry_after_ms = exchange->retry_after_ms,
                                 .date = exchange->date};
    long status = 0;

    curl_easy_getinfo(exchange->transfer.easy, CURLINFO_RESPONSE_CODE, &status);
    answer.status = (int)status;
    answer.end = exchange_verdict(exchange, result, answer.status);
    answer.error = exchange_error(exchange, answer.end, result);
    answer.misconfigured =
        answer.end == HTTP_NOT_SENT && http_is_misconfigured(result);
    if (exchange->answer.len > 0) {
        answer.body = exchange->answer.data;
        answer.body_len = exchange->answer.len;
    }
    multi_remove(exchange->http->multi, &exchange->transfer);
    exchange_unlink(exchange);
    exchange->done = NULL;
    done(exchange->arg, &answer);
    exchange_spare(exchange);
}

static void exchange_ended(struct transfer *transfer, CURLcode result)
{
    exchange_finish((struct exchange *)transfer, result);
}

/* A fresh libcurl handle with all that is the same for each request. Handles
 * are not used twice, although connections are: libcurl 7.88 keeps a pointer to
 * the last header of a handle's former answer, freed by then, and writes to it
 * when the next answer begins with a folded line. */
static void exchange_open(struct exchange *exchange)
{
    struct http *http = exchange->http;
    CURL *easy = curl_easy_init();

    if (!easy)
        PANIC("libcurl gives no handle");
    exchange->transfer.easy = easy;
    multi_prepare(http->multi, &exchange->transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->error);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, CONNECTION_AGE_S);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)http->limits.connect_ms);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, http->user_agent);
    if (http->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, http->ca_file);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_start);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
}

static struct exchange *exchange_new(struct http *http)
{
    struct exchange *exchange = memory_new(sizeof *exchange);

    exchange->http = http;
    exchange->transfer.ended = exchange_ended;
    buf_init(&exchange->request, REQUEST_MAX);
    buf_init(&exchange->answer, (size_t)http->limits.response_bytes);
    return exchange;
}

static struct exchange *exchange_take(struct http *http)
{
    struct exchange *exchange = http->spare;

    if (!exchange)
        return exchange_new(http);
    http->spare = exchange->next;
    http->spares--;
    return exchange;
}

/* A line break in a header would be a second header, or a second request. */
static bool header_ok(const char *header)
{
    const char *colon = strchr(header, ':');

    if (!colon || colon == header)
        return false;
    for (const char *c = header; *c; c++)
        if (((unsigned char)*c < ' ' && *c != '\t') || *c == 127)
            return false;
    return strcspn(header, " \t") > (size_t)(colon - header);
}

static bool request_check(const struct http *http,
                          const struct http_request *request, struct error *err)
{
    if (http->closing)
        return error_set(err, ERROR_CANNOT, "shutting down: nothing is sent");
    for (const char *c = request->method; *c; c++)
        if (*c < 'A' || *c > 'Z')
            return error_set(err, ERROR_INPUT,
                             "\"%s\" is no HTTP method: write it in capitals",
                             request->method);
    if (request->method[0] == '\0')
        return error_set(err, ERROR_INPUT, "an HTTP method is missing");
    if (request->body_len > REQUEST_MAX)
        return error_set(err, ERROR_INPUT,
                         "the request body of %zu bytes is over %zu",
                         request->body_len, REQUEST_MAX);
    for (size_t i = 0; request->headers && request->headers[i]; i++)
        if (!header_ok(request->headers[i]))
            return error_set(err, ERROR_INPUT,
                             "header %zu is not \"Name: value\" on one line",
                             i + 1);
    return true;
}

static bool exchange_set_url(struct exchange *exchange, const char *url,
                             struct error *err)
{
    static const char *const schemes[] = {"https", "http", NULL};

    if (exchange->url && strcmp(exchange->url, url) == 0)
        return true;
    if (!http_url_check(url, schemes, err))
        return false;
    free(exchange->url);
    exchange->url = memory_text(url);
    return true;
}

/* The list of the last request is kept when this one's is the same: most
 * requests of a provider differ in the body only. */
static void exchange_set_headers(struct exchange *exchange,
                                 const char *const *headers)
{
    struct curl_slist *at = exchange->headers ? exchange->headers->next : NULL;
    size_t i = 0;

    while (at && headers && headers[i] && strcmp(at->data, headers[i]) == 0) {
        at = at->next;
        i++;
    }
    if (exchange->headers && !at && (!headers || !headers[i]))
        return;
    curl_slist_free_all(exchange->headers);
    exchange->headers = curl_slist_append(NULL, "Expect:");
    for (i = 0; headers && headers[i]; i++)
        if (!curl_slist_append(exchange->headers, headers[i]))
            PANIC("out of memory: a header");
}

static void exchange_set_body(struct exchange *exchange,
                              const struct http_request *request)
{
    CURL *easy = exchange->transfer.easy;
    bool post = strcmp(request->method, "POST") == 0;
    bool get = strcmp(request->method, "GET") == 0;
    bool head = strcmp(request->method, "HEAD") == 0;

    buf_reset(&exchange->request);
    buf_add(&exchange->request, request->body, request->body_len);
    if (head)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    if (request->body_len > 0 || post) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t)exchange->request.len);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, exchange->request.data);
    } else if (!head) {
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    }
    if (!head && !post && (!get || request->body_len > 0))
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
}

static bool exchange_start(struct exchange *exchange,
                           const struct http_request *request,
                           struct error *err)
{
    struct http *http = exchange->http;
    CURL *easy;

    if (!exchange_set_url(exchange, request->url, err))
        return false;
    exchange_open(exchange);
    easy = exchange->transfer.easy;
    exchange_set_headers(exchange, request->headers);
    curl_easy_setopt(easy, CURLOPT_URL, exchange->url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->headers);
    exchange_set_body(exchange, request);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                     (long)(request->total_ms > 0 ? request->total_ms
                                                  : http->limits.total_ms));
    if (request->user) {
        curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(easy, CURLOPT_USERNAME, request->user);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, request->password);
    }
    if (request->unix_socket)
        curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, request->unix_socket);
    buf_reset(&exchange->answer);
    exchange->header_bytes = 0;
    exchange->header_end = false;
    exchange->retry_after_ms = -1;
    exchange->date = 0;
    exchange->starts = 0;
    exchange->error[0] = '\0';
    if (!multi_add(http->multi, &exchange->transfer))
        return error_set(err, ERROR_CANNOT, "libcurl refuses the request");
    return true;
}

bool http_send(struct http *http, const struct http_request *request,
               http_done_fn *done, void *arg, struct error *err)
{
    struct exchange *exchange;

    if (!request_check(http, request, err))
        return false;
    exchange = exchange_take(http);
    if (!exchange_start(exchange, request, err)) {
        exchange_spare(exchange);
        return false;
    }
    exchange->done = done;
    exchange->arg = arg;
    exchange->next = http->exchanges;
    exchange->at = &http->exchanges;
    if (exchange->next)
        exchange->next->at = &exchange->next;
    http->exchanges = exchange;
    http->running++;
    return true;
}

struct http *http_new(struct loop *loop, const struct http_limits *limits,
                      struct error *err)
{
    struct http *http;

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        error_set(err, ERROR_CANNOT, "libcurl does not start");
        return NULL;
    }
    http = memory_new(sizeof *http);
    http->loop = loop;
    if (limits)
        http->limits = *limits;
    if (http->limits.connect_ms <= 0)
        http->limits.connect_ms = 10000;
    if (http->limits.total_ms <= 0)
        http->limits.total_ms = 30000;
    if (http->limits.response_bytes <= 0)
        http->limits.response_bytes = 1 << 20;
    if (http->limits.connections <= 0)
        http->limits.connections = 1024;
    http->user_agent =
        memory_text(http->limits.user_agent ? http->limits.user_agent
                                            : "outreach/" OUTREACH_VERSION);
    http->ca_file = memory_text(http->limits.ca_file);
    http->multi = multi_new(loop, http->limits.connections);
    return http;
}

void http_free(struct http *http)
{
    struct exchange *exchange;

    if (!http)
        return;
    http->closing = true;
    while ((exchange = http->exchanges))
        exchange_finish(exchange, CURLE_ABORTED_BY_CALLBACK);
    mail_end_all(http);
    while ((exchange = http->spare)) {
        http->spare = exchange->next;
        exchange_free(exchange);
    }
    multi_free(http->multi);
    free(http->user_agent);
    free(http->ca_file);
    free(http);
    curl_global_cleanup();
}

size_t http_running(const struct http *http)
{
    return http->running;
}

void http_url_escape(struct buf *out, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    const char *from = text; /* not yet copied */

    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
            (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_' ||
            c == '~')
            continue;
        buf_add(out, from, (size_t)(text - from));
        buf_add(out, (const char[]){'%', hex[c >> 4], hex[c & 15]}, 3);
        from = text + 1;
    }
    buf_add(out, from, (size_t)(text - from));
}

void http_form_add(struct buf *form, const char *name, const char *value)
{
    if (form->len > 0)
        buf_char(form, '&');
    http_url_escape(form, name);
    buf_char(form, '=');
    http_url_escape(form, value ? value : "");
}
