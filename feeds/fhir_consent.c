/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Consent: what somebody allows and refuses about being written to or called.
 * Most consents are about records and treatments, so the code tables say which
 * codes speak of messages, which of something else, and which of neither. A
 * refusal that nobody here understands is a fault, never passed over (L-11); a
 * permission counts only where all that it says is understood.
 */
#include <string.h>

#include "base/civil.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"

#include "store/words.h"

#include "feeds/fhir_own.h"

enum { CHANNELS_MAX = 3, PURPOSES_MAX = 16, WORDS_MAX = 200, DEPTH_MAX = 8 };

/* What codes come to. */
struct words {
    const char *channels[CHANNELS_MAX];
    size_t channel_count; /* 0: all */
    const char *purposes[PURPOSES_MAX];
    size_t purpose_count; /* 0: all */
    bool all, alone;      /* "all", "alone" */
    bool elsewhere;       /* "none": something else than messages */
    const char *strange;  /* where something stands that no table has; NULL */
};

enum said { SAID_NOTHING, SAID_PERMIT, SAID_DENY };

struct rule {
    enum said said;
    struct words words;
    const struct json_node *period;
    const char *in; /* "provision.provision[0]." */
};

struct consent {
    struct fhir_reading *it;
    bool active;
    bool foreign;      /* its scope is something else than messages */
    bool maps_channel; /* a mapping said by which channel */
};

static bool is_contact(const struct words *words)
{
    return words->all || words->channel_count > 0 || words->purpose_count > 0;
}

/* Codes -----------------------------------------------------------------------
 */

static void add(const char **list, size_t *count, size_t most, const char *word)
{
    for (size_t i = 0; i < *count; i++)
        if (text_equal(list[i], word))
            return;
    if (*count < most)
        list[(*count)++] = word;
}

static bool add_word(struct fhir_reading *it, struct words *words,
                     const char *text)
{
    const struct layout_table *table = layout_find("consents");
    char word[WORD_MAX];
    if (text_equal(text, "all"))
        words->all = true;
    else if (text_equal(text, "alone"))
        words->alone = true;
    else if (text_equal(text, "none"))
        words->elsewhere = true;
    else if (words_find(WORDS_CHANNEL, text, word))
        add(words->channels, &words->channel_count, CHANNELS_MAX,
            arena_text(it->facts->arena, word));
    else if (words_find(layout_column(table, "purpose")->words, text, word))
        add(words->purposes, &words->purpose_count, PURPOSES_MAX,
            arena_text(it->facts->arena, word));
    else
        return text_equal(text, "unsaid");
    return true;
}

/* "sms appointment": of a table of the codes, or of a mapping. */
static void add_words(struct fhir_reading *it, struct words *words,
                      const char *text, const char *where)
{
    char word[WORDS_MAX];
    while (*text) {
        size_t len = strcspn(text, " ");
        text_copy(word, len < sizeof(word) ? len + 1 : sizeof(word), text);
        if (len > 0 && !add_word(it, words, word))
            facts_fatal(it->facts, where, NULL,
                        facts_format(it->facts,
                                     "is '%s' by the codes or the mapping: a "
                                     "channel, a purpose, all, alone, none or "
                                     "unsaid was expected",
                                     word));
        text += len + (text[len] == ' ');
    }
}

/* A CodeableConcept, or a Coding. */
static void read_code(struct fhir_reading *it, struct words *words,
                      const struct json_node *node, const char *where)
{
    const char *means = fhir_coded(it, "consent", node);
    if (!means)
        means = fhir_coding(it, "consent", node);
    if (means)
        add_words(it, words, means, where);
    else if (!words->strange)
        words->strange = where;
}

static void read_codes(struct fhir_reading *it, struct words *words,
                       const struct json_node *of, const char *in,
                       const char *member)
{
    size_t i = 0;
    for (const struct json_node *one = json_first(json_get(of, member)); one;
         one = json_next(one), i++)
        read_code(it, words, one, fhir_where(it, "%s%s[%zu]", in, member, i));
}

/* Of extensions those that the codes have; a code alone is one of the system
 * that the extension is. */
