/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_SMTP_BOUNCE_H
#define CHANNELS_SMTP_BOUNCE_H

#include "channels/driver.h"

/* The mailbox of the driver smtp in which mail servers tell what became of
 * messages that they took: each poll reads what is new there. */
struct mailbox;

/* `domain` is that of our Message-IDs. Host and http outlive it. */
struct mailbox *mailbox_new(const char *provider, const char *path,
                            const char *domain, const struct driver_host *host);
/* Tells host->receipt of each bounce, then host->polled; later. */
void mailbox_poll(struct mailbox *mailbox);
/* What the last poll told is in the store: its mails are moved away. */
void mailbox_kept(struct mailbox *mailbox);
void mailbox_free(struct mailbox *mailbox); /* NULL is fine */

#endif
