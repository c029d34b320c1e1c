/* SPDX-License-Identifier: Apache-2.0 */
/* Whoever writes is who the store knows, in whatever form a provider has the
 * address (S-1), and nobody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

#include "channels/sender.h"

static void an_address_is_the_stores(void **state)
{
    static const struct {
        const char *says;
        enum channel channel;
        const char *text, *country, *address; /* NULL: none */
    } rows[] = {
        {"as the store has it", CHANNEL_SMS, "+12122000000", "US",
         "+12122000000"},
        {"without its plus", CHANNEL_SMS, "12122000000", "US", "+12122000000"},
        {"as its country dials it", CHANNEL_SMS, "2122000000", "US",
         "+12122000000"},
        {"no number of Morocco's, though it begins so", CHANNEL_VOICE,
         "2122000000", "CA", "+12122000000"},
        {"for people to read", CHANNEL_SMS, "(212) 200-0000", "US",
         "+12122000000"},
        {"as an address of the web", CHANNEL_SMS, "tel:+1-212-200-0000", NULL,
         "+12122000000"},
        {"by which way it came is no part of it", CHANNEL_SMS,
         "WhatsApp:+12122000000", "US", "+12122000000"},
        {"nor is this", CHANNEL_SMS, "rcs:+12122000000", "US", "+12122000000"},
        {"from abroad, without its plus", CHANNEL_SMS, "447911123456", "US",
         "+447911123456"},
        {"at home, without its plus", CHANNEL_SMS, "447911123456", "GB",
         "+447911123456"},
        {"at home, as it is dialled", CHANNEL_SMS, "07911123456", "GB",
         "+447911123456"},
        {"a neighbour's, where digits alone could be ours", CHANNEL_SMS,
         "33612345678", "DE", "+33612345678"},
        {"in a country that dials no 0", CHANNEL_SMS, "612345678", "ES",
         "+34612345678"},
        {"no country is known: only what says its own", CHANNEL_SMS,
         "12122000000", NULL, "+12122000000"},
        {"a short code", CHANNEL_SMS, "72975", "US", NULL},
        {"another, of which none knows the country", CHANNEL_SMS, "729751",
         NULL, NULL},
        {"a name", CHANNEL_SMS, "LAKESIDE", "US", NULL},
        {"a digit is missing", CHANNEL_SMS, "+1212200000", "US", NULL},
        {"more digits than any number has", CHANNEL_SMS, "121220000001234567",
         "US", NULL},
        {"who is called for help writes to nobody", CHANNEL_SMS, "911", "US",
         NULL},
        {"nobody", CHANNEL_SMS, " ", "US", NULL},
        {"nothing", CHANNEL_SMS, NULL, "US", NULL},
        {"an email address is no number", CHANNEL_SMS, "maria@example.org",
         "US", NULL},
        {"but is one where mail comes", CHANNEL_EMAIL, "maria@Example.ORG",
         "US", "maria@example.org"},
        {"beside a name", CHANNEL_EMAIL, "Maria <maria@example.org>", "US",
         "maria@example.org"},
        {"beside a name that holds one", CHANNEL_EMAIL,
         "\"a@b.example\" <maria@example.org>", "US", "maria@example.org"},
        {"a number is no email address", CHANNEL_EMAIL, "+12122000000", "US",
         NULL},
    };
    char long_one[SENDER_MAX + 8], address[SENDER_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool read = sender_read(rows[i].channel, rows[i].text, rows[i].country,
                                address);
        if (read != (rows[i].address != NULL) ||
            (read && !text_equal(address, rows[i].address)))
            fail_msg("%s: %s", rows[i].says, read ? address : "none");
    }
    memset(long_one, '1', sizeof(long_one));
    long_one[sizeof(long_one) - 1] = '\0';
    assert_false(sender_read(CHANNEL_SMS, long_one, "US", address));
    assert_false(sender_read_ours(CHANNEL_SMS, long_one, "US", address));
}

static void ours_may_be_no_number(void **state)
{
    char address[SENDER_MAX];

    (void)state;
    assert_true(sender_read_ours(CHANNEL_SMS, "72975", "US", address));
    assert_string_equal(address, "72975");
    assert_true(sender_read_ours(CHANNEL_SMS, "LAKESIDE", "US", address));
    assert_string_equal(address, "LAKESIDE");
    assert_true(sender_read_ours(CHANNEL_SMS, "8005550100", "US", address));
    assert_string_equal(address, "+18005550100");
    assert_false(sender_read_ours(CHANNEL_SMS, "", "US", address));
    assert_false(sender_read_ours(CHANNEL_SMS, NULL, "US", address));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_the_stores),
        cmocka_unit_test(ours_may_be_no_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