static void read_extensions(struct fhir_reading *it, struct words *words,
                            const struct json_node *of, const char *in)
{
    size_t i = 0;
    for (const struct json_node *one = json_first(json_get(of, "extension"));
         one; one = json_next(one), i++) {
        const char *url = json_get_text(one, "url");
        const char *code = json_get_text(one, "valueCode");
        const char *means =
            url && code ? terms_find(it->options->terms, "consent", url, code)
                        : NULL;
        if (!means)
            means = fhir_coding(it, "consent", json_get(one, "valueCoding"));
        if (!means)
            means = fhir_coded(it, "consent",
                               json_get(one, "valueCodeableConcept"));
        if (means)
            add_words(it, words, means,
                      fhir_where(it, "%sextension[%zu]", in, i));
    }
    if (json_get(of, "modifierExtension") && !words->strange)
        words->strange = fhir_where(it, "%smodifierExtension", in);
}

static void read_mapped(struct consent *consent, struct words *words)
{
    struct fhir_reading *it = consent->it;
    struct remapped mapped;
    if (!remap_text(&it->remap, "consents", "channel", &mapped) ||
        text_blank(mapped.text))
        return;
    consent->maps_channel = true;
    add_words(it, words, mapped.text, mapped.where);
}

/* What the rule says itself comes before what stands above it. */
static void inherit(struct words *words, const struct words *above)
{
    if (!words->all && words->channel_count == 0) {
        memcpy(words->channels, above->channels, sizeof(words->channels));
        words->channel_count = above->channel_count;
        words->all = above->all;
        words->alone = words->alone || above->alone;
    }
    if (words->purpose_count == 0) {
        memcpy(words->purposes, above->purposes, sizeof(words->purposes));
        words->purpose_count = above->purpose_count;
    }
    words->elsewhere = words->elsewhere || above->elsewhere;
    if (!words->strange)
        words->strange = above->strange;
}

/* Rows ------------------------------------------------------------------------
 */

/* Of a refusal that has a day alone it may have been the last word of it. */
static void put_at(struct fhir_reading *it, struct fact *fact, bool refused)
{
    struct civil_date day;
    const char *text = fhir_text(it, "dateTime");
    const char *where = fhir_where(it, "dateTime");
    if (refused && text && civil_parse_date(text, &day) &&
        !fact_is_mapped(fact, "at"))
        fact_put_from(fact, "at", facts_format(it->facts, "%sT23:59:59", text),
                      where, text);
    else if (!fhir_put_time(it, fact, "at", json_get(it->resource, "dateTime"),
                            where, false))
        facts_fatal(it->facts, where, NULL, "since when?");
}

/* Rows have no id but what they say: they never change, and what a Consent says
 * anew is a word of its own. */
static void put_row(struct consent *consent, const struct rule *rule,
                    bool granted, const char *channel, const char *purpose)
{
    struct fhir_reading *it = consent->it;
    const char *where = fhir_where(it, "%stype", rule->in);
    int person = fhir_subject(it);
    if (person < 0)
        return;
    struct fact *fact = facts_row(it->facts, "consents", FACT_SAY);
    remap_row(&it->remap, fact, consent->maps_channel ? NULL : "channel");
    fact_put_person(fact, "patient", person, fhir_where(it, "patient"));
    fact_put_from(fact, "verdict", granted ? "granted" : "revoked", where,
                  rule->said == SAID_DENY ? "deny" : "permit");
    fact_put(fact, "purpose", purpose, fhir_where(it, "category"));
    fact_put(fact, "channel", channel, fhir_where(it, "category"));
    if (!granted && rule->words.alone)
        fact_put(fact, "alone", "yes", fhir_where(it, "category"));
    put_at(it, fact, rule->said == SAID_DENY);
    fact_put_from(fact, "evidence",
                  facts_format(it->facts, "Consent/%s", it->id),
                  fhir_where(it, "id"), it->id);
}

/* A refusal with something in it that nobody here understands is one of every
 * purpose. */
