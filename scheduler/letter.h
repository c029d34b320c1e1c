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

/* So many rows speak in one letter at most. */
#define LETTER_ROWS_MAX 33
struct letter_row {
    const struct outreach *outreach;
    const struct value *columns; /* of its campaign's view */
    const struct zone *zone;     /* of its anchor: its times are told in it */
};
struct letter_input {
    const struct roster_campaign *item;
    const struct message *message; /* NULL: the step has none */
    const struct step *step;       /* of the message, or NULL */
    enum channel channel;
    const char *language, *country;
    const struct letter_row *rows; /* who speaks, the first for the others */
    size_t row_count;
    instant stamp;          /* the time of writing */
    const char *store_name; /* another in every store */
};

/* One message ready to leave: its rendered texts, and the visits' calendar
 * entries beside an email. */
struct letter {
    struct rendered rendered;
    struct buf calendar;
    struct buf calendar_told; /* names and places in them, for the gate */
    int parts; /* a text's parts on the air; 1 for mails and calls */
};
void letter_init(struct letter *letter);
void letter_free(struct letter *letter);
/* Writes it anew. False when the text may not leave: `err` says why, for the
 * row's reason. */
bool letter_write(const struct letter_input *input, struct letter *out,
                  struct error *err);
/* The letter's texts, borrowed, as an outgoing message without address. */
struct outgoing letter_message(const struct letter *letter,
                               enum channel channel);

#endif
