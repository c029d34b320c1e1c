/* SPDX-License-Identifier: Apache-2.0 */
/* Values of what a provider says, by the path that its description gives. */
#include "channels/provider_body.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Above it a number of JSON is rounded by who reads it. */
#define EXACT_MAX 9007199254740992.0 /* 2^53 */

static bool body_read(const char *text, size_t len, bool is_form,
                      unsigned flags, struct provider_body *out)
{
    out->doc = NULL;
    if (is_form)
        return form_read(text, len, &out->form);
    out->doc = json_parse(text, len, flags, NULL, NULL);
    return out->doc != NULL;
}

bool provider_body_read(const char *text, size_t len, bool is_form,
                        struct provider_body *out)
{
    return body_read(text, len, is_form, 0, out);
}

bool provider_body_mend(const char *text, size_t len, bool is_form,
                        struct provider_body *out)
{
    return body_read(text, len, is_form, JSON_MEND, out);
}

void provider_body_free(struct provider_body *body)
{
    if (!body->doc)
        form_free(&body->form);
    json_free(body->doc);
}

const char *provider_scalar(const struct json_node *node,
                            char number[PROVIDER_NUMBER_MAX])
{
    int64_t whole;
    double value;

    switch (json_type(node)) {
    case JSON_TEXT:
        return json_text(node);
    case JSON_NUMBER:
        if (json_integer(node, &whole))
            snprintf(number, PROVIDER_NUMBER_MAX, "%" PRId64, whole);
        else if (json_number(node, &value) && value > -EXACT_MAX &&
                 value < EXACT_MAX)
            snprintf(number, PROVIDER_NUMBER_MAX, "%g", value);
        else
            return NULL; /* ids that are rounded are one id */
        return number;
    case JSON_BOOL:
        return json_is_true(node) ? "true" : "false";
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        return NULL;
    }
    return NULL;
}

static const struct json_node *node_at(const struct json_node *node,
                                       const char *path)
{
    char name[128];

    while (node && *path) {
        size_t len = strcspn(path, ".");

        if (len >= sizeof(name))
            return NULL;
        memcpy(name, path, len);
        name[len] = '\0';
        if (json_type(node) == JSON_ARRAY) {
            unsigned long index = strtoul(name, NULL, 10);

            node = json_first(node);
            while (node && index-- > 0)
                node = json_next(node);
        } else {
            node = json_get(node, name);
        }
        path += len + (path[len] == '.');
    }
    return node;
}

const char *provider_scalar_at(const struct json_node *node, const char *path,
                               char number[PROVIDER_NUMBER_MAX])
{
    return provider_scalar(node_at(node, path), number);
}

const char *provider_field(const struct provider_body *body, const char *path,
                           char number[PROVIDER_NUMBER_MAX])
{
    return body->doc ? provider_scalar_at(json_root(body->doc), path, number)
                     : form_get(&body->form, path);
}

bool provider_is_null(const struct provider_body *body, const char *path)
{
    const struct json_node *node =
        body->doc ? node_at(json_root(body->doc), path) : NULL;

    return node && json_type(node) == JSON_NULL;
}
