/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that the Twilio driver holds: what it answers to signed questions, word
 * for word, what it tells of keys, machines and statuses, and what is left of a
 * call whose script went with a former life. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/text.h"

#include "channels/call_flow.h"
#include "channels/form.h"

#include "tests/channels/host.h"
#include "tests/channels/peer.h"

#define ROWS(array) (sizeof(array) / sizeof(array[0]))
#define SID "AC00000000000000000000000000000001"
#define HOOKS "https://c.example/hooks/tw"
#define CREATED "{\"sid\": \"CA1\", \"status\": \"queued\"}"
#define CALL_FORM                                                           \
    "AccountSid=" SID "&CallSid=CA1&From=%2B18005550100&To=%2B14155552671&" \
    "Direction=outbound-api"
#define THEIR_FORM                                                          \
    "AccountSid=" SID "&CallSid=CA7&From=%2B14155552671&To=%2B18005550100&" \
    "Direction=inbound"
#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>"
#define SAY(text) \
    "<Say language=\"en-US\" voice=\"Polly.Joanna\">" text "</Say>"
#define ASK(url)                                                  \
    "<Gather input=\"dtmf\" numDigits=\"1\" finishOnKey=\"\""     \
    " timeout=\"4\" actionOnEmptyResult=\"true\" method=\"POST\"" \
    " action=\"" HOOKS "/" url "&amp;since=NOW" PHONE "\">"
#define ASK_ANYBODY(url)                                          \
    "<Gather input=\"dtmf\" numDigits=\"1\" finishOnKey=\"\""     \
    " timeout=\"4\" actionOnEmptyResult=\"true\" method=\"POST\"" \
    " action=\"" HOOKS "/" url "&amp;since=NOW\">"
/* Behind a goodbye only a 9 is heard. */
#define END(url, text)                                             \
    "<Gather input=\"dtmf\" numDigits=\"1\" finishOnKey=\"\""      \
    " timeout=\"1\" actionOnEmptyResult=\"false\" method=\"POST\"" \
    " action=\"" HOOKS "/" url "&amp;since=NOW" PHONE              \
    "\">" SAY(text) "</Gather>"
/* Where the patient may call, of a call whose script is here (L-19). */
#define PHONE "&amp;phone=212-555-0190"
#define WHO                                                              \
    "If you are Ana &amp; Leo, press 1. If Ana &amp; Leo is not there, " \
    "press 2. For a wrong number, press 3. To stop these calls, press 9."

static const char SCRIPT[] =
    "{\"language\": \"en\", \"from\": \"Elm <Clinic>\", \"phone\":"
    " \"212-555-0190\", \"name\": \"Ana & Leo\", \"say\": \"You have a visit."
    " Press 1 to confirm, 3 to repeat, 0 to speak with us.\","
    " \"keys\": {\"1\": \"confirm\", \"3\": \"repeat\", \"0\": \"transfer\","
    " \"9\": \"opt-out\"}}";

struct world {
    struct host *host;
    struct peer *peer;
    struct hook_answer answer;
    char said[8192]; /* with NOW for the time of the answer */
    char since[24];
};

static int world_setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    world->host = host_new();
    host_network(world->host);
    world->host->hook_url = HOOKS;
    world->peer = peer_new();
    setenv("TWILIO_TOKEN", "t0ps3cret", 1);
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    struct world *world = *state;
    host_free(world->host);
    peer_free(world->peer);
    free(world);
    return 0;
}

static void open_with(struct world *world, const char *more)
{
    char json[1024];
    snprintf(json, sizeof(json),
             "{\"driver\": \"twilio\", \"account_sid\": \"" SID "\",\n"
             " \"auth_token_env\": \"TWILIO_TOKEN\", \"base_url\": \"%s\",\n"
             " \"from\": \"+18005550100\"%s}",
             peer_url(world->peer), more);
    host_must_open(world->host, json);
}

static struct outgoing a_call(const char *voicemail, const char *transfer_to)
{
    struct outgoing call = host_sms(1, "+14155552671", "Hello");
    call.channel = CHANNEL_VOICE;
    call.script = SCRIPT;
    call.voicemail = voicemail;
    call.transfer_to = transfer_to;
    call.submitted_at = clock_now();
    return call;
}

/* A call that the provider took. */
static void place(struct world *world, const char *voicemail,
                  const char *transfer_to)
{
    struct outgoing call = a_call(voicemail, transfer_to);
    peer_says(world->peer, 201, CREATED);
    open_with(world, "");
    host_submit(world->host, &call);
    host_wait(world->host, &world->host->event_count, 1);
}

/* Two questions, the first of them recorded, and what "worse" is told. */
static const char TALK[] =
    "{\"language\": \"en\", \"from\": \"Elm\", \"phone\": \"212-555-0190\","
    " \"name\": \"Ana\", \"about\": \"feeling\", \"asks\": true, \"say\":"
    " \"Press 1 well, 3 worse.\", \"recording\":"
    " \"https://a.example/f.mp3?a=1&b=2\", \"keys\": {\"1\": \"answer\","
    " \"3\": \"answer\", \"9\": \"opt-out\"}, \"leads\": {\"1\": 1, \"3\": 2},"
    " \"parts\": [{\"about\": \"medicines\", \"asks\": true, \"say\":"
    " \"All there?\", \"keys\": {\"1\": \"answer\"}}, {\"about\": \"worse\","
    " \"say\": \"Dial 9 1 1.\", \"keys\": {\"0\": \"transfer\"}}]}";

