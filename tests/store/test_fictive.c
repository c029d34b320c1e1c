/* SPDX-License-Identifier: Apache-2.0 */
/* Made-up addresses: the same one everywhere, and nobody's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "store/fictive.h"
#include "store/store.h"

#include "tests/store/fixture.h"

static void expect(struct store *store, const char *sentence, const char *sql,
                   const char *wanted)
{
    char *is = fixture_text(store, sql);
    if (!is || strcmp(is, wanted) != 0)
        fail_msg("%s: '%s' instead of '%s'", sentence, is ? is : "", wanted);
    free(is);
}

static void every_address_becomes_a_made_up_one(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *sql, *wanted;
    } rows[] = {
        {"a number keeps country and area",
         "SELECT value FROM contact_point WHERE id = 1", "+12125550102"},
        {"an old one that looks made up is another's now",
         "SELECT value FROM contact_point WHERE id = 2", "+12125550100"},
        {"who shares one still does",
         "SELECT value FROM contact_point WHERE id = 3", "+12125550102"},
        {"another area counts for itself",
         "SELECT value FROM contact_point WHERE id = 4", "+13035550100"},
        {"another country keeps all but six digits",
         "SELECT value FROM contact_point WHERE id = 5", "+442079100000"},
        {"mail", "SELECT value FROM contact_point WHERE id = 6",
         "p1@example.org"},
        {"mail in other letters is the same",
         "SELECT value FROM contact_point WHERE id = 7", "p1@example.org"},
        {"an opt-out follows its number",
         "SELECT address FROM suppression WHERE id = 1", "+12125550102"},
        {"one without an address stays so",
         "SELECT coalesce(address, 'none') FROM suppression WHERE id = 2",
         "none"},
        {"a restriction to an address follows",
         "SELECT value FROM restriction WHERE id = 1", "p1@example.org"},
        {"a restriction to a channel stays",
         "SELECT value FROM restriction WHERE id = 2", "sms"},
        {"a reply follows", "SELECT address FROM reply WHERE id = 1",
         "+12125550102"},
        {"a reply from a stranger is made up, too",
         "SELECT address FROM reply WHERE id = 2", "+12125550101"},
        {"nothing real is left",
         "SELECT count(*) || '' FROM contact_point WHERE value LIKE '%0177'"
         " OR value LIKE '%real%'",
         "0"},
    };
    struct store *store = fixture_store();
    struct error err = {0};
    fixture_sql(
        store,
        "INSERT INTO patient(id, mrn) VALUES (1, 'A'), (2, 'B');"
        "INSERT INTO contact_point(id, patient_id, kind, value) VALUES"
        " (1, 1, 'phone', '+12129990177'), (2, 1, 'phone', '+12125550102'),"
        " (3, 2, 'phone', '+12129990177'), (4, 2, 'phone', '+13039990177'),"
        " (5, 2, 'phone', '+442079460177'),"
        " (6, 1, 'email', 'real@example.com'),"
        " (7, 2, 'email', 'Real@Example.com');"
        "INSERT INTO suppression(id, patient_id, address, reason, since_at)"
        " VALUES (1, NULL, '+12129990177', 'opt-out', 1),"
        " (2, 1, NULL, 'opt-out', 1);"
        "INSERT INTO restriction(id, patient_id, kind, value, since_at) VALUES"
        " (1, 1, 'only-address', 'real@example.com', 1),"
        " (2, 1, 'no-channel', 'sms', 1);"
        "INSERT INTO reply(id, channel, provider, address, received_at,"
        " intent) VALUES (1, 0, 'main', '+12129990177', 1, 'unclear'),"
        " (2, 0, 'main', '+12128880177', 1, 'unclear')");
    fixture_begin(store);
    if (!fictive_addresses(store, &err))
        fail_msg("%s", err.text);
    fixture_commit(store);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        expect(store, rows[i].sentence, rows[i].sql, rows[i].wanted);
    fixture_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_address_becomes_a_made_up_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
