/* SPDX-License-Identifier: Apache-2.0 */
/* The carrier as a whole: who is behind the numbers, what was sent to them,
 * and what happens when. Opens its doors on loopback only. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/http.h"
#include "io/listener.h"
#include "io/loop.h"
#include "io/mail_in.h"
#include "io/socket.h"

#include "sandbox/carrier_own.h"

#define LINE_MAX_BYTES 8192
#define NUMBER "+12025550100" /* 555-01xx is nobody's */
#define TWICE_MS (24 * HOUR_MS)

/* People and what they got ----------------------------------------------------
 */

static size_t slot_of(const char *address)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (const char *c = address; *c; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
    return hash % PARTY_SLOTS;
}

struct party *party_find(struct carrier *carrier, const char *address)
{
    struct party **slot = &carrier->parties[slot_of(address)];
    for (struct party *party = *slot; party; party = party->next)
        if (strcmp(party->address, address) == 0)
            return party;
    struct party *party = memory_new(sizeof(*party));
    party->address = memory_text(address);
    party->stopped_at = INSTANT_NEVER;
    party->next = *slot;
    *slot = party;
    return party;
}

struct verdict party_try(struct party *party, struct carrier *carrier,
                         enum channel channel)
{
    static const struct {
        const char *said;
        int status, code;
        const char *message;
    } kinds[] = {
        [TROUBLE_TOO_MANY] = {"refused: 429, too many at once", 429, 20429,
                              "Too Many Requests"},
        [TROUBLE_ERROR] = {"answered: 500, and not taken", 500, 20500,
                           "Internal Server Error"},
        [TROUBLE_CLOSED] = {"taken, and then cut off without an answer", 201},
        [TROUBLE_CUT] = {"cut off without an answer, and not taken", 0},
        [TROUBLE_SLOW] = {"taken; the answer is slow", 201},
        [TROUBLE_NONE] = {NULL, 201},
    };
    const struct behaviour_message message = {
        .channel = channel, .to = party->address, .turn = party->tries++};
    enum behaviour_trouble trouble = behaviour_trouble(
        carrier->config.behaviour, carrier->config.seed, &message);
    if (trouble != TROUBLE_NONE) {
        carrier->totals.troubles[trouble]++;
        carrier_say(carrier, channel, CARRIER_NOTE, party->address, "%s",
                    kinds[trouble].said);
    }
    return (struct verdict){.status = kinds[trouble].status,
                            .code = kinds[trouble].code,
                            .message = kinds[trouble].message,
                            .trouble = trouble};
}

static void sid_make(struct item *item, const char *kind)
{
    char text[512], hex[SHA256_HEX];
    int len = snprintf(text, sizeof(text), "%" PRIu64 " %s %" PRId64 " %s",
                       item->carrier->config.seed, kind,
                       item->party->item_count++, item->party->address);
    hash_sha256_hex(text, (size_t)len, hex);
    snprintf(item->sid, sizeof(item->sid), "%s%.32s", kind, hex);
}

/* Whether these words went there within a day, and were not lost on the way: a
 * later step may well say the same on another day. The newest comes first. */
static bool has_got(const struct party *party, enum channel channel,
                    const char *body)
{
    instant since = clock_now() - TWICE_MS;
    const struct item *old = party->items;
    while (old && old->created > since &&
           (old->channel != channel || old->inbound || old->error_code ||
            strcmp(old->body, body) != 0))
        old = old->next_of_party;
    return old && old->created > since && channel != CHANNEL_VOICE;
}

struct item *item_new(struct carrier *carrier, struct party *party,
                      enum channel channel, bool inbound, const char *other,
                      const char *body)
{
    struct item *item = memory_new(sizeof(*item));
    item->carrier = carrier;
    item->party = party;
    item->channel = channel;
    item->inbound = inbound;
    item->from = memory_text(inbound ? party->address : other);
    item->to = memory_text(inbound ? other : party->address);
    item->body = memory_text(body);
    item->created = item->updated = clock_now();
    item->status = inbound ? "received" : "queued";
    sid_make(item, channel == CHANNEL_VOICE ? "CA" : "SM");
    carrier->totals.twice += !inbound && has_got(party, channel, body);
    item->next_of_party = party->items;
    party->items = item;
    item->next = carrier->items;
    carrier->items = item;
    return item;
}

void item_draw(struct item *item)
{
    struct carrier *carrier = item->carrier;
    const struct behaviour_message message = {.channel = item->channel,
                                              .to = item->party->address,
                                              .text = item->body,
                                              .turn = item->party->taken++};
    const struct behaviour *behaviour = carrier->config.behaviour;
    uint64_t seed = carrier->config.seed;
    behaviour_draw(behaviour, seed, &message, &item->end);
    item->receipts = behaviour_receipts(behaviour, seed, &message);
    carrier->totals.taken[item->channel]++;
}

void item_status(struct item *item, const char *status)
{
    item->status = status;
    item->updated = clock_now();
}

struct item *item_find(struct carrier *carrier, enum channel channel,
                       const char *sid, size_t len)
{
    struct item *item = carrier->items;
    while (item && (item->channel != channel || strlen(item->sid) != len ||
                    strncmp(item->sid, sid, len) != 0))
        item = item->next;
    return item;
}

static void item_free(struct item *item)
{
    voice_free(item->call);
    free(item->from);
    free(item->to);
    free(item->body);
    free(item->callback);
    free(item);
}

/* Time ------------------------------------------------------------------------
 */

static void on_timer(void *arg)
{
    carrier_step(arg);
}

