/* SPDX-License-Identifier: Apache-2.0 */
/* Digests and codes against published vectors, and the repeatable random. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static void test_sha256_of_fips_180(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *hex;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb924"
             "27ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223"
                "b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039"
         "a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char hex[SHA256_HEX];
        hash_sha256_hex(rows[i].text, strlen(rows[i].text), hex);
        assert_string_equal(hex, rows[i].hex);
    }
}

static void test_hmac_sha256_of_rfc_4231(void **state)
{
    (void)state;
    uint8_t key[131];
    uint8_t code[SHA256_BYTES];
    char hex[SHA256_HEX];
    memset(key, 0x0b, 20);
    hash_hmac_sha256(key, 20, "Hi There", 8, code);
    hash_hex(code, sizeof(code), hex);
    assert_string_equal(hex, "b0344c61d8db38535ca8afceaf0bf12b"
                             "881dc200c9833da726e9376c2e32cff7");
    hash_hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, code);
    hash_hex(code, sizeof(code), hex);
    assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c7"
                             "5a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof(key));
    const char *text = "Test Using Larger Than Block-Size Key - Hash Key First";
    hash_hmac_sha256(key, sizeof(key), text, strlen(text), code);
    hash_hex(code, sizeof(code), hex);
    assert_string_equal(hex, "60e431591ee0b67f0d8a26aacbf5b77f"
                             "8e0bc6213728c5140546040f0ee37f54");
    /* no key is a key, not the one before */
    hash_hmac_sha256(NULL, 0, NULL, 0, code);
    hash_hex(code, sizeof(code), hex);
    assert_string_equal(hex, "b613679a0814d9ec772f95d778c35fc5"
                             "ff1697c493715653c6c712144292c5ad");
}

static void test_hmac_sha1_of_rfc_2202_and_base64(void **state)
{
    (void)state;
    uint8_t code[20];
    char hex[41];
    char text[32];
    hash_hmac_sha1("Jefe", 4, "what do ya want for nothing?", 28, code);
    hash_hex(code, sizeof(code), hex);
    assert_string_equal(hex, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    hash_base64(code, sizeof(code), text);
    assert_string_equal(text, "7/zfauXrL6LSdBbV8YTfnCWafHk=");
}

/* Short messages go another way than long ones; both to the same codes. */
static void test_hmac_at_every_length(void **state)
{
    static const struct {
        size_t key_len, len;
        const char *sha1, *sha256;
    } rows[] = {
        {0, 0, "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d",
         "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
        {1, 700, "e09ed969bfd6892d6f5594aca626a3c33d0e776e",
         "39d602835424e2f698484266766272903f22d68fb6860c0d6852a8d9b0ba9dbe"},
        {64, 1024, "0c80f1636f5c041da7cc86410b708148252283ef",
         "eae3e34848279faa88aa41b0df2fd76a8cbf9dda5e723873b031be2f8bd0879b"},
        {64, 1025, "bfc3f55572404e3799eed9506ac318d1b2ac9554",
         "1bdeb94a12720f16081e2585e0779675ac0dcb82b1d4541729cb7c34674d2cf4"},
        {65, 1024, "e1c99a48abf6e1608fb6daf8b3190ec8d88b04e9",
         "0887a2b679e879bb9f6a1b391871467978a7d87d53b858711312a5d726fb80f7"},
        {80, 5, "1827ba1ec812fcb044aa78111585471353cb36e7",
         "5d56d690b9ca2f6d9141d060fc94b8506130ee3f4b0b562fb7867d13c6742b91"},
    };
    (void)state;
    char key[80], text[1025], hex[SHA256_HEX];
    uint8_t code[SHA256_BYTES];
    memset(key, 'k', sizeof(key));
    memset(text, 'a', sizeof(text));
    for (size_t i = 0; i < ROWS(rows); i++) {
        hash_hmac_sha1(key, rows[i].key_len, text, rows[i].len, code);
        hash_hex(code, 20, hex);
        assert_string_equal(hex, rows[i].sha1);
        hash_hmac_sha256(key, rows[i].key_len, text, rows[i].len, code);
        hash_hex(code, sizeof(code), hex);
        assert_string_equal(hex, rows[i].sha256);
    }
}

static void test_base64_of_rfc_4648(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *code;
    } rows[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xFF\xFE\xFB", "//77"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char code[16];
        hash_base64(rows[i].text, strlen(rows[i].text), code);
        assert_string_equal(code, rows[i].code);
    }
}

static void test_equal_compares_every_byte(void **state)
{
    (void)state;
    assert_true(hash_equal("abcd", "abcd", 4));
    assert_false(hash_equal("abcd", "abce", 4));
    assert_false(hash_equal("abcd", "xbcd", 4));
    assert_true(hash_equal("a", "b", 0));
}

static void test_random_bytes_differ(void **state)
{
    (void)state;
    uint8_t a[1000] = {0};
    uint8_t b[1000] = {0};
    assert_true(hash_random_bytes(a, sizeof(a)));
    assert_true(hash_random_bytes(b, sizeof(b)));
    assert_memory_not_equal(a, b, sizeof(a));
    assert_memory_not_equal(a + 990, b + 990, 10);
}

static void test_the_seeded_random_repeats(void **state)
{
    (void)state;
    /* splitmix64's published sequence for the seed 1234567 */
    struct random random = {.state = 1234567};
    assert_true(random_next(&random) == UINT64_C(6457827717110365317));
    assert_true(random_next(&random) == UINT64_C(3203168211198807973));
    struct random a = {.state = 9};
    struct random b = {.state = 9};
    double sum = 0;
    for (int i = 0; i < 10000; i++) {
        double unit = random_unit(&a);
        assert_true(unit == random_unit(&b));
        assert_true(unit >= 0 && unit < 1);
        sum += unit;
    }
    assert_true(sum > 4800 && sum < 5200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha256_of_fips_180),
        cmocka_unit_test(test_hmac_sha256_of_rfc_4231),
        cmocka_unit_test(test_hmac_sha1_of_rfc_2202_and_base64),
        cmocka_unit_test(test_hmac_at_every_length),
        cmocka_unit_test(test_base64_of_rfc_4648),
        cmocka_unit_test(test_equal_compares_every_byte),
        cmocka_unit_test(test_random_bytes_differ),
        cmocka_unit_test(test_the_seeded_random_repeats),
    };
    return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
