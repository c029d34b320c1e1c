/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Members one behind the other. Where one is a list, each of it is tried in
 * turn, unless [] says which. A walk looks at each node of a resource once at
 * most for each condition.
 */
#include "feeds/fhir_path.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { STEPS_MAX = 12, WHICH_MAX = 4, NUMBER_MAX = 9999, LENGTH_MAX = 400 };

/* [0], [use=mobile], [type.coding.code=MR], extension[url]. */
struct which {
    bool numbered;
    size_t number;
    const char *path[STEPS_MAX]; /* members */
    size_t depth;
    const char *value;
};
struct step {
    const char *member;
    struct which whiches[WHICH_MAX];
    size_t count;
};

struct fhir_path {
    const char *type; /* of the resource; NULL: any */
    struct step steps[STEPS_MAX];
    size_t count;
};

/* Reading ---------------------------------------------------------------------
 */

/* The length of a member's name here; 0: none. */
static size_t name_length(const char *at)
{
    size_t len = isalpha((unsigned char)*at) || *at == '_' ? 1 : 0;
    while (len && (isalnum((unsigned char)at[len]) || at[len] == '_'))
        len++;
    return len;
}

static bool is_number(const char *text, size_t len)
{
    return len > 0 && len < 5 && strspn(text, "0123456789") >= len;
}

static const char *condition_read(struct arena *arena, const char *text,
                                  size_t len, struct which *out)
{
    static const char how[] = "in [] stands a number from 0, MEMBER=VALUE as "
                              "in [use=mobile], or the url of an extension";
    const char *at = text, *end = text + len;
    for (;;) {
        size_t size = name_length(at);
        if (!size || at + size >= end || out->depth == STEPS_MAX)
            return how;
        out->path[out->depth++] = arena_text_n(arena, at, size);
        at += size;
        if (*at == '=')
            break;
        if (*at++ != '.')
            return how;
    }
    if (at + 1 == end)
        return how;
    out->value = arena_text_n(arena, at + 1, (size_t)(end - at - 1));
    return NULL;
}

static const char *which_read(struct arena *arena, const char **at,
                              const struct step *step, struct which *out)
{
    const char *text = *at + 1;
    const char *end = strchr(text, ']');
    if (!end)
        return "a ']' is missing";
    size_t len = (size_t)(end - text);
    bool extension = text_equal(step->member, "extension") ||
                     text_equal(step->member, "modifierExtension");
    *at = end + 1;
    if (is_number(text, len)) {
        out->numbered = true;
        out->number = strtoul(text, NULL, 10);
        return NULL;
    }
    if (extension && len > 0 && strncmp(text, "url=", 4) != 0) {
        out->path[out->depth++] = "url";
        out->value = arena_text_n(arena, text, len);
        return NULL;
    }
    return condition_read(arena, text, len, out);
}

static const char *step_read(struct arena *arena, const char **at,
                             struct step *step)
{
    size_t len = name_length(*at);
    const char *wrong = NULL;
    if (!len)
        return "members stand one behind the other with '.' between, as in "
               "name[0].family";
    step->member = arena_text_n(arena, *at, len);
    *at += len;
    while (!wrong && **at == '[') {
        if (step->count == WHICH_MAX)
            return "too many [] behind each other";
        wrong = which_read(arena, at, step, &step->whiches[step->count++]);
    }
    return wrong;
}

static const char *path_read(struct arena *arena, const char *at,
                             struct fhir_path *path)
{
    size_t len = name_length(at);
    if (len && isupper((unsigned char)*at) && at[len] == '.') {
        path->type = arena_text_n(arena, at, len);
        at += len + 1;
    } else if (len && isupper((unsigned char)*at)) {
        return "behind the type of a resource stands '.' and a member, as in "
               "Patient.gender";
    }
    for (;; at++) {
        if (path->count == STEPS_MAX)
            return "too many members behind each other";
        const char *wrong = step_read(arena, &at, &path->steps[path->count++]);
        if (wrong)
            return wrong;
        if (*at != '.')
            return *at ? "'.' and a member, or [ ], stands behind a member"
                       : NULL;
    }
}

const struct fhir_path *fhir_path_read(struct arena *arena, const char *text,
                                       const char **wrong)
{
    struct fhir_path *path = arena_alloc(arena, sizeof(*path));
    *wrong = strlen(text) > LENGTH_MAX ? "it is too long"
                                       : path_read(arena, text, path);
    return *wrong ? NULL : path;
}

/* Looking ---------------------------------------------------------------------
 */

static bool says(const struct json_node *node, const char *const *path,
                 size_t depth, const char *value)
{
    if (json_type(node) == JSON_ARRAY) {
        for (const struct json_node *one = json_first(node); one;
             one = json_next(one))
            if (says(one, path, depth, value))
                return true;
        return false;
    }
    if (depth > 0)
        return says(json_get(node, path[0]), path + 1, depth - 1, value);
    const char *text = json_text(node);
    if (json_type(node) == JSON_BOOL)
        text = json_is_true(node) ? "true" : "false";
    return text && text_equal(text, value);
}

/* Whether one of several is meant; `*met` counts those so far. */
static bool is_meant(const struct step *step, const struct json_node *node,
                     size_t *met)
{
    const struct which *number = NULL;
    for (size_t i = 0; i < step->count; i++) {
        const struct which *which = &step->whiches[i];
        if (which->numbered)
            number = which;
        else if (!says(node, which->path, which->depth, which->value))
            return false;
    }
    size_t before = (*met)++;
    return !number || before == number->number;
}

static const struct json_node *walk(const struct step *step, size_t count,
                                    const struct json_node *node,
                                    const struct json_node **in)
{
    const struct json_node *child = json_get(node, step->member);
    bool list = json_type(child) == JSON_ARRAY;
    size_t met = 0;
    for (const struct json_node *one = list ? json_first(child) : child; one;
         one = list ? json_next(one) : NULL) {
        if (!is_meant(step, one, &met) || json_type(one) == JSON_NULL)
            continue;
        if (count == 1) {
            if (in)
                *in = node;
            return one;
        }
        const struct json_node *found = walk(step + 1, count - 1, one, in);
        if (found)
            return found;
    }
    return NULL;
}

const struct json_node *fhir_path_find(const struct fhir_path *path,
                                       const struct json_node *resource,
                                       const struct json_node **in)
{
    if (path->type &&
        !text_equal(path->type, json_get_text(resource, "resourceType")))
        return NULL;
    return walk(path->steps, path->count, resource, in);
}
