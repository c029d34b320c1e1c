/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_SLIP_H
#define INBOUND_SLIP_H

#include <stdbool.h>

#include "base/buf.h"

/* The folded text with words of danger as they are written, where it has them
 * with one letter missing, too many, wrong or swapped with the next: "heart
 * attck". False: it has none, and `out` is as it was. Of a long text the
 * beginning alone. Pure. */
bool slip_mend(struct buf *out, const char *text);

#endif
