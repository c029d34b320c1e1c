/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Campaign files on disk: walks folders and finds a file by the name that
 * the campaign gives itself. Reads no more of a file than that name.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include "app/campaign_files.h"

enum { NAMES_MAX = 1000, NAME_BYTES = 200 };

static bool ends_with(const char *name, const char *ending)
{
    size_t a = strlen(name), b = strlen(ending);
    return a >= b && strcmp(name + a - b, ending) == 0;
}

static bool is_test(const char *name)
{
    return ends_with(name, ".test.json");
}

static bool is_campaign(const char *name)
{
    return !is_test(name) && !ends_with(name, ".schema.json");
}

/* What a folder is walked for. */
struct wanted {
    bool (*is)(const char *name);
    const char *what;
};

static bool each_in_folder(const char *folder, const struct wanted *wanted,
                           bool (*fn)(void *arg, const char *path), void *arg,
                           size_t *seen, bool *go_on, struct error *err)
{
    char **names;
    size_t count;
    if (!file_list(folder, ".json", &names, &count, err))
        return false;
    for (size_t i = 0; i < count && *go_on; i++) {
        char path[PATH_MAX];
        file_join(path, sizeof(path), folder, names[i]);
        if (!wanted->is(names[i]) || file_is_directory(path))
            continue;
        (*seen)++;
        *go_on = fn(arg, path);
    }
    file_list_free(names, count);
    return true;
}

static bool each(const char *const *paths, size_t count,
                 const struct wanted *wanted,
                 bool (*fn)(void *arg, const char *path), void *arg,
                 struct error *err)
{
    bool go_on = true;
    for (size_t i = 0; i < count && go_on; i++) {
        size_t seen = 0;
        if (!file_exists(paths[i]))
            return error_set(err, ERROR_CANNOT,
                             "%s: there is no such file or folder", paths[i]);
        if (!file_is_directory(paths[i])) {
            go_on = fn(arg, paths[i]);
            continue;
        }
        if (!each_in_folder(paths[i], wanted, fn, arg, &seen, &go_on, err))
            return false;
        if (seen == 0)
            return error_set(err, ERROR_CANNOT, "%s: no %s in this folder",
                             paths[i], wanted->what);
    }
    return true;
}

bool campaign_files_each(const char *const *paths, size_t count,
                         bool (*fn)(void *arg, const char *path), void *arg,
                         struct error *err)
{
    static const struct wanted campaigns = {is_campaign,
                                            "campaign file (*.json)"};
    return each(paths, count, &campaigns, fn, arg, err);
}

bool campaign_tests_each(const char *const *paths, size_t count,
                         bool (*fn)(void *arg, const char *path), void *arg,
                         struct error *err)
{
    static const struct wanted tests = {is_test,
                                        "campaign test (NAME.test.json)"};
    return each(paths, count, &tests, fn, arg, err);
}

bool campaign_file_name(const char *path, char *out, size_t size,
                        struct json_place *place)
{
    struct buf text;
    struct json *doc = NULL;
    if (file_read(path, JSON_MAX_BYTES, &text, NULL))
        doc = json_parse(text.data, text.len, JSON_COMMENTS, NULL, NULL);
    const struct json_node *node = json_get(json_root(doc), "campaign");
    bool found = json_text(node) != NULL;
    if (found) {
        text_copy(out, size, json_text(node));
        *place = json_place(doc, node);
    }
    json_free(doc);
    buf_free(&text);
    return found;
}

/* Searching by the name inside the file. */
struct search {
    const char *name;
    char first[PATH_MAX], second[PATH_MAX]; /* that have it; or "" */
    char *names[NAMES_MAX];
    size_t count;
};

static bool look(void *arg, const char *path)
{
    struct search *search = arg;
    char name[NAME_BYTES];
    struct json_place place;
    if (!campaign_file_name(path, name, sizeof(name), &place))
        return true;
    if (!text_equal(name, search->name)) {
        if (search->count < NAMES_MAX)
            search->names[search->count++] = memory_text(name);
        return true;
    }
    bool again = search->first[0] != '\0';
    text_copy(again ? search->second : search->first, PATH_MAX, path);
    return !again;
}

static bool tell_search(const struct search *search, const char *folder,
                        struct error *err)
{
    if (search->second[0] != '\0')
        return error_set(err, ERROR_INPUT,
                         "two files are called '%s': %s and %s; rename one of "
                         "the two campaigns",
                         search->name, search->first, search->second);
    if (search->first[0] != '\0')
        return true;
    const char *near = text_nearest(
        search->name, (const char *const *)search->names, search->count);
    return error_set(err, ERROR_INPUT, "no campaign '%s' in %s%s%s%s",
                     search->name, folder, near ? "; did you mean '" : "",
                     near ? near : "", near ? "'?" : "");
}

bool campaign_files_find(const char *folder, const char *name, char *out,
                         size_t size, struct error *err)
{
    if (file_exists(name) && !file_is_directory(name)) {
        text_copy(out, size, name);
        return true;
    }
    if (!file_is_directory(folder))
        return error_set(err, ERROR_CANNOT,
                         "no campaign file '%s' here, and there is no folder "
                         "%s to look for its name: give the path of the file, "
                         "or say where campaigns lie (\"campaigns\" in "
                         "outreach.json)",
                         name, folder);
    struct search *search = memory_new(sizeof(*search));
    search->name = name;
    bool ok = campaign_files_each(&folder, 1, look, search, err) &&
              tell_search(search, folder, err);
    if (ok)
        text_copy(out, size, search->first);
    for (size_t i = 0; i < search->count; i++)
        free(search->names[i]);
    free(search);
    return ok;
}
