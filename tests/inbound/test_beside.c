/* SPDX-License-Identifier: Apache-2.0 */
/* Who wants no more messages may have said more than that: the STOP holds as
 * ever (L-11, L-13), one confirmation goes out and nothing else (L-14), and
 * what else was said is an answer, or somebody's to read (S-11). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "inbound/beside.h"
#include "tests/inbound/house.h"

static void what_is_left(void **state)
{
    (void)state;
    static const struct {
        const char *text, *rest;
        bool empty;
    } rows[] = {
        {"STOP", "", true},
        {"please stop", "", true},
        {"stop texting me thanks", "", true},
        {"Stop. Now!", "now", true},
        {"I already said STOP texting me!!!", "", true},
        {"STOP 212-555-0001", "212 555 0001", true},
        {"Stop texting 212-555-0001", "212 555 0001", true},
        {"No. Stop texting me.", "no", true},
        {"Texts. No more.", "texts\nno more", true},
        {"please stop texting me\nSent from my iPhone", "", true},
        {"worse. please stop texting me\nSent from my iPhone", "worse", false},
        {"no mas mensajes por favor, gracias", "", true},
        {"I feel worse. Stop texting me", "i feel worse", false},
        {"worse, please stop texting me", "worse", false},
        {"worse but stop texting me", "worse", false},
        {"stop texting me, and I feel worse", "i feel worse", false},
        {"3. Stop texting me", "3", false},
        {"stop texting me 3", "3", false},
        {"I need you to call me. Stop texting", "i need you to call me", false},
        {"I have to cancel my appointment. Stop texting me.",
         "i have to cancel my appointment", false},
        {"I have to cancel stop texting me", "i have to cancel", false},
        {"yes I will be there, now please stop texting", "yes i will be there",
         false},
        {"Did you get my form? Stop texting me", "did you get my form?", false},
        {"Me siento peor. No más mensajes", "me siento peor", false},
        {"STOP - Ann", "ann", false},
        {"STOP I feel worse", "i feel worse", false},
        {"STOP I moved", "i moved", false},
        {"END I moved", "i moved", false},
        {"I moved STOP", "i moved", false},
        {"salir por favor", "", true},
        {"I want to stop these", "i want to stop these", false},
        {"no more calls or texts", "", true},
        {"stop or I will sue you", "or i will sue you", false},
        {"STOP bitch", "", true},
        {"cancel these reminders", "", true},
        {"Cancel these", "cancel these", false},
        {"Stop. Cancel these", "cancel these", false},
        {"I don't want these", "i dont want these", false},
        {"I would like to stop receiving", "i would like to stop receiving",
         false},
        {"stop texting me, I don't want these", "", true},
        {"não quero mais receber", "nao quero mais receber", false},
        {"não quero mais receber mensagens", "", true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct words words, rest;
        words_hear(&words, rows[i].text);
        if (!words_refuse(&words))
            fail_msg("'%s' is no STOP", rows[i].text);
        beside_stop(&words, &rest);
        if (strcmp(rest.sentences.data, rows[i].rest) != 0 ||
            beside_is_empty(&rest) != rows[i].empty)
            fail_msg("'%s': '%s'%s", rows[i].text, rest.sentences.data,
                     beside_is_empty(&rest) ? ", empty" : "");
        words_free(&rest);
        words_free(&words);
    }
}

struct talk {
    const char *sentence, *text, *told;
};

/* A message of that campaign goes out, and this comes back. */
static void talks_expect(const char *campaign, const struct talk *rows,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct world world;
        open_house(&world);
        world_sql(&world, "INSERT INTO consent(patient_id, verdict, kind, at)"
                          " VALUES (1, 'granted', 'written', 1)");
        if (strcmp(campaign, "appointment") == 0)
            visit(&world, 1, 1, "2026-11-27T15:00");
        else
            world_discharge(&world, 1, "2026-11-23T15:00");
        launch(&world, campaign);
        launch(&world, "replies");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T12:00");
        size_t sent = world_sent(&world);
        assert_true(sent > 0);
        say(&world, ADA, rows[i].text);
        world_run(&world, "2026-11-24T12:10");
        expect_told(&world, rows[i].sentence, rows[i].told);
        if (world_sent(&world) != sent + 1)
            fail_msg("%s: %zu texts went back", rows[i].sentence,
                     world_sent(&world) - sent);
        assert_int_equal(world_number(&world, "SELECT count(*) FROM reply"
                                              " WHERE intent = 'opt-out'"),
                         1);
        world_close(&world);
    }
}
#define TALKS(name, rows) \
    talks_expect(name, rows, sizeof(rows) / sizeof((rows)[0]))
