/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_CONFIG_CHANNELS_H
#define APP_CONFIG_CHANNELS_H

#include "channels/driver.h"

#include "app/config.h"
#include "app/config_faults.h"

/* The provider's section as its driver reads it; texts of the configuration. */
struct driver_config config_section(const struct config *config,
                                    const struct config_provider *provider);
/* The provider's channels, as bits: those that "channels" names, else all that
 * its driver can carry as it is configured. One that is named and cannot be
 * carried is a fault: its messages would fail one by one. After "http". */
unsigned config_channels_read(const struct config *config,
                              const struct config_provider *provider,
                              const struct channel_driver *driver,
                              const struct config_faults *faults);

/* Tells of each provider whose section gives up what its clinic may not think
 * of: where it stands, and a sentence. */
typedef void config_given_up_fn(void *arg, const char *path,
                                struct json_place place, const char *what);
void config_given_up(const struct config *config, config_given_up_fn *tell,
                     void *arg);

#endif
