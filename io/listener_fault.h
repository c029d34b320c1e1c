/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IO_LISTENER_FAULT_H
#define IO_LISTENER_FAULT_H

#include <microhttpd.h>

/* Bytes that libmicrohttpd keeps of one connection: no head is longer. */
#define LISTENER_HEAD_MAX 16384

/* Why a request is refused before anybody hears of it; of listener.c alone. The
 * status it gets, or 0: it has no such fault. */
unsigned listener_target_fault(const char *target);
unsigned listener_headers_fault(struct MHD_Connection *connection,
                                const char *version);

#endif
