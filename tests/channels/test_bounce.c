/* SPDX-License-Identifier: Apache-2.0 */
/* Mail about our mail (RFC 3464), as Postfix, Exchange, Gmail and people who
 * mean no good send it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "channels/bounce.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const uint8_t key[] = "this key of a store has 32 bytes";
#define MARK "a0c7cad2939cd5d98c3f" /* of o7-4711, by that key */

/* The usual frame; both kinds of line ends come. */
#define HEAD                                                              \
    "From: MAILER-DAEMON@mx.example\nTo: office@clinic.example\nSubject:" \
    " Undelivered Mail\nMIME-Version: 1.0\nContent-Type:"                 \
    " multipart/report; report-type=delivery-status;\n\tboundary=\"b/1\"" \
    "\n\nA preamble.\n--b/1\nContent-Type: text/plain\n\nSorry.\n\n"
#define STATUS "--b/1\nContent-Type: message/delivery-status\n\n"
#define GROUP                                                       \
    "Reporting-MTA: dns; mx.example\nArrival-Date: Mon, 23 Nov\n\n" \
    "Final-Recipient: rfc822; ann@example.org\n"
#define RETURNED                                                      \
    "\n--b/1\nContent-Type: text/rfc822-headers\n\nFrom: Clinic\nTo:" \
    " ann@example.org\nMessage-ID: <o7-4711-" MARK                    \
    "@clinic.example>\nSubject: x\n"
#define END "\n--b/1--\nAn epilogue.\n"
#define FAILED(status, diagnostic)                      \
    HEAD STATUS GROUP "Action: failed\nStatus: " status \
                      "\n" diagnostic RETURNED END

