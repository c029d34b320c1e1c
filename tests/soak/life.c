/* SPDX-License-Identifier: Apache-2.0 */
/* The clinic of a soak run, its engine and its carrier. */
#include "tests/soak/life.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/zone.h"
#include "campaigns/bundle.h"
#include "campaigns/campaign.h"
#include "channels/fake.h"
#include "inbound/reply.h"
#include "scheduler/engine_state.h"
#include "scheduler/policy_own.h"
#include "store/campaign_store.h"
#include "store/connection.h"
#include "store/store.h"

struct random random_for(uint64_t seed, uint64_t number)
{
    struct random random = {seed * UINT64_C(0x9e3779b97f4a7c15) +
                            number * UINT64_C(0xbf58476d1ce4e5b9)};
    random_next(&random);
    return random;
}

int pick(struct random *random, int below)
{
    return (int)(random_next(random) % (uint64_t)below);
}

bool life_broken(struct life *life, const char *format, ...)
{
    va_list args;
    if (life->broken[0])
        return false;
    va_start(args, format);
    vsnprintf(life->broken, sizeof(life->broken), format, args);
    va_end(args);
    return false;
}

#define NEVER INT64_MAX

static bool must(struct life *life, bool done, const struct error *err)
{
    return done || life_broken(life, "cannot go on: %s", err->text);
}

bool life_sql(struct life *life, const char *format, ...)
{
    struct error err = {0};
    char sql[16384];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(sql, sizeof(sql), format, args);
    va_end(args);
    if (len >= (int)sizeof(sql))
        PANIC("a statement of %d bytes", len);
    return must(life,
                store_begin(life->store, &err) &&
                    connection_exec(life->store, sql, "happen", &err) &&
                    store_commit(life->store, &err),
                &err);
}

int64_t life_number(struct life *life, const char *format, ...)
{
    struct error err = {0};
    char sql[8192];
    int64_t number = 0;
    va_list args;
    va_start(args, format);
    vsnprintf(sql, sizeof(sql), format, args);
    va_end(args);
    must(life, connection_number(life->store, sql, &number, &err), &err);
    return number;
}

/* The carrier -----------------------------------------------------------------
 */

static const enum outcome mixed[] = {
    OUTCOME_DELIVERED,   OUTCOME_DELIVERED,     OUTCOME_ACCEPTED,
    OUTCOME_ACCEPTED,    OUTCOME_HUMAN,         OUTCOME_MACHINE,
    OUTCOME_READ,        OUTCOME_BUSY,          OUTCOME_NO_ANSWER,
    OUTCOME_REJECTED,    OUTCOME_FAX,           OUTCOME_BAD_ADDRESS,
    OUTCOME_UNREACHABLE, OUTCOME_WRONG_CHANNEL, OUTCOME_OPTED_OUT,
    OUTCOME_BLOCKED,     OUTCOME_BAD_CONTENT,   OUTCOME_THROTTLED,
    OUTCOME_CONGESTION,  OUTCOME_PROVIDER_DOWN, OUTCOME_NOT_SENT,
    OUTCOME_UNKNOWN,     OUTCOME_EXPIRED,       OUTCOME_QUEUE_FULL,
    OUTCOME_DAILY_CAP,   OUTCOME_MISCONFIGURED, OUTCOME_CANCELLED,
};
#define MIXED (int)(sizeof(mixed) / sizeof(mixed[0]))

static bool is_reached(enum outcome fate)
{
    return outcome_evidence(fate) >= EVIDENCE_ACCEPTED;
}

/* What becomes of a message of which nobody hears: half are lost on the way,
 * and some of the others end at the carrier. */
static enum outcome fate_of(enum outcome outcome, struct random *random)
{
    static const enum outcome ends[] = {OUTCOME_DELIVERED, OUTCOME_ACCEPTED,
                                        OUTCOME_EXPIRED,   OUTCOME_UNREACHABLE,
                                        OUTCOME_BLOCKED,   OUTCOME_OPTED_OUT};
    if (outcome != OUTCOME_UNKNOWN)
        return outcome;
    return pick(random, 2) ? OUTCOME_NONE
                           : ends[pick(random, sizeof(ends) / sizeof(*ends))];
}

