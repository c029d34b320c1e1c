/* SPDX-License-Identifier: Apache-2.0 */
/* A STOP that no mark parts from what else is said: obeyed where it can only be
 * ours (L-11), also beside danger; and what is stopped, or stops, by itself
 * (S-11). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "inbound/words.h"
#include "tests/inbound/rows.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct row stops[] = {
    {WORDS_STOP, "STOP I moved", "L-11"},
    {WORDS_STOP, "STOP im at work", "L-11"},
    {WORDS_STOP, "STOP I have a new doctor", "L-11"},
    {WORDS_STOP, "STOP my husband passed away", "L-11"},
    {WORDS_STOP, "STOP I feel worse", "L-11"},
    {WORDS_STOP, "END I moved", "L-11"},
    {WORDS_STOP, "please stop i dont go there anymore", "L-11"},
    {WORDS_STOP, "STOP ya no soy paciente", "L-11"},
    {WORDS_STOP, "ALTO me cambié de doctor", "S-10"},
    {WORDS_STOP, "stop blowing my phone up", "L-11"},
    {WORDS_STOP, "SALIR", "L-11"},
    {WORDS_STOP, "STOP I'm no longer a patient there", "L-11"},
    {WORDS_STOP, "Stop I already had my surgery", "L-11"},
    {WORDS_STOP, "STOP we moved to Texas", "L-11"},
    {WORDS_STOP, "STOP she passed away last month", "L-11"},
    {WORDS_STOP, "STOP I never signed up for this", "L-11"},
    {WORDS_STOP, "I already told you people STOP", "L-11"},
    {WORDS_STOP, "Not interested STOP", "L-11"},
    {WORDS_STOP, "pls stop i have a new dr", "L-11"},
    {WORDS_STOP, "please stop we moved away", "L-11"},
    {WORDS_STOP, "STOP this is harassment", "L-11"},
    {WORDS_STOP, "stop i never signed up", "L-11"},
    {WORDS_STOP, "STOP my mom died in March", "L-11"},
    {WORDS_STOP, "QUIT I don't go there", "L-11"},
    {WORDS_STOP, "UNSUBSCRIBE I moved", "L-11"},
    {WORDS_STOP, "stop calling me and texting me", "L-11"},
    {WORDS_STOP, "remove me i moved", "L-11"},
    {WORDS_STOP, "STOP!! I already told yall", "L-11"},
    {WORDS_STOP, "stop with the messages already", "L-11"},
    {WORDS_STOP, "no more please stop", "L-11"},
    {WORDS_STOP, "stop sending texts to this phone", "L-11"},
    {WORDS_STOP, "optout i have a new provider", "L-11"},
    {WORDS_STOP, "STOP ya no vivo ahi", "L-11"},
    {WORDS_STOP, "ALTO ya tengo otro doctor", "L-11"},
    {WORDS_STOP, "STOP me mudé a otro estado", "S-10"},
    {WORDS_STOP, "STOP j'ai changé de médecin", "S-10"},
    {WORDS_STOP, "STOP i am driving", "L-11"},
    {WORDS_STOP, "stop i retired", "L-11"},
    {WORDS_STOP, "STOP my insurance changed", "L-11"},
    {WORDS_STOP, "stop my husband died", "L-11"},
    {WORDS_STOP, "Stop we no longer live there", "L-11"},
    {WORDS_STOP, "STOP not my doctor anymore", "L-11"},
    {WORDS_STOP, "STOP dont need reminders", "L-11"},
    {WORDS_STOP, "STOP I have cancer and go to MD Anderson now", "L-11"},
    {WORDS_STOP, "please stop i have asked before", "L-11"},
    {WORDS_STOP, "STOP thank you I moved away", "L-11"},
    {WORDS_STOP, "STOP my daughter is 18 now and moved out", "L-11"},
    {WORDS_STOP, "Stop she is deceased", "L-11"},
    {WORDS_STOP, "stop i dont have a doctor there", "L-11"},
    {WORDS_STOP, "Stop you text too much", "L-11"},
    {WORDS_STOP, "enough already STOP", "L-11"},
    {WORDS_STOP, "stop blowing up my cell", "L-11"},
    {WORDS_STOP, "ALTO ya no vivo en ese estado", "L-11"},
    {WORDS_STOP, "no thanks STOP", "L-11"},
    {WORDS_STOP, "no more STOP", "L-11"},
    {WORDS_STOP, "STOP I wont be there anymore", "L-11"},
    {WORDS_STOP, "STOP I have a new pain doctor", "L-11"},
    {WORDS_STOP, "STOP - Ann Smith", "L-11"},
    {WORDS_STOP, "STOP no me interesa", "L-11"},
    {WORDS_STOP, "STOP eu mudei de médico", "S-10"},
};

static void a_keyword_and_more(void **state)
{
    (void)state;
    EXPECT(stops);
}

static const struct row both[] = {
    {WORDS_EMERGENCY, "STOP chest pain", "L-11 and more than that"},
    {WORDS_EMERGENCY, "I can't breathe STOP", "L-11 and more than that"},
    {WORDS_EMERGENCY, "I want to die STOP", "L-11 and more than that"},
    {WORDS_EMERGENCY, "STOP I have chest pain", "L-11 and more than that"},
    {WORDS_EMERGENCY, "stop please my chest hurts", "L-11 and more than that"},
    {WORDS_EMERGENCY, "STOP dolor de pecho", "L-11 and more than that"},
    {WORDS_WRONG, "STOP you have the wrong person", "L-11 and more than that"},
    {WORDS_EMERGENCY, "My chest hurts STOP", "L-11 and more than that"},
    {WORDS_EMERGENCY, "STOP quiero morir", "L-11 and more than that"},
    {WORDS_EMERGENCY, "im having chest pain STOP", "L-11 and more than that"},
    {WORDS_WRONG, "STOP he no longer lives here", "L-11 and more than that"},
    {WORDS_EMERGENCY, "STOP I think I'm having a heart attack",
     "L-11 and more than that"},
    {WORDS_EMERGENCY, "STOP no puedo respirar", "L-11 and more than that"},
    {WORDS_EMERGENCY, "I cant breathe and you keep texting STOP",
     "L-11 and more than that"},
    {WORDS_EMERGENCY, "STOP my chest hurts", "L-11 and more than that"},
};

static void a_keyword_beside_danger_and_strangers(void **state)
{
    (void)state;
    EXPECT_BOTH(both);
}

static const struct row none[] = {
    {WORDS_OTHER, "stop taking the pills?", "S-11"},
    {WORDS_OTHER, "Stop by at 4", "S-11"},
    {WORDS_OTHER, "stop aspirin before surgery?", "S-11"},
    {WORDS_OTHER, "STOP by clinic tomorrow ok", "S-11"},
    {WORDS_OTHER, "stop the medication?", "S-11"},
    {WORDS_OTHER, "Stop smoking class", "S-11"},
    {WORDS_OTHER, "stop I-95 exit which one for the clinic", "S-11"},
    {WORDS_OTHER, "Stop by Monday is that ok", "S-11"},
    {WORDS_OTHER, "I will stop in on Friday", "S-11"},
    {WORDS_OTHER, "stop eating when", "S-11"},
    {WORDS_OTHER, "STOP metformin 2 days before?", "S-11"},
    {WORDS_OTHER, "it wont stop itching", "S-11"},
    {WORDS_OTHER, "Stop drinking at what time", "S-11"},
    {WORDS_OTHER, "stop aspirin 7 days prior", "S-11"},
    {WORDS_OTHER, "stop texting my old phone use this one", "S-11"},
    {WORDS_OTHER, "STOP Metoprolol", "S-11"},
    {WORDS_OTHER, "STOP Blood Thinners", "S-11"},
    {WORDS_OTHER, "STOP Birth Control", "S-11"},
    {WORDS_OTHER, "STOP Physical Therapy", "S-11"},
    {WORDS_OTHER, "STOP Taking Aspirin", "S-11"},
    {WORDS_OTHER, "Stop Smoking Class", "S-11"},
    {WORDS_OTHER, "stop i farmaci", "S-11"},
    {WORDS_OTHER, "this is my stop i get off here", "S-11"},
    {WORDS_OTHER, "the last stop I think", "S-11"},
    {WORDS_OTHER, "Stop the pills I feel sick", "S-11"},
    {WORDS_OTHER, "Stop my metoprolol", "S-11"},
    {WORDS_OTHER, "please stop the metformin I feel sick", "S-11"},
    {WORDS_OTHER, "stop my water pill it makes me dizzy", "S-11"},
    {WORDS_OTHER, "can i stop i feel better", "S-11"},
    {WORDS_OTHER, "should we stop i am scared", "S-11"},
    {WORDS_OTHER, "Dr Lee told me to STOP", "S-11"},
    {WORDS_OTHER, "the nurse said STOP", "S-11"},
    {WORDS_OTHER, "How do I make it STOP", "S-11"},
    {WORDS_OTHER, "the itching will not STOP", "S-11"},
    {WORDS_OTHER, "is this the right bus STOP", "S-11"},
    {WORDS_OTHER, "It hurts when I STOP", "S-11"},
    {WORDS_OTHER, "I cant get him to STOP", "S-11"},
    {WORDS_OTHER, "END of my meds", "S-11"},
    {WORDS_OTHER, "my pills END Friday", "S-11"},
    {WORDS_OTHER, "QUIT smoking helped", "S-11"},
    {WORDS_OTHER, "I want to QUIT", "S-11"},
    {WORDS_OTHER, "ALTO 250 despues de comer", "S-11"},
    {WORDS_OTHER, "ALTO estoy en 250", "S-11"},
    {WORDS_OTHER, "azúcar ALTO", "S-11"},
    {WORDS_OTHER, "stop or start the pill", "S-11"},
    {WORDS_OTHER, "stop texting my wife but not me", "S-11"},
    {WORDS_OTHER, "stop texts for her but keep me", "S-11"},
    {WORDS_OTHER, "STOP date for antibiotics", "S-11"},
    {WORDS_OTHER, "STOP eliquis before colonoscopy", "S-11"},
    {WORDS_OTHER, "STOP lisinopril", "S-11"},
    {WORDS_OTHER, "stop lisinopril?", "S-11"},
    {WORDS_OTHER, "Stop In Anytime", "S-11"},
    {WORDS_OTHER, "next STOP is Main st", "S-11"},
    {WORDS_OTHER, "I think the pills should STOP", "S-11"},
    {WORDS_OTHER, "do I STOP or continue", "S-11"},
    {WORDS_OTHER, "stop and go pain", "S-11"},
    {WORDS_OTHER, "stop the car", "S-11"},
    {WORDS_OTHER, "please stop the insulin order", "S-11"},
    {WORDS_OTHER, "please stop by and see me", "S-11"},
    {WORDS_OTHER, "my husband said to stop i agree", "S-11"},
    {WORDS_OTHER, "stop it hurts", "S-11"},
    {WORDS_OTHER, "when i stop i feel worse", "S-11"},
    {WORDS_OTHER, "I need to stop i feel sick from it", "S-11"},
    {WORDS_OTHER, "they told me stop i did", "S-11"},
    {WORDS_OTHER, "he wants to stop i dont know", "S-11"},
};

static const struct row danger_alone[] = {
    {WORDS_EMERGENCY, "the bleeding will not STOP", "S-11"},
    {WORDS_EMERGENCY, "heavy bleeding WON'T STOP", "S-11"},
    {WORDS_EMERGENCY, "stop the chest pain please", "S-11"},
    {WORDS_EMERGENCY, "The pain in my chest won't STOP", "S-11"},
    {WORDS_EMERGENCY, "STOP he's not breathing",
     "L-14 whom to call is told before any STOP"},
    {WORDS_EMERGENCY, "END my life", "S-11"},
    {WORDS_EMERGENCY, "STOP you're hurting me", "S-11 said to another"},
    {WORDS_EMERGENCY, "please stop he is hurting me", "S-11"},
    {WORDS_EMERGENCY, "stop please he is hitting me", "S-11"},
    {WORDS_EMERGENCY, "I want to END my life", "S-11"},
    {WORDS_EMERGENCY, "I want to die let it END", "S-11"},
    {WORDS_EMERGENCY, "make it stop", "S-11 it hurts, or it is life"},
    {WORDS_EMERGENCY, "please make it stop", "S-11"},
    {WORDS_EMERGENCY, "I want it to end", "S-11"},
    {WORDS_EMERGENCY, "Make it STOP please", "S-11"},
};

/* A vital sign that is said to stop. */
static const struct row vital[] = {
    {WORDS_EMERGENCY, "his breathing STOP", "S-11"},
    {WORDS_EMERGENCY, "My son breathing STOP", "S-11"},
    {WORDS_EMERGENCY, "my husband's breathing STOP", "S-11"},
    {WORDS_EMERGENCY, "baby kicks STOP", "S-11"},
    {WORDS_EMERGENCY, "The baby's movements STOP", "S-11"},
    {WORDS_EMERGENCY, "pulse STOP", "S-11"},
    {WORDS_EMERGENCY, "STOP his breathing stopped", "S-11"},
    {WORDS_EMERGENCY, "his breathing stopped", "S-11"},
    {WORDS_EMERGENCY, "his breathing has stopped", "S-11"},
    {WORDS_EMERGENCY, "her heart stopped", "S-11"},
    {WORDS_EMERGENCY, "her pulse just stopped", "S-11"},
    {WORDS_EMERGENCY, "baby stopped moving", "S-11"},
    {WORDS_EMERGENCY, "the baby stopped kicking", "S-11"},
    {WORDS_EMERGENCY, "dejó de respirar", "S-11"},
    {WORDS_EMERGENCY, "no respira", "S-11"},
    {WORDS_EMERGENCY, "ya no se mueve el bebé", "S-11"},
    {WORDS_EMERGENCY, "su corazón STOP", "S-11"},
    {WORDS_EMERGENCY, "su pulso se detuvo", "S-11"},
};

