/* SPDX-License-Identifier: Apache-2.0 */
/* Which file says how make-believe carriers and patients behave. */
#include "sandbox/behaviour.h"

#include "app/config.h"

struct behaviour *config_behaviour(struct config *config, const char *path,
                                   struct error *err)
{
    if (!path)
        path = config_share(config, "simulation/behaviour.json");
    if (path)
        return behaviour_load(path, err);
    error_set(err, ERROR_CANNOT,
              "simulation/behaviour.json was not found beside the program: "
              "name a file with --behaviour, or set $OUTREACH_SHARE");
    return NULL;
}