/* Refused at once, or taken and the end heard of later. */
static bool ends_later(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_DELIVERED:
    case OUTCOME_READ:
    case OUTCOME_UNREACHABLE:
    case OUTCOME_BLOCKED:
    case OUTCOME_BAD_ADDRESS:
    case OUTCOME_WRONG_CHANNEL:
    case OUTCOME_OPTED_OUT:
    case OUTCOME_EXPIRED:
        return true;
    default:
        return false;
    }
}

/* "when_unknown": "resend" of trial.json: that one may come twice, for nobody
 * knows that it came; nothing was heard of it (a crash came before) or nothing
 * certain. */
static bool is_resent(struct life *life, int64_t attempt_id)
{
    return life_number(life,
                       "SELECT count(*) FROM attempt a JOIN outreach o ON o.id"
                       " = a.outreach_id JOIN soak_changes c ON c.outreach_id ="
                       " o.id WHERE a.id = %lld AND a.outcome IN (0, 21) AND"
                       " o.step = 'who' AND c.reason = 'unknown; the step says"
                       " resend'",
                       (long long)attempt_id) > 0;
}

static void take(struct life *life, const struct fake_message *message,
                 enum outcome fate)
{
    long long outreach = 0, attempt = 0;
    if (sscanf(message->reference, "o%lld-%lld", &outreach, &attempt) != 2)
        life_broken(life, "a reference that is none: %s", message->reference);
    if (life->taken_count == LIFE_SENT_MAX) {
        life_broken(life, "more messages than a clinic sends");
        return;
    }
    for (size_t i = 0; i < life->taken_count; i++) {
        const struct taken *one = &life->taken[i];
        if (one->outreach_id != outreach)
            continue;
        if (one->reached && is_reached(fate) &&
            one->channel == message->channel &&
            !is_resent(life, one->attempt_id))
            life_broken(life,
                        "taken twice: outreach %lld by %s, attempts %lld and "
                        "%lld",
                        outreach, channel_name(message->channel),
                        (long long)one->attempt_id, attempt);
        if (one->proven_at < message->submitted_at - MINUTE_MS)
            life_broken(life,
                        "outreach %lld had come by attempt %lld over %s (%s),"
                        " and went again over %s",
                        outreach, (long long)one->attempt_id,
                        channel_name(one->channel), outcome_name(one->fate),
                        channel_name(message->channel));
    }
    life->taken[life->taken_count++] = (struct taken){
        outreach, attempt, message->channel, fate, is_reached(fate), NEVER};
}

/* What ends a ladder: the carrier is said to prove it (`carrier` below). */
static bool is_proof(enum channel channel, enum outcome outcome)
{
    bool came = outcome == OUTCOME_DELIVERED || outcome == OUTCOME_READ;
    switch (channel) {
    case CHANNEL_SMS:
        return came;
    case CHANNEL_EMAIL:
        return came || outcome == OUTCOME_ACCEPTED;
    case CHANNEL_VOICE:
        return outcome == OUTCOME_HUMAN;
    case CHANNEL_COUNT:
        break;
    }
    return false;
}

/* Whoever stops does not hear what was to come, or came just now. */
static void deafen(struct life *life)
{
    for (size_t i = 0; i < life->taken_count; i++)
        if (life->taken[i].proven_at > life->now - MINUTE_MS)
            life->taken[i].proven_at = NEVER;
}

void life_sleep(struct life *life, instant until)
{
    for (size_t i = 0; i < life->taken_count; i++)
        if (life->taken[i].proven_at >= life->now &&
            life->taken[i].proven_at < until)
            life->taken[i].proven_at = until;
    life->now = until;
    clock_pretend(until);
}

