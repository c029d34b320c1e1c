/* SPDX-License-Identifier: Apache-2.0 */
/* Twilio's lists: what became of a message whose answer never came, and what
 * happened lately (receipts, replies) where nothing can call us, or while that
 * could not.
 *
 * A question is answered "absent" only after looking at all that was sent to
 * that number, and never in the first minute. A poll hands over what it finds
 * page by page and moves its cursor only when it saw every page, so what is
 * lost on the way is found again; the same reply may thus come twice. The
 * cursor is of the provider's time: one of a clock of ours that was ahead would
 * pass over replies for good. */
#include "channels/twilio_own.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"

#include "channels/sender.h"

#define QUERY_PAGES 20
#define POLL_PAGES 1000
#define PAGE_LEAST 20
#define SETTLE_MS (1 * MINUTE_MS) /* until a list shows what was created */
#define OVERLAP_MS (10 * MINUTE_MS)
#define FIRST_MS (24 * HOUR_MS)
#define AGAIN_MS (15 * MINUTE_MS) /* where it calls us */
#define SKEW_MS (2 * MINUTE_MS)
#define WRONG_CLOCK_MS (12 * HOUR_MS)

static void page_start(struct twilio_exchange *exchange, http_done_fn *done,
                       const char *url)
{
    exchange->page = memory_text(url);
    twilio_start(exchange, done, url, NULL);
}

enum page_next { PAGE_LAST, PAGE_MORE, PAGE_WRONG };

/* Where the list goes on: only on the host we trust with the token, and never
 * at the page we just read. */
static enum page_next page_next(const struct twilio_exchange *exchange,
                                const struct json *doc, struct buf *url)
{
    const char *uri = json_get_text(json_root(doc), "next_page_uri");

    if (text_blank(uri))
        return PAGE_LAST;
    buf_text(url, exchange->driver->settings.base_url);
    buf_text(url, uri);
    if (uri[0] != '/' || uri[1] == '/' || url->overflow ||
        text_equal(url->data, exchange->page))
        return PAGE_WRONG;
    return PAGE_MORE;
}

static struct json *page_of(const struct http_answer *answer)
{
    if (answer->end != HTTP_ANSWERED || answer->status != 200 || !answer->body)
        return NULL;
    return json_parse(answer->body, answer->body_len, 0, NULL, NULL);
}

static const struct json_node *page_rows(const struct json *doc,
                                         enum channel channel)
{
    return json_get(json_root(doc),
                    channel == CHANNEL_VOICE ? "calls" : "messages");
}

static instant row_time(const struct json_node *row, const char *first,
                        const char *second, instant fallback)
{
    instant at;

    if (twilio_date(json_get_text(row, first), &at) ||
        twilio_date(json_get_text(row, second), &at))
        return at;
    return fallback;
}

/* --- questions ----------------------------------------------------------- */

static void query_done(void *arg, const struct http_answer *answer);

void twilio_query(struct driver *driver, const struct driver_query *query,
                  driver_query_fn *fn, void *arg)
{
    struct twilio_exchange *exchange =
        twilio_exchange_new(driver, query->channel, query->attempt_id);
    struct buf url;

    exchange->question = (struct twilio_question){
        .fn = fn,
        .arg = arg,
        .to = memory_text(query->to),
        .text = memory_text(query->text ? query->text : ""),
        .submitted_at = query->submitted_at,
    };
    /* Not by date: a message that still waits in the queue has no date sent,
     * and taking it for absent would send it twice. */
    buf_init(&url, 2048);
    twilio_url(&driver->settings, query->channel, &url);
    buf_text(&url, "?PageSize=100&To=");
    http_url_escape(&url, query->to);
    page_start(exchange, query_done, url.data);
    buf_free(&url);
}

/* What a row of the list is to the question. A body that was redacted, or
 * changed on the way (other characters, shorter links), cannot be compared: a
 * message to that number from the moment of ours is then no proof that ours
 * was never there. Nor is one with our words from hours before: our clock may
 * be fast, and taking it for another one would send ours twice. */
