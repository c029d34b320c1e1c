/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_PLACES_H
#define BASE_PLACES_H

#include <stddef.h>

/* States of the United States and their time zones. Const data, any thread. */

#define PLACE_ZONES_MAX 4

/* "ma", "Massachusetts" -> "MA"; NULL when there is no such state. */
const char *place_state(const char *name);
/* Zones of a two-letter state, the largest part first; 0: not known. One
 * zone: certain. More: which one depends on the county. */
size_t place_zones(const char *state, const char *zones[PLACE_ZONES_MAX]);

#endif
