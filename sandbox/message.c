/* SPDX-License-Identifier: Apache-2.0 */
/* Texts: taken or refused, on their way, arrived or not, and what whoever got
 * one writes back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"
#include "channels/sms.h"
#include "io/http.h"

#include "sandbox/carrier_own.h"

#define SENT_MS SECOND_MS
#define AGAIN_MS (3 * SECOND_MS)     /* until a receipt comes once more */
#define CONFIRM_MS (300 * SECOND_MS) /* L-14 */
#define BODY_MAX 1600

static const struct verdict_row {
    int status, code;
    const char *message;
} no_number = {400, 21211, "The 'To' number is not a valid phone number."},
  no_body = {400, 21602, "Message body is required."},
  no_sender = {400, 21603, "A 'From' phone number is required."},
  long_body = {400, 21617, "The message body exceeds 1600 characters."},
  unsubscribed = {400, 21610, "Attempt to send to unsubscribed recipient"};

static struct verdict refuse(const struct verdict_row *row)
{
    return (struct verdict){.status = row->status,
                            .code = row->code,
                            .message = row->message,
                            .trouble = TROUBLE_NONE};
}

/* Receipts --------------------------------------------------------------------
 */

static void post_status(struct item *item, const char *status)
{
    struct buf form;
    char code[16];
    if (!item->callback)
        return;
    buf_init(&form, 8192);
    http_form_add(&form, "AccountSid", item->carrier->account);
    http_form_add(&form, "ApiVersion", "2010-04-01");
    http_form_add(&form, "MessageSid", item->sid);
    http_form_add(&form, "SmsSid", item->sid);
    http_form_add(&form, "MessageStatus", status);
    http_form_add(&form, "SmsStatus", status);
    http_form_add(&form, "From", item->from);
    http_form_add(&form, "To", item->to);
    snprintf(code, sizeof(code), "%d", item->error_code);
    if (item->error_code && strcmp(status, "sent") != 0)
        http_form_add(&form, "ErrorCode", code);
    post_add(item->carrier, item->callback, &form, NULL, NULL);
    buf_free(&form);
}

static void on_sent(void *arg)
{
    struct item *item = arg;
    item_status(item, "sent");
    if (item->receipts != RECEIPTS_DISORDERED)
        post_status(item, "sent");
}

static void on_sent_late(void *arg)
{
    post_status(arg, "sent");
}

static void on_status_again(void *arg)
{
    struct item *item = arg;
    post_status(item, item->status);
}

/* The code with which a text of that end is reported; 0: it arrived. */
static int code_of(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_UNREACHABLE:
        return 30003;
    case OUTCOME_BAD_ADDRESS:
        return 30005;
    case OUTCOME_WRONG_CHANNEL:
        return 30006;
    case OUTCOME_BLOCKED:
        return 30007;
    default:
        return outcome_evidence(outcome) >= EVIDENCE_DELIVERED ? 0 : 30008;
    }
}

/* Answers ---------------------------------------------------------------------
 */

/* Where replies go: beside the place for statuses. NULL: nobody is told. */
static char *reply_url(const struct item *item)
{
    if (!item->callback)
        return NULL;
    size_t len = strcspn(item->callback, "?");
    while (len > 0 && item->callback[len - 1] != '/')
        len--;
    struct buf url;
    buf_init(&url, 4096);
    buf_add(&url, item->callback, len);
    buf_text(&url, "reply");
    return buf_take(&url);
}

static void post_reply(struct item *reply, const char *url)
{
    struct buf form;
    buf_init(&form, 8192);
    http_form_add(&form, "AccountSid", reply->carrier->account);
    http_form_add(&form, "ApiVersion", "2010-04-01");
    http_form_add(&form, "MessageSid", reply->sid);
    http_form_add(&form, "SmsMessageSid", reply->sid);
    http_form_add(&form, "SmsSid", reply->sid);
    http_form_add(&form, "SmsStatus", "received");
    http_form_add(&form, "NumMedia", "0");
    http_form_add(&form, "NumSegments", "1");
    http_form_add(&form, "From", reply->from);
    http_form_add(&form, "To", reply->to);
    http_form_add(&form, "Body", reply->body);
    post_add(reply->carrier, url, &form, NULL, NULL);
    buf_free(&form);
}

static bool is_one_of(const char *text, const char *const *words)
{
    while (*words && !text_equal_nocase(text, *words))
        words++;
    return *words != NULL;
}

