/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach patient`: what is known about one person, and their word about
 * being contacted. Who looked and who changed something goes into the audit
 * chain.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/outcome.h"
#include "base/text.h"
#include "campaigns/campaign.h"
#include "campaigns/purpose.h"
#include "store/audit.h"
#include "store/consent.h"
#include "store/forgotten.h"
#include "store/ledger.h"
#include "store/patient.h"
#include "store/reply.h"
#include "store/store.h"
#include "store/stray.h"

#include "app/command.h"
#include "app/confirm.h"
#include "app/person.h"
#include "app/reply_text.h"
#include "app/setup.h"
#include "app/table.h"

enum { PRINT_MAX = 1 << 20, EVIDENCE_MAX = 1000, PURPOSES_MAX = 32 };
enum { STATE_MAX = 100 };

/* What one call is about. */
struct request {
    const struct options *options;
    const char *verb, *mrn, *channel, *purpose, *reason, *evidence;
    bool yes;
    struct setup setup;
    struct store *store;
    int64_t id;
    int64_t ended;   /* planned messages, by an opt-out */
    bool remembered; /* by an opt-in of somebody who was forgotten */
    struct forgotten_stays stays; /* after a forget */
};

static const char *or_dash(const char *text)
{
    return text_blank(text) ? "-" : text;
}

static const char *local_text(const struct request *request, instant at,
                              char out[CIVIL_TEXT_MAX])
{
    return time_text(request->setup.config->zone, at, out);
}

static void print_person(const struct patient_details *p)
{
    print("%s%s%s  %s %s\n", terminal_tone(stdout, TONE_BOLD), p->mrn,
          terminal_tone(stdout, TONE_PLAIN), or_dash(p->given_name),
          or_dash(p->family_name));
    print("born %s, %s, language %s, clinic %s\n", or_dash(p->birth_on),
          or_dash(p->sex), or_dash(p->language), or_dash(p->clinic));
    print("%s, %s %s %s, zone %s\n", or_dash(p->street), or_dash(p->city),
          or_dash(p->state), or_dash(p->zip), or_dash(p->zone));
    if (p->preferred_channel)
        print("prefers %s\n", p->preferred_channel);
    if (p->contact_from >= 0 || p->contact_to >= 0)
        print("may be called from minute %d to %d of the day\n",
              p->contact_from, p->contact_to);
    if (p->guardian_mrn)
        print("guardian: %s\n", p->guardian_mrn);
    if (p->deceased_at != INSTANT_NEVER)
        print("deceased\n");
    if (!p->active || p->gone)
        print("inactive\n");
    if (p->sensitive)
        print("sensitive record\n");
}

/* What silences an address altogether, whoever is asked for there; NULL. */
static const char *silence_of(const struct patient_details *p,
                              const char *address)
{
    for (size_t i = 0; i < p->suppression_count; i++) {
        const struct patient_suppression *s = &p->suppressions[i];
        if (text_equal(s->address, address) && !s->channel && !s->purpose)
            return s->reason;
    }
    return NULL;
}

/* How good an address is; `room` holds it where it is not a fixed text. */
static const char *contact_state(const struct request *request,
                                 const struct patient_details *p,
                                 const struct patient_contact *c,
                                 char room[STATE_MAX])
{
    char when[CIVIL_TEXT_MAX];
    const char *silence = silence_of(p, c->value);
    if (silence)
        snprintf(room, STATE_MAX, "not used: %s", silence);
    else if (c->bad_at != INSTANT_NEVER)
        snprintf(room, STATE_MAX, "bad since %s: %s",
                 local_text(request, c->bad_at, when), or_dash(c->bad_reason));
    else
        return text_equal(c->reassigned, "yes")
                   ? "may be somebody else's by now"
                   : "good";
    return room;
}

static void print_contacts(const struct request *request,
                           const struct patient_details *p)
{
    static const char *const headers[] = {"contact", "value", "use",   "line",
                                          ">rank",   "zones", "state", NULL};
    struct table *table = table_new(headers);
    for (size_t i = 0; i < p->contact_count; i++) {
        const struct patient_contact *c = &p->contacts[i];
        char rank[16], state[STATE_MAX];
        snprintf(rank, sizeof(rank), "%d", c->rank);
        const char *cells[] = {c->kind,
                               c->value,
                               or_dash(c->use),
                               or_dash(c->line),
                               rank,
                               or_dash(c->zones),
                               contact_state(request, p, c, state)};
        table_row(table, cells);
    }
    putchar('\n');
    table_print(table, stdout);
    table_free(table);
}

/* Behind one that speaks of an address: else it reads as if the patient were
 * not to be reached at all. */
static const char *means(const struct patient_suppression *s)
{
    if (s->lifted_at != INSTANT_NEVER)
        return " (lifted)";
    if (!s->address)
        return "";
    return text_equal(s->reason, "wrong-number")
               ? " (it is somebody else's; what else the patient has is used)"
               : " (whoever is asked for there)";
}

static void print_words(const struct request *request,
                        const struct patient_details *p)
{
    char when[CIVIL_TEXT_MAX];
    for (size_t i = 0; i < p->consent_count; i++) {
        const struct patient_consent *c = &p->consents[i];
        print("consent %s (%s) for %s by %s%s, %s, by %s: %s\n", c->verdict,
              c->kind, c->purpose ? c->purpose : "everything",
              c->channel ? c->channel : "every channel",
              c->narrow ? " alone" : "", local_text(request, c->at, when),
              or_dash(c->actor), or_dash(c->evidence));
    }
    for (size_t i = 0; i < p->suppression_count; i++) {
        const struct patient_suppression *s = &p->suppressions[i];
        print("nothing %s%s%sby %s for %s since %s: %s, by %s%s\n",
              s->address ? "to " : "", s->address ? s->address : "",
              s->address ? " " : "", s->channel ? s->channel : "any channel",
              s->purpose ? s->purpose : "any purpose",
              local_text(request, s->since_at, when), s->reason,
              or_dash(s->actor), means(s));
    }
    for (size_t i = 0; i < p->restriction_count; i++)
        print("restriction: %s %s\n", p->restrictions[i].kind,
              p->restrictions[i].value ? p->restrictions[i].value : "");
    for (size_t i = 0; i < p->list_count; i++)
        print("in list %s\n", p->lists[i]);
}

static const char *channel_text(int channel)
{
    return channel >= 0 && channel < CHANNEL_COUNT
               ? channel_name((enum channel)channel)
               : "task";
}

static void print_outreach(const struct request *request,
                           const struct patient_details *p)
{
    static const char *const headers[] = {"campaign", "step",    "planned",
                                          "state",    "channel", "outcome",
                                          "why",      NULL};
    struct table *table = table_new(headers);
    for (size_t i = 0; i < p->outreach_count; i++) {
        const struct patient_outreach *o = &p->outreach[i];
        char when[CIVIL_TEXT_MAX], step[STEP_TEXT_MAX];
        const char *cells[] = {
            o->campaign,
            step_text(o->step, step),
            local_text(request, o->planned_at, when),
            state_name((enum outreach_state)o->state),
            channel_text(o->channel),
            o->address ? outcome_name((enum outcome)o->outcome) : "-",
            o->reason ? o->reason : "",
        };
        table_row(table, cells);
    }
    putchar('\n');
    if (p->outreach_count)
        table_print(table, stdout);
    else
        puts("no outreach yet");
    table_free(table);
}

static void print_reply(void *arg, const struct reply *reply)
{
    const struct request *request = arg;
    char when[CIVIL_TEXT_MAX];
    char *words = print_quoted(reply_words(reply), "  ");
    print("wrote at %s by %s from %s: %s\n",
          local_text(request, reply->received_at, when),
          channel_name(reply->channel), reply->address, words);
    free(words);
}

static void print_stray(void *arg, const struct stray *stray)
{
    const struct request *request = arg;
    char when[CIVIL_TEXT_MAX];
    print("sent at %s by %s to %s, of which only provider %s knew (%s): %s\n",
          local_text(request, stray->at, when), channel_name(stray->channel),
          stray->address, stray->driver, outcome_name(stray->outcome),
          or_dash(stray->body));
}

struct stray_writing {
    const struct request *request;
    struct json_writer *json;
};

static void write_stray(void *arg, const struct stray *stray)
{
    const struct stray_writing *writing = arg;
    struct json_writer *json = writing->json;
    char when[CIVIL_TEXT_MAX];
    json_write_object(json, NULL);
    json_write_text(json, "at", local_text(writing->request, stray->at, when));
    json_write_text(json, "channel", channel_name(stray->channel));
    json_write_text(json, "to", stray->address);
    json_write_text(json, "provider", stray->driver);
    json_write_text(json, "outcome", outcome_name(stray->outcome));
    json_write_text(json, "text", stray->body);
    json_write_end(json, '}');
}

static void write_texts(struct json_writer *json,
                        const struct patient_details *p)
{
    const struct {
        const char *name, *value;
    } texts[] = {
        {"mrn", p->mrn},
        {"given_name", p->given_name},
        {"family_name", p->family_name},
        {"birth_on", p->birth_on},
        {"sex", p->sex},
        {"language", p->language},
        {"street", p->street},
        {"city", p->city},
        {"state", p->state},
        {"zip", p->zip},
        {"zone", p->zone},
        {"clinic", p->clinic},
        {"guardian", p->guardian_mrn},
        {"preferred_channel", p->preferred_channel},
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        json_write_text(json, texts[i].name, texts[i].value);
    json_write_bool(json, "active", p->active && !p->gone);
    json_write_bool(json, "deceased", p->deceased_at != INSTANT_NEVER);
    json_write_bool(json, "sensitive", p->sensitive);
}

static bool write_replies(const struct request *request,
                          struct json_writer *json, struct error *err)
{
    const struct reply_filter filter = {.patient_id = request->id};
    struct reply_writing writing = {json, NULL, request->setup.config->zone};
    json_write_array(json, "replies");
    bool ok = reply_list(request->store, &filter, reply_write, &writing, err);
    json_write_end(json, ']');
    return ok;
}

static bool print_json(const struct request *request,
                       const struct patient_details *p, struct error *err)
{
    struct buf out;
    struct json_writer json;
    char when[CIVIL_TEXT_MAX];
    buf_init(&out, PRINT_MAX);
    json_write_init(&json, &out);
    json_write_object(&json, NULL);
    write_texts(&json, p);
    json_write_array(&json, "contacts");
    for (size_t i = 0; i < p->contact_count; i++) {
        json_write_object(&json, NULL);
        json_write_text(&json, "kind", p->contacts[i].kind);
        json_write_text(&json, "value", p->contacts[i].value);
        json_write_bool(&json, "bad", p->contacts[i].bad_at != INSTANT_NEVER);
        json_write_end(&json, '}');
    }
    json_write_end(&json, ']');
    json_write_array(&json, "suppressions");
    for (size_t i = 0; i < p->suppression_count; i++) {
        const struct patient_suppression *s = &p->suppressions[i];
        json_write_object(&json, NULL);
        json_write_text(&json, "reason", s->reason);
        json_write_text(&json, "address", s->address);
        json_write_text(&json, "channel", s->channel);
        json_write_text(&json, "purpose", s->purpose);
        json_write_bool(&json, "lifted", s->lifted_at != INSTANT_NEVER);
        json_write_end(&json, '}');
    }
    json_write_end(&json, ']');
    json_write_array(&json, "outreach");
    for (size_t i = 0; i < p->outreach_count; i++) {
        const struct patient_outreach *o = &p->outreach[i];
        json_write_object(&json, NULL);
        json_write_text(&json, "campaign", o->campaign);
        json_write_text(&json, "step", o->step);
        json_write_text(&json, "state",
                        state_name((enum outreach_state)o->state));
        json_write_text(&json, "planned_at",
                        local_text(request, o->planned_at, when));
        json_write_text(&json, "reason", o->reason);
        json_write_end(&json, '}');
    }
    json_write_end(&json, ']');
    struct stray_writing strays = {request, &json};
    json_write_array(&json, "found");
    bool ok = stray_of_patient(request->store, request->id, write_stray,
                               &strays, err);
    json_write_end(&json, ']');
    ok = ok && write_replies(request, &json, err);
    json_write_end(&json, '}');
    if (ok)
        puts(out.data);
    buf_free(&out);
    return ok;
}

static bool show(struct request *request, struct error *err)
{
    struct arena *arena = arena_new();
    struct patient_details p;
    char subject[32];
    snprintf(subject, sizeof(subject), "patient %lld", (long long)request->id);
    bool ok = patient_read(request->store, request->id, arena, &p, err) &&
              audit_add(request->store, clock_now(), command_actor(), "look",
                        subject, NULL, err);
    if (ok && request->options->json) {
        ok = print_json(request, &p, err);
    } else if (ok) {
        print_person(&p);
        print_contacts(request, &p);
        print_words(request, &p);
        print_outreach(request, &p);
        ok = stray_of_patient(request->store, request->id, print_stray, request,
                              err) &&
             reply_list(request->store,
                        &(struct reply_filter){.patient_id = request->id},
                        print_reply, request, err);
    }
    arena_free(arena);
    return ok;
}

static bool opt_out(struct request *request, struct error *err)
{
    const char *one = request->reason ? request->reason : request->evidence;
    char evidence[EVIDENCE_MAX];
    snprintf(evidence, sizeof(evidence), "%s%s%s",
             one ? one : "recorded by staff",
             request->reason && request->evidence ? "; " : "",
             request->reason && request->evidence ? request->evidence : "");
    struct opt opt = {
        .patient_id = request->id,
        .channel = request->channel,
        .purpose = request->purpose,
        /* `reason` stays opt-out: only such a one an opt-in may lift */
        .evidence = evidence,
        .actor = command_actor(),
    };
    return consent_opt_out(request->store, &opt, clock_now(), &request->ended,
                           err);
}

static bool needs_evidence(struct error *err)
{
    return error_set(err, ERROR_USAGE,
                     "opting in needs --evidence: which act of the patient is "
                     "it based on?");
}

static bool opt_in(struct request *request, struct error *err)
{
    struct opt opt = {
        .patient_id = request->id,
        .channel = request->channel,
        .purpose = request->purpose,
        .evidence = request->evidence,
        .actor = command_actor(),
    };
    if (!opt.evidence)
        return needs_evidence(err);
    return consent_opt_in(request->store, &opt, clock_now(), err);
}

static bool forget(struct request *request, struct error *err)
{
    if (!request->yes &&
        !confirm("Forget who this is, for good? Backups made before still "
                 "know.",
                 err))
        return false;
    return forgotten_make(request->store, request->id, command_actor(),
                          clock_now(), &request->stays, err);
}

/* Who was forgotten is known by the number alone, and only to be let in again.
 */
static bool let_in(struct request *request, const struct forgotten *forgotten,
                   struct error *err)
{
    if (text_blank(request->evidence))
        return needs_evidence(err);
    request->remembered = true;
    return forgotten_lift(request->store, forgotten->patient_id,
                          request->evidence, command_actor(), clock_now(), err);
}

/* Only what is committed is told. */
static void tell_opt_out(const struct request *request)
{
    command_told(request->options, "patient", request->mrn, "opted-out",
                 "%s: opted out; %lld planned messages ended", request->mrn,
                 (long long)request->ended);
}

static void tell_opt_in(const struct request *request)
{
    command_told(request->options, "patient", request->mrn, "opted-in",
                 request->remembered
                     ? "%s: no longer forgotten; the next import brings them "
                       "back. What their numbers refused stays refused"
                     : "%s: opted in again",
                 request->mrn);
}

static void tell_forgotten(const struct request *request)
{
    command_told(request->options, "patient", request->mrn, "forgotten",
                 "%s: forgotten", request->mrn);
    if (request->options->json || request->options->quiet)
        return;
    if (request->stays.campaigns[0])
        print("What was launched stays as it was, and may name them: %s\n",
              request->stays.campaigns);
    if (request->stays.shared)
        puts("Texts from a number that they shared stay: somebody else who has "
             "it may have written them");
    const struct config *config = request->setup.config;
    for (size_t i = 0; i < config->provider_count; i++)
        if (text_equal(config->providers[i].driver, "outbox"))
            print("Not in the store, so still there: what provider '%s' wrote "
                  "into its file\n",
                  config->providers[i].name);
}

struct verb {
    const char *name;
    bool (*open)(struct setup *, const struct options *, struct error *);
    bool (*act)(struct request *request, struct error *err);
    void (*tell)(const struct request *request); /* NULL: act did */
};
static const struct verb verbs[] = {
    {"show", setup_open, show, NULL},
    {"opt-out", setup_open_to_refuse, opt_out, tell_opt_out},
    {"opt-in", setup_open, opt_in, tell_opt_in},
    {"forget", setup_open, forget, tell_forgotten},
};

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (text_equal(verbs[i].name, name))
            return &verbs[i];
    return NULL;
}

static bool act_on(struct request *request, const struct verb *verb,
                   struct error *err)
{
    struct forgotten forgotten = {0};
    if (verb->act == opt_in &&
        !forgotten_find(request->store, FORGOTTEN_PATIENT, request->mrn,
                        &forgotten, err))
        return false;
    if (forgotten.found)
        return let_in(request, &forgotten, err);
    return person_find(request->store, request->setup.config->zone,
                       request->mrn, &request->id, err) &&
           verb->act(request, err);
}

static bool act(struct request *request, const struct verb *verb,
                struct error *err)
{
    if (!verb->open(&request->setup, request->options, err))
        return false;
    request->store = store_open(request->setup.config->store_path, 0, err);
    if (!request->store || !store_begin(request->store, err) ||
        !act_on(request, verb, err) || !store_commit(request->store, err))
        return false;
    if (verb->tell)
        verb->tell(request);
    return true;
}

/* A refusal of a purpose that nothing has would protect nobody. */
static bool purpose_known(const char *purpose, struct error *err)
{
    const char *names[PURPOSES_MAX];
    size_t count = 0;
    if (!purpose || purpose_find(purpose))
        return true;
    for (; count < PURPOSES_MAX && purpose_at(count); count++)
        names[count] = purpose_at(count)->name;
    const char *near = text_nearest(purpose, names, count);
    return error_set(err, ERROR_USAGE,
                     "there is no purpose '%s'%s%s%s; docs/campaigns.md "
                     "lists them",
                     purpose, near ? "; did you mean '" : "", near ? near : "",
                     near ? "'?" : "");
}

static int run(const struct options *options, int argc, char **argv)
{
    struct request request = {.options = options};
    const struct flag flags[] = {
        {"channel", &request.channel, NULL},
        {"purpose", &request.purpose, NULL},
        {"reason", &request.reason, NULL},
        {"evidence", &request.evidence, NULL},
        {"yes", NULL, &request.yes},
    };
    int count;
    if (!command_flags(&command_patient, flags, 5, argc, argv, &count))
        return EXIT_USAGE;
    const struct verb *verb = count == 2 ? find_verb(argv[0]) : NULL;
    if (!verb)
        return command_usage(&command_patient,
                             "say show, opt-out, opt-in or forget, and one "
                             "record number");
    request.mrn = argv[1];
    struct error err = {0};
    bool ok = purpose_known(request.purpose, &err) && act(&request, verb, &err);
    if (request.store)
        store_rollback(request.store);
    store_close(request.store);
    setup_close(&request.setup);
    return ok ? EXIT_FINE : command_fail(&err);
}

const struct command command_patient = {
    .name = "patient",
    .synopsis = "show|opt-out|opt-in|forget MRN [--channel C] [--purpose P]",
    .summary = "One patient: what is known, and their word about contact",
    .help =
        "  show     contact points, consents, refusals, past and planned\n"
        "           outreach, what they wrote; looking is audited\n"
        "  opt-out  ends what is planned, at once, and records the refusal\n"
        "  opt-in   after an act of the patient; needs --evidence TEXT\n"
        "           (also of somebody who was forgotten)\n"
        "  forget   names, numbers, health data and message texts are\n"
        "           removed for good; refusals, and that something was sent,\n"
        "           stay; imports leave them out from now on\n\n"
        "  --channel C     sms, email or voice (default: all)\n"
        "  --purpose P     only this purpose (default: all); what is planned\n"
        "                  for it ends when its turn comes\n"
        "  --reason TEXT   kept with an opt-out\n"
        "  --evidence TEXT what it is based on\n"
        "  --yes           do not ask (forget)\n",
    .run = run,
};
