/* SPDX-License-Identifier: Apache-2.0 */
/* Mail in: which mailboxes there are, and what of a letter people read. As
 * much of MIME as a mail program shows first: the subject and the first plain
 * text, decoded. */
#include "sandbox/letter.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/mail_in.h"

#include "sandbox/carrier_own.h"

#define HEADER_MAX 4096
#define DEPTH_MAX 4

/* Decoding --------------------------------------------------------------------
 */

static int hex_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* RFC 2045 6.7; in a header ("Q") '_' is a blank. */
static void add_quoted(struct buf *out, const char *text, size_t len,
                       bool header)
{
    for (size_t i = 0; i < len; i++) {
        if (header && text[i] == '_')
            buf_char(out, ' ');
        else if (text[i] != '=')
            buf_char(out, text[i]);
        else if (i + 2 < len && text[i + 1] == '\r' && text[i + 2] == '\n')
            i += 2; /* the line goes on */
        else if (i + 2 < len && hex_of(text[i + 1]) >= 0 &&
                 hex_of(text[i + 2]) >= 0) {
            buf_char(out,
                     (char)(hex_of(text[i + 1]) * 16 + hex_of(text[i + 2])));
            i += 2;
        }
    }
}

static void add_base64(struct buf *out, const char *text, size_t len)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned bits = 0, have = 0;
    for (size_t i = 0; i < len && text[i] != '='; i++) {
        const char *digit = text[i] ? strchr(digits, text[i]) : NULL;
        if (!digit)
            continue;
        bits = bits << 6 | (unsigned)(digit - digits);
        have += 6;
        if (have >= 8) {
            have -= 8;
            buf_char(out, (char)(bits >> have & 255));
        }
    }
}

/* "=?UTF-8?B?...?=" at `text`: its length, or 0. */
static size_t add_word(struct buf *out, const char *text)
{
    const char *charset = text + 2;
    const char *kind = strchr(charset, '?');
    const char *word = kind && kind[1] && kind[2] == '?' ? kind + 3 : NULL;
    const char *end = word ? strstr(word, "?=") : NULL;
    if (!end || strncasecmp(charset, "UTF-8?", 6) != 0)
        return 0;
    if (toupper((unsigned char)kind[1]) == 'B')
        add_base64(out, word, (size_t)(end - word));
    else
        add_quoted(out, word, (size_t)(end - word), true);
    return (size_t)(end + 2 - text);
}

static void add_words(struct buf *out, const char *text)
{
    while (*text) {
        size_t len = text_starts(text, "=?") ? add_word(out, text) : 0;
        if (len == 0) {
            buf_char(out, *text++);
            continue;
        }
        text += len; /* blanks between two such words are none (RFC 2047 2) */
        size_t blanks = strspn(text, " \t\r\n");
        if (text_starts(text + blanks, "=?"))
            text += blanks;
    }
}

/* Reading ---------------------------------------------------------------------
 */

/* The value of a header, folded lines joined, as it stands there. */
static void header_of(const char *text, const char *name, struct buf *out)
{
    size_t len = strlen(name);
    const char *line = text;
    while (line && !text_starts(line, "\r\n") && *line) {
        const char *next = strstr(line, "\r\n");
        if (strncasecmp(line, name, len) == 0 && line[len] == ':') {
            const char *value = line + len + 1;
            while (next && (next[2] == ' ' || next[2] == '\t'))
                next = strstr(next + 2, "\r\n");
            value += strspn(value, " \t");
            buf_add(out, value, next ? (size_t)(next - value) : strlen(value));
            return;
        }
        line = next ? next + 2 : NULL;
    }
}

struct part {
    const char *begin; /* headers; NULL: there is none */
    size_t len;
};

