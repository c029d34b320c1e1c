/* SPDX-License-Identifier: Apache-2.0 */
/* Finding and reading one person. */
#include "store/patient.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "store/consent.h"
#include "store/holder.h"
#include "store/ledger.h"
#include "store/outreach.h"
#include "store/outreach_row.h"
#include "store/statement.h"
#include "store/store.h"

/* Longer chains of merges are a loop in the source. */
#define MERGES_MAX 8

bool patient_find_by_mrn(struct store *store, const char *mrn, bool *found,
                         int64_t *id, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT id, merged_into FROM patient WHERE mrn = ?");
    bind_text(query, 1, mrn);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *found = step == 1;
    int64_t here = 0, next = 0;
    if (step == 1) {
        here = column_integer(query, 0);
        next = column_integer(query, 1);
        statement_reset(query);
    }
    for (int i = 0; next != 0 && i < MERGES_MAX; i++) {
        struct statement *merged =
            statement(store, "SELECT merged_into FROM patient WHERE id = ?");
        bind_integer(merged, 1, next);
        here = next;
        step = statement_step(merged, err);
        if (step < 0)
            return false;
        next = step == 1 ? column_integer(merged, 0) : 0;
        statement_reset(merged);
    }
    if (*found)
        *id = here;
    return true;
}

/* Looked for among numbers that begin as this one does. */
#define NEAR_MAX 512

bool patient_nearest(struct store *store, const char *mrn, char *out,
                     size_t size, struct error *err)
{
    struct arena *arena = arena_new();
    const char *names[NEAR_MAX];
    size_t count = 0;
    struct statement *query = statement(
        store, "SELECT mrn FROM patient WHERE mrn >= substr(?1, 1, ?2)"
               " AND gone_at IS NULL AND merged_into IS NULL ORDER BY mrn"
               " LIMIT ?3");
    bind_text(query, 1, mrn);
    bind_integer(query, 2, (int64_t)((text_length(mrn) + 1) / 2));
    bind_integer(query, 3, NEAR_MAX);
    int step;
    while ((step = statement_step(query, err)) == 1)
        names[count++] = arena_text(arena, column_text(query, 0));
    const char *near = step == 0 ? text_nearest(mrn, names, count) : NULL;
    text_copy(out, size, near);
    arena_free(arena);
    return step == 0;
}

/* Reading ---------------------------------------------------------------------
 */

static const char *text_in(struct arena *arena, struct statement *query, int at)
{
    const char *text = column_text(query, at);
    return text ? arena_text(arena, text) : NULL;
}

static int minutes_at(struct statement *query, int at)
{
    return column_is_null(query, at) ? -1 : (int)column_integer(query, at);
}

