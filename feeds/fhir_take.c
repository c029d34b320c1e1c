/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A transaction, a message or a resource is whole or not there; of a batch each
 * entry is. What an entry does stands in a savepoint of its own, around it that
 * of the whole, so that what is wrong in one post harms no other in the same
 * commit. Entries are taken in the order in which they need each other, and
 * answered in their own.
 */
#include "feeds/fhir_take.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "store/consent.h"
#include "store/feed.h"
#include "store/feed_message.h"
#include "store/store.h"

#include "feeds/fhir_answer.h"
#include "feeds/fhir_base.h"
#include "feeds/fhir_bundle.h"
#include "feeds/fhir_read.h"
#include "feeds/fhir_turn.h"

#define FEED "fhir"
#define FORGET_EVERY 1000

struct fhir_take {
    struct store *store;
    struct fhir_take_options options;
    struct intake *intake;
    long long messages; /* so far */
};

/* One post under way. */
struct post {
    struct fhir_take *take;
    struct fhir_bundle *bundle;
    struct fhir_said *said; /* of each entry */
    struct fhir_bases *bases;
    const char *source;
    const char *message_id;
    instant now;
    struct fhir_taken *taken;
};

struct fhir_take *fhir_take_new(struct store *store,
                                const struct fhir_take_options *options)
{
    struct fhir_take *take = memory_new(sizeof(*take));
    take->store = store;
    take->options = *options;
    take->intake = intake_new(store, &options->intake);
    return take;
}

void fhir_take_free(struct fhir_take *take)
{
    if (!take)
        return;
    intake_free(take->intake);
    free(take);
}

/* What is said of an entry ----------------------------------------------------
 */

static struct fhir_said *said_of(const struct post *post,
                                 const struct fhir_entry *entry)
{
    return &post->said[entry - post->bundle->entries];
}

static bool is_wrong(const struct fhir_said *said)
{
    return said->status >= 400;
}

/* "Appointment.start" of an entry is "Bundle.entry[2].resource.start". */
static const char *path_of(const struct post *post,
                           const struct fhir_entry *entry, const char *where)
{
    size_t len = strlen(entry->type);
    if (!where || !*where)
        return entry->path;
    if (len > 0 && strncmp(where, entry->type, len) == 0 && where[len] == '.')
        return arena_format(post->bundle->arena, "%s%s", entry->path,
                            where + len);
    return entry->path;
}

static void say(struct post *post, const struct fhir_entry *entry,
                enum fhir_grade grade, const char *code, const char *where,
                const char *text)
{
    struct arena *arena = post->bundle->arena;
    const struct fhir_issue issue = {.grade = grade,
                                     .code = code,
                                     .where = path_of(post, entry, where),
                                     .text = arena_text(arena, text)};
    fhir_say(arena, said_of(post, entry), &issue);
}

static void wrong(struct post *post, const struct fhir_entry *entry, int status,
                  const char *code, const char *where, const char *text)
{
    said_of(post, entry)->status = status;
    say(post, entry, FHIR_ERROR, code, where, text);
}

static void say_faults(struct post *post, const struct fhir_entry *entry,
                       const struct facts *facts)
{
    for (size_t i = 0; i < facts->fault_count; i++) {
        const struct fact_fault *fault = &facts->faults[i];
        say(post, entry, fault->fatal ? FHIR_ERROR : FHIR_WARNING, "value",
            fault->where, fault->reason);
    }
}

static void say_unused(struct post *post, const struct fhir_entry *entry,
                       const struct facts *facts)
{
    for (size_t i = 0; i < facts->ignored_count; i++)
        say(post, entry, FHIR_INFORMATION, "informational",
            facts->ignored[i].where, facts->ignored[i].reason);
    say(post, entry, FHIR_INFORMATION, "informational", NULL, "not used here");
}

struct telling {
    struct post *post;
    const struct fhir_entry *entry;
};

/* Fields that were left out, and rows. The value may be somebody's. */
static void on_bad(void *arg, const struct intake_bad *bad)
{
    struct telling *it = arg;
    say(it->post, it->entry, bad->row ? FHIR_ERROR : FHIR_WARNING, "value",
        bad->where, bad->reason);
}

