/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Steps: when, by which ladder of channels, or which task for whom. Checks
 * each step by itself; what its names lead to is check.c's.
 */
#include "campaigns/reader.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"

#include "campaigns/expression_lex.h"
#include "campaigns/timing.h"

#define STEPS_MAX 40
#define ASK_MAX 8
#define ATTEMPTS_DEFAULT 4
#define ATTEMPTS_MAX 10
#define ROLE_MAX 80
#define LADDER_TEXT_MAX 300

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The ladder's own little reader. */
struct ladder {
    struct reader *reader;
    const struct json_node *node;
    struct tokens tokens;
    size_t at;
    struct step *step;
};

static bool ladder_fault(struct ladder *ladder, const char *text)
{
    struct expression_place place = reader_place(ladder->reader, ladder->node);
    faults_add(ladder->reader->faults, FAULT_ERROR, place.file, place.line,
               place.column + ladder->tokens.items[ladder->at].column, "%s",
               text);
    return false;
}

static bool ladder_take(struct ladder *ladder, const char *word)
{
    if (!token_is(&ladder->tokens.items[ladder->at], word))
        return false;
    ladder->at++;
    return true;
}

static bool ladder_channel(struct ladder *ladder, enum channel *out)
{
    const struct token *token = &ladder->tokens.items[ladder->at];
    static const char *const names[] = {"sms", "email", "voice"};
    if (token->kind == TOKEN_WORD && channel_parse(token->text, out)) {
        ladder->at++;
        return true;
    }
    const char *suggestion = "";
    if (token->kind == TOKEN_WORD)
        suggestion =
            reader_suggestion(ladder->reader, token->text, names, COUNT(names));
    return ladder_fault(
        ladder, arena_format(ladder->reader->faults->arena,
                             "a channel is wanted here: sms, email or voice%s",
                             suggestion));
}

/* A channel that was given up is not tried again by the same step. */
static bool ladder_twice(struct ladder *ladder)
{
    ladder->at--;
    return ladder_fault(ladder, "this channel has its rung already: a channel "
                                "stands in a ladder once; \"attempts\" says "
                                "how often to try");
}

/* "sms, else email after 4 hours, else voice" */
static bool read_ladder(struct ladder *ladder)
{
    struct step *step = ladder->step;
    do {
        if (step->ladder_count >= LADDER_MAX)
            return ladder_fault(ladder, "a ladder has at most 3 rungs");
        if (step->ladder_count > 0 && !ladder_take(ladder, "else"))
            return ladder_fault(ladder, "a further rung begins with 'else': "
                                        "sms, else email after 4 hours");
        struct rung *rung = &step->ladder[step->ladder_count];
        if (!ladder_channel(ladder, &rung->channel))
            return false;
        for (const struct rung *before = step->ladder; before < rung; before++)
            if (before->channel == rung->channel)
                return ladder_twice(ladder);
        step->ladder_count++;
        if (!ladder_take(ladder, "after"))
            continue;
        if (step->ladder_count == 1)
            return ladder_fault(ladder, "the first channel goes at the step's "
                                        "own time, without 'after'");
        size_t wait = ladder->at;
        if (!lex_duration(ladder->tokens.items, &ladder->at, &rung[-1].wait))
            return ladder_fault(ladder, "'after' wants a length of time: after "
                                        "4 hours");
        if (rung[-1].wait.unit == UNIT_OPEN_HOURS) {
            ladder->at = wait;
            return ladder_fault(ladder, OPEN_HOURS_FAULT);
        }
    } while (ladder_take(ladder, ","));
    if (ladder->tokens.items[ladder->at].kind != TOKEN_END)
        return ladder_fault(ladder, "rungs are parted by commas: sms, else "
                                    "email after 4 hours, else voice");
    return true;
}

