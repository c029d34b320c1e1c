/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdbool.h>

#include "base/civil.h"
#include "base/clock.h"

/* A time zone of the system's tzdata, read by our own TZif reader. Zones are
 * never freed while the program runs: a pointer stays good on any thread.
 * After zone_reload() the same pointer speaks the new rules. */
struct zone;

/* The zone of this IANA name ("America/New_York"), or NULL when the system
 * has none (never silently UTC). Names with "..", a leading "/" or strange
 * characters are unknown. Any thread. */
const struct zone *zone_find(const char *name);
const struct zone *zone_utc(void);
const char *zone_name(const struct zone *zone);

/* Offset from UTC in seconds at this instant, and the time on the wall. */
int zone_offset(const struct zone *zone, instant at);
struct civil zone_local(const struct zone *zone, instant at);
struct civil_date zone_today(const struct zone *zone, instant at);

/* The instant at which the wall shows `civil`. In an overlap (clocks went
 * back) the first of the two; in a gap (clocks went forward) the time moved
 * forward by the gap's length: 02:30 becomes 03:30. */
instant zone_instant(const struct zone *zone, struct civil civil);

#define ZONE_VERSION_MAX 32
/* Version of the system's tzdata with the first digits of a hash of its rules,
 * as text and as compiled, so that it names these very rules: "2026f.1f0c5ac3";
 * "" when it does not say. As of the first call, or of the last zone_reload()
 * that found its text or a zone in use changed. */
const char *zone_data_version(void);
/* Reads zones again whose files changed; true when the rules of any that was
 * found before are now others. A zone whose file is gone or damaged keeps its
 * rules. When nothing changed it costs a stat() for each zone in use. All
 * threads see the new rules at once: whoever holds instants that were derived
 * from walls derives them again. Any thread. */
bool zone_reload(void);
/* Another directory than $TZDIR or /usr/share/zoneinfo, for tests; "" goes
 * back to those. */
void zone_set_directory(const char *path);

#endif
