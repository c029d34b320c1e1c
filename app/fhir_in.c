/* SPDX-License-Identifier: Apache-2.0 */
/* Posts of FHIR: who it is, then how much, then what; a body without the secret
 * is not even kept. Nothing of a request is logged here. */
#include "app/fhir_in.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"
#include "channels/driver.h"
#include "channels/secret.h"
#include "feeds/fhir_answer.h"
#include "io/listener.h"

#include "app/config.h"
#include "app/feeders.h"

#define PATH "/fhir"
#define METADATA PATH "/metadata"
#define TYPE "application/fhir+json"
#define AGAIN "10" /* seconds */
#define ANSWER_MAX 8192

/* Posted, and not in the store yet. */
struct call {
    struct call *next, **list;
    struct fhir_in *fhir;
    struct exchange *exchange;
    struct parcel *parcel;
    int64_t until; /* monotonic */
};

struct fhir_in {
    struct feeders *feeders;
    struct fhir_figures *figures;
    uint8_t secret[SHA256_BYTES]; /* so, all are of one length */
    struct call *calls;
};

/* Answers ---------------------------------------------------------------------
 */

static int refuse(struct exchange *exchange, int status, const char *code,
                  const char *text)
{
    struct buf out;
    buf_init(&out, ANSWER_MAX);
    fhir_answer_issue(&out, FHIR_FATAL, code, NULL, text);
    exchange_answer(exchange, status, TYPE, out.data, out.len);
    buf_free(&out);
    return status;
}

static int not_now(struct exchange *exchange, const char *code,
                   const char *text)
{
    exchange_say(exchange, "Retry-After", AGAIN);
    return refuse(exchange, 503, code, text);
}

static void tell_capability(struct exchange *exchange)
{
    struct buf out;
    buf_init(&out, ANSWER_MAX);
    fhir_answer_capability(&out, OUTREACH_VERSION);
    exchange_answer(exchange, 200, TYPE, out.data, out.len);
    buf_free(&out);
}

/* Who it is, how much, of what ------------------------------------------------
 */

static bool is_known(const struct fhir_in *fhir,
                     const struct exchange *exchange)
{
    static const char scheme[] = "bearer ";
    const char *said = exchange_header(exchange, "Authorization");
    uint8_t secret[SHA256_BYTES];
    char word[sizeof(scheme)];
    if (!said || strlen(said) < sizeof(scheme))
        return false;
    text_copy(word, sizeof(word), said);
    if (!text_equal_nocase(word, scheme))
        return false;
    said += sizeof(scheme) - 1;
    hash_sha256(said, strlen(said), secret);
    return hash_equal(secret, fhir->secret, sizeof(secret));
}

/* JSON in UTF-8, as it is. */
static bool is_json(const struct exchange *exchange)
{
    static const char *const types[] = {TYPE, "application/json"};
    const char *type = exchange_header(exchange, "Content-Type");
    char whole[128], *more;
    if (!type || strlen(type) >= sizeof(whole) ||
        exchange_header(exchange, "Content-Encoding"))
        return false;
    text_copy(whole, sizeof(whole), type);
    more = strchr(whole, ';');
    if (more)
        *more++ = '\0';
    text_trim(whole);
    if (more)
        text_trim(more);
    bool utf8 = !more || text_equal_nocase(more, "charset=utf-8") ||
                text_equal_nocase(more, "charset=\"utf-8\"") ||
                text_starts(more, "fhirVersion=4.");
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (text_equal_nocase(whole, types[i]))
            return utf8;
    return false;
}

/* By what it says of itself; who says nothing is stopped at the limit. */
static bool is_too_long(const struct exchange *exchange)
{
    const char *said = exchange_header(exchange, "Content-Length");
    size_t len = 0;
    for (; said && *said >= '0' && *said <= '9'; said++) {
        len = len * 10 + (size_t)(*said - '0');
        if (len > FHIR_IN_BODY_MAX)
            return true;
    }
    return false;
}

static bool is_of(const char *target, const char *path)
{
    size_t len = strlen(path);
    return strncmp(target, path, len) == 0 &&
           (target[len] == '\0' || target[len] == '?');
}

static bool is_post(const struct exchange *exchange)
{
    const char *target = exchange_target(exchange);
    return is_of(target, PATH) || is_of(target, PATH "/");
}

bool fhir_in_is_path(const char *target)
{
    return is_of(target, PATH) || is_of(target, PATH "/") ||
           is_of(target, METADATA);
}

