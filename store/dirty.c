/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The notes that triggers leave when something changed, and what hangs on a
 * patient or a clinic that did. Evaluation follows these notes instead of the
 * population. Only a changed clinic makes it walk through everybody, in
 * slices: an index of all visits by clinic, kept up to date by each import for
 * an event of a few times a year, would cost more.
 */
#include "store/dirty.h"

#include "store/statement.h"
#include "store/store.h"

bool dirty_take(struct store *store, struct dirty *out, size_t limit,
                size_t *count, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT kind, id FROM dirty ORDER BY kind, id LIMIT ?");
    bind_integer(query, 1, (int64_t)limit);
    *count = 0;
    int step;
    while ((step = statement_step(query, err)) == 1)
        out[(*count)++] =
            (struct dirty){.kind = (enum anchor_kind)column_integer(query, 0),
                           .id = column_integer(query, 1)};
    return step == 0;
}

bool dirty_note(struct store *store, enum anchor_kind kind, int64_t id,
                struct error *err)
{
    struct statement *insert =
        statement(store, "INSERT INTO dirty(kind, id) VALUES (?, ?)"
                         " ON CONFLICT DO NOTHING");
    bind_integer(insert, 1, kind);
    bind_integer(insert, 2, id);
    return statement_run(insert, err);
}

bool dirty_done(struct store *store, const struct dirty *dirty,
                struct error *err)
{
    struct statement *remove =
        statement(store, "DELETE FROM dirty WHERE kind = ? AND id = ?");
    bind_integer(remove, 1, dirty->kind);
    bind_integer(remove, 2, dirty->id);
    return statement_run(remove, err);
}

bool dirty_any(struct store *store, bool *any, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT EXISTS (SELECT 1 FROM dirty) OR EXISTS "
                         "(SELECT 1 FROM dirty_clinic)");
    if (statement_step(query, err) != 1)
        return false;
    *any = column_integer(query, 0) != 0;
    statement_reset(query);
    return true;
}

/* Clinics ---------------------------------------------------------------------
 */

/* How far a clinic is: behind the row `after_id` of the table of `kind`. The
 * hindmost goes on, and takes along those who stand where it passes; so a
 * hundred clinics that changed in one import cost one walk. */
struct spread {
    int64_t kind, after_id;
};

static bool spread_hindmost(struct store *store, struct spread *at, bool *found,
                            struct error *err)
{
    struct statement *query =
        statement(store, "SELECT kind, after_id FROM dirty_clinic "
                         "ORDER BY kind, after_id LIMIT 1");
    int step = statement_step(query, err);
    if (step == 1)
        *at =
            (struct spread){column_integer(query, 0), column_integer(query, 1)};
    statement_reset(query);
    *found = step == 1;
    return step >= 0;
}

/* The last row of a slice behind ?1, and the notes for those of its rows that
 * hang on a clinic which has not come further. */
#define SLICE(table)                                                           \
    "SELECT max(id) FROM (SELECT id FROM " table " WHERE id > ?1 ORDER BY id " \
    "LIMIT ?2)"
#define NOTE "INSERT OR IGNORE INTO dirty(kind, id) SELECT ?3, t.id FROM "
#define ROWS " WHERE t.id > ?1 AND t.id <= ?2 AND "
#define CLINICS \
    " IN (SELECT id FROM dirty_clinic WHERE (kind, after_id) < (?3, ?2))"
static const struct {
    const char *slice, *note;
} spreads[] = {
    [ANCHOR_APPOINTMENT] = {SLICE("appointment"),
                            NOTE "appointment t" ROWS
                                 "t.start_at > ?4 AND t.clinic_id" CLINICS},
    [ANCHOR_FILL] =
        {SLICE("fill"),
         NOTE "fill t JOIN prescription r ON r.id = t.prescription_id" ROWS
              "t.latest AND max(t.runs_out_at, t.filled_at) > ?4 AND "
              "coalesce(t.pickup_id, r.pickup_id)" CLINICS},
    [ANCHOR_DISCHARGE] = {SLICE("discharge"),
                          NOTE "discharge t" ROWS
                               "t.discharged_at > ?4 AND t.clinic_id" CLINICS},
    /* and whatever else is theirs */
    [ANCHOR_PATIENT] = {SLICE("patient"),
                        NOTE "patient t" ROWS
                             "?4 IS NOT NULL AND t.clinic_id" CLINICS},
};

