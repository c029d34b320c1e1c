/* SPDX-License-Identifier: Apache-2.0 */
/* Two records that were taken for one person's are two again (A37). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/text.h"

#include "store/store.h"

#include "tests/feeds/ward.h"

#define ONE "PID|1||M1^^^MAIN^MR~E7^^^EPI^PI||Doe^Ann\r"
#define TWO "PID|1||M2^^^MAIN^MR||Roe^Bea\r"
#define VISIT(id, at, start, who)                     \
    MSG("SIU^S12", at,                                \
        "SCH||" id "||||||^Check-up|30|min|^^^" start \
        "||||||||||||||Booked\r" who)
#define MERGE(at) MSG("ADT^A40", at, TWO "MRG|M1^^^MAIN^MR\r")
#define PART(at) MSG("ADT^A37", at, ONE TWO)
#define VISITS                                                      \
    "SELECT group_concat(a.external_id || ' ' || p.mrn || ' ' || "  \
    "a.occurrence, '; ') FROM (SELECT * FROM appointment ORDER BY " \
    "external_id) a JOIN patient p ON p.id = a.patient_id"
#define TASKS                                                              \
    "SELECT coalesce(group_concat(p.mrn, ' '), '-') FROM (SELECT * FROM "  \
    "task WHERE kind = 'parted' ORDER BY patient_id) t JOIN patient p ON " \
    "p.id = t.patient_id"
#define RECORDS                                                              \
    "SELECT group_concat(p.mrn || coalesce('>' || q.mrn, '') || ' ' || "     \
    "coalesce(p.family_name, '-'), ', ') FROM (SELECT * FROM patient ORDER " \
    "BY id) p LEFT "                                                         \
    "JOIN patient q ON q.id = p.merged_into"

/* M1 with a visit F1, M2 with a visit F2, and they become one, M2. */
static void merged_open(struct ward *ward)
{
    ward_open(ward);
    ward_hl7(ward, VISIT("F1", "20261101", "20261201090000", ONE));
    ward_hl7(ward, VISIT("F2", "20261101", "20261202090000", TWO));
    ward_hl7(ward, MERGE("20261110"));
    ward_expect(ward, "both visits are M2's", VISITS, "F1 M2 0; F2 M2 0");
}

static void each_has_what_was_its_own(void **state)
{
    (void)state;
    struct ward ward;
    merged_open(&ward);
    fixture_quiet_dirty(&ward.fixture);
    ward_hl7(&ward, PART("20261112"));
    assert_int_equal(ward.counts.parted, 1);
    ward_expect(&ward, "two records again", RECORDS, "M1 Doe, M2 Roe");
    ward_expect(&ward, "with their own visits, which are no new ones", VISITS,
                "F1 M1 0; F2 M2 0");
    ward_expect(&ward, "both are looked at again",
                "SELECT group_concat(id) FROM dirty WHERE kind = 4", "1,2");
    ward_expect(&ward, "it is on record",
                "SELECT subject || ': ' || detail FROM audit WHERE action = "
                "'unmerge'",
                "patient 1: from=patient 2 unclear=0");
    ward_expect(&ward, "nobody is asked what is clear", TASKS, "-");
    ward_hl7(&ward,
             MSG("ADT^A08", "20261113", "PID|1||E7^^^EPI^PI||Doe^Anna\r"));
    ward_expect(&ward, "its other id leads to it again",
                "SELECT given_name FROM patient WHERE mrn = 'M1'", "Anna");
    ward_expect(&ward, "and nothing of the merge is kept",
                "SELECT (SELECT count(*) FROM merged_row) + (SELECT count(*) "
                "FROM merged_last)",
                "0");
    ward_close(&ward);
}

static void what_came_since_goes_by_the_id_it_came_by(void **state)
{
    (void)state;
    struct ward ward;
    merged_open(&ward);
    ward_hl7(&ward, VISIT("F3", "20261111", "20261203090000", ONE));
    ward_hl7(&ward, PART("20261112"));
    ward_expect(&ward, "by its own id", VISITS, "F1 M1 0; F2 M2 0; F3 M1 0");
    ward_expect(&ward, "that is clear", TASKS, "-");
    ward_close(&ward);

    merged_open(&ward);
    ward_hl7(&ward, VISIT("F3", "20261111", "20261203090000", TWO));
    ward_hl7(&ward, PART("20261112"));
    ward_expect(&ward, "by the other's id: nobody guesses", VISITS,
                "F1 M1 0; F2 M2 0; F3 M2 0");
    ward_expect(&ward, "a person is asked", TASKS, "M1 M2");
    ward_close(&ward);
}

/* By the hour of their words. */
static void newer_news_counts(void **state)
{
    (void)state;
    struct ward ward;
    merged_open(&ward);
    ward_hl7(&ward, PART("20261109"));
    ward_expect(&ward, "a parting from before the merge", RECORDS,
                "M1>M2 Doe, M2 Roe");
    ward_hl7(&ward, PART("20261112"));
    ward_hl7(&ward, MERGE("20261111"));
    ward_expect(&ward, "a merge from before the parting", RECORDS,
                "M1 Doe, M2 Roe");
    assert_int_equal(ward.counts.older > 0, 1);
    ward_hl7(&ward, MERGE("20261113"));
    ward_expect(&ward, "and one from behind it", VISITS, "F1 M2 0; F2 M2 0");
    ward_hl7(&ward, PART("20261114"));
    ward_expect(&ward, "as often as it takes", VISITS, "F1 M1 0; F2 M2 0");
    ward_hl7(&ward, PART("20261115"));
    ward_expect(&ward, "who are two already", VISITS, "F1 M1 0; F2 M2 0");
    assert_int_equal(ward.counts.parted, 2);
    ward_close(&ward);
}

