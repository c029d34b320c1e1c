/* SPDX-License-Identifier: Apache-2.0 */
/* "hooks": the outside that is told of what patients decide. */
#include "app/config_hooks.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define COUNT(names) (sizeof(names) / sizeof((names)[0]))
#define FILES "files"

static const char *const hooks_names[] = {"out", FILES};
static const char *const out_names[] = {
    "name", "url", "events", "secret_env", "secret_file", "secret_credential"};
static const char *const files_names[] = {"folder", "events"};

struct reading {
    const char *directory;
    struct arena *arena;
    const struct config_faults *faults;
    struct config_hooks *out;
};

static void fault(const struct reading *reading, const struct json_node *node,
                  const char *text)
{
    reading->faults->at(reading->faults->arg, node, text);
}

/* Whether it is an object; unknown members are told. */
static bool object_of(const struct reading *reading,
                      const struct json_node *node, const char *const *names,
                      size_t count, const char *what)
{
    if (json_type(node) != JSON_OBJECT) {
        fault(reading, node, what);
        return false;
    }
    config_members(reading->faults, node, names, count);
    return true;
}

static unsigned events_read(const struct reading *reading,
                            const struct json_node *list)
{
    unsigned events = 0;
    if (!list)
        return (1u << NOTICE_EVENTS) - 1;
    for (const struct json_node *node = json_first(list); node;
         node = json_next(node)) {
        size_t i = 0;
        while (i < NOTICE_EVENTS &&
               !text_equal(notice_events[i], json_text(node)))
            i++;
        if (i == NOTICE_EVENTS)
            fault(reading, node,
                  "an event is \"response\", \"reply\", \"opt-out\" or "
                  "\"opt-in\"");
        else
            events |= 1u << i;
    }
    if (json_type(list) != JSON_ARRAY || !json_first(list))
        fault(reading, list, "\"events\" is a list such as [\"response\"]");
    return events;
}

/* Who hears a record number hears it over TLS, or on this machine. A name
 * before the host ("http://127.0.0.1:80@elsewhere/") is no host, and a password
 * there would stand in the configuration. */
static bool is_private(const char *url)
{
    const char *host = text_starts(url, "http://") ? url + 7 : "";
    size_t len = strcspn(host, ":/?#");
    const char *authority = strstr(url, "://");
    if (!authority ||
        memchr(authority + 3, '@', strcspn(authority + 3, "/?#\\")))
        return false;
    return (text_starts(url, "https://") && strcspn(url + 8, "/?#") > 0) ||
           (len > 4 && strncmp(host, "127.", 4) == 0 &&
            strspn(host, "0123456789.") == len) ||
           (len == 9 && strncmp(host, "localhost", 9) == 0) ||
           (text_starts(host, "[::1]") && strchr(":/?#", host[5]));
}

static bool is_named(const struct config_hooks *hooks, const char *name)
{
    for (size_t i = 0; i < hooks->count; i++)
        if (text_equal(hooks->outlets[i].name, name))
            return true;
    return false;
}

static struct config_outlet *outlet_add(const struct reading *reading,
                                        const struct json_node *node)
{
    struct config_hooks *hooks = reading->out;
    if (hooks->count == ENGINE_OUTLETS_MAX) {
        fault(reading, node, "there are at most eight, the folder included");
        return NULL;
    }
    return &hooks->outlets[hooks->count++];
}

static void out_read(const struct reading *reading,
                     const struct json_node *node)
{
    const char *name = json_get_text(node, "name");
    const char *url = json_get_text(node, "url");
    if (!object_of(reading, node, out_names, COUNT(out_names),
                   "a hook is an object with \"name\", \"url\" and a secret"))
        return;
    if (text_blank(name) || text_equal(name, FILES) ||
        is_named(reading->out, name))
        fault(reading, json_get(node, "name") ? json_get(node, "name") : node,
              "a hook has a \"name\" of its own, other than \"files\": its "
              "place in the order of what it is told goes by it");
    if (!url || !is_private(url))
        fault(reading, json_get(node, "url") ? json_get(node, "url") : node,
              "\"url\" is an https:// address, or http:// on this machine");
    struct config_outlet *outlet = outlet_add(reading, node);
    if (!outlet)
        return;
    *outlet = (struct config_outlet){
        .name = arena_text(reading->arena, name ? name : ""),
        .url = arena_text(reading->arena, url ? url : ""),
        .events = events_read(reading, json_get(node, "events")),
        .node = node,
    };
}

static void files_read(const struct reading *reading,
                       const struct json_node *node)
{
    const char *folder = json_get_text(node, "folder");
    if (!object_of(reading, node, files_names, COUNT(files_names),
                   "\"files\" is an object with a \"folder\""))
        return;
    if (text_blank(folder))
        fault(reading, node, "\"files\" needs the \"folder\" to write into");
    struct config_outlet *outlet = outlet_add(reading, node);
    if (!outlet)
        return;
    folder = folder ? folder : "";
    *outlet = (struct config_outlet){
        .name = FILES,
        .folder = config_beside(reading->directory, folder, reading->arena),
        .events = events_read(reading, json_get(node, "events")),
        .node = node,
    };
}

void config_hooks_read(const struct json_node *top, const char *directory,
                       struct arena *arena, const struct config_faults *faults,
                       struct config_hooks *out)
{
    const struct json_node *hooks = json_get(top, "hooks");
    const struct json_node *list = json_get(hooks, "out");
    const struct json_node *files = json_get(hooks, FILES);
    const struct reading reading = {directory, arena, faults, out};
    *out = (struct config_hooks){0};
    if (!hooks || !object_of(&reading, hooks, hooks_names, COUNT(hooks_names),
                             "\"hooks\" is an object with \"out\" or "
                             "\"files\""))
        return;
    if (list && json_type(list) != JSON_ARRAY)
        fault(&reading, list, "\"out\" is a list of hooks");
    for (const struct json_node *node = json_first(list); node;
         node = json_next(node))
        out_read(&reading, node);
    if (files)
        files_read(&reading, files);
}