static bool person_read(struct store *store, int64_t id, struct arena *arena,
                        struct patient_details *out, struct error *err)
{
    struct statement *query = statement(
        store,
        "SELECT p.mrn, p.given_name, p.family_name, p.birth_on, p.sex, "
        "p.language, p.street, p.city, p.state, p.zip, p.zone, c.name, g.mrn, "
        "p.preferred_channel, p.attributes, p.contact_from, p.contact_to, "
        "p.active, p.sensitive, p.inpatient, p.gone_at, p.deceased_at, "
        "p.guardian_id, coalesce(" PATIENT_ZONE ", c.zone) FROM "
        "patient p LEFT JOIN clinic c ON c.id = p.clinic_id LEFT JOIN patient "
        "g ON g.id = p.guardian_id WHERE p.id = ?");
    bind_integer(query, 1, id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    if (step == 0)
        return error_set(err, ERROR_INPUT, "there is no patient %lld",
                         (long long)id);
    const char **texts[] = {&out->mrn,          &out->given_name,
                            &out->family_name,  &out->birth_on,
                            &out->sex,          &out->language,
                            &out->street,       &out->city,
                            &out->state,        &out->zip,
                            &out->zone,         &out->clinic,
                            &out->guardian_mrn, &out->preferred_channel,
                            &out->attributes};
    for (int i = 0; i < (int)(sizeof(texts) / sizeof(texts[0])); i++)
        *texts[i] = text_in(arena, query, i);
    out->id = id;
    out->contact_from = minutes_at(query, 15);
    out->contact_to = minutes_at(query, 16);
    out->active = column_integer(query, 17) != 0;
    out->sensitive = column_integer(query, 18) != 0;
    out->inpatient = column_integer(query, 19) != 0;
    out->gone = !column_is_null(query, 20);
    out->deceased_at = column_instant(query, 21);
    out->guardian_id = column_integer(query, 22);
    out->clock = text_in(arena, query, 23);
    statement_reset(query);
    return true;
}

/* The rows of a query into an array of the arena: count first, then read. */
typedef void row_read_fn(struct arena *arena, struct statement *query,
                         void *row);
static bool rows_read(struct store *store, const char *sql, int64_t id,
                      size_t size, row_read_fn *read, struct arena *arena,
                      void **rows, size_t *count, struct error *err)
{
    char *all = NULL;
    size_t used = 0, room = 0;
    int step;
    struct statement *query = statement(store, sql);
    bind_integer(query, 1, id);
    while ((step = statement_step(query, err)) == 1) {
        if (used == room) {
            size_t more = room ? 2 * room : 8;
            char *grown = arena_alloc(arena, more * size);
            if (all)
                memcpy(grown, all, used * size);
            all = grown;
            room = more;
        }
        read(arena, query, all + used++ * size);
    }
    *rows = all;
    *count = used;
    return step == 0;
}

static void contact_row(struct arena *arena, struct statement *query, void *row)
{
    *(struct patient_contact *)row =
        (struct patient_contact){.kind = text_in(arena, query, 0),
                                 .value = text_in(arena, query, 1),
                                 .extension = text_in(arena, query, 2),
                                 .use = text_in(arena, query, 3),
                                 .line = text_in(arena, query, 4),
                                 .zones = text_in(arena, query, 5),
                                 .rank = (int)column_integer(query, 6),
                                 .bad_at = column_instant(query, 7),
                                 .bad_reason = text_in(arena, query, 8),
                                 .reassigned = text_in(arena, query, 9)};
}

static void consent_row(struct arena *arena, struct statement *query, void *row)
{
    *(struct patient_consent *)row =
        (struct patient_consent){.verdict = text_in(arena, query, 0),
                                 .kind = text_in(arena, query, 1),
                                 .purpose = text_in(arena, query, 2),
                                 .channel = text_in(arena, query, 3),
                                 .evidence = text_in(arena, query, 4),
                                 .actor = text_in(arena, query, 5),
                                 .at = column_instant(query, 6),
                                 .narrow = column_integer(query, 7) != 0};
}

static void suppression_row(struct arena *arena, struct statement *query,
                            void *row)
{
    *(struct patient_suppression *)row =
        (struct patient_suppression){.address = text_in(arena, query, 0),
                                     .channel = text_in(arena, query, 1),
                                     .purpose = text_in(arena, query, 2),
                                     .reason = text_in(arena, query, 3),
                                     .actor = text_in(arena, query, 4),
                                     .since_at = column_instant(query, 5),
                                     .lifted_at = column_instant(query, 6)};
}

static void restriction_row(struct arena *arena, struct statement *query,
                            void *row)
{
    *(struct patient_restriction *)row =
        (struct patient_restriction){.kind = text_in(arena, query, 0),
                                     .value = text_in(arena, query, 1),
                                     .since_at = column_instant(query, 2),
                                     .until_at = column_instant(query, 3)};
}

static void list_row(struct arena *arena, struct statement *query, void *row)
{
    *(const char **)row = text_in(arena, query, 0);
}

static void outreach_row(struct arena *arena, struct statement *query,
                         void *row)
{
    *(struct patient_outreach *)row =
        (struct patient_outreach){.id = column_integer(query, 0),
                                  .campaign = text_in(arena, query, 1),
                                  .step = text_in(arena, query, 2),
                                  .reason = text_in(arena, query, 3),
                                  .state = (int)column_integer(query, 4),
                                  .channel = (int)column_integer(query, 5),
                                  .planned_at = column_instant(query, 6),
                                  .due_at = column_instant(query, 7),
                                  .address = text_in(arena, query, 8),
                                  .outcome = (int)column_integer(query, 9),
                                  .submitted_at = column_instant(query, 10)};
}

/* One array of a person's details. */
static const struct part {
    const char *sql;
    row_read_fn *read;
    size_t size, rows, count; /* of a row; places in patient_details */
} parts[] = {
    /* A number that is denied, or changed hands, to anybody (L-2, L-22). */
    {"SELECT kind, value, extension, use, iif(EXISTS (SELECT 1 FROM "
     "contact_point o WHERE o.value = c.value AND o.line = 'denied'), 'denied',"
     " line), zones, rank, bad_at, bad_reason, iif(EXISTS (SELECT 1 FROM "
     "contact_point o WHERE o.value = c.value AND o.id != c.id AND o.reassigned"
     " = 'yes' AND (c.verified_at IS NULL OR o.reassigned_at IS NULL OR "
     "o.reassigned_at >= c.verified_at)), 'yes', reassigned) FROM "
     "contact_point c WHERE patient_id = ? AND gone_at IS NULL ORDER BY kind "
     "DESC, rank, source_at DESC, id",
     contact_row, sizeof(struct patient_contact),
     offsetof(struct patient_details, contacts),
     offsetof(struct patient_details, contact_count)},
    {"SELECT verdict, kind, purpose, channel, evidence, actor, at, narrow FROM "
     "consent WHERE patient_id = ? ORDER BY at DESC, id DESC",
     consent_row, sizeof(struct patient_consent),
     offsetof(struct patient_details, consents),
     offsetof(struct patient_details, consent_count)},
    {"SELECT address, channel, purpose, reason, actor, since_at, lifted_at "
     "FROM suppression WHERE lifted_at IS NULL AND patient_id = ?1 UNION ALL "
     "SELECT address, channel, purpose, reason, actor, since_at, lifted_at "
     "FROM suppression WHERE lifted_at IS NULL AND address IN (SELECT value "
     "FROM contact_point WHERE patient_id IN " HOLDER_RECORDS ") AND "
     "patient_id IS NOT ?1 AND "
     "NOT " CONSENT_NOT_THEIRS,
     suppression_row, sizeof(struct patient_suppression),
     offsetof(struct patient_details, suppressions),
     offsetof(struct patient_details, suppression_count)},
    {"SELECT kind, value, since_at, until_at FROM restriction WHERE patient_id "
     "= ? ORDER BY since_at",
     restriction_row, sizeof(struct patient_restriction),
     offsetof(struct patient_details, restrictions),
     offsetof(struct patient_details, restriction_count)},
    {"SELECT l.name || coalesce(': ' || m.reason, '') FROM list_member m JOIN "
     "list l ON l.id = m.list_id WHERE "
     "m.patient_id = ? ORDER BY l.name",
     list_row, sizeof(const char *), offsetof(struct patient_details, lists),
     offsetof(struct patient_details, list_count)},
    {"SELECT o.id, c.name, o.step, o.reason, o.state, o.channel, o.planned_at, "
     "o.due_at, a.address, a.outcome, a.submitted_at FROM outreach o JOIN "
     "campaign c ON c.id = o.campaign_id LEFT JOIN attempt a ON a.id = (SELECT "
     "max(id) FROM attempt WHERE outreach_id = o.id) WHERE o.patient_id = ? "
     "ORDER BY o.planned_at DESC, o.id DESC LIMIT 50",
     outreach_row, sizeof(struct patient_outreach),
     offsetof(struct patient_details, outreach),
     offsetof(struct patient_details, outreach_count)},
};
_Static_assert(PATIENT_OUTREACH_SHOWN == 50, "the LIMIT above");

bool patient_read(struct store *store, int64_t id, struct arena *arena,
                  struct patient_details *out, struct error *err)
{
    struct patient_details details = {0};
    if (!person_read(store, id, arena, &details, err))
        return false;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        void *rows;
        size_t count;
        if (!rows_read(store, parts[i].sql, id, parts[i].size, parts[i].read,
                       arena, &rows, &count, err))
            return false;
        memcpy((char *)&details + parts[i].rows, &rows, sizeof(rows));
        memcpy((char *)&details + parts[i].count, &count, sizeof(count));
    }
    *out = details;
    return true;
}

