/* SPDX-License-Identifier: Apache-2.0 */
/* Opting out and in: L-11 to L-18. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/audit.h"
#include "store/consent.h"
#include "store/store.h"
#include "tests/store/fixture.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Ann (1) has a mobile of her own, a number that Bob (2) shares, and email. */
static struct store *people(void)
{
    struct store *store = fixture_store();
    fixture_sql(
        store,
        "INSERT INTO patient(id, mrn) VALUES (1, 'A'), (2, 'B');"
        "INSERT INTO contact_point(patient_id, kind, value) VALUES"
        " (1, 'phone', '+1415'), (1, 'phone', '+1777'),"
        " (1, 'email', 'ann@x.org'), (2, 'phone', '+1777');"
        "INSERT INTO campaign(id, name, version_id) VALUES (1, 'c', 1);"
        "INSERT INTO campaign_version(id, campaign_id, sha256, content, "
        "launched_at, launched_by) VALUES (1, 1, 's', "
        "'{\"campaign\": {\"purpose\": \"screening\"}}', 1, 'kim');"
        "INSERT INTO outreach(id, campaign_id, step, patient_id, anchor_kind, "
        "anchor_id, occurrence, version_id, state, due_at, planned_at, channel)"
        " VALUES (1, 1, 'sms', 1, 4, 1, 0, 1, 0, 5, 5, 0),"
        " (2, 1, 'email', 1, 4, 1, 0, 1, 0, 5, 5, 1),"
        " (3, 1, 'voice', 1, 4, 1, 0, 1, 0, 5, 5, 2),"
        " (4, 1, 'task', 1, 4, 1, 0, 1, 0, 5, 5, 15),"
        " (5, 1, 'sent', 1, 4, 1, 0, 1, 2, 5, 5, 0),"
        " (6, 1, 'bob', 2, 4, 2, 0, 1, 0, 5, 5, 0);"
        "DELETE FROM dirty;");
    return store;
}

static int64_t opt_out(struct store *store, struct opt opt)
{
    struct error err = {0};
    int64_t cancelled = -1;
    opt.actor = "kim";
    opt.evidence = "reply 1";
    fixture_begin(store);
    if (!consent_opt_out(store, &opt, 100, &cancelled, &err))
        fail_msg("%s", err.text);
    fixture_commit(store);
    return cancelled;
}

static void opt_in(struct store *store, struct opt opt)
{
    struct error err = {0};
    opt.actor = "kim";
    opt.evidence = "reply 2";
    fixture_begin(store);
    if (!consent_opt_in(store, &opt, 200, &err))
        fail_msg("%s", err.text);
    fixture_commit(store);
}

static void expect(struct store *store, const char *sql, const char *text)
{
    char *got = fixture_text(store, sql);
    assert_string_equal(got ? got : "", text);
    free(got);
}

/* "who/channel" of what stands: P1 a person, else the address. */
#define LIVE                                                                 \
    "SELECT group_concat(x, ' ') FROM (SELECT coalesce('P' || patient_id, "  \
    "address) || '/' || coalesce(channel, '*') || coalesce('/' || purpose, " \
    "'') AS x FROM suppression WHERE lifted_at IS NULL ORDER BY x)"
#define WORDS                                                                \
    "SELECT group_concat(x, ' ') FROM (SELECT verdict || patient_id || '/' " \
    "|| coalesce(channel, '*') || coalesce('/' || purpose, '') AS x FROM "   \
    "consent ORDER BY id)"
#define SUPPRESSED                                                            \
    "SELECT group_concat(id, ' ') FROM (SELECT id FROM outreach WHERE state " \
    "= 5 AND reason = 'opt-out' ORDER BY id)"

