/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_OUTREACH_ROW_H
#define STORE_OUTREACH_ROW_H

#include "store/ledger.h"
#include "store/statement.h"

/* For files of store/ only: a row of the ledger in a wider SELECT. */

/* Its columns, of the table named `o`. */
#define OUTREACH_COLUMNS                                                      \
    "o.id, o.campaign_id, o.patient_id, o.anchor_id, o.occurrence,"           \
    " o.version_id, o.anchor_kind, o.state, o.step, o.due_at, o.planned_at,"  \
    " o.until_at, o.channel, o.tried, o.tries, o.attempts, o.looks, o.owner," \
    " o.lease_until, o.merged_into"
#define OUTREACH_COLUMN_COUNT 20
/* Reads them, the first being column `at`. */
void outreach_from(struct statement *query, int at, struct outreach *out);

#endif
