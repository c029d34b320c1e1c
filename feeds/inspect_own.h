/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_INSPECT_OWN_H
#define FEEDS_INSPECT_OWN_H

#include "feeds/fact.h"
#include "feeds/hl7.h"

/* Inside of an inspection: for feeds/inspect*.c only. */

struct json_node;
struct mapping_table;

/* Remarks on what stands in a message, or in a resource at its top, and gave
 * no field: it can still have decided which row there is. */
void inspect_left_hl7(struct hl7 *message, struct facts *facts);
void inspect_left_fhir(const struct json_node *resource, struct facts *facts);

/* Whether no formula of the mapping reads this column of its file. */
bool inspect_left_cell(const struct mapping_table *mapped, size_t field);

#endif
