/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens to the people of the sample: visits, medicines, screenings and
 * stays in hospital. Each is a table of cases around today, given out in turn,
 * so that every one of the next days has something of each kind.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/zone.h"

#include "app/sample_own.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { ID_MAX = 32 };

static const char *date_text(struct civil_date today, int days,
                             char out[CIVIL_TEXT_MAX])
{
    return civil_date_text(civil_add_days(today, days), out);
}

static const char *years_ago(struct civil_date today, int months,
                             char out[CIVIL_TEXT_MAX])
{
    return civil_date_text(civil_add_months(today, -months), out);
}

/* --- Visits ------------------------------------------------------------ */

static const struct visit {
    int day; /* from today; a weekend moves on to Monday */
    const char *status, *type;
    int booked_days;  /* before now */
    const char *risk; /* "" not known */
} visits[] = {
    {1, "booked", "follow-up", 12, ""},
    {2, "booked", "physical", 30, "low"},
    {3, "booked", "follow-up", 9, "high"},
    {4, "booked", "consultation", 21, ""},
    {5, "booked", "follow-up", 7, "low"},
    {7, "booked", "physical", 40, ""},
    {3, "cancelled", "follow-up", 14, ""},
    {-1, "noshow", "follow-up", 20, ""},
    {4, "booked", "physical", 18, ""},
    {3, "booked", "nurse", 10, ""},
    {7, "booked", "follow-up", 0, ""},
    {-2, "fulfilled", "physical", 25, ""},
    {-3, "noshow", "physical", 15, "high"},
    {2, "booked", "nurse", 6, ""},
};

/* Monday for Saturday and Sunday; backwards for days past. */
static struct civil_date working_day(struct civil_date date, bool past)
{
    while (civil_weekday(date) > 5)
        date = civil_add_days(date, past ? -1 : 1);
    return date;
}

static void write_visit(struct sample *sample, const struct person *person,
                        const struct visit *visit, const char *id)
{
    char start[CIVIL_TEXT_MAX], booked[CIVIL_TEXT_MAX];
    const struct zone *zone = zone_find(person->clinic->zone);
    int number = person->number;
    struct civil at = {
        .date = working_day(
            civil_add_days(zone_today(zone, sample->now), visit->day),
            visit->day < 0),
        .hour = (int8_t)(8 + sample_pick(sample, number, 11, 9)),
        .minute = (int8_t)(15 * sample_pick(sample, number, 12, 4)),
    };
    sample_row(
        sample, SHEET_APPOINTMENTS, id, person->mrn, person->clinic->id,
        civil_text(at, start), sample_pick(sample, number, 13, 2) ? "20" : "40",
        visit->status, visit->type, number % 10 == 6 ? "yes" : "no",
        sample_pick(sample, number, 14, 2) ? "Dr. Example" : "Dr. Sample",
        civil_utc_text(
            sample->now - visit->booked_days * 24 * HOUR_MS - HOUR_MS, booked),
        number % 8 == 3 ? "yes" : "no", visit->risk, NULL);
}

void sample_visits(struct sample *sample)
{
    static const struct visit old = {2, "cancelled", "follow-up", 25, ""};
    static const struct visit moved = {4, "booked", "follow-up", 25, ""};
    char id[ID_MAX];
    for (int i = 0; i < SAMPLE_PATIENTS; i++) {
        const struct person *person = &sample->people[i];
        if (i >= VISITS_TO && !person->minor)
            continue;
        snprintf(id, sizeof(id), "A%04d", i);
        write_visit(sample, person, &visits[(size_t)i % COUNT(visits)], id);
    }
    /* moved: most schedules cancel the old one and book another */
    write_visit(sample, &sample->people[112], &old, "A1120");
    write_visit(sample, &sample->people[112], &moved, "A1121");
}

/* --- Medicines --------------------------------------------------------- */