/* Facts -----------------------------------------------------------------------
 */

/* Whose the ids of the entries are. */
static void bases_read(struct post *post)
{
    bool by_url;
    for (size_t i = 0; i < post->bundle->count; i++) {
        const struct fhir_entry *entry = &post->bundle->entries[i];
        if (!entry->resource || !entry->type || !entry->id)
            continue;
        const char *base = fhir_base(post->bundle->arena, entry->full_url,
                                     entry->type, entry->resource, &by_url);
        fhir_bases_put(post->bases, entry->type, entry->id,
                       base ? base : post->source, by_url);
    }
}

static struct fhir_reader reader_of(const struct post *post)
{
    return (struct fhir_reader){
        .store = post->take->store,
        .names = post->bundle->names,
        .options = {.now = post->now,
                    .terms = post->take->options.terms,
                    .mapping = post->take->options.mapping,
                    .bases = post->bases},
        .source = post->source,
        .message_id = post->message_id,
        .at = post->bundle->at};
}

static bool selves_read(struct post *post, struct error *err)
{
    const struct fhir_reader reader = reader_of(post);
    bool done = true;
    for (size_t i = 0; done && i < post->bundle->count; i++)
        done = fhir_read_self(&reader, &post->bundle->entries[i], err);
    return done;
}

/* Taking ----------------------------------------------------------------------
 */

static void count(struct intake_counts *sum, const struct intake_counts *one)
{
    sum->made += one->made;
    sum->changed += one->changed;
    sum->same += one->same;
    sum->older += one->older;
    sum->ended += one->ended;
    sum->merged += one->merged;
    sum->forgotten += one->forgotten;
    sum->waiting += one->waiting;
    sum->early += one->early;
    sum->quiet += one->quiet;
    sum->followed += one->followed;
    sum->news += one->news;
}

static void judge(struct post *post, const struct fhir_entry *entry,
                  const struct intake_counts *counts)
{
    struct fhir_said *said = said_of(post, entry);
    said->status = counts->made > 0 ? 201 : 200;
    if (counts->bad > 0)
        said->status = 422;
    if (counts->waiting > 0 && post->bundle->form != FHIR_MESSAGE)
        wrong(post, entry, 422, "not-found", NULL,
              "the patient, or the prescription, is not known here");
    else if (counts->waiting > 0)
        say(post, entry, FHIR_INFORMATION, "informational", NULL,
            "the patient, or the prescription, is not known here yet: it waits "
            "for them");
    else if (counts->early > 0 && counts->bad == 0)
        say(post, entry, FHIR_INFORMATION, "informational", NULL,
            "the row is not known here yet: that it is off is kept");
    else if (counts->forgotten > 0)
        say(post, entry, FHIR_INFORMATION, "informational", NULL,
            "is about somebody of whom nothing is kept here");
    else if (counts->older > 0)
        say(post, entry, FHIR_INFORMATION, "informational", NULL,
            "is older than what is known here, and changes nothing");
}

/* What it says goes in, or none of it. */
static bool write(struct post *post, const struct fhir_entry *entry,
                  const struct facts *facts, struct error *err)
{
    struct store *store = post->take->store;
    struct intake_counts counts = {0};
    struct telling telling = {post, entry};
    struct error why = {0};
    if (!store_suppose(store, err))
        return false;
    bool done =
        intake_take(post->take->intake, facts, &counts, on_bad, &telling, &why);
    /* a row that the schema refuses is the resource's fault */
    if (!done && why.kind != ERROR_INPUT && why.kind != ERROR_CANNOT) {
        *err = why;
        return false;
    }
    if (done)
        judge(post, entry, &counts);
    else
        wrong(post, entry, 422, "processing", NULL, why.text);
    if (is_wrong(said_of(post, entry)))
        return store_unsuppose(store, err);
    count(&post->taken->counts, &counts);
    return store_suppose_true(store, err);
}