static const char *header_of(const void *arg, const char *name)
{
    return text_equal(name, "Content-Type")
               ? "application/x-www-form-urlencoded"
               : (text_equal(name, "X-Twilio-Signature") ? arg : NULL);
}

static void sign(const char *url, const char *body, char out[32])
{
    struct form form;
    struct buf text;
    uint8_t mac[20];
    buf_init(&text, 1 << 16);
    buf_text(&text, url);
    assert_true(form_read(body, strlen(body), &form));
    for (size_t i = 0; i < form.count; i++)
        buf_format(&text, "%s%s", form.pairs[i].name, form.pairs[i].value);
    hash_hmac_sha1("t0ps3cret", 9, text.data, text.len, mac);
    hash_base64(mac, sizeof(mac), out);
    form_free(&form);
    buf_free(&text);
}

/* The time in an answer stands for itself in the next question. */
static void keep_answer(struct world *world)
{
    const char *body = world->answer.body ? world->answer.body : "";
    struct buf said;
    buf_init(&said, sizeof(world->said) - 1);
    for (const char *at; (at = strstr(body, "since=")) != NULL;) {
        at += strlen("since=");
        size_t len = strspn(at, "0123456789");
        snprintf(world->since, sizeof(world->since), "%.*s", (int)len, at);
        buf_format(&said, "%.*sNOW", (int)(at - body), body);
        body = at + len;
    }
    buf_text(&said, body);
    text_copy(world->said, sizeof(world->said), said.data);
    buf_free(&said);
}

/* Twilio asks; NOW in `target` is the time that it was told. */
static enum hook_verdict ask(struct world *world, const char *target,
                             const char *form, const char *more)
{
    char url[1024], query[1024], body[1024], what[32], signature[32];
    const char *now = strstr(target, "NOW");
    int head = now ? (int)(now - target) : (int)strlen(target);
    snprintf(url, sizeof(url), HOOKS "/%.*s%s%s", head, target,
             now ? world->since : "", now ? now + 3 : "");
    const char *mark = strchr(url, '?');
    snprintf(query, sizeof(query), "%s", mark ? mark + 1 : "");
    snprintf(what, sizeof(what), "%.*s", (int)strcspn(target, "?"), target);
    snprintf(body, sizeof(body), "%s%s", form, more);
    sign(url, body, signature);
    const struct driver_hook hook = {.what = what,
                                     .url = url,
                                     .query = query,
                                     .body = body,
                                     .body_len = strlen(body),
                                     .header = header_of,
                                     .header_arg = signature};
    world->answer = (struct hook_answer){0};
    enum hook_verdict verdict =
        world->host->table->hook(world->host->driver, &hook, &world->answer);
    keep_answer(world);
    return verdict;
}

static void says(struct world *world, const char *target, const char *form,
                 const char *more, const char *words)
{
    assert_int_equal(ask(world, target, form, more), HOOK_TAKEN);
    assert_string_equal(world->answer.type, "text/xml");
    assert_string_equal(world->said, words);
}

static const struct host_reply *last_reply(const struct world *world)
{
    assert_true(world->host->reply_count > 0);
    return &world->host->replies[world->host->reply_count - 1];
}

static void a_call_from_greeting_to_answer(void **state)
{
    struct world *world = *state;
    place(world, NULL, NULL);
    says(world, "call?reference=o7-1", CALL_FORM, "",
         XML ASK("key?reference=o7-1&amp;at=who.0")
             SAY("Hello. This is an automated call from Elm &lt;Clinic&gt;, "
                 "telephone 212-555-0190. " WHO) "</Gather></Response>");
    says(world, "key?reference=o7-1&at=who.0&since=NOW", CALL_FORM, "&Digits=",
         XML ASK("key?reference=o7-1&amp;at=who.1")
             SAY(WHO) "</Gather></Response>");
    assert_int_equal(world->host->receipt_count, 0);
    says(world, "key?reference=o7-1&at=who.1&since=NOW", CALL_FORM, "&Digits=1",
         XML ASK("key?reference=o7-1&amp;at=menu.0")
             SAY("You have a visit. Press 1 to confirm, 3 to repeat, 0 to "
                 "speak with us.") "</Gather></Response>");
    /* the message begins to be heard, whoever restarts: durable at once */
    assert_int_equal(world->host->receipt_count, 1);
    assert_int_equal(world->host->receipts[0].outcome, OUTCOME_HUMAN);
    assert_false(world->host->receipts[0].ended);
    assert_int_equal(world->host->receipts[0].rank, 6);
    assert_string_equal(world->host->receipts[0].reference, "o7-1");
    assert_int_equal(world->host->reply_count, 0);
    for (size_t i = 1; i <= 2; i++) { /* asked twice, answered alike */
        says(world, "key?reference=o7-1&at=menu.0&since=NOW", CALL_FORM,
             "&Digits=1",
             XML END("key?reference=o7-1&amp;at=thanks.0",
                     "Thank you. Goodbye.") "</Response>");
        assert_int_equal(world->host->reply_count, i);
        assert_string_equal(last_reply(world)->provider_id, "CA1:menu.0:1");
    }
    assert_int_equal(last_reply(world)->channel, CHANNEL_VOICE);
    assert_string_equal(last_reply(world)->text, "1");
    assert_string_equal(last_reply(world)->about, "CA1");
    assert_string_equal(last_reply(world)->from, "+14155552671");
    assert_string_equal(last_reply(world)->to, "+18005550100");
    assert_false(last_reply(world)->answered);
}

