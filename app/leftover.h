/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_LEFTOVER_H
#define APP_LEFTOVER_H

/* Copies of a store hold patients: a Ctrl-C must not leave one behind. */

/* Until leftover_forget(): a signal that ends this process also removes the
 * copy `path` with what SQLite lays beside it, and then `folder` (NULL:
 * none), which is empty by then. */
void leftover_guard(const char *path, const char *folder);
void leftover_forget(void);

#endif
