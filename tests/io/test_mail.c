/* SPDX-License-Identifier: Apache-2.0 */
/* Mail out against scripted SMTP servers on loopback and Postfix's smtp-sink.
 * Every test ends by proving that the loop is empty. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"

#include "io/http.h"
#include "io/loop.h"
#include "tests/io/server.h"
#include "tests/io/smtp_script.h"
#include "tests/io/tls.h"

#define TEXT "Subject: hello\r\n\r\nFirst\r\n.dotted\r\n..two\r\nlast\r\n"

struct call {
    struct loop *loop;
    struct http *http;
    char url[64];
    int done;
    bool sending;
    enum http_end end;
    int status;
    char body[512], error[300], stage[32];
    bool misconfigured;
};

static void open_call(struct call *call, int port)
{
    struct http_limits limits = {.connect_ms = 400, .total_ms = 800};

    memset(call, 0, sizeof *call);
    unsetenv("all_proxy");
    call->loop = loop_new();
    call->http = http_new(call->loop, &limits, NULL);
    snprintf(call->url, sizeof call->url, "smtp://127.0.0.1:%d", port);
}

static void shut(struct call *call)
{
    assert_int_equal(http_running(call->http), 0);
    http_free(call->http);
    assert_int_equal(loop_open(call->loop), 0);
    loop_free(call->loop);
}

static void on_done(void *arg, const struct http_answer *answer)
{
    struct call *call = arg;

    assert_false(call->sending);
    call->done++;
    call->end = answer->end;
    call->status = answer->status;
    snprintf(call->body, sizeof call->body, "%s",
             answer->body ? answer->body : "");
    snprintf(call->error, sizeof call->error, "%s",
             answer->error ? answer->error : "");
    snprintf(call->stage, sizeof call->stage, "%s",
             answer->stage ? answer->stage : "");
    call->misconfigured = answer->misconfigured;
}

static struct mail_request letter(const struct call *call)
{
    return (struct mail_request){.url = call->url,
                                 .tls = MAIL_TLS_NONE,
                                 .from = "noreply@clinic.example",
                                 .to = "ann@patient.example",
                                 .message = TEXT,
                                 .message_len = sizeof TEXT - 1};
}

static void mail(struct call *call, const struct mail_request *request)
{
    struct error err;
    int before = call->done;

    call->sending = true;
    if (!http_mail(call->http, request, on_done, call, &err))
        fail_msg("%s", err.text);
    call->sending = false;
    loop_run(call->loop); /* returns: an idle link is nothing to wait for */
    assert_int_equal(call->done, before + 1);
}

static void a_message_arrives_as_it_was_written(void **state)
{
    static const char *const ehlos[] = {"250 mx\r\n", SMTP_PIPELINING};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct smtp_script script = smtp_good;
        struct server *server;
        struct mail_request request;
        struct call call;

        script.ehlo = ehlos[i];
        server = server_start(smtp_serve, &script);
        open_call(&call, server->port);
        request = letter(&call);
        mail(&call, &request);
        assert_int_equal(call.end, HTTP_ANSWERED);
        assert_int_equal(call.status, 250);
        assert_string_equal(call.body, "250 2.0.0 Ok: queued as 4711");
        assert_string_equal(call.error, "");
        shut(&call);
        server_stop(server);
        assert_string_equal(script.commands, "EMRD.Q");
        assert_string_equal(script.text, "Subject: hello\n\nFirst\n..dotted\n"
                                         "...two\nlast\n");
    }
}