bool patient_has_guardian(struct store *store, int64_t id, bool *has,
                          struct error *err)
{
    struct statement *query = statement(
        store, "SELECT guardian_id IS NOT NULL FROM patient WHERE id = ?");
    bind_integer(query, 1, id);
    int step = statement_step(query, err);
    if (step >= 0)
        *has = step == 1 && column_integer(query, 0) != 0;
    statement_reset(query);
    return step >= 0;
}

bool patient_kin_end(struct store *store, int64_t id, const char *name,
                     const char *source, instant at, struct error *err)
{
    struct statement *end = statement(
        store, "INSERT INTO kin_over(patient_id, name, source, at) VALUES (?1, "
               "?2, coalesce(?3, ''), ?4) ON CONFLICT DO UPDATE SET at = "
               "excluded.at WHERE excluded.at > at");
    bind_integer(end, 1, id);
    bind_text_static(end, 2, name);
    bind_text_static(end, 3, source);
    bind_integer(end, 4, at);
    return statement_run(end, err);
}

bool patient_kin_over(struct store *store, int64_t id, const char *name,
                      const char *source, instant at, bool *over,
                      struct error *err)
{
    struct statement *query = statement(
        store, "SELECT 1 FROM kin_over WHERE patient_id = ?1 AND name = ?2 AND "
               "source = coalesce(?3, '') AND at > ?4");
    bind_integer(query, 1, id);
    bind_text_static(query, 2, name);
    bind_text_static(query, 3, source);
    bind_integer(query, 4, at);
    int step = statement_step(query, err);
    *over = step == 1;
    statement_reset(query);
    return step >= 0;
}

