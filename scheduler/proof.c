/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a rendered letter to what the gate judges: its parts with their tiers,
 * the names of sensitive services that are concerned, and what is written of
 * the patient that no message may say. Decides nothing.
 */
#include "scheduler/proof.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/patient.h"

enum { MEDICINES_MAX = 32, WORD_MIN = 5, NUMBER_MIN = 4, EXTRA_MAX = 4 };

struct secrets {
    char medicines[MEDICINES_MAX][PATIENT_MEDICINE_MAX];
    char dates[EXTRA_MAX - 1][CIVIL_TEXT_MAX];
    const char *items[MEDICINES_MAX + EXTRA_MAX];
    size_t count;
};

/* Of "24 HR Metformin 500 MG Oral Tablet" the word that tells: its first of
 * letters alone that is long enough to be a name. Cut out in place. */
static const char *telling_word(char *name)
{
    for (char *at = name; *at;) {
        size_t len = strcspn(at, " ,/()[]");
        bool letters = true;
        for (size_t i = 0; i < len; i++)
            letters &= at[i] != '.' && (at[i] < '0' || at[i] > '9');
        char *end = at + len;
        if (letters && len >= WORD_MIN) {
            *end = '\0';
            return at;
        }
        at = end + (*end != '\0');
    }
    return NULL;
}

static void add(struct secrets *secrets, const char *text)
{
    if (text)
        secrets->items[secrets->count++] = text;
}

static bool secrets_read(struct clerk *clerk, const struct claim_row *row,
                         struct secrets *out, struct error *err)
{
    struct civil_date birth;
    size_t count;
    out->count = 0;
    if (!patient_medicines(clerk->store, row->outreach.patient_id,
                           MEDICINES_MAX, out->medicines, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        add(out, telling_word(out->medicines[i]));
    if (strlen(row->mrn) >= NUMBER_MIN)
        add(out, row->mrn);
    if (!civil_parse_date(row->birth_on, &birth))
        return true;
    civil_date_text(birth, out->dates[0]);
    snprintf(out->dates[1], sizeof(out->dates[1]), "%02d/%02d/%d", birth.month,
             birth.day, birth.year);
    snprintf(out->dates[2], sizeof(out->dates[2]), "%d/%d/%d", birth.month,
             birth.day, birth.year);
    for (size_t i = 0; i < EXTRA_MAX - 1; i++)
        add(out, out->dates[i]);
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

static void parts_fill(const struct rendered *rendered, enum channel channel,
                       struct gate_text *out)
{
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
    out->stop_key = rendered->stop_key;
}

/* Own names that this patient's letter must not say: of every sensitive
 * service, and of their own ones also what others are called too. */
static const struct wording **aliased(const struct places *places,
                                      const struct claim_row *row,
                                      size_t *count)
{
    const struct wording **names =
        memory_grow(NULL, places->count + 1, sizeof(struct wording *));
    *count = 0;
    for (size_t i = 0; i < places->count; i++) {
        const struct place *place = &places->items[i];
        bool own =
            place->id == row->clinic_id || place->id == row->home_clinic_id;
        if (place->sensitive && (own || !place->common))
            names[(*count)++] = &place->name;
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
        .sensitive = row->sensitive || is_sensitive(places, row->clinic_id) ||
                     is_sensitive(places, row->home_clinic_id)};
    if (!secrets_read(claim->clerk, row, &secrets, err))
        return false;
    const struct wording **names = aliased(places, row, &text.aliased_count);
    text.aliased = names;
    text.secrets = secrets.items;
    text.secret_count = secrets.count;
    parts_fill(&claim->letter.rendered, claim->facts->gate.channel, &text);
    gate_judge(&claim->facts->gate, &text, &claim->decision);
    free(names);
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
