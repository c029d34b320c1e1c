/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIU: visits that are booked, moved, cancelled, missed. What happened decides
 * their status; where it only says that they changed, SCH-25 does.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/text.h"

#include "feeds/hl7_own.h"
#include "feeds/hl7_time.h"

static const struct {
    const char *event, *status; /* NULL: as SCH-25 says, else booked */
} events[] = {
    {"S12", NULL},        {"S13", NULL},        {"S14", NULL},
    {"S15", "cancelled"}, {"S16", "cancelled"}, {"S17", "entered-in-error"},
    {"S18", NULL},        {"S19", NULL},        {"S20", NULL},
    {"S21", NULL},        {"S22", NULL},        {"S26", "noshow"},
};

static bool event_find(const char *event, const char **status)
{
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
        if (text_equal(events[i].event, event)) {
            *status = events[i].status;
            return true;
        }
    return false;
}

/* By its code, or by the words beside it, in any case: whoever has no code for
 * it sends ^Cancelled. */
static const char *status_of(struct hl7_reading *it,
                             const struct hl7_segment *sch)
{
    static const size_t components[] = {1, 2, 4, 5};
    const char *known = hl7_coded(it, "visit-status", sch, 25);
    for (size_t i = 0; !known && i < 4; i++) {
        const char *text = hl7_said(
            it, sch,
            (struct hl7_place){.field = 25, .component = components[i]});
        if (text_blank(text))
            continue;
        known = terms_find(it->options->terms, "visit-status", "HL70278", text);
        char upper[64];
        text_copy(upper, sizeof(upper), text);
        for (char *c = upper; *c; c++)
            *c = (char)toupper((unsigned char)*c);
        if (!known)
            known = terms_find(it->options->terms, "visit-status", "HL70278",
                               upper);
    }
    return known;
}

static const char *status_said(struct hl7_reading *it,
                               const struct hl7_segment *sch)
{
    const char *code = hl7_id(it, sch, 25);
    const char *words =
        hl7_said(it, sch, (struct hl7_place){.field = 25, .component = 2});
    return code ? code : text_blank(words) ? NULL : words;
}

/* Booked or moved. The other events may be silent of when it is and whether it
 * is on: that changes no visit that is here. */
static bool says_when(const struct hl7_reading *it)
{
    return text_equal(it->event, "S12") || text_equal(it->event, "S13");
}

static void assume_booked(struct hl7_reading *it, struct fact *fact,
                          bool mapped)
{
    if (mapped)
        fact_map(fact, layout_column(fact->table, "status"), "booked", "MSH-9",
                 it->event, NULL);
    else
        fact_put_from(fact, "status", "booked", "MSH-9", it->event);
    if (!says_when(it))
        fact_assumed(fact);
}

/* `status` is what the event says of it; NULL: nothing. What SCH-25 says and
 * nobody knows changes no visit that is here: it may be off. Where a mapping
 * has the say and finds nothing, it is as if SCH-25 were silent. */
static void put_status(struct hl7_reading *it, struct fact *fact,
                       const struct hl7_segment *sch, const char *status)
{
    const char *told = status_said(it, sch);
    if (status) {
        fact_put_from(fact, "status", status, "MSH-9", it->event);
        return;
    }
    if (fact_is_mapped(fact, "status")) {
        if (text_blank(fact_text(fact, "status")))
            assume_booked(it, fact, true);
        return;
    }
    /* that it was moved says the event, and when to the start */
    if (text_equal(it->event, "S13") && text_equal_nocase(told, "Rescheduled"))
        told = NULL;
    const char *known = told ? status_of(it, sch) : NULL;
    if (known) {
        fact_put_from(fact, "status", known, "SCH-25", told);
        return;
    }
    if (!told) {
        assume_booked(it, fact, false);
        return;
    }
    facts_lost(it->facts, "SCH-25", told,
               "a status that the codes do not have");
    if (!text_equal(it->event, "S12"))
        return;
    fact_put_from(fact, "status", "booked", "MSH-9", it->event);
    fact_only_new(fact);
}

#define START "SCH-11.4"

/* Where a start may stand, in the order in which it is believed. */
static const struct {
    const char *segment;
    size_t field, component;
} starts[] = {{"SCH", 11, 4}, {"TQ1", 7, 0}, {"AIS", 4, 0},
              {"AIP", 6, 0},  {"AIL", 6, 0}, {"AIG", 8, 0}};