/* By the hour of their words, though nothing was merged when they came. */
static void a_parting_comes_before_its_merge(void **state)
{
    (void)state;
#define ANN_IS MSG("ADT^A28", "20261101", ONE)
#define BEA_IS MSG("ADT^A28", "20261101", TWO)
#define BACK(at) MSG("ADT^A40", at, ONE "MRG|M2^^^MAIN^MR\r")
#define THIRD(at) MSG("ADT^A40", at, "PID|1||M3^^^MAIN^MR\rMRG|M1^^^MAIN^MR\r")
#define THIRD_IS MSG("ADT^A28", "20261101", "PID|1||M3^^^MAIN^MR\r")
#define RENUMBER(at) MSG("ADT^A47", at, TWO "MRG|M1^^^MAIN^MR\r")
    static const struct {
        const char *about, *said[6], *want;
    } rows[] = {
        {"both are known",
         {ANN_IS, BEA_IS, PART("20261112"), MERGE("20261110")},
         "M1 Doe, M2 Roe"},
        {"a newer merge is one",
         {ANN_IS, BEA_IS, PART("20261112"), MERGE("20261113")},
         "M1>M2 Doe, M2 Roe"},
        {"whichever of the two is to be left",
         {ANN_IS, BEA_IS, PART("20261112"), BACK("20261110")},
         "M1 Doe, M2 Roe"},
        {"also when they were parted already, the other way round",
         {ANN_IS, BEA_IS, MERGE("20261110"), PART("20261112"),
          BACK("20261111")},
         "M1 Doe, M2 Roe"},
        {"an older parting takes no newer one's place",
         {ANN_IS, BEA_IS, PART("20261112"), PART("20261109"),
          MERGE("20261110")},
         "M1 Doe, M2 Roe"},
        {"that these are two says nothing of a third",
         {ANN_IS, BEA_IS, THIRD_IS, PART("20261112"), THIRD("20261110")},
         "M1>M3 Doe, M2 Roe, M3 -"},
        {"one of them went into a third since",
         {ANN_IS, BEA_IS, THIRD_IS, PART("20261112"), THIRD("20261113"),
          BACK("20261110")},
         "M1>M3 Doe, M2 Roe, M3 -"},
        {"nobody knows either of them",
         {PART("20261112"), MERGE("20261110")},
         "M1 Doe, M2 Roe"},
        {"nor the one who is gone",
         {BEA_IS, PART("20261112"), MERGE("20261110")},
         "M2 Roe, M1 Doe"},
        {"nor the one who is left",
         {ANN_IS, PART("20261112"), MERGE("20261110")},
         "M1 Doe, M2 Roe"},
        {"they become known between",
         {PART("20261112"), BEA_IS, ANN_IS, MERGE("20261110")},
         "M1 Doe, M2 Roe"},
        {"one was but another number of the other",
         {BEA_IS, RENUMBER("20261110"), PART("20261112"), MERGE("20261111")},
         "M2 Roe, M1 Doe"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        for (size_t m = 0; m < 6 && rows[i].said[m]; m++)
            ward_hl7(&ward, rows[i].said[m]);
        ward_expect(&ward, rows[i].about, RECORDS, rows[i].want);
        ward_close(&ward);
    }
}

/* L-11, L-16, L-30: whoever of the two it was. */
static void no_refusal_is_lost(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, MSG("ADT^A28", "20261101", ONE));
    ward_hl7(&ward, MSG("ADT^A28", "20261101", TWO));
    fixture_sql(
        &ward.fixture,
        "INSERT INTO suppression(patient_id, reason, since_at) VALUES (1, "
        "'before', 1); INSERT INTO restriction(patient_id, kind, since_at) "
        "VALUES (1, 'no-contact', 1); INSERT INTO consent(patient_id, verdict, "
        "at) VALUES (1, 'revoked', 1), (2, 'granted', 1)");
    ward_hl7(&ward, MERGE("20261110"));
    fixture_sql(
        &ward.fixture,
        "INSERT INTO suppression(patient_id, reason, since_at) VALUES (2, "
        "'since', 2); INSERT INTO restriction(patient_id, kind, value, "
        "since_at) VALUES (2, 'no-channel', 'sms', 2); INSERT INTO "
        "consent(patient_id, verdict, purpose, at) VALUES (2, 'revoked', "
        "'marketing', 2), (2, 'granted', 'marketing', 3)");
    ward_hl7(&ward, PART("20261112"));
    ward_expect(&ward, "opt-outs of then and since bind both",
                "SELECT group_concat(patient_id || reason, ' ') FROM (SELECT "
                "DISTINCT patient_id, reason FROM suppression WHERE lifted_at "
                "IS NULL ORDER BY 1, 2)",
                "1before 1since 2before 2since");
    ward_expect(&ward,
                "so do consents that were taken back; one that was "
                "given since is not the other's",
                "SELECT group_concat(patient_id || verdict || "
                "coalesce(purpose, ''), ' ') FROM (SELECT DISTINCT patient_id, "
                "verdict, purpose FROM consent ORDER BY 1, 2, 3)",
                "1revoked 1revokedmarketing 2granted 2grantedmarketing "
                "2revoked 2revokedmarketing");
    ward_expect(&ward,
                "a restriction goes where it was, one from since is "
                "both's (L-30)",
                "SELECT group_concat(patient_id || kind, ' ') FROM (SELECT * "
                "FROM restriction ORDER BY patient_id, kind)",
                "1no-channel 1no-contact 2no-channel");
    ward_expect(&ward, "and a person looks", TASKS, "M1 M2");
    ward_close(&ward);
}

