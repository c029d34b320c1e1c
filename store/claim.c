/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts for the gate. Read inside the claim's own IMMEDIATE transaction, so
 * that no opt-out can be committed between the look and the decision. Bounded
 * everywhere, and never by leaving out a refusal: of words that say the same
 * one is kept, and where different ones do not find room, `unweighed` says so.
 */
#include "store/claim.h"

#include <stdlib.h>

#include "base/outcome.h"
#include "base/text.h"

#include "store/consent.h"
#include "store/outreach_row.h"
#include "store/store.h"

/* Due rows ------------------------------------------------------------------
 */

/* What is read of a row beside what the anchor of its kind tells. */
#define ROW_SELECT                                                           \
    "SELECT " OUTREACH_COLUMNS                                               \
    ", e.id IS NOT NULL, e.arm = 'holdout', e.entered_at,"                   \
    " p.language, p.state, " PATIENT_ZONE ", " PATIENT_BORN_BY               \
    ", p.guardian_id,"                                                       \
    " p.preferred_channel, p.contact_from, p.contact_to, p.active,"          \
    " p.deceased_at, p.merged_into, p.gone_at, p.sensitive, h.zone,"         \
    " p.clinic_id, p.mrn, o.answers_at, o.answers_to, p.zone, " PATIENT_POST \
    ", "
#define ROW_JOIN                                                       \
    " CROSS JOIN patient p ON p.id = o.patient_id"                     \
    " LEFT JOIN entry e ON e.campaign_id = o.campaign_id"              \
    " AND e.anchor_kind = o.anchor_kind AND e.anchor_id = o.anchor_id" \
    " AND e.occurrence = o.occurrence"                                 \
    " LEFT JOIN clinic h ON h.id = p.clinic_id "
/* The due ones of a lane, the late among them (the index alone tells which),
 * or a single one. */
#define PAGE_FROM " FROM outreach o INDEXED BY outreach_due"
#define DUE                                                        \
    " WHERE o.state = 0 AND o.channel = ?1 AND o.campaign_id = ?2" \
    " AND o.due_at <= ?3"
/* As the index has them: nothing is sorted. */
#define CLAIM_ORDER " ORDER BY o.due_at, o.until_at, o.id LIMIT ?4"
#define PAGE_WHERE DUE CLAIM_ORDER
#define LATE_WHERE DUE " AND o.until_at <= ?3" CLAIM_ORDER
#define ONE_FROM " FROM outreach o"
#define ONE_WHERE " WHERE o.id = ?1"

enum which { DUE_ROWS, LATE_ROWS, ONE_ROW };

#define OF_APPOINTMENT(from, where)                                   \
    ROW_SELECT                                                        \
    "a.id, a.zone, a.telehealth, a.source, a.clinic_id" from ROW_JOIN \
    "LEFT JOIN appointment a ON a.id = o.anchor_id" where
#define OF_FILL(from, where)                                          \
    ROW_SELECT "a.id, c.zone, 0, a.source, a.pickup_id" from ROW_JOIN \
               "LEFT JOIN fill a ON a.id = o.anchor_id"               \
               " LEFT JOIN clinic c ON c.id = a.pickup_id" where
#define OF_DISCHARGE(from, where)                                     \
    ROW_SELECT "a.id, a.zone, 0, a.source, a.clinic_id" from ROW_JOIN \
               "LEFT JOIN discharge a ON a.id = o.anchor_id" where
#define OF_PATIENT(from, where) \
    ROW_SELECT "p.id, h.zone, 0, p.source, NULL" from ROW_JOIN where
#define OF_RESULT(from, where)                                 \
    ROW_SELECT "a.id, h.zone, 0, a.source, NULL" from ROW_JOIN \
               "LEFT JOIN screening a ON a.id = o.anchor_id" where

#define ROWS(of)                                                     \
    statement(store, which == ONE_ROW    ? of(ONE_FROM, ONE_WHERE)   \
                     : which == DUE_ROWS ? of(PAGE_FROM, PAGE_WHERE) \
                                         : of(PAGE_FROM, LATE_WHERE))

static struct statement *row_query(struct store *store, enum anchor_kind kind,
                                   enum which which)
{
    switch (kind) {
    case ANCHOR_APPOINTMENT:
        return ROWS(OF_APPOINTMENT);
    case ANCHOR_FILL:
        return ROWS(OF_FILL);
    case ANCHOR_DISCHARGE:
        return ROWS(OF_DISCHARGE);
    case ANCHOR_PATIENT:
        return ROWS(OF_PATIENT);
    case ANCHOR_RESULT:
        return ROWS(OF_RESULT);
    }
    PANIC("no such kind of anchor: %d", (int)kind);
}

