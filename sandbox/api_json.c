/* SPDX-License-Identifier: Apache-2.0 */
/* Messages and calls as Twilio's API shows them, alone and in lists. Pure. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/json.h"
#include "base/text.h"
#include "channels/sms.h"
#include "io/http.h"

#include "sandbox/carrier_own.h"

enum { PAGE_DEFAULT = 50, PAGE_MOST = 1000, DATE_MAX = 48 };

/* "Thu, 24 Aug 2023 05:01:45 +0000" */
static const char *api_date(instant at, char out[DATE_MAX])
{
    static const char days[] = "MonTueWedThuFriSatSun";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct civil civil = civil_from_seconds(at / SECOND_MS);
    snprintf(out, DATE_MAX, "%.3s, %02d %.3s %04d %02d:%02d:%02d +0000",
             days + 3 * (civil_weekday(civil.date) - 1), civil.date.day,
             months + 3 * (civil.date.month - 1), civil.date.year, civil.hour,
             civil.minute, civil.second);
    return out;
}

static void write_number(struct json_writer *json, const char *key,
                         int64_t value)
{
    char text[24];
    snprintf(text, sizeof(text), "%" PRId64, value);
    json_write_text(json, key, text);
}

/* A text that still waits has no date of its sending. */
static bool has_left(const struct item *item)
{
    return strcmp(item->status, "queued") != 0 &&
           strcmp(item->status, "accepted") != 0;
}

static void write_message(struct json_writer *json, const struct item *item)
{
    char when[DATE_MAX];
    json_write_text(json, "body", item->body);
    json_write_text(json, "direction",
                    item->inbound ? "inbound" : "outbound-api");
    json_write_text(json, "date_sent",
                    has_left(item) ? api_date(item->created, when) : NULL);
    write_number(json, "num_segments", (int64_t)sms_measure(item->body).parts);
    write_number(json, "num_media", 0);
    json_write_text(json, "messaging_service_sid", NULL);
    json_write_text(json, "error_message", NULL);
    if (item->error_code)
        json_write_integer(json, "error_code", item->error_code);
    else
        json_write_text(json, "error_code", NULL);
}

static void write_call(struct json_writer *json, const struct item *item)
{
    char when[DATE_MAX];
    json_write_text(json, "direction", "outbound-api");
    json_write_text(json, "start_time", api_date(item->created, when));
    json_write_text(json, "end_time", api_date(item->updated, when));
    write_number(json, "duration", voice_seconds(item->call));
    json_write_text(json, "answered_by", voice_answered_by(item->call));
    json_write_text(json, "parent_call_sid", NULL);
}

static void write_item(struct json_writer *json, const char *key,
                       const struct item *item)
{
    char when[DATE_MAX], uri[120];
    bool call = item->channel == CHANNEL_VOICE;
    json_write_object(json, key);
    json_write_text(json, "sid", item->sid);
    json_write_text(json, "account_sid", item->carrier->account);
    json_write_text(json, "api_version", "2010-04-01");
    json_write_text(json, "from", item->from);
    json_write_text(json, "to", item->to);
    json_write_text(json, "status", item->status);
    json_write_text(json, "date_created", api_date(item->created, when));
    json_write_text(json, "date_updated", api_date(item->updated, when));
    json_write_text(json, "price", NULL);
    json_write_text(json, "price_unit", "USD");
    snprintf(uri, sizeof(uri), "/2010-04-01/Accounts/%s/%s/%s.json",
             item->carrier->account, call ? "Calls" : "Messages", item->sid);
    json_write_text(json, "uri", uri);
    if (call)
        write_call(json, item);
    else
        write_message(json, item);
    json_write_end(json, '}');
}

void api_item_json(const struct item *item, struct buf *out)
{
    struct json_writer json;
    json_write_init(&json, out);
    write_item(&json, NULL, item);
}

/* Lists -----------------------------------------------------------------------
 */

/* A day, or a moment, of a list's filter; false: it is none of these. */
static bool filter_time(const char *text, instant *out)
{
    struct civil_date date;
    if (civil_parse_date(text, &date)) {
        *out = civil_days(date) * 24 * HOUR_MS;
        return true;
    }
    return civil_parse_instant(text, out);
}

static bool is_wanted(const struct item *item, const struct form *query)
{
    bool call = item->channel == CHANNEL_VOICE;
    const char *to = form_get(query, "To"), *from = form_get(query, "From");
    const char *since = form_get(query, call ? "StartTime>" : "DateSent>");
    const char *before = form_get(query, call ? "StartTime<" : "DateSent<");
    instant limit;
    if ((to && strcmp(item->to, to) != 0) ||
        (from && strcmp(item->from, from) != 0))
        return false;
    if ((since || before) && !call && !has_left(item))
        return false;
    instant whole = item->created / SECOND_MS * SECOND_MS;
    if (since && filter_time(since, &limit) && whole < limit)
        return false;
    return !before || !filter_time(before, &limit) || whole <= limit;
}

static int64_t number_of(const struct form *query, const char *name,
                         int64_t usual, int64_t most)
{
    const char *text = form_get(query, name);
    int64_t value = text ? strtoll(text, NULL, 10) : usual;
    return value < 0 ? usual : value > most ? most : value;
}

/* The same question, one page on. */
static void next_page(struct json_writer *json, const struct carrier *carrier,
                      bool call, const struct form *query, int64_t page)
{
    struct buf uri, rest;
    buf_init(&uri, 8192);
    buf_init(&rest, 8192);
    for (size_t i = 0; i < query->count; i++)
        if (strcmp(query->pairs[i].name, "Page") != 0)
            http_form_add(&rest, query->pairs[i].name, query->pairs[i].value);
    buf_format(&uri, "/2010-04-01/Accounts/%s/%s.json?%s%sPage=%" PRId64,
               carrier->account, call ? "Calls" : "Messages", rest.data,
               rest.len ? "&" : "", page);
    json_write_text(json, "next_page_uri", uri.data);
    buf_free(&uri);
    buf_free(&rest);
}

void api_list_json(const struct carrier *carrier, enum channel channel,
                   const struct form *query, struct buf *out)
{
    bool call = channel == CHANNEL_VOICE;
    int64_t size = number_of(query, "PageSize", PAGE_DEFAULT, PAGE_MOST);
    int64_t page = number_of(query, "Page", 0, 1000000), seen = 0;
    struct json_writer json;
    if (size == 0)
        size = PAGE_DEFAULT;
    json_write_init(&json, out);
    json_write_object(&json, NULL);
    json_write_array(&json, call ? "calls" : "messages");
    for (const struct item *item = carrier->items; item; item = item->next) {
        if (item->channel != channel || !is_wanted(item, query))
            continue;
        if (seen >= page * size && seen < (page + 1) * size)
            write_item(&json, NULL, item);
        if (seen++ >= (page + 1) * size)
            break;
    }
    json_write_end(&json, ']');
    json_write_integer(&json, "page", page);
    json_write_integer(&json, "page_size", size);
    if (seen > (page + 1) * size)
        next_page(&json, carrier, call, query, page + 1);
    else
        json_write_text(&json, "next_page_uri", NULL);
    json_write_end(&json, '}');
}