#define PERSON(who, name, born, phone, dead)        \
    "PID|1||" who "^^^MAIN^MR||" name "^Bea||" born \
    "|F|||||^PRN^CP^^^212^" phone "||||||||||||||||" dead "\r"
#define PEOPLE                                                                \
    "SELECT group_concat(p.mrn || ' ' || p.family_name || ' ' || p.birth_on"  \
    " || iif(p.deceased_at IS NULL, '', ' dead') || coalesce((SELECT ' ' || " \
    "group_concat(substr(c.value, -4), '+') FROM contact_point c WHERE "      \
    "c.patient_id = p.id AND c.gone_at IS NULL), ''), ', ') FROM (SELECT * "  \
    "FROM patient ORDER BY id) p"
#define CONTRADICTIONS                                                       \
    "SELECT coalesce(group_concat(p.mrn || ' ' || t.state), '-') FROM task " \
    "t JOIN patient p ON p.id = t.patient_id WHERE t.kind = 'contradiction'"

/* What comes by a number that is gone is of that record. */
static void a_stranger_leaves_nothing_with_who_is_left(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *said, *merged, *task, *parted;
    } rows[] = {
        {"another birth date, and dead: nothing of it, and a task",
         PERSON("M1", "Roe", "19910101", "5550199", "20261110"),
         "M1 Roe 1991-01-01 dead 0199, M2 Roe 1980-01-01 0102", "M2 open",
         "M1 Roe 1991-01-01 dead 0199, M2 Roe 1980-01-01 0102"},
        {"another family name", PERSON("M1", "Poe", "19800101", "5550199", ""),
         "M1 Poe 1980-01-01 0199, M2 Roe 1980-01-01 0102", "M2 open",
         "M1 Poe 1980-01-01 0199, M2 Roe 1980-01-01 0102"},
        {"the same person: that they died is true of them",
         PERSON("M1", "ROE", "19800101", "5550199", "20261110"),
         "M1 ROE 1980-01-01 dead 0199, M2 Roe 1980-01-01 dead 0102", "-",
         "M1 ROE 1980-01-01 dead 0199, M2 Roe 1980-01-01 0102"},
        {"by both numbers it is said of who is left",
         "PID|1||M1^^^MAIN^MR~M2^^^MAIN^MR||Loe^Bea||19800101\r",
         "M1 Roe 1980-01-01 0101, M2 Loe 1980-01-01 0102", "-",
         "M1 Roe 1980-01-01 0101, M2 Loe 1980-01-01 0102"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        char text[600];
        ward_open(&ward);
        ward_hl7(&ward, MSG("ADT^A28", "20261101",
                            PERSON("M1", "Roe", "19800101", "5550101", "")));
        ward_hl7(&ward, MSG("ADT^A28", "20261101",
                            PERSON("M2", "Roe", "19800101", "5550102", "")));
        ward_hl7(&ward, MSG("ADT^A40", "20261110",
                            "PID|1||M2^^^MAIN^MR\rMRG|M1^^^MAIN^MR\r"));
        snprintf(text, sizeof(text), MSG("ADT^A08", "20261111", "%s"),
                 rows[i].said);
        ward_hl7(&ward, text);
        ward_hl7(&ward, text);
        ward_expect(&ward, rows[i].sentence, PEOPLE, rows[i].merged);
        ward_expect(&ward, rows[i].sentence, CONTRADICTIONS, rows[i].task);
        ward_hl7(&ward, MSG("ADT^A37", "20261112",
                            "PID|1||M1^^^MAIN^MR\rPID|2||M2^^^MAIN^MR\r"));
        ward_expect(&ward, rows[i].sentence, PEOPLE, rows[i].parted);
        ward_close(&ward);
    }
}

/* And what who is left says themselves stays theirs. */
static void their_own_word_outlasts_the_parting(void **state)
{
    (void)state;
    struct ward ward;
    merged_open(&ward);
    ward_hl7(&ward, MSG("ADT^A08", "20261111",
                        "PID|1||M1^^^MAIN^MR|||||||||||||||||||||||||||Y\r"));
    ward_hl7(&ward, MSG("ADT^A08", "20261112",
                        "PID|1||M2^^^MAIN^MR|||||||||||||||||||||||||||Y\r"));
    ward_hl7(&ward, PART("20261113"));
    ward_expect(&ward, "both died",
                "SELECT count(*) FROM patient WHERE deceased_at IS NOT NULL",
                "2");
    ward_close(&ward);
}

#define CAMPAIGN                                                       \
    "INSERT INTO campaign(id, name) VALUES (1, 'c'); INSERT INTO "     \
    "campaign_version(id, campaign_id, sha256, content, launched_at, " \
    "launched_by) VALUES (1, 1, '', '', 0, ''); "
#define OUTREACH                                                            \
    "INSERT INTO outreach(id, campaign_id, step, patient_id, anchor_kind, " \
    "anchor_id, occurrence, version_id, planned_at, state) VALUES "
#define ATTEMPT                                                               \
    "INSERT INTO attempt(outreach_id, patient_id, channel, driver, address, " \
    "submitted_at) VALUES "

