/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ADT: who is in hospital, who went home and how, and everything that takes a
 * word back (F-4): a cancelled admission, a cancelled discharge, a merge. What
 * an event means is a row of a table.
 */
#include <ctype.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "feeds/hl7_own.h"

enum stay {
    STAY_PERSON,    /* who somebody is, no more */
    STAY_IN,        /* is in hospital now */
    STAY_MOVED,     /* and goes on being it */
    STAY_OUT,       /* is not, and nobody was discharged */
    STAY_DISCHARGE, /* went home */
    STAY_BACK,      /* did not go home after all */
    STAY_PLANNED,   /* will come in */
    STAY_UNPLANNED, /* will not */
    STAY_MERGE,     /* MRG-1 is the record of PID-3 from now on */
    STAY_RENUMBER,  /* MRG-1 was what PID-3 is called now */
    STAY_PART,      /* two records that were taken for one */
    STAY_REMOVE,    /* this person was never to be here */
    STAY_DELETED,   /* this stay was never to be there */
    STAY_MOVE,      /* MRG-5 of MRG-1 is PV1-19 of PID-3 now */
};

static const struct {
    const char *event;
    enum stay what;
} events[] = {
    {"A01", STAY_IN},       {"A02", STAY_MOVED},     {"A03", STAY_DISCHARGE},
    {"A04", STAY_PERSON},   {"A05", STAY_PLANNED},   {"A06", STAY_IN},
    {"A07", STAY_OUT},      {"A08", STAY_PERSON},    {"A11", STAY_OUT},
    {"A12", STAY_PERSON},   {"A13", STAY_BACK},      {"A14", STAY_PLANNED},
    {"A18", STAY_MERGE},    {"A23", STAY_DELETED},   {"A27", STAY_UNPLANNED},
    {"A28", STAY_PERSON},   {"A29", STAY_REMOVE},    {"A30", STAY_MERGE},
    {"A31", STAY_PERSON},   {"A34", STAY_MERGE},     {"A36", STAY_MERGE},
    {"A37", STAY_PART},     {"A38", STAY_UNPLANNED}, {"A39", STAY_MERGE},
    {"A40", STAY_MERGE},    {"A42", STAY_MOVE},      {"A45", STAY_MOVE},
    {"A46", STAY_RENUMBER}, {"A47", STAY_RENUMBER},  {"A50", STAY_MOVE},
};

static bool event_find(const char *event, enum stay *what)
{
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
        if (text_equal(events[i].event, event)) {
            *what = events[i].what;
            return true;
        }
    return false;
}

