/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers and addresses of a person, as one source says them. */
#include "base/text.h"

#include "store/statement.h"
#include "store/store.h"
#include "store/upsert.h"

/* It is another source's, and this one's, too. */
static bool point_note(struct store *store, int64_t patient_id,
                       const struct staging_contact *point, const char *source,
                       instant at, struct error *err)
{
    struct statement *note = statement(
        store, "INSERT INTO contact_also(contact_id, source, at) SELECT id, "
               "?4, ?5 FROM contact_point WHERE patient_id = ?1 AND kind = ?2 "
               "AND value = ?3 AND gone_at IS NULL AND source IS NOT ?4 ON "
               "CONFLICT DO UPDATE SET at = max(at, excluded.at)");
    bind_integer(note, 1, patient_id);
    bind_text_static(note, 2, point->kind);
    bind_text_static(note, 3, point->value);
    bind_text_static(note, 4, source);
    bind_integer(note, 5, at);
    return statement_run(note, err);
}

/* What is known from elsewhere is left as it is. */
static bool point_put(struct store *store, int64_t patient_id,
                      const struct staging_contact *point, const char *source,
                      instant at, struct error *err)
{
    struct statement *put = statement(
        store,
        "INSERT INTO contact_point(patient_id, kind, value, extension, use, "
        "zones, rank, source, source_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
        "?8, ?9) ON CONFLICT(patient_id, kind, value) DO UPDATE SET "
        "extension = excluded.extension, use = excluded.use, zones = "
        "excluded.zones, rank = excluded.rank, source = excluded.source, "
        "source_at = excluded.source_at, gone_at = NULL WHERE "
        "contact_point.gone_at IS NOT NULL OR (contact_point.source IS ?8 AND "
        "(contact_point.extension IS NOT ?4 OR contact_point.use IS NOT ?5 OR "
        "contact_point.zones IS NOT ?6 OR contact_point.rank != ?7))");
    bind_integer(put, 1, patient_id);
    bind_text_static(put, 2, point->kind);
    bind_text_static(put, 3, point->value);
    bind_text_static(put, 4, point->extension);
    bind_text_static(put, 5, point->use);
    bind_text_static(put, 6, point->zones);
    bind_integer(put, 7, point->rank);
    bind_text_static(put, 8, source);
    bind_integer(put, 9, at);
    return statement_run(put, err);
}

static bool is_among(const struct staging_contact *contacts, size_t count,
                     const char *kind, const char *value)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(contacts[i].kind, kind) &&
            text_equal_nocase(contacts[i].value, value))
            return true;
    return false;
}

/* The first that this source had and has no longer; 0: there is none. */
static bool point_left(struct store *store, int64_t patient_id,
                       const struct staging_contact *contacts, size_t count,
                       const char *source, int64_t *left, struct error *err)
{
    struct statement *have = statement(
        store, "SELECT c.id, c.kind, c.value FROM contact_point c WHERE "
               "c.patient_id = ?1 AND c.gone_at IS NULL AND (c.source IS ?2 OR "
               "EXISTS (SELECT 1 FROM contact_also a WHERE a.contact_id = c.id "
               "AND a.source = ?2))");
    bind_integer(have, 1, patient_id);
    bind_text_static(have, 2, source);
    int step;
    *left = 0;
    while ((step = statement_step(have, err)) == 1)
        if (!is_among(contacts, count, column_text(have, 1),
                      column_text(have, 2))) {
            *left = column_integer(have, 0);
            break;
        }
    statement_reset(have);
    return step >= 0;
}

/* A source names it no longer: one that others name is theirs alone. */
static bool point_end(struct store *store, int64_t id, const char *source,
                      instant at, struct error *err)
{
    struct statement *also =
        statement(store, "DELETE FROM contact_also WHERE contact_id = ?1 AND "
                         "source = ?2");
    bind_integer(also, 1, id);
    bind_text_static(also, 2, source);
    if (!statement_run(also, err))
        return false;
    if (store_changes(store) > 0)
        return true;
    struct statement *gone =
        statement(store, "UPDATE contact_point SET gone_at = ?2 WHERE id = ?1");
    bind_integer(gone, 1, id);
    bind_integer(gone, 2, at);
    return statement_run(gone, err);
}

/* Whose newest word is that there is no number any more is not reached by what
 * others said before that. */
static bool points_over(struct store *store, int64_t patient_id,
                        const char *source, instant at, struct error *err)
{
    struct statement *also =
        statement(store, "DELETE FROM contact_also WHERE at < ?2 AND "
                         "contact_id IN (SELECT id FROM contact_point WHERE "
                         "patient_id = ?1)");
    bind_integer(also, 1, patient_id);
    bind_integer(also, 2, at);
    if (!statement_run(also, err))
        return false;
    struct statement *gone = statement(
        store, "UPDATE contact_point SET gone_at = ?3 WHERE patient_id "
               "= ?1 AND gone_at IS NULL AND source IS NOT NULL AND "
               "source IS NOT ?2 AND source_at < ?3");
    bind_integer(gone, 1, patient_id);
    bind_text_static(gone, 2, source);
    bind_integer(gone, 3, at);
    return statement_run(gone, err);
}

bool upsert_contacts_told(struct store *store, int64_t patient_id,
                          const char *source, instant at, bool *told,
                          struct error *err)
{
    struct statement *query =
        statement(store, "SELECT 1 FROM contact_told WHERE patient_id = ?1 AND "
                         "source IN (?2, '') AND at > ?3");
    bind_integer(query, 1, patient_id);
    bind_text_static(query, 2, source);
    bind_integer(query, 3, at);
    int step = statement_step(query, err);
    *told = step == 1;
    statement_reset(query);
    return step >= 0;
}

static bool points_told(struct store *store, int64_t patient_id,
                        const char *source, instant at, struct error *err)
{
    struct statement *tell = statement(
        store, "INSERT INTO contact_told(patient_id, source, at) VALUES (?1, "
               "?2, ?3) ON CONFLICT DO UPDATE SET at = excluded.at WHERE "
               "excluded.at > at");
    bind_integer(tell, 1, patient_id);
    bind_text_static(tell, 2, source);
    bind_integer(tell, 3, at);
    return statement_run(tell, err);
}

bool upsert_contacts(struct store *store, int64_t patient_id,
                     const struct staging_contact *contacts, size_t count,
                     const char *source, instant at, bool none, bool *changed,
                     struct error *err)
{
    int64_t left;
    *changed = false;
    if (!points_told(store, patient_id, source, at, err))
        return false;
    for (;;) {
        if (!point_left(store, patient_id, contacts, count, source, &left, err))
            return false;
        if (!left)
            break;
        if (!point_end(store, left, source, at, err))
            return false;
        *changed = true;
    }
    if (*changed && count == 0 && none)
        return points_told(store, patient_id, "", at, err) &&
               points_over(store, patient_id, source, at, err);
    for (size_t i = 0; i < count; i++) {
        if (!point_put(store, patient_id, &contacts[i], source, at, err))
            return false;
        if (store_changes(store) > 0)
            *changed = true;
        else if (!point_note(store, patient_id, &contacts[i], source, at, err))
            return false;
    }
    return true;
}
