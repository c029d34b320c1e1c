/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to a clinic: as a feed, a front desk, a patient, a carrier, an
 * operator or a machine would cause it. */
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/zone.h"
#include "store/campaign_store.h"
#include "store/consent.h"
#include "store/feed.h"
#include "store/staging.h"
#include "store/store.h"
#include "store/task.h"

#include "tests/soak/life.h"

#define DAY_MS (24 * HOUR_MS)

instant event_at(const struct life *life, int number)
{
    struct random random = random_for(life->seed ^ 0x7157, (uint64_t)number);
    int64_t apart = DAY_MS / LIFE_EVENTS_A_DAY;
    return life->start + number * apart + pick(&random, (int)apart);
}

/* A local time so many days ahead, and its instant in the clinic's zone. */
struct moment {
    char local[32];
    instant at;
};
static struct moment moment_ahead(const struct life *life, int clinic, int days,
                                  int hour, int minute)
{
    const struct zone *zone =
        zone_find(clinic == 1 ? "America/New_York" : "America/Los_Angeles");
    struct civil wall = {
        .date = civil_add_days(zone_today(zone, life->now), days),
        .hour = (int8_t)hour,
        .minute = (int8_t)minute,
    };
    struct moment moment;
    char text[CIVIL_TEXT_MAX];
    snprintf(moment.local, sizeof(moment.local), "%.19s",
             civil_text(wall, text));
    moment.at = zone_instant(zone, wall);
    return moment;
}

static int someone(struct random *random)
{
    return 1 + pick(random, LIFE_PEOPLE);
}

/* Mostly somebody who is about to be written to: what comes to pass long
 * before or after a message tries nothing. */
static int64_t about_to_get(struct life *life, struct random *random,
                            const char *column, int anchor_kind)
{
    if (pick(random, 4) == 0)
        return 0;
    return life_number(
        life,
        "SELECT coalesce((SELECT %s FROM outreach WHERE state = 0 AND channel"
        " != 15 AND due_at < %lld AND (%d = 0 OR anchor_kind = %d) ORDER BY"
        " id * %d %% 1009 LIMIT 1), 0)",
        column, (long long)(life->now + 5 * HOUR_MS), anchor_kind, anchor_kind,
        1 + pick(random, 1000));
}

static int aimed(struct life *life, struct random *random)
{
    int64_t id = about_to_get(life, random, "patient_id", 0);
    return id ? (int)id : someone(random);
}

static const char *zone_of(int clinic)
{
    return clinic == 1 ? "America/New_York" : "America/Los_Angeles";
}

/* Visits ----------------------------------------------------------------------
 */

/* Most in two of them; messages of the others may not leave. */
static int some_clinic(struct random *random)
{
    int drawn = pick(random, 16);
    return drawn < 3 ? 3 + drawn : 1 + pick(random, 2);
}

static void book(struct life *life, struct random *random)
{
    int clinic = some_clinic(random);
    struct moment when =
        moment_ahead(life, clinic, 1 + pick(random, 20), 7 + pick(random, 11),
                     15 * pick(random, 4));
    life_sql(life,
             "INSERT INTO appointment(external_id, patient_id, clinic_id,"
             " start_local, zone, start_at, status, booked_at, risk,"
             " telehealth, preparation, practitioner) SELECT 'a' || (count(*)"
             " + 1), %d, %d, '%s', '%s', %lld, 'booked', %lld, %s, %d, %d, %s"
             " FROM appointment",
             someone(random), clinic, when.local, zone_of(clinic),
             (long long)when.at, (long long)life->now,
             pick(random, 4) ? "NULL" : "'high'", pick(random, 4) == 0,
             pick(random, 4) == 0, pick(random, 2) ? "'Dr. Zwick'" : "NULL");
}

static int64_t some_row(struct life *life, struct random *random,
                        const char *table)
{
    int64_t count =
        life_number(life, "SELECT coalesce(max(id), 0) FROM %s", table);
    return count ? 1 + pick(random, (int)count) : 0;
}

