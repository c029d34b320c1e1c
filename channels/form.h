/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_FORM_H
#define CHANNELS_FORM_H

#include <stdbool.h>
#include <stddef.h>

/* What a provider posts to us: application/x-www-form-urlencoded, or the
 * query of an address. */

#define FORM_PAIRS 256

struct form_pair {
    const char *name, *value; /* decoded; UTF-8, whatever it says */
};
struct form {
    struct form_pair pairs[FORM_PAIRS]; /* in the order of their bytes */
    size_t count;
    char *text;
};

/* False: an escape that is none, a NUL, no UTF-8, or more than FORM_PAIRS.
 * Nothing is kept then. */
bool form_read(const char *text, size_t len, struct form *out);
/* NULL: it is not there, or there with different values. */
const char *form_get(const struct form *form, const char *name);
void form_free(struct form *form);

#endif
