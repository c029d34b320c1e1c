/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_SIGNATURE_H
#define INBOUND_SIGNATURE_H

#include <stddef.h>

/* How long the mark is that people set between what they say and their name:
 * " - ", "~", " (". 0: none stands there. Pure. */
size_t signature_mark(const char *text, const char *at);

/* How much of the text stands before a name that it is signed with: of "C -
 * Ann" the C, where the writer's given name is Ann. Names may be NULL. 0: it
 * is not signed. Pure. */
size_t signature_begins(const char *text, const char *given,
                        const char *family);

#endif