#define NO_HOUR "has no time of day: as YYYYMMDDHHMM[SS][+ZZZZ]"
#define NO_START "the visit is booked or moved, and nothing says to when"

/* What cannot be read is put as it stands where nothing else says when: the
 * row is refused for it, and nobody goes by the time that was known before.
 * False: nothing is said. */
static bool put_start(struct hl7_reading *it, struct fact *fact)
{
    const char *unread = NULL, *where = NULL, *wrong = NULL;
    char out[CIVIL_TEXT_MAX];
    if (fact_is_mapped(fact, "start"))
        return !text_blank(fact_text(fact, "start"));
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        const struct hl7_segment *segment =
            hl7_first(it->message, starts[i].segment);
        const struct hl7_place place = {.field = starts[i].field,
                                        .component = starts[i].component};
        const char *said = hl7_said(it, segment, place);
        if (text_blank(said))
            continue;
        const char *here =
            hl7_where(it, starts[i].segment, place.field, place.component);
        bool read = hl7_time_read(said, out, false);
        if (read && strchr(out, 'T')) {
            fact_put_from(fact, "start", out, here, said);
            if (unread)
                facts_fault_personal(it->facts, where, unread, wrong);
            return true;
        }
        if (unread)
            continue;
        unread = said;
        where = here;
        wrong = read ? NO_HOUR : HL7_TIME_WANTED;
    }
    if (unread)
        fact_put_wrong(fact, "start", unread, where, wrong);
    return unread != NULL;
}

/* A number of something that is as long as some minutes; 0: not readable. */
static double minutes_of(const char *count, const char *unit)
{
    static const struct {
        const char *unit;
        double minutes;
    } units[] = {{"", 1},         {"M", 1},          {"MIN", 1},
                 {"MINUTE", 1},   {"MINUTES", 1},    {"MINS", 1},
                 {"S", 1.0 / 60}, {"SEC", 1.0 / 60}, {"SECONDS", 1.0 / 60},
                 {"H", 60},       {"HR", 60},        {"HRS", 60},
                 {"HOUR", 60},    {"HOURS", 60},     {"D", 1440},
                 {"DAY", 1440},   {"DAYS", 1440}};
    char *end;
    double number = strtod(count, &end);
    if (end == count || *end || !isfinite(number) || number <= 0)
        return 0;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (text_equal_nocase(units[i].unit, unit))
            return number * units[i].minutes;
    return 0;
}

static void put_minutes(struct hl7_reading *it, struct fact *fact)
{
    static const struct {
        const char *segment;
        size_t count, unit;
    } places[] = {{"SCH", 9, 10}, {"AIS", 7, 8}, {"AIL", 9, 10}};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        const struct hl7_segment *segment =
            hl7_first(it->message, places[i].segment);
        const char *count = hl7_id(it, segment, places[i].count);
        const char *unit = hl7_id(it, segment, places[i].unit);
        double minutes = count ? minutes_of(count, unit ? unit : "") : 0;
        if (minutes < 1 || minutes > 60 * 24 * 31)
            continue;
        fact_put_from(fact, "minutes", facts_format(it->facts, "%.0f", minutes),
                      hl7_where(it, places[i].segment, places[i].count, 0),
                      count);
        return;
    }
}

/* CWE: its words, or its code where it has none. */
static bool put_words(struct hl7_reading *it, struct fact *fact,
                      const char *column, const struct hl7_segment *segment,
                      size_t field)
{
    for (size_t component = 2; component >= 1; component--) {
        const char *text = hl7_said(
            it, segment,
            (struct hl7_place){.field = field, .component = component});
        if (!text || !*text)
            continue;
        fact_put(fact, column, text,
                 hl7_where(it, segment->name, field, component));
        return true;
    }
    return false;
}

static void put_who(struct hl7_reading *it, struct fact *fact)
{
    const struct hl7_segment *aip = hl7_first(it->message, "AIP");
    const char *family =
        hl7_said(it, aip, (struct hl7_place){.field = 3, .component = 2});
    const char *given =
        hl7_said(it, aip, (struct hl7_place){.field = 3, .component = 3});
    const char *title =
        hl7_said(it, aip, (struct hl7_place){.field = 3, .component = 6});
    if (!family || !*family)
        return;
    bool titled = title && *title;
    fact_put(fact, "practitioner",
             facts_format(it->facts, "%s%s%s%s%s", titled ? title : "",
                          titled ? " " : "", given ? given : "",
                          given && *given ? " " : "", family),
             "AIP-3");
}

