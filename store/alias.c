/* SPDX-License-Identifier: Apache-2.0 */
#include "store/alias.h"

#include "base/text.h"

#include "store/statement.h"
#include "store/store.h"

static bool person_read(struct statement *query, struct alias_person *out,
                        struct error *err)
{
    int step = statement_step(query, err);
    *out = (struct alias_person){0};
    if (step == 1) {
        out->id = column_integer(query, 0);
        text_copy(out->mrn, sizeof(out->mrn), column_text(query, 1));
        out->by = column_integer(query, 2);
        text_copy(out->by_mrn, sizeof(out->by_mrn), column_text(query, 3));
        const char *beside = column_text(query, 4);
        text_copy(out->beside, sizeof(out->beside), beside ? beside : "");
    }
    statement_reset(query);
    return step >= 0;
}

bool alias_find(struct store *store, const char *authority, const char *value,
                struct alias_person *out, struct error *err)
{
    struct statement *query = statement(
        store,
        "SELECT q.id, q.mrn, p.id, p.mrn, a.beside FROM patient_alias a JOIN "
        "patient p ON p.id = a.patient_id JOIN patient q ON q.id = "
        "coalesce(p.merged_into, p.id) WHERE a.authority = ? AND "
        "a.value = ?");
    bind_text_static(query, 1, authority);
    bind_text_static(query, 2, value);
    return person_read(query, out, err);
}

/* Of two records: whether they are one person's. */
#define SAME_PERSON(one, other)                                              \
    "(SELECT coalesce(p.merged_into, p.id) FROM patient p WHERE p.id = " one \
    ") = (SELECT coalesce(p.merged_into, p.id) FROM patient p WHERE p.id "   \
    "= " other ")"

/* Whose the id is, where it is not this patient's; 0: it is. */
static bool find_anothers(struct store *store, const struct alias_word *word,
                          int64_t *anothers, struct error *err)
{
    struct statement *find = statement(
        store, "SELECT patient_id FROM patient_alias WHERE authority = ?1 AND "
               "value = ?2 AND NOT " SAME_PERSON("patient_id", "?3"));
    bind_text_static(find, 1, word->authority);
    bind_text_static(find, 2, word->value);
    bind_integer(find, 3, word->patient_id);
    int step = statement_step(find, err);
    *anothers = step == 1 ? column_integer(find, 0) : 0;
    statement_reset(find);
    return step >= 0;
}

/* Authorities are few: each is looked up, and no index by value is needed. */
bool alias_authority(struct store *store, const char *kind, const char *value,
                     char out[ALIAS_MRN_MAX], struct error *err)
{
    struct statement *query = statement(
        store,
        "WITH RECURSIVE a(x) AS (SELECT min(authority) FROM patient_alias "
        "UNION ALL SELECT (SELECT min(authority) FROM patient_alias WHERE "
        "authority > a.x) FROM a WHERE a.x IS NOT NULL) SELECT min(a.x), "
        "count(*) FROM a JOIN patient_alias p ON p.authority = a.x AND p.value "
        "= ?2 WHERE substr(a.x, -length(?1)) = ?1");
    bind_text_static(query, 1, kind);
    bind_text_static(query, 2, value);
    if (statement_step(query, err) != 1)
        return false;
    text_copy(out, ALIAS_MRN_MAX,
              column_integer(query, 1) == 1 ? column_text(query, 0) : "");
    statement_reset(query);
    return true;
}

bool alias_by_mrn(struct store *store, const char *mrn, const char *authority,
                  const char *also, struct alias_person *out, struct error *err)
{
    struct statement *query = statement(
        store,
        "SELECT q.id, q.mrn, p.id, p.mrn, (SELECT a.beside FROM patient_alias "
        "a WHERE a.patient_id = p.id AND a.value = ?1 AND a.authority = ?2) "
        "FROM patient p JOIN patient q ON "
        "q.id = coalesce(p.merged_into, p.id) WHERE p.mrn = ?1 AND (?2 IS NULL "
        "OR NOT EXISTS (SELECT 1 FROM patient_alias a WHERE a.patient_id "
        "= p.id AND a.value = ?1 AND a.authority != ?2 AND a.authority IS NOT "
        "?3))");
    bind_text_static(query, 1, mrn);
    bind_text_static(query, 2, authority);
    bind_text_static(query, 3, also);
    return person_read(query, out, err);
}

/* Of one that they have already only this is news: they come by it. */
#define CONFIRMED                                                      \
    "a.patient_id = excluded.patient_id AND a.beside IS NOT NULL AND " \
    "excluded.beside IS NULL"

bool alias_put(struct store *store, const struct alias_word *word,
               int64_t *anothers, struct error *err)
{
    struct statement *put = statement(
        store,
        "INSERT INTO patient_alias AS a(authority, value, patient_id, source, "
        "source_at, beside) SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS "
        "(SELECT 1 FROM alias_over o WHERE o.authority = ?1 AND o.value = ?2 "
        "AND o.patient_id = ?3 AND o.at > ?5) ON CONFLICT(authority, value) DO "
        "UPDATE SET patient_id = excluded.patient_id, beside = "
        "excluded.beside, source_at = max(coalesce(a.source_at, 0), "
        "excluded.source_at) WHERE (" CONFIRMED ") OR (a.patient_id != "
        "excluded.patient_id AND coalesce(a.source_at, 0) <= "
        "excluded.source_at AND (SELECT p.merged_into FROM patient p WHERE "
        "p.id = a.patient_id) IS NOT excluded.patient_id AND " SAME_PERSON(
            "a.patient_id", "excluded.patient_id") ")");
    bind_text_static(put, 1, word->authority);
    bind_text_static(put, 2, word->value);
    bind_integer(put, 3, word->patient_id);
    bind_text_static(put, 4, word->source);
    bind_integer(put, 5, word->at);
    bind_text_static(put, 6, word->beside);
    *anothers = 0;
    return statement_run(put, err) &&
           (store_changes(store) > 0 ||
            find_anothers(store, word, anothers, err));
}

bool alias_drop(struct store *store, const char *authority, const char *value,
                int64_t patient_id, instant at, bool *dropped,
                struct error *err)
{
    static const char *const steps[] = {
        "INSERT INTO alias_over(authority, value, patient_id, at) VALUES (?1, "
        "?2, ?3, ?4) ON CONFLICT DO UPDATE SET at = excluded.at WHERE "
        "excluded.at > at",
        "DELETE FROM patient_alias WHERE authority = ?1 AND value = ?2 AND "
        "patient_id = ?3 AND source_at <= ?4"};
    for (size_t i = 0; i < 2; i++) {
        struct statement *step = statement(store, steps[i]);
        bind_text_static(step, 1, authority);
        bind_text_static(step, 2, value);
        bind_integer(step, 3, patient_id);
        bind_integer(step, 4, at);
        if (!statement_run(step, err))
            return false;
    }
    *dropped = store_changes(store) > 0;
    return true;
}