/* The first part of `part`, where its type says that it has any. */
static bool go_inside(struct part *part)
{
    struct buf type, line;
    buf_init(&type, HEADER_MAX);
    buf_init(&line, HEADER_MAX);
    header_of(part->begin, "Content-Type", &type);
    const char *mark = text_starts(type.data, "multipart/")
                           ? strstr(type.data, "boundary=")
                           : NULL;
    if (mark) {
        mark += strlen("boundary=");
        bool quoted = *mark == '"';
        mark += quoted;
        buf_text(&line, "\r\n--");
        buf_add(&line, mark, strcspn(mark, quoted ? "\"" : "; \r\n"));
        const char *first = strstr(part->begin, line.data);
        first = first ? strstr(first + 2, "\r\n") : NULL;
        const char *end = first ? strstr(first, line.data) : NULL;
        part->begin = first ? first + 2 : NULL;
        part->len = end && end > first ? (size_t)(end - first - 2) : 0;
    }
    buf_free(&type);
    buf_free(&line);
    return mark && part->begin;
}

void letter_read(const char *text, struct buf *subject, struct buf *body)
{
    struct part part = {text, strlen(text)};
    struct buf raw;
    buf_init(&raw, HEADER_MAX);
    header_of(text, "Subject", &raw);
    add_words(subject, raw.data);
    for (int depth = 0; depth < DEPTH_MAX && go_inside(&part);)
        depth++;
    const char *words = part.begin ? strstr(part.begin, "\r\n\r\n") : NULL;
    if (words && (size_t)(words + 4 - part.begin) <= part.len) {
        words += 4;
        size_t len = part.len - (size_t)(words - part.begin);
        buf_reset(&raw);
        header_of(part.begin, "Content-Transfer-Encoding", &raw);
        if (strcasecmp(raw.data, "quoted-printable") == 0)
            add_quoted(body, words, len, false);
        else if (strcasecmp(raw.data, "base64") == 0)
            add_base64(body, words, len);
        else
            buf_add(body, words, len);
    }
    buf_free(&raw);
}

/* Taking ----------------------------------------------------------------------
 */

/* To RCPT. */
static const char *mailbox(struct carrier *carrier, struct party *party)
{
    enum behaviour_trouble trouble =
        party_try(party, carrier, CHANNEL_EMAIL).trouble;
    const struct behaviour_message message = {.channel = CHANNEL_EMAIL,
                                              .to = party->address,
                                              .text = "",
                                              .turn = party->taken};
    struct behaviour_end end;
    if (trouble == TROUBLE_CUT)
        return "";
    if (trouble == TROUBLE_ERROR || trouble == TROUBLE_TOO_MANY)
        return "451 4.3.0 try again later";
    party->mute = trouble == TROUBLE_CLOSED;
    behaviour_draw(carrier->config.behaviour, carrier->config.seed, &message,
                   &end);
    if (outcome_evidence(end.outcome) >= EVIDENCE_DELIVERED)
        return NULL;
    party->taken++;
    carrier_say(carrier, CHANNEL_EMAIL, CARRIER_NOTE, party->address,
                "not taken: %s", outcome_name(end.outcome));
    return end.outcome == OUTCOME_BAD_ADDRESS ? "550 5.1.1 no such mailbox"
                                              : "450 4.2.2 mailbox is full";
}

const char *letter_take(void *arg, const struct mail_in_message *message)
{
    struct carrier *carrier = arg;
    struct party *party = party_find(carrier, message->to);
    struct buf subject, body;
    if (!message->text)
        return mailbox(carrier, party);
    buf_init(&subject, HEADER_MAX);
    buf_init(&body, MAIL_IN_TEXT_MAX);
    letter_read(message->text, &subject, &body);
    party->taken++;
    carrier->totals.taken[CHANNEL_EMAIL]++;
    item_new(carrier, party, CHANNEL_EMAIL, false, message->from, body.data);
    carrier_say(carrier, CHANNEL_EMAIL, CARRIER_TO, message->to, "%s: %s",
                subject.data, body.data);
    buf_free(&subject);
    buf_free(&body);
    return party->mute ? "" : NULL;
}
