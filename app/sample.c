/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The invented clinic group of the demo and of first steps. Every choice is a
 * hash of the seed, the patient and a salt, so that adding one thing moves no
 * other. Which patients have which visit, medicine or stay follows from case
 * tables below: to show something new, add a row. Never writes a number or an
 * address that could belong to somebody.
 */
#include "app/sample.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "base/zone.h"

#include "app/sample_own.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { SHEET_BYTES_MAX = 1 << 20, CELL_MAX = 120 };

const struct place places[PLACES] = {
    {"NY", "Lakeside Internal Medicine", "Lakeside Clinic", "clinic",
     "212-555-0190", "12 Harbor Street", "New York", "NY", "10013",
     "America/New_York", "08:00", "18:00", "no", "212", 0},
    {"CHI", "Lakeside Family Practice", "Lakeside Clinic Chicago", "clinic",
     "312-555-0190", "400 Wharf Avenue", "Chicago", "IL", "60611",
     "America/Chicago", "08:00", "17:30", "no", "312", 1},
    /* its name alone would tell too much: messages say the other one */
    {"LA", "Lakeside Women's Health and Oncology", "Lakeside West", "clinic",
     "213-555-0190", "77 Canyon Road", "Los Angeles", "CA", "90012",
     "America/Los_Angeles", "07:30", "17:00", "yes", "213", 2},
    {"HNL", "Lakeside Clinic Honolulu", "Lakeside Honolulu", "clinic",
     "808-555-0190", "9 Reef Lane", "Honolulu", "HI", "96813",
     "Pacific/Honolulu", "08:00", "16:30", "no", "808", 3},
    {"RX", "Lakeside Pharmacy", "Lakeside Pharmacy", "pharmacy", "303-555-0190",
     "3 Mill Street", "Denver", "CO", "80202", "America/Denver", "09:00",
     "19:00", "no", "303", 1},
    {"HOSP", "Lakeside Hospital", "Lakeside Health", "hospital", "602-555-0190",
     "1 Mesa Drive", "Phoenix", "AZ", "85004", "America/Phoenix", "00:00",
     "24:00", "no", "602", 2},
};

/* --- The files --------------------------------------------------------- */

static const struct {
    const char *file, *header;
} sheets[SHEET_COUNT] = {
    [SHEET_CLINICS] = {"clinics.csv",
                       "id,name,public_name,kind,phone,street,city,state,zip,"
                       "zone,opens,closes,sensitive"},
    [SHEET_PATIENTS] = {"patients.csv",
                        "mrn,first_name,last_name,birth_date,sex,language,"
                        "street,city,state,zip,zone,clinic,guardian,"
                        "preferred_channel,contact_from,contact_to,active,"
                        "deceased,merged_into,sensitive,inpatient,mobile,email,"
                        "attr.high_risk"},
    [SHEET_POINTS] = {"contact_points.csv", "patient,kind,value,use,line"},
    [SHEET_CONSENTS] = {"consents.csv",
                        "patient,verdict,kind,purpose,channel,at,evidence"},
    [SHEET_SUPPRESSIONS] = {"suppressions.csv",
                            "patient,address,channel,reason,since"},
    [SHEET_RESTRICTIONS] = {"restrictions.csv", "patient,kind,value,since"},
    [SHEET_APPOINTMENTS] = {"appointments.csv",
                            "id,patient,clinic,start,minutes,status,visit_type,"
                            "telehealth,practitioner,booked,preparation,risk"},
    [SHEET_PRESCRIPTIONS] = {"prescriptions.csv",
                             "id,patient,drug_code,drug_name,status,controlled,"
                             "as_needed,refills_left,pickup"},
    [SHEET_FILLS] = {"fills.csv", "id,prescription,filled,days_supply"},
    [SHEET_DISCHARGES] = {"discharges.csv",
                          "id,patient,clinic,admitted,discharged,class,"
                          "disposition,risk,status"},
    [SHEET_CONDITIONS] = {"conditions.csv", "patient,code,since"},
    [SHEET_PROCEDURES] = {"procedures.csv", "patient,code,done"},
    [SHEET_SCREENINGS] = {"screenings.csv",
                          "patient,kind,done,result,value,second_value,unit,"
                          "resulted,resolved,next_due"},
    [SHEET_ORDERS] = {"orders.csv", "patient,kind,status,ordered"},
};