static enum outcome answer_of(enum mood mood, struct random *random)
{
    switch (mood) {
    case MOOD_FINE:
        return pick(random, 30) ? OUTCOME_DELIVERED : OUTCOME_UNREACHABLE;
    case MOOD_MIXED:
        return mixed[pick(random, MIXED)];
    case MOOD_LOST:
    case MOOD_SILENT:
        return OUTCOME_UNKNOWN;
    case MOOD_REFUSES:
        return pick(random, 2) ? OUTCOME_PROVIDER_DOWN : OUTCOME_NOT_SENT;
    case MOODS:
        break;
    }
    return OUTCOME_DELIVERED;
}

static void add_event(struct fake_answer *answer, int64_t after_ms,
                      enum outcome outcome, bool ended, bool receipt, int rank)
{
    answer->events[answer->count++] = (struct fake_event){
        .after_ms = after_ms,
        .outcome = outcome,
        .ended = ended,
        .receipt = receipt,
        .rank = rank,
        .retry_after_ms = -1,
    };
}

static const char *const written[] = {
    "STOP", "when is it?", "C",  "R",     "1",  "2",
    "3",    "help",        "ok", "START", "no", "I have chest pain",
};
#define WRITTEN (int)(sizeof(written) / sizeof(written[0]))

static void on_submit(void *arg, const struct fake_message *message,
                      struct fake_answer *answer)
{
    struct life *life = arg;
    struct random random =
        random_for(life->seed ^ 0x5eed, (uint64_t)message->attempt_id);
    enum outcome outcome = answer_of(life->mood, &random);
    life->submits++;
    life->coverage->messages++;
    life->coverage->moods[life->mood]++;
    if (message->attempt_id < LIFE_SENT_MAX)
        life->valid_until[message->attempt_id] = message->valid_until;
    enum outcome fate = fate_of(outcome, &random);
    if (fate != OUTCOME_NONE) {
        take(life, message, fate);
        life->coverage->taken += is_reached(fate);
    }
    if (life->mood == MOOD_SILENT)
        return;
    bool call = message->channel == CHANNEL_VOICE;
    if (call && pick(&random, 2)) /* it rings */
        add_event(answer, 50, OUTCOME_ACCEPTED, false, false, 1);
    if (ends_later(outcome) && !call && pick(&random, 2)) {
        add_event(answer, 200, OUTCOME_ACCEPTED, true, false, 2);
        add_event(answer, 1000 + pick(&random, 3 * 3600 * 1000), outcome, false,
                  true, 4);
    } else
        add_event(answer, 100 + pick(&random, 5000), outcome, true, false, 4);
    if (fate == outcome && is_proof(message->channel, outcome))
        life->taken[life->taken_count - 1].proven_at =
            message->submitted_at + answer->events[answer->count - 1].after_ms;
    if (pick(&random, 6) == 0) /* older news comes last (S-17) */
        add_event(answer,
                  answer->events[answer->count - 1].after_ms + 1000 +
                      pick(&random, HOUR_MS),
                  pick(&random, 2) ? OUTCOME_ACCEPTED : OUTCOME_UNREACHABLE,
                  false, true, 1);
    if (outcome == OUTCOME_DELIVERED && pick(&random, 8) == 0)
        fake_reply(fake_find("carrier"), message->channel, message->to, NULL,
                   written[pick(&random, WRITTEN)],
                   message->submitted_at + 60000 + pick(&random, 3600 * 1000));
}

/* What became of a message, by the truth, also after a crash. */
static void on_query(struct driver *driver, const struct driver_query *query,
                     driver_query_fn *fn, void *arg);

static struct life *living; /* the carrier has no other way to know */

