/* SPDX-License-Identifier: Apache-2.0 */
/* A clinic for one test. */
#include "tests/scheduler/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/file.h"
#include "base/json.h"
#include "base/zone.h"
#include "campaigns/bundle.h"
#include "campaigns/campaign.h"
#include "scheduler/engine_state.h"
#include "scheduler/policy_own.h"
#include "store/campaign_store.h"
#include "store/connection.h"
#include "store/ledger.h"
#include "store/store.h"

static void must(bool done, const struct error *err)
{
    if (!done)
        fail_msg("%s", err->text);
}

static const char *source_path(const char *name)
{
    static char path[512];
    const char *root = getenv("OUTREACH_SOURCE");
    snprintf(path, sizeof(path), "%s/%s", root ? root : ".", name);
    return path;
}

instant at(const char *local)
{
    struct civil civil;
    bool has_offset;
    int offset;
    assert_true(civil_parse(local, &civil, &has_offset, &offset));
    return zone_instant(zone_find("America/New_York"), civil);
}

/* Power cuts are not tried here: do not wait for the disk. */
static void hurry(struct store *store)
{
    struct error err = {0};
    must(connection_exec(store, "PRAGMA synchronous=OFF", "hurry", &err), &err);
}

void world_open(struct world *world, const char *now)
{
    struct error err = {0};
    *world = (struct world){.now = at(now)};
    snprintf(world->folder, sizeof(world->folder), "/tmp/outreach-w-XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    snprintf(world->path, sizeof(world->path), "%s/store.db", world->folder);
    world->store = store_open(world->path, STORE_CREATE, &err);
    must(world->store != NULL, &err);
    hurry(world->store);
    world->policy = policy_load(source_path("policy/us.json"), &err);
    must(world->policy != NULL, &err);
    policy_set_organisation_hours(world->policy,
                                  (struct day_window){540, 1200});
    world_sql(world,
              "INSERT INTO clinic(id, external_id, name, public_name, phone,"
              " zone, open_from, open_to) VALUES (1, 'c1', 'Elm', 'Elm Clinic',"
              " '+12125550100', 'America/New_York', 480, 1080)");
}

void world_crash(struct world *world)
{
    /* The journal's transactions are over between steps; a new life must
     * only believe the store. Freeing would write last words, so the rows of
     * those are put back as the crash would have left them. */
    if (!world->engine)
        return;
    world_sql(world, "CREATE TABLE crash AS SELECT id, state, due_at, owner,"
                     " lease_until, reason FROM outreach WHERE state IN (1, 2);"
                     " CREATE TABLE crash_attempt AS SELECT id, outcome, rank"
                     " FROM attempt WHERE ended_at IS NULL");
    engine_free(world->engine);
    world->engine = NULL;
    world_sql(world, "UPDATE outreach SET state = c.state, reason = c.reason,"
                     " due_at = c.due_at, owner = c.owner,"
                     " lease_until = c.lease_until FROM crash c"
                     " WHERE c.id = outreach.id; DROP TABLE crash;"
                     " UPDATE attempt SET ended_at = NULL, outcome = c.outcome,"
                     " rank = c.rank FROM crash_attempt c"
                     " WHERE c.id = attempt.id; DROP TABLE crash_attempt");
    json_free(world->doc);
    world->doc = NULL;
}

void world_close(struct world *world)
{
    engine_free(world->engine);
    world->engine = NULL;
    world_check(world);
    json_free(world->doc);
    json_free(world->second_doc);
    store_close(world->store);
    policy_free(world->policy);
    file_remove_tree(world->folder);
}

void world_sql(struct world *world, const char *format, ...)
{
    struct error err = {0};
    char sql[4096];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(sql, sizeof(sql), format, args);
    va_end(args);
    assert_true(len < (int)sizeof(sql));
    must(store_begin(world->store, &err), &err);
    must(connection_exec(world->store, sql, "set up a test in", &err), &err);
    must(store_commit(world->store, &err), &err);
}

int64_t world_number(struct world *world, const char *format, ...)
{
    struct error err = {0};
    char sql[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(sql, sizeof(sql), format, args);
    va_end(args);
    int64_t number = 0;
    must(connection_number(world->store, sql, &number, &err), &err);
    return number;
}

int64_t world_patient(struct world *world)
{
    int64_t id = ++world->patients;
    world_sql(world,
              "INSERT INTO patient(id, mrn, given_name, birth_on, sex,"
              " clinic_id, zone, state) VALUES (%lld, 'M%lld', 'Ada',"
              " '1966-03-02', 'female', 1, 'America/New_York', 'NY');"
              "INSERT INTO contact_point(patient_id, kind, value, use, line,"
              " zones) VALUES (%lld, 'phone', '+1212555%04lld', 'mobile',"
              " 'mobile', 'America/New_York'), (%lld, 'email',"
              " 'p%lld@example.org', NULL, NULL, NULL)",
              (long long)id, (long long)id, (long long)id, (long long)id,
              (long long)id, (long long)id);
    return id;
}

int64_t world_visit(struct world *world, int64_t patient, const char *local)
{
    world_sql(world,
              "INSERT INTO appointment(external_id, patient_id, clinic_id,"
              " start_local, zone, start_at, status) SELECT 'a' ||"
              " (count(*) + 1), %lld, 1, '%s', 'America/New_York', %lld,"
              " 'booked' FROM appointment",
              (long long)patient, local, (long long)at(local));
    return world_number(world, "SELECT max(id) FROM appointment");
}

int64_t world_house(struct world *world)
{
    world_open(world, "2026-11-24T07:00");
    int64_t patient = world_patient(world);
    world_visit(world, patient, "2026-11-25T15:00");
    return patient;
}

void world_move(struct world *world, int64_t visit, const char *local)
{
    world_sql(world,
              "UPDATE appointment SET start_local = '%s', start_at = %lld"
              " WHERE id = %lld",
              local, (long long)at(local), (long long)visit);
}

void world_discharge(struct world *world, int64_t patient, const char *local)
{
    world_sql(world,
              "INSERT INTO discharge(external_id, patient_id, clinic_id,"
              " discharged_local, zone, discharged_at, class, disposition)"
              " SELECT 'd' || (count(*) + 1), %lld, 1, '%s',"
              " 'America/New_York', %lld, 'inpatient', 'home' FROM discharge",
              (long long)patient, local, (long long)at(local));
}

static void launch(struct world *world, const char *path)
{
    struct error err = {0};
    struct faults faults;
    faults_init(&faults);
    struct buf bundle;
    buf_init(&bundle, 1u << 20);
    char measures[512];
    snprintf(measures, sizeof(measures), "%s", source_path("measures"));
    struct bundle_options options = {.measures_dir = measures,
                                     .default_country = "US"};
    struct campaign *campaign = campaign_load(path, &options, &faults, &bundle);
    if (!campaign) {
        struct buf text;
        buf_init(&text, 1u << 16);
        faults_print(&faults, &text);
        fail_msg("%s", text.data);
    }
    int64_t id, version;
    must(store_begin(world->store, &err), &err);
    must(campaign_ensure(world->store, campaign->name, "campaign",
                         campaign->priority, &id, &err),
         &err);
    must(campaign_launch(world->store, id, bundle.data, campaign->sha256,
                         "tester", NULL, world->now, &version, &err),
         &err);
    must(store_commit(world->store, &err), &err);
    campaign_free(campaign);
    buf_free(&bundle);
    faults_free(&faults);
}

void world_launch(struct world *world, const char *json)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/campaign.json", world->folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(json, file);
    fclose(file);
    launch(world, path);
}

void world_launch_file(struct world *world, const char *path)
{
    char full[512];
    snprintf(full, sizeof(full), "%s", source_path(path));
    launch(world, full);
}

static void second_add(struct world *world)
{
    static const char second[] =
        "{\"driver\": \"fake\", \"default\": {\"events\": [{\"after_ms\":"
        " 10, \"outcome\": \"delivered\", \"rank\": 9, \"ended\": true}]}}";
    struct error err = {0};
    json_free(world->second_doc);
    world->second_doc = json_parse(second, strlen(second), 0, &err, NULL);
    must(world->second_doc != NULL, &err);
    world->both[0] = world->both[1] = world->provider;
    world->both[1].name = world->apart ? "mail" : "standby";
    world->both[1].config.name = world->both[1].name;
    world->both[1].config.doc = world->second_doc;
    world->both[1].config.node = json_root(world->second_doc);
    if (world->apart) {
        world->both[0].channels &= ~(1u << CHANNEL_EMAIL);
        world->both[1].channels = 1u << CHANNEL_EMAIL;
    } else {
        world->both[1].fallback_of = 0;
    }
    world->config.providers = world->both;
    world->config.provider_count = 2;
}

void world_engine(struct world *world, const char *fake)
{
    struct error err = {0};
    if (!fake)
        fake = "{\"driver\": \"fake\", \"evidence\": {\"sms\": \"delivered\","
               " \"email\": \"delivered\", \"voice\": \"human\"}, \"default\":"
               " {\"events\": [{\"after_ms\": 50, \"outcome\": \"accepted\","
               " \"rank\": 1}, {\"after_ms\": 900, \"outcome\": \"delivered\","
               " \"rank\": 2, \"ended\": true}]}}";
    engine_free(world->engine);
    json_free(world->doc);
    world->doc = json_parse(fake, strlen(fake), 0, &err, NULL);
    must(world->doc != NULL, &err);
    double per_second = world->provider.per_second;
    double sender = world->provider.sender_per_second;
    world->provider = (struct engine_provider){
        .per_second = per_second,
        .sender_per_second = sender,
        .name = "main",
        .driver = world->driver ? world->driver : &driver_fake,
        .config = {.name = "main",
                   .doc = world->doc,
                   .node = json_root(world->doc),
                   .path = "test",
                   .directory = world->folder,
                   .organisation = "Elm"},
        .channels = world->channels ? world->channels : 7,
        .concurrency = 100,
        .fallback_of = -1,
    };
    world->config.store_path = world->path;
    world->config.organisation = "Elm";
    world->config.zone = zone_find("America/New_York");
    world->config.default_country = "US";
    world->config.policy = world->policy;
    world->config.providers = &world->provider;
    world->config.provider_count = 1;
    if (world->standby || world->apart)
        second_add(world);
    world->config.sweep_at = "02:00";
    world->config.seed = 7;
    world->engine = engine_new(&world->config, world->now, &err);
    must(world->engine != NULL, &err);
    hurry(world->engine->clerk->store);
}

void world_run(struct world *world, const char *until)
{
    struct error err = {0};
    instant end = at(until);
    must(engine_run_virtual(world->engine, world->now, end, &err), &err);
    world->now = end;
    world_check(world);
}

struct driver *world_fake(struct world *world)
{
    (void)world;
    return fake_find("main");
}

size_t world_sent(struct world *world)
{
    return fake_count(world_fake(world));
}

const struct fake_message *world_message(struct world *world, size_t i)
{
    const struct fake_message *message = fake_message(world_fake(world), i);
    assert_non_null(message);
    return message;
}

void expect_state(struct world *world, const char *step, const char *state)
{
    int64_t number = world_number(
        world,
        "SELECT coalesce((SELECT state FROM outreach WHERE step = '%s'"
        " ORDER BY id DESC LIMIT 1), -1)",
        step);
    if (number < 0)
        fail_msg("there is no row of step %s", step);
    const char *is = state_name((enum outreach_state)number);
    if (strcmp(is, state) != 0)
        fail_msg("step %s is %s, not %s", step, is, state);
}

void world_check(struct world *world)
{
    /* Never twice: one attempt that was taken, for an outreach and channel. */
    assert_int_equal(
        world_number(world,
                     "SELECT count(*) FROM (SELECT 1 FROM attempt WHERE"
                     " outcome IN (1, 2, 3, 4) GROUP BY outreach_id, channel"
                     " HAVING count(*) > 1)"),
        0);
    /* Nothing lost: whatever is not over has a time at which it is looked
     * at, or waits for its provider's last word. */
    assert_int_equal(world_number(world, "SELECT count(*) FROM outreach WHERE"
                                         " state = 0 AND due_at IS NULL"),
                     0);
    /* Every outreach that left has its attempt, written before. */
    assert_int_equal(
        world_number(world, "SELECT count(*) FROM outreach o WHERE state IN"
                            " (1, 2, 9) AND NOT EXISTS (SELECT 1 FROM attempt"
                            " a WHERE a.outreach_id = o.id)"),
        0);
    /* Nobody is sent to after an opt-out. */
    assert_int_equal(
        world_number(world,
                     "SELECT count(*) FROM attempt a JOIN suppression s ON"
                     " s.patient_id = a.patient_id AND s.lifted_at IS NULL"
                     " AND s.purpose IS NULL AND s.channel IS NULL"
                     " WHERE a.submitted_at > s.since_at"),
        0);
    /* Nor spoken of in somebody else's message. */
    assert_int_equal(
        world_number(world,
                     "SELECT count(*) FROM attempt_also l JOIN attempt a ON"
                     " a.id = l.attempt_id JOIN suppression s ON s.patient_id"
                     " = l.patient_id AND s.lifted_at IS NULL AND s.purpose IS"
                     " NULL AND s.channel IS NULL WHERE a.submitted_at >"
                     " s.since_at"),
        0);
    /* What is merged speaks in a row that went its way. */
    assert_int_equal(world_number(world, "SELECT count(*) FROM outreach WHERE"
                                         " state = 8 AND merged_into IS NULL"),
                     0);
}

const char *reminder(const char *send, const char *more)
{
    static char text[4096];
    snprintf(
        text, sizeof(text),
        "{\"campaign\": \"reminder\", \"about\": \"a day before\","
        " \"owner\": \"front desk\", \"purpose\": \"appointment\","
        " \"anchor\": \"appointment\","
        " \"audience\": [\"status = 'booked'\"],"
        " \"stop_when\": \"status != 'booked'\", %s"
        " \"steps\": [{\"step\": \"day-before\","
        " \"when\": \"1 day before start at 10:00\","
        " \"until\": \"1 hour before start\", \"send\": \"%s\","
        " \"message\": \"tomorrow\"}],"
        " \"messages\": {\"tomorrow\": {\"en\": {"
        "\"sms\": \"{{clinic.public_name}}: see you {{start | day}} at"
        " {{start | time}}. Call {{clinic.phone}}. Reply STOP to opt out.\","
        " \"email\": {\"subject\": \"Your visit\", \"text\":"
        " \"{{clinic.public_name}}: see you {{start | day}} at"
        " {{start | time}}. Call {{clinic.phone}}.\"},"
        " \"voice\": {\"say\": \"This is {{clinic.public_name}}. You have a"
        " visit {{start | day}} at {{start | time}}.\", \"keys\":"
        " {\"1\": \"confirm\", \"9\": \"opt-out\"}, \"voicemail\":"
        " \"This is {{clinic.public_name}}. Please call {{clinic.phone}}.\"}"
        "}}}}",
        more, send);
    return text;
}

void expect_reason(struct world *world, const char *step, const char *reason)
{
    if (world_number(world,
                     "SELECT count(*) FROM outreach WHERE step = '%s' AND"
                     " reason LIKE '%%%s%%'",
                     step, reason) == 0)
        fail_msg("%s: not for the reason %s", step, reason);
}
