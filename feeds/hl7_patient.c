/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PID, and PD1 behind it: who somebody is and how they are reached. Of names
 * and addresses the legal one and the home are taken; of numbers those that
 * are the patient's own.
 */
#include <string.h>

#include "base/civil.h"
#include "base/text.h"
#include "base/zone.h"

#include "feeds/hl7_own.h"
#include "feeds/hl7_time.h"

/* Of a repeating field, the repetition whose type (a component) comes first in
 * `wanted`; else the first of no such type, else the first. */
static size_t preferred(struct hl7_reading *it,
                        const struct hl7_segment *segment, size_t field,
                        size_t type, const char *const *wanted)
{
    size_t count = hl7_times(it, segment, field), untyped = 0;
    for (; *wanted; wanted++)
        for (size_t r = 1; r <= count; r++) {
            const char *of =
                hl7_said(it, segment,
                         (struct hl7_place){
                             .field = field, .repeat = r, .component = type});
            if (of && text_equal_nocase(of, *wanted))
                return r;
            if ((!of || !*of) && !untyped)
                untyped = r;
        }
    return untyped ? untyped : 1;
}

void hl7_put_name(struct hl7_reading *it, struct fact *fact,
                  const struct hl7_segment *segment, size_t field)
{
    static const char *const wanted[] = {"L", "D", "U", NULL};
    struct hl7_place place = {.field = field};
    place.repeat = preferred(it, segment, field, 7, wanted);
    fact_put(fact, "last_name", hl7_said(it, segment, place),
             facts_format(it->facts, "%s-%zu.1", segment->name, field));
    place.component = 2;
    fact_put(fact, "first_name", hl7_said(it, segment, place),
             hl7_where(it, segment->name, field, 2));
}

/* HL7 table 0001. */
static void put_sex(struct hl7_reading *it, struct fact *fact,
                    const struct hl7_segment *pid)
{
    static const struct {
        const char *theirs, *ours;
    } sexes[] = {{"F", "female"},  {"M", "male"},    {"O", "other"},
                 {"A", "other"},   {"U", "unknown"}, {"N", "unknown"},
                 {"C", "unknown"}, {"X", "other"}};
    const char *text = hl7_said(it, pid, (struct hl7_place){.field = 8});
    for (size_t i = 0; text && i < sizeof(sexes) / sizeof(sexes[0]); i++)
        if (text_equal_nocase(text, sexes[i].theirs)) {
            fact_put_from(fact, "sex", sexes[i].ours, "PID-8", text);
            return;
        }
    if (text)
        fact_put(fact, "sex", text, "PID-8");
}

/* XAD. A bad address (BA) is one at which nobody is. */
static void put_address(struct hl7_reading *it, struct fact *fact,
                        const struct hl7_segment *pid)
{
    static const char *const wanted[] = {"H", "HOME", "C", "L", "M", NULL};
    static const struct {
        const char *column;
        size_t component;
    } parts[] = {{"street", 1}, {"city", 3}, {"state", 4}, {"zip", 5}};
    size_t r = preferred(it, pid, 11, 7, wanted);
    struct hl7_place place = {.field = 11, .repeat = r, .component = 7};
    const char *type = hl7_said(it, pid, place);
    if (hl7_repeats(it->message, pid, 11) == 0 ||
        (type && text_equal_nocase(type, "BA")))
        return;
    place.component = 6;
    const char *country = hl7_said(it, pid, place);
    bool abroad = country && *country && !text_equal_nocase(country, "US") &&
                  !text_equal_nocase(country, "USA");
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        place.component = parts[i].component;
        const char *text = hl7_said(it, pid, place);
        /* a whole address comes together: what it lacks is not there */
        if (!text || (abroad && parts[i].component >= 4))
            text = "";
        fact_put(fact, parts[i].column, text,
                 hl7_where(it, "PID", 11, parts[i].component));
    }
}

/* Numbers ---------------------------------------------------------------------
 */

static const char *xtn(struct hl7_reading *it, const struct hl7_segment *pid,
                       size_t field, size_t repeat, size_t component)
{
    const char *text =
        hl7_said(it, pid,
                 (struct hl7_place){
                     .field = field, .repeat = repeat, .component = component});
    return text ? text : "";
}