/* Somebody else may have said it, or it may be of something else: it binds
 * nobody, and a person reads it. */
static const struct row read[] = {
    {WORDS_OTHER, "My doctor told me STOP", "S-11"},
    {WORDS_OTHER, "Told me to finish the bottle then STOP", "S-11"},
    {WORDS_OTHER, "Take it for 7 days then STOP", "S-11"},
    {WORDS_OTHER, "Take one daily for a week, then STOP", "S-11"},
    {WORDS_OTHER, "Dr Patel: STOP", "S-11"},
    {WORDS_OTHER, "Doctor wrote STOP. is that ok", "S-11"},
    {WORDS_OTHER, "About metformin STOP", "S-11"},
    {WORDS_OTHER, "taking lisinopril STOP", "S-11"},
    {WORDS_OTHER, "my pain STOP", "S-11"},
    {WORDS_OTHER, "Sugar 300 STOP", "S-11"},
    {WORDS_OTHER, "La doctora me dijo STOP", "S-11"},
    {WORDS_OTHER, "una vez al día BASTA", "S-11"},
    {WORDS_OTHER, "I get off at Main St STOP", "S-11"},
    {WORDS_OTHER, "I live in the West END", "S-11"},
    {WORDS_OTHER, "My coverage ends at year END", "S-11"},
    {WORDS_OTHER, "I got a new pcp STOP", "S-11"},
    {WORDS_OTHER, "I moved to Ohio STOP", "S-11"},
    {WORDS_OTHER, "STOP Advil Aleve", "S-11"},
    {WORDS_OTHER, "STOP Eliquis Metformin", "S-11"},
    {WORDS_OTHER, "STOP Fish Oil", "S-11"},
    {WORDS_OTHER, "STOP Main Street", "S-11"},
    {WORDS_OTHER, "STOP Ann Smith", "S-11"},
    {WORDS_OTHER, "STOP Robert J Miller", "S-11"},
    {WORDS_OTHER, "Please stop I need to ask about fasting", "S-11"},
    {WORDS_OTHER, "please stop we are on our way", "S-11"},
    {WORDS_OTHER, "STOP I had a question", "S-11"},
    {WORDS_OTHER, "STOP I HAVE A QUESTION", "S-11"},
    {WORDS_OTHER, "STOP I have fever", "S-11"},
    {WORDS_OTHER, "STOP I have a rash from it", "S-11"},
    {WORDS_OTHER, "STOP I need a refill", "S-11"},
    {WORDS_OTHER, "STOP i am coming at 4", "S-11"},
    {WORDS_OTHER, "STOP tengo una pregunta", "S-11"},
    {WORDS_OTHER, "STOP yo tengo fiebre", "S-11"},
    {WORDS_OTHER, "stop i have a question about my bill", "S-11"},
};

/* Danger, and no STOP besides. */
static void expect_danger_alone(const struct row *rows, size_t count)
{
    size_t refused = 0;
    rows_expect(rows, count);
    for (size_t i = 0; i < count; i++) {
        struct words words;
        words_hear(&words, rows[i].text);
        if (words_refuse(&words)) {
            print_error("'%s' is a STOP\n", rows[i].text);
            refused++;
        }
        words_free(&words);
    }
    assert_int_equal(refused, 0);
}

static void what_else_stops(void **state)
{
    (void)state;
    EXPECT(none);
    expect_danger_alone(danger_alone, COUNT(danger_alone));
}

static void a_vital_sign_stops(void **state)
{
    (void)state;
    expect_danger_alone(vital, COUNT(vital));
}

static void a_person_reads_it(void **state)
{
    (void)state;
    EXPECT(read);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_keyword_and_more),
        cmocka_unit_test(a_keyword_beside_danger_and_strangers),
        cmocka_unit_test(what_else_stops),
        cmocka_unit_test(a_vital_sign_stops),
        cmocka_unit_test(a_person_reads_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
