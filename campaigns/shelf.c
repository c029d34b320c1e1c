/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the measures of a campaign come from: files beside it, or the bundle
 * it was launched as. Reads each once, when a condition first names it, and
 * remembers which were used, because a bundle carries exactly those.
 */
#include "campaigns/shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/measure.h"

#include "campaigns/measure_file.h"
#include "campaigns/reader.h"

#define PATH_BYTES 4096
#define MEASURE_BYTES_MAX (256u << 10)
#define KNOWN_MAX 500

struct shelf_item {
    const char *name;
    struct source source;
    struct json *doc; /* owned; NULL in a bundle */
    const struct measure *measure;
};
struct shelf {
    struct arena *arena;
    struct faults *faults;
    const char **folders; /* first come, first asked */
    size_t folder_count;
    const char *configured; /* told when it is not there */
    struct civil_date today;
    struct source bundle;
    struct shelf_item *items;
    size_t count;
};

static void add_folder(struct shelf *shelf, const char *path)
{
    if (path == NULL || !file_is_directory(path))
        return;
    shelf->folders =
        memory_grow(shelf->folders, shelf->folder_count + 1, sizeof(char *));
    shelf->folders[shelf->folder_count++] = arena_text(shelf->arena, path);
}

/* The folder of a file: "a/b.json" -> "a", "b.json" -> ".". */
static void folder_of(const char *path, char *out, size_t size)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        text_copy(out, size, ".");
    else if (slash == path)
        text_copy(out, size, "/");
    else
        snprintf(out, size, "%.*s", (int)(slash - path), path);
}

/* "measures" in this folder and in each one above it that the path names. */
static void climb(struct shelf *shelf, const char *from)
{
    char folder[PATH_BYTES];
    char measures[PATH_BYTES + 16];
    char above[PATH_BYTES];
    text_copy(folder, sizeof(folder), from);
    for (;;) {
        bool here = strcmp(folder, ".") == 0;
        file_join(measures, sizeof(measures), folder, "measures");
        add_folder(shelf, here ? "measures" : measures);
        if (here || strcmp(folder, "/") == 0)
            return;
        folder_of(folder, above, sizeof(above));
        text_copy(folder, sizeof(folder), above);
    }
}

/* Does the path lead up somewhere, so that its own words do not say what lies
 * above? */
static bool leads_up(const char *path)
{
    for (const char *at = path; (at = strstr(at, "..")) != NULL; at += 2) {
        if ((at == path || at[-1] == '/') && (at[2] == '/' || at[2] == '\0'))
            return true;
    }
    return false;
}

/* By the path as it was given first, so that faults name files as a
 * coordinator does; then above the working folder. */
static void add_folders_above(struct shelf *shelf, const char *campaign_file)
{
    char folder[PATH_BYTES];
    char *real;
    folder_of(campaign_file, folder, sizeof(folder));
    if (leads_up(folder)) {
        real = realpath(folder, NULL);
        if (real != NULL)
            climb(shelf, real);
        free(real);
        return;
    }
    climb(shelf, folder);
    if (folder[0] == '/')
        return;
    real = realpath(".", NULL);
    if (real != NULL && strcmp(real, "/") != 0) {
        folder_of(real, folder, sizeof(folder));
        climb(shelf, folder);
    }
    free(real);
}

struct shelf *shelf_of_files(const char *campaign_file,
                             const struct bundle_options *options,
                             struct arena *arena, struct faults *faults)
{
    struct shelf *shelf = memory_new(sizeof(*shelf));
    *shelf = (struct shelf){.arena = arena, .faults = faults};
    add_folders_above(shelf, campaign_file);
    if (options != NULL) {
        shelf->today = options->today;
        shelf->configured = options->measures_dir;
        add_folder(shelf, options->measures_dir);
        add_folder(shelf, options->measures_shipped);
    }
    return shelf;
}

struct shelf *shelf_of_bundle(const char *file, const struct json *doc,
                              const struct json_node *measures,
                              struct arena *arena, struct faults *faults)
{
    struct shelf *shelf = memory_new(sizeof(*shelf));
    *shelf = (struct shelf){
        .arena = arena,
        .faults = faults,
        .bundle = {.file = file, .doc = doc, .node = measures},
    };
    return shelf;
}