static void put_cell(struct buf *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        buf_text(out, text);
        return;
    }
    buf_char(out, '"');
    for (const char *p = text; *p; p++) {
        if (*p == '"')
            buf_char(out, '"');
        buf_char(out, *p);
    }
    buf_char(out, '"');
}

void sample_row(struct sample *sample, enum sheet sheet, ...)
{
    struct buf *out = &sample->sheets[sheet];
    const char *text;
    va_list cells;
    va_start(cells, sheet);
    for (bool first = true; (text = va_arg(cells, const char *)) != NULL;
         first = false) {
        if (!first)
            buf_char(out, ',');
        put_cell(out, text);
    }
    va_end(cells);
    buf_char(out, '\n');
}

/* --- Chance ------------------------------------------------------------- */

/* 0 .. n - 1, always the same for a seed, patient and salt (splitmix64). */
int sample_pick(const struct sample *sample, int number, int salt, int n)
{
    uint64_t x = sample->seed +
                 (uint64_t)number * UINT64_C(0x9E3779B97F4A7C15) +
                 (uint64_t)salt * UINT64_C(0xD1B54A32D192ED03);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (int)((x ^ (x >> 31)) % (uint64_t)n);
}

/* --- People ------------------------------------------------------------ */

/* What is unusual about somebody. */
static const struct oddity {
    int number;
    const char *column, *value;
} oddities[] = {
    {5, "deceased", "yes"},
    {15, "active", "no"},
    {23, "contact_from", "17:00"},
    {23, "contact_to", "20:00"},
    {85, "merged_into", "P0084"},
    {95, "inpatient", "yes"},
    {64, "inpatient", "yes"},
    {33, "attr.high_risk", "yes"},
    {48, "attr.high_risk", "yes"},
    {143, "deceased", "yes"},
    {150, "inpatient", "yes"},
    {75, "mobile", ""},
    {75, "email", ""},
    {62, "mobile", ""},
    {62, "email", ""},
    {98, "sensitive", "yes"},
};

/* The patient's oddity in this column, else what is usual. */
static const char *odd(const struct person *person, const char *column,
                       const char *usual)
{
    for (size_t i = 0; i < COUNT(oddities); i++)
        if (oddities[i].number == person->number &&
            text_equal(oddities[i].column, column))
            return oddities[i].value;
    return usual;
}

static const char *first_name(const struct sample *sample,
                              const struct person *person)
{
    static const char *const names[][2][8] = {
        {{"Ann", "Grace", "Ruth", "Emily", "Carol", "Joan", "Nora", "Alice"},
         {"John", "Peter", "Frank", "Henry", "Paul", "Mark", "Adam", "Leo"}},
        {{"María", "Rosa", "Lucía", "Carmen", "Elena", "Inés", "Ana", "Sofía"},
         {"José", "Luis", "Andrés", "Carlos", "Iván", "Tomás", "Raúl",
          "Ángel"}},
        {{"Mei", "Li", "Xiu", "Yan", "Linh", "Hoa", "Mai", "Thu"},
         {"Wei", "Jun", "Ming", "Tao", "Minh", "Duc", "Nam", "Bao"}},
    };
    int kind = text_equal(person->language, "en")   ? 0
               : text_equal(person->language, "es") ? 1
                                                    : 2;
    return names[kind][person->female ? 0 : 1]
                [sample_pick(sample, person->number, 1, 8)];
}

static const char *last_name(const struct sample *sample, int number,
                             const char *language)
{
    static const char *const names[][8] = {
        {"Example", "Sample", "Placeholder", "Fictum", "Invent", "Mockley",
         "O'Demo", "Testwell"},
        {"Ejemplo", "Muestra", "Ficción", "Prueba", "Modelo", "Núñez-Demo",
         "Figurado", "Supuesto"},
        {"Shili", "Yangben", "Xugou", "Moni", "Vidu", "Mau", "Gia", "Thu-Demo"},
    };
    int kind = text_equal(language, "en")   ? 0
               : text_equal(language, "es") ? 1
                                            : 2;
    return names[kind][sample_pick(sample, number, 2, 8)];
}

