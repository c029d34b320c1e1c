/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the gate reads in a message before it leaves: how much it tells where
 * (L-31), names of sensitive services, what is nobody's business, and for
 * care without a word of consent its length and the line that says how to
 * stop (L-4.5, L-4.7). The checker advises on templates; here stands what the
 * patient would read.
 */
#include <string.h>

#include "base/text.h"
#include "campaigns/telling.h"
#include "campaigns/wording.h"
#include "scheduler/gate_own.h"
#include "scheduler/gate_text.h"

/* The least of what this part, this address and this patient allow. */
static int most_tier(const struct gate *gate, const struct gate_text *text,
                     enum text_part part)
{
    const struct policy *policy = gate->policy;
    int most = policy->tiers[part];
    if (!gate->facts->contact.verified && policy->tier_unverified < most)
        most = policy->tier_unverified;
    if (text->sensitive && policy->tier_sensitive < most)
        most = policy->tier_sensitive;
    return most;
}

/* A message as it is heard, part by part. */
struct heard {
    struct wording parts[PART_COUNT], html, calendar, further;
};

static void hear(const struct gate_text *text, struct heard *out)
{
    *out = (struct heard){0};
    for (int i = 0; i < PART_COUNT; i++)
        if (text->parts[i].text)
            wording_read(&out->parts[i], text->parts[i].text);
    if (text->html)
        wording_read_html(&out->html, text->html);
    if (text->calendar)
        wording_read(&out->calendar, text->calendar);
    if (text->further)
        wording_read(&out->further, text->further);
}

static void heard_free(struct heard *heard)
{
    for (int i = 0; i < PART_COUNT; i++)
        wording_free(&heard->parts[i]);
    wording_free(&heard->html);
    wording_free(&heard->calendar);
    wording_free(&heard->further);
}

/* The most private of its fields, or of its words. */
static int tier_of(const struct gate *gate, const struct gate_text *text,
                   const struct heard *heard, int part, const char **what)
{
    const struct wording *beside[] = {
        &heard->parts[part],
        part == PART_EMAIL ? &heard->html : NULL,
        part == PART_EMAIL ? &heard->calendar : NULL,
        part == PART_CALL ? &heard->further : NULL,
    };
    int tier = text->parts[part].tier;
    *what = text->parts[part].field;
    for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
        const char *word;
        int told = beside[i]
                       ? telling_tier(&gate->policy->telling, beside[i],
                                      text->called, text->called_count, &word)
                       : 0;
        if (told > tier) {
            tier = told;
            *what = word;
        }
    }
    return tier;
}

static void check_tier(struct gate *gate, const struct gate_text *text,
                       const struct heard *heard)
{
    static const char *const too_much[PART_COUNT] = {
        [PART_SMS] = "sms: %t is of tier %n, to this number at most %m",
        [PART_SUBJECT] = "subject: %t is of tier %n, here at most %m",
        [PART_EMAIL] = "email: %t is of tier %n, to this address at most %m",
        [PART_CALL] = "call: %t is of tier %n, here at most %m",
        [PART_VOICEMAIL] = "voicemail: %t is of tier %n, here at most %m",
    };
    gate_say(gate, RULE_TIER, GATE_GO, "tells no more than it may");
    for (int i = 0; i < PART_COUNT; i++) {
        const char *what;
        if (!text->parts[i].text)
            continue;
        int most = most_tier(gate, text, (enum text_part)i);
        int tier = tier_of(gate, text, heard, i, &what);
        if (tier <= most)
            continue;
        struct gate_reason *reason =
            gate_say(gate, RULE_TIER, GATE_OTHER, too_much[i]);
        reason->text = what;
        reason->number = tier;
        reason->most = most;
        return;
    }
}

static bool names_any(const struct wording *said,
                      const struct wording *const *names, size_t count)
{
    for (size_t i = 0; said->len && i < count; i++)
        if (wording_names(said, names[i]))
            return true;
    return false;
}

/* The part that says one of them; PART_COUNT: none does. */
static int part_naming(const struct heard *heard,
                       const struct wording *const *names, size_t count)
{
    for (int part = 0; part < PART_COUNT; part++)
        if (names_any(&heard->parts[part], names, count))
            return part;
    if (names_any(&heard->html, names, count) ||
        names_any(&heard->calendar, names, count))
        return PART_EMAIL;
    return names_any(&heard->further, names, count) ? PART_CALL : PART_COUNT;
}

static void check_alias(struct gate *gate, const struct gate_text *text,
                        const struct heard *heard)
{
    int named = part_naming(heard, text->aliased, text->aliased_count);
    int located = part_naming(heard, text->streets, text->street_count);
    int part = named < PART_COUNT ? named : located;
    gate_say(gate, RULE_ALIAS, part < PART_COUNT ? GATE_OTHER : GATE_GO,
             named < PART_COUNT
                 ? "%t: names a sensitive service by its own name"
             : located < PART_COUNT ? "%t: says where a sensitive service is"
                                    : "no sensitive service is named")
        ->text =
        part < PART_COUNT ? text_part_name((enum text_part)part) : NULL;
}

static void check_private(struct gate *gate, const struct gate_text *text,
                          const struct heard *heard)
{
    static const char *const says[] = {
        [SECRET_NONE] = "says nothing that no message may",
        [SECRET_MEDICINE] = "%t: names one of the patient's medicines",
        [SECRET_RECORD] = "%t: says the record number",
        [SECRET_BIRTH] = "%t: says the date of birth",
        [SECRET_RESULT] = "%t: says how a test came out",
    };
    static const struct secrets none;
    const struct secrets *secrets = text->secrets ? text->secrets : &none;
    enum secret told = SECRET_NONE;
    int part = -1;
    while (!told && ++part < PART_COUNT)
        told = secrets_told(secrets, gate->policy, &heard->parts[part]);
    if (!told) {
        part = PART_EMAIL;
        told = secrets_told(secrets, gate->policy, &heard->html);
        if (!told)
            told = secrets_told(secrets, gate->policy, &heard->calendar);
    }
    if (!told) {
        part = PART_CALL;
        told = secrets_told(secrets, gate->policy, &heard->further);
    }
    gate_say(gate, RULE_PRIVATE, told ? GATE_OTHER : GATE_GO, says[told])
        ->text = told ? text_part_name((enum text_part)part) : NULL;
}

