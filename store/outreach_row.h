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
/* Whether patient `p` is of age is asked by this day: where their birth is not
 * known to the day, by the last one that it can be, so that whoever may be a
 * minor is one. */
#define PATIENT_BORN_BY "coalesce(p.birth_on, p.born_by)"
/* By whose clock patient `p` is told of hours: the address's, else the
 * telephone's, where its number is of one zone alone. It is a guess, and no
 * place: when they may be reached, the address's p.zone tells (L-8). */
#define PATIENT_ZONE                                                        \
    "coalesce(p.zone, (SELECT n.zones FROM contact_point n WHERE"           \
    " n.patient_id = p.id AND n.kind = 'phone' AND n.gone_at IS NULL AND"   \
    " n.bad_at IS NULL AND n.zones IS NOT NULL AND instr(n.zones, ' ') = 0" \
    " ORDER BY n.rank, n.id LIMIT 1))"
/* The postal code of an address that says neither its state nor its zone: "?"
 * where it has none of that either; NULL: it says it, or there is none. */
#define PATIENT_POST                                                      \
    "CASE WHEN p.zone IS NULL AND p.state IS NULL AND coalesce(p.street," \
    " p.city, p.zip) IS NOT NULL THEN coalesce(p.zip, '?') END"
/* Reads them, the first being column `at`. */
void outreach_from(struct statement *query, int at, struct outreach *out);
/* All of them, from column 0. */
struct outreach_list;
bool outreach_list_read(struct statement *query, struct outreach_list *out,
                        struct error *err);

#endif
