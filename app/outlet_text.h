/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_OUTLET_TEXT_H
#define APP_OUTLET_TEXT_H

#include "base/buf.h"
#include "store/notice.h"

/* What the outside reads of one notice: ids, the word of the intent and
 * moments in UTC; no name, number, address or word of a patient's. Pure. */

/* The id by which a receiver knows a repetition:
 * "STORE-000000000042-1795446245000". */
#define OUTLET_KEY_MAX 112
const char *outlet_key(const char *store, const struct notice *notice,
                       char out[OUTLET_KEY_MAX]);

/* One event, as docs/integrators.md shows it. */
void outlet_event(const struct notice *notice, const char *key,
                  struct buf *out);
/* The same as FHIR R4: AppointmentResponse of an answer about a visit that
 * says whether they come, else Communication. */
void outlet_fhir(const struct notice *notice, const char *key, struct buf *out);

#endif
