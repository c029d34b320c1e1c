/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger: the law of states, rows made once, and what waits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/attempt.h"
#include "store/dirty.h"
#include "store/entry.h"
#include "store/ledger.h"
#include "store/outreach.h"
#include "store/statement.h"
#include "store/store.h"

#include "tests/store/fixture.h"

static const char world[] =
    "INSERT INTO clinic(id, external_id, name, public_name, zone) VALUES"
    " (1, 'c1', 'Clinic', 'Clinic', 'America/New_York');"
    "INSERT INTO patient(id, mrn, clinic_id, birth_on, zone) VALUES"
    " (1, 'M1', 1, '1960-05-01', 'America/New_York'),"
    " (2, 'M2', 1, NULL, NULL);"
    "INSERT INTO appointment(id, external_id, patient_id, clinic_id,"
    " start_local, zone, start_at, status) VALUES (7, 'a7', 1, 1,"
    " '2026-11-25T09:00:00', 'America/New_York', 5000, 'booked');"
    "INSERT INTO campaign(id, name) VALUES (1, 'one'), (2, 'two');"
    "INSERT INTO campaign_version(id, campaign_id, sha256, content,"
    " launched_at, launched_by) VALUES (1, 1, 'x', '{}', 0, 'me'),"
    " (2, 2, 'x', '{}', 0, 'me'), (3, 1, 'y', '{}', 0, 'me');";

static struct store *open_world(void)
{
    struct store *store = fixture_store();
    fixture_sql(store, world);
    return store;
}

static struct outreach row_of(const char *step, int64_t occurrence)
{
    struct outreach row = {.campaign_id = 1,
                           .patient_id = 1,
                           .anchor_kind = ANCHOR_APPOINTMENT,
                           .anchor_id = 7,
                           .occurrence = occurrence,
                           .version_id = 1,
                           .due_at = 1000,
                           .planned_at = 1000,
                           .until_at = INSTANT_NEVER};
    snprintf(row.step, sizeof(row.step), "%s", step);
    return row;
}

static void insert(struct store *store, struct outreach *row)
{
    struct error err = {0};
    bool made = false;
    assert_true(outreach_insert(store, row, NULL, &made, &err));
    assert_true(made);
}

