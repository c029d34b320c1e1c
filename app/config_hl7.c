/* SPDX-License-Identifier: Apache-2.0 */
/* "hl7": where a hospital's interface engine sends to. */
#include "app/config_hl7.h"

#include "base/memory.h"
#include "base/text.h"

#include "app/config_http.h"

static const char *const names[] = {"listen", "mrn_authority", "training",
                                    "mapping"};
#define NAMES (sizeof(names) / sizeof(names[0]))

void config_hl7_read(const struct json_node *top, const char *directory,
                     struct arena *arena, const struct config_faults *faults,
                     struct config_hl7 *out)
{
    const struct json_node *hl7 = json_get(top, "hl7");
    *out = (struct config_hl7){0};
    if (!hl7)
        return;
    if (json_type(hl7) != JSON_OBJECT) {
        faults->at(faults->arg, hl7, "\"hl7\" is an object");
        return;
    }
    config_members(faults, hl7, names, NAMES);
    const struct json_node *training = json_get(hl7, "training");
    out->mrn_authority =
        config_text(faults, hl7, "mrn_authority",
                    "expected whose ids are record numbers, as PID-3.4 names "
                    "it, such as \"MAIN\"");
    if (training && json_type(training) != JSON_BOOL)
        faults->at(faults->arg, training, "expected true or false");
    out->mapping = config_beside(
        directory,
        config_text(faults, hl7, "mapping",
                    "\"mapping\" is the path of a mapping file for hl7"),
        arena);
    out->listen = config_listen_read(hl7, directory, arena, faults);
    out->training = json_is_true(training);
}
