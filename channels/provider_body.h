/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_PROVIDER_BODY_H
#define CHANNELS_PROVIDER_BODY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"

#include "channels/form.h"

/* What a provider of driver http says: JSON, or a form. Pure. */
struct provider_body {
    struct json *doc; /* NULL: a form */
    struct form form;
};
/* False: it is not what it should be; nothing is kept then. */
bool provider_body_read(const char *text, size_t len, bool is_form,
                        struct provider_body *out);
/* The same of what a patient wrote: no STOP is lost for half a picture. */
bool provider_body_mend(const char *text, size_t len, bool is_form,
                        struct provider_body *out);
void provider_body_free(struct provider_body *body);

#define PROVIDER_NUMBER_MAX 64
/* The text, number or truth value at "a.b.0.c" (of a form: the field of that
 * name) as text; NULL: there is none. Lives as long as the body and `number`.
 */
const char *provider_field(const struct provider_body *body, const char *path,
                           char number[PROVIDER_NUMBER_MAX]);
/* The same below a node of JSON; NULL is fine. */
const char *provider_scalar_at(const struct json_node *node, const char *path,
                               char number[PROVIDER_NUMBER_MAX]);
/* Whether null is there: a member that has nothing to say. */
bool provider_is_null(const struct provider_body *body, const char *path);
/* A text, number or truth value as text; NULL: it is none of these. */
const char *provider_scalar(const struct json_node *node,
                            char number[PROVIDER_NUMBER_MAX]);

#endif