/* F-4: whichever of the two it was who refused. */
static void a_refusal_ends_what_is_planned_for_either(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *refused, *states;
    } rows[] = {
        {"all, by who is gone", "(1, NULL, NULL)",
         "5 opt-out,5 opt-out,5 opt-out"},
        {"all, by who is left", "(2, NULL, NULL)",
         "5 opt-out,5 opt-out,5 opt-out"},
        {"by one channel", "(1, 'email', NULL)", "0 -,0 -,5 opt-out"},
        {"nothing", "(3, NULL, NULL)", "0 -,0 -,0 -"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        char text[400];
        ward_open(&ward);
        ward_hl7(&ward, VISIT("F1", "20261101", "20261201090000", ONE));
        ward_hl7(&ward, VISIT("F2", "20261101", "20261202090000", TWO));
        ward_hl7(&ward, MSG("ADT^A28", "20261101", "PID|||M3^^^MAIN^MR\r"));
        fixture_sql(&ward.fixture, CAMPAIGN);
        fixture_sql(
            &ward.fixture,
            "INSERT INTO outreach(campaign_id, step, patient_id, anchor_kind, "
            "anchor_id, occurrence, version_id, planned_at, channel) VALUES "
            "(1, 'a', 1, 1, 1, 0, 1, 0, 0), (1, 'a', 2, 1, 2, 0, 1, 0, 0), "
            "(1, 'b', 2, 1, 2, 0, 1, 0, 1)");
        snprintf(text, sizeof(text),
                 "INSERT INTO suppression(patient_id, channel, purpose, "
                 "reason, since_at) SELECT column1, column2, column3, "
                 "'opt-out', 1 FROM (VALUES %s)",
                 rows[i].refused);
        fixture_sql(&ward.fixture, text);
        ward_hl7(&ward, MERGE("20261110"));
        ward_expect(&ward, rows[i].sentence,
                    "SELECT group_concat(state || ' ' || coalesce(reason, "
                    "'-')) FROM (SELECT * FROM outreach ORDER BY id)",
                    rows[i].states);
        ward_close(&ward);
    }
}

/* What went to somebody's number is theirs; whom it was about never heard. */
static void what_was_sent_meanwhile_stays_and_is_told_anew(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, VISIT("F1", "20261101", "20261201090000", ONE));
    ward_hl7(&ward, VISIT("F2", "20261101", "20261202090000", ONE));
    ward_hl7(&ward, MSG("ADT^A28", "20261101", TWO));
    fixture_sql(&ward.fixture, CAMPAIGN OUTREACH
                "(1, 1, 'a', 1, 1, 1, 0, 1, 0, 3), (2, 1, 'b', 1, 1, 1, 0, 1, "
                "0, 0), (3, 1, 'a', 1, 1, 2, 0, 1, 0, 3), (4, 1, 'p', 1, 4, 1, "
                "0, 1, 0, 0);" ATTEMPT
                "(1, 1, 1, 'x', '+1', 1), (3, 1, 1, 'x', '+1', 1)");
    ward_hl7(&ward, MERGE("20261110"));
    ward_expect(&ward, "all is M2's",
                "SELECT group_concat(patient_id || '/' || anchor_id) FROM "
                "(SELECT * FROM outreach ORDER BY id)",
                "2/1,2/1,2/2,2/2");
    fixture_sql(&ward.fixture,
                OUTREACH "(5, 1, 'c', 2, 1, 1, 0, 1, 0, 0);" ATTEMPT
                         "(2, 2, 1, 'x', '+2', 2)");
    ward_hl7(&ward, PART("20261112"));
    ward_expect(&ward,
                "the row that was sent since stays; what was planned "
                "for the visit since goes with it",
                "SELECT group_concat(id || ':' || patient_id || '/' || "
                "anchor_id) FROM (SELECT * FROM outreach ORDER BY id)",
                "1:1/1,2:2/1,3:1/2,4:1/1,5:1/1");
    ward_expect(&ward, "as do attempts",
                "SELECT group_concat(id || ':' || patient_id) FROM (SELECT * "
                "FROM attempt ORDER BY id)",
                "1:1,2:1,3:2");
    ward_expect(&ward, "the visit that M2 was told of is told anew", VISITS,
                "F1 M1 1; F2 M1 0");
    ward_close(&ward);
}

static void whom_they_guard_and_who_was_merged_before(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, VISIT("F0", "20261101", "20261201090000",
                          "PID|1||M0^^^MAIN^MR||Doe\r"));
    ward_hl7(&ward, MSG("ADT^A28", "20261101", ONE));
    ward_hl7(&ward, MSG("ADT^A28", "20261101", TWO));
    ward_hl7(&ward, MSG("ADT^A28", "20261101", "PID|1||C^^^MAIN^MR||Doe\r"));
    fixture_sql(&ward.fixture,
                "UPDATE patient SET guardian_id = 2 WHERE mrn = 'C'");
    ward_hl7(&ward, MSG("ADT^A40", "20261102", ONE "MRG|M0^^^MAIN^MR\r"));
    ward_hl7(&ward, MERGE("20261110"));
    ward_expect(&ward, "all are M2", RECORDS,
                "M0>M2 Doe, M1>M2 Doe, M2 Roe, C Doe");
    ward_hl7(&ward, PART("20261112"));
    ward_expect(&ward, "what was M1's record is M1's again", RECORDS,
                "M0>M1 Doe, M1 Doe, M2 Roe, C Doe");
    ward_expect(&ward, "with its visit", VISITS, "F0 M1 0");
    ward_expect(&ward, "and the child",
                "SELECT g.mrn FROM patient p JOIN patient g ON g.id = "
                "p.guardian_id",
                "M1");
    ward_hl7(&ward,
             MSG("ADT^A37", "20261114", "PID|1||M0^^^MAIN^MR||Doe\r" ONE));
    ward_expect(&ward, "and step by step", RECORDS,
                "M0 Doe, M1 Doe, M2 Roe, C Doe");
    ward_expect(&ward, "with what each had", VISITS, "F0 M0 0");
    ward_close(&ward);
}

