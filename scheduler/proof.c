/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a rendered letter to what the gate judges: its parts with their tiers,
 * the names of sensitive services that are concerned, and what is written of
 * the patient that no message may say. Decides nothing.
 */
#include "scheduler/proof.h"

#include <stdlib.h>

#include "base/civil.h"
#include "base/memory.h"
#include "store/patient.h"

struct medicines {
    struct secrets *secrets;
    size_t room;
};

static void medicine_add(void *arg, const char *name)
{
    struct medicines *into = arg;
    struct secrets *out = into->secrets;
    if (out->medicine_count == into->room) {
        into->room = into->room ? 2 * into->room : 8;
        out->medicines =
            memory_grow(out->medicines, into->room, sizeof(*out->medicines));
    }
    wording_read(&out->medicines[out->medicine_count++], name);
}

static bool secrets_read(struct clerk *clerk, const struct claim_row *row,
                         struct secrets *out, struct error *err)
{
    struct medicines into = {.secrets = out};
    *out = (struct secrets){0};
    if (!patient_medicines(clerk->store, row->outreach.patient_id, medicine_add,
                           &into, err)) {
        secrets_free(out);
        return false;
    }
    wording_read(&out->record, row->mrn);
    if (!civil_parse_date(row->born_by, &out->birth))
        out->birth = (struct civil_date){0};
    return true;
}

static void part_fill(struct gate_text *out, enum text_part part,
                      const struct buf *text, const struct rendered_tier *tier)
{
    if (text->len == 0)
        return;
    out->parts[part].text = text->data;
    out->parts[part].tier = tier->tier;
    out->parts[part].field = tier->field;
}

static void parts_fill(const struct letter *letter, enum channel channel,
                       struct gate_text *out)
{
    const struct rendered *rendered = &letter->rendered;
    static const enum text_part parts[CHANNEL_COUNT] = {
        [CHANNEL_SMS] = PART_SMS,
        [CHANNEL_EMAIL] = PART_EMAIL,
        [CHANNEL_VOICE] = PART_CALL,
    };
    part_fill(out, parts[channel], &rendered->text, &rendered->text_tier);
    part_fill(out, PART_SUBJECT, &rendered->subject, &rendered->subject_tier);
    part_fill(out, PART_VOICEMAIL, &rendered->voicemail,
              &rendered->voicemail_tier);
    out->html = rendered->html.len ? rendered->html.data : NULL;
    out->calendar =
        letter->calendar_told.len ? letter->calendar_told.data : NULL;
    out->further = rendered->further.len ? rendered->further.data : NULL;
    out->further_words = rendered->further_words;
    out->stop_key = rendered->stop_key;
}

/* Own names and streets that this patient's letter must not say: of every
 * sensitive service, and of their own ones also what others are called too. The
 * streets come behind the names, in one array to free. */
static const struct wording **aliased(const struct places *places,
                                      const struct claim_row *row,
                                      struct gate_text *out)
{
    const struct wording **names =
        memory_grow(NULL, 2 * places->count + 1, sizeof(struct wording *));
    const struct wording **streets = names + places->count;
    out->aliased = names;
    out->streets = streets;
    for (size_t i = 0; i < places->count; i++) {
        const struct place *place = &places->items[i];
        bool own =
            place->id == row->clinic_id || place->id == row->home_clinic_id;
        if (!place->sensitive)
            continue;
        if (own || !place->common)
            names[out->aliased_count++] = &place->name;
        if (own || !place->street_common)
            streets[out->street_count++] = &place->street;
    }
    return names;
}

static bool is_sensitive(const struct places *places, int64_t clinic_id)
{
    const struct place *place = place_find(places, clinic_id);
    return place && place->sensitive;
}

/* What may be said of one of those whom the letter speaks of. */
static bool row_judge(struct claim *claim, const struct claim_row *row,
                      struct error *err)
{
    const struct places *places = &claim->clerk->places;
    struct secrets secrets;
    struct gate_text text = {
        .called = places->called,
        .called_count = places->called_count,
        .sensitive = row->sensitive || is_sensitive(places, row->clinic_id) ||
                     is_sensitive(places, row->home_clinic_id)};
    if (!secrets_read(claim->clerk, row, &secrets, err))
        return false;
    const struct wording **names = aliased(places, row, &text);
    text.secrets = &secrets;
    parts_fill(&claim->letter, claim->facts->gate.channel, &text);
    gate_judge(&claim->facts->gate, &text, &claim->decision);
    free(names);
    secrets_free(&secrets);
    return true;
}

bool proof_read(struct claim *claim, struct error *err)
{
    const struct companions *them = &claim->companions;
    if (!row_judge(claim, claim->row, err))
        return false;
    for (size_t i = 1;
         i < them->row_count && claim->decision.verdict == GATE_GO; i++)
        if (!row_judge(claim, &them->about[i - 1], err))
            return false;
    return true;
}