/* An anchor, mostly one of which a message is about to leave. */
static int64_t some_anchor(struct life *life, struct random *random,
                           const char *table, int kind)
{
    int64_t id = about_to_get(life, random, "anchor_id", kind);
    return id ? id : some_row(life, random, table);
}

static int64_t some_visit(struct life *life, struct random *random)
{
    return some_anchor(life, random, "appointment", 1);
}

static void move(struct life *life, struct random *random)
{
    int64_t visit = some_visit(life, random);
    int64_t clinic = life_number(
        life,
        "SELECT coalesce((SELECT clinic_id FROM appointment WHERE id ="
        " %lld), 1)",
        (long long)visit);
    struct moment when = moment_ahead(life, (int)clinic, pick(random, 15),
                                      8 + pick(random, 10), 0);
    life_sql(life,
             "UPDATE appointment SET start_local = '%s', start_at = %lld"
             " WHERE id = %lld",
             when.local, (long long)when.at, (long long)visit);
}

static void visit_status(struct life *life, struct random *random)
{
    static const char *const states[] = {"cancelled", "booked", "noshow",
                                         "fulfilled", "booked"};
    life_sql(life, "UPDATE appointment SET status = '%s' WHERE id = %lld",
             states[pick(random, 5)], (long long)some_visit(life, random));
}

static void visit_gone(struct life *life, struct random *random)
{
    life_sql(life, "UPDATE appointment SET gone_at = %s WHERE id = %lld",
             pick(random, 3) ? "1" : "NULL",
             (long long)some_visit(life, random));
}

static void visit_of_another(struct life *life, struct random *random)
{
    life_sql(life, "UPDATE appointment SET patient_id = %d WHERE id = %lld",
             someone(random), (long long)some_visit(life, random));
}

static void answer(struct life *life, struct random *random)
{
    static const char *const intents[] = {"confirm", "reschedule", "cancel"};
    life_sql(life,
             "INSERT INTO response(patient_id, anchor_kind, anchor_id,"
             " occurrence, intent, at) SELECT patient_id, 1, id, occurrence,"
             " '%s', %lld FROM appointment WHERE id = %lld",
             intents[pick(random, 3)], (long long)life->now,
             (long long)some_visit(life, random));
}

/* An extract of a few visits, as `outreach import` takes it: some have another
 * status, some another hour, most say nothing new. */
static bool extract_row(struct life *life, struct random *random,
                        struct staging *staging, int64_t line,
                        struct error *err)
{
    static const char *const states[] = {"booked", "booked", "cancelled"};
    char id[24];
    enum staging_verdict verdict;
    int64_t visit = some_visit(life, random);
    int64_t clinic = life_number(
        life,
        "SELECT coalesce((SELECT clinic_id FROM appointment WHERE id ="
        " %lld), 0)",
        (long long)visit);
    if (clinic == 0)
        return true;
    struct moment when = moment_ahead(life, (int)clinic, 1 + pick(random, 6),
                                      8 + pick(random, 9), 0);
    snprintf(id, sizeof(id), "a%lld", (long long)visit);
    const struct value values[] = {
        {.type = VALUE_TEXT, .text = id},
        {.type = VALUE_TEXT, .text = when.local},
        {.type = VALUE_TEXT, .text = zone_of((int)clinic)},
        {.type = VALUE_INSTANT, .integer = when.at},
        {.type = VALUE_TEXT, .text = states[pick(random, 3)]},
    };
    return staging_row(staging, line, values, &verdict, err);
}

static void nothing_twice(void *arg, int64_t line, int64_t first_line)
{
    (void)arg;
    (void)line;
    (void)first_line;
}

