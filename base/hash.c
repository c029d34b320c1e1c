/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digests, message codes and randomness by libcrypto, plus a small repeatable
 * generator for jitter and the simulator. Digest methods are fetched once:
 * OpenSSL 3 otherwise looks each up by name in every call, which costs more
 * than hashing a short message. A libcrypto that cannot hash is a broken
 * installation: panics. Any thread.
 */
#include "base/hash.h"

#include <pthread.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/error.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_MD *method_sha256;
static EVP_MD *method_sha1;

static void free_methods(void)
{
    EVP_MD_free(method_sha256);
    EVP_MD_free(method_sha1);
}

static void fetch_methods(void)
{
    method_sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    method_sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
    if (method_sha256 == NULL || method_sha1 == NULL)
        PANIC("libcrypto has no SHA-256 or SHA-1");
    OPENSSL_atexit(free_methods);
}

static void digest_of(const EVP_MD *method, const void *data, size_t len,
                      uint8_t *out)
{
    if (!EVP_Digest(data, len, out, NULL, method, NULL))
        PANIC("hashing failed");
}

void hash_sha256(const void *data, size_t len, uint8_t out[SHA256_BYTES])
{
    pthread_once(&once, fetch_methods);
    digest_of(method_sha256, data, len, out);
}

void hash_sha256_hex(const void *data, size_t len, char out[SHA256_HEX])
{
    uint8_t digest[SHA256_BYTES];
    hash_sha256(data, len, digest);
    hash_hex(digest, sizeof(digest), out);
}

#define SHA1_BYTES 20
#define BLOCK_BYTES 64 /* of either */
#define SHORT_BYTES 1024

/* HMAC of a short message by its definition (RFC 2104): two digests over
 * blocks on the stack. libcrypto's own builds three contexts for every call,
 * which takes thrice as long as the hashing and is felt in every audit row and
 * every call of a provider. `bytes`: of one digest. */
static void code_short(const EVP_MD *method, size_t bytes, const void *key,
                       size_t key_len, const void *data, size_t len,
                       uint8_t *out)
{
    uint8_t inner[BLOCK_BYTES + SHORT_BYTES];
    uint8_t outer[BLOCK_BYTES + SHA256_BYTES] = {0};
    if (key_len > 0)
        memcpy(outer, key, key_len);
    for (size_t i = 0; i < BLOCK_BYTES; i++) {
        inner[i] = outer[i] ^ 0x36;
        outer[i] ^= 0x5c;
    }
    if (len > 0)
        memcpy(inner + BLOCK_BYTES, data, len);
    digest_of(method, inner, BLOCK_BYTES + len, outer + BLOCK_BYTES);
    digest_of(method, outer, BLOCK_BYTES + bytes, out);
    explicit_bzero(inner, BLOCK_BYTES + len);
    explicit_bzero(outer, sizeof(outer));
}

static void code_message(const EVP_MD *method, size_t bytes, const void *key,
                         size_t key_len, const void *data, size_t len,
                         uint8_t *out)
{
    static const char no_key[1] = "";
    if (key_len <= BLOCK_BYTES && len <= SHORT_BYTES) {
        code_short(method, bytes, key, key_len, data, len, out);
        return;
    }
    if (key_len > INT32_MAX)
        PANIC("key of %zu bytes", key_len);
    if (key == NULL || key_len == 0)
        key = no_key; /* NULL would mean "the key before" to OpenSSL */
    if (HMAC(method, key, (int)key_len, data, len, out, NULL) == NULL)
        PANIC("HMAC failed");
}

void hash_hmac_sha256(const void *key, size_t key_len, const void *data,
                      size_t len, uint8_t out[SHA256_BYTES])
{
    pthread_once(&once, fetch_methods);
    code_message(method_sha256, SHA256_BYTES, key, key_len, data, len, out);
}

void hash_hmac_sha1(const void *key, size_t key_len, const void *data,
                    size_t len, uint8_t out[20])
{
    pthread_once(&once, fetch_methods);
    code_message(method_sha1, SHA1_BYTES, key, key_len, data, len, out);
}

void hash_hex(const uint8_t *bytes, size_t len, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * len] = '\0';
}

void hash_base64(const void *data, size_t len, char *out)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *in = data;
    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i;
        uint32_t group = (uint32_t)in[i] << 16;
        if (left > 1)
            group |= (uint32_t)in[i + 1] << 8;
        if (left > 2)
            group |= in[i + 2];
        *out++ = digits[group >> 18];
        *out++ = digits[(group >> 12) & 63];
        *out++ = left > 1 ? digits[(group >> 6) & 63] : '=';
        *out++ = left > 2 ? digits[group & 63] : '=';
    }
    *out = '\0';
}

bool hash_equal(const void *a, const void *b, size_t len)
{
    return CRYPTO_memcmp(a, b, len) == 0;
}

bool hash_random_bytes(void *out, size_t len)
{
    uint8_t *at = out;
    while (len > 0) {
        ssize_t got = getrandom(at, len < 256 ? len : 256, 0);
        if (got <= 0)
            return false;
        at += got;
        len -= (size_t)got;
    }
    return true;
}

uint64_t hash_fnv(uint64_t sum, const void *data, size_t len)
{
    const uint8_t *bytes = data;
    for (size_t i = 0; i < len; i++)
        sum = (sum ^ bytes[i]) * UINT64_C(0x100000001b3);
    return sum;
}

uint64_t random_next(struct random *random)
{
    random->state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = random->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

double random_unit(struct random *random)
{
    return (double)(random_next(random) >> 11) * 0x1.0p-53;
}
