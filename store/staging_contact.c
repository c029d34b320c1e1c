/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Contact points that come in a patient's own row (phone, mobile, email). The
 * row carries the whole set: a number that left the row is marked gone, since
 * a message to it would reach a stranger. Points that came another way (a
 * file of their own, staff, the patient) are left alone, also when the row
 * names them too. What we learnt about a number (bad_at) stays with it.
 */
#include "store/staging.h"

#include <string.h>

#include "base/text.h"

#include "store/staging_own.h"
#include "store/statement.h"
#include "store/store.h"

/* Another source's point is this one's, too. */
#define ALSO(point)                                                    \
    "EXISTS (SELECT 1 FROM contact_also a WHERE a.contact_id = " point \
    ".id AND a.source = ?2)"

bool staging_contact_open(struct staging *staging, struct error *err)
{
    struct store *store = staging->store;
    /* patient_id is NULL while the patient has none yet. */
    if (!staging_sql(
            staging,
            "CREATE TEMP TABLE contact(line INTEGER, mrn TEXT, "
            "patient_id INTEGER, kind TEXT, value TEXT COLLATE NOCASE, "
            "extension TEXT, use TEXT, zones TEXT, rank INTEGER)",
            err) ||
        !staging_sql(
            staging,
            "CREATE TEMP TABLE contact_owner(id INTEGER, line INTEGER, "
            "PRIMARY KEY (id, line)) WITHOUT ROWID",
            err) ||
        /* Of changed patients: to see which of their numbers left the row. */
        !staging_sql(staging,
                     "CREATE INDEX temp.contact_patient ON "
                     "contact(patient_id) WHERE patient_id IS NOT NULL",
                     err))
        return false;
    staging->contact_look = statement_build(
        store,
        "SELECT count(*) FROM contact_point c WHERE patient_id = ?1 AND "
        "gone_at IS NULL AND (source IS ?2 OR " ALSO("c") ")",
        err);
    staging->contact_same =
        staging->contact_look == NULL
            ? NULL
            : statement_build(
                  store,
                  "SELECT 1 FROM contact_point c WHERE patient_id = ?1 AND "
                  "kind = ?3 AND value = ?4 AND gone_at IS NULL AND iif(source "
                  "IS ?2, extension IS ?5 AND use IS ?6 AND zones IS ?7 AND "
                  "rank = ?8, " ALSO("c") ")",
                  err);
    staging->contact_add =
        staging->contact_same == NULL
            ? NULL
            : statement_build(store,
                              "INSERT INTO temp.contact VALUES "
                              "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                              err);
    staging->contact_owner =
        staging->contact_add == NULL
            ? NULL
            : statement_build(
                  store,
                  "INSERT OR IGNORE INTO temp.contact_owner VALUES (?1, "
                  "?2)",
                  err);
    return staging->contact_owner != NULL;
}

/* Known as ours, or as another source's that we named, too. */
static bool point_is_same(struct staging *staging,
                          const struct staging_contact *point, bool *same,
                          struct error *err)
{
    struct statement *query = staging->contact_same;
    bind_integer(query, 1, staging->row_id);
    bind_text_static(query, 2, staging->contact_source);
    bind_text_static(query, 3, point->kind);
    bind_text_static(query, 4, point->value);
    bind_text_static(query, 5, point->extension);
    bind_text_static(query, 6, point->use);
    bind_text_static(query, 7, point->zones);
    bind_integer(query, 8, point->rank);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *same = step == 1;
    statement_reset(query);
    return true;
}

/* Are these just the points that the patient has from here? */
static bool set_is_same(struct staging *staging,
                        const struct staging_contact *contacts, size_t count,
                        bool *same, struct error *err)
{
    struct statement *query = staging->contact_look;
    bind_integer(query, 1, staging->row_id);
    bind_text_static(query, 2, staging->contact_source);
    if (statement_step(query, err) != 1)
        return false;
    int64_t known = column_integer(query, 0);
    statement_reset(query);
    *same = known == (int64_t)count;
    for (size_t i = 0; i < count && *same; i++)
        if (!point_is_same(staging, &contacts[i], same, err))
            return false;
    return true;
}

bool staging_contacts(struct staging *staging, int64_t line, const char *mrn,
                      const struct staging_contact *contacts, size_t count,
                      enum staging_verdict *verdict, struct error *err)
{
    /* (what a newer file had of this patient is known) */
    if (staging->row_late)
        return true;
    if (!staging_write_begin(staging, err))
        return false;
    if (staging->row_id) {
        bool same;
        if (!set_is_same(staging, contacts, count, &same, err))
            return false;
        if (same)
            return true;
        if (*verdict == STAGING_SAME)
            *verdict = STAGING_CHANGED;
        bind_integer(staging->contact_owner, 1, staging->row_id);
        bind_integer(staging->contact_owner, 2, line);
        if (!statement_run(staging->contact_owner, err))
            return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct statement *add = staging->contact_add;
        bind_integer(add, 1, line);
        bind_text_static(add, 2, mrn);
        if (staging->row_id)
            bind_integer(add, 3, staging->row_id);
        else
            bind_null(add, 3);
        staging->points += staging->row_id == 0;
        bind_text_static(add, 4, contacts[i].kind);
        bind_text_static(add, 5, contacts[i].value);
        bind_text_static(add, 6, contacts[i].extension);
        bind_text_static(add, 7, contacts[i].use);
        bind_text_static(add, 8, contacts[i].zones);
        bind_integer(add, 9, contacts[i].rank);
        if (!statement_run(add, err) || !staging_write_end(staging, err) ||
            !staging_write_begin(staging, err))
            return false;
    }
    return true;
}

/* ?1: now; ?2: the source; ?3: of when the file is. */
static bool run(struct staging *staging, const char *sql, struct error *err)
{
    struct statement *step = statement(staging->store, sql);
    bind_integer(step, 1, staging->now);
    bind_text_static(step, 2, staging->contact_source);
    bind_integer(step, 3, staging->at);
    return statement_run(step, err);
}

/* Of changed patients: those of our points that left the row. */
#define LEFT                                                                  \
    "t.patient_id IN (SELECT id FROM temp.contact_owner) AND t.gone_at IS "   \
    "NULL AND NOT EXISTS (SELECT 1 FROM temp.contact c WHERE c.patient_id = " \
    "t.patient_id AND c.kind = t.kind AND c.value = t.value)"

static const char also_left[] =
    "DELETE FROM contact_also WHERE ?1 = ?1 AND ?3 = ?3 AND source = ?2 AND "
    "contact_id IN "
    "(SELECT t.id FROM contact_point t WHERE " LEFT ")";
static const char own_left[] = "UPDATE contact_point AS t SET gone_at = ?1 "
                               "WHERE ?3 = ?3 AND t.source IS ?2 AND " LEFT;
static const char note_also[] =
    "INSERT INTO contact_also(contact_id, source, at) SELECT t.id, ?2, ?3 FROM "
    "temp.contact c JOIN contact_point t ON t.patient_id = c.patient_id AND "
    "t.kind = c.kind AND t.value = c.value WHERE ?1 = ?1 AND c.patient_id IS "
    "NOT NULL AND "
    "t.gone_at IS NULL AND t.source IS NOT ?2 ON CONFLICT DO UPDATE SET at = "
    "excluded.at";

bool staging_contact_apply(struct staging *staging, struct error *err)
{
    if (!run(staging, also_left, err) || !run(staging, own_left, err))
        return false;
    struct statement *put = statement_build(
        staging->store,
        "INSERT INTO contact_point(patient_id, kind, value, extension, use, "
        "zones, rank, source, source_at) "
        "SELECT coalesce(c.patient_id, (SELECT id FROM patient WHERE mrn = "
        "c.mrn)), c.kind, c.value, c.extension, c.use, c.zones, c.rank, ?2, ?1 "
        /* a newer word may be that there is none at all */
        "FROM temp.contact c WHERE NOT EXISTS (SELECT 1 FROM contact_word w "
        "WHERE w.patient_id = c.patient_id AND w.over_at > ?1) "
        "ON CONFLICT(patient_id, kind, value) DO UPDATE SET "
        "extension = excluded.extension, use = excluded.use, "
        "zones = excluded.zones, rank = excluded.rank, "
        "source = excluded.source, source_at = excluded.source_at, "
        "gone_at = NULL WHERE contact_point.gone_at IS NOT NULL OR "
        "contact_point.source IS ?2",
        err);
    if (put) {
        bind_integer(put, 1, staging->at);
        bind_text_static(put, 2, staging->contact_source);
    }
    return staging_insert(staging, "contact_point", staging->points, put,
                          err) &&
           run(staging, note_also, err);
}
