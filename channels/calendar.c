/* SPDX-License-Identifier: Apache-2.0 */
/* VEVENTs as text. Times are UTC: a VTIMEZONE would carry rules that are
 * out of date before the visit is, and every calendar shows its owner's zone
 * anyway. No recurrence, no alarm. Pure: the stamp is passed in. */
#include "channels/calendar.h"

#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/text.h"

#define LINE_BYTES 75 /* without CRLF; RFC 5545 3.1 */
#define CONTENT_MAX 4096

/* Adds one content line, folded between code points. A folded line begins
 * with a blank, which counts. */
static void line_add(struct buf *out, const char *line, size_t len)
{
    const char *end = line + len;
    size_t room = LINE_BYTES;

    while ((size_t)(end - line) > room) {
        size_t cut = room;

        while (cut > 0 && ((unsigned char)line[cut] & 0xC0) == 0x80)
            cut--;
        buf_add(out, line, cut);
        buf_text(out, "\r\n ");
        line += cut;
        room = LINE_BYTES - 1;
    }
    buf_add(out, line, (size_t)(end - line));
    buf_text(out, "\r\n");
}

static void line_end(struct buf *out, struct buf *line)
{
    line_add(out, line->data, line->len);
    buf_reset(line);
}

/* TEXT of RFC 5545 3.3.11; other control characters are dropped. */
static void add_escaped(struct buf *line, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '\r' && text[1] == '\n')
            continue;
        if (c == '\n' || c == '\r') {
            buf_text(line, "\\n");
            continue;
        }
        if ((c < ' ' && c != '\t') || c == 127)
            continue;
        if (strchr("\\;,", c))
            buf_char(line, '\\');
        buf_char(line, *text);
    }
}

/* A parameter's value in quotes; it has no escape for a quote itself. */
static void add_quoted(struct buf *line, const char *text)
{
    buf_char(line, '"');
    for (; *text; text++) {
        if (*text == '"')
            buf_char(line, '\'');
        else if ((unsigned char)*text >= ' ' && *text != 127)
            buf_char(line, *text);
    }
    buf_char(line, '"');
}

static void time_line(struct buf *out, const char *name, instant at)
{
    int64_t seconds = at / SECOND_MS - (at % SECOND_MS < 0 ? 1 : 0);
    struct civil utc = civil_from_seconds(seconds);
    char line[64];
    int len = snprintf(line, sizeof line, "%s:%04d%02d%02dT%02d%02d%02dZ", name,
                       utc.date.year, utc.date.month, utc.date.day, utc.hour,
                       utc.minute, utc.second);

    line_add(out, line, (size_t)len);
}

static void text_line(struct buf *out, struct buf *line, const char *name,
                      const char *text)
{
    if (!text || text_blank(text))
        return;
    buf_text(line, name);
    buf_char(line, ':');
    add_escaped(line, text);
    line_end(out, line);
}

static void people_lines(struct buf *out, struct buf *line,
                         const struct calendar_event *event)
{
    if (event->organizer) {
        buf_text(line, "ORGANIZER");
        if (event->organizer_as && !text_blank(event->organizer_as)) {
            buf_text(line, ";CN=");
            add_quoted(line, event->organizer_as);
        }
        buf_format(line, ":mailto:%s", event->organizer);
        line_end(out, line);
    }
    if (event->attendee) {
        buf_format(line,
                   "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;"
                   "RSVP=%s:mailto:%s",
                   event->method == CALENDAR_REQUEST ? "TRUE" : "FALSE",
                   event->attendee);
        line_end(out, line);
    }
}

static bool text_ok(const char *text)
{
    return !text ||
           (strlen(text) <= CONTENT_MAX && text_is_utf8(text, strlen(text)));
}

/* As a mailto: URI, so nothing that would need escaping there. */
static bool address_ok(const char *address)
{
    size_t len = strlen(address);

    return len >= 3 && len <= 254 && strchr(address, '@') != NULL &&
           strspn(address, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"
                           "WXYZ0123456789@.!#$&'*+-/=^_`{|}~") == len;
}

static bool event_check(const struct calendar_event *event, struct error *err)
{
    bool published = event->method == CALENDAR_PUBLISH;

    if (!event->uid || text_blank(event->uid) || event->sequence < 0)
        return error_set(err, ERROR_INPUT,
                         "the calendar entry has no uid or no sequence");
    if (!event->summary || text_blank(event->summary))
        return error_set(err, ERROR_INPUT, "the calendar entry has no summary");
    if (event->start >= event->end)
        return error_set(err, ERROR_INPUT,
                         "the calendar entry ends before it begins");
    if (!published && (!event->organizer || !event->attendee))
        return error_set(err, ERROR_INPUT,
                         "an invitation needs an organizer and an attendee");
    if ((event->organizer && !address_ok(event->organizer)) ||
        (event->attendee && !address_ok(event->attendee)))
        return error_set(err, ERROR_INPUT,
                         "the calendar entry names an unusable email address");
    if (!text_ok(event->uid) || !text_ok(event->summary) ||
        !text_ok(event->location) || !text_ok(event->description) ||
        !text_ok(event->organizer_as))
        return error_set(err, ERROR_INPUT,
                         "a text of the calendar entry is not UTF-8 or is "
                         "over %d bytes",
                         CONTENT_MAX);
    return true;
}

static const char *method_name(enum calendar_method method)
{
    switch (method) {
    case CALENDAR_PUBLISH:
        return "METHOD:PUBLISH\r\n";
    case CALENDAR_REQUEST:
        return "METHOD:REQUEST\r\n";
    case CALENDAR_CANCEL:
        return "METHOD:CANCEL\r\n";
    }
    return "";
}

static void event_write(struct buf *out, struct buf *line,
                        const struct calendar_event *event)
{
    buf_text(out, "BEGIN:VEVENT\r\n");
    text_line(out, line, "UID", event->uid);
    buf_format(out, "SEQUENCE:%d\r\n", event->sequence);
    time_line(out, "DTSTAMP", event->stamp);
    time_line(out, "DTSTART", event->start);
    time_line(out, "DTEND", event->end);
    text_line(out, line, "SUMMARY", event->summary);
    text_line(out, line, "LOCATION", event->location);
    text_line(out, line, "DESCRIPTION", event->description);
    people_lines(out, line, event);
    buf_format(out, "STATUS:%s\r\nTRANSP:OPAQUE\r\nCLASS:PRIVATE\r\n",
               event->method == CALENDAR_CANCEL ? "CANCELLED" : "CONFIRMED");
    buf_text(out, "END:VEVENT\r\n");
}

bool calendar_write(struct buf *out, const struct calendar_event *events,
                    size_t count, struct error *err)
{
    struct buf line;

    for (size_t i = 0; i < count; i++) {
        if (!event_check(&events[i], err))
            return false;
    }
    buf_init(&line, 3 * CONTENT_MAX);
    buf_text(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
                  "PRODID:-//Outreach//Outreach " OUTREACH_VERSION "//EN\r\n"
                  "CALSCALE:GREGORIAN\r\n");
    buf_text(out, method_name(events[0].method));
    for (size_t i = 0; i < count; i++)
        event_write(out, &line, &events[i]);
    buf_text(out, "END:VCALENDAR\r\n");
    buf_free(&line);
    if (out->overflow)
        return error_set(err, ERROR_INPUT, "the calendar entry is too long");
    return true;
}
