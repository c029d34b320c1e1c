/* SPDX-License-Identifier: Apache-2.0 */
/* Builds an email: headers, bodies and their borders, as bytes ready for SMTP.
 *
 * Everything that comes from a record or a campaign is treated as hostile: a
 * value can neither end its header line nor close its body part. All bodies
 * are quoted-printable, in which "=_" cannot occur; every boundary begins with
 * it, so no body can hold one, and no random number is needed. Pure: the date
 * is passed in, and the same message gives the same bytes. */
#include "channels/mime.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/civil.h"
#include "base/hash.h"
#include "base/text.h"

#define FOLD 76          /* of a header line; RFC 5322 2.1.1 says 78 */
#define WORD_BYTES 45    /* makes 60 of base64, 72 with =?UTF-8?B?...?= */
#define QP_LINE 75       /* and the soft line end's '=' */
#define URL_MAX 900      /* a header line holds 998 */
#define REFERENCE_MAX 63 /* a boundary has at most 70 */

/* --- headers ------------------------------------------------------------- */

static bool is_control(char c)
{
    return (unsigned char)c < ' ' || c == 127;
}

/* Plain: printable ASCII in words that fit a line, and nothing that looks
 * like an encoded word. */
static bool is_plain(const char *value)
{
    size_t word = 0;

    for (const char *c = value; *c; c++) {
        if ((unsigned char)*c >= 127)
            return false;
        word = *c == ' ' || is_control(*c) ? 0 : word + 1;
        if (word > FOLD - 20)
            return false;
    }
    return strstr(value, "=?") == NULL;
}

/* Words at blanks; runs of blanks and control characters are one blank. */
static void add_plain(struct buf *out, const char *value, size_t column)
{
    bool first = true;

    while (*value) {
        const char *end = value;

        while (*end && *end != ' ' && !is_control(*end))
            end++;
        if (end > value) {
            size_t len = (size_t)(end - value);

            if (!first && column + 1 + len > FOLD) {
                buf_text(out, "\r\n ");
                column = 1;
            } else if (!first) {
                buf_char(out, ' ');
                column++;
            }
            buf_add(out, value, len);
            column += len;
            first = false;
        }
        value = *end ? end + 1 : end;
    }
}

/* RFC 2047 encoded words, each whole code points; a line for each after the
 * first, because the blank between two of them is not shown. */
static void add_encoded(struct buf *out, const char *value, size_t column)
{
    size_t room = column < FOLD - 32 ? (FOLD - 12 - column) / 4 * 3 : 6;
    bool first = true;

    if (room > WORD_BYTES)
        room = WORD_BYTES;
    while (*value) {
        char word[WORD_BYTES], text[4 * ((WORD_BYTES + 2) / 3) + 1];
        size_t len = 0;

        while (value[len] && len < room) {
            word[len] = is_control(value[len]) ? ' ' : value[len];
            len++;
        }
        while (len > 1 && ((unsigned char)value[len] & 0xC0) == 0x80)
            len--;
        hash_base64(word, len, text);
        buf_format(out, "%s=?UTF-8?B?%s?=", first ? "" : "\r\n ", text);
        value += len;
        room = WORD_BYTES;
        first = false;
    }
}

void mime_header(struct buf *out, const char *name, const char *value)
{
    size_t column = strlen(name) + 2;

    buf_format(out, "%s: ", name);
    if (is_plain(value))
        add_plain(out, value, column);
    else
        add_encoded(out, value, column);
    buf_text(out, "\r\n");
}

