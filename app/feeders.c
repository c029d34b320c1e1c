/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages on their way into the store and their answers back. What is heard
 * while no engine serves (it is being exchanged) waits; the sender sends
 * nothing else meanwhile. Nothing about anybody is logged.
 */
#include "app/feeders.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "feeds/hl7_take.h"
#include "feeds/mapping.h"
#include "io/loop.h"
#include "io/mllp.h"
#include "scheduler/clerk.h"
#include "scheduler/engine.h"

#include "app/codes.h"
#include "app/config.h"

#define ANSWER_MAX ((size_t)1 << 20)

/* A message, and what the journal's thread made of it. */
struct parcel {
    struct parcel *next;
    struct mllp_message *message;
    int64_t ticket; /* 0: not handed over yet */
    bool answered;  /* `answer` is good */
    struct buf answer;
    struct hl7_taken taken;
};

/* Where they come to, and how they are read. */
struct inlet {
    struct mllp *mllp; /* NULL: nobody can send, or the former one stays */
    char *listen, *authority, *country;
    const struct zone *zone;
    struct terms *terms;
    struct mapping *mapping;
    bool training;
};

struct feeders {
    struct loop *loop;
    struct inlet in, next;
    struct engine *engine;
    struct parcel *first, **last;
    /* The journal's: of the store that it works on. */
    struct hl7_take *take;
    struct store *store;
    int64_t heard;
};

/* Journal's thread ------------------------------------------------------------
 */

bool feeders_take(void *arg, struct clerk *clerk, void *of, struct error *err)
{
    struct feeders *feeders = arg;
    struct parcel *parcel = of;
    size_t len;
    const char *bytes = mllp_bytes(parcel->message, &len);
    if (!feeders->take || feeders->store != clerk->store) {
        const struct hl7_take_options options = {
            .intake = {.country = feeders->in.country,
                       .zone = feeders->in.zone,
                       .mrn_authority = feeders->in.authority,
                       .now = clerk->now},
            .terms = feeders->in.terms,
            .mapping = feeders->in.mapping,
            .training = feeders->in.training,
            .actor = "hl7"};
        hl7_take_free(feeders->take);
        feeders->take = hl7_take_new(clerk->store, &options);
        feeders->store = clerk->store;
    }
    buf_reset(&parcel->answer);
    parcel->answered = hl7_take(feeders->take, bytes, len, clerk->now,
                                &parcel->answer, &parcel->taken, err);
    return parcel->answered;
}

/* Loop thread -----------------------------------------------------------------
 */

static void tell(const struct parcel *parcel)
{
    const struct hl7_taken *taken = &parcel->taken;
    log_event(LOG_INFO, "hl7",
              "verdict=%s what=%s from=%s made=%zu changed=%zu older=%zu "
              "bad=%zu waiting=%zu",
              taken->verdict, log_quote(taken->what), log_quote(taken->source),
              taken->counts.made, taken->counts.changed, taken->counts.older,
              taken->counts.bad, taken->counts.waiting);
}

static void parcel_free(struct parcel *parcel)
{
    buf_free(&parcel->answer);
    free(parcel);
}

/* The first one is in, or nobody takes it: without a word the sender comes
 * again with it. */
static void parcel_end(struct feeders *feeders, bool kept)
{
    struct parcel *parcel = feeders->first;
    feeders->first = parcel->next;
    if (!feeders->first)
        feeders->last = &feeders->first;
    if (kept && parcel->answered) {
        tell(parcel);
        if (parcel->taken.answers)
            mllp_answer(parcel->message, parcel->answer.data,
                        parcel->answer.len);
        else
            mllp_pass(parcel->message);
    } else {
        mllp_answer(parcel->message, NULL, 0);
    }
    parcel_free(parcel);
}

static void hand_over(struct feeders *feeders)
{
    for (struct parcel *one = feeders->first; one && feeders->engine;
         one = one->next)
        if (!one->ticket)
            engine_feed(feeders->engine, one, &one->ticket);
}

static void hear(void *arg, struct mllp_message *message)
{
    struct feeders *feeders = arg;
    struct parcel *parcel = memory_new(sizeof(*parcel));
    parcel->message = message;
    buf_init(&parcel->answer, ANSWER_MAX);
    *feeders->last = parcel;
    feeders->last = &parcel->next;
    feeders->heard++;
    hand_over(feeders);
}

void feeders_step(struct feeders *feeders)
{
    int64_t kept = feeders->engine ? engine_kept(feeders->engine) : 0;
    while (feeders->first && feeders->first->ticket &&
           feeders->first->ticket <= kept)
        parcel_end(feeders, true);
}

void feeders_serve(struct feeders *feeders, struct engine *engine)
{
    if (feeders->engine == engine)
        return;
    feeders_step(feeders);
    /* What the former one took and did not keep is nobody's. */
    while (feeders->first && feeders->first->ticket)
        parcel_end(feeders, false);
    feeders->engine = engine;
    hl7_take_free(feeders->take);
    feeders->take = NULL;
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
    free(inlet->country);
    terms_free(inlet->terms);
    mapping_free(inlet->mapping);
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

static bool mapping_open(const char *path, struct inlet *inlet,
                         struct error *err)
{
    if (path)
        inlet->mapping =
            mapping_load(path, MAPPING_HL7, tell_mapping, NULL, err);
    return !path || inlet->mapping;
}

bool feeders_open(struct feeders *feeders, struct config *config,
                  struct error *err)
{
    const struct config_hl7 *hl7 = &config->hl7;
    struct inlet *next = &feeders->next;
    inlet_close(next);
    if (!hl7->listen)
        return true;
    *next = (struct inlet){.listen = copy(hl7->listen),
                           .authority = copy(hl7->mrn_authority),
                           .country = copy(config->country),
                           .zone = config->zone,
                           .training = hl7->training};
    next->terms = codes_load(config, tell_fault, NULL, err);
    bool read = next->terms && mapping_open(hl7->mapping, next, err);
    bool stays = text_equal(hl7->listen, feeders->in.listen);
    if (read && !stays)
        next->mllp = mllp_new(feeders->loop, hl7->listen, hear, feeders, err);
    if (read && (next->mllp || stays))
        return true;
    inlet_close(next);
    err->kind = ERROR_CANNOT;
    return error_in(err, "hl7");
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
    while (feeders->first && feeders->in.mllp)
        parcel_end(feeders, false);
    inlet_close(&feeders->in);
    feeders->in = feeders->next;
    feeders->next = (struct inlet){0};
}

void feeders_free(struct feeders *feeders)
{
    if (!feeders)
        return;
    feeders_serve(feeders, NULL);
    while (feeders->first)
        parcel_end(feeders, false);
    inlet_close(&feeders->in);
    inlet_close(&feeders->next);
    free(feeders);
}
