/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_LEFTOVER_H
#define APP_LEFTOVER_H

#include <limits.h>

#include "base/error.h"

/* Copies of a store hold patients: nothing may leave one behind, neither a
 * Ctrl-C nor a process that was killed. Each lies in a folder of its own that
 * is locked for as long as its process lives; whoever can lock one knows that
 * its process is dead. */
struct leftover {
    char folder[PATH_MAX - 64]; /* "": none */
    char copy[PATH_MAX];        /* the name for the copy in it */
    int lock;
};

/* Makes the folder, private, beside the file `beside`. A signal that ends this
 * process removes it; one at a time. */
bool leftover_begin(struct leftover *leftover, const char *beside,
                    struct error *err);
/* Removes it with all that is in it; fine when there is none. */
void leftover_end(struct leftover *leftover);

/* Removes what dead processes left beside `beside`. What it may not remove it
 * leaves. */
void leftover_sweep(const char *beside);

#endif
