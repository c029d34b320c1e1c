/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NK1, and PID-21 of the newborn: who speaks for a child. A mother who is a
 * patient is named by her number; a parent who is none is somebody with
 * numbers, and no more: one record a child, of the first who has a number.
 */
#include "base/civil.h"
#include "base/text.h"
#include "base/zone.h"

#include "feeds/hl7_own.h"
#include "feeds/hl7_time.h"
#include "feeds/kin.h"

/* By HL7 table 0063, or by the words of whoever has no code for it. */
static bool is_guardian(struct hl7_reading *it, const struct hl7_segment *nk1)
{
    static const char *const kin[] = {
        "PAR",    "MTH", "FTH", "GRD",      "parent",        "mother",
        "father", "mom", "dad", "guardian", "legal guardian"};
    static const size_t components[] = {1, 2, 4, 5};
    for (size_t c = 0; c < sizeof(components) / sizeof(components[0]); c++) {
        const char *said = hl7_said(
            it, nk1,
            (struct hl7_place){.field = 3, .component = components[c]});
        for (size_t i = 0; said && i < sizeof(kin) / sizeof(kin[0]); i++)
            if (text_equal_nocase(said, kin[i]))
                return true;
    }
    return false;
}

static bool has_number(struct hl7_reading *it, const struct hl7_segment *nk1)
{
    static const size_t fields[] = {5, 6, 40};
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (hl7_repeats(it->message, nk1, fields[i]) > 0)
            return true;
    return false;
}

/* NK1-9, or a name that was taken away. */
static bool is_over(struct hl7_reading *it, const struct hl7_segment *nk1)
{
    char text[CIVIL_TEXT_MAX];
    struct civil_date end;
    const char *until = hl7_said(it, nk1, (struct hl7_place){.field = 9});
    const char *name = hl7_said(it, nk1, (struct hl7_place){.field = 2});
    if (name && !*name)
        return true;
    return until && it->facts->at != INSTANT_NEVER &&
           hl7_time_read(until, text, true) && civil_parse_date(text, &end) &&
           civil_compare(end, zone_today(it->options->zone, it->facts->at)) < 0;
}

static const struct hl7_segment *first_guardian(struct hl7_reading *it)
{
    for (size_t i = 0; i < hl7_count(it->message); i++) {
        const struct hl7_segment *nk1 = hl7_at(it->message, i);
        if (text_equal(nk1->name, "NK1") && is_guardian(it, nk1) &&
            has_number(it, nk1) && !is_over(it, nk1))
            return nk1;
    }
    return NULL;
}

static void put_guardian(struct hl7_reading *it, int guardian,
                         const char *where)
{
    struct fact *fact = facts_row(it->facts, "patients", FACT_SAY);
    fact_put_person(fact, "mrn", it->patient,
                    it->facts->people[it->patient].where);
    fact_put_person(fact, "guardian", guardian, where);
}

static struct kin kin_of(const struct hl7_reading *it)
{
    return (struct kin){.name = "NK1", .ward = it->patient, .whoever = true};
}

static void put_ended(struct hl7_reading *it)
{
    for (size_t i = 0; i < hl7_count(it->message); i++) {
        const struct hl7_segment *nk1 = hl7_at(it->message, i);
        if (!text_equal(nk1->name, "NK1") || !is_over(it, nk1) ||
            (hl7_id(it, nk1, 3) && !is_guardian(it, nk1)))
            continue;
        const struct kin kin = kin_of(it);
        kin_end(it->facts, &kin, hl7_where(it, "NK1", 9, 0));
        return;
    }
}

/* By their own number where the message has one. */
static void put_parent(struct hl7_reading *it, const struct hl7_segment *nk1)
{
    const char *where = hl7_where(it, "NK1", 3, 0);
    int person = hl7_person(it, nk1, 33);
    bool patient = person >= 0;
    const struct kin kin = kin_of(it);
    struct fact *fact = patient ? facts_row(it->facts, "patients", FACT_SAY)
                                : kin_row(it->facts, &kin, where, &person);
    if (!fact)
        return;
    if (patient)
        fact_put_person(fact, "mrn", person, it->facts->people[person].where);
    hl7_put_name(it, fact, nk1, 2);
    hl7_put(it, fact, "language", nk1, 20, 0);
    hl7_put_numbers(it, fact, nk1, 5, false);
    hl7_put_numbers(it, fact, nk1, 6, true);
    hl7_put_numbers(it, fact, nk1, 40, false);
    if (!patient)
        fact_put(fact, "active", "yes", where);
    put_guardian(it, person, where);
}

void hl7_kin(struct hl7_reading *it, const char *birth_on)
{
    const struct hl7_segment *pid = hl7_first(it->message, "PID");
    const struct hl7_segment *nk1 = hl7_first(it->message, "NK1");
    if (it->facts->at == INSTANT_NEVER ||
        !kin_is_minor(birth_on, zone_today(it->options->zone, it->facts->at))) {
        if (nk1)
            facts_ignore(it->facts, "NK1", NULL,
                         "no child: nobody else is written to");
        return;
    }
    int mother = hl7_person(it, pid, 21);
    if (mother >= 0) {
        put_guardian(it, mother, "PID-21");
        return;
    }
    nk1 = first_guardian(it);
    if (nk1)
        put_parent(it, nk1);
    else
        put_ended(it);
}
