/* SPDX-License-Identifier: Apache-2.0 */
/* What people read first of a mail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/text.h"
#include "sandbox/letter.h"

static void the_first_plain_text_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *text, *subject, *body;
    } rows[] = {
        {"plain as it is", "Subject: Hello\r\nTo: a@b\r\n\r\nOne\r\nTwo\r\n",
         "Hello", "One\r\nTwo\r\n"},
        {"a folded subject of two encoded words",
         "To: a@b\r\nSubject: =?UTF-8?B?w6E=?=\r\n =?utf-8?q?_b=C3=A9?= c\r\n"
         "\r\n",
         "\u00e1 b\u00e9 c", ""},
        {"quoted-printable with a soft line end",
         "Content-Transfer-Encoding: quoted-printable\r\n\r\n=C3=A1 lo=\r\nng "
         "=3D\r\n",
         "", "\u00e1 long =\r\n"},
        {"base64", "content-transfer-encoding: base64\r\n\r\nSGVsbG8=\r\n", "",
         "Hello"},
        {"the first of two parts",
         "Subject: x\r\nContent-Type: multipart/alternative; "
         "boundary=\"=_1\"\r\n\r\n--=_1\r\nContent-Type: text/plain\r\n\r\n"
         "Plain\r\n--=_1\r\nContent-Type: text/html\r\n\r\n<p>\r\n--=_1--\r\n",
         "x", "Plain"},
        {"a part within a part",
         "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"
         "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n"
         "Content-Transfer-Encoding: base64\r\n\r\nSGk=\r\n--b--\r\n--a--\r\n",
         "", "Hi"},
        {"a boundary that never comes",
         "Content-Type: multipart/mixed; boundary=a\r\n\r\nText\r\n", "", ""},
        {"no headers at all", "\r\nText", "", ""},
        {"nothing", "", "", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf subject, body;
        buf_init(&subject, 4096);
        buf_init(&body, 4096);
        letter_read(rows[i].text, &subject, &body);
        if (!text_equal(subject.data ? subject.data : "", rows[i].subject) ||
            !text_equal(body.data ? body.data : "", rows[i].body))
            fail_msg("%s: '%s' '%s'", rows[i].sentence, subject.data,
                     body.data);
        buf_free(&subject);
        buf_free(&body);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_plain_text_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