static void invent_person(struct sample *sample, int number)
{
    /* one in five speaks Spanish, a few Chinese and Vietnamese: the shipped
     * campaigns answer those in English */
    static const char *const languages[] = {"en", "en", "es", "en", "en",
                                            "es", "en", "zh", "en", "es-MX",
                                            "en", "vi", "en", "es"};
    struct person *person = &sample->people[number];
    person->number = number;
    snprintf(person->mrn, sizeof(person->mrn), "P%04d", number);
    person->minor = number >= MINORS_FROM;
    person->home = &places[sample_pick(sample, number, 3, (int)COUNT(places))];
    if (person->minor) /* with their guardian */
        person->home =
            sample->people[GUARDIANS + (number - MINORS_FROM) / 2].home;
    person->clinic = &places[person->home->clinic];
    person->language =
        languages[sample_pick(sample, number, 4, COUNT(languages))];
    person->female = sample_pick(sample, number, 5, 2) == 0;
    person->age = person->minor ? 3 + sample_pick(sample, number, 6, 14)
                                : 21 + sample_pick(sample, number, 6, 64);
    person->today = zone_today(zone_find(person->home->zone), sample->now);
}

/* A landline at home is all that these have. */
static bool has_landline(const struct person *person)
{
    return person->number < COUPLES_FROM && person->number % 11 == 6;
}

/* A number of their own in their city's fictional block (80 and above are
 * landlines and places), or that of the one whose telephone they share. */
static const char *mobile_of(const struct sample *sample,
                             const struct person *person, char out[CELL_MAX])
{
    int number = person->number;
    if (person->minor)
        number = GUARDIANS + (number - MINORS_FROM) / 2;
    else if (number >= COUPLES_FROM && number < COUPLES_TO)
        number -= number % 2;
    const struct person *owner = &sample->people[number];
    /* an email address is all that a few have */
    if (has_landline(owner) || owner->number % 23 == 9)
        return "";
    int before = 0;
    for (int i = 0; i < number; i++)
        before += sample->people[i].home == owner->home;
    snprintf(out, CELL_MAX, "%s-555-01%02d", owner->home->area, before % 80);
    return out;
}

static const char *preferred(const struct person *person)
{
    if (person->number % 7 == 3)
        return "email";
    return person->number % 9 == 4 ? "voice" : "";
}

static void write_person(struct sample *sample, const struct person *person)
{
    char born[CIVIL_TEXT_MAX], mobile[CELL_MAX], email[CELL_MAX] = "";
    char street[CELL_MAX], guardian[16] = "";
    const struct place *home = person->home;
    int number = person->number;
    struct civil_date birth = {
        (int16_t)(person->today.year - person->age),
        (int8_t)(1 + sample_pick(sample, number, 7, 12)),
        (int8_t)(1 + sample_pick(sample, number, 8, 28)),
    };
    const char *last = last_name(sample, number, person->language);
    if (person->minor) {
        int elder = GUARDIANS + (number - MINORS_FROM) / 2;
        snprintf(guardian, sizeof(guardian), "P%04d", elder);
        last = last_name(sample, elder, sample->people[elder].language);
    } else if (number % 3 != 1 || number % 23 == 9) {
        snprintf(email, sizeof(email), "p%04d@example.org", number);
    }
    snprintf(street, sizeof(street), "%d Invented Street, Apt %d",
             1 + sample_pick(sample, number, 9, 900), 1 + number % 9);
    sample_row(
        sample, SHEET_PATIENTS, person->mrn, first_name(sample, person), last,
        civil_date_text(birth, born), person->female ? "female" : "male",
        person->language, street, home->city, home->state, home->zip,
        home->zone, person->clinic->id, guardian, preferred(person),
        odd(person, "contact_from", ""), odd(person, "contact_to", ""),
        odd(person, "active", "yes"), odd(person, "deceased", ""),
        odd(person, "merged_into", ""), odd(person, "sensitive", "no"),
        odd(person, "inpatient", "no"),
        odd(person, "mobile", mobile_of(sample, person, mobile)),
        odd(person, "email", email), odd(person, "attr.high_risk", ""), NULL);
    if (has_landline(person)) {
        char landline[CELL_MAX];
        snprintf(landline, sizeof(landline), "%s-555-01%02d", home->area,
                 80 + number / 11 % 10);
        sample_row(sample, SHEET_POINTS, person->mrn, "phone", landline, "home",
                   "landline", NULL);
    }
}