static const struct medicine {
    int runs_out; /* days from today */
    int supply;
    bool first; /* no fill before this one */
    const char *refills, *status, *controlled, *as_needed;
} medicines[] = {
    {7, 30, false, "3", "active", "no", "no"},
    {2, 30, false, "2", "active", "no", "no"},
    {-3, 30, false, "1", "active", "no", "no"},
    {8, 30, false, "5", "active", "no", "no"},
    {27, 30, true, "5", "active", "no", "no"}, /* new, 3 days ago */
    {-2, 30, false, "4", "active", "no", "no"},
    {10, 90, false, "1", "active", "no", "no"},
    {11, 30, false, "0", "active", "no", "no"}, /* nothing left to refill */
    {-14, 30, false, "2", "active", "no", "no"},
    {7, 30, false, "2", "active", "yes", "no"}, /* controlled: never */
    {8, 30, false, "2", "active", "no", "yes"}, /* when needed: never */
    {5, 10, true, "0", "completed", "no", "no"},
    {-3, 30, false, "2", "stopped", "no", "no"},
    {9, 30, false, "3", "active", "no", "no"},
    {-1, 30, false, "3", "active", "no", "no"},
    {28, 30, true, "2", "active", "no", "no"},
};
static const struct {
    const char *code, *name;
} drugs[] = {
    {"314076", "lisinopril 10 MG Oral Tablet"},
    {"860975", "metformin hydrochloride 500 MG Oral Tablet"},
    {"617312", "atorvastatin 20 MG Oral Tablet"},
    {"197361", "amlodipine 5 MG Oral Tablet"},
};

static void write_medicine(struct sample *sample, const struct person *person,
                           const struct medicine *medicine, int which)
{
    char id[ID_MAX], fill[ID_MAX], on[CIVIL_TEXT_MAX], supply[12];
    size_t drug = (size_t)(person->number + which) % COUNT(drugs);
    struct civil_date today =
        zone_today(zone_find(places[PHARMACY].zone), sample->now);
    int filled = medicine->runs_out - medicine->supply;
    snprintf(id, sizeof(id), "RX%04d-%d", person->number, which);
    snprintf(supply, sizeof(supply), "%d", medicine->supply);
    sample_row(sample, SHEET_PRESCRIPTIONS, id, person->mrn, drugs[drug].code,
               drugs[drug].name, medicine->status, medicine->controlled,
               medicine->as_needed, medicine->refills, places[PHARMACY].id,
               NULL);
    for (int back = medicine->first ? 0 : 2; back >= 0; back--) {
        snprintf(fill, sizeof(fill), "F%04d-%d-%d", person->number, which,
                 back);
        sample_row(sample, SHEET_FILLS, fill, id,
                   date_text(today, filled - back * medicine->supply, on),
                   supply, NULL);
    }
}

void sample_medicines(struct sample *sample)
{
    for (int i = REFILLS_FROM; i < REFILLS_TO; i += 2) {
        const struct person *person = &sample->people[i];
        size_t which = (size_t)(i / 2) % COUNT(medicines);
        write_medicine(sample, person, &medicines[which], 0);
        /* three medicines due within two days: one text, not three */
        if (which == 0) {
            write_medicine(sample, person, &medicines[3], 1);
            write_medicine(sample, person, &medicines[13], 2);
        }
    }
}

/* --- Screening --------------------------------------------------------- */

/* A test so many months ago; its result came that day. */
static void put_test(struct sample *sample, const struct person *person,
                     const char *kind, int months, const char *result)
{
    char done[CIVIL_TEXT_MAX];
    sample_row(sample, SHEET_SCREENINGS, person->mrn, kind,
               years_ago(person->today, months, done), result, "", "", "", "",
               "no", "", NULL);
}

