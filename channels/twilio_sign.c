/* SPDX-License-Identifier: Apache-2.0 */
/* Twilio's signature of a request to us (S-20). Pure. */
#include "channels/twilio_sign.h"

#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/text.h"

#include "channels/form.h"

#define SIGNED_MAX (256u << 10)
#define SIGNATURE_LEN (TWILIO_SIGNATURE - 1)
#define HASH_NAME "bodySHA256="

/* Sorted by name and value already; a repeated value counts once. */
static void add_form(struct buf *out, const struct form *form)
{
    for (size_t i = 0; i < form->count; i++) {
        const struct form_pair *pair = &form->pairs[i];
        if (i > 0 && text_equal(pair->name, form->pairs[i - 1].name) &&
            text_equal(pair->value, form->pairs[i - 1].value))
            continue;
        buf_text(out, pair->name);
        buf_text(out, pair->value);
    }
}

/* Of the address in `text`, and what was posted. Takes `text`. */
static bool sign(const char *token, struct buf *text, const struct form *form,
                 char out[TWILIO_SIGNATURE])
{
    uint8_t mac[20];
    if (form)
        add_form(text, form);
    bool whole = !text->overflow;
    hash_hmac_sha1(token, strlen(token), text->data, text->len, mac);
    buf_free(text);
    hash_base64(mac, sizeof(mac), out);
    return whole;
}

static bool matches(const char *token, const char *scheme, const char *host,
                    size_t host_len, const char *port, const char *rest,
                    const struct form *form, const char *signature)
{
    char expected[TWILIO_SIGNATURE];
    struct buf text;
    buf_init(&text, SIGNED_MAX);
    buf_text(&text, scheme);
    buf_add(&text, host, host_len);
    buf_text(&text, port);
    buf_text(&text, rest);
    return sign(token, &text, form, expected) &&
           hash_equal(expected, signature, SIGNATURE_LEN);
}

bool twilio_sign(const char *token, const char *url, const struct form *form,
                 char out[TWILIO_SIGNATURE])
{
    struct buf text;
    buf_init(&text, SIGNED_MAX);
    buf_text(&text, url);
    return sign(token, &text, form, out);
}

/* The body's hash, which the address carries and the signature covers. */
static bool body_is_meant(const char *url, const char *body, size_t len)
{
    char hash[SHA256_HEX];
    const char *query = strchr(url, '?');
    const char *at = query ? strstr(query, HASH_NAME) : NULL;
    if (!at || (at[-1] != '?' && at[-1] != '&'))
        return false;
    at += strlen(HASH_NAME);
    hash_sha256_hex(body, len, hash);
    return strcspn(at, "&") == SHA256_HEX - 1 &&
           hash_equal(at, hash, SHA256_HEX - 1);
}

bool twilio_signed(const char *token, const char *url, const struct form *form,
                   const char *body, size_t body_len, const char *signature)
{
    bool secure = text_starts(url, "https://");
    const char *scheme = secure ? "https://" : "http://";
    if (!signature || strlen(signature) != SIGNATURE_LEN ||
        !text_starts(url, scheme))
        return false;
    const char *host = url + strlen(scheme);
    size_t len = strcspn(host, "/?");
    const char *rest = host + len;
    const char *port = secure ? ":443" : ":80";
    bool given = len > strlen(port) &&
                 strncmp(rest - strlen(port), port, strlen(port)) == 0;
    size_t bare = given ? len - strlen(port) : len;
    bool known = memchr(host, ':', bare) != NULL; /* another port: as it is */
    bool ok = matches(token, scheme, host, bare, "", rest, form, signature) ||
              (!known &&
               matches(token, scheme, host, bare, port, rest, form, signature));
    return ok && (form || body_is_meant(url, body, body_len));
}
