/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs and what they carry: copying texts into blocks of their own, so that
 * nothing is shared between the threads. */
#include "scheduler/job.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Moves `count` texts into one block and lets them point there. */
static char *texts_pack(const char **texts[], size_t count)
{
    size_t size = 1;
    for (size_t i = 0; i < count; i++)
        size += *texts[i] ? strlen(*texts[i]) + 1 : 0;
    char *block = memory_grow(NULL, size, 1);
    char *at = block;
    for (size_t i = 0; i < count; i++) {
        if (!*texts[i])
            continue;
        size_t len = strlen(*texts[i]) + 1;
        memcpy(at, *texts[i], len);
        *texts[i] = at;
        at += len;
    }
    return block;
}

void dispatch_fill(struct dispatch *dispatch, const struct outgoing *message)
{
    dispatch->message = *message;
    struct outgoing *own = &dispatch->message;
    const char **texts[] = {
        &own->reference,   &own->to,        &own->extension,
        &own->language,    &own->subject,   &own->text,
        &own->html,        &own->voicemail, &own->script,
        &own->transfer_to, &own->calendar,  &own->unsubscribe_url,
    };
    dispatch->texts = texts_pack(texts, sizeof(texts) / sizeof(texts[0]));
}

void dispatch_free(struct dispatch *dispatch)
{
    free(dispatch->texts);
    dispatch->texts = NULL;
}

void settlement_own(struct settlement *settlement)
{
    const char **texts[] = {
        &settlement->event.status,      &settlement->event.code,
        &settlement->event.provider_id, &settlement->event.detail,
        &settlement->reply.from,        &settlement->reply.to,
        &settlement->reply.text,        &settlement->reply.intent,
        &settlement->reply.provider_id, &settlement->reply.about,
        &settlement->sent.to,           &settlement->sent.text,
        &settlement->sent.provider_id,  &settlement->cursor,
    };
    settlement->texts = texts_pack(texts, sizeof(texts) / sizeof(texts[0]));
}

void settlement_free(struct settlement *settlement)
{
    free(settlement->texts);
    settlement->texts = NULL;
}

struct job *job_new(enum job_kind kind, instant now)
{
    struct job *job = memory_new(sizeof(*job));
    job->kind = kind;
    job->now = now;
    return job;
}

void job_free(struct job *job)
{
    if (!job)
        return;
    for (size_t i = 0; i < job->settlement_count; i++)
        settlement_free(&job->settlements[i]);
    for (size_t i = 0; i < job->dispatch_count; i++)
        dispatch_free(&job->dispatches[i]);
    for (size_t i = 0; i < job->question_count; i++)
        free(job->questions[i].text);
    free(job->settlements);
    free(job->dispatches);
    free(job->calls);
    free(job->questions);
    free(job);
}

void totals_add(struct engine_totals *to, const struct engine_totals *from)
{
    to->planned += from->planned;
    to->claimed += from->claimed;
    to->sent += from->sent;
    to->accepted += from->accepted;
    to->delivered += from->delivered;
    to->failed += from->failed;
    to->unknown += from->unknown;
    to->suppressed += from->suppressed;
    to->expired += from->expired;
    to->cancelled += from->cancelled;
    to->merged += from->merged;
    to->tasks += from->tasks;
    to->held += from->held;
    to->opt_outs += from->opt_outs;
    for (int i = 0; i < REPLY_CLASSES; i++)
        to->replies[i] += from->replies[i];
    for (int i = 0; i < RULE_COUNT; i++)
        to->objections[i] += from->objections[i];
    if (from->longest_wait_ms > to->longest_wait_ms) {
        to->longest_wait_ms = from->longest_wait_ms;
        to->longest_wait_at = from->longest_wait_at;
    }
    to->found += from->found;
    to->receipts_lost += from->receipts_lost;
    to->told += from->told;
    to->untold += from->untold;
}
