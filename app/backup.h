/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_BACKUP_H
#define APP_BACKUP_H

#include <stdbool.h>

#include "app/command.h"
#include "base/error.h"
#include "base/zone.h"
#include "store/backup.h"

/* What backup and restore share. */

/* The key of an audit chain into another file, 0600. */
bool backup_copy_key(const char *from, const char *to, struct error *err);
/* What the copy at `path` holds, for people or with --json. */
void backup_tell(const struct options *options, const struct zone *zone,
                 const char *path, const struct backup_about *about);
/* The exit code; says what is wrong with the audit chain. */
int backup_end(const struct backup_about *about);

#endif