/* For the gate
 * ------------------------------------------------------------------- */

bool patient_vitals(struct store *store, int64_t id, struct patient_vitals *out,
                    struct error *err)
{
    struct statement *query = statement(
        store, "SELECT active AND deceased_at IS NULL AND merged_into IS NULL"
               " AND gone_at IS NULL, state, zone, contact_from, contact_to,"
               " language, " PATIENT_POST " FROM patient p WHERE id = ?");
    bind_integer(query, 1, id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *out = (struct patient_vitals){.contact_from = -1, .contact_to = -1};
    if (step == 1) {
        out->here = column_integer(query, 0) != 0;
        text_copy(out->state, sizeof(out->state), column_text(query, 1));
        text_copy(out->zone, sizeof(out->zone), column_text(query, 2));
        out->contact_from = column_minutes(query, 3);
        out->contact_to = column_minutes(query, 4);
        text_copy(out->language, sizeof(out->language), column_text(query, 5));
        text_copy(out->post, sizeof(out->post), column_text(query, 6));
    }
    statement_reset(query);
    return true;
}

bool patient_medicines(struct store *store, int64_t id,
                       patient_medicine_fn *each, void *arg, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT drug_name FROM prescription INDEXED BY"
                         " prescription_patient WHERE patient_id = ?"
                         " AND drug_name IS NOT NULL");
    bind_integer(query, 1, id);
    int step;
    while ((step = statement_step(query, err)) == 1)
        each(arg, column_text(query, 0));
    return step == 0;
}

bool patient_names(struct store *store, int64_t id, struct arena *arena,
                   const char **given, const char **family, struct error *err)
{
    struct statement *one = statement(
        store, "SELECT given_name, family_name FROM patient WHERE id = ?");
    bind_integer(one, 1, id);
    int got = statement_step(one, err);
    *given = got > 0 ? arena_text(arena, column_text(one, 0)) : NULL;
    *family = got > 0 ? arena_text(arena, column_text(one, 1)) : NULL;
    statement_reset(one);
    return got >= 0;
}
