/* SPDX-License-Identifier: Apache-2.0 */
/* soak [--seeds N] [--from N] [--days N] [--jobs N] [--skip N,N...] [--hasty]
 *      [--demand] [-v]
 *
 * Lives so many clinics' lives of so many days, each from its seed, and checks
 * the promises after every event. A life in which one breaks is lived again
 * with fewer events until none can be left out, and printed; it exits 1 then.
 * At the end it says what never happened in any of them; with --demand it exits
 * 1 when there is such a thing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"

#include "tests/soak/life.h"

enum { JOBS_MAX = 64 };

struct run {
    uint64_t from;
    int seeds, days, jobs;
    bool skip[LIFE_EVENTS_MAX];
    bool demand; /* all that can happen must have happened */
    bool hasty;  /* the first broken promise is enough, as it is */
    bool verbose;
};

/* What the jobs share with whoever started them. */
struct shared {
    struct coverage coverage;
    uint64_t seed;   /* being lived */
    uint64_t broken; /* the first whose promise broke; 0: none */
    char why[1000];
    int last_event;
    int lived;
};

static void quiet(void *arg, enum log_level level, const char *text)
{
    (void)arg;
    (void)level;
    (void)text;
}

/* Lives one life; false with `why` and the last event when a promise broke. */
static bool live(const struct run *run, uint64_t seed,
                 struct coverage *coverage, char why[1000], int *last)
{
    static struct life life;
    char what[128];
    int events = run->days * LIFE_EVENTS_A_DAY;
    bool ok = life_open(&life, seed, run->days, coverage);
    for (int i = 0; ok && i < events && i < LIFE_EVENTS_MAX; i++) {
        *last = i;
        ok = life_run(&life, event_at(&life, i)) && promises_hold(&life);
        if (!ok || run->skip[i])
            continue;
        event_happen(&life, i, what, sizeof(what));
        if (run->verbose)
            printf("  %s\n", what);
        ok = promises_hold(&life);
    }
    /* The carrier recovers, and no more visits come: all must end. */
    life.mood = MOOD_FINE;
    event_notes_come(&life);
    if (ok)
        ok = life_sql(&life, "UPDATE campaign SET state = 'running'; UPDATE"
                             " meta SET value = '0' WHERE key = 'paused';"
                             " UPDATE feed SET max_age = NULL; UPDATE"
                             " prescription SET status = 'stopped'") &&
             life_run(&life, life.now + INT64_C(10) * 24 * HOUR_MS) &&
             promises_hold_at_the_end(&life);
    snprintf(why, 1000, "%s", life.broken);
    life_close(&life);
    return ok;
}