/* Chains ----------------------------------------------------------------------
 */

#define P0 "PID|1||M0^^^MAIN^MR\r"
#define P1 "PID|1||M1^^^MAIN^MR\r"
#define P2 "PID|1||M2^^^MAIN^MR\r"
#define JOIN(day, gone, stays) \
    MSG("ADT^A40", "202611" day, stays "MRG|" gone "^^^MAIN^MR\r")
#define TWO_AFTER_ALL(day, one, other) MSG("ADT^A37", "202611" day, one other)
#define SINCE(day, who) VISIT("F4", "202611" day, "20261204090000", who)
/* Whose is what is planned, and whose is what it is about: "F0 M1" where these
 * are one record, else "F0 M1 (M2)". */
#define PLANNED                                                              \
    "SELECT group_concat(a.external_id || ' ' || p.mrn || iif(q.id = p.id, " \
    "'', ' (' || q.mrn || ')'), '; ') FROM (SELECT * FROM outreach WHERE "   \
    "state = 0 ORDER BY anchor_id) o JOIN appointment a ON a.id = "          \
    "o.anchor_id JOIN patient p ON p.id = o.patient_id JOIN patient q ON "   \
    "q.id = a.patient_id"

/* M0, M1 and M2 have a visit each, and something is planned for each of them
 * and for what comes of them since. */
static void planned_open(struct ward *ward)
{
    ward_open(ward);
    ward_hl7(ward, VISIT("F0", "20261101", "20261201090000", P0));
    ward_hl7(ward, VISIT("F1", "20261101", "20261202090000", P1));
    ward_hl7(ward, VISIT("F2", "20261101", "20261203090000", P2));
    fixture_sql(&ward->fixture, CAMPAIGN);
    fixture_sql(&ward->fixture,
                "CREATE TRIGGER plan AFTER INSERT ON appointment BEGIN INSERT "
                "INTO outreach(campaign_id, step, patient_id, anchor_kind, "
                "anchor_id, occurrence, version_id, planned_at) VALUES (1, "
                "'a', NEW.patient_id, 1, NEW.id, 0, 1, 0); END; INSERT INTO "
                "outreach(campaign_id, step, patient_id, anchor_kind, "
                "anchor_id, occurrence, version_id, planned_at) SELECT 1, 'a', "
                "patient_id, 1, id, 0, 1, 0 FROM appointment");
}

static void chains_come_apart_where_they_were_joined(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *said[4], *planned, *tasks;
    } rows[] = {
        {"the upper link: who had been merged before goes along",
         {JOIN("02", "M0", P1), JOIN("03", "M1", P2),
          TWO_AFTER_ALL("05", P1, P2)},
         "F0 M1; F1 M1; F2 M2",
         "-"},
        {"so does who was merged into it when it was gone already",
         {JOIN("02", "M1", P2), JOIN("03", "M0", P1),
          TWO_AFTER_ALL("05", P1, P2)},
         "F0 M1; F1 M1; F2 M2",
         "-"},
        {"and what came by their number since",
         {JOIN("02", "M0", P1), JOIN("03", "M1", P2), SINCE("04", P0),
          TWO_AFTER_ALL("05", P1, P2)},
         "F0 M1; F1 M1; F2 M2; F4 M1",
         "-"},
        {"the lower link: the rest stays one",
         {JOIN("02", "M0", P1), JOIN("03", "M1", P2),
          TWO_AFTER_ALL("05", P0, P1)},
         "F0 M0; F1 M2; F2 M2",
         "-"},
        {"whichever of the two is named first",
         {JOIN("02", "M0", P1), JOIN("03", "M1", P2),
          TWO_AFTER_ALL("05", P1, P0)},
         "F0 M0; F1 M2; F2 M2",
         "-"},
        {"also where it was joined last",
         {JOIN("02", "M1", P2), JOIN("03", "M0", P1), SINCE("04", P0),
          TWO_AFTER_ALL("05", P0, P1)},
         "F0 M0; F1 M2; F2 M2; F4 M0",
         "-"},
        {"one after the other",
         {JOIN("02", "M0", P1), JOIN("03", "M1", P2),
          TWO_AFTER_ALL("05", P1, P2), TWO_AFTER_ALL("06", P0, P1)},
         "F0 M0; F1 M1; F2 M2",
         "-"},
        {"in the other order",
         {JOIN("02", "M0", P1), JOIN("03", "M1", P2),
          TWO_AFTER_ALL("05", P0, P1), TWO_AFTER_ALL("06", P1, P2)},
         "F0 M0; F1 M1; F2 M2",
         "-"},
        {"its ends: either link may be the wrong one",
         {JOIN("02", "M0", P1), JOIN("03", "M1", P2),
          TWO_AFTER_ALL("05", P0, P2)},
         "F0 M0; F1 M1; F2 M2",
         "M0 M1 M2"},
        {"two that are a third's: either may be that one",
         {JOIN("02", "M0", P2), JOIN("03", "M1", P2),
          TWO_AFTER_ALL("05", P0, P1)},
         "F0 M0; F1 M1; F2 M2",
         "M0 M1 M2"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        planned_open(&ward);
        for (size_t m = 0; m < 4 && rows[i].said[m]; m++)
            ward_hl7(&ward, rows[i].said[m]);
        ward_expect(&ward, rows[i].sentence, PLANNED, rows[i].planned);
        ward_expect(&ward, rows[i].sentence, TASKS, rows[i].tasks);
        ward_close(&ward);
    }
}

