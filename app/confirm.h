/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_CONFIRM_H
#define APP_CONFIRM_H

#include <stdbool.h>

#include "base/error.h"

/* Asks on the terminal; only "y" or "yes" is yes. Without a terminal it is
 * never assumed: false with ERROR_USAGE telling about --yes. */
bool confirm(const char *question, struct error *err);

#endif