static void place_talk(struct world *world)
{
    struct outgoing call = a_call(NULL, "+12125550190");
    call.script = TALK;
    peer_says(world->peer, 201, CREATED);
    open_with(world, "");
    host_submit(world->host, &call);
    host_wait(world->host, &world->host->event_count, 1);
    ask(world, "call?reference=o7-1", CALL_FORM, "");
}

static void a_call_goes_on_part_by_part(void **state)
{
    struct world *world = *state;
    place_talk(world);
    says(world, "key?reference=o7-1&at=who.0&since=NOW", CALL_FORM, "&Digits=1",
         XML ASK("key?reference=o7-1&amp;at=menu.0") "<Play>https://a.example/"
                                                     "f.mp3?a=1&amp;b=2</"
                                                     "Play></Gather>"
                                                     "</Response>");
    says(world, "key?reference=o7-1&at=menu.0&since=NOW", CALL_FORM, "&Digits=",
         XML ASK("key?reference=o7-1&amp;at=menu.1")
             SAY("Press 1 well, 3 worse.") "</Gather></Response>");
    ask(world, "key?reference=o7-1&at=menu.1&since=NOW", CALL_FORM,
        "&Digits=1");
    assert_string_equal(last_reply(world)->text, "1");
    assert_non_null(strstr(world->said,
                           "at=menu2.0&amp;since=NOW" PHONE "&amp;about="
                           "medicines\">" SAY("All there?")));
    ask(world, "key?reference=o7-1&at=menu2.0&since=NOW&about=medicines",
        CALL_FORM, "&Digits=1");
    assert_string_equal(last_reply(world)->text, "medicines: 1");
    assert_string_equal(last_reply(world)->provider_id, "CA1:menu2.0:1");
    assert_non_null(strstr(world->said, "Thank you."));
    /* silence is told as that, once a place */
    ask(world, "key?reference=o7-1&at=menu2.1&since=NOW&about=medicines",
        CALL_FORM, "&Digits=");
    assert_string_equal(last_reply(world)->text,
                        "medicines: no key was pressed");
    assert_string_equal(last_reply(world)->provider_id, "CA1:menu2.1:-");
    /* worse: told at once, and whoever hangs up wanted to speak with us */
    ask(world, "key?reference=o7-1&at=menu.0&since=NOW", CALL_FORM,
        "&Digits=3");
    assert_string_equal(last_reply(world)->text, "3");
    assert_non_null(strstr(world->said, SAY("Dial 9 1 1.")));
    ask(world, "key?reference=o7-1&at=menu3.0&since=NOW&about=worse", CALL_FORM,
        "&Digits=0");
    assert_non_null(strstr(world->said, "&amp;about=worse&amp;key=0\">"));
    assert_string_equal(last_reply(world)->text, "3");
    ask(world, "status?reference=o7-1", CALL_FORM, "&CallStatus=completed");
    assert_string_equal(last_reply(world)->text, "worse: 0");
    assert_string_equal(last_reply(world)->provider_id, "CA1:menu3.0:0");
}

/* L-4.7, in every state and of every life. */
static void nine_stops_everywhere(void **state)
{
    static const struct {
        const char *why, *target, *form;
    } rows[] = {
        {"before anybody said who they are",
         "key?reference=o7-1&at=who.0&since=NOW", CALL_FORM},
        {"in the message", "key?reference=o7-1&at=menu.2&since=NOW", CALL_FORM},
        {"at a place where nothing is asked",
         "key?reference=o7-1&at=back.0&since=0", CALL_FORM},
        {"before a person is rung up",
         "key?reference=o7-1&at=person.0&since=NOW&key=0", CALL_FORM},
        {"a call of a former life", "key?reference=o7-9&at=who.0&since=NOW",
         CALL_FORM},
        {"that was about to ring somebody up",
         "key?reference=o7-9&at=person.0&since=NOW&key=0", CALL_FORM},
        {"its message", "key?reference=o7-9&at=menu.0&since=NOW", CALL_FORM},
        {"who calls us", "inbound?at=who.1&since=NOW", THEIR_FORM},
    };
    struct world *world = *state;
    place(world, NULL, NULL);
    ask(world, "call?reference=o7-1", CALL_FORM, "");
    for (size_t i = 0; i < ROWS(rows); i++) {
        enum hook_verdict verdict =
            ask(world, rows[i].target, rows[i].form, "&Digits=9");
        if (verdict != HOOK_TAKEN ||
            strcmp(world->said, XML SAY("We will not contact you again. "
                                        "Goodbye.") "</Response>") != 0)
            fail_msg("%s: %s", rows[i].why, world->said);
        assert_int_equal(world->host->reply_count, i + 1);
        assert_string_equal(last_reply(world)->text, "stop");
        assert_string_equal(last_reply(world)->from, "+14155552671");
        assert_true(last_reply(world)->answered); /* L-15: we said so */
    }
}