/* In a process of its own, so that a crash is told like a broken promise. */
static bool live_apart(const struct run *run, uint64_t seed, char why[1000],
                       int *last)
{
    static struct shared *shared;
    if (!shared)
        shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memset(shared, 0, sizeof(*shared));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        int at = 0;
        bool ok = live(run, seed, &shared->coverage, shared->why, &at);
        shared->last_event = at;
        _exit(ok ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        snprintf(shared->why, sizeof(shared->why), "the program died of %d",
                 WTERMSIG(status));
    snprintf(why, 1000, "%s", shared->why);
    *last = shared->last_event;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Leaves out what is not needed for the promise to break: halves first, then
 * ever smaller parts (ddmin). */
static void shrink(struct run *run, uint64_t seed)
{
    char why[1000], what[128];
    int last = 0, events = run->days * LIFE_EVENTS_A_DAY;
    if (live_apart(run, seed, why, &last))
        return;
    if (events > LIFE_EVENTS_MAX)
        events = LIFE_EVENTS_MAX;
    for (int part = events / 2; part >= 1; part /= 2) {
        for (int at = 0; at < events; at += part) {
            bool before[LIFE_EVENTS_MAX];
            bool changed = false;
            memcpy(before, run->skip, sizeof(before));
            for (int i = at; i < at + part && i < events; i++) {
                changed |= !run->skip[i];
                run->skip[i] = true;
            }
            if (changed && live_apart(run, seed, why, &last))
                memcpy(run->skip, before, sizeof(before));
        }
    }
    live_apart(run, seed, why, &last);
    printf("# seed %llu, %d days: %s\n# The fewest events that lead there:\n",
           (unsigned long long)seed, run->days, why);
    static struct life life;
    struct coverage coverage = {0};
    if (life_open(&life, seed, run->days, &coverage)) {
        for (int i = 0; i < events; i++)
            if (!run->skip[i])
                printf("#  %s\n", event_happen(&life, i, what, sizeof(what)));
    }
    life_close(&life);
}

static void add_coverage(struct coverage *to, const struct coverage *from)
{
    const int64_t *source = (const int64_t *)from;
    int64_t *target = (int64_t *)to;
    for (size_t i = 0; i < sizeof(*to) / sizeof(int64_t); i++)
        __atomic_add_fetch(&target[i], source[i], __ATOMIC_RELAXED);
}

/* One of `jobs` processes: every jobs-th seed. */
static int job(const struct run *run, int number, struct shared *all,
               struct shared *mine)
{
    for (int i = number; i < run->seeds; i += run->jobs) {
        struct coverage coverage = {0};
        char why[1000];
        int last = 0;
        mine->seed = run->from + (uint64_t)i;
        if (all->broken)
            return 0;
        if (!live(run, mine->seed, &coverage, why, &last)) {
            all->broken = mine->seed;
            snprintf(all->why, sizeof(all->why), "%s", why);
            return 1;
        }
        add_coverage(&all->coverage, &coverage);
        __atomic_add_fetch(&all->lived, 1, __ATOMIC_RELAXED);
    }
    return 0;
}

/* What no life can bring about, and why it is not asked for. */
static const struct {
    enum outreach_state from, to;
    const char *why;
} never_changes[] = {
    {STATE_UNKNOWN, STATE_SUBMITTING, "the carrier takes no keys"},
    {STATE_ACCEPTED, STATE_ACCEPTED, "in one step with what comes before"},
    {STATE_UNKNOWN, STATE_UNKNOWN, "in one step with what comes before"},
    {STATE_SUBMITTING, STATE_EXPIRED, "only what waits is late"},
    {STATE_ACCEPTED, STATE_EXPIRED, "only what waits is late"},
    {STATE_UNKNOWN, STATE_EXPIRED, "only what waits is late"},
    {STATE_FAILED, STATE_DELIVERED, "the carrier takes no end back"},
    {STATE_SUPPRESSED, STATE_DELIVERED, "the carrier takes no end back"},
    {STATE_EXPIRED, STATE_DELIVERED, "the carrier takes no end back"},
};
#define NEVER_CHANGES (int)(sizeof(never_changes) / sizeof(never_changes[0]))
static const struct {
    enum gate_rule rule;
    const char *why;
} never_objects[] = {
    {RULE_HOLDOUT, "who is held out has no rows"},
    {RULE_CAP_STATE, "the day's cap speaks before a state's"},
    {RULE_SENDER, "the shipped texts all say who sends them"},
    {RULE_OPT_OUT_LINE, "the shipped texts all say how to stop"},
    {RULE_EARLY, "nothing is planned before its time"},
};
#define NEVER_OBJECTS (int)(sizeof(never_objects) / sizeof(never_objects[0]))

static bool is_left_out(int from, int to)
{
    for (int i = 0; i < NEVER_CHANGES; i++)
        if ((int)never_changes[i].from == from &&
            (int)never_changes[i].to == to)
            return true;
    return false;
}

static bool is_silent(int rule)
{
    for (int i = 0; i < NEVER_OBJECTS; i++)
        if ((int)never_objects[i].rule == rule)
            return true;
    return false;
}

static void tell_left_out(void)
{
    for (int i = 0; i < NEVER_CHANGES; i++)
        printf("# not asked for: %s to %s: %s\n",
               state_name(never_changes[i].from),
               state_name(never_changes[i].to), never_changes[i].why);
    for (int i = 0; i < NEVER_OBJECTS; i++)
        printf("# not asked for: the gate's %s: %s\n",
               gate_rule_name(never_objects[i].rule), never_objects[i].why);
}

/* Tells of one thing, unless it happened; how often it did not. */
static int never(int64_t times, const char *what, const char *name)
{
    if (times == 0)
        printf("# never: %s%s\n", what, name);
    return times == 0;
}

/* How much of what there is never happened, each of it told. */
static int tell_never(const struct coverage *coverage)
{
    static const char *const moods[MOODS] = {"fine", "mixed", "lost", "silent",
                                             "refusing"};
    int count = 0;
    for (int from = 0; from < STATE_COUNT; from++)
        for (int to = 0; to < STATE_COUNT; to++) {
            char change[64];
            snprintf(change, sizeof(change), "%s to %s",
                     state_name((enum outreach_state)from),
                     state_name((enum outreach_state)to));
            if (ledger_allows((enum outreach_state)from,
                              (enum outreach_state)to) &&
                !is_left_out(from, to))
                count += never(coverage->transitions[from][to], "", change);
        }
    for (int i = 0; i < RULE_COUNT; i++)
        if (!is_silent(i))
            count += never(coverage->objections[i], "the gate's ",
                           gate_rule_name((enum gate_rule)i));
    for (int i = 1; i < OUTCOME_COUNT; i++)
        count += never(coverage->outcomes[i], "the outcome ",
                       outcome_name((enum outcome)i));
    for (int i = 0; i < MOODS; i++)
        count += never(coverage->moods[i], "a message while the carrier is ",
                       moods[i]);
    for (size_t i = 0; event_name(i); i++)
        count += never(coverage->events[i], "", event_name(i));
    count += never(coverage->faults, "", "a write that failed");
    return count;
}

/* Whether that is all that was wanted. */
static bool tell_coverage(const struct run *run,
                          const struct coverage *coverage)
{
    int missing = tell_never(coverage);
    tell_left_out();
    printf("# %d of the changes, reasons, outcomes, moods and events never "
           "happened\n# %lld messages, %lld taken, %lld tasks, %lld crashes, "
           "%lld refused writes; by mood:",
           missing, (long long)coverage->messages, (long long)coverage->taken,
           (long long)coverage->tasks, (long long)coverage->crashes,
           (long long)coverage->faults);
    for (int i = 0; i < MOODS; i++)
        printf(" %lld", (long long)coverage->moods[i]);
    bool well = !run->demand || missing == 0;
    printf("\n1..%d\nok 1 - %d lives of %d days keep the promises\n",
           run->demand ? 2 : 1, run->seeds, run->days);
    if (run->demand)
        printf("%s 2 - all that can happen did\n", well ? "ok" : "not ok");
    return well;
}

static int run_all(struct run *run)
{
    struct shared *shared =
        mmap(NULL, (size_t)(run->jobs + 1) * sizeof(*shared),
             PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t workers[JOBS_MAX];
    for (int i = 0; i < run->jobs; i++) {
        workers[i] = fork();
        if (workers[i] == 0)
            _exit(job(run, i, shared, &shared[i + 1]));
    }
    for (int i = 0; i < run->jobs; i++) {
        int status;
        waitpid(workers[i], &status, 0);
        if (WIFSIGNALED(status) && !shared->broken)
            shared->broken = shared[i + 1].seed;
    }
    if (!shared->broken && shared->lived != run->seeds) {
        printf("1..1\nnot ok 1 - only %d of %d lives ended\n", shared->lived,
               run->seeds);
        return 1;
    }
    if (shared->broken) {
        printf("1..1\nnot ok 1 - seed %llu: %s\n",
               (unsigned long long)shared->broken,
               shared->why[0] ? shared->why : "the program died");
        if (!run->hasty)
            shrink(run, shared->broken);
        printf("# again: soak --from %llu --seeds 1 --days %d\n",
               (unsigned long long)shared->broken, run->days);
        return 1;
    }
    return tell_coverage(run, &shared->coverage) ? 0 : 1;
}

static void read_skip(struct run *run, char *list)
{
    char *rest = NULL;
    for (char *one = strtok_r(list, ",", &rest); one;
         one = strtok_r(NULL, ",", &rest)) {
        int number = atoi(one);
        if (number >= 0 && number < LIFE_EVENTS_MAX)
            run->skip[number] = true;
    }
}

int main(int argc, char **argv)
{
    static struct run run = {.from = 1, .seeds = 20, .days = 60, .jobs = 2};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-v") == 0)
            run.verbose = true;
        else if (strcmp(argv[i], "--demand") == 0)
            run.demand = true;
        else if (strcmp(argv[i], "--hasty") == 0)
            run.hasty = true;
        else if (i + 1 < argc && strcmp(argv[i], "--seeds") == 0)
            run.seeds = atoi(argv[++i]);
        else if (i + 1 < argc && strcmp(argv[i], "--from") == 0)
            run.from = strtoull(argv[++i], NULL, 10);
        else if (i + 1 < argc && strcmp(argv[i], "--days") == 0)
            run.days = atoi(argv[++i]);
        else if (i + 1 < argc && strcmp(argv[i], "--jobs") == 0)
            run.jobs = atoi(argv[++i]);
        else if (i + 1 < argc && strcmp(argv[i], "--skip") == 0)
            read_skip(&run, argv[++i]);
        else {
            fprintf(stderr, "soak: %s is not known\n", argv[i]);
            return 2;
        }
    }
    if (run.jobs < 1 || run.jobs > JOBS_MAX) {
        fprintf(stderr, "soak: --jobs is 1 to %d\n", JOBS_MAX);
        return 2;
    }
    log_capture(quiet, NULL);
    return run_all(&run);
}
