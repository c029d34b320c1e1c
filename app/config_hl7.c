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
    const struct json_node *authority = json_get(hl7, "mrn_authority");
    const struct json_node *training = json_get(hl7, "training");
    const struct json_node *mapping = json_get(hl7, "mapping");
    if (authority && text_blank(json_text(authority)))
        faults->at(faults->arg, authority,
                   "expected whose ids are record numbers, as PID-3.4 names "
                   "it, such as \"MAIN\"");
    if (training && json_type(training) != JSON_BOOL)
        faults->at(faults->arg, training, "expected true or false");
    if (mapping && text_blank(json_text(mapping)))
        faults->at(faults->arg, mapping,
                   "\"mapping\" is the path of a mapping file for hl7");
    out->listen = config_listen_read(hl7, directory, arena, faults);
    out->mrn_authority = json_text(authority);
    out->training = json_is_true(training);
    out->mapping = config_beside(directory, json_text(mapping), arena);
}
