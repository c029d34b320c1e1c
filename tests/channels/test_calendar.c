/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar text that goes with an email. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/civil.h"

#include "channels/calendar.h"

static instant at(const char *text)
{
    instant value;

    assert_true(civil_parse_instant(text, &value));
    return value;
}

static struct calendar_event visit(void)
{
    return (struct calendar_event){
        .method = CALENDAR_PUBLISH,
        .uid = "appointment-77@lakeside.example",
        .sequence = 2,
        .stamp = at("2026-11-23T09:15:00-05:00"),
        .start = at("2026-12-01T09:00:00-05:00"),
        .end = at("2026-12-01T09:30:00-05:00"),
        .summary = "Appointment at Lakeside Clinic",
    };
}

static void a_visit_is_this_text(void **state)
{
    struct calendar_event event = visit();
    struct buf out;

    (void)state;
    event.location = "12 Shore Rd, Springfield";
    buf_init(&out, 8192);
    assert_true(calendar_write(&out, &event, 1, NULL));
    assert_string_equal(
        out.data, "BEGIN:VCALENDAR\r\n"
                  "VERSION:2.0\r\n"
                  "PRODID:-//Outreach//Outreach " OUTREACH_VERSION "//EN\r\n"
                  "CALSCALE:GREGORIAN\r\n"
                  "METHOD:PUBLISH\r\n"
                  "BEGIN:VEVENT\r\n"
                  "UID:appointment-77@lakeside.example\r\n"
                  "SEQUENCE:2\r\n"
                  "DTSTAMP:20261123T141500Z\r\n"
                  "DTSTART:20261201T140000Z\r\n"
                  "DTEND:20261201T143000Z\r\n"
                  "SUMMARY:Appointment at Lakeside Clinic\r\n"
                  "LOCATION:12 Shore Rd\\, Springfield\r\n"
                  "STATUS:CONFIRMED\r\n"
                  "TRANSP:OPAQUE\r\n"
                  "CLASS:PRIVATE\r\n"
                  "END:VEVENT\r\n"
                  "END:VCALENDAR\r\n");
    buf_free(&out);
}

static void an_invitation_names_its_people(void **state)
{
    static const struct {
        enum calendar_method method;
        const char *lines[4];
    } rows[] = {
        {CALENDAR_REQUEST,
         {"\r\nMETHOD:REQUEST\r\n", "RSVP=TRUE", "\r\nSTATUS:CONFIRMED\r\n"}},
        {CALENDAR_CANCEL,
         {"\r\nMETHOD:CANCEL\r\n", "RSVP=FALSE", "\r\nSTATUS:CANCELLED\r\n"}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct calendar_event event = visit();
        struct error err = {0};
        struct buf out;

        buf_init(&out, 8192);
        event.method = rows[i].method;
        assert_false(calendar_write(&out, &event, 1, &err));
        assert_int_equal(err.kind, ERROR_INPUT);
        event.organizer = "desk@lakeside.example";
        event.organizer_as = "Lakeside \"Main\" Clinic";
        event.attendee = "ann@patient.example";
        assert_true(calendar_write(&out, &event, 1, &err));
        for (size_t k = 0; rows[i].lines[k]; k++)
            assert_non_null(strstr(out.data, rows[i].lines[k]));
        assert_non_null(strstr(out.data, "\r\nORGANIZER;CN=\"Lakeside 'Main' "
                                         "Clinic\":mailto:desk@"));
        buf_free(&out);
    }
}

/* What a line holds once the folds are taken out again. */
static void unfold(const char *text, char *out)
{
    while (*text) {
        if (strncmp(text, "\r\n ", 3) == 0)
            text += 3;
        else
            *out++ = *text++;
    }
    *out = '\0';
}

static void long_lines_are_folded_between_characters(void **state)
{
    static char summary[401], wanted[512], flat[8192];
    struct buf out;

    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        struct calendar_event event = visit();
        const char *line, *next;

        memset(summary, 'x', sizeof summary);
        for (size_t i = shift; i + 3 < 400; i += 3)
            memcpy(summary + i, "\xE2\x82\xAC", 3);
        summary[shift + (400 - shift) / 3 * 3] = '\0';
        event.summary = summary;
        buf_init(&out, 8192);
        assert_true(calendar_write(&out, &event, 1, NULL));
        for (line = out.data; *line; line = next) {
            next = strstr(line, "\r\n");
            assert_non_null(next);
            assert_true(next - line <= 75);
            assert_true(((unsigned char)next[-1] & 0xC0) != 0xC0);
            next += 2;
            assert_false(((unsigned char)next[0] & 0xC0) == 0x80);
            if (next[0] == ' ')
                assert_false(((unsigned char)next[1] & 0xC0) == 0x80);
        }
        unfold(out.data, flat);
        strcpy(wanted, "\r\nSUMMARY:");
        strcat(wanted, summary);
        strcat(wanted, "\r\n");
        assert_non_null(strstr(flat, wanted));
        buf_free(&out);
    }
}

static void a_text_cannot_leave_its_line(void **state)
{
    struct calendar_event event = visit();
    struct buf out;

    (void)state;
    event.summary = "Visit\r\nATTENDEE:mailto:x@y.example\nB\rC\\;,\x01\x7F.";
    event.description = "\t \n";
    buf_init(&out, 8192);
    assert_true(calendar_write(&out, &event, 1, NULL));
    assert_non_null(strstr(out.data, "\r\nSUMMARY:Visit\\nATTENDEE:mailto:x@y."
                                     "example\\nB\\nC\\\\\\;\\,.\r\n"));
    assert_null(strstr(out.data, "\nATTENDEE"));
    assert_null(strstr(out.data, "DESCRIPTION"));
    buf_free(&out);
}

static void what_is_wrong_is_refused(void **state)
{
    struct calendar_event rows[9];
    struct buf out;

    (void)state;
    for (size_t i = 0; i < 9; i++)
        rows[i] = visit();
    rows[0].uid = " ";
    rows[1].sequence = -1;
    rows[2].summary = NULL;
    rows[3].end = rows[3].start;
    rows[4].summary = "\xFF";
    rows[5].organizer = "desk@lakeside.example\r\nX:y";
    rows[6].attendee = "nobody";
    rows[7].description = "\xC3";
    rows[8].method = CALENDAR_REQUEST;
    for (size_t i = 0; i < 9; i++) {
        struct error err = {0};

        buf_init(&out, 8192);
        if (calendar_write(&out, &rows[i], 1, &err))
            fail_msg("row %zu was taken", i);
        assert_int_equal(err.kind, ERROR_INPUT);
        buf_free(&out);
    }
    buf_init(&out, 100);
    rows[0] = visit();
    assert_false(calendar_write(&out, &rows[0], 1, NULL));
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_visit_is_this_text),
        cmocka_unit_test(an_invitation_names_its_people),
        cmocka_unit_test(long_lines_are_folded_between_characters),
        cmocka_unit_test(a_text_cannot_leave_its_line),
        cmocka_unit_test(what_is_wrong_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
