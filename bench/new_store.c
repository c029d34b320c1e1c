/* SPDX-License-Identifier: Apache-2.0 */
/* `new_store FILE`: an empty patient store, for bench/stores.py to fill. */
#include <stdio.h>

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
    store_close(store);
    return 0;
}
