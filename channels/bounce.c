/* SPDX-License-Identifier: Apache-2.0 */
/* Reads delivery-status mail. Anybody can send one, so nothing in it is
 * trusted to be whole: parts may nest a little, be cut short, or be encoded
 * where they must not be; what is not understood is not a bounce. */
#include "channels/bounce.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/text.h"

#include "channels/smtp_codes.h"

#define DEPTH_MAX 5
#define PARTS_MAX 64
#define FIELD_MAX 512
#define BOUNDARY_MAX 128
/* In the order of base64. */
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

struct span {
    const char *at;
    size_t len;
};

struct reading {
    const char *domain;
    const uint8_t *key;
    struct bounce *out;
    int parts;
    bool status_found, reference_found;
};

/* --- lines and fields ----------------------------------------------------- */

/* The next line, without its end; false: none is left. */
static bool line_next(struct span *rest, struct span *line)
{
    const char *end;

    if (rest->len == 0)
        return false;
    end = memchr(rest->at, '\n', rest->len);
    line->at = rest->at;
    line->len = end ? (size_t)(end - rest->at) : rest->len;
    rest->at += line->len + (end != NULL);
    rest->len -= line->len + (end != NULL);
    if (line->len > 0 && line->at[line->len - 1] == '\r')
        line->len--;
    return true;
}

/* Printable ASCII alone; what is longer is cut. */
static void take(struct span text, char out[FIELD_MAX], size_t *used)
{
    for (size_t i = 0; i < text.len && *used + 1 < FIELD_MAX; i++)
        if (text.at[i] >= ' ' && text.at[i] < 127)
            out[(*used)++] = text.at[i];
    out[*used] = '\0';
}

static bool names(struct span line, const char *name)
{
    size_t len = strlen(name);

    return line.len > len && line.at[len] == ':' &&
           strncasecmp(line.at, name, len) == 0;
}

/* The first field of that name, unfolded; of a header, which ends at an empty
 * line, or of groups of fields, which go on behind one. */
static bool field_get(struct span text, bool groups, const char *name,
                      char out[FIELD_MAX])
{
    struct span line;
    bool found = false;
    size_t used = 0;

    out[0] = '\0';
    while (line_next(&text, &line)) {
        bool folded = line.len > 0 && (line.at[0] == ' ' || line.at[0] == '\t');

        if (found && !folded)
            break;
        if (line.len == 0 && !groups)
            break;
        if (!found && names(line, name)) {
            found = true;
            line.at += strlen(name) + 1;
            line.len -= strlen(name) + 1;
        }
        if (found)
            take(line, out, &used);
    }
    text_trim(out);
    return found;
}

static struct span body_of(struct span text)
{
    struct span line;

    while (line_next(&text, &line))
        if (line.len == 0)
            return text;
    return (struct span){text.at, 0};
}

/* --- encodings ------------------------------------------------------------ */

static int base64_value(char c)
{
    static const char letters[] = LETTERS "+/";
    const char *at = c ? strchr(letters, c) : NULL;

    return at ? (int)(at - letters) : -1;
}

static void base64_decode(struct span text, struct buf *out)
{
    unsigned bits = 0;
    int count = 0; /* of those that wait */

    for (size_t i = 0; i < text.len && text.at[i] != '='; i++) {
        int value = base64_value(text.at[i]);

        if (value < 0)
            continue; /* line ends, and what does not belong there */
        bits = (bits << 6 | (unsigned)value) & 0xffff;
        count += 6;
        if (count >= 8) {
            count -= 8;
            buf_char(out, (char)(bits >> count & 0xff));
        }
    }
}

static int hex_value(char c)
{
    return isdigit((unsigned char)c) ? c - '0'
           : c >= 'A' && c <= 'F'    ? c - 'A' + 10
           : c >= 'a' && c <= 'f'    ? c - 'a' + 10
                                     : -1;
}

static void quoted_decode(struct span text, struct buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        int high, low;

        if (text.at[i] != '=') {
            buf_char(out, text.at[i]);
            continue;
        }
        if (i + 1 < text.len && text.at[i + 1] == '\n') {
            i++;
            continue;
        }
        if (i + 2 >= text.len)
            return;
        high = hex_value(text.at[i + 1]);
        low = hex_value(text.at[i + 2]);
        if (high >= 0 && low >= 0)
            buf_char(out, (char)(high << 4 | low));
        i += 2; /* also a soft line end of CR and LF */
    }
}