enum row_match { ROW_OTHER, ROW_PERHAPS, ROW_OURS };

static enum row_match row_match(const struct twilio_exchange *exchange,
                                const struct json_node *row)
{
    const struct twilio_question *question = &exchange->question;
    const char *direction = json_get_text(row, "direction");
    const char *body = json_get_text(row, "body");
    instant submitted = question->submitted_at - question->ahead_ms;
    instant created = row_time(row, "date_created", "date_sent", submitted);
    instant first = submitted - SKEW_MS;
    instant last = submitted + SKEW_MS + exchange->driver->settings.timeout_ms;
    bool ours = exchange->channel == CHANNEL_VOICE ||
                text_ends(body ? body : "", question->text);

    if (!direction || !text_starts(direction, "outbound") ||
        created < submitted - WRONG_CLOCK_MS ||
        !text_equal(json_get_text(row, "to"), question->to))
        return ROW_OTHER;
    if (created < first)
        return ours ? ROW_PERHAPS : ROW_OTHER;
    if (ours)
        return ROW_OURS;
    return created <= last ? ROW_PERHAPS : ROW_OTHER;
}

static void query_answer(struct twilio_exchange *exchange,
                         enum driver_answer answer,
                         const struct driver_event *event)
{
    exchange->question.fn(exchange->question.arg, exchange->attempt_id, answer,
                          event);
}

/* By how much our clock is ahead of (or, negative, behind) that date. */
static int64_t ahead_of(instant date)
{
    int64_t ahead = date > 0 && !clock_is_pretended() ? clock_now() - date : 0;

    return llabs(ahead) > SKEW_MS ? ahead : 0;
}

/* Nothing on this page: the question goes on to the next, or ends. */
static void query_next(struct twilio_exchange *exchange, const struct json *doc)
{
    instant age = clock_now() - exchange->question.submitted_at;
    struct twilio_exchange *next;
    struct buf url;

    buf_init(&url, 4096);
    switch (page_next(exchange, doc, &url)) {
    case PAGE_LAST:
        query_answer(exchange,
                     age < SETTLE_MS || exchange->question.perhaps
                         ? DRIVER_CANNOT_SAY
                         : DRIVER_ABSENT,
                     NULL);
        break;
    case PAGE_WRONG:
        query_answer(exchange, DRIVER_CANNOT_SAY, NULL);
        break;
    case PAGE_MORE:
        if (exchange->pages + 1 == QUERY_PAGES) {
            query_answer(exchange, DRIVER_CANNOT_SAY, NULL);
            break;
        }
        next = twilio_exchange_new(exchange->driver, exchange->channel,
                                   exchange->attempt_id);
        next->question = exchange->question;
        next->pages = exchange->pages + 1;
        exchange->question = (struct twilio_question){0};
        page_start(next, query_done, url.data);
        break;
    }
    buf_free(&url);
}

static void query_done(void *arg, const struct http_answer *answer)
{
    struct twilio_exchange *exchange = arg;
    struct driver *driver = exchange->driver;
    struct json *doc = page_of(answer);
    const struct json_node *rows =
        doc ? page_rows(doc, exchange->channel) : NULL;
    const struct json_node *row;
    struct twilio_result result;

    exchange->question.ahead_ms = ahead_of(answer->date);
    if (json_type(rows) != JSON_ARRAY) {
        query_answer(exchange, DRIVER_CANNOT_SAY, NULL);
        goto out;
    }
    for (row = json_first(rows); row; row = json_next(row)) {
        enum row_match match = row_match(exchange, row);
        exchange->question.perhaps |= match == ROW_PERHAPS;
        if (match != ROW_OURS ||
            !twilio_read_resource(driver->codes, exchange->channel, row,
                                  clock_now(), &result))
            continue;
        if (exchange->channel == CHANNEL_SMS)
            result.event.ended = true; /* what follows comes as receipts */
        else
            twilio_call_judge(&driver->settings, OUTCOME_NONE, &result);
        query_answer(exchange, DRIVER_FOUND, &result.event);
        goto out;
    }
    query_next(exchange, doc);
out:
    json_free(doc);
    twilio_exchange_free(exchange);
}

