/* SPDX-License-Identifier: Apache-2.0 */
/* Calls, as they are held: Twilio asks what to say and tells each key, and a
 * call's place stands in the address that it asks, so that a question that is
 * asked twice is answered the same. A call whose script went with a former
 * life still says who calls and stops the calls. Comes behind the signature
 * (twilio_hook.c); what a key means for the patient is decided elsewhere. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "channels/form.h"
#include "channels/twilio_turn.h"
#include "channels/twiml.h"

#define URL_MAX 1024
#define FORM_MAX (16u << 10)
#define TWIML_MAX 4000 /* inside a form (V-1) */

/* A moment of a call whose script we have. Nothing is left to stop once the
 * calls were stopped. */
static void say_moment(const struct turn *turn, struct call_moment moment)
{
    bool listens = moment.state != CALL_STOPPED;

    if (listens)
        turn_ask(turn, moment);
    turn_say(turn, moment);
    if (listens)
        twiml_asked(&turn->driver->said);
    if (moment.state == CALL_PERSON)
        turn_put_through(turn, moment);
}

/* Keys --------------------------------------------------------------------- */

static void own_press(const struct turn *turn)
{
    struct twilio_call *call = turn->call;
    char place[CALL_PLACE_MAX];
    struct call_step step =
        (call->withdrawn ? call_flow_changed : call_flow_press)(
            &call->script, turn->moment, turn->key, call->transfer_to);

    call_flow_place(turn->moment, place);
    call->reached |= step.reached;
    call->pressed |= turn->key != '\0';
    if (step.reached)
        twilio_call_prove(turn->driver, turn->reference, turn->sid,
                          OUTCOME_HUMAN, "in-progress", "a key was pressed");
    turn_tell_key(turn, step.tell, turn->key, place);
    if (step.next.state == CALL_PERSON) {
        call->person_key = turn->key;
        text_copy(call->person_place, sizeof(call->person_place), place);
        call->person_about = turn_about(turn, turn->moment.part);
    }
    if (step.tell == TELL_STOP) /* their last word: nobody calls back */
        call->person_key = '\0';
    say_moment(turn, step.next);
}

/* Nothing that was pressed is lost, though nobody here knows its meaning. */
static void lost_press(const struct turn *turn)
{
    const struct call_moment again = {.state = CALL_WHO, .turn = CALL_REPEATS};
    char place[CALL_PLACE_MAX];

    call_flow_place(turn->moment, place);
    if (turn->key == CALL_STOP_KEY) {
        turn_tell_key(turn, TELL_STOP, turn->key, place);
        turn_say_own(turn, WORD_STOPPED);
        return;
    }
    if (turn->key && turn->moment.state == CALL_MENU)
        turn_tell_key(turn, TELL_KEY, turn->key, place);
    if (!call_flow_waits(turn->moment.state) ||
        (turn->moment.state == CALL_WHO && turn->moment.turn == CALL_REPEATS))
        turn_say_own_end(turn, WORD_GOODBYE, CALL_GOODBYE);
    else
        turn_say_own_at(turn, WORD_LOST, again);
}

/* Somebody was rung up, and spoke with the patient or did not; who stays on
 * the line hears how it ended, and a 9 is heard again. */
static void dialled(const struct turn *turn, bool spoke)
{
    const struct call_moment menu = {.state = CALL_MENU};
    const struct call_moment end = {.state = spoke ? CALL_THANKS : CALL_BACK};
    struct twilio_call *call = turn->call;
    char place[CALL_PLACE_MAX];

    /* one press, whoever tells of it */
    call_flow_place(menu, place);
    if (!spoke)
        turn_tell_key(turn, TELL_KEY, turn->key,
                      call && call->person_place[0] ? call->person_place
                                                    : place);
    if (call)
        call->person_key = '\0';
    if (call)
        say_moment(turn, end);
    else
        turn_say_own_end(turn, spoke ? WORD_THANKS : WORD_BACK, end.state);
}

/* While a person is rung up for them, and just before. `asked` is the key that
 * asked for the person. */
static void person_turn(struct turn *turn, const char *status,
                        const char *asked)
{
    bool pressed = turn->key && !status;

    if (pressed && turn->key == CALL_STOP_KEY) {
        turn->call ? own_press(turn) : lost_press(turn);
        return;
    }
    turn->key = asked && call_key(asked[0]) >= 0 ? asked[0] : '0';
    if (pressed && turn->call) /* another key holds nobody up */
        turn_put_through(turn, turn->moment);
    else
        dialled(turn, text_equal(status, "completed"));
}

/* Who calls us ------------------------------------------------------------- */

/* "ANONYMOUS" and the like, as keys; general knowledge of this provider. */
bool twilio_hidden(const char *number)
{
    static const char *const none[] = {"+266696687", "+7378742833", "+2562533",
                                       "+8656696", "+86282452253"};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        if (text_equal(number, none[i]))
            return true;
    return number[0] != '+' ||
           strspn(number + 1, "0123456789") != strlen(number + 1);
}

