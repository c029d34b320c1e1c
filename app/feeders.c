/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages on their way into the store and their answers back. What is heard
 * while no engine serves (it is being exchanged) waits; the sender sends
 * nothing else meanwhile. Nothing about anybody is logged.
 */
#include "app/feeders.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "feeds/fhir_take.h"
#include "feeds/hl7.h"
#include "feeds/hl7_take.h"
#include "feeds/mapping.h"
#include "io/loop.h"
#include "io/mllp.h"
#include "scheduler/clerk.h"
#include "scheduler/engine.h"

#include "app/codes.h"
#include "app/config.h"

_Static_assert(MLLP_MESSAGE_MAX == HL7_MESSAGE_MAX,
               "what is too long to be heard is too long to be taken");

/* So many lines a minute say what is wrong with messages: a sender who does
 * not stop must not fill the disk. */
#define ERRORS_MAX 60

#define ANSWER_MAX ((size_t)1 << 20)
/* Of posts of FHIR that wait, in bytes. */
#define WAITING_MAX ((size_t)64 << 20)

/* A message, and what the journal's thread made of it. */
struct parcel {
    struct parcel *next;
    struct mllp_message *message; /* of HL7; NULL: it is a post of FHIR */
    char *bytes;                  /* of FHIR */
    size_t len;
    feeders_answer_fn *fn; /* NULL: nobody waits for it */
    void *arg;
    int64_t ticket; /* 0: not handed over yet */
    bool answered;  /* `answer` is good */
    struct buf answer;
    union {
        struct hl7_taken hl7;
        struct fhir_taken fhir;
    } taken;
};

/* Where they come to, and how they are read. */
struct inlet {
    struct mllp *mllp; /* NULL: nobody can send, or the former one stays */
    char *listen, *authority, *fhir_authority, *country;
    bool fhir; /* posts are taken */
    const struct zone *zone;
    struct terms *terms;
    struct mapping *mapping, *fhir_mapping;
    bool training;
};

struct feeders {
    struct loop *loop;
    struct inlet in, next;
    struct engine *engine;
    struct parcel *first, **last;
    /* The journal's: of the store that it works on. */
    struct hl7_take *hl7;
    struct fhir_take *fhir;
    struct store *store;
    size_t waiting; /* bytes of FHIR */
    struct feeders_figures figures;
    int64_t errors_since; /* monotonic */
    int errors;           /* lines about them since then */
};

/* Journal's thread ------------------------------------------------------------
 */

static void takes_free(struct feeders *feeders)
{
    hl7_take_free(feeders->hl7);
    fhir_take_free(feeders->fhir);
    feeders->hl7 = NULL;
    feeders->fhir = NULL;
}

static void takes_make(struct feeders *feeders, struct clerk *clerk)
{
    const struct inlet *in = &feeders->in;
    struct intake_options intake = {
        .country = in->country,
        .zone = in->zone,
        .mrn_authority = in->authority,
        .also_authority = in->authority ? in->fhir_authority : NULL,
        .now = clerk->now};
    const struct hl7_take_options hl7 = {.intake = intake,
                                         .terms = in->terms,
                                         .mapping = in->mapping,
                                         .training = in->training,
                                         .actor = "hl7"};
    intake.mrn_authority = in->fhir_authority;
    intake.also_authority = in->fhir_authority ? in->authority : NULL;
    const struct fhir_take_options fhir = {.intake = intake,
                                           .terms = in->terms,
                                           .mapping = in->fhir_mapping,
                                           .actor = "fhir"};
    takes_free(feeders);
    feeders->hl7 = hl7_take_new(clerk->store, &hl7);
    feeders->fhir = fhir_take_new(clerk->store, &fhir);
    feeders->store = clerk->store;
}

bool feeders_take(void *arg, struct clerk *clerk, void *of, struct error *err)
{
    struct feeders *feeders = arg;
    struct parcel *parcel = of;
    if (!feeders->hl7 || feeders->store != clerk->store)
        takes_make(feeders, clerk);
    buf_reset(&parcel->answer);
    if (parcel->message) {
        size_t len;
        const char *bytes = mllp_bytes(parcel->message, &len);
        parcel->answered = hl7_take(feeders->hl7, bytes, len, clerk->now,
                                    &parcel->answer, &parcel->taken.hl7, err);
    } else {
        parcel->answered =
            fhir_take(feeders->fhir, parcel->bytes, parcel->len, clerk->now,
                      &parcel->answer, &parcel->taken.fhir, err);
    }
    return parcel->answered;
}

/* Loop thread -----------------------------------------------------------------
 */