static void copy(char *out, size_t size, struct statement *query, int at)
{
    text_copy(out, size, column_text(query, at));
}

static void row_from(struct statement *query, struct claim_row *out)
{
    enum { AT = OUTREACH_COLUMN_COUNT };
    outreach_from(query, 0, &out->outreach);
    out->has_entry = column_integer(query, AT) != 0;
    out->holdout = column_integer(query, AT + 1) != 0;
    out->entered_at = column_instant(query, AT + 2);
    copy(out->language, sizeof(out->language), query, AT + 3);
    copy(out->state, sizeof(out->state), query, AT + 4);
    copy(out->patient_zone, sizeof(out->patient_zone), query, AT + 5);
    copy(out->born_by, sizeof(out->born_by), query, AT + 6);
    out->guardian_id = column_integer(query, AT + 7);
    enum channel preferred;
    out->preferred = channel_parse(column_text(query, AT + 8), &preferred)
                         ? (int)preferred
                         : -1;
    out->contact_from = column_minutes(query, AT + 9);
    out->contact_to = column_minutes(query, AT + 10);
    out->active = column_integer(query, AT + 11) != 0;
    out->deceased = !column_is_null(query, AT + 12);
    out->merged = !column_is_null(query, AT + 13);
    out->gone = !column_is_null(query, AT + 14);
    out->sensitive = column_integer(query, AT + 15) != 0;
    copy(out->clinic_zone, sizeof(out->clinic_zone), query, AT + 16);
    out->home_clinic_id = column_integer(query, AT + 17);
    copy(out->mrn, sizeof(out->mrn), query, AT + 18);
    out->answers_at = column_instant(query, AT + 19);
    copy(out->answers_to, sizeof(out->answers_to), query, AT + 20);
    copy(out->address_zone, sizeof(out->address_zone), query, AT + 21);
    copy(out->post, sizeof(out->post), query, AT + 22);
    out->anchor_found = !column_is_null(query, AT + 23);
    copy(out->anchor_zone, sizeof(out->anchor_zone), query, AT + 24);
    out->telehealth = column_integer(query, AT + 25) != 0;
    copy(out->anchor_source, sizeof(out->anchor_source), query, AT + 26);
    out->clinic_id = column_integer(query, AT + 27);
}

static bool page_read(struct store *store, enum which which, int channel,
                      int64_t campaign_id, enum anchor_kind kind, instant now,
                      size_t limit, struct claim_row *out, size_t *count,
                      struct error *err)
{
    struct statement *query = row_query(store, kind, which);
    bind_integer(query, 1, channel);
    bind_integer(query, 2, campaign_id);
    bind_integer(query, 3, now);
    bind_integer(query, 4, (int64_t)limit);
    *count = 0;
    int step;
    while ((step = statement_step(query, err)) == 1)
        row_from(query, &out[(*count)++]);
    return step == 0;
}

bool claim_page(struct store *store, int channel, int64_t campaign_id,
                enum anchor_kind kind, instant now, size_t limit,
                struct claim_row *out, size_t *count, struct error *err)
{
    return page_read(store, DUE_ROWS, channel, campaign_id, kind, now, limit,
                     out, count, err);
}

bool claim_late_page(struct store *store, int channel, int64_t campaign_id,
                     enum anchor_kind kind, instant now, size_t limit,
                     struct claim_row *out, size_t *count, struct error *err)
{
    return page_read(store, LATE_ROWS, channel, campaign_id, kind, now, limit,
                     out, count, err);
}