static void what_else_is_pressed(void **state)
{
    static const struct {
        const char *why, *target, *more, *holds, *told;
    } rows[] = {
        {"not there: our number, and nothing of the patient",
         "key?reference=o7-1&at=who.0&since=NOW", "&Digits=2",
         XML END(
             "key?reference=o7-1&amp;at=away.0",
             "Thank you. Our number is 212-555-0190. Goodbye.") "</Response>",
         NULL},
        {"L-22: a wrong number", "key?reference=o7-1&at=who.0&since=NOW",
         "&Digits=3", "We have taken a note of it", "wrong number"},
        {"nobody is there to speak with: somebody calls back",
         "key?reference=o7-1&at=menu.0&since=NOW", "&Digits=0",
         XML END("key?reference=o7-1&amp;at=back.0",
                 "Somebody will call you back. Goodbye.") "</Response>",
         "0"},
        {"again", "key?reference=o7-1&at=menu.0&since=NOW", "&Digits=3",
         "at=menu.1", NULL},
        {"several digits are none", "key?reference=o7-1&at=menu.0&since=NOW",
         "&Digits=11", "at=menu.1", NULL},
        {"a letter is none", "key?reference=o7-1&at=menu.0&since=NOW",
         "&Digits=x", "at=menu.1", NULL},
        {"L-4.5: the minute is over", "key?reference=o7-1&at=menu.0&since=0",
         "", "Please call us at 212-555-0190. Goodbye.", NULL},
        {"a time that is none is over",
         "key?reference=o7-1&at=menu.0&since=soon", "", "Please call us at",
         NULL},
    };
    struct world *world = *state;
    place(world, NULL, NULL);
    ask(world, "call?reference=o7-1", CALL_FORM, "");
    for (size_t i = 0; i < ROWS(rows); i++) {
        size_t before = world->host->reply_count;
        enum hook_verdict verdict =
            ask(world, rows[i].target, CALL_FORM, rows[i].more);
        if (verdict != HOOK_TAKEN || !strstr(world->said, rows[i].holds))
            fail_msg("%s: %s", rows[i].why, world->said);
        assert_int_equal(world->host->reply_count,
                         before + (rows[i].told != NULL));
        if (rows[i].told)
            assert_string_equal(last_reply(world)->text, rows[i].told);
    }
}

#define PERSON                                                    \
    " action=\"" HOOKS "/key?reference=o7-1&amp;at=person.0&amp;" \
    "since=NOW" PHONE "&amp;key=0\">"
#define ONE_MOMENT                                                             \
    "<Gather input=\"dtmf\" numDigits=\"1\" finishOnKey=\"\""                  \
    " timeout=\"1\" actionOnEmptyResult=\"false\" method=\"POST\"" PERSON SAY( \
        "One moment, please.") "</Gather>"
#define DIAL                                                                \
    "<Dial timeout=\"25\" method=\"POST\" callerId=\"+18005550100\"" PERSON \
    "+12125550190</Dial>"
static void somebody_is_rung_up(void **state)
{
    static const char dialled[] =
        "key?reference=o7-1&at=person.0&since=NOW&key=0";
    struct world *world = *state;
    place(world, NULL, "+12125550190");
    ask(world, "call?reference=o7-1", CALL_FORM, "");
    says(world, "key?reference=o7-1&at=menu.1&since=NOW", CALL_FORM,
         "&Digits=0", XML ONE_MOMENT DIAL "</Response>");
    /* another key cuts the words short, and holds nobody up */
    says(world, dialled, CALL_FORM, "&Digits=1", XML DIAL "</Response>");
    assert_int_equal(world->host->reply_count, 0);
    says(world, dialled, CALL_FORM, "&DialCallStatus=completed",
         XML END("key?reference=o7-1&amp;at=thanks.0",
                 "Thank you. Goodbye.") "</Response>");
    assert_int_equal(world->host->reply_count, 0); /* they spoke */
    says(world, dialled, CALL_FORM, "&DialCallStatus=no-answer",
         XML END("key?reference=o7-1&amp;at=back.0",
                 "Somebody will call you back. Goodbye.") "</Response>");
    assert_string_equal(last_reply(world)->text, "0");
    assert_string_equal(last_reply(world)->about, "CA1");
    assert_string_equal(last_reply(world)->provider_id, "CA1:menu.1:0");
}

/* Whoever stops the calls then is not called back. */
static void nine_is_the_last_word(void **state)
{
    struct world *world = *state;
    place(world, NULL, "+12125550190");
    ask(world, "call?reference=o7-1", CALL_FORM, "");
    ask(world, "key?reference=o7-1&at=menu.0&since=NOW", CALL_FORM,
        "&Digits=0");
    ask(world, "key?reference=o7-1&at=person.0&since=NOW&key=0", CALL_FORM,
        "&Digits=9");
    assert_string_equal(last_reply(world)->text, "stop");
    ask(world, "status?reference=o7-1", CALL_FORM, "&CallStatus=completed");
    assert_int_equal(world->host->reply_count, 1);
}

/* Whoever hangs up while it rings wanted to speak with us all the same. */
static void a_wish_to_speak_survives_the_call(void **state)
{
    struct world *world = *state;
    place(world, NULL, "+12125550190");
    ask(world, "call?reference=o7-1", CALL_FORM, "");
    ask(world, "key?reference=o7-1&at=menu.0&since=NOW", CALL_FORM,
        "&Digits=0");
    assert_int_equal(world->host->reply_count, 0);
    ask(world, "status?reference=o7-1", CALL_FORM, "&CallStatus=completed");
    assert_int_equal(world->host->ended_count, 1);
    assert_int_equal(world->host->reply_count, 1);
    assert_string_equal(last_reply(world)->text, "0");
    assert_string_equal(last_reply(world)->about, "CA1");
}

#define VOICEMAIL                                                           \
    "%22%3E%3CSay%20language%3D%22en-US%22%20voice%3D%22Polly.Joanna%22%3E" \
    "Call%20%26lt%3Bus%26gt%3B.%3C%2FSay%3E%3C%2FGather%3E%3C%2FResponse%3E"
