/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32
#define SHA256_HEX 65

void hash_sha256(const void *data, size_t len, uint8_t out[SHA256_BYTES]);
void hash_sha256_hex(const void *data, size_t len, char out[SHA256_HEX]);
void hash_hmac_sha256(const void *key, size_t key_len, const void *data,
                      size_t len, uint8_t out[SHA256_BYTES]);
void hash_hmac_sha1(const void *key, size_t key_len, const void *data,
                    size_t len, uint8_t out[20]);
void hash_hex(const uint8_t *bytes, size_t len, char *out); /* 2*len+1 */
/* Base64 of RFC 4648; `out` takes 4*((len+2)/3)+1 bytes. */
void hash_base64(const void *data, size_t len, char *out);
bool hash_equal(const void *a, const void *b, size_t len); /* constant time */
bool hash_random_bytes(void *out, size_t len);

/* FNV-1a of these bytes, behind those that `sum` (at first HASH_FNV) is of:
 * for places in a table and to see a change, where nobody means harm. */
#define HASH_FNV UINT64_C(0xcbf29ce484222325)
uint64_t hash_fnv(uint64_t sum, const void *data, size_t len);

/* splitmix64: seeded, repeatable; for jitter and the simulator, not secrets */
struct random {
    uint64_t state;
};
uint64_t random_next(struct random *random);
double random_unit(struct random *random); /* [0, 1) */

#endif