/* A part that is no multipart, as it was before it was encoded. */
static struct span decoded(struct span part, struct buf *room)
{
    char encoding[FIELD_MAX];
    struct span body = body_of(part);

    field_get(part, false, "Content-Transfer-Encoding", encoding);
    buf_init(room, BOUNCE_MOST);
    if (text_equal_nocase(encoding, "base64"))
        base64_decode(body, room);
    else if (text_equal_nocase(encoding, "quoted-printable"))
        quoted_decode(body, room);
    else
        return body;
    return (struct span){room->data, room->len};
}

/* --- what it says --------------------------------------------------------- */

/* "5.1.1 (no such user)" -> "5.1.1"; "" where it is none. */
static void status_take(const char *text, char out[SMTP_ENHANCED_MAX])
{
    char reply[32];

    snprintf(reply, sizeof(reply), "550 %.20s", text);
    reply[4 + strspn(reply + 4, "0123456789.")] = '\0';
    snprintf(reply + strlen(reply), sizeof(reply) - strlen(reply), " .");
    smtp_enhanced(reply, out);
}

/* "smtp; 550-5.1.1 <a@b>: no" -> 550; 0: it has none. */
static int code_take(const char *diagnostic)
{
    const char *at = strchr(diagnostic, ';');

    at = at ? at + 1 : diagnostic;
    at += strspn(at, " ");
    return strspn(at, "0123456789") == 3 && strchr("45", at[0])
               ? (int)strtol(at, NULL, 10)
               : 0;
}

/* By the table of replies; but a mail that is over is not tried at once, and
 * nothing that only we can mend is to be learnt from one. */
static enum outcome outcome_of(int code, const char *enhanced)
{
    bool lasting = enhanced[0] ? enhanced[0] == '5' : code >= 500;
    enum outcome outcome =
        lasting ? smtp_outcome(NULL, code >= 500 ? code : 554, enhanced)
                : OUTCOME_UNREACHABLE;

    switch (outcome_properties(outcome)->next) {
    case NEXT_LATER:
    case NEXT_OTHER:
        return outcome;
    case NEXT_DONE:
    case NEXT_WAIT:
    case NEXT_RETRY:
    case NEXT_NEVER:
    case NEXT_RECONCILE:
        break;
    }
    return OUTCOME_BLOCKED;
}