/* Said no, moved away from a number, or may be written to only so. */
static void write_wishes(struct sample *sample)
{
    char long_ago[CIVIL_TEXT_MAX], lately[CIVIL_TEXT_MAX], number[CELL_MAX];
    civil_utc_text(sample->now - 200 * 24 * HOUR_MS, long_ago);
    civil_utc_text(sample->now - 9 * 24 * HOUR_MS, lately);
    for (int i = 0; i < SAMPLE_PATIENTS; i += 3)
        sample_row(sample, SHEET_CONSENTS, sample->people[i].mrn, "granted",
                   "express", "", "", long_ago, "form at the front desk", NULL);
    sample_row(sample, SHEET_CONSENTS, "P0025", "revoked", "express", "", "",
               lately, "said so by telephone", NULL);
    sample_row(sample, SHEET_CONSENTS, "P0044", "revoked", "express",
               "screening", "", lately, "no screening reminders, please", NULL);
    sample_row(sample, SHEET_SUPPRESSIONS, "P0046", "", "", "opt-out", lately,
               NULL);
    sample_row(sample, SHEET_SUPPRESSIONS, "P0141", "", "", "opt-out", lately,
               NULL);
    sample_row(sample, SHEET_SUPPRESSIONS, "",
               mobile_of(sample, &sample->people[35], number), "",
               "wrong-number", lately, NULL);
    sample_row(sample, SHEET_RESTRICTIONS, "P0055", "no-contact", "", long_ago,
               NULL);
    sample_row(sample, SHEET_RESTRICTIONS, "P0065", "only-channel", "email",
               long_ago, NULL);
    sample_row(sample, SHEET_RESTRICTIONS, "P0058", "no-channel", "voice",
               long_ago, NULL);
}

/* --- All --------------------------------------------------------------- */

static void write_places(struct sample *sample)
{
    for (size_t i = 0; i < COUNT(places); i++) {
        const struct place *place = &places[i];
        sample_row(sample, SHEET_CLINICS, place->id, place->name,
                   place->public_name, place->kind, place->phone, place->street,
                   place->city, place->state, place->zip, place->zone,
                   place->opens, place->closes, place->sensitive, NULL);
    }
}

static bool save(struct sample *sample, const char *folder, struct error *err)
{
    char path[4096];
    for (int i = 0; i < SHEET_COUNT; i++) {
        struct buf *sheet = &sample->sheets[i];
        file_join(path, sizeof(path), folder, sheets[i].file);
        if (!file_write(path, sheet->data, sheet->len, 0600, err))
            return false;
    }
    return true;
}

bool sample_write(const char *folder, instant now, uint64_t seed,
                  struct error *err)
{
    struct sample sample = {.now = now, .seed = seed};
    for (size_t i = 0; i < COUNT(places); i++)
        if (!zone_find(places[i].zone))
            return error_set(err, ERROR_CANNOT,
                             "time zone %s is missing: install tzdata",
                             places[i].zone);
    for (int i = 0; i < SHEET_COUNT; i++) {
        buf_init(&sample.sheets[i], SHEET_BYTES_MAX);
        buf_format(&sample.sheets[i], "%s\n", sheets[i].header);
    }
    write_places(&sample);
    for (int i = 0; i < SAMPLE_PATIENTS; i++)
        invent_person(&sample, i);
    for (int i = 0; i < SAMPLE_PATIENTS; i++)
        write_person(&sample, &sample.people[i]);
    write_wishes(&sample);
    sample_visits(&sample);
    sample_medicines(&sample);
    sample_screenings(&sample);
    sample_stays(&sample);
    bool ok = save(&sample, folder, err);
    for (int i = 0; i < SHEET_COUNT; i++)
        buf_free(&sample.sheets[i]);
    return ok;
}