static void the_law_of_states(void **state)
{
    (void)state;
    static const struct {
        enum outreach_state from, to;
        bool allowed;
        const char *why;
    } rows[] = {
        {STATE_PLANNED, STATE_SUBMITTING, true, "the gate said go"},
        {STATE_PLANNED, STATE_DELIVERED, true, "a task opened"},
        {STATE_PLANNED, STATE_UNKNOWN, false, "nothing was handed over"},
        {STATE_SUBMITTING, STATE_UNKNOWN, true, "nobody knows"},
        {STATE_ACCEPTED, STATE_UNKNOWN, true, "a call lost from sight"},
        {STATE_SUBMITTING, STATE_PLANNED, true, "it never left"},
        {STATE_SUBMITTING, STATE_CANCELLED, false, "it may have left"},
        {STATE_SUBMITTING, STATE_MERGED, false, "it may have left"},
        {STATE_ACCEPTED, STATE_SUBMITTING, false, "only through planned"},
        {STATE_ACCEPTED, STATE_DELIVERED, true, "a receipt came"},
        {STATE_UNKNOWN, STATE_PLANNED, true, "provably absent"},
        {STATE_UNKNOWN, STATE_CANCELLED, false, "it may have arrived"},
        {STATE_DELIVERED, STATE_PLANNED, false, "delivered stays"},
        {STATE_DELIVERED, STATE_FAILED, false, "delivered stays"},
        {STATE_SUPPRESSED, STATE_PLANNED, true, "let in again"},
        {STATE_SUPPRESSED, STATE_SUBMITTING, false, "the gate is asked first"},
        {STATE_MERGED, STATE_PLANNED, true, "its speaker ended unspoken"},
        {STATE_MERGED, STATE_SUBMITTING, false, "another row speaks for it"},
        {STATE_EXPIRED, STATE_PLANNED, true, "a clock was ahead, never sent"},
        {STATE_EXPIRED, STATE_SUBMITTING, false, "the gate is asked first"},
        {STATE_FAILED, STATE_DELIVERED, true, "it arrived after all (S-17)"},
        {STATE_SUPPRESSED, STATE_DELIVERED, true, "it arrived after all"},
        {STATE_EXPIRED, STATE_DELIVERED, true, "it arrived after all"},
        {STATE_FAILED, STATE_PLANNED, false, "what failed is not tried again"},
        {STATE_FAILED, STATE_ACCEPTED, false, "only proof says otherwise"},
        {STATE_CANCELLED, STATE_DELIVERED, false, "what was called off stays"},
        {STATE_CANCELLED, STATE_PLANNED, true, "true again, never sent"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (ledger_allows(rows[i].from, rows[i].to) != rows[i].allowed)
            fail_msg("%s -> %s: %s", state_name(rows[i].from),
                     state_name(rows[i].to), rows[i].why);
    }
}

static void names_come_back(void **state)
{
    (void)state;
    for (int i = 0; i < STATE_COUNT; i++) {
        enum outreach_state back;
        assert_true(state_parse(state_name((enum outreach_state)i), &back));
        assert_int_equal(back, i);
    }
    enum outreach_state back;
    assert_false(state_parse("sent", &back));
}

static void what_is_final(void **state)
{
    (void)state;
    assert_false(state_is_final(STATE_UNKNOWN));
    assert_true(state_is_final(STATE_CANCELLED));
    assert_true(state_is_final(STATE_DELIVERED));
    assert_true(state_is_final(STATE_FAILED));
    assert_true(state_is_final(STATE_SUPPRESSED));
    assert_true(state_is_final(STATE_EXPIRED));
    assert_false(ledger_allows(STATE_DELIVERED, STATE_SUBMITTING));
}

static void a_row_is_made_once(void **state)
{
    (void)state;
    struct store *store = open_world();
    struct error err = {0};
    fixture_begin(store);
    struct outreach row = row_of("a", 0), again = row_of("a", 0);
    struct outreach moved = row_of("a", 1);
    insert(store, &row);
    bool made = true;
    again.version_id = 3; /* another wording is no new message */
    assert_true(outreach_insert(store, &again, NULL, &made, &err));
    assert_false(made);
    insert(store, &moved);
    fixture_commit(store);
    fixture_close(store);
}

static void a_change_is_written_and_guarded(void **state)
{
    (void)state;
    struct store *store = open_world();
    struct error err = {0};
    fixture_begin(store);
    struct outreach row = row_of("a", 0), stale;
    insert(store, &row);
    stale = row;
    struct ledger_change change = ledger_from(&row);
    change.to = STATE_SUBMITTING;
    change.owner = 42;
    change.lease_until = change.due_at = 9000;
    change.attempts = 1;
    assert_true(ledger_change(store, &row, &change, &err));
    struct outreach back;
    bool found = false;
    assert_true(outreach_read(store, row.id, &found, &back, &err));
    assert_true(found);
    assert_int_equal(back.state, STATE_SUBMITTING);
    assert_int_equal(back.owner, 42);
    assert_int_equal(back.attempts, 1);
    /* Somebody who looked before may not change it now. */
    change = ledger_from(&stale);
    change.to = STATE_CANCELLED;
    assert_false(ledger_change(store, &stale, &change, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    fixture_commit(store);
    fixture_close(store);
}

static void what_is_due_is_found_by_campaign(void **state)
{
    (void)state;
    struct store *store = open_world();
    struct error err = {0};
    fixture_begin(store);
    struct outreach first = row_of("a", 0), second = row_of("b", 0);
    second.campaign_id = second.version_id = 2;
    second.due_at = 500;
    insert(store, &first);
    insert(store, &second);
    bool found;
    int64_t campaign;
    instant due;
    assert_true(outreach_next_due(store, 0, 0, &found, &campaign, &due, &err));
    assert_true(found);
    assert_int_equal(campaign, 1);
    assert_int_equal(due, 1000);
    assert_true(outreach_next_due(store, 0, 1, &found, &campaign, &due, &err));
    assert_int_equal(campaign, 2);
    assert_int_equal(due, 500);
    assert_true(outreach_next_due(store, 0, 2, &found, &campaign, &due, &err));
    assert_false(found);
    assert_true(outreach_next_due(store, 1, 0, &found, &campaign, &due, &err));
    assert_false(found);
    fixture_commit(store);
    fixture_close(store);
}

static void what_waits_is_found_by_state(void **state)
{
    (void)state;
    struct store *store = open_world();
    struct error err = {0};
    fixture_begin(store);
    struct outreach row = row_of("a", 0);
    insert(store, &row);
    instant next = 0;
    assert_true(outreach_next_waiting(store, &next, &err));
    assert_true(next == INSTANT_NEVER); /* planned rows do not wait */
    struct ledger_change change = ledger_from(&row);
    change.to = STATE_SUBMITTING;
    change.owner = 1;
    assert_true(ledger_change(store, &row, &change, &err));
    struct outreach_list list = {0};
    assert_true(outreach_orphans(store, 1, 10, &list, &err));
    assert_int_equal(list.count, 0); /* ours */
    assert_true(outreach_orphans(store, 2, 10, &list, &err));
    assert_int_equal(list.count, 1); /* of a former life */
    change = ledger_from(&row);
    change.to = STATE_UNKNOWN;
    change.due_at = 700;
    assert_true(ledger_change(store, &row, &change, &err));
    assert_true(outreach_next_waiting(store, &next, &err));
    assert_int_equal(next, 700);
    assert_true(outreach_waiting(store, STATE_UNKNOWN, 699, 10, &list, &err));
    assert_int_equal(list.count, 0);
    assert_true(outreach_waiting(store, STATE_UNKNOWN, 700, 10, &list, &err));
    assert_int_equal(list.count, 1);
    outreach_list_free(&list);
    fixture_commit(store);
    fixture_close(store);
}

static void companions_are_of_the_same_step(void **state)
{
    (void)state;
    struct store *store = open_world();
    struct error err = {0};
    fixture_begin(store);
    struct outreach leader = row_of("a", 0), same = row_of("a", 1),
                    other = row_of("b", 0), late = row_of("a", 2);
    late.due_at = 9000;
    insert(store, &leader);
    insert(store, &same);
    insert(store, &other);
    insert(store, &late);
    struct outreach_list list = {0};
    assert_true(outreach_companions(store, &leader, 0, 2000, 9, &list, &err));
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].id, same.id);
    struct ledger_change change = ledger_from(&same);
    change.to = STATE_MERGED;
    change.merged_into = leader.id;
    assert_true(ledger_change(store, &same, &change, &err));
    assert_true(outreach_merged(store, leader.id, &list, &err));
    assert_int_equal(list.count, 1);
    assert_true(
        outreach_of_entry(store, 1, ANCHOR_APPOINTMENT, 7, 0, &list, &err));
    assert_int_equal(list.count, 2);
    outreach_list_free(&list);
    fixture_commit(store);
    fixture_close(store);
}

/* Also of everybody with the same guardian, most urgent first, bounded. */
static void companions_may_be_of_a_family(void **state)
{
    (void)state;
    struct store *store = open_world();
    struct error err = {0};
    fixture_begin(store);
    fixture_sql(store, "INSERT INTO patient(id, mrn, guardian_id) VALUES"
                       " (11, 'C1', 2), (12, 'C2', 2), (13, 'C3', 1)");
    struct outreach leader = row_of("a", 0), brother = row_of("a", 0),
                    stranger = row_of("a", 0), guardian = row_of("a", 0),
                    own = row_of("a", 1);
    leader.patient_id = own.patient_id = 11;
    brother.patient_id = 12;
    brother.due_at = 900;
    stranger.patient_id = 13;
    guardian.patient_id = 2;
    insert(store, &leader);
    insert(store, &own);
    insert(store, &brother);
    insert(store, &stranger);
    insert(store, &guardian);
    struct outreach_list list = {0};
    assert_true(outreach_companions(store, &leader, 2, 2000, 9, &list, &err));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0].id, brother.id);
    assert_int_equal(list.items[1].id, own.id);
    assert_true(outreach_companions(store, &leader, 0, 2000, 9, &list, &err));
    assert_int_equal(list.count, 1);
    assert_true(outreach_companions(store, &leader, 2, 2000, 1, &list, &err));
    assert_int_equal(list.count, 1);
    outreach_list_free(&list);
    fixture_commit(store);
    fixture_close(store);
}

