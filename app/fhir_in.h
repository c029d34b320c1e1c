/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_FHIR_IN_H
#define APP_FHIR_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct config;
struct exchange;
struct feeders;

/* Who posts FHIR: an interface engine, an EHR. By a secret, at /fhir; answered
 * when it is in the store, or not at all (503). One for each place where the
 * service listens. Loop thread. */
struct fhir_in;

#define FHIR_IN_BODY_MAX ((size_t)4 << 20) /* bytes; more: 413 */
#define FHIR_IN_WAIT_MS 10000              /* for the commit; longer: 503 */
#define FHIR_IN_SECRET_MIN 16

/* Since the start of the service. */
struct fhir_figures {
    int64_t taken, wrong, given_up;
};

/* Nobody can post: *out = NULL. False: the secret cannot be read. */
bool fhir_in_new(struct feeders *feeders, const struct config *config,
                 struct fhir_figures *figures, struct fhir_in **out,
                 struct error *err);
void fhir_in_free(struct fhir_in *fhir); /* what waits gets 503; NULL is fine */

/* Whether that is ours: "/fhir", "/fhir/metadata". */
bool fhir_in_is_path(const char *target);
/* How long the body of this request may be, as io/listener.h asks. */
size_t fhir_in_room(const struct fhir_in *fhir,
                    const struct exchange *exchange);
/* Takes it over. Not 0: it was refused with that status. */
int fhir_in_hear(struct fhir_in *fhir, struct exchange *exchange);
/* Whoever has waited too long hears so. */
void fhir_in_step(struct fhir_in *fhir);

#endif