static void on_query(struct driver *driver, const struct driver_query *query,
                     driver_query_fn *fn, void *arg)
{
    struct random random =
        random_for(living->seed ^ 0xa5c,
                   (uint64_t)query->attempt_id + (uint64_t)living->submits);
    struct driver_event event = {
        .ended = true,
        .rank = 4,
        .at = living->now,
        .retry_after_ms = -1,
    };
    enum driver_answer answer = DRIVER_ABSENT;
    (void)driver;
    for (size_t i = 0; i < living->taken_count; i++)
        if (living->taken[i].attempt_id == query->attempt_id) {
            answer = DRIVER_FOUND;
            event.outcome = living->taken[i].fate;
        }
    if (pick(&random, 4) == 0)
        answer = DRIVER_CANNOT_SAY;
    fn(arg, query->attempt_id, answer, answer == DRIVER_FOUND ? &event : NULL);
}

/* The engine ------------------------------------------------------------------
 */

static const char carrier[] =
    "{\"driver\": \"fake\", \"evidence\": {\"sms\": \"delivered\", \"email\":"
    " \"accepted\", \"voice\": \"human\"}}";

static bool on_reply(void *arg, struct clerk *clerk, const char *provider,
                     const struct driver_reply *reply, struct error *err)
{
    (void)arg;
    return reply_take(clerk, provider, reply, "front desk", err);
}

bool life_engine_start(struct life *life)
{
    static struct channel_driver truthful;
    struct error err = {0};
    truthful = driver_fake;
    truthful.query = on_query;
    living = life;
    if (!life->doc)
        life->doc = json_parse(carrier, strlen(carrier), 0, &err, NULL);
    life->provider = (struct engine_provider){
        .name = "carrier",
        .driver = &truthful,
        .config = {.name = "carrier",
                   .doc = life->doc,
                   .node = json_root(life->doc),
                   .path = "soak",
                   .directory = life->folder,
                   .organisation = "Elm"},
        .channels = 7,
        .per_second = life->seed % 3 == 0 ? 0.2 : 0,
        .concurrency = 50,
        .fallback_of = -1,
        .cost_millionths = 10000,
    };
    life->config = (struct engine_config){
        .store_path = life->path,
        .organisation = "Elm",
        .zone = zone_find("America/New_York"),
        .default_country = "US",
        .policy = life->policy,
        .providers = &life->provider,
        .provider_count = 1,
        .sweep_at = "02:00",
        .seed = life->seed,
        .poll_ms = (life->seed % 4 ? 30 : 4) * MINUTE_MS,
        .on_reply = on_reply,
    };
    /* Under a pretended time an engine's name is made of it: one that starts
     * later is another, and settles what the former left. */
    clock_pretend(life->now);
    life->engine = engine_new(&life->config, life->now, &err);
    if (!must(life, life->engine != NULL, &err))
        return false;
    fake_on_submit(fake_find("carrier"), on_submit, life);
    return must(life,
                connection_exec(life->engine->clerk->store,
                                "PRAGMA synchronous=OFF", "hurry", &err),
                &err);
}

static void engine_count(struct life *life)
{
    struct engine_totals totals;
    engine_totals(life->engine, &totals);
    for (int i = 0; i < RULE_COUNT; i++)
        life->coverage->objections[i] += totals.objections[i];
    life->coverage->tasks += totals.tasks;
    /* armed, and it came to that write */
    life->coverage->faults +=
        life->fault_armed && life->engine->clerk->store->fail_write == 0;
    life->fault_armed = false;
}

void life_engine_stop(struct life *life)
{
    if (!life->engine)
        return;
    engine_count(life);
    deafen(life);
    engine_stop(life->engine);
    engine_end_virtual(life->engine, life->now);
    engine_free(life->engine);
    life->engine = NULL;
}