static void a_machine_hears_the_voicemail_after_the_beep(void **state)
{
    static const struct {
        const char *why, *voicemail, *answered_by;
        const char *posts; /* NULL: nothing */
        bool left;
        enum outcome proved; /* at once */
    } rows[] = {
        {"V-5: after the beep", "Call <us>.", "machine_end_beep",
         "Twiml=%3C%3Fxml%20version%3D%221.0%22%20encoding%3D%22UTF-8%22%3F"
         "%3E%3CResponse%3E%3CPause%20length%3D%221%22%2F%3E%3CGather%20",
         true},
        {"nothing to leave: we hang up", NULL, "machine_end_beep",
         "Status=completed", false, OUTCOME_HUNG_UP},
        {"no beep was waited for", "Call us.", "machine_start",
         "Status=completed", false, OUTCOME_HUNG_UP},
        {"a fax", "Call us.", "fax", "Status=completed", false, OUTCOME_FAX},
        {"V-4: perhaps hold music", "Call us.", "machine_end_silence", NULL,
         false},
        {"V-4: likewise", "Call us.", "machine_end_other", NULL, false},
        {"a person", "Call us.", "human", NULL, false},
        {"nobody knows", "Call us.", "unknown", NULL, false},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct world *world;
        world_setup((void **)&world);
        place(world, rows[i].voicemail, NULL);
        peer_says(world->peer, 200, CREATED);
        char form[256];
        snprintf(form, sizeof(form),
                 "AccountSid=" SID "&CallSid=CA1&AnsweredBy=%s",
                 rows[i].answered_by);
        assert_int_equal(ask(world, "machine?reference=o7-1", form, ""),
                         HOOK_TAKEN);
        assert_null(world->answer.type);
        /* word for word, and above every status what it proves */
        const struct host_event *told = world->host->receipts;
        assert_int_equal(world->host->receipt_count, 1);
        if (told->outcome != rows[i].proved ||
            told->rank != (rows[i].proved ? 5 : 0) || told->ended)
            fail_msg("%s: %s %d", rows[i].why, outcome_name(told->outcome),
                     told->rank);
        assert_string_equal(told->status, rows[i].answered_by);
        assert_string_equal(told->reference, "o7-1");
        assert_string_equal(told->provider_id, "CA1");
        if (rows[i].left) {
            host_wait(world->host, &world->host->receipt_count, 2);
            assert_int_equal(told[1].outcome, OUTCOME_MACHINE);
            assert_int_equal(told[1].rank, 5);
            assert_string_equal(told[1].provider_id, "CA1");
        }
        /* asked after it, so that what was posted has arrived */
        struct outgoing call = a_call(NULL, NULL);
        host_query(world->host, &call);
        host_wait(world->host, &world->host->queries, 1);
        const char *asked = "";
        for (size_t n = 1; n < peer_count(world->peer); n++)
            if (text_starts(peer_request(world->peer, n), "POST"))
                asked = peer_request(world->peer, n);
        if (!rows[i].posts != !asked[0] ||
            (rows[i].posts && (!strstr(asked, "/Calls/CA1.json HTTP") ||
                               !strstr(asked, rows[i].posts))))
            fail_msg("%s: %s", rows[i].why, asked);
        /* L-4.7: should it be a person after all, 9 is heard */
        if (rows[i].left && (!strstr(asked, "%26amp%3Bat%3Dmachine.0%26amp") ||
                             !strstr(asked, VOICEMAIL)))
            fail_msg("%s: %s", rows[i].why, asked);
        if (rows[i].left) { /* which proves no more than the machine did */
            ask(world, "key?reference=o7-1&at=machine.0&since=NOW", CALL_FORM,
                "&Digits=9");
            assert_string_equal(last_reply(world)->text, "stop");
            assert_int_equal(world->host->receipt_count, 2);
        }
        world_teardown((void **)&world);
    }
}

/* 3.4: what was heard on the line is how the call ends, whatever was left. */
static void a_call_ends_as_it_was_heard(void **state)
{
    static const struct {
        const char *answered_by;
        enum outcome outcome;
        const char *detail;
    } rows[] = {
        {"machine_start", OUTCOME_HUNG_UP, "a machine answered"},
        {"machine_end_beep", OUTCOME_HUNG_UP, "a machine answered"},
        {"fax", OUTCOME_FAX, "a fax answered"},
        {"machine_end_silence", OUTCOME_NO_ANSWER,
         "answered by nobody we meant"},
        {"human", OUTCOME_NO_ANSWER, "answered by nobody we meant"},
        {"a word of tomorrow", OUTCOME_NO_ANSWER,
         "answered by nobody we meant"},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct world *world;
        char form[256];
        world_setup((void **)&world);
        place(world, NULL, NULL);
        peer_says(world->peer, 200, CREATED);
        snprintf(form, sizeof(form),
                 "AccountSid=" SID "&CallSid=CA1&AnsweredBy=%s",
                 rows[i].answered_by);
        assert_int_equal(ask(world, "machine?reference=o7-1", form, ""),
                         HOOK_TAKEN);
        ask(world, "status?reference=o7-1", CALL_FORM, "&CallStatus=completed");
        const struct host_event *last = host_last(world->host, 1);
        if (!last->ended || last->outcome != rows[i].outcome ||
            strcmp(last->detail, rows[i].detail) != 0)
            fail_msg("%s: %s, %s", rows[i].answered_by,
                     outcome_name(last->outcome), last->detail);
        world_teardown((void **)&world);
    }
}

