/* SPDX-License-Identifier: Apache-2.0 */
/* Twilio's API, as far as Outreach and its like ask it: create, fetch and list
 * messages and calls, and change a call under way. Reads requests and answers
 * them, or does not, as the carrier's trouble of the moment wants it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/listener.h"

#include "sandbox/carrier_own.h"

#define ROOT "/2010-04-01/Accounts/"
#define ANSWER_MAX (8u << 20)
#define SLOW_MS (5 * SECOND_MS) /* behind the first receipt */

/* Answers ---------------------------------------------------------------------
 */

static void say(struct exchange *exchange, int status, const struct buf *body)
{
    exchange_answer(exchange, status, "application/json", body->data,
                    body->len);
}

static void refuse(struct exchange *exchange, int status, int code,
                   const char *message)
{
    struct buf out;
    struct json_writer json;
    char more[80];
    buf_init(&out, 4096);
    json_write_init(&json, &out);
    json_write_object(&json, NULL);
    json_write_integer(&json, "code", code);
    json_write_text(&json, "message", message);
    snprintf(more, sizeof(more), "https://www.twilio.com/docs/errors/%d", code);
    json_write_text(&json, "more_info", more);
    json_write_integer(&json, "status", status);
    json_write_end(&json, '}');
    say(exchange, status, &out);
    buf_free(&out);
}

static void on_held(void *arg)
{
    struct held *held = arg;
    struct carrier *carrier = held->carrier;
    struct held **link = &carrier->held;
    while (*link != held)
        link = &(*link)->next;
    *link = held->next;
    carrier->held_count--;
    exchange_answer(held->exchange, held->status, "application/json",
                    held->body, strlen(held->body));
    free(held->body);
    free(held);
}

static void hold(struct carrier *carrier, struct exchange *exchange, int status,
                 struct buf *body)
{
    struct held *held = memory_new(sizeof(*held));
    *held = (struct held){.next = carrier->held,
                          .carrier = carrier,
                          .exchange = exchange,
                          .status = status,
                          .body = buf_take(body)};
    carrier->held = held;
    carrier->held_count++;
    carrier_later(carrier, SLOW_MS, on_held, held);
}

static void answer(struct carrier *carrier, struct exchange *exchange,
                   const struct verdict *verdict)
{
    struct buf out;
    if (verdict->trouble == TROUBLE_CUT || verdict->trouble == TROUBLE_CLOSED) {
        exchange_drop(exchange);
        return;
    }
    if (!verdict->item) {
        refuse(exchange, verdict->status, verdict->code, verdict->message);
        return;
    }
    buf_init(&out, ANSWER_MAX);
    api_item_json(verdict->item, &out);
    if (verdict->trouble == TROUBLE_SLOW)
        hold(carrier, exchange, verdict->status, &out);
    else
        say(exchange, verdict->status, &out);
    buf_free(&out);
}

static void list(struct carrier *carrier, struct exchange *exchange,
                 enum channel channel, const char *query)
{
    struct form form;
    struct buf out;
    if (!form_read(query, strlen(query), &form)) {
        refuse(exchange, 400, 20001, "The query cannot be read.");
        return;
    }
    buf_init(&out, ANSWER_MAX);
    api_list_json(carrier, channel, &form, &out);
    if (out.overflow)
        refuse(exchange, 400, 20006, "The page is too large.");
    else
        say(exchange, 200, &out);
    buf_free(&out);
    form_free(&form);
}

/* Requests --------------------------------------------------------------------
 */

static bool read_form(const struct exchange *exchange, struct form *form)
{
    size_t len;
    const char *body = exchange_body(exchange, &len);
    const char *type = exchange_header(exchange, "Content-Type");
    return type && text_starts(type, "application/x-www-form-urlencoded") &&
           form_read(body, len, form);
}

static void create(struct carrier *carrier, struct exchange *exchange,
                   enum channel channel)
{
    struct form form;
    if (!read_form(exchange, &form)) {
        refuse(exchange, 400, 20001, "A form is wanted.");
        return;
    }
    const struct verdict verdict = channel == CHANNEL_VOICE
                                       ? voice_create(carrier, &form)
                                       : message_create(carrier, &form);
    answer(carrier, exchange, &verdict);
    form_free(&form);
}

static void change(struct carrier *carrier, struct exchange *exchange,
                   struct item *item)
{
    struct form form;
    if (item->channel != CHANNEL_VOICE || !read_form(exchange, &form)) {
        refuse(exchange, 400, 20001, "Only calls can be changed, by a form.");
        return;
    }
    const struct verdict verdict = {
        .status = 200, .item = item, .trouble = TROUBLE_NONE};
    if (voice_change(item, &form))
        answer(carrier, exchange, &verdict);
    else
        refuse(exchange, 400, 21220, "Call is not in-progress.");
    form_free(&form);
}

/* One that is there. */
static void one(struct carrier *carrier, struct exchange *exchange,
                enum channel channel, const char *sid)
{
    size_t len = strcspn(sid, ".?");
    struct item *item = item_find(carrier, channel, sid, len);
    const struct verdict found = {
        .status = 200, .item = item, .trouble = TROUBLE_NONE};
    bool post = text_equal(exchange_method(exchange), "POST");
    if (!item || !text_starts(sid + len, ".json"))
        refuse(exchange, 404, 20404, "There is no such message or call.");
    else if (post)
        change(carrier, exchange, item);
    else
        answer(carrier, exchange, &found);
}

/* "/2010-04-01/Accounts/AC.../Messages.json?To=..." behind the account. */
static void hear_account(struct carrier *carrier, struct exchange *exchange,
                         const char *rest)
{
    bool call = text_starts(rest, "/Calls");
    bool post = text_equal(exchange_method(exchange), "POST");
    enum channel channel = call ? CHANNEL_VOICE : CHANNEL_SMS;
    const char *word = rest + strlen(call ? "/Calls" : "/Messages");
    if (!call && !text_starts(rest, "/Messages"))
        refuse(exchange, 404, 20404, "Only Messages and Calls are here.");
    else if (*word == '/')
        one(carrier, exchange, channel, word + 1);
    else if (!text_starts(word, ".json"))
        refuse(exchange, 404, 20404, "Lists are asked for as .json.");
    else if (post)
        create(carrier, exchange, channel);
    else
        list(carrier, exchange, channel,
             word[strlen(".json")] == '?' ? word + strlen(".json?") : "");
}

void api_hear(void *arg, struct exchange *exchange)
{
    struct carrier *carrier = arg;
    const char *target = exchange_target(exchange);
    const char *method = exchange_method(exchange);
    const char *account = target + strlen(ROOT);
    size_t len = strlen(carrier->account);
    if (!text_starts(target, ROOT))
        refuse(exchange, 404, 20404, "This is a sandbox: " ROOT "...");
    else if (!text_equal(exchange_header(exchange, "Authorization"),
                         carrier->authorization))
        refuse(exchange, 401, 20003, "Authenticate");
    else if (strncmp(account, carrier->account, len) != 0)
        refuse(exchange, 404, 20404, "There is no such account.");
    else if (!text_equal(method, "GET") && !text_equal(method, "POST"))
        refuse(exchange, 405, 20004, "Method not allowed");
    else
        hear_account(carrier, exchange, account + len);
}
