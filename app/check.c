/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach check`: reads campaign files and prints every fault at once as
 * file:line:column. Touches nothing.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "campaigns/bundle.h"
#include "campaigns/campaign.h"
#include "store/store.h"

#include "app/answered.h"
#include "app/campaign_files.h"
#include "app/campaign_options.h"
#include "app/clinics_known.h"
#include "app/command.h"
#include "app/config.h"
#include "app/config_channels.h"
#include "app/setup.h"
#include "app/table.h"

enum { PRINT_MAX = 4 << 20, NAME_BYTES = 200 };

/* What one file calls its campaign. */
struct named {
    char path[PATH_MAX], name[NAME_BYTES];
    struct json_place place;
};
struct check {
    const struct options *options;
    struct bundle_options bundle;
    struct faults faults;
    struct store *store; /* NULL: there is none that we may read */
    size_t files;
    struct named *named;
    size_t named_count;
};

/* At its name, which is the last of `named`. */
static void add_unanswered(void *arg, const char *campaign, const char *what)
{
    struct check *check = arg;
    const struct named *named = &check->named[check->named_count - 1];
    (void)campaign;
    faults_add(&check->faults, FAULT_WARNING, named->path, named->place.line,
               named->place.column, "%s", what);
}

static bool check_file(void *arg, const char *path)
{
    struct check *check = arg;
    check->files++;
    struct campaign *campaign =
        campaign_load(path, &check->bundle, &check->faults, NULL);
    check->named = memory_grow(check->named, check->named_count + 1,
                               sizeof(check->named[0]));
    struct named *named = &check->named[check->named_count];
    text_copy(named->path, sizeof(named->path), path);
    check->named_count += campaign_file_name(
        path, named->name, sizeof(named->name), &named->place);
    if (campaign && check->store)
        unanswered_campaign(check->store, campaign, add_unanswered, check);
    campaign_free(campaign);
    return true;
}

static bool same_folder(const char *a, const char *b)
{
    size_t len = (size_t)(file_base(a) - a);
    return len == (size_t)(file_base(b) - b) && strncmp(a, b, len) == 0;
}

/* Two files of a folder with one name: nobody could say which is launched.
 * Told at both. */
static void check_names(struct check *check)
{
    for (size_t i = 0; i < check->named_count; i++) {
        const struct named *one = &check->named[i];
        for (size_t j = 0; j < check->named_count; j++) {
            const struct named *other = &check->named[j];
            if (i == j || !text_equal(one->name, other->name) ||
                !same_folder(one->path, other->path) ||
                text_equal(one->path, other->path))
                continue;
            faults_add(&check->faults, FAULT_ERROR, one->path, one->place.line,
                       one->place.column,
                       "%s is called '%s' too: give one of them another "
                       "name",
                       other->path, one->name);
            break;
        }
    }
    faults_sort(&check->faults);
}

static void print_json(const struct check *check)
{
    struct buf out;
    buf_init(&out, PRINT_MAX);
    struct json_writer writer;
    json_write_init(&writer, &out);
    json_write_object(&writer, NULL);
    json_write_integer(&writer, "files", (int64_t)check->files);
    json_write_integer(&writer, "errors", (int64_t)check->faults.errors);
    json_write_integer(&writer, "warnings",
                       (int64_t)(check->faults.count - check->faults.errors));
    json_write_array(&writer, "faults");
    for (size_t i = 0; i < check->faults.count; i++) {
        const struct fault *fault = &check->faults.items[i];
        json_write_object(&writer, NULL);
        json_write_text(&writer, "file", fault->file);
        json_write_integer(&writer, "line", fault->line);
        json_write_integer(&writer, "column", fault->column);
        json_write_text(&writer, "level",
                        fault->level == FAULT_ERROR ? "error" : "warning");
        json_write_text(&writer, "text", fault->text);
        json_write_end(&writer, '}');
    }
    json_write_end(&writer, ']');
    json_write_end(&writer, '}');
    puts(out.data);
    buf_free(&out);
}

static void print_text(const struct check *check)
{
    struct buf out;
    buf_init(&out, PRINT_MAX);
    faults_print(&check->faults, &out);
    print("%s", out.data);
    buf_free(&out);
    if (check->options->quiet)
        return;
    size_t warnings = check->faults.count - check->faults.errors;
    print("%zu file%s: %zu error%s, %zu warning%s\n", check->files,
          check->files == 1 ? "" : "s", check->faults.errors,
          check->faults.errors == 1 ? "" : "s", warnings,
          warnings == 1 ? "" : "s");
}

static void add_at(void *arg, const char *path, struct json_place place,
                   const char *what)
{
    struct check *check = arg;
    faults_add(&check->faults, FAULT_WARNING, path, place.line, place.column,
               "%s", what);
}

/* What `run` would refuse is told here as well. NULL where there is none. */
static bool read_policy(const struct config *config, struct policy **out,
                        struct error *err)
{
    *out = config->policy_path ? setup_policy(config, err) : NULL;
    return *out || !config->policy_path;
}

static int run(const struct options *options, int argc, char **argv)
{
    int count;
    if (!command_flags(&command_check, NULL, 0, argc, argv, &count))
        return EXIT_USAGE;
    struct error err = {0};
    struct config *config = config_load(options->config_path, NULL, &err);
    struct policy *policy = NULL;
    if (!config || !read_policy(config, &policy, &err)) {
        config_free(config);
        return command_fail(&err);
    }
    struct check check = {
        .options = options,
        .bundle = campaign_options(config, clock_now()),
    };
    /* Files are checked without a store, and beside one that only the service
     * may read: what cannot be known is not told. */
    check.bundle.lists_level = FAULT_WARNING;
    campaign_options_policy(&check.bundle, policy);
    if (file_exists(config->store_path))
        campaign_options_lists(&check.bundle, config, NULL, NULL);
    if (file_exists(config->store_path))
        check.store = store_open(config->store_path, STORE_READ_ONLY, NULL);
    faults_init(&check.faults);
    config_given_up(config, add_at, &check);
    clinics_unknown_there(config, add_at, &check);
    const char *own[] = {config->campaigns_dir};
    bool ok =
        count || file_is_directory(own[0]) ||
        error_set(&err, ERROR_CANNOT,
                  "there is no folder %s: name campaign files, or say where "
                  "they lie (\"campaigns\" in outreach.json)",
                  own[0]);
    ok = ok && campaign_files_each(count ? (const char *const *)argv : own,
                                   count ? (size_t)count : 1, check_file,
                                   &check, &err);
    int code = EXIT_FINE;
    if (!ok) {
        code = command_fail(&err);
    } else {
        check_names(&check);
        faults_once(&check.faults);
        if (options->json)
            print_json(&check);
        else
            print_text(&check);
        code = check.faults.errors ? EXIT_NO : EXIT_FINE;
    }
    faults_free(&check.faults);
    free(check.named);
    store_close(check.store);
    policy_free(policy);
    config_free(config);
    return code;
}

const struct command command_check = {
    .name = "check",
    .synopsis = "[FILE|DIR...]",
    .summary = "Read campaign files and report every fault with its place",
    .help =
        "Without operands: the configuration's campaigns folder. A folder\n"
        "means every campaign file directly in it (*.json). Exit code 0: no\n"
        "errors (warnings may remain); 1: faults were found.\n\n"
        "  outreach check campaigns/refill.json\n"
        "  campaigns/refill.json:7:15: error: unknown field 'refils_left';\n"
        "  did you mean 'refills_left'?\n",
    .run = run,
};
