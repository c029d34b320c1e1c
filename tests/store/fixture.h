/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <stdint.h>

struct store;

/* A store of its own for one test, in a temporary folder that leaves with it.
 * All of these fail the test when they cannot. */
struct store *fixture_store(void);
void fixture_close(struct store *store);
/* A path in a fresh temporary folder; removed by fixture_remove(path). */
char *fixture_path(const char *name);
void fixture_remove(char *path);
/* Runs SQL (several statements are fine), in a transaction of its own when
 * none is open. */
void fixture_sql(struct store *store, const char *sql);
/* The first column of the first row. */
int64_t fixture_number(struct store *store, const char *sql);
/* The same as text (free() it); NULL for no row or a NULL. */
char *fixture_text(struct store *store, const char *sql);
void fixture_begin(struct store *store);
void fixture_commit(struct store *store);

#endif
