/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_INTAKE_OWN_H
#define FEEDS_INTAKE_OWN_H

#include "store/alias.h"
#include "store/upsert.h"
#include "store/waiting.h"

#include "feeds/intake.h"
#include "feeds/record.h"

/* Inside of an intake: for feeds/intake*.c only. */

struct record;
struct visit_doubt;

/* A record that reads rows of one table with these columns. */
struct shape {
    const struct layout_table *table;
    struct record_input *inputs;
    size_t count;
    struct record *record;
};

struct intake {
    struct store *store;
    struct intake_options options;
    instant data_at; /* of when what comes is, for the age of its feed */
    struct upsert *upsert;
    bool any_forgotten; /* when the message came */
    bool any_waiting;
    bool any_merged;
    struct waiting_list heard; /* what waits for those who became known */
    struct shape *shapes;
    size_t shape_count;
    struct visit_doubt *doubts; /* until intake_hold() */
    size_t doubt_count;
};

/* Somebody of the message, once they were looked for. */
struct known {
    bool looked;
    bool strangers; /* an id of theirs leads to somebody whom they are not */
    struct alias_person person; /* id 0: nobody yet */
    int64_t forgotten;          /* the record without a face; 0: they were not
                                   forgotten */
};

struct taking {
    struct intake *intake;
    const struct facts *facts;
    struct known *known;
    struct intake_counts *counts;
    intake_bad_fn *bad;
    void *arg;
    bool waited;   /* what is taken has waited, and may go on */
    bool told;     /* and what is wrong with its time was told already */
    bool dated;    /* its source said of when it is */
    bool anothers; /* the row at hand was another patient's so far */
    bool filed;    /* a file has one of its id for another patient */
    struct record_sender sender;
};

/* intake.c: one row, with what follows from its verb. */
bool intake_row(struct taking *it, const struct fact *fact, struct error *err);
void intake_tell(struct taking *it, const struct fact *fact, const char *column,
                 const char *value, const char *reason, bool row);

/* intake_shape.c: for rows of these columns; stays good until the next one. */
struct shape *intake_shape(struct intake *intake, const struct fact *fact,
                           struct error *err);
void intake_shapes_free(struct intake *intake);

/* intake_when.c: whose wall and clock it is; and of when the message is, which
 * is never later than now. Who is told knows when it is not what was said. */
bool intake_sender(struct taking *it, struct error *err);
instant intake_when(struct taking *it, const struct facts *facts,
                    int64_t *span);
/* intake_visit.c: visits that are off, or of which nobody knows when. */
struct record_fault;
bool intake_is_off(const struct fact *fact);
/* The row was refused for this. A day alone is no visit that we could remind
 * of, and nothing that is wrong, unless we have a time of it (fact.h). */
bool intake_vague(struct taking *it, const struct fact *fact, const char *id,
                  const struct record_fault *fault, bool *vague,
                  struct error *err);
/* The row was refused for this: is it for its start? `id`: what it is called
 * here. */
bool intake_doubt(struct taking *it, const struct fact *fact, const char *id,
                  const struct record_fault *fault, struct error *err);
/* Of a visit: it is known when it is, or that it is off, and what was asked
 * about it may be answered. */
bool intake_sure(struct taking *it, const struct fact *fact,
                 const struct shape *shape, enum upsert_verdict verdict,
                 struct error *err);
void intake_doubts_free(struct intake *intake);

/* intake_person.c: who is meant. */
bool intake_person(struct taking *it, int index, struct known **out,
                   struct error *err);
/* What a new record is called: its record number, else the first id; where
 * another one has that name, with the authority behind it. */
bool intake_person_name(struct taking *it, int index, char out[ALIAS_MRN_MAX],
                        struct error *err);
/* Their ids lead to this record from now on; what waits for them is heard. */
bool intake_person_ids(struct taking *it, int index, int64_t patient_id,
                       struct error *err);
/* Whether a row is of somebody who must be here, and is not. */
bool intake_person_none(struct taking *it, const struct fact *fact, bool *none,
                        struct error *err);
/* Whom a patient's row is about, when it came by the ids of a record that is
 * merged now; NULL: it did not. The row is that record's: the one that is left
 * speaks for itself. */