/* A display name: plain words, a quoted string, or encoded words. */
static void add_mailbox(struct buf *out, const char *header,
                        const struct mime_mailbox *mailbox)
{
    size_t column = strlen(header) + 2;

    buf_format(out, "%s: ", header);
    if (mailbox->name[0] == '\0') {
        buf_format(out, "%s\r\n", mailbox->address);
        return;
    }
    if (!is_plain(mailbox->name)) {
        add_encoded(out, mailbox->name, column);
    } else if (strpbrk(mailbox->name, "()<>[]:;@\\,.\"")) {
        buf_char(out, '"');
        for (const char *c = mailbox->name; *c; c++) {
            if (*c == '"' || *c == '\\')
                buf_char(out, '\\');
            buf_char(out, *c);
        }
        buf_char(out, '"');
    } else {
        add_plain(out, mailbox->name, column);
    }
    buf_format(out, "\r\n <%s>\r\n", mailbox->address);
}

static bool address_ok(const char *address)
{
    const char *at = strchr(address, '@');
    size_t len = strlen(address);

    if (!at || at == address || !at[1] || strchr(at + 1, '@') ||
        len >= MIME_ADDRESS_MAX)
        return false;
    for (const char *c = address; *c; c++)
        if (*c <= ' ' || (unsigned char)*c >= 127 ||
            strchr("<>()[]:;,\\\"", *c))
            return false;
    return true;
}

/* Takes the quotes off a name written as a quoted string. */
static void name_unquote(char *name)
{
    size_t len = strlen(name);

    if (len < 2 || name[0] != '"' || name[len - 1] != '"')
        return;
    memmove(name, name + 1, len - 2);
    name[len - 2] = '\0';
}

static bool name_ok(const char *name)
{
    for (const char *c = name; *c; c++)
        if (is_control(*c) || *c == '<' || *c == '>')
            return false;
    return text_is_utf8(name, strlen(name));
}

bool mime_mailbox_read(const char *text, struct mime_mailbox *out,
                       struct error *err)
{
    struct mime_mailbox box = {0};
    char copy[MIME_NAME_MAX + MIME_ADDRESS_MAX];
    char *open, *address = copy;
    size_t len;

    if (strlen(text) >= sizeof copy)
        return error_set(err, ERROR_INPUT, "the sender is too long");
    text_copy(copy, sizeof copy, text);
    text_trim(copy);
    len = strlen(copy);
    open = strrchr(copy, '<');
    if (open && copy[len - 1] == '>') {
        copy[len - 1] = *open = '\0';
        address = open + 1;
        text_trim(copy);
        name_unquote(copy);
        if (strlen(copy) >= sizeof box.name)
            return error_set(err, ERROR_INPUT, "the sender's name is too long");
        text_copy(box.name, sizeof box.name, copy);
        text_trim(address);
    }
    if (!address_ok(address) || !name_ok(box.name))
        return error_set(err, ERROR_INPUT,
                         "\"%s\" is no sender: write Name <name@domain>", text);
    text_copy(box.address, sizeof box.address, address);
    *out = box;
    return true;
}

/* --- bodies -------------------------------------------------------------- */

/* A line end in any of its spellings: how many bytes, or 0. */
static size_t line_end(const char *at)
{
    if (at[0] == '\r')
        return at[1] == '\n' ? 2 : 1;
    return at[0] == '\n' ? 1 : 0;
}

static bool qp_literal(const char *at, size_t column)
{
    unsigned char c = (unsigned char)at[0];

    if (c == ' ' || c == '\t') /* not at the end of a line: it would be lost */
        return at[1] != '\0' && line_end(at + 1) == 0;
    if (column == 0 && c == 'F' && strncmp(at, "From ", 5) == 0)
        return false; /* some mailboxes would put a '>' before it */
    return c > ' ' && c < 127 && c != '=';
}

void mime_quoted_printable(struct buf *out, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t column = 0;

    if (*text == '\0') /* a part is at least an empty line */
        buf_text(out, "\r\n");
    while (*text) {
        size_t end = line_end(text);
        bool literal = qp_literal(text, column);
        size_t width = literal ? 1 : 3;

        if (end > 0) {
            buf_text(out, "\r\n");
            text += end;
            column = 0;
            continue;
        }
        if (column + width > QP_LINE) {
            buf_text(out, "=\r\n");
            column = 0;
            literal = qp_literal(text, column);
            width = literal ? 1 : 3;
        }
        if (literal) {
            buf_char(out, *text);
        } else {
            unsigned char c = (unsigned char)*text;
            char code[3] = {'=', hex[c >> 4], hex[c & 15]};

            buf_add(out, code, 3);
        }
        column += width;
        text++;
    }
    if (column > 0)
        buf_text(out, "\r\n");
}

