/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When it was what a message says, and on whose wall its hours are. Nothing has
 * happened before now: a clock that is ahead, or a year that nobody meant,
 * would make all that is said later old news for ever.
 */
#include "base/civil.h"
#include "base/text.h"
#include "base/zone.h"

#include "store/clinic.h"

#include "feeds/convert.h"
#include "feeds/intake_own.h"

/* By how much clocks differ that nobody minds. */
#define AHEAD_MS (5 * MINUTE_MS)

bool intake_sender(struct taking *it, struct error *err)
{
    struct clinic_zone clinic = {0};
    const char *facility = it->facts->facility;
    if (facility &&
        !clinic_zone_find(it->intake->store, facility, &clinic, err))
        return false;
    const struct zone *zone = clinic.id ? zone_find(clinic.zone) : NULL;
    it->sender =
        (struct record_sender){.zone = zone ? zone : it->intake->options.zone,
                               .clinic_id = zone ? clinic.id : 0};
    return true;
}

/* The hour before clocks go back comes twice. */
static bool comes_twice(const struct zone *zone,
                        const struct convert_moment *moment)
{
    struct civil later = zone_local(zone, moment->at + HOUR_MS);
    return civil_seconds(later) == civil_seconds(moment->local);
}

instant intake_when(struct taking *it, const struct facts *facts, int64_t *span)
{
    instant at = facts->at, now = it->intake->options.now;
    struct convert_moment moment;
    if (at == INSTANT_NEVER)
        return now;
    if (facts->at_local &&
        convert_moment(facts->at_local, it->sender.zone, &moment)) {
        at = moment.at;
        if (comes_twice(it->sender.zone, &moment))
            *span += HOUR_MS; /* it may be either one */
    }
    if (at <= now + AHEAD_MS)
        return at;
    char text[CIVIL_TEXT_MAX];
    civil_utc_text(at, text);
    const struct intake_bad bad = {
        .where = facts->at_where,
        .column = "",
        .value = text,
        .reason = "lies in the future: taken as of the hour of its coming"};
    it->bad(it->arg, &bad);
    return now;
}