static void chains_of_a_file_come_apart_too(void **state)
{
    (void)state;
    struct ward ward;
    planned_open(&ward);
    fixture_file(&ward.fixture, "patients.csv",
                 "mrn,merged_into\nM1,M2\nM0,M1\nM2,\n");
    assert_true(fixture_import(&ward.fixture));
    ward_expect(&ward, "one person", PLANNED, "F0 M2; F1 M2; F2 M2");
    ward_hl7(&ward, MSG("ADT^A37", "20270101", P1 P2));
    ward_expect(&ward, "two, of which M0 is the first", PLANNED,
                "F0 M1; F1 M1; F2 M2");
    ward_close(&ward);
}

static void extract(struct ward *ward, const char *day, const char *merged)
{
    char rows[80], hour[40];
    instant at;
    snprintf(rows, sizeof(rows), "mrn,merged_into\nM1,%s\nM2,\n", merged);
    snprintf(hour, sizeof(hour), "2026-11-%sT17:00:00Z", day);
    assert_true(civil_parse_instant(hour, &at));
    fixture_file(&ward->fixture, "patients.csv", rows);
    fixture_changed(&ward->fixture, "patients.csv", at);
    assert_true(fixture_import(&ward->fixture));
}

/* An extract is of when it was written, and comes again and again. */
static void no_older_file_makes_them_one_again(void **state)
{
    (void)state;
    static const struct {
        const char *about, *said[2], *day, *want;
    } rows[] = {
        {"the file that they were parted since",
         {JOIN("02", "M1", P2), TWO_AFTER_ALL("05", P1, P2)},
         "04",
         "M1 Doe, M2 Roe"},
        {"who were never one",
         {TWO_AFTER_ALL("05", P1, P2)},
         "04",
         "M1 Doe, M2 Roe"},
        {"a newer file says so after all",
         {JOIN("02", "M1", P2), TWO_AFTER_ALL("05", P1, P2)},
         "06",
         "M1>M2 Doe, M2 Roe"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_hl7(&ward, ANN_IS);
        ward_hl7(&ward, BEA_IS);
        for (size_t m = 0; m < 2 && rows[i].said[m]; m++)
            ward_hl7(&ward, rows[i].said[m]);
        extract(&ward, rows[i].day, "M2");
        ward_expect(&ward, rows[i].about, RECORDS, rows[i].want);
        ward_close(&ward);
    }
}

#define STATES                                                          \
    "SELECT group_concat(mrn || iif(inpatient, ' in', '') || "          \
    "iif(deceased_at IS NULL, '', ' dead'), ', ') FROM (SELECT * FROM " \
    "patient ORDER BY mrn)"

/* What M0's number said of the person, who is M1 and not M2. */
static void what_the_lower_end_said_goes_along(void **state)
{
    (void)state;
    struct ward ward;
    planned_open(&ward);
    ward_hl7(&ward, JOIN("02", "M0", P1));
    ward_hl7(&ward, JOIN("03", "M1", P2));
    ward_hl7(&ward, MSG("ADT^A01", "20261104", P0 "PV1|1|I\r"));
    ward_hl7(&ward, MSG("ADT^A08", "20261104",
                        "PID|1||M0^^^MAIN^MR|||||||||||||||||||||||||||Y\r"));
    ward_expect(&ward, "they came in, and died", STATES,
                "M0 in dead, M1, M2 in dead");
    ward_hl7(&ward, TWO_AFTER_ALL("05", P1, P2));
    ward_expect(&ward, "which M2 is not concerned with", STATES,
                "M0 in dead, M1 in dead, M2");
    ward_hl7(&ward, TWO_AFTER_ALL("06", P0, P1));
    ward_expect(&ward, "nor M1, in the end", STATES, "M0 in dead, M1, M2");
    ward_close(&ward);
}

static void where_nobody_said_enough_a_person_is_asked(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, MSG("ADT^A28", "20261101", TWO));
    ward_hl7(&ward, MSG("ADT^A47", "20261110", TWO "MRG|M1^^^MAIN^MR\r"));
    ward_hl7(&ward, VISIT("F1", "20261111", "20261201090000",
                          "PID|1||M1^^^MAIN^MR||Doe^Ann\r"));
    ward_hl7(&ward,
             MSG("ADT^A37", "20261112", TWO "PID|1||M1^^^MAIN^MR||Doe^Ann\r"));
    ward_expect(&ward, "M1 was but another number: its visit may be either's",
                TASKS, "M2");
    ward_hl7(&ward, VISIT("F2", "20261113", "20261202090000",
                          "PID|1||M1^^^MAIN^MR||Doe^Ann\r"));
    ward_expect(&ward, "by its number comes somebody new", VISITS,
                "F1 M2 0; F2 M1 0");
    ward_close(&ward);

    ward_open(&ward);
    ward_hl7(&ward, MSG("ADT^A28", "20261101", ONE));
    ward_hl7(&ward, MSG("ADT^A28", "20261101", TWO));
    ward_hl7(&ward, MSG("ADT^A28", "20261101", "PID|1||M3^^^MAIN^MR||Poe\r"));
    ward_hl7(&ward, MSG("ADT^A40", "20261102",
                        "PID|1||M3^^^MAIN^MR||Poe\rMRG|M1^^^MAIN^MR\r"));
    ward_hl7(&ward, MSG("ADT^A40", "20261102",
                        "PID|1||M3^^^MAIN^MR||Poe\rMRG|M2^^^MAIN^MR\r"));
    ward_hl7(&ward, PART("20261112"));
    ward_expect(&ward, "which of the two is the third?", TASKS, "M1 M2 M3");
    ward_expect(&ward, "neither, until somebody knows", RECORDS,
                "M1 Doe, M2 Roe, M3 Poe");
    ward_close(&ward);
}