/* HL7 table 0004, which is each house's own: as it stands, or in capitals. */
static const char *class_in(struct hl7_reading *it, const char *table,
                            const struct hl7_segment *pv1)
{
    char upper[64];
    const char *class = hl7_id(it, pv1, 2);
    if (!class)
        return NULL;
    const char *known = terms_find(it->options->terms, table, "HL70004", class);
    text_copy(upper, sizeof(upper), class);
    for (char *c = upper; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return known ? known
                 : terms_find(it->options->terms, table, "HL70004", upper);
}

/* What is ambulatory is no stay, and nobody comes home from it. */
static const char *class_of(struct hl7_reading *it,
                            const struct hl7_segment *pv1)
{
    return class_in(it, "class", pv1);
}

/* "outpatient", "expected": NULL: it is one, or nobody says. */
static const char *no_stay_of(struct hl7_reading *it,
                              const struct hl7_segment *pv1)
{
    return class_of(it, pv1) ? NULL : class_in(it, "no-stay", pv1);
}

/* Whether they are in hospital hangs on it, and nobody knows. */
static void tell_class(struct hl7_reading *it, const struct hl7_segment *pv1,
                       enum stay what)
{
    bool begins = text_equal(it->event, "A01") || what == STAY_MOVED;
    if ((begins || what == STAY_DISCHARGE) && hl7_id(it, pv1, 2) &&
        !class_of(it, pv1) && !no_stay_of(it, pv1))
        facts_lost(it->facts, "PV1-2", hl7_id(it, pv1, 2),
                   "a class that the codes do not have: nobody knows whether "
                   "this is a stay in hospital");
}

static void put_visit_id(struct hl7_reading *it, struct fact *fact,
                         const struct hl7_segment *pv1)
{
    const struct hl7_segment *pid = hl7_first(it->message, "PID");
    bool own = hl7_id(it, pv1, 19) != NULL;
    fact_put(fact, "id", own ? hl7_id(it, pv1, 19) : hl7_id(it, pid, 18),
             "PV1-19");
    fact_of(fact, "id",
            own ? hl7_id_authority(it, pv1, 19, true)
                : hl7_id_authority(it, pid, 18, true));
    /* beside the numbers of whoever keeps the diary (SCH-2) */
    if (text_equal(fact->table->name, "appointments"))
        fact_sort(fact, "id", "visit");
}

/* PL: the facility, or who is told of it in EVN-7 (2.5). */
static void put_clinic(struct hl7_reading *it, struct fact *fact,
                       const struct hl7_segment *pv1)
{
    struct hl7_place place = {.field = 3, .component = 4};
    const struct hl7_segment *event = hl7_first(it->message, "EVN");
    const char *facility = hl7_said(it, pv1, place);
    if (facility && *facility)
        fact_put(fact, "clinic", facility, "PV1-3.4");
    else if (hl7_id(it, event, 7))
        fact_put(fact, "clinic", hl7_id(it, event, 7), "EVN-7");
}

/* When they went: as it is told, else when the event was. NULL: nobody knows;
 * `*segment` and `*field` say where it stands. */
static const char *gone_at(struct hl7_reading *it,
                           const struct hl7_segment **segment, size_t *field)
{
    *segment = hl7_first(it->message, "PV1");
    *field = 45;
    const char *text =
        hl7_time(it, *segment, (struct hl7_place){.field = *field}, false);
    return text && *text ? text : hl7_happened(it, segment, field);
}

static bool put_gone(struct hl7_reading *it, struct fact *fact)
{
    const struct hl7_segment *segment;
    size_t field;
    if (fact_is_mapped(fact, "discharged"))
        return !text_blank(fact_text(fact, "discharged"));
    const char *text = gone_at(it, &segment, &field);
    if (text)
        fact_put_from(fact, "discharged", text,
                      hl7_where(it, segment->name, field, 0),
                      hl7_id(it, segment, field));
    return text != NULL;
}

static const char *disposition_of(struct hl7_reading *it,
                                  const struct hl7_segment *pv1)
{
    const char *where = hl7_id(it, pv1, 36);
    return where
               ? terms_find(it->options->terms, "disposition", "HL70112", where)
               : NULL;
}

/* By which stay somebody is in hospital, or will be. */
static void put_stay(struct hl7_reading *it, struct fact *fact,
                     const struct hl7_segment *pv1)
{
    const char *owner = hl7_id_authority(it, pv1, 19, true);
    fact->stay = arena_text(it->facts->arena, hl7_id(it, pv1, 19));
    fact->stay_owner =
        owner ? arena_text(it->facts->arena, owner) : it->facts->sender;
}

/* The row of the discharge with its id; NULL: there is none to be made. Of an
 * outpatient there is one only when they died, or when it is taken back: it may
 * have been an inpatient's before. Where nobody says what they were, there is
 * one of those who came in by this number: who was at the clinic is not asked
 * how it is at home again. */
static struct fact *discharge_row(struct hl7_reading *it,
                                  const struct hl7_segment *pv1, bool back)
{
    const struct hl7_segment *segment;
    size_t field;
    bool unsaid = !back && !hl7_id(it, pv1, 2) && hl7_id(it, pv1, 19);
    bool stay = class_of(it, pv1) || unsaid;
    bool died = !back && text_equal(disposition_of(it, pv1), "expired");
    if (!stay && !died && !back) {
        facts_ignore(it->facts, "PV1-2", hl7_id(it, pv1, 2),
                     "no stay in hospital: nobody is asked how they are");
        return NULL;
    }
    struct fact *fact = hl7_row(it, "discharges", FACT_SAY, NULL);
    put_visit_id(it, fact, pv1);
    if (unsaid && !died) {
        put_stay(it, fact, pv1);
        fact->of_stay = true;
    }
    if (!text_blank(fact_text(fact, "id")))
        return fact;
    facts_unrow(it->facts);
    const char *where = remap_where(&it->remap, "discharges", "id", "PV1-19");
    /* the first row is the patient's */
    const char *life =
        it->patient >= 0 ? fact_text(&it->facts->items[0], "deceased") : NULL;
    if (died && it->patient >= 0 && (!life || text_equal(life, "no")))
        fact_put_from(&it->facts->items[0], "deceased",
                      gone_at(it, &segment, &field), "PV1-36",
                      hl7_id(it, pv1, 36));
    else if (stay)
        facts_lost(it->facts, where, NULL,
                   "no visit number: nobody could take it back (A13)");
    else
        facts_ignore(it->facts, where, NULL,
                     "no visit number: which discharge is taken back?");
    return NULL;
}

/* One that the codes do not have is another one than was known before. */
static void put_disposition(struct hl7_reading *it, struct fact *fact,
                            const struct hl7_segment *pv1)
{
    const char *said = hl7_said(it, pv1, (struct hl7_place){.field = 36});
    const char *known = disposition_of(it, pv1);
    if (!said || fact_is_mapped(fact, "disposition"))
        return;
    if (*said && !known)
        facts_fault(it->facts, "PV1-36", said,
                    "a disposition that the codes do not have: nobody knows "
                    "whether they are at home");
    fact_put_from(fact, "disposition", known ? known : "", "PV1-36", said);
}

static bool discharge(struct hl7_reading *it, bool back)
{
    const struct hl7_segment *pv1 = hl7_first(it->message, "PV1");
    struct fact *fact = discharge_row(it, pv1, back);
    if (!fact)
        return true;
    hl7_put_patient(it, fact);
    put_clinic(it, fact, pv1);
    hl7_put_time(it, fact, "admitted", pv1, 44, 0, false);
    if (put_gone(it, fact)) {
        if (back || text_equal(it->event, "A08"))
            fact_only_new(fact);
    } else if (!back)
        fact_put_wrong(
            fact, "discharged", NULL,
            remap_where(&it->remap, "discharges", "discharged", "PV1-45"),
            "when did they go?");
    fact_put_from(fact, "class",
                  fact->of_stay ? "inpatient" : class_of(it, pv1), "PV1-2",
                  hl7_id(it, pv1, 2));
    if (back) {
        fact_put_from(fact, "status", "cancelled", "MSH-9", it->event);
        return true;
    }
    put_disposition(it, fact, pv1);
    fact_put_from(fact, "status", "discharged", "MSH-9", it->event);
    return true;
}

/* A08 behind a discharge says where they went after all. That they died is a
 * word of its own; else nobody went home by it who was not known to have. */
static bool corrected(struct hl7_reading *it)
{
    const struct hl7_segment *pv1 = hl7_first(it->message, "PV1");
    if (text_equal(disposition_of(it, pv1), "expired"))
        return discharge(it, false);
    struct fact *fact = hl7_row(it, "discharges", FACT_SAY, NULL);
    put_visit_id(it, fact, pv1);
    put_disposition(it, fact, pv1);
    if (text_blank(fact_text(fact, "id")) ||
        !fact_field_of(fact, "disposition")) {
        facts_unrow(it->facts);
        return true;
    }
    fact->vague = true;
    /* A discharge that it corrects may be on its way. */
    fact->waits = class_of(it, pv1) != NULL;
    hl7_put_patient(it, fact);
    return true;
}

/* A planned admission is a visit to be prepared. */
static bool planned(struct hl7_reading *it, bool comes)
{
    const struct hl7_segment *pv1 = hl7_first(it->message, "PV1");
    const struct hl7_segment *pv2 = hl7_first(it->message, "PV2");
    struct fact *fact = hl7_row(it, "appointments", FACT_SAY, "status");
    fact->beside = true;
    put_stay(it, fact, pv1);
    bool elsewhere = fact_is_mapped(fact, "start");
    const char *when =
        elsewhere ? NULL
                  : hl7_time(it, pv2, (struct hl7_place){.field = 8}, false);
    put_visit_id(it, fact, pv1);
    /* one that cannot be read is not left out: it may have been moved */
    fact->vague = when && *when && !strchr(when, 'T');
    if (!elsewhere)
        fact_put_from(fact, "start", when && *when ? when : hl7_id(it, pv2, 8),
                      "PV2-8", hl7_id(it, pv2, 8));
    fact->wanted = remap_where(&it->remap, "appointments", "start", "PV2-8");
    if (text_blank(fact_text(fact, "id")) ||
        (comes && text_blank(fact_text(fact, "start")))) {
        /* who is pre-admitted, but not when */
        if (fact->mapped)
            facts_ignore(it->facts, "PV2", NULL,
                         "no visit: the mapping finds no id or no start; where "
                         "it is about SIU alone, a \"where\" says so");
        facts_unrow(it->facts);
        return true;
    }
    hl7_put_patient(it, fact);
    put_clinic(it, fact, pv1);
    fact_put_from(fact, "status", comes ? "booked" : "cancelled", "MSH-9",
                  it->event);
    /* A08 tells who is expected and when, and not that it is on again */
    if (text_equal(it->event, "A08"))
        fact_only_new(fact);
    fact_put_from(fact, "visit_type", "admission", "MSH-9", it->event);
    return true;
}

/* Who came in is not waited for any more. */
static void came(struct hl7_reading *it)
{
    struct fact *fact = hl7_row(it, "appointments", FACT_SAY, "status");
    put_visit_id(it, fact, hl7_first(it->message, "PV1"));
    if (text_blank(fact_text(fact, "id"))) {
        facts_unrow(it->facts);
        return;
    }
    fact->vague = fact->beside = true;
    hl7_put_patient(it, fact);
    fact_put_from(fact, "status", "arrived", "MSH-9", it->event);
}

/* A23: of this visit nothing is left, neither that somebody went home from it
 * nor that they were to come. */
static bool deleted(struct hl7_reading *it)
{
    static const char *const tables[] = {"appointments", "discharges"};
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        struct fact *fact = hl7_row(it, tables[i], FACT_END, NULL);
        fact->beside = text_equal(tables[i], "appointments");
        put_visit_id(it, fact, hl7_first(it->message, "PV1"));
        if (text_blank(fact_text(fact, "id"))) {
            facts_ignore(it->facts, "PV1-19", NULL,
                         "no visit number: which stay is deleted?");
            facts_unrow(it->facts);
            continue;
        }
        hl7_put_patient(it, fact);
    }
    return true;
}