/* Whoever is answered by an error needs somebody's help. */
static enum log_level level_of(struct feeders *feeders,
                               const struct hl7_taken *taken)
{
    int64_t now = clock_monotonic_ms();
    if (!taken->error)
        return LOG_INFO;
    if (now >= feeders->errors_since + MINUTE_MS) {
        feeders->errors_since = now;
        feeders->errors = 0;
    }
    if (feeders->errors++ == ERRORS_MAX)
        log_event(LOG_WARNING, "hl7",
                  "more=\"than %d with an error in a minute: the others are "
                  "counted\"",
                  ERRORS_MAX);
    return feeders->errors > ERRORS_MAX ? LOG_INFO : LOG_WARNING;
}

static void tell_counts(enum log_level level, const char *event,
                        const char *head, const struct intake_counts *counts,
                        const char *more)
{
    log_event(level, event,
              "%s made=%zu changed=%zu older=%zu bad=%zu waiting=%zu%s", head,
              counts->made, counts->changed, counts->older, counts->bad,
              counts->waiting + counts->early - counts->quiet, more);
}

static void tell(struct feeders *feeders, const struct parcel *parcel)
{
    char head[1024], more[40];
    if (parcel->message) {
        const struct hl7_taken *taken = &parcel->taken.hl7;
        snprintf(head, sizeof(head), "verdict=%s what=%s from=%s%s%s%s%s",
                 taken->verdict, log_quote(taken->what),
                 log_quote(taken->source), *taken->where ? " where=" : "",
                 *taken->where ? log_quote(taken->where) : "",
                 *taken->why ? " why=" : "",
                 *taken->why ? log_quote(taken->why) : "");
        snprintf(more, sizeof(more), " flawed=%zu", taken->flawed);
        tell_counts(level_of(feeders, taken), "hl7", head, &taken->counts,
                    more);
    } else {
        const struct fhir_taken *taken = &parcel->taken.fhir;
        snprintf(head, sizeof(head),
                 "verdict=%s what=%s from=%s status=%d entries=%zu wrong=%zu",
                 taken->verdict, log_quote(taken->what),
                 log_quote(taken->source), taken->status, taken->entries,
                 taken->wrong);
        tell_counts(LOG_INFO, "fhir", head, &taken->counts, "");
    }
}

static void parcel_free(struct parcel *parcel)
{
    buf_free(&parcel->answer);
    free(parcel->bytes);
    free(parcel);
}

/* Without a word a sender over MLLP comes again with it; one over HTTP is told
 * to. */
static void parcel_answer(const struct parcel *parcel, bool good)
{
    const struct buf *text = &parcel->answer;
    if (parcel->message) {
        if (!good)
            mllp_answer(parcel->message, NULL, 0);
        else if (parcel->taken.hl7.answers)
            mllp_answer(parcel->message, text->data, text->len);
        else
            mllp_pass(parcel->message);
    } else if (parcel->fn) {
        const struct feeders_answer answer = {.status =
                                                  parcel->taken.fhir.status,
                                              .text = text->data,
                                              .len = text->len};
        parcel->fn(parcel->arg, good ? &answer : NULL);
    }
}

static void count(struct feeders_figures *figures,
                  const struct hl7_taken *taken)
{
    if (taken->error)
        figures->wrong++;
    else
        figures->taken++;
    figures->flawed += (int64_t)taken->flawed;
}

struct feeders_figures feeders_figures(const struct feeders *feeders)
{
    return feeders->figures;
}

/* It is in, or nobody takes it. */
static void parcel_end(struct feeders *feeders, struct parcel **link, bool kept)
{
    struct parcel *parcel = *link;
    *link = parcel->next;
    if (feeders->last == &parcel->next)
        feeders->last = link;
    feeders->waiting -= parcel->len;
    bool good = kept && parcel->answered;
    if (good)
        tell(feeders, parcel);
    if (good && parcel->message)
        count(&feeders->figures, &parcel->taken.hl7);
    parcel_answer(parcel, good);
    parcel_free(parcel);
}

/* All that wait of one kind. */
static void drop(struct feeders *feeders, bool hl7)
{
    struct parcel **link = &feeders->first;
    while (*link)
        if (((*link)->message != NULL) == hl7)
            parcel_end(feeders, link, false);
        else
            link = &(*link)->next;
}

static void hand_over(struct feeders *feeders)
{
    for (struct parcel *one = feeders->first; one && feeders->engine;
         one = one->next)
        if (!one->ticket)
            engine_feed(feeders->engine, one, &one->ticket);
}

static void queue(struct feeders *feeders, struct parcel *parcel, size_t most)
{
    buf_init(&parcel->answer, most);
    *feeders->last = parcel;
    feeders->last = &parcel->next;
    feeders->waiting += parcel->len;
    hand_over(feeders);
}

static void hear(void *arg, struct mllp_message *message)
{
    struct parcel *parcel = memory_new(sizeof(*parcel));
    parcel->message = message;
    queue(arg, parcel, ANSWER_MAX);
}

