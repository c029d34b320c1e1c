/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_CODES_H
#define APP_CODES_H

#include "feeds/terms.h"

struct config;

/* The code tables that messages and resources are read by: the clinic's own
 * ("codes" of the configuration), and where they say nothing the shipped ones.
 * terms_free() it; NULL with the reason, each fault of a file is told. */
struct terms *codes_load(struct config *config, terms_fault_fn *fault,
                         void *arg, struct error *err);

#endif