bool claim_row_read(struct store *store, enum anchor_kind kind, int64_t id,
                    bool *found, struct claim_row *out, struct error *err)
{
    struct statement *query = row_query(store, kind, ONE_ROW);
    bind_integer(query, 1, id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *found = step == 1;
    if (*found)
        row_from(query, out);
    statement_reset(query);
    return true;
}

/* The person ----------------------------------------------------------------
 */

/* There are more different words than room: nobody can be asked. */
static bool leave_out(struct claim_person *out, struct statement *query)
{
    out->unweighed = true;
    statement_reset(query);
    return true;
}

static bool suppression_known(const struct claim_person *out,
                              const struct claim_suppression *row)
{
    for (size_t i = 0; i < out->suppression_count; i++) {
        const struct claim_suppression *one = &out->suppressions[i];
        if (one->by_address == row->by_address &&
            text_equal(one->purpose, row->purpose) &&
            text_equal(one->channel, row->channel) &&
            text_equal(one->reason, row->reason))
            return true;
    }
    return false;
}

static bool suppressions_read(struct store *store, int64_t patient_id,
                              int64_t addressee, const char *address,
                              struct claim_person *out, struct error *err)
{
    struct statement *query = statement(
        store,
        "SELECT 0, purpose, channel, reason FROM suppression INDEXED BY"
        " suppression_patient WHERE lifted_at IS NULL AND patient_id IS NOT"
        " NULL AND patient_id = ?1 AND NOT " CONSENT_NOT_THEIRS
        " UNION ALL SELECT 0, purpose, channel, reason FROM suppression"
        " INDEXED BY suppression_patient WHERE lifted_at IS NULL AND"
        " patient_id IS NOT NULL AND patient_id = nullif(?2, ?1) AND"
        " NOT " CONSENT_NOT_THEIRS
        " UNION ALL SELECT 1, purpose, channel, reason FROM suppression"
        " INDEXED BY suppression_address WHERE lifted_at IS NULL AND address"
        " IS NOT NULL AND address = ?3 AND (NOT " CONSENT_NOT_THEIRS
        " OR patient_id IN (?1, ?2))");
    bind_integer(query, 1, patient_id);
    bind_integer(query, 2, addressee);
    bind_text_static(query, 3, address);
    out->suppression_count = 0;
    int step;
    while ((step = statement_step(query, err)) == 1) {
        struct claim_suppression row = {.by_address =
                                            column_integer(query, 0) != 0};
        copy(row.purpose, sizeof(row.purpose), query, 1);
        copy(row.channel, sizeof(row.channel), query, 2);
        copy(row.reason, sizeof(row.reason), query, 3);
        if (suppression_known(out, &row))
            continue;
        if (out->suppression_count == CLAIM_SUPPRESSIONS)
            return leave_out(out, query);
        out->suppressions[out->suppression_count++] = row;
    }
    return step == 0;
}

/* Said again since, from `first` on: the older word decides nothing then. What
 * it lifted or refused, the newer one does too. */
static bool consent_known(const struct claim_person *out, size_t first,
                          const struct claim_consent *row)
{
    for (size_t i = first; i < out->consent_count; i++) {
        const struct claim_consent *one = &out->consents[i];
        if (one->granted == row->granted && one->written == row->written &&
            one->provided == row->provided && one->narrow == row->narrow &&
            text_equal(one->purpose, row->purpose) &&
            text_equal(one->channel, row->channel))
            return true;
    }
    return false;
}

static struct claim_consent consent_from(struct statement *query)
{
    const char *kind = column_text(query, 1);
    struct claim_consent row = {.granted = column_integer(query, 0) != 0,
                                .written = text_equal(kind, "written"),
                                .provided = text_equal(kind, "provided"),
                                .narrow = column_integer(query, 2) != 0,
                                .at = column_integer(query, 5)};
    copy(row.purpose, sizeof(row.purpose), query, 3);
    copy(row.channel, sizeof(row.channel), query, 4);
    return row;
}

/* One person's, oldest first, behind what is there. Of two words of one time
 * the refusal is the newer one (L-11). */
static bool consents_add(struct store *store, int64_t person_id, bool addressee,
                         struct claim_person *out, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT verdict = 'granted', kind, narrow, purpose, channel, at"
               " FROM consent INDEXED BY consent_patient"
               " WHERE patient_id = ? ORDER BY at DESC, verdict DESC, id "
               "DESC");
    bind_integer(query, 1, person_id);
    size_t first = out->consent_count;
    int step;
    while ((step = statement_step(query, err)) == 1) {
        struct claim_consent row = consent_from(query);
        row.of_addressee = addressee;
        if (consent_known(out, first, &row))
            continue;
        if (out->consent_count == CLAIM_CONSENTS)
            return leave_out(out, query);
        out->consents[out->consent_count++] = row;
    }
    /* The newest came first. */
    for (size_t a = first, b = out->consent_count; a + 1 < b; a++) {
        struct claim_consent newer = out->consents[a];
        out->consents[a] = out->consents[--b];
        out->consents[b] = newer;
    }
    return step == 0;
}

static bool consents_read(struct store *store, int64_t patient_id,
                          int64_t addressee, struct claim_person *out,
                          struct error *err)
{
    out->consent_count = 0;
    return consents_add(store, patient_id, false, out, err) &&
           (addressee == patient_id ||
            consents_add(store, addressee, true, out, err));
}