/* --- polling ------------------------------------------------------------- */

static void poll_done(void *arg, const struct http_answer *answer);

static void poll_start(struct driver *driver, const char *url, int pages)
{
    struct twilio_exchange *exchange =
        twilio_exchange_new(driver, CHANNEL_SMS, 0);

    exchange->pages = pages;
    page_start(exchange, poll_done, url);
}

/* "REPLIES-FROM RECEIPTS-FROM"; anything else begins a day ago. */
static void cursor_read(const char *cursor, struct twilio_poll *poll)
{
    char first[CIVIL_TEXT_MAX];
    const char *blank = cursor ? strchr(cursor, ' ') : NULL;

    poll->replies_from = poll->receipts_from = poll->provider_now - FIRST_MS;
    if (!blank || blank - cursor >= CIVIL_TEXT_MAX)
        return;
    memcpy(first, cursor, (size_t)(blank - cursor));
    first[blank - cursor] = '\0';
    if (!civil_parse_instant(first, &poll->replies_from) ||
        !civil_parse_instant(blank + 1, &poll->receipts_from))
        poll->replies_from = poll->receipts_from =
            poll->provider_now - FIRST_MS;
}

/* Where it calls us it is asked at the start, and now and then: a call that
 * nobody took (the service or the way to it was down) does not come again. */
static bool poll_is_due(const struct driver *driver)
{
    const struct twilio_settings *settings = &driver->settings;
    return settings->poll || driver->host.sent ||
           (settings->catch_up &&
            clock_monotonic_ms() >= driver->poll.again_at);
}

/* Not now: something else receives what there is. */
static void unpolled_done(void *arg, const struct http_answer *answer)
{
    struct twilio_exchange *exchange = arg;
    struct driver_host *host = &exchange->driver->host;

    (void)answer;
    twilio_exchange_free(exchange);
    host->polled(host->arg, NULL, true);
}

/* For a store that was restored: what it knew last lies before its cursor. */
static void poll_reach_back(struct driver *driver)
{
    struct twilio_poll *poll = &driver->poll;
    instant since = driver->host.sent_since - OVERLAP_MS;

    if (poll->replies_from > since)
        poll->replies_from = since;
    if (poll->receipts_from > since)
        poll->receipts_from = since;
}

static instant poll_from(const struct twilio_poll *poll)
{
    return instant_sooner(poll->replies_from, poll->receipts_from);
}

static void poll_begin(struct driver *driver)
{
    struct twilio_poll *poll = &driver->poll;
    char text[CIVIL_TEXT_MAX];
    struct buf url;

    poll->newest = INSTANT_NEVER;
    poll->oldest_open = INSTANT_NEVER;
    civil_utc_text(poll_from(poll), text);
    text[19] = '\0'; /* whole seconds */
    buf_init(&url, 2048);
    twilio_url(&driver->settings, CHANNEL_SMS, &url);
    buf_format(&url, "?PageSize=%" PRId64 "&DateSent%%3E=", driver->page_size);
    http_url_escape(&url, text);
    buf_char(&url, 'Z');
    poll_start(driver, url.data, 0);
    buf_free(&url);
}

void twilio_poll(struct driver *driver, const char *cursor)
{
    struct twilio_poll *poll = &driver->poll;

    if (!poll_is_due(driver)) {
        wire_skip(driver->wire, "", unpolled_done,
                  twilio_exchange_new(driver, CHANNEL_SMS, 0));
        return;
    }
    if (poll->running)
        return; /* its end is still to be told */
    poll->running = true;
    poll->provider_now = clock_now();
    poll->dated = false;
    cursor_read(cursor, poll);
    if (driver->host.sent)
        poll_reach_back(driver);
    else if (driver->settings.catch_up && poll->again_at == 0)
        poll->receipts_from -= driver->settings.receipts_ms;
    poll_begin(driver);
}