/* As kill -9: what closing would have written is taken back. */
void life_engine_crash(struct life *life)
{
    if (!life->engine)
        return;
    engine_count(life);
    deafen(life);
    life->coverage->crashes++;
    life_sql(life,
             "CREATE TABLE crash AS SELECT id, state, due_at, owner,"
             " lease_until, reason FROM outreach WHERE state = 1;"
             "CREATE TABLE crash_attempt AS SELECT id, outcome, rank, ended_at,"
             " counts FROM attempt WHERE ended_at IS NULL;");
    engine_free(life->engine);
    life->engine = NULL;
    oracle_look_away(life);
    life_sql(life,
             "UPDATE outreach SET state = 1, reason = c.reason, due_at ="
             " c.due_at, owner = c.owner, lease_until = c.lease_until FROM"
             " crash c WHERE c.id = outreach.id;"
             "UPDATE attempt SET outcome = c.outcome, rank = c.rank, ended_at"
             " = c.ended_at, counts = c.counts FROM crash_attempt c WHERE c.id"
             " = attempt.id;"
             "DELETE FROM soak_changes WHERE id IN (SELECT s.id FROM"
             " soak_changes s JOIN crash c ON c.id = s.outreach_id WHERE"
             " s.from_state = 1 AND s.id > %lld);"
             "DROP TABLE crash; DROP TABLE crash_attempt;",
             (long long)life->checked_change);
    oracle_look_again(life);
}

bool life_run(struct life *life, instant until)
{
    struct error err = {0};
    if (until <= life->now || life->broken[0])
        return !life->broken[0];
    bool done = engine_run_virtual(life->engine, life->now, until, &err);
    life->now = until;
    return must(life, done, &err) && !life->broken[0];
}

/* The clinic ------------------------------------------------------------------
 */

static const char *source_path(const char *name, char *out, size_t size)
{
    const char *root = getenv("OUTREACH_SOURCE");
    snprintf(out, size, "%s/%s", root ? root : ".", name);
    return out;
}

static const char *const campaign_files[] = {
    "campaigns/library/appointment.json",
    "campaigns/library/refill.json",
    "campaigns/library/post-discharge.json",
    "campaigns/library/colorectal-recall.json",
    "campaigns/library/no-show.json",
    "campaigns/library/result-ready.json",
    "campaigns/library/cervical-recall.json",
    "campaigns/library/breast-recall.json",
    "campaigns/library/hba1c-recall.json",
    "campaigns/library/eye-recall.json",
    "campaigns/library/blood-pressure-recall.json",
    "campaigns/library/influenza.json",
};
#define FILES (sizeof(campaign_files) / sizeof(campaign_files[0]))

bool life_launch(struct life *life, int campaign, bool changed)
{
    struct error err = {0};
    struct faults faults;
    struct buf bundle;
    char path[512], measures[512];
    /* five apart, so that each life has visits, medicines and recalls */
    const char *file =
        campaign == 0 ? "tests/soak/trial.json"
        : campaign == 1
            ? "campaigns/library/replies.json"
            : campaign_files[(life->seed + 5 * (uint64_t)campaign) % FILES];
    int64_t id, version;
    faults_init(&faults);
    buf_init(&bundle, 1u << 20);
    struct bundle_options options = {
        .measures_dir = source_path("measures", measures, sizeof(measures)),
        .default_country = "US"};
    struct campaign *read = campaign_load(source_path(file, path, sizeof(path)),
                                          &options, &faults, &bundle);
    bool done = read != NULL && store_begin(life->store, &err);
    char sha[SHA256_HEX] = "";
    if (done)
        snprintf(sha, sizeof(sha), "%s", read->sha256);
    if (done && changed) /* a corrected version: the same words */
        snprintf(sha, 9, "%08x", ++life->versions);
    done = done &&
           campaign_ensure(life->store, read->name, "campaign", read->priority,
                           &id, &err) &&
           campaign_launch(life->store, id, bundle.data, sha, "tester", NULL,
                           life->now, &version, &err) &&
           store_commit(life->store, &err);
    if (!read)
        life_broken(life, "%s cannot be read", path);
    campaign_free(read);
    buf_free(&bundle);
    faults_free(&faults);
    return must(life, done, &err);
}

static const struct {
    const char *zone, *state, *prefix;
} places[] = {
    {"America/New_York", "NY", "212"},    {"America/Chicago", "IL", "312"},
    {"America/Los_Angeles", "CA", "415"}, {"America/Phoenix", "AZ", "602"},
    {"America/Chicago", "AL", "205"},     {"America/Chicago", "TX", "214"},
};
#define PLACES (int)(sizeof(places) / sizeof(places[0]))

