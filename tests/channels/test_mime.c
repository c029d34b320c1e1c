/* SPDX-License-Identifier: Apache-2.0 */
/* The email builder: its syntax by our own checks, its meaning by Python's
 * parser where that is installed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/file.h"

#include "channels/mime.h"

static const struct mime_mailbox clinic = {"Lakeside Clinic",
                                           "noreply@lakeside.example"};

static struct mime_message letter(void)
{
    struct mime_message message = {
        .from = &clinic,
        .to = "ann@patient.example",
        .reference = "o7-4711",
        .language = "en",
        .subject = "Your appointment on Tue, Dec 1",
        .text = "Hello Ann,\nsee you on Tue, Dec 1.\n",
    };

    assert_true(
        civil_parse_instant("2026-11-23T09:15:00-05:00", &message.date));
    return message;
}

/* CRLF everywhere, printable ASCII only, no line over 78 but the named one. */
static void check_bytes(const char *text, size_t most)
{
    size_t column = 0;

    for (const char *c = text; *c; c++) {
        if (c[0] == '\r') {
            assert_int_equal(c[1], '\n');
        } else if (c[0] == '\n') {
            assert_true(c > text && c[-1] == '\r');
            if (column - 1 > most)
                fail_msg("a line of %zu", column - 1);
            column = 0;
            continue;
        } else if (c[0] != '\t') {
            assert_in_range((unsigned char)c[0], 32, 126);
        }
        column++;
    }
    assert_int_equal(column, 0);
}

static void a_plain_email_is_this_text(void **state)
{
    struct mime_message message = letter();
    struct buf out;

    (void)state;
    buf_init(&out, 65536);
    assert_true(mime_write(&out, &message, NULL));
    assert_string_equal(out.data,
                        "Date: Mon, 23 Nov 2026 14:15:00 +0000\r\n"
                        "From: Lakeside Clinic\r\n"
                        " <noreply@lakeside.example>\r\n"
                        "To: ann@patient.example\r\n"
                        "Subject: Your appointment on Tue, Dec 1\r\n"
                        "Message-ID: <o7-4711@lakeside.example>\r\n"
                        "MIME-Version: 1.0\r\n"
                        "Content-Language: en\r\n"
                        "Auto-Submitted: auto-generated\r\n"
                        "X-Auto-Response-Suppress: OOF, AutoReply\r\n"
                        "Content-Type: text/plain; charset=utf-8\r\n"
                        "Content-Transfer-Encoding: quoted-printable\r\n"
                        "\r\n"
                        "Hello Ann,\r\nsee you on Tue, Dec 1.\r\n");
    check_bytes(out.data, 78);
    buf_free(&out);
}

static void the_same_message_is_the_same_bytes(void **state)
{
    struct mime_message message = letter();
    struct buf one, two;

    (void)state;
    message.html = "<p>Hello</p>";
    message.calendar = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";
    buf_init(&one, 65536);
    buf_init(&two, 65536);
    assert_true(mime_write(&one, &message, NULL));
    assert_true(mime_write(&two, &message, NULL));
    assert_string_equal(one.data, two.data);
    buf_free(&one);
    buf_free(&two);
}

