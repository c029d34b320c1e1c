/* SPDX-License-Identifier: Apache-2.0 */
/* A described provider that calls us: who is believed (S-20), what a status
 * and a patient's words become, and what is heard once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/memory.h"

#include "channels/provider_hook.h"
#include "channels/provider_template.h"
#include "tests/channels/host.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define DONE "{\"state\":\"done\",\"m\":{\"ref\":\"o7-1\",\"id\":5}}"
#define SIGNED \
    "83deb8686a716eb64595e3267c4736bfe04d3293dfd038cbe0995efcdccddfa6"
#define AT INT64_C(1795435200)

/* One request: "name: value" lines, and a body. */
struct call {
    const char *headers[3];
    const char *body;
};

static const char *header_of(const void *arg, const char *name)
{
    const struct call *call = arg;
    size_t len = strlen(name);
    for (size_t i = 0; i < 3 && call->headers[i]; i++)
        if (strncmp(call->headers[i], name, len) == 0)
            return call->headers[i] + len + 2;
    return NULL;
}

static struct driver_hook hook_of(const struct call *call, const char *what)
{
    return (struct driver_hook){.what = what,
                                .url = "",
                                .query = "",
                                .body = call->body,
                                .body_len = strlen(call->body),
                                .header = header_of,
                                .header_arg = call};
}

static void only_the_provider_is_believed(void **state)
{
#define PLAIN "\"signature\": {\"header\": \"S\", \"secret\": \"k\"}"
#define TIMED PLAIN ", \"timestamp\": {\"header\": \"T\", \"tolerance_s\": 60}"
    static const struct {
        const char *says, *hook;
        struct call call;
        bool believed;
    } rows[] = {
        {"the hash of the body", PLAIN, {{"S: " SIGNED}, DONE}, true},
        {"in capitals",
         PLAIN,
         {{"S: 83DEB8686A716EB64595E3267C4736BFE04D3293DFD038CBE0995EFCDCCDDF"
           "A6"},
          DONE},
         true},
        {"of another body", PLAIN, {{"S: " SIGNED}, DONE " "}, false},
        {"cut short", PLAIN, {{"S: 83deb868"}, DONE}, false},
        {"with more behind it", PLAIN, {{"S: " SIGNED "0"}, DONE}, false},
        {"none", PLAIN, {{NULL}, DONE}, false},
        {"empty", PLAIN, {{"S: "}, DONE}, false},
        {"in base64, behind a prefix",
         "\"signature\": {\"header\": \"S\", \"secret\": \"k\", \"encoding\":"
         " \"base64\", \"prefix\": \"v1=\"}",
         {{"S: v1=g964aGpxbrZFleMmfEc2v+BNMpPf0DjL4Jle/NzN36Y="}, DONE},
         true},
        {"base64 minds its case",
         "\"signature\": {\"header\": \"S\", \"secret\": \"k\", \"encoding\":"
         " \"base64\", \"prefix\": \"v1=\"}",
         {{"S: v1=G964aGpxbrZFleMmfEc2v+BNMpPf0DjL4Jle/NzN36Y="}, DONE},
         false},
        {"the prefix belongs to it",
         "\"signature\": {\"header\": \"S\", \"secret\": \"k\", \"prefix\":"
         " \"sha256=\"}",
         {{"S: " SIGNED}, DONE},
         false},
        {"a moment ago",
         TIMED,
         {{"S: 0e7da226fdce0fca0605528a5fc65f11f30e387cd9f73f53701514ec649310"
           "3a",
           "T: 1795435200"},
          DONE},
         true},
        {"another moment than was signed",
         TIMED,
         {{"S: 0e7da226fdce0fca0605528a5fc65f11f30e387cd9f73f53701514ec649310"
           "3a",
           "T: 1795435201"},
          DONE},
         false},
        {"no moment", TIMED, {{"S: " SIGNED}, DONE}, false},
        {"a moment that is none",
         TIMED,
         {{"S: " SIGNED, "T: 99999999999999999999"}, DONE},
         false},
        {"in milliseconds",
         PLAIN ", \"timestamp\": {\"header\": \"T\", \"unit\": \"ms\"}",
         {{"S: 8012598bafa4b340899abb64c4fddf89c9978ae71852a6b99f94f629a91c30"
           "87",
           "T: 1795435200000"},
          DONE},
         true},
        {"in words of its own",
         "\"signature\": {\"header\": \"S\", \"secret\": \"k\", \"signs\":"
         " \"v0:{{timestamp}}:{{body}}\"}, \"timestamp\": {\"header\": "
         "\"T\"}",
         {{"S: ddacb62580397a0f9e226f2c1846c2b0fad0e55728c8c036e7829eb9492490"
           "f8",
           "T: 1795435200"},
          DONE},
         true},
    };
    static char key[] = "k3y";
    const struct provider_secret secret = {.name = "k", .value = key};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[512];
        struct error err = {0};
        struct arena *arena = arena_new();
        struct provider_hook *hook;
        snprintf(text, sizeof(text), "{\"receipt\": {}, \"hook\": {%s}}",
                 rows[i].hook);
        struct json *doc = json_parse(text, strlen(text), 0, &err, NULL);
        struct driver_config config = {
            .name = "acme", .doc = doc, .node = json_root(doc), .path = "x"};
        if (!provider_hook_read(&config, &secret, arena, &hook, &err))
            fail_msg("%s: %s", rows[i].says, err.text);
        const struct driver_hook call = hook_of(&rows[i].call, "status");
        if (provider_hook_signed(hook, &call, AT * SECOND_MS) !=
            rows[i].believed)
            fail_msg("%s", rows[i].says);
        /* whoever recorded it comes an hour late */
        if (provider_hook_signed(hook, &call, AT * SECOND_MS + HOUR_MS) !=
            (rows[i].believed && !strstr(rows[i].hook, "timestamp")))
            fail_msg("%s, an hour later", rows[i].says);
        json_free(doc);
        arena_free(arena);
    }
}

