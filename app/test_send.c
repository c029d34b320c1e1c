/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach test-send`: one message of a campaign file as a patient would
 * get it, sent to a member of staff. Goes through the real driver, past the
 * gate, and leaves no trace in the ledger: hence to nobody whom the store
 * knows, neither a patient nor who said STOP.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/phone.h"
#include "base/text.h"
#include "campaigns/bundle.h"
#include "campaigns/campaign.h"
#include "campaigns/render.h"
#include "channels/sms.h"
#include "io/http.h"
#include "io/loop.h"
#include "store/audit.h"
#include "store/consent.h"
#include "store/holder.h"
#include "store/patient.h"
#include "store/status.h"
#include "store/store.h"
#include "store/view.h"

#include "app/campaign_files.h"
#include "app/campaign_options.h"
#include "app/command.h"
#include "app/setup.h"
#include "app/table.h"

enum { FAULTS_BYTES = 1 << 20, TICK_MS = 20 };
#define GIVE_UP_MS (45 * SECOND_MS)

struct test_send {
    const char *where, *mrn, *to, *channel_text, *language;
    int64_t patient;
    struct setup setup;
    struct campaign *campaign;
    const struct step *step;
    enum channel channel;
    char address[256];
    struct rendered rendered;
    const struct engine_provider *provider;
    struct loop *loop;
    struct timer *timer;
    struct driver *driver;
    instant started;
    enum outcome outcome;
    char detail[200];
};

/* "campaign/step": the file is found by the campaign's name. */
static bool load(struct test_send *test, struct error *err)
{
    const struct config *config = test->setup.config;
    char name[200], path[512];
    const char *slash = strrchr(test->where, '/');
    if (!slash || slash == test->where ||
        (size_t)(slash - test->where) >= sizeof(name))
        return error_set(err, ERROR_USAGE,
                         "say which step as CAMPAIGN/STEP, not '%s'",
                         test->where);
    memcpy(name, test->where, (size_t)(slash - test->where));
    name[slash - test->where] = '\0';
    if (!campaign_files_find(config->campaigns_dir, name, path, sizeof(path),
                             err))
        return false;
    struct faults faults;
    struct bundle_options options = campaign_options(config, clock_now());
    faults_init(&faults);
    test->campaign = campaign_load(path, &options, &faults, NULL);
    if (!test->campaign) {
        struct buf text;
        buf_init(&text, FAULTS_BYTES);
        faults_print(&faults, &text);
        print_to(stderr, "%s", text.data);
        buf_free(&text);
    }
    faults_free(&faults);
    if (!test->campaign)
        return error_set(err, ERROR_INPUT, "%s has faults", path);
    test->step = campaign_step(test->campaign, slash + 1);
    if (!test->step || !test->step->ladder_count)
        return error_set(err, ERROR_INPUT, "%s has no message step '%s'",
                         test->campaign->name, slash + 1);
    return true;
}

static bool choose_channel(struct test_send *test, struct error *err)
{
    char extension[PHONE_EXT_MAX];
    test->channel = test->step->ladder[0].channel;
    if (test->channel_text &&
        !channel_parse(test->channel_text, &test->channel))
        return error_set(err, ERROR_USAGE,
                         "--channel is sms, email or voice, not '%s'",
                         test->channel_text);
    for (size_t i = 0; i < test->setup.config->provider_count; i++)
        if (!test->provider &&
            (test->setup.providers[i].channels & (1u << test->channel)))
            test->provider = &test->setup.providers[i];
    if (!test->provider)
        return error_set(err, ERROR_CANNOT,
                         "no provider of the configuration speaks %s",
                         channel_name(test->channel));
    if (test->channel == CHANNEL_EMAIL)
        return email_normalise(test->to, test->address, sizeof(test->address),
                               err);
    if (strchr(test->to, '@'))
        return error_set(err, ERROR_USAGE,
                         "%s is an email address, and this is sent by %s: say "
                         "--channel email, or give a telephone number",
                         test->to, channel_name(test->channel));
    return phone_normalise(test->to, test->setup.config->country, test->address,
                           extension, err);
}

static const struct message *message_of(const struct test_send *test)
{
    const char *name = test->step->message     ? test->step->message
                       : test->step->ask_count ? test->step->ask[0]
                                               : NULL;
    return name ? campaign_message(test->campaign, name) : NULL;
}

static bool render_for(struct test_send *test, struct store *store,
                       int64_t patient, const char *language, struct error *err)
{
    struct render_fields fields;
    render_fields_of(test->campaign, &fields);
    bool found = false;
    int64_t anchor;
    if (!status_anchor(store, test->campaign->anchor, patient, clock_now(),
                       &found, &anchor, err))
        return false;
    if (!found)
        return error_set(err, ERROR_INPUT, "%s has no %s to speak of",
                         test->mrn, anchor_name(test->campaign->anchor));
    struct view *view = view_prepare(store, test->campaign->anchor,
                                     fields.columns, fields.count, err);
    struct view_time time = {
        .now = clock_now(),
        .today = zone_today(test->setup.config->zone, clock_now()),
        .entered_at = clock_now(),
    };
    struct view_row row;
    bool ok = view && view_read(view, anchor, &time, &found, &row, err);
    struct template_row speaks = {.values = ok ? row.columns : NULL,
                                  .zone = test->setup.config->zone};
    struct render_input input = {
        .campaign = test->campaign,
        .message = message_of(test),
        .step = test->step,
        .channel = test->channel,
        .language = language,
        .country = test->setup.config->country,
        .fields = &fields,
        .rows = &speaks,
        .row_count = 1,
    };
    ok = ok && render(&input, &test->rendered, err);
    view_free(view);
    return ok;
}

static bool is_nobodys(const struct test_send *test, struct store *store,
                       struct error *err)
{
    struct holders holders;
    bool silenced;
    if (!holder_read(store, test->address, 0, &holders, err) ||
        !consent_is_silenced(store, 0, test->address,
                             channel_name(test->channel), &silenced, err))
        return false;
    if (holders.count > 0)
        return error_set(err, ERROR_INPUT,
                         "%s is a patient's: a test goes past the gate, so "
                         "only to a number or mailbox of your own that no "
                         "record has",
                         test->to);
    return !silenced || error_set(err, ERROR_INPUT,
                                  "nothing may go to %s any more: an opt-out "
                                  "or a wrong number is recorded for it",
                                  test->to);
}

static bool render_text(struct test_send *test, struct store *store,
                        struct error *err)
{
    struct arena *arena = arena_new();
    struct patient_details details;
    bool found = false;
    bool ok =
        patient_find_by_mrn(store, test->mrn, &found, &test->patient, err);
    if (ok && !found)
        ok = error_set(err, ERROR_INPUT,
                       "no patient has the record number '%s'", test->mrn);
    ok = ok && patient_read(store, test->patient, arena, &details, err) &&
         render_for(test, store, test->patient,
                    test->language ? test->language : details.language, err);
    arena_free(arena);
    return ok;
}

/* Somebody is about to be shown what a patient would read: kept, before it
 * leaves. Of the address a mark: it tells later whether it was this one. */
static bool keep_trace(const struct test_send *test, struct store *store,
                       struct error *err)
{
    char subject[48], detail[400], mark[65];
    snprintf(subject, sizeof(subject), "patient %lld",
             (long long)test->patient);
    if (!store_begin(store, err))
        return false;
    bool ok = audit_text_mark(store, test->address, mark, err);
    if (ok)
        snprintf(detail, sizeof(detail), "%s/%s by %s over %s to=%s",
                 test->campaign->name, test->step->name,
                 channel_name(test->channel), test->provider->name, mark);
    ok = ok &&
         audit_add(store, clock_now(), command_actor(), "test-send", subject,
                   detail, err) &&
         store_commit(store, err);
    store_rollback(store);
    return ok;
}

static bool prepare(struct test_send *test, struct error *err)
{
    struct store *store = store_open(test->setup.config->store_path, 0, err);
    bool ok = store && is_nobodys(test, store, err) &&
              render_text(test, store, err) && keep_trace(test, store, err);
    store_close(store);
    return ok;
}

static void on_event(void *arg, int64_t attempt_id,
                     const struct driver_event *event)
{
    (void)attempt_id;
    struct test_send *test = arg;
    test->outcome = event->outcome;
    if (event->detail)
        text_copy(test->detail, sizeof(test->detail), event->detail);
    /* what comes after the hand-over (delivery) is not waited for */
    loop_stop(test->loop);
}

static void on_receipt(void *arg, const char *reference,
                       const char *provider_id,
                       const struct driver_event *event)
{
    (void)arg;
    (void)reference;
    (void)provider_id;
    (void)event;
}

static void on_reply(void *arg, const struct driver_reply *reply)
{
    (void)arg;
    (void)reply;
}

static void on_polled(void *arg, const char *cursor, bool ok)
{
    (void)arg;
    (void)cursor;
    (void)ok;
}

static void tick(void *arg)
{
    struct test_send *test = arg;
    if (test->provider->driver->tick)
        test->provider->driver->tick(test->driver, clock_now());
    if (clock_now() - test->started > GIVE_UP_MS)
        loop_stop(test->loop);
    timer_start(test->timer, TICK_MS);
}

static struct outgoing outgoing_of(const struct test_send *test,
                                   const char *reference)
{
    const struct rendered *r = &test->rendered;
    return (struct outgoing){
        .attempt_id = 1,
        .reference = reference,
        .channel = test->channel,
        .to = test->address,
        .language = r->language,
        .subject = r->subject.len ? r->subject.data : NULL,
        .text = r->text.data,
        .html = r->html.len ? r->html.data : NULL,
        .voicemail = r->voicemail.len ? r->voicemail.data : NULL,
        .script = r->script.len ? r->script.data : NULL,
        .invites_reply = r->invites_reply,
        .submitted_at = clock_now(),
        .valid_until = INSTANT_NEVER,
    };
}

static bool hand_over(struct test_send *test, struct error *err)
{
    uint8_t bytes[8];
    char reference[2 * sizeof(bytes) + 6] = "test-";
    hash_random_bytes(bytes, sizeof(bytes));
    hash_hex(bytes, sizeof(bytes), reference + 5);
    struct outgoing message = outgoing_of(test, reference);
    const struct channel_driver *driver = test->provider->driver;
    if (driver->admits && !driver->admits(test->driver, &message, err))
        return error_in(err, "sent from here");
    driver->submit(test->driver, &message);
    timer_start(test->timer, 0);
    loop_run(test->loop);
    timer_stop(test->timer);
    return true;
}

static bool send_text(struct test_send *test, struct error *err)
{
    struct http_limits limits = {0};
    test->loop = loop_new();
    test->timer = timer_new(test->loop, tick, test);
    test->started = clock_now();
    struct http *http = http_new(test->loop, &limits, err);
    struct driver_host host = {
        .arg = test,
        .event = on_event,
        .receipt = on_receipt,
        .reply = on_reply,
        .polled = on_polled,
        .http = http,
    };
    const struct channel_driver *driver = test->provider->driver;
    struct driver_config config = test->provider->config;
    if (test->channel == CHANNEL_VOICE)
        config.hook_url = NULL; /* the service knows nothing of this call */
    if (http)
        test->driver = driver->open(&config, &host, err);
    if (!test->driver)
        err->kind = ERROR_CANNOT; /* as for whoever sends for good */
    bool ok = test->driver && hand_over(test, err);
    if (test->driver)
        driver->close(test->driver);
    http_free(http);
    timer_free(test->timer);
    loop_free(test->loop);
    return ok;
}

static bool was_taken(const struct test_send *test, struct error *err)
{
    const struct outcome_properties *what = outcome_properties(test->outcome);
    if (what->next == NEXT_DONE || what->next == NEXT_WAIT)
        return true;
    return error_set(err, ERROR_CANNOT, "%s did not take it: %s%s%s",
                     test->provider->name, what->name,
                     test->detail[0] ? ": " : "", test->detail);
}

static void tell_json(const struct test_send *test)
{
    const struct rendered *r = &test->rendered;
    struct buf out;
    struct json_writer json;
    buf_init(&out, FAULTS_BYTES);
    json_write_init(&json, &out);
    json_write_object(&json, NULL);
    json_write_text(&json, "to", test->to);
    json_write_text(&json, "channel", channel_name(test->channel));
    json_write_text(&json, "language", r->language);
    json_write_text(&json, "subject", r->subject.len ? r->subject.data : NULL);
    json_write_text(&json, "text", r->text.data);
    if (test->channel == CHANNEL_SMS)
        json_write_integer(&json, "segments",
                           (int64_t)sms_measure(r->text.data).parts);
    json_write_text(&json, "provider", test->provider->name);
    json_write_text(&json, "outcome", outcome_name(test->outcome));
    json_write_end(&json, '}');
    puts(out.data);
    buf_free(&out);
}

static bool tell(const struct test_send *test, const struct options *options,
                 struct error *err)
{
    const struct rendered *r = &test->rendered;
    if (options->json) {
        tell_json(test);
        return was_taken(test, err);
    }
    if (r->subject.len)
        print("Subject: %s\n", r->subject.data);
    print("%s\n", r->text.data);
    if (test->channel == CHANNEL_SMS) {
        struct sms_size size = sms_measure(r->text.data);
        print("(%zu characters, %zu segment%s)\n", size.characters, size.parts,
              size.parts == 1 ? "" : "s");
    }
    if (!was_taken(test, err))
        return false;
    print("%s: %s by %s\n", test->to, outcome_name(test->outcome),
          test->provider->name);
    return true;
}

static int run(const struct options *options, int argc, char **argv)
{
    struct test_send test = {.outcome = OUTCOME_UNKNOWN};
    const struct flag flags[] = {
        {"as", &test.mrn, NULL},
        {"to", &test.to, NULL},
        {"channel", &test.channel_text, NULL},
        {"language", &test.language, NULL},
    };
    int count;
    if (!command_flags(&command_test_send, flags, 4, argc, argv, &count))
        return EXIT_USAGE;
    if (count != 1 || !test.mrn || !test.to)
        return command_usage(&command_test_send,
                             "say CAMPAIGN/STEP, --as MRN and --to ADDRESS");
    test.where = argv[0];
    struct error err = {0};
    rendered_init(&test.rendered);
    bool ok = setup_open(&test.setup, options, &err) &&
              setup_released(&test.setup, &err) && load(&test, &err) &&
              choose_channel(&test, &err) && prepare(&test, &err) &&
              send_text(&test, &err) && tell(&test, options, &err);
    rendered_free(&test.rendered);
    campaign_free(test.campaign);
    setup_close(&test.setup);
    return ok ? EXIT_FINE : command_fail(&err);
}

const struct command command_test_send = {
    .name = "test-send",
    .synopsis = "CAMPAIGN/STEP --as MRN --to ADDRESS",
    .summary = "Send one step's message to a member of staff",
    .help =
        "Renders the message as the patient MRN would get it, from the file\n"
        "as it is now, and sends it to ADDRESS through the real provider.\n"
        "The patient is not contacted; the ledger does not change; that it\n"
        "was done is audited. ADDRESS is of nobody whom the store knows.\n\n"
        "  --channel C   sms, email or voice (default: the step's first)\n"
        "  --language L  another language than the patient's\n",
    .run = run,
};