/* Most are up to date; the rest are what recalls are for. */
static void write_screening(struct sample *sample, const struct person *person,
                            const char *kind, int months, int age_from,
                            int age_to, int salt)
{
    char on[CIVIL_TEXT_MAX];
    int chance = sample_pick(sample, person->number, salt, 20);
    if (person->age < age_from || person->age > age_to || chance < 3)
        return;     /* not concerned, or never done */
    if (chance < 6) /* done, too long ago */
        put_test(sample, person, kind, months + 1 + chance, "normal");
    else if (chance == 6) /* abnormal: for people, never for a text */
        put_test(sample, person, kind, 1, "abnormal");
    else if (chance == 7) /* on order already */
        sample_row(sample, SHEET_ORDERS, person->mrn, kind, "active",
                   date_text(person->today, -10, on), NULL);
    else
        put_test(sample, person, kind,
                 2 + sample_pick(sample, person->number, salt + 1, months - 5),
                 "normal");
}

/* --- Long-term conditions and readings ---------------------------------- */

static void write_diabetes(struct sample *sample, const struct person *person)
{
    static const struct {
        int months;        /* ago; 0: never measured */
        const char *value; /* % */
        int eyes;          /* months ago; 0: never seen */
    } cases[] = {
        {7, "6.4", 4},  {4, "8.1", 13}, {2, "6.9", 11}, {1, "10.2", 2},
        {3, "6.7", 30}, {0, "", 0},     {3, "7.4", 8},
    };
    char done[CIVIL_TEXT_MAX];
    int which = sample_pick(sample, person->number, 40, (int)COUNT(cases));
    if (cases[which].months > 0)
        sample_row(sample, SHEET_SCREENINGS, person->mrn, "hba1c",
                   years_ago(person->today, cases[which].months, done), "",
                   cases[which].value, "", "%", "", "no", "", NULL);
    if (cases[which].eyes > 0)
        put_test(sample, person, "retinal-exam", cases[which].eyes, "normal");
}

static void write_pressure(struct sample *sample, const struct person *person)
{
    static const struct {
        int months;
        const char *high, *low;
    } cases[] = {
        {3, "118", "76"}, {6, "124", "80"},  {2, "121", "78"},
        {8, "116", "72"}, {14, "126", "82"}, {5, "132", "84"},
        {9, "112", "70"}, {11, "128", "79"}, {7, "119", "75"},
        {4, "122", "81"}, {40, "117", "77"},
    };
    char done[CIVIL_TEXT_MAX];
    int which = sample_pick(sample, person->number, 41, (int)COUNT(cases));
    bool raised = person->number % 47 == 11; /* and nobody has confirmed it */
    sample_row(sample, SHEET_SCREENINGS, person->mrn, "blood-pressure",
               years_ago(person->today, raised ? 1 : cases[which].months, done),
               "", raised ? "154" : cases[which].high,
               raised ? "92" : cases[which].low, "mm[Hg]", "", "no", "", NULL);
}

/* Seven of eight had this season's vaccination, wherever the season stands. */
static void write_vaccination(struct sample *sample,
                              const struct person *person)
{
    char done[CIVIL_TEXT_MAX];
    int chance = sample_pick(sample, person->number, 42, 8);
    sample_row(sample, SHEET_SCREENINGS, person->mrn, "flu-vaccine",
               date_text(person->today, chance ? -7 * chance : -400, done), "",
               "", "", "", "", "no", "", NULL);
}

/* --- Results of the last days ------------------------------------------- */

static const struct finding {
    int number; /* of the patient */
    const char *kind, *result;
    int hours_ago;
} findings[] = {
    {11, "fit", "normal", 63},
    {33, "mammography", "normal", 60},
    {60, "cytology", "normal", 16}, /* in Spanish */
    {73, "fit", "normal", 86},      /* prefers email */
    {71, "fit", "abnormal", 15},
    {75, "retinal-exam", "normal", 62}, /* no number, no address */
    {90, "mammography", "abnormal", 61},
    {27, "cytology", "normal", 65}, /* of a sensitive clinic */
    {141, "fit", "normal", 64},     /* opted out */
    {182, "strep-test", "normal", 66},
};

static void write_findings(struct sample *sample)
{
    char done[CIVIL_TEXT_MAX], came[CIVIL_TEXT_MAX];
    for (size_t i = 0; i < COUNT(findings); i++) {
        const struct finding *finding = &findings[i];
        const struct person *person = &sample->people[finding->number];
        sample_row(
            sample, SHEET_SCREENINGS, person->mrn, finding->kind,
            date_text(person->today, -6, done), finding->result, "", "", "",
            civil_utc_text(sample->now - finding->hours_ago * HOUR_MS, came),
            "no", "", NULL);
    }
}

