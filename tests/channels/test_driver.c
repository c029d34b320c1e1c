/* SPDX-License-Identifier: Apache-2.0 */
/* The registry: every driver keeps the outer form of the contract. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

#include "channels/driver.h"
#include "channels/options.h"

static void every_row_is_complete(void **state)
{
    size_t count = 0;

    (void)state;
    for (; driver_at(count); count++) {
        const struct channel_driver *driver = driver_at(count);

        assert_non_null(driver->name);
        assert_true(driver->channels != 0 &&
                    driver->channels < 1u << CHANNEL_COUNT);
        assert_non_null(driver->open);
        assert_non_null(driver->close);
        assert_non_null(driver->evidence);
        assert_non_null(driver->submit);
        assert_non_null(driver->secrets);
        assert_non_null(driver->members);
        assert_ptr_equal(driver_find(driver->name, NULL), driver);
        for (size_t i = 0; i < count; i++)
            assert_string_not_equal(driver_at(i)->name, driver->name);
    }
    assert_int_equal(count, 5);
    assert_null(driver_at(count));
}

static void what_reaches_people_may_refuse(void **state)
{
    (void)state;
    for (size_t i = 0; driver_at(i); i++) {
        const struct channel_driver *driver = driver_at(i);
        bool here = text_equal(driver->name, "outbox") ||
                    text_equal(driver->name, "fake");

        /* --now may use only those that reach nobody */
        assert_int_equal(driver->live, !here);
        if (driver->live)
            assert_non_null(driver->admits);
    }
}

static void an_unknown_name_lists_the_known(void **state)
{
    struct error err = {0};

    (void)state;
    assert_null(driver_find("pigeon", &err));
    assert_string_equal(err.text, "no driver 'pigeon'; there are outbox, "
                                  "fake, twilio, smtp, http");
    assert_null(driver_find(NULL, &err));
}

/* A secret is never a member that is read as it stands. */
static void secrets_are_told_where_they_lie(void **state)
{
    (void)state;
    for (size_t i = 0; driver_at(i); i++) {
        const struct channel_driver *driver = driver_at(i);

        for (size_t n = 0; driver->secrets[n]; n++) {
            bool found = false;

            for (size_t m = 0; driver->members[m]; m++)
                found = found ||
                        text_starts(driver->members[m], driver->secrets[n]);
            assert_true(found);
        }
    }
}

static void the_general_members_pass(void **state)
{
    static const char *const general[] = {"driver", "channels", "per_second",
                                          NULL};
    static const char json[] = "{\"driver\": \"outbox\", \"per_second\": 2,\n"
                               " \"paht\": \"x\"}";
    struct json *doc = json_parse(json, strlen(json), 0, NULL, NULL);
    struct driver_config config = {
        .name = "out", .doc = doc, .node = json_root(doc), .path = "o.json"};
    struct error err = {0};

    (void)state;
    assert_false(driver_check_members(&driver_outbox, &config, general, &err));
    assert_string_equal(err.text, "o.json:2:2: provider 'out': there is no "
                                  "'paht' here; did you mean 'path'?");
    json_free(doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_complete),
        cmocka_unit_test(what_reaches_people_may_refuse),
        cmocka_unit_test(an_unknown_name_lists_the_known),
        cmocka_unit_test(secrets_are_told_where_they_lie),
        cmocka_unit_test(the_general_members_pass),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