#define REFUSED "opt-out of sms; opt-out of voice; opt-out of email"
#define ENDED REFUSED "; the last one may not go"

static void an_answer_to_a_check_in_is_heard(void **state)
{
    (void)state;
    static const struct talk rows[] = {
        {"a STOP alone is a STOP", "STOP", REFUSED},
        {"manners are nobody's task", "stop texting me, thanks", REFUSED},
        {"the word of an answer is that answer",
         "I feel worse. Stop texting me",
         "response answer feeling: red on 3/1; task for nurse on call: feeling:"
         " red in 15 min; " REFUSED},
        {"also in one sentence", "worse, please stop texting me",
         "response answer feeling: red on 3/1; task for nurse on call: feeling:"
         " red in 15 min; " REFUSED},
        {"its digit, too", "3. Stop texting me",
         "response answer feeling: red on 3/1; task for nurse on call: feeling:"
         " red in 15 min; " REFUSED},
        {"one that needs nobody is written down", "1. Stop texting me",
         "response fine on 3/1; " REFUSED},
        {"words are read by a nurse, as fast as ever (\"free_text\")",
         "My incision is red and oozing pus. Please stop sending these",
         "task for nurse on call: answered in words in 15 min; " REFUSED},
    };
    TALKS("post-discharge", rows);
}

static void a_word_about_a_visit_is_heard(void **state)
{
    (void)state;
    static const struct talk rows[] = {
        {"who cannot come is called",
         "I have to cancel my appointment. Stop texting me.",
         "response cancel on 1/1; task for front desk: cancel in 240 min;"
         " " ENDED},
        {"who comes is expected",
         "yes I will be there, now please stop texting",
         "response confirm on 1/1; " ENDED},
        {"as the letter says it", "C. Stop texting me",
         "response confirm on 1/1; " ENDED},
        {"what is not understood is read", "I moved to Ohio. Stop texting me",
         "task for front desk: said more beside a STOP in 240 min; " ENDED},
        {"a no alone is none of it", "No! Stop texting me", ENDED},
        {"what may be all of the visits is read", "Cancel these",
         "task for front desk: said more beside a STOP in 240 min; " ENDED},
        {"what may be told to a lawyer is read", "stop or I will sue you",
         "task for front desk: said more beside a STOP in 240 min; " ENDED},
        {"whose son it is too", "stop texting me about my son",
         "task for front desk: said more beside a STOP in 240 min; " ENDED},
        {"her own name is none of it", "STOP - Ada", ENDED},
        {"another's may be", "STOP - Leo",
         "task for front desk: said more beside a STOP in 240 min; " ENDED},
        {"HELP beside it is for a person", "STOP. Help",
         "task for front desk: said more beside a STOP in 240 min; " ENDED},
    };
    TALKS("appointment", rows);
}

/* S-9: with more words these are no commands, and nothing of them is lost. */
static void start_and_help_with_more_are_read(void **state)
{
    (void)state;
    static const struct talk rows[] = {
        {"HELP", "Help, my leg is swollen",
         "task for nurse on call: answered in words in 15 min"},
        {"START", "start again, I feel worse",
         "task for nurse on call: answered in words in 15 min"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        open_house(&world);
        world_discharge(&world, 1, "2026-11-23T15:00");
        launch(&world, "post-discharge");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T12:00");
        say(&world, ADA, rows[i].text);
        world_run(&world, "2026-11-24T12:10");
        expect_told(&world, rows[i].sentence, rows[i].told);
        world_close(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left),
        cmocka_unit_test(an_answer_to_a_check_in_is_heard),
        cmocka_unit_test(a_word_about_a_visit_is_heard),
        cmocka_unit_test(start_and_help_with_more_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
