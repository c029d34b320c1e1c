/* SPDX-License-Identifier: Apache-2.0 */
/* The smtp driver: its configuration, its table of replies, and whole
 * messages to scripted mail servers on loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/http.h"
#include "io/loop.h"

#include "channels/smtp_codes.h"
#include "tests/channels/host.h"
#include "tests/io/server.h"
#include "tests/io/smtp_script.h"

static void replies_mean_what_the_table_says(void **state)
{
    static const struct {
        const char *stage, *reply;
        enum outcome outcome;
        const char *why;
    } rows[] = {
        {NULL, "250 2.0.0 Ok: queued as 4711", OUTCOME_ACCEPTED, "taken"},
        {"the message", "250 thanks", OUTCOME_ACCEPTED, "taken"},
        {"RCPT TO", "550 5.1.1 no such user", OUTCOME_BAD_ADDRESS, "unknown"},
        {"RCPT TO", "550 no such user", OUTCOME_BAD_ADDRESS, "unknown"},
        {"RCPT TO", "551 user not local", OUTCOME_BAD_ADDRESS, "moved"},
        {"RCPT TO", "553 5.1.3 bad syntax", OUTCOME_BAD_ADDRESS, "syntax"},
        {"RCPT TO", "501 5.1.3 bad syntax", OUTCOME_BAD_ADDRESS, "syntax"},
        {"RCPT TO", "501 bad syntax", OUTCOME_BAD_ADDRESS, "syntax"},
        {"RCPT TO", "556 5.1.10 null MX", OUTCOME_BAD_ADDRESS, "no mail"},
        {"RCPT TO", "550 5.2.1 disabled", OUTCOME_BAD_ADDRESS, "closed"},
        {"RCPT TO", "450 4.2.1 busy", OUTCOME_UNREACHABLE, "later"},
        {"RCPT TO", "450 mailbox busy", OUTCOME_UNREACHABLE, "later"},
        {"RCPT TO", "452 4.2.2 full", OUTCOME_UNREACHABLE, "full"},
        {"RCPT TO", "552 5.2.2 full", OUTCOME_UNREACHABLE, "full"},
        {"RCPT TO", "552 full", OUTCOME_UNREACHABLE, "full"},
        {"RCPT TO", "450 4.2.0 grey-listed", OUTCOME_THROTTLED, "soon"},
        {"RCPT TO", "451 4.7.1 grey-listed", OUTCOME_THROTTLED, "soon"},
        {"RCPT TO", "451 local error", OUTCOME_THROTTLED, "soon"},
        {"DATA", "452 4.3.1 no room", OUTCOME_THROTTLED, "their disk"},
        {"RCPT TO", "499 odd", OUTCOME_THROTTLED, "any 4xx"},
        {"RCPT TO", "550 5.7.1 blocked list", OUTCOME_BLOCKED, "policy"},
        {"the message", "550 5.7.1 spam", OUTCOME_BLOCKED, "policy"},
        {"the message", "554 spam", OUTCOME_BLOCKED, "policy"},
        {"the message", "571 refused", OUTCOME_BLOCKED, "policy"},
        {"the message", "599 odd", OUTCOME_BLOCKED, "any 5xx"},
        {"the message", "552 5.3.4 too big", OUTCOME_BAD_CONTENT, "size"},
        {"the message", "554 5.6.0 bad MIME", OUTCOME_BAD_CONTENT, "syntax"},
        {"the connection", "535 5.7.8 no", OUTCOME_MISCONFIGURED, "login"},
        {"MAIL FROM", "530 5.7.0 log in", OUTCOME_MISCONFIGURED, "login"},
        {"MAIL FROM", "550 5.7.1 not yours", OUTCOME_MISCONFIGURED, "sender"},
        {"MAIL FROM", "553 5.1.8 no domain", OUTCOME_MISCONFIGURED, "sender"},
        {"RCPT TO", "550 5.1.8 sender", OUTCOME_MISCONFIGURED, "sender"},
        {"the connection", "554 go away", OUTCOME_MISCONFIGURED, "listed"},
        {"MAIL FROM", "502 what?", OUTCOME_MISCONFIGURED, "not SMTP"},
        {"the connection", "421 busy", OUTCOME_THROTTLED, "soon"},
        {"MAIL FROM", "421 4.7.0 too many", OUTCOME_THROTTLED, "soon"},
        {"the connection", "450 busy", OUTCOME_PROVIDER_DOWN, "soon"},
        {"the connection", "454 4.7.0 no TLS now", OUTCOME_PROVIDER_DOWN, ""},
        {NULL, "000", OUTCOME_UNKNOWN, "no reply"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char enhanced[SMTP_ENHANCED_MAX];
        enum outcome outcome;

        smtp_enhanced(rows[i].reply, enhanced);
        outcome = smtp_outcome(rows[i].stage,
                               (int)strtol(rows[i].reply, NULL, 10), enhanced);
        if (outcome != rows[i].outcome)
            fail_msg("%s to %s (%s): %s", rows[i].reply,
                     rows[i].stage ? rows[i].stage : "all", rows[i].why,
                     outcome_name(outcome));
    }
}

static void enhanced_statuses_are_found(void **state)
{
    static const char *const rows[][2] = {
        {"550 5.1.1 no", "5.1.1"},
        {"550-5.7.26 no", "5.7.26"},
        {"250 2.0.0 ok", "2.0.0"},
        {"550 no", ""},
        {"550", ""},
        {"", ""},
        {"550 5.1 and more", ""},
        {"550 9.1.1 and more", ""},
        {"550 192.0.2.1 blocked", ""},
        {"550 5.1.1.1.1.1.1.1", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char enhanced[SMTP_ENHANCED_MAX];

        smtp_enhanced(rows[i][0], enhanced);
        assert_string_equal(enhanced, rows[i][1]);
    }
}

/* --- configuration ------------------------------------------------------- */

