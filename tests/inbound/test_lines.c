/* SPDX-License-Identifier: Apache-2.0 */
/* Where a sentence ends: with its line, and with a mark although the next word
 * follows at once; and a stop that ends what is said in one breath (L-11, L-12,
 * S-11). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/fold.h"
#include "inbound/words.h"
#include "tests/inbound/rows.h"

static const struct row stops[] = {
    {WORDS_STOP, "Ann Smith\nSTOP", "L-11 a line of its own"},
    {WORDS_STOP, "Ann Smith\r\nSTOP", "L-11"},
    {WORDS_STOP, "Hola\nALTO", "S-10 L-11"},
    {WORDS_STOP, "Hola. Alto", "S-10 L-11"},
    {WORDS_STOP, "I am upset\nSTOP", "L-11"},
    {WORDS_STOP, "my mom died\nSTOP", "L-11"},
    {WORDS_STOP, "Maria Lopez\nno mas mensajes", "L-12"},
    {WORDS_STOP, "123 Main St\nSTOP", "L-11"},
    {WORDS_STOP, "No\nSTOP", "L-11 two answers, and one is a stop"},
    {WORDS_STOP, "Sí\nSTOP", "L-11"},
    {WORDS_STOP, "sorry I can't\nSTOP", "L-11"},
    {WORDS_STOP, "I moved.STOP", "L-11 no blank behind the mark"},
    {WORDS_STOP, "Hola.ALTO", "S-10 L-11"},
    {WORDS_STOP, "Who is this?STOP", "L-11"},
    {WORDS_STOP, "Wrong doctor,STOP", "L-11"},
    {WORDS_STOP, "Don't text me.STOP", "L-11"},
    {WORDS_STOP, "STOP.I moved", "L-11"},
    {WORDS_STOP, "hello ,stop", "L-11"},
    {WORDS_STOP, "我搬家了。停止", "S-10 no script of blanks"},
    {WORDS_STOP, "我搬家了，停止", "S-10"},
    {WORDS_STOP, "please take me\noff your list",
     "L-12 a phrase may go on below"},
    {WORDS_STOP, "Please remove me\nfrom your list", "L-12"},
    {WORDS_STOP, "no.more.texts", "L-12 marks instead of blanks"},
    {WORDS_STOP, "s.t.o.p", "S-11"},
    {WORDS_STOP, "opt.out", "S-11"},
    {WORDS_STOP, "I don?t want texts", "L-12 the apostrophe that was lost"},
    {WORDS_STOP, "Ann is dead, stop sending these", "L-11"},
    {WORDS_STOP, "this is annoying, stop sending these", "L-11"},
    {WORDS_STOP, "stop sending these, Ann is dead", "L-11"},
    {WORDS_STOP, "déjame en paz", "L-12"},
    {WORDS_STOP, "laisse-moi tranquille", "L-12"},
    {WORDS_STOP, "me deixa em paz", "L-12"},
    {WORDS_STOP, "Do not ever text this number again", "L-12"},
    {WORDS_STOP, "don't you ever contact me again", "L-12"},
    {WORDS_STOP, "no vuelvan a escribirme", "L-12"},
    {WORDS_STOP, "its 2am stop", "L-11"},
    {WORDS_STOP, "it's 2am STOP please, who is this", "L-11"},
    {WORDS_STOP, "it is 3 in the morning please stop", "L-11"},
    {WORDS_STOP, "I don't know you stop", "L-11"},
    {WORDS_STOP, "she passed away please stop", "L-11"},
    {WORDS_STOP, "Ann passed away stop", "L-11"},
    {WORDS_STOP, "ella falleció por favor paren", "L-11"},
    {WORDS_STOP, "I asked you to stop three times", "L-12"},
    {WORDS_STOP, "ive told you to stop many times", "L-12"},
};
static const struct row both[] = {
    {WORDS_EMERGENCY, "I have chest pain\nSTOP", "L-11 both are heard"},
    {WORDS_EMERGENCY, "STOP\nI have chest pain", "L-11"},
    {WORDS_EMERGENCY, "I have chest pain.STOP", "L-11"},
};
static const struct row others[] = {
    {WORDS_OTHER, "please do not\nstop texting me",
     "S-11 a line that was broken for its length"},
    {WORDS_OTHER, "should I\nstop the pills", "S-11"},
    {WORDS_OTHER, "don't.stop.texting.me", "S-11"},
    {WORDS_OTHER, "Dr.Smith said stop at 3.5", "S-11"},
    {WORDS_OTHER, "you?re late", "S-11"},
    {WORDS_OTHER, "should I stop taking the pills?", "S-11"},
    {WORDS_OTHER, "please don't stop texting", "S-11"},
    {WORDS_OTHER, "don't please stop", "S-11"},
    {WORDS_OTHER, "my heart will stop", "S-11"},
    {WORDS_OTHER, "I'll be at the bus stop", "S-11"},
    {WORDS_OTHER, "I quit at 2am stop smoking", "S-11"},
    {WORDS_OTHER, "should I stop 3 times a day", "S-11"},
    {WORDS_OTHER, "stop sending these refills to my old address", "S-11"},
    {WORDS_OTHER, "the party is at 7 pm stop by", "S-11"},
    {WORDS_OTHER, "cancel my appointment", "S-11"},
};

static void a_stop_of_its_own(void **state)
{
    (void)state;
    rows_expect_both(stops, sizeof(stops) / sizeof(stops[0]));
    rows_expect_both(both, sizeof(both) / sizeof(both[0]));
}

static void what_goes_on_is_none(void **state)
{
    (void)state;
    rows_expect(others, sizeof(others) / sizeof(others[0]));
}

/* What folding makes of marks (S-11). */
static void marks_end_what_they_end(void **state)
{
    (void)state;
    static const struct {
        const char *text, *sentences, *joined;
    } rows[] = {
        {"a\nb", "a\nb", "a b"},
        {"I moved.STOP", "i moved\nstop", "i moved stop"},
        {"Who is this?STOP", "who is this?stop", "who is this stop"},
        {"doctor,STOP", "doctor,stop", "doctor stop"},
        {"tired;stop", "tired\nstop", "tired stop"},
        {"no.more.texts", "no more texts", "no more texts"},
        {"st. op st.op", "st\nop st op", "st\nop st op"},
        {"sto.p now", "sto\np now", "sto p now"},
        {"e.g. 3.5 at 10:30, a.m.", "e g\n3 5 at 10 30,a m",
         "e g\n3 5 at 10 30,a m"},
        {"ask Dr.Smith", "ask dr smith", "ask dr smith"},
        {"can?t you?re qu?il", "cant you re qu il", "cant you re qu il"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf sentences, joined;
        buf_init(&sentences, 1000);
        buf_init(&joined, 1000);
        fold_sentences(&sentences, rows[i].text);
        fold_joined(&joined, rows[i].text);
        assert_string_equal(sentences.data, rows[i].sentences);
        assert_string_equal(joined.data, rows[i].joined);
        buf_free(&sentences);
        buf_free(&joined);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stop_of_its_own),
        cmocka_unit_test(what_goes_on_is_none),
        cmocka_unit_test(marks_end_what_they_end),
    };
    return cmocka_run_group_tests_name("inbound/lines", tests, NULL, NULL);
}