static bool binds(const struct gate *gate, enum gate_rule rule)
{
    return !gate->out->reply && policy_binds(&gate->policy->rules[rule],
                                             gate->out->class, gate->today);
}

static int64_t characters(const char *text)
{
    int64_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

static int64_t words(const char *text)
{
    int64_t count = 0;
    for (size_t len; *text; text += len) {
        text += strspn(text, " \n\t");
        len = strcspn(text, " \n\t");
        count += len > 0;
    }
    return count;
}

static void say_length(struct gate *gate, int64_t used, int most,
                       const char *says)
{
    struct gate_reason *reason =
        gate_say(gate, RULE_LENGTH, used > most ? GATE_OTHER : GATE_GO, says);
    reason->number = used;
    reason->most = most;
}

/* What is spoken to a person and what is left on a machine are never both
 * heard: the longer one counts. */
static void check_length(struct gate *gate, const struct gate_text *text)
{
    const char *sms = text->parts[PART_SMS].text;
    const char *call = text->parts[PART_CALL].text;
    const char *voicemail = text->parts[PART_VOICEMAIL].text;
    int64_t said = call ? words(call) + text->further_words : 0;
    int64_t left = voicemail ? words(voicemail) : 0;
    if (!binds(gate, RULE_LENGTH) || (!sms && !call && !voicemail))
        gate_say(gate, RULE_LENGTH, GATE_GO, "no limit for this message");
    else if (sms)
        say_length(gate, characters(sms), gate->policy->characters,
                   "%n characters, at most %m without consent");
    else if (left > said)
        say_length(gate, left, gate->policy->spoken_words,
                   "voicemail: %n words, at most %m without consent");
    else
        say_length(gate, said, gate->policy->spoken_words,
                   "%n spoken words, at most %m without consent");
}

/* A call says both by itself, before all else. */
static void check_sender(struct gate *gate, const struct gate_text *text,
                         const struct heard *heard)
{
    const char *sms = text->parts[PART_SMS].text;
    const char *why = NULL;
    bool named = false;
    for (size_t i = 0; i < text->called_count && !named; i++)
        named = wording_names(&heard->parts[PART_SMS], &text->called[i]);
    if (sms && binds(gate, RULE_SENDER))
        why = !named                     ? "the text does not say who sends it"
              : !wording_has_number(sms) ? "the text names no telephone number"
                                         : NULL;
    gate_say(gate, RULE_SENDER, why ? GATE_OTHER : GATE_GO,
             why ? why : "it says who sends it, or need not");
}

/* A machine presses no key. */
static bool may_leave_voicemail(const struct gate *gate,
                                const struct gate_text *text)
{
    const char *voicemail = text->parts[PART_VOICEMAIL].text;
    const char *codes = gate->policy->toll_free;
    return !voicemail || !codes || gate->out->class != CLASS_CARE_EXEMPT ||
           !binds(gate, RULE_OPT_OUT_LINE) || wording_calls(voicemail, codes);
}

static void check_opt_out_line(struct gate *gate, const struct gate_text *text,
                               const struct heard *heard)
{
    const char *sms = text->parts[PART_SMS].text;
    const char *call = text->parts[PART_CALL].text;
    const char *why = NULL;
    if (binds(gate, RULE_OPT_OUT_LINE))
        why = sms && !wording_stops(sms, &heard->parts[PART_SMS])
                  ? "the text does not say how to stop"
              : call && !text->stop_key ? "no key ends the calls"
                                        : NULL;
    const char *fine = "it says how to stop, or need not";
    if (!may_leave_voicemail(gate, text)) {
        gate->out->no_voicemail = true;
        fine = "no voicemail: it names no toll-free number, and there is no "
               "consent";
    }
    gate_say(gate, RULE_OPT_OUT_LINE, why ? GATE_OTHER : GATE_GO,
             why ? why : fine);
}

static void take_worst(struct gate_decision *out)
{
    for (int i = RULE_CONTENT; i < RULE_COUNT; i++)
        if (out->reasons[i].verdict > out->verdict)
            out->verdict = out->reasons[i].verdict;
}

void gate_judge(const struct gate_facts *facts, const struct gate_text *text,
                struct gate_decision *decision)
{
    const struct window_input *window = &facts->window;
    struct gate gate = {
        .facts = facts,
        .out = decision,
        .policy = window->policy,
        .today = window_today(window, facts->now),
    };
    gate_say(&gate, RULE_CONTENT, GATE_GO, "it could be written");
    struct heard heard;
    hear(text, &heard);
    check_tier(&gate, text, &heard);
    check_alias(&gate, text, &heard);
    check_private(&gate, text, &heard);
    check_sender(&gate, text, &heard);
    check_length(&gate, text);
    check_opt_out_line(&gate, text, &heard);
    heard_free(&heard);
    take_worst(decision);
}

void gate_refuse(const char *why, struct gate_decision *decision)
{
    decision->reasons[RULE_CONTENT] =
        (struct gate_reason){.verdict = GATE_OTHER,
                             .id = gate_rule_name(RULE_CONTENT),
                             .source = "the campaign's message",
                             .says = "%t",
                             .text = why};
    take_worst(decision);
}