static void extract(struct life *life, struct random *random)
{
    static const char *const columns[] = {"external_id", "start_local", "zone",
                                          "start_at", "status"};
    const struct staging_request request = {.table = "appointment",
                                            .columns = columns,
                                            .count = 5,
                                            .source = "desk",
                                            .now = life->now,
                                            .at = life->now,
                                            .zone =
                                                zone_find("America/New_York")};
    struct error err = {0};
    struct staging *staging = staging_open(life->store, &request, &err);
    bool done = staging != NULL;
    for (int line = 1; done && line <= 3; line++)
        done = extract_row(life, random, staging, line, &err);
    done =
        done && staging_duplicates(staging, nothing_twice, NULL, &err) &&
        staging_kin(staging, NULL, NULL, &err) &&
        store_begin(life->store, &err) && staging_apply(staging, &err) &&
        feed_note(life->store, "appointments", life->now, life->now, 3, &err) &&
        store_commit(life->store, &err);
    staging_close(staging);
    if (!done)
        life_broken(life, "an extract: %s", err.text);
}

/* Medicines, stays, tests -----------------------------------------------------
 */

static void fill(struct life *life, struct random *random)
{
    char filled[CIVIL_TEXT_MAX], out[CIVIL_TEXT_MAX];
    const struct zone *zone = zone_find("America/New_York");
    struct civil_date today = zone_today(zone, life->now);
    int supply = pick(random, 4) ? 30 : 7;
    struct civil_date end = civil_add_days(today, supply);
    int64_t known = some_row(life, random, "prescription");
    /* all that somebody takes is fetched on one day */
    int64_t patient =
        known && pick(random, 2)
            ? life_number(life,
                          "SELECT patient_id FROM prescription WHERE id = %lld",
                          (long long)known)
            : someone(random);
    if (known == 0 || pick(random, 2))
        life_sql(life,
                 "INSERT INTO prescription(external_id, patient_id, drug_code,"
                 " status, refills_left, pickup_id, controlled) SELECT 'rx' ||"
                 " (count(*) + 1), %lld, 'd1', 'active', %d, 1, %d FROM"
                 " prescription",
                 (long long)patient, pick(random, 4), pick(random, 9) == 0);
    life_sql(
        life,
        "UPDATE fill SET latest = 0 WHERE patient_id = %lld;"
        "INSERT INTO fill(external_id, prescription_id, patient_id,"
        " pickup_id, filled_on, days_supply, runs_out_on, runs_out_at,"
        " filled_at, first_fill) SELECT 'f' || p.id || '-' || (SELECT count(*)"
        " FROM fill), p.id,"
        " p.patient_id, 1, '%s', %d, '%s', %lld, %lld, NOT EXISTS (SELECT"
        " 1 FROM fill WHERE prescription_id = p.id) FROM prescription p"
        " WHERE p.patient_id = %lld",
        (long long)patient, civil_date_text(today, filled), supply,
        civil_date_text(end, out),
        (long long)zone_instant(zone, (struct civil){.date = end}),
        (long long)zone_instant(zone, (struct civil){.date = today}),
        (long long)patient);
}

static void stop_medicine(struct life *life, struct random *random)
{
    life_sql(life, "UPDATE prescription SET status = '%s' WHERE id = %lld",
             pick(random, 3) ? "stopped" : "active",
             (long long)some_row(life, random, "prescription"));
}

static void go_home(struct life *life, struct random *random)
{
    static const char *const where[] = {"home", "home", "snf", "alt-home"};
    int clinic = 1 + pick(random, 2);
    struct moment when = moment_ahead(life, clinic, 0, pick(random, 24), 0);
    if (when.at > life->now)
        when = moment_ahead(life, clinic, -1, pick(random, 24), 0);
    life_sql(life,
             "INSERT INTO discharge(external_id, patient_id, clinic_id,"
             " discharged_local, zone, discharged_at, class, disposition,"
             " risk) SELECT 'd' || (count(*) + 1), %d, %d, '%s', '%s', %lld,"
             " 'inpatient', '%s', %s FROM discharge",
             someone(random), clinic, when.local, zone_of(clinic),
             (long long)when.at, where[pick(random, 4)],
             pick(random, 3) ? "NULL" : "'high'");
}

