/* SPDX-License-Identifier: Apache-2.0 */
#include "app/codes.h"

#include "app/config.h"

#define STANDARD "feeds/terms/standard.json"

struct terms *codes_load(struct config *config, terms_fault_fn *fault,
                         void *arg, struct error *err)
{
    const char *path = config_share(config, STANDARD);
    if (!path) {
        error_set(err, ERROR_CANNOT,
                  "the shipped code tables are not there; set $OUTREACH_SHARE "
                  "to where " STANDARD " lies");
        return NULL;
    }
    struct terms *codes = terms_load(path, NULL, fault, arg, err);
    return codes && config->codes_path
               ? terms_load(config->codes_path, codes, fault, arg, err)
               : codes;
}
