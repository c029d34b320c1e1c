/* SPDX-License-Identifier: Apache-2.0 */
/* Two servers, or two facilities, that both know somebody: whatever they say,
 * and in whichever order it comes, what is left is what a plain model says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/text.h"

#include "tests/feeds/ward.h"

enum { SERVERS = 2, VERSIONS = 4, ORDERS = 24, CONTENTS = 24 };

/* What one server says of somebody as of a day. */
struct version {
    int server, day;
    unsigned numbers; /* a bit for each of those below */
    unsigned parent;  /* of a child's parent */
    int dead, active; /* 1, 0; -1: no word */
};
static const char *const numbers[] = {"3035550100", "3035550101"};

static unsigned below(uint64_t *seed, unsigned end)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*seed >> 33) % end;
}

static void versions_make(uint64_t *seed, struct version out[VERSIONS])
{
    for (int i = 0; i < VERSIONS; i++)
        out[i] = (struct version){.server = i % SERVERS,
                                  .day = i + 1,
                                  .numbers = below(seed, 4),
                                  .parent = below(seed, 4),
                                  .dead = (int)below(seed, 3) - 1,
                                  .active = (int)below(seed, 3) - 1};
}

/* The `of`-th of all orders. */
static void order_make(int of, int out[VERSIONS])
{
    int left[VERSIONS] = {0, 1, 2, 3};
    for (int i = 0, count = VERSIONS; i < VERSIONS; i++, count--) {
        int at = of % count;
        of /= count;
        out[i] = left[at];
        memmove(&left[at], &left[at + 1],
                (size_t)(count - at - 1) * sizeof(left[0]));
    }
}

/* The model -------------------------------------------------------------------
 */

/* The newest that a server says; each number is theirs as long as one of them
 * names it, a death stands until who told it says otherwise, and in use is
 * who the newest word says is. */
static void model_write(const struct version versions[VERSIONS],
                        struct buf *out)
{
    unsigned theirs = 0, parents = 0;
    int dead = 0, active = 1;
    for (int server = 0; server < SERVERS; server++) {
        const struct version *newest = NULL;
        int told = 0;
        for (int i = 0; i < VERSIONS; i++)
            if (versions[i].server == server) {
                newest = &versions[i];
                told = newest->dead >= 0 ? newest->dead : told;
            }
        theirs |= newest->numbers;
        parents |= newest->parent;
        dead |= told;
    }
    for (int i = 0; i < VERSIONS; i++)
        active = versions[i].active >= 0 ? versions[i].active : active;
    buf_format(out, "%s %s %u %u", dead ? "dead" : "alive",
               active ? "active" : "inactive", theirs, parents);
}

/* The store -------------------------------------------------------------------
 */

static void put_telecom(struct buf *out, unsigned set)
{
    if (!set)
        return;
    buf_text(out, ",\"telecom\":[");
    for (unsigned i = 0, any = 0; i < 2; i++)
        if (set >> i & 1)
            buf_format(out, "%s{\"system\":\"sms\",\"value\":\"%s\"}",
                       any++ ? "," : "", numbers[i]);
    buf_text(out, "]");
}

static void resource_take(struct ward *ward, int who,
                          const struct version *version)
{
    static const char *const words[] = {"false", "true"};
    char url[80];
    struct buf text;
    buf_init(&text, 4096);
    buf_format(&text,
               "{\"resourceType\":\"Patient\",\"id\":\"%d\",\"meta\":{"
               "\"lastUpdated\":\"2026-11-0%dT10:00:00Z\"},\"birthDate\":"
               "\"2020-01-01\",\"identifier\":[{\"system\":\"MAIN\",\"value\":"
               "\"M%d\"}]",
               who, version->day, who);
    put_telecom(&text, version->numbers);
    if (version->parent) {
        buf_text(&text, ",\"contact\":[{\"relationship\":[{\"coding\":[{"
                        "\"code\":\"MTH\"}]}]");
        put_telecom(&text, version->parent);
        buf_text(&text, "}]");
    }
    if (version->dead >= 0)
        buf_format(&text, ",\"deceasedBoolean\":%s", words[version->dead]);
    if (version->active >= 0)
        buf_format(&text, ",\"active\":%s", words[version->active]);
    buf_text(&text, "}");
    snprintf(url, sizeof(url), "https://%c/fhir/Patient/%d",
             'a' + version->server, who);
    ward_entry(ward, url, text.data);
    buf_free(&text);
}

#define SET(behind)                                                        \
    "(SELECT coalesce(sum(iif(value = '+13035550100', 1, 2)), 0) FROM "    \
    "contact_point c JOIN patient g ON g.id = c.patient_id WHERE g.mrn = " \
    "p.mrn || '" behind "' AND c.gone_at IS NULL)"

static const char *store_says(struct ward *ward, int who)
{
    char sql[1000];
    snprintf(
        sql, sizeof(sql),
        "SELECT iif(deceased_at IS NULL, 'alive', 'dead') || "
        "iif(active, ' active ', ' inactive ') || " SET("") " || ' ' || " SET(
            "-contact") " FROM patient p WHERE mrn = 'M%d'",
        who);
    return fixture_ask(&ward->fixture, sql);
}

static void tell_versions(const struct version versions[VERSIONS],
                          const int order[VERSIONS], struct buf *out)
{
    for (int i = 0; i < VERSIONS; i++) {
        const struct version *one = &versions[order[i]];
        buf_format(out, " [%c day %d: numbers %u parent %u dead %d active %d]",
                   'A' + one->server, one->day, one->numbers, one->parent,
                   one->dead, one->active);
    }
}

static void what_two_servers_say_in_all_orders(void **state)
{
    (void)state;
    struct ward ward;
    uint64_t seed = 7;
    int who = 0;
    ward_open(&ward);
    ward_mrn_authority(&ward, "MAIN");
    for (int content = 0; content < CONTENTS; content++) {
        struct version versions[VERSIONS];
        versions_make(&seed, versions);
        for (int of = 0; of < ORDERS; of++, who++) {
            int order[VERSIONS];
            struct buf want, told;
            buf_init(&want, 1000);
            buf_init(&told, 4000);
            order_make(of, order);
            for (int i = 0; i < VERSIONS; i++)
                resource_take(&ward, who, &versions[order[i]]);
            model_write(versions, &want);
            tell_versions(versions, order, &told);
            const char *have = store_says(&ward, who);
            if (!text_equal(have, want.data))
                fail_msg("'%s' instead of '%s':%s", have, want.data, told.data);
            buf_free(&want);
            buf_free(&told);
        }
    }
    ward_close(&ward);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_two_servers_say_in_all_orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
