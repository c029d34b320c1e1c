/* SPDX-License-Identifier: Apache-2.0 */
/* Which keys a text announces: those behind "press" and the list that follows,
 * and no other number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "campaigns/call_announced.h"

static void keys_are_told_from_other_numbers(void **state)
{
    static const struct {
        const char *why, *say, *keys; /* in the order of CALL_KEYS */
    } rows[] = {
        {"a list", "Press 1 to confirm, 2 to change it, or 0 to speak with us.",
         "012"},
        {"each with its own verb",
         "To confirm, press 1. To speak with us, PRESS 0.", "01"},
        {"sentence by sentence", "Press 1 to confirm. 2 to change it.", "12"},
        {"line by line", "Press 1 to confirm\n2 to change it", "12"},
        {"bare", "Press 1, 2 or 3.", "123"},
        {"with a word between",
         "Press the number key 4 for directions; 5 ends.", "45"},
        {"a star and a hash", "Press * to repeat, # to end.", "*#"},
        {"at the end", "For directions press 4", "4"},
        {"L-18: in Spanish",
         "Oprima 1 para confirmar, 2 para cambiar y 0 para "
         "hablar con nosotros.",
         "012"},
        {"likewise", "Marque el 1 para confirmar o presione la tecla 3.", "13"},
        {"likewise", "Presione el número 7; pulse 8.", "78"},
        {"in French", "Appuyez sur 1 pour confirmer ou 2 pour changer.", "12"},
        {"in Portuguese", "Aperte 1 para confirmar, tecle 2 para mudar.", "12"},
        {"in German", "Drücken Sie die 1, oder drücken Sie die 2.", "12"},
        {"spelled out", "Press two to reschedule or three to cancel.", "23"},
        {"likewise", "Para cambiar la hora oprima dos.", "2"},
        {"L-4.7: dialled, and at the end of a sentence",
         "Press 1 to confirm. To hear opening hours dial four.", "14"},
        {"by its name", "Press the star key for hours, pound to end.", "*#"},
        {"likewise", "Oprima asterisco para repetir o numeral para salir.",
         "*#"},
        {"a list that is spelled out and says what for",
         "Oprima uno para confirmar, dos para cambiarla, cero para hablar, "
         "cinco para repetir.",
         "0125"},
        {"likewise",
         "Press one to confirm, two to change it, six if you "
         "want none.",
         "126"},
        {"and no count that looks like it",
         "Press one to confirm, two to three days before.", "1"},
        {"nor a number to dial", "Dial 911 or dial 1 800 555 0100.", ""},
        {"but not whatever follows", "Press 1 to confirm. One moment, please.",
         "1"},
        {"what a placeholder says is no key",
         "Press 1 for {{start | time}}, {{visits}} or 2 to change it.", "12"},
        {"a section is what is in it",
         "Press 1 to confirm{{#telehealth}}, 4 for the video{{/telehealth}}.",
         "14"},
        {"nothing is pressed", "You have 2 visits, 1 of them by video.", ""},
        {"L-36: a number to call", "Dial 9 1 1. Marque ya 9 1 1.", ""},
        {"nor one in a row", "Marque 9 1 1 o marque 911.", ""},
        {"nor a time or an amount", "Press 12, 9:00 or 1,000; 1.5 ends.", ""},
        {"nor what is counted", "Press 1 if you take 2 or 3 pills, 5 if none.",
         "15"},
        {"the list is over with its sentence",
         "Press 1 to confirm. We are on Main Street, 2 floors up.", "1"},
        {"a word that ends like it", "Compress 4 of them. Impress 5.", ""},
        {"nothing", "", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool keys[CALL_KEY_COUNT] = {false};
        char found[CALL_KEY_COUNT + 1] = "";
        size_t count = 0;
        call_announced(rows[i].say, keys);
        for (size_t key = 0; key < CALL_KEY_COUNT; key++)
            if (keys[key])
                found[count++] = CALL_KEYS[key];
        if (strcmp(found, rows[i].keys) != 0)
            fail_msg("%s: %s has \"%s\"", rows[i].why, rows[i].say, found);
    }
}

static void what_a_key_is_for_is_read(void **state)
{
    static const struct {
        const char *why, *say, *one, *two;
    } rows[] = {
        {"behind it", "Press 1 to confirm, 2 to change it, 0 for us.",
         "confirm", "reschedule"},
        {"swapped", "Press 2 to confirm, 1 to change it.", "reschedule",
         "confirm"},
        {"behind what is said first",
         "Your visit is on Monday, press 1 to confirm, 2 to cancel.", "confirm",
         "cancel"},
        {"in front of it", "To confirm, press 1; to change it, press 2.",
         "confirm", "reschedule"},
        {"in front, and swapped", "To confirm, press 2. To change it, press 1.",
         "reschedule", "confirm"},
        {"L-18: in Spanish", "Oprima 1 para cambiarla, 2 para confirmar.",
         "reschedule", "confirm"},
        {"in French", "Pour confirmer, appuyez sur 2.", NULL, "confirm"},
        {"something else", "Press 1 for us, 2 for directions.", NULL, NULL},
        {"two meanings are none",
         "Press 1 to cancel or change it, 2 to confirm.", NULL, "confirm"},
        {"a part of a word", "Press 1 for the changeling, 2 to confirm.", NULL,
         "confirm"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *intents[CALL_KEY_COUNT];
        call_meant(rows[i].say, intents);
        const char *one = intents[call_key('1')], *two = intents[call_key('2')];
        if (!text_equal(one, rows[i].one) || !text_equal(two, rows[i].two))
            fail_msg("%s: %s: 1 %s, 2 %s", rows[i].why, rows[i].say,
                     one ? one : "-", two ? two : "-");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_told_from_other_numbers),
        cmocka_unit_test(what_a_key_is_for_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
