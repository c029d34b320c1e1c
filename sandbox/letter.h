/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_LETTER_H
#define SANDBOX_LETTER_H

struct buf;

/* What people read first of a mail (RFC 5322, with CRLF): its subject and its
 * first plain text, decoded. Whatever the text is; what cannot be read is left
 * out. */
void letter_read(const char *text, struct buf *subject, struct buf *body);

#endif