void shelf_free(struct shelf *shelf)
{
    if (shelf == NULL)
        return;
    for (size_t i = 0; i < shelf->count; i++)
        json_free(shelf->items[i].doc);
    free(shelf->items);
    free(shelf->folders);
    free(shelf);
}

/* A measure that could not be read is there all the same: its own faults
 * were told, its name is not unknown. */
static const struct measure *put(struct shelf *shelf, const char *name,
                                 struct source source, struct json *doc)
{
    const struct measure *measure = NULL;
    if (source.node != NULL)
        measure = measure_read(&source, name, shelf->today, shelf->arena,
                               shelf->faults);
    if (measure == NULL)
        measure = arena_alloc(shelf->arena, sizeof(*measure));
    shelf->items =
        memory_grow(shelf->items, shelf->count + 1, sizeof(shelf->items[0]));
    shelf->items[shelf->count++] = (struct shelf_item){
        .name = arena_text(shelf->arena, name),
        .source = source,
        .doc = doc,
        .measure = measure,
    };
    return measure;
}

static const struct measure *read_file(struct shelf *shelf, const char *name,
                                       const char *path)
{
    struct buf text;
    struct error err = {0};
    struct json_place place = {0};
    struct json *doc = NULL;
    const char *file = arena_text(shelf->arena, path);
    if (file_read(path, MEASURE_BYTES_MAX, &text, &err))
        doc = json_parse(text.data, text.len, JSON_COMMENTS, &err, &place);
    buf_free(&text);
    if (doc == NULL)
        faults_add(shelf->faults, FAULT_ERROR, file, place.line, place.column,
                   "%s", without_path(err.text, path));
    struct source source = {.file = file, .doc = doc, .node = json_root(doc)};
    return put(shelf, name, source, doc);
}

/* The known name that is nearest, over all folders; kept in the arena. */
static const char *nearest_file(struct shelf *shelf, const char *name)
{
    const char *known[KNOWN_MAX];
    size_t count = 0;
    for (size_t i = 0; i < shelf->folder_count; i++) {
        char **names = NULL;
        size_t found = 0;
        if (!file_list(shelf->folders[i], ".json", &names, &found, NULL))
            continue;
        for (size_t j = 0; j < found && count < KNOWN_MAX; j++)
            known[count++] = arena_text_n(shelf->arena, names[j],
                                          strlen(names[j]) - strlen(".json"));
        file_list_free(names, found);
    }
    return text_nearest(name, known, count);
}

/* A misspelt folder must not hand out the shipped measures instead of the
 * clinic's own. Told once. */
static void check_configured(struct shelf *shelf)
{
    if (shelf->configured != NULL && !file_is_directory(shelf->configured))
        faults_add(shelf->faults, FAULT_ERROR, shelf->configured, 0, 0,
                   "there is no such folder, but \"measures\" in "
                   "outreach.json names it");
    shelf->configured = NULL;
}

static const struct measure *find_in_bundle(struct shelf *shelf,
                                            const char *name)
{
    struct source source = shelf->bundle;
    source.node = json_get(shelf->bundle.node, name);
    return source.node != NULL ? put(shelf, name, source, NULL) : NULL;
}

const struct measure *shelf_find(void *arg, const char *name,
                                 const char **nearest)
{
    struct shelf *shelf = arg;
    for (size_t i = 0; i < shelf->count; i++) {
        if (strcmp(shelf->items[i].name, name) == 0)
            return shelf->items[i].measure;
    }
    if (!name_valid(name))
        return NULL;
    if (shelf->bundle.doc != NULL)
        return find_in_bundle(shelf, name);
    check_configured(shelf);
    for (size_t i = 0; i < shelf->folder_count; i++) {
        char path[PATH_BYTES];
        char file[NAME_MAX_BYTES + 8];
        snprintf(file, sizeof(file), "%s.json", name);
        file_join(path, sizeof(path), shelf->folders[i], file);
        if (file_exists(path))
            return read_file(shelf, name, path);
    }
    *nearest = nearest_file(shelf, name);
    return NULL;
}

void shelf_write(const struct shelf *shelf, struct json_writer *writer,
                 const char *key)
{
    json_write_object(writer, key);
    for (size_t i = 0; i < shelf->count; i++) {
        if (shelf->items[i].source.node != NULL)
            json_write_node(writer, shelf->items[i].name,
                            shelf->items[i].source.node);
    }
    json_write_end(writer, '}');
}
