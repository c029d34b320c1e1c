/* SPDX-License-Identifier: Apache-2.0 */
/* Takes notices to the outside: a POST, or a file written beside the loop. A
 * delivery outlives whoever asked for it; then nobody hears of its end. */
#include "app/outlets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "channels/secret.h"
#include "io/http.h"
#include "io/work.h"
#include "store/store.h"

#include "app/outlet_text.h"

#define TEXT_MAX (64u << 10)
#define TOTAL_MS 10000

struct delivery;

struct outlets {
    struct loop *loop;
    struct http *http;
    struct engine *engine;
    struct engine_outlet told[ENGINE_OUTLETS_MAX];
    struct {
        char *name, *url, *folder, *secret; /* url or folder */
    } own[ENGINE_OUTLETS_MAX];
    size_t count;
    char store[17]; /* the first digits of its own name */
    struct delivery *under_way;
};

/* One notice on its way. */
struct delivery {
    struct delivery *next;
    struct outlets *outlets; /* NULL: nobody waits for it any more */
    size_t outlet;
    int64_t notice_id;
    /* a file: for the thread that writes it */
    char *path;
    struct buf text;
    bool written;
    struct error error;
};

static bool secret_of(struct outlets *outlets, const struct config *config,
                      size_t i, struct error *err)
{
    const struct config_outlet *from = &config->hooks.outlets[i];
    const struct driver_config section = {
        .name = from->name,
        .doc = config->doc,
        .node = from->node,
        .path = config->path,
        .directory = config->directory,
    };
    if (from->url)
        return secret_read(&section, "secret", true, &outlets->own[i].secret,
                           err);
    return file_is_directory(from->folder) ||
           error_set(err, ERROR_CANNOT,
                     "hooks: there is no folder %s: make it, and let the "
                     "service write there",
                     from->folder);
}

static bool store_name(struct outlets *outlets, const struct config *config,
                       struct error *err)
{
    struct store *store = store_open(config->store_path, STORE_READ_ONLY, err);
    char name[2 * SHA256_BYTES + 1] = "";
    bool ok = store && store_meta_get(store, "store", name, sizeof(name), err);
    store_close(store);
    snprintf(outlets->store, sizeof(outlets->store), "%.16s", name);
    return ok;
}

struct outlets *outlets_new(struct loop *loop, struct http *http,
                            const struct config *config, struct error *err)
{
    struct outlets *outlets = memory_new(sizeof(*outlets));
    outlets->loop = loop;
    outlets->http = http;
    bool ok = config->hooks.count == 0 || store_name(outlets, config, err);
    for (size_t i = 0; ok && i < config->hooks.count; i++) {
        const struct config_outlet *from = &config->hooks.outlets[i];
        outlets->count = i + 1;
        outlets->own[i].name = memory_text(from->name);
        outlets->own[i].url = memory_text(from->url);
        outlets->own[i].folder = memory_text(from->folder);
        outlets->told[i] = (struct engine_outlet){
            .name = outlets->own[i].name,
            .events = from->events,
        };
        ok = secret_of(outlets, config, i, err);
    }
    if (ok)
        return outlets;
    err->kind = ERROR_CANNOT;
    outlets_free(outlets);
    return NULL;
}

/* What came of it --------------------------------------------------------- */

static void delivery_end(struct delivery *delivery, enum engine_heard heard,
                         const char *why)
{
    struct outlets *outlets = delivery->outlets;
    if (outlets) {
        struct delivery **at = &outlets->under_way;
        while (*at != delivery)
            at = &(*at)->next;
        *at = delivery->next;
        engine_told(outlets->engine, delivery->outlet, delivery->notice_id,
                    heard, why);
    }
    buf_free(&delivery->text);
    free(delivery->path);
    free(delivery);
}

/* What refuses this one event; anything else may be the way to it: who we are,
 * where it is, how much it takes now. */
static bool is_refusal(int status)
{
    static const int refusals[] = {400, 409, 413, 415, 422};
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
        if (status == refusals[i])
            return true;
    return false;
}

static void posted(void *arg, const struct http_answer *answer)
{
    char why[64];
    enum engine_heard heard = HEARD_NOT;
    bool answered = answer->end == HTTP_ANSWERED;
    if (answered && answer->status >= 200 && answer->status < 300)
        heard = HEARD_WELL;
    else if (answered && is_refusal(answer->status))
        heard = HEARD_REFUSED;
    snprintf(why, sizeof(why), "http %d", answer->status);
    delivery_end(arg, heard, answered ? why : answer->error);
}

