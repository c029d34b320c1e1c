/* SPDX-License-Identifier: Apache-2.0 */
/* Who signs an answer has said no more than the answer (S-11): where the number
 * is one person's, and the name is theirs. Any other word behind it is read by
 * a person. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "inbound/signature.h"
#include "tests/inbound/house.h"

static void where_a_name_begins(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *text, *given, *family, *before;
    } rows[] = {
        {"a comma", "C, Ann", "Ann", "Smith", "C"},
        {"a dash", "C - Ann", "Ann", "Smith", "C "},
        {"two of them", "STOP -- Ann", "Ann", NULL, "STOP -"},
        {"a wave, without a blank", "STOP ~Ann", "Ann", NULL, "STOP "},
        {"brackets", "C (Ann)", "Ann", NULL, "C "},
        {"a line of its own", "C\nAnn", "Ann", NULL, "C"},
        {"a sentence of its own", "C. ann smith", "Ann", "Smith", "C"},
        {"the last of several marks", "C thanks, see you - Ann", "Ann", NULL,
         "C thanks, see you "},
        {"letters for names", "C - Ann S.", "Ann", "Smith", "C "},
        {"either name", "C - Smith", "Ann", "Smith", "C "},
        {"one of two given names", "C, Mary", "Mary Ann", "Smith", "C"},
        {"accents are left out as often as not", "C, Jose", "José", NULL, "C"},
        {"a question stays one", "C? Ann", "Ann", NULL, "C?"},
        {"no mark between: it may be said of her", "cancel Ann", "Ann", NULL,
         ""},
        {"a name within a word", "semi-Ann", "Ann", NULL, ""},
        {"another name", "C, Leo", "Ann", "Smith", ""},
        {"more than the name", "C, Ann is late", "Ann", "Smith", ""},
        {"letters alone are answers", "R, C", "Carl", "Reed", ""},
        {"the name alone is all that is said", "Ann", "Ann", NULL, ""},
        {"behind nothing but a mark as well", "- Ann", "Ann", NULL, ""},
        {"nobody's name", "C, Ann", NULL, NULL, ""},
        {"nothing", "", "Ann", NULL, ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t len =
            signature_begins(rows[i].text, rows[i].given, rows[i].family);
        if (len != strlen(rows[i].before) ||
            strncmp(rows[i].text, rows[i].before, len) != 0)
            fail_msg("%s: '%.*s' of '%s'", rows[i].sentence, (int)len,
                     rows[i].text, rows[i].text);
    }
}

#define SHARED                               \
    "UPDATE contact_point SET value = '" ADA \
    "' WHERE patient_id = 2 AND kind = 'phone'"
#define UNREAD "task for front desk: unclear in 240 min"
#define STOPPED                                                             \
    "opt-out of sms; opt-out of voice; opt-out of email; the last one may " \
    "not go"

static void a_visit_is_answered_with_a_name(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *facts, *text, *told;
    } rows[] = {
        {"her own", "", "C, Ada", "response confirm on 1/1"},
        {"behind a dash", "", "C - Ada", "response confirm on 1/1"},
        {"and thanks", "", "C thanks, Ada", "response confirm on 1/1"},
        {"in words", "", "Yes, I'll be there. Ada", "response confirm on 1/1"},
        {"both names", "UPDATE patient SET family_name = 'Lovelace'",
         "C\nAda Lovelace", "response confirm on 1/1"},
        {"a STOP leaves nothing to read", "", "STOP (Ada)", STOPPED},
        {"CANCEL is one (L-11)", "", "cancel - Ada", STOPPED},
        {"whose name nobody knows there may answer for her, or not", "",
         "C, Leo", UNREAD},
        {"what is no name says more", "", "C, tomorrow", UNREAD},
        {"what it says besides is read", "", "C, my leg is swollen, Ada",
         UNREAD},
        {"a STOP signed by another is one, and read", "", "STOP - Leo",
         "task for front desk: said more beside a STOP in 240 min; " STOPPED},
        {"of two who have the number it is not guessed for whom she speaks",
         SHARED, "C, Ada", UNREAD},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        open_house(&world);
        world_sql(&world, "%s", rows[i].facts);
        visit(&world, 1, 1, "2026-11-27T15:00");
        launch(&world, "appointment");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T12:00");
        assert_int_equal(world_sent(&world), 1);
        say(&world, ADA, rows[i].text);
        world_run(&world, "2026-11-24T12:10");
        expect_told(&world, rows[i].sentence, rows[i].told);
        world_close(&world);
    }
}

static void a_check_in_is_answered_with_a_name(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    world_discharge(&world, 1, "2026-11-23T15:00");
    launch(&world, "post-discharge");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T12:00");
    say(&world, ADA, "3 - Ada");
    world_run(&world, "2026-11-24T12:10");
    expect_told(&world, "as urgently as without it",
                "response answer feeling: red on 3/1; task for nurse on call:"
                " feeling: red in 15 min");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_a_name_begins),
        cmocka_unit_test(a_visit_is_answered_with_a_name),
        cmocka_unit_test(a_check_in_is_answered_with_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