/* .12 as it is dialled, .5 to .7 in parts, .1 as it was written once. */
static const char *number_of(struct hl7_reading *it,
                             const struct hl7_segment *pid, size_t field,
                             size_t repeat)
{
    const char *whole = xtn(it, pid, field, repeat, 12);
    const char *country = xtn(it, pid, field, repeat, 5);
    const char *area = xtn(it, pid, field, repeat, 6);
    const char *local = xtn(it, pid, field, repeat, 7);
    const char *extension = xtn(it, pid, field, repeat, 8);
    const char *number = whole;
    if (!*number && *local)
        number = *country ? facts_format(it->facts, "+%s%s%s",
                                         country + strspn(country, "+0"), area,
                                         local)
                          : facts_format(it->facts, "%s%s", area, local);
    if (!*number)
        number = xtn(it, pid, field, repeat, 1);
    return *number && *extension
               ? facts_format(it->facts, "%s x%s", number, extension)
               : number;
}

/* Which of our columns it is: by its equipment, then by its use, then by the
 * field it stands in. NULL: not the patient's, or nothing that we can use. */
static const char *column_of(struct hl7_reading *it,
                             const struct hl7_segment *pid, size_t field,
                             size_t repeat, bool work)
{
    const char *use = xtn(it, pid, field, repeat, 2);
    const char *kind = xtn(it, pid, field, repeat, 3);
    static const char *const deaf[] = {"FX", "BP", "MD", "TDD", "TTY", "SAT"};
    for (size_t i = 0; i < sizeof(deaf) / sizeof(deaf[0]); i++)
        if (text_equal_nocase(kind, deaf[i]))
            return NULL;
    if (text_equal_nocase(use, "NET") || text_equal_nocase(kind, "Internet") ||
        text_equal_nocase(kind, "X.400") || *xtn(it, pid, field, repeat, 4))
        return "email";
    /* an answering service, somebody else in an emergency, a holiday home */
    if (text_equal_nocase(use, "ASN") || text_equal_nocase(use, "EMR") ||
        text_equal_nocase(use, "VHN") || text_equal_nocase(use, "BPN"))
        return NULL;
    if (text_equal_nocase(kind, "CP") || text_equal_nocase(use, "PRS"))
        return "mobile";
    if (work || text_equal_nocase(use, "WPN"))
        return "work_phone";
    return "phone";
}

/* The repetition as a whole, or what would stand in it. */
static bool is_deleted(struct hl7_reading *it, const struct hl7_segment *pid,
                       size_t field, size_t repeat)
{
    static const size_t components[] = {1, 4, 7, 12};
    for (size_t i = 0; i < sizeof(components) / sizeof(components[0]); i++)
        if (hl7_text(it->message, pid,
                     (struct hl7_place){.field = field,
                                        .repeat = repeat,
                                        .component = components[i]}) ==
            hl7_deleted)
            return true;
    return false;
}

/* XTN-13 to XTN-15 (2.7): on which days it is theirs. It may be a stranger's
 * behind them. */
static bool is_over(struct hl7_reading *it, const struct hl7_segment *pid,
                    size_t field, size_t repeat)
{
    char begin[CIVIL_TEXT_MAX], end[CIVIL_TEXT_MAX];
    const char *until = xtn(it, pid, field, repeat, 14);
    const char *since = xtn(it, pid, field, repeat, 13);
    if (text_equal_nocase(xtn(it, pid, field, repeat, 2), "OLD") ||
        (!*until && *xtn(it, pid, field, repeat, 15)))
        return true;
    struct civil_date day;
    if (it->facts->at == INSTANT_NEVER)
        return false;
    struct civil_date today = zone_today(it->options->zone, it->facts->at);
    return (hl7_time_read(until, end, true) && civil_parse_date(end, &day) &&
            civil_compare(day, today) < 0) ||
           (hl7_time_read(since, begin, true) &&
            civil_parse_date(begin, &day) && civil_compare(day, today) > 0);
}

void hl7_put_numbers(struct hl7_reading *it, struct fact *fact,
                     const struct hl7_segment *pid, size_t field, bool work)
{
    size_t count = hl7_times(it, pid, field);
    for (size_t r = 1; r <= count; r++) {
        if (fact->field_count + 4 > FACT_FIELDS_MAX) {
            facts_ignore(it->facts, hl7_where(it, pid->name, field, 0), NULL,
                         "more numbers than are kept");
            return;
        }
        const char *column = column_of(it, pid, field, r, work);
        bool mail = text_equal(column, "email");
        const char *address = mail ? xtn(it, pid, field, r, 4) : "";
        const char *text = *address ? address : number_of(it, pid, field, r);
        if (mail && !*address)
            text = xtn(it, pid, field, r, 1);
        if (!column && *text)
            facts_ignore(it->facts, hl7_where(it, pid->name, field, 0), NULL,
                         "a line that is not the patient's, or that takes no "
                         "messages");
        else if (*text && is_over(it, pid, field, r)) {
            fact_put(fact, column, "", hl7_where(it, pid->name, field, 0));
            facts_ignore(it->facts, hl7_where(it, pid->name, field, 0), NULL,
                         "is old, or not theirs yet");
            fact->ended = true;
        } else if (*text || is_deleted(it, pid, field, r))
            fact_put(fact, column ? column : "phone", text,
                     hl7_where(it, pid->name, field, 0));
    }
}