instant carrier_step(struct carrier *carrier)
{
    instant now = clock_now();
    instant next = agenda_run(carrier->agenda, now);
    if (carrier->timer && next != INSTANT_NEVER)
        timer_start(carrier->timer, next - now);
    return next;
}

void carrier_later(struct carrier *carrier, int64_t after_ms, agenda_fn *fn,
                   void *arg)
{
    agenda_add(carrier->agenda, clock_now() + after_ms, fn, arg);
    if (carrier->timer)
        timer_start(carrier->timer, 0); /* which looks what is next */
}

void carrier_say(struct carrier *carrier, enum channel channel,
                 enum carrier_way way, const char *who, const char *format, ...)
{
    struct buf text;
    char part[LINE_MAX_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(part, sizeof(part), format, args);
    va_end(args);
    buf_init(&text, LINE_MAX_BYTES);
    /* one line; a text that was cut short ends where it is still UTF-8 */
    char *whole = part;
    size_t len = strlen(part);
    while (len > 0 && !text_is_utf8(part, len))
        len--;
    for (size_t i = 0; i < len; i++) {
        bool blank = (unsigned char)whole[i] <= ' ' || whole[i] == 127;
        if (!blank)
            buf_char(&text, whole[i]);
        else if (text.len > 0 && text.data[text.len - 1] != ' ')
            buf_char(&text, ' ');
    }
    const struct carrier_line line = {.at = clock_now(),
                                      .channel = channel,
                                      .way = way,
                                      .who = who,
                                      .text = text.data};
    if (carrier->config.say)
        carrier->config.say(carrier->config.say_arg, &line);
    buf_free(&text);
}

/* Opening and closing ---------------------------------------------------------
 */

/* The account, its token and what a request must say to be believed: made of
 * the seed, so that they can stand in a configuration. They guard nothing. */
static void access_make(struct carrier *carrier)
{
    char text[64], hex[SHA256_HEX], plain[80], coded[120];
    int len =
        snprintf(text, sizeof(text), "sandbox %" PRIu64, carrier->config.seed);
    hash_sha256_hex(text, (size_t)len, hex);
    snprintf(carrier->account, sizeof(carrier->account), "AC%.32s", hex);
    snprintf(carrier->token, sizeof(carrier->token), "%.32s", hex + 32);
    len = snprintf(plain, sizeof(plain), "%s:%s", carrier->account,
                   carrier->token);
    hash_base64(plain, (size_t)len, coded);
    snprintf(carrier->authorization, sizeof(carrier->authorization), "Basic %s",
             coded);
    carrier->access = (struct carrier_access){.base_url = carrier->base_url,
                                              .account = carrier->account,
                                              .token = carrier->token,
                                              .mail_url = carrier->mail_url,
                                              .number = NUMBER};
}

static bool doors_open(struct carrier *carrier, struct error *err)
{
    const char *listen = carrier->config.listen;
    struct loop *loop = carrier->config.loop;
    int port;
    if (socket_place(listen, &port) != SOCKET_LOOPBACK)
        return error_set(err, ERROR_INPUT,
                         "%s: the sandbox listens on loopback only, at a port "
                         "up to 65535, such as 127.0.0.1:8089",
                         listen);
    carrier->listener = listener_new(loop, listen, api_hear, carrier, err);
    if (!carrier->listener)
        return false;
    carrier->mail = mail_in_new(loop, letter_take, carrier, err);
    if (!carrier->mail)
        return false;
    snprintf(carrier->base_url, sizeof(carrier->base_url), "http://%.*s:%d",
             (int)(strrchr(listen, ':') - listen), listen,
             listener_port(carrier->listener));
    snprintf(carrier->mail_url, sizeof(carrier->mail_url),
             "smtp://127.0.0.1:%d", mail_in_port(carrier->mail));
    return true;
}

struct carrier *carrier_new(const struct carrier_config *config,
                            struct error *err)
{
    struct carrier *carrier = memory_new(sizeof(*carrier));
    const struct http_limits limits = {.total_ms = 15000}; /* as Twilio waits */
    carrier->config = *config;
    carrier->posts_end = &carrier->posts;
    carrier->agenda = agenda_new();
    if (!clock_is_pretended())
        carrier->timer = timer_new(config->loop, on_timer, carrier);
    access_make(carrier);
    carrier->http = http_new(config->loop, &limits, err);
    if (carrier->http && doors_open(carrier, err))
        return carrier;
    carrier_free(carrier);
    return NULL;
}

static void people_free(struct carrier *carrier)
{
    for (size_t i = 0; i < PARTY_SLOTS; i++) {
        struct party *party;
        while ((party = carrier->parties[i])) {
            carrier->parties[i] = party->next;
            free(party->address);
            free(party);
        }
    }
}

void carrier_free(struct carrier *carrier)
{
    struct item *item;
    struct held *held;
    if (!carrier)
        return;
    carrier->closing = true;
    http_free(carrier->http);
    post_free_all(carrier);
    while ((held = carrier->held)) { /* their connections end with the door */
        carrier->held = held->next;
        free(held->body);
        free(held);
    }
    listener_free(carrier->listener);
    mail_in_free(carrier->mail);
    timer_free(carrier->timer);
    agenda_free(carrier->agenda);
    while ((item = carrier->items)) {
        carrier->items = item->next;
        item_free(item);
    }
    people_free(carrier);
    free(carrier);
}

const struct carrier_access *carrier_access(const struct carrier *carrier)
{
    return &carrier->access;
}

bool carrier_is_posting(const struct carrier *carrier)
{
    return carrier->posting;
}

size_t carrier_holds(const struct carrier *carrier)
{
    return carrier->held_count;
}

void carrier_totals(const struct carrier *carrier, struct carrier_totals *out)
{
    *out = carrier->totals;
}