/* Who would be left is gone. */
static void a_merge_the_other_way_round_is_told(void **state)
{
    (void)state;
#define TOLD                                                                \
    "row PID-3: is merged into the other one already, which stays the one " \
    "that is left: to turn it round, part them first"
    static const struct {
        const char *about, *said[4], *want, *told;
    } rows[] = {
        {"of the same two",
         {MERGE("20261110"), BACK("20261111")},
         "M1>M2 Doe, M2 Roe",
         TOLD},
        {"though it is older",
         {MERGE("20261110"), BACK("20261109")},
         "M1>M2 Doe, M2 Roe",
         TOLD},
        {"the same one again is none of it",
         {MERGE("20261110"), MERGE("20261111")},
         "M1>M2 Doe, M2 Roe",
         ""},
        {"nor is one of two ids of a record",
         {MSG("ADT^A40", "20261110", P1 "MRG|E7^^^EPI^PI\r")},
         "M1 Doe, M2 Roe",
         ""},
        {"nor one into somebody who is gone",
         {MERGE("20261110"), THIRD_IS,
          MSG("ADT^A40", "20261111", P1 "MRG|M3^^^MAIN^MR\r")},
         "M1>M2 Doe, M2 Roe, M3>M2 -",
         ""},
        {"when they were parted it is obeyed",
         {MERGE("20261110"), PART("20261111"), BACK("20261112")},
         "M1 Doe, M2>M1 Roe",
         ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_hl7(&ward, ANN_IS);
        ward_hl7(&ward, BEA_IS);
        for (size_t m = 0; m < 4 && rows[i].said[m]; m++)
            ward_hl7(&ward, rows[i].said[m]);
        ward_expect(&ward, rows[i].about, RECORDS, rows[i].want);
        if (!text_equal(ward.told.len ? ward.told.data : "", rows[i].told))
            fail_msg("%s: told: %s", rows[i].about, ward.told.data);
        ward_close(&ward);
    }
}

/* That the number is gone is kept, whoever comes by it later and how. */
static void a_gone_number_that_had_no_record(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, MSG("ADT^A28", "20261101", TWO));
    ward_hl7(&ward, MERGE("20261110"));
    ward_expect(&ward, "it is one that is merged", RECORDS, "M2 Roe, M1>M2 -");
    ward_hl7(&ward, MERGE("20261111"));
    ward_hl7(&ward, VISIT("F1", "20261111", "20261201090000", ONE));
    fixture_file(&ward.fixture, "patients.csv",
                 "mrn,last_name\nM1,Doe\nM2,Roe\n");
    fixture_file(&ward.fixture, "appointments.csv",
                 "id,patient,start,status\nF2,M1,2026-12-02 09:00,booked\n");
    assert_true(fixture_import(&ward.fixture));
    ward_expect(&ward, "by messages and by files", VISITS, "F1 M2 0; F2 M2 0");
    ward_expect(&ward, "no file makes a second one", RECORDS,
                "M2 Roe, M1>M2 Doe");
    ward_hl7(&ward, PART("20261112"));
    ward_expect(&ward, "and what a message said by it goes with it", VISITS,
                "F1 M1 0; F2 M2 0");
    ward_close(&ward);
}

/* A29 by a number: whose it was. */
static void a_gone_record_is_deleted(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *said, *left;
    } rows[] = {
        {"the gone one: who is left is not concerned", "PID|||M1^^^MAIN^MR\r",
         "M1 gone, M2"},
        {"by another id of it", "PID|||E7^^^EPI^PI\r", "M1 gone, M2"},
        {"who is left", "PID|||M2^^^MAIN^MR\r", "M1, M2 gone"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        char text[200];
        merged_open(&ward);
        snprintf(text, sizeof(text), MSG("ADT^A29", "20261111", "%s"),
                 rows[i].said);
        ward_hl7(&ward, text);
        ward_expect(&ward, rows[i].sentence,
                    "SELECT group_concat(mrn || iif(gone_at IS NULL, '', ' "
                    "gone'), ', ') FROM (SELECT * FROM patient ORDER BY mrn)",
                    rows[i].left);
        ward_close(&ward);
    }
}

#define PATIENT(id, day, rest)                                   \
    "{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"meta\":{" \
    "\"lastUpdated\":\"2026-11-" day "T09:00:00Z\"}" rest "}"
#define REPLACED                                                     \
    ",\"link\":[{\"type\":\"replaced-by\",\"other\":{\"reference\":" \
    "\"Patient/8\"}}]"