static void discharge_status(struct life *life, struct random *random)
{
    life_sql(life, "UPDATE discharge SET status = '%s' WHERE id = %lld",
             pick(random, 2) ? "cancelled" : "discharged",
             (long long)some_anchor(life, random, "discharge", 3));
}

static void admit(struct life *life, struct random *random)
{
    life_sql(life, "UPDATE patient SET inpatient = %d WHERE id = %d",
             pick(random, 2), aimed(life, random));
}

static void screened(struct life *life, struct random *random)
{
    char on[CIVIL_TEXT_MAX];
    life_sql(life,
             "INSERT INTO screening(external_id, patient_id, kind, done_on,"
             " result, resulted_at) SELECT 's' || (count(*) + 1), %d, 'fit',"
             " '%s', '%s', %lld FROM screening",
             someone(random),
             civil_date_text(
                 zone_today(zone_find("America/New_York"), life->now), on),
             pick(random, 4) ? "normal" : "abnormal", (long long)life->now);
}

/* Somebody deals with it, or the laboratory says something else about it. */
static void result_changes(struct life *life, struct random *random)
{
    static const char *const what[] = {
        "resolved = 1", "result = 'abnormal'", "result = 'normal'",
        "resulted_at = resulted_at + 3600000", "gone_at = 1"};
    int64_t id = some_anchor(life, random, "screening", 5);
    if (pick(random, 6) == 0)
        life_sql(life, "UPDATE screening SET patient_id = %d WHERE id = %lld",
                 someone(random), (long long)id);
    else
        life_sql(life, "UPDATE screening SET %s WHERE id = %lld",
                 what[pick(random, 5)], (long long)id);
}

/* People ----------------------------------------------------------------------
 */

static void in_transaction(struct life *life, struct random *random,
                           bool (*act)(struct life *life, struct random *random,
                                       struct error *err))
{
    struct error err = {0};
    if (!(store_begin(life->store, &err) && act(life, random, &err) &&
          store_commit(life->store, &err))) {
        store_rollback(life->store);
        life_broken(life, "an event failed: %s", err.text);
    }
}

static bool opt_out_act(struct life *life, struct random *random,
                        struct error *err)
{
    static const char *const channels[] = {NULL, "sms", "email", "voice"};
    static const char *const purposes[] = {
        NULL,       NULL,           NULL,         "appointment",
        "wellness", "prescription", "lab-result", "post-discharge",
        "screening"};
    struct opt opt = {.patient_id = aimed(life, random),
                      .channel = channels[pick(random, 4)],
                      .only = pick(random, 4) == 0,
                      .purpose = purposes[pick(random, 9)],
                      .actor = "patient"};
    return consent_opt_out(life->store, &opt, life->now, NULL, err);
}
static void opt_out(struct life *life, struct random *random)
{
    in_transaction(life, random, opt_out_act);
}

/* A source knows of it, and nobody's consent is touched: what is planned
 * stays, and must be held when its moment comes. */
static void refusal_comes(struct life *life, struct random *random)
{
    static const char *const where[] = {"NULL", "'sms'", "'voice'", "'email'",
                                        "NULL"};
    static const char *const why[] = {"NULL", "NULL", "'appointment'",
                                      "'prescription'", "'notice'"};
    int who = aimed(life, random);
    const char *channel = where[pick(random, 5)];
    const char *purpose = why[pick(random, 5)];
    if (pick(random, 2))
        life_sql(life,
                 "INSERT INTO suppression(patient_id, channel, purpose, reason,"
                 " since_at) VALUES (%d, %s, %s, 'opt-out', %lld)",
                 who, channel, purpose, (long long)life->now);
    else
        life_sql(life,
                 "INSERT INTO suppression(address, channel, purpose, reason,"
                 " since_at) SELECT value, %s, %s, 'opt-out', %lld FROM"
                 " contact_point WHERE patient_id = %d AND gone_at IS NULL",
                 channel, purpose, (long long)life->now, who);
}