/* One person: all of these numbers are theirs. */
static void renumber(struct hl7_reading *it, int left, int stays)
{
    const struct fact_person *was = &it->facts->people[left];
    for (size_t k = 0; k < was->id_count; k++)
        facts_person_put(it->facts, stays, &was->ids[k]);
    if (stays == it->patient)
        return; /* whose row there is */
    struct fact *fact = facts_row(it->facts, "patients", FACT_SAY);
    fact_put_person(fact, "mrn", stays, it->facts->people[stays].where);
}

/* MRG-1 with the PID before it; several in one message (A39, A40), each of
 * which stands for itself. */
static bool merge(struct hl7_reading *it, enum stay what)
{
    const struct hl7_segment *first = hl7_first(it->message, "PID");
    const struct hl7_segment *pid = NULL;
    int stays = -1;
    bool any = false;
    for (size_t i = 0; i < hl7_count(it->message); i++) {
        const struct hl7_segment *segment = hl7_at(it->message, i);
        if (text_equal(segment->name, "PID")) {
            pid = segment;
            stays = pid == first ? it->patient : hl7_record(it, pid, false);
        }
        if (!text_equal(segment->name, "MRG") || !pid)
            continue;
        any = true;
        int left = hl7_record(it, segment, true);
        if (left < 0 || stays < 0) {
            facts_lost(it->facts, left < 0 ? "MRG-1" : "PID-3", NULL,
                       "no record number: who is merged?");
            continue;
        }
        it->nobodys = true; /* the first of them may be the one without */
        if (what == STAY_RENUMBER) {
            renumber(it, left, stays);
            continue;
        }
        struct fact *fact = facts_row(it->facts, "patients", FACT_MERGE);
        fact_put_person(fact, "mrn", left, it->facts->people[left].where);
        fact_put_person(fact, "merged_into", stays,
                        it->facts->people[stays].where);
    }
    if (!any)
        facts_lost(it->facts, "MRG", NULL, "which record was merged?");
    return true;
}