static void entries_are_kept_once(void **state)
{
    (void)state;
    struct store *store = open_world();
    struct error err = {0};
    fixture_begin(store);
    struct entry entry = {.campaign_id = 1,
                          .anchor_kind = ANCHOR_APPOINTMENT,
                          .anchor_id = 7,
                          .patient_id = 1,
                          .version_id = 1,
                          .entered_at = 77,
                          .holdout = true,
                          .closed_at = INSTANT_NEVER};
    bool made = false, found = false;
    assert_true(entry_insert(store, &entry, &made, &err));
    assert_true(made);
    assert_true(entry_insert(store, &entry, &made, &err));
    assert_false(made);
    struct entry back;
    assert_true(
        entry_newest(store, 1, ANCHOR_APPOINTMENT, 7, &found, &back, &err));
    assert_true(found && back.holdout && back.entered_at == 77);
    assert_true(back.closed_at == INSTANT_NEVER);
    size_t count = 0;
    struct entry old[4];
    assert_true(entry_outdated(store, 1, ANCHOR_APPOINTMENT, 3, 0, old, 4,
                               &count, &err));
    assert_int_equal(count, 1);
    assert_true(entry_set_version(store, &back, 3, &err));
    assert_true(entry_close(store, &back, 99, "moved", &err));
    assert_true(
        entry_newest(store, 1, ANCHOR_APPOINTMENT, 7, &found, &back, &err));
    assert_int_equal(back.closed_at, 99);
    fixture_commit(store);
    fixture_close(store);
}