void sample_screenings(struct sample *sample)
{
    char on[CIVIL_TEXT_MAX];
    for (int i = 0; i < SAMPLE_PATIENTS; i++) {
        const struct person *person = &sample->people[i];
        bool stool = sample_pick(sample, i, 30, 3) == 0;
        write_vaccination(sample, person);
        if (person->minor)
            continue;
        write_screening(sample, person, stool ? "fit" : "colonoscopy",
                        stool ? 12 : 120, 45, 75, 31);
        if (person->female)
            write_screening(sample, person, "mammography", 24, 40, 74, 33);
        if (person->female)
            write_screening(sample, person,
                            person->age < 35 ? "cytology" : "hpv",
                            person->age < 35 ? 36 : 60, 21, 65, 37);
        bool ill = sample_pick(sample, i, 35, 9) == 0;
        bool high = ill && sample_pick(sample, i, 36, 2);
        if (ill)
            sample_row(sample, SHEET_CONDITIONS, person->mrn,
                       high ? "I10" : "E11.9", years_ago(person->today, 30, on),
                       NULL);
        if (ill && !high)
            write_diabetes(sample, person);
        write_pressure(sample, person);
    }
    write_findings(sample);
    sample_row(sample, SHEET_PROCEDURES, "P0170", "total-colectomy",
               years_ago(sample->people[170].today, 50, on), NULL);
    sample_row(sample, SHEET_PROCEDURES, "P0172", "bilateral-mastectomy",
               years_ago(sample->people[172].today, 40, on), NULL);
}

/* --- Stays in hospital ------------------------------------------------- */

static const struct stay {
    int hours_ago, days;
    const char *class, *disposition, *risk, *status;
} stays[] = {
    {14, 3, "inpatient", "home", "high", "discharged"},
    {15, 2, "inpatient", "home", "", "discharged"},
    {17, 1, "observation", "home", "low", "discharged"},
    {40, 6, "inpatient", "expired", "", "discharged"},
    {19, 5, "inpatient", "snf", "high", "discharged"},
    {13, 2, "inpatient", "alt-home", "high", "discharged"},
    {20, 4, "inpatient", "home", "low", "discharged"},
    {38, 3, "inpatient", "home", "", "discharged"},
    {41, 2, "observation", "home", "high", "discharged"},
    {18, 1, "emergency", "home", "", "discharged"},
    {43, 4, "inpatient", "home", "", "discharged"}, /* back again since */
    {16, 2, "inpatient", "home", "", "cancelled"},
    {62, 7, "inpatient", "hospice", "", "discharged"},
    {37, 2, "inpatient", "", "high", "discharged"}, /* where to? */
    {64, 3, "inpatient", "rehab", "", "discharged"},
    {39, 2, "inpatient", "ama", "", "discharged"},
    {12, 2, "inpatient", "home", "", "discharged"},
    {44, 5, "inpatient", "home", "high", "discharged"},
};

void sample_stays(struct sample *sample)
{
    const struct zone *zone = zone_find(places[HOSPITAL].zone);
    char id[ID_MAX], in[CIVIL_TEXT_MAX], out[CIVIL_TEXT_MAX];
    for (size_t i = 0; i < COUNT(stays); i++) {
        const struct stay *stay = &stays[i];
        instant left = sample->now - stay->hours_ago * HOUR_MS;
        snprintf(id, sizeof(id), "D%04d", STAYS_FROM + (int)i);
        sample_row(sample, SHEET_DISCHARGES, id,
                   sample->people[STAYS_FROM + i].mrn, places[HOSPITAL].id,
                   civil_utc_text(left - stay->days * 24 * HOUR_MS, in),
                   civil_text(zone_local(zone, left), out), stay->class,
                   stay->disposition, stay->risk, stay->status, NULL);
    }
}