static bool opt_in_act(struct life *life, struct random *random,
                       struct error *err)
{
    struct opt opt = {.patient_id = someone(random), .actor = "patient"};
    return consent_opt_in(life->store, &opt, life->now, err);
}
static void opt_in(struct life *life, struct random *random)
{
    in_transaction(life, random, opt_in_act);
}

static bool wrong_number_act(struct life *life, struct random *random,
                             struct error *err)
{
    char address[32];
    snprintf(address, sizeof(address), "+1%lld",
             (long long)life_number(
                 life,
                 "SELECT coalesce((SELECT cast(substr(value, 3) AS INTEGER)"
                 " FROM contact_point WHERE patient_id = %d AND kind ="
                 " 'phone' LIMIT 1), 2125550000)",
                 aimed(life, random)));
    return consent_wrong_address(life->store, 0, address, "told", "patient",
                                 life->now, err);
}
static void wrong_number(struct life *life, struct random *random)
{
    in_transaction(life, random, wrong_number_act);
}

static void restrict_contact(struct life *life, struct random *random)
{
    static const char *const rows[] = {
        "'no-contact', NULL", "'no-channel', 'sms'", "'only-channel', 'email'"};
    life_sql(life,
             "INSERT INTO restriction(patient_id, kind, value, since_at,"
             " until_at) VALUES (%d, %s, %lld, %lld)",
             aimed(life, random), rows[pick(random, 3)], (long long)life->now,
             (long long)(life->now + (1 + pick(random, 10)) * DAY_MS));
}

static void taken_out(struct life *life, struct random *random)
{
    int64_t row = about_to_get(life, random, "id", 0);
    life_sql(life,
             "INSERT INTO list(name) SELECT 'excluded from ' || name FROM"
             " campaign WHERE true ON CONFLICT DO NOTHING;"
             "INSERT INTO list_member(list_id, patient_id, added_at) SELECT"
             " l.id, o.patient_id, %lld FROM outreach o JOIN campaign k ON k.id"
             " = o.campaign_id JOIN list l ON l.name = 'excluded from ' ||"
             " k.name WHERE o.id = %lld ON CONFLICT DO NOTHING",
             (long long)life->now, (long long)row);
}

static void reassigned(struct life *life, struct random *random)
{
    static const char *const says[] = {"yes", "no", "no-data"};
    life_sql(life,
             "UPDATE contact_point SET reassigned = '%s', reassigned_at = %lld"
             " WHERE patient_id = %d AND kind = 'phone'",
             says[pick(random, 3)], (long long)life->now, aimed(life, random));
}

static void person_changes(struct life *life, struct random *random)
{
    static const char *const what[] = {
        "deceased_at = 1",
        "deceased_at = 1",
        "active = 0",
        "active = 1",
        "language = 'es'",
        "gone_at = 1",
        "gone_at = NULL",
        "contact_from = 1080",
        "sensitive = 1",
        "zone = 'America/New_York'",
        "zone = 'America/Los_Angeles'",
        "zone = 'America/Nowhere'", /* until the next thing happens */
        "zone = 'America/Nowhere'"};
    life_sql(life, "UPDATE patient SET %s WHERE id = %d",
             what[pick(random, 13)], aimed(life, random));
}

/* Mistakes are mended, people come back and think better of it: else soon
 * nobody would be left to write to. */
static void set_right(struct life *life, struct random *random)
{
    int first = someone(random), last = first + 12;
    life_sql(life,
             "UPDATE patient SET deceased_at = NULL, active = 1, gone_at ="
             " NULL, inpatient = 0 WHERE id BETWEEN %d AND %d;"
             "UPDATE contact_point SET bad_at = NULL, reassigned = NULL,"
             " reassigned_at = NULL WHERE patient_id BETWEEN %d AND %d;"
             "UPDATE suppression SET lifted_at = %lld WHERE lifted_at IS NULL;"
             "DELETE FROM list_member WHERE patient_id BETWEEN %d AND %d;"
             "INSERT INTO consent(patient_id, verdict, kind, at) SELECT id,"
             " 'granted', 'express', %lld FROM patient WHERE id BETWEEN %d AND"
             " %d AND merged_into IS NULL AND EXISTS (SELECT 1 FROM consent c"
             " WHERE c.patient_id = patient.id AND c.verdict = 'revoked')",
             first, last, first, last, (long long)life->now, first, last,
             (long long)life->now, first, last);
}

