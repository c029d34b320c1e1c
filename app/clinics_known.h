/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_CLINICS_KNOWN_H
#define APP_CLINICS_KNOWN_H

#include "app/config.h"

struct store;

/* A clinic of the configuration's "clinics" that the store does not have, and
 * where it stands there: `what` is a sentence about it. */
typedef void unknown_clinic_fn(void *arg, const char *path,
                               struct json_place place, const char *what);
/* Tells of each, unless the store has no clinics yet. What cannot be read is
 * left to whoever reads it next. */
void clinics_unknown(const struct config *config, struct store *store,
                     unknown_clinic_fn *tell, void *arg);
/* The same of the configuration's store, where there is one. */
void clinics_unknown_there(const struct config *config, unknown_clinic_fn *tell,
                           void *arg);

/* An unknown_clinic_fn: a line on the stream `arg`. */
void clinics_print(void *arg, const char *path, struct json_place place,
                   const char *what);

#endif
