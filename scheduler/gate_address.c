/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a message may go to this very address: what was asked for about
 * addresses (L-30), what kind of line it is (L-2, S-2), and whose it is by now
 * (L-22).
 */
#include "base/text.h"

#include "scheduler/gate_own.h"

static enum gate_verdict restricted(const struct gate_facts *facts,
                                    const struct gate_restriction *one)
{
    const char *channel = channel_name(facts->channel);
    const char *address = facts->contact.address;
    if (text_equal(one->kind, "no-contact"))
        return GATE_NEVER;
    if (text_equal(one->kind, "no-channel"))
        return text_equal(one->value, channel) ? GATE_OTHER : GATE_GO;
    if (text_equal(one->kind, "only-channel"))
        return text_equal(one->value, channel) ? GATE_GO : GATE_OTHER;
    if (text_equal(one->kind, "only-address"))
        return !address || text_equal_nocase(one->value, address) ? GATE_GO
                                                                  : GATE_OTHER;
    return GATE_NEVER; /* a kind we do not know binds most */
}

/* Who names two only channels, or two only addresses, may be reached by either
 * of them (L-30); a patient's and a guardian's wishes both hold. */
static bool another_allows(const struct gate_facts *facts,
                           const struct gate_restriction *one)
{
    bool allows = false;
    for (size_t i = 0; text_starts(one->kind, "only-") && !allows &&
                       i < facts->restriction_count;
         i++) {
        const struct gate_restriction *other = &facts->restrictions[i];
        allows = other->of_addressee == one->of_addressee &&
                 text_equal(other->kind, one->kind) &&
                 restricted(facts, other) == GATE_GO;
    }
    return allows;
}

void gate_check_restriction(struct gate *gate)
{
    const struct gate_facts *facts = gate->facts;
    enum gate_verdict worst = GATE_GO;
    const char *kind = "none";
    for (size_t i = 0; i < facts->restriction_count; i++) {
        enum gate_verdict one = restricted(facts, &facts->restrictions[i]);
        if (one == GATE_OTHER && another_allows(facts, &facts->restrictions[i]))
            one = GATE_GO;
        if (one >= worst)
            kind = facts->restrictions[i].kind;
        if (one > worst)
            worst = one;
    }
    gate_say(gate, RULE_RESTRICTION, worst, "%t")->text = kind;
}

/* The address ------------------------------------------------------------- */

void gate_check_address(struct gate *gate)
{
    const struct gate_contact *contact = &gate->facts->contact;
    const char *why = gate->facts->addressee_gone
                          ? "whoever is reached in their place is gone"
                      : !contact->address ? "no usable address for %t"
                      : contact->bad ? "no usable address for %t: it failed"
                                     : NULL;
    gate_say(gate, RULE_ADDRESS, why ? GATE_OTHER : GATE_GO,
             why ? why : "there is one for %t")
        ->text = channel_name(gate->facts->channel);
    bool phone = gate_is_call_or_text(gate->facts->channel) && contact->address;
    why =
        phone && contact->line == LINE_DENIED
            ? contact->line_of_another
                  ? "no automatic messages to this line, says another record"
                  : "no automatic messages to this line"
        : gate->facts->channel == CHANNEL_SMS && contact->line == LINE_LANDLINE
            ? contact->line_of_another
                  ? "a landline takes no texts, and another record says that "
                    "it is one"
                  : "a landline takes no texts"
        : gate->facts->channel == CHANNEL_VOICE && contact->line == LINE_FAX
            ? contact->line_of_another
                  ? "a fax takes no calls, and another record says that it is "
                    "one"
                  : "a fax takes no calls"
            : NULL;
    gate_say(gate, RULE_LINE, why ? GATE_OTHER : GATE_GO,
             why ? why : "the line may be used");
}

void gate_check_reassigned(struct gate *gate)
{
    const struct gate_contact *contact = &gate->facts->contact;
    int64_t fresh = gate->policy->reassigned_days * 24 * HOUR_MS;
    bool dated = contact->reassigned_at != INSTANT_NEVER;
    bool old = dated && gate->facts->now - contact->reassigned_at > fresh;
    const char *says = "not asked: no safe harbour";
    if (contact->reassigned == REASSIGNED_NO)
        says = old     ? "no, asked %a: too old for a safe harbour"
               : dated ? "no, asked %a"
                       : "no, and nobody says when: no safe harbour";
    else if (contact->reassigned == REASSIGNED_NO_DATA)
        says = dated ? "no data, asked %a: no safe harbour"
                     : "no data: no safe harbour";
    else if (contact->reassigned == REASSIGNED_YES &&
             contact->reassigned_of_another)
        says = dated ? "it changed hands, says another record that has or had "
                       "it, asked %a: a new number is needed"
                     : "it changed hands, says another record that has or had "
                       "it: a new number is needed";
    else if (contact->reassigned == REASSIGNED_YES)
        says = dated ? "somebody else may have it, asked %a: a new number is"
                       " needed"
                     : "somebody else may have it: a new number is needed";
    bool yes = contact->reassigned == REASSIGNED_YES &&
               gate_is_call_or_text(gate->facts->channel);
    gate_say(gate, RULE_REASSIGNED, yes ? GATE_OTHER : GATE_GO, says)->at =
        contact->reassigned_at;
}
