/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_PLACES_H
#define BASE_PLACES_H

#include <stdbool.h>
#include <stddef.h>

/* States, provinces and territories of the United States, Canada and Australia
 * ("US", "CA", "AU") and their time zones. Const data, any thread. */

#define PLACE_ZONES_MAX 4

bool place_has_states(const char *country);
/* "ma", "Mass.", "Massachusetts", "US-MA" -> "MA"; NULL when there is no such
 * state of that country. */
const char *place_state(const char *country, const char *name);
/* Zones of a state as place_state() gives it, the largest part first; 0: not
 * known. One zone: certain. More: which one depends on the county. */
size_t place_zones(const char *country, const char *state,
                   const char *zones[PLACE_ZONES_MAX]);
/* The one zone in which all of a postal code lies, of a state that has several
 * ("TX", "79901" -> America/Denver). NULL: not known, or both are kept there;
 * or the state has but one. */
const char *place_postcode_zone(const char *country, const char *state,
                                const char *postcode);
/* The state that a postal code lies in; NULL: nobody knows. */
const char *place_of_post(const char *country, const char *code);
/* One zone for each clock of a country, but for its islands in the far Pacific;
 * 0: not known, or there is one alone. */
#define PLACE_CLOCKS_MAX 10
size_t place_clocks(const char *country, const char *zones[PLACE_CLOCKS_MAX]);

#endif