size_t fhir_in_room(const struct fhir_in *fhir, const struct exchange *exchange)
{
    return is_post(exchange) && is_known(fhir, exchange) && is_json(exchange) &&
                   !is_too_long(exchange)
               ? FHIR_IN_BODY_MAX
               : 0;
}

/* Calls -----------------------------------------------------------------------
 */

static void call_end(struct call *call)
{
    *call->list = call->next;
    if (call->next)
        call->next->list = call->list;
    free(call);
}

static void done(void *arg, const struct feeders_answer *answer)
{
    struct call *call = arg;
    struct fhir_figures *figures = call->fhir->figures;
    if (answer) {
        figures->taken += answer->status < 400;
        figures->wrong += answer->status >= 400;
        exchange_answer(call->exchange, answer->status, TYPE, answer->text,
                        answer->len);
    } else {
        figures->given_up++;
        not_now(call->exchange, "transient",
                "the store could not take it just now: send it again");
    }
    call_end(call);
}

static int take(struct fhir_in *fhir, struct exchange *exchange)
{
    size_t len;
    const char *body = exchange_body(exchange, &len);
    struct call *call = memory_new(sizeof(*call));
    call->parcel = feeders_bring(fhir->feeders, body, len, done, call);
    if (!call->parcel) {
        free(call);
        return not_now(exchange, "throttled",
                       "too much waits for the store already: send it again");
    }
    call->fhir = fhir;
    call->exchange = exchange;
    call->until = clock_monotonic_ms() + FHIR_IN_WAIT_MS;
    call->next = fhir->calls;
    call->list = &fhir->calls;
    if (call->next)
        call->next->list = &call->next;
    fhir->calls = call;
    return 0;
}

int fhir_in_hear(struct fhir_in *fhir, struct exchange *exchange)
{
    const char *method = exchange_method(exchange);
    if (!is_post(exchange)) {
        if (text_equal(method, "GET") || text_equal(method, "HEAD")) {
            tell_capability(exchange);
            return 0;
        }
        exchange_answer_method(exchange, "GET, HEAD");
        return 405;
    }
    if (!text_equal(method, "POST")) {
        exchange_answer_method(exchange, "POST");
        return 405;
    }
    if (!is_known(fhir, exchange)) {
        exchange_say(exchange, "WWW-Authenticate", "Bearer");
        return refuse(exchange, 401, "login",
                      "Authorization: Bearer, and the secret of this service");
    }
    if (!is_json(exchange))
        return refuse(exchange, 415, "not-supported",
                      TYPE " or application/json in UTF-8 is taken, not "
                           "compressed");
    if (is_too_long(exchange))
        return refuse(exchange, 413, "too-long",
                      "more than 4 MiB: send it in several Bundles, or import "
                      "it as a file");
    return take(fhir, exchange);
}

static void give_up(struct call *call)
{
    feeders_forget(call->fhir->feeders, call->parcel);
    done(call, NULL);
}

void fhir_in_step(struct fhir_in *fhir)
{
    int64_t now = clock_monotonic_ms();
    struct call *next;
    for (struct call *call = fhir ? fhir->calls : NULL; call; call = next) {
        next = call->next;
        if (call->until < now)
            give_up(call);
    }
}

/* Opening ---------------------------------------------------------------------
 */

bool fhir_in_new(struct feeders *feeders, const struct config *config,
                 struct fhir_figures *figures, struct fhir_in **out,
                 struct error *err)
{
    const struct driver_config section = {
        .name = "http.fhir",
        .doc = config->doc,
        .node = config->http.fhir.node,
        .path = config->path,
        .directory = config->directory,
    };
    char *secret = NULL;
    *out = NULL;
    if (!section.node || !feeders)
        return true;
    if (!secret_read(&section, "secret", true, &secret, err)) {
        err->kind = ERROR_CANNOT;
        return false;
    }
    if (strlen(secret) < FHIR_IN_SECRET_MIN) {
        secret_free(secret);
        return error_set(err, ERROR_CANNOT,
                         "http.fhir: its secret is shorter than %d characters: "
                         "whoever guesses it writes into the store",
                         FHIR_IN_SECRET_MIN);
    }
    struct fhir_in *fhir = memory_new(sizeof(*fhir));
    fhir->feeders = feeders;
    fhir->figures = figures;
    hash_sha256(secret, strlen(secret), fhir->secret);
    secret_free(secret);
    *out = fhir;
    return true;
}

void fhir_in_free(struct fhir_in *fhir)
{
    if (!fhir)
        return;
    while (fhir->calls)
        give_up(fhir->calls);
    free(fhir);
}
