/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_PROVIDER_TEMPLATE_H
#define CHANNELS_PROVIDER_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/json.h"

struct arena;
struct buf;
struct driver_config;
struct outgoing;

/* Texts of a provider's description with {{to}}, {{text}} ... in them. Each
 * value is escaped for the place where it stands, so a patient's words can
 * never become part of the request's own syntax. */
enum provider_format {
    PROVIDER_TEXT,   /* as it is */
    PROVIDER_JSON,   /* inside a JSON text */
    PROVIDER_FORM,   /* percent-encoded: forms and addresses */
    PROVIDER_HEADER, /* one line: control characters become blanks */
};

struct provider_template;

/* Named secrets, for {{secret.NAME}}. */
struct provider_secret {
    const char *name;
    char *value;
    struct provider_secret *next;
};

struct provider_values {
    const struct outgoing *message;
    const char *from;
    const char *organisation;
};

/* A text: literals stay as they are, values are escaped by `format`. NULL on
 * a fault (unknown name, "{{" that is never closed). Lives in the arena; so
 * must the document of `node` and `secrets`. */
struct provider_template *provider_template_read(
    const struct driver_config *config, const struct json_node *node,
    enum provider_format format, const struct provider_secret *secrets,
    struct arena *arena, struct error *err);
/* An object as a body: JSON (PROVIDER_JSON) or a form (PROVIDER_FORM), the
 * texts in it being templates. */
struct provider_template *provider_template_body(
    const struct driver_config *config, const struct json_node *node,
    enum provider_format format, const struct provider_secret *secrets,
    struct arena *arena, struct error *err);

/* The same with "NAME: " before it. */
struct provider_template *provider_template_named(
    struct arena *arena, const char *name,
    const struct provider_template *value);

void provider_template_render(const struct provider_template *template,
                              const struct provider_values *values,
                              struct buf *out);

#endif