static void each_refusal_is_answered_with_its_code(void **state)
{
    static const struct {
        const char *what;
        struct smtp_script script;
        int status;
        const char *stage;
    } rows[] = {
        {"a greeting of 554",
         {.greeting = "554 go away\r\n"},
         554,
         "the connection"},
        {"a greeting of 421",
         {.greeting = "421 busy\r\n"},
         421,
         "the connection"},
        {"MAIL", {.mail = "553 5.7.1 not you\r\n"}, 553, "MAIL FROM"},
        {"RCPT for ever", {.rcpt = "550 5.1.1 unknown\r\n"}, 550, "RCPT TO"},
        {"RCPT for now", {.rcpt = "451 4.3.0 later\r\n"}, 451, "RCPT TO"},
        {"RCPT with many lines",
         {.rcpt = "550-5.1.1 first\r\n550 5.1.1 second\r\n"},
         550,
         "RCPT TO"},
        {"DATA", {.data = "451 4.3.0 no disk\r\n"}, 451, "DATA"},
        {"the text", {.end = "554 5.7.1 spam\r\n"}, 554, "the message"},
        {"421 to MAIL", {.mail = "421 4.7.0 too many\r\n"}, 421, "MAIL FROM"},
    };

    (void)state;
    for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
        struct smtp_script script = rows[i / 2].script;
        struct server *server;
        struct mail_request request;
        struct call call;

        smtp_fill_in(&script);
        if (i % 2)
            script.ehlo = SMTP_PIPELINING;
        if (i % 2 && rows[i / 2].script.rcpt) /* as a pipelining server does */
            script.data = "503 5.5.1 no valid recipients\r\n";
        if (i % 2 && rows[i / 2].script.mail)
            script.rcpt = script.data = "503 5.5.1 MAIL first\r\n";
        server = server_start(smtp_serve, &script);
        open_call(&call, server->port);
        request = letter(&call);
        mail(&call, &request);
        if (call.end != HTTP_ANSWERED || call.status != rows[i / 2].status ||
            strcmp(call.stage, rows[i / 2].stage) != 0)
            fail_msg("%s: end %d status %d (%s)", rows[i / 2].what, call.end,
                     call.status, call.error);
        shut(&call);
        server_stop(server);
    }
}

/* Ends of a message without an answer; returns the verdict. */
static enum http_end ends_as(const char *what, const struct smtp_script *row,
                             const char *text, size_t len)
{
    struct smtp_script script = *row;
    struct server *server;
    struct mail_request request;
    struct call call;
    enum http_end end;

    smtp_fill_in(&script);
    server = server_start(smtp_serve, &script);
    open_call(&call, server->port);
    request = letter(&call);
    request.total_ms = 150;
    request.message = text;
    request.message_len = len;
    mail(&call, &request);
    if (call.status != 0 || call.error[0] == '\0')
        fail_msg("%s: status %d (%s)", what, call.status, call.error);
    assert_true(atomic_load(&server->requests) <= 1);
    assert_int_equal(atomic_load(&server->connections), 1);
    end = call.end;
    shut(&call);
    server_stop(server);
    return end;
}

static void what_ends_without_a_word_is_classified_by_the_final_dot(void **s)
{
    static const struct {
        const char *what;
        struct smtp_script script;
        enum http_end end;
    } rows[] = {
        {"silent from the start", {.greeting = smtp_silent}, HTTP_NOT_SENT},
        {"closes instead of a greeting", {.greeting = ""}, HTTP_NOT_SENT},
        {"greets with garbage", {.greeting = "hello\r\n\r\n"}, HTTP_NOT_SENT},
        {"silent after EHLO", {.ehlo = smtp_silent}, HTTP_NOT_SENT},
        {"silent after MAIL", {.mail = smtp_silent}, HTTP_NOT_SENT},
        {"closes at MAIL", {.mail = ""}, HTTP_NOT_SENT},
        {"closes at RCPT", {.rcpt = ""}, HTTP_NOT_SENT},
        {"silent after DATA", {.data = smtp_silent}, HTTP_NOT_SENT},
        {"closes at DATA", {.data = ""}, HTTP_NOT_SENT},
        {"answers DATA with garbage", {.data = "ok\r\n"}, HTTP_NOT_SENT},
        {"answers DATA with 250", {.data = "250 ok\r\n"}, HTTP_NOT_SENT},
        {"takes the text and is silent", {.end = smtp_silent}, HTTP_UNKNOWN},
        {"takes the text and closes", {.end = ""}, HTTP_UNKNOWN},
        {"takes the text and babbles", {.end = "thanks\r\n"}, HTTP_UNKNOWN},
        {"takes the text, answers half a line",
         {.end = "250 queu", .close_after = 1},
         HTTP_UNKNOWN},
    };

    (void)s;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum http_end end =
            ends_as(rows[i].what, &rows[i].script, TEXT, sizeof TEXT - 1);

        if (end != rows[i].end)
            fail_msg("%s: %d", rows[i].what, end);
    }
}