/* What they suffer from, what was done long ago, and what they said. */
static bool add_history(struct life *life, struct random *random, int id)
{
    static const char *const codes[] = {"E11.9", "I10", "E66"};
    static const char *const tests[] = {"hba1c", "fit", "cytology", "mammogram",
                                        "blood-pressure"};
    static const char *const kinds[] = {"express", "provided", "written"};
    bool done = true;
    if (pick(random, 3) == 0)
        done = life_sql(life,
                        "INSERT INTO condition(patient_id, code, since_on)"
                        " VALUES (%d, '%s', '2019-05-01')",
                        id, codes[pick(random, 3)]);
    if (pick(random, 2))
        done = done &&
               life_sql(life,
                        "INSERT INTO screening(external_id, patient_id, kind,"
                        " done_on, result) VALUES ('o%d', %d, '%s',"
                        " '20%d-03-01', 'normal')",
                        id, id, tests[pick(random, 5)], 15 + pick(random, 11));
    if (pick(random, 10) == 0)
        done = done && life_sql(life,
                                "INSERT INTO procedure(patient_id, code,"
                                " done_on) VALUES (%d, 'bilateral-mastectomy',"
                                " '2020-01-01')",
                                id);
    if (pick(random, 5))
        done = done &&
               life_sql(life,
                        "INSERT INTO consent(patient_id, verdict, kind,"
                        " purpose, at) VALUES (%d, 'granted', '%s', %s, 1)",
                        id, kinds[pick(random, 3)],
                        pick(random, 2) ? "'notice'" : "NULL");
    return done;
}

static bool add_person(struct life *life, int id)
{
    struct random random = random_for(life->seed ^ 0xbeef, (uint64_t)id);
    int place = pick(&random, PLACES);
    int year =
        pick(&random, 8) ? 1940 + pick(&random, 50) : 2012 + pick(&random, 10);
    bool minor = year >= 2012;
    bool homeless = pick(&random, 15) == 0; /* no zone is known of them */
    /* one in ten shares the number of the one before */
    int number = pick(&random, 10) ? id : id - 1;
    /* nobody may be greeted with the number of their record */
    char mrn[16];
    snprintf(mrn, sizeof(mrn), "M%05d", id);
    bool done = life_sql(
        life,
        "INSERT INTO patient(id, mrn, given_name, birth_on, sex, language,"
        " clinic_id, zone, state, guardian_id, preferred_channel,"
        " contact_from, sensitive) VALUES (%d, '%s', '%s', '%d-0%d-1%d',"
        " '%s', '%s', %d, nullif('%s', ''), nullif('%s', ''), %s, %s, %s,"
        " %d)",
        id, mrn, pick(&random, 8) ? "Ada" : mrn, year, 1 + pick(&random, 9),
        pick(&random, 9), pick(&random, 2) ? "female" : "male",
        pick(&random, 4) ? "en" : "es", 1 + pick(&random, 2),
        homeless ? "" : places[place].zone, homeless ? "" : places[place].state,
        minor && id > 8 ? "3" : "NULL", pick(&random, 5) ? "NULL" : "'email'",
        pick(&random, 12) ? "NULL" : "1020", pick(&random, 12) == 0);
    if (pick(&random, 12))
        done = done &&
               life_sql(life,
                        "INSERT INTO contact_point(patient_id, kind, value,"
                        " use, line, zones, verified_at) VALUES (%d, 'phone',"
                        " '+1%s555%04d', 'mobile', '%s', nullif('%s', ''), %s)",
                        id, places[place].prefix, number,
                        pick(&random, 12) ? "mobile" : "landline",
                        homeless ? "" : places[place].zone,
                        pick(&random, 2) ? "1" : "NULL");
    if (pick(&random, 3))
        done = done && life_sql(life,
                                "INSERT INTO contact_point(patient_id, kind,"
                                " value) VALUES (%d, 'email',"
                                " 'p%d@example.org')",
                                id, id);
    return done && add_history(life, &random, id);
}