static void greet(const struct turn *turn)
{
    turn_say_own_at(turn,
                    twilio_hidden(turn->theirs) ? WORD_HIDDEN : WORD_INBOUND,
                    turn->moment);
}

/* Nobody is told to call the number that they have just called. */
static void inbound_end(const struct turn *turn)
{
    const char *other = turn->driver->settings.transfer_to;
    bool known = other && !text_equal(other, turn->ours);

    turn_say_own_end(turn, known ? WORD_GOODBYE : WORD_BYE, CALL_GOODBYE);
}

/* L-23: who is not shown wants no more either; a person finds out which number
 * that is about, and can name the call to the provider. */
static void inbound_stop(const struct turn *turn, const char *place)
{
    char text[160];

    if (!twilio_hidden(turn->theirs)) {
        turn_tell_key(turn, TELL_STOP, turn->key, place);
        turn_say_own(turn, WORD_STOPPED);
        return;
    }
    snprintf(text, sizeof(text),
             "key 9 (no more calls and messages) from a number that is not "
             "shown; call %.64s",
             turn->sid);
    const struct driver_reply reply = {.text = text, .intent = "unclear"};
    turn_tell_reply(turn, reply, turn->key, place);
    turn_say_own(turn, WORD_UNSEEN);
}

static void inbound_press(struct turn *turn)
{
    const struct driver_reply back = {.text = "call me", .intent = "call-me"};
    char place[CALL_PLACE_MAX];

    call_flow_place(turn->moment, place);
    if (turn->key == CALL_STOP_KEY) {
        inbound_stop(turn, place);
    } else if (turn->moment.state != CALL_WHO) {
        inbound_end(turn);
    } else if (turn->key == '1' && !twilio_hidden(turn->theirs)) {
        turn_tell_reply(turn, back, turn->key, place);
        turn_say_own_end(turn, WORD_BACK, CALL_BACK);
    } else if (turn->moment.turn < CALL_REPEATS_UNASKED) {
        turn->moment.turn++;
        greet(turn);
    } else {
        inbound_end(turn);
    }
}

/* Machines ----------------------------------------------------------------- */

static void redirected(void *arg, const struct http_answer *answer)
{
    struct twilio_exchange *exchange = arg;
    bool took = answer->end == HTTP_ANSWERED && answer->status / 100 == 2;

    /* What may have been left was left: nobody gets a second one (3.5). */
    bool left = took || answer->end == HTTP_UNKNOWN;
    if (exchange->reference)
        twilio_call_prove(
            exchange->driver, exchange->reference, exchange->sid,
            left ? OUTCOME_MACHINE : OUTCOME_HUNG_UP, "in-progress",
            left ? "voicemail was left" : "the voicemail was refused");
    twilio_exchange_free(exchange);
}

/* Somebody who was taken for a machine can stop the calls, too. */
static bool put_voicemail(const struct turn *turn, struct buf *form)
{
    const struct twilio_call *call = turn->call;
    struct buf *twiml = &turn->driver->said;

    buf_reset(twiml);
    twiml_open(twiml);
    twiml_pause(twiml);
    turn_ask(turn, (struct call_moment){.state = CALL_MACHINE});
    twiml_say(twiml, call_words_find(call->script.language), call->voicemail);
    twiml_asked(twiml);
    twiml_close(twiml);
    bool fits = !twiml->overflow && twiml->len <= TWIML_MAX;
    if (fits)
        http_form_add(form, "Twiml", twiml->data);
    return fits;
}

/* After the beep it hears the voicemail, or that we hang up: false. */
static bool machine_answered(const struct turn *turn, bool beep)
{
    struct driver *driver = turn->driver;
    const struct twilio_call *call = turn->call;
    struct twilio_exchange *exchange =
        twilio_exchange_new(driver, CHANNEL_VOICE, call->attempt_id);
    struct buf url, form;

    buf_init(&url, URL_MAX);
    buf_init(&form, FORM_MAX);
    twilio_call_url(&driver->settings, turn->sid, &url);
    bool leaves = beep && call->voicemail && !call->withdrawn &&
                  put_voicemail(turn, &form);
    if (leaves) {
        exchange->reference = memory_text(turn->reference);
        text_copy(exchange->sid, sizeof(exchange->sid), turn->sid);
    } else {
        http_form_add(&form, "Status", "completed");
    }
    twilio_start(exchange, redirected, url.data, form.data);
    buf_free(&url);
    buf_free(&form);
    return leaves;
}

/* Kept word for word. V-4: silence and other noises are hold music as often as
 * machines, and prove none. What hears its voicemail is proved by that. */
