/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_LETTER_H
#define SCHEDULER_LETTER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "campaigns/render.h"
#include "channels/driver.h"
#include "scheduler/roster.h"
#include "store/ledger.h"

/* One message ready to leave: its rendered texts, and the visit's calendar
 * entry beside an email. */
struct letter {
    struct rendered rendered;
    struct buf calendar;
    int parts; /* a text's parts on the air; 1 for mails and calls */
};
void letter_init(struct letter *letter);
void letter_free(struct letter *letter);
/* False when the text may not leave: `err` says why, for the row's reason.
 * `view` is the row's own; `stamp` the time of writing. */
bool letter_write(const struct render_input *input,
                  const struct roster_campaign *item,
                  const struct outreach *row, const struct view_row *view,
                  instant stamp, struct letter *out, struct error *err);
/* The letter's texts, borrowed, as an outgoing message without address. */
struct outgoing letter_message(const struct letter *letter,
                               enum channel channel);

#endif
