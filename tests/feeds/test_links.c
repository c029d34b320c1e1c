/* SPDX-License-Identifier: Apache-2.0 */
/* Who is one person follows from all that was said, in whatever order it came.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/text.h"

#include "store/store.h"

#include "tests/feeds/ward.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PID(mrn) "PID|1||" mrn "^^^MAIN^MR\r"
#define KNOWN(mrn) MSG("ADT^A28", "20261101", PID(mrn))
#define ONE(day, gone, stays) \
    MSG("ADT^A40", "202611" day, PID(stays) "MRG|" gone "^^^MAIN^MR\r")
#define TWO(day, one, other) MSG("ADT^A37", "202611" day, PID(one) PID(other))
/* Records of one person with '+' between, in the order of their numbers. */
#define PEOPLE                                                            \
    "SELECT group_concat(them, ' ') FROM (SELECT group_concat(mrn, '+') " \
    "AS them FROM (SELECT * FROM patient ORDER BY mrn) GROUP BY "         \
    "coalesce(merged_into, id) ORDER BY min(mrn))"

static void say_all(struct ward *ward, const char *const *said, size_t most)
{
    for (size_t i = 0; i < most && said[i]; i++)
        ward_say(ward, said[i]);
}

/* That A is B, and that A is C, is two words. */
static void taking_back_one_leaves_the_other(void **state)
{
    (void)state;
    static const struct {
        const char *about, *said[6], *want;
    } rows[] = {
        {"into one, then into another: not the first",
         {ONE("10", "A", "B"), ONE("11", "A", "C"), TWO("12", "A", "B")},
         "A+C B"},
        {"named the other way round",
         {ONE("10", "A", "B"), ONE("11", "A", "C"), TWO("12", "B", "A")},
         "A+C B"},
        {"not the second",
         {ONE("10", "A", "B"), ONE("11", "A", "C"), TWO("12", "A", "C")},
         "A+B C"},
        {"neither",
         {ONE("10", "A", "B"), ONE("11", "A", "C"), TWO("12", "A", "C"),
          TWO("13", "A", "B")},
         "A B C"},
        {"whoever came into it leaves it",
         {ONE("10", "B", "A"), ONE("11", "C", "A"), TWO("12", "A", "B")},
         "A+C B"},
        {"said of both ways, and twice",
         {ONE("10", "A", "B"), ONE("11", "A", "C"), ONE("12", "B", "C"),
          TWO("13", "A", "B")},
         "A B C"},
        {"a fourth goes with whom it was said of",
         {ONE("10", "A", "B"), ONE("11", "A", "C"), ONE("12", "D", "B"),
          TWO("13", "A", "B")},
         "A+C B+D"},
        {"and stays with the one that is left",
         {ONE("10", "A", "B"), ONE("11", "D", "A"), ONE("12", "A", "C"),
          TWO("13", "A", "C")},
         "A+B+D C"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ward ward;
        ward_open(&ward);
        say_all(&ward,
                (const char *[]){KNOWN("A"), KNOWN("B"), KNOWN("C"), KNOWN("D"),
                                 NULL},
                5);
        say_all(&ward, rows[i].said, COUNT(rows[i].said));
        char want[40];
        snprintf(want, sizeof(want), "%s%s", rows[i].want,
                 strchr(rows[i].want, 'D') ? "" : " D");
        ward_expect(&ward, rows[i].about, PEOPLE, want);
        ward_close(&ward);
    }
}

/* With what is theirs. */
static void each_takes_along_what_is_its_own(void **state)
{
    (void)state;
#define VISIT(id, who)                                                      \
    MSG("SIU^S12", "20261102",                                              \
        "SCH||" id "||||||^Check-up|30|min|^^^20261201090000||||||||||||||" \
        "Booked\r" PID(who))
#define VISITS                                                               \
    "SELECT group_concat(a.external_id || ' ' || p.mrn, ', ') FROM (SELECT " \
    "* FROM appointment ORDER BY external_id) a JOIN patient p ON p.id = "   \
    "a.patient_id"
#define DIES(day, who)           \
    MSG("ADT^A08", "202611" day, \
        "PID|1||" who "^^^MAIN^MR|||||||||||||||||||||||||||Y\r")
#define DEAD                                                              \
    "SELECT coalesce(group_concat(mrn, ' '), '-') FROM (SELECT mrn FROM " \
    "patient WHERE deceased_at IS NOT NULL ORDER BY mrn)"
    static const struct {
        const char *about, *said[6], *visits, *dead;
    } rows[] = {
        {"who stays with the second, and who leaves",
         {ONE("10", "A", "B"), ONE("11", "A", "C"), TWO("12", "A", "B")},
         "FA C, FB B, FC C",
         "-"},
        {"the second leaves",
         {ONE("10", "A", "B"), ONE("11", "A", "C"), TWO("12", "A", "C")},
         "FA B, FB B, FC C",
         "-"},
        {"the lower one goes, and then the upper one",
         {ONE("10", "A", "B"), ONE("11", "B", "C"), DIES("12", "A"),
          TWO("13", "A", "B"), TWO("14", "B", "C")},
         "FA A, FB B, FC C",
         "A"},
        {"one of them again",
         {ONE("10", "A", "B"), ONE("11", "B", "C"), TWO("12", "B", "C"),
          ONE("13", "B", "C"), TWO("14", "A", "B")},
         "FA A, FB C, FC C",
         "-"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ward ward;
        ward_open(&ward);
        say_all(&ward,
                (const char *[]){VISIT("FA", "A"), VISIT("FB", "B"),
                                 VISIT("FC", "C"), NULL},
                4);
        say_all(&ward, rows[i].said, COUNT(rows[i].said));
        ward_expect(&ward, rows[i].about, VISITS, rows[i].visits);
        ward_expect(&ward, rows[i].about, DEAD, rows[i].dead);
        ward_close(&ward);
    }
}

/* A word that waits for somebody takes no older one's place. */
static void every_word_waits(void **state)
{
    (void)state;
#define RESOURCE(day, id, rest)                                  \
    "{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"meta\":{" \
    "\"lastUpdated\":\"2026-11-" day "T09:00:00Z\"}" rest "}"
#define LINK(day, gone, stays)                                  \
    RESOURCE(day, gone,                                         \
             ",\"link\":[{\"type\":\"replaced-by\",\"other\":{" \
             "\"reference\":\"Patient/" stays "\"}}]")
#define PART_OF(day, one, other)                          \
    MSG("ADT^A37", "202611" day,                          \
        "PID|1||" one "^^^fhir/Patient^PI\rPID|2||" other \
        "^^^fhir/Patient^PI\r")
    static const char *const said[] = {
        RESOURCE("01", "A", ""), RESOURCE("01", "C", ""),
        LINK("14", "A", "B"),    LINK("10", "A", "B"),
        LINK("11", "C", "B"),    PART_OF("13", "A", "C"),
        RESOURCE("01", "B", ""), NULL};
    struct ward ward;
    ward_open(&ward);
    say_all(&ward, said, COUNT(said));
    ward_expect(&ward, "on the 13th all of them became two, then A is B again",
                PEOPLE, "A+B C");
    ward_close(&ward);
}

#define APART                                                              \
    "would make one of records that a newer word parted, by a third one: " \
    "they stay two"

/* Who is two people by a newer word is not one by way of a third. */
static void no_older_merge_joins_who_were_parted(void **state)
{
    (void)state;
    static const struct {
        const char *about, *said[5], *want, *told, *asked;
    } rows[] = {
        {"both of the merges come late",
         {TWO("13", "A", "C"), ONE("10", "A", "B"), ONE("11", "B", "C")},
         "A B C",
         APART,
         "3"},
        {"as when they came in time",
         {ONE("10", "A", "B"), ONE("11", "B", "C"), TWO("13", "A", "C")},
         "A B C",
         "",
         "3"},
        {"one of them is newer",
         {TWO("13", "A", "C"), ONE("10", "A", "B"), ONE("14", "B", "C")},
         "A+B+C",
         "",
         "0"},
        {"the later of them is told again",
         {ONE("10", "A", "B"), ONE("11", "B", "C"), TWO("13", "A", "C"),
          ONE("14", "B", "C")},
         "A B+C",
         "",
         "2"},
        {"told again before it was taken back, which comes last",
         {ONE("10", "A", "B"), ONE("14", "A", "B"), TWO("12", "A", "B")},
         "A+B C",
         "",
         "0"},
        {"and so when it was told the other way round",
         {ONE("10", "A", "B"), ONE("14", "B", "A"), TWO("12", "A", "B")},
         "A+B C",
         NULL,
         "0"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ward ward;
        ward_open(&ward);
        say_all(&ward,
                (const char *[]){KNOWN("A"), KNOWN("B"), KNOWN("C"), NULL}, 4);
        say_all(&ward, rows[i].said, COUNT(rows[i].said));
        ward_expect(&ward, rows[i].about, PEOPLE, rows[i].want);
        ward_expect(&ward, rows[i].about,
                    "SELECT count(DISTINCT patient_id) FROM task WHERE kind = "
                    "'parted'",
                    rows[i].asked);
        const char *told = ward.told.len ? ward.told.data : "";
        if (rows[i].told &&
            (*rows[i].told ? !strstr(told, rows[i].told) : *told != '\0'))
            fail_msg("%s: told: %s", rows[i].about, told);
        ward_close(&ward);
    }
}

/* Files -----------------------------------------------------------------------
 */

static void file(struct ward *ward, const char *day, const char *rows)
{
    char hour[40];
    instant at;
    snprintf(hour, sizeof(hour), "2026-11-%sT17:00:00Z", day);
    assert_true(civil_parse_instant(hour, &at));
    fixture_file(&ward->fixture, "patients.csv", rows);
    fixture_changed(&ward->fixture, "patients.csv", at);
    if (!fixture_import(&ward->fixture))
        fail_msg("%s", ward->fixture.err.text);
}

/* It goes on saying so, day by day, and says something else of them, too. */
static void what_a_file_said_all_along_is_no_news(void **state)
{
    (void)state;
    static const struct {
        const char *about, *first, *said, *next, *want;
    } rows[] = {
        {"another first name makes nobody one again",
         "mrn,first_name,merged_into\nA,Ann,B\nB,Bea,\n", TWO("12", "A", "B"),
         "mrn,first_name,merged_into\nA,Anna,B\nB,Bea,\n", "A B"},
        {"nor does one of who is left",
         "mrn,first_name,merged_into\nA,Ann,B\nB,Bea,\n", TWO("12", "A", "B"),
         "mrn,first_name,merged_into\nA,Ann,B\nB,Bee,\n", "A B"},
        {"that it is another one is news",
         "mrn,first_name,merged_into\nA,Ann,B\nB,Bea,\nC,Cy,\n",
         TWO("12", "A", "B"),
         "mrn,first_name,merged_into\nA,Anna,C\nB,Bea,\nC,Cy,\n", "A+C B"},
        {"so is that it is the same one, when the file had dropped it",
         "mrn,first_name,merged_into\nA,Ann,\nB,Bea,\n", TWO("12", "A", "B"),
         "mrn,first_name,merged_into\nA,Ann,B\nB,Bea,\n", "A+B"},
        {"and it stays one without a parting",
         "mrn,first_name,merged_into\nA,Ann,B\nB,Bea,\n", NULL,
         "mrn,first_name,merged_into\nA,Anna,B\nB,Bea,\n", "A+B"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ward ward;
        ward_open(&ward);
        file(&ward, "10", rows[i].first);
        if (rows[i].said)
            ward_say(&ward, rows[i].said);
        file(&ward, "14", rows[i].next);
        ward_expect(&ward, rows[i].about, PEOPLE, rows[i].want);
        file(&ward, "15", rows[i].next);
        ward_expect(&ward, rows[i].about, PEOPLE, rows[i].want);
        ward_close(&ward);
    }
}

#define HEAD "mrn,last_name,birth_date,merged_into\n"
#define ANN_AND_CY "A,Doe,1980-02-01,\nC,Fox,1990-03-01,\n"
#define ASKED                                                               \
    "SELECT coalesce(group_concat(mrn, ' '), '-') FROM (SELECT DISTINCT "   \
    "p.mrn FROM task t JOIN patient p ON p.id = t.patient_id WHERE t.kind " \
    "= 'parted' ORDER BY p.mrn)"

/* Nobody is one with whom a mistake named, once it is mended. */
static void a_file_that_corrects_itself(void **state)
{
    (void)state;
    static const struct {
        const char *about, *first, *said, *next, *want, *asked;
    } rows[] = {
        {"the other one was meant", HEAD ANN_AND_CY "B,Doe,1980-02-01,C\n",
         NULL, HEAD ANN_AND_CY "B,Doe,1980-02-01,A\n", "A+B C", "-"},
        {"also where nothing tells them apart",
         "mrn,merged_into\nA,\nB,C\nC,\n", NULL,
         "mrn,merged_into\nA,\nB,A\nC,\n", "A+B C", "-"},
        {"what others said stands", "mrn,merged_into\nA,\nB,C\nC,\n",
         ONE("11", "B", "C"), "mrn,merged_into\nA,\nB,A\nC,\n", "A+B+C", "-"},
        {"but makes nobody one with a stranger",
         HEAD ANN_AND_CY "B,Doe,1980-02-01,\n", ONE("11", "B", "C"),
         HEAD ANN_AND_CY "B,Doe,1980-02-01,A\n", "A+B C", "A C"},
        {"a name alone may be another one",
         HEAD "A,Doe,1990-03-01,\nB,Doe,,\nC,Fox,1990-03-01,\n",
         ONE("11", "B", "C"),
         HEAD "A,Doe,1990-03-01,\nB,Doe,,A\nC,Fox,1990-03-01,\n", "A+B+C", "-"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ward ward;
        ward_open(&ward);
        file(&ward, "10", rows[i].first);
        if (rows[i].said)
            ward_say(&ward, rows[i].said);
        file(&ward, "14", rows[i].next);
        ward_expect(&ward, rows[i].about, PEOPLE, rows[i].want);
        ward_expect(&ward, rows[i].about, ASKED, rows[i].asked);
        ward_close(&ward);
    }
}

/* It is news when the file had said that it is nobody's meanwhile. */
static void a_merge_that_a_file_says_anew(void **state)
{
    (void)state;
#define FILED "mrn,merged_into\nA,\nB,A\n"
#define DROPPED "mrn,merged_into\nA,\nB,\n"
    static const struct {
        const char *about;
        struct {
            const char *day, *rows; /* no rows: they are parted */
        } said[4];
        const char *want;
    } rows[] = {
        {"it dropped it after they were parted",
         {{"10", FILED}, {"12", NULL}, {"13", DROPPED}, {"14", FILED}},
         "A+B"},
        {"and before that",
         {{"10", FILED}, {"11", DROPPED}, {"12", NULL}, {"14", FILED}},
         "A+B"},
        {"it never dropped it",
         {{"10", FILED}, {"12", NULL}, {"13", FILED}, {"14", FILED}},
         "A B"},
        {"to drop it parts nobody, whichever file comes first",
         {{"14", DROPPED}, {"10", FILED}, {"15", DROPPED}},
         "A+B"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ward ward;
        ward_open(&ward);
        for (size_t k = 0; k < 4 && rows[i].said[k].day; k++) {
            if (rows[i].said[k].rows)
                file(&ward, rows[i].said[k].day, rows[i].said[k].rows);
            else
                ward_say(&ward, TWO("12", "A", "B"));
        }
        ward_expect(&ward, rows[i].about, PEOPLE, rows[i].want);
        ward_close(&ward);
    }
}

static void a_file_knows_of_a_deletion_what_it_said(void **state)
{
    (void)state;
#define DELETED "SELECT gone_at IS NOT NULL FROM patient WHERE mrn = 'A'"
    static const struct {
        const char *about, *said[2], *next, *gone;
    } rows[] = {
        {"another first name brings nobody back",
         {MSG("ADT^A29", "20261112", PID("A"))},
         "mrn,first_name\nA,Anna\n",
         "1"},
        {"nor does the same row",
         {MSG("ADT^A29", "20261112", PID("A"))},
         "mrn,first_name\nA,Ann\n",
         "1"},
        {"another column does not either",
         {MSG("ADT^A29", "20261112", PID("A"))},
         "mrn,first_name,last_name\nA,Ann,Doe\n",
         "1"},
        {"a newer message does",
         {MSG("ADT^A29", "20261112", PID("A")),
          MSG("ADT^A28", "20261113", PID("A"))},
         "mrn,first_name\nA,Anna\n",
         "0"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ward ward;
        ward_open(&ward);
        file(&ward, "10", "mrn,first_name\nA,Ann\n");
        say_all(&ward, rows[i].said, COUNT(rows[i].said));
        file(&ward, "14", rows[i].next);
        ward_expect(&ward, rows[i].about, DELETED, rows[i].gone);
        ward_close(&ward);
    }
    struct ward ward;
    ward_open(&ward);
    ward_say(&ward, KNOWN("A"));
    ward_say(&ward, MSG("ADT^A29", "20261112", PID("A")));
    file(&ward, "14", "mrn,first_name\nA,Ann\n");
    ward_expect(&ward,
                "a file that never spoke of them says that they are here",
                DELETED, "0");
    ward_close(&ward);
}

/* Every order -----------------------------------------------------------------
 */

enum { PERSONS = 5, WORDS = 7, ROUNDS = 30, ORDERS = 4 };

enum kind { SAY_ONE, SAY_TWO, SAY_LINK, SAY_NONE, SAY_FILE, KINDS };
struct word {
    enum kind kind;
    int one, other, day;
};

static unsigned random_next(unsigned *seed, unsigned below)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % below;
}

/* The words one after the other, as one would on paper. */
static void measure(int links[PERSONS][PERSONS], int far[PERSONS][PERSONS])
{
    for (int a = 0; a < PERSONS; a++)
        for (int b = 0; b < PERSONS; b++)
            far[a][b] = a == b ? 0 : links[a][b] || links[b][a] ? 1 : 100;
    for (int k = 0; k < PERSONS; k++)
        for (int a = 0; a < PERSONS; a++)
            for (int b = 0; b < PERSONS; b++)
                if (far[a][k] + far[k][b] < far[a][b])
                    far[a][b] = far[a][k] + far[k][b];
}

static void part(int links[PERSONS][PERSONS], int one, int other)
{
    int far[PERSONS][PERSONS];
    for (measure(links, far); far[one][other] < 100; measure(links, far))
        for (int a = 0; a < PERSONS; a++)
            for (int b = 0; b < PERSONS; b++)
                if (far[one][a] + 1 + far[b][other] == far[one][other] &&
                    far[a][b] == 1)
                    links[a][b] = links[b][a] = 0;
}

static bool is_taken_back(const struct word *words, int which)
{
    for (int i = which + 1; i < WORDS; i++)
        if (words[which].kind == SAY_LINK && words[i].kind == SAY_NONE &&
            words[i].one == words[which].one)
            return true;
    return false;
}

static void expected(const struct word *words, char *out, size_t size)
{
    int links[PERSONS][PERSONS] = {{0}}, far[PERSONS][PERSONS];
    bool told[PERSONS] = {false};
    for (int i = 0; i < WORDS; i++) {
        if (words[i].kind == SAY_TWO)
            part(links, words[i].one, words[i].other);
        else if (words[i].kind != SAY_NONE && !is_taken_back(words, i))
            links[words[i].one][words[i].other] = 1;
    }
    measure(links, far);
    *out = '\0';
    for (int a = 0; a < PERSONS; a++) {
        for (int b = a; b < PERSONS; b++) {
            size_t len = strlen(out);
            if (far[a][b] < 100 && !told[b])
                snprintf(out + len, size - len, "%s%d",
                         a == b ? (len ? " " : "") : "+", b);
            told[b] |= far[a][b] < 100;
        }
    }
}

static void say_word(struct ward *ward, const struct word *word)
{
    char text[400];
    const int one = word->one, other = word->other, day = word->day;
    switch (word->kind) {
    case SAY_ONE:
        snprintf(text, sizeof(text),
                 MSG("ADT^A40", "202611%02d",
                     "PID|1||%d^^^fhir/Patient^PI\rMRG|%d^^^fhir/Patient^PI\r"),
                 day, day, day, other, one);
        break;
    case SAY_TWO:
        snprintf(text, sizeof(text),
                 MSG("ADT^A37", "202611%02d",
                     "PID|1||%d^^^fhir/Patient^PI\r"
                     "PID|2||%d^^^fhir/Patient^PI\r"),
                 day, day, day, one, other);
        break;
    case SAY_LINK:
        snprintf(text, sizeof(text),
                 "{\"resourceType\":\"Patient\",\"id\":\"%d\",\"meta\":{"
                 "\"lastUpdated\":\"2026-11-%02dT09:00:00Z\"},\"link\":[{"
                 "\"type\":\"replaced-by\",\"other\":{\"reference\":"
                 "\"Patient/%d\"}}]}",
                 one, day, other);
        break;
    case SAY_NONE:
        snprintf(text, sizeof(text),
                 "{\"resourceType\":\"Patient\",\"id\":\"%d\",\"meta\":{"
                 "\"lastUpdated\":\"2026-11-%02dT09:00:00Z\"}}",
                 one, day);
        break;
    case SAY_FILE:
    case KINDS:
        snprintf(text, sizeof(text), "%02d", day);
        char rows[60];
        snprintf(rows, sizeof(rows), "mrn,merged_into\n%d,%d\n", one, other);
        file(ward, text, rows);
        return;
    }
    ward_say(ward, text);
}

/* Visits that are not with whoever is left of the record whose they are, or
 * would be told anew. */
#define ASTRAY                                                            \
    "SELECT count(*) || ' visits, ' || coalesce(sum(a.occurrence > 0 OR " \
    "a.patient_id != coalesce(p.merged_into, p.id)), 0) || ' astray' "    \
    "FROM appointment a JOIN patient p ON p.mrn = substr(a.external_id, 2)"
static void say_visit(struct ward *ward, int person)
{
    char text[400];
    snprintf(text, sizeof(text),
             MSG("SIU^S12", "20261101",
                 "SCH||F%d||||||^Check-up|30|min|^^^20261201090000|||||||||||||"
                 "|Booked\rPID|1||%d^^^fhir/Patient^PI\r"),
             person, person);
    ward_say(ward, text);
}

static void tell(const struct word *words, const int *order, struct buf *out)
{
    static const char *const names[] = {"A40", "A37", "link", "none", "file"};
    for (int i = 0; i < WORDS; i++)
        buf_format(out, " %s %d/%d@%d;", names[words[order[i]].kind],
                   words[order[i]].one, words[order[i]].other,
                   words[order[i]].day);
}

static void shuffle(int *order, unsigned *seed)
{
    for (int i = WORDS - 1; i > 0; i--) {
        int with = (int)random_next(seed, (unsigned)i + 1), was = order[i];
        order[i] = order[with];
        order[with] = was;
    }
}

/* By hours that are all different. */
static void the_order_in_which_words_come_is_all_one(void **state)
{
    (void)state;
    unsigned seed = 7;
    for (int round = 0; round < ROUNDS; round++) {
        struct word words[WORDS];
        int order[WORDS];
        char want[60];
        for (int i = 0; i < WORDS; i++) {
            words[i].kind = (enum kind)random_next(&seed, SAY_FILE);
            words[i].one = (int)random_next(&seed, PERSONS);
            words[i].other =
                (words[i].one + 1 + (int)random_next(&seed, PERSONS - 1)) %
                PERSONS;
            words[i].day = i + 2;
            order[i] = i;
        }
        expected(words, want, sizeof(want));
        for (int i = 0; i < ORDERS; i++) {
            struct ward ward;
            struct buf said;
            buf_init(&said, 1000);
            ward_open(&ward);
            for (int p = 0; i % 2 == 0 && p < PERSONS; p++) {
                say_word(&ward, &(struct word){SAY_NONE, p, p, 1});
                say_visit(&ward, p);
            }
            for (int w = 0; w < WORDS; w++)
                say_word(&ward, &words[order[w]]);
            /* or the people of whom it is said come last */
            for (int p = 0; i % 2 == 1 && p < PERSONS; p++)
                say_word(&ward, &(struct word){SAY_NONE, p, p, 1});
            tell(words, order, &said);
            ward_expect(&ward, said.data, PEOPLE, want);
            ward_expect(&ward, said.data, ASTRAY,
                        i % 2 == 0 ? "5 visits, 0 astray"
                                   : "0 visits, 0 astray");
            ward_close(&ward);
            buf_free(&said);
            shuffle(order, &seed);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(taking_back_one_leaves_the_other),
        cmocka_unit_test(each_takes_along_what_is_its_own),
        cmocka_unit_test(every_word_waits),
        cmocka_unit_test(no_older_merge_joins_who_were_parted),
        cmocka_unit_test(what_a_file_said_all_along_is_no_news),
        cmocka_unit_test(a_file_that_corrects_itself),
        cmocka_unit_test(a_merge_that_a_file_says_anew),
        cmocka_unit_test(a_file_knows_of_a_deletion_what_it_said),
        cmocka_unit_test(the_order_in_which_words_come_is_all_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
