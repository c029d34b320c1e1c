/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IO_HTTP_OWN_H
#define IO_HTTP_OWN_H

#include <stdbool.h>
#include <stddef.h>

#include <curl/curl.h>

#include "io/http.h"

/* Only for io/: what http.c and mail.c share. */
struct exchange; /* http.c */
struct link;     /* mail.c */

struct http {
    struct loop *loop;
    struct multi *multi;
    struct http_limits limits; /* with the defaults filled in */
    char *user_agent, *ca_file;
    size_t running;
    bool closing;
    struct exchange *exchanges; /* running */
    struct exchange *spare;     /* their memory, to be used again */
    size_t spares;
    struct link *links; /* connections to mail servers, idle or busy */
};

/* libcurl refused it for a reason only a person removes. */
bool http_is_misconfigured(CURLcode result);
/* Scheme among `schemes` (NULL-terminated), a host, nothing odd. */
bool http_url_check(const char *url, const char *const *schemes,
                    struct error *err);
void mail_end_all(struct http *http);

#endif