static void status_read(struct reading *reading, struct span text)
{
    struct bounce *out = reading->out;
    char action[FIELD_MAX], status[FIELD_MAX], diagnostic[FIELD_MAX];
    char enhanced[SMTP_ENHANCED_MAX];

    if (reading->status_found || !field_get(text, true, "Action", action))
        return;
    field_get(text, true, "Status", status);
    field_get(text, true, "Diagnostic-Code", diagnostic);
    status_take(status, enhanced);
    int code = code_take(diagnostic);
    if (code)
        snprintf(out->code, sizeof(out->code), "%d%s%s", code,
                 enhanced[0] ? " " : "", enhanced);
    else
        text_copy(out->code, sizeof(out->code), enhanced);
    out->ended = true;
    if (text_equal_nocase(action, "failed"))
        out->outcome = outcome_of(code, enhanced);
    else if (text_equal_nocase(action, "delivered"))
        out->outcome = OUTCOME_DELIVERED;
    else if (text_equal_nocase(action, "delayed") ||
             text_equal_nocase(action, "relayed") ||
             text_equal_nocase(action, "expanded"))
        out->ended = false;
    else
        return;
    for (char *at = action; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    text_copy(out->word, sizeof(out->word), action);
    reading->status_found = true;
}

/* --- marks ---------------------------------------------------------------- */

void bounce_mark(const uint8_t *key, const char *reference,
                 char out[BOUNCE_MARKED_MAX])
{
    static const char use[] = "message-id";
    uint8_t own[SHA256_BYTES], mac[SHA256_BYTES];
    char mark[SHA256_HEX];

    /* A key of its own, so that nothing else made of the store's is one. */
    hash_hmac_sha256(key, BOUNCE_KEY_BYTES, use, strlen(use), own);
    hash_hmac_sha256(own, sizeof(own), reference, strlen(reference), mac);
    hash_hex(mac, sizeof(mac), mark);
    snprintf(out, BOUNCE_MARKED_MAX, "%.*s-%.*s",
             BOUNCE_MARKED_MAX - BOUNCE_MARK - 2, reference, BOUNCE_MARK, mark);
}

/* Takes the mark off; false: it has none, or not ours. */
static bool mark_take(const uint8_t *key, char marked[BOUNCE_MARKED_MAX])
{
    char given[BOUNCE_MARKED_MAX], expected[BOUNCE_MARKED_MAX];
    char *mark = strrchr(marked, '-');

    if (!key || !mark)
        return false;
    text_copy(given, sizeof(given), marked);
    *mark = '\0';
    bounce_mark(key, marked, expected);
    return strlen(given) == strlen(expected) &&
           hash_equal(given, expected, strlen(expected));
}

/* The header of what was sent: "<o7-4711-MARK@clinic.example>". */
static void reference_read(struct reading *reading, struct span text)
{
    struct bounce *out = reading->out;
    char id[FIELD_MAX];

    if (reading->reference_found || !field_get(text, false, "Message-ID", id))
        return;
    size_t end = strlen(id);
    size_t len = 1 + strspn(id + (end > 0), LETTERS "-");
    if (id[0] != '<' || len < 2 || len - 1 >= sizeof(out->reference) ||
        id[len] != '@' || id[end - 1] != '>')
        return;
    id[end - 1] = id[len] = '\0';
    if (!text_equal_nocase(id + len + 1, reading->domain))
        return;
    text_copy(out->reference, sizeof(out->reference), id + 1);
    reading->reference_found = mark_take(reading->key, out->reference);
}

/* --- parts ---------------------------------------------------------------- */

/* False: it has none. */
static bool boundary_take(const char *type, char out[BOUNDARY_MAX])
{
    const char *at = type;
    size_t len;

    while (*at && strncasecmp(at, "boundary=", 9) != 0)
        at++;
    if (!*at)
        return false;
    at += 9;
    len = *at == '"' ? strcspn(++at, "\"") : strcspn(at, "; \t");
    if (len == 0 || len >= BOUNDARY_MAX)
        return false;
    memcpy(out, at, len);
    out[len] = '\0';
    return true;
}

static bool is_boundary(struct span line, const char *boundary, bool *last)
{
    size_t len = strlen(boundary);

    if (line.len < len + 2 || memcmp(line.at, "--", 2) != 0 ||
        memcmp(line.at + 2, boundary, len) != 0)
        return false;
    *last = line.len >= len + 4 && memcmp(line.at + 2 + len, "--", 2) == 0;
    return true;
}

static void part_read(struct reading *reading, struct span part, int depth);

static void parts_read(struct reading *reading, struct span body,
                       const char *boundary, int depth)
{
    struct span line, part = {NULL, 0};
    bool last = false;

    while (!last && reading->parts < PARTS_MAX && line_next(&body, &line)) {
        if (!is_boundary(line, boundary, &last))
            continue;
        if (part.at) {
            part.len = (size_t)(line.at - part.at);
            part_read(reading, part, depth);
        }
        part = (struct span){body.at, 0};
    }
    if (!last && part.at) { /* cut short */
        part.len = (size_t)(body.at - part.at);
        part_read(reading, part, depth);
    }
}

static bool type_is(const char *type, const char *const *list)
{
    for (; *list; list++)
        if (strncasecmp(type, *list, strlen(*list)) == 0)
            return true;
    return false;
}

static void part_read(struct reading *reading, struct span part, int depth)
{
    static const char *const many_types[] = {"multipart/", NULL};
    static const char *const status_types[] = {
        "message/delivery-status", "message/global-delivery-status", NULL};
    static const char *const sent_types[] = {
        "message/rfc822", "text/rfc822-headers", "message/global", NULL};
    char type[FIELD_MAX], boundary[BOUNDARY_MAX];
    struct buf room = {0};

    reading->parts++;
    field_get(part, false, "Content-Type", type);
    if (type_is(type, many_types)) {
        if (depth < DEPTH_MAX && boundary_take(type, boundary))
            parts_read(reading, body_of(part), boundary, depth + 1);
    } else if (type_is(type, status_types)) {
        status_read(reading, decoded(part, &room));
        buf_free(&room);
    } else if (type_is(type, sent_types)) {
        reference_read(reading, decoded(part, &room));
        buf_free(&room);
    }
}

bool bounce_read(const char *text, size_t len, const char *domain,
                 const uint8_t *key, struct bounce *out)
{
    struct reading reading = {.domain = domain, .key = key, .out = out};

    *out = (struct bounce){0};
    if (len > BOUNCE_MOST)
        len = BOUNCE_MOST;
    part_read(&reading, (struct span){text, len}, 0);
    return reading.status_found && reading.reference_found;
}
