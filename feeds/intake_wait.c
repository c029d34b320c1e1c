/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows that cannot be taken yet, since they name somebody or a prescription
 * that nobody knows or end a row that nobody knows, and how they are taken
 * later: by the same way as all others, table by table and in the order in
 * which things happened.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"

#include "store/reference.h"
#include "store/store.h"

#include "feeds/intake_own.h"
#include "feeds/pending.h"

enum { EXPIRE_SLICE = 1000 };

/* Keeping ---------------------------------------------------------------------
 */

/* The prescription that the row names; NULL: it names none. */
static const struct fact_field *prescription_of(const struct fact *fact)
{
    for (size_t i = 0; i < fact->field_count; i++)
        if (fact->fields[i].column->type == LAYOUT_PRESCRIPTION)
            return &fact->fields[i];
    return NULL;
}

static struct waiting_key key_of(const struct taking *it, const char *kind,
                                 const struct fact_field *field,
                                 const struct waiting_id *ids, size_t count)
{
    return (struct waiting_key){.kind = kind,
                                .key = field->text,
                                .owner =
                                    field->authority ? field->authority : "",
                                .sender = it->facts->sender,
                                .ids = ids,
                                .id_count = count};
}

bool intake_hangs(struct taking *it, const struct fact *fact,
                  const char *const *texts, bool *hangs, bool *torn,
                  struct error *err)
{
    struct reference found;
    struct known *known;
    int person = it->facts->subject;
    const struct fact_field *field = prescription_of(fact);
    *hangs = false;
    if (!field || text_blank(field->text))
        return true;
    if (!reference_find(it->intake->store, REFERENCE_PRESCRIPTION,
                        texts[field - fact->fields], &found, err))
        return false;
    *hangs = !found.found && !found.forgotten;
    if (!found.found || person < 0)
        return true;
    if (!intake_person(it, person, &known, err))
        return false;
    /* Whose it is shows when they come: they may be another one. */
    *hangs = !known->person.id && !known->forgotten;
    if (*hangs || known->person.id == found.patient_id)
        return true;
    *torn = true;
    intake_tell(it, fact, field->column->name, field->text,
                "is the prescription of another patient than the one this is "
                "said of",
                true);
    return true;
}

bool intake_hear(struct taking *it, const struct fact *fact, struct error *err)
{
    static const char *const columns[] = {"id", "placer"};
    size_t count;
    bool done = true;
    bool supplies = text_equal(fact->table->name, "prescriptions");
    for (size_t i = 0; done && it->intake->any_waiting && i < 2; i++) {
        const struct fact_field *id = fact_field_of(fact, columns[i]);
        if (!id || text_blank(id->text))
            continue;
        struct waiting_id *ids = pending_ids(it->facts, fact, &count);
        const struct waiting_key key =
            key_of(it, fact->table->name, id, ids, count);
        done = waiting_of(it->intake->store, &key, &it->intake->heard, err) &&
               (!supplies || waiting_named(it->intake->store, id->text,
                                           &it->intake->heard, err));
        free(ids);
    }
    return done;
}

/* What is too old goes before anybody hears that there is no room. */
static bool put(struct taking *it, const struct waiting_row *row,
                enum waiting_verdict *verdict, struct error *err)
{
    int64_t gone = 0;
    struct store *store = it->intake->store;
    if (!waiting_add(store, row, verdict, err))
        return false;
    if (*verdict != WAITING_FULL)
        return true;
    if (!waiting_expire(store, it->intake->options.now - WAITING_KEPT_MS,
                        EXPIRE_SLICE, &gone, err))
        return false;
    return gone == 0 || waiting_add(store, row, verdict, err);
}

/* A stay that is deleted had a discharge, or a day on which it was expected, in
 * few cases; and what an A08 says of a discharge says its A03, too. */
static bool is_quiet(const struct fact *fact)
{
    return fact->waits ||
           (fact->verb == FACT_END &&
            (fact->beside || text_equal(fact->table->name, "discharges")));
}

static void count_kept(struct taking *it, bool early, bool quiet)
{
    it->counts->early += early;
    it->counts->quiet += quiet;
    it->counts->waiting += !early;
}

static bool keep(struct taking *it, const struct fact *fact, bool early,
                 struct error *err)
{
    bool quiet = early && is_quiet(fact);
    if (it->waited) {
        count_kept(it, early, quiet);
        return true;
    }
    struct pending pending;
    enum waiting_verdict verdict = WAITING_FULL;
    const struct fact_field *id = fact_field_of(fact, "id");
    const struct fact_field *placer = fact_field_of(fact, "placer");
    const struct fact_field *of = prescription_of(fact);
    pending_write(&pending, it->facts, fact);
    struct waiting_key behind = {0};
    if (of && of->text)
        behind = key_of(it, "prescriptions", of, pending.ids, pending.id_count);
    const struct waiting_row row = {
        .key = {.kind = fact->table->name,
                .key = pending.key.data,
                .owner = id && id->authority ? id->authority : "",
                .sender = it->facts->sender,
                .ids = pending.ids,
                .id_count = pending.id_count},
        .placer = placer ? placer->text : NULL,
        .placer_owner = placer && placer->authority ? placer->authority : "",
        .source = it->facts->source,
        .message = it->facts->message_id,
        .at = it->facts->at,
        .came_at = it->intake->options.now,
        .early = early,
        .quiet = quiet,
        .fields = pending.fields.data,
        .content = pending.content.data,
        .behind = behind.key ? &behind : NULL};
    bool fits = !pending.content.overflow && !pending.key.overflow &&
                !pending.fields.overflow;
    bool done = !fits || put(it, &row, &verdict, err);
    if (done && verdict == WAITING_KEPT) {
        count_kept(it, early, quiet);
        it->intake->any_waiting = true;
    } else if (done && verdict == WAITING_OLDER) {
        it->counts->older++;
    } else if (done) {
        intake_tell(it, fact, "patient", NULL,
                    fits ? "is of somebody whom nobody here knows, and too "
                           "many rows wait for their people already"
                         : "is of somebody whom nobody here knows, and too "
                           "long to wait for them",
                    true);
    }
    pending_free(&pending);
    return done;
}