static void read_send(struct reader *reader, const struct json_node *node,
                      void *into)
{
    struct ladder ladder = {.reader = reader, .node = node, .step = into};
    char message[200];
    int column = 0;
    const char *text = reader_text(reader, node, LADDER_TEXT_MAX);
    if (text == NULL)
        return;
    if (lex_tokens(text, reader->arena, &ladder.tokens, message,
                   sizeof(message), &column)) {
        read_ladder(&ladder);
        return;
    }
    struct expression_place place = reader_place(reader, node);
    faults_add(reader->faults, FAULT_ERROR, place.file, place.line,
               place.column + column, "%s", message);
}

static void read_task_to(struct reader *reader, const struct json_node *node,
                         void *into)
{
    ((struct task_spec *)into)->to = reader_text(reader, node, ROLE_MAX);
}

static void read_task_then(struct reader *reader, const struct json_node *node,
                           void *into)
{
    ((struct task_spec *)into)->then = reader_text(reader, node, ROLE_MAX);
}

static void read_task_kind(struct reader *reader, const struct json_node *node,
                           void *into)
{
    ((struct task_spec *)into)->kind = reader_name(reader, node, "a task");
}

static void read_task_within(struct reader *reader,
                             const struct json_node *node, void *into)
{
    struct task_spec *task = into;
    if (text_equal(json_text(node), "same day"))
        task->same_day = true;
    else
        task->has_within = reader_within(reader, node, &task->within);
}

static void read_task_due(struct reader *reader, const struct json_node *node,
                          void *into)
{
    reader_time(reader, node, &((struct task_spec *)into)->due);
}

const struct task_spec *reader_task(struct reader *reader,
                                    const struct json_node *node)
{
    static const struct member members[] = {
        {"to", IS_TEXT, true, read_task_to},
        {"kind", IS_TEXT, false, read_task_kind},
        {"within", IS_TEXT, false, read_task_within},
        {"due", IS_TEXT, false, read_task_due},
        {"then", IS_TEXT, false, read_task_then},
    };
    struct task_spec *task = arena_alloc(reader->arena, sizeof(*task));
    if (!reader_members(reader, node, "a task", members, COUNT(members), task))
        return NULL;
    bool within = json_get(node, "within") != NULL;
    bool due = json_get(node, "due") != NULL;
    if (within == due)
        reader_fault(reader, node,
                     "a task wants either \"within\" (\"4 open hours\", \"same "
                     "day\") or \"due\" (\"2 business days after ...\")");
    return task;
}

static void read_step_name(struct reader *reader, const struct json_node *node,
                           void *into)
{
    ((struct step *)into)->name = reader_name(reader, node, "a step");
}

static void read_when(struct reader *reader, const struct json_node *node,
                      void *into)
{
    reader_turns(reader, node, &((struct step *)into)->when);
}

static void read_until(struct reader *reader, const struct json_node *node,
                       void *into)
{
    reader_time(reader, node, &((struct step *)into)->until);
}

static void read_not_before(struct reader *reader, const struct json_node *node,
                            void *into)
{
    reader_time(reader, node, &((struct step *)into)->not_before);
}

static void read_only_if(struct reader *reader, const struct json_node *node,
                         void *into)
{
    ((struct step *)into)->only_if = reader_condition(reader, node);
}

/* One of a few words; -1 and told when it is none. */
static int read_choice(struct reader *reader, const struct json_node *node,
                       const char *const *words, size_t count)
{
    const char *list = "";
    for (size_t i = 0; i < count; i++) {
        if (text_equal(json_text(node), words[i]))
            return (int)i;
        list = arena_format(reader->faults->arena, "%s%s'%s'", list,
                            i > 0 ? ", " : "", words[i]);
    }
    reader_fault(reader, node, "'%.60s' is none of %s", json_text(node), list);
    return -1;
}

static void read_if_closed(struct reader *reader, const struct json_node *node,
                           void *into)
{
    static const char *const words[] = {
        [CLOSED_LATER] = "later",
        [CLOSED_EARLIER] = "earlier",
        [CLOSED_DROP] = "drop",
    };
    int choice = read_choice(reader, node, words, COUNT(words));
    if (choice >= 0)
        ((struct step *)into)->if_closed = (enum if_closed)choice;
}

