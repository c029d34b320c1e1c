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

/* The newest thing that the patient decided about this very visit, since its
 * source last booked it; NULL: none. */
#define NEWEST_DECISION                                                  \
    "(SELECT r.intent FROM response r WHERE r.anchor_kind = $kind AND "  \
    "r.anchor_id = $id AND r.occurrence = $occurrence AND (+r.intent = " \
    "'confirm' OR +r.intent = 'reschedule' OR +r.intent = 'cancel') "    \
    "AND r.at >= coalesce(a.rebooked_at, 0) "                            \
    "ORDER BY r.at DESC, r.id DESC LIMIT 1)"

#endif