static void write_file(void *arg)
{
    struct delivery *delivery = arg;
    delivery->written = file_write(delivery->path, delivery->text.data,
                                   delivery->text.len, 0640, &delivery->error);
}

static void file_written(void *arg)
{
    struct delivery *delivery = arg;
    delivery_end(delivery, delivery->written ? HEARD_WELL : HEARD_NOT,
                 delivery->error.text);
}

/* On its way -------------------------------------------------------------- */

/* As a described provider would sign (channels/provider_hook.h): what is
 * signed is the moment, a dot and the bytes of the body. */
static void signature_of(const char *secret, const char *moment,
                         const struct buf *body, char out[SHA256_HEX])
{
    uint8_t mac[SHA256_BYTES];
    struct buf text;
    buf_init(&text, TEXT_MAX + 64);
    buf_format(&text, "%s.", moment);
    buf_add(&text, body->data, body->len);
    hash_hmac_sha256(secret, strlen(secret), text.data, text.len, mac);
    hash_hex(mac, sizeof(mac), out);
    buf_free(&text);
}

static void post(struct delivery *delivery, const char *key)
{
    struct outlets *outlets = delivery->outlets;
    const char *url = outlets->own[delivery->outlet].url;
    char moment[24], hash[SHA256_HEX];
    char id[OUTLET_KEY_MAX + 16], at[48], signature[SHA256_HEX + 40];
    struct error err = {0};
    snprintf(moment, sizeof(moment), "%lld",
             (long long)(clock_now() / SECOND_MS));
    signature_of(outlets->own[delivery->outlet].secret, moment, &delivery->text,
                 hash);
    snprintf(id, sizeof(id), "Outreach-Id: %s", key);
    snprintf(at, sizeof(at), "Outreach-Time: %s", moment);
    snprintf(signature, sizeof(signature), "Outreach-Signature: sha256=%s",
             hash);
    const char *const headers[] = {"Content-Type: application/json", id, at,
                                   signature, NULL};
    const struct http_request request = {
        .method = "POST",
        .url = url,
        .headers = headers,
        .body = delivery->text.data,
        .body_len = delivery->text.len,
        .total_ms = TOTAL_MS,
    };
    if (!http_send(outlets->http, &request, posted, delivery, &err))
        delivery_end(delivery, HEARD_NOT, err.text);
}

static void tell(void *arg, size_t outlet, const struct notice *notice)
{
    struct outlets *outlets = arg;
    const char *folder = outlets->own[outlet].folder;
    struct delivery *delivery = memory_new(sizeof(*delivery));
    char key[OUTLET_KEY_MAX];
    outlet_key(outlets->store, notice, key);
    *delivery = (struct delivery){.next = outlets->under_way,
                                  .outlets = outlets,
                                  .outlet = outlet,
                                  .notice_id = notice->id};
    outlets->under_way = delivery;
    buf_init(&delivery->text, TEXT_MAX);
    if (!folder) {
        outlet_event(notice, key, &delivery->text);
        post(delivery, key);
        return;
    }
    outlet_fhir(notice, key, &delivery->text);
    size_t room = strlen(folder) + strlen(key) + 8;
    delivery->path = memory_new(room);
    snprintf(delivery->path, room, "%s/%s.json", folder, key);
    work_run(outlets->loop, write_file, file_written, delivery);
}

/* The rest of the face ---------------------------------------------------- */

void outlets_configure(struct outlets *outlets, struct engine_config *out)
{
    out->tell = tell;
    out->tell_arg = outlets;
    out->outlets = outlets->told;
    out->outlet_count = outlets->count;
}

void outlets_serve(struct outlets *outlets, struct engine *engine)
{
    struct delivery *next;
    if (!outlets)
        return;
    for (struct delivery *one = outlets->under_way; one; one = next) {
        next = one->next;
        one->outlets = NULL;
        one->next = NULL;
    }
    outlets->under_way = NULL;
    outlets->engine = engine;
}

void outlets_free(struct outlets *outlets)
{
    if (!outlets)
        return;
    outlets_serve(outlets, NULL);
    for (size_t i = 0; i < outlets->count; i++) {
        free(outlets->own[i].name);
        free(outlets->own[i].url);
        free(outlets->own[i].folder);
        secret_free(outlets->own[i].secret);
    }
    free(outlets);
}
