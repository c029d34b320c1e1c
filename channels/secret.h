/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_SECRET_H
#define CHANNELS_SECRET_H

#include <stdbool.h>

#include "base/error.h"
#include "base/json.h"

struct driver_config;

/* Secrets never stand in the configuration; it says where they are:
 *   "auth_token_env": "TWILIO_TOKEN"             an environment variable
 *   "auth_token_file": "/etc/outreach/twilio"    a file's first line
 *   "auth_token_credential": "twilio"            of systemd (LoadCredential=)
 * The result is free()d with secret_free(), which wipes it. Errors name the
 * place and the remedy, never the secret. */

/* Reads `member` by exactly one of the three. None given: *out = NULL, or a
 * fault when `required`. A literal `member` is refused with the remedy. */
bool secret_read(const struct driver_config *config, const char *member,
                 bool required, char **out, struct error *err);

/* The same where it is written as {"env": "..."} (or file, credential). */
bool secret_read_object(const struct driver_config *config,
                        const struct json_node *node, char **out,
                        struct error *err);

void secret_free(char *secret); /* NULL is fine */

#endif
