/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where somebody may be reached. What is known of a number is known of the
 * number, whichever record it came with: a line that may not be called (L-2),
 * and that it changed hands (L-22), are looked up over all records that have it
 * or had it, those that were merged or are no longer there among them. Decides
 * nothing.
 */
#include "store/claim.h"

#include "base/text.h"

#include "store/statement.h"
#include "store/store.h"

/* Usable ones first, then by rank, then what was told last: another system of
 * the same hospital may still have the former number. */
static bool contact_before(const struct claim_contact *a,
                           const struct claim_contact *b)
{
    if (a->bad != b->bad)
        return b->bad;
    return a->rank != b->rank ? a->rank < b->rank : a->told_at > b->told_at;
}

/* Where the next one goes: behind all, or where the worst of its kind was, when
 * there is no more room for that kind. */
static size_t contact_room(struct claim_person *out, bool phone)
{
    size_t count = 0, worst = 0;
    for (size_t i = 0; i < out->contact_count; i++)
        if (out->contacts[i].phone == phone) {
            count++;
            worst = i;
        }
    return count < CLAIM_CONTACTS ? out->contact_count++ : worst;
}

/* Keeps the best: sorted here, because there are few and a sorter is dear. */
static void contact_keep(struct claim_person *out,
                         const struct claim_contact *contact)
{
    size_t before = out->contact_count;
    size_t at = contact_room(out, contact->phone);
    if (at < before && !contact_before(contact, &out->contacts[at]))
        return;
    for (; at > 0 && contact_before(contact, &out->contacts[at - 1]); at--)
        out->contacts[at] = out->contacts[at - 1];
    out->contacts[at] = *contact;
}

static void copy(char *out, size_t size, struct statement *query, int at)
{
    text_copy(out, size, column_text(query, at));
}

static struct claim_contact contact_from(struct statement *query)
{
    struct claim_contact contact = {.phone = column_integer(query, 1) != 0};
    copy(contact.value, sizeof(contact.value), query, 2);
    copy(contact.extension, sizeof(contact.extension), query, 3);
    copy(contact.line, sizeof(contact.line), query, 4);
    copy(contact.zones, sizeof(contact.zones), query, 5);
    contact.bad = column_integer(query, 6) != 0;
    contact.rank = column_integer(query, 7);
    contact.verified_at = column_instant(query, 8);
    copy(contact.reassigned, sizeof(contact.reassigned), query, 9);
    contact.reassigned_at = column_instant(query, 10);
    contact.told_at = column_integer(query, 14);
    return contact;
}

/* What another record says of the number. Of its answers a yes alone: a no was
 * asked about the day of that record's consent, and says nothing of ours. The
 * latest is the one that the most must have been said after; without a date,
 * that is later than all. */
static void elsewhere_add(struct claim_elsewhere *out, struct statement *query)
{
    const char *line = column_text(query, 11);
    if (line) {
        out->denied |= text_equal(line, "denied");
        out->landline |= text_equal(line, "landline");
        out->fax |= text_equal(line, "fax");
        text_copy(out->line, sizeof(out->line), line);
    }
    if (!text_equal(column_text(query, 12), "yes"))
        return;
    instant asked_at = column_instant(query, 13);
    if (!out->reassigned || asked_at > out->reassigned_at)
        out->reassigned_at = asked_at;
    out->reassigned = true;
}

/* The numbers of a record that was merged into this one are theirs as long as
 * nobody ever told a number of this kind of the one that is left: else a merge
 * into an empty record would end all contact. Where one was told and is over,
 * nobody brings an older one back. */
bool claim_contacts(struct store *store, int64_t addressee, const char *kind,
                    struct claim_person *out, struct error *err)
{
    struct statement *query = statement(
        store,
        "SELECT c.id, c.kind = 'phone', c.value, c.extension, c.line, c.zones,"
        " c.bad_at IS NOT NULL, c.rank, c.verified_at, c.reassigned,"
        " c.reassigned_at, o.line, o.reassigned, o.reassigned_at,"
        " coalesce(c.source_at, 0)"
        " FROM contact_point c LEFT JOIN contact_point o INDEXED BY"
        " contact_point_value ON o.value = c.value AND o.kind = 'phone'"
        " AND c.kind = 'phone' AND o.id != c.id AND (o.line IS NOT NULL OR"
        " o.reassigned IS NOT NULL)"
        " WHERE c.patient_id IN (SELECT ?1 UNION ALL SELECT id FROM patient"
        " WHERE merged_into = ?1) AND (?2 IS NULL OR c.kind = ?2) AND"
        " c.gone_at IS NULL AND (c.patient_id = ?1 OR NOT EXISTS (SELECT 1"
        " FROM contact_point w WHERE w.patient_id = ?1 AND w.kind = c.kind))");
    bind_integer(query, 1, addressee);
    bind_text_static(query, 2, kind);
    out->contact_count = 0;
    struct claim_contact contact;
    int64_t id = 0;
    int step;
    while ((step = statement_step(query, err)) == 1) {
        if (column_integer(query, 0) != id) {
            if (id)
                contact_keep(out, &contact);
            id = column_integer(query, 0);
            contact = contact_from(query);
        }
        elsewhere_add(&contact.elsewhere, query);
    }
    if (id)
        contact_keep(out, &contact);
    return step == 0;
}