static void who_pressed_a_key_is_no_machine(void **state)
{
    struct world *world = *state;
    place(world, "Call us.", NULL);
    ask(world, "call?reference=o7-1", CALL_FORM, "");
    ask(world, "key?reference=o7-1&at=who.0&since=NOW", CALL_FORM, "&Digits=1");
    ask(world, "machine?reference=o7-1",
        "AccountSid=" SID "&CallSid=CA1&AnsweredBy=machine_end_beep", "");
    host_close(world->host);
    assert_int_equal(peer_count(world->peer), 1);
}

/* V-3: to have been answered proves nothing; keys and voicemail do, before. */
static void a_call_ends_as_it_was(void **state)
{
    static const struct {
        const char *why, *more;
        enum outcome outcome;
        int rank;
        const char *key; /* pressed before; NULL: none */
        const char *detail;
    } rows[] = {
        {"answered, and nobody pressed a key", "&CallStatus=completed",
         OUTCOME_NO_ANSWER, 4, NULL, "answered by nobody we meant"},
        {"the patient pressed 1", "&CallStatus=completed", OUTCOME_HUMAN, 4,
         "&Digits=1", "a key was pressed"},
        {"and was taken for a machine",
         "&CallStatus=completed&AnsweredBy=machine_end_beep", OUTCOME_HUMAN, 4,
         "&Digits=1", "a key was pressed"},
        {"9 alone is a refusal, and no patient who was reached",
         "&CallStatus=completed", OUTCOME_NO_ANSWER, 4, "&Digits=9",
         "answered by nobody we meant"},
        {"nor a machine that pressed it",
         "&CallStatus=completed&AnsweredBy=machine_end_beep", OUTCOME_NO_ANSWER,
         4, "&Digits=9", "answered by nobody we meant"},
        {"somebody else answered", "&CallStatus=completed", OUTCOME_NO_ANSWER,
         4, "&Digits=2", "answered by nobody we meant"},
        {"likewise, and it sounded like a person",
         "&CallStatus=completed&AnsweredBy=human", OUTCOME_NO_ANSWER, 4},
        {"a machine on which nothing was left",
         "&CallStatus=completed&AnsweredBy=machine_end_beep", OUTCOME_HUNG_UP,
         4, NULL, "a machine answered"},
        {"a fax", "&CallStatus=completed&AnsweredBy=fax", OUTCOME_FAX, 5},
        {"busy", "&CallStatus=busy", OUTCOME_BUSY, 4},
        {"no answer", "&CallStatus=no-answer", OUTCOME_NO_ANSWER, 4},
        {"failed", "&CallStatus=failed", OUTCOME_CONGESTION, 4},
        {"a number that is none", "&CallStatus=failed&ErrorCode=13224",
         OUTCOME_BAD_ADDRESS, 4},
        {"cancelled", "&CallStatus=canceled", OUTCOME_CANCELLED, 4},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct world *world;
        world_setup((void **)&world);
        place(world, NULL, NULL);
        ask(world, "status?reference=o7-1", CALL_FORM, "&CallStatus=ringing");
        ask(world, "status?reference=o7-1", CALL_FORM, "&CallStatus=initiated");
        assert_int_equal(host_last(world->host, 1)->rank, 2);
        assert_int_equal(world->host->ended_count, 0); /* permit held */
        if (rows[i].key) {
            ask(world, "call?reference=o7-1", CALL_FORM, "");
            ask(world, "key?reference=o7-1&at=who.0&since=NOW", CALL_FORM,
                rows[i].key);
        }
        size_t receipts = world->host->receipt_count;
        ask(world, "status?reference=o7-1", CALL_FORM, rows[i].more);
        const struct host_event *last = host_last(world->host, 1);
        if (!last->ended || last->outcome != rows[i].outcome ||
            last->rank != rows[i].rank)
            fail_msg("%s: %s %d", rows[i].why, outcome_name(last->outcome),
                     last->rank);
        if (rows[i].detail)
            assert_string_equal(last->detail, rows[i].detail);
        /* what comes late belongs to no call of ours any more */
        ask(world, "status?reference=o7-1", CALL_FORM,
            "&CallStatus=in-progress");
        assert_int_equal(world->host->receipt_count, receipts + 1);
        world_teardown((void **)&world);
    }
}

#define LOST                                                            \
    "This is an automated call from Lakeside Clinic. Sorry, something " \
    "went wrong. To stop these calls, press "                           \
    "9."
static void a_call_of_a_former_life_apologises(void **state)
{
    struct world *world = *state;
    open_with(world, "");
    says(world, "call?reference=o7-9", CALL_FORM, "",
         XML ASK_ANYBODY("key?reference=o7-9&amp;at=who.0")
             SAY(LOST) "</Gather></Response>");
    says(world, "key?reference=o7-9&at=who.0&since=NOW", CALL_FORM, "&Digits=1",
         XML ASK_ANYBODY("key?reference=o7-9&amp;at=who.2")
             SAY(LOST) "</Gather></Response>");
    says(world, "key?reference=o7-9&at=who.2&since=NOW", CALL_FORM, "",
         XML "<Gather input=\"dtmf\" numDigits=\"1\" finishOnKey=\"\""
             " timeout=\"1\" actionOnEmptyResult=\"false\" method=\"POST\""
             " action=\"" HOOKS "/key?reference=o7-9&amp;at=goodbye.0"
             "&amp;since=NOW\">" SAY("Goodbye.") "</Gather></Response>");
    assert_int_equal(world->host->reply_count, 0);
    /* L-19: the number that the call was to say, where its address has it */
    ask(world, "call?reference=o7-9&phone=212-555-0190", CALL_FORM, "");
    assert_non_null(strstr(world->said, "Please call us at 212-555-0190."));
    assert_non_null(strstr(world->said, PHONE));
    assert_null(strstr(world->said, "18005550100"));
    /* an answer to what was heard before the restart is not lost */
    ask(world, "key?reference=o7-9&at=menu.1&since=NOW", CALL_FORM,
        "&Digits=1");
    assert_non_null(strstr(world->said, LOST));
    assert_string_equal(last_reply(world)->text, "1");
    assert_string_equal(last_reply(world)->about, "CA1");
    ask(world, "key?reference=o7-9&at=person.0&since=NOW&key=5", CALL_FORM,
        "&DialCallStatus=busy");
    assert_non_null(strstr(world->said, "Somebody will call you back."));
    assert_string_equal(last_reply(world)->text, "5");
}

