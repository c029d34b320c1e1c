/* SPDX-License-Identifier: Apache-2.0 */
#include "app/config_faults.h"

#include <stdbool.h>

#include "base/memory.h"
#include "base/text.h"

void config_members(const struct config_faults *faults,
                    const struct json_node *object, const char *const *names,
                    size_t count)
{
    for (const struct json_node *member = json_first(object); member;
         member = json_next(member)) {
        bool known = false;
        for (size_t i = 0; i < count && !known; i++)
            known = text_equal(names[i], json_key(member));
        if (!known)
            faults->name(faults->arg, member, names, count);
    }
}

const char *config_text(const struct config_faults *faults,
                        const struct json_node *object, const char *name,
                        const char *wrong)
{
    const struct json_node *node = json_get(object, name);
    if (node && text_blank(json_text(node)))
        faults->at(faults->arg, node, wrong);
    return json_text(node);
}

const char *config_beside(const char *directory, const char *path,
                          struct arena *arena)
{
    if (!path || path[0] == '/' || !directory)
        return path ? arena_text(arena, path) : NULL;
    return arena_format(arena, "%s/%s", directory, path);
}