static bool restriction_known(const struct claim_person *out,
                              const struct claim_restriction *row)
{
    for (size_t i = 0; i < out->restriction_count; i++)
        if (out->restrictions[i].of_addressee == row->of_addressee &&
            text_equal(out->restrictions[i].kind, row->kind) &&
            text_equal(out->restrictions[i].value, row->value))
            return true;
    return false;
}

static bool restrictions_add(struct store *store, int64_t person_id,
                             bool addressee, instant now,
                             struct claim_person *out, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT kind, value FROM restriction WHERE patient_id = ?1"
               " AND since_at <= ?2 + 86400000 AND (until_at IS NULL OR"
               " until_at > ?2)");
    bind_integer(query, 1, person_id);
    bind_integer(query, 2, now);
    int step;
    while ((step = statement_step(query, err)) == 1) {
        struct claim_restriction row = {.of_addressee = addressee};
        copy(row.kind, sizeof(row.kind), query, 0);
        copy(row.value, sizeof(row.value), query, 1);
        if (restriction_known(out, &row))
            continue;
        if (out->restriction_count == CLAIM_RESTRICTIONS)
            return leave_out(out, query);
        out->restrictions[out->restriction_count++] = row;
    }
    return step == 0;
}

/* (One by one: IN would build a table for each look.) */
static bool restrictions_read(struct store *store, int64_t patient_id,
                              int64_t addressee, instant now,
                              struct claim_person *out, struct error *err)
{
    out->restriction_count = 0;
    return restrictions_add(store, patient_id, false, now, out, err) &&
           (addressee == patient_id ||
            restrictions_add(store, addressee, true, now, out, err));
}

static int instant_compare(const void *left, const void *right)
{
    instant a = *(const instant *)left, b = *(const instant *)right;
    return (a > b) - (a < b);
}

/* Those that spoke of the patient in the message of somebody else; the newest
 * have the highest ids. */
static bool also_attempts_read(struct store *store, int64_t patient_id,
                               instant since, struct claim_person *out,
                               struct error *err)
{
    struct statement *query =
        statement(store, "SELECT t.submitted_at, t.counts FROM attempt_also s"
                         " CROSS JOIN attempt t ON t.id = s.attempt_id"
                         " WHERE s.patient_id = ? AND t.channel != ?"
                         " ORDER BY s.attempt_id DESC LIMIT ?");
    bind_integer(query, 1, patient_id);
    bind_integer(query, 2, CHANNEL_EMAIL);
    bind_integer(query, 3,
                 (int64_t)(CLAIM_ATTEMPTS - out->patient_attempt_count));
    int step;
    while ((step = statement_step(query, err)) == 1) {
        instant at = column_integer(query, 0);
        if (at > since && column_integer(query, 1))
            out->patient_attempts[out->patient_attempt_count++] = at;
    }
    return step == 0;
}

/* An attempt is met twice where somebody has the number and so had a record
 * that was merged into theirs. */
static void number_attempt_add(struct claim_person *out, int64_t id, instant at)
{
    for (size_t i = 0; i < out->number_attempt_count; i++)
        if (out->number_attempt_ids[i] == id)
            return;
    if (out->number_attempt_count == CLAIM_ATTEMPTS)
        return;
    out->number_attempt_ids[out->number_attempt_count] = id;
    out->number_attempts[out->number_attempt_count++] = at;
}

/* Those of the patient; of these also those to the number. */
static bool patient_attempts_read(struct store *store, int64_t patient_id,
                                  const char *address, instant since,
                                  struct claim_person *out, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT id, submitted_at, channel, address = ?3 FROM"
                         " attempt INDEXED BY attempt_patient WHERE patient_id"
                         " = ?1 AND submitted_at > ?2 AND counts = 1"
                         " ORDER BY submitted_at DESC");
    bind_integer(query, 1, patient_id);
    bind_integer(query, 2, since);
    bind_text_static(query, 3, address);
    int step;
    while ((step = statement_step(query, err)) == 1) {
        instant at = column_integer(query, 1);
        if (column_integer(query, 2) != CHANNEL_EMAIL &&
            out->patient_attempt_count < CLAIM_ATTEMPTS)
            out->patient_attempts[out->patient_attempt_count++] = at;
        if (column_integer(query, 3))
            number_attempt_add(out, column_integer(query, 0), at);
    }
    return step == 0;
}

/* Everybody else behind the address: those who have it, and the dependants
 * who are reached through them. `*alone`: the patient has it, nobody else, and
 * their record is no other's now. */