/* MRG-5 is the number that the stay of the PV1 behind it had, of MRG-1. */
static void move(struct hl7_reading *it)
{
    const struct hl7_segment *pv1 = NULL;
    for (size_t i = hl7_count(it->message); i-- > 0;) {
        const struct hl7_segment *mrg = hl7_at(it->message, i);
        if (text_equal(mrg->name, "PV1"))
            pv1 = mrg;
        const char *was =
            text_equal(mrg->name, "MRG") ? hl7_id(it, mrg, 5) : NULL;
        if (!was || it->patient < 0)
            continue;
        int left = hl7_record(it, mrg, true);
        hl7_scope_whole(it);
        if (left < 0 || !hl7_id(it, pv1, 19)) {
            facts_lost(it->facts, left < 0 ? "MRG-1" : "PV1-19", NULL,
                       "which stay has another number now?");
            continue;
        }
        struct fact *fact = facts_row(it->facts, "patients", FACT_MOVE);
        fact_put_person(fact, "mrn", left, "MRG-1");
        fact_put_person(fact, "merged_into", it->patient, "PID-3");
        put_stay(it, fact, pv1);
        fact->stay_was = arena_text(it->facts->arena, was);
    }
}

/* A37: two PIDs that one thought were one. */
static bool part(struct hl7_reading *it)
{
    int first = -1;
    for (size_t i = 0; i < hl7_count(it->message); i++) {
        const struct hl7_segment *segment = hl7_at(it->message, i);
        if (!text_equal(segment->name, "PID"))
            continue;
        int person = hl7_record(it, segment, false);
        if (first < 0) {
            first = person;
            continue;
        }
        if (person < 0)
            break;
        struct fact *fact = facts_row(it->facts, "patients", FACT_PART);
        fact_put_person(fact, "mrn", first, "PID-3");
        fact_put_person(fact, "merged_into", person, "PID-3");
        return true;
    }
    facts_lost(it->facts, "PID", NULL, "which two records are parted?");
    return true;
}

