/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct store;

/* "OUTR": marks the file as ours in SQLite's header. */
#define STORE_APPLICATION_ID 0x4f555452

/* Refuses what is not ours and what is newer, before anything is touched. */
bool migrate_accepts(struct store *store, struct error *err);

/* Brings an empty or older store to STORE_SCHEMA_VERSION, all in one
 * transaction; nothing to do for a current one. For
 * store_open. */
bool migrate_store(struct store *store, struct error *err);

/* schema.sql by lines, NULL at the end: made at build time. */
extern const char *const migrate_schema_lines[];
/* The whole of schema.sql, as it was when the program was built; free() it. */
char *migrate_schema(void);

#endif
