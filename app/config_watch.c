/* SPDX-License-Identifier: Apache-2.0 */
/* "feeds": { "watch": [...] }: folders whose files are taken by themselves. */
#include "app/config_watch.h"

#include "base/memory.h"
#include "base/text.h"

static const char *const names[] = {"folder", "format", "map", "full"};
#define NAMES (sizeof(names) / sizeof(names[0]))

static bool is_format(const char *text)
{
    return text_equal(text, "csv") || text_equal(text, "fhir") ||
           text_equal(text, "hl7");
}

static void read_one(const struct json_node *node, const char *directory,
                     struct arena *arena, const struct config_faults *faults,
                     struct config_watch *out)
{
    const struct json_node *folder = json_get(node, "folder");
    const struct json_node *format = json_get(node, "format");
    const struct json_node *full = json_get(node, "full");
    config_members(faults, node, names, NAMES);
    if (text_blank(json_text(folder)))
        faults->at(faults->arg, folder ? folder : node,
                   "\"folder\" is the path of the folder to watch");
    if (format && !is_format(json_text(format)))
        faults->at(faults->arg, format,
                   "\"format\" is \"csv\", \"fhir\" or \"hl7\"");
    const char *map = config_text(faults, node, "map",
                                  "\"map\" is the path of a mapping file");
    if (full && json_type(full) != JSON_BOOL)
        faults->at(faults->arg, full, "expected true or false");
    bool messages = format && !text_equal(json_text(format), "csv");
    if (messages && json_is_true(full))
        faults->at(faults->arg, format, "\"full\" is for CSV files");
    *out = (struct config_watch){
        .folder = config_beside(directory, json_text(folder), arena),
        .format = format ? arena_text(arena, json_text(format)) : NULL,
        .map = config_beside(directory, map, arena),
        .full = json_is_true(full)};
}

void config_watch_read(const struct json_node *feeds, const char *directory,
                       struct arena *arena, const struct config_faults *faults,
                       struct config_watches *out)
{
    const struct json_node *all = json_get(feeds, "watch");
    *out = (struct config_watches){0};
    if (!all)
        return;
    if (json_type(all) != JSON_ARRAY || json_count(all) > CONFIG_WATCH_MAX) {
        faults->at(faults->arg, all,
                   "\"watch\" is a list of at most 16 objects, each with the "
                   "\"folder\" to watch");
        return;
    }
    for (const struct json_node *node = json_first(all); node;
         node = json_next(node)) {
        if (json_type(node) != JSON_OBJECT)
            faults->at(faults->arg, node, "expected an object with \"folder\"");
        else
            read_one(node, directory, arena, faults, &out->items[out->count++]);
    }
}