/* FHIR says it by what is no longer there. */
static void a_link_that_is_gone(void **state)
{
    (void)state;
    static const struct {
        const char *about, *said, *merged;
    } rows[] = {
        {"a newer word without the link", PATIENT("7", "12", ""), "0"},
        {"in use again", PATIENT("7", "12", ",\"active\":true"), "0"},
        {"not in use", PATIENT("7", "12", ",\"active\":false"), "1"},
        {"an older word", PATIENT("7", "09", ""), "1"},
        {"of nobody knows when", "{\"resourceType\":\"Patient\",\"id\":\"7\"}",
         "1"},
        {"with the link", PATIENT("7", "12", REPLACED), "1"},
        {"of the other record", PATIENT("8", "12", ""), "1"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_fhir(&ward, PATIENT("7", "01", ""));
        ward_fhir(&ward, PATIENT("8", "01", ""));
        ward_fhir(&ward, PATIENT("7", "10", REPLACED));
        ward_fhir(&ward, rows[i].said);
        ward_expect(&ward, rows[i].about,
                    "SELECT merged_into IS NOT NULL FROM patient WHERE mrn = "
                    "'7'",
                    rows[i].merged);
        ward_close(&ward);
    }
    struct ward ward;
    ward_open(&ward);
    ward_fhir(&ward, PATIENT("7", "01", ""));
    ward_hl7(&ward, MSG("ADT^A28", "20261101", TWO));
    ward_hl7(&ward,
             MSG("ADT^A40", "20261110", TWO "MRG|7^^^fhir/Patient^PI\r"));
    ward_fhir(&ward, PATIENT("7", "12", ""));
    ward_expect(&ward, "silence takes back no other source's word",
                "SELECT merged_into IS NOT NULL FROM patient WHERE mrn = '7'",
                "1");
    ward_close(&ward);
}

/* It came before the word that there was one. */
static void a_link_that_is_gone_before_it_was_there(void **state)
{
    (void)state;
    static const struct {
        const char *about, *said[3], *merged;
    } rows[] = {
        {"an older link",
         {PATIENT("7", "12", ""), PATIENT("7", "10", REPLACED)},
         "0"},
        {"a newer one",
         {PATIENT("7", "09", ""), PATIENT("7", "10", REPLACED)},
         "1"},
        {"who is not in use names no other because nobody asks",
         {PATIENT("7", "12", ",\"active\":false"),
          PATIENT("7", "10", REPLACED)},
         "1"},
        {"of nobody knows when",
         {"{\"resourceType\":\"Patient\",\"id\":\"7\"}",
          PATIENT("7", "10", REPLACED)},
         "1"},
        {"an older one of who is left",
         {PATIENT("7", "01", ""), PATIENT("8", "12", ""),
          PATIENT("7", "10", REPLACED)},
         "1"},
        {"an older link from the other side",
         {PATIENT("7", "12", ""),
          PATIENT("8", "10",
                  ",\"link\":[{\"type\":\"replaces\",\"other\":{"
                  "\"reference\":\"Patient/7\"}}]")},
         "0"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_fhir(&ward, PATIENT("8", "01", ""));
        for (size_t m = 0; m < 3 && rows[i].said[m]; m++)
            ward_fhir(&ward, rows[i].said[m]);
        ward_expect(&ward, rows[i].about,
                    "SELECT merged_into IS NOT NULL FROM patient WHERE mrn = "
                    "'7'",
                    rows[i].merged);
        ward_close(&ward);
    }
    struct ward ward;
    ward_open(&ward);
    ward_fhir(&ward, PATIENT("7", "12", ""));
    ward_hl7(&ward, MSG("ADT^A28", "20261101", TWO));
    ward_hl7(&ward,
             MSG("ADT^A40", "20261110", TWO "MRG|7^^^fhir/Patient^PI\r"));
    ward_expect(&ward, "an older word of another source",
                "SELECT merged_into IS NOT NULL FROM patient WHERE mrn = '7'",
                "1");
    ward_close(&ward);
}

/* The record that is left came too late to be merged into. */
static void a_merge_that_waits(void **state)
{
    (void)state;
    static const struct {
        const char *about, *said[2], *merged;
    } rows[] = {
        {"is made when they come", {NULL}, "1"},
        {"a newer word without the link ends it",
         {PATIENT("7", "12", "")},
         "0"},
        {"an older one does not", {PATIENT("7", "09", "")}, "1"},
        {"nor one of who is left", {PATIENT("8", "12", "")}, "1"},
        {"it is parted before it was made",
         {NULL, MSG("ADT^A37", "20261112",
                    "PID|1||8^^^fhir/Patient^PI\r"
                    "PID|2||7^^^fhir/Patient^PI\r")},
         "0"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_fhir(&ward, PATIENT("7", "01", ""));
        ward_fhir(&ward, PATIENT("7", "10", REPLACED));
        if (rows[i].said[0])
            ward_fhir(&ward, rows[i].said[0]);
        if (rows[i].said[1])
            ward_hl7(&ward, rows[i].said[1]);
        ward_fhir(&ward, PATIENT("8", "13", ""));
        ward_expect(&ward, rows[i].about,
                    "SELECT merged_into IS NOT NULL FROM patient WHERE mrn = "
                    "'7'",
                    rows[i].merged);
        ward_close(&ward);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_has_what_was_its_own),
        cmocka_unit_test(what_came_since_goes_by_the_id_it_came_by),
        cmocka_unit_test(newer_news_counts),
        cmocka_unit_test(a_parting_comes_before_its_merge),
        cmocka_unit_test(no_refusal_is_lost),
        cmocka_unit_test(what_was_sent_meanwhile_stays_and_is_told_anew),
        cmocka_unit_test(a_refusal_ends_what_is_planned_for_either),
        cmocka_unit_test(a_stranger_leaves_nothing_with_who_is_left),
        cmocka_unit_test(their_own_word_outlasts_the_parting),
        cmocka_unit_test(whom_they_guard_and_who_was_merged_before),
        cmocka_unit_test(chains_come_apart_where_they_were_joined),
        cmocka_unit_test(chains_of_a_file_come_apart_too),
        cmocka_unit_test(no_older_file_makes_them_one_again),
        cmocka_unit_test(what_the_lower_end_said_goes_along),
        cmocka_unit_test(where_nobody_said_enough_a_person_is_asked),
        cmocka_unit_test(a_merge_the_other_way_round_is_told),
        cmocka_unit_test(a_gone_number_that_had_no_record),
        cmocka_unit_test(a_gone_record_is_deleted),
        cmocka_unit_test(a_link_that_is_gone),
        cmocka_unit_test(a_link_that_is_gone_before_it_was_there),
        cmocka_unit_test(a_merge_that_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