static void headers_are_folded_and_encoded(void **state)
{
    static const struct {
        const char *value, *wanted;
    } rows[] = {
        {"short", "Subject: short\r\n"},
        {"", "Subject: \r\n"},
        {"a \t b\r\nX-Evil: 1\n c", "Subject: a b X-Evil: 1 c\r\n"},
        {"eleven words of eight letters follow: aaaaaaaa bbbbbbbb cccccccccccc",
         "Subject: eleven words of eight letters follow: aaaaaaaa bbbbbbbb\r\n"
         " cccccccccccc\r\n"},
        {"Cita m\xC3\xA9"
         "dica",
         "Subject: =?UTF-8?B?Q2l0YSBtw6lkaWNh?=\r\n"},
        {"=?UTF-8?Q?fake?=",
         "Subject: =?UTF-8?B?PT9VVEYtOD9RP2Zha2U/PQ==?=\r\n"},
        {"\xE4\xBD\xA0\r\nBcc: x", "Subject: =?UTF-8?B?5L2gICBCY2M6IHg=?=\r\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out;

        buf_init(&out, 4096);
        mime_header(&out, "Subject", rows[i].value);
        assert_string_equal(out.data, rows[i].wanted);
        buf_free(&out);
    }
}

static void long_headers_stay_within_the_line(void **state)
{
    static char value[3001];

    (void)state;
    for (size_t kind = 0; kind < 4; kind++) {
        struct buf out;

        for (size_t i = 0; i + 4 < sizeof value; i += 4)
            memcpy(value + i,
                   kind == 0   ? "abc "
                   : kind == 1 ? "abcd"
                   : kind == 2 ? "a\xE2\x82\xAC"
                               : "\xF0\x9F\x98\x80",
                   4);
        buf_init(&out, 65536);
        mime_header(&out, "Subject", value);
        check_bytes(out.data, 78);
        buf_reset(&out);
        mime_header(&out, "X-A-Header-With-A-Really-Quite-Very-Long-Name-Ok",
                    value);
        check_bytes(out.data, 80);
        buf_free(&out);
    }
}

static void bodies_are_quoted_printable(void **state)
{
    static const struct {
        const char *text, *wanted;
    } rows[] = {
        {"", "\r\n"},
        {"a", "a\r\n"},
        {"a\nb\r\nc\rd\n", "a\r\nb\r\nc\r\nd\r\n"},
        {"50 = 50", "50 =3D 50\r\n"},
        {"blank \ntab\t\r\nend ", "blank=20\r\ntab=09\r\nend=20\r\n"},
        {"ni\xC3\xB1o", "ni=C3=B1o\r\n"},
        {"From here\nnot From", "=46rom here\r\nnot From\r\n"},
        {".\n..", ".\r\n..\r\n"},
        {"\x01\x7F", "=01=7F\r\n"},
        {"123456789012345678901234567890123456789012345678901234567890123456789"
         "0"
         "12345",
         "123456789012345678901234567890123456789012345678901234567890123456789"
         "0"
         "12345\r\n"},
        {"123456789012345678901234567890123456789012345678901234567890123456789"
         "0"
         "123456",
         "123456789012345678901234567890123456789012345678901234567890123456789"
         "0"
         "12345=\r\n6\r\n"},
        {"123456789012345678901234567890123456789012345678901234567890123456789"
         "0"
         "123=",
         "123456789012345678901234567890123456789012345678901234567890123456789"
         "0"
         "123=\r\n=3D\r\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out;

        buf_init(&out, 4096);
        mime_quoted_printable(&out, rows[i].text);
        assert_string_equal(out.data, rows[i].wanted);
        buf_free(&out);
    }
}

static void senders_are_read(void **state)
{
    static const struct {
        const char *text, *name, *address; /* address NULL: refused */
    } rows[] = {
        {"a@b.example", "", "a@b.example"},
        {" a@b.example ", "", "a@b.example"},
        {"<a@b.example>", "", "a@b.example"},
        {"Lakeside Clinic <a@b.example>", "Lakeside Clinic", "a@b.example"},
        {"\"Dr. Smith, MD\" <a@b.example>", "Dr. Smith, MD", "a@b.example"},
        {"Cl\xC3\xADnica <a@b.example>", "Cl\xC3\xADnica", "a@b.example"},
        {"", NULL, NULL},
        {"Lakeside Clinic", NULL, NULL},
        {"Lakeside <a@b.example", NULL, NULL},
        {"A <a@b.example>, B <c@d.example>", NULL, NULL},
        {"A\r\nBcc: x@y.example <a@b.example>", NULL, NULL},
        {"a@b@c.example", NULL, NULL},
        {"a b@c.example", NULL, NULL},
        {"@c.example", NULL, NULL},
        {"a@", NULL, NULL},
        {"\xFF <a@b.example>", NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mime_mailbox box;
        struct error err = {0};
        bool ok = mime_mailbox_read(rows[i].text, &box, &err);

        if (ok != (rows[i].address != NULL))
            fail_msg("%s", rows[i].text);
        if (!ok) {
            assert_int_equal(err.kind, ERROR_INPUT);
            continue;
        }
        assert_string_equal(box.name, rows[i].name);
        assert_string_equal(box.address, rows[i].address);
    }
}

static void one_click_needs_https(void **state)
{
    static const struct {
        const char *url;
        bool ok, one_click;
    } rows[] = {
        {"https://u.example/x?t=abc", true, true},
        {"http://u.example/x", true, false},
        {"mailto:stop@u.example", true, false},
        {"javascript:alert(1)", false, false},
        {"https://u.example/x> y", false, false},
        {"https://u.example/\r\nBcc: x", false, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mime_message message = letter();
        struct buf out;

        buf_init(&out, 65536);
        message.unsubscribe_url = rows[i].url;
        assert_true(mime_write(&out, &message, NULL) == rows[i].ok);
        if (rows[i].ok) {
            char line[200];

            snprintf(line, sizeof line, "\r\nList-Unsubscribe: <%s>\r\n",
                     rows[i].url);
            assert_non_null(strstr(out.data, line));
            assert_true(
                rows[i].one_click ==
                (strstr(out.data, "\r\nList-Unsubscribe-Post: "
                                  "List-Unsubscribe=One-Click\r\n") != NULL));
        }
        buf_free(&out);
    }
}

static void what_is_wrong_is_refused(void **state)
{
    struct mime_message rows[7];

    (void)state;
    for (size_t i = 0; i < 7; i++)
        rows[i] = letter();
    rows[0].to = "ann@patient.example\r\nBcc: all@x.example";
    rows[1].to = "a@b.example, c@d.example";
    rows[2].text = NULL;
    rows[3].text = "\xC3(";
    rows[4].subject = "\xFF";
    rows[5].language = "en\r\nX: y";
    rows[6].html = "\x80";
    for (size_t i = 0; i < 7; i++) {
        struct error err = {0};
        struct buf out;

        buf_init(&out, 65536);
        if (mime_write(&out, &rows[i], &err))
            fail_msg("row %zu was taken", i);
        assert_int_equal(err.kind, ERROR_INPUT);
        assert_int_equal(out.len, 0);
        buf_free(&out);
    }
}

static void a_body_never_holds_a_boundary(void **state)
{
    struct mime_message message = letter();
    struct buf out;
    int seen = 0;

    (void)state;
    buf_init(&out, 65536);
    message.text = "--=_o7-4711_a--\r\n--=_o7-4711_a\r\n--=_o7-4711_m\r\n";
    message.html = message.text;
    assert_true(mime_write(&out, &message, NULL));
    for (const char *c = out.data; (c = strstr(c, "--=_o7-4711_a")); c++)
        seen++;
    assert_int_equal(seen, 3); /* before the two parts, and the end */
    buf_free(&out);
}

static void strange_references_become_a_digest(void **state)
{
    static const char *const strange[] = {
        "", "a b", "x>\r\nBcc: y", "\xC3\xA9",
        "0123456789012345678901234567890123456789012345678901234567890123"};
    struct buf first, out;

    (void)state;
    buf_init(&first, 200);
    for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
        buf_init(&out, 200);
        mime_message_id(&out, strange[i], &clinic);
        assert_int_equal(out.len, 1 + 32 + strlen("@lakeside.example>"));
        assert_string_not_equal(out.data, first.data);
        check_bytes("", 0);
        buf_reset(&first);
        buf_text(&first, out.data);
        buf_free(&out);
    }
    buf_free(&first);
}

/* --- another reader's opinion -------------------------------------------- */

static const char reader[] =
    "import sys, email, email.policy\n"
    "m = email.message_from_binary_file(open(sys.argv[1], 'rb'),"
    " policy=email.policy.default)\n"
    "def walk(p):\n"
    "    assert not p.defects, p.defects\n"
    "    for h in p.keys(): assert not p[h].defects, (h, p[h].defects)\n"
    "    if p.is_multipart():\n"
    "        return [p.get_content_type(), [walk(x) for x in p.iter_parts()]]\n"
    "    return [p.get_content_type(), p.get_content()]\n"
    "got = [m['from'].addresses[0].display_name,"
    " m['from'].addresses[0].addr_spec, m['to'].addresses[0].addr_spec,"
    " m['subject'], m['message-id'], m['date'].datetime.isoformat(),"
    " m['list-unsubscribe'], walk(m)]\n"
    "want = eval(open(sys.argv[2], encoding='utf-8').read())\n"
    "if got != want: print(got, want, sep='\\n'); sys.exit(1)\n";

static void read_back(const struct mime_message *message, const char *wanted)
{
    char dir[] = "/tmp/outreach-mime-XXXXXX", mail[64], want[64];
    struct buf out;
    int status;
    pid_t pid;

    buf_init(&out, 1 << 20);
    assert_true(mime_write(&out, message, NULL));
    check_bytes(out.data, 78);
    assert_non_null(mkdtemp(dir));
    snprintf(mail, sizeof mail, "%s/mail", dir);
    snprintf(want, sizeof want, "%s/want", dir);
    assert_true(file_write(mail, out.data, out.len, 0600, NULL));
    assert_true(file_write(want, wanted, strlen(wanted), 0600, NULL));
    pid = fork();
    if (pid == 0) {
        execlp("python3", "python3", "-c", reader, mail, want, (char *)NULL);
        _exit(77);
    }
    waitpid(pid, &status, 0);
    file_remove_tree(dir);
    buf_free(&out);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        skip();
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void python_reads_a_plain_one(void **state)
{
    struct mime_message message = letter();

    (void)state;
    message.text = "Ol\xC3\xA1 = 1 \nFrom x\n.\n";
    read_back(&message,
              "['Lakeside Clinic', 'noreply@lakeside.example',"
              "'ann@patient.example', 'Your appointment on Tue, Dec 1',"
              "'<o7-4711@lakeside.example>', '2026-11-23T14:15:00+00:00', None,"
              "['text/plain', 'Ol\xC3\xA1 = 1 \\nFrom x\\n.\\n']]");
}

static void python_reads_one_with_everything(void **state)
{
    const struct mime_mailbox box = {"Cl\xC3\xADnica \"Lago\", S.A.",
                                     "noreply@lakeside.example"};
    struct mime_message message = letter();

    (void)state;
    message.from = &box;
    message.subject =
        "Su cita en la cl\xC3\xADnica: ma\xC3\xB1"
        "ana a las nueve de la ma\xC3\xB1"
        "ana, calle de la Reina 12, segundo piso \xF0\x9F\x98\x80";
    message.html = "<p>ma\xC3\xB1"
                   "ana</p>";
    message.calendar = "BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n";
    message.unsubscribe_url = "https://u.example/x?t=abc";
    read_back(&message,
              "['Cl\xC3\xADnica \"Lago\", S.A.', 'noreply@lakeside.example', "
              "'ann@patient.example',"
              "'Su cita en la cl\xC3\xADnica: ma\xC3\xB1"
              "ana a las nueve de la ma\xC3\xB1"
              "ana, calle de la Reina 12, segundo piso \xF0\x9F\x98\x80',"
              "'<o7-4711@lakeside.example>', '2026-11-23T14:15:00+00:00',"
              "'<https://u.example/x?t=abc>', ['multipart/mixed',"
              "[['multipart/alternative', [['text/plain',"
              "'Hello Ann,\\nsee you on Tue, Dec 1.\\n'],"
              "['text/html', '<p>ma\xC3\xB1"
              "ana</p>\\n']]],"
              "['text/calendar', 'BEGIN:VCALENDAR\\nMETHOD:PUBLISH\\n"
              "END:VCALENDAR\\n']]]]");
}

static void python_finds_an_invitation_among_the_alternatives(void **state)
{
    struct mime_message message = letter();

    (void)state;
    message.text = "Hi\n";
    message.calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n";
    read_back(&message,
              "['Lakeside Clinic', 'noreply@lakeside.example',"
              "'ann@patient.example', 'Your appointment on Tue, Dec 1',"
              "'<o7-4711@lakeside.example>', '2026-11-23T14:15:00+00:00', None,"
              "['multipart/alternative', [['text/plain', 'Hi\\n'],"
              "['text/calendar', 'BEGIN:VCALENDAR\\nMETHOD:REQUEST\\n"
              "END:VCALENDAR\\n']]]]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_email_is_this_text),
        cmocka_unit_test(the_same_message_is_the_same_bytes),
        cmocka_unit_test(headers_are_folded_and_encoded),
        cmocka_unit_test(long_headers_stay_within_the_line),
        cmocka_unit_test(bodies_are_quoted_printable),
        cmocka_unit_test(senders_are_read),
        cmocka_unit_test(one_click_needs_https),
        cmocka_unit_test(what_is_wrong_is_refused),
        cmocka_unit_test(a_body_never_holds_a_boundary),
        cmocka_unit_test(strange_references_become_a_digest),
        cmocka_unit_test(python_reads_a_plain_one),
        cmocka_unit_test(python_reads_one_with_everything),
        cmocka_unit_test(python_finds_an_invitation_among_the_alternatives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