static void read_when_unknown(struct reader *reader,
                              const struct json_node *node, void *into)
{
    static const char *const words[] = {
        [UNKNOWN_GIVE_UP] = "give up",
        [UNKNOWN_RESEND] = "resend",
        [UNKNOWN_TASK] = "task",
    };
    int choice = read_choice(reader, node, words, COUNT(words));
    if (choice >= 0)
        ((struct step *)into)->when_unknown = (enum when_unknown)choice;
}

static void read_attempts(struct reader *reader, const struct json_node *node,
                          void *into)
{
    int64_t attempts = 0;
    if (!json_integer(node, &attempts) || attempts < 1 ||
        attempts > ATTEMPTS_MAX)
        reader_fault(reader, node,
                     "\"attempts\" is a whole number from 1 to %d",
                     ATTEMPTS_MAX);
    else
        ((struct step *)into)->attempts = (int)attempts;
}

static void read_preferred(struct reader *reader, const struct json_node *node,
                           void *into)
{
    (void)reader;
    ((struct step *)into)->preferred_first = json_is_true(node);
}

static void read_message_name(struct reader *reader,
                              const struct json_node *node, void *into)
{
    ((struct step *)into)->message = reader_name(reader, node, "a message");
}

static void read_ask(struct reader *reader, const struct json_node *node,
                     void *into)
{
    struct step *step = into;
    size_t count = json_count(node);
    if (count == 0 || count > ASK_MAX) {
        reader_fault(reader, node, "\"ask\" names 1 to %d questions", ASK_MAX);
        return;
    }
    const char **ask = arena_alloc(reader->arena, count * sizeof(ask[0]));
    for (const struct json_node *item = json_first(node); item != NULL;
         item = json_next(item)) {
        if (json_type(item) != JSON_TEXT)
            reader_fault(reader, item, "the name of a question, not %s",
                         json_type_name(json_type(item)));
        else if ((ask[step->ask_count] =
                      reader_name(reader, item, "a question")) != NULL)
            step->ask_count++;
    }
    step->ask = ask;
}

static void read_step_task(struct reader *reader, const struct json_node *node,
                           void *into)
{
    ((struct step *)into)->task = reader_task(reader, node);
}

static const struct member step_members[] = {
    {"step", IS_TEXT, true, read_step_name},
    {"about", IS_TEXT, false, NULL},
    {"when", IS_TEXT, true, read_when},
    {"until", IS_TEXT, false, read_until},
    {"not_before", IS_TEXT, false, read_not_before},
    {"if_closed", IS_TEXT, false, read_if_closed},
    {"only_if", IS_TEXT, false, read_only_if},
    {"send", IS_TEXT, false, read_send},
    {"preferred_first", IS_BOOL, false, read_preferred},
    {"attempts", IS_NUMBER, false, read_attempts},
    {"when_unknown", IS_TEXT, false, read_when_unknown},
    {"message", IS_TEXT, false, read_message_name},
    {"ask", IS_LIST, false, read_ask},
    {"task", IS_OBJECT, false, read_step_task},
};

/* What goes with what. */
static void check_shape(struct reader *reader, const struct json_node *node)
{
    static const char *const of_sending[] = {"message",         "ask",
                                             "preferred_first", "attempts",
                                             "when_unknown",    "if_closed"};
    bool send = json_get(node, "send") != NULL;
    bool task = json_get(node, "task") != NULL;
    bool message = json_get(node, "message") != NULL;
    bool ask = json_get(node, "ask") != NULL;
    if (send == task) {
        reader_fault(reader, node,
                     send ? "a step sends or opens a task, not both: make two "
                            "steps"
                          : "a step wants \"send\" (\"sms, else voice\") or "
                            "\"task\"");
        return;
    }
    if (send && message == ask)
        reader_fault(reader, node,
                     send && message
                         ? "a step has a \"message\" or it asks, not both"
                         : "a step that sends wants a \"message\" or \"ask\"");
    for (size_t i = 0; task && i < COUNT(of_sending); i++) {
        const struct json_node *member = json_get(node, of_sending[i]);
        if (member != NULL)
            reader_key_fault(reader, member,
                             "\"%s\" is for steps that send; this one opens a "
                             "task",
                             of_sending[i]);
    }
}

