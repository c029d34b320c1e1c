/* SPDX-License-Identifier: Apache-2.0 */
/* The store of those fuzz targets that ask one. */
#include <stdlib.h>

#include "base/error.h"
#include "store/store.h"

#include "tests/fuzz/fuzz.h"

static struct store *store;

static void leave(void)
{
    store_close(store);
}

struct store *fuzz_store(void)
{
    struct error err = {0};
    char path[FUZZ_PATH_MAX];
    if (store)
        return store;
    fuzz_path("fuzz.db", path);
    store = store_open(path, STORE_CREATE, &err);
    if (!store)
        PANIC("%s", err.text);
    atexit(leave);
    return store;
}