/* --- the whole ----------------------------------------------------------- */

/* Letters that may stand in a Message-ID and a boundary alike. */
static void reference_token(const char *reference, char out[SHA256_HEX])
{
    size_t len = strlen(reference);

    if (len == 0 || len > REFERENCE_MAX ||
        strspn(reference, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                          "0123456789-") != len) {
        hash_sha256_hex(reference, len, out);
        out[32] = '\0';
        return;
    }
    text_copy(out, SHA256_HEX, reference);
}

void mime_message_id(struct buf *out, const char *reference,
                     const struct mime_mailbox *from)
{
    char token[SHA256_HEX];

    reference_token(reference, token);
    buf_format(out, "<%s%s>", token, strchr(from->address, '@'));
}

static void add_date(struct buf *out, instant date)
{
    static const char days[] = "MonTueWedThuFriSatSun";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t seconds = date / SECOND_MS - (date % SECOND_MS < 0 ? 1 : 0);
    struct civil at = civil_from_seconds(seconds);

    buf_format(out, "Date: %.3s, %d %.3s %04d %02d:%02d:%02d +0000\r\n",
               days + 3 * (civil_weekday(at.date) - 1), at.date.day,
               months + 3 * (at.date.month - 1), at.date.year, at.hour,
               at.minute, at.second);
}