static void put_rows(struct consent *consent, const struct rule *rule,
                     bool granted)
{
    const struct words *words = &rule->words;
    size_t channels = words->all ? 0 : words->channel_count;
    bool open = words->strange && rule->said == SAID_DENY;
    size_t purposes = open ? 0 : words->purpose_count;
    for (size_t c = 0; c < (channels ? channels : 1); c++)
        for (size_t p = 0; p < (purposes ? purposes : 1); p++)
            put_row(consent, rule, granted,
                    channels ? words->channels[c] : NULL,
                    purposes ? words->purposes[p] : NULL);
}

/* Rules -----------------------------------------------------------------------
 */

static void ignore(struct consent *consent, const char *where, const char *why)
{
    facts_ignore(consent->it->facts, where, NULL, why);
}

/* A refusal is over when its last day is past everywhere. */
static bool is_past_everywhere(struct fhir_reading *it, const char *end)
{
    char today[CIVIL_TEXT_MAX];
    civil_date_text(zone_today(zone_utc(), it->options->now - 12 * HOUR_MS),
                    today);
    return end && strncmp(end, today, strnlen(end, strlen(today))) < 0;
}

static void judge_deny(struct consent *consent, const struct rule *rule)
{
    struct fhir_reading *it = consent->it;
    const struct words *words = &rule->words;
    const char *end = json_get_text(rule->period, "end");
    if (!consent->active || is_past_everywhere(it, end))
        ignore(consent, fhir_where(it, "%stype", rule->in),
               "is a refusal that is over: only a new permission lifts one");
    else if (is_contact(words))
        put_rows(consent, rule, false);
    else if (consent->foreign || (words->elsewhere && !words->strange))
        ignore(consent, fhir_where(it, "category"),
               "refuses something else than messages");
    else if (words->strange)
        facts_fatal(it->facts, words->strange, NULL,
                    "refuses something, and the codes do not say whether that "
                    "is messages: name it in their table 'consent'");
    else
        facts_fatal(it->facts, fhir_where(it, "category"), NULL,
                    "refuses something, and none of its codes says what: "
                    "whether that is messages nobody can tell");
}

/* One that was taken and is no longer given is taken back as of its own time:
 * one that was given since stands. */
static void judge_permit(struct consent *consent, const struct rule *rule)
{
    struct fhir_reading *it = consent->it;
    const struct words *words = &rule->words;
    const char *start = json_get_text(rule->period, "start");
    const char *end = json_get_text(rule->period, "end");
    const char *period = fhir_where(it, "%speriod", rule->in);
    if (!is_contact(words))
        ignore(consent, fhir_where(it, "category"),
               "permits nothing that the codes have as messages");
    else if (consent->foreign)
        ignore(consent, fhir_where(it, "scope"),
               "permits something else than our messages");
    else if (!consent->active || fhir_is_past(it, end))
        put_rows(consent, rule, false);
    else if (words->strange)
        ignore(consent, words->strange,
               "a permission counts where the codes have all that it says");
    else if (end || fhir_is_to_come(it, start))
        ignore(consent, period,
               "a permission counts from now on and without an end");
    else
        put_rows(consent, rule, true);
}

static void judge(struct consent *consent, const struct rule *rule)
{
    if (rule->said == SAID_DENY)
        judge_deny(consent, rule);
    else
        judge_permit(consent, rule);
}

static void tell_unsaid(struct consent *consent, const struct rule *rule)
{
    facts_fatal(consent->it->facts, fhir_where(consent->it, "%stype", rule->in),
                NULL, "is it permitted or denied?");
}

static enum said type_of(struct consent *consent, const struct json_node *node,
                         const char *in)
{
    const char *type = json_get_text(node, "type");
    if (text_equal(type, "deny"))
        return SAID_DENY;
    if (text_equal(type, "permit"))
        return SAID_PERMIT;
    if (type)
        facts_fatal(consent->it->facts, fhir_where(consent->it, "%stype", in),
                    type, "permit or deny was expected");
    return SAID_NOTHING;
}