/* Life and death --------------------------------------------------------------
 */

static bool is_word(const char *said, const char *const *words)
{
    for (; said && *words; words++)
        if (text_equal_nocase(said, *words))
            return true;
    return false;
}

/* Nothing but the word that they live takes a death back, or that the one which
 * was told is deleted: "" in PID-30. (That its day is may be no more than
 * that.) One of a day that cannot be read is one of some day: nobody is to be
 * reminded of it. */
static void put_death(struct hl7_reading *it, struct fact *fact,
                      const struct hl7_segment *pid)
{
    static const char *const yes[] = {"Y", "YES", "T", "TRUE", "1", NULL};
    static const char *const no[] = {"N", "NO", "F", "FALSE", "0", NULL};
    if (fact_is_mapped(fact, "deceased"))
        return;
    char when[CIVIL_TEXT_MAX];
    const char *on = hl7_said(it, pid, (struct hl7_place){.field = 29});
    const char *said = hl7_said(it, pid, (struct hl7_place){.field = 30});
    bool is_read = on && hl7_time_read(on, when, false);
    if (on && *on && !is_read)
        facts_lost(it->facts, "PID-29", NULL, HL7_TIME_WANTED);
    if (said && *said && !is_word(said, no) && !is_word(said, yes))
        facts_lost(it->facts, "PID-30", said, "is neither Y nor N");
    if (is_word(said, no))
        fact_put_from(fact, "deceased", "no", "PID-30", said);
    else if (is_read)
        fact_put_from(fact, "deceased", facts_format(it->facts, "%s", when),
                      "PID-29", on);
    else if (is_word(said, yes) || (on && *on))
        fact_put_from(fact, "deceased", "yes", on && *on ? "PID-29" : "PID-30",
                      on && *on ? on : said);
    fact->no_death = (said && !*said) || (on && !*on);
    fact->no_death_said = said && !*said;
}

/* PD1-3 (XON): where somebody is a patient. Where nobody says that, and they
 * are new, the place of this message: a result or a refill is told in some
 * clinic's name. */
static void put_clinic(struct hl7_reading *it, struct fact *fact)
{
    static const struct {
        const char *segment;
        size_t field, component;
        bool only_new;
    } places[] = {{"PD1", 3, 10, false},
                  {"PD1", 3, 3, false},
                  {"PD1", 3, 1, false},
                  {"PV1", 3, 4, true},
                  {"AIL", 3, 4, true}};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        const char *text =
            hl7_said(it, hl7_first(it->message, places[i].segment),
                     (struct hl7_place){.field = places[i].field,
                                        .component = places[i].component});
        if (!text || !*text)
            continue;
        fact_put(fact, "clinic", text,
                 hl7_where(it, places[i].segment, places[i].field,
                           places[i].component));
        if (places[i].only_new)
            fact_only_new(fact);
        return;
    }
}

/* Of a birth the year, or the month, alone is kept as far as it is known. */
static void put_birth(struct hl7_reading *it, struct fact *fact,
                      const struct hl7_segment *pid)
{
    const char *text = hl7_said(it, pid, (struct hl7_place){.field = 7});
    size_t digits = text ? strspn(text, "0123456789") : 0;
    bool cut = text && text[digits] == '\0' &&
               (digits == strlen("1980") || digits == strlen("198002"));
    if (!cut)
        hl7_put_time(it, fact, "birth_date", pid, 7, 0, true);
    else
        fact_put_from(fact, "birth_date",
                      facts_format(it->facts, "%.4s%s%s", text,
                                   text[4] ? "-" : "", text + 4),
                      "PID-7", text);
}

struct fact *hl7_patient(struct hl7_reading *it)
{
    const struct hl7_segment *pid = hl7_first(it->message, "PID");
    struct fact *fact = hl7_row(it, "patients", FACT_SAY, NULL);
    fact_put_person(fact, "mrn", it->patient,
                    it->facts->people[it->patient].where);
    hl7_put_name(it, fact, pid, 5);
    put_birth(it, fact, pid);
    put_sex(it, fact, pid);
    put_address(it, fact, pid);
    put_clinic(it, fact);
    hl7_put(it, fact, "language", pid, 15, 0);
    put_death(it, fact, pid);
    hl7_put_numbers(it, fact, pid, 13, false);
    hl7_put_numbers(it, fact, pid, 14, true);
    hl7_put_numbers(it, fact, pid, 40, false);
    return fact;
}