/* What a call comes to ----------------------------------------------------- */

#define SECTION                                                              \
    "{\"driver\": \"http\", \"channels\": [\"sms\"], \"secrets\": {\"k\": "  \
    "{\"env\": \"HOOK_KEY\"}}, \"request\": {\"url\": \"http://127.0.0.1:9/" \
    "\"}, \"receipt\": {\"reference\": \"m.ref\", \"id\": \"m.id\", "        \
    "\"status\": \"state\", \"code\": \"err\", \"statuses\": {\"done\": "    \
    "\"delivered\", \"dead\": \"unreachable\", \"queued\": \"none\"}}, "     \
    "\"reply\": {\"from\": \"from\", \"to\": \"to\", \"text\": \"text\", "   \
    "\"id\": \"id\", \"about\": \"of\"}, \"hook\": {\"format\": \"%s\", "    \
    "\"signature\": {\"header\": \"S\", \"secret\": \"k\"}}}"

static struct host *host_of(const char *format)
{
    char section[1024];
    struct host *host = host_new();
    setenv("HOOK_KEY", "k3y", 1);
    host_network(host);
    host->hook_url = "https://example.org/hooks/test";
    snprintf(section, sizeof(section), SECTION, format);
    host_must_open(host, section);
    return host;
}

/* As the provider signs it. */
static enum hook_verdict say(struct host *host, const char *what,
                             const char *body)
{
    uint8_t mac[SHA256_BYTES];
    char line[SHA256_HEX + 8] = "S: ";
    struct hook_answer answer;
    hash_hmac_sha256("k3y", 3, body, strlen(body), mac);
    hash_hex(mac, sizeof(mac), line + 3);
    struct call call = {{line}, body};
    struct driver_hook hook = hook_of(&call, what);
    return host->table->hook(host->driver, &hook, &answer);
}

