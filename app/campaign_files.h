/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_CAMPAIGN_FILES_H
#define APP_CAMPAIGN_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/json.h"

/* Campaign files on disk: which they are, and where one is by its name. */

/* Calls `fn` for each file, and for each campaign file directly in each
 * folder (*.json, without *.test.json and *.schema.json), sorted; ends when
 * it returns false. Fails on a path that is not there, and on nothing. */
bool campaign_files_each(const char *const *paths, size_t count,
                         bool (*fn)(void *arg, const char *path), void *arg,
                         struct error *err);
/* The same for campaign tests (*.test.json). */
bool campaign_tests_each(const char *const *paths, size_t count,
                         bool (*fn)(void *arg, const char *path), void *arg,
                         struct error *err);

/* What a file calls its campaign, and where; false when it says nothing. */
bool campaign_file_name(const char *path, char *out, size_t size,
                        struct json_place *place);

/* The file that says `"campaign": name` in a folder; also accepts a path to
 * a file. Copied into `out`. Unknown: the nearest known name is told; two:
 * both are, and neither is taken. */
bool campaign_files_find(const char *folder, const char *name, char *out,
                         size_t size, struct error *err);

#endif
