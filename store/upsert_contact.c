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

/* Which of them it is; their count: none. */
static size_t place_of(const struct upsert_points *said, const char *kind,
                       const char *value)
{
    size_t i = 0;
    while (i < said->count &&
           !(text_equal(said->contacts[i].kind, kind) &&
             text_equal_nocase(said->contacts[i].value, value)))
        i++;
    return i;
}

/* The first that this source had and has no longer; 0: there is none. A bit of
 * `*own` for each of the others that is its own. */
static bool point_left(struct store *store, const struct upsert_points *said,
                       uint64_t *own, int64_t *left, struct error *err)
{
    struct statement *have = statement(
        store, "SELECT c.id, c.kind, c.value, c.source IS ?2 FROM "
               "contact_point c WHERE c.patient_id = ?1 AND c.gone_at IS NULL "
               "AND (c.source IS ?2 OR EXISTS (SELECT 1 FROM contact_also a "
               "WHERE a.contact_id = c.id AND a.source = ?2))");
    bind_integer(have, 1, said->patient_id);
    bind_text_static(have, 2, said->source);
    int step;
    *left = 0;
    while ((step = statement_step(have, err)) == 1) {
        size_t place =
            place_of(said, column_text(have, 1), column_text(have, 2));
        if (place == said->count) {
            *left = column_integer(have, 0);
            break;
        }
        if (place < 64 && column_integer(have, 3))
            *own |= UINT64_C(1) << place;
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
 * others said before that, whoever named it. */
static bool points_over(struct store *store, const struct upsert_points *said,
                        bool *changed, struct error *err)
{
    static const char *const steps[] = {
        "DELETE FROM contact_also WHERE at < ?2 AND ?3 = ?3 AND contact_id IN "
        "(SELECT id FROM contact_point WHERE patient_id = ?1)",
        "UPDATE contact_word SET over_at = ?2 WHERE patient_id = ?1 AND source "
        "= ?3",
        "UPDATE contact_point SET gone_at = ?2 WHERE patient_id = ?1 AND "
        "gone_at IS NULL AND source IS NOT NULL AND source IS NOT ?3 AND "
        "source_at < ?2 AND NOT EXISTS (SELECT 1 FROM contact_word w WHERE "
        "w.patient_id = ?1 AND w.source = contact_point.source AND w.at > "
        "?2)"};
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        struct statement *step = statement(store, steps[i]);
        bind_integer(step, 1, said->patient_id);
        bind_integer(step, 2, said->at);
        bind_text_static(step, 3, said->source);
        if (!statement_run(step, err))
            return false;
    }
    *changed |= store_changes(store) > 0;
    return true;
}

/* Whether it is no older than all that its source said so far, and than that
 * there is no number at all; `*noted`: nor newer. */
static bool word_look(struct store *store, const struct upsert_points *said,
                      bool *newest, bool *noted, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT source = ?2, at, coalesce(over_at, 0) FROM "
                         "contact_word WHERE patient_id = ?1");
    int64_t span = said->span > 0 ? said->span : 1;
    int step;
    bind_integer(query, 1, said->patient_id);
    bind_text_static(query, 2, said->source);
    *newest = true;
    *noted = false;
    while ((step = statement_step(query, err)) == 1) {
        instant at = column_integer(query, 1);
        bool own = column_integer(query, 0) != 0;
        *noted |= own && at >= said->at;
        if ((own && at - said->at >= span) ||
            column_integer(query, 2) > said->at)
            *newest = false;
    }
    statement_reset(query);
    return step == 0;
}

static bool word_note(struct store *store, const struct upsert_points *said,
                      struct error *err)
{
    struct statement *note = statement(
        store, "INSERT INTO contact_word(patient_id, source, at) VALUES (?1, "
               "?2, ?3) ON CONFLICT DO UPDATE SET at = excluded.at");
    bind_integer(note, 1, said->patient_id);
    bind_text_static(note, 2, said->source);
    bind_integer(note, 3, said->at);
    return statement_run(note, err);
}

static bool points_put(struct store *store, const struct upsert_points *said,
                       uint64_t own, bool *changed, struct error *err)
{
    for (size_t i = 0; i < said->count; i++) {
        const struct staging_contact *point = &said->contacts[i];
        if (!point_put(store, said->patient_id, point, said->source, said->at,
                       err))
            return false;
        if (store_changes(store) > 0)
            *changed = true;
        else if (!(i < 64 && own >> i & 1) &&
                 !point_note(store, said->patient_id, point, said->source,
                             said->at, err))
            return false;
    }
    return true;
}

bool upsert_contacts(struct store *store, const struct upsert_points *said,
                     bool *changed, struct error *err)
{
    int64_t left;
    uint64_t own = 0;
    bool newest = true, noted = false;
    *changed = false;
    if (!said->fresh && !word_look(store, said, &newest, &noted, err))
        return false;
    if (!newest)
        return true;
    if (!noted && !word_note(store, said, err))
        return false;
    while (!said->fresh) {
        if (!point_left(store, said, &own, &left, err))
            return false;
        if (!left)
            break;
        if (!point_end(store, left, said->source, said->at, err))
            return false;
        *changed = true;
    }
    return said->count == 0 && said->none
               ? points_over(store, said, changed, err)
               : points_put(store, said, own, changed, err);
}