static void machine_told(const struct turn *turn, const char *answered_by)
{
    struct twilio_call *call = turn->call;
    const struct code *row =
        codes_find(turn->driver->codes, "answered-by", answered_by);
    enum outcome heard = row ? row->outcome : OUTCOME_NONE;
    bool is_proof = heard == OUTCOME_MACHINE || heard == OUTCOME_FAX;

    if (turn->sid && answered_by &&
        twilio_seen(turn->driver, turn->sid, answered_by))
        return; /* told twice: nobody hears a second voicemail (3.5) */
    /* A machine that pressed keys is none. Nobody here knows that of a call of
     * a former life: it is not hung up, and its last status says what it was.
     */
    if (!call || call->pressed)
        is_proof = false;
    if (is_proof &&
        machine_answered(turn, text_equal(answered_by, "machine_end_beep")))
        is_proof = false;
    if (heard == OUTCOME_MACHINE)
        heard = OUTCOME_HUNG_UP;
    if (row)
        twilio_call_prove(turn->driver, turn->reference, turn->sid,
                          is_proof ? heard : OUTCOME_NONE, answered_by,
                          row->meaning);
}

/* Being asked -------------------------------------------------------------- */

static bool turn_read(struct turn *turn, const struct form *form,
                      const struct form *query)
{
    const char *digits = form_get(form, "Digits");
    const char *from = form_get(form, "From"), *to = form_get(form, "To");

    turn->sid = form_get(form, "CallSid");
    turn->ours = turn->reference ? from : to;
    turn->theirs = turn->reference ? to : from;
    if (sender_read(CHANNEL_VOICE, turn->theirs, turn->driver->settings.country,
                    turn->number))
        turn->theirs = turn->number; /* else it shows none */
    twilio_call_named(turn->driver, turn->reference, turn->sid);
    turn->call = twilio_call_find(turn->driver, turn->reference);
    turn->key = digits && strlen(digits) == 1 && call_key(digits[0]) >= 0
                    ? digits[0]
                    : '\0';
    turn->about = form_get(query, "about");
    turn->since = form_get(query, "since");
    turn->phone =
        turn->call ? turn->call->script.names.phone : form_get(query, "phone");
    return !text_blank(turn->sid);
}

/* Seconds since it was answered; what is no time has all of them behind it. */
static int spent_since(const char *since)
{
    int64_t at = since ? strtoll(since, NULL, 10) : 0;
    int64_t spent = (clock_now() - at) / SECOND_MS;
    return spent < 0 ? 0 : spent > CALL_MOST_S ? CALL_MOST_S : (int)spent;
}

#define NOW_MAX 24
static const char *now_text(char out[NOW_MAX])
{
    snprintf(out, NOW_MAX, "%" PRId64, clock_now());
    return out;
}

static bool turn_answer(struct turn *turn, const char *what,
                        const struct form *form, const struct form *query)
{
    bool placed = call_flow_find(form_get(query, "at"), &turn->moment);
    bool call = text_equal(what, "call");
    char now[NOW_MAX];

    if (call || (!turn->reference && !placed)) {
        turn->since = now_text(now);
        turn->moment = (struct call_moment){0};
        if (!call)
            greet(turn);
        else if (turn->call)
            say_moment(turn, (struct call_moment){
                                 .state = twilio_call_answer(turn->call)});
        else
            turn_say_own_at(turn, WORD_LOST, turn->moment);
        return true;
    }
    if (!placed || !turn->since)
        return false;
    turn->moment.spent = spent_since(turn->since);
    if (!turn->reference)
        inbound_press(turn);
    else if (turn->moment.state == CALL_PERSON)
        person_turn(turn, form_get(form, "DialCallStatus"),
                    form_get(query, "key"));
    else if (turn->call)
        own_press(turn);
    else
        lost_press(turn);
    return true;
}

enum hook_verdict twilio_voice_hook(struct driver *driver,
                                    const struct driver_hook *hook,
                                    const struct form *form,
                                    const struct form *query,
                                    struct hook_answer *answer)
{
    bool inbound = text_equal(hook->what, "inbound");
    char now[NOW_MAX];
    struct turn turn = {.driver = driver,
                        .reference =
                            inbound ? NULL : form_get(query, "reference")};

    if (!driver->settings.serves && !inbound)
        return HOOK_UNKNOWN;
    if ((!inbound && text_blank(turn.reference)) ||
        !turn_read(&turn, form, query))
        return HOOK_WRONG;
    if (text_equal(hook->what, "machine")) {
        turn.since = now_text(now);
        machine_told(&turn, form_get(form, "AnsweredBy"));
        return HOOK_TAKEN;
    }
    if (text_blank(turn.ours) || text_blank(turn.theirs) ||
        (turn.reference && turn.theirs != turn.number)) /* we called one */
        return HOOK_WRONG;
    buf_reset(&driver->said);
    twiml_open(&driver->said);
    bool said = turn_answer(&turn, hook->what, form, query);
    twiml_close(&driver->said);
    if (!said || driver->said.overflow)
        return HOOK_WRONG;
    *answer = (struct hook_answer){"text/xml", driver->said.data};
    return HOOK_TAKEN;
}