#define BEGIN "{\"driver\":\"smtp\",\"url\":\"smtp://mx.example:587\","
#define FROM "\"from\":\"Lakeside <noreply@lakeside.example>\""

/* host_must_refuse() opens without HTTP; these faults need it. */
static void refused(const char *json, const char *part)
{
    struct host *host = host_new();
    struct error err = {0};

    host_network(host);
    if (host_open(host, json, &err))
        fail_msg("opened: %s", json);
    if (!strstr(err.text, part))
        fail_msg("expected '%s' in: %s", part, err.text);
    host_free(host);
}

static void wrong_sections_are_refused_with_the_remedy(void **state)
{
    static const char *const rows[][2] = {
        {BEGIN "\"x\":1}", "from"},
        {"{\"driver\":\"smtp\"," FROM "}", "url"},
        {"{\"driver\":\"smtp\",\"url\":\"http://mx\"," FROM "}", "smtp://host"},
        {"{\"driver\":\"smtp\",\"url\":\"smtp://mx/p\"," FROM "}", "without"},
        {"{\"driver\":\"smtp\",\"url\":\"smtp://a@mx\"," FROM "}", "without"},
        {BEGIN "\"from\":\"Lakeside\"}", "Name <name@domain>"},
        {BEGIN FROM ",\"reply_to\":\"nobody\"}", "Name <name@domain>"},
        {BEGIN FROM ",\"tls\":\"maybe\"}", "\"opportunistic\""},
        {BEGIN FROM ",\"helo\":\"a b\"}", "helo"},
        {BEGIN FROM ",\"timeout_s\":0}", "timeout_s"},
        {BEGIN FROM ",\"user\":\"u\",\"password\":\"p\"}", "password_file"},
        {BEGIN FROM ",\"user\":\"u\"}", "password_file"},
        {BEGIN FROM ",\"password_env\":\"OUTREACH_T\"}", "'user'"},
        {BEGIN FROM ",\"tls\":\"opportunistic\",\"user\":\"u\","
                    "\"password_env\":\"OUTREACH_T\"}",
         "verified TLS"},
    };

    (void)state;
    setenv("OUTREACH_T", "hush-hush", 1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        refused(rows[i][0], rows[i][1]);
    unsetenv("OUTREACH_T");
}

static void it_does_not_open_under_a_pretended_time(void **state)
{
    (void)state;
    host_must_refuse(BEGIN FROM "}", "outbox");
    assert_true(driver_smtp.live);
    assert_int_equal(driver_smtp.channels, 1u << CHANNEL_EMAIL);
}

static void an_answer_needs_somebody_who_reads_it(void **state)
{
    struct outgoing message = host_sms(1, "ann@patient.example", "Reply C");
    struct error err = {0};

    (void)state;
    message.invites_reply = true;
    for (int i = 0; i < 2; i++) {
        struct host *host = host_new();

        host_network(host);
        host_must_open(host, i == 0 ? BEGIN FROM "}"
                                    : BEGIN FROM
                                 ",\"reply_to\":\"d@lakeside.example\"}");
        assert_true(driver_smtp.admits(host->driver, &message, &err) ==
                    (i == 1));
        assert_int_equal(driver_smtp.evidence(host->driver, CHANNEL_EMAIL),
                         EVIDENCE_ACCEPTED);
        host_free(host);
    }
    assert_non_null(strstr(err.text, "reply_to"));
}

/* --- messages ------------------------------------------------------------ */

struct desk {
    struct smtp_script script;
    struct server *server;
    struct host *host;
};

static const uint8_t key[] = "this key of a store has 32 bytes";

static void desk_open(struct desk *desk, const struct smtp_script *script,
                      const char *more)
{
    char json[512];

    desk->script = *script;
    smtp_fill_in(&desk->script);
    desk->server = server_start(smtp_serve, &desk->script);
    desk->host = host_new();
    desk->host->face.key = key;
    host_network(desk->host);
    snprintf(
        json, sizeof json,
        "{\"driver\":\"smtp\",\"url\":\"smtp://127.0.0.1:%d\","
        "\"tls\":\"none\",\"timeout_s\":1,\"helo\":\"clinic.example\"," FROM
        "%s}",
        desk->server->port, more);
    host_must_open(desk->host, json);
}

static void desk_close(struct desk *desk)
{
    host_close(desk->host);
    http_free(desk->host->face.http);
    assert_int_equal(loop_open(desk->host->loop), 0);
    desk->host->face.http = NULL;
    host_free(desk->host);
    server_stop(desk->server);
}

static const struct host_event *send_one(struct desk *desk,
                                         const struct outgoing *message)
{
    size_t before = desk->host->ended_count;

    host_submit(desk->host, message);
    host_wait(desk->host, &desk->host->ended_count, before + 1);
    return host_last(desk->host, message->attempt_id);
}

static struct outgoing letter(int64_t id)
{
    struct outgoing message = host_sms(id, "ann@patient.example",
                                       "Hola Ann,\nma\xC3\xB1"
                                       "ana.\n");

    message.channel = CHANNEL_EMAIL;
    message.subject = "Su cita ma\xC3\xB1"
                      "ana";
    return message;
}

static void a_message_is_accepted(void **state)
{
    struct smtp_script script = {0};
    struct desk desk;
    struct outgoing message = letter(11);
    const struct host_event *event;

    (void)state;
    desk_open(&desk, &script, ",\"reply_to\":\"Desk <d@lakeside.example>\"");
    message.unsubscribe_url = "https://u.example/t";
    event = send_one(&desk, &message);
    assert_int_equal(event->outcome, OUTCOME_ACCEPTED);
    assert_string_equal(event->code, "250 2.0.0");
    assert_string_equal(event->provider_id, "4711");
    assert_string_equal(event->status, "accepted");
    assert_true(event->at > 0);
    /* marked: who did not get it cannot make up a bounce of it */
    assert_non_null(strstr(desk.script.text,
                           "\nMessage-ID: <o7-11-d5ce04856e8d72e8ca8e@lakeside."
                           "example>\n"));
    assert_non_null(
        strstr(desk.script.text, "Date: Mon, 23 Nov 2026 12:00:00 +0000\n"));
    assert_non_null(strstr(desk.script.text, "\nReply-To: Desk\n <d@"));
    assert_non_null(strstr(desk.script.text, "\nSubject: =?UTF-8?B?"));
    assert_non_null(strstr(desk.script.text, "ma=C3=B1ana."));
    assert_non_null(strstr(desk.script.text, "\nList-Unsubscribe-Post: "));
    desk_close(&desk);
}

static void what_happens_becomes_one_outcome(void **state)
{
    static const struct {
        const char *what;
        struct smtp_script script;
        enum outcome outcome;
        const char *code;
    } rows[] = {
        {"unknown mailbox",
         {.rcpt = "550 5.1.1 <ann@patient.example> ?\r\n"},
         OUTCOME_BAD_ADDRESS,
         "550 5.1.1"},
        {"full mailbox",
         {.rcpt = "452 4.2.2 full\r\n"},
         OUTCOME_UNREACHABLE,
         "452 4.2.2"},
        {"spam", {.end = "554 5.7.1 no\r\n"}, OUTCOME_BLOCKED, "554 5.7.1"},
        {"sender refused",
         {.mail = "553 no\r\n"},
         OUTCOME_MISCONFIGURED,
         "553"},
        {"closes after the text", {.end = ""}, OUTCOME_UNKNOWN, ""},
        {"closes before the text", {.data = ""}, OUTCOME_NOT_SENT, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct desk desk;
        struct outgoing message = letter(20 + (int64_t)i);
        const struct host_event *event;

        desk_open(&desk, &rows[i].script, "");
        event = send_one(&desk, &message);
        if (event->outcome != rows[i].outcome)
            fail_msg("%s: %s", rows[i].what, outcome_name(event->outcome));
        assert_string_equal(event->code, rows[i].code);
        assert_true(event->detail[0] != '\0');
        assert_null(strstr(event->detail, "ann"));
        desk_close(&desk);
    }
}

static void what_no_server_must_see_ends_here(void **state)
{
    struct smtp_script script = {0};
    struct desk desk;
    struct outgoing rows[4];
    static const enum outcome wanted[] = {
        OUTCOME_BAD_ADDRESS, OUTCOME_BAD_ADDRESS, OUTCOME_BAD_CONTENT,
        OUTCOME_BAD_CONTENT};

    (void)state;
    for (int i = 0; i < 4; i++)
        rows[i] = letter(30 + i);
    rows[0].to = "nobody";
    rows[1].to = "Ann <ann@patient.example>";
    rows[2].text = "\xFF";
    rows[3].text = NULL;
    desk_open(&desk, &script, "");
    for (int i = 0; i < 4; i++) {
        const struct host_event *event = send_one(&desk, &rows[i]);

        assert_int_equal(event->outcome, wanted[i]);
    }
    desk_close(&desk);
    assert_string_equal(desk.script.commands, "");
}

static void closing_accounts_for_what_is_under_way(void **state)
{
    struct smtp_script script = {.end = smtp_silent};
    struct desk desk;
    struct outgoing message = letter(40);

    (void)state;
    desk_open(&desk, &script, "");
    host_submit(desk.host, &message);
    message = letter(41);
    message.to = "nobody";
    host_submit(desk.host, &message);
    assert_int_equal(desk.host->event_count, 0);
    host_close(desk.host);
    assert_int_equal(desk.host->ended_count, 2);
    assert_int_equal(host_last(desk.host, 40)->outcome, OUTCOME_UNKNOWN);
    assert_int_equal(host_last(desk.host, 41)->outcome, OUTCOME_BAD_ADDRESS);
    desk_close(&desk);
}

static void nobody_listening_and_tls_missing_are_told_apart(void **state)
{
    struct smtp_script script = {0};
    struct desk desk;
    struct outgoing message = letter(50);
    struct host *host = host_new();
    char json[300];

    (void)state;
    host_network(host);
    snprintf(json, sizeof json,
             "{\"driver\":\"smtp\",\"url\":\"smtp://127.0.0.1:%d\"," FROM "}",
             server_dead_port());
    host_must_open(host, json);
    host_submit(host, &message);
    host_wait(host, &host->ended_count, 1);
    assert_int_equal(host_last(host, 50)->outcome, OUTCOME_NOT_SENT);
    host_free(host);

    desk_open(&desk, &script, "");
    host = host_new();
    host_network(host);
    snprintf(json, sizeof json,
             "{\"driver\":\"smtp\",\"url\":\"smtp://127.0.0.1:%d\"," FROM "}",
             desk.server->port);
    host_must_open(host, json);
    host_submit(host, &message);
    host_wait(host, &host->ended_count, 1);
    assert_int_equal(host_last(host, 50)->outcome, OUTCOME_MISCONFIGURED);
    host_free(host);
    desk_close(&desk);
}

static void a_password_is_used_and_never_shown(void **state)
{
    struct smtp_script script = {.ehlo = "250-mx\r\n250 AUTH PLAIN\r\n",
                                 .auth = "535 5.7.8 no\r\n"};
    struct desk desk;
    struct outgoing message = letter(60);
    const struct host_event *event;

    (void)state;
    setenv("OUTREACH_T", "hush-hush", 1);
    desk_open(&desk, &script,
              ",\"user\":\"clinic\",\"password_env\":\"OUTREACH_T\"");
    event = send_one(&desk, &message);
    assert_int_equal(event->outcome, OUTCOME_MISCONFIGURED);
    assert_null(strstr(event->detail, "hush"));
    assert_non_null(strchr(desk.script.commands, 'A'));
    desk_close(&desk);
    unsetenv("OUTREACH_T");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_mean_what_the_table_says),
        cmocka_unit_test(enhanced_statuses_are_found),
        cmocka_unit_test(wrong_sections_are_refused_with_the_remedy),
        cmocka_unit_test(it_does_not_open_under_a_pretended_time),
        cmocka_unit_test(an_answer_needs_somebody_who_reads_it),
        cmocka_unit_test(a_message_is_accepted),
        cmocka_unit_test(what_happens_becomes_one_outcome),
        cmocka_unit_test(what_no_server_must_see_ends_here),
        cmocka_unit_test(closing_accounts_for_what_is_under_way),
        cmocka_unit_test(nobody_listening_and_tls_missing_are_told_apart),
        cmocka_unit_test(a_password_is_used_and_never_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
