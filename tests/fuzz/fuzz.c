/* SPDX-License-Identifier: Apache-2.0 */
/* A folder for the files of a fuzz target. */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/file.h"

static char folder[] = "/tmp/outreach-fuzz-XXXXXX";

void expect(bool holds, const char *what)
{
    if (!holds)
        PANIC("%s", what);
}

static void leave(void)
{
    file_remove_tree(folder);
}

void fuzz_path(const char *name, char out[FUZZ_PATH_MAX])
{
    static bool made;
    if (!made) {
        expect(mkdtemp(folder) != NULL, "there is a temporary folder");
        atexit(leave);
        made = true;
    }
    snprintf(out, FUZZ_PATH_MAX, "%s/%s", folder, name);
}

void fuzz_write(const char *path, const void *data, size_t len)
{
    FILE *file = fopen(path, "wb");
    expect(file != NULL && fwrite(data, 1, len, file) == len &&
               fclose(file) == 0,
           "the file is written");
}