static void what_an_opt_out_silences(void **state)
{
    (void)state;
    static const struct {
        const char *sentence;
        struct opt opt;
        const char *live, *words, *suppressed;
    } rows[] = {
        {"STOP to a text, person known: texts and calls, the person and all "
         "their numbers; email goes on (L-16)",
         {.patient_id = 1, .address = "+1415", .channel = "sms"},
         "+1415/sms +1415/voice +1777/sms +1777/voice P1/sms P1/voice",
         "revoked1/sms revoked1/voice",
         "1 3"},
        {"9 pressed in a call refuses texts as well",
         {.patient_id = 1, .channel = "voice"},
         "+1415/sms +1415/voice +1777/sms +1777/voice P1/sms P1/voice",
         "revoked1/voice revoked1/sms",
         "1 3"},
        {"only texts, on the patient's explicit wish",
         {.patient_id = 1, .channel = "sms", .only = true},
         "+1415/sms +1777/sms P1/sms",
         "revoked1/sms",
         "1"},
        {"unsubscribed from email",
         {.patient_id = 1, .channel = "email"},
         "P1/email ann@x.org/email",
         "revoked1/email",
         "2"},
        {"an address in another spelling is the same mailbox",
         {.address = "Ann@X.org", .channel = "email"},
         "Ann@X.org/email P1/email",
         "revoked1/email",
         "2"},
        {"everything",
         {.patient_id = 1},
         "+1415/* +1777/* P1/* ann@x.org/*",
         "revoked1/*",
         "1 2 3"},
        {"one purpose: what campaigns of that purpose planned",
         {.patient_id = 1, .channel = "email", .purpose = "screening"},
         "P1/email/screening ann@x.org/email/screening",
         "revoked1/email/screening",
         "2"},
        {"one purpose, by every channel",
         {.patient_id = 1, .purpose = "screening"},
         "+1415/*/screening +1777/*/screening P1/*/screening "
         "ann@x.org/*/screening",
         "revoked1/*/screening",
         "1 2 3"},
        {"another purpose ends nothing of this one",
         {.patient_id = 1, .channel = "email", .purpose = "appointment"},
         "P1/email/appointment ann@x.org/email/appointment",
         "revoked1/email/appointment",
         ""},
        {"STOP from a number that one person has is that person's",
         {.address = "+1415", .channel = "sms"},
         "+1415/sms +1415/voice +1777/sms +1777/voice P1/sms P1/voice",
         "revoked1/sms revoked1/voice",
         "1 3"},
        {"STOP from a shared number silences the number only; what goes there"
         " and nowhere else ends (L-13)",
         {.address = "+1777", .channel = "sms"},
         "+1777/sms +1777/voice",
         "",
         "6"},
        {"STOP from a number that nobody has is kept all the same",
         {.address = "+1999", .channel = "sms"},
         "+1999/sms +1999/voice",
         "",
         ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct store *store = people();
        int64_t cancelled = opt_out(store, rows[i].opt);
        print_message("# %s\n", rows[i].sentence);
        expect(store, LIVE, rows[i].live);
        expect(store, WORDS, rows[i].words);
        expect(store, SUPPRESSED, rows[i].suppressed);
        assert_int_equal(cancelled,
                         (int64_t)(strlen(rows[i].suppressed) + 1) / 2);
        fixture_close(store);
    }
}

static void a_guardian_s_stop_ends_what_is_for_the_child(void **state)
{
    (void)state;
    struct store *store = people();
    fixture_sql(
        store,
        "INSERT INTO patient(id, mrn, guardian_id, birth_on) VALUES"
        " (3, 'C', 1, '1960-06-01'), (4, 'D', 1, '1940-06-01'),"
        " (5, 'E', 2, '1960-06-01');"
        "INSERT INTO outreach(id, campaign_id, step, patient_id, anchor_kind, "
        "anchor_id, occurrence, version_id, state, due_at, planned_at, channel)"
        " VALUES (7, 1, 'child', 3, 4, 3, 0, 1, 0, 5, 5, 0),"
        " (8, 1, 'grown', 4, 4, 4, 0, 1, 0, 5, 5, 0),"
        " (9, 1, 'bob-s', 5, 4, 5, 0, 1, 0, 5, 5, 0);");
    /* in 1970: one is nine years old, and one thirty */
    opt_out(store, (struct opt){.address = "+1415", .channel = "sms"});
    expect(store, SUPPRESSED, "1 3 7");
    opt_out(store, (struct opt){.address = "+1777", .channel = "sms"});
    expect(store, SUPPRESSED, "1 3 6 7 9");
    fixture_close(store);
}

static void cancelled_messages_want_another_look(void **state)
{
    (void)state;
    struct store *store = people();
    opt_out(store, (struct opt){.patient_id = 1, .channel = "sms"});
    expect(store, "SELECT group_concat(kind || ':' || id, ' ') FROM dirty",
           "4:1");
    fixture_close(store);
}

static void twice_is_once_but_each_word_is_kept(void **state)
{
    (void)state;
    struct store *store = people();
    struct opt opt = {.patient_id = 1, .channel = "email"};
    assert_int_equal(opt_out(store, opt), 1);
    assert_int_equal(opt_out(store, opt), 0);
    expect(store, LIVE, "P1/email ann@x.org/email");
    expect(store, WORDS, "revoked1/email revoked1/email");
    fixture_close(store);
}

static void an_opt_out_is_audited_without_the_number(void **state)
{
    (void)state;
    struct error err = {0};
    struct audit_verdict found;
    struct store *store = people();
    opt_out(store, (struct opt){
                       .patient_id = 1, .address = "+1415", .channel = "sms"});
    expect(store,
           "SELECT actor || '|' || action || '|' || subject || '|' || "
           "detail FROM audit WHERE action = 'opt-out'",
           "kim|opt-out|patient 1|channel=sms purpose=all reason=opt-out "
           "grounds=consent 2 cancelled=2");
    expect(store,
           "SELECT group_concat(actor || '|' || subject || '|' || detail) FROM "
           "audit WHERE action = 'verdict'",
           "kim|outreach 1|suppressed: opt-out,kim|outreach 3|suppressed: "
           "opt-out");
    assert_true(audit_verify(store, NULL, &found, &err));
    fixture_close(store);
}

static void a_failed_write_leaves_nothing_of_it(void **state)
{
    (void)state;
    struct opt opt = {.patient_id = 1, .actor = "kim"};
    struct store *store = people();
    bool done = false;
    for (int64_t n = 1; !done; n++) {
        struct error err = {0};
        assert_true(n < 40);
        fixture_begin(store);
        store_fail_write(store, n);
        done = consent_opt_out(store, &opt, 100, NULL, &err) &&
               store_commit(store, &err);
        if (done)
            break;
        store_rollback(store);
        store_fail_write(store, 0);
        assert_int_equal(err.kind, ERROR_FULL);
        expect(store, LIVE, "");
        expect(store, WORDS, "");
        expect(store, SUPPRESSED, "");
    }
    store_fail_write(store, 0);
    expect(store, SUPPRESSED, "1 2 3");
    fixture_close(store);
}

static void what_an_opt_in_allows_again(void **state)
{
    (void)state;
    static const struct {
        const char *sentence;
        struct opt out, in;
        const char *live;
        const char *ended, *still; /* planned messages, by the one and then */
    } rows[] = {
        {"START lifts texts and leaves calls refused",
         {.patient_id = 1, .channel = "sms"},
         {.patient_id = 1, .channel = "sms"},
         "+1415/voice +1777/voice P1/voice",
         "1 3",
         ""}, /* a call may have a text behind it: the gate is asked */
        {"opting in to everything",
         {.patient_id = 1},
         {.patient_id = 1},
         "",
         "1 2 3",
         ""},
        {"refused everything, allowed texts: the others stay refused",
         {.patient_id = 1, .channel = NULL},
         {.patient_id = 1, .channel = "sms"},
         "+1415/email +1415/voice +1777/email +1777/voice P1/email P1/voice "
         "ann@x.org/*",
         "1 2 3",
         "2"},
        {"START from the number alone",
         {.address = "+1415", .channel = "sms", .only = true},
         {.address = "+1415", .channel = "sms"},
         "",
         "1",
         ""},
        {"an opt-in by email does nothing to texts",
         {.patient_id = 1, .channel = "sms", .only = true},
         {.patient_id = 1, .channel = "email"},
         "+1415/sms +1777/sms P1/sms",
         "1",
         "1"},
        {"one purpose, refused alone, allowed again",
         {.patient_id = 1, .channel = "email", .purpose = "screening"},
         {.patient_id = 1, .purpose = "screening"},
         "",
         "2",
         ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct store *store = people();
        print_message("# %s\n", rows[i].sentence);
        opt_out(store, rows[i].out);
        expect(store, SUPPRESSED, rows[i].ended);
        opt_in(store, rows[i].in);
        expect(store, SUPPRESSED, rows[i].still);
        expect(store, LIVE, rows[i].live);
        expect(store,
               "SELECT verdict FROM consent WHERE patient_id = 1 "
               "ORDER BY at DESC, id DESC LIMIT 1",
               "granted");
        fixture_close(store);
    }
}

/* Of those who share a number, each may have refused elsewhere. */
static void an_opt_in_of_what_was_refused_there(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *facts, *live, *words;
    } rows[] = {
        {"what a reply from there refused is lifted",
         "INSERT INTO reply(id, channel, address, provider, received_at,"
         " intent) VALUES (1, 0, '+1777', 'p', 100, 'opt-out')",
         "+1777/voice P2/voice", "revoked2/sms revoked2/voice granted2/sms"},
        {"nothing that was refused otherwise", "",
         "+1777/sms +1777/voice P2/sms P2/voice",
         "revoked2/sms revoked2/voice"},
        {"nor where both was",
         "INSERT INTO reply(id, channel, address, provider, received_at,"
         " intent) VALUES (1, 0, '+1777', 'p', 100, 'opt-out');"
         "INSERT INTO suppression(patient_id, reason, since_at, evidence)"
         " VALUES (2, 'opt-out', 50, 'form 4711')",
         "+1777/sms +1777/voice P2/* P2/sms P2/voice",
         "revoked2/sms revoked2/voice"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct store *store = people();
        const struct opt opt = {
            .patient_id = 2, .address = "+1777", .channel = "sms"};
        struct opt in = opt;
        in.there = true;
        print_message("# %s\n", rows[i].sentence);
        opt_out(store, opt); /* of reply 1 */
        if (rows[i].facts[0])
            fixture_sql(store, rows[i].facts);
        opt_in(store, in);
        expect(store, LIVE, rows[i].live);
        expect(store, WORDS, rows[i].words);
        fixture_close(store);
    }
}

static void one_purpose_cannot_be_let_in_past_a_refusal_of_all(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *store = people();
    opt_out(store, (struct opt){.patient_id = 1, .channel = "sms"});
    struct opt in = {.patient_id = 1, .channel = "sms", .purpose = "x"};
    fixture_begin(store);
    assert_false(consent_opt_in(store, &in, 200, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    store_rollback(store);
    fixture_close(store);
}

static void a_wrong_number_stays_silent_after_an_opt_in(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *store = people();
    fixture_begin(store);
    assert_true(
        consent_wrong_address(store, 0, "+1415", "call 3", "engine", 50, &err));
    fixture_commit(store);
    opt_in(store, (struct opt){.patient_id = 1});
    expect(store, LIVE, "+1415/*");
    fixture_close(store);
}

static void an_unknown_channel_is_refused(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *store = people();
    struct opt opt = {.patient_id = 1, .channel = "fax"};
    fixture_begin(store);
    assert_false(consent_opt_out(store, &opt, 1, NULL, &err));
    assert_non_null(strstr(err.text, "fax"));
    assert_false(consent_opt_in(store, &opt, 1, &err));
    store_rollback(store);
    fixture_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_opt_out_silences),
        cmocka_unit_test(a_guardian_s_stop_ends_what_is_for_the_child),
        cmocka_unit_test(cancelled_messages_want_another_look),
        cmocka_unit_test(twice_is_once_but_each_word_is_kept),
        cmocka_unit_test(an_opt_out_is_audited_without_the_number),
        cmocka_unit_test(a_failed_write_leaves_nothing_of_it),
        cmocka_unit_test(what_an_opt_in_allows_again),
        cmocka_unit_test(an_opt_in_of_what_was_refused_there),
        cmocka_unit_test(one_purpose_cannot_be_let_in_past_a_refusal_of_all),
        cmocka_unit_test(a_wrong_number_stays_silent_after_an_opt_in),
        cmocka_unit_test(an_unknown_channel_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
