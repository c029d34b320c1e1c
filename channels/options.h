/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_OPTIONS_H
#define CHANNELS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/json.h"

struct arena;
struct channel_driver;
struct driver_config;

/* Members of a provider's section of the configuration, with faults that say
 * "file:line:column: provider 'name': ...". Texts live as long as the
 * document. All return false with `err` set when the member is wrong. */

/* Missing: *out = `fallback` (which may be NULL). */
bool option_text(const struct driver_config *config, const char *member,
                 const char *fallback, const char **out, struct error *err);
/* Missing or empty: a fault that names the member. */
bool option_required(const struct driver_config *config, const char *member,
                     const char **out, struct error *err);
bool option_integer(const struct driver_config *config, const char *member,
                    int64_t fallback, int64_t least, int64_t most, int64_t *out,
                    struct error *err);
bool option_flag(const struct driver_config *config, const char *member,
                 bool fallback, bool *out, struct error *err);
/* An http:// or https:// address with a host; a trailing '/' is allowed. */
bool option_url(const struct driver_config *config, const char *member,
                const char *fallback, const char **out, struct error *err);

/* A fault at `node` (NULL: at the section itself). Returns false. */
bool option_fault(const struct driver_config *config,
                  const struct json_node *node, struct error *err,
                  const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Whether it is an object, and has no members but these (NULL-terminated). */
bool option_object(const struct driver_config *config,
                   const struct json_node *node, const char *const *members,
                   struct error *err);
/* A text inside an object of the section, copied into the arena. Not there: a
 * fault where it is required, else *out stays as it is. */
bool option_member(const struct driver_config *config,
                   const struct json_node *object, const char *member,
                   bool required, struct arena *arena, const char **out,
                   struct error *err);

/* Whether every member of `object` is one of `known` (NULL-terminated);
 * otherwise a fault at the first stranger with the nearest known name.
 * `also` (may be NULL) is a second list. */
bool options_known(const struct driver_config *config,
                   const struct json_node *object, const char *const *known,
                   const char *const *also, struct error *err);

/* Checks a section against driver->members and the `general` members that
 * every section may have ("driver", "rate" ...). */
bool driver_check_members(const struct channel_driver *driver,
                          const struct driver_config *config,
                          const char *const *general, struct error *err);

#endif