static bool people_behind(struct store *store, int64_t patient_id,
                          const char *address, bool *alone,
                          struct claim_person *out, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT c.patient_id, d.id, p.merged_into FROM contact_point c"
               " CROSS JOIN patient p ON p.id = c.patient_id LEFT JOIN patient"
               " d ON d.guardian_id = c.patient_id WHERE c.value = ?1");
    bind_text_static(query, 1, address);
    *alone = true;
    int step;
    while ((step = statement_step(query, err)) == 1) {
        const int64_t ids[] = {column_integer(query, 0),
                               column_integer(query, 1)};
        *alone &= ids[0] == patient_id && column_is_null(query, 2);
        for (size_t k = 0; k < 2; k++) {
            bool known = ids[k] == patient_id || ids[k] == 0 ||
                         out->behind_count == CLAIM_BEHIND;
            for (size_t i = 0; !known && i < out->behind_count; i++)
                known = out->behind[i] == ids[k];
            if (!known)
                out->behind[out->behind_count++] = ids[k];
        }
    }
    return step == 0;
}

static bool number_attempts_add(struct statement *query, const char *address,
                                instant since, struct claim_person *out,
                                struct error *err)
{
    bind_text_static(query, 1, address);
    bind_integer(query, 2, since);
    int step;
    while ((step = statement_step(query, err)) == 1)
        number_attempt_add(out, column_integer(query, 0),
                           column_integer(query, 1));
    return step == 0;
}

/* To those whose number it is or was, also under a record that was merged
 * since; and to dependants, of whoever has it now or had it then. So a number
 * in every row is not needed: a random key there would cost as much as half
 * the rest. What left to it while the store that was here before this one was
 * lost counts all the same. */
static bool number_attempts_read(struct store *store, const char *address,
                                 bool alone, instant since,
                                 struct claim_person *out, struct error *err)
{
    if (!alone &&
        !number_attempts_add(
            statement(
                store,
                "SELECT t.id, t.submitted_at FROM contact_point c CROSS JOIN"
                " attempt t INDEXED BY attempt_patient ON t.patient_id ="
                " c.patient_id AND t.submitted_at > ?2 WHERE c.value = ?1 AND"
                " t.address = ?1 AND t.counts = 1"
                " UNION ALL SELECT t.id, t.submitted_at FROM contact_point c"
                " CROSS JOIN patient p ON p.id = c.patient_id AND"
                " p.merged_into IS NOT NULL CROSS JOIN attempt t INDEXED BY"
                " attempt_patient ON t.patient_id = p.merged_into AND"
                " t.submitted_at > ?2 WHERE c.value = ?1 AND t.address = ?1"
                " AND t.counts = 1"),
            address, since, out, err))
        return false;
    return number_attempts_add(
        statement(store,
                  "SELECT id, submitted_at FROM attempt INDEXED BY"
                  " attempt_guardian WHERE via_guardian = 1 AND address = ?1"
                  " AND submitted_at > ?2 AND counts = 1"
                  " UNION ALL SELECT -id, at FROM stray WHERE address = ?1 AND"
                  " at > ?2 AND counts = 1"),
        address, since, out, err);
}

bool claim_person_read(struct store *store, int64_t patient_id,
                       int64_t addressee, const char *address, instant now,
                       instant since, struct claim_person *out,
                       struct error *err)
{
    bool alone;
    out->unweighed = false;
    out->behind_count = 0;
    out->number_attempt_count = out->patient_attempt_count = 0;
    bool done =
        suppressions_read(store, patient_id, addressee, address, out, err) &&
        consents_read(store, patient_id, addressee, out, err) &&
        restrictions_read(store, patient_id, addressee, now, out, err) &&
        patient_attempts_read(store, patient_id, address, since, out, err) &&
        also_attempts_read(store, patient_id, since, out, err) &&
        (address[0] == '\0' ||
         (people_behind(store, patient_id, address, &alone, out, err) &&
          number_attempts_read(store, address, alone, since, out, err)));
    if (!done)
        return false;
    qsort(out->patient_attempts, out->patient_attempt_count, sizeof(instant),
          instant_compare);
    qsort(out->number_attempts, out->number_attempt_count, sizeof(instant),
          instant_compare);
    return true;
}

bool claim_stale_feeds(struct store *store, instant now, char (*out)[48],
                       size_t limit, size_t *count, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT name FROM feed WHERE max_age IS NOT NULL"
                         " AND last_at + max_age < ? LIMIT ?");
    bind_integer(query, 1, now);
    bind_integer(query, 2, (int64_t)limit);
    *count = 0;
    int step;
    while ((step = statement_step(query, err)) == 1)
        copy(out[(*count)++], 48, query, 0);
    return step == 0;
}