static void put_place(struct hl7_reading *it, struct fact *fact)
{
    const struct hl7_segment *ail = hl7_first(it->message, "AIL");
    for (size_t component = 4; component >= 1; component -= 3) {
        const char *text = hl7_said(
            it, ail, (struct hl7_place){.field = 3, .component = component});
        if (text && *text) {
            fact_put(fact, "clinic", text, hl7_where(it, "AIL", 3, component));
            return;
        }
        if (component == 1)
            return;
    }
}

/* A visit here is one patient's: that more come to it is told. */
static void tell_others(struct hl7_reading *it)
{
    const struct hl7_segment *first = hl7_first(it->message, "PID");
    for (size_t i = first ? first->line : hl7_count(it->message);
         i < hl7_count(it->message); i++) {
        const struct hl7_segment *pid = hl7_at(it->message, i);
        if (!text_equal(pid->name, "PID"))
            continue;
        int other = hl7_record(it, pid, false);
        if (other >= 0 && it->patient >= 0 &&
            fact_person_is(&it->facts->people[it->patient],
                           &it->facts->people[other]))
            continue;
        facts_lost(it->facts, "PID-3", NULL, FACT_SECOND_PATIENT);
        return;
    }
}

/* Which of the segments behind it would be whose? */
static void tell_more(struct hl7_reading *it, const struct hl7_segment *first)
{
    for (size_t i = first ? first->line : hl7_count(it->message);
         i < hl7_count(it->message); i++)
        if (text_equal(hl7_at(it->message, i)->name, "SCH")) {
            facts_lost(it->facts, "SCH-2", NULL,
                       "a second visit in one message: only the first is read");
            return;
        }
}

/* Of a visit that is new, and nobody says so in a field of its own. */
static void put_booked(struct hl7_reading *it, struct fact *fact)
{
    const struct hl7_segment *segment;
    size_t field;
    const char *text = text_equal(it->event, "S12")
                           ? hl7_happened(it, &segment, &field)
                           : NULL;
    if (!text || fact_is_mapped(fact, "booked"))
        return;
    fact_put_from(fact, "booked", text, hl7_where(it, segment->name, field, 0),
                  hl7_id(it, segment, field));
    fact_only_new(fact);
}

bool hl7_visit(struct hl7_reading *it)
{
    const struct hl7_segment *sch = hl7_first(it->message, "SCH");
    const char *status = NULL;
    if (!event_find(it->event, &status))
        return false;
    tell_more(it, sch);
    const char *filler = hl7_id(it, sch, 2), *placer = hl7_id(it, sch, 1);
    struct fact *fact =
        hl7_row(it, "appointments", FACT_SAY, status ? "status" : NULL);
    fact_put(fact, "id", filler ? filler : placer, filler ? "SCH-2" : "SCH-1");
    fact_of(fact, "id", hl7_id_authority(it, sch, filler ? 2 : 1, false));
    if (placer && !fact_is_mapped(fact, "id")) {
        fact_put(fact, "placer", placer, "SCH-1");
        fact_of(fact, "placer", hl7_id_authority(it, sch, 1, false));
    }
    if (text_blank(fact_text(fact, "id"))) {
        facts_lost(it->facts,
                   remap_where(&it->remap, "appointments", "id", "SCH-2"), NULL,
                   "no id: nobody could move or cancel this visit");
        facts_unrow(it->facts);
        return true;
    }
    fact->begins = text_equal(it->event, "S12");
    hl7_put_patient(it, fact);
    put_place(it, fact);
    fact->wanted = remap_where(&it->remap, "appointments", "start", START);
    if (!put_start(it, fact) && says_when(it))
        fact_put_wrong(fact, "start", NULL, fact->wanted, NO_START);
    put_minutes(it, fact);
    put_status(it, fact, sch, status);
    if (!put_words(it, fact, "visit_type", sch, 8))
        put_words(it, fact, "visit_type", hl7_first(it->message, "AIS"), 3);
    put_who(it, fact);
    /* One that is known is found by its id alone. */
    it->nobodys =
        fact_is_off(fact_text(fact, "status")) || !text_equal(it->event, "S12");
    put_booked(it, fact);
    if (!fact_is_off(fact_text(fact, "status")))
        tell_others(it);
    return true;
}
