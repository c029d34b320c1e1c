/* SPDX-License-Identifier: Apache-2.0 */
/* Made-up addresses for a copy of a store. Every distinct one gets a number of
 * its own within its country and area, in the order of the old ones, so that
 * the same store gives the same made-up people. */
#include "store/fictive.h"

#include "store/statement.h"
#include "store/store.h"

bool fictive_addresses(struct store *store, struct error *err)
{
    /* NANP: behind the area code 5550100 and up (S-1: never N11); elsewhere
     * the last six digits. Of what is too short for that, all. */
    static const char *const steps[] = {
        "CREATE TEMP TABLE fictive(old TEXT PRIMARY KEY COLLATE NOCASE,"
        " new TEXT) WITHOUT ROWID",
        "INSERT OR IGNORE INTO fictive(old)"
        " SELECT value FROM contact_point"
        " UNION SELECT address FROM suppression WHERE address IS NOT NULL"
        " UNION SELECT value FROM restriction"
        "  WHERE kind = 'only-address' AND value IS NOT NULL"
        " UNION SELECT address FROM attempt"
        " UNION SELECT address FROM reply"
        " UNION SELECT address FROM stray",
        "WITH area(old, stem, least) AS (SELECT old,"
        "  CASE WHEN old GLOB '+1*' AND length(old) = 12 THEN substr(old, 1, 5)"
        "   WHEN length(old) > 8 THEN substr(old, 1, length(old) - 6)"
        "   ELSE '+' END,"
        "  CASE WHEN old GLOB '+1*' AND length(old) = 12 THEN 5550100 ELSE "
        "100000 END"
        "  FROM fictive WHERE old GLOB '+*'),"
        " made(old, new) AS (SELECT old, stem || (least - 1 + row_number()"
        "  OVER (PARTITION BY stem ORDER BY old)) FROM area)"
        " UPDATE fictive SET new = made.new FROM made"
        " WHERE made.old = fictive.old",
        "WITH made(old, new) AS (SELECT old, 'p' || row_number()"
        "  OVER (ORDER BY old) || '@example.org'"
        "  FROM fictive WHERE new IS NULL)"
        " UPDATE fictive SET new = made.new FROM made"
        " WHERE made.old = fictive.old",
        /* out of the way first: an old one may look like a new one */
        "UPDATE contact_point SET value = '~' || value",
        "UPDATE contact_point SET value = (SELECT new FROM fictive"
        " WHERE old = substr(contact_point.value, 2))",
        "UPDATE suppression SET address = (SELECT new FROM fictive"
        " WHERE old = address) WHERE address IS NOT NULL",
        "UPDATE restriction SET value = (SELECT new FROM fictive"
        " WHERE old = value) WHERE kind = 'only-address'",
        "UPDATE attempt SET address = (SELECT new FROM fictive"
        " WHERE old = address)",
        "UPDATE reply SET address = (SELECT new FROM fictive"
        " WHERE old = address)",
        "UPDATE stray SET address = (SELECT new FROM fictive"
        " WHERE old = address)",
        "DROP TABLE fictive",
    };
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        struct statement *step = statement_build(store, steps[i], err);
        bool ok = step && statement_run(step, err);
        statement_free(step);
        if (!ok)
            return false;
    }
    return true;
}