/* One byte of one reply is wrong. What must hold all the same: a server that
 * has the whole text is never taken for one that has not, and one that has
 * not never for one that accepted. */
static void no_babble_turns_the_verdict_round(void **state)
{
    struct random random = {.state = 4711};

    (void)state;
    for (int i = 0; i < 60; i++) {
        struct smtp_script script = smtp_good;
        const char **reply = (const char **)&script + i % 6;
        char wrong[128];
        struct server *server;
        struct mail_request request;
        struct call call;

        script.ehlo = i % 2 ? SMTP_PIPELINING : script.ehlo;
        snprintf(wrong, sizeof wrong, "%s", *reply);
        wrong[random_next(&random) % strlen(wrong)] =
            (char)(random_next(&random) % 255 + 1);
        *reply = wrong;
        server = server_start(smtp_serve, &script);
        open_call(&call, server->port);
        request = letter(&call);
        request.total_ms = 40;
        mail(&call, &request);
        shut(&call);
        server_stop(server); /* joins: the count is final */
        if (script.taken > 0 && call.end == HTTP_NOT_SENT)
            fail_msg("seed %d: %s", i, call.error);
        if (call.end == HTTP_ANSWERED && call.status == 250)
            assert_int_equal(script.taken, 1);
    }
}

static void a_text_that_never_fully_left_is_not_sent(void **state)
{
    const struct smtp_script script = {.deaf = true};
    size_t len = (size_t)8 << 20;
    char *big = malloc(len);

    (void)state;
    memset(big, 'x', len);
    for (size_t i = 78; i + 1 < len; i += 80)
        memcpy(big + i, "\r\n", 2);
    memcpy(big + len - 4, "xx\r\n", 4);
    assert_int_equal(ends_as("stops reading", &script, big, len),
                     HTTP_NOT_SENT);
    free(big);
}

static void nobody_listening_is_not_sent(void **state)
{
    struct mail_request request;
    struct call call;

    (void)state;
    open_call(&call, server_dead_port());
    request = letter(&call);
    mail(&call, &request);
    assert_int_equal(call.end, HTTP_NOT_SENT);
    assert_false(call.misconfigured);
    shut(&call);
}

static void a_link_is_kept_also_after_a_refusal(void **state)
{
    (void)state;
    for (int pipelined = 0; pipelined < 2; pipelined++) {
        struct smtp_script script = smtp_good;
        struct server *server;
        struct mail_request request;
        struct call call;

        if (pipelined)
            script.ehlo = SMTP_PIPELINING;
        server = server_start(smtp_serve, &script);
        open_call(&call, server->port);
        request = letter(&call);
        mail(&call, &request);
        script.rcpt = "550 5.1.1 no\r\n";
        script.data = "503 5.5.1 no\r\n";
        mail(&call, &request);
        assert_int_equal(call.status, 550);
        script.rcpt = smtp_good.rcpt;
        script.data = smtp_good.data;
        mail(&call, &request);
        assert_int_equal(call.status, 250);
        mail(&call, &request);
        assert_int_equal(call.status, 250);
        assert_int_equal(atomic_load(&server->connections), 1);
        shut(&call);
        server_stop(server);
        assert_string_equal(script.commands, pipelined ? "EMRD.MRDSMRD.MRD.Q"
                                                       : "EMRD.MRSMRD.MRD.Q");
    }
}

static void a_go_ahead_after_a_refusal_sends_no_text(void **state)
{
    struct smtp_script script = smtp_good;
    struct server *server;
    struct mail_request request;
    struct call call;

    (void)state;
    script.ehlo = SMTP_PIPELINING;
    script.rcpt = "550 5.1.1 no\r\n";
    server = server_start(smtp_serve, &script);
    open_call(&call, server->port);
    request = letter(&call);
    mail(&call, &request);
    assert_int_equal(call.end, HTTP_ANSWERED);
    assert_int_equal(call.status, 550);
    shut(&call);
    server_stop(server);
    assert_string_equal(script.commands, "EMRD");
    assert_int_equal(script.text[0], '\0');
}