static void number_changes(struct life *life, struct random *random)
{
    int who = aimed(life, random);
    life_sql(life,
             "UPDATE contact_point SET gone_at = 1 WHERE patient_id = %d AND"
             " kind = 'phone'; INSERT OR IGNORE INTO contact_point(patient_id,"
             " kind, value, use, line, zones) VALUES (%d, 'phone',"
             " '+1212556%04d', 'mobile', '%s', 'America/New_York')",
             who, who, pick(random, 40),
             pick(random, 3) ? "mobile" : "landline");
}

static void merge(struct life *life, struct random *random)
{
    int from = someone(random), to = someone(random);
    if (from != to && pick(random, 3) == 0)
        life_sql(life,
                 "UPDATE patient SET merged_into = %d WHERE id = %d AND"
                 " merged_into IS NULL AND NOT EXISTS (SELECT 1 FROM patient"
                 " WHERE id = %d AND merged_into IS NOT NULL) AND NOT EXISTS"
                 " (SELECT 1 FROM patient WHERE merged_into = %d)",
                 to, from, to, from);
}

static void consent_word(struct life *life, struct random *random)
{
    static const char *const purposes[] = {
        "NULL",           "NULL",     "'appointment'", "'notice'",
        "'prescription'", "'notice'", "'screening'",   "'lab-result'"};
    static const char *const channels[] = {"NULL", "NULL", "'sms'", "'voice'",
                                           "'email'"};
    life_sql(life,
             "INSERT INTO consent(patient_id, verdict, kind, purpose, channel,"
             " narrow, at) VALUES (%d, '%s', '%s', %s, %s, %d, %lld)",
             aimed(life, random), pick(random, 2) ? "revoked" : "granted",
             pick(random, 3) ? "express" : "provided",
             purposes[pick(random, 8)], channels[pick(random, 5)],
             pick(random, 4) == 0, (long long)life->now);
}

/* Operators and machines ------------------------------------------------------
 */

static void mood(struct life *life, struct random *random)
{
    int drawn = pick(random, 8);
    life->mood = drawn < MOODS ? (enum mood)drawn : MOOD_FINE;
}

/* What waits meanwhile is not looked at: nobody sees that its moment closed. */
static void blind(struct life *life)
{
    bool paused =
        life_number(life, "SELECT count(*) FROM campaign c LEFT JOIN meta m ON"
                          " m.key = 'paused' WHERE c.name = 'trial' AND"
                          " (c.state != 'running' OR m.value = '1')") > 0;
    life_sql(life,
             "UPDATE soak_blind SET until_at = %lld WHERE until_at ="
             " 9000000000000;"
             "INSERT INTO soak_blind SELECT %lld, 9000000000000 WHERE %d",
             (long long)life->now, (long long)life->now, paused);
}

static bool pause_campaign_act(struct life *life, struct random *random,
                               struct error *err)
{
    enum campaign_state state =
        pick(random, 3) ? CAMPAIGN_RUNNING : CAMPAIGN_PAUSED;
    return campaign_set_state(life->store, 1 + pick(random, LIFE_CAMPAIGNS),
                              state, "kim", life->now, err);
}
static void pause_campaign(struct life *life, struct random *random)
{
    in_transaction(life, random, pause_campaign_act);
    blind(life);
}

static bool pause_all_act(struct life *life, struct random *random,
                          struct error *err)
{
    return campaign_pause_all(life->store, pick(random, 4) == 0, "kim",
                              life->now, err);
}
static void pause_all(struct life *life, struct random *random)
{
    in_transaction(life, random, pause_all_act);
    blind(life);
}

