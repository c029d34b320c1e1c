/* SPDX-License-Identifier: Apache-2.0 */
/* What is posted to us, and that it is Twilio who did (S-20). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "channels/form.h"
#include "channels/twilio_sign.h"

static void forms_are_read(void **state)
{
    (void)state;
    struct form form;
    const char *text = "To=%2B12125550100&Body=STOP+it%21%0A%C3%A1&From=1&&a"
                       "&b=2&b=2&c=1&c=2";
    assert_true(form_read(text, strlen(text), &form));
    assert_int_equal(form.count, 8);
    assert_string_equal(form.pairs[0].name, "Body"); /* in order of bytes */
    assert_string_equal(form_get(&form, "To"), "+12125550100");
    assert_string_equal(form_get(&form, "Body"), "STOP it!\n\u00e1");
    assert_string_equal(form_get(&form, "a"), "");
    assert_string_equal(form_get(&form, "b"), "2"); /* the same, twice */
    assert_null(form_get(&form, "c"));              /* which one? */
    assert_null(form_get(&form, "body"));
    form_free(&form);
    assert_true(form_read("", 0, &form));
    assert_int_equal(form.count, 0);
    form_free(&form);
}

static void what_is_no_form_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *text;
        size_t len;
    } rows[] = {
        {"half an escape", "a=%4", 4},
        {"an escape of no hex", "a=%zz", 5},
        {"an escape at the end", "a=%", 3},
        {"a NUL, escaped", "a=%00b", 6},
        {"a NUL as it is", "a=\0b", 4},
        {"no UTF-8", "a=%ff", 5},
        {"no UTF-8 in a name", "%c3=1", 5},
        {"UTF-8 of a surrogate", "a=%ed%a0%80", 11},
    };
    struct form form;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (form_read(rows[i].text, rows[i].len, &form))
            fail_msg("%s was taken", rows[i].sentence);
    char many[4 * (FORM_PAIRS + 1) + 1] = "";
    for (int i = 0; i <= FORM_PAIRS; i++)
        strcat(many, "a=1&");
    assert_false(form_read(many, strlen(many), &form));
    assert_true(form_read(many, strlen(many) - 4, &form));
    form_free(&form);
}

#define URL "https://mycompany.com/myapp.php?foo=1&bar=2"
#define PORT "https://mycompany.com:443/myapp.php?foo=1&bar=2"
#define PLAIN "http://mycompany.com/myapp.php?foo=1&bar=2"
#define CALL                                 \
    "CallSid=CA1234567890ABCDE&Digits=1234&" \
    "From=%2B14158675309&To=%2B18005551212&Caller=%2B14158675309"
#define JSON "{\"property\": \"value\", \"boolean\": true}"
#define HASH "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"

/* The vectors of S-20, and each of them with something else than was signed. */
static void a_signature_covers_all(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *url, *body, *signature;
        bool form, ours;
    } rows[] = {
        {"as it is", URL, CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", true, true},
        {"signed with the port, known without", URL, CALL,
         "kvajT1Ptam85bY51eRf/AJRuM3w=", true, true},
        {"signed without the port, known with", PORT, CALL,
         "RSOYDt4T1cUTdK1PDd93/VVr8B8=", true, true},
        {"port 80, where it is not secure", PLAIN, CALL,
         "0ZXoZLH/DfblKGATFgpif+LLRf4=", true, true},
        {"the same under https", URL, CALL,
         "0ZXoZLH/DfblKGATFgpif+LLRf4=", true, false},
        {"another port", "https://mycompany.com:8443/myapp.php?foo=1&bar=2",
         CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", true, false},
        {"two names of one value", URL,
         "CallSid=CA1234567890ABCDE&Digits=1234&From=%2B12349013030"
         "&To=%2B18005551212&Caller=%2B12349013030",
         "0/KCTR6DLpKmkAf8muzZqo1nDgQ=", true, true},
        {"a value twice", URL,
         "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234",
         "IK+Dwps556ElfBT0I3Rgjkr1wJU=", true, true},
        {"another digit", URL,
         "CallSid=CA1234567890ABCDE&Digits=1235&"
         "From=%2B14158675309&To=%2B18005551212&Caller=%2B14158675309",
         "RSOYDt4T1cUTdK1PDd93/VVr8B8=", true, false},
        {"one more", URL, CALL "&x=1", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", true,
         false},
        {"another query", URL "1", CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", true,
         false},
        {"another signature", URL, CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B9=", true,
         false},
        {"half a signature", URL, CALL, "RSOYDt4T1cUTdK1PDd93", true, false},
        {"no signature", URL, CALL, NULL, true, false},
        {"JSON whose hash is signed", URL "&bodySHA256=" HASH, JSON,
         "a9nBmqA0ju/hNViExpshrM61xv4=", false, true},
        {"other JSON under that hash", URL "&bodySHA256=" HASH, "{}",
         "a9nBmqA0ju/hNViExpshrM61xv4=", false, false},
        {"JSON without a hash", URL, JSON,
         "a9nBmqA0ju/hNViExpshrM61xv4=", false, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct form form;
        assert_true(!rows[i].form ||
                    form_read(rows[i].body, strlen(rows[i].body), &form));
        bool ours = twilio_signed("12345", rows[i].url,
                                  rows[i].form ? &form : NULL, rows[i].body,
                                  strlen(rows[i].body), rows[i].signature);
        if (ours != rows[i].ours)
            fail_msg("%s: %d", rows[i].sentence, ours);
        char made[TWILIO_SIGNATURE];
        if (rows[i].form &&
            (!twilio_sign("12345", rows[i].url, &form, made) ||
             !twilio_signed("12345", rows[i].url, &form, NULL, 0, made)))
            fail_msg("%s: what we sign is not believed", rows[i].sentence);
        if (i == 0)
            assert_string_equal(made, rows[i].signature);
        if (rows[i].form)
            form_free(&form);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_read),
        cmocka_unit_test(what_is_no_form_is_refused),
        cmocka_unit_test(a_signature_covers_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
