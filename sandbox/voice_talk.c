/* SPDX-License-Identifier: Apache-2.0 */
/* What is said in a call: the script that it was told (V-6), what its hearer
 * presses, and where to ask what comes next. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/http.h"

#include "sandbox/voice_own.h"

#define WORD_MS 380                 /* spoken */
#define KEY_MS (2 * SECOND_MS)      /* until a key is found */
#define DIALLED_MS (30 * SECOND_MS) /* a call that was put through */
#define RECORDING_MS (5 * SECOND_MS)
#define STEPS_MAX 200

static void on_step(void *arg);

static void step_in(struct item *item, int64_t after_ms)
{
    item->call->step_at = clock_now() + after_ms;
    carrier_later(item->carrier, after_ms, on_step, item);
}

void talk_begin(struct item *item, const char *text, size_t len)
{
    struct voice *call = item->call;
    if (call->over)
        return;
    if (!script_read(text, len, call->arena, &call->script)) {
        carrier_say(item->carrier, CHANNEL_VOICE, CARRIER_NOTE, item->to,
                    "what it should say is no TwiML: an error is heard");
        voice_end(item, "completed");
        return;
    }
    call->verb = 0;
    call->waits = false;
    step_in(item, 0);
}

static void on_told_what(void *arg, int status, const char *body, size_t len)
{
    struct item *item = arg;
    if (--item->call->fetching > 0 || item->call->over)
        return;
    if (status >= 200 && status < 300 && len > 0) {
        talk_begin(item, body, len);
        return;
    }
    carrier_say(item->carrier, CHANNEL_VOICE, CARRIER_NOTE, item->to,
                "nobody said what it should say (%d): an error is heard",
                status);
    voice_end(item, "completed");
}

/* "/key?x" beside where the script came from, or a whole address. */
static char *address_from(const struct voice *call, const char *address)
{
    struct buf out;
    const char *base = call->address ? call->address : "";
    buf_init(&out, 4096);
    if (text_starts(address, "http://") || text_starts(address, "https://")) {
        buf_text(&out, address);
    } else {
        const char *host = strstr(base, "://");
        size_t root = host ? (size_t)(host + 3 - base) : 0;
        root += strcspn(base + root, "/?#");
        size_t len = strcspn(base, "?#");
        while (len > root && base[len - 1] != '/')
            len--;
        buf_add(&out, base, address[0] == '/' ? root : len);
        if (len == root && address[0] != '/')
            buf_char(&out, '/');
        buf_text(&out, address);
    }
    return buf_take(&out);
}

/* Asks there for what to do next. `name` with `value` goes along; or NULL. */
void talk_ask(struct item *item, const char *address, const char *name,
              const char *value)
{
    struct voice *call = item->call;
    struct buf form;
    char *url = address ? address_from(call, address)
                        : memory_text(call->address ? call->address : "");
    voice_form(item, &form);
    http_form_add(&form, "CallStatus", "in-progress");
    if (call->answered_by)
        http_form_add(&form, "AnsweredBy", call->answered_by);
    if (name)
        http_form_add(&form, name, value);
    free(call->address);
    call->address = url;
    call->fetching++;
    call->waits = false;
    call->step_at = INSTANT_NEVER;
    post_add(item->carrier, url, &form, on_told_what, item);
    buf_free(&form);
}

static int64_t spoken_ms(const char *text)
{
    int64_t words = 1;
    for (; *text; text++)
        words += *text == ' ';
    return words * WORD_MS;
}

static void heard(struct item *item, const char *text)
{
    if (text[0])
        carrier_say(item->carrier, CHANNEL_VOICE, CARRIER_TO, item->to, "%s%s",
                    item->call->machine ? "(to a machine) " : "", text);
}

/* The key that they press, or NULL. */
static const char *key_for(struct item *item, const char *text)
{
    struct carrier *carrier = item->carrier;
    const struct behaviour_message message = {
        .channel = CHANNEL_VOICE,
        .to = item->to,
        .text = text,
        .turn = item->party->taken * 1000 + item->call->keys++,
    };
    if (item->call->machine)
        return NULL;
    return behaviour_key(carrier->config.behaviour, carrier->config.seed,
                         &message);
}

static void press(struct item *item, const struct script_verb *verb,
                  const char *key)
{
    struct carrier *carrier = item->carrier;
    carrier->totals.keys++;
    carrier->totals.stops += strcmp(key, "9") == 0;
    carrier_say(carrier, CHANNEL_VOICE, CARRIER_FROM, item->to, "%s", key);
    talk_ask(item, verb->address, "Digits", key);
}

/* A gather has two moments: it is heard, and then a key comes or does not. */
static void gather(struct item *item, const struct script_verb *verb)
{
    struct voice *call = item->call;
    heard(item, verb->text);
    call->key = key_for(item, verb->text);
    call->waits = true;
    step_in(item, spoken_ms(verb->text) +
                      (call->key ? KEY_MS : verb->seconds * SECOND_MS));
}

static void gathered(struct item *item, const struct script_verb *verb)
{
    const char *key = item->call->key;
    item->call->waits = false;
    if (key)
        press(item, verb, key);
    else if (verb->empty_too)
        talk_ask(item, verb->address, "Digits", "");
    else
        step_in(item, 0); /* on to what stands below */
}

static void do_verb(struct item *item, const struct script_verb *verb)
{
    switch (verb->kind) {
    case SCRIPT_SAY:
        heard(item, verb->text);
        step_in(item, spoken_ms(verb->text));
        return;
    case SCRIPT_PLAY:
        heard(item, SCRIPT_RECORDING);
        step_in(item, RECORDING_MS);
        return;
    case SCRIPT_PAUSE:
        step_in(item, verb->seconds * SECOND_MS);
        return;
    case SCRIPT_GATHER:
        gather(item, verb);
        return;
    case SCRIPT_REDIRECT:
        talk_ask(item, verb->address, NULL, NULL);
        return;
    case SCRIPT_DIAL:
        carrier_say(item->carrier, CHANNEL_VOICE, CARRIER_NOTE, item->to,
                    "put through to %s", verb->text);
        if (verb->address)
            talk_ask(item, verb->address, "DialCallStatus", "completed");
        else
            step_in(item, DIALLED_MS);
        return;
    case SCRIPT_HANGUP:
        voice_end(item, "completed");
        return;
    }
}

static void on_step(void *arg)
{
    struct item *item = arg;
    struct voice *call = item->call;
    instant now = clock_now();
    if (call->over || call->fetching || now < call->step_at)
        return; /* the call went another way meanwhile */
    call->step_at = INSTANT_NEVER;
    const struct script_verb *last =
        call->verb > 0 ? &call->script.verbs[call->verb - 1] : NULL;
    if (call->steps++ == STEPS_MAX || now - call->answered_at >= call->limit_ms)
        voice_end(item, "completed");
    else if (last && last->kind == SCRIPT_GATHER && call->waits)
        gathered(item, last);
    else if (call->verb == call->script.count)
        voice_end(item, "completed");
    else
        do_verb(item, &call->script.verbs[call->verb++]);
}
