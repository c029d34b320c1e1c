/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_WATCH_H
#define APP_WATCH_H

#include "app/config_watch.h"

struct loop;

/* Folders in which others put files: each is imported when it is complete, by
 * `outreach import` in a process of its own, and then lies in done/ or
 * failed/ with a report beside it. Loop thread. */
struct watch;

struct watch *watch_new(struct loop *loop);
/* From now on these, as this configuration file says of this store; an import
 * that is under way is broken off, and begins anew. All texts are copied. */
void watch_configure(struct watch *watch, const struct config_watches *folders,
                     const char *config_path, const char *store_path);
/* As far as it has come: the rest is the next life's. */
void watch_free(struct watch *watch); /* NULL is fine */

#endif