static void a_link_closed_while_idle_is_opened_again(void **state)
{
    struct smtp_script script = smtp_good;
    struct server *server;
    struct mail_request request;
    struct call call;

    (void)state;
    script.close_after = 1;
    server = server_start(smtp_serve, &script);
    open_call(&call, server->port);
    request = letter(&call);
    for (int i = 0; i < 3; i++) {
        mail(&call, &request);
        assert_int_equal(call.end, HTTP_ANSWERED);
        usleep(30000); /* the server closes; the loop does not look */
    }
    assert_int_equal(atomic_load(&server->requests), 3);
    assert_int_equal(atomic_load(&server->connections), 3);
    shut(&call);
    server_stop(server);
}

static void a_link_under_the_text_is_never_opened_again(void **state)
{
    struct smtp_script script = smtp_good;
    struct server *server;
    struct mail_request request;
    struct call call;

    (void)state;
    server = server_start(smtp_serve, &script);
    open_call(&call, server->port);
    request = letter(&call);
    mail(&call, &request);
    script.end = "";
    mail(&call, &request);
    assert_int_equal(call.end, HTTP_UNKNOWN);
    assert_int_equal(atomic_load(&server->connections), 1);
    assert_int_equal(atomic_load(&server->requests), 2);
    shut(&call);
    server_stop(server);
}

static void passwords_are_checked_by_the_server(void **state)
{
    struct smtp_script script = smtp_good;
    struct server *server;
    struct mail_request request;
    struct call call;

    (void)state;
    script.ehlo = "250-mx\r\n250 AUTH PLAIN\r\n";
    server = server_start(smtp_serve, &script);
    open_call(&call, server->port);
    request = letter(&call);
    request.user = "clinic";
    request.password = "secret";
    mail(&call, &request);
    assert_int_equal(call.status, 250);
    request.password = "wrong";
    script.auth = "535 5.7.8 no\r\n";
    mail(&call, &request); /* not on the first one's link */
    assert_int_equal(call.end, HTTP_ANSWERED);
    assert_int_equal(call.status, 535);
    script.ehlo = "250 mx\r\n"; /* offers no log-in, wants one */
    script.mail = "530 5.7.0 authenticate first\r\n";
    mail(&call, &request);
    assert_int_equal(call.end, HTTP_ANSWERED);
    assert_int_equal(call.status, 530);
    assert_int_equal(atomic_load(&server->connections), 3);
    shut(&call);
    server_stop(server);
}

static void required_tls_that_is_not_offered_sends_nothing(void **state)
{
    struct smtp_script script = smtp_good;
    struct server *server = server_start(smtp_serve, &script);
    struct mail_request request;
    struct call call;

    (void)state;
    open_call(&call, server->port);
    request = letter(&call);
    request.tls = MAIL_TLS_REQUIRED;
    mail(&call, &request);
    assert_int_equal(call.end, HTTP_NOT_SENT);
    assert_true(call.misconfigured);
    request.tls = MAIL_TLS_OPPORTUNISTIC;
    mail(&call, &request);
    assert_int_equal(call.end, HTTP_ANSWERED);
    shut(&call);
    server_stop(server);
}

static void a_server_that_takes_so_many_a_connection_gets_another(void **state)
{
    (void)state;
    for (int pipelined = 0; pipelined < 2; pipelined++) {
        struct smtp_script script = smtp_good;
        struct server *server;
        struct mail_request request;
        struct call call;

        script.most_mails = 2;
        if (pipelined)
            script.ehlo = SMTP_PIPELINING;
        server = server_start(smtp_serve, &script);
        open_call(&call, server->port);
        request = letter(&call);
        for (int i = 0; i < 5; i++) {
            mail(&call, &request);
            assert_int_equal(call.status, 250);
        }
        assert_int_equal(atomic_load(&server->requests), 5);
        assert_int_equal(atomic_load(&server->connections), 3);
        shut(&call);
        server_stop(server);
    }
}

/* Sends two over TLS; `trusted` says whether we know the certificate. */
static void over_tls(struct smtp_script *script, enum mail_tls tls,
                     bool trusted, struct call *call)
{
    char path[64];
    struct http_limits limits = {.connect_ms = 2000, .total_ms = 3000};
    struct server *server;
    struct mail_request request;

    snprintf(path, sizeof path, "/tmp/outreach-mail-%d.pem", getpid());
    script->tls = tls_new(path);
    server = server_start(smtp_serve, script);
    memset(call, 0, sizeof *call);
    limits.ca_file = trusted ? path : NULL;
    call->loop = loop_new();
    call->http = http_new(call->loop, &limits, NULL);
    snprintf(call->url, sizeof call->url, "%s://127.0.0.1:%d",
             script->smtps ? "smtps" : "smtp", server->port);
    request = letter(call);
    request.tls = tls;
    mail(call, &request);
    mail(call, &request);
    shut(call);
    server_stop(server);
    tls_free(script->tls);
    unlink(path);
}

