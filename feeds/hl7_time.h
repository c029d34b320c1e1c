/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_HL7_TIME_H
#define FEEDS_HL7_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/civil.h"

/* A TS or DTM of HL7 v2, YYYY[MM[DD[HH[MM[SS[.S+]]]]]][+-ZZZZ], as ISO 8601:
 * "2026-12-01", or "2026-12-01T09:00:00-05:00". `day`: the day alone. False:
 * it is cut before the day, or there is no such moment. Pure. */
bool hl7_time_read(const char *text, char out[CIVIL_TEXT_MAX], bool day);

#define HL7_TIME_WANTED \
    "is no day or time as YYYYMMDD[HHMM[SS]][+ZZZZ] that there is"

/* How long a time lasts as it is told, to the day, the hour, the minute or the
 * second; in ms. */
int64_t hl7_time_span(const char *text);

#endif