static bool spread_move(struct store *store, struct spread to,
                        struct error *err)
{
    struct statement *move =
        statement(store, "UPDATE dirty_clinic SET kind = ?1, after_id = ?2 "
                         "WHERE (kind, after_id) < (?1, ?2)");
    struct statement *over =
        statement(store, "DELETE FROM dirty_clinic WHERE kind > ?");
    bind_integer(move, 1, to.kind);
    bind_integer(move, 2, to.after_id);
    bind_integer(over, 1, ANCHOR_PATIENT);
    return statement_run(move, err) && statement_run(over, err);
}

bool dirty_spread(struct store *store, instant since, size_t rows, bool *more,
                  struct error *err)
{
    struct spread at = {0};
    if (!spread_hindmost(store, &at, more, err))
        return false;
    if (!*more)
        return true;
    struct statement *slice = statement(store, spreads[at.kind].slice);
    bind_integer(slice, 1, at.after_id);
    bind_integer(slice, 2, (int64_t)rows);
    if (statement_step(slice, err) != 1)
        return false;
    int64_t last = column_integer(slice, 0);
    bool over = column_is_null(slice, 0);
    statement_reset(slice);
    if (over)
        return spread_move(store, (struct spread){at.kind + 1, 0}, err);
    struct statement *note = statement(store, spreads[at.kind].note);
    bind_integer(note, 1, at.after_id);
    bind_integer(note, 2, last);
    bind_integer(note, 3, at.kind);
    bind_integer(note, 4, since);
    return statement_run(note, err) &&
           spread_move(store, (struct spread){at.kind, last}, err);
}

/* Patients --------------------------------------------------------------------
 */

static struct statement *anchors_query(struct store *store,
                                       enum anchor_kind kind)
{
    switch (kind) {
    case ANCHOR_APPOINTMENT:
        return statement(store,
                         "SELECT id FROM appointment INDEXED BY"
                         " appointment_patient"
                         " WHERE patient_id = ?1 AND start_at > ?2 AND id > ?3"
                         " UNION SELECT anchor_id FROM entry INDEXED BY"
                         " entry_patient"
                         " WHERE patient_id = ?1 AND anchor_kind = 1"
                         " AND closed_at IS NULL AND anchor_id > ?3"
                         " ORDER BY 1 LIMIT ?4");
    case ANCHOR_FILL:
        return statement(store,
                         "SELECT id FROM fill INDEXED BY fill_patient"
                         " WHERE patient_id = ?1"
                         " AND max(runs_out_at, filled_at) > ?2 AND id > ?3"
                         " UNION SELECT anchor_id FROM entry INDEXED BY"
                         " entry_patient"
                         " WHERE patient_id = ?1 AND anchor_kind = 2"
                         " AND closed_at IS NULL AND anchor_id > ?3"
                         " ORDER BY 1 LIMIT ?4");
    case ANCHOR_DISCHARGE:
        return statement(
            store, "SELECT id FROM discharge INDEXED BY"
                   " discharge_patient"
                   " WHERE patient_id = ?1 AND discharged_at > ?2 AND id > ?3"
                   " UNION SELECT anchor_id FROM entry INDEXED BY"
                   " entry_patient"
                   " WHERE patient_id = ?1 AND anchor_kind = 3"
                   " AND closed_at IS NULL AND anchor_id > ?3"
                   " ORDER BY 1 LIMIT ?4");
    case ANCHOR_RESULT:
        return statement(
            store, "SELECT id FROM screening"
                   " WHERE patient_id = ?1 AND resulted_at > ?2 AND id > ?3"
                   " UNION SELECT anchor_id FROM entry"
                   " WHERE patient_id = ?1 AND anchor_kind = 5"
                   " AND closed_at IS NULL AND anchor_id > ?3"
                   " ORDER BY 1 LIMIT ?4");
    case ANCHOR_PATIENT:
        break;
    }
    return NULL;
}

bool patient_anchors(struct store *store, int64_t patient_id,
                     enum anchor_kind kind, instant from, int64_t after,
                     int64_t *out, size_t limit, size_t *count,
                     struct error *err)
{
    *count = 0;
    struct statement *query = anchors_query(store, kind);
    if (!query)
        return true;
    bind_integer(query, 1, patient_id);
    bind_integer(query, 2, from);
    bind_integer(query, 3, after);
    bind_integer(query, 4, (int64_t)limit);
    int step;
    while ((step = statement_step(query, err)) == 1)
        out[(*count)++] = column_integer(query, 0);
    return step == 0;
}