static void required_tls_is_used_and_verified(void **state)
{
    struct call call;

    (void)state;
    for (int smtps = 0; smtps < 2; smtps++) {
        struct smtp_script script = smtp_good;

        script.smtps = smtps;
        script.ehlo = "250-mx\r\n250-PIPELINING\r\n250 STARTTLS\r\n";
        over_tls(&script, MAIL_TLS_REQUIRED, true, &call);
        assert_int_equal(call.end, HTTP_ANSWERED);
        assert_int_equal(call.status, 250);
        assert_string_equal(script.commands,
                            smtps ? "EMRD.MRD.Q" : "ETEMRD.MRD.Q");
        memset(script.commands, 0, sizeof script.commands);
        over_tls(&script, MAIL_TLS_REQUIRED, false, &call);
        assert_int_equal(call.end, HTTP_NOT_SENT);
        assert_true(call.misconfigured);
        assert_null(strchr(script.commands, 'M'));
    }
}

static void opportunistic_tls_is_used_unverified(void **state)
{
    struct smtp_script script = smtp_good;
    struct call call;

    (void)state;
    script.ehlo = "250-mx\r\n250 STARTTLS\r\n";
    over_tls(&script, MAIL_TLS_OPPORTUNISTIC, false, &call);
    assert_int_equal(call.status, 250);
    assert_string_equal(script.commands, "ETEMRD.MRD.Q");
}

static void what_cannot_go_is_refused_at_once(void **state)
{
    static const struct {
        const char *url, *from, *to, *message;
    } rows[] = {
        {"smtp://127.0.0.1", "a@b.example", "c@d.example>\r\nRSET", TEXT},
        {"smtp://127.0.0.1", "a@b.example", "c d@e.example", TEXT},
        {"smtp://127.0.0.1", "a@b.example", "", TEXT},
        {"smtp://127.0.0.1", "a@b.example", "j\xC3\xBCrg@d.example", TEXT},
        {"smtp://127.0.0.1", "a<b@c.example", "c@d.example", TEXT},
        {"smtp://127.0.0.1", "a@b.example", "c@d.example", "no line end"},
        {"smtp://127.0.0.1", "a@b.example", "c@d.example", "x\n.\nMAIL\r\n"},
        {"smtp://127.0.0.1", "a@b.example", "c@d.example", "x\r.\r\n"},
        {"smtp://127.0.0.1", "a@b.example", "c@d.example", ""},
        {"http://127.0.0.1", "a@b.example", "c@d.example", TEXT},
        {"nonsense", "a@b.example", "c@d.example", TEXT},
    };
    struct call call;

    (void)state;
    open_call(&call, 1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mail_request request = letter(&call);
        struct error err = {0};

        request.url = rows[i].url;
        request.from = rows[i].from;
        request.to = rows[i].to;
        request.message = rows[i].message;
        request.message_len = strlen(rows[i].message);
        if (http_mail(call.http, &request, on_done, &call, &err))
            fail_msg("row %zu was taken", i);
        assert_int_equal(err.kind, ERROR_INPUT);
    }
    assert_int_equal(call.done, 0);
    shut(&call);
}

/* --- many at once ------------------------------------------------------- */

struct many {
    struct call call;
    int started, ended, answered, wanted;
};

static void many_next(struct many *many);

static void many_done(void *arg, const struct http_answer *answer)
{
    struct many *many = arg;

    assert_false(many->call.sending);
    if (answer->end == HTTP_ANSWERED && answer->status == 250)
        many->answered++;
    many->ended++;
    many_next(many);
}

static void many_next(struct many *many)
{
    struct mail_request request = letter(&many->call);

    if (many->started == many->wanted)
        return;
    many->started++;
    request.total_ms = 5000;
    many->call.sending = true;
    assert_true(http_mail(many->call.http, &request, many_done, many, NULL));
    many->call.sending = false;
}

