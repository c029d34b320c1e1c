/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which files an import is about. A folder gives those of its files that are
 * tables, and a warning for other CSV files; a file that was named must be
 * one. They come in the order of the layout, whatever the order given.
 */
#include "feeds/import_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"

#include "feeds/binding.h"
#include "feeds/csv.h"
#include "feeds/mapping.h"

enum { PATH_MAX_BYTES = 4096, NAMES_MAX = 400 };

void import_jobs_free(struct import_jobs *jobs)
{
    for (size_t i = 0; i < jobs->count; i++)
        free(jobs->items[i].path);
    free(jobs->items);
    row_set_free(&jobs->mapped_mistaken);
    row_set_free(&jobs->own_mistaken);
    *jobs = (struct import_jobs){0};
}

static void add_job(struct import_jobs *jobs, const struct layout_table *table,
                    const struct mapping_table *mapped, const char *path)
{
    jobs->items =
        memory_grow(jobs->items, jobs->count + 1, sizeof(jobs->items[0]));
    jobs->items[jobs->count++] = (struct import_job){
        table, mapped, memory_text(path),
        mapped ? &jobs->mapped_mistaken : &jobs->own_mistaken};
}

static bool is_csv(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && text_equal_nocase(dot, ".csv");
}

/* False when no table has this name; `text` says so. */
static bool add_file(struct import_jobs *jobs, const char *path, char *text,
                     size_t size)
{
    const char *name = file_base(path);
    const struct layout_table *table = layout_find(name);
    if (table) {
        add_job(jobs, table, NULL, path);
        return true;
    }
    char stem[64];
    text_copy(stem, sizeof(stem), name);
    stem[strcspn(stem, ".")] = '\0';
    const char *near = layout_nearest(stem);
    char names[NAMES_MAX];
    layout_names(names, sizeof(names));
    if (near)
        snprintf(text, size,
                 "%s has the name of no table: rename it to %s.csv if it is "
                 "one of these, or describe it in a mapping file (--map)",
                 path, near);
    else
        snprintf(text, size,
                 "%s has the name of no table (%s, each with .csv): rename it, "
                 "or describe it in a mapping file (--map)",
                 path, names);
    return false;
}

