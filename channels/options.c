/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a provider's section: every fault names the file, the place, the
 * provider and the member, and what to write instead. It keeps nothing and
 * never prints a value that might be a secret: only names of members. */
#include "channels/options.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "channels/driver.h"

static bool fault_at(const struct driver_config *config,
                     struct json_place place, const char *text,
                     struct error *err)
{
    const char *name = config->name ? config->name : "";

    if (place.line == 0) /* the defaults: no file says it */
        return error_set(err, ERROR_INPUT, "provider '%s': %s", name, text);
    return error_set(err, ERROR_INPUT, "%s:%d:%d: provider '%s': %s",
                     config->path ? config->path : "configuration", place.line,
                     place.column, name, text);
}

bool option_fault(const struct driver_config *config,
                  const struct json_node *node, struct error *err,
                  const char *format, ...)
{
    char text[384];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    return fault_at(config, json_place(config->doc, node ? node : config->node),
                    text, err);
}

bool option_text(const struct driver_config *config, const char *member,
                 const char *fallback, const char **out, struct error *err)
{
    const struct json_node *node = json_get(config->node, member);

    if (!node) {
        *out = fallback;
        return true;
    }
    if (!json_text(node))
        return option_fault(config, node, err, "'%s' must be a text, not %s",
                            member, json_type_name(json_type(node)));
    *out = json_text(node);
    return true;
}

bool option_required(const struct driver_config *config, const char *member,
                     const char **out, struct error *err)
{
    const char *text;

    if (!option_text(config, member, NULL, &text, err))
        return false;
    if (text_blank(text))
        return option_fault(config, json_get(config->node, member), err,
                            "'%s' is missing: this driver needs it", member);
    *out = text;
    return true;
}

bool option_integer(const struct driver_config *config, const char *member,
                    int64_t fallback, int64_t least, int64_t most, int64_t *out,
                    struct error *err)
{
    const struct json_node *node = json_get(config->node, member);
    int64_t value;

    if (!node) {
        *out = fallback;
        return true;
    }
    if (!json_integer(node, &value) || value < least || value > most)
        return option_fault(config, node, err,
                            "'%s' must be a whole number from %" PRId64
                            " to %" PRId64,
                            member, least, most);
    *out = value;
    return true;
}

bool option_flag(const struct driver_config *config, const char *member,
                 bool fallback, bool *out, struct error *err)
{
    const struct json_node *node = json_get(config->node, member);

    if (!node) {
        *out = fallback;
        return true;
    }
    if (json_type(node) != JSON_BOOL)
        return option_fault(config, node, err, "'%s' must be true or false",
                            member);
    *out = json_is_true(node);
    return true;
}

bool option_url(const struct driver_config *config, const char *member,
                const char *fallback, const char **out, struct error *err)
{
    const char *url;
    const char *host;

    if (!option_text(config, member, fallback, &url, err))
        return false;
    if (url) {
        host = strstr(url, "://");
        if (!host ||
            (!text_starts(url, "http://") && !text_starts(url, "https://")) ||
            strcspn(host + 3, "/?#") == 0 || strpbrk(url, " \t\r\n\"<>"))
            return option_fault(config, json_get(config->node, member), err,
                                "'%s' must be an http:// or https:// address",
                                member);
    }
    *out = url;
    return true;
}

static size_t names_count(const char *const *names)
{
    size_t count = 0;

    while (names && names[count])
        count++;
    return count;
}

static bool names_have(const char *const *names, const char *name)
{
    for (size_t i = 0; names && names[i]; i++)
        if (text_equal(names[i], name))
            return true;
    return false;
}

static bool stranger_fault(const struct driver_config *config,
                           const struct json_node *member,
                           const char *const *known, const char *const *also,
                           struct error *err)
{
    const char *key = json_key(member);
    const char *near = text_nearest(key, known, names_count(known));
    char text[256];

    if (!near && also)
        near = text_nearest(key, also, names_count(also));
    snprintf(text, sizeof(text), "there is no '%.64s' here%s%s%s", key,
             near ? "; did you mean '" : "", near ? near : "",
             near ? "'?" : "");
    return fault_at(config, json_key_place(config->doc, member), text, err);
}

bool options_known(const struct driver_config *config,
                   const struct json_node *object, const char *const *known,
                   const char *const *also, struct error *err)
{
    const struct json_node *member;

    for (member = json_first(object); member; member = json_next(member))
        if (!names_have(known, json_key(member)) &&
            !names_have(also, json_key(member)))
            return stranger_fault(config, member, known, also, err);
    return true;
}

bool driver_check_members(const struct channel_driver *driver,
                          const struct driver_config *config,
                          const char *const *general, struct error *err)
{
    if (!driver->members)
        return true;
    return options_known(config, config->node, driver->members, general, err);
}

bool option_object(const struct driver_config *config,
                   const struct json_node *node, const char *const *members,
                   struct error *err)
{
    if (json_type(node) != JSON_OBJECT)
        return option_fault(config, node, err, "'%s' must be an object",
                            json_key(node) ? json_key(node) : "this");
    return options_known(config, node, members, NULL, err);
}

bool option_member(const struct driver_config *config,
                   const struct json_node *object, const char *member,
                   bool required, struct arena *arena, const char **out,
                   struct error *err)
{
    const struct json_node *node = json_get(object, member);

    if (node && text_blank(json_text(node)))
        return option_fault(config, node, err, "'%s' must be a text", member);
    if (!node && required)
        return option_fault(config, object, err, "'%s' is missing here",
                            member);
    if (node)
        *out = arena_text(arena, json_text(node));
    return true;
}
