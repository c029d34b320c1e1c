/* SPDX-License-Identifier: Apache-2.0 */
/* `new_store FILE`: an empty patient store, for bench/stores.py to fill. It
 * knows the zone rules of this machine, as a store in which a service ran:
 * else the first start would derive every instant in it again. */
#include <stdio.h>

#include "base/zone.h"
#include "store/store.h"

int main(int argc, char **argv)
{
    struct error err = {0};
    if (argc != 2) {
        fprintf(stderr, "usage: new_store FILE\n");
        return 2;
    }
    struct store *store = store_open(argv[1], STORE_CREATE, &err);
    if (!store) {
        fprintf(stderr, "new_store: %s\n", err.text);
        return 1;
    }
    bool done = store_begin(store, &err) &&
                store_meta_set(store, "tzdata", zone_data_version(), &err) &&
                store_commit(store, &err);
    if (!done)
        fprintf(stderr, "new_store: %s\n", err.text);
    store_close(store);
    return done ? 0 : 1;
}