static void run_many(struct many *many, int at_once)
{
    for (int i = 0; i < at_once; i++)
        many_next(many);
    loop_run(many->call.loop);
    assert_int_equal(many->ended, many->wanted);
    assert_int_equal(many->answered, many->wanted);
}

/* With libcurl's own upload these take ten times as long, in a row. */
static void a_slow_server_holds_up_nobody_else(void **state)
{
    struct smtp_script script = smtp_good;
    struct server *server;
    struct many many = {.wanted = 20};
    int64_t begin;

    (void)state;
    script.delay_ms = 100;
    server = server_start(smtp_serve, &script);
    open_call(&many.call, server->port);
    begin = clock_monotonic_ms();
    run_many(&many, 10);
    assert_true(clock_monotonic_ms() - begin < 1000);
    assert_true(atomic_load(&server->most) <= 10);
    assert_int_equal(atomic_load(&server->connections), 10);
    shut(&many.call);
    server_stop(server);
}

static void freeing_accounts_for_what_runs(void **state)
{
    struct smtp_script script = smtp_good;
    struct server *server;
    struct mail_request request;
    struct call call;

    (void)state;
    server = server_start(smtp_serve, &script);
    open_call(&call, server->port);
    request = letter(&call);
    mail(&call, &request);
    assert_true(http_mail(call.http, &request, on_done, &call, NULL));
    http_free(call.http);
    assert_int_equal(call.done, 2);
    assert_int_equal(call.end, HTTP_NOT_SENT);
    assert_int_equal(loop_open(call.loop), 0);
    loop_free(call.loop);
    server_stop(server);
}

/* Postfix's own test server: one file a message. */
static void smtp_sink_takes_a_thousand(void **state)
{
    char dir[] = "/tmp/outreach-sink-XXXXXX", address[64], **names;
    struct many many = {.wanted = 1000};
    int port = server_dead_port();
    size_t count = 0;
    pid_t pid;

    (void)state;
    if (access("/usr/sbin/smtp-sink", X_OK) != 0)
        skip();
    assert_non_null(mkdtemp(dir));
    snprintf(address, sizeof address, "127.0.0.1:%d", port);
    pid = fork();
    if (pid == 0) {
        if (chdir(dir) == 0)
            execl("/usr/sbin/smtp-sink", "smtp-sink", "-d", "m.", "-u",
                  getpwuid(getuid())->pw_name, address, "100", (char *)NULL);
        _exit(127);
    }
    usleep(200000);
    open_call(&many.call, port);
    run_many(&many, 8);
    shut(&many.call);
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
    assert_true(file_list(dir, NULL, &names, &count, NULL));
    file_list_free(names, count);
    file_remove_tree(dir);
    assert_int_equal(count, many.wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_arrives_as_it_was_written),
        cmocka_unit_test(each_refusal_is_answered_with_its_code),
        cmocka_unit_test(
            what_ends_without_a_word_is_classified_by_the_final_dot),
        cmocka_unit_test(no_babble_turns_the_verdict_round),
        cmocka_unit_test(a_text_that_never_fully_left_is_not_sent),
        cmocka_unit_test(nobody_listening_is_not_sent),
        cmocka_unit_test(a_link_is_kept_also_after_a_refusal),
        cmocka_unit_test(a_go_ahead_after_a_refusal_sends_no_text),
        cmocka_unit_test(a_link_closed_while_idle_is_opened_again),
        cmocka_unit_test(a_link_under_the_text_is_never_opened_again),
        cmocka_unit_test(passwords_are_checked_by_the_server),
        cmocka_unit_test(required_tls_that_is_not_offered_sends_nothing),
        cmocka_unit_test(a_server_that_takes_so_many_a_connection_gets_another),
        cmocka_unit_test(required_tls_is_used_and_verified),
        cmocka_unit_test(opportunistic_tls_is_used_unverified),
        cmocka_unit_test(what_cannot_go_is_refused_at_once),
        cmocka_unit_test(a_slow_server_holds_up_nobody_else),
        cmocka_unit_test(freeing_accounts_for_what_runs),
        cmocka_unit_test(smtp_sink_takes_a_thousand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
