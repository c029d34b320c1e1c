/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_DIFFERENCE_H
#define APP_DIFFERENCE_H

#include <stdio.h>

#include "base/json.h"

/* Prints what differs between two JSON values, member by member:
 *   ~ steps[0].when: "3 days before start" -> "2 days before start"
 *   + messages.changed.es: {...}
 *   - stop_when: "confirmed"
 * Long values are cut. Returns how many differences there are. */
int difference_print(FILE *out, const struct json_node *before,
                     const struct json_node *after);

#endif