bool intake_keep(struct taking *it, const struct fact *fact, struct error *err)
{
    return keep(it, fact, false, err);
}

static bool is_of_patient(const struct fact *fact)
{
    return text_equal(fact->table->name, "patients");
}

/* Of whoever leaves the number alone. */
bool intake_keep_early(struct taking *it, const struct fact *fact,
                       struct error *err)
{
    struct fact kept = *fact;
    while (fact->verb == FACT_END && is_of_patient(fact) &&
           kept.field_count > 1)
        fact_drop(&kept, 1);
    return keep(it, &kept, true, err);
}

bool intake_may_be_early(const struct taking *it, const struct fact *fact)
{
    size_t count;
    bool patient = is_of_patient(fact);
    const struct fact_field *id = fact_field_of(fact, patient ? "mrn" : "id");
    if (!id || (!patient && text_blank(id->text)) ||
        it->facts->at <= it->intake->options.now - WAITING_KEPT_MS)
        return false;
    free(pending_ids(it->facts, fact, &count));
    return count > 0;
}

bool intake_unkeep(struct taking *it, const struct fact *fact, bool *kept,
                   struct error *err)
{
    int64_t count = 0;
    size_t id_count;
    const struct fact_field *id =
        it->intake->any_waiting ? fact_field_of(fact, "id") : NULL;
    *kept = false;
    if (!id || text_blank(id->text))
        return true;
    struct waiting_id *ids = pending_ids(it->facts, fact, &id_count);
    const struct waiting_key key =
        key_of(it, fact->table->name, id, ids, id_count);
    bool done =
        waiting_end(it->intake->store, &key, it->facts->at, &count, err);
    free(ids);
    *kept = count > 0;
    return done;
}

/* Taking ----------------------------------------------------------------------
 */

static size_t place_of(const struct waiting_item *item)
{
    const struct layout_table *table = layout_find(item->kind);
    return table ? (size_t)(table - layout_tables) : layout_count;
}

static int compare(const void *left, const void *right)
{
    const struct waiting_item *a = left, *b = right;
    size_t first = place_of(a), second = place_of(b);
    if (first != second)
        return first < second ? -1 : 1;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

/* What the schema refuses is no fault of the message that it is taken with. */
static bool try(struct taking *it, const struct fact *fact, struct error *err)
{
    struct store *store = it->intake->store;
    struct error why = {0};
    if (!store_suppose(store, err))
        return false;
    if (intake_row(it, fact, &why))
        return store_suppose_true(store, err);
    if (why.kind != ERROR_INPUT && why.kind != ERROR_CANNOT) {
        *err = why;
        return false;
    }
    if (!store_unsuppose(store, err))
        return false;
    intake_tell(it, fact, "", NULL, why.text, true);
    return true;
}

/* Whoever is told must not look for it in the message at hand. */
static void tell_woken(void *arg, const struct intake_bad *bad)
{
    const struct taking *it = arg;
    char reason[400];
    struct intake_bad told = *bad;
    snprintf(reason, sizeof(reason), "of a row that had waited: %s",
             bad->reason);
    told.reason = reason;
    told.waited = true;
    it->bad(it->arg, &told);
}

/* One that waits on is left where it is. */
static bool take_facts(struct taking *it, int64_t id, const struct facts *facts,
                       bool early, struct error *err)
{
    struct intake_counts counts = {0};
    struct taking own = {
        .intake = it->intake,
        .facts = facts,
        .known = memory_new((facts->person_count + 1) * sizeof(struct known)),
        .counts = &counts,
        .bad = tell_woken,
        .arg = it,
        .waited = true,
        .told = early,
        .dated = true};
    bool done = intake_sender(&own, err) && try(&own, &facts->items[0], err);
    free(own.known);
    if (!done || counts.waiting > 0)
        return done;
    if (counts.early > 0)
        return early ||
               waiting_early(it->intake->store, id, counts.quiet > 0, err);
    it->counts->woken += counts.bad == 0 && counts.forgotten == 0;
    it->counts->bad += counts.bad;
    it->counts->forgotten += counts.forgotten;
    it->counts->followed += counts.followed;
    return waiting_remove(it->intake->store, id, err);
}

static bool take_item(struct taking *it, const struct waiting_item *item,
                      struct error *err)
{
    struct waiting_kept kept;
    bool found;
    if (!waiting_read(it->intake->store, item->id, &found, &kept, err))
        return false;
    if (!found)
        return true; /* it was taken already, or taken back */
    struct facts *facts = pending_read(&kept);
    bool early = kept.early;
    waiting_kept_free(&kept);
    bool done = facts ? take_facts(it, item->id, facts, early, err)
                      : waiting_remove(it->intake->store, item->id, err);
    facts_free(facts);
    return done;
}

bool intake_wake(struct taking *it, struct error *err)
{
    bool done = true;
    while (done && it->intake->heard.count > 0) {
        struct waiting_list list = it->intake->heard;
        it->intake->heard = (struct waiting_list){0};
        qsort(list.items, list.count, sizeof(list.items[0]), compare);
        for (size_t i = 0; done && i < list.count; i++)
            done = take_item(it, &list.items[i], err);
        waiting_list_free(&list);
    }
    return done;
}