static void launch_again(struct life *life, struct random *random)
{
    life_launch(life, pick(random, LIFE_CAMPAIGNS + 1), true);
}

static const char *const feeds[] = {"appointments", "fills", "discharges",
                                    "screenings", "patients"};

static void feed_age(struct life *life, struct random *random)
{
    life_sql(life,
             "INSERT INTO feed(name, last_at, rows, max_age) VALUES"
             " ('%s', %lld, 1, %lld) ON CONFLICT(name) DO UPDATE SET"
             " last_at = excluded.last_at, max_age = excluded.max_age",
             feeds[pick(random, 5)], (long long)(life->now - 3 * DAY_MS),
             (long long)(2 * DAY_MS));
}

static bool feed_comes_act(struct life *life, struct random *random,
                           struct error *err)
{
    int64_t rows = 1 + pick(random, 9);
    for (size_t i = 0; i < sizeof(feeds) / sizeof(feeds[0]); i++)
        if (!feed_note(life->store, feeds[i], life->now, life->now, rows, err))
            return false;
    return true;
}
static void feed_comes(struct life *life, struct random *random)
{
    in_transaction(life, random, feed_comes_act);
}

static void crash(struct life *life, struct random *random)
{
    (void)random;
    life_engine_crash(life);
    life_engine_start(life);
}

static void reload(struct life *life, struct random *random)
{
    (void)random;
    life_engine_stop(life);
    life_engine_start(life);
}

/* The machine sleeps: nothing runs, and then it is later. */
static void suspend(struct life *life, struct random *random)
{
    instant before = life->now;
    life_sleep(life, before + (1 + pick(random, 30)) * HOUR_MS);
    life_sql(life, "INSERT INTO soak_blind VALUES (%lld, %lld)",
             (long long)before, (long long)life->now);
}

/* The one clock that goes back. */
static void clock_put(struct life *life, instant now)
{
    life->now = now;
    clock_real();
    clock_pretend(now);
}

/* Somebody sets the clock back. */
static void set_back(struct life *life, struct random *random)
{
    clock_put(life, life->now - (1 + pick(random, 90)) * MINUTE_MS);
}

/* The clock is ahead for a while, and then right again. Meanwhile hours and
 * lateness are those of the wrong clock; what hangs on none holds (nobody after
 * a STOP, nothing twice), and then nothing may stay ended that is still of
 * use. */
static void ahead(struct life *life, struct random *random)
{
    int64_t by = (3 + pick(random, pick(random, 2) ? 48 : 960)) * HOUR_MS;
    instant before = life->now;
    bool restarts = pick(random, 2);
    if (restarts) /* what was to be told is lost by the right time */
        life_engine_crash(life);
    clock_put(life, life->now + by);
    if (restarts)
        life_engine_start(life);
    life_run(life, life->now + (1 + pick(random, 120)) * MINUTE_MS);
    promises_hold(life); /* before their times are set right */
    clock_put(life, life->now - by);
    if (restarts) {
        life_engine_crash(life);
        life_engine_start(life);
    }
    life_sql(life, "INSERT INTO soak_blind VALUES (%lld, %lld)",
             (long long)before, (long long)life->now + by);
    life_run(life, life->now + 10 * MINUTE_MS);
    int64_t ended = life_number(
        life,
        "SELECT coalesce(min(id), 0) FROM outreach WHERE state = 6 AND"
        " attempts = 0 AND until_at > %lld AND reason LIKE '%%until has"
        " passed%%'",
        (long long)life->now);
    int64_t future = life_number(
        life,
        "SELECT coalesce(min(outreach_id), 0) FROM attempt WHERE submitted_at"
        " > %lld",
        (long long)life->now);
    if (ended || future)
        life_broken(life,
                    "the clock was ahead: outreach %lld stays too late,"
                    " outreach %lld has its message in the future",
                    (long long)ended, (long long)future);
}

/* So much came in that the engine is behind: it is told of what changed when
 * the next thing does. What a message hangs on is looked at again when it
 * leaves, whatever was planned. */
