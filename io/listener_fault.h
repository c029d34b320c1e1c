/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IO_LISTENER_FAULT_H
#define IO_LISTENER_FAULT_H

#include <stdbool.h>

#include <microhttpd.h>

/* Bytes that libmicrohttpd keeps of one connection: no head is longer. */
#define LISTENER_HEAD_MAX 16384

/* Whether libmicrohttpd is older than 1.0; Debian 12 has 0.9.75. Such a one
 * takes folded headers, and when strict closes without a word where a target
 * has a blank in it: it is left lenient, and all is looked at here. A newer
 * one, strict, refuses these itself. */
bool listener_library_old(void);

/* Of a connection that ends and had no request: whether its peer sent something
 * and nothing went back, as when a first line has no blank in it. Only TCP
 * knows; of a Unix socket always false. */
bool listener_got_no_word(int fd);

/* Why a request is refused before anybody hears of it; of listener.c alone. The
 * status it gets, or 0: it has no such fault. */
unsigned listener_target_fault(const char *target);
unsigned listener_headers_fault(struct MHD_Connection *connection,
                                const char *version);
/* The length of a body that they tell, of headers without fault; 0: none. */
size_t listener_length(struct MHD_Connection *connection);

#endif
