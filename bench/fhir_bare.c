/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The anchor for FHIR: `fhir_bare STORE FILE...`. Each line read by cJSON, and
 * the row that it says put into the store's own table, by one statement a
 * table: nothing is checked, converted or looked up but whose it is. STORE is
 * one of new_store whose triggers are gone; files come in the order of their
 * names in the commands of bench/run, so that patients are there before their
 * visits.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>
#include <sqlite3.h>

#include "bench/measure.h"

enum { COMMIT_ROWS = 500 };

static sqlite3 *db;
static long rows;

#define PATIENT                                                \
    "(SELECT patient_id FROM patient_alias WHERE authority = " \
    "'Patient' AND value = ?2)"
#define SOURCE "'fhir', 1, NULL"

enum { PLACE, PERSON, POINT, ALIAS, VISIT, DRUG, FILL, TEST, PROBLEM, COUNT };
static sqlite3_stmt *into[COUNT];
static const char *const sql[COUNT] = {
    [PLACE] = "INSERT INTO clinic(external_id, name, public_name, phone, "
              "street, city, state, zip, zone, source, source_at, "
              "source_message) VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, "
              "'America/Denver', " SOURCE ")",
    [PERSON] = "INSERT INTO patient(mrn, given_name, family_name, birth_on, "
               "sex, language, street, city, state, zip, zone, source, "
               "source_at, source_message) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
               "?8, ?9, ?10, 'America/Denver', " SOURCE ")",
    [POINT] = "INSERT INTO contact_point(patient_id, kind, value, use, zones, "
              "rank, source, source_at) VALUES (?1, ?2, ?3, ?4, "
              "'America/Denver', 10, 'fhir', 1)",
    [ALIAS] = "INSERT INTO patient_alias(authority, value, patient_id, source, "
              "source_at) VALUES (?1, ?2, ?3, 'fhir', 1)",
    [VISIT] = "INSERT INTO appointment(external_id, patient_id, clinic_id, "
              "start_local, zone, start_at, has_offset, minutes, status, "
              "visit_type, practitioner, booked_at, source, source_at, "
              "source_message) VALUES (?1, " PATIENT ", (SELECT id FROM clinic "
              "WHERE external_id = ?3), ?4, 'America/Denver', ?5, 1, 30, ?6, "
              "?7, ?8, 1, " SOURCE ")",
    [DRUG] = "INSERT INTO prescription(external_id, patient_id, drug_code, "
             "drug_name, status, refills_left, written_on, source, source_at, "
             "source_message) VALUES (?1, " PATIENT
             ", ?3, ?4, ?5, ?6, ?7, " SOURCE ")",
    [FILL] = "INSERT INTO fill(external_id, prescription_id, patient_id, "
             "filled_on, days_supply, runs_out_on, runs_out_at, filled_at, "
             "source, source_at, source_message) VALUES (?1, (SELECT id FROM "
             "prescription WHERE external_id = ?3), " PATIENT ", ?4, ?5, ?4, "
             "?6, ?6, " SOURCE ")",
    [TEST] = "INSERT INTO screening(external_id, patient_id, kind, done_on, "
             "source, source_at, source_message) VALUES (?1, " PATIENT
             ", 'flu-vaccine', ?3, " SOURCE ")",
    [PROBLEM] = "INSERT INTO condition(external_id, patient_id, code, since_on,"
                " source, source_at, source_message) VALUES (?1, " PATIENT
                ", ?3, ?4, " SOURCE ")",
};

static void fail(const char *what)
{
    fprintf(stderr, "fhir_bare: %s: %s\n", what, sqlite3_errmsg(db));
    exit(1);
}

static void run(const char *text)
{
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
        fail(text);
}

/* Texts and, where one is NULL, the number beside it. */
static int64_t insert(int table, int count, const char *const *texts,
                      int64_t number)
{
    sqlite3_stmt *one = into[table];
    for (int i = 0; i < count; i++)
        if (texts[i])
            sqlite3_bind_text(one, i + 1, texts[i], -1, SQLITE_STATIC);
        else
            sqlite3_bind_int64(one, i + 1, number);
    if (sqlite3_step(one) != SQLITE_DONE)
        fail(sql[table]);
    sqlite3_reset(one);
    return sqlite3_last_insert_rowid(db);
}

/* A member by its path: "name", "0", "family"; NULL ends it. */
static const cJSON *at(const cJSON *from, const char *const *path)
{
    for (; from && *path; path++)
        from = cJSON_IsArray(from)
                   ? cJSON_GetArrayItem(from, (*path)[0] - '0')
                   : cJSON_GetObjectItemCaseSensitive(from, *path);
    return from;
}
#define TEXT(...) text_at(root, (const char *const[]){__VA_ARGS__, NULL})
#define NUMBER(...)                 \
    (int64_t) cJSON_GetNumberValue( \
        at(root, (const char *const[]){__VA_ARGS__, NULL}))

static const char *text_at(const cJSON *root, const char *const *path)
{
    const char *text = cJSON_GetStringValue(at(root, path));
    return text ? text : "";
}

static const char *key_at(const char *reference)
{
    const char *slash = strchr(reference, '/');
    return slash ? slash + 1 : reference;
}

static char *day_of(const char *text, char out[11])
{
    snprintf(out, 11, "%.10s", text);
    return out;
}