static void who_calls_us_is_greeted(void **state)
{
    struct world *world = *state;
    open_with(world, ", \"languages\": [\"en\", \"es\"],"
                     " \"transfer_to\": \"+12125550190\"");
    says(world, "inbound", THEIR_FORM, "",
         XML ASK_ANYBODY("inbound?at=who.0")
             SAY("Hello. This is the automated line of Lakeside Clinic. For a "
                 "call back, press 1. To stop our calls and messages, press "
                 "9.") "<Say language=\"es-US\" voice=\"Polly.Lupe\">Hola. "
                       "Esta es la línea automática de Lakeside Clinic. Para "
                       "que le devolvamos la llamada, oprima 1. Para no "
                       "recibir más llamadas ni mensajes, oprima 9.</Say>"
                       "</Gather></Response>");
    ask(world, "inbound?at=who.0&since=NOW", THEIR_FORM, "&Digits=5");
    assert_non_null(strstr(world->said, "at=who.1"));
    ask(world, "inbound?at=who.2&since=NOW", THEIR_FORM, "");
    assert_non_null(strstr(world->said, "Please call us at +12125550190."));
    assert_int_equal(world->host->reply_count, 0);
    ask(world, "inbound?at=who.1&since=NOW", THEIR_FORM, "&Digits=1");
    assert_non_null(strstr(world->said, "Somebody will call you back."));
    assert_string_equal(last_reply(world)->text, "call me");
    assert_string_equal(last_reply(world)->intent, "call-me");
    assert_string_equal(last_reply(world)->from, "+14155552671");
    assert_string_equal(last_reply(world)->to, "+18005550100");
    assert_string_equal(last_reply(world)->about, "");
    assert_false(last_reply(world)->answered);
}

#define HIDDEN_FORM \
    "AccountSid=" SID "&CallSid=CA7&From=anonymous&To=%2B18005550100"
/* L-19, L-23: they are offered an opt-out, which a person looks after. */
static void who_is_not_shown_can_stop_us_too(void **state)
{
    struct world *world = *state;
    open_with(world, "");
    says(world, "inbound", HIDDEN_FORM, "",
         XML ASK_ANYBODY("inbound?at=who.0")
             SAY("Hello. This is the automated line of Lakeside Clinic. Your "
                 "number is not shown. To stop our calls and messages, press "
                 "9.") "</Gather></Response>");
    ask(world, "inbound?at=who.0&since=NOW", HIDDEN_FORM, "&Digits=1");
    assert_non_null(strstr(world->said, "at=who.1")); /* nobody can call */
    assert_int_equal(world->host->reply_count, 0);
    says(world, "inbound?at=who.1&since=NOW", HIDDEN_FORM, "&Digits=9",
         XML SAY("Your number is not shown, so we do not know which number to "
                 "stop. Please call again with your number shown, or write to "
                 "Lakeside Clinic. Goodbye.") "</Response>");
    assert_string_equal(last_reply(world)->intent, "unclear");
    assert_string_equal(last_reply(world)->text,
                        "key 9 (no more calls and messages) from a number "
                        "that is not shown; call CA7");
    assert_false(last_reply(world)->answered);
}

/* S-1: 9 silences the number that the store knows; what is none is hidden. */
static void whatever_form_a_caller_has(void **state)
{
    static const struct {
        const char *from, *told;
    } rows[] = {
        {"whatsapp%3A%2B14155552671", "+14155552671"},
        {"4155552671", "+14155552671"},
        {"%2B1%20(415)%20555-2671", "+14155552671"},
        {"%2B266696687", NULL}, /* "ANONYMOUS", as keys */
        {"%2B7378742833", NULL},
        {"client%3Aana", NULL},
        {"72975", NULL},
    };
    char form[256];
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct world *world;
        world_setup((void **)&world);
        open_with(world, "");
        snprintf(form, sizeof(form),
                 "AccountSid=" SID "&CallSid=CA7&From=%s&To=%%2B18005550100",
                 rows[i].from);
        ask(world, "inbound", form, "");
        ask(world, "inbound?at=who.0&since=NOW", form, "&Digits=9");
        assert_string_equal(last_reply(world)->intent,
                            rows[i].told ? "" : "unclear");
        if (rows[i].told)
            assert_string_equal(last_reply(world)->from, rows[i].told);
        world_teardown((void **)&world);
    }
}