/* Who comes for the day, and goes on coming. */
static bool is_turned_outpatient(struct hl7_reading *it,
                                 const struct hl7_segment *pv1, enum stay what)
{
    return text_equal(no_stay_of(it, pv1), "outpatient") &&
           (what == STAY_IN || what == STAY_MOVED ||
            text_equal(it->event, "A04") || text_equal(it->event, "A08"));
}

/* A visit of an outpatient that is over, or off, or that is one by now, ends no
 * stay but the one of its own number, which may have been an inpatient's. Where
 * nobody says what it was, whoever did not go home is taken to be in hospital:
 * they are left in peace. */
static void put_inpatient(struct hl7_reading *it, struct fact *patient,
                          const struct hl7_segment *pv1, enum stay what)
{
    bool in = text_equal(class_of(it, pv1), "inpatient") ||
              text_equal(it->event, "A06");
    bool other = !in && hl7_id(it, pv1, 2);
    bool over = what == STAY_OUT || what == STAY_DISCHARGE;
    const char *inside = NULL;
    if (((what == STAY_IN || what == STAY_MOVED) && in) ||
        (what == STAY_BACK && !other))
        inside = "yes";
    else if (text_equal(it->event, "A07") || (what == STAY_DELETED && in) ||
             (over && !other))
        inside = "no";
    fact_put_from(patient, "inpatient", inside, "MSH-9", it->event);
    put_stay(it, patient, pv1);
    patient->stay_theirs =
        !other && (what == STAY_IN || what == STAY_MOVED || what == STAY_BACK ||
                   what == STAY_DISCHARGE || text_equal(it->event, "A08"));
    patient->stay_over = !inside && (over || what == STAY_DELETED ||
                                     is_turned_outpatient(it, pv1, what));
}

bool hl7_stay(struct hl7_reading *it, struct fact *patient)
{
    enum stay what;
    const struct hl7_segment *pv1 = hl7_first(it->message, "PV1");
    if (!event_find(it->event, &what))
        return false;
    /* pre-admitted, and not in yet */
    bool expected = text_equal(no_stay_of(it, pv1), "expected");
    tell_class(it, pv1, what);
    if (patient)
        put_inpatient(it, patient, pv1, what);
    if (what == STAY_MOVE || text_equal(it->event, "A06") ||
        text_equal(it->event, "A07"))
        move(it);
    switch (what) {
    case STAY_PERSON:
        if (text_equal(it->event, "A08"))
            return expected ? planned(it, true) : corrected(it);
        return true;
    case STAY_MOVED:
    case STAY_MOVE:
        return true;
    case STAY_IN:
        came(it);
        return true;
    case STAY_OUT:
        return !text_equal(it->event, "A11") || !expected || planned(it, false);
    case STAY_DISCHARGE:
    case STAY_BACK:
        return discharge(it, what == STAY_BACK);
    case STAY_PLANNED:
    case STAY_UNPLANNED:
        return planned(it, what == STAY_PLANNED);
    case STAY_MERGE:
    case STAY_RENUMBER:
        return merge(it, what);
    case STAY_PART:
        return part(it);
    case STAY_DELETED:
        return deleted(it);
    case STAY_REMOVE:
        if (patient)
            patient->verb = FACT_END;
        return true;
    }
    return true;
}