static void what_a_bounce_says(void **state)
{
    static const struct {
        const char *says, *mail;
        bool is, ended;
        enum outcome outcome;
        const char *code;
    } rows[] = {
        {"no such mailbox",
         FAILED("5.1.1", "Diagnostic-Code: smtp; 550 5.1.1 <ann@example.org>:"
                         " unknown\n"),
         true, true, OUTCOME_BAD_ADDRESS, "550 5.1.1"},
        {"a remark behind the status", FAILED("5.1.1 (no such user)", ""), true,
         true, OUTCOME_BAD_ADDRESS, "5.1.1"},
        {"no such domain", FAILED("5.1.2", ""), true, true, OUTCOME_BAD_ADDRESS,
         "5.1.2"},
        {"the mailbox is full", FAILED("5.2.2", ""), true, true,
         OUTCOME_UNREACHABLE, "5.2.2"},
        {"their policy", FAILED("5.7.1", "Diagnostic-Code: smtp;550 spam\n"),
         true, true, OUTCOME_BLOCKED, "550 5.7.1"},
        {"too big", FAILED("5.3.4", ""), true, true, OUTCOME_BAD_CONTENT,
         "5.3.4"},
        {"our account, says one mail: nothing is halted by it",
         FAILED("5.7.8", ""), true, true, OUTCOME_BLOCKED, "5.7.8"},
        {"given up after days of trying", FAILED("4.4.7", ""), true, true,
         OUTCOME_UNREACHABLE, "4.4.7"},
        {"failed, and no word why", FAILED("", ""), true, true,
         OUTCOME_UNREACHABLE, ""},
        {"a diagnosis on two lines",
         FAILED("5.0.0", "Diagnostic-Code: smtp;\n 550 no such user\n"), true,
         true, OUTCOME_BAD_ADDRESS, "550 5.0.0"},
        {"it goes on trying",
         HEAD STATUS GROUP "Action: delayed\nStatus: 4.4.1\n" RETURNED END,
         true, false, OUTCOME_NONE, "4.4.1"},
        {"it arrived",
         HEAD STATUS GROUP "Action: Delivered\nStatus: 2.0.0\n" RETURNED END,
         true, true, OUTCOME_DELIVERED, "2.0.0"},
        {"handed on to where nobody tells",
         HEAD STATUS GROUP "Action: relayed\nStatus: 2.0.0\n" RETURNED END,
         true, false, OUTCOME_NONE, "2.0.0"},
        {"an action that is none",
         HEAD STATUS GROUP "Action: lost\nStatus: 5.1.1\n" RETURNED END, false,
         false, OUTCOME_NONE, ""},
        {"the end is cut off",
         HEAD STATUS GROUP "Action: failed\nStatus: 5.1.1\n" RETURNED, true,
         true, OUTCOME_BAD_ADDRESS, "5.1.1"},
        {"the status in base64",
         HEAD "--b/1\nContent-Type: message/delivery-status\n"
              "Content-Transfer-Encoding: base64\n\n"
              "RmluYWwtUmVjaXBpZW50OiByZmM4MjI7IGFAYg0KQWN0aW9uOiBmYWls\n"
              "ZWQNClN0YXR1czogNS4xLjENCg==\n" RETURNED END,
         true, true, OUTCOME_BAD_ADDRESS, "5.1.1"},
        {"the header in quoted-printable",
         HEAD STATUS GROUP
         "Action: failed\nStatus: 5.1.1\n\n--b/1\nContent-Type:"
         " TEXT/RFC822-Headers\nContent-Transfer-Encoding:"
         " quoted-printable\n\nSubject: =E2=82=AC\nMessage-ID: "
         "<o7=\n-4711-" MARK "=40clinic.example>\n" END,
         true, true, OUTCOME_BAD_ADDRESS, "5.1.1"},
        {"the whole mail comes back",
         HEAD STATUS GROUP
         "Action: failed\nStatus: 5.1.1\n\n--b/1\nContent-Type:"
         " message/rfc822\n\nmessage-id:\n <o7-4711-" MARK
         "@clinic.example>\n\n"
         "Action: delivered\n" END,
         true, true, OUTCOME_BAD_ADDRESS, "5.1.1"},
        {"a report inside a mixed mail",
         "Content-Type: multipart/mixed; boundary=out\n\n--out\nContent-Type:"
         " multipart/report; boundary=\"b/1\"\n\n" STATUS GROUP
         "Action: failed\nStatus: 5.1.1\n" RETURNED END "--out--\n",
         true, true, OUTCOME_BAD_ADDRESS, "5.1.1"},
        {"of another house's message",
         HEAD STATUS GROUP
         "Action: failed\nStatus: 5.1.1\n\n--b/1\nContent-Type:"
         " message/rfc822\n\nMessage-ID: <o7-4711-" MARK
         "@other.example>\n" END,
         false, false, OUTCOME_NONE, ""},
        {"without our mark: a reference is easily guessed",
         HEAD STATUS GROUP
         "Action: failed\nStatus: 5.1.1\n\n--b/1\nContent-Type:"
         " message/rfc822\n\nMessage-ID: <o7-4711@clinic.example>\n" END,
         false, false, OUTCOME_NONE, ""},
        {"with the mark of another message of ours",
         HEAD STATUS GROUP
         "Action: failed\nStatus: 5.1.1\n\n--b/1\nContent-Type:"
         " message/rfc822\n\nMessage-ID: <o8-4712-" MARK
         "@clinic.example>\n" END,
         false, false, OUTCOME_NONE, ""},
        {"with a mark that is cut off",
         HEAD STATUS GROUP
         "Action: failed\nStatus: 5.1.1\n\n--b/1\nContent-Type:"
         " message/rfc822\n\nMessage-ID: "
         "<o7-4711-a0c7cad2@clinic.example>\n" END,
         false, false, OUTCOME_NONE, ""},
        {"of no message",
         HEAD STATUS GROUP "Action: failed\nStatus: 5.1.1\n" END, false, false,
         OUTCOME_NONE, ""},
        {"of a message, and no status", HEAD RETURNED END, false, false,
         OUTCOME_NONE, ""},
        {"an answer of a person",
         "Content-Type: text/plain\nIn-Reply-To: <o7-4711-" MARK
         "@clinic.example>\n\n"
         "Action: failed\nStatus: 5.1.1\nMessage-ID:"
         " <o7-4711-" MARK "@clinic.example>\n",
         false, false, OUTCOME_NONE, ""},
        {"a report without a boundary",
         "Content-Type: multipart/report\n\n" STATUS GROUP
         "Action: failed\n" RETURNED END,
         false, false, OUTCOME_NONE, ""},
        {"nothing", "", false, false, OUTCOME_NONE, ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct bounce bounce;
        bool is = bounce_read(rows[i].mail, strlen(rows[i].mail),
                              "clinic.example", key, &bounce);
        if (is != rows[i].is)
            fail_msg("%s: %s", rows[i].says, is ? "taken" : "not taken");
        if (!is)
            continue;
        if (bounce.outcome != rows[i].outcome ||
            bounce.ended != rows[i].ended ||
            strcmp(bounce.code, rows[i].code) != 0 ||
            strcmp(bounce.reference, "o7-4711") != 0)
            fail_msg("%s: %s, %s, '%s', '%s'", rows[i].says,
                     outcome_name(bounce.outcome),
                     bounce.ended ? "ended" : "open", bounce.code,
                     bounce.reference);
    }
}

/* As servers send it: with CR and LF. */
static void line_ends_do_not_matter(void **state)
{
    static const char mail[] = FAILED("5.1.1", "");
    char text[2 * sizeof(mail)];
    size_t len = 0;
    struct bounce bounce;
    (void)state;
    for (const char *at = mail; *at; at++) {
        if (*at == '\n')
            text[len++] = '\r';
        text[len++] = *at;
    }
    assert_true(bounce_read(text, len, "clinic.example", key, &bounce));
    assert_int_equal(bounce.outcome, OUTCOME_BAD_ADDRESS);
}

/* Of another store, or where nothing was ever marked. */
static void another_key_knows_no_mark(void **state)
{
    static const uint8_t other[] = "that key of a store has 32 bytes";
    static const char mail[] = FAILED("5.1.1", "");
    struct bounce bounce;
    (void)state;
    assert_true(
        bounce_read(mail, strlen(mail), "clinic.example", key, &bounce));
    assert_false(
        bounce_read(mail, strlen(mail), "clinic.example", other, &bounce));
    assert_false(
        bounce_read(mail, strlen(mail), "clinic.example", NULL, &bounce));
}

static void what_is_deep_or_large_ends(void **state)
{
    static char text[1u << 20];
    struct bounce bounce;
    size_t len = 0;
    (void)state;
    /* boxes in boxes */
    for (int i = 0; i < 2000; i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len,
                                "Content-Type: multipart/mixed; boundary=%d\n"
                                "\n--%d\n",
                                i, i);
    assert_false(bounce_read(text, len, "clinic.example", key, &bounce));
    /* boxes beside boxes */
    len = (size_t)snprintf(text, sizeof(text),
                           "Content-Type: multipart/mixed; boundary=x\n\n");
    while (len + 8 < sizeof(text))
        len += (size_t)snprintf(text + len, sizeof(text) - len, "--x\n\n");
    assert_false(bounce_read(text, len, "clinic.example", key, &bounce));
    /* one line, and NULs */
    memset(text, 'a', sizeof(text));
    assert_false(
        bounce_read(text, sizeof(text), "clinic.example", key, &bounce));
    memset(text, 0, sizeof(text));
    assert_false(
        bounce_read(text, sizeof(text), "clinic.example", key, &bounce));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_bounce_says),
        cmocka_unit_test(line_ends_do_not_matter),
        cmocka_unit_test(another_key_knows_no_mark),
        cmocka_unit_test(what_is_deep_or_large_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
