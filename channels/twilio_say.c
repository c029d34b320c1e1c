/* SPDX-License-Identifier: Apache-2.0 */
/* One turn of a call: what is told of its key, and what is said next, as TwiML
 * into the driver's own buffer. Decides nothing. */
#include "channels/twilio_turn.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "channels/twiml.h"

#define URL_MAX 2048
#define SAY_MAX (16u << 10)

/* Telling ------------------------------------------------------------------ */

/* One press is told under one name, however often it comes; the same place with
 * another key is another press. */
void turn_tell_reply(const struct turn *turn, struct driver_reply reply,
                     char key, const char *place)
{
    struct driver_host *host = &turn->driver->host;
    char id[128];

    snprintf(id, sizeof(id), "%.64s:%s:%c", turn->sid, place, key);
    reply.channel = CHANNEL_VOICE;
    reply.from = turn->theirs;
    reply.to = turn->ours;
    reply.provider_id = id;
    reply.received_at = clock_now();
    host->reply(host->arg, &reply);
}

static void tell(const struct turn *turn, const char *text, char key,
                 const char *place, bool of_call, bool answered)
{
    const struct driver_reply reply = {.text = text,
                                       .about = of_call ? turn->sid : NULL,
                                       .answered = answered};

    turn_tell_reply(turn, reply, key, place);
}

/* An answer to the first part is its digit; to another, that part's name comes
 * first: "medicines: 2". */
static void tell_answer(const struct turn *turn, const char *answer, char key,
                        const char *place)
{
    char text[128];

    snprintf(text, sizeof(text), "%s%s%s", turn->about ? turn->about : "",
             turn->about ? ": " : "", answer);
    tell(turn, text, key, place, true, false);
}

/* A key as its digit, or as the word that means the same in any call. */
void turn_tell_key(const struct turn *turn, enum call_tell what, char key,
                   const char *place)
{
    const char digit[2] = {key, '\0'};

    switch (what) {
    case TELL_NOTHING:
        return;
    case TELL_KEY:
        tell_answer(turn, digit, key, place);
        return;
    case TELL_SILENT:
        tell_answer(turn, "no key was pressed", '-', place);
        return;
    case TELL_STOP: /* we said so on the telephone (L-15) */
        tell(turn, "stop", key, place, turn->reference, true);
        return;
    case TELL_WRONG:
        tell(turn, "wrong number", key, place, turn->reference, false);
        return;
    }
}

void twilio_voice_over(struct driver *driver, const struct twilio_call *call)
{
    const struct turn turn = {.driver = driver,
                              .sid = call->sid,
                              .ours = driver->settings.from,
                              .theirs = call->to,
                              .reference = call->reference,
                              .about = call->person_about};

    if (call->person_key && call->sid[0])
        turn_tell_key(&turn, TELL_KEY, call->person_key, call->person_place);
}

/* Saying ------------------------------------------------------------------- */

/* What an answer to that part is told with; NULL: nothing. */
const char *turn_about(const struct turn *turn, int part)
{
    return part > 0 && turn->call && part < turn->call->script.part_count
               ? turn->call->script.parts[part].name
               : NULL;
}

/* Where the next key of this call goes. */
static void put_url(const struct turn *turn, struct call_moment moment,
                    struct buf *out)
{
    char place[CALL_PLACE_MAX];

    call_flow_place(moment, place);
    buf_format(out, "%s/%s?", turn->driver->settings.hook_url,
               turn->reference ? "key" : "inbound");
    if (turn->reference) {
        buf_text(out, "reference=");
        http_url_escape(out, turn->reference);
        buf_char(out, '&');
    }
    buf_format(out, "at=%s&since=", place);
    http_url_escape(out, turn->since);
    if (turn->phone) {
        buf_text(out, "&phone=");
        http_url_escape(out, turn->phone);
    }
    const char *about = turn_about(turn, moment.part);
    if (about) {
        buf_text(out, "&about=");
        http_url_escape(out, about);
    }
    if (moment.state == CALL_PERSON) {
        const char key[2] = {turn->key, '\0'};
        buf_text(out, "&key=");
        http_url_escape(out, key);
    }
}

/* Our own names, where no campaign's are at hand. L-19: the number is the one
 * that the call was to say, else that of our staff; never that of the line that
 * dials, where nobody answers. */
static struct call_names own_names(const struct turn *turn)
{
    const struct twilio_settings *settings = &turn->driver->settings;
    const char *staff = text_equal(settings->transfer_to, settings->from)
                            ? NULL
                            : settings->transfer_to;

    return (struct call_names){.from = settings->organisation,
                               .phone = turn->phone ? turn->phone : staff};
}

/* In every language that we greet in. */
void turn_say_own(const struct turn *turn, enum call_word word)
{
    struct driver *driver = turn->driver;
    const struct call_names names = own_names(turn);
    struct buf text;

    buf_init(&text, SAY_MAX);
    for (size_t i = 0; driver->settings.languages[i]; i++) {
        const struct call_words *words = driver->settings.languages[i];
        buf_reset(&text);
        call_words_say(&text, words->texts[word], &names);
        twiml_say(&driver->said, words, text.data);
    }
    buf_free(&text);
}

/* Behind a goodbye nothing is asked, and a 9 is still heard (L-4.7). */
void turn_ask(const struct turn *turn, struct call_moment moment)
{
    bool waits = call_flow_waits(moment.state);
    struct buf url;

    buf_init(&url, URL_MAX);
    put_url(turn, moment, &url);
    twiml_ask(&turn->driver->said, url.data, waits ? CALL_WAIT_S : CALL_LAST_S,
              waits);
    buf_free(&url);
}

void turn_say_own_at(const struct turn *turn, enum call_word word,
                     struct call_moment moment)
{
    turn_ask(turn, moment);
    turn_say_own(turn, word);
    twiml_asked(&turn->driver->said);
}

void turn_say_own_end(const struct turn *turn, enum call_word word,
                      enum call_state state)
{
    turn_say_own_at(turn, word, (struct call_moment){.state = state});
}

void turn_say(const struct turn *turn, struct call_moment moment)
{
    const struct call_script *script = &turn->call->script;
    const char *recording = call_flow_play(script, moment);
    struct buf text;

    buf_init(&text, SAY_MAX);
    call_flow_say(script, moment, &text);
    if (recording)
        twiml_play(&turn->driver->said, recording);
    else
        twiml_say(&turn->driver->said, call_words_find(script->language),
                  text.data);
    buf_free(&text);
}

void turn_put_through(const struct turn *turn, struct call_moment moment)
{
    struct buf url;

    buf_init(&url, URL_MAX);
    put_url(turn, moment, &url);
    twiml_dial(&turn->driver->said, turn->call->transfer_to,
               turn->driver->settings.from, url.data);
    buf_free(&url);
}