/* An exception of what stands above. `own`: its own codes alone. */
static void judge_exception(struct consent *consent, const struct rule *rule,
                            const struct words *own, const struct rule *above)
{
    bool of_contact = is_contact(&above->words);
    bool denied = of_contact && above->said == SAID_DENY;
    if (denied && rule->said == SAID_PERMIT)
        ignore(consent, fhir_where(consent->it, "%stype", rule->in),
               "an exception of a refusal is not heard");
    else if (denied && !is_contact(own))
        return; /* as what stands above */
    else if (rule->said == SAID_NOTHING && is_contact(&rule->words))
        tell_unsaid(consent, rule);
    else if (rule->said == SAID_DENY && of_contact && !is_contact(own) &&
             consent->active && (own->strange || !own->elsewhere))
        facts_fatal(consent->it->facts,
                    fhir_where(consent->it, "%stype", rule->in), NULL,
                    "denies a part of it, and the codes do not say which: name "
                    "it in their table 'consent'");
    else if (rule->said == SAID_DENY && of_contact && !is_contact(own))
        return; /* of records, and the like */
    else if (rule->said != SAID_NOTHING)
        judge(consent, rule);
}

static void read_rule(struct consent *consent, struct rule *rule,
                      const struct json_node *node, const struct rule *above,
                      int depth)
{
    struct fhir_reading *it = consent->it;
    const struct json_node *parts = json_get(node, "provision");
    struct words own = {0};
    read_codes(it, &own, node, rule->in, "action");
    read_codes(it, &own, node, rule->in, "code");
    read_codes(it, &own, node, rule->in, "purpose");
    read_extensions(it, &own, node, rule->in);
    rule->words = own;
    inherit(&rule->words, &above->words);
    rule->period = json_get(node, "period");
    if (depth > 0)
        judge_exception(consent, rule, &own, above);
    else if (rule->said != SAID_NOTHING)
        judge(consent, rule);
    else if (!parts && consent->active && is_contact(&rule->words))
        tell_unsaid(consent, rule);
    else if (!parts)
        judge_permit(consent, rule);
    if (depth == DEPTH_MAX && parts)
        facts_fatal(it->facts, fhir_where(it, "%sprovision", rule->in), NULL,
                    "exceptions of exceptions are not read so deep");
    size_t i = 0;
    for (const struct json_node *one = depth < DEPTH_MAX ? json_first(parts)
                                                         : NULL;
         one; one = json_next(one), i++) {
        struct rule part = {
            .in = facts_format(it->facts, "%sprovision[%zu].", rule->in, i)};
        part.said = type_of(consent, one, part.in);
        read_rule(consent, &part, one, rule, depth + 1);
    }
}

/* What R4 has, but for what nobody has decided yet. */
static bool status_is_read(struct fhir_reading *it, const char *status)
{
    static const char *const known[] = {"active", "inactive", "rejected",
                                        "entered-in-error"};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (text_equal(status, known[i]))
            return true;
    if (text_equal(status, "draft") || text_equal(status, "proposed"))
        facts_ignore(it->facts, fhir_where(it, "status"), status,
                     "nothing is decided yet");
    else
        facts_fatal(it->facts, fhir_where(it, "status"), status,
                    "is no status of a Consent");
    return false;
}

bool fhir_consent(struct fhir_reading *it)
{
    const char *status = fhir_text(it, "status");
    const struct json_node *node = json_get(it->resource, "provision");
    const struct json_node *scope = json_get(it->resource, "scope");
    struct consent consent = {.it = it, .active = text_equal(status, "active")};
    struct rule whole = {.in = "provision."}, rule = whole;
    if (!status_is_read(it, status))
        return false;
    consent.foreign = text_equal(fhir_coded(it, "consent", scope), "none");
    if (scope && !consent.foreign)
        read_code(it, &whole.words, scope, fhir_where(it, "scope"));
    read_codes(it, &whole.words, it->resource, "", "category");
    read_extensions(it, &whole.words, it->resource, "");
    read_mapped(&consent, &whole.words);
    const char *policy =
        fhir_coded(it, "consent-rule", json_get(it->resource, "policyRule"));
    rule.said = type_of(&consent, node, rule.in);
    /* R5 has a decision; a refusal is heard, whoever writes it. */
    if (text_equal(policy, "deny") ||
        text_equal(fhir_text(it, "decision"), "deny"))
        rule.said = SAID_DENY;
    else if (rule.said == SAID_NOTHING && text_equal(policy, "permit"))
        rule.said = SAID_PERMIT;
    read_rule(&consent, &rule, node, &whole, 0);
    return it->facts->count > 0;
}
