/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_CONFIG_HL7_H
#define APP_CONFIG_HL7_H

#include <stdbool.h>

#include "base/json.h"

#include "app/config_faults.h"

struct arena;

/* The part of outreach.json about a hospital's messages: "hl7". */
struct config_hl7 {
    const char *listen;        /* for MLLP; NULL: nobody can send */
    const char *mrn_authority; /* whose ids are our record numbers; or NULL */
    const char *mapping;       /* where theirs is elsewhere; or NULL */
    bool training;             /* MSH-11 T and D are taken, too */
};
void config_hl7_read(const struct json_node *top, const char *directory,
                     struct arena *arena, const struct config_faults *faults,
                     struct config_hl7 *out);

#endif
