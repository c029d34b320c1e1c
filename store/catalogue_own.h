/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CATALOGUE_OWN_H
#define STORE_CATALOGUE_OWN_H

#include "store/predicate.h"

/* Which anchors have a name of the catalogue; for its tables alone. */
#define APPOINTMENT (1u << ANCHOR_APPOINTMENT)
#define FILL (1u << ANCHOR_FILL)
#define DISCHARGE (1u << ANCHOR_DISCHARGE)
#define PATIENT (1u << ANCHOR_PATIENT)
#define RESULT (1u << ANCHOR_RESULT)
#define VISITS (APPOINTMENT | DISCHARGE)
#define ALL (APPOINTMENT | FILL | DISCHARGE | PATIENT | RESULT)

/* Whether k.code begins with the code that stands between these two. Without
 * dots and in capitals on either side: one source writes Z90.710, another
 * Z90710, and each must keep out whom a measure excludes. Codes that have no
 * dots (SNOMED CT, CPT) stay what they are. */
#define CODE_BEGINS "instr(upper(replace(k.code, '.', '')), upper(replace("
#define CODE_END ", '.', ''))) = 1"

#endif
