/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_CONFIG_HTTP_H
#define APP_CONFIG_HTTP_H

#include "base/json.h"

#include "app/config_faults.h"

struct arena;

/* The part of outreach.json about being called: "http". The secret of who
 * posts FHIR lies elsewhere, as a provider's does. */
struct config_fhir {
    const struct json_node *node; /* where it is named; NULL: nobody can post */
    const char *mrn_authority; /* whose ids are our record numbers; or NULL */
    const char *mapping;       /* where theirs is elsewhere; or NULL */
};
struct config_http {
    const char *listen;     /* io/listener.h; NULL: nobody can call */
    const char *public_url; /* as providers know us, without a '/' at the end;
                               NULL: only the loopback does */
    struct config_fhir fhir;
};
void config_http_read(const struct json_node *top, const char *directory,
                      struct arena *arena, const struct config_faults *faults,
                      struct config_http *out);

/* The member "listen" of an object: a place of this machine alone. NULL and a
 * fault: it is none. */
const char *config_listen_read(const struct json_node *object,
                               const char *directory, struct arena *arena,
                               const struct config_faults *faults);

#endif
