/* SPDX-License-Identifier: Apache-2.0 */
/* Two servers, or two facilities, that both know somebody: whatever they say,
 * and in whichever order it comes, what is left is what a plain model says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/text.h"

#include "tests/feeds/ward.h"

enum { SERVERS = 2, VERSIONS = 4, ORDERS = 24, CONTENTS = 12 };

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
 * who the newest word says is. `whole`: who names no number says that there is
 * none, as FHIR does and HL7 does not. */
static void model_write(const struct version versions[VERSIONS], bool whole,
                        struct buf *out)
{
    unsigned theirs = 0, parents = 0;
    int dead = 0, active = 1;
    for (int server = 0; server < SERVERS; server++) {
        unsigned named = 0, parent = 0;
        int told = 0;
        for (int i = 0; i < VERSIONS; i++) {
            const struct version *one = &versions[i];
            if (one->server != server)
                continue;
            named = whole || one->numbers ? one->numbers : named;
            parent = whole || one->parent ? one->parent : parent;
            told = one->dead >= 0 ? one->dead : told;
        }
        theirs |= named;
        parents |= parent;
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

static void put_numbers(struct buf *out, unsigned set)
{
    for (unsigned i = 0, any = 0; i < 2; i++)
        if (set >> i & 1)
            buf_format(out, "%s%s", any++ ? "~" : "", numbers[i]);
}

static void message_take(struct ward *ward, int who,
                         const struct version *version)
{
    struct buf text;
    buf_init(&text, 4096);
    buf_format(
        &text,
        "MSH|^~\\&|ADT|%s|X|X|2026110%d||ADT^A08|%d|P|2.5\rEVN||2026110%d"
        "\rPID|||M%d^^^MAIN^MR||||20200101||||||",
        version->server ? "WEST" : "EAST", version->day, version->day,
        version->day, who);
    put_numbers(&text, version->numbers);
    buf_format(&text, "|||||||||||||||||%s\r",
               version->dead < 0   ? ""
               : version->dead > 0 ? "Y"
                                   : "N");
    if (version->parent) {
        buf_text(&text, "NK1|1|Doe^Ann|MTH||");
        put_numbers(&text, version->parent);
        buf_text(&text, "\r");
    }
    ward_hl7(ward, text.data);
    buf_free(&text);
}

#define SET(behind)                                                        \
    "(SELECT coalesce(sum(iif(value = '+13035550100', 1, 2)), 0) FROM "    \
    "contact_point c JOIN patient g ON g.id = c.patient_id WHERE g.mrn = " \
    "p.mrn || '" behind "' AND c.gone_at IS NULL)"

static const char *store_says(struct ward *ward, int who, bool fhir)
{
    char sql[1000];
    snprintf(
        sql, sizeof(sql),
        "SELECT iif(deceased_at IS NULL, 'alive', 'dead') || "
        "iif(active, ' active ', ' inactive ') || " SET("") " || ' ' || " SET(
            "-%s") " FROM patient p WHERE mrn = 'M%d'",
        fhir ? "contact" : "NK1", who);
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

static void all_orders(struct ward *ward, const struct version *versions,
                       bool fhir, int *who)
{
    for (int of = 0; of < ORDERS; of++, ++*who) {
        int order[VERSIONS];
        struct buf want, told;
        buf_init(&want, 1000);
        buf_init(&told, 4000);
        order_make(of, order);
        for (int i = 0; i < VERSIONS; i++)
            (fhir ? resource_take : message_take)(ward, *who,
                                                  &versions[order[i]]);
        model_write(versions, fhir, &want);
        tell_versions(versions, order, &told);
        const char *have = store_says(ward, *who, fhir);
        if (!text_equal(have, want.data))
            fail_msg("'%s' instead of '%s':%s", have, want.data, told.data);
        buf_free(&want);
        buf_free(&told);
    }
}

static void all_contents(bool fhir)
{
    struct ward ward;
    uint64_t seed = 7;
    int who = 0;
    ward_open(&ward);
    ward_mrn_authority(&ward, "MAIN");
    for (int content = 0; content < CONTENTS; content++) {
        struct version versions[VERSIONS];
        versions_make(&seed, versions);
        for (int i = 0; i < VERSIONS && !fhir; i++)
            versions[i].active = -1; /* (no message says it) */
        all_orders(&ward, versions, fhir, &who);
    }
    ward_close(&ward);
}

static void what_two_servers_say_in_all_orders(void **state)
{
    (void)state;
    all_contents(true);
}

static void what_two_facilities_say_in_all_orders(void **state)
{
    (void)state;
    all_contents(false);
}

#define RECORD(id, mrn, day, more)                                     \
    "{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"meta\":{"       \
    "\"lastUpdated\":\"2026-11-" day "T10:00:00Z\"},\"identifier\":[{" \
    "\"system\":\"MAIN\",\"value\":\"" mrn "\"}]" more "}"
#define REPLACED                                                     \
    ",\"link\":[{\"type\":\"replaced-by\",\"other\":{\"reference\":" \
    "\"Patient/8\"}}]"

static void a_link_is_undone_by_who_said_it(void **state)
{
    (void)state;
    static const struct {
        const char *sentence;
        struct {
            char server;
            const char *text;
        } said[2];
        const char *records;
    } rows[] = {
        {"another server's record without it says nothing of it",
         {{'a', RECORD("7", "M1", "02", REPLACED)},
          {'b', RECORD("7", "M1", "03", "")}},
         "M1 in M2, M2"},
        {"nor does one that came before it",
         {{'b', RECORD("7", "M1", "03", "")},
          {'a', RECORD("7", "M1", "02", REPLACED)}},
         "M1 in M2, M2"},
        {"its own undoes it",
         {{'a', RECORD("7", "M1", "02", REPLACED)},
          {'a', RECORD("7", "M1", "03", "")}},
         "M1, M2"},
        {"also when it comes first",
         {{'a', RECORD("7", "M1", "03", "")},
          {'a', RECORD("7", "M1", "02", REPLACED)}},
         "M1, M2"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_mrn_authority(&ward, "MAIN");
        ward_entry(&ward, "https://a/fhir/Patient/8",
                   RECORD("8", "M2", "01", ""));
        ward_entry(&ward, "https://a/fhir/Patient/7",
                   RECORD("7", "M1", "01", ""));
        for (int n = 0; n < 2; n++) {
            char url[80];
            snprintf(url, sizeof(url), "https://%c/fhir/Patient/7",
                     rows[i].said[n].server);
            ward_entry(&ward, url, rows[i].said[n].text);
        }
        ward_expect(&ward, rows[i].sentence,
                    "SELECT group_concat(p.mrn || coalesce(' in ' || o.mrn, "
                    "''), ', ') FROM (SELECT * FROM patient ORDER BY mrn) p "
                    "LEFT JOIN patient o ON o.id = p.merged_into",
                    rows[i].records);
        ward_close(&ward);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_two_servers_say_in_all_orders),
        cmocka_unit_test(a_link_is_undone_by_who_said_it),
        cmocka_unit_test(what_two_facilities_say_in_all_orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