static bool add_folder(struct import_jobs *jobs, const char *folder,
                       const struct import_watch *watch, struct error *err)
{
    char **names = NULL;
    size_t count = 0;
    if (!file_list(folder, NULL, &names, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        char path[PATH_MAX_BYTES], text[2 * PATH_MAX_BYTES];
        if (!is_csv(names[i]))
            continue;
        file_join(path, sizeof(path), folder, names[i]);
        if (!add_file(jobs, path, text, sizeof(text)))
            watch->note(watch->arg, text);
    }
    file_list_free(names, count);
    return true;
}

static int compare_jobs(const void *left, const void *right)
{
    const struct import_job *a = left, *b = right;
    if (a->table != b->table)
        return a->table < b->table ? -1 : 1;
    return strcmp(a->path, b->path);
}

/* Each of two full extracts of one table would end what the other brought. */
static bool check_full(const struct import_jobs *jobs, struct error *err)
{
    for (size_t i = 1; i < jobs->count; i++)
        if (jobs->items[i].table == jobs->items[i - 1].table)
            return error_set(err, ERROR_INPUT,
                             "%s and %s are both %s: a full extract (--full) "
                             "is one file",
                             jobs->items[i - 1].path, jobs->items[i].path,
                             jobs->items[i].table->name);
    return true;
}

/* By their own names: each file that a path names or holds. */
static bool find_named(const struct import_options *options,
                       const struct import_watch *watch,
                       struct import_jobs *jobs, struct error *err)
{
    for (size_t i = 0; i < options->path_count; i++) {
        const char *path = options->paths[i];
        char text[2 * PATH_MAX_BYTES];
        if (file_is_directory(path)) {
            if (!add_folder(jobs, path, watch, err))
                return false;
        } else if (!add_file(jobs, path, text, sizeof(text))) {
            return error_set(err, ERROR_INPUT, "%s", text);
        }
    }
    return true;
}

/* By the names that a mapping gives: false when no path has this file. */
static bool find_mapped(const struct import_options *options,
                        const struct mapping_table *mapped,
                        struct import_jobs *jobs)
{
    for (size_t i = 0; i < options->path_count; i++) {
        char path[PATH_MAX_BYTES];
        if (file_is_directory(options->paths[i]))
            file_join(path, sizeof(path), options->paths[i], mapped->file);
        else if (text_equal(file_base(options->paths[i]), mapped->file))
            text_copy(path, sizeof(path), options->paths[i]);
        else
            continue;
        if (!file_exists(path))
            continue;
        add_job(jobs, mapped->table, mapped, path);
        return true;
    }
    return false;
}

static void find_all_mapped(const struct import_options *options,
                            const struct mapping *mapping,
                            const struct import_watch *watch,
                            struct import_jobs *jobs)
{
    for (size_t i = 0; i < mapping->table_count; i++) {
        const struct mapping_table *mapped = &mapping->tables[i];
        char text[400];
        if (find_mapped(options, mapped, jobs))
            continue;
        snprintf(text, sizeof(text), "%.200s is not there: no %s come from it",
                 mapped->file, mapped->table->rows);
        watch->note(watch->arg, text);
    }
}

void import_today(const struct import_options *options,
                  char out[CIVIL_TEXT_MAX])
{
    civil_date_text(zone_local(options->zone, options->now).date, out);
}

bool import_check_mapping(const struct import_options *options,
                          const struct import_jobs *jobs,
                          const struct import_watch *watch, struct error *err)
{
    char today[CIVIL_TEXT_MAX];
    size_t faults = 0;
    import_today(options, today);
    for (size_t i = 0; i < jobs->count; i++) {
        const struct import_job *job = &jobs->items[i];
        struct error ignored;
        struct csv_row header;
        const struct binding_request request = {.table = job->table,
                                                .header = &header,
                                                .path = job->path,
                                                .today = today,
                                                .tell = watch->fault,
                                                .arg = watch->arg};
        /* A file that cannot be read is refused by itself, and says why. */
        struct csv *csv =
            csv_open(job->path, job->mapped->mapping->delimiter, &ignored);
        if (csv && csv_next(csv, &header, &ignored) == 1)
            faults += binding_faults(&request, job->mapped);
        csv_close(csv);
    }
    return faults == 0 ||
           error_set(err, ERROR_INPUT,
                     "%s has %zu fault%s: nothing was imported",
                     options->map_path, faults, faults == 1 ? "" : "s");
}

bool import_find_files(const struct import_options *options,
                       const struct mapping *mapping,
                       const struct import_watch *watch,
                       struct import_jobs *jobs, struct error *err)
{
    for (size_t i = 0; i < options->path_count; i++)
        if (!file_exists(options->paths[i]))
            return error_set(err, ERROR_CANNOT, "there is no file %s",
                             options->paths[i]);
    if (mapping)
        find_all_mapped(options, mapping, watch, jobs);
    else if (!find_named(options, watch, jobs, err))
        return false;
    if (jobs->count == 0 && mapping)
        return error_set(err, ERROR_INPUT,
                         "there is nothing to import: none of the files that "
                         "the mapping names is there");
    if (jobs->count == 0) {
        char names[NAMES_MAX];
        layout_names(names, sizeof(names));
        return error_set(err, ERROR_INPUT,
                         "there is nothing to import: no file has the name of "
                         "a table (%s, each with .csv); --map describes other "
                         "layouts",
                         names);
    }
    qsort(jobs->items, jobs->count, sizeof(jobs->items[0]), compare_jobs);
    return mapping || !options->full || check_full(jobs, err);
}
