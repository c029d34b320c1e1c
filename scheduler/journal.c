/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two lists of jobs and, when threaded, the thread between them. Everything
 * that crosses belongs to the job; the clerk belongs to whoever runs it. The
 * lock is held to move a pointer, never while SQLite works.
 */
#include "scheduler/journal.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/error.h"
#include "base/memory.h"
#include "store/store.h"

struct list {
    struct job *first, *last;
};

struct journal {
    struct clerk *clerk;
    bool threaded, stopping;
    void (*wake)(void *arg);
    void *wake_arg;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t posted;
    struct list waiting, done;
    int passed_over; /* how often an evaluation stood back in a row */
};

/* A slice of evaluation stands back behind this many other jobs at most, so
 * that a million due messages do not keep a discharge from being planned. */
#define PASSES_MAX 6

static void list_add(struct list *list, struct job *job)
{
    job->next = NULL;
    if (list->last)
        list->last->next = job;
    else
        list->first = job;
    list->last = job;
}

static void list_remove(struct list *list, struct job *before, struct job *job)
{
    if (before)
        before->next = job->next;
    else
        list->first = job->next;
    if (list->last == job)
        list->last = before;
}

static struct job *list_take(struct list *list)
{
    struct job *job = list->first;
    if (job)
        list_remove(list, NULL, job);
    return job;
}

/* The first that is no evaluation; a slice when nothing else waits, or when
 * it stood back long enough. */
static struct job *job_pick(struct journal *journal)
{
    struct list *list = &journal->waiting;
    struct job *before = NULL, *job = list->first;
    if (job && job->kind == JOB_EVALUATE &&
        journal->passed_over >= PASSES_MAX) {
        journal->passed_over = 0;
        return list_take(list);
    }
    while (job && job->kind == JOB_EVALUATE) {
        before = job;
        job = job->next;
    }
    if (!job || !before)
        return list_take(list);
    journal->passed_over++;
    list_remove(list, before, job);
    return job;
}

/* What comes of messages and the next to go fill the same pages: one commit
 * serves both. The claim that waits beside this settlement, or the reverse. */
static struct job *job_partner(struct journal *journal, const struct job *job)
{
    enum job_kind wanted = job->kind == JOB_CLAIM ? JOB_SETTLE : JOB_CLAIM;
    if (job->kind != JOB_CLAIM && job->kind != JOB_SETTLE)
        return NULL;
    struct job *before = NULL, *other = journal->waiting.first;
    while (other && other->kind != wanted) {
        before = other;
        other = other->next;
    }
    if (other)
        list_remove(&journal->waiting, before, other);
    return other;
}

/* Long enough for somebody who asks for the writer's lock every now and then,
 * and only when somebody does. */
static void leave_gap(const struct clerk *clerk)
{
    const struct timespec gap = {.tv_nsec = 30 * 1000 * 1000};
    if (store_is_wanted(clerk->store))
        nanosleep(&gap, NULL);
}

static void *run(void *arg)
{
    struct journal *journal = arg;
    pthread_setname_np(pthread_self(), "journal"); /* for top and perf */
    pthread_mutex_lock(&journal->lock);
    for (;;) {
        struct job *job = job_pick(journal);
        if (!job && journal->stopping)
            break;
        if (!job) {
            pthread_cond_wait(&journal->posted, &journal->lock);
            continue;
        }
        struct job *other = job_partner(journal, job);
        pthread_mutex_unlock(&journal->lock);
        if (!other)
            clerk_run(journal->clerk, job);
        else if (job->kind == JOB_SETTLE)
            clerk_run_both(journal->clerk, job, other);
        else
            clerk_run_both(journal->clerk, other, job);
        leave_gap(journal->clerk);
        pthread_mutex_lock(&journal->lock);
        list_add(&journal->done, job);
        if (other)
            list_add(&journal->done, other);
        pthread_mutex_unlock(&journal->lock);
        if (journal->wake)
            journal->wake(journal->wake_arg);
        pthread_mutex_lock(&journal->lock);
    }
    pthread_mutex_unlock(&journal->lock);
    return NULL;
}

struct journal *journal_new(struct clerk *clerk, bool threaded,
                            void (*wake)(void *arg), void *wake_arg)
{
    struct journal *journal = memory_new(sizeof(*journal));
    journal->clerk = clerk;
    journal->threaded = threaded;
    journal->wake = wake;
    journal->wake_arg = wake_arg;
    pthread_mutex_init(&journal->lock, NULL);
    pthread_cond_init(&journal->posted, NULL);
    if (threaded && pthread_create(&journal->thread, NULL, run, journal) != 0)
        PANIC("cannot start the journal's thread");
    return journal;
}

void journal_post(struct journal *journal, struct job *job)
{
    if (!journal->threaded) {
        clerk_run(journal->clerk, job);
        list_add(&journal->done, job);
        return;
    }
    pthread_mutex_lock(&journal->lock);
    list_add(&journal->waiting, job);
    pthread_cond_signal(&journal->posted);
    pthread_mutex_unlock(&journal->lock);
}

struct job *journal_take(struct journal *journal)
{
    pthread_mutex_lock(&journal->lock);
    struct job *job = list_take(&journal->done);
    pthread_mutex_unlock(&journal->lock);
    return job;
}

void journal_finish(struct journal *journal)
{
    if (!journal->threaded)
        return;
    pthread_mutex_lock(&journal->lock);
    journal->stopping = true;
    pthread_cond_signal(&journal->posted);
    pthread_mutex_unlock(&journal->lock);
    pthread_join(journal->thread, NULL);
    journal->threaded = false;
}

void journal_free(struct journal *journal)
{
    if (!journal)
        return;
    journal_finish(journal);
    struct job *job;
    while ((job = list_take(&journal->done)))
        job_free(job);
    pthread_cond_destroy(&journal->posted);
    pthread_mutex_destroy(&journal->lock);
    free(journal);
}