/* L-27, RFC 8058: the Post header means nothing without an https address. */
static void add_unsubscribe(struct buf *out, const char *url)
{
    if (!url)
        return;
    buf_format(out, "List-Unsubscribe: <%s>\r\n", url);
    if (strncasecmp(url, "https:", 6) == 0)
        buf_text(out, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
}

static void add_headers(struct buf *out, const struct mime_message *message)
{
    add_date(out, message->date);
    add_mailbox(out, "From", message->from);
    if (message->reply_to)
        add_mailbox(out, "Reply-To", message->reply_to);
    buf_format(out, "To: %s\r\n", message->to);
    mime_header(out, "Subject", message->subject ? message->subject : "");
    buf_text(out, "Message-ID: ");
    mime_message_id(out, message->reference, message->from);
    buf_text(out, "\r\nMIME-Version: 1.0\r\n");
    if (message->language)
        buf_format(out, "Content-Language: %s\r\n", message->language);
    /* RFC 3834, and the same in Exchange's words: no holiday replies. */
    buf_text(out, "Auto-Submitted: auto-generated\r\n"
                  "X-Auto-Response-Suppress: OOF, AutoReply\r\n");
    add_unsubscribe(out, message->unsubscribe_url);
}

static void add_part(struct buf *out, const char *type, const char *extra,
                     const char *text)
{
    buf_format(out,
               "Content-Type: %s\r\nContent-Transfer-Encoding: "
               "quoted-printable\r\n%s\r\n",
               type, extra);
    mime_quoted_printable(out, text);
}

/* The METHOD a calendar text declares, for its Content-Type. */
static const char *calendar_method(const char *calendar)
{
    if (strstr(calendar, "METHOD:REQUEST\r\n"))
        return "REQUEST";
    return strstr(calendar, "METHOD:CANCEL\r\n") ? "CANCEL" : "PUBLISH";
}

static void add_calendar(struct buf *out, const char *calendar, bool attached)
{
    char type[80];

    snprintf(type, sizeof type, "text/calendar; charset=utf-8; method=%s",
             calendar_method(calendar));
    add_part(out, type,
             attached ? "Content-Disposition: attachment; "
                        "filename=\"appointment.ics\"\r\n"
                      : "",
             calendar);
}

/* The line end before a boundary is the boundary's, not the body's: so each
 * has one of its own, and every body keeps its last.
 *
 * multipart/alternative of the text, the HTML and an invitation to answer;
 * only a text: just that. */
static void add_alternatives(struct buf *out,
                             const struct mime_message *message,
                             const char *token, const char *invitation)
{
    if (!message->html && !invitation) {
        add_part(out, "text/plain; charset=utf-8", "", message->text);
        return;
    }
    buf_format(out,
               "Content-Type: multipart/alternative;\r\n"
               " boundary=\"=_%s_a\"\r\n\r\n--=_%s_a\r\n",
               token, token);
    add_part(out, "text/plain; charset=utf-8", "", message->text);
    if (message->html) {
        buf_format(out, "\r\n--=_%s_a\r\n", token);
        add_part(out, "text/html; charset=utf-8", "", message->html);
    }
    if (invitation) {
        buf_format(out, "\r\n--=_%s_a\r\n", token);
        add_calendar(out, invitation, false);
    }
    buf_format(out, "\r\n--=_%s_a--\r\n", token);
}

/* An invitation (REQUEST, CANCEL) must stand among the alternatives for mail
 * programs to act on it; one to keep (PUBLISH) is an attachment. */
static void add_bodies(struct buf *out, const struct mime_message *message)
{
    const char *calendar = message->calendar;
    char token[SHA256_HEX];

    reference_token(message->reference, token);
    if (!calendar || strcmp(calendar_method(calendar), "PUBLISH") != 0) {
        add_alternatives(out, message, token, calendar);
        return;
    }
    buf_format(out,
               "Content-Type: multipart/mixed;\r\n boundary=\"=_%s_m\"\r\n\r\n"
               "--=_%s_m\r\n",
               token, token);
    add_alternatives(out, message, token, NULL);
    buf_format(out, "\r\n--=_%s_m\r\n", token);
    add_calendar(out, calendar, true);
    buf_format(out, "\r\n--=_%s_m--\r\n", token);
}

static bool url_ok(const char *url)
{
    size_t len = strlen(url);

    if (len > URL_MAX || (strncasecmp(url, "https://", 8) != 0 &&
                          strncasecmp(url, "http://", 7) != 0 &&
                          strncasecmp(url, "mailto:", 7) != 0))
        return false;
    for (const char *c = url; *c; c++)
        if (*c <= ' ' || (unsigned char)*c >= 127 || strchr("<>\"", *c))
            return false;
    return true;
}

static bool language_ok(const char *language)
{
    size_t len = strlen(language);

    return len > 0 && len <= 35 &&
           strspn(language, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"
                            "WXYZ0123456789-") == len;
}

static bool utf8_ok(const char *text)
{
    return !text || text_is_utf8(text, strlen(text));
}

static bool message_check(const struct mime_message *message, struct error *err)
{
    if (!address_ok(message->to))
        return error_set(err, ERROR_INPUT,
                         "the recipient's email address is unusable");
    if (!message->text)
        return error_set(err, ERROR_INPUT, "the email has no text");
    if (!utf8_ok(message->subject) || !utf8_ok(message->text) ||
        !utf8_ok(message->html) || !utf8_ok(message->calendar))
        return error_set(err, ERROR_INPUT, "the email's text is not UTF-8");
    if (message->unsubscribe_url && !url_ok(message->unsubscribe_url))
        return error_set(err, ERROR_INPUT,
                         "the unsubscribe address is no https:// URL of at "
                         "most %d characters",
                         URL_MAX);
    if (message->language && !language_ok(message->language))
        return error_set(err, ERROR_INPUT,
                         "the email's language is no language tag");
    return true;
}

bool mime_write(struct buf *out, const struct mime_message *message,
                struct error *err)
{
    if (!message_check(message, err))
        return false;
    add_headers(out, message);
    add_bodies(out, message);
    if (out->overflow)
        return error_set(err, ERROR_INPUT, "the email is over %zu bytes",
                         out->max);
    return true;
}