/* Two of the usual kind; one whose name makes every text too long, one that
 * its public name gives away, and one without a telephone. */
static const char clinics[] =
    "INSERT INTO clinic(id, external_id, name, public_name, phone, street,"
    " zone, open_from, open_to, sensitive) VALUES"
    " (1, 'c1', 'Elm', 'Elm Clinic', '+12125550100', '1 Elm St',"
    " 'America/New_York', 480, 1080, 0),"
    " (2, 'c2', 'Bay', 'Bay Clinic', '+14155550100', '1 Bay St',"
    " 'America/Los_Angeles', 480, 1020, 0),"
    " (3, 'c3', 'Long', 'The Clinic of the Good People on the Hill behind the"
    " River that Runs through the City of Many Names', '+14155550101',"
    " '2 Bay St', 'America/Los_Angeles', 480, 1020, 0),"
    " (4, 'c4', 'Rainbow', 'Rainbow House', '+14155550102', '3 Bay St',"
    " 'America/Los_Angeles', 480, 1020, 1),"
    " (5, 'c5', 'Mute', 'Mute Clinic', NULL, '4 Bay St',"
    " 'America/Los_Angeles', 480, 1020, 0)";

bool life_open(struct life *life, uint64_t seed, int days,
               struct coverage *coverage)
{
    static const char *const starts[] = {
        "2026-10-12T11:00:00Z", "2026-11-23T12:00:00Z", "2027-02-15T12:00:00Z"};
    struct error err = {0};
    char path[512];
    *life = (struct life){.seed = seed, .days = days, .coverage = coverage};
    civil_parse_instant(starts[seed % 3], &life->start);
    life->now = life->start;
    life->taken = memory_new(LIFE_SENT_MAX * sizeof(life->taken[0]));
    life->valid_until =
        memory_new(LIFE_SENT_MAX * sizeof(life->valid_until[0]));
    const char *tmp = getenv("SOAK_FOLDER");
    snprintf(life->folder, sizeof(life->folder), "%s/outreach-s-XXXXXX",
             tmp && strlen(tmp) < 30 ? tmp : "/tmp");
    if (!mkdtemp(life->folder))
        return life_broken(life, "cannot make a folder");
    snprintf(life->path, sizeof(life->path), "%s/store.db", life->folder);
    clock_real();
    clock_pretend(life->now);
    life->store = store_open(life->path, STORE_CREATE, &err);
    life->policy =
        policy_load(source_path("policy/us.json", path, sizeof(path)), &err);
    if (!must(life, life->store && life->policy, &err))
        return false;
    policy_set_organisation_hours(life->policy, (struct day_window){540, 1200});
    bool done = must(life,
                     connection_exec(life->store, "PRAGMA synchronous=OFF",
                                     "hurry", &err),
                     &err) &&
                oracle_make(life) && life_sql(life, "%s", clinics);
    for (int id = 1; done && id <= LIFE_PEOPLE; id++)
        done = add_person(life, id);
    done = done && life_sql(life, "DELETE FROM soak_moved");
    for (int i = 0; done && i < LIFE_CAMPAIGNS; i++)
        done = life_launch(life, i, false);
    return done && life_engine_start(life);
}

/* What was heard of attempts: of a carrier that is silent, nothing. */
static void answers_count(struct life *life)
{
    for (int i = 1; i < OUTCOME_COUNT && life->store; i++)
        life->coverage->outcomes[i] += life_number(
            life, "SELECT count(*) FROM attempt WHERE outcome = %d", i);
}

void life_close(struct life *life)
{
    answers_count(life);
    if (life->engine) {
        engine_count(life);
        engine_free(life->engine);
    }
    json_free(life->doc);
    store_close(life->store);
    policy_free(life->policy);
    file_remove_tree(life->folder);
    free(life->taken);
    free(life->valid_until);
}