static void marks_are_kept(void **state)
{
    (void)state;
    struct store *store = open_world();
    struct error err = {0};
    fixture_begin(store);
    bool found = true;
    instant mark = 0;
    assert_true(watermark_read(store, 1, "start", &found, &mark, &err));
    assert_false(found);
    assert_true(watermark_write(store, 1, "start", 5, &err));
    assert_true(watermark_write(store, 1, "start", 6, &err));
    assert_true(watermark_read(store, 1, "start", &found, &mark, &err));
    assert_true(found && mark == 6);
    char swept[16];
    int64_t cursor = -1;
    assert_true(sweep_read(store, 1, swept, &cursor, &err));
    assert_string_equal(swept, "");
    assert_true(sweep_write(store, 1, "2026-11-23", 12, &err));
    assert_true(sweep_write(store, 1, NULL, 13, &err));
    assert_true(sweep_read(store, 1, swept, &cursor, &err));
    assert_string_equal(swept, "2026-11-23");
    assert_int_equal(cursor, 13);
    char text[32];
    assert_true(cursor_read(store, "poll", text, sizeof(text), &err));
    assert_string_equal(text, "");
    assert_true(cursor_write(store, "poll", "p1", &err));
    assert_true(cursor_read(store, "poll", text, sizeof(text), &err));
    assert_string_equal(text, "p1");
    fixture_commit(store);
    fixture_close(store);
}

