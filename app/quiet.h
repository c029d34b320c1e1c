/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_QUIET_H
#define APP_QUIET_H

struct loop;

/* Looks after the feeds: one that has gone quiet past its max_age, which holds
 * what hangs on it, is told in the log, and once more when it comes again.
 * Loop thread. */
struct quiet;

struct quiet *quiet_new(struct loop *loop, const char *store_path);
void quiet_free(struct quiet *quiet); /* NULL is fine */

#endif