static bool take_entry(struct post *post, const struct fhir_entry *entry,
                       struct error *err)
{
    struct fhir_said *said = said_of(post, entry);
    enum fhir_verdict verdict = FHIR_WRONG;
    struct facts *facts;
    said->status = 200;
    if (entry->flaw.status) {
        said->status = entry->flaw.status;
        const struct fhir_issue issue = {.grade = FHIR_ERROR,
                                         .code = entry->flaw.code,
                                         .where = entry->flaw.where,
                                         .text = entry->flaw.text};
        fhir_say(post->bundle->arena, said, &issue);
        return true;
    }
    const struct fhir_reader reader = reader_of(post);
    bool done = fhir_read(&reader, entry, &facts, &verdict, err);
    switch (done ? verdict : FHIR_WRONG) {
    case FHIR_UNDERSTOOD:
        say_faults(post, entry, facts);
        done = write(post, entry, facts, err);
        break;
    case FHIR_NOT_OURS:
        say_unused(post, entry, facts);
        break;
    case FHIR_WRONG:
        said->status = 422;
        say_faults(post, entry, facts);
        break;
    }
    facts_free(facts);
    return done;
}

/* All entries, in the order in which they need each other. */
static bool take_all(struct post *post, struct error *err)
{
    struct fhir_bundle *bundle = post->bundle;
    for (int order = 0; order < 2 * FHIR_TURNS; order++)
        for (size_t i = 0; i < bundle->count; i++)
            if (bundle->entries[i].order == order &&
                !take_entry(post, &bundle->entries[i], err))
                return false;
    for (size_t i = 0; i < bundle->count; i++)
        post->taken->wrong += is_wrong(&post->said[i]);
    return true;
}

/* All of it is taken back when one is wrong, but for a batch; but for a visit
 * that was moved to a time that cannot be read: it is not at the old one. */
static bool take_whole(struct post *post, struct error *err)
{
    struct fhir_take *take = post->take;
    struct consent_mark mark;
    intake_at(take->intake, post->now);
    if (!store_suppose(take->store, err) ||
        !consent_mark(take->store, &mark, err) || !take_all(post, err))
        return false;
    if (post->taken->wrong > 0 && post->bundle->form != FHIR_BATCH) {
        post->taken->counts = (struct intake_counts){0};
        return store_unsuppose(take->store, err) &&
               intake_hold(take->intake, err);
    }
    return intake_hold(take->intake, err) &&
           consent_audit_since(take->store, &mark, take->options.actor,
                               post->now, err) &&
           (post->taken->counts.news == 0 ||
            feed_note(take->store, FEED, post->now, post->now,
                      (int64_t)post->bundle->count, err)) &&
           store_suppose_true(take->store, err);
}

/* Answers ---------------------------------------------------------------------
 */

/* What was wrong, of all entries; or, when nothing was, what else was said. */
static void gather(const struct post *post, struct fhir_said *all)
{
    bool wrong = post->taken->wrong > 0;
    for (size_t i = 0; i < post->bundle->count; i++) {
        const struct fhir_said *said = &post->said[i];
        if (wrong && !is_wrong(said))
            continue;
        for (size_t k = 0; k < said->count; k++)
            if (!wrong || said->issues[k].grade >= FHIR_ERROR)
                fhir_say(post->bundle->arena, all, &said->issues[k]);
        if (wrong && all->status != 400)
            all->status = said->status == 400 ? 400 : 422;
    }
}

static void answer(struct post *post, struct buf *out)
{
    struct fhir_taken *taken = post->taken;
    const struct fhir_bundle *bundle = post->bundle;
    struct fhir_said all = {.status = 200};
    gather(post, &all);
    taken->verdict = taken->wrong == 0 ? "accepted" : "wrong";
    taken->status = all.status;
    switch (bundle->form) {
    case FHIR_SINGLE:
        if (taken->wrong == 0)
            taken->status = post->said[0].status;
        fhir_answer_outcome(out, &all);
        return;
    case FHIR_TRANSACTION:
        if (taken->wrong == 0)
            fhir_answer_bundle(out, bundle->form, post->said, bundle->count);
        else
            fhir_answer_outcome(out, &all);
        return;
    case FHIR_BATCH:
        taken->status = 200;
        if (taken->wrong > 0 && taken->wrong < bundle->count)
            taken->verdict = "partly";
        fhir_answer_bundle(out, bundle->form, post->said, bundle->count);
        return;
    case FHIR_MESSAGE:
        fhir_answer_message(out, bundle, taken->wrong ? "fatal-error" : "ok",
                            &all, post->now);
        return;
    }
}

