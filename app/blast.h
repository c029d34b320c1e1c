/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_BLAST_H
#define APP_BLAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/command.h"
#include "app/setup.h"
#include "base/clock.h"
#include "base/error.h"

struct store;

/* Medical record numbers from a file, one a line, looked up. */
struct mrn_list {
    int64_t *patients;
    size_t count;
    size_t unknown; /* told on stderr, the first few by line */
};
bool mrn_list_read(struct mrn_list *list, const char *path,
                   const char *store_path, struct error *err);
/* As a named list in the caller's transaction. */
bool mrn_list_store(const struct mrn_list *list, struct store *store,
                    const char *name, const char *actor, instant now,
                    struct error *err);
void mrn_list_free(struct mrn_list *list);

/* Sends a recorded blast here when nobody else dispatches, else follows the
 * service that does; shows progress; Ctrl-C ends cleanly and tells how to go
 * on. `partly`: it was stopped, or some could not be sent (exit code 4). */
bool blast_send(const struct options *options, struct setup *setup,
                const char *name, bool *partly, struct error *err);

/* Before a blast is recorded or goes on: whether blast_send() could send it.
 * ERROR_CANNOT when no service is there to do it and a provider cannot be
 * opened here. */
bool blast_ready(const struct setup *setup, struct error *err);

/* Where no service runs, whoever sends a blast sends what else is due, too:
 * tells how many messages these are, from a forecast, on stderr. */
struct forecast;
bool blast_tell_others(const struct setup *setup,
                       const struct forecast *forecast, const char *name,
                       struct error *err);

/* list, show, approve, cancel, resume. Returns the exit code. */
int blast_manage(const struct options *options, int argc, char **argv);

#endif
