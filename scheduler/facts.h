/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_FACTS_H
#define SCHEDULER_FACTS_H

#include <stdbool.h>

#include "base/error.h"
#include "scheduler/clerk.h"
#include "scheduler/gate.h"
#include "store/patient.h"

#define FACTS_RIVALS 16

/* The gate's facts for one due row, gathered from the store and shaped, with
 * the room that they point into. Nothing is decided here. */
struct facts {
    struct gate_facts gate;
    struct claim_person person;
    struct gate_suppression suppressions[CLAIM_SUPPRESSIONS];
    struct gate_consent consents[CLAIM_CONSENTS];
    struct gate_restriction restrictions[CLAIM_RESTRICTIONS];
    struct gate_rival rivals[FACTS_RIVALS];
    int64_t addressee; /* the patient, or a minor's guardian: */
    bool of_guardian;
    struct patient_vitals guardian;      /* when that is a guardian */
    const char *language;                /* what they are written in */
    const struct claim_contact *contact; /* chosen; NULL: there is none */
    const struct zone *anchor_zone, *patient_zone;
};

/* Of one anchor, for a row's step: its conditions' answers. */
struct facts_view {
    bool found;
    struct view_row row; /* until the campaign's view is read again */
};
bool facts_look(struct clerk *clerk, struct roster_campaign *item,
                int64_t anchor_id, instant entered_at, struct facts_view *out,
                struct error *err);
/* Whether its anchor is there, at the same occurrence. */
bool facts_same(const struct roster_campaign *item, const struct outreach *row,
                const struct facts_view *view);
/* Whether a row still stands: anchor there, same occurrence, audience, not
 * stopped, only_if. */
bool facts_hold(const struct roster_campaign *item, const struct step *step,
                const struct outreach *row, const struct facts_view *view);

/* Who is written to or called in a patient's place: a minor's guardian. Also
 * of somebody who has one and whose age nobody knows. */
int64_t facts_addressee(const struct clerk *clerk, int64_t patient_id,
                        int64_t guardian_id, const char *born_by);

/* Where and when somebody may be reached, without the zones and the state of
 * a number. `state` is borrowed; minutes -1: none; `clinic_id` 0: none. */
struct window_input facts_window(const struct clerk *clerk,
                                 const struct campaign *campaign,
                                 const char *state, int contact_from,
                                 int contact_to, int64_t clinic_id);
/* Where the phone rings in a minor's place, it binds as well (L-10): the
 * guardian's hours, zone and state, which is borrowed. */
void facts_window_guardian(struct window_input *window,
                           const struct patient_vitals *guardian, instant now);

/* All but the rivals (rivals.h). */
bool facts_gather(struct clerk *clerk, struct roster_campaign *item,
                  const struct step *step, const struct claim_row *row,
                  const struct facts_view *view, struct facts *out,
                  struct error *err);

#endif
