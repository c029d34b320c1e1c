/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Visits of which nobody knows when they are. One that was moved to a time
 * that cannot be read is no longer at the old one: a reminder would name it.
 * Such a word, or a cancellation, that comes before its visit waits for it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"

#include "store/visit.h"

#include "feeds/intake_own.h"
#include "feeds/record.h"

static bool is_visit(const struct fact *fact)
{
    return fact->verb == FACT_SAY &&
           text_equal(fact->table->name, "appointments");
}

bool intake_is_off(const struct fact *fact)
{
    return is_visit(fact) && fact_is_off(fact_text(fact, "status"));
}

bool intake_vague(struct taking *it, const struct fact *fact, const char *id,
                  const struct record_fault *fault, bool *vague,
                  struct error *err)
{
    bool known = false;
    *vague =
        fact->vague && !text_blank(id) && text_equal(fault->column, "start");
    if (*vague && !visit_known(it->intake->store, id, &known, err))
        return false;
    *vague &= !known;
    return true;
}

/* One that nobody knows yet may come with its old time. */
bool intake_doubt(struct taking *it, const struct fact *fact, const char *id,
                  const struct record_fault *fault, struct error *err)
{
    struct intake *intake = it->intake;
    bool known;
    if (!is_visit(fact) || fact->only_new || text_blank(id) ||
        !text_equal(fault->column, "start"))
        return true;
    if (!visit_known(intake->store, id, &known, err))
        return false;
    if (!known)
        return fact->begins || intake_keep_early(it, fact, err);
    intake->doubts = memory_grow(intake->doubts, intake->doubt_count + 1,
                                 sizeof(intake->doubts[0]));
    struct visit_doubt *doubt = &intake->doubts[intake->doubt_count++];
    *doubt = (struct visit_doubt){.key = memory_text(id), .at = it->facts->at};
    text_copy(doubt->said, sizeof(doubt->said),
              fault->value && *fault->value ? fault->value : "nothing");
    return true;
}

bool intake_sure(struct taking *it, const struct fact *fact,
                 const struct shape *shape, enum upsert_verdict verdict,
                 struct error *err)
{
    struct intake *intake = it->intake;
    if (!text_equal(fact->table->name, "appointments"))
        return true;
    const char *id = record_value(shape->record, "external_id")->text;
    bool off = fact->verb == FACT_END || intake_is_off(fact);
    if (verdict != UPSERT_NEW && verdict != UPSERT_CHANGED)
        return true;
    return (!off && !fact_field_of(fact, "start")) ||
           visit_sure(intake->store, id, off, intake->options.now, err);
}

void intake_doubts_free(struct intake *intake)
{
    for (size_t i = 0; i < intake->doubt_count; i++)
        free(intake->doubts[i].key);
    free(intake->doubts);
    intake->doubts = NULL;
    intake->doubt_count = 0;
}

bool intake_hold(struct intake *intake, struct error *err)
{
    bool done = true;
    for (size_t i = 0; done && i < intake->doubt_count; i++)
        done = visit_hold(intake->store, &intake->doubts[i],
                          intake->options.now, err);
    intake_doubts_free(intake);
    return done;
}