struct parcel *feeders_bring(struct feeders *feeders, const char *bytes,
                             size_t len, feeders_answer_fn *fn, void *arg)
{
    if (!feeders->in.fhir || feeders->waiting + len > WAITING_MAX)
        return NULL;
    struct parcel *parcel = memory_new(sizeof(*parcel));
    parcel->bytes = memory_text_n(bytes, len);
    parcel->len = len;
    parcel->fn = fn;
    parcel->arg = arg;
    queue(feeders, parcel, FHIR_ANSWER_MAX);
    return parcel;
}

/* What was not handed over yet is as if it had not come. */
void feeders_forget(struct feeders *feeders, struct parcel *parcel)
{
    struct parcel **link = &feeders->first;
    parcel->fn = NULL;
    while (*link != parcel)
        link = &(*link)->next;
    if (!parcel->ticket)
        parcel_end(feeders, link, false);
}

void feeders_step(struct feeders *feeders)
{
    int64_t kept = feeders->engine ? engine_kept(feeders->engine) : 0;
    while (feeders->first && feeders->first->ticket &&
           feeders->first->ticket <= kept)
        parcel_end(feeders, &feeders->first, true);
}

void feeders_serve(struct feeders *feeders, struct engine *engine)
{
    if (feeders->engine == engine)
        return;
    feeders_step(feeders);
    /* What the former one took and did not keep is nobody's. */
    while (feeders->first && feeders->first->ticket)
        parcel_end(feeders, &feeders->first, false);
    feeders->engine = engine;
    takes_free(feeders);
    hand_over(feeders);
}

struct feeders *feeders_new(struct loop *loop)
{
    struct feeders *feeders = memory_new(sizeof(*feeders));
    feeders->loop = loop;
    feeders->last = &feeders->first;
    return feeders;
}

static char *copy(const char *text)
{
    return text ? memory_text(text) : NULL;
}

static void inlet_close(struct inlet *inlet)
{
    mllp_free(inlet->mllp);
    free(inlet->listen);
    free(inlet->authority);
    free(inlet->fhir_authority);
    free(inlet->country);
    terms_free(inlet->terms);
    mapping_free(inlet->mapping);
    mapping_free(inlet->fhir_mapping);
    *inlet = (struct inlet){0};
}

static void tell_fault(void *arg, const char *text)
{
    (void)arg;
    log_event(LOG_ERROR, "codes", "what=%s", log_quote(text));
}

static void tell_mapping(void *arg, const char *text)
{
    (void)arg;
    log_event(LOG_ERROR, "mapping", "what=%s", log_quote(text));
}

static bool mapping_open(const char *path, enum mapping_format format,
                         struct mapping **out, struct error *err)
{
    if (path)
        *out = mapping_load(path, format, tell_mapping, NULL, err);
    return !path || *out;
}

bool feeders_open(struct feeders *feeders, struct config *config,
                  struct error *err)
{
    const struct config_hl7 *hl7 = &config->hl7;
    struct inlet *next = &feeders->next;
    inlet_close(next);
    const struct config_fhir *fhir = &config->http.fhir;
    if (!hl7->listen && !fhir->node)
        return true;
    *next = (struct inlet){.listen = copy(hl7->listen),
                           .authority = copy(hl7->mrn_authority),
                           .fhir = fhir->node != NULL,
                           .fhir_authority = copy(fhir->mrn_authority),
                           .country = copy(config->country),
                           .zone = config->zone,
                           .training = hl7->training};
    next->terms = codes_load(config, tell_fault, NULL, err);
    bool read =
        next->terms &&
        mapping_open(hl7->mapping, MAPPING_HL7, &next->mapping, err) &&
        mapping_open(fhir->mapping, MAPPING_FHIR, &next->fhir_mapping, err);
    bool stays = text_equal(hl7->listen, feeders->in.listen);
    if (read && hl7->listen && !stays)
        next->mllp = mllp_new(feeders->loop, hl7->listen, hear, feeders, err);
    if (read && (next->mllp || stays || !hl7->listen))
        return true;
    inlet_close(next);
    err->kind = ERROR_CANNOT;
    return error_in(err, hl7->listen ? "hl7" : "http.fhir");
}

void feeders_settle(struct feeders *feeders, bool moved)
{
    if (!moved) {
        inlet_close(&feeders->next);
        return;
    }
    if (feeders->next.listen && !feeders->next.mllp) {
        feeders->next.mllp = feeders->in.mllp;
        feeders->in.mllp = NULL;
    }
    if (feeders->in.mllp)
        drop(feeders, true);
    inlet_close(&feeders->in);
    feeders->in = feeders->next;
    feeders->next = (struct inlet){0};
    if (!feeders->in.fhir)
        drop(feeders, false);
}

void feeders_free(struct feeders *feeders)
{
    if (!feeders)
        return;
    feeders_serve(feeders, NULL);
    while (feeders->first)
        parcel_end(feeders, &feeders->first, false);
    inlet_close(&feeders->in);
    inlet_close(&feeders->next);
    free(feeders);
}
