/* SPDX-License-Identifier: Apache-2.0
 *
 * Email addresses: what is taken as it is, what is refused and why, and the
 * bounds of length.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/phone.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void plain_addresses_are_taken(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"maria@example.org", "maria@example.org"},
        {" Maria.Lopez@Example.ORG\t", "Maria.Lopez@example.org"},
        {"a+b_c-d'e@mail.example.co.uk", "a+b_c-d'e@mail.example.co.uk"},
        {"1@2.example", "1@2.example"},
        {"x@xn--bcher-kva.example", "x@xn--bcher-kva.example"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char out[255];
        struct error err = {0};
        if (!email_normalise(rows[i][0], out, sizeof out, &err))
            fail_msg("%s: %s", rows[i][0], err.text);
        assert_string_equal(out, rows[i][1]);
    }
    char own[64] = "Maria@EXAMPLE.org"; /* in its own place */
    assert_true(email_normalise(own, own, sizeof own, NULL));
    assert_string_equal(own, "Maria@example.org");
}

static void other_addresses_are_refused(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {NULL, "empty"},
        {"", "empty"},
        {"maria", "no '@'"},
        {"maria@", "no dot"},
        {"@example.org", "nothing before"},
        {"maria@localhost", "no dot"},
        {"maria@example.org@example.org", "more than one '@'"},
        {"maria@example.org, pedro@example.org", "separator"},
        {"maria@example.org;pedro@example.org", "separator"},
        {"Maria <maria@example.org>", "blank"},
        {"<maria@example.org>", "bracket"},
        {"\"maria\"@example.org", "quote"},
        {"maria lopez@example.org", "blank"},
        {"maria@exa mple.org", "blank"},
        {"maria@example.org\r\nBcc: all@example.org", "control"},
        {"maria\x01@example.org", "control"},
        {"mar\xc3\xad"
         "a@example.org",
         "ASCII"},
        {"maria@ex\xc3\xa1mple.org", "ASCII"},
        {".maria@example.org", "dot"},
        {"maria.@example.org", "dot"},
        {"ma..ria@example.org", "two dots"},
        {"maria@.example.org", "empty part"},
        {"maria@example..org", "empty part"},
        {"maria@example.org.", "empty part"},
        {"maria@-example.org", "'-'"},
        {"maria@example-.org", "'-'"},
        {"maria@exam_ple.org", "no domain has"},
        {"maria@example.o", "top-level"},
        {"maria@192.168.0.1", "top-level"},
        {"maria@[192.168.0.1]", "bracket"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char out[300] = "before";
        struct error err = {0};
        if (email_normalise(rows[i][0], out, sizeof out, &err))
            fail_msg("%s: accepted", rows[i][0]);
        assert_int_equal(err.kind, ERROR_INPUT);
        if (strstr(err.text, rows[i][1]) == NULL)
            fail_msg("%s: %s", rows[i][0], err.text);
        assert_null(strstr(err.text, "maria")); /* no address in a message */
        assert_string_equal(out, "before");
    }
}

static void address_lengths_are_bounded(void **state)
{
    (void)state;
    char out[300];
    char text[600];
    struct error err = {0};
    /* 64 bytes before the '@' are fine, 65 are not */
    snprintf(text, sizeof text, "%0*d@example.org", 64, 0);
    assert_true(email_normalise(text, out, sizeof out, &err));
    snprintf(text, sizeof text, "%0*d@example.org", 65, 0);
    assert_false(email_normalise(text, out, sizeof out, &err));
    /* a part of 63 is fine, 64 is not */
    snprintf(text, sizeof text, "a@%0*d.org", 63, 0);
    assert_true(email_normalise(text, out, sizeof out, &err));
    snprintf(text, sizeof text, "a@%0*d.org", 64, 0);
    assert_false(email_normalise(text, out, sizeof out, &err));
    /* 254 in all */
    snprintf(text, sizeof text, "%0*d@%0*d.%0*d.%0*d.org", 64, 0, 63, 0, 63, 0,
             57, 0);
    assert_int_equal(strlen(text), 254);
    assert_true(email_normalise(text, out, sizeof out, &err));
    snprintf(text, sizeof text, "%0*d@%0*d.%0*d.%0*d.org", 64, 0, 63, 0, 63, 0,
             58, 0);
    assert_false(email_normalise(text, out, sizeof out, &err));
    snprintf(text, sizeof text, "%0*d@example.org", 500, 0);
    assert_false(email_normalise(text, out, sizeof out, &err));
    /* an output that is too small is an error, never a cut address */
    assert_false(email_normalise("maria@example.org", out, 17, &err));
    assert_true(email_normalise("maria@example.org", out, 18, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_addresses_are_taken),
        cmocka_unit_test(other_addresses_are_refused),
        cmocka_unit_test(address_lengths_are_bounded),
    };
    return cmocka_run_group_tests_name("email", tests, NULL, NULL);
}