bool twilio_seen(struct driver *driver, const char *sid, const char *status)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    uint64_t *slot;

    if (!driver->seen)
        driver->seen = memory_new(TWILIO_SEEN * sizeof(*driver->seen));
    for (const char *c = sid; *c; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
    for (const char *c = status; *c; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
    slot = &driver->seen[hash % TWILIO_SEEN];
    if (*slot == hash)
        return true;
    *slot = hash;
    return false;
}

/* An account may have other providers of ours, which ask for their own. */
static bool is_to_us(const struct twilio_settings *settings,
                     const struct json_node *row)
{
    const char *to = json_get_text(row, "to");
    const char *service = json_get_text(row, "messaging_service_sid");
    return (!settings->from && !settings->messaging_service_sid) ||
           (settings->from && text_equal(to, settings->from)) ||
           (settings->messaging_service_sid &&
            (!service || text_equal(service, settings->messaging_service_sid)));
}

static void poll_inbound(struct driver *driver, const struct json_node *row,
                         instant at)
{
    char from[SENDER_MAX];
    const char *to = json_get_text(row, "to");
    const char *text = json_get_text(row, "body");
    struct driver_reply reply = {
        .channel = CHANNEL_SMS,
        .from = from,
        .to = to ? to : "",
        .text = text ? text : "",
        .provider_id = json_get_text(row, "sid"),
        .received_at = at,
    };

    if (at < driver->poll.replies_from || text_blank(reply.provider_id) ||
        !is_to_us(&driver->settings, row) ||
        !sender_read(CHANNEL_SMS, json_get_text(row, "from"),
                     driver->settings.country, from) ||
        twilio_hidden(from))
        return;
    reply.answered = twilio_answers(driver, reply.text);
    driver->host.reply(driver->host.arg, &reply);
}

static void poll_sent(struct driver *driver, const struct json_node *row,
                      instant at, const struct twilio_result *result)
{
    struct driver_sent sent = {
        .channel = CHANNEL_SMS,
        .to = json_get_text(row, "to"),
        .text = json_get_text(row, "body"),
        .provider_id = result->sid,
        .at = at,
    };

    if (text_blank(sent.to) || text_blank(sent.provider_id))
        return;
    driver->host.sent(driver->host.arg, &sent, &result->event);
}

static void poll_outbound(struct driver *driver, const struct json_node *row,
                          instant at)
{
    struct twilio_result result;

    if (!twilio_read_resource(driver->codes, CHANNEL_SMS, row, clock_now(),
                              &result))
        return;
    if (!result.event.ended && at < driver->poll.oldest_open)
        driver->poll.oldest_open = at;
    if (driver->host.sent) {
        poll_sent(driver, row, at, &result);
        return;
    }
    if (!result.event.ended)
        return;
    if (twilio_seen(driver, result.sid, result.status))
        return;
    result.event.at =
        row_time(row, "date_updated", "date_sent", result.event.at);
    driver->host.receipt(driver->host.arg, NULL, result.sid, &result.event);
}

static void poll_fail(struct driver *driver, const struct http_answer *answer)
{
    driver->poll.running = false;
    if (driver->closing)
        return;
    /* An answer over the limit looks like a cut one: ask for less. */
    if (answer->end == HTTP_UNKNOWN && driver->page_size > PAGE_LEAST)
        driver->page_size = driver->page_size / 2 > PAGE_LEAST
                                ? driver->page_size / 2
                                : PAGE_LEAST;
    log_event(LOG_WARNING, "poll", "provider=%s status=%d reason=%s",
              log_quote(driver->name), answer->status,
              log_quote(answer->error ? answer->error
                                      : "no list that can be followed"));
    driver->host.polled(driver->host.arg, NULL, false);
}

/* Where the next poll begins: never behind what the provider itself dated, for
 * a clock may be wrong; where it gave nothing, where this one did. */
static void poll_advance(struct twilio_poll *poll, int64_t receipts_ms)
{
    instant last = instant_sooner(poll->provider_now, poll->newest);

    if (poll->newest == INSTANT_NEVER)
        return;
    poll->replies_from = last - OVERLAP_MS;
    if (poll->dated) /* and the last reply is not read for ever */
        poll->replies_from = instant_sooner(poll->provider_now - OVERLAP_MS,
                                            poll->newest + SECOND_MS);
    poll->receipts_from =
        instant_later(instant_sooner(poll->oldest_open, poll->replies_from),
                      last - receipts_ms); /* S-18: many carriers never say */
}

static void poll_finish(struct driver *driver)
{
    struct twilio_poll *poll = &driver->poll;
    char replies_text[CIVIL_TEXT_MAX];
    char receipts_text[CIVIL_TEXT_MAX];
    struct buf cursor;

    if (poll_from(poll) > poll->provider_now) {
        /* Of a clock that was ahead: nothing could be found there. */
        poll->replies_from = poll->receipts_from =
            poll->provider_now - FIRST_MS;
        poll_begin(driver);
        return;
    }
    poll->running = false;
    poll->again_at = clock_monotonic_ms() + AGAIN_MS;
    /* what is open is told by a call */
    poll_advance(poll,
                 driver->settings.catch_up ? 0 : driver->settings.receipts_ms);
    buf_init(&cursor, 256);
    buf_format(&cursor, "%s %s",
               civil_utc_text(poll->replies_from, replies_text),
               civil_utc_text(poll->receipts_from, receipts_text));
    driver->host.polled(driver->host.arg, cursor.data, true);
    buf_free(&cursor);
}

/* The list has the newest first: told in that order, a START would lift the
 * STOP that was written after it. */
static void poll_rows(struct driver *driver, const struct json *doc)
{
    const struct json_node *list = page_rows(doc, CHANNEL_SMS);
    const struct json_node *row = json_first(list);
    size_t count = 0;
    const struct json_node **rows =
        memory_new((json_count(list) + 1) * sizeof(*rows));

    for (; row; row = json_next(row))
        rows[count++] = row;
    while (count > 0) {
        row = rows[--count];
        instant at = row_time(row, "date_sent", "date_created",
                              driver->poll.provider_now);
        if (driver->poll.newest == INSTANT_NEVER || at > driver->poll.newest)
            driver->poll.newest = at;
        if (text_equal(json_get_text(row, "direction"), "inbound"))
            poll_inbound(driver, row, at);
        else
            poll_outbound(driver, row, at);
    }
    free(rows);
}

/* Quiet hours, and when a reminder goes, hang on our clock alone: one that is
 * wrong is told, once. */
static void poll_clock(struct driver *driver, instant date)
{
    instant ahead = clock_now() - date;
    bool wrong = ahead > SKEW_MS || ahead < -SKEW_MS;

    driver->poll.provider_now = date;
    driver->poll.dated = true;
    if (wrong && !driver->clock_told)
        log_event(LOG_WARNING, "clock",
                  "provider=%s ahead_s=%" PRId64
                  " reason=\"the clock of this machine and the provider's "
                  "differ\"",
                  log_quote(driver->name), ahead / SECOND_MS);
    if (!wrong && driver->clock_told)
        log_event(LOG_INFO, "clock", "provider=%s reason=\"right again\"",
                  log_quote(driver->name));
    driver->clock_told = wrong;
}

static void poll_done(void *arg, const struct http_answer *answer)
{
    struct twilio_exchange *exchange = arg;
    struct driver *driver = exchange->driver;
    struct json *doc = page_of(answer);
    enum page_next next = PAGE_WRONG;
    struct buf url;

    buf_init(&url, 4096);
    if (answer->date > 0 && !clock_is_pretended())
        poll_clock(driver, answer->date);
    if (doc && json_type(page_rows(doc, CHANNEL_SMS)) == JSON_ARRAY) {
        poll_rows(driver, doc);
        next = page_next(exchange, doc, &url);
    }
    if (next == PAGE_MORE && exchange->pages + 1 < POLL_PAGES)
        poll_start(driver, url.data, exchange->pages + 1);
    else if (next == PAGE_LAST)
        poll_finish(driver);
    else
        poll_fail(driver, answer);
    buf_free(&url);
    json_free(doc);
    twilio_exchange_free(exchange);
}
