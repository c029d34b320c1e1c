/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_WORDING_H
#define CAMPAIGNS_WORDING_H

#include <stdbool.h>

/* What a message's text says, for the checker and for the gate. Pure. */

/* A word that ends a subscription stands in it, in a language of S-8 and S-10
 * (L-4.7). */
bool wording_stops(const char *text);
/* It says this name, as words of their own, whatever the case. */
bool wording_names(const char *text, const char *name);

#endif