/* The words that Twilio itself heeds (S-8, S-9). */
static void note_stop(const struct item *reply)
{
    static const char *const stop[] = {"STOP",   "STOPALL", "UNSUBSCRIBE",
                                       "CANCEL", "END",     "QUIT",
                                       "REVOKE", "OPTOUT",  NULL};
    static const char *const start[] = {"START", "UNSTOP", "YES", NULL};
    struct party *party = reply->party;
    bool stopped = party->stopped_at != INSTANT_NEVER;
    if (!stopped && is_one_of(reply->body, stop)) {
        party->stopped_at = clock_now();
        party->confirmed = false;
        reply->carrier->totals.stops++;
    } else if (stopped && is_one_of(reply->body, start)) {
        party->stopped_at = INSTANT_NEVER;
    }
}

static void on_reply(void *arg)
{
    struct item *item = arg;
    struct carrier *carrier = item->carrier;
    struct item *reply = item_new(carrier, item->party, CHANNEL_SMS, true,
                                  item->from, item->end.says);
    char *url = reply_url(item);
    carrier->totals.replies++;
    carrier_say(carrier, CHANNEL_SMS, CARRIER_FROM, item->to, "%s",
                reply->body);
    note_stop(reply);
    if (url)
        post_reply(reply, url);
    free(url);
}

static void on_end(void *arg)
{
    struct item *item = arg;
    item->error_code = code_of(item->end.outcome);
    item_status(item, item->error_code ? "undelivered" : "delivered");
    if (item->error_code)
        carrier_say(item->carrier, CHANNEL_SMS, CARRIER_NOTE, item->to,
                    "not delivered: %s (%d)", outcome_name(item->end.outcome),
                    item->error_code);
    post_status(item, item->status);
    if (item->receipts == RECEIPTS_TWICE)
        carrier_later(item->carrier, AGAIN_MS, on_status_again, item);
    if (item->receipts == RECEIPTS_DISORDERED)
        carrier_later(item->carrier, AGAIN_MS, on_sent_late, item);
    if (item->end.says)
        carrier_later(item->carrier, item->end.says_after_ms, on_reply, item);
}

/* Taking them -----------------------------------------------------------------
 */

static bool is_number(const char *text)
{
    return text[0] == '+' && text[1] >= '1' && text[1] <= '9' &&
           strspn(text + 1, "0123456789") == strlen(text + 1) &&
           strlen(text) >= 8 && strlen(text) <= 16;
}

/* After STOP one confirmation is let through, and soon (L-14). */
static bool is_stopped(struct carrier *carrier, struct party *party)
{
    if (party->stopped_at == INSTANT_NEVER)
        return false;
    bool confirms =
        !party->confirmed && clock_now() - party->stopped_at <= CONFIRM_MS;
    party->confirmed = true;
    carrier->totals.after_stop += !confirms;
    return !confirms;
}

static struct item *message_take(struct carrier *carrier, struct party *party,
                                 const struct form *form)
{
    const char *from = form_get(form, "From");
    const char *to = form_get(form, "To");
    const char *callback = form_get(form, "StatusCallback");
    struct item *item =
        item_new(carrier, party, CHANNEL_SMS, false,
                 text_blank(from) ? carrier->access.number : from,
                 form_get(form, "Body"));
    if (text_blank(from))
        item->status = "accepted"; /* by a messaging service (S-16) */
    item->callback = text_blank(callback) ? NULL : memory_text(callback);
    item_draw(item);
    carrier_say(carrier, CHANNEL_SMS, CARRIER_TO, to, "%s", item->body);
    carrier_later(carrier, SENT_MS, on_sent, item);
    if (item->end.outcome != OUTCOME_UNKNOWN) /* of which nothing is heard */
        carrier_later(carrier, SENT_MS + item->end.after_ms, on_end, item);
    return item;
}

struct verdict message_create(struct carrier *carrier, const struct form *form)
{
    const char *to = form_get(form, "To");
    const char *body = form_get(form, "Body");
    if (!to || !is_number(to))
        return refuse(&no_number);
    if (text_blank(body))
        return refuse(&no_body);
    if (text_length(body) > BODY_MAX)
        return refuse(&long_body);
    if (text_blank(form_get(form, "From")) &&
        text_blank(form_get(form, "MessagingServiceSid")))
        return refuse(&no_sender);
    struct party *party = party_find(carrier, to);
    if (is_stopped(carrier, party))
        return refuse(&unsubscribed);
    struct verdict verdict = party_try(party, carrier, CHANNEL_SMS);
    if (verdict.status == 201)
        verdict.item = message_take(carrier, party, form);
    return verdict;
}