static void nobody_is_told_to_call_what_they_called(void **state)
{
    static const struct {
        const char *why, *more, *form, *words;
    } rows[] = {
        {"no other number is known", "", THEIR_FORM, SAY("Goodbye.")},
        {"nor to who is not shown", "", HIDDEN_FORM, SAY("Goodbye.")},
        {"the other one is the same", ", \"transfer_to\": \"+18005550100\"",
         THEIR_FORM, SAY("Goodbye.")},
        {"another one", ", \"transfer_to\": \"+12125550190\"", HIDDEN_FORM,
         SAY("Please call us at +12125550190. Goodbye.")},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct world *world;
        world_setup((void **)&world);
        open_with(world, rows[i].more);
        ask(world, "inbound", rows[i].form, "");
        ask(world, "inbound?at=who.1&since=NOW", rows[i].form, "&Digits=");
        if (!strstr(world->said, rows[i].words))
            fail_msg("%s: %s", rows[i].why, world->said);
        world_teardown((void **)&world);
    }
}

static void what_is_none_of_these_is_refused(void **state)
{
    static const struct {
        const char *why, *target, *form;
        enum hook_verdict verdict;
    } rows[] = {
        {"no call is named", "call", CALL_FORM, HOOK_WRONG},
        {"nor here", "machine", CALL_FORM, HOOK_WRONG},
        {"no call at all", "call?reference=o7-1",
         "AccountSid=" SID "&From=a&To=b", HOOK_WRONG},
        {"from nobody", "call?reference=o7-1",
         "AccountSid=" SID "&CallSid=CA1&To=%2B1", HOOK_WRONG},
        {"no place", "key?reference=o7-1&since=1", CALL_FORM, HOOK_WRONG},
        {"a place that is none", "key?reference=o7-1&at=up.0&since=1",
         CALL_FORM, HOOK_WRONG},
        {"no time", "key?reference=o7-1&at=who.0", CALL_FORM, HOOK_WRONG},
        {"to what is no number, though we called it",
         "key?reference=o7-1&at="
         "who.0&since=1",
         "AccountSid=" SID "&CallSid=CA1&From=%2B18005550100&To=72975&Digits=9",
         HOOK_WRONG},
        {"another account", "call?reference=o7-1",
         "AccountSid=AC2&CallSid=CA1&From=a&To=b", HOOK_WRONG},
        {"another word", "dance?reference=o7-1", CALL_FORM, HOOK_UNKNOWN},
    };
    struct world *world = *state;
    open_with(world, "");
    for (size_t i = 0; i < ROWS(rows); i++)
        if (ask(world, rows[i].target, rows[i].form, "") != rows[i].verdict)
            fail_msg("%s", rows[i].why);
    assert_int_equal(world->host->reply_count, 0);
    assert_int_equal(world->host->receipt_count, 0);
    assert_int_equal(peer_count(world->peer), 0);
}

/* A call whose answers go elsewhere, or that nobody could hold. */
static void what_may_be_called(void **state)
{
    static const struct {
        const char *why, *hook_url, *more, *script, *err;
    } rows[] = {
        {"we hold it", HOOKS, "", SCRIPT, NULL},
        {"nobody can call us", NULL, "", SCRIPT, "nothing answers"},
        {"somebody else holds it", NULL,
         ", \"voice_url\": \"https://v.example/\"", NULL, NULL},
        {"without a script", HOOKS, "", NULL, "the script of a call"},
        {"in a language that nobody speaks", HOOKS, "",
         "{\"language\": \"vi\"}", "the script of a call"},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct world *world;
        struct error err = {0};
        world_setup((void **)&world);
        world->host->hook_url = rows[i].hook_url;
        open_with(world, rows[i].more);
        struct outgoing call = a_call(NULL, NULL);
        call.script = rows[i].script;
        bool fine =
            world->host->table->admits(world->host->driver, &call, &err);
        if (fine != !rows[i].err ||
            (rows[i].err && !strstr(err.text, rows[i].err)))
            fail_msg("%s: %s", rows[i].why, err.text);
        assert_int_equal(
            world->host->table->evidence(world->host->driver, CHANNEL_VOICE),
            rows[i].hook_url ? EVIDENCE_HUMAN : EVIDENCE_DELIVERED);
        world_teardown((void **)&world);
    }
}

static void hooks_of_calls_that_others_hold_are_none(void **state)
{
    struct world *world = *state;
    open_with(world, ", \"voice_url\": \"https://v.example/\"");
    assert_int_equal(ask(world, "call?reference=o7-1", CALL_FORM, ""),
                     HOOK_UNKNOWN);
    ask(world, "status?reference=o7-1", CALL_FORM, "&CallStatus=completed");
    assert_int_equal(world->host->receipts[0].outcome, OUTCOME_DELIVERED);
}

#define WORLD(test) \
    cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD(a_call_from_greeting_to_answer),
        WORLD(a_call_goes_on_part_by_part),
        WORLD(nine_stops_everywhere),
        WORLD(what_else_is_pressed),
        WORLD(somebody_is_rung_up),
        WORLD(nine_is_the_last_word),
        WORLD(a_wish_to_speak_survives_the_call),
        cmocka_unit_test(a_machine_hears_the_voicemail_after_the_beep),
        cmocka_unit_test(a_call_ends_as_it_was_heard),
        WORLD(who_pressed_a_key_is_no_machine),
        cmocka_unit_test(a_call_ends_as_it_was),
        WORLD(a_call_of_a_former_life_apologises),
        WORLD(who_calls_us_is_greeted),
        WORLD(who_is_not_shown_can_stop_us_too),
        cmocka_unit_test(whatever_form_a_caller_has),
        cmocka_unit_test(nobody_is_told_to_call_what_they_called),
        WORLD(what_is_none_of_these_is_refused),
        cmocka_unit_test(what_may_be_called),
        WORLD(hooks_of_calls_that_others_hold_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