static void changes_leave_notes(void **state)
{
    (void)state;
    struct store *store = open_world();
    struct error err = {0};
    struct dirty notes[8];
    size_t count = 0;
    bool any = false;
    assert_true(dirty_any(store, &any, &err));
    assert_true(any);
    assert_true(dirty_take(store, notes, 8, &count, &err));
    assert_int_equal(count, 3); /* a visit, two patients */
    assert_int_equal(notes[0].kind, ANCHOR_APPOINTMENT);
    fixture_begin(store);
    for (size_t i = 0; i < count; i++)
        assert_true(dirty_done(store, &notes[i], &err));
    fixture_commit(store);
    assert_true(dirty_any(store, &any, &err));
    assert_false(any);
    int64_t ids[4];
    assert_true(patient_anchors(store, 1, ANCHOR_APPOINTMENT, 4000, 0, ids, 4,
                                &count, &err));
    assert_int_equal(count, 1);
    assert_true(patient_anchors(store, 1, ANCHOR_APPOINTMENT, 6000, 0, ids, 4,
                                &count, &err));
    assert_int_equal(count, 0);
    assert_true(
        patient_anchors(store, 1, ANCHOR_FILL, 0, 0, ids, 4, &count, &err));
    assert_true(patient_anchors(store, 1, ANCHOR_DISCHARGE, 0, 0, ids, 4,
                                &count, &err));
    fixture_close(store);
}

static void places_are_read(void **state)
{
    (void)state;
    struct store *store = open_world();
    struct error err = {0};
    struct anchor_place place;
    assert_true(anchor_place_read(store, ANCHOR_APPOINTMENT, 7, &place, &err));
    assert_true(place.found);
    assert_string_equal(place.zone, "America/New_York");
    assert_true(anchor_place_read(store, ANCHOR_PATIENT, 2, &place, &err));
    assert_string_equal(place.zone, "America/New_York"); /* the clinic's */
    assert_string_equal(place.patient_zone, "");
    assert_true(anchor_place_read(store, ANCHOR_FILL, 2, &place, &err));
    assert_false(place.found);
    assert_true(anchor_place_read(store, ANCHOR_DISCHARGE, 2, &place, &err));
    assert_false(place.found);
    fixture_close(store);
}

static void overdue_counts_from_the_longest_test(void **state)
{
    (void)state;
    struct store *store = open_world();
    struct error err = {0};
    struct measure_satisfier tests[] = {{"fit", 12}, {"colonoscopy", 120}};
    struct measure measure = {.name = "colorectal",
                              .first_due_months = 45 * 12,
                              .satisfiers = tests,
                              .satisfier_count = 2};
    bool found = false;
    struct civil_date since;
    assert_true(overdue_since(store, &measure, 1, &found, &since, &err));
    assert_true(found && since.year == 2005 && since.month == 5);
    fixture_sql(store,
                "INSERT INTO screening(patient_id, kind, done_on) VALUES"
                " (1, 'fit', '2024-01-10'), (1, 'colonoscopy', '2010-02-01')");
    assert_true(overdue_since(store, &measure, 1, &found, &since, &err));
    assert_true(since.year == 2025 && since.month == 1 && since.day == 10);
    assert_true(overdue_since(store, &measure, 2, &found, &since, &err));
    assert_false(found); /* no birth date */
    fixture_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_law_of_states),
        cmocka_unit_test(names_come_back),
        cmocka_unit_test(what_is_final),
        cmocka_unit_test(a_row_is_made_once),
        cmocka_unit_test(a_change_is_written_and_guarded),
        cmocka_unit_test(what_is_due_is_found_by_campaign),
        cmocka_unit_test(what_waits_is_found_by_state),
        cmocka_unit_test(companions_are_of_the_same_step),
        cmocka_unit_test(companions_may_be_of_a_family),
        cmocka_unit_test(entries_are_kept_once),
        cmocka_unit_test(marks_are_kept),
        cmocka_unit_test(changes_leave_notes),
        cmocka_unit_test(places_are_read),
        cmocka_unit_test(overdue_counts_from_the_longest_test),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
