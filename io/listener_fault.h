/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IO_LISTENER_FAULT_H
#define IO_LISTENER_FAULT_H

#include <microhttpd.h>

/* Why a request is refused before anybody hears of it; of listener.c alone. The
 * status it gets, or 0: it has no such fault. */
unsigned listener_target_fault(const char *target);
unsigned listener_headers_fault(struct MHD_Connection *connection,
                                const char *version);

#endif
