/* SPDX-License-Identifier: Apache-2.0 */
/* A writer of TwiML. Decides nothing. */
#include "channels/twiml.h"

#include "base/buf.h"

#include "channels/call_words.h"

/* Longer than a clinic lets it ring; then somebody calls back. */
#define DIAL_S 25

static void put_escaped(struct buf *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            buf_text(out, "&amp;");
            break;
        case '<':
            buf_text(out, "&lt;");
            break;
        case '>':
            buf_text(out, "&gt;");
            break;
        case '"':
            buf_text(out, "&quot;");
            break;
        default:
            buf_char(out, *text);
        }
    }
}

static void put_attribute(struct buf *out, const char *name, const char *value)
{
    buf_format(out, " %s=\"", name);
    put_escaped(out, value);
    buf_char(out, '"');
}

void twiml_open(struct buf *out)
{
    buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>");
}

void twiml_close(struct buf *out)
{
    buf_text(out, "</Response>");
}

void twiml_say(struct buf *out, const struct call_words *words,
               const char *text)
{
    if (!text[0])
        return;
    buf_text(out, "<Say");
    put_attribute(out, "language", words->locale);
    put_attribute(out, "voice", words->voice);
    buf_char(out, '>');
    put_escaped(out, text);
    buf_text(out, "</Say>");
}

void twiml_play(struct buf *out, const char *url)
{
    buf_text(out, "<Play>");
    put_escaped(out, url);
    buf_text(out, "</Play>");
}

/* An empty finishOnKey makes '#' a key as any other. */
void twiml_ask(struct buf *out, const char *url, int wait_s, bool silence_too)
{
    buf_format(out,
               "<Gather input=\"dtmf\" numDigits=\"1\" finishOnKey=\"\""
               " timeout=\"%d\" actionOnEmptyResult=\"%s\" method=\"POST\"",
               wait_s, silence_too ? "true" : "false");
    put_attribute(out, "action", url);
    buf_char(out, '>');
}

void twiml_asked(struct buf *out)
{
    buf_text(out, "</Gather>");
}

void twiml_dial(struct buf *out, const char *number, const char *from,
                const char *url)
{
    buf_format(out, "<Dial timeout=\"%d\" method=\"POST\"", DIAL_S);
    put_attribute(out, "callerId", from);
    put_attribute(out, "action", url);
    buf_char(out, '>');
    put_escaped(out, number);
    buf_text(out, "</Dial>");
}

void twiml_pause(struct buf *out)
{
    buf_text(out, "<Pause length=\"1\"/>");
}