const struct alias_person *intake_person_gone(struct taking *it,
                                              const struct fact *fact);
/* Whether they died, and are in hospital, as the row says it, is this record's
 * by the ids of `via`; a word that others contradict asks a person. */
bool intake_words(struct taking *it, const struct fact *fact,
                  const struct record *record, int64_t patient_id, int64_t via,
                  bool *changed, struct error *err);
/* What such a row says of that holds for the person, if it can be them; else a
 * person of ours is asked. */
bool intake_person_pass(struct taking *it, const struct fact *fact,
                        const struct alias_person *gone,
                        const struct record *record, struct error *err);
/* A row came by the ids of a record that is merged now. */
bool intake_person_came(struct taking *it, const struct fact *fact,
                        int64_t row_id, struct error *err);

/* intake_merge.c: who is one, and who are two after all. */
bool intake_merge(struct taking *it, const struct fact *fact,
                  struct error *err);
bool intake_part(struct taking *it, const struct fact *fact, struct error *err);
/* Somebody has no other record by the word of this source, once they are known:
 * one that it named before is taken back. */
bool intake_alone(struct taking *it, int index, struct error *err);

/* intake_kin.c: whether the row is one for us: that somebody speaks for a child
 * no more is none where there is nobody, and is noted for older news. */
bool intake_kin(struct taking *it, struct fact *fact, bool *counts,
                struct error *err);

/* intake_stay.c: whether this record is in hospital, as the row says it by the
 * ids of `via`. */
bool intake_stay(struct taking *it, const struct fact *fact,
                 const struct record *record, int64_t patient_id, int64_t via,
                 bool *changed, struct error *err);
/* By what is known of its stay: a planned visit that comes behind it is one to
 * which they came; `*old`: they have come back since from such a discharge;
 * `*none`: the row is none, for they never came in by that. */
bool intake_stay_heed(struct taking *it, struct fact *fact, bool *old,
                      bool *none, struct error *err);
/* The stay of this end goes on, and its source knows: no discharge that is on
 * its way changes that. */
bool intake_stay_goes_on(struct taking *it, const struct fact *fact, bool *on,
                         struct error *err);
/* A stay has another number, or is somebody else's. */
bool intake_stay_move(struct taking *it, const struct fact *fact,
                      struct error *err);
/* A stay was deleted, of whomever. */
bool intake_stay_delete(struct taking *it, const struct fact *fact,
                        struct error *err);

/* intake_id.c: which row an id means, by whose it is: `texts` of the fields are
 * what the rows are called here. `*torn`: its ids mean two visits, which was
 * told. */
bool intake_ids(struct taking *it, const struct fact *fact, const char **texts,
                bool *torn, struct error *err);
/* Who gave the row's id out; NULL: nobody says. */
const char *intake_owner(const struct fact *fact);
/* A row that was there already is theirs from now on. */
bool intake_owns(struct taking *it, const struct fact *fact, int64_t row_id,
                 struct error *err);

/* intake_wait.c: rows of somebody whom nobody knows. */
bool intake_keep(struct taking *it, const struct fact *fact, struct error *err);
/* The same of one that ends a row which nobody knows: what it ends may be on
 * its way yet. */
bool intake_keep_early(struct taking *it, const struct fact *fact,
                       struct error *err);
/* Whether what this ends may be on its way: not when it is said of nobody, nor
 * a month after. */
bool intake_may_be_early(const struct taking *it, const struct fact *fact);
/* The row was never meant: `*kept` says whether it waited. */
bool intake_unkeep(struct taking *it, const struct fact *fact, bool *kept,
                   struct error *err);
/* Whether the row hangs on one that is not there yet: a fill, on its
 * prescription, which is called as `texts` say. `*torn`: that is another
 * patient's, which was told. */
bool intake_hangs(struct taking *it, const struct fact *fact,
                  const char *const *texts, bool *hangs, bool *torn,
                  struct error *err);
/* Hears what waits of this row, which is there by now and called so, or for
 * it. */
bool intake_hear(struct taking *it, const struct fact *fact, struct error *err);
/* Takes in what was heard of. */
bool intake_wake(struct taking *it, struct error *err);

#endif