/* Messages --------------------------------------------------------------------
 */

/* What was taken is answered again; what was not may be taken by now. */
static bool message_known(struct post *post, bool *known, struct buf *out,
                          struct error *err)
{
    const struct json_node *header = post->bundle->header;
    const char *id = json_get_text(header, "id");
    const char *from = json_get_text(json_get(header, "source"), "endpoint");
    const struct fhir_said nothing = {.status = 200};
    int before;
    text_copy(post->taken->source, sizeof(post->taken->source), from);
    post->message_id = id ? id : post->bundle->id;
    post->source =
        arena_format(post->bundle->arena, FEED ":%s", post->taken->source);
    if (!feed_message_find(post->take->store, post->source, post->message_id,
                           known, &before, err))
        return false;
    if (*known) {
        post->taken->verdict = "repeated";
        post->taken->status = 200;
        fhir_answer_message(out, post->bundle, "ok", &nothing, post->now);
    }
    return true;
}

static bool message_note(struct post *post, struct error *err)
{
    struct fhir_take *take = post->take;
    if (post->bundle->form != FHIR_MESSAGE || post->taken->wrong > 0)
        return true;
    if (++take->messages % FORGET_EVERY == 0 &&
        !feed_message_forget(take->store, post->now - FEED_MESSAGE_REPEATS_MS,
                             err))
        return false;
    return feed_message_note(take->store, post->source, post->message_id,
                             post->now, 0, err);
}

static const char *what_of(const struct fhir_bundle *bundle)
{
    switch (bundle->form) {
    case FHIR_SINGLE:
        return bundle->entries[0].type;
    case FHIR_TRANSACTION:
        return "transaction";
    case FHIR_BATCH:
        return "batch";
    case FHIR_MESSAGE:
        return "message";
    }
    return "";
}

static bool take_post(struct post *post, struct buf *out, struct error *err)
{
    const struct fhir_bundle *bundle = post->bundle;
    bool known = false;
    text_copy(post->taken->what, sizeof(post->taken->what), what_of(bundle));
    post->taken->entries = bundle->count;
    if (bundle->form == FHIR_MESSAGE && !message_known(post, &known, out, err))
        return false;
    if (known)
        return true;
    bases_read(post);
    if (!selves_read(post, err) || !take_whole(post, err) ||
        !message_note(post, err))
        return false;
    answer(post, out);
    if (out->overflow) {
        buf_reset(out);
        fhir_answer_issue(out, FHIR_INFORMATION, "too-long", NULL,
                          "there is more to say than an answer holds");
    }
    return true;
}

bool fhir_take(struct fhir_take *take, const char *bytes, size_t len,
               instant now, struct buf *out, struct fhir_taken *taken,
               struct error *err)
{
    struct fhir_flaw flaw;
    char text[FHIR_FLAW_TEXT];
    *taken = (struct fhir_taken){.verdict = "refused"};
    struct fhir_bundle *bundle = fhir_bundle_read(bytes, len, &flaw, text);
    if (!bundle) {
        taken->status = flaw.status;
        fhir_answer_issue(out, FHIR_FATAL, flaw.code, flaw.where, flaw.text);
        return true;
    }
    struct post post = {
        .take = take,
        .bundle = bundle,
        .source = FEED,
        .message_id = bundle->id,
        .now = now,
        .taken = taken,
        .said = memory_new((bundle->count + 1) * sizeof(struct fhir_said)),
        .bases = fhir_bases_new(),
    };
    bool done = take_post(&post, out, err);
    fhir_bases_free(post.bases);
    free(post.said);
    fhir_bundle_free(bundle);
    return done;
}
