/* SPDX-License-Identifier: Apache-2.0 */
/* Stop words, phrases, and what must never be taken for them (S-8..S-11). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "inbound/words.h"

static void table_of_the_rule_book(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum words_class class;
    } rows[] = {
        {"Stop", WORDS_STOP},
        {"STOP.", WORDS_STOP},
        {"\"stop\"", WORDS_STOP},
        {" ｓｔｏｐ ", WORDS_STOP},
        {"Stop!!", WORDS_STOP},
        {"STOP 🙏", WORDS_STOP},
        {"S\u200bTOP", WORDS_STOP},
        {"opt-out", WORDS_STOP},
        {"optout", WORDS_STOP},
        {"Arrêt", WORDS_STOP},
        {"Arre\u0302t", WORDS_STOP},
        {"stop texting me", WORDS_STOP},
        {"please remove me from your list", WORDS_STOP},
        {"don't text me anymore", WORDS_STOP},
        {"don’t text me anymore", WORDS_STOP},
        {"no mas mensajes", WORDS_STOP},
        {"No más mensajes.", WORDS_STOP},
        {"quit it", WORDS_STOP},
        {"unsubscribe me", WORDS_STOP},
        {"cancel", WORDS_STOP},
        {"NO MÁS", WORDS_STOP},
        {"退订", WORDS_STOP},
        {"СТОП", WORDS_STOP},
        {"توقف", WORDS_STOP},
        {"수신거부", WORDS_STOP},
        {"cancel my appointment", WORDS_OTHER},
        {"I need to cancel Tuesday", WORDS_OTHER},
        {"can I stop by at 3?", WORDS_OTHER},
        {"don't stop these, I like them", WORDS_OTHER},
        {"should I stop taking the pills?", WORDS_OTHER},
        {"wrong number", WORDS_WRONG},
        {"who is this, I'm not Maria", WORDS_WRONG},
        {"C", WORDS_OTHER},
        {"c ", WORDS_OTHER},
        {"1", WORDS_OTHER},
        {"R", WORDS_OTHER},
        {"yes", WORDS_OTHER},
        {"HELP", WORDS_HELP},
        {"info", WORDS_HELP},
        {"START", WORDS_START},
        {"unstop", WORDS_START},
        {"I have chest pain", WORDS_EMERGENCY},
        {"can't breathe", WORDS_EMERGENCY},
        {"want to die", WORDS_EMERGENCY},
        {"stop texting, I have chest pain", WORDS_EMERGENCY},
        {"the end is near", WORDS_OTHER},
        {"", WORDS_OTHER},
        {"🙏", WORDS_OTHER},
        {"\xff\xfe", WORDS_OTHER},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum words_class got = words_classify(rows[i].text);
        if (got != rows[i].class)
            fail_msg("'%s' is %s, not %s", rows[i].text, words_name(got),
                     words_name(rows[i].class));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_of_the_rule_book),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