static void what_it_says_is_told(void **state)
{
    static const struct {
        const char *says, *format, *what, *body;
        enum hook_verdict verdict;
        size_t receipts, replies;
        const char *from, *text; /* of the reply */
    } rows[] = {
        {"a status by our reference", "json", "status", DONE, HOOK_TAKEN, 1, 0,
         NULL, NULL},
        {"a status by its own id", "json", "status",
         "{\"state\": \"dead\", \"m\": {\"id\": \"x\"}}", HOOK_TAKEN, 1, 0,
         NULL, NULL},
        {"a word that changes nothing is told, too", "json", "status",
         "{\"state\": \"queued\", \"m\": {\"id\": \"x\"}}", HOOK_TAKEN, 1, 0,
         NULL, NULL},
        {"a word that nobody named", "json", "status",
         "{\"state\": \"odd\", \"m\": {\"id\": \"x\"}}", HOOK_WRONG, 0, 0, NULL,
         NULL},
        {"a status of no message", "json", "status", "{\"state\": \"done\"}",
         HOOK_WRONG, 0, 0, NULL, NULL},
        {"half a JSON", "json", "status", "{\"state\": \"done\"", HOOK_WRONG, 0,
         0, NULL, NULL},
        {"nothing at all", "json", "status", "", HOOK_WRONG, 0, 0, NULL, NULL},
        {"an answer", "json", "reply",
         "{\"from\": \"+12122000000\", \"to\": \"+12125550190\", \"text\": "
         "\"STOP\", \"id\": \"r1\"}",
         HOOK_TAKEN, 0, 1, "+12122000000", "STOP"},
        {"half of a picture behind it", "json", "reply",
         "{\"from\": \"+12122000000\", \"to\": \"1\", \"text\": \"STOP"
         "\\ud83d\", \"id\": \"r1\"}",
         HOOK_TAKEN, 0, 1, "+12122000000", "STOP\xEF\xBF\xBD"},
        {"a zero, a raw tab and a byte of another encoding", "json", "reply",
         "{\"from\": \"+12122000000\", \"to\": \"1\", \"text\": \"\\u0000a"
         "\tb\xFF\", \"id\": \"r1\"}",
         HOOK_TAKEN, 0, 1, "+12122000000",
         "\xEF\xBF\xBD"
         "a b "},
        {"a status is read as it is", "json", "status",
         "{\"state\":\"done\",\"m\":{\"ref\":\"o7-1\",\"id\":5}, \"note\": "
         "\"\\ud83d\"}",
         HOOK_WRONG, 0, 0, NULL, NULL},
        {"a number without its plus, and a key as a number", "json", "reply",
         "{\"from\": 12122000000, \"to\": \"12125550190\", \"text\": 1, "
         "\"id\": 7}",
         HOOK_TAKEN, 0, 1, "+12122000000", "1"},
        {"a photo, without a word", "json", "reply",
         "{\"from\": \"+12122000000\", \"to\": \"+12125550190\", \"text\": "
         "null, \"id\": \"r1\"}",
         HOOK_TAKEN, 0, 1, "+12122000000", ""},
        {"an answer whose text is not where it should be", "json", "reply",
         "{\"from\": \"+12122000000\", \"to\": \"1\", \"body\": \"STOP\", "
         "\"id\": \"r1\"}",
         HOOK_WRONG, 0, 0, NULL, NULL},
        {"an answer from nobody", "json", "reply",
         "{\"to\": \"1\", \"text\": \"STOP\", \"id\": \"r1\"}", HOOK_WRONG, 0,
         0, NULL, NULL},
        {"an answer without an id could count twice", "json", "reply",
         "{\"from\": \"+12122000000\", \"to\": \"1\", \"text\": \"STOP\"}",
         HOOK_WRONG, 0, 0, NULL, NULL},
        {"an id that was rounded would be another's, too", "json", "reply",
         "{\"from\": \"+12122000000\", \"to\": \"1\", \"text\": \"STOP\", "
         "\"id\": 12345678901234567890}",
         HOOK_WRONG, 0, 0, NULL, NULL},
        {"a form", "form", "reply",
         "from=%2B12122000000&to=12125550190&text=Yes+please&id=r1", HOOK_TAKEN,
         0, 1, "+12122000000", "Yes please"},
        {"a status in a form", "form", "status", "state=done&m.id=5",
         HOOK_TAKEN, 1, 0, NULL, NULL},
        {"a form that is none", "form", "status", "state=%zz", HOOK_WRONG, 0, 0,
         NULL, NULL},
        {"something else", "json", "dance", "{}", HOOK_UNKNOWN, 0, 0, NULL,
         NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct host *host = host_of(rows[i].format);
        for (int times = 0; times < 3; times++) /* played again: told once */
            if (say(host, rows[i].what, rows[i].body) != rows[i].verdict)
                fail_msg("%s", rows[i].says);
        if (host->receipt_count != rows[i].receipts ||
            host->reply_count != rows[i].replies)
            fail_msg("%s: %zu receipts, %zu replies", rows[i].says,
                     host->receipt_count, host->reply_count);
        if (rows[i].from) {
            assert_string_equal(host->replies[0].from, rows[i].from);
            assert_string_equal(host->replies[0].text, rows[i].text);
        }
        host_free(host);
    }
}

static void a_status_keeps_its_meaning(void **state)
{
    (void)state;
    struct host *host = host_of("json");
    assert_int_equal(say(host, "status", DONE), HOOK_TAKEN);
    assert_string_equal(host->receipts[0].reference, "o7-1");
    assert_string_equal(host->receipts[0].provider_id, "5");
    assert_int_equal(host->receipts[0].outcome, OUTCOME_DELIVERED);
    assert_true(host->receipts[0].ended);
    assert_int_equal(say(host, "status",
                         "{\"state\": \"queued\", \"m\": {\"ref\": "
                         "\"o7-1\"}}"),
                     HOOK_TAKEN);
    assert_int_equal(host->receipts[1].outcome, OUTCOME_NONE);
    assert_false(host->receipts[1].ended);
    assert_true(host->receipts[1].rank < host->receipts[0].rank);
    /* what can be proved, and that answers are heard */
    struct outgoing sms = host_sms(1, "+14155552671", "Reply C");
    struct error err = {0};
    sms.invites_reply = true;
    assert_true(host->table->admits(host->driver, &sms, &err));
    assert_int_equal(host->table->evidence(host->driver, CHANNEL_SMS),
                     EVIDENCE_DELIVERED);
    assert_false(host->table->by_id(host->driver));
    host_free(host);
}

static void where_nobody_can_call_nothing_is_promised(void **state)
{
    (void)state;
    char section[1024];
    struct outgoing sms = host_sms(1, "+14155552671", "Reply C");
    struct error err = {0};
    struct host *host = host_new();
    setenv("HOOK_KEY", "k3y", 1);
    host_network(host);
    snprintf(section, sizeof(section), SECTION, "json");
    host_must_open(host, section);
    sms.invites_reply = true;
    assert_false(host->table->admits(host->driver, &sms, &err));
    assert_int_equal(host->table->evidence(host->driver, CHANNEL_SMS),
                     EVIDENCE_ACCEPTED);
    host_free(host);
}

#define BEGIN                                                               \
    "{\"driver\": \"http\", \"channels\": [\"sms\"], \"secrets\": {\"k\": " \
    "{\"env\": \"HOOK_KEY\"}}, \"request\": {\"url\": \"http://a.b/\"}, "
#define RECEIPT                                                      \
    "\"receipt\": {\"id\": \"i\", \"status\": \"s\", \"statuses\": " \
    "{\"d\": \"delivered\"}}, "

static void faults_name_the_place(void **state)
{
    static const struct {
        const char *json, *part;
    } rows[] = {
        {BEGIN "\"hook\": {}}", "there is a 'hook' and nothing to hear"},
        {BEGIN "\"reply\": {}}", "no 'hook' says who brings them"},
        {BEGIN RECEIPT "\"hook\": 1}", "'hook' must be an object"},
        {BEGIN RECEIPT "\"hook\": {}}", "'signature' is missing here"},
        {BEGIN RECEIPT "\"hook\": {\"signatur\": {}}}",
         "did you mean 'signature'?"},
        {BEGIN RECEIPT "\"hook\": {\"format\": \"xml\"}}",
         "'format' is \"json\" or \"form\""},
        {BEGIN RECEIPT "\"hook\": {\"signature\": {\"secret\": \"k\"}}}",
         "'header' is missing here"},
        {BEGIN RECEIPT "\"hook\": {\"signature\": {\"header\": \"S\"}}}",
         "'secret' is missing here"},
        {BEGIN RECEIPT
         "\"hook\": {\"signature\": {\"header\": \"S\", \"secret\": \"x\"}}}",
         "'x' is no name of 'secrets'"},
        {BEGIN RECEIPT "\"hook\": {\"signature\": {\"header\": \"S\", "
                       "\"secret\": \"k\", \"encoding\": \"octal\"}}}",
         "'encoding' is \"hex\" or \"base64\""},
        {BEGIN RECEIPT
         "\"hook\": {\"signature\": {\"header\": \"S\", \"secret\": \"k\", "
         "\"signs\": \"{{body}}\"}, \"timestamp\": {\"header\": \"T\"}}}",
         "what is not signed proves nothing"},
        {BEGIN RECEIPT "\"hook\": {\"signature\": {\"header\": \"S\", "
                       "\"secret\": \"k\", \"signs\": \"hello\"}}}",
         "'signs' holds {{body}} once"},
        {BEGIN RECEIPT
         "\"hook\": {\"timestamp\": {\"header\": \"T\", \"tolerance_s\": 0}}}",
         "'tolerance_s' is a whole number from 1 to 3600"},
        {BEGIN RECEIPT "\"reply\": {\"from\": \"f\"}, \"hook\": {\"signature\""
                       ": {\"header\": \"S\", \"secret\": \"k\"}}}",
         "'to' is missing here"},
    };
    (void)state;
    setenv("HOOK_KEY", "k3y", 1);
    for (size_t i = 0; i < COUNT(rows); i++)
        host_must_refuse(rows[i].json, rows[i].part);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_provider_is_believed),
        cmocka_unit_test(what_it_says_is_told),
        cmocka_unit_test(a_status_keeps_its_meaning),
        cmocka_unit_test(where_nobody_can_call_nothing_is_promised),
        cmocka_unit_test(faults_name_the_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
