/* SPDX-License-Identifier: Apache-2.0 */
/* Emails and calendar texts of hostile pieces: what is written has only whole
 * lines of allowed length, and as many header lines as we wrote. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#include "channels/calendar.h"
#include "channels/mime.h"
#include "channels/smtp_codes.h"

#include "tests/fuzz/fuzz.h"

#define PIECES 8

/* Cuts the input at NULs; what is missing is "". */
static void pieces_cut(char *text, size_t len, const char *pieces[PIECES])
{
    size_t at = 0;

    for (size_t i = 0; i < PIECES; i++) {
        pieces[i] = text + (at < len ? at : len);
        at += strlen(pieces[i]) + 1;
    }
}

static void lines_check(const char *text, size_t most)
{
    while (*text) {
        size_t len = strcspn(text, "\r\n");

        if (len > most || text[len] != '\r' || text[len + 1] != '\n')
            abort();
        text += len + 2;
    }
}

/* Of the names of headers, each at the start of a line, only ours. */
static void headers_check(const char *text)
{
    static const char *const ours[] = {
        "Date:",           "From:",       "Reply-To:",     "To:",
        "Subject:",        "Message-ID:", "MIME-Version:", "Content-",
        "Auto-Submitted:", "X-Auto-",     "List-Unsub",    " ",
    };

    while (strncmp(text, "\r\n", 2) != 0) {
        size_t i = 0;

        while (i < sizeof ours / sizeof ours[0] &&
               strncmp(text, ours[i], strlen(ours[i])) != 0)
            i++;
        if (i == sizeof ours / sizeof ours[0])
            abort();
        text = strstr(text, "\r\n") + 2;
    }
}

static void mail_write(const char *const pieces[PIECES])
{
    struct mime_mailbox from;
    struct mime_message message = {
        .from = &from,
        .to = pieces[1],
        .reference = pieces[2],
        .date = 0,
        .language = pieces[3][0] ? pieces[3] : NULL,
        .subject = pieces[4],
        .text = pieces[5],
        .html = pieces[6][0] ? pieces[6] : NULL,
        .unsubscribe_url = pieces[7][0] ? pieces[7] : NULL,
    };
    struct buf out;

    if (!mime_mailbox_read(pieces[0], &from, NULL))
        return;
    buf_init(&out, 1 << 20);
    if (mime_write(&out, &message, NULL)) {
        lines_check(out.data, 998);
        headers_check(out.data);
    }
    buf_free(&out);
}

static void calendar_try(const char *const pieces[PIECES])
{
    struct calendar_event event = {
        .method = CALENDAR_PUBLISH,
        .uid = pieces[0],
        .summary = pieces[1],
        .location = pieces[2],
        .description = pieces[3],
        .organizer = pieces[4][0] ? pieces[4] : NULL,
        .organizer_as = pieces[5],
        .attendee = pieces[6][0] ? pieces[6] : NULL,
        .start = 1000,
        .end = 2000,
    };
    struct buf out;

    buf_init(&out, 1 << 20);
    if (calendar_write(&out, &event, 1, NULL))
        lines_check(out.data, 75);
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *pieces[PIECES];
    char enhanced[SMTP_ENHANCED_MAX];
    char *text = malloc(size + 1);

    memcpy(text, data, size);
    text[size] = '\0';
    pieces_cut(text, size, pieces);
    mail_write(pieces);
    calendar_try(pieces);
    smtp_enhanced(text, enhanced);
    smtp_outcome("RCPT TO", (int)size, enhanced);
    free(text);
    return 0;
}