/* "2030-02-03T10:00:00-07:00" */
static int64_t instant_of(const char *text, char local[20])
{
    struct tm tm = {0};
    snprintf(local, 20, "%.19s", text);
    strptime(local, "%Y-%m-%dT%H:%M:%S", &tm);
    return ((int64_t)timegm(&tm) + 7 * 3600) * 1000;
}

static void person(const cJSON *root)
{
    const char *mrn = TEXT("identifier", "0", "value");
    int64_t id = insert(
        PERSON, 10,
        (const char *const[]){
            mrn, TEXT("name", "0", "given", "0"), TEXT("name", "0", "family"),
            TEXT("birthDate"), TEXT("gender"),
            TEXT("communication", "0", "language", "coding", "0", "code"),
            TEXT("address", "0", "line", "0"), TEXT("address", "0", "city"),
            TEXT("address", "0", "state"), TEXT("address", "0", "postalCode")},
        0);
    insert(POINT, 4,
           (const char *const[]){NULL, "phone", TEXT("telecom", "0", "value"),
                                 TEXT("telecom", "0", "use")},
           id);
    insert(POINT, 3,
           (const char *const[]){NULL, "email", TEXT("telecom", "1", "value")},
           id);
    insert(ALIAS, 3,
           (const char *const[]){TEXT("identifier", "0", "system"), mrn, NULL},
           id);
    insert(ALIAS, 3, (const char *const[]){"Patient", TEXT("id"), NULL}, id);
}

static void visit(const cJSON *root)
{
    char local[20];
    int64_t start = instant_of(TEXT("start"), local);
    insert(
        VISIT, 8,
        (const char *const[]){
            TEXT("id"), key_at(TEXT("participant", "0", "actor", "reference")),
            key_at(TEXT("participant", "2", "actor", "reference")), local, NULL,
            TEXT("status"), TEXT("serviceType", "0", "coding", "0", "display"),
            TEXT("participant", "1", "actor", "display")},
        start);
}

static void drug(const cJSON *root)
{
    char day[11];
    insert(DRUG, 7,
           (const char *const[]){
               TEXT("id"), key_at(TEXT("subject", "reference")),
               TEXT("medicationCodeableConcept", "coding", "0", "code"),
               TEXT("medicationCodeableConcept", "text"), TEXT("status"), NULL,
               day_of(TEXT("authoredOn"), day)},
           NUMBER("dispenseRequest", "numberOfRepeatsAllowed"));
}

static void fill(const cJSON *root)
{
    char local[20], day[11], days[24];
    int64_t when = instant_of(TEXT("whenHandedOver"), local);
    snprintf(days, sizeof(days), "%lld",
             (long long)NUMBER("daysSupply", "value"));
    insert(FILL, 6,
           (const char *const[]){
               TEXT("id"), key_at(TEXT("subject", "reference")),
               key_at(TEXT("authorizingPrescription", "0", "reference")),
               day_of(local, day), days, NULL},
           when);
}

static void take(const cJSON *root)
{
    const char *type = TEXT("resourceType");
    char day[11];
    if (strcmp(type, "Patient") == 0)
        person(root);
    else if (strcmp(type, "Appointment") == 0)
        visit(root);
    else if (strcmp(type, "MedicationRequest") == 0)
        drug(root);
    else if (strcmp(type, "MedicationDispense") == 0)
        fill(root);
    else if (strcmp(type, "Immunization") == 0)
        insert(TEST, 3,
               (const char *const[]){TEXT("id"),
                                     key_at(TEXT("patient", "reference")),
                                     day_of(TEXT("occurrenceDateTime"), day)},
               0);
    else if (strcmp(type, "Condition") == 0)
        insert(PROBLEM, 4,
               (const char *const[]){TEXT("id"),
                                     key_at(TEXT("subject", "reference")),
                                     TEXT("code", "coding", "0", "code"),
                                     day_of(TEXT("onsetDateTime"), day)},
               0);
    else if (strcmp(type, "Location") == 0)
        insert(PLACE, 7,
               (const char *const[]){
                   TEXT("id"), TEXT("name"), TEXT("telecom", "0", "value"),
                   TEXT("address", "line", "0"), TEXT("address", "city"),
                   TEXT("address", "state"), TEXT("address", "postalCode")},
               0);
    if (++rows % COMMIT_ROWS == 0)
        run("COMMIT; BEGIN");
}

int main(int argc, char **argv)
{
    struct measure measure;
    char *line = NULL;
    size_t room = 0;

    if (argc < 3 || sqlite3_open(argv[1], &db) != SQLITE_OK) {
        fprintf(stderr, "usage: fhir_bare STORE FILE...\n");
        return 2;
    }
    measure_begin(&measure);
    run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=16000;"
        "PRAGMA cache_size=-16384; BEGIN");
    for (int i = 0; i < COUNT; i++)
        if (sqlite3_prepare_v2(db, sql[i], -1, &into[i], NULL) != SQLITE_OK)
            fail(sql[i]);
    for (int i = 2; i < argc; i++) {
        FILE *file = fopen(argv[i], "r");
        ssize_t len;

        while (file && (len = getline(&line, &room, file)) > 0) {
            cJSON *root = cJSON_ParseWithLength(line, (size_t)len);

            take(root);
            cJSON_Delete(root);
        }
        if (!file || ferror(file))
            fail(argv[i]);
        fclose(file);
    }
    run("COMMIT");
    for (int i = 0; i < COUNT; i++)
        sqlite3_finalize(into[i]);
    sqlite3_close(db);
    free(line);
    measure_end(&measure, "fhir_bare", rows, rows, 1);
    return 0;
}