/* Whether `late` never lies behind `early`, for times of the same base: asked
 * at every hour of a day far from any change of the clocks. */
static bool never_behind(const struct step_time *late,
                         const struct step_time *early)
{
    const instant midnight = INT64_C(1781481600000); /* 2026-06-15 UTC */
    if (!late->given || !early->given || late->base != early->base ||
        late->field != early->field)
        return false;
    for (int hour = 0; hour < 24; hour++) {
        instant base = midnight + hour * HOUR_MS + 5 * MINUTE_MS;
        struct timing timing = {
            .anchor_zone = zone_utc(),
            .patient_zone = zone_utc(),
            .entered_at = base,
        };
        if (step_time_instant(late, base, &timing) >
            step_time_instant(early, base, &timing))
            return false;
    }
    return true;
}

static void check_order(struct reader *reader, const struct json_node *node,
                        const struct step *step)
{
    if (never_behind(&step->until, &step->when))
        reader_fault(reader, json_get(node, "until"),
                     "\"until\" does not lie behind \"when\": the step could "
                     "never go");
    if (never_behind(&step->until, &step->not_before))
        reader_fault(reader, json_get(node, "not_before"),
                     "\"not_before\" does not lie before \"until\": the step "
                     "could never go");
}

static void check_twice(struct reader *reader, const struct json_node *node,
                        const struct campaign *campaign,
                        const struct step *step)
{
    for (size_t i = 0; step->name != NULL && i < campaign->step_count; i++) {
        if (text_equal(campaign->steps[i].name, step->name))
            reader_fault(reader, json_get(node, "step"),
                         "the step '%s' stands in line %d already: give this "
                         "one a name of its own",
                         step->name, campaign->steps[i].line);
    }
}

/* A step, or each turn of an `every` as a step of its own: "check-in-1",
 * "check-in-2" ... */
static bool add_turns(struct reader *reader, const struct json_node *node,
                      struct campaign *campaign, const struct step *step)
{
    int turns = step->when.turns > 0 ? step->when.turns : 1;
    if (campaign->step_count + (size_t)turns > STEPS_MAX) {
        reader_fault(reader, node,
                     "a campaign has at most %d steps, each turn of an "
                     "'every' being one",
                     STEPS_MAX);
        return false;
    }
    for (int turn = 1; turn <= turns; turn++) {
        struct step one = *step;
        if (step->when.turns > 0) {
            one.turn = turn;
            one.when = step_time_turn(&step->when, turn);
            if (turn < turns)
                one.next = step_time_turn(&step->when, turn + 1);
            if (step->name != NULL)
                one.name =
                    arena_format(reader->arena, "%s-%d", step->name, turn);
        }
        if (turn == turns) /* the last one is the latest */
            check_order(reader, node, &one);
        check_twice(reader, node, campaign, &one);
        campaign->steps[campaign->step_count++] = one;
    }
    return true;
}

void read_steps(struct reader *reader, const struct json_node *node, void *into)
{
    struct campaign *campaign = into;
    size_t count = json_count(node);
    if (count == 0 || count > STEPS_MAX) {
        reader_fault(reader, node,
                     count == 0 ? "a campaign wants at least one step"
                                : "a campaign has at most 40 steps");
        return;
    }
    campaign->steps =
        arena_alloc(reader->arena, STEPS_MAX * sizeof(campaign->steps[0]));
    for (const struct json_node *item = json_first(node); item != NULL;
         item = json_next(item)) {
        struct json_place place = json_place(reader->at.doc, item);
        struct step step = {
            .line = place.line,
            .column = place.column,
            .attempts = ATTEMPTS_DEFAULT,
        };
        reader_members(reader, item, "a step", step_members,
                       COUNT(step_members), &step);
        if (json_type(item) != JSON_OBJECT)
            continue;
        check_shape(reader, item);
        if (!add_turns(reader, item, campaign, &step))
            return;
    }
}
