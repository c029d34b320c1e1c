/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of somebody's addresses would be used, and what is known of it. Its
 * own record's word, and of a number also what other records know (L-2, L-22).
 */
#include "scheduler/address.h"

#include "base/text.h"

/* The caps look back a week, and a day more for local days (L-6). */
#define ATTEMPTS_MS (8 * 24 * HOUR_MS)

static bool is_of_kind(const struct claim_contact *contact,
                       enum channel channel)
{
    return (channel == CHANNEL_EMAIL) != contact->phone;
}

/* Where the number is denied to anybody, it is (L-2). Else what their own
 * record says; else what another one does, and of two that contradict each
 * other whatever lets less through. */
static const char *line_on(const struct claim_contact *contact,
                           enum channel channel)
{
    const struct claim_elsewhere *other = &contact->elsewhere;
    return other->denied                               ? "denied"
           : contact->line[0]                          ? contact->line
           : channel == CHANNEL_SMS && other->landline ? "landline"
           : channel == CHANNEL_VOICE && other->fax    ? "fax"
                                                       : other->line;
}

/* Somebody else may have it by now, unless the patient said so since. */
static bool is_reassigned(const struct claim_contact *contact)
{
    return text_equal(contact->reassigned, "yes") &&
           (contact->verified_at == INSTANT_NEVER ||
            contact->verified_at < contact->reassigned_at);
}

static bool is_later(instant at, instant than)
{
    return at != INSTANT_NEVER && at > than;
}

/* Another record's number changed hands before it was asked about (L-22):
 * whoever had it then has it no more. Who was heard of later is the new
 * holder: they confirmed it, a no was the answer for them, or they consented to
 * calls or texts (giving a number is consent). */
static bool is_reassigned_elsewhere(const struct claim_person *person,
                                    const struct claim_contact *contact,
                                    bool of_addressee)
{
    const struct claim_elsewhere *other = &contact->elsewhere;
    if (!other->reassigned ||
        is_later(contact->verified_at, other->reassigned_at) ||
        (text_equal(contact->reassigned, "no") &&
         is_later(contact->reassigned_at, other->reassigned_at)))
        return false;
    for (size_t i = 0; i < person->consent_count; i++) {
        const struct claim_consent *one = &person->consents[i];
        if (one->granted && one->of_addressee == of_addressee &&
            !text_equal(one->channel, "email") &&
            one->at > other->reassigned_at)
            return false;
    }
    return true;
}

static bool usable(const struct facts *facts,
                   const struct claim_contact *contact, enum channel channel)
{
    if (contact->bad || !is_of_kind(contact, channel))
        return false;
    if (channel == CHANNEL_EMAIL)
        return true;
    const char *line = line_on(contact, channel);
    if (text_equal(line, "denied") || is_reassigned(contact) ||
        is_reassigned_elsewhere(&facts->person, contact, facts->of_guardian))
        return false;
    return !text_equal(line, channel == CHANNEL_SMS ? "landline" : "fax");
}

static bool is_the_only(const struct claim_person *person,
                        const struct claim_contact *contact)
{
    for (size_t r = 0; r < person->restriction_count; r++)
        if (text_equal(person->restrictions[r].kind, "only-address") &&
            text_equal_nocase(person->restrictions[r].value, contact->value))
            return true;
    return false;
}

/* An answer goes where the patient wrote from. Else the best usable one; where
 * a restriction names the only address, that. Else
 * the best that is not, so that the gate can say what is wrong with it. */
static const struct claim_contact *contact_choose(const struct facts *facts,
                                                  const struct claim_row *row,
                                                  enum channel channel,
                                                  unsigned strangers)
{
    const struct claim_person *person = &facts->person;
    const struct claim_contact *best = NULL, *poor = NULL;
    for (size_t i = 0; i < person->contact_count; i++) {
        const struct claim_contact *contact = &person->contacts[i];
        if (!is_of_kind(contact, channel) || strangers & (1u << i) ||
            (row->answers_to[0] &&
             !text_equal_nocase(row->answers_to, contact->value)))
            continue;
        bool good = usable(facts, contact, channel);
        if (good && is_the_only(person, contact))
            return contact;
        if (good && !best)
            best = contact;
        if (!good && !poor)
            poor = contact;
    }
    return best ? best : poor;
}

/* The number that was read about is somebody else's (L-22). */
static bool is_strangers(const struct claim_person *person)
{
    for (size_t i = 0; i < person->suppression_count; i++)
        if (person->suppressions[i].by_address &&
            text_equal(person->suppressions[i].reason, "wrong-number"))
            return true;
    return false;
}

bool address_read(struct clerk *clerk, const struct claim_row *row,
                  enum channel channel, struct facts *out, struct error *err)
{
    struct claim_person *person = &out->person;
    unsigned strangers = 0;
    person->restriction_count = 0;
    person->consent_count = 0;
    if (!claim_contacts(clerk->store, out->addressee,
                        channel == CHANNEL_EMAIL ? "email" : "phone", person,
                        err))
        return false;
    out->contact = contact_choose(out, row, channel, strangers);
    for (;;) {
        const struct claim_contact *used = out->contact;
        if (!claim_person_read(clerk->store, row->outreach.patient_id,
                               out->addressee, used ? used->value : "",
                               clerk->now, clerk->now - ATTEMPTS_MS, person,
                               err))
            return false;
        /* Now that restrictions and consents are known, another one may be the
         * one. */
        out->contact = contact_choose(out, row, channel, strangers);
        if (out->contact != used)
            continue;
        if (!used || !is_strangers(person))
            return true;
        strangers |= 1u << (used - person->contacts);
        const struct claim_contact *next =
            contact_choose(out, row, channel, strangers);
        if (!next || !usable(out, next, channel))
            return true; /* the gate says whose it is */
        out->contact = next;
    }
}

/* Shaping ------------------------------------------------------------------ */

static enum gate_line line_of(const char *name)
{
    return text_equal(name, "mobile")     ? LINE_MOBILE
           : text_equal(name, "landline") ? LINE_LANDLINE
           : text_equal(name, "voip")     ? LINE_VOIP
           : text_equal(name, "fax")      ? LINE_FAX
           : text_equal(name, "denied")   ? LINE_DENIED
                                          : LINE_UNKNOWN;
}

static enum gate_reassigned reassigned_of(const struct claim_contact *contact)
{
    return text_equal(contact->reassigned, "no")        ? REASSIGNED_NO
           : text_equal(contact->reassigned, "no-data") ? REASSIGNED_NO_DATA
                                                        : REASSIGNED_NOT_ASKED;
}

void address_fill(struct facts *out)
{
    const struct claim_contact *from = out->contact;
    if (!from)
        return;
    const char *line = line_on(from, out->gate.channel);
    out->gate.contact = (struct gate_contact){
        .address = from->value,
        .bad = from->bad,
        .line = line_of(line),
        .line_of_another = !text_equal(line, from->line),
        .verified = from->verified_at != INSTANT_NEVER,
        .reassigned = reassigned_of(from),
        .reassigned_at = from->reassigned_at,
    };
    struct gate_contact *contact = &out->gate.contact;
    if (is_reassigned(from)) {
        contact->reassigned = REASSIGNED_YES;
    } else if (is_reassigned_elsewhere(&out->person, from, out->of_guardian)) {
        contact->reassigned = REASSIGNED_YES;
        contact->reassigned_of_another = true;
        contact->reassigned_at = from->elsewhere.reassigned_at;
    }
}
