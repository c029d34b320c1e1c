/* SPDX-License-Identifier: Apache-2.0 */
/* Who is in hospital, stay by stay, and what their other rows say of that. */
#include "base/text.h"

#include "store/stay.h"

#include "feeds/intake_own.h"
#include "feeds/record.h"

bool intake_stay(struct taking *it, const struct fact *fact,
                 const struct record *record, int64_t patient_id, int64_t via,
                 bool *changed, struct error *err)
{
    const struct value *said = record_value(record, "inpatient");
    bool over = fact->stay_over && !text_blank(fact->stay), moved = false;
    bool says = said && said->type != VALUE_MISSING;
    const struct stay_word word = {.patient_id = patient_id,
                                   .via = via,
                                   .number = fact->stay,
                                   .owner = fact->stay_owner,
                                   .source = it->facts->source,
                                   .at = it->facts->at,
                                   .span = it->facts->at_span,
                                   .inside = says && said->integer != 0,
                                   .alone = !says && over,
                                   .theirs = fact->stay_theirs,
                                   .silent = !says && !over};
    bool counts = says || over || fact->stay_theirs;
    *changed = false;
    /* A stay of long ago is told by now: what old visits of outpatients end
       (there are many) is none that may come. */
    if (counts && !says && over &&
        word.at < it->intake->options.now - STAY_ALONE_KEPT_MS &&
        !stay_came_in(it->intake->store, patient_id, word.number, INT64_MIN,
                      &counts, err))
        return false;
    if (counts && !stay_say(it->intake->store, &word, changed, &moved, err))
        return false;
    if (moved)
        intake_tell(it, fact, "inpatient", NULL,
                    "this stay was another patient's so far: it is theirs now",
                    false);
    return true;
}

/* Whether the patient of the row is known to have come in by its stay. */
static bool came_in(struct taking *it, const struct fact *fact, instant since,
                    bool *in, struct error *err)
{
    const struct fact_field *patient = fact_field_of(fact, "patient");
    struct known *known;
    *in = false;
    if (text_blank(fact->stay) || fact->stay_over || !patient ||
        patient->person < 0)
        return true;
    return intake_person(it, patient->person, &known, err) &&
           stay_came_in(it->intake->store, known->person.id, fact->stay, since,
                        in, err);
}

bool intake_stay_heed(struct taking *it, struct fact *fact, bool *old,
                      bool *none, struct error *err)
{
    bool in;
    instant since =
        it->facts->at + (it->facts->at_span ? it->facts->at_span : 1);
    *old = *none = false;
    if (fact->of_stay) {
        if (!came_in(it, fact, INT64_MIN, &in, err))
            return false;
        *none = !in;
    }
    if (*none)
        return true;
    if (!came_in(it, fact, since, &in, err))
        return false;
    if (!in)
        return true;
    *old = text_equal(fact->table->name, "discharges");
    for (size_t i = 0; i < fact->field_count; i++)
        if (text_equal(fact->fields[i].column->name, "status") &&
            text_equal(fact->fields[i].text, "booked"))
            fact->fields[i].text = "arrived";
    return true;
}

bool intake_stay_goes_on(struct taking *it, const struct fact *fact, bool *on,
                         struct error *err)
{
    return came_in(it, fact, it->facts->at, on, err);
}

bool intake_stay_delete(struct taking *it, const struct fact *fact,
                        struct error *err)
{
    const struct stay_deletion what = {.number = fact->stay,
                                       .owner = fact->stay_owner,
                                       .loose = fact->fields[0].loose,
                                       .source = it->facts->source,
                                       .at = it->facts->at};
    return !fact->stay_over || stay_delete(it->intake->store, &what, err);
}

bool intake_stay_move(struct taking *it, const struct fact *fact,
                      struct error *err)
{
    struct known *from, *to;
    bool moved;
    if (!intake_person(it, fact->fields[0].person, &from, err) ||
        !intake_person(it, fact->fields[1].person, &to, err))
        return false;
    if (!from->person.id || !to->person.id) {
        it->counts->forgotten += from->forgotten || to->forgotten;
        return true; /* nothing is known of their stays */
    }
    const struct stay_move move = {.from_id = from->person.id,
                                   .from_number = fact->stay_was,
                                   .to_id = to->person.id,
                                   .via = to->person.by,
                                   .number = fact->stay,
                                   .owner = fact->stay_owner,
                                   .source = it->facts->source,
                                   .at = it->facts->at};
    if (!stay_move(it->intake->store, &move, &moved, err))
        return false;
    it->counts->changed += moved;
    it->counts->same += !moved;
    return true;
}