static void notes_hold(struct life *life)
{
    life_sql(life, "INSERT INTO soak_late SELECT kind, id FROM dirty; DELETE"
                   " FROM dirty");
}

void event_notes_come(struct life *life)
{
    life_sql(life,
             "INSERT OR IGNORE INTO dirty(kind, id) SELECT kind, id FROM"
             " soak_late; DELETE FROM soak_late; UPDATE patient SET zone ="
             " 'America/New_York' WHERE zone = 'America/Nowhere'");
}

static void store_fault(struct life *life, struct random *random);

static void task_done_some(struct life *life, struct random *random)
{
    struct error err = {0};
    int64_t id = some_row(life, random, "task");
    if (id && store_begin(life->store, &err)) {
        if (!task_done(life->store, id, "kim", NULL, life->now, &err))
            store_rollback(life->store); /* it was closed before */
        else if (!store_commit(life->store, &err))
            life_broken(life, "a task: %s", err.text);
    }
}

typedef void happen_fn(struct life *life, struct random *random);
static const struct {
    const char *name;
    happen_fn *fn;
    int weight;
} kinds[] = {
    {"a visit is booked", book, 40},
    {"a visit is moved", move, 8},
    {"a visit's status changes", visit_status, 8},
    {"a visit leaves the feed", visit_gone, 3},
    {"an extract comes in", extract, 5},
    {"a visit is another patient's", visit_of_another, 2},
    {"a patient answers", answer, 4},
    {"a medicine is fetched", fill, 12},
    {"a medicine is stopped", stop_medicine, 2},
    {"somebody goes home", go_home, 8},
    {"a discharge is cancelled", discharge_status, 3},
    {"somebody is admitted", admit, 2},
    {"somebody is screened", screened, 4},
    {"a result changes", result_changes, 6},
    {"somebody opts out", opt_out, 3},
    {"a refusal comes in", refusal_comes, 4},
    {"somebody opts in", opt_in, 2},
    {"a number is wrong", wrong_number, 1},
    {"contact is restricted", restrict_contact, 2},
    {"somebody is taken out by hand", taken_out, 2},
    {"a number may be another's", reassigned, 3},
    {"a person changes", person_changes, 10},
    {"a number changes", number_changes, 3},
    {"things are set right", set_right, 6},
    {"two records become one", merge, 2},
    {"a word of consent", consent_word, 5},
    {"the carrier's mood", mood, 12},
    {"a campaign is paused or resumed", pause_campaign, 4},
    {"everything is paused or goes on", pause_all, 3},
    {"a version is launched", launch_again, 3},
    {"a feed grows old", feed_age, 2},
    {"a feed comes in", feed_comes, 3},
    {"kill -9", crash, 4},
    {"a clean restart", reload, 2},
    {"the machine sleeps", suspend, 2},
    {"the clock is set back", set_back, 2},
    {"the clock is ahead for a while", ahead, 2},
    {"a write fails", store_fault, 3},
    {"a task is done", task_done_some, 4},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

#include "scheduler/engine_state.h"

static void store_fault(struct life *life, struct random *random)
{
    life->fault_armed = true;
    store_fail_write(life->engine->clerk->store, 1 + pick(random, 200));
}

const char *event_name(size_t kind)
{
    return kind < KINDS ? kinds[kind].name : NULL;
}

const char *event_happen(struct life *life, int number, char *what, size_t size)
{
    struct random random = random_for(life->seed, (uint64_t)number);
    int all = 0;
    for (size_t i = 0; i < KINDS; i++)
        all += kinds[i].weight;
    int drawn = pick(&random, all);
    size_t kind = 0;
    while (drawn >= kinds[kind].weight)
        drawn -= kinds[kind++].weight;
    snprintf(what, size, "%d: %s", number, kinds[kind].name);
    life->coverage->events[kind]++;
    event_notes_come(life);
    bool behind = pick(&random, 3) == 0;
    kinds[kind].fn(life, &random);
    if (behind)
        notes_hold(life);
    return what;
}
